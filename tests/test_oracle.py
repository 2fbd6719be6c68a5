"""The kernel where GEOS fails: against exact rationals, and laws over the areas of all sets of groups.

The shapes are those of `tests.aimed`, family by family; what is allowed is 1e-9 of an area and the rounding
floor, 16 ulp times all perimeters, as everywhere.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely import affinity

from petakumuh.kernel import REASONS, areas
from tests import aimed, fuzz_atheris
from tests.exact import exact_areas
from tests.fuzz_kernel import floor_m2, worst
from tests.strategies import begun_elsewhere, cases, densified, exact_m2, halves

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.exact import Label

ROOT = Path(__file__).parents[1]
FAMILIES = list(dict.fromkeys(aimed.FAMILIES))


def measured(ground: Any, footprints: Sequence[Any], groups: Sequence[int]) -> dict[Label, float]:
    """Areas that the kernel certifies; a case that it refuses proves nothing."""
    found, reason = areas(ground, footprints, groups)
    assume(not reason)
    return found


def same(one: Mapping[Label, float], other: Mapping[Label, float], floor: float) -> bool:
    return all(
        abs(one.get(label, 0.0) - other.get(label, 0.0)) <= 1e-9 * one.get(label, 0.0) + floor
        for label in one.keys() | other.keys()
    )


def cover(found: Mapping[Label, float], group: int | None = None) -> float:
    """Square metres under one group, or under any."""
    return sum(area for label, area in found.items() if (label if group is None else group in label))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_the_kernel_measures_every_family_of_hard_shapes_as_exact_rationals_do(family):
    @given(cases([family]))
    def holds(one):
        most, reason = worst(one)
        assert reason or most <= 1

    holds()


@given(cases(least=0))
def test_labels_sum_to_the_ground(one):
    ground, footprints, _ = one
    whole = float(exact_m2(ground))
    assert abs(sum(measured(*one).values()) - whole) <= 1e-9 * whole + floor_m2([ground, *footprints])


@given(cases())
def test_a_union_is_no_less_than_its_largest_part_and_no_more_than_the_sum(one):
    ground, footprints, groups = one
    found, floor = measured(*one), floor_m2([ground, *footprints])
    alone = [cover(measured(ground, [shape], [0])) for shape in footprints]
    whole = float(exact_m2(ground))
    assert max(alone) - 1e-9 * whole - floor <= cover(found) <= min(sum(alone), whole) * (1 + 1e-9) + floor
    for group in set(groups):
        mine = [area for area, other in zip(alone, groups, strict=True) if other == group]
        assert max(mine) - 1e-9 * whole - floor <= cover(found, group) <= sum(mine) * (1 + 1e-9) + floor


@given(cases())
def test_a_footprint_more_never_covers_less(one):
    ground, footprints, groups = one
    more, fewer = measured(*one), measured(ground, footprints[:-1], groups[:-1])
    allowed = 1e-9 * float(exact_m2(ground)) + floor_m2([ground, *footprints])
    assert cover(more) >= cover(fewer) - allowed
    assert all(cover(more, group) >= cover(fewer, group) - allowed for group in set(groups))


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_and_the_repeating_of_footprints_change_nothing(one, random):
    ground, footprints, groups = one
    works = list(zip(footprints, groups, strict=True))
    works += random.sample(works, random.randint(0, len(works)))
    random.shuffle(works)
    found = measured(ground, *zip(*works, strict=True))
    assert same(measured(*one), found, floor_m2([ground, *footprints]))


@given(cases(), st.integers(0, 20))
def test_where_rings_begin_and_which_way_they_run_changes_nothing(one, at):
    ground, footprints, groups = one
    turned = [begun_elsewhere(shape, at) for shape in [ground, *footprints]]
    assert same(measured(*one), measured(turned[0], turned[1:], groups), floor_m2([ground, *footprints]))


@given(cases(), st.sampled_from([0.5, 1 / 3, 0.1]))
def test_a_vertex_more_on_each_edge_changes_nothing(one, share):
    ground, footprints, groups = one
    more = [densified(shape, share) for shape in [ground, *footprints]]
    assume(all(shape.is_valid for shape in more))
    assert same(measured(*one), measured(more[0], more[1:], groups), floor_m2([ground, *footprints]))


def split_first(shapes: Sequence[Any]) -> tuple[int, Any, Any]:
    """Cut in two the first shape that can be."""
    for at, shape in enumerate(shapes):
        if (two := halves(shape)) is not None:
            return at, *two
    assume(False)
    raise AssertionError


@given(cases())
def test_cutting_a_footprint_in_two_changes_nothing(one):
    ground, footprints, groups = one
    at, left, right = split_first(footprints)
    cut = [*footprints[:at], left, right, *footprints[at + 1 :]]
    found = measured(ground, cut, [*groups[: at + 1], *groups[at:]])
    assert same(measured(*one), found, floor_m2([ground, *cut]))


@given(cases(least=0))
def test_cutting_the_ground_in_two_changes_no_sum(one):
    ground, footprints, groups = one
    _, *parts = split_first([ground])
    found: dict[Label, float] = {}
    for part in parts:
        for label, area in measured(part, footprints, groups).items():
            found[label] = found.get(label, 0.0) + area
    assert same(measured(*one), found, floor_m2([*parts, *footprints]))


@given(cases())
def test_groups_made_one_are_covered_as_by_any_of_them(one):
    ground, footprints, groups = one
    merged = measured(ground, footprints, [0] * len(groups))
    allowed = 1e-9 * float(exact_m2(ground)) + floor_m2([ground, *footprints])
    assert abs(cover(measured(*one)) - cover(merged)) <= allowed


def test_the_exact_oracle_agrees_with_the_exact_area_of_the_ground():
    one = aimed.case(aimed.from_bytes(bytes(range(7, 90))), [aimed.thin_holes])
    assert one is not None
    assert sum(exact_areas(*one).values()) == exact_m2(one[0])


def thin_hole(shapes: Sequence[Any]) -> bool:
    holes = [hole for shape in shapes for part in shapely.get_parts(shape).tolist() for hole in part.interiors]
    return any(shapely.Polygon(hole).area < 1e-5 * hole.length**2 for hole in holes)


def needle(shapes: Sequence[Any]) -> bool:
    return any(shape.area < 1e-6 * shape.length**2 for shape in shapes)


def near_duplicate(shapes: Sequence[Any]) -> bool:
    """Two shapes that differ, but by less than a micrometre."""
    corners = [shapely.get_coordinates(shape) for shape in shapes]
    pairs = [(one, other) for at, one in enumerate(corners) for other in corners[:at] if one.shape == other.shape]
    return any(0 < np.abs(one - other).max() < 1e-6 for one, other in pairs)


def turned_neighbours(shapes: Sequence[Any]) -> bool:
    """Two shapes that differ, with an edge in common that runs along neither axis."""
    edges = []
    for shape in shapes:
        points = map(tuple, shapely.get_coordinates(shape).tolist())
        slanted = [two for two in pairwise(points) if abs(two[0][0] - two[1][0]) > 0 < abs(two[0][1] - two[1][1])]
        edges.append({frozenset(two) for two in slanted})
    return any(one & other and one != other for at, one in enumerate(edges) for other in edges[:at])


def shared_middle(shapes: Sequence[Any]) -> bool:
    """A shape with a vertex in the middle of another's edge, as floating numbers have it."""
    corners = [shapely.get_coordinates(shape) for shape in shapes]
    middles = [{tuple(one) for one in ((xy[:-1] + xy[1:]) / 2).tolist()} for xy in corners]
    vertices = [{tuple(one) for one in xy.tolist()} for xy in corners]
    return any(middles[i] & vertices[k] for i in range(len(corners)) for k in range(len(corners)) if i != k)


