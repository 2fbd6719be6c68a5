"""The one legend: what classes a run has, and how each looks in no program's own words.

QGIS, the web map and the print maps translate the same `Look`, so that a class has one colour, one hatch and one
name wherever a planner meets it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pandas as pd

from petakumuh import catalog, findings
from petakumuh.model import EMPTY, NO_YEAR
from petakumuh.present.layers import NO_ROW, NO_SCORE, painted
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from geopandas import GeoDataFrame
    from pandas import Series

    from petakumuh.model import Result

__all__ = ["LEFT", "NOT_COUNTED", "Look", "Theme", "ramp", "themes"]

LEFT = "sisa"
"""The class of ground that is not handled."""
NOT_COUNTED = "|tidak"
"""Ends the class of works that do not count: planned, or before the base year."""


@dataclass(frozen=True, kw_only=True)
class Look:
    r"""How the features of a class look, and what the legend calls them.

    Attributes
    ----------
    label
        In the language of the map; text from data stands as data gave it.
    fill, opacity
        Colour of the ground, none where it is left open, and how much of it covers what lies below.
    line, width, dash
        The outline, its width and the lengths of line and gap in millimetres on paper.
    hatch, hatch_color
        ``miring`` ////, ``miring_balik`` \\\\, ``silang_miring`` xxxx, ``datar`` ----, ``tegak`` ||||,
        ``silang`` ++++, ``titik`` ...., or none.
    marker
        Of points: ``segitiga``, ``belah_ketupat``, ``lingkaran``.
    """

    label: str
    fill: str | None = None
    opacity: float = 1.0
    line: str | None = None
    width: float = 0.3
    dash: tuple[float, ...] = ()
    hatch: str = ""
    hatch_color: str | None = None
    marker: str = ""


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A layer told by one column.

    Attributes
    ----------
    name
        ``kumuh, kelurahan, tahun, jumlah_sektor, penanganan, temuan, skor``.
    layer, column
        The layer of `petakumuh.present.layers.layers` that it paints, and the column that tells the classes.
    title
        Heads its part of the legend.
    classes
        Key -> look, in the order of the legend; those that occur in the run.
    bounds
        Of classes by size the upper bounds, each within its class; their keys are the bounds as text, and "" has
        no size.
    """

    name: str
    layer: str
    column: str
    title: str
    classes: Mapping[str, Look]
    bounds: tuple[float, ...] = ()

    def keys(self, rows: GeoDataFrame) -> Series[str]:
        """Tell the class of each row of its layer."""
        return _KEYS[self.name](rows)


def themes(run: Result, language: Language = "id", *, every: bool = False) -> dict[str, Theme]:
    """Say what there is to show of a run, in the colours that its recipe asks for.

    Parameters
    ----------
    run
        With shapes.
    language
        Of the labels.
    every
        Keep classes that do not occur, for maps that show other years as well.

    Returns
    -------
        By name; `Theme` lists them. ``skor`` only of a run with scores.
    """
    told = catalog.style(run.recipe.keluaran.palet)
    share = run.tables["kelurahan"].set_index("kode")["persen_tertangani"]
    towns = run.layers.kelurahan
    rows = {
        "kelurahan": towns.assign(persen_tertangani=towns["kelurahan_id"].map(share)),
        "temuan": run.findings,
        "bidang": run.bidang,
    }
    rows |= {"kumuh": run.layers.kumuh, "penanganan": run.layers.penanganan}
    if run.skor is not None:
        rows["skor"] = painted(run, run.skor)
    made: list[Theme] = [
        _kumuh(told, run.layers.kumuh, language),
        _kelurahan(told, language),
        _years(told, run.bidang, language),
        _counts(told, run.bidang, language),
        _works(told, run.layers.penanganan, language),
        _findings(told, language),
        *([] if run.skor is None else [_scores(told, [one.nama for one in run.skor.aturan.kelas], language)]),
    ]
    return {theme.name: theme if every else _occurring(theme, rows[theme.layer]) for theme in made}


def ramp(stops: Sequence[str], count: int) -> list[str]:
    """Cut a ramp of colours into so many steps, from its first colour to its last.

    Examples
    --------
    >>> ramp(["#000000", "#FFFFFF"], 3), ramp(["#000000", "#FFFFFF"], 1)
    (['#000000', '#808080', '#FFFFFF'], ['#000000'])
    """
    steps = []
    for at in range(count):
        place = at * (len(stops) - 1) / max(count - 1, 1)
        below = min(int(place), len(stops) - 2)
        ends = zip(_channels(stops[below]), _channels(stops[below + 1]), strict=True)
        mixed = (round(low + (high - low) * (place - below)) for low, high in ends)
        steps.append("#" + "".join(f"{one:02X}" for one in mixed))
    return steps


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _occurring(theme: Theme, rows: GeoDataFrame) -> Theme:
    present = set(theme.keys(rows))
    return replace(theme, classes={key: look for key, look in theme.classes.items() if key in present})


