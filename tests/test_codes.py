"""Codes and names of kelurahan: one form, nothing guessed, and an account of what matched how."""

from __future__ import annotations

import json

import pytest

import petakumuh
from petakumuh import recipe
from petakumuh.errors import RecipeError
from petakumuh.model import KelurahanSource
from petakumuh.read import read_layer
from petakumuh.text.codes import as_text, bps, broken_codes, kemendagri, plain_name, village_kind
from tests.conftest import frame, kelurahan, kumuh, square

OESAPA = "53.71.01.1001"


def values(run, rule):
    return [json.loads(one) for one in run.findings.loc[run.findings["aturan"] == rule, "rincian"]]


def run_with(names, *, towns=None, codes=None, alias=None, folder=None):
    """Slums under the names, all on Barat."""
    rows = frame(
        kumuh_id=[str(at) for at in range(len(names))],
        kelurahan=names,
        kode_kelurahan=codes or [""] * len(names),
        geometry=[square(10 * at, 0, 10) for at in range(len(names))],
    )
    source = {"file": kelurahan() if towns is None else towns}
    if alias is not None:
        (folder / "alias.csv").write_text(alias, encoding="utf-8")
        source["alias"] = str(folder / "alias.csv")
    return petakumuh.run(kumuh=rows, kelurahan=source)


def named(run):
    return run.layers.kumuh.sort_values("kumuh_id")["disebut_id"].tolist()


@pytest.mark.parametrize(
    "written",
    [
        "5371011001",
        "5371011001.0",
        "5371011001,0",
        "53.71.01.1001",
        " 53 71 01 1001 ",
        "53-71-1-1001",
        "53.71.1.1001",
        "5.371011001E9",
        "5.371011001e+09",
        "5,371011001E+09",
        as_text(5371011001.0),
    ],
)
def test_a_kemendagri_code_has_one_form_however_it_is_written(written):
    assert kemendagri(written) == OESAPA


@pytest.mark.parametrize(
    "written",
    [
        "5.37E+09",
        "537101100",
        "53.71.01.100",
        "32.1",
        "ID5371010001",
        "5371010001",
        "32.75.011.001",
        "0971011001",
        "33750213",
        "5371013001",
        "",
    ],
)
def test_what_is_no_kemendagri_code_comes_back_as_it_is(written):
    assert kemendagri(written) == written


def test_codes_that_lost_digits_are_told_from_somebodys_own_numbers():
    assert broken_codes(["5.37E+09", "5,37E+09", "33750213", "A-7", ""]) == [0, 1]
    assert broken_codes([OESAPA, "537101100", "53.71.01.100", "33750213"]) == [1, 2]


def test_codes_of_bps_have_ten_digits():
    assert [bps(one) for one in ("ID3375010001", "3375010001", "33750100", "5.37E+09")] == [
        "3375010001",
        "3375010001",
        "",
        "",
    ]


def test_the_last_block_tells_kelurahan_from_desa():
    assert [village_kind(one) for one in (OESAPA, "5303012005", "33750213")] == ["kelurahan", "desa", ""]


@pytest.mark.parametrize("written", ["Kel. Oesapa", "KELURAHAN Oesapa", "Kel Oesapa", "kel: Oesapa"])
def test_the_kind_of_place_is_taken_off_a_name(written):
    assert plain_name(written) == ("Oesapa", "kelurahan")


@pytest.mark.parametrize("written", ["Kelapa Lima", "Desakula", "Dsn", "Kel", "Keluarga"])
def test_a_name_that_only_begins_like_a_kind_of_place_is_whole(written):
    assert plain_name(written) == (written, "")


def test_a_broken_code_is_named_by_its_row_and_the_kelurahan_goes_by_its_name():
    towns = kelurahan().assign(kode=["5.37E+09", "5.37E+09"])
    layer, findings, _ = read_layer(KelurahanSource(file=towns), "kelurahan")
    assert layer["kelurahan_id"].tolist() == ["Tengah/Barat", "Tengah/Timur"]
    broken = [(one.ids, one.values["nilai"]) for one in findings if one.rule == "kode_rusak"]
    assert broken == [(("0",), "5.37E+09"), (("1",), "5.37E+09")]


def test_a_column_of_ten_digits_that_are_no_kemendagri_codes_is_asked_about():
    towns = kelurahan().assign(kode=["3375010001", "3375010002"])
    findings = read_layer(KelurahanSource(file=towns), "kelurahan")[1]
    assert [one.values for one in findings] == [{"jumlah": 2, "semua": 2}]
    layer, findings, _ = read_layer(
        KelurahanSource(file=towns, kolom={"kode_bps": "kode", "kode": "nama"}), "kelurahan"
    )
    assert (layer["kode_bps"].tolist(), findings) == (["3375010001", "3375010002"], [])


