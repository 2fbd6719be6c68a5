"""From what a reader parsed to a batch: the file's own columns, cells as written, and ours beside them."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

import pandas as pd
from geopandas import GeoDataFrame

from petakumuh.errors import InputError
from petakumuh.read.raw import KEPT, Batch, Note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence, Sized
    from pathlib import Path

    from petakumuh.read.raw import Limits

__all__ = ["batch", "cells", "legible", "renamed", "require_few", "stacked", "told"]

_BATCHES = 4
"""Batches of the largest kind that all of a file may have."""
_HALF = re.compile("[\ud800-\udfff]")


def batch(
    layer: str,
    columns: Mapping[str, Sequence[Any]],
    shapes: Any,
    *,
    baris: Sequence[str],
    masalah: Sequence[str],
    perbaikan: Sequence[str],
    crs: Any,
) -> Batch:
    """Put rows together; a column of the file that bears one of our names is renamed (see `renamed`).

    Cells stay the Python objects that they are: a whole number of twenty digits is not rounded.
    """
    ours = renamed(columns)
    table = {ours.get(name, name): pd.Series(list(cells), dtype=object) for name, cells in columns.items()}
    table |= {
        name: pd.Series(list(cells), dtype=object)
        for name, cells in (("baris", baris), ("masalah", masalah), ("perbaikan", perbaikan))
    }
    frame = pd.DataFrame(table, index=range(len(baris)))
    return Batch(layer, GeoDataFrame(frame, geometry=shapes, crs=crs))


def require_few(names: Sized, rows: int, path: Path, limits: Limits) -> None:
    """Refuse a layer of more columns than anybody reads, before its cells are laid out.

    Raises
    ------
    InputError
        ``kolom_terlalu_banyak``, ``sel_terlalu_banyak``.
    """
    if len(names) > limits.columns:
        raise InputError("kolom_terlalu_banyak", file=path, isi=len(names), batas=limits.columns)
    most = limits.cells // _BATCHES
    if len(names) * rows > most:
        raise InputError("sel_terlalu_banyak", file=path, isi=len(names) * rows, batas=most)


def stacked(parts: Sequence[GeoDataFrame]) -> GeoDataFrame:
    """Put batches of one layer under one another, every cell as it is.

    A column that a batch lacks, or that holds another kind there, would else turn to floats, and a code of
    nineteen digits to another code.

    Examples
    --------
    >>> from shapely import Point
    >>> parts = [GeoDataFrame({"kode": [one]}, geometry=[Point(0, 0)]) for one in (5371010001123456789, 1.5)]
    >>> stacked(parts)["kode"].tolist()
    [5371010001123456789, 1.5]
    """
    if len(parts) == 1:
        return parts[0]
    kinds: dict[str, set[Any]] = {}
    for part in parts:
        for name, kind in part.dtypes.items():
            kinds.setdefault(str(name), set()).add(kind)
    uneven = [name for name, found in kinds.items() if len(found) > 1 or any(name not in one for one in parts)]
    even = [part.copy(deep=False) for part in parts]
    for part in even:
        for name in uneven:
            part[name] = _as_they_are(part, name)
    return GeoDataFrame(pd.concat(even, ignore_index=True)[[*kinds]], geometry="geometry", crs=parts[0].crs)


def _as_they_are(part: GeoDataFrame, name: str) -> pd.Series[Any]:
    if name not in part:
        return pd.Series([None] * len(part), index=part.index, dtype=object)
    cells = part[name].astype(object)
    return pd.Series(cells.where(cells.notna(), None), dtype=object)


def renamed(names: Collection[str]) -> dict[str, str]:
    """Name anew the file's columns that bear our names, or names that no text may hold.

    Examples
    --------
    >>> renamed(["nama", "geometry", "geometry_"])
    {'geometry': 'geometry__'}
    """
    taken = {*names}
    new: dict[str, str] = {}
    for name in [*KEPT, *(one for one in names if legible(one) != one)]:
        if name in taken:
            free = f"{name}_" if name in KEPT else legible(name)
            while free in taken:
                free += "_"
            new[name] = free
            taken.add(free)
    return new


def legible(text: str) -> str:
    r"""Give a text with a mark for each half of a letter that a JSON escape or a file's name may hold.

    Examples
    --------
    >>> legible("Kali\udcff")
    'Kali�'
    """
    return _HALF.sub("\ufffd", text) if _HALF.search(text) else text


def told(layer: str, names: Collection[str]) -> Iterator[Note]:
    """Note which columns of a layer were renamed."""
    for old, new in renamed(names).items():
        yield Note("kolom_diganti", "catatan", layer, action="diperbaiki", values={"lama": old, "baru": new})


def cells(values: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """Give a column as a table can hold it: lists and objects as JSON text, what is no number as nothing.

    Returns
    -------
        The cells, and the places of NaN and Infinity that are now None.

    Examples
    --------
    >>> cells([1, {"a": [1, 2]}, float("inf")])
    ([1, '{"a":[1,2]}', None], [2])
    """
    kept, kinds = list(values), set(map(type, values))
    if not kinds <= {str, int, bool, type(None), float}:
        kept = [_text(one) if isinstance(one, dict | list) else one for one in kept]
    wrong = []
    if float in kinds:
        wrong = [at for at, one in enumerate(kept) if isinstance(one, float) and not math.isfinite(one)]
        for at in wrong:
            kept[at] = None
    return kept, wrong


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    """Write what JSON has no form for and a list of a file may hold: bytes, dates, decimal numbers."""
    return value.hex() if isinstance(value, bytes) else str(value)
