"""Tables that planners bring: CSV, XLSX, XLS and ODS as they are found, with all of their dirt."""

from __future__ import annotations

import base64
import csv
import zipfile
import zlib
from typing import TYPE_CHECKING

import geopandas
import openpyxl
import pytest
import shapely

from petakumuh.catalog.regulation import rule_set
from petakumuh.errors import InputError
from petakumuh.read.door import open_file
from petakumuh.read.join import joined
from petakumuh.read.raw import Batch, Limits, Note
from petakumuh.read.tables.table import read_table
from petakumuh.text import _messages, say

if TYPE_CHECKING:
    from pathlib import Path

XLS = zlib.decompress(
    base64.b64decode(
        "eNrtWE1IVFEU/u6dN+OM6DhjWqgwDEJW5kJpE4FOCubCEpOgKKGeOZBoo7x0UYuyTFoFQauijWCLNlabfiildi0CoxZBEIxFq1aB"
        "QQud1znnvUejGThQgvG+4Z177rnn3HvmnPv33pv5eHbqYfUCVqEFAeTsCEJ5MkVPxKvEQO22zaxXhumxfWwqRMKUyFAQz0pfF3EO"
        "Od8L0HhgvCQKfKKnFyPoGs6kkxuINvHBVOxDM1GFOySJokq8Khd6WugWofdF87nQ/SK5LrSZdLPqOOZTXfV73Vl8TNdKWxTc72Ox"
        "+SCSJlTiFc/iSzeUoxtEqzVgDm2yhoRRgmlQQjvSmbTF9TDu0opGY2NjFhWU5Wl8t5PAorecXyR9+cbKFUj+Y6W86A9yzt5q+U1t"
        "AOOwT8nqmEQpagxuCaInPWiOLGGfLOaQiNDT3tnaTZt3Z3pozDLPmBnS7RzuT1NxcMw8RxptpmWOUnlk4OyYVcxbvWwNsRVbQ6ks"
        "mRKi/SgTPi4LJ0YuLt379vZQX3fqpEjG5ThwDo3t7CpsXGYLMo7CcZRBkxL1YrFb6BXptUb4aqEVpEllXXelyxyYEJ2r0lpH4+wR"
        "vEvtyON3Ej/59fCTxOTn1C7iZzoWLlTMvE9NoZYOsX6y598EGlSDun2L8TTllcrdYD4KrfptswnrmOu77Z6MZVhGsbBxoXNS4+hw"
        "fFhfraGvRJ+pU/Oi6dQ01QLuaHoNay3WHNmAjrq5oEzMNunF1oua27mHE9rpIbCqhzmKScD1l+0Drn1S7IOaW9l+m2JrI8866Y5v"
        "iDVncZbiZYCjlhDZNepY44tEUcsoHjRadDkeseu0Tf9CMXz48OHDhw8fPnxsCJRcypxruOFeyvmiX+R+11mmJ+d/Jvlv0YNh+o3S"
        "u2U7MlRaOF/Q/NmKoPL6Uuu08b4XMo7S6BYG0Sd+DBY8f+kVQ+X/n3Ubxv7eEip0/Fwhfv7j8X8CgaDh8g=="
    )
)
"""A small Excel 97 workbook: title, header, a name merged over two rows, #REF! in C4, a hidden row, code 007."""


def read(path: Path) -> tuple[dict[str, geopandas.GeoDataFrame], dict[str, Note]]:
    """Layers by name and notes by rule; every note and reason has its words."""
    layers, notes = {}, {}
    for one in read_table(path, Limits()):
        if isinstance(one, Batch):
            layers[one.layer] = one.rows
        else:
            notes[one.rule] = one
            values = {"id": "", "sublapisan": one.layer} | dict(one.values)
            assert say(f"temuan.{one.rule}", "id", **values) != say(f"temuan.{one.rule}", "en", **values)
    for rows in layers.values():
        for cell in {*rows["masalah"], *rows["perbaikan"]}:
            assert {part for part in cell.split("; ") if part} <= set(_messages()["sebab"])
    return layers, notes


