"""The map for Google Earth: the legend's colours, a folder for each layer and class, a table for each feature.

KML knows no hatches: what is hatched on other maps is a thin veil in the colour of its hatch here.
"""

from __future__ import annotations

import html
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_bool_dtype, is_float_dtype, is_integer_dtype, is_numeric_dtype

from petakumuh.measure import LONLAT
from petakumuh.present.exchange.columns import inert, portable
from petakumuh.present.imprint import title
from petakumuh.present.layers import about, layers
from petakumuh.present.legend import themes
from petakumuh.present.qgis.fields import aliases, decimals
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame, GeoSeries
    from pandas import DataFrame, Series

    from petakumuh.model import Result
    from petakumuh.present.legend import Look, Theme

__all__ = ["write"]

_SPACE = "http://www.opengis.net/kml/2.2"
_DECIMALS = 6
"""Of a degree: a decimetre, finer than any picture below it."""
_VEIL = 0.35
_PIXELS_PER_MM = 3.8
_SHOWN = ("kelurahan", "kumuh", "tahun", "skor", "penanganan", "temuan")
"""Themes in the order of the folders; a layer is in the map once."""
_OPEN = {"kelurahan", "tahun"}
"""Switched on when the map opens: of layers on the same ground one, or Google Earth mixes their colours."""
_UNDERLAY = 0.35
"""How much of its colour a kelurahan keeps, so that the picture of the ground is seen below."""
_HECTARES = ("luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha")
_TOLD: Mapping[str, tuple[str, ...]] = {
    "kelurahan": ("nama", "kelurahan_id", "kecamatan", "kabupaten_kota", *_HECTARES),
    "kumuh": ("nama", "kumuh_id", "kelurahan", "kecamatan", "tingkat", "luas_sk_ha", *_HECTARES),
    "bidang": (
        *("kumuh", "kumuh_id", "kelurahan", "tertangani", "tahun_pertama", "jumlah_sektor"),
        *("luas_ha", "luas_geodesik_ha", "luas_tm3_ha"),
    ),
    "skor": (
        *("nama", "kumuh_id", "kelurahan", "rtrw", "tingkat_awal", "tingkat_akhir"),
        *("total_awal", "total_akhir", "pengurangan_ha"),
    ),
    "penanganan": (
        *("nama", "penanganan_id", "sektor", "tahun", "status", "opd", "sumber_dana", "biaya"),
        "luas_di_kumuh_ha",
    ),
    "temuan": ("pesan", "keparahan", "aturan", "berkas", "id", "luas_ha"),
}
"""Layer -> the columns that a balloon tells, the name of the feature first."""
_ORDER = (
    "name", "visibility", "description", "styleUrl", "ExtendedData", "Point", "Polygon", "MultiGeometry",
)  # fmt: skip
_POINT = 0


def write(run: Result, path: Path, language: Language) -> None:
    """Write the map, longitude and latitude on WGS 84."""
    shapes, known = layers(run, language), themes(run, language)
    root = ET.Element("kml", xmlns=_SPACE)
    document = ET.SubElement(root, "Document")
    _said(document, "name", title(run, language))
    lines = [html.escape(inert(one)) for one in about(run, language).values()]
    _said(document, "description", "<br/>".join(lines))
    for name in _SHOWN:
        if name in known:
            _layer(document, known[name], portable(shapes[known[name].layer]).rows, language)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _said(parent: ET.Element, tag: str, words: object) -> ET.Element:
    made = ET.SubElement(parent, tag)
    made.text = inert(words)
    return made


def _layer(document: ET.Element, theme: Theme, rows: GeoDataFrame, language: Language) -> None:
    """Write the styles of a theme, the columns of its layer, and a folder with one for each class."""
    columns = [name for name in _TOLD[theme.layer] if name in rows]
    marks = _placemarks(rows, columns, theme.layer, language)
    keys = theme.keys(rows).tolist()
    _schema(document, theme.layer, rows[_kept(rows[columns])], language)
    thin = _UNDERLAY if theme.name == "kelurahan" else 1.0
    for at, look in enumerate(replace(one, opacity=one.opacity * thin) for one in theme.classes.values()):
        _style(document, f"{theme.name}-{at}", look, point=theme.layer == "temuan")
    folder = _folder(document, theme.title, shown=theme.name in _OPEN)
    for at, (key, look) in enumerate(theme.classes.items()):
        single = len(theme.classes) == 1
        within = folder if single else _folder(folder, look.label, shown=theme.name in _OPEN)
        for mark in (one for one, own in zip(marks, keys, strict=True) if own == key):
            if theme.name not in _OPEN:
                _said(mark, "visibility", 0)
            _said(mark, "styleUrl", f"#{theme.name}-{at}")
            # The order of the standard: what is said of a feature, its style, its data, its shape.
            mark[:] = sorted(mark, key=lambda one: _ORDER.index(one.tag))
            within.append(mark)


def _folder(parent: ET.Element, name: str, *, shown: bool) -> ET.Element:
    made = ET.SubElement(parent, "Folder")
    _said(made, "name", name)
    _said(made, "visibility", int(shown))
    return made


def _schema(document: ET.Element, layer: str, rows: GeoDataFrame, language: Language) -> None:
    schema = ET.SubElement(document, "Schema", name=layer, id=f"kolom-{layer}")
    names = aliases(rows, language)
    for column in rows.columns:
        field = ET.SubElement(schema, "SimpleField", type=_kind(rows[column]), name=column)
        _said(field, "displayName", names[column])


