"""Where a table begins in a sheet, and what its columns are called.

Planners put titles above, spread names over two rows and merge cells. The header is the first row of words that
names nearly as many columns as any other such row.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from petakumuh.read.shapes.shapetext import looks_like_shape
from petakumuh.read.tables.sheets import letter
from petakumuh.text.codes import as_text, quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petakumuh.read.tables.sheets import Cell, Grid

__all__ = ["Header", "column_names_of", "find_header", "is_label"]

_SEARCHED = 100
_MOST_ROWS = 4
_NEARLY = 0.8
_WORDS = 0.7
_LONGEST = 200
_YEARS = range(1900, 2101)


@dataclass(frozen=True)
class Header:
    """The header of a table.

    Attributes
    ----------
    top, bottom
        Its first row, and the first row below it; equal where a table has no header at all.
    rows
        Its rows, merged cells filled across.
    names
        Column -> its name, several rows joined by `` / ``; only columns that have one.
    titles
        What stands above it.
    """

    top: int
    bottom: int
    rows: tuple[tuple[Cell, ...], ...]
    names: dict[int, str]
    titles: tuple[str, ...]


def is_label(cell: Cell) -> bool:
    """Whether a cell can be the name of a column: words, no number, coordinate or shape.

    Examples
    --------
    >>> is_label("Luas (ha)"), is_label("1,5"), is_label("6°53' LS"), is_label(7)
    (True, False, False, False)
    """
    return (
        isinstance(cell, str)
        and len(cell) <= _LONGEST
        and any(sign.isalpha() for sign in cell)
        and not cell.startswith("=")
        and "°" not in cell
        and quantity(cell) is None
        and not looks_like_shape(cell)
    )


def find_header(grid: Grid) -> Header | None:
    """Find the header of the table in a sheet.

    Parameters
    ----------
    grid
        The sheet.

    Returns
    -------
        None where nothing looks like a table: no row of names, and no two rows of two cells.
    """
    filled = [at for at, row in enumerate(grid.rows) if _count(row)]
    if not filled:
        return None
    wide = max(_count(grid.rows[at]) for at in filled)
    found = [block for at in filled[:_SEARCHED] if (block := _block(grid, at, alone=wide == 1)) is not None]
    if found:
        most = max(len(block.names) for block in found)
        wide_enough = [block for block in found if len(block.names) >= _NEARLY * most]
        followed = [one for one in wide_enough if one.bottom < len(grid.rows) and _count(grid.rows[one.bottom])]
        return (followed or wide_enough)[0]
    rows = [at for at in filled if _count(grid.rows[at]) > 1]
    return Header(rows[0], rows[0], (), {}, _titles(grid, rows[0])) if len(rows) > 1 else None


def _count(row: Sequence[Cell]) -> int:
    return sum(cell is not None for cell in row)


def _across(grid: Grid, at: int) -> tuple[Cell, ...]:
    """Give a row, cells merged over several columns filled across."""
    row = list(grid.rows[at]) if at < len(grid.rows) else []
    for top, left, _, right in grid.merged:
        if top == at and right > left and left < len(row):
            row += [None] * (right + 1 - len(row))
            row[left : right + 1] = [row[left]] * (right + 1 - left)
    return tuple(row)


def _names_columns(row: Sequence[Cell]) -> bool:
    """Whether a row is made of names; a few years may stand among them, or many of them in turn."""
    cells = [cell for cell in row if cell is not None]
    labels = [cell for cell in cells if is_label(cell)]
    others = [cell for cell in cells if not is_label(cell)]
    said = any(str(cell).strip().startswith(":") or str(cell).strip().endswith(":") for cell in labels)
    figures = [text for text in map(as_text, others) if re.fullmatch(r"\d{4}", text)]
    years = [int(text) for text in figures if int(text) in _YEARS]
    in_turn = years == [*range(years[0], years[0] + len(years))] if years else True
    few = len(labels) >= _WORDS * len(cells)
    return bool(labels) and not said and len(years) == len(others) and (few or in_turn)


def _block(grid: Grid, at: int, *, alone: bool) -> Header | None:
    """Give the header that begins in a row, or None: a lone cell there is a title."""
    if not _names_columns(grid.rows[at]) or (_count(grid.rows[at]) == 1 and not alone):
        return None
    bottom = at + 1
    while bottom < len(grid.rows) and bottom - at < _MOST_ROWS and _continues(grid, at, bottom):
        bottom += 1
    rows = [list(_across(grid, row)) for row in range(at, bottom)]
    if len(rows) > 1 and rows[0] == grid.rows[at]:
        _fill_gaps(rows[0], rows[1])
    names: dict[int, str] = {}
    for column in range(max(map(len, rows))):
        parts = [as_text(row[column]) for row in rows if column < len(row)]
        said = " / ".join(dict.fromkeys(part for part in parts if part))
        if said:
            names[column] = said
    return Header(at, bottom, tuple(map(tuple, rows)), names, _titles(grid, at))


def _titles(grid: Grid, top: int) -> tuple[str, ...]:
    rows = [" ".join(as_text(cell) for cell in row if cell is not None) for row in grid.rows[:top]]
    return tuple(row for row in rows if row)


def _continues(grid: Grid, top: int, at: int) -> bool:
    """Whether a row belongs to the header above it: by a cell merged down, or as names below a joint name."""
    row = grid.rows[at]
    if _count(row) and not _names_columns(row):
        return False
    if any(top <= first < at <= last for first, _, last, _ in grid.merged):
        return True
    here = {column for column, cell in enumerate(row) if cell is not None}
    if not here or at != top + 1:
        return False
    joint = {
        column
        for first, left, _, right in grid.merged
        if first == top and right > left
        for column in range(left, right + 1)
    }
    if joint:
        return here <= joint
    above = grid.rows[top]
    gaps = {column for column in range(max(here) + 1) if column >= len(above) or above[column] is None}
    groups = gaps | {column - 1 for column in gaps}
    return 0 not in here and bool(gaps) and min(gaps) > 0 and here == groups


def _fill_gaps(upper: list[Cell], lower: Sequence[Cell]) -> None:
    """Carry a joint name over the names below it, where the file has forgotten that cells were merged."""
    upper += [None] * (len(lower) - len(upper))
    for column, cell in enumerate(lower):
        if cell is not None and upper[column] is None and column:
            upper[column] = upper[column - 1]


def column_names_of(header: Header, used: Sequence[int]) -> dict[int, str]:
    """Name every used column: as its header says, by its letter where that says nothing, never two alike.

    Examples
    --------
    >>> column_names_of(Header(0, 1, (), {0: "RT", 1: "RT"}, ()), [0, 1, 3])
    {0: 'RT', 1: 'RT.2', 3: 'kolom_D'}
    """
    names: dict[int, str] = {}
    taken: set[str] = set()
    times: Counter[str] = Counter()
    for column in used:
        name = free = header.names.get(column, f"kolom_{letter(column)}")
        while free in taken:
            times[name] += 1
            free = f"{name}.{times[name] + 1}"
        names[column] = free
        taken.add(free)
    return names
