"""Scores as workbooks: LibreOffice works every formula out anew, and what data say stays text."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import petakumuh
from petakumuh import cli
from petakumuh.catalog.regulation import rule_set
from petakumuh.model import Region
from petakumuh.present import scores as presented
from petakumuh.present.workbook import files, tables
from petakumuh.read.raw import Batch, Limits
from petakumuh.read.tables.table import read_table
from petakumuh.scoring import tulis_skor

CODES = rule_set().codes
HEADS = ("luas_verifikasi_ha", "jumlah_bangunan", "jumlah_penduduk", "jumlah_kk", "jalan_ideal_m",
         "drainase_ideal_m")  # fmt: skip
PAYLOADS = ["=cmd|' /C calc'!A0", "http://contoh.invalid/x", "+1+1", "@SUM(1)", "UNIQUE(1)", "../../keluar",
            "a'b&c<d>", "x" * 300, "\x07bel"]  # fmt: skip
EXAMPLES: dict[str, tuple[tuple[float, ...], dict[str, float], tuple[int, dict[str, float]]]] = {
    "Bandengan": (
        (1.23, 50, 233, 77, 400, 300),
        {"1c": 8, "2b": 100, "4a": 1.121, "4c": 300, "5a": 43, "7a": 50},
        (2021, {"4c": 200}),
    ),
    "Podosugih": (
        (1.241758, 74, 489, 147, 306, 500),
        {
            "1a": 74,
            "1c": 3,
            "2b": 186,
            "3a": 74,
            "4a": 0.001758,
            "4b": 200,
            "4c": 200,
            "5a": 43,
            "6a": 147,
            "6b": 39,
        },
        (2021, {"6a": 39, "6b": 39}),
    ),
    "Padukuhan Kraton": (
        (0.3721, 24, 107, 28, 200, 260),
        {"2b": 120, "4a": 0.1921, "4b": 60, "4c": 50, "5a": 7, "6a": 28, "7b": 24},
        (2023, {"2b": 120}),
    ),
    "Wungu": (
        (2.66, 33, 168, 42, 400, 0),
        {"2a": 100, "2b": 300, "3a": 1, "5a": 7, "5b": 7, "6a": 42, "6b": 42, "7a": 33, "7b": 33},
        (2021, {}),
    ),
}
"""The worked examples of the method: headers, volumes, what was done."""


def unit(at, name="Satu", rtrw="RT001-RW001", heads=(1.0, 50, 200, 100, 400, 300), codes=CODES, **volumes):
    row = {"id": str(at), "kecamatan": "Tengah", "kelurahan": name, "rtrw": rtrw}
    row |= dict(zip(HEADS, heads, strict=True)) | dict.fromkeys(codes, 0.0)
    return row | {code.removeprefix("v"): volume for code, volume in volumes.items()}


def done(*rows):
    return pd.DataFrame(rows, columns=["id_rt", "tahun", "kriteria", "volume", "kegiatan"])


def examples():
    base, works = [], []
    for at, (name, (heads, volumes, (year, handled))) in enumerate(EXAMPLES.items(), start=1):
        base.append(unit(at, name, heads=heads, **{f"v{code}": volume for code, volume in volumes.items()}))
        works += [(str(at), year, code, volume, "Saluran beton") for code, volume in handled.items()]
    return petakumuh.skor(pd.DataFrame(base), done(*works), tahun_dasar=2019)


def small(codes=CODES, **choices):
    """Three RT of one kelurahan, one of them handled beyond its need; one of another with a volume missing."""
    base = [
        unit(1, codes=codes, v2b=333, v4c=300, v5a=77.5, v6a=60, v6b=81, v7a=50, v1a=12),
        unit(2, rtrw="RT002-RW001", codes=codes, v2b=150, v4c=20, v5a=26, v6a=100, v6b=100, v7a=13, v1a=40),
        unit(3, rtrw="RT003-RW001", heads=(0.5, 20, 80, 30, 0, 100), codes=codes, v2b=10, v5a=30, v6b=30, v7a=20),
        unit(4, "Dua", codes=codes, v5a=None, v6b=100, v7a=50),
    ]
    works = [("1", 2020, "4c", 120.5, "Saluran"), ("1", 2022, "4c", 100, "Gorong-gorong"),
             ("2", 2021, "4c", 500, "Saluran"), ("2", 2021, "6a", 80, "Gerobak sampah"),
             ("3", 2022, "5a", 29.5, "Tangki septik")]  # fmt: skip
    return petakumuh.skor(pd.DataFrame(base), done(*works), tahun_dasar=2019, **choices)


def own_rules(folder):
    """The rule set of 2018 with a band more, and a criterion of the first aspect after all others."""
    text = rule_set().naskah
    text = text.replace('id = "pupr-14-2018"', 'id = "kota"').replace(
        "[[kelas]]", "[[pita]]\nmulai_persen = 90\nnilai = 7\n\n[[kelas]]", 1
    )
    one = {"kode": "8a", "aspek": "1", "nama": "Rumah 'lain'", "satuan": "KK", "penyebut": "jumlah_kk"}
    text += "\n[[kriteria]]\n" + "".join(f'{key} = "{value}"\n' for key, value in one.items())
    (folder / "kota.toml").write_text(text, encoding="utf-8")
    return folder / "kota.toml"


def write(scores, folder, language="id"):
    for name, writer in files(scores, language).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        writer(folder / name)
    return folder


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """LibreOffice, to which no stored value is shown: it works all workbooks of a folder out anew."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc)")
    profile = tmp_path_factory.mktemp("profil").as_uri()

    def worked_out(folder):
        place = tmp_path_factory.mktemp("hitung")
        paths = {str(at): path for at, path in enumerate(sorted(folder.rglob("*.xlsx")))}
        for name, path in paths.items():
            openpyxl.load_workbook(path).save(place / f"{name}.xlsx")
            with zipfile.ZipFile(place / f"{name}.xlsx") as parts:
                assert not any(re.search(rb"</f><v>[^<]", parts.read(one)) for one in parts.namelist())
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to",
                   "xlsx:Calc MS Excel 2007 XML", "--outdir", place / "lagi",
                   *(place / f"{name}.xlsx" for name in paths)]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return {
            path.relative_to(folder).as_posix(): place / "lagi" / f"{name}.xlsx" for name, path in paths.items()
        }

    return worked_out


