"""Province and nation: finished runs joined by their recaps; no geometry is read again.

Each ``rekap.json`` is a run, or runs joined before. Hectares are added only when they mean the same: one
headline basis, the same statuses that count, no kabupaten/kota twice. In what else runs differ is a finding.
"""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from petakumuh import findings
from petakumuh.account import ADDITIVE, AREA_COLUMNS, require_laws
from petakumuh.errors import InputError, RecipeError
from petakumuh.findings import Finding
from petakumuh.model import AREA_LEVELS, NO_YEAR, OUTSIDE, STATUSES, Joined
from petakumuh.text.codes import match_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame

    from petakumuh.text import Language

__all__ = ["Rekap", "progress", "rekap"]

_SUMMED = {
    "tahun": ("tahun", ("baru_ha",)),
    "jumlah_sektor": ("jumlah_sektor", ("luas_ha",)),
    "sektor": ("nama", ("luas_ha", "hanya_ini_ha")),
    "opd": ("nama", ("luas_ha", "hanya_ini_ha")),
    "sumber_dana": ("nama", ("luas_ha", "hanya_ini_ha")),
    "status": ("nama", ("luas_ha", "hanya_ini_ha")),
    "keanggotaan": ("tabel", ("jumlah_ha", "gabungan_ha", "tumpang_tindih_ha")),
    "simulasi": ("skenario", ("luas_tertangani_ha", "tambahan_ha", "sisa_ha")),
}
"""Table -> what its rows are told apart by, and the columns that add up: runs share no ground."""
_NEEDED = ("total", *AREA_LEVELS, "basis", "resep")
_LISTED = ("luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha", "persen_sisa")


class Rekap(Joined):
    """Finished runs joined, to look at and to write out; see `petakumuh.model.Joined` for what it holds."""

    def table(self, name: str) -> DataFrame:
        """Give one table, unrounded: ``daftar``, or one of those of a run.

        Raises
        ------
        KeyError
            When there is no such table; it lists those there are.
        """
        if name not in self.tables:
            raise KeyError(f"{name}: {', '.join(self.tables)}")
        return self.tables[name].copy()

    def tulis(self, folder: str | Path, *, bahasa: Language = "id", timpa: bool = False) -> list[Path]:
        """Write ``rekap.json`` and ``rekap.csv`` in the form of a run's, ``daftar.csv`` and ``temuan.csv``.

        Parameters
        ----------
        folder
            Made where it does not exist.
        bahasa
            Language of what a planner reads.
        timpa
            Replace the results that the folder holds.

        Raises
        ------
        OutputError
            When the folder holds results and ``timpa`` is not set, or an output would replace an input.
        """
        from petakumuh.present.joined import write_joined  # noqa: PLC0415 - as in `petakumuh.pipeline`

        return write_joined(self, Path(folder), bahasa=bahasa, overwrite=timpa)

    def __repr__(self) -> str:
        from petakumuh.present.joined import joined_text  # noqa: PLC0415 - only where it is looked at

        return joined_text(self)


