"""Runs joined, as files: the recap in the form of a run's, and the list of kabupaten/kota that planners keep."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from petakumuh import findings
from petakumuh.measure import zone_name
from petakumuh.model import AREA_LEVELS
from petakumuh.present.basis import RUNGS, certified, why_not
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
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from pandas import DataFrame

    from petakumuh.model import Joined

__all__ = ["files", "joined", "joined_text", "write_joined"]

_SHOWN = ("luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha", "persen_sisa")
_BY_SCORE = ("kumuh_awal_ha", "pengurangan_ha", "kumuh_akhir_ha", "tanpa_skor_ha", "air_minum_persen",
             "sanitasi_persen")  # fmt: skip
_HUNDREDS = ("air_minum", "sanitasi")
_KEYS = 3
"""Columns of the list by score that say which kabupaten/kota it is."""
_STILL_HA = 1e-9
_SCORE_FILES = ("skor_tahun.csv", "skor_daftar.csv")
_BESIDE = {"tahun_dasar": "tahun_dasar_skor", "tahun_akhir": "tahun_akhir_skor"}
"""Columns by score that have another name beside those of ground handled."""
_FARTHEST = ("selisih_terbesar_relatif", "selisih_terbesar_m2")


def write_joined(done: Joined, folder: Path, *, bahasa: Language = "id", overwrite: bool = False) -> list[Path]:
    """Write runs joined into a folder.

    Raises
    ------
    OutputError
        See `petakumuh.present.files.write_together`.
    """
    made = files(done, bahasa)
    stale = [name for name in _SCORE_FILES if name not in made]
    return write_together(made, folder, inputs=done.files, overwrite=overwrite, stale=stale if overwrite else ())


def files(done: Joined, language: Language = "id") -> dict[str, Callable[[Path], None]]:
    """List the files of runs joined: name -> what writes it to a path."""
    measured = str(_basis(done, language)["keterangan"])
    texts = {
        "rekap.csv": csv_text(recap_rows(done.tables, measured, language)),
        "daftar.csv": csv_text(_list_rows(done, measured, language)),
        "temuan.csv": csv_text(finding_rows(done.findings, measured, language)),
        "rekap.json": json_text(joined(done)),
    }
    if done.scores:
        texts |= {
            name: csv_text(_score_rows(done.tables[table], language))
            for name, table in zip(_SCORE_FILES, ("skor", "skor_daftar"), strict=True)
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
    found["sertifikasi"] = _certification(done)
    found["resep"] = {
        "wilayah": {"judul": done.title} if done.title else {},
        "hitung": first.get("hitung", {}),
        "rekap": [path.as_posix() for path in done.files],
    }
    found["daftar"] = records(done.tables["daftar"])
    found["kemajuan"] = dict(done.progress)
    if done.scores:
        found["skor"] = dict(done.scores)
        found["skor_daftar"] = records(done.tables["skor_daftar"])
        found["kemajuan_skor"] = dict(done.score_progress) or None
    found["bagian"] = [dict(part) for part in done.parts]
    return found


def joined_text(done: Joined, language: Language = "id") -> str:
    """Write the list of kabupaten/kota for a terminal, with its total and progress; both accounts, one by one."""
    total = {"nama": "TOTAL"} | records(done.tables["total"])[0]
    ground = [
        _grid([*records(done.tables["daftar"]), total], _SHOWN, language),
        "",
        *_remarked(
            _progress_lines(done.progress, total["sisa_ha"], language),
            language,
            mixed="rekap_tahun_berbeda" in set(done.findings["aturan"]),
        ),
        certified(_certification(done), language),
    ]
    if not done.scores:
        return "\n".join(ground)
    heads = [
        say("cli.judul_ditangani", language),
        say(
            "cli.judul_skor",
            language,
            berskor=done.scores["jumlah_berskor"],
            semua=done.scores["jumlah_kabupaten_kota"],
        ),
    ]
    summed = {"nama": "TOTAL"} | _score_total(done)
    listed = [row for row in records(done.tables["skor_daftar"]) if row["kumuh_awal_ha"] is not None]
    by_score = [_grid([*listed, summed], _BY_SCORE, language), ""]
    if not done.score_progress:
        by_score.append(say("cli.skor_tak_dijumlahkan", language))
    else:
        told = done.score_progress
        mixed = len({row["tahun_akhir"] for row in listed}) > 1
        by_score += _remarked(_progress_lines(told, told["kumuh_akhir_ha"], language), language, mixed=mixed)
        by_score.append(_indicator_line(told, language))
    return "\n".join([heads[0], "", *ground, "", heads[1], "", *by_score])


def _grid(rows: Iterable[Mapping[str, Any]], shown: Sequence[str], language: Language) -> str:
    head = ["", *(say(f"kolom.{name}", language) for name in shown)]
    body = [[str(row["nama"]), *(number(row.get(name), language=language) for name in shown)] for row in rows]
    return aligned([head, *body])


def _remarked(lines: list[str], language: Language, *, mixed: bool) -> list[str]:
    """Say behind the pace that the last years behind it differ, where they do."""
    return [f"{lines[0]} {say('cli.tahun_akhir_berbeda', language)}", *lines[1:]] if mixed else lines


def _progress_lines(told: Mapping[str, Any], left_ha: float, language: Language) -> list[str]:
    """Say in words at what pace it goes, when 0 ha is reached, and how that stands to the target."""
    pace, zero, last = (told[name] for name in ("laju_ha_per_tahun", "tahun_nol", "tahun_akhir"))
    reached = zero is not None and (last is None or zero <= last)
    if reached:
        key = "kemajuan_sampai"
    elif pace is None:
        key = "kemajuan_tanpa_tahun"
    elif zero is not None:
        key = "kemajuan"
    else:
        key = "kemajuan_diam" if abs(pace) < _STILL_HA else "kemajuan_naik"
    began = None if told["tahun_awal"] is None else told["tahun_awal"] - 1
    lines = [say(f"cli.{key}", language, **told, naik=-(pace or 0.0), dari=began)]
    target = told["target"]
    if target is None:
        return lines
    row = told["baris"][-1] if told["baris"] else {}
    if row.get("garis_ha") is not None:
        stands = row["kumuh_ha"] if "kumuh_ha" in row else row["sisa_ha"]
        values = {"tahun": row["tahun"], "garis": row["garis_ha"], "sisa": stands}
        lines.append(say("cli.garis_target", language, **values))
    since = last if last is not None else told.get("tahun_dasar")
    if reached:
        key = "target_sampai" if zero <= target else "target_sampai_lambat"
    elif since is None:
        return lines
    elif target <= since:
        key = "target_terlewat"
    elif zero is None:
        key = "target_tanpa_laju"
    else:
        key = "target_cukup" if zero <= target else "target_lambat"
    needed = left_ha / (target - since) if since is not None and target > since else None
    late = None if zero is None else zero - target
    values = {"target": target, "tahun_nol": zero, "sisa": left_ha, "perlu": needed, "lambat": late}
    return [*lines, say(f"cli.{key}", language, **values)]


def _indicator_line(told: Mapping[str, Any], language: Language) -> str:
    """Say how 100-0-100 stands: drinking water, slum, sanitation."""
    one = told["indikator"]
    ends = {f"{name}_{end}": one[name][f"{end}_persen"] for name in _HUNDREDS for end in ("awal", "akhir")}
    slum = {"kumuh_awal": told["kumuh_awal_ha"], "kumuh_akhir": told["kumuh_akhir_ha"]}
    return say("cli.seratus_nol_seratus", language, **ends, **slum)


def _score_total(done: Joined) -> dict[str, Any]:
    """Give the sum of the list by score; nothing where scores are not added up."""
    if not done.score_progress:
        return {}
    last = records(done.tables["skor"])[-1]
    told = done.score_progress
    return {name: last.get(name) for name in done.tables["skor_daftar"].columns[_KEYS:]} | {
        "kumuh_awal_ha": told["kumuh_awal_ha"],
        "kumuh_akhir_ha": told["kumuh_akhir_ha"],
        "laju_skor_ha_per_tahun": told["laju_ha_per_tahun"],
        "tahun_nol_skor": told["tahun_nol"],
    }


def _basis(done: Joined, language: Language) -> dict[str, Any]:
    """Say by what the hectares of all runs were measured."""
    said = [part["basis"] for part in done.parts]
    epsg = sorted({code for one in said for code in one["epsg"]})
    zones = [zone_name(code, language) for code in epsg]
    total = done.tables["total"].iloc[0]
    sources = [one.get("batas_kelurahan") or {} for one in said]
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


def _certification(done: Joined) -> dict[str, Any]:
    """Say whether every hectare of all runs was computed twice; the reason of all, or how many are not certified.

    Returns
    -------
        As ``sertifikasi`` of a run; and how many runs there are (``semua``) and are not certified (``belum``).
    """
    parts = [part.get("sertifikasi") or {} for part in done.parts]
    lacking = [one for one in parts if not one.get("tersertifikasi")]
    reasons = {why_not(one) for one in lacking} if len(lacking) == len(parts) else {"sebagian"}
    rungs = [one.get("tangga") or {} for one in parts]
    return {
        "tersertifikasi": not lacking,
        "sebab": (reasons.pop() if len(reasons) == 1 else "sebagian") if lacking else "",
        "metode": list(dict.fromkeys(name for one in parts for name in one.get("metode") or ())),
        "kumuh": sum(one.get("kumuh") or 0 for one in parts),
        "tangga": {name: sum(one.get(name) or 0 for one in rungs) for name in RUNGS},
        **{name: max(one.get(name) or 0.0 for one in parts) for name in _FARTHEST},
        "mundur": [name for one in parts for name in one.get("mundur") or ()],
        "semua": len(parts),
        "belum": len(lacking),
    }


def _list_rows(done: Joined, measured: str, language: Language) -> Iterable[list[object]]:
    """Lay the list out, with its total; columns by score stand behind those of ground handled."""
    columns = [str(name) for name in done.tables["daftar"].columns]
    by_score = list(done.tables["skor_daftar"].columns[_KEYS:]) if done.scores else []
    beside = say("basis.skor", language)
    said = [_BESIDE.get(str(name), str(name)) for name in by_score]
    yield [*columns, "dasar", *said, *(["dasar_skor"] if by_score else [])]
    total = {"nama": "TOTAL", "tahun_nol": done.progress["tahun_nol"]} | records(done.tables["total"])[0]
    total["laju_ha_per_tahun"] = done.progress["laju_ha_per_tahun"]
    scored = {row["kode"]: row for row in records(done.tables["skor_daftar"])} if by_score else {}
    sums = _score_total(done) if by_score else {}
    rows = [(row, scored.get(row["kode"], {})) for row in records(done.tables["daftar"])]
    for row, score in (*rows, (total, sums)):
        told = [row.get(name) for name in columns]
        counted = [score.get(name) for name in by_score]
        yield [
            *_cells(told, language),
            measured,
            *_cells(counted, language),
            *([beside] if by_score else []),
        ]


def _score_rows(table: DataFrame, language: Language) -> Iterable[list[object]]:
    yield [*(str(name) for name in table.columns), "dasar"]
    for row in records(table):
        yield [*_cells(row.values(), language), say("basis.skor", language)]


def _cells(values: Iterable[object], language: Language) -> list[object]:
    return ["" if one is None else cell(one, language) for one in values]
