"""What is given to everybody: sums that close, and no name, id or cost of a slum or work in any byte."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pyogrio
import pytest
import shapely

import petakumuh
from petakumuh.present import exchange
from petakumuh.present.exchange import sharing
from petakumuh.present.files import write_together
from petakumuh.present.tables import recap
from tests.conftest import kelurahan, kumuh, square, works

AREAS = ("luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha")
TOWNS = [pytest.param(one, marks=pytest.mark.towns) for one in ("pekalongan", "saumlaki", "pontianak")]


def shared(run, kind, folder, language="id"):
    asked = replace(run.recipe, keluaran=replace(run.recipe.keluaran, bagi=kind))
    files = exchange.files(replace(run, recipe=asked), language)
    write_together({name: one for name, one in files.items() if name.startswith("bagi/")}, folder)
    return folder / "bagi"


@pytest.fixture(params=["sample", *TOWNS])
def town(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("kind", ["kelurahan", "grid"])
def test_sums_are_those_of_the_recap(town, kind, tmp_path):
    place = shared(town, kind, tmp_path)
    total = recap(town)["total"]
    rows = pyogrio.read_dataframe(place / f"{kind}.geojson")
    assert {name: rows[name].sum() for name in AREAS} == pytest.approx(
        {name: total[name] for name in AREAS}, rel=1e-9
    )
    lines = list(csv.DictReader(io.StringIO((place / f"{kind}.csv").read_text("utf-8-sig")), delimiter=";"))
    assert len(lines) == len(rows)
    told = sum(float(line["sisa_ha"].replace(",", ".")) for line in lines)
    assert told == pytest.approx(total["sisa_ha"], abs=0.5e-4 * len(lines))


@pytest.mark.parametrize("kind", ["kelurahan", "grid"])
def test_no_name_or_id_of_a_slum_or_work_stands_in_any_byte(town, kind, tmp_path):
    everything = b"".join(path.read_bytes() for path in shared(town, kind, tmp_path).iterdir()).decode("utf-8")
    slums, jobs, lands = town.layers.kumuh, town.layers.penanganan, town.layers.kelurahan
    secret = {
        str(one).strip()
        for rows in (slums, jobs)
        for name in rows.columns.intersection(
            ["kumuh_id", "penanganan_id", "nama", "berkas", "sektor", "opd", "sumber_dana", "tingkat", "sk"]
        )
        for one in rows[name].dropna()
    }
    regions = set(lands[["nama", "kecamatan", "kabupaten_kota", "provinsi"]].to_numpy().ravel())
    secret |= regions if kind == "grid" else set()
    open_words = {"kumuh", "kelurahan", "luas", "ha", "(kosong)"} | (regions if kind == "kelurahan" else set())
    wanted = [one for one in secret - open_words if len(one) > 3 and not one.replace(".", "").isdigit()]
    assert wanted
    assert [one for one in wanted if one in everything] == []


def test_marks_of_every_text_of_a_run_stay_out(tmp_path):
    """Each text of the run bears a mark; only those that are to be told come out."""
    slums = kumuh().assign(nama="RAHASIA-n", tingkat="RAHASIA-t", kelurahan=["Barat", "Timur", "Timur"])
    slums["kumuh_id"] = [f"RAHASIA-{one}" for one in "ABC"]
    jobs = works().assign(**{name: f"RAHASIA-{name}" for name in ("nama", "opd", "sumber_dana", "sektor")})
    run = petakumuh.run(
        kumuh=slums,
        kelurahan=kelurahan(),
        penanganan=jobs.assign(id=["RAHASIA-1", "RAHASIA-2", "RAHASIA-3"], biaya=123456789.0),
        wilayah={"judul": "RAHASIA-judul", "penyusun": "RAHASIA-orang"},
    )
    kop = replace(run.recipe.kop, dinas="RAHASIA-dinas", nomor="RAHASIA-nomor")
    fell = {"tersertifikasi": False, "sebab": "", "mundur": ["RAHASIA-A"]}
    run = replace(run, recipe=replace(run.recipe, kop=kop), sertifikasi=fell)
    for kind, names in (("kelurahan", {"Barat", "Timur"}), ("grid", set())):
        place = shared(run, kind, tmp_path / kind)
        told = b"".join(path.read_bytes() for path in sorted(place.iterdir())).decode()
        assert "RAHASIA" not in told
        assert "123456789" not in told
        assert {one for one in ("Barat", "Timur", "Tengah", "99.01") if one in told} >= names
        assert kind == "kelurahan" or not {one for one in ("Barat", "Timur", "99.01") if one in told}


def test_a_cell_has_the_hectares_that_lie_in_it(small):
    rows = sharing.grid(small).set_index("sel")
    # Slum A lies from the origin 200 m east and 100 m north; works cover its first 150 m.
    assert rows.loc["49S-3500-92300", list(AREAS)].tolist() == pytest.approx([1, 1, 0])
    assert rows.loc["49S-3501-92300", list(AREAS)].tolist() == pytest.approx([1, 0.5, 0.5])
    # B begins at 350 m, half of it in each of two cells; C at 750 m, as B.
    assert rows.loc["49S-3503-92302", list(AREAS)].tolist() == pytest.approx([0.5, 0, 0.5])
    assert len(rows) == 6
    cell = rows.to_crs(32749).geometry.loc["49S-3501-92300"]
    assert cell.symmetric_difference(square(100, 0, 100)).area < 1
    assert rows["kumuh_sedikit"].all()


def test_cells_are_hectares_whatever_measures_them(small, tmp_path):
    for dasar in ("geodesik", "tm3"):
        run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(), hitung={"dasar": dasar})
        total = recap(run)["total"]
        rows = sharing.grid(run)
        assert {one: rows[one].sum() for one in AREAS} == pytest.approx(
            {one: total[one] for one in AREAS}, rel=1e-12
        )


def test_ground_too_thin_to_be_cut_keeps_its_hectares():
    thin = shapely.Polygon([(0, 0), (300, 300 + 1e-7), (300, 300)])
    wide = shapely.box(20, 20, 180, 80)
    columns, lines, boxes = sharing._boxes(np.array([thin, wide]))
    pairs, share = sharing._shares(np.array([thin, wide]), boxes)
    assert np.bincount(pairs[:, 0], share).tolist() == pytest.approx([1, 1])
    cells = {
        (int(columns[at]), int(lines[at])): part for (of, at), part in zip(pairs, share, strict=True) if of == 1
    }
    assert cells == pytest.approx({(0, 0): 0.5, (1, 0): 0.5})


def test_what_a_kelurahan_has_is_its_row_of_the_recap(small, tmp_path):
    place = shared(small, "kelurahan", tmp_path)
    rows = pyogrio.read_dataframe(place / "kelurahan.geojson").set_index("kode")
    assert rows.loc["99.01.01.1001", list(AREAS)].tolist() == pytest.approx([2.5, 1.5, 1.0])
    assert rows.loc["", "kelurahan"] == "(di luar kelurahan)"
    assert rows.geometry.isna().tolist() == [False, False, True]
    lines = (place / "kelurahan.csv").read_text("utf-8-sig").splitlines()
    assert lines[1] == "99.01.01.1001;Barat;Tengah;Kota Uji;Uji;2,5000;1,5000;1,0000;ya"
    told = (place / "BACA.txt").read_text("utf-8")
    assert "3 dari 3 baris" in told
    assert "kumuh 4,0000 ha, tertangani 1,5000 ha, sisa 2,5000 ha" in told


def test_nothing_is_shared_unless_asked(small):
    assert not [name for name in exchange.files(small, "id") if name.startswith("bagi/")]


def test_the_same_run_shares_the_same_bytes(sample, tmp_path):
    one, two = (shared(sample, "grid", tmp_path / name) for name in "ab")
    assert [path.read_bytes() for path in sorted(one.iterdir())] == [
        path.read_bytes() for path in sorted(two.iterdir())
    ]
