"""The web map in Chromium with the network cut: it opens, answers, measures, draws; nothing from data runs."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import petakumuh
from petakumuh.measure import to_lonlat
from petakumuh.model.order import Outputs
from petakumuh.present.tables import recap
from petakumuh.text import number, say
from tests.conftest import kelurahan, kumuh, square, works
from tests.test_web import HECTARES, PAYLOADS, hostile, many, page_of, painted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from petakumuh import Run

__all__ = ["many"]

pytestmark = pytest.mark.browser
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, where it is installed by Debian."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is absent: apt-get install chromium")
    with playwright.sync_playwright() as engine:
        running = engine.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield running
        running.close()


def opened(browser: Browser, path: Path, *, width: int = 1400, height: int = 900) -> tuple[Page, list[str]]:
    """Open a page with the network cut; the list fills with what goes wrong on it and with what it asks for."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(8_000)
    wrong: list[str] = []

    def serve(route: Route) -> None:
        if route.request.url == path.as_uri():
            route.continue_()
        else:
            wrong.append(f"asked for {route.request.url}")
            route.abort()

    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.route("**/*", serve)
    page.goto(path.as_uri())
    page.wait_for_selector(".leaflet-control-scale-line", state="attached")
    page.evaluate("petakumuh.map._fadeAnimated = false")
    return page, wrong