def rekap(berkas: Sequence[str | Path], *, judul: str | None = None, target: int | None = None) -> Rekap:
    """Join finished runs of kabupaten/kota into one recap of a province, or of the nation.

    Parameters
    ----------
    berkas
        Each a ``rekap.json`` of a run, or of runs joined before.
    judul
        Title on the outputs.
    target
        The year by which 0 ha is wanted: progress is held against a straight line to it.

    Returns
    -------
        Tables in the form of a run's, the list of kabupaten/kota, progress and findings.

    Raises
    ------
    InputError
        When a file is no recap, a kabupaten/kota stands in two, or they measure or count differently.
    RecipeError
        When no file is named, or the target does not come after the first year.
    ConservationError
        When sums do not close.
    """
    if not berkas:
        raise RecipeError("rekap_tanpa_berkas")
    given = [_read(Path(one)) for one in berkas]
    parts = [part for one in given for part in one["bagian"]]
    _require_alike(parts)
    _require_once(given)
    tables = {"total": _areas("total", [[one["total"]] for one in given])}
    tables |= {level: _areas(level, [one[level] for one in given]) for level in AREA_LEVELS}
    found = _differences(parts, given)
    for name in _SUMMED:
        lacking = [one["berkas"] for one in given if not one.get(name) and one["total"]["luas_tertangani_ha"] > 0]
        if lacking:
            values = {"tabel": name, "jumlah": len(lacking)}
            found.append(
                Finding("rekap_tabel_dilewati", "catatan", "penanganan", ", ".join(lacking), values=values)
            )
        elif table := [row for one in given for row in one.get(name) or []]:
            tables[name] = _summed(name, table, float(tables["total"]["luas_delineasi_ha"].iloc[0]))
    require_laws(tables)
    tables["daftar"] = _listed(tables["kabupaten_kota"], given)
    total = tables["total"].iloc[0]
    return Rekap(
        title=judul,
        tables=tables,
        progress=progress(
            tables.get("tahun"), float(total["luas_delineasi_ha"]), float(total["sisa_ha"]), target=target
        ),
        findings=findings.frame(found),
        parts=tuple(parts),
        files=tuple(Path(one) for one in berkas),
    )


def progress(
    years: DataFrame | None, whole_ha: float, left_ha: float, *, target: int | None = None
) -> dict[str, Any]:
    """Say at what pace slum ground was handled, and in which year 0 ha is left at that pace.

    Parameters
    ----------
    years
        The table ``tahun``: ``tahun, baru_ha``.
    whole_ha, left_ha
        Slum ground at the beginning, and what is left of it.
    target
        The year by which 0 ha is wanted.

    Returns
    -------
        ``laju_ha_per_tahun``, ``tahun_awal``, ``tahun_akhir``, ``tahun_nol``, ``target`` and ``baris``: for the
        year before the first and each year since what is left, and what the straight line to the target would
        leave (None without a target).

    Raises
    ------
    RecipeError
        When the target does not come after the year before the first.

    Notes
    -----
    The pace is linear: ground first handled in the years from the first to the last, both counted, over the
    number of those years; years between in which nothing was handled count. Ground handled without a year has
    no part in the pace but is not left either. The year of 0 ha is the last year and as many more as what is left
    takes at that pace, rounded up. Without a year, or without pace, there is none.

    Examples
    --------
    >>> years = pd.DataFrame({"tahun": ["2019", "2021"], "baru_ha": [4.0, 2.0]})
    >>> told = progress(years, 10.0, 4.0, target=2028)
    >>> told["laju_ha_per_tahun"], told["tahun_nol"], told["baris"][1]
    (2.0, 2023, {'tahun': 2019, 'sisa_ha': 6.0, 'garis_ha': 9.0})
    """
    named = [] if years is None else zip(years["tahun"], years["baru_ha"], strict=True)
    handled = {int(year): float(area) for year, area in named if str(year).isdigit()}
    if not handled:
        empty = dict.fromkeys(("laju_ha_per_tahun", "tahun_awal", "tahun_akhir", "tahun_nol"))
        return empty | {"target": target, "baris": []}
    first, last = min(handled), max(handled)
    start = first - 1
    if target is not None and target <= start:
        raise RecipeError("target_lewat", target=target, awal=first)
    pace = sum(handled.values()) / (last - start)
    more = 0 if left_ha <= 0 else math.ceil(left_ha / pace - 1e-9) if pace > 0 else None
    rows = []
    for year in range(start, last + 1):
        left = whole_ha - sum(area for one, area in handled.items() if one <= year)
        line = None if target is None else max(0.0, whole_ha * (target - year) / (target - start))
        rows.append({"tahun": year, "sisa_ha": left, "garis_ha": line})
    return {
        "laju_ha_per_tahun": pace,
        "tahun_awal": first,
        "tahun_akhir": last,
        "tahun_nol": None if more is None else last + more,
        "target": target,
        "baris": rows,
    }


