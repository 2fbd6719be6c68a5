"""The borders of ground with one key: which arcs run around it, each with that ground on its left.

Labels are many and small; what a map or a layer shows is their union by some key. No set operation is needed for
it: the arcs between two labels of one key are left out, and those that stay close around the union.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from petakumuh.kernel.shapes import runs

if TYPE_CHECKING:
    from petakumuh.kernel.api import Arcs
    from petakumuh.kernel.net import Floats, Ints

UNWANTED = -1
"""The key of ground that is not wanted, as of all that lies outside."""


class Faces(NamedTuple):
    """The lines around ground with one key, face after face.

    Attributes
    ----------
    part, ground, key
        Of each face the part of `Arcs` it lies in, its ground and its key; by part, then key.
    face
        The face of each line.
    line, xy
        The line of each vertex, and the vertices from the lower left corner of the ground's box. Each line has its
        face on its left.
    """

    part: Ints
    ground: Ints
    key: Ints
    face: Ints
    line: Ints
    xy: Floats


def faces(arcs: Arcs, key: Ints) -> Faces:
    """Lay out the lines around all ground that has one key.

    Parameters
    ----------
    arcs
        As `label_arcs` draws them.
    key
        A number for each row of `Labels`; -1 where it is not wanted.

    Returns
    -------
        Faces as `petakumuh.ground.enclosed` makes them polygons. A face of a giant is in pieces, one per tile.

    Examples
    --------
    >>> import shapely
    >>> from petakumuh.kernel import flat, label_arcs
    >>> square, west = flat([shapely.box(0, 0, 10, 10)]), flat([shapely.box(-5, -5, 5, 15)])
    >>> labels, arcs = label_arcs(square, west, group=[7], start=[0, 1], on=[0])
    >>> around = faces(arcs, np.zeros(len(labels.ground)))
    >>> around.face.tolist(), around.line.tolist()
    ([0, 0], [0, 0, 0, 0, 1, 1, 1, 1])
    """
    known = np.append(np.asarray(key, dtype=np.int64), UNWANTED)
    left, right = known[arcs.left], known[arcs.right]
    border = left != right
    ahead, back = (np.flatnonzero(border & (one != UNWANTED)) for one in (left, right))
    arc, keys = np.concatenate([ahead, back]), np.concatenate([left[ahead], right[back]])
    step = np.repeat([1, -1], [len(ahead), len(back)])
    order = np.lexsort((keys, arcs.part[arc]))
    arc, keys, step = arc[order], keys[order], step[order]
    begins = np.append(True, (np.diff(arcs.part[arc]) != 0) | (np.diff(keys) != 0))[: len(arc)]
    first, size = arc[begins], np.diff(arcs.start)[arc]
    along = runs(np.zeros(len(arc), dtype=np.int64), size)
    from_where = np.where(step > 0, arcs.start[arc], arcs.start[arc + 1] - 1)
    vertices = np.repeat(from_where, size) + along * np.repeat(step, size)
    return Faces(
        arcs.part[first],
        arcs.ground[first],
        keys[begins],
        np.cumsum(begins) - 1,
        np.repeat(np.arange(len(arc)), size),
        np.column_stack([arcs.x[vertices], arcs.y[vertices]]),
    )
