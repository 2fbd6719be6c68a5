"""The web map: one file without a network, its figures those of the run, and no text from data more than text."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import petakumuh
from petakumuh.catalog.regulation import rule_set
from petakumuh.errors import InputError, OutputError
from petakumuh.model.order import Letterhead, Outputs
from petakumuh.present.web import files, inert, web_map
from petakumuh.present.web.base_maps import base_maps
from petakumuh.present.web.offline import offline
from petakumuh.present.web.script import content
from petakumuh.present.web.shapes import steps
from petakumuh.text import number, say
from tests.conftest import kelurahan, kumuh, works

if TYPE_CHECKING:
    from petakumuh import Run

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
    run = petakumuh.run(
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
    kop = Letterhead(pemda=text, dinas=text, nomor=text, tanggal=text)
    return replace(
        run,
        recipe=replace(run.recipe, kop=kop),
        inputs=tuple(replace(one, name=text) for one in run.inputs),
        findings=run.findings.assign(berkas=text, lapisan=text, id=text),
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


def told(run: Run, language: Any = "id") -> dict[str, Any]:
    return content(run, language)


def layer(run: Run, name: str) -> dict[str, Any]:
    return next(one for one in told(run)["lapisan"] if one["nama"] == name)


def paint(run: Run, name: str) -> dict[str, Any]:
    return next(one for one in told(run)["cat"] if one["nama"] == name)


def entry(run: Run, paint_name: str) -> dict[str, Any]:
    return next(one for one in told(run)["daftar"] if one["cat"] == paint_name)


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


def test_tiles_give_the_same_bytes_too(small: Run, tmp_path: Path, many: None) -> None:
    first = page_of(small, tmp_path / "a.html")
    assert '"petak":[{"zoom":13' in first
    assert page_of(small, tmp_path / "b.html") == first


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every layer of polygons counts as large."""
    monkeypatch.setattr("petakumuh.present.web.script.MANY", 0)
    monkeypatch.setattr("petakumuh.present.web.script.LARGE", 0)


def test_the_page_refers_to_nothing_outside_itself(small: Run, tmp_path: Path) -> None:
    page = page_of(small, tmp_path / "peta.html")
    parts = re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"(?:src|href)=", parts)
    assert "cdn" not in page
    assert "connect-src" not in page
    assert "default-src 'none'" in page


def test_a_page_that_refers_to_what_nobody_holds_is_refused_by_its_name() -> None:
    for page in (
        '<script src="https://x/a.js"></script>',
        '<link rel="stylesheet" href="a.css"/>',
        '<img src="a">',
    ):
        with pytest.raises(OutputError) as refused:
            offline(page, {})
        assert refused.value.key == "peta_tanpa_salinan"


def test_pictures_of_styles_come_along_and_a_script_cannot_end_early() -> None:
    page = offline(
        '<link rel="stylesheet" href="leaflet.css"/><script src="a.js"></script>', {"a.js": "'</script>'"}
    )
    assert "url(images/" not in page
    assert 'url("data:image/png;base64,' in page
    assert page.count("</script>") == 1


def test_what_others_made_stands_with_its_licence_and_the_digest_of_the_note() -> None:
    import hashlib

    vendor = Path(petakumuh.__file__).parent / "present" / "web" / "vendor"
    note = (vendor / "README.md").read_text(encoding="utf-8")
    for folder in (one for one in vendor.iterdir() if one.is_dir()):
        assert (folder / "LICENSE").is_file()
        for file in (one for one in folder.rglob("*") if one.is_file() and not one.name.startswith("LICENSE")):
            assert hashlib.sha256(file.read_bytes()).hexdigest() in note


def test_a_base_map_is_asked_for_by_its_name_and_a_key_is_refused() -> None:
    (plain,) = base_maps(["OpenStreetMap.Mapnik"])
    assert "{z}/{x}/{y}" in plain["alamat"]
    for name, key in (("Antah.Berantah", "peta_dasar_asing"), ("Thunderforest.Landscape", "peta_dasar_kunci")):
        with pytest.raises(InputError) as refused:
            base_maps([name])
        assert refused.value.key == key


def test_pictures_may_come_from_the_base_maps_that_were_asked_for_alone(small: Run, tmp_path: Path) -> None:
    wanted = replace(small, recipe=replace(small.recipe, keluaran=Outputs(peta_dasar=("OpenStreetMap.Mapnik",))))
    assert "img-src data: blob: https://tile.openstreetmap.org;" in page_of(wanted, tmp_path / "a.html")
    assert "img-src data: blob:;" in page_of(small, tmp_path / "b.html")


