"""Pages as a PDF: vectors with their letters; the same pages give the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib.style
from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages

from petakumuh.present.sheet.ink import as_figure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from petakumuh.present.sheet.ink import Page

__all__ = ["write_pdf"]

_RC: Any = ["default", {"path.simplify": False, "pdf.fonttype": 42, "pdf.compression": 3}]
_UNSAID = dict.fromkeys(("CreationDate", "Creator", "Producer"))
"""A clock and versions would differ between machines."""


def write_pdf(path: Path, pages: Iterable[Page], title: str) -> None:
    """Write pages one by one; each is let go when it is written."""
    with matplotlib.style.context(_RC), PdfPages(path, metadata={"Title": title, **_UNSAID}) as book:
        for page in pages:
            figure = as_figure(page)
            FigureCanvasPdf(figure)
            book.savefig(figure)
