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
from petakumuh.catalog.checked import base_year, written
from petakumuh.errors import RecipeError
from petakumuh.model import (
    BY,
    STATUSES,
    TABLES,
    Attribute,
    Basis,
    Calculation,
    Decree,
    Decrees,
    JoinedTable,
    KelurahanSource,
    KumuhSource,
    PenangananSource,
    Recipe,
    Region,
    Role,
    Scoring,
    Source,
    is_address,
)
from petakumuh.text.redaction import redacted

__all__ = ["FRAME", "aliases", "as_tables", "from_tables", "input_paths", "load", "source", "template"]

_TABLES = ("wilayah", "kumuh", "kelurahan", "penanganan", "hitung", "sk", "skor", "banding")
_ATTRIBUTES = ("sektor", "tahun", "status", "opd", "sumber_dana", "biaya")
_BY_CHOICES = (*BY, "penanganan_id")
_DELIMITERS = (";", ",", "\t", "|")
_ALIAS_HEADER = ["tertulis", "resmi"]
_SPACE = 32
"""The first character that is no control code; a path with one had a backslash that TOML read as a code."""
_VAST = 1e9
"""More hectares than any decree can name."""
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
    except (ValueError, RecursionError) as error:  # no TOML, a number too long, nested too deep
        if "Unescaped" in str(error) or "Invalid hex" in str(error):
            raise RecipeError("resep_garis_miring", file=place) from error
        raise RecipeError("resep_bukan_toml", file=place, alasan=error) from error
    return from_tables(tables, folder=place.parent)


def from_tables(tables: Mapping[str, Any], *, folder: Path | None = None) -> Recipe:
    """Build a recipe from its tables, as they stand in TOML or in keywords.

    Parameters
    ----------
    tables
        ``kumuh`` and ``kelurahan`` (required), ``penanganan`` (a list), ``wilayah``, ``hitung``, ``sk``,
        ``skor``, ``banding``. A source may be just a path or a GeoDataFrame. With two decrees to compare,
        ``kumuh`` is the old one if it is not said.
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
    decree = None if tables.get("sk") is None else _decree(tables["sk"], folder)
    slums = _source(KumuhSource, "kumuh", tables["kumuh"], folder)
    if decree is not None:
        slums = replace(slums, sk=slums.sk or decree.nomor, tahun_dasar=slums.tahun_dasar or decree.tahun_dasar)
    return Recipe(
        kumuh=slums,
        kelurahan=_source(KelurahanSource, "kelurahan", tables["kelurahan"], folder),
        penanganan=tuple(_source(PenangananSource, "penanganan", one, folder) for one in listed),
        wilayah=_region(tables.get("wilayah") or {}),
        hitung=_calculation(tables.get("hitung") or {}),
        sk=decree,
        skor=None if tables.get("skor") is None else _scoring(tables["skor"], folder),
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
    for name in ("sk", "skor", "banding"):
        if (part := getattr(recipe, name)) is not None:
            tables[name] = _said(part)
    return tables


def input_paths(recipe: Recipe) -> list[Path]:
    """List every file that a recipe names: layers, tables, aliases, a rule set of one's own.

    Examples
    --------
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
    return places + [path for folder, one in beside if one is not None and (path := Path(folder, one)).is_file()]


def aliases(file: str | None, folder: str = "") -> dict[str, str]:
    """Read an alias file: a name as a table writes it -> the official one, its code, or the id it stands for.

    Parameters
    ----------
    file
        As the recipe writes it; none: no aliases.
    folder
        What it is relative to.

    Raises
    ------
    RecipeError
        When the file cannot be read, a row does not have two columns, or one name stands for two places.
    """
    if file is None:
        return {}
    path = Path(folder, file)
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
        raise RecipeError("nilai_salah", tabel=table, kunci=key, nilai=written(value), pilihan=name)
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
    size = _typed(table, key, value, (int, float), "angka > 0")
    if not 0 < size < 10_000:  # noqa: PLR2004 - ten kilometres is no service width
        raise RecipeError("nilai_salah", tabel=table, kunci=key, nilai=written(value), pilihan="angka > 0 (meter)")
    return float(size)


def _hectares(table: str, key: str, value: Any) -> float | None:
    if value is None:
        return None
    area = _typed(table, key, value, (int, float), "angka >= 0 (ha)")
    if not 0 <= area < _VAST:  # which nan is not either
        raise RecipeError("nilai_salah", tabel=table, kunci=key, nilai=written(value), pilihan="angka >= 0 (ha)")
    return float(area)


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
    _year(role, table)
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


def _decree(given: Any, folder: Path | None) -> Decree:
    """Read ``[sk]``: what the decree writes."""
    table = dict(_typed("resep", "sk", given, (Mapping,), "[sk]"))
    _known_keys("sk", table, [one.name for one in fields(Decree)])
    for key in ("nomor", "alias"):
        table[key] = _text("sk", key, table.get(key))
    for key in ("luas_ha", "toleransi_ha"):
        table[key] = _hectares("sk", key, table.get(key))
    _year("sk", table)
    if table.get("lampiran") is not None:
        table["lampiran"] = _source(Source, "lampiran", table["lampiran"], folder)
    return Decree(**table)


def _scoring(given: Any, folder: Path | None) -> Scoring:
    """Read ``[skor]``: tables of volumes and the rules to score them by."""
    table = dict(_typed("resep", "skor", given, (Mapping,), "[skor]"))
    _known_keys("skor", table, [one.name for one in fields(Scoring)])
    if table.get("baseline") is None:
        raise RecipeError("kunci_wajib", tabel="skor", kunci="baseline")
    for role in ("baseline", "investasi", "pembanding"):
        if table.get(role) is not None:
            table[role] = _source(Source, role, table[role], folder)
    for key in ("aturan", "rata_sektoral", "kontribusi", "pengurangan", "nilai_terendah", "pertimbangan", "alias"):
        table[key] = _text("skor", key, table.get(key))
    if "satuan" in table:
        table["satuan"] = _text("skor", "satuan", table["satuan"])
    if "status" in table:
        table["status"] = _texts("skor", "status", table["status"])
    table["penyebut"] = dict(_typed("skor", "penyebut", table.get("penyebut", {}), (Mapping,), "[skor.penyebut]"))
    _year("skor", table)
    return Scoring(**table)


def _year(table: str, given: dict[str, Any]) -> None:
    if "tahun_dasar" in given:
        given["tahun_dasar"] = base_year(given["tahun_dasar"], table)


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
