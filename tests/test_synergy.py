"""Kelurahan, office and year beside each other: a square metre once in a cell, closing with the tables."""

from __future__ import annotations

import pytest

import petakumuh
from petakumuh.model import EMPTY, NO_YEAR
from petakumuh.present.synergy import together
from tests.conftest import kelurahan, kumuh, works

BARAT = "99.01.01.1001"


def test_ground_that_two_offices_worked_on_stands_once_in_each_cell(small):
    found = together(small)
    # PU paved 1 ha in 2020; Perkim drained 1 ha in 2021, half of it on that same ground.
    assert found.cells == {
        (BARAT, "PU", "2020"): pytest.approx(1.0),
        (BARAT, "Perkim", "2021"): pytest.approx(1.0),
    }
    assert found.rows == {(BARAT, "PU"): pytest.approx(1.0), (BARAT, "Perkim"): pytest.approx(1.0)}
    assert found.whole == {("PU", "2020"): pytest.approx(1.0), ("Perkim", "2021"): pytest.approx(1.0)}
    assert found.shared == {BARAT: pytest.approx(0.5)}
    assert found.pairs.tolist() == [pytest.approx([1.0, 0.5]), pytest.approx([0.5, 1.0])]


def test_ground_that_an_office_worked_on_again_counts_once_in_all_its_years():
    again = works(opd=["PU", "PU", "PU"], tahun=["2020", "", "2025"])
    found = together(petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=again))
    # 1 ha in 2020, 1 ha in a year that nobody says, half of it the same ground.
    assert found.years == ("2020", NO_YEAR)
    assert [found.cells[BARAT, "PU", year] for year in found.years] == pytest.approx([1.0, 1.0])
    assert found.rows == {(BARAT, "PU"): pytest.approx(1.5)}
    assert found.shared == {}


def test_offices_stand_as_in_their_table_and_works_of_nobody_last():
    mixed = works(opd=["", "Air", "PU"], status=["selesai"] * 3)
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=mixed)
    assert together(run).offices == ("Air", "PU", EMPTY) == tuple(run.table("opd")["nama"])


def test_works_that_know_no_years_have_one_column():
    told = works().drop(columns="tahun")
    found = together(petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=told))
    assert found.cells[BARAT, "PU", found.years[0]] == pytest.approx(1.0)
    assert len(found.years) == 1


@pytest.mark.parametrize("dasar", ["utm", "geodesik", "tm3"])
def test_the_matrix_closes_with_the_tables_of_the_run(dasar):
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(), hitung={"dasar": dasar})
    found, offices = together(run), run.table("opd").set_index("nama")["luas_ha"]
    assert {one: found.rows[BARAT, one] for one in offices.index} == pytest.approx(offices.to_dict())
    handled = run.table("kelurahan").set_index("kode").loc[BARAT, "luas_tertangani_ha"]
    assert sum(found.rows.values()) - found.shared[BARAT] == pytest.approx(handled)


def test_the_matrix_of_the_sample_closes_with_its_tables(sample):
    found, table = together(sample), sample.table("opd").set_index("nama")
    for at, office in enumerate(found.offices):
        whole = sum(ha for (_, one), ha in found.rows.items() if one == office)
        assert whole == pytest.approx(table.loc[office, "luas_ha"])
        assert found.pairs[at, at] == pytest.approx(whole)
    union = sample.table("keanggotaan").set_index("tabel").loc["opd", "gabungan_ha"]
    assert sum(found.shared.values()) == pytest.approx(union - table["hanya_ini_ha"].sum())
    for code, handled in sample.table("kelurahan").set_index("kode")["luas_tertangani_ha"].items():
        here = [ha for (town, _), ha in found.rows.items() if town == code]
        assert max(here, default=0.0) - 1e-9 <= handled <= sum(here) + 1e-9
