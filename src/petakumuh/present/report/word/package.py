"""The file around a document: a template opened, a document saved without clock or chance."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

import docx
from docx.opc.constants import RELATIONSHIP_TYPE

from petakumuh.errors import OutputError
from petakumuh.present.clock import EPOCH
from petakumuh.present.report.inert import plain

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document

    from petakumuh.present.report.document import Chapter

__all__ = ["fixed", "opened"]

_TYPES = "[Content_Types].xml"
_MAIN = (b"wordprocessingml.template.main+xml", b"wordprocessingml.document.main+xml")
_EPOCH = datetime.fromisoformat(EPOCH).replace(tzinfo=None)
_CLOCK = (1980, 1, 1, 0, 0, 0)


def opened(template: Path | None) -> Document:
    """Open a template, DOCX or DOTX, or an empty document.

    Raises
    ------
    OutputError
        When the template is no Word document.
    """
    if template is None:
        document = docx.Document()
        document._body.clear_content()  # noqa: SLF001 - python-docx offers no other way
        package = document.part.package
        for key, one in list(package.rels.items()):
            if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL:  # a picture of a document that is not ours
                del package.rels[key]
        return document
    try:
        return docx.Document(_as_document(template))
    except Exception as error:
        raise OutputError("templat_rusak", file=template, alasan=error) from error


def _as_document(template: Path) -> BytesIO:
    """Take the mark of a template from a package."""
    made = BytesIO()
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(made, "w") as target:
        for one in source.infolist():
            content = source.read(one)
            target.writestr(one.filename, content.replace(*_MAIN) if one.filename == _TYPES else content)
    made.seek(0)
    return made


def fixed(document: Document, chapter: Chapter) -> bytes:
    """Save a document so that the same content gives the same bytes."""
    told = document.core_properties
    told.title = plain(chapter.subtitle or chapter.title)[:255]
    told.subject = plain(chapter.region)[:255]
    told.author = plain("; ".join(chapter.letterhead) or "petakumuh")[:255]
    told.last_modified_by = told.author
    told.comments = told.keywords = told.category = ""
    told.language = {"id": "id-ID", "en": "en-GB"}[chapter.language]
    told.created = told.modified = _EPOCH
    told.revision = 1
    saved, made = BytesIO(), BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _CLOCK)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # else it is that of the machine
            target.writestr(entry, source.read(name))
    return made.getvalue()
