"""The laws of the house, over random worlds aimed at what breaks overlays (numbers as in DESIGN)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import affinity

import petakumuh
from tests import worlds
from tests.conftest import ORIGIN, kelurahan
from tests.worlds import checked, cut, handled_ha, slums, towns, union_ha, works

if TYPE_CHECKING:
    import geopandas

    from petakumuh.model import Zone

CLOSE_HA = 1e-8
"""A tenth of a square millimetre per metre of edge, on worlds of a hundred hectares."""


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=CLOSE_HA)


@given(slums(), works(), towns())
def test_law_1_pieces_sum_to_the_union_of_slums(kumuh, penanganan, areas):
    done = cut(kumuh, penanganan, areas)
    assert done.pieces["luas_ha"].sum() == near(union_ha(kumuh.geometry))


@given(slums(), works())
def test_laws_2_and_3_every_table_closes(kumuh, penanganan):
    source = {"kumuh": kumuh, "kelurahan": kelurahan()}
    run = petakumuh.run(**source, penanganan=penanganan if len(penanganan) else None)
    total = run.table("total").iloc[0]
    for level in ("kabupaten_kota", "kecamatan", "kelurahan", "kumuh"):
        rows = run.table(level)
        assert (rows["luas_tertangani_ha"] + rows["sisa_ha"]).tolist() == pytest.approx(
            rows["luas_delineasi_ha"].tolist()
        )
        assert rows["luas_delineasi_ha"].sum() == near(total["luas_delineasi_ha"])
    assert run.table("tahun")["baru_ha"].sum() == near(total["luas_tertangani_ha"])
    assert run.table("jumlah_sektor")["luas_ha"].sum() == near(total["luas_delineasi_ha"])
    assert (run.table("keanggotaan")["tumpang_tindih_ha"] >= -CLOSE_HA).all()
    assert run.bidang["luas_ha"].sum() == near(total["luas_delineasi_ha"])


@given(slums(), works(), towns())
def test_law_4_pieces_are_pairwise_disjoint(kumuh, penanganan, areas):
    done = cut(kumuh, penanganan, areas)
    shapes = shapely.transform(np.asarray(done.pieces.geometry.array), lambda xy: xy - np.array(ORIGIN))
    left, right = np.triu_indices(len(shapes), k=1)
    shared = shapely.area(shapely.intersection(shapes[left], shapes[right], grid_size=1e-9))
    assert shared.sum() / 1e4 == near(0.0)


@given(slums(), works(least=1))
def test_law_5_handled_is_the_union_of_slums_under_the_union_of_works(kumuh, penanganan):
    done = cut(kumuh, penanganan)
    counted = penanganan[penanganan["status"] == "selesai"].geometry
    both = union_ha(kumuh.geometry) + union_ha(counted) - union_ha(pd.concat([kumuh.geometry, counted]))
    assert handled_ha(done) == near(both)


@given(slums(), works(least=1))
def test_law_6_each_touch_is_a_direct_intersection(kumuh, penanganan):
    done = cut(kumuh, penanganan)
    touched = done.touches.groupby("penanganan_id")["luas_ha"].sum()
    for row in penanganan.itertuples():
        alone = union_ha(kumuh.geometry) + union_ha([row.geometry]) - union_ha([*kumuh.geometry, row.geometry])
        assert touched.get(row.id, 0.0) == near(alone)


@given(slums(), works(), towns(), st.randoms(use_true_random=False))
def test_law_7_the_order_of_rows_does_not_matter(kumuh, penanganan, areas, random):
    def shuffled(rows):
        return rows.iloc[random.sample(range(len(rows)), len(rows))]

    one = cut(kumuh, penanganan, areas)
    other = cut(shuffled(kumuh), shuffled(penanganan), shuffled(areas))
    assert_frame_equal(
        one.pieces.drop(columns="geometry"), other.pieces.drop(columns="geometry"), check_exact=True
    )
    for name in ("groups", "links", "touches"):
        assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    assert (one.pieces.geometry == other.pieces.geometry).all()


@given(slums(), works(least=1), st.integers(0, 15))
def test_law_9_splitting_a_work_in_two_changes_nothing(kumuh, penanganan, column):
    x = ORIGIN[0] + 50.0 * column + 17.3
    half = shapely.box(x, ORIGIN[1] - 1e4, x + 1e5, ORIGIN[1] + 1e4)
    first = penanganan.iloc[:1]
    parts = [first.geometry.difference(half), first.geometry.intersection(half)]
    split = pd.concat(
        [*(first.assign(id=f"S{at}").set_geometry(part) for at, part in enumerate(parts)), penanganan.iloc[1:]]
    )
    split = split[~split.geometry.is_empty]
    assert handled_ha(cut(kumuh, split)) == near(handled_ha(cut(kumuh, penanganan)))


@given(slums(), works(least=1))
def test_law_10_a_work_more_never_handles_less_and_a_repeated_one_nothing_more(kumuh, penanganan):
    every, fewer = handled_ha(cut(kumuh, penanganan)), handled_ha(cut(kumuh, penanganan.iloc[1:]))
    assert every >= fewer - CLOSE_HA
    twice = pd.concat([penanganan, penanganan.iloc[:1].assign(id="again")])
    assert handled_ha(cut(kumuh, twice)) == near(every)


@given(slums(), works(), st.integers(-40_000, 40_000), st.integers(-40_000, 40_000))
def test_law_11_moving_a_town_within_its_zone_changes_nothing(kumuh, penanganan, east, north):
    def moved(rows):
        return rows.set_geometry(rows.geometry.apply(lambda shape: affinity.translate(shape, east, north)))

    here, there = cut(kumuh, penanganan), cut(moved(kumuh), moved(penanganan), moved(kelurahan()))
    assert there.pieces["luas_ha"].sum() == near(here.pieces["luas_ha"].sum())
    assert handled_ha(there) == near(handled_ha(here))


@given(slums(), works())
def test_law_12_checking_twice_finds_nothing_new(kumuh, penanganan):
    once = checked(kumuh, penanganan)
    (zone,) = once.zones
    again = checked_again(zone)
    for name in ("kumuh", "kelurahan", "penanganan"):
        one, other = getattr(zone, name), getattr(again.zones[0], name)
        assert_geodataframe_equal(one, other[one.columns])
    assert {rules(finding) for finding in again.findings} <= {rules(finding) for finding in once.findings}


def rules(finding):
    return finding.rule, finding.ids


def checked_again(zone: Zone):
    from petakumuh.check import check

    def as_read(rows):
        return rows.assign(masalah="", perbaikan="")

    works_again = [as_read(rows) for _, rows in zone.penanganan.groupby("berkas")]
    return check(as_read(zone.kumuh), as_read(zone.kelurahan), works_again)


@settings(max_examples=15)
@given(slums(), works())
def test_law_14_what_is_written_reads_back_equal(tmp_path_factory, kumuh, penanganan):
    run = petakumuh.run(kumuh=kumuh, kelurahan=kelurahan(), penanganan=penanganan if len(penanganan) else None)
    folder = tmp_path_factory.mktemp("run")
    write_store(run, folder)
    opened = petakumuh.buka(folder)
    for name in ("pieces", "bidang", "findings"):
        assert_geodataframe_equal(getattr(run, name), getattr(opened, name))
    for name in ("kumuh", "kelurahan", "penanganan"):
        assert_geodataframe_equal(getattr(run.layers, name), getattr(opened.layers, name))
    for name in ("groups", "links", "touches", "grounds"):
        assert_frame_equal(getattr(run, name), getattr(opened, name))
    for name, table in run.tables.items():
        assert_frame_equal(table, opened.tables[name])
    assert (opened.zones, opened.inputs, opened.versions) == (run.zones, run.inputs, run.versions)


def write_store(run, folder):
    from petakumuh import store
    from petakumuh.present.files import write_together

    write_together({f"{store.FOLDER}/{name}": writer for name, writer in store.files(run).items()}, folder)


def test_the_worlds_hold_what_they_aim_at():
    """The strategies do reach overlaps, ground outside, holes and works that count and do not."""
    from hypothesis import find

    def overlapping(rows: geopandas.GeoDataFrame) -> bool:
        return len(rows) > 1 and rows.geometry.iloc[0].intersection(rows.geometry.iloc[1]).area > 1

    assert overlapping(find(slums(), overlapping))
    assert find(worlds.polygons(), lambda shape: len(shape.interiors) > 0).is_valid
    assert len(find(works(), lambda rows: set(rows["status"]) == {"selesai", "rencana"})) >= 2
