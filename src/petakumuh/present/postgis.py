"""The layers and tables of a run in one schema of a PostGIS database: all of them, or none."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import shapely

from petakumuh.database import address, session, shown
from petakumuh.errors import OutputError
from petakumuh.present.layers import about, layers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geopandas import GeoDataFrame
    from pandas import DataFrame
    from sqlalchemy import Connection, Table

    from petakumuh.model import Result
    from petakumuh.text import Language

__all__ = ["SCHEMA", "require_free", "write_postgis"]

SCHEMA = "petakumuh"
_MARK = "petakumuh | "
"""How the comment of a table of ours begins; a table without it is somebody else's, whatever its name."""
_ANY_SHAPE = {"temuan"}
_LONGEST_NAME = 63
_THERE = """
SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema ORDER BY 1
"""


def write_postgis(
    run: Result, url: str, *, schema: str = SCHEMA, overwrite: bool = False, language: Language = "id"
) -> list[str]:
    """Write the layers and the recap of a run into a schema of a PostGIS database, in one transaction.

    Parameters
    ----------
    run
        What to write: its layers (`petakumuh.present.layers.layers`), and each table as ``rekap_...``.
    url
        ``postgresql://user@host:port/database``; the password also from PGPASSWORD or ~/.pgpass.
    schema
        Made where it does not exist.
    overwrite
        Replace the tables that an earlier run wrote there; others are never touched.
    language
        Of the findings and of the tables' comments.

    Returns
    -------
        The tables written, as ``schema.table``.

    Raises
    ------
    OutputError
        When the schema holds results and ``overwrite`` is not set, holds another's table of one of our
        names, or an input; or when the server refuses something. Then nothing in it has changed.
    InputError
        When ``url`` is no address of a database.
    """
    shapes = layers(run, language)
    frames: dict[str, DataFrame] = {**shapes, **{f"rekap_{name}": rows for name, rows in run.tables.items()}}
    comment = _MARK + " | ".join(f"{name}: {told}" for name, told in about(run, language).items())
    _require_no_input(run, url, schema, frames)
    with session(url, writes=True) as connection:
        _make_room(connection, url, schema, frames, overwrite=overwrite)
        for name, rows in frames.items():
            table = _table(name, rows, schema, comment)
            table.create(connection)
            if len(rows):
                connection.execute(_insertion(table), _records(rows))
    return [f"{schema}.{name}" for name in frames]


def require_free(url: str, *, schema: str = SCHEMA, overwrite: bool = False) -> None:
    """Refuse, before anything is computed, a database that cannot be reached or holds results.

    Raises
    ------
    OutputError, InputError
        As `write_postgis`.
    """
    with session(url, writes=True) as connection:
        _require_room(connection, url, schema, (), overwrite=overwrite)


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


def _make_room(connection: Connection, url: str, schema: str, names: Iterable[str], *, overwrite: bool) -> None:
    """Drop what an earlier run wrote, and make the schema where there is none."""
    import sqlalchemy  # noqa: PLC0415 - an extra

    quoted = sqlalchemy.quoted_name(schema, quote=True)
    for name in _require_room(connection, url, schema, names, overwrite=overwrite):
        sqlalchemy.Table(name, sqlalchemy.MetaData(schema=quoted)).drop(connection)
    if not sqlalchemy.inspect(connection).has_schema(schema):
        connection.execute(sqlalchemy.schema.CreateSchema(quoted))


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


def _records(rows: DataFrame) -> list[dict[str, Any]]:
    """Give rows as the driver takes them: missing as None, shapes as multipolygons in EWKB."""
    plain = rows.drop(columns="geometry", errors="ignore")
    plain = plain.astype(object).where(plain.notna(), None)
    records = [
        {"fid": number} | {str(name): value for name, value in row.items()}
        for number, row in enumerate(plain.to_dict("records"), start=1)
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
