"""What ground looks like: a colour for each year, a hatch for what is left, so that grey prints tell it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from petakumuh.catalog import style
from petakumuh.model import NO_YEAR
from petakumuh.present.legend import LEFT, Look, themes
from petakumuh.present.sheet.paper import INK
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series

    from petakumuh.model import Result

__all__ = [
    "BORDER",
    "HATCHES",
    "LAND",
    "LEFT",
    "RING",
    "SLUM",
    "SMALL",
    "SMALL_MM",
    "GroundClass",
    "class_of",
    "ground_classes",
    "mixed",
]

_HANDLED = ""
"""The first year of ground whose works are accounted without years."""
SMALL, SMALL_MM = "kecil", 1.0
"""Slums smaller than this on paper have a ring, or nobody would find them."""
HATCHES: dict[str, tuple[tuple[float, float, float], ...]] = {
    "miring": ((45, 1.1, 0),),
    "miring_balik": ((-45, 1.4, 0),),
    "silang_miring": ((45, 1.5, 0), (-45, 1.5, 0)),
    "datar": ((0, 1.1, 0),),
    "tegak": ((90, 1.1, 0),),
    "silang": ((0, 1.5, 0), (90, 1.5, 0)),
    "titik": ((0, 1.0, 0.25),),
}
"""Hatches of the legend: the angle of each set of lines, how far apart they are, how long the dots on them."""
_HATCH = {
    "miring": "//////",
    "miring_balik": r"\\\\",
    "silang_miring": "xxxx",
    "datar": "----",
    "tegak": "||||",
    "silang": "++++",
    "titik": "....",
}
"""What matplotlib calls them."""

LAND = "#E9E8E4"
BORDER: Any = {"edgecolor": style()["kelurahan"]["garis"], "linewidth": 0.55, "linestyle": (0, (8, 2, 1.5, 2))}
SLUM: Any = {"edgecolor": style()["kumuh"]["garis"], "linewidth": 0.45}
RING: Any = {"linestyle": "none", "marker": "o", "markersize": 5, "fillstyle": "none", "color": INK, "mew": 0.6}


@dataclass(frozen=True)
class GroundClass:
    """What the legend says of ground of one class, and how it is drawn."""

    label: str
    look: dict[str, Any]
    ha: float | None


def class_of(ground: GeoDataFrame) -> Series[str]:
    """Class of each ground: left, or its first year."""
    key: Series[str] = ground["tahun_pertama"].where(ground["tertangani"], LEFT)
    return key


def ground_classes(run: Result, language: Language) -> dict[str, GroundClass]:
    """Give the classes of ground in a run, in the order of the legend: years, no year, left."""
    total, table = run.tables["total"].iloc[0], run.tables.get("tahun")
    looks = themes(run, language)["tahun"].classes
    label = {key: looks[key].label for key in (NO_YEAR, LEFT) if key in looks}
    label[_HANDLED] = say("kolom.tertangani", language)
    ha = {} if table is None else dict(zip(table["tahun"], table["baru_ha"], strict=True))
    ha |= {LEFT: total["sisa_ha"], _HANDLED: total["luas_tertangani_ha"]}
    return {key: GroundClass(label.get(key, key), _drawn(look), ha.get(key)) for key, look in looks.items()}


def _drawn(look: Look) -> dict[str, Any]:
    """Say how matplotlib draws ground of a look."""
    if look.hatch:
        hatch = {"hatch": _HATCH[look.hatch], "edgecolor": look.hatch_color, "linewidth": 0.0}
        return {"facecolor": "white" if look.fill is None else mixed(look.fill, look.opacity), **hatch}
    fill = mixed(look.fill or "#FFFFFF", look.opacity)
    # The thin edge closes the seams between neighbours of one class.
    return {"facecolor": fill, "edgecolor": fill, "linewidth": 0.1}


def mixed(colour: str, opacity: float) -> str:
    """Mix a colour with white, as it looks on paper where it lets so much through.

    Examples
    --------
    >>> mixed("#000000", 0.5)
    '#808080'
    """
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (one - 255) * opacity):02X}" for one in parts)
