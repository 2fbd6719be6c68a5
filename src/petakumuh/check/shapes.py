"""Geometry as it must be before it is cut: polygons, valid, in metres; each repair says what it changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from petakumuh.errors import InputError
from petakumuh.findings import Finding
from petakumuh.ground import even_odd, mended, move, origin, polygons_in, union
from petakumuh.measure import planar_ha, to_lonlat

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from petakumuh.model import Role, Tolerance

__all__ = ["dissolved", "footprints", "reached", "repaired", "usable"]

_LINES = {"LineString", "MultiLineString", "LinearRing"}
_POINTS = {"Point", "MultiPoint"}
_QUARTER_SEGMENTS = 16


def usable(rows: GeoDataFrame, role: Role) -> tuple[GeoDataFrame, list[Finding]]:
    """Keep the rows that can be ground: polygons, or works whose lines and points have a declared size.

    Parameters
    ----------
    rows
        A layer with our column names, in any CRS.
    role
        Lines and points are used for ``penanganan`` only.

    Returns
    -------
        The rows used, and a finding for each row (or part of a row) that is not.

    Raises
    ------
    InputError
        When no row is left, with what would help.
    """
    kinds = np.array([_kind(shape) for shape in rows.geometry.array], dtype=object)
    keep = kinds == "poligon"
    reasons = {
        "kosong": "geometri_kosong",
        "garis": "bukan_poligon",
        "titik": "bukan_poligon",
        "campuran": "bukan_poligon",
    }
    if role == "penanganan":
        keep |= (kinds == "garis") & rows["lebar_m"].notna().to_numpy()
        keep |= (kinds == "titik") & rows["radius_m"].notna().to_numpy()
        reasons |= {"garis": "tanpa_lebar", "titik": "tanpa_radius"}
    file = str(rows["berkas"].iloc[0]) if len(rows) else ""
    if len(rows) and not keep.any():
        most = Counter(sorted(kinds)).most_common(1)[0][0]
        raise InputError(reasons[most], file=file, tabel=role, jumlah=len(rows))
    geometry = rows.geometry.array.copy()
    findings = []
    for at in np.flatnonzero(~keep):
        row = rows.iloc[at]
        reason = row["masalah"] or reasons[kinds[at]]
        findings.append(_left_out(row, role, reason, _place(geometry[at], rows.crs)))
    for at in np.flatnonzero(keep & (shapely.get_type_id(geometry) == shapely.GeometryType.GEOMETRYCOLLECTION)):
        row = rows.iloc[at]
        findings.append(
            Finding(
                "bagian_dikecualikan",
                "peringatan",
                role,
                file,
                (row[f"{role}_id"],),
                action="dikecualikan",
                values={"baris": row["baris"]},
                place=_place(geometry[at], rows.crs),
            )
        )
        geometry[at] = shapely.multipolygons(polygons_in(geometry[at]))
    kept = rows.set_geometry(geometry, crs=rows.crs)[keep]
    return kept.drop(columns="masalah").reset_index(drop=True), findings


def reached(rows: GeoDataFrame, role: Role) -> tuple[GeoDataFrame, list[Finding]]:
    """Leave out the rows that a zone's projection cannot reach, with a finding for each."""
    points, owner = shapely.get_coordinates(np.asarray(rows.geometry.array), return_index=True)
    far = np.unique(owner[~np.isfinite(points).all(axis=1)])
    findings = [_left_out(rows.iloc[at], role, "di_luar_zona") for at in far]
    return rows.drop(index=rows.index[far]).reset_index(drop=True), findings


def footprints(works: GeoDataFrame) -> GeoDataFrame:
    """Turn lines and points into the ground they serve, in the metres of the working CRS.

    A line's ``lebar_m`` is its total width, a point's ``radius_m`` its radius; round caps and joins, 16
    segments a quarter circle.
    """
    kinds = np.array([_kind(shape) for shape in works.geometry.array], dtype=object)
    reach = np.zeros(len(works))
    reach[kinds == "garis"] = works["lebar_m"].to_numpy(dtype=float)[kinds == "garis"] / 2
    reach[kinds == "titik"] = works["radius_m"].to_numpy(dtype=float)[kinds == "titik"]
    shapes = works.geometry.array.copy()
    wide = reach > 0
    shapes[wide] = shapely.buffer(np.asarray(shapes[wide]), reach[wide], quad_segs=_QUARTER_SEGMENTS)
    done = works.set_geometry(shapes, crs=works.crs)
    if "bentuk" not in done:
        done["bentuk"] = kinds
    return done


