"""Stand-ins for the cut, for tests that run it in other processes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
import pandas as pd

from petakumuh.ground import intersection, union
from petakumuh.measure import planar_ha
from petakumuh.overlay import overlay
from petakumuh.overlay.result import PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

    from petakumuh.prepared import Part


def cut(part: Part, options: Mapping[str, Any]) -> dict[str, DataFrame]:
    """Measure each slum, and what of it lies under works; each call leaves a file in the folder ``hitung``."""
    if "hitung" in options:
        Path(options["hitung"], uuid4().hex).touch()
    time.sleep(options.get("lambat_s", 0))
    if "bunuh" in options and part.mine[0] == options.get("korban", part.mine[0]):
        _die_once(Path(options["bunuh"]))
    slums = part.kumuh[part.kumuh["kumuh_id"].isin(part.mine)]
    works = np.asarray(part.penanganan.geometry.array)
    pieces: list[tuple[Any, ...]] = []
    links = []
    for name, shape in zip(slums["kumuh_id"], slums.geometry, strict=True):
        handled = union(intersection(shape, works))
        for area in (handled, shape):
            pieces.append((len(pieces), "", name, part.epsg, float(planar_ha(np.array([area]))[0])))
        links.append((len(pieces) - 2, 0))
    names = ["piece_id", "kelurahan_id", "kumuh_id", "zona", "luas_ha"]
    empty = {"kelurahan_id": str, "kumuh_id": str, "penanganan_id": str, "kumuh_id_lain": str, "luas_ha": float}
    none = pd.DataFrame(columns=list(empty)).astype(empty)
    return {
        "pieces": pd.DataFrame(pieces, columns=names).astype({"kelurahan_id": str, "kumuh_id": str}),
        "links": pd.DataFrame(links, columns=["piece_id", "group_id"]),
        "touches": none.drop(columns="kumuh_id_lain"),
        "grounds": none[["kelurahan_id", "kumuh_id", "luas_ha"]],
        "claims": none.drop(columns="penanganan_id"),
        "sertifikat": pd.DataFrame({"kumuh_id": list(part.mine)}).astype({"kumuh_id": str}),
    }


def hectares(part: Part, options: Mapping[str, Any]) -> dict[str, DataFrame]:
    """Cut as a run does."""
    mine = {part.epsg: part.mine}
    cut = overlay([part], by=(), tm3=part.tm3, groups=part.groups, mine=mine, certify=False)
    return {name: getattr(cut, name) for name in PARTS}


def wrong(part: Part, options: Mapping[str, Any]) -> dict[str, DataFrame]:
    """Fail as a sum that does not close."""
    from petakumuh.errors import ConservationError

    raise ConservationError("tidak_tertutup", apa="kumuh", id=part.mine[0], bagian_m2="1", utuh_m2="2")


def deadly(part: Part, options: Mapping[str, Any]) -> dict[str, DataFrame]:
    """Kill the worker, every time."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def _die_once(flag: Path) -> None:
    try:
        flag.touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
