"""Charts of the chapter: the way to 0 ha, and what each sector handled."""

from __future__ import annotations

from functools import cache, partial
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any

from petakumuh.model import NO_YEAR
from petakumuh.text import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from petakumuh.present.report.pen import Pen

__all__ = ["progress_chart", "sector_chart"]

_FONT = "DejaVu Sans"
_DONE, _LEFT, _ALONE, _INK, _SOFT = "#1F6F78", "#C4501B", "#0B4A52", "#222222", "#8A8A8A"
_BARS = 12
"""Sectors that a chart has room for."""


def progress_chart(pen: Pen) -> Callable[[int], bytes] | None:
    """Give what draws the ground handled and left, year by year; None of fewer than two years."""
    table = pen.run.tables["tahun"]
    if find_spec("matplotlib") is None or (table["tahun"] != NO_YEAR).sum() < 2:  # noqa: PLR2004 - one is no way
        return None
    return cache(partial(_drawn, _progress, pen, 2.9))


def sector_chart(pen: Pen) -> Callable[[int], bytes] | None:
    """Give what draws the ground of each sector; None where there is nothing to draw with."""
    if find_spec("matplotlib") is None:
        return None
    count = min(len(pen.run.tables["sektor"]), _BARS)
    return cache(partial(_drawn, _sectors, pen, 1.0 + 0.36 * count))


def _drawn(draw: Callable[[Pen, Axes], None], pen: Pen, high: float, dpi: int) -> bytes:
    """Draw one chart as wide as the text."""
    import matplotlib.style  # noqa: PLC0415 - only where a chart is drawn
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    rules: Any = ["default", {"font.family": [_FONT], "font.size": 8, "svg.hashsalt": ""}]
    with matplotlib.style.context(rules):
        figure = Figure(figsize=(6.3, high), layout="constrained")
        axes = figure.add_subplot()
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        draw(pen, axes)
        written = BytesIO()
        # The program's name and version would differ between machines.
        figure.savefig(written, format="png", dpi=dpi, metadata={"Software": None})
    return written.getvalue()


def _progress(pen: Pen, axes: Axes) -> None:
    """Stand handled ground on each year, and what is left on top of it."""
    table = pen.run.tables["tahun"]
    years = [pen.value(year) for year in table["tahun"]]
    handled, left = table["kumulatif_ha"].to_numpy(), table["sisa_ha"].to_numpy()
    at = range(len(years))
    axes.bar(at, handled, 0.62, color=_DONE, label=pen.say("kumulatif"))
    axes.bar(
        at, left, 0.62, bottom=handled, color="white", edgecolor=_LEFT, hatch="////", label=pen.say("luas_sisa")
    )
    for place, done, rest in zip(at, handled, left, strict=True):
        looks: Any = {"ha": "center", "color": _LEFT, "fontsize": 7}
        axes.annotate(pen.ha(rest), (place, done + rest), (0, 2), textcoords="offset points", **looks)
        if done > (done + rest) * 0.08:
            axes.text(place, done / 2, pen.ha(done), ha="center", va="center", color="white", fontsize=7)
    axes.set_xticks(list(at), years)
    _hectares(pen, axes, "y")
    axes.set_ylim(0, float(pen.total["luas_delineasi_ha"]) * 1.1)
    axes.figure.legend(loc="outside lower center", ncols=2, frameon=False)


def _sectors(pen: Pen, axes: Axes) -> None:
    """Lay out a bar for each sector; dark what no other sector handled."""
    table = pen.run.tables["sektor"].nlargest(_BARS, "luas_ha")
    names = [_short(pen.value(name)) for name in table["nama"]]
    at = range(len(names))
    axes.barh(at, table["luas_ha"], 0.62, color="#9CC7C6", label=pen.say("luas_ditangani"))
    axes.barh(at, table["hanya_ini_ha"], 0.62, color=_ALONE, label=pen.say("hanya_sektor"))
    most = float(table["luas_ha"].max()) or 1.0
    for place, ha in zip(at, table["luas_ha"], strict=True):
        axes.text(ha + most * 0.01, place, pen.ha(ha), va="center", color=_INK, fontsize=7.5)
    axes.set_yticks(list(at), names, parse_math=False)
    axes.invert_yaxis()
    axes.set_xlim(0, most * 1.12)
    _hectares(pen, axes, "x")
    axes.figure.legend(loc="outside lower center", ncols=2, frameon=False)


def _hectares(pen: Pen, axes: Axes, which: str) -> None:
    axis = getattr(axes, f"{which}axis")
    axis.set_major_formatter(lambda value, _: number(value, 0 if value == int(value) else 1, pen.language))
    axis.set_label_text("ha")
    axis.grid(visible=True, color="#DDDDDD", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(color=_SOFT)


def _short(name: str) -> str:
    """Write a name on one line that leaves room for its bar; what no font can draw as a box."""
    line = " ".join("".join(one if one.isprintable() else " " for one in name).split())
    return line if len(line) <= 34 else line[:33] + "…"  # noqa: PLR2004 - letters of an axis
