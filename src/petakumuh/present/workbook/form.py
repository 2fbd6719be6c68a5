"""The official sheet of a unit: condition before, what was done, condition after, with formulas that live."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from petakumuh.present.book import BORDER, INPUT, SHADE, Styles, class_colours, inert, opened, paper, put
from petakumuh.present.workbook import formulas
from petakumuh.present.workbook.layout import Layout, layout
from petakumuh.present.workbook.listing import TITLES, Listing, listing, write_listing
from petakumuh.present.workbook.names import unique_name
from petakumuh.present.workbook.rules import TITLE as RULES
from petakumuh.present.workbook.rules import write_rules
from petakumuh.present.workbook.tables import quoted
from petakumuh.present.workbook.values import summed
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from petakumuh.model import Region, Scores
    from petakumuh.present.workbook.values import Condition, Unit

__all__ = ["write_forms"]

_WIDTHS = (23, 54, 13, 9, 13, 9, 36, 12, 9, 13, 9, 13, 9)
_EDGE = {"border": 1, "border_color": BORDER}
_HEAD = {**_EDGE, "bold": True, "align": "center", "bg_color": SHADE, "text_wrap": True}
_WORDS = {**_EDGE, "text_wrap": True, "num_format": "@", "indent": 1}
_SAID = ("jiwa", "KK")
"""Units that have a word of their own in other languages."""
_PERCENT = {**_EDGE, "num_format": "0.00%"}
_SCORE = {**_EDGE, "num_format": "0", "align": "center"}
_MEAN = {"bg_color": "#F2F2F2", "italic": True}
_RESULT = {**_EDGE, "bold": True, "align": "center"}
_ROW, _TALL, _LINE, _HIGHEST = 22, 30, 14, 400
_LETTERS = {1: 56, 6: 42}
"""About how many letters a line of these columns takes."""
_FIRST, _LAST = formulas.FIRST, formulas.LAST
_CUT = 1e-6
"""Outputs beyond what was there by more than adding decimals leaves behind are cut."""
_OFFICIAL = {"rata_sektoral": "ambang", "kontribusi": "form"}
"""What the official workbook chooses."""
_SIGNED = ("tanda_tempat", "tanda_jabatan", "", "", "tanda_nama")
"""Lines of whoever signs."""


@dataclass(frozen=True)
class _Page:
    """A sheet that is being filled: its formats, its lines, what its figures are the sums of, and its language."""

    sheet: Any
    styles: Styles
    plan: Layout
    sums: Listing
    language: Language

    def told(self, row: int, column: int, value: object, **looks: Any) -> None:
        """Write a value that stands."""
        put(self.sheet, row, column, value, self.styles(**looks))

    def formula(self, row: int, column: int, formula: str, value: float | str, **looks: Any) -> None:
        """Write a formula and beside it what it comes to, which viewers show at once."""
        known = isinstance(value, str) or math.isfinite(value)
        shown = inert(value) if isinstance(value, str) else float(value)
        self.sheet.write_formula(row, column, formula, self.styles(**looks), shown if known else "")

    def merged(self, place: tuple[int, int, int, int], value: object, **looks: Any) -> None:
        """Write a value over several cells: first row and column, last row and column."""
        self.sheet.merge_range(*place, "", self.styles(**looks))
        self.told(*place[:2], value, **looks)

    def unit(self, unit: str) -> str:
        """Say in what a denominator is counted."""
        return self.say(f"satuan_{unit.casefold()}") if unit in _SAID else unit

    def say(self, key: str, **values: object) -> str:
        """Look up a word of the sheets."""
        return say(f"buku.{key}", self.language, **values)


def write_forms(scores: Scores, units: Sequence[Unit], wilayah: Region, language: Language, path: Path) -> None:
    """Write the workbook of a kawasan: its own sheet, one of each RT, and the rule set.

    Where the baseline has a row for each kawasan it is that of a kelurahan: its own sheet, one of each kawasan.

    Parameters
    ----------
    scores
        Where the rule set and what was chosen stand.
    units
        RT of the kawasan; or the kawasan alone, where that is what was scored.
    wilayah
        Province, and regency or city.
    language, path
        Of the words; where it is written.
    """
    place, plan = units[0].place, layout(scores, wilayah)
    name = ("" if plan.level == "kawasan" else place["kawasan"]) or place["kelurahan"]
    taken = {RULES.casefold(), TITLES[plan.level].casefold()}
    with opened(path, say("buku.judul_lembar", language), by_rows=False) as book:
        styles, alone = Styles(book, language), listing(plan, 0)
        if plan.level == "rt" or len(units) > 1:
            title = unique_name(name, taken, longest=31)
            whole, sums = summed(units, scores, name), listing(plan, len(units))
            parts = [(unique_name(one.name, taken, longest=31), one) for one in units]
            _form(_Page(book.add_worksheet(title), styles, plan, sums, language), whole, units)
            write_listing(book, styles, plan, parts, language=language)
        else:
            parts = [(unique_name(units[0].name, taken, longest=31), units[0])]
        for title, one in parts:
            _form(_Page(book.add_worksheet(title), styles, plan, alone, language), one)
        write_rules(book, styles, scores, language)


def _form(page: _Page, unit: Unit, listed: Sequence[Unit] = ()) -> None:
    """Write one sheet; a kawasan's figures are the sums of those listed."""
    plan = page.plan
    _laid_out(page.sheet)
    _top(page, unit)
    _titles(page)
    for at, code in enumerate(plan.rules.codes):
        _criterion(page, unit, at, code)
    for at, aspect in enumerate(plan.rules.aspek):
        _aspect(page, unit, at, aspect)
    for side, now in ((_FIRST, unit.first), (_LAST, unit.last)):
        _results(page, now, side)
    _limits(page)
    _conditions(page)
    if listed:
        _by_unit(page, listed)
    _foot(page, unit)


