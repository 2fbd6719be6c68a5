"""The towns and slums that every hectare is entered under, known by their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from petakumuh.model import AREA_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame, Series

__all__ = ["Register", "per_row", "registered", "row_of"]


@dataclass(frozen=True)
class Register:
    """Where ground may lie.

    Attributes
    ----------
    towns
        Each kelurahan with the codes and names of what it lies in; last, a row for ground in none.
    slums
        Each slum with the ``kelurahan_id`` it is filed under.
    """

    towns: DataFrame
    slums: DataFrame

    def entered(self, rows: DataFrame, **hectares: NDArray[np.float64]) -> DataFrame:
        """Sum up hectares by town and slum.

        Parameters
        ----------
        rows
            Their ``kelurahan_id`` and ``kumuh_id``.
        **hectares
            Of each row, by what they are.

        Returns
        -------
            ``town`` and ``slum`` as rows of this register, and the sums.
        """
        town = row_of(self.towns["kelurahan_id"], rows["kelurahan_id"])
        slum = row_of(self.slums["kumuh_id"], rows["kumuh_id"])
        number, place = pd.factorize(town * len(self.slums) + slum)
        sums = {name: per_row(number, ha, len(place)) for name, ha in hectares.items()}
        return pd.DataFrame({"town": place // len(self.slums), "slum": place % len(self.slums), **sums})


def registered(kelurahan: DataFrame, kumuh: DataFrame, grounds: DataFrame) -> Register:
    """Write down all kelurahan and slums.

    A slum is filed under the kelurahan it names, else where most of its ground lies.
    """
    columns = [*(f"{level}_id" for level in AREA_LEVELS[:-1]), *AREA_LEVELS[:-2], "nama"]
    towns = pd.DataFrame(kelurahan[columns]).drop_duplicates("kelurahan_id").rename(columns={"nama": "kelurahan"})
    outside = pd.DataFrame([dict.fromkeys(towns.columns, "")])
    slums = pd.DataFrame(kumuh.drop(columns="geometry", errors="ignore")).drop_duplicates("kumuh_id")
    most = grounds.groupby(["kumuh_id", "kelurahan_id"], sort=True)["luas_ha"].sum().reset_index()
    most = most.sort_values("luas_ha", ascending=False, kind="stable").drop_duplicates("kumuh_id")
    found = slums["kumuh_id"].map(most.set_index("kumuh_id")["kelurahan_id"]).fillna("")
    slums = slums.assign(kelurahan_id=slums["disebut_id"].where(slums["disebut_id"] != "", found))
    return Register(pd.concat([towns, outside], ignore_index=True), slums.reset_index(drop=True))


def row_of(names: Series[str], wanted: Series[str]) -> NDArray[np.int64]:
    """Give of each wanted name its row among names, each of which stands once.

    Examples
    --------
    >>> row_of(pd.Series(["b", "a"]), pd.Series(["a", "a", "b"])).tolist()
    [1, 1, 0]
    """
    # Numbered in the order in which they are met, and the names are met first.
    number, _ = pd.factorize(pd.concat([names, wanted], ignore_index=True))
    return number[len(names) :].astype(np.int64, copy=False)


def per_row(rows: NDArray[np.int64], ha: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Sum up hectares by the row they belong to."""
    return np.bincount(rows, ha, length).astype(float, copy=False)  # of nothing, numpy counts whole numbers
