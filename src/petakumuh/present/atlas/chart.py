"""How a map of the atlas is drawn: land, what is painted on it, boundaries, names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from petakumuh.present.atlas.frame import Frame
from petakumuh.present.atlas.grid import Grid
from petakumuh.present.atlas.names import name_kelurahan
from petakumuh.present.legend import Look
from petakumuh.present.sheet.looks import LAND, SMALL_MM
from petakumuh.present.sheet.paper import INK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from petakumuh.present.atlas.areas import Area
    from petakumuh.present.atlas.desk import Desk
    from petakumuh.present.sheet.ink import Page
    from petakumuh.present.sheet.paper import Box

__all__ = [
    "CIRCLE",
    "OTHER",
    "OWN",
    "RING",
    "SLUM",
    "Chart",
    "Paint",
    "border_look",
    "draw_chart",
]

_NEAR = "#F6F5F3"
OWN, SLUM, RING, OTHER, CIRCLE = "batas wilayah", "batas kumuh", "kecil", "lain", "lingkaran"
"""What the legend explains besides classes."""


@dataclass(frozen=True)
class Paint:
    """A layer painted in the classes of a theme.

    Attributes
    ----------
    layer
        Whose shapes.
    keys
        The class of each of its rows; rows of other classes are not drawn.
    looks
        How each class looks.
    """

    layer: str
    keys: NDArray[Any]
    looks: Mapping[str, Look]
    title: str

    def only(self, rows: NDArray[np.bool_]) -> Paint:
        """Paint some of the rows."""
        keys = self.keys.copy()
        keys[~rows] = None
        return replace(self, keys=keys)


@dataclass
class Chart:
    """A map on the page and what the legend of the page has to explain.

    Attributes
    ----------
    shown
        Paint and class of all that is seen on it.
    unnamed, unnamed_slums
        How many of its kelurahan and slums have no name on it, as none finds room.
    """

    frame: Frame
    grid: Grid
    area: Area
    shown: set[tuple[int, str]] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)
    unnamed: int = 0
    unnamed_slums: int = 0

    def name(self, desk: Desk, points: float) -> None:
        """Write the names of kelurahan where they find room."""
        name_kelurahan(self, desk, points)


def border_look(desk: Desk) -> dict[str, Any]:
    """Say how boundaries of kelurahan are drawn."""
    own = desk.style["kelurahan"]
    return {"line": own["garis"], "width": own["tebal"] * 0.75, "dash": tuple(own["putus"])}


def draw_chart(
    page: Page,
    desk: Desk,
    area: Area,
    box: Box,
    paints: Sequence[Paint],
    *,
    points: float,
    lines: int,
    close: bool = True,
    outlines: bool = True,
    names: bool = True,
    around: NDArray[np.bool_] | None = None,
) -> Chart:
    """Draw a map with at most so many lines of coordinates across, words of so many points."""
    scale, middle = area.extent(box[2], box[3], close=close)
    frame = Frame(page, box, middle, scale)
    chart = Chart(frame, Grid(frame, area.epsg, lines, points * 0.8), area)
    page.box(box, facecolor="#FFFFFF", gid="peta")
    _land(chart, desk)
    chart.grid.draw()
    if around is not None:
        plain = np.where(around, OTHER, "").astype(object)
        other = Look(label="", fill=desk.style["kumuh"]["lain"])
        _paint(chart, desk, -1, Paint("bidang", plain, {OTHER: other}, ""))
    for at, paint in enumerate(paints):
        _paint(chart, desk, at, paint)
    if outlines:
        _slums(chart, desk)
    stock = desk.stock(area.epsg)
    layer = stock.layer("batas")
    frame.draw(layer.shapes[layer.within(frame.around)], gid="batas kelurahan", **border_look(desk))
    if names:
        chart.name(desk, points)
    return chart


def _land(chart: Chart, desk: Desk) -> None:
    """Tell its own kelurahan from those around them by a darker ground."""
    layer = desk.stock(chart.area.epsg).layer("kelurahan")
    seen = layer.within(chart.frame.around)
    mine = np.isin(desk.home[layer.rows[seen]], list(chart.area.own))
    for chosen, color in ((~mine, _NEAR), (mine, LAND)):
        chart.frame.fill(layer.shapes[seen[chosen]], Look(label="", fill=color), "tanah")


def _paint(chart: Chart, desk: Desk, at: int, paint: Paint) -> None:
    """Draw each class of a layer that is seen."""
    layer = desk.stock(chart.area.epsg).layer(paint.layer)
    seen = layer.within(chart.frame.around)
    keys = paint.keys[layer.rows[seen]]
    for key, look in paint.looks.items():
        here = seen[keys == key]
        if len(here) and chart.frame.fill(layer.shapes[here], look, f"kelas {key}"):
            chart.shown.add((at, key))


def _slums(chart: Chart, desk: Desk) -> None:
    """Outline the slums, and draw a ring around each that is a dot on paper."""
    frame, layer = chart.frame, desk.stock(chart.area.epsg).layer("kumuh")
    seen = layer.within(frame.bounds)
    told = desk.style["kumuh"]
    if frame.fill(
        layer.shapes[seen], Look(label="", line=told["garis"], width=told["tebal"] * 0.6), "batas kumuh"
    ):
        chart.marks.add(SLUM)
    low, high = np.hsplit(layer.boxes[seen], 2)
    for middle in ((low + high) / 2)[(high - low).max(axis=1) < SMALL_MM * frame.unit]:
        x, y = frame.place(middle)
        frame.page.circle(x, y, 0.95, clip=frame.box, edgecolor=INK, linewidth=0.6, gid="kelas kecil")
        frame.keep_clear((x - 1, y - 1, x + 1, y + 1))
        chart.marks.add(RING)
