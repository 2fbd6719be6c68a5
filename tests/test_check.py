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
from petakumuh.ground import mended, valid
from tests.conftest import ORIGIN, frame, kelurahan, kumuh, square, works


def found(run, rule):
    return run.findings[run.findings["aturan"] == rule]


def values(run, rule):
    return [json.loads(text) for text in found(run, rule)["rincian"]]


def at(*points: tuple[float, float]) -> shapely.Polygon:
    return shapely.Polygon([(ORIGIN[0] + x, ORIGIN[1] + y) for x, y in points])


def test_a_hole_outside_its_shell_takes_and_adds_no_ground():
    outside = [square(0, 200, 20).exterior, square(180, 0, 40).exterior]  # the second one in the other shell
    shape = shapely.MultiPolygon([(square(0, 0, 100).exterior, outside), (square(150, 0, 100).exterior, [])])
    whole = shapely.union_all([square(0, 0, 100), square(150, 0, 100)])
    assert mended(shape).equals(whole)
    assert valid([shape, square(0, 0, 10)])[0].equals(whole)


def test_a_hole_that_crosses_or_touches_its_shell_takes_what_they_share():
    holes = [square(80, 0, 40).exterior, square(0, 100, 20).exterior]
    assert mended(shapely.Polygon(square(0, 0, 100).exterior, holes)).area == pytest.approx(100 * 100 - 20 * 40)


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
    told = run.temuan().set_index("id")["pesan"]
    assert told["D"].endswith("tidak dihitung: bukan poligon.")
    assert run.temuan("en").set_index("id")["pesan"]["D"].endswith("is not counted: no polygon.")
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
    assert values(run, "lahan_dua_kumuh") == [{"pemilik": "B", "lain": "A", "lahan_ha": pytest.approx(0.5)}]


def test_overlap_of_two_that_name_it_goes_to_the_lower_id_and_twins_are_named():
    rows = frame(kumuh_id=["B", "A"], kelurahan=["Barat", "Barat"], geometry=[square(0, 0, 100)] * 2)
    run = petakumuh.run(kumuh=rows, kelurahan=kelurahan())
    assert run.table("kumuh").set_index("kumuh_id")["luas_delineasi_ha"].to_dict() == pytest.approx(
        {"A": 1.0, "B": 0.0}
    )
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
    assert values(run, "kelurahan_tak_cocok") == [{"nama": "Selatan", "jumlah": 1, "saran": "–"}]


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


def over_the_border(*shapes: shapely.Polygon, **columns: list[object]) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(columns, geometry=list(shapes), crs=4326)


def test_ground_that_two_slums_claim_over_two_zones_counts_once():
    whole = shapely.box(119.998, -8.051, 120.002, -8.05)
    alone = petakumuh.run(kumuh=over_the_border(whole, kumuh_id=["A"]), kelurahan=two_zones())
    twins = over_the_border(whole, whole, kumuh_id=["A", "B"], kelurahan=["Barat", "Timur"])
    run = petakumuh.run(kumuh=twins, kelurahan=two_zones())
    expected = alone.table("total")["luas_delineasi_ha"].iloc[0]
    assert run.table("total")["luas_delineasi_ha"].iloc[0] == pytest.approx(expected, rel=1e-9)
    assert run.table("total")["jumlah_geometri_ha"].iloc[0] == pytest.approx(2 * expected, rel=1e-9)
    assert not found(run, "lahan_dua_kumuh").empty


def test_slums_that_overlap_in_the_gap_between_two_zones_count_once():
    towns = two_zones().set_geometry(
        [shapely.box(119.9, -8.1, 119.999, -8.0), shapely.box(120.001, -8.1, 120.1, -8.0)]
    )
    one, other = shapely.box(119.997, -8.051, 120.0005, -8.05), shapely.box(119.9995, -8.051, 120.003, -8.05)
    rows = over_the_border(one, other, kumuh_id=["A", "B"])
    run = petakumuh.run(kumuh=rows, kelurahan=towns)
    union = abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(one.union(other))[0]) / 1e4
    assert run.table("total")["luas_geodesik_ha"].iloc[0] == pytest.approx(union, rel=1e-6)


def test_a_slum_split_over_zones_is_one_row_with_its_whole_area():
    whole = shapely.box(119.998, -8.051, 120.002, -8.05)
    written = abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(whole)[0]) / 1e4
    run = petakumuh.run(kumuh=over_the_border(whole, kumuh_id=["A"], luas_sk_ha=[written]), kelurahan=two_zones())
    assert len(run.layers.kumuh) == 1
    assert run.table("kumuh")["luas_sk_ha"].tolist() == [pytest.approx(written)]
    assert len(found(run, "luas_atribut_berbeda")) <= 1
    assert shapely.area(run.layers.kumuh.geometry.iloc[0]) == pytest.approx(whole.area)


def test_a_zone_without_slums_is_no_trouble():
    run = petakumuh.run(
        kumuh=over_the_border(shapely.box(119.95, -8.05, 119.951, -8.049), nama=["A"]), kelurahan=two_zones()
    )
    assert run.zones == (32750,)
    assert run.table("kabupaten_kota")["nama"].tolist() == ["99.01"]


