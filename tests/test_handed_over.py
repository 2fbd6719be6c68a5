"""All that one run hands over, each file opened by the program it is for, says the hectares of ``rekap.json``."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from petakumuh.present.layers import layers
from petakumuh.present.tables import recap
from petakumuh.text import number
from tests.test_atlas import judged
from tests.test_qgis import whole
from tests.test_report import says_the_recap
from tests.test_tablebook import CSV, assert_is_the_recap, assert_worked_out_alike, office
from tests.test_web_browser import browser, figures, of_recap, opened

__all__ = ["browser", "office"]

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")  # openpyxl, of bars behind shares
PLACES = [
    "sample",
    *(pytest.param(one, marks=pytest.mark.towns) for one in ("pekalongan", "saumlaki", "pontianak")),
]
EVERYWHERE = {
    "rekap.json", "rekap.csv", "temuan.csv", "resep.json", "satu_peta.gpkg", "satu_peta.qgz",
    "satu_peta.geojson", "satu_peta.qml", "satu_peta.sld", "peta.html", "peta.png", "atlas.pdf", "tabel.xlsx",
    "laporan.docx", "laporan.html", "tukar/satu_peta.kml", "tukar/bidang.parquet", "tukar/bidang.fgb",
    "tukar/bidang.metadata.xml", "tukar/pygeoapi.yml",
}  # fmt: skip


@pytest.fixture(params=PLACES)
def place(request):
    return request.param


@pytest.fixture
def run(place, request):
    return request.getfixturevalue(place)


@pytest.fixture
def folder(place, handed_over):
    return handed_over(place)


def headline(folder):
    """Slum, handled and left of ``rekap.json``, as they are written."""
    total = json.loads((folder / "rekap.json").read_text(encoding="utf-8"))["total"]
    return [number(total[name]) for name in ("luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha")]


def test_one_run_writes_every_file_and_its_recap(run, folder):
    assert {one for one in EVERYWHERE if not (folder / one).stat().st_size} == set()
    assert json.loads((folder / "rekap.json").read_text(encoding="utf-8"))["total"] == recap(run)["total"]


@pytest.mark.qgis
def test_qgis_opens_the_map_with_its_layouts(run, folder):
    told = whole(folder)
    for project in told["projects"].values():
        assert project["colours"] > 12
        assert all(one["valid"] and one["undrawn"] == 0 for one in project["layers"].values())
    assert [told["atlas"]["sheet"][f"angka {at}"] for at in range(3)] == headline(folder)
    assert told["hektare"] == pytest.approx(run.table("total")["luas_tertangani_ha"].iloc[0], abs=5e-4)
    slums = sum(code != "" for code in run.table("kelurahan")["kode"])
    assert told["atlas"]["pages"] == slums
    ranges = [label for label, _ in told["layers"]["kelurahan"]["legend"]]
    assert ("Tanpa kumuh" in ranges) == (len(run.layers.kelurahan) > slums)


@pytest.mark.pygeoapi
def test_pygeoapi_serves_the_layers(run, folder):
    pytest.importorskip("pygeoapi")
    probe = Path(__file__).with_name("pygeoapi_probe.py")
    asked = [sys.executable, probe, folder / "tukar" / "pygeoapi.yml"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    if "No module named 'osgeo'" in answer.stderr:
        pytest.skip("GDAL's own Python package (python3-gdal) is absent")
    assert answer.returncode == 0, answer.stderr
    served = json.loads(answer.stdout.splitlines()[-1])  # what it logs comes before
    assert {name: len(found) for name, found in served.items()} == {
        name: len(layer) for name, layer in layers(run, "id").items() if name != "temuan"
    }
    table = run.table("kelurahan").query("kode != ''")
    handled = [one["properties"]["luas_tertangani_ha"] for one in served["kelurahan"]]
    assert sum(filter(None, handled)) == pytest.approx(table["luas_tertangani_ha"].sum(), rel=1e-9)


@pytest.mark.browser
def test_chromium_opens_the_web_map_without_a_network(run, folder, browser):
    page, wrong = opened(browser, folder / "peta.html", width=1600, height=1000)
    assert figures(page)[::2][:1] + figures(page)[1:4:2] == headline(folder)
    assert figures(page) == of_recap(recap(run)["total"])
    assert page.locator(".leaflet-bidang-pane path").count() == len(run.bidang)
    assert wrong == []
    page.close()


@pytest.mark.browser
def test_chromium_opens_the_report_without_a_network(folder, browser):
    page = browser.new_page(offline=True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: asked.append(said.text))
    page.goto((folder / "laporan.html").as_uri())
    words = page.inner_text("main")
    assert [one for one in headline(folder) if f"{one} ha" not in words] == []
    assert [one for one in asked if not one.startswith("data:")] == [(folder / "laporan.html").as_uri()]
    assert page.evaluate("[...document.images].filter(one => !one.naturalWidth).length") == 0
    page.close()


@pytest.mark.libreoffice
def test_libreoffice_opens_the_workbook_and_works_it_out_alike(run, folder, office, tmp_path):
    with office(folder / "tabel.xlsx", CSV).open(encoding="utf-8", newline="") as shown:
        told = [row[2].strip() for row in csv.reader(shown) if row[0] in {"1", "2", "3"}]
    assert told == headline(folder)
    assert_is_the_recap(folder / "tabel.xlsx", run)
    assert_worked_out_alike(folder / "tabel.xlsx", office, tmp_path)


@pytest.mark.libreoffice
@pytest.mark.poppler
def test_libreoffice_draws_the_report_with_its_tables_and_pictures(run, folder, office):
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler is not installed (Debian: poppler-utils)")
    drawn = office(folder / "laporan.docx", "pdf")
    pages = printed("pdftotext", "-layout", drawn, "-").split("\f")
    assert all(page.strip() for page in pages[:-1])
    flat = " ".join(" ".join(pages).split())
    assert [one for one in headline(folder) if f"{one} ha" not in flat] == []
    assert [row["nama"] for row in recap(run)["kelurahan"] if number(row["sisa_ha"]) not in flat] == []
    assert "Error! Reference" not in flat
    listed = printed("pdfimages", "-list", drawn).splitlines()[2:]
    assert len({line.split()[0] for line in listed}) >= 3
    says_the_recap(run, folder)


@pytest.mark.poppler
def test_poppler_reads_the_atlas(run, folder, tmp_path):
    shutil.copy(folder / "atlas.pdf", tmp_path)
    judged(run, tmp_path / "atlas.pdf")


def printed(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
