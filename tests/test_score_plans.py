"""What stands beside the scores: kelurahan, who is served, priority, pattern and authority; values by hand."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

import petakumuh
from petakumuh.catalog.regulation import rule_set
from petakumuh.errors import ConservationError
from petakumuh.score.villages import close
from petakumuh.text.codes import rt_rw

CODES = rule_set().codes
TEXT = files("petakumuh.catalog").joinpath("regulations/pupr-14-2018.toml").read_text(encoding="utf-8")
BANDENGAN = {"1c": 8, "2b": 100, "4a": 1.121, "4c": 300, "5a": 43, "7a": 50}
"""19 KR, of the method; 15 TK once 200 m of 4c are handled."""
WORST = {"1a": 50, "1b": 1.23, "1c": 50, "2a": 400, "2b": 400, "3a": 77, "3b": 77, "4a": 1.23, "4b": 300,
         "4c": 300, "5a": 77, "5b": 77, "6a": 77, "6b": 77, "7a": 50, "7b": 50}  # fmt: skip
SEDANG = {code: volume for code, volume in WORST.items() if code[0] in "1234"}
"""Ten criteria of 5: 50, KS."""
SLUM = {"5a": 77, "5b": 77, "6a": 77, "6b": 77}
"""Four criteria of 5: 20, KR, whatever the hectares."""


def rt(at, kelurahan="Barat", volumes=None, ha=1.23, **more):
    row = {"id": str(at), "kecamatan": "Tengah", "kelurahan": kelurahan, "rtrw": f"RT{at:03}-RW001"}
    row |= {"luas_verifikasi_ha": ha, "jumlah_bangunan": 50, "jumlah_penduduk": 233, "jumlah_kk": 77}
    row |= {"jalan_ideal_m": 400, "drainase_ideal_m": 300} | dict.fromkeys(CODES, 0.0)
    return row | (volumes or {}) | more


def scored(*rows, works=None, **options):
    done = None if works is None else pd.DataFrame(works, columns=["id_rt", "tahun", "kriteria", "volume"])
    return petakumuh.skor(pd.DataFrame(list(rows)), done, **({"tahun_dasar": 2020} | options))


def told(scores, rule):
    return scores.findings.loc[scores.findings["aturan"] == rule, "rincian"].tolist()


def cells(table, *columns):
    return table[list(columns)].to_numpy(dtype=object).tolist()


@pytest.fixture(scope="module")
def three():
    """Bandengan's RT and a clean one in Barat, one that misses a volume in Timur."""
    return scored(
        rt(1, volumes=BANDENGAN), rt(2), rt(3, "Timur", {"5a": None}), works=[("1", 2021, "4c", 200)]
    )  # fmt: skip


def test_hectares_and_people_are_summed_by_kelurahan_and_year(three):
    table = three.kelurahan
    assert cells(table, "kelurahan", "tahun", "jumlah_rt", "kumuh_rt") == [
        ["Barat", "2020", 2, 1], ["Barat", "2021", 2, 0], ["Timur", "2020", 1, 0], ["Timur", "2021", 1, 0]
    ]  # fmt: skip
    hectares = ["kumuh_ha", "tidak_kumuh_ha", "tanpa_skor_ha", "luas_awal_ha", "pengurangan_ha", "sisa_kumuh_ha"]
    assert cells(table, *hectares) == [
        [1.23, 1.23, 0, 1.23, 0, 1.23], [0, 2.46, 0, 1.23, 1.23, 0], [0, 0, 1.23, 0, 0, 0], [0, 0, 1.23, 0, 0, 0]
    ]  # fmt: skip
    assert cells(table, "KR_rt", "KR_kk", "KR_jiwa", "KR_bangunan", "TK_kk", "tanpa_skor_kk")[:3] == [
        [1, 77, 233, 50, 77, 0], [0, 0, 0, 0, 154, 0], [0, 0, 0, 0, 0, 77]
    ]  # fmt: skip


def test_a_kelurahan_is_scored_on_the_sums_of_its_rt_and_not_where_one_misses_something(three):
    """4a 1.121/2.46, 4c 300/600, 5a 43/154, 7a 50/100 score 1 each; 2b 100/800 and 1c 8/100 nothing."""
    rows = three.kelurahan
    assert rows["nilai"].tolist() == [4, 3, pd.NA, pd.NA]
    assert rows["nilai_rata"].tolist()[:2] == [9.5, 7.5]
    assert rows["nilai_rata"].isna().tolist() == [False, False, True, True]


