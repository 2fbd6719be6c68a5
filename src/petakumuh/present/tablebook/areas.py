"""Sheets of areas: a row a province, kabupaten/kota, kecamatan, kelurahan, slum; and the annex of a decree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh.model import AREA_LEVELS
from petakumuh.present.imprint import region
from petakumuh.present.tablebook.page import Block, Column, Foot, Page, serial, share, summed
from petakumuh.present.tables import records
from petakumuh.text.codes import rt_rw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from petakumuh.present.tablebook.page import Desk, Kind

__all__ = ["annex", "area_pages"]

_PARENTS = AREA_LEVELS[:-1]
_FIGURES: tuple[tuple[str, Kind, str], ...] = (
    ("luas_sk_ha", "ha", "kelompok_sk"),
    ("luas_delineasi_ha", "ha", "kelompok_delineasi"),
    ("luas_tertangani_ha", "ha", "kelompok_delineasi"),
    ("persen_tertangani", "persen", "kelompok_delineasi"),
    ("sisa_ha", "ha", "kelompok_delineasi"),
    ("persen_sisa", "persen", "kelompok_delineasi"),
    ("di_luar_kelurahan_ha", "ha", "kelompok_pembanding"),
    ("luas_geodesik_ha", "ha", "kelompok_pembanding"),
    ("jumlah_geometri_ha", "ha", "kelompok_pembanding"),
    ("jumlah_naif_tertangani_ha", "ha", "kelompok_pembanding"),
    ("tersertifikasi", "tanda", "kelompok_pembanding"),
)
"""Columns of an area table in the order in which they are read here, and what stands above them."""
_SHARES = {"persen_tertangani": "luas_tertangani_ha", "persen_sisa": "sisa_ha"}
_NAMES = {"provinsi": "Provinsi", "kabupaten_kota": "Kabupaten-Kota", "kecamatan": "Kecamatan",
          "kelurahan": "Kelurahan", "kumuh": "Kumuh (RT)"}  # fmt: skip
_SIGNED = 7
"""Lines for whoever signs a decree."""


def area_pages(desk: Desk) -> Iterator[Page]:
    """Lay out each level of area; wide levels of a single area say nothing that the level below does not."""
    for level in AREA_LEVELS:
        table = desk.run.tables[level]
        if len(table) and (level in ("kelurahan", "kumuh") or _several(table["kode"])):
            yield _page(desk, level)


def _page(desk: Desk, level: str) -> Page:
    rows = records(desk.run.tables[level])
    names = _places(desk, level, rows)
    figures = [one for one in _FIGURES if any(row[one[0]] is not None for row in rows)]
    begin = 1 + len(names)
    at = {name: begin + place for place, (name, *_) in enumerate(figures)}
    columns = [serial(desk, len(rows)), *names]
    for name, kind, group in figures:
        values = [row[name] for row in rows]
        columns.append(
            Column(
                head=desk.head(name),
                kind=kind,
                group=desk.say(group),
                values=values,
                bars=name == "persen_tertangani",
            )
        )
    total = records(desk.run.tables["total"])[0]
    whole = at["luas_delineasi_ha"]
    formulas = summed(*(place for name, place in at.items() if name.endswith("_ha")))
    formulas |= {at[name]: share(at[part], whole) for name, part in _SHARES.items() if name in at}
    sums = {at[name]: total[name] for name, *_ in figures if name != "tersertifikasi"}
    block = Block(
        columns=tuple(columns),
        feet=(Foot(label=desk.say("jumlah"), values=sums, formulas=formulas),),
        notes=(desk.say("catatan_wilayah"),),
    )
    title = desk.say("judul_wilayah", tingkat=desk.tier(level))
    keys = 3 if level == "kumuh" else 2
    return Page(
        name=_NAMES[level],
        title=_titled(desk, title),
        told=desk.say(f"isi_{level}"),
        blocks=(block,),
        keys=min(keys, begin),
    )


def _places(desk: Desk, level: str, rows: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Name each area and what it lies in; what all rows share is said in the title."""
    group = desk.say("kelompok_wilayah")

    def column(name: str, kind: Kind = "teks", head: str = "") -> Column:
        return Column(
            head=head or desk.head(name), kind=kind, group=group, values=[row[name] or None for row in rows]
        )

    named = desk.head("nama" if level == "kumuh" else level)
    code = "kumuh_id" if level == "kumuh" else "kode"
    found = []
    if level == "kumuh" or any(row[code] not in ("", row["nama"]) for row in rows):
        found.append(column(code, "kode"))
    if any(row["nama"] for row in rows):
        found.append(column("nama", head=named))
    if level == "kumuh":
        houses = _neighbourhoods(rows)
        if any(houses):
            found.append(Column(head=desk.head("rtrw"), kind="kode", group=group, values=houses))
    above = _PARENTS if level == "kumuh" else AREA_LEVELS[: AREA_LEVELS.index(level)]
    found += [
        column(name)
        for name in reversed(above)
        if _several(row[name] for row in rows) or (name == "kelurahan" and any(row[name] for row in rows))
    ]
    return found


