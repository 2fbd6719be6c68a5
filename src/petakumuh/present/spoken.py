"""Values of works in words of the language: statuses, what no file says, and scenarios of several statuses."""

from __future__ import annotations

from petakumuh.model import EMPTY, NO_YEAR, STATUSES
from petakumuh.text import Language, say

__all__ = ["scenario", "spoken"]

_WORDS = {EMPTY: "laporan.tidak_disebut", NO_YEAR: "laporan.tanpa_tahun"} | {
    one: f"umum.status_{one}" for one in STATUSES
}
_PLUS = " + "
"""Stands between the statuses that a scenario takes as done."""


def spoken(value: str, language: Language) -> str:
    """Say a value of works; where the language is not Indonesian, a status beside the word that data hold.

    Examples
    --------
    >>> spoken("selesai", "en"), spoken("Dinas PUPR", "en")
    ('done (selesai)', 'Dinas PUPR')
    """
    return say(_WORDS[value], language) if value in _WORDS else value


def scenario(value: str, language: Language) -> str:
    """Say the statuses of a scenario.

    Examples
    --------
    >>> scenario("selesai + berjalan", "en")
    'done (selesai) + under way (berjalan)'
    """
    return _PLUS.join(spoken(one, language) for one in value.split(_PLUS))
