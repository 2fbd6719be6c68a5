"""A recipe written back as its tables, and the files that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petakumuh.model import Attribute, Outputs, Source
from petakumuh.text.redaction import redacted

if TYPE_CHECKING:
    from petakumuh.model import Recipe

__all__ = ["FRAME", "as_tables", "input_paths"]

FRAME = "(GeoDataFrame)"
"""Stands in a stored recipe for data that came from memory and not from a file."""


def as_tables(recipe: Recipe) -> dict[str, Any]:
    """Write a recipe as the tables it can be built from again; what was not said is left out, passwords hidden.

    Examples
    --------
    >>> from petakumuh.recipe import from_tables
    >>> tables = {"kumuh": {"file": "a.gpkg"}, "kelurahan": {"file": "b.gpkg"}}
    >>> from_tables(as_tables(from_tables(tables))) == from_tables(tables)
    True
    """
    tables = {
        "wilayah": _said(recipe.wilayah),
        "kumuh": _said(recipe.kumuh),
        "kelurahan": _said(recipe.kelurahan),
        "penanganan": [_said(one) for one in recipe.penanganan],
        "hitung": {
            "dasar": recipe.hitung.dasar,
            "by": list(recipe.hitung.by),
            "status_tertangani": list(recipe.hitung.status_tertangani),
            "sertifikasi": recipe.hitung.sertifikasi,
        },
    }
    for name in ("sk", "skor", "banding"):
        if (part := getattr(recipe, name)) is not None:
            tables[name] = _said(part)
    if said := _said(recipe.kop):
        tables["kop"] = said
    chosen = recipe.keluaran
    changed = {
        key: value for key, value in _said(chosen).items() if getattr(chosen, key) != getattr(Outputs(), key)
    }
    return tables | ({"keluaran": changed} if changed else {})


def input_paths(recipe: Recipe) -> list[Path]:
    """List every file that a recipe names: layers, tables, aliases, a rule set of one's own.

    Examples
    --------
    >>> from petakumuh.recipe import from_tables
    >>> tables = {"kumuh": "a.gpkg", "kelurahan": "b.gpkg", "skor": {"baseline": "c.csv"}}
    >>> [one.name for one in input_paths(from_tables(tables))]
    ['a.gpkg', 'b.gpkg', 'c.csv']
    """
    named: list[Source | None] = [recipe.kumuh, recipe.kelurahan, *recipe.penanganan]
    named += [] if recipe.sk is None else [recipe.sk.lampiran]
    named += [] if recipe.skor is None else [recipe.skor.baseline, recipe.skor.investasi, recipe.skor.pembanding]
    named += [] if recipe.banding is None else [recipe.banding.sk_lama, recipe.banding.sk_baru]
    named += [one.gabung for one in named if one is not None]
    files = [one for one in named if one is not None and isinstance(one.file, str | Path) and one.file != FRAME]
    beside = [(recipe.kelurahan.folder, recipe.kelurahan.alias)]
    if recipe.sk is not None and recipe.sk.lampiran is not None:
        beside.append((recipe.sk.lampiran.folder, recipe.sk.alias))
    if recipe.skor is not None:
        beside += [(recipe.skor.baseline.folder, one) for one in (recipe.skor.alias, recipe.skor.aturan)]
    places = [place for one in files if isinstance(place := one.place, Path)]
    places += [one for one in (recipe.kop.logo_path, recipe.keluaran.templat_path) if one is not None]
    return places + [path for folder, one in beside if one is not None and (path := Path(folder, one)).is_file()]


def _said(part: Any) -> dict[str, Any]:
    said = {}
    for one in fields(part):
        if one.name == "folder":
            continue
        value = getattr(part, one.name)
        if isinstance(value, str):
            value = redacted(value)
        elif isinstance(value, Source):
            value = _said(value)
        elif isinstance(value, Attribute):
            value = {"kolom": value.kolom} if value.kolom else value.nilai
        elif isinstance(value, Mapping):
            value = {key: list(name) if isinstance(name, tuple) else name for key, name in value.items()}
        elif isinstance(value, tuple):
            value = list(value)
        elif one.name == "file" and not isinstance(value, str):
            value = FRAME
        if value not in (None, [], {}):
            said[one.name] = value
    return said
