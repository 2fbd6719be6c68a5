"""Every account of two decrees compared is a sum over the same parts. No geometry here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from petakumuh.compare.units import CLASSES, keyed, matched, of_units
from petakumuh.errors import ConservationError
from petakumuh.findings import Finding
from petakumuh.model import COMPARED_AREAS, COMPARED_KINDS, EMPTY, NONE, OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pandas import DataFrame, Series

__all__ = ["remarks", "tables"]


def tables(parts: DataFrame, lama: DataFrame, baru: DataFrame, kelurahan: DataFrame) -> dict[str, DataFrame]:
    """Keep every account of two decrees compared.

    Parameters
    ----------
    parts
        As `compare` gives them.
    lama, baru
        Units of the old and the new decree, as `units` gives them.
    kelurahan
        Attributes of the checked boundaries.

    Returns
    -------
        ``total``, ``kelurahan`` and ``unit`` with the columns of `COMPARED_AREAS`, and ``tingkat`` (hectares and
        number of units by class in the old and in the new decree; empty where no unit has a class). Rows of
        each sum to the total. In ``unit`` each unit stands in one row, with its like in the other decree;
        ``keadaan`` says how they are alike: sama, ganti_kunci, tanah_lain (same key, no common ground),
        hilang, baru. Ground in both decrees that has passed from one unit to another has its own row, pindah.

    Raises
    ------
    ConservationError
        When a row or a sum of rows does not close.
    """
    home = matched(parts, lama, baru)
    found = {
        "total": _areas(parts, [pd.Series("", index=parts.index)]).reset_index(drop=True),
        "kelurahan": _by_kelurahan(parts, kelurahan),
        "unit": _by_unit(parts, home, lama, baru),
    }
    found["tingkat"] = _by_class(parts, home, lama, baru)
    _require_laws(found, parts)
    return found


def _areas(parts: DataFrame, keys: list[Series[str]]) -> DataFrame:
    """Sum parts up by keys, planar and geodesic."""
    columns: dict[str, Series[float]] = {}
    for ending, column in (("ha", "luas_ha"), ("geodesik_ha", "luas_geodesik_ha")):
        wide = pd.DataFrame(
            {kind: parts[column].where(parts["jenis"] == kind, 0.0).groupby(keys).sum() for kind in COMPARED_KINDS}
        )
        columns |= {f"{kind}_{ending}": wide[kind] for kind in COMPARED_KINDS}
        columns[f"sk_lama_{ending}"] = wide["dilepas"] + wide["tetap"]
        columns[f"sk_baru_{ending}"] = wide["tetap"] + wide["baru"]
    return pd.DataFrame(columns)[list(COMPARED_AREAS)]


def _by_kelurahan(parts: DataFrame, kelurahan: DataFrame) -> DataFrame:
    names = ["nama", "kecamatan", "kabupaten_kota", "provinsi"]
    places = pd.DataFrame(kelurahan[["kelurahan_id", *names]]).drop_duplicates("kelurahan_id")
    table = _areas(parts, [parts["kelurahan_id"]]).rename_axis("kelurahan_id").reset_index()
    table = places.merge(table, on="kelurahan_id", how="right").fillna(dict.fromkeys(names, ""))
    table.loc[table["kelurahan_id"] == OUTSIDE, "nama"] = "(di luar kelurahan)"
    order = table["kelurahan_id"].where(table["kelurahan_id"] != OUTSIDE, "~")
    return (
        table.loc[order.sort_values(kind="stable").index]
        .rename(columns={"kelurahan_id": "kode"})
        .reset_index(drop=True)
    )


def _by_unit(parts: DataFrame, home: Mapping[str, str], lama: DataFrame, baru: DataFrame) -> DataFrame:
    back = {other: one for one, other in home.items()}
    old, new = keyed(parts, lama, baru)
    gone, come = parts["jenis"] == "dilepas", parts["jenis"] == "baru"
    left = old.where(~come, of_units(new, pd.Series(back, dtype=str), ""))
    right = new.where(~gone, of_units(old, pd.Series(home, dtype=str), ""))
    every = [(one, home.get(one, "")) for one in lama["kunci"].unique()]
    every += [("", one) for one in baru["kunci"].unique() if one not in back]
    areas = _areas(parts, [left.rename("lama"), right.rename("baru")])
    rows = list(dict.fromkeys([*every, *areas.index]))
    areas = areas.reindex(pd.MultiIndex.from_tuples(rows), fill_value=0.0)
    told = [
        {"keadaan": _state(one, other, home, common)}
        | _told(lama[lama["kunci"] == one], "lama")
        | _told(baru[baru["kunci"] == other], "baru")
        for (one, other), common in zip(rows, areas["tetap_ha"], strict=True)
    ]
    table = pd.DataFrame(told).join(areas.reset_index(drop=True))
    first = table["kelurahan_lama"].where(table["unit_lama"] != "", table["kelurahan_baru"])
    unit = table["unit_lama"].where(table["unit_lama"] != "", table["unit_baru"])
    table = table.assign(_first=first, _unit=unit).sort_values(
        ["_first", "_unit", "keadaan", "id_baru"], kind="stable"
    )
    return table.drop(columns=["_first", "_unit"]).reset_index(drop=True)


def _told(rows: DataFrame, which: str) -> dict[str, str]:
    """Say of one unit of a decree what it is called there; nothing where the decree does not have it."""
    said: dict[str, Iterable[str]] = {
        "unit": rows["nama_unit"].iloc[:1],
        "kelurahan": rows["kelurahan_id"].iloc[:1],
        "id": rows.index,
        "tingkat": rows["tingkat"].unique(),
    }
    return {f"{name}_{which}": " + ".join(values) for name, values in said.items()}


def _state(one: str, other: str, home: Mapping[str, str], common_ha: float) -> str:
    if not one or not other:
        return "hilang" if one else "baru"
    if home.get(one) != other:
        return "pindah"
    if one != other:
        return "ganti_kunci"
    return "sama" if common_ha > 0 else "tanah_lain"


def _by_class(parts: DataFrame, home: Mapping[str, str], lama: DataFrame, baru: DataFrame) -> DataFrame:
    """Lay out how ground and units went from class to class; ground that is in one decree only has `NONE`."""
    names = ["tingkat_lama", "tingkat_baru"]
    columns = [*names, "luas_ha", "luas_geodesik_ha", "jumlah_unit"]
    if {*lama["tingkat"], *baru["tingkat"]} == {EMPTY}:
        return pd.DataFrame(columns=columns)
    keys = [
        of_units(parts[f"{which}_id"], rows["tingkat"], NONE) for which, rows in (("lama", lama), ("baru", baru))
    ]
    hectares = parts[["luas_ha", "luas_geodesik_ha"]].groupby(keys).sum().rename_axis(names)
    of_old, of_new = (
        rows.groupby("kunci")["tingkat"].agg(lambda said: " + ".join(said.unique())) for rows in (lama, baru)
    )
    pairs = [(of_old[one], of_new[home[one]] if one in home else NONE) for one in of_old.index]
    pairs += [(NONE, of_new[one]) for one in of_new.index if one not in home.values()]
    counted = pd.DataFrame(pairs, columns=names).value_counts().rename("jumlah_unit")
    table = hectares.join(counted, how="outer").fillna(0).reset_index().astype({"jumlah_unit": int})
    order = {name: at for at, name in enumerate([NONE, *CLASSES])}
    return table.sort_values(names, key=lambda said: said.map(order).fillna(len(order)), kind="stable")[
        columns
    ].reset_index(drop=True)


def _joined(said: Series[str]) -> str:
    return " + ".join(said.unique())


def _require_laws(found: Mapping[str, DataFrame], parts: DataFrame) -> None:
    """Stop when a row does not close, or rows do not sum to the total."""
    total = found["total"].iloc[0]
    for name in ("total", "kelurahan", "unit"):
        for ending in ("ha", "geodesik_ha"):
            for row in found[name].to_dict("records"):
                at = str(row.get("nama", row.get("id_lama", "")))
                kept = row[f"tetap_{ending}"]
                _require(kept + row[f"dilepas_{ending}"], row[f"sk_lama_{ending}"], name, at)
                _require(kept + row[f"baru_{ending}"], row[f"sk_baru_{ending}"], name, at)
        for column in COMPARED_AREAS:
            _require(float(found[name][column].sum()), float(total[column]), name, column)
    if len(found["tingkat"]):
        _require(float(found["tingkat"]["luas_ha"].sum()), float(parts["luas_ha"].sum()), "tingkat", "luas_ha")


def _require(parts: float, whole: float, table: str, row: str) -> None:
    if abs(parts - whole) > 1e-9 * abs(whole) + 1e-12:
        raise ConservationError(
            "tabel_tidak_tertutup", tabel=table, baris=row, bagian=f"{parts:.12g}", utuh=f"{whole:.12g}"
        )


def remarks(parts: DataFrame, unit: DataFrame) -> list[Finding]:
    """Say what a reader of the tables should know: kelurahan that changed, keys that moved, nothing changed."""
    found = []
    moved = parts[(parts["jenis"] == "tetap") & (parts["kelurahan_id"] != parts["kelurahan_baru_id"])]
    if len(moved):
        ids = tuple(sorted({*moved["lama_id"], *moved["baru_id"]}))
        found.append(
            Finding(
                "banding_kelurahan_lain", "catatan", "kumuh", ids=ids[:4], area_ha=float(moved["luas_ha"].sum())
            )
        )
    found += [
        Finding("banding_tanah_lain", "peringatan", "kumuh", ids=(row["id_lama"], row["id_baru"]))
        for row in unit[unit["keadaan"] == "tanah_lain"].to_dict("records")
    ]
    if set(parts["jenis"]) == {"tetap"}:
        found.append(Finding("banding_tanpa_perubahan", "peringatan", "kumuh"))
    return found
