"""Runs joined, as files: the recap in the form of a run's, and the list of kabupaten/kota that planners keep."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from petakumuh import findings
from petakumuh.measure import zone_name
from petakumuh.model import AREA_LEVELS
from petakumuh.present.files import write_together
from petakumuh.present.tables import (
    OTHER_TABLES,
    aligned,
    cell,
    csv_text,
    finding_rows,
    json_text,
    recap_rows,
    records,
    write_text,
)
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from petakumuh.model import Joined

__all__ = ["files", "joined", "joined_text", "write_joined"]

_SHOWN = ("luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha", "persen_sisa")


def write_joined(done: Joined, folder: Path, *, bahasa: Language = "id", overwrite: bool = False) -> list[Path]:
    """Write runs joined into a folder.

    Raises
    ------
    OutputError
        See `petakumuh.present.files.write_together`.
    """
    return write_together(files(done, bahasa), folder, inputs=done.files, overwrite=overwrite)


def files(done: Joined, language: Language = "id") -> dict[str, Callable[[Path], None]]:
    """List the files of runs joined: name -> what writes it to a path."""
    measured = str(_basis(done, language)["keterangan"])
    texts = {
        "rekap.csv": csv_text(recap_rows(done.tables, measured, language)),
        "daftar.csv": csv_text(_list_rows(done, measured, language)),
        "temuan.csv": csv_text(finding_rows(done.findings, measured, language)),
        "rekap.json": json_text(joined(done)),
    }
    return {name: partial(write_text, text) for name, text in texts.items()}


def joined(done: Joined) -> dict[str, Any]:
    """Lay runs joined out for programs, with the keys of a run's recap and those of the joining."""
    found: dict[str, Any] = {"total": records(done.tables["total"])[0]}
    for name in (*AREA_LEVELS, *OTHER_TABLES):
        found[name] = records(done.tables[name]) if name in done.tables else []
    first = done.parts[0]["resep"]
    found["temuan"] = findings.counts(done.findings)
    found["basis"] = _basis(done, "id")
    found["resep"] = {
        "wilayah": {"judul": done.title} if done.title else {},
        "hitung": first.get("hitung", {}),
        "rekap": [path.as_posix() for path in done.files],
    }
    found["daftar"] = records(done.tables["daftar"])
    found["kemajuan"] = dict(done.progress)
    found["bagian"] = [dict(part) for part in done.parts]
    return found


def joined_text(done: Joined, language: Language = "id") -> str:
    """Write the list of kabupaten/kota with its total for a terminal."""
    head = ["", *(say(f"kolom.{name}", language) for name in _SHOWN)]
    total = {"nama": "TOTAL"} | records(done.tables["total"])[0]
    rows = [
        [str(row["nama"]), *(number(row[name], language=language) for name in _SHOWN)]
        for row in (*records(done.tables["daftar"]), total)
    ]
    return aligned([head, *rows])


def _basis(done: Joined, language: Language) -> dict[str, Any]:
    """Say by what the hectares of all runs were measured."""
    said = [part["basis"] for part in done.parts]
    epsg = sorted({code for one in said for code in one["epsg"]})
    zones = [zone_name(code) for code in epsg]
    total = done.tables["total"].iloc[0]
    sources = [one.get("batas_kelurahan", {}) for one in said]
    return {
        "dasar": said[0]["dasar"],
        "zona": zones,
        "epsg": epsg,
        "keterangan": say(
            f"basis.{said[0]['dasar']}", language, zona=", ".join(zones), geodesik=float(total["luas_geodesik_ha"])
        ),
        "batas_kelurahan": {
            name: "; ".join(dict.fromkeys(one[name] for one in sources if one.get(name))) or None
            for name in ("sumber", "edisi")
        },
        "tersertifikasi": bool(total["tersertifikasi"]),
    }


def _list_rows(done: Joined, measured: str, language: Language) -> Iterable[list[object]]:
    columns = [str(name) for name in done.tables["daftar"].columns]
    yield [*columns, "dasar"]
    total = {"nama": "TOTAL", "tahun_nol": done.progress["tahun_nol"]} | records(done.tables["total"])[0]
    total["laju_ha_per_tahun"] = done.progress["laju_ha_per_tahun"]
    for row in (*records(done.tables["daftar"]), total):
        told = [row.get(name) for name in columns]
        yield [*("" if one is None else cell(one, language) for one in told), measured]
