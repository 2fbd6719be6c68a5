"""The arithmetic of scoring on arrays: volumes to shares, scores, sums, classes, means, contributions.

Arrays are (units, years, criteria); shares are fractions; what is missing is NaN all the way through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from petakumuh.catalog.regulation import RuleSet

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int16]

__all__ = ["class_at", "contribution", "reduction", "sector_means", "shares", "sums", "total_mean", "walk"]

_SAME = 1e-9
"""Outcomes beyond what is left by less than this share of it are what adding decimals leaves behind."""


def walk(first: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """Take the outcomes of each year from what the year before left, never below nothing.

    Parameters
    ----------
    first
        Volumes of the baseline, (units, criteria).
    outcome
        Volumes handled, (units, years, criteria).

    Returns
    -------
        Volumes (units, 1 + years, criteria), and by how much each year's outcome is more than what was left.

    Examples
    --------
    >>> left, excess = walk(np.array([[300.0]]), np.array([[[200.0], [150.0]]]))
    >>> left.ravel().tolist(), excess.ravel().tolist()
    ([300.0, 100.0, 0.0], [0.0, 50.0])
    """
    units, years, criteria = outcome.shape
    volumes = np.empty((units, years + 1, criteria))
    excess = np.zeros_like(outcome)
    volumes[:, 0] = first
    for at in range(years):
        before = volumes[:, at]
        after = before - outcome[:, at]
        over = -after > _SAME * np.maximum(before, 1.0)
        excess[:, at][over] = -after[over]
        volumes[:, at + 1] = np.maximum(after, 0.0)
    return volumes, excess


def shares(volumes: Floats, denominators: Floats) -> Floats:
    """Divide volumes by their denominators; by nothing is nothing (and a finding, elsewhere).

    Examples
    --------
    >>> shares(np.array([50.0, 5.0, np.nan]), np.array([200.0, 0.0, 0.0])).tolist()
    [0.25, 0.0, nan]
    """
    none = denominators == 0
    with np.errstate(over="ignore"):  # of next to nothing: beyond every band
        found: Floats = volumes / np.where(none, np.inf, denominators)
    return found


def marks(share: Floats, rules: RuleSet, lowest: int = 0) -> Whole:
    """Score each share by the bands; a missing share scores nothing here, its sum is missing.

    Examples
    --------
    >>> from petakumuh.catalog.regulation import rule_set
    >>> marks(np.array([0.2, 0.24995, 0.505, 0.51, 0.755, 0.76, 1.4]), rule_set()).tolist()
    [0, 1, 1, 3, 3, 5, 5]
    """
    found = np.full(share.shape, lowest, dtype=np.int16)
    for band in rules.pita:
        found[share >= band.mulai] = band.nilai
    return found


def sums(share: Floats, rules: RuleSet, lowest: int = 0) -> tuple[Whole, Whole, NDArray[np.bool_]]:
    """Score shares and add the scores up.

    Returns
    -------
        Scores of the criteria, their sums, and where a sum is missing because a share is.
    """
    scores = marks(share, rules, lowest)
    total: Whole = np.asarray(scores.sum(axis=-1, dtype=np.int16))
    missing: NDArray[np.bool_] = np.asarray(np.isnan(share).any(axis=-1))
    return scores, total, missing


def class_at(total: Whole, rules: RuleSet) -> NDArray[np.intp]:
    """Give the place of each sum's class in the rule set; 0 is no slum.

    Examples
    --------
    >>> from petakumuh.catalog.regulation import rule_set
    >>> class_at(np.array([0, 15, 16, 37, 38, 59, 60, 80], dtype=np.int16), rule_set()).tolist()
    [0, 0, 1, 1, 2, 2, 3, 3]
    """
    return np.searchsorted([one.mulai for one in rules.kelas], total, side="right") - 1


def sector_means(share: Floats, rules: RuleSet, mode: str) -> Floats:
    """Average the shares of each aspect: all of them (``polos``), or those below the first band as 0 (``ambang``).

    Returns
    -------
        (..., aspects), in the order of the rule set.
    """
    counted = share if mode == "polos" else np.where(share < rules.pita[0].mulai, 0.0, share)
    aspects = [one.aspek for one in rules.kriteria]
    means = [
        counted[..., [at for at, one in enumerate(aspects) if one == key]].mean(axis=-1) for key in rules.aspek
    ]
    return np.stack(means, axis=-1)


def total_mean(means: Floats) -> Floats:
    """Average the aspects: the rata-rata kekumuhan sektoral."""
    found: Floats = means.mean(axis=-1)
    return found


def contribution(mean: Floats, total: Whole, rules: RuleSet, formula: str) -> Floats:
    """Say what the works of each year and those before it contributed, as a fraction of the baseline.

    Parameters
    ----------
    mean, total
        Rata-rata sektoral and sum of scores, (units, years), the baseline first.
    formula
        ``rata``: (first - last) / first, at most 1. ``form``: 1 once the sum is below the classes of slum, else
        (first - last) / (first - the rule set's share); it can leave 0 to 1 where the first mean is small.
    """
    first = mean[:, :1]
    gone = first - mean
    if formula == "rata":
        found = np.minimum(gone / np.where(first == 0, np.inf, first), 1.0)
    else:
        base = first - rules.kontribusi_ambang
        found = gone / np.where(base == 0, np.nan, base)
        found[(total < rules.kelas[1].mulai) & ~np.isnan(mean)] = 1.0
    found[:, 0] = np.where(np.isnan(mean[:, 0]), np.nan, 0.0)
    return found


def reduction(
    way: str, area: Floats, grade: NDArray[np.intp], *, given: Floats, served: NDArray[np.bool_]
) -> Floats:
    """Say how many hectares of slum each year has less than the baseline.

    Parameters
    ----------
    way
        ``tuntas``: the whole area once the class is no slum; ``layanan``: if it is also served;
        ``kontribusi``: area times contribution.
    area, grade, given, served
        Hectares of the units; place of the class, contribution, and whether it is served, (units, years).

    Returns
    -------
        (units, years); nothing for units that were no slum to begin with.
    """
    slum = grade[:, :1] > 0
    if way == "kontribusi":
        return np.where(slum, area[:, None] * np.clip(given, 0.0, 1.0), 0.0)
    clear = (grade == 0) & (served if way == "layanan" else True)
    return np.where(slum & clear, area[:, None], 0.0)
