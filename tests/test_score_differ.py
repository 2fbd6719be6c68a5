"""Somebody else's yearly results beside ours: every planted difference is found, with its reason."""

from __future__ import annotations

import pandas as pd
import pytest

import petakumuh
from petakumuh.errors import InputError
from petakumuh.model import Source
from petakumuh.read import read_rows
from petakumuh.scoring import compare_scores, tulis_skor
from tests.test_score import done, town, unit


@pytest.fixture(scope="module")
def scores():
    """1: 20 KR, in 2021 6a is handled: 15 TK. 2: 4c is 50.5 %. 3: not surveyed."""
    base = town(
        unit(1, rtrw="RT003-RW006", v1a=10, v6a=77, v6b=77, v7a=50, v7b=10, v5a=77),
        unit(2, rtrw="RT004-RW006", v4c=151.5, v1c=8),
        unit(3, rtrw="RT005-RW006", v5a=None),
    )
    return petakumuh.skor(base, done(("1", 2021, "6a", 77)), tahun_dasar=2020)


def their(scores, **cells):
    """Our own table as they would have it, with cells of unit and year changed: ``total_1_2021=20``."""
    table = scores.tabel.copy()
    for name, value in cells.items():
        column, at, year = name.rsplit("_", 2)
        table.loc[(table["unit_id"] == at) & (table["tahun"] == year), column] = value
    return table


def told(found) -> dict[tuple[str, str, str], str]:
    return {(row["unit_id"], row["tahun"], row["kolom"]): row["sebab"] for row in found.to_dict("records")}


def test_our_own_table_differs_nowhere(scores):
    assert compare_scores(scores, their(scores)).empty


def test_an_intervention_never_applied_is_named(scores):
    old = scores.tabel[scores.tabel["tahun"] == "2020"].set_index("unit_id")
    names = ["nilai_6a", "total", "rata_sektoral", "kontribusi"]
    cells = {f"{one}_1_2021": old.loc["1", one] for one in names}
    found = compare_scores(scores, their(scores, **cells))
    assert told(found) == {
        ("1", "2021", "nilai_6a"): "investasi_tidak_diterapkan",
        ("1", "2021", "total"): "mengikuti_nilai",
        ("1", "2021", "rata_sektoral"): "investasi_tidak_diterapkan",
        ("1", "2021", "kontribusi"): "investasi_tidak_diterapkan",
    }
    assert found.loc[0, "investasi"] == "investasi-0"
    assert (found.loc[0, "kami"], found.loc[0, "mereka"]) == (0, 5)


def test_sums_and_classes_that_do_not_follow_are_theirs(scores):
    found = compare_scores(scores, their(scores, total_1_2021=17, tingkat_2_2020="KS"))
    assert told(found) == {
        ("1", "2021", "total"): "jumlah_tidak_cocok",
        ("2", "2020", "tingkat"): "kelas_tidak_cocok",
    }


def test_another_reading_of_the_gap_is_at_the_edge_of_a_band(scores):
    found = compare_scores(scores, their(scores, nilai_4c_2_2020=3, total_2_2020=3))
    assert told(found) == {
        ("2", "2020", "nilai_4c"): "dekat_ambang",
        ("2", "2020", "total"): "mengikuti_nilai",
    }


def test_the_other_mean_and_formula_are_known(scores):
    other = petakumuh.skor(
        town(unit(2, rtrw="RT004-RW006", v4c=151.5, v1c=8)), tahun_dasar=2020, rata_sektoral="ambang"
    )
    mean = float(other.tabel["rata_sektoral"].iloc[0])
    found = compare_scores(scores, their(scores, rata_sektoral_2_2020=mean, kontribusi_2_2021=1.0))
    assert told(found) == {
        ("2", "2020", "rata_sektoral"): "rata_cara_lain",
        ("2", "2021", "kontribusi"): "kontribusi_cara_lain",
    }


def test_units_of_one_side_and_units_without_a_score_are_listed(scores):
    table = their(scores, total_3_2020=18)
    table = table[~((table["unit_id"] == "2") & (table["tahun"] == "2021"))]
    table = pd.concat([table, table.head(1).assign(unit_id="9")])
    assert told(compare_scores(scores, table)) == {
        ("2", "2021", ""): "tidak_ada_pada_mereka",
        ("9", "2020", ""): "tidak_ada_pada_kami",
        ("3", "2020", "total"): "tanpa_skor",
    }


def test_a_wide_table_by_kelurahan_and_rt_is_read_and_one_without_results_refused(scores):
    table = pd.DataFrame(
        {"kelurahan": ["BANDENGAN"], "rtrw": ["RT003-RW006"], "skor_2021": [20], "kelas_2021": ["KR"]}
    )
    found = compare_scores(scores, table)
    assert told(found[found["kolom"] != ""]) == {
        ("1", "2021", "total"): "investasi_tidak_diterapkan",
        ("1", "2021", "tingkat"): "mengikuti_nilai",
    }
    with pytest.raises(InputError, match="tahun"):
        compare_scores(scores, table[["kelurahan", "rtrw"]])


