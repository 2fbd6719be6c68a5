"""The ground of a run in one UTM zone, found by place: an atlas cuts each page out of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from petakumuh.measure import LONLAT
from petakumuh.present.sheet.cartography import borders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from petakumuh.model import Result
    from petakumuh.present.sheet.paper import Bounds

__all__ = ["Layer", "Stock"]

_UTM = (326, 327)
_REACH = 6.0
"""Degrees from the middle of a zone that are drawn in it; farther off its coordinates run away."""


@dataclass(frozen=True)
class Layer:
    """Shapes of a layer that lie near a zone, each with the number of its row."""

    shapes: NDArray[Any]
    rows: NDArray[np.intp]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """Bounds of each shape."""
        found: NDArray[np.float64] = shapely.bounds(self.shapes)
        return found

    def meets(self, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Say which boxes cover some of any shape."""
        met = np.zeros(len(boxes), dtype=bool)
        met[self._tree.query(shapely.box(*boxes.T), predicate="intersects")[0]] = True
        return met

    def within(self, bounds: Bounds) -> NDArray[np.intp]:
        """Find the places in `shapes` of those whose bounds meet a box, in order."""
        found: NDArray[np.intp] = np.sort(self._tree.query(shapely.box(*bounds)))
        return found


class Stock:
    """Layers of a run, moved to a zone when they are first asked for."""

    def __init__(self, run: Result, epsg: int) -> None:
        self.epsg = epsg
        self._frames: Mapping[str, GeoDataFrame] = {
            "kelurahan": run.layers.kelurahan,
            "kumuh": run.layers.kumuh,
            "penanganan": run.layers.penanganan,
            "bidang": run.bidang,
        }
        self._layers: dict[str, Layer] = {}

    def layer(self, name: str) -> Layer:
        """Give a layer: kelurahan, kumuh, penanganan, bidang, or the borders between kelurahan."""
        if name not in self._layers:
            self._layers[name] = self._borders() if name == "batas" else self._moved(self._frames[name])
        return self._layers[name]

    def boxes(self, name: str, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Bounds of rows of a layer together; of none that lies near the zone they are not a number."""
        layer = self.layer(name)
        boxes = layer.boxes[np.isin(layer.rows, rows)]
        if not len(boxes):
            return np.full(4, np.nan)
        return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])

    def _moved(self, frame: GeoDataFrame) -> Layer:
        there = frame.geometry
        used = ~(there.is_empty | there.isna()).to_numpy()
        if frame.crs.to_epsg() == LONLAT and self.epsg // 100 in _UTM:
            middle = (self.epsg % 100) * 6 - 183
            box = there.bounds.to_numpy()
            used &= np.abs((box[:, 0] + box[:, 2]) / 2 - middle) < _REACH
        shapes = there[used].to_crs(self.epsg).to_numpy()
        return Layer(np.asarray(shapes, dtype=object), np.flatnonzero(used))

    def _borders(self) -> Layer:
        lines = borders(self.layer("kelurahan").shapes)
        return Layer(lines, np.arange(len(lines)))
