"""Look at what the demo wrote: every file, and the figures of the sample in those that a planner hands over."""

import json
import re
import sqlite3
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas
import openpyxl
import pyogrio

import petakumuh

FILES = {
    "satu_peta.geojson",
    "satu_peta.gpkg",
    "satu_peta.qgz",
    "satu_peta.qml",
    "satu_peta.sld",
    "peta.html",
    "peta.png",
    "atlas.pdf",
    "tabel.xlsx",
    "laporan.docx",
    "laporan.html",
    "rekap.csv",
    "temuan.csv",
    "rekap.json",
    "resep.json",
    "skor.csv",
    "skor.xlsx",
    "skor.geojson",
    "skor.qml",
    "skor.sld",
    "kotaku.gpkg",
    "tukar/satu_peta.kml",
    "tukar/pygeoapi.yml",
}
LAYERS = ("kumuh", "kelurahan", "penanganan", "bidang", "temuan", "skor")
STYLES = 7
"""One a layer, and two of the ground."""
GIVEN = ("fgb", "parquet", "metadata.json", "metadata.xml")
REDUCED_HA = 143.44
"""As data/boundaries/sample_scores.py works it out by itself."""
FIGURES = {"luas_delineasi_ha": 202.43, "luas_tertangani_ha": 189.29, "sisa_ha": 13.14}
HEADLINE = ("202,43", "189,29", "13,14")
PAGES = 40
"""A cover, maps of the whole and a page for each kelurahan are more."""


def part_of(archive: Path, member: str) -> str:
    """One part of a file that is a zip."""
    with zipfile.ZipFile(archive) as parts:
        return parts.read(member).decode("utf-8")


def held_for_qgis(package: Path) -> tuple[int, int]:
    """How many styles and projects a GeoPackage holds."""
    with closing(sqlite3.connect(package)) as base:
        counted = "SELECT (SELECT count(*) FROM layer_styles), (SELECT count(*) FROM qgis_projects)"
        styles, projects = base.execute(counted).fetchone()
    return styles, projects


def first_column(workbook: Path) -> list[object]:
    """Hectares of the first sheet as they are stored."""
    sheet = openpyxl.load_workbook(workbook, data_only=True, read_only=True)["Rekap"]
    return [row[2] for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)][:3]


folder = Path(sys.argv[1])
wanted = FILES | {f"tukar/{layer}.{kind}" for layer in LAYERS for kind in GIVEN}
missing = {name for name in wanted if not (folder / name).is_file() or not (folder / name).stat().st_size}
if missing:
    sys.exit(f"demo: missing {', '.join(sorted(missing))}")

recap = json.loads((folder / "rekap.json").read_text(encoding="utf-8"))
total, reduced = recap["total"], recap["skor"]["tahun"]["2019"]["pengurangan_ha"]
wrong = {name: total[name] for name, value in FIGURES.items() if abs(total[name] - value) > 0.005}
ground = geopandas.read_file(folder / "satu_peta.geojson")["luas_ha"].sum()
given = geopandas.read_parquet(folder / "tukar" / "bidang.parquet")["luas_ha"].sum()
layers = {name for name, kind in pyogrio.list_layers(folder / "satu_peta.gpkg") if kind}
styles, projects = held_for_qgis(folder / "satu_peta.gpkg")
opened = petakumuh.buka(folder).table("total")["luas_tertangani_ha"].iloc[0]
report = re.sub(r"<[^>]+>", "", part_of(folder / "laporan.docx", "word/document.xml"))
page, web = ((folder / name).read_text(encoding="utf-8") for name in ("laporan.html", "peta.html"))
project = part_of(folder / "satu_peta.qgz", "satu_peta.qgs")
sheets = len(re.findall(rb"/Type\s*/Page\b", (folder / "atlas.pdf").read_bytes()))
stored = first_column(folder / "tabel.xlsx")
problems = [
    *(f"{name} is {value}" for name, value in wrong.items()),
    *(["the GeoJSON does not sum to the recap"] if abs(ground - total["luas_delineasi_ha"]) > 1e-6 else []),
    *(["the GeoParquet does not sum to the recap"] if abs(given - total["luas_delineasi_ha"]) > 1e-6 else []),
    *(["layers of the GeoPackage"] if layers != {*LAYERS} else []),
    *([f"{styles} styles, {projects} projects in the GeoPackage"] if (styles, projects) != (STYLES, 1) else []),
    *(["the project of QGIS"] if "Atlas per kelurahan" not in project else []),
    *(f"laporan.docx does not say {one} ha" for one in HEADLINE if f"{one} ha" not in report),
    *(f"laporan.html does not say {one} ha" for one in HEADLINE if f"{one} ha" not in page),
    *(f"peta.html does not say {one}" for one in HEADLINE if one not in web),
    *([f"tabel.xlsx has {stored}"] if [round(one, 2) for one in stored] != [*FIGURES.values()] else []),
    *([f"atlas.pdf has {sheets} pages"] if sheets < PAGES else []),
    *(["the reduction by score"] if abs(reduced - REDUCED_HA) > 0.005 else []),
    *([] if recap["sertifikasi"]["tersertifikasi"] and total["tersertifikasi"] else ["not certified"]),
    *(["the stored run disagrees"] if opened != total["luas_tertangani_ha"] else []),
]
print("demo:", "; ".join(problems) or "all outputs there, figures right")
sys.exit(bool(problems))
