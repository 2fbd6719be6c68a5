"""Layers that GDAL reads, as a stream of rows, with the count of the file held against the count of what came.

GDAL leaves out what it cannot read, and warns at most. So what a file says of itself is compared with what is
read, and whatever GDAL says on the way is noted.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import warnings
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import pyogrio.raw
import pyproj
from geopandas import GeoDataFrame
from pyarrow import compute

from petakumuh.errors import InputError
from petakumuh.read.raw import KEPT, Batch, Note, batch_rows
from petakumuh.read.shapes.wkb import Shapes, parse_wkb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from petakumuh.read.raw import Limits, Reading

__all__ = ["FAILURES", "heard", "read_gdal", "said_notes"]

FAILURES = (OSError, ValueError, RuntimeError, pa.ArrowException)
"""What pyogrio and pyarrow raise on a broken file."""
_REPEATED = {"GPX": ("track_points", "route_points")}
"""Layers that hold again what other layers of the file hold."""
_ARCS = ("AcDbArc", "AcDbCircle", "AcDbEllipse", "AcDbSpline")
_SETTINGS = {
    # Degrees of arc of one straight piece: 0.01 m off at a radius of 4 km.
    "DXF": {"OGR_ARC_STEPSIZE": "0.25"},
    # The driver's own stream writes wrong offsets after a feature without geometry (GDAL 3.12).
    "FlatGeobuf": {"OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES"},
}
_FIDS = {"fid", "ogc_fid", "objectid"}
"""Names of numbers that a program gave; a key under another name may be a code, and is a column too."""
_MOST_SAID, _MOST_LETTERS = 50, 200
_PLAIN = frozenset(r"/\:._-+ ()[]{},='&@~%")
"""Signs that may stand in a name besides letters and figures."""


@dataclass
class _Seen:
    """What is counted of one layer while its rows go by."""

    rows: int = 0
    tall: int = 0
    strange_crs: str = ""
    garbled: list[str] = field(default_factory=list)
    said: dict[str, None] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    """New name of a column -> what the file calls it."""


@dataclass(frozen=True, kw_only=True)
class _Layer:
    """One layer of an open file, and what is said of it; ``opened`` is its name to the driver."""

    path: str
    told: Path
    name: str
    opened: str
    driver: str
    count: int
    options: Mapping[str, str]


def read_gdal(
    path: Path,
    limits: Limits,
    *,
    layers: Sequence[str] | None = None,
    told: Path | None = None,
    counts: Mapping[str, int] | None = None,
    options: Mapping[str, str] | None = None,
    known_as: str | None = None,
) -> Reading:
    """Read the layers of a file that GDAL knows: GeoPackage, FlatGeobuf, FileGDB, DXF, GPX, shapefile.

    Parameters
    ----------
    path
        The file, or the folder of a FileGDB.
    limits
        How deep its shapes and how many its rows may be.
    layers
        Those to read; None reads all that have geometry, or all if none has.
    told
        The file that messages name, where ``path`` is a scratch copy of it.
    counts
        Rows of each layer where the caller counted them itself; else GDAL is asked.
    options
        Open options of the driver.
    known_as
        The name of a layer that bears the name of its file, where ``path`` is a scratch copy of it.

    Raises
    ------
    InputError
        When the file cannot be opened, a record cannot be read, or rows are missing from what it declares.
    """
    told = told or path
    said: dict[str, None] = {}
    known_as = known_as or path.stem
    with _plainly_named(path) as plain:
        place = str(plain)
        try:
            with heard(said):
                kinds = {str(name): kind for name, kind in pyogrio.list_layers(place)}
                driver = str(pyogrio.read_info(place, layer=next(iter(kinds)))["driver"]) if kinds else ""
        except FAILURES as error:
            raise InputError("berkas_tak_terbaca", file=told, alasan=_one_line(error)) from error
        if lost := [name for name in layers or () if name not in kinds]:
            raise InputError("lapisan_hilang", file=told, lapisan=", ".join(lost))
        wanted = [name for name in kinds if layers is None or name in layers]
        wanted = [name for name in wanted if name not in _REPEATED.get(driver, ())]
        tables = [name for name in wanted if kinds[name] is None] if any(kinds[name] for name in wanted) else []
        opened = []
        for name in wanted:
            count = counts[name] if counts and name in counts else _count(place, name, told, said)
            opened.append(
                _Layer(
                    path=place,
                    told=told,
                    name=known_as if known_as and name == plain.stem else name,
                    opened=name,
                    driver=driver,
                    count=count,
                    options=dict(options or {}),
                )
            )
        yield from said_notes(said)
        if untold := [f"{one.name} ({one.count})" for one in opened if one.opened in tables and one.count]:
            yield Note("tabel_tanpa_peta", "catatan", values={"nama": ", ".join(untold)})
        if bare := [one.name for one in opened if one.opened not in tables and not one.count]:
            yield Note("lapisan_kosong", "catatan", values={"jumlah": len(bare), "nama": ", ".join(bare)})
        for one in opened:
            if one.opened not in tables:
                yield from _read_layer(one, limits)


@contextmanager
def _plainly_named(path: Path) -> Iterator[Path]:
    """Give a path that pyogrio takes for one: it reads ``!``, ``;`` and line ends in a name as a command."""
    place = path.absolute()
    if all(sign.isalnum() or sign in _PLAIN for sign in str(place)):
        yield place
        return
    with tempfile.TemporaryDirectory(prefix="petakumuh-") as folder:
        link = Path(folder) / f"{Path(folder).name}{path.suffix}"
        try:
            link.symlink_to(place, target_is_directory=place.is_dir())
        except OSError:  # not on every system
            (shutil.copytree if place.is_dir() else shutil.copyfile)(place, link)
        yield link


def _count(place: str, name: str, told: Path, said: dict[str, None]) -> int:
    try:
        with heard(said):
            return int(pyogrio.read_info(place, layer=name, force_feature_count=True)["features"])
    except FAILURES as error:
        raise InputError("berkas_tak_terbaca", file=told, alasan=_one_line(error)) from error


def _one_line(error: object) -> str:
    return " ".join(str(error).split())


@contextmanager
def heard(said: dict[str, None]) -> Iterator[None]:
    """Collect what GDAL says, by Python's warnings and straight to the error stream of the process."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as stream, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        kept = os.dup(2)
        os.dup2(stream.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            stream.seek(0)
            texts = [*(str(one.message) for one in warned), *stream.read().decode("utf-8", "replace").splitlines()]
            said.update({line: None for text in texts if (line := _one_line(text))})


def said_notes(said: Mapping[str, None], layer: str = "") -> list[Note]:
    """Note what GDAL said, each text once."""
    texts = sorted(said)
    more = [f"… (+{len(texts) - _MOST_SAID})"] if len(texts) > _MOST_SAID else []
    return [
        Note("catatan_pembaca", "catatan", layer, values={"catatan": text}) for text in texts[:_MOST_SAID] + more
    ]


def _read_layer(layer: _Layer, limits: Limits) -> Reading:
    """Read one layer; the notes on all of it come last."""
    seen = _Seen()
    for meta, batch in _batches(layer, seen):
        if seen.rows > limits.rows:
            raise InputError("baris_terlalu_banyak", file=layer.told, lapisan=layer.name, batas=limits.rows)
        rows = _rows(batch, meta, limits, seen)
        yield from _by_cad_layer(rows) if layer.driver == "DXF" else [Batch(layer.name, rows)]
    if layer.count not in (-1, seen.rows):
        raise InputError(
            "baris_hilang", file=layer.told, lapisan=layer.name, tertulis=layer.count, terbaca=seen.rows
        )
    told = "" if layer.driver == "DXF" else layer.name  # what is cut by layers of the drawing is said of the file
    yield from said_notes(seen.said, told)
    if seen.strange_crs:
        yield Note("crs_tak_terbaca", "peringatan", told, values={"crs": seen.strange_crs})
    if seen.tall:
        yield Note("dimensi_dibuang", "catatan", told, values={"jumlah": seen.tall})
    if seen.renamed:
        shown = ", ".join(f"{old} → {new}" for new, old in seen.renamed.items())
        values = {"jumlah": len(seen.renamed), "kolom": shown}
        yield Note("kolom_dinamai", "catatan", told, action="diperbaiki", values=values)
    if seen.garbled:
        yield Note("huruf_rusak", "peringatan", told, rows=tuple(dict.fromkeys(seen.garbled)))


def _batches(layer: _Layer, seen: _Seen) -> Iterator[tuple[Mapping[str, Any], Any]]:
    """Stream what GDAL reads of a layer; a record that breaks the stream is named."""
    try:
        with _arrow(layer, seen.said) as (meta, reader):
            while True:
                with heard(seen.said):
                    batch = next(reader, None)
                if batch is None:
                    return
                seen.rows += len(batch)
                yield meta, batch
    except FAILURES as error:
        raise _broken(layer, seen.rows, _one_line(error)) from error


@contextmanager
def _arrow(layer: _Layer, said: dict[str, None]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Open a layer as a stream of batches."""
    settings = _SETTINGS.get(layer.driver, {})
    before = {name: pyogrio.get_gdal_config_option(name) for name in settings}
    with ExitStack() as stack:
        stack.callback(pyogrio.set_gdal_config_options, before)
        pyogrio.set_gdal_config_options(settings)
        with heard(said):
            opened = stack.enter_context(
                pyogrio.raw.open_arrow(
                    layer.path,
                    layer=layer.opened,
                    return_fids=True,
                    batch_size=batch_rows(_size(Path(layer.path)), layer.count),
                    use_pyarrow=True,
                    **layer.options,
                )
            )
        yield opened


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else sum(one.stat().st_size for one in path.glob("*"))


def _crs(text: str | None) -> tuple[pyproj.CRS | None, str]:
    """Read the CRS, and the text of one that is none: broken, or local ("undefined")."""
    try:
        crs = pyproj.CRS.from_user_input(text) if text else None
    except pyproj.exceptions.CRSError:
        return None, _one_line(text)[:_MOST_LETTERS]
    if crs is not None and not (crs.is_projected or crs.is_geographic or crs.is_geocentric):
        return None, crs.name
    return crs, ""


def _broken(layer: _Layer, read: int, reason: str) -> InputError:
    """Say which record breaks the reading: a second engine goes record by record until it breaks as well."""
    after = str(read)
    try:
        fiona = import_module("fiona")  # an extra
        with heard({}), fiona.open(layer.path, layer=layer.opened) as records:
            for record in records:
                after = f"id {record.id}"
    except Exception:  # noqa: BLE001, S110 - it breaks where the file is broken; that is the question
        pass
    return InputError("rekaman_rusak", file=layer.told, lapisan=layer.name, setelah=after, alasan=reason)


def _rows(batch: Any, meta: Mapping[str, Any], limits: Limits, seen: _Seen) -> GeoDataFrame:
    """Lay a batch out as rows with our columns."""
    fid = batch.schema.get_all_field_indices(meta["fid_column"] or "OGC_FID")[0]
    shape_name = meta["geometry_name"] or "wkb_geometry"
    shape = batch.schema.get_all_field_indices(shape_name)[-1] if meta["geometry_type"] is not None else -1
    baris = [str(one) for one in batch.column(fid).to_pylist()]
    plain = batch.schema.field(fid).name.casefold().rstrip("_0123456789") in _FIDS
    own = [at for at in range(batch.num_columns) if at != shape and (at != fid or not plain)]
    columns: dict[str, Any] = {}
    for at in own:
        written = batch.schema.field(at).name
        name = _free(written, columns)
        if name != written:
            seen.renamed[name] = written
        columns[name], garbled = _values(batch.column(at))
        seen.garbled += [baris[row] for row in garbled]
    shapes = (
        parse_wkb(batch.column(shape).to_pylist(), depth=limits.depth) if shape >= 0 else _shapeless(len(batch))
    )
    seen.tall += int(shapes.tall.sum())
    columns |= {"baris": baris, "masalah": shapes.masalah, "perbaikan": shapes.perbaikan}
    frame = pd.DataFrame(columns, index=range(len(batch)))
    crs, seen.strange_crs = _crs(meta["crs"])
    return GeoDataFrame(frame, geometry=shapes.geometry, crs=crs)


def _shapeless(n: int) -> Shapes:
    """Rows of a table that has no shapes: there is nothing wrong with them."""
    nothing, none = np.full(n, "", dtype=object), np.full(n, None, dtype=object)
    return Shapes(geometry=none, masalah=nothing, perbaikan=nothing.copy(), tall=np.zeros(n, dtype=bool))


def _free(name: str, taken: Mapping[str, Any]) -> str:
    """Give a column of the file a name that is neither ours nor taken."""
    while name in KEPT or name in taken:
        name += "_"
    return name


def _values(values: Any) -> tuple[Any, list[int]]:
    """Give a column as text, numbers and truth values: no digit lost, dates in ISO; and its garbled rows."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return _values(values.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _texts(values)
    if pa.types.is_temporal(kind):
        text = compute.replace_substring(values.cast(pa.string()), " ", "T")
        return compute.replace_substring_regex(text, r"\.0+(Z?)$", r"\1").to_pandas(), []
    if pa.types.is_nested(kind):
        cells = [None if cell is None else json.dumps(cell, ensure_ascii=False) for cell in values.to_pylist()]
        return pd.Series(cells, dtype=object), []
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pd.Series([None if cell is None else cell.hex() for cell in values.to_pylist()], dtype=object), []
    return values.to_pandas(integer_object_nulls=True), []


def _texts(values: Any) -> tuple[Any, list[int]]:
    """Read texts; letters that are not what the file declares stand as a mark, and their rows are told."""
    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        binary = pa.large_binary() if pa.types.is_large_string(values.type) else pa.binary()
        raw = values.cast(binary).to_pylist()
        cells = [None if cell is None else cell.decode("utf-8", "replace") for cell in raw]
        wrong = [at for at, cell in enumerate(cells) if cell is not None and cell.encode() != raw[at]]
        return pd.Series(cells, dtype=object), wrong
    return values.to_pandas(), []


def _by_cad_layer(rows: GeoDataFrame) -> Iterator[Batch]:
    """Split the one layer of a DXF by the drawing's own layers, and say which rows were arcs."""
    arcs = rows["SubClasses"].fillna("").astype(str).map(lambda text: any(one in text for one in _ARCS))
    rows.loc[arcs & rows.geometry.notna(), "perbaikan"] = "kurva_diluruskan"
    for name, part in rows.groupby(rows["Layer"].fillna("").astype(str), sort=False):
        yield Batch(str(name), part.reset_index(drop=True))
