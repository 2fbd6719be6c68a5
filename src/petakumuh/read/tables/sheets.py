"""From a workbook or a text file to plain grids of cells, as a planner sees them: nothing summed, nothing guessed.

What a sheet hides, merges or leaves broken goes along with its grid, so that the reader of tables can say so.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
import zlib
from dataclasses import dataclass, field
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, TypeAlias
from xml.parsers import expat

from petakumuh.errors import InputError
from petakumuh.read.archive import members
from petakumuh.read.raw import Note
from petakumuh.read.tables.delimited import read_delimited
from petakumuh.read.tables.opendocument import read_opendocument

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from petakumuh.read.raw import Limits

__all__ = ["Cell", "Grid", "Place", "grids", "letter"]

Cell: TypeAlias = str | int | float | bool | None
Place: TypeAlias = tuple[int, int]
"""Row and column of a cell, both counted from 0."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_SMALL = 10 << 20
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_PROLOG = 4096
_CODE_FORMAT = re.compile(r"0{2,}")
_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What packages raise on a broken workbook; broken XML is a SyntaxError."""
_XLS_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet.

    Attributes
    ----------
    name
        Of the sheet; of a text file its stem.
    rows
        Cells of each row, as long as it is: blank ones are None, dates ISO text.
    numbers
        Number of each row as a spreadsheet shows it; of a text file its line.
    merged
        Top, left, bottom, right of each merged range, all inside it, counted from 0.
    uncached
        Formulas whose value the file does not hold; their cell holds the formula.
    faulty
        Error values such as ``#REF!``; their cell is None.
    fields
        Whether a row is a line of fields: one that is too long is shifted, not annotated.
    notes
        What the reader saw.
    """

    name: str
    rows: list[list[Cell]]
    numbers: list[int]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    uncached: Mapping[Place, str] = field(default_factory=dict)
    faulty: Mapping[Place, str] = field(default_factory=dict)
    fields: bool = False
    notes: tuple[Note, ...] = ()


def letter(column: int) -> str:
    """Name a column, counted from 0, as a spreadsheet does.

    Examples
    --------
    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def grids(path: Path, limits: Limits) -> Iterator[Grid]:
    """Read every sheet of a workbook, or a text file as one; hidden sheets too.

    Parameters
    ----------
    path
        XLSX, XLSM, XLS, ODS or text, told by its content.
    limits
        How far it may go.

    Raises
    ------
    InputError
        When the package that reads its kind is missing, or it is broken, locked, larger than the limits, or has
        a quotation mark that does not end.
    """
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"PK"):
        yield from _zipped(path, limits)
    elif head.startswith((_OLE, *_BIFF)):
        yield from _xls(path)
    else:
        read = read_delimited(path)
        yield Grid(path.stem, read.rows, read.lines, fields=True, notes=read.notes)


def _zipped(path: Path, limits: Limits) -> Iterator[Grid]:
    try:
        with zipfile.ZipFile(path) as archive:
            _looked_into(archive, path, limits)
            opendocument = "content.xml" in archive.namelist()
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _broken(path, error) from error
    if not opendocument:
        yield from _xlsx(path)
        return
    for sheet in read_opendocument(path, limits):
        numbers = list(range(1, len(sheet.rows) + 1))
        notes = _hidden(sheet.name, sheet.rows, sheet.hidden_rows, set(), whole=sheet.hidden)
        yield Grid(sheet.name, sheet.rows, numbers, tuple(sheet.merged), sheet.uncached, sheet.faulty, notes=notes)


def _looked_into(archive: zipfile.ZipFile, path: Path, limits: Limits) -> None:
    """Refuse a workbook that unpacks to more than it should, or whose XML may reach for other files."""
    for one in members(archive, path, limits):
        most = limits.ratio * one.compress_size + _SMALL
        if one.file_size > most:
            raise InputError("arsip_bom", file=path, isi=one.filename, batas=most)
        with archive.open(one) as part:
            if _has_doctype(part):
                raise InputError("xml_doctype", file=path)


def _has_doctype(part: IO[bytes]) -> bool:
    """Whether an XML has a DOCTYPE before its root, behind however long a comment; what is no XML has none."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: found.append("doctype")
    parser.StartElementHandler = lambda *_: found.append("root")
    try:
        while not found and (some := part.read(_PROLOG)):
            parser.Parse(some)
    except expat.ExpatError:
        pass
    return found[:1] == ["doctype"]


def _package(name: str, path: Path) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise InputError("perlu_tabel", file=path) from error


def _broken(path: Path, error: Exception) -> InputError:
    reason = " ".join(str(error).split()) or type(error).__name__
    return InputError("tabel_tak_terbaca", file=path, alasan=reason[:300])


