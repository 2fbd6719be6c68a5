"""Print layouts for QGIS, A3: one sheet of the whole region, an atlas of the kelurahan that have slums."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from petakumuh.measure import zone_name
from petakumuh.model import EMPTY, OUTSIDE
from petakumuh.present.imprint import dated, region, title
from petakumuh.present.qgis.column import (
    INSET,
    LEFT,
    WIDE,
    Title,
    rows_left,
    write_figures,
    write_foot,
    write_legend,
    write_letterhead,
    write_orientation,
    write_table,
    write_title,
)
from petakumuh.present.qgis.crs import crs_element
from petakumuh.present.qgis.fields import written
from petakumuh.present.qgis.frames import kelurahan_frames, panels, region_frames, segment, surroundings
from petakumuh.present.qgis.items import Sheet, Words
from petakumuh.present.qgis.labels import shortened
from petakumuh.present.qgis.markup import literal, plain
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame

    from petakumuh.model import Result
    from petakumuh.present.qgis.frames import Box, Frame

__all__ = ["Shown", "layer_id", "layouts"]

_PREFIX = "petakumuh_"
_PAGE = (420.0, 297.0)
_MAP: Box = (15.0, 14.5, 285.0, 267.5)
_PANEL_ROOM: Box = (14.0, 11.0, 287.0, 275.0)
_HEADLINE = (
    ("kumuh", "luas_delineasi_ha", ""),
    ("tertangani", "luas_tertangani_ha", "persen_tertangani"),
    ("sisa", "sisa_ha", "persen_sisa"),
)
_FIGURES = tuple(column for _, column, _ in _HEADLINE)
_OF_PAGE = "map_get(map_get(from_json(@halaman), \"kelurahan_id\"), '{}')"
"""What a page shows; the layout holds that of all pages."""
_SIDES = ("barat", "selatan", "timur", "utara")
_DRIVEN = {
    "dataDefinedCrs": "crs",
    **dict(
        zip(
            ("dataDefinedMapXMin", "dataDefinedMapYMin", "dataDefinedMapXMax", "dataDefinedMapYMax"),
            _SIDES,
            strict=True,
        )
    ),
}
"""Property of a map -> what of a page it follows."""
_AROUND = "sekitar_"
"""Begins what the inset of a page follows."""
_WORD, _NAME = 24, 64
"""Letters of a word and of a name in titles; QGIS breaks lines at spaces alone."""
_LAST = "\U0010ffff"
"""Sorts ground outside all areas behind them."""
_PLACE = ("nama", "kecamatan", "kabupaten_kota")
_COLUMNS = ("nama", "kumuh", "tertangani", "sisa")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Which layers stand on the maps, from above, and on the inset; the legend: layer -> title; its classes."""

    main: Sequence[str]
    inset: Sequence[str]
    legend: Mapping[str, str]
    classes: int


@dataclass(frozen=True)
class _Page:
    """What the map of a page shows, and what its inset."""

    main: Frame
    inset: Frame


def layer_id(name: str) -> str:
    """Give a layer its id in the project; QGIS replaces by one of chance what is not longer than ten letters."""
    return f"{_PREFIX}{name}"


def layouts(run: Result, shown: Shown, kelurahan: DataFrame, language: Language) -> list[ET.Element]:
    """Lay out the sheet and, where a kelurahan has slum ground, the atlas.

    Parameters
    ----------
    run
        With shapes.
    shown
        What stands on the maps.
    kelurahan
        The layer that leads through the atlas.
    language
        Of the words.
    """
    main, inset = region_frames(run, _MAP, INSET)
    frames = kelurahan_frames(run, _MAP)
    made = [_one_sheet(run, shown, main, inset, language)]
    if not frames:
        return made
    around = surroundings(run, main, INSET)
    pages = {code: _Page(frame, around.get(code, inset)) for code, frame in frames.items()}
    return [*made, _atlas(run, shown, pages, kelurahan, language)]


