"""The chains between two different labels written out, vertex after vertex: the borders that a map may show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from petakumuh.kernel.net import longer

if TYPE_CHECKING:
    from petakumuh.kernel.chains import Chains
    from petakumuh.kernel.net import Floats, Ints, Net


class Lines(NamedTuple):
    """Lines with a label on either side.

    Attributes
    ----------
    left, right
        The labels beside each line.
    start, x, y
        Where the vertices of each line begin, and the vertices from the corner of the ground's box.
    used
        How many lines and how many vertices there are.
    """

    left: Ints
    right: Ints
    start: Ints
    x: Floats
    y: Floats
    used: Ints


def empty_lines(lines: int, vertices: int) -> Lines:
    """Make room for so many lines and vertices."""
    left, start = np.empty(lines, np.int64), np.zeros(lines + 1, np.int64)
    x = np.empty(vertices, np.float64)
    return Lines(left, np.empty_like(left), start, x, np.empty_like(x), np.zeros(2, np.int64))


def drawn(net: Net, chains: Chains, beside: Ints) -> Lines:
    """Write out the chains whose two sides differ, each from its first vertex to its last."""
    count = vertices = 0
    for c in range(len(beside)):
        if beside[c, 0] != beside[c, 1]:
            count += 1
            vertices += chains.start[c + 1] - chains.start[c] + 1
    lines = empty_lines(count, vertices)
    for c in range(len(beside)):
        if beside[c, 0] != beside[c, 1]:
            draw_line(lines, net, chains, c, beside[c, 0], beside[c, 1])
    return lines


def draw_line(lines: Lines, net: Net, chains: Chains, c: int, left: int, right: int) -> None:
    """Write out one chain."""
    line, at = lines.used[0], lines.used[1]
    for k in range(chains.start[c], chains.start[c + 1]):
        v = net.a[chains.arc[k]] if chains.along[k] > 0 else net.b[chains.arc[k]]
        lines.x[at], lines.y[at] = net.x[v], net.y[v]
        at += 1
    last = chains.start[c + 1] - 1
    v = net.b[chains.arc[last]] if chains.along[last] > 0 else net.a[chains.arc[last]]
    lines.x[at], lines.y[at] = net.x[v], net.y[v]
    lines.left[line], lines.right[line], lines.start[line + 1] = left, right, at + 1
    lines.used[0], lines.used[1] = line + 1, at + 1


def added(lines: Lines, more: Lines, labels: int) -> Lines:
    """Put the lines of one more ground after others, its labels counted from a number on."""
    first, at = lines.used[0], lines.used[1]
    count, vertices = first + more.used[0], at + more.used[1]
    left, start, x = longer(lines.left, count), longer(lines.start, count + 1), longer(lines.x, vertices)
    longest = Lines(left, longer(lines.right, count), start, x, longer(lines.y, vertices), lines.used)
    for k in range(more.used[0]):
        longest.left[first + k] = labels + more.left[k] if more.left[k] >= 0 else more.left[k]
        longest.right[first + k] = labels + more.right[k] if more.right[k] >= 0 else more.right[k]
        longest.start[first + k + 1] = at + more.start[k + 1]
    longest.x[at:vertices], longest.y[at:vertices] = more.x, more.y
    longest.used[0], longest.used[1] = count, vertices
    return longest


def trimmed(lines: Lines) -> Lines:
    """Copy what is used."""
    count, vertices = lines.used[0], lines.used[1]
    left, right, start = lines.left[:count], lines.right[:count], lines.start[: count + 1]
    x, y = lines.x[:vertices], lines.y[:vertices]
    return Lines(left.copy(), right.copy(), start.copy(), x.copy(), y.copy(), lines.used)
