"""From a file's columns to ours: which column is which, ids and codes as text, nothing dropped."""

from __future__ import annotations

import math
from itertools import count
from numbers import Number
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from petakumuh.catalog import column_names
from petakumuh.errors import RecipeError
from petakumuh.findings import Finding
from petakumuh.model import EMPTY, Attribute, PenangananSource, Region, Role, Source
from petakumuh.text.codes import as_text, kemendagri, match_key, quantities

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame

__all__ = ["named"]

_ATTRIBUTES = ("sektor", "tahun", "status", "opd", "sumber_dana")
_CODE_DOTS = 3
_QUANTITIES = {"kumuh": ("luas_sk_ha", "luas_verifikasi_ha"), "kelurahan": (), "penanganan": ("biaya",)}


def named(
    rows: GeoDataFrame, source: Source, role: Role, file: str, region: Region
) -> tuple[GeoDataFrame, list[Finding]]:
    """Give a layer our column names.

    Parameters
    ----------
    rows
        A layer as it stands, with ``lapisan``, ``baris`` and ``masalah``.
    source
        What the recipe says of its columns; that comes before the names the catalog knows.
    role
        Which of our layers it becomes.
    file
        Its name, for what is found.
    region
        Names of provinsi and kabupaten/kota where the boundaries do not say them.

    Returns
    -------
        Same rows in the same order, and what was found. Texts that are missing are empty here; quantities
        that cannot be read are NaN, each with a finding.

    Raises
    ------
    RecipeError
        When the recipe names a column that the file does not have.
    """
    layer = rows[["geometry", "lapisan", "baris", "masalah"]].copy()
    layer["berkas"] = file
    findings: list[Finding] = []
    for name in column_names(role):
        if name == "id":
            continue
        values = _values(rows, source, role, name, file)
        if name in _QUANTITIES[role]:
            layer[name], unread = _numbers(values, len(rows))
            layer[name] = layer[name].astype(float)
            findings += [
                Finding(
                    "angka_tak_terbaca",
                    "galat",
                    role,
                    file,
                    (str(rows["baris"].iloc[at]),),
                    values={"kolom": name, "nilai": as_text(values[at] if values is not None else None)},
                )
                for at in unread
            ]
        else:
            layer[name] = [as_text(value) for value in values] if values is not None else ""
    if role == "kelurahan":
        return _kelurahan(layer, region), findings
    ids, found = _ids(rows, layer, source, role, file)
    layer.insert(0, f"{role}_id", ids)
    if role == "kumuh" and layer["luas_sk_ha"].isna().all():
        found.append(Finding("luas_sk_tidak_ada", "catatan", role, file))
    if role == "penanganan":
        found += _unsaid(layer, file)
        for name, size in zip(("lebar_m", "radius_m"), _sizes(source), strict=True):
            layer[name] = np.full(len(layer), np.nan if size is None else size)
    return layer, findings + found


def _column(rows: GeoDataFrame, wanted: Iterable[str]) -> str | None:
    """Find the first of the wanted names among a file's columns; case, spaces and punctuation do not count."""
    ours = {"geometry", "lapisan", "baris", "masalah"}
    there = {match_key(str(name)): str(name) for name in reversed(list(rows.columns)) if name not in ours}
    return next((there[match_key(name)] for name in wanted if match_key(name) in there), None)


def _stated(rows: GeoDataFrame, name: str, key: str, role: Role, file: str) -> str:
    found = name if name in rows.columns else _column(rows, [name])
    if found is None:
        there = ", ".join(str(one) for one in rows.columns if one not in {"geometry", "baris", "masalah"})
        raise RecipeError("kolom_tidak_ada", tabel=role, kunci=key, kolom=name, file=file, ada=there)
    return found


def _values(rows: GeoDataFrame, source: Source, role: Role, name: str, file: str) -> list[Any] | None:
    """Give the values of one of our columns: as the recipe says, else by the catalog, else None."""
    said = getattr(source, name, None) if isinstance(source, PenangananSource) else None
    if isinstance(said, Attribute) and said.nilai is not None:
        return [said.nilai] * len(rows)
    stated = said.kolom if isinstance(said, Attribute) and said.kolom else source.kolom.get(name)
    if stated is not None:
        columns = [stated] if isinstance(stated, str) else list(stated)
        found = [_stated(rows, one, name, role, file) for one in columns]
        if len(found) == 1:
            return list(rows[found[0]])
        return [
            "-".join(as_text(value) for value in values)
            for values in zip(*(rows[one] for one in found), strict=True)
        ]
    found_by_name = _column(rows, column_names(role)[name])
    return None if found_by_name is None else list(rows[found_by_name])


def _numbers(values: list[Any] | None, length: int) -> tuple[list[float | None], list[int]]:
    if values is None:
        return [None] * length, []
    texts = [as_text(value) for value in values]
    read = quantities(
        ["" if isinstance(value, Number) else text for value, text in zip(values, texts, strict=True)]
    )
    numbers = [
        _finite(value) if isinstance(value, Number) else got for value, got in zip(values, read, strict=True)
    ]
    return numbers, [at for at, text in enumerate(texts) if text and numbers[at] is None]


def _finite(value: Any) -> float | None:
    """Give a number as a finite float; None where it is none."""
    try:
        return float(value) if math.isfinite(value) else None
    except (OverflowError, TypeError):
        return None


