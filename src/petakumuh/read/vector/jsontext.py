"""JSON as text, before and while it is parsed: how deep it nests, where its large parts lie, which keys repeat."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from petakumuh.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Repeated", "Scan", "broken", "elements", "parsed", "require_shallow", "scan", "utf8"]

_OPEN, _CLOSE, _QUOTE = 1, 2, 3
_SIGNS = np.zeros(256, dtype=np.uint8)
_SIGNS[list(b"[{")], _SIGNS[list(b"]}")], _SIGNS[list(b'"')] = _OPEN, _CLOSE, _QUOTE
_CHUNK = 1 << 22
_SPACE = re.compile(r"[ \t\r\n]*")
_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Repeated(dict[str, Any]):
    """An object in which a key stands twice; the last one holds, as everywhere, and the keys are told."""

    keys_twice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scan:
    """Where the outermost containers begin and end, and those directly inside them; is the text whole."""

    outer: list[tuple[int, int]]
    inner: list[tuple[int, int]]
    whole: bool


def utf8(data: bytes) -> tuple[bytes, str]:
    """Give the text as UTF-8 without a mark, and the name of the encoding that it was in where it was another.

    A text that is no UTF-8 is taken for Windows-1252, which every old Indonesian office tool wrote.

    Raises
    ------
    UnicodeDecodeError
        When it is that neither.
    """
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "") or _by_zeros(data[:4])
    if encoding:
        return data.decode(encoding).encode(), encoding.upper()
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=True)
    except UnicodeDecodeError:
        return data.decode("cp1252").encode(), "Windows-1252"
    return data, ""


def _by_zeros(head: bytes) -> str:
    """Tell UTF-16 without a mark: JSON begins with two ASCII signs."""
    if len(head) == 4 and head[1] == head[3] == 0 and head[0]:  # noqa: PLR2004 - two signs of two bytes
        return "utf-16-le"
    if len(head) == 4 and head[0] == head[2] == 0 and head[1]:  # noqa: PLR2004 - as above
        return "utf-16-be"
    return ""


def scan(data: bytes, depth: int, path: Path) -> Scan:
    """Follow the brackets of a text without parsing it; those inside strings do not count.

    Raises
    ------
    InputError
        When they nest deeper than ``depth``.
    """
    plain = re.sub(rb"\\.", b"  ", data, flags=re.DOTALL) if b"\\" in data else data
    spans: tuple[list[int], list[int]] = ([], [])
    level = quoted = 0
    for start in range(0, len(plain), _CHUNK):
        signs = _SIGNS[np.frombuffer(plain, np.uint8, min(_CHUNK, len(plain) - start), start)]
        at = np.flatnonzero(signs)
        if not len(at):
            continue
        signs = signs[at]
        inside = (np.cumsum(signs == _QUOTE) + quoted) % 2
        quoted = int(inside[-1])
        step = np.where((inside == 1) | (signs == _QUOTE), 0, np.where(signs == _OPEN, 1, -1))
        after = level + np.cumsum(step)
        level = int(after[-1])
        if after.max() > depth:
            raise InputError("json_dalam", file=path, batas=depth)
        for height in range(len(spans)):
            edge = ((step == 1) & (after == height + 1)) | ((step == -1) & (after == height))
            spans[height].extend((start + at[edge] + (step[edge] == -1)).tolist())
    outer, inner = (list(zip(one[::2], one[1::2], strict=False)) for one in spans)
    return Scan(outer, inner, whole=level == 0 and quoted == 0)


def require_shallow(data: bytes, depth: int, path: Path) -> None:
    """Refuse a short text that nests too deep; one with fewer brackets than that is not walked.

    Raises
    ------
    InputError
        When they nest deeper than ``depth``.
    """
    if data.count(b"[") + data.count(b"{") > depth:
        scan(data, depth, path)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    twice = Repeated(made)
    times = Counter(name for name, _ in pairs)
    twice.keys_twice = tuple(name for name, count in times.items() if count > 1)
    return twice


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs)


def parsed(text: str) -> Any:
    """Parse a text whose depth was checked; NaN and Infinity become numbers that are none.

    Raises
    ------
    ValueError
        When it is no JSON.
    """
    return _DECODER.decode(text)


def elements(text: str) -> Iterator[Any]:
    """Parse the inside of an array, one element after the other, never all at once.

    Raises
    ------
    ValueError
        When it is no JSON.
    """
    at = _after_space(text, 0)
    while at < len(text):
        element, at = _DECODER.raw_decode(text, at)
        yield element
        at = _after_space(text, at)
        if at == len(text):
            return
        comma, at = at, _after_space(text, at + 1)
        if text[comma] != "," or at == len(text):
            raise json.JSONDecodeError("", text, comma)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def broken(error: ValueError, path: Path, lines_before: int = 0) -> InputError:
    """Say where a text stops being JSON."""
    line = getattr(error, "lineno", 1) + lines_before
    return InputError("json_rusak", file=path, baris=line, kolom=getattr(error, "colno", 1))
