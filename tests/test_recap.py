"""Province and nation: finished runs joined by their recaps."""

from __future__ import annotations

import csv
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
from petakumuh.recap import progress, score_progress
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
    again = written(town("99.01", "Kota Lain"), tmp_path / "kode" / "rekap.json")
    with pytest.raises(InputError, match="dua rekap"):
        petakumuh.rekap([files[0], again])
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


def edited(path, at, value, *, scores=None):
    """Write a recap anew with another value at a place such as total.sisa_ha; DROPPED takes the key away."""
    whole = json.loads(path.read_text()) | ({"skor": scores} if scores else {})
    *above, last = [int(one) if one.isdigit() and len(one) == 1 else one for one in at.split(".")]
    inner = whole
    for one in above:
        inner = inner[one]
    if value is DROPPED:
        del inner[last]
    else:
        inner[last] = value
    path.write_text(json.dumps(whole))
    return path


DROPPED = object()


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("basis", "x"),
        ("basis.epsg", []),
        ("resep", "x"),
        ("resep.kumuh", DROPPED),
        ("kabupaten_kota", "x"),
        ("kabupaten_kota.0.nama", None),
        ("kabupaten_kota.0.kode", DROPPED),
        ("total", [1]),
        ("total.luas_tertangani_ha", "12,5"),
        ("total.luas_tertangani_ha", None),
        ("total.luas_tertangani_ha", 10**400),
        ("total.sisa_ha", DROPPED),
        ("total.catatan", "x"),
        ("tahun", {"2020": 1.0}),
        ("tahun.0.baru_ha", "12,5"),
        ("tahun.0.baru_ha", DROPPED),
        ("tahun.0.tahun", 2020),
        ("tahun.0.tahun", "99999999"),
        ("sektor", "x"),
        ("sektor.0.nama", ["x"]),
        ("kumuh.0.nama", [1]),
    ],
)
def test_an_edited_recap_is_refused_with_its_file_and_key(files, at, value):
    key = at.replace(".0", "[0]").replace(".", r"\.").replace("[0]", r"\[0\]")
    with pytest.raises(InputError, match=rf"0/rekap\.json\" bukan rekap\.json .*: isi {key} "):
        petakumuh.rekap([edited(files[0], at, value), files[1]])


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("indikator", []),
        ("indikator", {"air_minum": "x"}),
        ("indikator.air_minum", None),
        ("KR_ha", "1,5"),
        ("KR_ha", [1]),
    ],
)
def test_edited_scores_of_a_year_are_refused_with_their_file_and_key(files, at, value):
    path = edited(files[0], f"skor.tahun.2021.{at}", value, scores=one_scored())
    with pytest.raises(InputError, match=rf"0/rekap\.json\" bukan skor_rekap .*: isi tahun\.2021\.{at[:5]}"):
        petakumuh.rekap([path])


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("investasi", "x"),
        ("investasi.baris", "12"),
        ("investasi.tidak", []),
        ("tahun", {}),
        ("tahun", {"2020": {}}),
        ("resep", None),
    ],
)
def test_edited_scores_are_refused_with_their_file_and_key(files, at, value):
    path = edited(files[0], f"skor.{at}", value, scores=one_scored())
    with pytest.raises(InputError, match=rf"bukan skor_rekap .*: isi {at.replace('.', '[.]')}"):
        petakumuh.rekap([path])
    with pytest.raises(InputError, match="bukan keluaran"):
        petakumuh.rekap([edited(files[0], "skor", "x")])


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("bagian", [1]),
        ("bagian", []),
        ("bagian.0.basis.epsg", DROPPED),
        ("bagian.0.kabupaten_kota", DROPPED),
        ("bagian.0.skor.tahun", []),
        ("daftar", DROPPED),
        ("skor", DROPPED),
        ("skor_daftar", []),
        ("skor.tahun", {}),
    ],
)
def test_an_edited_join_is_refused_with_its_file(both, tmp_path, at, value):
    petakumuh.rekap(both).tulis(tmp_path / "provinsi")
    with pytest.raises(InputError, match=r"provinsi/rekap\.json\" bukan rekap\.json"):
        petakumuh.rekap([edited(tmp_path / "provinsi" / "rekap.json", at, value)])


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100 + "1" + "}" * 100, '{"a": NaN}'])
def test_a_file_nested_without_end_or_without_numbers_is_refused(tmp_path, text):
    path = tmp_path / "rekap.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"bukan rekap\.json"):
        petakumuh.rekap([path])