def _ids(
    rows: GeoDataFrame, layer: GeoDataFrame, source: Source, role: Role, file: str
) -> tuple[list[str], list[Finding]]:
    """Give each row an id: the column that tells rows apart, with the kelurahan before it where it must."""
    within = list(layer["kelurahan"]) if role == "kumuh" else [""] * len(layer)
    if "id" in source.kolom:
        ids = [as_text(value) for value in _values(rows, source, role, "id", file) or []]
    else:
        ids = _best_ids(rows, layer, role, within)
    findings: list[Finding] = []
    missing = [at for at, one in enumerate(ids) if not one]
    if missing:
        for at in missing:
            ids[at] = f"{Path(file).stem if not file.startswith('(') else role}-{layer['baris'].iloc[at]}"
        findings.append(Finding("id_kosong", "catatan", role, file, values={"jumlah": len(missing)}))
    if len(set(ids)) < len(ids) and any(within):
        ids = [f"{place}/{one}" if place else one for place, one in zip(within, ids, strict=True)]
    return _told_apart(ids, role, file, findings)


def _best_ids(rows: GeoDataFrame, layer: GeoDataFrame, role: Role, within: list[str]) -> list[str]:
    """Take the first column known for ids that tells the rows apart, inside their kelurahan at least."""
    there = {match_key(str(name)): str(name) for name in rows.columns}
    candidates = [there[match_key(name)] for name in column_names(role)["id"] if match_key(name) in there]
    for name in candidates:
        ids = [as_text(value) for value in rows[name]]
        pairs = list(zip(within, ids, strict=True))
        if len({pair for pair in pairs if pair[1]}) >= 0.9 * len(ids):
            return ids
    names = list(layer["nama"])
    return names if all(names) and len(set(names)) == len(names) else [""] * len(rows)


def _told_apart(ids: list[str], role: Role, file: str, findings: list[Finding]) -> tuple[list[str], list[Finding]]:
    seen: dict[str, int] = {}
    taken = set(ids)
    apart: list[str] = []
    for one in ids:
        seen[one] = seen.get(one, 0) + 1
        free = (f"{one}#{number}" for number in count(seen[one]) if f"{one}#{number}" not in taken)
        apart.append(one if seen[one] == 1 else next(free))
        taken.add(apart[-1])
    findings += [
        Finding("id_ganda", "peringatan", role, file, (one,), values={"jumlah": times})
        for one, times in seen.items()
        if times > 1
    ]
    return apart, findings


def _kelurahan(layer: GeoDataFrame, region: Region) -> GeoDataFrame:
    """Give kelurahan their codes, and where a row has none its names from wide to narrow as id."""
    for name, said in (("provinsi", region.provinsi), ("kabupaten_kota", region.kabupaten_kota)):
        layer[name] = layer[name].where(layer[name] != "", said or "")
    codes = [kemendagri(code) for code in layer["kode"]]
    official = [code.count(".") == _CODE_DOTS for code in codes]
    wide = [name for name in ("provinsi", "kabupaten_kota") if layer[name].map(match_key).nunique() > 1]
    for depth, level in enumerate(("provinsi", "kabupaten_kota", "kecamatan", "kelurahan"), start=1):
        own = "nama" if level == "kelurahan" else level
        path = [*(name for name in wide if name != own), *(["kecamatan"] if own == "nama" else []), own]
        spoken = ["/".join(part for part in parts if part) for parts in layer[path].to_numpy()]
        coded = [
            ".".join(code.split(".")[:depth]) if known else "" for code, known in zip(codes, official, strict=True)
        ]
        if own == "nama":
            blank = [f"{EMPTY} {row}" for row in layer["baris"]]
            spoken = [
                name if own_name else no_name
                for name, own_name, no_name in zip(spoken, layer["nama"], blank, strict=True)
            ]
            layer["kelurahan_id"] = [
                code or text or name for code, text, name in zip(coded, codes, spoken, strict=True)
            ]
        else:
            layer[f"{level}_id"] = _one_id_a_name(coded, spoken)
    return layer.drop(columns="kode")


def _one_id_a_name(coded: list[str], spoken: list[str]) -> list[str]:
    """Give rows without a code the id of the rows that bear the same name, however it is spelled."""
    known: dict[str, str] = {}
    for code, name in sorted(zip(coded, spoken, strict=True), key=lambda pair: (not pair[0], pair)):
        known.setdefault(match_key(name), code or name or EMPTY)
    return [code or known[match_key(name)] for code, name in zip(coded, spoken, strict=True)]


def _sizes(source: Source) -> tuple[float | None, float | None]:
    return (source.lebar_m, source.radius_m) if isinstance(source, PenangananSource) else (None, None)


def _unsaid(layer: GeoDataFrame, file: str) -> list[Finding]:
    """Say which attributes a file of works does not give at all."""
    silent = [name for name in _ATTRIBUTES if not (layer[name] != "").any()]
    found = [Finding("status_tidak_ada", "peringatan", "penanganan", file)] if "status" in silent else []
    others = [name for name in silent if name != "status"]
    if others:
        values = {"kolom": ", ".join(others)}
        found.append(Finding("atribut_tidak_ada", "catatan", "penanganan", file, values=values))
    return found