def _laid_out(sheet: Any) -> None:
    """Lay the sheet out for one page of A4 on its side."""
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.set_default_row(_ROW)
    sheet.set_zoom(85)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    paper(sheet, pages_high=1)


def _top(page: _Page, unit: Unit) -> None:
    """Write the title, which unit it is, and what the baseline says of it."""
    plan, sums = page.plan, page.sums
    page.merged((0, 0, 0, 12), page.say("judul_lembar"), bold=True, align="center", font_size=14)
    page.merged((1, 0, 1, 12), plan.rules.nama, bold=True, align="center")
    for row, (key, value) in enumerate(_places(page, unit).items(), start=plan.top):
        page.told(row, 0, page.say(key))
        page.told(row, 1, value or "–", bold=True, num_format="0" if isinstance(value, int) else "@", align="left")
    for column, row in plan.heads.items():
        page.merged((row, 2, row, 3), page.say(column))
        looks = {"num_format": _digits(plan.head_units[column]), "bold": True}
        if sums.size:
            page.formula(row, 4, sums.total(f"E{row + 1}"), unit.head[column], **looks)
        else:
            page.told(row, 4, unit.head[column], font_color=INPUT, **looks)
        page.told(row, 5, page.unit(plan.head_units[column]), indent=1)


def _places(page: _Page, unit: Unit) -> dict[str, str | int]:
    """Say which unit it is; a kawasan that is a row of its own has no RT."""
    plan, size = page.plan, page.sums.size
    found: dict[str, str | int] = {**plan.region, **unit.place}
    found["kawasan"] = found["kawasan"] or found["kelurahan"]
    if plan.level == "rt":
        found["rtrw"] = found["rtrw"] or (page.say("semua_rt") if size else unit.name)
    else:
        del found["rtrw"]
        found["kawasan"] = page.say("semua_kawasan") if size else unit.name
    found |= {"tahun_awal": plan.years[0], "tahun_akhir": plan.years[1]}
    return found | ({f"jumlah_{plan.level}": size} if size else {})


