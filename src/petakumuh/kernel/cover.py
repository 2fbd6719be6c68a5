"""Where in its box a ground may lie: a coarse map, by which edges far from the ground are told.

An edge outside the ground, and clear of it, meets nothing inside it. It need not be cut; rays alone pass it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from petakumuh.kernel.meetings import Grid, columns_of, laid, rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from petakumuh.kernel.layout import Frame, Shapes
    from petakumuh.kernel.net import Ints

    Flags = NDArray[np.bool_]

_CELLS_PER_EDGE = 8
_FEWEST, _MOST = 64, 65_536
_CLEAR = 2.0**-20
_EPS_CLEAR = 8.0


class Cover(NamedTuple):
    """Cells over the box of a ground, and which of them it may touch."""

    grid: Grid
    near: Flags


def covered(grounds: Shapes, at: int, frame: Frame, eps: float) -> Cover:
    """Draw the map of one ground: cells that its border touches, and those it covers whole.

    Where eps is not far below a cell, all cells count as the ground's.
    """
    rings = grounds.first[at], grounds.first[at + 1]
    edges = grounds.rings[rings[1]] - grounds.rings[rings[0]]
    cells = min(max(_CELLS_PER_EDGE * edges, _FEWEST), _MOST)
    pad = _CLEAR * (frame.width + frame.height)
    grid = laid(frame, pad, cells, 0)
    near, winds = np.zeros(grid.head.size, np.bool_), np.zeros(grid.head.size, np.int64)
    if pad < _EPS_CLEAR * eps:
        near[:] = True
        return Cover(grid, near)
    for ring in range(rings[0], rings[1]):
        for k in range(grounds.rings[ring], grounds.rings[ring + 1] - 1):
            x1, y1 = grounds.x[k] - frame.west, grounds.y[k] - frame.south
            x2, y2 = grounds.x[k + 1] - frame.west, grounds.y[k + 1] - frame.south
            draw(grid, near, winds, x1, y1, x2, y2)
    fill(grid, near, winds)
    return Cover(grid, near)


def draw(grid: Grid, near: Flags, winds: Ints, x1: float, y1: float, x2: float, y2: float) -> None:
    """Mark the cells of an edge; where it passes the middle of a row, what lies east is wound around once more."""
    low, high = rows_of(grid, y1, y2)
    for row in range(low, high + 1):
        one, two = columns_of(grid, x1, y1, x2, y2, row)
        for column in range(one, two + 1):
            near[row * grid.columns + column] = True
        middle = (row + 0.5) / grid.per_y
        if min(y1, y2) <= middle < max(y1, y2):
            winds[row * grid.columns + two] += 1 if y1 > y2 else -1


def fill(grid: Grid, near: Flags, winds: Ints) -> None:
    """Mark the cells that lie inside: from west to east, between the edges that were drawn."""
    for row in range(grid.rows):
        inside = 0
        for cell in range(row * grid.columns, (row + 1) * grid.columns):
            if inside > 0:
                near[cell] = True
            inside += winds[cell]


def is_far(cover: Cover, x1: float, y1: float, x2: float, y2: float) -> bool:
    """Whether an edge is clear of the ground: all its cells are outside."""
    low, high = rows_of(cover.grid, y1, y2)
    for row in range(low, high + 1):
        one, two = columns_of(cover.grid, x1, y1, x2, y2, row)
        for cell in range(row * cover.grid.columns + one, row * cover.grid.columns + two + 1):
            if cover.near[cell]:
                return False
    return True
