"""From a file's columns to ours: which column is which, ids and codes as text, nothing dropped."""

from __future__ import annotations

import math
from collections import Counter
from itertools import count
from numbers import Number
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from petakumuh.catalog import column_names
from petakumuh.catalog.kinds import sektor_of
from petakumuh.catalog.regulation import DENOMINATORS
from petakumuh.errors import RecipeError
from petakumuh.findings import Finding
from petakumuh.model import EMPTY, Attribute, PenangananSource, Region, Role, Source
from petakumuh.read.raw import KEPT
from petakumuh.read.schema import schema_of
from petakumuh.text.codes import as_text, bps, broken_codes, kemendagri, match_key, quantities, village_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geopandas import GeoDataFrame

    from petakumuh.catalog.schema import Schema

__all__ = ["named"]

_ATTRIBUTES = ("sektor", "tahun", "status", "opd", "sumber_dana")
_KINDS = ("kegiatan", "nama_kegiatan", "jenis_kegiatan")
_QUANTITIES = {
    "kumuh": ("luas_sk_ha", "luas_verifikasi_ha"),
    "kelurahan": ("luas_wilayah_ha",),
    "penanganan": ("biaya",),
    "baseline": DENOMINATORS,
    "investasi": ("volume", "biaya"),
}
_TABLES = ("baseline", "investasi")
"""Roles without a map: a column that such a file does not have is not made up."""