def test_a_file_named_twice_is_said_before_anything_else(files, tmp_path):
    beside = files[0].parent / ".." / "0" / "rekap.json"
    copy = tmp_path / "salinan.json"
    copy.write_bytes(files[0].read_bytes())
    for again in (files[0], beside, copy):
        with pytest.raises(InputError, match="Berkas yang sama disebut dua kali"):
            petakumuh.rekap([files[0], again])


TWICE = {
    "tersertifikasi": True, "sebab": "", "metode": ["label", "geos"], "kumuh": 3,
    "tangga": {"biasa": 2, "kisi": 1, "belah": 0}, "selisih_terbesar_relatif": 1e-16, "selisih_terbesar_m2": 1e-9,
}  # fmt: skip


def told_sure(run: petakumuh.Run, path: Path, *, sure: bool, **changed: object) -> Path:
    total = recap(run)["total"] | {"tersertifikasi": sure}
    block = TWICE if sure else {"tersertifikasi": False, "sebab": "dimatikan"}
    return written(run, path, total=total, sertifikasi=block | changed)


def test_runs_joined_are_certified_when_every_one_is(runs, tmp_path):
    paths = [told_sure(run, tmp_path / str(at) / "rekap.json", sure=True) for at, run in enumerate(runs)]
    done = petakumuh.rekap(paths)
    assert "Setiap hektare dihitung dua kali, dengan dua metode" in repr(done)
    assert "Baru sama pada kisi halus: 2 kumuh." in repr(done)
    done.tulis(tmp_path / "provinsi")
    told = json.loads((tmp_path / "provinsi" / "rekap.json").read_text(encoding="utf-8"))
    both = {"kumuh": 6, "tangga": {"biasa": 4, "kisi": 2, "belah": 0}, "semua": 2, "belum": 0, "mundur": []}
    assert told["sertifikasi"] == TWICE | both
    again = petakumuh.rekap([tmp_path / "provinsi" / "rekap.json"])
    assert repr(again) == repr(done)


@pytest.mark.parametrize(
    ("sure", "said"),
    [
        ((True, False), "Belum disertifikasi: 1 dari 2 rekap belum disertifikasi."),
        ((False, False), "Belum disertifikasi: sertifikasi dimatikan dalam resep."),
    ],
)
def test_runs_joined_are_not_certified_where_one_is_not(runs, tmp_path, sure, said):
    paths = [
        told_sure(run, tmp_path / str(at) / "rekap.json", sure=one)
        for at, (run, one) in enumerate(zip(runs, sure, strict=True))
    ]
    done = petakumuh.rekap(paths)
    assert said in repr(done)
    assert not done.table("total")["tersertifikasi"].any()
    done.tulis(tmp_path / "provinsi")
    assert said in repr(petakumuh.rekap([tmp_path / "provinsi" / "rekap.json"]))


def test_recaps_of_before_are_joined_and_not_called_certified(runs, tmp_path):
    total = recap(runs[0])["total"] | {"tersertifikasi": False}
    path = written(runs[0], tmp_path / "a" / "rekap.json", total=total, sertifikasi=None)
    assert "Belum disertifikasi oleh metode kedua." in repr(petakumuh.rekap([path]))


@pytest.mark.parametrize("sure", [True, False])
def test_a_recap_that_contradicts_itself_on_certainty_is_refused(runs, tmp_path, sure):
    path = told_sure(runs[0], tmp_path / "a" / "rekap.json", sure=sure, tersertifikasi=not sure)
    with pytest.raises(InputError, match="sertifikasi"):
        petakumuh.rekap([path])


def test_a_pattern_that_the_shell_left_is_read_by_the_command(files, tmp_path, capsys):
    assert len(files) == 2
    call = ["rekap", str(tmp_path / "?" / "rekap.json"), "--keluar", str(tmp_path / "hasil")]
    assert main(call) == 0
    assert "8,00" in capsys.readouterr().out
    for pattern in (str(tmp_path / "tidak" / "*" / "rekap.json"), str(tmp_path / "a**")):
        assert main(["rekap", pattern, *call[2:]]) == 2
        assert "Tidak ada berkas yang cocok" in capsys.readouterr().err
        assert main(["rekap", pattern, *call[2:], "--bahasa", "en"]) == 2
        assert "No file matches" in capsys.readouterr().err


