"""``tabel.xlsx``: every figure is the run's, formulas come to what is stored, and what data say stays text."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

import petakumuh
from petakumuh.model import EMPTY, NO_YEAR, STATUSES, Letterhead
from petakumuh.present.tablebook import files, writing
from petakumuh.present.tables import recap
from petakumuh.text import say
from tests.conftest import frame, kelurahan, kumuh, square, works

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")  # openpyxl, of bars behind shares

AREAS = {"kecamatan": "Kecamatan", "kelurahan": "Kelurahan", "kumuh": "Kumuh (RT)"}
MEMBERS = {"sektor": "Sektor", "opd": "OPD", "sumber_dana": "Sumber dana", "status": "Status"}
PAYLOADS = ["=cmd|' /C calc'!A0", "http://contoh.invalid/x", "+1+1", "@SUM(1)", "<r><t>x</r>", "<r><b></r>",
            "{c1}", "a'b&c<d>", "x" * 300, "\x07bel", "_x0041_", "${7*7}", "[1]Lain!A1",
            "<img onerror=x>"]  # fmt: skip
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"  # as shown, UTF-8
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


def written(run, path, language="id"):
    files(run, language)["tabel.xlsx"](path)
    return path


def shown(path):
    return openpyxl.load_workbook(path, data_only=True)


def table(book, name):
    """Give the rows of a filtered table by the words of their heads, and the rows below it."""
    sheet = book[name]
    low, high = (int(re.sub(r"\D", "", one)) for one in sheet.auto_filter.ref.split(":"))
    heads = [cell.value for cell in sheet[low]]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=low + 1)]
    cells = [dict(zip(heads, row, strict=True)) for row in rows]
    return cells[: high - low], cells[high - low :]


def column(name, language="id"):
    return say(f"kolom.{name}", language)


def figures(rows, *names):
    return [[row.get(column(name)) for name in names] for row in rows]


def agree(found, wanted):
    assert len(found) == len(wanted)
    for mine, theirs in zip(found, wanted, strict=True):
        for value, one in zip(mine, theirs, strict=True):
            assert value == one if one is None or isinstance(one, str) else value == pytest.approx(one, abs=1e-9)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """LibreOffice: it opens a workbook and works it out anew, no stored value being shown to it."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc)")
    profile = tmp_path_factory.mktemp("profil").as_uri()

    def converted(path, kind="xlsx:Calc MS Excel 2007 XML"):
        place = tmp_path_factory.mktemp("hasil")
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind, "--outdir",
                   place, path]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        (found,) = place.iterdir()
        return found

    return converted


def assert_worked_out_alike(path, office, folder):
    bare = folder / "tanpa.xlsx"
    openpyxl.load_workbook(path).save(bare)  # without what was stored beside formulas
    live, stored, again = openpyxl.load_workbook(path), shown(path), shown(office(bare))
    formulas = 0
    for sheet in live:
        for row in sheet.iter_rows():
            for cell in (one for one in row if one.data_type == "f"):
                formulas += 1
                kept, new = (book[sheet.title][cell.coordinate].value for book in (stored, again))
                assert new == pytest.approx(kept, rel=1e-9, abs=1e-9), f"{sheet.title}!{cell.coordinate}"
    assert formulas > 20


def called(cells, language):
    """Give the cells of a row of the recap with statuses, and what no file says, in words of the language."""
    words = {one: say(f"umum.status_{one}", language) for one in STATUSES}
    words |= {EMPTY: say("laporan.tidak_disebut", language), NO_YEAR: say("laporan.tanpa_tahun", language)}
    return [" + ".join(words.get(one, one) for one in cell.split(" + ")) if isinstance(cell, str) else cell
            for cell in cells]  # fmt: skip


