"""Names of sheets and files made from what data say: plain, not too long, each one once."""

from __future__ import annotations

__all__ = ["unique_name"]

_KEPT = " -_.,"
_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    "history",
    *(f"{port}{at}" for port in ("com", "lpt") for at in range(1, 10)),
}
"""Names that Windows or Excel keep for themselves."""


def unique_name(text: str, taken: set[str], *, longest: int) -> str:
    """Make a name that Excel, Windows and formulas take, and that none before it has; note it as taken.

    Examples
    --------
    >>> taken = set()
    >>> [unique_name(one, taken, longest=31) for one in ("RT 03/RW 06", "rt 03-rw 06", "../x", "=1+1", "con", " ")]
    ['RT 03-RW 06', 'rt 03-rw 06 (2)', 'x', '1-1', 'con (2)', 'kosong']
    """
    plain = "".join(one if one.isalnum() or one in _KEPT else "-" for one in text)
    plain = " ".join(plain.split()).strip(" -_.,") or "kosong"
    found, again = plain[:longest].rstrip(" ."), 1
    while found.casefold() in taken | _RESERVED:
        again += 1
        ending = f" ({again})"
        found = plain[: longest - len(ending)].rstrip(" .") + ending
    taken.add(found.casefold())
    return found
