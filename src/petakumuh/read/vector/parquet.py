"""GeoParquet, piece by piece: one group of rows in memory at a time, one bad geometry a row and not a file."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pyproj
import shapely
from geopandas import GeoDataFrame

from petakumuh.errors import InputError
from petakumuh.measure import LONLAT
from petakumuh.read.raw import Note, batch_rows
from petakumuh.read.rows import batch, cells, told
from petakumuh.read.shapes.wkb import parse_wkb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from petakumuh.read.raw import Limits, Reading

__all__ = ["read_parquet"]

_NATIVE = {"point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"}
_BOX = ("covering", "bbox", "xmin")


def read_parquet(path: Path, limits: Limits) -> Reading:
    """Read a GeoParquet file.

    Parameters
    ----------
    path, limits
        As every reader's.

    Yields
    ------
        One layer, named by the file; ``baris`` is the place of a row in it, from 0. Without a CRS in the
        metadata the rows are in longitude and latitude, as the format says; with ``null`` no one knows.

    Raises
    ------
    InputError
        When the file is broken, has no ``geo`` metadata, or metadata that cannot be used.
    """
    import pyarrow as pa  # noqa: PLC0415 - only where such a file is read
    from pyarrow import parquet  # noqa: PLC0415 - as above

    try:
        with parquet.ParquetFile(path) as file:
            yield from _layer(file, path, limits)
    except (pa.ArrowException, OSError) as error:
        raise InputError("berkas_tak_terbaca", file=path, alasan=" ".join(str(error).split())) from error


def _layer(file: Any, path: Path, limits: Limits) -> Reading:
    geo = _geo(file, path)
    name = geo["primary_column"]
    said = geo["columns"][name]
    crs = _crs(said, path)
    columns = [one for one in file.schema_arrow.names if one not in (name, _box(said))]
    first = high = 0
    infinite: dict[str, int] = {}
    for some in _pieces(file):
        read = parse_wkb(_wkb(some.column(name), said.get("encoding", "WKB"), path), depth=limits.depth)
        table = {}
        for one in columns:
            values = _plain(some.column(one))
            table[one], gone = cells(values)
            if count := sum(values[at] in (math.inf, -math.inf) for at in gone):
                infinite[one] = infinite.get(one, 0) + count
        yield batch(
            path.stem,
            table,
            read.geometry,
            baris=[str(first + at) for at in range(some.num_rows)],
            masalah=list(read.masalah),
            perbaikan=list(read.perbaikan),
            crs=crs,
        )
        first, high = first + some.num_rows, high + int(read.tall.sum())
    if high:
        yield Note("dimensi_dibuang", "catatan", path.stem, action="diperbaiki", values={"jumlah": high})
    for one, count in infinite.items():
        said_of = {"kolom": one, "jumlah": count}
        yield Note("nilai_bukan_bilangan", "peringatan", path.stem, action="diperbaiki", values=said_of)
    yield from told(path.stem, columns)


def _box(said: dict[str, Any]) -> Any:
    """Name the column of bounds, which says nothing that the shapes do not."""
    inside: Any = said
    for key in _BOX:
        inside = inside.get(key) if isinstance(inside, dict) else None
    return inside[0] if isinstance(inside, list) and inside else None


def _pieces(file: Any) -> Iterator[Any]:
    """Give the rows in pieces; of a file without rows one empty piece, for its columns."""
    any_rows = False
    groups = (file.metadata.row_group(at) for at in range(file.num_row_groups))
    size = sum(group.total_byte_size for group in groups)
    for some in file.iter_batches(batch_size=batch_rows(size, file.metadata.num_rows)):
        any_rows = any_rows or some.num_rows > 0
        yield some
    if not any_rows:
        yield file.schema_arrow.empty_table()


def _geo(file: Any, path: Path) -> dict[str, Any]:
    """Give the map metadata, looked at before it is used."""
    raw = (file.schema_arrow.metadata or {}).get(b"geo")
    names = file.schema_arrow.names
    if raw is None:
        raise InputError("parquet_tanpa_geo", file=path, ada=", ".join(names))
    try:
        geo = json.loads(raw)
        primary = geo["primary_column"]
        said = geo["columns"][primary]
        encoding = said.get("encoding", "WKB")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("parquet_geo_rusak", file=path, alasan=f"{type(error).__name__} {error}") from error
    if double := sorted({one for one in names if names.count(one) > 1}):
        raise InputError("kolom_ganda", file=path, kolom=", ".join(double))
    if primary not in names:
        raise InputError("parquet_geo_rusak", file=path, alasan=f"kolom {primary} tidak ada")
    if encoding != "WKB" and encoding not in _NATIVE:
        raise InputError("parquet_geo_rusak", file=path, alasan=f"encoding {encoding}")
    return dict(geo)


def _crs(said: dict[str, Any], path: Path) -> Any:
    """Give the CRS: PROJJSON, none stated (degrees), or stated as unknown."""
    if "crs" not in said:
        return LONLAT
    if said["crs"] is None:
        return None
    try:
        crs = pyproj.CRS.from_user_input(said["crs"])
    except (pyproj.exceptions.CRSError, TypeError) as error:
        raise InputError("parquet_geo_rusak", file=path, alasan=f"crs {str(said['crs'])[:80]}") from error
    known = crs.to_authority(min_confidence=100)
    if known is None:
        return crs
    return LONLAT if known == ("OGC", "CRS84") else ":".join(known)


def _wkb(column: Any, encoding: str, path: Path) -> list[bytes | None]:
    """Give WKB; of the native encodings shapes are made first, which GEOS takes whole or not at all."""
    import pyarrow as pa  # noqa: PLC0415 - only where such a file is read

    if encoding == "WKB":
        if not (pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)):
            raise InputError("parquet_geo_rusak", file=path, alasan=f"WKB: {column.type}")
        given: list[bytes | None] = column.to_pylist()
        return given
    said = {"ARROW:extension:name": f"geoarrow.{encoding}"}
    table = pa.Table.from_arrays([column], schema=pa.schema([pa.field("geometry", column.type, metadata=said)]))
    try:
        made = GeoDataFrame.from_arrow(table).geometry.to_numpy()
    except (ValueError, TypeError, shapely.errors.ShapelyError) as error:
        raise InputError("parquet_geo_rusak", file=path, alasan=f"{encoding}: {error}") from error
    return list(shapely.to_wkb(made, output_dimension=4))


def _plain(column: Any) -> list[Any]:
    """Give values as numbers, truth values and texts: dates as ISO texts, bytes as hexadecimal."""
    values = column.to_pylist()
    kinds = set(map(type, values)) - {str, int, float, bool, type(None), dict, list}
    return values if not kinds else [_text(one) for one in values]


def _text(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | dict | list | type(None)) else str(value)
