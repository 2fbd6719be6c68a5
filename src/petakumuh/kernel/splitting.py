"""Edges split where they meet, round after round, until no vertex lies beside an edge and no edges cross.

Then the net is planar: its edges are the arcs of a subdivision of the plane. Vertices never move; an edge bends
by eps at most to pass through a vertex beside it, and two edges nearer than eps so become one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from petakumuh.kernel.meetings import Fresh, empty_grid, meetings
from petakumuh.kernel.net import edge, grown, own, vertex

if TYPE_CHECKING:
    from petakumuh.kernel.layout import Frame
    from petakumuh.kernel.meetings import Found
    from petakumuh.kernel.net import Floats, Ints, Net

_ROUNDS = 32
_CROWDED = 8


def planar(net: Net, frame: Frame) -> tuple[Net, bool]:
    """Split edges where they meet, round after round; say whether the net became planar."""
    laid = net.used[1]
    grid, fresh = empty_grid(net, frame, laid), Fresh(0, 0, net.used[0])
    for _ in range(_ROUNDS):
        if net.used[1] > _CROWDED * laid:
            # Many more pieces than the cells were laid out for: all of them meet again in a finer grid.
            laid = net.used[1]
            grid, fresh = empty_grid(net, frame, laid), Fresh(0, 0, net.used[0])
        grid, found = meetings(net, grid, fresh)
        if found.used[0] + found.used[1] == 0:
            return net, True
        net, fresh = split(net, found)
    return net, False


def split(net: Net, found: Found) -> tuple[Net, Fresh]:
    """Split edges at the vertices beside them and at their crossings, each computed once for both edges."""
    touches, crossings, vertices, edges = found.used[0], found.used[1], net.used[0], net.used[1]
    net = grown(net, crossings, 0, 0)
    at, bent = np.empty((touches + 2 * crossings, 2), np.int64), np.zeros(edges, np.bool_)
    at[:touches] = found.beside[:touches]
    cross_all(net, found, at, bent)
    start, stops, along = np.zeros(edges + 1, np.int64), np.empty(len(at), np.int64), np.empty(len(at))
    by_edge(at, start, stops)
    order_all(net, start, stops, along)
    net = cut_all(net, start, stops, bent, False)
    straight = net.used[1]
    return cut_all(net, start, stops, bent, True), Fresh(edges, straight, vertices)


def cross_all(net: Net, found: Found, at: Ints, bent: Ints) -> None:
    """Add rows ``edge, vertex`` for all crossings; tell which edges bend: through vertices not made for them."""
    touches = found.used[0]
    for k in range(touches):
        bent[at[k, 0]] = True
    for k in range(found.used[1]):
        e, f, known = found.crossed[k, 0], found.crossed[k, 1], net.used[0]
        v, row = crossing(net, e, f), touches + 2 * k
        at[row, 0], at[row, 1], at[row + 1, 0], at[row + 1, 1] = e, v, f, v
        if v < known:
            bent[e] = bent[f] = True


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


def order_all(net: Net, start: Ints, vertices: Ints, along: Floats) -> None:
    """Sort the vertices of every edge."""
    for e in range(len(start) - 1):
        if start[e] < start[e + 1]:
            order(net, e, vertices, along, start[e], start[e + 1])


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


def cut_all(net: Net, start: Ints, stops: Ints, bent: Ints, which: bool) -> Net:
    """Cut the edges that are bent, or those that are straight."""
    e, edges = 0, len(bent)
    while e < edges:
        e = cut_some(net, e, start, stops, bent, which)
        if e < edges:
            pieces = start[e + 1] - start[e] + 1
            net = grown(net, 0, pieces + edges, pieces * owners_of(net, e) + edges)
    return net


def cut_some(net: Net, first: int, start: Ints, stops: Ints, bent: Ints, which: bool) -> int:
    """Cut edges as long as there is room for the pieces; give the first one left over."""
    for e in range(first, len(bent)):
        if start[e] == start[e + 1] or bent[e] != which:
            continue
        pieces = start[e + 1] - start[e] + 1
        if net.used[1] + pieces > net.a.size or net.used[2] + pieces * owners_of(net, e) > net.owner.size:
            return e
        cut(net, e, stops, start[e], start[e + 1])
    return len(bent)


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