def test_parts_of_the_same_name_in_two_provinces_are_told_apart(runs, tmp_path):
    paths = []
    for at, run in enumerate(runs):
        sources = {"sumber": ("BIG", "BPS")[at], "edisi": "2023"}
        one = written(
            run, tmp_path / "kota" / "rekap.json", basis=recap(run)["basis"] | {"batas_kelurahan": sources}
        )
        petakumuh.rekap([one]).tulis(tmp_path / f"provinsi{at}")
        paths.append(tmp_path / f"provinsi{at}" / "rekap.json")
    (said,) = told(petakumuh.rekap(paths))
    first, second = (f"provinsi{at}/rekap.json: kota/rekap.json" for at in range(2))
    assert f"BIG 2023 ({first}); BPS 2023 ({second})" in said


def test_a_pace_over_different_last_years_says_so(runs, files, tmp_path):
    assert "tahun terakhir berbeda" not in repr(petakumuh.rekap(files))
    later = recap(runs[1])["tahun"]
    later[-1]["tahun"] = "2023"
    written(runs[1], files[1], tahun=later)
    # 3 ha in the four years from 2020 to 2023; 5 ha left take seven more.
    line = "0 ha tercapai tahun 2030. (tahun terakhir berbeda; lihat temuan)"
    done = petakumuh.rekap(files)
    assert line in repr(done)
    done.tulis(tmp_path / "provinsi")
    again = petakumuh.rekap([tmp_path / "provinsi" / "rekap.json"])
    assert line in repr(again)
    assert "rekap_tahun_berbeda" in set(again.findings["aturan"])


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
    volumes = {
        name: pd.read_csv(petakumuh.contoh().parent / f"{name}.csv", dtype=str, keep_default_na=False)
        for name in ("baseline", "investasi")
    }
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
        for name, rows in volumes.items():
            tables["skor"][name] = tmp_path / f"{code}-{name}.csv"
            rows[rows.iloc[:, 0].str.startswith(code)].to_csv(tables["skor"][name], index=False)
        paths.append(written(petakumuh.run(petakumuh.recipe.from_tables(tables)), tmp_path / code / "rekap.json"))
    assert len(paths) == 9
    done = petakumuh.rekap(paths)
    total, whole = done.table("total").iloc[0], sample.table("total").iloc[0]
    for name in ("luas_delineasi_ha", "luas_geodesik_ha", "luas_sk_ha", "luas_tertangani_ha", "sisa_ha"):
        assert total[name] == pytest.approx(whole[name], abs=1e-6), name
    told = [round(total[name], 2) for name in ("luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha")]
    assert told == [202.43, 189.29, 13.14]
    assert (done.table("tahun")["baru_ha"] - sample.table("tahun")["baru_ha"]).abs().max() < 1e-6
    assert done.scores["jumlah_berskor"] == 9
    assert list(done.scores["tahun"]) == list(sample.skor.rekap["tahun"])
    for year, row in sample.skor.rekap["tahun"].items():
        for name in ("kumuh_ha", "pengurangan_ha", "tanpa_skor_ha", "KB_kk", "jumlah_rt"):
            assert done.scores["tahun"][year][name] == pytest.approx(row[name]), (year, name)
        assert done.scores["tahun"][year]["indikator"] == {
            name: pytest.approx(one) for name, one in row["indikator"].items()
        }


def scored(rows, *, served=None, sure=None, more=None, **choices):
    """Scores by hand: year -> slum, no slum, without a score (ha); served of sure households in each year."""
    first = next(iter(rows.values()))[0]
    told = {}
    for at, (year, (slum, gone, missing)) in enumerate(rows.items()):
        told[year] = {
            "kumuh_ha": slum,
            "tidak_kumuh_ha": gone,
            "jumlah_rt": 5,
            "pengurangan_ha": first - slum,
            "sisa_kumuh_ha": slum,
            "TK_ha": gone,
            "KR_ha": slum,
            "tanpa_skor_ha": missing,
        } | (more or {})
        if served:
            one = {"sasaran_kk": sure, "terlayani_kk": served[at], "persen": served[at] / sure * 100}
            told[year]["indikator"] = {"air_minum": one, "sanitasi": one | {"terlayani_kk": 0, "persen": 0.0}}
    resep = {"aturan": "pupr-14-2018", "sumber": "Permen", "satuan": "rt", "pengurangan": "tuntas"}
    resep |= {"nilai_terendah": "0", "rata_sektoral": "polos", "penyebut": {}, "status": ["selesai"]} | choices
    account = {"baris": 4, "diterapkan": 3, "tidak": {"tanpa_rt": 1}}
    return {"tahun": told, "investasi": account, "temuan": {}, "resep": resep | {"tahun_dasar": next(iter(rows))}}