def only(unit_id="2", **cells):
    """One row of theirs, of a unit that scores 1 (4c at 50.5 %) and is no slum."""
    return pd.DataFrame([{"unit_id": unit_id, "tahun": "2020"} | cells])


def test_our_own_file_with_its_decimal_commas_differs_nowhere(scores, tmp_path):
    tulis_skor(scores, tmp_path)
    again = read_rows(Source(file=str(tmp_path / "skor.csv")), "pembanding")[0]
    assert compare_scores(scores, again).empty


def test_a_decimal_comma_is_read_and_what_is_no_number_is_named_as_it_stands(scores):
    mean = f"{float(scores.tabel.set_index(['unit_id', 'tahun']).loc[('2', '2020'), 'rata_sektoral']):.4f}"
    table = only(
        rata_sektoral=mean.replace(".", ","), kontribusi="nol koma", total="1e400", tingkat="Kumuh Sekali"
    )
    found = compare_scores(scores, table)
    mine = found[found["unit_id"] == "2"].set_index("kolom")
    assert mine["mereka"].to_dict() == {"total": "1e400", "tingkat": "Kumuh Sekali", "kontribusi": "nol koma"}
    assert set(mine["sebab"]) == {"tak_terbaca"}


def test_what_cannot_be_read_is_named_also_where_we_have_no_score(scores):
    found = compare_scores(scores, only("2", total="belum", rata_sektoral=0.9))
    assert told(found)["2", "2020", "rata_sektoral"] == "lain"  # it does not follow from what nobody can read
    found = compare_scores(scores, only("3", total="belum"))
    assert told(found)["3", "2020", "total"] == "tak_terbaca"


@pytest.mark.parametrize("total", [99999, "99999", -1])
def test_a_total_beyond_all_scores_is_a_difference_like_any_other(scores, total):
    found = compare_scores(scores, only(total=total, tingkat="KB"))
    assert told(found)["2", "2020", "tingkat"] == ("kelas_tidak_cocok" if total == -1 else "mengikuti_nilai")


@pytest.mark.parametrize("word", ["Kumuh Ringan", "KUMUH RINGAN", "kr"])
def test_a_class_may_be_written_out(scores, word):
    assert ("1", "2020", "tingkat") not in told(compare_scores(scores, only("1", total=20, tingkat=word)))


@pytest.mark.parametrize("year", ["2020.0", "TA 2020", 2020, 2020.0])
def test_years_and_headers_are_read_as_people_write_them(scores, year):
    found = compare_scores(scores, pd.DataFrame([{"ID": 1, "Tahun": year, "Total": 20}]))
    assert told(found) == {(one, "2020", ""): "tidak_ada_pada_mereka" for one in "23"}


def test_an_rt_is_found_however_it_is_written_and_two_of_one_name_are_nobody(scores):
    table = pd.DataFrame({"Kelurahan": ["Bandengan"], "RT_RW": ["RT 3/RW 6"], "Skor 2020": ["20"]})
    assert told(compare_scores(scores, table)) == {(one, "2020", ""): "tidak_ada_pada_mereka" for one in "23"}
    twins = petakumuh.skor(
        town(*(unit(at, rtrw="RT003-RW006") | {"kecamatan": name} for at, name in enumerate("AB"))),
        tahun_dasar=2020,
    )
    assert told(compare_scores(twins, table))["Bandengan/RT 3/RW 6", "2020", ""] == "tidak_ada_pada_kami"


def test_two_rows_of_one_unit_and_year_are_named_and_neither_is_compared(scores):
    table = pd.concat([only("1", total=20), only("1", total=99), only("8", total=1), only("8", total=1)])
    found = compare_scores(scores, table)
    twice = found[found["sebab"] == "baris_ganda"].set_index("unit_id")
    assert twice[["kolom", "kami", "mereka"]].to_numpy().tolist() == [["baris", 1, 2], ["baris", 0, 2]]
    assert set(found.loc[found["sebab"] != "baris_ganda", "unit_id"]) == {"2", "3"}


def test_two_columns_for_one_thing_are_refused(scores):
    with pytest.raises(InputError, match="total"):
        compare_scores(scores, only(total=1, Total=2))
    with pytest.raises(InputError, match="total 2020"):
        compare_scores(scores, pd.DataFrame([{"id": 1, "skor_2020": 20, "nilai_2020": 20}]))


@pytest.mark.towns
def test_the_city_and_we_agree_on_every_rt_that_it_gave(towns):
    folder = towns / "pekalongan"
    scores = petakumuh.skor(folder / "baseline_rt_2019.csv", folder / "investasi_2020_2023.csv")
    found = compare_scores(scores, pd.read_csv(folder / "hasil_kota_2019_sebagian.csv"))
    assert set(found["sebab"]) == {"tidak_ada_pada_mereka"}
    assert len(found) == 432 - 159
