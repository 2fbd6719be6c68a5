"""How slums look by the share of an aspect that is not met: a rule set's bands in the colours of the legend."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from petakumuh.present.legend import Look
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["bands"]


def bands(told: Mapping[str, Any], bounds: Sequence[float], language: Language) -> dict[str, Look]:
    """Say how slums look by the share of an aspect that is not met; key "" where it is not known.

    Parameters
    ----------
    told
        The style.
    bounds
        Where the bands of a rule set begin, of 1; the last colour is that of all that are worse.
    """
    own = told["aspek"]
    common = {"line": own["garis"], "width": own["tebal"]}
    ends = [0.0, *(one * 100 for one in bounds), 100.0]
    looks = {}
    for at, (low, high) in enumerate(pairwise(ends)):
        below = at < len(bounds)  # What a band begins with belongs to none before it.
        ends_at = f"{'< ' if below else ''}{number(high, 0, language)} %"
        label = f"{number(low, 0, language)} – {ends_at}" if at else ends_at
        looks[str(at)] = Look(label=label, fill=own["pita"][min(at, len(own["pita"]) - 1)], **common)
    hatch = {"hatch": own["tanpa_arsir"], "hatch_color": own["tanpa_arsir_warna"]}
    looks[""] = Look(label=say("peta.tanpa_skor", language), fill=own["tanpa"], **hatch, **common)
    return looks