def test_a_vertex_out_of_reach_is_refused_by_its_row():
    rows = kumuh()
    wild = rows.geometry.iloc[1].union(shapely.box(3e8, 9_230_000, 3e8 + 1, 9_230_001))
    rows.loc[1, "geometry"] = wild
    with pytest.raises(InputError, match=r"objek 1.*luar jangkauan"):
        petakumuh.run(kumuh=rows, kelurahan=kelurahan())


def test_a_work_that_the_zone_cannot_reach_is_left_out_and_listed():
    far = shapely.LineString([(20, -5), (20.001, -5)])
    near = shapely.LineString([(109.6415, -6.9645), (109.6425, -6.9645)])
    lines = geopandas.GeoDataFrame({"id": ["far", "near"]}, geometry=[far, near], crs=4326)
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan={"file": lines, "lebar_m": 4})
    assert found(run, "baris_dikecualikan")["id"].tolist() == ["far"]
    assert run.layers.penanganan["penanganan_id"].tolist() == ["near"]


def test_slums_without_any_area_are_refused():
    flat = frame(nama=["A"], geometry=[at((0, 0), (100, 0), (200, 0))])
    with pytest.raises(InputError, match="Tidak ada lahan"):
        petakumuh.run(kumuh=flat, kelurahan=kelurahan())


def test_one_code_with_two_names_is_a_grave_finding():
    towns = kelurahan().assign(kode="99.01.01.1001")
    run = petakumuh.run(kumuh=kumuh(), kelurahan=towns)
    assert values(run, "kelurahan_kode_ganda") == [{"jumlah": 2, "nama": "Barat, Timur"}]
    assert found(run, "kelurahan_kode_ganda")["keparahan"].tolist() == ["galat"]


def test_kelurahan_without_codes_or_names_are_not_thrown_together():
    towns = kelurahan().drop(columns=["kode", "nama"])
    run = petakumuh.run(kumuh=kumuh(), kelurahan=towns)
    assert len(run.layers.kelurahan) == 2


def test_a_row_without_a_code_joins_the_area_that_bears_its_name():
    towns = kelurahan().assign(kode=["99.01.01.1001", ""], provinsi=["UJI", "Uji"])
    run = petakumuh.run(kumuh=kumuh(), kelurahan=towns)
    assert run.table("kabupaten_kota")["kode"].tolist() == ["99.01", ""]
    assert run.table("provinsi")["kode"].tolist() == ["99", ""]


def test_the_code_that_a_slum_names_comes_before_the_name():
    rows = kumuh().assign(kode_kelurahan=["99.01.01.1002", "", ""])
    run = petakumuh.run(kumuh=rows, kelurahan=kelurahan())
    assert run.layers.kumuh.set_index("kumuh_id").loc["A", "disebut_id"] == "99.01.01.1002"


def test_a_name_that_several_kelurahan_bear_and_none_beneath_names_none():
    towns = geopandas.pd.concat(
        [kelurahan(), kelurahan().iloc[:1].assign(kode="99.01.01.1003", nama="Timur")], ignore_index=True
    )
    towns.loc[2, "geometry"] = square(0, 2000, 400)
    rows = frame(kumuh_id=["A"], kelurahan=["Timur"], geometry=[square(0, 0, 100)])
    for order in ([0, 1, 2], [2, 1, 0]):
        run = petakumuh.run(kumuh=rows, kelurahan=towns.iloc[order])
        assert run.layers.kumuh["disebut_id"].tolist() == [""]
        assert values(run, "kelurahan_tak_cocok") == [
            {"nama": "Timur", "jumlah": 1, "saran": "99.01.01.1002, 99.01.01.1003"}
        ]


def test_polygons_are_found_however_deep_and_mended_whatever_they_are():
    bow = at((0, 0), (100, 100), (100, 0), (0, 100))
    inner = shapely.GeometryCollection([shapely.MultiPolygon([square(200, 0, 100)]), shapely.Point(ORIGIN)])
    run = petakumuh.run(
        kumuh=frame(kumuh_id=["A"], geometry=[shapely.GeometryCollection([bow, inner])]), kelurahan=kelurahan()
    )
    assert run.table("total")["luas_delineasi_ha"].iloc[0] == pytest.approx(1.5)
    assert found(run, "bagian_dikecualikan")["id"].tolist() == ["A"]


def test_what_is_found_of_a_work_near_two_zones_is_told_once():
    slums = over_the_border(shapely.box(119.998, -8.051, 120.002, -8.05), kumuh_id=["A"])
    bow = shapely.Polygon([(119.999, -8.051), (120.001, -8.05), (120.001, -8.051), (119.999, -8.05)])
    road = geopandas.GeoDataFrame({"id": ["P"]}, geometry=[bow], crs=4326)
    run = petakumuh.run(kumuh=slums, kelurahan=two_zones(), penanganan=road)
    assert len(found(run, "geometri_diperbaiki")) == 1
