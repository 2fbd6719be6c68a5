"""Pages as lists of marks: words, shapes and pictures that know where they lie.

Nothing has to be drawn to see whether words collide or leave the page, and an atlas of hundreds of pages needs no
artist for each mark: any renderer of matplotlib draws them, that of a PDF as that of a PNG.
"""

from __future__ import annotations

import io
import math
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib.style
import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D, Bbox, TransformedPath
from PIL import Image as Imaging
from PIL.Image import DecompressionBombError, DecompressionBombWarning

from petakumuh.errors import InputError
from petakumuh.present.sheet.letters import FONT, MM
from petakumuh.present.sheet.looks import HATCHES
from petakumuh.present.sheet.paper import INK, PAGE, Bounds, Box, Paper

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.Image import Image

    from petakumuh.present.legend import Look
    from petakumuh.text import Language

__all__ = [
    "Logo",
    "Page",
    "Pasted",
    "Shape",
    "Trace",
    "Words",
    "as_figure",
    "outline",
    "picture",
    "png",
    "segments",
]

_MOVE, _LINE, _CLOSE = int(Outline.MOVETO), int(Outline.LINETO), int(Outline.CLOSEPOLY)
_HALO = 0.72
"""Opacity of the light ground on which words stand on a map."""
_RC: Any = ["default", {"path.simplify": False, "text.hinting": "none"}]
"""Hinted letters of a coarse picture are wider than they were measured."""
_ASCENT, _DESCENT = 0.76, 0.24
"""Of the letters of the font, as parts of their size."""
_TURN = np.linspace(0, 2 * np.pi, 25) + np.pi / 24
_CIRCLE = np.column_stack([np.cos(_TURN), np.sin(_TURN)])
_HATCH_MM = 0.2
_HUNDREDTHS = 100 / MM
_LOGO = 800
"""Pixels of a logo."""


class Trace(NamedTuple):
    """A path: its corners in hundredths of a point from the lower left of the page, and what each does."""

    xy: NDArray[np.int32]
    codes: NDArray[np.uint8]


class Words(NamedTuple):
    """A line of text from its left end on, in millimetres."""

    x: float
    y: float
    words: str
    points: float
    weight: str
    color: str
    angle: float
    gid: str
    box: Bounds


class Shape(NamedTuple):
    """A path filled, drawn along, or filled with lines (``hatch``); what lies outside its clip is not seen.

    Widths and dashes are in millimetres.
    """

    trace: Trace
    fill: str | None
    opacity: float
    line: str | None
    width: float
    dash: tuple[float, ...]
    hatch: str
    clip: Box | None
    gid: str


class Logo(NamedTuple):
    """A picture, and its pixels from below: always the same array, as a file holds each array once."""

    image: Image
    pixels: NDArray[np.uint8]


class Pasted(NamedTuple):
    """A picture in its box."""

    logo: Logo
    box: Box


