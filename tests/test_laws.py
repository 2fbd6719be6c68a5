"""The laws of the house, over random worlds aimed at what breaks overlays (numbers as in DESIGN)."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from types import SimpleNamespace
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
from petakumuh.errors import ConservationError
from petakumuh.ground import GRID_M, union
from petakumuh.kernel import label_arcs
from petakumuh.model import Zone
from petakumuh.overlay import drawn, overlay, shaped
from petakumuh.overlay.result import PARTS, ordered
from tests import conftest, worlds
from tests.conftest import ORIGIN, kelurahan
from tests.exact import exact_areas
from tests.fuzz_kernel import floor_m2
from tests.strategies import densified
from tests.worlds import by_label, checked, cut, handled_ha, hard, slums, towns, union_ha, works, zone

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas

CLOSE_HA = 1e-8
"""A tenth of a square millimetre per metre of edge, on worlds of a hundred hectares."""
some = settings(max_examples=12)
"""Of what cuts a world or two each time; `tests.test_oracle` has such laws on shapes, cheaper and many more."""
few = settings(max_examples=5)
"""Of what goes from frames to every table and file."""


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=CLOSE_HA)


@some
@given(slums(), works(), towns())
def test_law_1_pieces_sum_to_the_union_of_slums(kumuh, penanganan, areas):
    done = cut(kumuh, penanganan, areas)
    assert done.pieces["luas_ha"].sum() == near(union_ha(kumuh.geometry))


@few
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


@some
@given(slums(), works(), towns())
def test_law_4_pieces_are_pairwise_disjoint(kumuh, penanganan, areas):
    done = cut(kumuh, penanganan, areas)
    key = done.pieces[["piece_id"]].set_index("piece_id", drop=False)
    shapes = shapely.transform(np.asarray(drawn(done, key).geometry.array), lambda xy: xy - np.array(ORIGIN))
    left, right = np.triu_indices(len(shapes), k=1)
    shared = shapely.area(shapely.intersection(shapes[left], shapes[right], grid_size=1e-9))
    assert shared.sum() / 1e4 == near(0.0)
    assert union_ha(drawn(done, key).geometry) == near(done.pieces["luas_ha"].sum())


@some
@given(slums(), works(least=1))
def test_law_5_handled_is_the_union_of_slums_under_the_union_of_works(kumuh, penanganan):
    done = cut(kumuh, penanganan)
    counted = penanganan[penanganan["status"] == "selesai"].geometry
    both = union_ha(kumuh.geometry) + union_ha(counted) - union_ha(pd.concat([kumuh.geometry, counted]))
    assert handled_ha(done) == near(both)


@some
@given(slums(), works(least=1))
def test_law_6_each_touch_is_a_direct_intersection(kumuh, penanganan):
    done = cut(kumuh, penanganan)
    touched = done.touches.groupby("penanganan_id")["luas_ha"].sum()
    for row in penanganan.itertuples():
        alone = union_ha(kumuh.geometry) + union_ha([row.geometry]) - union_ha([*kumuh.geometry, row.geometry])
        assert touched.get(row.id, 0.0) == near(alone)


def require_equal(one, other):
    """To the last bit."""
    for name in ("pieces", "groups", "links", "touches", "grounds", "claims"):
        assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


@some
@given(slums(), works(), towns(), st.randoms(use_true_random=False))
def test_law_7_the_order_of_rows_does_not_matter(kumuh, penanganan, areas, random):
    def shuffled(rows):
        return rows.iloc[random.sample(range(len(rows)), len(rows))]

    require_equal(cut(kumuh, penanganan, areas), cut(shuffled(kumuh), shuffled(penanganan), shuffled(areas)))


def seen_from(whole: Zone, name: str) -> Zone:
    """One slum and all whose box meets its own: what a chunk of one slum holds."""
    box = shapely.box(*whole.kumuh[whole.kumuh["kumuh_id"] == name].total_bounds)

    def met(rows):
        return rows[shapely.intersects(shapely.box(*rows.bounds.to_numpy().T), box)]

    layers = {layer: met(getattr(whole, layer)) for layer in ("kumuh", "kelurahan", "penanganan")}
    return Zone(**layers, epsg=whole.epsg)


@some
@given(slums(), works(), towns())
def test_law_8_slums_cut_each_by_itself_or_in_threads_give_the_same_to_the_last_bit(kumuh, penanganan, areas):
    whole = cut(kumuh, penanganan, areas)
    require_equal(cut(kumuh, penanganan, areas, threads=2), whole)
    parts = []
    for name in kumuh["kumuh_id"]:
        seen = seen_from(zone(kumuh, penanganan, areas), name)
        part = overlay([seen], by=worlds.BY, groups=whole.groups, mine={seen.epsg: [name]})
        parts.append({one: getattr(part, one) for one in PARTS})
    tables, _ = ordered(parts)
    require_equal(whole, SimpleNamespace(groups=whole.groups, **tables))


@some
@given(slums(), works(), towns())
def test_law_8_the_route_of_geos_gives_the_same_hectares(kumuh, penanganan, areas):
    one = by_label(cut(kumuh, penanganan, areas))
    other = by_label(shaped([zone(kumuh, penanganan, areas)], by=worlds.BY))
    for label in one.keys() | other.keys():
        assert one.get(label, 0.0) == near(other.get(label, 0.0)), label


@some
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


@some
@given(slums(), works(least=1), towns())
def test_vertices_more_on_every_edge_change_nothing(kumuh, penanganan, areas):
    def more(rows):
        return rows.set_geometry(rows.geometry.apply(densified))

    one, other = (
        by_label(cut(*world)) for world in ((kumuh, penanganan, areas), map(more, (kumuh, penanganan, areas)))
    )
    for label in one.keys() | other.keys():
        assert one.get(label, 0.0) == near(other.get(label, 0.0)), label


@some
@given(slums(), works(least=1), towns(), st.integers(0, 15))
def test_splitting_a_kelurahan_in_two_changes_no_total(kumuh, penanganan, areas, column):
    x = ORIGIN[0] + 50.0 * column + 17.3
    half = shapely.box(x, ORIGIN[1] - 1e4, x + 1e5, ORIGIN[1] + 1e4)
    parts = [areas.geometry.difference(half), areas.geometry.intersection(half)]
    split = pd.concat(
        [areas.assign(kode=areas["kode"] + f".{at}").set_geometry(one) for at, one in enumerate(parts)]
    )
    one, other = cut(kumuh, penanganan, areas), cut(kumuh, penanganan, split[~split.geometry.is_empty])
    assert other.pieces["luas_ha"].sum() == near(one.pieces["luas_ha"].sum())
    assert handled_ha(other) == near(handled_ha(one))
    slums_alone = [done.grounds.groupby("kumuh_id")["luas_ha"].sum().to_dict() for done in (one, other)]
    assert slums_alone[1] == {name: near(area) for name, area in slums_alone[0].items()}


@some
@given(slums(), works(least=1))
def test_law_10_a_work_more_never_handles_less_and_a_repeated_one_nothing_more(kumuh, penanganan):
    every, fewer = handled_ha(cut(kumuh, penanganan)), handled_ha(cut(kumuh, penanganan.iloc[1:]))
    assert every >= fewer - CLOSE_HA
    twice = pd.concat([penanganan, penanganan.iloc[:1].assign(id="again")])
    assert handled_ha(cut(kumuh, twice)) == near(every)


@some
@given(slums(), works(), st.integers(-40_000, 40_000), st.integers(-40_000, 40_000))
def test_law_11_moving_a_town_within_its_zone_changes_nothing(kumuh, penanganan, east, north):
    def moved(rows):
        return rows.set_geometry(rows.geometry.apply(lambda shape: affinity.translate(shape, east, north)))

    here, there = cut(kumuh, penanganan), cut(moved(kumuh), moved(penanganan), moved(kelurahan()))
    assert there.pieces["luas_ha"].sum() == near(here.pieces["luas_ha"].sum())
    assert handled_ha(there) == near(handled_ha(here))


@few
@given(slums(), works())
def test_law_12_checking_twice_finds_nothing_new(kumuh, penanganan):
    once = checked(kumuh, penanganan)
    (found,) = once.zones
    again = checked_again(found)
    for name in ("kumuh", "kelurahan", "penanganan"):
        one, other = getattr(found, name), getattr(again.zones[0], name)
        assert_geodataframe_equal(one, other[one.columns])
    assert {rules(finding) for finding in again.findings} <= {rules(finding) for finding in once.findings}


def rules(finding):
    return finding.rule, finding.ids


def checked_again(found: Zone):
    from petakumuh.check import check

    def as_read(rows):
        return rows.assign(masalah="", perbaikan="")

    works_again = [as_read(rows) for _, rows in found.penanganan.groupby("berkas")]
    return check(as_read(found.kumuh), as_read(found.kelurahan), works_again)


@few
@given(slums(), works())
def test_law_14_what_is_written_reads_back_equal(tmp_path_factory, kumuh, penanganan):
    run = petakumuh.run(kumuh=kumuh, kelurahan=kelurahan(), penanganan=penanganan if len(penanganan) else None)
    folder = tmp_path_factory.mktemp("run")
    write_store(run, folder)
    opened = petakumuh.buka(folder)
    for name in ("bidang", "findings"):
        assert_geodataframe_equal(getattr(run, name), getattr(opened, name))
    for name in ("kumuh", "kelurahan", "penanganan"):
        assert_geodataframe_equal(getattr(run.layers, name), getattr(opened.layers, name))
    for name in ("pieces", "groups", "links", "touches", "grounds"):
        assert_frame_equal(getattr(run, name), getattr(opened, name))
    for name, table in run.tables.items():
        assert_frame_equal(table, opened.tables[name])
    told = "zones", "inputs", "versions", "sertifikasi"
    assert [getattr(opened, name) for name in told] == [getattr(run, name) for name in told]


def write_store(run, folder):
    from petakumuh import store
    from petakumuh.present.files import write_together

    write_together({f"{store.FOLDER}/{name}": writer for name, writer in store.files(run).items()}, folder)


def written(folder: Path) -> dict[str, str]:
    """The hash of every file."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_law_15_the_same_inputs_run_twice_give_the_same_bytes(tmp_path):
    for folder in ("satu", "dua"):
        run = petakumuh.run(kumuh=conftest.kumuh(), kelurahan=kelurahan(), penanganan=conftest.works())
        run.tulis(tmp_path / folder)
    assert written(tmp_path / "satu") == written(tmp_path / "dua")
    assert len(written(tmp_path / "satu")) > 10


