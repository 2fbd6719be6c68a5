"""The first sheet: whose it is, the headline figures with their basis and certification, and what else is here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh import findings
from petakumuh.present.basis import certified
from petakumuh.present.book import BORDER, address, inert, paper, picture, put
from petakumuh.present.imprint import dated, region, title
from petakumuh.present.tablebook.works import SHEETS
from petakumuh.present.tablebook.writing import EDGE, HEAD, LINE, TOTAL, form, text_lines
from petakumuh.present.tables import records
from petakumuh.text import number, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from petakumuh.present.tablebook.page import Desk, Page

__all__ = ["NAME", "write_overview"]

NAME = "Rekap"
_WIDTHS = (6.0, 46.0, 17.0, 14.0, 88.0)
_LAST = len(_WIDTHS) - 1
_NOTE = {"text_wrap": True, "num_format": "@", "valign": "top"}
_LOGO = 74
"""Height of the logo, in dots."""


def write_overview(desk: Desk, pages: Sequence[Page]) -> None:
    """Write the first sheet.

    Parameters
    ----------
    desk
        What it is written with.
    pages
        The sheets that follow it.
    """
    sheet = desk.book.add_worksheet(NAME)
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.hide_gridlines(2)
    paper(sheet, pages_high=1)
    sheet.center_horizontally()
    row = _letterhead(desk, sheet)
    row = _figures(desk, sheet, row)
    row = _remarks(desk, sheet, row)
    row = _found(desk, sheet, row)
    _contents(desk, sheet, row, pages)


def _letterhead(desk: Desk, sheet: Any) -> int:
    """Write whose table this is, its title, and number and date of the document."""
    kop, row = desk.run.recipe.kop, 0
    if kop.logo_path is not None:
        picture(sheet, kop.logo_path, _LOGO)
    for text, size in ((kop.pemda, 13), (kop.dinas, 15)):
        if text:
            sheet.set_row(row, LINE * size / 9)
            _across(desk, sheet, row, text.upper(), bold=True, font_size=size, align="center")
            row += 1
    if row or kop.logo_path is not None:
        row = max(row, 4 if kop.logo_path is not None else row)
        sheet.set_row(row, 6)
        for at in range(_LAST + 1):
            put(sheet, row, at, None, desk.styles(bottom=6, bottom_color="#000000"))
        row += 1
        sheet.set_row(row, 8)
        row += 1
    called = title(desk.run, desk.language)
    lines: list[tuple[str, dict[str, Any]]] = [
        (desk.say("judul_rekap").upper(), {"bold": True, "font_size": 14}),
        (called, {"bold": True, "font_size": 12}),
    ]
    place = region(desk.run)
    if place and place.casefold() not in called.casefold():
        lines.append((place, {"font_size": 11}))
    below = " · ".join(dated(desk.run, desk.language))
    if below:
        lines.append((below, {"font_size": 10}))
    for text, looks in lines:
        sheet.set_row(
            row, LINE * looks["font_size"] / 9 * text_lines(text, sum(_WIDTHS) * 11 / looks["font_size"])
        )
        _across(desk, sheet, row, text, align="center", text_wrap=True, **looks)
        row += 1
    return row + 1


def _across(desk: Desk, sheet: Any, row: int, text: str, **looks: Any) -> None:
    look = desk.styles(num_format="@", **looks)
    sheet.merge_range(row, 0, row, _LAST, "", look)
    put(sheet, row, 0, text, look)


def _figures(desk: Desk, sheet: Any, row: int) -> int:
    """Write the headline figures: what is slum, what of it was handled, what is left; and others beside them."""
    total = records(desk.run.tables["total"])[0]
    heads = ("nomor", "uraian", "luas", "persen", "keterangan")
    sheet.set_row(row, LINE * 1.5)
    for at, name in enumerate(heads):
        put(sheet, row, at, desk.say(name), desk.styles(**HEAD))
    slum, handled = row + 1, row + 2
    whole = address(slum, 2)
    lines: list[tuple[str, Any, Any, str, str]] = [
        (
            "luas_delineasi_ha",
            total["luas_delineasi_ha"],
            100.0 if total["luas_delineasi_ha"] else None,
            "",
            _share(slum, slum),
        ),
        ("luas_tertangani_ha", total["luas_tertangani_ha"], total["persen_tertangani"], "", _share(handled, slum)),
        (
            "sisa_ha",
            total["sisa_ha"],
            total["persen_sisa"],
            f"={whole}-{address(handled, 2)}",
            _share(handled + 1, slum),
        ),
    ]
    lines += [(name, value, None, "", "") for name, value in _beside(desk, total)]
    for at, (name, area, part, area_formula, part_formula) in enumerate(lines, start=1):
        _figure(desk, sheet, row + at, at, (name, area, part, area_formula, part_formula))
    return row + len(lines) + 2


def _share(row: int, whole: int) -> str:
    return f"={address(row, 2)}/{address(whole, 2)}*100"


def _figure(desk: Desk, sheet: Any, row: int, at: int, line: tuple[str, Any, Any, str, str]) -> None:
    name, area, part, area_formula, part_formula = line
    strong = {**TOTAL, "top": 1} if part_formula else {}
    told = desk.say(f"arti_{name}")
    sheet.set_row(row, LINE * max(text_lines(told, _WIDTHS[4]), 1) + 5)
    put(sheet, row, 0, at, form(desk, "nomor", **strong))
    put(sheet, row, 1, desk.say(f"angka_{name}"), form(desk, "teks", **strong))
    for column, value, formula in ((2, area, area_formula), (3, part, part_formula)):
        look = form(desk, "ha2", **strong)
        if formula and value is not None:
            sheet.write_formula(row, column, formula, look, value)
        else:
            put(sheet, row, column, value, look)
    put(sheet, row, 4, told, form(desk, "teks", **{**strong, "bold": False}))


def _beside(desk: Desk, total: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give what stands beside the headline, as far as the run knows it."""
    written = records(desk.run.tables["luas_tertulis"])[0]
    for name, value in (
        ("luas_sk", written["luas_sk_ha"]),
        ("luas_lampiran", written["luas_lampiran_ha"]),
        ("luas_sk_ha", total["luas_sk_ha"]),
        ("luas_verifikasi", written["luas_verifikasi_ha"]),
        *((one, total[one]) for one in ("luas_geodesik_ha", "jumlah_geometri_ha", "di_luar_kelurahan_ha",
                                        "jumlah_naif_tertangani_ha")),
    ):  # fmt: skip
        if value is not None:
            yield name, value


