"""Rule sets of scoring as data: criteria, bands, classes and choices of a regulation, one file each.

Each rule set is one file of ``regulations/``; a user's own file works the same way. A file that is no rule set
is refused by its name and key, never mended.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petakumuh.errors import RecipeError
from petakumuh.text.codes import match_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable

__all__ = [
    "DEFAULT",
    "DENOMINATORS",
    "HEADERS",
    "Band",
    "Choice",
    "Criterion",
    "RuleSet",
    "SlumClass",
    "rule_set",
    "rule_sets",
]

DEFAULT = "pupr-14-2018"
"""The rule set that is meant where nobody says another."""
HEADERS = (
    "luas_verifikasi_ha",
    "jumlah_bangunan",
    "jumlah_penduduk",
    "jumlah_kk",
    "jalan_ideal_m",
    "drainase_ideal_m",
)
"""What a baseline says of each unit besides its volumes."""
DENOMINATORS = (*HEADERS, "jalan_eksisting_m")
"""Columns of a baseline that a volume can be divided by."""

_TABLES = ("aturan", "pita", "kelas", "aspek", "kriteria", "satuan", "pilihan", "kontribusi", "layanan")
_CHOICES = {
    "rata_sektoral": ("polos", "ambang"),
    "kontribusi": ("rata", "form"),
    "pengurangan": ("tuntas", "layanan", "kontribusi"),
    "nilai_terendah": ("0", "1"),
}
"""What is a matter of choice, and the ways that there are; a rule set offers some of them."""


@dataclass(frozen=True)
class Criterion:
    """One criterion: its percentage is the volume divided by a column of the baseline.

    Attributes
    ----------
    kode, aspek, nama
        Its code, the aspect it belongs to (by number) and what it is called.
    satuan, penyebut
        Unit of the volume, and the column it is divided by.
    penyebut_lain
        Columns that may be chosen instead.
    pasti
        False where unit or denominator were not confirmed by the text of the regulation.
    """

    kode: str
    aspek: str
    nama: str
    satuan: str
    penyebut: str
    penyebut_lain: tuple[str, ...] = ()
    pasti: bool = True


@dataclass(frozen=True)
class Band:
    """From which share (a fraction) on a criterion scores how much."""

    mulai: float
    nilai: int


@dataclass(frozen=True)
class SlumClass:
    """From which sum of scores on a unit is of which class."""

    kode: str
    nama: str
    mulai: int


@dataclass(frozen=True)
class Choice:
    """A matter on which sources differ: the ways, the one taken by default, whether that is confirmed."""

    pilihan: tuple[str, ...]
    bawaan: str
    pasti: bool
    catatan: str


@dataclass(frozen=True)
class RuleSet:
    """A regulation's scoring.

    Attributes
    ----------
    id, nama, sumber, catatan
        What a call names it, what a planner reads, who says so, what to know of it.
    aspek
        Names of the aspects by number.
    kriteria, pita, kelas
        Criteria in order; bands and classes from low to high, the first class being no slum.
    satuan
        How the unit of a volume may be spelled.
    pilihan
        What is a matter of choice.
    kontribusi_ambang
        The share that the formula ``form`` subtracts.
    layanan_aspek, layanan_minimal
        The aspects that must be served, and to which share, for the reduction ``layanan``.
    """

    id: str
    nama: str
    sumber: str
    catatan: str
    aspek: Mapping[str, str]
    kriteria: tuple[Criterion, ...]
    pita: tuple[Band, ...]
    kelas: tuple[SlumClass, ...]
    satuan: Mapping[str, tuple[str, ...]]
    pilihan: Mapping[str, Choice]
    kontribusi_ambang: float
    layanan_aspek: tuple[str, ...] = ()
    layanan_minimal: float = 0.0

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the criteria, in order."""
        return tuple(one.kode for one in self.kriteria)

    def chosen(self, matter: str, wanted: str | None = None) -> str:
        """Give the way that is wanted, or the default.

        Raises
        ------
        RecipeError
            When the rule set does not offer it; the message lists what it offers.

        Examples
        --------
        >>> rule_set().chosen("rata_sektoral"), rule_set().chosen("rata_sektoral", "ambang")
        ('polos', 'ambang')
        """
        choice = self.pilihan[matter]
        if wanted is None:
            return choice.bawaan
        if wanted not in choice.pilihan:
            offered = ", ".join(choice.pilihan)
            raise RecipeError("nilai_salah", tabel=self.id, kunci=matter, nilai=wanted, pilihan=offered)
        return wanted

    def unit(self, spelled: str) -> str | None:
        """Give the unit that a text spells; None where it spells none.

        Examples
        --------
        >>> rule_set().unit("Meter"), rule_set().unit("km")
        ('m', None)
        """
        key = match_key(spelled)
        return next((unit for unit, ways in self.satuan.items() if key in map(match_key, (unit, *ways))), None)


