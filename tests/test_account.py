"""The recap of the small world, whose figures are known by head."""

from __future__ import annotations

import math

import numpy as np
import pyproj
import pytest
import shapely

import petakumuh
from petakumuh import account
from petakumuh.errors import ConservationError
from petakumuh.measure import tm3_epsg, zone_name
from petakumuh.present.basis import basis
from tests.conftest import ORIGIN, frame, kelurahan, kumuh, square, works


def near(value: float) -> object:
    return pytest.approx(value, abs=1e-9)


def test_the_total_counts_each_square_metre_once(small):
    total = small.table("total").iloc[0]
    assert total["luas_delineasi_ha"] == near(4.0)
    assert total["luas_tertangani_ha"] == near(1.5)
    assert total["sisa_ha"] == near(2.5)
    assert total["persen_tertangani"] == near(37.5)
    assert total["persen_sisa"] == near(62.5)
    assert total["jumlah_naif_tertangani_ha"] == near(2.0)
    assert total["luas_sk_ha"] == near(4.5)
    assert total["di_luar_kelurahan_ha"] == near(0.5)
    assert not total["tersertifikasi"]


def test_each_kelurahan_has_its_own_row_and_ground_outside_has_one_too(small):
    rows = small.table("kelurahan").set_index("kode")
    assert list(rows["nama"]) == ["Barat", "Timur", "(di luar kelurahan)"]
    assert rows["luas_delineasi_ha"].tolist() == [near(2.5), near(1.0), near(0.5)]
    assert rows["luas_tertangani_ha"].tolist() == [near(1.5), near(0.0), near(0.0)]
    assert rows.loc["99.01.01.1002", "luas_sk_ha"] == near(2.5)


def test_two_programmes_on_one_ground_count_once(small):
    sectors = small.table("sektor").set_index("nama")
    assert sectors.loc["jalan", "luas_ha"] == near(1.0)
    assert sectors.loc["jalan", "hanya_ini_ha"] == near(0.5)
    assert sectors.loc["drainase", "hanya_ini_ha"] == near(0.5)
    told = small.table("keanggotaan").set_index("tabel").loc["sektor"]
    assert [told["jumlah_ha"], told["gabungan_ha"], told["tumpang_tindih_ha"]] == [near(2.0), near(1.5), near(0.5)]


def test_ground_is_new_in_the_year_it_is_first_handled(small):
    years = small.table("tahun")
    assert years["tahun"].tolist() == ["2020", "2021"]
    assert years["baru_ha"].tolist() == [near(1.0), near(0.5)]
    assert years["kumulatif_ha"].tolist() == [near(1.0), near(1.5)]


def test_the_number_of_sectors_parts_the_whole(small):
    rows = small.table("jumlah_sektor").set_index("jumlah_sektor")["luas_ha"]
    assert rows.to_dict() == {0: near(2.5), 1: near(1.0), 2: near(0.5)}


def test_plans_are_simulated_beside_what_is_done_and_never_counted(small):
    rows = small.table("simulasi").set_index("skenario")
    assert rows["luas_tertangani_ha"].tolist() == [near(1.5), near(1.5), near(2.5)]
    assert rows["tambahan_ha"].tolist() == [near(0.0), near(0.0), near(1.0)]
    assert small.table("status").set_index("nama")["luas_ha"].to_dict() == {
        "selesai": near(1.5),
        "rencana": near(1.0),
    }


def test_a_file_silent_on_status_is_done_and_an_empty_cell_is_not():
    silent = works().drop(columns="status")
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=silent)
    assert run.table("total")["luas_tertangani_ha"].iloc[0] == near(2.5)
    assert "status_tidak_ada" in set(run.findings["aturan"])
    blank = works(status=["selesai", "", "rencana"])
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=blank)
    assert run.table("total")["luas_tertangani_ha"].iloc[0] == near(1.0)
    assert run.table("status")["nama"].tolist() == ["selesai", "rencana", "(kosong)"]


def test_works_before_the_base_year_of_the_decree_are_listed_not_counted():
    run = petakumuh.run(kumuh={"file": kumuh(), "tahun_dasar": 2021}, kelurahan=kelurahan(), penanganan=works())
    assert run.table("total")["luas_tertangani_ha"].iloc[0] == near(1.0)
    assert run.findings.query("aturan == 'sebelum_tahun_dasar'")["id"].tolist() == ["P1"]
    assert run.table("status").set_index("nama")["luas_ha"].to_dict() == {
        "selesai": near(1.0),
        "rencana": near(1.0),
    }
    assert run.table("simulasi")["luas_tertangani_ha"].tolist() == [near(1.0), near(1.0), near(2.0)]


def test_a_work_without_a_year_comes_after_all_years():
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(tahun=["", "2021", "2025"]))
    years = run.table("tahun").set_index("tahun")["baru_ha"]
    assert years.to_dict() == {"2021": near(1.0), "(tanpa tahun)": near(0.5)}


