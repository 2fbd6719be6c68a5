"""Areas of every set of groups on a ground, without building geometry.

The edges of a ground and of its footprints, cut where they meet, are the arcs of a subdivision of the plane.
Within a face of it the set of groups that cover, the *label*, is the same everywhere. By Green's theorem the
area of a region is the sum of ``cross(a, b) / 2`` over the arcs ``a -> b`` of its border that have it on their
left, less that over the arcs that have it on their right; ``cross(a, b) = ax * by - ay * bx`` is twice the area
of the triangle from the origin to the arc. So one pass over the arcs measures every label at once: add
``w = cross(a, b) / 2`` to the label on the left of each arc, take it from the label on its right::

                  b
                  ^                         d-------------c
         left     |     right               |  {1}        |
       of a -> b  |   of a -> b             |    h--------X-----g
                  |                         |    | {1, 2} |     |
       area += w  |   area -= w             a----Y--------b     |
                  |                              |         {2}  |
                  a                              e--------------f

The two footprints ``abcd`` and ``efgh`` run counter-clockwise, what they cover on their left. The arc ``b -> X``
has {1, 2} on its left and {2} on its right, the arc ``X -> c`` {1} on its left and no group on its right.

Where it comes from: G. Green, *An Essay on the Application of Mathematical Analysis to the Theories of
Electricity and Magnetism* (1828), in the plane; for polygons, A. L. F. Meister, *Generalia de genesi figurarum
planarum* (1769), who also gave areas a sign. The origin lies at the corner of the ground's box, so that ``w`` is
as exact as the ground is small, whatever the coordinates are.

The same pass gives the integrals of x, y, xx, xy and yy over each label (see `chains.measured`), for whatever is a
quadratic on so small a ground, as the scale of a projection.

A wrong label costs ``w``, which is as large as the arc is long and far from the corner, not as small as the
sliver that misled. So what meets what is decided once, for both, and the arcs form one consistent complex:

`net`
    vertices within eps of each other are one, and edges with the same ends are one edge with several owners;
`gather`, `cover`
    edges are gathered around the ground's box; what no ray can meet is left out, what is clear of the ground is
    met by rays alone;
`meetings`
    a vertex within eps of an edge, and each crossing, is found once per pair;
`splitting`
    edges are split there, round after round, until none is left: the net is then planar by construction;
`chains`
    arcs between which no label can change are joined;
`rays`
    two rays per chain, from different places, count how often each group winds around its sides;
`labels`
    each chain is added to the label on its left and taken from the one on its right;
`lines`
    where asked for, the chains between two different labels are written out.

``eps`` is 8 ulp of the largest coordinate as it was digitised or of four times the extent, whichever is more: no
edge moves by more than rounding may have moved it.

An answer is **certified** if the net became planar, the two rays of every chain agree, the border of every label
is closed (each vertex is left as often as it is reached), and the labels sum to the ground. What is not certified
says why and must not be used. None of it shares a line with GEOS, so where both agree, both are right.

`one` puts these together for one ground, `batch` runs many and has numba compile all of them (an extra,
``petakumuh[cepat]``; without it the same functions run as Python, some hundred times slower), `tiles` cuts giant
grounds into tiles, `api` holds the doors, `faces` picks from the arcs those around any union of labels. The
functions that numba compiles take and give numbers, arrays and tuples of arrays, grow arrays only where they say
so, and use no keywords.
"""

from petakumuh.kernel.api import REASONS, Arcs, Labels, areas, label_arcs, label_areas
from petakumuh.kernel.batch import available, compiled
from petakumuh.kernel.layout import Shapes
from petakumuh.kernel.shapes import flat

__all__ = [
    "REASONS",
    "Arcs",
    "Labels",
    "Shapes",
    "areas",
    "available",
    "compiled",
    "flat",
    "label_arcs",
    "label_areas",
]
