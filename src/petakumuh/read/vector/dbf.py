"""The table of a shapefile: whether it is whole, which rows it calls deleted, by which letters it is written."""

from __future__ import annotations

import codecs
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from petakumuh.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Table", "as_written", "encoding_of", "look"]

_HEAD, _FIELD = 32, 32
_END_OF_FIELDS, _END_OF_FILE = 0x0D, 0x1A
_ALIVE, _DELETED = 0x20, 0x2A
_EXACT = 15
"""Digits that a floating-point number keeps, whatever they are."""
_NUMERIC, _DIGITS = np.zeros(256, bool), np.zeros(256, bool)
_NUMERIC[list(b"0123456789+-.eE \0")], _DIGITS[list(b"0123456789")] = True, True
_CODE_PAGES = {"65001": "utf-8", "88591": "iso-8859-1", "8859": "iso-8859-1"}


@dataclass(frozen=True)
class Table:
    """The rows of a .dbf as bytes and where they begin; name, kind and place in a row of each field."""

    rows: NDArray[np.uint8]
    start: int
    names: tuple[bytes, ...]
    kinds: str
    places: tuple[slice, ...]

    @property
    def texts(self) -> list[slice]:
        """Places of the fields that hold text."""
        return [place for place, kind in zip(self.places, self.kinds, strict=True) if kind == "C"]

    @property
    def deleted(self) -> NDArray[np.bool_]:
        """Which rows are marked as deleted."""
        return np.asarray(self.rows[:, 0] == _DELETED)


def look(path: Path) -> Table:
    """Look at a .dbf without reading its values.

    Raises
    ------
    InputError
        When its header contradicts itself, or the file ends before the last row.
    """
    data = np.memmap(path, np.uint8, "r") if path.stat().st_size else np.zeros(0, np.uint8)
    _require(path, 0, len(data) > _HEAD, "terpotong")
    count, start, width = struct.unpack_from("<IHH", data[:_HEAD].tobytes(), 4)
    _require(path, 8, _HEAD < start <= len(data) and width > 0, "kepalanya tidak cocok")
    fields = data[_HEAD:start].tobytes()
    names: list[bytes] = []
    kinds = ""
    places: list[slice] = []
    at, place = 1, 0
    while place + _FIELD <= len(fields) and fields[place] != _END_OF_FIELDS:
        kind, size = chr(fields[place + 11]), fields[place + 16]
        if kind == "C":
            size += 256 * fields[place + 17]
        kinds += kind
        places.append(slice(at, at + size))
        _require(path, _HEAD + place, kind in "CNFLDMIBOTYG@+V", f"jenis kolom {kind!r}")
        names.append(fields[place : place + 11].split(b"\0")[0])
        at, place = at + size, place + _FIELD
    _require(path, _HEAD + place, place < len(fields) and fields[place] == _END_OF_FIELDS, "kepalanya tidak cocok")
    _require(path, 10, at == width, f"barisnya {width} byte, kolom-kolomnya {at}")
    end = start + count * width
    _require(path, len(data), end <= len(data), f"tertulis {count} baris, ada {(len(data) - start) // width}")
    _require(path, end, len(data) - end < width or _only_padding(data[end:]), f"lebih dari {count} baris")
    rows = data[start:end].reshape(count, width)
    strange = np.flatnonzero(~np.isin(rows[:, 0], (_ALIVE, _DELETED)))
    if len(strange):
        _require(path, start + int(strange[0]) * width, holds=False, reason=f"awal baris {strange[0] + 1}")
    return Table(rows, start, tuple(names), kinds, tuple(places))


def as_written(table: Table, rows: slice) -> dict[int, dict[int, int | str]]:
    """Give the cells of number fields that a driver reads as another value or as none.

    Parameters
    ----------
    table
        The table.
    rows
        Which of its rows to look at.

    Returns
    -------
        Number of the field -> place of the row among those -> the whole number to its last digit, or the text
        where it is no plain number: ``1,5`` would be 1, and ``****`` nothing.
    """
    found: dict[int, dict[int, int | str]] = {}
    for number, (place, kind) in enumerate(zip(table.places, table.kinds, strict=True)):
        if kind not in "NF":
            continue
        cells = table.rows[rows, place]
        strange = np.asarray(~_NUMERIC[cells].all(axis=1))
        long = (_DIGITS[cells].sum(axis=1) > _EXACT) & ~np.asarray(cells == ord(".")).any(axis=1)
        for row in np.flatnonzero(strange | long).tolist():
            text = cells[row].tobytes().strip(b" \0").decode("latin-1")
            if strange[row] or text.lstrip("+-").isdigit():
                found.setdefault(number, {})[row] = text if strange[row] else int(text)
    return found


def _require(path: Path, byte: int, holds: bool, reason: str) -> None:
    if not holds:
        raise InputError("dbf_rusak", file=path, byte=byte, alasan=reason)


def _only_padding(data: NDArray[np.uint8]) -> bool:
    return bool(np.isin(data, (0, _ALIVE, _END_OF_FILE)).all())


def encoding_of(table: Table, stated: str) -> tuple[str, bool]:
    """Say by which letters the texts are written.

    Parameters
    ----------
    table
        The table.
    stated
        What the .cpg says; honoured if all texts can be read by it.

    Returns
    -------
        A name that Python and GDAL know, and whether it was guessed.
    """
    texts = {bytes(cell) for place in table.texts for cell in _not_ascii(table.rows[:, place])}
    texts |= {name for name in table.names if not name.isascii()}
    if not texts:
        return "utf-8", False
    said = _codec(stated)
    guesses = [name for name in (said, "utf-8", "cp1252") if name]
    name = next((name for name in guesses if all(_reads(text, name) for text in texts)), "iso8859-1")
    return name, name != said


def _not_ascii(cells: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cells[(cells > 127).any(axis=1)])  # noqa: PLR2004 - the last letter of ASCII


def _codec(stated: str) -> str:
    """Find Python's name of what a .cpg says: ``UTF-8``, ``1252``, ``ANSI 1252``, ``88591``."""
    word = stated.strip().lower().removeprefix("ansi").strip(" -_")
    for name in (_CODE_PAGES.get(word, word), f"cp{word}"):
        try:
            return codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
    return ""


def _reads(text: bytes, name: str) -> bool:
    """Whether a text can be read; a letter cut off at the end of its field is not held against it."""
    try:
        codecs.getincrementaldecoder(name)().decode(text.rstrip(b" \0"))
    except (UnicodeDecodeError, LookupError):
        return False
    return True
