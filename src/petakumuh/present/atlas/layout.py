"""Where things stand on a page: the map, and the columns of words beside or below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from petakumuh.model import Outputs
    from petakumuh.present.sheet.paper import Box

__all__ = ["Column", "Layout", "layout", "picture_layout"]

_SIZES = {"A3": (420.0, 297.0), "A4": (297.0, 210.0)}
_HEAD = 30.0
"""Millimetres that kop and title take above a map."""
_PICTURE = (170.0, 120.2)
"""As wide as the text of a Word page, in the proportions of A4."""


@dataclass
class Column:
    """A column of words that is filled from above.

    Attributes
    ----------
    y
        Where the next part begins.
    low
        Where the column ends.
    """

    x: float
    y: float
    wide: float
    low: float

    @property
    def room(self) -> float:
        """What is left of it."""
        return self.y - self.low


@dataclass(frozen=True)
class Layout:
    """Sizes of a page in millimetres.

    Attributes
    ----------
    k
        How large words are beside those of an A3 page.
    border
        Distance of the line around the page from its edge.
    map
        Where maps are drawn, without the coordinates around them.
    columns
        Left, bottom, width, height of each column of words.
    head
        Where kop and title stand above a map, rather than in the first column.
    """

    size: tuple[float, float]
    k: float
    border: float
    map: Box
    columns: tuple[Box, ...]
    head: Box | None = None

    def fresh(self) -> list[Column]:
        """Give the columns, empty."""
        return [Column(x, y + high, wide, y) for x, y, wide, high in self.columns]

    @property
    def whole(self) -> Box:
        """Give all inside the line around the page."""
        edge = self.border + 5 * self.k
        return edge, edge, self.size[0] - 2 * edge, self.size[1] - 2 * edge


def layout(asked: Outputs) -> Layout:
    """Lay out pages of the size and orientation that a recipe asks for."""
    wide, high = _SIZES[asked.kertas]
    k, border = (1.0, 7.0) if asked.kertas == "A3" else (0.8, 5.0)
    edge, gap, words = border + 3 * k, 4.2 * k, 5.0 * k
    if asked.arah == "datar":
        column = 108 * k if asked.kertas == "A3" else 84.0
        left = wide - edge - column
        chart = (edge + gap, edge + gap, left - edge - 2 * gap - words, high - 2 * edge - 2 * gap)
        return Layout((wide, high), k, border, chart, ((left, edge, column, high - 2 * edge),))
    wide, high = high, wide
    band, top = (122 if asked.kertas == "A3" else 125) * k, _HEAD * k
    column = (wide - 2 * edge - 6 * k) / 2
    chart = (
        edge + gap,
        edge + band + gap + words,
        wide - 2 * edge - 2 * gap,
        high - 2 * edge - band - top - 2 * gap - words,
    )
    boxes = ((edge, edge, column, band), (edge + column + 6 * k, edge, column, band))
    return Layout((wide, high), k, border, chart, boxes, (edge, high - edge - top, wide - 2 * edge, top))


def picture_layout() -> Layout:
    """Lay out a picture for a document: the map and one narrow column, no line around the page."""
    wide, high = _PICTURE
    return Layout((wide, high), 0.92, 0.0, (4.2, 4.2, 115.0, high - 8.6), ((127.0, 1.5, 42.0, high - 3.0),))