def test_people_that_no_rt_of_a_kelurahan_states_are_missing_there():
    scores = scored(rt(1), rt(2, "Timur", jumlah_penduduk=None))
    assert scores.kelurahan["TK_jiwa"].tolist() == [233, pd.NA]
    assert scores.rekap["tahun"]["2020"]["TK_jiwa"] == 233


@pytest.mark.parametrize("satuan", ["rt", "kawasan"])
def test_kelurahan_close_to_the_recap(satuan):
    rows = [rt(at, f"K{at % 7}", {"5a": at, "6a": 77, "6b": 77, "7a": 50}, ha=0.1 * at) for at in range(1, 60)]
    scores = scored(*rows, works=[(str(at), 2021, "6a", 60) for at in range(1, 60, 2)], satuan=satuan)
    for year, row in scores.rekap["tahun"].items():
        mine = scores.kelurahan[scores.kelurahan["tahun"] == year]
        shared = [name for name in row if name in mine]
        assert {"jumlah_rt", "kumuh_ha", "pengurangan_ha", "sisa_kumuh_ha", "KR_kk", "TK_bangunan"} <= set(shared)
        assert {name: mine[name].sum() for name in shared} == pytest.approx({name: row[name] for name in shared})


@pytest.mark.parametrize("satuan", ["rt", "kawasan"])
def test_a_negative_denominator_is_missing_and_takes_nothing_from_a_sum(satuan):
    scores = scored(rt(1, "Barat", SLUM), rt(2, "Barat", luas_verifikasi_ha=-5), satuan=satuan)
    row = scores.rekap["tahun"]["2020"]
    assert (row["tanpa_skor_ha"], row["tanpa_skor_rt"]) == (1.23 if satuan == "kawasan" else 0, 1)
    assert scores.kewenangan["kewenangan"].tolist() == [""]


@pytest.mark.parametrize("column", ["kumuh_ha", "pengurangan_ha", "KR_kk"])
def test_sums_over_kelurahan_that_do_not_close_stop_the_run(three, column):
    wrong = three.kelurahan.copy()
    wrong.loc[1, column] += 1
    with pytest.raises(ConservationError, match=rf"{column} tahun 2021"):
        close(wrong, three.rekap["tahun"])


def test_one_kelurahan_written_in_two_ways_is_one_and_is_said():
    scores = scored(rt(1, "Kali Baros"), rt(2, "KALIBAROS"), rt(3, "Timur"))
    assert cells(scores.kelurahan, "kelurahan", "jumlah_rt") == [["Kali Baros", 2], ["Timur", 1]]
    assert [one["tulisan"] for one in map(json.loads, told(scores, "kelurahan_ditulis_lain"))] == [
        "KALIBAROS, Kali Baros"
    ]


def test_one_name_in_two_kecamatan_is_two_kelurahan():
    scores = scored(rt(1), rt(2, kecamatan="Hilir"))
    assert cells(scores.kelurahan, "kecamatan", "jumlah_rt") == [["Tengah", 1], ["Hilir", 1]]


def test_a_kawasan_in_two_kelurahan_names_both_and_authority_goes_by_the_ground_of_each():
    rows = [rt(1, volumes=SLUM, ha=9, kawasan="Hilir"), rt(2, "Timur", SLUM, ha=12, kawasan="HILIR")]
    scores = scored(*rows, satuan="kawasan")
    assert cells(scores.tabel, "unit_id", "kelurahan", "luas_verifikasi_ha") == [["Hilir", "Barat, Timur", 21]]
    assert cells(scores.kewenangan, "kelurahan", "kewenangan") == [
        ["Barat", "kabupaten/kota"], ["Timur", "provinsi"]
    ]  # fmt: skip


