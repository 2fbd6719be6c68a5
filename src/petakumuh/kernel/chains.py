"""Arcs joined to chains: through a vertex where only two arcs meet, no group can begin or end.

Each group's border is closed, so at such a vertex both arcs have the same groups on the same sides; what lies
left and right of a chain is the same all along it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from petakumuh.kernel.net import owned

if TYPE_CHECKING:
    from petakumuh.kernel.net import Floats, Ints, Net

AREA, X, Y, XX, XY, YY, BORDER = range(7)
"""What is summed for each label: the integrals over its ground of 1, x, y, xx, xy, yy, and what runs around it."""


class Chains(NamedTuple):
    """Arcs chain after chain.

    Attributes
    ----------
    arc, along
        The edges of the net in the order of their chain, and whether they run along it (1) or against (-1).
    start
        Where each chain begins, and where the last one ends.
    """

    arc: Ints
    along: Ints
    start: Ints


def chained(net: Net) -> Chains:
    """Join the arcs of a planar net to chains."""
    around, degree = np.full((net.used[0], 2), -1, np.int64), np.zeros(net.used[0], np.int64)
    left = np.zeros(net.used[1], np.bool_)
    arcs = attached(net, around, degree, left)
    chains = Chains(np.empty(arcs, np.int64), np.empty(arcs, np.int64), np.zeros(arcs + 1, np.int64))
    count = walked(net, chains, around, degree, left)
    return Chains(chains.arc, chains.along, chains.start[: count + 1])


def attached(net: Net, around: Ints, degree: Ints, left: Ints) -> int:
    """Tell each vertex how many arcs end at it and the first two of them; give the number of arcs."""
    arcs = 0
    for e in range(net.used[1]):
        if owned(net, e):
            left[e] = True
            arcs += 1
            for v in (net.a[e], net.b[e]):
                if degree[v] < around.shape[1]:
                    around[v, degree[v]] = e
                degree[v] += 1
    return arcs


def walked(net: Net, chains: Chains, around: Ints, degree: Ints, left: Ints) -> int:
    """Write down all chains; give their number."""
    count = used = 0
    for e in range(net.used[1]):
        if left[e]:
            used = walk(net, chains, around, degree, left, head(net, around, degree, e), used)
            count += 1
            chains.start[count] = used
    return count


def head(net: Net, around: Ints, degree: Ints, e: int) -> int:
    """Walk back to the first arc of a chain; give it as itself, or as ``-1 - arc`` where it runs against it."""
    here, v = e, net.a[e]
    while degree[v] == 2:  # noqa: PLR2004 - a vertex between two arcs
        before = around[v, 0] + around[v, 1] - here
        if before == e:
            break
        here = before
        v = net.a[here] if net.b[here] == v else net.b[here]
    return here if net.a[here] == v else -1 - here


def walk(net: Net, chains: Chains, around: Ints, degree: Ints, left: Ints, begin: int, used: int) -> int:
    """Write down the arcs of a chain from its first one on; give how many places are then used."""
    here, along = (begin, 1) if begin >= 0 else (-1 - begin, -1)
    while left[here]:
        left[here] = False
        chains.arc[used], chains.along[used] = here, along
        used += 1
        v = net.b[here] if along > 0 else net.a[here]
        if degree[v] != 2:  # noqa: PLR2004 - a vertex between two arcs
            break
        here = around[v, 0] + around[v, 1] - here
        along = 1 if net.a[here] == v else -1
    return used


def measured(net: Net, chains: Chains, c: int, sums: Floats) -> None:
    """Sum over the arcs of a chain what each adds to the moments of the ground on its left, and their lengths.

    A power ``f`` of x and y of degree k in all is the divergence of ``f * (x, y) / (k + 2)``, as Euler's theorem
    on homogeneous functions has it. So by Green's theorem its integral over a region is that of
    ``f / (k + 2) * (x dy - y dx)`` around it, and on a straight arc ``x dy - y dx`` is ``cross(a, b) dt``. With
    ``t`` from 0 at ``a`` to 1 at ``b``, and ``w = cross(a, b) / 2``, an arc so adds::

        1    w * 1                                x    w * (ax + bx) / 3
        xx   w * (ax ax + ax bx + bx bx) / 6      xy   w * (2 ax ay + ax by + bx ay + 2 bx by) / 12

    and y, yy as x, xx. C. Steger, *On the calculation of arbitrary moments of polygons* (1996), has all degrees.
    """
    area = x = y = xx = xy = yy = length = 0.0
    for k in range(chains.start[c], chains.start[c + 1]):
        a, b = net.a[chains.arc[k]], net.b[chains.arc[k]]
        ax, ay, bx, by = net.x[a], net.y[a], net.x[b], net.y[b]
        dx, dy = bx - ax, by - ay
        w = 0.5 * chains.along[k] * (ax * dy - ay * dx)
        area += w
        x += w * (ax + bx)
        y += w * (ay + by)
        xx += w * (ax * ax + ax * bx + bx * bx)
        xy += w * (ax * (ay + ay + by) + bx * (ay + by + by))
        yy += w * (ay * ay + ay * by + by * by)
        length += math.sqrt(dx * dx + dy * dy)
    sums[AREA], sums[X], sums[Y], sums[BORDER] = area, x / 3.0, y / 3.0, length
    sums[XX], sums[XY], sums[YY] = xx / 6.0, xy / 12.0, yy / 6.0


def place(net: Net, chains: Chains, c: int, far: float) -> int:
    """Find the place in a chain whose arc holds the point so far along it."""
    last = chains.start[c + 1] - 1
    for k in range(chains.start[c], last):
        a, b = net.a[chains.arc[k]], net.b[chains.arc[k]]
        dx, dy = net.x[b] - net.x[a], net.y[b] - net.y[a]
        far -= math.sqrt(dx * dx + dy * dy)
        if far <= 0.0:
            return k
    return last


def ends(net: Net, chains: Chains, c: int) -> tuple[int, int]:
    """Give the first and the last vertex of a chain."""
    one, two = chains.start[c], chains.start[c + 1] - 1
    first, last = chains.arc[one], chains.arc[two]
    begin = net.a[first] if chains.along[one] > 0 else net.b[first]
    return begin, net.b[last] if chains.along[two] > 0 else net.a[last]
