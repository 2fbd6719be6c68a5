"""Rules and repairs: layers as read go in, layers that can be cut come out, and what was found.

What is certain is repaired by one declared rule and recorded; what is not is a finding; what would make every
figure wrong is refused. Checking a checked layer finds nothing new (law 12).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from petakumuh.check.claims import attributes, claims, works_outside
from petakumuh.check.coverage import Coverage, coverage, coverage_findings
from petakumuh.check.place import (
    middle,
    near_kelurahan,
    on_kelurahan,
    places_of,
    require_place,
    strayed,
    strayed_findings,
)
from petakumuh.check.shapes import dissolved, in_zone, reached, usable
from petakumuh.check.stream import Alone, check_stream
from petakumuh.check.words import named_kelurahan, worded
from petakumuh.check.zones import far_from_meridian, near_slums, nearest_zones, split_over_zones, zones_of
from petakumuh.errors import InputError
from petakumuh.measure import LONLAT, utm_epsg
from petakumuh.model import WORK_COLUMNS, Role, Tolerance, Zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from petakumuh.findings import Finding

__all__ = [
    "Alone",
    "Checked",
    "Coverage",
    "check",
    "check_alone",
    "check_stream",
    "coverage",
    "coverage_findings",
    "mended_alone",
    "worded",
]

_BATCH_ROWS = 50_000
_AREAL = 2


@dataclass(frozen=True)
class Checked:
    """Layers that can be cut, zone by zone, and what was found on the way."""

    zones: tuple[Zone, ...]
    findings: tuple[Finding, ...]

    def layers(self) -> Iterator[tuple[Role, GeoDataFrame]]:
        """Give every checked layer of every zone."""
        for zone in self.zones:
            yield from (("kumuh", zone.kumuh), ("kelurahan", zone.kelurahan), ("penanganan", zone.penanganan))


def check_alone(rows: GeoDataFrame, role: Role, *, tolerance: Tolerance = Tolerance()) -> Alone:
    """Check one layer by itself: CRS, rows that are no ground, invalid geometry, ground claimed twice.

    Parameters
    ----------
    rows
        As `petakumuh.read` gives it; lines and points as works with a width or radius.
    role
        Which layer it is.
    tolerance
        From where on a difference is a finding.

    Raises
    ------
    InputError
        When its CRS is missing or cannot be right, or no row of it is ground.
    """
    batches = (rows.iloc[at : at + _BATCH_ROWS] for at in range(0, len(rows), _BATCH_ROWS))
    return check_stream(batches, role, tolerance=tolerance)


def mended_alone(
    rows: GeoDataFrame,
    role: Role,
    *,
    tolerance: Tolerance = Tolerance(),
) -> tuple[GeoDataFrame, list[Finding]]:
    """Mend the geometry of one layer by itself, in the metres of the zone that fits.

    Parameters
    ----------
    rows, role, tolerance
        As `check_alone`; lines and points of works stay what they are.

    Returns
    -------
        The rows that can be used, rows of one kelurahan apart as they came, and what was changed or left out.

    Raises
    ------
    InputError
        When the CRS is missing or cannot be right, or no row can be used.
    """
    require_place([(role, rows)])
    kept, found = usable(rows, role)
    epsg = utm_epsg(*middle(places_of(kept.bounds, kept.crs)))
    areal = (shapely.get_dimensions(kept.geometry.array) == _AREAL) | (role != "penanganan")
    ground, unreached, repairs = in_zone(kept[areal], role, epsg, tolerance)
    if areal.all():
        return ground, [*found, *unreached, *repairs]
    lines, lost = reached(kept[~areal].to_crs(epsg), role)
    return GeoDataFrame(pd.concat([ground, lines]), crs=epsg), [*found, *unreached, *lost, *repairs]


def check(
    kumuh: GeoDataFrame,
    kelurahan: GeoDataFrame,
    penanganan: Sequence[GeoDataFrame],
    *,
    status_tertangani: Sequence[str] = ("selesai",),
    tahun_dasar: int | None = None,
    alias: Mapping[str, str] | None = None,
    tolerance: Tolerance = Tolerance(),
    done: Callable[[int], object] = lambda _: None,
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
    alias
        Names of kelurahan as slums write them -> the official ones.
    tolerance
        From where on a difference is a finding.
    done
        Called with 1 when a layer stands in its zones, and once more when all are held against each other.

    Returns
    -------
        Zones with valid polygons in metres; ``kumuh`` has ``disebut_id`` (the kelurahan it names),
        ``penanganan`` has ``dihitung`` (whether it counts as handled).

    Raises
    ------
    InputError
        When a CRS is missing or cannot be right, a layer has no ground, or no slum meets any kelurahan.
    """
    findings = require_place(
        [("kumuh", kumuh), ("kelurahan", kelurahan), *(("penanganan", one) for one in penanganan)]
    )
    kumuh, found = usable(kumuh, "kumuh")
    kelurahan, more = usable(kelurahan, "kelurahan")
    findings += found + more
    on_kelurahan(kumuh, kelurahan)
    findings += near_kelurahan(penanganan, kelurahan)
    works = _works(penanganan, status_tertangani, tahun_dasar, findings)
    codes = zones_of(kelurahan)
    places = places_of(kelurahan.bounds, kelurahan.crs)
    apart = strayed(places)
    findings += strayed_findings("kelurahan", kelurahan[apart], places[apart])

    def each_zone(rows: GeoDataFrame, role: Role, zones: NDArray[np.int64]) -> dict[int, GeoDataFrame]:
        layers = {}
        for epsg in np.unique(codes).tolist():
            layers[epsg], found = _in_zone(rows[zones == epsg], role, epsg, tolerance)
            findings.extend(found)
        done(1)
        return layers

    areas = each_zone(kelurahan, "kelurahan", codes)
    slums = each_zone(kumuh, "kumuh", nearest_zones(kumuh, kelurahan, codes))
    for role, layers, given in (("kumuh", slums, kumuh), ("kelurahan", areas, kelurahan)):
        if not any(len(rows) for rows in layers.values()):
            raise InputError("tanpa_lahan", file=given["berkas"].iloc[0], tabel=role)
    findings += _name_kelurahan(slums, areas, alias) + attributes(slums, tolerance)
    if len(areas) > 1:
        slums, areas = split_over_zones(slums, areas)
    reach = partial(_works_of, works, kelurahan=kelurahan, codes=codes, findings=findings, tolerance=tolerance)
    zones = tuple(Zone(slums[epsg], areas[epsg], reach(epsg=epsg, kumuh=slums[epsg]), epsg) for epsg in areas)
    done(len(works))
    for zone in zones:
        findings += far_from_meridian(zone) + claims(zone, tolerance)
    findings += works_outside(zones)
    done(1)
    return Checked(zones, tuple(_once(findings, zones)))


