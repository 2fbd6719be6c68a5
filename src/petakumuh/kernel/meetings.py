"""Where edges of a net meet: vertices beside an edge, and proper crossings. Decided once per pair.

Candidates come from a grid of cells over the ground's box: two edges within eps of each other share a cell.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from petakumuh.kernel.net import longer

if TYPE_CHECKING:
    from petakumuh.kernel.layout import Frame
    from petakumuh.kernel.net import Ints, Net

_MOST = 4096
_PAD_EPS = 2.0
_EDGES_PER_CELL = 1.5
_BESIDE2 = 0.75
"""The square of how far beside an edge a vertex may lie to be on it, in eps."""
_NEAR2 = 0.7
"""The square of how far from a line its side is sure, in eps: less, so that no crossing falls between the two."""


class Grid(NamedTuple):
    """Cells over the box of a ground, and the edges in each; whatever lies outside counts to the rim.

    Attributes
    ----------
    columns, rows, per_x, per_y
        How many cells there are, in all and per metre.
    pad
        How far around an edge its cells reach.
    head, edge, next, used
        The chains of edges by cell, and how many entries they have.
    """

    columns: int
    rows: int
    per_x: float
    per_y: float
    pad: float
    head: Ints
    edge: Ints
    next: Ints
    used: Ints


class Found(NamedTuple):
    """Rows ``edge, vertex`` of vertices beside an edge, rows ``edge, edge`` of crossings, and how many."""

    beside: Ints
    crossed: Ints
    used: Ints


def cell_of(value: float, per: float, cells: int) -> int:
    """Find the cell that a coordinate lies in."""
    return int(min(max(value * per, 0.0), cells - 1.0))


def rows_of(grid: Grid, y1: float, y2: float) -> tuple[int, int]:
    """Give the first and last row of an edge."""
    low = cell_of(min(y1, y2) - grid.pad, grid.per_y, grid.rows)
    return low, cell_of(max(y1, y2) + grid.pad, grid.per_y, grid.rows)


def columns_of(grid: Grid, x1: float, y1: float, x2: float, y2: float, row: int) -> tuple[int, int]:
    """Give the first and last column of an edge within a row."""
    west, east = min(x1, x2), max(x1, x2)
    rise = y2 - y1
    if abs(rise) > 4.0 * grid.pad:
        low, high = min(y1, y2), max(y1, y2)
        bottom = low if row == 0 else min(max(row / grid.per_y - grid.pad, low), high)
        top = high if row == grid.rows - 1 else max(min((row + 1) / grid.per_y + grid.pad, high), low)
        one = x1 + (bottom - y1) / rise * (x2 - x1)
        two = x1 + (top - y1) / rise * (x2 - x1)
        west, east = max(west, min(one, two)), min(east, max(one, two))
    first = cell_of(west - grid.pad, grid.per_x, grid.columns)
    return first, cell_of(east + grid.pad, grid.per_x, grid.columns)


class Fresh(NamedTuple):
    """What has not met all the rest: from which edge on they are new, or even bent, from which vertex on new.

    Pieces of a straight edge lie where it lay, and meet nothing that it did not meet; only the vertex between
    them may lie beside others. Pieces bent by up to eps, through a vertex that stood there, may meet anything.
    """

    straight: int
    bent: int
    vertices: int


def empty_grid(net: Net, frame: Frame, edges: int) -> Grid:
    """Lay out a grid with about as many cells as edges."""
    return laid(frame, _PAD_EPS * net.eps, edges / _EDGES_PER_CELL, 4 * edges)


def laid(frame: Frame, pad: float, cells: float, room: int) -> Grid:
    """Lay out a grid with about so many cells, about square, and room for so many entries."""
    width, height, cells = max(frame.width, pad), max(frame.height, pad), max(cells, 1.0)
    columns = int(min(max(math.sqrt(cells * width / height), 1.0), cells, _MOST))
    rows = int(min(max(cells / columns, 1.0), _MOST))
    head, edge, after = np.full(columns * rows, -1, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    return Grid(columns, rows, columns / width, rows / height, pad, head, edge, after, np.zeros(1, np.int64))


def meetings(net: Net, grid: Grid, fresh: Fresh) -> tuple[Grid, Found]:
    """Enter what is new in the grid, and find where it meets what stands there already."""
    found = Found(np.empty((64, 2), np.int64), np.empty((64, 2), np.int64), np.zeros(2, np.int64))
    edges, vertices = net.used[1], net.used[0]
    stamp, near, cells = np.full(edges, -1, np.int64), np.empty(edges, np.int64), np.empty_like(grid.head)
    e, v = fresh.straight, fresh.vertices
    while e < edges:
        e = meet_earlier(net, grid, e, fresh.bent, stamp, near, cells, found)
        if e < edges:
            found, grid = roomy(found, edges), roomy_grid(grid)
    while v < vertices:
        v = note_vertices(net, grid, v, found)
        if v < vertices:
            found = roomy(found, edges)
    return grid, found


def meet_earlier(
    net: Net, grid: Grid, first: int, bent: int, stamp: Ints, near: Ints, cells: Ints, found: Found
) -> int:
    """Let bent edges meet earlier ones as long as there is room for what is found; give the first left over."""
    for e in range(first, net.used[1]):
        if net.a[e] < 0:
            continue
        visited = cells_of(net, grid, e, cells)
        if grid.used[0] + visited > grid.edge.size:
            return e
        count = candidates(net, grid, e, cells, visited, stamp, near) if e >= bent else 0
        if found.used[0] + 4 * count > len(found.beside) or found.used[1] + count > len(found.crossed):
            for k in range(count):
                stamp[near[k]] = -1
            return e
        for k in range(count):
            meet(net, e, near[k], found)
        for k in range(visited):
            node = grid.used[0]
            grid.edge[node], grid.next[node] = e, grid.head[cells[k]]
            grid.head[cells[k]] = node
            grid.used[0] = node + 1
    return net.used[1]


def cells_of(net: Net, grid: Grid, e: int, cells: Ints) -> int:
    """List the cells of an edge; give their number."""
    x1, y1, x2, y2 = net.x[net.a[e]], net.y[net.a[e]], net.x[net.b[e]], net.y[net.b[e]]
    low, high = rows_of(grid, y1, y2)
    count = 0
    for row in range(low, high + 1):
        one, two = columns_of(grid, x1, y1, x2, y2, row)
        for cell in range(row * grid.columns + one, row * grid.columns + two + 1):
            cells[count] = cell
            count += 1
    return count


def candidates(net: Net, grid: Grid, e: int, cells: Ints, visited: int, stamp: Ints, near: Ints) -> int:
    """List the edges in some cells whose boxes come within eps of an edge's; give their number."""
    x1, y1, x2, y2 = net.x[net.a[e]], net.y[net.a[e]], net.x[net.b[e]], net.y[net.b[e]]
    west, east = min(x1, x2) - net.eps, max(x1, x2) + net.eps
    south, north = min(y1, y2) - net.eps, max(y1, y2) + net.eps
    count = 0
    for k in range(visited):
        node = grid.head[cells[k]]
        while node >= 0:
            f = grid.edge[node]
            node = grid.next[node]
            if stamp[f] == e or net.a[f] < 0:
                continue
            stamp[f] = e
            u1, u2, v1, v2 = net.x[net.a[f]], net.x[net.b[f]], net.y[net.a[f]], net.y[net.b[f]]
            if (u1 < west and u2 < west) or (u1 > east and u2 > east):
                continue
            if (v1 < south and v2 < south) or (v1 > north and v2 > north):
                continue
            near[count] = f
            count += 1
    return count


