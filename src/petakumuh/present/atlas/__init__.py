"""The print atlas: atlas.pdf, its pages as pictures on request, and thematic maps for the document.

Nothing is computed but places on paper: every number stands in the run. ``book`` holds what pages share,
``stock`` finds ground by place, ``chart`` draws a map of it, ``names`` names what is on it; ``front``, ``pages``
and ``thematic`` say what is on each page, ``heading`` and ``panel`` what stands beside its map, and ``pdf`` writes
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from petakumuh.present.atlas.book import Book
from petakumuh.present.atlas.contents import Sheet, sheets
from petakumuh.present.atlas.layout import layout, picture_layout
from petakumuh.present.atlas.pdf import write_pdf
from petakumuh.present.atlas.picture import draw_picture
from petakumuh.present.atlas.thematic import thematic_maps
from petakumuh.present.imprint import title
from petakumuh.present.sheet.ink import png

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from petakumuh.model import Result
    from petakumuh.text import Language

__all__ = ["Picture", "files", "pictures"]

_DPI = 300
"""Of pages as pictures."""


def files(run: Result, language: Language) -> dict[str, Callable[[Path], None]]:
    """Give the files of the atlas and what writes each.

    Parameters
    ----------
    run
        A finished run, whose recipe says what paper, which pages and what stands above them.
    language
        Of every word.

    Returns
    -------
        ``atlas.pdf``, and where the recipe asks for ``png`` each page as ``lembar_png/01-sampul.png``; the same
        run gives the same bytes.

    Raises
    ------
    InputError
        When the logo is no picture.
    """
    book = Book(run, language, layout(run.recipe.keluaran))
    planned = sheets(book)
    book.logo  # noqa: B018 - a logo that is no picture is told before anything is written
    written: dict[str, Callable[[Path], None]] = {"atlas.pdf": partial(_write, planned, title(run, language))}
    if "png" in run.recipe.keluaran.tambahan:
        digits = len(str(len(planned)))
        for at, sheet in enumerate(planned, 1):
            name = f"lembar_png/{at:0{max(digits, 2)}d}-{sheet.name}.png"
            written[name] = partial(_write_png, sheet)
    return written


def _write(planned: Sequence[Sheet], title: str, path: Path) -> None:
    write_pdf(path, (sheet.draw() for sheet in planned), title)


def _write_png(sheet: Sheet, path: Path) -> None:
    path.write_bytes(png(sheet.draw(), _DPI))


@dataclass(frozen=True)
class Picture:
    """A thematic map without letterhead, in the proportions of A4 landscape.

    Attributes
    ----------
    title
        Its caption.
    draw
        Draws it at so many dots per inch; on paper it is 170 mm wide.
    """

    title: str
    draw: Callable[[int], bytes]

    def __call__(self, dpi: int) -> bytes:
        """Give the map as the bytes of a PNG."""
        return self.draw(dpi)


def pictures(run: Result, language: Language = "id") -> dict[str, Picture]:
    """Give the thematic maps of a run for a document.

    Returns
    -------
        ``sebaran, delineasi, tingkat, aspek_1`` (.. by the code of each aspect), ``sektor, tahun, sisa, rencana``,
        those that the run has something to show on, in this order.
    """
    book = Book(run, language, picture_layout())
    return {one.name: Picture(one.title, partial(draw_picture, book, one)) for one in thematic_maps(book)}
