"""The cut: slum ground into disjoint pieces, every square metre once, and every hectare twice.

The layers of one zone, laid over each other, are a subdivision of the plane. Within a face of it the set of
kelurahan, slums and groups of works that cover, the *label*, is the same everywhere; a *piece* is all ground of
one slum in one kelurahan with the same set of groups::

      kelurahan Barat         |   Timur           label of a        piece
    +-------------------------+------------+      {B}               Barat, K1, {}
    |      slum K1            |            |      {B, jalan}        Barat, K1, {jalan}
    |   {B}        {B, jalan} | {T, jalan} |      {T, jalan}        Timur, K1, {jalan}
    |          +--------------+-----+      |      {T}               Timur, K1, {}
    |          |    a road    |     |      |
    +----------+--------------+-----+------+

`scene`
    the layers as arrays, in an order that no order of rows can change;
`labels`
    one pass of `petakumuh.kernel` over each slum gives the area of every label, and from the labels the shares of
    kelurahan, the ground that two slums claim and the pieces, without building geometry;
`touches`
    what each single work covers, by the same kernel with the work as ground;
`measured`
    their tables, in hectares;
`certify`
    GEOS measures each slum once more: share, held and handled ground must agree, or the run stops;
`drawn`
    ground with geometry by any key, from the arcs of the same kernel;
`geos`
    the cut with geometry of every piece, without the kernel.

Ground claimed twice: a pair (slum, kelurahan) comes before another when the slum names the kelurahan, then by the
code that the slum names, then by the slum's id, then by the code of the kelurahan.

That the set of covering groups is constant within a face, and that areas of faces follow from their arcs alone, is
Green's theorem: see `petakumuh.kernel` for the derivation, its picture and sources.
"""

from petakumuh.overlay.cut import Labelled, overlay
from petakumuh.overlay.drawn import drawn
from petakumuh.overlay.geos import Shaped, shaped
from petakumuh.overlay.result import Certificate, Overlay, groups_of

__all__ = ["Certificate", "Labelled", "Overlay", "Shaped", "drawn", "groups_of", "overlay", "shaped"]
