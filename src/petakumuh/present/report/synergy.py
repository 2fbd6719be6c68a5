"""Which offices worked on which ground in which year: by office, by pairs of offices, kelurahan by kelurahan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh.model import EMPTY, OUTSIDE
from petakumuh.present.report.document import Block, Column, Heading, Paragraph, Row, Table, Turn
from petakumuh.present.report.pen import NOTHING_HA
from petakumuh.present.synergy import together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from petakumuh.present.report.pen import Pen
    from petakumuh.present.synergy import Synergy

__all__ = ["known", "synergy"]

_YEARS = 10
"""Years that stand beside each other in one table."""
_PAIRED = 8
"""Offices that a table of pairs has room for."""


def synergy(pen: Pen) -> list[Block]:
    """Tell which offices worked on which ground in which year."""
    if not known(pen):
        untouched = pen.run.recipe.penanganan and pen.total["luas_tertangani_ha"] <= NOTHING_HA
        why = pen.say("sinergi_tanpa_lahan" if untouched else "sinergi_tanpa_opd")
        return [Heading(pen.say("sinergi"), 2), Paragraph(why)]
    found = together(pen.run)
    blocks: list[Block] = [Heading(pen.say("sinergi"), 2, new_page=True), Paragraph(pen.say("sinergi_cara"))]
    blocks += [_offices(pen, found, years, at) for at, years in _spans(found.years)]
    if 1 < len(found.offices) <= _PAIRED:
        blocks += [Paragraph(pen.say("sinergi_bersama")), _shared(pen, found)]
    blocks += [
        Turn(wide=True),
        Heading(pen.say("sinergi_kelurahan"), 3),
        Paragraph(pen.say("sinergi_baca")),
    ]
    blocks += [_matrix(pen, found, years, at) for at, years in _spans(found.years)]
    return [*blocks, Turn(wide=False)]


def known(pen: Pen) -> bool:
    """Whether works say which office carried them out."""
    table = pen.run.tables.get("opd")
    return table is not None and not set(table["nama"]) <= {EMPTY}


def _spans(years: Sequence[str]) -> Iterator[tuple[bool, Sequence[str]]]:
    """Cut the years into spans that fit on a page, and say whether a span is the last."""
    for start in range(0, len(years), _YEARS):
        yield start + _YEARS >= len(years), years[start : start + _YEARS]


def _year_columns(pen: Pen, years: Sequence[str], width: float) -> list[Column]:
    group = pen.say("tahun_penanganan")
    return [Column(pen.value(year), width, group=group) for year in years if year]


def _offices(pen: Pen, found: Synergy, years: Sequence[str], last: bool) -> Table:
    """Lay offices out by year, all kelurahan together."""
    rows_of: dict[str, Any] = {row["nama"]: row for row in pen.run.tables["opd"].to_dict("records")}
    rows = []
    for office in found.offices:
        cells = [pen.ha(found.whole.get((office, year))) for year in years if year]
        ends = [pen.ha(rows_of[office][name]) for name in ("luas_ha", "hanya_ini_ha")] if last else []
        rows.append(Row((pen.value(office), *cells, *ends)))
    told: Any = pen.run.tables["keanggotaan"].set_index("tabel").loc["opd"]
    note = ""
    columns = [Column(pen.say("perangkat_daerah"), 48, "kiri"), *_year_columns(pen, years, 14)]
    if last:
        columns += [Column(pen.say("semua_tahun"), 18), Column(pen.say("hanya_opd"), 18)]
        blank = [""] * (len(columns) - 3)
        rows.append(Row((pen.say("jumlah_baris"), *blank, pen.ha(told["jumlah_ha"]), ""), "kelompok"))
        rows.append(Row((pen.say("gabungan"), *blank, pen.ha(told["gabungan_ha"]), ""), "jumlah"))
        note = pen.overlap(told["tumpang_tindih_ha"])
    return Table(pen.say("tabel_opd", wilayah=pen.region), tuple(columns), tuple(rows), note)


def _shared(pen: Pen, found: Synergy) -> Table:
    """Lay out what each two offices have in common."""
    numbers = [f"({at})" for at in range(1, len(found.offices) + 1)]
    rows = [
        Row((f"{mark} {pen.value(office)}", *(pen.ha(one) for one in line)))
        for mark, office, line in zip(numbers, found.offices, found.pairs, strict=True)
    ]
    columns = [Column(pen.say("perangkat_daerah"), 65, "kiri"), *(Column(one, 16) for one in numbers)]
    note = pen.say("catatan_bersama")
    return Table(pen.say("tabel_bersama", wilayah=pen.region), tuple(columns), tuple(rows), note)


def _matrix(pen: Pen, found: Synergy, years: Sequence[str], last: bool) -> Table:
    """Lay kelurahan out with the offices that worked there, year by year."""
    rows: list[Row] = []
    table = pen.run.tables["kelurahan"]
    blank = [""] * sum(1 for year in years if year)
    number = 0
    for town in table.to_dict("records"):
        here = [office for office in found.offices if (town["kode"], office) in found.rows]
        if not here:
            continue
        number += town["kode"] != OUTSIDE
        ends = [pen.ha(town["luas_tertangani_ha"]), pen.ha(found.shared.get(town["kode"], 0.0))] if last else []
        mark = "" if town["kode"] == OUTSIDE else str(number)
        rows.append(Row((mark, _place(pen, town), *blank, *ends), "kelompok"))
        for office in here:
            cells = [pen.ha(found.cells.get((town["kode"], office, year))) for year in years if year]
            ends = [pen.ha(found.rows[town["kode"], office]), ""] if last else []
            rows.append(Row(("", pen.value(office), *cells, *ends)))
    columns = [
        Column(pen.say("nomor"), 9, "tengah"),
        Column(pen.say("kelurahan_dan_opd"), 78, "kiri"),
        *_year_columns(pen, years, 15),
    ]
    if last:
        columns += [Column(pen.say("semua_tahun"), 20), Column(pen.say("dua_opd"), 20)]
        shared = sum(found.shared.values())
        ends = [pen.ha(pen.total["luas_tertangani_ha"]), pen.ha(shared)]
        rows.append(Row(("", pen.say("jumlah"), *blank, *ends), "jumlah"))
    return Table(pen.say("tabel_sinergi", wilayah=pen.region), tuple(columns), tuple(rows))


def _place(pen: Pen, town: Any) -> str:
    above = pen.name(town["kecamatan"])
    return pen.area(town) if len(above) < 2 else f"{pen.area(town)} ({above})"  # noqa: PLR2004 - no dash
