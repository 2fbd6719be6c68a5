"""Arcs made straight, with the error stated: no chord leaves its arc by more than a centimetre."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from petakumuh.read.shapes.rings import NOT_FINITE

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["stroked"]

_CHORD_M, _CHORD_DEGREES = 0.01, 1e-7
_DEGREES = (360.0, 90.0)
_MOST = 1_000_000


def stroked(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make a circular string straight.

    Parameters
    ----------
    points
        Start, a point on the arc, end; and so on from each end. Start = end means a full circle whose
        diameter ends at the second point.

    Returns
    -------
        The points of a line string no farther from the arcs than 0.01 m, or 1e-7 degree where the coordinates
        can be degrees.

    Raises
    ------
    ValueError
        When the number of points is not that of arcs, or a coordinate is no number.

    Examples
    --------
    >>> half = stroked(np.array([[1000.0, 0.0], [1010.0, 10.0], [1020.0, 0.0]]))
    >>> bool(abs(np.hypot(half[:, 0] - 1010, half[:, 1]) - 10).max() < 1e-9)
    True
    """
    if not np.isfinite(points).all():
        raise ValueError(NOT_FINITE)
    if len(points) == 0:
        return points
    if len(points) % 2 == 0 or len(points) == 1:
        raise ValueError(f"busur dengan {len(points)} titik")
    off = _CHORD_DEGREES if (np.abs(points) <= _DEGREES).all() else _CHORD_M
    arcs = [_arc(points[at], points[at + 1], points[at + 2], off) for at in range(0, len(points) - 2, 2)]
    return np.vstack([points[:1], *arcs])


def _arc(
    start: NDArray[np.float64], middle: NDArray[np.float64], end: NDArray[np.float64], off: float
) -> NDArray[np.float64]:
    """Give the points of one arc after its start, its middle and end among them."""
    whole = bool((start == end).all())
    centre = (start + middle) / 2 if whole else _centre(start, middle, end)
    if centre is None:
        return np.array([middle, end])
    radius = math.dist(centre, start)
    if radius <= off:
        return np.array([middle, end])
    first, second, third = (math.atan2(*(one - centre)[::-1]) for one in (start, middle, end))
    left = whole or (second - first) % math.tau < (third - first) % math.tau
    turn = 1 if left else -1
    step = 2 * math.acos(1 - off / radius)
    halves = []
    for angle, to, point in ((first, second, middle), (second, third, end)):
        sweep = turn * ((turn * (to - angle)) % math.tau)
        count = max(1, math.ceil(abs(sweep) / step))
        if count > _MOST:
            raise ValueError("busur terlalu besar")
        angles = angle + sweep * np.arange(1, count) / count
        halves += [centre + radius * np.column_stack([np.cos(angles), np.sin(angles)]), point[None, :]]
    return np.vstack(halves)


def _centre(
    start: NDArray[np.float64], middle: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Find the centre of the circle through three points, from the first; None where they are in line."""
    (ax, ay), (bx, by) = middle - start, end - start
    double = 2 * (ax * by - ay * bx)
    if abs(double) <= 1e-12 * (math.hypot(ax, ay) * math.hypot(bx, by)):
        return None
    a, b = ax * ax + ay * ay, bx * bx + by * by
    centre: NDArray[np.float64] = start + np.array([by * a - ay * b, ax * b - bx * a]) / double
    return centre
