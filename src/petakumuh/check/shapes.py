"""Geometry as it must be before it is cut: polygons, valid, in metres; each repair says what it changed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import shapely

from petakumuh.errors import InputError
from petakumuh.findings import Finding
from petakumuh.ground import even_odd, mended, move, origin, polygons_in, union
from petakumuh.measure import planar_ha, to_lonlat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from petakumuh.findings import Action, Severity
    from petakumuh.model import Role, Tolerance

__all__ = ["dissolved", "footprints", "in_zone", "reached", "refuse_unusable", "repaired", "sorted_out", "usable"]

_KINDS = np.array(["titik", "garis", "garis", "poligon", "titik", "garis", "poligon", "campuran", "kosong"])
"""What the types of GEOS are to us, from point to collection; the last, which is also -1, is none."""
_COLLECTION = 7
_LEAST_RING = 3
_CLOSE_M = 1.0
"""Ends nearer than this are one point: 0.2 mm at 1:5.000, the scale of delineation maps."""
_METRES_A_DEGREE = 111_320.0
_QUARTER_SEGMENTS = 16
_FALSE_EASTING_M, _REACH_M = 500_000.0, 5_000_000.0
"""Farther than this from its meridian (45 degrees) the projection of a zone folds: finite numbers, no place."""
_SAID: dict[str, tuple[Severity, Action]] = {
    "objek_dipulihkan": ("peringatan", "diperbaiki"),
    "garis_ditutup": ("peringatan", "diperbaiki"),
    "bagian_dikecualikan": ("peringatan", "dikecualikan"),
    "baris_dikecualikan": ("galat", "dikecualikan"),
}
"""What is said of single rows -> how grave it is, and what was done."""


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
    kept, findings, unused = sorted_out(rows, role)
    if len(rows) and not len(kept):
        refuse_unusable(unused, str(rows["berkas"].iloc[0]), role)
    return kept, findings


def refuse_unusable(unused: Counter[str], file: str, role: Role) -> NoReturn:
    """Refuse a layer of which no row can be ground.

    Parameters
    ----------
    unused
        How many rows for which reason.
    file, role
        Which layer.

    Raises
    ------
    InputError
        With what would help for the commonest kind.
    """
    most = min(unused, key=lambda kind: (-unused[kind], kind))
    raise InputError(_reasons(role)[most], file=file, tabel=role, jumlah=unused.total())


def sorted_out(rows: GeoDataFrame, role: Role) -> tuple[GeoDataFrame, list[Finding], Counter[str]]:
    """Sort usable rows from others, as `usable` does, refusing nothing; and count the others by kind."""
    rows, mendings = _closed(rows, role)
    shapes = np.asarray(rows.geometry.array)
    kinds = _kinds(shapes)
    kinds[(rows["masalah"] != "").to_numpy()] = "kosong"
    keep = kinds == "poligon"
    if role == "penanganan":
        keep |= (kinds == "garis") & rows["lebar_m"].notna().to_numpy()
        keep |= (kinds == "titik") & rows["radius_m"].notna().to_numpy()
    reasons = _reasons(role)
    left = rows[~keep]
    why = [said or reasons[kind] for said, kind in zip(left["masalah"], kinds[~keep], strict=True)]
    findings = _left_out(left, role, why)
    restored = rows[keep & (rows["perbaikan"] != "").to_numpy()]
    how = ({"sebab": one} for one in restored["perbaikan"])
    findings += _told("objek_dipulihkan", restored, role, how) + mendings
    kept = rows[keep].drop(columns=["masalah", "perbaikan"]).reset_index(drop=True)
    mixed = keep & (shapely.get_type_id(shapes) == _COLLECTION)
    if mixed.any():
        findings += _told("bagian_dikecualikan", rows[mixed], role, [{}] * int(mixed.sum()))
        shapes = shapes.copy()
        shapes[mixed] = [shapely.multipolygons(polygons_in(shape)) for shape in shapes[mixed]]
        kept = kept.set_geometry(shapes[keep], crs=rows.crs)
    return kept, findings, Counter(kinds[~keep].tolist())


def _closed(rows: GeoDataFrame, role: Role) -> tuple[GeoDataFrame, list[Finding]]:
    """Take lines that come back to where they began as the polygons that somebody drew with a line tool.

    Drafters draw outlines as polylines; the ends often miss each other by a hair. Works may well be lines.
    """
    shapes = np.asarray(rows.geometry.array)
    lines = np.flatnonzero(_kinds(shapes) == "garis")
    if role == "penanganan" or not len(lines) or rows.crs is None:
        return rows, []
    to_m = _METRES_A_DEGREE if rows.crs.is_geographic else 1.0
    shapes, gaps_m = shapes.copy(), dict[int, float]()
    for at in lines.tolist():
        parts = shapely.get_parts(shapes[at])
        rings = [_ring(part, to_m) for part in parts]
        if any(ring is None for ring in rings):
            continue
        gaps_m[at] = max(_gap_m(part, to_m) for part in parts)
        shapes[at] = shapely.multipolygons(rings) if len(rings) > 1 else rings[0]
    closed = rows.set_geometry(shapes, crs=rows.crs)
    gaps = ({"celah_m": gap_m} for gap_m in gaps_m.values())
    return closed, _told("garis_ditutup", closed.iloc[[*gaps_m]], role, gaps)


def _ring(line: Any, to_m: float) -> Any:
    """Make a polygon of a line whose ends meet within the tolerance; None where they do not."""
    points = shapely.get_coordinates(line)
    if len(np.unique(points, axis=0)) < _LEAST_RING or _gap_m(line, to_m) > _CLOSE_M:
        return None
    return shapely.polygons(shapely.linearrings(points))


def _gap_m(line: Any, to_m: float) -> float:
    """Say how far the ends of a line are apart."""
    return float(shapely.distance(shapely.get_point(line, 0), shapely.get_point(line, -1))) * to_m


def _reasons(role: Role) -> dict[str, str]:
    """Say why rows of each kind are no ground."""
    line, point = ("tanpa_lebar", "tanpa_radius") if role == "penanganan" else ("bukan_poligon",) * 2
    return {"kosong": "geometri_kosong", "garis": line, "titik": point, "campuran": "bukan_poligon"}


def in_zone(
    rows: GeoDataFrame, role: Role, epsg: int, tolerance: Tolerance
) -> tuple[GeoDataFrame, list[Finding], list[Finding]]:
    """Bring rows to a zone's metres as valid polygons; validity is judged after the move, not before.

    Returns
    -------
        The rows, what `reached` found and what `repaired` found.
    """
    moved, unreached = reached(rows.to_crs(epsg).reset_index(drop=True), role)
    if role == "penanganan":
        moved = footprints(moved)
    moved, repairs = repaired(moved, role, epsg, tolerance)
    return moved, unreached, repairs


def reached(rows: GeoDataFrame, role: Role) -> tuple[GeoDataFrame, list[Finding]]:
    """Leave out the rows that a zone's projection cannot reach, with a finding for each."""
    points, owner = shapely.get_coordinates(np.asarray(rows.geometry.array), return_index=True)
    near = np.isfinite(points).all(axis=1) & (np.abs(points[:, 0] - _FALSE_EASTING_M) < _REACH_M)
    far = np.unique(owner[~near])
    if not len(far):
        return rows, []
    left = rows.iloc[far]
    findings = _left_out(left, role, ["di_luar_zona"] * len(far), nowhere=True)
    return rows.drop(index=rows.index[far]).reset_index(drop=True), findings


