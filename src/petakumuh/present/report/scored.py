"""Slum by score, beside ground handled and never mixed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh.present.report.document import Block, Column, Heading, Paragraph, Row, Table
from petakumuh.present.report.pen import DASH
from petakumuh.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petakumuh.model import Scores
    from petakumuh.present.report.pen import Pen

__all__ = ["scored"]


def scored(pen: Pen) -> list[Block]:
    """Tell the scores of a run; nothing where it has none."""
    scores = pen.run.skor
    if scores is None:
        return []
    years = scores.rekap["tahun"]
    return [
        Heading(pen.say("nilai"), 2, new_page=True),
        Paragraph(pen.say("nilai_cara", aturan=scores.aturan.nama)),
        _by_year(pen, scores, years),
        *_served(pen, years),
        Heading(pen.say("nilai_kelurahan"), 3),
        _by_town(pen, scores, years),
        *_priorities(pen, scores),
    ]


def _year(pen: Pen, label: str) -> str:
    return label if label.isdigit() else pen.say("tanpa_tahun")


def _by_year(pen: Pen, scores: Scores, years: Any) -> Table:
    kinds = scores.aturan.kelas[1:]
    names = ["kumuh_ha", *(f"{one.kode}_ha" for one in kinds), "tidak_kumuh_ha", "tanpa_skor_ha", "pengurangan_ha"]
    titles = {f"{one.kode}_ha": f"{one.nama} (ha)" for one in kinds} | {"pengurangan_ha": pen.say("pengurangan")}
    rows = tuple(Row((_year(pen, year), *(pen.ha(row[name]) for name in names))) for year, row in years.items())
    columns = (
        Column(pen.column("tahun"), 17, "kiri"),
        *(Column(titles.get(name) or pen.column(name), 24 if name == "pengurangan_ha" else 18) for name in names),
    )
    note = say("basis.skor", pen.language)
    return Table(pen.say("tabel_nilai", wilayah=pen.region), columns, rows, note)


def _served(pen: Pen, years: Any) -> Iterator[Block]:
    """Tell who has safe water and sanitation, where the tables say it."""
    names = [name for name, told in next(iter(years.values()))["indikator"].items() if told["persen"] is not None]
    if not names:
        return
    rows = tuple(
        Row((_year(pen, year), *_indicators(pen, row["indikator"], names))) for year, row in years.items()
    )
    columns = [Column(pen.column("tahun"), 30, "kiri")]
    for name in names:
        group = pen.say(f"indikator_{name}")
        columns += [
            Column(pen.say("sasaran_kk"), 24, group=group),
            Column(pen.say("terlayani_kk"), 24, group=group),
            Column(pen.say("kepala_persen"), 18, group=group),
        ]
    yield Table(pen.say("tabel_terlayani", wilayah=pen.region), tuple(columns), rows)


def _indicators(pen: Pen, told: Any, names: list[str]) -> Iterator[str]:
    for name in names:
        one = told[name]
        yield from (pen.count(one["sasaran_kk"]), pen.count(one["terlayani_kk"]), pen.ha(one["persen"]))


def _by_town(pen: Pen, scores: Scores, years: Any) -> Table:
    """Lay kelurahan out as a programme's report does: units, hectares and score, at first and at last."""
    labels = list(years)
    table = scores.kelurahan
    first = table[table["tahun"] == labels[0]].reset_index(drop=True)
    last = table[table["tahun"] == labels[-1]].reset_index(drop=True)
    keys = ["kecamatan", "kelurahan"]
    begin_of = first[[*keys, "jumlah_rt", "luas_awal_ha", "nilai_rata"]]
    end_of = last[[*keys, "nilai_rata", "pengurangan_ha", "sisa_kumuh_ha", "tanpa_skor_ha"]]
    both = begin_of.merge(end_of, on=keys, suffixes=("", "_2"))
    rows = [
        Row(
            (
                str(at),
                pen.name(row["kelurahan"]),
                pen.name(row["kecamatan"]),
                pen.count(row["jumlah_rt"]),
                pen.ha(row["luas_awal_ha"]),
                pen.ha(row["nilai_rata"], 1),
                pen.ha(row["nilai_rata_2"], 1),
                pen.ha(row["pengurangan_ha"]),
                pen.ha(row["sisa_kumuh_ha"]),
                pen.ha(row["tanpa_skor_ha"]),
            )
        )
        for at, row in enumerate(both.to_dict("records"), 1)
    ]
    begin, end = years[labels[0]], years[labels[-1]]
    sums = (begin["kumuh_ha"], None, None, end["pengurangan_ha"], end["sisa_kumuh_ha"], end["tanpa_skor_ha"])
    cells = ("" if one is None else pen.ha(one) for one in sums)
    rows.append(Row(("", pen.say("jumlah"), "", pen.count(begin["jumlah_rt"]), *cells), "jumlah"))
    columns = (
        Column(pen.say("nomor"), 8, "tengah"),
        Column(pen.column("kelurahan"), 29, "kiri"),
        Column(pen.column("kecamatan"), 25, "kiri"),
        Column(pen.say("banyak_unit"), 14),
        Column(pen.say("luas_awal"), 16),
        Column(pen.say("awal"), 13, group=pen.say("rata_nilai")),
        Column(pen.say("akhir"), 13, group=pen.say("rata_nilai")),
        Column(pen.say("pengurangan"), 22),
        Column(pen.say("luas_akhir"), 17),
        Column(pen.say("tanpa_skor"), 17),
    )
    names = {"wilayah": pen.region, "awal": _year(pen, labels[0]), "akhir": _year(pen, labels[-1])}
    return Table(pen.say("tabel_nilai_kelurahan", **names), columns, tuple(rows))


def _priorities(pen: Pen, scores: Scores) -> Iterator[Block]:
    """Count the units of each priority, by their class; nothing where the tables say nothing of it."""
    table = scores.prioritas[scores.prioritas["prioritas"].notna()]
    if table.empty:
        return
    names = {one.kode: one.nama for one in scores.aturan.kelas}
    counts: Any = table.groupby(["prioritas", "tingkat", "pola_penanganan"], sort=True).size()
    rows = tuple(
        Row((str(int(rank)), names.get(kind, DASH), pattern or DASH, pen.count(n)))
        for (rank, kind, pattern), n in counts.items()
    )
    columns = (
        Column(pen.column("prioritas"), 30, "tengah"),
        Column(pen.column("tingkat"), 45, "kiri"),
        Column(pen.column("pola_penanganan"), 60, "kiri"),
        Column(pen.say("banyak_unit"), 30),
    )
    yield Heading(pen.say("prioritas"), 3)
    yield Paragraph(pen.say("prioritas_cara"))
    yield Table(pen.say("tabel_prioritas", wilayah=pen.region), columns, rows)