def assert_is_the_recap(path, run, language="id"):
    book, told = shown(path), recap(run)
    names = [name for name in run.tables["total"].columns if name != "tersertifikasi"]
    for level, title in AREAS.items():
        if title not in book.sheetnames:
            assert len({row["kode"] for row in told[level] if row["kode"]}) < 2
            continue
        rows, (total, *_) = table(book, title)
        said = [name for name in names if column(name, language) in rows[0]]
        wanted = [[row[name] for name in said] for row in told[level]]
        agree([[row[column(name, language)] for name in said] for row in rows], wanted)
        agree([[total[column(name, language)] for name in said]], [[told["total"][name] for name in said]])
        assert {name for name in names if name not in said} <= {
            name for name in names if all(row[name] is None for row in told[level])
        }
    if told["tahun"]:
        rows, _ = table(book, "Tahun")
        agree(
            [list(row.values())[:5] for row in rows[1:]], [called(row.values(), language) for row in told["tahun"]]
        )
        assert rows[0][column("sisa_ha", language)] == pytest.approx(told["total"]["luas_delineasi_ha"])
    for name, title in MEMBERS.items():
        if title in book.sheetnames:
            rows, (added, again, once, *_) = table(book, title)
            agree(
                [list(row.values())[1:4] for row in rows], [called(row.values(), language) for row in told[name]]
            )
            sums = next(one for one in told["keanggotaan"] if one["tabel"] == name)
            agree([[list(one.values())[2] for one in (added, again, once)]],
                  [[sums[key] for key in ("jumlah_ha", "tumpang_tindih_ha", "gabungan_ha")]])  # fmt: skip
    if told["jumlah_sektor"]:
        rows, (total, *_) = table(book, "Jumlah sektor")
        agree([list(row.values()) for row in rows], [list(row.values()) for row in told["jumlah_sektor"]])
        assert list(total.values())[1] == pytest.approx(told["total"]["luas_delineasi_ha"])
    if told["simulasi"]:
        rows, _ = table(book, "Simulasi")
        keys = ("skenario", "luas_tertangani_ha", "persen_tertangani", "tambahan_ha", "sisa_ha")
        wanted = [called([row[key] for key in keys], language) for row in told["simulasi"]]
        agree([list(row.values()) for row in rows], wanted)
    rows = [[cell.value for cell in row] for row in book["Rekap"].iter_rows()]
    first = {row[1]: row[2:4] for row in rows if isinstance(row[0], int)}
    for name, share in (("luas_tertangani_ha", "persen_tertangani"), ("sisa_ha", "persen_sisa")):
        agree([first[say(f"tabel.angka_{name}", language)]], [[told["total"][name], told["total"][share]]])


def test_hectares_of_the_small_world_stand_where_a_reader_looks(small, tmp_path):
    book = shown(written(small, tmp_path / "tabel.xlsx"))
    years, (total, *_) = table(book, "Tahun")
    assert figures(years, "tahun_pertama", "sisa_ha") == [["awal", 4.0], ["2020", 3.0], ["2021", 2.5]]
    assert [row["Baru tertangani (ha)"] for row in years] == [None, 1.0, 0.5]
    assert total["Baru tertangani (ha)"] == pytest.approx(1.5)
    sectors, feet = table(book, "Sektor")
    assert figures(sectors, "sektor", "luas_ha") == [["drainase", 1.0], ["jalan", 1.0]]
    assert [row["Luas (ha)"] for row in feet[:3]] == [2.0, 0.5, 1.5]
    towns, (below, *_) = table(book, "Sinergi OPD")
    west = next(row for row in towns if row["Kelurahan/Desa"] == "Barat")
    assert (west["PU"], west["Perkim"], west["Tertangani, setiap lahan sekali (ha)"]) == (1.0, 1.0, 1.5)
    assert (below["PU"], below["Perkim"]) == (1.0, 1.0)


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_figure_of_the_sample_is_that_of_its_recap(sample, language, tmp_path):
    assert_is_the_recap(written(sample, tmp_path / "tabel.xlsx", language), sample, language)


def test_scores_are_those_of_the_recap(sample, tmp_path):
    sheet = shown(written(sample, tmp_path / "tabel.xlsx"))["Skor"]
    rows = {row[0].value: [cell.value for cell in row] for row in reversed(list(sheet.iter_rows()))}
    for year, told in sample.skor.rekap["tahun"].items():
        parts = [told[f"{code}_ha"] for code in ("TK", "KR", "KS", "KB", "tanpa_skor")]
        assert rows[year][1:6] == pytest.approx(parts)
        assert rows[year][6] == pytest.approx(sum(parts))
        assert rows[year][7:9] == pytest.approx([told["pengurangan_ha"], told["sisa_kumuh_ha"]])


def test_reconciliation_and_findings_are_those_of_the_run(sample, tmp_path):
    book = shown(written(sample, tmp_path / "tabel.xlsx"))
    rows, (total, *_) = table(book, "Rekonsiliasi")
    wanted = sample.tables["rekonsiliasi"]
    slums, whole = wanted[wanted["wilayah"] == "kumuh"], wanted[wanted["wilayah"] == "total"].iloc[0]
    assert [row["Selisih dengan SK (ha)"] for row in rows] == pytest.approx(list(slums["selisih_sk_ha"]))
    assert total["Selisih dengan verifikasi (ha)"] == pytest.approx(whole["selisih_verifikasi_ha"])
    found, _ = table(book, "Temuan")
    assert [row["Aturan"] for row in found] == list(sample.findings["aturan"])
    digests = {cell.value for row in book["Asal-usul"].iter_rows() for cell in row}
    assert {one.sha256 for one in sample.inputs} <= digests


