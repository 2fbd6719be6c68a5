"""One rule for the ring of a polygon, in whatever format it is written: four points, the last one the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CLOSED", "LEAST", "NOT_FINITE", "closed"]

CLOSED = "cincin_ditutup"
NOT_FINITE = "koordinat_bukan_bilangan"
LEAST = 4


def closed(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], bool]:
    """Close a ring whose last point does not repeat its first.

    Parameters
    ----------
    points
        A row per point, as the file writes them.

    Returns
    -------
        The ring, and whether it had to be closed.

    Raises
    ------
    ValueError
        When a coordinate is no number, or the file writes fewer than four points: such a ring may have lost
        a point, and no one knows which.

    Examples
    --------
    >>> ring, mended = closed(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]))
    >>> len(ring), mended
    (5, True)
    """
    if not np.isfinite(points).all():
        raise ValueError(NOT_FINITE)
    if len(points) < LEAST:
        raise ValueError(f"cincin {len(points)} titik, perlu sedikitnya {LEAST}")
    if (points[0] == points[-1]).all():
        return points, False
    return np.vstack([points, points[:1]]), True
