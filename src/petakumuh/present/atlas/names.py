"""Names on a map: each where it covers least, or apart with a line to what it names, or counted as left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from petakumuh.present.atlas.frame import Lead
from petakumuh.present.sheet.cartography import spots
from petakumuh.present.sheet.paper import INK, SOFT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from petakumuh.present.atlas.chart import Chart
    from petakumuh.present.atlas.desk import Desk

__all__ = ["SMALLER", "beside", "clear_first", "name_kelurahan", "name_slums"]

_SHARE = 0.42
"""A name in its kelurahan is at most so much of the frame wide."""
_SMALL_MM = 4.0
"""A neighbour that takes less of the page needs no name."""
SMALLER, _DOT = 0.82, 0.2
_FAR_MM = (4.0, 6.5, 9.5, 13.0)
_AROUND = np.array([(0, 1), (0, -1), (1, 0), (-1, 0), (0.8, 0.8), (-0.8, 0.8), (0.8, -0.8), (-0.8, -0.8)])
_FEW = 40
"""Slums of a map whose names may stand beside them; more of them would cover the map."""
_GRID = np.stack(np.meshgrid(np.linspace(0.1, 0.9, 7), np.linspace(0.1, 0.9, 7)), axis=-1).reshape(-1, 2)
_CORNERS = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])


def clear_first(chart: Chart, desk: Desk, places: Sequence[Any], half: NDArray[np.float64]) -> list[Any]:
    """Put places at which a name of half this size covers no slum before those where it does."""
    if not len(places):
        return []
    at = np.array(places)
    covers = desk.stock(chart.area.epsg).layer("kumuh").meets(np.hstack([at - half, at + half]))
    return [places[one] for one in np.argsort(covers, kind="stable")]


def beside(chart: Chart, middle: Any, radius: float, half: NDArray[np.float64]) -> list[Any]:
    """List places apart from what is named, the nearest first, for a name of half this size on the ground."""
    unit = chart.frame.unit
    return [middle + one * (half + (radius + far) * unit) for far in _FAR_MM for one in _AROUND]


def name_kelurahan(chart: Chart, desk: Desk, points: float) -> None:
    """Write the names of kelurahan, its own and the widest first; its own that find no room are counted."""
    frame, layer = chart.frame, desk.stock(chart.area.epsg).layer("kelurahan")
    seen = layer.within(frame.bounds)
    shapes = frame.cut(layer.shapes[seen])
    wide = np.ptp(shapely.bounds(shapes).reshape(-1, 2, 2), axis=1)
    codes = desk.home[layer.rows[seen]]
    mine = np.isin(codes, list(chart.area.own))
    done = set()
    for at in np.lexsort((-np.nan_to_num(wide.prod(axis=1)), ~mine)):
        name = desk.names.get(codes[at], "")
        # Of a kelurahan in several parts the widest bears the name.
        if not name or codes[at] in done or not np.isfinite(wide[at]).all():
            continue
        if not mine[at] and wide[at].max() < _SMALL_MM * frame.unit:
            continue
        done.add(codes[at])
        look = {"color": INK, "weight": "bold"} if mine[at] else {"color": SOFT}
        land = _land(shapes[at])
        written = any(
            _inside(chart, desk, land, _fitted(chart, name, size), {"points": size, **look})
            for size in (points, points * SMALLER)
        )
        if mine[at] and not written:
            small = points * SMALLER
            chart.unnamed += not _apart(chart, land, _fitted(chart, name, small), {"points": small, **look})


class _Land(NamedTuple):
    """A kelurahan as far as it is seen, and places in it for its name: where it is widest, then the nearest."""

    shape: Any
    places: NDArray[np.float64]


def _land(shape: Any) -> _Land:
    """List places in a kelurahan."""
    best = spots(shape)
    if not best:
        return _Land(shape, np.empty((0, 2)))
    low, high = np.split(np.array(shape.bounds), 2)
    grid = low + (high - low) * _GRID
    grid = grid[shapely.contains_xy(shape, grid)]
    return _Land(shape, np.vstack([*best, grid[np.argsort(np.hypot(*(grid - best[0]).T), kind="stable")]]))


def _within(shape: Any, places: NDArray[np.float64], half: NDArray[np.float64]) -> NDArray[np.float64]:
    """Choose the places at which the corners of a name of half this size lie in a shape."""
    corners = places[:, None] + _CORNERS * half
    inside = shapely.contains_xy(shape, corners.reshape(-1, 2)).reshape(-1, len(_CORNERS))
    chosen: NDArray[np.float64] = places[inside.all(axis=1)]
    return chosen


def _inside(chart: Chart, desk: Desk, land: _Land, lines: Sequence[str], look: Mapping[str, Any]) -> bool:
    """Write a name in its kelurahan, best where it covers neither slum nor boundary."""
    frame = chart.frame
    if not len(land.places):
        return False
    half = frame.extent(lines, look["points"], look.get("weight", "normal")) / 2 * frame.unit
    chosen = np.vstack([_within(land.shape, land.places, half), land.places])
    return frame.write(clear_first(chart, desk, list(chosen), half), lines, **look)


def _apart(chart: Chart, land: _Land, lines: Sequence[str], look: Mapping[str, Any]) -> bool:
    """Write a name outside its kelurahan, with a line to it."""
    frame, places = chart.frame, land.places
    if not len(places):
        return False
    half = frame.extent(lines, look["points"], look.get("weight", "normal")) / 2 * frame.unit
    return frame.write(beside(chart, places[0], _DOT, half), lines, lead=Lead(places[0], _DOT), **look)


def _fitted(chart: Chart, name: str, points: float) -> list[str]:
    frame = chart.frame
    return frame.page.fit(name, min(frame.box[2] * _SHARE, 34 * points / 6.5), points, lines=2)


def name_slums(chart: Chart, desk: Desk, points: float) -> None:
    """Write the names of slums within them, of few also beside them; those that find no room are counted."""
    frame, layer = chart.frame, desk.stock(chart.area.epsg).layer("kumuh")
    seen = layer.within(frame.bounds)
    shapes = frame.cut(layer.shapes[seen])
    wide = np.nan_to_num(np.ptp(shapely.bounds(shapes).reshape(-1, 2, 2), axis=1).max(axis=1))
    size, color = points * 0.8, desk.style["kumuh"]["nama"]
    for at in np.argsort(-wide, kind="stable"):
        if not wide[at]:
            continue
        name = desk.slum_names[desk.slum_ids[layer.rows[seen[at]]]]
        lines = frame.page.fit(name, 22 * points / 6.5, size, lines=2)
        half = frame.extent(lines, size) / 2 * frame.unit
        places = np.array(spots(shapes[at])).reshape(-1, 2)
        if frame.write(_within(shapes[at], places, half), lines, size, color=color):
            continue
        apart = beside(chart, places[0], _DOT, half) if len(places) and len(seen) <= _FEW else []
        lead = Lead(places[0], _DOT) if apart else None
        apart = clear_first(chart, desk, apart, half)
        chart.unnamed_slums += not frame.write(apart, lines, size, color=color, lead=lead)