def _remarks(desk: Desk, sheet: Any, row: int) -> int:
    """Write by what hectares were measured, whether they are certified, whose boundaries they stand on."""
    source = desk.run.recipe.kelurahan
    boundaries = " ".join(one for one in (source.sumber, source.edisi) if one) or "–"
    told = (
        (desk.say("asal_luas"), desk.basis),
        (desk.say("asal_sertifikasi"), certified(desk.run.sertifikasi, desk.language)),
        (desk.say("asal_batas"), boundaries),
    )
    for name, text in told:
        room = sum(_WIDTHS[2:])
        sheet.set_row(row, LINE * text_lines(text, room) + 4)
        for at in (0, 1):
            put(sheet, row, at, None, desk.styles(**EDGE))
        look = desk.styles(**EDGE, bold=True, num_format="@", valign="top", align="left", indent=1)
        sheet.merge_range(row, 0, row, 1, "", look)
        put(sheet, row, 0, name, look)
        look = desk.styles(**EDGE, **_NOTE, align="left", indent=1)
        sheet.merge_range(row, 2, row, _LAST, "", look)
        put(sheet, row, 2, text, look)
        row += 1
    return row + 1


def _found(desk: Desk, sheet: Any, row: int) -> int:
    """Say how much was found, by severity."""
    counts = findings.by_severity(desk.run.findings)
    words = {one: say(f"keparahan.{one}", desk.language) for one in counts}
    told = ", ".join(f"{number(count, 0, desk.language)} {words[one]}" for one, count in counts.items())
    look = desk.styles(**EDGE, bold=True, num_format="@", valign="top", align="left", indent=1)
    sheet.merge_range(row - 1, 0, row - 1, 1, "", look)
    put(sheet, row - 1, 0, desk.say("judul_temuan"), look)
    look = desk.styles(**EDGE, **_NOTE, align="left", indent=1)
    sheet.merge_range(row - 1, 2, row - 1, _LAST, "", look)
    put(sheet, row - 1, 2, told, look)
    return row + 1


def _contents(desk: Desk, sheet: Any, row: int, pages: Sequence[Page]) -> None:
    """List the sheets that follow, each a step away."""
    sheet.set_row(row, LINE * 1.4)
    put(sheet, row, 0, desk.say("isi_buku"), desk.styles(bold=True, font_size=12))
    for page in pages:
        row += 1
        sheet.set_row(row, LINE * text_lines(page.told, sum(_WIDTHS[2:])) + 4)
        put(sheet, row, 0, "•", desk.styles(align="center", font_color=BORDER, valign="top"))
        link = desk.styles(font_color="#1F4E9E", underline=1, valign="top")
        sheet.write_url(row, 1, f"internal:'{page.name}'!A1", link, inert(page.name))
        look = desk.styles(**_NOTE)
        sheet.merge_range(row, 2, row, _LAST, "", look)
        put(sheet, row, 2, page.told, look)
    there = {page.name for page in pages}
    absent = [name for name in SHEETS if name not in there]
    if absent:
        look = desk.styles(italic=True, font_color="#595959", num_format="@")
        put(sheet, row + 1, 1, desk.say("tanpa_lembar", daftar=", ".join(absent)), look)