def formula_cells(path, again):
    """Give what stands stored beside each formula of a workbook, and what it comes to when worked out again."""
    formulas, *shown = (
        openpyxl.load_workbook(one, data_only=at > 0) for at, one in enumerate((path, path, again))
    )
    return {
        f"{sheet.title}!{cell.coordinate}": [one[sheet.title][cell.coordinate].value for one in shown]
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def agrees(one, other):
    if isinstance(one, str) and one:
        return one == other
    return (one or None) == (other or None) or math.isclose(float(one), float(other), rel_tol=1e-9, abs_tol=1e-9)


def assert_worked_out_alike(folder, again):
    """Each formula comes to what was stored beside it, none to an error; hundreds of them in all."""
    count = 0
    for name, path in again.items():
        cells = formula_cells(folder / name, path)
        assert not {cell: both for cell, both in cells.items() if not agrees(*both)}, name
        assert not [one for one, _ in cells.values() if isinstance(one, str) and re.match(r"#|Err:", one)]
        count += len(cells)
    assert count > 200


def sheet_of(path, title):
    return openpyxl.load_workbook(path, data_only=True)[title]


def shown(sheet, results=37):
    """Read a sheet of the rule set of 2018 as it is laid out: scores, and the four results, before and after."""
    rows = {str(sheet.cell(row, 2).value)[:2]: row for row in range(14, results) if sheet.cell(row, 2).value}
    sides: dict[str, dict[str, Any]] = {}
    for name, at in (("awal", 5), ("akhir", 12)):
        sides[name] = {code: sheet.cell(row, at + 1).value for code, row in rows.items()}
        sides[name] |= {"persen": {code: sheet.cell(row, at).value for code, row in rows.items()}}
        words = ("total", "tingkat", "rata", "kontribusi")
        sides[name] |= {word: sheet.cell(results + below, at).value for below, word in enumerate(words)}
    return sides


def assert_shows(sheet, scores, unit_id):
    """A sheet shows what the scores say of a unit: each share and score, and the results."""
    table = scores.tabel.merge(scores.persen)
    mine = table[table["unit_id"] == unit_id].to_dict("records")
    names = {one.kode: one.nama for one in rule_set().kelas} | {"tanpa_skor": "Tanpa skor"}
    for side, row in zip(shown(sheet).values(), (mine[0], mine[-1]), strict=True):
        for code in CODES:
            assert agrees(side[code], None if pd.isna(row[f"nilai_{code}"]) else int(row[f"nilai_{code}"]))
            assert agrees(side["persen"][code], None if pd.isna(row[f"persen_{code}"]) else row[f"persen_{code}"])
        assert side["tingkat"] == names[row["tingkat"]]
        for word, column in (("total", "total"), ("rata", "rata_sektoral"), ("kontribusi", "kontribusi")):
            assert agrees(side[word], None if pd.isna(row[column]) else float(row[column]))


@pytest.mark.libreoffice
def test_the_formulas_come_to_the_worked_examples(office, tmp_path):
    again = office(write(examples(), tmp_path / "kami"))
    sides = {name: shown(sheet_of(again[f"lembar/{name}.xlsx"], "RT001-RW001")) for name in EXAMPLES}
    found = {
        name: [(one["awal"]["total"], one["awal"]["tingkat"]), (one["akhir"]["total"], one["akhir"]["tingkat"])]
        for name, one in sides.items()
    }
    assert found == {
        "Bandengan": [(19, "Kumuh Ringan"), (15, "Tidak Kumuh")],
        "Podosugih": [(18, "Kumuh Ringan"), (15, "Tidak Kumuh")],
        "Padukuhan Kraton": [(17, "Kumuh Ringan"), (14, "Tidak Kumuh")],
        "Wungu": [(24, "Kumuh Ringan"), (24, "Kumuh Ringan")],
    }
    first, last = sides["Bandengan"]["awal"], sides["Bandengan"]["akhir"]
    assert [first[code] for code in EXAMPLES["Bandengan"][1]] == [0, 1, 5, 5, 3, 5]
    assert last["persen"]["4c"] == pytest.approx(100 / 300)
    assert [first["rata"], last["rata"], last["kontribusi"]] == pytest.approx(
        [0.22781, 0.19607, 0.13935], abs=5e-6
    )
    assert (first["kontribusi"], sides["Wungu"]["akhir"]["kontribusi"]) == (0, 0)


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("rules", "choices"),
    [
        ("pupr-14-2018", {}),
        ("pupr-14-2018", {"rata_sektoral": "ambang", "kontribusi": "form"}),
        ("pupr-14-2018", {"penyebut": {"2b": "jalan_eksisting_m"}}),
        ("pupr-14-2018", {"satuan": "kawasan"}),
        ("pupr-02-2016", {"nilai_terendah": "1", "pengurangan": "layanan"}),
        ("kota", {"kontribusi": "form"}),
        ("bare", {}),
    ],
)
def test_every_formula_of_every_rule_set_comes_to_what_was_stored_beside_it(
    rules, choices, office, tmp_path, monkeypatch
):
    monkeypatch.setattr(tables, "MOST", 5 if rules == "bare" else 15)  # rows a sheet: the sums go over several
    path = own_rules(tmp_path) if rules == "kota" else rules
    scores = bare() if rules == "bare" else small(codes=rule_set(path).codes, aturan=path, **choices)
    folder = write(scores, tmp_path / "kami", "en" if rules == "kota" else "id")
    assert_worked_out_alike(folder, office(folder))


