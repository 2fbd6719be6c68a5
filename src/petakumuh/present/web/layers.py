"""What layers the map has, and the classes and styles of each; every text is still as data gave it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh import catalog, findings
from petakumuh.model import NO_YEAR
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geopandas import GeoDataFrame
    from pandas import Series

    from petakumuh.model import Result

__all__ = ["Class", "Layer", "every_layer", "named"]

_AREA = {"utm": "luas_ha", "tm3": "luas_tm3_ha", "geodesik": "luas_geodesik_ha"}
"""Basis -> the column of ground measured by it."""
_HECTARES = ("luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha", "persen_sisa")
_HATCH = "url(#arsir)"
"""The pattern of this name stands in furniture.jinja."""


@dataclass(frozen=True)
class Class:
    """One entry of the legend and the Leaflet style of what belongs to it."""

    label: str
    style: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer ready to be drawn.

    Attributes
    ----------
    pane
        Where it lies between the others.
    name
        What the control calls it.
    title
        Part of the legend that its classes stand in.
    classes
        Every class it may have, in the order of the legend.
    columns
        What a popup says, from above to below.
    rows
        Features with ``columns``, ``kelas`` (a key of ``classes``) and ``judul``, the title of the popup.
    show
        Whether it is on at the start.
    """

    pane: str
    name: str
    title: str
    classes: Mapping[str, Class]
    columns: tuple[str, ...]
    rows: GeoDataFrame
    show: bool = True

    def used(self) -> dict[str, Class]:
        """Give the classes that a feature belongs to."""
        present = set(self.rows["kelas"])
        return {key: one for key, one in self.classes.items() if key in present}


def every_layer(run: Result, language: Language) -> list[Layer]:
    """Lay out every layer that has something to show, in the order in which the control lists them."""
    ground = [_kelurahan(run, language), _kumuh(run, language), _bidang(run, language)]
    every = [*ground, *_works(run, language), _findings(run, language)]
    return [layer for layer in every if len(layer.rows)]


def named(rows: GeoDataFrame, key: str) -> Series[str]:
    """Call features by their names, and by their ids where they have none."""
    names: Series[str] = rows["nama"].fillna("").astype(str)
    return names.where(names != "", rows[key])


def _kelurahan(run: Result, language: Language) -> Layer:
    """Fill kelurahan by how much of their slum ground is handled; those without slums stay empty."""
    own, shares = catalog.style()["kelurahan"], catalog.style()["persen"]
    bounds = [upper for upper, _ in shares["kelas"]]
    outline = {"color": own["garis"], "weight": 1.2, "dashArray": "6 3 1.5 3", "fillOpacity": 0}
    classes = {}
    for below, (upper, colour) in zip([0, *bounds], shares["kelas"], strict=False):
        label = f"{number(below, 0, language)} – {number(upper, 0, language)} %"
        classes[str(upper)] = Class(label, {**outline, "fillColor": colour, "fillOpacity": 0.6})
    classes[""] = Class(own["label"][language], outline)
    rows = _with_hectares(run, "kelurahan", "kelurahan_id", "kode")
    kelas = [_percent_class(value, bounds) for value in rows["persen_tertangani"]]
    return Layer(
        pane="kelurahan",
        name=say("peta.lapisan_kelurahan", language),
        title=shares["label"][language],
        classes=classes,
        columns=("kelurahan_id", "kecamatan", "kabupaten_kota", *_HECTARES),
        rows=rows.assign(kelas=kelas, judul=named(rows, "kelurahan_id")),
    )


def _percent_class(value: float, bounds: list[float]) -> str:
    if pd.isna(value):
        return ""
    # A share summed from pieces may pass 100 by a rounding error.
    return str(next((upper for upper in bounds if value <= upper), bounds[-1]))


def _kumuh(run: Result, language: Language) -> Layer:
    """Outline slums, by how bad they are where the decree says it."""
    own = catalog.style()["kumuh"]
    label = own["label"][language]
    classes = {key: Class(key.capitalize(), _outlined(colour)) for key, colour in own["tingkat"].items()}
    classes[""] = Class(label, _outlined(own["garis"]))
    rows = _with_hectares(run, "kumuh", "kumuh_id", "kumuh_id")
    said = rows["tingkat"].fillna("").astype(str).str.strip().str.lower().str.removeprefix("kumuh ")
    kelas = said.where(said.isin(own["tingkat"]), "")
    return Layer(
        pane="kumuh",
        name=say("tingkat_wilayah.kumuh", language),
        title=f"{label} ({say('kolom.tingkat', language).lower()})" if kelas.any() else label,
        classes=classes,
        columns=("kumuh_id", "kelurahan", "tingkat", "luas_sk_ha", *_HECTARES),
        rows=rows.assign(kelas=kelas, judul=named(rows, "kumuh_id")),
    )


def _outlined(colour: str) -> dict[str, Any]:
    return {"color": colour, "weight": 2.2, "fillColor": colour, "fillOpacity": 0.06}


