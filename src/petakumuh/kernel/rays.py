"""Rays to the west: how often each group winds around a point.

A ray counts every arc that passes west of the point and spans its height, the lower end included, the upper one
not: as if it ran just above the height given. An arc that runs down has its group on its east, one that runs up
on its west. The sum over all footprints of a group is its winding number: above 0 where any of them covers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from petakumuh.kernel.meetings import cell_of
from petakumuh.kernel.net import mark, owned

if TYPE_CHECKING:
    from petakumuh.kernel.layout import Frame
    from petakumuh.kernel.net import Floats, Ints, Net

_ARCS_PER_ROW = 4
_MOST = 65_536


class Rows(NamedTuple):
    """Arcs by the rows of heights that they span.

    Attributes
    ----------
    start, arc
        Where each row begins, and the arcs in it; -1 - k is step k of the wall.
    line
        Of each arc its lower end ``x, y`` and its upper end ``x, y``.
    down
        1 where the arc runs down, -1 where it runs up.
    per
        Rows per metre.
    """

    start: Ints
    arc: Ints
    line: Floats
    down: Ints
    per: float


class Winding(NamedTuple):
    """Winding numbers of the groups met so far: by group, which have been met, a list of these, its length.

    And the mark of every group, for the keys of labels.
    """

    number: Ints
    met: Ints
    groups: Ints
    used: Ints
    marks: Ints


def still(groups: int) -> Winding:
    """Make room for the winding numbers of so many groups, all 0."""
    zero, marks = np.zeros(groups, np.int64), np.empty(groups, np.int64)
    for k in range(groups):
        marks[k] = mark(k)
    return Winding(zero, zero.copy(), zero.copy(), np.zeros(1, np.int64), marks)


def reset(winding: Winding) -> None:
    """Set all winding numbers back to 0."""
    for k in range(winding.used[0]):
        winding.number[winding.groups[k]] = 0
        winding.met[winding.groups[k]] = 0
    winding.used[0] = 0


def add(winding: Winding, group: int, times: int) -> None:
    """Let a group wind so many times more."""
    if winding.met[group] == 0:
        winding.met[group] = 1
        winding.groups[winding.used[0]] = group
        winding.used[0] += 1
    winding.number[group] += times


def rowed(net: Net, wall: Ints, frame: Frame) -> Rows:
    """Sort arcs and the steps of the wall into rows."""
    stands = np.zeros(net.used[1], np.bool_)
    rows = min(max(standing(net, stands) // _ARCS_PER_ROW, 1), _MOST)
    per = rows / max(frame.height, net.eps)
    start = np.zeros(rows + 1, np.int64)
    count_rows(net, wall, stands, per, start)
    arc, line = np.empty(start[rows], np.int64), np.empty((start[rows], 4), np.float64)
    filled = Rows(start, arc, line, np.empty_like(arc), per)
    fill_rows(net, wall, stands, filled)
    return filled


def standing(net: Net, stands: Ints) -> int:
    """Find the arcs that a level ray can meet; give their number."""
    arcs = 0
    for e in range(net.used[1]):
        if owned(net, e) and net.y[net.a[e]] != net.y[net.b[e]]:
            stands[e] = True
            arcs += 1
    return arcs


def count_rows(net: Net, wall: Ints, stands: Ints, per: float, start: Ints) -> None:
    """Count each arc in each of its rows, and so find where a row's arcs end."""
    rows = len(start) - 1
    for k in range(-len(wall), len(stands)):
        if k < 0 or stands[k]:
            _, y1, _, y2 = upright(net, wall, k)
            for row in range(cell_of(y1, per, rows), cell_of(y2, per, rows) + 1):
                start[row] += 1
    for row in range(1, len(start)):
        start[row] += start[row - 1]


def fill_rows(net: Net, wall: Ints, stands: Ints, rows: Rows) -> None:
    """Enter each arc in each of its rows, and so find where a row's arcs begin."""
    last = len(rows.start) - 1
    for k in range(-len(wall), len(stands)):
        if k < 0 or stands[k]:
            x1, y1, x2, y2 = upright(net, wall, k)
            a, b = ends_of(net, wall, k)
            down = 1 if net.y[a] > net.y[b] else -1
            for row in range(cell_of(y1, rows.per, last), cell_of(y2, rows.per, last) + 1):
                rows.start[row] -= 1
                at = rows.start[row]
                rows.arc[at], rows.down[at] = k, down
                rows.line[at, 0], rows.line[at, 1], rows.line[at, 2], rows.line[at, 3] = x1, y1, x2, y2


def ends_of(net: Net, wall: Ints, k: int) -> tuple[int, int]:
    """Give the ends of an arc, or of step ``-1 - k`` of the wall."""
    return (net.a[k], net.b[k]) if k >= 0 else (wall[-1 - k, 0], wall[-1 - k, 1])


def upright(net: Net, wall: Ints, k: int) -> tuple[float, float, float, float]:
    """Give the lower and the upper end of an arc or a step, ``x, y, x, y``."""
    a, b = ends_of(net, wall, k)
    if net.y[a] > net.y[b]:
        a, b = b, a
    return net.x[a], net.y[a], net.x[b], net.y[b]


def wind(net: Net, wall: Ints, rows: Rows, winding: Winding, arc: int, x: float, y: float) -> None:
    """Count how often each group winds around a point of an arc, the arc itself left out."""
    reset(winding)
    row = cell_of(y, rows.per, len(rows.start) - 1)
    for at in range(rows.start[row], rows.start[row + 1]):
        low, high = rows.line[at, 1], rows.line[at, 3]
        if not low <= y < high or rows.arc[at] == arc:
            continue
        x1, x2 = rows.line[at, 0], rows.line[at, 2]
        if x1 > x and x2 > x:
            continue
        if (x1 > x or x2 > x) and (x2 - x1) * (y - low) - (high - low) * (x - x1) >= 0.0:
            continue
        k = rows.arc[at]
        if k >= 0:
            pass_arc(net, winding, k, rows.down[at])
        else:
            add(winding, wall[-1 - k, 2], rows.down[at])


def pass_arc(net: Net, winding: Winding, e: int, times: int) -> None:
    """Cross an arc: from its right to its left (1) or back (-1)."""
    o = net.o_head[e]
    while o >= 0:
        if net.turn[o] != 0:
            add(winding, net.owner[o], times * net.turn[o])
        o = net.o_next[o]


def seen_is_left(net: Net, e: int, y: float) -> bool:
    """Whether the side of an arc that a ray sees lies left of ``a -> b``.

    A ray at a height that the arc spans sees its west. Above a level arc, or above one so flat that the height of
    its point was rounded to that of its upper end, the ray sees the upper side.
    """
    a, b = net.a[e], net.b[e]
    return net.x[b] > net.x[a] if y >= max(net.y[a], net.y[b]) else net.y[b] > net.y[a]
