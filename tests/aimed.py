"""Polygons aimed at what makes overlay fail: a coarse lattice, and jitter from an ulp to a decimetre.

Every choice is made by ``pick`` among a few options, so the same shapes come from hypothesis, which shrinks
them, from bytes, which a fuzzer steers, and from a plain random generator, which is fast.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Pick = Callable[[Sequence[Any]], Any]
    Family = Callable[[Pick], list[Any]]
    Case = tuple[Any, list[Any], list[int]]

OFFSETS = ((0.0, 0.0), (0.5, -3.25), (350_000.0, 9_230_000.0), (1e7, 1e7), (-1e7, 3.0))
SCALES = (1.0, 0.1, 37.5, 1000.0)
JITTERS = (0.0, "ulp", 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
SIDE = tuple(range(9))


def case(
    pick: Pick, families: Sequence[Family] | None = None, offsets: Sequence[tuple[float, float]] = OFFSETS
) -> Case | None:
    """Make a ground, up to eight footprints and their groups; nothing where no shape is valid."""
    place, scale, jitter = pick(offsets), pick(SCALES), pick(JITTERS)
    shapes = pick(families or FAMILIES)(pick)
    placed = [
        shaken(shapely.transform(one, lambda xy: xy * scale + np.array(place)), pick((jitter, "ulp")), pick)
        for one in shapes
    ]
    kept = [one for one in placed if one.is_valid and one.area > 0]
    return (kept[0], kept[1:], [pick((0, 1, 2, 3)) for _ in kept[1:]]) if kept else None


def from_bytes(data: bytes) -> Pick:
    """Make each choice by the next byte; where they end, the first option."""
    left = iter(data)
    return lambda options: options[next(left, 0) % len(options)]


def shaken(shape: Any, jitter: Any, pick: Pick) -> Any:
    """Move some vertices of a shape a little; a ring's last vertex goes with its first."""
    known: dict[tuple[float, float], tuple[float, float]] = {}

    def move(x: float) -> float:
        step = pick((0, 0, 0, 1, -1, 2, -3))
        return x + float(step * (np.spacing(x) if jitter == "ulp" else jitter))

    def one(xy: Any) -> Any:
        return np.array([known.setdefault((x, y), (move(x), move(y))) for x, y in xy.tolist()]).reshape(-1, 2)

    return shapely.transform(shape, one) if jitter != 0.0 and pick((True, True, False)) else shape


def rectangle(pick: Pick, _: Sequence[Any]) -> Any:
    """A rectangle on the lattice."""
    (x1, x2), (y1, y2) = sorted((pick(SIDE), pick(SIDE))), sorted((pick(SIDE), pick(SIDE)))
    return shapely.box(x1, y1, x2, y2) if x1 < x2 and y1 < y2 else None


def star(pick: Pick, _: Sequence[Any]) -> Any:
    """Points of the lattice, joined by their angle around the middle."""
    points = sorted({(pick(SIDE), pick(SIDE)) for _ in range(pick((3, 4, 5, 7)))})
    if len(points) < 3:
        return None
    middle = np.mean(points, axis=0) + np.array((0.013, 0.017))
    points.sort(key=lambda p: math.atan2(p[1] - middle[1], p[0] - middle[0]))
    return shapely.Polygon(points)


def needle(pick: Pick, _: Sequence[Any]) -> Any:
    """A long triangle, thinner than anything on the lattice."""
    a, b = (pick(SIDE), pick(SIDE)), (pick(SIDE), pick(SIDE))
    if a == b:
        return None
    width = pick((1e-1, 1e-3, 1e-6, 1e-9))
    return shapely.Polygon([a, b, ((a[0] + b[0]) / 2 + width, (a[1] + b[1]) / 2 - width * pick((1, 0.3, -0.7)))])


def rotated(pick: Pick, _: Sequence[Any]) -> Any:
    """Two or three rectangles of a rotated row, joined where they adjoin, or one of them."""
    angle, length = pick((0.1, math.pi / 6, 0.7, math.pi / 4, 2.2)), pick((1, 2, 3))
    east, north = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    corner, first, last = np.array([pick(SIDE), pick(SIDE)]), pick((0, 1, 2)), pick((1, 2, 3))
    if first >= last:
        return None
    steps = [corner + k * length * east for k in range(first, last + 1)]
    return shapely.Polygon([*steps, *[one + 2 * north for one in reversed(steps)]])


def holed(pick: Pick, _: Sequence[Any]) -> Any:
    """A large square with a thin hole that is nearly collinear, or with a square one."""
    thin = pick((1.0, 1e-1, 1e-3, 1e-6, 1e-8))
    a, b = (pick((1, 2, 3)), pick((2, 3, 4))), (pick((5, 6, 7)), pick((2, 3, 5)))
    hole = [a, b, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + thin)]
    return shapely.Polygon([(0, 0), (8, 0), (8, 8), (0, 8)], [hole])


def again(pick: Pick, shapes: Sequence[Any]) -> Any:
    """An earlier shape once more, whole, moved by a little, or on the other side of its own edge."""
    if not shapes:
        return None
    dx, dy = pick(((0, 0), (0, 0), (1e-9, 0), (0, -1e-7), (1e-4, 1e-4), (1, 0), (0.5, 0.5)))
    return shapely.transform(pick(shapes), lambda xy: xy + np.array((dx, dy)))


