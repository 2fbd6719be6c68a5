"""Hectares of ground of many runs as one: the tables of a run added up, and the list of kabupaten/kota."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from petakumuh.account import ADDITIVE, AREA_COLUMNS
from petakumuh.model import NO_YEAR, OUTSIDE
from petakumuh.recap.pace import progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame

__all__ = ["SUMMED", "areas", "listed", "summed"]

SUMMED = {
    "tahun": ("tahun", ("baru_ha",)),
    "jumlah_sektor": ("jumlah_sektor", ("luas_ha",)),
    "sektor": ("nama", ("luas_ha", "hanya_ini_ha")),
    "opd": ("nama", ("luas_ha", "hanya_ini_ha")),
    "sumber_dana": ("nama", ("luas_ha", "hanya_ini_ha")),
    "status": ("nama", ("luas_ha", "hanya_ini_ha")),
    "keanggotaan": ("tabel", ("jumlah_ha", "gabungan_ha", "tumpang_tindih_ha")),
    "simulasi": ("skenario", ("luas_tertangani_ha", "tambahan_ha", "sisa_ha")),
}
"""Table -> what its rows are told apart by, and the columns that add up: runs share no ground."""
_SHOWN = ("luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha", "persen_sisa")


def areas(level: str, rows: Sequence[Sequence[Mapping[str, Any]]]) -> DataFrame:
    """Join one level of area; rows of the same place, as of ground outside every kelurahan, become one."""
    table = pd.DataFrame([row for one in rows for row in one])
    table = table.astype(dict.fromkeys(ADDITIVE, float))
    names = [name for name in table.columns if name not in AREA_COLUMNS]
    table[names] = table[names].fillna("")
    if level != "kumuh":
        keys = [pd.Series("", index=table.index)] if level == "total" else names
        grouped = table.groupby(keys, sort=False)
        summed = grouped[list(ADDITIVE)].sum(min_count=1).join(grouped["tersertifikasi"].all())
        table = summed.reset_index(drop=level == "total")
    whole = table["luas_delineasi_ha"].where(table["luas_delineasi_ha"] > 0)
    table["persen_tertangani"] = table["luas_tertangani_ha"] / whole * 100
    table["persen_sisa"] = table["sisa_ha"] / whole * 100
    if "kode" in names:
        order = table["kode"].where(table["kode"] != OUTSIDE, "~").sort_values(kind="stable").index
        table = table.loc[order].reset_index(drop=True)
    return table[[*names, *AREA_COLUMNS]]


def summed(name: str, rows: list[Mapping[str, Any]], whole: float) -> DataFrame:
    """Add up one table of handled ground by its key."""
    key, columns = SUMMED[name]
    table = pd.DataFrame(rows)
    order = {one: at for at, one in enumerate(dict.fromkeys(table[key]))}
    if name == "tahun":
        order = {one: at for at, one in enumerate(sorted(order, key=lambda year: (year == NO_YEAR, year)))}
    elif name == "jumlah_sektor":
        order = {one: one for one in order}
    table = table.groupby(key, sort=False)[list(columns)].sum().reset_index()
    table = table.sort_values(key, key=lambda said: said.map(order), kind="stable").reset_index(drop=True)
    if name == "tahun":
        table["kumulatif_ha"] = table["baru_ha"].cumsum()
        table["persen_kumulatif"] = table["kumulatif_ha"] / whole * 100
        table["sisa_ha"] = whole - table["kumulatif_ha"]
    elif name == "jumlah_sektor":
        table["persen"] = table["luas_ha"] / whole * 100
    elif name == "simulasi":
        table.insert(2, "persen_tertangani", table["luas_tertangani_ha"] / whole * 100)
    return table


def listed(table: DataFrame, given: Sequence[Mapping[str, Any]]) -> DataFrame:
    """List kabupaten/kota as planners do: number, decree, slum, handled up to which year, left."""
    said: dict[str, dict[str, Any]] = {}
    for one in given:
        if "daftar" in one:
            said |= {row["kode"]: row for row in one["daftar"]}
            continue
        codes = [row["kode"] for row in one["kabupaten_kota"] if row["kode"] != OUTSIDE]
        pace = progress(
            pd.DataFrame(one["tahun"]) if one.get("tahun") else None,
            one["total"]["luas_delineasi_ha"],
            one["total"]["sisa_ha"],
        )
        told = {"nomor_sk": one["resep"]["kumuh"].get("sk") or "", "sd_tahun": pace["tahun_akhir"]}
        alone = len(codes) == 1
        told |= {name: pace[name] if alone else None for name in ("laju_ha_per_tahun", "tahun_nol")}
        said |= dict.fromkeys(codes, told)
    rows = []
    for at, row in enumerate(table.to_dict("records")):
        mine = said.get(row["kode"], {})
        rows.append(
            {"no": None if row["kode"] == OUTSIDE else at + 1}
            | {name: row[name] for name in ("kode", "provinsi", "nama")}
            | {"nomor_sk": mine.get("nomor_sk", ""), "sd_tahun": mine.get("sd_tahun")}
            | {name: row[name] for name in _SHOWN}
            | {name: mine.get(name) for name in ("laju_ha_per_tahun", "tahun_nol")}
        )
    counts = dict.fromkeys(("no", "sd_tahun", "tahun_nol"), "Int64")
    return pd.DataFrame(rows).astype(counts | {"laju_ha_per_tahun": float})
