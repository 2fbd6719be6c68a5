"""The sets of groups that cover ground, and the area of each: the sum over the chains around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from petakumuh.kernel.chains import AREA, BORDER, ends, measured, place
from petakumuh.kernel.net import longer, longer_rows, mark, slots
from petakumuh.kernel.rays import pass_arc, seen_is_left, still, wind

if TYPE_CHECKING:
    from petakumuh.kernel.chains import Chains
    from petakumuh.kernel.layout import Frame
    from petakumuh.kernel.net import Floats, Ints, Net
    from petakumuh.kernel.rays import Rows, Winding

GROUND = 0
"""The number of the ground among the groups of its net."""
NOWHERE = -1
"""The label of what lies outside the ground."""


class Book(NamedTuple):
    """The labels found, each with its groups, its moments and what its border lacks to be closed.

    Attributes
    ----------
    start, group
        Where the groups of each label begin, and the groups.
    sums
        The moments of each label's ground, from the corner of the ground's box, and the length of its border.
    gap
        The marks of the last vertices of each label's chains less those of the first ones: 0 where closed.
    key, next, head
        The hash of labels.
    used
        How many labels and how many entries of ``group`` there are.
    """

    start: Ints
    group: Ints
    sums: Floats
    gap: Ints
    key: Ints
    next: Ints
    head: Ints
    used: Ints


class Scene(NamedTuple):
    """What rays need: the planar net, the steps west of it, both in rows, the chains, and the ground's box."""

    net: Net
    wall: Ints
    rows: Rows
    chains: Chains
    frame: Frame


def empty_book() -> Book:
    """Make a book without labels."""
    eight = np.zeros(8, np.int64)
    return Book(
        np.zeros(9, np.int64),
        np.empty(32, np.int64),
        np.zeros((8, BORDER + 1), np.float64),
        eight.copy(),
        eight.copy(),
        eight,
        np.full(16, -1, np.int64),
        np.zeros(2, np.int64),
    )


def enlarged(book: Book, labels: int, groups: int) -> Book:
    """Make room for so many more labels with so many entries of groups."""
    labels, groups = labels + book.used[0], groups + book.used[1]
    sums = longer_rows(book.sums, labels)
    larger = Book(
        longer(book.start, len(sums) + 1),
        longer(book.group, groups),
        sums,
        longer(book.gap, labels),
        longer(book.key, labels),
        longer(book.next, labels),
        book.head if labels <= book.head.size else np.full(slots(2 * labels), -1, np.int64),
        book.used,
    )
    if larger.head.size > book.head.size:
        for k in range(book.used[0]):
            hang(larger, k)
    return larger


def hang(book: Book, k: int) -> None:
    """Enter a label in the hash."""
    at = book.key[k] & (book.head.size - 1)
    book.next[k] = book.head[at]
    book.head[at] = k


def entered(book: Book, winding: Winding) -> int:
    """Find the label of all groups that wind around a place, or enter it where there is room."""
    if winding.number[GROUND] <= 0:
        return NOWHERE
    key = groups = 0
    for k in range(winding.used[0]):
        group = winding.groups[k]
        if group != GROUND and winding.number[group] > 0:
            key ^= winding.marks[group]
            groups += 1
    label = book.head[key & (book.head.size - 1)]
    while label >= 0:
        if book.key[label] == key and same(book, label, winding, groups):
            return label
        label = book.next[label]
    label, entry = book.used[0], book.used[1]
    for k in range(winding.used[0]):
        group = winding.groups[k]
        if group != GROUND and winding.number[group] > 0:
            at = entry
            while at > book.used[1] and book.group[at - 1] > group:
                book.group[at] = book.group[at - 1]
                at -= 1
            book.group[at] = group
            entry += 1
    book.key[label], book.sums[label], book.gap[label], book.start[label + 1] = key, 0.0, 0, entry
    book.used[0], book.used[1] = label + 1, entry
    hang(book, label)
    return label


def same(book: Book, label: int, winding: Winding, groups: int) -> bool:
    """Whether a label has just the groups that wind around a place."""
    if book.start[label + 1] - book.start[label] != groups:
        return False
    for k in range(book.start[label], book.start[label + 1]):
        if winding.number[book.group[k]] <= 0:
            return False
    return True


def sides(scene: Scene, book: Book, winding: Winding, e: int, share: float) -> tuple[int, int]:
    """Cast a ray from a point of an arc ``a -> b``: the labels on its left and on its right."""
    net, frame = scene.net, scene.frame
    a, b = net.a[e], net.b[e]
    x, y = net.x[a] + share * (net.x[b] - net.x[a]), net.y[a] + share * (net.y[b] - net.y[a])
    if max(-x, x - frame.width) > frame.pad or max(-y, y - frame.height) > frame.pad:
        return NOWHERE, NOWHERE
    wind(net, scene.wall, scene.rows, winding, e, x, y)
    across = -1 if seen_is_left(net, e, y) else 1
    seen = entered(book, winding)
    pass_arc(net, winding, e, across)
    other = entered(book, winding)
    return (seen, other) if across < 0 else (other, seen)


def weigh(scene: Scene, book: Book, winding: Winding, c: int, sums: Floats, beside: Ints) -> int:
    """Add a chain to the label on its left, take it from the one on its right; give 1 if its rays disagree.

    What it adds is worked out in ``sums``; which labels they are is noted in ``beside``, left and right.
    """
    net, chains = scene.net, scene.chains
    measured(net, chains, c, sums)
    one, two = place(net, chains, c, 0.25 * sums[BORDER]), place(net, chains, c, 0.75 * sums[BORDER])
    near, far = (0.25, 0.75) if one == two else (0.5, 0.5)
    left, right = sides(scene, book, winding, chains.arc[one], near)
    left2, right2 = sides(scene, book, winding, chains.arc[two], far)
    if chains.along[one] != chains.along[two]:
        left2, right2 = right2, left2
    if chains.along[one] < 0:
        left, right, left2, right2 = right, left, right2, left2
    beside[c, 0], beside[c, 1] = left, right
    if left != right:
        begin, end = ends(net, chains, c)
        gap = mark(end) - mark(begin)
        credit(book, left, sums, gap, 1)
        credit(book, right, sums, gap, -1)
    return 1 if left != left2 or right != right2 else 0


def credit(book: Book, label: int, sums: Floats, gap: int, times: int) -> None:
    """Add a chain to a label (1), or take it away (-1); either way it is part of the border."""
    if label == NOWHERE:
        return
    book.gap[label] += times * gap
    for k in range(AREA, BORDER):
        book.sums[label, k] += times * sums[k]
    book.sums[label, BORDER] += sums[BORDER]


def summed(scene: Scene, groups: int) -> tuple[Book, Ints, int]:
    """Add each chain to the labels beside it.

    Returns
    -------
        The book of labels, those left and right of each chain, and how many chains had two rays that did not
        agree.
    """
    book, winding, quarrels = empty_book(), still(groups + 1), 0
    beside, sums = np.empty((len(scene.chains.start) - 1, 2), np.int64), np.empty(BORDER + 1, np.float64)
    for c in range(len(beside)):
        if book.used[0] + 4 > len(book.sums) or book.used[1] + 4 * groups > book.group.size:
            book = enlarged(book, 4, 4 * groups)
        quarrels += weigh(scene, book, winding, c, sums, beside)
    return book, beside, quarrels