def _kumuh(told: Mapping[str, Any], slums: GeoDataFrame, language: Language) -> Theme:
    own = told["kumuh"]
    label = own["label"][language]
    common = {"line": own["garis"], "width": own["tebal"]}
    classes = {
        key: Look(
            label=key.capitalize(),
            fill=one["warna"],
            opacity=own["pekat"],
            hatch=one["arsir"],
            hatch_color=own["arsir_warna"] if one["arsir"] else None,
            **common,
        )
        for key, one in own["tingkat"].items()
    }
    classes[""] = Look(label=label, **common)
    title = f"{label} ({say('kolom.tingkat', language).lower()})" if _tingkat(slums).any() else label
    return Theme(name="kumuh", layer="kumuh", column="tingkat", title=title, classes=classes)


def _tingkat(rows: GeoDataFrame) -> Series[str]:
    said: Series[str] = rows["tingkat"].fillna("").astype(str).str.strip().str.lower().str.removeprefix("kumuh ")
    return said.where(said.isin(catalog.style()["kumuh"]["tingkat"]), "")


def _kelurahan(told: Mapping[str, Any], language: Language) -> Theme:
    own, shares = told["kelurahan"], told["persen"]
    outline = Look(
        label=say("peta.tanpa_kumuh", language), line=own["garis"], width=own["tebal"], dash=tuple(own["putus"])
    )
    bounds = _bounds()
    classes = {
        str(upper): replace(
            outline,
            label=f"{number(below, 0, language)} – {number(upper, 0, language)} %",
            fill=colour,
            opacity=shares["pekat"],
        )
        for below, (upper, colour) in zip((0, *bounds), shares["kelas"], strict=False)
    }
    title = shares["label"][language]
    return Theme(
        name="kelurahan",
        layer="kelurahan",
        column="persen_tertangani",
        title=title,
        classes=classes | {"": outline},
        bounds=bounds,
    )


def _bounds() -> tuple[float, ...]:
    return tuple(upper for upper, _ in catalog.style()["persen"]["kelas"])


def _percent(rows: GeoDataFrame) -> Series[str]:
    bounds = _bounds()

    def key(share: float) -> str:
        if pd.isna(share):
            return ""
        # A share summed from pieces may pass 100 by a rounding error.
        return str(next((upper for upper in bounds if share <= upper), bounds[-1]))

    keys: Series[str] = rows["persen_tertangani"].map(key)
    return keys


def _left(told: Mapping[str, Any], language: Language) -> Look:
    """Hatch what is left on open ground."""
    own = told["sisa"]
    return Look(
        label=own["label"][language],
        line=own["warna"],
        width=0.2,
        hatch=own["arsir"],
        hatch_color=own["warna"],
    )


def _flat(label: str, colour: str, opacity: float) -> Look:
    # An outline of its own colour closes the hair between neighbours.
    return Look(label=label, fill=colour, opacity=opacity, line=colour, width=0.1)


def _years(told: Mapping[str, Any], ground: GeoDataFrame, language: Language) -> Theme:
    own = told["tahun"]
    years = sorted(set(_first_year(ground)) - {LEFT, NO_YEAR, ""})
    pale = own["pekat"]
    classes = {
        year: _flat(say("peta.ditangani_pada", language, tahun=year), colour, pale)
        for year, colour in zip(years, ramp(own["tangga"], len(years)), strict=True)
    }
    classes[NO_YEAR] = _flat(say("lembar.tanpa_tahun", language), own["tanpa_tahun"], pale)
    classes[""] = _flat(say("kolom.tertangani", language), own["tanpa_tahun"], pale)
    classes[LEFT] = _left(told, language)
    title = own["label"][language]
    return Theme(name="tahun", layer="bidang", column="tahun_pertama", title=title, classes=classes)


def _first_year(ground: GeoDataFrame) -> Series[str]:
    years: Series[str] = ground["tahun_pertama"].where(ground["tertangani"].astype(bool), LEFT)
    return years


def _counts(told: Mapping[str, Any], ground: GeoDataFrame, language: Language) -> Theme:
    own = told["jumlah_sektor"]
    numbers = sorted({int(one) for one in _count(ground) if one != LEFT})
    classes = {
        str(n): _flat(own["satu"][language].format(n=n), colour, own["pekat"])
        for n, colour in zip(numbers, ramp(own["tangga"], len(numbers)), strict=True)
    }
    classes[LEFT] = _left(told, language)
    title = own["label"][language]
    return Theme(name="jumlah_sektor", layer="bidang", column="jumlah_sektor", title=title, classes=classes)


