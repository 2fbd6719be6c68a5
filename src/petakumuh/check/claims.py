"""Ground claimed twice, works that meet no slum, attributes that their geometry does not bear out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from petakumuh.findings import Finding
from petakumuh.ground import intersection, meeting_pairs, move, origin, subtract, union
from petakumuh.measure import planar_ha, planar_m2, to_lonlat

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame

    from petakumuh.model import Role, Tolerance, Zone

__all__ = ["attributes", "claims", "overlaps", "works_outside"]


def claims(zone: Zone, tolerance: Tolerance) -> list[Finding]:
    """Find what the layers of one zone claim twice or against each other.

    Overlap is area of intersection, never the predicate of that name (it misses duplicates and containment).
    """
    return [
        *overlaps(zone.kumuh, "kumuh", zone.epsg, tolerance),
        *overlaps(zone.kelurahan, "kelurahan", zone.epsg, tolerance),
        *_works_among_themselves(zone.penanganan, zone.epsg, tolerance),
        *_outside_kelurahan(zone, tolerance),
    ]


def works_outside(zones: Sequence[Zone]) -> list[Finding]:
    """Name the works that meet no slum in any zone."""
    met: set[str] = set()
    rows: dict[str, Finding] = {}
    for zone in zones:
        shapes = np.asarray(zone.penanganan.geometry.array)
        pairs = meeting_pairs(shapes, np.asarray(zone.kumuh.geometry.array))
        met.update(zone.penanganan["penanganan_id"].to_numpy()[pairs[:, 0]])
        for row in zone.penanganan.itertuples():
            place = to_lonlat(shapely.point_on_surface(row.geometry), zone.epsg)
            rows[row.penanganan_id] = Finding(
                "penanganan_di_luar_kumuh",
                "catatan",
                "penanganan",
                row.berkas,
                (row.penanganan_id,),
                place=place,
            )
    return [finding for name, finding in rows.items() if name not in met]


def overlaps(rows: GeoDataFrame, role: Role, epsg: int, tolerance: Tolerance) -> list[Finding]:
    """Find ground that two rows of one layer claim, and rows that are identical, with their hectares."""
    corner = origin(rows.geometry.array)
    shapes = move(np.asarray(rows.geometry.array), corner)
    pairs = meeting_pairs(shapes, shapes)
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    shared = intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    areas, whole = planar_m2(shared), planar_m2(shapes)
    findings = []
    for (left, right), common, area in zip(pairs, shared, areas, strict=True):
        if area <= tolerance.overlap_m2:
            continue
        twin = area > (1 - 1e-6) * max(whole[left], whole[right])
        one, other = sorted((rows[f"{role}_id"].iloc[left], rows[f"{role}_id"].iloc[right]))
        place = to_lonlat(shapely.point_on_surface(move(common, corner, back=True)), epsg)
        findings.append(
            Finding(
                f"kembar_{role}" if twin else f"tumpang_tindih_{role}",
                "peringatan",
                role,
                rows["berkas"].iloc[left],
                (one, other),
                float(area) / 1e4,
                "dibagi",
                place=place,
            )
        )
    return findings


def _works_among_themselves(works: GeoDataFrame, epsg: int, tolerance: Tolerance) -> list[Finding]:
    """Name identical footprints of one file pair by pair; say of each file how much of it lies on itself."""
    findings = []
    for file, rows in works.groupby("berkas", sort=True):
        shapes = np.asarray(rows.geometry.array)
        ids = rows["penanganan_id"].to_numpy()
        first: dict[bytes, int] = {}
        for at, key in enumerate(shapely.to_wkb(shapely.normalize(shapes))):
            if key in first:
                findings.append(
                    Finding(
                        "kembar_penanganan",
                        "peringatan",
                        "penanganan",
                        str(file),
                        (ids[first[key]], ids[at]),
                        float(planar_ha(shapes[at])),
                        place=to_lonlat(shapely.point_on_surface(shapes[at]), epsg),
                    )
                )
            first.setdefault(key, at)
        local = move(shapes, origin(shapes))
        total, once = float(planar_ha(local).sum()), float(planar_ha(union(local)))
        if (total - once) * 1e4 > tolerance.overlap_m2:
            findings.append(
                Finding(
                    "tumpang_tindih_penanganan",
                    "catatan",
                    "penanganan",
                    str(file),
                    area_ha=total - once,
                    values={"jumlah_ha": total, "gabungan_ha": once, "epsg": epsg},
                )
            )
    return findings


def _outside_kelurahan(zone: Zone, tolerance: Tolerance) -> list[Finding]:
    """Say of each slum how much of it lies in no kelurahan."""
    slums, areas = np.asarray(zone.kumuh.geometry.array), np.asarray(zone.kelurahan.geometry.array)
    corner = origin(slums)
    slums, areas = move(slums, corner), move(areas, corner)
    pairs = meeting_pairs(slums, areas)
    findings = []
    for at, shape in enumerate(slums):
        beneath = areas[pairs[pairs[:, 0] == at, 1]]
        rest = shape if not len(beneath) else subtract(shape, union(beneath))[0]
        area = float(planar_m2(rest))
        if area > tolerance.outside_m2:
            row = zone.kumuh.iloc[at]
            place = to_lonlat(shapely.point_on_surface(move(rest, corner, back=True)), zone.epsg)
            findings.append(
                Finding(
                    "di_luar_kelurahan",
                    "peringatan",
                    "kumuh",
                    row["berkas"],
                    (row["kumuh_id"],),
                    area / 1e4,
                    place=place,
                )
            )
    return findings


def attributes(slums: Mapping[int, GeoDataFrame], tolerance: Tolerance) -> list[Finding]:
    """Hold what the table writes against the area of the geometry, each slum whole, in the zone it came in."""
    return [found for epsg, rows in slums.items() for found in _attributes(rows, epsg, tolerance)]


def _attributes(kumuh: GeoDataFrame, epsg: int, tolerance: Tolerance) -> list[Finding]:
    findings = []
    corner = origin(kumuh.geometry.array)
    measured = planar_ha(move(np.asarray(kumuh.geometry.array), corner))
    for column in ("luas_sk_ha", "luas_verifikasi_ha"):
        written = kumuh[column].to_numpy(dtype=float)
        for at in np.flatnonzero(np.abs(written - measured) > tolerance.attribute_ha):
            row = kumuh.iloc[at]
            findings.append(
                Finding(
                    "luas_atribut_berbeda",
                    "peringatan",
                    "kumuh",
                    row["berkas"],
                    (row["kumuh_id"],),
                    float(measured[at] - written[at]),
                    values={
                        "kolom": column,
                        "tertulis_ha": float(written[at]),
                        "geometri_ha": float(measured[at]),
                    },
                    place=to_lonlat(shapely.point_on_surface(row.geometry), epsg),
                )
            )
    return findings
