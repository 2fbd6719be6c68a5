"""The label kernel beside GEOS on the same grounds: CPU seconds as a ratio, and the hectares of both.

Usage: python benchmarks/kernel.py FOLDER SCALE [THREADS]

FOLDER holds ``SCALE_K.parquet`` (kelurahan), ``SCALE_S.parquet`` (slums) and ``SCALE_F.parquet`` (footprints
with ``year`` and ``sector``). A ground is a slum in a kelurahan, a group a sector in a year. What is compared
with what: GEOS gives handled ground (one union and one intersection per ground, no more), the kernel the area of
every set of groups, certified. Both start from shapes in memory and the pairs whose boxes meet; turning shapes
into arrays is counted to the kernel. The agreement is measured apart, with GEOS at the corner of each ground:
in UTM coordinates its own last digits are coarser.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import shapely

from petakumuh.kernel import REASONS, Labels, areas, available, flat, label_areas

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_TURNS = 3


def load(folder: str, scale: str) -> tuple[Any, Any, Ints]:
    """Read a load; give the grounds, the footprints and their groups."""
    layers = [geopandas.read_parquet(f"{folder}/{scale}_{name}.parquet") for name in "KSF"]
    towns, slums, works = (np.asarray(one.geometry.array) for one in layers)
    slum, town = shapely.STRtree(towns).query(slums, predicate="intersects")
    parts, of_part = shapely.get_parts(shapely.intersection(slums[slum], towns[town]), return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    grounds = shapely.multipolygons(parts[areal], indices=np.unique(of_part[areal], return_inverse=True)[1])
    group = layers[2]["year"].to_numpy() * 10 + layers[2]["sector"].to_numpy()
    return grounds[shapely.area(grounds) > 1e-3], works, group.astype(np.int64)


def pairs(grounds: Any, works: Any) -> tuple[Ints, Ints]:
    """Find the footprints whose boxes meet each ground: where they begin, and which they are."""
    ground, work = shapely.STRtree(works).query(grounds)
    order = np.lexsort((work, ground))
    return np.searchsorted(ground[order], np.arange(len(grounds) + 1)), work[order]


def by_geos(grounds: Any, works: Any, start: Ints, on: Ints) -> NDArray[np.float64]:
    """Handled ground by one union and one intersection each."""
    unions = [shapely.union_all(works[on[lo:hi]]) for lo, hi in zip(start[:-1], start[1:], strict=True)]
    handled: NDArray[np.float64] = shapely.area(shapely.intersection(grounds, np.array(unions, dtype=object)))
    return handled


def at_corners(grounds: Any, works: Any, start: Ints, on: Ints) -> NDArray[np.float64]:
    """Do the same with each ground's corner as the origin."""
    found = np.zeros(len(grounds))
    for k, ground in enumerate(grounds):
        corner = np.array(ground.bounds[:2])
        local = [
            shapely.transform(one, lambda xy, corner=corner: xy - corner)
            for one in (ground, *works[on[start[k] : start[k + 1]]])
        ]
        found[k] = shapely.area(shapely.intersection(local[0], shapely.union_all(local[1:])))
    return found


def timed(job: Callable[[], Any]) -> tuple[float, float, Any]:
    """CPU and wall seconds of a job, and what it gives."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = job()
    return time.process_time() - cpu, time.perf_counter() - wall, answer


def handled_m2(found: Labels, grounds: int) -> NDArray[np.float64]:
    """Sum the labels with any group, ground by ground."""
    some = np.diff(found.start) > 0
    return np.bincount(found.ground[some], found.area_m2[some], minlength=grounds)


def main(folder: str, scale: str, threads: str = "2") -> None:
    """Run both in turns and print what came out."""
    grounds, works, group = load(folder, scale)
    start, on = pairs(grounds, works)
    areas(shapely.box(0, 0, 1, 1), [], [])  # compiles, or loads what was compiled

    def kernel(count: int = 1) -> Labels:
        return label_areas(flat(grounds), flat(works), group=group, start=start, on=on, threads=count)

    ours, theirs = [], []
    for _ in range(_TURNS):
        cpu, wall, found = timed(kernel)
        ours.append((cpu, wall))
        cpu, _, rough = timed(lambda: by_geos(grounds, works, start, on))
        theirs.append(cpu)
    more = timed(lambda: kernel(int(threads)))[1]
    whole, mine = shapely.area(grounds), handled_m2(found, len(grounds))
    fine = at_corners(grounds, works, start, on)
    sums = np.bincount(found.ground, found.area_m2, minlength=len(grounds))
    certified = int((found.reason == 0).sum())
    print(f"{scale}: {len(grounds)} grounds, {len(on)} pairs, {len(found.area_m2)} labels; numba {available()}")
    print(f"certified {certified} of {len(grounds)}", dict(zip(REASONS, np.bincount(found.reason, minlength=6), strict=True)))
    cpu = float(np.median([one[0] for one in ours]))
    print(f"CPU s: kernel {cpu:.2f} ({[f'{one[0]:.2f}' for one in ours]}), GEOS {np.median(theirs):.2f} ({[f'{one:.2f}' for one in theirs]})")
    ratios = [b / a[0] for a, b in zip(ours, theirs, strict=True)]
    print(f"GEOS / kernel, turn by turn: {[f'{one:.2f}' for one in ratios]}")
    print(f"wall s: 1 thread {np.median([one[1] for one in ours]):.2f}, {threads} threads {more:.2f}")
    print(f"labels sum to the ground: worst {np.max(np.abs(sums - whole) / whole):.1e} of it")
    print(f"handled, of the ground: GEOS at corners {np.max(np.abs(mine - fine) / whole):.1e}, in UTM {np.max(np.abs(mine - rough) / whole):.1e}")
    some = fine > 0
    print(f"handled, of itself: GEOS at corners {np.max((np.abs(mine - fine) / fine)[some]):.1e}, worst {np.max(np.abs(mine - fine)):.1e} m2")


if __name__ == "__main__":
    main(*sys.argv[1:])
