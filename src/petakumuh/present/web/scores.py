"""Slums painted by their class of score: a paint for each year, on the shapes that the page has already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from petakumuh.present.layers import NO_ROW, painted, year_columns
from petakumuh.present.legend import themes
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pandas import DataFrame, Series

    from petakumuh.model import Result, Scores
    from petakumuh.present.legend import Look

__all__ = ["Year", "scored", "told"]

_ABOUT = ("rtrw", "unit_id")
_AT_END = ("persen_kontribusi", "luas_verifikasi_ha", "pengurangan_ha")
"""What a popup says before the years and after them."""
_OF_LAST = ("persen_kontribusi", "pengurangan_ha")
"""What is of the last year, whatever year the slider stands on."""


@dataclass(frozen=True, kw_only=True)
class Year:
    """The classes of one year."""

    name: str
    title: str
    classes: Mapping[str, Look]
    keys: Series[str]


def scored(run: Result, scores: Scores, language: Language) -> list[Year]:
    """Say the class of every slum in each year; the first and the last year say what they are."""
    rows = painted(run, scores)
    ends = year_columns(scores)
    every = {year: rows[f"tingkat_{end}"] for year, end in ends.items()}
    looks = themes(run, language, every=True)["skor"].classes
    years = []
    for at, (year, keys) in enumerate(every.items()):
        title = year
        if len(ends) > 1 and at in (0, len(ends) - 1):
            title = say("peta.skor_akhir" if at else "peta.skor_awal", language, tahun=year)
        present = set(keys)
        classes = {key: look for key, look in looks.items() if key in present}
        years.append(Year(name=f"skor {year}", title=title, classes=classes, keys=keys))
    return years


def told(run: Result, scores: Scores, language: Language) -> tuple[list[str], list[list[str]]]:
    """Say of each slum what its score was in each year.

    Returns
    -------
        The labels, and for each slum its cells; an empty one stands for a row that is left out.
    """
    rows = painted(run, scores)
    ends = year_columns(scores)
    labels = [say(f"kolom.{name}", language) for name in _ABOUT]
    labels += [*(f"{say('kolom.total', language)} {year}" for year in ends)]
    last = list(ends)[-1]
    labels += [say(f"kolom.{name}", language) + (f" {last}" if name in _OF_LAST else "") for name in _AT_END]
    return labels, list(_cells(rows, ends, language))


def _cells(rows: DataFrame, ends: Mapping[str, str], language: Language) -> Iterator[list[str]]:
    for row in rows.to_dict("records"):
        percent = "" if pd.isna(row["kontribusi"]) else number(row["kontribusi"] * 100, language=language)
        area = ["" if pd.isna(row[name]) else number(row[name], language=language) for name in _AT_END[1:]]
        years = [_scored(row[f"total_{end}"], row[f"tingkat_{end}"], language) for end in ends.values()]
        yield [*("" if pd.isna(row[name]) else str(row[name]) for name in _ABOUT), *years, percent, *area]


def _scored(total: Any, kind: str, language: Language) -> str:
    if pd.isna(total):
        return say("keadaan.tanpa_baris" if kind == NO_ROW else "peta.tanpa_skor", language)
    return say("peta.skor_nilai", language, nilai=int(total), tingkat=kind)
