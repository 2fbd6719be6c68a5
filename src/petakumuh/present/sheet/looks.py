"""What ground looks like: a colour for each year, a hatch for what is left, so that grey prints tell it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.colors import LinearSegmentedColormap, to_hex

from petakumuh.catalog import style
from petakumuh.model import NO_YEAR
from petakumuh.present.sheet.paper import INK
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from pandas import Series

    from petakumuh.model import Result

__all__ = [
    "BORDER",
    "LAND",
    "LEFT",
    "RING",
    "SLUM",
    "SMALL",
    "SMALL_MM",
    "GroundClass",
    "class_of",
    "ground_classes",
]

LEFT = "sisa"
_HANDLED = ""
"""The first year of ground whose works are accounted without years."""
SMALL, SMALL_MM = "kecil", 1.0
"""Slums smaller than this on paper have a ring, or nobody would find them."""

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
    keys = sorted(set(class_of(run.bidang)), key=lambda key: (key == LEFT, key == NO_YEAR, key))
    label = {
        NO_YEAR: say("lembar.tanpa_tahun", language),
        _HANDLED: say("kolom.tertangani", language),
        LEFT: style()["sisa"]["label"][language],
    }
    ha = {} if table is None else dict(zip(table["tahun"], table["baru_ha"], strict=True))
    ha |= {LEFT: total["sisa_ha"], _HANDLED: total["luas_tertangani_ha"]}
    look = _looks([key for key in keys if key not in (LEFT, NO_YEAR, _HANDLED)])
    return {key: GroundClass(label.get(key, key), look[key], ha.get(key)) for key in keys}


def _looks(years: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Give every class its look."""
    colors, left = style()["tahun"]["warna"], style()["sisa"]
    if len(years) > len(colors):  # More years than the style names: steps between its colours.
        steps = LinearSegmentedColormap.from_list("tahun", colors)
        colors = [to_hex(steps(at / (len(years) - 1))) for at in range(len(years))]
    fills = dict(zip(years, colors, strict=False))
    fills |= {NO_YEAR: style()["tahun"]["tanpa_tahun"], _HANDLED: colors[2]}
    # The thin edge closes the seams between neighbours of one class.
    look: dict[str, dict[str, Any]] = {
        key: {"facecolor": fill, "edgecolor": fill, "linewidth": 0.1} for key, fill in fills.items()
    }
    hatch = left["arsir"] + left["arsir"][:2]
    return look | {LEFT: {"facecolor": "white", "edgecolor": left["warna"], "hatch": hatch, "linewidth": 0.0}}
