"""One working CRS per kabupaten/kota: which UTM zone each row belongs to, and ground that lies over two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from petakumuh.check.place import places_of, strayed
from petakumuh.findings import Finding
from petakumuh.ground import GRID_DEGREES, intersection, meeting_pairs, subtract, union, valid
from petakumuh.measure import LONLAT, tm3_epsg, to_lonlat, utm_epsg, zone_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from petakumuh.model import Zone

__all__ = ["far_from_meridian", "near_slums", "nearest_zones", "split_over_zones", "tm3_zones", "zones_of"]

_FALSE_EASTING_M = 500_000.0
_FAR_M = 450_000.0
_SNAP_DEGREES = 1e-11
"""A micrometre: far above rounding, far below anything digitised."""
_DEGREES_PER_M = 1 / 100_000
"""Generous: what a metre is at most, in degrees, in Indonesia."""


def zones_of(kelurahan: GeoDataFrame, zone_at: Callable[[float, float], int] = utm_epsg) -> NDArray[np.int64]:
    """Name the zone of each kelurahan, UTM or by another rule: that of the centroid of its kabupaten/kota.

    Rows that have strayed far from all others do not move that centroid, unless a kabupaten/kota has no other.

    Returns
    -------
        EPSG code per row.
    """
    shapes = kelurahan.geometry.to_crs(LONLAT).array
    home = ~strayed(places_of(kelurahan.bounds, kelurahan.crs))
    centres, weights = shapely.centroid(shapes), np.maximum(shapely.area(shapes), 1e-12)
    x, y = shapely.get_x(centres), shapely.get_y(centres)
    codes = np.zeros(len(kelurahan), dtype=np.int64)
    for rows in kelurahan.groupby("kabupaten_kota_id", sort=False).indices.values():
        sane = rows[home[rows]] if home[rows].any() else rows
        weight = weights[sane] / weights[sane].sum()
        codes[rows] = zone_at(float(x[sane] @ weight), float(y[sane] @ weight))
    return codes


def tm3_zones(zones: Sequence[Zone]) -> dict[str, int]:
    """Name the TM-3 zone of each kelurahan: that of the centroid of its kabupaten/kota."""
    rows = pd.concat([zone.kelurahan.to_crs(LONLAT) for zone in zones], ignore_index=True)
    return dict(zip(rows["kelurahan_id"], zones_of(rows, tm3_epsg).tolist(), strict=True))


def nearest_zones(rows: GeoDataFrame, kelurahan: GeoDataFrame, zones: NDArray[np.int64]) -> NDArray[np.int64]:
    """Name for each row the zone of the kelurahan it lies on, or nearest to."""
    if len(np.unique(zones)) == 1:
        return np.full(len(rows), zones[0])
    tree = shapely.STRtree(np.asarray(kelurahan.geometry.to_crs(LONLAT).array))
    at = tree.nearest(shapely.point_on_surface(np.asarray(rows.geometry.to_crs(LONLAT).array)))
    return np.asarray(zones[at], dtype=np.int64)


def near_slums(works: GeoDataFrame, kumuh: GeoDataFrame) -> NDArray[np.bool_]:
    """Say of each work whether its ground can reach a slum of one zone: by bounds, generously."""
    reach = works[["lebar_m", "radius_m"]].astype(float).fillna(0.0).max(axis=1).to_numpy() * _DEGREES_PER_M
    west, south, east, north = np.asarray(works.geometry.to_crs(LONLAT).bounds).T
    boxes = shapely.box(west - reach, south - reach, east + reach, north + reach)
    slums = shapely.box(*np.asarray(kumuh.geometry.to_crs(LONLAT).bounds).T)
    near = np.zeros(len(works), dtype=bool)
    near[meeting_pairs(boxes, slums)[:, 0]] = True
    return near


def split_over_zones(
    kumuh: Mapping[int, GeoDataFrame], kelurahan: Mapping[int, GeoDataFrame]
) -> tuple[dict[int, GeoDataFrame], dict[int, GeoDataFrame]]:
    """Split slums that lie on kelurahan of several zones, in geographic coordinates.

    Parameters
    ----------
    kumuh, kelurahan
        EPSG code of a zone -> its rows in that zone, valid; ``kumuh`` has ``disebut_id``.

    Returns
    -------
        The same slums, each part in the zone of the kelurahan beneath it; ground in no kelurahan stays in
        the zone the slum came in. Slums that meet are split alike, so that ground they both claim lies in one
        zone: where kelurahan of two zones overlap one that is named comes first, then the lower code.
        And the same kelurahan: their borders take up the points where slums were split, for a line that is
        straight in degrees is none in metres, and ground would show between the two.
    """
    areas = pd.concat(
        [rows.to_crs(LONLAT).assign(_zona=epsg) for epsg, rows in kelurahan.items()], ignore_index=True
    )
    slums = pd.concat([rows.to_crs(LONLAT).assign(_zona=epsg) for epsg, rows in kumuh.items()], ignore_index=True)
    cover, shapes = (np.asarray(rows.geometry.array, dtype=object).copy() for rows in (areas, slums))
    pairs, homes = meeting_pairs(shapes, cover), slums["_zona"].to_numpy()
    parts: dict[int, list[dict[str, Any]]] = {epsg: [] for epsg in kumuh}
    moved = np.zeros(len(slums), dtype=bool)
    for rows in _meeting_groups(shapes):
        beneath = np.unique(pairs[np.isin(pairs[:, 0], rows), 1])
        if len({*homes[rows], *areas["_zona"].iloc[beneath]}) == 1:
            continue
        group = slums.iloc[rows].sort_values("kumuh_id")
        home, covers = int(group["_zona"].iloc[0]), _covers(areas.iloc[beneath], set(group["disebut_id"]))
        for row in rows:
            pieces = _shared_out(shapes[row], covers, home)
            if set(pieces) == {int(homes[row])}:
                continue
            moved[row] = True
            record = slums.drop(columns=["geometry", "_zona"]).iloc[row].to_dict()
            for epsg, piece in pieces.items():
                parts[epsg].append(record | {"geometry": piece})
                cover[beneath] = shapely.snap(cover[beneath], piece, _SNAP_DEGREES)
    taken = {epsg: _with_parts(rows[~moved[homes == epsg]], parts[epsg], epsg) for epsg, rows in kumuh.items()}
    return taken, {epsg: _with_borders(rows, cover[areas["_zona"] == epsg]) for epsg, rows in kelurahan.items()}


def _meeting_groups(shapes: NDArray[np.object_]) -> list[NDArray[np.intp]]:
    """Gather shapes that meet, directly or through others."""
    left, right = meeting_pairs(shapes, shapes).T
    first = np.arange(len(shapes))
    while True:
        lower = first.copy()
        np.minimum.at(lower, left, first[right])
        if (lower == first).all():
            return [np.flatnonzero(first == one) for one in np.unique(first)]
        first = lower


def _with_parts(kept: GeoDataFrame, parts: list[dict[str, Any]], epsg: int) -> GeoDataFrame:
    """Add the parts of split slums to those of a zone that were not split."""
    if parts:
        new = geopandas.GeoDataFrame(parts, geometry="geometry", crs=LONLAT).to_crs(epsg)
        kept = pd.concat([kept, new[kept.columns]], ignore_index=True)
    return kept.reset_index(drop=True)


def _with_borders(rows: GeoDataFrame, borders: NDArray[np.object_]) -> GeoDataFrame:
    """Give the kelurahan whose borders took up points those borders, in the metres of their zone."""
    more = shapely.get_num_coordinates(borders) != shapely.get_num_coordinates(np.asarray(rows.geometry.array))
    shapes = np.asarray(rows.geometry.array, dtype=object).copy()
    shapes[more] = valid(np.asarray(geopandas.GeoSeries(borders[more], crs=LONLAT).to_crs(rows.crs).array))
    return rows.set_geometry(shapes, crs=rows.crs)


def _covers(beneath: GeoDataFrame, named: set[str]) -> dict[int, Any]:
    """Unite the kelurahan of each zone, zones in the order in which they claim ground."""
    ranked = beneath.assign(_other=~beneath["kelurahan_id"].isin(named)).sort_values(["_other", "kelurahan_id"])
    return {
        epsg: union(ranked.geometry.array[(ranked["_zona"] == epsg).to_numpy()], grid=GRID_DEGREES)
        for epsg in dict.fromkeys(int(code) for code in ranked["_zona"])
    }


def _shared_out(shape: Any, covers: Mapping[int, Any], home: int) -> dict[int, Any]:
    """Share a shape out among the zones; what lies in no kelurahan goes home."""
    pieces: dict[int, list[Any]] = {}
    left = shape
    for epsg, cover in covers.items():
        pieces.setdefault(epsg, []).append(intersection(left, cover, grid=GRID_DEGREES)[0])
        left = subtract(left, cover, grid=GRID_DEGREES)[0]
    pieces.setdefault(home, []).append(left)
    whole = {epsg: union(shapes, grid=GRID_DEGREES) for epsg, shapes in pieces.items()}
    return {epsg: piece for epsg, piece in whole.items() if not piece.is_empty}


def far_from_meridian(zone: Zone) -> list[Finding]:
    """Name slums so far from their zone's central meridian that planar hectares drift beyond 0.3 per cent."""
    east = zone.kumuh.geometry.centroid.x.to_numpy()
    return [
        Finding(
            "jauh_dari_zona",
            "peringatan",
            "kumuh",
            row.berkas,
            (row.kumuh_id,),
            values={"jarak_km": abs(x - _FALSE_EASTING_M) / 1000, "zona": zone_name(zone.epsg)},
            place=to_lonlat(row.geometry.centroid, zone.epsg),
        )
        for x, row in zip(east, zone.kumuh.itertuples(), strict=True)
        if abs(x - _FALSE_EASTING_M) > _FAR_M
    ]
