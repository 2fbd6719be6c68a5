"""Draw the README's pictures again from the sample, each by the program that its file is for.

Usage: python docs/pictures.py. Needs Debian's chromium, qgis, libreoffice-calc, poppler-utils. No network.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

import geopandas
from matplotlib.figure import Figure
from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

import petakumuh
from petakumuh.doctor import page
from petakumuh.model import Letterhead
from petakumuh.present.scores import scores_text
from petakumuh.present.tables import recap_text

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
SHEET = "Haumelu"
TOWN = "Kabupaten Lembahira"
ON_THE_WEB = "Wairumbi"
IN_THE_ATLAS = "Kelurahan/Desa Kalumeta"
IN_QGIS = "99.06.02.1003"
IN_THE_WORKBOOK = "Kemajuan menuju 0 hektare kumuh"
WIDTHS = {
    "peta.png": 1400,
    "peta_web.png": 1600,
    "atlas.png": 1800,
    "qgis.png": 1700,
    "tabel.png": 1500,
    "rekap.png": 1000,
    "lembar.png": 1100,
    "periksa.png": 900,
}
"""Picture -> width in pixels at which it stays legible and below half a megabyte."""


def shrink(picture: Path, width: int) -> None:
    """Make a picture small enough for a README."""
    with Image.open(picture) as whole:
        small = whole.convert("RGB").resize(
            (width, round(whole.height * width / whole.width)), Image.Resampling.LANCZOS
        )
    small.save(picture, optimize=True)


def letterhead(folder: Path) -> Letterhead:
    """Give the kop of an office that does not exist, its logo drawn on the spot."""
    logo = Image.new("RGBA", (480, 560))
    draw = ImageDraw.Draw(logo)
    shield = [(40, 20), (440, 20), (440, 330), (240, 540), (40, 330)]
    draw.polygon(shield, fill="#14448C", outline="#E8B923", width=18)
    draw.ellipse((150, 90, 330, 270), fill="#F2CF4A")
    for at in range(3):
        draw.arc((100, 300 + 45 * at, 240, 360 + 45 * at), 180, 360, fill="white", width=14)
        draw.arc((226, 300 + 45 * at, 366, 360 + 45 * at), 180, 360, fill="white", width=14)
    logo.save(folder / "logo.png")
    return Letterhead(
        pemda="Pemerintah Provinsi Nusa Tirandaya",
        dinas="Dinas Perumahan Rakyat dan Kawasan Permukiman",
        nomor="SPK/2019/01",
        tanggal="31 Desember 2019",
        logo="logo.png",
        folder=str(folder),
    )


def terminal(text: str, picture: Path) -> None:
    """Draw text as a terminal shows it."""
    lines = text.splitlines()
    figure = Figure(figsize=(max(map(len, lines)) * 0.0865 + 0.5, len(lines) * 0.2 + 0.5), facecolor="#1E2227")
    figure.text(0.02, 0.95, text, family="DejaVu Sans Mono", size=10, color="#E6E6E6", va="top", linespacing=1.35)
    figure.savefig(picture, dpi=130)


def browser(page_file: Path, picture: Path) -> None:
    """Open the map in Chromium without a network, look at what was handled by 2018 around one kelurahan."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1600, "height": 1000}, offline=True)
        page.goto(page_file.as_uri())
        page.get_by_text(TOWN).first.click()
        page.evaluate("petakumuh.year(4)")
        page.wait_for_timeout(1000)
        place = page.get_by_text(ON_THE_WEB, exact=True).first.bounding_box()
        if place is None:
            raise SystemExit(f"{ON_THE_WEB} is not on the map")
        page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        page.mouse.move(1580, 980)
        page.wait_for_timeout(1000)
        page.screenshot(path=picture)
        chromium.close()


def page_of(text: str, picture: Path) -> None:
    """Open the doctor's page in Chromium, take the picture of its beginning."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1150, "height": 1000})
        page.set_content(text)
        page.screenshot(path=picture)
        chromium.close()


def torn(folder: Path) -> Path:
    """Give the sample's boundaries as boundaries are met: one kelurahan moved by some metres."""
    whole = geopandas.read_file(HERE.parent / "data" / "boundaries" / "kelurahan.geojson")
    moved = whole.geometry.translate(xoff=0.0001, yoff=0.00005)
    torn = whole.set_geometry(moved.where(whole.index % 4 == 0, whole.geometry))
    torn.to_file(folder / "batas_kelurahan.gpkg")
    return folder / "batas_kelurahan.gpkg"


def printed(workbook: Path) -> Path:
    """Give a workbook as LibreOffice prints it."""
    profile = f"-env:UserInstallation={(workbook.parent / 'profil').as_uri()}"
    made = workbook.with_suffix(".pdf")
    convert = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(made.parent),
        str(workbook),
    ]
    subprocess.run(convert, check=True, capture_output=True)
    return made


def page_with(words: str, document: Path, picture: Path) -> None:
    """Draw the first page of a PDF that says so."""
    read = ["pdftotext", "-layout", document, "-"]
    text = subprocess.run(read, check=True, capture_output=True, text=True)
    at = str(next(at for at, told in enumerate(text.stdout.split("\f"), 1) if words in told))
    draw = ["pdftoppm", "-png", "-singlefile", "-r", "130", "-f", at, "-l", at]
    subprocess.run([*draw, document, picture.with_suffix("")], check=True)


def qgis(project: Path, picture: Path) -> None:
    """Let QGIS draw the page of one kelurahan of its atlas."""
    script = HERE / "qgis_page.py"
    offscreen = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = ["/usr/bin/python3", script, project, IN_QGIS, picture]
    subprocess.run(command, check=True, capture_output=True, env=offscreen)


def main() -> None:
    """Draw all eight."""
    run = petakumuh.run(petakumuh.contoh())
    if run.skor is None:
        raise SystemExit("the sample has lost its scores")
    text = f"$ petakumuh contoh hasil/\n\n{recap_text(run)}\n\n{scores_text(run.skor)}"
    terminal(text, HERE / "rekap.png")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "hasil"
        run = replace(run, recipe=replace(run.recipe, kop=letterhead(Path(folder))))
        run.tulis(made)
        (HERE / "peta.png").write_bytes((made / "peta.png").read_bytes())
        browser(made / "peta.html", HERE / "peta_web.png")
        page_with(IN_THE_ATLAS, made / "atlas.pdf", HERE / "atlas.png")
        qgis(made / "satu_peta.qgz", HERE / "qgis.png")
        page_with(IN_THE_WORKBOOK, printed(made / "tabel.xlsx"), HERE / "tabel.png")
        page_with("", printed(min(made.glob(f"lembar/{SHEET}*.xlsx"))), HERE / "lembar.png")
        with chdir(torn(Path(folder)).parent):
            page_of(page(petakumuh.periksa("batas_kelurahan.gpkg")), HERE / "periksa.png")
    for name, width in WIDTHS.items():
        shrink(HERE / name, width)


if __name__ == "__main__":
    main()
