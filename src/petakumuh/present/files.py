"""The one writer: all files of an output or none of them, never over an input, nothing half-written.

Files are made in a stage, a hidden folder beside their places (`petakumuh.present.stage`), and take their names
when all of them are on the disk. A name changes hands in one step of the file system: it holds the old file, then
the new one, and never none, wherever the program is killed.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING

from petakumuh.errors import OutputError
from petakumuh.present.stage import staged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

__all__ = ["write_together"]

_REFUSALS = (OSError, RuntimeError, sqlite3.Error)
"""What writers raise that a disk refuses; RuntimeError is what GDAL's raise."""
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK, errno.EINVAL, errno.EACCES}
"""How file systems say that a file may not have a second name."""
_PROBE = bytes(65536)


def write_together(
    writers: Mapping[str, Callable[[Path], None]],
    folder: Path,
    *,
    inputs: Iterable[Path] = (),
    overwrite: bool = False,
    stale: Iterable[str] = (),
    done: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write files into a folder: first all of them beside it, then each into its place.

    Parameters
    ----------
    writers
        Relative name -> what writes that file to the path it is given.
    folder
        Made where it does not exist.
    inputs
        Files that must not be replaced, by whatever name they are reached.
    overwrite
        Replace files of these names that exist.
    stale
        Names of an earlier writing that have no place beside the new files; they go when these have come, where
        ``overwrite`` is set, and never an input.
    done
        Called with the name of each file that has been made.

    Returns
    -------
        The paths written, in order.

    Raises
    ------
    OutputError
        When a file exists and ``overwrite`` is not set, would replace an input, or cannot be written. What
        stood there before stands there still, and nothing else.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> place = Path(tempfile.mkdtemp())
    >>> [path.name for path in write_together({"a.txt": lambda path: path.write_text("x") and None}, place)]
    ['a.txt']
    """
    if str(folder).encode("utf-8", "replace").decode() != str(folder):
        raise OutputError("nama_berkas_rusak", file=folder)
    targets = {name: folder / name for name in writers}
    kept = list(inputs)
    for target in targets.values():
        if _is_one_of(target, kept):
            raise OutputError("keluaran_masukan", file=target)
    if folder.exists() and not folder.is_dir():
        raise OutputError("keluaran_bukan_folder", folder=folder)
    if not overwrite and any(os.path.lexists(target) for target in targets.values()):
        raise OutputError("keluaran_ada", folder=folder)
    name = ""
    try:
        with staged(folder, {target.parent for target in targets.values()}) as stage:
            for name, writer in writers.items():
                _make(stage / "baru" / name, writer)
                done(name)
            _place(stage, folder, list(writers))
            if overwrite:
                _remove([folder / name for name in stale], kept)
    except _REFUSALS as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError("keluaran_gagal", file=folder / name, alasan=reason) from error
    return list(targets.values())


def _is_one_of(path: Path, others: Iterable[Path]) -> bool:
    """Whether a path leads to one of some files: by its name, whether a file stands there or not, or a link."""
    place, there = path.resolve(), path.exists()
    return any(place == other.resolve() or (there and other.exists() and path.samefile(other)) for other in others)


def _make(path: Path, writer: Callable[[Path], None]) -> None:
    """Let a writer make its file and bring it to the disk; a disk that is full is an OSError, whoever hides it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        writer(path)
    except Exception as error:
        if not isinstance(error, _REFUSALS):
            _require_room(path.parent)
        raise
    with path.open("rb+") as written:
        os.fsync(written.fileno())
    _require_room(path.parent)


def _require_room(folder: Path) -> None:
    """Raise where nothing more can be written: some writers never look at what the system answers them."""
    probe = folder / ".ruang"
    try:
        probe.write_bytes(_PROBE)
    finally:
        probe.unlink(missing_ok=True)


def _place(stage: Path, folder: Path, names: list[str]) -> None:
    """Put staged files in their places; when one cannot be placed, put back what stood there."""
    kept: list[str] = []
    fresh: list[str] = []
    try:
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (kept if _keep(target, stage / "lama" / name) else fresh).append(name)
            os.replace(stage / "baru" / name, target)  # noqa: PTH105 - the atomic call, by its name
        for place in {(folder / name).parent for name in names}:
            _sync_folder(place)
    except BaseException:
        for name in kept:
            os.replace(stage / "lama" / name, folder / name)  # noqa: PTH105
        for name in fresh:
            if not (stage / "baru" / name).exists():
                (folder / name).unlink(missing_ok=True)
        raise


def _keep(target: Path, second: Path) -> bool:
    """Give what stands at a place a second name, to put it back by; its own stays till the new file takes it."""
    if not os.path.lexists(target):
        return False
    second.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(target, second, follow_symlinks=False)
    except (OSError, NotImplementedError) as error:
        if isinstance(error, OSError) and error.errno not in _NO_LINKS:
            raise
        shutil.copy2(target, second, follow_symlinks=False)
    return True


def _sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system does such a thing."""
    with suppress(OSError):  # Windows opens no folders, and some file systems do not sync them
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _remove(stale: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Remove files of an earlier writing, and the folders below that this leaves empty."""
    for path in stale:
        if not path.is_file() or _is_one_of(path, inputs):
            continue
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
