"""Draw the README's pictures again from the sample: sheet, recap, map and doctor's page, an official sheet.

Usage: python docs/pictures.py. Needs Debian's chromium, libjs-leaflet, libreoffice-calc, poppler-utils.
No network.
"""

from __future__ import annotations

import subprocess
import tempfile
from contextlib import chdir
from pathlib import Path

import geopandas
from matplotlib.figure import Figure
from PIL import Image
from playwright.sync_api import Route, sync_playwright

import petakumuh
from petakumuh.doctor import page
from petakumuh.present.scores import scores_text
from petakumuh.present.tables import recap_text

HERE = Path(__file__).parent
LEAFLET = Path("/usr/share/javascript/leaflet")
CHROMIUM = "/usr/bin/chromium"
SHEET = "Haumelu"
TOWN = "Kabupaten Mokoleha"


def shrink(picture: Path, width: int) -> None:
    """Make a picture small enough for a README."""
    with Image.open(picture) as whole:
        small = whole.convert("RGB").resize(
            (width, round(whole.height * width / whole.width)), Image.Resampling.LANCZOS
        )
    small.save(picture, optimize=True)


def terminal(text: str, picture: Path) -> None:
    """Draw text as a terminal shows it."""
    lines = text.splitlines()
    figure = Figure(figsize=(max(map(len, lines)) * 0.083 + 0.5, len(lines) * 0.2 + 0.5), facecolor="#1E2227")
    figure.text(0.02, 0.95, text, family="DejaVu Sans Mono", size=10, color="#E6E6E6", va="top", linespacing=1.35)
    figure.savefig(picture, dpi=130)


def leaflet(route: Route) -> None:
    """Answer for the network: Leaflet from this machine, nothing else."""
    local = LEAFLET / Path(route.request.url).name
    if "leaflet" in route.request.url and local.is_file():
        route.fulfill(path=local)
    elif route.request.url.startswith("file:"):
        route.continue_()
    else:
        route.abort()


def browser(page_file: Path, picture: Path) -> None:
    """Open the map in Chromium, go to one town, take the picture."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1200, "height": 780})
        page.route("**/*", leaflet)
        page.goto(page_file.as_uri())
        page.get_by_text(TOWN).click()
        page.wait_for_timeout(1000)
        page.locator(".leaflet-control-zoom-in").click()
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


def official(workbook: Path, picture: Path) -> None:
    """Print the first sheet of a workbook as LibreOffice does, take the picture."""
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
    draw = ["pdftoppm", "-png", "-singlefile", "-r", "110", str(made), str(picture.with_suffix(""))]
    subprocess.run(draw, check=True)


def main() -> None:
    """Draw all five."""
    run = petakumuh.run(petakumuh.contoh())
    with tempfile.TemporaryDirectory() as made:
        run.tulis(made, timpa=True)
        (HERE / "peta.png").write_bytes((Path(made) / "peta.png").read_bytes())
        browser(Path(made) / "peta.html", HERE / "peta_web.png")
        official(min(Path(made).glob(f"lembar/{SHEET}*.xlsx")), HERE / "lembar.png")
        with chdir(torn(Path(made)).parent):
            page_of(page(petakumuh.periksa("batas_kelurahan.gpkg")), HERE / "periksa.png")
    if run.skor is None:
        raise SystemExit("the sample has lost its scores")
    text = f"$ petakumuh contoh hasil/\n\n{recap_text(run)}\n\n{scores_text(run.skor)}"
    terminal(text, HERE / "rekap.png")
    shrink(HERE / "peta.png", 1800)
    shrink(HERE / "peta_web.png", 1200)
    shrink(HERE / "rekap.png", 1000)
    shrink(HERE / "lembar.png", 1100)
    shrink(HERE / "periksa.png", 900)


if __name__ == "__main__":
    main()
