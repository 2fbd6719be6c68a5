"""The sets of groups that cover ground, and the area of each: the sum over the chains around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from petakumuh.kernel.chains import ends, measured, place
from petakumuh.kernel.net import longer, mark, slots
from petakumuh.kernel.rays import pass_arc, west_is_left, wind

if TYPE_CHECKING:
    from petakumuh.kernel.chains import Chains
    from petakumuh.kernel.gather import Frame
    from petakumuh.kernel.net import Floats, Ints, Net
    from petakumuh.kernel.rays import Rows, Winding

GROUND = 0
"""The number of the ground among the groups of its net."""
NOWHERE = -1
"""The label of what lies outside the ground."""


class Book(NamedTuple):
    """The labels found, each with its groups, its area and what its border lacks to be closed.

    Attributes
    ----------
    start, group
        Where the groups of each label begin, and the groups.
    area
        In square metres.
    gap
        The marks of the last vertices of each label's chains less those of the first ones: 0 where closed.
    key, next, head
        The hash of labels.
    count
        How many labels and how many entries of ``group`` there are.
    """

    start: Ints
    group: Ints
    area: Floats
    gap: Ints
    key: Ints
    next: Ints
    head: Ints
    count: Ints


def empty_book() -> Book:
    """Make a book without labels."""
    eight = np.zeros(8, np.int64)
    return Book(
        np.zeros(9, np.int64),
        np.empty(32, np.int64),
        np.zeros(8, np.float64),
        eight.copy(),
        eight.copy(),
        eight,
        np.full(16, -1, np.int64),
        np.zeros(2, np.int64),
    )


def enlarged(book: Book, groups: int) -> Book:
    """Make room for one more label of so many groups."""
    labels, entries = book.count[0] + 1, book.count[1] + groups
    if labels <= book.area.size and entries <= book.group.size:
        return book
    area = longer(book.area, labels)
    larger = Book(
        longer(book.start, area.size + 1),
        longer(book.group, entries),
        area,
        longer(book.gap, labels),
        longer(book.key, labels),
        longer(book.next, labels),
        book.head if labels <= book.head.size else np.full(slots(2 * labels), -1, np.int64),
        book.count,
    )
    if larger.head.size > book.head.size:
        for k in range(book.count[0]):
            hang(larger, k)
    return larger


def hang(book: Book, k: int) -> None:
    """Enter a label in the hash."""
    at = book.key[k] & (book.head.size - 1)
    book.next[k] = book.head[at]
    book.head[at] = k


def entered(book: Book, winding: Winding) -> tuple[Book, int]:
    """Find the label of all groups that wind around a place, or enter it."""
    if winding.number[GROUND] <= 0:
        return book, NOWHERE
    key = groups = 0
    for k in range(winding.count[0]):
        group = winding.groups[k]
        if group != GROUND and winding.number[group] > 0:
            key ^= mark(group)
            groups += 1
    label = book.head[key & (book.head.size - 1)]
    while label >= 0:
        if book.key[label] == key and same(book, label, winding, groups):
            return book, label
        label = book.next[label]
    book = enlarged(book, groups)
    label, entry = book.count[0], book.count[1]
    for k in range(winding.count[0]):
        group = winding.groups[k]
        if group != GROUND and winding.number[group] > 0:
            book.group[entry] = group
            entry += 1
    book.group[book.count[1] : entry].sort()
    book.key[label], book.area[label], book.gap[label], book.start[label + 1] = key, 0.0, 0, entry
    book.count[0], book.count[1] = label + 1, entry
    hang(book, label)
    return book, label


def same(book: Book, label: int, winding: Winding, groups: int) -> bool:
    """Whether a label has just the groups that wind around a place."""
    if book.start[label + 1] - book.start[label] != groups:
        return False
    for k in range(book.start[label], book.start[label + 1]):
        if winding.number[book.group[k]] <= 0:
            return False
    return True


def sides(
    net: Net, wall: Ints, rows: Rows, winding: Winding, book: Book, frame: Frame, e: int, share: float
) -> tuple[Book, int, int]:
    """Cast a ray from a point of an arc ``a -> b``: the labels on its left and on its right."""
    a, b = net.a[e], net.b[e]
    x, y = net.x[a] + share * (net.x[b] - net.x[a]), net.y[a] + share * (net.y[b] - net.y[a])
    if max(-x, x - frame.width) > frame.pad or max(-y, y - frame.height) > frame.pad:
        return book, NOWHERE, NOWHERE
    wind(net, wall, rows, winding, e, x, y)
    if west_is_left(net, e):
        book, left = entered(book, winding)
        pass_arc(net, winding, e, -1)
        book, right = entered(book, winding)
    else:
        book, right = entered(book, winding)
        pass_arc(net, winding, e, 1)
        book, left = entered(book, winding)
    return book, left, right


def summed(
    net: Net, wall: Ints, rows: Rows, chains: Chains, winding: Winding, frame: Frame
) -> tuple[Book, int]:
    """Add each chain to the label on its left and take it from the one on its right.

    Returns
    -------
        The book of labels, and how many chains had two rays that did not agree.
    """
    book, quarrels = empty_book(), 0
    for c in range(len(chains.start) - 1):
        area, length = measured(net, chains, c)
        one, two = place(net, chains, c, 0.25 * length), place(net, chains, c, 0.75 * length)
        near, far = (0.25, 0.75) if one == two else (0.5, 0.5)
        if chains.along[one] < 0 and one == two:
            near, far = far, near
        book, left, right = sides(net, wall, rows, winding, book, frame, chains.arc[one], near)
        book, left2, right2 = sides(net, wall, rows, winding, book, frame, chains.arc[two], far)
        if chains.along[one] != chains.along[two]:
            left2, right2 = right2, left2
        quarrels += left != left2 or right != right2
        if left == right:
            continue
        begin, end = ends(net, chains, c)
        if chains.along[one] < 0:
            left, right = right, left
        if left != NOWHERE:
            book.area[left] += area
            book.gap[left] += mark(end) - mark(begin)
        if right != NOWHERE:
            book.area[right] -= area
            book.gap[right] -= mark(end) - mark(begin)
    return book, quarrels
