"""The kernel's doors: one ground by itself, or many at once as flat arrays."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from petakumuh.kernel.batch import joined, measured
from petakumuh.kernel.chains import BORDER
from petakumuh.kernel.one import CERTIFIED
from petakumuh.kernel.shapes import flat, runs, taken
from petakumuh.kernel.tiles import by_tiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from petakumuh.kernel.batch import Slice
    from petakumuh.kernel.layout import Shapes
    from petakumuh.kernel.net import Floats, Ints

__all__ = ["REASONS", "Arcs", "Labels", "areas", "label_arcs", "label_areas"]

REASONS = ("", "not_finite", "not_planar", "rays_disagree", "not_closed", "sum_differs")
"""Why a ground is not certified, by the number in `Labels.reason`; the first means that it is."""
_GIANT = 16_384


class Labels(NamedTuple):
    """The ground of all sets of groups on many grounds.

    Attributes
    ----------
    ground
        The ground of each row, in order.
    moments
        Of shape (n, 6): the integrals over the ground that just these groups cover of 1, x, y, xx, xy and yy, with
        x and y measured from the lower left corner of the ground's box (``grounds.box[at, :2]``), in metres. The
        first is the area; a ground's rows sum to the ground.
    border_m
        The length of all that runs around it. Of a giant, which is measured in tiles, the edges of tiles count
        too: it is then an upper bound.
    start, groups
        Where the groups of each row begin, and the groups, in order; none where no footprint lies.
    reason
        Of each ground: 0 where it is certified, or else the number of a reason in `REASONS`. The rows of a
        ground that is not certified must not be used.
    """

    ground: Ints
    moments: Floats
    border_m: Floats
    start: Ints
    groups: Ints
    reason: Ints

    @property
    def area_m2(self) -> Floats:
        """Square metres of each row."""
        return self.moments[:, 0]


class Arcs(NamedTuple):
    """The arcs between different labels on the grounds that are certified.

    Attributes
    ----------
    part
        Of each arc the number of its part, in which the arcs around any rows form closed rings with vertices that
        are the same to the last bit: a ground is one part, a giant has one for each of its tiles.
    ground
        The ground of each arc, in order.
    left, right
        The rows of `Labels` on the left and on the right of each arc, -1 outside the ground.
    start, x, y
        Where the vertices of each arc begin, and the vertices, from the lower left corner of the ground's box.
    """

    part: Ints
    ground: Ints
    left: Ints
    right: Ints
    start: Ints
    x: Floats
    y: Floats


def areas(
    ground: Any, footprints: Sequence[Any], groups: Sequence[int]
) -> tuple[dict[tuple[int, ...], float], str]:
    """Measure every set of groups on one ground.

    Parameters
    ----------
    ground
        A valid polygon, in metres.
    footprints, groups
        Valid polygons, and the group of each, 0 or more; footprints of one group count once where they overlap.

    Returns
    -------
        Square metres by the groups that cover, in order, the empty set included; and why this is not certified,
        empty where it is.

    Examples
    --------
    >>> import shapely
    >>> square = shapely.box(0, 0, 10, 10)
    >>> areas(square, [shapely.box(-5, 0, 5, 10), shapely.box(0, 0, 10, 2)], [2021, 2023])
    ({(): 40.0, (2021,): 40.0, (2021, 2023): 10.0, (2023,): 10.0}, '')
    """
    count = len(footprints)
    shapes = flat(np.array([ground, *footprints], dtype=object)[1:]) if count else flat([])
    number = np.asarray(groups, dtype=np.int64).reshape(count)
    found = label_areas(flat([ground]), shapes, group=number, start=np.array([0, count]), on=np.arange(count))
    names = found.groups.tolist()
    labels = [tuple(names[lo:hi]) for lo, hi in pairwise(found.start.tolist())]
    return dict(sorted(zip(labels, found.area_m2.tolist(), strict=True))), REASONS[found.reason[0]]


def label_areas(
    grounds: Shapes, footprints: Shapes, *, group: Ints, start: Ints, on: Ints, threads: int = 1
) -> Labels:
    """Measure every set of groups on each of many grounds.

    Parameters
    ----------
    grounds, footprints
        Polygons as `flat` gives them.
    group
        The group of each footprint, 0 or more.
    start, on
        Where the footprints of each ground begin in ``on``, and which they are; each only once. Those that
        cannot meet the ground cost a look at their box.
    threads
        How many threads share the work; the answer is the same to the last bit.

    Returns
    -------
        Rows in the order of grounds. The sums' last bits depend on the order of a ground's footprints.

    Raises
    ------
    ValueError
        When a group is negative.
    """
    return _in_order(*_found(grounds, footprints, group, start, on, threads, wanted=False))[0]


def label_arcs(
    grounds: Shapes, footprints: Shapes, *, group: Ints, start: Ints, on: Ints, threads: int = 1
) -> tuple[Labels, Arcs]:
    """Measure as `label_areas` does, and draw the arcs between the labels.

    Parameters
    ----------
    grounds, footprints, group, start, on, threads
        As for `label_areas`.

    Returns
    -------
        What `label_areas` gives, to the last bit, and the arcs.

    Raises
    ------
    ValueError
        When a group is negative.

    Examples
    --------
    >>> import shapely
    >>> square, west = flat([shapely.box(0, 0, 10, 10)]), flat([shapely.box(-5, -5, 5, 15)])
    >>> labels, arcs = label_arcs(square, west, group=[7], start=[0, 1], on=[0])
    >>> labels.area_m2.tolist(), labels.groups.tolist(), labels.border_m.tolist()
    ([50.0, 50.0], [7], [30.0, 30.0])
    >>> arcs.left.tolist(), arcs.right.tolist(), arcs.start.tolist()
    ([0, 1, 1], [-1, -1, 0], [0, 4, 8, 10])
    >>> arcs.x[8:].tolist(), arcs.y[8:].tolist()
    ([5.0, 5.0], [0.0, 10.0])
    """
    return _in_order(*_found(grounds, footprints, group, start, on, threads, wanted=True))


def _found(
    grounds: Shapes, footprints: Shapes, group: Ints, start: Ints, on: Ints, threads: int, *, wanted: bool
) -> tuple[Slice, Ints, Ints]:
    """Measure the plain grounds, then the giants; give also which ground came when, and the tile of each line."""
    start, on, group = (np.require(one, np.int64, ["C", "W"]) for one in (start, on, group))
    if group.min(initial=0) < 0:
        raise ValueError("groups are numbered from 0 on")
    giant = _giants(grounds, footprints, start, on)
    plain = np.flatnonzero(~giant)
    slices = [measured(plain, grounds, footprints, group, start, on, wanted, threads)]
    tiles = [np.zeros(len(slices[0].lines.left), dtype=np.int64)]
    for at in np.flatnonzero(giant).tolist():
        mine = on[start[at] : start[at + 1]]
        one, tile = by_tiles(grounds, at, taken(footprints, mine), group[mine], wanted, threads)
        slices.append(one)
        tiles.append(tile)
    return joined(slices), np.append(plain, np.flatnonzero(giant)), np.concatenate(tiles)


def _giants(grounds: Shapes, footprints: Shapes, start: Ints, on: Ints) -> NDArray[np.bool_]:
    """Find the grounds to cut into tiles: with many vertices on them, all of them finite."""
    size = np.diff(footprints.rings[footprints.first])
    endless = ~np.isfinite(footprints.box.sum(axis=1))
    vertices, faults = (np.concatenate([[0], np.cumsum(one[on])]) for one in (size, endless))
    many = vertices[start[1:]] - vertices[start[:-1]] + np.diff(grounds.rings[grounds.first]) > _GIANT
    found: NDArray[np.bool_] = (
        many & (faults[start[1:]] == faults[start[:-1]]) & np.isfinite(grounds.box).all(axis=1)
    )
    return found


def _in_order(found: Slice, which: Ints, tile: Ints) -> tuple[Labels, Arcs]:
    """Sort what was found by ground."""
    reason = np.empty_like(found.reason)
    reason[which] = found.reason
    ground = np.repeat(which, found.labels)
    order = np.argsort(ground, kind="stable")
    size = np.diff(found.start)[order]
    groups = found.groups[runs(found.start[:-1][order], size)]
    sums, start = found.sums[order], np.concatenate([[0], np.cumsum(size)])
    moments = np.ascontiguousarray(sums[:, :BORDER])
    labels = Labels(ground[order], moments, sums[:, BORDER].copy(), start, groups, reason)
    row = np.full(len(order) + 1, -1)
    row[order] = np.arange(len(order))
    return labels, _arcs(found, which, tile, row)


def _arcs(found: Slice, which: Ints, tile: Ints, row: Ints) -> Arcs:
    """Sort the lines of grounds that are certified; the last of ``row`` says what lies outside."""
    lines, ground = found.lines, np.repeat(which, found.drawn)
    certified = np.repeat(found.reason == CERTIFIED, found.drawn)
    parts = np.ones(len(which), dtype=np.int64)
    np.maximum.at(parts, ground, tile + 1)
    part = (np.cumsum(parts) - parts)[ground] + tile
    order = np.argsort(ground, kind="stable")
    order = order[certified[order]]
    size = np.diff(lines.start)[order]
    vertices, start = runs(lines.start[:-1][order], size), np.concatenate([[0], np.cumsum(size)])
    left, right = row[lines.left[order]], row[lines.right[order]]
    return Arcs(part[order], ground[order], left, right, start, lines.x[vertices], lines.y[vertices])
