"""The print atlas: true scales, words that neither collide nor leave the page, the figures of the recap."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pytest
import shapely
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from PIL import Image

import petakumuh
from petakumuh.errors import InputError
from petakumuh.model import Letterhead, Outputs
from petakumuh.present.atlas import files, pictures
from petakumuh.present.atlas.book import Book
from petakumuh.present.atlas.contents import sheets
from petakumuh.present.atlas.layout import layout, picture_layout
from petakumuh.present.atlas.picture import picture_page
from petakumuh.present.atlas.thematic import thematic_maps
from petakumuh.present.sheet.ink import Page, Shape, Words, png, segments
from petakumuh.text import number

from .conftest import frame, kelurahan, kumuh, square, works

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = ["$a_{", "${alert(1)}", r"\frac{1}{0", "W" * 200, "kata " * 60, "<b>&amp;", "ꦗꦮ 😀\x07", "=1+1", ""]
PAPERS = [(size, way) for size in ("A3", "A4") for way in ("datar", "tegak")]


def asking(run: Any, *, kop: Letterhead | None = None, **outputs: Any) -> Any:
    """The same run with another kop and other choices of outputs."""
    recipe = replace(run.recipe, keluaran=Outputs(**outputs), kop=kop or Letterhead())
    return replace(run, recipe=recipe)


def pages(run: Any, language: Any = "id") -> Any:
    """Every page of the atlas by the name of its sheet, drawn."""
    planned = sheets(Book(run, language, layout(run.recipe.keluaran)))
    return {f"{at}-{one.name}": one.draw() for at, one in enumerate(planned, 1)}


def page_of(run: Any, ending: str) -> Any:
    return next(page for name, page in pages(run).items() if name.endswith(ending))


def words(page: Any, gid: str | None = None) -> list[Words]:
    return [one for one in page.marks if isinstance(one, Words) and gid in {None, one.gid}]


def said(page: Any) -> str:
    return "\n".join(one.words for one in words(page))


def shapes(page: Any, gid: str) -> list[Shape]:
    return [one for one in page.marks if isinstance(one, Shape) and one.gid == gid]


def outside(page: Any) -> list[str]:
    """Words that leave the line around the page."""
    wide, high = page.size
    return [
        one.words
        for one in words(page)
        if one.box[0] < 0 or one.box[1] < 0 or one.box[2] > wide or one.box[3] > high
    ]


def collided(page: Any) -> list[tuple[str, str]]:
    """Pairs of words that stand on each other, by a quarter of a millimetre or more."""
    found = words(page)
    boxes = [(one.box[0] + 0.25, one.box[1] + 0.25, one.box[2] - 0.25, one.box[3] - 0.25) for one in found]
    return [
        (found[at].words, found[before].words)
        for at, a in enumerate(boxes)
        for before, b in enumerate(boxes[:at])
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def circles(page: Any) -> list[tuple[Any, float]]:
    """Middle and radius of the circles of a page, in millimetres."""
    boxes = [np.array([one.trace.xy.min(axis=0), one.trace.xy.max(axis=0)]) for one in shapes(page, "lingkaran")]
    return [(box.mean(axis=0) / 100 / 72 * 25.4, np.ptp(box, axis=0)[0] / 200 / 72 * 25.4) for box in boxes]


def touching(page: Any, gap: float) -> list[str]:
    """Names that come closer than a gap to a circle, or to another name, of other marks than their own lines."""
    found = words(page, "nama")
    boxes = [shapely.box(*one.box) for one in found]
    near = [
        one.words
        for one, box in zip(found, boxes, strict=True)
        for middle, radius in circles(page)
        if shapely.distance(box, shapely.Point(middle)) < radius + gap
    ]
    return near + [a for a, b in collided(page) if a in {one.words for one in found}]


def crowded() -> Any:
    """Kelurahan of 200 m side by side, each nearly all slum, of long names."""
    places = [(x, y) for y in range(9) for x in range(12)]
    land = frame(
        kode=[f"99.01.01.{1001 + at}" for at in range(len(places))],
        nama=[f"Kelurahan Karangrejo {at}" for at in range(len(places))],
        kecamatan=["Tengah"] * len(places),
        kabupaten_kota=["Kota Uji"] * len(places),
        provinsi=["Uji"] * len(places),
        geometry=[square(x * 200, y * 200, 200) for x, y in places],
    )
    slums = frame(
        kumuh_id=[str(at) for at in range(len(places))],
        nama=[f"Kawasan {at}" for at in range(len(places))],
        geometry=[square(x * 200 + 5, y * 200 + 5, 100 + at % 9 * 11) for at, (x, y) in enumerate(places)],
    )
    return petakumuh.run(kumuh=slums, kelurahan=land, penanganan=[])


def scale_of(page: Any) -> int:
    (told,) = [one for one in words(page) if one.gid == "skala 1"]
    digits = re.search(r"1:([\d.]+)", told.words)
    assert digits, told.words
    return int(digits[1].replace(".", ""))


def islands() -> Any:
    """Two kelurahan of one kabupaten on islands 80 km apart."""
    land = kelurahan()
    land.loc[1, "geometry"] = square(80_000, 30_000, 400)
    slums = frame(
        kumuh_id=["A", "B"], nama=["Satu", "Dua"], geometry=[square(0, 0, 100), square(80_000, 30_000, 100)]
    )
    return petakumuh.run(kumuh=slums, kelurahan=land, penanganan=works())


@pytest.fixture(scope="module")
def scored(sample):
    return asking(sample)


@pytest.mark.parametrize(("size", "way"), PAPERS)
def test_words_stay_on_every_page_and_never_on_each_other(small, size, way):
    kop = Letterhead(pemda="Pemerintah Kota Uji", dinas="Dinas Perumahan", nomor="1/2", tanggal="1 Juli 2025")
    run = asking(small, kop=kop, kertas=size, arah=way, lembar_kumuh=True)
    for name, page in pages(run).items():
        assert outside(page) == [], name
        assert collided(page) == [], name


@pytest.mark.parametrize("language", ["id", "en"])
def test_words_of_the_sample_stay_on_every_page_and_never_on_each_other(scored, language):
    for name, page in pages(scored, language).items():
        assert outside(page) == [], name
        assert collided(page) == [], name


@pytest.fixture(scope="module")
def dense() -> Any:
    return crowded()


def kept_clear(page: Any, count: int) -> None:
    """Check that names touch nothing and stay in the frame, and that those left out are counted."""
    assert touching(page, 0.5) == []
    assert outside(page) == []
    (chart,) = [shapely.box(*(np.ravel([one.trace.xy.min(0), one.trace.xy.max(0)]) / 100 / 72 * 25.4))
                for one in shapes(page, "peta")]  # fmt: skip
    assert all(chart.contains(shapely.box(*one.box)) for one in words(page, "nama"))
    left_out = [int(one.words.split()[0]) for one in words(page, "tanpa nama") if "kelurahan" in one.words]
    written = [one.words for one in words(page, "nama") if one.words.endswith(" ha")]
    assert len(written) + sum(left_out) == count


@pytest.mark.parametrize(("size", "way"), PAPERS)
def test_names_of_a_dense_town_touch_no_circle_and_those_left_out_are_counted(dense, size, way):
    page = page_of(asking(dense, kertas=size, arah=way), "-peta-sebaran")
    assert len(circles(page)) == 108
    kept_clear(page, 108)


def test_names_of_slums_that_find_no_room_are_counted(dense):
    page = page_of(asking(dense, kertas="A4"), "-peta-delineasi")
    (told,) = [one.words for one in words(page, "tanpa nama") if "kumuh" in one.words]
    written = [one.words for one in words(page, "nama") if one.words.startswith("Kawasan")]
    assert told == f"{108 - len(written)} nama kumuh tidak muat di peta ini dan tidak ditulis."


@pytest.mark.towns
@pytest.mark.parametrize(("size", "way"), PAPERS)
def test_names_of_pekalongan_touch_no_circle(pekalongan, size, way):
    table = pekalongan.table("kelurahan")
    page = page_of(asking(pekalongan, kertas=size, arah=way), "-peta-sebaran")
    kept_clear(page, int(((table["kode"] != "") & (table["luas_delineasi_ha"] > 0)).sum()))


@pytest.mark.parametrize(("size", "way"), PAPERS)
def test_the_title_stands_beside_the_map_or_above_it(small, size, way):
    run = asking(small, kop=Letterhead(pemda="Kota Uji"), kertas=size, arah=way)
    x, y, wide, high = layout(run.recipe.keluaran).map
    drawn = pages(run)
    for name in ("2-indeks", "3-peta-sebaran", next(one for one in drawn if one.endswith("-barat"))):
        for gid in ("kop", "judul", "lembar"):
            told = words(drawn[name], gid)
            assert told, (name, gid)
            assert all(one.box[1] > y + high if way == "tegak" else one.box[0] > x + wide for one in told)


def test_slivers_of_neighbours_are_told_in_one_line_and_none_is_lost():
    # 0.1 m and 0.2 m of two slums of 100 m reach into Timur: 10 and 20 m2.
    slums = frame(
        kumuh_id=["A", "B", "C"],
        nama=["Satu", "Dua", "Tiga"],
        geometry=[square(300, 0, 100.1, 100), square(300, 200, 100.2, 100), square(500, 0, 100)],
    )
    page = page_of(petakumuh.run(kumuh=slums, kelurahan=kelurahan(), penanganan=works()), "-timur")
    assert "2 bagian < 0,005 ha (30 m²)" in said(page)
    assert not {"Satu", "Dua"} & {one.words for one in words(page)}
    assert [one.words for one in words(page, "nomor")] == ["1"]
    rows = [one.words.split()[0] for one in words(page, "tabel")]
    assert rows[:2] == ["1,00", "0,00"]
    # Together 1.003 ha.
    assert rows[-5] == "1,00"


def table_of(page: Any) -> list[list[float]]:
    """Hectares of the rows of a table: delineated, handled, left; the last is the total."""
    told = " ".join(one.words for one in words(page, "tabel")).split()
    figures = [float(one.replace(".", "").replace(",", ".")) for one in told]
    assert len(figures) % 5 == 0
    return [[figures[at], figures[at + 1], figures[at + 3]] for at in range(0, len(figures), 5)]


def test_rows_of_the_regions_on_a_page_sum_to_its_total():
    land = kelurahan()
    land.loc[1, "geometry"] = square(80_000, 30_000, 400)
    # A slum of 1 ha on each island, one of 1 ha half outside every kelurahan.
    slums = frame(
        kumuh_id=["A", "B", "C"],
        nama=["Satu", "Dua", "Tiga"],
        geometry=[square(0, 0, 100), square(80_000, 30_000, 100), square(350, 200, 100)],
    )
    run = petakumuh.run(kumuh=slums, kelurahan=land, penanganan=works())
    for size, way in PAPERS:
        *rows, total = table_of(page_of(asking(run, kertas=size, arah=way), "-peta-sisa"))
        assert np.sum(rows, axis=0) == pytest.approx(total, abs=0.011)
        assert total[0] == 3.0
        assert "(di luar kelurahan)" in said(page_of(asking(run, kertas=size, arah=way), "-peta-sisa"))


def test_numbers_on_the_map_are_those_that_the_table_explains():
    slums = frame(
        kumuh_id=[str(at) for at in range(150)],
        nama=[f"Kampung {at}" for at in range(150)],
        geometry=[square(at % 15 * 26, at // 15 * 39, 20 + at / 10, 30) for at in range(150)],
    )
    run = petakumuh.run(kumuh=slums, kelurahan=kelurahan(), penanganan=[])
    for size, way in PAPERS:
        page = page_of(asking(run, kertas=size, arah=way), "-barat")
        numbers = {one.words for one in words(page, "nomor")}
        marks = {one.words for one in words(page) if one.words.isdigit() and one.gid != "nomor"}
        left_out = sum(int(one.words.split()[0]) for one in words(page, "tanpa nomor"))
        assert numbers <= marks
        assert len(numbers) + left_out == len([one for one in words(page) if one.words.startswith("Kampung")])
        assert collided(page) == []
        assert outside(page) == []


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_short_table_is_not_folded(count):
    slums = frame(
        kumuh_id=[str(at) for at in range(count)],
        nama=[f"Kampung {at}" for at in range(count)],
        geometry=[square(at * 100, 0, 50) for at in range(count)],
    )
    run = petakumuh.run(kumuh=slums, kelurahan=kelurahan(), penanganan=[])
    for size, way in PAPERS:
        page = page_of(asking(run, kertas=size, arah=way), "-barat")
        assert {f"Kampung {at}" for at in range(count)} <= {one.words for one in words(page)}


@pytest.mark.parametrize("dpi", [72, 110, 300])
def test_words_of_a_picture_are_as_wide_as_they_were_measured(dpi):
    page = Page("id", (120, 10))
    page.text(5, 4, "Luas planar UTM Zona 49S (WGS 84/SRGI2013); luas kumuh geodesik", 6.5)
    (told,) = words(page)
    with Image.open(io.BytesIO(png(page, dpi))) as image:
        dark = np.flatnonzero((np.asarray(image.convert("L")) < 200).any(axis=0))
    assert told.box[2] - 2 < dark.max() / dpi * 25.4 < told.box[2] + 0.3


@pytest.mark.parametrize("name", HOSTILE)
def test_strange_names_are_written_as_they_stand(name, tmp_path):
    land, slums = kelurahan().assign(nama=[name, "Timur"]), kumuh().assign(nama=[name, "Dua", "Tiga"])
    run = petakumuh.run(kumuh=slums, kelurahan=land, penanganan=works(), wilayah={"judul": name or "x"})
    run = asking(
        run, kop=Letterhead(pemda=name, dinas=name, nomor=name, tanggal=name), kertas="A4", lembar_kumuh=True
    )
    for sheet, page in pages(run).items():
        assert outside(page) == [], sheet
        assert collided(page) == [], sheet
    files(run, "id")["atlas.pdf"](tmp_path / "atlas.pdf")
    assert (tmp_path / "atlas.pdf").read_bytes().startswith(b"%PDF-")


def test_the_scale_written_is_that_of_the_ground_on_paper(small):
    page = page_of(small, "-barat")
    (land,) = [one for one in shapes(page, "tanah") if one.fill == "#E9E8E4"]
    points = np.ptp(land.trace.xy, axis=0) / 100
    metres = points / 72 * 0.0254 * scale_of(page)
    assert metres == pytest.approx([400, 400], rel=1e-3)


def test_the_scale_bar_is_as_long_as_it_says(small):
    page = page_of(small, "-barat")
    bars = shapes(page, "balok")
    metres = sum(np.ptp(one.trace.xy[:, 0]) for one in bars) / 100 / 72 * 0.0254 * scale_of(page)
    assert len(bars) == 4
    assert f"{metres:.0f}" in {one.words for one in words(page)}


def test_a_page_for_each_kelurahan_with_slum_and_the_others_are_named(small):
    land = kelurahan()
    extra = frame(**{name: [land[name].iloc[0]] for name in land.columns})
    extra = extra.assign(kode="99.01.01.1003", nama="Kosong", geometry=[square(0, 400, 400)])
    three = geopandas.GeoDataFrame(geopandas.pd.concat([land, extra], ignore_index=True), crs=land.crs)
    run = petakumuh.run(kumuh=kumuh(), kelurahan=three, penanganan=works())
    drawn = pages(run)
    assert [name.split("-", 1)[1] for name in drawn if name.endswith(("barat", "timur", "kosong"))] == [
        "barat",
        "timur",
    ]
    index = drawn["2-indeks"]
    assert "Kosong" in said(index)
    numbers = {one.words for one in words(index, "nomor")}
    assert numbers == {name.split("-")[0] for name in drawn if name.endswith(("-barat", "-timur"))}


def test_each_slum_has_a_page_where_the_recipe_asks(small):
    names = [name.split("-", 1)[1] for name in pages(asking(small, lembar_kumuh=True))]
    assert names[-3:] == ["kumuh-satu", "kumuh-dua", "kumuh-tiga"]
    assert not [name for name in pages(small) if "kumuh-" in name.removeprefix("peta-")]


def test_the_table_of_a_kelurahan_is_that_of_the_recap(small):
    page = page_of(small, "-timur")
    row = small.table("kelurahan").set_index("nama").loc["Timur"]
    names = ("luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha", "persen_sisa")
    total = [number(row[one]) for one in names]
    assert [one.words for one in words(page, "tabel")][-5:] == total
    # Dua lies half in Timur, Tiga half outside every kelurahan.
    assert [one.words.split() for one in words(page, "tabel")][:2] == [
        ["0,50", "0,00", "0,00", "0,50", "100,00"],
        ["0,50", "0,00", "0,00", "0,50", "100,00"],
    ]


def test_words_are_as_wide_as_they_are_drawn(small, tmp_path):
    files(asking(small, kertas="A4"), "id")["atlas.pdf"](tmp_path / "atlas.pdf")  # other sizes were drawn before
    page = Page("id")
    drawn = TextPath((0, 0), "Kumuh 0123456789", size=100, prop=FontProperties(family="DejaVu Sans"))
    assert page.width("Kumuh 0123456789", 100) == pytest.approx(drawn.get_extents().width / 72 * 25.4, rel=0.04)
    assert len({page.width(digit, 10, "bold") for digit in "0123456789"}) == 1


def test_figures_set_as_one_line_end_where_their_columns_end(sample):
    for page in pages(asking(sample)).values():
        rows = words(page, "tabel")
        for row in (one for one in rows if " " in one.words):
            space = page.width(" ", row.points)
            ends = [
                page.width(row.words[: at.end()], row.points) / space for at in re.finditer(r"[\d.,]+", row.words)
            ]
            assert ends == pytest.approx(np.round(ends), abs=0.1)


def test_the_legend_of_a_page_explains_what_is_on_it_and_nothing_else(sample):
    drawn = pages(asking(sample))
    explained = 0
    for name, page in drawn.items():
        gids = {one.gid for one in page.marks if isinstance(one, Shape)}
        seen = {one.removeprefix("kelas ") for one in gids if one.startswith("kelas ")} - {"lain"}
        told = {one.removeprefix("legenda ") for one in gids if one.startswith("legenda ")}
        lines = {"batas wilayah", "batas kumuh", "lain", "lingkaran", "sisa"}
        if not name.endswith("sampul"):
            assert seen - {"kecil"} == told - lines - {"kecil"} | (seen & {"sisa"}), name
            explained += bool(told)
    assert explained > 20


@pytest.mark.parametrize(("size", "way"), PAPERS)
def test_a_legend_of_more_classes_than_fit_counts_the_rest_in_one_line(size, way):
    rows = range(90)
    done = frame(
        id=[f"P{at}" for at in rows],
        nama=["Kegiatan"] * len(rows),
        sektor=[f"Sektor {at}" for at in rows],
        status=["selesai"] * len(rows),
        geometry=[square(at % 10 * 20, at // 10 * 10, 15, 8) for at in rows],
    )
    run = asking(petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=done), kertas=size, arah=way)
    planned = sheets(Book(run, "id", layout(run.recipe.keluaran)))
    (page,) = [one.draw() for one in planned if one.name == "peta-sektor"]
    listed = {one.gid for one in page.marks if isinstance(one, Shape) and one.gid.startswith("legenda sektor")}
    (rest,) = words(page, "legenda lain")
    assert 0 < len(listed) < len(rows)
    assert rest.words == f"… {len(rows) - len(listed)} lainnya"
    assert outside(page) == []
    assert collided(page) == []


def test_every_map_names_zone_datum_and_coordinates_in_metres_and_degrees(small):
    page = page_of(small, "-barat")
    assert "UTM Zona 49S" in said(page)
    assert "WGS 84/SRGI2013" in said(page)
    told = [one.words for one in words(page, "koordinat")]
    assert any(one.endswith("BT") for one in told)
    assert any(one.endswith("LS") for one in told)
    eastings = [one for one in told if re.fullmatch(r"3[\d.]+", one)]
    assert eastings


def test_a_coordinate_stands_where_it_says(small):
    page = page_of(small, "-barat")
    (land,) = [one for one in shapes(page, "tanah") if one.fill == "#E9E8E4"]
    west = land.trace.xy[:, 0].min() / 100 / 72 * 25.4
    for one in words(page, "koordinat"):
        if one.angle or not re.fullmatch(r"35\d\.\d{3}", one.words):
            continue
        middle = (one.box[0] + one.box[2]) / 2
        metres = 350_000 + (middle - west) / 1000 * scale_of(page)
        assert metres == pytest.approx(int(one.words.replace(".", "")), abs=0.5)


def test_sources_boundaries_basis_and_certification_stand_on_every_map(small):
    for name, page in pages(asking(small, kop=Letterhead(tanggal="1 Juli 2025"))).items():
        told = " ".join(one.words for one in words(page, "sumber"))
        assert "Batas kelurahan" in " ".join(sorted(told.split(" "), key=told.index)) or "daftar" in name
        if "daftar" not in name:
            assert "1 Juli 2025" in told, name


def test_islands_far_apart_have_a_map_each():
    run = islands()
    page = page_of(run, "-peta-sebaran")
    assert len(shapes(page, "peta")) == 2
    scales = {one.words.split("1:")[1] for one in words(page) if one.gid.startswith("skala ")}
    assert all(int(one.replace(".", "")) <= 10_000 for one in scales)


def test_the_maps_of_an_rp2kpkpk_are_those_that_the_run_has_something_to_show_on(small, sample):
    assert list(pictures(small)) == ["sebaran", "delineasi", "sektor", "tahun", "sisa", "rencana"]
    aspects = [f"aspek_{code}" for code in range(1, 8)]
    expected = ["sebaran", "delineasi", "tingkat", *aspects, "sektor", "tahun", "sisa", "rencana"]
    assert list(pictures(sample)) == expected
    bare = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=[])
    assert list(pictures(bare)) == ["sebaran", "delineasi", "sisa"]


def test_pictures_are_maps_in_the_proportions_of_a4_without_a_letterhead(small):
    made = pictures(small)["sisa"]
    assert made.title == "Sisa kumuh yang belum tertangani"
    with Image.open(io.BytesIO(made(100))) as image:
        assert image.size[0] / image.size[1] == pytest.approx(297 / 210, rel=0.01)
    book = Book(small, "id", picture_layout())
    for told in thematic_maps(book):
        page = picture_page(book, told)
        assert not words(page, "kop")
        assert outside(page) == []
        assert collided(page) == []


def test_narrow_panels_keep_their_names_and_scales(sample):
    book = Book(sample, "id", picture_layout())
    page = picture_page(book, thematic_maps(book)[0])
    names = [one.words for one in words(page, "panel")]
    assert len(names) == 9
    assert all(re.match(r"\d  ?(Kabupaten|Kota) \w{4}", one) for one in names)
    assert len([one for one in words(page) if one.gid.startswith("skala ") and "1:" in one.words]) == 9


def test_the_same_run_gives_the_same_bytes_and_no_version(small, tmp_path):
    write = files(asking(small, kertas="A4"), "id")["atlas.pdf"]
    write(tmp_path / "a.pdf")
    write(tmp_path / "b.pdf")
    first = (tmp_path / "a.pdf").read_bytes()
    assert first == (tmp_path / "b.pdf").read_bytes()
    assert b"Matplotlib" not in first
    assert b"CreationDate" not in first


def test_pages_become_pictures_at_300_dpi_where_the_recipe_asks(small, tmp_path):
    written = files(asking(small, kertas="A4", tambahan=("png",)), "id")
    names = [name for name in written if name.endswith(".png")]
    assert names[0] == "lembar_png/01-sampul.png"
    written[names[-1]](tmp_path / "x.png")
    with Image.open(tmp_path / "x.png") as image:
        assert image.size == (3507, 2480)
    assert "lembar_png/01-sampul.png" not in files(small, "id")


def test_lines_are_as_wide_in_a_picture_as_they_say():
    page = Page("id", (40, 40))
    page.shape(segments([((0, 20), (40, 20))]), line="#000000", width=4.0)
    with Image.open(io.BytesIO(png(page, 254))) as image:  # ten pixels a millimetre
        dark = (np.asarray(image.convert("L"))[:, 200] < 128).sum()
    assert dark == pytest.approx(40, abs=1)


def test_a_logo_stands_in_the_kop_once_for_all_pages(small, tmp_path):
    Image.new("RGBA", (40, 60), (200, 0, 0, 255)).save(tmp_path / "logo.png")
    kop = Letterhead(pemda="Kota Uji", logo="logo.png", folder=str(tmp_path))
    files(asking(small, kop=kop, kertas="A4"), "id")["atlas.pdf"](tmp_path / "atlas.pdf")
    assert (tmp_path / "atlas.pdf").read_bytes().count(b"/Subtype /Image") == 1


def test_a_logo_that_is_no_picture_is_refused_by_its_name(small, tmp_path):
    (tmp_path / "logo.png").write_text("<svg/>", encoding="utf-8")
    with pytest.raises(InputError, match=r"logo\.png"):
        files(asking(small, kop=Letterhead(logo="logo.png", folder=str(tmp_path))), "id")


def rendered(path: Path) -> tuple[int, str]:
    """Pages and text of a PDF as poppler reads it, which must have nothing to say about it."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("poppler is not installed (Debian: poppler-utils)")
    drawn = subprocess.run(
        ["pdftoppm", "-r", "20", "-gray", "-png", str(path), str(path.with_suffix(""))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert drawn.stderr == ""
    assert all(np.asarray(Image.open(one)).std() > 3 for one in path.parent.glob(f"{path.stem}-*.png"))
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return len(list(path.parent.glob(f"{path.stem}-*.png"))), text.stdout


def judged(run: Any, path: Path) -> None:
    """Check the pages and figures of an atlas against the recap."""
    count, text = rendered(path)
    planned = sheets(Book(run, "id", layout(run.recipe.keluaran)))
    assert count == len(planned)
    towns = run.table("kelurahan")
    told = text.split("\f")
    assert sum(f"dari {count}" in page for page in told) == count - 1
    places = towns[(towns["kode"] != "") & (towns["luas_delineasi_ha"] > 0)]
    names = ("luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha", "persen_sisa")
    for at, (_, row) in enumerate(places.iterrows(), count - len(places)):
        total = next(line for line in told[at].splitlines() if "TOTAL" in line)
        assert total.split("TOTAL")[1].split() == [number(row[one]) for one in names], row["nama"]
    whole = run.table("total").iloc[0]
    for name in ("luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha"):
        assert number(whole[name]) in told[0]


@pytest.mark.poppler
def test_poppler_reads_the_figures_of_the_sample_on_a4(sample, tmp_path):
    asked = asking(sample, kertas="A4")
    files(asked, "id")["atlas.pdf"](tmp_path / "atlas.pdf")
    judged(asked, tmp_path / "atlas.pdf")


@pytest.mark.poppler
def test_fonts_are_embedded(small, tmp_path):
    files(small, "id")["atlas.pdf"](tmp_path / "atlas.pdf")
    if shutil.which("pdffonts") is None:
        pytest.skip("poppler is not installed (Debian: poppler-utils)")
    told = subprocess.run(["pdffonts", str(tmp_path / "atlas.pdf")], capture_output=True, text=True, check=True)
    rows = told.stdout.splitlines()[2:]
    assert rows
    assert all("TrueType" in row and "yes" in row for row in rows)


def test_ground_is_drawn_no_further_than_the_frame(small):
    page = page_of(small, "-timur")
    x, y, wide, high = layout(small.recipe.keluaran).map
    for one in (*shapes(page, "tanah"), *shapes(page, "kelas sisa"), *shapes(page, "batas kumuh")):
        assert one.clip == (x, y, wide, high)
    assert shapely.box(0, 0, *page.size).contains(shapely.box(x, y, x + wide, y + high))
