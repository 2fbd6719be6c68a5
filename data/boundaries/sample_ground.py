"""The ground of a sample town: its shore, kelurahan and streets, on UTM metres.

(1) The shore is a fractal line with a bay, around an island or along a coast. (2) The land is cut into
kelurahan along a river with an open mouth, then along roads. (3) The street lattice follows the shore.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely import LineString, MultiPolygon, Polygon
from shapely.ops import substring

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator
    from shapely.geometry.base import BaseGeometry

Array = NDArray[np.float64]

WIDTH_M = {"jalan": 4.0, "drainase": 3.0}
RADIUS_M = {"air_minum": 60.0}


@dataclass(frozen=True)
class Spec:
    """What is decided about a town: its place, its names, how large its slums are and how far it has come."""

    code: str
    name: str
    lon: float
    lat: float
    island: bool
    slum_weight: float
    done: float
    kecamatan: tuple[str, ...]
    kelurahan: tuple[str, ...]
    dirt: str = ""

    @property
    def zone(self) -> int:
        """EPSG code of the town's UTM zone."""
        return 32750 if self.lon < 120 else 32751


# --- coordinates ------------------------------------------------------------------------------------------


@cache
def _transformer(zone: int, inverse: bool) -> Transformer:
    ends = (zone, 4326) if inverse else (4326, zone)
    return Transformer.from_crs(*ends, always_xy=True)


def to_file(shape: BaseGeometry, zone: int) -> BaseGeometry:
    """UTM to longitude and latitude with the 7 decimals of the files."""

    def convert(xy: Array) -> Array:
        return np.column_stack(_transformer(zone, True).transform(xy[:, 0], xy[:, 1])).round(7)

    return shapely.transform(shape, convert)


def from_file(shape: BaseGeometry, zone: int) -> BaseGeometry:
    """Longitude and latitude to UTM."""
    return shapely.transform(
        shape, lambda xy: np.column_stack(_transformer(zone, False).transform(xy[:, 0], xy[:, 1]))
    )


def as_written(shape: BaseGeometry, zone: int) -> BaseGeometry:
    """Give the UTM shape that a reader of the file gets back."""
    return from_file(to_file(shape, zone), zone)


def footprint(kind: str, shape: BaseGeometry) -> BaseGeometry:
    """Ground that a work covers: a line by its total width, a point by its radius, a polygon as it is."""
    reach = WIDTH_M.get(kind, 0.0) / 2 or RADIUS_M.get(kind, 0.0)
    return shape.buffer(reach, quad_segs=16) if reach else shape


# --- shapes -----------------------------------------------------------------------------------------------


def parts(shape: BaseGeometry, at_least: float = 0.0) -> list[BaseGeometry]:
    """Single parts of a shape that are larger (polygons) or longer (lines) than `at_least`."""
    found = shapely.get_parts(shape)
    sizes = [one.area if one.geom_type == "Polygon" else one.length for one in found]
    return [one for one, size in zip(found, sizes, strict=True) if size > at_least]


def largest(shape: BaseGeometry) -> Polygon:
    """Largest polygon of a shape, without holes."""
    return Polygon(max(parts(shape), key=lambda one: one.area).exterior)


def polygons(shape: BaseGeometry, at_least: float) -> BaseGeometry:
    """Polygons of a shape without crumbs."""
    kept = [one for one in parts(shape, at_least) if one.geom_type == "Polygon"]
    return kept[0] if len(kept) == 1 else MultiPolygon(kept)


def bisect(measure: Callable[[float], float], target: float, low: float, high: float) -> float:
    """Parameter at which the rising `measure` reaches `target`."""
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if measure(middle) < target else (low, middle)
    return (low + high) / 2


def meander(rng: Generator, wave: float, swing: float) -> Callable[[Array], Array]:
    """Sideways swing of a river, a road or a border along its length: a few octaves of sines."""
    octaves = np.array([1.0, 2.3, 5.1, 11.7])
    phases = rng.uniform(0, 2 * np.pi, 4)
    turns, swings = 2 * np.pi * octaves / wave, swing / octaves**1.25
    return lambda s: np.sin(np.outer(s, turns) + phases) @ swings


# --- step 1: the ground -----------------------------------------------------------------------------------


