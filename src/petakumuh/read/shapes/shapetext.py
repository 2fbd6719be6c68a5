"""Shapes that stand as text in a cell: WKT with or without SRID, GeoJSON, hexadecimal WKB."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from petakumuh.read.raw import Note
from petakumuh.read.shapes.wkb import parse_wkb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from petakumuh.read.raw import Limits
    from petakumuh.read.tables.sheets import Cell

__all__ = ["Shaped", "looks_like_shape", "parse_shapes"]

_KINDS = (
    "POINT|LINESTRING|LINEARRING|POLYGON|MULTI[A-Z]+|GEOMETRYCOLLECTION|CIRCULARSTRING|C[A-Z]+CURVE|CURVEPOLYGON"
)
_WKT = re.compile(
    rf"\s*(?:SRID\s*=\s*(\d+)\s*;)?\s*((?:{_KINDS}|TIN|TRIANGLE|POLYHEDRALSURFACE)\b.*)", re.IGNORECASE | re.DOTALL
)
_JSON = re.compile(r"\s*\{.*\"(?:coordinates|geometries)\"", re.DOTALL)
_HEX = re.compile(r"\s*(?:\\x)?(0[01][0-9A-Fa-f]{16,})\s*")
_EXCEL_CELL = 32_767
"""A spreadsheet's cell holds no more letters: a longer shape is cut there."""
_EWKB_SRID = 0x20000000
_LONLAT_SRID = 4326


@dataclass(frozen=True)
class Shaped:
    """Shapes in the order of their cells, the CRS that they name, what is wrong or mended, what was noted."""

    geometry: NDArray[Any]
    crs: Any
    masalah: list[str]
    perbaikan: list[str]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class _One:
    blob: bytes | None = None
    srid: int = 0
    masalah: str = ""
    perbaikan: str = ""


def looks_like_shape(cell: Cell) -> bool:
    """Whether a cell is a text that begins as a shape does.

    Examples
    --------
    >>> looks_like_shape("SRID=4326;POINT(109 -6)"), looks_like_shape("Point Indah"), looks_like_shape(7)
    (True, False, False)
    """
    if not isinstance(cell, str):
        return False
    found = _WKT.match(cell)
    wkt = (
        found is not None
        and re.match(r"[A-Za-z]+\s*(?:ZM?|M)?\s*(?:\(|EMPTY)", found[2], re.IGNORECASE) is not None
    )
    return wkt or _JSON.match(cell) is not None or _HEX.fullmatch(cell) is not None


def parse_shapes(cells: Sequence[Cell], layer: str, limits: Limits) -> Shaped:
    """Parse a column of shapes; one that cannot be parsed costs its row, never the others.

    Parameters
    ----------
    cells
        Texts; None where a row has no shape.
    layer
        For what is noted.
    limits
        Of the depth of collections in one another.

    Returns
    -------
        Shapes in the CRS of the first SRID; a shape with another SRID is left out and says so. GeoJSON is in
        EPSG:4326 by its standard. Without any SRID no CRS is declared.
    """
    read = [_one(cell, limits) for cell in cells]
    parsed = parse_wkb([one.blob for one in read], depth=limits.depth)
    geometry = parsed.geometry
    masalah = [one.masalah or str(wrong) for one, wrong in zip(read, parsed.masalah, strict=True)]
    mended = [one.perbaikan or str(also) for one, also in zip(read, parsed.perbaikan, strict=True)]
    srid = next((one.srid for one in read if one.blob is not None), 0)
    for at, one in enumerate(read):
        if one.blob is not None and one.srid != srid:
            geometry[at], masalah[at] = None, "srid_berbeda"
    crs, notes = _crs(srid, layer)
    return Shaped(geometry, crs, masalah, mended, notes)


def _crs(srid: int, layer: str) -> tuple[Any, tuple[Note, ...]]:
    if not srid:
        return None, ()
    try:
        return pyproj.CRS.from_epsg(srid), ()
    except pyproj.exceptions.CRSError:
        return None, (Note("srid_asing", "peringatan", layer, values={"srid": srid}),)


def _one(cell: Cell, limits: Limits) -> _One:
    if cell is None:
        return _One(masalah="geometri_kosong")
    text = str(cell)
    if len(text) >= _EXCEL_CELL - 8 and not text.rstrip().endswith((")", "}")) and not _HEX.fullmatch(text):
        return _One(masalah="bentuk_terpotong")
    wkt, packed = _WKT.match(text), _HEX.fullmatch(text)
    if packed is not None:
        return _hex(packed[1])
    if _depth(text) > limits.depth:
        return _One(masalah="bersarang_terlalu_dalam")
    if wkt is not None:
        return _wkt(wkt[2], int(wkt[1] or 0))
    return _json(text)


def _depth(text: str) -> int:
    """Give how deep brackets lie in one another."""
    signs = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    step = np.isin(signs, np.frombuffer(b"([{", np.uint8)).astype(np.int64)
    step -= np.isin(signs, np.frombuffer(b")]}", np.uint8))
    return int(np.cumsum(step).max(initial=0))


def _hex(text: str) -> _One:
    if len(text) % 2:
        return _One(masalah="geometri_rusak")
    blob = bytes.fromhex(text)
    order = "<" if blob[0] == 1 else ">"
    (kind,) = struct.unpack_from(order + "I", blob, 1)
    srid = struct.unpack_from(order + "I", blob, 5)[0] if kind & _EWKB_SRID else 0
    return _One(blob, int(srid))


def _wkt(text: str, srid: int) -> _One:
    try:
        return _One(shapely.to_wkb(shapely.from_wkt(text)), srid)
    except shapely.errors.GEOSException:
        closed = shapely.from_wkt(text, on_invalid="fix")
        if closed is None:
            return _One(masalah="geometri_rusak")
        return _One(shapely.to_wkb(closed), srid, perbaikan="cincin_ditutup")
    except NotImplementedError:
        return _One(masalah="wkt_kurva")


def _json(text: str) -> _One:
    try:
        shape = shapely.from_geojson(text)
    except (shapely.errors.GEOSException, ValueError):
        return _One(masalah="geometri_rusak")
    return _One(shapely.to_wkb(shape), _LONLAT_SRID)
