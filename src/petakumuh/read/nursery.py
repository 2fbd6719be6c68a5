"""Children that read: started when a file is opened, kept for the next one, watched by the clock."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from petakumuh.errors import InputError
from petakumuh.read import wire
from petakumuh.read.raw import Batch, Limits, Note

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from petakumuh.read.raw import Reading

__all__ = ["ask"]

_NOT_NEEDED = (
    "ADBC, AIVector, AVCBin, AVCE00, AmigoCloud, CSV, CSW, Carto, DGN, EDIGEO, EEDA, ESRIJSON, "
    "Elasticsearch, GDALG, GML, GPSBabel, GTFS, GeoJSON, GeoJSONSeq, GeoRSS, HTTP, Idrisi, JML, JSONFG, "
    "KML, LIBKML, LVBAG, MBTiles, MSSQLSpatial, MVT, MapML, MiraMonVector, MySQL, NGW, OAPIF, OCI, ODBC, "
    "ODS, OGCAPI, OGR_GMT, OGR_PDS, OGR_VRT, OSM, PCIDSK, PDF, PDS4, PGDUMP, PGeo, PLSCENES, PMTiles, "
    "PostgreSQL, S57, SQLite, SXF, Selafin, TopoJSON, VDV, VFK, VICAR, VRT, WAsP, WCS, WFS, WMS, WMTS, XLSX, "
    "MapInfo File"
)
_ENVIRONMENT = {
    "GDAL_SKIP": _NOT_NEEDED.replace(", ", ","),
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "NO_PROXY": "",
    "no_proxy": "",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "OGR_SQLITE_PRAGMA": "trusted_schema=OFF",
    "PYTHONUTF8": "1",
}
"""GDAL reads this before it loads: only the drivers of the kinds we open, no plug-ins, no way out."""


@dataclass(frozen=True)
class _Child:
    process: subprocess.Popen[str]
    orders: IO[str]
    answers: IO[str]
    complaints: IO[bytes]
    owner: int


_START = "import sys; sys.path.append(sys.argv.pop()); from petakumuh.read.child import main; main()"
"""Not by ``-m``: that would look for modules in the working folder, where foreign files lie."""
_GROWN_BYTES = 300 * 2**20
"""A child that held more than this gives it back by ending; the next file gets a new one."""
_idle: list[_Child] = []


def ask(
    file: str, limits: Limits, *, layers: Sequence[str] = (), database: bool = False, content: Any = None
) -> Reading:
    """Have a child read a file, and give what it reads as it comes.

    Parameters
    ----------
    file
        An absolute path, or the address of a database.
    limits
        How far it may go.
    layers, database
        Whether it is a database, and its tables.
    content
        A hash that is fed what arrives, for sources that have no bytes of their own.

    Raises
    ------
    InputError
        When the child refuses the file, dies of it, or does not come to an end.
    """
    child = _from_nursery()
    whole = grown = False
    with tempfile.TemporaryDirectory(prefix="petakumuh-") as scratch:
        order: dict[str, Any] = {"file": file, "scratch": scratch, "limits": asdict(limits)}
        order |= {"layers": list(layers), "database": database}
        clock = threading.Timer(limits.wall_s, child.process.kill)
        clock.start()
        try:
            for said in _answers(child, order):
                if "done" in said:
                    whole, grown = True, said["peak_bytes"] > _GROWN_BYTES
                elif "refused" in said:
                    whole = True
                    raise InputError(said["refused"], **said["values"])
                elif "note" in said:
                    yield Note(**(said["note"] | {"rows": tuple(said["note"]["rows"])}))
                else:
                    yield _arrived(said, content)
            if not whole:
                raise _death(child, file, limits, timed_out=clock.finished.is_set())
        finally:
            clock.cancel()
            if whole and not grown:
                _idle.append(child)
            else:
                _end(child)


def _arrived(said: dict[str, Any], content: Any) -> Batch:
    place = Path(said["batch"])
    if content is not None:
        content.update(place.read_bytes())
    rows = wire.load(place)
    place.unlink()
    return Batch(said["layer"], rows)


def _from_nursery() -> _Child:
    """Take a child that waits, or start one."""
    while _idle:
        child = _idle.pop()
        if child.owner == os.getpid() and child.process.poll() is None:
            return child
        _end(child)
    complaints = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
    process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        [sys.executable, "-P", "-c", _START, str(Path(__file__).parents[2])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
        encoding="utf-8",
        env=os.environ | _ENVIRONMENT,
    )
    orders, answers = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
    return _Child(process, orders, answers, complaints, os.getpid())


def _answers(child: _Child, order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Send an order and read the answers up to the last; fewer where the child died."""
    try:
        child.orders.write(json.dumps(order) + "\n")
        child.orders.flush()
    except BrokenPipeError:
        return
    for line in child.answers:
        said: dict[str, Any] = json.loads(line)
        yield said
        if "done" in said or "refused" in said:
            return


def _death(child: _Child, file: str, limits: Limits, *, timed_out: bool) -> InputError:
    """Say of what a child died, and so what is wrong with the file."""
    code = child.process.wait()
    if timed_out or (sys.platform != "win32" and -code == signal.SIGXCPU):
        return InputError("berkas_waktu", file=file, batas=limits.wall_s if timed_out else limits.cpu_s)
    child.complaints.seek(0)
    last = child.complaints.read()[-300:].decode("utf-8", "replace").strip().splitlines()[-1:]
    return InputError("berkas_menjatuhkan", file=file, kode=code, alasan="".join(last) or "–")


def _end(child: _Child) -> None:
    """End a child of ours; of one that was inherited by a fork only close the ends of its pipes."""
    if child.owner == os.getpid():
        child.process.kill()
        child.process.wait()
    for stream in (child.orders, child.answers, child.complaints):
        with suppress(OSError):
            stream.close()


@atexit.register
def _end_all() -> None:
    while _idle:
        _end(_idle.pop())
