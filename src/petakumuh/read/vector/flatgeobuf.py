"""FlatGeobuf: the file is walked to its last byte before GDAL reads it.

GDAL ends without a word where a file breaks off. Every feature bears its size, and its parts fill it without a
gap; so what is cut short or miscounted shows.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from petakumuh.errors import InputError
from petakumuh.read.raw import Batch
from petakumuh.read.vector.gdal import read_gdal

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from petakumuh.read.raw import Limits, Reading

__all__ = ["read_flatgeobuf"]

_MAGIC = b"fgb\x03fgb"
_START = 8
_NODE_BYTES = 40
_FEATURES, _NODE_SIZE = 8, 9
_DEFAULT_NODE_SIZE = 16
_GEOMETRY, _PROPERTIES, _COLUMNS = 0, 1, 2
_ENDS, _XY, _PARTS = 0, 1, 7
_MOST_FIELDS = 10
_MOST_PADDING = 16
_U32, _I32, _U16_TWICE = (struct.Struct(form).unpack_from for form in ("<I", "<i", "<HH"))


def read_flatgeobuf(path: Path, limits: Limits) -> Reading:
    """Read a FlatGeobuf file.

    Parameters
    ----------
    path
        The file.
    limits
        How deep its shapes and how many its rows may be.

    Raises
    ------
    InputError
        When the file is cut short or contradicts itself; it names the feature and the byte.
    """
    points = _walked(path, limits)
    seen = 0
    for part in read_gdal(path, limits):
        if isinstance(part, Batch):
            told = points[seen : seen + len(part.rows)]
            seen += len(part.rows)
            yield _compared(part, told)
        else:
            yield part
    if seen != len(points):
        raise InputError("baris_hilang", file=path, lapisan=path.stem, tertulis=len(points), terbaca=seen)


def _walked(path: Path, limits: Limits) -> NDArray[np.int64]:
    """Walk the file; give the number of points of each feature, as it says itself."""
    if path.stat().st_size < _START + 4:
        raise InputError("fgb_rusak", file=path, objek=0, byte=0, alasan="terpotong")
    points: list[int] = []
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at = 0
        try:
            count, at = _header(data)
            while at < len(data):
                (size,) = struct.unpack_from("<I", data, at)
                if at + 4 + size > len(data):
                    raise ValueError("terpotong")  # noqa: TRY301 - told below, with the place
                points.append(_points(data[at + 4 : at + 4 + size], limits.depth))
                at += 4 + size
            if count not in (0, len(points)):
                raise ValueError(f"tertulis {count} objek")  # noqa: TRY301 - as above
        except (ValueError, struct.error) as error:
            reason = "terpotong" if isinstance(error, struct.error) else error
            raise InputError("fgb_rusak", file=path, objek=len(points) + 1, byte=at, alasan=reason) from error
    return np.array(points, dtype=np.int64)


def _header(data: mmap.mmap) -> tuple[int, int]:
    """Give the number of features (0: not said) and where they begin."""
    if data[: len(_MAGIC)] != _MAGIC:
        raise ValueError("bukan FlatGeobuf versi 3")
    (size,) = _U32(data, _START)
    header = data[_START + 4 : _START + 4 + size]
    if len(header) < size:
        raise ValueError("terpotong")
    fields = _fields(header, _U32(header, 0)[0], [])
    count = struct.unpack_from("<Q", header, fields[_FEATURES])[0] if fields[_FEATURES] else 0
    node_size = (
        struct.unpack_from("<H", header, fields[_NODE_SIZE])[0] if fields[_NODE_SIZE] else _DEFAULT_NODE_SIZE
    )
    return count, _START + 4 + size + _index_bytes(count, node_size)


def _fields(data: bytes, at: int, used: list[tuple[int, int]]) -> list[int]:
    """Say where the first ten fields of a FlatBuffer's table stand; 0 for those left out."""
    start = at - _I32(data, at)[0]
    if start < 0:
        raise ValueError("tabel di luar berkas")
    length, inline = _U16_TWICE(data, start)
    offsets = struct.unpack_from(f"<{(length - 4) // 2}H", data, start + 4)
    used += [(start, start + length), (at, at + inline)]
    places = [at + offset if offset else 0 for offset in offsets]
    return places[:_MOST_FIELDS] + [0] * (_MOST_FIELDS - len(places))


def _vector(data: bytes, place: int, size: int, used: list[tuple[int, int]]) -> tuple[int, int]:
    """Give place and length of the vector that a field points to, and mark its bytes as used."""
    if not place:
        return 0, 0
    at = place + _U32(data, place)[0]
    (count,) = _U32(data, at)
    used.append((at, at + 4 + count * size))
    return at + 4, count


def _index_bytes(count: int, node_size: int) -> int:
    """Count the bytes of the spatial index: a packed tree from the features up to one root."""
    if not count or not node_size:
        return 0
    if node_size == 1:
        raise ValueError("indeks rusak")
    level = nodes = count
    while True:
        level = -(-level // node_size)
        nodes += level
        if level == 1:
            return nodes * _NODE_BYTES


def _points(data: bytes, depth: int) -> int:
    """Walk one feature: its points, if all that it holds is used and nothing twice promised."""
    used = [(0, 4)]
    fields = _fields(data, _U32(data, 0)[0], used)
    place = fields[_GEOMETRY]
    points = _geometry(data, place + _U32(data, place)[0], used, depth) if place else 0
    _vector(data, fields[_PROPERTIES], 1, used)
    if not fields[_COLUMNS]:  # what columns of its own take is not walked
        _require_filled(data, used)
    return points


def _geometry(data: bytes, at: int, used: list[tuple[int, int]], depth: int) -> int:
    if depth < 0:
        raise ValueError("bersarang terlalu dalam")
    if len(used) > len(data):  # parts that share their parts are walked again and again
        raise ValueError("bagiannya dipakai berulang")
    fields = _fields(data, at, used)
    at, ends = _vector(data, fields[_ENDS], 4, used)
    _, numbers = _vector(data, fields[_XY], 8, used)
    points: int = numbers // 2
    last = struct.unpack_from(f"<{ends}I", data, at) if ends else (points,)
    if numbers % 2 or last[-1] != points or (ends > 1 and list(last) != sorted(last)):
        raise ValueError("jumlah titiknya tidak cocok")
    for more in fields[_XY + 1 : _XY + 5]:
        _vector(data, more, 8, used)
    at, parts = _vector(data, fields[_PARTS], 4, used)
    for part in range(at, at + 4 * parts, 4):
        points += _geometry(data, part + _U32(data, part)[0], used, depth - 1)
    return points


def _require_filled(data: bytes, used: list[tuple[int, int]]) -> None:
    """Between the parts of a feature stands nothing but a few zeros: else a count is wrong."""
    used.sort()
    used.append((len(data), len(data)))
    end = 0
    for start, stop in used:
        if start > end and (start - end >= _MOST_PADDING or data[end:start].strip(b"\0")):
            raise ValueError("sebagian isinya tidak terhitung")
        end = max(end, stop)
    if end > len(data):
        raise ValueError("isinya melewati ujung")


def _compared(batch: Batch, points: NDArray[np.int64]) -> Batch:
    """Exclude a shape that came with fewer points than its feature holds."""
    rows = batch.rows
    lost = shapely.get_num_coordinates(np.asarray(rows.geometry.array)) < points[: len(rows)]
    lost &= (rows["masalah"] == "").to_numpy()
    if not lost.any():
        return batch
    return replace(batch, rows=rows.assign(masalah=rows["masalah"].mask(lost, "titik_hilang")))