def _read(path: Path) -> dict[str, Any]:
    """Read one recap; what it was made of stands under ``bagian``."""
    try:
        raw = path.read_bytes()
        told = json.loads(raw)
    except OSError as error:
        raise InputError("berkas_sistem", file=path, alasan=error.strerror or error) from error
    except ValueError as error:
        raise InputError("bukan_rekap", file=path) from error
    if not isinstance(told, dict) or any(not told.get(name) for name in _NEEDED):
        raise InputError("bukan_rekap", file=path)
    codes = [row["kode"] for row in told["kabupaten_kota"] if row["kode"] != OUTSIDE]
    alone = {
        "berkas": f"{path.parent.name}/{path.name}",
        "sha256": hashlib.sha256(raw).hexdigest(),
        "basis": told["basis"],
        "resep": told["resep"],
        "kabupaten_kota": codes,
    }
    return {"bagian": [alone]} | told | {"berkas": alone["berkas"]}


def _require_alike(parts: Sequence[Mapping[str, Any]]) -> None:
    """Refuse runs whose hectares mean different things."""
    first = parts[0]
    for other in parts[1:]:
        for key, one, another in (
            ("dasar", first["basis"]["dasar"], other["basis"]["dasar"]),
            ("status_tertangani", _counted(first), _counted(other)),
        ):
            if one != another:
                raise InputError(
                    "rekap_tak_sama",
                    kunci=key,
                    file=first["berkas"],
                    nilai=one,
                    lain=other["berkas"],
                    nilai_lain=another,
                )


def _counted(part: Mapping[str, Any]) -> str:
    return ", ".join(sorted(part["resep"].get("hitung", {}).get("status_tertangani", STATUSES[:1])))