@few
@given(slums(), works())
def test_law_16_every_hectare_of_a_run_is_certified(kumuh, penanganan):
    run = petakumuh.run(kumuh=kumuh, kelurahan=kelurahan(), penanganan=penanganan if len(penanganan) else None)
    assert run.sertifikasi["tersertifikasi"]
    assert run.sertifikasi["kumuh"] == sum(run.sertifikasi["tangga"].values()) == len(run.layers.kumuh)
    assert run.sertifikasi["selisih_terbesar_m2"] / 1e4 == near(0.0)


@settings(max_examples=40)
@given(hard())
def test_law_16_hard_shapes_are_certified_and_as_exact_rationals_have_them(kumuh_penanganan_towns):
    kumuh, penanganan, areas = kumuh_penanganan_towns
    done = cut(kumuh, penanganan, areas)
    assert done.certificate.certified
    found, truth = by_label(done), exact_labels(kumuh, penanganan, areas)
    floor = floor_m2([*kumuh.geometry, *penanganan.geometry, *areas.geometry])
    for label in found.keys() | truth.keys():
        exact = pytest.approx(float(truth.get(label, 0)), rel=1e-9, abs=floor)
        assert found.get(label, 0.0) * 1e4 == exact, label


def exact_labels(kumuh, penanganan, areas):
    """Square metres as `by_label`: of two slums that name no kelurahan the first keeps what both claim."""
    one, two = kumuh.geometry
    groups = [0, *(1 for _ in areas.geometry), *(2 + int(sector) for sector in penanganan["sektor"])]
    found: dict[tuple[object, ...], Fraction] = {}
    for name, own, rival in (("K1", one, two), ("K2", two, one)):
        for sets, area in exact_areas(own, [rival, *areas.geometry, *penanganan.geometry], groups).items():
            if name == "K1" or 0 not in sets:
                key = (
                    "99.01" if 1 in sets else "",
                    name,
                    tuple((str(at - 2), "2020", "selesai") for at in sets if at > 1),
                )
                found[key] = found.get(key, Fraction()) + area
    return found


