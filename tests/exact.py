"""The areas of every set of groups in exact rationals: slow, and right by construction.

Between two neighbouring places where an edge begins, ends or crosses another, edges do not cross: from south to
north they bound trapezoids, and passing an edge toggles whether its polygon covers.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

Edge = tuple[Fraction, Fraction, Fraction, Fraction, int]
Label = tuple[int, ...]


def exact_areas(ground: Any, footprints: Sequence[Any], groups: Sequence[int]) -> dict[Label, Fraction]:
    """Give the area of every set of groups on a ground, the empty one with it."""
    west, south = (Fraction(one) for one in ground.bounds[:2])
    edges = [
        edge for number, shape in enumerate([ground, *footprints]) for edge in edges_of(shape, number, west, south)
    ]
    stops = sorted({x for edge in edges for x in (edge[0], edge[2])} | crossings(edges))
    found: dict[Label, Fraction] = defaultdict(Fraction)
    for lo, hi in pairwise(stops):
        add_slab(found, edges, lo, hi, groups)
    return {label: area for label, area in found.items() if area}


def edges_of(shape: Any, number: int, west: Fraction, south: Fraction) -> list[Edge]:
    """List the edges that are not upright, from west to east."""
    found = []
    for part in shapely.get_parts(shape):
        for ring in shapely.get_rings(part):
            points = [(Fraction(x) - west, Fraction(y) - south) for x, y in shapely.get_coordinates(ring).tolist()]
            for (x1, y1), (x2, y2) in pairwise(points):
                if x1 != x2:
                    found.append((x1, y1, x2, y2, number) if x1 < x2 else (x2, y2, x1, y1, number))
    return found


def crossings(edges: Sequence[Edge]) -> set[Fraction]:
    """Give the places, west to east, where edges cross inside both."""
    found = set()
    for k, (x1, y1, x2, y2, _) in enumerate(edges):
        for u1, v1, u2, v2, _ in edges[:k]:
            if u2 <= x1 or x2 <= u1 or max(v1, v2) < min(y1, y2) or max(y1, y2) < min(v1, v2):
                continue
            across = (x2 - x1) * (v2 - v1) - (y2 - y1) * (u2 - u1)
            if across:
                along = ((u1 - x1) * (v2 - v1) - (v1 - y1) * (u2 - u1)) / across
                place = x1 + along * (x2 - x1)
                if max(x1, u1) < place < min(x2, u2):
                    found.add(place)
    return found


def add_slab(
    found: dict[Label, Fraction], edges: Sequence[Edge], lo: Fraction, hi: Fraction, groups: Sequence[int]
) -> None:
    """Add the trapezoids between two stops to their labels."""
    here = []
    for x1, y1, x2, y2, number in edges:
        if x1 <= lo and hi <= x2:
            slope = (y2 - y1) / (x2 - x1)
            here.append((2 * y1 + (lo + hi - 2 * x1) * slope, number))
    here.sort()
    covers = [False] * (len(groups) + 1)
    for (below, number), (above, _) in pairwise(here):
        covers[number] = not covers[number]
        if covers[0] and above > below:
            label = tuple(sorted({groups[k - 1] for k in range(1, len(covers)) if covers[k]}))
            found[label] += (above - below) * (hi - lo) / 2
