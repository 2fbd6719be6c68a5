"""The one writer: all files of an output or none of them, never over an input, nothing half-written."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from petakumuh.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["write_together"]


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
        Files that must not be replaced.
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
        stood there before stands there still.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> [path.name for path in write_together({"a.txt": lambda path: path.write_text("x") and None}, place)]
    ['a.txt']
    """
    if str(folder).encode("utf-8", "replace").decode() != str(folder):
        raise OutputError("nama_berkas_rusak", file=folder)
    targets = {name: folder / name for name in writers}
    kept = {one.resolve() for one in inputs}
    for target in targets.values():
        if target.resolve() in kept:
            raise OutputError("keluaran_masukan", file=target)
    if folder.exists() and not folder.is_dir():
        raise OutputError("keluaran_bukan_folder", folder=folder)
    if not overwrite and any(target.exists() for target in targets.values()):
        raise OutputError("keluaran_ada", folder=folder)
    name = ""
    stage: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".petakumuh-", dir=folder))
        for name, writer in writers.items():
            made = stage / name
            made.parent.mkdir(parents=True, exist_ok=True)
            writer(made)
            _sync(made)
            done(name)
        _replace(stage, folder, list(writers))
        if overwrite:
            _remove([folder / name for name in stale], kept)
    except (OSError, RuntimeError) as error:  # RuntimeError is what GDAL's writers raise
        reason = getattr(error, "strerror", None) or error
        raise OutputError("keluaran_gagal", file=folder / name, alasan=reason) from error
    finally:
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
    return list(targets.values())


def _replace(stage: Path, folder: Path, names: list[str]) -> None:
    """Put staged files in their places; when one cannot be placed, put back what stood there."""
    kept: list[str] = []
    try:
        for name in names:
            target, before = folder / name, stage / "lama" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            before.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                os.replace(target, before)  # noqa: PTH105 - the atomic call, by its name
                kept.append(name)
            os.replace(stage / name, target)  # noqa: PTH105
    except OSError:
        for name in kept:
            os.replace(stage / "lama" / name, folder / name)  # noqa: PTH105
        raise


def _remove(stale: Iterable[Path], inputs: set[Path]) -> None:
    """Remove files of an earlier writing, and the folders below that this leaves empty."""
    for path in stale:
        if path.resolve() in inputs or not path.is_file():
            continue
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()


def _sync(path: Path) -> None:
    with path.open("rb+") as written:
        os.fsync(written.fileno())
