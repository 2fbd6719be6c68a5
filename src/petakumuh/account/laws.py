"""The laws that every account keeps, and the columns they hold for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh.errors import ConservationError
from petakumuh.model import AREA_LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pandas import DataFrame

__all__ = ["ADDITIVE", "AREA_COLUMNS", "require_laws"]

AREA_COLUMNS = (
    "luas_delineasi_ha",
    "luas_geodesik_ha",
    "jumlah_geometri_ha",
    "luas_sk_ha",
    "luas_tertangani_ha",
    "persen_tertangani",
    "sisa_ha",
    "persen_sisa",
    "di_luar_kelurahan_ha",
    "jumlah_naif_tertangani_ha",
    "tersertifikasi",
)
"""What every row of an area table says, in the order it is read."""

ADDITIVE = (
    "luas_delineasi_ha",
    "luas_geodesik_ha",
    "jumlah_geometri_ha",
    "luas_sk_ha",
    "luas_tertangani_ha",
    "sisa_ha",
    "di_luar_kelurahan_ha",
    "jumlah_naif_tertangani_ha",
)
"""Columns of which each level's rows sum to the whole."""


def require_laws(found: Mapping[str, DataFrame]) -> None:
    """Stop when rows do not sum to their parent, or handled and left to the slum.

    Parameters
    ----------
    found
        ``total`` and every level of area; ``tahun`` and ``jumlah_sektor`` where there are such.

    Raises
    ------
    ConservationError
        When one does not close.
    """
    total = found["total"].iloc[0]
    for level in ("total", *AREA_LEVELS):
        table = found[level]
        names = table.get("nama", pd.Series("", index=table.index))
        _require(table["luas_tertangani_ha"] + table["sisa_ha"], table["luas_delineasi_ha"], level, names)
        for column in ADDITIVE:
            whole = float(total[column]) if pd.notna(total[column]) else 0.0
            _require(table[column].sum(), whole, level, [column])
    if "tahun" in found:
        _require(found["tahun"]["baru_ha"].sum(), total["luas_tertangani_ha"], "tahun", ["baru_ha"])
    if "jumlah_sektor" in found:
        _require(found["jumlah_sektor"]["luas_ha"].sum(), total["luas_delineasi_ha"], "jumlah_sektor", ["luas_ha"])


def _require(parts: Any, whole: Any, table: str, rows: Iterable[str]) -> None:
    """Hold parts against their whole, row by row, and name the first that does not close."""
    parts, whole = np.atleast_1d(np.asarray(parts, float)), np.atleast_1d(np.asarray(whole, float))
    apart = np.abs(parts - whole) > 1e-9 * np.abs(whole) + 1e-12
    for row, part, one in zip(np.asarray(rows)[apart], parts[apart], whole[apart], strict=True):
        raise ConservationError(
            "tabel_tidak_tertutup", tabel=table, baris=str(row), bagian=f"{part:.12g}", utuh=f"{one:.12g}"
        )
