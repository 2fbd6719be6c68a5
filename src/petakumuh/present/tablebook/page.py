"""What a sheet holds, said before it is written: its title, its tables, their columns and feet, their charts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from petakumuh.present.spoken import spoken
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from petakumuh.model import Result
    from petakumuh.present.book import Styles
    from petakumuh.present.legend import Theme

__all__ = ["Block", "Column", "Desk", "Foot", "Kind", "Page", "Placed", "serial", "share", "summed"]

Kind = Literal["teks", "kode", "nomor", "tahun", "ha", "ha2", "persen", "jumlah", "koordinat", "tanda"]
"""What the cells of a column are: words, codes, serial numbers, years, hectares with four decimals or two, per
cent, counts, degrees, yes or no."""


@dataclass(frozen=True)
class Desk:
    """What sheets are written with: workbook and formats, the run, its basis in words and its looks, language."""

    book: Any
    styles: Styles
    run: Result
    basis: str
    looks: Mapping[str, Theme]
    language: Language

    def say(self, key: str, **values: object) -> str:
        """Look up a word of the sheets."""
        return say(f"tabel.{key}", self.language, **values)

    def tier(self, level: str) -> str:
        """Say what the areas of a level are, as a title ends."""
        return self.say("lokasi_kumuh") if level == "kumuh" else say(f"tingkat_wilayah.{level}", self.language)

    def value(self, value: str) -> str:
        """Say a value of works: what no file says, and statuses, in words of the language."""
        return spoken(value, self.language)

    def head(self, column: str) -> str:
        """Say what a column of a table is called."""
        return say(f"kolom.{column}", self.language)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    head, group
        What stands above it, and above it and its neighbours.
    kind
        What its cells are.
    values
        One a row; missing is None.
    formula
        What works out each cell, if anything does: ``{c3}`` is the cell of the fourth column in the same row.
    widest
        Letters of a line, beyond which words are wrapped.
    bars
        Whether a bar lies behind each share.
    """

    head: str
    kind: Kind
    values: Sequence[Any]
    group: str = ""
    formula: str = ""
    widest: float = 34
    bars: bool = False


@dataclass(frozen=True, kw_only=True)
class Foot:
    """A row below a table.

    Attributes
    ----------
    label
        What it is.
    values
        Column -> what stands stored there.
    formulas
        Column -> what works that out: ``{jumlah}`` is the sum of the column, ``{c3}`` the cell of the fourth
        column in this row, ``{f0_c3}`` that of the first foot.
    strong
        Whether it is the total.
    """

    label: str
    values: Mapping[int, Any]
    formulas: Mapping[int, str] = field(default_factory=dict)
    strong: bool = True


@dataclass(frozen=True)
class Placed:
    """Where the rows of a table stand: sheets with first and last row, counted from 0; and its columns."""

    parts: tuple[tuple[str, int, int], ...]
    columns: tuple[Column, ...]

    def head(self, column: int) -> list[Any]:
        """Give the cell of the head of a column as charts ask for it."""
        name, first, _ = self.parts[0]
        return [name, first - 1, column]

    def cells(self, column: int) -> list[Any]:
        """Give the cells of a column as charts ask for them."""
        name, first, last = self.parts[0]
        return [name, first, column, last, column]


@dataclass(frozen=True, kw_only=True)
class Block:
    """A table of a sheet.

    Attributes
    ----------
    columns, feet
        From left to right, and the rows below them.
    title, notes
        Lines above and below.
    chart, tall
        What draws its chart, and how many lines that takes.
    painted
        Column -> text of a cell -> colour of that cell.
    numbered
        Whether columns are numbered below their heads, as annexes of decrees do; there is no filter then.
    """

    columns: tuple[Column, ...]
    feet: tuple[Foot, ...] = ()
    title: str = ""
    notes: tuple[str, ...] = ()
    chart: Callable[[Desk, Placed], Any] | None = None
    tall: int = 18
    painted: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    numbered: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """A sheet; or several, where it has more rows than one takes.

    Attributes
    ----------
    name
        Of the sheet: ours, never from data.
    title, told
        What it is, and a sentence on what it shows.
    blocks
        Its tables, one below the other; of a single one the heads stay in sight.
    keys
        So many columns say which row it is: they stay in sight too.
    basis
        By what its hectares were measured, where it is another than that of the run.
    signed
        Lines for whoever signs, below all.
    """

    name: str
    title: str
    told: str
    blocks: tuple[Block, ...]
    keys: int = 0
    basis: str | None = None
    signed: tuple[str, ...] = ()


def serial(desk: Desk, size: int) -> Column:
    """Give the rows their numbers."""
    return Column(head=desk.say("nomor"), kind="nomor", values=range(1, size + 1))


def summed(*columns: int) -> dict[int, str]:
    """Say that columns are added up."""
    return dict.fromkeys(columns, "={jumlah}")


def share(part: int, whole: int) -> str:
    """Say that a cell is the share of one column of the row in another, in per cent.

    Examples
    --------
    >>> share(4, 3)
    '={c4}/{c3}*100'
    """
    return f"={{c{part}}}/{{c{whole}}}*100"
