"""The one legend: every feature has a class, classes are told apart in grey and without red or green."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

import petakumuh
from petakumuh.catalog import style
from petakumuh.present.bands import bands
from petakumuh.present.layers import layers
from petakumuh.present.legend import LEFT, NOT_COUNTED, ramp, themes
from tests.conftest import frame, kelurahan, kumuh, square, works

PALETTES = ("baku", "aman_warna")
# How eyes without the one or the other kind of cone see linear RGB (Machado, Oliveira and Fernandes 2009, full).
BLIND = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}


def linear(colour):
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    x, y, z = np.cbrt(np.maximum(xyz / [0.9505, 1, 1.089], 1e-3))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def lightness(colour):
    return lab(linear(colour))[0]


def seen_by(eyes, colour):
    return lab(np.clip(np.array(BLIND[eyes]) @ linear(colour), 0, 1))


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("name", ["tahun", "jumlah_sektor"])
def test_steps_of_a_ramp_go_from_dark_to_light_or_back(palette, name):
    steps = [lightness(one) for one in ramp(style(palette)[name]["tangga"], 6)]
    ways = {np.sign(b - a) for a, b in pairwise(steps)}
    assert len(ways) == 1
    assert min(abs(b - a) for a, b in pairwise(steps)) > 5


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("name", ["kumuh", "penanganan"])
def test_classes_are_told_apart_in_grey_by_hatch_or_lightness(palette, name):
    own = style(palette)[name]
    classes = own["tingkat"] if name == "kumuh" else own["sektor"]
    for one, other in combinations(classes.values(), 2):
        apart = abs(lightness(one["warna"]) - lightness(other["warna"]))
        assert one["arsir"] != other["arsir"] or apart > 15


@pytest.mark.parametrize("eyes", BLIND)
def test_the_safe_palette_is_told_apart_without_red_or_green(eyes):
    own = style("aman_warna")
    for colours in (
        [one["warna"] for one in own["kumuh"]["tingkat"].values()],
        own["skor"]["kelas"],
        [own["temuan"][key]["warna"] for key in ("galat", "peringatan", "catatan")],
        [own["sisa"]["warna"], *ramp(own["tahun"]["tangga"], 5)],
    ):
        for one, other in combinations(colours, 2):
            assert np.linalg.norm(seen_by(eyes, one) - seen_by(eyes, other)) > 12, (one, other)


@pytest.mark.parametrize("palette", PALETTES)
def test_bands_of_an_aspect_go_from_light_to_dark_in_every_eye(palette):
    looks = bands(style(palette), [0.25, 0.5, 0.75], "id")
    assert [look.label for look in looks.values()][:4] == ["< 25 %", "25 – < 50 %", "50 – < 75 %", "75 – 100 %"]
    colours = [look.fill for key, look in looks.items() if key]
    for steps in (
        [lightness(one) for one in colours],
        *([seen_by(eyes, one)[0] for one in colours] for eyes in BLIND),
    ):
        assert all(a - b > 12 for a, b in pairwise(steps))
    assert looks[""].hatch


def test_both_palettes_have_bands_of_their_own():
    assert style("aman_warna")["aspek"]["pita"] != style()["aspek"]["pita"]


def of_many_sektor(palette, count=24):
    rows = range(count)
    known = [*style()["penanganan"]["sektor"]]
    done = frame(
        id=[str(at) for at in rows],
        nama=["Kegiatan"] * count,
        sektor=[*known, *(f"Sektor {at}" for at in rows)][:count],
        status=["rencana"] * count,
        geometry=[square(at * 10, 0, 8) for at in rows],
    )
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=done, keluaran={"palet": palette})
    return themes(run, every=True)["penanganan"].classes


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("count", [24, 32])
def test_no_two_sektor_of_a_map_look_the_same(palette, count):
    looks = of_many_sektor(palette, count)
    counted = [look for key, look in looks.items() if not key.endswith(NOT_COUNTED)]
    planned = [look for key, look in looks.items() if key.endswith(NOT_COUNTED)]
    assert len(counted) == len(planned) == count
    for one, other in combinations(counted, 2):
        apart = np.linalg.norm(lab(linear(one.fill)) - lab(linear(other.fill)))
        assert one.hatch != other.hatch or apart > 13, (one.label, other.label)
    assert len({(look.line, look.dash) for look in planned}) == count


@pytest.mark.parametrize("eyes", BLIND)
def test_sektor_of_the_safe_palette_are_told_apart_by_hatch_or_without_red_or_green(eyes):
    looks = of_many_sektor("aman_warna")
    counted = [look for key, look in looks.items() if not key.endswith(NOT_COUNTED)]
    for one, other in combinations(counted, 2):
        apart = np.linalg.norm(seen_by(eyes, one.fill) - seen_by(eyes, other.fill))
        assert one.hatch != other.hatch or apart > 12, (one.label, other.label)


def test_the_safe_palette_changes_colours_alone():
    def words(table):
        return {key: words(value) if isinstance(value, dict) else type(value) for key, value in table.items()}

    assert words(style("aman_warna")) == words(style())


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_feature_of_every_layer_has_a_class_with_a_name(sample, language):
    named = layers(sample, language)
    for theme in themes(sample, language).values():
        keys = theme.keys(named[theme.layer])
        assert len(keys)
        assert set(keys) == set(theme.classes)
        assert theme.column in named[theme.layer]
        assert theme.title
        assert all(look.label for look in theme.classes.values())


def test_works_that_do_not_count_are_dashed_and_open(sample):
    looks = themes(sample)["penanganan"].classes
    listed = {key: look for key, look in looks.items() if key.endswith(NOT_COUNTED)}
    assert listed
    for key, look in listed.items():
        assert look.dash
        assert not look.hatch
        assert look.line == style()["penanganan"]["sektor"][key.removesuffix(NOT_COUNTED)]["warna"]


def test_works_that_say_no_sektor_are_told_in_words():
    done = works().drop(columns="sektor")
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=done)
    labels = [look.label for look in themes(run)["penanganan"].classes.values()]
    assert labels == ["(tidak disebutkan)", "(tidak disebutkan) (tidak dihitung)"]


def test_ground_that_is_left_is_hatched_in_every_theme_of_it(sample):
    made = themes(sample)
    assert made["tahun"].classes[LEFT] == made["jumlah_sektor"].classes[LEFT]
    assert made["tahun"].classes[LEFT].hatch == "miring"
    assert made["tahun"].classes[LEFT].label == "Belum tertangani"


def test_a_slum_is_told_by_its_tingkat_however_it_is_written():
    slums = kumuh().assign(tingkat="Kumuh BERAT ")
    run = petakumuh.run(kumuh=slums, kelurahan=kelurahan(), penanganan=works(), keluaran={"palet": "aman_warna"})
    theme = themes(run)["kumuh"]
    assert list(theme.classes) == ["berat"]
    assert theme.classes["berat"].fill == "#882255"
    assert theme.title == "Batas kumuh (tingkat kekumuhan)"


def test_a_share_on_a_bound_belongs_below_it(sample):
    theme = themes(sample)["kelurahan"]
    rows = (
        layers(sample)["kelurahan"]
        .iloc[:5]
        .assign(persen_tertangani=[0.0, 25.0, 25.01, 100.0000001, float("nan")])
    )
    assert list(theme.keys(rows)) == ["25.0", "25.0", "50.0", "100.0", ""]
    assert theme.bounds == (25.0, 50.0, 75.0, 90.0, 100.0)
