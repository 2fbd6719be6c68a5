"""Tables of ``skor.xlsx``: a title, what it is of, heads in words, a filter, and the paper it is printed on."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from petakumuh.present.book import BORDER, SHADE, Styles, class_colours, paper, put
from petakumuh.present.workbook.words import basis, class_names, heading
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame

    from petakumuh.model import Region, Scores

__all__ = ["EDGE", "FIRST_ROW", "HEAD", "MOST", "Desk", "parts", "quoted", "titled", "write_table", "year_of"]

FIRST_ROW = 4
"""Of a table's rows, below title, what it is, what it rests on, and heads."""
MOST = 1_048_576 - FIRST_ROW
"""Rows of a sheet below its heads."""
EDGE = {"border": 1, "border_color": BORDER}
HEAD = {**EDGE, "bold": True, "bg_color": SHADE, "text_wrap": True, "align": "center"}
_FORMS = (
    (r".*_ha(_.*)?", "#,##0.0000"),
    (r"rata_sektoral|kontribusi|persen_.*", "0.00%"),
    (r"biaya|.*_(rt|kk|jiwa|bangunan)", "#,##0"),
)
"""Which columns hold numbers of which form; the others have two decimals, whole numbers none."""
_CLASS = "tingkat"
_SAMPLE, _CHUNK = 300, 10_000
_NARROW, _WIDE, _PAGE, _LINE = 7, 70, 230, 15.5
"""Letters: of a column at least and at most, of a page; height of a line."""


@dataclass(frozen=True)
class Desk:
    """What sheets are written with: workbook and formats, scores, region, language."""

    book: Any
    styles: Styles
    scores: Scores
    wilayah: Region
    language: Language

    def say(self, key: str, **values: object) -> str:
        """Look up a word of the sheets."""
        return say(f"buku.{key}", self.language, **values)


def titled(desk: Desk, sheet: Any, key: str) -> None:
    """Write the title of a sheet, what it shows, and what that rests on."""
    sheet.hide_gridlines(2)
    told = basis(desk.scores, desk.wilayah, desk.language)
    lines: tuple[tuple[float, str, dict[str, Any]], ...] = (
        (24, desk.say(f"judul_{key}"), {"bold": True, "font_size": 14}),
        (16, desk.say(f"isi_{key}"), {}),
        (18, told, {"italic": True, "font_color": "#595959"}),
    )
    for row, (height, text, looks) in enumerate(lines):
        sheet.set_row(row, height)
        put(sheet, row, 0, text, desk.styles(**looks))


def parts(title: str, size: int) -> list[tuple[str, slice]]:
    """Split rows into as many sheets as they need."""
    starts = range(0, max(size, 1), MOST)
    return [(title if at == 0 else f"{title} ({at // MOST + 1})", slice(at, at + MOST)) for at in starts]


def write_table(desk: Desk, title: str, key: str, table: DataFrame, *, keys: int = 0) -> None:
    """Write a table on a sheet: its heads frozen, a filter, numbers as numbers, classes in their colours.

    Parameters
    ----------
    desk
        What it is written with.
    title, key
        Name of the sheet, and of the messages that say what it is.
    table
        Columns as the scores call them; classes are said in words, and shares are fractions.
    keys
        So many columns say which row it is: they stay in sight and on every page.
    """
    sheet, styles = desk.book.add_worksheet(title), desk.styles
    names = [str(name) for name in table.columns]
    heads = [heading(name, desk.scores, desk.language) for name in names]
    widths = [
        _width(name, head, values)
        for name, head, values in zip(names, heads, _columns(table.iloc[:_SAMPLE]), strict=True)
    ]
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.set_default_row(_LINE)
    titled(desk, sheet, key)
    sheet.set_row(FIRST_ROW - 1, _LINE * max(map(_lines, heads, widths)) + 4)
    for at, head in enumerate(heads):
        put(sheet, FIRST_ROW - 1, at, head, styles(**HEAD))
    looks = [styles(num_format=_form(name)) for name in names]
    text, whole, year = (
        styles(num_format="@", indent=1),
        styles(num_format="#,##0"),
        styles(num_format="0", align="left"),
    )
    for begin in range(0, len(table), _CHUNK):
        rows = zip(*_columns(table.iloc[begin : begin + _CHUNK]), strict=True)
        for row, cells in enumerate(rows, start=begin + FIRST_ROW):
            for at, value in enumerate(cells):
                told = year_of(value) if names[at] == "tahun" else value
                kind = text if isinstance(told, str) else whole if isinstance(told, int) else looks[at]
                put(sheet, row, at, told, year if told is not value else kind)
    last = FIRST_ROW + max(len(table), 1) - 1
    sheet.freeze_panes(FIRST_ROW, keys)
    sheet.autofilter(FIRST_ROW - 1, 0, last, len(names) - 1)
    paper(sheet, repeated=(FIRST_ROW - 1, FIRST_ROW - 1), pages_wide=math.ceil(sum(widths) / _PAGE))
    if keys:
        sheet.repeat_columns(0, keys - 1)
    _paint(desk, sheet, names, last)


def _paint(desk: Desk, sheet: Any, names: Sequence[str], last: int) -> None:
    """Lay the colour of its class under each class."""
    named: Mapping[str, str] = class_names(desk.scores.aturan, desk.language)
    for at in (at for at, name in enumerate(names) if name.startswith(_CLASS)):
        for code, colour in class_colours(desk.scores.aturan).items():
            look = desk.styles.over(bg_color=colour)
            rule = {"type": "cell", "criteria": "==", "value": quoted(named[code]), "format": look}
            sheet.conditional_format(FIRST_ROW, at, last, at, rule)


def _columns(table: DataFrame) -> list[list[object]]:
    """Give the columns as plain values, missing as None."""
    return [table[name].astype(object).where(table[name].notna(), None).tolist() for name in table.columns]


def _width(name: str, head: str, values: Sequence[object]) -> float:
    """Give a column room for its values and the longest word of its head."""
    decimals = 4 if _form(name).endswith("0000") else 2
    told = (f"{one:,.{decimals}f}" if isinstance(one, float) else str(one) for one in values if one is not None)
    words = max(map(len, head.split()), default=0) + 2  # a filter's button stands beside them
    return min(max(max(map(len, told), default=0), words, _NARROW) + 2, _WIDE)


def _lines(head: str, width: float) -> int:
    """Count the lines of a head, whose words are not broken."""
    lines, room = 1, width - 2
    for word in head.split():
        if room < len(word) and room < width - 2:
            lines, room = lines + 1, width - 2
        room -= len(word) + 1
    return lines


def _form(name: str) -> str:
    return next((form for pattern, form in _FORMS if re.fullmatch(pattern, name)), "#,##0.00")


def year_of(value: object) -> object:
    """Write a year as the number it is, so that sums can ask for it."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def quoted(text: str) -> str:
    """Write a text as formulas write it."""
    return '"' + text.replace('"', '""') + '"'
