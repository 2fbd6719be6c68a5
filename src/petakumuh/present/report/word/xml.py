"""Elements of a Word document, built one by one: text is only ever set as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from petakumuh.present.report.inert import plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    Properties: TypeAlias = Mapping[str, Mapping[str, object]]
    """Properties in the order that the schema wants: name -> attributes."""

__all__ = ["add", "field", "new", "paragraph", "run"]

_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"
_NAMES: dict[str, str] = {}


def _qn(name: str) -> str:
    """Give the full name of an element; looked up once, as there are many cells."""
    if name not in _NAMES:
        _NAMES[name] = qn(f"w:{name}")
    return _NAMES[name]


def new(name: str, /, **values: object) -> Any:
    """Make an element with attributes."""
    element = OxmlElement(f"w:{name}")
    for key, value in values.items():
        element.set(_qn(key), str(value))
    return element


def add(parent: Any, name: str, /, **values: object) -> Any:
    """Append an element with attributes."""
    element = parent.makeelement(_qn(name))
    parent.append(element)
    for key, value in values.items():
        element.set(_qn(key), str(value))
    return element


def run(parent: Any, text: str = "", look: Properties | None = None) -> Any:
    """Append a run of text.

    Parameters
    ----------
    parent
        A paragraph or hyperlink.
    text
        Any text.
    look
        Of the letters.
    """
    made = add(parent, "r")
    if look:
        properties = add(made, "rPr")
        for name, values in look.items():
            add(properties, name, **values)
    if text:
        held = add(made, "t")
        held.text = plain(text)
        held.set(_PRESERVE, "preserve")
    return made


def paragraph(parent: Any, style: str | None, look: Properties | None = None) -> Any:
    """Append a paragraph.

    Parameters
    ----------
    parent
        A body or cell.
    style
        Id of its style.
    look
        Beside the style.
    """
    made = add(parent, "p")
    if style or look:
        properties = add(made, "pPr")
        if style:
            add(properties, "pStyle", val=style)
        for name, values in (look or {}).items():
            add(properties, name, **values)
    return made


def field(parent: Any, instruction: str, cached: str, look: Properties | None = None) -> None:
    """Append a field with the text that it shows until it is updated."""
    add(run(parent, look=look), "fldChar", fldCharType="begin")
    held = add(run(parent, look=look), "instrText")
    held.text = f" {instruction} "
    held.set(_PRESERVE, "preserve")
    add(run(parent, look=look), "fldChar", fldCharType="separate")
    run(parent, cached, look)
    add(run(parent, look=look), "fldChar", fldCharType="end")
