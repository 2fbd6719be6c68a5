"""Tables of works: by first year, by number of sectors, by whoever did them, and what plans would add."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from petakumuh.account.register import per_row
from petakumuh.model import BY, EMPTY, STATUSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.account.links import Fate, Links

__all__ = ["memberships", "partitions", "simulation", "works"]

_MEMBERSHIPS = ("sektor", "opd", "sumber_dana", "status")


def partitions(groups: DataFrame, ha: NDArray[np.float64], fate: Fate) -> dict[str, DataFrame]:
    """Lay pieces out by first year handled (new and cumulative) and by number of sectors."""
    whole = float(ha.sum())
    found = {}
    if "tahun" in groups:
        codes, hectares = _summed(fate.year[fate.handled], ha[fate.handled])
        table = pd.DataFrame({"tahun": pd.Series([fate.years[code] for code in codes], dtype=str)})
        table["baru_ha"] = hectares
        table["kumulatif_ha"] = table["baru_ha"].cumsum()
        table["persen_kumulatif"] = table["kumulatif_ha"] / whole * 100
        table["sisa_ha"] = whole - table["kumulatif_ha"]
        found["tahun"] = table
    if "sektor" in groups:
        number, hectares = _summed(fate.sectors, ha)
        found["jumlah_sektor"] = pd.DataFrame(
            {"jumlah_sektor": number, "luas_ha": hectares, "persen": hectares / whole * 100}
        )
    return found


def _summed(codes: NDArray[np.int64], ha: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give the codes that occur, in order, and their hectares."""
    met = np.flatnonzero(np.bincount(codes))
    return met, per_row(codes, ha, 0)[met]


def memberships(links: Links, ha: NDArray[np.float64]) -> dict[str, DataFrame]:
    """Give each sector, office, fund and status the ground under it, and what all of one kind share.

    The account of statuses is of all works but those from before the base year of the decree: they are listed
    among the findings, counted nowhere. The others are of handled works.
    """
    groups = links.groups
    handled, known = groups["dihitung"].to_numpy(), ~groups["sebelum_dasar"].to_numpy()
    found, sums = {}, []
    for name in _MEMBERSHIPS:
        if name in groups:
            found[name], union = _membership(links, ha, name, known if name == "status" else handled)
            total = float(found[name]["luas_ha"].sum())
            sums.append((name, total, union, total - union))
    columns = ["tabel", "jumlah_ha", "gabungan_ha", "tumpang_tindih_ha"]
    return found | {"keanggotaan": pd.DataFrame(sums, columns=columns)}


def _membership(
    links: Links, ha: NDArray[np.float64], name: str, counted: NDArray[np.bool_]
) -> tuple[DataFrame, float]:
    """Give each value the union of its ground and the ground that only it handles; and the union of all."""
    codes, names = links.coded(name, counted, _by_value)
    met, mine, alone = np.zeros(len(names), dtype=bool), np.zeros(len(names)), np.zeros(len(names))
    union = 0.0
    for leaf in links.once(codes):
        met[leaf.code] = True
        mine += per_row(leaf.code, ha[leaf.piece], len(names))
        only = leaf.first[leaf.times == 1]
        alone += per_row(leaf.code[only], ha[leaf.piece[only]], len(names))
        union += float(ha[leaf.piece[leaf.first]].sum())
    table = pd.DataFrame({"nama": pd.Series(names, dtype=str), "luas_ha": mine, "hanya_ini_ha": alone})
    return table[met].reset_index(drop=True), union


def _by_value(value: str) -> tuple[bool, int, str]:
    """Order values: statuses as work goes on, then by name; what the file does not say comes last."""
    return value == EMPTY, STATUSES.index(value) if value in STATUSES else len(STATUSES), value


def works(penanganan: DataFrame, work: NDArray[np.int64], ha: NDArray[np.float64]) -> DataFrame:
    """Give each single work its own row: what it is, and how much slum ground it covers.

    Parameters
    ----------
    penanganan
        The works.
    work, ha
        Of each touch, the row of its work and the hectares.
    """
    table = pd.DataFrame(penanganan[["penanganan_id", "nama", *BY, "biaya", "dihitung"]])
    covered = per_row(work, ha, len(table))
    return table.assign(luas_di_kumuh_ha=covered).reset_index(drop=True)


def simulation(links: Links, ha: NDArray[np.float64], handled: Sequence[str]) -> DataFrame:
    """Say what would be handled if works under way, and then planned works, were done."""
    groups = links.groups
    whole = float(ha.sum())
    rows: list[tuple[str, float, float | None, float, float]] = []
    before = 0.0
    others = [one for one in STATUSES if one not in handled]
    for more in range(len(others) + 1):
        scenario = [*handled, *others[:more]]
        counts = (groups["dihitung"] | groups["status"].isin(scenario)) & ~groups["sebelum_dasar"]
        reached = float(ha[links.under(counts.to_numpy())].sum())
        rows.append(
            (
                " + ".join(scenario),
                reached,
                reached / whole * 100 if whole else None,
                reached - before if rows else 0.0,
                whole - reached,
            )
        )
        before = reached
    return pd.DataFrame(
        rows, columns=["skenario", "luas_tertangani_ha", "persen_tertangani", "tambahan_ha", "sisa_ha"]
    )
