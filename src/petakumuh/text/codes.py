"""Codes, names, years and quantities as they stand in Indonesian files, made comparable."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "as_text",
    "bps",
    "broken_codes",
    "kemendagri",
    "match_key",
    "plain_name",
    "quantities",
    "quantity",
    "rt_rw",
    "village_kind",
    "year",
]

_KEMENDAGRI = re.compile(r"(1[1-9]|[2-9]\d)(\d{2})(\d{2})([12]\d{3})")
_JOINED = re.compile(r"(\d{2})[-./ ]*(\d{2})[-./ ]*(\d{2})[-./ ]*(\d{4})")
_BLOCKS = re.compile(r"(\d{2})[-./ ]+(\d{1,2})[-./ ]+(\d{1,2})[-./ ]+(\d+)")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d*))?[eE]\+?(\d{1,2})")
_BPS = re.compile(r"(?:ID)?(\d{10})", re.IGNORECASE)
_KINDS = {"1": "kelurahan", "2": "desa"}
_PREFIX = re.compile(r"\s*(?:kelurahan|kel|desa|ds)\b[\s.:]*(?=\S)", re.IGNORECASE)
_AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_ALSO = r"\W{1,3}(?:(?:dan|s\W?d|sampai)\W+)?\d"
_LETTERS = r"[A-Z]{1,2}(?![A-Z\d])|[A-Z]{1,2}(?=R[TW])|(?![A-Z\d])|(?=R[TW]|[A-Z]{3})"
_RT_RW = {
    one: re.compile(
        rf"(?:(?<![A-Z])|(?<=\d[A-Z])|(?-i:(?<=[a-z])(?=R))){one}\W*0*(\d{{1,3}})({_LETTERS})(?!{_ALSO})",
        re.IGNORECASE,
    )
    for one in ("RT", "RW")
}
"""A number and the letter of an RT that was split (06A); one of a list of numbers is none."""
_BARE_RT_RW = re.compile(r"0*(\d{1,3})\s*/\s*0*(\d{1,3})")
"""As addresses write it: the RT before the stroke, the RW behind it."""
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

    Dots, spaces, dashes, a ``.0`` of a number and lost leading zeros of kabupaten/kota and kecamatan are
    mended, because the blocks say where they stood. A code with too few digits for that is none: see
    `broken_codes`. Codes of BPS have another third and fourth block; where those fall into the form of a
    Kemendagri code only the schema of the file can tell (`petakumuh.catalog.schema`).

    Examples
    --------
    >>> kemendagri("6171011002"), kemendagri("61.71.1.1002"), kemendagri("5.371011001E9"), kemendagri("A-7")
    ('61.71.01.1002', '61.71.01.1002', '53.71.01.1001', 'A-7')
    >>> kemendagri("5.37E+09"), kemendagri("53.71.01.100")
    ('5.37E+09', '53.71.01.100')
    """
    found = _KEMENDAGRI.fullmatch(_digits(value))
    return ".".join(found.groups()) if found else value


def bps(value: str) -> str:
    """Write a code of BPS as its ten digits, without the ``ID`` that HDX puts before it; empty for others.

    Examples
    --------
    >>> bps("ID5371010001"), bps("5371010001.0"), bps("5.37E+09")
    ('5371010001', '5371010001', '')
    """
    found = _BPS.fullmatch(value.strip().removesuffix(".0"))
    return found.group(1) if found else ""


def broken_codes(values: Sequence[str]) -> list[int]:
    """List where a column of codes has lost digits: numbers in scientific form, and one digit too few.

    Provinces begin at 11, so no leading zero can be lost: nine digits are a code with a digit missing, if
    the column holds whole codes besides; else they may be somebody's own numbering.

    Examples
    --------
    >>> broken_codes(["53.71.01.1001", "5.37E+09", "53.71.01.100", "537101100", ""])
    [1, 2, 3]
    >>> broken_codes(["537101100", "33750213"])
    []
    """
    whole = [bool(_KEMENDAGRI.fullmatch(_digits(value))) for value in values]
    short = any(whole)
    return [
        at
        for at, value in enumerate(values)
        if not whole[at]
        and (_SCIENTIFIC.fullmatch(value) or (short and re.fullmatch(r"[1-9]\d{8}", _digits(value))))
    ]


