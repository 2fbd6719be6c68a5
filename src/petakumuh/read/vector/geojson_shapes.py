"""GeoJSON geometries to shapes: thousands at once where they are sound, one by one where one is not."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from petakumuh.read.shapes.rings import CLOSED, LEAST, NOT_FINITE
from petakumuh.read.vector.jsontext import Repeated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["GEOMETRIES", "built"]

Made = tuple[Any, list[str], "NDArray[np.bool_]"]
"""Shapes, what was mended of each, and which had more than two dimensions."""
_FAULTS = (ValueError, TypeError, OverflowError, shapely.errors.ShapelyError)
_LINE_LEAST = 2


def built(geometries: Sequence[Any]) -> tuple[NDArray[np.object_], list[str], list[str], int]:
    """Make shapes of GeoJSON geometry objects, 2-D.

    Parameters
    ----------
    geometries
        What stands under ``geometry``: objects, None, or anything else that a file may hold.

    Returns
    -------
        Shapes (None where there is none), why a row has none, what was mended, and how many had a height.

    Examples
    --------
    >>> shapes, masalah, _, _ = built([{"type": "Point", "coordinates": [1, 2]}, {"type": "Titik"}, None])
    >>> str(shapes[0]), masalah
    ('POINT (1 2)', ['', 'jenis geometri "Titik" tidak dikenal', 'geometri_kosong'])
    """
    shapes = np.full(len(geometries), None, dtype=object)
    masalah, perbaikan = [""] * len(geometries), [""] * len(geometries)
    high = np.zeros(len(geometries), dtype=bool)
    by_kind: dict[str, list[int]] = {}
    for at, one in enumerate(geometries):
        masalah[at] = "geometri_kosong" if one is None else _fault(one)
        if not masalah[at]:
            by_kind.setdefault(one["type"], []).append(at)
    for kind, places in by_kind.items():
        inside = "geometries" if kind == "GeometryCollection" else "coordinates"
        given = [geometries[at].get(inside) for at in places]
        for some, made in _made(_MAKERS[kind], given, places):
            if isinstance(made, str):
                masalah[some[0]] = made
                continue
            shapes[some], mended, high[some] = made
            for at, text in zip(some, mended, strict=True):
                perbaikan[at] = text
    return shapes, masalah, perbaikan, int(high.sum())


def _fault(geometry: Any) -> str:
    """Say why an object is no geometry at all."""
    if not isinstance(geometry, dict):
        return "isi geometry bukan objek"
    if isinstance(geometry, Repeated):
        return f"kunci ganda dalam geometry: {', '.join(geometry.keys_twice)}"
    kind = geometry.get("type")
    if kind is None:
        return "geometry tanpa type"
    return "" if isinstance(kind, str) and kind in _MAKERS else f'jenis geometri "{kind}" tidak dikenal'


def _made(
    make: Callable[[list[Any]], Made], given: list[Any], places: list[int]
) -> Iterator[tuple[list[int], Made | str]]:
    """Make many; where that fails, halve until the one that is at fault stands alone, with its reason."""
    try:
        made = make(given)
    except _FAULTS as error:
        if len(given) == 1:
            yield places, str(error) if type(error) is ValueError else "koordinatnya salah susun"
            return
        half = len(given) // 2
        yield from _made(make, given[:half], places[:half])
        yield from _made(make, given[half:], places[half:])
    else:
        yield places, made


def _lists(values: Iterable[Any]) -> list[list[Any]]:
    """Require lists: anything else at this level is a nesting that is wrong."""
    given = list(values)
    if not set(map(type, given)) <= {list}:
        raise ValueError("koordinat null" if None in given else "koordinatnya salah susun")
    return given


def _filled(values: Iterable[Any]) -> list[list[Any]]:
    """Require lists that hold something."""
    given = _lists(values)
    if not all(given):
        raise ValueError("geometri_kosong")
    return given


def _points(positions: Iterable[Any]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give positions as numbers, two to a row, and which of them had more."""
    given = _lists(positions)
    sizes = np.fromiter(map(len, given), dtype=np.int64, count=len(given))
    if len(given) and sizes.min() < 2:  # noqa: PLR2004 - x, y
        raise ValueError("posisi dengan kurang dari dua bilangan")
    size = int(sizes[0]) if len(given) and (sizes == sizes[0]).all() else 2
    flat = list(
        chain.from_iterable(given if size == (sizes.max() if len(given) else 2) else (p[:2] for p in given))
    )
    kinds = set(map(type, flat))
    if not kinds <= {int, float}:
        raise ValueError("koordinat null" if type(None) in kinds else "koordinat_tak_terbaca")
    try:
        points = np.array(flat, dtype=np.float64).reshape(len(given), size)[:, :2]
    except OverflowError as error:  # a whole number of hundreds of digits
        raise ValueError(NOT_FINITE) from error
    if not np.isfinite(points).all():
        raise ValueError(NOT_FINITE)
    return points, sizes > 2  # noqa: PLR2004 - x, y


