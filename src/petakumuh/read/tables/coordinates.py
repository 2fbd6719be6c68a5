"""Where the rows of a table lie: a column of shapes as text, a pair of columns, or one column of coordinates.

Indonesia's longitudes (94 to 142) and latitudes (-12 to 7) do not overlap, so one text that holds both says
itself which is which; nothing else is moved or turned round here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from petakumuh.catalog import coordinate_names
from petakumuh.measure import LONLAT
from petakumuh.read.raw import Note
from petakumuh.read.shapes.shapetext import looks_like_shape, parse_shapes
from petakumuh.text.codes import match_key, quantities, quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from petakumuh.read.raw import Limits
    from petakumuh.read.tables.sheets import Cell

__all__ = ["Places", "angle", "both", "places"]

_LON, _LAT = (94.0, 142.0), (-12.0, 7.0)
_SIGNS = str.maketrans("\u00ba\u02da\u2032\u2019\u2018\u00b4\u0060\u2033\u201c\u201d\u2212", "°°'''''\"\"\"-")
"""Degrees, minutes, seconds and minus as keyboards and word processors write them, to the plain signs."""
_WORDS = (
    (re.compile(r"lintang\s+selatan", re.IGNORECASE), "LS"),
    (re.compile(r"lintang\s+utara", re.IGNORECASE), "LU"),
    (re.compile(r"bujur\s+timur", re.IGNORECASE), "BT"),
    (re.compile(r"bujur\s+barat", re.IGNORECASE), "BB"),
)
_HEMISPHERE = re.compile(
    r"(?<![A-Za-z])(LS|LU|BT|BB|[NSEWUTB])(?![A-Za-z])\.?|(?<=[\d\"'°])(LS|LU|BT|BB|[NSEWUTB])\b"
)
_SOUTH_WEST = {"LS", "S", "BB", "B", "W"}
_OF_LATITUDE = {"LS", "LU", "N", "S", "U"}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_PLAIN = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_BETWEEN = re.compile(r"[\s°'\":dms.]*")
_CUTS = tuple(
    re.compile(cut)
    for cut in (
        r"\s*[;/|\n]\s*",
        r"[\s,]+(?=(?:LS|LU|BT|BB|[NSEWUTB])\s*\d)",
        r"(?<=[NSEWUTB])[\s,]+(?=[-+\d])",
        r"\s*,\s+|\s+,\s*",
        r"\s+",
        r",",
    )
)
_SIXTY = 60
_LONGEST = 200
"""Letters of a place written out; a longer text is a sentence, and slow to cut in every way."""
_MOST_PARTS = 3


@dataclass(frozen=True)
class Places:
    """Shapes of rows in their order, the CRS they declare, what is wrong or mended, and what was noted."""

    geometry: NDArray[Any]
    crs: Any
    masalah: list[str]
    perbaikan: list[str]
    notes: tuple[Note, ...]


def places(
    columns: Mapping[str, Sequence[Cell]], counted: Sequence[bool], rows: Sequence[str], layer: str, limits: Limits
) -> Places | None:
    """Find where rows lie, by the first of: shapes as text, longitude and latitude, x and y, both in one text.

    Parameters
    ----------
    columns
        The table's columns.
    counted
        Which rows are rows of data; the others get no geometry and no reason.
    rows, layer
        Names of rows and layer, for what is noted.
    limits
        Of the depth of shapes.

    Returns
    -------
        None where no column says where the rows lie. Longitude and latitude are in EPSG:4326; x and y are in no
        declared CRS; shapes are in the one that they name.
    """
    live = {
        name: [cell if count else None for cell, count in zip(cells, counted, strict=True)]
        for name, cells in columns.items()
    }
    filled = {name: cells for name, cells in live.items() if any(cell is not None for cell in cells)}
    names = coordinate_names()
    shape = _shape_column(filled, names["bentuk"])
    if shape is not None:
        read = parse_shapes(live[shape], layer, limits)
        found = Places(read.geometry, read.crs, read.masalah, read.perbaikan, (*read.notes, _used(layer, shape)))
    else:
        pair = _pair(filled, names["bujur"], names["lintang"]), _pair(filled, names["x"], names["y"])
        one = _named(filled, names["koordinat"])
        if pair[0] is not None:
            found = _lonlat(live, pair[0], rows, layer)
        elif pair[1] is not None:
            found = _metres(live, pair[1], layer)
        elif one is not None:
            found = _in_one(live[one], one, layer)
        else:
            return None
    masalah = [reason if count else "" for reason, count in zip(found.masalah, counted, strict=True)]
    return Places(found.geometry, found.crs, masalah, found.perbaikan, found.notes)


def _used(layer: str, *columns: str) -> Note:
    return Note("geometri_dari_kolom", "catatan", layer, values={"kolom": ", ".join(columns)})


def _shape_column(columns: Mapping[str, Sequence[Cell]], names: Sequence[str]) -> str | None:
    """Find the column whose texts are shapes: by its name and one such text, else by half of its texts."""
    for name, cells in columns.items():
        if _spoken(name) & {match_key(one) for one in names} and any(looks_like_shape(cell) for cell in cells):
            return name
    for name, cells in columns.items():
        there = [cell for cell in cells if cell is not None]
        if sum(looks_like_shape(cell) for cell in there) * 2 > len(there):
            return name
    return None


def _spoken(name: str) -> set[str]:
    """Give the ways to say a column's name: whole, last part of a joined header, without or in brackets."""
    last = name.rpartition(" / ")[2]
    said = [name, last, re.sub(r"\(.*?\)", "", last), *re.findall(r"\((.*?)\)", last)]
    return {match_key(one) for one in said} - {""}


