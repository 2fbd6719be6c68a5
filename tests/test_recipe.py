"""Recipes: the keys of the issue, paths relative to the file, and what a wrong key or value is told."""

from __future__ import annotations

import json

import pytest

import petakumuh
from petakumuh import recipe
from petakumuh.cli import main
from petakumuh.errors import RecipeError
from tests.conftest import kelurahan, kumuh, works

WHOLE = """
[wilayah]
judul = "Kumuh Kota Uji"
kabupaten_kota = "Kota Uji"
[kumuh]
file = "kumuh.gpkg|layername=kum*, lain"
sk = "SK 1/2020"
tahun_dasar = 2020
crs = "EPSG:32749"
kolom = { id = "kumuh_id", nama = "nama", kelurahan = "kelurahan", luas_sk_ha = "luas_sk_ha" }
[kelurahan]
file = "kelurahan.gpkg"
sumber = "BIG"
edisi = "2023"
[[penanganan]]
file = "jalan.gpkg"
sektor = "jalan"
tahun = { kolom = "tahun" }
lebar_m = 4
[[penanganan]]
file = "sumur.gpkg"
sektor = "air minum"
radius_m = 25.5
[hitung]
dasar = "geodesik"
by = ["sektor", "tahun", "status"]
"""


def load(tmp_path, text):
    path = tmp_path / "petakumuh.toml"
    path.write_text(text, encoding="utf-8")
    return recipe.load(path)


def test_a_whole_recipe_is_read_and_written_back(tmp_path):
    order = load(tmp_path, WHOLE)
    assert order.kumuh.place == tmp_path / "kumuh.gpkg"
    assert order.kumuh.file == "kumuh.gpkg"
    assert order.kumuh.lapisan == ("kum*", "lain")
    assert order.kumuh.tahun_dasar == 2020
    assert [one.lebar_m for one in order.penanganan] == [4.0, None]
    assert order.penanganan[0].sektor.nilai == "jalan"
    assert order.penanganan[0].tahun.kolom == "tahun"
    assert order.hitung.dasar == "geodesik"
    assert recipe.from_tables(json.loads(json.dumps(recipe.as_tables(order)))) == order


def test_every_hectare_is_computed_twice_unless_the_recipe_says_no():
    tables = {"kumuh": "a.gpkg", "kelurahan": "b.gpkg"}
    assert recipe.from_tables(tables).hitung.sertifikasi is True
    once = recipe.from_tables(tables | {"hitung": {"sertifikasi": False}})
    assert once.hitung.sertifikasi is False
    assert recipe.from_tables(recipe.as_tables(once)) == once


def test_the_template_is_a_recipe(tmp_path):
    order = load(tmp_path, recipe.template())
    assert order.penanganan[0].lebar_m == 4


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('[kumuhh]\nfile = "a"', r"kumuhh.*\(kumuh\?\).*wilayah, kumuh, kelurahan"),
        ('[kumuh]\nfile = "a"\nlapis = "x"\n[kelurahan]\nfile = "b"', r"\[kumuh\].*lapis.*\(lapisan\?\)"),
        ('[kumuh]\nfile = "a"\n', r"\[kelurahan\] wajib"),
        ('[kumuh]\nsk = "a"\n[kelurahan]\nfile = "b"', r"\[kumuh\] tidak menyebut \"file\""),
        ('[kumuh]\nfile = "a"\nkolom = { kode = "x" }\n[kelurahan]\nfile = "b"', r"kumuh\.kolom.*kode.*id, nama"),
        ('[kumuh]\nfile = "a|lapis=x"\n[kelurahan]\nfile = "b"', r"layername=POLA"),
        ('[kumuh]\nfile = 3\n[kelurahan]\nfile = "b"', r"file"),
        ('[kumuh]\nfile = "a"\n[kelurahan]\nfile = "b"\n[hitung]\ndasar = "utmm"', r"utmm.*utm, geodesik"),
        ('[kumuh]\nfile = "a"\n[kelurahan]\nfile = "b"\n[hitung]\nby = ["bulan"]', r"bulan.*sektor, tahun"),
        (
            '[kumuh]\nfile = "a"\n[kelurahan]\nfile = "b"\n[hitung]\nsertifikasi = "ya"',
            r"'ya' pada \[hitung\] sertifikasi .*true, false",
        ),
        ('[kumuh]\nfile = "a"\n[kelurahan]\nfile = "b"\n[hitung]\nsertifikasi = 1', r"sertifikasi.*true, false"),
        ('[kumuh]\nfile = "a"\n[kelurahan]\nfile = "b"\n[[penanganan]]\nfile = "c"\nlebar_m = -1', r"lebar_m"),
        ('[kumuh]\nfile = "a"\n[kelurahan]\nfile = "b"\n[[penanganan]]\nfile = "c"\nlebar_m = "4 m"', r"lebar_m"),
        (
            '[kumuh]\nfile = "a"\n[kelurahan]\nfile = "b"\n[[penanganan]]\nfile = "c"\nsektor = { kol = "x" }',
            r"kol\b",
        ),
        ('[kumuh]\nfile = "a"\ntahun_dasar = "2020"\n[kelurahan]\nfile = "b"', r"tahun_dasar"),
        ("kumuh = ", r"TOML"),
    ],
)
def test_a_wrong_key_or_value_is_refused_with_the_choices(tmp_path, wrong, told):
    with pytest.raises(RecipeError, match=told):
        load(tmp_path, wrong)


