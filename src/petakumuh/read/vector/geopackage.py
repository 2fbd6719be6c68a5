"""GeoPackage: the database is looked at before its layers are read, and nothing is written beside it.

A GeoPackage can be cut short, or hold its newest rows in a second file that was not copied. GDAL reads the rest
and says nothing; SQLite knows.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np

from petakumuh.errors import InputError
from petakumuh.read.raw import Batch, Note
from petakumuh.read.shapes.wkb import BROKEN
from petakumuh.read.vector.gdal import read_gdal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from petakumuh.read.raw import Limits, Reading

__all__ = ["read_geopackage"]

_MAGIC = b"SQLite format 3\x00"
_VERSIONS = slice(18, 20)
_WAL = 2
_OURS = ("gpkg_", "gpkgext_", "rtree_", "sqlite_")
_STYLES = {"layer_styles", "qgis_projects", "ogr_empty_table"}
_TABLES = {"attributes", "aspatial"}
_PICTURES = {"tiles", "2d-gridded-coverage", "vector-tiles"}
_HARMLESS = ("NULL value in", "CHECK constraint failed", "In RTree", "TEXT value in", "NUMERIC value in")
"""What an integrity check finds that loses no row: a rule of a column not kept, an index that is not read."""


@dataclass(frozen=True)
class _Contents:
    """What the database declares: layer -> column of its shapes; tables without; those that nothing declares."""

    layers: dict[str, str]
    tables: dict[str, int]
    strangers: dict[str, int]
    counts: dict[str, int]


def read_geopackage(path: Path, limits: Limits) -> Reading:
    """Read every layer of a GeoPackage.

    Parameters
    ----------
    path
        The file; its write-ahead log is read with it where there is one.
    limits
        How deep its shapes and how many its rows may be.

    Raises
    ------
    InputError
        When the database is broken, lacks its write-ahead log or a table it declares, or rows are missing.
    """
    with _whole(path) as file:
        try:
            with closing(_connected(file)) as database:
                _require_sound(database, path)
                contents = _contents(database, path)
                yield from _untold(contents)
                times: Counter[tuple[str, str]] = Counter()
                for part in read_gdal(file, limits, layers=_wanted(contents), told=path, counts=contents.counts):
                    if isinstance(part, Batch):
                        view = part.layer not in contents.counts
                        yield _told_apart(part, times) if view else _marked(part, database, contents)
                    else:
                        yield part
        except (sqlite3.Error, UnicodeDecodeError) as error:  # what SQLite quotes of a broken file need be no text
            raise InputError("gpkg_rusak", file=path, alasan=_told(error)) from error


def _told(error: Exception) -> str:
    return "isinya bukan UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give a file that holds everything: the GeoPackage, or a copy with what its log and journal hold."""
    with path.open("rb") as stream:
        head = stream.read(_VERSIONS.stop)
    if not head.startswith(_MAGIC):
        raise InputError("gpkg_rusak", file=path, alasan="bukan basis data SQLite")
    logs = [beside for end in ("-wal", "-journal") if (beside := path.with_name(path.name + end)).is_file()]
    if links := [one.name for one in logs if one.is_symlink()]:
        raise InputError("gpkg_rusak", file=path, alasan=f"{links[0]} adalah tautan ke berkas lain")
    if _WAL in head[_VERSIONS] and not any(one.name.endswith("-wal") for one in logs):
        raise InputError("gpkg_wal", file=path)
    if not any(one.stat().st_size for one in logs):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="petakumuh-") as folder:
        for one in (path, *logs):
            shutil.copyfile(one, Path(folder) / one.name)
        copy = Path(folder) / path.name
        try:
            with closing(sqlite3.connect(copy)) as database:
                database.execute("PRAGMA journal_mode=DELETE").fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise InputError("gpkg_rusak", file=path, alasan=_told(error)) from error
        yield copy


def _connected(path: Path) -> sqlite3.Connection:
    """Open without a lock and without side files; a text that is no UTF-8 is still a name."""
    place = quote(os.fsencode(path.absolute().as_posix()))
    database = sqlite3.connect(f"file:{place}?mode=ro&immutable=1", uri=True)
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    database.execute("PRAGMA trusted_schema=OFF")
    return database


