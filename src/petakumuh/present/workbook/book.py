"""A workbook that is written the same way every time, and whose text is text."""

from __future__ import annotations

import io
import math
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from petakumuh.present.clock import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from petakumuh.catalog.regulation import RuleSet

__all__ = ["BORDER", "INPUT", "SHADE", "Styles", "class_colours", "inert", "opened", "paper", "put"]

SHADE = "#DCE6EC"
"""Behind heads."""
INPUT = "#1F4E9E"
"""Colour of figures that are put in, beside those that formulas work out."""
BORDER = "#8C8C8C"
_TEXT_LIMIT = 32_767
"""So many characters go into a cell."""
_GREEN, _SLUM = "#70C168", ("#FFFF00", "#FF5500", "#E31A1C")
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "nan_inf_to_errors": False}  # fmt: skip


@contextmanager
def opened(path: Path, title: str, *, by_rows: bool) -> Iterator[Any]:
    """Open a new workbook, and write it to its path once it is filled.

    Parameters
    ----------
    path
        Where it is written.
    title
        What its properties say.
    by_rows
        Whether it is filled row by row: then memory does not grow with its rows.
    """
    import xlsxwriter  # noqa: PLC0415 - an extra
    from xlsxwriter.worksheet import Worksheet  # noqa: PLC0415 - an extra

    class Sheet(Worksheet):  # type: ignore[misc]
        """A sheet that does not look for functions newer than ours in each formula: that took half of the time."""

        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
            return formula.removeprefix("=")

    filled = io.BytesIO()  # else the package hides why a disk refuses
    how = {"constant_memory": True} if by_rows else {"in_memory": True}
    book = xlsxwriter.Workbook(filled, _OPTIONS | how)
    book.worksheet_class = Sheet
    made = datetime.fromisoformat(EPOCH).replace(tzinfo=None)
    book.set_properties({"title": inert(title), "created": made})
    yield book
    book.close()
    path.write_bytes(filled.getvalue())


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **looks: Any) -> Any:
        """Give the format of these looks."""
        key = tuple(sorted(looks.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": "Calibri", "valign": "vcenter"} | looks)
        return self._made[key]

    def over(self, **looks: Any) -> Any:
        """Give the format that a condition lays over others: these looks and no more."""
        return self._book.add_format(looks)


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
    return whole if len(whole) <= _TEXT_LIMIT else whole[: _TEXT_LIMIT - 1] + "…"


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
