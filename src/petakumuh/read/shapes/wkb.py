"""Shapes from WKB of foreign make: looked at before it is parsed, arcs made straight.

A parser of WKB calls itself for every collection in a collection, so one deep enough ends the process: the depth
is walked first. A length that a shape does not use up, or a ring that is open, is told of its row.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from petakumuh.read.shapes.arcs import stroked
from petakumuh.read.shapes.rings import CLOSED, closed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["BROKEN", "Shapes", "parse_wkb"]

BROKEN = "geometri_rusak"
_POINT, _LINE, _POLYGON, _MULTI_POINT, _MULTI_LINE, _MULTI_POLYGON, _COLLECTION = range(1, 8)
_CIRCULAR, _COMPOUND, _CURVE_POLYGON, _MULTI_CURVE, _MULTI_SURFACE = 8, 9, 10, 11, 12
_POLYHEDRAL, _TIN, _TRIANGLE = 15, 16, 17
_NUMBERED = frozenset({4, 5, 6, 7, 9, 10, 11, 12, 15, 16})
"""Kinds that hold a count of other shapes."""
_CURVED = frozenset(range(8, 15))
_HEAD = 5
_COUNT = 9
_EWKB_Z, _EWKB_M, _EWKB_SRID = 0x80000000, 0x40000000, 0x20000000


@dataclass(frozen=True)
class Shapes:
    """Shapes of rows, in their order: 2-D or None, what is wrong, what was mended, and which had Z or M."""

    geometry: NDArray[Any]
    masalah: NDArray[Any]
    perbaikan: NDArray[Any]
    tall: NDArray[np.bool_]


class _Head(NamedTuple):
    order: str
    kind: int
    dims: int
    size: int


def parse_wkb(blobs: Sequence[bytes | None], *, depth: int) -> Shapes:
    """Parse the WKB of many rows; one that cannot be parsed costs its row, never the others.

    Parameters
    ----------
    blobs
        ISO or extended WKB; None where a row has no geometry.
    depth
        How deep collections may lie in one another.

    Examples
    --------
    >>> shapes = parse_wkb([shapely.to_wkb(shapely.Point(1, 2)), b"?", None], depth=8)
    >>> [str(one) for one in shapes.geometry], list(shapes.masalah)
    (['POINT (1 2)', 'None', 'None'], ['', 'geometri_rusak', 'geometri_kosong'])
    """
    n = len(blobs)
    geometry = np.full(n, None, dtype=object)
    problems, mended = np.full(n, "", dtype=object), np.full(n, "", dtype=object)
    _, tall, plain = _kinds(blobs)
    absent = np.array([blob is None for blob in blobs], dtype=bool)
    problems[absent] = "geometri_kosong"
    for at in np.flatnonzero(~plain & ~absent).tolist():
        blob = blobs[at] or b""
        deep, curved = _look(blob, depth)
        if deep:
            problems[at] = "bersarang_terlalu_dalam"
        elif curved:
            geometry[at], problems[at], mended[at] = _by_hand(blob)
        else:
            plain[at] = True
    where = np.flatnonzero(plain)
    parsed, wrong, closed = _by_geos([blobs[at] or b"" for at in where.tolist()])
    geometry[where], problems[where], mended[where] = parsed, wrong, closed
    return Shapes(shapely.force_2d(geometry), problems, mended, tall)


def _kinds(blobs: Sequence[bytes | None]) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Read from the first bytes: the kind (0: none), whether it has Z or M, whether a parser goes no deeper."""
    wide = _COUNT + _HEAD
    joined = b"".join([(blob or b"")[:wide].ljust(wide, b"\xff") for blob in blobs])
    heads = np.frombuffer(joined, np.uint8).reshape(-1, wide)
    kinds, tall = _codes(heads[:, :_HEAD])
    parts, _ = _codes(heads[:, _COUNT:])
    one = (heads[:, 0] == 1) & (heads[:, _HEAD:_COUNT].astype(int) == [1, 0, 0, 0]).all(axis=1)
    lone = (kinds > _POLYGON) & (kinds < _COLLECTION) & one & (parts >= _POINT) & (parts <= _POLYGON)
    return kinds, tall, lone | ((kinds >= _POINT) & (kinds <= _POLYGON))


