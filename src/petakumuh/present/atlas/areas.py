"""The areas that maps of an atlas show: each in the zone that it is measured in, at a round scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from petakumuh.model import OUTSIDE
from petakumuh.present.sheet.maps import around, numbered, owners, round_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from petakumuh.present.atlas.desk import Desk

__all__ = ["Area", "area", "regions"]

_FINEST = 1000
_COARSER = 1.7
"""How much coarser a map may become by showing whole kelurahan."""
_COARSEST = 250.0
"""Metres to the millimetre that one map of everything may have, where there are parts to draw instead."""


@dataclass(frozen=True)
class Area:
    """Ground that one map shows.

    Attributes
    ----------
    place
        The row of its area in the recap.
    own
        The kelurahan_id of its own.
    ground
        Bounds of its slum ground.
    whole
        Bounds of that and of the kelurahan it lies in.
    """

    place: dict[str, Any]
    epsg: int
    own: frozenset[str]
    ground: NDArray[np.float64]
    whole: NDArray[np.float64]

    def extent(self, wide: float, high: float, *, close: bool = True) -> tuple[int, Any]:
        """Scale and middle of its map: whole kelurahan, unless slums become too small where they count."""
        near = round_scale(self.ground, wide, high, room=1.2)
        far = round_scale(self.whole, wide, high, room=1.06)
        bounds, scale = (self.ground, near) if close and far > _COARSER * near else (self.whole, far)
        # Finer than this nothing around a sliver of slum would tell where it lies.
        scale = max(scale, _FINEST)
        return scale, (bounds[:2] + bounds[2:]) / 2


def area(desk: Desk, place: dict[str, Any], own: frozenset[str], rows: NDArray[np.intp]) -> Area:
    """Lay an area around rows of ground: of its slums, and of the kelurahan called its own."""
    zones = desk.run.bidang["zona"].to_numpy()[rows]
    epsg = int(np.bincount(zones.astype(np.int64)).argmax())
    stock = desk.stock(epsg)
    ground = stock.boxes("bidang", rows)
    land = stock.boxes("kelurahan", np.flatnonzero(np.isin(desk.home, list(own))))
    return Area(place, epsg, own, ground, around(ground, land))


def regions(desk: Desk) -> tuple[str, list[Area]]:
    """Cut a run into the areas of its overview maps: kabupaten/kota, or finer where one map is too coarse.

    Returns
    -------
        The level, and its areas.
    """
    level = "kabupaten_kota"
    whole = _level(desk, level)
    if len(whole) > 1:
        return level, whole
    _, _, wide, high = desk.layout.map
    if whole[0].extent(wide, high)[0] / 1000 <= _COARSEST * 297 / max(desk.layout.size):
        return level, whole
    finer = [level for level in ("kecamatan", "kelurahan") if len(numbered(desk.run.tables[level])) > 1]
    return (finer[0], _level(desk, finer[0])) if finer else (level, whole)


def _level(desk: Desk, level: str) -> list[Area]:
    """Give each row of an area table that has ground its map."""
    run, land = desk.run, desk.run.layers.kelurahan
    home = land.drop_duplicates("kelurahan_id").set_index("kelurahan_id", drop=False)[f"{level}_id"]
    owner = owners(run.bidang, home).to_numpy()
    found = []
    for place in _places(desk, level):
        rows = np.flatnonzero(owner == place["kode"])
        if len(rows):
            mine: Sequence[Any] = [] if place["kode"] == OUTSIDE else list(home.index[home == place["kode"]])
            found.append(area(desk, place, frozenset(mine), rows))
    return found


def _places(desk: Desk, level: str) -> list[dict[str, Any]]:
    """List the areas of a level by code; ground in no kelurahan only where there is nothing else."""
    table = desk.run.tables[level]
    inside = table[table["kode"] != OUTSIDE]
    rows: list[dict[str, Any]] = (inside if len(inside) else table).to_dict("records")  # type: ignore[assignment]
    return rows