def village_kind(code: str) -> str:
    """Tell by its code whether a place is a kelurahan (1xxx) or a desa (2xxx); empty where it has no code.

    Examples
    --------
    >>> village_kind("53.71.01.1001"), village_kind("53.03.01.2005"), village_kind("Tengah/Barat")
    ('kelurahan', 'desa', '')
    """
    found = _KEMENDAGRI.fullmatch(_digits(code))
    return _KINDS[found.group(4)[0]] if found else ""


def plain_name(name: str) -> tuple[str, str]:
    """Take the kind of place off a name; a name without one comes back whole.

    Returns
    -------
        The name, and ``kelurahan``, ``desa`` or nothing.

    Examples
    --------
    >>> plain_name("Kel. Oesapa"), plain_name("Desa Lauran"), plain_name("Kelapa Lima"), plain_name("Desa")
    (('Oesapa', 'kelurahan'), ('Lauran', 'desa'), ('Kelapa Lima', ''), ('Desa', ''))
    """
    found = _PREFIX.match(name)
    if found is None:
        return name, ""
    kind = "desa" if found.group().lstrip()[0] in "dD" else "kelurahan"
    return name[found.end() :], kind


def _digits(value: str) -> str:
    """Give the digits of what may be a code, in place; empty where it holds anything else."""
    text = value.strip().removesuffix(".0").removesuffix(",0")
    scientific = _SCIENTIFIC.fullmatch(text)
    if scientific:
        head, tail, power = scientific.group(1), scientific.group(2) or "", int(scientific.group(3))
        return head + tail if len(tail) == power else ""
    blocks = _BLOCKS.fullmatch(text)
    if blocks:
        province, regency, district, village = blocks.groups()
        return province + regency.zfill(2) + district.zfill(2) + village
    joined = _JOINED.fullmatch(text)
    if joined:
        return "".join(joined.groups())
    return text if text.isascii() and text.isdigit() else ""


def match_key(name: str) -> str:
    r"""Fold a name for comparing: case, accents, spaces and punctuation do not count.

    Examples
    --------
    >>> match_key("Kali Baros\r") == match_key("KALIBAROS")
    True
    """
    plain = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in plain.casefold() if letter.isalnum())


def rt_rw(text: str) -> str:
    """Find the one RT and RW that a text names, as ``RT003-RW002``; empty where it names none or several.

    Examples
    --------
    >>> rt_rw("33750401-RT004-RW001"), rt_rw("RW 1 / RT. 4"), rt_rw("rt06a-rw01"), rt_rw("004/001")
    ('RT004-RW001', 'RT004-RW001', 'RT006A-RW001', 'RT004-RW001')
    >>> rt_rw("RT 01, 02 RW 03"), rt_rw("RT 01 s/d 05 RW 03"), rt_rw("Kawasan 7")
    ('', '', '')
    """
    if "rw" not in text.casefold():  # ids by the hundred thousand
        bare = _BARE_RT_RW.fullmatch(text.strip())
        return "" if bare is None else f"RT{int(bare[1]):03d}-RW{int(bare[2]):03d}"
    plain = text.replace("_", "-")
    found = [{(int(number), letters.upper()) for number, letters in one.findall(plain)} for one in _RT_RW.values()]
    if any(len(spoken) != 1 for spoken in found):
        return ""
    (rt, rt_letters), (rw, rw_letters) = (spoken.pop() for spoken in found)
    return f"RT{rt:03d}{rt_letters}-RW{rw:03d}{rw_letters}"


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