def text(folder: Path, content: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def only(folder: Path, content: str | bytes) -> tuple[geopandas.GeoDataFrame, dict[str, Note]]:
    layers, notes = read(text(folder, content))
    return layers["t"], notes


def book(folder: Path, *rows: list[object], name: str = "Data") -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.active.title = name
    for row in rows:
        made.active.append(row)
    return made


def saved(made: openpyxl.Workbook, folder: Path) -> Path:
    made.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def ods(folder: Path, rows: str) -> Path:
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="Rekap">'
        f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(folder / "t.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return folder / "t.ods"


# Text files


@pytest.mark.parametrize(
    ("content", "luas"),
    [
        ("nama;luas;nilai\nA;1,5;2,5\nB;2,5;3,5\n", "1,5"),
        ("nama,luas,nilai\nA,1.5,2.5\n", "1.5"),
        ("nama\tluas\tnilai\nA\t1,5\t2\n", "1,5"),
        ("nama|luas|nilai\nA|1,5|2\n", "1,5"),
        ("sep=;\nnama;luas;nilai\nA;1,5;2,5\n", "1,5"),
        ('nama,luas,ket\n"A, B",1.5,"x;y;z"\n', "1.5"),
    ],
)
def test_the_separator_is_found_and_decimal_commas_stay_text(tmp_path, content, luas):
    rows, _ = only(tmp_path, content)
    assert rows["luas"].iloc[0] == luas
    assert len(rows.columns) == 3 + 4


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_letters_are_read_in_the_encoding_they_are_written_in_and_said(tmp_path, encoding):
    rows, notes = only(tmp_path, "nama,luas\nKaf\u00e9,1\n".encode(encoding))
    assert list(rows["nama"]) == ["Kaf\u00e9"]
    assert notes["enkode_dibaca"].values["enkode"] == encoding


def test_plain_utf8_with_or_without_a_mark_needs_no_note(tmp_path):
    for encoding in ("utf-8", "utf-8-sig"):
        rows, notes = only(tmp_path, "nama,luas\nKaf\u00e9,1\n".encode(encoding))
        assert list(rows["nama"]) == ["Kaf\u00e9"]
        assert "enkode_dibaca" not in notes


def test_rows_too_long_are_shifted_and_rows_too_short_are_kept(tmp_path):
    rows, notes = only(tmp_path, "nama,luas,nilai\nA,1,2\nKali, Baru,1,2\nC,3\n")
    assert list(rows["masalah"]) == ["", "kolom_berlebih", ""]
    assert rows["kolom_D"].iloc[1] == "2"
    assert notes["baris_pendek"].rows == ("4",)


def test_a_quotation_mark_without_end_names_its_line(tmp_path):
    with pytest.raises(InputError) as caught:
        only(tmp_path, 'nama,luas,nilai\nA,1,2\n"B,1,2\nC,1,2\nD,1,2\n')
    assert (caught.value.key, caught.value.values["baris"]) == ("kutip_tak_tertutup", 3)
    assert "baris 3" in str(caught.value)


def test_a_field_over_several_lines_keeps_the_line_numbers_right(tmp_path):
    rows, _ = only(tmp_path, 'nama,ket,nilai\nA,"satu\ndua",1\nB,x,2\n')
    assert list(rows["baris"]) == ["2", "4"]
    assert rows["ket"].iloc[0] == "satu\ndua"


def test_zero_bytes_are_taken_out_and_counted(tmp_path):
    rows, notes = only(tmp_path, b"nama,luas\nA\x00,1\n" + b"Kali Baru yang panjang,2\n" * 9)
    assert rows["nama"].iloc[0] == "A"
    assert notes["nul_dibuang"].values["jumlah"] == 1


def test_codes_of_a_text_file_stay_text(tmp_path):
    rows, _ = only(tmp_path, "kode,rt\n0051,001\n")
    assert list(rows.iloc[0][["kode", "rt"]]) == ["0051", "001"]


# Rows that are no data


def test_titles_column_numbers_totals_blank_rows_and_notes_are_rows_with_a_reason(tmp_path):
    content = (
        "REKAPITULASI KUMUH,,,\nKabupaten Uji,,,\n,,,\nNo,Kelurahan,Luas (ha),KK\n(1),(2),(3),(4)\n1,Barat,2,10\n"
        "2,Timur,3,20\n,Jumlah,5,30\n,,,\nNo,Kelurahan,Luas (ha),KK\n3,Utara,1,5\n4,Jumlah Rejo,2,5\n,,3,10\n"
        "TOTAL KESELURUHAN,,8,40\n,,,\nSumber: survei 2020,,,\n,,,\n"
    )
    rows, notes = only(tmp_path, content)
    said = dict(zip(rows["baris"], rows["masalah"], strict=True))
    assert said == {
        "5": "baris_nomor_kolom", "6": "", "7": "", "8": "baris_subtotal", "9": "baris_kosong",
        "10": "judul_berulang", "11": "", "12": "", "13": "baris_subtotal", "14": "baris_subtotal",
        "15": "baris_kosong", "16": "baris_catatan",
    }  # fmt: skip
    assert notes["judul_tabel"].values["judul"] == "REKAPITULASI KUMUH; Kabupaten Uji"


def test_a_first_row_of_data_that_reads_one_two_three_is_data(tmp_path):
    rows, _ = only(tmp_path, "no,luas,kk\n1,2,3\n2,5,6\n")
    assert list(rows["masalah"]) == ["", ""]


def test_a_heading_is_no_data_but_a_place_without_figures_is(tmp_path):
    rows, _ = only(tmp_path, "No,RT,Luas,KK\n1,RT1,2,3\nKecamatan Utara,,,\n2,RT2,4,5\n3,RT3,6,7\n")
    assert list(rows["masalah"]) == ["", "baris_kelompok", "", ""]
    rows, _ = only(tmp_path, "RT,Luas,KK,Jiwa\nRT1,2,3,4\nRT2,,,\nRT3,6,7,8\nRT4,,,\n")
    assert list(rows["masalah"]) == ["", "", "", ""]


def test_a_row_whose_activity_begins_with_total_is_no_total(tmp_path):
    rows, _ = only(
        tmp_path, "id,kegiatan,volume\n1,Total rehabilitasi jalan,5\n2,Jumlah MCK baru,2\n3,Drainase,7\n"
    )
    assert list(rows["masalah"]) == ["", "", ""]


def test_names_twice_or_missing_are_told_apart_and_ours_are_left_free(tmp_path):
    rows, notes = only(tmp_path, "nama,luas,luas,,geometry,baris\nA,1,2,x,y,z\n")
    assert [one for one in rows.columns if one != "geometry"] == [
        "nama", "luas", "luas.2", "kolom_D", "geometry_", "baris_", "baris", "masalah", "perbaikan",
    ]  # fmt: skip
    assert list(rows["baris"]) == ["2"]
    assert notes["kolom_dinamai"].values["jumlah"] == 2


def test_a_table_without_header_is_read_and_said(tmp_path):
    rows, notes = only(tmp_path, "1,109.67,-6.89\n2,109.68,-6.88\n")
    assert list(rows["kolom_B"]) == ["109.67", "109.68"]
    assert notes["judul_tidak_ada"].values["baris"] == 1


def test_years_can_be_names_of_columns(tmp_path):
    rows, _ = only(tmp_path, "nama,2019,2020\nA,1,2\nB,3,4\n")
    assert list(rows["2020"]) == ["2", "4"]


def test_columns_that_mix_and_columns_with_holes_are_noted_with_their_rows(tmp_path):
    rows, notes = only(tmp_path, "id_rt,v1,v2,kriteria\n6,1,2,4a\nRT002-RW006,,,4d\n8,3,4,7b\n")
    assert (notes["kolom_campuran"].values["angka"], notes["kolom_campuran"].values["kata"]) == (2, 1)
    assert notes["kolom_campuran"].rows == ("3",)
    assert (notes["kolom_berlubang"].values["kolom"], notes["kolom_berlubang"].rows) == ("v1, v2", ("3",))
    assert (notes["nilai_tak_dikenal"].values["nilai"], notes["nilai_tak_dikenal"].rows) == ("4d", ("3",))
    assert list(rows["masalah"]) == ["", "", ""]


# Where rows lie


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("lon;lat", "109.675;-6.89"),
        ("Bujur;Lintang", "109,675;-6,89"),
        ("Longitude;Latitude", '109°40\'30"" BT;6°53\'24"" LS'),
        ("X;Koordinat", "-;-6.89, 109.675"),
        ("no;Titik Koordinat", "1;109,675 -6,89"),
        ("no;koordinat", '1;6°53\'24"" LS / 109°40\'30"" BT'),
        ("no;koordinat", '1;LS 6°53\'24"" BT 109°40\'30""'),
        ("no;koordinat", '1;6°53\'24""S 109°40\'30""E'),
        ("no;geom", "1;SRID=4326;POINT(109.675 -6.89)"),
        ("no;bentuk", '1;{""type"":""Point"",""coordinates"":[109.675,-6.89]}'),
    ],
)
def test_coordinates_are_read_as_planners_write_them(tmp_path, header, row):
    cells = row.split(";", 1)
    rows, _ = only(tmp_path, f'nama;{header}\nA;"{cells[0]}";"{cells[1]}"\n')
    assert rows.crs == "EPSG:4326"
    assert shapely.distance(rows.geometry.iloc[0], shapely.Point(109.675, -6.89)) < 1e-9


