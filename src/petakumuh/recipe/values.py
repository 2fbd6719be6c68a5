"""Values of a recipe, key by key: what is of another kind is refused with the choices."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from petakumuh.catalog.checked import base_year, written
from petakumuh.errors import RecipeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["base_year_of", "hectares", "known_keys", "positive", "text", "texts", "typed", "yes_no"]

_VAST = 1e9
"""More hectares than any decree can name."""


def known_keys(table: str, given: Mapping[str, Any], valid: Sequence[str]) -> None:
    """Refuse a key that a table does not have; the nearest that it has is proposed.

    Raises
    ------
    RecipeError
        When there is one.
    """
    for key in given:
        if key not in valid:
            near = get_close_matches(str(key), valid, n=1)
            raise RecipeError(
                "kunci_salah",
                tabel=table,
                kunci=key,
                pilihan=", ".join(valid),
                saran=f" ({near[0]}?)" if near else "",
            )


def typed(table: str, key: str, value: Any, kinds: tuple[type, ...], name: str) -> Any:
    """Give a value of one of some kinds back; yes and no are no number.

    Raises
    ------
    RecipeError
        When it is of another kind; ``name`` says what it should be.
    """
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise RecipeError("nilai_salah", tabel=table, kunci=key, nilai=written(value), pilihan=name)
    return value


def text(table: str, key: str, value: Any) -> str | None:
    """Give a text back, a number as text, and none as it is.

    Raises
    ------
    RecipeError
        When it is of another kind.
    """
    if value is None:
        return None
    return str(typed(table, key, value, (str, int, float), "teks"))


def texts(table: str, key: str, value: Any) -> tuple[str, ...]:
    """Give a list of texts; one text is a list of one.

    Raises
    ------
    RecipeError
        When it is of another kind.
    """
    listed = [value] if isinstance(value, str) else value
    return tuple(
        str(typed(table, key, one, (str,), "teks"))
        for one in typed(table, key, listed, (list, tuple), "daftar teks")
    )


def yes_no(table: str, key: str, value: Any) -> bool:
    """Give yes or no back.

    Raises
    ------
    RecipeError
        When it is neither; 0 and 1 are neither.
    """
    if not isinstance(value, bool):
        raise RecipeError("nilai_salah", tabel=table, kunci=key, nilai=written(value), pilihan="true, false")
    return value


def positive(table: str, key: str, value: Any) -> float | None:
    """Give a width or radius in metres as a number, and none as it is.

    Raises
    ------
    RecipeError
        When it is no number above 0, or ten kilometres and more.
    """
    if value is None:
        return None
    size = typed(table, key, value, (int, float), "angka > 0")
    if not 0 < size < 10_000:  # noqa: PLR2004 - ten kilometres is no service width
        raise RecipeError("nilai_salah", tabel=table, kunci=key, nilai=written(value), pilihan="angka > 0 (meter)")
    return float(size)


def hectares(table: str, key: str, value: Any) -> float | None:
    """Give hectares as a number, and none as it is.

    Raises
    ------
    RecipeError
        When they are no number from 0 on, or more than any decree can name.
    """
    if value is None:
        return None
    area = typed(table, key, value, (int, float), "angka >= 0 (ha)")
    if not 0 <= area < _VAST:  # which nan is not either
        raise RecipeError("nilai_salah", tabel=table, kunci=key, nilai=written(value), pilihan="angka >= 0 (ha)")
    return float(area)


def base_year_of(table: str, given: dict[str, Any]) -> None:
    """Bring the base year of a table to a number, where it names one.

    Raises
    ------
    RecipeError
        When it is no year.
    """
    if "tahun_dasar" in given:
        given["tahun_dasar"] = base_year(given["tahun_dasar"], table)
