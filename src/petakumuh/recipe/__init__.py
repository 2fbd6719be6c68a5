"""The recipe (``petakumuh.toml``): a whole run said in advance, checked key by key before any file is opened.

Its tables are the keywords of `petakumuh.run`, so a recipe and a call are the same thing.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petakumuh.errors import RecipeError
from petakumuh.model import KelurahanSource, KumuhSource, PenangananSource, Recipe, Source
from petakumuh.recipe.handed import letterhead_from, outputs_from, require_beside
from petakumuh.recipe.names import aliases
from petakumuh.recipe.parts import calculation_from, decree_from, decrees_from, region_from, scoring_from
from petakumuh.recipe.sources import file_argument, source_from
from petakumuh.recipe.stored import FRAME, as_tables, input_paths
from petakumuh.recipe.values import known_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "FRAME",
    "aliases",
    "as_tables",
    "from_tables",
    "input_paths",
    "load",
    "require_beside",
    "source",
    "template",
]

_TABLES = ("wilayah", "kumuh", "kelurahan", "penanganan", "hitung", "sk", "skor", "banding", "kop", "keluaran")


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
        ``skor``, ``banding``, ``kop``, ``keluaran``. A source may be just a path or a GeoDataFrame. With two
        decrees to compare, ``kumuh`` is the old one if it is not said.
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
    known_keys("resep", tables, _TABLES)
    decrees = None if tables.get("banding") is None else decrees_from(tables["banding"], folder)
    if decrees is not None and tables.get("kumuh") is None:
        tables = {**tables, "kumuh": tables["banding"]["sk_lama"]}
    for required in ("kumuh", "kelurahan"):
        if tables.get(required) is None:
            raise RecipeError("tabel_wajib", tabel=required)
    works = tables.get("penanganan")
    listed = [] if works is None else works if isinstance(works, list | tuple) else [works]
    decree = None if tables.get("sk") is None else decree_from(tables["sk"], folder)
    slums = source_from(KumuhSource, "kumuh", tables["kumuh"], folder)
    if decree is not None:
        slums = replace(slums, sk=slums.sk or decree.nomor, tahun_dasar=slums.tahun_dasar or decree.tahun_dasar)
    return Recipe(
        kumuh=slums,
        kelurahan=source_from(KelurahanSource, "kelurahan", tables["kelurahan"], folder),
        penanganan=tuple(source_from(PenangananSource, "penanganan", one, folder) for one in listed),
        wilayah=region_from(tables.get("wilayah") or {}),
        hitung=calculation_from(tables.get("hitung") or {}),
        sk=decree,
        skor=None if tables.get("skor") is None else scoring_from(tables["skor"], folder),
        banding=decrees,
        kop=letterhead_from(tables.get("kop") or {}, folder),
        keluaran=outputs_from(tables.get("keluaran") or {}, folder),
    )


def source(file: str | Path) -> Source:
    """Read a file argument, ``FILE|layername=PATTERN``, as a source.

    Examples
    --------
    >>> source("sk2020.kmz|layername=Kum*,Admin*").lapisan
    ('Kum*', 'Admin*')
    """
    path, patterns = file_argument("kumuh", file)
    return Source(file=path, lapisan=patterns)


def template() -> str:
    """Give a commented recipe to start from."""
    return files("petakumuh.text").joinpath("petakumuh.toml").read_text(encoding="utf-8")
