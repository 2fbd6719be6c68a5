"""The interactive map: what it shows stands in the run, and no text from data is more than text."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import petakumuh
from petakumuh.catalog.regulation import rule_set
from petakumuh.present.web import files, inert, web_map
from petakumuh.text import number, say
from tests.conftest import kelurahan, kumuh, works

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from petakumuh import Run

LEAFLET = Path("/usr/share/javascript/leaflet")
CHROMIUM = Path("/usr/bin/chromium")
HECTARES = ("luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha", "persen_sisa")
PAYLOADS = (
    "<img src=x onerror=window.__xss=1>",
    "`${window.__xss=1}`",
    "{{7*7}}",
    "{% for x in y %}",
    "{# ",
    "\\",
    "</script><script>window.__xss=1</script>",
    "'\");window.__xss=1//",
    '" onmouseover="window.__xss=1',
    "&lt;img src=x onerror=window.__xss=1&gt;",
    "__proto__",
)


@cache
def hostile(text: str) -> Run:
    """A run that carries a text wherever it takes text."""
    works_rows: dict[str, list[object]] = {name: [text] * 3 for name in ("nama", "sektor", "opd", "sumber_dana")}
    return petakumuh.run(
        kumuh={
            "file": kumuh().assign(nama=text, kelurahan=text, kecamatan=text, tingkat=text, id=[text, "B", "C"]),
            "sk": text,
            "kolom": {"id": "id"},
        },
        kelurahan={
            "file": kelurahan().assign(nama=text, kecamatan=text, kabupaten_kota=text, provinsi=text),
            "sumber": text,
            "edisi": text,
        },
        penanganan=works(**works_rows, status=["selesai", text, text], id=["P1", "P2", text]),
        wilayah={"judul": text},
        skor={"baseline": baseline(text), "investasi": investasi(text), "tahun_dasar": 2019},
    )


def baseline(name: str) -> pd.DataFrame:
    """One unit of that name: 5 + 5 + 5 + 1 = 16, Kumuh Ringan."""
    head = {"luas_verifikasi_ha": 2.0, "jumlah_bangunan": 50, "jumlah_penduduk": 200, "jumlah_kk": 40}
    head |= {"jalan_ideal_m": 400, "drainase_ideal_m": 300}
    texts = dict.fromkeys(("unit_id", "kelurahan", "kawasan", "kecamatan", "rtrw"), name)
    volumes = dict.fromkeys(rule_set().codes, 0.0) | {"1a": 50, "3a": 40, "5a": 40, "7a": 20}
    return pd.DataFrame([texts | head | volumes])


def investasi(name: str) -> pd.DataFrame:
    """Buildings put in order in 2021 and 2022: 11, then still 11."""
    rows = [{"kriteria": "3a", "tahun": year, "volume": 40, "kegiatan": name} for year in (2021, 2022)]
    return pd.DataFrame(rows).assign(id_rt=name)


@cache
def painted() -> Run:
    """The small world, its slum Satu scored: 16 in 2019 and 2020, 11 from 2021 on."""
    return petakumuh.run(
        kumuh=kumuh(),
        kelurahan=kelurahan(),
        penanganan=works(),
        skor={
            "baseline": baseline("Satu").assign(kelurahan="Barat"),
            "investasi": investasi("Satu"),
            "tahun_dasar": 2019,
        },
    )


def page_of(run: Run, path: Path, language: Any = "id") -> str:
    files(run, language)["peta.html"](path)
    return path.read_text(encoding="utf-8")


def layers(drawn: folium.Map) -> dict[str, folium.GeoJson]:
    found = [one for one in drawn._children.values() if isinstance(one, folium.GeoJson)]
    return {html.unescape(one.layer_name): one for one in found}


def layer(run: Run, name: str) -> folium.GeoJson:
    return layers(web_map(run))[say(name)]


@given(st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"])))
def test_inert_text_reads_as_it_was_and_holds_no_sign_of_any_language(text: str) -> None:
    assert html.unescape(inert(text)) == text
    assert not set(re.sub(r"&#\d+;", "", inert(text))) & set("<>&'\"`$\\{}#=;\n")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_from_data_stands_raw_on_the_page(payload: str, tmp_path: Path) -> None:
    text = f"jahat{payload}jahat"
    page = page_of(hostile(text), tmp_path / "peta.html")
    assert text not in page or text == inert(text)
    assert "jahat49jahat" not in page
    assert f"<h1>{inert(text)}</h1>" in page


def test_the_same_run_gives_the_same_bytes_and_leaves_folium_as_it_was(small: Run, tmp_path: Path) -> None:
    before = [*folium.Map.default_js], [*folium.Map.default_css]
    first = page_of(small, tmp_path / "a.html")
    assert page_of(small, tmp_path / "b.html") == first
    assert (folium.Map.default_js, folium.Map.default_css) == before


def test_the_page_needs_leaflet_and_nothing_else(small: Run, tmp_path: Path) -> None:
    links = re.findall(r'(?:src|href)="([^"]+)"', page_of(small, tmp_path / "peta.html"))
    assert [Path(link).name for link in links] == ["leaflet.js", "leaflet.css"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_title_and_recap_are_those_of_the_run(small: Run, tmp_path: Path, language: Any) -> None:
    total = small.tables["total"].iloc[0]
    page = html.unescape(page_of(small, tmp_path / "peta.html", language))
    assert f"<h1>{say('peta.judul', language)}</h1>" in page
    for name in ("luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha"):
        assert f"{number(total[name], language=language)} ha" in page
    geodesic = total["luas_geodesik_ha"]
    assert say("basis.utm", language, zona="UTM Zona 49S", geodesik=geodesic) in page


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("key", ["ya", "tanpa_kernel", "dimatikan"])
def test_the_page_says_whether_every_hectare_was_computed_twice(
    small: Run, tmp_path: Path, key: str, language: Any
) -> None:
    sure = {"tersertifikasi": True, "tangga": {"biasa": 3, "kisi": 0, "belah": 0}}
    told = sure if key == "ya" else {"tersertifikasi": False, "sebab": key}
    page = html.unescape(page_of(replace(small, sertifikasi=told), tmp_path / "peta.html", language))
    assert say(f"sertifikasi.{key}", language) in page


@pytest.mark.parametrize(
    ("table", "name", "key"),
    [("kelurahan", "peta.lapisan_kelurahan", "kode"), ("kumuh", "tingkat_wilayah.kumuh", "kumuh_id")],
)
def test_popups_say_the_hectares_of_the_table(small: Run, table: str, name: str, key: str) -> None:
    cells = [one["properties"]["isi"] for one in layer(small, name).data["features"]]
    shown = {row[0]: row for row in cells}
    rows = [row for row in small.tables[table].to_dict("records") if row[key]]
    assert len(rows) == len(shown) > 0
    for row in rows:
        assert shown[row[key]][-5:] == [number(row[column]) for column in HECTARES]


def test_every_bidang_is_drawn_in_the_class_of_its_year(small: Run) -> None:
    drawn = layer(small, "peta.lapisan_bidang")
    features = drawn.data["features"]
    fills = [(one["properties"]["isi"][2], drawn.style_function(one)["fillColor"]) for one in features]
    assert [year for year, _ in fills] == small.bidang["tahun_pertama"].tolist()
    assert {fill for year, fill in fills if year == ""} == {"url(#arsir)"}
    assert len({fill for _, fill in fills}) == len({year for year, _ in fills}) == 3


def test_ground_handled_in_no_known_year_is_not_shown_as_left() -> None:
    by = {"by": ["sektor", "status"]}
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(), hitung=by)
    drawn = layer(run, "peta.lapisan_bidang")
    hatched = [drawn.style_function(one)["fillColor"] == "url(#arsir)" for one in drawn.data["features"]]
    assert hatched == (~run.bidang["tertangani"]).tolist()
    assert 0 < sum(hatched) < len(hatched)


def test_kelurahan_without_slums_are_not_filled() -> None:
    drawn = layer(petakumuh.run(kumuh=kumuh().iloc[:1], kelurahan=kelurahan()), "peta.lapisan_kelurahan")
    features = drawn.data["features"]
    opacity = {one["properties"]["judul"]: drawn.style_function(one)["fillOpacity"] for one in features}
    assert opacity["Timur"] == 0 < opacity["Barat"]


def test_the_legend_lists_what_is_on_the_map_only(small: Run, tmp_path: Path) -> None:
    legend = page_of(small, tmp_path / "peta.html").split("<details", 1)[1].split("</details>", 1)[0]
    said = re.findall(r"<span>(.*?)</span>", html.unescape(legend))
    assert said == [
        "0 – 25 %", "50 – 75 %", "Batas kumuh", "Ditangani 2020", "Ditangani 2021", "Belum tertangani",
        "drainase", "jalan", "jalan (tidak dihitung)", "Peringatan",
    ]  # fmt: skip


def test_each_sektor_is_a_layer_that_is_off_at_start(small: Run) -> None:
    shown = {name: one.show for name, one in layers(web_map(small)).items()}
    assert list(shown)[3:5] == ["Penanganan · drainase", "Penanganan · jalan"]
    assert [name for name, on in shown.items() if on] == list(shown)[:3]


def test_a_run_without_works_has_no_layer_of_works() -> None:
    shown = layers(web_map(petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan())))
    assert say("peta.lapisan_bidang") in shown
    assert not [name for name in shown if name.startswith("Penanganan")]


def test_what_is_shown_is_a_rounded_copy_of_what_is_measured(small: Run) -> None:
    before = small.layers.kumuh.geometry.to_wkb().tolist()
    shape = layer(small, "tingkat_wilayah.kumuh").data["features"][0]["geometry"]
    corners = [value for corner in shape["coordinates"][0] for value in corner]
    assert corners == [round(value, 6) for value in corners]
    assert min(corners) < 0
    assert 100 < max(corners) < 120
    assert small.layers.kumuh.geometry.to_wkb().tolist() == before


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, where it and Leaflet are installed by Debian (chromium, libjs-leaflet)."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    for needed in (CHROMIUM, LEAFLET / "leaflet.js"):
        if not needed.exists():
            pytest.skip(f"{needed} is absent: apt-get install chromium libjs-leaflet")
    with playwright.sync_playwright() as engine:
        running = engine.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield running
        running.close()


def opened(browser: Browser, path: Path, *, width: int = 1400) -> tuple[Page, list[str]]:
    """Open a page with the network cut but for Leaflet; the list fills with what goes wrong on it."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    wrong: list[str] = []

    def serve(route: Route) -> None:
        url = route.request.url
        if url.startswith("file:"):
            route.continue_()
        elif url.endswith(("/leaflet.js", "/leaflet.css")):
            route.fulfill(path=LEAFLET / url.rsplit("/", 1)[1])
        else:
            if "tile.openstreetmap.org" not in url:
                wrong.append(f"asked for {url}")
            route.abort()

    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.route("**/*", serve)
    page.goto(path.as_uri())
    page.wait_for_selector(".leaflet-kumuh-pane path", state="attached")
    return page, wrong


