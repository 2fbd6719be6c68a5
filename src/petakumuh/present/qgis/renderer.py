"""A theme of the legend as a renderer of QGIS: graduated by size, or by category."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from petakumuh.present.legend import LEFT, NOT_COUNTED
from petakumuh.present.qgis.markup import literal, plain, real, storable
from petakumuh.present.qgis.symbols import symbol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from petakumuh.present.legend import Look, Theme

__all__ = ["PROGRAMME", "plain_renderer", "renderer"]

PROGRAMME = ("Status_akh", "kum_awal")
"""Columns of the programme's layer (KOTAKU): the class at the end, and that of the base year."""
_ATTRIBUTES = {
    "kumuh": "regexp_replace(lower(trim(\"tingkat\")), '^kumuh ', '')",
    "tahun": f'if("tertangani", coalesce("tahun_pertama", \'\'), {literal(LEFT)})',
    "jumlah_sektor": f'if("tertangani", to_string("jumlah_sektor"), {literal(LEFT)})',
    "penanganan": f'if("dihitung", "sektor", "sektor" || {literal(NOT_COUNTED)})',
    **{name: f"upper(trim(coalesce(\"{name}\", '')))" for name in PROGRAMME},
}
"""Theme -> what tells the key of a row where its column alone does not; `Theme.keys` says the same in Python."""
_NONE = -1.0
"""Stands for no size; shares are never below zero."""
_BRIM = 1e-6
"""A share summed from pieces may pass 100 by a rounding error."""


def renderer(theme: Theme) -> ET.Element:
    """Write the renderer of a theme; the classes stand in the order of the legend."""
    return _graduated(theme) if theme.bounds else _categorized(theme)


def plain_renderer(look: Look, *, fill: str = "") -> ET.Element:
    """Write a renderer that draws every row alike, or in the fill that an expression gives."""
    root = ET.Element("renderer-v2", type="singleSymbol", symbollevels="0", enableorderby="0", forceraster="0")
    symbol(ET.SubElement(root, "symbols"), "0", look, fill=fill)
    return root


def _root(kind: str, attribute: str, **more: str) -> ET.Element:
    settings = {"symbollevels": "0", "enableorderby": "0", "forceraster": "0"}
    return ET.Element("renderer-v2", {"type": kind, "attr": attribute} | settings | more)


def _symbols(root: ET.Element, classes: Mapping[str, Look]) -> None:
    symbols = ET.SubElement(root, "symbols")
    for at, look in enumerate(classes.values()):
        symbol(symbols, str(at), look)


def _categorized(theme: Theme) -> ET.Element:
    """Write one category a class; a key that XML cannot hold becomes the category of all other values."""
    root = _root("categorizedSymbol", _ATTRIBUTES.get(theme.name, theme.column))
    categories = ET.SubElement(root, "categories")
    for at, (key, look) in enumerate(theme.classes.items()):
        value = key if storable(key) == key else ""
        told = {"value": value, "type": "string", "label": plain(look.label), "symbol": str(at), "render": "true"}
        ET.SubElement(categories, "category", told)
    _symbols(root, theme.classes)
    return root


def _graduated(theme: Theme) -> ET.Element:
    """Write one range a class; rows without a size have a range of their own, or they would not be drawn."""
    root = _root("graduatedSymbol", f'coalesce("{theme.column}", {_NONE})', graduatedMethod="GraduatedColor")
    lower = dict(zip(theme.bounds, (0.0, *theme.bounds), strict=False))
    ranges = ET.SubElement(root, "ranges")
    for at, (key, look) in enumerate(theme.classes.items()):
        upper = float(key) if key else _NONE
        brim = _BRIM if upper == theme.bounds[-1] else 0.0
        told = {"lower": real(lower[upper] if key else _NONE), "upper": real(upper + brim)}
        ET.SubElement(ranges, "range", told | {"label": plain(look.label), "symbol": str(at), "render": "true"})
    _symbols(root, theme.classes)
    return root
