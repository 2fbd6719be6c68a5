"""The mended layers as a GeoPackage: the file's own columns and kinds of geometry, under their own names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyogrio
import shapely
from geopandas import GeoDataFrame

from petakumuh.present.clock import fixed_clock
from petakumuh.text.codes import as_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["fitted", "write_clean"]

_FAMILIES = {"Polygon": {3, 6}, "LineString": {1, 5}, "Point": {0, 4}}
"""Kind of geometry -> its number in GEOS, and that of its multi."""
_WHOLE = 2**63


def fitted(layers: dict[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], list[tuple[str, str, str]]]:
    """Give layers names and columns that one GeoPackage can hold: names there do not differ by case alone.

    Returns
    -------
        The layers, and what was renamed: layer, old name, new name.

    Examples
    --------
    >>> rows = pd.DataFrame({"Nama": ["a"], "NAMA": ["b"]})
    >>> layers, renamed = fitted({"Jalan": rows})
    >>> list(layers["Jalan"]), renamed
    (['Nama', 'NAMA_2'], [('Jalan', 'NAMA', 'NAMA_2')])
    """
    renamed: list[tuple[str, str, str]] = []
    names = _apart(layers)
    done = {}
    for name, rows in layers.items():
        new = _apart([str(one) for one in rows.columns if one != "geometry"])
        renamed += [(name, old, free) for old, free in [(name, names[name]), *new.items()] if old != free]
        done[names[name]] = _typed(rows.rename(columns=new))
    return done, renamed


def _apart(names: Iterable[str]) -> dict[str, str]:
    """Tell apart by a number names that differ by case alone."""
    given = list(names)
    taken = {one.casefold() for one in given}
    seen: set[str] = set()
    new: dict[str, str] = {}
    for name in given:
        free, number = name, 1
        while free.casefold() in (seen if number == 1 else seen | taken):
            number += 1
            free = f"{name}_{number}"
        seen.add(free.casefold())
        new[name] = free
    return new


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each column one type: whole numbers, numbers and truths where all cells are, else the cells as text."""
    typed = rows.copy()
    for column in rows.columns:
        if column != "geometry" and rows[column].dtype == object:
            typed[column] = _column(rows[column])
    return typed


def _column(cells: pd.Series[Any]) -> pd.Series[Any]:
    kind = pd.api.types.infer_dtype(cells, skipna=True)
    if kind == "integer" and cells.dropna().map(lambda one: -_WHOLE <= one < _WHOLE).all():
        return cells.astype("Int64")
    if kind in ("floating", "mixed-integer-float") and cells.dropna().map(lambda one: float(one) == one).all():
        return cells.astype("float64")
    if kind == "boolean":
        return cells.astype("boolean")
    return cells.map(lambda one: None if pd.isna(one) else as_text(one)).astype(object)


def write_clean(layers: dict[str, pd.DataFrame], path: Path) -> None:
    """Write layers that were `fitted`; our row number and geometry bear names that no column has."""
    with fixed_clock():
        for name, rows in layers.items():
            taken = {str(one).casefold() for one in rows.columns if one != "geometry"}
            how: dict[str, Any] = {"FID": _free("fid", taken)}
            if isinstance(rows, GeoDataFrame):
                kind = _kind(rows)
                how |= {"geometry_type": kind, "promote_to_multi": kind.startswith("Multi")}
                how |= {"GEOMETRY_NAME": _free("geom", taken)}
            pyogrio.write_dataframe(
                rows.reset_index(drop=True), path, layer=name, driver="GPKG", append=path.exists(), **how
            )


def _free(name: str, taken: set[str]) -> str:
    """Find a name for a column of ours; the file's own columns keep theirs."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _kind(rows: GeoDataFrame) -> str:
    """Name the kind of geometry of a layer: the single one where no row has several parts."""
    there = set(shapely.get_type_id(rows.geometry.array).tolist())
    for single, numbers in _FAMILIES.items():
        if there <= numbers:
            return single if there <= {min(numbers)} else f"Multi{single}"
    return "Unknown"
