"""The sheet ``Per kelurahan``: what each was and is, and the sums of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh.present.book import SHADE, paper, put
from petakumuh.present.workbook.tables import EDGE, FIRST_ROW, HEAD, Desk, titled
from petakumuh.present.workbook.words import one_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from petakumuh.model import Scores

__all__ = ["VILLAGES", "write_villages"]

VILLAGES = "Per kelurahan"
_COLUMNS = (
    ("nomor", 5, "0"),
    ("kecamatan", 24, "@"),
    ("kelurahan", 28, "@"),
    ("rt_terdelineasi", 14, "#,##0"),
    ("luas_awal", 14, "#,##0.00"),
    ("nilai_awal", 12, "0"),
    ("nilai_akhir", 12, "0"),
    ("pengurangan", 14, "#,##0.00"),
    ("luas_akhir", 14, "#,##0.00"),
    ("tanpa_skor_ha", 14, "#,##0.00"),
)
"""What each column is, its width and the form of its figures."""
_LETTERS = "ABCDEFGHIJ"
_NAME, _AREA, _GONE, _LEFT = 2, 4, 7, 8
"""Places of the name; of hectares of slum before, gone and left."""
_ADDED = (3, _AREA, _GONE, _LEFT, 9)
"""Columns that are added up."""


def write_villages(desk: Desk) -> None:
    """Write a row for each kelurahan: the first year beside the last one; sums are formulas."""
    sheet, styles = desk.book.add_worksheet(VILLAGES), desk.styles
    years, rows = list(desk.scores.rekap["tahun"]), _rows(desk.scores)
    titled(desk, sheet, "kelurahan")
    sheet.set_row(FIRST_ROW - 1, 50)
    unit = one_of(desk.scores, desk.language)
    for at, (key, width, _) in enumerate(_COLUMNS):
        sheet.set_column(at, at, width)
        told = desk.say(f"per_{key}", awal=years[0], akhir=years[-1], unit=unit)
        put(sheet, FIRST_ROW - 1, at, told, styles(**HEAD))
    last = FIRST_ROW + len(rows)
    for row, values in enumerate(rows, start=FIRST_ROW):
        left = f"={_LETTERS[_AREA]}{row + 1}-{_LETTERS[_GONE]}{row + 1}"
        _row(desk, sheet, row, values, formulas={_LEFT: left})
    whole = [sum(values[at] for values in rows) if at in _ADDED else None for at in range(len(_COLUMNS))]
    whole[_NAME] = desk.say("jumlah")
    sums = {at: f"=SUM({_LETTERS[at]}{FIRST_ROW + 1}:{_LETTERS[at]}{last})" for at in _ADDED}
    _row(desk, sheet, last, whole, formulas=sums, bold=True, bg_color=SHADE)
    sheet.freeze_panes(FIRST_ROW, _NAME + 1)
    sheet.autofilter(FIRST_ROW - 1, 0, last - 1, len(_COLUMNS) - 1)
    paper(sheet, repeated=(FIRST_ROW - 1, FIRST_ROW - 1))


def _rows(scores: Scores) -> list[list[Any]]:
    """Give the values of each kelurahan; it has no score where one of its RT has none."""
    years, table = list(scores.rekap["tahun"]), scores.kelurahan
    first, last = (table[table["tahun"] == year] for year in (years[0], years[-1]))
    columns: list[Sequence[Any]] = [
        range(1, len(first) + 1),
        *(first[name].tolist() for name in ("kecamatan", "kelurahan", "jumlah_rt", "luas_awal_ha")),
        *(one["nilai"].astype(object).where(one["nilai"].notna(), None).tolist() for one in (first, last)),
        *(last[name].tolist() for name in ("pengurangan_ha", "sisa_kumuh_ha", "tanpa_skor_ha")),
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _row(
    desk: Desk, sheet: Any, row: int, values: Sequence[Any], *, formulas: Mapping[int, str], **looks: Any
) -> None:
    sheet.set_row(row, 18)
    for at, (value, (_, _, form)) in enumerate(zip(values, _COLUMNS, strict=True)):
        style = desk.styles(**EDGE, num_format=form, **looks, **({"indent": 1} if form == "@" else {}))
        if at in formulas:
            sheet.write_formula(row, at, formulas[at], style, value)
        else:
            put(sheet, row, at, value, style)