def test_x_and_y_declare_no_crs_and_decimal_commas_are_read_by_column(tmp_path):
    rows, _ = only(tmp_path, "nama;Easting;Northing\nA;350.123;9.230.000,5\nB;350.124,5;9.230.001\n")
    assert rows.crs is None
    assert [shapely.get_coordinates(one)[0].tolist() for one in rows.geometry] == [
        [350_123.0, 9_230_000.5],
        [350_124.5, 9_230_001.0],
    ]


def test_rows_without_a_readable_place_say_why(tmp_path):
    rows, _ = only(
        tmp_path, "nama,lon,lat\nA,109.6,-6.8\nB,barat,-6.8\nC,,\nD,0,0\nE,1096000,-6.8\nF,109.7,-6.9\n"
    )
    assert list(rows["masalah"]) == [
        "", "koordinat_tak_terbaca", "geometri_kosong", "koordinat_nol", "koordinat_di_luar_batas", "",
    ]  # fmt: skip
    assert list(rows.geometry.isna()) == [False, True, True, True, True, False]


def test_one_text_that_does_not_say_which_is_latitude_is_not_guessed(tmp_path):
    rows, _ = only(tmp_path, 'nama,koordinat\nA,"12, 13"\nB,"-6.8, 109.6"\n')
    assert list(rows["masalah"]) == ["koordinat_tak_terbaca", ""]


