"""What each row below a header is: data, or a total, a repeated header, a note, a heading, nothing at all."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from petakumuh.text.codes import as_text, match_key, quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from petakumuh.read.tables.headers import Header
    from petakumuh.read.tables.sheets import Cell, Grid

__all__ = ["number_in", "reasons"]

_SURE = re.compile(r"\W*+(?:sub\s*+-?\s*+total|grand\s++total|rata\s*+-?\s*+rata|rata2)\b", re.IGNORECASE)
_AREA = (
    r"keseluruhan|seluruh\w*|semua|besar|umum|akhir|nilai|kec(?:amatan)?|kel(?:urahan)?|desa|kota|kab(?:upaten)?|"
    r"prov(?:insi)?|wilayah|kawasan|rw|rt"
)
_TOTAL = re.compile(rf"\W*+(?:total|jumlah|jml)\.?\s*+(?:[:=(].*|(?:{_AREA})\b.*)?", re.IGNORECASE)
_MAYBE = re.compile(r"\W*+(?:total|jumlah|jml)\b", re.IGNORECASE)
_NOTE = re.compile(
    r"\*|(?:sumber(?:\s+data)?|catatan|keterangan|ket\.?|note|source|nb\.?)\s*(?::|$)|(?:mengetahui|menyetujui|nip)\b",
    re.IGNORECASE,
)
_COLUMN_NUMBER = re.compile(r"\(?\s*+(\d{1,4}+)\s*+\)?\.?\s*+(?:=.*)?")
_FEW = 2
_WIDE = 3
_MOST = 0.8
_KEY = 0.6
_LOOKED_AT = 3


@dataclass(frozen=True)
class _Row:
    """A row of the body: its cells by column, and those of them that are words."""

    at: int
    cells: dict[int, Cell]
    words: dict[int, str]
    joined: bool


def number_in(cell: Cell) -> float | None:
    """Give the number that a cell holds, also one written as text; None where it is none or not clear.

    Examples
    --------
    >>> number_in(3), number_in("1,5"), number_in("RT 1"), number_in(True)
    (3.0, 1.5, None, None)
    """
    if isinstance(cell, bool) or cell is None:
        return None
    return float(cell) if isinstance(cell, int | float) else quantity(cell)


def reasons(grid: Grid, header: Header, last: int) -> list[str]:
    """Say of every row from below the header to the last one why it is no data; empty where it is.

    Parameters
    ----------
    grid
        The sheet, merged cells filled.
    header
        Its header.
    last
        The first row that is not looked at: what follows is blank.

    Returns
    -------
        Keys of the messages' table ``sebab``. A blank row between others is ``baris_kosong``.
    """
    joined = {(top, left) for top, left, _, right in grid.merged if right > left}
    broken = {at for at, _ in grid.faulty}
    rows = [_row(grid, at, joined) for at in range(header.bottom, last)]
    key = _key_column(rows)
    counters, lines = _counters(rows, key), _folded(header)
    full = max((n for n, row in enumerate(rows) if len(row.cells) > min(_FEW, len(header.names) - 1)), default=-1)
    said: list[str] = []
    for n, row in enumerate(rows):
        above = next((reason for reason in reversed(said) if reason != "baris_kosong"), "judul_berulang")
        if not row.cells:
            said.append("" if row.at in broken else "baris_kosong")
        elif _repeats(row, lines):
            said.append("judul_berulang")
        elif above == "judul_berulang" and _numbers_columns(row, header, rows[n + 1 : n + 2]):
            said.append("baris_nomor_kolom")
        elif _is_total(row, key) or _sums(row, key, rows, said):
            said.append("baris_subtotal")
        elif _is_note(row, key, after=n > full, apart=n > 0 and not rows[n - 1].cells, wide=len(header.names)):
            said.append("baris_catatan")
        elif n <= full and (row.joined or (counters and len(row.cells) == 1 and row.words)):
            said.append("baris_kelompok")
        else:
            said.append("")
    return said


def _row(grid: Grid, at: int, joined: AbstractSet[tuple[int, int]]) -> _Row:
    cells: dict[int, Cell] = {column: cell for column, cell in enumerate(grid.rows[at]) if cell is not None}
    words = {
        column: cell
        for column, cell in cells.items()
        if isinstance(cell, str) and (at, column) not in grid.uncached and any(sign.isalpha() for sign in cell)
    }
    return _Row(at, cells, words, len(cells) == 1 and (at, min(cells)) in joined)


def _numbers(row: _Row) -> dict[int, float]:
    read = {column: number_in(cell) for column, cell in row.cells.items()}
    return {column: number for column, number in read.items() if number is not None}


def _key_column(rows: Sequence[_Row]) -> int:
    """Find the leftmost column that most rows fill: what a row without it says is not of one place."""
    there = [row for row in rows if len(row.cells) > 1 and not _called_total(row)]
    filled = Counter(column for row in there for column in row.cells)
    return min((column for column, count in filled.items() if count >= _KEY * len(there)), default=-1)


def _folded(header: Header) -> list[dict[int, str]]:
    """Give the names of each row of the header, folded for comparing."""
    return [
        {column: match_key(as_text(cell)) for column, cell in enumerate(line) if cell is not None}
        for line in header.rows
    ]


def _repeats(row: _Row, lines: Sequence[dict[int, str]]) -> bool:
    """Whether a row says what a row of the header says, most of it and nothing else."""
    for names in lines:
        enough = len(row.cells) * 2 > len(set(names.values())) and (len(row.cells) > 1 or len(names) == 1)
        if enough and all(match_key(as_text(cell)) == names.get(column) for column, cell in row.cells.items()):
            return True
    return False


def _numbers_columns(row: _Row, header: Header, after: Sequence[_Row]) -> bool:
    """Whether a row counts the columns: 1, 2, 3 or (1), (2), (3), (4)=(2)/(3) under nearly all of the names.

    Where the next row begins with 2, the row is the first of those that are counted.
    """
    found = [_COLUMN_NUMBER.fullmatch(as_text(row.cells[column]).strip()) for column in sorted(row.cells)]
    counted = [int(one[1]) for one in found if one is not None]
    enough = len(counted) >= max(_WIDE, _MOST * len(header.names))
    goes_on = any(as_text(one.cells.get(min(row.cells))) == "2" for one in after)
    return enough and bool(header.names) and not goes_on and counted == list(range(1, len(found) + 1))


def _is_total(row: _Row, key: int) -> bool:
    """Whether the first words of a row call it a total or a mean."""
    words = [row.words[column] for column in sorted(row.words)][:_LOOKED_AT]
    if not words or _called_total(row) or key in row.cells:
        return _called_total(row)
    return (
        any(_SURE.match(one) or _TOTAL.fullmatch(one) for one in words[1:]) or _MAYBE.match(words[0]) is not None
    )


def _called_total(row: _Row) -> bool:
    """Whether the first words of a row say nothing but total or mean, wherever they stand."""
    first = row.words[min(row.words)] if row.words else ""
    return bool(_SURE.match(first) or _TOTAL.fullmatch(first))


def _sums(row: _Row, key: int, rows: Sequence[_Row], said: Sequence[str]) -> bool:
    """Whether a row without key and words is the sum of the rows above it, or of those since the last total."""
    numbers = {} if row.words or key in row.cells else _numbers(row)
    if not numbers or not any(numbers.values()) or len(numbers) < len(row.cells):
        return False
    return any(_adds_up(numbers, part) for part in _parts(rows, said))


def _parts(rows: Sequence[_Row], said: Sequence[str]) -> Iterator[list[_Row]]:
    since = max((n for n, reason in enumerate(said) if reason == "baris_subtotal"), default=-1) + 1
    yield [rows[n] for n in range(since, len(said)) if not said[n]]
    yield [rows[n] for n in range(len(said)) if not said[n]]


def _adds_up(numbers: dict[int, float], part: Sequence[_Row]) -> bool:
    if len(part) < _FEW:
        return False
    read = [_numbers(row) for row in part]
    return all(
        abs(sum(one.get(column, 0.0) for one in read) - number) <= 0.005 * len(part) ** 0.5 + 1e-9 * abs(number)
        for column, number in numbers.items()
    )


def _counters(rows: Sequence[_Row], key: int) -> bool:
    """Whether the key column counts the rows: most of its cells are numbers."""
    cells = [row.cells[key] for row in rows if key in row.cells]
    return sum(number_in(cell) is not None for cell in cells) * 2 > len(cells)


def _is_heading(row: _Row, counters: bool) -> bool:
    """Whether a row holds lone words where others hold their number; lone words elsewhere may be a place."""
    return counters and len(row.cells) == 1 and bool(row.words)


def _is_note(row: _Row, key: int, *, after: bool, apart: bool, wide: int) -> bool:
    """Whether a row is a remark: by its first words, or as words below the table that are of no place."""
    if not row.words or len(row.cells) > _WIDE or _numbers(row):
        return False
    if _NOTE.match(row.words[min(row.words)].strip()) and (len(row.cells) == 1 or after):
        return True
    return after and wide > _WIDE and len(row.cells) <= _FEW and (key not in row.cells or apart)