def _kind(values: Series[Any]) -> str:
    if is_bool_dtype(values):
        return "bool"
    if is_integer_dtype(values):
        return "int"
    return "double" if is_float_dtype(values) else "string"


def _style(document: ET.Element, name: str, look: Look, *, point: bool) -> None:
    """Write how a class looks. A balloon shows the description alone: a name from data never runs in it."""
    style = ET.SubElement(document, "Style", id=name)
    if point:
        icon = ET.SubElement(style, "IconStyle")
        _said(icon, "color", _colour(look.fill or look.line or "#000000", 1.0))
    line = ET.SubElement(style, "LineStyle")
    _said(line, "color", _colour(look.line or look.fill or "#000000", 1.0 if look.line else 0.0))
    _said(line, "width", f"{max(look.width * _PIXELS_PER_MM, 1.0):.1f}")
    ground = ET.SubElement(style, "PolyStyle")
    veil = look.fill is None and look.hatch_color is not None
    colour = look.hatch_color if veil else look.fill
    _said(ground, "color", _colour(colour or "#FFFFFF", _VEIL if veil else look.opacity if colour else 0.0))
    _said(ground, "fill", int(colour is not None))
    _said(ET.SubElement(style, "BalloonStyle"), "text", "$[description]")


def _colour(colour: str, opacity: float) -> str:
    """Write a colour as KML does: opacity, blue, green, red.

    Examples
    --------
    >>> _colour("#FF5500", 0.5)
    '800055ff'
    """
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{round(opacity * 255):02x}{blue}{green}{red}".lower()


def _placemarks(rows: GeoDataFrame, columns: list[str], layer: str, language: Language) -> list[ET.Element]:
    """Write each feature: what it is called, its table for the eye and for programs, its shape."""
    names, kept = aliases(rows[columns], language), _kept(rows[columns])
    raw = {name: [_value(one) for one in rows[name].tolist()] for name in columns}
    read = {html.escape(names[name]): _readable(rows[name], decimals(name), language) for name in columns}
    marks = []
    for at, shape in enumerate(_shapes(rows.geometry)):
        mark = ET.Element("Placemark")
        _said(mark, "name", raw[columns[0]][at])
        told = "".join(f"<tr><td>{name}</td><td>{values[at]}</td></tr>" for name, values in read.items())
        _said(mark, "description", f"<table>{told}</table>")
        data = ET.SubElement(ET.SubElement(mark, "ExtendedData"), "SchemaData", schemaUrl=f"#kolom-{layer}")
        for name in kept:
            if raw[name][at]:
                ET.SubElement(data, "SimpleData", name=name).text = raw[name][at]
        if shape is not None:
            mark.append(shape)
        marks.append(mark)
    return marks


def _kept(rows: DataFrame) -> list[str]:
    """List the columns that programs read too: keys and numbers; words stand in the table for the eye alone."""
    return [name for name in map(str, rows) if name.endswith("id") or is_numeric_dtype(rows[name])]


def _value(value: Any) -> str:
    """Write a value for programs; a missing one is nothing."""
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return str(int(value)) if isinstance(value, bool) else inert(value)


def _readable(values: Series[Any], places: int, language: Language) -> list[str]:
    """Write values for the eye, as HTML in which nothing from data is more than text."""
    if is_bool_dtype(values):
        return [say("umum.ya" if one else "umum.tidak", language) for one in values]
    if is_float_dtype(values):
        return [number(one, places, language) for one in values]
    # Google Earth fills in what stands in $[...].
    return [html.escape(_value(one)).replace("$", "&#36;") for one in values.tolist()]


def _shapes(places: GeoSeries) -> list[ET.Element | None]:
    """Write shapes in degrees, outer rings counter-clockwise."""
    shapes = shapely.orient_polygons(np.asarray(places.to_crs(LONLAT).array, dtype=object))
    parts, owner = shapely.get_parts(shapes, return_index=True)
    found: list[list[ET.Element]] = [[] for _ in shapes]
    rings, part = shapely.get_rings(parts, return_index=True)
    drawn = iter(zip(part.tolist(), _coordinates(rings), strict=True))
    ahead = next(drawn, None)
    for at, (kind, of) in enumerate(zip(shapely.get_type_id(parts).tolist(), owner.tolist(), strict=True)):
        if kind == _POINT:
            made = ET.Element("Point")
            _said(made, "coordinates", _coordinates(parts[at : at + 1])[0])
        else:
            made = ET.Element("Polygon")
        while ahead is not None and ahead[0] == at:
            around = ET.SubElement(made, "innerBoundaryIs" if len(made) else "outerBoundaryIs")
            ET.SubElement(ET.SubElement(around, "LinearRing"), "coordinates").text = ahead[1]
            ahead = next(drawn, None)
        found[of].append(made)
    return [_together(several) for several in found]


def _together(several: list[ET.Element]) -> ET.Element | None:
    if len(several) < 2:  # noqa: PLR2004 - one alone needs nothing around it
        return several[0] if several else None
    whole = ET.Element("MultiGeometry")
    whole.extend(several)
    return whole


def _coordinates(lines: Any) -> list[str]:
    """Write points as KML does: ``x,y x,y``."""
    written = shapely.to_wkt(lines, rounding_precision=_DECIMALS, trim=True)
    return [one[one.index("(") + 1 : -1].replace(", ", ";").replace(" ", ",").replace(";", " ") for one in written]
