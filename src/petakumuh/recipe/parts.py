"""The tables of a recipe beside its layers: region, choices, decree, scores, two decrees to compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, cast, get_args

from petakumuh.errors import RecipeError
from petakumuh.model import (
    BY,
    STATUSES,
    Basis,
    Calculation,
    Decree,
    Decrees,
    KumuhSource,
    Region,
    Scoring,
    Source,
)
from petakumuh.recipe.sources import source_from
from petakumuh.recipe.values import base_year_of, hectares, known_keys, text, texts, typed, yes_no

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["calculation_from", "decree_from", "decrees_from", "region_from", "scoring_from"]

_BY_CHOICES = (*BY, "penanganan_id")


def decrees_from(given: Any, folder: Path | None) -> Decrees:
    """Read ``[banding]``: two sources, the old decree and the new one.

    Raises
    ------
    RecipeError
        When a key or value does not exist, or one of both is not named.
    """
    table = typed("resep", "banding", given, (Mapping,), "[banding]")
    names = [one.name for one in fields(Decrees)]
    known_keys("banding", table, names)
    for name in names:
        if table.get(name) is None:
            raise RecipeError("kunci_wajib", tabel="banding", kunci=name)
    return Decrees(**{name: source_from(KumuhSource, "kumuh", table[name], folder) for name in names})


def decree_from(given: Any, folder: Path | None) -> Decree:
    """Read ``[sk]``: what the decree writes.

    Raises
    ------
    RecipeError
        When a key or value does not exist.
    """
    table = dict(typed("resep", "sk", given, (Mapping,), "[sk]"))
    known_keys("sk", table, [one.name for one in fields(Decree)])
    for key in ("nomor", "alias"):
        table[key] = text("sk", key, table.get(key))
    for key in ("luas_ha", "toleransi_ha"):
        table[key] = hectares("sk", key, table.get(key))
    base_year_of("sk", table)
    if table.get("lampiran") is not None:
        table["lampiran"] = source_from(Source, "lampiran", table["lampiran"], folder)
    return Decree(**table)


def scoring_from(given: Any, folder: Path | None) -> Scoring:
    """Read ``[skor]``: tables of volumes and the rules to score them by.

    Raises
    ------
    RecipeError
        When a key or value does not exist, or no baseline is named.
    """
    table = dict(typed("resep", "skor", given, (Mapping,), "[skor]"))
    known_keys("skor", table, [one.name for one in fields(Scoring)])
    if table.get("baseline") is None:
        raise RecipeError("kunci_wajib", tabel="skor", kunci="baseline")
    for role in ("baseline", "investasi", "pembanding"):
        if table.get(role) is not None:
            table[role] = source_from(Source, role, table[role], folder)
    for key in ("aturan", "rata_sektoral", "kontribusi", "pengurangan", "nilai_terendah", "pertimbangan", "alias"):
        table[key] = text("skor", key, table.get(key))
    if "satuan" in table:
        table["satuan"] = text("skor", "satuan", table["satuan"])
    if "status" in table:
        table["status"] = texts("skor", "status", table["status"])
    table["penyebut"] = dict(typed("skor", "penyebut", table.get("penyebut", {}), (Mapping,), "[skor.penyebut]"))
    base_year_of("skor", table)
    return Scoring(**table)


def region_from(given: Any) -> Region:
    """Read ``[wilayah]``; a text alone is the title.

    Raises
    ------
    RecipeError
        When a key or value does not exist.
    """
    table = given if isinstance(given, Mapping) else {"judul": given}
    known_keys("wilayah", table, [one.name for one in fields(Region)])
    return Region(**{key: text("wilayah", key, value) for key, value in table.items()})


def calculation_from(given: Any) -> Calculation:
    """Read ``[hitung]``: the choices that change figures.

    Raises
    ------
    RecipeError
        When a key or value does not exist.
    """
    typed("resep", "hitung", given, (Mapping,), "[hitung]")
    known_keys("hitung", given, [one.name for one in fields(Calculation)])
    calculation = Calculation()
    if "dasar" in given:
        if given["dasar"] not in get_args(Basis):
            raise RecipeError(
                "nilai_salah",
                tabel="hitung",
                kunci="dasar",
                nilai=repr(given["dasar"]),
                pilihan=", ".join(get_args(Basis)),
            )
        calculation = replace(calculation, dasar=cast("Basis", given["dasar"]))
    if "by" in given:
        by = texts("hitung", "by", given["by"])
        for one in by:
            if one not in _BY_CHOICES:
                raise RecipeError(
                    "nilai_salah", tabel="hitung", kunci="by", nilai=one, pilihan=", ".join(_BY_CHOICES)
                )
        calculation = replace(calculation, by=tuple(dict.fromkeys(by)))
    if "status_tertangani" in given:
        said = tuple(one.casefold() for one in texts("hitung", "status_tertangani", given["status_tertangani"]))
        if not said or not set(said) <= set(STATUSES):
            choices = ", ".join(STATUSES)
            raise RecipeError(
                "nilai_salah", tabel="hitung", kunci="status_tertangani", nilai=repr(list(said)), pilihan=choices
            )
        calculation = replace(calculation, status_tertangani=said)
    if "sertifikasi" in given:
        calculation = replace(calculation, sertifikasi=yes_no("hitung", "sertifikasi", given["sertifikasi"]))
    return calculation