def _owners(groups: list[list[Any]]) -> NDArray[np.int64]:
    """Say for each member of nested lists which list it stands in."""
    return np.repeat(np.arange(len(groups)), [len(one) for one in groups])


def _any(flags: NDArray[np.bool_], owners: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    """Say for each owner whether any of its members is flagged."""
    return np.bincount(owners[flags], minlength=count) > 0


def _single_points(given: list[Any]) -> Made:
    points, high = _points(_filled(given))
    return shapely.points(points), [""] * len(given), high


def _multipoints(given: list[Any]) -> Made:
    owners = _owners(_filled(given))
    points, high = _points(chain.from_iterable(given))
    made = shapely.multipoints(shapely.points(points), indices=owners)
    return made, [""] * len(given), _any(high, owners, len(given))


def _lines(given: list[Any]) -> Made:
    lines = _filled(given)
    if min(map(len, lines)) < _LINE_LEAST:
        raise ValueError("garis dengan satu titik")
    owners = _owners(lines)
    points, high = _points(chain.from_iterable(lines))
    return shapely.linestrings(points, indices=owners), [""] * len(given), _any(high, owners, len(given))


def _multilines(given: list[Any]) -> Made:
    owners = _owners(_filled(given))
    lines, _, high = _lines(list(chain.from_iterable(given)))
    made = shapely.multilinestrings(lines, indices=owners)
    return made, [""] * len(given), _any(high, owners, len(given))


def _rings(rings: list[list[Any]]) -> tuple[Any, NDArray[np.bool_], NDArray[np.bool_]]:
    """Make rings, closed by the one rule for rings; say which were open and which had a height."""
    sizes = np.array([len(one) for one in rings])
    if sizes.min() < LEAST:
        raise ValueError(f"cincin {sizes.min()} titik, perlu sedikitnya {LEAST}")
    owners = _owners(rings)
    points, high = _points(chain.from_iterable(rings))
    ends = np.cumsum(sizes)
    firsts = points[ends - sizes]
    unclosed = (firsts != points[ends - 1]).any(axis=1)
    points = np.insert(points, ends[unclosed], firsts[unclosed], axis=0)
    made = shapely.linearrings(points, indices=np.repeat(np.arange(len(rings)), sizes + unclosed))
    return made, unclosed, _any(high, owners, len(rings))


def _polygons(given: list[Any]) -> Made:
    owners = _owners(_filled(given))
    rings, unclosed, high = _rings(_filled(chain.from_iterable(given)))
    mended = _any(unclosed, owners, len(given))
    made = shapely.polygons(rings, indices=owners)
    return made, [CLOSED if one else "" for one in mended], _any(high, owners, len(given))


def _multipolygons(given: list[Any]) -> Made:
    owners = _owners(_filled(given))
    polygons, mended, high = _polygons(list(chain.from_iterable(given)))
    closed = _any(np.array([bool(one) for one in mended]), owners, len(given))
    made = shapely.multipolygons(polygons, indices=owners)
    return made, [CLOSED if one else "" for one in closed], _any(high, owners, len(given))


def _collections(given: list[Any]) -> Made:
    """Make collections; a part that cannot be made is a fault of the whole: nothing goes in silence."""
    made, mended, high = [], [], []
    for parts in _lists(given):
        shapes, masalah, perbaikan, heights = built(parts)
        if wrong := next(filter(None, masalah), ""):
            raise ValueError(wrong)
        made.append(shapely.geometrycollections([one for one in shapes if one is not None]))
        mended.append(next(filter(None, perbaikan), ""))
        high.append(heights > 0)
    return made, mended, np.array(high, dtype=bool)


_MAKERS: dict[str, Callable[[list[Any]], Made]] = {
    "Point": _single_points,
    "MultiPoint": _multipoints,
    "LineString": _lines,
    "MultiLineString": _multilines,
    "Polygon": _polygons,
    "MultiPolygon": _multipolygons,
    "GeometryCollection": _collections,
}
GEOMETRIES = tuple(_MAKERS)
