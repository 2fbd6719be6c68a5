"""A stage beside the places of files: a hidden folder that goes when its work is done, failed, or was killed.

Three things take it away. The program itself, when it ends in whatever way it can still answer. A guardian, when
it cannot: a small process that waits for the program to be gone. And the next writing there, when machine and
guardian went together: every stage holds a lock that its owner's death opens.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["PREFIX", "staged"]

PREFIX = ".petakumuh-"
_LOCK = "kunci"
_UNLOCKED_S = 3600
"""A stage is locked in the moment in which it is made; one that never was is dead after this."""
_GUARDIAN = """
import os, sys
if not sys.stdin.buffer.read(1):
    import shutil
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    for folder in sys.argv[2:]:
        try:
            os.rmdir(folder)
        except OSError:
            pass
os._exit(0)
"""
"""Waits for a word that all is done; where the program ends without, it clears up: only folders that are empty."""
_PATIENCE_S = 10


@contextmanager
def staged(folder: Path, places: Iterable[Path]) -> Iterator[Path]:
    """Give a new stage in a folder, and take it away again.

    Parameters
    ----------
    folder
        Where the stage is to stand: on the disk on which its files will be. Made where it does not exist.
    places
        Folders in which files will take their places. Those made for it go again where nothing comes into them.

    Raises
    ------
    OSError
        When no folder can be made there.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> place = Path(tempfile.mkdtemp())
    >>> with staged(place, []) as stage:
    ...     _ = (stage / "a.txt").write_text("x")
    >>> list(place.iterdir())
    []
    """
    stage = folder.absolute() / f"{PREFIX}{secrets.token_hex(8)}"
    absent = _absent({folder, *places})
    with _guarded(stage, absent):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _sweep(folder)
            stage.mkdir(mode=0o700)
            with ExitStack() as held:
                held.enter_context(_locked(stage))
                yield stage
        finally:
            shutil.rmtree(stage, ignore_errors=True)
            for one in absent:
                with suppress(OSError):  # it holds files now, or never came to be
                    one.rmdir()


def _absent(folders: set[Path]) -> list[Path]:
    """List the folders that do not exist yet, with those above them, the innermost first."""
    every = {up.absolute() for one in folders for up in (one, *one.parents)}
    return sorted((one for one in every if not one.exists()), key=lambda one: -len(one.parts))


@contextmanager
def _guarded(stage: Path, absent: list[Path]) -> Iterator[None]:
    """Have a process in a session of its own clear up should this one be killed."""
    try:
        guardian = subprocess.Popen(  # noqa: S603 - our own words, by our own interpreter
            [sys.executable, "-I", "-S", "-c", _GUARDIAN, str(stage), *map(str, absent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=stage.anchor,
            start_new_session=True,
        )
    except (OSError, ValueError):  # no more processes are allowed: then the next writing sweeps
        yield
        return
    try:
        yield
    finally:
        with suppress(OSError, subprocess.TimeoutExpired):
            guardian.communicate(b".", timeout=_PATIENCE_S)


@contextmanager
def _locked(stage: Path) -> Iterator[BinaryIO]:
    """Hold a lock in a stage. Where files have none, an open file is one: nobody can remove it."""
    path = stage / _LOCK
    if sys.platform == "win32":
        with path.open("wb") as file:
            yield file
        return
    with (stage / f"{_LOCK}.baru").open("wb") as file:
        with suppress(OSError):  # some file systems have no locks; then its age tells
            fcntl.flock(file, fcntl.LOCK_EX)
        (stage / f"{_LOCK}.baru").rename(path)  # whoever sees it sees it locked
        yield file


def _sweep(folder: Path) -> None:
    """Remove the stages of programs that are dead."""
    for stage in sorted(folder.glob(f"{PREFIX}*")):
        if stage.is_dir() and not stage.is_symlink() and _dead(stage):
            shutil.rmtree(stage, ignore_errors=True)


def _dead(stage: Path) -> bool:
    path = stage / _LOCK
    try:
        if sys.platform == "win32":
            path.unlink()
            return True
        with path.open("rb+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        with suppress(FileNotFoundError):
            return time.time() - stage.stat().st_mtime > _UNLOCKED_S
        return False
    except OSError:
        return False
    return True
