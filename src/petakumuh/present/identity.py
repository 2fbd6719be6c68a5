"""What tells one run from another: its inputs and its recipe, never the time or the machine."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from petakumuh import recipe

if TYPE_CHECKING:
    from petakumuh.model import Result

__all__ = ["run_id"]

_HANDED = ("kop", "keluaran")
"""Tables of a recipe that change no figure."""
_LETTERS = 16


def run_id(run: Result) -> str:
    """Name a run by what it was computed from: the same inputs and choices give the same name.

    Examples
    --------
    >>> import petakumuh
    >>> from geopandas import GeoDataFrame
    >>> from shapely import box
    >>> x, y = 350_000, 9_230_000
    >>> town = GeoDataFrame({"nama": ["Tirta"]}, geometry=[box(x, y, x + 400, y + 400)], crs=32749)
    >>> slum = GeoDataFrame({"nama": ["A"]}, geometry=[box(x, y, x + 200, y + 100)], crs=32749)
    >>> names = {run_id(petakumuh.run(kumuh=slum, kelurahan=town)) for _ in range(2)}
    >>> len(names), len(names.pop())
    (1, 16)
    """
    asked = {name: table for name, table in recipe.as_tables(run.recipe).items() if name not in _HANDED}
    read = [[one.role, one.name, one.sha256] for one in run.inputs]
    told = json.dumps([asked, read], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:_LETTERS]
