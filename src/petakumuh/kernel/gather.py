"""The edges of a ground and of its footprints, gathered into one net around the ground's box.

Only rays that go west from inside the ground matter. So edges east of the box, above or below it are left out.
Those west of it, a run of them as one step, and those elsewhere that are clear of the ground need not be cut:
rays alone pass them. They stand in the *wall*, rows ``from vertex, to vertex, group``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from petakumuh.kernel.cover import is_far
from petakumuh.kernel.layout import Frame
from petakumuh.kernel.net import edge, own, vertex

if TYPE_CHECKING:
    from petakumuh.kernel.cover import Cover
    from petakumuh.kernel.layout import Shapes
    from petakumuh.kernel.net import Floats, Ints, Net

GONE, WEST, HERE = 0, 1, 2
"""Where an edge lies: where no ray meets it, west of the box, or at the box."""
_ULP = 2.0**-52
_EPS_ULPS = 8.0
_PAD_EPS = 16.0


def framed(grounds: Shapes, at: int) -> Frame:
    """Take the box of a ground."""
    west, south, east, north = grounds.box[at, 0], grounds.box[at, 1], grounds.box[at, 2], grounds.box[at, 3]
    return Frame(west, south, east - west, north - south, _PAD_EPS * tolerance(grounds.box[at], 0.0))


def tolerance(box: Floats, reach: float) -> float:
    """Say what is one: eps, from the largest coordinate as it was digitised and four times the extent.

    Eight ulp of a coordinate as it was digitised is what two programs may round differently. Four times the
    extent keeps eps well above the rounding of the kernel's own arithmetic near the corner.
    """
    largest = max(abs(box[0]), abs(box[1]), abs(box[2]), abs(box[3]))
    extent = max(box[2] - box[0], box[3] - box[1], reach)
    return _EPS_ULPS * _ULP * max(largest, 4.0 * extent)


def side(x1: float, y1: float, x2: float, y2: float, frame: Frame) -> int:
    """Say where an edge lies; coordinates from the ground's corner."""
    if min(x1, x2) > frame.width + frame.pad or min(y1, y2) > frame.height + frame.pad:
        return GONE
    if max(y1, y2) < -frame.pad:
        return GONE
    return WEST if max(x1, x2) < -frame.pad else HERE


def meets(frame: Frame, box: Floats) -> bool:
    """Whether a polygon with this box can have edges at the ground."""
    if box[0] - frame.west > frame.width + frame.pad or box[2] - frame.west < -frame.pad:
        return False
    return box[1] - frame.south <= frame.height + frame.pad and box[3] - frame.south >= -frame.pad


def survey(shapes: Shapes, at: int, frame: Frame, counts: Ints) -> float:
    """Count the vertices, edges and steps that a polygon will bring; give its largest coordinate."""
    reach = 0.0
    if not meets(frame, shapes.box[at]):
        return reach
    for ring in range(shapes.first[at], shapes.first[at + 1]):
        going = False
        for k in range(shapes.rings[ring], shapes.rings[ring + 1] - 1):
            x1, y1 = shapes.x[k] - frame.west, shapes.y[k] - frame.south
            x2, y2 = shapes.x[k + 1] - frame.west, shapes.y[k + 1] - frame.south
            where = side(x1, y1, x2, y2, frame)
            if where != GONE:
                counts[0] += 1 if going else 2
                counts[where] += 1
            if where == HERE:
                reach = max(reach, abs(x1), abs(x2), abs(y1), abs(y2))
            going = where != GONE
    return reach


def gather(net: Net, wall: Ints, shapes: Shapes, at: int, owner: int, frame: Frame, cover: Cover) -> None:
    """Enter the edges of one polygon for its group, in the net or in the wall."""
    if not meets(frame, shapes.box[at]):
        return
    for ring in range(shapes.first[at], shapes.first[at + 1]):
        last = -1
        run = False
        for k in range(shapes.rings[ring], shapes.rings[ring + 1] - 1):
            x1, y1 = shapes.x[k] - frame.west, shapes.y[k] - frame.south
            x2, y2 = shapes.x[k + 1] - frame.west, shapes.y[k + 1] - frame.south
            where = side(x1, y1, x2, y2, frame)
            if where == GONE:
                last, run = -1, False
                continue
            u = last if last >= 0 else vertex(net, x1, y1)
            v = vertex(net, x2, y2)
            if where == WEST and run:
                wall[net.used[3] - 1, 1] = v
            elif where == WEST or is_far(cover, x1, y1, x2, y2):
                step = net.used[3]
                wall[step, 0], wall[step, 1], wall[step, 2] = u, v, owner
                net.used[3] = step + 1
            elif u < v:
                own(net, edge(net, u, v), owner, 1)
            elif u > v:
                own(net, edge(net, v, u), owner, -1)
            last, run = v, where == WEST


def empty_wall(counts: Ints) -> Ints:
    """Make a wall with room for all edges that were counted."""
    return np.empty((counts[WEST] + counts[HERE], 3), np.int64)
