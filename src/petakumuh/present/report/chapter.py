"""The chapter of an RP2KPKPK that a run fills, as blocks that any writer can write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petakumuh.errors import InputError
from petakumuh.present.report.differences import differences
from petakumuh.present.report.document import Chapter
from petakumuh.present.report.left import left
from petakumuh.present.report.opening import method, summary
from petakumuh.present.report.pen import Pen
from petakumuh.present.report.pictures import maps
from petakumuh.present.report.progress import by_sector, by_year
from petakumuh.present.report.recaps import places, recaps
from petakumuh.present.report.scored import scored
from petakumuh.present.report.sources import faults, sources
from petakumuh.present.report.synergy import synergy

if TYPE_CHECKING:
    from pathlib import Path

    from petakumuh.model import Result
    from petakumuh.text import Language

__all__ = ["chapter"]

_SECTIONS = (
    summary,
    method,
    recaps,
    maps,
    by_year,
    by_sector,
    synergy,
    left,
    differences,
    scored,
    faults,
    sources,
    places,
)
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How a PNG and a JPEG begin."""
_WORDS = ("tabel", "gambar", "daftar_isi", "halaman", "dari")


def chapter(run: Result, language: Language) -> Chapter:
    """Write the chapter of a run.

    Parameters
    ----------
    run
        With shapes.
    language
        Of every word.

    Returns
    -------
        Every figure stands in the tables of the run, or is a sum over its pieces that closes with them; pictures
        are drawn when a writer asks for them.

    Raises
    ------
    InputError
        When the logo is no picture.
    """
    pen = Pen(run, language)
    head = run.recipe.kop
    facts = (
        (pen.say("nomor_dokumen"), head.nomor),
        (pen.say("tanggal"), head.tanggal),
        (pen.say("penyusun"), run.recipe.wilayah.penyusun),
    )
    return Chapter(
        language=language,
        title=pen.say("bab"),
        subtitle=run.recipe.wilayah.judul or "",
        region=pen.region[:1].upper() + pen.region[1:],
        letterhead=tuple(one for one in (head.pemda, head.dinas) if one),
        logo=_logo(head.logo_path),
        facts=tuple((label, value) for label, value in facts if value),
        words={key: pen.say(key) for key in _WORDS},
        blocks=tuple(block for section in _SECTIONS for block in section(pen)),
    )


def _logo(path: Path | None) -> bytes:
    """Read the picture of the letterhead."""
    if path is None:
        return b""
    content = path.read_bytes()
    if not content.startswith(_PICTURES):
        raise InputError("logo_rusak", file=path, alasan="PNG, JPEG")
    return content
