"""The first sections: what came out, and how it was measured, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from petakumuh import findings
from petakumuh.measure import zone_name
from petakumuh.model import OUTSIDE
from petakumuh.present.basis import basis, certified
from petakumuh.present.report.document import Block, Column, Heading, Headline, Paragraph, Points, Row, Table
from petakumuh.present.report.pen import DASH, NOTHING_HA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petakumuh.present.report.pen import Pen

__all__ = ["method", "summary"]


def summary(pen: Pen) -> list[Block]:
    """Tell the headline figures, and what to keep in mind with them."""
    total = pen.total
    share = pen.say("persen_kumuh", persen=total["persen_tertangani"])
    left = pen.say("persen_kumuh", persen=total["persen_sisa"])
    places = pen.say("lokasi", lokasi=_slums(pen))
    figures = (
        (pen.say("luas_kumuh"), f"{pen.ha(total['luas_delineasi_ha'])} ha", places),
        (pen.say("luas_tertangani"), f"{pen.ha(total['luas_tertangani_ha'])} ha", share),
        (pen.say("luas_sisa"), f"{pen.ha(total['sisa_ha'])} ha", left),
    )
    return [
        Heading(pen.say("ringkasan"), 2, new_page=True),
        Paragraph(_extent(pen)),
        Headline(figures),
        Paragraph(_handled(pen)),
        Paragraph(pen.say("perhatian")),
        Points(tuple(_remarks(pen))),
    ]


def _slums(pen: Pen) -> int:
    return int((pen.run.tables["kumuh"]["jumlah_geometri_ha"] > 0).sum())


def _extent(pen: Pen) -> str:
    towns = pen.run.tables["kelurahan"]
    touched = int(((towns["luas_delineasi_ha"] > 0) & (towns["kode"] != OUTSIDE)).sum())
    told = pen.say(
        "kumuh_seluas",
        wilayah=pen.region,
        kumuh=pen.total["luas_delineasi_ha"],
        lokasi=_slums(pen),
        kelurahan=touched,
    )
    decree = pen.run.recipe.kumuh.sk
    return f"{told} {pen.say('menurut_sk', sk=decree)}" if decree else told


def _handled(pen: Pen) -> str:
    if not pen.run.recipe.penanganan:
        return pen.say("tanpa_penanganan")
    total = pen.total
    return pen.say(
        "tertangani_sampai" if pen.last_year else "tertangani_seluas",
        tahun=pen.last_year,
        tertangani=total["luas_tertangani_ha"],
        persen=total["persen_tertangani"],
        sisa=total["sisa_ha"],
        persen_sisa=total["persen_sisa"],
    )


def _remarks(pen: Pen) -> Iterator[str]:
    """List what a reader of the headline figures should know."""
    run, total = pen.run, pen.total
    decree = run.recipe.sk.luas_ha if run.recipe.sk is not None else None
    written = total["luas_sk_ha"] if decree is None else decree
    if pd.notna(written):
        yield pen.say("perhatian_sk", sk=written, delineasi=total["luas_delineasi_ha"])
    assumed = run.findings.loc[run.findings["aturan"] == "status_tidak_ada", "berkas"]
    if len(assumed):
        yield pen.say("perhatian_status", daftar=", ".join(dict.fromkeys(assumed)))
    # Said only where the two differ as they are printed.
    if round(total["jumlah_naif_tertangani_ha"], 2) > round(total["luas_tertangani_ha"], 2):
        yield pen.say(
            "perhatian_naif",
            naif=total["jumlah_naif_tertangani_ha"],
            tertangani=total["luas_tertangani_ha"],
        )
    plans = run.tables.get("simulasi")
    if plans is not None and len(plans) > 1 and plans["tambahan_ha"].sum() > NOTHING_HA:
        last = plans.iloc[-1]
        yield pen.say(
            "perhatian_rencana",
            tertangani=last["luas_tertangani_ha"],
            persen=last["persen_tertangani"],
            sisa=last["sisa_ha"],
        )
    if total["di_luar_kelurahan_ha"] > NOTHING_HA:
        yield pen.say("perhatian_luar", luas=total["di_luar_kelurahan_ha"])
    if run.skor is not None:
        years = list(run.skor.rekap["tahun"].items())
        (first, before), (last_year, after) = years[0], years[-1]
        yield pen.say(
            "perhatian_skor",
            awal=before["kumuh_ha"],
            tahun=first.strip("()"),
            akhir=after["kumuh_ha"],
            tahun_akhir=last_year.strip("()"),
            kurang=after["pengurangan_ha"],
        )
    yield pen.say("perhatian_temuan", **findings.by_severity(run.findings))
    yield f"{pen.say('perhatian_sertifikasi')} {certified(run.sertifikasi, pen.language)}"


def method(pen: Pen) -> list[Block]:
    """Tell in one page how hectares came about."""
    return [
        Heading(pen.say("metode"), 2, new_page=True),
        Paragraph(pen.say("metode_pengantar")),
        Points(tuple(_rules(pen)), numbered=True),
        _basis_table(pen),
        _words_table(pen),
    ]


def _rules(pen: Pen) -> Iterator[str]:
    order = pen.run.recipe
    yield pen.say("metode_sekali")
    yield pen.say("metode_tapak")
    counted = order.hitung.status_tertangani
    told = pen.say("metode_status", status=pen.listed(pen.statuses(counted)))
    base = order.kumuh.tahun_dasar
    yield told if base is None else f"{told} {pen.say('metode_dasar', tahun=base)}"
    yield pen.say("metode_proyeksi")
    yield pen.say("metode_batas")
    yield pen.say("metode_pengurangan")
    yield pen.say("metode_dua_kali")


def _basis_table(pen: Pen) -> Table:
    """Lay out what these hectares rest on."""
    order, told = pen.run.recipe, basis(pen.run, pen.language)
    edge = told["batas_kelurahan"]
    files = ", ".join(one.name for one in pen.run.inputs if one.role == "kelurahan")
    boundaries = edge["sumber"] or files
    years = pen.say("dasar_tahun_nilai", tahun=order.kumuh.tahun_dasar) if order.kumuh.tahun_dasar else DASH
    zones = ", ".join(f"{zone_name(one, pen.language)} (EPSG:{one})" for one in pen.run.zones)
    facts = [
        (pen.say("dasar_luas"), str(told["keterangan"])),
        (pen.say("dasar_zona"), zones),
        (pen.say("dasar_batas"), ", ".join(one for one in (boundaries, edge["edisi"]) if one) or DASH),
        (pen.say("dasar_sk"), order.kumuh.sk or DASH),
        (pen.say("dasar_tahun"), years),
        (pen.say("dasar_status"), ", ".join(pen.statuses(order.hitung.status_tertangani))),
        (pen.say("dasar_sertifikasi"), certified(pen.run.sertifikasi, pen.language)),
    ]
    if pen.run.skor is not None:
        facts.append((pen.say("dasar_skor"), pen.run.skor.aturan.nama))
    columns = (Column(pen.say("uraian"), 45, "kiri"), Column(pen.say("keterangan"), 120, "kiri"))
    return Table(pen.say("tabel_dasar"), columns, tuple(Row(fact) for fact in facts))


def _words_table(pen: Pen) -> Table:
    """Lay out what each kind of hectares means."""
    kinds = ["sk", "verifikasi", "delineasi", "geodesik", "tertangani", "sisa", "pengurangan"]
    rows = tuple(Row((pen.say(f"istilah_{kind}"), pen.say(f"arti_{kind}"))) for kind in kinds)
    columns = (Column(pen.say("istilah"), 45, "kiri"), Column(pen.say("pengertian"), 120, "kiri"))
    return Table(pen.say("tabel_istilah"), columns, rows)
