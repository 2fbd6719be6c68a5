"""The tables of one zone, made from the labels of its slums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from petakumuh.measure import M2_PER_HA, scale_onto
from petakumuh.overlay.labels import claims_of, faces, grounds_of, pieces_of
from petakumuh.overlay.touches import no_touches, touches_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.overlay.labels import Faces, Pieces
    from petakumuh.overlay.scene import Floats, Ints, Scene

__all__ = ["Measured", "measured"]


class Measured(NamedTuple):
    """What was measured in one zone: its tables, the labels they were made from, and what was not certified."""

    scene: Scene
    faces: Faces
    pieces: Pieces
    tables: dict[str, DataFrame]
    failed: tuple[str, ...]


def measured(scene: Scene, *, tm3: Mapping[str, int] | None, touches: bool, threads: int) -> Measured:
    """Measure one zone and lay its tables out; ``piece_id`` counts from 0."""
    found = faces(scene, threads=threads)
    parts = pieces_of(scene, found)
    hectares = _Hectares(scene, tm3)
    pieces = hectares.table(parts.slum, parts.kelurahan, parts.moments)
    pieces.insert(0, "piece_id", np.arange(len(pieces)))
    pieces.insert(3, "zona", scene.epsg)
    links = pd.DataFrame(
        {"piece_id": np.repeat(np.arange(len(pieces)), np.diff(parts.start)), "group_id": parts.groups}
    )
    failed = scene.mine[found.labels.reason > 0]
    met = touches_of(scene, found, threads=threads) if touches else no_touches()
    covers = hectares.table(met.slum, met.kelurahan, met.moments)
    covers.insert(2, "penanganan_id", pd.array(scene.work_ids[met.work], dtype="str"))
    failed = np.union1d(failed, met.failed)
    tables = {
        "pieces": pieces,
        "links": links.astype("int64"),
        "touches": covers,
        "grounds": hectares.table(*grounds_of(scene, found)),
        "claims": _claims(scene, found),
    }
    return Measured(scene, found, parts, tables, tuple(str(one) for one in scene.slum_ids[failed]))


def _claims(scene: Scene, found: Faces) -> DataFrame:
    rows = [
        (scene.codes[kelurahan], scene.slum_ids[holder], scene.slum_ids[loser], square_m / M2_PER_HA)
        for kelurahan, holder, loser, square_m in claims_of(scene, found)
    ]
    table = pd.DataFrame(rows, columns=["kelurahan_id", "kumuh_id", "kumuh_id_lain", "luas_ha"])
    return table.astype({"kelurahan_id": str, "kumuh_id": str, "kumuh_id_lain": str, "luas_ha": float})


class _Hectares:
    """Turns moments of ground on the slums of a scene into hectares."""

    def __init__(self, scene: Scene, tm3: Mapping[str, int] | None) -> None:
        self.scene = scene
        self.ellipsoid = scale_onto(scene.boxes, scene.epsg)
        self.tm3 = None if tm3 is None else {code: tm3[code] for code in scene.codes[:-1]}

    def table(self, slum: Ints, kelurahan: Ints, moments: Floats) -> DataFrame:
        """Name slum and kelurahan of each row and give its hectares in every way that is wanted."""
        scene = self.scene
        table = pd.DataFrame(
            {
                "kelurahan_id": pd.array(scene.codes[kelurahan], dtype="str"),
                "kumuh_id": pd.array(scene.slum_ids[slum], dtype="str"),
                "luas_ha": moments[:, 0] / M2_PER_HA,
                "luas_geodesik_ha": (moments * self.ellipsoid[slum]).sum(axis=1) / M2_PER_HA,
            }
        )
        if self.tm3 is not None:
            planes = self._planes(slum, kelurahan)
            scale = np.zeros_like(moments)
            for plane in np.unique(planes).tolist():
                here = planes == plane
                scale[here] = scale_onto(scene.boxes, scene.epsg, plane)[slum[here]]
            table["zona_tm3"] = planes
            table["luas_tm3_ha"] = (moments * scale).sum(axis=1) / M2_PER_HA
        return table

    def _planes(self, slum: Ints, kelurahan: Ints) -> NDArray[np.int64]:
        """Say in which TM-3 zone ground is measured: its kelurahan's; outside all that of the nearest."""
        scene = self.scene
        of: dict[str, int] = self.tm3 or {}
        known = np.array([of[code] for code in scene.codes[:-1]], dtype=np.int64)
        where = kelurahan.copy()
        outside = np.flatnonzero(where == scene.outside)
        if len(outside):
            points: Any = shapely.point_on_surface(scene.slums[slum[outside]])
            row, nearest = shapely.STRtree(scene.areas).query_nearest(points, all_matches=True)
            where[outside] = len(scene.codes)
            np.minimum.at(where, outside[row], scene.area_number[nearest])
        planes: NDArray[np.int64] = known[where]
        return planes
