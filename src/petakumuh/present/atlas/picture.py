"""A thematic map as a picture for a document: the map, its legend and scale, no letterhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petakumuh.present.atlas import panel
from petakumuh.present.atlas.pages import draw_charts
from petakumuh.present.sheet.ink import png
from petakumuh.present.sheet.paper import SOFT
from petakumuh.text import say

if TYPE_CHECKING:
    from petakumuh.present.atlas.book import Book
    from petakumuh.present.atlas.thematic import Thematic
    from petakumuh.present.sheet.ink import Page

__all__ = ["draw_picture", "picture_page"]

_MOST = 9
"""Maps that a picture has room for."""


def picture_page(book: Book, told: Thematic) -> Page:
    """Lay out a thematic map beside its legend; of many regions those with most slum."""
    page, k = book.page(), book.layout.k
    regions = book.regions
    chosen = sorted(regions, key=lambda one: -float(one.place["luas_delineasi_ha"]))[:_MOST]
    shown = [one for one in regions if one in chosen]
    (column,) = book.layout.fresh()
    charts = draw_charts(page, book, shown, told, first=1, points=6.0 * k)
    panel.scale(page, book, column, k, charts)
    panel.legend(page, book, column, k, paints=told.paints, charts=charts, ha=told.ha)
    if len(shown) < len(regions):
        words = say("lembar.sebagian", book.language, jumlah=len(shown), semua=len(regions))
        column.y -= 1.5 * k
        panel.paragraph(page, column, words, 5.8 * k, 4, color=SOFT)
    return page


def draw_picture(book: Book, told: Thematic, dpi: int) -> bytes:
    """Give a thematic map as the bytes of a PNG."""
    return png(picture_page(book, told), dpi)
