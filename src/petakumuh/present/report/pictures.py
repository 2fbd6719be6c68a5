"""The maps of the chapter, as the print atlas draws them."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from petakumuh.present.report.document import Block, Figure, Heading, Paragraph

if TYPE_CHECKING:
    from petakumuh.present.report.pen import Pen

__all__ = ["maps"]

_DPI = 170


def maps(pen: Pen) -> list[Block]:
    """Give the thematic maps of the run, each with its caption."""
    head = Heading(pen.say("peta"), 2, new_page=True)
    if find_spec("matplotlib") is None:
        return [head, Paragraph(pen.say("tanpa_peta"))]
    from petakumuh.present.atlas import pictures  # noqa: PLC0415 - an extra draws

    figures = [
        Figure(
            f"{one.title}, {pen.region}",
            pen.say("alt_peta", judul=one.title, wilayah=pen.region),
            cache(one),
            _DPI,
        )
        for one in pictures(pen.run, pen.language).values()
    ]
    return [head, Paragraph(pen.say("peta_cara")), *figures]
