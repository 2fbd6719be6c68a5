"""At what pace slum ground goes, in which year 0 ha is left at that pace, and the straight line to a target."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from petakumuh.catalog.planning import INDICATORS
from petakumuh.errors import RecipeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

__all__ = ["progress", "score_progress"]

_NOTHING_HA = 1e-9


def progress(
    years: DataFrame | None, whole_ha: float, left_ha: float, *, target: int | None = None
) -> dict[str, Any]:
    """Say at what pace slum ground was handled, and in which year 0 ha is left at that pace.

    Parameters
    ----------
    years
        The table ``tahun``: ``tahun, baru_ha``.
    whole_ha, left_ha
        Slum ground at the beginning, and what is left of it.
    target
        The year by which 0 ha is wanted.

    Returns
    -------
        ``laju_ha_per_tahun``, ``tahun_awal``, ``tahun_akhir``, ``tahun_nol``, ``target`` and ``baris``: for the
        year before the first and each year since what is left, and what the straight line to the target would
        leave (None without a target).

    Raises
    ------
    RecipeError
        When the target does not come after the year before the first.

    Notes
    -----
    The pace is linear: ground first handled in the years from the first to the last, both counted, over the
    number of those years; years between in which nothing was handled count. Ground handled without a year has
    no part in the pace but is not left either. The year of 0 ha is the last year and as many more as what is left
    takes at that pace, rounded up. Without a year, or without pace, there is none.

    Examples
    --------
    >>> years = pd.DataFrame({"tahun": ["2019", "2021"], "baru_ha": [4.0, 2.0]})
    >>> told = progress(years, 10.0, 4.0, target=2028)
    >>> told["laju_ha_per_tahun"], told["tahun_nol"], told["baris"][1]
    (2.0, 2023, {'tahun': 2019, 'sisa_ha': 6.0, 'garis_ha': 9.0})
    """
    named = [] if years is None else zip(years["tahun"], years["baru_ha"], strict=True)
    handled = {int(year): float(area) for year, area in named if str(year).isdigit()}
    if not handled:
        empty = dict.fromkeys(("laju_ha_per_tahun", "tahun_awal", "tahun_akhir", "tahun_nol"))
        return empty | {"target": target, "baris": []}
    first, last = min(handled), max(handled)
    start = first - 1
    if target is not None and target <= start:
        raise RecipeError("target_lewat", target=target, awal=first)
    pace = sum(handled.values()) / (last - start)
    more = 0 if left_ha <= 0 else math.ceil(left_ha / pace - 1e-9) if pace > 0 else None
    rows = []
    for year in range(start, last + 1):
        left = whole_ha - sum(area for one, area in handled.items() if one <= year)
        line = None if target is None else max(0.0, whole_ha * (target - year) / (target - start))
        rows.append({"tahun": year, "sisa_ha": left, "garis_ha": line})
    return {
        "laju_ha_per_tahun": pace,
        "tahun_awal": first,
        "tahun_akhir": last,
        "tahun_nol": None if more is None else last + more,
        "target": target,
        "baris": rows,
    }


def score_progress(years: Mapping[str, Mapping[str, Any]], *, target: int | None = None) -> dict[str, Any]:
    """Say at what pace slum went by score, and how 100-0-100 stands.

    Parameters
    ----------
    years
        Each year's row as `petakumuh.model.Scores.rekap` has it, the baseline first.
    target
        The year by which 0 ha is wanted.

    Returns
    -------
        As `progress`, with ``kumuh_ha`` in place of ``sisa_ha``; ``tahun_dasar``, ``kumuh_awal_ha`` and
        ``kumuh_akhir_ha``; and ``indikator``: ``air_minum`` and ``sanitasi`` (percent of households served) and
        ``kumuh`` (ha), each at the beginning, at the end and as wanted (None where the scores do not say).

    Notes
    -----
    The pace is what slum lost from the baseline to the last year, over the years between; below zero where slum
    grew. Without a later year there is no pace; where slum stood still or grew there is no year of 0 ha. Works
    without a year have no part in the pace, but in what is left. A target that does not come after the baseline
    has no line.

    Examples
    --------
    >>> told = score_progress({"2020": {"kumuh_ha": 12.0}, "2022": {"kumuh_ha": 8.0}}, target=2026)
    >>> told["laju_ha_per_tahun"], told["tahun_nol"], told["baris"][-1]
    (2.0, 2026, {'tahun': 2022, 'kumuh_ha': 8.0, 'garis_ha': 8.0})
    """
    labels = list(years)
    dated = {int(label): float(years[label]["kumuh_ha"]) for label in labels if label.isdigit()}
    begin, end = (float(years[label]["kumuh_ha"]) for label in (labels[0], labels[-1]))
    base = int(labels[0]) if labels[0].isdigit() else None
    drawn = target if target is None or base is None or target > base else None
    told = progress(_drops(dated, base), begin, end, target=drawn)
    gone = [year for year in dated if all(area <= _NOTHING_HA for at, area in dated.items() if at >= year)]
    rows = [
        {"tahun": row["tahun"], "kumuh_ha": row["sisa_ha"], "garis_ha": row["garis_ha"]} for row in told["baris"]
    ]
    found = {"tahun_nol": min(gone)} if gone else {}
    ends = {"tahun_dasar": base, "kumuh_awal_ha": begin, "kumuh_akhir_ha": end}
    indicators = {"indikator": _indicators(years[labels[0]], years[labels[-1]])}
    return told | found | {"target": target, "baris": rows} | ends | indicators


def _drops(dated: Mapping[int, float], base: int | None) -> DataFrame | None:
    """Lay out what slum lost in each year after the baseline; in a year that is not told, nothing."""
    if base is None or max(dated) == base:
        return None
    rows, before = [], dated[base]
    for year in range(base + 1, max(dated) + 1):
        now = dated.get(year, before)
        rows.append({"tahun": str(year), "baru_ha": before - now})
        before = now
    return pd.DataFrame(rows)


def _indicators(first: Mapping[str, Any], last: Mapping[str, Any]) -> dict[str, Any]:
    """Lay 100-0-100 out: where it began, where it stands, what is wanted."""

    def served(row: Mapping[str, Any], name: str) -> float | None:
        share: float | None = ((row.get("indikator") or {}).get(name) or {}).get("persen")
        return share

    water, sanitation = (
        {"awal_persen": served(first, name), "akhir_persen": served(last, name), "target_persen": 100.0}
        for name in INDICATORS
    )
    slum = {"awal_ha": float(first["kumuh_ha"]), "akhir_ha": float(last["kumuh_ha"]), "target_ha": 0.0}
    return {"air_minum": water, "kumuh": slum, "sanitasi": sanitation}
