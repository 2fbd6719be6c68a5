"""The recipe (``petakumuh.toml``): a whole run said in advance, checked key by key before any file is opened.

Its tables are the keywords of `petakumuh.run`, so a recipe and a call are the same thing.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, cast, get_args
from urllib.parse import urlsplit

from petakumuh.catalog import column_names
from petakumuh.errors import RecipeError
from petakumuh.model import (
    BY,
    STATUSES,
    Attribute,
    Basis,
    Calculation,
    Decrees,
    JoinedTable,
    KelurahanSource,
    KumuhSource,
    PenangananSource,
    Recipe,
    Region,
    Role,
    Source,
    is_address,
)
from petakumuh.text.redaction import redacted

__all__ = ["FRAME", "aliases", "as_tables", "from_tables", "load", "source", "template"]

_TABLES = ("wilayah", "kumuh", "kelurahan", "penanganan", "hitung", "banding")
_ATTRIBUTES = ("sektor", "tahun", "status", "opd", "sumber_dana", "biaya")
_BY_CHOICES = (*BY, "penanganan_id")
_DELIMITERS = (";", ",", "\t", "|")
_ALIAS_HEADER = ["tertulis", "resmi"]
_SPACE = 32
"""The first character that is no control code; a path with one had a backslash that TOML read as a code."""
_S = TypeVar("_S", bound=Source)

FRAME = "(GeoDataFrame)"
"""Stands in a stored recipe for data that came from memory and not from a file."""


def load(path: str | Path) -> Recipe:
    """Read a recipe file; paths in it are relative to it.

    Parameters
    ----------
    path
        The TOML file.

    Raises
    ------
    RecipeError
        When the file is missing, is no TOML, or has a key or value that does not exist; the message names
        the table and lists the valid choices.
    """
    place = Path(path)
    try:
        tables = tomllib.loads(place.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError(
            "resep_tak_terbaca", file=place, alasan=getattr(error, "strerror", None) or error
        ) from error
    except tomllib.TOMLDecodeError as error:
        if "Unescaped" in str(error) or "Invalid hex" in str(error):
            raise RecipeError("resep_garis_miring", file=place) from error
        raise RecipeError("resep_bukan_toml", file=place, alasan=error) from error
    return from_tables(tables, folder=place.parent)


def from_tables(tables: Mapping[str, Any], *, folder: Path | None = None) -> Recipe:
    """Build a recipe from its tables, as they stand in TOML or in keywords.

    Parameters
    ----------
    tables
        ``kumuh`` and ``kelurahan`` (required), ``penanganan`` (a list), ``wilayah``, ``hitung``, ``banding``. A
        source may be just a path or a GeoDataFrame. With two decrees to compare, ``kumuh`` is the old one if
        it is not said.
    folder
        What relative paths are relative to.

    Raises
    ------
    RecipeError
        When a key or value does not exist.

    Examples
    --------
    >>> recipe = from_tables({"kumuh": "a.gpkg|layername=rt*", "kelurahan": {"file": "b.gpkg"}})
    >>> recipe.kumuh.file, recipe.kumuh.lapisan, recipe.hitung.dasar
    ('a.gpkg', ('rt*',), 'utm')
    """
    _known_keys("resep", tables, _TABLES)
    decrees = None if tables.get("banding") is None else _decrees(tables["banding"], folder)
    if decrees is not None and tables.get("kumuh") is None:
        tables = {**tables, "kumuh": tables["banding"]["sk_lama"]}
    for required in ("kumuh", "kelurahan"):
        if tables.get(required) is None:
            raise RecipeError("tabel_wajib", tabel=required)
    works = tables.get("penanganan")
    listed = [] if works is None else works if isinstance(works, list | tuple) else [works]
    return Recipe(
        kumuh=_source(KumuhSource, "kumuh", tables["kumuh"], folder),
        kelurahan=_source(KelurahanSource, "kelurahan", tables["kelurahan"], folder),
        penanganan=tuple(_source(PenangananSource, "penanganan", one, folder) for one in listed),
        wilayah=_region(tables.get("wilayah") or {}),
        hitung=_calculation(tables.get("hitung") or {}),
        banding=decrees,
    )


def source(file: str | Path) -> Source:
    """Read a file argument, ``FILE|layername=PATTERN``, as a source.

    Examples
    --------
    >>> source("sk2020.kmz|layername=Kum*,Admin*").lapisan
    ('Kum*', 'Admin*')
    """
    path, patterns = _file("kumuh", file)
    return Source(file=path, lapisan=patterns)


def as_tables(recipe: Recipe) -> dict[str, Any]:
    """Write a recipe as the tables it can be built from again; what was not said is left out, passwords hidden.

    Examples
    --------
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
        },
    }
    if recipe.banding is not None:
        tables["banding"] = {
            "sk_lama": _said(recipe.banding.sk_lama),
            "sk_baru": _said(recipe.banding.sk_baru),
        }
    return tables


