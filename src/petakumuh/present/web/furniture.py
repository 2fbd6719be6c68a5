"""What stands around the map: title and recap, one legend, basis and sources, names of places."""

from __future__ import annotations

from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any, get_args

import pandas as pd
import shapely
from branca.element import MacroElement
from folium.template import Template

from petakumuh import catalog
from petakumuh.measure import to_lonlat
from petakumuh.model import Role
from petakumuh.present.basis import basis as measured
from petakumuh.present.basis import certified
from petakumuh.present.web.escape import inert
from petakumuh.present.web.layers import named
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    import folium

    from petakumuh.model import Result, Scores
    from petakumuh.present.web.layers import Class, Layer

__all__ = ["Furniture"]

_SVG = {
    "fillColor": "fill",
    "fillOpacity": "fill-opacity",
    "color": "stroke",
    "weight": "stroke-width",
    "dashArray": "stroke-dasharray",
}


class Furniture(MacroElement):
    """What furniture.jinja writes around the map.

    The legend draws its swatches from the very styles of the layers, and shows those that are switched on.
    """

    _template = Template(files(__package__).joinpath("furniture.jinja").read_text(encoding="utf-8"))

    inert = staticmethod(inert)

    def __init__(
        self,
        run: Result,
        language: Language,
        shown: list[tuple[Layer, folium.map.Layer]],
        view: list[list[float]],
        layer_control: folium.LayerControl,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Furniture"
        self.words = {key: inert(word) for key, word in _words(run, language).items()}
        self.places = [*_near(run), *_far(run, language)]
        self.shown = shown
        self.view = view
        self._layer_control = layer_control

    @property
    def control(self) -> str:
        """Name the control of layers in JavaScript, when the page is written."""
        return self._layer_control.get_name()

    def sections(self) -> list[tuple[str, list[tuple[Layer, folium.map.Layer]]]]:
        """Group the layers under the titles of the legend."""
        return [(title, list(group)) for title, group in groupby(self.shown, key=lambda pair: pair[0].title)]

    def swatch(self, one: Class) -> list[tuple[str, Any]]:
        """Say in SVG what a style says in Leaflet."""
        return [(name, one.style[key]) for key, name in _SVG.items() if key in one.style]

    def names(self, *panes: str) -> str:
        """List in JavaScript the layers that lie in some panes."""
        return f"[{', '.join(drawn.get_name() for layer, drawn in self.shown if layer.pane in panes)}]"


def _words(run: Result, language: Language) -> dict[str, str]:
    """Say what the template asks for."""
    total = run.tables["total"].iloc[0]
    recap = say(
        "peta.ringkas",
        language,
        total=total["luas_delineasi_ha"],
        tertangani=total["luas_tertangani_ha"],
        persen=total["persen_tertangani"],
        sisa=total["sisa_ha"],
        persen_sisa=total["persen_sisa"],
    )
    basis = f"{measured(run, language)['keterangan']} {certified(run.sertifikasi, language)}"
    if run.skor is not None:
        basis += f" {say('basis.skor', language)}"
    return {
        "judul": run.recipe.wilayah.judul or say("peta.judul", language),
        "ringkas": recap,
        "skor": "" if run.skor is None else _by_score(run.skor, language),
        "basis": basis,
        "sumber": f"{say('peta.sumber', language)}: {' · '.join(_sources(run, language))}",
        "legenda": say("peta.legenda", language),
        "lapisan": say("peta.lapisan", language),
        "bahasa": language,
        "sisa": catalog.style()["sisa"]["warna"],
    }


def _by_score(scores: Scores, language: Language) -> str:
    """Say the recap by score: the first year, the last, and what became of it."""
    years = scores.rekap["tahun"]
    first, last = next(iter(years)), list(years)[-1]
    return say(
        "peta.ringkas_skor",
        language,
        tahun=first,
        awal=years[first]["kumuh_ha"],
        tahun_akhir=last,
        akhir=years[last]["kumuh_ha"],
        kurang=years[last]["pengurangan_ha"],
        tanpa=years[last]["tanpa_skor_ha"],
    )


def _sources(run: Result, language: Language) -> Iterator[str]:
    kumuh, kelurahan = run.recipe.kumuh, run.recipe.kelurahan
    names = {role: ", ".join(one.name for one in run.inputs if one.role == role) for role in get_args(Role)}
    sk = f" ({kumuh.sk})" if kumuh.sk else ""
    edition = f" ({kelurahan.edisi})" if kelurahan.edisi else ""
    yield say("peta.sumber_kumuh", language, file=names["kumuh"], sk=sk)
    yield say("peta.sumber_kelurahan", language, sumber=kelurahan.sumber or names["kelurahan"], edisi=edition)
    if names["penanganan"]:
        yield say("peta.sumber_penanganan", language, file=names["penanganan"])
    if run.skor is not None:
        tables = ", ".join(one.name for one in run.skor.inputs)
        yield say("peta.sumber_skor", language, file=tables, aturan=run.skor.aturan.nama)


def _near(run: Result) -> Iterator[dict[str, Any]]:
    """Name kelurahan for the near view."""
    rows = run.layers.kelurahan
    shapes = to_lonlat(rows.geometry.to_numpy(), rows.crs)
    for shape, name in zip(shapes, named(rows, "kelurahan_id"), strict=True):
        middle = shape.representative_point()
        yield {"kelas": "dekat", "nama": inert(name), "di": [round(middle.y, 6), round(middle.x, 6)]}


def _far(run: Result, language: Language) -> Iterator[dict[str, Any]]:
    """Name kabupaten/kota for the far view; the name of the only one would say nothing."""
    rows = run.layers.kelurahan
    codes = rows["kabupaten_kota_id"]
    if codes[codes != ""].nunique() < 2:  # noqa: PLR2004 - one is not several
        return
    towns = run.tables["kabupaten_kota"].set_index("kode")
    shapes = pd.Series(to_lonlat(rows.geometry.to_numpy(), rows.crs), rows.index)
    for code, inside in shapes[codes != ""].groupby(codes):
        west, south, east, north = (round(one, 6) for one in shapely.total_bounds(inside.to_numpy()).tolist())
        share = number(towns["persen_tertangani"].get(code), language=language)
        yield {
            "kelas": "wilayah",
            "nama": f"{inert(towns['nama'].get(code, code))}<div class='bagian'>{inert(share)} %</div>",
            "di": [north, (west + east) / 2],
            "batas": [[south, west], [north, east]],
        }