def test_slums_are_matched_by_the_code_of_bps_too():
    towns = kelurahan().assign(kode_bps=["3375010001", "3375010002"])
    run = run_with(["x"], towns=towns, codes=["ID3375010001"])
    assert named(run) == ["99.01.01.1001"]


def test_the_way_each_slum_was_matched_is_accounted_for(tmp_path):
    names = ["Barat", "Kel. Barat", "x", "Kulon", "Tumir", ""]
    run = run_with(
        names, codes=["", "", "99.01.01.1001", "", "", ""], alias="tertulis;resmi\nKULON;Barat\n", folder=tmp_path
    )
    assert named(run) == ["99.01.01.1001"] * 4 + ["", ""]
    assert values(run, "laporan_cocok") == [{"kode": 1, "nama": 2, "alias": 1, "tidak": 1, "tanpa": 1}]
    assert values(run, "alias_dipakai") == [{"jumlah": 1}]
    assert values(run, "kelurahan_menurut_nama") == [{"jumlah": 2}]


def test_where_all_slums_are_matched_by_code_there_is_nothing_to_account_for():
    run = run_with(["Barat"], codes=["9901011001.0"])
    assert not set(run.findings["aturan"]) & {"laporan_cocok", "kelurahan_menurut_nama"}


def test_a_name_that_matches_nothing_is_told_those_most_like_it_and_is_not_matched():
    """Of 9 letters each, one differs: 2 x 8 / 18 = 88.9 %."""
    towns = kelurahan().assign(nama=["Sokoduwet", "Timur"])
    run = run_with(["Sekoduwet", "Sekoduwet"], towns=towns)
    assert named(run) == ["", ""]
    assert values(run, "kelurahan_tak_cocok") == [{"nama": "Sekoduwet", "jumlah": 2, "saran": "Sokoduwet (89 %)"}]
    said = petakumuh.findings.with_messages(run.findings)
    assert "Mungkin: Sokoduwet (89 %)." in said.set_index("aturan").loc["kelurahan_tak_cocok", "pesan"]


def test_the_kind_of_place_decides_between_two_of_one_name():
    towns = kelurahan().assign(kode=["99.01.01.1001", "99.01.01.2002"], nama=["Barat", "Desa Barat"])
    assert named(run_with(["Kel. Barat", "Ds. Barat"], towns=towns)) == ["99.01.01.1001", "99.01.01.2002"]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_an_alias_file_may_have_any_delimiter_and_name_a_code(tmp_path, delimiter):
    run = run_with(["Kulon"], alias=f"Wetan{delimiter}Timur\nKulon{delimiter}9901011001\n", folder=tmp_path)
    assert named(run) == ["99.01.01.1001"]


@pytest.mark.parametrize(
    ("text", "told"),
    [("Kulon\n", "baris 1"), ("a;Barat\na;Timur\n", "baris 2"), ("Kulon;\n", "baris 1"), (None, "alias.csv")],
    ids=["one column", "two meanings", "no meaning", "no file"],
)
def test_an_alias_file_that_is_wrong_is_refused(tmp_path, text, told):
    if text is not None:
        (tmp_path / "alias.csv").write_text(text, encoding="utf-8")
    source = {"file": kelurahan(), "alias": str(tmp_path / "alias.csv")}
    with pytest.raises(RecipeError, match=rf"alias\.csv.*{told}|{told}"):
        petakumuh.run(kumuh=kumuh(), kelurahan=source)


def test_the_alias_file_stands_beside_the_recipe(tmp_path):
    (tmp_path / "alias.csv").write_text("\ufefftertulis,resmi\r\nKulon,Barat\r\n\r\n", encoding="utf-8")
    tables = {
        "kumuh": {"file": "a.gpkg", "skema": "kotaku_rt"},
        "kelurahan": {"file": "b.gpkg", "skema": "big_rbi", "skema_folder": "skema", "alias": "alias.csv"},
    }
    order = recipe.from_tables(tables, folder=tmp_path)
    assert recipe.aliases(order.kelurahan.alias, order.kelurahan.folder) == {"Kulon": "Barat"}
    assert recipe.from_tables(recipe.as_tables(order), folder=tmp_path) == order
    with pytest.raises(RecipeError, match="skema"):
        recipe.from_tables(tables | {"penanganan": {"file": "c.gpkg", "skema": "big_rbi"}})
