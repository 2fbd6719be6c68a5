"""SQL dumps of boundaries: rows of INSERTs whose column ``path`` holds rings as JSON text.

The public tables of kelurahan (cahyadsn/wilayah_boundaries and its copies) write ``[lat,lng]``. That is not
believed but looked at: the row's own point, ``lat`` and ``lng``, must lie within the bounds of its ring.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from petakumuh.errors import InputError
from petakumuh.measure import LONLAT
from petakumuh.read.raw import BATCH_ROWS, Note
from petakumuh.read.rows import batch, cells, require_few, told
from petakumuh.read.vector.geojson_shapes import built
from petakumuh.read.vector.jsontext import parsed, require_shallow, utf8
from petakumuh.read.vector.sql_text import SqlError, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from petakumuh.read.raw import Limits, Reading
    from petakumuh.read.vector.sql_text import Row

__all__ = ["read_sql"]

_PATH, _LAT, _LNG = "path", ("lat", "latitude"), ("lng", "lon", "long", "longitude")
_NEAR = 1e-6
"""How far outside the bounds of its ring a row's point may lie, in degrees: the rounding of the dump."""
_POLYGON_DEEP = 2


@dataclass
class _Table:
    """The rows of one table that wait for their batch, and what is to be noted at the end."""

    columns: dict[str, None] = field(default_factory=dict)
    waiting: list[Row] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)


def read_sql(path: Path, limits: Limits) -> Reading:
    """Read the rows that an SQL dump inserts; nothing is run.

    Parameters
    ----------
    path, limits
        As every reader's.

    Yields
    ------
        In EPSG:4326, a layer per table; ``baris`` is the line that a row begins on (``12/3``: the third row on
        line 12). Rows whose ``path`` cannot be read, or does not surround its own ``lat`` and ``lng`` in either
        order, say so in ``masalah``.

    Raises
    ------
    InputError
        When an INSERT is broken or cut short, or the dump inserts no row with a ``path``.
    """
    try:
        data, encoding = utf8(path.read_bytes())
    except UnicodeDecodeError as error:
        raise InputError("enkode_asing", file=path, tempat=error.start) from error
    if encoding:
        yield Note("enkode_dibaca", "catatan", values={"enkode": encoding})
    tables: dict[str, _Table] = {}
    for row in _rows(data.decode(), path):
        table = tables.setdefault(row.table, _Table())
        table.columns |= dict.fromkeys(row.values)
        table.waiting.append(row)
        if len(table.waiting) == BATCH_ROWS:
            yield from _flushed(row.table, table, path, limits)
    if not any(_key(table.columns, (_PATH,)) for table in tables.values()):
        raise InputError("sql_tanpa_path", file=path, ada=", ".join(tables) or "–")
    for name, table in tables.items():
        if table.waiting:
            yield from _flushed(name, table, path, limits)
        if table.turned:
            values = {"jumlah": len(table.turned)}
            yield Note("sql_urutan", "peringatan", name, tuple(table.turned), "diperbaiki", values)
        yield from told(name, table.columns)


def _rows(text: str, path: Path) -> Iterator[Row]:
    try:
        yield from rows(text)
    except SqlError as error:
        raise InputError("sql_rusak", file=path, baris=error.line) from error


def _key(columns: dict[str, None], names: tuple[str, ...]) -> str | None:
    return next((one for one in columns if one.casefold() in names), None)


