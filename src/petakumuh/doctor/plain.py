"""A sheet for programs: everything in it as JSON has it, unrounded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import shapely

from petakumuh import findings
from petakumuh.doctor.steps import steps

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from petakumuh.check import Coverage
    from petakumuh.doctor.sheet import LayerSheet, SheetFacts
    from petakumuh.text import Language

__all__ = ["plain"]


def plain(sheet: SheetFacts, language: Language = "id") -> dict[str, Any]:
    """Lay a whole sheet out: every finding, overlap and gap."""
    return {
        "berkas": sheet.name,
        "jenis": sheet.file.kind,
        "ukuran_bita": sheet.file.size,
        "sha256": sheet.file.sha256,
        "bagian": list(sheet.file.parts),
        "di_dalam": sheet.file.inside,
        "lapisan_kosong": sheet.file.bare,
        "lapisan": [_layer_json(one, language) for one in sheet.layers],
        "jumlah_temuan": findings.by_severity(sheet.findings),
        "temuan": _findings_json(sheet.findings, language),
        "langkah": steps(sheet, language),
        "ditolak": sheet.refused,
    }


def _findings_json(found: GeoDataFrame, language: Language) -> list[dict[str, Any]]:
    told = findings.with_messages(found, language)
    rows = zip(told.to_dict("records"), found["rincian"], strict=True)
    return [
        {name: _plain(value) for name, value in row.items() if name != "geometry"}
        | {"rincian": json.loads(details)}
        | _place(row["geometry"])
        for row, details in rows
    ]


def _place(shape: Any) -> dict[str, float | None]:
    if shape is None or shape.is_empty:
        return {"bujur": None, "lintang": None}
    point = shapely.point_on_surface(shape)
    return {"bujur": point.x, "lintang": point.y}


def _layer_json(one: LayerSheet, language: Language) -> dict[str, Any]:
    return {
        "nama": one.name,
        "peran": one.role,
        "tabel": one.is_table,
        "objek": one.rows,
        "utuh": one.used,
        "diperbaiki": one.repaired,
        "dikecualikan": one.excluded,
        "ditolak_bersama_lapisan": one.rows if one.refused else 0,
        "jenis": dict(one.kinds),
        "crs": one.crs,
        "kolom": list(one.columns),
        "tempat": list(one.place) if one.place else None,
        "epsg": list(one.zones),
        "luas_ha": one.luas_ha,
        "luas_geodesik_ha": one.luas_geodesik_ha,
        "mutu_batas": None if one.coverage is None else _quality_json(one, one.coverage),
        "ditolak": one.refused.message(language) if one.refused else None,
    }


def _quality_json(layer: LayerSheet, found: Coverage) -> dict[str, Any]:
    thin = found.hairlines
    areas = found.areas.to_dict("records")
    return {
        "sumber": layer.source or None,
        "edisi": layer.edition or None,
        "tumpang_tindih": _ground_json(found.overlaps),
        "celah": _ground_json(found.gaps),
        "serpih_rambut": {"jumlah": len(thin), "luas_ha": float(thin["luas_ha"].sum())},
        "luas_wilayah": [{str(name): _plain(value) for name, value in row.items()} for row in areas],
    }


def _ground_json(rows: GeoDataFrame) -> dict[str, Any]:
    listed = [
        {"id": list(row["ids"]), "luas_ha": row["luas_ha"], "lebar_m": row["lebar_m"]} | _place(row["geometry"])
        for row in rows.to_dict("records")
    ]
    return {"jumlah": len(rows), "luas_ha": float(rows["luas_ha"].sum()), "daftar": listed}


def _plain(value: Any) -> Any:
    """Bring a cell to what JSON has."""
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN
