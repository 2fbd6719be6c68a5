"""The layers and tables of runs in one schema of a PostGIS database: all of a run, or none of it.

Each row says of which run it is (``hitungan``), so that a province gathers its towns in one schema, and a run that
is written again replaces itself alone. The table ``hitungan`` says what runs there are.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from petakumuh.database import address, session, shown
from petakumuh.errors import OutputError
from petakumuh.present.exchange.columns import renamed
from petakumuh.present.identity import run_id
from petakumuh.present.layers import about, layers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame
    from pandas import DataFrame
    from sqlalchemy import Column, Connection, Table

    from petakumuh.model import Result
    from petakumuh.text import Language

__all__ = ["SCHEMA", "require_free", "write_postgis"]

SCHEMA = "petakumuh"
_MARK = "petakumuh | "
"""How the comment of a table of ours begins; a table without it is somebody else's, whatever its name."""
_RUN = "hitungan"
"""The column that tells of which run a row is, and the table that tells of the runs."""
_ANY_SHAPE = {"temuan"}
_LONGEST_NAME = 63
_THERE = """
SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema ORDER BY 1
"""


def write_postgis(
    run: Result,
    url: str,
    *,
    schema: str = SCHEMA,
    overwrite: bool = False,
    append: bool = False,
    language: Language = "id",
) -> list[str]:
    """Write the layers and the recap of a run into a schema of a PostGIS database, in one transaction.

    Parameters
    ----------
    run
        What to write: its layers (`petakumuh.present.layers.layers`), each table as ``rekap_...``, and a row of
        the table ``hitungan``.
    url
        ``postgresql://user@host:port/database``; the password also from PGPASSWORD or ~/.pgpass.
    schema
        Made where it does not exist.
    overwrite
        Replace the tables that earlier runs wrote there; others are never touched.
    append
        Keep the rows of other runs: only those of this one are replaced. Tables keep the CRS that the first run
        gave them.
    language
        Of the findings and of the tables' comments.

    Returns
    -------
        The tables written, as ``schema.table``.

    Raises
    ------
    OutputError
        When the schema holds results and neither ``overwrite`` nor ``append`` is set, holds another's table of
        one of our names, an input, or tables that do not take these rows; or when the server refuses something.
        Then nothing in it has changed.
    InputError
        When ``url`` is no address of a database.
    """
    frames = _frames(run, language)
    comment = _MARK + " | ".join(f"{name}: {told}" for name, told in about(run, language).items())
    _require_no_input(run, url, schema, frames)
    with session(url, writes=True) as connection:
        there = _make_room(connection, url, schema, frames, overwrite=overwrite, append=append)
        filled = _without(connection, schema, there, run_id(run))
        for name, rows in frames.items():
            if name in filled and not len(rows):
                continue
            if name in filled:
                table, ready = _widened(connection, url, filled[name], rows)
            else:
                table, ready = _table(name, rows, schema, comment), rows
                table.create(connection)
            if len(ready):
                connection.execute(_insertion(table), _records(ready, _last(connection, table)))
    return [f"{schema}.{name}" for name in frames]


def require_free(url: str, *, schema: str = SCHEMA, overwrite: bool = False, append: bool = False) -> None:
    """Refuse, before anything is computed, a database that cannot be reached or holds results.

    Raises
    ------
    OutputError, InputError
        As `write_postgis`.
    """
    with session(url, writes=True) as connection:
        _require_room(connection, url, schema, (), overwrite=overwrite or append)


def _frames(run: Result, language: Language) -> dict[str, DataFrame]:
    """Lay out every table by its name, each row with its run, columns as the database takes them."""
    frames: dict[str, DataFrame] = {**layers(run, language)}
    frames |= {f"rekap_{name}": rows for name, rows in run.tables.items()}
    told = about(run, language) | {
        "judul": run.recipe.wilayah.judul or "",
        "tanggal": run.recipe.kop.tanggal or "",
    }
    frames[_RUN] = pd.DataFrame([told])
    identity, laid = run_id(run), {}
    for name, rows in frames.items():
        names = renamed([_RUN, *(str(column) for column in rows.columns.drop("geometry", errors="ignore"))])
        columns = {column: names[column] for column in rows.columns if column in names}
        clean = rows.rename(columns=columns)
        for column in clean.select_dtypes("float"):
            clean[column] = clean[column].where(np.isfinite(clean[column]))
        clean.insert(0, _RUN, identity)
        laid[name] = clean
    return laid


def _require_no_input(run: Result, url: str, schema: str, names: Iterable[str]) -> None:
    """Refuse to write over a table that the run was computed from; hosts go by many names and do not count."""
    ours = [f"{schema}.{name}" for name in names]
    database = address(url).database
    for source in (run.recipe.kumuh, run.recipe.kelurahan, *run.recipe.penanganan):
        if isinstance(source.file, str) and source.file.startswith("postgres"):
            patterns = source.lapisan or ("*",)
            read = [
                name for name in ours for pattern in patterns if fnmatchcase(name.casefold(), pattern.casefold())
            ]
            if read and address(source.file).database == database:
                raise OutputError("postgis_masukan", file=shown(url), tabel=", ".join(dict.fromkeys(read)))


def _require_room(
    connection: Connection, url: str, schema: str, names: Iterable[str], *, overwrite: bool
) -> list[str]:
    """Give the tables of an earlier run that are to be replaced."""
    import sqlalchemy  # noqa: PLC0415 - an extra

    if not schema or schema.startswith("pg_") or "\0" in schema or len(schema.encode()) > _LONGEST_NAME:
        raise OutputError("postgis_skema", skema=schema)
    there = {row[0]: row[1] for row in connection.execute(sqlalchemy.text(_THERE), {"schema": schema})}
    ours = [name for name, comment in there.items() if comment.startswith(_MARK)]
    if foreign := [name for name in names if name in there and name not in ours]:
        raise OutputError("postgis_bukan_hasil", skema=schema, file=shown(url), tabel=", ".join(foreign))
    if ours and not overwrite:
        raise OutputError("postgis_ada", skema=schema, file=shown(url), tabel=", ".join(ours))
    return ours


def _make_room(
    connection: Connection, url: str, schema: str, names: Iterable[str], *, overwrite: bool, append: bool
) -> list[str]:
    """Make the schema where there is none, drop what earlier runs wrote unless it stays, and list what stays."""
    import sqlalchemy  # noqa: PLC0415 - an extra

    quoted = sqlalchemy.quoted_name(schema, quote=True)
    there = _require_room(connection, url, schema, names, overwrite=overwrite or append)
    for name in () if append else there:
        sqlalchemy.Table(name, sqlalchemy.MetaData(schema=quoted)).drop(connection)
    if not sqlalchemy.inspect(connection).has_schema(schema):
        connection.execute(sqlalchemy.schema.CreateSchema(quoted))
    return there if append else []


def _without(connection: Connection, schema: str, names: Iterable[str], identity: str) -> dict[str, Table]:
    """Take the rows of a run out of every table that tells runs apart, and drop what is empty then.

    An empty table says nothing of what its columns hold: it is made anew by what comes.
    """
    import sqlalchemy  # noqa: PLC0415 - an extra

    filled = {}
    for name, table in _known(connection, schema, names).items():
        if _RUN in table.c:
            connection.execute(table.delete().where(table.c[_RUN] == identity))
        if connection.execute(sqlalchemy.select(sqlalchemy.exists(sqlalchemy.select(table)))).scalar():
            filled[name] = table
        else:
            table.drop(connection)
    return filled


def _known(connection: Connection, schema: str, names: Iterable[str]) -> dict[str, Table]:
    """Give tables as the database has them."""
    import sqlalchemy  # noqa: PLC0415 - an extra

    held = sqlalchemy.MetaData(schema=sqlalchemy.quoted_name(schema, quote=True))
    wanted = list(names)
    held.reflect(connection, only=wanted)
    return {table.name: table for table in held.tables.values() if table.name in wanted}


