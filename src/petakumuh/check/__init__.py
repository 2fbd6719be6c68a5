"""Rules and repairs: layers as read go in, layers that can be cut come out, and what was found.

What is certain is repaired by one declared rule and recorded; what is not is a finding; what would make every
figure wrong is refused. Checking a checked layer finds nothing new (law 12).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from petakumuh.check.claims import claims, works_outside
from petakumuh.check.place import on_kelurahan, require_place
from petakumuh.check.shapes import dissolved, footprints, repaired, usable
from petakumuh.check.words import named_kelurahan, worded
from petakumuh.check.zones import near_slums, nearest_zones, split_over_zones, zones_of
from petakumuh.measure import LONLAT
from petakumuh.model import WORK_COLUMNS, Role, Tolerance, Zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from petakumuh.findings import Finding

__all__ = ["Checked", "check"]


@dataclass(frozen=True)
class Checked:
    """Layers that can be cut, zone by zone, and what was found on the way."""

    zones: tuple[Zone, ...]
    findings: tuple[Finding, ...]


def check(
    kumuh: GeoDataFrame,
    kelurahan: GeoDataFrame,
    penanganan: Sequence[GeoDataFrame],
    *,
    status_tertangani: Sequence[str] = ("selesai",),
    tahun_dasar: int | None = None,
    tolerance: Tolerance = Tolerance(),  # noqa: B008 - frozen
) -> Checked:
    """Check layers and bring them to one working CRS per kabupaten/kota.

    Parameters
    ----------
    kumuh, kelurahan
        As `petakumuh.read` gives them, each in its own CRS.
    penanganan
        One layer per file of works; lines carry ``lebar_m``, points ``radius_m``.
    status_tertangani
        The statuses that count as handled.
    tahun_dasar
        Year of the decree: earlier works are listed, not counted.
    tolerance
        From where on a difference is a finding.

    Returns
    -------
        Zones with valid polygons in metres; ``kumuh`` has ``disebut_id`` (the kelurahan it names),
        ``penanganan`` has ``dihitung`` (whether it counts as handled).

    Raises
    ------
    InputError
        When a CRS is missing or cannot be right, a layer has no ground, or no slum meets any kelurahan.
    """
    findings = require_place([("kumuh", kumuh), ("kelurahan", kelurahan), *(("penanganan", one) for one in penanganan)])
    kumuh, found = usable(kumuh, "kumuh")
    kelurahan, more = usable(kelurahan, "kelurahan")
    findings += found + more
    on_kelurahan(kumuh, kelurahan)
    works = _works(penanganan, status_tertangani, tahun_dasar, findings)
    codes = zones_of(kelurahan)

    def each_zone(rows: GeoDataFrame, role: Role, zones: NDArray[np.int64]) -> dict[int, GeoDataFrame]:
        done = {}
        for epsg in np.unique(codes).tolist():
            done[epsg], found = _in_zone(rows[zones == epsg], role, epsg, tolerance)
            findings.extend(found)
        return done

    areas = each_zone(kelurahan, "kelurahan", codes)
    slums = each_zone(kumuh, "kumuh", nearest_zones(kumuh, kelurahan, codes))
    findings += _name_kelurahan(slums, areas)
    if len(areas) > 1:
        slums = split_over_zones(slums, areas)
    zones = tuple(
        Zone(slums[epsg], areas[epsg], _works_of(works, epsg, slums[epsg], kelurahan, codes, findings, tolerance), epsg)
        for epsg in areas
    )
    findings += [found for zone in zones for found in claims(zone, tolerance)] + works_outside(zones)
    return Checked(zones, tuple(findings))


def _works(
    penanganan: Sequence[GeoDataFrame], handled: Sequence[str], base_year: int | None, findings: list[Finding]
) -> list[GeoDataFrame]:
    """Take the usable rows of each file of works, in words that can be counted by."""
    works = []
    for one in penanganan:
        rows, found = usable(one, "penanganan")
        rows, more = worded(rows, handled=handled, base_year=base_year)
        works.append(rows)
        findings += found + more
    return works


def _in_zone(
    rows: GeoDataFrame, role: Role, epsg: int, tolerance: Tolerance
) -> tuple[GeoDataFrame, list[Finding]]:
    """Bring rows to a zone's metres as valid polygons; validity is judged after the move, not before."""
    moved = rows.to_crs(epsg).reset_index(drop=True)
    if role == "penanganan":
        moved = footprints(moved)
    moved, findings = repaired(moved, role, epsg, tolerance)
    if role == "kelurahan":
        moved, found = dissolved(moved)
        findings += found
    return moved, findings


def _name_kelurahan(slums: dict[int, GeoDataFrame], areas: dict[int, GeoDataFrame]) -> list[Finding]:
    """Add to each slum the kelurahan it names, whatever zone that lies in."""
    every_slum = pd.concat([rows.to_crs(LONLAT) for rows in slums.values()], ignore_index=True)
    every_area = pd.concat([rows.to_crs(LONLAT) for rows in areas.values()], ignore_index=True)
    named, findings = named_kelurahan(every_slum, every_area)
    start = 0
    for epsg, rows in slums.items():
        slums[epsg] = rows.assign(disebut_id=named[start : start + len(rows)])
        start += len(rows)
    return findings


def _works_of(
    works: Sequence[GeoDataFrame],
    epsg: int,
    kumuh: GeoDataFrame,
    kelurahan: GeoDataFrame,
    codes: NDArray[np.int64],
    findings: list[Finding],
    tolerance: Tolerance,
) -> GeoDataFrame:
    """Take to a zone the works that lie there and those that can reach its slums."""
    parts = []
    for one in works:
        home = nearest_zones(one, kelurahan, codes) == epsg
        rows, found = _in_zone(one[home | near_slums(one, kumuh)], "penanganan", epsg, tolerance)
        parts.append(rows)
        findings += found
    if not parts:
        return GeoDataFrame({name: [] for name in WORK_COLUMNS}, geometry="geometry", crs=epsg)
    return GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=epsg)[list(WORK_COLUMNS)]
