"""Schemas of authorities: every file of the catalog is a case by itself, and real towns are told apart."""

from __future__ import annotations

import re
import zipfile

import pyogrio
import pytest

import petakumuh
from petakumuh.catalog import column_names
from petakumuh.catalog.kinds import sektor_of, works
from petakumuh.catalog.schema import recognised, schemas
from petakumuh.errors import RecipeError
from petakumuh.model import KelurahanSource, KumuhSource, PenangananSource
from petakumuh.read import read_layer
from petakumuh.text.codes import match_key
from tests.conftest import frame, kelurahan, kumuh, square
from tests.conftest import works as footprints

OWN = """
[schema]
id = "kota_uji"
nama = "Kota Uji"
peran = "kelurahan"
sumber = "Dinas"
kode = { jenis = "kemendagri" }
[tanda]
wajib = ["KDX"]
lazim = ["NMX"]
[kolom]
kode = ["KDX"]
nama = ["NMX"]
"""
CRITERIA = {"1a", "1b", "1c", "2a", "2b", "3a", "3b", "4a", "4b", "4c", "5a", "5b", "6a", "6b", "7a", "7b"}


def towns_frame(**columns):
    return frame(**columns, geometry=[square(0, 0, 400), square(400, 0, 400)])


def read_towns(rows, **said):
    return read_layer(KelurahanSource(file=rows, **said), "kelurahan")[:2]


def rules(findings):
    return [one.rule for one in findings]


def best(columns, role):
    found = recognised(columns, role, schemas())
    return found[0].schema.id if found else None


@pytest.mark.parametrize("schema", schemas(), ids=lambda one: one.id)
def test_each_schema_recognises_its_own_example_and_no_other_does_better(schema):
    found = recognised(schema.contoh, None, schemas())
    assert found[0].schema == schema
    assert all(one.score < found[0].score for one in found[1:])
    assert set(schema.kolom) <= set(column_names(schema.peran))
    theirs = {match_key(name) for name in (*schema.wajib, *schema.lazim)}
    assert {match_key(one) for names in schema.kolom.values() for one in names} <= theirs


@pytest.mark.parametrize("schema", schemas(), ids=lambda one: one.id)
def test_a_header_without_a_required_column_is_not_of_that_schema(schema):
    short = [name for name in schema.contoh if match_key(name) != match_key(schema.wajib[0])]
    assert schema not in [one.schema for one in recognised(short, None, schemas())]


def test_case_spaces_and_punctuation_do_not_count():
    assert best(["kd_epum", "KDP KAB", "wadmkd", "Wadmkc"], "kelurahan") == "big_rbi"


def test_plain_names_are_of_no_schema():
    assert best(["kode", "nama", "kecamatan", "kabupaten_kota", "provinsi"], "kelurahan") is None
    assert best(["id", "nama", "kelurahan", "luas_sk_ha"], "kumuh") is None


def test_a_recognised_layer_is_named_by_its_schema_and_it_is_said():
    rows = towns_frame(
        KDEPUM=["5371011001", "5371011002"],
        KDEBPS=["5371010001", "5371010002"],
        KDPKAB=["53.71"] * 2,
        NAMOBJ=["x", "y"],
        WADMKD=["Barat", "Timur"],
        WADMKC=["Tengah"] * 2,
    )
    layer, findings = read_towns(rows)
    assert layer["kelurahan_id"].tolist() == ["53.71.01.1001", "53.71.01.1002"]
    assert layer["kode_bps"].tolist() == ["5371010001", "5371010002"]
    assert layer["nama"].tolist() == ["Barat", "Timur"]
    (told,) = [one for one in findings if one.rule == "skema_dikenali"]
    assert told.values["skema"].startswith("BIG")
    assert "kode = KDEPUM" in told.values["kolom"]
    assert 50 <= int(told.values["skor"]) <= 100


@pytest.mark.parametrize(
    "names",
    [
        ("ADM4_EN", "ADM4_PCODE", "ADM3_EN", "ADM2_EN", "ADM1_EN"),
        ("admin4Name_en", "admin4Pcode", "admin3Name_en", "admin2Name_en", "admin1Name_en"),
        ("adm4_name", "adm4_pcode", "adm3_name", "adm2_name", "adm1_name"),
    ],
)
def test_a_code_of_bps_never_becomes_a_kemendagri_code(names):
    """3275011001 is kecamatan 011, desa 001 of BPS, and would read as 32.75.01.1001."""
    values = [["Barat", "Timur"], ["ID3275011001", "ID3275011002"], ["Tengah"] * 2, ["Kota"] * 2, ["Prov"] * 2]
    layer, findings = read_towns(towns_frame(**dict(zip(names, values, strict=True))))
    assert layer["kelurahan_id"].tolist() == ["Tengah/Barat", "Tengah/Timur"]
    assert layer["kode_bps"].tolist() == ["3275011001", "3275011002"]
    assert "skema_dikenali" in rules(findings)


def test_the_recipe_comes_before_the_schema_and_a_stated_schema_before_the_recognised():
    rows = towns_frame(WADMKD=["a", "b"], WADMKC=["c", "c"], lain=["Barat", "Timur"])
    assert read_towns(rows, kolom={"nama": "lain"})[0]["nama"].tolist() == ["Barat", "Timur"]
    rows = towns_frame(kode=["53.71.01.1001", "53.71.01.1002"], nama=["Barat", "Timur"], lain=["1", "2"])
    layer, findings = read_towns(rows, skema="kemendagri")
    assert layer["kelurahan_id"].tolist() == ["53.71.01.1001", "53.71.01.1002"]
    assert "skema_dikenali" not in rules(findings)