def _neighbourhoods(rows: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """Read RT and RW out of id and name, as the map of scores does."""
    return [rt_rw(row["kumuh_id"]) or rt_rw(row["nama"]) or None for row in rows]


def _several(names: Any) -> bool:
    return len({one for one in names if one}) > 1


def _titled(desk: Desk, title: str) -> str:
    place = region(desk.run)
    return f"{title} – {place}" if place else title


def annex(desk: Desk) -> Page:
    """List every slum as the annex of a decree does, by kecamatan and kelurahan."""
    rows = records(desk.run.tables["kumuh"])
    classes = dict(zip(desk.run.layers.kumuh["kumuh_id"], desk.run.layers.kumuh["tingkat"], strict=True))
    rows.sort(key=lambda row: (row["kabupaten_kota"], row["kecamatan"], row["kelurahan"], row["kumuh_id"]))
    columns = [
        serial(desk, len(rows)),
        Column(
            head=desk.say("lokasi"),
            kind="teks",
            values=[row["nama"] or row["kumuh_id"] for row in rows],
        ),
        Column(head=desk.head("rtrw"), kind="kode", values=[one or "–" for one in _neighbourhoods(rows)]),
        *(
            Column(head=desk.head(name), kind="teks", values=[row[name] or None for row in rows])
            for name in ("kelurahan", "kecamatan", "kabupaten_kota")
            if name != "kabupaten_kota" or _several(row[name] for row in rows)
        ),
    ]
    said = [classes.get(row["kumuh_id"]) or None for row in rows]
    if any(said):
        columns.append(Column(head=desk.head("tingkat"), kind="teks", values=said))
    begin = len(columns)
    total = records(desk.run.tables["total"])[0]
    areas = [name for name in ("luas_sk_ha", "luas_delineasi_ha") if total[name] is not None]
    columns += [Column(head=desk.head(name), kind="ha2", values=[row[name] for row in rows]) for name in areas]
    values = {begin + at: total[name] for at, name in enumerate(areas)}
    foot = Foot(label=desk.say("jumlah"), values=values, formulas=summed(*values))
    block = Block(columns=tuple(columns), feet=(foot,), notes=(desk.say("catatan_sk"),), numbered=True)
    sk = desk.run.recipe.sk
    number = (sk.nomor if sk else None) or desk.run.recipe.kumuh.sk
    return Page(
        name="Lampiran SK",
        title=_titled(desk, desk.say("judul_sk")),
        told=desk.say("isi_sk", nomor=number or "…………………………"),
        blocks=(block,),
        signed=tuple(desk.say(f"tanda_{at}") if at in (1, 2, 6) else "" for at in range(_SIGNED)),
    )