def _once(findings: list[Finding], zones: Sequence[Zone]) -> list[Finding]:
    """Tell what was found of one work once, though it was looked at in two zones."""
    used = {name for zone in zones for name in zone.penanganan["penanganan_id"]}
    told: dict[tuple[object, ...], Finding] = {}
    for at, one in enumerate(findings):
        reached_elsewhere = one.values.get("sebab") == "di_luar_zona" and used.issuperset(one.ids)
        if not reached_elsewhere:
            key = (one.rule, one.file, one.ids, one.values.get("kolom"))
            told.setdefault(key if one.layer == "penanganan" and one.ids else (at,), one)
    return list(told.values())


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
    """Bring rows to a zone's metres as valid polygons, the rows of one kelurahan as one."""
    moved, unreached, repairs = in_zone(rows, role, epsg, tolerance)
    findings = [*unreached, *repairs]
    if role == "kelurahan":
        moved, found = dissolved(moved)
        findings += found
    return moved, findings


def _name_kelurahan(
    slums: dict[int, GeoDataFrame], areas: dict[int, GeoDataFrame], alias: Mapping[str, str] | None
) -> list[Finding]:
    """Add to each slum the kelurahan it names, whatever zone that lies in."""
    every_slum = pd.concat([rows.to_crs(LONLAT) for rows in slums.values()], ignore_index=True)
    every_area = pd.concat([rows.to_crs(LONLAT) for rows in areas.values()], ignore_index=True)
    named, findings = named_kelurahan(every_slum, every_area, alias)
    start = 0
    for epsg, rows in slums.items():
        slums[epsg] = rows.assign(disebut_id=named[start : start + len(rows)])
        start += len(rows)
    return findings


def _works_of(
    works: Sequence[GeoDataFrame],
    *,
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