@pytest.mark.parametrize(("stated", "told"), [("gadm", "gadm_4"), ("gadm_4", "GID_4, NAME_4.*kode, nama")])
def test_a_stated_schema_that_does_not_exist_or_fit_is_refused(stated, told):
    with pytest.raises(RecipeError, match=told):
        petakumuh.run(kumuh=kumuh(), kelurahan={"file": kelurahan(), "skema": stated})


def test_a_folder_of_own_schemas_comes_first(tmp_path):
    (tmp_path / "kota.toml").write_text(OWN, encoding="utf-8")
    rows = towns_frame(KDX=["53.71.01.1001", "53.71.01.1002"], NMX=["Barat", "Timur"])
    layer, findings = read_towns(rows, folder=str(tmp_path.parent), skema_folder=tmp_path.name)
    assert layer["nama"].tolist() == ["Barat", "Timur"]
    assert [one.values["skema"] for one in findings if one.rule == "skema_dikenali"] == ["Kota Uji"]


def test_two_schemas_that_fit_as_well_are_a_question_and_none_is_used(tmp_path):
    for name in ("satu", "dua"):
        text = OWN.replace("kota_uji", name).replace('kode = ["KDX"]', 'provinsi = ["KDX"]')
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    layer, findings = read_towns(towns_frame(KDX=["1", "2"], NMX=["a", "b"]), skema_folder=str(tmp_path))
    assert layer["provinsi"].tolist() == ["", ""]
    (asked,) = [one for one in findings if one.rule == "skema_ragu"]
    assert asked.values["pilihan"] == "dua, satu"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('peran = "kelurahan"', 'peran = "penanganan"', r"kota\.toml.*schema\.peran.*kumuh, kelurahan"),
        ('nama = ["NMX"]', 'namanya = ["NMX"]', r"kota\.toml.*namanya.*kode"),
        ('jenis = "kemendagri"', 'jenis = "pos"', r"kode\.jenis.*bps"),
        ('wajib = ["KDX"]', "wajib = []", r"tanda\.wajib"),
        ("[tanda]", "[tandanya]", r"kota\.toml.*tanda"),
        ("[schema]", "[schema", r"kota\.toml.*TOML"),
    ],
)
def test_a_bad_file_of_the_user_is_refused_by_file_and_key(tmp_path, old, new, told):
    (tmp_path / "kota.toml").write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(RecipeError, match=told):
        schemas(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RecipeError, match="skema_folder"):
        read_towns(kelurahan(), skema_folder=str(tmp_path / "none"))


@pytest.mark.towns
@pytest.mark.parametrize(
    ("file", "role", "schema"),
    [
        ("saumlaki/BATASDESA.geojson", "kelurahan", "big_rbi_ringkas"),
        ("pontianak/batasdesa_kota_pontianak.geojson", "kelurahan", "batas_desa_dagri"),
        ("pontianak/kelurahan_kemendagri_61.71.geojson", "kelurahan", "wilayah_boundaries"),
        ("wilayah/wb_53.03.geojson", "kelurahan", "wilayah_boundaries"),
        ("pekalongan/kelurahan.geojson", "kelurahan", None),
        ("saumlaki/KAWASANKUMUH.geojson", "kumuh", None),
    ],
)
def test_real_boundaries_are_of_the_schema_expected(towns, file, role, schema):
    assert best(list(pyogrio.read_info(towns / file)["fields"]), role) == schema


@pytest.mark.towns
@pytest.mark.parametrize(
    ("file", "pattern", "schema"),
    [
        ("sk2020.kmz", r'SimpleField type="\w+" name="(\w+)"', "kotaku_rt"),
        ("sk2024.kmz", r"<td>([A-Za-z_]+)</td>\s*<td>", "sk_rt_2024"),
    ],
)
def test_real_decrees_are_of_the_schema_expected(towns, file, pattern, schema):
    with zipfile.ZipFile(towns / "pekalongan" / file) as archive:
        (name,) = [one for one in archive.namelist() if one.endswith(".kml")]
        text = archive.read(name).decode("utf-8")
    assert best(sorted(set(re.findall(pattern, text))), "kumuh") == schema


@pytest.mark.parametrize("kind", works(), ids=lambda one: f"{one.sektor}: {one.nama}")
def test_each_kind_of_work_acts_on_known_criteria_and_names_its_source(kind):
    assert set(kind.kriteria) <= CRITERIA
    assert set(kind.kriteria.values()) <= {"unit", "meter", "KK", "ha"}
    assert kind.sumber
    assert (kind.lebar_m is None and kind.radius_m is None) or kind.sumber_ukuran


def test_kinds_of_works_have_one_sektor_unless_their_source_puts_them_in_two():
    both = {one.nama for one in works() if sektor_of(one.nama) is None}
    assert both == {"Septictank Komunal", "Instalasi Pengolahan Air Limbah (IPAL) Setempat/Terpusat"}


def test_the_sektor_is_suggested_from_the_kind_of_work_and_never_filled_in():
    rows = footprints(kegiatan=["Jalan Beton", "JALAN PAVING BLOCK", "Gapura"]).drop(columns="sektor")
    layer, findings, _ = read_layer(PenangananSource(file=rows), "penanganan")
    assert layer["sektor"].tolist() == ["", "", ""]
    assert [one.values for one in findings if one.rule == "sektor_dari_kegiatan"] == [{"saran": "jalan (2)"}]
    assert "sektor_dari_kegiatan" not in rules(read_layer(PenangananSource(file=footprints()), "penanganan")[1])


def test_a_layer_of_plain_names_has_no_schema():
    assert rules(read_layer(KumuhSource(file=kumuh()), "kumuh")[1]) == []
    assert rules(read_towns(kelurahan())[1]) == []
