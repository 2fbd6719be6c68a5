"""What was wrong with the data, and where every number comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petakumuh import findings
from petakumuh.findings import SEVERITIES
from petakumuh.present.report.document import Block, Column, Heading, Paragraph, Points, Row, Table
from petakumuh.present.report.pen import DASH
from petakumuh.text import say

if TYPE_CHECKING:
    from petakumuh.model import PenangananSource
    from petakumuh.present.report.pen import Pen

__all__ = ["faults", "sources"]

_HASH = 12
"""Letters of a checksum that tell two files apart."""


def faults(pen: Pen) -> list[Block]:
    """Tell the findings of each rule, gravest first, with one of them as an example."""
    found = pen.run.findings
    counted = findings.by_severity(found)
    blocks: list[Block] = [
        Heading(pen.say("temuan"), 2, new_page=True),
        Paragraph(pen.say("temuan_cara", semua=len(found), **counted)),
    ]
    if found.empty:
        return blocks
    groups = found.groupby(["keparahan", "aturan"], sort=False)
    told = findings.with_messages(found.loc[groups.head(1).index], pen.language)
    examples = told.set_index(["keparahan", "aturan"])["pesan"]
    hectares = groups["luas_ha"].sum(min_count=1)
    counts = groups.size()
    order = sorted(counts.index, key=lambda one: (SEVERITIES.index(one[0]), -counts[one], one[1]))
    rows = tuple(
        Row(
            (
                say(f"keparahan.{key[0]}", pen.language),
                key[1].replace("_", " "),
                pen.count(counts[key]),
                pen.ha(hectares[key]),
                examples[key],
            )
        )
        for key in order
    )
    columns = (
        Column(pen.column("keparahan"), 22, "kiri"),
        Column(pen.column("aturan"), 34, "kiri"),
        Column(pen.say("banyak"), 15),
        Column(pen.column("luas_ha"), 18),
        Column(pen.say("contoh"), 76, "kiri"),
    )
    return [*blocks, Table(pen.say("tabel_temuan"), columns, rows, pen.say("temuan_lengkap"))]


def sources(pen: Pen) -> list[Block]:
    """Tell which files went in, and what became of their rows."""
    rows = tuple(
        Row(
            (
                pen.say(f"peran_{one.role}"),
                one.name,
                pen.count(one.rows),
                pen.count(one.used),
                pen.count(one.repaired),
                pen.count(one.excluded),
                one.sha256[:_HASH] or DASH,
            )
        )
        for one in pen.run.inputs
    )
    columns = (
        Column(pen.say("peran"), 28, "kiri"),
        Column(pen.column("berkas"), 42, "kiri"),
        Column(pen.say("semua"), 14, group=pen.say("objek")),
        Column(pen.say("utuh"), 14, group=pen.say("objek")),
        Column(pen.say("diperbaiki"), 20, group=pen.say("objek")),
        Column(pen.say("dikecualikan"), 24, group=pen.say("objek")),
        Column("SHA-256", 25, "kiri"),
    )
    return [
        Heading(pen.say("sumber"), 2),
        Paragraph(pen.say("sumber_cara")),
        Points(tuple(_traces(pen))),
        Table(pen.say("tabel_masukan"), columns, rows, pen.say("catatan_sha", huruf=_HASH)),
        *_widths(pen),
    ]


def _widths(pen: Pen) -> list[Block]:
    """Tell the widths and radii by which lines and points became ground."""
    told = [(one, _width(pen, one)) for one in pen.run.recipe.penanganan]
    rows = tuple(Row((one.name, width)) for one, width in told if width)
    if not rows:
        return []
    columns = (Column(pen.column("berkas"), 85, "kiri"), Column(pen.say("tapak"), 80, "kiri"))
    return [Table(pen.say("tabel_tapak"), columns, rows)]


def _width(pen: Pen, source: PenangananSource) -> str:
    said = [
        pen.say(f"tapak_{name}", meter=pen.ha(value, 0 if float(value).is_integer() else 2))
        for name, value in (("lebar", source.lebar_m), ("radius", source.radius_m))
        if value is not None
    ]
    return "; ".join(said)


def _traces(pen: Pen) -> list[str]:
    order = pen.run.recipe
    edge = order.kelurahan
    files = ", ".join(one.name for one in pen.run.inputs if one.role == "kelurahan")
    boundary = ", ".join(one for one in (edge.sumber or files, edge.edisi) if one)
    told = [pen.say("jejak_batas", batas=boundary or DASH)]
    if order.kumuh.sk:
        told.append(pen.say("jejak_sk", sk=order.kumuh.sk))
    if pen.run.skor is not None:
        told.append(pen.say("jejak_aturan", aturan=pen.run.skor.aturan.nama))
    return [*told, pen.say("jejak_resep")]
