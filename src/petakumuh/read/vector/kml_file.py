"""The XML of a KML or KMZ: within its limits, in its true encoding, and without a DOCTYPE."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NoReturn
from xml.etree import ElementTree as ET
from xml.parsers.expat import errors

from petakumuh.errors import InputError
from petakumuh.read.archive import members
from petakumuh.read.raw import Note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from petakumuh.read.raw import Limits

__all__ = ["documents"]

_BROKEN = (ET.ParseError, zipfile.BadZipFile, zlib.error, LookupError, OSError, ValueError, RuntimeError)
"""What a broken, encrypted, endlessly nested or oddly encoded file raises from the standard library."""
_UNBOUND = errors.codes[errors.XML_ERROR_UNBOUND_PREFIX]
_PREFIXES = {
    "gx": "http://www.google.com/kml/ext/2.2",
    "atom": "http://www.w3.org/2005/Atom",
    "kml": "http://www.opengis.net/kml/2.2",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
"""Prefixes that old tools use without saying what they stand for."""
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)")
_ROOT = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*+<[^\s>/!?]+", re.DOTALL)
"""The head of a document up to the name of its root."""
_CHUNK = 1 << 20
_SMALL = 10 * _CHUNK


class _DoctypeError(ValueError):
    """A KML has no DOCTYPE; one that does is an attack (entities), or no KML."""


class _Builder(ET.TreeBuilder):
    """Builds the tree, and stops at a DOCTYPE before any of its entities counts."""

    def doctype(self, *_: str | None) -> NoReturn:
        """Refuse the file."""
        raise _DoctypeError


def documents(path: Path, limits: Limits) -> Iterator[tuple[str, ET.Element, list[Note]]]:
    """Parse a KML, or each KML in a KMZ, ``doc.kml`` first.

    Parameters
    ----------
    path, limits
        As every reader's.

    Yields
    ------
        A name for what lies in no folder, the root, and what was mended to read it.

    Raises
    ------
    InputError
        When a document is no XML, holds a DOCTYPE, or the archive goes beyond its limits.
    """
    try:
        for name, content in _contents(path, limits):
            yield name, *_parsed(content, path)
    except InputError:
        raise
    except _DoctypeError as error:
        raise InputError("xml_doctype", file=path) from error
    except _BROKEN as error:
        raise InputError("berkas_tak_terbaca", file=path, alasan=error) from error


def _contents(path: Path, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Give the bytes of each KML; other members of a KMZ (pictures, styles) are never unpacked."""
    if not zipfile.is_zipfile(path):
        yield path.stem, path.read_bytes()
        return
    with zipfile.ZipFile(path) as archive:
        inside = [one for one in members(archive, path, limits) if one.filename.lower().endswith(".kml")]
        if not inside:
            raise InputError("arsip_tanpa_peta", file=path)
        left = limits.unpacked_bytes
        for one in sorted(inside, key=lambda one: (one.filename.lower() != "doc.kml", one.filename)):
            content = _member(archive, one, min(left, limits.ratio * one.compress_size + _SMALL), path)
            left -= len(content)
            name = PurePosixPath(one.filename).stem
            yield path.stem if len(inside) == 1 or name.lower() == "doc" else name, content


def _member(archive: zipfile.ZipFile, one: zipfile.ZipInfo, most: int, path: Path) -> bytes:
    """Unpack one member into memory, counting what really comes out."""
    chunks, size = [], 0
    with archive.open(one) as packed:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise InputError("arsip_bom", file=path, isi=one.filename, batas=most)
            chunks.append(chunk)
    return b"".join(chunks)


def _parsed(content: bytes, path: Path) -> tuple[ET.Element, list[Note]]:
    notes: list[Note] = []
    text: str | bytes = content
    declared = _DECLARED.search(content[:200])
    if (declared is None or declared[1].lower() in (b"utf-8", b"utf8")) and not content.startswith(
        (b"\xff", b"\xfe")
    ):
        text, encoding = _decoded(content, path)
        if encoding:
            notes.append(Note("enkode_dibaca", "catatan", values={"enkode": encoding}))
    try:
        return _tree(text), notes
    except ET.ParseError as error:
        if error.code != _UNBOUND or not isinstance(text, str):
            raise
    mended, prefixes = _bound(text)
    notes.append(Note("kml_awalan", "catatan", action="diperbaiki", values={"awalan": ", ".join(prefixes)}))
    try:
        return _tree(mended), notes
    except ET.ParseError as error:
        if error.code != _UNBOUND:
            raise
        raise InputError("kml_awalan_asing", file=path, baris=error.position[0]) from error


def _tree(text: str | bytes) -> ET.Element:
    return ET.fromstring(text, ET.XMLParser(target=_Builder()))  # noqa: S314 - no DOCTYPE, so no entities


def _decoded(content: bytes, path: Path) -> tuple[str, str]:
    """Decode what should be UTF-8; where it is not, as Windows-1252, and say so."""
    try:
        return content.decode("utf-8-sig").lstrip(), ""
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252").lstrip(), "Windows-1252"
    except UnicodeDecodeError as error:
        raise InputError("enkode_asing", file=path, tempat=error.start) from error


def _bound(text: str) -> tuple[str, list[str]]:
    """Declare at the root the known prefixes that the text uses and does not declare."""
    lacking = [
        prefix
        for prefix in _PREFIXES
        if re.search(rf"[<\s/]{prefix}:", text) and not re.search(rf"xmlns:{prefix}\s*=", text)
    ]
    said = "".join(f' xmlns:{prefix}="{_PREFIXES[prefix]}"' for prefix in lacking)
    root = _ROOT.match(text)
    return (f"{text[: root.end()]}{said}{text[root.end() :]}" if root else text), lacking