@pytest.fixture
def shown(browser: Browser, small: Run, tmp_path: Path) -> Iterator[Page]:
    """The small world, open; nothing may go wrong on it, and nothing be asked for."""
    page_of(small, tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    yield page
    assert page.evaluate("window.__xss") is None
    assert wrong == []
    page.close()


def at(page: Page, east_m: float, north_m: float) -> Any:
    """Where a place of the small world lies on the screen."""
    place = to_lonlat(square(east_m, north_m, 1), 32749).centroid
    return page.evaluate("""([y, x]) => {
      const frame = petakumuh.map.getContainer().getBoundingClientRect();
      const at = petakumuh.map.latLngToContainerPoint([y, x]);
      return [at.x + frame.left, at.y + frame.top];
    }""", [place.y, place.x])  # fmt: skip


def click(page: Page, east_m: float, north_m: float) -> None:
    page.mouse.click(*at(page, east_m, north_m))


def popup(page: Page) -> dict[str, str]:
    """The two columns of the popup's first table, and its title under ``""``."""
    page.wait_for_selector(".leaflet-popup-content")
    rows = page.locator(".leaflet-popup-content .petak").first.locator("tr").all()
    cells = {row.locator("th").inner_text(): row.locator("td").inner_text() for row in rows}
    return cells | {"": page.inner_text(".leaflet-popup-content h4")}


def fills(page: Page, pane: str) -> list[str]:
    found: list[str] = page.evaluate(
        """pane => [...document.querySelectorAll(`.leaflet-${pane}-pane path`)]
          .map(one => one.getAttribute("fill"))""",
        pane,
    )
    return found


def figures(page: Page) -> list[str]:
    return [page.inner_text(f"#{name}") for name in ("luas", "tertangani", "persen", "sisa", "persen-sisa")]


def of_recap(row: dict[str, Any]) -> list[str]:
    area, handled, share, left, left_share = (number(row[name]) for name in HECTARES)
    return [area, handled, f"{share} %", left, f"{left_share} %"]


EVERYTHING = """async () => {
  const own = petakumuh, said = [];
  document.querySelectorAll("#daftar input[type=checkbox]").forEach(one => { if (!one.checked) one.click(); });
  const field = document.getElementById("cari");
  field.dispatchEvent(new Event("focus"));
  for (const layer of own.data.lapisan) layer.judul.forEach((title, row) => {
    const told = own.told(layer.nama, row);
    own.map.openPopup(L.popup().setLatLng(own.map.getCenter()).setContent(told));
    said.push(told.textContent);
  });
  own.map.eachLayer(group => {
    if (!group.getLayers || !group.getTooltip()) return;
    group.getLayers().forEach(one => {
      one.fire("mouseover", {latlng: own.map.getCenter()}, true);
      said.push(group.getTooltip().getElement().innerText);
    });
    group.getLayers().forEach(one => one.fire("mouseout", {}, true));
    group.closeTooltip();
  });
  own.map.closePopup();
  for (const level of ["kelurahan", "kumuh"]) own.data.rekap[level].forEach((unit, row) => own.choose(level, row));
  own.choose("semua", 0);
  (await own.sheet()).toDataURL();
  await new Promise(done => setTimeout(done, 300));
  return said;
}"""
# Every element and how many attributes it has.
TAGS = """() => [...document.querySelectorAll("*")]
  .map(one => one.tagName + " " + one.getAttributeNames().filter(name => name !== "style").join(" "))"""


@pytest.fixture(scope="module")
def harmless(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The elements of the page where every text is a plain one."""
    path = tmp_path_factory.mktemp("x") / "peta.html"
    page_of(hostile("jahat biasa jahat"), path)
    page, wrong = opened(browser, path)
    page.evaluate(EVERYTHING)
    tags: list[str] = page.evaluate(TAGS)
    page.close()
    assert not wrong
    return tags


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_from_data_runs_nowhere_and_is_read_as_it_stands(
    browser: Browser, harmless: list[str], payload: str, tmp_path: Path
) -> None:
    text = f"jahat{payload}jahat"
    page_of(hostile(text), tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    said = page.evaluate(EVERYTHING)
    assert wrong == []
    assert page.evaluate("window.__xss") is None
    assert page.evaluate(TAGS) == harmless
    assert page.title() == " ".join(text.split())
    for place in ("h1", ".instansi >> nth=0", ".nomor", "#daftar", ".kaki", "#hasil"):
        assert text in (page.locator(place).text_content() or ""), place
    assert sum(text in one for one in said) > len(said) / 2
    page.close()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_from_data_runs_nowhere_on_a_page_of_tiles(
    browser: Browser, many: None, payload: str, tmp_path: Path
) -> None:
    page_of(hostile(f"jahat{payload}jahat"), tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    page.evaluate(EVERYTHING)
    assert wrong == []
    assert page.evaluate("window.__xss") is None
    page.close()


def test_a_click_on_a_kelurahan_shows_the_hectares_of_the_recap(shown: Page, small: Run) -> None:
    row = next(one for one in recap(small)["kelurahan"] if one["nama"] == "Barat")
    click(shown, 20, 380)
    cells = popup(shown)
    assert cells[""] == "Barat"
    assert [cells[say(f"kolom.{name}")] for name in HECTARES] == [number(row[name]) for name in HECTARES]
    assert cells["Luas kumuh (ha)"] == "2,50"
    yearly = shown.inner_text(".tahunan").splitlines()
    assert yearly[0].split("\t") == ["Tahun", "Tertangani (ha)", "%", "Sisa (ha)"]
    assert [line.split("\t")[0] for line in yearly[1:]] == ["2020", "2021"]


def test_layers_and_their_part_of_the_legend_go_on_and_off(shown: Page, small: Run) -> None:
    def count(pane: str) -> int:
        return shown.locator(f".leaflet-{pane}-pane path").count()

    assert (count("kelurahan"), count("kumuh"), count("bidang")) == (2, 3, len(small.bidang))
    assert count("penanganan") == count("temuan") == 0
    legend = shown.locator("#daftar")
    assert "tidak dihitung" not in legend.inner_text()
    headings = legend.locator("h3").all_text_contents()
    assert headings == ["Bidang kumuh", "Wilayah", "Penanganan", "Pemeriksaan data"]
    shown.get_by_label("jalan").check()
    shown.get_by_label("Temuan").check()
    assert count("penanganan") == 2
    assert count("temuan") == int((~small.findings.geometry.is_empty).sum()) > 0
    assert "jalan (tidak dihitung)" in legend.inner_text()
    shown.get_by_label("Tahun pertama ditangani").uncheck()
    assert count("bidang") == 0
    assert "Ditangani 2020" not in legend.inner_text()


def test_ground_is_painted_by_year_or_by_number_of_sektor(shown: Page) -> None:
    shown.get_by_label("Jumlah sektor yang menangani").check()
    assert not shown.get_by_label("Tahun pertama ditangani").is_checked()
    assert "2 sektor" in shown.inner_text("#daftar")


def test_in_a_slum_its_ground_answers_or_else_the_slum(shown: Page) -> None:
    click(shown, 130, 30)
    assert popup(shown)[say("kolom.tahun_pertama")] == "2021"
    shown.locator(".leaflet-popup-close-button").click()
    shown.wait_for_selector(".leaflet-popup", state="detached")
    shown.get_by_label("Tahun pertama ditangani").uncheck()
    click(shown, 130, 30)
    cells = popup(shown)
    assert (cells[""], cells[say("kolom.luas_sk_ha")]) == ("Satu", "2,00")


def test_the_slider_leaves_what_was_handled_later_and_the_panel_follows(shown: Page, small: Run) -> None:
    total = recap(small)["total"]
    years = {row["tahun"]: row for row in recap(small)["tahun"]}
    assert figures(shown) == of_recap(total)
    last = fills(shown, "bidang")
    for stop, year in ((1, "2020"), (0, None)):
        shown.evaluate("([id, value]) => { const one = document.getElementById(id); one.value = value; "
                       "one.dispatchEvent(new Event('input')); }", ["geser", stop])  # fmt: skip
        handled = years[year]["kumulatif_ha"] if year else 0
        left = years[year]["sisa_ha"] if year else total["luas_delineasi_ha"]
        assert figures(shown)[1::2] == [number(handled), number(left)]
        early = [
            one == (year or "") for one in small.bidang["tahun_pertama"].where(small.bidang["tertangani"], "x")
        ]
        hatched = [fill.startswith("url(") for fill in fills(shown, "bidang")]
        assert hatched == [not one for one in early]
    assert shown.inner_text("#sampai") == "Awal"
    shown.evaluate("petakumuh.year(2)")
    assert fills(shown, "bidang") == last
    assert figures(shown) == of_recap(total)


def test_a_search_chooses_a_unit_and_the_panel_says_its_figures(shown: Page, small: Run) -> None:
    shown.fill("#cari", "bara")
    assert "Barat" in shown.locator("#hasil li").first.inner_text()
    shown.keyboard.press("Enter")
    row = next(one for one in recap(small)["kelurahan"] if one["nama"] == "Barat")
    assert shown.inner_text("#unit") == "Barat"
    assert figures(shown) == of_recap(row)
    assert shown.locator(".leaflet-sorot-pane path").count() == 2
    shown.fill("#cari", "tiga")
    shown.keyboard.press("Enter")
    slum = next(one for one in recap(small)["kumuh"] if one["nama"] == "Tiga")
    assert figures(shown) == of_recap(slum)
    shown.evaluate("petakumuh.year(1)")
    assert figures(shown)[1] == "0,00"
    shown.click("#semua")
    assert shown.inner_text("#unit") == "Seluruh wilayah"
    assert shown.locator(".leaflet-sorot-pane path").count() == 0
    shown.fill("#cari", "antah berantah")
    assert shown.inner_text("#hasil") == "Tidak ditemukan"


def test_a_popup_leads_to_the_recap_of_its_unit(shown: Page) -> None:
    click(shown, 20, 380)
    shown.get_by_text("Lihat rekapnya saja").click()
    assert shown.inner_text("#unit") == "Barat"


def test_before_and_after_stand_on_either_side_of_a_line(shown: Page) -> None:
    shown.click("#alat-sapu")
    assert set(fills(shown, "sebelum")) == {fills(shown, "sebelum")[0]}
    assert fills(shown, "sebelum")[0].startswith("url(")
    grip = shown.locator(".sapu button").bounding_box()
    assert grip is not None
    shown.mouse.move(grip["x"] + 20, grip["y"] + 20)
    shown.mouse.down()
    shown.mouse.move(grip["x"] - 180, grip["y"] + 20)
    shown.mouse.up()
    width = shown.evaluate("petakumuh.map.getSize().x")
    assert shown.evaluate("petakumuh.swept()") == pytest.approx(0.5 - 200 / width, abs=0.03)
    clips = [shown.evaluate(f"petakumuh.map.getPane('{pane}').style.clip") for pane in ("sebelum", "bidang")]
    assert all(clips)
    assert clips[0] != clips[1]
    shown.click("#alat-sapu")
    assert shown.locator(".sapu").count() == shown.locator(".leaflet-sebelum-pane path").count() == 0


def test_measuring_gives_the_hectares_and_metres_of_the_ellipsoid(shown: Page, small: Run) -> None:
    """The square of Barat: 400 m of UTM on a side."""
    import pyproj

    corners = [(0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (0.0, 400.0)]
    places = [to_lonlat(square(x, y, 0.02), 32749).centroid for x, y in corners]
    geod = pyproj.Geod(ellps="WGS84")
    lon, lat = [one.x for one in places], [one.y for one in places]
    area, _ = geod.polygon_area_perimeter(lon, lat)
    points = json.dumps([{"lat": one.y, "lng": one.x} for one in places])
    assert shown.evaluate(f"petakumuh.hectares({points})") == pytest.approx(abs(area) / 1e4, rel=1e-6)
    assert shown.evaluate(f"petakumuh.length({points})") == pytest.approx(geod.line_length(lon, lat), rel=1e-6)
    shown.click("#alat-ukur")
    for x, y in corners:
        click(shown, x, y)
        shown.wait_for_timeout(250)
    assert shown.locator(".leaflet-popup").count() == 0
    said = shown.inner_text("#ukur")
    assert "Jarak 1,2" in said
    assert float(said.split("Luas ")[1].split(" ha")[0].replace(",", ".")) == pytest.approx(16, rel=0.02)
    shown.click("#alat-ukur")
    assert shown.locator(".leaflet-ukur-pane path").count() == 0
    assert not shown.locator("#ukur").is_visible()


def picture(page: Page, tmp_path: Path) -> Any:
    image = pytest.importorskip("PIL.Image")
    with page.expect_download() as coming:
        page.click("#alat-gambar")
    coming.value.save_as(tmp_path / "peta.png")
    assert coming.value.suggested_filename == "peta.png"
    return image.open(io.BytesIO((tmp_path / "peta.png").read_bytes())).convert("RGB")


def test_the_picture_holds_the_map_its_legend_and_its_colours(shown: Page, tmp_path: Path) -> None:
    drawn = picture(shown, tmp_path)
    size = shown.evaluate("petakumuh.map.getSize()")
    assert drawn.width == 2 * (size["x"] + 300 + 3 * 28)
    seen = {colour for _, colour in drawn.getcolors(1 << 24)}
    wanted = [one for one in fills(shown, "bidang") if one.startswith("#")]
    for colour in set(wanted):
        # Painted at 95 per cent on pale ground.
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        assert any(abs(red - r) + abs(green - g) + abs(blue - b) < 45 for r, g, b in seen)


def test_a_page_of_tiles_answers_as_one_of_shapes(
    browser: Browser, small: Run, many: None, tmp_path: Path
) -> None:
    page_of(small, tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    page.locator(".leaflet-bidang-pane canvas").first.wait_for()
    page.wait_for_timeout(500)
    click(page, 130, 30)
    assert popup(page)[say("kolom.tahun_pertama")] == "2021"
    row = next(one for one in recap(small)["kelurahan"] if one["nama"] == "Barat")
    click(page, 30, 370)
    page.locator("h4", has_text="Barat").wait_for()
    cells = popup(page)
    assert [cells[say(f"kolom.{name}")] for name in HECTARES] == [number(row[name]) for name in HECTARES]
    page.fill("#cari", "timur")
    page.keyboard.press("Enter")
    assert page.inner_text("#unit") == "Timur"
    page.evaluate("petakumuh.choose('semua', 0)")
    assert painted_pixels(page) > painted_pixels(page, off="Tahun pertama ditangani") > 0
    page.click("#alat-sapu")
    page.wait_for_timeout(300)
    assert page.locator(".leaflet-sebelum-pane canvas").count() > 0
    assert picture(page, tmp_path).width > 1400
    assert wrong == []
    page.close()


def painted_pixels(page: Page, off: str = "") -> int:
    """Count what is opaque on the tiles, perhaps without one entry."""
    if off:
        page.get_by_label(off).uncheck()
    page.wait_for_timeout(600)
    counted: int = page.evaluate("""() => [...document.querySelectorAll(".leaflet-bidang-pane canvas")]
    .reduce((sum, one) => {
      const data = one.getContext("2d").getImageData(0, 0, one.width, one.height).data;
      let seen = 0;
      for (let at = 3; at < data.length; at += 4) seen += data[at] > 230;
      return sum + seen;
    }, 0)""")
    return counted


def test_the_years_of_scores_are_shown_one_at_a_time_with_their_legend(browser: Browser, tmp_path: Path) -> None:
    page_of(painted(), tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    names = ["2019 (awal)", "2020", "2021", "2022 (akhir)"]
    for name in names:
        page.get_by_label(name, exact=True).check()
        assert [one for one in names if page.get_by_label(one, exact=True).is_checked()] == [name]
        assert "Kumuh" in page.inner_text("#daftar")
    assert page.evaluate("getComputedStyle(petakumuh.map.getPane('bidang')).display") == "none"
    assert "Tidak Kumuh" in page.inner_text("#daftar")
    page.get_by_label(names[-1], exact=True).uncheck()
    assert page.evaluate("getComputedStyle(petakumuh.map.getPane('bidang')).display") == "block"
    assert wrong == []
    page.close()


def test_a_base_map_is_asked_for_only_when_it_is_chosen(browser: Browser, small: Run, tmp_path: Path) -> None:
    wanted = replace(small, recipe=replace(small.recipe, keluaran=Outputs(peta_dasar=("OpenStreetMap.Mapnik",))))
    page_of(wanted, tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    assert wrong == []
    page.get_by_label("OpenStreetMap.Mapnik").check()
    page.wait_for_timeout(300)
    assert any("tile.openstreetmap.org" in one for one in wrong)
    assert "OpenStreetMap contributors" in page.inner_text(".leaflet-control-attribution")
    page.close()


def box_of(page: Page, selector: str) -> dict[str, float]:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1400, 900), (1600, 1000)])
def test_nothing_covers_the_tools_at_any_width(
    browser: Browser, small: Run, tmp_path: Path, width: int, height: int
) -> None:
    page_of(small, tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html", width=width, height=height)
    panel, tools, zoom, scale = (
        box_of(page, one) for one in (".panel", ".alat", ".leaflet-control-zoom", ".leaflet-control-scale-line")
    )
    narrow = width == 390
    bottom = panel["y"] if narrow else height
    assert zoom["y"] + zoom["height"] <= tools["y"]
    assert tools["y"] + tools["height"] <= bottom
    assert tools["x"] + tools["width"] <= width
    assert scale["y"] + scale["height"] <= bottom
    assert narrow or panel["x"] + panel["width"] <= scale["x"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if narrow:
        page.click("#gagang")
        page.wait_for_timeout(400)
        assert box_of(page, ".panel")["y"] < 150
        assert page.locator("#cari").is_visible()
    assert wrong == []
    page.close()


def test_a_name_without_spaces_stays_beside_its_place(browser: Browser, tmp_path: Path) -> None:
    land = kelurahan().assign(nama=["W" * 300, "Timur"])
    page_of(petakumuh.run(kumuh=kumuh(), kelurahan=land, penanganan=works()), tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    sizes = page.eval_on_selector_all(".nama span", "all => all.map(one => [one.offsetWidth, one.offsetHeight])")
    assert len(sizes) > 1
    assert all(wide <= 150 and high <= 75 for wide, high in sizes)
    assert wrong == []


def test_on_paper_stand_the_figures_the_legend_and_the_map(browser: Browser, small: Run, tmp_path: Path) -> None:
    page_of(small, tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    page.emulate_media(media="print")
    assert not page.locator("#cari").is_visible()
    assert not page.locator(".alat").is_visible()
    assert page.locator("#tertangani").is_visible()
    assert page.locator("#daftar li").first.is_visible()
    assert wrong == []
    page.close()


def test_the_sample_opens_and_says_its_recap(browser: Browser, sample: Run, tmp_path: Path) -> None:
    page_of(sample, tmp_path / "peta.html", "en")
    page, wrong = opened(browser, tmp_path / "peta.html")
    total = recap(sample)["total"]
    assert page.inner_text("#tertangani") == number(total["luas_tertangani_ha"], language="en")
    assert page.locator(".leaflet-bidang-pane path").count() == len(sample.bidang)
    assert wrong == []
    page.close()
