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
        for name, target in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(stage / name, target)  # noqa: PTH105 - the atomic call, by its name
    except OSError as error:
        raise OutputError("keluaran_gagal", file=folder / name, alasan=error.strerror or error) from error
    finally:
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
    return list(targets.values())


def _sync(path: Path) -> None:
    with path.open("rb+") as written:
        os.fsync(written.fileno())
