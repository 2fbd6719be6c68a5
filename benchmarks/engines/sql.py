"""(a) and (b) in SQL by DuckDB with spatial, SedonaDB and PostGIS: the same queries, each by its own way in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet

from engines.answer import Answer, kelurahan_count, summed

_GROUNDS = """
SELECT s.slum, t.kel, ST_Intersection(s.geometry, t.geometry) AS geometry
FROM kumuh s JOIN kelurahan t ON ST_Intersects(s.geometry, t.geometry)
"""
_HANDLED = """
SELECT g.kel, ST_Area(ST_Intersection(g.geometry, met.works)) AS m2
FROM grounds g JOIN (SELECT h.slum, h.kel, {union}(w.geometry) AS works
                     FROM grounds h JOIN penanganan w ON ST_Intersects(h.geometry, w.geometry)
                     GROUP BY h.slum, h.kel) AS met ON g.slum = met.slum AND g.kel = met.kel
"""
_NAMES = ("kelurahan", "kumuh", "penanganan")


def duckdb(folder: Path) -> Answer:
    """Run in DuckDB, whose spatial join builds its own tree."""
    import duckdb as engine

    base = engine.connect()
    base.execute(f"LOAD '{duckdb_spatial()}'")
    base.execute("SET threads = 2")
    for name in _NAMES:
        base.execute(f"CREATE VIEW {name} AS SELECT * FROM '{folder / name}.parquet'")
    base.execute(f"CREATE TABLE grounds AS SELECT * FROM ({_GROUNDS}) AS cut WHERE ST_Area(geometry) > 0")
    slum = base.execute("SELECT kel, ST_Area(geometry) AS m2 FROM grounds").fetchnumpy()
    handled = base.execute(_HANDLED.format(union="ST_Union_Agg")).fetchnumpy()
    return _answer(folder, slum, handled)


def duckdb_spatial() -> str:
    """Find the spatial extension: from the package that carries it, or as DuckDB installed it."""
    import duckdb as engine

    try:
        import duckdb_extension_spatial
    except ImportError:
        return "spatial"
    here = Path(str(duckdb_extension_spatial.__file__)).parent / "extensions"
    found = here / f"v{engine.__version__}" / "spatial.duckdb_extension"
    return str(found) if found.exists() else "spatial"


def sedona(folder: Path) -> Answer:
    """Run in SedonaDB."""
    import sedonadb

    base = sedonadb.connect()
    for name in _NAMES:
        base.read_parquet(str(folder / f"{name}.parquet")).to_view(name)
    base.sql(f"SELECT * FROM ({_GROUNDS}) AS cut WHERE ST_Area(geometry) > 0").to_memtable().to_view("grounds")
    slum = base.sql("SELECT kel, ST_Area(geometry) AS m2 FROM grounds").to_arrow_table()
    handled = base.sql(_HANDLED.format(union="ST_Union_Agg")).to_arrow_table()
    return _answer(folder, _arrays(slum), _arrays(handled))


def postgis(folder: Path) -> Answer:
    """Run in PostGIS at PETAKUMUH_POSTGIS: temporary tables filled by binary COPY, trees, then the query."""
    import psycopg

    with psycopg.connect(os.environ["PETAKUMUH_POSTGIS"]) as base:
        base.execute("SET jit = off")
        for setting in ("work_mem", "maintenance_work_mem", "temp_buffers"):
            base.execute(f"SET {setting} = '512MB'")
        for name, number in zip(_NAMES, ("kel", "slum", "work"), strict=True):
            _copy(base, folder / f"{name}.parquet", name, number)
        base.execute(f"CREATE TEMP TABLE grounds AS SELECT * FROM ({_GROUNDS}) AS cut WHERE ST_Area(geometry) > 0")
        _index(base, "grounds")
        slum = base.execute("SELECT kel, ST_Area(geometry) FROM grounds").fetchall()
        handled = base.execute(_HANDLED.format(union="ST_Union")).fetchall()
    found = (dict(zip(("kel", "m2"), np.array(rows).T, strict=True)) for rows in (slum, handled))
    return _answer(folder, *found)


def _copy(base: Any, path: Path, name: str, number: str) -> None:
    """Fill a temporary table from a file, and index it."""
    base.execute(f"CREATE TEMP TABLE {name} ({number} int4, geometry geometry)")
    with base.cursor().copy(f"COPY {name} FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "bytea"])
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(columns=[number, "geometry"]):
            for row in zip(batch[number].to_pylist(), batch["geometry"].to_pylist(), strict=True):
                copy.write_row(row)
    _index(base, name)


def _index(base: Any, name: str) -> None:
    base.execute(f"CREATE INDEX ON {name} USING gist (geometry)")
    base.execute(f"ANALYZE {name}")


def _arrays(table: Any) -> dict[str, Any]:
    return {name: table[name].to_numpy() for name in ("kel", "m2")}


def _answer(folder: Path, slum: dict[str, Any], handled: dict[str, Any]) -> Answer:
    """Sum grounds by kelurahan."""
    count = kelurahan_count(folder)
    slum_ha, handled_ha = (summed(one["kel"].astype(np.int64), one["m2"] / 1e4, count) for one in (slum, handled))
    return Answer(slum_ha, handled_ha, rows=len(slum["kel"]))
