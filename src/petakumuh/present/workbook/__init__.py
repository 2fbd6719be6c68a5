"""Scores as workbooks: ``skor.xlsx`` with every table, and the official sheet of each RT and kawasan.

Text of a file is never a formula or a link. The same scores give the same bytes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from petakumuh.model import Region
from petakumuh.present.workbook.form import write_forms
from petakumuh.present.workbook.names import unique_name
from petakumuh.present.workbook.overview import write_overview
from petakumuh.present.workbook.values import books

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from petakumuh.model import Scores
    from petakumuh.text import Language

__all__ = ["FOLDER", "files"]

_UNKNOWN = Region()
FOLDER = "lembar"
"""Where the official sheets stand."""


def files(scores: Scores, language: Language, wilayah: Region = _UNKNOWN) -> dict[str, Callable[[Path], None]]:
    """List the workbooks of scores: name -> what writes it to a path.

    Parameters
    ----------
    scores
        What is written.
    language
        Of the words.
    wilayah
        Province and regency or city, which tables of volumes do not say.
    """
    found: dict[str, Callable[[Path], None]] = {"skor.xlsx": partial(write_overview, scores, wilayah, language)}
    taken: set[str] = set()
    for name, units in books(scores).items():
        made = unique_name(name, taken, longest=80)
        found[f"{FOLDER}/{made}.xlsx"] = partial(write_forms, scores, units, wilayah, language)
    return found
