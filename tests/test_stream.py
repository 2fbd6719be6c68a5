"""A layer looked at in batches: the same findings as in one piece, and nothing that one row can spoil."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from petakumuh.check import check, check_alone, check_stream, stream
from petakumuh.check.blocks import blocks, met_in
from petakumuh.check.claims import overlaps
from petakumuh.check.place import strayed
from petakumuh.check.shapes import in_zone
from petakumuh.errors import InputError
from petakumuh.model import Tolerance
from tests.conftest import CRS, ORIGIN, frame, square
from tests.worlds import slums, towns

if TYPE_CHECKING:
    from petakumuh.model import Role


def named(
    shapes: list[object], role: str = "kumuh", crs: object = CRS, **columns: object
) -> geopandas.GeoDataFrame:
    """Rows as the reader hands them to the check."""
    count = len(shapes)
    rows: dict[str, object] = {
        f"{role}_id": [f"K{at}" for at in range(count)],
        "berkas": "kumuh.gpkg",
        "lapisan": "kumuh",
    }
    rows |= {"baris": [str(at) for at in range(count)], "masalah": "", "perbaikan": "", "nama": "Satu"}
    rows |= {"luas_sk_ha": np.nan, "luas_verifikasi_ha": np.nan, "lebar_m": np.nan, "radius_m": np.nan}
    return geopandas.GeoDataFrame(pd.DataFrame(rows | columns, index=range(count)), geometry=shapes, crs=crs)


def cut(rows: geopandas.GeoDataFrame, size: int) -> list[geopandas.GeoDataFrame]:
    return [rows.iloc[at : at + size] for at in range(0, len(rows), size)]


def same(rows: geopandas.GeoDataFrame, role: Role, size: int) -> None:
    """Hold a layer in batches against the layer in one piece."""
    whole, batches = check_alone(rows, role), check_stream(cut(rows, size), role)
    assert batches.findings == whole.findings
    assert batches.epsg == whole.epsg
    assert batches.luas_ha == pytest.approx(whole.luas_ha, rel=1e-12)
    assert batches.luas_geodesik_ha == pytest.approx(whole.luas_geodesik_ha, rel=1e-12)


def hard_rows() -> geopandas.GeoDataFrame:
    """Twins, overlaps, a bow-tie, a point, a row without ground, a mixed collection, a wrong area."""
    x, y = ORIGIN
    bow = shapely.Polygon([(x, y), (x + 90, y + 90), (x + 90, y), (x, y + 90)])
    mixed = shapely.GeometryCollection([square(900, 0, 50), shapely.Point(x, y)])
    shapes = [square(50.0 * at, 0, 70) for at in range(9)]
    shapes += [square(0, 0, 70), None, shapely.Point(x, y), bow, shapely.Polygon(), mixed, square(0, 500, 100)]
    areas = [np.nan] * (len(shapes) - 1) + [3.0]
    return named(shapes, luas_sk_ha=areas)


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_a_layer_in_batches_is_found_the_same_as_in_one_piece(size):
    same(hard_rows(), "kumuh", size)
    told = {one.rule for one in check_alone(hard_rows(), "kumuh").findings}
    assert told == {
        "baris_dikecualikan",
        "bagian_dikecualikan",
        "geometri_diperbaiki",
        "kembar_kumuh",
        "tumpang_tindih_kumuh",
        "luas_atribut_berbeda",
    }


def test_a_batch_of_large_shapes_is_cut_and_found_the_same(monkeypatch):
    whole = check_alone(hard_rows(), "kumuh")
    monkeypatch.setattr(stream, "_PORTION_POINTS", 12)
    counted: list[int] = []
    cut_up = check_stream([hard_rows()], "kumuh", done=counted.append)
    assert cut_up.findings == whole.findings
    assert max(counted) < len(hard_rows())


@given(slums(), st.integers(1, 4))
def test_random_slums_in_batches_are_found_the_same(rows, size):
    same(named(list(rows.geometry)), "kumuh", size)


@given(towns(), st.sampled_from([["A", "A", "B"], ["A", "B", "A"], ["B", "A", "A"]]))
def test_rows_of_one_kelurahan_in_two_batches_are_joined(rows, ids):
    same(named(list(rows.geometry), "kelurahan", kelurahan_id=ids[: len(rows)]), "kelurahan", 1)


def test_works_in_batches_keep_their_width():
    shapes = [square(100.0 * at, 0, 50).exterior for at in range(5)]
    rows = named(shapes, "penanganan", lebar_m=[2.0, np.nan, 2.0, 2.0, 2.0])
    same(rows, "penanganan", 2)
    # 196 m of middle line, 2 m wide: 4 x 50 x 2, with rounded outer and pointed inner corners.
    assert check_alone(rows, "penanganan").luas_ha == pytest.approx(4 * (400 - 4 + np.pi) / 1e4, rel=1e-3)


@pytest.mark.towns
@pytest.mark.parametrize(
    ("file", "role"), [("pekalongan/sk2020.kmz", "kumuh"), ("wilayah/wb_53.03.geojson", "kelurahan")]
)
def test_real_towns_in_batches_of_seven_rows_are_found_the_same(towns, file, role):
    import pyogrio

    names = pyogrio.list_layers(towns / file)[:, 0]
    shapes = np.concatenate([pyogrio.read_dataframe(towns / file, layer=name).geometry.array for name in names])
    rows = named(list(shapely.force_2d(shapes)), role, crs=4326)
    same(rows, role, 7)
    assert sum(one.rule.startswith(("tumpang_tindih", "kembar")) for one in check_alone(rows, role).findings) > 50


def test_every_pair_of_neighbours_is_met_in_one_block():
    random = np.random.default_rng(7)
    low = random.integers(0, 60, (300, 2)).astype(float)
    bounds = np.hstack([low, low + random.integers(0, 4, (300, 2))])
    one, other = np.triu_indices(300, k=1)
    meet = ((bounds[one, :2] <= bounds[other, 2:]) & (bounds[other, :2] <= bounds[one, 2:])).all(axis=1)
    times = dict.fromkeys(zip(one[meet].tolist(), other[meet].tolist(), strict=True), 0)
    sizes = []
    for block in blocks(bounds, np.ones(300, dtype=int), np.arange(300), most=20):
        sizes.append(len(block.rows))
        left, right = (block.rows[side] for side in np.triu_indices(len(block.rows), k=1))
        mine = met_in(block, bounds[left], bounds[right])
        for pair in zip(left[mine].tolist(), right[mine].tolist(), strict=True):
            if pair in times:
                times[pair] += 1
    assert set(times.values()) == {1}
    assert max(sizes) <= 20


def test_rows_on_one_spot_stay_in_one_block():
    bounds = np.tile([0.0, 0.0, 1.0, 1.0], (50, 1))
    assert [len(block.rows) for block in blocks(bounds, np.ones(50, dtype=int), np.arange(50), most=10)] == [50]


def test_overlaps_block_by_block_are_those_of_the_whole(monkeypatch):
    random = np.random.default_rng(3)
    shapes = [square(x, y, 60, 40) for x, y in random.uniform(0, 1500, (300, 2))]
    rows = named(shapes)
    monkeypatch.setattr(stream, "blocks", partial(blocks, most=125))
    found = check_stream(cut(rows, 40), "kumuh").findings
    moved, *_ = in_zone(rows, "kumuh", CRS, Tolerance())
    whole = overlaps(moved, "kumuh", CRS, Tolerance())
    assert len(whole) > 50
    assert [(one.rule, one.ids) for one in found] == [(one.rule, one.ids) for one in whole]
    assert [one.area_ha for one in found] == pytest.approx([one.area_ha for one in whole], rel=1e-9)


def test_progress_counts_every_row_three_times():
    counted: list[int] = []
    check_stream(cut(named([square(100.0 * at, 0, 50) for at in range(10)]), 3), "kumuh", done=counted.append)
    assert sum(counted) == 30


def test_a_row_strayed_to_null_island_does_not_move_the_zone_and_is_named():
    rows = named([square(100.0 * at, 0, 50) for at in range(3)]).to_crs(4326)
    lost = shapely.box(0, 0, 0.001, 0.001)
    alone = check_alone(pd.concat([rows, named([lost], crs=4326, kumuh_id=["X"])], ignore_index=True), "kumuh")
    assert alone.epsg == 32749
    assert alone.luas_ha == pytest.approx(0.75, abs=1e-6)
    told = {one.rule: one for one in alone.findings}
    assert set(told) == {"objek_tersasar", "baris_dikecualikan"}
    assert told["objek_tersasar"].ids == ("X",)
    assert told["objek_tersasar"].severity == "peringatan"


def test_a_country_of_many_islands_has_no_strayed_row():
    lon = np.linspace(95, 141, 40)
    assert not strayed(np.column_stack([lon, np.linspace(6, -11, 40)])).any()
    assert strayed(np.array([[110.0, -7.0], [110.1, -7.0], [110.0, 7.0]])).tolist() == [False, False, True]


def test_a_kelurahan_strayed_to_null_island_does_not_move_the_zone_of_its_kabupaten():
    shapes = [
        *(shapely.box(109.6 + at / 50, -7, 109.62 + at / 50, -6.9) for at in range(3)),
        shapely.box(0, 0, 1, 1),
    ]
    ids = [f"99.01.01.100{at}" for at in range(4)]
    columns = {"kelurahan_id": ids, "kecamatan": "Satu", "kabupaten_kota": "Uji", "kabupaten_kota_id": "99.01"}
    areas = named(shapes, "kelurahan", crs=4326, **columns)
    slum = named(
        [shapely.box(109.61, -6.95, 109.611, -6.949)], crs=4326, kelurahan="", kode_kelurahan="", kecamatan=""
    )
    done = check(slum, areas, [])
    assert [zone.epsg for zone in done.zones] == [32749]
    assert [one.ids for one in done.findings if one.rule == "objek_tersasar"] == [(ids[3],)]


def test_a_layer_without_rows_or_without_ground_is_refused():
    with pytest.raises(InputError, match="tidak berisi satu objek"):
        check_stream([], "kumuh")
    points = named([shapely.Point(ORIGIN)] * 3)
    with pytest.raises(InputError, match=r"kumuh\.gpkg"):
        check_stream(cut(points, 2), "kumuh")
    with pytest.raises(InputError, match="tidak menyebut CRS"):
        check_stream(cut(hard_rows().set_crs(None, allow_override=True), 2), "kumuh")


def test_a_coordinate_that_is_no_number_is_refused_in_whatever_batch():
    rows = frame(geometry=[square(0, 0, 50)])
    wild = shapely.Polygon([(0, 0), (1, 0), (1, 1e300), (0, 1)])
    layer = named([*rows.geometry, square(90, 0, 50), wild])
    with pytest.raises(InputError, match="objek 2"):
        check_stream(cut(layer, 1), "kumuh")


def test_batches_in_two_crs_are_no_layer():
    with pytest.raises(ValueError, match="two CRS"):
        check_stream([named([square(0, 0, 50)]), named([square(0, 0, 50)]).to_crs(4326)], "kumuh")
