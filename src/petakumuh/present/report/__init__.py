"""The chapter of an RP2KPKPK that a run fills, as a Word document and as a page (laporan.docx, laporan.html).

`chapter` says once what there is to say, as blocks of `document`; `word` and `page` write them. Nothing is
measured here: figures stand in the tables of the run, or are sums over its pieces that close with them.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from petakumuh.present.report import page
from petakumuh.present.report.chapter import chapter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from petakumuh.model import Result
    from petakumuh.present.report.document import Chapter
    from petakumuh.text import Language

__all__ = ["files"]


def files(run: Result, language: Language) -> dict[str, Callable[[Path], None]]:
    """Give the files of the report and what writes each.

    Parameters
    ----------
    run
        A finished run with shapes.
    language
        Of every word.

    Returns
    -------
        ``laporan.html``, and ``laporan.docx`` where python-docx is installed (the extra ``dokumen``); the same run
        gives the same bytes.
    """

    @cache
    def written() -> Chapter:
        return chapter(run, language)

    def write_word(path: Path) -> None:
        from petakumuh.present.report import word  # noqa: PLC0415 - an extra writes it

        word.write(written(), path, run.recipe.keluaran.templat_path)

    names: dict[str, Callable[[Path], None]] = {"laporan.html": lambda path: page.write(written(), path)}
    return names if find_spec("docx") is None else {"laporan.docx": write_word} | names
