"""Sheets of what was done: by year, by sektor, by OPD and fund, by both kelurahan and OPD, and what plans add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh import catalog
from petakumuh.model import EMPTY, NO_YEAR
from petakumuh.present.book import plain, regional
from petakumuh.present.spoken import scenario
from petakumuh.present.synergy import together
from petakumuh.present.tablebook.page import Block, Column, Foot, Page, serial, summed
from petakumuh.present.tables import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from petakumuh.present.tablebook.page import Desk, Placed

__all__ = ["SHEETS", "charted", "work_pages"]

SHEETS = ("Tahun", "Sektor", "OPD", "Sumber dana", "Status", "Jumlah sektor", "Sinergi OPD", "Simulasi")
"""What a run may have to say of works."""

_MEMBERS = {"sektor": "Sektor", "opd": "OPD", "sumber_dana": "Sumber dana", "status": "Status"}
_LEAST, _MOST = 2, 40
"""Rows from which on a chart says more than they do, and that it still shows apart."""
_PLAIN = "#7F8C99"
_SMALL = {"name": "Arial", "size": 9, "color": "#404040"}
_GRID = {"visible": True, "line": {"color": "#E3E3E3", "width": 0.75}}


def work_pages(desk: Desk) -> Iterator[Page]:
    """Lay out the tables of works, as far as the files say something of it."""
    tables = desk.run.tables
    if len(tables.get("tahun", ())):
        yield _years(desk)
    for name, title in _MEMBERS.items():
        if _told(desk, name):
            yield _members(desk, name, title)
    if len(tables.get("jumlah_sektor", ())):
        yield _counts(desk)
    if _told(desk, "opd"):
        yield _synergy(desk)
    if len(tables.get("simulasi", ())):
        yield _plans(desk)


def _told(desk: Desk, name: str) -> bool:
    """Whether works say which sektor (OPD, fund, status) they are of."""
    return name in desk.run.tables and bool((desk.run.tables[name]["nama"] != EMPTY).any())


def _years(desk: Desk) -> Page:
    """Say what was new in each year, and what was left: the first row is how it was before."""
    rows, whole = records(desk.run.tables["tahun"]), records(desk.run.tables["total"])[0]
    before = {"tahun": desk.say("awal"), "baru_ha": None, "kumulatif_ha": 0.0, "persen_kumulatif": 0.0,
              "sisa_ha": whole["luas_delineasi_ha"]}  # fmt: skip
    rows = [before, *rows]
    heads = {"baru_ha": desk.say("baru"), "kumulatif_ha": desk.say("kumulatif"),
             "persen_kumulatif": desk.say("persen_kumulatif"), "sisa_ha": desk.head("sisa_ha")}  # fmt: skip
    columns = [
        Column(head=desk.head("tahun_pertama"), kind="tahun", values=[desk.value(row["tahun"]) for row in rows])
    ]
    for name, head in heads.items():
        kind: Any = "persen" if name.startswith("persen") else "ha"
        values = [row[name] for row in rows]
        columns.append(Column(head=head, kind=kind, values=values, bars=kind == "persen"))
    known = sum(row["tahun"] != NO_YEAR for row in rows[1:])
    feet = Foot(label=desk.say("jumlah_tahun"), values={1: whole["luas_tertangani_ha"]}, formulas=summed(1))
    block = Block(
        columns=tuple(columns),
        feet=(feet,),
        notes=(desk.say("catatan_tahun"),),
        chart=_progress if known >= _LEAST and len(rows) <= _MOST else None,
        tall=20,
    )
    return Page(name="Tahun", title=desk.say("judul_tahun"), told=desk.say("isi_tahun"), blocks=(block,), keys=1)


def _progress(desk: Desk, placed: Placed) -> Any:
    """Draw what is new each year as columns in the colours of the map, and what is left as the line to 0 ha."""
    looks = desk.looks["tahun"].classes
    left = catalog.style(desk.run.recipe.keluaran.palet)["sisa"]["warna"]
    years = [str(one) for one in desk.run.tables["tahun"]["tahun"]]
    fills = [looks[year].fill if year in looks else _PLAIN for year in years]
    columns = desk.book.add_chart({"type": "column"})
    columns.add_series(
        _series(placed, 0, 1, fill=fills[0])
        | {"gap": 60, "points": [None, *({"fill": {"color": fill}} for fill in fills)]}
    )
    line = desk.book.add_chart({"type": "line"})
    label = {"value": True, "position": "above", "num_format": _two(desk), "font": {**_SMALL, "color": left}}
    line.add_series(
        _series(placed, 0, 4)
        | {
            "line": {"color": left, "width": 2.25},
            "marker": {"type": "circle", "size": 7, "fill": {"color": "#FFFFFF"}, "border": {"color": left}},
            "data_labels": label,
        }
    )
    columns.combine(line)
    return charted(desk, columns, desk.say("grafik_tahun"))


def _members(desk: Desk, name: str, title: str) -> Page:
    """Say of each sektor (OPD, fund, status) the ground under it; their sum counts ground twice and says so."""
    rows = records(desk.run.tables[name])
    told = next(row for row in records(desk.run.tables["keanggotaan"]) if row["tabel"] == name)
    union, together = told["gabungan_ha"], [row["luas_ha"] - row["hanya_ini_ha"] for row in rows]
    of_union = [row["luas_ha"] / union * 100 if union else None for row in rows]
    columns = (
        serial(desk, len(rows)),
        Column(head=desk.head(name), kind="teks", values=[desk.value(row["nama"]) for row in rows], widest=48),
        Column(head=desk.head("luas_ha"), kind="ha", values=[row["luas_ha"] for row in rows]),
        Column(head=desk.say("hanya_ini"), kind="ha", values=[row["hanya_ini_ha"] for row in rows]),
        Column(head=desk.say("bersama"), kind="ha", values=together, formula="={c2}-{c3}"),
        Column(head=desk.say("dari_gabungan"), kind="persen", values=of_union, bars=True),
    )
    feet = (
        Foot(label=desk.say("jumlah_ganda"), values={2: told["jumlah_ha"]}, formulas=summed(2), strong=False),
        Foot(
            label=desk.say("tumpang_tindih"),
            values={2: told["tumpang_tindih_ha"]},
            formulas={2: "={f0_c2}-{f2_c2}"},
            strong=False,
        ),
        Foot(label=desk.say("tanpa_ganda"), values={2: union}),
    )
    whose = "status" if name == "status" else "tertangani"
    block = Block(
        columns=columns,
        feet=feet,
        notes=(desk.say("catatan_anggota"), desk.say(f"catatan_{whose}")),
        chart=(lambda desk, placed: _stacked(desk, placed, name, rows)) if _LEAST <= len(rows) <= _MOST else None,
        tall=max(12, min(34, 7 + 2 * len(rows))),
    )
    return Page(
        name=title,
        title=desk.say("judul_anggota", hal=desk.head(name)),
        told=desk.say("isi_anggota", hal=desk.head(name)),
        blocks=(block,),
        keys=2,
    )


def _stacked(desk: Desk, placed: Placed, name: str, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Draw bars: what each covers alone, and beside it, paler, what it shares with others."""
    own = catalog.style(desk.run.recipe.keluaran.palet)["jumlah_sektor"]["tangga"]
    dark, pale = own[-2], own[0]
    looks = desk.looks["penanganan"].classes if name == "sektor" else {}
    fills = [looks[row["nama"]].fill if row["nama"] in looks else dark for row in rows]
    bars = desk.book.add_chart({"type": "bar", "subtype": "stacked"})
    for column, usual, clear in ((3, dark, 0), (4, pale, 55)):
        series = _series(placed, 1, column, fill=usual) | {"gap": 45}
        if looks:
            fill = [{"color": one, "transparency": clear} if clear else {"color": one} for one in fills]
            series["points"] = [{"fill": one} for one in fill]
            series["fill"] = {"color": _PLAIN, "transparency": clear} if clear else {"color": _PLAIN}
        bars.add_series(series)
    charted(desk, bars, desk.say("grafik_anggota", hal=desk.head(name)))
    bars.set_y_axis({"reverse": True, "num_font": _SMALL, "line": {"color": "#A0A0A0"}})
    bars.set_x_axis({"num_format": _none(desk), "num_font": _SMALL, "major_gridlines": _GRID, "min": 0,
                     "name": "ha", "name_font": {**_SMALL, "bold": False}, "label_position": "high"})  # fmt: skip
    return bars


