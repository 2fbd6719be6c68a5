"""Many grounds in one call: over slices of them, compiled by numba where it is installed, without the GIL."""

from __future__ import annotations

import hashlib
import inspect
import re
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from petakumuh.kernel import chains, cover, gather, labels, meetings, net, one, rays, splitting
from petakumuh.kernel.net import longer
from petakumuh.kernel.one import labelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from petakumuh.kernel.gather import Shapes
    from petakumuh.kernel.net import Floats, Ints

_NUMBERS = re.compile(r"(tuple\[)?(None|int|float|bool|, )+\]?")
_ROOMS = (net, cover, gather, meetings, splitting, chains, rays, labels, one)
"""Where the functions stand that numba compiles: all that these modules define."""
Slice = tuple["Ints", "Ints", "Floats", "Ints", "Ints", int]


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
    entry: Any = numba.njit(nogil=True, cache=True)(over(int(source.hexdigest()[:12], 16)))
    return entry


def engine() -> Callable[..., Slice]:
    """Give the function that measures grounds: compiled where numba is installed, or else as Python runs it."""
    return compiled() if available() else over(0)


def over(version: int) -> Callable[..., Slice]:
    """Make the function that measures some of the grounds, one after another.

    It gives the reason and the number of labels of each ground, then of each label its area and where its groups
    begin, then the groups, and the version it was made for.
    """

    def run(which: Ints, grounds: Shapes, footprints: Shapes, group: Ints, start: Ints, on: Ints) -> Slice:
        reason, rows = np.zeros(len(which), np.int64), np.zeros(len(which), np.int64)
        area, first, groups = np.empty(64, np.float64), np.zeros(65, np.int64), np.empty(256, np.int64)
        labels, entries = 0, 0
        for at in range(len(which)):
            mine = on[start[which[at]] : start[which[at] + 1]]
            names = np.unique(group[mine])
            owner = np.searchsorted(names, group[mine]) + 1
            book, reason[at] = labelled(grounds, which[at], footprints, mine, owner, len(names))
            rows[at] = book.used[0]
            area, first = longer(area, labels + book.used[0]), longer(first, labels + book.used[0] + 1)
            groups = longer(groups, entries + book.used[1])
            for k in range(book.used[0]):
                area[labels + k] = book.area[k]
                first[labels + k + 1] = entries + book.start[k + 1]
            for k in range(book.used[1]):
                groups[entries + k] = names[book.group[k] - 1]
            labels, entries = labels + book.used[0], entries + book.used[1]
        return reason, rows, area[:labels].copy(), first[: labels + 1].copy(), groups[:entries].copy(), version

    return run
