"""Where edges of a net meet: vertices beside an edge, and proper crossings. Decided once per pair.

Candidates come from a grid of cells over the ground's box: two edges within eps of each other share a cell.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from petakumuh.kernel.gather import Frame
    from petakumuh.kernel.net import Ints, Net

_MOST = 4096
_PAD_EPS = 2.0
_EDGES_PER_CELL = 1.5


class Grid(NamedTuple):
    """Cells over the box of a ground, and the edges in each; whatever lies outside counts to the rim."""

    columns: int
    rows: int
    per_x: float
    per_y: float
    pad: float
    start: Ints
    edge: Ints


class Found(NamedTuple):
    """Rows ``edge, vertex`` of vertices beside an edge, rows ``edge, edge`` of crossings, and how many."""

    beside: Ints
    crossed: Ints
    count: Ints


def cell_of(value: float, per: float, cells: int) -> int:
    """Number the cell that a coordinate lies in."""
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


def gridded(net: Net, frame: Frame, first: int) -> Grid:
    """Lay edges from ``first`` on in a grid with about as many cells."""
    cells = max((net.count[1] - first) / _EDGES_PER_CELL, 1.0)
    shape = max(frame.width, net.eps) / max(frame.height, net.eps)
    columns = int(min(max(math.sqrt(cells * shape), 1.0), min(cells, _MOST)))
    rows = int(min(max(cells / columns, 1.0), _MOST))
    start = np.zeros(columns * rows + 1, np.int64)
    per_x, per_y = columns / max(frame.width, net.eps), rows / max(frame.height, net.eps)
    grid = Grid(columns, rows, per_x, per_y, _PAD_EPS * net.eps, start, start)
    count_cells(net, grid, first)
    entries = np.empty(start[columns * rows], np.int64)
    grid = Grid(columns, rows, per_x, per_y, grid.pad, start, entries)
    fill_cells(net, grid, first)
    return grid


def count_cells(net: Net, grid: Grid, first: int) -> None:
    """Count each edge in each of its cells, and so find where a cell's edges end."""
    for e in range(first, net.count[1]):
        if net.a[e] < 0:
            continue
        x1, y1, x2, y2 = net.x[net.a[e]], net.y[net.a[e]], net.x[net.b[e]], net.y[net.b[e]]
        low, high = rows_of(grid, y1, y2)
        for row in range(low, high + 1):
            west, east = columns_of(grid, x1, y1, x2, y2, row)
            for cell in range(row * grid.columns + west, row * grid.columns + east + 1):
                grid.start[cell] += 1
    for cell in range(1, len(grid.start)):
        grid.start[cell] += grid.start[cell - 1]


def fill_cells(net: Net, grid: Grid, first: int) -> None:
    """Enter each edge in each of its cells from the last to the first, and so find where a cell's edges begin."""
    for e in range(net.count[1] - 1, first - 1, -1):
        if net.a[e] < 0:
            continue
        x1, y1, x2, y2 = net.x[net.a[e]], net.y[net.a[e]], net.x[net.b[e]], net.y[net.b[e]]
        low, high = rows_of(grid, y1, y2)
        for row in range(low, high + 1):
            west, east = columns_of(grid, x1, y1, x2, y2, row)
            for cell in range(row * grid.columns + west, row * grid.columns + east + 1):
                grid.start[cell] -= 1
                grid.edge[grid.start[cell]] = e


def meetings(net: Net, grid: Grid, first: int) -> Found:
    """Find where edges meet those that came later and stand in the grid.

    Parameters
    ----------
    first
        The first edge in the grid. Edges before it have met each other already.
    """
    found = Found(np.empty((64, 2), np.int64), np.empty((64, 2), np.int64), np.zeros(2, np.int64))
    fresh = net.count[1] - first
    stamp, near = np.full(fresh, -1, np.int64), np.empty(fresh, np.int64)
    for e in range(net.count[1]):
        count = candidates(net, grid, first, e, stamp, near)
        if count > 0:
            if found.count[0] + 4 * count > len(found.beside) or found.count[1] + count > len(found.crossed):
                found = roomy(found, count)
            meet_all(net, e, near, count, found)
    return found