class Ground:
    """Coordinates along and away from a fractal shore, on UTM metres.

    Parameters
    ----------
    spec
        The town.
    rng
        Source of chance.
    """

    def __init__(self, spec: Spec, rng: Generator) -> None:
        count = len(spec.kelurahan)
        self.island = spec.island
        self.radius = rng.uniform(330, 380) * count if spec.island else rng.uniform(1150, 1350)
        self.half = np.pi * self.radius if spec.island else rng.uniform(330, 390) * count
        self.depth = rng.uniform(1500, 1900)
        self.turn = rng.uniform(0, 2 * np.pi)
        self.origin = np.array(_transformer(spec.zone, False).transform(spec.lon, spec.lat))
        self.orders = np.array([2, 3, 5, 8, 13, 21, 34, 55, 89])
        self.swings = 0.24 * self.radius * rng.uniform(0.4, 1, 9) / self.orders**1.12
        self.phases = rng.uniform(0, 2 * np.pi, 9)
        self.bay_at = rng.uniform(-0.5, 0.5)
        bends = 2 * np.pi / np.array([720.0, 310.0, 130.0])
        directions = rng.uniform(0, 2 * np.pi, 6)
        self.bends = np.column_stack([np.cos(directions), np.sin(directions)]) * np.tile(bends, 2)[:, None]
        self.bend_phases = rng.uniform(0, 2 * np.pi, 6)

    def place(self, u: Array, v: Array) -> Array:
        """Points `u` metres along the shore and `v` metres inland of it; the shore's folds fade inland."""
        angle, deep = u / self.radius, np.maximum(v, 0) / self.radius
        folds = np.sin(np.outer(angle, self.orders) + self.phases)
        folds *= np.exp(-0.6 * np.outer(deep, self.orders))
        from_bay = np.angle(np.exp(1j * (angle - self.bay_at)))
        shore = folds @ self.swings + 0.3 * self.radius * np.exp(-((from_bay / 0.28) ** 2) - deep)
        if self.island:
            reach = self.radius - shore - v
            flat = np.column_stack([1.18 * reach * np.cos(angle), 0.86 * reach * np.sin(angle)])
        else:
            flat = np.column_stack([u, v + shore - self.depth / 2])
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        flat = flat @ np.array([[cos, sin], [-sin, cos]])
        bent = np.sin(flat @ self.bends.T + self.bend_phases) * np.tile([24.0, 8.0, 3.2], 2)
        placed: Array = self.origin + flat + bent.reshape(-1, 2, 3).sum(axis=2)
        return placed.round(3)

    def shore(self) -> LineString:
        """Water line."""
        u = np.arange(-self.half, self.half, 13.0)
        u = np.append(u, self.half)
        return LineString(self.place(u, np.zeros_like(u)))

    def land(self, rng: Generator) -> Polygon:
        """Land of the town: the island, or the coast as far as the border with its hinterland."""
        if self.island:
            return largest(Polygon(self.shore()))
        v = np.arange(20.0, self.depth, 20.0)
        u = np.arange(-self.half, self.half, 20.0)
        left, right, back = (meander(rng, wave, swing) for wave, swing in ((900, 60), (800, 60), (1300, 130)))
        edges = [
            self.place(self.half + right(v), v),
            self.place(u[::-1], self.depth + back(u[::-1])),
            self.place(left(v[::-1]) - self.half, v[::-1]),
        ]
        ring = np.vstack([shapely.get_coordinates(self.shore()), *edges])
        return largest(shapely.make_valid(Polygon(ring)))


# --- step 2: kelurahan ------------------------------------------------------------------------------------


def cut_line(land: Polygon, heading: float, share: float, swing: Callable[[Array], Array]) -> LineString:
    """Winding line along `heading` that leaves `share` of the land on its left."""
    along = np.array([np.cos(heading), np.sin(heading)])
    left = np.array([-along[1], along[0]])
    middle = shapely.get_coordinates(land.centroid)[0]
    s = np.arange(-4000.0, 4000.0, 18.0)

    def line(offset: float) -> Array:
        points: Array = middle + np.outer(s, along) + np.outer(swing(s) - offset, left)
        return points

    def area_left(offset: float) -> float:
        return float(land.intersection(_left_of(line(offset))).area)

    return LineString(line(bisect(area_left, share * land.area, -2e3, 2e3)))


def _left_of(line: Array) -> Polygon:
    run = line[-1] - line[0]
    far = np.array([-run[1], run[0]])
    return Polygon(np.vstack([line, line[-1] + far, line[0] + far]))


def split(land: Polygon, line: LineString) -> list[Polygon]:
    """Two sides of the land along a line; crumbs that the line's windings cut off join the other side."""
    one = largest(land.intersection(_left_of(shapely.get_coordinates(line))))
    other = largest(land.difference(one))
    return [largest(land.difference(other)), other]


