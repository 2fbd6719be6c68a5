"""The report: figures as in the recap, text that stays text, templates, and pages that LibreOffice draws."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import pytest

import petakumuh
from petakumuh.errors import InputError, OutputError
from petakumuh.present import report
from petakumuh.present.report.chapter import chapter
from petakumuh.present.report.document import Figure, Heading, Paragraph, Table
from petakumuh.present.report.left import NO_WORKS, NOT_COUNTED, reasons
from petakumuh.present.tables import recap
from petakumuh.text import number
from tests.conftest import kelurahan, kumuh, square, works

docx = pytest.importorskip("docx")

HOSTILE = ["A & B <x>", "=cmd|' /C calc'!A0", "a\x00b\x1bc", "${7*7}{{7*7}}"]


@pytest.fixture(autouse=True)
def one_map(monkeypatch):
    """One small picture for the maps, whose drawing has tests of its own."""
    from petakumuh.present import atlas

    drawn = atlas.Picture("Sebaran", lambda _: DOT)
    monkeypatch.setattr(atlas, "pictures", lambda _, __: {"sebaran": drawn})


def picture(size: int) -> bytes:
    from io import BytesIO

    from matplotlib.figure import Figure as Canvas

    made = BytesIO()
    Canvas(figsize=(size, size)).savefig(made, format="png", dpi=20, metadata={"Software": None})
    return made.getvalue()


DOT = picture(4)


def written(run, folder, language="id"):
    for name, write in report.files(run, language).items():
        write(folder / name)
    return folder


def word_text(path) -> str:
    document = docx.Document(path)
    cells = (t.text or "" for t in document.element.body.iter(docx.oxml.ns.qn("w:t")))
    return "\n".join(cells)


class Page(HTMLParser):
    """Tags and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, _):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def page_of(path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def says_the_recap(run, folder, language="id"):
    """Hold both files against the recap: every row of every level, by its name and figures."""
    told = json.loads(json.dumps(recap(run)))
    document = docx.Document(folder / "laporan.docx")
    rows = [[one.text for one in row.cells] for table in document.tables for row in table.rows]
    page = " ".join(page_of(folder / "laporan.html").words)
    wanted = ("luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha")
    for row in [*told["kelurahan"], told["total"]]:
        figures = [number(row[name], language=language) for name in wanted]
        assert any(all(one in cells for one in figures) for cells in rows)
        assert all(one in page for one in figures)


def test_figures_in_both_files_equal_the_recap(sample, tmp_path):
    says_the_recap(sample, written(sample, tmp_path))


def test_the_headline_figures_of_the_sample_are_those_of_the_programme(sample, tmp_path):
    folder = written(sample, tmp_path)
    for text in (word_text(folder / "laporan.docx"), "".join(page_of(folder / "laporan.html").words)):
        for figure in ("202,43 ha", "189,29 ha", "13,14 ha", "93,51 %", "6,49 %"):
            assert figure in text


def test_english_speaks_english_and_writes_numbers_so(small, tmp_path):
    folder = written(small, tmp_path, "en")
    text = word_text(folder / "laporan.docx")
    assert "4.00 ha" in text
    assert "What Is Left and Why" in text
    assert '<html lang="en">' in (folder / "laporan.html").read_text(encoding="utf-8")
    assert docx.Document(folder / "laporan.docx").core_properties.language == "en-GB"


def test_the_same_run_gives_the_same_bytes(small, tmp_path):
    first, second = (tmp_path / one for one in "ab")
    for folder in (first, second):
        folder.mkdir()
        written(small, folder)
    for name in ("laporan.docx", "laporan.html"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    with zipfile.ZipFile(first / "laporan.docx") as package:
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_ground_left_has_one_cause_and_closes_with_the_run(sample):
    why = reasons(sample)
    left = sample.table("kumuh").set_index("kumuh_id")["sisa_ha"]
    assert why.sum(axis=1).reindex(left.index).to_numpy() == pytest.approx(left.to_numpy(), abs=1e-9)
    plans = sample.table("simulasi")["tambahan_ha"].tolist()
    assert why[["berjalan", "rencana"]].sum().tolist() == pytest.approx(plans[1:])


def test_ground_under_a_plan_is_told_from_ground_under_nothing(small):
    why = reasons(small)
    # The plan covers all of B; of A nothing is left but what no work covers; C has no works.
    assert why.loc["B", "rencana"] == pytest.approx(1.0)
    assert why.loc["A", NO_WORKS] == pytest.approx(0.5)
    assert why.loc["C", NO_WORKS] == pytest.approx(1.0)
    assert why[NOT_COUNTED].sum() == 0


def named(first, second, third, fourth):
    """The small world with names of slums, towns, offices and sectors, and of the run itself."""
    return petakumuh.run(
        kumuh=kumuh().assign(nama=[first, second, third]).drop(columns="kelurahan"),
        kelurahan=kelurahan().assign(nama=[first, fourth], kecamatan=second),
        penanganan=works(opd=[first, second, fourth], sektor=[fourth, first, "jalan"]),
        wilayah={"judul": first + fourth, "penyusun": second},
    )


def test_hostile_names_stay_text(tmp_path):
    folder = written(named(*HOSTILE), tmp_path)
    text = word_text(folder / "laporan.docx")
    page = page_of(folder / "laporan.html")
    for name in (HOSTILE[0], HOSTILE[1], "a\ufffdb\ufffdc", HOSTILE[3]):
        assert name in text
        assert name in " ".join(page.words)
    assert not {"script", "x", "iframe"} & set(page.tags)
    assert page.tags.count("img") == 3


def test_a_page_of_hostile_names_has_the_elements_of_a_plain_one(tmp_path):
    hostile = page_of(written(named(*HOSTILE), tmp_path) / "laporan.html").tags
    assert hostile == page_of(written(named("a", "b", "c", "d"), tmp_path) / "laporan.html").tags


def test_the_page_needs_nothing_from_anywhere(small, tmp_path):
    text = (written(small, tmp_path) / "laporan.html").read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", text)
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import", text)


def test_captions_are_fields_and_pictures_have_words(small, tmp_path):
    path = written(small, tmp_path) / "laporan.docx"
    document = docx.Document(path)
    body = document.element.body
    asked = [one.text.strip() for one in body.iter(docx.oxml.ns.qn("w:instrText"))]
    made = chapter(small, "id")
    tables = sum(isinstance(one, Table) for one in made.blocks)
    figures = sum(isinstance(one, Figure) for one in made.blocks)
    assert asked.count(r"SEQ Tabel \* ARABIC") == tables > 8
    assert asked.count(r"SEQ Gambar \* ARABIC") == figures == 3
    assert sum(one.startswith("TOC") for one in asked) == 1
    captions = [one.text for one in document.paragraphs if one.style.name == "Caption"]
    assert [one.split(".")[0] for one in captions if one.startswith("Tabel")] == [
        f"Tabel {at}" for at in range(1, tables + 1)
    ]
    alts = [one.get("descr") for one in body.iter(docx.oxml.ns.qn("wp:docPr"))]
    assert len(alts) == figures
    assert all(alts)


def test_every_table_repeats_its_head_and_fits_its_page(sample, tmp_path):
    document = docx.Document(written(sample, tmp_path) / "laporan.docx")
    qn = docx.oxml.ns.qn
    room = document.sections[-1]
    for table in document.tables[1:]:
        assert table._tbl.find(f"{qn('w:tr')}/{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        widths = [int(one.get(qn("w:w"))) for one in table._tbl.iter(qn("w:gridCol"))]
        assert sum(widths) * 635 <= room.page_width
    assert {one.orientation for one in document.sections} == set(docx.enum.section.WD_ORIENT)


def template(folder, name="templat.docx", *, drop=()):
    """A user's document: a page of A5, a title, one captioned table, red headings."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = docx.shared.Mm(148), docx.shared.Mm(210)
    document.styles["Heading 1"].font.color.rgb = docx.shared.RGBColor(0xFF, 0, 0)
    document.add_paragraph("Bab milik dinas")
    held = document.add_paragraph("Tabel 1")._p
    mark = docx.oxml.OxmlElement("w:fldSimple")
    mark.set(docx.oxml.ns.qn("w:instr"), r" SEQ Tabel \* ARABIC ")
    held.append(mark)
    for one in drop:
        document.styles[one].delete()
    document.save(folder / name)
    return folder / name


def in_template(run, path):
    kept = replace(run.recipe.keluaran, templat=path.name, folder=str(path.parent))
    return replace(run, recipe=replace(run.recipe, keluaran=kept))


def test_a_template_keeps_its_content_styles_and_pages(small, tmp_path):
    run = in_template(small, template(tmp_path))
    document = docx.Document(written(run, tmp_path) / "laporan.docx")
    texts = [one.text for one in document.paragraphs]
    assert texts[0] == "Bab milik dinas"
    title = next(one for one in document.paragraphs if one.style.name == "Heading 1")
    assert title.text == "Hasil Penghitungan Luas Penanganan Permukiman Kumuh"
    assert title.style.font.color.rgb == docx.shared.RGBColor(0xFF, 0, 0)
    sides = {frozenset((one.page_width.mm, one.page_height.mm)) for one in document.sections}
    assert len(sides) == 1
    assert sorted(round(side) for side in next(iter(sides))) == [148, 210]
    captions = [one.text for one in document.paragraphs if one.style.name == "Caption"]
    assert captions[0].startswith("Tabel 2.")
    assert document.tables[1].style.name == "Table Grid"


def test_a_template_without_our_styles_is_given_them(small, tmp_path):
    path = template(tmp_path, drop=("Heading 2", "Caption", "Table Grid", "Body Text"))
    document = docx.Document(written(in_template(small, path), tmp_path) / "laporan.docx")
    assert {"Heading 2", "Caption"} <= {one.style.name for one in document.paragraphs}


def test_a_template_that_is_no_document_is_refused_with_its_name(small, tmp_path):
    (tmp_path / "rusak.docx").write_text("bukan dokumen")
    with pytest.raises(OutputError, match=r"rusak\.docx"):
        written(in_template(small, tmp_path / "rusak.docx"), tmp_path)


def test_a_word_template_opens_as_a_document(small, tmp_path):
    source = template(tmp_path)
    target = tmp_path / "dinas.dotx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"document.main+xml", b"template.main+xml"))
    document = docx.Document(written(in_template(small, target), tmp_path) / "laporan.docx")
    assert document.paragraphs[0].text == "Bab milik dinas"


def headed(run, folder, logo: bytes):
    (folder / "logo.png").write_bytes(logo)
    head = replace(
        run.recipe.kop,
        pemda="Pemerintah Kota Uji",
        dinas="Dinas <b>",
        nomor="600/17",
        logo="logo.png",
        folder=str(folder),
    )
    return replace(run, recipe=replace(run.recipe, kop=head))


def test_a_template_without_a_letterhead_is_given_that_of_the_recipe(small, tmp_path):
    run = headed(in_template(small, template(tmp_path)), tmp_path, DOT)
    document = docx.Document(written(run, tmp_path) / "laporan.docx")
    texts = [one.text for one in document.paragraphs]
    title = texts.index("Hasil Penghitungan Luas Penanganan Permukiman Kumuh")
    assert texts[title - 3 : title + 2] == ["", "Pemerintah Kota Uji", "Dinas <b>", texts[title], "Nomor: 600/17"]
    assert len(document.inline_shapes) == 4  # the logo, a map, two charts


def test_a_template_with_its_own_letterhead_keeps_it_alone(small, tmp_path):
    path = template(tmp_path)
    document = docx.Document(path)
    document.sections[0].header.paragraphs[0].text = "PEMERINTAH  KOTA UJI"
    document.add_paragraph("Nomor dokumen 600/17")
    document.save(path)
    run = headed(in_template(small, path), tmp_path, DOT)
    document = docx.Document(written(run, tmp_path) / "laporan.docx")
    texts = [one.text for one in document.paragraphs]
    assert not {"Pemerintah Kota Uji", "Dinas <b>", "Nomor: 600/17"} & set(texts)
    assert len(document.inline_shapes) == 3


def test_the_contents_show_every_heading_before_they_are_brought_up_to_date(small, tmp_path):
    document = docx.Document(written(small, tmp_path) / "laporan.docx")
    qn = docx.oxml.ns.qn
    lines = [
        "".join(one.text or "" for one in line._p.iter(qn("w:t")))
        for line in document.paragraphs
        if line.style.style_id.startswith("TOC")
    ]
    wanted = [one.text for one in chapter(small, "id").blocks if isinstance(one, Heading)]
    assert [line.split(" ", 1)[1] for line in lines] == wanted
    assert document.settings.element.find(qn("w:updateFields")).get(qn("w:val")) == "true"


def test_the_letterhead_stands_on_the_first_page(small, tmp_path):
    folder = written(headed(small, tmp_path, DOT), tmp_path)
    first = [one.text for one in docx.Document(folder / "laporan.docx").paragraphs][:3]
    assert first == ["", "Pemerintah Kota Uji", "Dinas <b>"]
    assert page_of(folder / "laporan.html").tags.count("img") == 4


def test_a_logo_that_is_no_picture_is_refused_with_its_name(small, tmp_path):
    with pytest.raises(InputError, match=r"logo\.png"):
        written(headed(small, tmp_path, b"GIF89a"), tmp_path)


def test_works_that_handle_nothing_share_no_ground_and_hide_no_office(tmp_path):
    planned = works(status=["rencana"] * 3)
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=planned)
    text = word_text(written(run, tmp_path) / "laporan.docx")
    assert "belum ada lahan kumuh yang tertangani" in text
    assert "tidak menyebutkan perangkat daerah" not in text
    assert "banyak kegiatan berada di lahan yang sama" not in text


def test_a_run_without_works_says_that_none_were_surveyed(tmp_path):
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan())
    text = word_text(written(run, tmp_path) / "laporan.docx")
    assert "bukan berarti belum ada penanganan" in text
    assert "tidak menyebutkan perangkat daerah" in text


def test_works_without_status_are_named_and_no_overlap_is_told_where_the_figures_are_the_same(tmp_path):
    told = works().drop(columns="status").iloc[[0]]
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=told)
    page = (written(run, tmp_path) / "laporan.html").read_text("utf-8")
    assert "tidak menyebut status, sehingga seluruh kegiatannya dihitung selesai" in page
    assert "Penanganan yang berimpit" not in page


def table_of(run, words, language="id"):
    """The one table of a chapter whose caption begins so."""
    (found,) = (
        one for one in chapter(run, language).blocks if isinstance(one, Table) and one.caption.startswith(words)
    )
    return found


def said(run, language="id"):
    return " ".join(one.text for one in chapter(run, language).blocks if isinstance(one, Paragraph))


def figures_of(run):
    return [one.caption for one in chapter(run, "id").blocks if isinstance(one, Figure)]


def test_what_no_slum_says_has_no_column_but_a_note():
    towns = kelurahan().drop(columns="kecamatan")
    run = petakumuh.run(kumuh=kumuh().drop(columns="nama"), kelurahan=towns, penanganan=works())
    table = table_of(run, "Daftar lokasi kumuh")
    assert [one.title for one in table.columns][:3] == ["No.", "Id kumuh", "Kelurahan/Desa"]
    assert (
        table.note
        == "Data masukan tidak memuat nama lokasi, kecamatan, dan tingkat kekumuhan; kolomnya tidak ditampilkan."
    )
    assert {len(row.cells) for row in table.rows} == {len(table.columns)}
    assert table.rows[-1].cells[:3] == ("", "Jumlah", "")
    outside = table_of(run, "Lokasi kumuh dengan lahan di luar")
    assert outside.rows[-1].cells == ("Jumlah seluruh lokasi", "", "0,5000")


def test_what_some_slums_say_keeps_its_column(small):
    table = table_of(small, "Daftar lokasi kumuh")
    assert "Nama lokasi" in [one.title for one in table.columns]
    assert "nama lokasi" not in table.note


def test_a_single_year_has_no_chart_but_a_sentence():
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(tahun=["2020", "2020", "2025"]))
    assert figures_of(run) == ["Sebaran, Kota Uji, Uji", "Luas tertangani per sektor, Kota Uji, Uji"]
    assert "hanya menyebutkan satu tahun, yaitu 2020" in said(run)
    unknown = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(tahun=[None] * 3))
    assert len(figures_of(unknown)) == 2
    assert "Data penanganan tidak menyebutkan tahun" in said(unknown)


def test_a_single_sector_has_no_chart_but_a_sentence():
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works(sektor=["jalan"] * 3))
    assert not [one for one in figures_of(run) if "per sektor" in one]
    assert "dicatat pada satu sektor, yaitu Jalan." in said(run)


def test_causes_of_no_ground_have_no_column(small):
    # B is left under a plan, A and C under nothing; nothing is under way.
    table = table_of(small, "Lokasi kumuh dengan sisa terluas")
    assert [one.title for one in table.columns][-2:] == ["Rencana", "Tanpa kegiatan"]
    assert "0 ha tidak dirinci" in table.note
    alone = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works().iloc[:2])
    table = table_of(alone, "Lokasi kumuh dengan sisa terluas")
    assert table.columns[-1].title == "Sisa (ha)"
    assert table.note == "Penyebab seluruh sisa ini satu, yaitu: Belum ada kegiatan yang tercatat."


def test_nothing_is_counted_as_zero_of_them():
    every = works(status=["selesai"] * 3, geometry=[square(0, 0, 100), square(750, 0, 50), square(350, 200, 50)])
    slums = kumuh().assign(luas_sk_ha=[2.0, 1.0, 1.0])
    text = said(petakumuh.run(kumuh=slums, kelurahan=kelurahan(), penanganan=every))
    assert "pada 3 lokasi, yang seluruhnya telah tertangani sebagian" in text
    assert "tidak ada yang berbeda lebih dari 0,005 ha" in text


def test_english_has_words_of_its_own_for_status_and_zone(small, tmp_path):
    folder = written(small, tmp_path, "en")
    text = " ".join(page_of(folder / "laporan.html").words)
    assert "only works with the status done (selesai) count" in text
    assert "Done (selesai) + under way (berjalan) + planned (rencana)" in text
    assert "UTM Zone 49S" in text
    assert "Zona" not in text