@pytest.mark.libreoffice
def test_a_kawasan_added_up_from_its_sheets_is_the_kawasan_scored(office, tmp_path):
    again = office(write(small(), tmp_path / "kami"))
    whole = small(satuan="kawasan")
    assert_shows(sheet_of(again["lembar/Satu.xlsx"], "Satu"), whole, "Satu")
    assert_shows(sheet_of(again["lembar/Dua.xlsx"], "Dua"), whole, "Dua")


@pytest.mark.towns
@pytest.mark.libreoffice
def test_whole_kelurahan_of_pekalongan_are_worked_out_to_our_scores(office, towns, tmp_path):
    place = towns / "pekalongan"
    tables = (place / "baseline_rt_2019.csv", place / "investasi_2020_2023.csv")
    scores, whole = petakumuh.skor(*tables), petakumuh.skor(*tables, satuan="kawasan")
    folder = tmp_path / "kami"
    for name, writer in files(scores, "id").items():
        if name in ("lembar/Podosugih.xlsx", "lembar/Poncol.xlsx", "skor.xlsx"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            writer(folder / name)
    again = office(folder)
    assert_worked_out_alike(folder, again)
    for name, size in (("Podosugih", 8), ("Poncol", 24)):
        book = openpyxl.load_workbook(again[f"lembar/{name}.xlsx"], data_only=True)
        mine = scores.unit[scores.unit["kelurahan"] == name]
        assert len(mine) == size
        for row in mine.to_dict("records"):
            assert_shows(book[row["rtrw"]], scores, row["unit_id"])
        assert_shows(book[name], whole, name)


def test_what_is_missing_is_shown_as_missing_and_the_unit_as_without_a_score(tmp_path):
    folder = write(small(), tmp_path)
    sheet = sheet_of(folder / "lembar" / "Dua.xlsx", "RT001-RW001")
    side = shown(sheet)["awal"]
    assert (side["5a"], side["persen"]["5a"], side["6b"]) == (None, None, 5)
    assert (side["total"], side["tingkat"], side["rata"], side["kontribusi"]) == (None, "Tanpa skor", None, None)


def test_our_own_reader_takes_formulas_that_come_to_an_empty_text(tmp_path):
    path = write(small(), tmp_path) / "lembar" / "Dua.xlsx"
    live, stored = (openpyxl.load_workbook(path, data_only=one)["RT001-RW001"] for one in (False, True))
    empty = [cell.coordinate for row in live.iter_rows() for cell in row
             if cell.data_type == "f" and stored[cell.coordinate].value is None]  # fmt: skip
    assert empty
    assert any(isinstance(one, Batch) for one in read_table(path, Limits()))


def test_the_sheet_says_what_was_done_and_beyond_need_leaves_nothing(tmp_path):
    folder = write(small(), tmp_path)
    sheet = sheet_of(folder / "lembar" / "Satu.xlsx", "RT001-RW001")
    (row,) = (one for one in range(14, 37) if str(sheet.cell(one, 2).value).startswith("4c"))
    done_here = [sheet.cell(row, at).value for at in (3, 7, 8, 10)]
    assert done_here == [300, "Saluran (2020); Gorong-gorong (2022)", 220.5, 79.5]
    sheet = sheet_of(folder / "lembar" / "Satu.xlsx", "RT002-RW001")
    assert [sheet.cell(row, at).value for at in (3, 7, 8, 10)] == [20, "Saluran (2021)", 500, 0]


def hostile():
    base = [unit(at, name, rtrw=name) | {"kecamatan": name} for at, name in enumerate(PAYLOADS)]
    base[1]["5a"] = None  # a finding names it
    works = done(*((str(at), 2020, "5a", 1, name) for at, name in enumerate(PAYLOADS)))
    return petakumuh.skor(pd.DataFrame(base), works, tahun_dasar=2019)


@pytest.mark.libreoffice
def test_formulas_stand_whatever_units_are_called(office, tmp_path):
    folder = write(hostile(), tmp_path)
    assert_worked_out_alike(folder, office(folder))


def test_names_from_data_stay_text_and_inside_the_folder(tmp_path):
    folder = write(hostile(), tmp_path / "kami")
    books = sorted(tmp_path.rglob("*.xlsx"))
    assert len(books) == len(PAYLOADS) + 1
    assert all(path.parent in (folder, folder / "lembar") for path in books)
    told = set()
    for path in books:
        with zipfile.ZipFile(path) as parts:
            assert not [one for one in parts.namelist() if "external" in one.casefold() or one.endswith(".bin")]
            assert not [one for one in parts.namelist() if b'TargetMode="External"' in parts.read(one)]
        for sheet in openpyxl.load_workbook(path):
            assert re.fullmatch(r"[^\[\]:*?/\\]{1,31}", sheet.title)
            for row in sheet.iter_rows():
                told |= {cell.value for cell in row if cell.data_type == "s"}
                live = [str(cell.value) for cell in row if cell.data_type == "f"]
                assert not [one for one in live if "cmd|" in one or "://" in one or "_xlfn" in one]
    assert {one for one in PAYLOADS if one.isprintable()} <= told
    assert "=cmd|' /C calc'!A0 (2020)" in told


def test_two_of_one_name_get_a_name_each(tmp_path):
    rows = [unit(1, "Kauman"), unit(2, "Kauman"), unit(3, "kauman", rtrw="Aturan"), unit(4, "Kauman")]
    rows[3]["kecamatan"] = "Timur"
    names = set(files(petakumuh.skor(pd.DataFrame(rows), tahun_dasar=2019), "id"))
    assert names == {
        "skor.xlsx",
        "lembar/Tengah - Kauman.xlsx",
        "lembar/Timur - Kauman.xlsx",
        "lembar/kauman.xlsx",
    }
    folder = write(petakumuh.skor(pd.DataFrame(rows), tahun_dasar=2019), tmp_path)
    titles = openpyxl.load_workbook(folder / "lembar" / "Tengah - Kauman.xlsx").sheetnames
    assert titles == ["Kauman", "Daftar RT", "RT001-RW001", "RT001-RW001 (2)", "Aturan"]
    assert "Aturan (2)" in openpyxl.load_workbook(folder / "lembar" / "kauman.xlsx").sheetnames


def test_the_workbook_of_tables_holds_every_table_with_codes_as_text(tmp_path):
    scores = small()
    book = openpyxl.load_workbook(write(scores, tmp_path) / "skor.xlsx", data_only=True)
    assert book.sheetnames == ["Rekap", "Per kelurahan", "Skor", "Pelayanan", "Kewenangan", "Investasi", "Temuan",
                               "Aturan", "Keterangan", "Kelurahan per tahun"]  # fmt: skip
    sheet = book["Skor"]
    assert sheet["A1"].value == "Nilai kekumuhan"
    assert sheet["A3"].value == "Permen PUPR 14/PRT/M/2018 · tahun dasar 2019"
    heads = [cell.value for cell in sheet[4]]
    assert heads[:7] == ["Unit skor", "Kecamatan", "Kelurahan/Desa", "RT/RW", "Tahun", "Total nilai",
                         "Tingkat kekumuhan"]  # fmt: skip
    assert (heads[7], heads[-1], len(heads)) == ("Rata-rata sektoral (%)", "Nilai 7b", len(scores.tabel.columns))
    assert sheet.max_row == len(scores.tabel) + 4
    assert (sheet["A5"].data_type, sheet["A5"].value, sheet["E5"].value) == ("s", "1", 2019)
    assert (sheet["G5"].value, sheet["H5"].number_format) == ("Kumuh Ringan", "[$-421]0.00%")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("F5", f"A4:AA{sheet.max_row}")
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$4:$4")
    assert {row[-1].value for row in book["Investasi"].iter_rows(min_row=5)} == {"diterapkan"}
    assert len(scores.investasi) == book["Investasi"].max_row - 4
    served = [row for row in book["Pelayanan"].iter_rows(min_row=5, values_only=True) if row[0] == "Total"]
    told = scores.pelayanan[scores.pelayanan["wilayah"] == "total"]
    assert [row[9] for row in served] == pytest.approx(list(told["persen_terlayani"] / 100))


def test_a_sheet_without_rows_is_not_written_but_named_with_the_reason(tmp_path):
    sheet = sheet_of(write(small(), tmp_path) / "skor.xlsx", "Keterangan")
    notes = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert "legalitas" in notes["Prioritas"]
    assert notes["Nilai 1a … Nilai 7b"].startswith("nilai_1a, nilai_1b")
    assert "satu kawasan" in notes["Nilai kelurahan"]
    table = pd.DataFrame([unit(1) | {"legalitas": "legal"}])
    book = openpyxl.load_workbook(write(petakumuh.skor(table, tahun_dasar=2019), tmp_path / "b") / "skor.xlsx")
    assert "Prioritas" in book.sheetnames
    assert "Investasi" not in book.sheetnames


def recap_of(sheet, years):
    """Read the tables of the recap: title -> a row a year, by what its heads say."""
    told = {}
    for title in (cell for row in sheet.iter_rows() for cell in row if cell.font.b and cell.font.sz == 12):
        places = range(title.column, title.column + 8)
        heads = [sheet.cell(title.row + 1, at).value for at in places]
        rows = [[sheet.cell(title.row + 2 + below, at).value for at in places] for below in range(years)]
        told[title.value] = [dict(zip(heads, row, strict=True)) for row in rows]
    return told


def test_the_recap_is_a_table_a_matter_on_one_page(tmp_path):
    years = small().rekap["tahun"]
    sheet = sheet_of(write(small(), tmp_path) / "skor.xlsx", "Rekap")
    assert (sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage) == ("landscape", True)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, None)  # one page is not written
    told = recap_of(sheet, len(years))
    names = {"Tidak Kumuh": "TK", "Kumuh Ringan": "KR", "Kumuh Sedang": "KS", "Kumuh Berat": "KB",
             "Tanpa skor": "tanpa_skor"}  # fmt: skip
    kinds = {"Luas menurut tingkat (ha)": "ha", "Jumlah RT menurut tingkat": "rt",
             "Kepala keluarga menurut tingkat (KK)": "kk", "Penduduk menurut tingkat (jiwa)": "jiwa",
             "Bangunan menurut tingkat (unit)": "bangunan"}  # fmt: skip
    for at, (year, row) in enumerate(years.items()):
        for title, what in kinds.items():
            mine = told[title][at]
            assert [mine[name] for name in names] == pytest.approx(
                [row[f"{code}_{what}"] for code in names.values()]
            )
            parts = mine["Tidak Kumuh"] + mine["Jumlah kumuh"] + mine["Tanpa skor"]
            assert (mine["Tahun"], mine["Jumlah"]) == (int(year), pytest.approx(parts))
        assert told["Luas menurut tingkat (ha)"][at]["Jumlah kumuh"] == pytest.approx(row["kumuh_ha"])
        less = told["Pengurangan kumuh sejak tahun dasar"][at]
        wanted = [row["pengurangan_ha"], row["sisa_kumuh_ha"]]
        assert [less["Pengurangan (ha)"], less["Sisa kumuh (ha)"]] == pytest.approx(wanted)
    # drinking water: nobody of 330 KK lacks it; the fourth RT is not counted where sanitation was not surveyed
    water, waste = told["Terlayani: air minum (KK)"][-1], told["Terlayani: sanitasi (KK)"][-1]
    assert (water["Terlayani (KK)"], water["Terlayani (%)"], waste["Tanpa data (RT)"]) == (330, 1, 1)


