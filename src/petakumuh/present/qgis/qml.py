"""A theme of the legend as a style of QGIS (QML): for a table of a GeoPackage, or a file beside a GeoJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from petakumuh.present.qgis.fields import described, map_tip
from petakumuh.present.qgis.labels import Names, labeling
from petakumuh.present.qgis.markup import document
from petakumuh.present.qgis.renderer import renderer

if TYPE_CHECKING:
    from pandas import DataFrame

    from petakumuh.present.legend import Theme
    from petakumuh.text import Language

__all__ = ["dressed", "qml"]


def qml(theme: Theme, rows: DataFrame, language: Language, *, names: Names | None = None) -> str:
    """Write the style of a layer as QGIS keeps it: legend, names of columns, formats, labels, tips.

    Parameters
    ----------
    theme
        What tells the classes.
    rows
        The layer that it paints.
    language
        Of names and tips.
    names
        What is written on the map, if anything.
    """
    parts = {"styleCategories": "Symbology|Labeling|Fields|Forms|MapTips", "labelsEnabled": str(int(bool(names)))}
    root = ET.Element("qgis", {"version": "3.22.0"} | parts)
    dressed(root, theme.layer, renderer(theme), rows, language, names=names)
    return document(root)


def dressed(
    parent: ET.Element,
    layer: str,
    drawn: ET.Element,
    rows: DataFrame,
    language: Language,
    *,
    names: Names | None = None,
) -> None:
    """Write what a style and a layer of a project have in common."""
    parent.append(drawn)
    if names is not None:
        parent.append(labeling(names))
    described(parent, rows, language)
    ET.SubElement(parent, "mapTip", enabled="1").text = map_tip(layer, rows, language)
    ET.SubElement(parent, "layerGeometryType").text = "0" if layer == "temuan" else "2"
