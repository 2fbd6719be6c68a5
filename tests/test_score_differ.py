"""Somebody else's yearly results beside ours: every planted difference is found, with its reason."""

from __future__ import annotations

import pandas as pd
import pytest

import petakumuh
from petakumuh.errors import InputError
from petakumuh.scoring import compare_scores
from tests.test_score import done, town, unit


@pytest.fixture(scope="module")
def scores():
    """1: 20 KR, in 2021 6a is handled: 15 TK. 2: 4c is 50.5 %. 3: not surveyed."""
    base = town(
        unit(1, v1a=10, v6a=77, v6b=77, v7a=50, v7b=10, v5a=77),
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


@pytest.mark.towns
def test_the_city_and_we_agree_on_every_rt_that_it_gave(towns):
    folder = towns / "pekalongan"
    scores = petakumuh.skor(folder / "baseline_rt_2019.csv", folder / "investasi_2020_2023.csv")
    found = compare_scores(scores, pd.read_csv(folder / "hasil_kota_2019_sebagian.csv"))
    assert set(found["sebab"]) == {"tidak_ada_pada_mereka"}
    assert len(found) == 432 - 159