def one_scored(**choices):
    rows = {"2020": (10.0, 0.0, 1.0), "2021": (7.0, 3.0, 1.0), "2022": (4.0, 6.0, 1.0)}
    return scored(rows, served=(50, 60, 80), sure=100, **choices)


def two_scored(**choices):
    return scored({"2021": (6.0, 2.0, 0.0), "2022": (5.0, 3.0, 0.0)}, served=(150, 200), sure=300, **choices)


@pytest.fixture
def both(runs, tmp_path):
    """Two towns with scores: the first holds its own, those of the second lie beside its recap."""
    paths = [written(run, tmp_path / f"kota{at}" / "rekap.json") for at, run in enumerate(runs, 1)]
    written(runs[0], paths[0], skor=one_scored())
    paths[1].with_name("skor_rekap.json").write_text(json.dumps(two_scored()))
    return paths


def told(done) -> list[str]:
    return [str(one) for one in petakumuh.findings.with_messages(done.findings)["pesan"]]


def test_scores_add_up_by_year_and_a_year_that_lacks_is_the_one_before(both):
    done = petakumuh.rekap(both)
    rows = done.table("skor").set_index("tahun")
    # The second town begins in 2021: in 2020 it stands at its baseline, 6 ha.
    assert rows["kumuh_ha"].to_dict() == {"2020": 16.0, "2021": 13.0, "2022": 9.0}
    assert rows["pengurangan_ha"].tolist() == [0.0, 3.0, 7.0]
    assert rows["sisa_kumuh_ha"].tolist() == [16.0, 13.0, 9.0]
    assert rows["tidak_kumuh_ha"].tolist() == [2.0, 5.0, 9.0]
    assert rows["tanpa_skor_ha"].tolist() == [1.0, 1.0, 1.0]
    assert rows["jumlah_rt"].tolist() == [10, 10, 10]
    # 50 + 150 of 400 households, at last 80 + 200: percents of the sums, where their mean would be 73,3.
    assert rows["air_minum_persen"].tolist() == [50.0, 52.5, 70.0]
    assert done.scores["investasi"] == {"baris": 8, "diterapkan": 6, "tidak": {"tanpa_rt": 2}}
    assert done.findings["aturan"].tolist() == ["rekap_skor_mulai_kemudian"]
    assert told(done) == ["Skor Kota Dua mulai tahun 2021; untuk tahun 2020 dipakai keadaan 2021"]


def test_each_kabupaten_has_its_row_by_score(both):
    rows = petakumuh.rekap(both).table("skor_daftar").set_index("nama")
    first = ["kumuh_awal_ha", "kumuh_akhir_ha", "pengurangan_ha", "sisa_kumuh_ha", "tanpa_skor_ha"]
    assert rows[first].to_numpy()[0].tolist() == [10.0, 4.0, 6.0, 4.0, 1.0]
    assert rows["air_minum_persen"].tolist() == pytest.approx([80.0, 200 / 3])
    assert rows["sanitasi_persen"].tolist() == [0.0, 0.0]
    assert rows["tahun_dasar"].tolist() == ["2020", "2021"]
    assert rows["tahun_akhir"].tolist() == ["2022", "2022"]
    # 4 ha left at 3 ha a year take two years more; 5 ha at 1 ha a year take five.
    assert rows["tahun_nol_skor"].tolist() == [2024, 2027]


def test_a_last_year_that_lacks_is_filled_and_said(runs, both):
    written(runs[1], both[1], skor=scored({"2020": (6.0, 0.0, 0.0), "2021": (5.0, 1.0, 0.0)}))
    both[1].with_name("skor_rekap.json").unlink()
    done = petakumuh.rekap(both)
    assert done.table("skor")["kumuh_ha"].tolist() == [16.0, 12.0, 9.0]
    assert "Skor Kota Dua tidak memuat tahun 2022; dipakai keadaan terakhir sebelumnya, 2021" in told(done)
    # Households are said by the first town alone, and that is said.
    assert done.table("skor")["air_minum_persen"].tolist() == [50.0, 60.0, 80.0]
    assert sum("tanpa Kota Dua" in one for one in told(done)) == 2