def aliases(source: KelurahanSource) -> dict[str, str]:
    """Read the alias file of the boundaries: a name as slums write it -> the official one, or its code.

    Raises
    ------
    RecipeError
        When the file cannot be read, a row does not have two columns, or one name stands for two places.
    """
    if source.alias is None:
        return {}
    path = Path(source.folder, source.alias)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError("alias_salah", file=path, alasan=getattr(error, "strerror", None) or error) from error
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    found: dict[str, str] = {}
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), start=1):
        pair = [cell.strip() for cell in row]
        if not any(pair) or (number == 1 and [cell.casefold() for cell in pair] == _ALIAS_HEADER):
            continue
        if len(pair) != len(_ALIAS_HEADER) or not all(pair):
            raise RecipeError("alias_salah", file=path, alasan=f"baris {number}: {row}")
        if found.setdefault(pair[0], pair[1]) != pair[1]:
            raise RecipeError("alias_salah", file=path, alasan=f"baris {number}: {pair[0]} = {pair[1]}")
    return found


def template() -> str:
    """Give a commented recipe to start from."""
    return (Path(__file__).parent / "text" / "petakumuh.toml").read_text(encoding="utf-8")


def _known_keys(table: str, given: Mapping[str, Any], valid: Sequence[str]) -> None:
    for key in given:
        if key not in valid:
            near = get_close_matches(str(key), valid, n=1)
            raise RecipeError(
                "kunci_salah",
                tabel=table,
                kunci=key,
                pilihan=", ".join(valid),
                saran=f" ({near[0]}?)" if near else "",
            )


