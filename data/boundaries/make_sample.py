"""Make the sample of this folder: an invented province in the open sea, drawn as real towns are.

Run ``python make_sample.py`` (numpy, shapely, pyproj): it writes the six GeoJSON files and the two score tables
beside itself and prints what it measured on them. Nothing but `TOTAL_HA` and `HANDLED_HA` is known beforehand: two
parameters of the geometry (a scale of all slums, a margin around all finished blocks) are bisected until the
overlay of the files as written gives these two. How a town is drawn stands in `sample_ground` and `sample_town`,
how its slums came to their scores in `sample_scores`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from sample_ground import Spec, as_written, bisect, footprint, from_file, to_file
from sample_scores import FUND_ODDS, FUNDS, YEARS, kumuh_by_year, write_scores
from sample_town import Town

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

TOTAL_HA = 202.43
HANDLED_HA = 189.29
TOLERANCE_HA = 0.003

HERE = Path(__file__).parent
SEED = 2019
PROVINCE = "Nusa Tirandaya"
NOTICE = (
    "DATA CONTOH REKAAN: provinsi, kabupaten/kota, kelurahan, kumuh dan penanganan di berkas ini tidak ada; "
    "letaknya di laut lepas. CC0."
)
WORKS = {"jalan": "J", "drainase": "D", "air_minum": "A", "bangunan": "B"}
YEAR_ODDS = (0.11, 0.16, 0.21, 0.25, 0.27)
AGENCIES = {
    "jalan": ("Dinas PUPR", "Dinas Perumahan dan Kawasan Permukiman"),
    "drainase": ("Dinas PUPR", "Dinas Lingkungan Hidup"),
    "air_minum": ("Perumda Air Minum", "Dinas PUPR"),
    "bangunan": ("Dinas Perumahan dan Kawasan Permukiman", "Satker Pengembangan Kawasan Permukiman"),
}
TITLES = {
    "jalan": ("Paving jalan lingkungan", "Rabat beton jalan lingkungan", "Peningkatan jalan lingkungan"),
    "drainase": ("Drainase lingkungan", "Saluran tersier", "Rehabilitasi drainase"),
    "air_minum": ("Sumur bor komunal", "Hidran umum", "Sambungan rumah air minum"),
    "bangunan": ("Peningkatan kualitas rumah", "Penataan bangunan", "Penataan kawasan tepi air"),
}
UNIT_COST = {"jalan": 520_000, "drainase": 780_000, "air_minum": 240_000_000, "bangunan": 86_000}

SPECS = (
    Spec("99.01", "Kabupaten Lembahira", 117.42, -11.18, False, 31, 0.955, ("Samiranda", "Lembahira Barat"),
         ("Sorandai", "Kalumeta", "Tembaluri", "Wairumbi"), "lintas"),
    Spec("99.02", "Kabupaten Taluduru", 118.05, -11.52, True, 25, 1.0, ("Wailombara",),
         ("Oemalira", "Lasikoru", "Manduraka", "Lukandari"), "lintas"),
    Spec("99.03", "Kabupaten Ombakara", 118.71, -11.13, False, 12, 0.86, ("Oelandai",),
         ("Pasirembu", "Nggelamori", "Rarawindu")),
    Spec("99.04", "Kabupaten Mokoleha", 120.31, -11.22, False, 28, 0.925, ("Palimbaru", "Mokoleha Timur"),
         ("Tanawiru", "Matalewu", "Lokarindi", "Sabuwaru"), "tindih"),
    Spec("99.05", "Kabupaten Parangwulu", 120.83, -11.58, True, 9, 0.62, ("Bokandiru",),
         ("Haumelu", "Naitembu", "Umarandi")),
    Spec("99.06", "Kabupaten Balurindu", 121.37, -11.09, False, 23, 0.88, ("Seruwaki", "Dendalako"),
         ("Kambarote", "Ledowira", "Menggaruda", "Peluwatu"), "lintas"),
    Spec("99.71", "Kota Wairendalu", 119.36, -11.44, False, 37, 0.94, ("Ranumoki", "Sikalendu"),
         ("Wolohaki", "Watulembi", "Lamarindo", "Fatukoli"), "lintas panggung"),
    Spec("99.72", "Kota Sandaruma", 121.86, -11.47, False, 20, 1.0, ("Ndaoraja",),
         ("Loholemba", "Tunirembo", "Bitalawe"), "lintas"),
    Spec("99.73", "Kota Rantelaha", 122.28, -11.16, True, 17, 0.71, ("Kerandalu",),
         ("Muralewa", "Hambakeli", "Laisoruma")),
)  # fmt: skip


# --- files ------------------------------------------------------------------------------------------------


def write(name: str, rows: Iterable[tuple[dict[str, Any], BaseGeometry, int]]) -> None:
    """Write a GeoJSON file, one feature a line; each row is properties, UTM shape and zone."""
    features = []
    for properties, shape, zone in rows:
        drawn = shapely.geometry.mapping(to_file(shape.normalize().reverse(), zone))
        if drawn["type"].startswith("Multi") and len(drawn["coordinates"]) == 1:
            drawn = {"type": drawn["type"].removeprefix("Multi"), "coordinates": drawn["coordinates"][0]}
        feature = {"type": "Feature", "properties": properties, "geometry": drawn}
        features.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head = json.dumps({"type": "FeatureCollection", "name": name, "keterangan": NOTICE}, ensure_ascii=False)
    text = head[:-1] + ', "features": [\n' + ",\n".join(features) + "\n]}\n"
    (HERE / f"{name}.geojson").write_text(text, encoding="utf-8", newline="\n")


def write_kelurahan(towns: Sequence[Town]) -> None:
    """Write the kelurahan, town after town."""
    rows = []
    for town in towns:
        spec, desa = town.spec, town.spec.name.startswith("Kabupaten")
        for n, (name, shape) in enumerate(zip(spec.kelurahan, town.kelurahan, strict=True)):
            block = n * len(spec.kecamatan) // len(spec.kelurahan)
            properties = {
                "kode": f"{spec.code}.{block + 1:02d}.{2001 + n if desa and n % 2 else 1001 + n}",
                "nama": name,
                "kecamatan": spec.kecamatan[block],
                "kabupaten_kota": spec.name,
                "provinsi": PROVINCE,
            }
            rows.append((properties, shape, spec.zone))
    write("kelurahan", rows)


def write_kumuh(towns: Sequence[Town]) -> None:
    """Write the slums; the decree's hectares are those of the shape, but for three wrong ones."""
    rng = np.random.default_rng([SEED, len(towns)])
    count = sum(len(town.slums) for town in towns)
    wrong = dict(zip(rng.choice(count, 3, replace=False).tolist(), rng.uniform(0.05, 0.2, 3), strict=True))
    rows: list[tuple[dict[str, Any], BaseGeometry, int]] = []
    for town in towns:
        for n, slum in enumerate(town.slums, start=1):
            home = int(np.argmax(shapely.area(shapely.intersection(town.kelurahan, slum.shape))))
            hectares = as_written(slum.shape, town.spec.zone).area / 10_000
            properties = {
                "kumuh_id": f"{town.spec.code}-K{n:02d}",
                "nama": slum.name,
                "kelurahan": town.spec.kelurahan[home],
                "luas_sk_ha": round(hectares * (1 + wrong.get(len(rows), 0.0) * rng.choice([-1, 1])), 2),
                "tingkat": str(rng.choice(["Ringan", "Sedang", "Berat"], p=[0.5, 0.38, 0.12])),
            }
            rows.append((properties, slum.shape, town.spec.zone))
    write("kumuh", rows)


