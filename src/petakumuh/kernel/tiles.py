"""A giant ground in tiles: each tile is a ground of its own, the true ground one more footprint on it.

One net of everything grows faster than its footprints do, because rays and cells see ever more of it; tiles grow
just as fast. The areas of a label sum over tiles, because tiles share out the plane.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from petakumuh.kernel.batch import Slice, measured
from petakumuh.kernel.chains import AREA, XX, XY, YY, X, Y
from petakumuh.kernel.labels import NOWHERE
from petakumuh.kernel.layout import Shapes
from petakumuh.kernel.lines import Lines
from petakumuh.kernel.one import SUM_DIFFERS
from petakumuh.kernel.shapes import joined, runs, shoelace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from petakumuh.kernel.net import Floats, Ints

TRUE_GROUND = -1
"""The group of the true ground on its tiles: below every other, so it stands first in a label."""
_PER_TILE = 2048
_LARGE = 256
_DEEPEST = 10

Tile = tuple["Floats", "Ints", "Floats"]
"""The box of a tile, the footprints that meet it, and the edges of the true ground that it must know."""


def tiled(grounds: Shapes, at: int, footprints: Shapes) -> tuple[Shapes, Shapes, Ints, Ints]:
    """Cut one ground into tiles.

    Returns
    -------
        The tiles as grounds, the footprints with the true ground's part of each tile after them, where the
        footprints of each tile begin, and which they are: the last one is the true ground.
    """
    tiles = list(leaves(grounds, at, footprints))
    frames = np.array([box for box, _, _ in tiles])
    corners = frames[:, [0, 1, 2, 1, 2, 3, 0, 3, 0, 1]].reshape(-1, 2)
    rings = 5 * np.arange(len(tiles) + 1)
    x, y = np.ascontiguousarray(corners[:, 0]), np.ascontiguousarray(corners[:, 1])
    grid = Shapes(x, y, rings, np.arange(len(tiles) + 1), frames)
    parts = soup([edges for _, _, edges in tiles], grounds.box[at])
    known = len(footprints.box)
    start = np.concatenate([[0], np.cumsum([len(mine) + 1 for _, mine, _ in tiles])])
    which = np.concatenate([np.append(mine, known + k) for k, (_, mine, _) in enumerate(tiles)])
    return grid, joined(footprints, parts), start.astype(np.int64), which.astype(np.int64)


def leaves(grounds: Shapes, at: int, footprints: Shapes) -> Iterator[Tile]:
    """Quarter the box of a ground until few enough vertices lie in each part."""
    box = grounds.box[at]
    counts = pyramid(grounds, at, footprints)
    finest = len(counts) - 1
    xs, ys = (np.linspace(box[k], box[k + 2], 2**finest + 1) for k in (0, 1))
    waiting = [(0, 0, 0, np.arange(len(footprints.box)), directed(grounds, at))]
    while waiting:
        level, row, column, mine, edges = waiting.pop()
        span = 2 ** (finest - level)
        tile = np.array([xs[column * span], ys[row * span], xs[(column + 1) * span], ys[(row + 1) * span]])
        mine, edges = mine[near(footprints.box[mine], tile)], clipped(edges, tile)
        if level < finest and counts[level][row, column] > _PER_TILE:
            quarters = [(2 * row + k // 2, 2 * column + k % 2) for k in range(4)]
            waiting += [(level + 1, down, right, mine, edges) for down, right in reversed(quarters)]
        else:
            yield tile, mine, edges


def pyramid(grounds: Shapes, at: int, footprints: Shapes) -> list[Floats]:
    """Count vertices by cells, from one for all to the finest; a small footprint counts in its middle."""
    size = np.diff(footprints.rings[footprints.first])
    small, box = np.flatnonzero(size <= _LARGE), grounds.box[at]
    whole = [(grounds, at)] + [(footprints, int(k)) for k in np.flatnonzero(size > _LARGE)]
    runs = [(shapes, slice(*shapes.rings[shapes.first[[k, k + 1]]])) for shapes, k in whole]
    places = [
        np.concatenate([footprints.box[small][:, [k, k + 2]].mean(axis=1), *[s[k][run] for s, run in runs]])
        for k in (0, 1)
    ]
    weight = np.concatenate([size[small], np.ones(len(places[0]) - len(small))])
    levels = min(max(math.ceil(math.log(max(weight.sum() / _PER_TILE, 1.0), 4)) + 2, 1), _DEEPEST)
    cells = 2**levels
    index = [
        np.clip((places[k] - box[k]) / max(box[k + 2] - box[k], 1e-300) * cells, 0, cells - 1).astype(np.int64)
        for k in (0, 1)
    ]
    within = np.all([(box[k] <= places[k]) & (places[k] <= box[k + 2]) for k in (0, 1)], axis=0)
    finest = np.bincount((index[1] * cells + index[0])[within], weight[within], minlength=cells * cells)
    counts = [finest.astype(np.float64).reshape(cells, cells)]
    while len(counts[0]) > 1:
        half = len(counts[0]) // 2
        counts.insert(0, counts[0].reshape(half, 2, half, 2).sum(axis=(1, 3)))
    return counts


def directed(shapes: Shapes, at: int) -> Floats:
    """List the edges of one polygon as rows ``x1, y1, x2, y2``, ring after ring."""
    ends = shapes.rings[shapes.first[at] : shapes.first[at + 1] + 1]
    xy = np.column_stack([shapes.x[ends[0] : ends[-1]], shapes.y[ends[0] : ends[-1]]])
    last = np.zeros(len(xy), dtype=bool)
    last[ends[1:] - ends[0] - 1] = True
    return np.column_stack([xy[:-1], xy[1:]])[~last[:-1]]


def near(box: Floats, tile: Floats) -> NDArray[np.bool_]:
    """Find the boxes that meet a tile."""
    meets: NDArray[np.bool_] = (
        (box[:, 0] <= tile[2]) & (box[:, 2] >= tile[0]) & (box[:, 1] <= tile[3]) & (box[:, 3] >= tile[1])
    )
    return meets


def clipped(edges: Floats, tile: Floats) -> Floats:
    """Keep the edges that a ray to the west from inside a tile can meet; runs west of it become one each."""
    reach = np.spacing(np.abs(tile).max()) * _LARGE
    x1, y1, x2, y2 = edges.T
    gone = (np.minimum(x1, x2) > tile[2] + reach) | (np.minimum(y1, y2) > tile[3] + reach)
    edges = edges[~(gone | (np.maximum(y1, y2) < tile[1] - reach))]
    west = np.maximum(edges[:, 0], edges[:, 2]) < tile[0] - reach
    goes_on = np.zeros(len(edges), dtype=bool)
    goes_on[1:] = west[1:] & west[:-1] & (edges[1:, :2] == edges[:-1, 2:]).all(axis=1)
    first = np.flatnonzero(~goes_on)
    last = np.append(first[1:], len(edges)) - 1 if len(edges) else first
    return np.column_stack([edges[first, :2], edges[last, 2:]])


def soup(parts: list[Floats], box: Floats) -> Shapes:
    """Make each list of edges a polygon of its own, each edge an open ring, in the box of the whole."""
    edges = np.concatenate(parts)
    x, y = edges[:, [0, 2]].ravel(), edges[:, [1, 3]].ravel()
    first = np.concatenate([[0], np.cumsum([len(one) for one in parts])])
    return Shapes(x, y, 2 * np.arange(len(edges) + 1), first, np.tile(box, (len(parts), 1)))


def by_tiles(
    grounds: Shapes, at: int, footprints: Shapes, group: Ints, wanted: bool, threads: int
) -> tuple[Slice, Ints]:
    """Measure one ground in tiles, which sum to it; the worst reason of a tile is that of the ground.

    Returns
    -------
        The ground as if it had been measured whole, and the tile of each line.
    """
    tiles, shapes, start, mine = tiled(grounds, at, footprints)
    names, which = np.concatenate([group, np.full(len(tiles.box), TRUE_GROUND)]), np.arange(len(tiles.box))
    found = measured(which, tiles, shapes, names, start, mine, wanted, threads)
    away = tiles.box[:, :2] - grounds.box[at, :2]
    row, labels = renamed(found)
    lies = row != NOWHERE
    sums = np.zeros((len(labels), found.sums.shape[1]))
    np.add.at(sums, row[lies], shifted(found.sums, np.repeat(away, found.labels, axis=0))[lies])
    lines, tile = between(found, row, away)
    reason = int(found.reason.max(initial=0))
    if not reason and not sums_up(grounds, at, float(sums[:, AREA].sum())):
        reason = SUM_DIFFERS
    ends = np.cumsum([0, *[len(one) for one in labels]])
    groups = np.array([one for label in labels for one in label], dtype=np.int64)
    said, rows, drawn = (np.array([number], dtype=np.int64) for number in (reason, len(labels), len(tile)))
    return Slice(said, rows, drawn, sums, ends, groups, lines, found.version), tile


def renamed(found: Slice) -> tuple[Ints, list[tuple[int, ...]]]:
    """Give the labels that lie on the true ground, and of each label of a tile which of them it is part of."""
    names, known = found.groups.tolist(), dict[tuple[int, ...], int]()
    labels = [tuple(names[lo:hi]) for lo, hi in pairwise(found.start.tolist())]
    row = [known.setdefault(one[1:], len(known)) if one and one[0] == TRUE_GROUND else NOWHERE for one in labels]
    return np.array(row, dtype=np.int64), list(known)


def shifted(sums: Floats, away: Floats) -> Floats:
    """Take moments from corners that lie so far from a new origin to that origin.

    Examples
    --------
    >>> one_square_metre = np.array([[1, 1 / 2, 1 / 2, 1 / 3, 1 / 4, 1 / 3, 4]])
    >>> shifted(one_square_metre, np.array([[1.0, 0.0]])).round(6).tolist()
    [[1.0, 1.5, 0.5, 2.333333, 0.75, 0.333333, 4.0]]
    """
    moved = sums.copy()
    area, x, y = sums[:, AREA], sums[:, X], sums[:, Y]
    east, north = away.T
    moved[:, X] += east * area
    moved[:, Y] += north * area
    moved[:, XX] += east * (2.0 * x + east * area)
    moved[:, XY] += east * y + north * (x + east * area)
    moved[:, YY] += north * (2.0 * y + north * area)
    return moved


def between(found: Slice, row: Ints, away: Floats) -> tuple[Lines, Ints]:
    """Keep the lines of tiles between two labels of the whole, from its corner on, and the tile of each."""
    tile, known = np.repeat(np.arange(len(away)), found.drawn), np.append(row, NOWHERE)
    left, right, size = known[found.lines.left], known[found.lines.right], np.diff(found.lines.start)
    kept = np.flatnonzero(left != right)
    vertices, of = runs(found.lines.start[kept], size[kept]), np.repeat(tile[kept], size[kept])
    x, y = found.lines.x[vertices] + away[of, 0], found.lines.y[vertices] + away[of, 1]
    start = np.cumsum([0, *size[kept]])
    return Lines(left[kept], right[kept], start, x, y, np.array([len(kept), len(x)])), tile[kept]


def sums_up(grounds: Shapes, at: int, total: float) -> bool:
    """Whether the labels of all tiles sum to the ground, within 1e-12 of it and 16 ulp along its edge."""
    area, around = shoelace(grounds, at)
    return abs(total - area) <= 1e-12 * area + 16 * float(np.spacing(np.abs(grounds.box[at]).max())) * around
