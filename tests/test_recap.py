"""Province and nation: finished runs joined by their recaps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas
import pandas as pd
import pytest
import shapely
from shapely import affinity

import petakumuh
from petakumuh.cli import main
from petakumuh.errors import ConservationError, InputError, RecipeError
from petakumuh.model import AREA_LEVELS
from petakumuh.present.tables import recap
from petakumuh.recap import progress
from tests.conftest import kelurahan, kumuh, works

if TYPE_CHECKING:
    from pathlib import Path


def town(code: str, name: str, *, east: float = 0.0, **recipe: object) -> petakumuh.Run:
    """The small world as another kabupaten/kota: 4 ha, 1.5 of them handled."""

    def there(rows):
        return rows.set_geometry(rows.geometry.apply(lambda shape: affinity.translate(shape, east, 0)))

    areas = kelurahan().assign(kabupaten_kota=name)
    areas["kode"] = areas["kode"].str.replace("99.01", code)
    tables = {
        "kumuh": {"file": there(kumuh()), "sk": f"SK {name}"},
        "kelurahan": {"file": there(areas), "sumber": "BIG", "edisi": "2023"},
        "penanganan": there(works()),
    }
    return petakumuh.run(**(tables | recipe))


def written(run: petakumuh.Run, path: Path, **changed: object) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(recap(run) | changed), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def runs():
    return town("99.01", "Kota Satu"), town("99.02", "Kota Dua", east=20_000)


@pytest.fixture
def files(runs, tmp_path):
    return [written(run, tmp_path / str(at) / "rekap.json") for at, run in enumerate(runs)]


def test_two_towns_add_up(files):
    done = petakumuh.rekap(files)
    total = done.table("total").iloc[0]
    assert [round(total[name], 6) for name in ("luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha")] == [8, 3, 5]
    assert total["persen_tertangani"] == pytest.approx(37.5)
    assert done.table("tahun")["baru_ha"].round(6).tolist() == [2.0, 1.0]
    assert done.table("sektor").set_index("nama")["luas_ha"].round(6).to_dict() == {"drainase": 2.0, "jalan": 2.0}
    (province,) = done.table("provinsi").query("kode != ''").to_dict("records")
    assert province["luas_delineasi_ha"] == pytest.approx(7.0)
    assert len(done.table("kumuh")) == 6
    assert done.findings.empty


def test_the_list_is_that_of_planners(files):
    rows = petakumuh.rekap(files).table("daftar")
    assert rows["no"].dropna().tolist() == [1, 2]
    assert rows["nama"].tolist() == ["Kota Satu", "Kota Dua", "(di luar kelurahan)"]
    assert rows["nomor_sk"].tolist() == ["SK Kota Satu", "SK Kota Dua", ""]
    assert rows["sd_tahun"].tolist()[:2] == [2021, 2021]
    assert rows["luas_delineasi_ha"].round(6).tolist() == [3.5, 3.5, 1.0]
    assert rows["persen_tertangani"].round(6).tolist() == [pytest.approx(150 / 3.5), pytest.approx(150 / 3.5), 0.0]


def test_joined_recaps_join_again_to_the_nation(files, runs, tmp_path):
    petakumuh.rekap(files).tulis(tmp_path / "provinsi")
    third = written(town("99.03", "Kota Tiga", east=40_000), tmp_path / "tiga" / "rekap.json")
    nation = petakumuh.rekap([tmp_path / "provinsi" / "rekap.json", third])
    assert nation.table("total")["luas_tertangani_ha"].iloc[0] == pytest.approx(4.5)
    assert nation.table("daftar")["nomor_sk"].tolist()[:3] == ["SK Kota Satu", "SK Kota Dua", "SK Kota Tiga"]
    assert len(nation.parts) == 3
    with pytest.raises(InputError, match="Kota Dua"):
        petakumuh.rekap([tmp_path / "provinsi" / "rekap.json", files[1]])


def test_one_run_comes_back_as_it_is(files, runs):
    done = petakumuh.rekap(files[:1])
    for name in ("total", *AREA_LEVELS, "tahun", "sektor", "keanggotaan", "simulasi"):
        pd.testing.assert_frame_equal(done.table(name), runs[0].table(name), check_dtype=False, rtol=1e-12)


def test_a_kabupaten_twice_is_refused_by_code_and_by_name(files, runs, tmp_path):
    with pytest.raises(InputError, match="dua rekap"):
        petakumuh.rekap([files[0], files[0]])
    other = town("99.09", "KOTA  SATU", east=60_000)
    with pytest.raises(InputError, match="KOTA SATU"):
        petakumuh.rekap([files[0], written(other, tmp_path / "nama" / "rekap.json")])


@pytest.mark.parametrize(
    ("hitung", "key"),
    [
        ({"dasar": "geodesik"}, "hitung.dasar"),
        ({"status_tertangani": ["selesai", "rencana"]}, "status_tertangani"),
    ],
)
def test_hectares_that_mean_another_thing_are_refused(files, tmp_path, hitung, key):
    other = town("99.03", "Kota Tiga", hitung=hitung)
    with pytest.raises(InputError, match=key):
        petakumuh.rekap([files[0], written(other, tmp_path / "lain" / "rekap.json")])


def test_other_boundaries_years_and_base_years_are_findings(files, tmp_path):
    other = town(
        "99.03",
        "Kota Tiga",
        kelurahan={"file": kelurahan().assign(kabupaten_kota="Kota Tiga"), "sumber": "BPS"},
        kumuh={"file": kumuh(), "tahun_dasar": 2021},
    )
    done = recap(other)
    done["kabupaten_kota"][0]["kode"] = "99.03"
    path = tmp_path / "lain" / "rekap.json"
    path.parent.mkdir()
    done["tahun"][-1]["tahun"] = "2023"
    path.write_text(json.dumps(done))
    found = petakumuh.rekap([files[0], path]).findings
    assert set(found["aturan"]) == {"rekap_batas_berbeda", "rekap_tahun_dasar_berbeda", "rekap_tahun_berbeda"}
    assert any("BIG 2023" in one and "BPS" in one for one in petakumuh.findings.with_messages(found)["pesan"])


def test_a_recap_that_was_tampered_with_does_not_close(runs, tmp_path):
    told = recap(runs[0])
    told["total"]["luas_tertangani_ha"] += 1
    path = tmp_path / "rekap.json"
    path.write_text(json.dumps(told))
    with pytest.raises(ConservationError):
        petakumuh.rekap([path])


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"total": {}}'])
def test_what_is_no_recap_is_refused_by_name(tmp_path, text):
    path = tmp_path / "resep.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"resep\.json"):
        petakumuh.rekap([path])
    with pytest.raises(InputError, match="tidak-ada"):
        petakumuh.rekap([tmp_path / "tidak-ada.json"])
    with pytest.raises(RecipeError):
        petakumuh.rekap([])


def years(**handled: float):
    return pd.DataFrame({"tahun": [one.strip("y") for one in handled], "baru_ha": list(handled.values())})


def test_the_pace_is_linear_and_says_the_year_of_zero():
    told = progress(years(y2020=3.0, y2022=3.0), 10.0, 4.0, target=2024)
    assert (told["laju_ha_per_tahun"], told["tahun_nol"]) == (2.0, 2024)
    lines = [(row["tahun"], row["sisa_ha"], row["garis_ha"]) for row in told["baris"]]
    assert lines == [(2019, 10.0, 10.0), (2020, 7.0, 8.0), (2021, 7.0, 6.0), (2022, 4.0, 4.0)]


def test_without_years_or_pace_there_is_no_year_of_zero():
    undated = pd.DataFrame({"tahun": ["(tanpa tahun)"], "baru_ha": [1.0]})
    assert progress(None, 10.0, 10.0)["tahun_nol"] is None
    assert progress(undated, 10.0, 9.0)["tahun_nol"] is None
    assert progress(years(y2020=0.0), 10.0, 10.0)["tahun_nol"] is None
    assert progress(years(y2020=10.0), 10.0, 0.0)["tahun_nol"] == 2020
    with pytest.raises(RecipeError, match="2019"):
        progress(years(y2020=1.0), 10.0, 9.0, target=2019)


@pytest.mark.parametrize("command", ["rekap", "recap"])
def test_the_command_writes_the_same_form(files, tmp_path, capsys, command):
    call = [command, *map(str, files), "--keluar", str(tmp_path / "hasil"), "--target", "2030"]
    assert main(call) == 0
    out = capsys.readouterr().out
    assert "TOTAL" in out
    assert "37,50" in out
    # 3 ha in two years are 1.5 a year; the 5 ha left take three years and a third: 2021 + 4.
    assert "0 ha tercapai tahun 2025" in out
    names = {path.name for path in (tmp_path / "hasil").iterdir()}
    assert names == {"rekap.json", "rekap.csv", "daftar.csv", "temuan.csv"}
    alone, both = (json.loads(path.read_text()) for path in (files[0], tmp_path / "hasil" / "rekap.json"))
    assert set(alone) <= set(both)
    head, *rows, total = (tmp_path / "hasil" / "daftar.csv").read_text(encoding="utf-8-sig").splitlines()
    assert head.startswith("no;kode;provinsi;nama;nomor_sk;sd_tahun;luas_delineasi_ha")
    assert rows[0].startswith("1;99.01;Uji;Kota Satu;SK Kota Satu;2021;3,5000;1,5000;")
    assert ";TOTAL;;;8,0000;3,0000;37,5000;5,0000;62,5000;1,5000;2025;" in total
    assert main(call) == 2


def test_an_input_is_never_written_over(files):
    assert main(["rekap", *map(str, files), "--keluar", str(files[0].parent), "--timpa"]) == 2
    assert json.loads(files[0].read_text())["total"]["luas_delineasi_ha"] == pytest.approx(4.0)


def test_nine_kabupaten_one_by_one_are_the_province(sample, tmp_path):
    order = petakumuh.recipe.load(petakumuh.contoh())
    areas, slums = (geopandas.read_file(one.place) for one in (order.kelurahan, order.kumuh))
    paths = []
    for code in sorted(set(areas["kode"].str[:5])):
        mine = slums[slums["kumuh_id"].str.startswith(code)]
        near = shapely.box(*mine.total_bounds).buffer(0.01)
        tables = petakumuh.recipe.as_tables(order)
        tables["kumuh"]["file"] = mine
        tables["kelurahan"]["file"] = areas[areas["kode"].str.startswith(code)]
        for work, source in zip(tables["penanganan"], order.penanganan, strict=True):
            rows = geopandas.read_file(source.place)
            work["file"] = tmp_path / f"{code}-{source.name}"
            rows[rows.intersects(near)].to_file(work["file"])
        paths.append(written(petakumuh.run(petakumuh.recipe.from_tables(tables)), tmp_path / code / "rekap.json"))
    assert len(paths) == 9
    done = petakumuh.rekap(paths)
    total, whole = done.table("total").iloc[0], sample.table("total").iloc[0]
    for name in ("luas_delineasi_ha", "luas_geodesik_ha", "luas_sk_ha", "luas_tertangani_ha", "sisa_ha"):
        assert total[name] == pytest.approx(whole[name], abs=1e-6), name
    told = [round(total[name], 2) for name in ("luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha")]
    assert told == [202.43, 189.29, 13.14]
    assert (done.table("tahun")["baru_ha"] - sample.table("tahun")["baru_ha"]).abs().max() < 1e-6
