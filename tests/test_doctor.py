"""The input doctor: what a file is and what is wrong with it, in words, JSON, HTML, QGIS; and its clean copy."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import sqlite3
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings

import petakumuh
from petakumuh.cli import main
from petakumuh.doctor import package, page, perbaiki, periksa
from petakumuh.errors import InputError, OutputError, RecipeError
from petakumuh.text import LANGUAGES
from tests.conftest import CRS, ORIGIN, frame, kelurahan, kumuh, square, works
from tests.test_web import PAYLOADS
from tests.test_web_browser import CHROMIUM
from tests.worlds import slums
from tests.worlds import works as many_works

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petakumuh.doctor import Sheet

QGIS = Path("/usr/bin/python3")
TTU = ("354 pasang", "43,157", "1.314 celah", "45,230")
"""Overlaps and gaps of the 192 desa of Timor Tengah Utara, as the README of the real towns has them."""
GEOMETRY = {
    "geometri_diperbaiki",
    "garis_ditutup",
    "objek_dipulihkan",
    "bagian_dikecualikan",
    "baris_dikecualikan",
}
STYLES = """
import json, os, sys
from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsRenderContext, QgsVectorLayer
from qgis.PyQt.QtCore import QSize
application = QgsApplication([], False)
application.initQgis()
told, layers = {}, []
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr")
    symbols = layer.renderer().symbols(QgsRenderContext())
    colours = [symbol.color().name() for symbol in symbols]
    told[name] = {"valid": layer.isValid(), "features": layer.featureCount(), "colours": colours}
    layers.append(layer)
settings = QgsMapSettings()
settings.setLayers(layers)
settings.setDestinationCrs(layers[0].crs())
settings.setOutputSize(QSize(600, 400))
settings.setExtent(layers[-1].extent())
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
image = job.renderedImage()
told["drawn"] = sorted({image.pixelColor(x, y).name() for x in range(600) for y in range(400)})
print(json.dumps(told))
sys.stdout.flush()
os._exit(0)
"""


def at(*corners: tuple[float, float]) -> list[tuple[float, float]]:
    return [(ORIGIN[0] + x, ORIGIN[1] + y) for x, y in corners]


def faulty() -> geopandas.GeoDataFrame:
    """A bow-tie of 0.5 ha, an outline as a line (1 ha), a row without shape, a point, a mixture, one sound."""
    shapes = [
        shapely.Polygon(at((0, 0), (100, 100), (100, 0), (0, 100))),
        shapely.LineString(at((300, 0), (400, 0), (400, 100), (300, 100), (300, 0.5))),
        None,
        shapely.Point(at((0, 0))[0]),
        shapely.GeometryCollection([square(500, 0, 100), shapely.LineString(at((0, 0), (5, 0)))]),
        square(0, 300, 100),
    ]
    names = ["A", "B", "=1+1", "@SUM(A1)", "E", "F"]
    return frame(kumuh_id=list("ABCDEF"), nama=names, luas_sk_ha=[0.5, 1, 1, 1, 1, 1], geometry=shapes)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The faulty layer as GeoJSON; besides, a ring that is not closed and has heights."""
    path = tmp_path / "rusak.geojson"
    faulty().to_crs(4326).to_file(path)
    held = json.loads(path.read_text())
    ring = held["features"][5]["geometry"]["coordinates"][0]
    held["features"][5]["geometry"]["coordinates"][0] = [[*corner, 12.0] for corner in ring[:-1]]
    path.write_text(json.dumps(held))
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def rules(sheet: Sheet) -> set[str]:
    return set(sheet.findings["aturan"])


def nothing_new(sheet: Sheet) -> None:
    """Checking twice finds nothing new: no geometry fault, no row mended, none left out."""
    assert not rules(sheet) & GEOMETRY
    assert [(one.repaired, one.excluded) for one in sheet.layers] == [(0, 0)] * len(sheet.layers)
    assert not sheet.refused


# ---- what the sheet says


def test_the_text_says_what_where_how_much_and_what_next_in_that_order(broken):
    told = periksa(broken).as_text()
    order = ["rusak.geojson: 1 lapisan, 6 objek", "GeoJSON,", "sha256", "EPSG:4326 (WGS 84)", "UTM Zona 49S",
             "6 masuk = 0 utuh + 4 diperbaiki + 2 dikecualikan", "Temuan:", "[galat]", "[peringatan]", "[catatan]",
             "Langkah berikutnya", "--perbaiki"]  # fmt: skip
    places = [told.index(words) for words in order]
    assert places == sorted(places)
    assert max(map(len, told.splitlines())) <= 100


