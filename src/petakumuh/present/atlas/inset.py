"""Where in the region: small maps without coordinates, of the whole run or of one kabupaten/kota."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import shapely

from petakumuh.present.atlas.chart import border_look
from petakumuh.present.atlas.frame import Frame
from petakumuh.present.legend import Look
from petakumuh.present.sheet.maps import around
from petakumuh.present.sheet.paper import SOFT, known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from petakumuh.present.atlas.areas import Area
    from petakumuh.present.atlas.desk import Desk
    from petakumuh.present.sheet.ink import Page
    from petakumuh.present.sheet.paper import Box

__all__ = ["EARTH", "LAND_FILL", "Overview", "aspect", "locator", "overview"]

EARTH = 3857
"""Mercator: many zones on one map, true to shape."""
_SEA = "#F3F6F8"
LAND_FILL, _EDGE = "#DEDBD4", "#9B978D"
_FINE_MM = 0.25
"""Small maps are coarser: hundreds of pages hold one."""
_SMALLEST = 2.6
"""Millimetres: a place smaller than this has a ring around it."""


class Overview:
    """A small map of some kelurahan, drawn once and put on many pages.

    Parameters
    ----------
    desk
        The run.
    rows
        Of kelurahan.
    box
        Where on the page.
    """

    def __init__(self, desk: Desk, rows: NDArray[np.intp], box: Box) -> None:
        self._desk, self._box = desk, box
        stock = desk.stock(EARTH)
        layer = stock.layer("kelurahan")
        self._shapes = layer.shapes[np.isin(layer.rows, rows)]
        low, high = np.hsplit(stock.boxes("kelurahan", rows), 2)
        span = np.maximum((high - low) / np.array(box[2:]), 1e-6).max()
        self._frame = (low + high) / 2, float(span) * 1.1 * 1000
        scratch = Frame(desk.page(), box, *self._frame, _FINE_MM)
        scratch.fill(self._shapes, Look(label="", fill=LAND_FILL, line=_EDGE, width=0.1), "lokasi")
        self._marks = scratch.page.marks

    def draw(self, page: Page, area: Area, bounds: Any) -> None:
        """Draw it with its own kelurahan darker, and the frame of the map of an area."""
        page.box(self._box, facecolor=_SEA, edgecolor=SOFT, linewidth=0.4)
        page.marks += self._marks
        frame = Frame(page, self._box, *self._frame, _FINE_MM)
        layer = self._desk.stock(EARTH).layer("kelurahan")
        mine = layer.shapes[np.isin(self._desk.home[layer.rows], list(area.own))]
        frame.fill(mine, Look(label="", fill="#8FA3B8", line=_EDGE, width=0.08), "lokasi sendiri")
        seen = geopandas.GeoSeries([shapely.box(*bounds)], crs=area.epsg).to_crs(EARTH).iloc[0]
        color = self._desk.style["sisa"]["warna"]
        frame.fill(np.array([seen], dtype=object), Look(label="", line=color, width=0.35), "lokasi peta")
        box = shapely.bounds(seen)
        if (box[2:] - box[:2]).max() < _SMALLEST * frame.unit:
            frame.dot((box[:2] + box[2:]) / 2, _SMALLEST, edgecolor=color, linewidth=0.9)


def _fitted(page: Page, desk: Desk, box: Box, room: float, *, slums: bool = False) -> Frame:
    """Lay all kelurahan into a box, and slums that reach beyond them where these are drawn."""
    stock = desk.stock(EARTH)
    land = stock.boxes("kelurahan", stock.layer("kelurahan").rows)
    low, high = np.hsplit(around(stock.boxes("kumuh", stock.layer("kumuh").rows), land) if slums else land, 2)
    span = np.maximum((high - low) / np.array(box[2:]), 1e-6).max()
    page.box(box, facecolor=_SEA, edgecolor=SOFT, linewidth=0.4)
    return Frame(page, box, (low + high) / 2, float(span) * room * 1000, _FINE_MM)


def locator(page: Page, desk: Desk, box: Box, regions: Sequence[tuple[str, Area]]) -> None:
    """Draw all kelurahan and the number of each region."""
    frame = _fitted(page, desk, box, 1.2)
    stock = desk.stock(EARTH)
    frame.fill(stock.layer("kelurahan").shapes, Look(label="", fill=LAND_FILL, line=_EDGE, width=0.08), "lokasi")
    _mark(frame, desk, [(mark, one) for mark, one in regions], 6.3 * desk.layout.k)


def _mark(frame: Frame, desk: Desk, regions: Sequence[tuple[str, Area]], points: float) -> None:
    """Write words beside each region, and draw a ring around one that is a dot."""
    stock = desk.stock(EARTH)
    places = []
    for words, one in regions:
        low, high = np.split(stock.boxes("kelurahan", np.flatnonzero(np.isin(desk.home, list(one.own)))), 2)
        if not np.isfinite(low).all():
            continue
        middle, half = (low + high) / 2, (high - low).max() / 2
        if half < _SMALLEST * frame.unit:
            frame.dot(middle, _SMALLEST * 0.8, edgecolor=desk.style["sisa"]["warna"], linewidth=0.7)
            x, y = frame.place(middle)
            frame.keep_clear((x - 1.6, y - 1.6, x + 1.6, y + 1.6))
        places.append((words, middle, max(half, _SMALLEST * frame.unit)))
    for words, middle, half in places:
        across, up = frame.page.width(words, points, "bold") / 2 * frame.unit, points * 0.24 * frame.unit
        beside = [
            middle + np.array([side * (half + across + frame.unit), over * (half + up)])
            for side, over in ((0, -1), (0, 1), (1, 0), (-1, 0), (0, -2), (0, 2), (0.6, -1.4), (-0.6, 1.4))
        ]
        frame.write(beside if half < 12 * frame.unit else [middle, *beside], [words], points, weight="bold")


def overview(page: Page, desk: Desk, box: Box, keys: NDArray[Any], looks: Any, *, regions: Sequence[Area]) -> None:
    """Draw all kelurahan in the colours of their classes, without coordinates, and name the regions."""
    stock = desk.stock(EARTH)
    layer = stock.layer("kelurahan")
    frame = _fitted(page, desk, box, 1.08, slums=len(regions) == 1)
    frame.fill(layer.shapes, Look(label="", fill=LAND_FILL), "lokasi")
    for key, look in looks.items():
        here = keys[layer.rows] == key
        if here.any():
            plain = replace(look, line=None, fill=look.fill or LAND_FILL, opacity=1.0)
            frame.fill(layer.shapes[here], plain, f"kelas {key}")
    frame.draw(
        stock.layer("batas").shapes, gid="batas kelurahan", **border_look(desk) | {"dash": (), "width": 0.12}
    )
    if len(regions) > 1:
        named = [(frame.page.fit(known(one.place["nama"]), 34, 6.3 * desk.layout.k)[0], one) for one in regions]
        _mark(frame, desk, named, 6.3 * desk.layout.k)
        return
    slums = stock.layer("kumuh")
    frame.fill(slums.shapes, Look(label="", fill=desk.style["sisa"]["warna"]), "kumuh")


def aspect(desk: Desk) -> float:
    """Say how high all kelurahan together are beside their width."""
    stock = desk.stock(EARTH)
    west, south, east, north = stock.boxes("kelurahan", stock.layer("kelurahan").rows)
    return float((north - south) / max(east - west, 1e-6))
