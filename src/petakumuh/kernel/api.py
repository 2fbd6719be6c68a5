"""The kernel's doors: one ground by itself, or many at once as flat arrays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from petakumuh.kernel.batch import engine
from petakumuh.kernel.one import SUM_DIFFERS
from petakumuh.kernel.shapes import flat, runs, taken
from petakumuh.kernel.tiles import TRUE_GROUND, gathered, sums_up, tiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from petakumuh.kernel.batch import Slice
    from petakumuh.kernel.gather import Shapes
    from petakumuh.kernel.net import Floats, Ints

__all__ = ["REASONS", "Labels", "areas", "label_areas"]

REASONS = ("", "not_finite", "not_planar", "rays_disagree", "not_closed", "sum_differs")
"""Why a ground is not certified, by the number in `Labels.reason`; the first means that it is."""
_SLICES_PER_THREAD = 16
_GIANT = 16_384


class Labels(NamedTuple):
    """The areas of all sets of groups on many grounds.

    Attributes
    ----------
    ground
        The ground of each row, in order.
    area_m2
        Of the ground that just these groups cover; a ground's rows sum to its area.
    start, groups
        Where the groups of each row begin, and the groups, in order; none where no footprint lies.
    reason
        Of each ground: 0 where it is certified, or else the number of a reason in `REASONS`. The rows of a
        ground that is not certified must not be used.
    """

    ground: Ints
    area_m2: Floats
    start: Ints
    groups: Ints
    reason: Ints


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
    by_label = dict(zip(_tuples(found.start, found.groups), found.area_m2.tolist(), strict=True))
    return dict(sorted(by_label.items())), REASONS[found.reason[0]]


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
    start, on, group = (np.require(one, np.int64, ["C", "W"]) for one in (start, on, group))
    if group.min(initial=0) < 0:
        raise ValueError("groups are numbered from 0 on")
    giant = _giants(grounds, footprints, start, on)
    plain = np.flatnonzero(~giant)
    ran = _run(plain, grounds, footprints, group, start, on, threads)
    reason = np.zeros(len(giant), dtype=np.int64)
    reason[plain] = ran[0]
    pieces = [(np.repeat(plain, ran[1]), ran[2], np.diff(ran[3]), ran[4])]
    for at in np.flatnonzero(giant).tolist():
        mine = on[start[at] : start[at + 1]]
        found, reason[at] = _by_tiles(grounds, at, taken(footprints, mine), group[mine], threads)
        names = np.array([group for label in found for group in label], dtype=np.int64)
        sizes = np.array([len(label) for label in found], dtype=np.int64)
        pieces.append((np.full(len(found), at), np.array(list(found.values()), dtype=np.float64), sizes, names))
    ground, area, sizes, groups = (np.concatenate(one) for one in zip(*pieces, strict=True))
    order = np.argsort(ground, kind="stable")
    groups = groups[runs((np.cumsum(sizes) - sizes)[order], sizes[order])]
    return Labels(ground[order], area[order], np.concatenate([[0], np.cumsum(sizes[order])]), groups, reason)


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


def _run(
    which: Ints, grounds: Shapes, footprints: Shapes, group: Ints, start: Ints, on: Ints, threads: int
) -> Slice:
    """Let threads measure slices of the grounds, and put what they found in order."""
    run, slices = engine(), threads * _SLICES_PER_THREAD if threads > 1 else 1
    cuts = np.linspace(0, len(which), slices + 1).astype(int).tolist()

    def part(lo: int, hi: int) -> Slice:
        return run(which[lo:hi], grounds, footprints, group, start, on)

    if slices == 1:
        return part(0, len(which))
    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(part, cuts[:-1], cuts[1:]))
    reason, rows, area, groups = (np.concatenate([one[k] for one in parts]) for k in (0, 1, 2, 4))
    sizes = np.concatenate([np.diff(one[3]) for one in parts])
    return reason, rows, area, np.concatenate([[0], np.cumsum(sizes)]), groups, parts[0][5]


def _by_tiles(
    grounds: Shapes, at: int, footprints: Shapes, group: Ints, threads: int
) -> tuple[dict[tuple[int, ...], float], int]:
    """Measure one ground in tiles; the worst reason of a tile is that of the ground."""
    tiles, shapes, start, mine = tiled(grounds, at, footprints)
    numbers = np.concatenate([group, np.full(len(tiles.box), TRUE_GROUND)])
    reason, _, area, first, groups, _ = _run(
        np.arange(len(tiles.box)), tiles, shapes, numbers, start, mine, threads
    )
    found = gathered(_tuples(first, groups), area)
    worst = int(reason.max(initial=0))
    return found, worst or (0 if sums_up(grounds, at, sum(found.values())) else SUM_DIFFERS)


def _tuples(start: Ints, groups: Ints) -> list[tuple[int, ...]]:
    names = groups.tolist()
    return [tuple(names[lo:hi]) for lo, hi in pairwise(start.tolist())]