def test_a_geometry_fault_is_told_with_its_row_id_and_coordinate(broken):
    told = " ".join(periksa(broken).as_text().split())
    place = geopandas.GeoSeries([shapely.Point(at((0, 0))[0])], crs=CRS).to_crs(4326).iloc[0]
    assert "Objek 0 (id A): geometri tidak sah (garis tepinya berpotongan sendiri)" in told
    assert f"({place.x:.6f}; {place.y:.6f})".replace(".", ",") in told


def test_json_is_whole_and_agrees_with_the_text(broken):
    sheet = periksa(broken)
    told = sheet.as_json()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert (told["jenis"], told["ukuran_bita"]) == ("geojson", broken.stat().st_size)
    assert told["lapisan"][0]["diperbaiki"] == 4
    assert len(told["temuan"]) == len(sheet.findings) == sum(told["jumlah_temuan"].values())
    assert {one["rincian"]["sublapisan"] for one in told["temuan"]} == {"rusak"}


def test_a_refused_layer_still_shows_its_account(tmp_path):
    kumuh().set_crs(4326, allow_override=True).to_file(tmp_path / "a.gpkg")
    sheet = periksa(tmp_path / "a.gpkg")
    told = sheet.as_text()
    assert sheet.refused
    assert "3 masuk; tidak ada yang dipakai" in told
    assert "EPSG:32749" in " ".join(told.split())
    assert "1 lapisan ditolak" in told
    assert sheet.as_json()["lapisan"][0]["ditolak_bersama_lapisan"] == 3
    assert 'class="ditolak"' in page(sheet)


def test_layers_alike_are_told_once_and_empty_ones_are_counted(tmp_path):
    path = tmp_path / "kota.gpkg"
    for name in ("Kumuh_A", "Kumuh_B", "Kumuh_C"):
        kumuh().to_file(path, layer=name)
    kumuh().iloc[:0].to_file(path, layer="Hampa")
    told = periksa(path).as_text()
    assert told.count("luas_sk_ha\n") == 1
    assert "3 lapisan sejenis, 9 objek" in told
    assert "12,0000 ha (UTM Zona 49S)" in told
    assert "1 lapisan atau folder tanpa objek sendiri" in told


def test_what_is_true_of_many_layers_is_said_once(tmp_path):
    path = tmp_path / "jalan.gpkg"
    for name in ("Jalan_A", "Jalan_B"):
        works()[["id", "sektor", "tahun", "geometry"]].to_file(path, layer=name)
    told = " ".join(periksa(path).as_text().split())
    assert told.count("tidak menyebut status") == 1
    assert "dianggap selesai. (2 lapisan)" in told


def test_a_file_without_a_feature_is_refused_in_plain_words(tmp_path):
    kumuh().iloc[:0].to_file(tmp_path / "hampa.gpkg")
    with pytest.raises(InputError, match=r"hampa\.gpkg tidak berisi satu objek pun"):
        periksa(tmp_path / "hampa.gpkg")


def test_an_archive_says_which_file_in_it_was_read(tmp_path):
    kumuh().to_file(tmp_path / "kumuh.gpkg")
    with zipfile.ZipFile(tmp_path / "kirim.zip", "w") as archive:
        archive.write(tmp_path / "kumuh.gpkg", "data/kumuh.gpkg")
    sheet = periksa(tmp_path / "kirim.zip")
    assert (sheet.file.kind, sheet.file.inside) == ("zip", "data/kumuh.gpkg")
    assert "Di dalamnya     data/kumuh.gpkg" in sheet.as_text()


def test_a_shapefile_names_its_parts(tmp_path):
    kumuh().to_file(tmp_path / "kumuh.shp")
    sheet = periksa(tmp_path / "kumuh.shp")
    assert set(sheet.file.parts) == {"kumuh.shp", "kumuh.shx", "kumuh.dbf", "kumuh.prj", "kumuh.cpg"}
    assert sheet.file.size == sum(one.stat().st_size for one in tmp_path.iterdir())


