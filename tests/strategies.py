"""Hypothesis strategies over the aimed shapes, and what the laws do to them: cut in two, densified, turned round.

No shape here is cut by GEOS, which these tests are to hold to account: a cut goes from vertex to vertex.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from hypothesis import assume
from hypothesis import strategies as st

from tests.aimed import FAMILIES, OFFSETS, case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.aimed import Case, Family


@st.composite
def cases(
    draw: st.DrawFn,
    families: Sequence[Family] = FAMILIES,
    *,
    offsets: Sequence[tuple[float, float]] = OFFSETS,
    least: int = 1,
) -> Case:
    """A ground, at least so many footprints, and the group of each."""
    one = case(lambda options: draw(st.sampled_from(options)), families, offsets)
    assume(one is not None and len(one[1]) >= least)
    assert one is not None
    return one


def signed_m2(ring: Any) -> Fraction:
    """Area of a ring, exactly; positive where it runs counter-clockwise."""
    xy = [(Fraction(x), Fraction(y)) for x, y in np.asarray(ring).tolist()]
    return sum(((ax * by - ay * bx) / 2 for (ax, ay), (bx, by) in pairwise(xy)), Fraction())


def exact_m2(shape: Any) -> Fraction:
    """Area of a valid polygon, exactly."""
    parts = shapely.get_parts(shape).tolist()
    shells = sum((abs(signed_m2(part.exterior.coords)) for part in parts), Fraction())
    return shells - sum((abs(signed_m2(hole.coords)) for part in parts for hole in part.interiors), Fraction())


def densified(shape: Any, share: float = 0.5) -> Any:
    """The same polygon with one more vertex on each edge."""

    def one(ring: Any) -> Any:
        xy = shapely.get_coordinates(ring)
        return np.stack([xy[:-1], xy[:-1] + share * (xy[1:] - xy[:-1])], axis=1).reshape(-1, 2)

    parts = [
        shapely.Polygon(one(part.exterior), [one(hole) for hole in part.interiors])
        for part in shapely.get_parts(shape).tolist()
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def begun_elsewhere(shape: Any, at: int) -> Any:
    """The same polygon, each ring begun at another vertex and run the other way."""

    def one(ring: Any) -> Any:
        return np.roll(shapely.get_coordinates(ring)[:-1], at, axis=0)[::-1]

    return shapely.MultiPolygon(
        [
            shapely.Polygon(one(part.exterior), [one(hole) for hole in part.interiors])
            for part in shapely.get_parts(shape).tolist()[::-1]
        ]
    )


def halves(shape: Any) -> tuple[Any, Any] | None:
    """Cut a polygon without holes in two, from a vertex or the middle of an edge to another; not all can be."""
    if shapely.get_num_geometries(shape) > 1 or shapely.get_num_interior_rings(shapely.get_parts(shape)).any():
        return None
    ring = shapely.get_coordinates(densified(shapely.orient_polygons(shapely.get_parts(shape)[0])).exterior)[:-1]
    count = len(ring)
    for step in range(count // 2, 1, -1):
        for at in range(count):
            turned = np.roll(ring, -at, axis=0)
            left, right = shapely.Polygon(turned[: step + 1]), shapely.Polygon([*turned[step:], turned[0]])
            if (
                left.is_valid
                and right.is_valid
                and min(signed_m2(one.exterior.coords) for one in (left, right)) > 0
            ):
                return left, right
    return None
