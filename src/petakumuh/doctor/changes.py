"""The record of what was mended or left out, each change with its hectares before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from petakumuh import findings
from petakumuh.ground import move, origin
from petakumuh.measure import planar_ha
from petakumuh.present.tables import csv_text
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geopandas import GeoDataFrame

    from petakumuh.findings import Finding

__all__ = ["Change", "changes_of", "is_change", "record_csv"]

_RECORD = ("lapisan", "baris", "id", "tindakan", "sebab", "sebelum", "sesudah", "pesan")
_CHANGES = ("diperbaiki", "dikecualikan")
_OF_COPY = {"dimensi_dibuang", "enkode_dibaca", "huruf_rusak"}
"""Notes of reading that are changes in a copy: it has no heights, and its letters stand in UTF-8."""
_SAME_CORNERS = {"cincin_ditutup", "permukaan_jadi_poligon"}
"""What reading mends without moving a corner: the corners enclose as much before as after."""


@dataclass(frozen=True)
class Change:
    """What was done, and hectares before and after; None where they cannot be told, as of an arc."""

    finding: Finding
    before_ha: float | None = None
    after_ha: float | None = None


def changes_of(found: Iterable[Finding], rows: GeoDataFrame, kept: GeoDataFrame | None) -> list[Change]:
    """Tell the changes among what was found in a layer, with hectares in the plane of its zone.

    A line has no area before it is closed; a ring closed with its first point has that of its corners; what
    concerns the whole layer (heights dropped, letters read anew) leaves its sum as it is; a row that is left out
    has none afterwards.

    Parameters
    ----------
    found
        Of reading and mending.
    rows, kept
        The layer as it was read, and what is left of it; None where there is no geometry.
    """
    changes = [one for one in found if is_change(one)]
    if kept is None:
        return [Change(one) for one in changes]
    areas = _Areas(rows, kept, changes)
    return [Change(one, *areas.of(one)) for one in changes]


def is_change(one: Finding) -> bool:
    """Whether a finding says that a copy differs from its file.

    Examples
    --------
    >>> from petakumuh.findings import Finding
    >>> [is_change(Finding(rule, "catatan", "kumuh")) for rule in ("enkode_dibaca", "id_kosong")]
    [True, False]
    """
    return one.action in _CHANGES or one.rule in _OF_COPY


class _Areas:
    """Hectares of the rows of a layer, by the row's number in its file."""

    def __init__(self, rows: GeoDataFrame, kept: GeoDataFrame, changes: Iterable[Finding]) -> None:
        self._given = _hectares(rows.to_crs(kept.crs))
        self._final = _hectares(kept)
        self._total = sum(one for one in self._final.values() if one is not None)
        self._closed = {
            str(one.values["baris"]): float(one.values["sebelum_ha"])
            for one in changes
            if one.rule == "geometri_diperbaiki"
        }

    def of(self, one: Finding) -> tuple[float | None, float | None]:
        """Give hectares before and after one change."""
        if "baris" not in one.values:
            return self._total, self._total
        baris = str(one.values["baris"])
        given, final = self._given.get(baris), self._final.get(baris)
        match one.rule:
            case "geometri_diperbaiki":
                return float(one.values["sebelum_ha"]), float(one.values["sesudah_ha"])
            case "baris_dikecualikan":
                return given, 0.0
            case "garis_ditutup":
                return 0.0, self._closed.get(baris, final)
            case "objek_dipulihkan":
                return (given if one.values["sebab"] in _SAME_CORNERS else None), given
            case _:
                return given, given


def _hectares(rows: GeoDataFrame) -> dict[str, float | None]:
    """Measure every row in the plane of its coordinates; None where they are no numbers."""
    shapes = np.asarray(rows.geometry.array)
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    lost = set(owner[~np.isfinite(points).all(axis=1)].tolist())
    there = np.array([at for at in range(len(shapes)) if at not in lost and shapes[at] is not None], dtype=int)
    areas: Mapping[int, float] = {}
    if len(there):
        areas = dict(
            zip(there.tolist(), planar_ha(move(shapes[there], origin(shapes[there]))).tolist(), strict=True)
        )
    return {baris: None if at in lost else areas.get(at, 0.0) for at, baris in enumerate(rows["baris"])}


def record_csv(changes: Iterable[Change], language: Language) -> str:
    r"""Write the record as CSV: a row per change, what was done to which row, and why.

    Examples
    --------
    >>> record_csv([], "en").strip()
    '\ufefflayer;row;id;action;reason;area_before_ha;area_after_ha;note'
    """
    rows: list[list[object]] = [[say(f"perubahan.{one}", language) for one in _RECORD]]
    for one in changes:
        told = findings.with_messages(findings.frame([one.finding]), language).iloc[0]
        values = one.finding.values
        rows.append(
            [
                str(values.get("sublapisan", "")),
                str(values.get("baris", "")),
                told["id"],
                told["tindakan"],
                told["aturan"],
                _decimal(one.before_ha),
                _decimal(one.after_ha),
                told["pesan"],
            ]
        )
    return csv_text(rows)


def _decimal(value: float | None) -> str:
    return "" if value is None else f"{value:.8f}".replace(".", ",")
