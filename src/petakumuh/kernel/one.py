"""One ground from its polygons to its labels, and whether the answer is certified."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from petakumuh.kernel.chains import AREA, chained
from petakumuh.kernel.cover import covered
from petakumuh.kernel.gather import empty_wall, framed, gather, survey, tolerance
from petakumuh.kernel.labels import GROUND, Scene, empty_book, summed
from petakumuh.kernel.lines import drawn, empty_lines
from petakumuh.kernel.net import empty_net
from petakumuh.kernel.rays import rowed
from petakumuh.kernel.splitting import planar

if TYPE_CHECKING:
    from petakumuh.kernel.labels import Book
    from petakumuh.kernel.layout import Frame, Shapes
    from petakumuh.kernel.lines import Lines
    from petakumuh.kernel.net import Ints, Net

CERTIFIED, NOT_FINITE, NOT_PLANAR, RAYS_DISAGREE, NOT_CLOSED, SUM_DIFFERS = range(6)
_SUM = 2.0**-44


def labelled(
    grounds: Shapes, at: int, footprints: Shapes, on: Ints, owner: Ints, groups: int, wanted: bool
) -> tuple[Book, Lines, int]:
    """Measure every set of groups on one ground.

    Parameters
    ----------
    on, owner
        The footprints on the ground and the number of each one's group, 1 to ``groups``.
    wanted
        Whether to write out the lines between labels.

    Returns
    -------
        The labels, the lines between them, and why they are not certified, or `CERTIFIED`.
    """
    if grounds.first[at] == grounds.first[at + 1]:
        return empty_book(), empty_lines(0, 0), CERTIFIED
    frame, counts = framed(grounds, at), np.zeros(3, np.int64)
    reach, extreme = survey(grounds, at, frame, counts), grounds.box[at].sum()
    for k in range(len(on)):
        reach = max(reach, survey(footprints, on[k], frame, counts))
        extreme += footprints.box[on[k]].sum()
    if not np.isfinite(extreme):
        return empty_book(), empty_lines(0, 0), NOT_FINITE
    net = empty_net(tolerance(grounds.box[at], reach), counts[0], counts[2])
    wall = empty_wall(counts)
    cover = covered(grounds, at, frame, net.eps)
    gather(net, wall, grounds, at, GROUND, frame, cover)
    for k in range(len(on)):
        gather(net, wall, footprints, on[k], owner[k], frame, cover)
    wall = wall[: net.used[3]]
    net, flat = planar(net, frame)
    if not flat:
        return empty_book(), empty_lines(0, 0), NOT_PLANAR
    scene = Scene(net, wall, rowed(net, wall, frame), chained(net), frame)
    book, beside, quarrels = summed(scene, groups)
    lines = drawn(net, scene.chains, beside) if wanted else empty_lines(0, 0)
    return book, lines, judged(net, book, quarrels, grounds, at, frame)


def judged(net: Net, book: Book, quarrels: int, grounds: Shapes, at: int, frame: Frame) -> int:
    """Judge an answer: rays agree, the border of every label is closed, the labels sum to the ground."""
    if quarrels > 0:
        return RAYS_DISAGREE
    total = 0.0
    for label in range(book.used[0]):
        if book.gap[label] != 0:
            return NOT_CLOSED
        total += book.sums[label, AREA]
    whole, around = outline(grounds, at, frame)
    floor = 2.0 * net.eps * around + _SUM * frame.width * frame.height
    return CERTIFIED if abs(total - whole) <= floor else SUM_DIFFERS


def outline(grounds: Shapes, at: int, frame: Frame) -> tuple[float, float]:
    """Area and perimeter of a ground, straight from its vertices."""
    area = around = 0.0
    for ring in range(grounds.first[at], grounds.first[at + 1]):
        for k in range(grounds.rings[ring], grounds.rings[ring + 1] - 1):
            x, y = grounds.x[k] - frame.west, grounds.y[k] - frame.south
            dx, dy = grounds.x[k + 1] - grounds.x[k], grounds.y[k + 1] - grounds.y[k]
            area += 0.5 * (x * dy - y * dx)
            around += np.sqrt(dx * dx + dy * dy)
    return area, around
