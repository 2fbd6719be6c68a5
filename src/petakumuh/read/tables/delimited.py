"""Text files of rows (CSV, TSV, TXT): which letters, which separator, and each row with its line.

Both are found by looking, since neither is written in the file, and said when they are not the plain ones.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from petakumuh.errors import InputError
from petakumuh.read.raw import Note
from petakumuh.text.codes import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Delimited", "decoded", "read_delimited", "separator"]

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SEPARATORS = {",": "koma", ";": "titik koma", "\t": "tab", "|": "garis tegak"}
_GEOMETRY = re.compile(r"\s*(?:\{|(?:SRID=\d+;)?\s*[A-Za-z]+(?:\s*ZM?|\s*M)?\s*\()")
_SAMPLE = 1 << 18
_NEARLY = 0.1


@dataclass(frozen=True)
class Delimited:
    """Rows of text fields, the line each begins on, and what was noted."""

    rows: list[list[str | int | float | bool | None]]
    lines: list[int]
    notes: tuple[Note, ...]


def read_delimited(path: Path) -> Delimited:
    """Read the rows of a text file; a first line ``sep=;`` says the separator and is no row.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    InputError
        When a quotation mark does not end, so that rows would vanish in one field.
    """
    name = path.stem
    raw = path.read_bytes()
    text, encoding = decoded(raw)
    notes = []
    if encoding not in {"utf-8", "utf-8-sig"}:
        line = _first_foreign_line(raw) if encoding in {"cp1252", "latin-1"} else 1
        notes.append(Note("enkode_dibaca", "catatan", name, values={"enkode": encoding, "baris": line}))
    if "\x00" in text:
        notes.append(
            Note("nul_dibuang", "peringatan", name, action="diperbaiki", values={"jumlah": text.count("\x00")})
        )
        text = text.replace("\x00", "")
    first, _, rest = text.partition("\n")
    said = first.strip().strip('"').lower()
    if said.startswith("sep=") and len(said) in {4, 5}:
        mark, text, skipped = (said[4:] or "\t"), rest, 1
    else:
        mark, skipped = separator(text), 0
    if mark != ",":
        values = {"pemisah": _SEPARATORS.get(mark, mark)}
        notes.append(Note("dialek_csv", "catatan", name, values=values))
    rows: list[list[str | int | float | bool | None]] = []
    lines = []
    for line, fields in _records(text, mark, path, skipped):
        rows.append([field if field.strip() else None for field in fields])
        lines.append(line)
    return Delimited(rows, lines, tuple(notes))


def decoded(raw: bytes) -> tuple[str, str]:
    r"""Decode a text by its mark, its zero bytes or its letters; say as what.

    Examples
    --------
    >>> decoded("Kali é".encode("cp1252")), decoded("a;b".encode("utf-16-le"))
    (('Kali é', 'cp1252'), ('a;b', 'utf-16-le'))
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, "replace"), encoding
    head = raw[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 5 and min(even, odd) < len(head) // 50 + 1:
        encoding = "utf-16-be" if even > odd else "utf-16-le"
        return raw.decode(encoding, "replace"), encoding
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "latin-1"


def _first_foreign_line(raw: bytes) -> int:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return raw.count(b"\n", 0, error.start) + 1
    return 1


def separator(text: str) -> str:
    r"""Find what stands between fields: the sign that cuts nearly all lines into the same number of fields.

    Decimal commas cut the lines of a ``;`` file evenly too; but not its header. So among signs that cut about as
    evenly, the one whose first even line holds words decides, then the one that gives most columns.

    Examples
    --------
    >>> separator("nama;luas;nilai\nA;1,5;2,5\nB;2,5;3,5\n"), separator("nama,luas\nA,1.5\n")
    (';', ',')
    """
    best, vote = ",", (False, 0.0, 0)
    scores = {mark: _evenness(text[:_SAMPLE], mark, cut=len(text) > _SAMPLE) for mark in _SEPARATORS}
    most = max(share for share, _, _ in scores.values())
    for mark, (share, words, width) in scores.items():
        mine = (share > 0 and share >= most - _NEARLY, words, width)
        if mine > vote:
            best, vote = mark, mine
    return best


def _evenness(text: str, mark: str, *, cut: bool) -> tuple[float, float, int]:
    """Say how many lines have the usual number of fields, how wordy the first of them is, and that number."""
    with _long_fields(len(text)):
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark) if any(row)]
    if cut:
        rows = rows[:-1]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0, 0.0, 0
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    first = next(row for row in rows if len(row) == width)
    words = sum(any(sign.isalpha() for sign in field) and quantity(field) is None for field in first)
    return count / len(rows), words / width, width


def _records(text: str, mark: str, path: Path, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Give each record and the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=False)
    start = 1
    width = 0
    with _long_fields(len(text)):
        for fields in reader:
            width = max(width, len(fields))
            if reader.line_num > start and _swallowed(fields, mark, width):
                raise InputError("kutip_tak_tertutup", file=path, baris=start + skipped)
            yield start + skipped, fields
            start = reader.line_num + 1


def _swallowed(fields: list[str], mark: str, width: int) -> bool:
    """Whether a field over several lines, no geometry, holds a line that looks like a row of its own."""
    return width > 1 and any(
        line.count(mark) >= width - 1
        for field in fields
        if "\n" in field and not _GEOMETRY.match(field)
        for line in field.splitlines()[1:]
    )


@contextmanager
def _long_fields(length: int) -> Iterator[None]:
    """Let a field be as long as the text: a polygon written as WKT is."""
    usual = csv.field_size_limit(max(length, 1))
    try:
        yield
    finally:
        csv.field_size_limit(usual)
