"""The recap of every level of area, in the form that the programme reports, and the list of slums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from petakumuh.model import OUTSIDE
from petakumuh.present.report.document import Block, Column, Heading, Paragraph, Row, Table, Turn
from petakumuh.present.report.sparse import without_empty
from petakumuh.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas import DataFrame

    from petakumuh.present.report.pen import Pen

__all__ = ["places", "recaps"]

_FIGURES = (
    ("luas_sk_ha", "kumuh", "sk"),
    ("luas_delineasi_ha", "kumuh", "delineasi"),
    ("luas_geodesik_ha", "kumuh", "geodesik"),
    ("luas_tertangani_ha", "tertangani", "ha"),
    ("persen_tertangani", "tertangani", "persen"),
    ("sisa_ha", "sisa", "ha"),
    ("persen_sisa", "sisa", "persen"),
)
_PARENTS = ["provinsi", "kabupaten_kota", "kecamatan"]
_LEVELS = ("kabupaten_kota", "kecamatan", "kelurahan")
_LISTED = 2_000
"""Slums that the list names; of more, those with most ground left."""


def recaps(pen: Pen) -> list[Block]:
    """Tell the recap of each level that has more than one area; of kelurahan always."""
    blocks: list[Block] = [Heading(pen.say("rekapitulasi"), 2, new_page=True), Paragraph(pen.say("rekap_cara"))]
    for level in _LEVELS:
        table = pen.run.tables[level]
        inside = table[table["kode"] != OUTSIDE]
        if level == "kelurahan" or len(inside) > 1:
            tier = say(f"tingkat_wilayah.{level}", pen.language)
            caption = pen.say("tabel_rekap", tingkat=tier.lower(), wilayah=pen.region)
            rows = _grouped(pen, table) if level == "kelurahan" else _listed(pen, table)
            blocks.append(Heading(pen.say("per_tingkat", tingkat=tier), 3))
            blocks.append(
                Table(
                    caption,
                    (Column(pen.say("nomor"), 9, "tengah"), Column(tier, 44, "kiri"), *_columns(pen)),
                    (*rows, Row(("", pen.say("jumlah"), *_cells(pen, pen.total)), "jumlah")),
                )
            )
    return blocks


def _figures(pen: Pen) -> list[tuple[str, str, str]]:
    """List the figures of a row; what a decree writes only where one does."""
    silent = pd.isna(pen.total["luas_sk_ha"])
    return [one for one in _FIGURES if not (silent and one[0] == "luas_sk_ha")]


def _columns(pen: Pen) -> Iterator[Column]:
    for name, group, title in _figures(pen):
        width = 14 if name.startswith("persen") else 17
        yield Column(pen.say(f"kepala_{title}"), width, group=pen.say(f"kelompok_{group}"))


def _cells(pen: Pen, row: Any) -> list[str]:
    return [pen.ha(row[name]) for name, _, _ in _figures(pen)]


def _listed(pen: Pen, table: DataFrame) -> Iterator[Row]:
    """Give each area of a level its number; ground in no kelurahan has no number."""
    for at, row in enumerate(table.to_dict("records"), 1):
        number = "" if row["kode"] == OUTSIDE else str(at)
        yield Row((number, pen.area(row), *_cells(pen, row)))


def _grouped(pen: Pen, table: DataFrame) -> Iterator[Row]:
    """List kelurahan under their kecamatan, each with its sums."""
    groups: dict[tuple[str, ...], list[Any]] = {}
    for row in table.to_dict("records"):
        groups.setdefault(tuple(row[name] for name in _PARENTS), []).append(row)
    if len(groups) == len(table) or len({names for names in groups if any(names)}) < 2:  # noqa: PLR2004 - one group
        yield from _listed(pen, table)
        return
    sums = pen.run.tables["kecamatan"]
    known = {(*(row[name] for name in _PARENTS[:-1]), row["nama"]): row for row in sums.to_dict("records")}
    number, several = 0, len({names[:-1] for names in groups if any(names)}) > 1
    for names, rows in groups.items():
        if names in known and rows[0]["kode"] != OUTSIDE:
            title = pen.say("kecamatan", nama=pen.name(names[-1]))
            title = f"{title}, {pen.name(names[-2])}" if several else title
            yield Row(("", title, *_cells(pen, known[names])), "kelompok")
        for row in rows:
            number += row["kode"] != OUTSIDE
            yield Row(("" if row["kode"] == OUTSIDE else str(number), pen.area(row), *_cells(pen, row)))


def places(pen: Pen) -> list[Block]:
    """List every slum with its hectares, on pages that lie on their long side."""
    table = pen.run.tables["kumuh"]
    shown = table.nlargest(_LISTED, "sisa_ha").sort_index() if len(table) > _LISTED else table
    known = pen.run.layers.kumuh.drop_duplicates("kumuh_id").set_index("kumuh_id")
    classes = known["tingkat"].to_dict() if "tingkat" in known else {}
    rows = [
        Row(
            (
                str(at),
                str(row["kumuh_id"]),
                pen.name(row["nama"]),
                pen.name(row["kelurahan"]),
                pen.name(row["kecamatan"]),
                pen.name(classes.get(row["kumuh_id"])),
                *_cells(pen, row),
            )
        )
        for at, row in enumerate(shown.to_dict("records"), 1)
    ]
    columns = (
        Column(pen.say("nomor"), 10, "tengah"),
        Column(pen.column("kumuh_id"), 30, "kiri"),
        Column(pen.say("nama_lokasi"), 46, "kiri"),
        Column(pen.column("kelurahan"), 30, "kiri"),
        Column(pen.column("kecamatan"), 28, "kiri"),
        Column(pen.column("tingkat"), 20, "kiri"),
        *_columns(pen),
    )
    total = Row(("", "", pen.say("jumlah"), "", "", "", *_cells(pen, pen.total)), "jumlah")
    note = pen.say("daftar_sebagian", jumlah=len(shown), semua=len(table)) if len(shown) < len(table) else ""
    caption = pen.say("tabel_lokasi", wilayah=pen.region)
    return [
        Turn(wide=True),
        Heading(pen.say("daftar_lokasi"), 2),
        without_empty(pen, Table(caption, columns, (*rows, total), note)),
    ]
