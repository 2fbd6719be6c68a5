"""The sheet ``Keterangan``: where figures come from, by which choices, what columns are called and mean."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from petakumuh.present.book import paper, put
from petakumuh.present.workbook.tables import FIRST_ROW, Desk, titled
from petakumuh.present.workbook.words import COUNTED, UNSCORED, heading
from petakumuh.text import number, reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["write_about"]

_LONG = 100
_EXPLAINED = ("total", "tingkat", "rata_sektoral", "kontribusi", "luas_verifikasi_ha", "pengurangan_ha",
              "sisa_kumuh_ha", "tanpa_skor_ha", "nasib", "nilai", "nilai_rata")  # fmt: skip
"""Columns that are told in words."""


def write_about(desk: Desk, tables: Mapping[str, Sequence[str]], empty: Sequence[str]) -> None:
    """Write where the figures come from.

    Parameters
    ----------
    desk
        What it is written with.
    tables
        Sheets and the columns of their tables, as files of the scores call them.
    empty
        Sheets that would stand empty and are not written.
    """
    sheet = desk.book.add_worksheet("Keterangan")
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 1, _LONG)
    paper(sheet)
    titled(desk, sheet, "keterangan")
    rows = [*_origin(desk), *_missing(desk, empty), *_named(desk, tables)]
    for row, (what, told) in enumerate(rows, start=FIRST_ROW):
        head = told == ""
        lines = max(math.ceil(len(str(told)) / _LONG), math.ceil(len(what) / 48))
        sheet.set_row(row, 26 if head else 16 * lines)
        looks: dict[str, Any] = {"bold": True, "valign": "bottom"} if head else {"valign": "top"}
        put(sheet, row, 0, what, desk.styles(text_wrap=True, **looks))
        put(sheet, row, 1, told, desk.styles(text_wrap=True, num_format="@", valign="top"))


def _origin(desk: Desk) -> Iterator[tuple[str, str]]:
    """Say the rule set and what was chosen, the files, what became of interventions, what was found."""
    scores, language = desk.scores, desk.language
    account = scores.rekap["investasi"]
    yield desk.say("hal_aturan"), f"{scores.aturan.id}: {scores.aturan.nama}"
    for key, value in scores.rekap["resep"].items():
        if key != "aturan":
            yield desk.say(f"resep_{key}"), _listed(value)
    yield desk.say("hal_luas"), desk.say("luas")
    for one in scores.inputs:
        yield desk.say("hal_berkas"), f"{one.name} (sha256 {one.sha256})"
    yield desk.say("hal_investasi"), number(account["baris"], 0, language)
    for fate, count in (("diterapkan", account["diterapkan"]), *account["tidak"].items()):
        yield f"– {reason(fate, language)}", number(count, 0, language)
    yield desk.say("hal_temuan"), "" if scores.rekap["temuan"] else "–"
    for rule, count in scores.rekap["temuan"].items():
        yield rule, number(count, 0, language)


def _missing(desk: Desk, empty: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Say which sheets are not there, and why."""
    if empty:
        yield desk.say("hal_kosong"), ""
    for title in empty:
        yield title, desk.say(f"kosong_{title.casefold()}")


def _named(desk: Desk, tables: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Say which column of the CSV files a head stands for, and what it means; those of a kind in one line."""
    yield desk.say("hal_kolom"), ""
    codes, kinds = desk.scores.aturan.codes, [*(one.kode for one in desk.scores.aturan.kelas), UNSCORED]
    scored = [f"nilai_{code}" for code in codes]
    counted = {what: [f"{kind}_{what}" for kind in kinds] for what in COUNTED}
    several = {one: group for group in (scored, *counted.values()) for one in group}
    there = list(dict.fromkeys(name for columns in tables.values() for name in columns))
    told: set[str] = set()
    for name in there:
        if name in told:
            continue
        alike = [name] if name in _EXPLAINED else several.get(name, [name])
        group = [one for one in alike if one in there and (one == name or one not in _EXPLAINED)]
        told |= set(group)
        ends = (group[0], group[-1]) if len(group) > 1 else (name,)
        words = " … ".join(heading(one, desk.scores, desk.language) for one in ends)
        meant = [desk.say(f"kolom_{name}")] if name in _EXPLAINED else []
        meant += [desk.say("kolom_nilai_kriteria")] if name in scored else []
        yield words, ": ".join([", ".join(group), *meant])


def _listed(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} = {one}" for key, one in value.items()) or "–"
    return (", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)) or "–"
