"""What the map shows: shapes with what a popup says of them, how each is painted, and what the panel lists.

Every text is still as data gave it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from petakumuh.model import HECTARES_BY
from petakumuh.present.layers import layers as laid_out
from petakumuh.present.legend import NOT_COUNTED, themes
from petakumuh.present.web.looks import shares
from petakumuh.present.web.recap import HECTARES, shares_on_the_way
from petakumuh.present.web.scores import scored
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geopandas import GeoDataFrame
    from pandas import Series

    from petakumuh.model import Result
    from petakumuh.present.legend import Look, Theme

__all__ = ["Entry", "Layer", "Paint", "entries", "every_layer", "named", "paints"]

_PANEL = ("tahun", "jumlah_sektor", "kumuh", "kelurahan", "penanganan", "skor", "temuan")
_SHOWN = {"kelurahan", "kumuh", "tahun"}
"""What is on at the start."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Shapes, and what a popup says of each.

    Attributes
    ----------
    pane
        Where it lies between the others, and what it is called.
    columns
        What a popup says, from above to below.
    rows
        Features with ``columns`` and ``judul``, the title of the popup.
    """

    pane: str
    columns: tuple[str, ...]
    rows: GeoDataFrame


@dataclass(frozen=True, kw_only=True)
class Paint:
    """How the shapes of a layer are painted.

    Attributes
    ----------
    name, title
        Of the legend's theme.
    pane
        The layer whose shapes it paints.
    classes
        Key -> look, in the order of the legend.
    keys
        The class of each row of the layer.
    on_the_way
        Where that differs with the year, the class of each row at each stop of the slider.
    """

    name: str
    title: str
    pane: str
    classes: Mapping[str, Look]
    keys: Sequence[str]
    on_the_way: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the panel: some classes of a paint, switched on and off together.

    Attributes
    ----------
    paint
        Name of the paint.
    picks
        Keys of its classes.
    name, group
        What the panel calls it, and the heading it stands under.
    show
        Whether it is on at the start.
    alone
        Of the entries with the same word, one at most is on.
    """

    paint: str
    picks: Sequence[str]
    name: str
    group: str
    show: bool = False
    alone: str = ""


def every_layer(run: Result, language: Language) -> list[Layer]:
    """Lay out the shapes, from the lowest to the highest."""
    laid = laid_out(run, language)
    basis = run.recipe.hitung.dasar
    ground = laid["bidang"].assign(luas_ha=run.bidang[HECTARES_BY[basis]].to_numpy())
    hectares = ("luas_ha",) if basis == "geodesik" else ("luas_ha", "luas_geodesik_ha")
    places = ("kelurahan_id", "kecamatan", "kabupaten_kota", *HECTARES)
    slums = ("kumuh_id", "kelurahan", "tingkat", "luas_sk_ha", *HECTARES)
    grounds = ("kumuh_id", "kelurahan", "tahun_pertama", "jumlah_sektor", *hectares)
    works = ("penanganan_id", "sektor", "tahun", "status", "opd", "sumber_dana", "luas_di_kumuh_ha")
    titles = ground["kumuh"].where(ground["kumuh"].fillna("") != "", ground["kumuh_id"])
    every = [
        _named("kelurahan", places, laid["kelurahan"], "kelurahan_id"),
        _named("kumuh", slums, laid["kumuh"], "kumuh_id"),
        Layer(pane="bidang", columns=grounds, rows=ground.assign(judul=titles)),
        _named("penanganan", works, laid["penanganan"], "penanganan_id"),
        _findings(laid["temuan"], language),
    ]
    return [layer for layer in every if len(layer.rows)]


def _named(pane: str, columns: tuple[str, ...], rows: GeoDataFrame, key: str) -> Layer:
    return Layer(pane=pane, columns=columns, rows=rows.assign(judul=named(rows, key)))


def named(rows: GeoDataFrame, key: str) -> Series[str]:
    """Call features by their names, and by their ids where they have none."""
    names: Series[str] = rows["nama"].fillna("").astype(str)
    return names.where(names != "", rows[key])


def _findings(told: GeoDataFrame, language: Language) -> Layer:
    """Mark where something is wrong with a row, the gravest on top."""
    told = told[told.geometry.notna()].iloc[::-1]
    kinds = told["keparahan"].map(lambda key: say(f"keparahan.{key}", language).capitalize())
    titles = [f"{kind} · {file}" for kind, file in zip(kinds, told["berkas"], strict=True)]
    return Layer(pane="temuan", columns=("pesan", "id", "luas_ha"), rows=told.assign(judul=titles))


def paints(run: Result, layers: Sequence[Layer], language: Language) -> list[Paint]:
    """Say how every layer is painted: by the themes of the legend, and by the scores of each year."""
    rows = {layer.pane: layer.rows for layer in layers}
    told = themes(run, language)
    painted = [_paint(run, theme, rows[theme.layer], language) for theme in told.values() if theme.layer in rows]
    years = [] if run.skor is None else scored(run, run.skor, language)
    return painted + [
        Paint(name=one.name, title=one.title, pane="kumuh", classes=one.classes, keys=list(one.keys))
        for one in years
    ]


def _paint(run: Result, theme: Theme, rows: GeoDataFrame, language: Language) -> Paint:
    """Paint by a theme; the share of a kelurahan grows with the years."""
    classes, keys = theme.classes, [list(theme.keys(rows))]
    if theme.name == "kelurahan":
        classes, keys = shares(run, language, shares_on_the_way(run))
    way = keys if len(keys) > 1 else ()
    return Paint(
        name=theme.name, title=theme.title, pane=theme.layer, classes=classes, keys=keys[-1], on_the_way=way
    )


def entries(painted: Sequence[Paint], language: Language) -> list[Entry]:
    """List what the panel switches on and off, in its order."""
    every = sorted(painted, key=lambda paint: _PANEL.index(paint.name.split(" ")[0]))
    return [entry for paint in every for entry in _entries(paint, language)]


def _entries(paint: Paint, language: Language) -> Iterator[Entry]:
    """Give each sektor and each year of scores an entry of its own."""
    own = list(paint.classes)
    if paint.name == "penanganan":
        for sektor in dict.fromkeys(key.removesuffix(NOT_COUNTED) for key in own):
            picks = [key for key in (sektor, sektor + NOT_COUNTED) if key in own]
            yield Entry(paint=paint.name, picks=picks, name=sektor, group=paint.title)
    elif paint.name.startswith("skor "):
        group = say("peta.lapisan_skor", language)
        yield Entry(paint=paint.name, picks=own, name=paint.title, group=group, alone="skor")
    else:
        alone = "bidang" if paint.pane == "bidang" else ""
        group = say("peta.kelompok_bidang" if alone else "peta.kelompok_wilayah", language)
        if paint.pane == "temuan":
            group = say("peta.kelompok_periksa", language)
        yield Entry(
            paint=paint.name, picks=own, name=paint.title, group=group, show=paint.name in _SHOWN, alone=alone
        )
