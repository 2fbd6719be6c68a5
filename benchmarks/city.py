"""One city: petakumuh beside geopandas.overlay + dissolve, as a ratio of CPU, with the hectares of both.

Usage: python benchmarks/city.py [RUNS]

The load is made from a fixed seed: 150 kelurahan, 300 slums, 5,000 works of seven sectors and ten years. Each
run is a process of its own, from files to a table; the two take turns, and the ratio is taken pair by pair.
What is compared with what: the peer gives slum and handled hectares per kelurahan. petakumuh gives those and
every other account (each set of sector and year, each work, geodesic hectares, findings, ground by year with
geometry), every sum held against its parent.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas
import numpy as np
import shapely

CRS = 32749
SIDE_M = 13_000.0
ORIGIN = np.array([350_000.0, 9_200_000.0])
SECTORS = ("jalan", "drainase", "air minum", "air limbah", "persampahan", "bangunan gedung", "proteksi kebakaran")


def blobs(random: np.random.Generator, centres: np.ndarray, radius: np.ndarray, corners: int) -> np.ndarray:
    """Make star-shaped polygons around centres, each with the same number of corners."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    waves = sum(random.normal(0, 0.25 / k, (len(centres), 1)) * np.cos(k * turn + k) for k in range(1, 6))
    reach = radius[:, None] * np.clip(1 + waves, 0.3, 2)
    points = centres[:, None, :] + np.stack([reach * np.cos(turn), reach * np.sin(turn)], axis=-1)
    return np.array([shapely.Polygon(ring) for ring in points], dtype=object)


def make(folder: Path) -> None:
    """Write the load: kelurahan, slums clustered as in a town, works around the slums."""
    random = np.random.default_rng(20261121)
    seeds = random.uniform(0, SIDE_M, (150, 2))
    cells = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=shapely.box(0, 0, SIDE_M, SIDE_M))
    towns = shapely.intersection(shapely.get_parts(cells), shapely.box(0, 0, SIDE_M, SIDE_M))
    middle = random.normal(SIDE_M / 2, SIDE_M * 0.18, (300, 2)).clip(600, SIDE_M - 600)
    slums = blobs(random, middle, random.lognormal(np.log(130), 0.5, 300).clip(40, 500), 120)
    around = middle[random.integers(0, 300, 5000)] + random.normal(0, 160, (5000, 2))
    works = blobs(random, around, random.lognormal(np.log(45), 0.6, 5000).clip(8, 250), 24)

    def write(name: str, shapes: np.ndarray, **columns: object) -> None:
        placed = shapely.transform(shapely.make_valid(shapes), lambda xy: xy + ORIGIN)
        geopandas.GeoDataFrame(columns, geometry=placed, crs=CRS).to_parquet(folder / f"{name}.parquet")

    codes = [f"99.01.{at // 10 + 1:02d}.{1000 + at % 10 + 1}" for at in range(len(towns))]
    write("kelurahan", towns, kode=codes, nama=codes)
    write("kumuh", slums, kumuh_id=[f"K{at:03d}" for at in range(300)])
    write(
        "penanganan",
        works,
        id=[f"P{at:04d}" for at in range(5000)],
        sektor=random.choice(SECTORS, 5000),
        tahun=random.integers(2015, 2025, 5000).astype(str),
        status="selesai",
    )


def ours(folder: Path) -> tuple[float, float]:
    """Give slum and handled hectares by petakumuh."""
    import petakumuh

    done = petakumuh.run(
        kumuh=folder / "kumuh.parquet",
        kelurahan=folder / "kelurahan.parquet",
        penanganan={"file": folder / "penanganan.parquet"},
        hitung={"by": ["sektor", "tahun"]},
    )
    total = done.table("total").iloc[0]
    return float(total["luas_delineasi_ha"]), float(total["luas_tertangani_ha"])


def peer(folder: Path) -> tuple[float, float]:
    """Give slum and handled hectares by geopandas: overlay, dissolve, overlay with dissolved works."""
    layers = {
        name: geopandas.read_parquet(folder / f"{name}.parquet") for name in ("kumuh", "kelurahan", "penanganan")
    }
    ground = geopandas.overlay(layers["kumuh"], layers["kelurahan"]).dissolve("kode")
    works = layers["penanganan"].dissolve()[["geometry"]]
    handled = geopandas.overlay(ground.reset_index()[["kode", "geometry"]], works)
    return float(ground.area.sum()) / 1e4, float(handled.area.sum()) / 1e4


def timed(job: str, folder: Path) -> dict[str, float]:
    """Run one job in a process of its own; it tells its CPU seconds and hectares."""
    done = subprocess.run(
        [sys.executable, __file__, f"--{job}", str(folder)], capture_output=True, text=True, check=True
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def main(runs: int) -> None:
    """Take turns, print the ratio."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        make(folder)
        pairs = [(timed("ours", folder), timed("peer", folder)) for _ in range(runs)]
    ratios = sorted(one["cpu"] / other["cpu"] for one, other in pairs)
    for at, name in enumerate(("petakumuh, every account", "geopandas, two columns")):
        cpu = [pair[at]["cpu"] for pair in pairs]
        first = pairs[0][at]
        print(
            f"{name:26} CPU {statistics.median(cpu):6.2f} s  "
            f"slum {first['slum']:.6f} ha  handled {first['handled']:.6f} ha"
        )
    print(
        f"ratio of CPU: {statistics.median(ratios):.2f} (from {ratios[0]:.2f} to {ratios[-1]:.2f}, {runs} pairs)"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in {"--ours", "--peer"}:
        slum, handled = (ours if sys.argv[1] == "--ours" else peer)(Path(sys.argv[2]))
        print(json.dumps({"cpu": time.process_time(), "slum": slum, "handled": handled}))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
