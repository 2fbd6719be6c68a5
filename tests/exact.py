"""The areas of every set of groups in exact rationals: slow, and right by construction.

Between two neighbouring places where an edge begins, ends or crosses another, edges do not cross: from south to
north they bound trapezoids, and passing an edge toggles whether its polygon covers.

Floating numbers are whole numbers of some unit, a power of two: only crossings and heights need fractions.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

Edge = tuple[int, int, int, int, int]
Height = tuple[Fraction, int]
Label = tuple[int, ...]
Moments = tuple[Fraction, ...]

FINER = 2**200
"""How many times finer than the finest coordinate the corners of trapezoids are kept."""


def exact_areas(ground: Any, footprints: Sequence[Any], groups: Sequence[int]) -> dict[Label, Fraction]:
    """Give the area of every set of groups on a ground, the empty one with it."""
    shapes = [ground, *footprints]
    finest = max(one.as_integer_ratio()[1] for one in shapely.get_coordinates(shapes).ravel().tolist())
    edges = [edge for number, shape in enumerate(shapes) for edge in edges_of(shape, number, finest)]
    stops = sorted({x for edge in edges for x in (edge[0], edge[2])} | crossings(edges))
    found: dict[Label, Fraction] = defaultdict(Fraction)
    for (lo, hi), heights in zip(pairwise(stops), slabs(edges, stops), strict=True):
        add_slab(found, heights, Fraction(hi - lo, 2 * finest**2), groups)
    return {label: area for label, area in found.items() if area}


def edges_of(shape: Any, number: int, finest: int) -> list[Edge]:
    """List the edges that are not upright, from west to east, in units of the finest coordinate."""
    found = []
    for part in shapely.get_parts(shape):
        for ring in shapely.get_rings(part):
            points = [(int(Fraction(x) * finest), int(Fraction(y) * finest)) for x, y in ring.coords]
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
                along = Fraction((u1 - x1) * (v2 - v1) - (v1 - y1) * (u2 - u1), across)
                place = x1 + along * (x2 - x1)
                if max(x1, u1) < place < min(x2, u2):
                    found.add(place)
    return found


def slabs(edges: Sequence[Edge], stops: Sequence[Fraction | int]) -> list[list[Height]]:
    """Give, between each two stops, twice the height of the edges that pass there midway, and whose they are."""
    place = {stop: k for k, stop in enumerate(stops)}
    found: list[list[Height]] = [[] for _ in stops[1:]]
    for x1, y1, x2, y2, number in edges:
        slope = Fraction(y2 - y1, x2 - x1)
        start = 2 * (y1 - x1 * slope)
        for k in range(place[x1], place[x2]):
            found[k].append((start + (stops[k] + stops[k + 1]) * slope, number))
    return found


def add_slab(
    found: dict[Label, Fraction], heights: Sequence[Height], width: Fraction, groups: Sequence[int]
) -> None:
    """Add the trapezoids between two stops to their labels; ``width`` turns twice a height into square metres."""
    covers = [False] * (len(groups) + 1)
    for (below, number), (above, _) in pairwise(sorted(heights)):
        covers[number] = not covers[number]
        if covers[0] and above > below:
            label = tuple(sorted({groups[k - 1] for k in range(1, len(covers)) if covers[k]}))
            found[label] += (above - below) * width


def exact_moments(ground: Any, footprints: Sequence[Any], groups: Sequence[int]) -> dict[Label, Moments]:
    """Integrate 1, x, y, xx, xy, yy over the ground of every set of groups, from the corner of the ground's box.

    A trapezoid's are those of what lies under its upper edge less those under its lower one. Its corners are
    rounded to whole numbers far finer than any float, so that they need no fractions.
    """
    shapes = [ground, *footprints]
    finest = max(one.as_integer_ratio()[1] for one in shapely.get_coordinates(shapes).ravel().tolist())
    west, south = (int(Fraction(one) * finest) for one in ground.bounds[:2])
    edges = [
        (x1 - west, y1 - south, x2 - west, y2 - south, number)
        for at, shape in enumerate(shapes)
        for x1, y1, x2, y2, number in edges_of(shape, at, finest)
    ]
    stops = sorted({x for edge in edges for x in (edge[0], edge[2])} | crossings(edges))
    found: dict[Label, list[int]] = defaultdict(lambda: [0] * 6)
    for lo, hi in pairwise(stops):
        add_moments(found, edges, Fraction(lo), Fraction(hi), groups)
    units = [36 * (2 * finest * FINER) ** degree for degree in (2, 3, 3, 4, 4, 4)]
    return {
        label: tuple(Fraction(one, unit) for one, unit in zip(moments, units, strict=True))
        for label, moments in found.items()
    }


def add_moments(
    found: dict[Label, list[int]], edges: Sequence[Edge], lo: Fraction, hi: Fraction, groups: Sequence[int]
) -> None:
    """Add the moments of the trapezoids between two stops to their labels."""
    here = []
    for x1, y1, x2, y2, number in edges:
        if x1 <= lo and hi <= x2:
            first, last = (int(FINER * (y1 + (x - x1) * Fraction(y2 - y1, x2 - x1))) for x in (lo, hi))
            here.append((first + last, number, first, last))
    ends = int(FINER * lo), int(FINER * hi)
    covers = [False] * (len(groups) + 1)
    for (below, number, *lower), (above, _, *upper) in pairwise(sorted(here)):
        covers[number] = not covers[number]
        if covers[0] and above > below:
            label = tuple(sorted({groups[k - 1] for k in range(1, len(covers)) if covers[k]}))
            more, less = under(*ends, *upper), under(*ends, *lower)
            found[label] = [a + b - c for a, b, c in zip(found[label], more, less, strict=True)]


def under(lo: int, hi: int, first: int, last: int) -> list[int]:
    """Integrate between the x axis and an edge: of third degree along x at most, so Simpson's rule is exact.

    Each integral comes 36 times, in half units, so that all of them are whole numbers.
    """
    total = [0] * 6
    for weight, x, y in ((1, 2 * lo, 2 * first), (4, lo + hi, first + last), (1, 2 * hi, 2 * last)):
        upright = (6 * y, 6 * x * y, 3 * y * y, 6 * x * x * y, 3 * x * y * y, 2 * y * y * y)
        total = [a + weight * b for a, b in zip(total, upright, strict=True)]
    return [2 * (hi - lo) * one for one in total]
