"""What every output says of itself alike: title, region, sources, number and date."""

from __future__ import annotations

from dataclasses import replace

import pytest

import petakumuh
from petakumuh.model import Letterhead
from petakumuh.present.imprint import dated, region, sources, title
from tests.conftest import kelurahan, kumuh


def test_the_recipe_names_the_outputs_and_else_general_words_do(small):
    named = replace(small.recipe, wilayah=replace(small.recipe.wilayah, judul="Kumuh Kota Uji"))
    assert title(replace(small, recipe=named)) == "Kumuh Kota Uji"
    assert title(small, "id") != title(small, "en")


def test_a_region_of_several_towns_has_the_name_of_its_province_alone():
    codes = ["99.01.01.1001", "99.02.01.1001"]
    towns = kelurahan().assign(kode=codes, kabupaten_kota=["Kota Uji", "Kota Lain"])
    assert region(petakumuh.run(kumuh=kumuh(), kelurahan=towns)) == "Uji"


@pytest.mark.parametrize("names", [[None, None], ["", ""]])
def test_a_region_that_nobody_names_has_no_name(names):
    towns = kelurahan().assign(kabupaten_kota=names, provinsi=names)
    assert region(petakumuh.run(kumuh=kumuh(), kelurahan=towns)) == ""


def test_sources_tell_files_decree_and_edition(sample):
    order = sample.recipe
    edges = replace(order.kelurahan, sumber="BIG", edisi="2023")
    slums = replace(order.kumuh, sk="SK 1/2020")
    told = sources(replace(sample, recipe=replace(order, kelurahan=edges, kumuh=slums)))
    files = {one.role: one.name for one in sample.inputs}
    assert told[0] == f"Kumuh: {files['kumuh']}, SK 1/2020"
    assert told[1] == "Batas kelurahan: BIG, 2023"
    assert files["penanganan"] in told[2]


def test_without_works_their_source_is_a_dash():
    assert sources(petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan()), "en")[2] == "Works: –"


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (Letterhead(), []),
        (Letterhead(nomor="7/2025"), ["Nomor: 7/2025"]),
        (Letterhead(nomor="7/2025", tanggal="1 Juli 2025"), ["Nomor: 7/2025", "Data per 1 Juli 2025"]),
    ],
)
def test_number_and_date_stand_as_far_as_the_letterhead_says_them(small, said, lines):
    assert dated(replace(small, recipe=replace(small.recipe, kop=said))) == lines