def write_works(towns: Sequence[Town], kind: str, margin: float) -> None:
    """Write the works of one file."""
    rng = np.random.default_rng([SEED, len(towns), list(WORKS).index(kind)])
    rows: list[tuple[dict[str, Any], BaseGeometry, int]] = []
    for town in towns:
        for n, work in enumerate((one for one in town.works if one.kind == kind), start=1):
            volume = {"bangunan": work.shape.area, "air_minum": 1.0}.get(kind, work.shape.length)
            year = int(rng.choice(YEARS, p=YEAR_ODDS)) if work.status == "selesai" else YEARS[-1]
            properties = {
                "id": f"{town.spec.code}-{WORKS[kind]}{n:02d}",
                "nama": f"{rng.choice(TITLES[kind])} {work.place}",
                "tahun": year,
                "status": work.status,
                "opd": str(rng.choice(AGENCIES[kind])),
                "sumber_dana": str(rng.choice(FUNDS, p=FUND_ODDS)),
                "biaya": int(round(volume * UNIT_COST[kind] * rng.uniform(0.8, 1.25), -5)),
            }
            rows.append((properties, town.grown(work, margin), town.spec.zone))
    write(kind, rows)


# --- the whole --------------------------------------------------------------------------------------------


def read(name: str, spec: Spec) -> list[tuple[dict[str, Any], BaseGeometry]]:
    """Read a town's rows back from a file, on UTM metres."""
    found = []
    for feature in json.loads((HERE / f"{name}.geojson").read_text(encoding="utf-8"))["features"]:
        properties = feature["properties"]
        key = properties.get("kode") or properties.get("kumuh_id") or properties["id"]
        if key.startswith(spec.code):
            found.append((properties, from_file(shapely.geometry.shape(feature["geometry"]), spec.zone)))
    return found