def rule_sets() -> tuple[str, ...]:
    """List the rule sets that come with the program.

    Examples
    --------
    >>> rule_sets()
    ('pupr-02-2016', 'pupr-14-2018')
    """
    return tuple(sorted(one.name.removesuffix(".toml") for one in _folder().iterdir()))


def rule_set(name: str | Path = DEFAULT) -> RuleSet:
    """Load a rule set.

    Parameters
    ----------
    name
        One of `rule_sets`, or the path of a user's own file (``*.toml``).

    Raises
    ------
    RecipeError
        When there is no such rule set or file, or the file is none; the message names file and key.

    Examples
    --------
    >>> rules = rule_set("pupr-14-2018")
    >>> len(rules.kriteria), [one.kode for one in rules.kelas], rules.pita[0]
    (16, ['TK', 'KR', 'KS', 'KB'], Band(mulai=0.24995, nilai=1))
    """
    if str(name) in rule_sets():
        return _ours(str(name))
    path = Path(name)
    if path.suffix.casefold() != ".toml" or not path.is_file():
        raise RecipeError("aturan_tidak_ada", aturan=name, pilihan=", ".join(rule_sets()))
    return _load(path)


def _folder() -> Traversable:
    return files(__package__).joinpath("regulations")


@cache
def _ours(name: str) -> RuleSet:
    return _load(_folder().joinpath(f"{name}.toml"))


