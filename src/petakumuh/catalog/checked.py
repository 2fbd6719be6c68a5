"""Values of a user's own TOML file, each as it must be or refused by file and key, never mended."""

from __future__ import annotations

from decimal import Decimal
from numbers import Integral
from typing import TYPE_CHECKING, Any

from petakumuh.errors import RecipeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable

__all__ = [
    "YEARS",
    "among",
    "base_year",
    "flag",
    "number",
    "one_of",
    "only",
    "refusal",
    "rows",
    "share",
    "table",
    "text",
    "texts",
    "whole",
    "written",
]

YEARS = (1900, 2100)
"""First and last year that a baseline can be of: beyond them a figure is mistyped."""
_MOST = 32767
"""Sums of scores are kept in sixteen bits."""
_VAST = 10**9
"""More hectares than there are."""
_LONG = 20
"""Digits of a number that a message shows."""


def refusal(path: Traversable, key: str, wanted: str) -> RecipeError:
    """Say which key of which file is wrong, and what it may be."""
    return RecipeError("aturan_salah", file=path.name, kunci=key, harapan=wanted)


def only(given: Any, known: Sequence[str], where: str, path: Traversable) -> None:
    """Refuse keys that are not known."""
    if not isinstance(given, dict):
        raise refusal(path, where.rstrip("."), ", ".join(known))
    for key in given:
        if key not in known:
            raise refusal(path, f"{where}{key}", ", ".join(known))


def table(given: Mapping[str, Any], key: str, path: Traversable, where: str = "") -> dict[str, Any]:
    """Give a table that must be there."""
    if not isinstance(given.get(key), dict) or not given[key]:
        raise refusal(path, where + key, f"[{where}{key}]")
    found: dict[str, Any] = given[key]
    return found


def rows(given: Mapping[str, Any], key: str, path: Traversable) -> list[Any]:
    """Give a list of tables that must be there."""
    if not isinstance(given.get(key), list) or not given[key]:
        raise refusal(path, key, f"[[{key}]]")
    found: list[Any] = given[key]
    return found


def text(given: Any, key: str, path: Traversable) -> str:
    """Give a text that is not empty."""
    if not isinstance(given, str) or not given.strip():
        raise refusal(path, key, "teks")
    return given


def texts(given: Any, key: str, path: Traversable) -> tuple[str, ...]:
    """Give a list of texts."""
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise refusal(path, key, '["...", "..."]')
    return tuple(given)


def among(given: Any, known: Sequence[str], key: str, path: Traversable) -> tuple[str, ...]:
    """Give a list of texts that are all known."""
    return tuple(one_of(one, known, key, path) for one in texts(given, key, path))


def one_of(given: Any, known: Sequence[str], key: str, path: Traversable) -> str:
    """Give a text that is known."""
    if given not in known:
        raise refusal(path, key, ", ".join(known))
    return str(given)


def flag(given: Any, key: str, path: Traversable) -> bool:
    """Give true or false."""
    if not isinstance(given, bool):
        raise refusal(path, key, "true, false")
    return given


def whole(given: Any, key: str, path: Traversable, most: int = _MOST) -> int:
    """Give a whole number, not negative, not beyond ``most``."""
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given <= most:
        raise refusal(path, key, f"0, 1, 2, ... {most}")
    return given


def share(given: Any, key: str, path: Traversable) -> float:
    """Read per cent as a fraction: the nearest one to what is written, so that a volume at the edge is in."""
    if not _between(given, 100):
        raise refusal(path, key, "0 - 100")
    return float(Decimal(given) / 100)


def number(given: Any, key: str, path: Traversable) -> float:
    """Give a number, not negative."""
    if not _between(given, _VAST):
        raise refusal(path, key, "0 ...")
    return float(given)


def _between(given: Any, most: int) -> bool:
    """Whether a number is none of ``nan`` and ``inf``, which compare with nothing, and lies in bounds."""
    if isinstance(given, bool) or not isinstance(given, int | Decimal):
        return False
    return (isinstance(given, int) or given.is_finite()) and 0 <= given <= most


def base_year(given: Any, table: str) -> int | None:
    """Give the year of a baseline or decree as a recipe, a call or a command says it; None where it does not.

    Raises
    ------
    RecipeError
        When it is no whole number, or no year between those of `YEARS`.

    Examples
    --------
    >>> base_year(2020, "skor"), base_year(None, "skor")
    (2020, None)
    """
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, Integral) or not YEARS[0] <= int(given) <= YEARS[1]:
        wanted = f"{YEARS[0]} - {YEARS[1]}, tanpa tanda kutip, mis. 2020"
        raise RecipeError("nilai_salah", tabel=table, kunci="tahun_dasar", nilai=written(given), pilihan=wanted)
    return int(given)


def written(given: Any) -> str:
    """Write a value for a message; a whole number of thousands of digits, which Python does not write, cut short.

    Examples
    --------
    >>> written("x"), written(-3), written(10**5000)
    ("'x'", '-3', '> 10^20')
    """
    if isinstance(given, int) and abs(given) > 10**_LONG:
        return f"{'<' if given < 0 else '>'} {'-' if given < 0 else ''}10^{_LONG}"
    return repr(given)
