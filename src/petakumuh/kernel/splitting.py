"""Edges split where they meet, round after round, until no vertex lies beside an edge and no edges cross.

Then the net is planar: its edges are the arcs of a subdivision of the plane. Vertices never move; an edge bends
by eps at most to pass through a vertex beside it, and two edges nearer than eps so become one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from petakumuh.kernel.meetings import gridded, meetings
from petakumuh.kernel.net import edge, grown, own, vertex

if TYPE_CHECKING:
    from petakumuh.kernel.gather import Frame
    from petakumuh.kernel.meetings import Found
    from petakumuh.kernel.net import Floats, Ints, Net

_ROUNDS = 32


def planar(net: Net, frame: Frame) -> tuple[Net, bool]:
    """Split edges where they meet; say whether the net became planar.

    Edges that were not split in a round have met each other and need no second look: each round tries only the
    pieces of the round before, against all.
    """
    first = 0
    for _ in range(_ROUNDS):
        found = meetings(net, gridded(net, frame, first), first)
        if found.count[0] + found.count[1] == 0:
            return net, True
        first = net.count[1]
        net = split(net, found)
    return net, False


def split(net: Net, found: Found) -> Net:
    """Split edges at the vertices beside them and at their crossings, each computed once for both edges."""
    touches, crossings = found.count[0], found.count[1]
    net = grown(net, crossings, 0, 0)
    at = np.empty((touches + 2 * crossings, 2), np.int64)
    at[:touches] = found.beside[:touches]
    for k in range(crossings):
        e, f = found.crossed[k, 0], found.crossed[k, 1]
        v = crossing(net, e, f)
        at[touches + 2 * k, 0], at[touches + 2 * k + 1, 0] = e, f
        at[touches + 2 * k, 1], at[touches + 2 * k + 1, 1] = v, v
    edges = net.count[1]
    start, vertices, along = np.zeros(edges + 1, np.int64), np.empty(len(at), np.int64), np.empty(len(at))
    by_edge(at, start, vertices)
    for e in range(edges):
        if start[e] < start[e + 1]:
            order(net, e, vertices, along, start[e], start[e + 1])
    for e in range(edges):
        if start[e] < start[e + 1]:
            pieces = start[e + 1] - start[e] + 1
            owners = pieces * owners_of(net, e)
            if net.count[1] + pieces > net.a.size or net.count[2] + owners > net.owner.size:
                net = grown(net, 0, pieces, owners)
            cut(net, e, vertices, start[e], start[e + 1])
    return net


def crossing(net: Net, e: int, f: int) -> int:
    """Find the vertex at which two edges cross."""
    x, y = net.x[net.a[e]], net.y[net.a[e]]
    dx, dy = net.x[net.b[e]] - x, net.y[net.b[e]] - y
    cx, cy = net.x[net.a[f]], net.y[net.a[f]]
    gx, gy = net.x[net.b[f]] - cx, net.y[net.b[f]] - cy
    across = dx * gy - dy * gx
    ahead = ((cx - x) * gy - (cy - y) * gx) / across if across != 0.0 else 0.5
    ahead = min(max(ahead, 0.0), 1.0)
    return vertex(net, x + ahead * dx, y + ahead * dy)


def by_edge(at: Ints, start: Ints, vertices: Ints) -> None:
    """Group rows ``edge, vertex`` by edge: where each edge's begin, and the vertices."""
    for k in range(len(at)):
        start[at[k, 0]] += 1
    for e in range(1, len(start)):
        start[e] += start[e - 1]
    for k in range(len(at) - 1, -1, -1):
        e = at[k, 0]
        start[e] -= 1
        vertices[start[e]] = at[k, 1]


def order(net: Net, e: int, vertices: Ints, along: Floats, lo: int, hi: int) -> None:
    """Sort vertices by how far along an edge they lie: insertion over ever smaller gaps."""
    a, b = net.a[e], net.b[e]
    dx, dy = net.x[b] - net.x[a], net.y[b] - net.y[a]
    for k in range(lo, hi):
        v = vertices[k]
        along[k] = (net.x[v] - net.x[a]) * dx + (net.y[v] - net.y[a]) * dy
    gap = 1
    while 3 * gap + 1 < hi - lo:
        gap = 3 * gap + 1
    while gap > 0:
        for k in range(lo + gap, hi):
            v, far = vertices[k], along[k]
            j = k - gap
            while j >= lo and (along[j] > far or (along[j] == far and vertices[j] > v)):
                vertices[j + gap], along[j + gap] = vertices[j], along[j]
                j -= gap
            vertices[j + gap], along[j + gap] = v, far
        gap //= 3


def owners_of(net: Net, e: int) -> int:
    """Count the groups that own an edge."""
    count = 0
    o = net.o_head[e]
    while o >= 0:
        count += 1
        o = net.o_next[o]
    return count


def cut(net: Net, e: int, vertices: Ints, lo: int, hi: int) -> None:
    """Replace an edge by its pieces from vertex to vertex, each with the owners of the whole."""
    u, b = net.a[e], net.b[e]
    net.a[e] = -1
    for k in range(lo, hi + 1):
        v = vertices[k] if k < hi else b
        if u == v:
            continue
        piece = edge(net, min(u, v), max(u, v))
        o = net.o_head[e]
        while o >= 0:
            if net.turn[o] != 0:
                own(net, piece, net.owner[o], net.turn[o] if u < v else -net.turn[o])
            o = net.o_next[o]
        u = v