def meet(net: Net, e: int, f: int, found: Found) -> None:
    """Note how two edges meet: a vertex of one beside the other, or else a proper crossing."""
    a, b, c, d = net.a[e], net.b[e], net.a[f], net.b[f]
    before = found.used[0]
    note(net, e, c, found)
    note(net, e, d, found)
    note(net, f, a, found)
    note(net, f, b, found)
    if found.used[0] > before or a in (c, d) or b in (c, d):
        return
    if side_of(net, e, c) * side_of(net, e, d) < 0 and side_of(net, f, a) * side_of(net, f, b) < 0:
        at = found.used[1]
        found.crossed[at, 0], found.crossed[at, 1] = e, f
        found.used[1] = at + 1


def side_of(net: Net, e: int, v: int) -> int:
    """Say on which side of an edge's line a vertex lies: 1 left, -1 right, 0 too near to tell.

    Where edges cross and a vertex is that near to the other's line, but beyond its end, that end is nearer still
    to the edge that crosses: it lies beside it, and was noted. So 0 means that they do not cross.
    """
    a, b = net.a[e], net.b[e]
    dx, dy = net.x[b] - net.x[a], net.y[b] - net.y[a]
    off = dx * (net.y[v] - net.y[a]) - dy * (net.x[v] - net.x[a])
    if off * off <= _NEAR2 * net.eps * net.eps * (dx * dx + dy * dy):
        return 0
    return 1 if off > 0.0 else -1


