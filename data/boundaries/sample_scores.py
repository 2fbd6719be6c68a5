"""The score tables of the sample: what its slums lacked in 2014, and what was done about it until 2019.

(1) Every slum gets volumes of the 16 criteria, drawn until their scores make the class that `kumuh.geojson` says.
(2) Works take them down, criterion by criterion, in the slums that a town has finished as far as below the scores
of a slum, in the others only a part of the way. (3) Some rows are wrong, as rows are.
"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.random import Generator

Row = dict[str, Any]

SEED = 14
YEARS = (2015, 2016, 2017, 2018, 2019)
YEAR_SHARES = (0.13, 0.16, 0.20, 0.24, 0.27)
FUNDS = ("APBN", "APBD Provinsi", "APBD Kabupaten/Kota", "DAK", "CSR")
FUND_ODDS = (0.36, 0.14, 0.3, 0.15, 0.05)

UNSURVEYED = "99.73-K07"
NO_SUCH_SLUM = "99.03-K08"
UNFINISHED = 0.22
"""So much less of a town is no slum any more than works have reached, unless they reached all of it."""

BANDS = ((24.995, 1), (50.995, 3), (75.995, 5))
CLASSES = {"Ringan": range(16, 38), "Sedang": range(38, 60), "Berat": range(60, 81)}
SLUM_FROM = 16
DENOMINATORS = {
    "1a": "jumlah_bangunan", "1b": "luas_verifikasi_ha", "1c": "jumlah_bangunan",
    "2a": "jalan_ideal_m", "2b": "jalan_ideal_m", "3a": "jumlah_kk", "3b": "jumlah_kk",
    "4a": "luas_verifikasi_ha", "4b": "drainase_ideal_m", "4c": "drainase_ideal_m",
    "5a": "jumlah_kk", "5b": "jumlah_kk", "6a": "jumlah_kk", "6b": "jumlah_kk",
    "7a": "jumlah_bangunan", "7b": "jumlah_bangunan",
}  # fmt: skip
UNITS = {"jumlah_bangunan": "unit", "luas_verifikasi_ha": "ha", "jalan_ideal_m": "m", "drainase_ideal_m": "m",
         "jumlah_kk": "KK"}  # fmt: skip

# How often a criterion is a problem in a slum of middling trouble, how many rupiah its unit costs, what is built.
OFTEN = {
    "1a": 0.6, "1b": 0.35, "1c": 0.75, "2a": 0.6, "2b": 1.0, "3a": 0.9, "3b": 0.7, "4a": 0.7,
    "4b": 0.8, "4c": 1.0, "5a": 1.0, "5b": 1.0, "6a": 1.15, "6b": 1.15, "7a": 1.4, "7b": 1.4,
}  # fmt: skip
TROUBLE = {"Ringan": (0.42, 0.27), "Sedang": (0.72, 0.3), "Berat": (1.1, 0.55)}
"""Odds of a problem, and the least share of what it touches, by class."""
UNIT_COST = {
    "1a": 38e6, "1b": 4e9, "1c": 21e6, "2a": 780e3, "2b": 520e3, "3a": 3.4e6, "3b": 2.6e6, "4a": 420e6,
    "4b": 810e3, "4c": 640e3, "5a": 7.5e6, "5b": 4.8e6, "6a": 650e3, "6b": 380e3, "7a": 1.9e6, "7b": 600e3,
}  # fmt: skip
BUILT = {
    "1a": ("Penataan Rumah Deret/Rumah Susun", "Jalan Paving Block"),
    "1b": ("Penataan Rumah Deret/Rumah Susun",),
    "1c": ("Rehab/perbaikan Rumah Tidak Layak Huni (Aladin)",),
    "2a": ("Jalan Beton", "Jalan Paving Block", "Jembatan Beton/Batu/Box Culvert"),
    "2b": ("Jalan Paving Block", "Jalan Beton", "Jalan Aspal Hotmix"),
    "3a": ("Sambungan Rumah", "Hidran Umum ( HU )/Kran Umum (KU)", "Sumur Bor"),
    "3b": ("Perpipaan", "Sambungan Rumah", "Penampung Air Hujan ( PAH )"),
    "4a": ("Normalisasi Saluran", "Drainase Lingkungan", "Sumur Resapan Air Hujan"),
    "4b": ("Drainase Lingkungan", "Gorong-gorong"),
    "4c": ("Drainase Lingkungan", "Normalisasi Saluran", "Penutup Saluran/Parit (Plat beton,dll)"),
    "5a": ("Septictank Komunal", "Jamban (closet+bak air+septictank+resapan)"),
    "5b": ("MCK Mandi + Cuci + Kakus", "Closet Leher Angsa"),
    "6a": ("Tempat Pembuangan Sampah Sementara (TPS) 3R", "Bak sampah 3R"),
    "6b": ("Gerobak/Motor Sampah", "Mobil Sampah"),
    "7a": ("Penyediaan Pasokan Air (Kolam penampungan air, Sumur Dalam/Hidran)",
           "Jaringan Perpipaan Proteksi Kebakaran"),
    "7b": ("Alat Pemadam Api Ringan (APAR)", "Motor Pemadam Kebakaran"),
}  # fmt: skip
RARELY = {"1a": 0.3, "1b": 0.1}
"""Houses are seldom moved: how readily these criteria are worked on, against 1 for the others."""


# --- scores -----------------------------------------------------------------------------------------------


def scores_of(head: Mapping[str, float], volumes: Mapping[str, float]) -> dict[str, int]:
    """Score each criterion of a slum, 0 to 5."""
    found = {}
    for code, volume in volumes.items():
        percent = 100 * volume / head[DENOMINATORS[code]]
        found[code] = max((score for start, score in BANDS if percent >= start), default=0)
    return found


def kumuh_by_year(folder: Path) -> dict[int, float]:
    """Hectares of scored slums in 2014 and each year after it, on the two tables alone.

    Parameters
    ----------
    folder
        Where ``baseline.csv`` and ``investasi.csv`` are.
    """
    slums = {row["unit_id"]: row for row in _read(folder / "baseline.csv") if row["1a"] != ""}
    heads = {key: {name: float(row[name]) for name in UNITS} for key, row in slums.items()}
    left = {key: {code: float(row[code]) for code in DENOMINATORS} for key, row in slums.items()}
    works = [row for row in _read(folder / "investasi.csv") if row["status"] == "selesai"]
    found = {}
    for year in (YEARS[0] - 1, *YEARS):
        for row in works:
            mine = left.get(row["unit_id"], {})
            if int(row["tahun"]) == year and row["kriteria"] in mine:
                mine[row["kriteria"]] = max(mine[row["kriteria"]] - float(row["volume"]), 0.0)
        kumuh = [key for key in left if sum(scores_of(heads[key], left[key]).values()) >= SLUM_FROM]
        found[year] = sum(heads[key]["luas_verifikasi_ha"] for key in kumuh)
    return found


# --- step 1: the slums as they were -----------------------------------------------------------------------


def _header(rng: Generator, slum: Row, kecamatan: str) -> Row:
    """Give the numbers that volumes are divided by; one survey in six measured a little more or less."""
    resurveyed = rng.random() < 1 / 6
    hectares = round(slum["luas_sk_ha"] * (1 + resurveyed * rng.uniform(-0.06, 0.06)), 2)
    buildings = round(hectares * rng.uniform(60, 120))
    families = round(buildings * rng.uniform(1.0, 1.15))
    return {
        "unit_id": slum["kumuh_id"],
        "kecamatan": kecamatan,
        "kelurahan": slum["kelurahan"],
        "rtrw": "",
        "kawasan": slum["nama"],
        "tahun": YEARS[0] - 1,
        "luas_verifikasi_ha": hectares,
        "jumlah_bangunan": buildings,
        "jumlah_penduduk": round(families * rng.uniform(4, 5)),
        "jumlah_kk": families,
        "jalan_ideal_m": 10 * round(hectares * rng.uniform(25, 38)),
        "drainase_ideal_m": 10 * round(hectares * rng.uniform(20, 32)),
    }


def _volumes(rng: Generator, head: Row, grade: str) -> dict[str, float]:
    """Draw volumes until their scores add up to the class."""
    odds, least = TROUBLE[grade]
    while True:
        volumes = {}
        for code, below in DENOMINATORS.items():
            bad = rng.random() < min(odds * OFTEN[code], 0.97)
            share = rng.uniform(least, 1.0) if bad else max(rng.uniform(-0.2, 0.22), 0.0)
            volumes[code] = _written(code, share * head[below])
        if sum(scores_of(head, volumes).values()) in CLASSES[grade]:
            return volumes


def _considerations(rng: Generator, head: Row) -> Row:
    """Say what else is weighed: the place, how dense it is, its people, whose land it is."""
    density = head["jumlah_penduduk"] / head["luas_verifikasi_ha"]
    by_the_water = head["kawasan"].startswith("Pesisir")
    return {
        "nilai_strategis": int(rng.choice([5, 1], p=[0.4, 0.6])),
        "kependudukan": 5 if density > 450 else 3 if density > 330 else 1,
        "sosial_ekonomi": int(rng.choice([5, 1])),
        "legalitas": "ilegal" if rng.random() < (0.3 if by_the_water else 0.08) else "legal",
    }


def _written(code: str, volume: float) -> float:
    """Round a volume as it is written: hectares with two decimals, all others whole."""
    return round(volume, 2) if UNITS[DENOMINATORS[code]] == "ha" else round(volume)


# --- step 2: what was done --------------------------------------------------------------------------------


def _finished(rng: Generator, slums: Sequence[Row], done: Mapping[str, float]) -> dict[str, int]:
    """Choose the slums that are none any more in the end, and the year of each.

    Parameters
    ----------
    rng
        Source of chance.
    slums
        Headers of the slums with volumes and their class (``tingkat``).
    done
        Code of each town -> how far its works have come.
    """
    chosen: list[Row] = []
    for code, share in done.items():
        mine = [one for one in slums if one["unit_id"].startswith(code)]
        room = (share if share == 1 else share - UNFINISHED) * sum(one["luas_verifikasi_ha"] for one in mine)
        for n in rng.permutation(len(mine)):
            if mine[n]["luas_verifikasi_ha"] <= room + 1e-6:
                chosen.append(mine[n])
                room -= mine[n]["luas_verifikasi_ha"]
    # The worse a slum, the later it is finished; as much ground a year as the programme's pace says.
    wait = {"Ringan": 0.0, "Sedang": 0.3, "Berat": 0.7}
    turn = np.argsort([rng.random() + wait[one["tingkat"]] for one in chosen])
    areas = np.array([chosen[n]["luas_verifikasi_ha"] for n in turn])
    reached = (areas.cumsum() - areas / 2) / areas.sum()
    years = np.searchsorted(np.cumsum(YEAR_SHARES)[:-1], reached)
    return {chosen[n]["unit_id"]: YEARS[year] for n, year in zip(turn, years, strict=True)}


def _steps(rng: Generator, head: Row, volumes: Mapping[str, float]) -> list[tuple[str, float]]:
    """Give works one after the other, criterion and volume, the last of which ends the slum."""
    left, steps = dict(volumes), []
    while sum((scores := scores_of(head, left)).values()) >= SLUM_FROM:
        odds = np.array([score * RARELY.get(code, 1.0) for code, score in scores.items()])
        code = str(rng.choice(list(scores), p=odds / odds.sum()))
        share = rng.uniform(0.45, 0.9) if rng.random() < 0.35 else 1.0
        volume = _written(code, left[code] * share) or left[code]
        left[code] = _written(code, left[code] - volume)
        steps.append((code, volume))
    return steps


def _works_of(rng: Generator, head: Row, volumes: Mapping[str, float], year: int | None) -> list[Row]:
    """Give the works of a slum that ends in a `year`; or of one that has not ended, with the next under way."""
    steps = _steps(rng, head, volumes)
    under_way = year is None and rng.random() < 0.35
    if year is None:
        done = int(len(steps) * rng.uniform(0.05, 0.6))
        steps = steps[: done + under_way]
    last = year or YEARS[-1]
    first = YEARS[0] if year is None else max(YEARS[0], last - 3)
    years = sorted(rng.integers(first, last, len(steps), endpoint=True).tolist())
    if steps and (year or under_way):
        years[-1] = last
    rows = []
    for n, ((code, volume), then) in enumerate(zip(steps, years, strict=True)):
        rows.append(
            {
                "unit_id": head["unit_id"],
                "kelurahan": head["kelurahan"],
                "tahun": then,
                "kriteria": code,
                "volume": volume,
                "satuan": UNITS[DENOMINATORS[code]],
                "kegiatan": str(rng.choice(BUILT[code])),
                "sumber_dana": str(rng.choice(FUNDS, p=FUND_ODDS)),
                "status": "berjalan" if under_way and n == len(steps) - 1 else "selesai",
                "biaya": max(int(round(volume * UNIT_COST[code] * rng.uniform(0.8, 1.25), -5)), 100_000),
            }
        )
    return rows


# --- step 3: mistakes, and the files ----------------------------------------------------------------------


def _mistaken(rows: Sequence[Row]) -> list[Row]:
    """Make three mistakes that tables have: a nought too many, a criterion and a slum that there is not."""
    found = [dict(row) for row in rows]
    drains = [n for n, row in enumerate(rows) if row["kriteria"] == "4c" and row["status"] == "selesai"]
    # The last work of a slum: ten times as much is more than was left, and nothing comes after it.
    final = next(n for n in drains if n + 1 == len(rows) or rows[n + 1]["unit_id"] != rows[n]["unit_id"])
    found[final]["volume"] *= 10
    other, stray = drains[len(drains) // 3], drains[2 * len(drains) // 3]
    found.insert(other + 1, rows[other] | {"kriteria": "4d", "volume": 120})
    place = max(n for n, row in enumerate(found) if row["unit_id"] < NO_SUCH_SLUM)
    near = found[place] | {"unit_id": NO_SUCH_SLUM}
    found.insert(place + 1, rows[stray] | {key: near[key] for key in ("unit_id", "kelurahan")})
    return found


def write_scores(folder: Path, done: Mapping[str, float]) -> None:
    """Write ``baseline.csv`` and ``investasi.csv`` for the slums of ``kumuh.geojson``.

    Parameters
    ----------
    folder
        Where the GeoJSON files are.
    done
        Code of each town -> how far its works have come.
    """
    kecamatan = {row["nama"]: row["kecamatan"] for row in _properties(folder / "kelurahan.geojson")}
    baseline, scored, volumes = [], [], {}
    for n, slum in enumerate(_properties(folder / "kumuh.geojson")):
        rng = np.random.default_rng([SEED, 1, n])
        head = _header(rng, slum, kecamatan[slum["kelurahan"]])
        blank = head["unit_id"] == UNSURVEYED
        drawn: Row = _volumes(rng, head, slum["tingkat"])
        baseline.append(head | (dict.fromkeys(drawn, "") if blank else drawn) | _considerations(rng, head))
        if not blank:
            scored.append(head | {"tingkat": slum["tingkat"]})
            volumes[head["unit_id"]] = drawn
    ends = _finished(np.random.default_rng([SEED, 2]), scored, done)
    works = []
    for n, head in enumerate(scored):
        rng = np.random.default_rng([SEED, 3, n])
        works += _works_of(rng, head, volumes[head["unit_id"]], ends.get(head["unit_id"]))
    counts: dict[str, int] = {}
    rows = []
    for row in _mistaken(works):
        town = row["unit_id"][:5]
        counts[town] = counts.get(town, 0) + 1
        rows.append({"id": f"{town}-I{counts[town]:03d}"} | row)
    _write(folder / "baseline.csv", baseline)
    _write(folder / "investasi.csv", rows)


def _properties(path: Path) -> list[Row]:
    return [one["properties"] for one in json.loads(path.read_text(encoding="utf-8"))["features"]]


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
