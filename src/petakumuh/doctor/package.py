"""The findings as layers to zoom to in QGIS: one GeoPackage that brings its own style."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pandas as pd
import shapely
from geopandas import GeoDataFrame

from petakumuh.doctor.facts import told
from petakumuh.measure import LONLAT
from petakumuh.present.clock import EPOCH
from petakumuh.present.vector import geopackage
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from pathlib import Path

    from petakumuh.doctor.sheet import SheetFacts

__all__ = ["layers", "package"]

_COLOURS = {"galat": "176,0,32,255", "peringatan": "230,140,0,255", "catatan": "60,110,160,255"}
_FILLS = {"celah": "0,110,200,160", "tumpang_tindih": "200,0,120,160"}
_STYLE_TABLE = """
CREATE TABLE layer_styles (
 id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
 f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
 useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)"""
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"


def layers(sheet: SheetFacts, language: Language = "id") -> dict[str, GeoDataFrame]:
    """Lay out what can be zoomed to: every finding as a point (without geometry where it has no place), and the
    ground of overlaps and gaps.

    Returns
    -------
        ``temuan``; ``tumpang_tindih`` and ``celah`` where boundaries have any. All in EPSG:4326.
    """  # noqa: D205 - one sentence
    found_in = told(sheet.findings, language)
    places = [None if one is None or one.is_empty else shapely.point_on_surface(one) for one in found_in.geometry]
    found = {"temuan": found_in.set_geometry(GeoDataFrame(geometry=places, crs=LONLAT).geometry)}
    for name, part in (("tumpang_tindih", "overlaps"), ("celah", "gaps")):
        parts = [getattr(one.coverage, part).assign(sublapisan=one.name) for one in sheet.layers if one.coverage]
        if any(len(one) for one in parts):
            whole = GeoDataFrame(pd.concat([one for one in parts if len(one)], ignore_index=True), crs=LONLAT)
            found[name] = whole.assign(ids=[" + ".join(one) for one in whole["ids"]]).rename(columns={"ids": "id"})
    return found


def package(sheet: SheetFacts, path: Path, language: Language = "id") -> None:
    """Write the findings of a sheet as a GeoPackage with a style for each layer."""
    made = path if path.suffix == ".gpkg" else path.with_name(f"{path.name}.gpkg")  # else GDAL complains
    _write(layers(sheet, language), made, language)
    made.replace(path)


def _write(found: dict[str, GeoDataFrame], path: Path, language: Language) -> None:
    geopackage(found, path, {})
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(_STYLE_TABLE)
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES (?, ?, ?, ?)",
            ("layer_styles", "attributes", "layer_styles", EPOCH),
        )
        for name in found:
            style = _points(language) if name == "temuan" else _fill(_FILLS[name])
            base.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
                " styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time)"
                " VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', ?)",
                (name, name, style, name, EPOCH),
            )


def _points(language: Language) -> str:
    """Colour the findings by how grave they are."""
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="categorizedSymbol", attr="keparahan", enableorderby="0")
    categories, symbols = ET.SubElement(renderer, "categories"), ET.SubElement(renderer, "symbols")
    for at, (severity, colour) in enumerate(_COLOURS.items()):
        label = say(f"keparahan.{severity}", language)
        ET.SubElement(categories, "category", symbol=str(at), value=severity, label=label, render="true")
        options = {
            "name": "circle",
            "color": colour,
            "outline_color": "255,255,255,255",
            "size": "3",
            "size_unit": "MM",
        }
        _symbol(symbols, str(at), "marker", "SimpleMarker", options)
    return _text(root)


def _fill(colour: str) -> str:
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="singleSymbol", enableorderby="0")
    outline = colour.rpartition(",")[0] + ",255"
    options = {"color": colour, "style": "solid", "outline_color": outline, "outline_style": "solid"}
    _symbol(ET.SubElement(renderer, "symbols"), "0", "fill", "SimpleFill", options | {"outline_width": "0.6"})
    return _text(root)


def _symbol(symbols: ET.Element, name: str, kind: str, layer: str, options: dict[str, str]) -> None:
    """Write a symbol in both forms, so that every QGIS 3 reads one."""
    symbol = ET.SubElement(symbols, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1", force_rhr="0")
    part = ET.SubElement(symbol, "layer", {"class": layer, "enabled": "1", "locked": "0", "pass": "0"})
    mapped = ET.SubElement(part, "Option", type="Map")
    for key, value in options.items():
        ET.SubElement(mapped, "Option", name=key, value=value, type="QString")
    for key, value in options.items():
        ET.SubElement(part, "prop", k=key, v=value)


def _text(root: ET.Element) -> str:
    return _DOCTYPE + ET.tostring(root, encoding="unicode")
