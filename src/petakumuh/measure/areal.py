"""Hectares of ground measured in UTM on the ellipsoid, or in another plane: integrals of an areal scale.

A patch dA of the UTM plane is ground of dA / s on the ellipsoid, where s is the areal scale of the projection
there. Over one ground 1 / s is a quadratic in x and y but for some parts in 1e10, and the integral of a quadratic
is the sum of its six coefficients times six moments of the ground. Moments add up over pieces however ground is
cut, so these hectares close as the planar ones do, and the moments of pieces are known without their geometry.

Sources: the areal scale of the transverse Mercator projection as PROJ gives it (``Proj.get_factors``; Karney 2011,
*Transverse Mercator with an accuracy of a few nanometers*); moments of polygons by Green's theorem (Steger 1996,
*On the calculation of arbitrary moments of polygons*).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOMENTS", "moments", "scale_onto", "shifted"]

MOMENTS = 6
"""Integrals over a ground of 1, x, y, x * x, x * y, y * y."""

_NODES = np.array([(u, v) for u in (0.0, 0.5, 1.0) for v in (0.0, 0.5, 1.0)])
_U, _V = _NODES.T
_FIT = np.linalg.pinv(np.column_stack([np.ones(9), _U, _V, _U * _U, _U * _V, _V * _V]))
"""From values at nine nodes of the unit square to the quadratic nearest to them."""


@cache
def _plane(epsg: int) -> pyproj.Proj:
    return pyproj.Proj(epsg)


def scale_onto(boxes: Any, epsg: int, onto: int | None = None) -> NDArray[np.float64]:
    """Fit what a square metre of a UTM plane is elsewhere: on the ellipsoid, or in another plane.

    Parameters
    ----------
    boxes
        Shape (n, 4): west, south, east, north of each ground in ``epsg``.
    epsg
        The UTM zone.
    onto
        EPSG code of another projected plane; None is the WGS 84 ellipsoid.

    Returns
    -------
        Shape (n, 6): coefficients of 1, x, y, x * x, x * y, y * y, measured from the lower left corner of
        each box.

    Notes
    -----
    The remainder is that of the third order: 2e-10 of the area for a box of 10 km, 2e-7 for one of 100 km.

    Examples
    --------
    >>> scale = scale_onto([(500_000.0, 9_200_000.0, 500_100.0, 9_200_100.0)], 32749)
    >>> float((moments([shapely.box(0, 0, 100, 100)]) * scale).sum().round(2))
    10008.0
    """
    west, south, east, north = np.asarray(boxes, dtype=np.float64).reshape(-1, 4).T
    if not len(west):
        return np.empty((0, MOMENTS))
    width, height = np.maximum(east - west, 1.0), np.maximum(north - south, 1.0)
    x, y = west[:, None] + width[:, None] * _U, south[:, None] + height[:, None] * _V
    lon, lat = _plane(epsg)(x.ravel(), y.ravel(), inverse=True)
    scale: NDArray[np.float64] = 1.0 / np.asarray(_plane(epsg).get_factors(lon, lat).areal_scale)
    if onto is not None:
        scale *= _plane(onto).get_factors(lon, lat).areal_scale
    units = np.column_stack([np.ones_like(width), width, height, width * width, width * height, height * height])
    # Node by node: a product of matrices rounds one row otherwise than many, and chunks would differ.
    fitted: NDArray[np.float64] = sum(scale.reshape(x.shape)[:, k, None] * _FIT[:, k] for k in range(9)) / units
    return fitted


def moments(geometry: Any) -> NDArray[np.float64]:
    """Integrate 1, x, y, x * x, x * y, y * y over polygons, at their local origin.

    Examples
    --------
    >>> moments([shapely.box(0, 0, 2, 1)])[0].round(6).tolist()
    [2.0, 2.0, 1.0, 2.666667, 1.0, 0.666667]
    """
    shapes = np.array(shapely.orient_polygons(geometry), dtype=object, ndmin=1)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    along = ring[:-1] == ring[1:]
    (ax, ay), (bx, by) = points[:-1][along].T, points[1:][along].T
    cross = ax * by - ay * bx
    sums = (
        cross / 2,
        cross * (ax + bx) / 6,
        cross * (ay + by) / 6,
        cross * (ax * ax + ax * bx + bx * bx) / 12,
        cross * (2 * ax * ay + ax * by + bx * ay + 2 * bx * by) / 24,
        cross * (ay * ay + ay * by + by * by) / 12,
    )
    of = owner[part][ring[:-1][along]]
    return np.column_stack([np.bincount(of, weights, minlength=len(shapes)) for weights in sums])


def shifted(about: NDArray[np.float64], east: Any, north: Any) -> NDArray[np.float64]:
    """Take moments about another corner, from which the first lies so far east and north.

    Examples
    --------
    >>> shifted(moments([shapely.box(0, 0, 2, 1)]), 1.0, 0.0).round(6).tolist()
    [[2.0, 4.0, 1.0, 8.666667, 2.0, 0.666667]]
    """
    one, x, y, xx, xy, yy = about.T
    return np.column_stack(
        [
            one,
            x + east * one,
            y + north * one,
            xx + 2 * east * x + east * east * one,
            xy + east * y + north * x + east * north * one,
            yy + 2 * north * y + north * north * one,
        ]
    )
