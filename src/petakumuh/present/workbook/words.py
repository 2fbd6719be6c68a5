"""What columns, classes and units are called on the sheets of ``skor.xlsx``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petakumuh.present.workbook.values import level
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from petakumuh.catalog.regulation import RuleSet
    from petakumuh.model import Region, Scores

__all__ = ["COUNTED", "UNSCORED", "basis", "class_names", "heading", "one_of"]

UNSCORED = "tanpa_skor"
"""Stands for the class of a unit of which something is missing."""
COUNTED = ("ha", "rt", "kk", "jiwa", "bangunan")
"""What is counted of each class, as columns end."""


def class_names(rules: RuleSet, language: Language) -> dict[str, str]:
    """Name each class, and what has none; two that are called alike have their codes beside them.

    Examples
    --------
    >>> from petakumuh.catalog.regulation import rule_set
    >>> list(class_names(rule_set(), "id").values())
    ['Tidak Kumuh', 'Kumuh Ringan', 'Kumuh Sedang', 'Kumuh Berat', 'Tanpa skor']
    """
    named = {one.kode: one.nama for one in rules.kelas} | {UNSCORED: say("buku.tanpa_skor", language)}
    folded = [one.casefold() for one in named.values()]
    return {
        code: name if folded.count(name.casefold()) == 1 else f"{name} ({code})" for code, name in named.items()
    }


def one_of(scores: Scores, language: Language) -> str:
    """Say what one unit is called: an RT, or a kawasan."""
    return say(f"buku.satu_{level(scores)}", language)


def heading(name: str, scores: Scores, language: Language) -> str:
    """Say a column in words, with its unit.

    Parameters
    ----------
    name
        As the tables of the scores call it.
    scores, language
        Whose classes and criteria they are; of the words.
    """
    kind, _, what = name.rpartition("_")
    word, _, code = name.partition("_")
    names = class_names(scores.aturan, language)
    if word == "nilai" and code in scores.aturan.codes:
        return say("kolom.nilai_kriteria", language, kode=code)
    if kind in names and what in COUNTED:
        return say(f"kolom.kelas_{what}", language, kelas=names[kind], unit=one_of(scores, language))
    return say(f"kolom.{name}", language, unit=one_of(scores, language))


def basis(scores: Scores, wilayah: Region, language: Language) -> str:
    """Say by which rule set, from which year and for which region figures are."""
    year = next(iter(scores.rekap["tahun"]))
    said = say("buku.dasar_lembar", language, aturan=scores.aturan.nama, tahun=year)
    return " · ".join([said, *_region(wilayah)])


def _region(wilayah: Region) -> list[str]:
    found = [one for one in (wilayah.kabupaten_kota, wilayah.provinsi) if one]
    return [", ".join(found)] if found else []
