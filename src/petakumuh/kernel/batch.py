"""Many grounds in one call: over slices of them, compiled by numba where it is installed, without the GIL."""

from __future__ import annotations

import hashlib
import inspect
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from petakumuh.kernel import chains, cover, gather, labels, lines, meetings, net, one, rays, splitting
from petakumuh.kernel.chains import BORDER
from petakumuh.kernel.lines import Lines, added, empty_lines, trimmed
from petakumuh.kernel.net import longer, longer_rows
from petakumuh.kernel.one import labelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from petakumuh.kernel.layout import Shapes
    from petakumuh.kernel.net import Floats, Ints

_NUMBERS = re.compile(r"(tuple\[)?(None|int|float|bool|, )+\]?")
_ROOMS = (net, cover, gather, meetings, splitting, chains, rays, labels, lines, one)
"""Where the functions stand that numba compiles: all that these modules define."""


class Slice(NamedTuple):
    """What some of the grounds gave, one after another.

    Attributes
    ----------
    reason, labels, drawn
        Of each ground: why it is not certified, and how many labels and lines it has.
    sums, start, groups
        Of each label: its moments and the length of its border, where its groups begin, and the groups.
    lines
        The lines between labels, which are counted through the whole slice.
    version
        Of the sources that it was made from.
    """

    reason: Ints
    labels: Ints
    drawn: Ints
    sums: Floats
    start: Ints
    groups: Ints
    lines: Lines
    version: int


_SLICES_PER_THREAD = 16


def available() -> bool:
    """Whether numba is installed: without it the kernel answers the same, some hundred times slower."""
    return find_spec("numba") is not None


@cache
def compiled() -> Callable[..., Slice]:
    """Compile the kernel, or take it from numba's cache on disk.

    The entry is a closure over the sum of all sources, which is so part of the key of numba's cache: a change in
    any of the modules, not only in this one, compiles anew.
    """
    import numba  # noqa: PLC0415 - heavy, and an extra
    from numba.extending import register_jitable  # noqa: PLC0415

    source = hashlib.sha256(inspect.getsource(over).encode())
    for room in _ROOMS:
        source.update(inspect.getsource(room).encode())
        for _, function in inspect.getmembers(room, inspect.isfunction):
            if function.__module__ == room.__name__:
                # A function that answers in numbers makes no arrays, and so need not count who uses them.
                counts = not _NUMBERS.fullmatch(function.__annotations__["return"])
                register_jitable(_nrt=counts)(function)
    version = source.hexdigest()[:12]
    plain = over(int(version, 16))
    # Named after its sources: numba would else read the cache of other sources, whose types may be gone.
    plain.__qualname__ = f"kernel_{version}"
    entry: Any = numba.njit(nogil=True, cache=True)(plain)
    return entry


def engine() -> Callable[..., Slice]:
    """Give the function that measures grounds: compiled where numba is installed, or else as Python runs it."""
    return compiled() if available() else over(0)


def measured(
    which: Ints,
    grounds: Shapes,
    footprints: Shapes,
    group: Ints,
    start: Ints,
    on: Ints,
    wanted: bool,
    threads: int,
) -> Slice:
    """Let threads measure slices of some of the grounds, and put what they found in order."""
    run, slices = engine(), threads * _SLICES_PER_THREAD if threads > 1 else 1
    cuts = np.linspace(0, len(which), slices + 1).astype(int).tolist()

    def part(lo: int, hi: int) -> Slice:
        return run(which[lo:hi], grounds, footprints, group, start, on, wanted)

    if slices == 1:
        return part(0, len(which))
    with ThreadPoolExecutor(threads) as pool:
        return joined(list(pool.map(part, cuts[:-1], cuts[1:])))


def joined(slices: Sequence[Slice]) -> Slice:
    """Put slices one after the other, labels counted through all of them."""
    before = np.cumsum([0, *[len(one.sums) for one in slices]])

    def whole(of: Callable[[Slice], Ints | Floats]) -> Any:
        return np.concatenate([of(one) for one in slices])

    def counted(of: Callable[[Slice], Ints]) -> Any:
        return np.concatenate(
            [np.where(of(one) < 0, of(one), of(one) + rows) for one, rows in zip(slices, before, strict=False)]
        )

    def starts(of: Callable[[Slice], Ints]) -> Any:
        return np.concatenate([[0], np.cumsum(whole(lambda one: np.diff(of(one))))])

    lines = Lines(
        counted(lambda one: one.lines.left),
        counted(lambda one: one.lines.right),
        starts(lambda one: one.lines.start),
        whole(lambda one: one.lines.x),
        whole(lambda one: one.lines.y),
        np.sum([one.lines.used for one in slices], axis=0),
    )
    return Slice(
        whole(lambda one: one.reason),
        whole(lambda one: one.labels),
        whole(lambda one: one.drawn),
        whole(lambda one: one.sums),
        starts(lambda one: one.start),
        whole(lambda one: one.groups),
        lines,
        slices[0].version,
    )


def over(version: int) -> Callable[..., Slice]:
    """Make the function that measures some of the grounds, one after another, and draws lines where wanted."""

    def run(
        which: Ints, grounds: Shapes, footprints: Shapes, group: Ints, start: Ints, on: Ints, wanted: bool
    ) -> Slice:
        reason, rows = np.zeros(len(which), np.int64), np.zeros(len(which), np.int64)
        drawn = np.zeros(len(which), np.int64)
        sums, first, groups = np.empty((64, BORDER + 1)), np.zeros(65, np.int64), np.empty(256, np.int64)
        labels, entries, lines = 0, 0, empty_lines(0, 0)
        for at in range(len(which)):
            mine = on[start[which[at]] : start[which[at] + 1]]
            names = np.unique(group[mine])
            owner = np.searchsorted(names, group[mine]) + 1
            book, more, reason[at] = labelled(grounds, which[at], footprints, mine, owner, len(names), wanted)
            rows[at], drawn[at] = book.used[0], more.used[0]
            if more.used[0] > 0:
                lines = added(lines, more, labels)
            sums, first = longer_rows(sums, labels + book.used[0]), longer(first, labels + book.used[0] + 1)
            groups = longer(groups, entries + book.used[1])
            for k in range(book.used[0]):
                sums[labels + k] = book.sums[k]
                first[labels + k + 1] = entries + book.start[k + 1]
            for k in range(book.used[1]):
                groups[entries + k] = names[book.group[k] - 1]
            labels, entries = labels + book.used[0], entries + book.used[1]
        sums, first, groups = sums[:labels].copy(), first[: labels + 1].copy(), groups[:entries].copy()
        return Slice(reason, rows, drawn, sums, first, groups, trimmed(lines), version)

    return run