def _flushed(name: str, table: _Table, path: Path, limits: Limits) -> Reading:
    """Turn the rows that wait into a batch."""
    require_few(table.columns, len(table.waiting), path, limits)
    inside, table.waiting = table.waiting, []
    baris = _lines([row.line for row in inside])
    key = _key(table.columns, (_PATH,))
    point = _key(table.columns, _LAT), _key(table.columns, _LNG)
    texts = [row.values.get(key) if key else None for row in inside]
    given, unread = _geometries(texts, path, limits)
    shapes, masalah, perbaikan, _ = built(given)
    masalah = [first or second for first, second in zip(unread, masalah, strict=True)]
    there = np.array([[_number(row.values.get(one or "")) for one in point] for row in inside], dtype=np.float64)
    shapes, turned, lost = _ordered(shapes, there)
    for at in lost:
        masalah[at] = "path_tidak_di_titik"
    table.turned += [baris[at] for at in turned]
    columns = {one: cells([row.values.get(one) for row in inside])[0] for one in table.columns if one != key}
    yield batch(name, columns, shapes, baris=baris, masalah=masalah, perbaikan=perbaikan, crs=LONLAT)


def _lines(numbers: list[int]) -> list[str]:
    """Name rows by their lines; several on one line by their places on it, too."""
    seen: dict[int, int] = {}
    named = []
    for line in numbers:
        seen[line] = seen.get(line, 0) + 1
        named.append(f"{line}" if seen[line] == 1 else f"{line}/{seen[line]}")
    return named


def _geometries(texts: list[Any], path: Path, limits: Limits) -> tuple[list[Any], list[str]]:
    """Make GeoJSON geometries of the texts, in the order of numbers that they have."""
    given: list[Any] = []
    unread = [""] * len(texts)
    for at, text in enumerate(texts):
        given.append(None)
        if text is None or not str(text).strip():
            continue
        try:
            require_shallow(str(text).encode(), limits.depth, path)
            rings = parsed(str(text))
        except (ValueError, InputError):
            unread[at] = "path_rusak"
            continue
        polygons = list(_polygons(rings))
        if polygons:
            given[at] = {"type": "MultiPolygon", "coordinates": polygons}
        elif rings not in ([], None):
            unread[at] = "path_rusak"
    return given, unread


def _polygons(nested: Any) -> Iterator[list[Any]]:
    """Give the polygons of a path, however deep it nests them: a ring alone, a polygon, or several."""
    deep = _deep(nested)
    if deep == _POLYGON_DEEP:
        yield [nested]
    elif deep == _POLYGON_DEEP + 1:
        yield nested
    elif deep > _POLYGON_DEEP + 1:
        for one in nested:
            yield from _polygons(one)


def _deep(nested: Any) -> int:
    """Count the lists in one another, by the first of each."""
    deep = 0
    while isinstance(nested, list) and nested:
        nested, deep = nested[0], deep + 1
    return deep


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def _ordered(shapes: Any, points: Any) -> tuple[Any, list[int], list[int]]:
    """Bring coordinates to longitude, latitude.

    Parameters
    ----------
    shapes
        As written.
    points
        Latitude and longitude that each row states; NaN where it does not.

    Returns
    -------
        The shapes; the rows that were written longitude first, against the rule of such dumps; those that fit
        their point in neither order, which have no shape now.
    """
    swapped = shapely.transform(shapes, lambda pairs: pairs[:, ::-1])
    stated = np.isfinite(points).all(axis=1) & ~shapely.is_missing(shapes)
    fits, fits_as_written = (
        np.where(stated, _around(one, points[:, ::-1]), _on_earth(one)) for one in (swapped, shapes)
    )
    turned = np.flatnonzero(~fits & fits_as_written)
    lost = np.flatnonzero(stated & ~fits & ~fits_as_written)
    swapped[turned] = shapes[turned]
    swapped[lost] = None
    return swapped, turned.tolist(), lost.tolist()


def _around(shapes: Any, points: Any) -> Any:
    """Say which bounds hold their point."""
    bounds = shapely.bounds(shapes)
    return ((bounds[:, :2] - _NEAR <= points) & (points <= bounds[:, 2:] + _NEAR)).all(axis=1)


def _on_earth(shapes: Any) -> Any:
    """Say which have no latitude beyond a pole: all that can be asked where a row states no point."""
    return np.abs(shapely.bounds(shapes)[:, [1, 3]]).max(axis=1) <= 90  # noqa: PLR2004 - degrees to a pole
