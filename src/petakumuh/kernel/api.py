"""The kernel's doors: one ground by itself, or many at once as flat arrays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from petakumuh.kernel.batch import available, compiled, interpreted
from petakumuh.kernel.gather import Shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from petakumuh.kernel.net import Floats, Ints

__all__ = ["REASONS", "Labels", "Shapes", "areas", "available", "flat", "label_areas"]

REASONS = ("", "not_finite", "not_planar", "rays_disagree", "not_closed", "sum_differs")
_SLICES_PER_THREAD = 16


class Labels(NamedTuple):
    ground: Ints
    area: Floats
    start: Ints
    groups: Ints
    reason: Ints


def flat(geometry: Any) -> Shapes:
    import shapely  # noqa: PLC0415

    shapes = shapely.orient_polygons(np.asarray(geometry, dtype=object))
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    xy = shapely.get_coordinates(rings)
    start = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))]).astype(np.int64)
    count = np.bincount(of_part[of_ring], minlength=len(shapes))
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    box = np.zeros((len(shapes), 4))
    if len(rings):
        low, high = np.minimum.reduceat(xy, start[:-1]), np.maximum.reduceat(xy, start[:-1])
        full = np.flatnonzero(count)
        box[full, :2] = np.minimum.reduceat(low, first[:-1][full])
        box[full, 2:] = np.maximum.reduceat(high, first[:-1][full])
    return Shapes(np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1]), start, first, box)


def label_areas(
    grounds: Shapes, footprints: Shapes, group: Ints, start: Ints, on: Ints, *, threads: int = 1
) -> Labels:
    run = compiled() if available() else interpreted()
    count = len(grounds.box)
    cuts = np.linspace(0, count, threads * _SLICES_PER_THREAD + 1 if threads > 1 else 2).astype(int)
    def part(lo, hi):
        return run(lo, hi, grounds, footprints, group, start, on)
    if threads == 1:
        parts = [part(0, count)]
    else:
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(part, cuts[:-1], cuts[1:]))
    reason, rows, area, first, groups = (np.concatenate([one[k] for one in parts]) for k in (0,1,2,3,4))
    sizes = np.concatenate([np.diff(one[3]) for one in parts])
    return Labels(np.repeat(np.arange(count), rows), area, np.concatenate([[0], np.cumsum(sizes)]), groups, reason)


def areas(ground: Any, footprints: Sequence[Any], groups: Sequence[int], *, run=None):
    run = run or (compiled() if available() else interpreted())
    n = len(footprints)
    reason, _, area, first, names, _ = run(0, 1, flat([ground]), flat(np.array(footprints, dtype=object).reshape(n)), np.asarray(groups, np.int64).reshape(n), np.array([0, n]), np.arange(n))
    return {tuple(names[first[k]:first[k+1]].tolist()): float(area[k]) for k in range(len(area))}, REASONS[reason[0]]