def test_works_without_a_year_and_a_baseline_without_one_come_in_their_place(runs, both):
    undated = scored({"(tahun dasar)": (6.0, 0.0, 0.0), "(tanpa tahun)": (2.0, 4.0, 0.0)})
    both[1].with_name("skor_rekap.json").write_text(json.dumps(undated))
    rows = petakumuh.rekap(both).table("skor")
    assert rows["tahun"].tolist() == ["2020", "2021", "2022", "(tanpa tahun)"]
    assert rows["kumuh_ha"].tolist() == [16.0, 13.0, 10.0, 6.0]
    alone = petakumuh.rekap(both[1:])
    assert alone.table("skor")["tahun"].tolist() == ["(tahun dasar)", "(tanpa tahun)"]
    assert alone.score_progress["laju_ha_per_tahun"] is None
    assert "Laju belum dapat dihitung" in repr(alone)


def test_a_kabupaten_without_scores_is_named_and_counted(both):
    both[1].with_name("skor_rekap.json").unlink()
    done = petakumuh.rekap(both)
    assert told(done) == ["1 dari 2 kabupaten/kota tanpa skor, tidak ikut dalam luas menurut skor: Kota Dua"]
    assert (done.scores["jumlah_berskor"], done.scores["jumlah_kabupaten_kota"]) == (1, 2)
    assert done.table("skor")["kumuh_ha"].tolist() == [10.0, 7.0, 4.0]
    assert done.table("skor_daftar")["kumuh_awal_ha"].isna().tolist() == [False, True]


def test_without_scores_nothing_speaks_of_them(files):
    done = petakumuh.rekap(files)
    assert not done.scores
    assert not {"skor", "skor_daftar"} & set(done.tables)
    assert "SKOR" not in repr(done)


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("aturan", "pupr-02-2016"),
        ("satuan", "kawasan"),
        ("pengurangan", "kontribusi"),
        ("nilai_terendah", "1"),
        ("status", ["selesai", "rencana"]),
    ],
)
def test_scores_that_mean_another_thing_are_listed_not_added(both, tmp_path, key, other):
    both[1].with_name("skor_rekap.json").write_text(json.dumps(two_scored(**{key: other})))
    done = petakumuh.rekap(both)
    assert done.scores["tahun"] == {}
    assert not done.score_progress
    assert done.table("skor_daftar")["kumuh_akhir_ha"].tolist() == [4.0, 5.0]
    (message,) = told(done)
    assert f"{one_scored()['resep'][key]} (kota1/rekap.json)".replace("['selesai']", "selesai") in message
    assert f"{other} (kota2/skor_rekap.json)".replace("['selesai', 'rencana']", "rencana, selesai") in message
    assert done.findings["keparahan"].tolist() == ["galat"]
    assert main(["rekap", *map(str, both), "--keluar", str(tmp_path / "provinsi")]) == 1
    (total,) = (one for one in csv_rows(tmp_path / "provinsi" / "daftar.csv") if one["nama"] == "TOTAL")
    assert (total["luas_delineasi_ha"], total["kumuh_awal_ha"]) == ("8,0000", "")


def test_contributions_by_another_formula_are_not_added_up(both, runs):
    written(runs[0], both[0], skor=one_scored(pengurangan="kontribusi", kontribusi="form"))
    other = two_scored(pengurangan="kontribusi", kontribusi="rata")
    both[1].with_name("skor_rekap.json").write_text(json.dumps(other))
    done = petakumuh.rekap(both)
    assert done.findings["aturan"].tolist() == ["rekap_skor_tak_sama"]
    assert "kontribusi berbeda: form (kota1/rekap.json); rata (kota2/skor_rekap.json)" in told(done)[0]


def csv_rows(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))


