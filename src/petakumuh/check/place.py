"""Does the ground lie where it should: a CRS declared and plausible, layers on the same ground."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyproj
import shapely

from petakumuh.check.remedy import INDONESIA, LAT_LIMIT, LON_LIMIT, UTM, Layer, lonlat_box, remedy
from petakumuh.errors import InputError
from petakumuh.findings import Finding
from petakumuh.ground import meeting_pairs
from petakumuh.measure import LONLAT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from petakumuh.model import Role

__all__ = [
    "Lost",
    "finite",
    "layer_of",
    "middle",
    "near_kelurahan",
    "on_kelurahan",
    "places_of",
    "require_crs",
    "require_place",
    "require_reach",
    "strayed",
    "strayed_findings",
]

_DEGREES = 1000.0
"""Numbers smaller than this are degrees, right or wrong; no metres of ours are."""
_NOWHERE = 1e15
"""No CRS reaches there; the comparison with NaN is false too."""
_UTM_HOLDS = (-4e6, -1e6, 5e6, 1.1e7)
"""Metres that every UTM zone can bring back to a place, up to 40 degrees from its meridian."""
_NOT_FINITE = "koordinat_bukan_bilangan"
"""What a reader says of a row that it could not make a shape of for NaN or Infinity."""
_TODAY = ("WGS 84", "GRS 1980")
"""The ellipsoids of WGS 84, DGN95 and SRGI2013; an older datum lies hundreds of metres away from them."""
_APART_DEGREES = 5.0
"""No two neighbours of one layer, islands of one province least of all, lie so far from each other."""


class Lost(NamedTuple):
    """Rows whose coordinates their CRS cannot hold: what names the first; and whether all are so."""

    first: dict[str, str] | None
    every: bool


def layer_of(role: Role, rows: GeoDataFrame) -> Layer:
    """Say what is known of the place of some rows."""
    file = str(rows["berkas"].iloc[0]) if len(rows) else ""
    return Layer(role, file, rows.crs, np.asarray(rows.total_bounds, dtype=np.float64))


def require_place(layers: Sequence[tuple[Role, GeoDataFrame]]) -> list[Finding]:
    """Refuse a layer without a CRS, with coordinates that its CRS cannot hold, or with none at all.

    Parameters
    ----------
    layers
        All layers of a run, each in its own CRS; those that are plausible show where the others belong.

    Returns
    -------
        Findings: layers that lie outside Indonesia, layers that will be moved to another CRS.

    Raises
    ------
    InputError
        It names the file, the coordinates and the CRS that would fit.
    """
    for role, rows in layers:
        require_reach(finite(role, rows))
    known = [layer_of(role, rows) for role, rows in layers]
    return [*require_crs(known), *_in_other_crs(known)]


def _in_other_crs(layers: Sequence[Layer]) -> list[Finding]:
    """Note the layers that are moved to meet the kelurahan."""
    town = next((one for one in layers if one.role == "kelurahan"), None)
    if town is None:
        return []
    code = town.crs.to_epsg()
    return [
        Finding(
            "crs_berbeda",
            "catatan",
            one.role,
            one.file,
            values={"crs": one.crs.name, "kelurahan": town.crs.name},
        )
        for one in layers
        if one.crs is not None and one.crs != town.crs and (code is None or one.crs.to_epsg() != code)
    ]


def require_crs(layers: Sequence[Layer]) -> list[Finding]:
    """Refuse a layer without a CRS or with bounds that its CRS cannot hold; findings as `require_place`.

    Raises
    ------
    InputError
        It names the file, the coordinates and the CRS that would fit.
    """
    fits = [_fits_its_crs(one) for one in layers]
    sound = [one for one, right in zip(layers, fits, strict=True) if right]
    for one, right in zip(layers, fits, strict=True):
        if right:
            continue
        x, y = _middle(one)
        fitting = remedy(one, [other for other in sound if other.role != "penanganan"] or sound)
        key = "crs_tidak_ada" if one.crs is None else "koordinat_bukan_crs"
        crs = None if one.crs is None else one.crs.to_string()
        raise InputError(
            key, file=one.file, tabel=one.role, crs=crs, x=_plain(x), y=_plain(y), saran=fitting or "–"
        )
    return [finding for one in layers for finding in _where(one)]


def on_kelurahan(kumuh: GeoDataFrame, kelurahan: GeoDataFrame) -> None:
    """Refuse a run in which no slum meets any kelurahan.

    Raises
    ------
    InputError
        It names both places and the CRS with which they would meet.
    """
    slums, areas = (
        shapely.make_valid(np.asarray(rows.geometry.to_crs(LONLAT).array)) for rows in (kumuh, kelurahan)
    )
    if len(meeting_pairs(slums, areas)):
        return
    slum, town = layer_of("kumuh", kumuh), layer_of("kelurahan", kelurahan)
    a, b = (_middle(layer_of(one.role, rows.to_crs(LONLAT))) for one, rows in ((slum, kumuh), (town, kelurahan)))
    raise InputError(
        "kumuh_tak_bertemu",
        jumlah=len(kumuh),
        file=slum.file,
        kelurahan=town.file,
        tempat=f"{a[0]:.4f}, {a[1]:.4f}",
        tempat_kelurahan=f"{b[0]:.4f}, {b[1]:.4f}",
        saran=_either(slum, town) or "–",
    )


def _either(slum: Layer, town: Layer) -> str:
    """Say what would bring two layers together: which of the two is wrong, their places tell only abroad."""
    tries = [(town, "kumuh", remedy(slum, [town])), (slum, "kelurahan", remedy(town, [slum]))]
    fits = [(kept, f"[{table}] {text}") for kept, table, text in tries if text]
    here = [text for kept, text in fits if INDONESIA.intersects(lonlat_box(kept.bounds, kept.crs))]
    return " / ".join(here or [text for _, text in fits])


def near_kelurahan(works: Sequence[GeoDataFrame], kelurahan: GeoDataFrame) -> list[Finding]:
    """Refuse a file of works that lies far from the kelurahan when another CRS would put it on them.

    Returns
    -------
        A finding for each file that is far and that no CRS brings near.

    Raises
    ------
    InputError
        With the CRS that fits.
    """
    towns = layer_of("kelurahan", kelurahan[~strayed(places_of(kelurahan.bounds, kelurahan.crs))])
    region = lonlat_box(towns.bounds, towns.crs)
    findings = []
    for rows in works:
        layer = layer_of("penanganan", rows)
        box = lonlat_box(layer.bounds, layer.crs)
        if box is None or box.intersects(region):
            continue
        if fitting := remedy(layer, [towns]):
            x, y = box.centroid.x, box.centroid.y
            raise InputError("penanganan_tak_bertemu", file=layer.file, tempat=f"{x:.4f}, {y:.4f}", saran=fitting)
        findings.append(Finding("penanganan_jauh", "galat", "penanganan", layer.file, place=box.centroid))
    return findings


def _plain(value: float) -> str:
    """Write a coordinate as files do: degrees with decimals, metres without."""
    if not abs(value) < _NOWHERE:
        return f"{value:g}"
    return f"{value:.4f}" if abs(value) < _DEGREES else f"{value:.0f}"


def finite(role: Role, rows: GeoDataFrame) -> Lost:
    """Refuse coordinates that are not numbers, naming the row; and say which rows their CRS cannot hold.

    Raises
    ------
    InputError
        It names the file, the layer, the row and the coordinate.
    """
    unread = np.flatnonzero(rows["masalah"].str.contains(_NOT_FINITE, regex=False))
    if len(unread):
        raise InputError("koordinat_bukan_bilangan", **_name(role, rows, unread[0]))
    points, owner = shapely.get_coordinates(np.asarray(rows.geometry.array), return_index=True)
    wild = np.flatnonzero(~(np.abs(points) < _NOWHERE).all(axis=1))
    if len(wild):
        raise InputError("koordinat_tak_hingga", **_name(role, rows, owner[wild[0]], points[wild[0]]))
    if rows.crs is None:
        return Lost(None, every=True)
    if _surely_held(rows):
        return Lost(None, every=False)
    east, north = pyproj.Transformer.from_crs(rows.crs, LONLAT, always_xy=True).transform(*points.T)
    lost = np.flatnonzero(~((np.abs(east) <= LON_LIMIT) & (np.abs(north) <= LAT_LIMIT)))
    first = _name(role, rows, owner[lost[0]], points[lost[0]]) if len(lost) else None
    return Lost(first, every=bool(len(lost) == len(points)))


def _surely_held(rows: GeoDataFrame) -> bool:
    """Whether the bounds alone show that a CRS holds all coordinates: moving every vertex takes seconds."""
    west, south, east, north = rows.total_bounds
    if rows.crs.is_geographic:
        return bool(max(-west, east) <= LON_LIMIT and max(-south, north) <= LAT_LIMIT)
    low_x, low_y, high_x, high_y = _UTM_HOLDS
    return rows.crs.to_epsg() in UTM and bool(west > low_x and south > low_y and east < high_x and north < high_y)


def require_reach(lost: Lost) -> None:
    """Refuse a layer of which some coordinates are out of reach of its CRS.

    When all are, the CRS is wrong, and that is told with the one that fits.

    Raises
    ------
    InputError
        It names the file, the layer and the row.
    """
    if lost.first is not None and not lost.every:
        raise InputError("koordinat_tak_hingga", **lost.first)


def strayed(places: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of each place whether it lies apart: five degrees of nothing between it and the middle ones.

    Parameters
    ----------
    places
        Longitude and latitude, shape (n, 2).

    Examples
    --------
    >>> strayed(np.array([[109.6, -6.9], [109.7, -6.8], [0.0, 0.0]])).tolist()
    [False, False, True]
    """
    apart = np.zeros(len(places), dtype=bool)
    for values in places.T if len(places) else ():
        order = np.argsort(values)
        band = np.append(0, np.cumsum(np.diff(values[order]) > _APART_DEGREES))
        apart[order] |= band != band[(len(band) - 1) // 2]
    return apart


def middle(places: NDArray[np.float64]) -> tuple[float, float]:
    """Give the median longitude and latitude: wherever single rows have strayed, it stays."""
    lon, lat = np.quantile(places, 0.5, axis=0, method="lower")
    return float(lon), float(lat)


def places_of(bounds: Any, crs: Any) -> NDArray[np.float64]:
    """Give longitude and latitude of the middle of each row's bounds."""
    west, south, east, north = np.asarray(bounds, dtype=np.float64).reshape(-1, 4).T
    moved = pyproj.Transformer.from_crs(crs, LONLAT, always_xy=True).transform(
        (west + east) / 2, (south + north) / 2
    )
    return np.column_stack(moved)


def strayed_findings(role: Role, rows: pd.DataFrame, places: NDArray[np.float64]) -> list[Finding]:
    """Name rows that lie apart from the others of their layer, with their places."""
    return [
        Finding(
            "objek_tersasar",
            "peringatan",
            role,
            file,
            (one,),
            values={"bujur": round(lon, 4), "lintang": round(lat, 4)},
            place=shapely.Point(lon, lat),
        )
        for one, file, (lon, lat) in zip(rows[f"{role}_id"], rows["berkas"], places.tolist(), strict=True)
    ]


def _name(role: Role, rows: GeoDataFrame, at: int, point: Sequence[float] = ()) -> dict[str, str]:
    """Name a row for a message: its file, layer, number and id, and the coordinate that is wrong."""
    row = rows.iloc[at]
    named = {"file": row["berkas"], "lapisan": row["lapisan"] or "–", "baris": row["baris"]}
    named |= {"id": row[f"{role}_id"]} | dict(zip("xy", map(_plain, point), strict=False))
    return {key: str(value) for key, value in named.items()}


def _middle(layer: Layer) -> tuple[float, float]:
    west, south, east, north = layer.bounds
    return float(west + east) / 2, float(south + north) / 2


def _fits_its_crs(layer: Layer) -> bool:
    west, south, east, north = layer.bounds
    if np.isnan(west):  # no coordinate at all: whoever looks for ground says so
        return True
    if layer.crs is None:
        return False
    if layer.crs.is_geographic:
        return bool(max(-west, east) <= LON_LIMIT and max(-south, north) <= LAT_LIMIT)
    return lonlat_box(layer.bounds, layer.crs) is not None


def _where(layer: Layer) -> list[Finding]:
    """Note a layer outside Indonesia, and one whose datum or projection is not that of the maps."""
    if np.isnan(layer.bounds).any():
        return []
    box = lonlat_box(layer.bounds, layer.crs)
    findings = []
    if not INDONESIA.intersects(box):
        x, y = round(box.centroid.x, 4), round(box.centroid.y, 4)
        findings.append(
            Finding("di_luar_indonesia", "peringatan", layer.role, layer.file, values={"x": x, "y": y})
        )
    if layer.crs.to_epsg() not in (4326, *UTM):
        way, accuracy = _way(layer.crs, box)
        values = {"crs": layer.crs.name, "cara": way, "ketelitian_m": accuracy}
        old = layer.crs.ellipsoid is not None and layer.crs.ellipsoid.name not in _TODAY
        findings.append(
            Finding("datum_lama", "peringatan", layer.role, layer.file, values=values)
            if old
            else Finding("crs_dipindahkan", "catatan", layer.role, layer.file, values=values)
        )
    return findings


def _way(crs: Any, box: Any) -> tuple[str, float | None]:
    """Ask PROJ how it moves a CRS to WGS 84 in some place, and how well, in metres; None where it cannot say."""
    here = pyproj.transformer.AreaOfInterest(*box.bounds)
    best = pyproj.transformer.TransformerGroup(crs, LONLAT, always_xy=True, area_of_interest=here).transformers[0]
    steps = [step for step in best.description.split(" + ") if not step.startswith("axis order")]
    return " + ".join(steps) or "–", float(best.accuracy) if best.accuracy >= 0 else None
