"""What is left, and why: ground under works that are not done, under works that do not count, under none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from petakumuh.model import HECTARES_BY, STATUSES
from petakumuh.present.report.document import Block, Column, Heading, Paragraph, Row, Table
from petakumuh.present.report.pen import NOTHING_HA
from petakumuh.present.report.sparse import without_empty
from petakumuh.present.report.synergy import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas import DataFrame

    from petakumuh.model import Result
    from petakumuh.present.report.pen import Pen

__all__ = ["NOT_COUNTED", "NO_WORKS", "left", "reasons"]

NOT_COUNTED = "tidak_dihitung"
"""Ground under works that do not count for another reason than their status under way or planned."""
NO_WORKS = "tanpa"
"""Ground under no works at all."""
_NAMED = 40
"""Slums that the table names; the others are summed up in one row."""


def reasons(run: Result) -> DataFrame:
    """Say why ground is left: each square metre in one column.

    Returns
    -------
        Indexed by ``kumuh_id``: hectares under works under way (``berjalan``), else planned (``rencana``), else
        under works that do not count (`NOT_COUNTED`), else under none (`NO_WORKS`). Statuses that count as handled
        have no column.
    """
    groups = run.groups
    linked, group = run.links["piece_id"].to_numpy(), run.links["group_id"].to_numpy()

    def under(chosen: object) -> object:
        found = np.zeros(len(run.pieces), dtype=bool)
        found[linked[np.asarray(chosen)[group]]] = True
        return found

    waiting = [one for one in STATUSES if one not in run.recipe.hitung.status_tertangani]
    free = ~np.asarray(under(groups["dihitung"].to_numpy()))
    found, ha = {}, run.pieces[HECTARES_BY[run.recipe.hitung.dasar]].to_numpy()
    for status in waiting if "status" in groups else []:
        here = free & under((groups["status"] == status).to_numpy() & ~groups["sebelum_dasar"].to_numpy())
        found[status], free = here, free & ~here
    here = free & under(np.ones(len(groups), dtype=bool))
    found |= {NOT_COUNTED: here, NO_WORKS: free & ~here}
    table = pd.DataFrame({name: np.where(mask, ha, 0.0) for name, mask in found.items()})
    return table.groupby(run.pieces["kumuh_id"].to_numpy()).sum()


def left(pen: Pen) -> list[Block]:
    """Tell what is left and why, and which works do not count."""
    why = reasons(pen.run)
    blocks: list[Block] = [
        Heading(pen.say("sisa"), 2, new_page=known(pen)),
        Paragraph(pen.say("sisa_cara")),
        _why(pen, why),
        Heading(pen.say("sisa_lokasi"), 3),
        *_slums(pen, why),
    ]
    if pen.run.recipe.penanganan:
        blocks += [Heading(pen.say("tak_dihitung"), 3), *_works(pen)]
    return [*blocks, *_outside(pen)]


def _why(pen: Pen, why: DataFrame) -> Table:
    rows = [
        Row((pen.say(f"sebab_{name}"), pen.ha(ha), pen.ha(ha / pen.total["luas_delineasi_ha"] * 100)))
        for name, ha in why.sum().items()
    ]
    whole = Row((pen.say("luas_sisa"), pen.ha(pen.total["sisa_ha"]), pen.ha(pen.total["persen_sisa"])), "jumlah")
    columns = (
        Column(pen.say("sebab"), 105, "kiri"),
        Column(pen.column("sisa_ha"), 28),
        Column(pen.say("persen_dari_kumuh"), 32),
    )
    return Table(pen.say("tabel_sebab", wilayah=pen.region), columns, (*rows, whole))


def _slums(pen: Pen, why: DataFrame) -> Iterator[Block]:
    """Tell of the slums with most ground left."""
    table = pen.run.tables["kumuh"]
    table = table[table["sisa_ha"] > NOTHING_HA].sort_values("sisa_ha", ascending=False, kind="stable")
    if table.empty:
        yield Paragraph(pen.say("sisa_nol"))
        return
    untouched = int((table["luas_tertangani_ha"] <= NOTHING_HA).sum())
    if untouched:
        yield Paragraph(pen.say("sisa_jumlah", jumlah=len(table), belum=untouched))
    else:
        yield Paragraph(pen.say("sisa_sebagian", jumlah=len(table)))
    causes = [name for name in why if why[name].sum() > NOTHING_HA]
    silent, alone = len(causes) < len(why.columns), len(causes) == 1
    why = why[[] if alone else causes]
    shown, rest = table[:_NAMED], table[_NAMED:]
    rows = [
        Row(
            (
                str(at),
                pen.slum(row),
                pen.name(row["kelurahan"]),
                pen.ha(row["luas_delineasi_ha"]),
                pen.ha(row["sisa_ha"]),
                *(pen.ha(one) for one in why.loc[row["kumuh_id"]]),
            )
        )
        for at, row in enumerate(shown.to_dict("records"), 1)
    ]
    if len(rest):
        sums = (rest["luas_delineasi_ha"].sum(), rest["sisa_ha"].sum(), *why.loc[rest["kumuh_id"]].sum())
        name = pen.say("lokasi_lain", jumlah=len(rest))
        rows.append(Row(("", name, "", *(pen.ha(one) for one in sums)), "kelompok"))
    whole = (table["luas_delineasi_ha"].sum(), table["sisa_ha"].sum(), *why.loc[table["kumuh_id"]].sum())
    rows.append(Row(("", pen.say("jumlah"), "", *(pen.ha(one) for one in whole)), "jumlah"))
    columns = (
        Column(pen.say("nomor"), 8, "tengah"),
        Column(pen.say("nama_lokasi"), 44, "kiri"),
        Column(pen.column("kelurahan"), 30, "kiri"),
        Column(pen.column("luas_delineasi_ha"), 16),
        Column(pen.column("sisa_ha"), 16),
        *(Column(pen.say(f"kepala_{name}"), 17, group=pen.say("rincian_sisa")) for name in why),
    )
    notes = [pen.say("sisa_lengkap")] if len(rest) else []
    if alone:
        notes.append(pen.say("sisa_satu_sebab", sebab=pen.say(f"sebab_{causes[0]}")))
    elif silent:
        notes.append(pen.say("sisa_tanpa_rincian"))
    caption = pen.say("tabel_sisa", wilayah=pen.region)
    yield without_empty(pen, Table(caption, columns, tuple(rows), " ".join(notes)))


def _works(pen: Pen) -> Iterator[Block]:
    """Count the works by what becomes of them."""
    works = pen.run.tables["penanganan"]
    ours = pen.run.layers.penanganan
    before = ours["sebelum_dasar"].to_numpy(dtype=bool)
    inside = works["luas_di_kumuh_ha"].to_numpy() > 0
    status = works["status"].to_numpy()
    counted = works["dihitung"].to_numpy(dtype=bool)
    order = {one: at for at, one in enumerate(STATUSES)}
    rows = []
    for one in sorted(set(status[~before]), key=lambda name: (order.get(name, len(order)), name)):
        mine = (status == one) & ~before
        said = pen.say("ya" if counted[mine].any() else "tidak")
        rows.append(_counted(pen, pen.value(one), mine, inside, said))
    if before.any():
        rows.append(_counted(pen, pen.say("sebelum_dasar"), before, inside, pen.say("tidak")))
    rows.append(_counted(pen, pen.say("jumlah"), np.ones(len(works), dtype=bool), inside, ""))
    columns = (
        Column(pen.column("status"), 55, "kiri"),
        Column(pen.say("banyak_kegiatan"), 28),
        Column(pen.say("di_kumuh"), 28),
        Column(pen.say("di_luar_kumuh"), 28),
        Column(pen.say("dihitung"), 26, "tengah"),
    )
    total = Row(rows[-1].cells, "jumlah")
    yield Paragraph(pen.say("tak_dihitung_cara"))
    yield Table(pen.say("tabel_kegiatan"), columns, (*rows[:-1], total))


def _counted(pen: Pen, name: str, mine: object, inside: object, said: str) -> Row:
    here, within = np.asarray(mine), np.asarray(inside)
    counts = (here.sum(), (here & within).sum(), (here & ~within).sum())
    return Row((name, *(pen.count(one) for one in counts), said))


def _outside(pen: Pen) -> Iterator[Block]:
    """Name the slums with ground in no kelurahan."""
    table = pen.run.tables["kumuh"]
    table = table[table["di_luar_kelurahan_ha"] > NOTHING_HA].nlargest(_NAMED, "di_luar_kelurahan_ha")
    if table.empty:
        return
    rows = [
        Row((str(row["kumuh_id"]), pen.name(row["nama"]), pen.name(row["kelurahan"]), pen.ha(outside, 4)))
        for row in table.to_dict("records")
        for outside in [row["di_luar_kelurahan_ha"]]
    ]
    rows.append(Row(("", pen.say("jumlah_semua"), "", pen.ha(pen.total["di_luar_kelurahan_ha"], 4)), "jumlah"))
    columns = (
        Column(pen.column("kumuh_id"), 35, "kiri"),
        Column(pen.say("nama_lokasi"), 60, "kiri"),
        Column(pen.column("kelurahan"), 40, "kiri"),
        Column(pen.say("di_luar"), 30),
    )
    yield Heading(pen.say("di_luar_judul"), 3)
    yield Paragraph(pen.say("di_luar_cara", luas=pen.total["di_luar_kelurahan_ha"]))
    yield without_empty(pen, Table(pen.say("tabel_luar"), columns, tuple(rows)))