@pytest.mark.parametrize(
    ("key", "other"), [("rata_sektoral", "ambang"), ("penyebut", {"2b": "jalan_ada_m"}), ("pertimbangan", "x")]
)
def test_other_choices_are_named_and_added_up(both, key, other):
    both[1].with_name("skor_rekap.json").write_text(json.dumps(two_scored(**{key: other})))
    done = petakumuh.rekap(both)
    assert done.table("skor")["kumuh_ha"].iloc[-1] == 9.0
    assert "rekap_skor_pilihan_berbeda" in set(done.findings["aturan"])
    assert key not in done.scores["resep"]
    assert done.scores["resep"]["aturan"] == "pupr-14-2018"


def test_people_that_not_every_town_counts_are_left_out_and_said(runs, both):
    written(runs[0], both[0], skor=one_scored(more={"KR_kk": 7}))
    done = petakumuh.rekap(both)
    assert "KR_kk" not in done.table("skor")
    assert any("KR_kk" in one and "kota2/rekap.json" in one for one in told(done))


def test_joined_scores_join_again(both, tmp_path):
    petakumuh.rekap(both).tulis(tmp_path / "provinsi")
    third = scored({"2022": (3.0, 0.0, 0.0), "2023": (1.0, 2.0, 0.0)}, served=(1, 99), sure=100)
    last = written(town("99.03", "Kota Tiga", east=40_000), tmp_path / "tiga" / "rekap.json", skor=third)
    nation = petakumuh.rekap([tmp_path / "provinsi" / "rekap.json", last])
    at_once = petakumuh.rekap([*both, last])
    assert nation.table("skor")["kumuh_ha"].tolist() == [19.0, 16.0, 12.0, 10.0]
    pd.testing.assert_frame_equal(nation.table("skor"), at_once.table("skor"))
    pd.testing.assert_frame_equal(nation.table("skor_daftar"), at_once.table("skor_daftar"))
    assert told(nation) == told(at_once)
    assert sum("dipakai keadaan" in one for one in told(nation)) == 4
    assert nation.scores["jumlah_berskor"] == 3


def test_scores_may_be_named_beside_their_recap_only(both, tmp_path):
    beside = both[1].with_name("skor_rekap.json")
    assert petakumuh.rekap([*both, beside]).scores["jumlah_berskor"] == 2
    with pytest.raises(InputError, match="tidak menyebut kabupaten"):
        petakumuh.rekap([both[0], beside])
    stray = tmp_path / "kota2" / "skor.json"
    stray.write_text(beside.read_text())
    with pytest.raises(InputError, match=r"skor\.json"):
        petakumuh.rekap([*both, stray])


def test_the_same_scores_under_two_towns_are_refused(both):
    both[1].with_name("skor_rekap.json").write_text(json.dumps(one_scored()))
    with pytest.raises(InputError, match="terhitung dua kali"):
        petakumuh.rekap(both)


def test_scores_of_a_run_count_and_others_beside_it_are_said(both):
    both[0].with_name("skor_rekap.json").write_text(json.dumps(one_scored(rata_sektoral="ambang")))
    done = petakumuh.rekap(both)
    assert "rekap_skor_dua" in set(done.findings["aturan"])
    assert "rekap_skor_pilihan_berbeda" not in set(done.findings["aturan"])
    both[0].with_name("skor_rekap.json").write_text(json.dumps(one_scored()))
    assert "rekap_skor_dua" not in set(petakumuh.rekap(both).findings["aturan"])


@pytest.mark.parametrize(
    "broken", [[], {"tahun": {}}, {"tahun": {"2020": {}}, "resep": {}}, {"tahun": {"2020": 1}}]
)
def test_what_is_no_score_is_refused_by_name(both, broken):
    both[1].with_name("skor_rekap.json").write_text(json.dumps(broken))
    with pytest.raises(InputError, match=r"skor_rekap\.json"):
        petakumuh.rekap(both)


@pytest.mark.parametrize("column", ["kumuh_ha", "pengurangan_ha", "tanpa_skor_ha", "KR_ha"])
def test_scores_that_were_tampered_with_do_not_close(runs, both, column):
    wrong = one_scored()
    wrong["tahun"]["2022"][column] += 0.5
    written(runs[0], both[0], skor=wrong)
    with pytest.raises(ConservationError, match="2022"):
        petakumuh.rekap(both)


