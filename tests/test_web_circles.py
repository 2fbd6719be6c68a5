"""Far away slums are circles on the web map, in the classes of their ground; what is said follows the slider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import petakumuh
from petakumuh.present.web.layers import every_layer, paints
from petakumuh.present.web.shapes import lonlat
from petakumuh.present.web.symbols import symbols
from petakumuh.text import say
from tests.conftest import frame, kelurahan, kumuh, square, works
from tests.test_web import many, page_of, told
from tests.test_web_browser import browser, click, fills, opened, picture, popup, shown

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from petakumuh import Run

__all__ = ["browser", "many", "shown"]

FAR = 60_000.0


@pytest.fixture(scope="module")
def apart() -> Run:
    """Two towns 60 km apart: of 2 ha in Barat 1 is handled in 2020, 0.5 in 2021; 1 ha in Jauh, 1 ha between."""
    land = frame(
        kode=["99.01.01.1001", "99.02.01.1001"],
        nama=["Barat", "Jauh"],
        kecamatan=["Tengah", "Lain"],
        kabupaten_kota=["Kota Uji", "Kabupaten Jauh"],
        geometry=[square(0, 0, 400), square(FAR, 0, 400)],
    )
    slums = frame(
        kumuh_id=["A", "B", "C"],
        nama=["Satu", "Dua", "Luar"],
        tingkat=["berat", "ringan", "ringan"],
        geometry=[square(0, 0, 200, 100), square(FAR, 0, 100), square(FAR / 2, 0, 100)],
    )
    return petakumuh.run(kumuh=slums, kelurahan=land, penanganan=works())


def circles(run: Run) -> dict[tuple[str, int], dict[str, Any]]:
    layers = every_layer(run, "id")
    laid = symbols(run, paints(run, layers, "id"), {layer.pane: lonlat(layer.rows) for layer in layers})
    return {(one["tingkat"], one["baris"]): one for one in laid}


def test_a_circle_has_the_hectares_of_its_unit_and_a_slice_for_each_class(apart: Run) -> None:
    found = circles(apart)
    assert {key: one["ha"] for key, one in found.items()} == pytest.approx(
        {("kabupaten_kota", 0): 2, ("kabupaten_kota", 1): 1, ("kelurahan", 0): 2, ("kelurahan", 1): 1,
         ("kumuh", 2): 1}, abs=1e-4,
    )  # fmt: skip
    drawn = {one["nama"]: [look["label"] for look in one["rupa"]] for one in told(apart)["cat"]}
    west = found["kelurahan", 0]["bagian"]
    labelled = {drawn["tahun"][kind]: share for kind, share in west["tahun"]}
    assert labelled == {"Ditangani 2020": 0.5, "Ditangani 2021": 0.25, "Belum tertangani": 0.25}
    assert [[drawn["kumuh"][kind], share] for kind, share in west["kumuh"]] == [["Berat", 1]]


def test_towns_have_figures_of_each_year_and_the_last_are_those_of_their_table(apart: Run) -> None:
    first, second = told(apart)["rekap"]["kabupaten_kota"]
    assert [one[0] for one in first["angka"]] == ["0,00", "1,00", "1,50"]
    assert [one[0] for one in second["angka"]] == ["0,00", "0,00", "0,00"]
    table = apart.tables["kabupaten_kota"].set_index("kode")
    assert first["luas"] == "2,00"
    assert table.loc["99.01", "luas_tertangani_ha"] == pytest.approx(1.5)


def test_a_single_town_has_no_circle_and_no_label_of_its_own(small: Run) -> None:
    assert {level for level, _ in circles(small)} == {"kelurahan"}
    assert {one["kelas"] for one in told(small)["tempat"]} == {"dekat"}


@pytest.mark.towns
def test_ground_by_year_adds_up_to_every_table_of_real_towns(
    sample: Run, pekalongan: Run, saumlaki: Run, pontianak: Run
) -> None:
    """What the page says of a unit before the end is a sum of ground; at the end the sum must be the table."""
    for run in (sample, pekalongan, saumlaki, pontianak):
        done = run.bidang[run.bidang["tertangani"].astype(bool)]
        for table, key in (("kelurahan", "kelurahan_id"), ("kumuh", "kumuh_id")):
            known = run.tables[table].set_index("kode" if table == "kelurahan" else key)["luas_tertangani_ha"]
            sums = done.groupby(key)["luas_ha"].sum().reindex(known.index, fill_value=0.0)
            assert (sums - known).abs().max() < 1e-9
        years = run.tables["tahun"]
        sums = done.groupby("tahun_pertama")["luas_ha"].sum().reindex(years["tahun"], fill_value=0.0)
        assert sums.cumsum().tolist() == pytest.approx(years["kumulatif_ha"].tolist(), abs=1e-9)


@pytest.fixture
def far(browser: Browser, apart: Run, tmp_path: Path) -> Any:
    page_of(apart, tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    page.wait_for_selector(".leaflet-simbol-pane path")
    yield page
    assert wrong == []
    page.close()


def slices(page: Page, pane: str = "simbol") -> list[str]:
    """The fills of the slices, without the disc below and the ring above them."""
    return [one for one in fills(page, pane) if one not in ("#fff", "none")]


@pytest.mark.browser
def test_from_afar_circles_show_what_is_handled_and_follow_the_slider(far: Page, apart: Run) -> None:
    assert far.locator("#lingkaran").inner_text() == say("peta.lingkaran_kabupaten_kota")
    classes = far.evaluate("petakumuh.paints.tahun.rupa.map(one => one.isi)")
    handled = {one for one in classes if one}
    assert handled < set(slices(far))
    far.evaluate("petakumuh.year(0)")
    far.wait_for_timeout(200)
    assert all(one.startswith("url(") for one in slices(far))
    assert "Tertangani 0,00 %" in far.locator(".wilayah").first.inner_text()
    far.get_by_label("Jumlah sektor yang menangani").check()
    far.wait_for_timeout(200)
    assert set(slices(far)) & set(far.evaluate("petakumuh.paints.jumlah_sektor.rupa.map(one => one.isi)"))


@pytest.mark.browser
def test_circles_end_where_slums_can_be_seen(far: Page) -> None:
    far.evaluate("petakumuh.choose('kelurahan', 0)")
    far.wait_for_timeout(400)
    assert far.locator(".leaflet-simbol-pane path").count() == 0
    assert not far.locator("#lingkaran").is_visible()
    far.click("#semua")
    far.wait_for_selector(".leaflet-simbol-pane path")


@pytest.mark.browser
def test_a_circle_leads_to_its_town_and_stands_on_both_sides_of_the_line(far: Page) -> None:
    far.click("#alat-sapu")
    far.wait_for_timeout(300)
    assert all(one.startswith("url(") for one in slices(far, "simbol_lama"))
    assert len(slices(far, "simbol_lama")) == 3
    far.click("#alat-sapu")
    far.wait_for_timeout(300)
    assert far.locator(".leaflet-simbol_lama-pane path").count() == 0
    far.locator(".leaflet-simbol-pane path.leaflet-interactive").first.click()
    far.wait_for_timeout(400)
    assert far.evaluate("petakumuh.map.getZoom()") > 14


@pytest.mark.browser
def test_names_of_towns_stay_on_the_map_of_a_phone(browser: Browser, apart: Run, tmp_path: Path) -> None:
    page_of(apart, tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html", width=390, height=844)
    page.wait_for_selector(".leaflet-simbol-pane path")
    boxes = [one.bounding_box() for one in page.locator(".wilayah:not(.tutup) span").all()]
    assert boxes
    assert all(box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    assert wrong == []
    page.close()


@pytest.mark.browser
def test_an_open_popup_says_the_year_of_its_figures_and_follows_the_slider(shown: Page) -> None:
    click(shown, 20, 380)
    assert popup(shown)[say("kolom.luas_tertangani_ha")] == "1,50"
    assert shown.inner_text(".keadaan") == "Keadaan akhir (2021)"
    shown.evaluate("petakumuh.year(1)")
    cells = popup(shown)
    assert cells[say("kolom.luas_tertangani_ha")] == "1,00"
    assert (cells[say("kolom.sisa_ha")], cells[say("kolom.persen_sisa")]) == ("1,50", "60,00")
    assert shown.inner_text(".keadaan") == "Keadaan sampai 2020"
    assert shown.inner_text(".tahunan .kini").split("\t")[0] == "2020"
    shown.evaluate("petakumuh.year(0)")
    assert popup(shown)[say("kolom.luas_tertangani_ha")] == "0,00"
    assert shown.inner_text(".keadaan") == "Keadaan awal"


@pytest.mark.browser
def test_the_panel_says_where_figures_of_earlier_years_come_from(shown: Page) -> None:
    said = shown.locator("#asal")
    shown.evaluate("petakumuh.year(1)")
    assert not said.is_visible()
    shown.evaluate("petakumuh.choose('kelurahan', 0)")
    assert said.inner_text() == say("peta.dari_bidang")
    shown.evaluate("petakumuh.year(2)")
    assert not said.is_visible()


@pytest.mark.browser
def test_a_long_name_ends_in_dots_on_the_map_and_in_its_picture(browser: Browser, tmp_path: Path) -> None:
    land = kelurahan().assign(nama=["W" * 300, "Timur"])
    page_of(petakumuh.run(kumuh=kumuh(), kelurahan=land, penanganan=works()), tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    styles = page.eval_on_selector_all(".nama b", "all => all.map(one => getComputedStyle(one).webkitLineClamp)")
    assert set(styles) == {"3"}
    written: list[str] = page.evaluate("""async () => {
      const said = [], kept = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...more) {
        said.push(text);
        kept.call(this, text, ...more);
      };
      await petakumuh.sheet();
      return said;
    }""")  # fmt: skip
    assert any(one.startswith("WWW") and one.endswith("…") for one in written)
    assert max(len(one) for one in written if "WW" in one) < 40
    assert wrong == []
    page.close()


@pytest.mark.browser
def test_the_picture_says_which_side_is_before_the_works(shown: Page, tmp_path: Path) -> None:
    plain = picture(shown, tmp_path)
    shown.click("#alat-sapu")
    shown.wait_for_timeout(200)
    swept = picture(shown, tmp_path)
    middle = round(2 * (28 + shown.evaluate("petakumuh.swept() * petakumuh.map.getSize().x")))
    assert swept.getpixel((middle, swept.height - 400)) == (0x22, 0x27, 0x2B)
    assert plain.getpixel((middle, swept.height - 400)) != (0x22, 0x27, 0x2B)


@pytest.mark.browser
def test_the_whole_legend_and_the_sources_are_on_the_paper(browser: Browser, sample: Run, tmp_path: Path) -> None:
    page_of(sample, tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    page.emulate_media(media="print")
    page.wait_for_timeout(300)
    assert page.evaluate("(({scrollHeight: all, clientHeight: seen}) => all <= seen)(petakumuh.find('panel'))")
    page.emulate_media(media="screen")
    page.wait_for_timeout(300)
    assert page.evaluate("[...petakumuh.find('panel').children].every(one => !one.style.zoom)")
    assert wrong == []
    page.close()
