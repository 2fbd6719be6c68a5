"""Sheets for whoever checks: what decree and survey write against the map, which row is which, what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh import findings
from petakumuh.present.basis import basis
from petakumuh.present.tablebook.page import Block, Column, Foot, Page, serial, summed
from petakumuh.present.tables import records
from petakumuh.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from petakumuh.present.tablebook.page import Desk, Kind

__all__ = ["check_pages", "finding_page"]

_LEVELS = {"kelurahan": "Rekonsiliasi kelurahan", "kumuh": "Rekonsiliasi"}
_WRITTEN = ("luas_sk_ha", "luas_verifikasi_ha", "selisih_sk_ha", "selisih_verifikasi_ha")
_GROUPS = {"luas_sk": "tertulis", "luas_verifikasi": "tertulis", "selisih": "selisih"}
_APART = "#F8D7DA"
_WORDS = {"sumber": 14, "keadaan": 18, "baris_id": 34, "kumuh_id": 34, "kelurahan": 30, "sebutan": 40, "saran": 40}


def check_pages(desk: Desk) -> Iterator[Page]:
    """Lay out what is held against what."""
    rows = records(desk.run.tables["rekonsiliasi"])
    for level in _LEVELS:
        own = [row for row in rows if row["wilayah"] == level]
        if any(row[name] is not None for row in own for name in _WRITTEN):
            yield _held(desk, level, own, next(row for row in rows if row["wilayah"] == "total"))
    if len(desk.run.tables.get("pasangan", ())):
        yield _pairs(desk)


def _held(desk: Desk, level: str, rows: Sequence[Mapping[str, Any]], total: Mapping[str, Any]) -> Page:
    """Hold hectares that are written against the geometry; the run's total stands below."""
    columns = [serial(desk, len(rows))]
    if level == "kumuh" or any(row["kode"] != row["nama"] for row in rows):
        code = "kumuh_id" if level == "kumuh" else "kelurahan_id"
        columns.append(Column(head=desk.head(code), kind="kode", values=[row["kode"] or None for row in rows]))
    if any(row["nama"] for row in rows):
        columns.append(
            Column(
                head=desk.head("nama" if level == "kumuh" else "kelurahan"),
                kind="teks",
                values=[row["nama"] or None for row in rows],
            )
        )
    if level == "kumuh":
        towns = [row["kelurahan_id"] or None for row in rows]
        columns.append(Column(head=desk.head("kelurahan_id"), kind="kode", values=towns))
    begin = len(columns)
    names = [name for name in total if name.endswith("_ha") and any(row[name] is not None for row in rows)]
    for name in names:
        kind = next((group for start, group in _GROUPS.items() if name.startswith(start)), "diukur")
        head = desk.say(name) if name.startswith(("selisih", "jumlah_geometri_geodesik")) else desk.head(name)
        values = [row[name] for row in rows]
        columns.append(Column(head=head, kind="ha", group=desk.say(f"kelompok_{kind}"), values=values))
    apart = [row["melebihi_toleransi"] for row in rows]
    columns.append(Column(head=desk.say("melebihi_toleransi"), kind="tanda", values=apart))
    whole = {begin + at: total[name] for at, name in enumerate(names)}
    block = Block(
        columns=tuple(columns),
        feet=(Foot(label=desk.say("jumlah"), values=whole, formulas=summed(*whole)),),
        notes=(desk.say("catatan_rekonsiliasi"),),
        painted={len(columns) - 1: {say("umum.ya", desk.language): _APART}},
    )
    return Page(
        name=_LEVELS[level],
        title=desk.say("judul_rekonsiliasi", tingkat=desk.tier(level)),
        told=desk.say("isi_rekonsiliasi"),
        blocks=(block,),
        keys=2,
        basis=str(basis(desk.run, desk.language, dasar="utm")["keterangan"]),
    )


def _pairs(desk: Desk) -> Page:
    """Say which row of a table belongs to which polygon."""
    rows = records(desk.run.tables["pasangan"])
    columns = [serial(desk, len(rows))]
    for name in desk.run.tables["pasangan"].columns:
        values = [row[name] if row[name] != "" else None for row in rows]
        kind: Kind = "ha" if str(name).endswith("_ha") else "kode" if str(name).endswith("_id") else "teks"
        if name == "keadaan":
            values = [say(f"keadaan.{one}", desk.language) for one in values]
        if any(one is not None for one in values):
            head = desk.head("kelurahan") if name == "kelurahan" else desk.say(f"pasangan_{name}")
            columns.append(Column(head=head, kind=kind, values=values, widest=_WORDS.get(str(name), 34)))
    return Page(
        name="Pasangan",
        title=desk.say("judul_pasangan"),
        told=desk.say("isi_pasangan"),
        blocks=(Block(columns=tuple(columns)),),
        keys=1,
        basis=str(basis(desk.run, desk.language, dasar="utm")["keterangan"]),
    )


def finding_page(desk: Desk) -> Page:
    """List what was found, gravest first, with its place."""
    told = findings.with_messages(desk.run.findings, desk.language)
    somewhere = ~(told.geometry.is_empty | told.geometry.isna())
    places = [(one.x, one.y) if there else (None, None)
              for one, there in zip(told.geometry, somewhere, strict=True)]  # fmt: skip
    rows = records(told.drop(columns="geometry"))
    severities = {str(one): say(f"keparahan.{one}", desk.language) for one in findings.SEVERITIES}
    looks = desk.looks["temuan"].classes
    paint = {severities[key]: _pale(look.fill) for key, look in looks.items() if look.fill}

    def column(name: str, kind: Kind = "teks", widest: float = 26) -> Column:
        head = desk.say("lapisan") if name == "lapisan" else desk.head(name)
        values = [row[name] if row[name] != "" else None for row in rows]
        return Column(head=head, kind=kind, values=values, widest=widest)

    said = [severities[row["keparahan"]] for row in rows]
    acts = [say(f"umum.tindakan_{row['tindakan']}", desk.language) for row in rows]
    columns = (
        serial(desk, len(rows)),
        Column(head=desk.head("keparahan"), kind="teks", values=said),
        column("pesan", widest=72),
        column("id", "kode"),
        column("lapisan"),
        column("berkas"),
        Column(head=desk.head("luas_ha"), kind="ha", values=[row["luas_ha"] for row in rows]),
        Column(head=desk.head("tindakan"), kind="teks", values=acts),
        Column(head=desk.say("bujur"), kind="koordinat", values=[x for x, _ in places]),
        Column(head=desk.say("lintang"), kind="koordinat", values=[y for _, y in places]),
        column("aturan", "kode"),
    )
    return Page(
        name="Temuan",
        title=desk.say("judul_temuan"),
        told=desk.say("isi_temuan"),
        blocks=(Block(columns=columns, painted={1: paint}),),
        keys=2,
    )


def _pale(colour: str) -> str:
    """Mix a colour with white, so that words on it can be read."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - one) * 0.28):02X}" for one in parts)