def _one_sheet(run: Result, shown: Shown, main: Frame, inset: Frame, language: Language) -> ET.Element:
    """Lay out the whole region: one map, or one of each part where slums would be dots."""
    sheet = Sheet(say("qgis.satu_lembar", language), "lembar", _PAGE, language)
    parts = panels(run, main, _PANEL_ROOM)
    y = write_letterhead(sheet, run)
    texts = ("", plain(_short(title(run, language))), plain(_short(region(run))))
    y = write_title(sheet, Title(*texts, longest=texts), y)
    total = run.tables["total"].iloc[0]
    figures = [
        (
            say(f"lembar.{key}", language) + (f" · {number(total[share], 2, language)} %" if share else ""),
            number(total[column], 2, language),
        )
        for key, column, share in _HEADLINE
    ]
    y = write_figures(sheet, figures, y)
    zones = [
        zone_name(one, language) for one in sorted({frame.epsg for _, _, frame in parts.values()} or {main.epsg})
    ]
    y = write_orientation(sheet, ", ".join(zones), {} if parts else {segment(main.scale): ""}, y, language)
    _page(sheet)
    if parts:
        _parts(sheet, shown, parts, language)
    else:
        sheet.map("peta", _MAP, main, _ids(shown.main), crs_element(main.epsg))
    marked = [f"peta {at}" for at in range(len(parts))] or ["peta"]
    sheet.map("letak", INSET, inset, _ids(shown.inset), crs_element(inset.epsg), marked=marked, spacing=0)
    legend = {layer_id(one): title for one, title in shown.legend.items()}
    y = write_legend(sheet, legend, shown.classes, y, language, linked="" if parts else "peta")
    level, lines = _recap(run, rows_left(y), language)
    heading = say("lembar.rekap", language, tingkat=say(f"tingkat_wilayah.{level}", language))
    write_table(sheet, heading, _names(level, language), lines, y)
    write_foot(sheet, run, [plain(one) for one in _notes(run, language)], language)
    return sheet.root


def _atlas(
    run: Result, shown: Shown, pages: Mapping[str, _Page], kelurahan: DataFrame, language: Language
) -> ET.Element:
    """Lay out the page that QGIS makes for every kelurahan with slum ground."""
    sheet = Sheet(say("qgis.atlas", language), "atlas", _PAGE, language)
    y = write_letterhead(sheet, run)
    y = write_title(sheet, _page_title(run, kelurahan[kelurahan["kelurahan_id"].isin(pages)], language), y)
    figures = [
        (
            say(f"lembar.{key}", language) + (f" · [% {written(share, 2, language)} %] %" if share else ""),
            f"[% {written(column, 2, language)} %]",
        )
        for key, column, share in _HEADLINE
    ]
    y = write_figures(sheet, figures, y)
    first = next(iter(pages.values()))
    lengths = sorted({segment(page.main.scale) for page in pages.values()})
    bars = {one: f"if({_OF_PAGE.format('batang')} = {one}, 100, 0)" for one in lengths}
    y = write_orientation(sheet, f"[% {_OF_PAGE.format('zona')} %]", bars, y, language)
    _page(sheet)
    driven = {name: _OF_PAGE.format(key) for name, key in _DRIVEN.items()}
    sheet.map("peta", _MAP, first.main, _ids(shown.main), crs_element(first.main.epsg), driven=driven)
    crs, around = (
        crs_element(first.inset.epsg),
        {name: _OF_PAGE.format(_AROUND + key) for name, key in _DRIVEN.items()},
    )
    sheet.map("letak", INSET, first.inset, _ids(shown.inset), crs, driven=around, marked=["peta"], spacing=0)
    legend = {layer_id(one): title for one, title in shown.legend.items()}
    y = write_legend(sheet, legend, shown.classes, y, language, linked="peta")
    slums = _slums(run, rows_left(y), language)
    heading = say("lembar.rekap", language, tingkat=say("tingkat_wilayah.kumuh", language))
    lines = [f"[% {_OF_PAGE.format(column)} %]" for column in _COLUMNS]
    write_table(sheet, heading, _names("kumuh", language), lines, y)
    page = say("qgis.lembar", language, nomor="[% @atlas_featurenumber %]", semua="[% @atlas_totalfeatures %]")
    write_foot(sheet, run, [page, *(plain(one) for one in _notes(run, language))], language)
    _lead(sheet.root, pages, slums, language)
    return sheet.root


