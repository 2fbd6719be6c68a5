"""The print sheet: a true scale, a legend of what is there, and words that stay on the page."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import geopandas
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.text import Text
from PIL import Image

import petakumuh
from petakumuh.present.basis import certified
from petakumuh.present.legend import Look
from petakumuh.present.sheet import files, sheet
from petakumuh.present.sheet.ink import Page, png

ZONE_49S, ZONE_50S = 32749, 32750


def town(
    names: Any = ("Tirta",),
    *,
    epsg: int = ZONE_49S,
    east: float = 350_000.0,
    region: str = "Kota Rekaan",
    code: str = "99.71",
) -> Any:
    """Kelurahan of 1,500 x 1,200 m side by side; neighbours share an edge."""
    rows = [
        {
            "nama": name,
            "kelurahan_id": f"{code}.01.{1001 + at}",
            "kecamatan": "Tengah",
            "kabupaten_kota": region,
            "provinsi": "Nusa Rekaan",
            "geometry": shapely.box(east + 1500 * at, 9_230_000, east + 1500 * (at + 1), 9_231_200),
        }
        for at, name in enumerate(names)
    ]
    return geopandas.GeoDataFrame(rows, geometry="geometry", crs=epsg)


def squares(corners: Any, *, epsg: int = ZONE_49S, side: float = 200, **columns: Any) -> Any:
    shapes = [shapely.box(x, y, x + side, y + side) for x, y in corners]
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=epsg)


def small_run(
    *,
    works: Any = (("2019", 0), ("2021", 100)),
    names: Any = ("Tirta", "Kerta"),
    slum: str = "A",
    judul: Any = None,
    **more: Any,
) -> Any:
    kumuh = squares([(350_300, 9_230_300), (351_800, 9_230_600)], nama=[slum, "B"], kumuh_id=["A", "B"])
    years = [year for year, _ in works]
    done = squares([(350_300 + x, 9_230_300) for _, x in works], side=100, nama=years, tahun=years)
    return petakumuh.run(
        kumuh=kumuh,
        kelurahan=town(names),
        penanganan=[{"file": done, "tahun": {"kolom": "tahun"}, "sektor": "jalan"}] if works else [],
        wilayah={"judul": judul} if judul else None,
        **more,
    )


def two_towns() -> Any:
    """Two kabupaten/kota in two UTM zones."""
    first, second = (
        town(),
        town(("Arga", "Bumi"), epsg=ZONE_50S, east=400_000.0, region="Kabupaten Lain", code="99.02"),
    )
    slums = [
        squares([(350_300, 9_230_300)], nama=["A"]),
        squares([(402_000, 9_230_100)], epsg=ZONE_50S, nama=["B"]),
    ]
    lonlat = [[one.to_crs(4326) for one in layers] for layers in ((first, second), slums)]
    kelurahan, kumuh = (pd.concat(layers, ignore_index=True) for layers in lonlat)
    done = squares([(402_000, 9_230_100)], epsg=ZONE_50S, side=120, nama=["x"], tahun=["2020"])
    return petakumuh.run(kumuh=kumuh, kelurahan=kelurahan, penanganan={"file": done, "tahun": {"kolom": "tahun"}})


def maps(figure: Any) -> Any:
    return {ax.get_label().split()[1]: ax for ax in figure.axes if ax.get_label().startswith("peta ")}


def written(figure: Any) -> Any:
    return [one for one in figure.findobj(Text) if one.get_text().strip() and one.get_visible()]


def parts(figure: Any) -> Any:
    return figure.findobj()


def said(figure: Any) -> Any:
    return "\n".join(one.get_text() for one in written(figure))


def marks(figure: Any, kind: str) -> set[str]:
    """Classes drawn (kelas) or explained (legenda)."""
    ids = {str(one.get_gid()) for one in parts(figure) if str(one.get_gid()).startswith(kind)}
    return {one.removeprefix(kind) for one in ids}


def left_the_page(figure: Any) -> Any:
    page = figure.bbox
    boxes = [(one.get_text(), one.get_window_extent()) for one in written(figure)]
    return [
        words
        for words, box in boxes
        if box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1
    ]


def stated(figure: Any) -> Any:
    """The scale written for each map."""
    found = {}
    for one in written(figure):
        if str(one.get_gid()).startswith("skala "):
            digits = re.search(r"1:([\d.]+)", one.get_text())
            assert digits, one.get_text()
            found[str(one.get_gid()).split()[1]] = int(digits[1].replace(".", ""))
    return found


@pytest.fixture(scope="module")
def plain():
    return small_run()


@pytest.fixture(scope="module")
def twins():
    return two_towns()


@pytest.mark.parametrize("which", ["plain", "twins"])
def test_the_scale_written_is_true_on_paper(which, request):
    figure = sheet(request.getfixturevalue(which))
    scales, drawn = stated(figure), maps(figure)
    assert scales.keys() == drawn.keys()
    for mark, ax in drawn.items():
        paper_m = np.array([ax.bbox.width, ax.bbox.height]) / figure.dpi * 0.0254
        ground_m = np.array([np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())])
        assert ground_m / paper_m == pytest.approx(scales[mark], rel=1e-3)


def test_a_scale_bar_is_as_long_as_it_says(plain):
    figure = sheet(plain)
    (scale,) = stated(figure).values()
    bars = [one for one in parts(figure) if one.get_gid() == "balok"]
    metres = sum(one.get_width() for one in bars) / 1000 * scale
    assert len(bars) == 4
    label = f"{metres:,.0f}".replace(",", ".")
    assert label in {one.get_text() for one in written(figure)}
    assert str(int(metres)).rstrip("0") in {"1", "2", "4"}


@pytest.mark.parametrize("works", [(), (("2019", 0),), (("2019", 0), ("2021", 100)), (("", 0), ("2021", 100))])
def test_the_legend_explains_what_is_on_the_map_and_nothing_else(works):
    run = small_run(works=works)
    figure = sheet(run)
    ground = run.bidang
    expected = set(ground["tahun_pertama"].where(ground["tertangani"], "sisa"))
    assert marks(figure, "kelas ") == marks(figure, "legenda ") == expected


def test_more_years_than_colours_have_a_colour_each():
    run = small_run(works=[(str(2000 + at), at * 7) for at in range(14)])
    figure = sheet(run)
    colours = {
        tuple(one.get_facecolor()) for one in parts(figure) if re.fullmatch(r"kelas \d+", str(one.get_gid()))
    }
    assert len(marks(figure, "kelas ") - {"sisa"}) == len(colours) == 14
    assert left_the_page(figure) == []


def test_no_works_at_all_still_draws():
    figure = sheet(small_run(works=()))
    assert marks(figure, "kelas ") == {"sisa"}
    assert "8,00" in said(figure)


def test_everything_handled_still_draws():
    run = petakumuh.run(
        kumuh=squares([(350_300, 9_230_300)], nama=["A"]),
        kelurahan=town(),
        penanganan=squares([(350_250, 9_230_250)], side=400, nama=["x"]),
    )
    figure = sheet(run)
    assert marks(figure, "kelas ") == {"(tanpa tahun)"}
    assert "100,00" in said(figure)


def test_works_accounted_without_years_are_drawn_as_handled():
    figure = sheet(small_run(hitung={"by": ["sektor"]}))
    assert marks(figure, "kelas ") == marks(figure, "legenda ") == {"", "sisa"}


def test_left_ground_is_hatched_so_that_grey_prints_tell_it(plain):
    (left,) = [one for one in parts(sheet(plain)) if one.get_gid() == "kelas sisa"]
    handled = [one for one in parts(sheet(plain)) if str(one.get_gid()).startswith("kelas 2")]
    assert left.get_hatch()
    assert handled
    assert not any(one.get_hatch() for one in handled)


STRANGE = [
    "$a_{",
    r"\frac{1}{0",
    "100 % {x} {0}",
    "<b>&amp;",
    "W" * 200,
    "kata " * 60,
    "A\nB\tC",
    "ꦗꦮ 😀\x07",
    "=1+1",
]


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("language", ["id", "en"])
def test_strange_names_are_drawn_as_they_stand_and_stay_on_the_page(name, language, tmp_path):
    run = small_run(names=(name, "Kerta"), slum=name, judul=name)
    figure = sheet(run, language)
    assert left_the_page(figure) == []
    start = name.split()[0][:6]
    if start.isascii():
        assert said(figure).count(start) >= 2  # title and recap; on the map where there is room
    files(run, language)["peta.png"](tmp_path / "peta.png")
    assert (tmp_path / "peta.png").stat().st_size > 10_000


def test_a_long_list_of_kelurahan_is_summed_up_honestly():
    names = [f"Kelurahan {at:02d}" for at in range(30)]
    kumuh = squares([(350_300 + 1500 * at, 9_230_300) for at in range(30)], side=150, nama=names)
    run = petakumuh.run(kumuh=kumuh, kelurahan=town(names), penanganan=[])
    figure = sheet(run)
    words = said(figure)
    assert "… 11 lainnya" in words
    assert "24,75" in words  # eleven of 2.25 ha
    assert "67,50" in words
    assert left_the_page(figure) == []
    assert len(maps(figure)) == 12
    assert "Digambar 12 dari 30 wilayah" in words


def test_where_not_all_areas_find_room_the_widest_slums_are_drawn():
    names = [f"Kelurahan {at:02d}" for at in range(15)]
    sides = [50 if at < 3 else 150 for at in range(15)]
    spots = [
        shapely.box(350_300 + 3000 * at, 9_230_300, 350_300 + 3000 * at + s, 9_230_300 + s)
        for at, s in enumerate(sides)
    ]
    land = town(names)
    land["geometry"] = [
        shapely.box(350_000 + 3000 * at, 9_230_000, 352_000 + 3000 * at, 9_231_000) for at in range(15)
    ]
    kumuh = geopandas.GeoDataFrame({"nama": names}, geometry=spots, crs=ZONE_49S)
    figure = sheet(petakumuh.run(kumuh=kumuh, kelurahan=land, penanganan=[]))
    assert list(maps(figure)) == [str(at) for at in range(4, 16)]


def test_several_kabupaten_have_a_map_each_in_their_own_zone(twins):
    figure = sheet(twins)
    assert list(maps(figure)) == ["1", "2"]
    words = said(figure)
    assert "UTM Zona 50S · 1:" in words
    assert "UTM Zona 49S · 1:" in words
    assert "Tertangani 1,44 ha (36,00 %) · sisa 2,56 ha" in words
    assert any(ax.get_label() == "lokasi" for ax in figure.axes)
    assert left_the_page(figure) == []


def test_slums_too_far_apart_for_one_map_have_a_map_for_each_kelurahan():
    far = town(("Barat", "Timur"))
    far.loc[1, "geometry"] = shapely.box(395_000, 9_230_000, 396_500, 9_231_200)
    kumuh = squares([(350_300, 9_230_300), (395_300, 9_230_300)], nama=["A", "B"])
    figure = sheet(petakumuh.run(kumuh=kumuh, kelurahan=far, penanganan=[]))
    assert len(maps(figure)) == 2
    assert max(stated(figure).values()) < 20_000


def test_every_slum_lies_inside_a_frame(twins):
    figure = sheet(twins)
    for ax in maps(figure).values():
        (outline,) = [one for one in ax.patches if one.get_gid() == "batas kumuh"]
        box = outline.get_path().get_extents()
        assert ax.get_xlim()[0] < box.x0 < box.x1 < ax.get_xlim()[1]
        assert ax.get_ylim()[0] < box.y0 < box.y1 < ax.get_ylim()[1]


def test_boundaries_of_multipolygons_are_drawn_and_a_shared_edge_once():
    land = town(("Tirta", "Kerta"))
    land["geometry"] = [shapely.MultiPolygon([one]) for one in land.geometry]
    figure = sheet(petakumuh.run(kumuh=squares([(350_300, 9_230_300)], nama=["A"]), kelurahan=land, penanganan=[]))
    (ax,) = maps(figure).values()
    (border,) = [one for one in ax.patches if one.get_gid() == "batas kelurahan"]
    strokes = [line for line in border.get_path().to_polygons(closed_only=False) if len(line) > 1]
    length = sum(float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in strokes)
    assert length == pytest.approx(2 * 3000 + 3 * 1200, abs=1)


def test_names_on_a_map_do_not_cover_each_other():
    names = [f"Nama Kelurahan Panjang {at}" for at in range(8)]
    kumuh = squares([(350_300 + 1500 * at, 9_230_300) for at in range(8)], nama=names)
    figure = sheet(petakumuh.run(kumuh=kumuh, kelurahan=town(names), penanganan=[]))
    (ax,) = maps(figure).values()
    boxes = [one.get_window_extent() for one in ax.texts]
    assert boxes
    assert not any(a.overlaps(b) for at, a in enumerate(boxes) for b in boxes[:at])


def test_the_same_run_gives_the_same_bytes(plain, tmp_path):
    write = files(plain, "id")["peta.png"]
    write(tmp_path / "a.png")
    write(tmp_path / "b.png")
    first = (tmp_path / "a.png").read_bytes()
    assert first == (tmp_path / "b.png").read_bytes()
    assert b"Software" not in first
    assert int.from_bytes(first[16:20]) == 3307  # 420 mm at 200 dpi


def test_settings_of_the_user_neither_change_the_sheet_nor_are_changed(plain, tmp_path):
    write = files(plain, "id")["peta.png"]
    write(tmp_path / "a.png")
    with mpl.rc_context({"font.size": 30, "axes.grid": True, "savefig.bbox": "tight"}):
        mine = dict(mpl.rcParams)
        write(tmp_path / "b.png")
        assert dict(mpl.rcParams) == mine
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_sheet_says_where_figures_come_from():
    run = small_run(judul="Judul peta")
    words = said(sheet(run))
    for phrase in (
        "Judul peta",
        "UTM Zona 49S",
        "WGS 84/SRGI2013",
        "Nusa Rekaan",
    ):
        assert phrase in words


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    "told",
    [
        {"tersertifikasi": True, "tangga": {"biasa": 1, "kisi": 1, "belah": 1}},
        {"tersertifikasi": False, "sebab": "tanpa_kernel"},
        {"tersertifikasi": False, "sebab": "dimatikan"},
    ],
)
def test_the_sheet_says_in_full_whether_every_hectare_was_computed_twice(plain, told, language):
    page = sheet(replace(plain, sertifikasi=told), language)
    lines = sorted(page.texts, key=lambda one: -one.get_position()[1])
    assert certified(told, language) in " ".join(one.get_text() for one in lines)


def test_the_sheet_speaks_english(plain):
    words = said(sheet(plain, "en"))
    assert "Scale 1:" in words
    assert "Left (ha)" in words
    assert "Tertangani" not in words


def test_every_hatch_of_a_page_is_drawn_in_its_own_place():
    page = Page("id", (210.0, 297.0))
    look = Look(label="", fill="#FFFFFF", line="#0000FF", hatch="miring", hatch_color="#FF0000")
    places = [(10.0 + 15 * column, 10.0 + 15 * row) for column in range(12) for row in range(16)]
    for at, (x, y) in enumerate(places):
        page.swatch((x, y, 6, 6), look, "")
        if at % 3:
            page.text(x, y + 8, "a" * (at % 9 + 1), 5)
        if at % 2:
            page.circle(x + 9, y + 3, 0.5 + at % 4, facecolor="#00FF00")
    with Image.open(io.BytesIO(png(page, 100))) as drawn:
        shades = np.asarray(drawn.convert("RGB")).astype(int)[::-1]
    red = (shades[:, :, 0] > 200) & (shades[:, :, 1:] < 200).all(axis=2)
    for x, y in places:
        west, south, east, north = (round(one * 100 / 25.4) for one in (x, y, x + 6, y + 6))
        assert red[south:north, west:east].mean() > 0.1, (x, y)
