"""The scores summed up: hectares, units, people and buildings of each class, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from petakumuh.score.works import APPLIED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.catalog.regulation import RuleSet

__all__ = ["COUNTS", "UNSCORED", "account", "by_year"]

UNSCORED = "tanpa_skor"
"""Stands for the class of a unit of which something is missing."""
COUNTS = {"rt": None, "ha": "luas_verifikasi_ha", "kk": "jumlah_kk", "jiwa": "jumlah_penduduk",
           "bangunan": "jumlah_bangunan"}  # fmt: skip
"""What is counted of units, and the column of the baseline that says it."""


def by_year(
    units: DataFrame,
    grade: NDArray[np.intp],
    missing: NDArray[np.bool_],
    less: NDArray[np.float64],
    *,
    years: Sequence[str],
    rules: RuleSet,
) -> dict[str, dict[str, Any]]:
    """Sum up each year.

    Parameters
    ----------
    units
        The baseline, or the kawasan made of it.
    grade, missing, less
        Place of the class, whether there is none, and hectares of reduction, (units, years).
    years, rules
        Their labels; the rule set.

    Returns
    -------
        For each year ``kumuh_ha`` and ``tidak_kumuh_ha`` (by class, scored units only), ``jumlah_rt`` (all
        units), ``pengurangan_ha`` and ``sisa_kumuh_ha`` (baseline less reduction), ``tanpa_skor_ha``, and for
        each class ``KR_ha, KR_rt, KR_kk, KR_jiwa, KR_bangunan``, as far as the baseline says them.
    """
    kinds = [*(one.kode for one in rules.kelas), UNSCORED]
    slum = [one.kode for one in rules.kelas[1:]]
    place = np.where(missing, len(rules.kelas), grade)
    found: dict[str, dict[str, Any]] = {}
    for at, year in enumerate(years):
        row: dict[str, Any] = {}
        for name, column in COUNTS.items():
            weights = None if column is None else units[column].to_numpy(dtype=float)
            if name != "ha" and weights is not None and np.isnan(weights).all():
                continue
            summed = np.bincount(
                place[:, at],
                weights=None if weights is None else np.nan_to_num(weights),
                minlength=len(kinds),
            )
            whole = float if name == "ha" else round
            row |= {f"{kind}_{name}": whole(value) for kind, value in zip(kinds, summed, strict=True)}
        row["kumuh_ha"] = sum(row[f"{kind}_ha"] for kind in slum)
        row["tidak_kumuh_ha"] = row[f"{kinds[0]}_ha"]
        row["jumlah_rt"] = len(units)
        row["pengurangan_ha"] = float(np.nansum(less[:, at]))
        begin = row if at == 0 else found[years[0]]
        row["sisa_kumuh_ha"] = begin["kumuh_ha"] - row["pengurangan_ha"]
        head = ("kumuh_ha", "tidak_kumuh_ha", "jumlah_rt", "pengurangan_ha", "sisa_kumuh_ha")
        found[year] = {key: row[key] for key in (*head, *(key for key in row if key not in head))}
    return found


def account(works: DataFrame) -> Mapping[str, Any]:
    """Account for every intervention: how many rows, how many counted, and the others by what became of them."""
    fates = works["nasib"].value_counts()
    return {
        "baris": len(works),
        APPLIED: int(fates.get(APPLIED, 0)),
        "tidak": {str(fate): int(fates[fate]) for fate in sorted(fates.index) if fate != APPLIED},
    }
