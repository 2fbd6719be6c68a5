"""How the document looks: the styles of the user's template, or our own where it has none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml.ns import qn
from docx.parts.numbering import NumberingPart
from docx.shared import Mm, Pt, RGBColor

from petakumuh.present.report.word.xml import add, new

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle

    from petakumuh.present.report.document import Chapter

__all__ = ["FONT", "INK", "SHADE", "SOFT", "TINT", "Look", "dress"]

FONT = "Arial"
INK, SOFT, SHADE, TINT = "17365D", "595959", "DCE6F1", "F2F5FA"
_A4 = (Mm(210), Mm(297))
_MARGINS = {"left_margin": Mm(22), "right_margin": Mm(18), "top_margin": Mm(18), "bottom_margin": Mm(18)}
_LANGUAGES = {"id": "id-ID", "en": "en-GB"}
_HEADINGS = {1: (16, 0, 10), 2: (13, 16, 6), 3: (11, 12, 4)}
_AFTER_UPDATE = {
    "hdrShapeDefaults", "footnotePr", "endnotePr", "compat", "docVars", "rsids", "mathPr", "attachedSchema",
    "themeFontLang", "clrSchemeMapping", "doNotIncludeSubdocsInStats", "doNotAutoCompressPictures", "forceUpgrade",
    "captions", "readModeInkLockDown", "smartTagType", "schemaLibrary", "shapeDefaults", "doNotEmbedSmartTags",
    "decimalSymbol", "listSeparator",
}  # fmt: skip
"""What stands behind the wish to update in the settings."""
_SEQUENCE = re.compile(r"\s*SEQ\s+(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class Look:
    """The styles that blocks are written in.

    Attributes
    ----------
    own
        Whether there is no template.
    headings, text, caption
        Ids of styles.
    table
        Id of the style of tables; None where we draw their lines.
    shaded
        Whether heads and totals of tables are shaded by us.
    bullets, numbers
        Ids of lists.
    counts
        Captions that the template has already, by what they count.
    printed
        All that the template says on its pages and above them, in small letters.
    """

    own: bool
    headings: dict[int, str]
    text: str | None
    caption: str
    table: str | None
    shaded: bool
    bullets: int
    numbers: int
    counts: dict[str, int]
    printed: str


def dress(document: Document, chapter: Chapter, *, own: bool) -> Look:
    """Find or make the styles of a document, and set its language, pages and foot where it is ours."""
    headings = {level: _style(document, f"Heading {level}", own) for level in _HEADINGS}
    caption = _style(document, "Caption", own)
    made = {level: headings[level] for level in _HEADINGS if headings[level][1]}
    for level, (style, _) in made.items():
        _as_heading(style, level)
    if caption[1]:
        _as_caption(caption[0])
    bullets, numbers, outline = _lists(document)
    _sized(document)
    if own:
        _as_text(document.styles["Normal"])
        _page(document)
        _settings(document, _LANGUAGES[chapter.language])
        for level, style in ((2, headings[2][0]), (3, headings[3][0])):
            _numbered(style, outline, level - 2)
            _contents_style(document, level)
    _updated(document)
    table, shaded = (None, True) if own else _table_style(document)
    return Look(
        own=own,
        headings={level: style.style_id for level, (style, _) in headings.items()},
        text=None if own else _text_style(document),
        caption=caption[0].style_id,
        table=table,
        shaded=shaded,
        bullets=bullets,
        numbers=numbers,
        counts=_counted(document),
        printed="" if own else _printed(document),
    )


def _style(document: Document, name: str, own: bool) -> tuple[Any, bool]:
    """Give a paragraph style, and whether its look is up to us."""
    styles = document.styles
    if name in [one.name for one in styles if one.type == WD_STYLE_TYPE.PARAGRAPH]:
        return styles[name], own
    return styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True), True


def _plain_font(style: ParagraphStyle, size: float, color: str | None, *, bold: bool) -> None:
    """Set a font by its name, whatever the theme says."""
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    font = style.font
    font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, False
    for script in ("cs", "eastAsia"):
        properties.rFonts.set(qn(f"w:{script}"), FONT)
    if color is not None:
        font.color.rgb = RGBColor.from_string(color)


def _as_heading(style: ParagraphStyle, level: int) -> None:
    size, before, after = _HEADINGS[level]
    _plain_font(style, size, INK, bold=True)
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(after), 1.05
    shape.keep_with_next = shape.keep_together = True
    properties = style.element.get_or_add_pPr()
    if properties.find(qn("w:outlineLvl")) is None:
        properties.append(new("outlineLvl", val=level - 1))


def _as_caption(style: ParagraphStyle) -> None:
    _plain_font(style, 9, INK, bold=True)
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(8), Pt(4), 1.0
    shape.keep_together = True


def _as_text(style: ParagraphStyle) -> None:
    _plain_font(style, 10.5, None, bold=False)
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(0), Pt(6), 1.15
    shape.widow_control = True


def _contents_style(document: Document, level: int) -> None:
    """Make the style of one level of the table of contents: dots, and the page at the right."""
    name = f"TOC {level}"
    if name in [one.name for one in document.styles]:
        style = document.styles[name]
    else:
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    style.base_style = document.styles["Normal"]
    shape = style.paragraph_format
    shape.space_after, shape.line_spacing = Pt(2), 1.0
    shape.left_indent = Mm(0 if level == 2 else 8)  # noqa: PLR2004 - the first level listed
    properties = style.element.get_or_add_pPr()
    tabs = new("tabs")
    add(tabs, "tab", val="right", leader="dot", pos=Mm(170).twips)
    properties.insert_element_before(tabs, "w:spacing", "w:ind")


def _page(document: Document) -> None:
    section = document.sections[-1]
    section.page_width, section.page_height = _A4
    for name, value in _MARGINS.items():
        setattr(section, name, value)
    section.header_distance = section.footer_distance = Mm(10)


def _settings(document: Document, language: str) -> None:
    """Say in what language the document is written."""
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    add(defaults, "lang", val=language, eastAsia=language, bidi="ar-SA")
    settings = document.settings.element
    for old in settings.findall(qn("w:themeFontLang")):
        old.set(qn("w:val"), language)
    for one in settings.iter(qn("w:compatSetting")):
        if one.get(qn("w:name")) == "compatibilityMode":
            one.set(qn("w:val"), "15")  # else Word opens it as a document of an old version


def _updated(document: Document) -> None:
    """Ask for contents and numbers to be brought up to date when the document is opened."""
    settings = document.settings.element
    if settings.find(qn("w:updateFields")) is not None:
        return
    after = [one for one in settings if one.tag.split("}")[1] in _AFTER_UPDATE]
    made = new("updateFields", val="true")
    if after:
        after[0].addprevious(made)
    else:
        settings.append(made)


def _text_style(document: Document) -> str | None:
    """Give the style of running text in a template: its body text, else what is normal there."""
    names = {one.name: one.style_id for one in document.styles if one.type == WD_STYLE_TYPE.PARAGRAPH}
    return names.get("Body Text")


def _table_style(document: Document) -> tuple[str | None, bool]:
    """Give the style of tables in a template, and whether we shade: its own, else the grid, else none."""
    tables = [one for one in document.styles if one.type == WD_STYLE_TYPE.TABLE]
    own = [one for one in tables if not one.builtin]
    if own:
        return own[0].style_id, False
    grid = [one.style_id for one in tables if one.name == "Table Grid"]
    return (grid[0] if grid else None), True


def _lists(document: Document) -> tuple[int, int, int]:
    """Add a list of dots, a list of numbers, and the outline of headings; give their ids."""
    numbering = _numbering(document)
    used = [int(one.get(qn("w:abstractNumId"))) for one in numbering.findall(qn("w:abstractNum"))]
    nums = [int(one.get(qn("w:numId"))) for one in numbering.findall(qn("w:num"))]
    first, given = max(used, default=0) + 1, max(nums, default=0) + 1
    shapes = (
        [("bullet", "•", 360)],
        [("decimal", "%1.", 360)],
        [("decimal", "%1.", 0), ("decimal", "%1.%2", 0)],
    )
    for at, levels in enumerate(shapes):
        abstract = new("abstractNum", abstractNumId=first + at)
        add(abstract, "multiLevelType", val="multilevel" if len(levels) > 1 else "singleLevel")
        for level, (form, text, indent) in enumerate(levels):
            _level(abstract, level, form, text, indent)
        places = numbering.findall(qn("w:num"))
        if places:
            places[0].addprevious(abstract)
        else:
            numbering.append(abstract)
    for at in range(len(shapes)):
        add(add(numbering, "num", numId=given + at), "abstractNumId", val=first + at)
    return given, given + 1, given + 2


def _level(abstract: Any, level: int, form: str, text: str, indent: int) -> None:
    held = add(abstract, "lvl", ilvl=level)
    add(held, "start", val=1)
    add(held, "numFmt", val=form)
    add(held, "lvlText", val=text)
    add(held, "lvlJc", val="left")
    properties = add(held, "pPr")
    add(properties, "ind", left=indent or 567, hanging=indent or 567)


def _numbering(document: Document) -> Any:
    """Give the lists of a document; a template may have none."""
    part = document.part
    for one in part.rels.values():
        if one.reltype == RELATIONSHIP_TYPE.NUMBERING:
            return one.target_part.element
    place = PackURI("/word/numbering.xml")
    made = NumberingPart(place, CONTENT_TYPE.WML_NUMBERING, new("numbering"), part.package)
    part.relate_to(made, RELATIONSHIP_TYPE.NUMBERING)
    return made.element


def _numbered(style: ParagraphStyle, outline: int, level: int) -> None:
    """Let the headings of a style be numbered."""
    properties = style.element.get_or_add_pPr()
    for old in properties.findall(qn("w:numPr")):
        properties.remove(old)
    numbers = properties.get_or_add_numPr()
    add(numbers, "ilvl", val=level)
    add(numbers, "numId", val=outline)


def _sized(document: Document) -> None:
    """Give pages a size where a template says none."""
    document.element.body.get_or_add_sectPr()
    section = document.sections[-1]
    if section.page_width is None or section.page_height is None:
        _page(document)


def _counted(document: Document) -> dict[str, int]:
    """Count the captions that a template has, so that ours go on from there."""
    found: dict[str, int] = {}
    texts = [one.text or "" for one in document.element.body.iter(qn("w:instrText"))]
    texts += [one.get(qn("w:instr")) or "" for one in document.element.body.iter(qn("w:fldSimple"))]
    for text in texts:
        if match := _SEQUENCE.match(text):
            found[match[1]] = found.get(match[1], 0) + 1
    return found


def _printed(document: Document) -> str:
    """Gather the words of a template: its content, and what stands above and below its pages."""
    kinds = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
    parts = [one.target_part.element for one in document.part.rels.values() if one.reltype in kinds]
    lines = [
        "".join(one.text or "" for one in line.iter(qn("w:t")))
        for part in (document.element.body, *parts)
        for line in part.iter(qn("w:p"))
    ]
    return " ".join(" ".join(lines).casefold().split())
