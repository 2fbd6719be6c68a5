"""Ways to cut a run: at once or in chunks, with the kernel or without, from files or a prepared folder."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal

import petakumuh
from petakumuh import kernel, recipe
from petakumuh.cli import main
from petakumuh.errors import ConservationError, RecipeError
from petakumuh.kernel import label_arcs
from petakumuh.overlay import drawn, overlay
from petakumuh.prepared import siapkan
from tests.conftest import ORIGIN, frame, kelurahan, kumuh, square, works
from tests.worlds import checked

FRAMES = ("pieces", "groups", "links", "touches", "grounds")


def order(**choices):
    said = {"kumuh": kumuh(), "kelurahan": kelurahan(), "penanganan": [works()]}
    return recipe.from_tables(said | ({"hitung": choices} if choices else {}))


def same(one, other):
    for name in FRAMES:
        assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    for name, table in one.tables.items():
        assert_frame_equal(table, other.tables[name], check_exact=True)
    assert one.sertifikasi == other.sertifikasi


@pytest.mark.parametrize("hands", [{"potongan": 1}, {"pekerja": 1}, {"pekerja": 2, "potongan": 2}])
def test_chunks_and_workers_change_no_figure_and_no_shape(hands):
    whole, parts = petakumuh.run(order()), petakumuh.run(order(), **hands)
    same(whole, parts)
    assert_geodataframe_equal(whole.bidang, parts.bidang)


@pytest.mark.parametrize("dasar", ["tm3", "geodesik"])
def test_other_hectares_do_not_depend_on_chunks_either(dasar):
    same(petakumuh.run(order(dasar=dasar)), petakumuh.run(order(dasar=dasar), potongan=1))


def test_a_prepared_folder_gives_the_bytes_of_its_files(tmp_path):
    said = {"kumuh": kumuh(), "kelurahan": kelurahan(), "penanganan": works()}
    for name, rows in said.items():
        rows.to_file(tmp_path / f"{name}.gpkg")
    made = recipe.from_tables({name: f"{name}.gpkg" for name in said}, folder=tmp_path)
    siapkan(made, tmp_path / "siap")
    petakumuh.run(made).tulis(tmp_path / "satu")
    petakumuh.run(tmp_path / "siap").tulis(tmp_path / "dua")
    files = {path.name: path.read_bytes() for path in (tmp_path / "satu").rglob("*") if path.is_file()}
    others = {path.name: path.read_bytes() for path in (tmp_path / "dua").rglob("*") if path.is_file()}
    assert set(files) == set(others)
    assert [name for name in files if files[name] != others[name]] == []
    assert {"rekap.json", "peta.html", "satu_peta.gpkg"} <= set(files)


def test_tables_alone_are_the_same_tables_and_nothing_else_is_written(tmp_path):
    whole, alone = petakumuh.run(order()), petakumuh.run(order(), tabel_saja=True)
    same(whole, alone)
    whole.tulis(tmp_path / "utuh")
    names = {path.name for path in alone.tulis(tmp_path / "tabel")}
    texts = {"rekap.csv", "rekap.json", "rekonsiliasi.csv", "resep.json", "temuan.csv"}
    assert names == texts | {"tabel.xlsx", "berkas.json"}
    for name in ("rekap.csv", "rekap.json", "rekonsiliasi.csv"):
        assert (tmp_path / "tabel" / name).read_bytes() == (tmp_path / "utuh" / name).read_bytes()


def test_the_command_runs_a_prepared_folder_and_finds_its_chunks_again(tmp_path, capsys):
    said = {"kumuh": kumuh(), "kelurahan": kelurahan(), "penanganan": works()}
    for name, rows in said.items():
        rows.to_file(tmp_path / f"{name}.gpkg")
    heads = {"kumuh": "[kumuh]", "kelurahan": "[kelurahan]", "penanganan": "[[penanganan]]"}
    text = "".join(f'{head}\nfile = "{name}.gpkg"\n' for name, head in heads.items())
    (tmp_path / "petakumuh.toml").write_text(text, encoding="utf-8")
    main(["siapkan", str(tmp_path / "petakumuh.toml"), "-o", str(tmp_path / "siap")])
    capsys.readouterr()
    call = ["jalankan", str(tmp_path / "siap"), "-o", str(tmp_path / "hasil"), "--potongan", "1", "--json"]
    main(call)
    first = json.loads(capsys.readouterr().out)
    assert first["total"]["luas_delineasi_ha"] == pytest.approx(4.0)
    parts = sorted((tmp_path / "siap" / "bagian").rglob("*.zip"))
    made = [path.stat().st_mtime_ns for path in parts]
    main([*call, "--timpa"])
    assert json.loads(capsys.readouterr().out) == first
    assert [path.stat().st_mtime_ns for path in parts] == made
    assert len(made) == len(kumuh())


def test_the_decrees_of_a_recipe_are_compared_from_its_prepared_folder_too(tmp_path, capsys):
    for name, rows in {"kumuh": kumuh(), "baru": kumuh().iloc[:2], "kelurahan": kelurahan()}.items():
        rows.to_file(tmp_path / f"{name}.gpkg")
    text = '[kumuh]\nfile = "kumuh.gpkg"\n[kelurahan]\nfile = "kelurahan.gpkg"\n'
    text += '[banding]\nsk_lama = "kumuh.gpkg"\nsk_baru = "baru.gpkg"\n'
    (tmp_path / "petakumuh.toml").write_text(text, encoding="utf-8")
    main(["siapkan", str(tmp_path / "petakumuh.toml"), "-o", str(tmp_path / "siap")])
    main(["jalankan", str(tmp_path / "siap"), "-o", str(tmp_path / "hasil")])
    told = json.loads((tmp_path / "hasil" / "banding.json").read_text(encoding="utf-8"))
    assert told["dilepas_ha"] == pytest.approx(1.0)
    assert "1,00" in capsys.readouterr().out


def test_dask_needs_a_prepared_folder():
    with pytest.raises(RecipeError) as refused:
        petakumuh.run(order(), dask="tcp://10.0.0.1:8786")
    assert refused.value.key == "dask_perlu_siapan"


def test_without_the_kernel_geos_gives_the_same_tables_and_says_so(monkeypatch):
    fast = petakumuh.run(order())
    monkeypatch.setattr(kernel, "available", lambda: False)
    slow = petakumuh.run(order())
    for name in FRAMES:
        assert_frame_equal(getattr(slow, name), getattr(fast, name), rtol=1e-9, atol=1e-12)
    for name, table in fast.tables.items():
        same_table = slow.tables[name].drop(columns="tersertifikasi", errors="ignore")
        assert_frame_equal(
            same_table, table.drop(columns="tersertifikasi", errors="ignore"), rtol=1e-9, atol=1e-12
        )
    assert slow.bidang["luas_ha"].sum() == pytest.approx(fast.bidang["luas_ha"].sum())
    assert (slow.sertifikasi["tersertifikasi"], slow.sertifikasi["sebab"]) == (False, "tanpa_kernel")
    assert not slow.table("total")["tersertifikasi"].any()


def test_switched_off_the_second_method_is_not_claimed():
    run = petakumuh.run(order(sertifikasi=False))
    assert (run.sertifikasi["tersertifikasi"], run.sertifikasi["sebab"]) == (False, "dimatikan")
    assert not run.table("total")["tersertifikasi"].any()


def refusing(slum):
    """A kernel that does not certify one ground."""

    def found(*given, **options):
        labels, arcs = label_arcs(*given, **options)
        reason = labels.reason.copy()
        reason[slum] = 3
        return labels._replace(reason=reason), arcs

    return found


def test_a_slum_that_the_kernel_does_not_certify_is_cut_by_geos_and_named(monkeypatch):
    zones = checked(kumuh(), works(), kelurahan()).zones
    whole = overlay(zones, by=("sektor", "tahun"), certify=False)
    monkeypatch.setattr("petakumuh.overlay.labels.label_arcs", refusing(0))
    fallen = overlay(zones, by=("sektor", "tahun"), certify=False)
    assert fallen.certificate.fallen == ("A",)
    assert not fallen.certificate.certified
    for name in ("pieces", "links", "touches", "grounds"):
        assert_frame_equal(getattr(fallen, name), getattr(whole, name), rtol=1e-9, atol=1e-12)
    key = whole.pieces[["kumuh_id"]]
    assert np.allclose(drawn(fallen, key).area, drawn(whole, key).area)
    with pytest.raises(ConservationError) as stopped:
        overlay(zones, by=("sektor", "tahun"))
    assert stopped.value.values["id"] == "A"


def test_ground_with_the_shape_of_each_piece_is_there_on_request():
    zones = checked(kumuh(), works(), kelurahan()).zones
    cut = overlay(zones, by=("sektor", "tahun"))
    shapes = drawn(cut, cut.pieces[["piece_id"]])
    assert shapes["piece_id"].tolist() == cut.pieces["piece_id"].tolist()
    assert (shapes.area / 1e4).tolist() == pytest.approx(cut.pieces["luas_ha"].tolist())
    assert shapes.geometry.is_valid.all()


def test_a_slum_without_ground_worth_measuring_is_cut_and_keeps_its_row():
    needle = [(0.3, 0.3), (0.8, 0.6), (0.55, 0.450000001)]
    thin = shapely.Polygon([(ORIGIN[0] + x, ORIGIN[1] + y) for x, y in needle])
    slum = frame(kumuh_id=["T", "A"], nama=["T", "A"], geometry=[thin, square(100, 0, 100)])
    work = works().iloc[:1].set_geometry([square(0, 0, 1)])
    run = petakumuh.run(kumuh=slum, kelurahan=kelurahan(), penanganan=work)
    assert run.sertifikasi["tersertifikasi"]
    rows = run.table("kumuh").set_index("kumuh_id")["luas_delineasi_ha"]
    assert rows.to_dict() == {"A": pytest.approx(1.0), "T": pytest.approx(0.0, abs=1e-10)}


def test_a_slum_thinner_than_rounding_beside_a_border_belongs_to_one_kelurahan():
    shapes = [square(0, 0, 400), square(400 - 1e-9, 0, 400)]
    towns = frame(kode=["99.01.01.1001", "99.01.01.1002"], nama=["Barat", "Timur"], geometry=shapes)
    slum = frame(kumuh_id=["K"], nama=["K"], geometry=[square(300, 0, 100)])
    zones = checked(slum, works().iloc[:0], towns).zones
    assert overlay(zones, by=()).grounds["kelurahan_id"].tolist() == ["99.01.01.1001"]
