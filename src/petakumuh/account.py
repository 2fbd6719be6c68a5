"""Every table is a sum over the same pieces, so no two numbers can disagree. No geometry here.

Two kinds of table. In a *partition* table each piece stands in one row, and the rows sum to their parent
(wilayah, kumuh, first year handled, number of sectors). In a *membership* table a piece may stand in several
rows (sektor, OPD, sumber dana, status): each row is a union, and sum, union and what lies between them are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh.errors import ConservationError
from petakumuh.model import AREA_LEVELS, BY, EMPTY, NO_YEAR, OUTSIDE, STATUSES, Tolerance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame, Series

    from petakumuh.model import Basis

__all__ = ["ADDITIVE", "AREA_COLUMNS", "display_key", "require_laws", "tables"]

AREA_COLUMNS = (
    "luas_delineasi_ha",
    "luas_geodesik_ha",
    "jumlah_geometri_ha",
    "luas_sk_ha",
    "luas_tertangani_ha",
    "persen_tertangani",
    "sisa_ha",
    "persen_sisa",
    "di_luar_kelurahan_ha",
    "jumlah_naif_tertangani_ha",
    "tersertifikasi",
)
"""What every row of an area table says, in the order it is read."""

ADDITIVE = (
    "luas_delineasi_ha",
    "luas_geodesik_ha",
    "jumlah_geometri_ha",
    "luas_sk_ha",
    "luas_tertangani_ha",
    "sisa_ha",
    "di_luar_kelurahan_ha",
    "jumlah_naif_tertangani_ha",
)
"""Columns of which each level's rows sum to the whole."""
_MEMBERSHIPS = ("sektor", "opd", "sumber_dana", "status")


def tables(
    *,
    pieces: DataFrame,
    groups: DataFrame,
    links: DataFrame,
    touches: DataFrame,
    grounds: DataFrame,
    kumuh: DataFrame,
    kelurahan: DataFrame,
    penanganan: DataFrame,
    dasar: Basis = "utm",
    status_tertangani: Sequence[str] = ("selesai",),
) -> dict[str, DataFrame]:
    """Keep every account of a cut.

    Parameters
    ----------
    pieces, groups, links, touches, grounds
        See `petakumuh.overlay.Overlay`.
    kumuh, kelurahan, penanganan
        Attributes of the checked layers.
    dasar
        Whose hectares are the headline.
    status_tertangani
        The statuses that count as handled.

    Returns
    -------
        By name: ``total`` (one row), ``provinsi .. kumuh`` (area tables with `AREA_COLUMNS`), ``tahun``,
        ``jumlah_sektor`` (partition tables), ``sektor, opd, sumber_dana, status`` (membership tables),
        ``keanggotaan`` (their sum, union and overlap), ``simulasi`` (if works under way and planned were done),
        ``penanganan`` (what each single work covers), ``rekonsiliasi`` (what the decree and the field
        verification write, held against the geometry, per kumuh and per kelurahan).
        Unrounded.

    Raises
    ------
    ConservationError
        When rows do not sum to their parent, or handled and left to the slum.

    Notes
    -----
    Laws 2 and 3: handled + left = slum in every row; a partition table's rows sum to their parent.
    """
    area = {"utm": "luas_ha", "tm3": "luas_tm3_ha", "geodesik": "luas_geodesik_ha"}[dasar]
    counted = set(groups.loc[groups["dihitung"], "group_id"])
    mine = pieces.drop(columns="geometry", errors="ignore").assign(ha=pieces[area].to_numpy())
    mine["tertangani"] = mine["piece_id"].isin(links.loc[links["group_id"].isin(counted), "piece_id"])
    handled_works = penanganan.loc[penanganan["dihitung"].astype(bool), "penanganan_id"]
    naive = touches[touches["penanganan_id"].isin(handled_works)].assign(ha=lambda rows: rows[area])
    parts = {"pieces": mine, "naive": naive, "own": grounds.assign(ha=grounds[area].to_numpy())}
    places, filed = _places(kelurahan), _filed(kumuh, grounds)
    found = {"total": _area_table(parts, filed, places, None)}
    for level in AREA_LEVELS:
        found[level] = _area_table(parts, filed, places, level)
    by_group = _members(mine, links, groups)
    handled = by_group[by_group["dihitung"]]
    found |= _partitions(mine, handled)
    found["rekonsiliasi"] = _reconciliation(filed, places, pieces, grounds)
    found["penanganan"] = _works(penanganan, touches.assign(ha=touches[area].to_numpy()))
    memberships = [name for name in _MEMBERSHIPS if name in groups]
    # Works from before the base year of the decree are listed among the findings, counted nowhere.
    eligible = by_group.loc[~by_group["sebelum_dasar"]]
    sums = {}
    for name in memberships:
        found[name], sums[name] = _membership(eligible if name == "status" else handled, name)
    found["keanggotaan"] = pd.DataFrame(
        list(sums.values()), columns=["tabel", "jumlah_ha", "gabungan_ha", "tumpang_tindih_ha"]
    )
    if "status" in groups:
        found["simulasi"] = _simulation(mine, eligible, status_tertangani)
    require_laws(found)
    return found