def measure(spec: Spec) -> tuple[float, float]:
    """Slum hectares of a town and how many of them are handled, on the files alone."""
    slums = shapely.union_all([shape for _, shape in read("kumuh", spec)])
    works = [(kind, row, shape) for kind in WORKS for row, shape in read(kind, spec)]
    finished = [footprint(kind, shape) for kind, row, shape in works if row["status"] == "selesai"]
    return slums.area / 10_000, slums.intersection(shapely.union_all(finished)).area / 10_000


def make() -> None:
    """Draw the towns, bisect the two parameters, write the files."""
    towns = [Town(spec, np.random.default_rng([SEED, n])) for n, spec in enumerate(SPECS)]
    weights = sum(spec.slum_weight for spec in SPECS)
    for town in towns:
        town.settle(TOTAL_HA * town.spec.slum_weight / weights)

    def slum_hectares(factor: float) -> float:
        for town in towns:
            town.rescale(factor)
        return float(sum(town.slum_ground().area for town in towns)) / 10_000

    def handled_hectares(margin: float) -> float:
        return float(sum(town.handled_ground(margin).area for town in towns)) / 10_000

    factor = bisect(slum_hectares, TOTAL_HA, 0.9, 1.1)
    slum_hectares(factor)
    for town in towns:
        town.handle()
    margin = bisect(handled_hectares, HANDLED_HA, 0.5, 15.0)
    print(f"skala kumuh {factor:.5f}; tepi blok {margin:.3f} m")
    write_kelurahan(towns)
    write_kumuh(towns)
    for kind in WORKS:
        write_works(towns, kind, margin)
    write_scores(HERE, {spec.code: spec.done for spec in SPECS})


def check() -> None:
    """Print what the files give, by town and by year, and hold the ground against the two targets."""
    total = handled = 0.0
    for spec in SPECS:
        slums, done = measure(spec)
        total, handled = total + slums, handled + done
        left = max(slums - done, 0.0)
        print(f"{spec.name:24}{slums:9.2f}{done:9.2f}{100 * done / slums:8.2f} %{left:8.2f}")
    print(f"{PROVINCE:24}{total:9.4f}{handled:9.4f}{100 * handled / total:8.2f} %{total - handled:8.4f}")
    assert abs(total - TOTAL_HA) < TOLERANCE_HA, total
    assert abs(handled - HANDLED_HA) < TOLERANCE_HA, handled
    kumuh = kumuh_by_year(HERE)
    for year, hectares in kumuh.items():
        print(f"kumuh menurut skor {year}{hectares:12.2f}{kumuh[YEARS[0] - 1] - hectares:9.2f}")
    assert sorted(kumuh.values(), reverse=True) == list(kumuh.values()), kumuh


if __name__ == "__main__":
    make()
    check()
