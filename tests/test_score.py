"""Scoring: the worked examples by head, the laws over all rule sets, and the city's own figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import petakumuh
from petakumuh.catalog.regulation import rule_set, rule_sets
from petakumuh.errors import InputError, RecipeError
from petakumuh.score import shares

CODES = rule_set().codes
HEADS = ("luas_verifikasi_ha", "jumlah_bangunan", "jumlah_penduduk", "jumlah_kk", "jalan_ideal_m",
         "drainase_ideal_m")  # fmt: skip
EXAMPLES: list[Any] = [
    ("Bandengan", "RT003-RW006", (1.23, 50, 233, 77, 400, 300),
     {"1c": 8, "2b": 100, "4a": 1.121, "4c": 300, "5a": 43, "7a": 50}, [0, 1, 5, 5, 3, 5], (19, "KR"),
     2021, {"4c": 200}, (15, "TK")),
    ("Podosugih", "RT006-RW001", (1.241758, 74, 489, 147, 306, 500),
     {"1a": 74, "1c": 3, "2b": 186, "3a": 74, "4a": 0.001758, "4b": 200, "4c": 200, "5a": 43, "6a": 147, "6b": 39},
     [5, 0, 3, 1, 0, 1, 1, 1, 5, 1], (18, "KR"), 2021, {"6a": 39, "6b": 39}, (15, "TK")),
    ("Padukuhan Kraton", "RT002-RW012", (0.3721, 24, 107, 28, 200, 260),
     {"2b": 120, "4a": 0.1921, "4b": 60, "4c": 50, "5a": 7, "6a": 28, "7b": 24}, [3, 3, 0, 0, 1, 5, 5],
     (17, "KR"), 2023, {"2b": 120}, (14, "TK")),
    ("Wungu", "RT003-RW001", (2.66, 33, 168, 42, 400, 0),
     {"2a": 100, "2b": 300, "3a": 1, "5a": 7, "5b": 7, "6a": 42, "6b": 42, "7a": 33, "7b": 33},
     [1, 3, 0, 0, 0, 5, 5, 5, 5], (24, "KR"), None, {}, None),
]  # fmt: skip
"""The worked examples of the method: headers, volumes, scores, total and class before and after."""


def unit(at=1, name="Bandengan", rtrw=None, heads=(1.23, 50, 233, 77, 400, 300), codes=CODES, **volumes):
    row = {"id": str(at), "kecamatan": "Tengah", "kelurahan": name, "rtrw": rtrw or f"RT{at:03}-RW006"}
    row |= dict(zip(HEADS, heads, strict=True)) | dict.fromkeys(codes, 0.0)
    return row | {code.removeprefix("v"): volume for code, volume in volumes.items()}


def town(*rows):
    return pd.DataFrame(list(rows))


def done(*rows):
    names = ("id_rt", "tahun", "kriteria", "volume")
    return pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows])


def year(scores, label, at="1"):
    table = scores.tabel
    (row,) = table[(table["unit_id"] == at) & (table["tahun"] == str(label))].to_dict("records")
    return row


def rules_found(scores, file="baseline"):
    rows = scores.findings
    return sorted(set(rows.loc[rows["lapisan"] == file, "aturan"]) - {"skema_dikenali"})


def times(scores, rule):
    return int((scores.findings["aturan"] == rule).sum())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one[0])
def test_the_worked_examples_come_out_digit_for_digit(example):
    name, rtrw, heads, volumes, nilai, first, when, handled, last = example
    base = town(unit(1, name, rtrw, heads, **{f"v{code}": volume for code, volume in volumes.items()}))
    works = done(*(("1", when, code, volume) for code, volume in handled.items())) if handled else None
    scores = petakumuh.skor(base, works, tahun_dasar=2019)
    row = year(scores, 2019)
    assert [row[f"nilai_{code}"] for code in volumes] == nilai
    assert sum(row[f"nilai_{code}"] for code in CODES) == row["total"]
    assert (row["total"], row["tingkat"]) == first
    if last:
        row = year(scores, when)
        assert (row["total"], row["tingkat"]) == last
        assert row["pengurangan_ha"] == heads[0]


def test_the_means_and_the_contribution_of_bandengan_are_those_of_the_method():
    name, rtrw, heads, volumes, *_ = EXAMPLES[0]
    base = town(unit(1, name, rtrw, heads, **{f"v{code}": volume for code, volume in volumes.items()}))
    scores = petakumuh.skor(base, done(("1", 2021, "4c", 200)), tahun_dasar=2020)
    assert year(scores, 2020)["rata_sektoral"] == pytest.approx(0.22781, abs=5e-6)
    assert year(scores, 2021)["rata_sektoral"] == pytest.approx(0.19607, abs=5e-6)
    assert year(scores, 2021)["kontribusi"] == pytest.approx(0.13935, abs=5e-6)
    assert scores.persen["persen_4c"].round(4).tolist() == [1.0, 0.3333]


def test_below_the_threshold_counts_as_nothing_in_the_mean_of_the_official_workbook():
    """1c is 16 %: its score is 0, so the aspect of buildings is 0 and not 16 % / 3."""
    base = town(unit(v1c=8, v7a=50))
    plain = petakumuh.skor(base, tahun_dasar=2019)
    official = petakumuh.skor(base, tahun_dasar=2019, rata_sektoral="ambang")
    assert year(plain, 2019)["rata_sektoral"] == pytest.approx((0.16 / 3 + 0.5) / 7)
    assert year(official, 2019)["rata_sektoral"] == pytest.approx(0.5 / 7)


def test_the_formula_of_the_workbook_counts_a_cleared_unit_wholly_and_another_beyond_the_threshold():
    base = town(unit(1, v6a=77, v6b=77, v7a=50, v7b=50, v3a=77), unit(2, v6a=77, v6b=77, v7a=50, v7b=50))
    works = done(("1", 2020, "3a", 77), ("2", 2020, "6a", 77))
    scores = petakumuh.skor(base, works, kontribusi="form")
    assert year(scores, 2019)["kontribusi"] == 0
    first, last = 2.5 / 7, 2 / 7
    assert year(scores, 2020)["kontribusi"] == pytest.approx((first - last) / (first - 0.2499))
    assert (year(scores, 2020, "2")["tingkat"], year(scores, 2020, "2")["kontribusi"]) == ("TK", 1)


def test_a_contribution_that_is_no_share_is_said():
    base = town(unit(v6a=77, v6b=77, v7a=50, v4c=100))
    scores = petakumuh.skor(base, done(("1", 2020, "4c", 10)), kontribusi="form", pengurangan="kontribusi")
    assert year(scores, 2020)["tingkat"] == "KR"
    assert year(scores, 2020)["kontribusi"] < 0
    assert year(scores, 2020)["pengurangan_ha"] == 0
    assert times(scores, "kontribusi_di_luar") == 1


@pytest.mark.parametrize(("percent", "score"), [(24.99, 0), (24.995, 1), (50.5, 1), (51, 3), (75.5, 3), (76, 5)])
def test_the_gaps_belong_to_the_lower_band(percent, score):
    scores = petakumuh.skor(town(unit(heads=(1, 100_000, 1, 1, 1, 1), v1a=percent * 1000)), tahun_dasar=2019)
    assert year(scores, 2019)["nilai_1a"] == score


def test_a_zero_denominator_is_no_per_cent_and_is_said_once_per_column():
    scores = petakumuh.skor(town(unit(heads=(1, 50, 1, 77, 400, 0), v4b=5)), tahun_dasar=2019)
    assert (year(scores, 2019)["nilai_4b"], year(scores, 2019)["total"]) == (0, 0)
    (row,) = scores.findings[scores.findings["aturan"] == "penyebut_nol"].to_dict("records")
    assert row["keparahan"] == "galat"


def test_above_its_denominator_scores_highest_and_below_nothing_scores_nothing_and_both_are_said():
    scores = petakumuh.skor(town(unit(v5a=78, v4a=-0.6)), tahun_dasar=2019)
    assert (year(scores, 2019)["nilai_5a"], year(scores, 2019)["nilai_4a"]) == (5, 0)
    assert rules_found(scores) == ["persen_di_atas_100", "volume_negatif"]
    assert scores.persen["persen_4a"].tolist() == [0]


@pytest.mark.parametrize("blank", ["5a", "jumlah_kk", "luas_verifikasi_ha"])
def test_missing_is_missing_and_never_zero(blank):
    row = unit(v6a=77)
    row[blank] = None
    scores = petakumuh.skor(town(row, unit(2)), tahun_dasar=2019)
    mine = year(scores, 2019)
    assert pd.isna(mine["total"])
    assert mine["tingkat"] == "tanpa_skor"
    assert pd.isna(mine["rata_sektoral"])
    assert rules_found(scores) == ["tanpa_skor"]
    sums = scores.rekap["tahun"]["2019"]
    assert sums["tanpa_skor_rt"] == 1
    assert sums["tidak_kumuh_ha"] == 1.23
    assert sums["tanpa_skor_ha"] == (0 if blank == "luas_verifikasi_ha" else 1.23)


def test_more_than_what_is_left_is_clamped_and_named_and_each_year_starts_from_the_year_before():
    works = done(("1", 2020, "4c", 200), ("1", 2022, "4c", 90), ("1", 2022, "4c", 90))
    scores = petakumuh.skor(town(unit(v4c=300)), works)
    assert scores.volume["volume_4c"].tolist() == [300, 100, 100, 0]
    assert scores.volume["tahun"].tolist() == ["2019", "2020", "2021", "2022"]
    assert times(scores, "volume_melebihi_sisa") == 1
    assert "investasi_kembar" in rules_found(scores, "investasi")


@pytest.mark.parametrize(
    ("row", "fate"),
    [
        (("9", 2021, "4c", 10), "investasi_di_luar_baseline"),
        (("1", 2021, "4d", 10), "investasi_kriteria_lain"),
        (("1", 2021, "4c", None), "investasi_tanpa_volume"),
        (("1", 2021, "4c", -10), "investasi_volume_negatif"),
        (("1", 2019, "4c", 10), "investasi_sebelum_dasar"),
        (("2", 2021, "4c", 10), "investasi_rt_tanpa_volume"),
    ],
)
def test_an_intervention_that_cannot_be_counted_is_listed_with_its_reason(row, fate):
    base = town(unit(v4c=300), unit(2, v4c=None))
    scores = petakumuh.skor(base, done(row, ("1", 2021, "4c", 50)), tahun_dasar=2019)
    assert scores.investasi["nasib"].tolist() == [fate, "diterapkan"]
    assert scores.rekap["investasi"] == {"baris": 2, "diterapkan": 1, "tidak": {fate: 1}}
    assert times(scores, fate) == 1
    assert scores.volume.loc[scores.volume["unit_id"] == "1", "volume_4c"].tolist() == [300, 300, 250]


def test_units_and_status_are_kept_to():
    works = done(*[("1", 2020, "4c", 10)] * 4).assign(
        satuan=["Meter", "", "km", "m"], status=["Selesai", "selesai", "selesai", "rencana"]
    )
    scores = petakumuh.skor(town(unit(v4c=300)), works)
    assert scores.investasi["nasib"].tolist() == [
        "diterapkan", "diterapkan", "investasi_satuan_lain", "investasi_belum_selesai"
    ]  # fmt: skip
    assert scores.volume["volume_4c"].tolist() == [300, 280]


def test_a_work_without_a_year_counts_after_all_years():
    scores = petakumuh.skor(town(unit(v4c=300)), done(("1", 2020, "4c", 10), ("1", None, "4c", 20)))
    assert scores.volume[["tahun", "volume_4c"]].to_numpy().tolist() == [
        ["2019", 300], ["2020", 290], ["(tanpa tahun)", 270]
    ]  # fmt: skip


def test_an_rt_called_by_its_number_is_found_in_its_kelurahan_only():
    base = town(
        *(unit(at, name, "RT003-RW006", v4c=300) for at, name in ((1, "Barat"), (2, "Timur"))),
        unit(3, "Timur", "RT004-RW001", v4c=300),
    )
    works = done(*[("RT 03 / RW 6", 2020, "4c", 10)] * 3, ("1", 2020, "4c", 10))
    works["kelurahan"] = ["TIMUR", "Utara", "", "Timur"]
    scores = petakumuh.skor(base, works)
    assert scores.investasi["unit_id"].tolist() == ["2", "", "", "1"]
    assert times(scores, "investasi_kelurahan_lain") == 1


def test_works_that_do_not_act_on_their_criterion_are_said_and_counted():
    works = done(("1", 2020, "4c", 10), ("1", 2020, "6a", 5), ("1", 2020, "6b", 5))
    works = works.assign(kegiatan=["Jalan Beton", "Mobil Sampah", "Gapura"], id=["a", "b", "c"])
    scores = petakumuh.skor(town(unit(v4c=300, v6a=77, v6b=77)), works)
    found = scores.findings[scores.findings["aturan"].str.startswith("kegiatan")]
    assert found[["aturan", "id"]].to_numpy().tolist() == [
        ["kegiatan_bukan_kriterianya", "a"], ["kegiatan_tak_dikenal", "c"]
    ]  # fmt: skip
    assert set(scores.investasi["nasib"]) == {"diterapkan"}


def test_reduction_by_contribution_takes_the_share_and_never_from_what_was_no_slum():
    name, rtrw, heads, volumes, *_ = EXAMPLES[0]
    base = town(unit(1, name, rtrw, heads, **{f"v{c}": v for c, v in volumes.items()}), unit(2, v4c=300))
    works = done(("1", 2021, "4c", 200), ("2", 2021, "4c", 300))
    scores = petakumuh.skor(base, works, pengurangan="kontribusi")
    assert year(scores, 2021)["pengurangan_ha"] == pytest.approx(1.23 * 0.13935, abs=1e-5)
    assert year(scores, 2021, "2")["pengurangan_ha"] == 0


def test_a_kawasan_is_scored_on_the_sums_of_its_rt():
    base = town(unit(1, v5a=77), unit(2, rtrw="RT004-RW006", v5a=0), unit(3, "Lain", v5a=None))
    scores = petakumuh.skor(base, done(("1", 2020, "5a", 60)), satuan="kawasan")
    assert scores.tabel["unit_id"].tolist() == ["Bandengan"] * 2 + ["Lain"] * 2
    assert scores.persen["persen_5a"].tolist()[:2] == [0.5, 17 / 154]
    assert scores.tabel["tingkat"].tolist() == ["TK", "TK", "tanpa_skor", "tanpa_skor"]
    assert scores.tabel["luas_verifikasi_ha"].tolist()[0] == 2.46


def test_the_older_rule_asks_for_service_besides():
    codes = rule_set("pupr-02-2016").codes
    heads = (1, 50, 200, 100, 400, 300)
    base = town(unit(1, heads=heads, codes=codes, v6a=100, v6b=100, v6c=100, v7a=50), unit(2, codes=codes))
    works = done(("1", 2020, "6a", 100), ("1", 2021, "6b", 100))
    scores = petakumuh.skor(base, works, "pupr-02-2016", pengurangan="layanan")
    assert [year(scores, one)["total"] for one in (2019, 2020, 2021)] == [20, 15, 10]
    assert [year(scores, one)["pengurangan_ha"] for one in (2019, 2020, 2021)] == [0, 0, 0]  # 6c: a third left
    works = pd.concat([works, done(("1", 2022, "6c", 40))])
    assert year(petakumuh.skor(base, works, "pupr-02-2016", pengurangan="layanan"), 2022)["pengurangan_ha"] == 1
    assert year(petakumuh.skor(base, works, "pupr-02-2016"), 2020)["pengurangan_ha"] == 1


def test_the_older_rule_may_know_no_zero():
    codes = rule_set("pupr-02-2016").codes
    scores = petakumuh.skor(town(unit(codes=codes)), aturan="pupr-02-2016", nilai_terendah="1", tahun_dasar=2016)
    assert (year(scores, 2016)["total"], year(scores, 2016)["tingkat"]) == (19, "KR")


def test_older_sheets_divide_the_surface_of_roads_by_the_roads_there_are():
    base = town(unit(v2b=100) | {"panjangJalanEksisting": 200})
    scores = petakumuh.skor(base, tahun_dasar=2019, penyebut={"2b": "jalan_eksisting_m"})
    assert scores.persen["persen_2b"].tolist() == [0.5]
    with pytest.raises(RecipeError, match=r"4c = jalan_eksisting_m.*2b = jalan_ideal_m/jalan_eksisting_m"):
        petakumuh.skor(base, penyebut={"4c": "jalan_eksisting_m"})


def test_a_table_without_a_column_is_refused_by_its_name():
    with pytest.raises(InputError, match=r"baseline.*jumlah_kk, 5a"):
        petakumuh.skor(town(unit()).drop(columns=["jumlah_kk", "5a"]))
    with pytest.raises(InputError, match=r"investasi.*volume"):
        petakumuh.skor(town(unit()), done(("1", 2020, "4c", 1)).drop(columns="volume"))


def test_the_order_of_rows_changes_nothing():
    random = np.random.default_rng(7)
    base = town(*(unit(at, rtrw=f"RT{at:03}-RW001", v4c=300, v5a=random.uniform(0, 77)) for at in range(1, 30)))
    works = done(*((str(random.integers(1, 30)), 2020 + at % 3, "4c", random.uniform(0, 90)) for at in range(200)))
    first = petakumuh.skor(base, works)
    again = petakumuh.skor(base, works.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(first.tabel, again.tabel)
    pd.testing.assert_frame_equal(first.volume, again.volume)


@pytest.mark.parametrize("name", rule_sets())
@given(data=st.data())
def test_worse_never_scores_lower(name, data):
    rules = rule_set(name)
    size = len(rules.kriteria)
    numbers = st.lists(st.floats(0, 1e6), min_size=size, max_size=size)
    better, more, over = (np.array(data.draw(numbers)) for _ in range(3))
    lowest = int(data.draw(st.sampled_from(rules.pilihan["nilai_terendah"].pilihan)))
    before, after = (shares.sums(shares.shares(one, over), rules, lowest) for one in (better, better + more))
    assert (before[0] <= after[0]).all()
    assert before[1] <= after[1]
    assert shares.class_at(before[1], rules) <= shares.class_at(after[1], rules)


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(2020, 2023), st.sampled_from(CODES), st.floats(0, 400)), max_size=12))
def test_hectares_close_in_every_year_and_works_never_make_it_worse(works):
    base = town(unit(v2b=400, v4c=300, v5a=77, v6a=60, v7b=50), unit(2, v5a=77), unit(3, v5a=None))
    rows = done(*(("1", *one) for one in works)) if works else None
    scores = petakumuh.skor(base, rows, tahun_dasar=2019)
    for row in scores.rekap["tahun"].values():
        assert row["kumuh_ha"] + row["tidak_kumuh_ha"] + row["tanpa_skor_ha"] == pytest.approx(3 * 1.23)
        assert row["sisa_kumuh_ha"] == pytest.approx(row["kumuh_ha"])
    mine = scores.tabel[scores.tabel["unit_id"] == "1"]
    assert mine["total"].is_monotonic_decreasing
    assert mine["pengurangan_ha"].is_monotonic_increasing


@pytest.fixture(scope="module")
def pekalongan(towns):
    folder = towns / "pekalongan"
    return petakumuh.skor(folder / "baseline_rt_2019.csv", folder / "investasi_2020_2023.csv")


@pytest.mark.towns
def test_the_scores_of_pekalongan_are_the_citys_own(pekalongan, towns):
    theirs = pd.read_csv(towns / "pekalongan" / "hasil_kota_2019_sebagian.csv", dtype={"id": str})
    ours = pekalongan.tabel[pekalongan.tabel["tahun"] == "2019"].set_index("unit_id").loc[theirs["id"]]
    assert len(ours) == 159
    assert ours["total"].astype(float).tolist() == theirs["skor_2019"].tolist()
    assert ours["tingkat"].tolist() == theirs["kelas_2019"].tolist()


@pytest.mark.towns
def test_every_rt_and_intervention_of_pekalongan_is_accounted_for(pekalongan):
    assert pekalongan.tabel.groupby("tahun").size().to_dict() == dict.fromkeys(map(str, range(2019, 2024)), 432)
    counts = pekalongan.rekap["temuan"]
    assert counts["tanpa_skor"] == 50
    assert counts["investasi_di_luar_baseline"] == 40
    assert counts["investasi_kriteria_lain"] == 3
    account = pekalongan.rekap["investasi"]
    assert account["baris"] == 1_091
    assert account["diterapkan"] + sum(account["tidak"].values()) == 1_091
    words = pekalongan.investasi[pekalongan.investasi["rt"].str.startswith("RT")]
    assert (len(words), int((words["unit_id"] != "").sum())) == (48, 8)


@pytest.mark.towns
def test_a_second_way_of_counting_gives_the_same_hectares_of_pekalongan(pekalongan, towns):
    """Row by row with plain dictionaries, from the files, without any of our code but the rule set."""
    folder = towns / "pekalongan"
    base = pd.read_csv(folder / "baseline_rt_2019.csv").to_dict("records")
    works = pd.read_csv(folder / "investasi_2020_2023.csv", dtype={"id_rt": str}).to_dict("records")
    by_name = {(row["kelurahan"], row["rtrw"]): str(row["id"]) for row in base}
    over = {"ha": "luasVerifikasi", "unit": "jumlahBangunan", "KK": "jumlahKK", "4": "panjangDrainaseIdeal",
            "2": "panjangJalanIdeal"}  # fmt: skip
    slum = dict.fromkeys(range(2019, 2024), 0.0)
    clamps = set()
    for row in base:
        if pd.isna(row["1a"]):
            continue
        left = {code: max(row[code], 0.0) for code in CODES}
        for when in slum:
            mine: dict[str, float] = {}
            for one in works:
                rt = by_name.get((one["kelurahan"], one["id_rt"]), one["id_rt"])
                if one["tahun"] == when and rt == str(row["id"]) and one["kriteria"] in left:
                    mine[one["kriteria"]] = mine.get(one["kriteria"], 0) + one["volume"]
            for code, volume in mine.items():
                if volume > left[code] + 1e-6:
                    clamps.add((row["id"], when, code))
                left[code] = max(0.0, left[code] - volume)
            total = 0
            for rule in rule_set().kriteria:
                column = over[rule.kode[0]] if rule.satuan == "m" else over[rule.satuan]
                share = left[rule.kode] / row[column] * 100
                total += 5 if share >= 75.995 else 3 if share >= 50.995 else 1 if share >= 24.995 else 0
            slum[when] += row["luasVerifikasi"] if total >= 16 else 0
    recap = pekalongan.rekap["tahun"]
    assert {str(when): pytest.approx(hectares) for when, hectares in slum.items()} == {
        when: row["kumuh_ha"] for when, row in recap.items()
    }
    assert pekalongan.rekap["temuan"]["volume_melebihi_sisa"] == len(clamps)
