"""How a map is drawn: ground, boundaries, names and coordinates, scale bar and north; and the locator."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from petakumuh.catalog import style
from petakumuh.measure import LONLAT, to_lonlat
from petakumuh.present.sheet.looks import BORDER, LAND, RING, SLUM, SMALL, SMALL_MM, class_of
from petakumuh.present.sheet.paper import INK, SOFT, Box, Frame, Paper, polygons
from petakumuh.text import number, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from petakumuh.present.sheet.looks import GroundClass
    from petakumuh.present.sheet.maps import View
    from petakumuh.present.sheet.paper import Axis

__all__ = ["Drawn", "borders", "draw_locator", "draw_map", "draw_north", "draw_scale_bar", "spots"]

_NEAR, _GRID = "#F6F5F3", "#D5D9DC"
_LOCATOR_LOW, _LOCATOR_HIGH = 22, 75
_AROUND = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)])


class Drawn(NamedTuple):
    """A map on the page: its frame, its scale, and the classes that the legend has to explain."""

    frame: Frame
    scale: int
    shown: set[str]


def draw_map(
    paper: Paper, view: View, box: Box, classes: Mapping[str, GroundClass], *, ticks: int, points: float
) -> Drawn:
    """Draw a view in a box, with at most so many coordinates on a side and names of so many points."""
    scale, middle = view.extent(box[2], box[3])
    frame = Frame(paper, box, f"peta {view.place['nomor']}", middle, scale / 1000)
    mine = view.kelurahan["kelurahan_id"].isin(view.own)
    frame.fill(view.kelurahan.geometry[~mine], facecolor=_NEAR, linewidth=0, zorder=1)
    frame.fill(view.kelurahan.geometry[mine], facecolor=LAND, linewidth=0, zorder=1)
    shown = set()
    for key, ground in view.ground.groupby(class_of(view.ground), sort=True):
        shown.add(str(key))
        frame.fill(ground.geometry, gid=f"kelas {key}", zorder=3, **classes[str(key)].look)
    frame.fill(view.kumuh.geometry, fill=False, gid="batas kumuh", zorder=4, **SLUM)
    lines = Outline.make_compound_path(
        *(Outline(shapely.get_coordinates(one)) for one in borders(view.kelurahan.geometry))
    )
    frame.ax.add_artist(PathPatch(lines, fill=False, gid="batas kelurahan", zorder=5, **BORDER))
    if _ring_small(frame, view.kumuh):
        shown.add(SMALL)
    _grid(frame, ticks)
    _names(frame, view, points)
    return Drawn(frame, scale, shown)


def borders(geometries: Iterable[Any]) -> NDArray[Any]:
    """Give boundary lines, an edge that two neighbours share once: two dashed lines on each other look solid."""
    rings = shapely.get_rings(polygons(geometries))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    edges = np.stack([points[:-1], points[1:]], axis=1)[ring[:-1] == ring[1:]]
    (x, y), (next_x, next_y) = edges[:, 0].T, edges[:, 1].T
    turned = (x > next_x) | ((x == next_x) & (y > next_y))
    edges[turned] = edges[turned][:, ::-1]
    _, first = np.unique(np.round(edges, 3).reshape(-1, 4), axis=0, return_index=True)
    lines = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(edges[first])))
    return np.asarray(shapely.get_parts(lines))


def _ring_small(frame: Frame, kumuh: GeoDataFrame) -> bool:
    """Draw a ring around each slum that is a dot on paper; say whether there is one."""
    low, high = np.hsplit(kumuh.bounds.to_numpy(), 2)
    middles = ((low + high) / 2)[(high - low).max(axis=1) < SMALL_MM * frame.unit]
    if len(middles):
        frame.ax.plot(*middles.T, gid="kelas kecil", zorder=6, **RING)
    for middle in middles:
        frame.keep_clear(middle)
    return len(middles) > 0


def _round_step(span: float, count: int) -> float:
    """Find the round distance that cuts a span into at most so many parts."""
    power = 10 ** math.floor(math.log10(span / count))
    return float(next(step * power for step in (1, 2, 2.5, 5, 10) if span / (step * power) <= count))


def _grid(frame: Frame, count: int) -> None:
    """Mark round UTM coordinates, as far apart in both directions."""
    west, south, east, north = frame.bounds
    step = _round_step(min(east - west, north - south), count)
    for axis in ("x", "y"):
        at = frame.rounds(axis, step, 5.5 * frame.unit)
        frame.ticks(axis, at, [number(one, 0, frame.paper.language) for one in at])
    ax = frame.ax
    ax.grid(color=_GRID, linewidth=0.25)
    ax.set_axisbelow(False)  # Ticks lie above the ground; the lines go below it.
    for line in (*ax.get_xgridlines(), *ax.get_ygridlines()):
        line.set_zorder(2)


def _names(frame: Frame, view: View, points: float) -> None:
    """Write the names of kelurahan, those with slums and the widest first; what finds no room is left out."""
    land, code = view.kelurahan, view.kelurahan["kelurahan_id"]
    seen = shapely.clip_by_rect(land.geometry.array, *frame.bounds)
    rank = code.isin(view.ground["kelurahan_id"]) * 2 + code.isin(view.own)
    wide = np.ptp(shapely.bounds(seen).reshape(-1, 2, 2), axis=1).prod(axis=1)
    rows = land.assign(seen=seen, rank=rank, wide=wide)[~shapely.is_empty(seen)]
    for row in rows.sort_values(["rank", "wide"], ascending=False, kind="stable").to_dict("records"):
        color = INK if row["kelurahan_id"] in view.own else SOFT
        for size in (points, points - 1.2):
            lines = frame.paper.fit(row["nama"], 24, size, lines=2)
            if frame.write(spots(row["seen"]), lines, fontsize=size, color=color):
                break


def spots(shape: Any) -> list[Any]:
    """Places for a name, best first: the middle of the widest part, a point inside, the centroid."""
    if shapely.get_dimensions(shape) < 2:  # noqa: PLR2004 - the frame only grazes it
        return []
    bounds = shapely.bounds(shape)
    circle = shapely.maximum_inscribed_circle(shape, tolerance=float((bounds[2:] - bounds[:2]).max()) / 100)
    middle, radius = shapely.get_coordinates(circle)[0], shapely.length(circle)
    others = shapely.get_coordinates([shapely.point_on_surface(shape), shapely.centroid(shape)])
    return [*(middle + np.array([0, radius * up]) for up in (0, 0.4, -0.4)), *others]


def draw_scale_bar(
    paper: Paper, right: float, y: float, scale: float, longest: float, *, points: float = 5
) -> None:
    """Draw a graphic scale that ends at the right: four parts, the longest round length that finds room."""
    lengths = [step * 10**power for power in range(7) for step in (1, 2, 4)]
    metres = max(length for length in lengths if length <= max(longest * scale / 1000, 1))
    unit, factor = ("km", 1000) if metres >= 2000 else ("m", 1)  # noqa: PLR2004
    width, whole = metres / scale * 1000, number(metres / factor, 0, paper.language)
    start = right - width - paper.width(unit, points) - 2.5
    for part in range(4):
        box = (start + part * width / 4, y, width / 4, 0.9)
        paper.box(box, facecolor=INK if part % 2 == 0 else "white", edgecolor=INK, linewidth=0.4, gid="balok")
    crowded = width < 2.5 * paper.width(whole, points) + 4
    for part in (0, 4) if crowded else (0, 2, 4):
        words = number(metres * part / 4 / factor, 0, paper.language)
        paper.text(start + part * width / 4, y + 1.6, words, points, ha="center")
    paper.text(start + width + paper.width(whole, points) / 2 + 0.8, y + 1.6, unit, points)


def draw_north(paper: Paper, x: float, y: float, *, size: float = 1.0) -> None:
    """Point to grid north: one half filled, so that it reads in grey as well."""
    for side, color in ((-1, INK), (1, "white")):
        arrow = [(x, y + 7.2 * size), (x + side * 2 * size, y), (x, y + 1.6 * size)]
        paper.polygon(arrow, facecolor=color, edgecolor=INK, linewidth=0.5)
    paper.text(x, y + 8 * size, say("peta.utara", paper.language), 6.5 * size, ha="center", weight="bold")


def draw_locator(
    paper: Paper, land: GeoDataFrame, views: Sequence[View], drawn: Sequence[Drawn], room: Box
) -> None:
    """Show where the maps lie in longitude and latitude, as far as the column has room."""
    x, y, wide, high = room
    deep = min(high - 8, _LOCATOR_HIGH)
    if deep < _LOCATOR_LOW:
        return
    y = paper.heading(x, y + high, say("lembar.lokasi", paper.language))
    single = [to_lonlat(shapely.box(*drawn[0].frame.bounds), views[0].epsg)] if len(views) == 1 else []
    shapes = land.to_crs(LONLAT).geometry
    box = (x + 3.5, y + 2.5 - deep + 3, wide - 3.5, deep - 4)
    frame = _earth_frame(paper, box, shapely.total_bounds([*single, *shapes]))
    frame.fill(shapes, facecolor="#CFCDC6", edgecolor="#8A8880", linewidth=0.25)
    if single:
        frame.fill(single, fill=False, edgecolor=style()["sisa"]["warna"], linewidth=0.9)
    else:
        _number_maps(frame, views)
    _degrees(frame)


def _earth_frame(paper: Paper, box: Box, bounds: NDArray[np.float64]) -> Frame:
    """Lay out a map in longitude and latitude that is true to shape in its middle."""
    stretch = 1 / math.cos(math.radians((bounds[1] + bounds[3]) / 2))
    span = bounds[2:] - bounds[:2]
    degrees = max(span[0] / box[2], span[1] * stretch / box[3]) * 1.15
    return Frame(paper, box, "lokasi", (bounds[:2] + bounds[2:]) / 2, np.array([degrees, degrees / stretch]))


def _number_maps(frame: Frame, views: Sequence[View]) -> None:
    """Mark the middle of each map, and write its number beside it where there is room."""
    grounds = [view.ground.to_crs(LONLAT).total_bounds for view in views]
    middles = [(ground[:2] + ground[2:]) / 2 for ground in grounds]
    for middle in middles:
        frame.keep_clear(middle)
        frame.ax.plot(*middle, marker="s", markersize=3, color=style()["sisa"]["warna"])
    for view, middle in zip(views, middles, strict=True):
        near = [middle + one * frame.unit * far for far in (2.6, 4.5) for one in _AROUND]
        frame.write(near, [str(view.place["nomor"])], fontsize=6.5, weight="bold")


def _degrees(frame: Frame) -> None:
    """Mark longitude and latitude along the frame."""
    language = frame.paper.language
    counts: dict[Axis, int] = {"x": 5, "y": 4}
    for axis, count in counts.items():
        low, high = frame.limits(axis)
        span = high - low
        at = frame.rounds(axis, _round_step(span, count), span * 0.07)
        digits = max(len(f"{one:.6f}".rstrip("0").partition(".")[2]) for one in (0, *at))
        keys = ["bujur" if axis == "x" else "lintang_utara" if one >= 0 else "lintang_selatan" for one in at]
        words = [number(abs(one), digits, language) for one in at]
        said = [say(f"lembar.{key}", language, derajat=word) for key, word in zip(keys, words, strict=True)]
        frame.ticks(axis, at, said)
