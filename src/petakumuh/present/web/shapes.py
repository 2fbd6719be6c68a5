"""Shapes as the page holds them: in millionths of a degree, each corner as the step from the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from petakumuh.measure import to_lonlat

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

__all__ = ["UNITS", "boxes", "lonlat", "steps"]

UNITS = 1_000_000
"""To the degree, each about 0.1 m: what the map shows is no finer; what is measured is another copy."""


def lonlat(rows: GeoDataFrame) -> NDArray[Any]:
    """Give the shapes in longitude and latitude; what has no shape is empty."""
    shapes = rows.geometry.to_numpy()
    return np.asarray(to_lonlat(np.where(shapely.is_missing(shapes), shapely.Point(), shapes), rows.crs))


def steps(shapes: NDArray[Any]) -> list[Any]:
    """Write shapes for the page.

    Parameters
    ----------
    shapes
        Polygons or points, in degrees.

    Returns
    -------
        For each a list of polygons, each a list of rings, each flat: the first corner, then the steps to the next;
        the last is not repeated. For a point its two numbers.

    Examples
    --------
    >>> steps(np.array([shapely.Point(109, -7), shapely.box(0, 0, 1e-5, 2e-5)]))
    [[109000000, -7000000], [[[10, 0, 0, 20, -10, 0, 0, -20]]]]
    """
    kinds = shapely.get_type_id(shapes)
    points = (kinds == shapely.GeometryType.POINT) & ~shapely.is_empty(shapes)
    laid: list[Any] = [[] for _ in shapes]
    for at in np.flatnonzero(points):
        laid[at] = np.rint(shapely.get_coordinates(shapes[at])[0] * UNITS).astype(int).tolist()
    areas = np.flatnonzero(~points & ~shapely.is_empty(shapes))
    polygons, row = shapely.get_parts(shapely.simplify(shapes[areas], 1 / UNITS), return_index=True)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    numbered = _numbered(rings)
    parts: list[list[list[int]]] = [[] for _ in polygons]
    for at, ring in zip(polygon, numbered, strict=True):
        parts[at].append(ring)
    for at, part in zip(areas[row], parts, strict=True):
        laid[at].append(part)
    return laid


def _numbered(rings: NDArray[Any]) -> list[list[int]]:
    """Write rings as steps, without the corner that closes them."""
    corners = np.rint(shapely.get_coordinates(rings) * UNITS).astype(np.int64)
    ends = np.cumsum(shapely.get_num_coordinates(rings))
    starts = np.concatenate([[0], ends[:-1]]).astype(int) if len(ends) else ends
    moved = np.diff(corners, axis=0, prepend=0)
    moved[starts] = corners[starts]
    flat = moved.ravel().tolist()
    return [flat[2 * start : 2 * (end - 1)] for start, end in zip(starts, ends, strict=True)]


def boxes(shapes: NDArray[Any]) -> list[list[float]]:
    """Give west, south, east and north of each shape; nothing of an empty one."""
    return [[] if np.isnan(box[0]) else np.round(box, 6).tolist() for box in shapely.bounds(shapes)]
