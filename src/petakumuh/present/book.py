"""A workbook that is written the same way every time, and whose text is text."""

from __future__ import annotations

import io
import math
import re
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from petakumuh.present.clock import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from petakumuh.catalog.regulation import RuleSet
    from petakumuh.text import Language

__all__ = [
    "BORDER",
    "INPUT",
    "SHADE",
    "Styles",
    "address",
    "class_colours",
    "inert",
    "letters",
    "opened",
    "paper",
    "picture",
    "plain",
    "put",
    "regional",
]

SHADE = "#DCE6EC"
"""Behind heads."""
INPUT = "#1F4E9E"
"""Colour of figures that are put in, beside those that formulas work out."""
BORDER = "#8C8C8C"
_TEXT_LIMIT = 32_767
"""So many characters go into a cell."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOCALE = {"id": "[$-421]", "en": "[$-409]"}
"""By which programs that obey it write numbers: 1.234,56; Excel goes by the reader's computer."""
_GREEN, _SLUM = "#70C168", ("#FFFF00", "#FF5500", "#E31A1C")
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "nan_inf_to_errors": False}  # fmt: skip


@contextmanager
def opened(path: Path, title: str, *, by_rows: bool, font: Mapping[str, Any] | None = None) -> Iterator[Any]:
    """Open a new workbook, and write it to its path once it is filled.

    Parameters
    ----------
    path
        Where it is written.
    title
        What its properties say.
    by_rows
        Whether it is filled row by row: then memory does not grow with its rows.
    font
        Of cells without a format of their own, by whose digits columns are measured; Calibri if not said.
    """
    import xlsxwriter  # noqa: PLC0415 - an extra
    from xlsxwriter.worksheet import Worksheet  # noqa: PLC0415 - an extra

    class Sheet(Worksheet):  # type: ignore[misc]
        """A sheet that writes formulas as ours are.

        It does not look for functions newer than ours in each of them: that took half of the time. And it says of
        an empty text that it is one; else readers take the formula for one that was never worked out.
        """

        def _xml_formula_element(self, formula: str, result: Any, attributes: Any = ()) -> None:
            told = [("t", "str")] if result == "" else []
            super()._xml_formula_element(formula, result, [*attributes, *told])

        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
            return formula.removeprefix("=")

    filled = io.BytesIO()  # else the package hides why a disk refuses
    how = {"constant_memory": True} if by_rows else {"in_memory": True}
    book = xlsxwriter.Workbook(filled, _OPTIONS | how | {"default_format_properties": dict(font or {})})
    book.worksheet_class = Sheet
    made = datetime.fromisoformat(EPOCH).replace(tzinfo=None)
    book.set_properties({"title": plain(title), "created": made})
    yield book
    book.close()
    path.write_bytes(filled.getvalue())