def repaired(
    rows: GeoDataFrame, role: Role, epsg: int, tolerance: Tolerance
) -> tuple[GeoDataFrame, list[Finding]]:
    """Make every polygon valid by one rule: what any shell covers, less what its holes take.

    Parameters
    ----------
    rows
        Polygons in the working CRS.
    role, epsg
        Which layer, and that CRS.
    tolerance
        Above which share of area the other defensible reading (even-odd) makes the repair grave.

    Returns
    -------
        Rows with valid polygons, and a finding for each repair with the areas before, after, and by even-odd.
        A polygon of which no ground is left is excluded, with a finding.
    """
    shapes = np.array(rows.geometry.array, dtype=object)
    findings: list[Finding] = []
    empty: list[int] = []
    for at in np.flatnonzero(~shapely.is_valid(shapes)):
        before, row = shapes[at], rows.iloc[at]
        after, other = mended(before), even_odd(before)
        was, now, by_odd = (float(planar_ha(shape)) for shape in (before, after, other))
        differ = abs(now - by_odd) > tolerance.ambiguous_repair * max(now, by_odd)
        values = {
            "sebab": shapely.is_valid_reason(before).partition("[")[0],
            "baris": row["baris"],
            "sebelum_ha": was,
            "sesudah_ha": now,
            "ganjil_genap_ha": by_odd,
        }
        shapes[at] = after
        if after.is_empty:
            empty.append(int(at))
            findings.append(_left_out(row, role, "tanpa_luas"))
            continue
        findings.append(
            Finding(
                "geometri_diperbaiki",
                "galat" if differ else "peringatan",
                role,
                row["berkas"],
                (row[f"{role}_id"],),
                abs(now - was),
                "diperbaiki",
                values,
                to_lonlat(shapely.point_on_surface(after), epsg),
            )
        )
    fixed = rows.set_geometry(shapes, crs=rows.crs)
    return fixed.drop(index=fixed.index[empty]).reset_index(drop=True), findings


def dissolved(kelurahan: GeoDataFrame) -> tuple[GeoDataFrame, list[Finding]]:
    """Join the rows of one kelurahan (an islet is often a row of its own) into one."""
    doubles = kelurahan["kelurahan_id"].duplicated(keep=False)
    if not doubles.any():
        return kelurahan, []
    findings, shapes = [], kelurahan.geometry.array.copy()
    for code, rows in kelurahan[doubles].groupby("kelurahan_id").indices.items():
        at = np.flatnonzero(doubles)[rows]
        corner = origin(shapes[at])
        shapes[at[0]] = move(union(move(np.asarray(shapes[at]), corner)), corner, back=True)
        names = sorted(set(kelurahan["nama"].iloc[at]))
        same = len(names) == 1
        findings.append(
            Finding(
                "kelurahan_digabung" if same else "kelurahan_kode_ganda",
                "catatan" if same else "galat",
                "kelurahan",
                kelurahan["berkas"].iloc[at[0]],
                (str(code),),
                action="diperbaiki",
                values={"jumlah": len(at)} | ({} if same else {"nama": ", ".join(names)}),
            )
        )
    joined = kelurahan.set_geometry(shapes, crs=kelurahan.crs)
    return joined[~joined["kelurahan_id"].duplicated()].reset_index(drop=True), findings


def _left_out(row: Any, role: Role, reason: str, place: Any = None) -> Finding:
    """Say that a row is not ground: why, and where it stands in its file."""
    values = {"sebab": reason, "baris": row["baris"], "sublapisan": row["lapisan"]}
    ids = (row[f"{role}_id"],)
    return Finding(
        "baris_dikecualikan", "galat", role, row["berkas"], ids, action="dikecualikan", values=values, place=place
    )


def _kind(shape: Any) -> str:
    if shape is None or shape.is_empty:
        return "kosong"
    if len(polygons_in(shape)):
        return "poligon"
    parts = {part.geom_type for part in shapely.get_parts(shape)}
    if parts <= _LINES:
        return "garis"
    return "titik" if parts <= _POINTS else "campuran"


def _place(shape: Any, crs: Any) -> Any:
    if shape is None or shape.is_empty:
        return None
    return to_lonlat(shapely.centroid(shape), crs)
