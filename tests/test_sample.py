"""The sample: invented, in two zones, tuned by geometry to the figures reported for NTT in 2019."""

from __future__ import annotations

import hashlib
import importlib
import json
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

import petakumuh

FOLDER = Path(__file__).parents[1] / "data" / "boundaries"
CLASSES = {"TK": "Tidak Kumuh", "KR": "Ringan", "KS": "Sedang", "KB": "Berat"}
UNSURVEYED = "99.73-K07"


@pytest.fixture(scope="module")
def scores():
    return petakumuh.skor(FOLDER / "baseline.csv", FOLDER / "investasi.csv")


def in_year(scores, year):
    return scores.tabel[scores.tabel["tahun"] == year].set_index("unit_id")


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
    for path in sorted([*FOLDER.glob("*.geojson"), *FOLDER.glob("*.csv")]):
        made = hashlib.sha256((copy / path.name).read_bytes()).hexdigest()
        assert made == hashlib.sha256(path.read_bytes()).hexdigest(), path.name


def test_every_slum_scores_the_class_that_the_map_says(scores):
    features = json.loads((FOLDER / "kumuh.geojson").read_text(encoding="utf-8"))["features"]
    said = {one["properties"]["kumuh_id"]: one["properties"]["tingkat"] for one in features}
    scored = in_year(scores, "2014")["tingkat"].to_dict()
    assert scored.pop(UNSURVEYED) == "tanpa_skor"
    assert said.pop(UNSURVEYED)
    assert {key: CLASSES[grade] for key, grade in scored.items()} == said


def test_its_script_and_the_product_score_the_same_hectares(scores, monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    own = importlib.import_module("sample_scores").kumuh_by_year(FOLDER)
    assert {str(year): pytest.approx(hectares, abs=1e-6) for year, hectares in own.items()} == {
        year: row["kumuh_ha"] for year, row in scores.rekap["tahun"].items()
    }


def test_slums_by_score_grow_less_every_year_and_less_than_ground_is_handled(scores, sample):
    by_year = scores.rekap["tahun"]
    assert list(by_year) == ["2014", "2015", "2016", "2017", "2018", "2019"]
    kumuh = [row["kumuh_ha"] for row in by_year.values()]
    assert all(later < earlier - 15 for earlier, later in pairwise(kumuh))
    assert 140 < by_year["2019"]["pengurangan_ha"] < 165 < sample.table("total").iloc[0]["luas_tertangani_ha"]


def test_every_town_comes_forward_and_two_are_done(scores):
    last = in_year(scores, "2019")
    towns = last.groupby(last.index.str[:5])
    assert (towns["pengurangan_ha"].sum() > 0).all()
    assert towns.ngroups == 9
    finished = towns["tingkat"].agg(lambda grades: set(grades) == {"TK"})
    assert list(finished[finished].index) == ["99.02", "99.72"]


def test_its_score_tables_hold_the_mistakes_that_were_put_in_and_no_others(scores):
    found = scores.findings[scores.findings["aturan"] != "skema_dikenali"].groupby("aturan")["id"].agg(list)
    works = scores.investasi.set_index("investasi_id")
    under_way = works.index[works["status"] == "berjalan"]
    assert found.pop("tanpa_skor") == [UNSURVEYED]
    assert sorted(found.pop("investasi_belum_selesai")) == sorted(under_way)
    assert len(under_way) == 5
    assert works.loc[found.pop("investasi_kriteria_lain"), "kriteria"].tolist() == ["4d"]
    assert works.loc[found.pop("investasi_di_luar_baseline"), "rt"].tolist() == ["99.03-K08"]
    assert works.loc[found.pop("volume_melebihi_sisa"), "volume"].tolist() == [4990.0]  # 499 m were left
    assert found.empty


def test_it_is_found_from_the_package():
    assert petakumuh.contoh().is_file()