class Styles:
    """The formats of one workbook, each made once, what all of them share, and how numbers are read in it."""

    def __init__(self, book: Any, language: Language, **common: Any) -> None:
        self._book, self._language = book, language
        self._common = {"font_name": "Calibri", "valign": "vcenter"} | common
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **looks: Any) -> Any:
        """Give the format of these looks."""
        key = tuple(sorted(looks.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(self._common | self._read(looks))
        return self._made[key]

    def over(self, **looks: Any) -> Any:
        """Give the format that a condition lays over others: these looks and no more."""
        return self._book.add_format(self._read(looks))

    def _read(self, looks: dict[str, Any]) -> dict[str, Any]:
        form = looks.get("num_format")
        return looks if form is None else looks | {"num_format": regional(form, self._language)}


def paper(
    sheet: Any, *, repeated: tuple[int, int] | None = None, pages_wide: int = 1, pages_high: int = 0
) -> None:
    """Lay a sheet out for printing on A4: on its side, its heads on every page.

    Parameters
    ----------
    sheet
        Which one.
    repeated
        The rows of its heads, if it has any.
    pages_wide, pages_high
        Over how many pages it goes at most; 0: as many as it needs.
    """
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(pages_wide, pages_high)
    sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.5)
    sheet.set_footer("&L&8&F&C&8&A&R&8&P / &N")
    if repeated is not None:
        sheet.repeat_rows(*repeated)


def picture(sheet: Any, path: Path, height: float) -> None:
    """Put a picture into the upper left corner of a sheet.

    Parameters
    ----------
    sheet, path
        Where it goes, and the PNG or JPEG.
    height
        So many dots high; its width follows.
    """
    from xlsxwriter.image import Image  # noqa: PLC0415 - an extra

    read = io.BytesIO(path.read_bytes())
    scale = height / Image(read).height
    how = {"x_scale": scale, "y_scale": scale, "x_offset": 10, "y_offset": 4, "object_position": 3}
    sheet.insert_image(0, 0, "logo", how | {"image_data": read, "decorative": True})


def put(sheet: Any, row: int, column: int, value: object, style: Any) -> None:
    """Write one value: numbers as numbers, missing as an empty cell, all else as text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if math.isfinite(value):
            sheet.write_number(row, column, value, style)
        else:
            sheet.write_blank(row, column, None, style)
    elif value is None or value == "":
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_string(row, column, inert(str(value)), style)


def inert(text: str) -> str:
    """Give a text as a cell can hold it: halves of letters replaced, what is beyond its room cut with a mark.

    Examples
    --------
    >>> inert("=1+1"), len(inert("a" * 40_000)), inert("a" * 40_000)[-1]
    ('=1+1', 32767, '…')
    """
    whole = text.encode("utf-8", "replace").decode()
    if whole.startswith("<r>") and whole.endswith("</r>"):
        whole += " "  # the package takes such a text for markup of its own, and writes it as it is
    return whole if len(whole) <= _TEXT_LIMIT else whole[: _TEXT_LIMIT - 1] + "…"


def plain(text: str) -> str:
    r"""Give a text as it may stand outside of cells, where the package writes signs that XML does not have.

    Examples
    --------
    >>> plain("satu\x07dua\ufffe <b>")
    'satu dua  <b>'
    """
    return _NO_XML.sub(" ", inert(text))


def letters(column: int) -> str:
    """Give the letters of a column, counted from 0.

    Examples
    --------
    >>> [letters(one) for one in (0, 25, 26, 701, 702, 16_383)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA', 'XFD']
    """
    found, left = "", column + 1
    while left:
        left, at = divmod(left - 1, 26)
        found = chr(ord("A") + at) + found
    return found


def regional(form: str, language: Language) -> str:
    """Let a format write numbers as they are read in a language, whatever the machine speaks.

    Examples
    --------
    >>> regional("#,##0.00", "id"), regional('0.00%;"–"', "en"), regional("@", "id")
    ('[$-421]#,##0.00', '[$-409]0.00%;"–"', '@')
    """
    return ";".join(_LOCALE[language] + one if "," in one or "." in one else one for one in form.split(";"))


def address(row: int, column: int) -> str:
    """Give the address of a cell, its row and column counted from 0.

    Examples
    --------
    >>> address(0, 0), address(9, 27)
    ('A1', 'AB10')
    """
    return f"{letters(column)}{row + 1}"


def class_colours(rules: RuleSet) -> Mapping[str, str]:
    """Give each class its colour: what is no slum green, the others from yellow to red.

    Examples
    --------
    >>> from petakumuh.catalog.regulation import rule_set
    >>> class_colours(rule_set())
    {'TK': '#70C168', 'KR': '#FFFF00', 'KS': '#FF5500', 'KB': '#E31A1C'}
    """
    slum = [one.kode for one in rules.kelas[1:]]
    steps = max(len(slum) - 1, 1)
    colours = {code: _SLUM[round(at * (len(_SLUM) - 1) / steps)] for at, code in enumerate(slum)}
    return {rules.kelas[0].kode: _GREEN} | colours
