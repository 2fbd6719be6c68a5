"""A second process for the presenter that takes longest: it writes while the others are written here.

Nothing depends on it but time. What it does not bring, for whatever reason, is written here as all else is.
"""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from petakumuh.present.stage import staged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import IO

    from petakumuh.model import Result
    from petakumuh.text import Language

__all__ = ["beside", "main"]

_START = "import sys; sys.path.append(sys.argv.pop()); from petakumuh.present.aside import main; main()"
"""Not by ``-m``: that would look for modules in the working folder."""


@contextmanager
def beside(
    run: Result, language: Language, presenter: str, writers: Mapping[str, Callable[[Path], None]]
) -> Iterator[dict[str, Callable[[Path], None]]]:
    """Have a presenter's files written by another process from here on.

    Parameters
    ----------
    run, language
        What is written, and in which words.
    presenter
        Its module in `petakumuh.present`.
    writers
        What it would write here.

    Yields
    ------
        The same names, each with what brings that file: it waits for the other process.

    Raises
    ------
    OSError
        When nothing can be written among the machine's temporary files.
    """
    with staged(Path(tempfile.gettempdir()), []) as stage:
        order = pickle.dumps((run, language, presenter, str(stage)))
        process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
            [sys.executable, "-P", "-c", _START, str(Path(__file__).parents[2])],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        sending = threading.Thread(target=_send, args=(cast("IO[bytes]", process.stdin), order), daemon=True)
        sending.start()
        try:
            yield {name: partial(_bring, process, stage / name, write) for name, write in writers.items()}
        finally:
            process.kill()
            process.wait()
            sending.join()


def _send(pipe: IO[bytes], order: bytes) -> None:
    with suppress(OSError), pipe:  # it may be gone before it has read
        pipe.write(order)


def _bring(process: subprocess.Popen[bytes], made: Path, write: Callable[[Path], None], path: Path) -> None:
    """Put a file that the other process wrote into its place, or write it."""
    if process.wait() == 0 and made.is_file():
        shutil.move(made, path)
    else:
        write(path)


def main() -> None:
    """Write the files of one presenter; the order comes from the process that started this one."""
    run, language, presenter, stage = pickle.load(sys.stdin.buffer)  # noqa: S301 - by our own parent
    for name, write in import_module(f"petakumuh.present.{presenter}").files(run, language).items():
        path = Path(stage, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path)
