"""Shapefiles: each part is held against the others, then read from a scratch folder of links.

So GDAL writes nothing beside an input, and mixed case of suffixes, an index that is missing, rows marked as
deleted and unknown letters are its business no more.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyproj
import shapely

from petakumuh.errors import InputError
from petakumuh.read.raw import KEPT, Batch, Note
from petakumuh.read.sniff import beside
from petakumuh.read.vector.dbf import Table, as_written, encoding_of, look
from petakumuh.read.vector.gdal import read_gdal
from petakumuh.read.vector.shp import Records, shx_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petakumuh.read.raw import Limits, Reading

__all__ = ["read_shapefile"]

_HEADER = 100
_PATCH = 31
_READ = "CNFLD"
"""Kinds of fields that hold what they say; others are memos in a second file, or bytes."""
_MOST_LETTERS = 200
_GDAL_NAMES = {"iso8859-1": "ISO-8859-1"}


@dataclass(frozen=True)
class _Parts:
    """The files of one shapefile, as their names are written."""

    shp: Path
    dbf: Path
    shx: Path | None
    prj: Path | None
    cpg: Path | None


def read_shapefile(path: Path, limits: Limits) -> Reading:
    """Read a shapefile.

    Parameters
    ----------
    path
        Its .shp, in whatever case it is written.
    limits
        How deep its shapes and how many its rows may be.

    Raises
    ------
    InputError
        When a part is missing, cut short, or contradicts itself or another part.
    """
    parts = _parts(path)
    records, table = walk(parts.shp), look(parts.dbf)
    if len(records.offsets) != len(table.rows):
        raise InputError("dbf_tak_cocok", file=path, bentuk=len(records.offsets), baris=len(table.rows))
    with tempfile.TemporaryDirectory(prefix="petakumuh-") as folder:
        here = Path(folder) / "peta.shp"
        yield from _laid_out(parts, records, table, here)
        at, strange = 0, dict[str, list[str]]()
        options = {"ADJUST_TYPE": "YES"}
        counts = {here.stem: len(table.rows)}
        for part in read_gdal(here, limits, told=path, counts=counts, options=options, known_as=path.stem):
            if isinstance(part, Batch):
                yield _compared(_exact(part, table, at, strange), records, table, at)
                at += len(part.rows)
            else:
                yield part
        yield from _written_notes(path.stem, table, strange)


def _parts(path: Path) -> _Parts:
    """Find the parts beside the .shp; suffixes may be written in any case."""
    parts = beside(path)
    if ".dbf" not in parts:
        raise InputError("shapefile_kurang", file=path, kurang=".dbf")
    return _Parts(path, parts[".dbf"], *(parts.get(suffix) for suffix in (".shx", ".prj", ".cpg")))


def _laid_out(parts: _Parts, records: Records, table: Table, here: Path) -> list[Note]:
    """Lay the parts out in a scratch folder under one name, mended where that is needed; say what was."""
    notes = []
    _link(parts.shp, here)
    index = shx_of(records)
    here.with_suffix(".shx").write_bytes(index)
    if parts.shx is None:
        notes.append(Note("shx_dibangun", "catatan", action="diperbaiki", values={"keadaan": "tidak ada"}))
    elif parts.shx.read_bytes()[_HEADER:] != index[_HEADER:]:
        notes.append(Note("shx_dibangun", "peringatan", action="diperbaiki", values={"keadaan": "tidak cocok"}))
    _lay_table(parts.dbf, table, here.with_suffix(".dbf"))
    notes += _lay_encoding(parts, table, here.with_suffix(".cpg"))
    return notes + _lay_crs(parts.prj, here.with_suffix(".prj"))


def _link(source: Path, target: Path) -> None:
    """Link where the system allows it, else copy."""
    try:
        target.symlink_to(source.absolute())
    except OSError:
        shutil.copyfile(source, target)


def _lay_table(source: Path, table: Table, target: Path) -> None:
    """Link the table; one with rows marked as deleted is copied without the marks, for GDAL leaves them out."""
    if not table.deleted.any():
        _link(source, target)
        return
    shutil.copyfile(source, target)
    with target.open("r+b") as stream:
        for row in np.flatnonzero(table.deleted).tolist():
            stream.seek(table.start + row * table.rows.shape[1])
            stream.write(b" ")


def _lay_encoding(parts: _Parts, table: Table, target: Path) -> list[Note]:
    """State the letters of the table; say so where the file itself does not, or wrongly."""
    stated = parts.cpg.read_text("ascii", "replace") if parts.cpg else ""
    name, guessed = encoding_of(table, stated)
    target.write_text(_GDAL_NAMES.get(name, name.upper()), "ascii")
    return [Note("enkode_dibaca", "catatan", values={"enkode": name})] if guessed else []


def _lay_crs(source: Path | None, target: Path) -> list[Note]:
    """Hand the CRS on if it is one."""
    if source is None:
        return []
    text = source.read_bytes().decode("utf-8", "replace").strip("\ufeff\0 \r\n\t")
    try:
        pyproj.CRS.from_wkt(text)
    except pyproj.exceptions.CRSError:
        shown = " ".join(text.split())[:_MOST_LETTERS]
        return [Note("prj_tak_terbaca", "peringatan", values={"isi": shown})]
    target.write_text(text, "utf-8")
    return []


def _exact(batch: Batch, table: Table, at: int, strange: dict[str, list[str]]) -> Batch:
    """Put cells back as they are written where the driver gives another value; empty what it cannot read."""
    rows = batch.rows.copy(deep=False)
    names = [name for name in rows.columns if name not in KEPT]
    for field, cells in as_written(table, slice(at, at + len(rows))).items():
        column = rows[names[field]].astype(object)
        for row, cell in cells.items():
            column.iloc[row] = cell
            if isinstance(cell, str):
                strange.setdefault(names[field], []).append(str(rows["baris"].iloc[row]))
        rows[names[field]] = column
    for name, kind in zip(names, table.kinds, strict=True):
        if kind not in _READ:
            rows[name] = pd.Series([None] * len(rows), index=rows.index, dtype=object)
    return replace(batch, rows=rows)


def _written_notes(layer: str, table: Table, strange: dict[str, list[str]]) -> Iterator[Note]:
    for name, baris in strange.items():
        values = {"kolom": name, "jumlah": len(baris)}
        yield Note("dbf_bukan_angka", "peringatan", layer, tuple(baris), values=values)
    unread = [name for name, kind in zip(table.names, table.kinds, strict=True) if kind not in _READ]
    if unread:
        values = {"jumlah": len(unread), "nama": ", ".join(one.decode("ascii", "replace") for one in unread)}
        yield Note("dbf_kolom_asing", "peringatan", layer, values=values)


def _compared(batch: Batch, records: Records, table: Table, at: int) -> Batch:
    """Exclude rows marked as deleted, and shapes that came with fewer points than their record holds."""
    rows = batch.rows
    problems, mended = rows["masalah"].copy(), rows["perbaikan"]
    here = slice(at, at + len(rows))
    came = shapely.get_num_coordinates(np.asarray(rows.geometry.array))
    few = (came < records.points[here]) & (records.types[here] != _PATCH)
    problems = problems.mask(few & (mended == "").to_numpy(), "titik_hilang")
    problems = problems.mask(table.deleted[here], "dihapus_di_dbf")
    return replace(batch, rows=rows.assign(masalah=problems))
