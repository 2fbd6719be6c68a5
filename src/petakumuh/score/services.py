"""How far people are served: by kelurahan, year and criterion, and the indicators of 100-0-100."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh.score import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.catalog.regulation import RuleSet

    Floats = NDArray[np.float64]

__all__ = ["indicators", "served"]


def served(units: DataFrame, volumes: Floats, below: Floats, years: Sequence[str], rules: RuleSet) -> DataFrame:
    """Say of each kelurahan, year and criterion, and of the whole, how much there is and how much is not served.

    Parameters
    ----------
    units
        RT, or kawasan.
    volumes, below
        (units, years, criteria); what they are divided by, (units, criteria).
    years, rules
        Labels of the years; the rule set.

    Returns
    -------
        See `petakumuh.model.Scores`.
    """
    place, names = places.kelurahan(units)
    known = _known(volumes, below)
    whole = places.added(np.where(known, below, 0.0), place, len(names))
    apart = places.added((~known).astype(float), place, len(names))
    lacking = np.empty((len(names), len(years), len(rules.codes)))
    for at in range(len(years)):
        mine = np.where(known, np.minimum(volumes[:, at], below), 0.0)
        lacking[:, at] = places.added(mine, place, len(names))
    parts = [
        _rows(names.assign(wilayah="kelurahan"), whole, lacking, apart, years=years, rules=rules),
        _rows(
            pd.DataFrame({"kecamatan": [""], "kelurahan": [""], "wilayah": ["total"]}),
            *(one.sum(axis=0, keepdims=True) for one in (whole, lacking, apart)),
            years=years,
            rules=rules,
        ),
    ]
    return pd.concat(parts, ignore_index=True)


def _known(volumes: Floats, below: Floats) -> NDArray[np.bool_]:
    """Say of which units and criteria both are known; a volume that is missing is so in every year."""
    known: NDArray[np.bool_] = ~np.isnan(volumes[:, 0]) & ~np.isnan(below)
    return known


def _rows(
    names: DataFrame, whole: Floats, lacking: Floats, apart: Floats, *, years: Sequence[str], rules: RuleSet
) -> DataFrame:
    dated = places.labelled(names[["wilayah", "kecamatan", "kelurahan"]], years, "tahun")
    table: dict[str, Any] = places.labelled(pd.DataFrame(dated), rules.codes, "kriteria")
    table["satuan"] = places.taken(
        [one.satuan for one in rules.kriteria], np.tile(np.arange(len(rules.codes)), len(names) * len(years))
    )
    there = np.repeat(whole[:, None, :], len(years), axis=1)
    table |= {
        "sasaran": there.ravel(),
        "belum": lacking.ravel(),
        "terlayani": (there - lacking).ravel(),
        "persen_terlayani": ((there - lacking) / np.where(there == 0, np.nan, there) * 100).ravel(),
        "tanpa_data_rt": np.repeat(apart[:, None, :], len(years), axis=1).ravel().astype(int),
    }
    return pd.DataFrame(table)


def indicators(
    volumes: Floats, below: Floats, years: Sequence[str], rules: RuleSet
) -> dict[str, dict[str, dict[str, float | int | None]]]:
    """Say how many households each indicator of the rule set counts as served, year by year.

    Parameters
    ----------
    volumes, below, years, rules
        As `served` takes them.

    Returns
    -------
        Year -> indicator -> ``sasaran_kk``, ``terlayani_kk`` (those that the largest of its criteria does not
        name), ``persen`` (0 to 100; None where there is nobody) and ``tanpa_data_rt``.
    """
    found: dict[str, dict[str, dict[str, float | int | None]]] = {year: {} for year in years}
    for name, codes in rules.rencana.indikator.items():
        at = [rules.codes.index(one) for one in codes]
        known = _known(volumes, below)[:, at].all(axis=1)
        over = below[known][:, at[0]]
        whole = float(over.sum())
        for place, year in enumerate(years):
            lacking = np.minimum(volumes[known, place][:, at].max(axis=1), over)
            there = whole - float(lacking.sum())
            found[year][name] = {
                "sasaran_kk": whole,
                "terlayani_kk": there,
                "persen": there / whole * 100 if whole else None,
                "tanpa_data_rt": int((~known).sum()),
            }
    return found