def _counts(desk: Desk) -> Page:
    """Say how much ground was handled by no sektor, by one, by two."""
    rows, whole = records(desk.run.tables["jumlah_sektor"]), records(desk.run.tables["total"])[0]
    columns = (
        Column(head=desk.head("jumlah_sektor"), kind="jumlah", values=[row["jumlah_sektor"] for row in rows]),
        Column(head=desk.head("luas_ha"), kind="ha", values=[row["luas_ha"] for row in rows]),
        Column(head=desk.say("dari_kumuh"), kind="persen", values=[row["persen"] for row in rows], bars=True),
    )
    values = {1: whole["luas_delineasi_ha"], 2: sum(row["persen"] or 0.0 for row in rows)}
    foot = Foot(label=desk.say("jumlah"), values=values, formulas=summed(1, 2))
    block = Block(
        columns=columns,
        feet=(foot,),
        notes=(desk.say("catatan_jumlah_sektor"),),
        chart=_count_chart if len(rows) <= _MOST else None,
    )
    return Page(
        name="Jumlah sektor",
        title=desk.say("judul_jumlah_sektor"),
        told=desk.say("isi_jumlah_sektor"),
        blocks=(block,),
        keys=1,
    )


def _count_chart(desk: Desk, placed: Placed) -> Any:
    looks = desk.looks["jumlah_sektor"].classes
    left = catalog.style(desk.run.recipe.keluaran.palet)["sisa"]["warna"]
    hatched = {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": left, "bg_color": "#FFFFFF"},
               "border": {"color": left}}  # fmt: skip
    numbers = [str(one) for one in desk.run.tables["jumlah_sektor"]["jumlah_sektor"]]
    points: list[Any] = []
    for one in numbers:
        look = None if one == "0" else looks.get(one)
        points.append(hatched if one == "0" else {"fill": {"color": look.fill if look else _PLAIN}})
    chart = desk.book.add_chart({"type": "column"})
    label = {"value": True, "num_format": _two(desk), "font": _SMALL}
    chart.add_series(_series(placed, 0, 1, fill=_PLAIN) | {"points": points, "gap": 60, "data_labels": label})
    charted(desk, chart, desk.say("grafik_jumlah_sektor"))
    chart.set_legend({"none": True})
    chart.set_x_axis({"name": desk.head("jumlah_sektor"), "name_font": {**_SMALL, "bold": False},
                      "num_font": _SMALL})  # fmt: skip
    return chart


