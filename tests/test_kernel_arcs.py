"""Moments and arcs of the kernel: by hand, against exact rationals, and as polygons of any union of labels."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity

from petakumuh.ground import GRID_M, enclosed, union
from petakumuh.kernel import api, batch, flat, label_arcs, label_areas
from petakumuh.kernel.faces import faces
from tests.aimed import case
from tests.fuzz_kernel import floor_m2, worst_moment

SQUARE = shapely.box(0, 0, 10, 10)


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """Run the kernel as Python does: the functions are the same, and nothing is compiled."""
    monkeypatch.setattr(batch, "available", lambda: False)


def drawn(ground, footprints, groups):
    count = len(footprints)
    return label_arcs(
        flat([ground]),
        flat(footprints),
        group=np.array(groups, dtype=np.int64),
        start=np.array([0, count]),
        on=np.arange(count),
    )


def polygons(arcs, key):
    """Polygons by key; pieces in tiles stay pieces."""
    found = faces(arcs, np.asarray(key))
    return found, enclosed(found.xy, found.line, found.face)


def test_moments_are_measured_from_the_corner_of_the_ground_wherever_it_lies():
    ground, work = (affinity.translate(one, 350_000, 9_230_000) for one in (SQUARE, shapely.box(-5, 6, 3, 20)))
    labels, _ = drawn(ground, [work], [4])
    by_label = dict(zip(np.diff(labels.start).tolist(), labels.moments.tolist(), strict=True))
    # 1, x, y, xx, xy, yy over 0..3 by 6..10: the mean of x is 1.5, of y 8, of xx 3, of yy 64 + 4/3.
    covered = np.array([12, 12 * 1.5, 12 * 8, 12 * 3, 12 * 1.5 * 8, 12 * (64 + 4 / 3)])
    whole = np.array([100, 500, 500, 10_000 / 3, 2500, 10_000 / 3])
    assert by_label == {1: pytest.approx(covered), 0: pytest.approx(whole - covered)}


def test_the_border_of_a_label_is_all_that_runs_around_it():
    labels, _ = drawn(SQUARE, [shapely.box(2, 2, 5, 6), shapely.box(8, -5, 15, 15)], [0, 1])
    names = [tuple(labels.groups[lo:hi].tolist()) for lo, hi in pairwise(labels.start)]
    around = dict(zip(names, labels.border_m.tolist(), strict=True))
    assert around == {(): 2 * (8 + 10) + 14, (0,): 14, (1,): 2 * (2 + 10)}


@given(st.data())
def test_no_moment_of_an_aimed_case_is_silently_beyond_the_rounding_floor(data):
    one = case(lambda options: data.draw(st.sampled_from(options)))
    if one is not None:
        most, reason = worst_moment(one)
        assert reason or most <= 1


def test_moments_made_wrong_are_seen_by_the_oracle(monkeypatch):
    right = api.label_areas
    assert worst_moment((SQUARE, [shapely.box(-1, 2, 5, 5)], [1])) < (1, "")
    for k in range(6):

        def wrong(*args, k=k, **options):
            found = right(*args, **options)
            found.moments[:, k] *= 1 + 1e-6
            return found

        monkeypatch.setattr("tests.fuzz_kernel.label_areas", wrong)
        assert worst_moment((SQUARE, [shapely.box(-1, 2, 5, 5)], [1])) > (1, "")


def check(ground, footprints, groups, key_of):
    """Compare the polygons of every key with the moments, and with their neighbours vertex by vertex."""
    labels, arcs = drawn(ground, footprints, groups)
    if labels.reason[0] or not len(labels.ground):
        return
    key = key_of(len(labels.ground))
    found, shapes = polygons(arcs, key)
    assert shapely.is_valid(shapes).all()
    want = np.bincount(key[key >= 0], labels.area_m2[key >= 0], minlength=key.max(initial=-1) + 1)
    floor = floor_m2([ground, *footprints])
    assert found.key.tolist() == sorted(set(key[key >= 0].tolist()))
    assert shapely.area(shapes) == pytest.approx(want[found.key], rel=1e-9, abs=floor)
    assert steps(shapes) == {step for step, both in zip(*lined(arcs, key), strict=True) if both}


def steps(shapes):
    """All steps from vertex to vertex, with the ground on the left, each once."""
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(shapes)))
    found = [step for ring in rings for step in pairwise(ring.coords)]
    assert len(found) == len(set(found))
    return set(found)


def lined(arcs, key):
    """All steps of the arcs, both ways, and whether they have a key on the left that is not on the right."""
    known = np.append(key, -1)
    runs = list(pairwise(arcs.start.tolist()))
    vertices = list(zip(arcs.x.tolist(), arcs.y.tolist(), strict=True))
    ahead = [(step, k) for k, (lo, hi) in enumerate(runs) for step in pairwise(vertices[lo:hi])]
    left, right = known[arcs.left], known[arcs.right]
    wanted = [[one[k] >= 0 and left[k] != right[k] for _, k in ahead] for one in (left, right)]
    return [step for step, _ in ahead] + [step[::-1] for step, _ in ahead], wanted[0] + wanted[1]


@given(st.data())
def test_polygons_of_labels_have_their_areas_and_share_their_vertices(data):
    one = case(lambda options: data.draw(st.sampled_from(options)))
    if one is not None:
        check(*one, np.arange)


@given(st.data())
def test_polygons_of_any_union_of_labels_have_its_area(data):
    one = case(lambda options: data.draw(st.sampled_from(options)))
    if one is not None:
        check(*one, lambda rows: np.array([data.draw(st.integers(-1, 2)) for _ in range(rows)]))


@pytest.mark.parametrize("groups", [[1, 1, 1, 1], [1, 2, 1, 2]])
def test_ground_enclosed_by_works_that_meet_in_points_alone_is_not_theirs(groups):
    # Four squares around a fifth place, corner to corner: no ring is inside another.
    works = [shapely.box(x, y, x + 2, y + 2) for x, y in ((4, 2), (2, 4), (6, 4), (4, 6))]
    labels, arcs = drawn(SQUARE, works, groups)
    found, shapes = polygons(arcs, np.diff(labels.start))
    assert dict(zip(found.key.tolist(), shapely.area(shapes).tolist(), strict=True)) == {0: 84, 1: 16}
    assert shapely.is_valid(shapes).all()


def test_no_ground_gives_no_arcs_and_no_polygons():
    labels, arcs = drawn(shapely.Polygon(), [SQUARE], [1])
    assert len(labels.ground) == len(arcs.left) == 0
    assert polygons(arcs, [])[1].tolist() == []


def test_a_ground_that_is_not_certified_has_no_arcs(monkeypatch):
    monkeypatch.setattr("petakumuh.kernel.labels.seen_is_left", lambda *_: True)
    labels, arcs = drawn(SQUARE, [shapely.box(-1, 2, 5, 5)], [1])
    assert labels.reason[0] > 0
    assert len(arcs.left) == 0


def town(count):
    """Draw a ground with some works of five groups, and one ground on either side of it."""
    random = np.random.default_rng(7)
    ground = shapely.Point(350_000, 9_230_000).buffer(200).difference(shapely.Point(350_050, 9_230_000).buffer(40))
    centres = random.normal((350_000, 9_230_000), 120, (count, 2))
    works = shapely.buffer(shapely.points(centres), random.uniform(3, 30, count), quad_segs=2)
    grounds = [shapely.box(349_950, 9_229_950, 350_000, 9_230_000), ground, shapely.box(0, 0, 2, 2)]
    start, on = np.arange(4) * count, np.tile(np.arange(count), 3)
    return {
        "grounds": flat(grounds),
        "footprints": flat(works),
        "group": random.integers(0, 5, count),
        "start": start,
        "on": on,
    }


def test_arcs_change_no_bit_of_the_labels_and_neither_do_threads():
    load = town(40)
    alone, (labels, arcs) = label_areas(**load), label_arcs(**load)
    threads, same = label_arcs(**load, threads=2)
    for one in (labels, threads):
        assert all(np.array_equal(a, b) for a, b in zip(alone, one, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(arcs, same, strict=True))


def test_tiles_give_the_moments_of_the_whole_and_polygons_that_join_to_it(monkeypatch):
    load = town(80)
    whole = label_areas(**load)
    monkeypatch.setattr(api, "_GIANT", 500)
    monkeypatch.setattr("petakumuh.kernel.tiles._PER_TILE", 200)
    labels, arcs = label_arcs(**load)
    names = [
        [(k, *one.groups[lo:hi].tolist()) for k, (lo, hi) in zip(one.ground, pairwise(one.start), strict=True)]
        for one in (labels, whole)
    ]
    order = [names[0].index(name) for name in names[1]]
    assert sorted(order) == list(range(len(names[0])))
    assert labels.moments[order] == pytest.approx(whole.moments, rel=1e-9, abs=1e-6)
    assert (labels.border_m[order] >= whole.border_m * (1 - 1e-9)).all()
    found, shapes = polygons(arcs, np.diff(labels.start) > 0)
    assert len(set(found.part[found.ground == 1].tolist())) > 4
    for ground in (0, 1):
        for key in (0, 1):
            mine = (labels.ground == ground) & ((np.diff(labels.start) > 0) == key)
            joined = union(shapes[(found.ground == ground) & (found.key == key)], grid=GRID_M)
            assert joined.area == pytest.approx(labels.area_m2[mine].sum(), rel=1e-9, abs=1e-6)
            pieces = shapes[(found.ground == ground) & (found.key == key)]
            assert shapely.area(pieces).sum() == pytest.approx(joined.area, rel=1e-9, abs=1e-6)


def test_compiled_and_interpreted_draw_the_same_arcs(monkeypatch):
    pytest.importorskip("numba")
    cases = [one for seed in range(40) if (one := case(random.Random(seed).choice))]
    plain = [drawn(*one) for one in cases] + [label_arcs(**town(40))]
    monkeypatch.setattr(batch, "available", lambda: True)
    compiled = [drawn(*one) for one in cases] + [label_arcs(**town(40))]
    for mine, theirs in zip(plain, compiled, strict=True):
        for one, other in zip(mine, theirs, strict=True):
            assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