def candidates(net: Net, grid: Grid, first: int, e: int, stamp: Ints, near: Ints) -> int:
    """List the later edges of the grid whose boxes come within eps of an edge's; give their number."""
    count = 0
    if net.a[e] < 0:
        return count
    x1, y1, x2, y2 = net.x[net.a[e]], net.y[net.a[e]], net.x[net.b[e]], net.y[net.b[e]]
    west, east = min(x1, x2) - net.eps, max(x1, x2) + net.eps
    south, north = min(y1, y2) - net.eps, max(y1, y2) + net.eps
    low, high = rows_of(grid, y1, y2)
    for row in range(low, high + 1):
        one, two = columns_of(grid, x1, y1, x2, y2, row)
        for cell in range(row * grid.columns + one, row * grid.columns + two + 1):
            for at in range(grid.start[cell + 1] - 1, grid.start[cell] - 1, -1):
                f = grid.edge[at]
                if f <= e:
                    break
                if stamp[f - first] == e:
                    continue
                stamp[f - first] = e
                u1, u2, v1, v2 = net.x[net.a[f]], net.x[net.b[f]], net.y[net.a[f]], net.y[net.b[f]]
                if (u1 < west and u2 < west) or (u1 > east and u2 > east):
                    continue
                if (v1 < south and v2 < south) or (v1 > north and v2 > north):
                    continue
                near[count] = f
                count += 1
    return count


def meet_all(net: Net, e: int, near: Ints, count: int, found: Found) -> None:
    """Note how an edge meets each of its candidates."""
    for k in range(count):
        meet(net, e, near[k], found)


def meet(net: Net, e: int, f: int, found: Found) -> None:
    """Note how two edges meet: a vertex of one beside the other, or else a proper crossing."""
    a, b, c, d = net.a[e], net.b[e], net.a[f], net.b[f]
    before = found.count[0]
    note(net, e, c, found)
    note(net, e, d, found)
    note(net, f, a, found)
    note(net, f, b, found)
    if found.count[0] > before or a == c or a == d or b == c or b == d:
        return
    if (turn(net, a, b, c) > 0.0) != (turn(net, a, b, d) > 0.0):
        if (turn(net, c, d, a) > 0.0) != (turn(net, c, d, b) > 0.0):
            at = found.count[1]
            found.crossed[at, 0], found.crossed[at, 1] = e, f
            found.count[1] = at + 1


def turn(net: Net, a: int, b: int, c: int) -> float:
    """Twice the area of a triangle of vertices: positive where ``c`` lies left of ``a -> b``."""
    x, y = net.x[a], net.y[a]
    return (net.x[b] - x) * (net.y[c] - y) - (net.y[b] - y) * (net.x[c] - x)


def note(net: Net, e: int, v: int, found: Found) -> None:
    """Note a vertex that lies within eps of an edge and between its ends."""
    a, b = net.a[e], net.b[e]
    if v in (a, b):
        return
    dx, dy = net.x[b] - net.x[a], net.y[b] - net.y[a]
    ux, uy = net.x[v] - net.x[a], net.y[v] - net.y[a]
    off, length2 = dx * uy - dy * ux, dx * dx + dy * dy
    if off * off <= net.eps * net.eps * length2 and 0.0 < dx * ux + dy * uy < length2:
        at = found.count[0]
        found.beside[at, 0], found.beside[at, 1] = e, v
        found.count[0] = at + 1


def roomy(found: Found, pairs: int) -> Found:
    """Make room for what so many more pairs can bring."""
    beside = np.empty((2 * len(found.beside) + 4 * pairs, 2), np.int64)
    crossed = np.empty((2 * len(found.crossed) + pairs, 2), np.int64)
    beside[: found.count[0]] = found.beside[: found.count[0]]
    crossed[: found.count[1]] = found.crossed[: found.count[1]]
    return Found(beside, crossed, found.count)
