"""The print sheet: one A3 page of maps at true, round scales, with recap, legend and sources (peta.png).

Nothing is computed but places on paper: every number stands in the run. `maps` says which maps there are and
`looks` in what classes; `cartography` draws them and `column` writes beside them, both on `paper`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib.style

from petakumuh.measure import zone_name
from petakumuh.present.sheet import cartography, column, maps
from petakumuh.present.sheet.looks import ground_classes
from petakumuh.present.sheet.paper import COLUMN, FONT, INK, MAPS, PAGE, SOFT, Paper, known
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from petakumuh.model import Result
    from petakumuh.present.sheet.looks import GroundClass
    from petakumuh.present.sheet.paper import Box

__all__ = ["files", "sheet"]

_RC: Any = ["default", {"font.family": [FONT], "hatch.linewidth": 0.6, "axes.linewidth": 0.5}]
_DPI = 200


def files(run: Result, language: Language) -> dict[str, Callable[[Path], None]]:
    """Give the files of the print sheet and what writes each.

    Parameters
    ----------
    run
        A finished run.
    language
        Of every word on the sheet.

    Returns
    -------
        ``peta.png``: A3 at 200 dpi; the same run gives the same bytes.
    """

    def write(path: Path) -> None:
        with matplotlib.style.context(_RC):
            # The program's name and version would differ between machines.
            _draw(run, language).savefig(path, format="png", dpi=_DPI, metadata={"Software": None})

    return {"peta.png": write}


def sheet(run: Result, language: Language = "id") -> Figure:
    """Draw the print sheet: A3 landscape, maps on the left, the words on the right.

    Parameters
    ----------
    run
        A finished run.
    language
        Of every word on the sheet.

    Returns
    -------
        One map, or a panel for each kabupaten/kota (each kecamatan or kelurahan where one map would be too
        coarse to see the slums), each in its own UTM zone at the round scale written on it.
    """
    with matplotlib.style.context(_RC):
        return _draw(run, language)


def _draw(run: Result, language: Language) -> Figure:
    """Compose the page: the maps first, as the legend explains what they show."""
    paper, classes, plan = Paper(language), ground_classes(run, language), maps.plan(run)
    views, single = plan.views, len(plan.views) == 1
    paper.box((6, 6, PAGE[0] - 12, PAGE[1] - 12), fill=False, edgecolor=INK, linewidth=0.8)
    drawn = _draw_maps(paper, views, classes)
    y = column.write_title(paper, run)
    y = _scale_and_north(paper, drawn[0].scale if single else None, y)
    level = maps.recap_level(run, plan)
    y = column.write_recap(paper, run, level, maps.numbered(run.tables[level]), y)
    y = column.write_legend(paper, classes, set().union(*(one.shown for one in drawn)), y)
    foot = column.write_sources(paper, run, len(views), len(plan.rows))
    room = (COLUMN[0], foot + 2, COLUMN[2], y - foot - 4)
    cartography.draw_locator(paper, run.layers.kelurahan, views, drawn, room)
    return paper.figure


def _draw_maps(
    paper: Paper, views: Sequence[maps.View], classes: Mapping[str, GroundClass]
) -> list[cartography.Drawn]:
    """Draw one map as large as it can be, or a panel for each."""
    if len(views) > 1:
        cells = zip(views, maps.cells(len(views)), strict=True)
        return [_panel(paper, view, cell, classes) for view, cell in cells]
    x, y, wide, high = MAPS
    box = (x + 4, y + 4, wide - 4, high - 4)
    return [cartography.draw_map(paper, views[0], box, classes, ticks=6, points=6.5)]


def _panel(paper: Paper, view: maps.View, cell: Box, classes: Mapping[str, GroundClass]) -> cartography.Drawn:
    """Draw one of several maps: name, zone and scale above, figures and scale bar below."""
    x, y, wide, high = cell
    box = (x + 3.5, y + 9.5, wide - 3.5, high - 14.5)
    drawn = cartography.draw_map(paper, view, box, classes, ticks=4, points=5.5)
    number = view.place["nomor"]
    about = say("lembar.panel", paper.language, zona=zone_name(view.epsg, paper.language), skala=drawn.scale)
    room = wide - paper.width(about, 6) - 8
    name = paper.fit(f"{number}  {known(view.place['nama'])}", room, 7.5, weight="bold")[0]
    paper.text(x + 3.5, y + high - 3.5, name, 7.5, weight="bold")
    paper.text(x + wide, y + high - 3.5, about, 6, ha="right", color=SOFT, gid=f"skala {number}")
    handled, share, left = (view.place[one] for one in ("luas_tertangani_ha", "persen_tertangani", "sisa_ha"))
    figures = say("lembar.capaian", paper.language, tertangani=handled, persen=share, sisa=left)
    size = min(6.2, 6.2 * (wide - 26) / paper.width(figures, 6.2))
    paper.text(x + 3.5, y + 2.2, figures, size)
    longest = min(28, wide - 9 - paper.width(figures, size))
    cartography.draw_scale_bar(paper, x + wide, y + 1.2, drawn.scale, longest)
    return drawn


def _scale_and_north(paper: Paper, scale: int | None, y: float) -> float:
    """Write the scale of the only map, or where those of several stand, and point north; return where it ends."""
    x, _, wide, _ = COLUMN
    if scale is None:
        paper.text(x, y - 7.5, say("lembar.skala_panel", paper.language))
    else:
        words = say("lembar.skala", paper.language, skala=scale)
        paper.text(x, y - 7.5, words, 10, weight="bold", gid="skala 1")
        cartography.draw_scale_bar(paper, x + wide - 14, y - 8.5, scale, 50)
    cartography.draw_north(paper, x + wide - 5, y - 11.5)
    return y - 13
