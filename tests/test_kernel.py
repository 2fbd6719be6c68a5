"""The label kernel: by hand, against exact rationals, and against itself in tiles, threads and plain Python."""

from __future__ import annotations

import random

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity

from petakumuh.kernel import REASONS, api, areas, batch, chains, flat, label_areas, labels, one, rays, splitting
from tests.aimed import case
from tests.exact import exact_areas
from tests.fuzz_kernel import worst

SQUARE = shapely.box(0, 0, 10, 10)
OFFSETS = [(0, 0), (350_000, 9_230_000), (1e7, 1e7)]


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """Run the kernel as Python does: the functions are the same, and nothing is compiled."""
    monkeypatch.setattr(batch, "available", lambda: False)


def measured(ground, footprints, groups):
    found, reason = areas(ground, footprints, groups)
    assert reason == ""
    return {label: pytest.approx(area, rel=1e-9, abs=1e-6) for label, area in found.items()}


@pytest.mark.parametrize("offset", OFFSETS)
def test_every_set_of_groups_has_its_area_wherever_the_ground_lies(offset):
    shapes = [shapely.box(0, 0, 4, 10), shapely.box(2, 0, 12, 5), shapely.box(-3, -3, 1, 20)]
    ground, *works = (affinity.translate(one, *offset) for one in [SQUARE, *shapes])
    # The third lies on the first within the ground: one group, counted once.
    assert measured(ground, works, [5, 8, 5]) == {(): 30, (5,): 30, (8,): 30, (5, 8): 10}


def test_a_ground_without_works_is_all_outside_them():
    assert measured(SQUARE, [], []) == {(): 100}


def test_coincident_and_duplicate_and_partly_shared_edges_count_once():
    works = [SQUARE, SQUARE, shapely.box(0, 0, 5, 10), shapely.box(5, 2, 10, 8)]
    assert measured(SQUARE, works, [1, 1, 2, 3]) == {(1, 2): 50, (1, 3): 30, (1,): 20}


def test_holes_and_parts_of_ground_and_works_are_kept_apart():
    ground = shapely.MultiPolygon(
        [shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6)), shapely.box(20, 0, 22, 2)]
    )
    work = shapely.box(-1, -1, 30, 30).difference(shapely.box(1, 1, 3, 3))
    assert measured(ground, [work, shapely.box(5, 5, 21, 21)], [1, 2]) == {(): 4, (1,): 72, (1, 2): 24}


def test_works_that_touch_at_corners_or_along_the_border_cover_nothing_more():
    works = [
        shapely.box(-5, -5, 0, 0),
        shapely.box(10, 2, 12, 4),
        shapely.box(3, 10, 5, 11),
        shapely.box(-9, 3, 0, 5),
    ]
    assert measured(SQUARE, works, [1, 2, 3, 4]) == {(): 100}


def test_parts_that_meet_in_a_point_are_both_counted():
    work = shapely.MultiPolygon([shapely.box(0, 0, 5, 5), shapely.box(5, 5, 10, 10)])
    assert measured(SQUARE, [work], [1]) == {(): 50, (1,): 50}


def test_a_thin_nearly_collinear_hole_takes_just_its_own_area():
    ground = affinity.translate(shapely.Polygon(SQUARE.exterior, [[(2, 2), (8, 8), (5, 5.001)]]), 5e5, 9e6)
    found, reason = areas(ground, [affinity.translate(SQUARE, 5e5, 9e6)], [1])
    assert reason == ""
    assert found == {(1,): pytest.approx(100 - 0.003, abs=1e-6)}


def test_nearly_the_same_border_does_not_make_ground():
    nudge = affinity.translate(SQUARE, 2e-16, -3e-16)
    found, reason = areas(SQUARE, [nudge, affinity.rotate(SQUARE, 360)], [1, 2])
    assert reason == ""
    assert found == {(1, 2): pytest.approx(100, abs=1e-12)}


