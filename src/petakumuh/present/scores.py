"""Scores as tables: CSV for Excel in Indonesia, JSON for programs, text for the terminal; a rule set as text."""

from __future__ import annotations

import json
import math
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from petakumuh import findings
from petakumuh.present.tables import csv_text
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from pandas import DataFrame

    from petakumuh.catalog.regulation import RuleSet
    from petakumuh.model import Scores

__all__ = ["files", "rules_text", "scores_text"]

_DECIMALS = {"luas_verifikasi_ha": 4, "pengurangan_ha": 4, "luas_ha": 4}
_FRACTION_DECIMALS = 6
_NUMBER = re.compile(r"[\d.,]+|–")
_SHOWN = ("kumuh_ha", "KR_ha", "KS_ha", "KB_ha", "tidak_kumuh_ha", "tanpa_skor_ha", "pengurangan_ha")


def files(scores: Scores, language: Language) -> dict[str, Callable[[Path], None]]:
    """List what is written of scores: name -> what writes it to a path."""
    told = pd.DataFrame(findings.with_messages(scores.findings, language).drop(columns="geometry"))
    texts = {
        "skor.csv": csv_text(_rows(scores.tabel)),
        "skor_temuan.csv": csv_text(_rows(told)),
        "skor_rekap.json": json.dumps(scores.rekap, ensure_ascii=False, indent=1, allow_nan=False) + "\n",
    }
    return {name: partial(_write, text) for name, text in texts.items()}


def _write(text: str, path: Path) -> None:
    path.write_bytes(text.encode())


def _rows(table: DataFrame) -> Iterable[list[object]]:
    names = [str(name) for name in table.columns]
    yield list(names)
    columns = [table[name].astype(object).tolist() for name in table.columns]
    decimals = [_DECIMALS.get(name, _FRACTION_DECIMALS) for name in names]
    for row in zip(*columns, strict=True):
        yield [_cell(value, places) for value, places in zip(row, decimals, strict=True)]


def _cell(value: Any, decimals: int) -> object:
    """Write a number with a decimal comma; a missing one is empty."""
    if value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.{decimals}f}".replace(".", ",") if isinstance(value, float) else value


def scores_text(scores: Scores, language: Language = "id") -> str:
    """Write hectares of each class year by year, and the account of interventions, for a terminal."""
    years = scores.rekap["tahun"]
    shown = [name for name in _SHOWN if all(name in row for row in years.values())]
    head = [say("kolom.tahun", language), *(name.removesuffix("_ha") for name in shown)]
    rows = [[year, *(number(row[name], language=language) for name in shown)] for year, row in years.items()]
    account = scores.rekap["investasi"]
    fates = ", ".join(f"{fate} {number(n, 0, language)}" for fate, n in account["tidak"].items()) or "–"
    counted = {"baris": account["baris"], "diterapkan": account["diterapkan"], "tidak": fates}
    return "\n".join([_grid([head, *rows]), "", say("cli.skor_akun", language, **counted)])


def rules_text(rules: RuleSet, language: Language = "id") -> str:
    """Write a rule set as tables, with what is not confirmed marked ``[?]``.

    Examples
    --------
    >>> from petakumuh.catalog.regulation import rule_set
    >>> rules_text(rule_set()).splitlines()[0]
    'pupr-14-2018: Permen PUPR 14/PRT/M/2018'
    """
    criteria = [
        [one.kode, rules.aspek[one.aspek], one.nama, one.satuan, one.penyebut, *_doubt(sure=one.pasti)]
        for one in rules.kriteria
    ]
    bands = [[f">= {number(one.mulai * 100, 3, language)} %", str(one.nilai)] for one in rules.pita]
    classes = [[f">= {one.mulai}", one.kode, one.nama] for one in rules.kelas]
    choices = [
        [matter, " / ".join(one.pilihan), one.bawaan, *_doubt(sure=one.pasti), one.catatan]
        for matter, one in rules.pilihan.items()
    ]
    heads = {
        name: [say(f"aturan.{key}", language) for key in keys]
        for name, keys in {
            "kriteria": ("kode", "aspek", "kriteria", "satuan", "penyebut", "pasti"),
            "pita": ("persen", "nilai"),
            "kelas": ("jumlah", "kelas", "nama"),
            "pilihan": ("hal", "cara", "bawaan", "pasti", "keterangan"),
        }.items()
    }
    tables = {"kriteria": criteria, "pita": bands, "kelas": classes, "pilihan": choices}
    parts = [_grid([heads[name], *rows]) for name, rows in tables.items()]
    said = [
        say("aturan.sumber", language, sumber=rules.sumber),
        say("aturan.catatan", language, isi=rules.catatan),
    ]
    return "\n\n".join(["\n".join([f"{rules.id}: {rules.nama}", *said]), *parts])


def _doubt(*, sure: bool) -> list[str]:
    return ["" if sure else "[?]"]


def _grid(rows: Sequence[Sequence[str]]) -> str:
    """Set rows as columns with a rule under the head; numbers stand to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if _NUMBER.fullmatch(cell) else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([lines[0], "─" * max(map(len, lines)), *lines[1:]])
