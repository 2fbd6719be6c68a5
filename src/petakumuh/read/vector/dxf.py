"""DXF: the drawing is counted before GDAL reads it.

GDAL passes over kinds of objects that it does not know (regions, solids, images) without a word, and reads a
drawing that breaks off as far as it goes. Every object bears a handle, so what did not come shows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from petakumuh.errors import InputError
from petakumuh.read.raw import Batch, Note
from petakumuh.read.vector.gdal import read_gdal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from petakumuh.read.raw import Limits, Reading

__all__ = ["read_dxf"]

_CODES = {b"0", b"2", b"5"}
_CHUNK = 1 << 22
_PARTS = {"VERTEX", "SEQEND", "ATTRIB", "VIEWPORT"}
"""Parts of other objects, and windows of a sheet: no ground of their own."""
_KNOWN = {
    "3DFACE", "ARC", "ATTDEF", "CIRCLE", "DIMENSION", "ELLIPSE", "HATCH", "INSERT", "LEADER", "LINE", "LWPOLYLINE",
    "MLINE", "MTEXT", "MULTILEADER", "POINT", "POLYLINE", "SOLID", "SPLINE", "TEXT", "TRACE", "WIPEOUT",
}  # fmt: skip
"""What GDAL reads; of old drawings, whose objects bear no handles, all that can be asked."""


@dataclass
class _Object:
    kind: str
    handle: str = ""


def read_dxf(path: Path, limits: Limits) -> Reading:
    """Read a DXF drawing, a layer per layer of the drawing.

    Parameters
    ----------
    path, limits
        As every reader's.

    Raises
    ------
    InputError
        When the drawing breaks off, or as `petakumuh.read.vector.gdal.read_gdal`.
    """
    objects = _objects(path)
    came: set[str] = set()
    for part in read_gdal(path, limits):
        if isinstance(part, Batch):
            came.update(str(one).upper() for one in part.rows["EntityHandle"])
        yield part
    lost = Counter(
        one.kind for one in objects if (one.handle not in came if one.handle else one.kind not in _KNOWN)
    )
    if lost:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(lost.items()))
        yield Note("dxf_tak_dibaca", "peringatan", values={"jumlah": lost.total(), "jenis": kinds})


def _objects(path: Path) -> list[_Object]:
    """List the objects of the section ENTITIES.

    Raises
    ------
    InputError
        ``dxf_terpotong``, when the drawing does not end as a drawing does.
    """
    found: list[_Object] = []
    within = whole = False
    for code, value in _pairs(path):
        whole = (code, value) == (b"0", b"EOF")
        if code == b"0":
            within = within and value != b"ENDSEC"
            if within:
                found.append(_Object(value.decode("ascii", "replace")))
        elif code == b"2":
            within = within or value == b"ENTITIES"
        elif within and found and not found[-1].handle:
            found[-1].handle = value.decode("ascii", "replace").upper()
    if not whole:
        raise InputError("dxf_terpotong", file=path)
    return [one for one in found if one.kind not in _PARTS]


def _pairs(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Give the pairs of lines, a code and what it says, that tell kinds, names and handles; to the end."""
    with path.open("rb") as stream:
        while lines := stream.readlines(_CHUNK):
            if len(lines) % 2:
                lines.append(stream.readline())
            told = [
                (code.strip(), value.strip())
                for code, value in zip(lines[::2], lines[1::2], strict=True)
                if code.strip() in _CODES
            ]
            yield from told
            if (b"0", b"EOF") in told[-1:]:
                return
