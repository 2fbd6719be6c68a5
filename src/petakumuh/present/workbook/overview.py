"""``skor.xlsx``: the years summed up by formulas, a row a kelurahan, every table, where it all comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from petakumuh import findings
from petakumuh.present.book import Styles, opened
from petakumuh.present.workbook.about import write_about
from petakumuh.present.workbook.recap import write_recap
from petakumuh.present.workbook.rules import write_rules
from petakumuh.present.workbook.tables import Desk, parts, write_table
from petakumuh.present.workbook.values import level
from petakumuh.present.workbook.villages import write_villages
from petakumuh.present.workbook.words import class_names
from petakumuh.text import Language, reason, say

if TYPE_CHECKING:
    from pathlib import Path

    from pandas import DataFrame, Series

    from petakumuh.model import Region, Scores

__all__ = ["write_overview"]

_SKOR, _YEARLY = "Skor", "Kelurahan per tahun"
_KEYS = {_SKOR: 5, _YEARLY: 3, "Pelayanan": 3, "Prioritas": 4, "Kewenangan": 2}
"""So many columns of a sheet say which row it is."""
_NOTED = ["keparahan", "pesan", "berkas", "id", "lapisan", "tindakan", "aturan"]


def write_overview(scores: Scores, wilayah: Region, language: Language, path: Path) -> None:
    """Write the workbook of all tables; what would stand empty is named and left out.

    Parameters
    ----------
    scores, wilayah
        What is written, and of which region.
    language, path
        Of the words (names of sheets stay); where it is written.
    """
    with opened(path, say("buku.judul_skor", language), by_rows=True) as book:
        desk = Desk(book, Styles(book, language), scores, wilayah, language)
        tables = _tables(scores, language)
        yearly = tables.pop(_YEARLY)
        write_recap(desk, list(map(str, tables[_SKOR].columns)), parts(_SKOR, len(scores.tabel)))
        write_villages(desk)
        for title, table in tables.items():
            if len(table):
                _write(desk, title, table)
        write_rules(book, desk.styles, scores, language)
        columns = {title: list(map(str, one.columns)) for title, one in tables.items() if len(one)}
        write_about(
            desk,
            columns | {_YEARLY: list(map(str, yearly.columns))},
            [title for title, one in tables.items() if one.empty],
        )
        _write(desk, _YEARLY, yearly)


def _write(desk: Desk, title: str, table: DataFrame) -> None:
    key = title.casefold().replace(" ", "_")
    for part, rows in parts(title, len(table)):
        write_table(desk, part, key, table.iloc[rows], keys=_KEYS.get(title, 0))


def _tables(scores: Scores, language: Language) -> dict[str, DataFrame]:
    """Give the tables by their sheets, codes of ours said in words and percents as fractions."""
    classes = class_names(scores.aturan, language)
    criteria = {one.kode: f"{one.kode}. {one.nama}" for one in scores.aturan.kriteria}
    fates = {fate: reason(fate, language) for fate in scores.investasi["nasib"].unique()}
    told = pd.DataFrame(findings.with_messages(scores.findings, language))[_NOTED]
    served, plans = scores.pelayanan, scores.prioritas
    marks = [f"nilai_{code}" for code in scores.aturan.codes]  # behind what they come to
    order = [name for name in scores.tabel if name not in marks] + marks
    return {
        _SKOR: _placed(scores, scores.tabel.assign(tingkat=_said(scores.tabel["tingkat"], classes))[order]),
        "Pelayanan": served.assign(
            wilayah=_said(served["wilayah"], {one: say(f"tingkat_wilayah.{one}", language) for one in _PLACES}),
            kriteria=_said(served["kriteria"], criteria),
            persen_terlayani=served["persen_terlayani"] / 100,
        ),
        "Prioritas": _placed(
            scores, plans.assign(**{name: _said(plans[name], classes) for name in ("tingkat_awal", "tingkat")})
        ),
        "Kewenangan": scores.kewenangan,
        "Investasi": scores.investasi.assign(nasib=_said(scores.investasi["nasib"], fates)),
        "Temuan": told.assign(
            keparahan=_said(
                told["keparahan"], {one: say(f"keparahan.{one}", language) for one in findings.SEVERITIES}
            ),
            tindakan=[say(f"umum.tindakan_{one}", language) for one in told["tindakan"]],
        ),
        _YEARLY: scores.kelurahan,
    }


_PLACES = ("kelurahan", "total")


def _placed(scores: Scores, table: DataFrame) -> DataFrame:
    """Name the kawasan in the place of RT and RW, where the units are kawasan."""
    if level(scores) == "rt":
        return table
    names = dict(zip(scores.unit["unit_id"], scores.unit["kawasan"], strict=True))
    return table.assign(rtrw=table["unit_id"].map(names)).rename(columns={"rtrw": "kawasan"})


def _said(column: Series[str], words: dict[str, str]) -> Series[str]:
    """Say codes in words; what has none stays."""
    return column.map({one: words.get(one, one) for one in column.unique()})
