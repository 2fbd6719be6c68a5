"""Codes, names, years and quantities as they stand in Indonesian files, made comparable."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["as_text", "kemendagri", "match_key", "quantities", "quantity", "year"]

_KEMENDAGRI = re.compile(r"(\d{2})\.?(\d{2})\.?(\d{2})\.?([12]\d{3})")
_AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def as_text(value: object) -> str:
    r"""Write an id or a word as text: whole floats without ``.0``, white space folded, missing as empty.

    Examples
    --------
    >>> as_text(5371010001.0), as_text(" RT003-\u00a0RW002\r"), as_text(None), as_text(float("nan"))
    ('5371010001', 'RT003- RW002', '', '')
    """
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()  # a numpy number as Python's
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in {"<NA>", "NaT"}:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).encode("utf-8", "replace").decode().split())


def kemendagri(value: str) -> str:
    """Write a kelurahan or desa code as ``PP.KK.CC.DDDD``; a text that is none comes back as it is.

    Examples
    --------
    >>> kemendagri("6171011002"), kemendagri("61.71.01.1002"), kemendagri("A-7")
    ('61.71.01.1002', '61.71.01.1002', 'A-7')
    """
    found = _KEMENDAGRI.fullmatch(value.removesuffix(".0"))
    return ".".join(found.groups()) if found else value


def match_key(name: str) -> str:
    r"""Fold a name for comparing: case, accents, spaces and punctuation do not count.

    Examples
    --------
    >>> match_key("Kali Baros\r") == match_key("KALIBAROS")
    True
    """
    plain = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


def year(value: str) -> int | None:
    """Find the one year that a text names; None where it names none or several.

    Examples
    --------
    >>> year("2021"), year("TA 2021"), year("17 Agustus 2023"), year("2019-2021"), year("21")
    (2021, 2021, 2023, None, None)
    """
    found = set(_YEAR.findall(value))
    return int(found.pop()) if len(found) == 1 else None


def quantity(value: str) -> float | None:
    """Read a number in Indonesian or plain form; None where it is no number or says two things.

    ``1.234`` could be one thousand or one point two: it is read only when other signs decide, and a
    single point followed by exactly three digits does not.

    Examples
    --------
    >>> quantity("1.234,56"), quantity("12,5"), quantity("0.80554"), quantity("3"), quantity("1.234")
    (1234.56, 12.5, 0.80554, 3.0, None)
    """
    text = value.replace(" ", "")
    if re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text) and not _AMBIGUOUS.fullmatch(text):
        return float(text)
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})*,\d+|-?\d+,\d+|-?\d{1,3}(\.\d{3}){2,}", text):
        return float(text.replace(".", "").replace(",", "."))
    return None


def quantities(values: Sequence[str]) -> list[float | None]:
    """Read a column of numbers; where one value is ambiguous the others of the column decide.

    Examples
    --------
    >>> quantities(["1.234", "0.5"]), quantities(["1.234", "12,5"]), quantities(["1.234", ""])
    ([1.234, 0.5], [1234.0, 12.5], [None, None])
    """
    read = [quantity(value) for value in values]
    clear = [value for value, got in zip(values, read, strict=True) if got is not None]
    points = any(
        re.search(r"\.", value) and not re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", value) for value in clear
    )
    commas = any("," in value for value in clear)
    if points == commas:
        return read
    return [
        got
        if got is not None or not _AMBIGUOUS.fullmatch(value)
        else float(value if points else value.replace(".", ""))
        for value, got in zip(values, read, strict=True)
    ]
