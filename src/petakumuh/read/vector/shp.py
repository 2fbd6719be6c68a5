"""The records of a .shp, walked byte by byte: where each lies, how many points it promises, what contradicts.

A driver takes a record that it cannot read for one without geometry. Here each record must fill its place to the
byte, so a file that was cut short or miscounted is refused and never read in part.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from petakumuh.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Records", "shx_of", "walk"]

_CODE, _HEADER, _RECORD_HEAD = 9994, 100, 8
_LEAST = 4
"""Bytes of content of a record without a shape: its type, and nothing else."""
_COUNTS_AT = 36
_TYPE_AT = 32
_NULL, _POINTS, _MULTIPOINTS, _PATCH = 0, (1, 11, 21), (8, 18, 28), 31
_PARTED = (3, 5, 13, 15, 23, 25)
_Z = (13, 15, 18, 31)
_POINT_LENGTHS = {1: (20,), 11: (28, 36), 21: (20, 28)}
"""Bytes of a point's content: with and without its measure."""
_TYPES = (_NULL, *_POINTS, *_MULTIPOINTS, *_PARTED, _PATCH)


@dataclass(frozen=True)
class Records:
    """The records of a .shp in their order: where they begin, bytes of content, shape type, points promised."""

    header: bytes
    offsets: NDArray[np.int64]
    lengths: NDArray[np.int64]
    types: NDArray[np.int64]
    points: NDArray[np.int64]


def walk(path: Path) -> Records:
    """Walk a .shp from its first to its last byte.

    Raises
    ------
    InputError
        When it is cut short or a record contradicts itself; it names the record (from 1) and the byte.
    """
    data = np.memmap(path, np.uint8, "r") if path.stat().st_size >= _HEADER else np.zeros(0, np.uint8)
    _require(path, 0, 0, len(data) >= _HEADER, "terpotong")
    header = data[:_HEADER].tobytes()
    code, words = struct.unpack_from(">i20xi", header, 0)
    kind = int(struct.unpack_from("<i", header, _TYPE_AT)[0])
    _require(path, 0, 0, code == _CODE, "bukan shapefile")
    _require(path, 0, _TYPE_AT, kind in _TYPES, f"jenis {kind}")
    offsets, lengths = _places(data, path)
    _require(path, len(offsets), 24, words * 2 == len(data), f"tertulis {words * 2} byte, ada {len(data)}")
    types = _words(data, offsets + _RECORD_HEAD)
    _first(path, offsets, (types != kind) & (types != _NULL), "jenisnya bukan jenis berkas itu")
    points = _counted(data, path, Records(header, offsets, lengths, types, np.zeros(0, np.int64)), kind)
    return Records(header, offsets, lengths, types, points)


def shx_of(records: Records) -> bytes:
    """Give the content of the .shx that belongs to a .shp."""
    words = (_HEADER + 8 * len(records.offsets)) // 2
    header = records.header[:24] + struct.pack(">i", words) + records.header[28:]
    body = np.column_stack([records.offsets // 2, records.lengths // 2]).astype(">i4")
    return header + body.tobytes()


def _require(path: Path, record: int, byte: int, holds: bool, reason: str) -> None:
    if not holds:
        raise InputError("shp_rusak", file=path, rekaman=record, byte=byte, alasan=reason)


def _first(path: Path, offsets: NDArray[np.int64], wrong: NDArray[np.bool_], reason: str) -> None:
    """Refuse the file for the first record that is wrong."""
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        _require(path, at + 1, int(offsets[at]), holds=False, reason=reason)


def _places(data: NDArray[np.uint8], path: Path) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Go from record to record by their lengths, to the end of the file and no further."""
    offsets: list[int] = []
    lengths: list[int] = []
    at, size, view = _HEADER, len(data), data.data
    while at < size:
        _require(path, len(offsets) + 1, at, at + _RECORD_HEAD + _LEAST <= size, "terpotong")
        (words,) = struct.unpack_from(">i", view, at + 4)
        length = words * 2
        _require(
            path, len(offsets) + 1, at, _LEAST <= length <= size - at - _RECORD_HEAD, "panjangnya tidak cocok"
        )
        offsets.append(at)
        lengths.append(length)
        at += _RECORD_HEAD + length
    return np.array(offsets, np.int64), np.array(lengths, np.int64)


def _words(data: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Read a little-endian 32-bit number at each place."""
    if not len(places):
        return np.zeros(0, np.int64)
    return np.ascontiguousarray(data[places[:, None] + np.arange(4)]).view("<i4")[:, 0].astype(np.int64)


def _counted(data: NDArray[np.uint8], path: Path, records: Records, kind: int) -> NDArray[np.int64]:
    """Count the points that each record promises, and hold its length against them."""
    content = records.offsets + _RECORD_HEAD
    full = records.types != _NULL
    points = np.where(full, 1, 0).astype(np.int64)
    fits = ~full & (records.lengths == _LEAST)
    if kind in _POINTS:
        fits |= full & np.isin(records.lengths, _POINT_LENGTHS[kind])
    elif kind != _NULL:
        parted = kind in _PARTED or kind == _PATCH
        short = full & (records.lengths < _COUNTS_AT + (8 if parted else 4))
        _first(path, records.offsets, short, "terlalu pendek")
        place = content[full] + _COUNTS_AT
        parts = _words(data, place) if parted else np.zeros(len(place), np.int64)
        points[full] = _words(data, place + (4 if parted else 0))
        fits[full] = _fits(kind, records.lengths[full], parts, points[full])
        _first(path, records.offsets, ~fits, "panjangnya tidak cocok dengan jumlah titiknya")
        wrong = np.zeros(len(full), dtype=bool)
        wrong[full] = parted & ~_ascending(_starts(data, place + 8, parts), parts, points[full])
        _first(path, records.offsets, wrong, "bagian-bagiannya tidak berurutan")
    _first(path, records.offsets, ~fits, "panjangnya tidak cocok dengan jumlah titiknya")
    return points


def _fits(
    kind: int, lengths: NDArray[np.int64], parts: NDArray[np.int64], points: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether a record is exactly as long as its counts say; the measures at its end may be left out."""
    head = 40 if kind in _MULTIPOINTS else 44
    each = 8 if kind == _PATCH else 4
    plain = head + each * parts + 16 * points
    measures = 16 + 8 * points
    if kind in _Z:
        plain = plain + measures
    measured = (lengths == plain + measures) & (
        kind > max(_MULTIPOINTS[0], _PARTED[1])
    )  # the plain kinds have none
    return np.asarray((parts >= 0) & (points >= 0) & ((lengths == plain) | measured))


def _starts(data: NDArray[np.uint8], place: NDArray[np.int64], parts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Read the first point of every part of every record, one after another."""
    first = np.repeat(place - 4 * (np.cumsum(parts) - parts), parts)
    return _words(data, first + 4 * np.arange(int(parts.sum())))


def _ascending(
    starts: NDArray[np.int64], parts: NDArray[np.int64], points: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether the parts of each record begin at 0, follow one another and lie inside its points."""
    good = (parts > 0) | (points == 0)
    owner = np.repeat(np.arange(len(parts)), parts)
    begins = np.concatenate([[True], owner[1:] != owner[:-1]]) if len(owner) else np.zeros(0, bool)
    before = np.concatenate([[-1], starts[:-1]]) if len(starts) else starts
    wrong = np.where(begins, starts != 0, starts <= before) | (starts >= np.repeat(points, parts))
    good[np.unique(owner[wrong])] = False
    return np.asarray(good)
