"""The sheet of scores: slum by class at the end of each year, hectares and units; `skor.xlsx` has all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh import catalog
from petakumuh.present.book import plain
from petakumuh.present.tablebook.page import Block, Column, Page
from petakumuh.present.tablebook.works import charted
from petakumuh.text import say

if TYPE_CHECKING:
    from petakumuh.model import Scores
    from petakumuh.present.tablebook.page import Desk, Kind, Placed

__all__ = ["score_page"]

_UNSCORED = "tanpa_skor"
_LEFT = ("pengurangan_ha", "sisa_kumuh_ha")


def score_page(desk: Desk, scores: Scores) -> Page:
    """Sum each year up by class."""
    return Page(
        name="Skor",
        title=desk.say("judul_skor"),
        told=f"{scores.aturan.nama}. {desk.say('isi_skor')}",
        blocks=(_by_class(desk, scores, "ha"), _by_class(desk, scores, "rt")),
        keys=1,
        basis=say("basis.skor", desk.language),
    )


def _by_class(desk: Desk, scores: Scores, what: str) -> Block:
    """Lay out hectares (units) of each class, their sum, and what is left of the slum of the first year."""
    years = scores.rekap["tahun"]
    codes = [*(one.kode for one in scores.aturan.kelas), _UNSCORED]
    names = {one.kode: one.nama for one in scores.aturan.kelas} | {
        _UNSCORED: say("peta.tanpa_skor", desk.language)
    }
    kind: Kind = "ha" if what == "ha" else "jumlah"
    columns = [Column(head=desk.head("tahun"), kind="tahun", values=list(years))]
    for code in codes:
        values = [figures[f"{code}_{what}"] for figures in years.values()]
        columns.append(
            Column(head=names[code], kind=kind, values=values, group=desk.say(f"kelompok_kelas_{what}"))
        )
    whole = [sum(figures[f"{code}_{what}"] for code in codes) for figures in years.values()]
    columns.append(
        Column(head=desk.say("jumlah"), kind=kind, values=whole, formula=f"=SUM({{c1}}:{{c{len(codes)}}})")
    )
    if what == "ha":
        columns += [
            Column(head=desk.head(name), kind=kind, values=[figures[name] for figures in years.values()])
            for name in _LEFT
        ]
    return Block(
        title=desk.say(f"skor_{what}"),
        columns=tuple(columns),
        chart=_chart(codes) if what == "ha" else None,
    )


def _chart(codes: list[str]) -> Any:
    def drawn(desk: Desk, placed: Placed) -> Any:
        own = catalog.style(desk.run.recipe.keluaran.palet)["skor"]
        fills = [own["kelas"][min(at, len(own["kelas"]) - 1)] for at in range(len(codes) - 1)]
        chart = desk.book.add_chart({"type": "column", "subtype": "stacked"})
        for at, fill in enumerate([*fills, own["tanpa_skor"]], start=1):
            chart.add_series(
                {
                    "name": placed.head(
                        at
                    ),  # the cell, since a rule set of one's own may name a class like a formula
                    "name_data": [plain(placed.columns[at].head)],
                    "categories": placed.cells(0),
                    "categories_data": [plain(str(one)) for one in placed.columns[0].values],
                    "values": placed.cells(at),
                    "values_data": list(placed.columns[at].values),
                    "fill": {"color": fill},
                    "border": {"color": "#7A7A7A", "width": 0.5},
                    "gap": 50,
                }
            )
        return charted(desk, chart, desk.say("grafik_skor"))

    return drawn