def test_swapped_columns_are_told_and_left_as_they_are(tmp_path):
    rows, notes = only(tmp_path, "nama,lon,lat\nA,-6.8,109.6\nB,-6.9,109.7\n")
    assert notes["koordinat_tertukar"].severity == "galat"
    assert notes["koordinat_tertukar"].values["nilai_bujur"] == -6.8
    assert [one.x for one in rows.geometry] == [-6.8, -6.9]


def test_shapes_as_text_keep_their_crs_and_a_broken_one_costs_its_row(tmp_path):
    square = "POLYGON((0 0,1 0,1 1,0 1,0 0))"
    blob = shapely.to_wkb(shapely.set_srid(shapely.Point(1, 2), 32749), hex=True, include_srid=True)
    cells = [f"SRID=32749;{square}", blob, "SRID=4326;POINT(1 2)", "SRID=32749;POLYGON((0 0,1", ""]
    cells += [
        "SRID=32749;POLYGON((0 0,1 0,1 1))",
        "SRID=32749;POINT Z (1 2 3)",
        "SRID=32749;" + "GEOMETRYCOLLECTION(" * 99,
    ]
    rows, _ = only(tmp_path, "nama;wkt\n" + "".join(f'A;"{cell}"\n' for cell in cells))
    assert rows.crs == "EPSG:32749"
    assert list(rows["masalah"]) == [
        "", "", "srid_berbeda", "geometri_rusak", "geometri_kosong", "", "", "bersarang_terlalu_dalam",
    ]  # fmt: skip
    assert rows["perbaikan"].iloc[5] == "cincin_ditutup"
    assert not rows.geometry.iloc[6].has_z


def test_a_table_without_any_place_has_no_geometry_and_says_so(tmp_path):
    rows, notes = only(tmp_path, "kode,kk\nA,1\nB,2\n")
    assert rows.geometry.isna().all()
    assert rows.crs is None
    assert list(rows["masalah"]) == ["", ""]
    assert notes["tabel_tanpa_geometri"].values["jumlah"] == 2


# Workbooks


