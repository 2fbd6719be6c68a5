"""The command line: each command, its alias, its exit status, in both languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import geopandas
import pandas as pd
import pytest

import petakumuh
from petakumuh.catalog.regulation import rule_set
from petakumuh.cli import main
from petakumuh.errors import ConservationError
from tests.conftest import kelurahan, kumuh, works

pytestmark = pytest.mark.usefixtures("few_outputs")


@pytest.fixture
def files(tmp_path, monkeypatch):
    for name, rows in (("kumuh", kumuh()), ("kelurahan", kelurahan()), ("jalan", works())):
        rows.to_file(tmp_path / f"{name}.gpkg")
    monkeypatch.chdir(tmp_path)
    return [
        "--kumuh",
        "kumuh.gpkg",
        "--kelurahan",
        "kelurahan.gpkg",
        "--penanganan",
        "jalan.gpkg",
        "--keluar",
        "hasil",
    ]


@pytest.mark.parametrize("command", ["jalankan", "run"])
def test_a_run_prints_the_recap_and_says_where_the_map_is(files, capsys, command):
    assert main([command, *files]) == 0
    out, err = capsys.readouterr()
    assert "TOTAL" in out
    assert "37,50" in out
    assert "0,50 ha akan terhitung ganda" in out
    assert "hasil/peta.html" in out.replace("\\", "/")
    assert err == ""


def test_a_recipe_runs_and_its_results_open_again(files, tmp_path):
    text = '[kumuh]\nfile="kumuh.gpkg"\n[kelurahan]\nfile="kelurahan.gpkg"\n[[penanganan]]\nfile="jalan.gpkg"\n'
    (tmp_path / "petakumuh.toml").write_text(text)
    assert main(["jalankan", "petakumuh.toml", "--out", "hasil"]) == 0
    assert petakumuh.buka(tmp_path / "hasil").table("total")["luas_tertangani_ha"].iloc[0] == pytest.approx(1.5)


def test_json_is_for_programs(files, capsys):
    assert main(["jalankan", *files, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["persen_tertangani"] == pytest.approx(37.5)


def test_a_grave_finding_gives_status_one(files, tmp_path, capsys):
    works(status=["selesai", "?", "rencana"]).to_file(tmp_path / "jalan.gpkg")
    assert main(["jalankan", *files]) == 1
    assert "1 galat" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (["jalan"], "jalankan"),
        (["jalankan", "--keluar", "x"], "--kumuh"),
        (["jalankan", "a.toml", "--kumuh", "b", "--keluar", "x"], "tidak keduanya"),
        (["jalankan", "tidak-ada.toml", "--keluar", "x"], "tidak-ada.toml"),
        (["jalankan"], "--keluar"),
        (["mulai", "--apa"], "--apa"),
        (["periksa", "tidak-ada.gpkg"], "tidak-ada.gpkg"),
        (
            ["jalankan", "--kumuh", "a.gpkg", "--kelurahan", "b.gpkg", "--keluar", "x", "--lebar-m", "lebar"],
            "--lebar-m",
        ),
    ],
)
def test_a_wrong_call_gives_status_two_and_says_what_is_right(files, capsys, call, told):
    assert main(call) == 2
    out, err = capsys.readouterr()
    assert told in err
    assert out == ""
    assert "Traceback" not in err


def test_a_refused_input_is_told_to_programs_too(files, tmp_path, capsys):
    kumuh().set_crs(32750, allow_override=True).to_file(tmp_path / "kumuh.gpkg")
    assert main(["jalankan", *files, "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["galat"], told["status"]) == ("kumuh_tak_bertemu", 2)


def test_sums_that_do_not_close_give_status_three_and_no_file(files, tmp_path, monkeypatch, capsys):
    from petakumuh.overlay import certify

    monkeypatch.setattr(certify, "closes", lambda *_: False)
    assert main(["jalankan", *files]) == ConservationError.exit_status == 3
    assert "tidak dapat disertifikasi" in capsys.readouterr().err
    assert not (tmp_path / "hasil").exists()


def test_existing_results_are_refused_before_anything_is_computed(files, tmp_path, monkeypatch, capsys):
    assert main(["jalankan", *files]) == 0
    monkeypatch.setattr("petakumuh.pipeline.run", lambda *_, **__: pytest.fail("computed"))
    assert main(["jalankan", *files]) == 2
    assert "--timpa" in capsys.readouterr().err


def test_results_are_replaced_when_asked(files):
    assert main(["jalankan", *files]) == 0
    assert main(["jalankan", *files, "--timpa"]) == 0


def test_english_is_said_on_request(files, capsys):
    assert main(["jalankan", *files, "--bahasa", "en"]) == 0
    assert "Handled (ha)" in capsys.readouterr().out
    assert main(["run", "--bahasa=en", "--keluar", "y"]) == 2
    assert "Name a recipe" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["mulai", "init"])
def test_a_new_recipe_is_written_once(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    assert main([command]) == 0
    assert (tmp_path / "petakumuh.toml").read_text(encoding="utf-8").startswith("# Resep petakumuh")
    assert main([command]) == 2
    assert main([command, "--timpa"]) == 0
    assert "sudah ada" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["periksa", "check"])
def test_a_file_is_looked_at_without_a_run(files, capsys, command):
    assert main([command, "kumuh.gpkg", "jalan.gpkg"]) == 0
    out = capsys.readouterr().out
    assert "kumuh.gpkg: 1 lapisan, 3 objek" in out
    assert "EPSG:32749" in out
    assert "4,0000 ha (UTM Zona 49S)" in out


def test_a_file_with_faults_gives_them_and_status_one(files, tmp_path, capsys):
    rows = kumuh()
    rows.loc[0, "geometry"] = None
    rows.to_file(tmp_path / "kumuh.gpkg")
    assert main(["periksa", "kumuh.gpkg", "--json"]) == 1
    (told,) = json.loads(capsys.readouterr().out)
    assert [one["aturan"] for one in told["temuan"]] == ["baris_dikecualikan", "luas_atribut_berbeda"]
    kumuh().to_file(tmp_path / "bare.shp")
    (tmp_path / "bare.prj").unlink()
    assert main(["periksa", "bare.shp"]) == 2
    assert "tidak menyebut CRS" in capsys.readouterr().out


def test_a_recipe_is_looked_at_whole(files, tmp_path, capsys):
    text = '[kumuh]\nfile="kumuh.gpkg"\n[kelurahan]\nfile="kelurahan.gpkg"\n[[penanganan]]\nfile="jalan.gpkg"\n'
    (tmp_path / "petakumuh.toml").write_text(text)
    assert main(["periksa", "petakumuh.toml"]) == 0
    assert "di luar semua kelurahan" in capsys.readouterr().out


def test_layers_are_named_as_in_qgis(files, tmp_path, capsys):
    kumuh().to_file(tmp_path / "dua.gpkg", layer="kumuh_2020")
    kelurahan().to_file(tmp_path / "dua.gpkg", layer="batas")
    call = [
        "jalankan",
        "--kumuh",
        "dua.gpkg|layername=kumuh*",
        "--kelurahan",
        "dua.gpkg|layername=batas",
        "--keluar",
        "h",
    ]
    assert main(call) == 0
    assert (
        main(["jalankan", "--kumuh", "dua.gpkg", "--kelurahan", "dua.gpkg|layername=batas", "--keluar", "i"]) == 2
    )
    assert "kumuh_2020 (3), batas (2)" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["contoh", "demo"])
def test_the_sample_runs_from_anywhere(tmp_path, monkeypatch, capsys, command, sample):
    monkeypatch.setattr("petakumuh.pipeline.run", lambda recipe: sample if recipe == petakumuh.contoh() else None)
    monkeypatch.chdir(tmp_path)
    assert main([command, "hasil"]) == 0
    assert "202,43" in capsys.readouterr().out
    assert len(geopandas.read_file(tmp_path / "hasil" / "satu_peta.geojson")) == len(sample.bidang)


def test_python_m_petakumuh_works():
    done = subprocess.run(
        [sys.executable, "-m", "petakumuh", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("petakumuh 0.")


def test_output_in_a_pipe_is_utf8_whatever_the_code_page(files, tmp_path):
    call = [sys.executable, "-m", "petakumuh", "jalankan", *files]
    done = subprocess.run(
        call, capture_output=True, check=True, cwd=tmp_path, env=os.environ | {"PYTHONIOENCODING": "cp1252"}
    )
    assert "───" in done.stdout.decode("utf-8")


BASELINE = {
    "id": ["1", "2"],
    "kelurahan": ["Barat", "Barat"],
    "rtrw": ["RT001-RW001", "RT002-RW001"],
    "luasVerifikasi": [1.5, 2.0],
    "jumlahBangunan": [10, 10],
    "jumlahPenduduk": [40, 40],
    "jumlahKK": [10, 10],
    "panjangJalanIdeal": [100, 100],
    "panjangDrainaseIdeal": [100, 100],
} | {code: [10, 0] if code in {"1a", "6a", "6b", "7a"} else [0, 0] for code in rule_set().codes}


@pytest.fixture
def volumes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pd.DataFrame(BASELINE).to_csv("baseline.csv", index=False)
    works = {"id_rt": ["1", "9"], "tahun": [2020, 2020], "kriteria": ["6a", "6a"], "volume": [10, 5]}
    pd.DataFrame(works).to_csv("investasi.csv", index=False)
    return ["--baseline", "baseline.csv", "--investasi", "investasi.csv", "--keluar", "hasil"]


@pytest.mark.parametrize("command", ["skor", "score"])
def test_scores_are_printed_and_written_with_their_findings(volumes, tmp_path, capsys, command):
    assert main([command, *volumes, "--aturan", "pupr-14-2018"]) == 0
    out = capsys.readouterr().out
    assert "1,50" in out
    assert "RT-nya tidak ada di baseline: 1" in out
    lines = (tmp_path / "hasil/skor.csv").read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("unit_id;kecamatan;kelurahan;rtrw;tahun;nilai_1a;")
    assert lines[0].endswith(";total;tingkat;rata_sektoral;kontribusi;luas_verifikasi_ha;pengurangan_ha")
    assert lines[1].endswith(";20;KR;0,261905;0,000000;1,5000;0,0000")  # (1/3 + 1 + 1/2) / 7
    assert lines[2].endswith(";15;TK;0,190476;0,272727;1,5000;1,5000")
    sums = json.loads((tmp_path / "hasil/skor_rekap.json").read_text(encoding="utf-8"))
    assert sums["tahun"]["2020"]["pengurangan_ha"] == 1.5
    assert sums["tahun"]["2019"]["KR_jiwa"] == 40
    assert 'RT ""9""' in (tmp_path / "hasil/skor_temuan.csv").read_text(encoding="utf-8-sig")


def test_scores_are_json_for_programs_and_never_written_over_others(volumes, capsys):
    assert main(["skor", *volumes, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tahun"]["2019"]["kumuh_ha"] == 1.5
    assert main(["skor", *volumes]) == 2
    assert main(["skor", *volumes, "--timpa", "--pengurangan", "layanan"]) == 2
    assert "tuntas, kontribusi" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "word"), [("aturan", "Penyebut"), ("rules", "Denominator")])
def test_a_rule_set_is_shown_as_tables(capsys, command, word):
    assert main([command, "pupr-02-2016", "--bahasa", "id" if command == "aturan" else "en"]) == 0
    out = capsys.readouterr().out
    assert word in out
    assert "[?]" in out
    assert "Tidak terhubung dengan sistem drainase perkotaan" in out
    assert main([command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "pupr-14-2018"
    assert main([command, "pupr-0"]) == 2