def _require_sound(database: sqlite3.Connection, path: Path) -> None:
    found = [str(text) for (text,) in database.execute("PRAGMA integrity_check")]
    lines = [line for text in found for line in text.splitlines() if line != "ok"]
    if grave := [line for line in lines if not line.startswith(("***", *_HARMLESS))]:
        raise InputError("gpkg_rusak", file=path, alasan="; ".join(grave[:3]))


def _contents(database: sqlite3.Connection, path: Path) -> _Contents:
    """Hold what is declared against the tables that there are."""
    there = {str(name).casefold(): (str(name), kind) for name, kind in _objects(database)}
    declared = {
        str(name).casefold(): str(kind)
        for name, kind in database.execute("SELECT table_name, data_type FROM gpkg_contents")
    }
    columns = {
        str(table).casefold(): str(column)
        for table, column in database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns")
    }
    if lacking := sorted((declared.keys() | columns.keys()) - there.keys()):
        raise InputError("gpkg_rusak", file=path, alasan=f"tabel {', '.join(lacking)} tidak ada")
    known = columns.keys() | {name for name, kind in declared.items() if kind in _TABLES | _PICTURES}
    strangers = {
        name: _count(database, name)
        for folded, (name, kind) in there.items()
        if folded not in known and kind == "table" and folded not in _STYLES and not folded.startswith(_OURS)
    }
    half = [name for name, kind in declared.items() if kind == "features" and name not in columns]
    half += [name for name in columns if declared.get(name) != "features"]
    half += [name for name in strangers if _has_shapes(database, name)]
    if half:
        raise InputError("gpkg_rusak", file=path, alasan=f"lapisan {', '.join(half)} tidak terdaftar dengan benar")
    tables = {
        there[name][0]: _count(database, there[name][0]) for name, kind in declared.items() if kind in _TABLES
    }
    counts = {there[name][0]: _count(database, there[name][0]) for name in columns if there[name][1] == "table"}
    layers = {there[name][0]: column for name, column in columns.items()}
    return _Contents(layers, tables, strangers, counts | tables)


def _objects(database: sqlite3.Connection) -> list[tuple[str, str]]:
    return list(database.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _count(database: sqlite3.Connection, table: str) -> int:
    return int(database.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()[0])  # noqa: S608 - quoted


def _has_shapes(database: sqlite3.Connection, table: str) -> bool:
    """Whether a table that nothing declares holds geometry: its first rows say so."""
    rows = database.execute(f"SELECT * FROM {_quoted(table)} LIMIT 100")  # noqa: S608 - quoted
    return any(isinstance(cell, bytes) and cell.startswith(b"GP") for row in rows for cell in row)


def _wanted(contents: _Contents) -> list[str]:
    return list(contents.layers or contents.tables)


def _untold(contents: _Contents) -> Iterator[Note]:
    """Say which tables hold rows that are not read."""
    tables = contents.tables if contents.layers else {}
    for rule, names in (("tabel_tanpa_peta", tables), ("tabel_tak_terdaftar", contents.strangers)):
        if lost := [f"{name} ({count})" for name, count in names.items() if count]:
            yield Note(rule, "catatan", values={"nama": ", ".join(lost)})


def _told_apart(batch: Batch, times: Counter[tuple[str, str]]) -> Batch:
    """Name the rows of a view, whose ids may repeat: the second row of id 7 is ``7/2``."""
    named = []
    for one in batch.rows["baris"]:
        times[batch.layer, one] += 1
        named.append(one if times[batch.layer, one] == 1 else f"{one}/{times[batch.layer, one]}")
    return replace(batch, rows=batch.rows.assign(baris=named))


def _marked(batch: Batch, database: sqlite3.Connection, contents: _Contents) -> Batch:
    """Tell a shape that GDAL could not read from one that is not there."""
    none = (batch.rows["masalah"] == "geometri_kosong").to_numpy()
    if not none.any() or batch.layer not in contents.counts or batch.layer not in contents.layers:
        return batch
    lost = none & np.isin(
        batch.rows["baris"].astype(np.int64), _with_shape(database, batch.layer, contents.layers[batch.layer])
    )
    return replace(batch, rows=batch.rows.assign(masalah=batch.rows["masalah"].mask(lost, BROKEN)))


def _with_shape(database: sqlite3.Connection, table: str, column: str) -> NDArray[np.int64]:
    query = f"SELECT rowid FROM {_quoted(table)} WHERE {_quoted(column)} IS NOT NULL"  # noqa: S608 - quoted
    return np.fromiter((one for (one,) in database.execute(query)), np.int64)