def _ids(names: Sequence[str]) -> list[str]:
    return [layer_id(one) for one in names]


def _page(sheet: Sheet) -> None:
    sheet.border("bingkai halaman", (6, 6, _PAGE[0] - 12, _PAGE[1] - 12), 0.5)
    sheet.border("bingkai kolom", (LEFT - 3.5, 9, WIDE + 6.0, _PAGE[1] - 18), 0.2)


def _parts(sheet: Sheet, shown: Shown, parts: Mapping[str, tuple[str, Box, Frame]], language: Language) -> None:
    """Put the map of each part below its name and scale."""
    for at, (name, box, frame) in enumerate(parts.values()):
        caption = f"{name} · {say('qgis.skala', language, skala=number(frame.scale, 0, language))}"
        place = (box[0], box[1] - 4.8, box[2], 4.0)
        sheet.words(f"nama peta {at}", place, plain(caption), Words(points=7.5, bold=True))
        spacing, crs = max(box[2] / 4, 15.0), crs_element(frame.epsg)
        sheet.map(f"peta {at}", box, frame, _ids(shown.main), crs, spacing=spacing, sides=("left", "bottom"))
        bar = (box[0] + 1.0, box[1] + box[3] - 8.0, box[2] / 2, 7.0)
        sheet.bar(f"batang skala {at}", bar, f"peta {at}", segment(frame.scale, box[2] / 3), backed=True)


def _names(level: str, language: Language) -> list[str]:
    return [
        say(f"tingkat_wilayah.{level}", language),
        *(say(f"lembar.{key}", language) for key, _, _ in _HEADLINE),
    ]


def _recap(run: Result, room: int, language: Language) -> tuple[str, list[str]]:
    """Write the recap of the finest level that finds room, its total last."""
    levels = ("kelurahan", "kecamatan", "kabupaten_kota")
    level = next((one for one in levels if len(run.tables[one]) < room), levels[-1])
    rows = run.tables[level].sort_values("kode", kind="stable", key=lambda codes: codes.replace(OUTSIDE, _LAST))
    outside = say("lembar.di_luar", language)
    names = [
        outside if code == OUTSIDE else str(name) for code, name in zip(rows["kode"], rows["nama"], strict=True)
    ]
    lines = list(zip(names, rows[list(_FIGURES)].to_numpy(dtype=float).tolist(), strict=True))
    total = [float(run.tables["total"].iloc[0][column]) for column in _FIGURES]
    return level, [plain(one) for one in _laid(lines, total, room, language)]


def _slums(run: Result, room: int, language: Language) -> dict[str, list[str]]:
    """Write the table of each page: its slums by id, their ground in this kelurahan, and what all of it is."""
    ground = run.bidang[run.bidang["kelurahan_id"] != OUTSIDE]
    names = dict(zip(run.layers.kumuh["kumuh_id"], run.layers.kumuh["nama"], strict=True))
    handled = ground["luas_ha"].where(ground["tertangani"].astype(bool), 0.0)
    parts = ground.assign(ditangani=handled).groupby(["kelurahan_id", "kumuh_id"])[["luas_ha", "ditangani"]].sum()
    totals = run.tables["kelurahan"].set_index("kode")[list(_FIGURES)]
    found = {}
    for code, rows in parts.groupby(level=0):
        lines = [
            (str(names.get(slum) or slum), [whole, done, whole - done])
            for (_, slum), whole, done in rows.itertuples(name=None)
        ]
        found[str(code)] = _laid(lines, totals.loc[code].tolist(), room, language)
    return found


def _laid(
    lines: Sequence[tuple[str, Sequence[float]]], total: Sequence[float], room: int, language: Language
) -> list[str]:
    """Lay rows out in four columns of lines; those that find no room are summed up in one."""
    kept = list(lines) if len(lines) < room else list(lines[: max(room - 2, 0)])
    if rest := lines[len(kept) :]:
        summed = [sum(figures[at] for _, figures in rest) for at in range(len(total))]
        kept.append((say("lembar.lainnya", language, jumlah=len(rest)), summed))
    kept.append((say("lembar.total", language), total))
    shown = [(_cut(name), [number(one, 2, language) for one in figures]) for name, figures in kept]
    return ["\n".join(name for name, _ in shown)] + [
        "\n".join(figures[at] for _, figures in shown) for at in range(len(total))
    ]