class Page(Paper):
    """A page of any size that lists what is on it."""

    def __init__(self, language: Language, size: tuple[float, float] = PAGE) -> None:
        self.language = language
        self.size = size
        self.marks: list[Words | Shape | Pasted] = []

    def text(self, x: float, y: float, words: str, points: float = 6.5, **look: Any) -> None:
        """Write one line, its baseline at y; ``ha, weight, color, rotation, gid`` as on paper."""
        if not words:
            return
        weight, angle = look.get("weight", "normal"), float(look.get("rotation", 0))
        wide = self.width(words, points, weight)
        back = {"right": 1.0, "center": 0.5}.get(look.get("ha", "left"), 0.0) * wide
        turn = math.radians(angle)
        x, y = x - back * math.cos(turn), y - back * math.sin(turn)
        low, high = -_DESCENT * points * MM, _ASCENT * points * MM
        box = (x - high, y, x - low, y + wide) if angle else (x, y + low, x + wide, y + high)
        told = (look.get("color", INK), angle, str(look.get("gid", "")))
        self.marks.append(Words(x, y, words, points, weight, *told, box))

    def halo(self, x: float, y: float, words: str, points: float, weight: str = "normal") -> None:
        """Lay a light ground below a line around x, its baseline at y."""
        half = self.width(words, points, weight) / 2 + 0.4
        low, high = 0.1 - _DESCENT * points * MM, _ASCENT * points * MM
        self.pill((x - half, y + low, x + half, y + high), facecolor="#FFFFFF", opacity=_HALO, gid="alas")

    def box(self, box: Box, **look: Any) -> None:
        """Draw a rectangle."""
        x, y, wide, high = box
        self.polygon([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], **look)

    def polygon(self, corners: Any, **look: Any) -> None:
        """Draw a polygon; ``facecolor, edgecolor, linewidth`` (in points), ``fill, gid`` as on paper."""
        fill = look.get("facecolor") if look.get("fill", True) else None
        width = look.get("linewidth", 0) * MM
        told = {"gid": look.get("gid", ""), "clip": look.get("clip"), "opacity": look.get("opacity", 1.0)}
        self.shape(_ring(corners), fill=_hex(fill), line=_hex(look.get("edgecolor")), width=width, **told)

    def circle(self, x: float, y: float, radius: float, **look: Any) -> None:
        """Draw a circle."""
        self.polygon(_CIRCLE * radius + (x, y), **look)

    def pill(self, room: Bounds, **look: Any) -> None:
        """Draw a box with round ends."""
        west, south, east, north = room
        radius = (north - south) / 2
        across = _CIRCLE[:, 0] * radius + np.where(_CIRCLE[:, 0] >= 0, east - radius, west + radius)
        self.polygon(np.column_stack([across, _CIRCLE[:, 1] * radius + (south + north) / 2]), **look)

    def look(self, trace: Trace, look: Look, *, clip: Box | None = None, gid: str = "") -> None:
        """Draw a path as the legend says."""
        lined: Any = {"line": look.line, "width": look.width, "dash": look.dash} if look.line else {}
        if look.fill:
            once = {} if look.hatch else lined  # Where nothing comes between, the path is in the file once.
            self.shape(trace, fill=look.fill, opacity=look.opacity, clip=clip, gid=gid, **once)
        if look.hatch:
            self.shape(trace, line=look.hatch_color or look.line, hatch=look.hatch, clip=clip, gid=gid)
        if lined and (look.hatch or not look.fill):
            self.shape(trace, clip=clip, gid=gid, **lined)

    def swatch(self, box: Box, look: Look, gid: str) -> None:
        """Draw what ground of a class looks like."""
        x, y, wide, high = box
        self.look(_ring([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]), look, gid=gid)

    def shape(
        self,
        trace: Trace,
        *,
        fill: str | None = None,
        opacity: float = 1.0,
        line: str | None = None,
        width: float = _HATCH_MM,
        dash: Sequence[float] = (),
        hatch: str = "",
        clip: Box | None = None,
        gid: str = "",
    ) -> None:
        """Draw a path."""
        line = line if width else None
        self.marks.append(Shape(trace, fill, opacity, line, width, tuple(dash), hatch, clip, gid))

    def paste(self, logo: Logo, box: Box) -> None:
        """Put a picture into the middle of a box, as large as it fits."""
        x, y, wide, high = box
        part = min(wide / logo.image.width, high / logo.image.height)
        wide, high = logo.image.width * part, logo.image.height * part
        self.marks.append(Pasted(logo, (x + (box[2] - wide) / 2, y + (box[3] - high) / 2, wide, high)))


def _hex(color: str | None) -> str | None:
    return {"white": "#FFFFFF", "none": None}.get(str(color), color)


def _ring(corners: Any) -> Trace:
    """Close corners in millimetres."""
    xy = np.round(np.asarray(corners, dtype=np.float64) * _HUNDREDTHS).astype(np.int32)
    codes = np.full(len(xy) + 1, _LINE, dtype=np.uint8)
    codes[0], codes[-1] = _MOVE, _CLOSE
    return Trace(np.concatenate([xy, xy[:1]]), codes)


def outline(shapes: NDArray[Any], place: Callable[[Any], NDArray[np.float64]]) -> Trace:
    """Turn polygons or lines into one path; corners that fall together are one.

    Parameters
    ----------
    shapes
        All of them polygons, or all of them lines.
    place
        Says where on the page places on the ground lie, in millimetres.
    """
    areas = shapely.get_dimensions(shapes[0]) == 2  # noqa: PLR2004
    parts = shapely.get_rings(shapes) if areas else shapes
    ground, part = shapely.get_coordinates(parts, return_index=True)
    xy = np.round(place(ground) * _HUNDREDTHS).astype(np.int32)
    first = np.concatenate([[True], part[1:] != part[:-1]])
    last = np.concatenate([first[1:], [True]])
    kept = first | last | np.concatenate([[True], (xy[1:] != xy[:-1]).any(axis=1)])
    codes = np.full(len(xy), _LINE, dtype=np.uint8)
    codes[first] = _MOVE
    if areas:
        codes[last] = _CLOSE
    return Trace(xy[kept], codes[kept])