def river_mouth(river: LineString) -> BaseGeometry:
    """Water of a river that is wide at its mouth and narrows upstream."""
    points = shapely.get_coordinates(river)
    t = np.linspace(0, 1, len(points) - 1)
    reach = 5 + 13 * (1 - t) + 55 * np.exp(-t / 0.09)
    steps = shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1))
    return shapely.union_all(shapely.buffer(steps, reach, quad_segs=4)).simplify(1.5)


def divide(ground: Ground, count: int, rng: Generator) -> tuple[list[Polygon], LineString]:
    """Cut a town's land into kelurahan.

    Returns
    -------
    tuple
        The kelurahan, sharing every vertex of their borders, and the river.
    """
    land = ground.land(rng)
    aside = rng.uniform(0, 2 * np.pi) if ground.island else np.pi / 2 + rng.uniform(-0.2, 0.2)
    inland = ground.turn + aside
    share = rng.uniform(0.44, 0.54) if count == 4 else rng.uniform(0.33, 0.38)
    course = cut_line(land, inland, share, meander(rng, 950, 75))
    in_land = max(parts(course.intersection(land)), key=lambda one: one.length)
    river = substring(in_land, 0, min(0.62 * in_land.length, 1500))
    land = largest(land.difference(river_mouth(river)).simplify(1.2))
    pieces = sorted(split(land, course), key=lambda one: one.area)
    whole, to_split = (pieces[:1], pieces[1:]) if count == 3 else ([], pieces)
    for piece in to_split:
        heading = inland + rng.choice([-1, 1]) * rng.uniform(0.5, 1.1)
        whole += split(piece, cut_line(piece, heading, rng.uniform(0.42, 0.58), meander(rng, 600, 45)))
    # Snap rounding gives a border's end to the kelurahan across from it as well: no gap, no overlap.
    borders = shapely.union_all([one.boundary for one in whole], grid_size=0.01)
    cells = parts(shapely.polygonize([borders]), at_least=10_000)
    return sorted(cells, key=lambda one: one.centroid.x - one.centroid.y), river


# --- step 3: streets --------------------------------------------------------------------------------------


@dataclass
class Streets:
    """Street lattice of a town: lanes along the shore, alleys between two lanes, the blocks between them."""

    lanes: list[LineString] = field(default_factory=list)
    alleys: list[LineString] = field(default_factory=list)
    collectors: list[LineString] = field(default_factory=list)
    blocks: list[Polygon] = field(default_factory=list)


def _positions(rng: Generator, start: float, end: float, low: float, high: float) -> Array:
    steps = rng.uniform(low, high, int((end - start) / low) + 2).cumsum() + start
    return np.concatenate([[start], steps[steps < end - low], [end]])


def street_lattice(ground: Ground, rng: Generator) -> Streets:
    """Draw lanes that follow the shore, from the shallows inland, and alleys from lane to lane."""
    inland = 0.6 * ground.radius if ground.island else 0.85 * ground.depth
    lines = _positions(rng, -118, inland, 30, 58)
    through = _positions(rng, -ground.half, ground.half, 170, 290)
    rows = [np.concatenate([_positions(rng, a, b, 28, 72)[:-1] for a, b in pairwise(through)]) for _ in lines[1:]]
    rows = [np.append(row, ground.half) for row in rows]
    # An alley leans a little: it ends up to 9 m aside of its start, but for the collectors.
    tops = [np.where(np.isin(row, through), row, row + rng.uniform(-9, 9, len(row))) for row in rows]
    ends = zip([through, *tops], [*rows, through], strict=True)
    nodes = [np.union1d(below, above) for below, above in ends]
    streets = Streets()
    for j, v in enumerate(lines):
        lane = LineString(ground.place(nodes[j], np.full(len(nodes[j]), v)))
        (streets.collectors if j % 5 == 4 else streets.lanes).append(lane)
    for u in through:
        streets.collectors.append(LineString(ground.place(np.full(len(lines), u), lines)))
    for j, (row, top) in enumerate(zip(rows, tops, strict=True)):
        low, high = lines[j], lines[j + 1]
        for n, (a, b) in enumerate(pairwise(row)):
            south = nodes[j][(nodes[j] >= a) & (nodes[j] <= b)]
            north = nodes[j + 1][(nodes[j + 1] >= top[n]) & (nodes[j + 1] <= top[n + 1])][::-1]
            v = np.concatenate([np.full(len(south), low), np.full(len(north), high)])
            streets.blocks.append(Polygon(ground.place(np.concatenate([south, north]), v)))
            if a not in through:
                streets.alleys.append(LineString(ground.place(np.array([a, top[n]]), np.array([low, high]))))
    streets.blocks = [one for one in streets.blocks if one.is_valid and one.area > 300]
    return streets