def _load(path: Traversable) -> RuleSet:
    """Read one rule set and refuse what is no key or value of one."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(path, "TOML", str(error)) from error
    _only(tables, _TABLES, "", path)
    head = _table(tables, "aturan", path)
    _only(head, ("id", "nama", "sumber", "catatan"), "aturan.", path)
    aspects = {
        str(key): _text(value, f"aspek.{key}", path) for key, value in _table(tables, "aspek", path).items()
    }
    units = _table(tables, "satuan", path)
    served = tables.get("layanan", {"aspek": [], "minimal_persen": 0})
    _only(served, ("aspek", "minimal_persen"), "layanan.", path)
    share = _table(tables, "kontribusi", path)
    _only(share, ("ambang_persen",), "kontribusi.", path)
    choices = _choices(_table(tables, "pilihan", path), path)
    if "layanan" in choices["pengurangan"].pilihan and "layanan" not in tables:
        raise _wrong(path, "layanan", "[layanan] aspek, minimal_persen")
    return RuleSet(
        **{key: _text(head.get(key), f"aturan.{key}", path) for key in ("id", "nama", "sumber", "catatan")},
        aspek=aspects,
        kriteria=_criteria(tables, aspects, tuple(units), path),
        pita=_bands(tables, path),
        kelas=_classes(tables, path),
        satuan={key: _texts(value, f"satuan.{key}", path) for key, value in units.items()},
        pilihan=choices,
        kontribusi_ambang=_share(share.get("ambang_persen"), "kontribusi.ambang_persen", path),
        layanan_aspek=_among(served.get("aspek"), tuple(aspects), "layanan.aspek", path),
        layanan_minimal=_share(served.get("minimal_persen"), "layanan.minimal_persen", path),
    )


def _criteria(
    tables: Mapping[str, Any], aspects: Mapping[str, str], units: tuple[str, ...], path: Traversable
) -> tuple[Criterion, ...]:
    known = ("kode", "aspek", "nama", "satuan", "penyebut", "penyebut_lain", "pasti")
    found: list[Criterion] = []
    for at, one in enumerate(_list(tables, "kriteria", path), start=1):
        where = f"kriteria[{at}]."
        _only(one, known, where, path)
        code, name = (_text(one.get(key), where + key, path) for key in ("kode", "nama"))
        if not code.isalnum() or code != code.casefold() or code in [other.kode for other in found]:
            raise _wrong(path, f"{where}kode", "huruf kecil dan angka, tidak berulang")
        found.append(
            Criterion(
                kode=code,
                nama=name,
                aspek=_one_of(one.get("aspek"), tuple(aspects), f"{where}aspek", path),
                satuan=_one_of(one.get("satuan"), units, f"{where}satuan", path),
                penyebut=_one_of(one.get("penyebut"), DENOMINATORS, f"{where}penyebut", path),
                penyebut_lain=_among(one.get("penyebut_lain", []), DENOMINATORS, f"{where}penyebut_lain", path),
                pasti=_flag(one.get("pasti", True), f"{where}pasti", path),
            )
        )
    empty = [key for key in aspects if key not in {one.aspek for one in found}]
    if empty:
        raise _wrong(path, f"aspek.{empty[0]}", "[[kriteria]]")
    return tuple(found)


def _bands(tables: Mapping[str, Any], path: Traversable) -> tuple[Band, ...]:
    found = []
    for at, one in enumerate(_list(tables, "pita", path), start=1):
        _only(one, ("mulai_persen", "nilai"), f"pita[{at}].", path)
        begin = _share(one.get("mulai_persen"), f"pita[{at}].mulai_persen", path)
        found.append(Band(begin, _whole(one.get("nilai"), f"pita[{at}].nilai", path)))
    for at, (low, high) in enumerate(pairwise(found), start=2):
        if high.mulai <= low.mulai or high.nilai <= low.nilai:  # worse never scores lower
            raise _wrong(path, f"pita[{at}]", "mulai_persen, nilai > pita sebelumnya")
    return tuple(found)


def _classes(tables: Mapping[str, Any], path: Traversable) -> tuple[SlumClass, ...]:
    found = []
    for at, one in enumerate(_list(tables, "kelas", path), start=1):
        where = f"kelas[{at}]."
        _only(one, ("kode", "nama", "mulai"), where, path)
        code, name = (_text(one.get(key), where + key, path) for key in ("kode", "nama"))
        found.append(SlumClass(code, name, _whole(one.get("mulai"), f"{where}mulai", path)))
    if found[0].mulai != 0:
        raise _wrong(path, "kelas[1].mulai", "0")
    for at, (low, high) in enumerate(pairwise(found), start=2):
        if high.mulai <= low.mulai or high.kode in [one.kode for one in found[: at - 1]]:
            raise _wrong(path, f"kelas[{at}]", "mulai > kelas sebelumnya, kode tidak berulang")
    return tuple(found)


def _choices(given: Mapping[str, Any], path: Traversable) -> dict[str, Choice]:
    _only(given, tuple(_CHOICES), "pilihan.", path)
    found = {}
    for matter, ways in _CHOICES.items():
        one, where = _table(given, matter, path, "pilihan."), f"pilihan.{matter}."
        _only(one, ("pilihan", "bawaan", "pasti", "catatan"), where, path)
        offered = _among(one.get("pilihan"), ways, f"{where}pilihan", path)
        found[matter] = Choice(
            pilihan=offered,
            bawaan=_one_of(one.get("bawaan"), offered, f"{where}bawaan", path),
            pasti=_flag(one.get("pasti"), f"{where}pasti", path),
            catatan=_text(one.get("catatan"), f"{where}catatan", path),
        )
    return found


def _wrong(path: Traversable, key: str, wanted: str) -> RecipeError:
    return RecipeError("aturan_salah", file=path.name, kunci=key, harapan=wanted)


def _only(given: Any, known: Sequence[str], where: str, path: Traversable) -> None:
    if not isinstance(given, dict):
        raise _wrong(path, where.rstrip("."), ", ".join(known))
    for key in given:
        if key not in known:
            raise _wrong(path, f"{where}{key}", ", ".join(known))


def _table(given: Mapping[str, Any], key: str, path: Traversable, where: str = "") -> dict[str, Any]:
    if not isinstance(given.get(key), dict) or not given[key]:
        raise _wrong(path, where + key, f"[{where}{key}]")
    table: dict[str, Any] = given[key]
    return table


def _list(given: Mapping[str, Any], key: str, path: Traversable) -> list[Any]:
    if not isinstance(given.get(key), list) or not given[key]:
        raise _wrong(path, key, f"[[{key}]]")
    rows: list[Any] = given[key]
    return rows


def _text(given: Any, key: str, path: Traversable) -> str:
    if not isinstance(given, str) or not given.strip():
        raise _wrong(path, key, "teks")
    return given


def _texts(given: Any, key: str, path: Traversable) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise _wrong(path, key, '["...", "..."]')
    return tuple(given)


def _among(given: Any, known: Sequence[str], key: str, path: Traversable) -> tuple[str, ...]:
    return tuple(_one_of(one, known, key, path) for one in _texts(given, key, path))


def _one_of(given: Any, known: Sequence[str], key: str, path: Traversable) -> str:
    if given not in known:
        raise _wrong(path, key, ", ".join(known))
    return str(given)


def _flag(given: Any, key: str, path: Traversable) -> bool:
    if not isinstance(given, bool):
        raise _wrong(path, key, "true, false")
    return given


def _whole(given: Any, key: str, path: Traversable) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        raise _wrong(path, key, "0, 1, 2, ...")
    return given


def _share(given: Any, key: str, path: Traversable) -> float:
    """Read per cent as a fraction: the nearest one to what is written, so that a volume at the edge is in."""
    if not isinstance(given, int | Decimal) or isinstance(given, bool) or not 0 <= given <= 100:  # noqa: PLR2004
        raise _wrong(path, key, "0 - 100")
    return float(Decimal(given) / 100)
