"""The words beside a map, part by part from above: figures, scale, legend, hectares; sources at the foot."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from petakumuh.measure import zone_name
from petakumuh.present.atlas.chart import CIRCLE, OTHER, OWN, RING, SLUM, border_look
from petakumuh.present.atlas.grid import angle
from petakumuh.present.basis import certified
from petakumuh.present.legend import Look
from petakumuh.present.sheet.cartography import draw_north, draw_scale_bar
from petakumuh.present.sheet.column import sources
from petakumuh.present.sheet.letters import MM
from petakumuh.present.sheet.looks import LAND, SMALL_MM
from petakumuh.present.sheet.paper import INK, SOFT
from petakumuh.text import number, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from petakumuh.present.atlas.book import Book
    from petakumuh.present.atlas.chart import Chart, Paint
    from petakumuh.present.atlas.layout import Column
    from petakumuh.present.sheet.ink import Page

__all__ = [
    "Row",
    "figures",
    "legend",
    "listing_high",
    "paragraph",
    "scale",
    "table",
    "table_high",
    "write_sources",
]

_HEADLINE = (
    ("kumuh", "luas_delineasi_ha", ""),
    ("tertangani", "luas_tertangani_ha", "persen_tertangani"),
    ("sisa", "sisa_ha", "persen_sisa"),
)
_PALE = "#F1F3F5"
_NARROW = 60.0
"""A column in which the scale bar stands below the scale."""
_STEP = 3.55
"""Of the rows of the table, in millimetres."""
_NOTE = 3.0
"""Of the line below a table that says what is not on the map."""
_CLOSE = 2.7
"""Of those that stand in two columns."""
_RIGHTS = (50.5, 32.5, 22.5, 10.0, 0.0)
"""Where figures end, in millimetres from the right."""
_LINE = 4.4
"""Millimetres from a class of the legend to the next."""
_LINES = 6
"""Those that stand below the classes: borders, circles, rings, names left out."""


@dataclass(frozen=True)
class Row:
    """A line of the table of hectares: delineated, handled, left; ``parts`` are told in one line."""

    mark: str
    name: str
    whole: float
    handled: float
    left: float
    parts: int = field(default=1, kw_only=True)

    @property
    def hectares(self) -> tuple[float, float, float]:
        """Delineated, handled, left."""
        return self.whole, self.handled, self.left


def paragraph(page: Page, column: Column, words: str, points: float, lines: int, **look: Any) -> None:
    """Write words on as many lines as they need, at most so many."""
    weight = look.get("weight", "normal")
    for line in page.fit(words, column.wide, points, lines=lines, weight=weight) if words else ():
        column.y -= points * MM * 1.28
        page.text(column.x, column.y, line, points, **look)


def figures(page: Page, book: Book, column: Column, k: float, row: Mapping[str, Any]) -> None:
    """Write the three figures that matter."""
    x, y, wide = column.x, column.y, column.wide
    page.box((x, y - 13.2 * k, wide, 13.2 * k), facecolor=_PALE)
    for at, (key, name, share) in enumerate(_HEADLINE):
        left = x + 2 * k + at * (wide - 2 * k) / 3
        percent = f" · {number(row[share], 2, book.language)} %" if share else ""
        page.text(left, y - 4.2 * k, say(f"lembar.{key}", book.language) + percent, 5.6 * k, color=SOFT)
        page.text(left, y - 10.6 * k, number(row[name], 2, book.language), 13.5 * k, weight="bold", gid="angka")
    column.y = y - 13.2 * k
    page.rule(x, column.y, wide, 0.4 * k, SOFT)


def scale(page: Page, book: Book, column: Column, k: float, charts: Sequence[Chart]) -> None:
    """Write scale, zone, datum and how far apart the coordinates are; point north."""
    x, wide, language = column.x, column.wide, book.language
    first = charts[0]
    top = column.y
    if len(charts) == 1:
        column.y -= 5.6 * k
        page.text(
            x,
            column.y,
            say("lembar.skala", language, skala=first.frame.scale),
            10 * k,
            weight="bold",
            gid="skala 1",
        )
        narrow = wide < _NARROW * k
        column.y -= 5.6 * k if narrow else 0
        longest = (wide - 16 * k) * 0.7 if narrow else min(50 * k, wide * 0.42)
        right, low = x + wide - (16 if narrow else 12) * k, column.y - 0.6 * k
        draw_scale_bar(page, right, low, first.frame.scale, longest, points=5 * k)
    else:
        column.y -= 1.2 * k
        column.wide -= 12 * k
        paragraph(page, column, say("lembar.skala_panel", language), 6.5 * k, 2)
        column.wide = wide
    draw_north(page, x + wide - 4.5 * k, top - 9.6 * k, size=0.8 * k)
    column.y -= 1.4 * k
    zones = ", ".join(zone_name(one, language) for one in sorted({one.area.epsg for one in charts}))
    told = [say("lembar.proyeksi", language, zona=zones)]
    if len(charts) == 1:
        metres = number(first.grid.metres, 0, language)
        told.append(say("atlas.interval", language, meter=metres, derajat=angle(first.grid.seconds)))
    column.wide -= 12 * k if len(charts) > 1 else 0
    for words in told:
        paragraph(page, column, words, 5.8 * k, 3, color=SOFT)
    column.wide = wide
    column.y = min(column.y, top - 11 * k) - 1.8 * k
    page.rule(x, column.y, wide, 0.4 * k, SOFT)


def legend(
    page: Page,
    book: Book,
    column: Column,
    k: float,
    *,
    paints: Sequence[Paint],
    charts: Sequence[Chart],
    ha: Mapping[str, float] | None = None,
    keep: float = 0.0,
) -> None:
    """Explain what is on the maps of the page, and nothing else; hectares beside each class where told.

    Classes that find no room above what the column is to ``keep`` for others are counted in one line.
    """
    shown = set().union(*(one.shown for one in charts))
    marks = set().union(*(one.marks for one in charts))
    _heading(page, column, k, say("peta.legenda", book.language))
    for at, paint in enumerate(paints):
        keys = [key for key in paint.looks if (at, key) in shown]
        if keys:
            words = paint.title if ha is None else f"{paint.title} (ha)"
            listed = [(key, paint.looks[key]) for key in keys]
            room = column.room - keep - _LINES * _LINE * k
            _classes(page, book, column, k, words=words, classes=listed, ha=ha or {}, room=room)
    own = book.style
    lines = [(OWN, Look(label=own["kelurahan"]["label"][book.language], fill=LAND, **border_look(book)))]
    if SLUM in marks:
        told = own["kumuh"]
        lines.append(
            (SLUM, Look(label=told["label"][book.language], line=told["garis"], width=told["tebal"] * 0.6))
        )
    if (-1, OTHER) in shown:
        lines.append((OTHER, Look(label=say("atlas.lain", book.language), fill=own["kumuh"]["lain"])))
    _classes(page, book, column, k, words="", classes=lines, ha={}, room=math.inf)
    if CIRCLE in marks:
        look = {"facecolor": own["sebaran"]["warna"], "gid": "legenda lingkaran"}
        _explain(page, column, k, own["sebaran"]["label"][book.language], radius=1.5 * k, look=look)
    if RING in marks:
        words = say("lembar.kumuh_kecil", book.language, mm=number(SMALL_MM, 0, book.language))
        look = {"edgecolor": INK, "linewidth": 0.6, "gid": "legenda kecil"}
        _explain(page, column, k, words, radius=0.95, look=look)
    for key, count in (
        ("tanpa_nama", sum(one.unnamed for one in charts)),
        ("tanpa_nama_kumuh", sum(one.unnamed_slums for one in charts)),
    ):
        if count:
            column.y -= 1.2 * k
            words = say(f"atlas.{key}", book.language, jumlah=count)
            paragraph(page, column, words, 5.8 * k, 2, color=SOFT, gid="tanpa nama")
    column.y -= 2.6 * k
    page.rule(column.x, column.y, column.wide, 0.4 * k, SOFT)


def _explain(page: Page, column: Column, k: float, words: str, *, radius: float, look: Mapping[str, Any]) -> None:
    """Say what a circle on the map is, on two lines in a narrow column."""
    for at, line in enumerate(page.fit(words, column.wide - 9 * k, 6.3 * k, lines=2)):
        column.y -= (2.8 if at else 4.4) * k
        if not at:
            page.circle(column.x + 3.5 * k, column.y + 0.9 * k, radius, **look)
        page.text(column.x + 9 * k, column.y, line, 6.3 * k)


def _heading(page: Page, column: Column, k: float, words: str) -> None:
    column.y -= 4.8 * k
    page.text(column.x, column.y, words, 7.5 * k, weight="bold")
    column.y -= 0.6 * k


def _classes(
    page: Page,
    book: Book,
    column: Column,
    k: float,
    *,
    words: str,
    classes: Any,
    ha: Mapping[str, float],
    room: float,
) -> None:
    """List classes in one column, or in two where there are many and the column is wide."""
    if words:
        column.y -= 3.8 * k
        page.text(column.x, column.y, page.fit(words, column.wide, 6 * k)[0], 6 * k, color=SOFT)
        column.y -= 0.6 * k
    across = 2 if (len(classes) > 4 or not words) and column.wide > 70 * k else 1  # noqa: PLR2004
    most = max(int(room / (_LINE * k)), 1) * across if room < math.inf else len(classes)
    rest = classes[most - 1 :] if len(classes) > most else []
    classes = [*classes[: len(classes) - len(rest)], *([None] if rest else [])]
    deep, wide = -(-len(classes) // across), (column.wide + 4 * k) / across
    for at, one in enumerate(classes):
        x, y = column.x + at // deep * wide, column.y - _LINE * k * (at % deep + 1)
        if one is None:
            page.text(x, y, say("lembar.lainnya", book.language, jumlah=len(rest)), 6.3 * k, gid="legenda lain")
            continue
        key, look = one
        page.swatch((x, y - 0.8 * k, 7 * k, 3.3 * k), look, f"legenda {key}")
        left = wide - 13 * k
        if key in ha:
            told = number(ha[key], 2, book.language)
            page.text(x + wide - 4 * k, y, told, 6.3 * k, ha="right", gid=f"ha {key}")
            left -= page.width(told, 6.3 * k) + 2 * k
        page.text(x + 9 * k, y, page.fit(look.label, left, 6.3 * k)[0], 6.3 * k)
    column.y -= _LINE * k * deep


def table_high(rows: int, k: float) -> float:
    """Say how much room a table of so many rows takes."""
    return (rows * _STEP + 20 + _NOTE) * k


def listing_high(rows: int, k: float) -> float:
    """Say how much room so many rows take in two columns."""
    return (-(-rows // 2) * _CLOSE + 20 + _STEP + _NOTE) * k


def table(page: Page, book: Book, column: Column, k: float, *, head: str, rows: Sequence[Row], total: Row) -> int:
    """Write hectares row by row and the total, in two columns without shares where they find no room in one.

    Returns
    -------
        How many rows are told; those that find no room in two columns are summed in one.
    """
    _heading(page, column, k, head)
    room = int((column.room - (8.5 + _NOTE) * k) / (_STEP * k)) - 1
    rights = [column.x + column.wide - one * k for one in _RIGHTS]
    if len(rows) > room:
        told = _listing(page, book, column, k, rows)
    else:
        told = len(rows)
        _table_heads(page, book, column, k, rights)
        for at, row in enumerate(rows):
            if at % 2:
                page.box((column.x, column.y - (_STEP + 0.05) * k, column.wide, _STEP * k), facecolor=_PALE)
            column.y -= _STEP * k
            _row(page, book, column, k, row, rights=rights)
    page.rule(column.x, column.y - 0.7 * k, column.wide, 0.5 * k)
    column.y -= (0.9 + _STEP) * k
    _row(page, book, column, k, total, rights=rights, bold=True)
    column.y -= 1.5 * k
    return told


def _table_heads(page: Page, book: Book, column: Column, k: float, rights: Sequence[float]) -> None:
    column.y -= 3.4 * k
    for right, key in zip(rights, ("kumuh", "tertangani", "", "sisa", ""), strict=True):
        words = say(f"lembar.{key}", book.language) if key else "%"
        page.text(right, column.y, words, 5.3 * k, ha="right", color=SOFT)
    page.rule(column.x, column.y - 1.1 * k, column.wide, 0.5 * k)
    column.y -= 0.9 * k


def _row(
    page: Page, book: Book, column: Column, k: float, row: Row, *, rights: Sequence[float], bold: bool = False
) -> None:
    """Write a row of the table: hectares and shares."""
    base, points, weight = column.y + 0.85 * k, 6.1 * k, "bold" if bold else "normal"
    page.text(column.x + 4.4 * k, base, row.mark, points, ha="right", color=SOFT)
    left = column.x + (0.8 if bold else 5.6) * k
    name = page.fit(row.name, rights[0] - left - 15 * k, points, weight=weight)[0]
    page.text(left, base, name, points, weight=weight)
    shares = [part / row.whole * 100 if row.whole else float("nan") for part in (row.handled, row.left)]
    values = (row.whole, row.handled, shares[0], row.left, shares[1])
    told = [number(value, 2, book.language) for value in values]
    if bold or "–" in told:
        for right, words in zip(rights, told, strict=True):
            page.text(right, base, words, points, ha="right", weight=weight, gid="tabel")
    else:
        page.text(rights[-1], base, _spaced(page, told, rights, points), points, ha="right", gid="tabel")


def _listing(page: Page, book: Book, column: Column, k: float, rows: Sequence[Row]) -> int:
    """Write hectares in two columns without shares; the rows that find no room are summed in one."""
    step, points, gap = _CLOSE * k, 5.3 * k, 4 * k
    wide, words = (column.wide - gap) / 2, say("atlas.tiga_angka", book.language)
    column.y -= 3.4 * k
    for side in (0, 1):
        page.text(column.x + side * (wide + gap) + wide, column.y, words, 4.8 * k, ha="right", color=SOFT)
    page.rule(column.x, column.y - 1.1 * k, column.wide, 0.5 * k)
    column.y -= 1.2 * k
    # What closes a numbered list, as the sum of small parts, has words that need the whole width.
    listed = sum(bool(one.mark) for one in rows) if rows[0].mark else len(rows)
    closing = max(len(rows) - listed, 1)
    most = 2 * max(int((column.room - (7.0 + closing * _STEP + _NOTE) * k) / step), 1)
    told, rest = min(listed, most), rows[min(listed, most) :]
    if len(rest) > closing:
        sums = [math.fsum(part) for part in zip(*(one.hectares for one in rest), strict=True)]
        more = say("lembar.lainnya", book.language, jumlah=sum(one.parts for one in rest))
        rest = [Row("", more, *sums)]
    deep = -(-told // 2)
    for at, row in enumerate(rows[:told]):
        x, base = column.x + at // deep * (wide + gap), column.y - (at % deep + 1) * step + 0.7 * k
        rights = [x + wide - one * k for one in (20.4, 10.2, 0.0)]
        page.text(x + 4.4 * k, base, row.mark, points, ha="right", color=SOFT)
        left = x + (5.4 if rows[0].mark else 0.8) * k
        page.text(left, base, page.fit(row.name, rights[0] - left - 9.0 * k, points)[0], points)
        figures = [number(one, 2, book.language) for one in row.hectares]
        page.text(rights[-1], base, _spaced(page, figures, rights, points), points, ha="right", gid="tabel")
    column.y -= deep * step
    for row in rest:
        column.y -= _STEP * k
        _row(page, book, column, k, row, rights=[column.x + column.wide - one * k for one in _RIGHTS])
    return told


def _spaced(page: Page, words: Sequence[str], rights: Sequence[float], points: float) -> str:
    """Set numbers as one line whose columns end where they shall: setting a line is most of what words cost.

    A digit is as wide as two spaces, a comma or a point as wide as one, so that every number ends on a space.
    """
    space = page.width(" ", points)
    gaps = [right - left for left, right in pairwise(rights)]
    spaces = [round((gap - page.width(one, points)) / space) for gap, one in zip(gaps, words[1:], strict=True)]
    return words[0] + "".join(" " * max(count, 1) + one for count, one in zip(spaces, words[1:], strict=True))


def _notes(page: Page, book: Book, wide: float, k: float) -> list[tuple[str, str, str]]:
    """Lay out what the figures rest on, and how sure they are."""
    run, language, points = book.run, book.language, 5.6 * k
    notes = sources(run, language)[1:]
    if run.recipe.kop.tanggal:
        notes.append(say("lembar.tanggal", language, isi=run.recipe.kop.tanggal))
    lines = [(line, "normal", SOFT) for note in notes for line in page.fit(note, wide, points, lines=3)]
    sure = bool(run.sertifikasi.get("tersertifikasi"))
    told = page.fit(certified(run.sertifikasi, language), wide, points, lines=4, weight="bold")
    return lines + [(line, "bold", SOFT if sure else INK) for line in told]


def write_sources(page: Page, book: Book, column: Column, k: float) -> None:
    """Write sources, basis and certification at the foot of a column, which ends above them."""
    lines = _notes(page, book, column.wide, k)
    y = column.low + 0.6 * k
    for line, weight, color in reversed(lines):
        page.text(column.x, y, line, 5.6 * k, weight=weight, color=color, gid="sumber")
        y += 2.75 * k
    page.rule(column.x, y + 0.6 * k, column.wide, 0.4 * k, SOFT)
    column.low = y + 1.4 * k