@pytest.mark.libreoffice
def test_libreoffice_shows_numbers_as_they_are_read_in_indonesia(office, tmp_path):
    town = kelurahan().assign(geometry=[square(0, 0, 4000), square(4000, 0, 400)])
    slum = frame(kumuh_id=["A"], nama=["Satu"], kelurahan=["Barat"], luas_sk_ha=[1234.56],
                 geometry=[square(0, 0, 3086.4, 4000)])  # fmt: skip
    run = petakumuh.run(kumuh=slum, kelurahan=town)
    for language, wanted in (("id", '"1.234,56'), ("en", '"1,234.56')):
        text = office(written(run, tmp_path / "tabel.xlsx", language), CSV).read_text(encoding="utf-8")
        assert wanted in text


def hostile():
    """Slums, kelurahan, sectors, offices and funds called by whatever might run."""
    rows = range(len(PAYLOADS))
    slums = frame(
        kumuh_id=[f"K{at}" for at in rows],
        nama=PAYLOADS,
        kelurahan=["Barat" for _ in rows],
        luas_sk_ha=[0.01 for _ in rows],
        geometry=[square(20 * at, 0, 10) for at in rows],
    )
    towns = kelurahan().assign(nama=["=1+1", "<r><t></r>"], kecamatan=["=HYPERLINK(1)", "@x"])
    done = frame(
        id=[f"P{at}" for at in rows],
        **dict.fromkeys(("nama", "sektor", "opd", "sumber_dana"), PAYLOADS),
        tahun=["2020" for _ in rows],
        status=["selesai" for _ in rows],
        geometry=[square(20 * at, 0, 5) for at in rows],
    )
    run = petakumuh.run(kumuh=slums, kelurahan=towns, penanganan=done)
    wilayah = dataclasses.replace(run.recipe.wilayah, judul="=1+1\x07 </c> &")
    return dataclasses.replace(run, recipe=dataclasses.replace(run.recipe, wilayah=wilayah))


@pytest.mark.libreoffice
def test_what_data_say_stays_text_and_the_book_whole(office, tmp_path):
    path = written(hostile(), tmp_path / "tabel.xlsx")
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            content = parts.read(name)
            assert b'TargetMode="External"' not in content
            assert "external" not in name.casefold()
            ET.fromstring(content)
    told = set()
    for sheet in openpyxl.load_workbook(path):
        assert re.fullmatch(r"[^\[\]:*?/\\]{1,31}", sheet.title)
        for row in sheet.iter_rows():
            told |= {unescape(cell.value) for cell in row if cell.data_type in ("s", "inlineStr")}
            live = [cell.value for cell in row if cell.data_type == "f"]
            assert all(re.fullmatch(r"=[\w\s$.,:()/*+'-]+", one) for one in live)
            assert not [cell for cell in row if cell.hyperlink and cell.hyperlink.target]
    assert {one for one in PAYLOADS if one.isprintable() and not one.startswith("<r>")} <= told
    assert {"<r><t>x</r>", "<r><b></r>"} <= {one.strip() for one in told}
    assert shown(office(path)).sheetnames == openpyxl.load_workbook(path).sheetnames


def test_codes_are_text_and_numbers_are_numbers(sample, tmp_path):
    sheet = openpyxl.load_workbook(written(sample, tmp_path / "tabel.xlsx"))["Kecamatan"]
    low = int(re.sub(r"\D", "", sheet.auto_filter.ref.split(":")[0]))
    code, area = sheet.cell(low + 1, 2), sheet.cell(low + 1, 6)
    assert (code.value, code.number_format) == (str(sample.tables["kecamatan"]["kode"].iloc[0]), "@")
    assert (area.data_type, area.number_format) == ("n", "[$-421]#,##0.0000_)")


def test_sheets_are_laid_out_for_paper(sample, tmp_path):
    for sheet in openpyxl.load_workbook(written(sample, tmp_path / "tabel.xlsx")):
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.right.text
        if sheet.title not in ("Rekap", "Skor", "Asal-usul"):
            assert sheet.freeze_panes
            assert sheet.print_title_rows