def test_a_kelurahan_has_its_row_and_the_last_row_is_their_sum(tmp_path):
    """Hectares of the worked examples; only Wungu is slum to the end."""
    sheet = sheet_of(write(examples(), tmp_path) / "skor.xlsx", "Per kelurahan")
    rows = [list(row) for row in sheet.iter_rows(min_row=5, values_only=True)]
    assert [row[2:7] for row in rows[:4]] == [
        ["Bandengan", 1, 1.23, 19, 15],
        ["Podosugih", 1, 1.241758, 18, 15],
        ["Padukuhan Kraton", 1, 0.3721, 17, 14],
        ["Wungu", 1, 2.66, 24, 24],
    ]
    assert [row[7:] for row in rows[:4]] == [[1.23, 0, 0], [1.241758, 0, 0], [0.3721, 0, 0], [0, 2.66, 0]]
    assert rows[4][2:4] == ["Jumlah", 4]
    assert [rows[4][at] for at in (4, 7, 8, 9)] == pytest.approx([5.503858, 2.843858, 2.66, 0])


def texts_of(path, title):
    return [cell.value for row in sheet_of(path, title).iter_rows() for cell in row if isinstance(cell.value, str)]


def test_the_sheet_of_a_kawasan_says_how_many_of_its_rt_are_slum(tmp_path):
    scores = small()
    path = write(scores, tmp_path) / "lembar" / "Satu.xlsx"
    slum = scores.tabel[(scores.tabel["kelurahan"] == "Satu") & scores.tabel["tingkat"].isin(["KR", "KS", "KB"])]
    told = []
    for year in ("2019", "2022"):
        mine = slum.loc[slum["tahun"] == year, "luas_verifikasi_ha"]
        told += [len(mine), f"{mine.sum():.2f}".replace(".", ",")]
    begin = "Nilai kawasan dihitung dari jumlah volume semua RT. "
    line = "Per RT: {} dari 3 RT masih kumuh, {} ha (2019) / {} dari 3 RT, {} ha (2022).".format(*told)
    assert begin + line in texts_of(path, "Satu")
    assert not [one for one in texts_of(path, "RT001-RW001") if one.startswith(begin)]