def _plans(desk: Desk) -> Page:
    """Say what works under way and planned would add."""
    rows = records(desk.run.tables["simulasi"])
    columns = (
        Column(
            head=desk.say("skenario"),
            kind="teks",
            values=[scenario(row["skenario"], desk.language) for row in rows],
            widest=70,
        ),
        *(
            Column(
                head=desk.say(name) if name == "tambahan_ha" else desk.head(name),
                kind="persen" if name.startswith("persen") else "ha",
                values=[row[name] for row in rows],
                bars=name.startswith("persen"),
            )
            for name in ("luas_tertangani_ha", "persen_tertangani", "tambahan_ha", "sisa_ha")
        ),
    )
    block = Block(columns=columns, notes=(desk.say("catatan_simulasi"),))
    return Page(
        name="Simulasi", title=desk.say("judul_simulasi"), told=desk.say("isi_simulasi"), blocks=(block,), keys=1
    )


def _synergy(desk: Desk) -> Page:
    """Lay out which OPD handled how much in which kelurahan; ground of two OPD stands under both."""
    towns, offices = desk.run.tables["kelurahan"], desk.run.tables["opd"]
    found = together(desk.run)
    columns = [
        serial(desk, len(towns)),
        Column(head=desk.head("kelurahan"), kind="teks", values=[one or None for one in towns["nama"]]),
    ]
    if len({one for one in towns["kecamatan"] if one}) > 1:
        above = [one or None for one in towns["kecamatan"]]
        columns.append(Column(head=desk.head("kecamatan"), kind="teks", values=above))
    begin = len(columns)
    for name in found.offices:
        values = [found.rows.get((code, name)) for code in towns["kode"]]
        columns.append(Column(head=desk.value(name), kind="ha", values=values, group=desk.say("kelompok_opd")))
    handled = [float(one) for one in towns["luas_tertangani_ha"]]
    counted = [
        sum(one is not None for one in cells) for cells in zip(*(c.values for c in columns[begin:]), strict=True)
    ]
    columns.append(Column(head=desk.say("tertangani_sekali"), kind="ha", values=handled))
    columns.append(Column(head=desk.say("jumlah_opd"), kind="jumlah", values=counted,
                          formula=f"=COUNT({{c{begin}}}:{{c{begin + len(found.offices) - 1}}})"))  # fmt: skip
    last = begin + len(found.offices)
    whole = {begin + at: float(one) for at, one in enumerate(offices["luas_ha"])}
    whole[last] = records(desk.run.tables["total"])[0]["luas_tertangani_ha"]
    foot = Foot(label=desk.say("jumlah"), values=whole, formulas=summed(*whole))
    block = Block(columns=tuple(columns), feet=(foot,), notes=(desk.say("catatan_sinergi"),))
    return Page(
        name="Sinergi OPD",
        title=desk.say("judul_sinergi"),
        told=desk.say("isi_sinergi"),
        blocks=(block,),
        keys=2,
    )