def test_accounts_may_be_kept_by_fewer_columns_and_by_single_works():
    kept = {"by": ["sektor", "penanganan_id"]}
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(), hitung=kept)
    assert run.table("total")["luas_tertangani_ha"].iloc[0] == near(1.5)
    assert "opd" not in run.tables
    assert set(run.groups["penanganan_id"]) == {"P1", "P2", "P3"}


def test_the_geodesic_basis_becomes_the_headline():
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(), hitung={"dasar": "geodesik"})
    total = run.table("total").iloc[0]
    assert total["luas_delineasi_ha"] == total["luas_geodesik_ha"] != near(4.0)
    assert total["luas_tertangani_ha"] + total["sisa_ha"] == near(total["luas_delineasi_ha"])


def test_nothing_handled_and_no_works_at_all_still_make_a_recap():
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan())
    assert run.table("total")["sisa_ha"].iloc[0] == near(4.0)
    assert run.table("tahun").empty
    assert run.bidang["tertangani"].tolist() == [False] * len(run.bidang)


def test_a_status_that_counts_by_choice_counts():
    chosen = {"status_tertangani": ["selesai", "rencana"]}
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(), hitung=chosen)
    assert run.table("total")["luas_tertangani_ha"].iloc[0] == near(2.5)


def test_without_a_decree_area_the_column_is_empty_not_zero():
    run = petakumuh.run(kumuh=kumuh().drop(columns="luas_sk_ha"), kelurahan=kelurahan())
    assert run.table("total")["luas_sk_ha"].isna().all()


def test_names_stand_in_for_codes_that_files_do_not_have():
    towns = kelurahan().drop(columns=["kode", "provinsi", "kabupaten_kota"])
    said = {"kabupaten_kota": "Kota Uji"}
    run = petakumuh.run(kumuh=kumuh(), kelurahan=towns, penanganan=works(), wilayah=said)
    assert run.table("kelurahan")["kode"].tolist() == ["Tengah/Barat", "Tengah/Timur", ""]
    assert run.table("kabupaten_kota")["nama"].tolist() == ["Kota Uji", "(di luar kelurahan)"]


def test_a_table_that_does_not_close_stops_the_run(small):
    tables = {name: table.copy() for name, table in small.tables.items()}
    account.require_laws(tables)
    tables["kelurahan"].loc[0, "luas_tertangani_ha"] += 1e-6
    with pytest.raises(ConservationError, match="Barat"):
        account.require_laws(tables)


def test_a_line_handles_its_total_width():
    middle = shapely.LineString([(ORIGIN[0] - 50, ORIGIN[1] + 50), (ORIGIN[0] + 150, ORIGIN[1] + 50)])
    slum = frame(nama=["A"], geometry=[square(0, 0, 100)])
    road = frame(sektor=["jalan"], geometry=[middle])
    run = petakumuh.run(kumuh=slum, kelurahan=kelurahan(), penanganan={"file": road, "lebar_m": 10})
    assert run.table("total")["luas_tertangani_ha"].iloc[0] == near(0.1)


def test_a_point_handles_a_circle_of_sixteen_segments_a_quarter():
    well = frame(sektor=["air minum"], geometry=[shapely.Point(ORIGIN[0] + 50, ORIGIN[1] + 50)])
    slum = frame(nama=["A"], geometry=[square(0, 0, 100)])
    run = petakumuh.run(kumuh=slum, kelurahan=kelurahan(), penanganan={"file": well, "radius_m": 20})
    polygon_of_64 = 32 * 20**2 * math.sin(2 * math.pi / 64) / 1e4
    assert run.table("total")["luas_tertangani_ha"].iloc[0] == near(polygon_of_64)


def test_a_slum_that_lost_all_its_ground_keeps_its_row_and_every_column_sums():
    twins = frame(
        kumuh_id=["A", "B"],
        kelurahan=["Barat", "Timur"],
        luas_sk_ha=[1.0, 1.0],
        geometry=[square(0, 0, 100)] * 2,
    )
    run = petakumuh.run(kumuh=twins, kelurahan=kelurahan())
    rows = run.table("kumuh").set_index("kumuh_id")
    assert rows["luas_delineasi_ha"].tolist() == [near(1.0), near(0.0)]
    for level in ("total", "kelurahan", "kumuh"):
        table = run.table(level)
        assert table["luas_sk_ha"].sum() == near(2.0)
        assert table["jumlah_geometri_ha"].sum() == near(2.0)


@pytest.mark.parametrize("said", [["done"], [], "terbangun"])
def test_a_status_that_is_none_is_refused(said):
    with pytest.raises(petakumuh.RecipeError, match="selesai, berjalan, rencana"):
        petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), hitung={"status_tertangani": said})


