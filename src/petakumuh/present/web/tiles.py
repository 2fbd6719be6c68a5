"""Many polygons as tiles inside the page: a browser then draws those in view alone."""

from __future__ import annotations

import base64
import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pyogrio
import shapely

from petakumuh.measure import LONLAT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["LARGE", "MANY", "tiles", "zooms"]

MANY = 5_000
"""Polygons from which on tiles are drawn."""
LARGE = 1_000
"""Rows of a layer that is drawn by tiles, then."""
_NEAREST, _STEP = 13, 3
"""The nearest tiles, and how far apart those of the overviews are: in between they are stretched."""
_GRAIN, _OVERVIEW_GRAIN = 16_384, 4_096
"""Parts that the side of a tile has: 0.3 m on the ground in the nearest ones."""


def zooms(box: Sequence[float], width_px: int = 390) -> list[int]:
    """Say of what zooms there are tiles: the nearest, and overviews until all of it fits on a phone.

    Parameters
    ----------
    box
        West, south, east, north in degrees.
    width_px
        Of the screen.

    Examples
    --------
    >>> zooms([109.6, -7.0, 109.7, -6.9]), zooms([95, -11, 141, 6])
    ([13, 10], [13, 10, 7, 4, 1])
    """
    span = max(box[2] - box[0], box[3] - box[1], 1e-6)
    fits = math.floor(math.log2(360 * width_px / 256 / span))
    every = list(range(_NEAREST, 0, -_STEP))
    enough = [zoom for zoom in every if zoom <= fits - 1]
    last = enough[0] if enough else every[-1]
    return [zoom for zoom in every if zoom >= last]


def tiles(layers: Mapping[str, NDArray[Any]]) -> list[dict[str, Any]]:
    """Cut shapes into tiles (PMTiles), one archive for each zoom.

    Parameters
    ----------
    layers
        Name -> shapes in degrees. In the tiles a shape has ``l``, the number of its layer, and ``n``, its row.

    Returns
    -------
        For each zoom ``zoom`` and ``isi``, the archive as base64; the same shapes give the same bytes.
    """
    rows = geopandas.GeoDataFrame(
        {
            "l": np.repeat(np.arange(len(layers)), [len(shapes) for shapes in layers.values()]),
            "n": np.concatenate([np.arange(len(shapes)) for shapes in layers.values()]),
        },
        geometry=np.concatenate(list(layers.values())),
        crs=LONLAT,
    )
    box = rows.total_bounds.tolist()
    return [{"zoom": zoom, "isi": _archive(rows, zoom)} for zoom in zooms(box)]


def _archive(rows: geopandas.GeoDataFrame, zoom: int) -> str:
    grain = _GRAIN if zoom == _NEAREST else _OVERVIEW_GRAIN
    shapes = _coarse(rows.geometry.to_numpy(), 360 / 2**zoom / grain)
    drawn = rows.set_geometry(geopandas.array.from_shapely(shapes, crs=LONLAT))
    drawn = drawn[~drawn.geometry.is_empty]
    with tempfile.TemporaryDirectory() as folder:
        # The archive repeats the name of its file.
        place = Path(folder, "petak.pmtiles")
        pyogrio.write_dataframe(
            drawn,
            place,
            driver="PMTiles",
            layer="petak",
            MINZOOM=zoom,
            MAXZOOM=zoom,
            EXTENT=grain,
            MAX_SIZE=2**31 - 1,
            MAX_FEATURES=len(rows) + 1,
        )
        return base64.b64encode(place.read_bytes()).decode()


def _coarse(shapes: NDArray[Any], grain: float) -> NDArray[Any]:
    """Leave out the corners that no tile can hold; the slow way only for what the fast one would lose."""
    coarse = np.asarray(shapely.simplify(shapes, grain, preserve_topology=False))
    lost = shapely.is_empty(coarse)
    coarse[lost] = shapely.simplify(shapes[lost], grain)
    return coarse
