"""Other names: a CSV of two columns, as a table writes a name and what it stands for."""

from __future__ import annotations

import csv
from pathlib import Path

from petakumuh.errors import RecipeError

__all__ = ["aliases"]

_DELIMITERS = (";", ",", "\t", "|")
_ALIAS_HEADER = ["tertulis", "resmi"]


def aliases(file: str | None, folder: str = "") -> dict[str, str]:
    """Read an alias file: a name as a table writes it -> the official one, its code, or the id it stands for.

    Parameters
    ----------
    file
        As the recipe writes it; none: no aliases.
    folder
        What it is relative to.

    Raises
    ------
    RecipeError
        When the file cannot be read, a row does not have two columns, or one name stands for two places.
    """
    if file is None:
        return {}
    path = Path(folder, file)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RecipeError("alias_salah", file=path, alasan=getattr(error, "strerror", None) or error) from error
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    found: dict[str, str] = {}
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), start=1):
        pair = [cell.strip() for cell in row]
        if not any(pair) or (number == 1 and [cell.casefold() for cell in pair] == _ALIAS_HEADER):
            continue
        if len(pair) != len(_ALIAS_HEADER) or not all(pair):
            raise RecipeError("alias_salah", file=path, alasan=f"baris {number}: {row}")
        if found.setdefault(pair[0], pair[1]) != pair[1]:
            raise RecipeError("alias_salah", file=path, alasan=f"baris {number}: {pair[0]} = {pair[1]}")
    return found
