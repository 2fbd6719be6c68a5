"""The content of the document, block by block."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Emu, Mm

from petakumuh.present.report.document import Figure, Heading, Headline, Paragraph, Points, Table, Turn
from petakumuh.present.report.inert import plain
from petakumuh.present.report.word.look import INK, SOFT
from petakumuh.present.report.word.tables import headline_table, table_element
from petakumuh.present.report.word.xml import add, field, new, paragraph, run

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section

    from petakumuh.present.report.document import Block, Chapter
    from petakumuh.present.report.word.look import Look
    from petakumuh.present.report.word.xml import Properties

__all__ = ["Body"]

_PICTURE = 0.62
"""The share of a page's text that a picture is at most high."""
_OWN = (Heading, Paragraph, Turn)
"""Blocks that no words before them lead to."""
_NOTHING: Properties = {"spacing": {"before": 0, "after": 0, "line": 20, "lineRule": "exact"}}


class Body:
    """Writes blocks behind one another."""

    def __init__(self, document: Document, chapter: Chapter, look: Look) -> None:
        """Take a document in its look."""
        self._document, self._chapter, self._look = document, chapter, look
        self._body: Any = document.element.body
        self._counts = dict(look.counts)
        self._headings = 0

    def behind(self) -> None:
        """Begin behind the content of a template, on a new page; no letterhead where it has its own."""
        if any(one.tag == qn("w:tbl") or one.xpath(".//w:t | .//w:drawing | .//w:pict") for one in self._body):
            self._section(wide=None)
        if not any(map(self._printed, self._chapter.letterhead)):
            self._letterhead()
        self._new(self._look.headings[1], text=self._chapter.title)
        self._facts()

    def front(self) -> None:
        """Write the first page: letterhead, title, contents; and the foot of all pages."""
        chapter = self._chapter
        self._letterhead()
        self._new(self._look.headings[1], {"spacing": {"before": 360, "after": 120}}, chapter.title)
        large: Properties = {"b": {}, "color": {"val": INK}, "sz": {"val": 24}}
        soft: Properties = {"color": {"val": SOFT}, "sz": {"val": 22}}
        if chapter.subtitle:
            self._new(None, {"spacing": {"after": 40}}, chapter.subtitle, large)
        self._new(None, {"spacing": {"after": 120}}, chapter.region, soft)
        self._facts()
        title: Properties = {"b": {}, "color": {"val": INK}, "sz": {"val": 26}}
        self._new(
            None, {"keepNext": {}, "spacing": {"before": 320, "after": 120}}, chapter.words["daftar_isi"], title
        )
        self._contents()
        self._foot()

    def add(self, block: Block, behind: Block | None = None) -> None:
        """Write one block; words that lead to the block behind them stay on its page."""
        match block:
            case Heading():
                self._heading(block)
            case Paragraph():
                kept: Properties = {} if behind is None or isinstance(behind, _OWN) else {"keepNext": {}}
                shape = {**kept, "spacing": self._below(), "jc": {"val": "both"}}
                self._new(self._look.text, shape, block.text)
            case Points():
                self._points(block)
            case Headline():
                self._put(headline_table(block, self._width))
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)
            case Turn():
                self._section(wide=block.wide)

    @property
    def _last(self) -> Section:
        return self._document.sections[-1]

    @property
    def _width(self) -> int:
        """Width of the text in EMU."""
        section = self._last
        return int((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))

    @property
    def _height(self) -> int:
        section = self._last
        return int((section.page_height or 0) - (section.top_margin or 0) - (section.bottom_margin or 0))

    def _put(self, element: Any) -> Any:
        """Append an element before the properties of the last section."""
        self._body.sectPr.addprevious(element)
        return element

    def _new(
        self, style: str | None, shape: Properties | None = None, text: str = "", font: Properties | None = None
    ) -> Any:
        """Append a paragraph."""
        made = self._put(paragraph(new("body"), style, shape))
        if text:
            run(made, text, font)
        return made

    def _letterhead(self) -> None:
        """Write government and office, the picture above them, a line below."""
        chapter = self._chapter
        if chapter.logo:
            made = self._new(None, {"keepNext": {}, "spacing": {"after": 80}, "jc": {"val": "center"}})
            self._picture(made, chapter.logo, Mm(60), Mm(20), " ".join(chapter.letterhead))
        for at, one in enumerate(chapter.letterhead):
            last = at == len(chapter.letterhead) - 1
            shape: Properties = {"spacing": {"after": 120 if last else 0}, "jc": {"val": "center"}}
            made = self._new(None, shape, one, {"b": {}, "sz": {"val": 24 if at else 28}})
            if last:
                edges = new("pBdr")
                add(edges, "bottom", val="thinThickSmallGap", sz=18, space=6, color="000000")
                made.pPr.insert(0, edges)

    def _printed(self, text: str) -> bool:
        """Whether a template says a text itself."""
        return " ".join(plain(text).casefold().split()) in self._look.printed

    def _facts(self) -> None:
        """Write number, date and author, but for those that a template says itself."""
        for label, value in self._chapter.facts:
            if not self._printed(value):
                self._new(None, {"spacing": {"after": 20}}, f"{label}: {value}")

    def _contents(self) -> None:
        """Write the table of contents: a field that shows the headings, and their pages once it is updated."""
        listed = [one for one in self._chapter.blocks if isinstance(one, Heading)]
        section = part = 0
        for at, one in enumerate(listed, 1):
            section, part = (section + 1, 0) if one.level == 2 else (section, part + 1)  # noqa: PLR2004 - of three
            line = self._new(f"TOC{one.level}")
            if at == 1:
                add(run(line), "fldChar", fldCharType="begin")
                add(run(line), "instrText").text = r' TOC \o "2-3" \h \z \u '
                add(run(line), "fldChar", fldCharType="separate")
            link = add(line, "hyperlink", anchor=_bookmark(at), history=1)
            run(link, f"{section}.{part or ''} {one.text}")
            if at == len(listed):
                add(run(line), "fldChar", fldCharType="end")

    def _foot(self) -> None:
        """Write region and page at the foot of every page."""
        words = self._chapter.words
        foot = self._last.footer
        foot.is_linked_to_previous = False
        made: Any = foot.paragraphs[0]._p  # noqa: SLF001 - elements are built by us
        shape = made.get_or_add_pPr()
        add(add(shape, "pBdr"), "top", val="single", sz=4, space=4, color="A6A6A6")
        add(shape, "jc", val="right")
        font: Properties = {"color": {"val": SOFT}, "sz": {"val": 16}}
        run(made, f"{self._chapter.region}  ·  {words['halaman']} ", font)
        field(made, "PAGE", "1", font)
        run(made, f" {words['dari']} ", font)
        field(made, "NUMPAGES", "1", font)

    def _heading(self, block: Heading) -> None:
        """Write a heading; in a template the first stands below that of the chapter."""
        self._headings += 1
        turned = block.new_page and not self._fresh() and (self._look.own or self._headings > 1)
        made = self._new(self._look.headings[block.level], {"pageBreakBefore": {}} if turned else {})
        if self._look.own:
            add(made, "bookmarkStart", id=self._headings, name=_bookmark(self._headings))
        run(made, block.text)
        if self._look.own:
            add(made, "bookmarkEnd", id=self._headings)

    def _fresh(self) -> bool:
        """Whether a page has just begun: the last thing written ends a section."""
        before = self._body.sectPr.getprevious()
        return before is not None and before.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None

    def _points(self, block: Points) -> None:
        number = self._look.numbers if block.numbered else self._look.bullets
        for item in block.items:
            room = {**self._below(), "after": 60}
            # Not justified: the names of files do not break, and would tear the words before them apart.
            made = self._new(self._look.text, {"numPr": {}, "spacing": room, "jc": {"val": "left"}})
            listed = made.pPr.find(qn("w:numPr"))
            add(listed, "ilvl", val=0)
            add(listed, "numId", val=number)
            head, mark, rest = item.partition(":")
            run(made, head + mark, {"b": {}})
            run(made, rest)

    def _caption(self, key: str, text: str, shape: Properties) -> None:
        """Write a caption with its number: a field that Word goes on counting."""
        word = self._chapter.words[key]
        self._counts[word] = self._counts.get(word, 0) + 1
        made = self._new(self._look.caption, shape)
        run(made, f"{word} ")
        field(made, rf"SEQ {word} \* ARABIC", str(self._counts[word]))
        run(made, f". {text}")

    def _table(self, block: Table) -> None:
        self._caption("tabel", block.caption, {"keepNext": {}, "spacing": self._below()})
        self._put(table_element(block, self._width, self._look))
        if block.note:
            shape: Properties = {"spacing": {"before": 60, "after": 160, "line": 240, "lineRule": "auto"}}
            self._new(None, shape, block.note, {"i": {}, "color": {"val": SOFT}, "sz": {"val": 16}})

    def _below(self) -> dict[str, object]:
        """Give the room above a paragraph that stands below a table."""
        return {"before": 160} if self._body.sectPr.getprevious().tag == qn("w:tbl") else {}

    def _figure(self, block: Figure) -> None:
        made = self._new(None, {"keepNext": {}, "spacing": {"before": 120, "after": 40}, "jc": {"val": "center"}})
        self._picture(made, block.png(block.dpi), self._width, int(self._height * _PICTURE), block.alt)
        self._caption("gambar", block.caption, {"spacing": {"before": 0, "after": 200}, "jc": {"val": "center"}})

    def _picture(self, made: Any, content: bytes, width: int, height: int, alt: str) -> None:
        """Put a picture into a paragraph, as large as it may be."""
        held = self._document.add_paragraph()
        shape = held.add_run().add_picture(BytesIO(content))
        scale = min(width / shape.width, height / shape.height)
        shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
        inline = shape._inline  # noqa: SLF001 - python-docx has neither alt text nor distances
        inline.docPr.set("descr", plain(alt))
        for side in "TBLR":  # else LibreOffice moves it aside
            inline.set(f"dist{side}", "0")
        made.append(held.runs[0]._r)  # noqa: SLF001 - elements are built by us
        self._body.remove(held._p)  # noqa: SLF001 - as above

    def _section(self, *, wide: bool | None) -> None:
        """End the pages so far; the next lie as asked, or as they did."""
        self._document.add_section(WD_SECTION.NEW_PAGE)
        ended = self._body.sectPr.getprevious()
        ended.pPr.insert(0, paragraph(new("body"), None, _NOTHING).pPr[0])
        for name in ("w:titlePg", "w:pgNumType"):  # no first page of its own, and pages are counted on
            for one in self._body.sectPr.findall(qn(name)):
                self._body.sectPr.remove(one)
        section = self._last
        sides = sorted((section.page_width or 0, section.page_height or 0), reverse=wide is True)
        if wide is not None:
            section.page_width, section.page_height = Emu(sides[0]), Emu(sides[1])
            section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT


def _bookmark(number: int) -> str:
    return f"_Toc{number:06d}"