def named(
    rows: GeoDataFrame,
    source: Source,
    role: Role,
    file: str,
    region: Region,
    *,
    quantities: Sequence[str] = (),
) -> tuple[GeoDataFrame, list[Finding]]:
    """Give a layer our column names.

    Parameters
    ----------
    rows
        A layer as it stands, with ``lapisan``, ``baris`` and ``masalah``.
    source
        What the recipe says of its columns; that comes before the names of the file's schema, and those
        before the names that the catalog knows.
    role
        Which of our layers it becomes.
    file
        Its name, for what is found.
    region
        Names of provinsi and kabupaten/kota where the boundaries do not say them.
    quantities
        Columns of numbers that the file has under these names besides: the volumes of a baseline.

    Returns
    -------
        Same rows in the same order, and what was found. Texts that are missing are empty here; quantities
        that cannot be read are NaN, each with a finding.

    Raises
    ------
    RecipeError
        When the recipe names a column that the file does not have, or a schema that does not exist or fit.
    """
    layer = rows[["geometry", "lapisan", "baris", "masalah", "perbaikan"]].copy()
    layer["berkas"] = file
    schema, findings = schema_of([str(one) for one in rows.columns if one not in KEPT], source, role, file)
    names = _names(role, schema, source) | {one: [one, f"volume_{one}"] for one in quantities}
    for name in names:
        if name == "id":
            continue
        values = _values(rows, source, role, name, file, names=names)
        if values is None and role in _TABLES:
            continue
        if name in _QUANTITIES[role] or name in quantities:
            layer[name], unread = _numbers(values, len(rows))
            layer[name] = layer[name].astype(float)
            findings += [
                Finding(
                    "angka_tak_terbaca",
                    "peringatan" if name == "luas_wilayah_ha" else "galat",
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
        layer, found = _coded(layer, schema, file)
        return _kelurahan(layer, region), findings + found
    ids, found = _ids(rows, layer, source, role, file, names=names)
    layer.insert(0, f"{role}_id", ids)
    if role == "kumuh":
        found += _broken(list(layer["kode_kelurahan"]), layer, role, file)
        if layer["luas_sk_ha"].isna().all():
            found.append(Finding("luas_sk_tidak_ada", "catatan", role, file))
    if role == "penanganan":
        found += _unsaid(layer, file) + _sektor(rows, layer, file)
        for name, size in zip(("lebar_m", "radius_m"), _sizes(source), strict=True):
            layer[name] = np.full(len(layer), np.nan if size is None else size)
    return layer, findings + found


def _names(role: Role, schema: Schema | None, source: Source) -> dict[str, list[str]]:
    """List what each of our columns may be called: as the schema calls it, then as the catalog knows it."""
    names = {one: [*(schema.names(one) if schema else ()), *known] for one, known in column_names(role).items()}
    said = source.kolom.get("kode_bps")
    if isinstance(said, str):  # a column of codes of BPS is not one of Kemendagri besides
        names["kode"] = [one for one in names["kode"] if match_key(one) != match_key(said)]
    return names


def _column(rows: GeoDataFrame, wanted: Iterable[str]) -> str | None:
    """Find the first of the wanted names among a file's columns; case, spaces and punctuation do not count."""
    there = {match_key(str(name)): str(name) for name in reversed(list(rows.columns)) if name not in KEPT}
    return next((there[match_key(name)] for name in wanted if match_key(name) in there), None)


def _stated(rows: GeoDataFrame, name: str, key: str, role: Role, file: str) -> str:
    found = name if name in rows.columns else _column(rows, [name])
    if found is None:
        there = ", ".join(str(one) for one in rows.columns if one not in KEPT)
        raise RecipeError("kolom_tidak_ada", tabel=role, kunci=key, kolom=name, file=file, ada=there)
    return found


def _values(
    rows: GeoDataFrame, source: Source, role: Role, name: str, file: str, *, names: Mapping[str, Sequence[str]]
) -> list[Any] | None:
    """Give the values of one of our columns: as the recipe says, else by a name it goes by, else None."""
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
    found_by_name = _column(rows, names[name])
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
    rows: GeoDataFrame,
    layer: GeoDataFrame,
    source: Source,
    role: Role,
    file: str,
    *,
    names: Mapping[str, Sequence[str]],
) -> tuple[list[str], list[Finding]]:
    """Give each row an id: the column that tells rows apart, with the kelurahan before it where it must."""
    within = (
        list(layer["kelurahan"]) if role in ("kumuh", "baseline") and "kelurahan" in layer else [""] * len(layer)
    )
    findings: list[Finding] = []
    if "id" in source.kolom:
        ids = [as_text(value) for value in _values(rows, source, role, "id", file, names=names) or []]
    else:
        ids, passed_over = _best_ids(rows, layer, names["id"], within)
        findings += [Finding("id_tidak_dipakai", "catatan", role, file, values=one) for one in passed_over]
    missing = [at for at, one in enumerate(ids) if not one]
    if missing:
        for at in missing:
            ids[at] = f"{Path(file).stem if not file.startswith('(') else role}-{layer['baris'].iloc[at]}"
        findings.append(Finding("id_kosong", "catatan", role, file, values={"jumlah": len(missing)}))
    if len(set(ids)) < len(ids) and any(within):
        ids = [f"{place}/{one}" if place else one for place, one in zip(within, ids, strict=True)]
    return _told_apart(ids, role, file, findings)


def _best_ids(
    rows: GeoDataFrame, layer: GeoDataFrame, wanted: Sequence[str], within: list[str]
) -> tuple[list[str], list[dict[str, Any]]]:
    """Take the first column known for ids that tells the rows apart, inside their kelurahan at least.

    Returns
    -------
        The ids, and where no column does that, what is wrong with the first of them.
    """
    there = {match_key(str(name)): str(name) for name in rows.columns}
    candidates = [there[match_key(name)] for name in wanted if match_key(name) in there]
    passed_over: list[dict[str, Any]] = []
    for name in candidates:
        ids = [as_text(value) for value in rows[name]]
        said = [pair for pair in zip(within, ids, strict=True) if pair[1]]
        if len(set(said)) >= 0.9 * len(ids):
            return ids, []
        wrong = {"kolom": name, "ganda": len(said) - len(set(said)), "kosong": len(ids) - len(said)}
        passed_over += [wrong] if said else []
    spoken = list(layer["nama"]) if "nama" in layer else [""]
    by_name = all(spoken) and len(set(spoken)) == len(spoken)
    told = [one | {"pengganti": "nama" if by_name else "nomor baris"} for one in passed_over[:1]]
    return (spoken if by_name else [""] * len(rows)), told


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


def _broken(codes: list[str], layer: GeoDataFrame, role: Role, file: str) -> list[Finding]:
    """Name each row whose code has lost digits."""
    return [
        Finding(
            "kode_rusak", "peringatan", role, file, (str(layer["baris"].iloc[at]),), values={"nilai": codes[at]}
        )
        for at in broken_codes(codes)
    ]


def _coded(layer: GeoDataFrame, schema: Schema | None, file: str) -> tuple[GeoDataFrame, list[Finding]]:
    """Bring the codes of kelurahan to one form; codes of BPS stand apart, codes that lost digits are none."""
    stated = list(layer["kode_bps"])
    layer = layer.assign(kode_bps=[bps(code) or code for code in stated])
    findings = _broken(stated, layer, "kelurahan", file)
    if not any(stated):
        layer = layer.drop(columns="kode_bps")
    if layer["luas_wilayah_ha"].isna().all():
        layer = layer.drop(columns="luas_wilayah_ha")
    if schema is not None and schema.kode in ("gadm", "sendiri"):
        return layer, findings
    codes = list(layer["kode"])
    lost = set(broken_codes(codes))
    findings += _broken(codes, layer, "kelurahan", file)
    given = [code for code in codes if code]
    strange = sum(1 for code in given if bps(code) and kemendagri(code) == code)
    if 2 * strange > len(given):
        values = {"jumlah": strange, "semua": len(given)}
        findings.append(Finding("kode_mungkin_bps", "peringatan", "kelurahan", file, values=values))
    return layer.assign(kode=["" if at in lost else kemendagri(code) for at, code in enumerate(codes)]), findings


def _kelurahan(layer: GeoDataFrame, region: Region) -> GeoDataFrame:
    """Give kelurahan their codes, and where a row has none its names from wide to narrow as id."""
    for name, said in (("provinsi", region.provinsi), ("kabupaten_kota", region.kabupaten_kota)):
        layer[name] = layer[name].where(layer[name] != "", said or "")
    codes = list(layer["kode"])
    official = [bool(village_kind(code)) and kemendagri(code) == code for code in codes]
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


def _sektor(rows: GeoDataFrame, layer: GeoDataFrame, file: str) -> list[Finding]:
    """Say which sektor the kinds of work stand in, where a file does not; it is never filled in by itself."""
    if (layer["sektor"] != "").any():
        return []
    column = _column(rows, _KINDS)
    names = layer["nama"] if column is None else [as_text(value) for value in rows[column]]
    told = Counter(sektor for sektor in map(sektor_of, names) if sektor is not None)
    if not told:
        return []
    values = {"saran": ", ".join(f"{sektor} ({number})" for sektor, number in sorted(told.items()))}
    return [Finding("sektor_dari_kegiatan", "catatan", "penanganan", file, values=values)]
