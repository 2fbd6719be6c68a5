"""What each map of a layout shows: round scales, true in the UTM zone of the ground."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Transformer

from petakumuh.model import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from petakumuh.model import Result

__all__ = [
    "Box",
    "Frame",
    "cells",
    "frame_of",
    "kelurahan_frames",
    "panels",
    "region_frames",
    "segment",
    "surroundings",
]

Box = tuple[float, float, float, float]
"""Left, top, width and height in millimetres from the top left of the page."""

_STEPS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8, 10)
_LEAST = 2000
_AIR = 1.08
"""Ground does not touch the frame."""
_WHOLE = 2.0
"""A page shows its whole kelurahan where that needs a scale at most so much smaller than its slums alone."""
_COARSEST = 75_000
"""From this denominator on slums are dots: the region is shown in parts."""
_PANELS = 12
_GAP, _CAPTION = 6.0, 6.0


@dataclass(frozen=True)
class Frame:
    """A piece of a plane at a scale.

    Attributes
    ----------
    bounds
        West, south, east, north in metres.
    scale
        The denominator.
    epsg
        The UTM zone.
    """

    bounds: tuple[float, float, float, float]
    scale: int
    epsg: int


def frame_of(bounds: NDArray[np.float64], wide: float, high: float, epsg: int) -> Frame:
    """Frame ground for a box of so many millimetres, at the largest round scale that has room for it.

    Examples
    --------
    >>> frame_of(np.array([0, 0, 2700.0, 1000.0]), 280, 260, 32749)
    Frame(bounds=(-400.0, -1125.0, 3100.0, 2125.0), scale=12500, epsg=32749)
    """
    span = (bounds[2:] - bounds[:2]) * _AIR
    need = max(float((span / (wide, high)).max()) * 1000, _LEAST)
    power = 10 ** math.floor(math.log10(need))
    scale = round(next(step * power for step in _STEPS if step * power >= need))
    middle = (bounds[:2] + bounds[2:]) / 2
    half = np.array([wide, high]) * scale / 2000
    west, south, east, north = np.round([*(middle - half), *(middle + half)], 3).tolist()
    return Frame((west, south, east, north), scale, epsg)


def segment(scale: int, longest: float = 70.0) -> int:
    """Say how many metres each of the two parts of a graphic scale is: 1, 2 or 5 times a power of ten.

    Parameters
    ----------
    scale
        The denominator.
    longest
        Of both parts, in millimetres.

    Examples
    --------
    >>> [segment(scale) for scale in (2000, 5000, 7500, 75_000)]
    [50, 100, 200, 2000]
    """
    most = longest * scale / 2000
    power = 10 ** math.floor(math.log10(most))
    return int(next(step * power for step in (5, 2, 1) if step * power <= most))


def region_frames(run: Result, box: Box, inset: Box) -> tuple[Frame, Frame]:
    """Frame all slums for the main map, and all kelurahan for its inset, in the zone of most ground."""
    zone = int(run.bidang.groupby("zona")["luas_ha"].sum().idxmax())
    slums = _bounds(run.layers.kumuh, zone)
    land = _outer(np.stack([slums, _bounds(run.layers.kelurahan, zone)]))
    return frame_of(slums, *box[2:], zone), frame_of(land, *inset[2:], zone)


def kelurahan_frames(run: Result, box: Box) -> dict[str, Frame]:
    """Frame each kelurahan that has slum ground, by its code: whole, or its slums where these would be dots."""
    return _frames(run, _home(run, "kelurahan"), box)


def panels(run: Result, main: Frame, room: Box) -> dict[str, tuple[str, Box, Frame]]:
    """Show a wide region in parts: each kabupaten/kota with slums, or of a single one each kecamatan.

    Returns
    -------
        Code -> name, box and frame, of those with most slum; none where one map shows the slums well.
    """
    level = _parted(run, main)
    if not level:
        return {}
    rows = run.tables[level]
    rows = rows[rows["kode"] != OUTSIDE].sort_values("luas_delineasi_ha", ascending=False, kind="stable")
    most = rows[:_PANELS].sort_values("kode")
    boxes = cells(len(most), room)
    frames = _frames(run, _home(run, level), boxes[0])
    pairs = zip(most["kode"], most["nama"], boxes, strict=True)
    return {code: (str(name), box, frames[code]) for code, name, box in pairs if code in frames}


def surroundings(run: Result, main: Frame, inset: Box) -> dict[str, Frame]:
    """Frame for each kelurahan the part of a wide region that it lies in; none where one frame shows them all."""
    level = _parted(run, main)
    if not level:
        return {}
    home = _home(run, level)
    frames = _frames(run, home, inset, whole=math.inf)
    return {code: frames[part] for code, part in home.items() if part in frames}


def _parted(run: Result, main: Frame) -> str:
    """Name the level whose areas have maps of their own, where slums would be dots on one map."""
    several = (one for one in ("kabupaten_kota", "kecamatan") if (run.tables[one]["kode"] != OUTSIDE).sum() > 1)
    return next(several, "") if main.scale >= _COARSEST else ""


def _home(run: Result, level: str) -> dict[str, str]:
    land = run.layers.kelurahan
    return dict(zip(land["kelurahan_id"], land[f"{level}_id"], strict=True))


def cells(count: int, room: Box) -> list[Box]:
    """Lay out panels row by row, as square as they come, each below its caption.

    Examples
    --------
    >>> cells(2, (0.0, 0.0, 106.0, 56.0))
    [(0.0, 6.0, 50.0, 44.0), (56.0, 6.0, 50.0, 44.0)]
    """
    left, top, wide, high = room
    columns = max(range(1, count + 1), key=lambda one: min(wide / one, high / math.ceil(count / one)))
    rows = math.ceil(count / columns)
    across, down = (wide + _GAP) / columns, (high + _GAP) / rows
    return [
        (
            left + at % columns * across,
            top + at // columns * down + _CAPTION,
            across - _GAP,
            down - _GAP - _CAPTION - (_GAP if rows == 1 else 0),
        )
        for at in range(count)
    ]


def _frames(run: Result, home: Mapping[str, str], box: Box, *, whole: float = _WHOLE) -> dict[str, Frame]:
    """Frame the slum ground of each area, in the zone of most of it; ``home`` says where a kelurahan belongs."""
    area = run.bidang["kelurahan_id"].map(home)
    inside = run.bidang[area.notna()].assign(area=area)
    zones = inside.groupby(["area", "zona"])["luas_ha"].sum().reset_index().sort_values(["area", "luas_ha"])
    zone_of = zones.drop_duplicates("area", keep="last").set_index("area")["zona"]
    land = run.layers.kelurahan.assign(area=run.layers.kelurahan["kelurahan_id"].map(home))
    frames: dict[str, Frame] = {}
    for zone in sorted(set(zone_of)):
        slums, kelurahan = (
            _by_area(rows[rows["area"].map(zone_of) == zone], int(zone)) for rows in (inside, land)
        )
        for code, bounds in slums.items():
            near = frame_of(bounds, *box[2:], int(zone))
            far = frame_of(_outer(np.stack([bounds, kelurahan[code]])), *box[2:], int(zone))
            frames[code] = far if far.scale <= near.scale * whole else near
    return dict(sorted(frames.items()))


def _by_area(rows: GeoDataFrame, zone: int) -> dict[str, NDArray[np.float64]]:
    """Bounds of the rows of each ``area`` in a zone."""
    boxes = rows.geometry.bounds.groupby(rows["area"])
    corners = boxes.agg({"minx": "min", "miny": "min", "maxx": "max", "maxy": "max"})
    return {
        str(code): _over(np.array(box), rows.crs.to_epsg(), zone) for code, *box in corners.itertuples(name=None)
    }


def _bounds(rows: GeoDataFrame, zone: int) -> NDArray[np.float64]:
    return _over(np.asarray(rows.total_bounds, dtype=np.float64), rows.crs.to_epsg(), zone)


def _over(box: NDArray[np.float64], crs: int, zone: int) -> NDArray[np.float64]:
    """Bring a box into a zone; what its edges bend on the way is less than the air of a frame."""
    return box if crs == zone else np.array(_transformer(crs, zone).transform_bounds(*box))


@cache
def _transformer(crs: int, zone: int) -> Transformer:
    return Transformer.from_crs(crs, zone, always_xy=True)


def _outer(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
