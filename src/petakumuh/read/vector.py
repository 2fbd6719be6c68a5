"""Vector files as they stand: their layers, and one layer read whole with its own columns."""

from __future__ import annotations

import zipfile
from collections import Counter
from typing import TYPE_CHECKING

import geopandas
import pandas as pd
import pyogrio
import shapely

from petakumuh.errors import InputError
from petakumuh.read.kml import read_kml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from geopandas import GeoDataFrame

__all__ = ["SUFFIXES", "open_file", "require_file", "side_files"]

SUFFIXES = (".shp", ".zip", ".gpkg", ".geojson", ".json", ".kml", ".kmz", ".parquet", ".geoparquet", ".fgb")
_INSIDE_ZIP = (".shp", ".gpkg", ".geojson", ".fgb")
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def open_file(path: Path) -> dict[str, GeoDataFrame]:
    """Read every layer of a vector file that holds features, as it stands.

    Parameters
    ----------
    path
        Shapefile (also zipped), GeoPackage, GeoJSON, KML, KMZ, GeoParquet or FlatGeobuf.

    Returns
    -------
        Layer name -> rows with the file's own columns, 2-D geometry, ``baris`` (feature id in the layer) and
        ``masalah`` (why a geometry is missing, where the reader knows).

    Raises
    ------
    InputError
        When the file is missing, of another kind, or cannot be read.
    """
    require_file(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError("format_tak_dikenal", file=path, pilihan=", ".join(SUFFIXES))
    if suffix in {".kml", ".kmz"}:
        whole = read_kml(path)
        whole = _numbered(whole, whole["masalah"])
        return {str(name): rows.copy() for name, rows in whole.groupby("lapisan", sort=False)}
    if suffix == ".shp":
        there = {one.suffix.lower() for one in side_files(path)}
        if lacking := [part for part in (".shx", ".dbf") if part not in there]:
            raise InputError("shapefile_kurang", file=path, kurang=", ".join(lacking))
    try:
        if suffix in {".parquet", ".geoparquet"}:
            return {path.stem: _numbered(_flat(geopandas.read_parquet(path)))}
        return _by_gdal(path)
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile) as error:  # what pyogrio and pyarrow raise
        raise InputError("berkas_tak_terbaca", file=path, alasan=" ".join(str(error).split())) from error


def require_file(path: Path) -> None:
    """Refuse a file that is not there, naming those beside it."""
    if not path.is_file():
        there = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
        near = [one.name for one in there if one.suffix.lower() in SUFFIXES]
        raise InputError("berkas_tidak_ada", file=path, ada=", ".join(near[:12]) or "–")


def side_files(path: Path) -> list[Path]:
    """List the files that make up a source: one, or the parts of a shapefile."""
    if path.suffix.lower() != ".shp":
        return [path]
    parts = {one.suffix.lower(): one for one in sorted(path.parent.iterdir()) if one.stem == path.stem}
    return [parts[suffix] for suffix in _SHAPEFILE_PARTS if suffix in parts]


def _by_gdal(path: Path) -> dict[str, GeoDataFrame]:
    """Read by GDAL; layers of one name in several files of an archive bear the file's name before theirs."""
    read = [
        (inside, str(name), rows)
        for place, inside in _sources(path)
        for name, kind in pyogrio.list_layers(place)
        if kind is not None
        and len(
            rows := pyogrio.read_dataframe(
                place, layer=name, force_2d=True, fid_as_index=True, on_invalid="ignore"
            )
        )
    ]
    times = Counter(name for _, name, _ in read)
    return {(name if times[name] == 1 else f"{inside}/{name}"): _numbered(rows) for inside, name, rows in read}


def _sources(path: Path) -> list[tuple[str, str]]:
    """Name what GDAL is to open, and where it lies inside an archive: however deep, nothing is unpacked."""
    if path.suffix.lower() != ".zip":
        return [(str(path), "")]
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if not name.startswith("__MACOSX/"))
    return [
        (f"/vsizip/{path.resolve().as_posix()}/{name}", name)
        for name in names
        if name.lower().endswith(_INSIDE_ZIP)
    ]


def _flat(rows: GeoDataFrame) -> GeoDataFrame:
    return rows.set_geometry(shapely.force_2d(rows.geometry.array), crs=rows.crs)


def _numbered(rows: GeoDataFrame, problems: Iterable[str] | None = None) -> GeoDataFrame:
    rows["masalah"] = "" if problems is None else list(problems)
    rows["baris"] = pd.Series(rows.index, index=rows.index).astype(str)
    return rows.reset_index(drop=True)
