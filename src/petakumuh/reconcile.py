"""Rows of a table and the polygons they speak of: which belongs to which, and what is left on either side.

A scored unit (RT, kawasan) and a place in the annex of a decree are rows without a shape. They are matched with
the slums by id, by kelurahan and RT/RW, or by kelurahan and name, in this order; never by likeness: what is only
alike is suggested. A row may speak of several polygons (an RT in parts), a polygon of one row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from petakumuh.findings import Finding
from petakumuh.model import Tolerance
from petakumuh.text.codes import match_key, rt_rw

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from petakumuh.model import Decree, Role

    _Row = Mapping[Any, Any]

__all__ = ["PAIRS", "Written", "classes", "filed", "matched", "totals"]

PAIRS = (
    "sumber",
    "keadaan",
    "baris_id",
    "kumuh_id",
    "kelurahan",
    "sebutan",
    "luas_tertulis_ha",
    "luas_geometri_ha",
    "luas_geometri_geodesik_ha",
    "selisih_ha",
    "saran",
)
"""Columns of the table of pairs."""
_ALIKE = 85.0
"""From where on a name is worth suggesting, of 100."""
_REPEATED = re.compile(r"#\d+$")
"""What reading puts after an id that a file gives to several rows."""


@dataclass(frozen=True)
class Written:
    """A table that speaks of slums.

    Attributes
    ----------
    role
        Which table it is: the scored units (``baseline``), or the ``lampiran`` of a decree.
    rows
        ``baris_id, nama, kelurahan, kode_kelurahan, kecamatan, rtrw, luas_ha``; text empty where nothing is said.
    column
        Which attribute of the slums its hectares are: ``luas_sk_ha``, ``luas_verifikasi_ha``.
    file
        Its name.
    alias
        A row as the table calls it -> the id of its polygon.
    tolerance_ha
        From where on a difference between table and map is a finding.
    """

    role: Role
    rows: DataFrame
    column: str
    file: str = ""
    alias: Mapping[str, str] = field(default_factory=dict)
    tolerance_ha: float = Tolerance().attribute_ha


def filed(
    kumuh: GeoDataFrame, kelurahan: DataFrame, grounds: DataFrame, tables: Iterable[Written]
) -> tuple[GeoDataFrame, DataFrame, list[Finding]]:
    """File what tables write of the slums with the slums.

    Parameters
    ----------
    kumuh, kelurahan
        Checked slums, one row each, and the boundaries.
    grounds
        Hectares of each slum by its own geometry: ``kumuh_id, luas_ha, luas_geodesik_ha``.
    tables
        What speaks of them.

    Returns
    -------
        The slums with the hectares of the tables as attributes, in the place of those that the map writes, which
        would add up with them to a figure of no document (of a row with several polygons the first has them all);
        the table of pairs (`PAIRS`); and findings: rows without a polygon, polygons without a row, hectares that
        map and table do not write alike.
    """
    slums, pairs, found = kumuh.copy(), [pd.DataFrame(columns=list(PAIRS))], []
    for one in tables:
        table, findings = matched(slums, kelurahan, one)
        table = _measured(table, grounds, one)
        pairs.append(table)
        found += findings + _beyond(table, one)
        before = slums.set_index("kumuh_id")[one.column]
        told = table[table["keadaan"] == "cocok"]
        area = told["luas_tertulis_ha"].mask(told["baris_id"].duplicated())
        said = pd.Series(area.to_numpy(dtype=float), index=told["kumuh_id"])
        found += _contradicted(before, said, one)
        slums[one.column] = slums["kumuh_id"].map(said).astype(float)
    return slums, pd.concat([one for one in pairs if len(one)] or pairs, ignore_index=True), found


def totals(
    pairs: DataFrame, total: DataFrame, *, decree: Decree | None, units: DataFrame | None
) -> tuple[DataFrame, list[Finding]]:
    """Lay the hectares of the whole side by side: by decree, by its annex, by verification, and as delineated.

    Parameters
    ----------
    pairs, total
        From `filed`; the table ``total`` of the run.
    decree, units
        What the recipe says of the decree; the units that were scored. None without.

    Returns
    -------
        One row: ``luas_sk_ha, luas_lampiran_ha, luas_verifikasi_ha, luas_delineasi_ha``, NaN where nothing says
        it; and a finding where the decree's total is not that of its annex, or of the slums.
    """
    annex = pairs[(pairs["sumber"] == "lampiran") & (pairs["baris_id"] != "") & ~pairs["baris_id"].duplicated()]
    written = None if decree is None else decree.luas_ha
    said = {
        "luas_sk_ha": np.nan if written is None else written,
        "luas_lampiran_ha": float(annex["luas_tertulis_ha"].sum()) if len(annex) else np.nan,
        "luas_verifikasi_ha": np.nan if units is None else float(units["luas_verifikasi_ha"].sum()),
        "luas_delineasi_ha": float(total["luas_delineasi_ha"].iloc[0]),
    }
    found = []
    if decree is not None and written is not None:
        least = Tolerance().attribute_ha if decree.toleransi_ha is None else decree.toleransi_ha
        for rule, name in (("sk_total_lampiran", "luas_lampiran_ha"), ("sk_total_delineasi", "luas_delineasi_ha")):
            apart = abs(said[name] - written)
            if apart > least:  # never so where there is no annex
                values = {"nomor": decree.nomor or "–", "sk_ha": written, "jumlah_ha": said[name]}
                found.append(Finding(rule, "peringatan", "kumuh", area_ha=apart, values=values))
    return pd.DataFrame([said]), found


def matched(kumuh: DataFrame, kelurahan: DataFrame, table: Written) -> tuple[DataFrame, list[Finding]]:
    """Match the rows of a table with the slums.

    Returns
    -------
        One row per pair, per row without a polygon and per polygon without a row; and a finding for each of the
        latter two.

    Examples
    --------
    >>> slums = pd.DataFrame({"kumuh_id": ["A-RT1"], "nama": [""], "kelurahan": ["Kulon"], "disebut_id": ["1"]})
    >>> towns = pd.DataFrame({"kelurahan_id": ["1"], "nama": ["Kulon"], "kecamatan": ["Barat"]})
    >>> row = dict.fromkeys(["nama", "kode_kelurahan", "kecamatan"], "")
    >>> row |= {"baris_id": "7", "kelurahan": "KULON", "rtrw": "RT 1/RW 2", "luas_ha": 1.0}
    >>> slums["kumuh_id"] = "RT001-RW002"
    >>> pairs, _ = matched(slums, towns, Written("baseline", pd.DataFrame([row]), "luas_verifikasi_ha"))
    >>> pairs[["keadaan", "baris_id", "kumuh_id"]].to_numpy().tolist()
    [['cocok', '7', 'RT001-RW002']]
    """
    of_key: dict[str, list[str]] = {}
    for row in kumuh.to_dict("records"):
        for key in _slum_keys(row):
            of_key.setdefault(key, []).append(row["kumuh_id"])
    alias, strange = _known_aliases(table, of_key)
    villages = _villages(kelurahan)
    owner: dict[str, str] = {}
    rows, twice = [], []
    for row in table.rows.to_dict("records"):
        hits = next((of_key[key] for key in _row_keys(row, villages, alias) if key in of_key), [])
        free = [one for one in hits if one not in owner]
        twice += [(row["baris_id"], one, owner[one]) for one in hits if one in owner]
        owner |= dict.fromkeys(free, row["baris_id"])
        rows += [_pair(table, row, "cocok", one) for one in free] or [_pair(table, row, "tanpa_poligon", "")]
    alone = kumuh[~kumuh["kumuh_id"].isin(list(owner))]
    rows += [
        dict.fromkeys(PAIRS, "")
        | {"sumber": table.role, "keadaan": "tanpa_baris", "luas_tertulis_ha": np.nan}
        | {"kumuh_id": one["kumuh_id"], "kelurahan": one["kelurahan"], "sebutan": _label(one)}
        for one in alone.to_dict("records")
    ]
    pairs = pd.DataFrame(rows, columns=list(PAIRS))
    pairs["saran"] = _suggestions(pairs)
    return pairs, [*strange, *_left(pairs, table), *(_claimed_by_two(one, table) for one in twice)]


def _known_aliases(table: Written, of_key: Mapping[str, list[str]]) -> tuple[dict[str, str], list[Finding]]:
    """Keep the aliases that lead from a row to a polygon; name those that lead from or to nothing."""
    rows = {*table.rows["baris_id"], *(_label(row) for row in table.rows.to_dict("records"))}
    good = {one: to for one, to in table.alias.items() if one in rows and f"id:{match_key(to)}" in of_key}
    return good, [
        Finding("alias_tak_dikenal", "peringatan", table.role, table.file, values={"tertulis": one, "resmi": to})
        for one, to in table.alias.items()
        if one not in good
    ]


def classes(kumuh: DataFrame, pairs: DataFrame, first: Mapping[str, str]) -> list[Finding]:
    """Say where the map writes another class of a slum than its unit has by score in the base year.

    Parameters
    ----------
    kumuh, pairs
        Slums with what the map writes as ``tingkat``; the table of pairs.
    first
        Unit -> name of its class; units without a score are not in it.

    Examples
    --------
    >>> slums = pd.DataFrame({"kumuh_id": ["A", "B"], "tingkat": ["KUMUH RINGAN", "berat"], "berkas": "sk.shp"})
    >>> table = pd.DataFrame({"kumuh_id": ["A", "B"], "baris_id": ["1", "2"], "sumber": "baseline"})
    >>> [one.ids for one in classes(slums, table, {"1": "Kumuh Ringan", "2": "Kumuh Sedang"})]
    [('B',)]
    """
    units = pairs[(pairs["sumber"] == "baseline") & (pairs["kumuh_id"] != "")]
    unit_of = dict(zip(units["kumuh_id"], units["baris_id"], strict=True))
    return [
        Finding(
            "tingkat_peta_berbeda",
            "peringatan",
            "kumuh",
            row["berkas"],
            (row["kumuh_id"],),
            values={"peta": row["tingkat"], "unit": unit_of[row["kumuh_id"]], "skor": name},
        )
        for row in kumuh[["kumuh_id", "tingkat", "berkas"]].to_dict("records")
        if row["tingkat"] and (name := first.get(unit_of.get(row["kumuh_id"], "")))
        if match_key(row["tingkat"]) not in _ways(name)
    ]


def _ways(name: str) -> set[str]:
    """List how a class may be written: ``Kumuh Ringan``, ``ringan``, ``KR``."""
    initials = "".join(word[0] for word in name.split())
    return {match_key(name), match_key(name).removeprefix("kumuh"), match_key(initials)}


def _slum_keys(row: _Row) -> list[str]:
    """List what a slum may be called by: its id, and its RT/RW or name within its kelurahan."""
    own = _REPEATED.sub("", row["kumuh_id"])
    units = {rt_rw(own), rt_rw(row["nama"]), match_key(row["nama"])} - {""}
    places = {row["disebut_id"], match_key(row["kelurahan"])} - {""}
    return [f"id:{match_key(own)}", *(f"{place}/{unit}" for place, unit in product(sorted(places), sorted(units)))]


def _row_keys(row: _Row, villages: Mapping[str, set[str]], alias: Mapping[str, str]) -> list[str]:
    """List the keys that a row of a table is looked for by, the surest first."""
    label = _label(row)
    named = alias.get(row["baris_id"]) or alias.get(label)
    if named:
        return [f"id:{match_key(named)}"]
    place = match_key(row["kelurahan"])
    within = villages.get(f"{match_key(row['kecamatan'])}/{place}") or villages.get(place) or set()
    places = [one for one in (row["kode_kelurahan"], *sorted(within), place) if one]
    units = [one for one in (rt_rw(row["rtrw"]), rt_rw(row["nama"]), match_key(row["nama"])) if one]
    return [f"id:{match_key(row['baris_id'])}", *(f"{one}/{unit}" for unit in units for one in places)]


def _villages(kelurahan: DataFrame) -> dict[str, set[str]]:
    """Give the ids of each name of a kelurahan, alone and with its kecamatan before it."""
    known: dict[str, set[str]] = {}
    for row in kelurahan.to_dict("records"):
        name = match_key(row["nama"])
        for key in (name, f"{match_key(row['kecamatan'])}/{name}"):
            known.setdefault(key, set()).add(row["kelurahan_id"])
    return known


def _label(row: _Row) -> str:
    """Say what people call a row: kelurahan, and RT/RW or name."""
    own = rt_rw(row.get("rtrw", "")) or rt_rw(row.get("kumuh_id", "")) or row["nama"] or row.get("kumuh_id", "")
    return " ".join(one for one in (row["kelurahan"], own) if one)


def _pair(table: Written, row: _Row, state: str, kumuh_id: str) -> dict[str, Any]:
    return dict.fromkeys(PAIRS, "") | {
        "sumber": table.role,
        "keadaan": state,
        "baris_id": row["baris_id"],
        "kumuh_id": kumuh_id,
        "kelurahan": row["kelurahan"],
        "sebutan": _label(row),
        "luas_tertulis_ha": row["luas_ha"],
    }


def _suggestions(pairs: DataFrame) -> list[str]:
    """Suggest to each row and polygon left alone the one on the other side that is called most like it."""
    sides = {state: pairs.loc[pairs["keadaan"] == state, "sebutan"] for state in ("tanpa_poligon", "tanpa_baris")}
    told = dict.fromkeys(pairs.index, "")
    for here, there in (("tanpa_poligon", "tanpa_baris"), ("tanpa_baris", "tanpa_poligon")):
        choices = sides[there].to_dict()
        for at, label in sides[here].items():
            best = process.extractOne(label, choices, scorer=fuzz.ratio, processor=match_key, score_cutoff=_ALIKE)
            told[at] = "" if best is None else str(best[0])
    return list(told.values())


def _left(pairs: DataFrame, table: Written) -> list[Finding]:
    rules: dict[str, tuple[str, Role, str]] = {
        "tanpa_poligon": ("unit_tanpa_poligon", table.role, "baris_id"),
        "tanpa_baris": ("poligon_tanpa_unit", "kumuh", "kumuh_id"),
    }
    return [
        Finding(
            rule,
            "peringatan",
            role,
            table.file,
            (row[column],),
            values={"sebutan": row["sebutan"], "saran": row["saran"] or "–"},
        )
        for state, (rule, role, column) in rules.items()
        for row in pairs[pairs["keadaan"] == state].to_dict("records")
    ]


def _claimed_by_two(claim: tuple[str, str, str], table: Written) -> Finding:
    row, slum, owner = claim
    values = {"kumuh_id": slum, "pemilik": owner}
    return Finding("poligon_dua_baris", "galat", table.role, table.file, (row,), values=values)


def _measured(pairs: DataFrame, grounds: DataFrame, table: Written) -> DataFrame:
    """Hold the hectares of a row against those of all its polygons, planar and geodesic."""
    summed = grounds.groupby("kumuh_id")[["luas_ha", "luas_geodesik_ha"]].sum()
    there = pairs["kumuh_id"] != ""
    unit = pairs["baris_id"].where(pairs["baris_id"] != "", pairs["kumuh_id"])
    for column, ours in (("luas_ha", "luas_geometri_ha"), ("luas_geodesik_ha", "luas_geometri_geodesik_ha")):
        own = pairs["kumuh_id"].map(summed[column]).astype(float)
        pairs[ours] = own.groupby(unit).transform("sum").where(there)
    pairs["luas_tertulis_ha"] = pairs["luas_tertulis_ha"].astype(float)
    return pairs.assign(selisih_ha=pairs["luas_geometri_ha"] - pairs["luas_tertulis_ha"], sumber=table.role)


def _beyond(pairs: DataFrame, table: Written) -> list[Finding]:
    """Say of which rows the polygons are larger or smaller than written."""
    once = pairs[(pairs["keadaan"] == "cocok") & ~pairs["baris_id"].duplicated()]
    apart = once[once["selisih_ha"].abs() > table.tolerance_ha]
    return [
        Finding(
            "luas_tertulis_berbeda",
            "peringatan",
            table.role,
            table.file,
            (row["baris_id"],),
            abs(row["selisih_ha"]),
            values={
                "sebutan": row["sebutan"],
                "tertulis_ha": row["luas_tertulis_ha"],
                "geometri_ha": row["luas_geometri_ha"],
            },
        )
        for row in apart.to_dict("records")
    ]


def _contradicted(before: pd.Series[float], said: pd.Series[float], table: Written) -> list[Finding]:
    """Say where map and table write other hectares of the same slum."""
    both = pd.DataFrame({"peta": before, "tabel": said}).dropna()
    apart = both[(both["peta"] - both["tabel"]).abs() > table.tolerance_ha]
    return [
        Finding(
            "luas_peta_tabel_berbeda",
            "peringatan",
            table.role,
            table.file,
            (str(kumuh_id),),
            abs(row["peta"] - row["tabel"]),
            values={"kolom": table.column, "peta_ha": row["peta"], "tabel_ha": row["tabel"]},
        )
        for kumuh_id, row in both.loc[apart.index].to_dict("index").items()
    ]
