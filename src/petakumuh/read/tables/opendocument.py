"""Sheets of an OpenDocument spreadsheet (ODS), read from its XML: values, formulas without one, merged cells.

The format writes a row or cell that repeats once, with a count; empty ones repeat up to the end of the sheet and
are not laid out.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from petakumuh.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from petakumuh.read.raw import Limits

__all__ = ["Sheet", "read_opendocument"]

_NUMBERS = {"float", "percentage", "currency"}
_ERROR = re.compile(r"#(?:REF|DIV/0|VALUE|NAME|NUM|NULL)[!?]|#N/A|Err:\d+")
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384


@dataclass
class Sheet:
    """One sheet as it stands in the file; rows, columns and ranges are counted from 0."""

    name: str
    hidden: bool
    rows: list[list[str | int | float | bool | None]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    uncached: dict[tuple[int, int], str] = field(default_factory=dict)
    faulty: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)


def read_opendocument(path: Path, limits: Limits) -> Iterator[Sheet]:
    """Read every sheet of an ODS file.

    Parameters
    ----------
    path
        The file.
    limits
        Of the number of rows.

    Raises
    ------
    InputError
        When its XML is broken, or it holds more rows than the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
            yield from _sheets(ET.iterparse(content, ("start", "end")), path, limits)  # noqa: S314 - no DOCTYPE
    except (ET.ParseError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("tabel_tak_terbaca", file=path, alasan=error) from error


def _sheets(events: Iterator[tuple[str, ET.Element]], path: Path, limits: Limits) -> Iterator[Sheet]:
    unseen: set[str] = set()
    sheet: Sheet | None = None
    row = 0
    for event, element in events:
        tag = _bare(element.tag)
        if event == "start" and tag == "table" and sheet is None:
            sheet, row = Sheet(_get(element, "name"), _get(element, "style-name") in unseen), 0
        elif event == "end" and tag == "style":
            if any(_get(one, "display") == "false" for one in element if _bare(one.tag) == "table-properties"):
                unseen.add(_get(element, "name"))
        elif event == "end" and tag == "table-row" and sheet is not None:
            last = row + _count(element, "number-rows-repeated")
            most = min(_MOST_ROWS, limits.rows)
            if last > most and _holds_something(element):
                raise InputError("arsip_besar", file=path, isi=last, batas=most)
            row = _add_row(sheet, element, row)
            element.clear()
        elif event == "end" and tag == "table" and sheet is not None:
            yield sheet
            sheet = None
            element.clear()


def _bare(name: str) -> str:
    return name.rpartition("}")[2]


def _get(element: ET.Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if _bare(key) == name), "")


def _count(element: ET.Element, name: str) -> int:
    return max(1, int(_get(element, name) or 1))


def _holds_something(element: ET.Element) -> bool:
    return any(_get(cell, "value-type") or len(cell) for cell in element)


def _add_row(sheet: Sheet, element: ET.Element, row: int) -> int:
    """Lay out a row as often as it repeats; give the number of the next one."""
    cells: list[str | int | float | bool | None] = []
    column = 0
    times = _count(element, "number-rows-repeated")
    for cell in element:
        if _bare(cell.tag) not in {"table-cell", "covered-table-cell"}:
            continue
        again = min(_count(cell, "number-columns-repeated"), _MOST_COLUMNS)
        down, across = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if down > 1 or across > 1:
            sheet.merged.append((row, column, row + down - 1, column + across - 1))
        value = _value(sheet, cell, (row, column))
        if value is not None or (row, column) in sheet.faulty:
            cells += [None] * (column - len(cells)) + [value] * again
        column += again
    if cells:
        if _get(element, "visibility") in {"collapse", "filter"}:
            sheet.hidden_rows.update(range(row, row + times))
        sheet.rows += [[] for _ in range(row - len(sheet.rows))] + [list(cells) for _ in range(times)]
    return row + times


def _value(sheet: Sheet, cell: ET.Element, at: tuple[int, int]) -> str | float | bool | None:
    """Read one cell: by its type where it has one, else as a formula without a value, or nothing."""
    kind = _get(cell, "value-type")
    text = "\n".join("".join(_words(one)) for one in cell if _bare(one.tag) == "p")
    formula = _get(cell, "formula")
    if formula and not kind and not text:
        sheet.uncached[at] = formula.partition(":")[2] or formula
        return sheet.uncached[at]
    if kind == "error" or (formula and _ERROR.fullmatch(text)):
        sheet.faulty[at] = text
        return None
    if kind in _NUMBERS:
        written = _get(cell, "value")
        number = float(written)
        return int(written if written.isdecimal() else number) if number.is_integer() else number
    if kind == "boolean":
        return _get(cell, "boolean-value") == "true"
    if kind == "date":
        return _get(cell, "date-value").removesuffix("T00:00:00")
    return text if text.strip() else None


def _words(element: ET.Element) -> Iterator[str]:
    """Give the text of a paragraph; spaces, tabs and line breaks are elements."""
    yield element.text or ""
    for child in element:
        tag = _bare(child.tag)
        if tag == "s":
            yield " " * _count(child, "c")
        elif tag in {"tab", "line-break"}:
            yield "\t" if tag == "tab" else "\n"
        else:
            yield from _words(child)
        yield child.tail or ""
