"""What was handled when, by what, with whose money, and what plans would add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh.model import EMPTY, NO_YEAR
from petakumuh.present.report.charts import progress_chart, sector_chart
from petakumuh.present.report.document import Block, Column, Figure, Heading, Paragraph, Row, Table
from petakumuh.present.report.pen import NOTHING_HA
from petakumuh.present.spoken import scenario

if TYPE_CHECKING:
    from petakumuh.present.report.pen import Pen

__all__ = ["by_sector", "by_year"]


def by_year(pen: Pen) -> list[Block]:
    """Tell the way to 0 ha, year by year, and how far plans would go."""
    blocks: list[Block] = [Heading(pen.say("perkembangan"), 2, new_page=True)]
    table = pen.run.tables.get("tahun")
    if table is None or table.empty:
        return [*blocks, Paragraph(pen.say("tanpa_tahun_semua")), *_plans(pen)]
    rows = [
        Row(
            (
                pen.value(row["tahun"]),
                pen.ha(row["baru_ha"]),
                pen.ha(row["kumulatif_ha"]),
                pen.ha(row["persen_kumulatif"]),
                pen.ha(row["sisa_ha"]),
                pen.ha(row["sisa_ha"] / pen.total["luas_delineasi_ha"] * 100),
            )
        )
        for row in table.to_dict("records")
    ]
    columns = (
        Column(pen.column("tahun"), 30, "kiri"),
        Column(pen.say("baru_ha"), 30),
        Column(pen.say("kepala_ha"), 26, group=pen.say("kumulatif")),
        Column(pen.say("kepala_persen"), 22, group=pen.say("kumulatif")),
        Column(pen.say("kepala_ha"), 26, group=pen.say("kelompok_sisa")),
        Column(pen.say("kepala_persen"), 22, group=pen.say("kelompok_sisa")),
    )
    blocks.append(Paragraph(pen.say("perkembangan_cara")))
    blocks.append(Table(pen.say("tabel_tahun", wilayah=pen.region), columns, tuple(rows)))
    if chart := progress_chart(pen):
        blocks.append(Figure(pen.say("gambar_tahun", wilayah=pen.region), pen.say("alt_tahun"), chart))
    else:
        blocks += _one_year(pen)
    return [*blocks, *_plans(pen)]


def _one_year(pen: Pen) -> list[Block]:
    """Say why there is no chart of years: a single one shows no progress."""
    years = [year for year in pen.run.tables["tahun"]["tahun"] if year != NO_YEAR]
    if not years:
        return [Paragraph(pen.say("grafik_tanpa_tahun"))]
    return [Paragraph(pen.say("grafik_satu_tahun", tahun=years[0]))] if len(years) == 1 else []


def _plans(pen: Pen) -> list[Block]:
    """Tell what works under way and planned would add."""
    table = pen.run.tables.get("simulasi")
    if table is None or not pen.run.recipe.penanganan:
        return []
    if table["tambahan_ha"].sum() <= NOTHING_HA:
        return [Paragraph(pen.say("simulasi_nol"))]
    rows = tuple(
        Row(
            (
                pen.value(scenario(row["skenario"], pen.language)),
                pen.ha(row["luas_tertangani_ha"]),
                pen.ha(row["persen_tertangani"]),
                pen.ha(row["tambahan_ha"]),
                pen.ha(row["sisa_ha"]),
            )
        )
        for row in table.to_dict("records")
    )
    columns = (
        Column(pen.say("skenario"), 65, "kiri"),
        Column(pen.column("luas_tertangani_ha"), 26),
        Column(pen.column("persen_tertangani"), 24),
        Column(pen.say("tambahan"), 26),
        Column(pen.column("sisa_ha"), 24),
    )
    return [
        Heading(pen.say("simulasi"), 3),
        Paragraph(pen.say("simulasi_cara")),
        Table(pen.say("tabel_simulasi"), columns, rows),
    ]


def by_sector(pen: Pen) -> list[Block]:
    """Tell what each sector, and each source of funds, handled, and how many sectors met on the same ground."""
    blocks: list[Block] = [Heading(pen.say("per_sektor"), 2)]
    for name in ("sektor", "sumber_dana"):
        table = pen.run.tables.get(name)
        if table is None or table.empty:
            continue
        if set(table["nama"]) == {EMPTY}:
            blocks.append(Paragraph(pen.say(f"tanpa_{name}")))
            continue
        blocks.append(_members(pen, name))
        if len(table) == 1:
            blocks.append(Paragraph(pen.say(f"satu_{name}", nama=pen.value(table["nama"].iloc[0]))))
        elif name == "sektor" and (chart := sector_chart(pen)):
            blocks.append(Figure(pen.say("gambar_sektor", wilayah=pen.region), pen.say("alt_sektor"), chart))
    counted = pen.run.tables.get("jumlah_sektor")
    if counted is not None:
        blocks.append(_meetings(pen))
    if len(blocks) == 1:
        return [*blocks, Paragraph(pen.say("tanpa_keanggotaan"))]
    return [blocks[0], Paragraph(pen.say("sektor_cara")), *blocks[1:]]


def _members(pen: Pen, name: str) -> Table:
    """Lay out unions side by side: their sum is more than the ground where they share it."""
    table = pen.run.tables[name]
    share = pen.total["luas_delineasi_ha"] / 100
    rows = [
        Row((pen.value(row["nama"]), *(pen.ha(one) for one in (row["luas_ha"], row["luas_ha"] / share)), alone))
        for row in table.to_dict("records")
        for alone in [pen.ha(row["hanya_ini_ha"])]
    ]
    told: Any = pen.run.tables["keanggotaan"].set_index("tabel").loc[name]
    whole = told["gabungan_ha"]
    rows += [
        Row((pen.say("jumlah_baris"), pen.ha(told["jumlah_ha"]), "", ""), "kelompok"),
        Row((pen.say("gabungan"), pen.ha(whole), pen.ha(whole / share), ""), "jumlah"),
    ]
    columns = (
        Column(pen.column(name), 72, "kiri"),
        Column(pen.say("luas_ditangani"), 30),
        Column(pen.say("persen_dari_kumuh"), 30),
        Column(pen.say(f"hanya_{name}"), 33),
    )
    note = pen.overlap(told["tumpang_tindih_ha"])
    return Table(pen.say(f"tabel_{name}", wilayah=pen.region), columns, tuple(rows), note)


def _meetings(pen: Pen) -> Table:
    """Lay ground out by how many sectors handled it."""
    rows = [
        Row((_times(pen, int(row["jumlah_sektor"])), pen.ha(row["luas_ha"]), pen.ha(row["persen"])))
        for row in pen.run.tables["jumlah_sektor"].to_dict("records")
    ]
    whole = Row((pen.say("jumlah"), pen.ha(pen.total["luas_delineasi_ha"]), pen.ha(100.0)), "jumlah")
    columns = (
        Column(pen.say("banyak_sektor"), 85, "kiri"),
        Column(pen.column("luas_ha"), 40),
        Column(pen.say("persen_dari_kumuh"), 40),
    )
    return Table(pen.say("tabel_jumlah_sektor", wilayah=pen.region), columns, (*rows, whole))


def _times(pen: Pen, number: int) -> str:
    return pen.say("n_sektor", jumlah=number) if number else pen.say("nol_sektor")
