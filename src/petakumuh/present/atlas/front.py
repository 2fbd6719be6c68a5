"""The pages before the maps: cover, index map with the numbers of sheets, list of sheets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from petakumuh.present import imprint
from petakumuh.present.atlas import panel
from petakumuh.present.atlas.chart import draw_chart
from petakumuh.present.atlas.heading import kop
from petakumuh.present.atlas.inset import LAND_FILL, aspect, overview
from petakumuh.present.atlas.layout import Column
from petakumuh.present.atlas.pages import entitle, locate, start
from petakumuh.present.atlas.thematic import slum_paint
from petakumuh.present.legend import LEFT
from petakumuh.present.sheet.cartography import spots
from petakumuh.present.sheet.maps import cells
from petakumuh.present.sheet.paper import INK, SOFT, known
from petakumuh.text import number, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from petakumuh.present.atlas.areas import Area
    from petakumuh.present.atlas.book import Book
    from petakumuh.present.atlas.chart import Chart
    from petakumuh.present.atlas.pages import Heads
    from petakumuh.present.sheet.ink import Page
    from petakumuh.present.sheet.paper import Box

__all__ = ["Entry", "draw_cover", "draw_index", "draw_list", "list_room"]

_BARS, _THIN = 60.0, 0.4
_FOOT = 58.0
"""Room for contents and sources at the foot of a cover that stands upright."""
_STEP = 3.75
_POINTS = 6.3
_NARROWEST, _WIDEST = 46.0, 90.0
"""Of a column of the list."""


class Entry(NamedTuple):
    """A line of the list of sheets: a kelurahan with its sheet, or a heading (no sheet, bold), or one without."""

    sheet: int | None
    name: str
    ha: float | None
    head: bool = False


def draw_cover(book: Book, contents: Sequence[tuple[str, int, int]]) -> Page:
    """Draw the cover; contents are parts with their first and last sheet."""
    page, layout = book.page(), book.layout
    (wide, high), k, edge = layout.size, layout.k, layout.border
    page.box((edge, edge, wide - 2 * edge, high - 2 * edge), fill=False, edgecolor=INK, linewidth=1.2)
    inner = edge + 2.2 * k
    page.box((inner, inner, wide - 2 * inner, high - 2 * inner), fill=False, edgecolor=INK, linewidth=0.4)
    margin = inner + 9 * k
    beside = wide > high
    column = Column(margin, high - margin, (wide * 0.43 if beside else wide - margin) - margin, margin)
    _cover_words(page, book, column, k)
    foot = margin + _FOOT * k
    below = (margin, foot, wide - 2 * margin, column.y - 8 * k - foot)
    _cover_map(page, book, (wide * 0.47, margin, wide * 0.53 - margin, high - 2 * margin) if beside else below, k)
    foot_column = Column(margin, margin, column.wide, margin)
    _cover_foot(page, book, foot_column, contents, k)
    return page


def _cover_words(page: Page, book: Book, column: Column, k: float) -> None:
    """Write who answers for the atlas, its title and the three figures that matter."""
    run, language = book.run, book.language
    kop(page, book, column, 1.35 * k)
    column.y -= 14 * k
    panel.paragraph(page, column, say("atlas.judul", language).upper(), 9 * k, 2, color=SOFT, weight="bold")
    column.y -= 2.5 * k
    panel.paragraph(page, column, imprint.title(run, language), 25 * k, 5, weight="bold")
    column.y -= 2.5 * k
    panel.paragraph(page, column, imprint.region(run), 13 * k, 2, color=SOFT)
    for line in imprint.dated(run, language):
        column.y -= 0.8 * k
        panel.paragraph(page, column, line, 9 * k, 1, color=SOFT)
    column.y -= 6 * k
    panel.figures(page, book, column, 1.25 * k, dict(run.tables["total"].iloc[0]))


def _cover_map(page: Page, book: Book, room: Box, k: float) -> None:
    """Draw the region by the share of slum that is handled; below it a bar for each part, where room is left."""
    x, y, wide, high = room
    theme = book.themes["kelurahan"]
    strip = 11 * k
    tall = min(max(wide * aspect(book) * 1.06, 70 * k), high - strip)
    if len(book.regions) == 1 or high - strip - tall < _BARS * k:
        tall = high - strip
    base = y + high - tall
    overview(page, book, (x, base, wide, tall), book.keys("kelurahan"), theme.classes, regions=book.regions)
    page.text(x, base - 4.2 * k, page.fit(theme.title, wide, 6.3 * k)[0], 6.3 * k, color=SOFT)
    left = x
    looks = {
        key: replace(one, fill=one.fill or LAND_FILL, line=SOFT, width=0.1, dash=(), opacity=1.0)
        for key, one in theme.classes.items()
    }
    for key, look in looks.items():
        page.swatch((left, base - 9.4 * k, 7 * k, 3.3 * k), look, f"legenda {key}")
        page.text(left + 8.4 * k, base - 8.6 * k, look.label, 6.3 * k)
        left += 11.5 * k + page.width(look.label, 6.3 * k)
    if base - strip - y >= _BARS * k:
        _bars(page, book, (x, y, wide, base - strip - 6 * k - y), k)


def _bars(page: Page, book: Book, box: Box, k: float) -> None:
    """Draw handled and left hectares of each region, the widest slums first where not all find room."""
    x, y, wide, high = box
    places = [one.place for one in book.regions]
    step = min(high / (min(len(places), int(high / (5 * k))) + 1), 15 * k)
    places = sorted(places, key=lambda one: -float(one["luas_delineasi_ha"]))[: int(high / step) - 1]
    tier = say(f"tingkat_wilayah.{book.level}", book.language)
    page.text(x, y + high - 3 * k, say("atlas.per_wilayah", book.language, tingkat=tier), 9 * k, weight="bold")
    left, most = x + 46 * k, max(float(one["luas_delineasi_ha"]) for one in places)
    long, hatch = wide - 46 * k - 40 * k, book.themes["tahun"].classes
    for at, one in enumerate(places, 1):
        low = y + high - 4 * k - at * step + step * 0.22
        deep, part = step * 0.5, long / most
        done, whole = float(one["luas_tertangani_ha"]) * part, float(one["luas_delineasi_ha"]) * part
        words = page.fit(known(one["nama"]) or "–", 44 * k, 7.5 * k)[0]
        page.text(x, low + deep / 2 - 0.95 * k, words, 7.5 * k)
        page.box((left, low, done, deep), facecolor=book.style["tahun"]["tangga"][2])
        if LEFT in hatch and whole - done > _THIN:
            page.swatch((left + done, low, whole - done, deep), hatch[LEFT], "sisa")
        told = say(
            "lembar.capaian_pendek",
            book.language,
            tertangani=one["luas_tertangani_ha"],
            kumuh=one["luas_delineasi_ha"],
        )
        page.text(left + whole + 2 * k, low + deep / 2 - 0.85 * k, told, 6.3 * k, color=SOFT)


def _cover_foot(page: Page, book: Book, foot: Column, contents: Sequence[tuple[str, int, int]], k: float) -> None:
    """Write the contents over the sources."""
    panel.write_sources(page, book, foot, 1.12 * k)
    y, language = foot.low + 1.5 * k, book.language
    for name, first, last in reversed(contents):
        pages = str(first) if first == last else f"{first} – {last}"
        page.text(foot.x, y, name, 8 * k)
        page.text(foot.x + 62 * k, y, pages, 8 * k, ha="right")
        y += 4.6 * k
    page.text(foot.x, y + 1.2 * k, say("atlas.isi", language), 9 * k, weight="bold")


def draw_index(
    book: Book,
    regions: Sequence[Area],
    sheets: Mapping[str, int],
    entries: Sequence[Entry],
    heads: Heads,
    *,
    first: int,
    listed: int | None,
) -> Page:
    """Draw the map of sheet numbers; beside it the list, or where that stands."""
    k, room = book.layout.k, book.layout.map
    page, columns = start(book, heads)
    charts, slums = [], slum_paint(book)
    for at, (region, cell) in enumerate(zip(regions, cells(len(regions), room), strict=True)):
        if len(regions) == 1:
            box, lines = room, 5
        else:
            x, y, wide, high = cell
            box, lines = (x + 2.4 * k, y + 6.4 * k, wide - 4.8 * k, high - 13.6 * k), 3
        chart = draw_chart(page, book, region, box, [slums], points=6 * k, lines=lines, close=False, names=False)
        _numbers(chart, book, sheets)
        chart.grid.write()
        charts.append(chart)
        if len(regions) > 1:
            entitle(page, book, chart, f"{first + at}", cell[1])
    panel.scale(page, book, columns[0], k, charts)
    panel.write_sources(page, book, columns[0], k)
    panel.legend(page, book, columns[0], k, paints=[slums], charts=charts)
    last = columns[-1]
    lines = 2 if listed is not None else -(-len(entries) // _columns((0, 0, last.wide, 0), k))
    locate(page, book, last, k, regions=regions, first=first, wanted=(lines + 2) * _STEP * k)
    if listed is not None:
        panel.paragraph(page, last, say("atlas.daftar_di", book.language, nomor=listed), 7 * k, 2)
    else:
        _write_list(page, book, (last.x, last.low, last.wide, last.y - last.low - 2 * k), entries, k)
    return page


def _numbers(chart: Chart, book: Book, sheets: Mapping[str, int]) -> None:
    """Write the number of its sheet in each kelurahan, the widest first."""
    frame, layer = chart.frame, book.stock(chart.area.epsg).layer("kelurahan")
    seen = layer.within(frame.bounds)
    shapes = frame.cut(layer.shapes[seen])
    codes = book.home[layer.rows[seen]]
    boxes = shapely.bounds(shapes).reshape(-1, 2, 2)
    wide = np.nan_to_num(np.ptp(boxes, axis=1).max(axis=1))
    done = set()
    for at in np.argsort(-wide, kind="stable"):
        code = codes[at]
        if code not in sheets or code in done or code not in chart.area.own or shapes[at].is_empty:
            continue
        middle = boxes[at].mean(axis=0)
        beside = [middle + np.array(one) * 4.5 * frame.unit for one in ((1, 1), (-1, 1), (1, -1), (-1, -1))]
        size = (7 if wide[at] > 7 * frame.unit else 5.5) * book.layout.k
        if frame.number([*spots(shapes[at]), *beside], str(sheets[code]), size):
            done.add(code)


def list_room(book: Book, box: Box) -> int:
    """Say how many lines of the list find room in a box."""
    k = book.layout.k
    return _columns(box, k) * int(box[3] / (_STEP * k))


def _columns(box: Box, k: float) -> int:
    return max(int(box[2] / (_NARROWEST * k)), 1)


def draw_list(book: Book, entries: Sequence[Entry], heads: Heads) -> Page:
    """Draw a page of the list of sheets."""
    page, k = book.page(), book.layout.k
    edge, (wide, high) = book.layout.border, book.layout.size
    page.box((edge, edge, wide - 2 * edge, high - 2 * edge), fill=False, edgecolor=INK, linewidth=0.9)
    x, y, across, up = book.layout.whole
    page.text(x, y + up - 5.5 * k, heads.name, 14 * k, weight="bold", gid="lembar")
    page.text(x + across, y + up - 5.5 * k, heads.sheet, 6.5 * k, ha="right", color=SOFT, gid="halaman")
    page.rule(x, y + up - 9 * k, across, 0.8 * k)
    _write_list(page, book, list_box(book), entries, k)
    return page


def list_box(book: Book) -> Box:
    """Say where on its own page the list stands."""
    x, y, wide, high = book.layout.whole
    return x, y, wide, high - 12 * book.layout.k


def _write_list(page: Page, book: Book, box: Box, entries: Sequence[Entry], k: float) -> None:
    """Write entries in columns from above, one after the other."""
    x, y, wide, high = box
    across, deep = _columns(box, k), int(high / (_STEP * k))
    across = min(across, -(-len(entries) // max(deep // 2, 1)))
    width = min((wide + 5 * k) / across, _WIDEST * k)
    points = _POINTS * k
    deep = max(-(-len(entries) // across), 1) if len(entries) < across * deep else deep
    for at, one in enumerate(entries[: across * deep]):
        left, base = x + at // deep * width, y + high - (at % deep + 1) * _STEP * k + 0.9 * k
        right = left + width - 5 * k
        if one.head:
            page.text(
                left, base, page.fit(one.name, width - 5 * k, points, weight="bold")[0], points, weight="bold"
            )
            continue
        told = "" if one.ha is None else number(one.ha, 2, book.language)
        if told:
            page.text(right, base, told, points, ha="right", gid="daftar")
        if one.sheet is not None:
            page.text(left + 6 * k, base, str(one.sheet), points, ha="right", weight="bold", gid="lembar ke")
        room = width - 14 * k - page.width(told, points)
        page.text(left + 8 * k, base, page.fit(one.name, room, points)[0], points)
