"""What plans need besides the class: considerations, legality, priority, pattern; and whose business a slum is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from petakumuh.catalog.planning import CONSIDERATIONS, LEGALITY
from petakumuh.findings import Finding
from petakumuh.score import places
from petakumuh.text.codes import match_key, quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.catalog.planning import Planning

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

__all__ = ["COLUMNS", "authorities", "priorities", "stated"]

COLUMNS = (*CONSIDERATIONS, LEGALITY)
"""Columns of a baseline that this room reads."""
_EXACT = 1e-9
"""What adding hectares leaves behind: 10 ha are 10 ha."""


def stated(units: DataFrame, plans: Planning) -> tuple[DataFrame, list[Finding]]:
    """Read what a baseline says of considerations and legality, as far as it says anything.

    Parameters
    ----------
    units
        The baseline; `COLUMNS` may be missing, or empty.
    plans
        What the rule set says of plans.

    Returns
    -------
        The columns that say anything, as numbers: scores, and the place of the legality in the rule set; NaN
        where a cell is empty or unknown, and a finding for each that is unknown.
    """
    known = {one: _scores(scale) for one, scale in plans.pertimbangan.items()}
    if plans.legalitas:
        known[LEGALITY] = {
            match_key(way): float(at)
            for at, (word, ways) in enumerate(plans.legalitas.items())
            for way in (word, *ways)
        }
    there = [one for one in known if one in units and (units[one] != "").any()]
    lacking = [one for one in plans.pertimbangan if one not in there]
    found = []
    if lacking and set(there) & set(plans.pertimbangan):
        values = {"kolom": ", ".join(lacking)}
        found.append(Finding("pertimbangan_kurang", "catatan", "baseline", values=values))
    said = pd.DataFrame(index=units.index)
    for column in there:
        read = {text: _read(text, known[column]) for text in units[column].unique()}
        said[column] = units[column].map(read).astype(float)
        offered = ", ".join(plans.pertimbangan.get(column, plans.legalitas))
        bad = units[said[column].isna() & (units[column] != "")]
        found += [
            Finding(
                "pertimbangan_tak_dikenal",
                "peringatan",
                "baseline",
                row["berkas"],
                (row["unit_id"],),
                values={"kolom": column, "nilai": row[column], "pilihan": offered},
            )
            for row in bad[["berkas", "unit_id", column]].to_dict("records")
        ]
    return said, found


def _scores(scale: Mapping[str, int]) -> dict[str, float]:
    """List what a cell may hold: the word, or its score."""
    return {match_key(word): float(score) for word, score in scale.items()} | {
        f"{score:g}": float(score) for score in scale.values()
    }


def _read(text: str, known: Mapping[str, float]) -> float:
    number = quantity(text)
    return known.get(match_key(text) if number is None else f"{number:g}", np.nan)


def priorities(
    units: DataFrame, said: DataFrame, kinds: Sequence[str], place: Places, *, plans: Planning, way: str
) -> DataFrame:
    """Say of each unit what its considerations and legality make of its class, at first and at last.

    Parameters
    ----------
    units, said
        RT or kawasan, and what is stated of them, from `stated`.
    kinds, place
        Names of the classes and what stands for none; the place of each unit and year among them.
    plans, way
        What the rule set says of plans; how sums of considerations are read.

    Returns
    -------
        See `petakumuh.model.Scores`; no rows where the baseline states nothing of it.
    """
    units, place = (units, place) if len(said.columns) else (units.iloc[:0], place[:0])
    said = said.iloc[: len(units)].reindex(columns=list(COLUMNS)).astype(float)
    ends = {"_awal": place[:, 0], "": place[:, -1]}
    considered = said[list(plans.pertimbangan)].sum(axis=1, min_count=max(len(plans.pertimbangan), 1)).to_numpy()
    scale = plans.tingkat_pertimbangan.get(way, {})
    words = [*scale, ""]
    word = np.clip(np.searchsorted(list(scale.values()), considered, side="right") - 1, 0, None)
    word = np.where(np.isnan(considered), len(scale), word)
    legal = said[LEGALITY].fillna(len(plans.legalitas)).to_numpy(dtype=int)
    table = {name: units[name].reset_index(drop=True) for name in ("unit_id", "kecamatan", "kelurahan", "rtrw")}
    table |= {f"tingkat{end}": places.taken(kinds, at) for end, at in ends.items()}
    table |= {one: said[one].astype("Int64").reset_index(drop=True) for one in CONSIDERATIONS}
    table["pertimbangan_nilai"] = pd.Series(considered).astype("Int64")
    table["pertimbangan"] = places.taken(words, word)
    table[LEGALITY] = places.taken([*plans.legalitas, ""], legal)
    ranks = np.array([[plans.prioritas.get(kind, {}).get(one, 0) for one in words] for kind in kinds])
    for end, at in ends.items():
        rank = ranks[at, word]
        table[f"prioritas{end}"] = pd.Series(pd.arrays.IntegerArray(rank, rank == 0))
    patterns = [plans.pola.get(one, {}).get(kind, "") for kind in kinds for one in (*plans.legalitas, "")]
    for end, at in ends.items():
        table[f"pola_penanganan{end}"] = places.taken(patterns, at * (len(plans.legalitas) + 1) + legal)
    return pd.DataFrame(table)


def authorities(
    units: DataFrame, slum: NDArray[np.bool_], missing: NDArray[np.bool_], plans: Planning
) -> DataFrame:
    """Say whose business the slums of each kelurahan are, at first and at last.

    Parameters
    ----------
    units
        RT, each in its kelurahan.
    slum, missing
        Whether it is slum, and whether nobody knows, (RT, years).
    plans
        What the rule set says of plans.

    Returns
    -------
        See `petakumuh.model.Scores`.
    """
    place, names = places.kelurahan(units)
    area = units["luas_verifikasi_ha"].to_numpy(dtype=float)
    unknown = np.isnan(area)
    apart = places.added(np.where(missing[:, 0], np.nan_to_num(area), 0.0), place, len(names))
    open_end = places.added(unknown.astype(float), place, len(names)) > 0
    table = {name: names[name] for name in names}
    hectares = {
        end: places.added(np.where(slum[:, at] & ~unknown, area, 0.0), place, len(names))
        for end, at in (("awal", 0), ("akhir", -1))
    }
    table |= {f"kumuh_{end}_ha": pd.Series(values) for end, values in hectares.items()}
    table["tanpa_skor_ha"] = pd.Series(apart)
    begins = np.array([one for one, _ in plans.kewenangan])
    whose = [*(name for _, name in plans.kewenangan), ""]
    for end, values in (("_awal", hectares["awal"]), ("", hectares["akhir"])):
        at = np.searchsorted(begins, values + _EXACT, side="right") - 1
        most = np.where(
            open_end, len(begins) - 1, np.searchsorted(begins, values + apart + _EXACT, side="right") - 1
        )
        table[f"kewenangan{end}"] = places.taken(whose, np.where(at == most, at, len(begins)))
    return pd.DataFrame(table)
