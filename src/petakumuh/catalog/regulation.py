"""Rule sets of scoring as data: criteria, bands, classes and choices of a regulation, one file each.

Each rule set is one file of ``regulations/``; a user's own file works the same way. A file that is no rule set
is refused by its name and key, never mended.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petakumuh.catalog import checked, column_names
from petakumuh.catalog.planning import PLANNING, Planning, planning
from petakumuh.errors import RecipeError
from petakumuh.text.codes import match_key

if TYPE_CHECKING:
    from collections.abc import Mapping
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

_TABLES = ("aturan", "pita", "kelas", "aspek", "kriteria", "satuan", "pilihan", "kontribusi", "layanan",
           *PLANNING)  # fmt: skip
_CHOICES = {
    "rata_sektoral": ("polos", "ambang"),
    "kontribusi": ("rata", "form"),
    "pengurangan": ("tuntas", "layanan", "kontribusi"),
    "nilai_terendah": ("0", "1"),
}
"""What is a matter of choice, and the ways that there are; a rule set offers some of them."""
_HIGHEST, _SUM = 1000, 32767
"""The highest score of one criterion, and of all: sums are kept in sixteen bits."""
_READING = ("berkas", "geometry", "lapisan", "baris", "masalah", "perbaikan")
"""Columns that reading adds to a baseline."""
_CLASS_COLUMNS = ("tanpa_skor", "kumuh", "tidak_kumuh", "sisa_kumuh", "pengurangan")
"""What stands before ``_ha`` in a recap besides the classes, and in their place where there is no score."""


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
    rencana
        What it says of plans besides the class.
    naskah
        The text of its file: a stored run keeps it.
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
    rencana: Planning = field(default_factory=Planning)
    naskah: str = field(default="", repr=False)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the criteria, in order."""
        return tuple(one.kode for one in self.kriteria)

    def chosen(self, matter: str, wanted: str | None = None) -> str:
        """Give the way that is wanted, or the default; empty where there is nothing to choose.

        Raises
        ------
        RecipeError
            When the rule set does not offer it; the message lists what it offers.

        Examples
        --------
        >>> rule_set().chosen("rata_sektoral"), rule_set().chosen("rata_sektoral", "ambang")
        ('polos', 'ambang')
        """
        choice = self.pilihan.get(matter)
        if wanted is None:
            return choice.bawaan if choice else ""
        if choice is None or wanted not in choice.pilihan:
            offered = ", ".join(choice.pilihan) if choice else "–"
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
        text = path.read_text(encoding="utf-8-sig")
        tables = tomllib.loads(text, parse_float=Decimal)
    except (OSError, ValueError, RecursionError) as error:  # numbers too long, nested too deep
        raise checked.refusal(path, "TOML", str(error)) from error
    checked.only(tables, _TABLES, "", path)
    head = checked.table(tables, "aturan", path)
    checked.only(head, ("id", "nama", "sumber", "catatan"), "aturan.", path)
    named = checked.table(tables, "aspek", path)
    aspects = {str(key): checked.text(value, f"aspek.{key}", path) for key, value in named.items()}
    units = checked.table(tables, "satuan", path)
    served = tables.get("layanan", {"aspek": [], "minimal_persen": 0})
    checked.only(served, ("aspek", "minimal_persen"), "layanan.", path)
    share = checked.table(tables, "kontribusi", path)
    checked.only(share, ("ambang_persen",), "kontribusi.", path)
    criteria, classes = _criteria(tables, aspects, tuple(units), path), _classes(tables, path)
    plans = planning(tables, {one.kode: one.penyebut for one in criteria}, [one.kode for one in classes], path)
    choices = _choices(checked.table(tables, "pilihan", path), tuple(plans.tingkat_pertimbangan), path)
    if "layanan" in choices["pengurangan"].pilihan and "layanan" not in tables:
        raise checked.refusal(path, "layanan", "[layanan] aspek, minimal_persen")
    bands = _bands(tables, choices["nilai_terendah"], path)
    if len(criteria) * bands[-1].nilai > _SUM:
        raise checked.refusal(path, f"pita[{len(bands)}].nilai", f"<= {_SUM} / {len(criteria)} [[kriteria]]")
    return RuleSet(
        **{key: checked.text(head.get(key), f"aturan.{key}", path) for key in ("id", "nama", "sumber", "catatan")},
        aspek=aspects,
        kriteria=criteria,
        pita=bands,
        kelas=classes,
        satuan={key: checked.texts(value, f"satuan.{key}", path) for key, value in units.items()},
        pilihan=choices,
        kontribusi_ambang=checked.share(share.get("ambang_persen"), "kontribusi.ambang_persen", path),
        layanan_aspek=checked.among(served.get("aspek"), tuple(aspects), "layanan.aspek", path),
        layanan_minimal=checked.share(served.get("minimal_persen"), "layanan.minimal_persen", path),
        rencana=plans,
        naskah=text,
    )