def test_any_number_of_groups_is_told_apart():
    strips = [shapely.box(k / 10, 0, 10, 10) for k in range(100)]
    found = measured(SQUARE, strips, range(100))
    assert found == {tuple(range(k + 1)): 1 for k in range(100)}


@pytest.mark.parametrize("shape", [shapely.Polygon(), shapely.MultiPolygon()])
def test_empty_shapes_cover_nothing(shape):
    assert measured(SQUARE, [shape], [1]) == {(): 100}
    assert areas(shape, [SQUARE], [1]) == ({}, "")


def test_what_is_not_finite_is_refused_by_name():
    endless = shapely.Polygon([(0, 0), (np.inf, 0), (5, 5)])
    assert areas(SQUARE, [endless], [1])[1] == "not_finite"
    assert areas(endless, [SQUARE], [1])[1] == "not_finite"


def test_a_work_far_larger_than_the_ground_covers_it_whole():
    around = shapely.Point(5, 5).buffer(1e5, quad_segs=32)
    assert measured(SQUARE, [around, around.difference(shapely.box(2, 2, 4, 4))], [1, 2]) == {(1, 2): 96, (1,): 4}


@given(st.data())
def test_no_aimed_case_is_silently_beyond_the_rounding_floor(data):
    one = case(lambda options: data.draw(st.sampled_from(options)))
    if one is not None:
        most, reason = worst(one)
        assert reason or most <= 1


@given(st.data())
def test_splitting_repeating_and_densifying_change_nothing(data):
    one = case(lambda options: data.draw(st.sampled_from(options)))
    if one is None:
        return
    ground, works, groups = one
    west, south, east, north = ground.bounds
    middle = (west + east) / 2
    halves = [
        shapely.box(west - 1e4, south - 1e4, middle, north + 1e4),
        shapely.box(middle, south - 1e4, east + 1e4, north + 1e4),
    ]
    first, reason = areas(ground, [*works, *halves], [*groups, 8, 9])
    second, other = areas(ground, [*works[::-1], *halves, *works[:1]], [*groups[::-1], 8, 9, *groups[:1]])
    floor = 1e-9 * ground.area + 1e-7 * ground.length
    assert reason or other or all(abs(first.get(k, 0) - second.get(k, 0)) <= floor for k in first.keys() | second)
    assert reason or not any(area > floor for label, area in first.items() if not {8, 9} & set(label))


def test_the_exact_oracle_knows_what_is_known_by_hand():
    works = [shapely.box(-1, 2, 5, 5), shapely.Polygon([(0, 0), (10, 0), (10, 10)])]
    assert exact_areas(SQUARE, works, [1, 2]) == {(): 37.5 + 2, (1,): 10.5, (1, 2): 4.5, (2,): 45.5}


def not_split(net, frame):
    return net, True


def always_left(net, e, y):
    return True


def blind(net, winding, e, times):
    """Pass arcs of the second group without seeing them."""
    o = net.o_head[e]
    while o >= 0:
        if net.owner[o] != 2:
            rays.add(winding, net.owner[o], times * net.turn[o])
        o = net.o_next[o]


@pytest.mark.parametrize(
    ("rooms", "name", "wrong"),
    [
        ((splitting, one), "planar", not_split),
        ((rays, labels), "seen_is_left", always_left),
        ((rays,), "pass_arc", blind),
    ],
)
def test_a_kernel_made_wrong_is_not_certified(monkeypatch, rooms, name, wrong):
    works = [shapely.box(-1, 2, 5, 5), shapely.Polygon([(1, 1), (10, 0), (10, 10)])]
    assert areas(SQUARE, works, [1, 2])[1] == ""
    for room in rooms:
        monkeypatch.setattr(room, name, wrong)
    assert areas(SQUARE, works, [1, 2])[1] in REASONS[1:]


def test_areas_made_wrong_are_seen_by_the_oracle(monkeypatch):
    right = chains.measured

    def too_much(net, chains, c, sums):
        right(net, chains, c, sums)
        sums[:6] *= 1 + 1e-6

    monkeypatch.setattr(labels, "measured", too_much)
    works = [shapely.box(-1, 2, 5, 5)]
    assert worst((SQUARE, works, [1])) > (1, "")


