"""GPX: its points are looked at before GDAL reads it, which takes a place that is no number for 0."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.parsers import expat

from petakumuh.errors import InputError
from petakumuh.read.vector.gdal import read_gdal

if TYPE_CHECKING:
    from pathlib import Path

    from petakumuh.read.raw import Limits, Reading

__all__ = ["read_gpx"]

_POINTS = {"wpt", "rtept", "trkpt"}


def read_gpx(path: Path, limits: Limits) -> Reading:
    """Read the waypoints, routes and tracks of a GPX file.

    Parameters
    ----------
    path, limits
        As every reader's.

    Raises
    ------
    InputError
        When a point has no place, or as `petakumuh.read.vector.gdal.read_gdal`.
    """
    _require_places(path)
    yield from read_gdal(path, limits)


def _require_places(path: Path) -> None:
    parser = expat.ParserCreate()

    def element(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] in _POINTS and not all(_number(attributes.get(one)) for one in ("lat", "lon")):
            raise InputError("gpx_tanpa_tempat", file=path, baris=parser.CurrentLineNumber)

    def doctype(*_: object) -> None:
        raise InputError("xml_doctype", file=path)

    parser.StartElementHandler = element
    parser.StartDoctypeDeclHandler = doctype
    with path.open("rb") as stream:
        try:
            parser.ParseFile(stream)
        except expat.ExpatError as error:
            raise InputError("berkas_tak_terbaca", file=path, alasan=error) from error


def _number(text: str | None) -> bool:
    try:
        return math.isfinite(float(text or ""))
    except ValueError:
        return False