def test_served_and_not_is_capped_by_unit_and_leaves_apart_what_is_not_known():
    scores = scored(
        rt(1, volumes={"5a": 43}), rt(2, volumes={"5a": 100}), rt(3, "Timur", {"5a": None}), rt(4, "Timur"),
        works=[("1", 2021, "5a", 13)],
    )  # fmt: skip
    table = scores.pelayanan[scores.pelayanan["kriteria"] == "5a"]
    keys = ["wilayah", "kelurahan", "tahun", "satuan", "sasaran", "belum", "terlayani", "tanpa_data_rt"]
    assert cells(table, *keys) == [
        ["kelurahan", "Barat", "2020", "KK", 154, 120, 34, 0],
        ["kelurahan", "Barat", "2021", "KK", 154, 107, 47, 0],
        ["kelurahan", "Timur", "2020", "KK", 77, 0, 77, 1],
        ["kelurahan", "Timur", "2021", "KK", 77, 0, 77, 1],
        ["total", "", "2020", "KK", 231, 120, 111, 1],
        ["total", "", "2021", "KK", 231, 107, 124, 1],
    ]
    assert table["persen_terlayani"].tolist() == pytest.approx(
        [34 / 1.54, 47 / 1.54, 100, 100, 111 / 2.31, 124 / 2.31]
    )
    served = {"sasaran_kk": 231, "terlayani_kk": 124, "persen": pytest.approx(124 / 2.31), "tanpa_data_rt": 1}
    assert scores.rekap["tahun"]["2021"]["indikator"]["sanitasi"] == served
    assert scores.rekap["tahun"]["2021"]["indikator"]["air_minum"]["persen"] == 100


def test_an_indicator_reads_the_criteria_of_the_rule_set_and_counts_the_largest(tmp_path):
    own = tmp_path / "kota.toml"
    own.write_text(TEXT.replace('air_minum = ["3a"]', 'air_minum = ["3a", "3b"]'), encoding="utf-8")
    rows = [rt(1, volumes={"3a": 10, "3b": 20}), rt(2, volumes={"3a": 7, "3b": 5})]
    years = [scored(*rows, aturan=one).rekap["tahun"]["2020"]["indikator"] for one in ("pupr-14-2018", own)]
    assert [one["air_minum"]["terlayani_kk"] for one in years] == [154 - 17, 154 - 27]


def test_where_nobody_lives_there_is_no_per_cent():
    scores = scored(rt(1, jumlah_kk=0))
    assert scores.rekap["tahun"]["2020"]["indikator"]["air_minum"]["persen"] is None
    rows = scores.pelayanan
    assert rows.loc[rows["kriteria"] == "3a", "persen_terlayani"].isna().all()


@pytest.mark.parametrize(
    ("volumes", "said", "legal", "result"),
    [
        (WORST, ("tinggi", "5", "1"), "Legal", (11, "tinggi", "legal", 1, "peremajaan")),
        (WORST, ("tinggi", "rendah", "tinggi"), "ILEGAL", (11, "tinggi", "ilegal", 1, "permukiman kembali")),
        (WORST, (1, 3, 1), "tidak legal", (5, "rendah", "ilegal", 7, "permukiman kembali")),
        (SEDANG, ("Tinggi", "sedang", "rendah"), "legal", (9, "sedang", "legal", 5, "peremajaan")),
        (BANDENGAN, (1, 1, 1), "legal", (3, "rendah", "legal", 9, "pemugaran")),
        (BANDENGAN, (5, 5, 5), "legal", (15, "tinggi", "legal", 3, "pemugaran")),
        (BANDENGAN, (5, None, 5), "legal", (pd.NA, "", "legal", pd.NA, "pemugaran")),
        (BANDENGAN, (5, 5, 5), "", (15, "tinggi", "", 3, "")),
        ({}, (5, 5, 5), "legal", (15, "tinggi", "legal", pd.NA, "")),
        ({"5a": None}, (5, 5, 5), "legal", (15, "tinggi", "legal", pd.NA, "")),
    ],
)
def test_priority_and_pattern_come_of_class_considerations_and_legality(volumes, said, legal, result):
    names = ("nilai_strategis", "kependudukan", "sosial_ekonomi")
    other = dict.fromkeys((*names, "legalitas"), 1) | {"legalitas": "legal"}
    row = rt(1, volumes=volumes) | dict(zip(names, said, strict=True)) | {"legalitas": legal}
    scores = scored(row, rt(2) | other)
    columns = ["pertimbangan_nilai", "pertimbangan", "legalitas", "prioritas", "pola_penanganan"]
    assert cells(scores.prioritas, *columns)[0] == list(result)
    assert not told(scores, "pertimbangan_tak_dikenal")


