"""Aimed cases by the thousand: the kernel against exact rationals.

Usage: python -m tests.fuzz_kernel [CASES] [SEED]

Ends with an error if any certified area lies beyond 1e-9 of itself and 16 ulp times the perimeters.
"""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from petakumuh.kernel import areas
from tests.aimed import case
from tests.exact import exact_areas

if TYPE_CHECKING:
    from tests.aimed import Case


def floor_m2(shapes: Any) -> float:
    """Area that rounding of coordinates can make along all edges: 16 ulp."""
    return 16 * float(np.spacing(np.abs(shapely.total_bounds(shapes)).max())) * float(shapely.length(shapes).sum())


def worst(one: Case) -> tuple[float, str]:
    """Give the largest difference of a case in units of what is allowed, and why it is not certified."""
    ground, footprints, groups = one
    found, reason = areas(ground, footprints, groups)
    truth = exact_areas(ground, footprints, groups)
    floor, most = floor_m2([ground, *footprints]), 0.0
    for label in found.keys() | truth.keys():
        exact = float(truth.get(label, 0))
        most = max(most, abs(found.get(label, 0.0) - exact) / (1e-9 * exact + floor))
    return most, reason


def main(cases: int, seed: int) -> int:
    """Run the cases and say what came out."""
    done, wrong, at, worst_yet = 0, 0, 0, 0.0
    reasons: dict[str, int] = {}
    while done < cases:
        at += 1
        one = case(random.Random(seed * 1_000_003 + at).choice)
        if one is None:
            continue
        done += 1
        if done % 1000 == 0:
            print(f"{done} cases, {wrong} silently wrong, {reasons}", flush=True)
        most, reason = worst(one)
        reasons[reason] = reasons.get(reason, 0) + 1
        if reason:
            print(f"not certified: {reason}, case {at}, off by {most:.3g}", flush=True)
        else:
            worst_yet = max(worst_yet, most)
            if most > 1:
                wrong += 1
                print(f"WRONG: case {at}, off by {most:.3g} of what is allowed", flush=True)
    print(
        f"seed {seed}: {done} cases, {wrong} silently wrong, {reasons}, worst {worst_yet:.3g} of what is allowed"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    arguments = [int(one) for one in sys.argv[1:]]
    sys.exit(main(*(arguments + [2000, 1][len(arguments) :])))