@pytest.mark.parametrize("year", ["0", "1899", "2101", "-1", "1" * 400, "2020.0", "true"])
@pytest.mark.parametrize("table", ["kumuh", "sk", "skor"])
def test_a_base_year_that_is_none_is_refused_at_once(tmp_path, table, year):
    rows = {"kumuh": 'file = "a"', "kelurahan": 'file = "b"', "sk": "", "skor": 'baseline = "c"'}
    rows[table] += f"\ntahun_dasar = {year}"
    with pytest.raises(RecipeError, match=rf"\[{table}\] tahun_dasar.*1900 - 2100"):
        load(tmp_path, "".join(f"[{name}]\n{row}\n" for name, row in rows.items()))


@pytest.mark.parametrize("year", [1899, 99999, pytest.param(10**5000, id="10^5000"), "2020"])
def test_a_base_year_that_is_none_is_refused_before_any_file_is_opened(year):
    with pytest.raises(RecipeError, match="1900 - 2100"):
        petakumuh.skor("tidak_ada.csv", tahun_dasar=year)


def test_the_command_refuses_a_base_year_that_is_none(capsys):
    assert main(["skor", "--baseline", "tidak_ada.csv", "--tahun-dasar", "99999", "--keluar", "x"]) == 2
    assert "1900 - 2100" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["luas_ha", "toleransi_ha"])
@pytest.mark.parametrize("value", ["nan", "inf", "-0.5", "1" * 400])
def test_hectares_of_a_decree_that_are_none_are_refused(tmp_path, key, value):
    text = f'[kumuh]\nfile = "a"\n[kelurahan]\nfile = "b"\n[sk]\n{key} = {value}\n'
    with pytest.raises(RecipeError, match=rf"\[sk\] {key}"):
        load(tmp_path, text)


def test_a_number_of_thousands_of_digits_is_no_crash(tmp_path):
    with pytest.raises(RecipeError, match="TOML"):
        load(tmp_path, f'[kumuh]\nfile = "a"\ntahun_dasar = {"1" * 5000}\n[kelurahan]\nfile = "b"\n')
    with pytest.raises(RecipeError, match="lebar_m"):
        recipe.from_tables({"kumuh": "a", "kelurahan": "b", "penanganan": {"file": "c", "lebar_m": 10**5000}})


def test_a_recipe_that_is_not_there_says_how_to_make_one(tmp_path):
    with pytest.raises(RecipeError, match="petakumuh mulai"):
        recipe.load(tmp_path / "none.toml")


