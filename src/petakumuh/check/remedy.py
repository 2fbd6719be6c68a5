"""What to write where a layer lies wrong: the CRS, or the way its coordinates are to be read, that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyproj
import shapely

from petakumuh.measure import LONLAT, zone_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from petakumuh.model import Role

__all__ = ["INDONESIA", "LAT_LIMIT", "LON_LIMIT", "UTM", "Layer", "lonlat_box", "remedy"]

INDONESIA = shapely.box(94.0, -12.0, 142.0, 7.0)
LAT_LIMIT, LON_LIMIT = 90.0, 180.0
UTM = tuple(base + zone for zone in range(46, 55) for base in (32700, 32600))
_DGN95 = (*range(23866, 23873), *range(23877, 23885), *range(23830, 23846))
_METRES = (*UTM, *_DGN95, 3857)
_TURN = 2 * LON_LIMIT
_WAYS = {
    "": ([0, 1, 2, 3], 0.0),
    "; lintang, bujur": ([1, 0, 3, 2], 0.0),
    "; bujur - 360": ([0, 1, 2, 3], -_TURN),
    "; bujur + 360": ([0, 1, 2, 3], _TURN),
}
"""How degrees may have been written, as a recipe states it behind the CRS."""


class Layer(NamedTuple):
    """What is known of a layer's place: its file, the CRS it declares, the bounds of all its coordinates."""

    role: Role
    file: str
    crs: Any
    bounds: NDArray[np.float64]


def remedy(layer: Layer, sound: Sequence[Layer]) -> str:
    """Look for the CRS, or the order of coordinates, that puts a layer on the ground of the others.

    With no others to go by, every UTM zone that puts it in Indonesia is named. Empty: nothing fits.
    """
    boxes = [box for one in sound if (box := lonlat_box(one.bounds, one.crs)) is not None]
    fits = list(_fitting(layer.bounds, boxes or [INDONESIA]))
    if not fits or (sound and not boxes):
        return ""
    code, way = fits[0]
    if way or sound:
        zone = f" ({zone_name(code)})" if code in UTM else ""
        return f'crs = "EPSG:{code}{way}"{zone}'
    return ", ".join(f"EPSG:{code}" for at, (code, _) in enumerate(fits) if at == 0 or code in UTM)


def _fitting(bounds: NDArray[np.float64], boxes: Sequence[Any]) -> Iterator[tuple[int, str]]:
    """List the readings of some bounds that meet one of the boxes: as degrees where they can be, else metres."""
    degrees = bool(np.abs(bounds).max() <= _TURN + LON_LIMIT)
    tries = [(code, "", bounds) for code in _METRES]
    if degrees:
        turned = ((way, bounds[order] + [east, 0, east, 0]) for way, (order, east) in _WAYS.items())
        tries = [(4326, way, read) for way, read in turned]
    for code, way, read in tries:
        box = lonlat_box(read, code)
        if box is not None and any(box.intersects(one) for one in boxes):
            yield code, way


def lonlat_box(bounds: Any, crs: Any) -> Any:
    """Move a bounding box to longitude and latitude; None where it is no place on Earth."""
    try:
        moved = pyproj.Transformer.from_crs(crs, LONLAT, always_xy=True).transform_bounds(*bounds)
    except pyproj.exceptions.ProjError:
        return None
    sane = (
        np.isfinite(moved).all()
        and max(map(abs, moved[::2])) <= LON_LIMIT
        and max(map(abs, moved[1::2])) <= LAT_LIMIT
    )
    return shapely.box(*moved) if sane else None