def _criteria(
    tables: Mapping[str, Any], aspects: Mapping[str, str], units: tuple[str, ...], path: Traversable
) -> tuple[Criterion, ...]:
    known = ("kode", "aspek", "nama", "satuan", "penyebut", "penyebut_lain", "pasti")
    taken = {match_key(one) for names in column_names("baseline").values() for one in names} | {*_READING}
    found: list[Criterion] = []
    for at, one in enumerate(checked.rows(tables, "kriteria", path), start=1):
        where = f"kriteria[{at}]."
        checked.only(one, known, where, path)
        code, name = (checked.text(one.get(key), where + key, path) for key in ("kode", "nama"))
        if code != match_key(code) or code in [other.kode for other in found]:
            raise checked.refusal(path, f"{where}kode", "huruf kecil dan angka, tidak berulang")
        if code in taken:
            raise checked.refusal(path, f"{where}kode", f'bukan nama kolom baseline ("{code}"), mis. "1a"')
        found.append(
            Criterion(
                kode=code,
                nama=name,
                aspek=checked.one_of(one.get("aspek"), tuple(aspects), f"{where}aspek", path),
                satuan=checked.one_of(one.get("satuan"), units, f"{where}satuan", path),
                penyebut=checked.one_of(one.get("penyebut"), DENOMINATORS, f"{where}penyebut", path),
                penyebut_lain=checked.among(
                    one.get("penyebut_lain", []), DENOMINATORS, f"{where}penyebut_lain", path
                ),
                pasti=checked.flag(one.get("pasti", True), f"{where}pasti", path),
            )
        )
    empty = [key for key in aspects if key not in {one.aspek for one in found}]
    if empty:
        raise checked.refusal(path, f"aspek.{empty[0]}", "[[kriteria]]")
    return tuple(found)


def _bands(tables: Mapping[str, Any], lowest: Choice, path: Traversable) -> tuple[Band, ...]:
    """Read the bands: worse never scores lower, neither than the band before nor than what is below them all."""
    found = []
    for at, one in enumerate(checked.rows(tables, "pita", path), start=1):
        checked.only(one, ("mulai_persen", "nilai"), f"pita[{at}].", path)
        begin = checked.share(one.get("mulai_persen"), f"pita[{at}].mulai_persen", path)
        found.append(Band(begin, checked.whole(one.get("nilai"), f"pita[{at}].nilai", path, _HIGHEST)))
    least = max(1, *map(int, lowest.pilihan))
    if found[0].nilai < least:
        raise checked.refusal(path, "pita[1].nilai", f">= {least} (pilihan.nilai_terendah)")
    for at, (low, high) in enumerate(pairwise(found), start=2):
        if high.mulai <= low.mulai or high.nilai <= low.nilai:
            raise checked.refusal(path, f"pita[{at}]", "mulai_persen, nilai > pita sebelumnya")
    return tuple(found)


def _classes(tables: Mapping[str, Any], path: Traversable) -> tuple[SlumClass, ...]:
    """Read the classes: two at least, told apart by their codes whatever the case."""
    found: list[SlumClass] = []
    taken = {match_key(one) for one in _CLASS_COLUMNS}
    for at, one in enumerate(checked.rows(tables, "kelas", path), start=1):
        where = f"kelas[{at}]."
        checked.only(one, ("kode", "nama", "mulai"), where, path)
        code, name = (checked.text(one.get(key), where + key, path) for key in ("kode", "nama"))
        if not match_key(code) or match_key(code) in taken:
            raise checked.refusal(path, f"{where}kode", "tidak berulang; bukan " + ", ".join(_CLASS_COLUMNS))
        taken.add(match_key(code))
        found.append(SlumClass(code, name, checked.whole(one.get("mulai"), f"{where}mulai", path)))
    if found[0].mulai != 0:
        raise checked.refusal(path, "kelas[1].mulai", "0")
    if len(found) == 1:
        raise checked.refusal(path, "kelas", "[[kelas]] bukan kumuh, [[kelas]] kumuh")
    for at, (low, high) in enumerate(pairwise(found), start=2):
        if high.mulai <= low.mulai:
            raise checked.refusal(path, f"kelas[{at}]", "mulai > kelas sebelumnya")
    return tuple(found)


def _choices(given: Mapping[str, Any], considered: tuple[str, ...], path: Traversable) -> dict[str, Choice]:
    matters = _CHOICES | ({"pertimbangan": considered} if considered else {})
    checked.only(given, tuple(matters), "pilihan.", path)
    found = {}
    for matter, ways in matters.items():
        one, where = checked.table(given, matter, path, "pilihan."), f"pilihan.{matter}."
        checked.only(one, ("pilihan", "bawaan", "pasti", "catatan"), where, path)
        offered = checked.among(one.get("pilihan"), ways, f"{where}pilihan", path)
        found[matter] = Choice(
            pilihan=offered,
            bawaan=checked.one_of(one.get("bawaan"), offered, f"{where}bawaan", path),
            pasti=checked.flag(one.get("pasti"), f"{where}pasti", path),
            catatan=checked.text(one.get("catatan"), f"{where}catatan", path),
        )
    return found
