"""Checked layers on disk, sorted along a curve, so that any part of them can be read without the rest.

`prepare` writes once what a recipe's files gave; `open_prepared` says what there is, without reading a shape; a
`Chunk` of slums is read with everything whose box meets the box of one of them, and of the files only the row
groups in which such rows stand. So a run takes the memory of a chunk, whatever the region, and a worker anywhere
needs no more than the name of the folder.

The folder holds, per UTM zone, ``kumuh-<epsg>.parquet``, ``kelurahan-<epsg>.parquet``,
``penanganan-<epsg>.parquet`` (GeoParquet with a box beside each row); ``kelompok.parquet`` (the distinct groups of
works), ``temuan.parquet``, ``lampiran.parquet`` where there is an annex, ``tm3.parquet`` (the TM-3 zone of each
kelurahan) where hectares are wanted in that plane; and ``siapan.json``, which says the rest.

What writes it is loaded when it is first used: a worker reads, and need not load the doors of files.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from petakumuh.prepared.reading import Part, Prepared, is_prepared, open_prepared, read_chunk, read_layer
from petakumuh.prepared.stock import Chunk, ZoneRows

if TYPE_CHECKING:
    from petakumuh.prepared.writing import prepare, siapkan

__all__ = [
    "Chunk",
    "Part",
    "Prepared",
    "ZoneRows",
    "is_prepared",
    "open_prepared",
    "prepare",
    "read_chunk",
    "read_layer",
    "siapkan",
]


def __getattr__(name: str) -> Any:
    if name not in {"prepare", "siapkan"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.writing"), name)
