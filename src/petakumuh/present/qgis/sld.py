"""A theme of the legend as SLD 1.1, for GeoServer and other programs than QGIS."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from petakumuh.present.legend import LEFT, NOT_COUNTED
from petakumuh.present.qgis.markup import real, storable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame

    from petakumuh.present.legend import Look, Theme

__all__ = ["sld"]

_SLD, _SE = "http://www.opengis.net/sld", "http://www.opengis.net/se"
_OGC = "http://www.opengis.net/ogc"
_PIXEL_MM = 0.28
"""A pixel of the standard."""
_HATCHES = {
    "miring": "shape://slash",
    "miring_balik": "shape://backslash",
    "silang_miring": "shape://times",
    "datar": "shape://horline",
    "tegak": "shape://vertline",
    "silang": "shape://plus",
    "titik": "shape://dot",
}
_MARKERS = {"segitiga": "triangle", "belah_ketupat": "square", "lingkaran": "circle"}
_FLAGS = {"tahun": "tertangani", "jumlah_sektor": "tertangani", "penanganan": "dihitung"}
"""Theme -> the column of truth values that tells its classes besides its own."""


def sld(theme: Theme, rows: GeoDataFrame) -> str:
    """Write the style of a layer: a rule for each class, told by the values that its rows have.

    Parameters
    ----------
    theme
        What tells the classes.
    rows
        The layer that it paints.
    """
    root = ET.Element(
        "StyledLayerDescriptor",
        {"version": "1.1.0", "xmlns": _SLD, "xmlns:se": _SE, "xmlns:ogc": _OGC},
    )
    layer = ET.SubElement(root, "NamedLayer")
    ET.SubElement(layer, "se:Name").text = theme.layer
    style = ET.SubElement(ET.SubElement(layer, "UserStyle"), "se:FeatureTypeStyle")
    keys = theme.keys(rows)
    for key, look in theme.classes.items():
        rule = ET.SubElement(style, "se:Rule")
        ET.SubElement(rule, "se:Name").text = storable(look.label)
        ET.SubElement(ET.SubElement(rule, "se:Description"), "se:Title").text = storable(look.label)
        _filter(ET.SubElement(rule, "ogc:Filter"), theme, key, rows[(keys == key).to_numpy()])
        _symbolizers(rule, look)
    ET.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _filter(parent: ET.Element, theme: Theme, key: str, rows: GeoDataFrame) -> None:
    if theme.bounds:
        _between(parent, theme, key)
        return
    flag = _FLAGS.get(theme.name)
    if flag is not None:
        counted = not (key == LEFT or key.endswith(NOT_COUNTED))
        parent = ET.SubElement(parent, "ogc:And") if key != LEFT else parent
        _compare(parent, "PropertyIsEqualTo", flag, "true" if counted else "false")
        if key == LEFT:
            return
    values = sorted({storable(str(one)) for one in rows[theme.column].dropna()})
    tests = len(values) + bool(rows[theme.column].isna().any())
    parent = ET.SubElement(parent, "ogc:Or") if tests > 1 else parent
    for value in values:
        _compare(parent, "PropertyIsEqualTo", theme.column, value)
    if tests > len(values):
        ET.SubElement(ET.SubElement(parent, "ogc:PropertyIsNull"), "ogc:PropertyName").text = theme.column


def _between(parent: ET.Element, theme: Theme, key: str) -> None:
    """Tell a class by size: above the bound before it, up to its own; the last has no upper bound."""
    if not key:
        ET.SubElement(ET.SubElement(parent, "ogc:PropertyIsNull"), "ogc:PropertyName").text = theme.column
        return
    at = theme.bounds.index(float(key))
    tests = [("PropertyIsGreaterThan", theme.bounds[at - 1])] if at else [("PropertyIsGreaterThanOrEqualTo", 0.0)]
    tests += [("PropertyIsLessThanOrEqualTo", theme.bounds[at])] if at < len(theme.bounds) - 1 else []
    parent = ET.SubElement(parent, "ogc:And") if len(tests) > 1 else parent
    for test, bound in tests:
        _compare(parent, test, theme.column, real(bound))


def _compare(parent: ET.Element, test: str, column: str, value: str) -> None:
    made = ET.SubElement(parent, f"ogc:{test}")
    ET.SubElement(made, "ogc:PropertyName").text = column
    ET.SubElement(made, "ogc:Literal").text = value


def _symbolizers(rule: ET.Element, look: Look) -> None:
    """Draw a class: its fill, its hatch above that, its outline; or a marker."""
    if look.marker:
        graphic = ET.SubElement(ET.SubElement(rule, "se:PointSymbolizer"), "se:Graphic")
        _mark(graphic, _MARKERS[look.marker], look)
        ET.SubElement(graphic, "se:Size").text = "11"
        if look.marker == "belah_ketupat":
            ET.SubElement(graphic, "se:Rotation").text = "45"
        return
    if look.fill or look.line:
        drawn = ET.SubElement(rule, "se:PolygonSymbolizer")
        if look.fill:
            _parameters(drawn, "fill", {"fill": look.fill, "fill-opacity": real(look.opacity)})
        if look.line:
            _parameters(drawn, "stroke", dict(_stroke(look)))
    if look.hatch:
        fill = ET.SubElement(ET.SubElement(rule, "se:PolygonSymbolizer"), "se:Fill")
        graphic = ET.SubElement(ET.SubElement(fill, "se:GraphicFill"), "se:Graphic")
        mark = ET.SubElement(graphic, "se:Mark")
        ET.SubElement(mark, "se:WellKnownName").text = _HATCHES[look.hatch]
        _parameters(mark, "stroke", {"stroke": look.hatch_color or look.line or "#000000", "stroke-width": "0.8"})
        ET.SubElement(graphic, "se:Size").text = "6"


def _mark(graphic: ET.Element, name: str, look: Look) -> None:
    mark = ET.SubElement(graphic, "se:Mark")
    ET.SubElement(mark, "se:WellKnownName").text = name
    _parameters(mark, "fill", {"fill": look.fill or "#FFFFFF"})
    _parameters(mark, "stroke", dict(_stroke(look)))


def _stroke(look: Look) -> Iterator[tuple[str, str]]:
    yield "stroke", look.line or "#000000"
    yield "stroke-width", real(round(look.width / _PIXEL_MM, 2))
    if look.dash:
        yield "stroke-dasharray", " ".join(real(round(one / _PIXEL_MM, 2)) for one in look.dash)


def _parameters(parent: ET.Element, kind: str, values: dict[str, str]) -> None:
    made = ET.SubElement(parent, f"se:{kind.capitalize()}")
    for name, value in values.items():
        ET.SubElement(made, "se:SvgParameter", name=name).text = value