def display_key(pieces: DataFrame, groups: DataFrame, links: DataFrame) -> DataFrame:
    """Say of each piece how a map shows it.

    Returns
    -------
        Indexed by ``piece_id``: ``kelurahan_id, kumuh_id, tertangani, tahun_pertama`` (empty where nothing is
        handled) and ``jumlah_sektor`` (of handled works).
    """
    handled = links.merge(groups[groups["dihitung"]], on="group_id")
    key = pieces.set_index("piece_id")[["kelurahan_id", "kumuh_id"]].copy()
    key["tertangani"] = key.index.isin(handled["piece_id"])
    first = handled.groupby("piece_id")["tahun"].agg(_first_year) if "tahun" in handled else pd.Series(dtype=str)
    key["tahun_pertama"] = first.reindex(key.index).fillna("").astype(str)
    sectors = handled.groupby("piece_id")["sektor"].nunique() if "sektor" in handled else pd.Series(dtype=int)
    key["jumlah_sektor"] = sectors.reindex(key.index).fillna(0).astype(int)
    return key


def _first_year(years: Series[str]) -> str:
    """Find the earliest year; works without a year come after all years."""
    return min(years, key=lambda year: (year == NO_YEAR, year))


def _places(kelurahan: DataFrame) -> DataFrame:
    """Give each kelurahan the codes and names of what it lies in; ground in none has its own row."""
    columns = [*(f"{level}_id" for level in AREA_LEVELS[:-1]), *AREA_LEVELS[:-2], "nama"]
    places = pd.DataFrame(kelurahan[columns]).drop_duplicates("kelurahan_id").rename(columns={"nama": "kelurahan"})
    outside = pd.DataFrame([dict.fromkeys(places.columns, "")])
    return pd.concat([places, outside], ignore_index=True).set_index("kelurahan_id", drop=False)


def _keys(rows: DataFrame, places: DataFrame, level: str | None) -> Any:
    """Say for each row in which row of the level's table it stands."""
    if level is None:
        return np.zeros(len(rows), dtype=int)
    if level == "kumuh":
        return rows["kumuh_id"].to_numpy()
    return places[f"{level}_id"].reindex(rows["kelurahan_id"]).fillna("").to_numpy()


def _area_table(
    parts: Mapping[str, DataFrame], filed: DataFrame, places: DataFrame, level: str | None
) -> DataFrame:
    """Sum up the pieces by one level of area; None is the whole."""
    mine = parts["pieces"]

    def summed(rows: DataFrame, column: str = "ha") -> Series[float]:
        return rows[column].groupby(_keys(rows, places, level)).sum()

    own = summed(parts["own"])
    decreed = filed["luas_sk_ha"].groupby(_keys(filed, places, level)).sum(min_count=1)
    table = pd.DataFrame({"luas_delineasi_ha": summed(mine), "luas_geodesik_ha": summed(mine, "luas_geodesik_ha")})
    # A slum that lost all its ground to another keeps its row, with nothing in it.
    table = table.reindex(table.index.union(own.index).union(decreed.index)).fillna(0.0)
    table["jumlah_geometri_ha"] = own.reindex(table.index, fill_value=0.0)
    table["luas_sk_ha"] = decreed.reindex(table.index)
    table["luas_tertangani_ha"] = summed(mine[mine["tertangani"]]).reindex(table.index, fill_value=0.0)
    table["sisa_ha"] = summed(mine[~mine["tertangani"]]).reindex(table.index, fill_value=0.0)
    whole = table["luas_delineasi_ha"].where(table["luas_delineasi_ha"] > 0)
    table["persen_tertangani"] = table["luas_tertangani_ha"] / whole * 100
    table["persen_sisa"] = table["sisa_ha"] / whole * 100
    table["di_luar_kelurahan_ha"] = summed(mine[mine["kelurahan_id"] == OUTSIDE]).reindex(
        table.index, fill_value=0.0
    )
    table["jumlah_naif_tertangani_ha"] = summed(parts["naive"]).reindex(table.index, fill_value=0.0)
    table["tersertifikasi"] = False
    names = pd.DataFrame(index=table.index) if level is None else _names(table.index, level, filed, places)
    done: DataFrame = names.join(table[list(AREA_COLUMNS)])
    done = done.reset_index(drop=True)
    return done if level is None else _outside_last(done)


