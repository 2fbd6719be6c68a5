"""The words of reading: rows as a file holds them, what a reader notes, and how far a file may go.

A reader is a generator of `Batch` and `Note`. **Every source row is a row of a batch**, also one that cannot be
used: it then has no geometry (or one that does not count) and says why in ``masalah``. So the account of rows
is a count, and nothing is lost in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["BATCH_ROWS", "FACTS", "KEPT", "Batch", "Limits", "Note", "Reader", "Reading", "batch_rows"]

KEPT = ("geometry", "lapisan", "baris", "masalah", "perbaikan")
"""Columns of a batch that are ours; all others are the file's own, under its own names.

``baris`` names the row in its file as the file itself counts (feature id, row of a sheet, line of a text).
``masalah`` says why the row cannot be used, ``perbaikan`` what was mended to read it: a key of the messages'
table ``sebab``, or words; empty where there is nothing to say.
"""
BATCH_ROWS = 50_000
FACTS = ("isi_arsip", "lapisan_kosong")
"""Rules of notes that say what a file is and not what is wrong with it; no run repeats them.

``isi_arsip``: ``nama`` of what was read in an archive or folder; ``lapisan_kosong``: ``jumlah`` and ``nama`` of
layers and folders without a feature of their own.
"""
_BATCH_BYTES = 16 * 2**20


def batch_rows(size_bytes: int, rows: int) -> int:
    """Say how many rows of a file of a known size go into one batch: about 16 MB, at most `BATCH_ROWS`.

    Examples
    --------
    >>> batch_rows(250 * 2**20, 1_000_000), batch_rows(500 * 2**20, 30_000), batch_rows(1000, 10)
    (50000, 960, 50000)
    """
    return max(1, min(BATCH_ROWS, _BATCH_BYTES * max(rows, 1) // max(size_bytes, 1)))


@dataclass(frozen=True)
class Batch:
    """Some rows of one layer, in the file's order, 2-D, in the CRS that the file declares (None: it does not)."""

    layer: str
    rows: GeoDataFrame


@dataclass(frozen=True)
class Note:
    """Something that a reader did or saw, about a file, a layer or some of its rows.

    Attributes
    ----------
    rule
        Key of its message in ``text/messages.toml``, table ``temuan``.
    severity, action
        As those of a finding.
    layer, rows
        Where: the layer's name, and ``baris`` of the rows.
    values
        What the message names besides; plain texts and numbers.
    """

    rule: str
    severity: Literal["galat", "peringatan", "catatan"]
    layer: str = ""
    rows: tuple[str, ...] = ()
    action: Literal["dicatat", "diperbaiki", "dikecualikan"] = "dicatat"
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How far one file may go before it is refused: it costs one line of error, not the program.

    Attributes
    ----------
    memory_bytes, cpu_s, wall_s
        Of the process that reads.
    unpacked_bytes, ratio, members
        Of an archive: what comes out of it, how many times more than goes in, how many files.
    depth
        Of geometry collections in one another, and of brackets in JSON.
    rows
        Of one layer; a view without end stops here.
    columns, cells
        Of one layer, and of all layers together (of one batch a quarter of it): a few rows that each name columns
        of their own make a table without measure.
    """

    memory_bytes: int = 6 * 2**30
    cpu_s: int = 900
    wall_s: int = 1800
    unpacked_bytes: int = 4 * 2**30
    ratio: int = 200
    members: int = 20_000
    depth: int = 64
    rows: int = 20_000_000
    columns: int = 10_000
    cells: int = 200_000_000


Reading: TypeAlias = Iterator[Batch | Note]
Reader: TypeAlias = Callable[[Path, Limits], Reading]
"""Opens a file whose content has been looked at and yields all of it, in the file's order."""
