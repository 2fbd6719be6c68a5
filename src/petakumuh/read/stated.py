"""What the recipe says of a layer's coordinates comes before what the file says: its CRS, and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely

from petakumuh.errors import RecipeError
from petakumuh.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from petakumuh.model import Role, Source

__all__ = ["with_crs"]

_TURN = np.array([360.0, 0.0])
_WAYS: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "lintang, bujur": lambda points: points[:, ::-1],
    "bujur - 360": lambda points: points - _TURN,
    "bujur + 360": lambda points: points + _TURN,
}


def with_crs(rows: GeoDataFrame, source: Source, role: Role, file: str) -> tuple[GeoDataFrame, list[Finding]]:
    """Set the CRS that the recipe states over the one that the file declares, and say so.

    Parameters
    ----------
    rows
        A layer as it stands.
    source
        Its ``crs`` may say behind a semicolon how degrees are written: ``EPSG:4326; lintang, bujur``,
        ``EPSG:4326; bujur - 360`` or ``EPSG:4326; bujur + 360``.
    role, file
        Which layer, for what is found.

    Raises
    ------
    RecipeError
        When there is no such CRS or way.
    """
    if source.crs is None:
        return rows, []
    name, _, way = (part.strip() for part in source.crs.partition(";"))
    try:
        stated = pyproj.CRS.from_user_input(name)
        turned = _WAYS[way] if way else None
    except (pyproj.exceptions.CRSError, KeyError) as error:
        raise RecipeError("crs_salah", tabel=role, nilai=source.crs) from error
    declared = rows.crs
    rows = rows.set_crs(stated, allow_override=True)
    findings = []
    if declared is not None and declared != stated:
        values = {"tertulis": declared.to_string(), "resep": stated.to_string()}
        findings.append(Finding("crs_dari_resep", "catatan", role, file, values=values))
    if turned is not None:
        before = _middle(rows)
        rows = rows.set_geometry(shapely.transform(np.asarray(rows.geometry.array), turned), crs=stated)
        values = {"cara": way, "sebelum": before, "sesudah": _middle(rows)}
        findings.append(Finding("urutan_dari_resep", "catatan", role, file, action="diperbaiki", values=values))
    return rows, findings


def _middle(rows: GeoDataFrame) -> str:
    west, south, east, north = rows.total_bounds
    return f"{(west + east) / 2:.4f}; {(south + north) / 2:.4f}"
