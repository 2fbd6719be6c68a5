"""Real towns: figures recomputed by others on the same raw files (../shared/data/README.md), in hectares."""

from __future__ import annotations

import pytest

import petakumuh
from petakumuh.errors import InputError
from tests.conftest import run_pontianak

pytestmark = pytest.mark.towns


def test_pekalongan_counts_identical_rt_once(pekalongan):
    total = pekalongan.table("total").iloc[0]
    assert len(pekalongan.layers.kumuh) == 438
    assert total["luas_sk_ha"] == pytest.approx(512.69, abs=0.005)
    assert total["jumlah_geometri_ha"] == pytest.approx(523.160, abs=0.0005)
    assert total["luas_delineasi_ha"] == pytest.approx(518.594, abs=0.0005)
    assert total["luas_geodesik_ha"] == pytest.approx(518.731, abs=0.0005)
    assert pekalongan.zones == (32749,)


def test_pekalongan_under_and_outside_the_decree_of_2024(pekalongan):
    total = pekalongan.table("total").iloc[0]
    assert total["luas_tertangani_ha"] == pytest.approx(138.788, abs=0.0005)
    assert total["sisa_ha"] == pytest.approx(379.806, abs=0.0005)
    assert total["di_luar_kelurahan_ha"] == pytest.approx(0.0739, abs=0.00005)
    left = pekalongan.bidang[~pekalongan.bidang["tertangani"]]
    assert left["luas_geodesik_ha"].sum() == pytest.approx(379.906, abs=0.0005)


def test_pekalongan_rt_lie_in_one_kelurahan_or_two(pekalongan):
    grounds = pekalongan.grounds
    inside = grounds[(grounds["kelurahan_id"] != "") & (grounds["luas_ha"] > 1e-4)]
    assert inside.groupby("kumuh_id").size().value_counts().to_dict() == {1: 420, 2: 18}


def test_pekalongan_says_what_its_files_hide(pekalongan):
    found = pekalongan.findings
    rules = found["aturan"].value_counts()
    assert rules["luas_atribut_berbeda"] == 62
    assert rules["kembar_kumuh"] == 3
    told = pekalongan.table("rekonsiliasi")
    units = told[told["wilayah"] == "kumuh"]
    assert units["melebihi_toleransi"].sum() == 62
    assert units["luas_sk_ha"].sum() == pytest.approx(512.69, abs=0.005)
    assert units["jumlah_geometri_ha"].sum() == pytest.approx(523.160, abs=0.0005)
    worst = units.loc[units["selisih_sk_ha"].abs().idxmax()]
    assert [worst["luas_sk_ha"], worst["jumlah_geometri_ha"]] == pytest.approx([5.14, 16.67], abs=0.005)
    (unused,) = found.loc[found["aturan"] == "lapisan_tidak_dipakai", "rincian"]
    assert "Admin_Kota Pekalongan" in unused
    assert "Kumu_Setono" in set(pekalongan.layers.kumuh["lapisan"])


def test_pekalongan_refuses_to_guess_among_many_layers(towns):
    with pytest.raises(InputError, match=r"28 lapisan.*Kumuh_Bandengan \(25\)"):
        petakumuh.run(
            kumuh=towns / "pekalongan" / "sk2020.kmz", kelurahan=towns / "pekalongan" / "kelurahan.geojson"
        )


def test_saumlaki_overlaps_of_sectors_count_once(saumlaki):
    total = saumlaki.table("total").iloc[0]
    assert total["luas_delineasi_ha"] == pytest.approx(35.805, abs=0.0005)
    assert total["luas_geodesik_ha"] == pytest.approx(35.767, abs=0.0005)
    assert total["luas_sk_ha"] == pytest.approx(45.51, abs=0.005)
    assert total["di_luar_kelurahan_ha"] == pytest.approx(0.327, abs=0.0005)
    assert total["luas_tertangani_ha"] == pytest.approx(4.3818, abs=0.00005)
    assert total["jumlah_naif_tertangani_ha"] == pytest.approx(10.511, abs=0.0005)
    sectors = saumlaki.table("sektor").set_index("nama")["luas_ha"]
    expected = {"jalan": 2.6895, "drainase": 2.6894, "air limbah": 2.6895, "air minum": 2.1579}
    assert sectors.to_dict() == {name: pytest.approx(value, abs=0.00005) for name, value in expected.items()}
    told = saumlaki.table("keanggotaan").set_index("tabel").loc["sektor"]
    assert told["jumlah_ha"] == pytest.approx(10.226, abs=0.0005)


def test_saumlaki_metres_that_declare_degrees_are_refused_with_the_crs_that_fits(towns):
    folder = towns / "saumlaki"
    with pytest.raises(InputError, match=r"BATASDESA\.geojson.*EPSG:32752") as refused:
        petakumuh.run(kumuh=folder / "KAWASANKUMUH.geojson", kelurahan=folder / "BATASDESA.geojson")
    assert "[kelurahan]" in str(refused.value)


@pytest.mark.parametrize(
    ("boundaries", "outside", "tolerance"),
    [("batasdesa_kota_pontianak.geojson", 1.364, 0.0005), ("kelurahan_kemendagri_61.71.geojson", 0.0, 0.005)],
)
def test_pontianak_across_the_equator_by_two_boundary_sets(towns, boundaries, outside, tolerance):
    run = run_pontianak(towns, boundaries)
    total = run.table("total").iloc[0]
    assert len(run.layers.kumuh) == 52
    assert total["luas_delineasi_ha"] == pytest.approx(70.5215, abs=0.00005)
    assert total["luas_tertangani_ha"] == pytest.approx(0.048, abs=0.0005)
    assert total["di_luar_kelurahan_ha"] == pytest.approx(outside, abs=tolerance)
    assert (run.findings["aturan"] == "penanganan_di_luar_kumuh").sum() == 185


def test_pontianak_keeps_the_attributes_that_a_plain_kmz_reader_loses(pontianak):
    run = pontianak
    assert (run.layers.kumuh["luas_sk_ha"] > 0).all()
    assert "luas_atribut_berbeda" not in set(run.findings["aturan"])
    north = run.layers.kumuh.to_crs(4326).bounds
    assert ((north["miny"] < 0) & (north["maxy"] > 0)).sum() == 1


def test_boundaries_of_ttu_are_no_partition(towns):
    from petakumuh.doctor import periksa

    sheet = periksa(towns / "wilayah" / "wb_53.03.geojson")
    overlaps = sheet.findings[sheet.findings["aturan"] == "tumpang_tindih_kelurahan"]
    assert len(overlaps) == pytest.approx(354, abs=2)
    assert overlaps["luas_ha"].sum() == pytest.approx(43.157, rel=0.001)