def _codes(heads: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    codes = np.ascontiguousarray(heads[:, 1:])
    little, big = codes.view("<u4")[:, 0].astype(np.int64), codes.view(">u4")[:, 0].astype(np.int64)
    code = np.where(heads[:, 0] == 1, little, big)
    iso = code & 0x1FFFFFFF
    kinds = np.where((heads[:, 0] <= 1) & (iso < 4000), iso % 1000, 0)  # noqa: PLR2004 - ISO: + 1000 Z, 2000 M
    return kinds, (kinds > 0) & ((iso >= 1000) | ((code & (_EWKB_Z | _EWKB_M)) > 0))  # noqa: PLR2004 - as above


def _by_geos(blobs: list[bytes]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Parse all at once; by hand those that fail, and those that do not use up their bytes."""
    given = np.array([*blobs, None], dtype=object)[:-1]
    with np.errstate(invalid="ignore"):  # NaN is a coordinate that a later check refuses by its row
        parsed = shapely.from_wkb(given, on_invalid="ignore")
    wrong, mended = np.full(len(given), "", dtype=object), np.full(len(given), "", dtype=object)
    written = shapely.to_wkb(parsed, output_dimension=4)
    for at in np.flatnonzero(shapely.is_missing(parsed) | (_lengths(written) != _lengths(given))):
        if parsed[at] is None or _length(given[at]) != len(given[at]):
            parsed[at], wrong[at], mended[at] = _by_hand(given[at])
    return parsed, wrong, mended


def _lengths(blobs: NDArray[Any]) -> NDArray[np.int64]:
    return np.fromiter((0 if blob is None else len(blob) for blob in blobs), np.int64, count=len(blobs))


def _head(blob: bytes, at: int) -> _Head:
    """Read the head of a shape.

    Raises
    ------
    struct.error
        When the bytes end before it does.
    ValueError
        When it is none.
    """
    order = {0: ">", 1: "<"}.get(blob[at] if at < len(blob) else 2)
    if order is None:
        raise ValueError(BROKEN)
    (code,) = struct.unpack_from(order + "I", blob, at + 1)
    flat = code & 0x1FFFFFFF
    high = (2, 3, 3, 4)[flat // 1000] if flat < 4000 else 0  # noqa: PLR2004 - ISO: + 1000 Z, 2000 M, 3000 ZM
    if not 1 <= flat % 1000 <= _TRIANGLE or not high:
        raise ValueError(BROKEN)
    dims = high + bool(code & _EWKB_Z) + bool(code & _EWKB_M)
    return _Head(order, flat % 1000, dims, _HEAD + (4 if code & _EWKB_SRID else 0))


def _look(blob: bytes, depth: int) -> tuple[bool, bool]:
    """Walk a shape: whether it lies too deep, whether it has kinds that GEOS does not parse.

    A shape that breaks off is left to the parser: what it reads until there has been walked here.
    """
    stack, at, other = [1], 0, False
    try:
        while stack:
            stack[-1] -= 1
            head = _head(blob, at)
            other = other or head.kind > _COLLECTION
            if head.kind in _NUMBERED:
                (count,) = struct.unpack_from(head.order + "I", blob, at + head.size)
                at += head.size + 4
                stack.append(count)
            else:
                at = _after(blob, at, head)
            if len(stack) > depth + 1:
                return True, other
            while stack and stack[-1] <= 0:
                stack.pop()
    except (struct.error, ValueError):
        pass
    return False, other


def _after(blob: bytes, at: int, head: _Head) -> int:
    """Say where a shape without parts ends."""
    at += head.size
    if head.kind == _POINT:
        return at + 8 * head.dims
    (count,) = struct.unpack_from(head.order + "I", blob, at)
    at += 4
    if head.kind not in (_POLYGON, _TRIANGLE):
        return int(at + 8 * head.dims * count)
    for _ in range(count):
        (points,) = struct.unpack_from(head.order + "I", blob, at)
        at += 4 + 8 * head.dims * points
    return at


def _length(blob: bytes) -> int:
    """Count the bytes that a shape of WKB takes; -1 where it breaks off."""
    left, at = 1, 0
    try:
        while left:
            left -= 1
            head = _head(blob, at)
            if head.kind in _NUMBERED:
                (count,) = struct.unpack_from(head.order + "I", blob, at + head.size)
                at, left = at + head.size + 4, left + count
            else:
                at = _after(blob, at, head)
    except (struct.error, ValueError):
        return -1
    return at


def _by_hand(blob: bytes) -> tuple[Any, str, str]:
    """Parse what GEOS does not: geometry, what is wrong, what was mended."""
    if _length(blob) != len(blob):
        return None, BROKEN, ""
    mended: dict[str, None] = {}
    try:
        shape, _ = _shape(blob, 0, mended)
    except shapely.errors.GEOSException:
        return None, "titik_kurang", ""
    except ValueError as error:
        return None, str(error), ""
    return shape, "", "; ".join(mended)


def _shape(blob: bytes, at: int, mended: dict[str, None]) -> tuple[Any, int]:
    """Build one shape and say where it ends."""
    head = _head(blob, at)
    if head.kind in _CURVED:
        mended["kurva_diluruskan"] = None
    elif head.kind > _COLLECTION:
        mended["permukaan_jadi_poligon"] = None
    if head.kind == _POINT:
        end = _after(blob, at, head)
        return shapely.from_wkb(blob[at:end]), end
    if head.kind in (_LINE, _CIRCULAR):
        points, end = _points(blob, at + head.size, head)
        return shapely.LineString(stroked(points) if head.kind == _CIRCULAR else points), end
    (count,) = struct.unpack_from(head.order + "I", blob, at + head.size)
    parts: list[Any] = []
    end = at + head.size + 4
    for _ in range(count):
        if head.kind in _NUMBERED:
            part, end = _shape(blob, end, mended)
        else:
            points, end = _points(blob, end, head)
            part, was_open = closed(points)
            mended.update({CLOSED: None} if was_open else {})
        parts.append(part)
    return _joined(head.kind, parts), end


def _points(blob: bytes, at: int, head: _Head) -> tuple[NDArray[np.float64], int]:
    (count,) = struct.unpack_from(head.order + "I", blob, at)
    flat = np.frombuffer(blob, head.order + "f8", count=count * head.dims, offset=at + 4)
    return flat.reshape(-1, head.dims)[:, :2].astype(float), at + 4 + flat.nbytes


def _joined(kind: int, parts: list[Any]) -> Any:
    """Put the parts of a shape together as the nearest kind that has only straight lines."""
    if kind == _COMPOUND:
        pieces = [shapely.get_coordinates(part) for part in parts]
        chain = [piece[(at > 0) :] for at, piece in enumerate(pieces)]
        return shapely.LineString(np.concatenate(chain) if chain else None)
    if kind in (_POLYGON, _TRIANGLE):
        return shapely.Polygon(parts[0], parts[1:]) if parts else shapely.Polygon()
    if kind == _CURVE_POLYGON:
        return _joined(_POLYGON, [shapely.get_coordinates(part) for part in parts])
    try:
        if kind in (_MULTI_POLYGON, _MULTI_SURFACE, _POLYHEDRAL, _TIN):
            return shapely.MultiPolygon(parts)
        if kind in (_MULTI_LINE, _MULTI_CURVE):
            return shapely.MultiLineString(parts)
        return shapely.MultiPoint(parts) if kind == _MULTI_POINT else shapely.GeometryCollection(parts)
    except (TypeError, AttributeError) as error:
        raise ValueError(BROKEN) from error