def _xlsx(path: Path) -> Iterator[Grid]:
    openpyxl = _package("openpyxl", path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of looks it does not keep; a date out of reach becomes #VALUE!
            book = openpyxl.load_workbook(path, keep_links=False)
            formulas = any(cell.data_type == "f" for sheet in book.worksheets for cell in _cells(sheet).values())
            values = openpyxl.load_workbook(path, data_only=True, keep_links=False) if formulas else book
            for sheet, valued in zip(book.worksheets, values.worksheets, strict=True):
                yield _openpyxl_grid(sheet, valued)
    except _BROKEN as error:
        if isinstance(error, InputError):
            raise
        raise _broken(path, error) from error


def _cells(sheet: Any) -> dict[Place, Any]:
    """Give the cells that stand in the file; asking for rows would make all cells up to a stray last one."""
    cells: dict[Place, Any] = sheet._cells  # noqa: SLF001 - as said
    return cells


def _openpyxl_grid(sheet: Any, valued: Any) -> Grid:
    rows: list[list[Cell]] = []
    uncached: dict[Place, str] = {}
    faulty: dict[Place, str] = {}
    written = _cells(sheet)
    for (row, column), cell in sorted(_cells(valued).items()):
        at = (row - 1, column - 1)
        value: Cell
        if cell.data_type == "e":
            faulty[at], value = str(cell.value), None
        elif cell.value is None and written[row, column].data_type == "f" and cell.data_type != "str":
            formula = written[row, column].value  # a formula that gives an empty text is of type "str"
            value = uncached[at] = str(getattr(formula, "text", None) or formula)
        else:
            value = _plain(_code(cell.value, cell.number_format))
        if value is not None or at in faulty:
            _put(rows, at, value)
    merged = sorted(
        (one.min_row - 1, one.min_col - 1, one.max_row - 1, one.max_col - 1) for one in sheet.merged_cells.ranges
    )
    folded = {at - 1 for at, one in sheet.row_dimensions.items() if one.hidden}
    columns = {
        at - 1
        for one in sheet.column_dimensions.values()
        if one.hidden and one.min
        for at in range(one.min, min(one.max, _MOST_COLUMNS) + 1)
    }
    notes = _hidden(sheet.title, rows, folded, columns, whole=sheet.sheet_state != "visible")
    return Grid(sheet.title, rows, list(range(1, len(rows) + 1)), tuple(merged), uncached, faulty, notes=notes)


def _code(value: Any, shown: str) -> Any:
    """Give a whole number that is shown with leading zeros as the text that is shown: it is a code."""
    if type(value) is int and value >= 0 and _CODE_FORMAT.fullmatch(shown):
        return str(value).zfill(len(shown))
    return value


def _plain(value: Any) -> Cell:
    """Give a cell as text, number or truth value; a date as ISO text, without a midnight that nobody wrote."""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if text.strip() else None


def _put(rows: list[list[Cell]], at: Place, value: Cell) -> None:
    row, column = at
    if row >= _MOST_ROWS:
        raise ValueError(f"baris {row + 1}")
    while len(rows) <= row:
        rows.append([])
    rows[row] += [None] * (column + 1 - len(rows[row]))
    rows[row][column] = value


def _hidden(
    name: str, rows: list[list[Cell]], folded: set[int], columns: set[int], *, whole: bool
) -> tuple[Note, ...]:
    """Note what the sheet hides and is read all the same: itself, rows and columns that hold something."""
    notes = [Note("lembar_tersembunyi", "peringatan", name)] if whole else []
    hidden_rows = sorted(at for at in folded if at < len(rows) and any(cell is not None for cell in rows[at]))
    used = {at for row in rows for at, cell in enumerate(row) if cell is not None} & columns
    if hidden_rows or used:
        values = {
            "jumlah_baris": len(hidden_rows),
            "jumlah_kolom": len(used),
            "kolom": ", ".join(letter(at) for at in sorted(used)) or "–",
        }
        numbers = tuple(str(at + 1) for at in hidden_rows)
        notes.append(Note("tersembunyi_dibaca", "peringatan", name, numbers, values=values))
    return tuple(notes)


def _xls(path: Path) -> Iterator[Grid]:
    if _LOCKED in path.read_bytes():
        raise InputError("tabel_bersandi", file=path)
    xlrd = _package("xlrd", path)
    try:
        with xlrd.open_workbook(path, formatting_info=True, logfile=io.StringIO()) as book:
            for sheet in book.sheets():
                yield _xlrd_grid(sheet, book, xlrd)
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, *_BROKEN) as error:
        if isinstance(error, InputError):
            raise
        if "encrypted" in str(error):
            raise InputError("tabel_bersandi", file=path) from error
        raise _broken(path, error) from error


def _xlrd_grid(sheet: Any, book: Any, xlrd: Any) -> Grid:
    rows: list[list[Cell]] = []
    faulty: dict[Place, str] = {}
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            value: Cell = None
            if cell.ctype == xlrd.XL_CELL_ERROR:
                faulty[row, column] = _XLS_ERRORS.get(cell.value, "#?")
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                value = bool(cell.value)
            elif cell.ctype == xlrd.XL_CELL_DATE:
                value = _xls_date(cell.value, book, xlrd)
            elif cell.ctype == xlrd.XL_CELL_NUMBER and cell.value.is_integer():
                shown = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
                value = _code(int(cell.value), shown)
            else:
                value = _plain(cell.value if cell.value != "" else None)
            if value is not None or (row, column) in faulty:
                _put(rows, (row, column), value)
    merged = sorted((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells)
    folded = {at for at, one in sheet.rowinfo_map.items() if one.hidden}
    columns = {at for at, one in sheet.colinfo_map.items() if one.hidden}
    notes = _hidden(sheet.name, rows, folded, columns, whole=sheet.visibility != 0)
    return Grid(sheet.name, rows, list(range(1, len(rows) + 1)), tuple(merged), {}, faulty, notes=notes)


def _xls_date(value: float, book: Any, xlrd: Any) -> Cell:
    """Give a date; a number that is shown as a date and cannot be one stays a number."""
    try:
        return _plain(xlrd.xldate_as_datetime(value, book.datemode))
    except (xlrd.xldate.XLDateError, OverflowError, ValueError):
        return float(value)
