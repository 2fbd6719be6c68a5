"""Which maps the sheet draws: of what areas, which ground on which map, where on the page, at what scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from petakumuh.model import OUTSIDE
from petakumuh.present.sheet.paper import MAPS, PAGE, ROWS, Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

    from petakumuh.model import Result

__all__ = ["Plan", "View", "around", "cells", "numbered", "owners", "plan", "recap_level", "round_scale"]

_PANELS = 12
_ROUND = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 10)
_FINEST, _COARSEST_WHOLE = 500, 60_000
_COARSER, _COARSER_PANEL = 1.7, 1.3
"""How much coarser a map may become by showing whole kelurahan; in a panel every bit counts."""


@dataclass(frozen=True)
class View:
    """What one map shows, in the UTM zone it is measured in.

    Attributes
    ----------
    place
        The row of its area in the recap.
    kelurahan
        Its own and those around them.
    own
        The kelurahan_id of its own.
    """

    place: dict[str, Any]
    epsg: int
    ground: GeoDataFrame
    kumuh: GeoDataFrame
    kelurahan: GeoDataFrame
    own: frozenset[str]

    def extent(self, width: float, height: float) -> tuple[int, Any]:
        """Scale and middle of the map on a frame: whole kelurahan, unless the slums would become too small."""
        close, whole = self.ground.total_bounds, self._whole()
        scale, coarser = round_scale(close, width, height, room=1.2), round_scale(whole, width, height, room=1.06)
        limit = _COARSER if width > PAGE[0] / 2 else _COARSER_PANEL
        bounds, scale = (whole, coarser) if coarser <= limit * scale else (close, scale)
        return scale, (bounds[:2] + bounds[2:]) / 2

    def _whole(self) -> Any:
        """Bounds of the ground and the kelurahan it lies in (which there may be none of)."""
        land = self.kelurahan[self.kelurahan["kelurahan_id"].isin(self.ground["kelurahan_id"])]
        return around(self.ground.total_bounds, land.total_bounds)


def around(ground: Any, land: Any) -> Any:
    """Bounds of ground and land; of no land they are not a number."""
    return np.concatenate([np.fmin(ground[:2], land[:2]), np.fmax(ground[2:], land[2:])])


def round_scale(bounds: Any, width: float, height: float, *, room: float) -> int:
    """Find the finest round scale at which an extent fits a frame with some room around it."""
    need = max((bounds[2] - bounds[0]) / width, (bounds[3] - bounds[1]) / height) * 1000 * room
    need = max(need, _FINEST)
    power = 10 ** math.floor(math.log10(need))
    return int(next(step * power for step in _ROUND if step * power >= need))


@dataclass(frozen=True)
class Plan:
    """The areas of one level, numbered as in the recap, and the maps of those that find room."""

    level: str
    rows: list[dict[str, Any]]
    views: list[View]


def plan(run: Result) -> Plan:
    """Choose the level whose areas have a map each: kabupaten/kota, or a finer one where a map is too coarse."""
    whole = _plan(run, "kabupaten_kota")
    if len(whole.rows) > 1 or whole.views[0].extent(MAPS[2], MAPS[3])[0] <= _COARSEST_WHOLE:
        return whole
    finer = [level for level in ("kecamatan", "kelurahan") if len(numbered(run.tables[level])) > 1]
    return _plan(run, finer[0]) if finer else whole


def _plan(run: Result, level: str) -> Plan:
    """Give a map each to the areas of a level that have most slum, in the order of the recap."""
    rows = numbered(run.tables[level])
    widest = sorted(rows, key=lambda row: -row["luas_delineasi_ha"])[:_PANELS]
    return Plan(level, rows, _views(run, level, sorted(widest, key=lambda row: row["nomor"])))


def numbered(table: DataFrame) -> list[dict[str, Any]]:
    """List the areas of a table as the recap does: by code, or the widest slums first where not all find room."""
    inside = table[table["kode"] != OUTSIDE]
    rows = inside if len(inside) else table
    if len(rows) > ROWS:
        rows = rows.sort_values("luas_delineasi_ha", ascending=False, kind="stable")
    found: list[dict[str, Any]] = rows.assign(nomor=range(1, len(rows) + 1)).to_dict("records")  # type: ignore[assignment]
    return found


def recap_level(run: Result, chosen: Plan) -> str:
    """Choose the level of the recap: that of the maps, or beside a single map the finest that finds room."""
    if len(chosen.views) > 1:
        return chosen.level
    several = (run.tables["kecamatan"]["kode"] != OUTSIDE).sum() > 1
    return "kecamatan" if several and len(run.tables["kelurahan"]) > ROWS else "kelurahan"


def _views(run: Result, level: str, rows: Iterable[dict[str, Any]]) -> list[View]:
    """Give each row of an area table its map."""
    land, slums = run.layers.kelurahan, run.layers.kumuh
    home = land.drop_duplicates("kelurahan_id").set_index("kelurahan_id", drop=False)[f"{level}_id"]
    owner = owners(run.bidang, home)
    found = []
    for place in rows:
        ground = run.bidang[(owner == place["kode"]).to_numpy()]
        epsg = int(ground["zona"].mode().iloc[0])
        kumuh = slums[slums["kumuh_id"].isin(ground["kumuh_id"])]
        own = frozenset(home.index[home == place["kode"]])
        bounds = around(ground.total_bounds, land[land["kelurahan_id"].isin(own)].total_bounds)
        room = (bounds[2:] - bounds[:2]).max()  # As much again on every side: a frame may show what lies there.
        wider = shapely.box(*(bounds + room * np.array([-1, -1, 1, 1])))
        near = land.iloc[sorted(land.sindex.query(wider))]
        found.append(View(place, epsg, ground.to_crs(epsg), kumuh.to_crs(epsg), near.to_crs(epsg), own))
    return found


def owners(ground: GeoDataFrame, home: Series[str]) -> Series[str]:
    """Say on which map each ground stands; outside every kelurahan with the rest of its slum, else the nearest."""
    owner = ground["kelurahan_id"].map(home)
    known = ground.assign(owner=owner).dropna(subset="owner")
    known = known.sort_values("luas_ha", ascending=False, kind="stable")
    owner = owner.fillna(ground["kumuh_id"].map(known.drop_duplicates("kumuh_id").set_index("kumuh_id")["owner"]))
    places = known.bounds.groupby(known["owner"]).mean()
    for at in owner.index[owner.isna()] if len(places) else ():
        owner[at] = ((places - ground.loc[[at]].bounds.iloc[0]) ** 2).sum(axis=1).idxmin()
    found: Series[str] = owner.fillna(OUTSIDE)
    return found


def cells(count: int, room: Box = MAPS) -> Sequence[Box]:
    """Lay out panels row by row, as square as they come."""
    x, y, wide, high = room
    columns = max(range(1, count + 1), key=lambda one: min(wide / one, high / math.ceil(count / one)))
    across, up = (wide + 5) / columns, (high + 3) / math.ceil(count / columns)
    top = y + high + 3
    return [(x + at % columns * across, top - (at // columns + 1) * up, across - 5, up - 3) for at in range(count)]
