"""The page in millimetres from its lower left corner, and map frames on it in the coordinates of their ground.

Text from files is drawn as it stands, never parsed, and cut to the room it has.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from matplotlib.transforms import Affine2D

from petakumuh.model import EMPTY
from petakumuh.present.sheet.letters import FONT, MM, drawable, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from petakumuh.text import Language

__all__ = [
    "COLUMN",
    "FONT",
    "INK",
    "MAPS",
    "MM",
    "PAGE",
    "ROWS",
    "SOFT",
    "Axis",
    "Bounds",
    "Box",
    "Frame",
    "Paper",
    "known",
    "polygons",
]

Box = tuple[float, float, float, float]
"""Left, bottom, width, height in millimetres."""
Bounds = tuple[float, float, float, float]
"""West, south, east, north."""
Axis = Literal["x", "y"]

PAGE = (420.0, 297.0)
MAPS: Box = (10.0, 10.0, 284.0, 277.0)
COLUMN: Box = (301.0, 12.0, 107.0, 273.0)
ROWS = 20
"""Areas that the recap in the column has room for."""
INK, SOFT = "#1A1A1A", "#555555"


def known(name: object) -> str:
    """Give a name as it is printed: of one that no file gives, nothing."""
    return "" if name == EMPTY else str(name)


def _plain(words: object) -> str:
    """Text on one line; a character that the font does not have becomes a box, as no font is embedded here."""
    line = " ".join(str(words).split())
    return "".join(one if drawable(one) else "□" for one in line)


class Paper:
    """A page that knows how wide its words are."""

    def __init__(self, language: Language, size: tuple[float, float] = PAGE) -> None:
        self.language = language
        self.size = size
        self.figure = Figure(figsize=(size[0] / 25.4, size[1] / 25.4), dpi=100, facecolor="white")
        FigureCanvasAgg(self.figure)
        self.mm = Affine2D().scale(1 / 25.4) + self.figure.dpi_scale_trans

    def width(self, words: str, points: float, weight: str = "normal") -> float:
        """Measure words on one line."""
        # Where a file is drawn at some dpi, hinting may add a hair.
        return width(words, weight) * points * MM * 1.01

    def fit(
        self, words: object, width: float, points: float, *, lines: int = 1, weight: str = "normal"
    ) -> list[str]:
        """Break words into lines of a width; what does not fit ends in an ellipsis."""
        rest = _plain(words)
        rows: list[str] = []
        while rest and len(rows) < lines:
            if self.width(rest, points, weight) <= width:
                return [*rows, rest]
            end = "" if len(rows) + 1 < lines else "…"
            most = self._most(rest, end, width, points, weight)
            space = rest.rfind(" ", 0, most + 1)
            cut = space if space > 0 and not end else most
            rows.append(rest[:cut].rstrip() + end)
            rest = rest[cut:].lstrip()
        return rows or [""]

    def _most(self, words: str, end: str, width: float, points: float, weight: str) -> int:
        """Count the letters that fit before an ending, one at least."""
        counts = range(1, len(words))
        return max(
            1, bisect_right(counts, width, key=lambda count: self.width(words[:count] + end, points, weight))
        )

    def text(self, x: float, y: float, words: str, points: float = 6.5, **look: Any) -> None:
        """Write one line, its baseline at y."""
        given: Any = {"color": INK, "transform": self.mm, "fontsize": points, "parse_math": False} | look
        self.figure.text(x, y, words, **given)

    def heading(self, x: float, y: float, words: str) -> float:
        """Write the heading of a part of the page; return the next baseline."""
        self.text(x, y - 5, words, 7.5, weight="bold")
        return y - 9.5

    def rule(self, x: float, y: float, width: float, weight: float = 0.4, color: str = INK) -> None:
        """Draw a horizontal line."""
        height = weight * 25.4 / 72
        self.box((x, y - height / 2, width, height), facecolor=color, linewidth=0)

    def box(self, box: Box, **look: Any) -> None:
        """Draw a rectangle."""
        self.figure.add_artist(Rectangle(box[:2], box[2], box[3], transform=self.mm, **look))

    def polygon(self, corners: Sequence[tuple[float, float]], **look: Any) -> None:
        """Draw a polygon."""
        self.figure.add_artist(Polygon(corners, transform=self.mm, **look))


class Frame:
    """A map of exactly this size on the page; its names keep clear of each other.

    Parameters
    ----------
    paper
        The page.
    box
        Where on it.
    label
        Of the axes.
    middle
        Of the map, in the coordinates of its ground.
    unit
        How much ground a millimetre of paper is, in those coordinates: one number, or one for each axis.
    """

    def __init__(self, paper: Paper, box: Box, label: str, middle: Any, unit: Any) -> None:
        wide, high = paper.size
        part = (box[0] / wide, box[1] / high, box[2] / wide, box[3] / high)
        half = np.array(box[2:]) * unit / 2
        self.paper, self.unit = paper, unit
        west, south, east, north = self.bounds = _bounds(middle - half, middle + half)
        self.ax = paper.figure.add_axes(part, label=label, facecolor="white")
        self.ax.set(xlim=(west, east), ylim=(south, north))
        look: Any = {"direction": "in", "length": 2.5, "width": 0.4, "labelsize": 5, "pad": 1.5, "colors": SOFT}
        self.ax.tick_params(top=True, right=True, **look)
        self._page = paper.mm.inverted()
        self._taken: list[Bounds] = []

    def fill(self, geometries: Iterable[Any], **look: Any) -> None:
        """Draw polygons."""
        # ax.add_patch would walk every edge to find limits, which are given.
        self.ax.add_artist(PathPatch(_outline(geometries), **look))

    def limits(self, axis: Axis) -> tuple[float, float]:
        """Give the ends of an axis."""
        west, south, east, north = self.bounds
        return (west, east) if axis == "x" else (south, north)

    def rounds(self, axis: Axis, step: float, room: float) -> NDArray[np.float64]:
        """List the round coordinates along an axis; those in the corners would run into each other."""
        low, high = self.limits(axis)
        first, last = math.ceil((low + room) / step), math.floor((high - room) / step)
        return np.arange(first, last + 1, dtype=np.float64) * step

    def ticks(self, axis: Axis, at: NDArray[np.float64], words: Sequence[str]) -> None:
        """Write coordinates along the frame; beside it they are turned, for want of room."""
        (self.ax.xaxis if axis == "x" else self.ax.yaxis).set_ticks(at, labels=words)
        for label in self.ax.get_yticklabels() if axis == "y" else ():
            label.set(rotation=90, va="center")

    def keep_clear(self, at: Any) -> None:
        """Let no name cover a mark."""
        place = self._place(at)
        self._taken.append(_bounds(place - 0.9, place + 0.9))

    def write(self, spots: Iterable[Any], lines: Sequence[str], **look: Any) -> bool:
        """Write lines at the first spot where they are free, inside the frame; say whether there is one."""
        points = look["fontsize"]
        wide = max(self.paper.width(line, points) for line in lines) + 1
        half = np.array([wide, len(lines) * points * 0.43 + 0.4]) / 2
        words: Any = {"ha": "center", "va": "center", "linespacing": 1.05, "parse_math": False, "zorder": 8}
        halo = [withStroke(linewidth=1.6, foreground="white", alpha=0.85)]
        for spot in spots:
            place, (x, y) = self._place(spot), map(float, spot)
            if self._take(_bounds(place - half, place + half)):
                self.ax.text(x, y, "\n".join(lines), path_effects=halo, **words, **look)
                return True
        return False

    def _place(self, at: Any) -> Any:
        """Say where on the page a place on the ground lies."""
        return self._page.transform(self.ax.transData.transform(at))

    def _take(self, room: Bounds) -> bool:
        """Take room on the page if it is inside the frame and free."""
        west, south, east, north = room
        frame = self.ax.get_window_extent().transformed(self._page)
        inside = west > frame.x0 + 1 and south > frame.y0 + 1 and east < frame.x1 - 1 and north < frame.y1 - 1
        free = inside and not any(
            west < b[2] and b[0] < east and south < b[3] and b[1] < north for b in self._taken
        )
        if free:
            self._taken.append(room)
        return free


def _bounds(low: Any, high: Any) -> Bounds:
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def polygons(geometries: Iterable[Any]) -> Any:
    """Take multipolygons apart: shapely gives rings of single polygons only."""
    parts = shapely.get_parts(np.asarray(list(geometries), dtype=object))
    return parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)]


def _outline(geometries: Iterable[Any]) -> Outline:
    """Turn polygons into one path; rings are turned so that holes stay open."""
    areas = shapely.orient_polygons(polygons(geometries))
    rings = [Outline(shapely.get_coordinates(ring), closed=True) for ring in shapely.get_rings(areas)]
    return Outline.make_compound_path(*rings) if rings else Outline(np.empty((0, 2)))