def test_priority_goes_by_the_last_year_and_stands_beside_that_of_the_baseline():
    said = {"nilai_strategis": 5, "kependudukan": 5, "sosial_ekonomi": 5, "legalitas": "legal"}
    scores = scored(rt(1, volumes=BANDENGAN) | said, works=[("1", 2021, "4c", 200)])
    columns = ["tingkat_awal", "tingkat", "prioritas_awal", "prioritas", "pola_penanganan_awal", "pola_penanganan"]
    assert cells(scores.prioritas, *columns) == [["KR", "TK", 3, pd.NA, "pemugaran", ""]]


def test_the_other_bands_of_considerations_are_a_choice_of_the_rule_set(tmp_path):
    own = tmp_path / "kota.toml"
    own.write_text(TEXT.replace('bawaan = "1-5/6-10/11-15"', 'bawaan = "1-3/4-6/7-9"'), encoding="utf-8")
    said = {"nilai_strategis": 1, "kependudukan": 3, "sosial_ekonomi": 1}
    found = [scored(rt(1, volumes=BANDENGAN) | said, aturan=one).prioritas for one in ("pupr-14-2018", own)]
    assert [cells(one, "pertimbangan", "prioritas") for one in found] == [[["rendah", 9]], [["sedang", 6]]]


def test_what_is_unknown_of_considerations_is_said_and_missing():
    said = {"nilai_strategis": "sedang", "kependudukan": "4", "sosial_ekonomi": "tinggi", "legalitas": "girik"}
    scores = scored(rt(1, volumes=BANDENGAN) | said)
    wrong = [(one["kolom"], one["nilai"]) for one in map(json.loads, told(scores, "pertimbangan_tak_dikenal"))]
    assert sorted(wrong) == [("kependudukan", "4"), ("legalitas", "girik"), ("nilai_strategis", "sedang")]
    assert cells(scores.prioritas, "sosial_ekonomi", "kependudukan", "prioritas", "legalitas") == [
        [5, pd.NA, pd.NA, ""]
    ]


def test_considerations_without_one_of_their_columns_are_not_added_up_and_that_is_said():
    scores = scored(rt(1, volumes=BANDENGAN, nilai_strategis=5, kependudukan=3))
    assert [one["kolom"] for one in map(json.loads, told(scores, "pertimbangan_kurang"))] == ["sosial_ekonomi"]
    assert scores.prioritas["pertimbangan_nilai"].isna().all()


def test_a_baseline_that_says_nothing_of_priority_has_no_rows_of_it():
    scores = scored(rt(1, volumes=BANDENGAN))
    assert scores.prioritas.empty
    assert not told(scores, "pertimbangan_kurang")
    assert "legalitas" not in scores.unit


def test_a_kawasan_takes_what_its_rt_say_and_nothing_where_they_contradict_each_other():
    said = {"nilai_strategis": 5, "kependudukan": 3, "sosial_ekonomi": 5}
    rows = [rt(1, volumes=WORST) | said | {"legalitas": "legal"}, rt(2, volumes=WORST, legalitas="ilegal")]
    scores = scored(*rows, satuan="kawasan")
    assert cells(scores.prioritas, "unit_id", "pertimbangan_nilai", "prioritas", "legalitas") == [
        ["Barat", 13, 1, ""]
    ]
    assert [one["kolom"] for one in map(json.loads, told(scores, "pertimbangan_berbeda"))] == ["legalitas"]


@pytest.mark.parametrize(
    ("hectares", "whose"),
    [
        ([9.99], "kabupaten/kota"),
        ([9.7, 0.2, 0.1], "provinsi"),
        ([14.99], "provinsi"),
        ([15], "pusat"),
        ([40, 20], "pusat"),
    ],
)
def test_authority_goes_by_the_slum_of_the_kelurahan(hectares, whose):
    scores = scored(*(rt(at, volumes=SLUM, ha=ha) for at, ha in enumerate(hectares, 1)), rt(99, ha=50))
    assert cells(scores.kewenangan, "kewenangan_awal", "kewenangan") == [[whose, whose]]


