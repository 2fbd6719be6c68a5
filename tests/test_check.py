"""What is refused, repaired or found: each with the file, the row, the place and what to do."""

from __future__ import annotations

import json

import geopandas
import numpy as np
import pyproj
import pytest
import shapely

import petakumuh
from petakumuh.errors import InputError
from tests.conftest import ORIGIN, frame, kelurahan, kumuh, square, works


def found(run, rule):
    return run.findings[run.findings["aturan"] == rule]


def values(run, rule):
    return [json.loads(text) for text in found(run, rule)["rincian"]]


def at(*points: tuple[float, float]) -> shapely.Polygon:
    return shapely.Polygon([(ORIGIN[0] + x, ORIGIN[1] + y) for x, y in points])


def test_a_layer_without_crs_is_refused_with_the_crs_that_fits():
    bare = kumuh().set_crs(None, allow_override=True)
    with pytest.raises(InputError, match=r"tidak menyebut CRS.*EPSG:32749.*UTM Zona 49S"):
        petakumuh.run(kumuh=bare, kelurahan=kelurahan())


def test_swapped_longitude_and_latitude_is_seen():
    flipped = kumuh().to_crs(4326)
    flipped = flipped.set_geometry(
        shapely.transform(np.asarray(flipped.geometry), lambda xy: xy[:, ::-1]), crs=4326
    )
    with pytest.raises(InputError, match="lintang, bujur"):
        petakumuh.run(kumuh=flipped, kelurahan=kelurahan())


def test_a_run_in_which_no_slum_meets_a_kelurahan_is_refused_with_the_zone_that_would():
    wrong = kumuh().set_crs(32750, allow_override=True)
    with pytest.raises(InputError, match=r"Tidak satu pun dari 3 kumuh.*EPSG:32749"):
        petakumuh.run(kumuh=wrong, kelurahan=kelurahan())


def test_works_in_the_wrong_zone_are_refused_and_works_far_away_are_a_grave_finding():
    wrong = works().set_crs(32750, allow_override=True)
    with pytest.raises(InputError, match=r"EPSG:32749"):
        petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=wrong)
    far = works().set_geometry([square(50_000, 50_000, 100)] * 3, crs=32749)
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=far)
    assert found(run, "penanganan_jauh")["keparahan"].tolist() == ["galat"]


def test_the_crs_of_the_recipe_overrides_the_file_and_is_recorded():
    wrong = kumuh().set_crs(32750, allow_override=True)
    run = petakumuh.run(kumuh={"file": wrong, "crs": "EPSG:32749"}, kelurahan=kelurahan())
    assert run.table("total")["luas_delineasi_ha"].iloc[0] == pytest.approx(4.0)
    assert values(run, "crs_dari_resep") == [{"tertulis": "EPSG:32750", "resep": "EPSG:32749"}]


def test_layers_in_different_crs_meet():
    run = petakumuh.run(
        kumuh=kumuh().to_crs(4326), kelurahan=kelurahan().to_crs(23839), penanganan=works().to_crs(3857)
    )
    assert run.table("total")["luas_tertangani_ha"].iloc[0] == pytest.approx(1.5, abs=1e-6)
    assert found(run, "crs_dipindahkan")["lapisan"].tolist() == ["kelurahan", "penanganan"]


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e308])
def test_a_coordinate_that_is_no_number_is_refused_by_its_row(bad):
    rows = kumuh()
    with np.errstate(invalid="ignore"):
        rows.loc[1, "geometry"] = shapely.Polygon([(0, 0), (1, 0), (1, bad), (0, 1)])
    with pytest.raises(InputError, match="objek 1"):
        petakumuh.run(kumuh=rows, kelurahan=kelurahan())


def test_a_bow_tie_is_repaired_with_both_areas():
    bow = at((0, 0), (100, 100), (100, 0), (0, 100))
    run = petakumuh.run(kumuh=frame(kumuh_id=["A"], geometry=[bow]), kelurahan=kelurahan())
    (told,) = values(run, "geometri_diperbaiki")
    assert told["sebelum_ha"] == pytest.approx(0.0, abs=1e-9)
    assert told["sesudah_ha"] == pytest.approx(0.5)
    assert told["sesudah_ha"] == pytest.approx(run.table("total")["luas_delineasi_ha"].iloc[0])
    assert "POINT (" in found(run, "geometri_diperbaiki").geometry.iloc[0].wkt


