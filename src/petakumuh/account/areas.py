"""Tables of areas: ground, decrees and works entered once per kelurahan and slum, and summed by every level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from petakumuh.account.laws import ADDITIVE, AREA_COLUMNS
from petakumuh.account.register import per_row, row_of
from petakumuh.model import AREA_LEVELS, OUTSIDE, Tolerance

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.account.register import Register

__all__ = ["area_tables", "reconciliation"]


def area_tables(
    known: Register, cut: DataFrame, own: DataFrame, naive: DataFrame, *, certified: bool
) -> dict[str, DataFrame]:
    """Sum up the whole and every level.

    Parameters
    ----------
    known
        Towns and slums.
    cut, own, naive
        What the pieces, the slums' own geometry, and works one by one enter; a slum that lost all its ground
        to another keeps its row by its own geometry.
    certified
        Whether two ways of measuring agreed on all ground.
    """
    ledger = pd.concat([cut, own, naive, _decreed(known)], ignore_index=True)
    outside = ledger["town"] == len(known.towns) - 1
    ledger["di_luar_kelurahan_ha"] = ledger["luas_delineasi_ha"].where(outside)
    hectares = ledger[list(ADDITIVE)]
    found = {"total": _summed(hectares, np.zeros(len(ledger), dtype=np.int64))}
    for level in AREA_LEVELS:
        found[level] = _area_table(ledger, hectares, known, level)
    return {name: table.assign(tersertifikasi=certified) for name, table in found.items()}


def _decreed(known: Register) -> DataFrame:
    """Enter what the decree writes of each slum where it is filed."""
    town = row_of(known.towns["kelurahan_id"], known.slums["kelurahan_id"])
    written = known.slums["luas_sk_ha"].to_numpy()
    return pd.DataFrame({"town": town, "slum": np.arange(len(known.slums)), "luas_sk_ha": written})


def _summed(hectares: DataFrame, rows: NDArray[np.int64]) -> DataFrame:
    """Sum up entries into the rows of a table, with what is handled and left in percent."""
    entered = hectares.groupby(rows).sum(min_count=1)
    # Where no decree writes anything its column is empty; of the others nothing is zero.
    table = entered.fillna(0.0).assign(luas_sk_ha=entered["luas_sk_ha"])
    whole = table["luas_delineasi_ha"].where(table["luas_delineasi_ha"] > 0)
    table["persen_tertangani"] = table["luas_tertangani_ha"] / whole * 100
    table["persen_sisa"] = table["sisa_ha"] / whole * 100
    return table[list(AREA_COLUMNS[:-1])]


def _area_table(ledger: DataFrame, hectares: DataFrame, known: Register, level: str) -> DataFrame:
    """Write whose row it is before the hectares; in order of codes, ground outside all kelurahan last."""
    if level == "kumuh":
        names, rows = _slum_names(known), ledger["slum"].to_numpy()
    else:
        of_town, _ = pd.factorize(known.towns[f"{level}_id"])
        names, rows = _town_names(known.towns, level), of_town[ledger["town"]]
    table = names.join(_summed(hectares, rows), how="inner")
    code = table.columns[0]
    table = table.sort_values(code, kind="stable")
    outside = table[code] == OUTSIDE
    return pd.concat([table[~outside], table[outside]], ignore_index=True)


def _slum_names(known: Register) -> DataFrame:
    """Name each slum and what it is filed under."""
    town = row_of(known.towns["kelurahan_id"], known.slums["kelurahan_id"])
    wide = known.towns[list(AREA_LEVELS[:-1])].iloc[town].reset_index(drop=True)
    return known.slums[["kumuh_id", "nama"]].join(wide)


def _town_names(towns: DataFrame, level: str) -> DataFrame:
    """Name each area of a level and what it lies in, as its first kelurahan does; a code stands in for no name."""
    first = towns.drop_duplicates(f"{level}_id").reset_index(drop=True)
    code, name = first[f"{level}_id"], first[level]
    table = pd.DataFrame({"kode": code, "nama": name.where(name != "", code)})
    table.loc[code == OUTSIDE, "nama"] = "(di luar kelurahan)"
    return table.join(first[list(AREA_LEVELS[: AREA_LEVELS.index(level)])])


def reconciliation(known: Register, cut: DataFrame, own: DataFrame) -> DataFrame:
    """Hold what is written of each slum against its geometry; kelurahan sum up the slums filed under them.

    Hectares are planar UTM, as decrees are, with the geodesic ones beside them, whatever the headline. The
    difference is of the slum's own geometry, before ground that two slums claim was assigned.
    """

    def of_slum(entries: DataFrame, name: str) -> NDArray[np.float64]:
        return per_row(entries["slum"].to_numpy(), entries[name].to_numpy(), len(known.slums))

    table = known.slums[["kumuh_id", "nama", "kelurahan_id", "luas_sk_ha", "luas_verifikasi_ha"]].assign(
        luas_delineasi_ha=of_slum(cut, "utm_ha"),
        luas_geodesik_ha=of_slum(cut, "luas_geodesik_ha"),
        jumlah_geometri_ha=of_slum(own, "utm_ha"),
        jumlah_geometri_geodesik_ha=of_slum(own, "geodesik_ha"),
    )
    for written in ("sk", "verifikasi"):
        table[f"selisih_{written}_ha"] = table["jumlah_geometri_ha"] - table[f"luas_{written}_ha"]
    hectares = [name for name in table.columns if name.endswith("_ha")]
    areas = table.groupby("kelurahan_id")[hectares].sum(min_count=1).reset_index()
    towns = row_of(known.towns["kelurahan_id"], areas["kelurahan_id"])
    named = known.towns["kelurahan"].iloc[towns].to_numpy()
    areas = areas.assign(wilayah="kelurahan", kode=areas["kelurahan_id"], nama=named)
    total = table[hectares].sum(min_count=1).to_frame().T.astype(float)
    total = total.assign(wilayah="total", kode="", nama="TOTAL", kelurahan_id="")
    each = table.assign(wilayah="kumuh", kode=table["kumuh_id"])
    whole = pd.concat([each, areas, total], ignore_index=True)
    apart = whole[["selisih_sk_ha", "selisih_verifikasi_ha"]].abs().max(axis=1) > Tolerance().attribute_ha
    return whole.assign(melebihi_toleransi=apart)[
        ["wilayah", "kode", "nama", "kelurahan_id", *hectares, "melebihi_toleransi"]
    ]
