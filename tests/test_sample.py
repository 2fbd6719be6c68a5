"""The sample: invented, in two zones, tuned by geometry to the figures reported for NTT in 2019."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import petakumuh

FOLDER = Path(__file__).parents[1] / "data" / "boundaries"


def test_the_recap_is_the_provincial_figure_of_2019(sample):
    total = sample.table("total").iloc[0]
    assert total["luas_delineasi_ha"] == pytest.approx(202.43, abs=0.005)
    assert total["luas_tertangani_ha"] == pytest.approx(189.29, abs=0.005)
    assert total["sisa_ha"] == pytest.approx(13.14, abs=0.005)
    assert total["persen_tertangani"] == pytest.approx(93.51, abs=0.005)
    assert total["persen_sisa"] == pytest.approx(6.49, abs=0.005)


def test_it_is_a_province_of_nine_in_two_zones(sample):
    assert sample.zones == (32750, 32751)
    assert (sample.table("kabupaten_kota")["kode"] != "").sum() == 9
    assert (sample.table("kelurahan")["kode"] != "").sum() == 32
    assert set(sample.table("kelurahan")["kode"].str[:3]) == {"99.", ""}


def test_it_has_the_dirt_of_real_life(sample):
    rules = set(sample.findings["aturan"])
    assert {
        "tumpang_tindih_kumuh",
        "di_luar_kelurahan",
        "luas_atribut_berbeda",
        "tumpang_tindih_penanganan",
    } <= rules
    spans = sample.grounds[sample.grounds["kelurahan_id"] != ""].groupby("kumuh_id").size()
    assert (spans > 1).sum() >= 4
    total = sample.table("total").iloc[0]
    assert total["jumlah_geometri_ha"] > total["luas_delineasi_ha"] + 0.3
    assert total["jumlah_naif_tertangani_ha"] > total["luas_tertangani_ha"] * 1.5


def test_it_has_four_sectors_five_years_and_three_kinds_of_geometry(sample):
    works = sample.layers.penanganan
    assert works["sektor"].nunique() == 4
    assert sorted(works["tahun"].unique()) == ["2015", "2016", "2017", "2018", "2019"]
    assert set(works["bentuk"]) == {"poligon", "garis", "titik"}
    assert set(works["status"]) == {"selesai", "berjalan", "rencana"}


def test_it_says_that_it_is_invented():
    assert "Nothing here exists" in (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "rekaan" in (FOLDER / "petakumuh.toml").read_text(encoding="utf-8")


def test_its_script_makes_the_same_bytes_again(tmp_path):
    copy = tmp_path / "boundaries"
    copy.mkdir()
    for script in FOLDER.glob("*.py"):
        shutil.copy(script, copy)
    subprocess.run([sys.executable, str(copy / "make_sample.py")], check=True, capture_output=True, cwd=copy)
    for path in sorted(FOLDER.glob("*.geojson")):
        made = hashlib.sha256((copy / path.name).read_bytes()).hexdigest()
        assert made == hashlib.sha256(path.read_bytes()).hexdigest(), path.name


def test_it_is_found_from_the_package():
    assert petakumuh.contoh().is_file()
