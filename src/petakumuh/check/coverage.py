"""The quality sheet of a boundary layer: where kelurahan, which should tile the ground, overlap or leave gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from petakumuh.check.claims import shared_ground
from petakumuh.findings import Finding
from petakumuh.ground import GRID_DEGREES, GRID_M, move, origin, subtract, union, valid
from petakumuh.measure import LONLAT, geodesic_ha, outline_m, to_lonlat
from petakumuh.model import Tolerance

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["HAIRLINE_M", "Coverage", "coverage", "coverage_findings"]

HAIRLINE_M = 1.0
"""Narrower than this is a hairline: the width of a pen of 0.2 mm at 1:5.000, no ground that anyone surveyed."""
_NEAR = 1000
"""Cutting rounds, so a kelurahan may stand some thousand steps of the grid (a micrometre) from its gap."""
_FAR_SHARE = 0.05
"""Area by regulation is no geometry: only a difference beyond this share of it is told row by row."""
_HA_PER_KM2 = 100.0


@dataclass(frozen=True)
class Coverage:
    """What keeps kelurahan from tiling the ground.

    Attributes
    ----------
    overlaps
        One row per pair of kelurahan with ground in both, EPSG:4326: ``ids`` (tuple of two), ``luas_ha``
        (geodesic), ``lebar_m`` (mean width: twice the area by the outline), ``kembar`` (the two are one
        shape), ``geometry``.
    gaps
        One row per gap: ``ids`` of the kelurahan around it, ``luas_ha``, ``lebar_m``, ``geometry``.
    areas
        One row per kelurahan: ``kelurahan_id``, ``geometri_ha`` (geodesic), ``tertulis_ha`` (by regulation, NaN
        where the file does not say) and ``selisih_ha``, geometry less written.
    """

    overlaps: GeoDataFrame
    gaps: GeoDataFrame
    areas: pd.DataFrame

    @property
    def hairlines(self) -> pd.DataFrame:
        """Overlaps and gaps narrower than `HAIRLINE_M`, with ``luas_ha`` and ``lebar_m``."""
        both = pd.concat([pd.DataFrame(one[["ids", "luas_ha", "lebar_m"]]) for one in (self.overlaps, self.gaps)])
        return both.loc[both["lebar_m"] < HAIRLINE_M].reset_index(drop=True)


def coverage(
    kelurahan: GeoDataFrame,
    *,
    written_ha: Any = None,
    tolerance: Tolerance = Tolerance(),
) -> Coverage:
    """Find overlaps and gaps between kelurahan.

    Everything is cut in the coordinates that the file is drawn in (a line that is straight in degrees is none in
    metres, and would make hairlines of its own), at a local origin, and measured on the ellipsoid. An overlap is
    the ground that two kelurahan share, pair by pair (ground in three counts in three pairs), above
    ``tolerance.overlap_m2``; parts of one kelurahan are no pair. A gap is ground that the union of all
    kelurahan encloses and none holds: each interior ring of that union, less the kelurahan that lie inside it,
    of whatever size. The sea, and slits that open to the outside, are no gaps. The union is the plain one of
    double precision: on a grid of any size slits fall apart into specks, and gaps could not be counted.

    Parameters
    ----------
    kelurahan
        Polygons in any CRS, with ``kelurahan_id``.
    written_ha
        Hectares by regulation of each row, NaN where the file does not say. Values of one kelurahan that are
        alike count once; unlike ones are summed.
    tolerance
        From where on an overlap counts.

    Examples
    --------
    >>> west, east = shapely.box(120, -8, 120.01, -7.99), shapely.box(120.009, -8, 120.02, -7.99)
    >>> rows = {"kelurahan_id": ["99.01.01.1001", "99.01.01.1002"], "geometry": [west, east]}
    >>> found = coverage(GeoDataFrame(rows, crs=4326))
    >>> len(found.gaps), found.overlaps["luas_ha"].round(2).tolist()
    (0, [12.19])
    """
    drawn = np.asarray(kelurahan.geometry.array)
    place = _Place(origin(drawn), kelurahan.crs)
    shapes = valid(move(drawn, place.corner))
    ids = kelurahan["kelurahan_id"].to_numpy(dtype=str)
    return Coverage(
        _overlaps(shapes, ids, place, tolerance), _gaps(shapes, ids, place), _areas(shapes, ids, place, written_ha)
    )


class _Place(NamedTuple):
    """Where a local origin lies, in which CRS."""

    corner: tuple[float, float]
    crs: Any

    @property
    def grid(self) -> float:
        """What is cut on there."""
        return GRID_DEGREES if self.crs.is_geographic else GRID_M

    def hectares(self, shapes: NDArray[np.object_]) -> NDArray[np.float64]:
        """Measure shapes at the local origin on the ellipsoid; of a speck rounding may make less than nothing."""
        return np.maximum(geodesic_ha(shapes, [self.corner] * len(shapes), self.crs), 0.0)

    def layer(self, ids: list[tuple[str, ...]], shapes: NDArray[np.object_]) -> GeoDataFrame:
        """Lay shapes out with their ids, hectares and mean width."""
        hectares = self.hectares(shapes)
        around = outline_m(shapes, [self.corner] * len(shapes), self.crs)
        width = np.divide(2e4 * hectares, around, out=np.zeros(len(shapes)), where=around > 0)
        rows = {"ids": pd.Series(ids, dtype=object), "luas_ha": hectares, "lebar_m": width}
        placed = to_lonlat(move(shapes, self.corner, back=True), self.crs)
        return GeoDataFrame(rows, geometry=placed, crs=LONLAT)


def _overlaps(shapes: NDArray[np.object_], ids: NDArray[Any], place: _Place, tolerance: Tolerance) -> GeoDataFrame:
    pairs, common = shared_ground(shapes, grid=place.grid)
    apart = ids[pairs[:, 0]] != ids[pairs[:, 1]]
    pairs, common = pairs[apart], common[apart]
    layer = place.layer([tuple(sorted(ids[pair].tolist())) for pair in pairs], common)
    whole = place.hectares(shapes)
    layer["kembar"] = layer["luas_ha"].to_numpy() > (1 - 1e-6) * whole[pairs].max(axis=1, initial=0.0)
    return layer[layer["luas_ha"] * 1e4 > tolerance.overlap_m2].reset_index(drop=True)


def _gaps(shapes: NDArray[np.object_], ids: NDArray[Any], place: _Place) -> GeoDataFrame:
    holes = _holes(union(shapes, grid=0.0), place.grid)
    near = shapely.STRtree(shapes).query(holes, predicate="dwithin", distance=_NEAR * place.grid)
    around: list[set[str]] = [set() for _ in holes]
    for hole, one in zip(near[0], ids[near[1]].tolist(), strict=True):
        around[hole].add(one)
    return place.layer([tuple(sorted(those)) for those in around], holes)


def _holes(once: Any, grid: float) -> NDArray[np.object_]:
    """List what a union encloses and does not hold."""
    parts = shapely.get_parts(once)
    rings, part = shapely.get_rings(parts, return_index=True)
    inner = np.append(False, part[1:] == part[:-1])[: len(part)]
    holes = np.asarray(shapely.polygons(rings[inner]), dtype=object)
    shells = shapely.polygons(shapely.get_exterior_ring(parts))
    at, island = shapely.STRtree(shells).query(holes, predicate="contains")
    for hole in np.unique(at):
        holes[hole] = subtract(holes[hole], union(shells[island[at == hole]], grid=grid), grid=grid)[0]
    return holes


def _areas(shapes: NDArray[np.object_], ids: NDArray[Any], place: _Place, written_ha: Any) -> pd.DataFrame:
    said = np.full(len(ids), np.nan) if written_ha is None else np.asarray(written_ha, dtype=np.float64)
    rows = pd.DataFrame({"kelurahan_id": ids, "geometri_ha": place.hectares(shapes), "tertulis_ha": said})
    areas = rows.groupby("kelurahan_id", sort=True).agg(
        geometri_ha=("geometri_ha", "sum"),
        tertulis_ha=("tertulis_ha", lambda those: those.drop_duplicates().sum(min_count=1)),
    )
    return areas.assign(selisih_ha=areas["geometri_ha"] - areas["tertulis_ha"]).reset_index()


def coverage_findings(found: Coverage, file: str, *, tolerance: Tolerance = Tolerance()) -> list[Finding]:
    """Say what was found: each overlap, each gap above ``tolerance.overlap_m2``, and one summary of all of them.

    Parameters
    ----------
    found
        What `coverage` gives.
    file
        The name of the layer's file.
    tolerance
        The summary counts smaller gaps too; they are not told one by one.
    """
    hairlines, told = found.hairlines, found.gaps["luas_ha"] * 1e4 > tolerance.overlap_m2
    if not len(found.overlaps) and not len(found.gaps):
        return _areas_told(found.areas, file)
    summary = {
        "pasangan": len(found.overlaps),
        "pasangan_ha": float(found.overlaps["luas_ha"].sum()),
        "celah": len(found.gaps),
        "celah_ha": float(found.gaps["luas_ha"].sum()),
        "tipis": len(hairlines),
        "tipis_ha": float(hairlines["luas_ha"].sum()),
        "lebar_m": HAIRLINE_M,
    }
    twin = found.overlaps["kembar"]
    return [
        Finding("liputan_kelurahan", "catatan", "kelurahan", file, values=summary),
        *_told(found.overlaps[twin], "kembar_kelurahan", file),
        *_told(found.overlaps[~twin], "tumpang_tindih_kelurahan", file),
        *_told(found.gaps[told], "celah_kelurahan", file),
        *_areas_told(found.areas, file),
    ]


def _told(rows: GeoDataFrame, rule: str, file: str) -> list[Finding]:
    gap = rule == "celah_kelurahan"
    places = shapely.point_on_surface(np.asarray(rows.geometry.array))
    return [
        Finding(
            rule,
            "catatan" if gap else "peringatan",
            "kelurahan",
            file,
            ids,
            hectares,
            "dicatat" if gap else "dibagi",
            {"lebar_m": width},
            place,
        )
        for ids, hectares, width, place in zip(rows["ids"], rows["luas_ha"], rows["lebar_m"], places, strict=True)
    ]


def _areas_told(areas: pd.DataFrame, file: str) -> list[Finding]:
    """Name the kelurahan far from their area by regulation; all at once where the unit explains it."""
    said = areas[areas["tertulis_ha"] > 0]
    ratio = float((said["geometri_ha"] / said["tertulis_ha"]).median()) if len(said) else 1.0
    if abs(ratio / _HA_PER_KM2 - 1) < _UNIT_SHARE:
        values = {"jumlah": len(said), "kali": ratio}
        return [Finding("luas_wilayah_satuan", "peringatan", "kelurahan", file, values=values)]
    far = said[said["selisih_ha"].abs() > _FAR_SHARE * said["tertulis_ha"]]
    return [
        Finding(
            "luas_wilayah_berbeda",
            "catatan",
            "kelurahan",
            file,
            (one,),
            difference,
            values={"tertulis_ha": written, "geometri_ha": geometry},
        )
        for one, difference, written, geometry in far[
            ["kelurahan_id", "selisih_ha", "tertulis_ha", "geometri_ha"]
        ].itertuples(index=False)
    ]


_UNIT_SHARE = 0.5
"""Far from any other unit of area, near enough where areas by regulation are poor."""
