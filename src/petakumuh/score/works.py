"""What becomes of each intervention: the RT it belongs to, and why one is not counted; no row is lost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh.catalog.kinds import works as work_kinds
from petakumuh.catalog.regulation import rule_set
from petakumuh.findings import Finding
from petakumuh.score.lookup import ELSEWHERE, SEVERAL, UNKNOWN, meant
from petakumuh.text.codes import match_key, year

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame, Series

    from petakumuh.catalog.regulation import RuleSet
    from petakumuh.findings import Severity

__all__ = ["APPLIED", "placed", "remarks", "years_of"]

APPLIED = "diterapkan"
"""The fate of an intervention that is counted; any other is the rule of the finding that says why not."""


@dataclass(frozen=True)
class _Fate:
    """Why an intervention is not counted: the rule of its finding, how grave, what its message names."""

    rule: str
    severity: Severity
    names: tuple[str, ...]


_FATES = (
    _Fate("investasi_di_luar_baseline", "peringatan", ("rt", "kelurahan")),
    _Fate("investasi_rt_ganda", "galat", ("rt", "kelurahan", "calon")),
    _Fate("investasi_rt_kelurahan_lain", "galat", ("rt", "kelurahan", "calon")),
    _Fate("investasi_kriteria_lain", "peringatan", ("kriteria",)),
    _Fate("investasi_tanpa_volume", "galat", ()),
    _Fate("investasi_volume_negatif", "galat", ("volume",)),
    _Fate("investasi_satuan_lain", "galat", ("satuan", "satuan_aturan")),
    _Fate("investasi_belum_selesai", "catatan", ("status",)),
    _Fate("investasi_sebelum_dasar", "catatan", ("tahun",)),
    _Fate("investasi_rt_tanpa_volume", "peringatan", ("unit_id",)),
)
"""In the order in which they are looked for: each row has one fate."""


def years_of(investasi: DataFrame) -> Series[int]:
    """Give the year of each intervention; 0 where it names none."""
    known = {text: year(text) or 0 for text in investasi["tahun"].unique()}
    return investasi["tahun"].map(known).astype(int)


def placed(
    investasi: DataFrame,
    units: DataFrame,
    volumes: NDArray[np.float64],
    rules: RuleSet,
    *,
    base: int,
    counted: Sequence[str],
) -> tuple[DataFrame, list[Finding]]:
    """Say of each intervention which unit, criterion and year it acts on, and what becomes of it.

    Parameters
    ----------
    investasi, units
        Interventions and baseline, as `petakumuh.score.score` takes them.
    volumes
        Of the baseline; works on what is missing there cannot be counted.
    rules
        Whose criteria and units count.
    base
        Year of the baseline; what was done until then is in it already.
    counted
        The statuses that count.

    Returns
    -------
        The interventions with ``unit`` and ``pada`` (places of unit and criterion, -1: none), ``unit_id``,
        ``tahun_ke`` (0: no year) and ``nasib``; and a finding for each row that is not counted.
    """
    rows = investasi.reset_index(drop=True)
    rows["unit"], rows["calon"], why = meant(rows, units)
    ids = units["unit_id"].to_numpy(dtype=object)
    rows["unit_id"] = np.where(rows["unit"] >= 0, ids[rows["unit"]], "")
    rows["pada"] = _places(rows["kriteria"], {code: at for at, code in enumerate(rules.codes)}, match_key)
    rows["tahun_ke"] = years_of(rows)
    known = rows["pada"] >= 0
    own = np.array([one.satuan for one in rules.kriteria], dtype=object)[rows["pada"]]
    spelled = rows["satuan"].map({text: rules.unit(text) or "" for text in rows["satuan"].unique()})
    status = rows["status"].map({text: match_key(text) for text in rows["status"].unique()})
    reached = known & (rows["unit"] >= 0)
    there = np.zeros(len(rows), dtype=bool)
    there[reached] = ~np.isnan(volumes[rows.loc[reached, "unit"], rows.loc[reached, "pada"]])
    wrong = (
        why == UNKNOWN,
        why == SEVERAL,
        why == ELSEWHERE,
        ~known,
        rows["volume"].isna(),
        rows["volume"] < 0,
        (rows["satuan"] != "") & (spelled != own),
        bool((rows["status"] != "").any()) & ~status.isin([match_key(one) for one in counted]),
        (rows["tahun_ke"] > 0) & (rows["tahun_ke"] <= base),
        ~there,
    )
    rows["satuan_aturan"] = own
    fates = np.full(len(rows), APPLIED, dtype=object)
    for fate, flags in reversed(list(zip(_FATES, wrong, strict=True))):
        fates[np.asarray(flags, dtype=bool)] = fate.rule
    rows["nasib"] = fates
    found = [
        Finding(fate.rule, fate.severity, "investasi", file, (row_id,), action="dikecualikan", values=values)
        for fate in _FATES
        for row_id, file, values in _told(rows[rows["nasib"] == fate.rule], fate.names)
    ]
    return rows.drop(columns=["satuan_aturan", "calon"]), found


def remarks(rows: DataFrame, units: DataFrame, rules: RuleSet) -> list[Finding]:
    """Say what is odd about interventions that are counted all the same.

    Parameters
    ----------
    rows, units, rules
        From `placed`; the baseline; the rule set.
    """
    done = rows[rows["nasib"] == APPLIED]
    found: list[Finding] = []

    def say(rule: str, severity: Severity, odd: DataFrame, names: Sequence[str]) -> None:
        for row_id, file, values in _told(odd, names):
            found.append(Finding(rule, severity, "investasi", file, (row_id,), values=values))

    home = units["kelurahan"].to_numpy(dtype=object)[done["unit"]]
    keys = {name: match_key(name) for name in {*home, *done["kelurahan"]}}
    stray = (done["kelurahan"] != "") & (done["kelurahan"].map(keys) != pd.Series(home, done.index).map(keys))
    say(
        "investasi_kelurahan_lain", "peringatan", done.assign(rumah=home)[stray], ("kelurahan", "rumah", "unit_id")
    )
    say("investasi_tanpa_tahun", "peringatan", done[done["tahun_ke"] == 0], ("tahun",))
    say("investasi_volume_nol", "catatan", done[done["volume"] == 0], ())
    same = done.duplicated(["unit", "tahun_ke", "kriteria", "volume", "kegiatan", "sumber_dana", "biaya"])
    say("investasi_kembar", "peringatan", done[same], ("unit_id", "tahun", "kriteria"))
    if rules.codes == rule_set().codes:  # the lists of works name the criteria of that rule set
        pairs = done[["kegiatan", "pada"]].drop_duplicates()
        acts = [_acts_on(match_key(name)) for name in pairs["kegiatan"]]
        off = [bool(on) and rules.codes[at] not in on for on, at in zip(acts, pairs["pada"], strict=True)]
        new = [not on and name != "" for on, name in zip(acts, pairs["kegiatan"], strict=True)]
        for rule, severity, flags in (
            ("kegiatan_bukan_kriterianya", "peringatan", off),
            ("kegiatan_tak_dikenal", "catatan", new),
        ):
            odd = done.merge(pairs[np.array(flags, dtype=bool)], on=["kegiatan", "pada"])
            say(rule, severity, odd, ("kegiatan", "kriteria"))  # type: ignore[arg-type]
    if len(rows) and not (rows["status"] != "").any():
        found.append(Finding("status_tidak_ada", "catatan", "investasi", str(rows["berkas"].iloc[0])))
    return found


def _told(rows: DataFrame, names: Sequence[str]) -> list[tuple[str, str, dict[str, Any]]]:
    values: list[Any] = rows[list(names)].to_dict("records") if names else [{}] * len(rows)
    return list(zip(rows["investasi_id"], rows["berkas"], values, strict=True))


@cache
def _acts_on(kind: str) -> frozenset[str]:
    return frozenset(code for one in work_kinds() if match_key(one.nama) == kind for code in one.kriteria)


def _places(column: Series[str], known: dict[str, int], key: Callable[[str], str]) -> Series[int]:
    return column.map({text: known.get(key(text), -1) for text in column.unique()}).astype(int)
