"""The letters of the maps: how wide words are, without laying them out."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.ft2font import FT2Font

__all__ = ["FONT", "MM", "drawable", "width"]

FONT = "DejaVu Sans"
"""Comes with matplotlib, so that every machine draws the same letters."""
MM = 25.4 / 72
"""Millimetres of a point."""
_FILES = {"normal": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}


@cache
def _font(weight: str) -> Any:
    # A font of its own: those that matplotlib keeps change their size with whatever is drawn.
    font: Any = FT2Font(str(Path(mpl.get_data_path(), "fonts", "ttf", _FILES[weight])))
    font.set_size(100, 72)
    return font


@cache
def _advance(letter: str, weight: str) -> float:
    """Say how far a letter moves on, in parts of its size."""
    return float(_font(weight).load_char(ord(letter)).linearHoriAdvance) / 6_553_600


def width(words: str, weight: str = "normal") -> float:
    """Measure words on one line, in parts of their size; pairs that stand closer are not counted.

    Examples
    --------
    >>> width("iii") < width("mmm") < width("mmm", "bold")
    True
    """
    return sum(_advance(letter, weight) for letter in words)


@cache
def drawable(letter: str) -> bool:
    r"""Whether the font has a letter.

    Examples
    --------
    >>> drawable("A"), drawable("\u4e00")
    (True, False)
    """
    return letter.isprintable() and bool(_font("normal").get_char_index(ord(letter)))
