"""Set operations on polygons that stay polygons, at a local origin. Nobody else calls shapely's.

Three facts shape this room. An intersection of touching polygons comes back with lines and points in it, and
the next operation may crash on them: only the areal part is kept, every time. In UTM coordinates the last
digits are too coarse for sums to close at 1e-9: ground is moved to a local origin, cut, and moved back. And
where edges nearly coincide, as those of cut ground do, floating-point overlay is silently wrong by whole
polygons; snap rounding is not. So everything is cut on a grid of a nanometre, a power of two, on which
coordinates near a local origin are exact: far below the rounding of any file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoSeries

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = [
    "GRID_DEGREES",
    "GRID_M",
    "areal",
    "enclosed",
    "even_odd",
    "intersection",
    "meeting",
    "meeting_pairs",
    "mended",
    "move",
    "origin",
    "placed",
    "polygons_in",
    "subtract",
    "union",
    "valid",
]

GRID_M = 2.0**-30
"""The grid for metres at a local origin: about a nanometre."""
GRID_DEGREES = 2.0**-40
"""The grid for degrees: about a tenth of a micrometre on the ground."""

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_QUIET: Any = {"divide": "ignore", "invalid": "ignore", "over": "ignore"}
"""GEOS divides by zero on its way through needles; what it answers is held against the kernel, not its flags."""


def areal(geometry: Any) -> NDArray[np.object_]:
    """Keep the areal part of each geometry: polygons stay, lines and points go.

    Examples
    --------
    >>> mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(5, 5)])
    >>> print(areal([mixed])[0])
    POLYGON ((1 0, 1 1, 0 1, 0 0, 1 0))
    """
    shapes = np.array(geometry, dtype=object, ndmin=1)
    kinds = shapely.get_type_id(shapes)
    other = (kinds != _POLYGON) & (kinds != _MULTIPOLYGON)
    if other.any():
        shapes[other] = [_areal_one(shape) for shape in shapes[other]]
    return shapes


def _areal_one(shape: Any) -> Any:
    if shape is None or shapely.get_type_id(shape) != _COLLECTION:
        return shapely.Polygon()
    polygons = polygons_in(shape)
    return polygons[0] if len(polygons) == 1 else shapely.union_all(polygons)


def polygons_in(shape: Any) -> NDArray[np.object_]:
    """List the polygons in a shape, however deep collections are nested, valid or not."""
    parts = np.array([shape], dtype=object)
    while (shapely.get_type_id(parts) > _POLYGON).any():
        parts = shapely.get_parts(parts)
    return np.asarray(parts[shapely.get_type_id(parts) == _POLYGON], dtype=object)


def origin(geometry: Any) -> tuple[float, float]:
    """Find a local origin for geometries: the lower left corner of their bounds, in whole units.

    Whole units, so that moving there and back rounds as little as it can.
    """
    if len(np.atleast_1d(geometry)) == 0:
        return 0.0, 0.0
    corner = np.floor(shapely.total_bounds(geometry)[:2])
    return (float(corner[0]), float(corner[1])) if np.isfinite(corner).all() else (0.0, 0.0)


def move(geometry: Any, place: tuple[float, float], *, back: bool = False) -> Any:
    """Move geometries so that ``place`` becomes the origin, or back again."""
    offset = np.array(place) if back else -np.array(place)
    return shapely.transform(geometry, lambda xy: xy + offset)


def placed(shapes: Any, corners: Any, zones: Any, crs: int) -> NDArray[np.object_]:
    """Put local shapes in the one CRS of a map, valid there: for the eye and for layers, not for measuring.

    Parameters
    ----------
    shapes, corners, zones
        Each shape, where its local origin lies, and the EPSG code of its zone.
    crs
        EPSG code of the map.
    """
    local = np.array(shapes, dtype=object, ndmin=1)
    whole = np.empty(len(local), dtype=object)
    offsets = np.asarray(list(corners), dtype=np.float64).reshape(-1, 2)
    owner = shapely.get_coordinates(local, return_index=True)[1]
    moved = shapely.transform(local, lambda xy: xy + offsets[owner])
    for epsg in np.unique(np.asarray(zones, dtype=np.int64)).tolist():
        here = np.flatnonzero(np.asarray(zones) == epsg)
        whole[here] = np.asarray(GeoSeries(moved[here], crs=epsg).to_crs(crs).array)
    return valid(whole)


def intersection(a: Any, b: Any, *, grid: float | None = GRID_M) -> NDArray[np.object_]:
    """Ground in both, pair by pair, at a local origin."""
    with np.errstate(**_QUIET):
        return areal(shapely.intersection(a, b, grid_size=grid))


def subtract(a: Any, b: Any, *, grid: float | None = GRID_M) -> NDArray[np.object_]:
    """Ground in the first that is not in the second, pair by pair, at a local origin."""
    with np.errstate(**_QUIET):
        return areal(shapely.difference(a, b, grid_size=grid))


def union(shapes: Iterable[Any], *, grid: float | None = GRID_M) -> Any:
    """Ground in any of them, as one shape, at a local origin.

    Examples
    --------
    >>> union([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)]).area
    3.0
    """
    with np.errstate(**_QUIET):
        return areal(shapely.union_all(np.array(list(shapes), dtype=object), grid_size=grid))[0]


def meeting(shape: Any, others: Any) -> NDArray[np.intp]:
    """Find which of the others meet one shape; meeting includes touching."""
    shapely.prepare(shape)
    return np.flatnonzero(shapely.intersects(shape, others))


def meeting_pairs(left: Any, right: Any) -> NDArray[np.intp]:
    """Find the pairs of shapes that meet, as an array of shape (n, 2) sorted by left, then right.

    Meeting includes touching: whether ground is shared is decided by its area, never by a predicate.
    """
    found = shapely.STRtree(np.asarray(right, dtype=object)).query(
        np.asarray(left, dtype=object), predicate="intersects"
    )
    return np.asarray(found.T[np.lexsort((found[1], found[0]))], dtype=np.intp)


def mended(shape: Any) -> Any:
    """Make one polygon valid: what any shell covers, less what its holes take.

    Where GEOS cannot read a shape so (it is thinner than its coordinates are fine), by even-odd.

    Examples
    --------
    >>> shell, holes = shapely.box(0, 0, 4, 4).exterior, [shapely.box(3, 0, 6, 1).exterior]
    >>> mended(shapely.Polygon(shell, holes)).area
    15.0
    """
    taken = _without_stray_holes(shape)
    try:
        return areal(shapely.make_valid(taken, method="structure", keep_collapsed=False))[0]
    except shapely.errors.GEOSException:
        return even_odd(taken)


def _without_stray_holes(shape: Any) -> Any:
    """Take away the holes that lie outside their shell: they take no ground, but GEOS would count them as some."""
    parts = shapely.get_parts(shape)
    if not shapely.get_num_interior_rings(parts).any():
        return shape
    kept = []
    for part in parts.tolist():
        shell = mended(shapely.Polygon(part.exterior))
        kept.append(shapely.Polygon(part.exterior, [one for one in part.interiors if shell.intersects(one)]))
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)


def even_odd(shape: Any) -> Any:
    """Make one polygon valid by the other rule: ground that an odd number of rings goes around."""
    return areal(shapely.make_valid(shape))[0]


def valid(geometry: Any) -> NDArray[np.object_]:
    """Mend those of many polygons that rounding made invalid."""
    shapes = areal(geometry)
    for at in np.flatnonzero(~shapely.is_valid(shapes)):
        shapes[at] = mended(shapes[at])
    return shapes


def enclosed(xy: NDArray[np.float64], line: NDArray[np.int64], region: NDArray[np.int64]) -> NDArray[np.object_]:
    """Make a polygon of each region from the lines around it; nothing is cut and no vertex moves.

    Parameters
    ----------
    xy, line
        Vertices, and the line of each, numbered in order. Lines meet at their ends alone.
    region
        The region of each line, numbered in order, which lies on its left.

    Returns
    -------
        A polygon or multipolygon for each region. Where parts of a region enclose other ground between them,
        meeting in points, the side of the lines tells which is which; how rings are nested would not.

    Examples
    --------
    >>> square = np.array([[0, 0], [4, 0], [4, 4], [4, 4], [0, 4], [0, 0]], dtype=float)
    >>> print(enclosed(square, np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0]))[0].normalize())
    POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))
    """
    if not len(region):
        return np.empty(0, dtype=object)
    nets = shapely.multilinestrings(shapely.linestrings(xy, indices=line), indices=region)
    found, where = shapely.get_parts(shapely.polygonize(nets[:, None]), return_index=True)
    inside = np.bincount(where, minlength=len(nets))[where] == 1
    some = np.flatnonzero(~inside)
    inside[some] = _on_the_left(found[some], where[some], xy, line, region)
    shapes = np.full(region[-1] + 1, shapely.Polygon(), dtype=object)
    shapely.multipolygons(found[inside], indices=where[inside], out=shapes)
    single = np.flatnonzero(shapely.get_num_geometries(shapes) == 1)
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    return shapes


def _on_the_left(
    found: NDArray[np.object_],
    where: NDArray[np.int64],
    xy: NDArray[np.float64],
    line: NDArray[np.int64],
    region: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Say of faces among the lines of their regions whether they lie on the left of them."""
    if not len(found):
        return np.empty(0, dtype=bool)
    asked = np.isin(region, where)
    first = np.searchsorted(line, np.flatnonzero(asked))
    last = np.searchsorted(line, np.flatnonzero(asked), "right") - 1
    region = region[asked]
    found = shapely.orient_polygons(found)
    size, around = shapely.get_num_coordinates(found), shapely.get_coordinates(found)
    ring = np.cumsum(size) - size
    # A ring begins as one of its lines does, or, where it runs against the line, as that ends.
    here = np.concatenate([xy[first], xy[last], around[ring]])
    there = np.concatenate([xy[first + 1], xy[last - 1], around[ring + 1]])
    steps = np.column_stack([here, there, np.concatenate([region, region, where])])
    order = np.lexsort(steps.T)
    fresh = np.append(True, (np.diff(steps[order], axis=0) != 0).any(axis=1))
    begins = np.empty_like(order)
    begins[order] = order[fresh][np.cumsum(fresh) - 1]
    left: NDArray[np.bool_] = np.repeat([True, False], len(region))[begins[2 * len(region) :]]
    return left
