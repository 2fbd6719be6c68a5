"""Ground with geometry, by any key: built only for what somebody will look at.

The kernel's arcs run between labels; those between labels of one key are left out, and what stays closes around
the ground of each key. Neighbours share their vertices, and no set operation is needed. Each row's area must be
the sum of its pieces, which were measured without geometry: two ways to the same hectare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

from petakumuh.ground import enclosed, placed, union
from petakumuh.kernel.faces import faces
from petakumuh.measure import M2_PER_HA, map_crs, planar_m2, roundings_m
from petakumuh.overlay.cut import Labelled
from petakumuh.overlay.result import HECTARES, require_closed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.overlay.measured import Measured
    from petakumuh.overlay.result import Overlay
    from petakumuh.overlay.scene import Floats, Ints

__all__ = ["drawn"]


_Drawn = tuple["Ints", "NDArray[np.object_]", "Floats"]
"""Rows of a table, their shapes, and where the local origin of each lies."""


def drawn(
    cut: Overlay, key: DataFrame, *, crs: int | None = None, done: Callable[[int], object] = lambda _: None
) -> GeoDataFrame:
    """Join pieces into ground by a key, for maps and layers.

    Parameters
    ----------
    cut
        The pieces, as `petakumuh.overlay.overlay` or `petakumuh.overlay.shaped` give them.
    key
        Indexed by ``piece_id``: the columns to tell the ground of a slum apart by. With ``piece_id`` itself as the
        column each piece is drawn by itself.
    crs
        EPSG code of the map; None is that of the zones of the cut.
    done
        Called with the number of pieces that have been joined.

    Returns
    -------
        A row per distinct key, slum and zone with ``luas_ha``, ``luas_geodesik_ha`` and geometry in the map's CRS.

    Raises
    ------
    ConservationError
        When drawn ground does not have the area of its pieces.
    """
    names, pieces = list(key.columns), cut.pieces
    hectares = [name for name in HECTARES if name in pieces]
    wanted = pieces[[one for one in ("zona", "kumuh_id", *hectares) if one not in names]]
    rows: Any = wanted.join(key.rename_axis(None)).groupby(
        [*names, "zona", *{"kumuh_id"}.difference(names)], sort=True
    )
    row_of = rows.ngroup().to_numpy()
    table = rows[hectares].sum().reset_index()
    shapes, corners = np.full(len(table), shapely.Polygon(), dtype=object), np.zeros((len(table), 2))
    for mine, whole, corner in _labelled(cut, row_of) if isinstance(cut, Labelled) else [_shaped(cut, row_of)]:
        shapes[mine], corners[mine] = whole, corner
    _require_measured(table, names, shapes, corners)
    done(len(pieces))
    crs = crs or map_crs(tuple(int(epsg) for epsg in pieces["zona"].unique()))
    on_map = placed(shapes, corners, table["zona"].to_numpy(), crs)
    return GeoDataFrame(table[[*names, *hectares, "zona"]], geometry=on_map, crs=crs)


def _require_measured(table: DataFrame, names: list[str], shapes: Any, corners: Any) -> None:
    """Hold the area of drawn ground against that of its pieces."""
    rounding = roundings_m(shapely.bounds(shapes) + np.tile(corners, 2))
    drawn_m2, measured_m2 = planar_m2(shapes), table["luas_ha"].to_numpy() * M2_PER_HA
    floor = rounding * shapely.length(shapes)
    for row in np.flatnonzero(np.abs(drawn_m2 - measured_m2) > 1e-9 * measured_m2 + floor).tolist():
        name = "/".join(str(one) for one in table.loc[row, names])
        parts, whole = float(measured_m2[row]), float(drawn_m2[row])
        require_closed("bidang", name, parts_m2=parts, whole_m2=whole, floor_m2=float(floor[row]))


def _shaped(cut: Any, row_of: Ints) -> _Drawn:
    """Join pieces that have their geometry."""
    shapes, corners = (cut.local[name].to_numpy() for name in ("shape", "corner"))
    rows, first = np.unique(row_of, return_index=True)
    order = np.split(np.argsort(row_of, kind="stable"), np.cumsum(np.bincount(row_of))[rows][:-1])
    joined = np.array([union(shapes[mine]) for mine in order], dtype=object) if len(rows) else shapes[:0]
    return rows, joined, np.array([corners[at] for at in first.tolist()], dtype=np.float64).reshape(-1, 2)


def _labelled(cut: Labelled, row_of: Ints) -> Iterator[_Drawn]:
    """Draw what was measured, and join what GEOS had to cut."""
    for one, number in zip(cut.measured, cut.numbers, strict=False):
        yield _from_arcs(one, np.append(row_of, -1)[number])
    if cut.fallen is not None:
        yield _shaped(cut.fallen, row_of[cut.numbers[-1]])


def _from_arcs(one: Measured, row_of: Ints) -> _Drawn:
    """Draw the ground of one zone; ``row_of`` its pieces, -1 where a piece is not wanted."""
    around = faces(one.faces.arcs, np.append(row_of, -1)[one.pieces.of_row])
    shapes = enclosed(around.xy, around.line, around.face)
    corners = one.scene.boxes[one.scene.mine[around.ground], :2]
    rows, first, parts = np.unique(around.key, return_index=True, return_counts=True)
    whole = shapes[first]
    for at in np.flatnonzero(parts > 1).tolist():  # a giant is drawn tile by tile
        whole[at] = union(shapes[around.key == rows[at]])
    return rows, whole, corners[first]
