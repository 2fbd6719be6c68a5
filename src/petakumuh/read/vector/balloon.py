"""Attributes that live in the description of a placemark: HTML tables and lines of "key: value"."""

from __future__ import annotations

import re
from html.parser import HTMLParser

__all__ = ["attributes"]

_HTML = re.compile(r"<\s*[a-zA-Z/!]")
_LINE = re.compile(r"([^\W\d_][^:=\n]{0,59}?)\s*:(?!//)\s*(.*)")
_BREAKS = {"br", "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "hr"}
_UNSEEN = {"style", "script", "title"}
_PAIR = 2
_NOTHING = {"<null>", "null"}


def attributes(description: str) -> tuple[str, dict[str, str]]:
    """Read a description: its text without tags, and the attributes it lists.

    Parameters
    ----------
    description
        What stands in the file, HTML or plain text.

    Returns
    -------
        The plain text, and the pairs of two-column tables (nested ones as ArcGIS writes them, too) or of lines
        ``key: value`` (QGIS, GDAL and phone applications). Fewer than two pairs are prose, not attributes.

    Examples
    --------
    >>> attributes("<table><tr><td>RW</td><td>01</td></tr><tr><td>RT</td><td>3</td></tr></table>")[1]
    {'RW': '01', 'RT': '3'}
    >>> attributes("Rapat pukul 10: ditunda")
    ('Rapat pukul 10: ditunda', {})
    """
    text, pairs = description, {}
    if _HTML.search(description):
        page = _Page()
        page.feed(description)
        page.close()
        text, pairs = page.plain(), page.pairs
    if len(pairs) < _PAIR:
        pairs = _in_lines(text)
    return text, {key: "" if value.casefold() in _NOTHING else value for key, value in pairs.items()}


def _in_lines(text: str) -> dict[str, str]:
    """Read lines of key and value; where most lines are something else, none is an attribute."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found = [match for match in map(_LINE.fullmatch, lines) if match]
    if len(found) < _PAIR or 2 * len(found) < len(lines):
        return {}
    kept: dict[str, str] = {}
    for match in found:
        kept.setdefault(match[1], match[2].strip())
    return kept


class _Page(HTMLParser):
    """Follows tables in tables, however carelessly they are closed; nothing in the page is run or fetched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pairs: dict[str, str] = {}
        self._tables: list[list[tuple[str, list[str]]]] = []
        """Of each table that is open, the cells of its open row: tag and texts."""
        self._text: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell; a new one ends that before it."""
        del attrs
        if tag in _UNSEEN:
            self._unseen += 1
        if tag in _BREAKS:
            self._text.append("\n")
        if tag == "table":
            self._tables.append([])
        elif tag == "tr":
            self._end_row()
        elif tag in ("td", "th") and self._tables:
            self._tables[-1].append((tag, []))
            self._text.append("\t")

    def handle_endtag(self, tag: str) -> None:
        """Close it; a table inside a cell leaves no text there."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag in _BREAKS:
            self._text.append("\n")
        if tag in ("tr", "table"):
            self._end_row()
        if tag == "table" and self._tables:
            self._tables.pop()

    def handle_data(self, data: str) -> None:
        """Take text into the plain text and into the cell that is open."""
        if self._unseen:
            return
        self._text.append(" ".join(data.split()) if self._tables else data)  # in a table only cells and rows count
        if self._tables and self._tables[-1]:
            self._tables[-1][-1][1].append(data)

    def close(self) -> None:
        """End what the page left open."""
        super().close()
        while self._tables:
            self._end_row()
            self._tables.pop()

    def _end_row(self) -> None:
        if not self._tables:
            return
        row = self._tables[-1]
        if len(row) == _PAIR and {tag for tag, _ in row} != {"th"}:
            key, value = (" ".join("".join(texts).split()) for _, texts in row)
            if key:
                self.pairs.setdefault(key.removesuffix(":").rstrip(), value)
        row.clear()

    def plain(self) -> str:
        """Give the text without tags, a line per block."""
        lines = (" ".join(line.split()) for line in "".join(self._text).split("\n"))
        return "\n".join(line for line in lines if line)
