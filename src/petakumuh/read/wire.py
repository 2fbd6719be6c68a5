"""Rows between the reading child and its parent: Arrow files that hold text, numbers and WKB, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyproj
import shapely
from geopandas import GeoDataFrame
from pyarrow import ipc

from petakumuh.read.rows import legible

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["load", "save"]

_AS_IT_IS = {"string", "empty", "boolean", "integer", "floating"}
_JSON = "json"


def save(rows: GeoDataFrame, path: Path) -> list[int]:
    """Write rows to an Arrow file; cells of mixed kinds travel as JSON, so that 7 and "7" stay apart.

    Returns
    -------
        Places of the rows with letters that no text may hold (halves of UTF-16); they stand as a mark.
    """
    arrays: list[pa.Array] = []
    fields: list[pa.Field] = []
    illegible: set[int] = set()
    for name in rows.columns:
        if name == "geometry":
            continue
        array, kind, wrong = _column(rows[name])
        arrays.append(array)
        fields.append(pa.field(str(name), array.type, metadata={"kind": kind}))
        illegible.update(wrong)
    arrays.append(pa.array(shapely.to_wkb(np.asarray(rows.geometry.array)), type=pa.binary()))
    fields.append(pa.field("geometry", pa.binary()))
    crs = "" if rows.crs is None else rows.crs.to_json()
    schema = pa.schema(fields, metadata={"crs": crs})
    with pa.OSFile(str(path), "wb") as sink, ipc.new_file(sink, schema) as writer:
        writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return sorted(illegible)


def load(path: Path) -> GeoDataFrame:
    """Read rows that `save` wrote."""
    with pa.OSFile(str(path), "rb") as source:
        table = ipc.open_file(source).read_all()
    columns: dict[str, Any] = {}
    for at, one in enumerate(table.schema):
        if one.name == "geometry":
            continue
        values = table.column(at)
        if (one.metadata or {}).get(b"kind") == _JSON.encode():
            cells = [None if text is None else json.loads(text) for text in values.to_pylist()]
            columns[one.name] = pd.Series(cells, dtype=object)
        else:
            columns[one.name] = values.to_pandas(integer_object_nulls=True)
    with np.errstate(invalid="ignore"):  # NaN is a coordinate that a later check refuses by its row
        shapes = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))
    crs = (table.schema.metadata or {}).get(b"crs", b"").decode()
    frame = pd.DataFrame(columns, index=range(table.num_rows))
    return GeoDataFrame(frame, geometry=shapes, crs=pyproj.CRS.from_json(crs) if crs else None)


def _column(values: pd.Series[Any]) -> tuple[pa.Array, str, list[int]]:
    """Lay a column out; say how its cells travel, and which held letters that were replaced."""
    if values.dtype != object:
        array = pa.array(values, from_pandas=True)
        return (array.cast(pa.string()) if pa.types.is_temporal(array.type) else array), "", []
    if pd.api.types.infer_dtype(values, skipna=True) in _AS_IT_IS:
        try:
            return pa.array(values, from_pandas=True), "", []
        except (pa.ArrowInvalid, UnicodeEncodeError, OverflowError):
            pass  # integers beyond 64 bits, halves of letters: as JSON
    cells = [None if gone else _plain(cell) for cell, gone in zip(values, values.isna(), strict=True)]
    clean = [legible(cell) if isinstance(cell, str) else cell for cell in cells]
    wrong = [at for at, (old, new) in enumerate(zip(cells, clean, strict=True)) if new is not old]
    texts = [None if cell is None else json.dumps(cell) for cell in clean]
    return pa.array(texts, type=pa.string()), _JSON, wrong


def _plain(cell: Any) -> Any:
    """Give a cell as JSON can hold it: numbers and truth values as they are, all else as text."""
    if hasattr(cell, "item") and not isinstance(cell, str):
        cell = cell.item()
    return cell if isinstance(cell, bool | int | float | str) else str(cell)
