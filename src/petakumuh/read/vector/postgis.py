"""Tables and views of a PostGIS database, as they stand at one moment; nothing in it can be changed from here."""

from __future__ import annotations

from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

import pyproj

from petakumuh.database import is_local, session, shown
from petakumuh.errors import InputError
from petakumuh.read.raw import BATCH_ROWS, Note
from petakumuh.read.rows import batch, told
from petakumuh.read.shapes.wkb import parse_wkb
from petakumuh.text.codes import as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select

    from petakumuh.read.raw import Batch, Limits, Reading

__all__ = ["is_local", "read_postgis", "tables"]

_AS_THEY_ARE = {
    "bigint",
    "boolean",
    "character",
    "character varying",
    "double precision",
    "integer",
    "numeric",
    "real",
    "smallint",
    "text",
}
"""Types of columns that arrive as numbers and texts; all others are asked for as text."""
_SHAPES = {"geometry", "geography", "raster"}

_SPATIAL = """
SELECT f_table_schema, f_table_name, f_geometry_column, srid, false FROM geometry_columns
UNION ALL
SELECT f_table_schema, f_table_name, f_geography_column, srid, true FROM geography_columns
ORDER BY 1, 2, 3
"""
_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL), array_position(i.indkey::int2[], a.attnum)
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE n.nspname = :schema AND c.relname = :name AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""
_SYSTEM = "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = :srid"


class _Table(NamedTuple):
    """A column of shapes: a table or view has one, as a rule."""

    layer: str
    schema: str
    name: str
    column: str
    srid: int
    geodetic: bool


class _Column(NamedTuple):
    """A column of a table; ``key`` is its place in the primary key, or None."""

    name: str
    type: str
    key: int | None


def tables(url: str, limits: Limits) -> list[str]:
    """List the tables and views with geometry that this user may read, as ``schema.table``.

    A table with several columns of geometry is a layer for each, ``schema.table(column)``.

    Raises
    ------
    InputError
        When the database cannot be reached, or refuses.
    """
    with session(url, seconds=limits.wall_s) as connection:
        return [one.layer for one in _spatial(connection)]


def read_postgis(url: str, layers: Sequence[str], limits: Limits) -> Reading:
    """Read tables and views of a PostGIS database.

    Parameters
    ----------
    url
        ``postgresql://user@host:port/database``; the password also from PGPASSWORD or ~/.pgpass.
    layers
        Names or patterns, ``schema.table``; none for every table with geometry.
    limits
        How long a statement may take, and how many rows a table may have.

    Returns
    -------
        Batches in the order of the primary key, which is their ``baris``; a table or view without one is
        ordered by its content and numbered. Other columns of geometry are not columns of a batch.

    Raises
    ------
    InputError
        When the database cannot be reached or refuses, has no such table, one with geometry of several
        SRID, or one with too many rows.
    """
    with session(url, seconds=limits.wall_s) as connection:
        for table in _chosen(_spatial(connection), layers, url):
            yield from _rows(connection, table, url, limits)


def _spatial(connection: Connection) -> list[_Table]:
    import sqlalchemy  # noqa: PLC0415 - an extra

    found = [tuple(row) for row in connection.execute(sqlalchemy.text(_SPATIAL))]
    names = [(schema, name) for schema, name, *_ in found]
    return [
        _Table(
            f"{schema}.{name}" if names.count((schema, name)) == 1 else f"{schema}.{name}({column})",
            schema,
            name,
            column,
            srid,
            geodetic,
        )
        for schema, name, column, srid, geodetic in found
    ]


def _chosen(there: list[_Table], patterns: Sequence[str], url: str) -> list[_Table]:
    """Pick the tables that patterns name; each pattern must find one, or a table would be lost in silence."""
    listed = ", ".join(one.layer for one in there) or "–"
    names = {one.layer for one in there}
    found = {
        one: {name for name in names if name == one}
        or {name for name in names if fnmatchcase(name.casefold(), one.casefold())}
        for one in patterns
    }
    if lacking := [one for one, picked in found.items() if not picked]:
        raise InputError("postgis_tabel", file=shown(url), pola=", ".join(lacking), ada=listed)
    picked = set().union(*found.values()) if patterns else names
    return [one for one in there if one.layer in picked]


