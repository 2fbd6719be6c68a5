"""Kinds of works: what a work is called, the sektor it belongs to, the criteria it acts on and their units."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from petakumuh.text.codes import match_key

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WorkKind", "sektor_of", "works"]


@dataclass(frozen=True)
class WorkKind:
    """One kind of work, as one sektor's file names it.

    Attributes
    ----------
    nama, sektor, sumber
        What it is called, under which sektor, and who says so.
    kriteria
        The criteria it acts on, each with the unit of its volume.
    lebar_m, radius_m, sumber_ukuran
        Usual service width of lines or radius of points, only with the standard that says it.
    """

    nama: str
    sektor: str
    sumber: str
    kriteria: Mapping[str, str]
    lebar_m: float | None = None
    radius_m: float | None = None
    sumber_ukuran: str | None = None


@cache
def works() -> tuple[WorkKind, ...]:
    """Load every kind of work; one that acts in two sektor stands in both.

    Examples
    --------
    >>> next(one.kriteria for one in works() if one.nama == "Jalan Beton")
    {'1a': 'unit', '2a': 'meter', '2b': 'meter', '7a': 'unit'}
    """
    kinds = []
    for path in sorted(files(__package__).joinpath("works").iterdir(), key=lambda one: one.name):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        common = {"sektor": table["sektor"], "sumber": table["sumber"]}
        kinds += [WorkKind(**one, **common) for one in table["jenis"]]
    return tuple(kinds)


def sektor_of(name: str) -> str | None:
    """Give the sektor of a work by its name; None where the name is unknown or stands in two sektor.

    Examples
    --------
    >>> sektor_of("JALAN BETON"), sektor_of("Septictank Komunal"), sektor_of("Gapura")
    ('jalan', None, None)
    """
    found = _sektor_by_name().get(match_key(name), frozenset())
    return next(iter(found)) if len(found) == 1 else None


@cache
def _sektor_by_name() -> dict[str, frozenset[str]]:
    known: dict[str, set[str]] = {}
    for one in works():
        known.setdefault(match_key(one.nama), set()).add(one.sektor)
    return {key: frozenset(sektor) for key, sektor in known.items()}