def _require_once(given: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a kabupaten/kota that stands in two recaps, by code or by name."""
    seen: dict[tuple[str, ...], str] = {}
    for one in given:
        mine: dict[tuple[str, ...], str] = {}
        for row in one["kabupaten_kota"]:
            if row["kode"] == OUTSIDE:
                continue
            names = (match_key(row.get("provinsi") or ""), match_key(row["nama"]))
            mine |= dict.fromkeys([(row["kode"],), names], row["nama"])
        for key, name in mine.items():
            if key in seen:
                raise InputError("rekap_dua_kali", nama=name, file=seen[key], lain=one["berkas"])
        seen |= dict.fromkeys(mine, one["berkas"])


def _areas(level: str, rows: Sequence[Sequence[Mapping[str, Any]]]) -> DataFrame:
    """Join one level of area; rows of the same place, as of ground outside every kelurahan, become one."""
    table = pd.DataFrame([row for one in rows for row in one])
    table = table.astype(dict.fromkeys(ADDITIVE, float))
    names = [name for name in table.columns if name not in AREA_COLUMNS]
    table[names] = table[names].fillna("")
    if level != "kumuh":
        keys = [pd.Series("", index=table.index)] if level == "total" else names
        grouped = table.groupby(keys, sort=False)
        summed = grouped[list(ADDITIVE)].sum(min_count=1).join(grouped["tersertifikasi"].all())
        table = summed.reset_index(drop=level == "total")
    whole = table["luas_delineasi_ha"].where(table["luas_delineasi_ha"] > 0)
    table["persen_tertangani"] = table["luas_tertangani_ha"] / whole * 100
    table["persen_sisa"] = table["sisa_ha"] / whole * 100
    if "kode" in names:
        order = table["kode"].where(table["kode"] != OUTSIDE, "~").sort_values(kind="stable").index
        table = table.loc[order].reset_index(drop=True)
    return table[[*names, *AREA_COLUMNS]]


def _summed(name: str, rows: list[Mapping[str, Any]], whole: float) -> DataFrame:
    """Add up one table of handled ground by its key."""
    key, columns = _SUMMED[name]
    table = pd.DataFrame(rows)
    order = {one: at for at, one in enumerate(dict.fromkeys(table[key]))}
    if name == "tahun":
        order = {one: at for at, one in enumerate(sorted(order, key=lambda year: (year == NO_YEAR, year)))}
    elif name == "jumlah_sektor":
        order = {one: one for one in order}
    table = table.groupby(key, sort=False)[list(columns)].sum().reset_index()
    table = table.sort_values(key, key=lambda said: said.map(order), kind="stable").reset_index(drop=True)
    if name == "tahun":
        table["kumulatif_ha"] = table["baru_ha"].cumsum()
        table["persen_kumulatif"] = table["kumulatif_ha"] / whole * 100
        table["sisa_ha"] = whole - table["kumulatif_ha"]
    elif name == "jumlah_sektor":
        table["persen"] = table["luas_ha"] / whole * 100
    elif name == "simulasi":
        table.insert(2, "persen_tertangani", table["luas_tertangani_ha"] / whole * 100)
    return table


def _listed(table: DataFrame, given: Sequence[Mapping[str, Any]]) -> DataFrame:
    """List kabupaten/kota as planners do: number, decree, slum, handled up to which year, left."""
    said: dict[str, dict[str, Any]] = {}
    for one in given:
        if "daftar" in one:
            said |= {row["kode"]: row for row in one["daftar"]}
            continue
        codes = [row["kode"] for row in one["kabupaten_kota"] if row["kode"] != OUTSIDE]
        pace = progress(
            pd.DataFrame(one["tahun"]) if one.get("tahun") else None,
            one["total"]["luas_delineasi_ha"],
            one["total"]["sisa_ha"],
        )
        told = {"nomor_sk": one["resep"]["kumuh"].get("sk", ""), "sd_tahun": pace["tahun_akhir"]}
        alone = len(codes) == 1
        told |= {name: pace[name] if alone else None for name in ("laju_ha_per_tahun", "tahun_nol")}
        said |= dict.fromkeys(codes, told)
    rows = []
    for at, row in enumerate(table.to_dict("records")):
        mine = said.get(row["kode"], {})
        rows.append(
            {"no": None if row["kode"] == OUTSIDE else at + 1}
            | {name: row[name] for name in ("kode", "provinsi", "nama")}
            | {"nomor_sk": mine.get("nomor_sk", ""), "sd_tahun": mine.get("sd_tahun")}
            | {name: row[name] for name in _LISTED}
            | {name: mine.get(name) for name in ("laju_ha_per_tahun", "tahun_nol")}
        )
    counts = dict.fromkeys(("no", "sd_tahun", "tahun_nol"), "Int64")
    return pd.DataFrame(rows).astype(counts | {"laju_ha_per_tahun": float})


def _differences(parts: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Say in what the runs differ that may be added all the same."""

    def differing(rule: str, said: Mapping[str, Sequence[str]]) -> list[Finding]:
        if len(said) <= 1:
            return []
        told = "; ".join(f"{value} ({', '.join(files)})" for value, files in sorted(said.items()))
        return [Finding(rule, "peringatan", "kelurahan", values={"jumlah": len(said), "nilai": told})]

    editions: dict[str, list[str]] = {}
    base: dict[str, list[str]] = {}
    last: dict[str, list[str]] = {}
    for part in parts:
        source = part["basis"].get("batas_kelurahan", {})
        editions.setdefault(" ".join(one for one in source.values() if one) or "–", []).append(part["berkas"])
        base.setdefault(str(part["resep"].get("kumuh", {}).get("tahun_dasar", "–")), []).append(part["berkas"])
    for one in given:
        dated = [row["tahun"] for row in one.get("tahun") or [] if row["tahun"] != NO_YEAR]
        last.setdefault(max(dated, default="–"), []).append(one["berkas"])
    return [
        *differing("rekap_batas_berbeda", editions),
        *differing("rekap_tahun_dasar_berbeda", base),
        *differing("rekap_tahun_berbeda", last),
    ]
