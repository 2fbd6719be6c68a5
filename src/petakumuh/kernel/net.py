"""The net of one ground: vertices, edges between them, and the groups that own each edge.

Everything is looked up in two hashes: vertices by the cell they lie in, edges by their pair of ends. Lists (of
vertices in a cell, of edges in a slot, of owners of an edge) are chains through arrays, ended by -1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Kind = TypeVar("Kind", np.int64, np.float64)

CELL = 64.0
"""Width of a cell of the hash of vertices, in eps."""
_WORD = 0x7FFFFFFF


class Net(NamedTuple):
    """Vertices more than eps apart, and edges between them.

    Attributes
    ----------
    eps
        What lies nearer than this is one, in metres.
    x, y
        Vertices, in metres from the ground's corner.
    a, b
        The ends of each edge, ``a < b``; ``a`` is -1 once the edge has been split.
    owner, turn
        A group, and how often it lies left of ``a -> b`` less how often right of it.
    v_next, v_head, e_next, e_head, o_next, o_head
        The chains of vertices by cell, of edges by pair of ends, of owners by edge.
    used
        How many vertices, edges and owners there are, and steps in the wall (see `gather`).
    """

    eps: float
    x: Floats
    y: Floats
    a: Ints
    b: Ints
    owner: Ints
    turn: Ints
    v_next: Ints
    v_head: Ints
    e_next: Ints
    e_head: Ints
    o_next: Ints
    o_head: Ints
    used: Ints


def empty_net(eps: float, vertices: int, edges: int) -> Net:
    """Make a net with room for so many vertices and edges, each edge with one owner."""
    return Net(
        eps,
        np.empty(vertices, np.float64),
        np.empty(vertices, np.float64),
        np.empty(edges, np.int64),
        np.empty(edges, np.int64),
        np.empty(edges, np.int64),
        np.empty(edges, np.int64),
        np.empty(vertices, np.int64),
        np.full(slots(vertices), -1, np.int64),
        np.empty(edges, np.int64),
        np.full(slots(edges), -1, np.int64),
        np.empty(edges, np.int64),
        np.empty(edges, np.int64),
        np.zeros(4, np.int64),
    )


def grown(net: Net, vertices: int, edges: int, owners: int) -> Net:
    """Make room for so many more."""
    vertices += net.used[0]
    edges += net.used[1]
    owners += net.used[2]
    larger = Net(
        net.eps,
        longer(net.x, vertices),
        longer(net.y, vertices),
        longer(net.a, edges),
        longer(net.b, edges),
        longer(net.owner, owners),
        longer(net.turn, owners),
        longer(net.v_next, vertices),
        net.v_head if vertices <= 2 * net.v_head.size else np.full(slots(vertices), -1, np.int64),
        longer(net.e_next, edges),
        net.e_head if edges <= 2 * net.e_head.size else np.full(slots(edges), -1, np.int64),
        longer(net.o_next, owners),
        longer(net.o_head, edges),
        net.used,
    )
    if larger.v_head.size > net.v_head.size:
        for v in range(net.used[0]):
            hang_vertex(larger, v)
    if larger.e_head.size > net.e_head.size:
        for e in range(net.used[1]):
            if larger.a[e] >= 0:
                hang_edge(larger, e)
    return larger


def longer(array: NDArray[Kind], size: int) -> NDArray[Kind]:
    """Copy an array into a longer one, where it is too short."""
    if size <= array.size:
        return array
    copy = np.empty(max(size, 2 * array.size), array.dtype)
    copy[: array.size] = array
    return copy


def longer_rows(array: Floats, size: int) -> Floats:
    """Copy a table into one with more rows, where it has too few."""
    if size <= len(array):
        return array
    copy = np.empty((max(size, 2 * len(array)), array.shape[1]), array.dtype)
    copy[: len(array)] = array
    return copy


def slots(count: int) -> int:
    """Size a hash for so many entries: a power of two."""
    size = 16
    while size < count:
        size *= 2
    return size


def slot(i: int, j: int, size: int) -> int:
    """Choose the slot of two whole numbers; products stay below 63 bits, so nothing overflows."""
    mixed = ((i & _WORD) * 0x5BD1E995) ^ ((j & _WORD) * 0x27D4EB2F)
    return (mixed ^ (mixed >> 17) ^ (mixed >> 33)) & (size - 1)


def mark(number: int) -> int:
    """Give a number a mark of 40 bits that looks random: sums of marks vanish only if the numbers cancel."""
    mixed = (number + 1) * 0x3C6EF372
    mixed = ((mixed ^ (mixed >> 15)) & _WORD) * 0x5851F42D ^ (mixed >> 7)
    mixed = ((mixed ^ (mixed >> 29)) & _WORD) * 0x2545F491 ^ (mixed >> 3)
    return (mixed ^ (mixed >> 21)) & 0xFFFFFFFFFF


def hang_vertex(net: Net, v: int) -> None:
    """Enter a vertex in the hash."""
    cell = CELL * net.eps
    at = slot(math.floor(net.x[v] / cell), math.floor(net.y[v] / cell), net.v_head.size)
    net.v_next[v] = net.v_head[at]
    net.v_head[at] = v


def hang_edge(net: Net, e: int) -> None:
    """Enter an edge in the hash."""
    at = slot(net.a[e], net.b[e], net.e_head.size)
    net.e_next[e] = net.e_head[at]
    net.e_head[at] = e


def vertex(net: Net, x: float, y: float) -> int:
    """Find the vertex within eps of a point, or make the point one."""
    cell = CELL * net.eps
    for i in range(math.floor((x - net.eps) / cell), math.floor((x + net.eps) / cell) + 1):
        for j in range(math.floor((y - net.eps) / cell), math.floor((y + net.eps) / cell) + 1):
            v = net.v_head[slot(i, j, net.v_head.size)]
            while v >= 0:
                dx, dy = net.x[v] - x, net.y[v] - y
                if dx * dx + dy * dy <= net.eps * net.eps:
                    return v
                v = net.v_next[v]
    v = net.used[0]
    net.used[0] = v + 1
    net.x[v], net.y[v] = x, y
    hang_vertex(net, v)
    return v


def edge(net: Net, a: int, b: int) -> int:
    """Find the edge between two vertices, ``a < b``, or make one without an owner."""
    e = net.e_head[slot(a, b, net.e_head.size)]
    while e >= 0:
        if net.a[e] == a and net.b[e] == b:
            return e
        e = net.e_next[e]
    e = net.used[1]
    net.used[1] = e + 1
    net.a[e], net.b[e], net.o_head[e] = a, b, -1
    hang_edge(net, e)
    return e


def own(net: Net, e: int, owner: int, turn: int) -> None:
    """Let a group lie left (1) or right (-1) of an edge; what it does on both sides cancels."""
    o = net.o_head[e]
    while o >= 0:
        if net.owner[o] == owner:
            net.turn[o] += turn
            return
        o = net.o_next[o]
    o = net.used[2]
    net.used[2] = o + 1
    net.owner[o], net.turn[o], net.o_next[o] = owner, turn, net.o_head[e]
    net.o_head[e] = o


def owned(net: Net, e: int) -> bool:
    """Whether an edge stands and any group has it as its border: lies on one side of it alone."""
    if net.a[e] < 0:
        return False
    o = net.o_head[e]
    while o >= 0:
        if net.turn[o] != 0:
            return True
        o = net.o_next[o]
    return False
