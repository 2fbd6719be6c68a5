"""Tables that planners bring: every row of every sheet, with its number, its place where it has one, and its dirt.

Titles and the header above a table name its columns and are no rows. Below the header every line is a row up to
the last one that holds something: blank rows between others are rows, blank rows at the end are not. What is no
data (totals, repeated headers, column numbers, notes, headings) is a row with a reason.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from petakumuh.catalog.regulation import rule_set
from petakumuh.errors import InputError
from petakumuh.read.raw import Note
from petakumuh.read.rows import batch, require_few, told
from petakumuh.read.tables.bodies import reasons
from petakumuh.read.tables.coordinates import Places, places
from petakumuh.read.tables.headers import column_names_of, find_header
from petakumuh.read.tables.sheets import Cell, Grid, grids, letter
from petakumuh.text.codes import as_text, match_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from petakumuh.read.raw import Limits, Reading
    from petakumuh.read.tables.headers import Header

__all__ = ["dirt", "read_table", "unknown_values"]

_NUMBER = re.compile(r"\s*+[-+]?(?=[.,\s]*+\d)[\d.,\s]++(?:[eE][-+]?\d++)?\s*+%?\s*+")
_CODES = re.compile(r"(?:no|nomor|id|kode|kd|kdepum|kdebps|tahun|thn|rt|rw|fid|objectid)(?:[^a-z].*)?")
_CRITERION = re.compile(r"\d[a-z]")
_SHOWN = 5


def read_table(path: Path, limits: Limits) -> Reading:
    """Read the tables of a workbook or text file: one batch a sheet, in which a row bears the sheet's row number.

    Parameters
    ----------
    path
        XLSX, XLSM, XLS, ODS, CSV, TSV or TXT.
    limits
        How far it may go.

    Returns
    -------
        Cells as they stand; of a text file all are text. Geometry from a column of shapes or from coordinates
        (see `petakumuh.read.tables.coordinates.places`), None throughout where a table has neither.

    Raises
    ------
    InputError
        As `petakumuh.read.tables.sheets.grids`; and when a row of data holds a formula whose value the file does
        not hold, so that it would be read as nothing.
    """
    without: list[str] = []
    for grid in grids(path, limits):
        header = find_header(grid)
        full = {at for at, row in enumerate(grid.rows) if any(cell is not None for cell in row)}
        last = 1 + max(full | {at for at, _ in grid.faulty}, default=-1)
        if header is None or last <= header.bottom:
            without.append(grid.name)
        elif last > limits.rows:
            raise InputError("arsip_besar", file=path, isi=last, batas=limits.rows)
        else:
            yield from _table(grid, header, last, path, limits)
    if without:
        values = {"jumlah": len(without), "nama": ", ".join(without)}
        yield Note("lembar_tanpa_tabel", "catatan", values=values)


def _table(grid: Grid, header: Header, last: int, path: Path, limits: Limits) -> Reading:
    """Read one table whose header is known."""
    grid, mended, notes = _filled_down(grid, header)
    said = reasons(grid, header, last)
    body = range(header.bottom, last)
    _refuse_uncached(grid, header, said, path)
    baris = [str(grid.numbers[at]) for at in body]
    filled = {column for at in body for column, cell in enumerate(grid.rows[at]) if cell is not None}
    require_few(filled | set(header.names), len(body), path, limits)
    names = column_names_of(header, sorted(filled | set(header.names)))
    columns: dict[str, list[Cell]] = {
        name: [grid.rows[at][column] if column < len(grid.rows[at]) else None for at in body]
        for column, name in names.items()
    }
    if grid.fields:
        said, short = _uneven(grid, header, body, said)
        notes += short
    yield from grid.notes
    yield from notes
    yield from _seen(grid, header, names)
    yield from told(grid.name, columns)
    counted = [not reason for reason in said]
    place = places(columns, counted, baris, grid.name, limits)
    if place is None:
        yield Note("tabel_tanpa_geometri", "catatan", grid.name, values={"jumlah": sum(counted)})
        none = np.full(len(baris), None, dtype=object)
        place = Places(none, None, [""] * len(baris), [""] * len(baris), ())
    yield from place.notes
    yield from dirt(columns, counted, baris, grid.name)
    faulty = {row for row, _ in grid.faulty}
    yield batch(
        grid.name,
        columns,
        place.geometry,
        baris=baris,
        masalah=[reason or other for reason, other in zip(said, place.masalah, strict=True)],
        perbaikan=[
            "; ".join(filter(None, [mended.get(at, ""), "sel_galat_dikosongkan" if at in faulty else "", other]))
            for at, other in zip(body, place.perbaikan, strict=True)
        ],
        crs=place.crs,
    )


def _filled_down(grid: Grid, header: Header) -> tuple[Grid, dict[int, str], list[Note]]:
    """Fill cells merged over several rows: words and codes down, a quantity never: it would count twice."""
    rows = [list(row) for row in grid.rows]
    mended: dict[int, str] = {}
    left_alone: list[str] = []
    filled = 0
    for top, left, bottom, _ in grid.merged:
        value = rows[top][left] if top < len(rows) and left < len(rows[top]) else None
        if top < header.bottom or bottom == top or value is None:
            continue
        name = header.names.get(left, "").rpartition(" / ")[2].strip().lower()
        if not isinstance(value, str) and not _CODES.fullmatch(name):
            left_alone.append(f"{letter(left)}{grid.numbers[top]}")
            continue
        for at in range(top + 1, min(bottom + 1, len(rows))):
            rows[at] += [None] * (left + 1 - len(rows[at]))
            rows[at][left] = value
            mended[at] = "sel_gabungan_diisi"
            filled += 1
    notes = []
    if filled:
        numbers = tuple(str(grid.numbers[at]) for at in sorted(mended))
        values = {"jumlah": filled}
        notes.append(Note("sel_gabungan_diisi", "catatan", grid.name, numbers, action="diperbaiki", values=values))
    if left_alone:
        values_left = {"jumlah": len(left_alone), "sel": ", ".join(left_alone[:_SHOWN])}
        notes.append(Note("sel_gabungan_angka", "peringatan", grid.name, values=values_left))
    return replace(grid, rows=rows), mended, notes


def _refuse_uncached(grid: Grid, header: Header, said: Sequence[str], path: Path) -> None:
    """Refuse a sheet in which a row of data holds formulas without a value, in a column that has a name."""
    data = {header.bottom + n for n, reason in enumerate(said) if not reason}
    inside = sorted(at for at in grid.uncached if at[0] in data and (at[1] in header.names or not header.names))
    if inside:
        row, column = inside[0]
        raise InputError(
            "rumus_tanpa_nilai",
            file=path,
            lapisan=grid.name,
            sel=f"{letter(column)}{grid.numbers[row]}",
            rumus=grid.uncached[row, column],
            jumlah=len(inside),
        )


def _uneven(grid: Grid, header: Header, body: range, said: Sequence[str]) -> tuple[list[str], list[Note]]:
    """Give lines with more fields than the header a reason, since they are shifted; note those with fewer."""
    width = max((len(grid.rows[at]) for at in range(header.top, header.bottom)), default=0)
    told_apart, short = list(said), []
    for n, at in enumerate(body):
        row = grid.rows[at]
        if said[n] or not width:
            continue
        if any(cell is not None for cell in row[width:]):
            told_apart[n] = "kolom_berlebih"
        elif len(row) < width:
            short.append(str(grid.numbers[at]))
    if not short:
        return told_apart, []
    return told_apart, [Note("baris_pendek", "peringatan", grid.name, tuple(short), values={"jumlah": len(short)})]


def _seen(grid: Grid, header: Header, names: Mapping[int, str]) -> Iterator[Note]:
    """Note where the header was found, which columns were named anew, and which cells are broken."""
    top = grid.numbers[header.top]
    if header.top == header.bottom:
        yield Note("judul_tidak_ada", "peringatan", grid.name, values={"baris": top, "jumlah": len(names)})
    elif header.titles or header.bottom - header.top > 1:
        values = {
            "baris": top,
            "sampai": grid.numbers[header.bottom - 1],
            "jumlah": len(header.titles),
            "judul": "; ".join(header.titles) or "–",
        }
        yield Note("judul_tabel", "catatan", grid.name, values=values)
    anew = {name: header.names.get(at, "") for at, name in names.items() if header.names.get(at) != name}
    if anew and header.names:
        shown = ", ".join(f"{old or '–'} → {new}" for new, old in anew.items())
        values = {"jumlah": len(anew), "kolom": shown}
        yield Note("kolom_dinamai", "catatan", grid.name, action="diperbaiki", values=values)
    if grid.faulty:
        broken = sorted(grid.faulty.items())
        cells = [f"{letter(column)}{grid.numbers[row]} ({error})" for (row, column), error in broken]
        numbers = tuple(dict.fromkeys(str(grid.numbers[row]) for (row, _), _ in broken))
        values = {"jumlah": len(cells), "sel": ", ".join(cells[:_SHOWN]), "semua": ", ".join(cells)}
        yield Note("sel_galat", "peringatan", grid.name, numbers, action="diperbaiki", values=values)
    if grid.uncached:
        row, column = min(grid.uncached)
        cell = f"{letter(column)}{grid.numbers[row]}"
        yield Note("rumus_di_luar_data", "catatan", grid.name, values={"jumlah": len(grid.uncached), "sel": cell})


def dirt(
    columns: Mapping[str, Sequence[Cell]], counted: Sequence[bool], rows: Sequence[str], layer: str
) -> Iterator[Note]:
    """Note the columns that mix numbers and words, those of numbers with holes, and criteria that do not exist.

    Parameters
    ----------
    columns
        The table's columns.
    counted
        Which rows are rows of data; the others are not looked at.
    rows, layer
        Names of rows and layer, for what is noted.

    Examples
    --------
    >>> [note.values["kata"] for note in dirt({"rt": ["6", "RT002"]}, [True, True], ["2", "3"], "lembar")]
    [1]
    """
    holes: dict[tuple[int, ...], list[str]] = {}
    live = [at for at, count in enumerate(counted) if count]
    for name, cells in columns.items():
        there = [at for at in live if cells[at] is not None]
        numbers = [at for at in there if _is_number(cells[at])]
        if numbers and len(numbers) < len(there):
            yield _mixed(name, cells, (numbers, [at for at in there if not _is_number(cells[at])]), rows, layer)
        elif numbers and len(there) < len(live):
            holes.setdefault(tuple(at for at in live if cells[at] is None), []).append(name)
        if match_key(name) in {"kriteria", "kodekriteria"}:
            pairs = [(rows[at], cells[at]) for at in there]
            coded = any(_CRITERION.fullmatch(match_key(as_text(cell))) for _, cell in pairs)
            note = unknown_values(pairs, name, rule_set().codes, layer) if coded else None
            if note is not None:
                yield note
    for blank, names in holes.items():
        numbered = tuple(rows[at] for at in blank)
        values = {"kolom": ", ".join(names), "jumlah": len(blank), "contoh": ", ".join(numbered[:_SHOWN])}
        yield Note("kolom_berlubang", "peringatan", layer, numbered, values=values)


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        return _NUMBER.fullmatch(cell) is not None
    return cell is not None and not isinstance(cell, bool)


def _mixed(
    name: str, cells: Sequence[Cell], places_of: tuple[list[int], list[int]], rows: Sequence[str], layer: str
) -> Note:
    numbers, words = places_of
    shown = [", ".join(f"{as_text(cells[at])[:40]} ({rows[at]})" for at in part[:_SHOWN]) for part in places_of]
    values: dict[str, Any] = {
        "kolom": name,
        "angka": len(numbers),
        "kata": len(words),
        "contoh_angka": shown[0],
        "contoh_kata": shown[1],
    }
    fewer = numbers if len(numbers) < len(words) else words
    return Note("kolom_campuran", "peringatan", layer, tuple(rows[at] for at in fewer), values=values)


def unknown_values(
    rows: Sequence[tuple[str, Cell]], column: str, known: Collection[str], layer: str = ""
) -> Note | None:
    """Note the values of a column that are not among the known ones, with their rows.

    Parameters
    ----------
    rows
        Name of each row and its cell.
    column
        Name of the column.
    known
        Values that exist; case and punctuation do not count.
    layer
        Name of the layer.

    Examples
    --------
    >>> unknown_values([("2", "4a"), ("3", "4d")], "kriteria", ["4a", "4b"]).rows
    ('3',)
    """
    folded = {match_key(one) for one in known}
    strange = [
        (row, as_text(cell)) for row, cell in rows if cell is not None and match_key(as_text(cell)) not in folded
    ]
    if not strange:
        return None
    values = {
        "kolom": column,
        "jumlah": len(strange),
        "nilai": ", ".join(sorted({value for _, value in strange})),
        "pilihan": ", ".join(known),
    }
    return Note("nilai_tak_dikenal", "peringatan", layer, tuple(row for row, _ in strange), values=values)