def town(count):
    """Draw a ground with a few hundred works of five groups."""
    random = np.random.default_rng(7)
    ground = shapely.Point(350_000, 9_230_000).buffer(200).difference(shapely.Point(350_050, 9_230_000).buffer(40))
    centres = random.normal((350_000, 9_230_000), 120, (count, 2))
    works = shapely.buffer(shapely.points(centres), random.uniform(3, 30, count), quad_segs=2)
    return ground, works, random.integers(0, 5, count)


def test_tiles_give_the_areas_of_the_whole(monkeypatch):
    ground, works, groups = town(150)
    whole = measured(ground, works, groups)
    monkeypatch.setattr(api, "_GIANT", 100)
    monkeypatch.setattr("petakumuh.kernel.tiles._PER_TILE", 200)
    assert measured(ground, works, groups) == whole


def test_giants_stand_among_the_others_in_order(monkeypatch):
    ground, works, groups = town(60)
    grounds = flat([shapely.box(0, 0, 1, 1), ground, shapely.box(0, 0, 2, 2)])
    monkeypatch.setattr(api, "_GIANT", 100)
    found = label_areas(grounds, flat(works), group=groups, start=np.array([0, 0, 60, 60]), on=np.arange(60))
    assert found.ground.tolist() == sorted(found.ground)
    assert (found.area_m2[0], found.area_m2[-1]) == (1, 4)
    assert found.reason.tolist() == [0, 0, 0]
    assert sum(found.area_m2[1:-1]) == pytest.approx(ground.area, rel=1e-12)


def test_a_giant_with_an_endless_work_is_refused_too(monkeypatch):
    monkeypatch.setattr(api, "_GIANT", 0)
    assert areas(SQUARE, [shapely.Polygon([(0, 0), (np.inf, 0), (5, 5)])], [1])[1] == "not_finite"


def test_groups_below_zero_are_refused():
    with pytest.raises(ValueError, match="from 0 on"):
        areas(SQUARE, [SQUARE], [-1])


def test_threads_and_company_give_the_same_bits():
    ground, works, groups = town(40)
    grounds = shapely.get_parts(
        shapely.intersection(
            ground, [shapely.box(349_000, 9e6, 350_000, 1e7), shapely.box(350_000, 9e6, 351_000, 1e7)]
        )
    )
    start, on = np.arange(len(grounds) + 1) * 40, np.tile(np.arange(40), len(grounds))
    many = label_areas(flat(grounds), flat(works), group=groups, start=start, on=on)
    threads = label_areas(flat(grounds), flat(works), group=groups, start=start, on=on, threads=2)
    assert all(np.array_equal(a, b) for a, b in zip(many, threads, strict=True))
    for k, part in enumerate(grounds):
        alone = areas(part, works, groups)[0].values()
        assert sorted(many.area_m2[many.ground == k]) == sorted(alone)


def test_compiled_and_interpreted_agree_to_the_last_bit(monkeypatch):
    pytest.importorskip("numba")
    cases = [one for seed in range(40) if (one := case(random.Random(seed).choice))] + [town(60)]
    plain = [areas(*one) for one in cases]
    monkeypatch.setattr(batch, "available", lambda: True)
    assert [areas(*one) for one in cases] == plain


def test_the_kernel_measures_what_shapely_measures(monkeypatch):
    ground, works, groups = town(60)
    found, reason = areas(ground, works, groups)
    assert reason == ""
    for group in range(5):
        mine = sum(area for label, area in found.items() if group in label)
        local = [
            shapely.transform(one, lambda xy: xy - (350_000, 9_230_000))
            for one in (ground, *works[groups == group])
        ]
        theirs = shapely.area(shapely.intersection(local[0], shapely.union_all(local[1:])))
        assert mine == pytest.approx(theirs, rel=1e-9)
