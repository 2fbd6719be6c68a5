"""Scores as tables: CSV for Excel in Indonesia, workbooks, JSON for programs, text; a rule set as text."""

from __future__ import annotations

import json
import math
import re
from functools import partial
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pandas as pd

from petakumuh import findings
from petakumuh.model import Region
from petakumuh.present import workbook
from petakumuh.present.tables import csv_text
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from pandas import DataFrame

    from petakumuh.catalog.planning import Planning
    from petakumuh.catalog.regulation import RuleSet
    from petakumuh.model import Scores

__all__ = ["files", "missing_extra", "rules_text", "scores_text"]

_DECIMALS = {"luas_verifikasi_ha": 4, "pengurangan_ha": 4, "luas_ha": 4}
_FRACTION_DECIMALS = 6
_RECAP = "skor_rekap.json"
_NUMBER = re.compile(r"[\d.,]+|–")


def files(scores: Scores, language: Language, wilayah: Region | None = None) -> dict[str, Callable[[Path], None]]:
    """List what is written of scores: name -> what writes it to a path; no workbooks without their package."""
    told = pd.DataFrame(findings.with_messages(scores.findings, language).drop(columns="geometry"))
    texts = {
        "skor.csv": csv_text(_rows(scores.tabel)),
        "skor_temuan.csv": csv_text(_rows(told)),
    }
    if scores.beda is not None:
        texts["skor_beda.csv"] = csv_text(_rows(scores.beda.map(_whole)))
    written: dict[str, Callable[[Path], None]] = {name: partial(_write, text) for name, text in texts.items()}
    if not missing_extra():
        written |= workbook.files(scores, language, wilayah or Region())
    recap = {**scores.rekap, "berkas": [*written, _RECAP]}
    text = json.dumps(recap, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return written | {_RECAP: partial(_write, text)}


def earlier(folder: Path) -> list[str]:
    """List the files of scores that an earlier writing put into a folder, by what its own recap says.

    Files of such names without that recap are somebody else's.
    """
    try:
        told = json.loads((folder / _RECAP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(told, dict) or not isinstance(told.get("berkas"), list):
        return []
    return [name for name in told["berkas"] if isinstance(name, str) and _is_ours(name)]


def _is_ours(name: str) -> bool:
    """Whether a recap may name a file as one of scores: it may have been edited."""
    path = PurePosixPath(name)
    return path.name == name or (path.parts == (workbook.FOLDER, path.name) and ".." not in path.parts)


def missing_extra() -> bool:
    """Whether workbooks cannot be written because their package is not installed."""
    return find_spec("xlsxwriter") is None


def _write(text: str, path: Path) -> None:
    path.write_bytes(text.encode())


def _rows(table: DataFrame) -> Iterable[list[object]]:
    names = [str(name) for name in table.columns]
    yield list(names)
    columns = [table[name].astype(object).tolist() for name in table.columns]
    decimals = [_DECIMALS.get(name, _FRACTION_DECIMALS) for name in names]
    for row in zip(*columns, strict=True):
        yield [_cell(value, places) for value, places in zip(row, decimals, strict=True)]


def _whole(value: object) -> object:
    """Write scores, which are whole numbers, without decimals where other cells of the column are fractions."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _cell(value: Any, decimals: int) -> object:
    """Write a number with a decimal comma; a missing one is empty."""
    if value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.{decimals}f}".replace(".", ",") if isinstance(value, float) else value


def scores_text(scores: Scores, language: Language = "id") -> str:
    """Write hectares of each class by year, who is served and what became of interventions, for a terminal."""
    years = scores.rekap["tahun"]
    classes = {f"{one.kode}_ha": one.nama for one in scores.aturan.kelas[1:]}
    names = ["kumuh_ha", *classes, "tidak_kumuh_ha", "tanpa_skor_ha", "pengurangan_ha"]
    head = [say("kolom.tahun", language), *(classes.get(name) or say(f"kolom.{name}", language) for name in names)]
    rows = [[year, *(number(row[name], language=language) for name in names)] for year, row in years.items()]
    lines = [
        _grid([head, *rows]),
        "",
        *_served(years, language),
        *_interventions(scores.rekap["investasi"], language),
    ]
    if scores.beda is not None:
        alone = scores.beda["kolom"] == ""
        causes = scores.beda.loc[~alone, "sebab"].value_counts()
        told = _listed({say(f"sebab_beda.{cause}", language): n for cause, n in causes.items()}, language)
        lines.append(
            say("cli.skor_beda", language, jumlah=int((~alone).sum()), sepihak=int(alone.sum()), sebab=told)
        )
    return "\n".join(lines)


def _served(years: Mapping[str, Any], language: Language) -> list[str]:
    """Say the share of households served, in the baseline and in the last year where that is another."""
    first, last = next(iter(years.items())), list(years.items())[-1]
    told: list[str] = []
    for name, before in first[1]["indikator"].items():
        after = last[1]["indikator"][name]
        if before["persen"] is None or after["persen"] is None:
            continue
        values = {
            "awal": before["persen"],
            "akhir": after["persen"],
            "tahun_awal": first[0].strip("()"),
            "tahun_akhir": last[0].strip("()"),
        }
        key = "cli.skor_terlayani" if len(years) > 1 else "cli.skor_terlayani_awal"
        told.append(say(key, language, nama=say(f"kolom.{name}_persen", language), **values))
    return told


def _interventions(account: Mapping[str, Any], language: Language) -> list[str]:
    fates = {say(f"sebab.{fate}", language): n for fate, n in account["tidak"].items()}
    counted = {"baris": account["baris"], "diterapkan": account["diterapkan"], "tidak": _listed(fates, language)}
    return [say("cli.skor_akun", language, **counted)]


def _listed(counts: Mapping[str, Any], language: Language) -> str:
    return "; ".join(f"{name}: {number(n, 0, language)}" for name, n in counts.items()) or "–"


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
    tables = [
        (("kode", "aspek", "kriteria", "satuan", "penyebut", "pasti"), criteria),
        (("persen", "nilai"), bands),
        (("jumlah", "kelas", "nama"), classes),
        (("hal", "cara", "bawaan", "pasti", "keterangan"), choices),
        *_plans(rules.rencana, language),
    ]
    parts = [_grid([[say(f"aturan.{key}", language) for key in keys], *rows]) for keys, rows in tables if rows]
    said = [
        say("aturan.sumber", language, sumber=rules.sumber),
        say("aturan.catatan", language, isi=rules.catatan),
    ]
    return "\n\n".join(["\n".join([f"{rules.id}: {rules.nama}", *said]), *parts])


def _plans(plans: Planning, language: Language) -> list[tuple[tuple[str, ...], list[list[str]]]]:
    """Lay out what a rule set says of plans: the heads and rows of each table."""
    doubt = {name: _doubt(sure=sure) for name, sure in plans.pasti.items()}
    words = list(next(iter(plans.tingkat_pertimbangan.values()), ()))
    indicators = [
        [name, ", ".join(codes), *doubt["indikator"], plans.catatan["indikator"]]
        for name, codes in plans.indikator.items()
    ]
    scores = [
        [column, " / ".join(f"{word} {score}" for word, score in scale.items()), *doubt["pertimbangan"]]
        for column, scale in plans.pertimbangan.items()
    ]
    priorities = [
        [code, word, str(row[word]), *doubt["prioritas"]]
        for code, row in list(plans.prioritas.items())[::-1]
        for word in reversed(words)
    ]
    patterns = [
        [legal, code, way, *doubt["pola"]]
        for legal, row in plans.pola.items()
        for code, way in list(row.items())[::-1]
    ]
    authorities = [
        [f">= {number(begin, 0 if begin.is_integer() else 2, language)} ha", name, *doubt["kewenangan"]]
        for begin, name in plans.kewenangan
    ]
    return [
        (("indikator", "kriteria", "pasti", "keterangan"), indicators),
        (("pertimbangan", "nilai", "pasti"), scores),
        (("kelas", "pertimbangan", "prioritas", "pasti"), priorities),
        (("legalitas", "kelas", "pola", "pasti"), patterns),
        (("luas_kumuh", "kewenangan", "pasti"), authorities),
    ]


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
