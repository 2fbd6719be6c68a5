"""KML and KMZ, read from the XML: every folder, every attribute.

GDAL reads the first folder of a nested KML only when it is not asked by name, and drops the ExtendedData of
many. The format is small, so it is read here whole: one row per Placemark, wherever it stands.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING, NoReturn
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from petakumuh.errors import InputError
from petakumuh.measure import LONLAT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

__all__ = ["read_kml"]

_CONTAINERS = {"Folder", "Document"}
_NUMBERS = {"double", "float", "int", "uint", "short", "ushort"}
_MIN_RING = 3
_BROKEN = (ET.ParseError, zipfile.BadZipFile, zlib.error, LookupError, OSError, ValueError, RuntimeError)
"""What a broken, encrypted, endlessly nested or oddly encoded file raises from the standard library."""


class _NoDoctype(ET.TreeBuilder):
    """A KML has no DOCTYPE; one that does is an attack (entities), or no KML."""

    def doctype(self, name: str, *_: str | None) -> NoReturn:
        """Refuse the file."""
        raise ET.ParseError(f"DOCTYPE {name}")


def read_kml(path: Path) -> GeoDataFrame:
    """Read every Placemark of a KML or KMZ file.

    Parameters
    ----------
    path
        The file; of a KMZ every KML inside is read, ``doc.kml`` first.

    Returns
    -------
        In EPSG:4326, a row per Placemark in document order: ``lapisan`` (name of the folder that holds it),
        ``name``, ``description``, the ExtendedData, ``masalah`` (why its geometry is missing, or empty).

    Raises
    ------
    InputError
        When the file is no KML, or holds a DOCTYPE.
    """
    try:
        roots = [ET.fromstring(text, _parser()) for text in _contents(path)]  # noqa: S314 - by our parser
        rows = [_placemark(mark, layer) for root in roots for layer, mark in _placemarks(root, path.stem)]
    except _BROKEN as error:
        raise InputError("berkas_tak_terbaca", file=path, alasan=error) from error
    numbers = {
        one.get("name", "")
        for root in roots
        for one in _named(root.iter(), "SimpleField")
        if one.get("type") in _NUMBERS
    }
    table = pd.DataFrame(rows, columns=list(dict.fromkeys(key for row in rows for key in row)))
    for name in sorted(numbers & set(table.columns)):
        table[name] = pd.Series([_number(value) for value in table[name]], dtype=object)
    if "geometry" not in table:
        table = pd.DataFrame({"lapisan": [], "masalah": [], "geometry": []})
    return GeoDataFrame(table, geometry="geometry", crs=LONLAT)


def _number(value: object) -> object:
    """Read a field that the file's schema declares a number: plain decimal point, whatever the language."""
    try:
        return float(str(value))
    except ValueError:
        return value or None


def _parser() -> ET.XMLParser:
    """Give a parser to which a DOCTYPE, and with it every entity, is an error."""
    return ET.XMLParser(target=_NoDoctype())  # noqa: S314 - as above


def _contents(path: Path) -> list[bytes]:
    """Give the text of a KML, or of each KML in a KMZ, the main one first."""
    if not zipfile.is_zipfile(path):
        return [path.read_bytes()]
    with zipfile.ZipFile(path) as archive:
        inside = [name for name in archive.namelist() if name.lower().endswith(".kml")]
        if not inside:
            raise LookupError("tidak ada .kml di dalam arsip")
        return [archive.read(name) for name in sorted(inside, key=lambda name: (name.lower() != "doc.kml", name))]


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _named(elements: Any, tag: str) -> Iterator[ET.Element]:
    return (one for one in elements if _tag(one) == tag)


def _text(element: ET.Element, tag: str) -> str:
    found = next(_named(element, tag), None)
    return "" if found is None else "".join(found.itertext()).strip()


def _placemarks(element: ET.Element, layer: str) -> Iterator[tuple[str, ET.Element]]:
    for child in element:
        tag = _tag(child)
        if tag == "Placemark":
            yield layer, child
        elif tag in _CONTAINERS:
            yield from _placemarks(child, _text(child, "name") or layer)


def _placemark(mark: ET.Element, layer: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "lapisan": layer,
        "name": _text(mark, "name"),
        "description": _text(mark, "description"),
    }
    for extended in _named(mark, "ExtendedData"):
        row |= {one.get("name", ""): _text(one, "value") for one in _named(extended, "Data")}
        for one in _named(extended.iter(), "SimpleData"):
            row[one.get("name", "")] = "".join(one.itertext()).strip()
    shapes, problems = [], []
    for child in mark:
        try:
            shapes += _shapes(child)
        except ValueError as error:
            problems.append(str(error))
    row["lapisan"], row["masalah"] = layer, "; ".join(problems)
    row["geometry"] = None if problems or not shapes else _collected(shapes)
    return row


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


def _shapes(element: ET.Element) -> list[Any]:
    match _tag(element):
        case "MultiGeometry":
            return [shape for child in element for shape in _shapes(child)]
        case "Point":
            return [shapely.Point(_coordinates(element, 1)[0])]
        case "LineString":
            return [shapely.LineString(_coordinates(element, 2))]
        case "Polygon":
            outer = [ring for edge in _named(element, "outerBoundaryIs") for ring in _rings(edge)]
            holes = [ring for edge in _named(element, "innerBoundaryIs") for ring in _rings(edge)]
            if len(outer) != 1:
                raise ValueError(f"Polygon dengan {len(outer)} cincin luar")
            return [shapely.Polygon(outer[0], holes)]
        case "Track" | "MultiTrack" | "Model":
            raise ValueError(f"{_tag(element)} tidak didukung")
        case _:
            return []


def _rings(edge: ET.Element) -> list[NDArray[np.float64]]:
    return [_coordinates(ring, _MIN_RING) for ring in _named(edge, "LinearRing")]


def _coordinates(element: ET.Element, least: int) -> NDArray[np.float64]:
    """Parse ``lon,lat[,alt] ...``; a ring is closed by shapely where its last point does not repeat the first."""
    tuples = re.sub(r"\s*,\s*", ",", _text(element, "coordinates")).split()
    try:
        points = np.array([[float(part) for part in one.split(",")[:2]] for one in tuples])
    except ValueError as error:
        raise ValueError(f"koordinat tak terbaca: {error}") from error
    if not np.isfinite(points).all():
        raise ValueError("koordinat bukan bilangan")
    if points.ndim != 2 or points.shape[1] != 2 or len(np.unique(points, axis=0)) < least:  # noqa: PLR2004 - x, y
        raise ValueError(f"{len(tuples)} titik, perlu sedikitnya {least}")
    return points