def test_signs_that_a_terminal_obeys_are_shown_as_broken_letters(tmp_path):
    frame(kumuh_id=["A"], **{"\x1b[31mmerah": ["x"]}, geometry=[square(0, 0, 100)]).to_file(
        tmp_path / "a.geojson", driver="GeoJSON"
    )
    told = periksa(tmp_path / "a.geojson").as_text()
    assert "\x1b" not in told
    assert "\ufffd[31mmerah" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_can_be_said_in_both_languages(broken, language):
    sheet = periksa(broken)
    assert {"id": "Langkah berikutnya", "en": "What to do next"}[language] in sheet.as_text(language)
    assert f'<html lang="{language}">' in page(sheet, language)


def test_polygons_are_read_as_what_their_columns_say(tmp_path):
    for name, rows in (("a", kumuh()), ("b", kelurahan()), ("c", works())):
        rows.to_file(tmp_path / f"{name}.gpkg")
    roles = [periksa(tmp_path / f"{name}.gpkg").layers[0].role for name in "abc"]
    assert roles == ["kumuh", "kelurahan", "penanganan"]


# ---- the quality of boundaries


def test_the_quality_sheet_holds_written_hectares_against_geometry(tmp_path):
    """Two kelurahan of 16 ha each; the regulation gives 16 and 20."""
    rows = kelurahan().assign(LUASWH=["16,0", "20,0"])
    rows.to_file(tmp_path / "batas.gpkg")
    sheet = periksa(tmp_path / "batas.gpkg")
    assert "36,00 ha pada 2 kelurahan" in sheet.as_text()
    told = sheet.as_json()["lapisan"][0]["mutu_batas"]["luas_wilayah"]
    assert [one["tertulis_ha"] for one in told] == [16.0, 20.0]
    assert [one["selisih_ha"] for one in told] == [pytest.approx(0.0, abs=0.01), pytest.approx(-4.0, abs=0.01)]
    assert "luas_wilayah_berbeda" in rules(sheet)


def test_a_written_area_that_is_no_number_is_a_warning_and_changes_no_figure(tmp_path):
    kelurahan().assign(LUASWH=["–", "20"]).to_file(tmp_path / "batas.gpkg")
    sheet = periksa(tmp_path / "batas.gpkg")
    assert "angka_tak_terbaca" in rules(sheet)
    assert not sheet.grave


@pytest.fixture(scope="module")
def ttu() -> Any:
    folder = Path(__file__).parents[2] / "shared" / "data" / "wilayah"
    if not folder.is_dir():
        pytest.skip("the real towns (../shared/data) are absent")
    return periksa(folder / "wb_53.03.geojson")


@pytest.mark.towns
def test_ttu_has_the_figures_of_its_source_in_text_and_page(ttu):
    for told in (ttu.as_text(), html.unescape(page(ttu))):
        assert [words for words in TTU if words not in told] == []
        assert "cahyadsn/wilayah_boundaries" in told


@pytest.mark.towns
def test_ttu_has_the_figures_of_its_source_in_json(ttu):
    told = json.loads(json.dumps(ttu.as_json()))["lapisan"][0]["mutu_batas"]
    for name, count, hectares in (("tumpang_tindih", 354, 43.157), ("celah", 1314, 45.230)):
        assert told[name]["jumlah"] == len(told[name]["daftar"]) == count
        assert told[name]["luas_ha"] == pytest.approx(hectares, abs=0.0005)
        assert sum(one["luas_ha"] for one in told[name]["daftar"]) == pytest.approx(hectares, abs=0.0005)


@pytest.mark.towns
def test_ttu_has_every_overlap_and_gap_to_zoom_to(ttu, tmp_path):
    package(ttu, tmp_path / "temuan.gpkg")
    counts = {
        str(name): pyogrio.read_info(tmp_path / "temuan.gpkg", layer=name)["features"]
        for name, _ in pyogrio.list_layers(tmp_path / "temuan.gpkg")
        if name != "layer_styles"
    }
    assert counts == {"temuan": len(ttu.findings), "tumpang_tindih": 354, "celah": 1314}


