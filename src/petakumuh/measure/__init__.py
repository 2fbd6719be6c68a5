"""The only room that turns geometry into hectares, and that knows UTM zones.

Official slum hectares are planar UTM, one zone per kabupaten/kota; geodesic hectares on WGS 84 stand beside
them. One method throughout, or sums do not close.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyproj
import shapely

from petakumuh.measure.areal import MOMENTS, moments, scale_onto, shifted
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "LONLAT",
    "M2_PER_HA",
    "MOMENTS",
    "closes",
    "ellipsoid_ha",
    "geodesic_ha",
    "geodesic_sum_ha",
    "map_crs",
    "moments",
    "outline_m",
    "planar_ha",
    "planar_m2",
    "rounding_m",
    "roundings_m",
    "scale_onto",
    "shifted",
    "tm3_epsg",
    "to_lonlat",
    "utm_epsg",
    "zone_name",
]

LONLAT = "EPSG:4326"
_TM3_FIRST, _TM3_ZONES, _TM3_WEST = 23830, 16, 93.0
"""EPSG code of the zone 46.2, which begins at 93 degrees east; the other zones follow eastward."""
M2_PER_HA = 10_000.0
_ULPS = 16


def utm_epsg(lon: float, lat: float) -> int:
    """Name the WGS 84 UTM zone of a place by its EPSG code.

    SRGI2013 agrees with WGS 84 well within a metre; on the ground an area does not tell them apart.

    Examples
    --------
    >>> utm_epsg(109.67, -6.89), utm_epsg(131.3, -7.97), utm_epsg(109.3, 0.02)
    (32749, 32752, 32649)
    """
    zone = int((lon + 180) // 6) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone


def tm3_epsg(lon: float, lat: float) -> int:  # noqa: ARG001 - the same arguments as `utm_epsg`
    """Name the DGN95 TM-3 zone of a place by its EPSG code: three degrees each, from 93 to 141 east.

    Examples
    --------
    >>> tm3_epsg(109.67, -6.89), tm3_epsg(95.3, 5.5), tm3_epsg(140.9, -2.6)
    (23835, 23830, 23845)
    """
    return _TM3_FIRST + min(max(int((lon - _TM3_WEST) // 3), 0), _TM3_ZONES - 1)


def zone_name(epsg: int, language: Language = "id") -> str:
    """Write a zone as map sheets do.

    Examples
    --------
    >>> zone_name(32751), zone_name(23835), zone_name(23836)
    ('UTM Zona 51S', 'TM-3 Zona 49.1', 'TM-3 Zona 49.2')
    >>> zone_name(32751, "en")
    'UTM Zone 51S'
    """
    word = say("umum.zona", language)
    if _TM3_FIRST <= epsg < _TM3_FIRST + _TM3_ZONES:
        half = epsg - _TM3_FIRST + 1
        return f"TM-3 {word} {46 + half // 2}.{half % 2 + 1}"
    return f"UTM {word} {epsg % 100}{'N' if epsg < 32700 else 'S'}"  # noqa: PLR2004 - 326zz north, 327zz south


def planar_m2(geometry: Any) -> NDArray[np.float64]:
    """Area in the plane of the coordinates, in square metres; call it near the local origin."""
    return np.asarray(shapely.area(geometry), dtype=np.float64)


def planar_ha(geometry: Any) -> NDArray[np.float64]:
    """Area in the plane of the coordinates, in hectares.

    Examples
    --------
    >>> float(planar_ha(shapely.box(0, 0, 100, 100)))
    1.0
    """
    return planar_m2(geometry) / M2_PER_HA


def ellipsoid_ha(geometry: Any, corners: Any, epsg: int, onto: int | None = None) -> NDArray[np.float64]:
    """Area on the WGS 84 ellipsoid of ground whose edges are straight in a UTM plane, in hectares.

    Parameters
    ----------
    geometry
        Array of n valid polygons, each at its own local origin.
    corners
        Where those origins lie in ``epsg``, shape (n, 2).
    epsg
        The UTM zone.
    onto
        EPSG code of a plane to measure in instead of on the ellipsoid.

    Notes
    -----
    See `petakumuh.measure.areal`: unlike sums over geodesic edges these close to the last digits over pieces of
    ground, and small ground is as exact as large.

    Examples
    --------
    >>> square, corner = [shapely.box(0, 0, 100, 100)], [(500_000.0, 9_200_000.0)]
    >>> float(ellipsoid_ha(square, corner, 32749)[0].round(4))
    1.0008
    >>> float(ellipsoid_ha(square, corner, 32749, tm3_epsg(112.5, -7))[0].round(4))
    1.0013
    """
    corner = np.asarray(list(corners), dtype=np.float64).reshape(-1, 2)
    bounds = np.nan_to_num(shapely.bounds(np.asarray(geometry, dtype=object)).reshape(-1, 4))
    about = shifted(moments(geometry), -bounds[:, 0], -bounds[:, 1])
    found: NDArray[np.float64] = (about * scale_onto(bounds + np.tile(corner, 2), epsg, onto)).sum(axis=1)
    return found / M2_PER_HA


def rounding_m(geometry: Any, corner: tuple[float, float]) -> float:
    """Say how far rounding alone can move an edge: 16 ulp of the coordinates, in metres.

    Times a perimeter this is the area that rounding can make.

    Parameters
    ----------
    geometry
        A shape at a local origin.
    corner
        Where that origin lies, so that the ulp is that of the coordinates as they were digitised.
    """
    return float(roundings_m(np.asarray(shapely.bounds(geometry)) + np.tile(corner, 2))[0])


def roundings_m(boxes: Any) -> NDArray[np.float64]:
    """Say the same of many shapes where they lie, by their boxes: shape (n, 4)."""
    reach = np.nan_to_num(np.abs(np.asarray(boxes, dtype=np.float64).reshape(-1, 4)))
    return np.asarray(_ULPS * np.spacing(reach.max(axis=1, initial=1.0)), dtype=np.float64)


def closes(parts_m2: float, whole_m2: float, floor_m2: float) -> bool:
    """Whether parts sum to their whole within 1e-9 of it and the rounding floor (law 1)."""
    return abs(parts_m2 - whole_m2) <= 1e-9 * whole_m2 + floor_m2


@cache
def _transformer(crs: Any) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, LONLAT, always_xy=True)


def to_lonlat(geometry: Any, crs: Any) -> Any:
    """Move geometries from ``crs`` (an EPSG code or a pyproj CRS) to longitude and latitude."""
    transform = _transformer(crs).transform
    return shapely.transform(geometry, lambda xy: np.column_stack(transform(xy[:, 0], xy[:, 1])))


@cache
def _ellipsoid() -> pyproj.Geod:
    return pyproj.Geod(ellps="WGS84")


def geodesic_ha(geometry: Any, corners: Any, epsg: int) -> NDArray[np.float64]:
    """Area on the WGS 84 ellipsoid, in hectares.

    Parameters
    ----------
    geometry
        Array of n valid polygons, each at its own local origin.
    corners
        Where those origins lie in ``epsg``, shape (n, 2).
    epsg
        The CRS; vertices are moved to longitude and latitude, edges become geodesics.

    Notes
    -----
    Rings are turned the right way at the local origin, where they are valid: in UTM coordinates the last
    digits round, and the turn of a ring with a hair-thin spike can be misread, sign and all.
    Karney (2013), Algorithms for geodesics, as implemented by PROJ.

    Examples
    --------
    >>> float(geodesic_ha([shapely.box(0, 0, 100, 100)], [(500_000.0, 9_200_000.0)], 32749)[0].round(4))
    1.0008
    """
    return _on_ellipsoid(geometry, corners, epsg)[0] / M2_PER_HA


def outline_m(geometry: Any, corners: Any, epsg: int) -> NDArray[np.float64]:
    """Length of all rings on the WGS 84 ellipsoid, in metres; arguments as those of `geodesic_ha`.

    Examples
    --------
    >>> float(outline_m([shapely.box(0, 0, 100, 100)], [(500_000.0, 9_200_000.0)], 32749)[0].round(2))
    400.16
    """
    return _on_ellipsoid(geometry, corners, epsg)[1]


def geodesic_sum_ha(geometry: Any, corner: tuple[float, float], epsg: int) -> float:
    """Hectares on the ellipsoid of many polygons together, without those of each.

    Parameters
    ----------
    geometry
        Valid polygons at one local origin.
    corner, epsg
        Where that origin lies, as those of `geodesic_ha`.

    Notes
    -----
    One walk around all rings: from the first point to each ring, around it and back, so that the ways between
    rings cancel. Ring by ring takes twice as long.

    Examples
    --------
    >>> two = [shapely.box(0, 0, 100, 100), shapely.box(500, 0, 600, 100)]
    >>> round(geodesic_sum_ha(two, (500_000.0, 9_200_000.0), 32749), 4)
    2.0016
    """
    rings = _on_earth(geometry, [corner] * len(geometry), epsg)
    starts = rings.ends - rings.sizes
    if not len(starts):
        return 0.0
    east, north = (np.insert(one, starts, one[0]) for one in (rings.east, rings.north))
    return float(_ellipsoid().polygon_area_perimeter(east, north)[0]) / M2_PER_HA


class _Rings(NamedTuple):
    """All rings of polygons, turned the right way, in longitude and latitude: points, and per ring its polygon."""

    east: NDArray[np.float64]
    north: NDArray[np.float64]
    ends: NDArray[np.intp]
    sizes: NDArray[np.intp]
    owner: NDArray[np.intp]


def _on_earth(geometry: Any, corners: Any, epsg: int) -> _Rings:
    shapes = np.array(shapely.orient_polygons(geometry), dtype=object, ndmin=1)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    owner = owner[part]
    points += np.asarray(list(corners), dtype=np.float64).reshape(-1, 2)[owner[ring]]
    east, north = _transformer(epsg).transform(points[:, 0], points[:, 1])
    sizes = np.bincount(ring, minlength=len(rings))
    return _Rings(east, north, np.cumsum(sizes), sizes, owner)


def _on_ellipsoid(geometry: Any, corners: Any, epsg: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Square metres and metres of outline of each polygon, summed ring by ring."""
    rings, measure = _on_earth(geometry, corners, epsg), _ellipsoid().polygon_area_perimeter
    both = [
        measure(rings.east[a:b], rings.north[a:b])
        for a, b in zip(rings.ends - rings.sizes, rings.ends, strict=True)
    ]
    count = np.size(np.asarray(geometry, dtype=object))
    square_m, outline = (
        np.asarray(np.bincount(rings.owner, weights, minlength=count), dtype=np.float64)
        for weights in np.asarray(both, dtype=np.float64).reshape(-1, 2).T
    )
    return square_m, outline


def map_crs(zones: tuple[int, ...]) -> int:
    """Name the CRS in which all zones are shown: the zone itself, or EPSG:4326 for several.

    Examples
    --------
    >>> map_crs((32749,)), map_crs((32750, 32751))
    (32749, 4326)
    """
    return zones[0] if len(zones) == 1 else 4326
