"""Aimed cases by the thousand: the kernel against exact rationals.

Usage: python -m tests.fuzz_kernel [CASES] [SEED]

Ends with an error if any certified area or moment lies beyond 1e-9 of itself and 16 ulp times the perimeters,
times how far the ground reaches for each x or y that is integrated.
"""

from __future__ import annotations

import random
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from petakumuh.kernel import REASONS, areas, flat, label_areas
from tests.aimed import case
from tests.exact import exact_areas, exact_moments

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


def worst_moment(one: Case) -> tuple[float, str]:
    """Do the same with all moments, of which the area is the first."""
    ground, footprints, groups = one
    count, group = len(footprints), np.array(groups, dtype=np.int64)
    found = label_areas(
        flat([ground]), flat(footprints), group=group, start=np.array([0, count]), on=np.arange(count)
    )
    truth, names = exact_moments(ground, footprints, groups), found.groups.tolist()
    ours = {tuple(names[lo:hi]): row for (lo, hi), row in zip(pairwise(found.start), found.moments, strict=True)}
    box = shapely.bounds(ground)
    reach = float(max(box[2] - box[0], box[3] - box[1]))
    floor, most = floor_m2([ground, *footprints]) * reach ** np.array([0, 1, 1, 2, 2, 2]), 0.0
    for label in ours.keys() | truth.keys():
        exact = np.array([float(moment) for moment in truth.get(label, (0,) * 6)])
        off = np.abs(ours.get(label, np.zeros(6)) - exact)
        most = max(most, float(np.max(off / (1e-9 * np.abs(exact) + floor))))
    return most, REASONS[found.reason[0]]


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
        most, reason = worst_moment(one)
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
