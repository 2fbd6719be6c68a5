"""The label kernel beside GEOS on the same grounds: CPU seconds as a ratio, and the hectares of both.

Usage: python benchmarks/kernel.py SCALE FOLDER [THREADS]

SCALE is one of `loads`, made in FOLDER where it does not stand there yet. A ground is a slum in a kelurahan, a
group a sector in a year. What is compared with what: GEOS gives handled ground (one union and one intersection per
ground, no more), the kernel the area of every set of groups, certified. Both start from shapes in memory and the
pairs whose boxes meet; turning shapes into arrays is counted to the kernel. The agreement is measured apart, with
GEOS at the corner of each ground: in UTM coordinates its own last digits are coarser.
"""

from __future__ import annotations

import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import loads
import numpy as np
import shapely

from petakumuh.kernel import REASONS, Labels, areas, available, flat, label_areas

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_TURNS = 3


def load(scale: str, folder: str) -> tuple[Any, Any, Ints]:
    """Read a load; give the grounds, the footprints and their groups."""
    place = loads.make(scale, Path(folder))
    layers = [geopandas.read_parquet(place / f"{name}.parquet") for name in loads.FILES]
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
    """Measure handled ground by one union and one intersection each."""
    unions = [shapely.union_all(works[on[lo:hi]]) for lo, hi in pairwise(start.tolist())]
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
    return np.bincount(found.ground[some], found.area_m2[some], minlength=grounds).astype(np.float64)


def main(scale: str, folder: str, threads: str = "2") -> None:
    """Run both in turns and print what came out."""
    grounds, works, group = load(scale, folder)
    start, on = pairs(grounds, works)
    areas(shapely.box(0, 0, 1, 1), [], [])  # compiles, or loads what was compiled

    def kernel(count: int = 1) -> Labels:
        return label_areas(flat(grounds), flat(works), group=group, start=start, on=on, threads=count)

    ours, theirs = [], []
    for _ in range(_TURNS):
        cpu, wall, found = timed(kernel)
        ours.append((cpu, wall))
        cpu, wall, rough = timed(lambda: by_geos(grounds, works, start, on))
        theirs.append((cpu, wall))
    more = timed(lambda: kernel(int(threads)))[:2]
    whole, mine = shapely.area(grounds), handled_m2(found, len(grounds))
    fine = at_corners(grounds, works, start, on)
    sums = np.bincount(found.ground, found.area_m2, minlength=len(grounds))
    reasons = {REASONS[k]: int((found.reason == k).sum()) for k in np.unique(found.reason) if k}
    print(f"{scale}: {len(grounds)} grounds, {len(on)} pairs, {len(found.area_m2)} labels; numba {available()}")
    print(f"certified {int((found.reason == 0).sum())} of {len(grounds)}; not: {reasons}")
    print(f"kernel {said(ours)}")
    print(f"GEOS {said(theirs)}")
    print("GEOS / kernel, CPU, turn by turn:", *[f"{b[0] / a[0]:.2f}" for a, b in zip(ours, theirs, strict=True)])
    print(f"kernel on {threads} threads: {said([more])}")
    print(f"labels sum to the ground: worst {np.max(np.abs(sums - whole) / whole):.1e} of it")
    some = fine > 0
    for name, other in (("at corners", fine), ("in UTM", rough)):
        off = np.abs(mine - other)
        share = np.max((off[some] / fine[some]), initial=0.0)
        print(f"handled, GEOS {name}: worst {np.max(off / whole):.1e} of the ground, {share:.1e} of itself")


def said(times: list[tuple[float, float]]) -> str:
    """Write CPU and wall seconds, the median first."""
    cpu, wall = (sorted(one[k] for one in times) for k in (0, 1))
    middle = len(times) // 2
    return f"CPU s {cpu[middle]:.2f} ({cpu[0]:.2f} to {cpu[-1]:.2f}), wall s {wall[middle]:.2f}"


if __name__ == "__main__":
    main(*sys.argv[1:])