def _titles(page: _Page) -> None:
    """Write the two rows above the table."""
    row, years = page.plan.table, page.plan.years
    places = {
        "aspek": (row, 0, row + 1, 0),
        "kriteria": (row, 1, row + 1, 1),
        "awal": (row, 2, row, 5),
        "output": (row, 6, row, 8),
        "akhir": (row, 9, row, 12),
    }
    for key, place in places.items():
        page.merged(place, page.say(key, awal=years[0], akhir=years[1]), **_HEAD)
    names = ("volume", "satuan", "prosen", "nilai")
    for at, key in enumerate((*names, "infrastruktur", "volume", "satuan", *names), start=2):
        page.told(row + 1, at, page.say(key), **_HEAD)


def _criterion(page: _Page, unit: Unit, at: int, code: str) -> None:
    """Write the row of a criterion: before, what was done, after."""
    plan, sums = page.plan, page.sums
    row, one = plan.rows[code], plan.rules.kriteria[at]
    texts = {1: f"{code}. {one.nama}", 6: unit.works[at]}
    lines = max(math.ceil(len(text) / _LETTERS[column]) for column, text in texts.items())
    if lines > 1:
        page.sheet.set_row(row, min(max(_ROW, lines * _LINE), _HIGHEST))
    page.told(row, 1, texts[1], **_WORDS)
    page.told(row, 6, texts[6], **_WORDS, font_size=10)
    for column in (3, 8, 10):
        page.told(row, column, one.satuan, **_EDGE, align="center", num_format="@")
    volume = {**_EDGE, "num_format": _digits(one.satuan)}
    first, done, last = (f"{column}{row + 1}" for column in (_FIRST.volume, "H", _LAST.volume))
    if sums.size:
        page.formula(row, 2, sums.total(first), unit.first.volume[at], **volume)
        page.formula(row, 7, sums.loose(done), unit.volume[at], **volume)
        page.formula(row, 9, sums.total(last), unit.last.volume[at], **volume)
    else:
        page.told(row, 2, float(unit.first.volume[at]), **volume, font_color=INPUT)
        page.told(row, 7, float(unit.volume[at]), **volume, font_color=INPUT)
        if unit.volume[at] > unit.first.volume[at] + _CUT:
            left = number(unit.first.volume[at], 4 if one.satuan == "ha" else 2, page.language)
            told = page.say("dipotong", sisa=left, satuan=one.satuan)
            page.sheet.write_comment(row, 7, told, {"author": "", "font_size": 9, "width": 160, "height": 30})
        page.formula(row, 9, formulas.left(first, done), unit.last.volume[at], **volume)
    below = f"$E${plan.heads[plan.over[code]] + 1}"
    for side, cell, now in ((_FIRST, first, unit.first), (_LAST, last, unit.last)):
        page.formula(row, side.share_at, formulas.share(cell, below), now.persen[at], **_PERCENT)
        page.formula(row, side.share_at + 1, formulas.mark(f"{side.share}{row + 1}"), now.nilai[at], **_SCORE)


def _aspect(page: _Page, unit: Unit, at: int, aspect: str) -> None:
    """Write the name of an aspect beside its criteria, and its means below them."""
    plan = page.plan
    first, row = plan.spans[aspect][0], plan.means[aspect]
    name = f"{aspect}. {plan.rules.aspek[aspect]}"
    if row - first > 1:
        page.merged((first, 0, row - 1, 0), name, **_WORDS, bold=True)
    else:
        page.told(first, 0, name, **_WORDS, bold=True)
    page.merged((row, 0, row, 3), page.say("rata_aspek", aspek=plan.rules.aspek[aspect]), **_WORDS, **_MEAN)
    for column in (5, 6, 7, 8, 9, 10, 12):
        page.told(row, column, None, **_EDGE, **_MEAN)
    for side, now in ((_FIRST, unit.first), (_LAST, unit.last)):
        cells = f"{side.share}{first + 1}:{side.share}{row}"
        mean = formulas.aspect_mean(cells, row - first, plan.mode)
        page.formula(row, side.share_at, mean, now.aspek[at], **_PERCENT, **_MEAN)