def test_a_repair_with_two_defensible_areas_is_grave():
    lapped = at((0, 0), (100, 0), (100, 60), (40, 60), (40, 20), (80, 20), (80, 100), (0, 100))
    run = petakumuh.run(kumuh=frame(kumuh_id=["A"], geometry=[lapped]), kelurahan=kelurahan())
    assert found(run, "geometri_diperbaiki")["keparahan"].tolist() == ["galat"]
    (told,) = values(run, "geometri_diperbaiki")
    assert told["ganjil_genap_ha"] == pytest.approx(0.76)
    assert told["sesudah_ha"] == pytest.approx(0.92)


def test_rows_that_are_no_ground_are_listed_one_by_one_and_grave():
    mixed = shapely.GeometryCollection([square(0, 0, 100), shapely.Point(ORIGIN)])
    shapes = [mixed, None, shapely.Polygon(), shapely.Point(ORIGIN), square(300, 0, 10)]
    run = petakumuh.run(kumuh=frame(kumuh_id=list("ABCDE"), geometry=shapes), kelurahan=kelurahan())
    assert run.layers.kumuh["kumuh_id"].tolist() == ["A", "E"]
    assert found(run, "baris_dikecualikan")["id"].tolist() == ["B", "C", "D"]
    assert set(found(run, "baris_dikecualikan")["keparahan"]) == {"galat"}
    assert found(run, "bagian_dikecualikan")["id"].tolist() == ["A"]
    assert run.inputs[0].rows == len(run.layers.kumuh) + len(found(run, "baris_dikecualikan"))


def test_lines_and_points_without_a_size_are_refused_with_what_to_write():
    line = frame(sektor=["jalan"], geometry=[square(0, 0, 100).exterior])
    with pytest.raises(InputError, match="lebar_m = 4"):
        petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=line)
    point = frame(sektor=["air"], geometry=[shapely.Point(ORIGIN)])
    with pytest.raises(InputError, match="radius_m = 50"):
        petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=point)


def test_overlap_goes_to_the_slum_that_names_the_kelurahan_beneath():
    rows = frame(
        kumuh_id=["A", "B"], kelurahan=["Timur", "Barat"], geometry=[square(0, 0, 100), square(50, 0, 100)]
    )
    run = petakumuh.run(kumuh=rows, kelurahan=kelurahan())
    assert run.table("kumuh").set_index("kumuh_id")["luas_delineasi_ha"].to_dict() == pytest.approx(
        {"A": 0.5, "B": 1.0}
    )
    assert run.table("total")["jumlah_geometri_ha"].iloc[0] == pytest.approx(2.0)
    assert found(run, "tumpang_tindih_kumuh")["luas_ha"].tolist() == [pytest.approx(0.5)]
    assert values(run, "lahan_dua_kumuh") == [{"pemilik": "B", "lain": "A"}]


def test_overlap_of_two_that_name_it_goes_to_the_lower_id_and_twins_are_named():
    rows = frame(kumuh_id=["B", "A"], kelurahan=["Barat", "Barat"], geometry=[square(0, 0, 100)] * 2)
    run = petakumuh.run(kumuh=rows, kelurahan=kelurahan())
    assert run.table("kumuh")["kumuh_id"].tolist() == ["A"]
    assert found(run, "kembar_kumuh")["id"].tolist() == ["A + B"]


def test_ground_in_two_kelurahan_goes_to_the_named_one_else_to_the_lower_code():
    towns = kelurahan()
    towns.loc[1, "geometry"] = square(350, 0, 450, 400)
    rows = frame(kumuh_id=["A", "B"], kelurahan=["Timur", ""], geometry=[square(350, 0, 50), square(350, 200, 50)])
    run = petakumuh.run(kumuh=rows, kelurahan=towns)
    assert dict(zip(run.pieces["kumuh_id"], run.pieces["kelurahan_id"], strict=True)) == {
        "A": "99.01.01.1002",
        "B": "99.01.01.1001",
    }
    assert found(run, "tumpang_tindih_kelurahan")["luas_ha"].tolist() == [pytest.approx(2.0)]


def test_attributes_are_held_against_geometry(small):
    told = {row["id"]: row["luas_ha"] for row in found(small, "luas_atribut_berbeda").to_dict("records")}
    assert told == {"C": pytest.approx(-0.5)}


