"""The column beside the map, block by block from above; each block says where it ends."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from petakumuh.present.basis import basis, certified
from petakumuh.present.imprint import sources
from petakumuh.present.qgis.items import INK, SOFT, Sheet, Words, height
from petakumuh.present.qgis.markup import plain
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from petakumuh.model import Result
    from petakumuh.present.qgis.frames import Box

__all__ = [
    "BOTTOM",
    "INSET",
    "LEFT",
    "TOP",
    "WIDE",
    "Title",
    "rows_left",
    "write_figures",
    "write_foot",
    "write_legend",
    "write_letterhead",
    "write_orientation",
    "write_table",
    "write_title",
]

LEFT, WIDE, TOP, BOTTOM = 309.0, 101.0, 13.0, 285.0
INSET: Box = (LEFT + WIDE - 46.0, BOTTOM - 82.0, 46.0, 46.0)
_FOOT = BOTTOM - 34.0
_ROW_MM = 2.95
_TWO_COLUMNS = 8
"""So many classes stand one below the other."""
_TABLE = (41.0, 20.0, 21.0, 19.0)
"""Widths of the columns of the table."""
_NORTH = base64.b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="72" viewBox="0 0 40 72">'
    b'<path d="M20 2 L20 56 L3 70 Z" fill="#1B2430" stroke="#1B2430" stroke-width="2" stroke-linejoin="round"/>'
    b'<path d="M20 2 L20 56 L37 70 Z" fill="#FFFFFF" stroke="#1B2430" stroke-width="2" stroke-linejoin="round"/>'
    b"</svg>"
).decode("ascii")


@dataclass(frozen=True)
class Title:
    """What a page is called: a line above, the title, a line below; and the longest that comes of expressions."""

    above: str
    title: str
    below: str
    longest: tuple[str, str, str]


def write_letterhead(sheet: Sheet, run: Result) -> float:
    """Write who answers for the map, as far as the recipe says it."""
    kop, left, end = run.recipe.kop, LEFT, TOP
    logo = kop.logo_path
    if logo is not None:
        sheet.picture(
            "logo", (LEFT, TOP, 17, 17), base64.b64encode(logo.read_bytes()).decode("ascii"), drawn=False
        )
        left, end = LEFT + 20, TOP + 17.0
    wide, y = LEFT + WIDE - left, TOP + 0.5
    for name, text, bold in (("pemda", (kop.pemda or "").upper(), True), ("dinas", kop.dinas or "", False)):
        if text:
            how = Words(points=10 if bold else 8.5, bold=bold)
            tall = min(height(text, wide, how), 12.0)
            sheet.words(name, (left, y, wide, tall), plain(text), how)
            y += tall + 0.5
            end = max(end, y)
    if end == TOP:
        return TOP
    sheet.rule("garis kop", LEFT, end + 1.5, WIDE, 0.7)
    sheet.rule("garis kop tipis", LEFT, end + 2.7, WIDE, 0.2)
    return end + 5.0


def write_title(sheet: Sheet, title: Title, y: float) -> float:
    """Write what the page shows."""
    looks = (Words(points=7.5, colour=SOFT), Words(points=14, bold=True), Words(points=8, colour=SOFT))
    texts = (title.above, title.title, title.below)
    for at, (text, longest, how) in enumerate(zip(texts, title.longest, looks, strict=True)):
        if text:
            tall = min(height(longest, WIDE, how), 20.0)
            sheet.expression(
                ("di atas judul", "judul", "wilayah")[at], (LEFT, y, WIDE, tall), text, how, longest=longest
            )
            y += tall + 0.8
    sheet.rule("garis judul", LEFT, y + 0.8, WIDE, 0.5)
    return y + 3.0


def write_figures(sheet: Sheet, figures: Sequence[tuple[str, str]], y: float) -> float:
    """Write the three figures that matter: what each is, and its hectares."""
    third = WIDE / 3
    for at, (label, figure) in enumerate(figures):
        left = LEFT + at * third
        sheet.expression(
            f"nama angka {at}", (left, y, third, 4), label, Words(points=6, colour=SOFT), longest="x" * 24
        )
        how = Words(points=14, bold=True)
        sheet.expression(f"angka {at}", (left, y + 3.2, third, 7.5), figure, how, longest="00.000,00")
    sheet.rule("garis angka", LEFT, y + 11.5, WIDE)
    return y + 13.5


def write_orientation(sheet: Sheet, zone: str, bars: Mapping[int, str], y: float, language: Language) -> float:
    """Put north, the scale in numbers and as a bar, and the datum.

    Parameters
    ----------
    bars
        Metres of a part of the bar -> the expression of how opaque that bar is, "" where it always is; the maps of
        an atlas differ in scale, and each has the bar of round numbers that fits. None where each map has its own.
    """
    sheet.words(
        "utara", (LEFT, y, 9, 4.5), say("peta.utara", language), Words(points=8, bold=True, align="tengah")
    )
    sheet.picture("panah utara", (LEFT, y + 4.2, 9, 12.5), _NORTH, drawn=True)
    left, wide = LEFT + 14, WIDE - 14
    if not bars:
        sheet.words("skala", (left, y, wide, 10), say("lembar.skala_panel", language), Words(points=8))
    else:
        scale = f"[% format_number(map_get(item_variables('peta'), 'map_scale'), 0, '{language}') %]"
        words = say("qgis.skala", language, skala=scale)
        sheet.expression("skala", (left, y, wide, 5), words, Words(points=9, bold=True), longest="x" * 20)
        for metres, shown in bars.items():
            sheet.bar(f"batang skala {metres}", (left - 1, y + 4.8, wide, 8), "peta", metres, shown=shown)
    told = f"{say('qgis.proyeksi', language, zona=zone)}\n{say('qgis.datum', language)}"
    how = Words(points=6.2, colour=SOFT)
    sheet.expression("proyeksi", (left, y + 13.4, wide, 6), told, how, longest="x" * 60 + "\nx")
    sheet.rule("garis skala", LEFT, y + 20.0, WIDE)
    return y + 22.0


def write_legend(
    sheet: Sheet, layers: Mapping[str, str], classes: int, y: float, language: Language, *, linked: str
) -> float:
    """List what the linked map shows, or every class where none is linked."""
    sheet.words(
        "judul legenda", (LEFT, y, WIDE, 4.5), say("peta.legenda", language).upper(), Words(points=8, bold=True)
    )
    columns = 1 if classes <= _TWO_COLUMNS else 2
    sheet.legend("legenda", (LEFT, y + 4.8, WIDE, 40), layers, linked, columns=columns)
    end = y + 4.8 + 4.5 + 5.0 * -(-classes // columns)
    sheet.rule("garis legenda", LEFT, end + 0.5, WIDE)
    return end + 2.5


def rows_left(y: float) -> int:
    """Say how many rows a table that begins here has room for."""
    return max(int((INSET[1] - 4.0 - (y + 9.0)) / _ROW_MM), 0)


def write_table(sheet: Sheet, heading: str, names: Sequence[str], columns: Sequence[str], y: float) -> None:
    """Write a table of four columns, each the lines of one text; ``names`` head them."""
    sheet.words("judul tabel", (LEFT, y, WIDE, 4.5), heading.upper(), Words(points=8, bold=True))
    left = LEFT
    for at, (name, lines, wide) in enumerate(zip(names, columns, _TABLE, strict=True)):
        align = "kanan" if at else "kiri"
        box = (left, y + 8.2, wide, INSET[1] - y - 11.0)
        sheet.words(f"nama kolom {at}", (left, y + 4.7, wide, 3), name, Words(points=6, colour=SOFT, align=align))
        sheet.expression(f"kolom {at}", box, lines, Words(points=6.4, align=align), longest="")
        left += wide


def write_foot(sheet: Sheet, run: Result, notes: Sequence[str], language: Language) -> None:
    """Write beside the inset who made the map when; below it the sources, and how sure the hectares are."""
    left, top, wide, _ = INSET
    beside = left - LEFT - 4
    sheet.rule("garis letak", LEFT, top - 2.5, WIDE)
    sheet.words(
        "judul letak", (LEFT, top, beside, 5), say("qgis.petunjuk", language).upper(), Words(points=8, bold=True)
    )
    words = "\n".join(notes)
    sheet.expression("keterangan", (LEFT, top + 6, beside, wide - 6), words, Words(points=7), longest=words)
    sheet.words(
        "judul sumber", (LEFT, _FOOT, WIDE, 4), say("peta.sumber", language).upper(), Words(points=7, bold=True)
    )
    rests = [*sources(run, language), str(basis(run, language)["keterangan"])]
    told = plain("\n".join(rests))
    sheet.words("sumber", (LEFT, _FOOT + 4, WIDE, 22), told, Words(points=6.2, colour=SOFT))
    sure = bool(run.sertifikasi.get("tersertifikasi"))
    how = Words(points=6.2, bold=True, colour=SOFT if sure else INK)
    sheet.words("sertifikasi", (LEFT, BOTTOM - 7.5, WIDE, 7), plain(certified(run.sertifikasi, language)), how)