def _results(page: _Page, now: Condition, side: formulas.Side) -> None:
    """Write total, class, mean of the aspects and contribution of a condition."""
    plan, unscored, end = page.plan, page.say("tanpa_skor"), side.share_at + 1
    row = plan.results
    told: tuple[tuple[str, str, float | str, str], ...] = (
        ("total", formulas.total(side, plan), now.total, "0"),
        ("tingkat", formulas.grade(side, plan, unscored), now.tingkat or unscored, "@"),
        ("rata", formulas.mean(side, plan), now.rata, "0.00%"),
        ("kontribusi", formulas.contribution(side, plan), now.kontribusi, "0.00%"),
    )
    for at, (key, formula, value, form) in enumerate(told, start=row):
        page.merged((at, end - 3, at, end - 2), page.say(key), **_WORDS, bold=True, font_size=10)
        page.merged((at, end - 1, at, end), None, **_RESULT, num_format=form)
        page.formula(at, end - 1, formula, value, **_RESULT, num_format=form)
    cell = f"${side.share}${row + 1}"
    for at, colour in enumerate(class_colours(plan.rules).values(), start=1):
        rule = f"=IF(ISNUMBER({cell}),MATCH({cell},kelas_mulai,1)={at},FALSE)"
        painted = {"type": "formula", "criteria": rule, "format": page.styles.over(bg_color=colour)}
        page.sheet.conditional_format(row + 1, end - 1, row + 1, end, painted)


def _limits(page: _Page) -> None:
    """Write the limits of the classes, each in its colour, from the worst down; and the ways that were chosen."""
    plan, colours = page.plan, class_colours(page.plan.rules)
    for row in range(plan.results, plan.end - 1):
        page.sheet.set_row(row, _TALL)
    way = page.say("cara", rata=plan.mode, kontribusi=plan.formula)
    page.merged((plan.results, 6, plan.results + 3, 8), way, **_HEAD | {"bold": False, "bg_color": "#FFFFFF"})
    page.merged((plan.results, 0, plan.results, 1), page.say("batas"), **_HEAD)
    classes = list(enumerate(plan.rules.kelas, start=1))
    best = len(plan.rules.kriteria) * plan.rules.pita[-1].nilai
    for row, (at, one) in enumerate(reversed(classes), start=plan.results + 1):
        page.told(row, 0, one.kode, **_EDGE, bold=True, align="center", bg_color=colours[one.kode])
        end = plan.rules.kelas[at].mulai - 1 if at < len(classes) else best
        formula = formulas.limits(at, best if at == len(classes) else None)
        page.formula(row, 1, formula, f"{one.mulai} – {end}: {one.nama}", **_WORDS)


def _by_unit(page: _Page, listed: Sequence[Unit]) -> None:
    """Say how many of the units that were added up are slum themselves; a formula, so that it stays true."""
    plan, mark = page.plan, "." if page.language == "en" else ","
    begin, area = plan.rules.kelas[1].mulai, f"E{plan.heads['luas_verifikasi_ha'] + 1}"
    shown: dict[str, str] = {}
    worked: dict[str, str] = {}
    for key, side, now in (
        ("awal", _FIRST, [one.first for one in listed]),
        ("akhir", _LAST, [one.last for one in listed]),
    ):
        slum = [one.head["luas_verifikasi_ha"] for one, its in zip(listed, now, strict=True) if its.total >= begin]
        hundredths = math.floor(round(math.fsum(slum) * 100, 6) + 0.5)
        totals = page.sums.over(f"{side.share}{plan.results + 1}")
        shown |= {key: str(len(slum)), f"{key}_ha": f"{hundredths // 100}{mark}{hundredths % 100:02}"}
        worked[key] = formulas.slum(totals)
        worked[f"{key}_ha"] = formulas.hectares(totals, page.sums.over(area), mark)
    told = {"semua": page.sums.size, "tahun_awal": plan.years[0], "tahun_akhir": plan.years[1]}
    key = f"nilai_jumlah_{plan.level}"
    parts = re.split(r"\x1f(\w+)\x1f", page.say(key, **told, **{name: f"\x1f{name}\x1f" for name in shown}))
    formula = "&".join(worked[one] if at % 2 else quoted(one) for at, one in enumerate(parts))
    looks = {"bold": True, "font_size": 10, "text_wrap": True}
    page.merged((plan.end - 1, 0, plan.end - 1, 12), None, **looks)
    page.formula(plan.end - 1, 0, f"={formula}", page.say(key, **told, **shown), **looks)
    page.sheet.set_row(plan.end - 1, _TALL)