def _count(ground: GeoDataFrame) -> Series[str]:
    counts: Series[str] = ground["jumlah_sektor"].astype(int).astype(str)
    return counts.where(ground["tertangani"].astype(bool), LEFT)


def _works(told: Mapping[str, Any], works: GeoDataFrame, language: Language) -> Theme:
    """Give each sektor its colour and hatch; works that do not count are pale and dashed."""
    own = told["penanganan"]
    spare = _spare(own["lain"])
    common = {"putus": own["putus_tak_dihitung"]}
    classes: dict[str, Look] = {}
    for sektor in sorted(set(works["sektor"].astype(str))):
        known = own["sektor"].get(sektor.strip().lower())
        one = next(spare) if known is None else common | known
        colour = one["warna"]
        name = say("laporan.tidak_disebut", language) if sektor == EMPTY else sektor
        counted = Look(
            label=name,
            fill=colour,
            opacity=own["pekat"],
            line=colour,
            width=own["tebal"],
            hatch=one["arsir"],
            hatch_color=colour if one["arsir"] else None,
        )
        classes[sektor] = counted
        classes[sektor + NOT_COUNTED] = replace(
            counted,
            label=f"{name} ({say('peta.tidak_dihitung', language)})",
            opacity=own["pekat_tak_dihitung"],
            dash=tuple(one["putus"]),
            hatch="",
            hatch_color=None,
        )
    title = own["label"][language]
    return Theme(name="penanganan", layer="penanganan", column="sektor", title=title, classes=classes)


def _spare(own: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give looks to sektor that the style does not name: every colour with every hatch before one comes again."""
    colours, hatches, dashes = own["warna"], own["arsir"], own["putus"]
    for at in count():
        again, place = divmod(at, len(colours))
        hatch = hatches[(place + again) % len(hatches)]
        yield {"warna": colours[place], "arsir": hatch, "putus": dashes[again % len(dashes)]}


def _sektor(works: GeoDataFrame) -> Series[str]:
    sektor: Series[str] = works["sektor"].astype(str)
    return sektor.where(works["dihitung"].astype(bool), sektor + NOT_COUNTED)


def _findings(told: Mapping[str, Any], language: Language) -> Theme:
    own = told["temuan"]
    classes: dict[str, Look] = {
        key: Look(
            label=say(f"keparahan.{key}", language).capitalize(),
            fill=own[key]["warna"],
            line=own["garis"],
            width=own["tebal"],
            marker=own[key]["tanda"],
        )
        for key in findings.SEVERITIES
    }
    title = own["label"][language]
    return Theme(name="temuan", layer="temuan", column="keparahan", title=title, classes=classes)


def _severity(rows: GeoDataFrame) -> Series[str]:
    said: Series[str] = rows["keparahan"].astype(str)
    return said


def _scores(told: Mapping[str, Any], names: Sequence[str], language: Language) -> Theme:
    own = told["skor"]
    common = {"line": own["garis"], "width": own["tebal"], "opacity": own["pekat"]}
    classes = dict(_ranked(own, names, common))
    for key, word in ((NO_SCORE, "peta.tanpa_skor"), (NO_ROW, "keadaan.tanpa_baris")):
        colour = own["tanpa_skor" if key == NO_SCORE else "tanpa_baris"]
        classes[key] = Look(label=say(word, language), fill=colour, **common)
    title = own["label"][language]
    return Theme(name="skor", layer="skor", column="tingkat_akhir", title=title, classes=classes)


def _ranked(own: Mapping[str, Any], names: Sequence[str], common: Mapping[str, Any]) -> Iterator[tuple[str, Look]]:
    """Give the classes of a rule set their looks, the last to all that are worse."""
    worst = len(own["kelas"]) - 1
    for at, name in enumerate(names):
        place = min(at, worst)
        hatch = own["arsir"][place]
        yield (
            name,
            Look(
                label=name,
                fill=own["kelas"][place],
                hatch=hatch,
                hatch_color=own["arsir_warna"] if hatch else None,
                **common,
            ),
        )


def _class(rows: GeoDataFrame) -> Series[str]:
    said: Series[str] = rows["tingkat_akhir"].astype(str)
    return said


_KEYS: dict[str, Callable[[GeoDataFrame], Series[str]]] = {
    "kumuh": _tingkat,
    "kelurahan": _percent,
    "tahun": _first_year,
    "jumlah_sektor": _count,
    "penanganan": _sektor,
    "temuan": _severity,
    "skor": _class,
}