def footprints(works: GeoDataFrame) -> GeoDataFrame:
    """Turn lines and points into the ground they serve, in the metres of the working CRS.

    A line's ``lebar_m`` is its total width, a point's ``radius_m`` its radius; round caps and joins, 16
    segments a quarter circle.
    """
    kinds = _kinds(np.asarray(works.geometry.array))
    reach = np.zeros(len(works))
    reach[kinds == "garis"] = works["lebar_m"].to_numpy(dtype=float)[kinds == "garis"] / 2
    reach[kinds == "titik"] = works["radius_m"].to_numpy(dtype=float)[kinds == "titik"]
    shapes = works.geometry.array.copy()
    wide = reach > 0
    shapes[wide] = shapely.buffer(np.asarray(shapes[wide]), reach[wide], quad_segs=_QUARTER_SEGMENTS)
    done = works.set_geometry(shapes, crs=works.crs)
    if "bentuk" not in done:
        done["bentuk"] = kinds.astype(object)
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
    invalid = np.flatnonzero(~shapely.is_valid(shapes))
    if not len(invalid):
        return rows, []
    for at in invalid:
        before, row = shapes[at], rows.iloc[at]
        after, other = mended(before), even_odd(before)
        was, now, by_odd = (float(planar_ha(shape)) for shape in (before, after, other))
        differ = abs(now - by_odd) > tolerance.ambiguous_repair * max(now, by_odd)
        values = {
            "sebab": shapely.is_valid_reason(before).partition("[")[0],
            "baris": row["baris"],
            "sublapisan": row["lapisan"],
            "sebelum_ha": was,
            "sesudah_ha": now,
            "ganjil_genap_ha": by_odd,
        }
        shapes[at] = after
        if after.is_empty:
            empty.append(int(at))
            findings += _left_out(rows.iloc[[at]], role, ["tanpa_luas"], nowhere=True)
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


