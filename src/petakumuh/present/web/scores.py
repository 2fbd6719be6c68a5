"""Slums painted by their class of score: a layer for each year, on the shapes that the page has already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from folium.map import Layer as Drawn
from folium.template import Template

from petakumuh import catalog
from petakumuh.present.layers import NO_ROW, NO_SCORE, painted, year_columns
from petakumuh.present.web.escape import inert
from petakumuh.present.web.features import drawable
from petakumuh.present.web.layers import Class, Layer, named
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geopandas import GeoDataFrame

    from petakumuh.model import Result, Scores

__all__ = ["Painted", "years"]

_ABOUT = ("kumuh_id", "kelurahan", "rtrw", "unit_id")
_AT_END = ("persen_kontribusi", "luas_verifikasi_ha", "pengurangan_ha")
"""What a popup says before the years and after them."""


class Painted(Drawn):
    """A layer that paints the shapes of another: the page holds each shape once, however many years there are.

    Its features are made when it is first shown. What they say is the same in every year, and stands with the
    first.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        {%- if this.first is none %}
        var {{ this.get_name() }}_kata = {{ this.said|tojson }};
        {%- endif %}
        var {{ this.get_name() }} = lukis({{ this.shapes.get_name() }}, {{ (this.first or this).get_name() }}_kata,
            {{ this.labels|tojson }}, {{ this.kelas|tojson }}, {{ this.styles|tojson }});
        {% endmacro %}
        """
    )

    def __init__(
        self, layer: Layer, shapes: Drawn, labels: Sequence[str], said: Sequence[Any], first: Painted | None
    ) -> None:
        super().__init__(inert(layer.name), overlay=True, show=layer.show)
        self._name = "Painted"
        self.shapes = shapes
        self.first = first
        self.said = said
        self.labels = labels
        used = layer.used()
        self.styles = [one.style for one in used.values()]
        self.kelas = [list(used).index(one) for one in layer.rows["kelas"]]


def years(run: Result, scores: Scores, shapes: Drawn, language: Language) -> Iterator[tuple[Layer, Painted]]:
    """Paint each year on the shapes of the layer of slums.

    Parameters
    ----------
    run, scores
        What is shown.
    shapes
        The layer of slums as it is drawn.
    language
        Of labels and numbers.
    """
    rows = drawable(painted(run, scores))
    ends = year_columns(scores)
    before, after = ([say(f"kolom.{name}", language) for name in names] for names in (_ABOUT, _AT_END))
    labels = [inert(one) for one in (*before, *ends, *after)]
    said = list(_said(rows, ends, language))
    first: Painted | None = None
    for layer in _layers(rows, ends, scores, language):
        drawn = Painted(layer, shapes, labels, said, first)
        first = first or drawn
        yield layer, drawn


def _layers(rows: GeoDataFrame, ends: Mapping[str, str], scores: Scores, language: Language) -> Iterator[Layer]:
    """Give each year its layer; the first and the last year say what they are."""
    heading = say("peta.lapisan_skor", language)
    classes = _classes(scores, language)
    for at, (year, end) in enumerate(ends.items()):
        name = year
        if len(ends) > 1 and at in (0, len(ends) - 1):
            name = say("peta.skor_akhir" if at else "peta.skor_awal", language, tahun=year)
        yield Layer(
            pane="skor",
            name=f"{heading} · {name}",
            title=say("peta.skor_tahun", language, tahun=year),
            classes=classes,
            columns=(),
            rows=rows.assign(kelas=rows[f"tingkat_{end}"]),
            show=False,
        )


def _classes(scores: Scores, language: Language) -> dict[str, Class]:
    own = catalog.style()["skor"]
    worst = len(own["kelas"]) - 1
    colours = {one.nama: own["kelas"][min(at, worst)] for at, one in enumerate(scores.aturan.kelas)}
    colours |= {NO_SCORE: own["tanpa_skor"], NO_ROW: own["tanpa_baris"]}
    line = {"color": own["garis"], "weight": 1, "fillOpacity": 0.85}
    return {name: Class(_word(name, language), line | {"fillColor": fill}) for name, fill in colours.items()}


def _word(kind: str, language: Language) -> str:
    """Say a class; those of the rule set stand as it names them."""
    ours = {NO_SCORE: "peta.tanpa_skor", NO_ROW: "keadaan.tanpa_baris"}
    return say(ours[kind], language) if kind in ours else kind


def _said(rows: GeoDataFrame, ends: Mapping[str, str], language: Language) -> Iterator[dict[str, Any]]:
    """Say of each slum its title, what a glance shows, and the cells of its popup."""
    shown = dict.fromkeys((next(iter(ends)), list(ends)[-1]))
    for title, row in zip(named(rows, "kumuh_id"), rows.to_dict("records"), strict=True):
        told = {year: _scored(row[f"total_{end}"], row[f"tingkat_{end}"], language) for year, end in ends.items()}
        percent = "" if pd.isna(row["kontribusi"]) else number(row["kontribusi"] * 100, language=language)
        area = ["" if pd.isna(row[name]) else number(row[name], language=language) for name in _AT_END[1:]]
        glance = [title, *(f"{year}: {told[year]}" for year in shown)]
        if all(area):
            glance.append(say("peta.skor_luas", language, luas=row[_AT_END[1]], kurang=row[_AT_END[2]]))
        yield {
            "judul": inert(title),
            "kilas": "<br>".join(inert(one) for one in glance),
            "isi": [inert(one) for one in (*(row[name] for name in _ABOUT), *told.values(), percent, *area)],
        }


def _scored(total: Any, kind: str, language: Language) -> str:
    if pd.isna(total):
        return _word(kind, language)
    return say("peta.skor_nilai", language, nilai=int(total), tingkat=kind)