@pytest.mark.parametrize("language", ["id", "en"])
def test_title_basis_and_certification_are_those_of_the_run(small: Run, tmp_path: Path, language: Any) -> None:
    page = html.unescape(page_of(small, tmp_path / "peta.html", language))
    assert f"<h1>{say('peta.judul', language)}</h1>" in page
    geodesic = small.tables["total"]["luas_geodesik_ha"].iloc[0]
    zone = {"id": "UTM Zona 49S", "en": "UTM Zone 49S"}[language]
    assert say("basis.utm", language, zona=zone, geodesik=geodesic) in page


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("key", ["ya", "tanpa_kernel", "dimatikan"])
def test_the_page_says_whether_every_hectare_was_computed_twice(
    small: Run, tmp_path: Path, key: str, language: Any
) -> None:
    sure = {"tersertifikasi": True, "tangga": {"biasa": 3, "kisi": 0, "belah": 0}}
    known = sure if key == "ya" else {"tersertifikasi": False, "sebab": key}
    page = html.unescape(page_of(replace(small, sertifikasi=known), tmp_path / "peta.html", language))
    assert say(f"sertifikasi.{key}", language) in page


@pytest.mark.parametrize(("table", "key"), [("kelurahan", "kode"), ("kumuh", "kumuh_id")])
def test_popups_say_the_hectares_of_the_table(small: Run, table: str, key: str) -> None:
    cells = {row[0]: row for row in layer(small, table)["isi"]}
    rows = [row for row in small.tables[table].to_dict("records") if row[key]]
    assert len(rows) == len(cells) > 0
    for row in rows:
        assert list(cells[row[key]][-5:]) == [number(row[column]) for column in HECTARES]


@pytest.mark.parametrize(("level", "key"), [("kelurahan", "kode"), ("kumuh", "kumuh_id")])
def test_the_last_figures_beside_the_map_are_those_of_the_table(small: Run, level: str, key: str) -> None:
    recap = told(small)["rekap"]
    table = small.tables[level].set_index(key)
    ids = small.layers.kelurahan["kelurahan_id"] if level == "kelurahan" else small.layers.kumuh["kumuh_id"]
    for one, unit in zip(ids, recap[level], strict=True):
        assert unit["angka"][-1] == [number(table.loc[one, name]) for name in HECTARES[1:]]
        assert unit["luas"] == number(table.loc[one, HECTARES[0]])


def test_the_figures_of_each_year_are_those_of_the_table_of_years(small: Run) -> None:
    recap = told(small)["rekap"]
    years = small.tables["tahun"]
    assert recap["tahun"] == ["Awal", *years["tahun"]] == ["Awal", "2020", "2021"]
    said = [[number(row[name]) for name in ("kumulatif_ha", "persen_kumulatif", "sisa_ha")] for row in
            years.to_dict("records")]  # fmt: skip
    assert [one[:3] for one in recap["semua"]["angka"]] == [["0,00", "0,00", "4,00"], *said]


def test_the_figures_of_a_slum_grow_with_the_years() -> None:
    """On Satu (2 ha): a road of 2020 on 1 ha, a drain of 2021 on 0.5 ha more."""
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works())
    slum = told(run)["rekap"]["kumuh"][0]
    assert [one[0] for one in slum["angka"]] == ["0,00", "1,00", "1,50"]
    assert [one[2] for one in slum["angka"]] == ["2,00", "1,00", "0,50"]
    assert slum["bagian"] == pytest.approx([0, 0.5, 0.75], abs=1e-3)


def test_a_run_whose_works_know_no_years_has_a_recap_all_the_same() -> None:
    by = {"by": ["sektor", "status"]}
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(), hitung=by)
    recap = told(run)["rekap"]
    assert recap["tahun"] == ["Awal", ""]
    assert recap["semua"]["angka"][1] == [number(run.tables["total"][name].iloc[0]) for name in HECTARES[1:]]
    assert paint(run, "tahun")["sejak"] in ([1, -1], [-1, 1])


def test_every_bidang_is_painted_in_the_class_of_its_year(small: Run) -> None:
    drawn = paint(small, "tahun")
    labels = [drawn["rupa"][at]["label"] for at in drawn["kelas"]]
    years = small.bidang["tahun_pertama"].where(small.bidang["tertangani"], "")
    wanted = {"": "Belum tertangani"} | {year: f"Ditangani {year}" for year in ("2020", "2021")}
    assert labels == [wanted[year] for year in years]
    assert dict(zip((one["label"] for one in drawn["rupa"]), drawn["sejak"], strict=True)) == {
        "Ditangani 2020": 1, "Ditangani 2021": 2, "Belum tertangani": -1,
    }  # fmt: skip


def test_kelurahan_without_slums_are_not_filled_in_any_year() -> None:
    run = petakumuh.run(kumuh=kumuh().iloc[:1], kelurahan=kelurahan(), penanganan=works())
    drawn = paint(run, "kelurahan")
    fills = [[drawn["rupa"][at]["isi"] for at in stop] for stop in drawn["langkah"]]
    assert [stop[1] for stop in fills] == [None] * 3
    assert None not in [stop[0] for stop in fills]
    labels = [html.unescape(drawn["rupa"][stop[0]]["label"]) for stop in drawn["langkah"]]
    assert labels == ["0 – 25 %", "25 – 50 %", "50 – 75 %"]