def test_classes_that_are_too_large_in_every_year_do_not_close(runs, both):
    wrong = one_scored()
    for row in wrong["tahun"].values():
        row["KR_ha"] += 5
    written(runs[0], both[0], skor=wrong)
    with pytest.raises(ConservationError, match=r"kota1/rekap\.json, 2020, kelas: jumlah 15 tidak sama dengan 10"):
        petakumuh.rekap(both)


def test_scores_of_several_kabupaten_in_one_run_stand_in_one_row(files, runs, tmp_path):
    petakumuh.rekap(files).tulis(tmp_path / "provinsi")
    whole = json.loads((tmp_path / "provinsi" / "rekap.json").read_text())
    del whole["bagian"], whole["daftar"]
    whole["resep"] = recap(runs[0])["resep"]
    path = tmp_path / "rekap.json"
    path.write_text(json.dumps(whole | {"skor": one_scored()}))
    done = petakumuh.rekap([path])
    assert done.table("skor_daftar")["nama"].tolist() == ["Uji (2 kabupaten/kota)"]
    assert done.scores["jumlah_berskor"] == 2
    # Neither has a pace or score of its own in the list, and that is said.
    assert done.table("daftar")["laju_ha_per_tahun"].isna().all()
    assert done.findings["aturan"].tolist() == ["rekap_laju_bersama"]
    assert "kosong di daftar.csv: Kota Satu, Kota Dua" in told(done)[0]


def test_progress_by_score_is_what_slum_lost_from_its_baseline(both):
    done = petakumuh.rekap(both, target=2030)
    told = done.score_progress
    # 16 to 9 ha in two years are 3.5 a year; 9 ha take 2.6 years: 2022 + 3.
    assert (told["laju_ha_per_tahun"], told["tahun_nol"], told["tahun_dasar"]) == (3.5, 2025, 2020)
    lines = [(row["tahun"], row["kumuh_ha"], round(row["garis_ha"], 9)) for row in told["baris"]]
    assert lines == [(2020, 16.0, 16.0), (2021, 13.0, 14.4), (2022, 9.0, 12.8)]
    assert told["indikator"]["air_minum"] == {"awal_persen": 50.0, "akhir_persen": 70.0, "target_persen": 100.0}
    assert told["indikator"]["kumuh"] == {"awal_ha": 16.0, "akhir_ha": 9.0, "target_ha": 0.0}
    # Ground handled keeps its own pace: 3 ha in 2020 and 2021.
    assert (done.progress["laju_ha_per_tahun"], done.progress["tahun_nol"]) == (1.5, 2025)


def slum(**years: float):
    return {name.strip("y"): {"kumuh_ha": area} for name, area in years.items()}


def test_slum_that_stands_still_or_grows_is_never_gone():
    still, grown = score_progress(slum(y2020=4.0, y2022=4.0)), score_progress(slum(y2020=4.0, y2022=5.0))
    assert (still["laju_ha_per_tahun"], still["tahun_nol"]) == (0.0, None)
    assert (grown["laju_ha_per_tahun"], grown["tahun_nol"]) == (-0.5, None)
    alone = score_progress(slum(y2020=4.0), target=2030)
    assert (alone["laju_ha_per_tahun"], alone["tahun_nol"], alone["target"]) == (None, None, 2030)


def test_slum_that_is_gone_was_gone_in_its_first_year_of_nothing():
    assert score_progress(slum(y2020=4.0, y2021=0.0, y2023=0.0))["tahun_nol"] == 2021
    assert score_progress(slum(y2020=0.0))["tahun_nol"] == 2020
    undated = score_progress(
        {"2020": {"kumuh_ha": 4.0}, "2021": {"kumuh_ha": 2.0}, "(tanpa tahun)": {"kumuh_ha": 0.0}}
    )
    assert (undated["laju_ha_per_tahun"], undated["tahun_nol"]) == (2.0, 2021)


def test_a_target_before_the_baseline_has_no_line():
    told = score_progress(slum(y2022=4.0, y2023=2.0), target=2021)
    assert [row["garis_ha"] for row in told["baris"]] == [None, None]
    assert (told["target"], told["tahun_nol"]) == (2021, 2024)


