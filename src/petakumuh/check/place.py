"""Does the ground lie where it should: a CRS declared and plausible, layers on the same ground."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyproj
import shapely

from petakumuh.errors import InputError
from petakumuh.findings import Finding
from petakumuh.ground import meeting_pairs
from petakumuh.measure import LONLAT, zone_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from petakumuh.model import Role

__all__ = ["near_kelurahan", "on_kelurahan", "require_place"]

_INDONESIA = shapely.box(94.0, -12.0, 142.0, 7.0)
_UTM = [base + zone for zone in range(46, 55) for base in (32700, 32600)]
_DGN95 = [*range(23866, 23873), *range(23877, 23885), *range(23830, 23846)]
_CANDIDATES = (4326, *_UTM, *_DGN95, 3857)
_NOWHERE = 1e15
"""No CRS reaches there; the comparison with NaN is false too."""
_LAT_LIMIT, _LON_LIMIT = 90.0, 180.0


class _Layer(NamedTuple):
    role: Role
    rows: GeoDataFrame

    @property
    def file(self) -> str:
        """Name the file as it stands in messages."""
        return str(self.rows["berkas"].iloc[0]) if len(self.rows) else ""


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
    every = [_Layer(role, rows) for role, rows in layers]
    for one in every:
        _require_finite(one)
    fits = [_fits_its_crs(one.rows) for one in every]
    sound = [one for one, right in zip(every, fits, strict=True) if right]
    for one, right in zip(every, fits, strict=True):
        if right:
            continue
        x, y = _middle(one.rows)
        remedy = _remedy(one, [other for other in sound if other.role != "penanganan"] or sound)
        key = "crs_tidak_ada" if one.rows.crs is None else "koordinat_bukan_crs"
        crs = None if one.rows.crs is None else one.rows.crs.to_string()
        raise InputError(
            key, file=one.file, tabel=one.role, crs=crs, x=_plain(x), y=_plain(y), saran=remedy or "–"
        )
    return [finding for one in every for finding in _where(one)]


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
    remedy = _remedy(_Layer("kumuh", kumuh), [_Layer("kelurahan", kelurahan)])
    remedy = remedy or _remedy(_Layer("kelurahan", kelurahan), [_Layer("kumuh", kumuh)])
    a, b = _middle(kumuh.to_crs(LONLAT)), _middle(kelurahan.to_crs(LONLAT))
    raise InputError(
        "kumuh_tak_bertemu",
        jumlah=len(kumuh),
        file=_Layer("kumuh", kumuh).file,
        kelurahan=_Layer("kelurahan", kelurahan).file,
        tempat=f"{a[0]:.4f}, {a[1]:.4f}",
        tempat_kelurahan=f"{b[0]:.4f}, {b[1]:.4f}",
        saran=remedy or "–",
    )


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
    towns = _Layer("kelurahan", kelurahan)
    region = _lonlat_box(tuple(_bounds(kelurahan)), kelurahan.crs)
    findings = []
    for rows in works:
        layer = _Layer("penanganan", rows)
        box = _lonlat_box(tuple(_bounds(rows)), rows.crs)
        if box is None or box.intersects(region):
            continue
        if remedy := _remedy(layer, [towns]):
            x, y = box.centroid.x, box.centroid.y
            raise InputError("penanganan_tak_bertemu", file=layer.file, tempat=f"{x:.4f}, {y:.4f}", saran=remedy)
        findings.append(Finding("penanganan_jauh", "galat", "penanganan", layer.file, place=box.centroid))
    return findings


def _plain(value: float) -> str:
    """Write a coordinate as files do: degrees with decimals, metres without."""
    return f"{value:.0f}" if abs(value) > _LON_LIMIT else f"{value:.4f}"


def _require_finite(layer: _Layer) -> None:
    """Refuse coordinates that are not numbers, naming the row."""
    points, rows = shapely.get_coordinates(np.asarray(layer.rows.geometry.array), return_index=True)
    wrong = ~(np.abs(points) < _NOWHERE).all(axis=1)
    if not wrong.any() and layer.rows.crs is not None:
        east, north = pyproj.Transformer.from_crs(layer.rows.crs, LONLAT, always_xy=True).transform(*points.T)
        lost = ~((np.abs(east) <= 2 * _LON_LIMIT) & (np.abs(north) <= _LAT_LIMIT))
        # When all are lost the CRS is wrong, and that is told with the one that fits.
        wrong = lost if not lost.all() else wrong
    bad = rows[wrong]
    if len(bad):
        row = layer.rows.iloc[bad[0]]
        raise InputError("koordinat_tak_hingga", file=layer.file, lapisan=row["lapisan"], baris=row["baris"])


def _bounds(rows: GeoDataFrame) -> NDArray[np.float64]:
    return np.asarray(rows.total_bounds, dtype=np.float64)


def _middle(rows: GeoDataFrame) -> tuple[float, float]:
    west, south, east, north = _bounds(rows)
    return float(west + east) / 2, float(south + north) / 2


def _fits_its_crs(rows: GeoDataFrame) -> bool:
    if rows.crs is None:
        return False
    west, south, east, north = _bounds(rows)
    if np.isnan(west):
        return True
    if rows.crs.is_geographic:
        return bool(max(-west, east) <= _LON_LIMIT and max(-south, north) <= _LAT_LIMIT)
    return _lonlat_box((west, south, east, north), rows.crs) is not None


def _lonlat_box(bounds: tuple[float, float, float, float], crs: Any, *, swap: bool = False) -> Any:
    """Move a bounding box to longitude and latitude; None where it is no place on Earth."""
    west, south, east, north = (bounds[1], bounds[0], bounds[3], bounds[2]) if swap else bounds
    try:
        moved = pyproj.Transformer.from_crs(crs, LONLAT, always_xy=True).transform_bounds(west, south, east, north)
    except pyproj.exceptions.ProjError:
        return None
    sane = (
        np.isfinite(moved).all()
        and max(map(abs, moved[::2])) <= _LON_LIMIT
        and max(map(abs, moved[1::2])) <= _LAT_LIMIT
    )
    return shapely.box(*moved) if sane else None


def _remedy(layer: _Layer, sound: Sequence[_Layer]) -> str:
    """Look for the CRS, or the order of coordinates, that puts a layer on the ground of the others.

    With no others to go by, every UTM zone that puts it in Indonesia is named. Empty: nothing fits.
    """
    bounds = tuple(_bounds(layer.rows))
    boxes = [_lonlat_box(tuple(_bounds(one.rows)), one.rows.crs) for one in sound]
    for box in (one for one in boxes if one is not None):
        for code in _CANDIDATES:
            if (tried := _lonlat_box(bounds, code)) is not None and tried.intersects(box):
                zone = f" ({zone_name(code)})" if code in _UTM else ""
                return f'crs = "EPSG:{code}"{zone}'
        if (tried := _lonlat_box(bounds, LONLAT, swap=True)) is not None and tried.intersects(box):
            return "lintang, bujur → bujur, lintang"
    if sound:
        return ""
    fits = [
        code
        for code in _CANDIDATES
        if (tried := _lonlat_box(bounds, code)) is not None and tried.intersects(_INDONESIA)
    ]
    return ", ".join(f"EPSG:{code}" for code in fits if code == fits[0] or code in _UTM)


def _where(layer: _Layer) -> list[Finding]:
    """Note a layer outside Indonesia, and one whose datum or projection is not that of the maps."""
    if not len(layer.rows) or np.isnan(_bounds(layer.rows)).any():
        return []
    box = _lonlat_box(tuple(_bounds(layer.rows)), layer.rows.crs)
    findings = []
    if not _INDONESIA.intersects(box):
        x, y = round(box.centroid.x, 4), round(box.centroid.y, 4)
        findings.append(
            Finding("di_luar_indonesia", "peringatan", layer.role, layer.file, values={"x": x, "y": y})
        )
    if layer.rows.crs.to_epsg() not in (4326, *_UTM):
        values = {"crs": layer.rows.crs.name, "ketelitian_m": _accuracy_m(layer.rows.crs)}
        findings.append(Finding("crs_dipindahkan", "catatan", layer.role, layer.file, values=values))
    return findings


def _accuracy_m(crs: Any) -> float | None:
    """Ask PROJ how well it moves a CRS to WGS 84, in metres; None where it cannot say."""
    accuracy = pyproj.transformer.TransformerGroup(crs, LONLAT, always_xy=True).transformers[0].accuracy
    return float(accuracy) if accuracy >= 0 else None
