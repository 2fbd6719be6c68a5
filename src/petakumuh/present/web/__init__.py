"""The interactive map: every layer of a run on one page that needs no network, with the figures of its tables.

`layers` says what there is to show, `looks` how a screen draws it, `recap` the figures beside it; `script` writes
it all for JavaScript, every text through `escape.inert`. `furniture` is the frame of the page, `page` holds what
draws it in the browser, `offline` writes everything into one file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import folium

from petakumuh.present.web.escape import inert
from petakumuh.present.web.furniture import Furniture, own_files
from petakumuh.present.web.offline import OfflinePage
from petakumuh.present.web.script import content, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from branca.element import Element, Figure

    from petakumuh.model import Result
    from petakumuh.text import Language

__all__ = ["files", "inert", "web_map"]

_MAX_ZOOM = 19


def files(run: Result, language: Language) -> dict[str, Callable[[Path], None]]:
    """List the one file of this presenter: name -> what writes it to a path."""

    def write(path: Path) -> None:
        path.write_bytes(web_map(run, language).get_root().render().encode())

    return {"peta.html": write}


def web_map(run: Result, language: Language = "id") -> folium.Map:
    """Draw the interactive map of a run.

    Parameters
    ----------
    run
        A finished run; nothing on the map is computed here.
    language
        Language of labels and numbers.

    Returns
    -------
        A map to show or to add to. The page holds all it needs, and the same run gives the same page.

    Raises
    ------
    InputError
        When the recipe asks for a base map that is not known, or that needs a key.
    """
    told = content(run, language)
    (south, west), (north, east) = told["pandang"]
    canvas = folium.Map(
        location=[(south + north) / 2, (west + east) / 2], tiles=None, maxZoom=_MAX_ZOOM, zoom_control=False
    )
    OfflinePage(own_files(written(told))).add_child(canvas)
    # Of all that folium links to, this page uses Leaflet; the lists of the class stay as they are.
    canvas.default_js, canvas.default_css = [("leaflet", "leaflet.js")], [("leaflet_css", "leaflet.css")]
    furniture = Furniture(run, language, tiled=bool(told["petak"]))
    furniture.add_to(canvas)
    cast("Figure", canvas.get_root()).title = furniture.words["judul"]
    # folium names elements by chance; counted, they are as unique and always the same.
    for at, element in enumerate(_elements(canvas)):
        element._id = str(at)  # noqa: SLF001 - branca offers no other way to name an element
    return canvas


def _elements(parent: Element) -> Iterator[Element]:
    """Walk through an element and all it holds."""
    yield parent
    for child in parent._children.values():  # noqa: SLF001 - branca offers no other way to list them
        yield from _elements(child)
