"""The chapter as one HTML file that needs nothing else: for the screen, a phone, and paper."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from petakumuh.present.report.document import Figure, Heading, Headline, Paragraph, Points, Table, Turn
from petakumuh.present.report.inert import plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from petakumuh.present.report.document import Block, Chapter, Column, Row

__all__ = ["write"]

_SAFE = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""What the page may do: show the pictures and rules that stand in it."""
_SHORT = 12
"""Rows of a table that is never torn apart on paper."""
_PNG = b"\x89PNG"


def write(chapter: Chapter, path: Path) -> None:
    """Write a chapter; the same one gives the same bytes."""
    path.write_bytes("\n".join(_page(chapter)).encode())


def _text(text: str) -> str:
    return escape(plain(text))


def _page(chapter: Chapter) -> Iterator[str]:
    """Write head, contents and content."""
    rules = files("petakumuh.present.report").joinpath("page.css").read_text(encoding="utf-8")
    title = _text(chapter.subtitle or chapter.title)
    yield f'<!DOCTYPE html>\n<html lang="{chapter.language}">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_SAFE}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>\n{rules}</style>\n</head>\n<body>"
    writer = _Writer(chapter)
    content = [line for block in chapter.blocks for line in writer.block(block)]
    turned = [one.wide for one in chapter.blocks if isinstance(one, Turn)]
    yield f'<nav aria-label="{_text(chapter.words["daftar_isi"])}">'
    yield f"<p>{_text(chapter.words['daftar_isi'])}</p>\n<ol>"
    yield from (
        f'<li class="t{level}"><a href="#{anchor}">{text}</a></li>' for level, anchor, text in writer.headings
    )
    yield "</ol>\n</nav>\n<main>"
    yield from _front(chapter)
    yield from content
    if turned and turned[-1]:
        yield "</div>"
    yield "</main>\n</body>\n</html>\n"


def _front(chapter: Chapter) -> Iterator[str]:
    """Write letterhead and title."""
    if chapter.letterhead or chapter.logo:
        yield '<header class="kop">'
        if chapter.logo:
            yield _picture(chapter.logo, " ".join(chapter.letterhead))
        lines = "".join(f"<p>{_text(one)}</p>" for one in chapter.letterhead)
        yield f"<div>{lines}</div>\n</header>"
    yield f"<h1>{_text(chapter.title)}</h1>"
    if chapter.subtitle:
        yield f'<p class="sub">{_text(chapter.subtitle)}</p>'
    yield f'<p class="wilayah">{_text(chapter.region)}</p>'
    yield from (f'<p class="fakta">{_text(label)}: {_text(value)}</p>' for label, value in chapter.facts)


def _picture(content: bytes, alt: str) -> str:
    kind = "png" if content.startswith(_PNG) else "jpeg"
    return f'<img alt="{_text(alt)}" src="data:image/{kind};base64,{b64encode(content).decode("ascii")}">'


class _Writer:
    """Writes blocks, and counts headings and captions."""

    def __init__(self, chapter: Chapter) -> None:
        self._chapter = chapter
        self._numbers = [0, 0]
        self._captions = {"tabel": 0, "gambar": 0}
        self.headings: list[tuple[int, str, str]] = []
        """Level, anchor and inert text of each heading."""

    def block(self, block: Block) -> Iterator[str]:
        """Write one block."""
        match block:
            case Heading():
                yield self._heading(block)
            case Paragraph():
                yield f"<p>{_text(block.text)}</p>"
            case Points():
                kind = "ol" if block.numbered else "ul"
                yield f"<{kind}>{''.join(map(_point, block.items))}</{kind}>"
            case Headline():
                yield '<dl class="angka">'
                for label, figure, note in block.figures:
                    yield f"<div><dt>{_text(label)}</dt><dd>{_text(figure)}<small>{_text(note)}</small></dd></div>"
                yield "</dl>"
            case Table():
                yield from self._table(block)
            case Figure():
                yield f"<figure>{_picture(block.png(block.dpi), block.alt)}"
                yield f"<figcaption>{self._caption('gambar', block.caption)}</figcaption>\n</figure>"
            case Turn():
                yield '<div class="lebar">' if block.wide else "</div>"

    def _heading(self, block: Heading) -> str:
        section, part = self._numbers
        section, part = (section + 1, 0) if block.level == 2 else (section, part + 1)  # noqa: PLR2004 - of three
        self._numbers = [section, part]
        anchor = f"b{section}-{part}"
        text = f"{section}.{part or ''} {_text(block.text)}"
        self.headings.append((block.level, anchor, text))
        paged = ' class="halaman"' if block.new_page else ""
        return f'<h{block.level} id="{anchor}"{paged}>{text}</h{block.level}>'

    def _caption(self, key: str, text: str) -> str:
        self._captions[key] += 1
        return f"<b>{_text(self._chapter.words[key])} {self._captions[key]}.</b> {_text(text)}"

    def _table(self, table: Table) -> Iterator[str]:
        whole = sum(one.width_mm for one in table.columns)
        short = " pendek" if len(table.rows) <= _SHORT else ""
        yield f'<div class="tabel{short}"><table>'
        yield f"<caption>{self._caption('tabel', table.caption)}</caption>\n<colgroup>"
        yield "".join(f'<col style="width:{one.width_mm / whole * 100:.2f}%">' for one in table.columns)
        yield f"</colgroup>\n<thead>{_head(table.columns)}</thead>\n<tbody>"
        aligned = [f' class="{one.align}"' if one.align != "kiri" else "" for one in table.columns]
        yield from (_row(row, aligned) for row in table.rows)
        yield "</tbody>\n</table></div>"
        if table.note:
            yield f'<p class="catatan">{_text(table.note)}</p>'


def _point(item: str) -> str:
    head, mark, rest = item.partition(":")
    return f"<li><b>{_text(head + mark)}</b>{_text(rest)}</li>"


def _head(columns: tuple[Column, ...]) -> str:
    """Write the head of a table: groups of columns above their titles, if there are any."""
    grouped = any(one.group for one in columns)
    if not grouped:
        return "<tr>" + "".join(f'<th scope="col">{_text(one.title)}</th>' for one in columns) + "</tr>"
    above, below, at = [], [], 0
    while at < len(columns):
        one = columns[at]
        count = 1
        while one.group and at + count < len(columns) and columns[at + count].group == one.group:
            count += 1
        if one.group:
            above.append(f'<th scope="colgroup" colspan="{count}">{_text(one.group)}</th>')
            below += [f'<th scope="col">{_text(each.title)}</th>' for each in columns[at : at + count]]
        else:
            above.append(f'<th scope="col" rowspan="2">{_text(one.title)}</th>')
        at += count
    return f"<tr>{''.join(above)}</tr><tr>{''.join(below)}</tr>"


def _row(row: Row, aligned: list[str]) -> str:
    kind = f' class="{row.kind}"' if row.kind else ""
    cells = "".join(f"<td{look}>{_text(cell)}</td>" for cell, look in zip(row.cells, aligned, strict=True))
    return f"<tr{kind}>{cells}</tr>"
