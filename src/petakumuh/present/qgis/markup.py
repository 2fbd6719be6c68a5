"""Words for the XML that QGIS reads: text that cannot run, values as its expressions write them, same bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DOCTYPE", "data_defined", "document", "literal", "options", "plain", "real", "rgba", "storable"]

DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_JOINER = "\u2060"
"""Has no width: a reader sees ``[%``, QGIS sees no expression."""


def storable(words: str) -> str:
    r"""Drop the characters that XML cannot hold.

    Examples
    --------
    >>> storable("a\x00b\x1fc\nd")
    'abc\nd'
    """
    return _NO_XML.sub("", words)


def plain(words: str) -> str:
    """Make words from data inert: QGIS works out what stands between ``[%`` and ``%]`` in titles and legends.

    Examples
    --------
    >>> plain("Jalan & [% env('HOME') %]") == "Jalan & [\u2060% env('HOME') %]"
    True
    """
    return storable(words).replace("[%", f"[{_JOINER}%")


def literal(words: str) -> str:
    r"""Write a text as a value in an expression of QGIS.

    Examples
    --------
    >>> print(literal("Ma'rang\\"))
    'Ma''rang\\'
    """
    escaped = storable(words).replace("\\", "\\\\").replace("'", "''")
    return "'" + escaped.replace("\n", "\\n").replace("\t", "\\t") + "'"


def real(number: float) -> str:
    """Write a number of ours or of numpy; QGIS draws an empty map, and says nothing, at any other words.

    Examples
    --------
    >>> import numpy
    >>> real(numpy.float64(0.3)), real(2)
    ('0.3', '2.0')
    """
    return repr(float(number))


def rgba(colour: str, opacity: float = 1.0) -> str:
    """Write a colour.

    Examples
    --------
    >>> rgba("#D7301F"), rgba("#000000", 0.5)
    ('215,48,31,255', '0,0,0,128')
    """
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * 255)}"


def options(parent: ET.Element, values: Mapping[str, str]) -> None:
    """Write the settings of a symbol layer in both forms, so that every QGIS 3 reads one."""
    told = ET.SubElement(parent, "Option", type="Map")
    for name, value in values.items():
        ET.SubElement(told, "Option", name=name, type="QString", value=value)
    for name, value in values.items():
        ET.SubElement(parent, "prop", k=name, v=value)


def data_defined(parent: ET.Element, tag: str, expressions: Mapping[str, str]) -> None:
    """Write which properties QGIS works out by an expression."""
    whole = ET.SubElement(ET.SubElement(parent, tag), "Option", type="Map")
    ET.SubElement(whole, "Option", name="name", type="QString", value="")
    told = ET.SubElement(whole, "Option", name="properties", type="Map")
    for name, expression in expressions.items():
        one = ET.SubElement(told, "Option", name=name, type="Map")
        ET.SubElement(one, "Option", name="active", type="bool", value="true")
        ET.SubElement(one, "Option", name="expression", type="QString", value=expression)
        ET.SubElement(one, "Option", name="type", type="int", value="3")
    ET.SubElement(whole, "Option", name="type", type="QString", value="collection")


def document(root: ET.Element) -> str:
    """Write a document of QGIS."""
    ET.indent(root, " ")
    return DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"
