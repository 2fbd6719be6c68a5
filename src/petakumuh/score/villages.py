"""The scores summed up by kelurahan and year, and the law that these sums are those of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh.errors import ConservationError
from petakumuh.score import places, shares
from petakumuh.score.recap import COUNTS, UNSCORED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.catalog.regulation import RuleSet

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int16]

__all__ = ["by_village", "close"]

_SAME = 1e-9
"""What adding hectares in another order leaves behind, as a share of them."""
_HALF = 0.5
"""The recap writes people as whole numbers."""


def by_village(
    units: DataFrame,
    volumes: Floats,
    below: Floats,
    *,
    total: Whole,
    missing: NDArray[np.bool_],
    less: Floats,
    years: Sequence[str],
    rules: RuleSet,
    lowest: int,
) -> DataFrame:
    """Sum up each kelurahan in each year, and score it as one kawasan.

    Parameters
    ----------
    units
        RT, or kawasan.
    volumes, below
        (units, years, criteria); what they are divided by, (units, criteria).
    total, missing, less
        Sum of scores, whether there is none, and hectares of reduction, (units, years).
    years, rules, lowest
        Labels of the years; the rule set; the score below its first band.

    Returns
    -------
        See `petakumuh.model.Scores`.
    """
    place, names = places.kelurahan(units)
    kinds = [*(one.kode for one in rules.kelas), UNSCORED]
    cell = place[:, None] * len(kinds) + np.where(missing, len(rules.kelas), shares.class_at(total, rules))
    sums = _sums(units, cell, place, (len(names), len(years), len(kinds)))
    slum = slice(1, len(rules.kelas))
    first = np.repeat(sums["ha"][:, :1, slum].sum(axis=2), len(years), axis=1)
    gone = places.added(np.nan_to_num(less), place, len(names))
    scored = np.bincount(place, weights=~missing[:, 0], minlength=len(names))[:, None]
    mean = places.added(np.where(missing, 0.0, total), place, len(names)) / np.where(scored == 0, np.nan, scored)
    table: dict[str, Any] = places.labelled(names, years, "tahun")
    table |= {
        "jumlah_rt": sums["rt"].sum(axis=2).ravel().astype(int),
        "kumuh_rt": sums["rt"][..., slum].sum(axis=2).ravel().astype(int),
        "kumuh_ha": sums["ha"][..., slum].sum(axis=2).ravel(),
        "tidak_kumuh_ha": sums["ha"][..., 0].ravel(),
        "tanpa_skor_ha": sums["ha"][..., -1].ravel(),
        "luas_awal_ha": first.ravel(),
        "pengurangan_ha": gone.ravel(),
        "sisa_kumuh_ha": (first - gone).ravel(),
        "nilai": _as_one(volumes, below, place, len(names), rules=rules, lowest=lowest),
        "nilai_rata": mean.ravel(),
    }
    for name, values in sums.items():
        table |= {f"{kind}_{name}": _column(values[..., at], name) for at, kind in enumerate(kinds)}
    return pd.DataFrame(table)


def _sums(
    units: DataFrame, cell: NDArray[np.intp], place: NDArray[np.intp], shape: tuple[int, int, int]
) -> dict[str, Floats]:
    """Add up by kelurahan, year and class what is counted; missing where none of a kelurahan's RT say it."""
    size, years, kinds = shape
    found: dict[str, Floats] = {}
    for name, column in COUNTS.items():
        weights = np.ones(len(units)) if column is None else units[column].to_numpy(dtype=float)
        known = ~np.isnan(weights)
        if name != "ha" and not known.any():
            continue
        by_year = [
            np.bincount(cell[:, at], weights=np.nan_to_num(weights), minlength=size * kinds) for at in range(years)
        ]
        found[name] = np.stack(by_year).astype(float).reshape(years, size, kinds).swapaxes(0, 1)
        if name != "ha":
            found[name][np.bincount(place, weights=known, minlength=size) == 0] = np.nan
    return found


def _as_one(
    volumes: Floats, below: Floats, place: NDArray[np.intp], size: int, *, rules: RuleSet, lowest: int
) -> Any:
    """Score the sums of each kelurahan; there is no score where anything of one RT is missing."""
    share = shares.shares(places.added(volumes, place, size), places.added(below, place, size)[:, None, :])
    _, total, missing = shares.sums(share, rules, lowest)
    return pd.arrays.IntegerArray(total.ravel(), missing.ravel())


def _column(values: Floats, name: str) -> Any:
    """Give people, buildings and RT as whole numbers, where they are; hectares as they are."""
    flat = values.ravel()
    missing = np.isnan(flat)
    if name == "ha" or (flat[~missing] % 1).any():
        return flat
    return pd.arrays.IntegerArray(np.nan_to_num(flat).astype(np.int64), missing)


def close(table: DataFrame, recap: Mapping[str, Mapping[str, Any]]) -> None:
    """Hold the sums over kelurahan against those of the whole.

    Parameters
    ----------
    table
        From `by_village`.
    recap
        From `petakumuh.score.recap.by_year`, which adds units up without kelurahan.

    Raises
    ------
    ConservationError
        When one does not close; the message names column and year.
    """
    shared = [name for name in next(iter(recap.values())) if name in table]
    years = table["tahun"].to_numpy(dtype=object)
    for name in shared:
        values = table[name].to_numpy(dtype=float, na_value=np.nan)
        for year, row in recap.items():
            part, whole = float(np.nansum(values[years == year])), float(row[name])
            if abs(part - whole) > (_SAME * max(1.0, abs(whole)) if name.endswith("_ha") else _HALF):
                raise ConservationError("skor_tidak_klop", kolom=name, tahun=year, bagian=part, utuh=whole)
