"""What stands first on a page: kop and title, in the column beside a map or above it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from petakumuh.present import imprint
from petakumuh.present.atlas.layout import Column
from petakumuh.present.atlas.panel import paragraph
from petakumuh.present.sheet.ink import Page
from petakumuh.present.sheet.letters import MM
from petakumuh.present.sheet.paper import SOFT
from petakumuh.text import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from petakumuh.present.atlas.book import Book
    from petakumuh.present.sheet.paper import Box

__all__ = ["headline", "kop", "title"]

_FOOT = 4.0
"""Millimetres of the double line below both."""


def kop(page: Page, book: Book, column: Column, k: float) -> None:
    """Write who answers for the map, beside the logo, over a double line."""
    if not _has_kop(book):
        return
    x, wide = column.x, column.wide
    _who(page, book, column, k)
    column.y -= 2.2 * k
    page.rule(x, column.y, wide, 1.4 * k)
    page.rule(x, column.y - 0.9 * k, wide, 0.4 * k)
    column.y -= 1.6 * k


def _has_kop(book: Book) -> bool:
    told = book.run.recipe.kop
    return bool(told.pemda or told.dinas or book.logo is not None)


def _who(page: Page, book: Book, column: Column, k: float) -> None:
    """Write pemda and dinas beside the logo."""
    told, logo = book.run.recipe.kop, book.logo
    lines = [(one, points) for one, points in ((told.pemda, 9.5), (told.dinas, 8.0)) if one]
    x, wide, top = column.x, column.wide, column.y - 1.0 * k
    side = 17 * k if logo is not None else 0.0
    if logo is not None:
        page.paste(logo, (x, top - side, side, side))
    left, room = x + (side + 3 * k if side else 0), wide - (side + 3 * k if side else 0)
    rows = [
        (line, points)
        for words, points in lines
        for line in page.fit(words.upper(), room, points * k, lines=2, weight="bold")
    ]
    high = sum(points * k * MM * 1.35 for _, points in rows)
    y = top - max(side - high, 0) / 2
    for line, points in rows:
        y -= points * k * MM * 1.35
        page.text(
            left + room / 2, y + points * k * MM * 0.28, line, points * k, weight="bold", ha="center", gid="kop"
        )
    column.y = top - max(side, high)


def headline(page: Page, book: Book, box: Box, k: float, *, name: str, where: str, sheet: str) -> None:
    """Write kop and title beside each other over a double line, as wide as the map below."""
    x, y, wide, high = box
    left, gap = (wide * 0.44, 5 * k) if _has_kop(book) else (0.0, 0.0)
    told: Any = {"name": name, "where": where, "sheet": sheet, "low": True}
    low = y + _FOOT * k
    if left:
        _centred(page, Column(x, y + high, left, low), partial(_who, book=book, k=k))
        page.box((x + left + gap / 2, low + 1.5 * k, 0.15 * k, y + high - low - 2 * k), facecolor=SOFT)
    column = Column(x + left + gap, y + high, wide - left - gap, low)
    _centred(page, column, partial(title, book=book, k=k, **told))
    page.rule(x, y + 2.9 * k, wide, 1.4 * k)
    page.rule(x, y + 2.0 * k, wide, 0.4 * k)


def _centred(page: Page, column: Column, write: Callable[..., None]) -> None:
    """Write in the middle of the height of a column."""
    tried = replace(column)
    write(page=Page(page.language, page.size), column=tried)
    column.y -= max((tried.y - column.low) / 2, 0.0)
    write(page=page, column=column)


def title(
    page: Page, book: Book, column: Column, k: float, *, name: str, where: str, sheet: str, low: bool = False
) -> None:
    """Write the title of the map, what this page shows, and the numbers of map and page.

    Where it has to be ``low``, what does not fit one line is written on two smaller ones, with no line below all.
    """
    column.y -= 0.8 * k
    words = imprint.title(book.run, book.language)
    _large(page, column, words, (8.5 * k, 3), (7 * k, 2) if low else None, color=SOFT, gid="judul")
    column.y -= 0.6 * k
    _large(page, column, name, (14 * k, 2), (10 * k, 2) if low else None, weight="bold", gid="lembar")
    if where:
        column.y -= 1.0 * k
        paragraph(page, column, where, 7.5 * k, 1 if low else 2, color=SOFT)
    told = book.run.recipe.kop.nomor
    column.y -= 4.2 * k
    room = page.width(sheet, 6.5 * k) + 4
    if told:
        words = say("lembar.nomor", book.language, isi=told)
        page.text(column.x, column.y, page.fit(words, column.wide - room, 6.5 * k)[0], 6.5 * k, color=SOFT)
    page.text(column.x + column.wide, column.y, sheet, 6.5 * k, ha="right", color=SOFT, gid="halaman")
    if not low:
        column.y -= 2.0 * k
        page.rule(column.x, column.y, column.wide, 0.8 * k)


def _large(
    page: Page, column: Column, words: str, large: tuple[float, int], small: tuple[float, int] | None, **look: Any
) -> None:
    """Write words in a size on at most so many lines; in a smaller one, where there is one, if one line is few."""
    weight = look.get("weight", "normal")
    one = small is None or page.width(" ".join(words.split()), large[0], weight) <= column.wide
    points, lines = large if small is None or one else small
    paragraph(page, column, words, points, lines, **look)
