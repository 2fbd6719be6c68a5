"""The interactive map: every layer of a run on one page, with the hectares of its tables behind each feature.

`layers` says what there is to show and in what classes, in words as data gave them; `features` writes a layer for
Leaflet, `furniture` what stands around the map. Both put every text through `escape.inert` as they write it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import folium
import shapely
from folium.map import CustomPane
from folium.utilities import JsCode

from petakumuh.measure import to_lonlat
from petakumuh.present.web.escape import inert
from petakumuh.present.web.features import draw
from petakumuh.present.web.furniture import Furniture
from petakumuh.present.web.layers import every_layer
from petakumuh.present.web.scores import years
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from branca.element import Element, Figure

    from petakumuh.model import Result
    from petakumuh.present.web.layers import Layer

__all__ = ["files", "inert", "web_map"]

_PANES = {"kelurahan": 350, "bidang": 360, "skor": 365, "penanganan": 370, "kumuh": 380, "temuan": 390}
"""Later ones lie above; fixed, so that a layer switched off and on again does not bury the others."""
_MAX_ZOOM = 19


def files(run: Result, language: Language) -> dict[str, Callable[[Path], None]]:
    """List the one file of this presenter: name -> what writes it to a path."""

    def write(path: Path) -> None:
        path.write_bytes(web_map(run, language).get_root().render().encode("ascii"))

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
        A map to show or to add to. It needs nothing but Leaflet, and the same run gives the same page.
    """
    view = _view(run)
    canvas = _canvas(view, language)
    shown = list(_drawn(run, language))
    for _, drawn in shown:
        drawn.add_to(canvas)
    narrow = JsCode("window.innerWidth < 700")
    control = folium.LayerControl(collapsed=narrow)  # type: ignore[arg-type]  # as any option
    control.add_to(canvas)
    furniture = Furniture(run, language, shown, view, control)
    furniture.add_to(canvas)
    cast("Figure", canvas.get_root()).title = furniture.words["judul"]
    # folium names elements by chance; counted, they are as unique and always the same.
    for at, element in enumerate(_elements(canvas)):
        element._id = str(at)  # noqa: SLF001 - branca offers no other way to name an element
    return canvas


def _drawn(run: Result, language: Language) -> Iterator[tuple[Layer, folium.map.Layer]]:
    """Draw every layer; the years of scores lie on the shapes of the slums and stand before the works."""
    plain = [(layer, draw(layer, language)) for layer in every_layer(run, language)]
    ground = [pair for pair in plain if pair[0].pane in ("kelurahan", "kumuh", "bidang")]
    yield from ground
    if run.skor is not None:
        slums = next(drawn for layer, drawn in ground if layer.pane == "kumuh")
        yield from years(run, run.skor, slums, language)
    yield from plain[len(ground) :]


def _view(run: Result) -> list[list[float]]:
    """Give the south-west and north-east corners of the slums, latitude first as Leaflet wants them."""
    shapes = to_lonlat(run.layers.kumuh.geometry.to_numpy(), run.layers.kumuh.crs)
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return [[south, west], [north, east]]


def _canvas(view: list[list[float]], language: Language) -> folium.Map:
    """Lay the ground: base maps and panes."""
    (south, west), (north, east) = view
    canvas = folium.Map(location=[(south + north) / 2, (west + east) / 2], tiles=None, maxZoom=_MAX_ZOOM)
    # Of all that folium links to, this page uses Leaflet; the lists of the class stay as they are.
    canvas.default_js = [one for one in folium.Map.default_js if one[0] == "leaflet"]
    canvas.default_css = [one for one in folium.Map.default_css if one[0] == "leaflet_css"]
    folium.TileLayer("OpenStreetMap", name="OpenStreetMap", max_zoom=_MAX_ZOOM).add_to(canvas)
    none = inert(say("peta.tanpa_dasar", language))
    folium.FeatureGroup(none, overlay=False, show=False).add_to(canvas)
    for name, height in _PANES.items():
        CustomPane(name, z_index=height).add_to(canvas)
    return canvas


def _elements(parent: Element) -> Iterator[Element]:
    """Walk through an element and all it holds."""
    yield parent
    for child in parent._children.values():  # noqa: SLF001 - branca offers no other way to list them
        yield from _elements(child)
