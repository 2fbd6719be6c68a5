"""What stands for slums too small to see from afar: a circle for each kelurahan, or each kabupaten/kota.

A circle is as large as the slum ground it stands for, with a slice in the look of each class of that ground.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from petakumuh.model import HECTARES_BY, OUTSIDE
from petakumuh.present.web.recap import towns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame, Series

    from petakumuh.model import Result
    from petakumuh.present.web.layers import Paint

__all__ = ["symbols"]


def symbols(run: Result, painted: Sequence[Paint], drawn: Mapping[str, NDArray[Any]]) -> list[dict[str, Any]]:
    """Lay out the circles, the largest of each level first.

    Parameters
    ----------
    run
        With shapes.
    painted
        How the layers are painted.
    drawn
        Their shapes in degrees.

    Returns
    -------
        For each ``tingkat`` and ``baris``, whose it is in the recap of the page; ``ha``, its slum ground; ``di``,
        the middle of that; ``kotak``, its west, south, east and north; ``bagian``, for each paint of ground or
        slums pairs of a class and its share. A slum that lies outside all kelurahan has a circle of its own.
    """
    ground = pd.DataFrame(shapely.bounds(drawn["bidang"]), columns=["west", "south", "east", "north"])
    ground["ha"] = run.bidang[HECTARES_BY[run.recipe.hitung.dasar]].to_numpy(dtype=float)
    classes = {one.name: _classes(run, one) for one in painted if one.pane in ("bidang", "kumuh")}
    ground = ground[ground["ha"] > 0]
    return [one for level, rows in _homes(run).items() for one in _circles(level, rows, ground, classes)]


def _classes(run: Result, paint: Paint) -> NDArray[np.int64]:
    """Tell the class of each piece of ground, as its place in the legend."""
    order = {key: at for at, key in enumerate(paint.classes)}
    keys = np.array([order[key] for key in paint.keys], dtype=np.int64)
    if paint.pane == "bidang":
        return keys
    rows = {slum: at for at, slum in enumerate(run.layers.kumuh["kumuh_id"])}
    return np.asarray(keys[run.bidang["kumuh_id"].map(rows).to_numpy(dtype=np.int64)])


def _homes(run: Result) -> dict[str, Series[Any]]:
    """Tell for each level the row that a piece of ground belongs to; missing where to none."""
    own, slums = run.bidang["kelurahan_id"], run.bidang["kumuh_id"]
    land = run.layers.kelurahan
    rows = {code: at for at, code in enumerate(land["kelurahan_id"])}
    order = {code: at for at, code in enumerate(towns(run))}
    town = dict(zip(land["kelurahan_id"], land["kabupaten_kota_id"].map(order), strict=True))
    outside = ~slums.isin(slums[own != OUTSIDE])
    places = {slum: at for at, slum in enumerate(run.layers.kumuh["kumuh_id"])}
    homes = {
        "kabupaten_kota": own.map(town),
        "kelurahan": own.map(rows),
        "kumuh": slums.map(places).where(outside),
    }
    return {level: home.reset_index(drop=True) for level, home in homes.items()}


def _circles(
    level: str, home: Series[Any], ground: DataFrame, classes: Mapping[str, NDArray[np.int64]]
) -> list[dict[str, Any]]:
    inside = ground.assign(row=home).dropna(subset="row")
    groups = inside.groupby(inside["row"].astype(np.int64))
    found = [_circle(level, int(pieces["row"].iloc[0]), pieces, classes) for _, pieces in groups]
    return sorted(found, key=lambda one: -one["ha"])


def _circle(level: str, row: int, pieces: DataFrame, classes: Mapping[str, NDArray[np.int64]]) -> dict[str, Any]:
    area = pieces["ha"].to_numpy()
    middle = [
        float(np.average((pieces[low] + pieces[high]) / 2, weights=area))
        for low, high in (("south", "north"), ("west", "east"))
    ]
    box = [*pieces[["west", "south"]].min(), *pieces[["east", "north"]].max()]
    shares = {name: np.bincount(keys[pieces.index], weights=area) / area.sum() for name, keys in classes.items()}
    return {
        "tingkat": level,
        "baris": row,
        "ha": round(float(area.sum()), 4),
        "di": [round(one, 6) for one in middle],
        "kotak": [round(float(one), 6) for one in box],
        "bagian": {
            name: [[at, round(float(share), 4)] for at, share in enumerate(one) if share > 0]
            for name, one in shares.items()
        },
    }
