"""Ground cut into blocks, so that neighbours among millions of rows are found with few of them in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["BLOCK_POINTS", "Block", "blocks", "met_in"]

BLOCK_POINTS = 400_000
"""Vertices in memory at once, prepared to be held against each other, unless more lie on one spot."""
_MOST_A_SIDE, _MOST_TOGETHER = 0.8, 1.25
"""Shares of the rows beyond which a cut is none: too many lie on one side, or across it."""


class Block(NamedTuple):
    """A rectangle of ground and the rows whose bounds reach into it, ascending."""

    rows: NDArray[np.intp]
    low: tuple[float, float]
    high: tuple[float, float]


def blocks(
    bounds: NDArray[np.float64], points: NDArray[np.integer], rows: NDArray[np.intp], *, most: int = BLOCK_POINTS
) -> Iterator[Block]:
    """Cut ground into blocks with few vertices each; rows that lie across a cut are in both.

    Parameters
    ----------
    bounds
        West, south, east, north of every row.
    points
        How many vertices every row has.
    rows
        The rows looked at, ascending.
    most
        How many vertices a block may have.

    Examples
    --------
    >>> bounds = np.array([[0, 0, 1, 1], [1.5, 0, 3, 1], [4, 0, 5, 1]], dtype=float)
    >>> [block.rows.tolist() for block in blocks(bounds, np.array([4, 4, 4]), np.arange(3), most=8)]
    [[0], [1, 2]]
    """
    waiting = [Block(rows, (-np.inf, -np.inf), (np.inf, np.inf))]
    while waiting:
        block = waiting.pop()
        halves = _halves(block, bounds) if points[block.rows].sum() > most else ()
        if halves:
            waiting += halves
        elif len(block.rows):
            yield block


def _halves(block: Block, bounds: NDArray[np.float64]) -> tuple[Block, ...]:
    """Cut a block at the median of the lower edges, across its longer side or else the other."""
    rows = block.rows
    spread = [np.subtract(*np.quantile(bounds[rows, axis], (0.95, 0.05))) for axis in (0, 1)]
    for axis in (0, 1) if spread[0] >= spread[1] else (1, 0):
        cut = float(np.median(bounds[rows, axis]))
        before, after = rows[bounds[rows, axis] < cut], rows[bounds[rows, axis + 2] >= cut]
        sides = len(before), len(after)
        if max(sides) <= _MOST_A_SIDE * len(rows) and sum(sides) <= _MOST_TOGETHER * len(rows):
            high, low = list(block.high), list(block.low)
            high[axis] = low[axis] = cut
            return (
                Block(after, (low[0], low[1]), block.high),
                Block(before, block.low, (high[0], high[1])),
            )
    return ()


def met_in(block: Block, one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of pairs of bounds whether they are this block's: the corner where they begin to meet lies in it.

    So a pair that lies in several blocks is told in one of them.
    """
    corner = np.maximum(one[:, :2], other[:, :2])
    return np.asarray(((corner >= block.low) & (corner < block.high)).all(axis=1))
