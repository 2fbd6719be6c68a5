"""The sheet on where everything comes from: files, basis, certification, choices, programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh import recipe
from petakumuh.present.basis import basis, certified
from petakumuh.present.tablebook.page import Block, Column, Page
from petakumuh.present.tables import account_of
from petakumuh.text import number, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from petakumuh.present.tablebook.page import Desk

__all__ = ["origin_page"]

_COUNTED = ("objek", "utuh", "diperbaiki", "dikecualikan")


def origin_page(desk: Desk) -> Page:
    """Say what was read, how it was measured, what was chosen and what computed it."""
    run = desk.run
    versions = Block(
        title=desk.say("asal_versi"),
        columns=_two(desk, dict(run.versions), "asal_program", "asal_nomor"),
    )
    choices = dict(_flat(recipe.as_tables(run.recipe)))
    blocks = (
        _files(desk),
        Block(title=desk.say("asal_dasar"), columns=_two(desk, _measured(desk), "asal_hal", "asal_isi")),
        Block(title=desk.say("asal_resep"), columns=_two(desk, choices, "asal_kunci", "asal_isi")),
        versions,
    )
    return Page(name="Asal-usul", title=desk.say("judul_asal"), told=desk.say("isi_asal"), blocks=blocks)


def _files(desk: Desk) -> Block:
    rows = [account_of(one) for one in desk.run.inputs]
    heads = {"berkas": desk.head("berkas"), "sha256": "SHA-256", "lapisan": desk.say("asal_lapisan")}
    columns = [
        Column(head=head, kind="kode", values=[row[name] or None for row in rows], widest=68)
        for name, head in heads.items()
    ]
    columns += [
        Column(head=desk.say(f"asal_{name}"), kind="jumlah", values=[row[name] for row in rows])
        for name in _COUNTED
    ]
    return Block(title=desk.say("asal_berkas"), columns=tuple(columns))


def _measured(desk: Desk) -> Mapping[str, str]:
    told, sure = basis(desk.run, desk.language), desk.run.sertifikasi
    boundaries = ", ".join(one for one in told["batas_kelurahan"].values() if one)
    found = {
        desk.say("asal_luas"): told["keterangan"],
        "EPSG": ", ".join(map(str, told["epsg"])),
        desk.say("asal_batas"): boundaries or "–",
        desk.say("asal_sertifikasi"): certified(sure, desk.language),
    }
    if sure.get("tersertifikasi"):
        apart = number(float(sure.get("selisih_terbesar_m2") or 0), 9, desk.language)
        found |= {
            desk.say("asal_metode"): ", ".join(sure.get("metode") or ()) or "–",
            desk.say("asal_selisih"): f"{apart} m²",
        }
    if desk.run.skor is not None:
        found[desk.say("asal_skor")] = f"{desk.run.skor.aturan.nama}. {say('basis.skor', desk.language)}"
    return found


def _two(desk: Desk, told: Mapping[str, Any], key: str, value: str) -> tuple[Column, ...]:
    return (
        Column(head=desk.say(key), kind="kode", values=list(told), widest=38),
        Column(head=desk.say(value), kind="kode", values=[str(one) for one in told.values()], widest=68),
    )


def _flat(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Lay a recipe out as lines: ``penanganan.1.file``, what is asked."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _flat(one, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list | tuple) and any(isinstance(one, dict) for one in value):
        for at, one in enumerate(value, start=1):
            yield from _flat(one, f"{key}.{at}")
    elif isinstance(value, list | tuple):
        yield key, ", ".join(map(str, value)) or "–"
    elif isinstance(value, bool):
        yield key, "true" if value else "false"
    elif value is not None:
        yield key, str(value)
