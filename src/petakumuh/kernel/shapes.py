"""Polygons of shapely as the flat arrays that the kernel reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from petakumuh.kernel.layout import Shapes

if TYPE_CHECKING:
    from petakumuh.kernel.net import Floats, Ints

__all__ = ["flat", "joined", "runs", "shoelace", "taken"]


def flat(geometry: Any) -> Shapes:
    """Lay polygons out as flat arrays, in the coordinates they have.

    Parameters
    ----------
    geometry
        Valid polygons and multipolygons, empty ones too.

    Examples
    --------
    >>> import shapely
    >>> shapes = flat([shapely.box(0, 0, 3, 2), shapely.Polygon()])
    >>> len(shapes.x), shapes.rings.tolist(), shapes.first.tolist(), shapes.box[0].tolist()
    (5, [0, 5], [0, 1, 1], [0.0, 0.0, 3.0, 2.0])
    """
    import shapely  # noqa: PLC0415 - the kernel itself knows only arrays

    polygons = shapely.orient_polygons(np.asarray(geometry, dtype=object))
    xy, vertices = shapely.get_coordinates(polygons), shapely.get_num_coordinates(polygons)
    # Most polygons are one ring; only the others are taken apart.
    single = (shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON) & (vertices > 0)
    single &= shapely.get_num_interior_rings(polygons) == 0
    parts, of_part = shapely.get_parts(polygons[~single], return_index=True)
    lines, of_line = shapely.get_rings(parts, return_index=True)
    count = single.astype(np.int64)
    count[~single] = np.bincount(of_part[of_line], minlength=int((~single).sum()))
    size, alone = np.empty(count.sum(), np.int64), np.repeat(single, count)
    size[alone], size[~alone] = vertices[single], shapely.get_num_coordinates(lines)
    rings, first = (np.concatenate([[0], np.cumsum(one)]).astype(np.int64) for one in (size, count))
    x, y = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
    return Shapes(x, y, rings, first, boxes(x, y, rings, first))


def boxes(x: Floats, y: Floats, rings: Ints, first: Ints) -> Floats:
    """Find the box of each polygon; an empty one lies at the origin."""
    found = np.zeros((len(first) - 1, 4))
    full = np.flatnonzero(np.diff(first))
    if len(full):
        starts = rings[first[:-1][full]]
        found[full] = np.column_stack(
            [one.reduceat(values, starts) for one in (np.minimum, np.maximum) for values in (x, y)]
        )
    return found


def runs(start: Ints, size: Ints) -> Ints:
    """Write out runs of whole numbers, each from its start on.

    Examples
    --------
    >>> runs(np.array([7, 3]), np.array([2, 3])).tolist()
    [7, 8, 3, 4, 5]
    """
    ends = np.cumsum(size)
    written: Ints = np.arange(ends[-1] if len(ends) else 0) + np.repeat(start - ends + size, size)
    return written


def taken(shapes: Shapes, which: Ints) -> Shapes:
    """Take some of many polygons."""
    count = shapes.first[which + 1] - shapes.first[which]
    rings = runs(shapes.first[which], count)
    size = shapes.rings[rings + 1] - shapes.rings[rings]
    vertices = runs(shapes.rings[rings], size)
    ends, first = (np.concatenate([[0], np.cumsum(one)]).astype(np.int64) for one in (size, count))
    return Shapes(shapes.x[vertices], shapes.y[vertices], ends, first, shapes.box[which])


def joined(one: Shapes, two: Shapes) -> Shapes:
    """Put two lists of polygons one after the other."""
    return Shapes(
        np.concatenate([one.x, two.x]),
        np.concatenate([one.y, two.y]),
        np.concatenate([one.rings, two.rings[1:] + one.rings[-1]]),
        np.concatenate([one.first, two.first[1:] + one.first[-1]]),
        np.concatenate([one.box, two.box]),
    )


def shoelace(shapes: Shapes, at: int) -> tuple[float, float]:
    """Area and perimeter of one polygon, straight from its vertices."""
    lo, hi = shapes.rings[shapes.first[at]], shapes.rings[shapes.first[at + 1]]
    x, y = shapes.x[lo:hi] - shapes.box[at, 0], shapes.y[lo:hi] - shapes.box[at, 1]
    dx, dy = np.diff(x), np.diff(y)
    within = np.ones(max(len(x) - 1, 0), dtype=bool)
    within[shapes.rings[shapes.first[at] + 1 : shapes.first[at + 1]] - lo - 1] = False
    area = 0.5 * float(np.sum((x[:-1] * dy - y[:-1] * dx)[within]))
    return area, float(np.sum(np.hypot(dx, dy)[within]))
