"""The INSERTs of an SQL dump, read as text: values are taken, no statement is ever run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Row", "SqlError", "rows"]

_SKIP = re.compile(r"(?:\s+|--[^\n]*|#[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NAME = r"(?:`[^`]+`|\"[^\"]+\"|\[[^\]]+\]|[\w$]+)"
_TABLE = rf"{_NAME}(?:\s*\.\s*{_NAME})?"
_CREATE = re.compile(rf"CREATE\s+(?:TEMPORARY\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?({_TABLE})\s*\(", re.IGNORECASE)
_INSERT = re.compile(
    rf"(?:INSERT\s+(?:LOW_PRIORITY\s+|DELAYED\s+)?(?:IGNORE\s+)?|REPLACE\s+)INTO\s+({_TABLE})\s*"
    rf"(?:\(([^()']*)\)\s*)?VALUES?\s*",
    re.IGNORECASE,
)
_COLUMN = re.compile(rf"\s*({_NAME})\s+\w")
_NO_COLUMN = re.compile(
    r"\s*(?:PRIMARY|UNIQUE|KEY|INDEX|CONSTRAINT|FOREIGN|CHECK|FULLTEXT|SPATIAL)\b", re.IGNORECASE
)
_STRING = re.compile(
    r"'[^'\\]*(?:(?:\\.|'')[^'\\]*)*'" + r'|"[^"\\]*(?:(?:\\.|"")[^"\\]*)*"',
    re.DOTALL,
)
_ROWS = re.compile(r"(?:INSERT|REPLACE|COPY)\b", re.IGNORECASE)
"""Statements that put in rows; one of a form that is not read here is no reason to lose them."""
_OTHER = re.compile(r"[^'\"`;#/\-]+|--[^\n]*|#[^\n]*|/\*.*?\*/|`[^`]*`|[-/]", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?=[\s,)])")
_WORD = re.compile(r"(NULL|TRUE|FALSE|DEFAULT)\b", re.IGNORECASE)
_PREFIX = re.compile(r"(?:_\w+\s+|[NnEe])(?=')")
_ESCAPED = re.compile(r"\\(.)|''", re.DOTALL)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}
_WORDS = {"NULL": None, "TRUE": True, "FALSE": False, "DEFAULT": None}


@dataclass(frozen=True)
class Row:
    """One tuple of an INSERT: its table, the line it begins on, and its values by column."""

    table: str
    line: int
    values: dict[str, Any]


class SqlError(ValueError):
    """A place in a dump that cannot be read: its line says where."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def rows(text: str) -> Iterator[Row]:
    r"""Give the rows that a dump inserts, in its order.

    Parameters
    ----------
    text
        The dump, of MySQL, MariaDB, SQLite or PostgreSQL (with INSERTs, not COPY).

    Raises
    ------
    SqlError
        Where an INSERT is broken or cut short, holds an expression, or does not fit its columns.

    Examples
    --------
    >>> [row.values for row in rows("INSERT INTO a(nama, n) VALUES ('Pasar ''Baru', 2), (NULL, -1.5);")]
    [{'nama': "Pasar 'Baru", 'n': 2}, {'nama': None, 'n': -1.5}]
    """
    created: dict[str, list[str]] = {}
    lines = _Lines(text)
    at = _skip(text, 0)
    while at < len(text):
        if create := _CREATE.match(text, at):
            at, names = _columns(text, create.end(), lines)
            created[_bare(create[1])] = names
        elif insert := _INSERT.match(text, at):
            table = _bare(insert[1])
            names = [_bare(one) for one in insert[2].split(",")] if insert[2] else created.get(table, [])
            at = insert.end()
            while True:
                began = at
                values, at = _tuple(text, at, lines)
                columns = names or [f"kolom_{place}" for place in range(1, len(values) + 1)]
                if len(values) != len(columns):
                    raise SqlError(lines.at(began))
                yield Row(table, lines.at(began), dict(zip(columns, values, strict=True)))
                at = _skip(text, at)
                if text[at : at + 1] != ",":
                    break
                at = _skip(text, at + 1)
            if text.find(";", at) < 0:
                raise SqlError(lines.at(at))
        elif _ROWS.match(text, at):
            raise SqlError(lines.at(at))
        at = _skip(text, _end_of_statement(text, at, lines))


class _Lines:
    """Counts lines as far as it is asked, never twice from the start."""

    def __init__(self, text: str) -> None:
        self._text, self._seen, self._line = text, 0, 1

    def at(self, place: int) -> int:
        """Name the line of a place, from 1."""
        if place < self._seen:
            return self._text.count("\n", 0, place) + 1
        self._line += self._text.count("\n", self._seen, place)
        self._seen = place
        return self._line


def _skip(text: str, at: int) -> int:
    found = _SKIP.match(text, at)
    return found.end() if found else at


def _bare(name: str) -> str:
    """Give a name without quotes and without the schema before it."""
    parts: list[str] = re.findall(_NAME, name.strip())
    return parts[-1].strip('`"[]') if parts else name.strip()


def _end_of_statement(text: str, at: int, lines: _Lines) -> int:
    """Find the place after the semicolon that ends a statement; one in a string or comment ends nothing."""
    while at < len(text) and text[at] != ";":
        if text.startswith("/*", at) and text.find("*/", at) < 0:
            raise SqlError(lines.at(at))
        found = (_STRING if text[at] in "'\"" else _OTHER).match(text, at)
        if found is None:
            raise SqlError(lines.at(at))
        at = found.end()
    return at + 1


def _columns(text: str, at: int, lines: _Lines) -> tuple[int, list[str]]:
    """Read the names of a CREATE TABLE up to its closing bracket."""
    began, parts, deep, start = at, [], 1, at
    while deep:
        if at >= len(text):
            raise SqlError(lines.at(began))
        sign = text[at]
        if sign in "'\"":
            found = _STRING.match(text, at)
            if found is None:
                raise SqlError(lines.at(at))
            at = found.end()
            continue
        deep += (sign == "(") - (sign == ")")
        if (sign == "," and deep == 1) or deep == 0:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    named = (_COLUMN.match(_SKIP.sub(" ", one)) for one in parts if not _NO_COLUMN.match(one))
    return at, [_bare(one[1]) for one in named if one]


def _tuple(text: str, at: int, lines: _Lines) -> tuple[list[Any], int]:
    """Read ``(value, value, ...)``."""
    if text[at : at + 1] != "(":
        raise SqlError(lines.at(at))
    values = []
    while True:
        value, at = _value(text, _skip(text, at + 1), lines)
        values.append(value)
        at = _skip(text, at)
        sign = text[at : at + 1]
        if sign == ")":
            return values, at + 1
        if sign != ",":
            raise SqlError(lines.at(at))


def _value(text: str, at: int, lines: _Lines) -> tuple[Any, int]:
    """Read a string, number or word; anything else is an expression, and those are not run."""
    if prefix := _PREFIX.match(text, at):
        at = prefix.end()
    if found := _STRING.match(text, at):
        quoted = found[0][1:-1]
        if found[0][0] == '"':
            quoted = quoted.replace('""', '"')
        return _ESCAPED.sub(_unescaped, quoted) if "\\" in quoted or "''" in quoted else quoted, found.end()
    if found := _NUMBER.match(text, at):
        number = found[0]
        return (int(number) if number.lstrip("+-").isdigit() else float(number)), found.end()
    if found := _WORD.match(text, at):
        return _WORDS[found[1].upper()], found.end()
    raise SqlError(lines.at(at))


def _unescaped(found: re.Match[str]) -> str:
    return "'" if found[1] is None else _CONTROL.get(found[1], found[1])
