"""The interactive map: every layer of a run on one page, with the hectares of its tables behind each feature.

Text from data is hostile until proven otherwise: on this page it passes twice through a template engine, then
through JavaScript, then through HTML. `inert` takes the power from it once, for all of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files as files_of
from itertools import cycle, groupby
from typing import TYPE_CHECKING, Any, cast, get_args

import folium
import numpy as np
import pandas as pd
import shapely
from branca.element import MacroElement
from folium.map import CustomPane
from folium.template import Template
from folium.utilities import JsCode

from petakumuh import catalog, findings
from petakumuh.measure import to_lonlat, zone_name
from petakumuh.model import NO_YEAR, Role
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from branca.element import Element, Figure
    from geopandas import GeoDataFrame
    from pandas import Series

    from petakumuh.model import Result

__all__ = ["files", "inert", "web_map"]

_DEGREES = 1e-6
"""What the map shows is no finer than this, about 0.1 m; what is measured is another copy."""
_HECTARES = ("luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha", "persen_sisa")
_COUNTS = ("jumlah_sektor",)
_PANES = {"kelurahan": 350, "bidang": 360, "penanganan": 370, "kumuh": 380, "temuan": 390}
"""Later ones lie above; fixed, so that a layer switched off and on again does not bury the others."""
_HATCH = "url(#arsir)"
_MAX_ZOOM = 19
_SVG = {
    "fillColor": "fill",
    "fillOpacity": "fill-opacity",
    "color": "stroke",
    "weight": "stroke-width",
    "dashArray": "stroke-dasharray",
}
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-_()%:/")


def inert(text: object) -> str:
    """Write text so that it is nothing but text: in Jinja, in JavaScript and in HTML.

    Every character outside a small safe set becomes a numeric entity, which only the last of the three reads.

    Examples
    --------
    >>> inert("Kampung Ketapang (RT 06A)"), inert("`${x}`"), inert("{{7*7}}")
    ('Kampung Ketapang (RT 06A)', '&#96;&#36;&#123;x&#125;&#96;', '&#123;&#123;7&#42;7&#125;&#125;')
    """
    return "".join(one if one in _SAFE else f"&#{ord(one)};" for one in str(text))


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
    canvas = _canvas(run, language)
    shown = []
    for layer in _layers(run, language):
        drawn = _drawn(layer)
        canvas.add_child(drawn)
        shown.append((layer, drawn))
    narrow = JsCode("window.innerWidth < 700")
    folium.LayerControl(collapsed=narrow).add_to(canvas)  # type: ignore[arg-type]  # as any option
    _Furniture(_words(run, language), shown, list(_places(run, language)), _view(run)).add_to(canvas)
    # folium names elements by chance; counted, they are as unique and always the same.
    for at, element in enumerate(_elements(canvas)):
        element._id = str(at)  # noqa: SLF001 - branca offers no other way to name an element
    return canvas


@dataclass(frozen=True)
class _Class:
    """One entry of the legend and the Leaflet style of what belongs to it."""

    label: str
    style: dict[str, Any]


@dataclass(frozen=True)
class _Layer:
    """A layer ready to be drawn: ``rows`` has ``kelas`` (key of ``classes``), ``judul`` and ``columns``."""

    pane: str
    name: str
    title: str
    classes: Mapping[str, _Class]
    columns: tuple[str, ...]
    rows: GeoDataFrame
    language: Language
    show: bool = True

    def used(self) -> dict[str, _Class]:
        present = set(self.rows["kelas"])
        return {key: one for key, one in self.classes.items() if key in present}


def _elements(parent: Element) -> Iterator[Element]:
    yield parent
    for child in parent._children.values():  # noqa: SLF001 - as above
        yield from _elements(child)


def _view(run: Result) -> list[list[float]]:
    """Give the south-west and north-east corners of the slums, latitude first as Leaflet wants them."""
    shapes = to_lonlat(run.layers.kumuh.geometry.to_numpy(), run.layers.kumuh.crs)
    west, south, east, north = (float(one) for one in shapely.total_bounds(shapes))
    return [[south, west], [north, east]]


def _canvas(run: Result, language: Language) -> folium.Map:
    """Lay the ground: base maps, panes, the view on the slums."""
    (south, west), (north, east) = _view(run)
    canvas = folium.Map(location=[(south + north) / 2, (west + east) / 2], tiles=None, maxZoom=_MAX_ZOOM)
    # Of all that folium links to, this page uses Leaflet; the lists of the class stay as they are.
    canvas.default_js = [one for one in folium.Map.default_js if one[0] == "leaflet"]
    canvas.default_css = [one for one in folium.Map.default_css if one[0] == "leaflet_css"]
    cast("Figure", canvas.get_root()).title = inert(_title(run, language))
    folium.TileLayer("OpenStreetMap", name="OpenStreetMap", max_zoom=_MAX_ZOOM).add_to(canvas)
    none = inert(say("peta.tanpa_dasar", language))
    folium.FeatureGroup(none, overlay=False, show=False).add_to(canvas)
    for name, height in _PANES.items():
        CustomPane(name, z_index=height).add_to(canvas)
    return canvas


def _drawn(layer: _Layer) -> folium.GeoJson:
    styles = [one.style for one in layer.used().values()]
    labels = [inert(say(f"kolom.{column}", layer.language)) for column in layer.columns]
    marker = folium.CircleMarker(radius=6, fill=True)
    marker.options["pane"] = layer.pane
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": list(_features(layer))},
        name=layer.name,
        show=layer.show,
        style_function=lambda feature: styles[feature["properties"]["kelas"]],
        highlight_function=lambda _: {"weight": 4},
        marker=marker,
        on_each_feature=JsCode(f"petak({json.dumps(labels)})"),
        smooth_factor=0.5,
        pane=layer.pane,
    )


def _features(layer: _Layer) -> Iterator[dict[str, Any]]:
    rows = layer.rows[~(layer.rows.geometry.is_empty | layer.rows.geometry.isna())]
    shapes = to_lonlat(rows.geometry.to_numpy(), rows.crs)
    shapes = shapely.transform(shapely.simplify(shapes, _DEGREES), lambda xy: np.round(xy, 6))
    classes = list(layer.used())
    for at, (row, shape) in enumerate(zip(rows.to_dict("records"), shapes, strict=True)):
        cells = [_cell(column, row[column], layer.language) for column in layer.columns]
        said = {"kelas": classes.index(row["kelas"]), "judul": inert(row["judul"]), "isi": cells}
        yield {"type": "Feature", "id": str(at), "properties": said, "geometry": shapely.geometry.mapping(shape)}


def _cell(column: str, value: Any, language: Language) -> str:
    """Write a cell of a popup; an empty one stands for a row that is left out."""
    if column.endswith("_ha") or column.startswith("persen_"):
        return inert(number(value, language=language))
    if column in _COUNTS:
        return inert(number(value, 0, language))
    return "" if pd.isna(value) else inert(value)


def _layers(run: Result, language: Language) -> Iterator[_Layer]:
    """Lay out every layer that has something to show, from below to above as the control lists them."""
    look = catalog.style()
    every = [_kelurahan(run, look, language), _kumuh(run, look, language), _bidang(run, look, language)]
    every += [*_works(run, look, language), _findings(run, look, language)]
    yield from (layer for layer in every if len(layer.rows))


def _kelurahan(run: Result, look: Mapping[str, Any], language: Language) -> _Layer:
    """Fill kelurahan by how much of their slum ground is handled; those without slums stay empty."""
    own = look["kelurahan"]
    outline = {"color": own["garis"], "weight": 1.2, "dashArray": "6 3 1.5 3", "fillOpacity": 0}
    classes, below = {}, 0.0
    for upper, colour in look["persen"]["kelas"]:
        label = f"{number(below, 0, language)} – {number(upper, 0, language)} %"
        classes[str(upper)] = _Class(label, {**outline, "fillColor": colour, "fillOpacity": 0.6})
        below = upper
    classes[""] = _Class(own["label"][language], outline)
    rows = _with_hectares(run, "kelurahan", "kelurahan_id", "kode")
    bounds = [upper for upper, _ in look["persen"]["kelas"]]
    kelas = [_percent_class(value, bounds) for value in rows["persen_tertangani"]]
    columns = ("kelurahan_id", "kecamatan", "kabupaten_kota", *_HECTARES)
    return _Layer(
        "kelurahan",
        inert(say("peta.lapisan_kelurahan", language)),
        inert(look["persen"]["label"][language]),
        classes,
        columns,
        rows.assign(kelas=kelas, judul=_named(rows, "kelurahan_id")),
        language,
    )


def _percent_class(value: float, bounds: list[float]) -> str:
    if pd.isna(value):
        return ""
    # A share summed from pieces may pass 100 by a rounding error.
    return str(next((upper for upper in bounds if value <= upper), bounds[-1]))


def _kumuh(run: Result, look: Mapping[str, Any], language: Language) -> _Layer:
    """Outline slums, by how bad they are where the decree says it."""
    own = look["kumuh"]
    label = own["label"][language]
    rows = _with_hectares(run, "kumuh", "kumuh_id", "kumuh_id")
    said = rows["tingkat"].fillna("").astype(str).str.strip().str.lower()
    kelas = said.where(said.isin(own["tingkat"]), "")
    classes = {key: _Class(key.capitalize(), _outline(colour)) for key, colour in own["tingkat"].items()}
    classes[""] = _Class(label, _outline(own["garis"]))
    title = f"{label} ({say('kolom.tingkat', language).lower()})" if kelas.any() else label
    columns = ("kumuh_id", "kelurahan", "tingkat", "luas_sk_ha", *_HECTARES)
    return _Layer(
        "kumuh",
        inert(say("tingkat_wilayah.kumuh", language)),
        inert(title),
        classes,
        columns,
        rows.assign(kelas=kelas, judul=_named(rows, "kumuh_id")),
        language,
    )


def _outline(colour: str) -> dict[str, Any]:
    return {"color": colour, "weight": 2.2, "fillColor": colour, "fillOpacity": 0.06}


def _bidang(run: Result, look: Mapping[str, Any], language: Language) -> _Layer:
    """Colour slum ground by the year it was first handled; what is left is hatched."""
    kumuh, kelurahan = run.layers.kumuh, run.layers.kelurahan
    names = dict(zip(kumuh["kumuh_id"], _named(kumuh, "kumuh_id"), strict=True))
    places = dict(zip(kelurahan["kelurahan_id"], _named(kelurahan, "kelurahan_id"), strict=True))
    rows = run.bidang.assign(
        judul=run.bidang["kumuh_id"].map(names),
        kelurahan=run.bidang["kelurahan_id"].map(places).fillna(""),
        kelas=run.bidang["tahun_pertama"].where(run.bidang["tertangani"], "sisa"),
    )
    years = sorted(set(rows["kelas"]) - {"sisa", "", NO_YEAR})
    classes = {
        year: _Class(say("peta.ditangani_pada", language, tahun=year), _flat(colour))
        for year, colour in zip(years, cycle(look["tahun"]["warna"]), strict=False)
    }
    for key, label in ((NO_YEAR, NO_YEAR), ("", say("kolom.tertangani", language))):
        classes[key] = _Class(label, _flat(look["tahun"]["tanpa_tahun"]))
    hatched = {"color": look["sisa"]["warna"], "weight": 0.8, "fillColor": _HATCH, "fillOpacity": 1}
    classes["sisa"] = _Class(look["sisa"]["label"][language], hatched)
    columns = ("kumuh_id", "kelurahan", "tahun_pertama", "jumlah_sektor", "luas_ha", "luas_geodesik_ha")
    return _Layer(
        "bidang",
        inert(say("peta.lapisan_bidang", language)),
        inert(look["tahun"]["label"][language]),
        classes,
        columns,
        rows,
        language,
    )


def _flat(colour: str) -> dict[str, Any]:
    # An outline of its own colour closes the hair between neighbours.
    return {"color": colour, "weight": 0.5, "fillColor": colour, "fillOpacity": 0.95}


def _works(run: Result, look: Mapping[str, Any], language: Language) -> Iterator[_Layer]:
    """Give each sektor a layer of its own; works that do not count are dashed."""
    own = look["penanganan"]
    heading = own["label"][language]
    spare = cycle(own["lain"]["warna"])
    columns = ("penanganan_id", "sektor", "tahun", "status", "opd", "sumber_dana")
    for sektor, rows in run.layers.penanganan.groupby("sektor", sort=True):
        colour = own["sektor"].get(str(sektor).lower()) or next(spare)
        counted = {"color": colour, "weight": 1.5, "fillColor": colour, "fillOpacity": 0.35}
        listed = {**counted, "fillOpacity": 0.08, "dashArray": "5 4"}
        classes = {
            "ya": _Class(str(sektor), counted),
            "tidak": _Class(f"{sektor} ({say('peta.tidak_dihitung', language)})", listed),
        }
        kelas = ["ya" if one else "tidak" for one in rows["dihitung"]]
        yield _Layer(
            "penanganan",
            inert(f"{heading} · {sektor}"),
            inert(heading),
            classes,
            columns,
            rows.assign(kelas=kelas, judul=_named(rows, "penanganan_id")),
            language,
            show=False,
        )


def _findings(run: Result, look: Mapping[str, Any], language: Language) -> _Layer:
    """Mark where something is wrong with a row, the gravest on top."""
    told = findings.with_messages(run.findings, language)
    told = told[~told.geometry.is_empty].iloc[::-1]
    classes: dict[str, _Class] = {
        key: _Class(
            say(f"keparahan.{key}", language).capitalize(),
            {"color": "#FFFFFF", "weight": 1.5, "fillColor": look["temuan"][key], "fillOpacity": 0.95},
        )
        for key in findings.SEVERITIES
    }
    name = inert(look["temuan"]["label"][language])
    columns = ("pesan", "id", "luas_ha")
    judul = [f"{classes[key].label} · {file}" for key, file in zip(told["keparahan"], told["berkas"], strict=True)]
    rows = told.assign(kelas=told["keparahan"], judul=judul)
    return _Layer("temuan", name, name, classes, columns, rows, language, show=False)


def _named(rows: GeoDataFrame, key: str) -> Series[str]:
    """Call features by their names, and by their ids where they have none."""
    names: Series[str] = rows["nama"].fillna("").astype(str)
    return names.where(names != "", rows[key])


def _with_hectares(run: Result, layer: str, key: str, table_key: str) -> GeoDataFrame:
    """Lay the hectares of a table beside the features of its layer."""
    rows: GeoDataFrame = getattr(run.layers, layer)
    hectares = run.tables[layer].set_index(table_key)[list(_HECTARES)]
    return rows.join(hectares, on=key)


def _title(run: Result, language: Language) -> str:
    return run.recipe.wilayah.judul or say("peta.judul", language)


def _words(run: Result, language: Language) -> dict[str, str]:
    """Say what stands around the map, every word inert."""
    total = run.tables["total"].iloc[0]
    zones = ", ".join(zone_name(epsg) for epsg in run.zones)
    recap = say(
        "peta.ringkas",
        language,
        total=total["luas_delineasi_ha"],
        tertangani=total["luas_tertangani_ha"],
        persen=total["persen_tertangani"],
        sisa=total["sisa_ha"],
        persen_sisa=total["persen_sisa"],
    )
    notes = [say(f"basis.{run.recipe.hitung.dasar}", language, zona=zones)]
    if not total["tersertifikasi"]:
        notes.append(f"{say('peta.belum_tersertifikasi', language)}.")
    return {
        "judul": inert(_title(run, language)),
        "ringkas": inert(recap),
        "basis": inert(" ".join(notes)),
        "sumber": inert(f"{say('peta.sumber', language)}: {' · '.join(_sources(run, language))}"),
        "legenda": inert(say("peta.legenda", language)),
        "lapisan": inert(say("peta.lapisan", language)),
        "bahasa": inert(language),
        "sisa": inert(catalog.style()["sisa"]["warna"]),
    }


def _sources(run: Result, language: Language) -> Iterator[str]:
    kumuh, kelurahan = run.recipe.kumuh, run.recipe.kelurahan
    names = {role: ", ".join(one.name for one in run.inputs if one.role == role) for role in get_args(Role)}
    sk = f" ({kumuh.sk})" if kumuh.sk else ""
    edition = f" ({kelurahan.edisi})" if kelurahan.edisi else ""
    yield say("peta.sumber_kumuh", language, file=names["kumuh"], sk=sk)
    yield say("peta.sumber_kelurahan", language, sumber=kelurahan.sumber or names["kelurahan"], edisi=edition)
    if names["penanganan"]:
        yield say("peta.sumber_penanganan", language, file=names["penanganan"])


def _places(run: Result, language: Language) -> Iterator[dict[str, Any]]:
    """Name kelurahan for the near view, and for the far one kabupaten/kota, where there are several."""
    rows = run.layers.kelurahan
    shapes = pd.Series(to_lonlat(rows.geometry.to_numpy(), rows.crs), rows.index)
    for shape, name in zip(shapes, _named(rows, "kelurahan_id"), strict=True):
        middle = shape.representative_point()
        yield {"kelas": "dekat", "nama": inert(name), "di": [round(middle.y, 6), round(middle.x, 6)]}
    towns = run.tables["kabupaten_kota"].set_index("kode")
    groups = [(code, inside) for code, inside in shapes.groupby(rows["kabupaten_kota_id"]) if code]
    for code, inside in groups if len(groups) > 1 else []:
        west, south, east, north = (round(float(one), 6) for one in shapely.total_bounds(inside.to_numpy()))
        share = number(towns["persen_tertangani"].get(code), language=language)
        yield {
            "kelas": "wilayah",
            "nama": f"{inert(towns['nama'].get(code, code))}<br>{inert(share)} %",
            "di": [north, (west + east) / 2],
            "batas": [[south, west], [north, east]],
        }


class _Furniture(MacroElement):
    """What stands around the map: title and recap, one legend, basis and sources.

    The legend draws its swatches from the very styles of the layers, and shows those that are switched on.
    """

    _template = Template(files_of(__package__).joinpath("web.jinja").read_text(encoding="utf-8"))

    inert = staticmethod(inert)

    def __init__(
        self,
        words: Mapping[str, str],
        shown: list[tuple[_Layer, folium.GeoJson]],
        places: list[dict[str, Any]],
        view: list[list[float]],
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Furniture"
        self.words = words
        self.shown = shown
        self.places = places
        self.view = view

    def sections(self) -> list[tuple[str, list[tuple[_Layer, folium.GeoJson]]]]:
        """Group the layers under the titles of the legend."""
        return [(title, list(group)) for title, group in groupby(self.shown, key=lambda pair: pair[0].title)]

    def swatch(self, one: _Class) -> list[tuple[str, Any]]:
        """Say in SVG what a style says in Leaflet."""
        return [(name, one.style[key]) for key, name in _SVG.items() if key in one.style]

    def without_ground(self) -> str:
        """Say in JavaScript whether the ground by year is not shown."""
        names = [drawn.get_name() for layer, drawn in self.shown if layer.pane == "bidang"]
        return " && ".join(f"!map.hasLayer({name})" for name in names) or "true"
