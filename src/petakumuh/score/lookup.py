"""Which RT of the baseline an intervention means: by its RT and RW in their kelurahan, or by its id."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from petakumuh.text.codes import match_key, rt_rw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

__all__ = ["ELSEWHERE", "FOUND", "SEVERAL", "UNKNOWN", "meant"]

FOUND, UNKNOWN, SEVERAL, ELSEWHERE = range(4)
"""What came of it: one RT; none; several that it may be; one, but not in the kelurahan that it names."""
_WHOLE = re.compile(r"0*(\d+)(?:[.,]0+)?")
_NAMED = 5
"""How many RT a message names, of all that it may be."""


def meant(rows: DataFrame, units: DataFrame) -> tuple[NDArray[np.intp], list[str], NDArray[np.intp]]:
    """Find the RT of each intervention.

    ``RT003-RW006`` of another kelurahan is another RT. An id that the file of the baseline uses twice is told
    apart by the kelurahan. An id in figures counts in whatever kelurahan the intervention names (it may name the
    kawasan's); a label does not, nor the number of an RT from a column of its own.

    Parameters
    ----------
    rows
        Interventions: ``rt, kelurahan``, and ``rtrw`` where RT, or RT and RW, stand in columns of their own.
    units
        The baseline; ``id_berkas`` are the ids as its file has them, by default ``unit_id``.

    Returns
    -------
        Place of the RT (-1: none), those that were in question where it is not one, and what came of it.
    """
    called = rows[["rt", "kelurahan"]].assign(rtrw=rows.get("rtrw", ""))
    which = called.groupby(["rt", "kelurahan", "rtrw"], sort=False).ngroup().to_numpy()
    book = _Book(units)
    firsts = called.iloc[np.unique(which, return_index=True)[1]]
    answers = [book.find(*one) for one in firsts.itertuples(index=False, name=None)]
    named = zip(units["unit_id"], units["kelurahan"], strict=True)
    ids = [one if one.startswith(f"{home}/") or not home else f"{home}/{one}" for one, home in named]
    places = np.array([at[0] if why == FOUND else -1 for why, at in answers], dtype=np.intp)
    told = [", ".join(ids[one] for one in at[:_NAMED]) + (", ..." if at[_NAMED:] else "") for _, at in answers]
    whys = np.array([why for why, _ in answers], dtype=np.intp)
    return places[which], [told[at] for at in which], whys[which]


class _Book:
    """The baseline by what its RT go by."""

    def __init__(self, units: DataFrame) -> None:
        own = units["id_berkas"] if "id_berkas" in units else units["unit_id"]
        self.own: list[str] = own.tolist()
        self.home = [match_key(one) for one in units["kelurahan"]]
        self.label = [rt_rw(one) for one in units["rtrw"]]
        self.district = [match_key(one) for one in units["kecamatan"]]
        self.by_unit = {one: [at] for at, one in enumerate(units["unit_id"])}
        self.by_own, self.by_number = _listed(self.own), _listed([_number(one) for one in self.own])
        self.by_label = _listed(self.label)
        self.by_place = _listed([f"{home}/{label}" for home, label in zip(self.home, self.label, strict=True)])

    def find(self, rt: str, kelurahan: str, rtrw: str) -> tuple[int, list[int]]:
        """Say what an intervention may mean, and what came of it."""
        home, spoken = match_key(kelurahan), rt_rw(rt)
        label = rt_rw(rtrw) or spoken
        there = self.by_place.get(f"{home}/{label}", []) if label else []
        if there:
            return self._one(there)
        if spoken and home:
            return UNKNOWN, []
        if spoken:  # an id that says it all needs no kelurahan
            at, same = self.by_own.get(rt) or self.by_unit.get(rt) or [], self.by_label.get(spoken, [])
            return self._one(at) if at or len(same) == 1 else (SEVERAL if same else UNKNOWN, same)
        return self._by_id(rt, home, lenient=not rtrw)

    def _by_id(self, rt: str, home: str, *, lenient: bool) -> tuple[int, list[int]]:
        at = self.by_own.get(rt) or self.by_unit.get(rt) or self.by_number.get(_number(rt)) or []
        here = [one for one in at if self.home[one] == home] if home else at
        if here or not at:
            return self._one(here)
        return self._one(at) if lenient and _number(rt) else (ELSEWHERE, at)

    def _one(self, at: list[int]) -> tuple[int, list[int]]:
        """Take the one there is; of a row that was entered twice the first."""
        rows = {(self.own[one], self.district[one], self.home[one], self.label[one]) for one in at}
        if not at:
            return UNKNOWN, []
        same = len(at) == 1 or (len(rows) == 1 and self.label[at[0]] != "")
        return (FOUND, at[:1]) if same else (SEVERAL, at)


def _listed(names: Sequence[str]) -> dict[str, list[int]]:
    """List the places of each name; no name is none."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        found[name].append(at)
    found.pop("", None)
    return dict(found)


def _number(text: str) -> str:
    """Give a whole number as it is counted: ``1.0`` and ``001`` are 1; nothing for what is none."""
    found = _WHOLE.fullmatch(text)
    return found.group(1) if found else ""
