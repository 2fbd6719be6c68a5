"""KML and KMZ, read from the XML: every folder, every attribute.

GDAL reads the first folder of a nested KML only when it is not asked by name, and drops the ExtendedData of
many. The format is small, so it is read here whole: one row per Placemark, wherever it stands.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from petakumuh.errors import InputError
from petakumuh.measure import LONLAT
from petakumuh.read.raw import BATCH_ROWS, Note
from petakumuh.read.rows import batch, require_few, told
from petakumuh.read.shapes.rings import CLOSED, NOT_FINITE, closed
from petakumuh.read.vector.balloon import attributes
from petakumuh.read.vector.kml_file import documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any
    from xml.etree.ElementTree import Element

    from numpy.typing import NDArray

    from petakumuh.read.raw import Limits, Reading

__all__ = ["read_kml"]

_CONTAINERS = {"Folder", "Document"}
_PICTURES = {"GroundOverlay", "ScreenOverlay", "PhotoOverlay"}
_NUMBERS = {"double", "float", "int", "uint", "short", "ushort"}
_MIN_RING = 3
_MORE = ("address", "phoneNumber", "Snippet", "snippet")
_TIMES = ("when", "begin", "end")


@dataclass
class _Mark:
    """One Placemark as it was read."""

    baris: str
    values: dict[str, Any]
    shape: Any = None
    masalah: str = ""
    listed: bool = False
    """Whether its description gave attributes."""
    said: dict[str, None] = field(default_factory=dict)
    """What was mended, and ``tinggi`` where it has heights above zero."""


def read_kml(path: Path, limits: Limits) -> Reading:
    """Read every Placemark of a KML or KMZ file.

    Parameters
    ----------
    path
        The file; of a KMZ every KML inside is read, ``doc.kml`` first.
    limits
        How far it may go.

    Yields
    ------
        In EPSG:4326, a layer per name of a folder, in the order in which they first hold something: ``folder``
        (the names of the folders around it, ``A/B``), ``name``, ``description`` without tags, the ExtendedData,
        and the attributes that its description lists. ``baris`` is the place in the document, from 0.

    Raises
    ------
    InputError
        When the file is no KML, holds a DOCTYPE, or its folders or bytes go beyond the limits.
    """
    layers: dict[str, list[_Mark]] = {}
    numbers: set[str] = set()
    count, bare = 0, list[str]()
    for name, root, notes in documents(path, limits):
        yield from notes
        yield from _left_aside(root)
        bare += [
            _text(one, "name") or "–" for top in root for one in top.iter() if one is not top and _is_bare(one)
        ]
        numbers |= {
            one.get("name", "")
            for one in _named(root.iter(), "SimpleField")
            if one.get("type", "").lower() in _NUMBERS
        }
        for folders, element in _placemarks(root, (), path, limits.depth):
            layers.setdefault(folders[-1] if folders else name, []).append(
                _placemark(element, folders, str(count), limits.depth)
            )
            count += 1
    if bare:
        yield Note(
            "lapisan_kosong", "catatan", values={"jumlah": len(bare), "nama": ", ".join(dict.fromkeys(bare))}
        )
    for name, marks in layers.items():
        keys = {key for mark in marks for key in mark.values}
        require_few(keys, min(len(marks), BATCH_ROWS), path, limits)
        yield from _layer(name, marks, numbers)


def _is_bare(element: Element) -> bool:
    """Whether an element is a folder that holds no Placemark of its own: empty, or folders only."""
    return _tag(element) in _CONTAINERS and not any(_tag(child) == "Placemark" for child in element)


def _layer(name: str, marks: list[_Mark], numbers: set[str]) -> Reading:
    """Give one folder's rows, and what is to be noted about them."""
    keys = dict.fromkeys(key for mark in marks for key in mark.values)
    for start in range(0, len(marks), BATCH_ROWS):
        some = marks[start : start + BATCH_ROWS]
        columns = {
            key: [_number(one) for one in values] if key in numbers else values
            for key in keys
            for values in [[mark.values.get(key) for mark in some]]
        }
        yield batch(
            name,
            columns,
            [mark.shape for mark in some],
            baris=[mark.baris for mark in some],
            masalah=[mark.masalah for mark in some],
            perbaikan=[CLOSED if CLOSED in mark.said else "" for mark in some],
            crs=LONLAT,
        )
    yield from told(name, keys)
    high = sum("tinggi" in mark.said for mark in marks)
    if high:
        yield Note("dimensi_dibuang", "catatan", name, action="diperbaiki", values={"jumlah": high})
    listed = sum(mark.listed for mark in marks)
    if listed:
        yield Note("kml_atribut_keterangan", "catatan", name, values={"jumlah": listed})


def _left_aside(root: Element) -> Iterator[Note]:
    """Note what a KML points to and is not fetched."""
    for one in root.iter():
        tag = _tag(one)
        if tag == "NetworkLink" or tag in _PICTURES:
            href = next((_plain(inner) for inner in _named(one.iter(), "href")), "") or "–"
            values = {"nama": _text(one, "name") or "–", "tautan": href}
            if tag == "NetworkLink":
                yield Note("kml_tautan", "peringatan", values=values)
            else:
                yield Note("kml_gambar", "catatan", values=values)


def _number(value: object) -> object:
    """Read a field that the file's schema declares a number: plain decimal point, no digit and no zero lost."""
    text = str(value)
    try:
        if text.isdecimal():
            return int(text) if str(int(text)) == text else text
        return float(text)
    except ValueError:
        return value or None


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _named(elements: Any, tag: str) -> Iterator[Element]:
    return (one for one in elements if _tag(one) == tag)