def segments(lines: Any) -> Trace:
    """Turn straight lines between two places in millimetres into one path."""
    xy = np.round(np.asarray(lines, dtype=np.float64).reshape(-1, 2) * _HUNDREDTHS).astype(np.int32)
    return Trace(xy, np.tile(np.array([_MOVE, _LINE], dtype=np.uint8), len(xy) // 2))


def _hatching(trace: Trace, hatch: str) -> Trace:
    """Give the lines that fill the bounds of a path; they go on from one path to its neighbour."""
    low, high = trace.xy.min(axis=0) / _HUNDREDTHS, trace.xy.max(axis=0) / _HUNDREDTHS
    return segments(np.concatenate([_parallels(low, high, *one) for one in HATCHES[hatch]]))


def _parallels(low: Any, high: Any, angle: float, step: float, dash: float) -> NDArray[np.float64]:
    """Lay parallel lines over a box; with a dash they are dots, set between those of the next line."""
    turn = math.radians(angle)
    along, across = np.array([math.cos(turn), math.sin(turn)]), np.array([-math.sin(turn), math.cos(turn)])
    corners = np.array([(x, y) for x in (low[0], high[0]) for y in (low[1], high[1])])
    far, wide = corners @ across, corners @ along
    rows = np.arange(math.floor(far.min() / step), math.ceil(far.max() / step) + 1)
    if not dash:
        return np.stack(
            [across * (rows * step)[:, None] + along * end for end in (wide.min(), wide.max())], axis=1
        )
    places = np.arange(math.floor(wide.min() / step), math.ceil(wide.max() / step) + 1)
    row, place = (one.ravel() for one in np.meshgrid(rows, places))
    start = across * (row * step)[:, None] + along * ((place + row % 2 / 2) * step)[:, None]
    return np.stack([start, start + along * dash], axis=1)


def picture(path: Path) -> Logo:
    """Read a logo, no larger than print needs it.

    Raises
    ------
    InputError
        When it is no picture, or one of more pixels than a logo has.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DecompressionBombWarning)
            with Imaging.open(path, formats=("PNG", "JPEG")) as file:
                held = file.convert("RGBA")
    except (OSError, ValueError, SyntaxError, DecompressionBombWarning, DecompressionBombError) as error:
        raise InputError("logo_rusak", file=path.name, alasan=error) from error
    held.thumbnail((_LOGO, _LOGO))
    return Logo(held, np.asarray(held)[::-1].copy())


def as_figure(page: Page) -> Figure:
    """Give a page to matplotlib; whichever of its canvases draws it."""
    figure = Figure(figsize=(page.size[0] / 25.4, page.size[1] / 25.4), facecolor="white")
    figure.add_artist(_Ink(page.marks))
    return figure


def png(page: Page, dpi: int) -> bytes:
    """Draw a page as the bytes of a PNG."""
    held = io.BytesIO()
    with matplotlib.style.context(_RC):
        figure = as_figure(page)
        FigureCanvasAgg(figure)
        # The program's name and version would differ between machines.
        figure.savefig(held, format="png", dpi=dpi, metadata={"Software": None})
    return held.getvalue()


class _Ink(Artist):
    """All marks of a page as one artist."""

    def __init__(self, marks: Sequence[Words | Shape | Pasted]) -> None:
        super().__init__()
        self._marks = marks

    def draw(self, renderer: Any) -> None:
        """Draw every mark in its turn."""
        figure: Any = self.figure
        pen = _Pen(renderer, figure.dpi / 72)
        for mark in self._marks:
            if isinstance(mark, Words):
                pen.write(mark)
            elif isinstance(mark, Shape):
                pen.draw(mark)
            else:
                pen.paste(mark)


class _Pen:
    """A renderer of matplotlib, and how many pixels a point is."""

    def __init__(self, renderer: Any, unit: float) -> None:
        self.renderer, self.unit = renderer, unit
        self.scaled = Affine2D().scale(unit / 100)
        self._clips: list[TransformedPath] = []
        """Kept for as long as the pen: Agg takes a new path at the address of one that is gone for that one."""

    def draw(self, mark: Shape) -> None:
        """Draw a shape."""
        gc = self.renderer.new_gc()
        gc.set_linewidth(mark.width / MM if mark.line else 0)  # points, whatever the renderer's unit
        gc.set_foreground(mark.line or "#000000")
        if mark.dash:
            gc.set_dashes(0, [one / MM for one in mark.dash])
        if mark.clip is not None:
            gc.set_clip_rectangle(Bbox.from_bounds(*(one / MM * self.unit for one in mark.clip)))
        path = Outline(mark.trace.xy, mark.trace.codes)
        if mark.hatch:
            self._clips.append(TransformedPath(path, self.scaled))
            gc.set_clip_path(self._clips[-1])
            path = Outline(*_hatching(mark.trace, mark.hatch))
        fill = None if mark.fill is None else to_rgba(mark.fill, mark.opacity)
        self.renderer.draw_path(gc, path, self.scaled, fill)
        gc.restore()

    def write(self, mark: Words) -> None:
        """Write words."""
        x, y = mark.x / MM * self.unit, mark.y / MM * self.unit
        gc = self.renderer.new_gc()
        gc.set_foreground(mark.color)
        if self.renderer.flipy():
            y = self.renderer.get_canvas_width_height()[1] - y
        self.renderer.draw_text(gc, x, y, mark.words, _font(mark.points, mark.weight), mark.angle, ismath=False)
        gc.restore()

    def paste(self, mark: Pasted) -> None:
        """Put a picture in its place: as it is where the renderer scales it, else in pixels of its own."""
        x, y, wide, high = (one / MM * self.unit for one in mark.box)
        gc = self.renderer.new_gc()
        if self.renderer.option_scale_image():
            self.renderer.draw_image(gc, x, y, mark.logo.pixels, Affine2D().scale(wide, high))
        else:
            small = mark.logo.image.resize((max(round(wide), 1), max(round(high), 1)))
            self.renderer.draw_image(gc, round(x), round(y), np.asarray(small)[::-1])
        gc.restore()


@cache
def _font(points: float, weight: str) -> FontProperties:
    return FontProperties(family=FONT, size=points, weight=weight)
