"""Coordinates around a map: metres of its zone as lines, degrees as crosses and ticks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas
import numpy as np
import shapely

from petakumuh.measure import LONLAT, to_lonlat
from petakumuh.present.sheet.ink import segments
from petakumuh.present.sheet.paper import SOFT
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from petakumuh.present.atlas.frame import Frame

__all__ = ["Grid", "angle", "degrees"]

_LINE, _CROSS = "#BCC7D2", "#5F6B78"
_SECONDS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 18000, 36000)
"""Round steps of degrees."""
_MINUTE, _SECOND = "\N{PRIME}", "\N{DOUBLE PRIME}"
_ALONG = np.linspace(0, 1, 9)
_ARM, _TICK = 1.0, 1.3


class _Ticks(NamedTuple):
    """Places along an edge of the frame in millimetres, and what is written there."""

    at: NDArray[np.float64]
    words: list[str]


class Grid:
    """The coordinates of a map, with so many lines at most across its shorter side.

    Parameters
    ----------
    frame
        The map.
    epsg
        Its zone.
    count
        Lines across the shorter side.
    points
        Size of the words.
    """

    def __init__(self, frame: Frame, epsg: int, count: int, points: float) -> None:
        self.frame, self.epsg, self.points = frame, epsg, points
        self.language: Language = frame.page.language
        west, south, east, north = frame.bounds
        span = min(east - west, north - south)
        self.metres = _round(span, count)
        seconds = span / 111_320 * 3600 / max(count - 1, 1)
        self.seconds = next((one for one in _SECONDS if one >= seconds), _SECONDS[-1])

    def draw(self) -> None:
        """Draw the lines of the zone and the crosses of degrees; ground is drawn over them."""
        x, y, wide, high = self.frame.box
        lines = [((one, y), (one, y + high)) for one in self._metres(0).at]
        lines += [((x, one), (x + wide, one)) for one in self._metres(1).at]
        if lines:
            self.frame.page.shape(segments(lines), line=_LINE, width=0.1, gid="grid")

    def write(self) -> None:
        """Write metres below and to the left, degrees above and to the right, and draw the crosses."""
        page, (x, y, wide, high) = self.frame.page, self.frame.box
        page.box((x, y, wide, high), fill=False, edgecolor="#1A1A1A", linewidth=0.7)
        ticks = []
        gap = self.points * 0.36
        for one, words in zip(*self._metres(0), strict=True):
            self._label(one, y - gap - 0.5, words)
        for one, words in zip(*self._metres(1), strict=True):
            self._label(x - 0.9, one, words, turned=True)
        for edge, base in ((0, y), (1, y + high)):
            for one, words in zip(*self._degrees(0, edge), strict=True):
                ticks.append(((one, base), (one, base + _TICK * (1 - 2 * edge))))
                if edge:
                    self._label(one, base + 0.8, words)
        for edge, base in ((0, x), (1, x + wide)):
            for one, words in zip(*self._degrees(1, edge), strict=True):
                ticks.append(((base, one), (base + _TICK * (1 - 2 * edge), one)))
                if edge:
                    self._label(base + gap + 0.5, one, words, turned=True)
        if ticks:
            page.shape(
                segments(ticks + self._crosses()), line=_CROSS, width=0.18, clip=self.frame.box, gid="derajat"
            )

    def _label(self, x: float, y: float, words: str, *, turned: bool = False) -> None:
        """Write a coordinate around a place on the edge, unless it would leave the edge."""
        page, (left, low, wide, high) = self.frame.page, self.frame.box
        half = page.width(words, self.points) / 2
        if turned and low <= y - half and y + half <= low + high:
            page.text(x, y - half, words, self.points, rotation=90, color=SOFT, gid="koordinat")
        elif not turned and left <= x - half and x + half <= left + wide:
            page.text(x - half, y, words, self.points, color=SOFT, gid="koordinat")

    def _metres(self, axis: int) -> _Ticks:
        low, high = self.frame.bounds[axis], self.frame.bounds[axis + 2]
        values = _multiples(low, high, self.metres)
        at = (values - low) / self.frame.unit + self.frame.box[axis]
        return _Ticks(at, [number(one, 0, self.language) for one in values])

    def _degrees(self, axis: int, edge: int) -> _Ticks:
        """Find where round degrees meet an edge: longitude (0) the lower and upper one, latitude the others."""
        bounds = np.array(self.frame.bounds).reshape(2, 2)
        along = bounds[0, axis] + _ALONG * (bounds[1, axis] - bounds[0, axis])
        other = np.full(len(along), bounds[edge, 1 - axis])
        xy = np.column_stack([along, other] if axis == 0 else [other, along])
        found = shapely.get_coordinates(to_lonlat(shapely.linestrings(xy), self.epsg))[:, axis]
        step = self.seconds / 3600
        values = _multiples(found[0], found[-1], step)
        at = (np.interp(values, found, along) - bounds[0, axis]) / self.frame.unit + self.frame.box[axis]
        return _Ticks(at, [degrees(one, axis, self.language) for one in values])

    def _crosses(self) -> list[Any]:
        """Lay a small cross wherever round degrees meet inside the frame."""
        west, south, east, north = shapely.bounds(
            to_lonlat(shapely.segmentize(shapely.box(*self.frame.bounds), self.frame.unit * 100), self.epsg)
        )
        step = self.seconds / 3600
        lon, lat = np.meshgrid(_multiples(west, east, step), _multiples(south, north, step))
        if not lon.size:
            return []
        there = geopandas.GeoSeries(geopandas.points_from_xy(lon.ravel(), lat.ravel()), crs=LONLAT).to_crs(
            self.epsg
        )
        found: list[Any] = []
        for x, y in self.frame.place(shapely.get_coordinates(there.to_numpy())):
            found += [((x - _ARM, y), (x + _ARM, y)), ((x, y - _ARM), (x, y + _ARM))]
        return found


def _round(span: float, count: int) -> float:
    """Find the round distance that cuts a span into at most so many parts."""
    power = 10 ** math.floor(math.log10(span / count))
    return float(next(step * power for step in (1, 2, 2.5, 5, 10) if span / (step * power) <= count))


def _multiples(low: float, high: float, step: float) -> NDArray[np.float64]:
    return np.arange(math.ceil(low / step), math.floor(high / step) + 1, dtype=np.float64) * step


def degrees(value: float, axis: int, language: Language) -> str:
    """Write longitude (axis 0) or latitude in degrees, minutes and seconds, as map sheets do.

    Examples
    --------
    >>> degrees(119.0, 0, "id"), degrees(-5.0, 1, "id")
    ('119° BT', '5° LS')
    """
    words = angle(round(abs(value) * 3600))
    key = "bujur" if axis == 0 else "lintang_utara" if value >= 0 else "lintang_selatan"
    return say(f"atlas.{key}", language, derajat=words)


def angle(seconds: int) -> str:
    """Write an angle in degrees, minutes and seconds, as far as it has them.

    Examples
    --------
    >>> angle(7200)
    '2°'
    """
    whole, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    if not whole:
        return (f"{minute}{_MINUTE}" if minute else "") + (f"{second}{_SECOND}" if second or not minute else "")
    minutes = f"{minute:02d}{_MINUTE}" if minute or second else ""
    return f"{whole}°{minutes}" + (f"{second:02d}{_SECOND}" if second else "")