def _foot(page: _Page, unit: Unit) -> None:
    """Write the note, and beside it where the sheet is signed."""
    plan, last = page.plan, page.plan.end + len(_SIGNED) - 1
    whole = "catatan_kawasan" if plan.level == "rt" else "catatan_kelurahan"
    notes = [page.say(whole if page.sums.size else "catatan_lembar")]
    if not page.sums.size and (unit.volume > unit.first.volume + _CUT).any():
        notes.append(page.say("catatan_dipotong"))
    chosen = {"rata_sektoral": plan.mode, "kontribusi": plan.formula}
    other = [
        page.say("beda_satu", hal=page.say(f"resep_{matter}").lower(), dipakai=chosen[matter], resmi=way)
        for matter, way in _OFFICIAL.items()
        if chosen[matter] != way
    ]
    if other:
        notes.append(page.say("beda_resmi", pilihan="; ".join(other)))
    looks = {"italic": True, "font_size": 9, "font_color": "#595959", "text_wrap": True, "valign": "top"}
    page.merged((plan.end, 0, last, 6), " ".join(notes), **looks)
    for row, key in enumerate(_SIGNED, start=plan.end):
        if key:
            page.merged((row, 9, row, 12), page.say(key), font_size=10)


def _conditions(page: _Page) -> None:
    """Show whole numbers without decimals, set off the criteria that score and outputs that are cut."""
    plan = page.plan
    tops = (min(plan.heads.values()), max(plan.heads.values()))
    rows = (min(plan.rows.values()), plan.results - 1)
    whole, none = "#,##0", '#,##0;-#,##0;"–"'
    for column, (first, last), form in ((4, tops, whole), (2, rows, whole), (7, rows, none), (9, rows, whole)):
        cell = f"{chr(ord('A') + column)}{first + 1}"
        rule = f"=IF(ISNUMBER({cell}),{cell}=INT({cell}),FALSE)"
        looks = {"type": "formula", "criteria": rule, "format": page.styles.over(num_format=form)}
        page.sheet.conditional_format(first, column, last, column, looks)
    if not page.sums.size:
        before, done = (f"{column}{rows[0] + 1}" for column in "CH")
        rule = f"=IF(AND(ISNUMBER({before}),ISNUMBER({done})),{done}-{before}>{_CUT:f},FALSE)"
        cut = {"type": "formula", "criteria": rule, "format": page.styles.over(italic=True, font_color="#C00000")}
        page.sheet.conditional_format(rows[0], 7, rows[1], 7, cut)
    for side in (_FIRST, _LAST):
        cell, at = f"{side.score}{rows[0] + 1}", side.share_at + 1
        rule = f"=IF(ISNUMBER({cell}),{cell}>MIN(pita_nilai),FALSE)"
        scored = {"type": "formula", "criteria": rule, "format": page.styles.over(bg_color="#FCE4D6", bold=True)}
        page.sheet.conditional_format(rows[0], at, rows[1], at, scored)


def _digits(unit: str) -> str:
    return "#,##0.0000" if unit == "ha" else "#,##0.00"