def _outside_last(table: DataFrame) -> DataFrame:
    code = table.columns[0]
    return table.sort_values(
        code, key=lambda codes: codes.where(codes != OUTSIDE, "~"), kind="stable"
    ).reset_index(drop=True)


def _names(index: Any, level: str, filed: DataFrame, places: DataFrame) -> DataFrame:
    if level == "kumuh":
        rows = filed.set_index("kumuh_id").reindex(index)
        wide = places.loc[rows["kelurahan_id"], list(AREA_LEVELS[:-1])].set_index(index)
        table = pd.DataFrame({"kumuh_id": index, "nama": rows["nama"].to_numpy()}, index=index)
        return table.join(wide)
    first = places.drop_duplicates(f"{level}_id").set_index(f"{level}_id")
    named = [str(name) or str(code) for code, name in zip(index, first[level].reindex(index), strict=True)]
    table = pd.DataFrame({"kode": index, "nama": named}, index=index)
    wider = AREA_LEVELS[: AREA_LEVELS.index(level)]
    for one in wider:
        table[one] = first[one].reindex(index).to_numpy()
    table.loc[table["kode"] == OUTSIDE, "nama"] = "(di luar kelurahan)"
    return table


def _filed(kumuh: DataFrame, grounds: DataFrame) -> DataFrame:
    """Give each slum the kelurahan it is filed under: the one it names, else where most of its ground lies."""
    slums = pd.DataFrame(kumuh.drop(columns="geometry", errors="ignore")).drop_duplicates("kumuh_id")
    most = grounds.groupby(["kumuh_id", "kelurahan_id"], sort=True)["luas_ha"].sum().reset_index()
    most = most.sort_values("luas_ha", ascending=False, kind="stable").drop_duplicates("kumuh_id")
    found = slums["kumuh_id"].map(most.set_index("kumuh_id")["kelurahan_id"]).fillna("")
    return slums.assign(kelurahan_id=slums["disebut_id"].where(slums["disebut_id"] != "", found))


def _members(mine: DataFrame, links: DataFrame, groups: DataFrame) -> DataFrame:
    """List each piece under each of its groups."""
    return links.merge(groups, on="group_id").merge(mine[["piece_id", "ha"]], on="piece_id")


def _partitions(mine: DataFrame, handled: DataFrame) -> dict[str, DataFrame]:
    """Lay pieces out by first year handled (new and cumulative) and by number of sectors."""
    whole = float(mine["ha"].sum())
    found = {}
    if "tahun" in handled:
        first = handled.groupby("piece_id").agg(tahun=("tahun", _first_year), ha=("ha", "first"))
        years = first.groupby("tahun")["ha"].sum()
        years = years.loc[sorted(years.index, key=lambda year: (year == NO_YEAR, year))]
        table = pd.DataFrame({"tahun": years.index, "baru_ha": years.to_numpy()})
        table["kumulatif_ha"] = table["baru_ha"].cumsum()
        table["persen_kumulatif"] = table["kumulatif_ha"] / whole * 100
        table["sisa_ha"] = whole - table["kumulatif_ha"]
        found["tahun"] = table
    if "sektor" in handled:
        number = handled.groupby("piece_id")["sektor"].nunique()
        number = number.reindex(mine["piece_id"]).fillna(0).astype(int)
        hectares = mine["ha"].groupby(number.to_numpy()).sum()
        found["jumlah_sektor"] = pd.DataFrame(
            {
                "jumlah_sektor": hectares.index,
                "luas_ha": hectares.to_numpy(),
                "persen": hectares.to_numpy() / whole * 100,
            }
        )
    return found


def _membership(members: DataFrame, name: str) -> tuple[DataFrame, tuple[str, float, float, float]]:
    """Give each value the union of its ground, and the ground that only it handles."""
    once = members.drop_duplicates(["piece_id", name])[["piece_id", name, "ha"]]
    union = float(once.drop_duplicates("piece_id")["ha"].sum())
    alone = once[~once["piece_id"].duplicated(keep=False)]
    table = pd.DataFrame({"luas_ha": once.groupby(name)["ha"].sum()})
    table["hanya_ini_ha"] = alone.groupby(name)["ha"].sum().reindex(table.index, fill_value=0.0)
    order = sorted(
        table.index,
        key=lambda value: (value == EMPTY, STATUSES.index(value) if value in STATUSES else len(STATUSES), value),
    )
    table = table.loc[order].rename_axis("nama").reset_index()
    total = float(table["luas_ha"].sum())
    return table, (name, total, union, total - union)


