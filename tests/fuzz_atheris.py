"""Bytes to aimed polygons, and three methods on them: the kernel, GEOS, and exact rationals as the judge.

Usage: python -m tests.fuzz_atheris [RUNS] [SEED] [FOLDER]

What the kernel certifies must be right: exact rationals say so wherever a case is small or GEOS does not agree.
The kernel runs as plain Python, so that the fuzzer sees its branches and steers the bytes into new ones. What it
finds worth keeping stands in the folder, and there too bytes that make the kernel wrong.
"""

from __future__ import annotations

import inspect
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np
import shapely

from petakumuh.ground import intersection, move, origin, union
from petakumuh.kernel import areas, batch
from petakumuh.measure import closes, planar_m2
from tests.aimed import case, from_bytes
from tests.exact import exact_areas
from tests.fuzz_kernel import floor_m2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.aimed import Case
    from tests.exact import Label

LENGTH = 200
"""Bytes that decide most cases to the last vertex."""
SEEDS = 100
_SMALL = 48
"""Vertices up to which every case is measured exactly."""


def judged(data: bytes) -> str:
    """Hold one case against GEOS and exact rationals, and say what came out.

    Raises
    ------
    AssertionError
        When the kernel certifies an area that is wrong; the shapes stand in it as WKT.
    """
    one = case(from_bytes(data))
    if one is None:
        return "no shape"
    ground, footprints, groups = one
    found, reason = areas(*one)
    if reason:
        return reason
    floor = floor_m2([ground, *footprints])
    agreed = all(
        closes(cover(found, group), geos_m2(ground, mine), floor)
        for group in set(groups)
        if (mine := [shape for shape, other in zip(footprints, groups, strict=True) if other == group])
    )
    if not agreed or int(shapely.get_num_coordinates([ground, *footprints]).sum()) <= _SMALL:
        require_exact(one, found, floor)
        return "exact" if agreed else "exact, GEOS is wrong"
    return "GEOS agrees"


def cover(found: Mapping[Label, float], group: int) -> float:
    """Square metres under one group."""
    return sum(area for label, area in found.items() if group in label)


def geos_m2(ground: Any, footprints: list[Any]) -> float:
    """Square metres of a ground under the union of footprints, as GEOS builds it; NaN where it gives up."""
    corner = origin([ground])
    try:
        with np.errstate(divide="ignore", invalid="ignore"):  # GEOS divides by zero where edges nearly coincide
            cover = union(move(np.array(footprints), corner), grid=None)
            both = intersection(move(ground, corner), cover, grid=None)
    except shapely.errors.GEOSException:
        return float("nan")
    return float(planar_m2(both)[0])


def require_exact(one: Case, found: Mapping[Label, float], floor: float) -> None:
    """Stop where an area is not what it is in exact rationals."""
    ground, footprints, groups = one
    truth = exact_areas(*one)
    for label in found.keys() | truth.keys():
        area, exact = found.get(label, 0.0), float(truth.get(label, 0))
        shapes = "\n".join(shapely.to_wkt([ground, *footprints], rounding_precision=-1))
        assert closes(area, exact, floor), f"{label}: {area!r} is {exact!r}; groups {groups}\n{shapes}"


def corpus(seed: int) -> list[bytes]:
    """Make bytes to begin with."""
    chance = random.Random(seed)
    return [chance.randbytes(LENGTH) for _ in range(SEEDS)]


def main(runs: int, seed: int, folder: Path) -> None:
    """Let the fuzzer run, and say at the end what came out."""
    import atheris

    for room in batch._ROOMS:
        for _, function in inspect.getmembers(room, inspect.isfunction):
            atheris.instrument_func(function)
    for at, data in enumerate(corpus(seed)):
        (folder / f"{at:03d}").write_bytes(data)
    outcomes: Counter[str] = Counter()

    def target(data: bytes) -> None:
        outcomes[judged(data)] += 1
        if outcomes.total() == runs:
            print(f"seed {seed}: {runs} runs", json.dumps(outcomes), sep="\n", flush=True)

    options = [f"-runs={runs}", f"-seed={seed}", f"-max_len={LENGTH}", f"-artifact_prefix={folder}/", str(folder)]
    with mock.patch.object(batch, "available", return_value=False):
        atheris.Setup([sys.argv[0], *options], target)
        atheris.Fuzz()


if __name__ == "__main__":
    runs, seed, *folder = sys.argv[1:] + ["2000", "1"][len(sys.argv) - 1 :]
    main(int(runs), int(seed), Path(*folder or [tempfile.mkdtemp(prefix="fuzz-")]))