def run_known():
    return petakumuh.run(kumuh=conftest.kumuh(), kelurahan=kelurahan(), penanganan=conftest.works())


def moved(found, row, other):
    """A millionth of one label given to another: every sum stays as it was."""
    moments = found.moments.copy()
    part = 1e-6 * moments[row]
    moments[row] -= part
    moments[other] += part
    return found._replace(moments=moments)


@pytest.mark.parametrize(
    "wrong",
    [lambda found: found._replace(moments=found.moments * (1 + 1e-6)), lambda found: moved(found, 0, 1)],
    ids=["all too large", "one for another"],
)
def test_law_16_a_kernel_that_is_a_millionth_off_stops_the_run_with_the_slum(monkeypatch, wrong):
    def off(*given, **options):
        labels, arcs = label_arcs(*given, **options)
        return wrong(labels), arcs

    monkeypatch.setattr("petakumuh.overlay.labels.label_arcs", off)
    with pytest.raises(ConservationError) as stopped:
        run_known()
    assert "A" in str(stopped.value.values["id"])


def test_law_16_where_geos_drops_a_polygon_it_takes_another_way_or_the_run_stops(monkeypatch):
    def dropping(grids):
        return lambda shapes, grid: union(shapes[:-1] if grid in grids else shapes, grid=grid)

    monkeypatch.setattr("petakumuh.overlay.certify.union", dropping([None]))
    assert run_known().sertifikasi["tangga"] == {"biasa": 2, "kisi": 1}
    monkeypatch.setattr("petakumuh.overlay.certify.union", dropping([None, GRID_M]))
    with pytest.raises(ConservationError) as stopped:
        run_known()
    assert stopped.value.values["id"] == "A"


def test_the_worlds_hold_what_they_aim_at():
    """The strategies do reach overlaps, ground outside, holes and works that count and do not."""
    from hypothesis import find

    def overlapping(rows: geopandas.GeoDataFrame) -> bool:
        return len(rows) > 1 and rows.geometry.iloc[0].intersection(rows.geometry.iloc[1]).area > 1

    assert overlapping(find(slums(), overlapping))
    assert find(worlds.polygons(), lambda shape: len(shape.interiors) > 0).is_valid
    assert len(find(works(), lambda rows: set(rows["status"]) == {"selesai", "rencana"})) >= 2
