"""Words and numbers as a planner reads them: messages in two languages, Indonesian numbers.

The messages are data (``messages.toml``, both languages side by side); this room only looks them up.
Format specifications that a message may use: ``ha`` (hectares), ``m2``, ``n`` (a count), ``persen``.
"""

from __future__ import annotations

import string
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

__all__ = ["LANGUAGES", "Language", "number", "reason", "say"]

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")

_DECIMALS = {"ha": 2, "ha4": 4, "m2": 2, "persen": 2, "n": 0}


@cache
def _messages() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("messages.toml").read_text(encoding="utf-8"))


def number(value: float | None, decimals: int = 2, language: Language = "id") -> str:
    """Write a number as it is read in Indonesia, or in English; a missing one is a dash.

    Examples
    --------
    >>> number(1234.5), number(1234.5, 0), number(1234.5, language="en"), number(None)
    ('1.234,50', '1.234', '1,234.50', '–')
    """
    if value is None or value != value:  # noqa: PLR0124 - NaN is the one value unlike itself
        return "–"
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


class _Formatter(string.Formatter):
    """`str.format` with the number formats of the language; values are never parsed as formats."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write one value by one of our formats, or as it is."""
        if format_spec in _DECIMALS:
            return number(None if value is None else float(value), _DECIMALS[format_spec], self._language)
        return str(value)


def say(key: str, language: Language = "id", /, **values: object) -> str:
    """Look up a message and fill in its values.

    Parameters
    ----------
    key
        Dotted path of the message in ``messages.toml``.
    language
        ``id`` or ``en``.
    values
        The names that the message uses.

    Raises
    ------
    KeyError
        When there is no such message, or it names a value that was not given.

    Examples
    --------
    >>> say("kolom.sisa_ha"), say("kolom.sisa_ha", "en")
    ('Sisa (ha)', 'Left (ha)')
    """
    entry: Any = _messages()
    for part in key.split("."):
        entry = entry[part]
    return _Formatter(language).vformat(entry[language], (), values)


def reason(key: str, language: Language = "id") -> str:
    """Say why a row is left out or mended; a reason that has no words of ours comes back as it is.

    Examples
    --------
    >>> reason("tanpa_luas"), reason("2 titik, perlu sedikitnya 3")
    ('tidak berluas', '2 titik, perlu sedikitnya 3')
    """
    entry = _messages()["sebab"].get(key)
    return key if entry is None else str(entry[language])
