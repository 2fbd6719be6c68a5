"""Which reader opens which kind of file, and how an archive or a folder becomes the sources in it.

A new format is one function and one line here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from petakumuh.errors import InputError
from petakumuh.read.archive import forget, require_own, sources_in, unpacked
from petakumuh.read.raw import Note
from petakumuh.read.sniff import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from petakumuh.read.raw import Limits, Reader, Reading

__all__ = ["READERS", "opened"]

READERS: dict[Kind, str] = {
    "shapefile": "vector.shapefile.read_shapefile",
    "gpkg": "vector.geopackage.read_geopackage",
    "fgb": "vector.flatgeobuf.read_flatgeobuf",
    "gdb": "vector.gdal.read_gdal",
    "dxf": "vector.dxf.read_dxf",
    "gpx": "vector.gpx.read_gpx",
    "parquet": "vector.parquet.read_parquet",
    "geojson": "vector.geojson.read_geojson",
    "geojsonseq": "vector.geojson.read_geojsonseq",
    "qgis2web": "vector.geojson.read_qgis2web",
    "kml": "vector.kml.read_kml",
    "kmz": "vector.kml.read_kml",
    "csv": "tables.table.read_table",
    "xlsx": "tables.table.read_table",
    "xls": "tables.table.read_table",
    "ods": "tables.table.read_table",
    "sql": "vector.sql.read_sql",
}
"""Kind of file -> its reader; each is loaded when the first file of its kind is opened."""
_ARCHIVES_DEEP = 2


def opened(path: Path, limits: Limits, *, deep: int = 0) -> Reading:
    """Read everything that a file, archive or folder holds.

    Layers of one name in several files of an archive bear the file's place before theirs.

    Parameters
    ----------
    path
        An existing file or folder.
    limits
        How far it may go.
    deep
        How many archives it lies in.

    Raises
    ------
    InputError
        When it is refused; what is inside an archive is named by its place there.
    """
    kind = kind_of(path)
    if kind == "gdb":
        require_own(path)
    if kind not in ("zip", "folder"):
        yield from _reader(kind)(path, limits)
        return
    if deep >= _ARCHIVES_DEEP:
        raise InputError("arsip_bersarang", file=path)
    folder = unpacked(path, limits) if kind == "zip" else path
    try:
        sources = sources_in(folder, limits, within=path)
        if not sources:
            raise InputError("arsip_tanpa_peta", file=path)
        places = [inside for _, inside in sources]
        yield Note("isi_arsip", "catatan", values={"jumlah": len(places), "nama": ", ".join(places)})
        within = partial(opened, limits=limits, deep=deep + 1)
        read = [_inside(one, inside, path, within) for one, inside in sources]
        yield from read[0] if len(read) == 1 else _told_apart(read, places)
    finally:
        if kind == "zip":
            forget(folder)


def _reader(kind: Kind) -> Reader:
    module, _, name = READERS[kind].rpartition(".")
    reader: Reader = getattr(import_module(f"petakumuh.read.{module}"), name)
    return reader


def _inside(source: Path, inside: str, archive: Path, read: Callable[[Path], Reading]) -> Reading:
    """Read one source of an archive; an error names it by its place there, not by the scratch folder."""
    try:
        yield from read(source)
    except InputError as error:
        raise InputError(error.key, **(error.values | {"file": f"{archive} → {inside}"})) from error


def _told_apart(read: list[Reading], places: list[str]) -> Reading:
    """Put the file's place before the names of layers that several files use."""
    every = [list(one) for one in read]
    names = Counter(name for one in every for name in {part.layer for part in one if part.layer})
    for parts, place in zip(every, places, strict=True):
        for part in parts:
            yield replace(part, layer=f"{place}/{part.layer}") if names[part.layer] > 1 else part
