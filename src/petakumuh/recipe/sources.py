"""Sources of a recipe: a file and how to read it, a table joined to it, where attributes of works come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from petakumuh.catalog import column_names
from petakumuh.errors import RecipeError
from petakumuh.model import TABLES, Attribute, JoinedTable, PenangananSource, Role, Source, is_address
from petakumuh.recipe.values import base_year_of, known_keys, positive, text, texts, typed

__all__ = ["file_argument", "source_from"]

_ATTRIBUTES = ("sektor", "tahun", "status", "opd", "sumber_dana", "biaya")
_SPACE = 32
"""The first character that is no control code; a path with one had a backslash that TOML read as a code."""
_S = TypeVar("_S", bound=Source)


def source_from(kind: type[_S], role: Role, given: Any, folder: Path | None) -> _S:
    """Read a source: a path, a frame, or a table with ``file`` and how to read it.

    Raises
    ------
    RecipeError
        When a key or value does not exist, or no file is named.
    """
    table = {"file": given} if not isinstance(given, Mapping) else dict(given)
    known_keys(role, table, [one.name for one in fields(kind) if one.name != "folder"])
    if table.get("file") is None:
        raise RecipeError("kunci_wajib", tabel=role, kunci="file")
    table["file"], patterns = file_argument(role, table["file"])
    table["lapisan"] = patterns + texts(role, "lapisan", table.get("lapisan", ()))
    table["kolom"] = _columns(role, table.get("kolom", {}))
    if table.get("gabung") is not None:
        table["gabung"] = _joined_table(role, table["gabung"], folder)
    for key in ("crs", "sk", "sumber", "edisi", "skema", "skema_folder", "alias"):
        if key in table:
            table[key] = text(role, key, table[key])
    for key in ("lebar_m", "radius_m"):
        if key in table:
            table[key] = positive(role, key, table[key])
    base_year_of(role, table)
    if kind is PenangananSource:
        table |= {key: _attribute(key, table[key]) for key in _ATTRIBUTES if key in table}
    return kind(**table, folder="" if folder is None else str(folder))


def _joined_table(role: Role, given: Any, folder: Path | None) -> JoinedTable:
    """Read ``gabung = { file = "...", kunci = "...", kunci_peta = "..." }``."""
    name = f"{role}.gabung"
    table = dict(typed(role, "gabung", given, (Mapping,), '{ file = "...", kunci = "..." }'))
    known_keys(name, table, ("file", "lapisan", "kunci", "kunci_peta"))
    for key in ("file", "kunci"):
        if table.get(key) is None:
            raise RecipeError("kunci_wajib", tabel=name, kunci=key)
    file, patterns = file_argument(role, table["file"])
    return JoinedTable(
        file=file,
        folder="" if folder is None else str(folder),
        lapisan=patterns + texts(name, "lapisan", table.get("lapisan", ())),
        kunci=text(name, "kunci", table["kunci"]) or "",
        kunci_peta=text(name, "kunci_peta", table.get("kunci_peta")),
    )


def file_argument(role: Role, given: Any) -> tuple[Any, tuple[str, ...]]:
    """Split ``file|layername=PATTERN``; a frame passes.

    Raises
    ------
    RecipeError
        When it is neither, or what stands behind the path is no pattern of layers.
    """
    if not isinstance(given, str | Path):
        wanted = ("GeoDataFrame", "DataFrame") if role in TABLES else ("GeoDataFrame",)
        if type(given).__name__ not in wanted:
            raise RecipeError(
                "nilai_salah", tabel=role, kunci="file", nilai=repr(given), pilihan=", ".join(["path", *wanted])
            )
        return given, ()
    if any(ord(one) < _SPACE for one in str(given)):
        raise RecipeError("resep_garis_miring", file=repr(str(given)))
    if (shown := str(given).encode("utf-8", "replace").decode()) != str(given):
        raise RecipeError("nama_berkas_rusak", file=shown)
    try:
        urlsplit(str(given) if is_address(given) else "")
    except ValueError as error:  # an address with half a host
        raise RecipeError(
            "nilai_salah", tabel=role, kunci="file", nilai=str(given), pilihan="https://..."
        ) from error
    path, *options = str(given).split("|")
    if not path.strip():  # as a path that is the folder of the recipe, with all that lies there
        raise RecipeError("nilai_salah", tabel=role, kunci="file", nilai=repr(str(given)), pilihan="BERKAS")
    patterns: list[str] = []
    for option in options:
        name, found, value = option.partition("=")
        if name.strip().lower() != "layername" or not found:
            raise RecipeError(
                "nilai_salah", tabel=role, kunci="file", nilai=str(given), pilihan="BERKAS|layername=POLA"
            )
        patterns += [one.strip() for one in value.split(",") if one.strip()]
    return path, tuple(patterns)


def _columns(role: Role, given: Any) -> dict[str, str | tuple[str, ...]]:
    table = typed(role, "kolom", given, (Mapping,), '{ kolom_kami = "kolom berkas" }')
    known_keys(f"{role}.kolom", table, list(column_names(role)))
    return {
        key: value if isinstance(value, str) else texts(role, f"kolom.{key}", value)
        for key, value in table.items()
    }


def _attribute(key: str, given: Any) -> Attribute:
    if isinstance(given, Attribute):
        return given
    if isinstance(given, Mapping):
        known_keys(f"penanganan.{key}", given, ("kolom",))
        if "kolom" not in given:
            raise RecipeError("kunci_wajib", tabel=f"penanganan.{key}", kunci="kolom")
        return Attribute(kolom=text("penanganan", f"{key}.kolom", given["kolom"]))
    return Attribute(nilai=text("penanganan", key, given))