def _cut(name: str, most: int = 28) -> str:
    """Keep a name on one line."""
    whole = " ".join(name.split())
    return whole if len(whole) <= most else f"{whole[: most - 1].rstrip()}…"


def _notes(run: Result, language: Language) -> list[str]:
    notes, maker = dated(run, language), run.recipe.wilayah.penyusun
    return [*notes, say("lembar.penyusun", language, nama=maker)] if maker else notes


def _page_title(run: Result, pages: DataFrame, language: Language) -> Title:
    """Write the title of a page as expressions, beside the longest that come of them."""
    names = {one: _short(max(pages[one].fillna("").astype(str), key=len, default="")) for one in _PLACE}
    told = f"{names['kecamatan']}, {names['kabupaten_kota']} · 00.00.00.0000"
    above = plain(_short(title(run, language)))
    longest = (
        above,
        say("qgis.kelurahan", language, nama=names["nama"]),
        say("qgis.kecamatan", language, nama=told),
    )
    district, none = literal(say("qgis.kecamatan", language, nama="")), literal(EMPTY)
    kept = (
        f"array_filter(array({district} || nullif(nullif(\"kecamatan\", ''), {none}),"
        f' nullif(nullif("kabupaten_kota", \'\'), {none}), nullif("kelurahan_id", "nama")), @element is not null)'
    )
    joined = f"array_to_string({kept}, ' · ')"
    below = f"[% {shortened(joined, _WORD, 2 * _NAME)} %]"
    name = '"nama"'
    called = f"[% {shortened(name, _WORD, _NAME)} %]"
    return Title(above, say("qgis.kelurahan", language, nama=called), below, longest)


def _short(words: str) -> str:
    """Break what no line has room for, as the names on a page are, and cut what no title has room for."""
    whole = words if len(words) <= 2 * _NAME else f"{words[: 2 * _NAME - 1].rstrip()}…"
    return re.sub(rf"(\S{{{_WORD}}})(?=\S)", r"\1\n", whole)


def _followed(frame: Frame, language: Language, start: str = "") -> dict[str, object]:
    told = {
        "crs": f"EPSG:{frame.epsg}",
        "zona": zone_name(frame.epsg, language),
        **dict(zip(_SIDES, frame.bounds, strict=True)),
    }
    return {start + key: value for key, value in told.items()}


def _lead(
    root: ET.Element, pages: Mapping[str, _Page], slums: Mapping[str, Sequence[str]], language: Language
) -> None:
    """Lead the atlas through the kelurahan with slum ground by code, each in its frame."""
    told = {
        code: {"batang": segment(page.main.scale)}
        | _followed(page.main, language)
        | _followed(page.inset, language, _AROUND)
        | dict(zip(_COLUMNS, slums[code], strict=True))
        for code, page in pages.items()
    }
    holder = ET.SubElement(ET.SubElement(root, "customproperties"), "Option", type="Map")
    for name, value in (("variableNames", "halaman"), ("variableValues", json.dumps(told, sort_keys=True))):
        one = ET.SubElement(holder, "Option", name=name, type="StringList")
        ET.SubElement(one, "Option", type="QString", value=value)
    ET.SubElement(
        root, "Atlas", enabled="1", coverageLayer=layer_id("kelurahan"), coverageLayerName="",
        coverageLayerSource="./satu_peta.gpkg|layername=kelurahan", coverageLayerProvider="ogr", hideCoverage="0",
        pageNameExpression='"nama"', sortFeatures="1", sortKey='"kelurahan_id"', sortAscending="1",
        filenamePattern="'atlas_' || regexp_replace(\"kelurahan_id\", '[^0-9A-Za-z]', '_')", filterFeatures="1",
        featureFilter='map_exist(from_json(@halaman), "kelurahan_id")',
    )  # fmt: skip
