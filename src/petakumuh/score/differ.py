"""Scores that somebody else computed beside ours: which cells differ, and why, as far as the cells tell it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh.errors import InputError
from petakumuh.score import shares
from petakumuh.score.works import APPLIED
from petakumuh.text.codes import as_text, match_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.model import Scores

__all__ = ["compare_scores"]

_WIDE = re.compile(r"(skor|nilai|total|kelas|tingkat)_?((?:19|20)\d{2})")
_NAMES = {"skor": "total", "nilai": "total", "kelas": "tingkat"}
_RESULTS = ("total", "tingkat", "rata_sektoral", "kontribusi")
_CELLS = ["unit_id", "kelurahan", "rtrw", "tahun", "kolom", "kami", "mereka", "sebab", "investasi"]
_EDGE = 0.01
"""A share this near to where a band begins is one that rounding decides, or 25 against 24.995."""
_FRACTION = 5e-5
"""Fractions are compared as they are printed, to four decimals."""


def compare_scores(scores: Scores, theirs: DataFrame) -> DataFrame:
    """List where a table of yearly results differs from ours, cell by cell, and why.

    Parameters
    ----------
    scores
        From `petakumuh.skor`.
    theirs
        One row per unit and year with ``unit_id`` (or ``id``; or ``kelurahan`` and ``rtrw``), ``tahun`` and any of
        ``nilai_`` of a criterion, ``total``, ``tingkat``, ``rata_sektoral``, ``kontribusi``; or one row per unit
        with columns such as ``skor_2019`` and ``kelas_2019``.

    Returns
    -------
        ``unit_id, kelurahan, rtrw, tahun, kolom, kami, mereka, sebab, investasi``: a row for each cell that
        differs, and one for each unit and year that only one side has, of the years that they speak of. Reasons:

        ``tidak_ada_pada_kami``, ``tidak_ada_pada_mereka``: only one side has the unit in that year;
        ``tanpa_skor``: one side has no score; ``investasi_tidak_diterapkan``: their cell is what ours was before
        the interventions that are named; ``dekat_ambang``: a share lies at the edge of a band;
        ``jumlah_tidak_cocok``: their total is not the sum of their scores; ``kelas_tidak_cocok``: their class is
        not that of their total; ``rata_cara_lain``, ``kontribusi_cara_lain``: ours the other way;
        ``mengikuti_nilai``: it follows from other cells of theirs that differ; ``lain``: none of these.

    Raises
    ------
    InputError
        When the table has no unit, no year, or nothing that we compute.
    """
    ours = scores.tabel
    given = _long(theirs, ours, scores.aturan.codes)
    columns = [one for one in given.columns if one not in ("unit_id", "tahun")]
    keys = ["unit_id", "tahun"]
    both = ours.reset_index(names="pada").merge(
        given, on=keys, how="outer", suffixes=("", "_mereka"), indicator="sisi"
    )
    both = both[both["tahun"].isin(set(given["tahun"]))]
    found = [
        _cell(row, "", None, None, "tidak_ada_pada_" + ("mereka" if row["sisi"] == "left_only" else "kami"))
        for row in both[both["sisi"] != "both"].to_dict("records")
    ]
    both = both[both["sisi"] == "both"].reset_index(drop=True)
    wrong = {one: ~_same(both[one], both[f"{one}_mereka"]) for one in columns}
    other = _other_ways(scores)
    odd = both[np.logical_or.reduce([*wrong.values(), np.zeros(len(both), dtype=bool)])]
    for at, row in zip(odd.index, odd.to_dict("records"), strict=True):
        different = [one for one in columns if wrong[one][at]]
        for one in different:
            why = _why(one, row, different, columns=columns, scores=scores, other=other)
            works = _works(scores, row, one) if why == "investasi_tidak_diterapkan" else ""
            found.append(_cell(row, one, row[one], row[f"{one}_mereka"], why) | {"investasi": works})
    return pd.DataFrame(found, columns=_CELLS)


def _long(theirs: DataFrame, ours: DataFrame, codes: Sequence[str]) -> DataFrame:
    """Bring their table to one row per unit and year under our names."""
    table = theirs.rename(columns={one: str(one) for one in theirs.columns})
    table = table.assign(unit_id=_unit_ids(table, ours))
    wide = {name: found for name in table.columns if (found := _WIDE.fullmatch(name.casefold()))}
    if wide:
        parts: dict[str, dict[str, Any]] = {}
        for name, found in wide.items():
            word, year = found.groups()
            parts.setdefault(year, {})[_NAMES.get(word, word)] = table[name]
        rows = [pd.DataFrame({"unit_id": table["unit_id"], "tahun": year} | part) for year, part in parts.items()]
        table = pd.concat(rows, ignore_index=True)
    known = [f"nilai_{code}" for code in codes]
    results = [one for one in (*known, *_RESULTS) if one in table]
    if "tahun" not in table or not results:
        raise InputError("banding_skor_kolom", ada=", ".join(map(str, theirs.columns)))
    table = table[["unit_id", "tahun", *results]].assign(tahun=[as_text(one) for one in table["tahun"]])
    numbers = [one for one in results if one != "tingkat"]
    table[numbers] = table[numbers].apply(pd.to_numeric, errors="coerce").astype(float)
    return table.drop_duplicates(["unit_id", "tahun"])


def _unit_ids(table: DataFrame, ours: DataFrame) -> list[str]:
    for name in ("unit_id", "id"):
        if name in table:
            return [as_text(one) for one in table[name]]
    if not {"kelurahan", "rtrw"} <= set(table.columns):
        raise InputError("banding_skor_kolom", ada=", ".join(map(str, table.columns)))
    names = zip(ours["kelurahan"], ours["rtrw"], ours["unit_id"], strict=True)
    known = {(match_key(place), match_key(rt)): unit for place, rt, unit in names}
    spoken = [(as_text(place), as_text(rt)) for place, rt in zip(table["kelurahan"], table["rtrw"], strict=True)]
    return [known.get((match_key(place), match_key(rt)), f"{place}/{rt}") for place, rt in spoken]


def _same(ours: Any, theirs: Any) -> NDArray[np.bool_]:
    if ours.name == "tingkat":
        return np.asarray(ours.map(match_key) == theirs.map(as_text).map(match_key), dtype=bool)
    mine, other = (one.astype("Float64").to_numpy(dtype=float, na_value=np.nan) for one in (ours, theirs))
    close: NDArray[np.bool_] = np.isclose(mine, other, rtol=0, atol=_FRACTION, equal_nan=True)
    return close


def _other_ways(scores: Scores) -> dict[str, NDArray[np.float64]]:
    """Compute means and contributions the other way, for the same rows as our table."""
    rules, recipe = scores.aturan, scores.rekap["resep"]
    years = len(scores.rekap["tahun"])
    share = (
        scores.persen[[f"persen_{code}" for code in rules.codes]].to_numpy().reshape(-1, years, len(rules.codes))
    )
    mode = "ambang" if recipe["rata_sektoral"] == "polos" else "polos"
    formula = "form" if recipe["kontribusi"] == "rata" else "rata"
    total = scores.tabel["total"].to_numpy(dtype=np.int16, na_value=0).reshape(-1, years)
    mean = scores.tabel["rata_sektoral"].to_numpy().reshape(-1, years)
    return {
        "rata_sektoral": shares.total_mean(shares.sector_means(share, rules, mode)).ravel(),
        "kontribusi": shares.contribution(mean, total, rules, formula).ravel(),
    }


def _why(
    column: str,
    row: Mapping[Any, Any],
    different: Sequence[str],
    *,
    columns: Sequence[str],
    scores: Scores,
    other: Mapping[str, NDArray[np.float64]],
) -> str:
    """Give the first reason that the cells themselves show."""
    theirs, at = row[f"{column}_mereka"], int(row["pada"])
    if pd.isna(row["total"]) or pd.isna(theirs) or theirs == "":
        return "tanpa_skor"
    if by_theirs := _by_their_own(column, row, columns, scores):
        return by_theirs
    if column in other and abs(other[column][at] - theirs) <= _FRACTION:
        return f"{column.removesuffix('_sektoral')}_cara_lain"
    before = scores.tabel[column].iloc[at - list(scores.rekap["tahun"]).index(row["tahun"]) : at]
    if len(before) and _same(before, pd.Series([theirs] * len(before), name=column)).any():
        return "investasi_tidak_diterapkan"
    if column in other:
        return "mengikuti_nilai" if set(different) - {"kontribusi", column} else "lain"
    code = column.removeprefix("nilai_")
    own = [f"persen_{one}" for one in scores.aturan.codes if column in ("total", "tingkat") or one == code]
    share = scores.persen[own].iloc[at].to_numpy(dtype=float)
    edges = np.array([band.mulai for band in scores.aturan.pita])
    return "dekat_ambang" if (np.abs(share[:, None] - edges) <= _EDGE).any() else "lain"


def _by_their_own(column: str, row: Mapping[Any, Any], columns: Sequence[str], scores: Scores) -> str:
    """Say whether their total is the sum of their scores, and their class that of their total; empty: unknown."""
    rules, theirs = scores.aturan, row[f"{column}_mereka"]
    marks = [f"nilai_{code}" for code in rules.codes]
    if column == "total" and set(marks) <= set(columns):
        return "mengikuti_nilai" if sum(row[f"{one}_mereka"] for one in marks) == theirs else "jumlah_tidak_cocok"
    if column == "tingkat" and "total" in columns and not pd.isna(row["total_mereka"]):
        place = int(shares.class_at(np.array(row["total_mereka"], dtype=np.int16), rules))
        same = match_key(rules.kelas[place].kode) == match_key(str(theirs))
        return "mengikuti_nilai" if same else "kelas_tidak_cocok"
    return ""


def _works(scores: Scores, row: Mapping[Any, Any], column: str) -> str:
    """Name the interventions that our cell counts and theirs does not show."""
    works = scores.investasi
    mine = works[(works["unit_id"] == row["unit_id"]) & (works["nasib"] == APPLIED)]
    mine = mine[mine["tahun"].map(as_text).str[:4] <= row["tahun"]]
    if column.startswith("nilai_"):
        mine = mine[mine["kriteria"].map(match_key) == column.removeprefix("nilai_")]
    return ", ".join(mine["investasi_id"])


def _cell(row: Mapping[Any, Any], column: str, ours: Any, theirs: Any, why: str) -> dict[str, Any]:
    place = {name: as_text(row[name]) for name in ("unit_id", "kelurahan", "rtrw", "tahun")}
    return place | {"kolom": column, "kami": ours, "mereka": theirs, "sebab": why, "investasi": ""}