def test_scenarios_begin_with_what_counts_and_early_plans_are_in_none():
    early = works(tahun=["2020", "2021", "2010"])
    run = petakumuh.run(kumuh={"file": kumuh(), "tahun_dasar": 2015}, kelurahan=kelurahan(), penanganan=early)
    assert run.table("simulasi")["luas_tertangani_ha"].tolist() == [near(1.5)] * 3
    chosen = {"status_tertangani": ["rencana"]}
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(), hitung=chosen)
    rows = run.table("simulasi").set_index("skenario")["luas_tertangani_ha"].to_dict()
    assert rows == {
        "rencana": near(1.0), "rencana + selesai": near(2.5), "rencana + selesai + berjalan": near(2.5),
    }  # fmt: skip


def test_a_status_counts_however_it_is_spelled():
    run = petakumuh.run(
        kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(), hitung={"status_tertangani": ["Selesai"]}
    )
    assert run.table("total")["luas_tertangani_ha"].iloc[0] == near(1.5)


def test_a_recipe_and_keywords_together_are_refused():
    with pytest.raises(petakumuh.RecipeError, match="tidak keduanya"):
        petakumuh.run(petakumuh.contoh(), hitung={"dasar": "geodesik"})


def test_a_third_headline_is_planar_in_the_tm3_zone_of_the_kabupaten(small):
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(), hitung={"dasar": "tm3"})
    # The small world lies at 109.64 east: zone 49.1, 108 to 111, whose central meridian is 109.5.
    by_hand = pyproj.Proj("+proj=tmerc +lon_0=109.5 +k=0.9999 +x_0=200000 +y_0=1500000 +ellps=WGS84")
    utm = pyproj.Proj(32749)
    slum = shapely.transform(
        shapely.segmentize(shapely.union_all(kumuh().geometry), 1.0),
        lambda xy: np.column_stack(by_hand(*utm(xy[:, 0], xy[:, 1], inverse=True))),
    )
    total = run.table("total").iloc[0]
    assert total["luas_delineasi_ha"] == pytest.approx(slum.area / 1e4, rel=1e-9)
    assert abs(total["luas_delineasi_ha"] - 4.0) > 1e-4
    assert total["luas_tertangani_ha"] + total["sisa_ha"] == near(total["luas_delineasi_ha"])
    assert total["luas_geodesik_ha"] == near(small.table("total")["luas_geodesik_ha"].iloc[0])
    assert set(run.pieces["zona_tm3"]) == {23835}
    assert "TM-3 Zona 49.1" in basis(run)["keterangan"]
    assert basis(run)["epsg"] == [23835]


@pytest.mark.parametrize("epsg", range(23830, 23846))
def test_the_tm3_zones_are_those_of_the_register(epsg):
    crs = pyproj.CRS.from_epsg(epsg)
    area, way = crs.area_of_use, crs.coordinate_operation
    assert area is not None
    assert way is not None
    west, _, east, _ = area.bounds
    assert tm3_epsg((max(west, 93.0) + east) / 2, 0.0) == epsg
    assert zone_name(epsg).removeprefix("TM-3 Zona ") in crs.name
    meridian = next(one.value for one in way.params if one.name.startswith("Longitude"))
    assert tm3_epsg(float(meridian), 0.0) == epsg


def test_what_is_written_is_reconciled_with_the_geometry(small):
    rows = small.table("rekonsiliasi").set_index(["wilayah", "kode"])
    unit = rows.loc[("kumuh", "C")]
    written = unit[["luas_sk_ha", "jumlah_geometri_ha", "selisih_sk_ha"]]
    assert written.tolist() == [near(1.5), near(1.0), near(-0.5)]
    assert math.isnan(unit["luas_verifikasi_ha"])
    assert unit["luas_geodesik_ha"] == pytest.approx(1.0, rel=0.002)
    assert rows["melebihi_toleransi"].to_dict() == {
        ("kumuh", "A"): False,
        ("kumuh", "B"): False,
        ("kumuh", "C"): True,
        ("kelurahan", "99.01.01.1001"): False,
        ("kelurahan", "99.01.01.1002"): True,
        ("total", ""): True,
    }
    assert rows.loc[("total", ""), ["luas_sk_ha", "jumlah_geometri_ha"]].tolist() == [near(4.5), near(4.0)]
    assert rows.loc[("kelurahan", "99.01.01.1002"), "luas_delineasi_ha"] == near(2.0)
    apart = small.findings[small.findings["aturan"] == "luas_atribut_berbeda"]
    assert apart["id"].tolist() == ["C"]


def test_verified_hectares_are_reconciled_too_whatever_the_headline():
    rows = kumuh().assign(luas_verifikasi_ha=[2.0, 1.2, 1.0])
    tables = {"kumuh": rows, "kelurahan": kelurahan()}
    planar, geodesic = (petakumuh.run(**tables, hitung={"dasar": one}) for one in ("utm", "geodesik"))
    told = planar.table("rekonsiliasi")
    assert told["selisih_verifikasi_ha"].round(9).tolist() == [0.0, -0.2, 0.0, 0.0, -0.2, -0.2]
    assert told.equals(geodesic.table("rekonsiliasi"))
