"""A run on disk: its frames as Parquet, the rest as JSON. What is written reads back equal."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas
import pandas as pd

from petakumuh import recipe
from petakumuh.errors import InputError
from petakumuh.model import InputFile, Layers, Result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["FOLDER", "files", "load"]

FOLDER = "simpanan"
"""Name of the folder, inside an output folder, that holds the stored run."""

_LAYERS = ("kumuh", "kelurahan", "penanganan")
_SHAPES = ("pieces", "bidang", "findings")
_FRAMES = ("groups", "links", "touches", "grounds")
_ABOUT = "run.json"
_FORMAT = 1


def files(run: Result) -> dict[str, Callable[[Path], None]]:
    """List the files of a stored run: name -> what writes it to a path."""
    frames = {name: getattr(run.layers, name) for name in _LAYERS}
    frames |= {name: getattr(run, name) for name in (*_SHAPES, *_FRAMES)}
    frames |= {f"tabel_{name}": table for name, table in run.tables.items()}
    about = {
        "format": _FORMAT,
        "resep": recipe.as_tables(run.recipe),
        "zona": list(run.zones),
        "masukan": [asdict(one) for one in run.inputs],
        "versi": dict(run.versions),
        "tabel": list(run.tables),
    }
    written: dict[str, Callable[[Path], None]] = {
        f"{name}.parquet": partial(frame.to_parquet, index=False) for name, frame in frames.items()
    }
    text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
    return written | {_ABOUT: partial(_write_text, text)}


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def load(folder: Path) -> Result:
    """Read a stored run back.

    Parameters
    ----------
    folder
        The output folder of a run, or the stored run inside it.

    Raises
    ------
    InputError
        When there is no stored run, or one of another format.
    """
    place = folder / FOLDER if (folder / FOLDER).is_dir() else folder
    try:
        about: dict[str, Any] = json.loads((place / _ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("bukan_simpanan", folder=folder) from error
    if about.get("format") != _FORMAT:
        raise InputError("simpanan_lain", folder=folder, format=about.get("format"), punya=_FORMAT)
    shapes = {name: geopandas.read_parquet(place / f"{name}.parquet") for name in (*_LAYERS, *_SHAPES)}
    frames = {name: pd.read_parquet(place / f"{name}.parquet") for name in _FRAMES}
    return Result(
        recipe=recipe.from_tables(about["resep"]),
        layers=Layers(*(shapes.pop(name) for name in _LAYERS)),
        tables={name: pd.read_parquet(place / f"tabel_{name}.parquet") for name in about["tabel"]},
        zones=tuple(about["zona"]),
        inputs=tuple(InputFile(**one) for one in about["masukan"]),
        versions=about["versi"],
        **shapes,
        **frames,
    )
