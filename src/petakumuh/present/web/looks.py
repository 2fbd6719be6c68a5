"""A look of the legend as a screen draws it: millimetres on paper become pixels, hatches become tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh.present.legend import LEFT, themes
from petakumuh.present.web.escape import inert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from petakumuh.model import Result
    from petakumuh.present.legend import Look
    from petakumuh.text import Language

__all__ = ["HATCHES", "left", "on_screen", "shares"]

_PX_PER_MM = 96 / 25.4
_RISING, _FALLING = "M-2 2L2-2M0 8L8 0M6 10L10 6", "M-2 6L2 10M0 0L8 8M6-2L10 2"
HATCHES = {
    "miring": _RISING,
    "miring_balik": _FALLING,
    "silang_miring": _RISING + _FALLING,
    "datar": "M0 4H8",
    "tegak": "M4 0V8",
    "silang": "M0 4H8M4 0V8",
    "titik": "M1.4 2H2.6M5.4 6H6.6",
}
"""Hatch -> the path of one tile of 8 by 8 pixels; one that divides 256 has no seams between squares of a map."""


def on_screen(look: Look) -> dict[str, Any]:
    """Say in pixels what a look says in millimetres; the label is inert.

    Examples
    --------
    >>> from petakumuh.present.legend import Look
    >>> on_screen(Look(label="<b>", fill="#FFFFFF", line="#000000", width=0.5, dash=(2.0, 1.0)))["putus"]
    [7.6, 3.8]
    """
    return {
        "label": inert(look.label),
        "isi": look.fill,
        "pekat": look.opacity,
        "garis": look.line,
        "tebal": _pixels(look.width),
        "putus": [_pixels(one) for one in look.dash],
        "arsir": HATCHES.get(look.hatch, ""),
        "arsir_warna": look.hatch_color,
        "tanda": look.marker,
    }


def _pixels(millimetres: float) -> float:
    return round(millimetres * _PX_PER_MM, 1)


def left(run: Result, language: Language) -> Look:
    """Give the look of ground that is not handled, also where all of it is at the end."""
    return themes(run, language, every=True)["tahun"].classes[LEFT]


def shares(
    run: Result, language: Language, rows: Sequence[GeoDataFrame]
) -> tuple[dict[str, Look], list[list[str]]]:
    """Tell the class of each kelurahan at each stop of the slider.

    Parameters
    ----------
    rows
        The layer of kelurahan with its ``persen_tertangani`` at each stop.

    Returns
    -------
        The looks of the classes that occur at any stop, and for each stop the keys.
    """
    theme = themes(run, language, every=True)["kelurahan"]
    keys = [list(theme.keys(one)) for one in rows]
    present = {key for stop in keys for key in stop}
    return {key: look for key, look in theme.classes.items() if key in present}, keys
