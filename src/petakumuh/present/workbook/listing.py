"""The list of a kawasan's RT: a row each, what its sheet shows, and what the kawasan's own sheet adds up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from petakumuh.present.book import BORDER, SHADE, Styles, class_colours, letters, paper, put
from petakumuh.present.workbook.formulas import FIRST, LAST
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from petakumuh.present.workbook.layout import Layout
    from petakumuh.present.workbook.values import Unit

__all__ = ["TITLES", "Listing", "listing", "write_listing"]

TITLES = {"rt": "Daftar RT", "kawasan": "Daftar kawasan"}
_BEGIN = 5
"""Rows above the list: a title, where it is, a gap, two of heads."""
_ROW = 20
_WIDTHS = {"buku.total": 9, "buku.tingkat": 15, "buku.rata": 14, "buku.kontribusi": 15}
_ALIGNED: dict[str, dict[str, Any]] = {"buku.total": {"align": "center"}, "buku.tingkat": {"indent": 1}}
_EDGE = {"border": 1, "border_color": BORDER}
_HEAD = {**_EDGE, "bold": True, "align": "center", "bg_color": SHADE, "text_wrap": True}


@dataclass(frozen=True)
class Listing:
    """Where the list holds what: each cell of an RT's sheet has its column, each RT its row.

    Attributes
    ----------
    title
        Name of the list's sheet.
    columns
        Cell of the sheets -> letters of its column.
    size
        How many RT there are; none where a sheet stands for itself.
    """

    title: str
    columns: Mapping[str, str]
    size: int

    def total(self, cell: str) -> str:
        r"""Add a cell up over the RT; missing where one misses it.

        Examples
        --------
        >>> Listing("Daftar RT", {"C14": "K"}, 2).total("C14")
        '=IF(COUNT(\'Daftar RT\'!$K$6:$K$7)<2,"",SUM(\'Daftar RT\'!$K$6:$K$7))'
        """
        return f'=IF(COUNT({self.over(cell)})<{self.size},"",SUM({self.over(cell)}))'

    def loose(self, cell: str) -> str:
        """Add up what there is of a cell over the RT."""
        return f"=SUM({self.over(cell)})"

    def over(self, cell: str) -> str:
        """Give the cells of the list that hold a cell of each sheet."""
        column = self.columns[cell]
        return f"'{self.title}'!${column}${_BEGIN + 1}:${column}${_BEGIN + self.size}"


def listing(plan: Layout, size: int) -> Listing:
    """Give every cell that is listed its column, after that of the name."""
    cells = [cell for _, group in _groups(plan) for cell, _ in group]
    return Listing(TITLES[plan.level], {cell: letters(at) for at, cell in enumerate(cells, start=1)}, size)


def _groups(plan: Layout) -> list[tuple[str, list[tuple[str, str]]]]:
    """List the cells by group, each with what its head says: a message, or the code of a criterion."""
    heads = [(f"E{row + 1}", f"buku.{column}") for column, row in plan.heads.items()]
    names = ("total", "tingkat", "rata", "kontribusi")
    found = [("unit" if plan.level == "rt" else "unit_kawasan", heads)]
    for key, side in (("awal", FIRST), ("akhir", LAST)):
        found.append(
            (key, [(f"{side.share}{plan.results + at + 1}", f"buku.{name}") for at, name in enumerate(names)])
        )
    for key, column in (("volume_awal", "C"), ("volume_output", "H"), ("volume_akhir", "J")):
        found.append((key, [(f"{column}{plan.rows[code] + 1}", code) for code in plan.rules.codes]))
    return found


def write_listing(
    book: Any, styles: Styles, plan: Layout, sheets: Sequence[tuple[str, Unit]], *, language: Language
) -> None:
    """Add the list: its figures are those of the sheets, by formulas."""
    sheet = book.add_worksheet(TITLES[plan.level])
    cells = [cell for _, group in _groups(plan) for cell, _ in group]
    looks = _heads(sheet, styles, plan, sheets, language=language)
    unscored, last = say("buku.tanpa_skor", language), _BEGIN + len(sheets) - 1
    link = styles(**_EDGE, num_format="@", font_color="#1F4E9E")
    for row, (title, unit) in enumerate(sheets, start=_BEGIN):
        sheet.set_row(row, _ROW)
        sheet.write_url(row, 0, f"internal:'{title}'!A1", link, title)
        for column, (cell, value) in enumerate(zip(cells, _values(unit, unscored), strict=True), start=1):
            known = isinstance(value, str) or math.isfinite(value)
            formula = f"=IF('{title}'!{cell}=\"\",\"\",'{title}'!{cell})"
            sheet.write_formula(row, column, formula, looks[column - 1], value if known else "")
    _paint(sheet, styles, plan, len(sheets))
    sheet.hide_gridlines(2)
    sheet.freeze_panes(_BEGIN, 1)
    paper(sheet, repeated=(_BEGIN - 2, _BEGIN - 1))
    results = sum(len(group) for key, group in _groups(plan) if not key.startswith("volume"))
    sheet.print_area(0, 0, last, results)  # volumes are printed on the sheets of the RT
    sheet.autofilter(_BEGIN - 1, 0, last, len(cells))


def _heads(
    sheet: Any, styles: Styles, plan: Layout, sheets: Sequence[tuple[str, Unit]], *, language: Language
) -> list[Any]:
    """Write what stands above the list, and give the look of each of its columns after that of the name."""
    above, below = _BEGIN - 2, _BEGIN - 1
    for row, height in enumerate((24, 18, 8, 20, 54)):
        sheet.set_row(row, height)
    by_rt, place = plan.level == "rt", sheets[0][1].place
    title = say("buku.judul_daftar" if by_rt else "buku.judul_daftar_kawasan", language)
    put(sheet, 0, 0, title, styles(bold=True, font_size=14))
    where = [
        place["kawasan"] if by_rt else "",
        place["kelurahan"],
        place["kecamatan"],
        *reversed(list(plan.region.values())),
    ]
    put(sheet, 1, 0, " · ".join([plan.rules.nama, *dict.fromkeys(filter(None, where))]), styles(italic=True))
    sheet.set_column(0, 0, max(14, *(len(name) for name, _ in sheets)) + 3)
    put(sheet, above, 0, "", styles(**_HEAD))
    put(sheet, below, 0, say("buku.rtrw" if by_rt else "buku.kawasan", language), styles(**_HEAD))
    at, looks = 1, []
    for key, group in _groups(plan):
        last, look = at + len(group) - 1, styles(**_HEAD | {"align": "left", "indent": 1})
        told = say(f"buku.{key}", language, awal=plan.years[0], akhir=plan.years[1])
        sheet.merge_range(above, at, above, last, "", look)
        put(sheet, above, at, told, look)
        for place_of, (_, head) in enumerate(group, start=at):
            unit = plan.head_units.get(head.removeprefix("buku."), "")
            words = say(head, language) if head.startswith("buku.") else head
            put(sheet, below, place_of, f"{words} ({unit})" if unit in ("ha", "m") else words, styles(**_HEAD))
            sheet.set_column(place_of, place_of, _WIDTHS.get(head, 11))
            looks.append(styles(**_EDGE, num_format=_form(head), **_ALIGNED.get(head, {})))
        at = last + 1
    return looks


def _values(unit: Unit, unscored: str) -> list[float | str]:
    """List what the cells of a unit come to, in the order of the groups."""
    found: list[float | str] = list(unit.head.values())
    for now in (unit.first, unit.last):
        found += [now.total, now.tingkat or unscored, now.rata, now.kontribusi]
    for volume in (unit.first.volume, unit.volume, unit.last.volume):
        found += volume.tolist()
    return found


def _paint(sheet: Any, styles: Styles, plan: Layout, size: int) -> None:
    """Lay the colour of its class under each class, and show whole numbers without decimals."""
    found = listing(plan, size).columns
    for key, group in _groups(plan):
        if key not in ("awal", "akhir"):
            first, last = found[group[0][0]], found[group[-1][0]]
            rule = f"=IF(ISNUMBER({first}{_BEGIN + 1}),{first}{_BEGIN + 1}=INT({first}{_BEGIN + 1}),FALSE)"
            form = '#,##0;-#,##0;"–"' if key == "volume_output" else "#,##0"
            looks = {"type": "formula", "criteria": rule, "format": styles.over(num_format=form)}
            sheet.conditional_format(f"{first}{_BEGIN + 1}:{last}{_BEGIN + size}", looks)
    for side in (FIRST, LAST):
        total, grade = (found[f"{side.share}{plan.results + below}"] for below in (1, 2))
        for at, colour in enumerate(class_colours(plan.rules).values(), start=1):
            cell = f"${total}{_BEGIN + 1}"
            rule = f"=IF(ISNUMBER({cell}),MATCH({cell},kelas_mulai,1)={at},FALSE)"
            looks = {"type": "formula", "criteria": rule, "format": styles.over(bg_color=colour)}
            sheet.conditional_format(f"{grade}{_BEGIN + 1}:{grade}{_BEGIN + size}", looks)


def _form(head: str) -> str:
    if head.endswith(("rata", "kontribusi")):
        return "0.00%"
    return {"buku.luas_verifikasi_ha": "#,##0.0000", "buku.total": "0"}.get(head, "#,##0.00")