@pytest.mark.parametrize(
    ("rows", "target", "words"),
    [
        ((8.0, 6.0), 2024, "Target 0 ha tahun 2024 tercapai dengan laju itu."),
        ((8.0, 6.0), 2023, "Target 0 ha tahun 2023 meleset 1 tahun dengan laju itu; perlu 3,00 ha/tahun."),
        ((8.0, 6.0), 2021, "Target 0 ha tahun 2021 sudah terlewat: masih 6,00 ha."),
        ((8.0, 0.0), 2025, "Target 0 ha tahun 2025 sudah tercapai."),
        ((8.0, 8.0), 2025, "Tidak berkurang dari 2020 sampai 2021; dengan laju itu 0 ha tidak akan tercapai."),
        ((8.0, 8.0), 2025, "Target 0 ha tahun 2025 tidak tercapai dengan laju itu; perlu 2,00 ha/tahun."),
        (
            (6.0, 8.0),
            2025,
            "Bertambah 2,00 ha/tahun dari 2020 sampai 2021; dengan laju itu 0 ha tidak akan tercapai.",
        ),
        ((8.0, 6.0), 2028, "Menurut garis target, 2021 tersisa 7,00 ha; kenyataannya 6,00 ha."),
    ],
)
def test_progress_is_said_in_words(runs, tmp_path, rows, target, words):
    first, last = rows
    told = scored({"2020": (first, 2.0, 0.0), "2021": (last, 2.0 + first - last, 0.0)})
    path = written(runs[0], tmp_path / "kota" / "rekap.json", skor=told)
    ground, by_score = repr(petakumuh.rekap([path], target=target)).split("B. PENGURANGAN KUMUH")
    assert words in by_score.splitlines()
    assert "Tertangani" not in by_score
    assert "Pengurangan" not in ground


def test_the_command_shows_both_accounts_under_their_own_heads(both, tmp_path, capsys):
    call = ["rekap", *map(str, both), "--keluar", str(tmp_path / "provinsi"), "--target", "2030"]
    assert main(call) == 0
    out = capsys.readouterr().out
    assert out.index("A. LAHAN KUMUH YANG DITANGANI") < out.index("B. PENGURANGAN KUMUH MENURUT SKOR (2 dari 2")
    assert "air minum 50,00 → 70,00 % (target 100 %); kumuh 16,00 → 9,00 ha (target 0 ha)" in out
    folder = tmp_path / "provinsi"
    recaps = json.loads((folder / "rekap.json").read_text())
    assert recaps["skor"]["tahun"]["2022"]["indikator"]["air_minum"] == {
        "sasaran_kk": 400,
        "terlayani_kk": 280,
        "persen": 70.0,
    }
    assert recaps["kemajuan_skor"]["tahun_nol"] == 2025
    assert recaps["kemajuan"]["laju_ha_per_tahun"] == pytest.approx(1.5)
    rows = {row["nama"]: row for row in csv_rows(folder / "daftar.csv")}
    assert rows["Kota Satu"]["air_minum_persen"] == "80,0000"
    assert [rows["TOTAL"][name] for name in ("kumuh_awal_ha", "pengurangan_ha", "air_minum_persen")] == [
        "16,0000",
        "7,0000",
        "70,0000",
    ]
    assert rows["TOTAL"]["luas_tertangani_ha"] == "3,0000"
    years = csv_rows(folder / "skor_tahun.csv")
    assert [row["kumuh_ha"] for row in years] == ["16,0000", "13,0000", "9,0000"]
    assert len(csv_rows(folder / "skor_daftar.csv")) == 2
    both[1].with_name("skor_rekap.json").unlink()
    assert main(["rekap", *call[2:], "--timpa"]) == 0
    assert not (folder / "skor_tahun.csv").exists()


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("rekap_batas_berbeda", {"basis": {"batas_kelurahan": {"sumber": "BIG", "edisi": "2019"}}}),
        ("rekap_batas_berbeda", {"basis": {"batas_kelurahan": {"sumber": "BPS", "edisi": "2023"}}}),
        ("rekap_tahun_dasar_berbeda", {"resep": {"kumuh": {"tahun_dasar": 2019}}}),
    ],
)
def test_another_edition_source_or_base_year_is_named_with_its_file(runs, files, rule, changed):
    other = recap(runs[1])
    ((key, value),) = changed.items()
    inner = {name: other[key].get(name, {}) | one for name, one in value.items()}
    files[1].write_text(json.dumps(other | {key: other[key] | inner}))
    done = petakumuh.rekap(files)
    assert done.findings["aturan"].tolist() == [rule]
    assert all(file in told(done)[0] for file in ("0/rekap.json", "1/rekap.json"))
