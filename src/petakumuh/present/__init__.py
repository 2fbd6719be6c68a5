"""From a finished run to files: one function a presenter, one line in a dict. Nothing is computed here."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from petakumuh import recipe, store
from petakumuh.present import scores
from petakumuh.present.files import write_together

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from petakumuh.model import Result
    from petakumuh.text import Language

__all__ = ["missing_extra", "write_all"]

_PRESENTERS = {"tables": None, "vector": None, "web": "folium", "sheet": "matplotlib"}
"""Presenter -> the package of an extra that it needs."""


_DRAWN = ("peta.html", "peta.png")
_SCORED = ("pasangan.csv", "skor.geojson", "kotaku.gpkg")
"""Written only where a run is scored, besides what `petakumuh.present.scores` writes."""


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
    writers: dict[str, Callable[[Path], None]] = {}
    for name, needs in _PRESENTERS.items() if run.shapes else (("tables", None),):
        if needs is None or find_spec(needs) is not None:
            writers |= import_module(f"{__name__}.{name}").files(run, bahasa)
    if run.skor is not None:
        writers |= scores.files(run.skor, bahasa, run.recipe.wilayah)
    if run.shapes:
        writers |= {f"{store.FOLDER}/{name}": writer for name, writer in store.files(run).items()}
    stored = (f"{store.FOLDER}/{one.name}" for one in (folder / store.FOLDER).glob("*.parquet"))
    before = scores.earlier(folder)
    stale = [name for name in (*_DRAWN, *(_SCORED if before else ()), *before, *stored) if name not in writers]
    return write_together(
        writers, folder, inputs=recipe.input_paths(run.recipe), overwrite=overwrite, stale=stale, done=done
    )


def missing_extra() -> bool:
    """Whether the maps cannot be drawn because their packages are not installed."""
    return any(needs is not None and find_spec(needs) is None for needs in _PRESENTERS.values())