def test_each_sektor_is_an_entry_that_is_off_at_start_with_what_is_not_counted(small: Run) -> None:
    drawn = paint(small, "penanganan")
    works_entries = [one for one in told(small)["daftar"] if one["cat"] == "penanganan"]
    assert [(one["nama"], one["kelompok"], one["tampil"]) for one in works_entries] == [
        ("drainase", "Penanganan", False), ("jalan", "Penanganan", False),
    ]  # fmt: skip
    assert [drawn["rupa"][at]["label"] for at in works_entries[1]["pilih"]] == ["jalan", "jalan (tidak dihitung)"]
    on = [one["cat"] for one in told(small)["daftar"] if one["tampil"]]
    assert on == ["tahun", "kumuh", "kelurahan"]


def test_a_run_without_works_has_no_entry_of_works() -> None:
    listed = told(petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan()))["daftar"]
    assert "tahun" in [one["cat"] for one in listed]
    assert "penanganan" not in [one["cat"] for one in listed]


def test_what_is_shown_is_a_rounded_copy_of_what_is_measured(small: Run) -> None:
    before = small.layers.kumuh.geometry.to_wkb().tolist()
    ring = layer(small, "kumuh")["bentuk"][0][0][0]
    corners = np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / 1e6
    exact = shapely.get_coordinates(small.layers.kumuh.to_crs(4326).geometry.iloc[0])
    assert len(corners) == 4
    assert np.abs(corners[:, None] - exact[None]).max(axis=2).min(axis=1).max() < 1e-6
    assert small.layers.kumuh.geometry.to_wkb().tolist() == before


def test_holes_and_parts_stay_apart_and_what_is_empty_stays_empty() -> None:
    ring = shapely.box(0, 0, 4e-6, 4e-6).difference(shapely.box(1e-6, 1e-6, 2e-6, 2e-6))
    two = shapely.MultiPolygon([shapely.box(0, 0, 4e-6, 4e-6), shapely.box(9e-6, 0, 13e-6, 4e-6)])
    laid = steps(np.array([ring, two, shapely.Polygon()]))
    assert [[len(part) for part in one] for one in laid] == [[2], [1, 1], []]


def test_a_search_knows_kelurahan_slums_rt_and_the_decree() -> None:
    named = kumuh().assign(nama=["RT 06 RW 02", "Dua", "Tiga"])
    run = petakumuh.run(kumuh={"file": named, "sk": "663/2020"}, kelurahan=kelurahan())
    found = [(level, html.unescape(title), html.unescape(hint)) for level, _, title, hint in told(run)["cari"]]
    assert found[0] == ("semua", "663/2020", "SK kumuh: seluruh wilayah")
    assert ("kelurahan", "Barat", "Kelurahan/Desa · Tengah · 99.01.01.1001") in found
    assert any(level == "kumuh" and "RT006-RW002" in hint for level, _, hint in found)


def test_each_shape_stands_once_on_the_page_however_many_years_are_painted(tmp_path: Path) -> None:
    ring = json.dumps(layer(painted(), "kumuh")["bentuk"][1], separators=(",", ":"))
    plain = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works())
    shown = page_of(painted(), tmp_path / "peta.html").count(ring)
    assert shown == page_of(plain, tmp_path / "tanpa.html").count(ring) > 0


def test_the_years_of_scores_are_entries_of_which_one_at_most_is_on() -> None:
    years = [one for one in told(painted())["daftar"] if one["satu"] == "skor"]
    assert [one["nama"] for one in years] == [html.escape(one) for one in
        ("2019 (awal)", "2020", "2021", "2022 (akhir)")]  # fmt: skip
    first = paint(painted(), "skor 2019")
    assert [first["rupa"][at]["label"] for at in first["kelas"][:1]] == ["Kumuh Ringan"]
    last = paint(painted(), "skor 2022")
    assert [last["rupa"][at]["label"] for at in last["kelas"][:1]] == ["Tidak Kumuh"]


def test_a_popup_of_a_scored_slum_says_every_year() -> None:
    slums = layer(painted(), "kumuh")
    labels = [html.unescape(one) for one in slums["kolom"]]
    cells = dict(zip(labels, (html.unescape(one) for one in slums["isi"][0]), strict=True))
    assert (cells["Total nilai 2020"], cells["Total nilai 2021"]) == ("16 · Kumuh Ringan", "11 · Tidak Kumuh")
    assert (cells["Unit skor"], cells["Luas verifikasi (ha)"]) == ("Satu", "2,00")


def test_the_recap_by_score_stands_apart_from_the_ground_handled(tmp_path: Path) -> None:
    page = html.unescape(page_of(painted(), tmp_path / "peta.html"))
    assert "Menurut skor: kumuh 2,00 ha (2019), 0,00 ha (2022) · pengurangan 2,00 ha" in page
    assert "bukan luas yang diukur di peta" in page
    assert "Permen PUPR 14/PRT/M/2018" in page


def test_a_map_to_show_is_the_page_that_is_written(small: Run, tmp_path: Path) -> None:
    drawn = web_map(small)
    assert isinstance(drawn, folium.Map)
    assert drawn.get_root().render() == page_of(small, tmp_path / "peta.html")
