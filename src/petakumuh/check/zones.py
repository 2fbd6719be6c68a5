"""One working CRS per kabupaten/kota: which UTM zone each row belongs to, and ground that lies over two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from petakumuh.findings import Finding
from petakumuh.ground import GRID_DEGREES, intersection, meeting_pairs, subtract, union
from petakumuh.measure import LONLAT, to_lonlat, utm_epsg, zone_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from petakumuh.model import Zone

__all__ = ["far_from_meridian", "near_slums", "nearest_zones", "split_over_zones", "zones_of"]

_FALSE_EASTING_M = 500_000.0
_FAR_M = 450_000.0
_DEGREES_PER_M = 1 / 100_000
"""Generous: what a metre is at most, in degrees, in Indonesia."""


def zones_of(kelurahan: GeoDataFrame) -> NDArray[np.int64]:
    """Name the UTM zone of each kelurahan: that of the centroid of its kabupaten/kota.

    Returns
    -------
        EPSG code per row.
    """
    shapes = kelurahan.geometry.to_crs(LONLAT).array
    centres, weights = shapely.centroid(shapes), np.maximum(shapely.area(shapes), 1e-12)
    x, y = shapely.get_x(centres), shapely.get_y(centres)
    codes = np.zeros(len(kelurahan), dtype=np.int64)
    for rows in kelurahan.groupby("kabupaten_kota_id", sort=False).indices.values():
        weight = weights[rows] / weights[rows].sum()
        codes[rows] = utm_epsg(float(x[rows] @ weight), float(y[rows] @ weight))
    return codes


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
) -> dict[int, GeoDataFrame]:
    """Split slums that lie on kelurahan of several zones, in geographic coordinates.

    Parameters
    ----------
    kumuh, kelurahan
        EPSG code of a zone -> its rows in that zone, valid; ``kumuh`` has ``disebut_id``.

    Returns
    -------
        The same slums, each part in the zone of the kelurahan beneath it; ground in no kelurahan stays in
        the zone the slum came in. Where kelurahan of two zones overlap the named one comes first, then the
        lower code.
    """
    areas = pd.concat(
        [rows.to_crs(LONLAT).assign(_zona=epsg) for epsg, rows in kelurahan.items()], ignore_index=True
    )
    cover = np.asarray(areas.geometry.array)
    parts: dict[int, list[dict[str, Any]]] = {epsg: [] for epsg in kumuh}
    split: dict[int, list[int]] = {epsg: [] for epsg in kumuh}
    for home, slums in kumuh.items():
        shapes = np.asarray(slums.geometry.to_crs(LONLAT).array)
        pairs = meeting_pairs(shapes, cover)
        zones = areas["_zona"].to_numpy()[pairs[:, 1]]
        for row in np.unique(pairs[zones != home, 0]):
            beneath = areas.iloc[pairs[pairs[:, 0] == row, 1]]
            pieces = _shared_out(shapes[row], beneath, slums["disebut_id"].iloc[row], home)
            if set(pieces) != {home}:
                split[home].append(int(row))
                record = slums.drop(columns="geometry").iloc[row].to_dict()
                for epsg, piece in pieces.items():
                    parts[epsg].append(record | {"geometry": piece})
    done = {}
    for epsg, slums in kumuh.items():
        kept = slums.drop(index=slums.index[split[epsg]])
        if parts[epsg]:
            new = geopandas.GeoDataFrame(parts[epsg], geometry="geometry", crs=LONLAT).to_crs(epsg)
            kept = pd.concat([kept, new[slums.columns]], ignore_index=True)
        done[epsg] = kept.reset_index(drop=True)
    return done


def _shared_out(shape: Any, beneath: GeoDataFrame, named: str, home: int) -> dict[int, Any]:
    """Share a shape out among the zones of the kelurahan beneath it; what is in none goes home."""
    ranked = beneath.assign(_other=beneath["kelurahan_id"] != named).sort_values(["_other", "kelurahan_id"])
    pieces: dict[int, list[Any]] = {}
    left = shape
    for epsg in dict.fromkeys(int(code) for code in ranked["_zona"]):
        cover = union(ranked.geometry.array[(ranked["_zona"] == epsg).to_numpy()], grid=GRID_DEGREES)
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