def _reconciliation(filed: DataFrame, places: DataFrame, pieces: DataFrame, grounds: DataFrame) -> DataFrame:
    """Hold what is written of each slum against its geometry; kelurahan sum up the slums filed under them.

    Hectares are planar UTM, as decrees are, with the geodesic ones beside them, whatever the headline. The
    difference is of the slum's own geometry, before ground that two slums claim was assigned.
    """
    table = filed[["kumuh_id", "nama", "kelurahan_id", "luas_sk_ha", "luas_verifikasi_ha"]].copy()
    for rows, planar, geodesic in (
        (pieces, "luas_delineasi_ha", "luas_geodesik_ha"),
        (grounds, "jumlah_geometri_ha", "jumlah_geometri_geodesik_ha"),
    ):
        summed = rows.groupby("kumuh_id")[["luas_ha", "luas_geodesik_ha"]].sum()
        summed = summed.reindex(table["kumuh_id"], fill_value=0.0)
        table[planar], table[geodesic] = summed["luas_ha"].to_numpy(), summed["luas_geodesik_ha"].to_numpy()
    for written in ("sk", "verifikasi"):
        table[f"selisih_{written}_ha"] = table["jumlah_geometri_ha"] - table[f"luas_{written}_ha"]
    hectares = [name for name in table.columns if name.endswith("_ha")]
    areas = table.groupby("kelurahan_id")[hectares].sum(min_count=1).reset_index()
    named = places["kelurahan"].reindex(areas["kelurahan_id"]).fillna("").to_numpy()
    areas = areas.assign(wilayah="kelurahan", kode=areas["kelurahan_id"], nama=named)
    total = (
        table[hectares]
        .sum(min_count=1)
        .to_frame()
        .T.assign(wilayah="total", kode="", nama="TOTAL", kelurahan_id="")
    )
    slums = table.assign(wilayah="kumuh", kode=table["kumuh_id"])
    whole = pd.concat([slums, areas, total.astype(dict.fromkeys(hectares, float))], ignore_index=True)
    apart = whole[["selisih_sk_ha", "selisih_verifikasi_ha"]].abs().max(axis=1) > Tolerance().attribute_ha
    return whole.assign(melebihi_toleransi=apart)[
        ["wilayah", "kode", "nama", "kelurahan_id", *hectares, "melebihi_toleransi"]
    ]


def _works(penanganan: DataFrame, touches: DataFrame) -> DataFrame:
    """Give each single work its own row: what it is, and how much slum ground it covers."""
    table = pd.DataFrame(penanganan[["penanganan_id", "nama", *BY, "biaya", "dihitung"]])
    covered = touches.groupby("penanganan_id")["ha"].sum().astype(float)
    return table.assign(luas_di_kumuh_ha=table["penanganan_id"].map(covered).fillna(0.0)).reset_index(drop=True)


def _simulation(mine: DataFrame, members: DataFrame, handled: Sequence[str]) -> DataFrame:
    """Say what would be handled if works under way, and then planned works, were done."""
    whole = float(mine["ha"].sum())
    rows: list[tuple[str, float, float | None, float, float]] = []
    before = 0.0
    others = [one for one in STATUSES if one not in handled]
    for more in range(len(others) + 1):
        scenario = [*handled, *others[:more]]
        counts = members["dihitung"] | members["status"].isin(scenario)
        reached = float(members[counts].drop_duplicates("piece_id")["ha"].sum())
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


def require_laws(found: Mapping[str, DataFrame]) -> None:
    """Stop when rows do not sum to their parent, or handled and left to the slum.

    Parameters
    ----------
    found
        ``total`` and every level of area; ``tahun`` and ``jumlah_sektor`` where there are such.

    Raises
    ------
    ConservationError
        When one does not close.
    """
    total = found["total"].iloc[0]
    for level in ("total", *AREA_LEVELS):
        table = found[level]
        for row in table.to_dict("records"):
            _require(
                row["luas_tertangani_ha"] + row["sisa_ha"],
                row["luas_delineasi_ha"],
                level,
                str(row.get("nama", "")),
            )
        for column in ADDITIVE:
            whole = float(total[column]) if pd.notna(total[column]) else 0.0
            _require(float(table[column].sum()), whole, level, column)
    if "tahun" in found:
        _require(float(found["tahun"]["baru_ha"].sum()), float(total["luas_tertangani_ha"]), "tahun", "baru_ha")
    if "jumlah_sektor" in found:
        _require(
            float(found["jumlah_sektor"]["luas_ha"].sum()),
            float(total["luas_delineasi_ha"]),
            "jumlah_sektor",
            "luas_ha",
        )


def _require(parts: float, whole: float, table: str, row: str) -> None:
    if abs(parts - whole) > 1e-9 * abs(whole) + 1e-12:
        raise ConservationError(
            "tabel_tidak_tertutup", tabel=table, baris=row, bagian=f"{parts:.12g}", utuh=f"{whole:.12g}"
        )