@pytest.mark.parametrize("path", ["D:\\data\\kumuh.shp", "data\\neraca.shp", "D:\\x41\\a.shp"])
def test_a_windows_path_in_double_quotes_is_told_how_to_write_it(tmp_path, path):
    with pytest.raises(RecipeError, match="garis miring"):
        load(tmp_path, f'[kumuh]\nfile = "{path}"\n[kelurahan]\nfile = "b"')


def test_a_crs_that_is_none_is_refused():
    with pytest.raises(RecipeError, match="EPSG:1"):
        petakumuh.run(kumuh={"file": kumuh(), "crs": "EPSG:1"}, kelurahan=kelurahan())


def test_keywords_and_recipe_file_give_the_same_run(tmp_path):
    for name, rows in (("kumuh", kumuh()), ("kelurahan", kelurahan()), ("jalan", works())):
        rows.to_file(tmp_path / f"{name}.gpkg")
    text = '[kumuh]\nfile="kumuh.gpkg"\n[kelurahan]\nfile="kelurahan.gpkg"\n[[penanganan]]\nfile="jalan.gpkg"\n'
    (tmp_path / "resep.toml").write_text(text)
    one = petakumuh.run(tmp_path / "resep.toml")
    other = petakumuh.run(
        kumuh=tmp_path / "kumuh.gpkg", kelurahan=tmp_path / "kelurahan.gpkg", penanganan=[tmp_path / "jalan.gpkg"]
    )
    assert one.table("total").equals(other.table("total"))
    assert one.inputs == other.inputs
    assert str(tmp_path) not in json.dumps(recipe.as_tables(one.recipe))


HANDED = """
[kop]
pemda = "Pemerintah Kota Uji"
logo = "logo.png"
nomor = 7
[keluaran]
palet = "aman_warna"
kertas = "A4"
arah = "tegak"
lembar_kumuh = true
tambahan = ["png"]
bagi = "grid"
"""


def test_what_is_handed_over_is_said_in_the_recipe(tmp_path):
    order = load(tmp_path, WHOLE + HANDED)
    assert (order.kop.pemda, order.kop.nomor, order.kop.dinas) == ("Pemerintah Kota Uji", "7", None)
    assert order.kop.logo_path is None
    (tmp_path / "logo.png").write_bytes(b"x")
    assert order.kop.logo_path == tmp_path / "logo.png"
    assert tmp_path / "logo.png" in recipe.input_paths(order)
    chosen = order.keluaran
    assert (chosen.palet, chosen.kertas, chosen.arah) == ("aman_warna", "A4", "tegak")
    assert (chosen.lembar_kumuh, chosen.tambahan, chosen.bagi) == (True, ("png",), "grid")
    assert recipe.from_tables(json.loads(json.dumps(recipe.as_tables(order)))) == order


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("[kop]\nlogo = 'logo.svg'", ".png, .jpg"),
        ("[kop]\nlogoo = 'logo.png'", "logo?"),
        ("[keluaran]\npalet = 'pelangi'", "baku, aman_warna"),
        ("[keluaran]\nkertas = 'A0'", "A3, A4"),
        ("[keluaran]\narah = 1", "datar, tegak"),
        ("[keluaran]\ntambahan = ['dwg']", "shapefile, png"),
        ("[keluaran]\nbagi = 'nama'", "kelurahan, grid"),
        ("[keluaran]\nlembar_kumuh = 'ya'", "true, false"),
        ("[keluaran]\ntemplat = 'a.doc'", ".docx"),
        ("[keluaran]\npalet = ['baku']", "baku, aman_warna"),
    ],
)
def test_a_choice_that_does_not_exist_is_told_with_those_that_do(tmp_path, line, told):
    with pytest.raises(RecipeError, match=told.replace("?", r"\?")):
        load(tmp_path, WHOLE + line)


def test_a_logo_that_is_not_there_stops_before_anything_is_computed(tmp_path):
    tables = {"kumuh": kumuh(), "kelurahan": kelurahan(), "penanganan": works()}
    with pytest.raises(RecipeError, match=r"tidak ada\.png"):
        petakumuh.run(**tables, kop={"logo": str(tmp_path / "tidak ada.png")})
