"""Where decree, field and map differ: hectares written and drawn, and rows without their other half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from petakumuh.model import Tolerance
from petakumuh.present.report.document import Block, Column, Heading, Paragraph, Row, Table
from petakumuh.present.report.sparse import without_empty
from petakumuh.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petakumuh.present.report.pen import Pen

__all__ = ["differences"]

_NAMED = 40
_WRITTEN = ("sk", "verifikasi")


def differences(pen: Pen) -> list[Block]:
    """Tell where what is written of slums differs from their shapes on the map."""
    blocks: list[Block] = [Heading(pen.say("perbedaan"), 2, new_page=True), Paragraph(pen.say("perbedaan_cara"))]
    blocks += _totals(pen)
    blocks += _apart(pen)
    return [*blocks, *_alone(pen)]


def _totals(pen: Pen) -> Iterator[Block]:
    """Lay the totals that are written beside what is drawn."""
    said = pen.run.tables["luas_tertulis"].iloc[0]
    whole = pen.run.tables["rekonsiliasi"].iloc[-1]
    order = pen.run.recipe
    rows = [
        (pen.say("tertulis_keputusan"), said["luas_sk_ha"]),
        (pen.say("tertulis_lampiran"), said["luas_lampiran_ha"]),
        (pen.say("tertulis_verifikasi"), said["luas_verifikasi_ha"]),
        (pen.say("atribut_sk"), whole["luas_sk_ha"]),
        (pen.say("atribut_verifikasi"), whole["luas_verifikasi_ha"]),
    ]
    written = [Row((name, pen.ha(value, 4))) for name, value in rows if pd.notna(value)]
    drawn = [
        (pen.say("jumlah_geometri"), whole["jumlah_geometri_ha"]),
        (pen.say("delineasi_utm"), whole["luas_delineasi_ha"]),
        (pen.say("delineasi_geodesik"), whole["luas_geodesik_ha"]),
    ]
    rows_drawn = [Row((name, pen.ha(value, 4))) for name, value in drawn]
    columns = (Column(pen.say("sumber_luas"), 125, "kiri"), Column(pen.column("luas_ha"), 40))
    if not written:
        yield Paragraph(pen.say("tanpa_tertulis"))
    caption = pen.say("tabel_tertulis", wilayah=pen.region)
    note = pen.say("catatan_tertulis", sk=order.kumuh.sk) if order.kumuh.sk else ""
    yield Table(caption, columns, (*written, *rows_drawn), note)


def _apart(pen: Pen) -> Iterator[Block]:
    """Name the slums whose written hectares are not those of their shape."""
    table = pen.run.tables["rekonsiliasi"]
    slums = table[table["wilayah"] == "kumuh"]
    apart = slums[slums["melebihi_toleransi"]]
    if slums[["luas_sk_ha", "luas_verifikasi_ha"]].isna().all(axis=None):
        return
    limit = pen.ha(Tolerance().attribute_ha, 3)
    if apart.empty:
        yield Paragraph(pen.say("selisih_nol", semua=len(slums), batas=limit))
        return
    yield Paragraph(pen.say("selisih_jumlah", jumlah=len(apart), semua=len(slums), batas=limit))
    kinds = [kind for kind in _WRITTEN if slums[f"luas_{kind}_ha"].notna().any()]
    worst = apart[[f"selisih_{kind}_ha" for kind in kinds]].abs().max(axis=1).sort_values(ascending=False)
    shown = apart.loc[worst.index[:_NAMED]]
    names = [name for kind in kinds for name in (f"luas_{kind}_ha", f"selisih_{kind}_ha")]
    rows = [
        Row(
            (
                str(row["kode"]),
                pen.name(row["nama"]),
                pen.ha(row["jumlah_geometri_ha"], 4),
                *(pen.ha(row[name], 4) for name in names),
            )
        )
        for row in shown.to_dict("records")
    ]
    columns = [
        Column(pen.column("kumuh_id"), 32, "kiri"),
        Column(pen.say("nama_lokasi"), 42, "kiri"),
        Column(pen.say("geometri"), 20),
    ]
    for kind in kinds:
        group = pen.say(f"menurut_{kind}_kolom")
        columns += [Column(pen.say("tertulis"), 20, group=group), Column(pen.say("selisih"), 20, group=group)]
    note = pen.say("selisih_sebagian", jumlah=len(shown), semua=len(apart)) if len(shown) < len(apart) else ""
    yield without_empty(pen, Table(pen.say("tabel_selisih"), tuple(columns), tuple(rows), note))


def _alone(pen: Pen) -> Iterator[Block]:
    """Name rows of tables without a polygon, and polygons without a row."""
    pairs = pen.run.tables.get("pasangan")
    if pairs is None:
        return
    alone = pairs[pairs["keadaan"] != "cocok"]
    matched = len(pairs) - len(alone)
    if alone.empty:
        yield Paragraph(pen.say("pasangan_semua", cocok=matched))
        return
    yield Heading(pen.say("pasangan"), 3)
    yield Paragraph(pen.say("pasangan_jumlah", cocok=matched, sendiri=len(alone)))
    rows = tuple(
        Row(
            (
                say(f"keadaan.{row['keadaan']}", pen.language),
                str(row["baris_id"] or row["kumuh_id"]),
                pen.name(row["sebutan"]),
                pen.ha(row["luas_tertulis_ha"], 4),
                pen.ha(row["luas_geometri_ha"], 4),
                pen.name(row["saran"]),
            )
        )
        for row in alone[:_NAMED].to_dict("records")
    )
    columns = (
        Column(pen.say("keadaan"), 28, "kiri"),
        Column(pen.column("id"), 28, "kiri"),
        Column(pen.say("nama_lokasi"), 45, "kiri"),
        Column(pen.say("tertulis"), 20),
        Column(pen.say("geometri"), 20),
        Column(pen.say("saran"), 30, "kiri"),
    )
    note = pen.say("pasangan_sebagian", jumlah=len(rows), semua=len(alone)) if len(rows) < len(alone) else ""
    yield Table(pen.say("tabel_pasangan"), columns, rows, note)