def _named(columns: Mapping[str, Sequence[Cell]], names: Sequence[str]) -> str | None:
    wanted = {match_key(one) for one in names}
    return next((name for name in columns if _spoken(name) & wanted), None)


def _pair(
    columns: Mapping[str, Sequence[Cell]], first: Sequence[str], second: Sequence[str]
) -> tuple[str, str] | None:
    east, north = _named(columns, first), _named(columns, second)
    return None if east is None or north is None or east == north else (east, north)


def _lonlat(
    columns: Mapping[str, Sequence[Cell]], pair: tuple[str, str], rows: Sequence[str], layer: str
) -> Places:
    lon, lat = (np.array([_degree(cell) for cell in columns[name]], dtype=float) for name in pair)
    notes = [_used(layer, *pair)]
    known = np.isfinite(lon) & np.isfinite(lat)
    swapped = bool(known.any()) and bool((_within(lon, _LAT) & _within(lat, _LON))[known].all())
    if swapped:
        first = int(np.flatnonzero(known)[0])
        values = {
            "bujur": pair[0],
            "lintang": pair[1],
            "nilai_bujur": float(lon[first]),
            "nilai_lintang": float(lat[first]),
            "jumlah": int(known.sum()),
        }
        notes.append(Note("koordinat_tertukar", "galat", layer, (rows[first],), values=values))
    far = known & ((np.abs(lon) > 180) | (np.abs(lat) > 90))  # noqa: PLR2004 - degrees
    astray = far if far.sum() * 2 < known.sum() else np.zeros_like(far)
    return _points(columns, pair, (lon, lat), LONLAT, notes, astray=astray)


def _within(values: NDArray[np.float64], bounds: tuple[float, float]) -> NDArray[np.bool_]:
    return (values >= bounds[0]) & (values <= bounds[1])


def _metres(columns: Mapping[str, Sequence[Cell]], pair: tuple[str, str], layer: str) -> Places:
    """Read x and y in whatever CRS they are; where all of them are written as degrees they are degrees."""
    texts = [cell for name in pair for cell in columns[name] if cell is not None]
    if all(isinstance(cell, str) and ("°" in cell.translate(_SIGNS)) for cell in texts):
        values = [np.array([_degree(cell) for cell in columns[name]], dtype=float) for name in pair]
        crs: str | None = LONLAT
    else:
        values = [_numbers(columns[name]) for name in pair]
        crs = None
    east, north = values
    return _points(columns, pair, (east, north), crs, [_used(layer, *pair)])


def _numbers(cells: Sequence[Cell]) -> NDArray[np.float64]:
    read = quantities([cell if isinstance(cell, str) else "" for cell in cells])
    numbers = [
        cell if isinstance(cell, int | float) and not isinstance(cell, bool) else got
        for cell, got in zip(cells, read, strict=True)
    ]
    return np.array(numbers, dtype=float)


def _points(
    columns: Mapping[str, Sequence[Cell]],
    pair: tuple[str, str],
    values: tuple[NDArray[np.float64], NDArray[np.float64]],
    crs: str | None,
    notes: list[Note],
    *,
    astray: NDArray[np.bool_] | None = None,
) -> Places:
    east, north = values
    masalah = np.full(len(east), "", dtype=object)
    if astray is not None:
        masalah[astray] = "koordinat_di_luar_batas"
    masalah[(east == 0) & (north == 0)] = "koordinat_nol"
    masalah[~(np.isfinite(east) & np.isfinite(north))] = "koordinat_tak_terbaca"
    blank = [a is None and b is None for a, b in zip(columns[pair[0]], columns[pair[1]], strict=True)]
    masalah[np.array(blank, dtype=bool)] = "geometri_kosong"
    geometry = np.full(len(east), None, dtype=object)
    good = masalah == ""
    geometry[good] = shapely.points(east[good], north[good])
    return Places(geometry, crs, list(masalah), [""] * len(east), tuple(notes))