def test_the_same_run_gives_the_same_bytes(small, tmp_path):
    first, second = (written(small, tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert first == second


@pytest.mark.libreoffice
def test_rows_beyond_a_sheet_go_on_to_the_next_and_are_added_up(sample, office, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "MOST", 60)
    path = written(sample, tmp_path / "tabel.xlsx")
    book = shown(path)
    assert {"Kumuh (RT)", "Kumuh (RT) (2)", "Temuan (2)"} <= set(book.sheetnames)
    rows = [row for name in ("Kumuh (RT)", "Kumuh (RT) (2)") for row in table(book, name)[0]]
    assert [row["No."] for row in rows] == list(range(1, len(sample.tables["kumuh"]) + 1))
    _, (total, *_) = table(book, "Kumuh (RT) (2)")
    assert total["Sisa (ha)"] == pytest.approx(sample.tables["total"]["sisa_ha"].iloc[0])
    assert_worked_out_alike(path, office, tmp_path)


def test_a_run_without_works_says_which_sheets_are_not_there(tmp_path):
    book = shown(written(petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan()), tmp_path / "tabel.xlsx"))
    assert "Tahun" not in book.sheetnames
    told = [cell.value for row in book["Rekap"].iter_rows() for cell in row if cell.value]
    assert any("Tahun, Sektor, OPD" in str(one) for one in told)


def test_the_letterhead_of_the_recipe_stands_on_the_first_sheet(small, tmp_path):
    (tmp_path / "logo.png").write_bytes(PNG)
    told = {"pemda": "Pemerintah Kota Uji", "dinas": "Dinas Perkim", "nomor": "1/2", "tanggal": "2024"}
    kop = Letterhead(**told, logo="logo.png", folder=str(tmp_path))
    run = dataclasses.replace(small, recipe=dataclasses.replace(small.recipe, kop=kop))
    path = written(run, tmp_path / "tabel.xlsx")
    lines = [row[0].value for row in shown(path)["Rekap"].iter_rows(max_row=10)]
    assert lines[:2] == ["PEMERINTAH KOTA UJI", "DINAS PERKIM"]
    assert "Nomor: 1/2 · Data per 2024" in lines
    with zipfile.ZipFile(path) as parts:
        assert parts.read("xl/media/image1.png") == PNG


def test_the_annex_lists_every_slum_with_its_hectares(small, tmp_path):
    sheet = shown(written(small, tmp_path / "tabel.xlsx"))["Lampiran SK"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    listed = {row[1]: row[-2:] for row in rows if isinstance(row[0], int)}
    assert listed == {"Satu": [2.0, 2.0], "Dua": [1.0, 1.0], "Tiga": [1.5, 1.0]}
    assert next(row[-2:] for row in rows if row[0] == "JUMLAH") == [4.5, 4.0]


def test_charts_are_live_and_show_their_figures_at_once(small, tmp_path):
    path = written(small, tmp_path / "tabel.xlsx")
    with zipfile.ZipFile(path) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if "charts/chart" in name]
    progress = next(one for one in charts if "Kemajuan menuju 0 ha" in one)
    assert "<c:f>Tahun!$E$" in progress
    assert "<c:v>2.5</c:v>" in progress


def test_works_of_the_hand_made_world_need_no_year(tmp_path):
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(tahun=[None, None, None]))
    rows, _ = table(shown(written(run, tmp_path / "tabel.xlsx")), "Tahun")
    assert figures(rows, "tahun_pertama", "sisa_ha") == [["awal", 4.0], ["Tanpa tahun", 2.5]]


def test_english_has_words_of_its_own_for_status_acts_and_what_files_do_not_say(tmp_path):
    done = works(opd=["PU", None, "PU"])
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=done)
    book = shown(written(run, tmp_path / "tabel.xlsx", "en"))
    sheets = [sheet for sheet in book if sheet.title != "Asal-usul"]  # where the recipe is quoted
    words = {cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row}
    assert {"done (selesai)", "planned (rencana)", "(not stated)", "noted"} <= words
    assert not {"selesai", "rencana", "(kosong)", "dicatat"} & words


def charts_of(path):
    with zipfile.ZipFile(path) as parts:
        return [parts.read(name).decode() for name in parts.namelist() if "charts/chart" in name]


def test_one_year_and_one_sector_have_no_chart(tmp_path):
    done = works(tahun=["2020", "2020", "2025"], sektor=["jalan"] * 3)
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=done)
    titles = " ".join(charts_of(written(run, tmp_path / "tabel.xlsx")))
    assert "menurut OPD" in titles
    assert "Kemajuan menuju 0 ha" not in titles
    assert "menurut Sektor" not in titles


def test_titles_say_what_a_row_is(small, tmp_path):
    book = shown(written(small, tmp_path / "tabel.xlsx"))
    assert book["Kumuh (RT)"]["A1"].value == "Penanganan kumuh per lokasi kumuh – Kota Uji, Uji"
    assert book["Kelurahan"]["A1"].value == "Penanganan kumuh per Kelurahan/Desa – Kota Uji, Uji"
