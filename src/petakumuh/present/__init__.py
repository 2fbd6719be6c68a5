"""From a finished run to files: one function a presenter, one line in a dict. Nothing is computed here."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import ExitStack
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from petakumuh import recipe, store
from petakumuh.present import scores
from petakumuh.present.aside import beside
from petakumuh.present.files import write_together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from petakumuh.model import Result
    from petakumuh.text import Language

__all__ = ["missing_extra", "write_all"]

_PRESENTERS = {
    "tables": (),
    "vector": (),
    "exchange": (),
    "web": ("folium",),
    "sheet": ("matplotlib",),
    "atlas": ("matplotlib",),
    "tablebook": ("xlsxwriter",),
    "report": ("matplotlib",),
}
"""Presenter -> the packages of extras that it needs."""
_LONGEST = "atlas"
"""What a second process writes."""
_LONG = 24
"""Kelurahan from which on that is worth its start."""
_WITHOUT_SHAPES = ("tables", "tablebook")
_WRITTEN = f"{store.FOLDER}/berkas.json"
"""Lists what was written, each file with its sha256: what the next writing replaces, and what nobody changed."""


def write_all(
    run: Result,
    folder: Path,
    *,
    bahasa: Language = "id",
    overwrite: bool = False,
    done: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Write every output of a run into a folder, and the run itself.

    Parameters
    ----------
    run
        What to write; of one without shapes the tables alone.
    folder
        Made where it does not exist.
    bahasa
        Language of what a planner reads; column names and keys do not change.
    overwrite
        Replace results that the folder holds.
    done
        Called with the name of each file.

    Raises
    ------
    OutputError
        See `petakumuh.present.files.write_together`.
    """
    named: dict[str, dict[str, Callable[[Path], None]]] = {
        name: import_module(f"{__name__}.{name}").files(run, bahasa)
        for name, needs in _PRESENTERS.items()
        if (run.shapes or name in _WITHOUT_SHAPES) and all(find_spec(one) for one in needs)
    }
    writers = {file: write for part in named.values() for file, write in part.items()}
    if run.skor is not None:
        writers |= scores.files(run.skor, bahasa, run.recipe.wilayah)
    if run.shapes:
        writers |= {f"{store.FOLDER}/{name}": writer for name, writer in store.files(run).items()}
    names = list(writers)
    stale = [name for name in (*scores.earlier(folder), *_earlier(folder)) if name not in (*names, _WRITTEN)]
    with ExitStack() as held:
        if _LONGEST in named and _worth_it(run):
            writers |= held.enter_context(beside(run, bahasa, _LONGEST, named[_LONGEST]))
            writers |= {name: writers.pop(name) for name in named[_LONGEST]}  # they come last
        writers[_WRITTEN] = lambda path: _list_files(names, path)
        return write_together(
            writers, folder, inputs=recipe.input_paths(run.recipe), overwrite=overwrite, stale=stale, done=done
        )


def _worth_it(run: Result) -> bool:
    """Whether there is a second processor, and a run large enough for the start of a second process."""
    return (os.cpu_count() or 1) > 1 and len(run.tables["kelurahan"]) >= _LONG


def _list_files(names: list[str], path: Path) -> None:
    """Write what stands beside a list, which is the last of the files."""
    stage = path.parent.parent
    told = {name: _digest(stage / name) for name in names}
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _earlier(folder: Path) -> Iterator[str]:
    """List the files of an earlier writing that nobody has changed since."""
    try:
        told = json.loads((folder / _WRITTEN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    for name, digest in told.items() if isinstance(told, dict) else ():
        path = PurePosixPath(name)
        within = not path.is_absolute() and ".." not in path.parts and (folder / name).is_file()
        if within and _digest(folder / name) == digest:
            yield name


def missing_extra() -> bool:
    """Whether some outputs cannot be written because their packages are not installed."""
    return any(not all(find_spec(one) for one in needs) for needs in _PRESENTERS.values())
