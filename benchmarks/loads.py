"""Loads from a fixed seed: kelurahan with shared wiggly borders, slums near the middle of towns, works.

Usage: python benchmarks/loads.py SCALE FOLDER

Each scale becomes three GeoParquet files, ``kelurahan``, ``kumuh`` and ``penanganan``, with the columns that
petakumuh reads and plain numbers beside them (``kel``, ``slum``, ``work``, ``year``, ``sector``) for engines that
group by numbers. ``city``, ``province`` and ``national`` are land with many slums; ``border``, ``crowd`` and
``million`` one giant slum each. Four kinds of works: roads and drains are lines with a width, houses are turned
rectangles, schemes are blobs; 85 of 100 lie in or near a slum.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas
import numpy as np
import shapely
from engines.answer import SECTORS, YEARS
from scipy.spatial import Voronoi

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Random = np.random.Generator
    Works = tuple[Any, Ints, Ints]  # footprints, the sector and the year of each

CRS = 32751
MIDDLE = np.array([500_000.0, 9_500_000.0])
SEED = 20_261_122
VERSION = 1
"""Raised when a load changes, so that one made before is not taken for it."""
FILES = ("kelurahan", "kumuh", "penanganan")
_BENDS = 5
"""How often each border is bent in its middle: 32 edges a border."""
_ROAD, _DRAIN, _HOUSE, _SCHEME = range(4)
_KINDS = (0.40, 0.25, 0.25, 0.10)


class Scale(NamedTuple):
    """How many of each, in a box of how many metres, and how many towns draw them together."""

    kelurahan: int
    slums: int
    works: int
    width_m: float
    height_m: float
    towns: int


SCALES = {
    "city": Scale(150, 300, 5_000, 13e3, 13e3, 1),
    "province": Scale(3_500, 4_000, 100_000, 240e3, 190e3, 24),
    "national": Scale(84_000, 40_000, 1_000_000, 2.0e6, 0.95e6, 500),
}
GIANTS = {"border": (2**20, 1_000), "crowd": (200, 100_000), "million": (200, 1_000_000)}
"""Corners of the one slum, and footprints on it."""


def make(scale: str, folder: Path) -> Path:
    """Make a load unless it stands there already; give its folder."""
    place = folder / f"{scale}-{VERSION}"
    if (place / "made").exists():
        return place
    place.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(SEED)
    layers = _giant(*GIANTS[scale], random) if scale in GIANTS else _land(SCALES[scale], random)
    for name, layer in zip(FILES, layers, strict=True):
        layer.to_parquet(
            place / f"{name}.parquet", compression="zstd", write_covering_bbox=True, row_group_size=20_000
        )
    (place / "made").touch()
    return place


def _land(scale: Scale, random: Random) -> tuple[Any, Any, Any]:
    """Give kelurahan, slums and works of one scale, around the origin's middle."""
    size = np.array([scale.width_m, scale.height_m])
    towns = random.uniform(0.06, 0.94, (scale.towns, 2)) * size if scale.towns > 1 else size[None] / 2
    many = scale.towns > 1
    drawn = int(scale.kelurahan * 0.45) if many else scale.kelurahan // 3
    spread = np.sqrt(drawn / scale.towns * 1.2e6) * 0.8 if many else scale.width_m * 0.18
    drawn_to = towns[random.integers(0, scale.towns, drawn)] + random.normal(0, spread, (drawn, 2))
    anywhere = random.random((scale.kelurahan - drawn, 2)) * size
    kelurahan = _cells(_evened(np.concatenate([drawn_to, anywhere]), size), size, random)
    near = towns[random.integers(0, scale.towns, scale.slums)]
    centre = np.clip(near + random.normal(0, spread * 0.9, near.shape), 600, size - 600)
    radius = np.clip(random.lognormal(np.log(150), 0.5, scale.slums), 40, 500)
    slums = _blobs(centre, radius, random.integers(60, 201, scale.slums), random)
    weight = radius**1.2
    home = random.choice(scale.slums, scale.works, p=weight / weight.sum())
    tied = centre[home] + random.normal(0, 0.55, (scale.works, 2)) * radius[home, None]
    loose = towns[random.integers(0, scale.towns, scale.works)]
    loose = loose + random.normal(0, spread * 1.08, (scale.works, 2))
    at = np.where(random.random((scale.works, 1)) < 0.85, tied, loose)
    return _layers(kelurahan, slums, _works(at, random), -size / 2)


def _giant(corners: int, works: int, random: Random) -> tuple[Any, Any, Any]:
    """Give one kelurahan, one slum and works on it, as many to the hectare as on the slums of a province."""
    radius = np.sqrt(max(works, 2_000) * 0.35e4 / np.pi)
    slum = _rough(radius, corners, random)
    kelurahan = np.array([shapely.box(*(shapely.bounds(slum) + np.array([-1e3, -1e3, 1e3, 1e3])))], dtype=object)
    turn, out = random.uniform(0, 2 * np.pi, works), radius * np.sqrt(random.random(works))
    at = np.column_stack([out * np.cos(turn), out * np.sin(turn)])
    return _layers(kelurahan, np.array([slum], dtype=object), _works(at, random), np.zeros(2))


