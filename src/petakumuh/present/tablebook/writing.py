"""Writes a page: its lines, its tables row by row, their feet and charts, and the paper it is printed on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from petakumuh.present.book import BORDER, SHADE, address, inert, letters, paper, put
from petakumuh.present.tablebook.page import Desk, Placed
from petakumuh.text import number, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from petakumuh.present.tablebook.page import Block, Column, Foot, Page
    from petakumuh.text import Language

__all__ = ["BAR", "EDGE", "HEAD", "LINE", "MOST", "TOTAL", "Cursor", "form", "text_lines", "write_page"]

MOST = 1_048_576
"""Rows of a sheet."""
LINE = 13.2
"""Height of a line, in points."""
BAR = "#C6BEDD"
EDGE = {"border": 1, "border_color": BORDER}
HEAD = {**EDGE, "bold": True, "bg_color": SHADE, "text_wrap": True, "align": "center", "valign": "top"}
TOTAL = {"bold": True, "bg_color": "#EEF3F6", "top": 6}
_WORDS = {**EDGE, "num_format": "@", "text_wrap": True, "align": "left", "indent": 1}
_ASIDE: dict[str, Any] = {"italic": True, "font_color": "#595959"}
_FORMS = {"ha": "#,##0.0000_)", "ha2": "#,##0.00_)", "persen": "#,##0.00_)", "jumlah": "#,##0_)",
          "koordinat": "0.000000_)"}  # fmt: skip
"""A hair behind the last digit keeps it off the line beside it."""
_WIDE = dict.fromkeys("fijlrtI.,:;'()[]|/!- ", 0.52) | dict.fromkeys("mwMW%@—…", 1.6) | dict.fromkeys("²–·", 0.8)
"""Letters of another breadth than most, in digits of the font."""
_BOLD, _SIGNED = 1.06, 46
_NARROW, _SAMPLE = 6.0, 2_000
_ROOM = {"nomor": 5.0, "tahun": 14.0, "tanda": 12.0, "ha": 11.0, "ha2": 10.0, "persen": 10.5}
_DECIMALS = {"ha": 4, "ha2": 2, "persen": 2, "koordinat": 6}
_PAGE, _SHEET = 240, 122
"""Letters beside each other that still can be read on a page; so many a short table is spread over."""
_ONE_PAGE = 46
"""Lines that stand on one page together with a chart."""


@dataclass
class Cursor:
    """Where writing has come to: on which sheet, and in which row."""

    sheet: Any
    name: str
    row: int
    last_column: int
    widths: Sequence[float]


def form(desk: Desk, kind: str, **looks: Any) -> Any:
    """Give the format of a kind of cell."""
    if kind in _FORMS:
        return desk.styles(**EDGE, num_format=_FORMS[kind], **looks)
    if kind == "nomor":
        return desk.styles(**EDGE, num_format="0", align="center", **looks)
    if kind == "tahun":
        return desk.styles(**EDGE, num_format="@", align="center", **looks)
    if kind == "tanda":
        return desk.styles(**EDGE, align="center", **looks)
    return desk.styles(**{**_WORDS, **looks})


def write_page(desk: Desk, page: Page) -> None:
    """Write a page.

    Parameters
    ----------
    desk
        What it is written with.
    page
        What it holds.
    """
    widths = _widths(page, desk)
    cursor = _opened(desk, page, widths, 1)
    sheets = 1
    for block in page.blocks:
        parts: list[tuple[str, int, int]] = []
        rows = _rows(block)
        left = len(block.columns[0].values)
        after = len(block.feet) + len(block.notes) + (block.tall + 1 if block.chart else 0) + 3
        while True:
            top = _heads(desk, cursor, block)
            if not parts and len(page.blocks) == 1:
                _settled(cursor, page, top, block)
            size = max(min(left, MOST - cursor.row - after), 0)
            _body(desk, cursor, block, islice(rows, size))
            if size or not left:
                parts.append((cursor.name, top + 1, cursor.row - 1))
                _shown(desk, cursor, block, parts[-1])
            left -= size
            if not left:
                break
            sheets += 1
            cursor = _opened(desk, page, widths, sheets)
            if len(page.blocks) == 1:
                _settled(cursor, page, cursor.row + _head_rows(block) - 1, block)
        _ended(desk, cursor, block, Placed(tuple(parts), block.columns))
    _signed(desk, cursor, page)


def _opened(desk: Desk, page: Page, widths: Sequence[float], part: int) -> Cursor:
    """Begin a sheet: its title, what it shows, by what it was measured."""
    name = page.name if part == 1 else f"{page.name} ({part})"
    sheet = desk.book.add_worksheet(name)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.hide_gridlines(2)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})  # codes and years are meant to be text
    cursor = Cursor(sheet, name, 0, len(widths) - 1, widths)
    _line(desk, cursor, page.title, 1.35, bold=True, font_size=14)
    _line(desk, cursor, page.told)
    basis = desk.basis if page.basis is None else page.basis
    _line(desk, cursor, basis, **_ASIDE)
    cursor.row += 1
    lines = sum(
        len(one.columns[0].values) + len(one.feet) + 4 + (one.tall if one.chart else 0) for one in page.blocks
    )
    drawn = any(one.chart for one in page.blocks)
    high = 1 if drawn and lines < _ONE_PAGE * len(page.blocks) else 0
    paper(sheet, pages_wide=max(1, math.ceil(sum(widths) / _PAGE)), pages_high=high)
    sheet.center_horizontally()
    return cursor


def _line(desk: Desk, cursor: Cursor, text: str, tall: float = 1.0, **looks: Any) -> None:
    """Write a line over the whole width, as many lines high as it takes."""
    if not text:
        return
    lines = text_lines(text, sum(cursor.widths) / tall)
    cursor.sheet.set_row(cursor.row, LINE * tall * lines + 3)
    look = desk.styles(text_wrap=True, num_format="@", valign="top", **looks)
    if cursor.last_column:
        cursor.sheet.merge_range(cursor.row, 0, cursor.row, cursor.last_column, "", look)
    put(cursor.sheet, cursor.row, 0, text, look)
    cursor.row += 1


def text_lines(text: str, width: float) -> int:
    """Count the lines a text takes in a column so wide; words are not broken unless they must be.

    Examples
    --------
    >>> text_lines("satu dua tiga", 20), text_lines("satu dua tiga", 10), text_lines("x" * 30, 10)
    (1, 2, 4)
    """
    room = max(width - 1.2, 1)
    lines = 0
    for part in text.split("\n"):
        used = 0.0
        lines += 1
        for word in part.split():
            size = _long(word)
            if used and used + 0.52 + size > room:
                lines, used = lines + 1, 0.0
            lines += max(0, math.ceil(size / room) - 1)
            used += size % room + (0.52 if used else 0)
    return max(lines, 1)


def _long(text: str) -> float:
    """Measure a text in digits, by which columns are measured."""
    return sum(_WIDE.get(one, 1.25 if one.isupper() else 1.03) for one in text)


def _settled(cursor: Cursor, page: Page, top: int, block: Block) -> None:
    """Keep the heads in sight and on every page."""
    first = top - _head_rows(block) + 1 + bool(block.title)
    cursor.sheet.freeze_panes(top + 1, page.keys)
    cursor.sheet.repeat_rows(first, top)
    if page.keys:
        cursor.sheet.repeat_columns(0, page.keys - 1)


def _head_rows(block: Block) -> int:
    grouped = any(one.group for one in block.columns)
    return 1 + grouped + bool(block.title) + block.numbered


def _heads(desk: Desk, cursor: Cursor, block: Block) -> int:
    """Write the heads of a table, and give the row of the last of them."""
    sheet, look = cursor.sheet, desk.styles(**HEAD)
    if block.title:
        sheet.set_row(cursor.row, LINE * 1.3)
        put(sheet, cursor.row, 0, block.title, desk.styles(bold=True, font_size=12))
        cursor.row += 1
    if any(one.group for one in block.columns):
        _groups(desk, cursor, block.columns)
    high = max(
        text_lines(one.head, width / _BOLD) for one, width in zip(block.columns, cursor.widths, strict=False)
    )
    filtered = not block.numbered and not block.title
    sheet.set_row(cursor.row, LINE * (high + filtered * 0.8) + 6)  # the buttons of a filter stand below the words
    for at, one in enumerate(block.columns):
        free = not one.group and any(other.group for other in block.columns)
        put(sheet, cursor.row, at, one.head, desk.styles(**HEAD, top=0) if free else look)
    cursor.row += 1
    if block.numbered:
        for at in range(len(block.columns)):
            put(
                sheet, cursor.row, at, f"({at + 1})", desk.styles(**EDGE, align="center", font_size=8, italic=True)
            )
        cursor.row += 1
    return cursor.row - 1


def _groups(desk: Desk, cursor: Cursor, columns: Sequence[Column]) -> None:
    """Write what stands above several heads."""
    sheet, at = cursor.sheet, 0
    for group, members in groupby(columns, lambda one: one.group):
        size = len(list(members))
        look = desk.styles(**HEAD) if group else desk.styles(**HEAD, bottom=0)
        if group and size > 1:
            sheet.merge_range(cursor.row, at, cursor.row, at + size - 1, "", look)
            put(sheet, cursor.row, at, group, look)
        else:
            for one in range(at, at + size):
                put(sheet, cursor.row, one, group, look)
        at += size
    room = [sum(width for _, width in part) for _, part in _sides(columns, cursor.widths)]
    names = [name for name, _ in groupby(columns, lambda one: one.group)]
    sheet.set_row(cursor.row, LINE * max(map(text_lines, names, room)) + 4)
    cursor.row += 1


def _sides(columns: Sequence[Column], widths: Sequence[float]) -> Iterator[tuple[str, list[tuple[Column, float]]]]:
    for group, members in groupby(zip(columns, widths, strict=False), lambda one: one[0].group):
        yield group, list(members)


def _rows(block: Block) -> Iterator[tuple[Any, ...]]:
    return zip(*(one.values for one in block.columns), strict=True)


def _body(desk: Desk, cursor: Cursor, block: Block, rows: Iterator[tuple[Any, ...]]) -> None:
    """Write the rows of a table; those whose words are wrapped are as high as that takes."""
    looks = [form(desk, one.kind) for one in block.columns]
    said = {flag: say(f"umum.{'ya' if flag else 'tidak'}", desk.language) for flag in (True, False)}
    wrapped = [at for at, one in enumerate(block.columns) if one.kind in ("teks", "kode", "tahun")]
    formulas = {at: one.formula for at, one in enumerate(block.columns) if one.formula}
    sheet, widths = cursor.sheet, cursor.widths
    for cells in rows:
        row = cursor.row
        high = max((text_lines(str(cells[at]), widths[at]) for at in wrapped if _may_wrap(cells[at], widths[at])),
                   default=1)  # fmt: skip
        if high > 1:
            sheet.set_row(row, min(LINE * high + 4, 409))
        for at, value in enumerate(cells):
            if at in formulas and value is not None:
                sheet.write_formula(row, at, _filled(formulas[at], block, row), looks[at], value)
            else:
                put(sheet, row, at, said[value] if isinstance(value, bool) else value, looks[at])
        cursor.row += 1


def _may_wrap(value: object, width: float) -> bool:
    return isinstance(value, str) and len(value) > (width - 3) / 1.6


def _filled(formula: str, block: Block, row: int, **more: str) -> str:
    """Put cells of a row into a formula."""
    return formula.format(**{f"c{at}": address(row, at) for at in range(len(block.columns))}, **more)


def _shown(desk: Desk, cursor: Cursor, block: Block, part: tuple[str, int, int]) -> None:
    """Lay a filter over the heads, bars behind shares, and colours under words."""
    _, first, last = part
    if last < first:
        return
    if not block.numbered and not block.title:
        cursor.sheet.autofilter(first - 1, 0, last, len(block.columns) - 1)
    for at, one in enumerate(block.columns):
        if one.bars:
            bar = {"type": "data_bar", "bar_color": BAR, "bar_solid": True, "min_type": "num", "max_type": "num",
                   "min_value": 0, "max_value": 100, "data_bar_2010": True, "bar_border_color": BAR}  # fmt: skip
            cursor.sheet.conditional_format(first, at, last, at, bar)
    for at, colours in block.painted.items():
        for text, colour in colours.items():
            told = '"' + text.replace('"', '""') + '"'
            rule = {"type": "cell", "criteria": "==", "value": told, "format": desk.styles.over(bg_color=colour)}
            cursor.sheet.conditional_format(first, at, last, at, rule)


def _ended(desk: Desk, cursor: Cursor, block: Block, placed: Placed) -> None:
    """Write what stands below a table."""
    for foot in block.feet:
        _foot(desk, cursor, block, foot, placed)
    for note in block.notes:
        _line(desk, cursor, note, **_ASIDE)
    if block.chart is not None:
        cursor.row += 1
        chart = block.chart(desk, placed)
        wide = sum(round(width * 7 + 5) for width in cursor.widths)
        chart.set_size({"width": min(wide, 1_180), "height": block.tall * 20})
        # Its place does not hang on the heights of rows, which programs see differently.
        cursor.sheet.insert_chart(cursor.row, 0, chart, {"object_position": 3})
        cursor.row += block.tall
    cursor.row += 1


def _foot(desk: Desk, cursor: Cursor, block: Block, foot: Foot, placed: Placed) -> None:
    """Write a row below a table: its words over the columns before its first figure."""
    row = cursor.row
    looks = TOTAL if foot.strong else {**_ASIDE, "bg_color": "#FAFAFA"}
    begin = min(foot.values, default=len(block.columns))
    words = desk.styles(**{**_WORDS, **looks})
    high = text_lines(foot.label, sum(cursor.widths[:begin]) / _BOLD)
    cursor.sheet.set_row(row, LINE * high + 4)
    if begin > 1:
        cursor.sheet.merge_range(row, 0, row, begin - 1, "", words)
    put(cursor.sheet, row, 0, foot.label, words)
    top = row - block.feet.index(foot)
    feet = {f"f{down}_c{at}": address(top + down, at)
            for down in range(len(block.feet)) for at in range(len(block.columns))}  # fmt: skip
    for at in range(begin, len(block.columns)):
        look = form(desk, block.columns[at].kind, **looks)
        value = foot.values.get(at)
        if foot.formulas.get(at) and _known(value):
            jumlah = f"SUM({','.join(_ranges(placed, at, cursor.name))})"
            formula = _filled(foot.formulas[at], block, row, jumlah=jumlah, **feet)
            cursor.sheet.write_formula(row, at, formula, look, inert(value) if isinstance(value, str) else value)
        else:
            put(cursor.sheet, row, at, value, look)
    cursor.row = row + 1


def _known(value: object) -> bool:
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def _ranges(placed: Placed, column: int, here: str) -> list[str]:
    """Give the cells of a column, on this sheet and those before it."""
    name = letters(column)
    return [
        ("" if sheet == here else f"'{sheet}'!") + f"{name}{first + 1}:{name}{last + 1}"
        for sheet, first, last in placed.parts
    ]


def _signed(desk: Desk, cursor: Cursor, page: Page) -> None:
    """Leave room for whoever signs, on the right."""
    begin = cursor.last_column
    while begin and sum(cursor.widths[begin:]) < _SIGNED:
        begin -= 1
    for at, text in enumerate(page.signed):
        look = desk.styles(align="center", num_format="@", bold=at == len(page.signed) - 1)
        if text and begin < cursor.last_column:
            cursor.sheet.merge_range(cursor.row, begin, cursor.row, cursor.last_column, "", look)
        put(cursor.sheet, cursor.row, begin, text, look)
        cursor.row += 1


def _widths(page: Page, desk: Desk) -> list[float]:
    """Give each column room for its cells in all tables of a page, and for the longest word of its head."""
    found: list[float] = []
    for block in page.blocks:
        whole: Mapping[int, Any] = block.feet[-1].values if block.feet else {}
        for at, one in enumerate(block.columns):
            width = _width(one, whole.get(at), desk.language)
            if at < len(found):
                found[at] = max(found[at], width)
            else:
                found.append(width)
    return _spread(found)


def _spread(widths: Sequence[float]) -> list[float]:
    """Give what is left of a page to the columns of a short table, the narrow ones less."""
    spare = _SHEET - sum(widths)
    weights = [max(width - 6, 0) for width in widths]
    if spare <= 0 or not any(weights):
        return list(widths)
    return [round(width + spare * weight / sum(weights), 1) for width, weight in zip(widths, weights, strict=True)]


def _width(column: Column, total: object, language: Language) -> float:
    words = max((_long(word) * _BOLD for word in column.head.split()), default=0) + 1.6
    told = [_told(one, column, language) for one in (*islice(column.values, _SAMPLE), total) if one is not None]
    cells = max(map(_long, told), default=0) + 3.0
    least = _ROOM.get(column.kind, _NARROW)
    if column.kind == "nomor":
        return max(least, len(str(len(column.values))) + 2.5)
    return round(max(min(cells, column.widest), words, least), 1)


def _told(value: object, column: Column, language: Language) -> str:
    if isinstance(value, int | float) and column.kind in _DECIMALS:
        return number(float(value), _DECIMALS[column.kind], language)
    return str(value)
