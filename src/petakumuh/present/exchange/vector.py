"""Layers as GeoParquet and FlatGeobuf: one file a layer, the same bytes every time."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pyarrow.parquet
import pyogrio

from petakumuh.present.clock import fixed_clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame

    from petakumuh.present.exchange.metadata import Record

__all__ = ["flatgeobuf", "geometry_kind", "geoparquet"]


def geoparquet(rows: GeoDataFrame, path: Path, about: Mapping[str, str]) -> None:
    """Write GeoParquet 1.1 with a box around each feature; what is told about it stands in the file too.

    What pandas would write of itself stays out: it says nothing of the layer, and differs between machines.
    """
    buffer = io.BytesIO()
    rows.to_parquet(buffer, index=False, write_covering_bbox=True, schema_version="1.1.0")
    table = pyarrow.parquet.read_table(buffer)
    geo = json.loads(table.schema.metadata[b"geo"])
    geo.pop("creator", None)
    told = {"geo": json.dumps(geo), "petakumuh": json.dumps(dict(about), ensure_ascii=False)}
    pyarrow.parquet.write_table(table.replace_schema_metadata(told), path, compression="zstd")


def flatgeobuf(rows: GeoDataFrame, path: Path, told: Record) -> None:
    """Write FlatGeobuf, with its spatial index where each feature has a place."""
    kind = geometry_kind(told.name)
    indexed = len(rows) > 0 and not rows.geometry.isna().any()
    with fixed_clock():
        pyogrio.write_dataframe(
            rows,
            path,
            driver="FlatGeobuf",
            layer=told.name,
            geometry_type=kind,
            promote_to_multi=kind == "MultiPolygon",
            SPATIAL_INDEX="YES" if indexed else "NO",
            TITLE=told.title,
            DESCRIPTION=told.abstract,
        )


def geometry_kind(name: str) -> str:
    """Say what shapes a layer has: findings are places, all others ground."""
    return "Point" if name == "temuan" else "MultiPolygon"
