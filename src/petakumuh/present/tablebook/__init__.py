"""``tabel.xlsx``: every table of a run as a workbook that may lie beside a decree.

Figures are those of the run; sums and shares below them are formulas that come to the same. Where ground may
stand in several rows (sektor, OPD) the total is the run's own, each ground once, and the sheet says so. Text of
files is never a formula or a link. The same run gives the same bytes.

``page``      what a sheet holds, said before it is written
``writing``   how it is written
``areas``     province to slum, and the annex of a decree
``works``     years, sektor, OPD, funds, plans
``checks``    reconciliation, pairs, findings
``scored``    scores in short
``origin``    where it all comes from
``overview``  the first sheet
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from petakumuh.present.basis import basis
from petakumuh.present.book import Styles, opened
from petakumuh.present.imprint import title
from petakumuh.present.legend import themes
from petakumuh.present.tablebook.areas import annex, area_pages
from petakumuh.present.tablebook.checks import check_pages, finding_page
from petakumuh.present.tablebook.origin import origin_page
from petakumuh.present.tablebook.overview import write_overview
from petakumuh.present.tablebook.page import Desk
from petakumuh.present.tablebook.scored import score_page
from petakumuh.present.tablebook.works import work_pages
from petakumuh.present.tablebook.writing import write_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from petakumuh.model import Result
    from petakumuh.present.tablebook.page import Page
    from petakumuh.text import Language

__all__ = ["files"]

_FONT = {"font_name": "Arial", "font_size": 10}
"""Every office program has it, or one as wide."""


def files(run: Result, language: Language) -> dict[str, Callable[[Path], None]]:
    """List the workbook of a run: name -> what writes it to a path."""
    return {"tabel.xlsx": partial(_write, run, language)}


def _write(run: Result, language: Language, path: Path) -> None:
    with opened(path, title(run, language), by_rows=True, font=_FONT) as book:
        desk = Desk(
            book,
            Styles(book, language, **_FONT),
            run,
            str(basis(run, language)["keterangan"]),
            themes(run, language),
            language,
        )
        pages = list(_pages(desk))
        write_overview(desk, pages)
        for page in pages:
            write_page(desk, page)


def _pages(desk: Desk) -> Iterator[Page]:
    """Say what each sheet holds, in order; a table that the run does not have has no sheet."""
    yield from area_pages(desk)
    yield from work_pages(desk)
    yield annex(desk)
    if desk.run.skor is not None:
        yield score_page(desk, desk.run.skor)
    yield from check_pages(desk)
    if len(desk.run.findings):
        yield finding_page(desk)
    yield origin_page(desk)