def note(net: Net, e: int, v: int, found: Found) -> None:
    """Note a vertex that lies beside an edge, between its ends and within ``sqrt(3) / 2`` eps of it.

    As vertices lie more than eps apart, a piece from an end to such a vertex is shorter than the edge: splitting
    comes to an end. (With d the distance and p how far along an edge of length L it is: L - p > eps / 2, and so
    p^2 + d^2 < (L - eps / 2)^2 + 3/4 eps^2 = L^2 - L eps + eps^2 < L^2.)
    """
    a, b = net.a[e], net.b[e]
    if v in (a, b):
        return
    dx, dy = net.x[b] - net.x[a], net.y[b] - net.y[a]
    ux, uy = net.x[v] - net.x[a], net.y[v] - net.y[a]
    off, length2 = dx * uy - dy * ux, dx * dx + dy * dy
    if off * off <= _BESIDE2 * net.eps * net.eps * length2 and 0.0 < dx * ux + dy * uy < length2:
        at = found.used[0]
        found.beside[at, 0], found.beside[at, 1] = e, v
        found.used[0] = at + 1


def note_vertices(net: Net, grid: Grid, first: int, found: Found) -> int:
    """Note the edges beside which vertices lie, as long as there is room; give the first vertex left over."""
    for v in range(first, net.used[0]):
        low, high = rows_of(grid, net.y[v], net.y[v])
        one = cell_of(net.x[v] - grid.pad, grid.per_x, grid.columns)
        two = cell_of(net.x[v] + grid.pad, grid.per_x, grid.columns)
        for row in range(low, high + 1):
            for column in range(one, two + 1):
                node = grid.head[row * grid.columns + column]
                while node >= 0:
                    if net.a[grid.edge[node]] >= 0:
                        if found.used[0] == len(found.beside):
                            return v
                        note(net, grid.edge[node], v, found)
                    node = grid.next[node]
    return net.used[0]


def roomy(found: Found, pairs: int) -> Found:
    """Make room for what so many more pairs can bring."""
    beside = np.empty((2 * len(found.beside) + 4 * pairs, 2), np.int64)
    crossed = np.empty((2 * len(found.crossed) + pairs, 2), np.int64)
    beside[: found.used[0]] = found.beside[: found.used[0]]
    crossed[: found.used[1]] = found.crossed[: found.used[1]]
    return Found(beside, crossed, found.used)


def roomy_grid(grid: Grid) -> Grid:
    """Make room for one more edge, whatever cells it has, and as much again."""
    room = 2 * grid.edge.size + grid.head.size
    return Grid(
        grid.columns,
        grid.rows,
        grid.per_x,
        grid.per_y,
        grid.pad,
        grid.head,
        longer(grid.edge, room),
        longer(grid.next, room),
        grid.used,
    )
