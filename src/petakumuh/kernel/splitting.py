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
_FEW = 24


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
    start, vertices = by_edge(at, net.count[1])
    along = np.empty(len(at), np.float64)
    edges = net.count[1]
    for e in range(edges):
        if start[e] < start[e + 1]:
            order(net, e, vertices[start[e] : start[e + 1]], along[start[e] : start[e + 1]])
    for e in range(edges):
        if start[e] < start[e + 1]:
            net = cut(net, e, vertices[start[e] : start[e + 1]])
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


def by_edge(at: Ints, edges: int) -> tuple[Ints, Ints]:
    """Group rows ``edge, vertex`` by edge: where each edge's begin, and the vertices."""
    start = np.zeros(edges + 1, np.int64)
    for k in range(len(at)):
        start[at[k, 0] + 1] += 1
    for e in range(edges):
        start[e + 1] += start[e]
    free = start[:-1].copy()
    vertices = np.empty(len(at), np.int64)
    for k in range(len(at)):
        e = at[k, 0]
        vertices[free[e]] = at[k, 1]
        free[e] += 1
    return start, vertices


def order(net: Net, e: int, vertices: Ints, along: Floats) -> None:
    """Sort vertices by how far along an edge they lie."""
    a, b = net.a[e], net.b[e]
    dx, dy = net.x[b] - net.x[a], net.y[b] - net.y[a]
    for k in range(len(vertices)):
        v = vertices[k]
        along[k] = (net.x[v] - net.x[a]) * dx + (net.y[v] - net.y[a]) * dy
    if len(vertices) > _FEW:
        rank = np.argsort(along, kind="mergesort")
        vertices[:], along[:] = vertices[rank], along[rank]
    for k in range(1, len(vertices)):
        v, far = vertices[k], along[k]
        j = k - 1
        while j >= 0 and (along[j] > far or (along[j] == far and vertices[j] > v)):
            vertices[j + 1], along[j + 1] = vertices[j], along[j]
            j -= 1
        vertices[j + 1], along[j + 1] = v, far


def cut(net: Net, e: int, vertices: Ints) -> Net:
    """Replace an edge by its pieces from vertex to vertex, each with the owners of the whole."""
    pieces, owners = len(vertices) + 1, 0
    o = net.o_head[e]
    while o >= 0:
        owners += 1
        o = net.o_next[o]
    if net.count[1] + pieces > net.a.size or net.count[2] + owners * pieces > net.owner.size:
        net = grown(net, 0, pieces, owners * pieces)
    u, b = net.a[e], net.b[e]
    net.a[e] = -1
    for k in range(pieces):
        v = vertices[k] if k < len(vertices) else b
        if u == v:
            continue
        piece = edge(net, min(u, v), max(u, v))
        o = net.o_head[e]
        while o >= 0:
            if net.turn[o] != 0:
                own(net, piece, net.owner[o], net.turn[o] if u < v else -net.turn[o])
            o = net.o_next[o]
        u = v
    return net
