"""The pages of maps: one for each kelurahan, for each slum, and for each theme."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from petakumuh.measure import zone_name
from petakumuh.model import OUTSIDE
from petakumuh.present.atlas import panel
from petakumuh.present.atlas.areas import area
from petakumuh.present.atlas.chart import Chart, draw_chart
from petakumuh.present.atlas.heading import headline, kop, title
from petakumuh.present.atlas.inset import locator
from petakumuh.present.atlas.panel import Row
from petakumuh.present.atlas.thematic import ground_paint
from petakumuh.present.sheet.cartography import draw_scale_bar, spots
from petakumuh.present.sheet.maps import cells
from petakumuh.present.sheet.paper import INK, SOFT, known
from petakumuh.text import number, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from petakumuh.present.atlas.areas import Area
    from petakumuh.present.atlas.book import Book
    from petakumuh.present.atlas.layout import Column
    from petakumuh.present.atlas.thematic import Thematic
    from petakumuh.present.sheet.ink import Page
    from petakumuh.present.sheet.paper import Box
    from petakumuh.text import Language

__all__ = ["Heads", "draw_area", "draw_charts", "draw_slum", "draw_thematic", "entitle", "locate", "start"]

_INSET, _LEAST, _HIGHEST = 44.0, 24.0, 104.0
_FEW = 2
_SLIVER = 0.005
"""Hectares that round to 0,00."""
_TABLE = 44.0
"""Millimetres that a legend leaves to the table below it."""


@dataclass(frozen=True)
class Heads:
    """What stands above a page: its name, where that is, and its number among all."""

    name: str
    where: str
    sheet: str


def start(book: Book, heads: Heads) -> tuple[Page, list[Column]]:
    """Begin a page: the line around it, kop and title; give the columns that are left."""
    page, layout = book.page(), book.layout
    edge, k = layout.border, layout.k
    wide, high = layout.size
    page.box((edge, edge, wide - 2 * edge, high - 2 * edge), fill=False, edgecolor=INK, linewidth=0.9)
    columns = layout.fresh()
    told: Any = {"name": heads.name, "where": heads.where, "sheet": heads.sheet}
    if layout.head is None:
        kop(page, book, columns[0], k)
        title(page, book, columns[0], k, **told)
    else:
        headline(page, book, layout.head, k, **told)
    return page, columns


def draw_area(book: Book, place: Mapping[str, Any], heads: Heads) -> Page:
    """Draw the page of a kelurahan."""
    code = place["kode"]
    rows = book.ground_of[code]
    here = area(book, dict(place), frozenset([code]), rows)
    slums = book.run.bidang["kumuh_id"].to_numpy()[rows]
    lines = _by(book, rows, slums, _short_names(book, book.names.get(code, "")))
    total = Row("", say("lembar.total", book.language), *(float(place[one]) for one in _HECTARES))
    return _ground_page(book, here, rows, heads, place, say("atlas.per_kumuh", book.language), lines, total)


def _short_names(book: Book, kelurahan: str) -> dict[str, str]:
    """Give slums that have no name of their own without the kelurahan that stands above: an id begins with it."""
    return {
        one: name.removeprefix(f"{kelurahan}/") if name == str(one) and kelurahan else name
        for one, name in book.slum_names.items()
    }


def draw_slum(book: Book, place: Mapping[str, Any], heads: Heads) -> Page:
    """Draw the page of a slum."""
    ids = book.run.bidang["kumuh_id"].to_numpy()
    rows = np.flatnonzero(ids == place["kumuh_id"])
    own = book.run.bidang["kelurahan_id"].to_numpy()[rows]
    here = area(book, dict(place), frozenset(own), rows)
    here = replace(here, whole=here.ground)
    lines = _by(book, rows, own, {OUTSIDE: say("lembar.di_luar", book.language)} | book.names)
    total = Row("", say("lembar.total", book.language), *(float(place[one]) for one in _HECTARES))
    tier = say("tingkat_wilayah.kelurahan", book.language)
    head = say("atlas.per_wilayah", book.language, tingkat=tier)
    return _ground_page(book, here, rows, heads, place, head, lines, total)


_HECTARES = ("luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha")


def _ground_page(  # noqa: PLR0917
    book: Book,
    here: Area,
    rows: NDArray[np.intp],
    heads: Heads,
    place: Mapping[str, Any],
    head: str,
    lines: Sequence[tuple[str, Row]],
    total: Row,
) -> Page:
    """Draw a page about some ground: the ground itself in classes, other ground as it lies around."""
    k = book.layout.k
    page, columns = start(book, heads)
    paint = ground_paint(book)
    mine = np.zeros(len(paint.keys), dtype=bool)
    mine[rows] = True
    # Ground outside every kelurahan belongs to no table of a kelurahan, and is told by none.
    shown = paint.only(mine)
    chart = draw_chart(
        page, book, here, book.layout.map, [shown], points=6.8 * k, lines=5, around=~mine, names=False
    )
    chart.grid.write()
    sums = pd.Series(book.hectares[rows]).groupby(paint.keys[rows]).sum()
    first, last = columns[0], columns[-1]
    panel.figures(page, book, first, k, place)
    panel.scale(page, book, first, k, [chart])
    panel.write_sources(page, book, first, k)
    panel.legend(
        page,
        book,
        first,
        k,
        paints=[shown],
        charts=[chart],
        ha={str(key): float(one) for key, one in sums.items()},
    )
    high = last.room - panel.table_high(len(lines), k)
    if high < _INSET * k:
        high = max(_LEAST * k, last.room - panel.listing_high(len(lines), k))
    _inset(page, book, last, k, here=here, bounds=chart.frame.bounds, high=min(high, _HIGHEST * k))
    told = panel.table(page, book, last, k, head=head, rows=[row for _, row in lines], total=total)
    if head == say("atlas.per_kumuh", book.language):
        # A number on the map that no row explains would say nothing.
        missing = _number_slums(chart, book, lines[:told], rows)
        words = say("atlas.tanpa_nomor", book.language, jumlah=missing) if missing else ""
        panel.paragraph(page, last, words, 5.8 * k, 1, color=SOFT, gid="tanpa nomor")
    chart.name(book, 6.8 * k)
    return page


def _by(
    book: Book, rows: NDArray[np.intp], groups: NDArray[Any], names: Mapping[str, str]
) -> list[tuple[str, Row]]:
    """Sum ground by what it belongs to, the widest first."""
    handled = book.run.bidang["tertangani"].to_numpy().astype(bool)[rows]
    ha = book.hectares[rows]
    told = pd.DataFrame({"group": groups, "whole": ha, "handled": np.where(handled, ha, 0.0)})
    told = told.groupby("group", sort=True).sum().sort_values("whole", ascending=False, kind="stable")
    figures = zip(told.index.astype(str), told["whole"].to_numpy(), told["handled"].to_numpy(), strict=True)
    made = [
        (group, Row(str(at), names.get(group, "") or group, float(whole), float(part), float(whole - part)))
        for at, (group, whole, part) in enumerate(figures, 1)
    ]
    return _gathered(book, made)


def _gathered(book: Book, made: Sequence[tuple[str, Row]]) -> list[tuple[str, Row]]:
    """Sum the parts that would stand as 0,00 ha in one row that has no number on the map."""
    wide = [one for one in made if one[1].whole >= _SLIVER]
    rest = [row for _, row in made if row.whole < _SLIVER]
    if not rest:
        return wide
    sums = [math.fsum(part) for part in zip(*(one.hectares for one in rest), strict=True)]
    m2 = _square_metres(sums[0] * 10_000, book.language)
    words = say("atlas.bagian_kecil", book.language, jumlah=len(rest), m2=m2)
    return [*wide, ("", Row("", words, *sums, parts=len(rest)))]


def _square_metres(m2: float, language: Language) -> str:
    """Write a few square metres; what would be written as none is less than a hundredth."""
    least = 0.01
    return number(m2, 0 if m2 >= 1 else 2, language) if m2 >= least else f"< {number(least, 2, language)}"


def _number_slums(chart: Chart, book: Book, lines: Sequence[tuple[str, Row]], rows: NDArray[np.intp]) -> int:
    """Write the number of each slum on its ground of this sheet, beside it where that is small.

    Returns
    -------
        How many find no room.
    """
    frame, stock = chart.frame, book.stock(chart.area.epsg)
    layer, whole, land = stock.layer("bidang"), stock.layer("kumuh"), stock.layer("kelurahan")
    ours = np.flatnonzero(np.isin(layer.rows, rows))
    slums = book.run.bidang["kumuh_id"].to_numpy().astype(str)[layer.rows[ours]]
    own = land.shapes[np.isin(book.home[land.rows], list(chart.area.own))]
    of = {str(book.slum_ids[row]): place for place, row in enumerate(whole.rows)}
    missing = 0
    for slum, row in lines:
        parts = ours[slums == slum]
        if not row.mark or not len(parts):
            continue
        shapes = frame.cut(layer.shapes[parts])
        shapes = shapes[~shapely.is_empty(shapes)]
        if not len(shapes):
            missing += 1
            continue
        inside = [
            one for one in spots(frame.cut(whole.shapes[[of[slum]]])[0]) if shapely.contains_xy(own, *one).any()
        ]
        if not inside:
            # Most of the slum lies elsewhere: the widest piece of what is here.
            wide = np.ptp(shapely.bounds(shapes).reshape(-1, 2, 2), axis=1).prod(axis=1)
            inside = spots(shapes[np.argmax(wide)])
        missing += not _number(chart, row.mark, inside, shapely.total_bounds(shapes), 6.0 * book.layout.k)
    return missing


def _number(chart: Chart, mark: str, inside: Sequence[Any], bounds: NDArray[np.float64], points: float) -> bool:
    """Write a number within some ground, or beside it with a line to it; say whether there is room."""
    unit = chart.frame.unit
    low, high = np.split(bounds, 2)
    middle, half = (low + high) / 2, (high - low) / 2
    beside = [middle + (half + 2.2 * far * unit) * np.array(one) for far in (1, 2, 3.2) for one in _AROUND]
    wide = half.max() * 2 > 7 * unit
    anchor = None if wide else inside[0] if len(inside) else middle
    return chart.frame.number([*(inside[:3] if wide else ()), *beside], mark, points, anchor=anchor)


_AROUND = ((1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (-1, 0), (0, 1), (0, -1))


def _inset(page: Page, book: Book, column: Column, k: float, *, here: Area, bounds: Any, high: float) -> None:
    """Show where in its kabupaten/kota the map lies, at the foot of a column."""
    high = (high / k) // 8 * 8 * k  # In steps: small maps of one size are drawn once for all pages.
    if high < 18 * k or high > column.room:
        return
    box = (column.x, column.low, column.wide, high - 6 * k)
    _locator_heading(page, book, column, high, k)
    book.inset(here, box).draw(page, here, bounds)


def _locator_heading(page: Page, book: Book, column: Column, high: float, k: float) -> None:
    top = column.low + high
    page.text(column.x, top - 3.6 * k, say("lembar.lokasi", book.language), 7.5 * k, weight="bold")
    page.rule(column.x, top + 1.2 * k, column.wide, 0.4 * k, SOFT)
    column.low = top + 2.0 * k


def locate(
    page: Page, book: Book, column: Column, k: float, *, regions: Sequence[Area], first: int, wanted: float
) -> None:
    """Show where the maps of a page lie, at the foot of a column, as far as it has room beside what is wanted."""
    high = min(column.room - wanted, _HIGHEST * k)
    if high < _INSET * k or (len(regions) == 1 and len(book.regions) == 1):
        return
    box = (column.x, column.low, column.wide, high - 6 * k)
    _locator_heading(page, book, column, high, k)
    numbered = [(str(first + at), one) for at, one in enumerate(regions)]
    locator(page, book, box, numbered)


def draw_thematic(
    book: Book, told: Thematic, regions: Sequence[Area], heads: Heads, *, first: int, count: int
) -> Page:
    """Draw the page of a thematic map, or one of its pages where there are many regions."""
    k = book.layout.k
    page, columns = start(book, heads)
    charts = draw_charts(page, book, regions, told, first=first, points=6.2 * k)
    left, right = columns[0], columns[-1]
    panel.figures(page, book, left, k, dict(book.run.tables["total"].iloc[0]))
    panel.scale(page, book, left, k, charts)
    panel.write_sources(page, book, left, k)
    keep = _TABLE * k if left is right else 0.0
    panel.legend(page, book, left, k, paints=told.paints, charts=charts, ha=told.ha, keep=keep)
    if count > len(regions):
        words = say("atlas.lain_lembar", book.language, dari=first, sampai=first + len(regions) - 1, semua=count)
        panel.paragraph(page, right, words, 6 * k, 2, color=SOFT)
    several = len(regions) > 1 or first > 1
    rows = _region_rows(book, regions, first) if several else []
    if len(book.regions) > 1:
        locate(page, book, right, k, regions=regions, first=first, wanted=panel.table_high(len(rows), k))
    _recap(page, book, right, rows, book.level)
    return page


def _recap(page: Page, book: Book, column: Column, rows: Sequence[Row], level: str) -> None:
    """Write the hectares of the regions on the maps, or of what a single map shows."""
    run, language, k = book.run, book.language, book.layout.k
    if not rows:
        fits = len(run.tables["kelurahan"]) * 3.55 * k < column.room - 14 * k
        level = "kelurahan" if fits or len(run.tables["kecamatan"]) <= _FEW else "kecamatan"
        rows = [_area_row("", one) for one in run.tables[level].to_dict("records")]
    total = run.tables["total"].iloc[0]
    last = Row("", say("lembar.total", language), *(float(total[name]) for name in _HECTARES))
    tier = say(f"tingkat_wilayah.{level}", language)
    head = say("atlas.per_wilayah", language, tingkat=tier)
    panel.table(page, book, column, k, head=head, rows=rows, total=last)


def _area_row(mark: str, place: Mapping[Any, Any]) -> Row:
    return Row(mark, known(place["nama"]) or "–", *(float(place[name]) for name in _HECTARES))


def _region_rows(book: Book, regions: Sequence[Area], first: int) -> list[Row]:
    """Give a row to each region of a page, one to those of other pages, one to ground outside every kelurahan."""
    rows = [_area_row(str(first + at), one.place) for at, one in enumerate(regions)]
    elsewhere = [_area_row("", one.place) for one in book.regions if one not in regions]
    if elsewhere:
        sums = [math.fsum(part) for part in zip(*(one.hectares for one in elsewhere), strict=True)]
        words = say("lembar.lainnya", book.language, jumlah=len(elsewhere))
        rows.append(Row("", words, *sums, parts=len(elsewhere)))
    table = book.run.tables[book.level]
    if all(one.place["kode"] != OUTSIDE for one in book.regions):
        outside = table[(table["kode"] == OUTSIDE) & (table["luas_delineasi_ha"] > 0)]
        rows += [_area_row("", one) for one in outside.to_dict("records")]
    return rows


def draw_charts(
    page: Page, book: Book, regions: Sequence[Area], told: Thematic, *, first: int, points: float
) -> list[Chart]:
    """Draw one map as large as it can be, or a panel for each region."""
    room = book.layout.map
    more: dict[str, Any] = {"outlines": told.outlines, "names": told.names, "close": False}
    if len(regions) == 1:
        chart = draw_chart(page, book, regions[0], room, told.paints, points=points, lines=5, **more)
        if told.finish:
            told.finish(chart, book, points)
        chart.grid.write()
        return [chart]
    charts = []
    for at, (region, cell) in enumerate(zip(regions, cells(len(regions), room), strict=True)):
        charts.append(_panel(page, book, region, cell, told, str(first + at), points * 0.86, more))
    return charts


def _panel(  # noqa: PLR0917
    page: Page,
    book: Book,
    region: Area,
    cell: Box,
    told: Thematic,
    mark: str,
    points: float,
    more: Mapping[str, Any],
) -> Chart:
    """Draw one of several maps: name, zone and scale above, scale bar below."""
    k = book.layout.k
    x, y, wide, high = cell
    box = (x + 2.4 * k, y + 6.4 * k, wide - 4.8 * k, high - 13.6 * k)
    chart = draw_chart(page, book, region, box, told.paints, points=points, lines=3, **{**more, "close": True})
    if told.finish:
        told.finish(chart, book, points)
    chart.grid.write()
    entitle(page, book, chart, mark, y)
    return chart


def entitle(page: Page, book: Book, chart: Chart, mark: str, low: float) -> None:
    """Write which region one of several maps shows, its zone and scale above it, and a scale bar below."""
    k, (left, base, wide, high) = book.layout.k, chart.frame.box
    about = say(
        "lembar.panel", book.language, zona=zone_name(chart.area.epsg, book.language), skala=chart.frame.scale
    )
    words, top = f"{mark}  {known(chart.area.place['nama'])}".strip(), base + high + 3.6 * k
    beside = page.width(words, 7 * k, "bold") + page.width(about, 5.6 * k) + 3 * k <= wide
    if beside:
        page.text(left + wide, top, about, 5.6 * k, ha="right", color=SOFT, gid=f"skala {mark}")
    else:
        # The zone stands with the scale of the page.
        scale = f"1:{number(chart.frame.scale, 0, book.language)}"
        page.text(left, low + 0.4 * k, scale, 5.2 * k, color=SOFT, gid=f"skala {mark}")
    page.text(left, top, page.fit(words, wide, 7 * k, weight="bold")[0], 7 * k, weight="bold", gid="panel")
    draw_scale_bar(page, left + wide, low + 0.4 * k, chart.frame.scale, min(28 * k, wide * 0.5), points=4.6 * k)
