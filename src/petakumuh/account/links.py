"""Which pieces lie under which groups of works: millions of links, read a leaf at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh.model import NO_YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from pandas import DataFrame

__all__ = ["NOWHERE", "Fate", "Leaf", "Links", "by_year"]

NOWHERE = -1
"""The code of a group that does not count, and of a piece that lies under none that does."""
_LEAF = 1 << 16
"""So many links at a time: enough to be quick, few enough to need no memory to speak of."""
_CLOSE = 16
"""Numbers stand close together where the list they are ticked off is at most so many times as long."""


@dataclass(frozen=True)
class Leaf:
    """Some pieces, each standing once under each of its codes; sorted by piece, then code.

    Attributes
    ----------
    piece, code
        The pairs.
    first
        Where each piece begins: its lowest code.
    times
        Of each piece, how many codes it has.
    """

    piece: NDArray[np.int64]
    code: NDArray[np.int64]
    first: NDArray[np.intp]
    times: NDArray[np.intp]


@dataclass(frozen=True)
class Fate:
    """What became of each piece.

    Attributes
    ----------
    handled
        Whether works that count lie on it.
    year
        The place in ``years`` of the first that handled it, `NOWHERE` where none did.
    sectors
        How many handled it.
    years
        All years of handled works in order; none where no account is kept by year.
    """

    handled: NDArray[np.bool_]
    year: NDArray[np.int64]
    sectors: NDArray[np.int64]
    years: list[str]


class Links:
    """The groups of works over each piece."""

    def __init__(self, pieces: DataFrame, groups: DataFrame, links: DataFrame) -> None:
        """Take the frames of a cut, where the number of a piece or a group is its row."""
        piece = links["piece_id"].to_numpy()
        if (piece[1:] < piece[:-1]).any():  # leaves need the links of a piece together
            links = links.sort_values("piece_id", kind="stable")
        self.pieces = len(pieces)
        self.groups = groups
        self._piece, self._group = links["piece_id"].to_numpy(), links["group_id"].to_numpy()

    def coded(
        self, column: str, counted: NDArray[np.bool_], order: Callable[[str], Any]
    ) -> tuple[NDArray[np.int64], list[str]]:
        """Give each group the code of its value in a column, and the values by code, in their order."""
        names = sorted(self.groups.loc[counted, column].unique(), key=order)
        codes = pd.Index(names, dtype=str).get_indexer(self.groups[column])
        return np.where(counted, codes, NOWHERE), names

    def once(self, codes: NDArray[np.int64]) -> Iterator[Leaf]:
        """List each piece once under each code, however many of its groups have that code.

        Parameters
        ----------
        codes
            Of each group.

        Returns
        -------
            Leaves; pieces under `NOWHERE` alone stand on none.
        """
        mark = codes - NOWHERE  # 0 where a group does not count
        bits = int(mark.max(initial=0)).bit_length()
        low = (1 << bits) - 1
        for piece, group in self._leaves():
            pair = _distinct(piece << bits | mark[group])  # piece and mark in one number
            pair = pair[pair & low > 0]
            owner, code = pair >> bits, (pair & low) + NOWHERE
            first = np.flatnonzero(np.diff(owner, prepend=-1))
            yield Leaf(owner, code, first, np.diff(first, append=len(owner)))

    def under(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say of each piece whether it lies under any of the chosen groups."""
        found = np.zeros(self.pieces, dtype=bool)
        for piece, group in self._leaves():
            found[piece[chosen[group]]] = True
        return found

    def fate(self) -> Fate:
        """Find out what became of each piece under the works that count as handled."""
        counted = self.groups["dihitung"].to_numpy()
        year = np.full(self.pieces, NOWHERE, dtype=np.int64)
        sectors = np.zeros(self.pieces, dtype=np.int64)
        years: list[str] = []
        if "tahun" in self.groups:
            codes, years = self.coded("tahun", counted, by_year)
            for leaf in self.once(codes):
                year[leaf.piece[leaf.first]] = leaf.code[leaf.first]
        if "sektor" in self.groups:
            codes, _ = self.coded("sektor", counted, str)
            for leaf in self.once(codes):
                sectors[leaf.piece[leaf.first]] = leaf.times
        return Fate(self.under(counted), year, sectors, years)

    def _leaves(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Turn the leaves; the links of one piece stand on one."""
        start = 0
        while start < len(self._piece):
            last = self._piece[min(start + _LEAF, len(self._piece)) - 1]
            stop = int(np.searchsorted(self._piece, last, side="right"))
            yield self._piece[start:stop], self._group[start:stop]
            start = stop


def _distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sort numbers, each once; where they stand close together, ticking them off a list is twice as quick."""
    least, span = numbers.min(), np.ptp(numbers) + 1
    if span > _CLOSE * len(numbers):
        return np.unique(numbers)
    ticked = np.zeros(span, dtype=bool)
    ticked[numbers - least] = True
    found: NDArray[np.int64] = np.flatnonzero(ticked) + least
    return found


def by_year(year: str) -> tuple[bool, str]:
    """Order years; works without a year come after all years."""
    return year == NO_YEAR, year