def _plain(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _text(element: Element, tag: str) -> str:
    found = next(_named(element, tag), None)
    return "" if found is None else _plain(found)


def _placemarks(
    element: Element, folders: tuple[str, ...], path: Path, deep: int
) -> Iterator[tuple[tuple[str, ...], Element]]:
    """Walk through the folders; each Placemark with the names of those around it."""
    if deep < 0:
        raise InputError("kml_dalam", file=path, folder="/".join(folders[:3]) or "–")
    for child in element:
        tag = _tag(child)
        if tag == "Placemark":
            yield folders, child
        elif tag in _CONTAINERS:
            name = _text(child, "name")
            yield from _placemarks(child, (*folders, name) if name else folders, path, deep - 1)


def _placemark(mark: Element, folders: tuple[str, ...], baris: str, deep: int) -> _Mark:
    """Read one Placemark; what cannot be read of its geometry is its reason to have none."""
    plain, listed = attributes(_text(mark, "description"))
    values: dict[str, Any] = {"folder": "/".join(folders), "name": _text(mark, "name"), "description": plain}
    values |= {tag: text for tag in _MORE if (text := _text(mark, tag))}
    values |= {_tag(one): _plain(one) for when in mark for one in when if _tag(one) in _TIMES}
    times: Counter[str] = Counter()
    for key, value in _extended(mark):
        _put(values, key, value, times)
    new = {key: value for key, value in listed.items() if key not in values}
    done = _Mark(baris, values | new, listed=bool(new))
    shapes, problems = [], []
    for child in mark:
        try:
            shapes += _shapes(child, done.said, deep)
        except ValueError as error:
            problems.append(str(error))
    done.masalah = "; ".join(problems)
    done.shape = None if problems or not shapes else _collected(shapes)
    return done


def _extended(mark: Element) -> Iterator[tuple[str, str]]:
    """Give the ExtendedData: named values, values of a schema, and elements of other namespaces."""
    for extended in _named(mark, "ExtendedData"):
        for one in extended:
            match _tag(one):
                case "Data":
                    yield one.get("name", ""), _text(one, "value")
                case "SchemaData":
                    for inner in _named(one.iter(), "SimpleData"):
                        yield inner.get("name", ""), _plain(inner)
                case tag:
                    yield tag, _plain(one)


def _put(values: dict[str, Any], key: str, value: str, times: Counter[str]) -> None:
    """Set an attribute; where several of one name differ all are kept."""
    key = free = "folder_" if key == "folder" else key
    while values.get(free, "") not in ("", value):
        times[key] += 1
        free = f"{key}_{times[key] + 1}"
    values[free] = value


def _collected(shapes: list[Any]) -> Any:
    """One shape as it is; several of one kind as that kind's multi; a mixture as a collection."""
    if len(shapes) == 1:
        return shapes[0]
    makers = {
        "Polygon": shapely.multipolygons,
        "LineString": shapely.multilinestrings,
        "Point": shapely.multipoints,
    }
    kinds = {shape.geom_type for shape in shapes}
    return makers[kinds.pop()](shapes) if len(kinds) == 1 else shapely.geometrycollections(shapes)


def _shapes(element: Element, said: dict[str, None], deep: int) -> list[Any]:
    if deep < 0:
        raise ValueError("bersarang_terlalu_dalam")
    match _tag(element):
        case "MultiGeometry":
            return [shape for child in element for shape in _shapes(child, said, deep - 1)]
        case "Point":
            place = _coordinates(element, 1, said)
            if len(place) > 1:
                raise ValueError(f"Point dengan {len(place)} koordinat")
            return [shapely.Point(place[0])]
        case "LineString":
            return [shapely.LineString(_coordinates(element, 2, said))]
        case "LinearRing":
            return [shapely.LineString(_ring(element, said))]
        case "Polygon":
            outer = [ring for edge in _named(element, "outerBoundaryIs") for ring in _rings(edge, said)]
            holes = [ring for edge in _named(element, "innerBoundaryIs") for ring in _rings(edge, said)]
            if len(outer) != 1:
                raise ValueError(f"Polygon dengan {len(outer)} cincin luar")
            return [shapely.Polygon(outer[0], holes)]
        case "Track" | "MultiTrack" | "Model":
            raise ValueError(f"{_tag(element)} tidak didukung")
        case _:
            return []


def _rings(edge: Element, said: dict[str, None]) -> list[NDArray[np.float64]]:
    return [_ring(ring, said) for ring in _named(edge, "LinearRing")]


def _ring(element: Element, said: dict[str, None]) -> NDArray[np.float64]:
    ring, mended = closed(_coordinates(element, _MIN_RING, said))
    if mended:
        said[CLOSED] = None
    return ring


def _coordinates(element: Element, least: int, said: dict[str, None]) -> NDArray[np.float64]:
    """Parse ``lon,lat[,alt] ...``."""
    text = " ".join(_text(element, "coordinates").split())
    tuples = [one.split(",") for one in text.replace(" ,", ",").replace(", ", ",").split()]
    try:
        points = np.array([[float(part) for part in one[:2]] for one in tuples])
    except ValueError as error:
        raise ValueError(f"koordinat tak terbaca: {error}") from error
    if not np.isfinite(points).all():
        raise ValueError(NOT_FINITE)
    if points.ndim != 2 or points.shape[1] != 2 or len(np.unique(points, axis=0)) < least:  # noqa: PLR2004 - x, y
        raise ValueError(f"{len(tuples)} titik, perlu sedikitnya {least}")
    if any(one.strip("+-0.eE") for one in {part for one in tuples for part in one[2:3]}):
        said["tinggi"] = None
    return points