def _layers(kelurahan: Any, slums: Any, works: Works, shift: Floats) -> tuple[Any, Any, Any]:
    """Give the shapes their columns and their place on earth."""
    footprints, sector, year = works

    def layer(shapes: Any, **columns: Any) -> Any:
        placed = shapely.transform(shapes, lambda xy: xy + (shift + MIDDLE))
        wrong = ~shapely.is_valid(placed)
        placed[wrong] = shapely.make_valid(placed[wrong], method="structure")
        return geopandas.GeoDataFrame(columns, geometry=placed, crs=CRS)

    codes = [f"99.{k // 9_900 + 1:02d}.{k // 100 % 99 + 1:02d}.{1001 + k % 100}" for k in range(len(kelurahan))]
    return (
        layer(kelurahan, kel=_numbers(kelurahan), kode=codes, nama=[f"Kelurahan {one}" for one in codes]),
        layer(slums, slum=_numbers(slums), kumuh_id=[f"K{k:06d}" for k in range(len(slums))]),
        layer(
            footprints,
            work=_numbers(footprints),
            id=[f"P{k:07d}" for k in range(len(footprints))],
            year=year.astype("int32"),
            sector=sector.astype("int32"),
            tahun=year.astype(str),
            sektor=np.array(SECTORS)[sector],
            status="selesai",
        ),
    )


def _numbers(shapes: Any) -> NDArray[np.int32]:
    return np.arange(len(shapes), dtype=np.int32)


def _evened(seeds: Floats, size: Floats) -> Floats:
    """Even out the middles of kelurahan, twice."""
    count, seeds = len(seeds), np.clip(seeds, 1, size - 1)
    for _ in range(2):
        cells = Voronoi(_mirrored(seeds, size))
        middles = [cells.vertices[cells.regions[one]].mean(axis=0) for one in cells.point_region[:count]]
        seeds = np.clip(middles, 1, size - 1)
    return seeds


def _mirrored(seeds: Floats, size: Floats) -> Floats:
    """Reflect the seeds at the four sides of the box, which closes its cells."""
    left, below = seeds * [-1, 1], seeds * [1, -1]
    return np.concatenate(
        [seeds, left, below, left + np.array([2 * size[0], 0]), below + np.array([0, 2 * size[1]])]
    )


def _cells(seeds: Floats, size: Floats, random: Random) -> Any:
    """Draw a kelurahan around each seed; neighbours share every vertex of their wiggly border."""
    cells, count = Voronoi(_mirrored(seeds, size)), len(seeds)
    used = (cells.ridge_points < count).any(axis=1)
    sides, ends = cells.ridge_points[used], cells.vertices[np.array(cells.ridge_vertices)[used]]
    bend = np.where((sides < count).all(axis=1), 0.22, 0.0)
    noise = [random.uniform(-1, 1, (len(ends), 2**k)) for k in range(_BENDS)]
    cell, border = sides.T.ravel(), np.tile(np.arange(len(ends)), 2)
    cell, border = cell[cell < count], border[cell < count]
    a, b = (ends[border, k] - seeds[cell] for k in (0, 1))
    order = np.lexsort((np.arctan2(*(a + b).T[::-1]), cell))
    cell, border, back = cell[order], border[order], (a[:, 0] * b[:, 1] < a[:, 1] * b[:, 0])[order]
    for calmer in (0.4, 0.4, 0.4, 0.4, 0.4, 0.0, 0.0):
        drawn = _wiggled(ends, bend, noise)[border]
        drawn[back] = drawn[back, ::-1]
        corners = drawn[:, :-1]  # the last one begins the next border
        rings = shapely.linearrings(corners.reshape(-1, 2), indices=np.repeat(cell, corners.shape[1]))
        shapes = shapely.polygons(rings)
        crossed = ~shapely.is_valid(shapes)
        bend[border[crossed[cell]]] *= calmer
    return shapes


def _wiggled(ends: Floats, bend: Floats, noise: list[Floats]) -> Floats:
    """Move the middle of every edge to its side, again and again."""
    lines = ends
    for moved in noise:
        step = np.diff(lines, axis=1)
        aside = step[..., ::-1] * [-1, 1] * (moved * bend[:, None])[..., None]
        finer = np.empty((len(lines), 2 * lines.shape[1] - 1, 2))
        finer[:, ::2] = lines
        finer[:, 1::2] = (lines[:, :-1] + lines[:, 1:]) / 2 + aside
        lines = finer
    return lines