def test_the_sheet_names_its_region_where_that_is_known_and_has_room_to_sign(tmp_path):
    region = Region(provinsi="Jawa Tengah", kabupaten_kota="=Kota Pekalongan")
    files(small(), "id", region)["lembar/Satu.xlsx"](tmp_path / "a.xlsx")
    sheet = sheet_of(tmp_path / "a.xlsx", "RT001-RW001")
    assert [[cell.value for cell in row] for row in sheet["A4:B6"]] == [
        ["Provinsi", "Jawa Tengah"],
        ["Kabupaten/Kota", "=Kota Pekalongan"],
        ["Kecamatan", "Tengah"],
    ]
    files(small(), "id")["lembar/Satu.xlsx"](tmp_path / "b.xlsx")
    told = texts_of(tmp_path / "b.xlsx", "RT001-RW001")
    assert not {"Provinsi", "Kabupaten/Kota"} & set(told)
    assert [one for one in told if one.startswith("Jabatan:")]


def test_the_note_says_which_choices_are_not_those_of_the_official_workbook(tmp_path):
    def note(folder, **choices):
        told = texts_of(write(small(**choices), tmp_path / folder) / "lembar" / "Satu.xlsx", "RT001-RW001")
        return [one.partition("lembar hitung resmi: ")[2] for one in told if "lembar hitung resmi" in one]

    assert note("a", rata_sektoral="ambang", kontribusi="form") == []
    assert note("b") == ["rata-rata sektoral polos (resmi: ambang); rumus kontribusi rata (resmi: form)."]
    assert note("c", rata_sektoral="ambang") == ["rumus kontribusi rata (resmi: form)."]