def test_a_joint_header_names_its_columns_and_merged_names_go_down_but_quantities_do_not(tmp_path):
    made = book(
        tmp_path,
        ["DATA KUMUH"],
        ["Kelurahan", "RT", "Kondisi\nAwal", None, "Luas"],
        [None, None, "Volume", "Nilai", None],
        ["Barat", 1, 10, 3, 2.5],
        [None, 2, 20, 5, None],
    )
    for cells in ("A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "A4:A5", "E4:E5"):
        made.active.merge_cells(cells)
    layers, notes = read(saved(made, tmp_path))
    rows = layers["Data"]
    assert list(rows.columns[:5]) == ["Kelurahan", "RT", "Kondisi Awal / Volume", "Kondisi Awal / Nilai", "Luas"]
    assert list(rows["Kelurahan"]) == ["Barat", "Barat"]
    assert rows["Luas"].iloc[0] == 2.5
    assert rows["Luas"].iloc[1] is None
    assert (notes["sel_gabungan_diisi"].values["jumlah"], notes["sel_gabungan_angka"].values["sel"]) == (1, "E4")
    assert list(rows["baris"]) == ["4", "5"]


def test_a_formula_without_value_is_refused_by_its_cell(tmp_path):
    made = book(
        tmp_path, ["Kelurahan", "RT", "Luas"], ["Barat", 1, 2], ["Timur", 2, "=C2*2"], ["Utara", 3, "=C3*2"]
    )
    with pytest.raises(InputError) as caught:
        read(saved(made, tmp_path))
    assert caught.value.key == "rumus_tanpa_nilai"
    assert (caught.value.values["sel"], caught.value.values["jumlah"]) == ("C3", 2)
    assert 'lembar "Data"' in str(caught.value)


def test_a_formula_without_value_in_a_total_or_beside_the_table_harms_nothing(tmp_path):
    made = book(
        tmp_path, ["Kelurahan", "RT", "Luas"], ["Barat", 1, 2], ["Timur", 2, 3], ["Jumlah", None, "=SUM(C2:C3)"]
    )
    made.active["F2"] = "=TODAY()"
    layers, notes = read(saved(made, tmp_path))
    assert list(layers["Data"]["masalah"]) == ["", "", "baris_subtotal"]
    assert notes["rumus_di_luar_data"].values["jumlah"] == 2


def test_error_cells_are_empty_and_named_never_zero(tmp_path):
    made = book(tmp_path, ["Kelurahan", "RT", "Luas"], ["Barat", 1, "#REF!"], ["Timur", 2, 3])
    layers, notes = read(saved(made, tmp_path))
    assert layers["Data"]["Luas"].iloc[0] is None
    assert layers["Data"]["perbaikan"].iloc[0] == "sel_galat_dikosongkan"
    assert notes["sel_galat"].values["sel"] == "C2 (#REF!)"


def test_hidden_rows_columns_and_sheets_are_read_and_said(tmp_path):
    made = book(tmp_path, ["Kelurahan", "RT", "Luas"], ["Barat", 1, 2], ["Timur", 2, 3])
    made.active.row_dimensions[3].hidden = True
    made.active.column_dimensions["B"].hidden = True
    other = made.create_sheet("Lain")
    other.sheet_state = "hidden"
    other.append(["kode", "kk"])
    other.append(["A", 1])
    made.create_sheet("Kosong")
    layers, notes = read(saved(made, tmp_path))
    assert (len(layers["Data"]), len(layers["Lain"])) == (2, 1)
    assert (notes["tersembunyi_dibaca"].rows, notes["tersembunyi_dibaca"].values["kolom"]) == (("3",), "B")
    assert notes["lembar_tersembunyi"].layer == "Lain"
    assert notes["lembar_tanpa_tabel"].values["nama"] == "Kosong"


def test_numbers_of_a_sheet_stay_numbers_and_codes_shown_with_zeros_keep_them(tmp_path):
    made = book(tmp_path, ["kode", "rt", "tanggal"], [5371010001, 7, None])
    made.active["B2"].number_format = "000"
    made.active["C2"] = __import__("datetime").datetime(2023, 8, 17)
    layers, _ = read(saved(made, tmp_path))
    assert list(layers["Data"].iloc[0][["kode", "rt", "tanggal"]]) == [5371010001, "007", "2023-08-17"]


def test_a_stray_cell_far_away_costs_nothing(tmp_path):
    made = book(tmp_path, ["Kelurahan", "RT", "Luas"], ["Barat", 1, 2])
    made.active["XFD1"] = None
    made.active["A50000"].number_format = "0.00"
    layers, _ = read(saved(made, tmp_path))
    assert len(layers["Data"]) == 1


def test_a_workbook_with_a_doctype_or_a_bomb_inside_is_refused(tmp_path):
    for content, key in (("<!DOCTYPE x []><x/>", "xml_doctype"), (" " * (30 << 20), "arsip_bom")):
        with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", content)
        with pytest.raises(InputError) as caught:
            read(tmp_path / "t.xlsx")
        assert caught.value.key == key


@pytest.mark.parametrize("content", [XLS[:900], b"PK\x03\x04 rusak", XLS[:512] + b"\x00" * 5000])
def test_a_broken_workbook_is_refused_with_its_name(tmp_path, content):
    with pytest.raises(InputError, match=r"t\.xls"):
        read(text(tmp_path, content, "t.xls"))


def test_a_locked_workbook_says_that_it_is_locked(tmp_path):
    with pytest.raises(InputError) as caught:
        read(text(tmp_path, XLS[:512] + "EncryptedPackage".encode("utf-16-le"), "t.xlsx"))
    assert caught.value.key == "tabel_bersandi"


def test_an_old_workbook_is_read_with_its_errors_merges_and_hidden_rows(tmp_path):
    layers, notes = read(text(tmp_path, XLS, "t.xls"))
    rows = layers["Rekap"]
    assert list(rows["Kelurahan"]) == ["Barat", "Barat", "Timur"]
    assert list(rows["Kode"]) == [5371010001, 5371010002, "007"]
    assert list(rows["Luas"]) == [1.5, None, 2.25]
    assert notes["sel_galat"].values["sel"] == "C4 (#REF!)"
    assert notes["tersembunyi_dibaca"].rows == ("5",)


def test_an_opendocument_sheet_repeats_its_rows_and_refuses_formulas_without_value(tmp_path):
    def cell(value: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    def number(value: float) -> str:
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    head = f"<table:table-row>{cell('Kelurahan')}{cell('Luas')}</table:table-row>"
    rows = (
        head
        + f'<table:table-row table:number-rows-repeated="2">{cell("Barat")}{number(1.5)}</table:table-row>'
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    )
    layers, _ = read(ods(tmp_path, rows))
    assert list(layers["Rekap"]["Luas"]) == [1.5, 1.5]
    uncached = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>Timur</text:p></table:table-cell>'
    )
    uncached += '<table:table-cell table:formula="of:=[.B2]*2"/></table:table-row>'
    with pytest.raises(InputError) as caught:
        read(ods(tmp_path, rows.partition('<table:table-row table:number-rows-repeated="1048000')[0] + uncached))
    assert caught.value.values["sel"] == "B4"


def test_a_table_comes_through_the_door_as_it_was_read(tmp_path):
    made = book(tmp_path, ["kode", "lon", "lat"], [5371010001, 109.6, -6.8], ["A-7", 109.7, -6.9])
    opened = open_file(saved(made, tmp_path))
    rows = opened.layers["Data"]
    assert list(rows["kode"]) == [5371010001, "A-7"]
    assert rows.crs == "EPSG:4326"
    assert {note.rule for note in opened.notes} == {"geometri_dari_kolom", "kolom_campuran"}


def test_without_the_package_the_extra_is_named(tmp_path, monkeypatch):
    path = saved(book(tmp_path, ["a", "b"], [1, 2]), tmp_path)
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(InputError, match=r"petakumuh\[tabel\]"):
        read(path)


# Joining


def shapes(*keys: object) -> geopandas.GeoDataFrame:
    squares = [shapely.box(at, 0, at + 1, 1) for at in range(len(keys))]
    return geopandas.GeoDataFrame({"KODE": list(keys), "kk": "peta"}, geometry=squares, crs=32749)


def test_a_table_is_joined_by_codes_however_they_are_written(tmp_path):
    rows, _ = only(tmp_path, "kode,kk\n6171011002,10\n61.71.01.1003,20\nJumlah,30\n")
    result, notes = joined(shapes("61.71.01.1002", 6171011003.0), rows, key="kode")
    assert list(result["kk.2"]) == ["10", "20"]
    assert list(result["kk"]) == ["peta", "peta"]
    assert list(result["baris_tabel"]) == ["2", "3"]
    assert [note.rule for note in notes] == ["gabungan_tabel"]


def test_what_finds_no_partner_is_listed_and_no_polygon_is_multiplied(tmp_path):
    rows, _ = only(tmp_path, "rt,kk\nRT1,1\nRT2,2\nRT2,3\nRT9,4\n,5\n")
    result, notes = joined(shapes("RT 1", "rt-2", "RT3", "RT4", "RT4"), rows, key="rt", shapes_key="KODE")
    said = {note.rule: note for note in notes}
    assert len(result) == 5
    assert list(result["kk.2"]) == ["1", None, None, None, None]
    assert said["gabungan_tabel"].values["jumlah"] == 1
    assert said["baris_tanpa_poligon"].rows == ("5",)
    assert said["poligon_tanpa_baris"].values["semua"] == "rt3, rt4"
    assert said["kunci_ganda_tabel"].rows == ("3", "4")
    assert said["kunci_ganda_poligon"].values["jumlah"] == 2
    assert said["kunci_kosong"].values == {"baris": 1, "poligon": 0}


def test_a_key_that_does_not_exist_lists_the_columns(tmp_path):
    rows, _ = only(tmp_path, "kode,kk\nA,1\n")
    with pytest.raises(InputError, match="Kolom yang ada: KODE, kk"):
        joined(shapes("A"), rows, key="kode", shapes_key="rtrw")


# Real tables


@pytest.mark.towns
def test_the_baseline_of_pekalongan_is_read_whole_with_its_holes(towns):
    path = towns / "pekalongan" / "baseline_rt_2019.csv"
    layers, notes = read(path)
    rows = layers["baseline_rt_2019"]
    assert len(rows) == 432
    assert not rows["masalah"].any()
    with path.open(encoding="utf-8", newline="") as stream:
        blank = [at for at, row in enumerate(csv.DictReader(stream), start=2) if not row["1a"]]
    assert notes["kolom_berlubang"].rows == tuple(map(str, blank))
    assert notes["kolom_berlubang"].values["kolom"] == ", ".join(rule_set().codes)
    assert rows.loc[rows["1a"].isna(), "kelurahan"].nunique() == 2


@pytest.mark.towns
def test_the_interventions_of_pekalongan_are_read_whole_with_their_dirt(towns):
    path = towns / "pekalongan" / "investasi_2020_2023.csv"
    layers, notes = read(path)
    rows = layers["investasi_2020_2023"]
    assert len(rows) == 1_091
    with path.open(encoding="utf-8", newline="") as stream:
        lines = list(enumerate(csv.DictReader(stream), start=2))
    assert notes["nilai_tak_dikenal"].rows == tuple(str(at) for at, row in lines if row["kriteria"] == "4d")
    words = tuple(str(at) for at, row in lines if row["id_rt"].startswith("RT"))
    assert (notes["kolom_campuran"].values["kolom"], notes["kolom_campuran"].rows) == ("id_rt", words)


@pytest.mark.towns
def test_the_official_workbook_gives_its_form_and_says_that_its_other_sheet_is_empty(towns):
    layers, notes = read(towns / "pekalongan" / "kumuhR0.xlsx")
    rows = layers["Sheet1"]
    assert notes["lembar_tanpa_tabel"].values["nama"] == "Sheet2"
    means, total = {"17", "20", "23", "27", "30", "33", "36"}, {"37", "38", "41"}
    assert set(rows.loc[rows["masalah"] == "baris_subtotal", "baris"]) == means | total
    theirs = [{"3c": "3b"}.get(one, one) for one in rows["kolom_N"] if one]  # the workbook calls 3b 3c
    assert theirs == list(rule_set().codes)
    assert rows["KONDISI AWAL (BASELINE) / SATUAN"].iloc[0] == "Unit"
    assert rows["KONDISI AWAL (BASELINE) / NILAI"].iloc[0] is None
    assert notes["sel_galat"].values["sel"].startswith("E14 (#DIV/0!), F14 (#DIV/0!)")
