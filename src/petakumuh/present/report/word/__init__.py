"""The chapter as a Word document: into the user's own template, or in a look of its own."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from petakumuh.present.report.word.body import Body
from petakumuh.present.report.word.look import dress
from petakumuh.present.report.word.package import fixed, opened

if TYPE_CHECKING:
    from pathlib import Path

    from petakumuh.present.report.document import Chapter

__all__ = ["write"]


def write(chapter: Chapter, path: Path, template: Path | None = None) -> None:
    """Write a chapter.

    Parameters
    ----------
    chapter
        What is written.
    path
        Of the document; the same chapter gives the same bytes.
    template
        A document whose styles and pages are used, and behind whose content the chapter begins.

    Raises
    ------
    OutputError
        When the template is no Word document.
    """
    document = opened(template)
    look = dress(document, chapter, own=template is None)
    body = Body(document, chapter, look)
    if look.own:
        body.front()
    else:
        body.behind()
    for block, behind in zip_longest(chapter.blocks, chapter.blocks[1:]):
        body.add(block, behind)
    path.write_bytes(fixed(document, chapter))
