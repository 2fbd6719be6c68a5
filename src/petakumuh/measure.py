"""The only room that turns geometry into hectares, and that knows UTM zones.

Official slum hectares are planar UTM, one zone per kabupaten/kota; geodesic hectares on WGS 84 stand beside
them. One method throughout, or sums do not close.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "LONLAT",
    "closes",
    "geodesic_ha",
    "map_crs",
    "planar_ha",
    "planar_m2",
    "rounding_m",
    "to_lonlat",
    "utm_epsg",
    "zone_name",
]

LONLAT = "EPSG:4326"
_M2_PER_HA = 10_000.0
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


def zone_name(epsg: int) -> str:
    """Write a zone as map sheets do.

    Examples
    --------
    >>> zone_name(32751)
    'UTM Zona 51S'
    """
    return f"UTM Zona {epsg % 100}{'N' if epsg < 32700 else 'S'}"  # noqa: PLR2004 - 326zz north, 327zz south


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
    return planar_m2(geometry) / _M2_PER_HA


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
    bounds = np.abs(np.asarray(shapely.bounds(geometry)) + np.tile(corner, 2))
    return float(_ULPS * np.spacing(np.nanmax(bounds, initial=1.0)))


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
    shapes = np.array(shapely.orient_polygons(geometry), dtype=object, ndmin=1)
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    points += np.asarray(list(corners), dtype=np.float64).reshape(-1, 2)[owner]
    east, north = _transformer(epsg).transform(points[:, 0], points[:, 1])
    placed = shapely.set_coordinates(shapes, np.column_stack([east, north]))
    areas = [_ellipsoid().geometry_area_perimeter(shape)[0] for shape in placed]
    return np.asarray(areas, dtype=np.float64) / _M2_PER_HA


def map_crs(zones: tuple[int, ...]) -> int:
    """Name the CRS in which all zones are shown: the zone itself, or EPSG:4326 for several.

    Examples
    --------
    >>> map_crs((32749,)), map_crs((32750, 32751))
    (32749, 4326)
    """
    return zones[0] if len(zones) == 1 else 4326
