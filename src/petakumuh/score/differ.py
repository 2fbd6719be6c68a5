"""Scores that somebody else computed beside ours: which cells differ, and why, as far as the cells tell it."""

from __future__ import annotations

import math
import re
from collections import Counter
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh.errors import InputError
from petakumuh.score import shares
from petakumuh.score.recap import UNSCORED
from petakumuh.score.works import APPLIED, years_of
from petakumuh.text.codes import as_text, match_key, quantities, rt_rw, year

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.catalog.regulation import RuleSet
    from petakumuh.model import Scores

__all__ = ["compare_scores"]

_WIDE = re.compile(r"(skor|nilai|total|kelas|tingkat)((?:19|20)\d{2})")
"""A result and its year, as the folded name of a column."""
_NAMES = {"skor": "total", "nilai": "total", "kelas": "tingkat"}
_RESULTS = ("total", "tingkat", "rata_sektoral", "kontribusi")
_KEYS = ["unit_id", "tahun"]
_PLACE = ("unit_id", "id", "kelurahan", "rtrw", "tahun")
_WRITTEN = "_tertulis"
"""Ends the name of a column that holds what stands in cells that cannot be read."""
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
        with columns such as ``skor_2019`` and ``kelas_2019``. Names of columns, classes and places are compared
        without case and punctuation; numbers may have a decimal comma.

    Returns
    -------
        ``unit_id, kelurahan, rtrw, tahun, kolom, kami, mereka, sebab, investasi``: a row for each cell that
        differs, and one for each unit and year that only one side has, of the years that they speak of. Reasons:

        ``tidak_ada_pada_kami``, ``tidak_ada_pada_mereka``: only one side has the unit in that year;
        ``baris_ganda``: several rows of theirs are of one unit and year, none of them is compared (``kami`` and
        ``mereka``: how many); ``tak_terbaca``: their cell is no number or class; ``tanpa_skor``: one side has no
        score; ``investasi_tidak_diterapkan``: their cell is what ours was before
        the interventions that are named; ``dekat_ambang``: a share lies at the edge of a band;
        ``jumlah_tidak_cocok``: their total is not the sum of their scores; ``kelas_tidak_cocok``: their class is
        not that of their total; ``rata_cara_lain``, ``kontribusi_cara_lain``: ours the other way;
        ``mengikuti_nilai``: it follows from other cells of theirs that differ; ``lain``: none of these.

    Raises
    ------
    InputError
        When the table has no unit, no year, nothing that we compute, or two columns for one thing.
    """
    ours = scores.tabel
    given = _long(theirs, ours, scores.aturan)
    columns = [one for one in given.columns if one not in _KEYS and not one.endswith(_WRITTEN)]
    twice = given.duplicated(_KEYS, keep=False)
    both = ours.reset_index(names="pada").merge(
        given[~twice], on=_KEYS, how="outer", suffixes=("", "_mereka"), indicator="sisi"
    )
    both = both[both["tahun"].isin(set(given["tahun"]))]
    found = _several(given[twice], ours)
    said = {(row["unit_id"], row["tahun"]) for row in found}
    both = both[[key not in said for key in zip(both["unit_id"], both["tahun"], strict=True)]]
    found += [
        _cell(row, "", None, None, "tidak_ada_pada_" + ("mereka" if row["sisi"] == "left_only" else "kami"))
        for row in both[both["sisi"] != "both"].to_dict("records")
    ]
    both = both[both["sisi"] == "both"].reset_index(drop=True)
    wrong = {
        one: ~_same(both[one], both[f"{one}_mereka"]) | (both[one + _WRITTEN] != "").to_numpy() for one in columns
    }
    other = _other_ways(scores)
    odd = both[np.logical_or.reduce([*wrong.values(), np.zeros(len(both), dtype=bool)])]
    for at, row in zip(odd.index, odd.to_dict("records"), strict=True):
        different = [one for one in columns if wrong[one][at]]
        read = [one for one in different if not row[one + _WRITTEN]]
        for one in different:
            lost = row[one + _WRITTEN]
            why = "tak_terbaca" if lost else _why(one, row, read, columns=columns, scores=scores, other=other)
            works = _works(scores, row, one) if why == "investasi_tidak_diterapkan" else ""
            found.append(_cell(row, one, row[one], lost or row[f"{one}_mereka"], why) | {"investasi": works})
    return pd.DataFrame(found, columns=_CELLS, dtype=object)


def _several(rows: DataFrame, ours: DataFrame) -> list[dict[str, Any]]:
    """Name each unit and year of which they have several rows: which one holds is theirs to say."""
    names = zip(ours["kelurahan"], ours["rtrw"], strict=True)
    places = dict(zip(zip(ours["unit_id"], ours["tahun"], strict=True), names, strict=True))
    found = []
    for key, count in Counter(zip(rows["unit_id"], rows["tahun"], strict=True)).items():
        kelurahan, rtrw = places.get(key, ("", ""))
        place = {"unit_id": key[0], "tahun": key[1], "kelurahan": kelurahan, "rtrw": rtrw}
        found.append(_cell(place, "baris", int(key in places), count, "baris_ganda"))
    return found


def _long(theirs: DataFrame, ours: DataFrame, rules: RuleSet) -> DataFrame:
    """Bring their table to one row per unit and year under our names, with what cannot be read beside it."""
    table = _named(theirs, [*_PLACE, *_RESULTS, *(f"nilai_{code}" for code in rules.codes)])
    table = table.assign(unit_id=_unit_ids(table, ours, theirs))
    table = _by_rows(table)
    results = [one for one in (*(f"nilai_{code}" for code in rules.codes), *_RESULTS) if one in table]
    if "tahun" not in table or not results:
        raise InputError("banding_skor_kolom", ada=", ".join(map(str, theirs.columns)))
    spoken = [as_text(one) for one in table["tahun"]]
    years = [str(year(one) or one) for one in spoken]  # a label of ours that is no year stays
    numbers = [one for one in results if one != "tingkat"]
    read = _numbers(table[numbers]) | (_classes(table["tingkat"], rules) if "tingkat" in results else {})
    return pd.DataFrame({"unit_id": table["unit_id"], "tahun": years} | read)


def _named(theirs: DataFrame, known: Sequence[str]) -> DataFrame:
    """Call their columns as we do, and any other by its folded name."""
    ours = {match_key(one): one for one in known}
    names = [ours.get(key, key) for key in (match_key(str(one)) for one in theirs.columns)]
    twice = [one for one in names if names.count(one) > 1 and (one in known or _WIDE.fullmatch(one))]
    if twice:
        raise InputError("kolom_ganda", file="pembanding", kolom=twice[0])
    return theirs.set_axis(names, axis="columns").reset_index(drop=True)


def _by_rows(table: DataFrame) -> DataFrame:
    """Lay columns such as ``skor2019`` under one another, a row for each unit and year."""
    parts: dict[str, dict[str, str]] = {}
    for name in table.columns:
        if wide := _WIDE.fullmatch(name):
            word, when = wide.groups()
            one = _NAMES.get(word, word)
            if parts.setdefault(when, {}).setdefault(one, name) != name:
                raise InputError("kolom_ganda", file="pembanding", kolom=f"{one} {when}")
    rows = [
        table[list(names.values())]
        .set_axis(list(names), axis="columns")
        .assign(unit_id=table["unit_id"], tahun=when)
        for when, names in parts.items()
    ]
    return pd.concat(rows, ignore_index=True) if rows else table


def _numbers(table: DataFrame) -> dict[str, list[Any]]:
    """Read columns of numbers, and give beside each what stands in cells that are none; one form for all."""
    cells = [one for name in table for one in table[name]]
    texts = ["" if isinstance(one, Real) and math.isnan(one) else as_text(one) for one in cells]
    spoken = quantities(["" if isinstance(one, Real) else text for one, text in zip(cells, texts, strict=True)])
    read = [float(one) if isinstance(one, Real) else got for one, got in zip(cells, spoken, strict=True)]
    numbers = [math.nan if one is None or not math.isfinite(one) else one for one in read]
    lost = [text if math.isnan(one) else "" for one, text in zip(numbers, texts, strict=True)]
    found: dict[str, list[Any]] = {}
    for at, name in enumerate(table.columns):
        mine = slice(at * len(table), (at + 1) * len(table))
        found |= {name: numbers[mine], name + _WRITTEN: lost[mine]}
    return found


def _classes(column: Any, rules: RuleSet) -> dict[str, list[str]]:
    """Read a column of classes by code or name, and give beside it the words that are none."""
    names = [match_key(one.nama) for one in rules.kelas]
    known = {name: one.kode for name, one in zip(names, rules.kelas, strict=True) if names.count(name) == 1}
    known |= {match_key(one): one for one in (*(kind.kode for kind in rules.kelas), UNSCORED, "")}
    words = [as_text(one) for one in column]
    found = [known.get(match_key(one)) for one in words]
    return {
        "tingkat": [one or "" for one in found],
        "tingkat" + _WRITTEN: [word if one is None else "" for word, one in zip(words, found, strict=True)],
    }


def _unit_ids(table: DataFrame, ours: DataFrame, theirs: DataFrame) -> list[str]:
    for name in ("unit_id", "id"):
        if name in table:
            return [as_text(one) for one in table[name]]
    if not {"kelurahan", "rtrw"} <= set(table.columns):
        raise InputError("banding_skor_kolom", ada=", ".join(map(str, theirs.columns)))
    known: dict[tuple[str, str], set[str]] = {}
    for place, rt, unit in zip(ours["kelurahan"], ours["rtrw"], ours["unit_id"], strict=True):
        known.setdefault(_place(place, rt), set()).add(unit)
    once = {key: next(iter(units)) for key, units in known.items() if len(units) == 1}
    spoken = [(as_text(place), as_text(rt)) for place, rt in zip(table["kelurahan"], table["rtrw"], strict=True)]
    return [once.get(_place(place, rt), f"{place}/{rt}") for place, rt in spoken]


def _place(kelurahan: str, rt: str) -> tuple[str, str]:
    return match_key(kelurahan), match_key(rt_rw(rt) or rt)


def _same(ours: Any, theirs: Any) -> NDArray[np.bool_]:
    if ours.name == "tingkat":
        return np.asarray(ours == theirs, dtype=bool)
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
        added = sum(row[f"{one}_mereka"] for one in marks)
        if not pd.isna(added):
            return "mengikuti_nilai" if added == theirs else "jumlah_tidak_cocok"
    if column == "tingkat" and "total" in columns and not pd.isna(row["total_mereka"]):
        place = max(int(shares.class_at(np.array(row["total_mereka"]), rules)), 0)  # a sum below nothing: none
        return "mengikuti_nilai" if rules.kelas[place].kode == theirs else "kelas_tidak_cocok"
    return ""


def _works(scores: Scores, row: Mapping[Any, Any], column: str) -> str:
    """Name the interventions that our cell counts and theirs does not show."""
    works = scores.investasi
    mine = works[(works["unit_id"] == row["unit_id"]) & (works["nasib"] == APPLIED)]
    if (until := year(row["tahun"])) is not None:
        mine = mine[years_of(mine).between(1, until)]
    if column.startswith("nilai_"):
        mine = mine[mine["kriteria"].map(match_key) == column.removeprefix("nilai_")]
    return ", ".join(mine["investasi_id"])


def _cell(row: Mapping[Any, Any], column: str, ours: Any, theirs: Any, why: str) -> dict[str, Any]:
    place = {name: as_text(row[name]) for name in ("unit_id", "kelurahan", "rtrw", "tahun")}
    return place | {"kolom": column, "kami": ours, "mereka": theirs, "sebab": why, "investasi": ""}
