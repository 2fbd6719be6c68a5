"""A map of exactly this size on a page: ground clipped to it, and names that keep clear of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from petakumuh.present.sheet.ink import outline, segments
from petakumuh.present.sheet.letters import MM
from petakumuh.present.sheet.paper import INK, Bounds, Box, polygons

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from petakumuh.present.legend import Look
    from petakumuh.present.sheet.ink import Page

__all__ = ["Frame", "Lead"]

_FINE_MM = 0.06
_LEADING = 1.12
_STEP_MM = 0.5
"""How closely a line that leads to a name is watched."""
_GAP_MM = 0.6
"""Between a name and whatever it keeps clear of."""
_OVER_MM = 1.5
"""How far ground is drawn beyond the frame, so that the cut is not outlined."""


class Lead(NamedTuple):
    """What a name that stands apart belongs to: its place on the ground, its radius in millimetres."""

    at: Any
    radius: float


class Frame:
    """A map on a page.

    Parameters
    ----------
    page
        The page.
    box
        Where on it, in millimetres.
    middle
        Of the map, in metres of its zone.
    scale
        As it is written: 5000 of 1:5.000.
    fine_mm
        What is smaller on paper is not drawn.
    """

    def __init__(self, page: Page, box: Box, middle: Any, scale: float, fine_mm: float = _FINE_MM) -> None:
        self.page, self.box, self.scale, self._fine_mm = page, box, scale, fine_mm
        self.unit = scale / 1000
        half = np.array(box[2:]) * self.unit / 2
        low, high = np.asarray(middle) - half, np.asarray(middle) + half
        self.bounds: Bounds = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        over = _OVER_MM * self.unit
        self.around: Bounds = (low[0] - over, low[1] - over, high[0] + over, high[1] + over)
        self._taken: list[Bounds] = []
        self._boxes: NDArray[np.float64] = np.empty((0, 4))

    def place(self, at: Any) -> NDArray[np.float64]:
        """Say where on the page places on the ground lie, in millimetres."""
        found: NDArray[np.float64] = (np.asarray(at) - self.bounds[:2]) / self.unit + self.box[:2]
        return found

    def cut(self, shapes: NDArray[Any]) -> NDArray[Any]:
        """Cut shapes to the frame and leave out what is too fine to be drawn."""
        seen = shapely.clip_by_rect(shapes, *self.around)
        plain = shapely.simplify(seen, self._fine_mm * self.unit, preserve_topology=False)
        return np.asarray(np.where(shapely.is_empty(plain), seen, plain))

    def fill(self, shapes: NDArray[Any], look: Look, gid: str = "") -> bool:
        """Draw polygons as the legend says; say whether any lies in the frame."""
        areas = polygons(self.cut(shapes))
        if len(areas):
            self.page.look(outline(shapely.orient_polygons(areas), self.place), look, clip=self.box, gid=gid)
        return len(areas) > 0

    def draw(self, lines: NDArray[Any], **look: Any) -> None:
        """Draw lines."""
        parts = shapely.get_parts(self.cut(lines))
        parts = parts[shapely.get_dimensions(parts) == 1]
        if len(parts):
            self.page.shape(outline(parts, self.place), clip=self.box, **look)

    def dot(self, at: Any, radius: float, **look: Any) -> None:
        """Draw a circle of a radius in millimetres around a place on the ground."""
        x, y = self.place(at)
        self.page.circle(float(x), float(y), radius, clip=self.box, **look)

    def keep_clear(self, box: Bounds) -> None:
        """Let no name cover a part of the page."""
        self._taken.append(box)

    def free(self, box: Bounds) -> bool:
        """Whether a part of the page lies inside the frame and nothing stands there."""
        west, south, east, north = box
        x, y, wide, high = self.box
        inside = west > x + 1 and south > y + 1 and east < x + wide - 1 and north < y + high - 1
        if not inside or not self._taken:
            return inside
        if len(self._boxes) < len(self._taken):
            self._boxes = np.array(self._taken)
        left, low, right, top = self._boxes.T
        return not bool(((west < right) & (left < east) & (south < top) & (low < north)).any())

    def extent(self, lines: Sequence[str], points: float, weight: str = "normal") -> NDArray[np.float64]:
        """Say how wide and high lines are, in millimetres."""
        wide = max(self.page.width(line, points, weight) for line in lines)
        return np.array([wide + 0.8, len(lines) * points * MM * _LEADING + 0.5])

    def write(
        self, spots: Iterable[Any], lines: Sequence[str], points: float, *, lead: Lead | None = None, **look: Any
    ) -> bool:
        """Write lines around the first place on the ground where they are free; say whether there is one.

        A line leads from them to what they name, where they do not stand at it.
        """
        half = self.extent(lines, points, look.get("weight", "normal")) / 2
        for x, y in (self.place(spot) for spot in spots):
            room = (x - half[0], y - half[1], x + half[0], y + half[1])
            if not self.free((room[0] - _GAP_MM, room[1] - _GAP_MM, room[2] + _GAP_MM, room[3] + _GAP_MM)):
                continue
            if lead is not None and not self._lead(lead, room):
                continue
            self.keep_clear(room)
            self._lines(float(x), float(y), lines, points, look)
            return True
        return False

    def _lines(self, x: float, y: float, lines: Sequence[str], points: float, look: Mapping[str, Any]) -> None:
        """Write lines around a place on the page, over a light ground that covers none of their letters."""
        page, step = self.page, points * MM * _LEADING
        bases = [y + (len(lines) / 2 - at - 0.78) * step for at in range(len(lines))]
        for base, line in zip(bases, lines, strict=True):
            page.halo(x, base, line, points, look.get("weight", "normal"))
        for base, line in zip(bases, lines, strict=True):
            page.text(x, base, line, points, ha="center", gid="nama", **look)

    def _lead(self, lead: Lead, room: Bounds) -> bool:
        """Draw a line from what is named to the nearest edge of its name, unless it would cross another."""
        start = self.place(lead.at)
        end = np.array([min(max(one, room[side]), room[side + 2]) for side, one in enumerate(start)])
        far = float(np.hypot(*(end - start)))
        if far <= lead.radius:
            return False
        begin = start + (end - start) * lead.radius / far
        steps = begin + (end - begin) * np.linspace(0, 1, max(int(far / _STEP_MM), 2))[:, None]
        # A box around a circle is wider than the circle that the line begins at.
        beyond = steps[np.hypot(*(steps - start).T) > lead.radius * 1.5]
        dots = [(x - _STEP_MM / 2, y - _STEP_MM / 2, x + _STEP_MM / 2, y + _STEP_MM / 2) for x, y in beyond]
        if not all(self.free(dot) for dot in dots):
            return False
        for dot in dots:
            self.keep_clear(dot)
        self.page.shape(segments([(begin, end)]), line=INK, width=0.14, clip=self.box, gid="penunjuk")
        return True

    def number(self, spots: Iterable[Any], words: str, points: float, anchor: Any = None) -> bool:
        """Write a number on a light disc at the first place that is free; say whether there is one.

        A line leads from it to its anchor, where it has one.
        """
        page = self.page
        wide, high = page.width(words, points, "bold") + 1.1, points * MM * 0.95 + 0.5
        wide = max(wide, high)
        for x, y in (self.place(spot) for spot in spots):
            room = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            if self.free(room):
                self.keep_clear(room)
                if anchor is not None:
                    page.shape(segments([(self.place(anchor), (x, y))]), line=INK, width=0.12, clip=self.box)
                page.pill(room, facecolor="#FFFFFF", edgecolor=INK, linewidth=0.35)
                page.text(
                    float(x),
                    float(y - points * MM * 0.365),
                    words,
                    points,
                    ha="center",
                    weight="bold",
                    gid="nomor",
                )
                return True
        return False
