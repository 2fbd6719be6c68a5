"""What a document is made of, in no program's own words: headings, paragraphs, tables, figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from petakumuh.text import Language

__all__ = [
    "Align",
    "Block",
    "Chapter",
    "Column",
    "Figure",
    "Heading",
    "Headline",
    "Paragraph",
    "Points",
    "Row",
    "Table",
    "Turn",
]

Align = Literal["kiri", "tengah", "kanan"]


@dataclass(frozen=True)
class Heading:
    """A heading; the chapter's own is level 1, its sections 2 and 3."""

    text: str
    level: int
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list; the words before the first colon of a point stand out as its head."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Headline:
    """The few figures that matter: label, figure, and what is said below it."""

    figures: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Column:
    """A column of a table; neighbours of the same group stand under one head."""

    title: str
    width_mm: float
    align: Align = "kanan"
    group: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a table: plain, the head of a group (``kelompok``), or a total (``jumlah``)."""

    cells: tuple[str, ...]
    kind: Literal["", "kelompok", "jumlah"] = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption above it and, where needed, a note below."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture with its caption below it.

    Attributes
    ----------
    alt
        What the picture shows, for those who cannot see it.
    png
        The picture at so many dots per inch.
    dpi
        At how many it is asked for.
    """

    caption: str
    alt: str
    png: Callable[[int], bytes]
    dpi: int = 150


@dataclass(frozen=True)
class Turn:
    """From here on pages lie on their long side, or stand again."""

    wide: bool


Block = Heading | Paragraph | Points | Headline | Table | Figure | Turn


@dataclass(frozen=True)
class Chapter:
    """A chapter and what stands on its first page.

    Attributes
    ----------
    title, subtitle, region
        The chapter's own heading; the title of the run; where.
    letterhead
        Lines above it: government, then office.
    logo
        The picture beside them, PNG or JPEG; empty without one.
    facts
        Label and value: number, date of data, who made it.
    words
        What the writers say themselves: ``tabel, gambar, daftar_isi, halaman, dari``.
    """

    language: Language
    title: str
    subtitle: str
    region: str
    letterhead: tuple[str, ...]
    logo: bytes
    facts: tuple[tuple[str, str], ...]
    words: Mapping[str, str]
    blocks: tuple[Block, ...]