def _widened(connection: Connection, url: str, table: Table, rows: DataFrame) -> tuple[Table, DataFrame]:
    """Add to a table the columns that it lacks, and bring shapes to its CRS.

    Raises
    ------
    OutputError
        When a column of it holds something else, or it does not tell runs apart.
    """
    name, schema = table.name, str(table.schema)
    wanted = _table(name, rows, schema, "")
    said = {str(column) for column in rows if rows[column].notna().any()}
    other = [
        one.name
        for one in wanted.c
        if one.name in table.c and one.name in said and not _alike(table.c[one.name], one)
    ]
    if other or _RUN not in table.c:
        columns = ", ".join(other) or _RUN
        raise OutputError("postgis_lain_kolom", skema=schema, tabel=name, kolom=columns, file=shown(url))
    place = f"{_quoted(schema)}.{_quoted(name)}"
    for one in wanted.c:
        if one.name not in table.c:
            kind = one.type.compile(connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {place} ADD COLUMN {_quoted(one.name)} {kind}")
    if "geometry" in rows:
        held: Any = table.c["geometry"].type
        shaped: Any = rows
        rows = rows if _srid(shaped) == held.srid else shaped.to_crs(held.srid)
    return _known(connection, schema, [name])[name], rows


def _quoted(name: str) -> str:
    """Write a name so that the server reads nothing but a name."""
    return '"' + name.replace('"', '""') + '"'


def _alike(there: Column[Any], here: Column[Any]) -> bool:
    """Whether a column of the database holds what is to be written into it."""
    return there.type.python_type is here.type.python_type if here.name != "geometry" else True


def _last(connection: Connection, table: Table) -> int:
    """Give the highest number of a row that is there."""
    import sqlalchemy  # noqa: PLC0415 - an extra

    return int(connection.execute(sqlalchemy.select(sqlalchemy.func.max(table.c.fid))).scalar() or 0)


def _table(name: str, rows: DataFrame, schema: str, comment: str) -> Table:
    """Lay out a table with the columns of a frame, a number for each row before them."""
    import sqlalchemy  # noqa: PLC0415 - an extra

    return sqlalchemy.Table(
        name,
        sqlalchemy.MetaData(schema=sqlalchemy.quoted_name(schema, quote=True)),
        sqlalchemy.Column("fid", sqlalchemy.Integer, primary_key=True, autoincrement=False),
        *(sqlalchemy.Column(str(column), _type(name, rows, column)) for column in rows.columns),
        comment=comment,
    )


def _type(name: str, rows: DataFrame, column: Any) -> Any:
    import sqlalchemy  # noqa: PLC0415 - an extra
    from geoalchemy2 import Geometry  # noqa: PLC0415

    kind = rows[column].dtype
    if kind.name == "geometry":
        shape = "GEOMETRY" if name in _ANY_SHAPE else "MULTIPOLYGON"
        return Geometry(shape, srid=_srid(rows), spatial_index=True)
    named = {"b": sqlalchemy.Boolean, "i": sqlalchemy.BigInteger, "f": sqlalchemy.Double}
    return named.get(kind.kind, sqlalchemy.Text)


def _srid(rows: GeoDataFrame) -> int:
    return int(rows.crs.to_epsg())


def _insertion(table: Table) -> Any:
    """Insert rows; shapes travel as they are in memory, to the last digit."""
    from sqlalchemy import LargeBinary, bindparam, func, insert  # noqa: PLC0415 - an extra

    statement = insert(table)
    if "geometry" not in table.c:
        return statement
    return statement.values(geometry=func.ST_GeomFromEWKB(bindparam("ewkb", type_=LargeBinary)))


def _records(rows: DataFrame, last: int) -> list[dict[str, Any]]:
    """Give rows as the driver takes them: missing as None, shapes as multipolygons in EWKB."""
    plain = rows.drop(columns="geometry", errors="ignore")
    plain = plain.astype(object).where(plain.notna(), None)
    records = [
        {"fid": number} | {str(name): value for name, value in row.items()}
        for number, row in enumerate(plain.to_dict("records"), start=last + 1)
    ]
    if "geometry" in rows:
        for record, shape in zip(records, rows.geometry.array, strict=True):
            record["ewkb"] = _ewkb(shape, _srid(rows))
    return records


def _ewkb(shape: Any, srid: int) -> bytes | None:
    if shape is None:
        return None
    whole = shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape
    binary: bytes = shapely.to_wkb(shapely.set_srid(whole, srid), include_srid=True)
    return binary
