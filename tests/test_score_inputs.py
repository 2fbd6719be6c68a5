"""Baselines and interventions as they are brought: rows twice, ids in all forms, places and headers left blank."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

import petakumuh
from petakumuh.catalog.regulation import rule_set
from petakumuh.findings import with_messages

CODES = rule_set().codes


def rt(at, kelurahan="Barat", rtrw=None, **more):
    """An RT of 1 ha with 300 m of drains in disrepair (4c), where there should be 300 m."""
    row = {"id": at, "kecamatan": "Tengah", "kelurahan": kelurahan, "rtrw": rtrw or f"RT00{at}-RW001"}
    row |= {"luas_verifikasi_ha": 1.0, "jumlah_bangunan": 50, "jumlah_penduduk": 200, "jumlah_kk": 77}
    return row | {"jalan_ideal_m": 400, "drainase_ideal_m": 300} | dict.fromkeys(CODES, 0.0) | {"4c": 300} | more


def work(at="", kelurahan="", **more):
    return {"id_rt": at, "kelurahan": kelurahan, "tahun": 2021, "kriteria": "4c", "volume": 100, **more}


def scored(units, *works, **options):
    base = units if isinstance(units, pd.DataFrame) else pd.DataFrame(units)
    done = pd.DataFrame(list(works)) if works else None
    return petakumuh.skor(base, done, **({"tahun_dasar": 2020} | options))


def told(scores, rule):
    rows = with_messages(scores.findings, "id")
    return rows.loc[rows["aturan"] == rule, ["keparahan", "id"]].to_numpy().tolist()


def fates(scores):
    return list(zip(scores.investasi["unit_id"], scores.investasi["nasib"], strict=True))


def last(scores):
    return scores.rekap["tahun"][list(scores.rekap["tahun"])[-1]]


# Rows and ids


def test_a_repeated_row_renames_itself_only_and_its_hectares_are_said_to_count_twice():
    scores = scored([*(rt(at) for at in range(1, 9)), rt(3)], *(work(at) for at in range(1, 9)))
    assert scores.unit["unit_id"].tolist() == ["1", "2", "3", "4", "5", "6", "7", "8", "3#2"]
    assert scores.rekap["investasi"]["diterapkan"] == 8
    (row,) = scores.findings[scores.findings["aturan"] == "rt_kembar"].to_dict("records")
    assert (row["keparahan"], row["luas_ha"]) == ("galat", 1.0)
    assert "3" in row["id"]
    assert "3#2" in row["id"]


@pytest.mark.parametrize(
    ("rows", "twice"),
    [
        ([rt(1), rt(2, rtrw="RT 1 / RW 1", luas_verifikasi_ha=0.5)], 0.5),
        ([rt(1, rtrw="Kawasan 7"), rt(2, rtrw="Kawasan 7")], 1.0),
        ([rt(1, rtrw="Kawasan 7"), rt(2, rtrw="Kawasan 7", jumlah_kk=76)], None),
        ([rt(1), rt(2, "Timur", rtrw="RT001-RW001")], None),
    ],
    ids=["one RT", "alike", "not alike", "another kelurahan"],
)
def test_an_rt_under_two_ids_is_grave_and_names_the_hectares(rows, twice):
    found = scored(rows).findings
    assert found.loc[found["aturan"] == "rt_kembar", "luas_ha"].tolist() == ([] if twice is None else [twice])


def test_ids_of_two_kelurahan_are_told_apart_by_the_kelurahan_and_else_said_to_be_ambiguous():
    scores = scored([rt(5), rt(5, "Timur"), rt(6)], work(5, "Timur"), work(5), work(6), work(7))
    assert scores.unit["unit_id"].tolist() == ["Barat/5", "Timur/5", "6"]
    assert fates(scores) == [
        ("Timur/5", "diterapkan"), ("", "investasi_rt_ganda"),
        ("6", "diterapkan"), ("", "investasi_di_luar_baseline"),
    ]  # fmt: skip


def test_a_row_of_totals_does_not_cost_the_rows_their_ids(tmp_path):
    total = rt("", "JUMLAH", rtrw=" ") | {"kecamatan": ""}
    for name in ("luas_verifikasi_ha", "jumlah_bangunan", "jumlah_penduduk", "jumlah_kk", "4c"):
        total[name] *= 3
    pd.DataFrame([rt(11), rt(12), rt(13), total]).to_csv(tmp_path / "b.csv", index=False)
    scores = petakumuh.skor(tmp_path / "b.csv", tahun_dasar=2020)
    assert scores.unit["unit_id"].tolist() == ["11", "12", "13"]
    assert told(scores, "id_kosong") == []


@pytest.mark.parametrize(("ids", "asked", "meant"), [
    (["1", "2"], "1.0", "1"), (["1", "2"], "001", "1"), (["1.0", "2.0"], "1", "1.0"),
    (["001", "1"], "1", "1"), (["001", "1"], "001", "001"), (["001", "1"], "01", ""),
])  # fmt: skip
def test_a_whole_number_is_one_id_in_all_its_forms_unless_the_baseline_tells_them_apart(ids, asked, meant):
    scores = scored([rt(1, id=ids[0]), rt(2, id=ids[1])], work(asked))
    assert scores.investasi["unit_id"].tolist() == [meant]


# RT and RW in columns of their own


def test_rt_and_rw_in_columns_of_their_own_are_read_together_on_both_sides():
    units = pd.DataFrame([rt(at, name) for name in ("Barat", "Timur") for at in (1, 2)])
    units = units.drop(columns=["id", "rtrw"]).assign(RT=["1", "2", "01", "RT 2"], RW=["1", "1.0", "001", 1])
    scores = scored(units, {"kelurahan": "Timur", "rt": 1, "rw": 1, "tahun": 2021, "kriteria": "4c", "volume": 9})
    assert scores.unit["rtrw"].tolist() == ["RT001-RW001", "RT002-RW001"] * 2
    assert fates(scores) == [("Timur/RT001-RW001", "diterapkan")]


def test_rt_and_rw_come_before_the_number_that_another_rt_has_as_id():
    units = [rt(1), rt(2), rt(3, "Timur", "RT001-RW001"), rt(4, "Timur", "RT002-RW001")]
    scores = scored(units, {"kelurahan": "Timur", "rt": 1, "rw": 1, "tahun": 2021, "kriteria": "4c", "volume": 9})
    assert scores.investasi["unit_id"].tolist() == ["3"]


def test_a_label_or_the_bare_number_of_an_rt_is_not_taken_for_that_of_another_kelurahan():
    units = [rt(1, id="P-1"), rt(2, id="7")]
    scores = scored(units, work("P-1", "Timur"), work("7", "Timur"), work("P-1"))
    assert fates(scores) == [("", "investasi_rt_kelurahan_lain"), ("7", "diterapkan"), ("P-1", "diterapkan")]
    bare = work("", "Timur", rt=7)
    del bare["id_rt"]
    assert fates(scored(units, bare)) == [("", "investasi_rt_kelurahan_lain")]


# Places


def test_an_rt_without_kecamatan_stays_in_the_one_that_its_kelurahan_has():
    slum = {"5a": 77, "5b": 77, "6a": 77, "6b": 77, "luas_verifikasi_ha": 6.0}
    scores = scored([rt(1, **slum), rt(2, **slum, kecamatan="")])
    assert scores.kelurahan[["kecamatan", "kelurahan", "kumuh_ha"]].to_numpy().tolist() == [
        ["Tengah", "Barat", 12.0]
    ]
    assert scores.kewenangan["kewenangan"].tolist() == ["provinsi"]
    assert told(scores, "kecamatan_diisi") == [["peringatan", "2"]]


def test_an_rt_without_kecamatan_is_said_where_two_kecamatan_have_its_kelurahan():
    scores = scored([rt(1), rt(2, kecamatan="Utara"), rt(3, kecamatan="")])
    assert len(scores.kelurahan) == 3
    assert told(scores, "kecamatan_kosong") == [["peringatan", "3"]]


def test_an_rt_without_kelurahan_is_said_and_its_kawasan_has_a_name():
    scores = scored([rt(1), rt(2, "")], satuan="kawasan")
    assert scores.unit["unit_id"].tolist() == ["Barat", "(kosong)"]
    assert told(scores, "kelurahan_kosong") == [["peringatan", "2"]]


def test_a_kawasan_in_two_kecamatan_and_rt_without_kawasan_are_said():
    units = [rt(1, kawasan="Pesisir"), rt(2, "Timur", kecamatan="Utara", kawasan="Pesisir"), rt(3, kawasan="")]
    scores = scored(units, satuan="kawasan")
    assert scores.unit["unit_id"].tolist() == ["Tengah/Pesisir", "Utara/Pesisir", "Barat"]
    assert len(told(scores, "kawasan_dua_kecamatan")) == 1
    assert told(scores, "kawasan_kosong") == [["peringatan", "3"]]


def test_rt_without_kawasan_do_not_join_a_kawasan_that_bears_the_name_of_their_kelurahan():
    scores = scored([rt(1, "Medono", kawasan=""), rt(2, "Tirto", kawasan="Medono")], satuan="kawasan")
    assert scores.unit[["unit_id", "kelurahan"]].to_numpy().tolist() == [
        ["Medono (tanpa kawasan)", "Medono"], ["Medono", "Tirto"]
    ]  # fmt: skip


# Headers and numbers


def test_a_negative_header_is_grave_and_in_no_sum_and_a_blank_one_is_said():
    scores = scored([rt(1, jumlah_penduduk=-200), rt(2, jumlah_penduduk=None), rt(3)])
    assert last(scores)["TK_jiwa"] == 200
    assert told(scores, "angka_negatif") == [["galat", "1"]]
    assert told(scores, "isian_kosong") == [["catatan", "2"]]


@pytest.mark.parametrize("area", [None, -1.0])
def test_an_rt_without_hectares_has_an_unknown_reduction_and_is_said(tmp_path, area):
    """By a rule set that divides nothing by hectares, so that the RT has a score."""
    text = files("petakumuh.catalog").joinpath("regulations/pupr-14-2018.toml").read_text(encoding="utf-8")
    own = tmp_path / "kota.toml"
    own.write_text(text.replace('penyebut = "luas_verifikasi_ha"', 'penyebut = "jumlah_kk"'), encoding="utf-8")
    slum = {"5a": 77, "5b": 77, "6a": 77}
    units = [rt(1, **slum, luas_verifikasi_ha=area), rt(2, **slum)]
    scores = scored(units, work(1, volume=300), work(2, volume=300), aturan=own)
    assert scores.tabel["tingkat"].tolist() == ["KR", "TK"] * 2
    assert np.isnan(scores.tabel["pengurangan_ha"].iloc[1])
    assert (last(scores)["pengurangan_ha"], last(scores)["tidak_kumuh_ha"]) == (1.0, 1.0)
    assert [rule for rule in ("luas_kosong", "angka_negatif") if told(scores, rule)] == (
        ["luas_kosong"] if area is None else ["angka_negatif"]
    )


def test_a_kawasan_with_an_rt_of_unknown_hectares_keeps_what_is_known_of_it():
    units = [rt(1, kawasan="P"), rt(2, kawasan="P", luas_verifikasi_ha=2.5, jumlah_penduduk=None)]
    units.append(rt(3, kawasan="P", luas_verifikasi_ha=None))
    scores = scored(units, satuan="kawasan")
    row = last(scores)
    assert (row["tanpa_skor_ha"], row["tanpa_skor_jiwa"], row["tanpa_skor_rt"]) == (3.5, 400, 1)
    assert told(scores, "kawasan_sebagian") == [["peringatan", "P"]] * 2


@pytest.mark.parametrize("text", ["1e400", "1e308", "-1e999"])
def test_a_number_beyond_all_numbers_is_unreadable_and_said(text):
    scores = scored([rt(1, jumlah_penduduk=text), rt(2)], work(2, volume=text))
    assert last(scores)["TK_jiwa"] == 200
    assert scores.investasi["nasib"].tolist() == ["investasi_tanpa_volume"]
    assert len(told(scores, "angka_tak_terbaca")) == 2
