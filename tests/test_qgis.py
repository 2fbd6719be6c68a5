"""Real QGIS opens the package as it is handed over, draws every row of it, and measures the same hectares."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import zipfile
from base64 import b64encode
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import petakumuh
from petakumuh.model import Letterhead
from petakumuh.present import qgis, vector
from petakumuh.present.kotaku import FIELDS
from petakumuh.present.layers import layers
from petakumuh.present.legend import themes

from .conftest import frame, kelurahan, kumuh, square, works
from .test_painted import scored

PYTHON = Path("/usr/bin/python3")
SCRIPT = Path(__file__).with_name("qgis_probe.py")
HOSTILE = (
    "<img src=x onerror=alert(1)>", "[% env('HOME') %]", "[%1+1%]", "a'b\"c\\", "]]> & <b>", "${7*7}`x`",
    "=1+1\n\tb",
)  # fmt: skip


def probed(package, *wanted):
    """What QGIS says of a folder with the package, as `qgis_probe` lists it."""
    probe = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("QGIS for Python is not installed (Debian: python3-qgis)")
    done = subprocess.run(
        [PYTHON, SCRIPT, package, *wanted],
        capture_output=True, text=True, check=False, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def packed(run, folder):
    """Write the vector files of a run."""
    folder.mkdir()
    for name, write in vector.files(run, "id").items():
        write(folder / name)
    return folder


def hostile():
    """A run whose every text is hostile, in the recipe as well."""
    names = [*HOSTILE[:3]]
    slums = kumuh().assign(nama=names, tingkat=["ringan", HOSTILE[3], "Berat "])
    towns = kelurahan().assign(nama=[HOSTILE[0], HOSTILE[1]], kecamatan=[HOSTILE[4]] * 2)
    slums["kelurahan"] = ["", "", ""]
    rows = works(sektor=[HOSTILE[1], HOSTILE[3], HOSTILE[6]], nama=list(HOSTILE[:3]), opd=list(HOSTILE[4:7]))
    return petakumuh.run(
        kumuh=slums, kelurahan=towns, penanganan=rows,
        wilayah={"judul": HOSTILE[1] + HOSTILE[0], "penyusun": HOSTILE[2]},
        kop={"pemda": HOSTILE[1], "dinas": HOSTILE[2], "nomor": HOSTILE[1]},
    )  # fmt: skip


@cache
def whole(package):
    """What QGIS says of a package with its atlas and its own hectares, asked once."""
    return probed(package, "atlas", "hektare")


@pytest.fixture(scope="module")
def sample_package(handed_over):
    return handed_over("sample")


@pytest.fixture(scope="module")
def sample_seen(sample_package):
    return whole(sample_package)


def project_of(package):
    with zipfile.ZipFile(package / "satu_peta.qgz") as archive:
        assert archive.namelist() == ["satu_peta.qgs"]
        return archive.read("satu_peta.qgs").decode()


def styles_of(package):
    with sqlite3.connect(package / "satu_peta.gpkg") as base:
        return base.execute(
            "SELECT f_table_name, styleName, useAsDefault, styleQML, styleSLD, f_table_catalog, f_geometry_column"
            " FROM layer_styles ORDER BY id"
        ).fetchall()


# Without QGIS.


def test_the_package_holds_a_style_of_every_layer_and_two_of_the_ground(sample_package):
    told = [(table, name, default) for table, name, default, *_ in styles_of(sample_package)]
    assert told == [
        ("kumuh", "kumuh", 1), ("kelurahan", "kelurahan", 1), ("bidang", "tahun", 1),
        ("bidang", "jumlah_sektor", 0), ("penanganan", "penanganan", 1), ("temuan", "temuan", 1),
        ("skor", "skor", 1),
    ]  # fmt: skip
    assert all((catalog, column) == ("", "geom") for *_, catalog, column in styles_of(sample_package))


def test_the_project_inside_the_package_is_the_one_beside_it(sample_package):
    with sqlite3.connect(sample_package / "satu_peta.gpkg") as base:
        rows = base.execute("SELECT name, content FROM qgis_projects").fetchall()
    assert [(name, bytes.fromhex(content)) for name, content in rows] == [
        ("satu_peta", (sample_package / "satu_peta.qgz").read_bytes())
    ]


def test_the_package_names_every_column_in_words_and_no_two_alike(sample, sample_package):
    with sqlite3.connect(sample_package / "satu_peta.gpkg") as base:
        told = base.execute("SELECT table_name, column_name, name FROM gpkg_data_columns").fetchall()
        extension = base.execute("SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'")
        assert {name for (name,) in extension} == {"gpkg_data_columns", "gpkg_data_column_constraints"}
    laid = layers(sample)
    assert {(table, column) for table, column, _ in told} == {
        (table, column) for table, rows in laid.items() for column in rows.columns.drop("geometry")
    }
    assert len({(table, name) for table, _, name in told}) == len(told)
    assert ("kumuh", "sisa_ha", "Sisa (ha)") in told
    assert [row for row in told if row[1] == row[2]] == []


def test_the_same_run_gives_the_same_bytes(small, tmp_path):
    first, second = (packed(small, tmp_path / name) for name in ("a", "b"))
    names = sorted(one.name for one in first.iterdir())
    assert {"satu_peta.gpkg", "satu_peta.qgz", "satu_peta.qml", "satu_peta.sld"} <= set(names)
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_every_document_is_well_formed_and_names_no_path(sample, sample_package):
    documents = [text for *_, qml, sld, _, _ in styles_of(sample_package) for text in (qml, sld)]
    documents += [
        (sample_package / name).read_text("utf-8") for name in ("satu_peta.qml", "skor.qml", "satu_peta.sld")
    ]
    documents.append(project_of(sample_package))
    for text in documents:
        ET.fromstring(text)
        assert "np.float64" not in text
        assert str(Path.home()) not in text
    sources = re.findall(r'(?:<datasource>|source=")([^"<]+)', project_of(sample_package), re.IGNORECASE)
    assert sources
    assert all(one.startswith("./satu_peta.gpkg|layername=") for one in sources)


def test_colours_stand_in_both_forms_that_qgis_reads(sample_package):
    for layer in ET.fromstring(project_of(sample_package)).iter("layer"):
        if layer.get("class"):
            options = {one.get("name"): one.get("value") for one in layer.iterfind("Option/Option")}
            assert options == {one.get("k"): one.get("v") for one in layer.findall("prop")}


def test_an_sld_has_a_rule_for_each_class_in_the_colours_of_the_legend(sample):
    theme = themes(sample)["tahun"]
    root = ET.fromstring(qgis.sld(theme, layers(sample)["bidang"]))
    se = "{http://www.opengis.net/se}"
    rules = root.findall(f".//{se}Rule")
    assert [one.findtext(f"{se}Name") for one in rules] == [look.label for look in theme.classes.values()]
    for rule, look in zip(rules, theme.classes.values(), strict=True):
        found = [one.text for one in rule.iter(f"{se}SvgParameter") if one.get("name") == "fill"]
        assert found == ([look.fill] if look.fill else [])


def test_hostile_words_leave_every_document_well_formed_and_are_no_expression(tmp_path):
    package = packed(hostile(), tmp_path / "jahat")
    texts = [text for *_, qml, sld, _, _ in styles_of(package) for text in (qml, sld)] + [project_of(package)]
    roots = [root for root in map(ET.fromstring, texts) if root.tag == "qgis"]
    # The value of a category stands as data has it: QGIS compares it, and works nothing out.
    words = [one.get(key, "") for root in roots for one in root.iter() for key in ("label", "labelText", "name")]
    words += [
        one.text or "" for root in roots for tag in ("title", "layername", "abstract") for one in root.iter(tag)
    ]
    assert any("env('HOME')" in one for one in words)
    assert not [one for one in words if "[% env('HOME')" in one or "[%1+1%]" in one]


def test_a_logo_is_held_in_the_layout_itself(small, tmp_path):
    (tmp_path / "logo.png").write_bytes(b"dots")
    run = replace(small, recipe=replace(small.recipe, kop=Letterhead(logo="logo.png", folder=str(tmp_path))))
    project = qgis.project(run, layers(run), themes(run), "id").decode()
    assert f'file="base64:{b64encode(b"dots").decode()}"' in project
    assert "logo.png" not in project


# In QGIS.


@pytest.mark.qgis
def test_qgis_finds_the_default_style_of_every_layer(sample, sample_seen):
    laid, legend = layers(sample), themes(sample)
    for name, rows in laid.items():
        told = sample_seen["layers"][name]
        theme = legend["tahun" if name == "bidang" else name]
        assert told["valid"]
        assert told["features"] == len(rows)
        assert told["renderer"] == ("graduatedSymbol" if theme.bounds else "categorizedSymbol")
        assert told["legend"] == [[look.label, look.fill] for look in theme.classes.values()]
        assert told["undrawn"] == 0


@pytest.mark.qgis
def test_qgis_calls_columns_by_name_and_writes_hectares_with_four_decimals(sample_seen):
    told = sample_seen["layers"]["kumuh"]
    assert told["aliases"]["luas_delineasi_ha"] == "Luas kumuh (ha)"
    assert re.fullmatch(r"\d+[.,]\d{4}", told["shown"]["luas_delineasi_ha"])
    assert re.fullmatch(r"\d+[.,]\d{2}", told["shown"]["persen_tertangani"])


@pytest.mark.qgis
def test_the_project_opens_from_its_file_and_from_inside_the_package(sample, sample_seen):
    legend = themes(sample)
    for kind in ("file", "inside"):
        told = sample_seen["projects"][kind]
        assert told["opened"]
        assert told["title"] == sample.recipe.wilayah.judul
        assert told["areas"] == "hectares"
        assert sample.recipe.kelurahan.sumber in told["abstract"]
        assert told["tree"] == [
            "Temuan",
            {"Administrasi": ["Batas kelurahan/desa", "Batas kumuh"]},
            {"Hasil: penanganan kumuh": ["Penanganan", "Bidang menurut tahun pertama ditangani",
             "Bidang menurut jumlah sektor", "Kelurahan menurut kumuh tertangani (%)"]},
            {"Kekumuhan": ["Kumuh menurut tingkat", "Tingkat kekumuhan menurut skor"]},
            "Wilayah kelurahan/desa",
        ]  # fmt: skip
        assert told["layouts"] == ["Satu lembar", "Atlas per kelurahan"]
        assert told["colours"] > 12
        assert {name: (one["valid"], one["undrawn"]) for name, one in told["layers"].items()} == dict.fromkeys(
            told["layers"], (True, 0)
        )
        for name in ("tahun", "jumlah_sektor", "penanganan", "kelurahan", "kumuh", "skor", "temuan"):
            shown = told["layers"][f"petakumuh_tema_{name}"]
            assert shown["legend"] == [[look.label, look.fill] for look in legend[name].classes.values()]


@pytest.mark.qgis
def test_the_atlas_has_a_page_for_each_kelurahan_with_slums_by_code(sample, sample_seen):
    table = sample.table("kelurahan")
    codes = sorted(code for code in table["kode"] if code)
    told = sample_seen["atlas"]
    assert told["codes"] == codes
    assert told["pages"] == len(codes)
    first = table.set_index("kode").loc[codes[0]]
    words = told["words"]
    assert words["judul"] == f"Kelurahan/Desa {first['nama']}"
    assert words["angka 0"] == f"{first['luas_delineasi_ha']:.2f}".replace(".", ",")
    assert words["kolom 1"].splitlines()[-1] == words["angka 0"]
    assert words["skala"] == "Skala 1 : 2.000"
    assert words["proyeksi"].startswith("Proyeksi Transverse Mercator, grid UTM Zona 50S")
    assert told["sheet"]["angka 0"] == "202,43"


@pytest.mark.qgis
def test_every_map_has_one_graphic_scale_of_round_numbers(sample_seen):
    pages = sample_seen["atlas"]["bars"]
    assert len(pages) == sample_seen["atlas"]["pages"] + 1
    for page in pages:
        assert len(page["bars"]) == page["maps"] > 0
        for scale, part, wide in page["bars"]:
            assert part in {step * 10**power for step in (1, 2, 5) for power in range(6)}
            assert 2 * part / scale * 1000 <= wide < 85


@pytest.mark.qgis
def test_long_names_are_written_in_short_lines_that_end_in_dots(tmp_path):
    land = kelurahan().assign(nama=["W" * 300, "Kampung Baru " * 24])
    told = probed(
        packed(petakumuh.run(kumuh=kumuh(), kelurahan=land, penanganan=works()), tmp_path / "x"), "atlas"
    )
    long, words = told["projects"]["file"]["layers"]["petakumuh_kelurahan"]["names"]
    assert [len(line) for line in long.split("\n")] == [18, 18, 18]
    assert long.endswith("W…")
    assert (len(words), words[-1]) == (54, "…")
    assert max(len(line) for line in told["atlas"]["words"]["judul"].split()) <= 24
    assert told["atlas"]["words"]["judul"].endswith("…")


@pytest.mark.qgis
def test_qgis_measures_our_handled_hectares_by_its_own_overlaps(sample, sample_package, sample_seen):
    total = sample.table("total").iloc[0]
    assert sample_seen["hektare"] == pytest.approx(total["luas_tertangani_ha"], abs=1e-4)


@pytest.mark.qgis
def test_a_planner_sees_hostile_words_as_words(tmp_path):
    run = hostile()
    told = probed(packed(run, tmp_path / "jahat"), "atlas")
    for kind in ("file", "inside"):
        seen = told["projects"][kind]
        assert seen["title"] == run.recipe.wilayah.judul.replace("[%", "[\u2060%")
        assert all(one["undrawn"] == 0 for one in seen["layers"].values())
        tips = [tip for one in seen["layers"].values() for tip in one["tips"]]
        assert any("&lt;img src=x onerror=alert(1)&gt;" in tip for tip in tips)
        assert not any("<img" in tip or os.environ.get("HOME", "/root") in tip for tip in tips)
    assert told["layers"]["penanganan"]["undrawn"] == 0
    words = [*told["atlas"]["words"].values(), *told["atlas"]["sheet"].values()]
    assert "[\u2060% env('HOME') %]<img src=x onerror=alert(1)>" in words
    assert told["atlas"]["words"]["judul"] == f"Kelurahan/Desa {HOSTILE[0]}"


@pytest.mark.qgis
def test_the_other_palette_and_language_reach_qgis(tmp_path):
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(), keluaran={"palet": "aman_warna"})
    (tmp_path / "en").mkdir()
    for name, write in vector.files(run, "en").items():
        write(tmp_path / "en" / name)
    told = probed(tmp_path / "en")
    legend = themes(run, "en")["tahun"].classes.values()
    assert told["layers"]["bidang"]["legend"] == [[look.label, look.fill] for look in legend]
    assert told["projects"]["file"]["layouts"] == ["One sheet", "Atlas of kelurahan"]


@pytest.mark.qgis
def test_qgis_opens_the_scores_and_the_layer_of_the_programme(tmp_path):
    package = packed(scored(), tmp_path / "hasil")
    told = probed(package, "kotaku")
    assert "total_2021" in told["layers"]["skor"]["aliases"]
    programme = told["kotaku"]["Kumuh_Kota_Uji"]
    assert tuple(programme["fields"]) == ("fid", *FIELDS)
    assert (programme["renderer"], programme["undrawn"]) == ("categorizedSymbol", 0)
    for one in (told["layers"]["skor"], programme):
        assert (one["features"], one["crs"], one["sound"]) == (4, "EPSG:32749", True)
        assert one["ha"] == pytest.approx(0.75 + 0.5 + 1 + 1, abs=1e-6)


@pytest.mark.qgis
def test_the_layer_of_the_programme_opens_in_the_classes_of_the_one_legend(sample, sample_package):
    layer = probed(sample_package, "kotaku")["kotaku"]
    told = next(iter(layer.values()))
    looks = themes(sample, every=True)["skor"].classes
    drawn = dict(map(tuple, told["legend"]))
    assert drawn["Tidak Kumuh"] == looks["Tidak Kumuh"].fill
    assert set(drawn) == {"Tidak Kumuh", "Kumuh Ringan", "Kumuh Sedang", "Kumuh Berat", "tanpa skor"}
    assert told["undrawn"] == 0
    with closing(sqlite3.connect(sample_package / "kotaku.gpkg")) as base:
        styles = base.execute("SELECT styleName, useAsDefault FROM layer_styles ORDER BY id").fetchall()
    assert styles == [("Status_akh", 1), ("kum_awal", 0)]


def test_words_that_are_no_class_of_the_legend_keep_a_class_of_their_own(tmp_path):
    rows = frame(
        Status_akh=["Ringan sekali", None], kum_awal=[" kumuh ringan ", ""], geometry=[square(0, 0, 1)] * 2
    )
    vector.geopackage({"Kumuh_semua": rows}, tmp_path / "kotaku.gpkg", {})
    qgis.dress_programme(
        tmp_path / "kotaku.gpkg", {"Kumuh_semua": rows}, themes(scored(), every=True)["skor"], "id"
    )
    with closing(sqlite3.connect(tmp_path / "kotaku.gpkg")) as base:
        found = [ET.fromstring(one) for (one,) in base.execute("SELECT styleQML FROM layer_styles ORDER BY id")]
    values = [[one.get("value") for one in root.iter("category")] for root in found]
    assert values == [["RINGAN SEKALI", ""], ["KUMUH RINGAN", ""]]


@pytest.mark.qgis
def test_every_layer_of_the_small_world_is_sound(small, tmp_path):
    told = probed(packed(small, tmp_path / "hasil"))["layers"]
    assert all(one["valid"] and one["sound"] for one in told.values())
    assert {name: one["features"] for name, one in told.items()} == {
        "kumuh": 3, "kelurahan": 2, "penanganan": 3, "bidang": len(small.bidang), "temuan": len(small.findings),
    }  # fmt: skip
    assert told["bidang"]["crs"] == "EPSG:32749"
    assert told["bidang"]["ha"] == pytest.approx(4.0, abs=1e-6)
