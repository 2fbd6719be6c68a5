"""Every output: what stands in it, that it reads back, that text stays text, that writing loses nothing."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import os
import shutil
from dataclasses import replace
from importlib.util import find_spec

import geopandas
import pyogrio
import pytest

import petakumuh
from petakumuh.errors import OutputError
from petakumuh.present.basis import certified
from petakumuh.present.files import write_together
from petakumuh.present.layers import about
from petakumuh.present.tables import recap, recap_html, recap_text
from tests.conftest import frame, kelurahan, kumuh, square, works

TOTAL_KEYS = [
    "luas_delineasi_ha", "luas_geodesik_ha", "jumlah_geometri_ha", "luas_sk_ha", "luas_tertangani_ha",
    "persen_tertangani", "sisa_ha", "persen_sisa", "di_luar_kelurahan_ha",
    "jumlah_naif_tertangani_ha", "tersertifikasi",
]  # fmt: skip
TOP_KEYS = [
    "total", "provinsi", "kabupaten_kota", "kecamatan", "kelurahan", "kumuh", "tahun", "jumlah_sektor",
    "sektor", "opd", "sumber_dana", "status", "temuan", "basis", "sertifikasi", "resep",
]  # fmt: skip
KERNEL = find_spec("numba") is not None
"""Without the kernel there is no second method."""
TWICE = {
    "tersertifikasi": True, "sebab": "", "metode": ["label", "geos"], "kumuh": 3,
    "tangga": {"biasa": 3, "kisi": 0, "belah": 0}, "selisih_terbesar_relatif": 2e-16, "selisih_terbesar_m2": 1e-9,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(small, tmp_path_factory):
    place = tmp_path_factory.mktemp("hasil")
    small.tulis(place)
    return place


def rows_of(path):
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_every_output_stands_there_and_nothing_else(folder):
    names = {
        "satu_peta.geojson",
        "satu_peta.gpkg",
        "satu_peta.qgz",
        "satu_peta.qml",
        "satu_peta.sld",
        "peta.html",
        "peta.png",
        "atlas.pdf",
        "tabel.xlsx",
        "laporan.docx",
        "laporan.html",
        "rekap.csv",
        "rekonsiliasi.csv",
        "temuan.csv",
        "rekap.json",
        "resep.json",
    }
    assert {one.name for one in folder.iterdir()} == names | {"simpanan", "tukar"}


def test_the_recap_for_programs_has_the_keys_it_promises(folder, small):
    told = json.loads((folder / "rekap.json").read_text(encoding="utf-8"))
    assert set(TOP_KEYS) <= set(told)
    assert list(told["total"]) == TOTAL_KEYS
    for level in ("provinsi", "kabupaten_kota", "kecamatan", "kelurahan"):
        assert all(set(row) >= {"kode", "nama", *TOTAL_KEYS} for row in told[level])
    assert all(set(row) >= {"kumuh_id", "nama", *TOTAL_KEYS} for row in told["kumuh"])
    assert told["total"]["luas_tertangani_ha"] == small.table("total")["luas_tertangani_ha"].iloc[0]
    assert told["temuan"] == {
        "di_luar_kelurahan": 1,
        "kelurahan_menurut_nama": 1,
        "luas_atribut_berbeda": 1,
        "tumpang_tindih_penanganan": 1,
    }
    assert told["basis"]["zona"] == ["UTM Zona 49S"]
    assert set(told["sertifikasi"]) >= set(TWICE)
    assert told["sertifikasi"]["tersertifikasi"] is told["basis"]["tersertifikasi"] is KERNEL
    assert told["total"]["tersertifikasi"] is KERNEL


def test_csv_is_for_excel_in_indonesia(folder):
    assert (folder / "rekap.csv").read_bytes().startswith(b"\xef\xbb\xbftingkat_wilayah;kode;nama;provinsi;")
    total = rows_of(folder / "rekap.csv")[0]
    assert total["dasar"].startswith("Luas planar UTM Zona 49S")
    assert (total["nama"], total["luas_tertangani_ha"], total["persen_sisa"]) == ("TOTAL", "1,5000", "62,5000")
    slums = {
        row["kode"]: row["kelurahan"] for row in rows_of(folder / "rekap.csv") if row["tingkat_wilayah"] == "Kumuh"
    }
    assert slums == {"A": "Barat", "B": "Timur", "C": "Timur"}
    findings = rows_of(folder / "temuan.csv")
    assert [row["aturan"] for row in findings] == [
        "di_luar_kelurahan",
        "luas_atribut_berbeda",
        "kelurahan_menurut_nama",
        "tumpang_tindih_penanganan",
    ]
    assert findings[0]["pesan"] == "0,5000 ha dari kumuh C berada di luar semua kelurahan."


def test_the_recipe_that_was_run_is_told_with_the_hash_of_each_input(folder):
    told = json.loads((folder / "resep.json").read_text(encoding="utf-8"))
    assert [(one["lapisan"], one["objek"]) for one in told["masukan"]] == [
        ("kumuh", 3),
        ("kelurahan", 2),
        ("penanganan", 3),
    ]
    assert all(len(one["sha256"]) == 64 for one in told["masukan"])
    assert {"petakumuh", "geos", "shapely", "proj"} <= set(told["versi"])


def test_geojson_is_rfc_7946_and_its_hectares_are_those_of_the_pieces(folder, small):
    text = json.loads((folder / "satu_peta.geojson").read_text(encoding="utf-8"))
    assert "crs" not in text
    assert text["description"].startswith("dasar: Luas planar UTM Zona 49S")
    rows = geopandas.read_file(folder / "satu_peta.geojson")
    assert rows["luas_ha"].sum() == pytest.approx(small.pieces["luas_ha"].sum())
    assert rows.to_crs(32749).area.sum() / 1e4 == pytest.approx(4.0, abs=1e-5)
    assert all(shape.exterior.is_ccw for shape in rows.geometry.explode())
    assert rows.loc[rows["kelurahan_id"] == "99.01.01.1001", "kelurahan"].eq("Barat").all()


def test_the_geopackage_holds_five_layers_with_their_hectares(folder):
    path = folder / "satu_peta.gpkg"
    assert [name for name, kind in pyogrio.list_layers(path) if kind] == [
        "kumuh",
        "kelurahan",
        "penanganan",
        "bidang",
        "temuan",
    ]
    kelurahan_rows = geopandas.read_file(path, layer="kelurahan").set_index("kelurahan_id")
    assert kelurahan_rows.loc["99.01.01.1001", "persen_tertangani"] == pytest.approx(60.0)
    assert geopandas.read_file(path, layer="penanganan").set_index("penanganan_id")[
        "luas_di_kumuh_ha"
    ].to_dict() == (pytest.approx({"P1": 1.0, "P2": 1.0, "P3": 1.0}))
    assert len(geopandas.read_file(path, layer="temuan")) == 4
    told = pyogrio.read_info(path, layer="bidang")["layer_metadata"]
    assert told["dasar"].startswith("Luas planar UTM Zona 49S")
    assert told["tersertifikasi"] == ("ya" if KERNEL else "tidak")
    assert told["sertifikasi"].startswith("Setiap hektare dihitung dua kali" if KERNEL else "Belum disertifikasi")
    assert geopandas.read_file(path, layer="bidang").area.sum() / 1e4 == pytest.approx(4.0)


def test_the_same_run_gives_the_same_bytes(small, folder, tmp_path):
    small.tulis(tmp_path / "again")
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(folder)).read_bytes(), path.name


def test_a_stored_run_writes_the_same_tables_again(folder, tmp_path):
    petakumuh.buka(folder).tulis(tmp_path / "again")
    for name in ("rekap.json", "rekap.csv", "temuan.csv", "resep.json"):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


@pytest.mark.parametrize(
    ("told", "id_", "en"),
    [
        (
            TWICE,
            "Setiap hektare dihitung dua kali, dengan dua metode yang tidak berhubungan; hasilnya sama.",
            "Every hectare was computed twice, by two unrelated methods, with the same result.",
        ),
        (
            {"tersertifikasi": False, "sebab": "tanpa_kernel"},
            "Belum disertifikasi: pasang petakumuh[cepat] untuk menghitung setiap hektare dua kali.",
            "Not certified: install petakumuh[cepat] to compute every hectare twice.",
        ),
        (
            {"tersertifikasi": False, "sebab": "dimatikan"},
            "Belum disertifikasi: sertifikasi dimatikan dalam resep.",
            "Not certified: certification is switched off in the recipe.",
        ),
        (
            {"tersertifikasi": False, "sebab": "", "mundur": ["A", "B"]},
            "Belum disertifikasi: 2 kumuh dihitung dengan satu metode saja (A, B).",
            "Not certified: 2 of the slums were computed by one method only (A, B).",
        ),
        ({}, "Belum disertifikasi oleh metode kedua.", "Not yet certified by a second method."),
    ],
)
def test_one_sentence_says_whether_every_hectare_was_computed_twice(told, id_, en):
    assert (certified(told), certified(told, "en")) == (id_, en)


@pytest.mark.parametrize(
    ("rungs", "more"),
    [
        ({"kisi": 0, "belah": 0}, ""),
        ({}, ""),
        ({"kisi": 2, "belah": 0}, " Baru sama pada kisi halus: 2 kumuh."),
        ({"kisi": 0, "belah": 1}, " Baru sama setelah dibelah: 1 kumuh."),
        ({"kisi": 2, "belah": 1}, " Baru sama pada kisi halus: 2 kumuh. Baru sama setelah dibelah: 1 kumuh."),
    ],
)
def test_slums_that_needed_more_before_both_methods_agreed_are_counted(rungs, more):
    assert certified(TWICE | {"tangga": {"biasa": 5} | rungs}) == certified(TWICE) + more


@pytest.mark.parametrize("told", [TWICE, {"tersertifikasi": False, "sebab": "dimatikan"}])
def test_recap_notebook_layers_and_the_file_for_programs_say_the_same_of_certainty(small, tmp_path, told):
    run = replace(small, sertifikasi=told)
    sentence = certified(told)
    assert recap_text(run).endswith(f"\n\n{sentence}")
    assert sentence in html.unescape(recap_html(run))
    assert about(run, "id")["sertifikasi"] == sentence
    assert recap(run)["sertifikasi"] == told
    run.tulis(tmp_path)
    assert sentence in json.loads((tmp_path / "satu_peta.geojson").read_text(encoding="utf-8"))["description"]
    assert json.loads((tmp_path / "resep.json").read_text(encoding="utf-8"))["sertifikasi"] == told
    assert petakumuh.buka(tmp_path).sertifikasi == told


def test_a_run_stored_before_hectares_were_certified_is_not_called_certified(folder, tmp_path):
    stored = tmp_path / "simpanan"
    shutil.copytree(folder / "simpanan", stored)
    said = json.loads((stored / "run.json").read_text(encoding="utf-8"))
    del said["sertifikasi"]
    (stored / "run.json").write_text(json.dumps(said), encoding="utf-8")
    assert recap_text(petakumuh.buka(tmp_path)).endswith("Belum disertifikasi oleh metode kedua.")


def test_a_folder_without_a_stored_run_says_so(tmp_path):
    with pytest.raises(petakumuh.InputError, match="tidak berisi hasil"):
        petakumuh.buka(tmp_path)


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@sum", "\t=1"])
def test_text_never_becomes_a_formula(tmp_path, text):
    towns = kelurahan().assign(nama=[text, "Timur"])
    petakumuh.run(kumuh=kumuh(), kelurahan=towns).tulis(tmp_path / "out")
    names = {row["nama"] for row in rows_of(tmp_path / "out" / "rekap.csv")}
    assert f"'{text.strip()}" in names


def test_the_recap_reads_as_planners_write_it(small):
    lines = recap_text(small).splitlines()
    assert lines[0].split("  ")[0] == "Nama"
    total, _, told = lines[-3:]
    assert total.split() == ["TOTAL", "4,00", "1,50", "37,50", "2,50", "62,50"]
    assert told == certified(small.sertifikasi)
    assert "Handled (ha)" in recap_text(small, "en")


def test_the_notebook_shows_the_recap_with_its_text_inert():
    towns = kelurahan().assign(nama=["<script>x</script>", "Timur"], kabupaten_kota="<b>")
    run = petakumuh.run(kumuh=kumuh(), kelurahan=towns)
    shown = run._repr_html_()
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert "4,00" in recap_html(run)


def test_english_changes_words_and_no_key(small, tmp_path):
    small.tulis(tmp_path / "en", bahasa="en")
    told = rows_of(tmp_path / "en" / "temuan.csv")
    assert told[0]["pesan"] == "0.5000 ha of slum C lie outside every kelurahan."
    assert list(recap(small)["total"]) == TOTAL_KEYS


def test_results_are_not_replaced_unless_asked(small, folder):
    with pytest.raises(OutputError, match="--timpa"):
        small.tulis(folder)
    small.tulis(folder, timpa=True)


def test_nothing_is_written_over_an_input(tmp_path):
    path = tmp_path / "satu_peta.gpkg"
    kumuh().to_file(path)
    before = path.read_bytes()
    run = petakumuh.run(kumuh=path, kelurahan=kelurahan())
    with pytest.raises(OutputError, match="masukan"):
        run.tulis(tmp_path, timpa=True)
    assert path.read_bytes() == before


def test_a_writer_that_fails_leaves_what_stood_there(tmp_path):
    (tmp_path / "a.txt").write_text("good")

    def fails(path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left"):
        write_together({"b.txt": lambda path: path.touch(), "a.txt": fails}, tmp_path, overwrite=True)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a.txt", "good")]


def test_a_file_that_cannot_be_replaced_puts_the_others_back(tmp_path, monkeypatch):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("old")
    real = os.replace

    def locked(source, target):
        if str(target) == str(tmp_path / "b.txt") and "lama" not in str(source):
            raise PermissionError(13, "used by another program")
        real(source, target)

    monkeypatch.setattr(os, "replace", locked)
    writers = {name: lambda path: path.write_text("new") and None for name in ("a.txt", "b.txt")}
    with pytest.raises(OutputError, match="used by another program"):
        write_together(writers, tmp_path, overwrite=True)
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {"a.txt": "old", "b.txt": "old"}


def test_what_an_earlier_run_wrote_does_not_stand_beside_the_new_one(small, tmp_path):
    small.tulis(tmp_path)
    fewer = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(), hitung={"by": ["sektor"]})
    fewer.tulis(tmp_path, timpa=True)
    assert not (tmp_path / "simpanan" / "tabel_tahun.parquet").exists()
    assert "tahun" not in petakumuh.buka(tmp_path).tables


def test_a_folder_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", refused)
    with pytest.raises(OutputError, match="Permission denied"):
        write_together({"a.txt": lambda path: path.touch()}, tmp_path / "x")


def test_a_file_in_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "hasil").touch()
    with pytest.raises(OutputError, match="bukan folder"):
        write_together({"a.txt": lambda path: path.touch()}, tmp_path / "hasil")


def test_infinite_attributes_become_null(tmp_path):
    rows = frame(kumuh_id=["A"], luas_sk_ha=[float("inf")], geometry=[square(0, 0, 100)])
    run = petakumuh.run(kumuh=rows, kelurahan=kelurahan(), penanganan=works())
    run.tulis(tmp_path / "out")
    assert json.loads((tmp_path / "out" / "rekap.json").read_text())["total"]["luas_sk_ha"] is None


def test_what_an_earlier_writing_left_goes_unless_somebody_changed_it(small, tmp_path, monkeypatch):
    presenters = petakumuh.present._PRESENTERS
    small.tulis(tmp_path)
    assert (tmp_path / "peta.html").is_file()
    (tmp_path / "catatan.txt").write_text("milik orang lain")
    (tmp_path / "peta.png").write_bytes(b"disunting")
    monkeypatch.setattr(petakumuh.present, "_PRESENTERS", {"tables": presenters["tables"]})
    small.tulis(tmp_path, timpa=True)
    assert not (tmp_path / "peta.html").exists()
    assert (tmp_path / "peta.png").read_bytes() == b"disunting"
    assert (tmp_path / "catatan.txt").is_file()


def test_every_file_of_a_run_is_listed_with_its_hash(small, tmp_path):
    small.tulis(tmp_path)
    listed = json.loads((tmp_path / "simpanan" / "berkas.json").read_text("utf-8"))
    there = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*") if path.is_file()}
    assert set(listed) == set(there) - {"simpanan/berkas.json"}
    assert all(hashlib.sha256(there[name].read_bytes()).hexdigest() == digest for name, digest in listed.items())


def test_a_list_of_files_that_names_others_removes_none(small, tmp_path):
    outside = tmp_path / "luar.txt"
    outside.write_text("x")
    digest = hashlib.sha256(b"x").hexdigest()
    folder = tmp_path / "hasil"
    small.tulis(folder)
    told = {"../luar.txt": digest, str(outside): digest, "tiada.txt": digest, "a": 1}
    (folder / "simpanan" / "berkas.json").write_text(json.dumps(told))
    small.tulis(folder, timpa=True)
    assert outside.is_file()