def _with_hectares(run: Result, layer: str, key: str, table_key: str) -> GeoDataFrame:
    """Lay the hectares of a table beside the features of its layer."""
    rows: GeoDataFrame = getattr(run.layers, layer)
    hectares = run.tables[layer].set_index(table_key)[list(_HECTARES)]
    return rows.join(hectares, on=key)


def _bidang(run: Result, language: Language) -> Layer:
    """Colour slum ground by the year it was first handled; what is left is hatched. Its area is the headline's."""
    kumuh, kelurahan = run.layers.kumuh, run.layers.kelurahan
    names = dict(zip(kumuh["kumuh_id"], named(kumuh, "kumuh_id"), strict=True))
    places = dict(zip(kelurahan["kelurahan_id"], named(kelurahan, "kelurahan_id"), strict=True))
    basis = run.recipe.hitung.dasar
    rows = run.bidang.assign(
        luas_ha=run.bidang[_AREA[basis]],
        judul=run.bidang["kumuh_id"].map(names),
        kelurahan=run.bidang["kelurahan_id"].map(places).fillna(""),
        kelas=run.bidang["tahun_pertama"].where(run.bidang["tertangani"], "sisa"),
    )
    hectares = ("luas_ha",) if basis == "geodesik" else ("luas_ha", "luas_geodesik_ha")
    return Layer(
        pane="bidang",
        name=say("peta.lapisan_bidang", language),
        title=catalog.style()["tahun"]["label"][language],
        classes=_years(set(rows["kelas"]) - {"sisa", "", NO_YEAR}, language),
        columns=("kumuh_id", "kelurahan", "tahun_pertama", "jumlah_sektor", *hectares),
        rows=rows,
    )


def _years(years: set[str], language: Language) -> dict[str, Class]:
    """Give each year its colour; handled ground may also be of no stated year, or of a run that knows no years."""
    own, left = catalog.style()["tahun"], catalog.style()["sisa"]
    classes = {
        year: Class(say("peta.ditangani_pada", language, tahun=year), _flat(colour))
        for year, colour in zip(sorted(years), cycle(own["warna"]), strict=False)
    }
    classes[NO_YEAR] = Class(NO_YEAR, _flat(own["tanpa_tahun"]))
    classes[""] = Class(say("kolom.tertangani", language), _flat(own["tanpa_tahun"]))
    hatched = {"color": left["warna"], "weight": 0.8, "fillColor": _HATCH, "fillOpacity": 1}
    classes["sisa"] = Class(left["label"][language], hatched)
    return classes


def _flat(colour: str) -> dict[str, Any]:
    # An outline of its own colour closes the hair between neighbours.
    return {"color": colour, "weight": 0.5, "fillColor": colour, "fillOpacity": 0.95}


def _works(run: Result, language: Language) -> Iterator[Layer]:
    """Give each sektor a layer of its own; works that do not count are dashed."""
    own = catalog.style()["penanganan"]
    heading = own["label"][language]
    spare = cycle(own["lain"]["warna"])
    for sektor, rows in run.layers.penanganan.groupby("sektor", sort=True):
        colour = own["sektor"].get(str(sektor).lower()) or next(spare)
        counted = {"color": colour, "weight": 1.5, "fillColor": colour, "fillOpacity": 0.35}
        listed = {**counted, "fillOpacity": 0.08, "dashArray": "5 4"}
        yield Layer(
            pane="penanganan",
            name=f"{heading} · {sektor}",
            title=heading,
            classes={
                "ya": Class(str(sektor), counted),
                "tidak": Class(f"{sektor} ({say('peta.tidak_dihitung', language)})", listed),
            },
            columns=("penanganan_id", "sektor", "tahun", "status", "opd", "sumber_dana"),
            rows=rows.assign(
                kelas=np.where(rows["dihitung"], "ya", "tidak"),
                judul=named(rows, "penanganan_id"),
            ),
            show=False,
        )


def _findings(run: Result, language: Language) -> Layer:
    """Mark where something is wrong with a row, the gravest on top."""
    own = catalog.style()["temuan"]
    label = own["label"][language]
    told = findings.with_messages(run.findings, language)
    told = told[~told.geometry.is_empty].iloc[::-1]
    classes: dict[str, Class] = {
        key: Class(
            say(f"keparahan.{key}", language).capitalize(),
            {"color": "#FFFFFF", "weight": 1.5, "fillColor": own[key], "fillOpacity": 0.95},
        )
        for key in findings.SEVERITIES
    }
    judul = [f"{classes[key].label} · {file}" for key, file in zip(told["keparahan"], told["berkas"], strict=True)]
    return Layer(
        pane="temuan",
        name=label,
        title=label,
        classes=classes,
        columns=("pesan", "id", "luas_ha"),
        rows=told.assign(kelas=told["keparahan"], judul=judul),
        show=False,
    )
