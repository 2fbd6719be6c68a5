"""Names on the map, in the halo that lets them stand on any colour: in lines, and cut where they are long."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET

from petakumuh.present.qgis.markup import real, rgba

__all__ = ["FONT", "Names", "families", "labeling", "shortened"]

FONT = "Arial"
_LINE, _MOST = 18, 54
"""Letters of a line and of a name."""
_FAMILIES = (FONT, "Liberation Sans", "DejaVu Sans")
"""The first is on every Windows and Mac, the others on Linux; the second has the same widths."""


@dataclass(frozen=True, kw_only=True)
class Names:
    """What a layer's names say and how they look.

    Attributes
    ----------
    said, points, colour, bold
        The expression of what is written, and its letters.
    farthest
        The scale beyond which no name is written, as its denominator; 0 at every scale.
    priority
        From 0 to 10; names of higher priority take the room first.
    within
        Whether a name is left out where it is wider than its ground.
    """

    said: str
    points: float
    colour: str
    bold: bool = False
    farthest: float = 0.0
    priority: int = 5
    within: bool = False


def shortened(said: str, line: int = _LINE, most: int = _MOST) -> str:
    """Give the expression that cuts what an expression says; QGIS breaks lines at spaces alone.

    Parameters
    ----------
    said
        The expression.
    line, most
        Letters after which a word is broken, and of the whole.

    Examples
    --------
    >>> shortened('"nama"').startswith('with_variable(')
    True
    """
    cut = f"if(length(@kata) > {most}, trim(left(@kata, {most - 1})) || '…', @kata)"
    broken = f"regexp_replace({cut}, '([^ ]{{{line}}})(?=[^ ])', '\\\\1\\n')"
    return f"with_variable('kata', {said}, {broken})"


def families(style: ET.Element) -> None:
    """Name the fonts to take where the first is not there."""
    found = ET.SubElement(style, "families")
    for name in _FAMILIES:
        ET.SubElement(found, "family", name=name)


def labeling(names: Names) -> ET.Element:
    """Write the labels of a layer: text as it is, never HTML."""
    root = ET.Element("labeling", type="simple")
    settings = ET.SubElement(root, "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName=shortened(names.said),
        isExpression="1",
        allowHtml="0",
        fontFamily=FONT,
        fontSize=real(names.points),
        fontSizeUnit="Point",
        fontWeight="75" if names.bold else "50",
        textColor=rgba(names.colour),
        textOpacity="1",
        namedStyle="Bold" if names.bold else "Regular",
    )
    families(style)
    halo = {"bufferDraw": "1", "bufferSize": "0.7", "bufferSizeUnits": "MM", "bufferOpacity": "0.85"}
    ET.SubElement(style, "text-buffer", halo | {"bufferColor": rgba("#FFFFFF"), "bufferJoinStyle": "128"})
    ET.SubElement(
        settings, "text-format", autoWrapLength=str(_LINE), multilineAlign="1", useMaxLineLengthForAutoWrap="1"
    )
    # Placement 1 is "around a centroid", laid over a point inside the ground.
    over = {"placement": "1", "quadOffset": "4", "centroidInside": "1", "centroidWhole": "0"}
    ET.SubElement(
        settings,
        "placement",
        over
        | {
            "priority": str(names.priority),
            "polygonPlacementFlags": "2",
            "fitInPolygonOnly": str(int(names.within)),
        },
    )
    limits = {"scaleVisibility": "1" if names.farthest else "0", "scaleMax": real(names.farthest), "scaleMin": "0"}
    ET.SubElement(settings, "rendering", limits | {"obstacle": "0", "displayAll": "0", "drawLabels": "1"})
    return root