def test_an_output_beyond_what_was_left_is_marked_on_the_sheet_of_its_rt(tmp_path):
    path = write(small(), tmp_path) / "lembar" / "Satu.xlsx"
    book = openpyxl.load_workbook(path)
    cut = [
        [cell.comment.text for row in book[title].iter_rows() for cell in row if cell.comment]
        for title in ("Satu", "RT001-RW001", "RT002-RW001")
    ]
    assert cut == [[], [], ["dipotong: sisa 20,00 m"]]
    told = ["Output miring merah" in " ".join(texts_of(path, f"RT00{at}-RW001")) for at in (1, 2)]
    assert told == [False, True]


def test_where_nothing_was_done_both_kinds_of_sheets_show_a_dash(tmp_path):
    path = write(small(), tmp_path) / "lembar" / "Satu.xlsx"
    for sheet in (openpyxl.load_workbook(path, data_only=True)[title] for title in ("Satu", "RT001-RW001")):
        (row,) = (one for one in range(14, 37) if str(sheet.cell(one, 2).value).startswith("1b"))
        assert sheet.cell(row, 8).value == 0
        rules = [one for area in sheet.conditional_formatting if f"H{row}" in area for one in area.rules]
        assert '[$-421]#,##0;[$-421]-#,##0;"–"' in [one.dxf.numFmt.formatCode for one in rules if one.dxf.numFmt]


