"""The door for files: what a path names is read by a child process, and arrives here as rows and notes.

Nothing foreign is parsed in this process. A child is started once and serves many files; one that dies or
overruns its limits is replaced, and the file that did it is refused.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import time
import urllib.request
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from petakumuh.errors import InputError
from petakumuh.model import is_address
from petakumuh.read.nursery import ask
from petakumuh.read.raw import Batch, Limits, Note
from petakumuh.read.rows import stacked
from petakumuh.read.sniff import beside, known

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from geopandas import GeoDataFrame

__all__ = ["Opened", "digest", "is_database", "open_batches", "open_file", "parts_of", "require_file"]

_CHUNK = 1 << 20
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qpj")
_TIMEOUT_S = 60


@dataclass(frozen=True)
class Opened:
    """A file read whole: its layers in the file's order, what the reader noted, the sha256 of its content."""

    layers: dict[str, GeoDataFrame]
    notes: tuple[Note, ...]
    sha256: str


def open_file(
    file: str | Path,
    *,
    layers: Sequence[str] = (),
    network: bool = False,
    limits: Limits = Limits(),
) -> Opened:
    """Read every layer of a file, archive, folder or database, as it stands.

    Parameters
    ----------
    file, layers, network, limits
        As `open_batches`.

    Returns
    -------
        Layers with the file's own columns and those of `petakumuh.read.raw.KEPT`, one row per source row.

    Raises
    ------
    InputError
        As `open_batches`.
    """
    parts: dict[str, list[GeoDataFrame]] = {}
    notes: list[Note] = []
    cells = 0
    with closing(open_batches(file, layers=layers, network=network, limits=limits)) as reading:
        while True:
            try:
                one = next(reading)
            except StopIteration as end:
                sha256 = str(end.value)
                break
            if isinstance(one, Note):
                notes.append(one)
                continue
            parts.setdefault(one.layer, []).append(one.rows)
            cells += one.rows.size
            _require_room(cells, file, limits)
    for rows in parts.values():
        wide = len({name for part in rows for name in part.columns})
        _require_room(wide * sum(map(len, rows)), file, limits)
    return Opened({name: stacked(rows) for name, rows in parts.items()}, tuple(notes), sha256)


def open_batches(
    file: str | Path,
    *,
    layers: Sequence[str] = (),
    network: bool = False,
    limits: Limits = Limits(),
) -> Generator[Batch | Note, None, str]:
    """Read a file piece by piece, never all of it at once; the generator's value is its sha256.

    Parameters
    ----------
    file
        A path; with ``network`` also an address (``https://``), and a database on another machine.
    layers
        Tables of a database to read; of files every layer is read.
    network
        Whether the user allowed to reach for what is not on this machine.
    limits
        How far the file may go.

    Raises
    ------
    InputError
        When it is missing, refused, broken, changed while it was read, or went beyond a limit.
    """
    if is_database(file):
        _require_permission(str(file), network=network)
        content = hashlib.sha256()
        yield from ask(str(file), limits, layers=layers, database=True, content=content)
        return content.hexdigest()
    with _local(file, limits, network=network) as path:
        before = _sealed(path, file)
        yield from ask(str(path.absolute()), limits)
        if _sealed(path, file) != before:
            raise InputError("berkas_berubah", file=file)
    return before


def _require_room(cells: int, file: str | Path, limits: Limits) -> None:
    """Refuse what would fill this process: of a small file batch after batch may come."""
    if cells > limits.cells:
        raise InputError("sel_terlalu_banyak", file=file, isi=cells, batas=limits.cells)


def _sealed(path: Path, file: str | Path) -> str:
    """Hash a source that is there and may be read."""
    try:
        require_file(path)
        return digest(path)
    except OSError as error:
        raise InputError("berkas_sistem", file=file, alasan=error.strerror or error) from error


def is_database(file: object) -> bool:
    """Whether a source is the address of a PostGIS database."""
    return isinstance(file, str) and re.match(r"postgres(?:ql)?(?:\+\w+)?://", file) is not None


def _require_permission(address: str, *, network: bool) -> None:
    from petakumuh.read.vector.postgis import is_local  # noqa: PLC0415 - only where a database is named

    if not (network or is_local(address)):
        raise InputError("jaringan_tidak_diizinkan", file=address)


@contextmanager
def _local(file: str | Path, limits: Limits, *, network: bool) -> Iterator[Path]:
    """Give the path of a source; an address is fetched into a scratch folder if the user allowed it."""
    if not is_address(file):
        yield Path(file)
        return
    try:
        known_scheme = urlsplit(str(file)).scheme in ("http", "https")
    except ValueError:  # half a host
        known_scheme = False
    if not known_scheme:
        raise InputError("alamat_ditolak", file=file)
    if not network:
        raise InputError("jaringan_tidak_diizinkan", file=file)
    with tempfile.TemporaryDirectory(prefix="petakumuh-") as folder:
        yield _fetched(str(file), Path(folder), limits)


def _fetched(address: str, folder: Path, limits: Limits) -> Path:
    """Fetch a file by its address; it is then opened as any other."""
    target = folder / (Path(urlsplit(address).path).name or "unduhan")
    size, began = 0, time.monotonic()
    try:
        request = urllib.request.Request(address, headers={"User-Agent": "petakumuh"})  # noqa: S310 - http(s) only
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer, target.open("wb") as out:  # noqa: S310
            while chunk := answer.read1(_CHUNK):
                size += len(chunk)
                _require_patience(address, size, time.monotonic() - began, limits)
                out.write(chunk)
    except InputError:
        raise
    except (OSError, HTTPException, ValueError) as error:
        raise InputError("alamat_gagal", file=address, alasan=error) from error
    return target


def _require_patience(address: str, size: int, passed: float, limits: Limits) -> None:
    if size > limits.unpacked_bytes:
        raise InputError("arsip_besar", file=address, isi=size, batas=limits.unpacked_bytes)
    if passed > limits.wall_s:
        raise InputError("berkas_waktu", file=address, batas=limits.wall_s)


def require_file(path: Path) -> None:
    """Refuse a file or folder that is not there, naming the maps beside it.

    Raises
    ------
    InputError
        With what the folder holds.
    """
    if not (path.is_file() or path.is_dir()):
        there = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
        near = [one.name for one in there if known(one)]
        raise InputError("berkas_tidak_ada", file=path, ada=", ".join(near[:12]) or "–")


def digest(path: Path) -> str:
    """Hash the content of a source: a file, a shapefile with its parts, every file of a folder."""
    content = hashlib.sha256()
    for part in parts_of(path):
        with part.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                content.update(chunk)
    return content.hexdigest()


def parts_of(path: Path) -> list[Path]:
    """List the files that make up a source: itself, the parts of a shapefile, every file of a folder."""
    if path.is_dir():
        every = (one for one in path.rglob("*") if not one.name.startswith("."))
        return sorted(one for one in every if one.is_file() and not one.is_symlink())
    if path.suffix.lower() != ".shp":
        return [path, *(one for end in ("-journal", "-wal") if (one := path.with_name(path.name + end)).is_file())]
    parts = beside(path) | {".shp": path}
    return [parts[suffix] for suffix in _SHAPEFILE_PARTS if suffix in parts]
