"""Who worked on which ground in which year: offices beside each other, kelurahan by kelurahan.

A cell is a union: ground that an office worked on twice in a year counts once there. Cells of one row share ground
where offices or years met, so their sum may be more than the ground handled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from petakumuh.model import HECTARES_BY, NO_YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.model import Result

__all__ = ["Synergy", "together"]


@dataclass(frozen=True)
class Synergy:
    """Hectares handled by offices; every square metre once in each number.

    Attributes
    ----------
    offices
        As in the table ``opd``.
    years
        In order, works without a year last; one empty word where works know no years.
    cells
        By kelurahan_id, office and year.
    rows
        By kelurahan_id and office, all years together.
    whole
        By office and year, all kelurahan together.
    shared
        By kelurahan_id, ground that at least two offices worked on.
    pairs
        Ground that two offices both worked on; on the diagonal what each did.
    """

    offices: tuple[str, ...]
    years: tuple[str, ...]
    cells: Mapping[tuple[str, str, str], float]
    rows: Mapping[tuple[str, str], float]
    whole: Mapping[tuple[str, str], float]
    shared: Mapping[str, float]
    pairs: NDArray[np.float64]


def together(run: Result) -> Synergy:
    """Sum ground up by kelurahan, office and year of the works that count.

    Parameters
    ----------
    run
        With an account kept by office.

    Examples
    --------
    >>> import petakumuh
    >>> from geopandas import GeoDataFrame
    >>> from shapely import box
    >>> x, y = 350_000, 9_230_000
    >>> town = GeoDataFrame({"nama": ["Tirta"]}, geometry=[box(x, y, x + 400, y + 400)], crs=32749)
    >>> slum = GeoDataFrame({"nama": ["A"]}, geometry=[box(x, y, x + 200, y + 100)], crs=32749)
    >>> works = [box(x, y, x + 100, y + 100), box(x + 50, y, x + 150, y + 100)]
    >>> done = GeoDataFrame({"opd": ["PU", "Perkim"], "tahun": ["2020", "2021"]}, geometry=works, crs=32749)
    >>> found = together(petakumuh.run(kumuh=slum, kelurahan=town, penanganan=done))
    >>> [round(ha, 6) for ha in (found.whole["PU", "2020"], *found.shared.values())]
    [1.0, 0.5]
    """
    met = _met(run)
    cells = met.drop_duplicates(["piece_id", "opd", "tahun"])
    rows = met.drop_duplicates(["piece_id", "opd"])
    several = rows[rows.duplicated("piece_id", keep=False)].drop_duplicates("piece_id")
    offices = tuple(run.tables["opd"]["nama"])
    return Synergy(
        offices=offices,
        years=tuple(sorted(met["tahun"].unique(), key=lambda one: (one == NO_YEAR, one))),
        cells=_summed(cells, ["kelurahan_id", "opd", "tahun"]),
        rows=_summed(rows, ["kelurahan_id", "opd"]),
        whole=_summed(cells, ["opd", "tahun"]),
        shared=_summed(several, "kelurahan_id"),
        pairs=_pairs(rows, offices),
    )


def _met(run: Result) -> DataFrame:
    """List each piece with the office and year of every group of works that counts and lies on it."""
    groups = run.groups[run.groups["dihitung"]]
    named = groups[["group_id", "opd"]].assign(tahun=groups.get("tahun", ""))
    ground = run.pieces[["piece_id", "kelurahan_id"]]
    ground = ground.assign(ha=run.pieces[HECTARES_BY[run.recipe.hitung.dasar]])
    return run.links.merge(named, on="group_id").merge(ground, on="piece_id")


def _summed(rows: DataFrame, by: Any) -> dict[Any, float]:
    """Sum hectares by their keys."""
    return dict(rows.groupby(by)["ha"].sum().items())


def _pairs(rows: DataFrame, offices: Sequence[str]) -> NDArray[np.float64]:
    """Sum the ground that each two offices have in common."""
    pieces, at = np.unique(rows["piece_id"].to_numpy(), return_inverse=True)
    place = {office: number for number, office in enumerate(offices)}
    there = np.zeros((len(pieces), len(offices)))
    ha = np.zeros(len(pieces))
    there[at, rows["opd"].map(place).to_numpy(dtype=np.intp)] = 1.0
    ha[at] = rows["ha"].to_numpy()
    found: NDArray[np.float64] = there.T @ (there * ha[:, None])
    return found