def bare():
    """A baseline with a row for each kawasan, and no RT; two in one kelurahan, one in another."""
    homes = (("Satu", "Pesisir"), ("Satu", "Kampung"), ("Dua", "Pesisir"))
    rows = [
        unit(at, name, rtrw="", v4c=300, v5a=77, v6b=60, v7a=50) | {"kawasan": kawasan}
        for at, (name, kawasan) in enumerate(homes, start=1)
    ]
    works = done(("1", 2020, "5a", 77, "Tangki septik"), ("1", 2020, "7a", 50, "APAR"))
    return petakumuh.skor(pd.DataFrame(rows), works, tahun_dasar=2019)


def test_kawasan_without_rt_stand_together_in_the_workbook_of_their_kelurahan(tmp_path):
    folder = write(bare(), tmp_path) / "lembar"
    assert {path.stem: openpyxl.load_workbook(path).sheetnames for path in folder.iterdir()} == {
        "Satu": ["Satu", "Daftar kawasan", "Pesisir", "Kampung", "Aturan"],
        "Dua": ["Pesisir", "Aturan"],
    }
    words = texts_of(folder / "Satu.xlsx", "Pesisir")
    assert ("Kawasan" in words, "RT/RW" in words) == (True, False)
    # 4c 100 %, 5a 77 %, 6b 60 % and 7a 100 % score 5 + 5 + 3 + 5 = 18; without 5a and 7a the first one has 8
    line = "Per kawasan: 2 dari 2 kawasan masih kumuh, 2,00 ha (2019) / 1 dari 2 kawasan, 1,00 ha (2020)."
    assert [one for one in texts_of(folder / "Satu.xlsx", "Satu") if one.endswith(line)]


