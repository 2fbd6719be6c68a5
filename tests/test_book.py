"""Workbooks on paper: numbers are read in the language asked for, whatever the machine speaks."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

import petakumuh
from petakumuh.present import tablebook
from tests.conftest import frame, kelurahan, square
from tests.test_workbook import examples, write

MARKS = {"id": (",", "."), "en": (".", ",")}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """LibreOffice and poppler: the words on the pages of workbooks, one text a workbook."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc)")
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler is not installed (Debian: poppler-utils)")
    profile = tmp_path_factory.mktemp("profil").as_uri()

    def read(path):
        command = ["pdftotext", "-layout", path, "-"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def words(*paths):
        place = tmp_path_factory.mktemp("cetak")
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir"]
        subprocess.run([*command, place, *paths], check=True, capture_output=True, timeout=300)
        return [read(place / f"{one.stem}.pdf") for one in paths]

    return words


def assert_read_in(language, page):
    """Each number with decimals, and each of thousands, has the marks of its language."""
    decimal, thousand = MARKS[language]
    assert re.search(rf"\d\{decimal}\d\d\b", page)
    assert not re.search(rf"(?<![\d.,])\d+\{thousand}\d\d(?:\d\d)?(?![\d.,])", page)


@pytest.mark.libreoffice
@pytest.mark.poppler
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_pages_of_official_sheets_and_scores_show_numbers_of_their_language(language, printed, tmp_path):
    folder = write(examples(), tmp_path, language)
    sheets, scores = next((folder / "lembar").glob("*.xlsx")), folder / "skor.xlsx"
    for pages in printed(sheets, scores):
        assert_read_in(language, pages.split("\f")[0])  # the rule set, further on, is quoted in its own words


@pytest.mark.libreoffice
@pytest.mark.poppler
@pytest.mark.parametrize(("language", "wanted"), [("id", "1.234,56"), ("en", "1,234.56")])
def test_the_pages_of_tables_show_numbers_of_their_language(language, wanted, printed, tmp_path):
    town = kelurahan().assign(geometry=[square(0, 0, 4000), square(4000, 0, 400)])
    slum = frame(kumuh_id=["A"], nama=["Satu"], kelurahan=["Barat"], luas_sk_ha=[1234.56],
                 geometry=[square(0, 0, 3086.4, 4000)])  # fmt: skip
    run = petakumuh.run(kumuh=slum, kelurahan=town)
    path = tmp_path / "tabel.xlsx"
    tablebook.files(run, language)["tabel.xlsx"](path)
    (page,) = printed(path)
    assert wanted in page
    assert_read_in(language, page)