def test_authority_is_that_of_the_base_year_and_of_the_last():
    scores = scored(
        rt(1, volumes=SLUM, ha=9), rt(2, volumes=SLUM, ha=8), works=[("1", 2021, "5a", 77), ("1", 2021, "5b", 77)]
    )
    columns = ["kumuh_awal_ha", "kumuh_akhir_ha", "kewenangan_awal", "kewenangan"]
    assert cells(scores.kewenangan, *columns) == [[17, 8, "pusat", "kabupaten/kota"]]


@pytest.mark.parametrize(("unscored", "whose"), [(0.5, "kabupaten/kota"), (1.5, ""), (None, "")])
def test_authority_is_open_where_units_without_a_score_could_decide_it(unscored, whose):
    scores = scored(rt(1, volumes=SLUM, ha=9), rt(2, volumes={"5a": None}, ha=unscored))
    assert scores.kewenangan["kewenangan"].tolist() == [whose]


def test_a_rule_set_without_tables_of_plans_scores_all_the_same(tmp_path):
    own = tmp_path / "kota.toml"
    head, tail = TEXT.split("\n[pilihan.pertimbangan]")
    own.write_text(
        head + "\n[kontribusi]" + tail.split("[kontribusi]")[1].split("# Indikator")[0], encoding="utf-8"
    )
    scores = scored(rt(1, volumes=BANDENGAN, nilai_strategis=5, legalitas="legal"), aturan=own)
    assert scores.tabel["total"].tolist() == [19]
    assert scores.rekap["tahun"]["2020"]["indikator"] == {}
    assert scores.prioritas.empty
    assert scores.kewenangan["kewenangan"].tolist() == [""]


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("RT06A-RW01", "RT006A-RW001"),
        ("rt06arw1b", "RT006A-RW001B"),
        ("RT 6 / RW 1", "RT006-RW001"),
        ("BandenganRT006-RW001", "RT006-RW001"),
        ("RT003Kel RW2", "RT003-RW002"),
        ("Kapt 3 RT 6 RW 1", "RT006-RW001"),
        ("RT 06A, 06B RW 1", ""),
        ("RT 1 s.d. 4 RW 1", ""),
        ("RT 1 RW 1 RT 2", ""),
        ("6", ""),
    ],
)
def test_rt_and_rw_are_read_in_one_way(written, unit):
    assert rt_rw(written) == unit


def test_an_intervention_finds_the_rt_that_was_split_by_its_letter():
    rows = [rt(1, volumes=SLUM, rtrw="RT006-RW001"), rt(2, volumes=SLUM, rtrw="RT006A-RW001")]
    done = pd.DataFrame(
        [{"id_rt": "RT 06a RW 1", "kelurahan": "Barat", "tahun": 2021, "kriteria": "5a", "volume": 9}]
    )
    scores = petakumuh.skor(pd.DataFrame(rows), done)
    assert scores.investasi["unit_id"].tolist() == ["2"]


@pytest.mark.towns
def test_pekalongan_closes_over_its_kelurahan_and_its_hectares_are_those_known(towns):
    folder = towns / "pekalongan"
    scores = petakumuh.skor(folder / "baseline_rt_2019.csv", folder / "investasi_2020_2023.csv")
    slum = scores.kelurahan.groupby("tahun")["kumuh_ha"].sum()
    assert slum.round(4).to_dict() == {
        "2019": 343.1461, "2020": 343.1461, "2021": 260.2807, "2022": 209.7061, "2023": 175.5596
    }  # fmt: skip
    base = pd.read_csv(folder / "baseline_rt_2019.csv")
    known = base[base["5a"].notna() & base["jumlahKK"].notna()]
    row = scores.rekap["tahun"]["2019"]["indikator"]["sanitasi"]
    assert row["sasaran_kk"] == known["jumlahKK"].sum()
    lacking = np.minimum(known["5a"], known["jumlahKK"]).sum()
    assert row["terlayani_kk"] == pytest.approx(known["jumlahKK"].sum() - lacking)
    assert row["tanpa_data_rt"] == 50
    empty = scores.kewenangan.loc[scores.kewenangan["kewenangan"] == "", "kelurahan"].tolist()
    assert sorted(empty) == ["Kauman", "Panjang Baru"]