def styled(path: Path, *layers: str) -> dict[str, Any]:
    probe = subprocess.run([QGIS, "-c", "import qgis.core"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("QGIS for Python is not installed (Debian: python3-qgis)")
    done = subprocess.run(
        [QGIS, "-c", STYLES, path, *layers],
        capture_output=True, text=True, check=True, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


@pytest.mark.towns
@pytest.mark.qgis
def test_qgis_draws_the_findings_in_their_own_style(ttu, tmp_path):
    package(ttu, tmp_path / "temuan.gpkg")
    told = styled(tmp_path / "temuan.gpkg", "temuan", "tumpang_tindih", "celah")
    assert told["temuan"]["colours"] == ["#b00020", "#e68c00", "#3c6ea0"]
    assert told["tumpang_tindih"] == {"valid": True, "features": 354, "colours": ["#c80078"]}
    assert told["celah"] == {"valid": True, "features": 1314, "colours": ["#006ec8"]}
    assert {"#e68c00", "#3c6ea0", "#c80078"} <= set(told["drawn"])


# ---- the real towns, as a planner opens them


@pytest.mark.towns
def test_sk2020_stays_readable_though_it_has_83_layers(towns):
    sheet = periksa(towns / "pekalongan" / "sk2020.kmz")
    told = sheet.as_text()
    assert (len(sheet.layers), sheet.file.bare) == (28, 55)
    assert "27 lapisan sejenis, 438 objek – dibaca sebagai kumuh" in told
    assert "523,1600 ha (UTM Zona 49S)" in told
    assert len(told.splitlines()) < 110


@pytest.mark.towns
def test_batasdesa_is_refused_with_the_zones_that_fit(towns):
    sheet = periksa(towns / "saumlaki" / "BATASDESA.geojson")
    assert sheet.refused
    assert "EPSG:32752" in sheet.as_text()


@pytest.mark.towns
def test_a_recipe_shows_columns_zones_hectares_and_the_quality_of_its_boundaries(towns, tmp_path):
    """Saumlaki by its README: slums 35.805 ha (geodesic 35.767); boundaries are metres of EPSG:32752."""
    place = (towns / "saumlaki").as_posix()
    (tmp_path / "resep.toml").write_text(
        f'[kumuh]\nfile = "{place}/KAWASANKUMUH.geojson"\n'
        f'[kelurahan]\nfile = "{place}/BATASDESA.geojson"\ncrs = "EPSG:32752"\nsumber = "BIG"\nedisi = "2019"\n',
        encoding="utf-8",
    )
    sheet = periksa(tmp_path / "resep.toml")
    slum, town = sheet.as_json()["lapisan"]
    assert (slum["luas_ha"], slum["luas_geodesik_ha"]) == pytest.approx((35.805, 35.767), abs=0.0005)
    assert (slum["epsg"], town["epsg"]) == ([32752], [32752])
    assert {"kumuh_id", "luas_sk_ha"} <= set(slum["kolom"])
    assert (town["mutu_batas"]["sumber"], town["mutu_batas"]["edisi"]) == ("BIG", "2019")
    assert town["mutu_batas"]["luas_wilayah"][0]["tertulis_ha"] > 0
    assert "Edisi           2019" in sheet.as_text()


@pytest.mark.towns
def test_every_real_file_gets_a_sheet_or_one_line_of_refusal(towns, capsys):
    """Only the list of criteria is no map; only BATASDESA declares a CRS that cannot be."""
    files = [str(one) for one in sorted(towns.rglob("*")) if one.is_file() and one.suffix != ".md"]
    assert main(["periksa", *files, "--json"]) == 2
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert [Path(one["berkas"]).name for one in told if one.get("ditolak")] == ["BATASDESA.geojson"]
    assert [one["galat"] for one in told if "galat" in one] == ["isi_asing"]
    assert len(told) == len(files)
    assert "kriteria.json" in err


# ---- the page


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is absent: apt-get install chromium")
    with playwright.sync_playwright() as engine:
        running = engine.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield running
        running.close()


def hostile(folder: Path, text: str) -> Sheet:
    rows = faulty().assign(nama=text, kelurahan=text, kumuh_id=[f"{text}{n}" for n in range(6)])
    rows[f"kolom {text}"] = text
    path = folder / "berkas.geojson"
    rows.to_crs(4326).to_file(path, driver="GeoJSON")
    return periksa(path)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_from_a_file_stands_raw_on_the_page(tmp_path, payload):
    told = page(hostile(tmp_path, f"jahat{payload}jahat"))
    assert f"jahat{html.escape(payload)}jahat" in told
    assert "<script" not in told
    assert "<img" not in told
    assert not re.search(r"(?:src|href)=", re.sub(r"jahat.*?jahat", "", told))


@pytest.mark.browser
@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_from_a_file_runs_nowhere(browser, tmp_path, payload):
    (tmp_path / "halaman.html").write_text(page(hostile(tmp_path, f"jahat{payload}jahat")), encoding="utf-8")
    opened = browser.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on(
        "request", lambda request: wrong.append(request.url) if not request.url.startswith("file:") else None
    )
    opened.goto((tmp_path / "halaman.html").as_uri())
    opened.locator("details").evaluate_all("those => those.forEach(one => one.open = true)")
    assert wrong == []
    assert opened.evaluate("window.__xss") is None
    assert opened.locator("script, img, a, iframe").count() == 0
    assert " ".join(f"jahat{payload}jahat".split()) in " ".join(opened.inner_text("body").split())
    opened.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1150])
def test_the_page_is_as_wide_as_the_screen(browser, broken, tmp_path, width):
    (tmp_path / "halaman.html").write_text(page(periksa(broken)), encoding="utf-8")
    opened = browser.new_page(viewport={"width": width, "height": 800})
    opened.goto((tmp_path / "halaman.html").as_uri())
    opened.locator("details").evaluate_all("those => those.forEach(one => one.open = true)")
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    opened.close()


# ---- files that are written


def test_nothing_is_written_over_an_input_or_an_existing_file(broken, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    before = broken.read_bytes()
    for option in ("--html", "--temuan"):
        assert main(["periksa", "rusak.geojson", option, "rusak.geojson", "--timpa"]) == 2
        assert main(["periksa", "rusak.geojson", option, "hasil"]) == 1
        assert main(["periksa", "rusak.geojson", option, "hasil"]) == 2
        assert "--timpa" in capsys.readouterr().err
        assert main(["periksa", "rusak.geojson", option, "hasil", "--timpa"]) == 1
        Path("hasil").unlink()
    assert broken.read_bytes() == before


def test_the_files_of_a_recipe_and_the_parts_of_a_shapefile_are_inputs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    kumuh().to_file("kumuh.shp")
    kelurahan().to_file("batas.gpkg")
    Path("r.toml").write_text('[kumuh]\nfile = "kumuh.shp"\n[kelurahan]\nfile = "batas.gpkg"\n')
    for name in ("r.toml", "kumuh.dbf", "batas.gpkg"):
        assert main(["periksa", "r.toml", "--html", name, "--timpa"]) == 2
        assert "adalah berkas masukan" in capsys.readouterr().err


def test_several_files_are_looked_at_though_one_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    kumuh().to_file("a.gpkg")
    kelurahan().to_file("b.gpkg")
    assert main(["periksa", "a.gpkg", "tiada.gpkg", "b.gpkg"]) == 2
    out, err = capsys.readouterr()
    assert "a.gpkg: 1 lapisan" in out
    assert "b.gpkg: 1 lapisan" in out
    assert "tiada.gpkg" in err
    assert main(["periksa", "a.gpkg", "b.gpkg", "--html", "x.html"]) == 2


def test_findings_without_ground_make_a_package_all_the_same(tmp_path):
    works().drop(columns=["status"]).to_file(tmp_path / "jalan.gpkg")
    package(periksa(tmp_path / "jalan.gpkg"), tmp_path / "temuan.gpkg")
    rows = geopandas.read_file(tmp_path / "temuan.gpkg", layer="temuan")
    assert rows["aturan"].tolist() == ["status_tidak_ada"]
    with sqlite3.connect(tmp_path / "temuan.gpkg") as base:
        assert base.execute("SELECT f_table_name, useAsDefault FROM layer_styles").fetchall() == [("temuan", 1)]


# ---- the clean copy


def test_the_clean_copy_keeps_columns_and_records_every_change_with_its_area(broken, tmp_path):
    clean, changes, left = perbaiki(broken, tmp_path / "bersih")
    rows = geopandas.read_file(clean)
    assert [path.name for path in (clean, changes, left)] == [
        "rusak_bersih.gpkg", "perubahan.csv", "dikecualikan.csv",
    ]  # fmt: skip
    assert list(rows.columns) == ["kumuh_id", "nama", "luas_sk_ha", "geometry"]
    assert rows["kumuh_id"].tolist() == ["A", "B", "E", "F"]
    assert rows["luas_sk_ha"].tolist() == [0.5, 1.0, 1.0, 1.0]
    areas = {
        row["sebab"]: (
            float(row["luas_sebelum_ha"].replace(",", ".")),
            float(row["luas_sesudah_ha"].replace(",", ".")),
        )
        for row in rows_of(changes)
        if row["sebab"] != "baris_dikecualikan"
    }
    expected = {
        "geometri_diperbaiki": (0.0, 0.5),
        "garis_ditutup": (0.0, 1.0),
        "objek_dipulihkan": (1.0, 1.0),
        "bagian_dikecualikan": (1.0, 1.0),
        "dimensi_dibuang": (3.5, 3.5),
    }
    assert areas == {rule: pytest.approx(both, abs=1e-3) for rule, both in expected.items()}


def test_rows_left_out_are_listed_with_all_their_columns_and_no_formula(broken, tmp_path):
    left = perbaiki(broken, tmp_path / "bersih")[2]
    first, second = rows_of(left)
    assert first["sebab"] == "geometrinya kosong atau tidak terbaca"
    assert (first["baris"], first["kumuh_id"], first["nama"]) == ("2", "C", "'=1+1")
    assert second["sebab"] == "bukan poligon"
    assert (second["nama"], second["luas_sk_ha"]) == ("'@SUM(A1)", "1")
    assert second["wkt"].startswith("POINT (109.6")


def test_rows_left_out_of_several_layers_keep_every_digit(tmp_path):
    long = 5371010001123456789
    frame(kode=[1, long], geometry=[square(0, 0, 100), None]).to_file(tmp_path / "dua.gpkg", layer="a")
    frame(nama=["x", "y"], geometry=[square(200, 0, 100), None]).to_file(tmp_path / "dua.gpkg", layer="b")
    left = perbaiki(tmp_path / "dua.gpkg", tmp_path / "bersih")[2]
    assert [(row["lapisan"], row["kode"], row["nama"]) for row in rows_of(left)] == [
        ("a", str(long), ""),
        ("b", "", "y"),
    ]


def test_checking_the_clean_copy_finds_nothing_new(broken, tmp_path):
    nothing_new(periksa(perbaiki(broken, tmp_path / "bersih")[0]))


def test_a_sound_file_gives_a_clean_copy_and_an_empty_record(tmp_path):
    kumuh().to_file(tmp_path / "kumuh.gpkg")
    clean, changes = perbaiki(tmp_path / "kumuh.gpkg", tmp_path / "bersih")
    rows = geopandas.read_file(clean)
    assert rows.drop(columns="geometry").equals(
        geopandas.read_file(tmp_path / "kumuh.gpkg").drop(columns="geometry")
    )
    assert all(rows.geometry.geom_equals_exact(kumuh().geometry, 1e-6))
    assert rows_of(changes) == []


def test_names_that_a_geopackage_keeps_for_itself_stay_those_of_the_file(tmp_path):
    rows = kumuh().assign(fid=[7, 8, 9], geom="x", ogc_fid="y").rename(columns={"nama": "Fid_2"})
    rows.to_crs(4326).to_file(tmp_path / "a.geojson", driver="GeoJSON")
    clean = perbaiki(tmp_path / "a.geojson", tmp_path / "bersih")[0]
    sheet = periksa(clean)
    assert set(sheet.layers[0].columns) == set(rows.columns) - {"geometry"}
    assert sheet.as_json()["temuan"] == [
        one
        | {
            "berkas": "a_bersih.gpkg",
            "bujur": pytest.approx(one["bujur"]),
            "lintang": pytest.approx(one["lintang"]),
        }
        for one in periksa(tmp_path / "a.geojson").as_json()["temuan"]
    ]


def test_letters_of_another_encoding_and_heights_are_changes_of_the_copy(tmp_path):
    rows = kumuh().assign(nama=["Désa", "Nusa", "Pulau"])
    rows.set_geometry(shapely.force_3d(rows.geometry.array), crs=CRS).to_file(
        tmp_path / "a.shp", encoding="cp1252"
    )
    (tmp_path / "a.cpg").unlink()
    clean, changes = perbaiki(tmp_path / "a.shp", tmp_path / "bersih")
    assert geopandas.read_file(clean)["nama"].tolist() == ["Désa", "Nusa", "Pulau"]
    assert not geopandas.read_file(clean).geometry.has_z.any()
    told = {row["sebab"]: (row["luas_sebelum_ha"], row["luas_sesudah_ha"]) for row in rows_of(changes)}
    assert told["dimensi_dibuang"] == ("4,00000000", "4,00000000")
    assert "enkode_dibaca" in told


def test_names_that_differ_by_case_alone_are_told_apart_and_it_is_recorded(tmp_path):
    kumuh().assign(NAMA="x").to_crs(4326).to_file(tmp_path / "a.geojson", driver="GeoJSON")
    clean, changes = perbaiki(tmp_path / "a.geojson", tmp_path / "bersih")
    assert geopandas.read_file(clean)["NAMA_2"].tolist() == ["x"] * 3
    assert [row["sebab"] for row in rows_of(changes)] == ["nama_berbeda_huruf"]


def test_lines_and_points_of_works_stay_lines_and_points(tmp_path):
    lines = [shapely.LineString(at((0, 0), (100, 0))), shapely.Point(at((50, 50))[0]), square(0, 0, 50)]
    rows = frame(id=list("abc"), sektor=["jalan"] * 3, tahun=["2020"] * 3, geometry=lines)
    rows.iloc[:2].to_file(tmp_path / "a.gpkg")
    rows.iloc[:1].to_file(tmp_path / "b.gpkg")
    rows.to_file(tmp_path / "c.gpkg")
    for name, kinds in (
        ("a", ["LineString", "Point"]),
        ("b", ["LineString"]),
        ("c", ["LineString", "Point", "Polygon"]),
    ):
        clean = perbaiki(tmp_path / f"{name}.gpkg", tmp_path / name)[0]
        assert sorted(geopandas.read_file(clean).geom_type) == kinds
        nothing_new(periksa(clean))


def test_layers_keep_their_names_and_a_table_its_rows(tmp_path):
    path = tmp_path / "kota.gpkg"
    kumuh().to_file(path, layer="Kumuh 2020")
    works().to_file(path, layer="Jalan")
    clean = perbaiki(path, tmp_path / "bersih")[0]
    assert [name for name, _ in pyogrio.list_layers(clean)] == ["Kumuh 2020", "Jalan"]
    (tmp_path / "rt.csv").write_text("rt;jumlah\nRT001;4\nRT002;0012\n", encoding="utf-8")
    clean = perbaiki(tmp_path / "rt.csv", tmp_path / "tabel")[0]
    assert periksa(clean).layers[0].is_table
    assert geopandas.read_file(clean)["jumlah"].astype(str).tolist() == ["4", "0012"]


def test_mending_refuses_a_recipe_and_what_would_be_written_over(tmp_path):
    kumuh().to_file(tmp_path / "kumuh.gpkg")
    perbaiki(tmp_path / "kumuh.gpkg", tmp_path / "bersih")
    with pytest.raises(OutputError):
        perbaiki(tmp_path / "kumuh.gpkg", tmp_path / "bersih")
    (tmp_path / "r.toml").write_text('[kumuh]\nfile = "kumuh.gpkg"\n[kelurahan]\nfile = "batas.gpkg"\n')
    with pytest.raises(RecipeError, match=r"kumuh\.gpkg, batas\.gpkg"):
        petakumuh.perbaiki(tmp_path / "r.toml", tmp_path / "b")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(rows=slums())
def test_any_layer_of_slums_is_clean_after_one_mending(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("k")
    rows.to_file(folder / "kumuh.gpkg")
    before = periksa(folder / "kumuh.gpkg")
    after = periksa(perbaiki(folder / "kumuh.gpkg", folder / "bersih")[0])
    nothing_new(after)
    assert after.layers[0].rows == before.layers[0].rows - before.layers[0].excluded
    assert after.layers[0].luas_ha == pytest.approx(before.layers[0].luas_ha, abs=1e-9)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(rows=many_works(least=1))
def test_any_layer_of_works_is_clean_after_one_mending(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("p")
    rows.to_file(folder / "jalan.gpkg")
    nothing_new(periksa(perbaiki(folder / "jalan.gpkg", folder / "bersih")[0]))


@pytest.mark.towns
@pytest.mark.parametrize("name", ["pekalongan/sk2020.kmz", "pekalongan/sk2024.kmz", "wilayah/wb_53.03.geojson"])
def test_a_real_town_is_clean_after_one_mending(towns, tmp_path, name):
    clean = perbaiki(towns / name, tmp_path / "bersih")[0]
    before, after = (periksa(one).layers for one in (towns / name, clean))
    nothing_new(periksa(clean))
    assert [(one.name, one.rows, one.columns) for one in after] == [
        (one.name, one.rows - one.excluded, one.columns) for one in before
    ]
    assert [one.luas_ha for one in after] == pytest.approx([one.luas_ha for one in before], abs=1e-6)
