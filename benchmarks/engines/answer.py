"""What every engine reads and gives: three files in, hectares by kelurahan out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow.parquet
import shapely

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

YEARS = range(2015, 2025)
SECTORS = ("bangunan gedung", "jalan", "air minum", "drainase", "air limbah", "persampahan", "proteksi kebakaran")


class Answer(NamedTuple):
    """Hectares as one engine finds them.

    Attributes
    ----------
    slum, handled
        By kelurahan, summed over its grounds (a ground is a slum in a kelurahan); slums may overlap.
    first, sector
        First covered in each year, covered by each sector, over all grounds; empty where the engine was not asked.
    left
        What the rest was measured to be as geometry; NaN where none was made.
    rows
        How many grounds, sets of groups or pieces there are.
    once
        Whether ground claimed by two slums was given to one of them first, in ``slum`` and ``handled``.
    """

    slum: Floats
    handled: Floats
    first: Floats = np.empty(0)
    sector: Floats = np.empty(0)
    left: float = np.nan
    rows: int = 0
    once: bool = False


class Layers(NamedTuple):
    """The load in memory: shapes, and the year and the sector of each footprint."""

    towns: Any
    slums: Any
    works: Any
    year: Ints
    sector: Ints


def read(folder: Path) -> Layers:
    """Read only the columns that are needed."""
    (towns,), (slums,) = columns(folder / "kelurahan.parquet"), columns(folder / "kumuh.parquet")
    works, year, sector = columns(folder / "penanganan.parquet", "year", "sector")
    return Layers(towns, slums, works, year, sector)


def columns(path: Path, *names: str) -> list[Any]:
    """Read the geometry of a file, and more columns, as arrays."""
    table = pyarrow.parquet.read_table(path, columns=["geometry", *names])
    return [shapely.from_wkb(table["geometry"].to_numpy()), *(table[name].to_numpy() for name in names)]


def kelurahan_count(folder: Path) -> int:
    """Tell how many kelurahan a load has."""
    return int(pyarrow.parquet.read_metadata(folder / "kelurahan.parquet").num_rows)


def summed(number: Any, hectares: Any, count: int) -> Floats:
    """Sum hectares by the number of the kelurahan, year or sector."""
    return np.bincount(np.asarray(number), np.asarray(hectares), minlength=count).astype(np.float64)
