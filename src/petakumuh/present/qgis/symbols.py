"""How a class looks, as the symbols of QGIS: fills, hatches and outlines in millimetres, and markers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from petakumuh.present.qgis.markup import data_defined, options, real, rgba

if TYPE_CHECKING:
    from petakumuh.present.legend import Look

__all__ = ["HATCHES", "flat", "symbol"]

HATCHES: dict[str, tuple[float, ...]] = {
    "miring": (45.0,),
    "miring_balik": (135.0,),
    "silang_miring": (45.0, 135.0),
    "datar": (0.0,),
    "tegak": (90.0,),
    "silang": (0.0, 90.0),
}
"""Hatch -> the angles of its lines, from the horizontal."""
_SPACING, _STROKE, _DOT = "1.5", "0.22", "0.55"
_MARKERS = {"segitiga": "triangle", "belah_ketupat": "diamond", "lingkaran": "circle"}
_MARKER_MM = "3.4"


def symbol(parent: ET.Element, name: str, look: Look, *, fill: str = "") -> None:
    """Write the symbol of a class of ground, in the fill that an expression gives, or of points with a marker."""
    if look.marker:
        _marker(_empty(parent, name, "marker"), look)
        return
    made = _empty(parent, name, "fill")
    dashed = bool(look.dash)
    ground = _fill(made, look, outlined=not dashed)
    if fill:
        data_defined(ground, "data_defined_properties", {"fillColor": fill})
    if look.hatch:
        _hatch(made, look)
    if dashed and look.line:
        _dashes(made, look)


def flat(parent: ET.Element, fill: str | None, line: str | None = None, width: float = 0.2) -> None:
    """Write the unnamed symbol of one fill and outline, as parts of a layout want it."""
    made = _empty(parent, "", "fill")
    values = {"color": rgba(fill or "#FFFFFF"), "style": "solid" if fill else "no"}
    _layer(made, "SimpleFill", values | _outline(line, width))


def _empty(parent: ET.Element, name: str, kind: str) -> ET.Element:
    return ET.SubElement(parent, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1", force_rhr="0")


def _layer(parent: ET.Element, kind: str, values: dict[str, str]) -> ET.Element:
    made = ET.SubElement(parent, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    options(made, values)
    return made


def _outline(line: str | None, width: float) -> dict[str, str]:
    return {
        "outline_color": rgba(line or "#000000"),
        "outline_style": "solid" if line else "no",
        "outline_width": real(width),
        "outline_width_unit": "MM",
        "joinstyle": "round",
    }


def _fill(parent: ET.Element, look: Look, *, outlined: bool) -> ET.Element:
    values = {"color": rgba(look.fill or "#FFFFFF", look.opacity), "style": "solid" if look.fill else "no"}
    return _layer(parent, "SimpleFill", values | _outline(look.line if outlined else None, look.width))


def _hatch(parent: ET.Element, look: Look) -> None:
    """Rule the ground with lines or dots of a fixed width on paper; brushes of the screen go grey in print."""
    colour = rgba(look.hatch_color or look.line or "#000000")
    if look.hatch == "titik":
        spread = {f"distance_{axis}": _SPACING for axis in "xy"} | {"displacement_x": real(float(_SPACING) / 2)}
        units = {f"{one}_unit": "MM" for one in ("distance_x", "distance_y", "displacement_x")}
        dots = _layer(parent, "PointPatternFill", spread | units)
        values = {"name": "circle", "color": colour, "outline_style": "no", "size": _DOT, "size_unit": "MM"}
        _layer(_empty(dots, f"@{parent.get('name')}@1", "marker"), "SimpleMarker", values)
        return
    for at, angle in enumerate(HATCHES[look.hatch], 1):
        lines = _layer(
            parent,
            "LinePatternFill",
            {"angle": real(angle), "distance": _SPACING, "distance_unit": "MM", "color": colour},
        )
        values = {"line_color": colour, "line_width": _STROKE, "line_width_unit": "MM", "line_style": "solid"}
        _layer(_empty(lines, f"@{parent.get('name')}@{at}", "line"), "SimpleLine", values)


def _dashes(parent: ET.Element, look: Look) -> None:
    """Draw an outline in dashes of its own lengths; the outline of a fill knows none."""
    values = {
        "line_color": rgba(look.line or "#000000"),
        "line_width": real(look.width),
        "line_width_unit": "MM",
        "line_style": "solid",
        "use_custom_dash": "1",
        "customdash": ";".join(real(one) for one in look.dash),
        "customdash_unit": "MM",
        "capstyle": "flat",
        "joinstyle": "round",
    }
    _layer(parent, "SimpleLine", values)


def _marker(parent: ET.Element, look: Look) -> None:
    values = {
        "name": _MARKERS[look.marker],
        "color": rgba(look.fill or "#FFFFFF", look.opacity),
        "size": _MARKER_MM,
        "size_unit": "MM",
    }
    _layer(parent, "SimpleMarker", values | _outline(look.line, look.width))