def densified(pick: Pick, shapes: Sequence[Any]) -> Any:
    """An earlier shape with the middle, or a third, of each edge as one more vertex."""
    if not shapes:
        return None
    share = pick((0.5, 0.5, 1 / 3, 0.1))

    def one(ring: Any) -> Any:
        xy = shapely.get_coordinates(ring)
        between = xy[:-1] + share * (xy[1:] - xy[:-1])
        return np.stack([xy[:-1], between], axis=1).reshape(-1, 2)

    parts = [
        shapely.Polygon(one(part.exterior), [one(hole) for hole in part.interiors])
        for part in shapely.get_parts(pick(shapes))
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def spanned(pick: Pick, shapes: Sequence[Any]) -> Any:
    """A triangle over an edge of an earlier shape: it shares both ends, or their middle."""
    if not shapes:
        return None
    xy = shapely.get_coordinates(pick(shapes))
    k = pick(range(len(xy) - 1))
    a, b, c = xy[k], xy[k + 1], np.array([pick(SIDE), pick(SIDE)])
    middle = (a + b) / 2
    return shapely.Polygon([*pick(((a, b), (a, middle), (middle, b))), c])


def pair(pick: Pick, _: Sequence[Any]) -> Any:
    """Two squares that touch at a corner, or stand apart."""
    x, y, gap = pick(SIDE), pick(SIDE), pick((0, 0, 1))
    return shapely.MultiPolygon([shapely.box(x, y, x + 2, y + 2), shapely.box(x + 2 + gap, y + 2, x + 5, y + 4)])


MAKERS = (rectangle, rectangle, star, star, needle, rotated, holed, again, again, densified, spanned, pair)


def lattice(pick: Pick) -> list[Any]:
    """Shapes of every kind."""
    shapes: list[Any] = []
    for _ in range(pick((2, 3, 4, 5, 6, 7))):
        shape = pick(MAKERS)(pick, shapes)
        if shape is not None:
            shapes.append(shape)
    return shapes


def thin_holes(pick: Pick) -> list[Any]:
    """A square with a thin hole, nearly collinear, and what lies along it: the hole, its edges, its like."""
    ground = holed(pick, ())
    shapes = [ground, *(shapely.Polygon(hole) for hole in ground.interiors)]
    for _ in range(pick((1, 2, 3, 4))):
        shape = pick((holed, spanned, spanned, again, densified, rectangle))(pick, shapes)
        if shape is not None:
            shapes.append(shape)
    return shapes[:: pick((1, -1))]


def rows(pick: Pick) -> list[Any]:
    """Rotated rectangles in two rows that adjoin, each laid from its own end: their corners differ by an ulp."""
    angle, count = pick((0.1, math.pi / 6, 0.7, math.pi / 4, 2.2, 1e-7)), pick((2, 3, 4))
    east, north = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    corner, length, depth = np.array([pick(SIDE), pick(SIDE)]), pick((1, 2, 0.3)), pick((2, 1, 0.7))
    steps = [corner + k * length * east for k in range(count + 1)]
    end = corner + count * length * east
    back = [end - k * length * east for k in range(count + 1)]
    shapes = [plot(a, b, depth * north) for a, b in itertools.pairwise(steps)]
    shapes += [plot(a, b, -depth * north) for a, b in itertools.pairwise(back)]
    whole = pick((plot(steps[0], end, depth * north), plot(back[-1] - depth * north, end, 2 * depth * north)))
    return [pick((whole, rectangle(pick, ()) or whole)), *shapes]


def plot(a: Any, b: Any, across: Any) -> Any:
    """A rectangle between two corners and those across."""
    return shapely.Polygon([a, b, b + across, a + across])


def needles(pick: Pick) -> list[Any]:
    """A triangle or square, and long needles that end in the same floating places along its edges."""
    ground = star(pick, ()) or shapely.box(0, 0, 7, 8)
    xy = shapely.get_coordinates(ground)
    places = [a + share * (b - a) for a, b in itertools.pairwise(xy) for share in (0.5, 1 / 3, 0.1)]
    shapes = [ground]
    for _ in range(pick((2, 3, 4, 5))):
        a, b, width = pick(places), pick(places), pick((1e-9, 1e-6, 1e-3, 1e-1, 1.0))
        away = np.array([a[1] - b[1], b[0] - a[0]]) * width
        shapes.append(shapely.Polygon([a, b, pick((a, b, (a + b) / 2)) + pick((away, -away))]))
    return shapes


def near_copies(pick: Pick) -> list[Any]:
    """One shape, and the same again: whole, moved by a little, with more vertices."""
    first = pick((star, rotated, holed, rectangle, pair))(pick, ()) or shapely.box(0, 0, 7, 8)
    shapes = [first]
    for _ in range(pick((2, 3, 4))):
        shapes.append(pick((again, again, densified, spanned))(pick, shapes))
    return shapes


FAMILIES = (lattice, lattice, lattice, thin_holes, rows, needles, near_copies)