def _in_one(cells: Sequence[Cell], column: str, layer: str) -> Places:
    read = [None if cell is None else both(str(cell)) for cell in cells]
    masalah = [
        "geometri_kosong" if cell is None else "koordinat_tak_terbaca" if place is None else ""
        for cell, place in zip(cells, read, strict=True)
    ]
    geometry = np.array([None, *(None if one is None else shapely.Point(one) for one in read)], dtype=object)[1:]
    return Places(geometry, LONLAT, masalah, [""] * len(read), (_used(layer, column),))


def _degree(cell: Cell) -> float:
    """Give a cell of longitudes or latitudes as a number; NaN where it is none."""
    if isinstance(cell, bool) or cell is None:
        return np.nan
    if isinstance(cell, int | float):
        return float(cell)
    read = angle(cell)
    if read is not None:
        return read[0]
    number = quantity(cell)
    return np.nan if number is None else number


def angle(text: str) -> tuple[float, str] | None:
    r"""Read degrees, with or without minutes and seconds; and whether the hemisphere says ``lat`` or ``lon``.

    A degree has at most three figures before its point, so ``109.675`` says one thing only.

    Examples
    --------
    >>> angle("6°53'24\" LS"), angle("109,675"), angle("109 40 12 BT"), angle("6°75'")
    ((-6.89, 'lat'), (109.675, ''), (109.67, 'lon'), None)
    """
    plain = text.strip().translate(_SIGNS).replace("''", '"')
    if len(plain) > _LONGEST:
        return None
    for words, short in _WORDS:
        plain = words.sub(short, plain)
    if _PLAIN.fullmatch(plain):
        return float(plain.replace(",", ".")), ""
    hemispheres = ["".join(found) for found in _HEMISPHERE.findall(plain)]
    body = _HEMISPHERE.sub(" ", plain).strip()
    negative = body.startswith("-")
    parts = _NUMBER.findall(body)
    between = _NUMBER.sub("", body.lstrip("+-"))
    if not 1 <= len(parts) <= _MOST_PARTS or len(hemispheres) > 1 or not _BETWEEN.fullmatch(between):
        return None
    numbers = [float(part.replace(",", ".")) for part in parts]
    whole = all(number.is_integer() for number in numbers[:-1])
    if not whole or any(number >= _SIXTY for number in numbers[1:]) or (len(parts) == 1 and between.strip(" °d")):
        return None
    value = sum(number / _SIXTY**at for at, number in enumerate(numbers))
    side = hemispheres[0] if hemispheres else ""
    axis = "" if not side else "lat" if side in _OF_LATITUDE else "lon"
    return (-value if negative or side in _SOUTH_WEST else value), axis


def both(text: str) -> tuple[float, float] | None:
    """Read longitude and latitude from one text; Indonesia's bounds or the hemispheres say which is which.

    Examples
    --------
    >>> both("-6.8899, 109.6753"), both("109,6753 -6,8899"), both("-6,89,109,67"), both("12, 13")
    ((109.6753, -6.8899), (109.6753, -6.8899), (109.67, -6.89), None)
    """
    plain = text.strip().strip("()[]").strip()
    if len(plain) > _LONGEST:
        return None
    for words, short in _WORDS:
        plain = words.sub(short, plain)
    pieces = [cut.split(plain) for cut in _CUTS]
    quarters = plain.replace(" ", "").split(",")
    if len(quarters) == 4:  # noqa: PLR2004 - two numbers with decimal commas
        pieces.append([",".join(quarters[:2]), ",".join(quarters[2:])])
    for parts in pieces:
        if len(parts) == 2:  # noqa: PLR2004 - a pair
            read = [angle(part) for part in parts]
            found = _sorted_out(read[0], read[1])
            if found is not None:
                return found
    return None


def _sorted_out(first: tuple[float, str] | None, second: tuple[float, str] | None) -> tuple[float, float] | None:
    if first is None or second is None:
        return None
    for lon, lat in ((first, second), (second, first)):
        fits = lon[1] != "lat" and lat[1] != "lon"
        if fits and _LON[0] <= lon[0] <= _LON[1] and _LAT[0] <= lat[0] <= _LAT[1]:
            return lon[0], lat[0]
    return None
