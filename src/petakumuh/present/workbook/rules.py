"""A rule set as a sheet, its thresholds named so that formulas can refer to them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from petakumuh.present.book import BORDER, INPUT, SHADE, Styles, class_colours, paper, put
from petakumuh.present.workbook.values import denominators
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from petakumuh.model import Scores

__all__ = ["TITLE", "write_rules"]

TITLE = "Aturan"
_WIDTHS = (18, 26, 62, 11, 22, 8)
_LINE = 15.5
_PERCENT = "0.000%"


def write_rules(book: Any, styles: Styles, scores: Scores, language: Language) -> None:
    """Add the sheet of the rule set, as it was applied.

    Its names: ``pita_mulai, pita_nilai`` (bands), ``kelas_mulai, kelas_nama`` (classes), ``pita_pertama``,
    ``kumuh_mulai`` and ``kontribusi_ambang``.
    """
    rules, resep = scores.aturan, scores.rekap["resep"]
    sheet = book.add_worksheet(TITLE)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.hide_gridlines(2)
    paper(sheet)
    put(sheet, 0, 0, rules.nama, styles(bold=True, font_size=14))
    put(sheet, 1, 0, say("aturan.sumber", language, sumber=rules.sumber), styles())
    put(sheet, 2, 0, say("aturan.catatan", language, isi=rules.catatan), styles())
    put(sheet, 3, 0, say("buku.aturan_hidup", language), styles(italic=True))
    bands = [[one.mulai, one.nilai] for one in rules.pita]
    if rules.pita[0].mulai > 0:
        bands.insert(0, [0.0, int(resep["nilai_terendah"])])
    row = _table(sheet, styles, 5, _words(("persen", "nilai"), language), bands, numbers=(_PERCENT, "0"))
    _named(book, "pita_mulai", row, len(bands), "A")
    _named(book, "pita_nilai", row, len(bands), "B")
    _named(book, "pita_pertama", row + len(bands) - len(rules.pita), 1, "A")
    row += len(bands) + 1
    classes = [[one.mulai, one.kode, one.nama] for one in rules.kelas]
    row = _table(
        sheet,
        styles,
        row,
        _words(("jumlah", "kelas", "nama"), language),
        classes,
        numbers=("0", "", ""),
        painted=class_colours(rules),
    )
    _named(book, "kelas_mulai", row, len(classes), "A")
    _named(book, "kelas_nama", row, len(classes), "C")
    _named(book, "kumuh_mulai", row + 1, 1, "A")
    row += len(classes) + 1
    share = [[rules.kontribusi_ambang]]
    row = _table(sheet, styles, row, [say("buku.kontribusi_ambang", language)], share, numbers=(_PERCENT,))
    _named(book, "kontribusi_ambang", row, 1, "A")
    _criteria(sheet, styles, row + 2, scores, language)


def _criteria(sheet: Any, styles: Styles, row: int, scores: Scores, language: Language) -> None:
    """Write criteria with the denominators that were taken, and choices with the ways that were."""
    rules, resep = scores.aturan, scores.rekap["resep"]
    over = denominators(scores)
    criteria: list[list[object]] = [
        [one.kode, rules.aspek[one.aspek], one.nama, one.satuan, over[one.kode], *_doubt(sure=one.pasti)]
        for one in rules.kriteria
    ]
    words = _words(("kode", "aspek", "kriteria", "satuan", "penyebut", "pasti"), language)
    row = _table(sheet, styles, row, words, criteria) + len(criteria) + 1
    choices: list[list[object]] = [
        [matter, " / ".join(one.pilihan), one.catatan, one.bawaan, resep.get(matter, ""), *_doubt(sure=one.pasti)]
        for matter, one in rules.pilihan.items()
    ]
    words = _words(("hal", "cara", "keterangan", "bawaan"), language)
    words = [*words, say("buku.dipakai", language), say("aturan.pasti", language)]
    _table(sheet, styles, row, words, choices)


def _table(
    sheet: Any,
    styles: Styles,
    row: int,
    words: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    numbers: Sequence[str] = ("",) * 6,
    painted: Mapping[str, str] = {},
) -> int:
    """Write a table and give the row that its values begin at; what is painted stands in the second column."""
    edge = {"border": 1, "border_color": BORDER, "text_wrap": True}
    for below, values in enumerate([words, *rows], start=row):
        lines = max(math.ceil(len(str(one)) / width) for one, width in zip(values, _WIDTHS, strict=False))
        sheet.set_row(below, max(lines, 1) * _LINE)
        for at, value in enumerate(values):
            form = numbers[at]
            look: dict[str, object] = {"num_format": form or "@"}
            if form:
                look |= {"font_color": INPUT, "align": "left"}
            if below == row:
                look = {"bold": True, "bg_color": SHADE}
            elif at == 1 and value in painted:
                look |= {"bold": True, "bg_color": painted[str(value)]}
            put(sheet, below, at, value, styles(**edge, **look))
    return row + 1


def _named(book: Any, name: str, row: int, size: int, column: str) -> None:
    last = f":${column}${row + size}" if size > 1 else ""
    book.define_name(name, f"={TITLE}!${column}${row + 1}{last}")


def _words(keys: Sequence[str], language: Language) -> list[str]:
    return [say(f"aturan.{key}", language) for key in keys]


def _doubt(*, sure: bool) -> list[str]:
    return ["" if sure else "[?]"]
