"""The recap of the small world, whose figures are known by head."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from pandas.testing import assert_frame_equal

import petakumuh
from petakumuh import account
from petakumuh.errors import ConservationError
from petakumuh.measure import tm3_epsg, zone_name
from petakumuh.present.basis import basis
from tests.conftest import CRS, ORIGIN, frame, kelurahan, kumuh, square, works


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
    assert total["tersertifikasi"] == small.sertifikasi["tersertifikasi"]


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


KINDS = {"sektor": "jalan", "tahun": "2020", "status": "selesai", "opd": "PU", "sumber_dana": "APBD"}
BARAT, TIMUR, OUTSIDE = "99.01.01.1001", "99.01.01.1002", ""


def books(*pieces, groups=(), own=(), work_ha=()):
    """The frames of a cut: pieces as (kelurahan, slum, hectares, the groups over it), groups as what differs."""
    rows = pd.DataFrame([one[:3] for one in pieces], columns=["kelurahan_id", "kumuh_id", "luas_ha"])
    rows = rows.astype({"kelurahan_id": str, "kumuh_id": str, "luas_ha": float}).assign(zona=CRS)
    rows["luas_geodesik_ha"] = rows["luas_ha"]
    under = [(at, group) for at, one in enumerate(pieces) for group in one[3]]
    kinds = [{"dihitung": (KINDS | one)["status"] == "selesai", **KINDS, **one} for one in groups]
    table = pd.DataFrame(kinds, columns=[*KINDS, "dihitung"]).astype(
        dict.fromkeys(KINDS, str) | {"dihitung": bool}
    )
    works = table.assign(penanganan_id=[f"P{at}" for at in range(len(table))], nama="", biaya=math.nan)
    grounds = rows if not own else rows[:0]
    more = pd.DataFrame(own, columns=["kelurahan_id", "kumuh_id", "luas_ha"]).astype({"luas_ha": float})
    grounds = pd.concat([grounds, more.assign(luas_geodesik_ha=more["luas_ha"])], ignore_index=True)
    touches = rows.iloc[[0] * len(work_ha)].assign(
        penanganan_id=works["penanganan_id"].to_numpy()[: len(work_ha)], luas_ha=np.array(work_ha, dtype=float)
    )
    return {
        "pieces": rows.assign(piece_id=np.arange(len(rows))),
        "groups": table.assign(sebelum_dasar=False, group_id=np.arange(len(table))),
        "links": pd.DataFrame(under, columns=["piece_id", "group_id"]).astype("int64"),
        "touches": touches,
        "grounds": grounds,
        "kumuh": slums_of(grounds),
        "kelurahan": kelurahan()
        .rename(columns={"kode": "kelurahan_id"})
        .assign(provinsi_id="99", kabupaten_kota_id="99.01", kecamatan_id="99.01.01"),
        "penanganan": works,
    }


def slums_of(grounds):
    names = sorted(set(grounds["kumuh_id"]))
    written = {"luas_sk_ha": math.nan, "luas_verifikasi_ha": math.nan}
    return pd.DataFrame({"kumuh_id": names, "nama": names, "disebut_id": ""}).assign(**written)


def key_of(cut):
    return account.display_key(cut["pieces"], cut["groups"], cut["links"])


def test_a_piece_is_new_in_its_earliest_year_and_no_year_comes_after_all():
    years = [{"tahun": "(tanpa tahun)"}, {"tahun": "2019"}, {"tahun": "2020"}, {"tahun": "2018"}]
    places: list[tuple[int, list[int]]] = [(1, [0]), (2, [0, 2]), (4, [1, 2]), (8, []), (16, [1, 2])]
    cut = books(*((BARAT, "A", ha, under) for ha, under in places), groups=years)
    rows = account.tables(**cut)["tahun"]
    assert rows["tahun"].tolist() == ["2019", "2020", "(tanpa tahun)"]
    assert rows["baru_ha"].tolist() == [20, 2, 1]
    assert rows["kumulatif_ha"].tolist() == [20, 22, 23]
    assert rows["sisa_ha"].tolist() == [11, 9, 8]
    assert rows["persen_kumulatif"].iloc[-1] == near(23 / 31 * 100)
    assert key_of(cut)["tahun_pertama"].tolist() == ["(tanpa tahun)", "2020", "2019", "", "2019"]
    assert key_of(cut)["tertangani"].tolist() == [True, True, True, False, True]


def test_what_the_file_does_not_say_is_the_last_office():
    offices = [{"opd": "(kosong)"}, {"opd": "~ lain"}, {"opd": "Dinas"}, {"opd": "Tanpa lahan"}]
    found = account.tables(**books((BARAT, "A", 1, [0, 1]), (BARAT, "A", 2, [0, 2]), groups=offices))
    assert found["opd"].to_dict("list") == {
        "nama": ["Dinas", "~ lain", "(kosong)"],
        "luas_ha": [2, 1, 3],
        "hanya_ini_ha": [0, 0, 0],
    }
    assert found["keanggotaan"].set_index("tabel").T["opd"].tolist() == [6, 3, 3]


def test_statuses_stand_in_the_order_of_work():
    statuses = [{"status": one} for one in ("(kosong)", "rencana", "berjalan", "selesai")]
    pieces = [(BARAT, "A", 1, [0]), (BARAT, "A", 2, [1, 2]), (BARAT, "A", 4, [2]), (BARAT, "A", 8, [0, 3])]
    found = account.tables(**books(*pieces, groups=statuses))
    assert found["status"]["nama"].tolist() == ["selesai", "berjalan", "rencana", "(kosong)"]
    assert found["status"]["luas_ha"].tolist() == [8, 6, 2, 9]
    assert found["status"]["hanya_ini_ha"].tolist() == [0, 4, 0, 1]
    assert found["simulasi"]["luas_tertangani_ha"].tolist() == [8, 14, 14]
    assert found["simulasi"]["tambahan_ha"].tolist() == [0, 6, 0]
    assert found["total"]["luas_tertangani_ha"].tolist() == [8]


def test_many_groups_of_one_sector_handle_a_piece_once():
    groups = [
        {"tahun": "2019"},
        {"tahun": "2020"},
        {"sektor": "drainase"},
        {"sektor": "sampah", "status": "rencana"},
    ]
    cut = books((BARAT, "A", 1, [0, 1]), (TIMUR, "B", 2, [0, 1, 2, 3]), (TIMUR, "B", 4, [3]), groups=groups)
    found = account.tables(**cut)
    assert found["sektor"].to_dict("list") == {
        "nama": ["drainase", "jalan"], "luas_ha": [2, 3], "hanya_ini_ha": [0, 1],
    }  # fmt: skip
    assert found["jumlah_sektor"][["jumlah_sektor", "luas_ha"]].to_numpy().tolist() == [[0, 4], [1, 1], [2, 2]]
    assert key_of(cut)["jumlah_sektor"].tolist() == [1, 2, 0]
    assert found["kelurahan"]["luas_tertangani_ha"].tolist() == [1, 2]


def test_a_slum_without_any_piece_left_keeps_its_row_among_the_others():
    own = [(BARAT, "A", 3), (BARAT, "B", 2), (TIMUR, "C", 1)]
    found = account.tables(**books((BARAT, "A", 3, []), (TIMUR, "C", 1, []), own=own))
    rows = found["kumuh"].set_index("kumuh_id")
    assert rows["luas_delineasi_ha"].to_dict() == {"A": 3, "B": 0, "C": 1}
    assert rows["jumlah_geometri_ha"].to_dict() == {"A": 3, "B": 2, "C": 1}
    assert rows[["sisa_ha", "luas_tertangani_ha"]].to_numpy().tolist() == [[3, 0], [0, 0], [1, 0]]
    assert rows["persen_sisa"].isna().tolist() == [False, True, False]
    assert rows["kelurahan"].tolist() == ["Barat", "Barat", "Timur"]
    assert found["total"]["jumlah_geometri_ha"].tolist() == [6]


def test_without_works_every_table_has_its_columns_and_nothing_is_handled():
    found = account.tables(**books((BARAT, "A", 4, [])))
    for name in ("tahun", "sektor", "opd", "sumber_dana", "status", "penanganan"):
        assert found[name].empty
    assert found["tahun"]["tahun"].dtype == found["sektor"]["nama"].dtype == pd.Series(dtype=str).dtype
    assert found["tahun"]["baru_ha"].dtype == found["status"]["luas_ha"].dtype == float
    assert found["keanggotaan"]["gabungan_ha"].tolist() == [0, 0, 0, 0]
    assert found["simulasi"]["persen_tertangani"].tolist() == [0, 0, 0]
    assert found["jumlah_sektor"].to_dict("list") == {"jumlah_sektor": [0], "luas_ha": [4], "persen": [100]}


def test_ground_outside_all_kelurahan_stands_last_at_every_level():
    pieces = [(OUTSIDE, "A", 1, [0]), (TIMUR, "A", 2, []), (OUTSIDE, "B", 4, [])]
    found = account.tables(**books(*pieces, groups=[{}], work_ha=[1]))
    for level in ("provinsi", "kabupaten_kota", "kecamatan", "kelurahan"):
        rows = found[level]
        assert rows["nama"].iloc[-1] == "(di luar kelurahan)"
        assert rows["luas_delineasi_ha"].tolist() == [2, 5]
        assert rows["di_luar_kelurahan_ha"].tolist() == [0, 5]
        assert rows["jumlah_naif_tertangani_ha"].tolist() == [0, 1]
    slums = found["kumuh"].set_index("kumuh_id")
    assert slums["kelurahan"].to_dict() == {"A": "Timur", "B": ""}  # filed where most of their ground lies
    assert slums["di_luar_kelurahan_ha"].to_dict() == {"A": 1, "B": 4}
    assert found["penanganan"]["luas_di_kumuh_ha"].tolist() == [1]


def drawn_books(count):
    """A thousand pieces of whole hectares, whose sums are exact, under groups drawn at random, two an office."""
    dice = np.random.default_rng(1)
    groups = [{"opd": f"{at // 2:04d}", "sektor": f"{at % 5}", "tahun": f"{2030 - at % 9}"} for at in range(count)]
    towns, slums = dice.choice([BARAT, TIMUR, OUTSIDE], 1000), dice.choice(list("ABC"), 1000)
    hectares, drawn = dice.integers(1, 9, 1000).tolist(), dice.integers(0, count - 1, (1000, 2)).tolist()
    under = [sorted({one, one + 1, other}) for one, other in drawn]
    return books(*zip(towns, slums, hectares, under, strict=True), groups=groups)


@pytest.mark.parametrize("count", [5, 900])
def test_an_office_has_the_hectares_of_the_pieces_counted_one_by_one(count):
    cut = drawn_books(count)
    hectares: dict[str, float] = {}
    alone: dict[str, float] = {}
    for piece, rows in cut["links"].groupby("piece_id"):
        ha = cut["pieces"]["luas_ha"][piece]
        names = set(cut["groups"]["opd"][rows["group_id"]])
        for name in names:
            hectares[name] = hectares.get(name, 0) + ha
            alone[name] = alone.get(name, 0) + (ha if len(names) == 1 else 0)
    found = account.tables(**cut)["opd"].set_index("nama")
    assert found["luas_ha"].to_dict() == hectares
    assert found["hanya_ini_ha"].to_dict() == alone


@pytest.mark.parametrize("count", [5, 900])
def test_neither_the_size_of_a_leaf_nor_the_order_of_links_changes_an_account(monkeypatch, count):
    cut = drawn_books(count)
    shuffled = cut | {"links": cut["links"].sample(frac=1, random_state=1)}
    known, key = account.tables(**cut), key_of(cut)
    monkeypatch.setattr("petakumuh.account.links._LEAF", 7)
    for other in (cut, shuffled):
        assert_frame_equal(key_of(other), key)
        for name, table in account.tables(**other).items():
            assert_frame_equal(table, known[name], obj=name)


def test_ground_held_twice_is_said_of_every_row():
    cut = books((BARAT, "A", 1, []), (OUTSIDE, "B", 1, []))
    for certified in (True, False):
        found = account.tables(**cut, certified=certified)
        for level in ("total", "provinsi", "kabupaten_kota", "kecamatan", "kelurahan", "kumuh"):
            assert found[level]["tersertifikasi"].tolist() == [certified] * len(found[level])
            assert found[level].columns[-1] == "tersertifikasi"
