"""Ground claimed twice, works that meet no slum, attributes that their geometry does not bear out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from petakumuh.findings import Finding
from petakumuh.ground import GRID_M, intersection, meeting_pairs, move, origin, subtract, union
from petakumuh.measure import planar_ha, planar_m2, to_lonlat

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from petakumuh.model import Role, Tolerance, Zone

__all__ = [
    "Shared",
    "attributes",
    "claimed_twice",
    "claims",
    "overlaps",
    "shared_ground",
    "works_outside",
]


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
    shared = claimed_twice(shapes, corner, tolerance)
    return shared.findings(rows[f"{role}_id"].to_numpy(), rows["berkas"].to_numpy(), role, epsg)


class Shared(NamedTuple):
    """Ground that pairs of rows share: which rows, square metres, a point on it, whether the rows are twins."""

    pairs: NDArray[np.intp]
    area_m2: NDArray[np.float64]
    place: NDArray[np.float64]
    twin: NDArray[np.bool_]

    def taken(self, at: NDArray[Any]) -> Shared:
        """Take some of the pairs, or all in another order."""
        return Shared(self.pairs[at], self.area_m2[at], self.place[at], self.twin[at])

    def findings(self, ids: Any, files: Any, role: Role, epsg: int) -> list[Finding]:
        """Say each pair, by the ids and files of all rows."""
        places = to_lonlat(shapely.points(self.place), epsg)
        return [
            Finding(
                f"kembar_{role}" if twin else f"tumpang_tindih_{role}",
                "peringatan",
                role,
                files[left],
                tuple(sorted((ids[left], ids[right]))),
                area / 1e4,
                "dibagi",
                place=place,
            )
            for (left, right), area, place, twin in zip(
                self.pairs.tolist(), self.area_m2.tolist(), places, self.twin.tolist(), strict=True
            )
        ]


def claimed_twice(shapes: Any, corner: tuple[float, float], tolerance: Tolerance) -> Shared:
    """Find the pairs of shapes, at a local origin, that share more ground than the tolerance."""
    pairs, common = shared_ground(shapes, least=tolerance.overlap_m2)
    areas = planar_m2(common)
    told = areas > tolerance.overlap_m2
    points = shapely.get_coordinates(shapely.point_on_surface(common[told])) + np.array(corner)
    pairs, areas = pairs[told], areas[told]
    whole = planar_m2(shapes[pairs]).max(axis=1, initial=0.0)
    return Shared(pairs, areas, points, areas > (1 - 1e-6) * whole)


def shared_ground(
    shapes: Any, *, least: float = 0.0, grid: float = GRID_M
) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
    """Cut out what each two of many shapes share.

    Parameters
    ----------
    shapes
        Valid polygons at a local origin.
    least
        Pairs whose bounding boxes share no more than this, in square units, are passed over: neither can they.
    grid
        What is cut on.

    Returns
    -------
        Pairs of positions, of shape (n, 2), lower first, sorted; and the ground of each pair, perhaps none.
    """
    found = shapely.STRtree(shapes).query(shapes).T
    found = found[found[:, 0] < found[:, 1]]
    one, other = (shapely.bounds(shapes[found[:, side]]) for side in (0, 1))
    sides = np.minimum(one[:, 2:], other[:, 2:]) - np.maximum(one[:, :2], other[:, :2])
    found = found[sides.prod(axis=1) > least]
    shapely.prepare(shapes)
    found = found[shapely.intersects(*shapes[found].T)]
    pairs = np.asarray(found[np.lexsort((found[:, 1], found[:, 0]))], dtype=np.intp)
    return pairs, intersection(*shapes[pairs].T, grid=grid)


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
        told = np.flatnonzero(np.abs(written - measured) > tolerance.attribute_ha)
        rows = kumuh.iloc[told]
        places = to_lonlat(shapely.point_on_surface(np.asarray(rows.geometry.array)), epsg)
        findings += [
            Finding(
                "luas_atribut_berbeda",
                "peringatan",
                "kumuh",
                file,
                (one,),
                geometry - said,
                values={"kolom": column, "tertulis_ha": said, "geometri_ha": geometry},
                place=place,
            )
            for one, file, said, geometry, place in zip(
                rows["kumuh_id"],
                rows["berkas"],
                written[told].tolist(),
                measured[told].tolist(),
                places,
                strict=True,
            )
        ]
    return findings