def _blobs(centre: Floats, radius: Floats, corners: Ints, random: Random) -> Any:
    """Draw star-shaped polygons, each flattened and turned its own way."""
    count = len(centre)
    of, at = _steps(corners)
    turn = 2 * np.pi * at / corners[of]
    reach = np.ones(len(turn))
    for wave in range(1, 9):
        height, phase = random.normal(0, 0.28 / wave**1.2, count), random.uniform(0, 2 * np.pi, count)
        reach += height[of] * np.cos(wave * turn + phase[of])
    reach = np.clip(reach + random.normal(0, 0.02, len(turn)), 0.25, 2.2) * radius[of]
    flat, tilt = random.uniform(0.5, 1, count)[of], random.uniform(0, np.pi, count)[of]
    x, y = reach * np.cos(turn), reach * np.sin(turn) * flat
    xy = np.column_stack([x * np.cos(tilt) - y * np.sin(tilt), x * np.sin(tilt) + y * np.cos(tilt)])
    return shapely.polygons(shapely.linearrings(centre[of] + xy, indices=of))


def _rough(radius: float, corners: int, random: Random) -> Any:
    """Draw one star-shaped polygon whose border is as rough near by as from afar."""
    waves = np.arange(1, corners // 2)
    height = random.normal(0, 0.2 / waves**1.5) * np.exp(1j * random.uniform(0, 2 * np.pi, len(waves)))
    reach = np.fft.irfft(np.concatenate([[2], height, [0]]) * corners / 2, corners)
    turn = 2 * np.pi * np.arange(corners) / corners
    reach = radius * np.clip(reach, 0.25, 2.2)
    return shapely.polygons(np.column_stack([reach * np.cos(turn), reach * np.sin(turn)]))


def _works(at: Floats, random: Random) -> Works:
    """Draw a footprint at each place; give footprints, sectors and years."""
    count = len(at)
    kind = random.choice(4, count, p=_KINDS)
    shapes = np.empty(count, dtype=object)
    for one, widths in ((_ROAD, (2, 4)), (_DRAIN, (0.5, 1.5))):
        shapes[kind == one] = _ribbons(at[kind == one], widths, random)
    shapes[kind == _HOUSE] = _houses(at[kind == _HOUSE], random)
    schemes = at[kind == _SCHEME]
    radius = np.clip(random.lognormal(np.log(70), 0.6, len(schemes)), 20, 350)
    shapes[kind == _SCHEME] = _blobs(schemes, radius, random.integers(24, 65, len(schemes)), random)
    mixed = random.choice([2, 4, 5, 6], count)
    sector = np.select([kind == _ROAD, kind == _DRAIN, kind == _HOUSE], [1, 3, 0], mixed)
    return shapes, sector, random.integers(YEARS.start, YEARS.stop, count)


def _ribbons(at: Floats, widths: tuple[float, float], random: Random) -> Any:
    """Draw crooked lines of 60 to 450 m around their middles, as wide on each side as told."""
    corners = random.integers(4, 14, len(at))
    of, step = _steps(corners)
    length = random.uniform(60, 450, len(at)) / corners
    turned = np.where(step, random.normal(0, 0.22, len(of)), random.uniform(0, 2 * np.pi, len(at))[of])
    heading = _running(turned, corners)
    xy = np.column_stack([_running(length[of] * part, corners) for part in (np.cos(heading), np.sin(heading))])
    middle = np.add.reduceat(xy, np.cumsum(corners) - corners) / corners[:, None]
    lines = shapely.linestrings(xy + (at - middle)[of], indices=of)
    return shapely.buffer(lines, random.uniform(*widths, len(at)), quad_segs=4)


def _houses(at: Floats, random: Random) -> Any:
    """Draw rectangles of 4 to 12 m, turned."""
    half, tilt = random.uniform(2, 6, (2, len(at), 1)), random.uniform(0, np.pi, (len(at), 1))
    x, y = half[0] * [-1, 1, 1, -1], half[1] * [-1, -1, 1, 1]
    xy = np.stack([x * np.cos(tilt) - y * np.sin(tilt), x * np.sin(tilt) + y * np.cos(tilt)], axis=-1)
    return shapely.polygons(xy + at[:, None])


def _steps(corners: Ints) -> tuple[Ints, Ints]:
    """Give for each corner of all shapes its shape and its number there."""
    of = np.repeat(np.arange(len(corners)), corners)
    return of, np.arange(len(of)) - (np.cumsum(corners) - corners)[of]


def _running(values: Floats, corners: Ints) -> Floats:
    """Sum values along each shape."""
    total = np.cumsum(values)
    before = np.concatenate([[0.0], total])[np.cumsum(corners) - corners]
    running: Floats = total - np.repeat(before, corners)
    return running


if __name__ == "__main__":
    print(make(sys.argv[1], Path(sys.argv[2])))