EVERYTHING = """() => {
  map_0._fadeAnimated = false;
  const said = [];
  document.querySelectorAll(".leaflet-control-layers-overlays input:not(:checked)").forEach(one => one.click());
  map_0.eachLayer(one => {
    if (!one.feature) return;
    one.openTooltip(); one.openPopup();
    said.push(one.getPopup().getElement().innerText);
    one.closeTooltip();
    const over = new MouseEvent("mouseover", {bubbles: true});
    document.querySelectorAll(".leaflet-popup *").forEach(part => part.dispatchEvent(over));
  });
  map_0.closePopup();
  return said;
}"""
# Every element and how many attributes it has; tiles come and go as the network answers.
TAGS = """() => [...document.querySelectorAll("*")]
  .filter(one => !one.closest(".leaflet-tile-pane"))
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


@pytest.mark.browser
@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_from_data_runs_nowhere_and_is_read_as_it_stands(
    browser: Browser, harmless: list[str], payload: str, tmp_path: Path
) -> None:
    text = f"jahat{payload}jahat"
    page_of(hostile(text), tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    said = page.evaluate(EVERYTHING)
    page.wait_for_timeout(50)
    assert wrong == []
    assert page.evaluate("window.__xss") is None
    assert page.evaluate(TAGS) == harmless
    assert page.title() == " ".join(text.split())
    assert page.inner_text("h1") == text
    assert text in page.inner_text(".leaflet-control-layers")
    assert text in page.inner_text(".legenda")
    assert sum(text in one for one in said) > len(said) / 2
    page.close()


@pytest.mark.browser
def test_a_click_on_a_kelurahan_shows_its_hectares(browser: Browser, small: Run, tmp_path: Path) -> None:
    page_of(small, tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    row = small.tables["kelurahan"].set_index("nama").to_dict("index")["Barat"]
    west, _, _, north = small.layers.kelurahan.to_crs(4326).total_bounds
    at = page.evaluate("at => map_0.latLngToContainerPoint(at)", [north - 0.0004, west + 0.0004])
    page.locator(".folium-map").click(position=at)
    told = page.inner_text(".leaflet-popup-content")
    assert told.startswith("Barat")
    cells = dict(line.split("\t") for line in told.splitlines() if "\t" in line)
    for name in HECTARES:
        assert cells[say(f"kolom.{name}")] == number(row[name])
    assert cells["Luas kumuh (ha)"] == "2,50"
    assert wrong == []
    page.close()


@pytest.mark.browser
def test_layers_and_their_part_of_the_legend_go_on_and_off(browser: Browser, small: Run, tmp_path: Path) -> None:
    page_of(small, tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")

    def shown(pane: str) -> int:
        return page.locator(f".leaflet-{pane}-pane path").count()

    assert (shown("kelurahan"), shown("kumuh"), shown("bidang")) == (2, 3, len(small.bidang))
    assert shown("penanganan") == shown("temuan") == 0
    assert "jalan" not in page.inner_text(".legenda")
    assert page.locator(".kelompok").all_text_contents() == ["Penanganan"]
    page.get_by_label("Penanganan · jalan").check()
    page.get_by_label("Temuan").check()
    page.get_by_label("Bidang: tahun pertama ditangani").uncheck()
    page.get_by_label("Tanpa peta dasar").check()
    assert (shown("penanganan"), shown("bidang")) == (2, 0)
    assert shown("temuan") == int((~small.findings.geometry.is_empty).sum()) > 0
    legend = page.inner_text(".legenda")
    assert "jalan (tidak dihitung)" in legend
    assert "Ditangani 2020" not in legend
    assert page.locator(".leaflet-tile-pane .leaflet-layer").count() == 0
    assert wrong == []
    page.close()


@pytest.mark.browser
def test_in_a_slum_its_ground_answers_or_else_the_slum(browser: Browser, small: Run, tmp_path: Path) -> None:
    page_of(small, tmp_path / "peta.html")
    page, _ = opened(browser, tmp_path / "peta.html")
    middle = small.layers.kumuh.to_crs(4326).geometry.iloc[0].centroid
    at = page.evaluate("at => map_0.latLngToContainerPoint(at)", [middle.y, middle.x + 0.0003])
    page.locator(".folium-map").click(position=at)
    assert say("kolom.tahun_pertama") in page.inner_text(".leaflet-popup-content")
    page.locator(".leaflet-popup-close-button").click()
    page.wait_for_selector(".leaflet-popup", state="detached")
    page.get_by_label("Bidang: tahun pertama ditangani").uncheck()
    page.locator(".folium-map").click(position=at)
    page.get_by_text(say("kolom.luas_sk_ha")).wait_for()
    assert say("kolom.tahun_pertama") not in page.inner_text(".leaflet-popup-content")
    page.close()


def box_of(page: Page, selector: str) -> dict[str, float]:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1400])
def test_nothing_covers_the_control_at_any_width(browser: Browser, small: Run, tmp_path: Path, width: int) -> None:
    page_of(small, tmp_path / "peta.html")
    page, _ = opened(browser, tmp_path / "peta.html", width=width)
    places = (".legenda", ".leaflet-control-layers", ".kepala", ".kaki")
    legend, control, head, foot = (box_of(page, one) for one in places)
    assert legend["y"] >= control["y"] + control["height"] or legend["x"] + legend["width"] <= control["x"]
    assert head["y"] == 0
    assert head["height"] <= legend["y"]
    assert foot["y"] + foot["height"] <= 900.5
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (control["width"] < 60) == (width == 390)
    page.close()


SCORES = "Tingkat kekumuhan menurut skor"
NAMES = [f"{SCORES} · {year}" for year in ("2019 (awal)", "2020", "2021", "2022 (akhir)")]
FILLS = """() => Object.fromEntries([...document.querySelectorAll(".leaflet-skor-pane path")]
  .map(one => [one.getAttribute("fill"), 1]))"""


def test_each_shape_stands_once_on_the_page_however_many_years_are_painted(tmp_path: Path) -> None:
    page = page_of(painted(), tmp_path / "peta.html")
    corner = json.dumps(
        layer(painted(), "tingkat_wilayah.kumuh").data["features"][1]["geometry"]["coordinates"][0]
    )
    plain = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works())
    assert corner in page
    assert page.count(corner) == page_of(plain, tmp_path / "tanpa.html").count(corner)


def test_the_recap_by_score_stands_apart_from_the_ground_handled(tmp_path: Path) -> None:
    page = html.unescape(page_of(painted(), tmp_path / "peta.html"))
    assert "Menurut skor: kumuh 2,00 ha (2019), 0,00 ha (2022) · pengurangan 2,00 ha" in page
    assert "bukan luas yang diukur di peta" in page
    assert "Permen PUPR 14/PRT/M/2018" in page


def test_a_class_of_the_programme_has_its_colour() -> None:
    run = petakumuh.run(kumuh=kumuh().assign(tingkat=["KUMUH RINGAN", "ringan", ""]), kelurahan=kelurahan())
    drawn = layer(run, "tingkat_wilayah.kumuh")
    assert [drawn.style_function(one)["color"] for one in drawn.data["features"]] == [
        "#FFFF00", "#FFFF00", "#6E6E6E",
    ]  # fmt: skip


@pytest.mark.browser
def test_the_years_of_scores_are_shown_one_at_a_time_with_their_legend(browser: Browser, tmp_path: Path) -> None:
    page_of(painted(), tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    assert page.locator(".kelompok").all_text_contents() == [SCORES, "Penanganan"]
    assert page.locator(".leaflet-skor-pane path").count() == 0
    for name, fill in zip(NAMES, ("#FFFF00", "#FFFF00", "#4DAF4A", "#4DAF4A"), strict=True):
        page.get_by_label(name).check()
        page.wait_for_timeout(50)
        assert [one for one in NAMES if page.get_by_label(one).is_checked()] == [name]
        assert page.locator(".leaflet-skor-pane path").count() == 3
        assert set(page.evaluate(FILLS)) == {fill, "#FFFFFF"}
    legend = page.inner_text(".legenda")
    assert "Tingkat kekumuhan 2022 menurut skor" in legend
    assert "Tidak Kumuh" in legend
    assert "Tingkat kekumuhan 2019" not in legend
    assert "Belum tertangani" not in legend
    page.get_by_label(NAMES[-1]).uncheck()
    assert page.locator(".leaflet-skor-pane path").count() == 0
    assert "Belum tertangani" in page.inner_text(".legenda")
    assert wrong == []
    page.close()


@pytest.mark.browser
def test_a_glance_says_before_and_after_and_a_click_every_year(browser: Browser, tmp_path: Path) -> None:
    page_of(painted(), tmp_path / "peta.html")
    page, wrong = opened(browser, tmp_path / "peta.html")
    page.get_by_label(NAMES[-1]).check()
    middle = painted().layers.kumuh.to_crs(4326).geometry.iloc[0].centroid
    at = page.evaluate("at => map_0.latLngToContainerPoint(at)", [middle.y, middle.x + 0.0003])
    page.locator(".folium-map").hover(position=at)
    glance = page.inner_text(".leaflet-tooltip").splitlines()
    assert glance == [
        "Satu", "2019: 16 · Kumuh Ringan", "2022: 11 · Tidak Kumuh",
        "Luas verifikasi 2,00 ha · pengurangan 2,00 ha",
    ]  # fmt: skip
    page.locator(".folium-map").click(position=at)
    cells = dict(
        line.split("\t") for line in page.inner_text(".leaflet-popup-content").splitlines() if "\t" in line
    )
    assert (cells["2020"], cells["2021"]) == ("16 · Kumuh Ringan", "11 · Tidak Kumuh")
    assert (cells["Unit skor"], cells["Luas verifikasi (ha)"]) == ("Satu", "2,00")
    assert wrong == []
    page.close()
