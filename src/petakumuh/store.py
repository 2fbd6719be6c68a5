"""A run on disk: its frames as Parquet, the rest as JSON. What is written reads back equal."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas
import pandas as pd
from pyarrow.parquet import read_schema

from petakumuh import recipe
from petakumuh.catalog.regulation import rule_set
from petakumuh.errors import InputError
from petakumuh.model import InputFile, Layers, Result, Scores

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pandas import DataFrame

__all__ = ["FOLDER", "files", "load"]

FOLDER = "simpanan"
"""Name of the folder, inside an output folder, that holds the stored run."""

_LAYERS = ("kumuh", "kelurahan", "penanganan")
_FRAMES = ("pieces", "bidang", "findings", "groups", "links", "touches", "grounds")
_SCORES = tuple(one.name for one in fields(Scores) if one.name not in ("rekap", "aturan", "inputs", "beda"))
_ABOUT = "run.json"
_RULES = "aturan.toml"
_OTHERS = "skor_beda"
_FORMAT = 2


def files(run: Result) -> dict[str, Callable[[Path], None]]:
    """List the files of a stored run: name -> what writes it to a path."""
    frames: dict[str, Any] = {name: getattr(run.layers, name) for name in _LAYERS}
    frames |= {name: getattr(run, name) for name in _FRAMES}
    frames |= {f"tabel_{name}": table for name, table in run.tables.items()}
    if run.skor is not None:
        frames |= {f"skor_{name}": getattr(run.skor, name) for name in _SCORES}
        frames |= {} if run.skor.beda is None else {_OTHERS: _coded(run.skor.beda, json.dumps)}
    about = {
        "format": _FORMAT,
        "resep": recipe.as_tables(run.recipe),
        "zona": list(run.zones),
        "masukan": [asdict(one) for one in run.inputs],
        "versi": dict(run.versions),
        "tabel": list(run.tables),
        "sertifikasi": dict(run.sertifikasi),
        "skor": None if run.skor is None else run.skor.rekap,
    }
    written: dict[str, Callable[[Path], None]] = {
        f"{name}.parquet": partial(frame.to_parquet, index=False) for name, frame in frames.items()
    }
    text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
    if run.skor is not None:
        written[_RULES] = partial(_write_text, run.skor.aturan.naskah)
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
    layers: Any = (_read(place / f"{name}.parquet") for name in _LAYERS)
    frames: dict[str, Any] = {name: _read(place / f"{name}.parquet") for name in _FRAMES}
    inputs = tuple(InputFile(**one) for one in about["masukan"])
    return Result(
        recipe=recipe.from_tables(about["resep"]),
        layers=Layers(*layers),
        tables={name: pd.read_parquet(place / f"tabel_{name}.parquet") for name in about["tabel"]},
        zones=tuple(about["zona"]),
        inputs=inputs,
        versions=about["versi"],
        skor=None if about["skor"] is None else _scores(place, about["skor"], inputs),
        sertifikasi=about.get("sertifikasi", {}),  # runs stored before hectares were certified have none
        **frames,
    )


def _read(path: Path) -> DataFrame:
    """Read a frame as it was written, with its geometry or without."""
    shapes = b"geo" in (read_schema(path).metadata or {})
    return geopandas.read_parquet(path) if shapes else pd.read_parquet(path)


def _coded(beda: DataFrame, code: Callable[[Any], Any]) -> DataFrame:
    """Code the cells of the comparison, or decode them: they are numbers and words, and Parquet takes one kind."""
    return beda.assign(**{name: beda[name].astype(object).map(code) for name in ("kami", "mereka")})


def _scores(place: Path, recap: Mapping[str, Any], inputs: tuple[InputFile, ...]) -> Scores:
    frames: dict[str, Any] = {name: pd.read_parquet(place / f"skor_{name}.parquet") for name in _SCORES}
    frames["findings"] = geopandas.read_parquet(place / "skor_findings.parquet")
    of_scores = tuple(one for one in inputs if one.role in ("baseline", "investasi", "pembanding"))
    other = place / f"{_OTHERS}.parquet"
    beda = _coded(pd.read_parquet(other), json.loads) if other.is_file() else None
    return Scores(**frames, rekap=recap, aturan=rule_set(place / _RULES), inputs=of_scores, beda=beda)
