"""From a file's columns to ours: which column is which, ids and codes as text, nothing dropped."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from numbers import Number
from typing import TYPE_CHECKING, Any

import numpy as np

from petakumuh.catalog import column_names
from petakumuh.catalog.kinds import sektor_of
from petakumuh.catalog.regulation import DENOMINATORS
from petakumuh.errors import RecipeError
from petakumuh.findings import Finding
from petakumuh.model import EMPTY, TABLES, Attribute, PenangananSource, Region, Role, Source
from petakumuh.read.ids import ids_of
from petakumuh.read.raw import KEPT
from petakumuh.read.schema import schema_of
from petakumuh.text.codes import as_text, bps, broken_codes, kemendagri, match_key, quantities, rt_rw, village_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geopandas import GeoDataFrame

    from petakumuh.catalog.schema import Schema

__all__ = ["named"]

_ATTRIBUTES = ("sektor", "tahun", "status", "opd", "sumber_dana")
_KINDS = ("kegiatan", "nama_kegiatan", "jenis_kegiatan")
_WRITTEN_BACK = "kotaku_rt"
"""The schema whose own values travel with the slums, to be written back (`petakumuh.present.kotaku`)."""
_QUANTITIES = {
    "kumuh": ("luas_sk_ha", "luas_verifikasi_ha"),
    "kelurahan": ("luas_wilayah_ha",),
    "penanganan": ("biaya",),
    "baseline": DENOMINATORS,
    "investasi": ("volume", "biaya"),
    "lampiran": ("luas_sk_ha",),
}
_MOST = 1e18
"""No hectares, metres, people or rupiah of a row are more; and sums of such numbers stay numbers."""
_RT, _RW = ("rt", "no_rt", "nomor_rt"), ("rw", "no_rw", "nomor_rw")
"""What columns are called that hold the number of the RT, or of the RW, alone."""
_CALLED = {"baseline": ("rtrw",), "investasi": ("rtrw", "rt"), "lampiran": ("rtrw",)}
"""Tables whose rows are called by RT and RW, and our columns for both together."""


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
        that cannot be read are NaN, each with a finding. Slums of the KOTAKU schema have ``asal`` besides: the
        values of its columns as they stand, as JSON.

    Raises
    ------
    RecipeError
        When the recipe names a column that the file does not have, or a schema that does not exist or fit.
    """
    layer = rows[list(KEPT)].copy()
    layer["berkas"] = file
    schema, findings = schema_of([str(one) for one in rows.columns if one not in KEPT], source, role, file)
    names = _names(role, schema, source) | {one: [one, f"volume_{one}"] for one in quantities}
    for name in [one for one in names if one != "id"]:
        values = _values(rows, source, role, name, file, names=names)
        if values is None and role in TABLES:  # a column that a table does not have is not made up
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
    layer = layer.assign(**_apart(rows, source, role, names))
    if role == "kelurahan":
        layer, found = _coded(layer, schema, file)
        return _kelurahan(layer, region), findings + found
    stated = _values(rows, source, role, "id", file, names={"id": ()})
    ids, own, found = ids_of(rows, layer, role, file, names=names["id"], stated=stated)
    layer.insert(0, f"{role}_id", ids)
    if role == "baseline":
        layer["id_berkas"] = own
    if role == "kumuh":
        layer = layer.assign(**_own(rows, schema))
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


def _their_names(rows: GeoDataFrame) -> dict[str, str]:
    """Give a file's own column names by how they fold; of two that fold alike the first."""
    return {match_key(str(name)): str(name) for name in reversed(list(rows.columns)) if name not in KEPT}


def _column(rows: GeoDataFrame, wanted: Iterable[str]) -> str | None:
    """Find the first of the wanted names among a file's columns; case, spaces and punctuation do not count."""
    there = _their_names(rows)
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
        if name in _CALLED.get(role, ()) and len(found) == 2:  # noqa: PLR2004 - an RT and an RW
            return _joined(rows[found[0]], rows[found[1]])
        return [
            "-".join(as_text(value) for value in values)
            for values in zip(*(rows[one] for one in found), strict=True)
        ]
    found_by_name = _column(rows, names[name])
    return None if found_by_name is None else list(rows[found_by_name])


def _apart(
    rows: GeoDataFrame, source: Source, role: Role, names: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Give RT and RW that stand in columns of their own as one text, under our names that no other column has.

    The number of an RT alone is kept beside the id that it may be, so that nobody takes it for more.
    """
    number, above = _column(rows, _RT), _column(rows, _RW)
    if number is None or above is None:
        bare = role == "investasi" and number is not None and _column(rows, names["rt"]) == number
        return {"rtrw": [as_text(one) for one in rows[number]]} if bare else {}
    ours = [
        name
        for name in _CALLED.get(role, ())
        if name not in source.kolom and _column(rows, names.get(name, ())) in (number, None)
    ]
    return dict.fromkeys(ours, _joined(rows[number], rows[above]))


def _joined(numbers: Iterable[Any], above: Iterable[Any]) -> list[str]:
    """Write numbers of RT and RW as `petakumuh.text.codes.rt_rw` does; what are none as they stand."""
    found = []
    for pair in zip(numbers, above, strict=True):
        rt, rw = (re.sub(r"^\D+|[.,]0+$", "", as_text(one)) for one in pair)
        found.append(rt_rw(f"RT {rt} RW {rw}") or "-".join(text for one in pair if (text := as_text(one))))
    return found


def _numbers(values: list[Any] | None, length: int) -> tuple[list[float | None], list[int]]:
    if values is None:
        return [None] * length, []
    texts = [as_text(value) for value in values]
    read = quantities(
        ["" if isinstance(value, Number) else text for value, text in zip(values, texts, strict=True)]
    )
    numbers = [
        _finite(value if isinstance(value, Number) else got) for value, got in zip(values, read, strict=True)
    ]
    return numbers, [at for at, text in enumerate(texts) if text and numbers[at] is None]


def _own(rows: GeoDataFrame, schema: Schema | None) -> dict[str, list[str]]:
    """Keep what a file writes in the columns of its schema, and in no others, as one text for each row."""
    if schema is None or schema.id != _WRITTEN_BACK:
        return {}
    there = _their_names(rows)
    known = {name: list(rows[there[match_key(name)]]) for name in schema.contoh if match_key(name) in there}
    texts = [
        json.dumps({name: _plain(value) for name, value in zip(known, values, strict=True)})
        for values in zip(*known.values(), strict=True)
    ]
    return {"asal": texts}


def _plain(value: Any) -> str | float | bool | None:
    """Give a cell as JSON can hold it: numbers as they are, all else as text, missing as None."""
    plain = value.item() if hasattr(value, "item") else value
    if plain is None or as_text(plain) == "":
        return None
    if isinstance(plain, int) or (isinstance(plain, float) and math.isfinite(plain)):
        return plain
    return str(plain).encode("utf-8", "replace").decode()


def _finite(value: Any) -> float | None:
    """Give a number as a float; None where it is none, or none that a table can hold."""
    try:
        return float(value) if abs(value) <= _MOST else None
    except (OverflowError, TypeError):
        return None


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