def test_ground_outside_every_kelurahan_and_works_outside_every_slum_are_found():
    away = works(geometry=[square(0, 0, 100), square(200, 300, 50), square(0, 0, 100)])
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=away)
    assert found(run, "di_luar_kelurahan")["id"].tolist() == ["C"]
    assert found(run, "di_luar_kelurahan")["luas_ha"].tolist() == [pytest.approx(0.5)]
    assert found(run, "penanganan_di_luar_kumuh")["id"].tolist() == ["P2"]
    assert found(run, "kembar_penanganan")["id"].tolist() == ["P1 + P3"]


def test_words_that_are_not_clear_are_grave_findings():
    odd = works(status=["selesai", "sebagian", "rencana"], tahun=["2019-2020", "2021", "2025"])
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=odd)
    assert values(run, "status_tak_dikenal") == [{"nilai": "sebagian"}]
    assert values(run, "tahun_tak_terbaca") == [{"nilai": "2019-2020"}]
    assert run.table("tahun")["tahun"].tolist() == ["(tanpa tahun)"]


def test_a_kelurahan_name_that_matches_nothing_and_one_that_lies_elsewhere_are_found():
    rows = kumuh().assign(kelurahan=["Timur", "Selatan", "Timur"])
    run = petakumuh.run(kumuh=rows, kelurahan=kelurahan())
    assert found(run, "kumuh_di_kelurahan_lain")["id"].tolist() == ["A"]
    assert values(run, "kelurahan_tak_cocok") == [{"nama": "Selatan", "jumlah": 1}]


def test_rows_of_one_kelurahan_are_joined():
    towns = kelurahan()
    islet = towns.iloc[:1].set_geometry([square(0, 1000, 50)], crs=32749)
    run = petakumuh.run(kumuh=kumuh(), kelurahan=geopandas.pd.concat([towns, islet], ignore_index=True))
    assert values(run, "kelurahan_digabung") == [{"jumlah": 2}]
    assert len(run.layers.kelurahan) == 2


def two_zones() -> geopandas.GeoDataFrame:
    """Two kabupaten that meet on 120 degrees east, each with its own UTM zone."""
    shapes = [shapely.box(119.9, -8.1, 120.0, -8.0), shapely.box(120.0, -8.1, 120.1, -8.0)]
    codes = ["99.01.01.1001", "99.02.01.1001"]
    return geopandas.GeoDataFrame({"kode": codes, "nama": ["Barat", "Timur"]}, geometry=shapes, crs=4326)


def test_ground_over_two_zones_is_split_and_each_part_measured_in_its_own():
    slum = geopandas.GeoDataFrame(
        {"kumuh_id": ["A"]}, geometry=[shapely.box(119.999, -8.051, 120.001, -8.05)], crs=4326
    )
    road = geopandas.GeoDataFrame(
        {"id": ["P"]}, geometry=[shapely.box(119.9995, -8.052, 120.0005, -8.04)], crs=4326
    )
    run = petakumuh.run(kumuh=slum, kelurahan=two_zones(), penanganan=road)
    assert run.zones == (32750, 32751)
    total = run.table("total").iloc[0]
    parts = run.table("kabupaten_kota").set_index("kode")["luas_delineasi_ha"]
    alone = [
        geopandas.GeoSeries([shapely.box(west, -8.051, west + 0.001, -8.05)], crs=4326).to_crs(epsg).area[0] / 1e4
        for west, epsg in ((119.999, 32750), (120.0, 32751))
    ]
    assert parts.tolist() == pytest.approx(alone, rel=1e-6)
    ellipsoid = abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(slum.geometry[0])[0]) / 1e4
    assert total["luas_geodesik_ha"] == pytest.approx(ellipsoid, rel=1e-7)
    assert total["persen_tertangani"] == pytest.approx(50.0, abs=0.001)
    assert run.layers.kumuh.crs.to_epsg() == 4326
    assert len(run.layers.penanganan) == 1
    assert found(run, "penanganan_di_luar_kumuh").empty


def test_a_slum_in_no_kelurahan_takes_the_zone_of_the_nearest():
    shapes = [shapely.box(119.95, -8.05, 119.951, -8.049), shapely.box(120.11, -8.05, 120.111, -8.049)]
    slums = geopandas.GeoDataFrame({"kumuh_id": ["A", "B"]}, geometry=shapes, crs=4326)
    run = petakumuh.run(kumuh=slums, kelurahan=two_zones())
    assert run.pieces.set_index("kumuh_id")["zona"].to_dict() == {"A": 32750, "B": 32751}