def _typed(table: str, key: str, value: Any, kinds: tuple[type, ...], name: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise RecipeError("nilai_salah", tabel=table, kunci=key, nilai=repr(value), pilihan=name)
    return value


def _text(table: str, key: str, value: Any) -> str | None:
    if value is None:
        return None
    return str(_typed(table, key, value, (str, int, float), "teks"))


def _texts(table: str, key: str, value: Any) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    return tuple(
        str(_typed(table, key, one, (str,), "teks"))
        for one in _typed(table, key, listed, (list, tuple), "daftar teks")
    )


def _positive(table: str, key: str, value: Any) -> float | None:
    if value is None:
        return None
    size = float(_typed(table, key, value, (int, float), "angka > 0"))
    if not 0 < size < 10_000:  # noqa: PLR2004 - ten kilometres is no service width
        raise RecipeError("nilai_salah", tabel=table, kunci=key, nilai=repr(value), pilihan="angka > 0 (meter)")
    return size


def _source(kind: type[_S], role: Role, given: Any, folder: Path | None) -> _S:
    table = {"file": given} if not isinstance(given, Mapping) else dict(given)
    _known_keys(role, table, [one.name for one in fields(kind) if one.name != "folder"])
    if table.get("file") is None:
        raise RecipeError("kunci_wajib", tabel=role, kunci="file")
    table["file"], patterns = _file(role, table["file"])
    table["lapisan"] = patterns + _texts(role, "lapisan", table.get("lapisan", ()))
    table["kolom"] = _columns(role, table.get("kolom", {}))
    if table.get("gabung") is not None:
        table["gabung"] = _joined_table(role, table["gabung"], folder)
    for key in ("crs", "sk", "sumber", "edisi", "skema", "skema_folder", "alias"):
        if key in table:
            table[key] = _text(role, key, table[key])
    for key in ("lebar_m", "radius_m"):
        if key in table:
            table[key] = _positive(role, key, table[key])
    if table.get("tahun_dasar") is not None:
        _typed(role, "tahun_dasar", table["tahun_dasar"], (int,), "angka tahun tanpa tanda kutip, mis. 2020")
    if kind is PenangananSource:
        table |= {key: _attribute(key, table[key]) for key in _ATTRIBUTES if key in table}
    return kind(**table, folder="" if folder is None else str(folder))


def _decrees(given: Any, folder: Path | None) -> Decrees:
    """Read ``[banding]``: two sources, the old decree and the new one."""
    table = _typed("resep", "banding", given, (Mapping,), "[banding]")
    names = [one.name for one in fields(Decrees)]
    _known_keys("banding", table, names)
    for name in names:
        if table.get(name) is None:
            raise RecipeError("kunci_wajib", tabel="banding", kunci=name)
    return Decrees(**{name: _source(KumuhSource, "kumuh", table[name], folder) for name in names})


def _joined_table(role: Role, given: Any, folder: Path | None) -> JoinedTable:
    """Read ``gabung = { file = "...", kunci = "...", kunci_peta = "..." }``."""
    name = f"{role}.gabung"
    table = dict(_typed(role, "gabung", given, (Mapping,), '{ file = "...", kunci = "..." }'))
    _known_keys(name, table, ("file", "lapisan", "kunci", "kunci_peta"))
    for key in ("file", "kunci"):
        if table.get(key) is None:
            raise RecipeError("kunci_wajib", tabel=name, kunci=key)
    file, patterns = _file(role, table["file"])
    return JoinedTable(
        file=file,
        folder="" if folder is None else str(folder),
        lapisan=patterns + _texts(name, "lapisan", table.get("lapisan", ())),
        kunci=_text(name, "kunci", table["kunci"]) or "",
        kunci_peta=_text(name, "kunci_peta", table.get("kunci_peta")),
    )


def _file(role: Role, given: Any) -> tuple[Any, tuple[str, ...]]:
    """Split ``file|layername=PATTERN``; a frame passes."""
    if not isinstance(given, str | Path):
        if type(given).__name__ != "GeoDataFrame":
            raise RecipeError(
                "nilai_salah", tabel=role, kunci="file", nilai=repr(given), pilihan="path, GeoDataFrame"
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
    table = _typed(role, "kolom", given, (Mapping,), '{ kolom_kami = "kolom berkas" }')
    _known_keys(f"{role}.kolom", table, list(column_names(role)))
    return {
        key: value if isinstance(value, str) else _texts(role, f"kolom.{key}", value)
        for key, value in table.items()
    }


def _attribute(key: str, given: Any) -> Attribute:
    if isinstance(given, Attribute):
        return given
    if isinstance(given, Mapping):
        _known_keys(f"penanganan.{key}", given, ("kolom",))
        if "kolom" not in given:
            raise RecipeError("kunci_wajib", tabel=f"penanganan.{key}", kunci="kolom")
        return Attribute(kolom=_text("penanganan", f"{key}.kolom", given["kolom"]))
    return Attribute(nilai=_text("penanganan", key, given))


def _region(given: Any) -> Region:
    table = given if isinstance(given, Mapping) else {"judul": given}
    _known_keys("wilayah", table, [one.name for one in fields(Region)])
    return Region(**{key: _text("wilayah", key, value) for key, value in table.items()})


def _calculation(given: Any) -> Calculation:
    _typed("resep", "hitung", given, (Mapping,), "[hitung]")
    _known_keys("hitung", given, [one.name for one in fields(Calculation)])
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
        by = _texts("hitung", "by", given["by"])
        for one in by:
            if one not in _BY_CHOICES:
                raise RecipeError(
                    "nilai_salah", tabel="hitung", kunci="by", nilai=one, pilihan=", ".join(_BY_CHOICES)
                )
        calculation = replace(calculation, by=tuple(dict.fromkeys(by)))
    if "status_tertangani" in given:
        said = tuple(one.casefold() for one in _texts("hitung", "status_tertangani", given["status_tertangani"]))
        if not said or not set(said) <= set(STATUSES):
            choices = ", ".join(STATUSES)
            raise RecipeError(
                "nilai_salah", tabel="hitung", kunci="status_tertangani", nilai=repr(list(said)), pilihan=choices
            )
        calculation = replace(calculation, status_tertangani=said)
    return calculation


def _said(part: Any) -> dict[str, Any]:
    said = {}
    for one in fields(part):
        if one.name == "folder":
            continue
        value = getattr(part, one.name)
        if isinstance(value, str):
            value = redacted(value)
        elif isinstance(value, JoinedTable):
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
