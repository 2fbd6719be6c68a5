"""What a rule set says of plans besides the class: indicators, considerations, priority, pattern, authority.

A file of the user need not say any of it; what it does not say is not computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from petakumuh.catalog import checked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable


__all__ = ["CONSIDERATIONS", "INDICATORS", "LEGALITY", "PLANNING", "Planning", "planning"]

CONSIDERATIONS = ("nilai_strategis", "kependudukan", "sosial_ekonomi")
"""Columns of a baseline with a consideration each."""
INDICATORS = ("air_minum", "sanitasi")
"""Indicators of 100-0-100 that are counted in households: tables, sheets and recaps know them by name."""
LEGALITY = "legalitas"
PLANNING = ("indikator", "pertimbangan", "prioritas", LEGALITY, "pola", "kewenangan")
"""Tables of a rule set file that this room reads."""


@dataclass(frozen=True)
class Planning:
    """What a rule set says of plans.

    Attributes
    ----------
    indikator
        Indicator (``air_minum``, ``sanitasi``) -> the criteria that it reads.
    pertimbangan
        Column -> what each word scores.
    tingkat_pertimbangan
        Way (one is chosen) -> from which sum on considerations are of which word, from low to high.
    prioritas
        Class -> word of the considerations -> priority; 1 comes first.
    legalitas
        How legal and illegal ground may be spelled.
    pola
        Legality -> class -> how the ground is dealt with.
    kewenangan
        From how many hectares of slum in a kelurahan on it is whose business, from low to high.
    pasti, catatan
        Of each of these tables whether it is confirmed, and what to know of it.
    """

    indikator: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pertimbangan: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    tingkat_pertimbangan: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    prioritas: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    legalitas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pola: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kewenangan: tuple[tuple[float, str], ...] = ()
    pasti: Mapping[str, bool] = field(default_factory=dict)
    catatan: Mapping[str, str] = field(default_factory=dict)


def planning(
    tables: Mapping[str, Any], over: Mapping[str, str], classes: Sequence[str], path: Traversable
) -> Planning:
    """Read these tables of a rule set file.

    Parameters
    ----------
    tables
        The file's tables.
    over, classes
        Code of each criterion -> its denominator; codes of the classes from low to high, the first being no slum.
    path
        The file, for messages.

    Raises
    ------
    RecipeError
        When a key or value is none of these tables; the message names file and key.
    """
    said = {name: dict(checked.table(tables, name, path)) for name in PLANNING if name in tables}
    sure = {name: checked.flag(one.pop("pasti", None), f"{name}.pasti", path) for name, one in said.items()}
    notes = {name: checked.text(one.pop("catatan", None), f"{name}.catatan", path) for name, one in said.items()}
    considered, ways = _considerations(said.get("pertimbangan"), path)
    words = tuple(next(iter(ways.values()), ()))
    legal = {key: checked.texts(value, f"{LEGALITY}.{key}", path) for key, value in said.get(LEGALITY, {}).items()}
    return Planning(
        indikator=_indicators(said.get("indikator", {}), over, path),
        pertimbangan=considered,
        tingkat_pertimbangan=ways,
        prioritas=_priorities(said.get("prioritas", {}), classes[1:], words, path),
        legalitas=legal,
        pola=_patterns(said.get("pola", {}), tuple(legal), classes[1:], path),
        kewenangan=_authorities(said["kewenangan"], path) if "kewenangan" in said else (),
        pasti=sure,
        catatan=notes,
    )


def _indicators(
    given: Mapping[str, Any], over: Mapping[str, str], path: Traversable
) -> dict[str, tuple[str, ...]]:
    """Read which criteria an indicator reads: they must be of one denominator, or the largest says nothing."""
    checked.only(given, INDICATORS, "indikator.", path)
    found = {}
    for name, codes in given.items():
        found[name] = checked.among(codes, tuple(over), f"indikator.{name}", path)
        if len({over[one] for one in found[name]}) != 1:
            raise checked.refusal(path, f"indikator.{name}", '["3a"]; satu penyebut')
    return found


def _considerations(
    given: Mapping[str, Any] | None, path: Traversable
) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]]:
    if given is None:
        return {}, {}
    checked.only(given, ("hal", "jumlah"), "pertimbangan.", path)
    columns, sums = (checked.table(given, key, path, "pertimbangan.") for key in ("hal", "jumlah"))
    checked.only(columns, CONSIDERATIONS, "pertimbangan.hal.", path)
    ways = {way: _scale(sums, way, "pertimbangan.jumlah.", path) for way in sums}
    for way, words in ways.items():
        if list(words) != list(next(iter(ways.values()))) or any(
            low >= high for low, high in pairwise(words.values())
        ):
            raise checked.refusal(path, f"pertimbangan.jumlah.{way}", "rendah = 1, sedang = 6, tinggi = 11")
    return {name: _scale(columns, name, "pertimbangan.hal.", path) for name in columns}, ways


def _scale(given: Mapping[str, Any], key: str, where: str, path: Traversable) -> dict[str, int]:
    scale = checked.table(given, key, path, where)
    return {word: checked.whole(value, f"{where}{key}.{word}", path) for word, value in scale.items()}


def _priorities(
    given: Mapping[str, Any], classes: Sequence[str], words: Sequence[str], path: Traversable
) -> dict[str, dict[str, int]]:
    """Read the priority of each class and consideration: neither a worse class nor a higher one comes later."""
    if not given:
        return {}
    checked.only(given, classes, "prioritas.", path)
    found = {one: _scale(given, one, "prioritas.", path) for one in classes}
    for code, row in found.items():
        if set(row) != set(words):
            raise checked.refusal(path, f"prioritas.{code}", ", ".join(words) or "[pertimbangan]")
        if any(row[low] < row[high] for low, high in pairwise(words)):
            raise checked.refusal(path, f"prioritas.{code}", " >= ".join(words))
    for mild, grave in pairwise(classes):
        if any(found[mild][word] < found[grave][word] for word in words):
            raise checked.refusal(path, f"prioritas.{grave}", f"<= prioritas.{mild}")
    return found


def _patterns(
    given: Mapping[str, Any], legal: Sequence[str], classes: Sequence[str], path: Traversable
) -> dict[str, dict[str, str]]:
    checked.only(given, legal, "pola.", path)
    found = {}
    for key in given:
        row = checked.table(given, key, path, "pola.")
        checked.only(row, classes, f"pola.{key}.", path)
        found[key] = {code: checked.text(value, f"pola.{key}.{code}", path) for code, value in row.items()}
    return found


def _authorities(given: Mapping[str, Any], path: Traversable) -> tuple[tuple[float, str], ...]:
    checked.only(given, ("pita",), "kewenangan.", path)
    found = []
    for at, one in enumerate(checked.rows(given, "pita", path), start=1):
        where = f"kewenangan.pita[{at}]."
        checked.only(one, ("mulai_ha", "nama"), where, path)
        begin = checked.number(one.get("mulai_ha"), f"{where}mulai_ha", path)
        found.append((begin, checked.text(one.get("nama"), f"{where}nama", path)))
    if found[0][0] != 0:
        raise checked.refusal(path, "kewenangan.pita[1].mulai_ha", "0")
    for at, (low, high) in enumerate(pairwise(found), start=2):
        if high[0] <= low[0]:
            raise checked.refusal(path, f"kewenangan.pita[{at}].mulai_ha", f"> {low[0]:g}")
    return tuple(found)