def _left_out(rows: GeoDataFrame, role: Role, why: Iterable[str], *, nowhere: bool = False) -> list[Finding]:
    """Say that rows are not ground, and why."""
    reasons = ({"sebab": one} for one in why)
    return _told("baris_dikecualikan", rows, role, reasons, nowhere=nowhere)


def _told(
    rule: str,
    rows: GeoDataFrame,
    role: Role,
    values: Iterable[Mapping[str, Any]],
    *,
    nowhere: bool = False,
) -> list[Finding]:
    """Say one thing of each row: where it stands in its file, and where it lies unless that is nowhere."""
    severity, action = _SAID[rule]
    stands = (rows[name] for name in ("berkas", f"{role}_id", "baris", "lapisan"))
    places = [None] * len(rows) if nowhere else _places(np.asarray(rows.geometry.array), rows.crs)
    return [
        Finding(
            rule,
            severity,
            role,
            file,
            (one,),
            action=action,
            values={**more, "baris": baris, "sublapisan": layer},
            place=place,
        )
        for file, one, baris, layer, more, place in zip(*stands, values, places, strict=True)
    ]


def _kinds(shapes: NDArray[np.object_]) -> NDArray[np.str_]:
    """Say what each shape is to us: poligon, garis, titik, campuran, or kosong where there is none."""
    types = shapely.get_type_id(shapes)
    kinds: NDArray[np.str_] = _KINDS[np.minimum(types, _COLLECTION)]
    kinds[shapely.is_empty(shapes)] = "kosong"
    for at in np.flatnonzero((types == _COLLECTION) & (kinds != "kosong")):
        kinds[at] = _kind_of_collection(shapes[at])
    return kinds


def _kind_of_collection(shape: Any) -> str:
    if len(polygons_in(shape)):
        return "poligon"
    parts = {str(_KINDS[kind]) for kind in shapely.get_type_id(shapely.get_parts(shape))}
    return parts.pop() if len(parts) == 1 else "campuran"


def _places(shapes: NDArray[np.object_], crs: Any) -> list[Any]:
    """Give the centroids of shapes in longitude and latitude; None where there is no shape."""
    places = shapely.centroid(shapes)
    there = ~(shapely.is_missing(places) | shapely.is_empty(places))
    if there.any():
        places[there] = to_lonlat(places[there], crs)
    return [place if has else None for place, has in zip(places, there, strict=True)]