def test_the_list_of_rt_shows_counts_whole_and_heads_over_every_column(tmp_path):
    sheet = sheet_of(write(small(), tmp_path) / "lembar" / "Satu.xlsx", "Daftar RT")
    assert [sheet.cell(6, at).value for at in (1, 2, 3, 5)] == ["RT001-RW001", 1, 50, 100]
    assert [cell.value for cell in sheet[4] if cell.value] == [
        "Data RT",
        "KONDISI AWAL (2019)",
        "KONDISI AKHIR (2022)",
        "Volume awal (2019)",
        "Output - outcome",
        "Volume akhir (2022)",
    ]
    rules = [one for area in sheet.conditional_formatting if "C6" in area for one in area.rules]
    assert [one.dxf.numFmt.formatCode for one in rules] == ["[$-421]#,##0"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("B6", "$4:$5")


def test_the_words_are_english_where_english_is_asked_for(tmp_path):
    sheet = sheet_of(write(small(), tmp_path, "en") / "lembar" / "Satu.xlsx", "Satu")
    words = {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert {"BEFORE (2019)", "AFTER (2022)", "SLUM CLASS", "persons", "households"} <= words
    assert not {"KONDISI AWAL (2019)", "TINGKAT KEKUMUHAN", "jiwa"} & words


def test_the_same_scores_give_the_same_bytes(tmp_path):
    first, again = (write(small(), tmp_path / name) for name in ("a", "b"))
    books = sorted(path.relative_to(first) for path in first.rglob("*.xlsx"))
    assert len(books) == 3
    assert all((first / one).read_bytes() == (again / one).read_bytes() for one in books)


def test_workbooks_stand_beside_the_tables_and_without_their_package_it_is_said(tmp_path, monkeypatch, capsys):
    written = tulis_skor(small(), tmp_path / "a")
    names = {path.relative_to(tmp_path / "a").as_posix() for path in written}
    assert {"skor.csv", "skor.xlsx", "lembar/Satu.xlsx", "lembar/Dua.xlsx"} <= names
    pd.DataFrame([unit(1)]).to_csv(tmp_path / "baseline_2019.csv", index=False)
    monkeypatch.setattr(presented, "find_spec", lambda _: None)
    call = ["skor", "--baseline", str(tmp_path / "baseline_2019.csv"), "--keluar", str(tmp_path / "b")]
    assert cli.main(call) == 0
    assert "petakumuh[tabel]" in capsys.readouterr().out
    assert not list((tmp_path / "b").rglob("*.xlsx"))
    assert (tmp_path / "b" / "skor.csv").exists()


def test_a_disk_that_refuses_is_an_error_of_the_system(tmp_path):
    with pytest.raises(OSError, match="tidak-ada"):
        files(small(), "id")["skor.xlsx"](Path(tmp_path / "tidak-ada" / "skor.xlsx"))