def charted(desk: Desk, chart: Any, title: str) -> Any:
    """Give a chart its title, legend, axes and figures as they are read in the language."""
    chart.set_title(
        {
            "name": title,
            "name_font": {"name": "Arial", "size": 12, "bold": True, "color": "#303030"},
            "overlay": False,
        }
    )
    chart.set_legend({"position": "bottom", "font": _SMALL})
    chart.set_y_axis({"num_format": _none(desk), "num_font": _SMALL, "major_gridlines": _GRID, "min": 0,
                      "name": "ha", "name_font": {**_SMALL, "bold": False}, "line": {"none": True}})  # fmt: skip
    chart.set_x_axis({"num_font": _SMALL, "line": {"color": "#A0A0A0"}})
    chart.set_chartarea({"border": {"color": "#C8C8C8"}})
    return chart


def _two(desk: Desk) -> str:
    return regional("#,##0.00", desk.language)


def _none(desk: Desk) -> str:
    return regional("#,##0", desk.language)


def _series(placed: Placed, names: int, column: int, *, fill: str | None = None) -> dict[str, Any]:
    """Say where a series stands, and what stands there, which viewers show at once."""
    made: dict[str, Any] = {
        "name": placed.head(column),
        "name_data": [placed.columns[column].head],
        "categories": placed.cells(names),
        "categories_data": [plain(str(one)) for one in placed.columns[names].values],
        "values": placed.cells(column),
        "values_data": list(placed.columns[column].values),
    }
    return made | ({"fill": {"color": fill}} if fill else {})