def _rows(connection: Connection, table: _Table, url: str, limits: Limits) -> Reading:
    """Read one table in batches, then say what stood out."""
    import sqlalchemy  # noqa: PLC0415 - an extra

    wanted = {"schema": table.schema, "name": table.name}
    columns = [_Column(*row) for row in connection.execute(sqlalchemy.text(_COLUMNS), wanted)]
    srid = table.srid or _srid(connection, table, url, limits)
    crs = _crs(connection, srid)
    if srid and crs is None:
        yield Note("srid_tak_dikenal", "peringatan", table.layer, values={"srid": srid})
    keys = sorted((one for one in columns if one.key is not None), key=lambda one: one.key or 0)
    kept = [one for one in columns if one.type.rpartition(".")[2] not in _SHAPES]
    statement = _query(table, kept, keys, limits)
    count = high = 0
    with connection.execute(statement, execution_options={"yield_per": BATCH_ROWS}) as result:
        for part in result.partitions():
            if count + len(part) > limits.rows:
                raise InputError("baris_terlalu_banyak", file=shown(url), lapisan=table.layer, batas=limits.rows)
            made, higher = _batch(
                table.layer, part, kept, keys=len(keys), before=count, crs=crs, depth=limits.depth
            )
            yield made
            count, high = count + len(part), high + higher
    yield from told(table.layer, [one.name for one in kept])
    if high:
        yield Note("dimensi_dibuang", "catatan", table.layer, values={"jumlah": high})
    if count and not keys:
        yield Note("postgis_tanpa_kunci", "catatan", table.layer, values={"jumlah": count})


def _source(table: _Table, columns: Sequence[_Column], limits: Limits) -> tuple[FromClause, Any]:
    """Give what to select from, and its shape; one row too many tells that there are too many."""
    from sqlalchemy import column, func, quoted_name, select  # noqa: PLC0415 - an extra
    from sqlalchemy import table as named  # noqa: PLC0415

    names = dict.fromkeys([table.column, *(one.name for one in columns)])
    whole = named(
        quoted_name(table.name, quote=True),
        *(column(quoted_name(one, quote=True)) for one in names),
        schema=quoted_name(table.schema, quote=True),
    )
    source = select(whole).limit(limits.rows + 1).subquery()
    shape = source.c[table.column]
    return source, func.geometry(shape) if table.geodetic else shape


def _srid(connection: Connection, table: _Table, url: str, limits: Limits) -> int:
    """Find the SRID of a column that declares none, in its rows: views often lose it."""
    from sqlalchemy import func, select  # noqa: PLC0415 - an extra

    source, shape = _source(table, (), limits)
    query = select(func.ST_SRID(shape)).select_from(source).where(shape.is_not(None)).distinct()
    found = sorted(connection.execute(query).scalars())
    if len(found) > 1:
        raise InputError(
            "postgis_srid", file=shown(url), lapisan=table.layer, srid=", ".join(map(str, found)), tujuan=found[-1]
        )
    return found[0] if found else 0


def _crs(connection: Connection, srid: int) -> pyproj.CRS | None:
    """Look an SRID up in the database, which may know more than EPSG."""
    import sqlalchemy  # noqa: PLC0415 - an extra

    found = connection.execute(sqlalchemy.text(_SYSTEM), {"srid": srid}).first() if srid else None
    if found is None:
        return None
    for said in (f"{found.auth_name}:{found.auth_srid}", found.srtext):
        try:
            return pyproj.CRS.from_user_input(said)
        except pyproj.exceptions.CRSError:
            continue
    return None


def _query(table: _Table, columns: Sequence[_Column], keys: Sequence[_Column], limits: Limits) -> Select[Any]:
    """Ask for the key, the shape as WKB and the columns; no name is ever written into the SQL by hand."""
    from sqlalchemy import LargeBinary, Text, cast, collate, func, select  # noqa: PLC0415 - an extra

    source, shape = _source(table, [*columns, *keys], limits)
    binary = func.ST_AsBinary(shape, type_=LargeBinary)
    texts: list[ColumnElement[Any]] = [cast(source.c[one.name], Text) for one in columns]
    values = [
        source.c[one.name] if one.type in _AS_THEY_ARE else text for one, text in zip(columns, texts, strict=True)
    ]
    order: list[ColumnElement[Any]] = [source.c[one.name] for one in keys]
    order = order or [*(collate(one, "C") for one in texts), binary]
    return select(*(source.c[one.name] for one in keys), binary, *values).order_by(*order)


def _batch(
    layer: str,
    rows: Sequence[Row[Any]],
    columns: Sequence[_Column],
    *,
    keys: int,
    before: int,
    crs: Any,
    depth: int,
) -> tuple[Batch, int]:
    """Lay rows out as a batch, and count those with Z or M."""
    shapes = parse_wkb([None if row[keys] is None else bytes(row[keys]) for row in rows], depth=depth)
    own = {one.name: [_plain(row[at]) for row in rows] for at, one in enumerate(columns, start=keys + 1)}
    numbers = [
        ",".join(as_text(part) for part in row[:keys]) if keys else str(number)
        for number, row in enumerate(rows, start=before + 1)
    ]
    made = batch(
        layer,
        own,
        shapes.geometry,
        baris=numbers,
        masalah=list(shapes.masalah),
        perbaikan=list(shapes.perbaikan),
        crs=crs,
    )
    return made, int(shapes.tall.sum())


def _plain(value: object) -> object:
    """Give a number of the database as Python's own."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
