"""DXF: the drawing is counted before GDAL reads it.

GDAL passes over kinds of objects that it does not know (regions, solids, images) without a word, and reads a
drawing that breaks off as far as it goes. Every object bears a handle, so what did not come shows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from petakumuh.errors import InputError
from petakumuh.read.raw import Batch, Note
from petakumuh.read.vector.gdal import read_gdal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from petakumuh.read.raw import Limits, Reading

__all__ = ["read_dxf"]

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
    within = False
    number, code, value = 0, b"", b""
    for number, (code, value) in enumerate(_pairs(path), start=1):  # noqa: B007 - the last ones are looked at
        if code == b"0":
            within = within and value != b"ENDSEC"
            if within and (kind := value.decode("ascii", "replace")) not in _PARTS:
                found.append(_Object(kind))
            elif within:
                found.append(_Object(""))
        elif code == b"2" and not within and value == b"ENTITIES":
            within = True
        elif code == b"5" and within and found and not found[-1].handle:
            found[-1].handle = value.decode("ascii", "replace").upper()
    if (code, value) != (b"0", b"EOF"):
        raise InputError("dxf_terpotong", file=path, baris=2 * number)
    return [one for one in found if one.kind]


def _pairs(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Give the pairs of lines of a drawing, a code and what it says, to the end of the drawing."""
    with path.open("rb") as stream:
        while pair := tuple(line.strip() for line in islice(stream, 2)):
            if len(pair) == 2:  # noqa: PLR2004 - a lone last line says nothing
                yield pair[0], pair[1]
                if pair == (b"0", b"EOF"):
                    return
