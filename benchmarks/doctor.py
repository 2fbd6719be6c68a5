"""A layer of a million polygons looked at by the doctor: memory beside its size in Arrow, and seconds.

Usage: python benchmarks/doctor.py [ROWS]

The layer is made from a fixed seed: polygons of twelve corners on a lattice, one in fifty shifted onto its
neighbour, one in a thousand with a wrong area in its table, one in ten thousand a bow-tie. It is written as
FlatGeobuf, read and checked in a fresh process (which opens the file in a process of its own), and once more
with reading only. Memory is the peak of each process as Linux tells it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import shapely

CRS = 32749
ORIGIN = np.array([350_000.0, 9_200_000.0])
STEP_M = 30.0
CORNERS = 12


def make(path: Path, rows: int) -> None:
    """Write the layer."""
    random = np.random.default_rng(20261122)
    side = int(np.ceil(np.sqrt(rows)))
    at = np.arange(rows)
    centres = np.column_stack([at % side, at // side]) * STEP_M + ORIGIN
    centres[random.choice(rows, rows // 50, replace=False), 0] += STEP_M * 0.6
    turn = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    reach = random.uniform(9, 14, (rows, CORNERS))
    points = centres[:, None, :] + np.stack([reach * np.cos(turn), reach * np.sin(turn)], axis=-1)
    crossed = random.choice(rows, rows // 10_000, replace=False)
    points[crossed[:, None], [[2, 3]]] = points[crossed[:, None], [[3, 2]]]
    shapes = shapely.polygons(points)
    written = (shapely.area(shapes) / 1e4).round(4)
    written[random.choice(rows, rows // 1000, replace=False)] *= 3
    columns = {
        "kumuh_id": [f"K{one:07d}" for one in at],
        "kelurahan": [f"Kelurahan {one % 150}" for one in at],
        "luas_sk_ha": written,
    }
    layer = geopandas.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    layer.to_file(path, driver="FlatGeobuf", engine="pyogrio")


def examine(path: Path) -> dict[str, object]:
    """Look at the layer as the doctor does; give hectares and how many findings of each rule."""
    from petakumuh.doctor import periksa
    from petakumuh.findings import counts

    sheet = periksa(path)
    return {"luas_ha": sheet.layers[0].luas_ha, "findings": counts(sheet.findings)}


def read(path: Path) -> dict[str, object]:
    """Read the layer and let it go."""
    from petakumuh.read.door import open_batches
    from petakumuh.read.raw import Batch

    return {"rows": sum(len(one.rows) for one in open_batches(path) if isinstance(one, Batch))}


def peaks_mb() -> dict[str, float]:
    """Tell the peak memory of this process and of its largest child, which has ended."""
    own = Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1]
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"parent_mb": round(int(own.split()[0]) / 1024), "child_mb": round(children.ru_maxrss / 1024)}


def timed(job: str, path: Path) -> dict[str, object]:
    """Run one job in a fresh process; it tells its peaks and seconds."""
    done = subprocess.run([sys.executable, __file__, job, str(path)], capture_output=True, text=True, check=True)
    told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return told


def main(rows: int) -> None:
    """Make the layer, run both jobs, print what they took."""
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "sejuta.fgb"
        subprocess.run([sys.executable, __file__, "make", str(path), str(rows)], check=True)
        arrow = pyogrio.read_arrow(path)[1].nbytes / 2**20
        print(f"{rows} rows, {path.stat().st_size / 2**20:.0f} MB as a file, {arrow:.0f} MB in Arrow")
        print(f"allowed: {2 * arrow + 500:.0f} MB")
        for job in ("read", "examine"):
            print(job, timed(job, path))


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] in (["read"], ["examine"]):
        started = time.monotonic()
        found = {"read": read, "examine": examine}[sys.argv[1]](Path(sys.argv[2]))
        print(json.dumps(found | {"seconds": round(time.monotonic() - started, 1)} | peaks_mb()))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
