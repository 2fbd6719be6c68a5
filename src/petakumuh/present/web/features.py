"""A layer as Leaflet draws it: features in longitude and latitude, each with its class and its popup."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import pandas as pd
import shapely
from folium.utilities import JsCode

from petakumuh.measure import to_lonlat
from petakumuh.present.web.escape import inert
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame

    from petakumuh.present.web.layers import Layer

__all__ = ["draw", "drawable"]

_DECIMALS = 6
"""Of a degree, about 0.1 m: what the map shows is no finer; what is measured is another copy."""


def draw(layer: Layer, language: Language) -> folium.GeoJson:
    """Write a layer for Leaflet; `petak` of furniture.jinja makes popups of the cells."""
    styles = [one.style for one in layer.used().values()]
    labels = [inert(say(f"kolom.{column}", language)) for column in layer.columns]
    # A point takes no option of its layer, so the marker must name the pane itself.
    marker = folium.CircleMarker(radius=6, fill=True)
    marker.options["pane"] = layer.pane
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": list(_features(layer, language))},
        name=inert(layer.name),
        show=layer.show,
        style_function=lambda feature: styles[feature["properties"]["kelas"]],
        highlight_function=lambda _: {"weight": 4},
        marker=marker,
        on_each_feature=JsCode(f"petak({json.dumps(labels)})"),
        smooth_factor=0.5,
        pane=layer.pane,
    )


def drawable(rows: GeoDataFrame) -> GeoDataFrame:
    """Keep the rows that have a shape; the number of one among them is the id of its feature."""
    return rows[~(rows.geometry.is_empty | rows.geometry.isna())]


def _features(layer: Layer, language: Language) -> Iterator[dict[str, Any]]:
    rows = drawable(layer.rows)
    shapes = shapely.simplify(to_lonlat(rows.geometry.to_numpy(), rows.crs), 10**-_DECIMALS)
    shapes = shapely.transform(shapes, lambda xy: np.round(xy, _DECIMALS))
    classes = list(layer.used())
    for at, (row, shape) in enumerate(zip(rows.to_dict("records"), shapes, strict=True)):
        cells = [_cell(column, row[column], language) for column in layer.columns]
        said = {"kelas": classes.index(row["kelas"]), "judul": inert(row["judul"]), "isi": cells}
        yield {"type": "Feature", "id": str(at), "properties": said, "geometry": shapely.geometry.mapping(shape)}


def _cell(column: str, value: Any, language: Language) -> str:
    """Write a cell of a popup; an empty one stands for a row that is left out."""
    if column.endswith("_ha") or column.startswith("persen_"):
        return inert(number(value, language=language))
    if column == "jumlah_sektor":
        return inert(number(value, 0, language))
    return "" if pd.isna(value) else inert(value)
