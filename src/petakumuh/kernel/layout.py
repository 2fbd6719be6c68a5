"""How polygons are laid out for the kernel, and the box in which it looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from petakumuh.kernel.net import Floats, Ints

__all__ = ["Frame", "Shapes"]


class Shapes(NamedTuple):
    """Polygons as flat arrays: shells run counter-clockwise, holes clockwise, each ring ends where it began.

    Attributes
    ----------
    x, y
        Vertices, ring after ring.
    rings
        Where each ring begins, and where the last one ends.
    first
        The first ring of each polygon, and the number of rings; a polygon may have any number of them.
    box
        West, south, east and north of each polygon.
    """

    x: Floats
    y: Floats
    rings: Ints
    first: Ints
    box: Floats


class Frame(NamedTuple):
    """The box of a ground: where its corner lies, how large it is, and how far around it edges are kept."""

    west: float
    south: float
    width: float
    height: float
    pad: float