@pytest.mark.parametrize("wanted", [thin_hole, needle, near_duplicate, turned_neighbours, shared_middle])
def test_the_shapes_are_those_that_geos_fails_on(wanted):
    """In one case of twenty and more, at the origin and at the coordinates of maps."""
    made = [one for seed in range(400) if (one := aimed.case(random.Random(seed).choice)) is not None]
    hits = [one for one in made if wanted([one[0], *one[1]])]
    far = [one for one in hits if np.abs(one[0].bounds).max() > 1e5]
    assert min(len(far), len(hits) - len(far)) > len(made) / 20


@pytest.mark.parametrize("offset", [(0, 0), (-2, 3), (350_000, 9_230_000)])
def test_neighbours_share_nothing_though_geos_says_that_one_lies_in_the_other(offset):
    """Found by such bytes: at the second place GEOS 3.14 gives 7.2 square metres, the whole footprint."""
    ground = shapely.Polygon([(6.5, -2.25), (7.5, -2.25), (8.5, -0.25), (3.5, 2.75), (2.5, 3.75)])
    footprint = shapely.Polygon([(2.9, 3.1500000000000004), (6.5, -2.25), (0.5, 2.75)])
    here, there = (affinity.translate(one, *offset) for one in (ground, footprint))
    found, reason = areas(here, [there], [0])
    assert reason == ""
    assert found == {(): pytest.approx(10, abs=1e-7)}


@given(st.binary(min_size=40, max_size=fuzz_atheris.LENGTH))
def test_no_bytes_make_the_kernel_certify_what_is_wrong(data):
    assert fuzz_atheris.judged(data) in {"no shape", "exact", "GEOS agrees", "exact, GEOS is wrong", *REASONS[1:]}


def test_the_fuzz_target_stops_at_a_wrong_area_with_its_shapes(monkeypatch):
    monkeypatch.setattr(fuzz_atheris, "areas", lambda *one: ({(): 1.5 * one[0].area}, ""))
    with pytest.raises(AssertionError, match=r"\(\): .*\n(MULTI)?POLYGON \(\("):
        fuzz_atheris.judged(fuzz_atheris.corpus(1)[0])


@pytest.mark.atheris
def test_a_fuzzer_that_sees_the_branches_of_the_kernel_finds_nothing_wrong(tmp_path):
    if find_spec("atheris") is None:
        pytest.skip("atheris is absent: nothing steers the bytes")
    command = [sys.executable, "-m", "tests.fuzz_atheris", "500", "7", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    outcomes = json.loads(done.stdout.splitlines()[-1])
    assert outcomes["exact"] > 250
    assert sum(outcomes.get(reason, 0) for reason in REASONS[1:]) < 10
