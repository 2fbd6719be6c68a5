"""Archives and folders: which sources they hold, unpacked into a scratch folder and nowhere else."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from petakumuh.errors import InputError
from petakumuh.read.sniff import KINDS, SUFFIXES, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petakumuh.read.raw import Limits

__all__ = ["forget", "members", "require_own", "sources_in", "unpacked"]

_NO_SOURCE = {".txt", ".js", ".csv", ".tsv"}
"""In an archive or folder these are read-me files and web pages; alone they are read."""
_CHUNK = 1 << 20
_SMALL = 10 * _CHUNK
"""Below this nobody is harmed, whatever the ratio: text packs well."""


def unpacked(path: Path, limits: Limits) -> Path:
    """Unpack an archive into a scratch folder: no path outside it, no more than the limits.

    Raises
    ------
    InputError
        When the archive is broken or encrypted, names a place outside itself or one place twice, or holds too
        much.
    """
    folder = Path(tempfile.mkdtemp(prefix="arsip-"))
    try:
        with zipfile.ZipFile(path) as archive:
            left = limits.unpacked_bytes
            for one in members(archive, path, limits):
                target = folder.joinpath(*PurePosixPath(one.filename.replace("\\", "/")).parts)
                if target.exists():
                    raise InputError("arsip_ganda", file=path, isi=one.filename)
                target.parent.mkdir(parents=True, exist_ok=True)
                left -= _copied(archive, one, target, min(left, limits.ratio * one.compress_size + _SMALL), path)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise InputError("arsip_rusak", file=path, alasan=" ".join(str(error).split())) from error
    return folder


def members(archive: zipfile.ZipFile, path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    """List the files of an archive that may be opened; what its directory says is checked before any is.

    Raises
    ------
    InputError
        As `unpacked`.
    """
    every = [one for one in archive.infolist() if not one.is_dir()]
    if len(every) > limits.members:
        raise InputError("arsip_besar", file=path, isi=len(every), batas=limits.members)
    kept = []
    for one in every:
        parts = PurePosixPath(one.filename.replace("\\", "/")).parts
        if not parts or ".." in parts or parts[0].startswith("/") or ":" in parts[0] or "\x00" in one.filename:
            raise InputError("arsip_keluar", file=path, isi=repr(one.filename))
        if one.flag_bits & 1:
            raise InputError("arsip_sandi", file=path, isi=one.filename)
        if parts[0] != "__MACOSX" and not parts[-1].startswith("."):
            kept.append(one)
    if sum(one.file_size for one in kept) > limits.unpacked_bytes:
        raise InputError(
            "arsip_besar", file=path, isi=sum(one.file_size for one in kept), batas=limits.unpacked_bytes
        )
    return kept


def _copied(archive: zipfile.ZipFile, one: zipfile.ZipInfo, target: Path, most: int, path: Path) -> int:
    """Unpack one file, counting what really comes out: the directory of an archive may lie."""
    size = 0
    with archive.open(one) as packed, target.open("wb") as out:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise InputError("arsip_bom", file=path, isi=one.filename, batas=most)
            out.write(chunk)
    return size


def sources_in(folder: Path, limits: Limits, *, within: Path) -> list[tuple[Path, str]]:
    """Find the sources in a folder, however deep: each file or geodatabase, and where it lies inside.

    Parameters
    ----------
    folder
        What to look through; hidden files, ``__MACOSX`` and links that lead outside are passed over.
    limits
        Of the number of files.
    within
        The archive or folder that the user named, for messages.

    Raises
    ------
    InputError
        When there are too many files.
    """
    found = []
    for count, path in enumerate(_walk(folder)):
        if count > limits.members:
            raise InputError("arsip_besar", file=within, isi=count, batas=limits.members)
        suffix = path.suffix.lower()
        if suffix in SUFFIXES and suffix not in _NO_SOURCE and (suffix != ".json" or _is_map(path)):
            found.append((path, path.relative_to(folder).as_posix()))
    return sorted(found, key=lambda one: one[1])


def require_own(folder: Path) -> None:
    """Refuse a geodatabase that holds links: what they lead to is not what the user named.

    Raises
    ------
    InputError
        ``arsip_keluar``.
    """
    for one in sorted(folder.iterdir()):
        if one.is_symlink():
            raise InputError("arsip_keluar", file=folder, isi=repr(one.name))


def _is_map(path: Path) -> bool:
    """Whether a JSON file beside others is a map: many are settings and metadata."""
    try:
        return kind_of(path) in KINDS
    except InputError:
        return False


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name == "__MACOSX" or path.is_symlink():
            continue
        if path.is_dir() and path.suffix.lower() != ".gdb":
            yield from _walk(path)
        elif path.is_dir() or path.is_file():
            yield path


def forget(folder: Path) -> None:
    """Remove what was unpacked."""
    shutil.rmtree(folder, ignore_errors=True)
