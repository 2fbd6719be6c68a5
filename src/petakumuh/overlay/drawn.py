"""Ground with geometry, by any key: built only for what somebody will look at.

The kernel's arcs run between labels; those between labels of one key are left out, and what stays closes around
the ground of each key. Neighbours share their vertices, and no set operation is needed. Each row's area must be
the sum of its pieces, which were measured without geometry: two ways to the same hectare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

from petakumuh.ground import enclosed, placed, union
from petakumuh.kernel import label_arcs
from petakumuh.kernel.faces import faces
from petakumuh.measure import M2_PER_HA, map_crs, planar_m2, roundings_m
from petakumuh.overlay.geos import Shaped
from petakumuh.overlay.result import HECTARES, require_closed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pandas import DataFrame

    from petakumuh.overlay.measured import Measured
    from petakumuh.overlay.result import Overlay
    from petakumuh.overlay.scene import Ints

__all__ = ["drawn"]


def drawn(
    cut: Overlay, key: DataFrame, *, crs: int | None = None, done: Callable[[int], object] = lambda _: None
) -> GeoDataFrame:
    """Join pieces into ground by a key, for maps and layers.

    Parameters
    ----------
    cut
        The pieces, as `petakumuh.overlay.overlay` or `petakumuh.overlay.shaped` give them.
    key
        Indexed by ``piece_id``: the columns to tell the ground of a slum apart by. With ``piece_id`` itself as the
        column each piece is drawn by itself.
    crs
        EPSG code of the map; None is that of the zones of the cut.
    done
        Called with the number of pieces that have been joined.

    Returns
    -------
        A row per distinct key, slum and zone with ``luas_ha``, ``luas_geodesik_ha`` and geometry in the map's CRS.

    Raises
    ------
    ConservationError
        When drawn ground does not have the area of its pieces.
    """
    names, pieces = list(key.columns), cut.pieces
    hectares = [name for name in HECTARES if name in pieces]
    wanted = pieces[[one for one in ("zona", "kumuh_id", *hectares) if one not in names]]
    rows: Any = wanted.join(key.rename_axis(None)).groupby(
        [*names, "zona", *{"kumuh_id"}.difference(names)], sort=True
    )
    row_of = rows.ngroup().to_numpy()
    table = rows[hectares].sum().reset_index()
    shapes, corners = np.full(len(table), shapely.Polygon(), dtype=object), np.zeros((len(table), 2))
    for row, shape, corner in _shaped(cut, row_of) if isinstance(cut, Shaped) else _labelled(cut, row_of):
        shapes[row], corners[row] = shape, corner
    _require_measured(table, names, shapes, corners)
    done(len(pieces))
    crs = crs or map_crs(tuple(int(epsg) for epsg in pieces["zona"].unique()))
    on_map = placed(shapes, corners, table["zona"].to_numpy(), crs)
    return GeoDataFrame(table[[*names, *hectares, "zona"]], geometry=on_map, crs=crs)


def _require_measured(table: DataFrame, names: list[str], shapes: Any, corners: Any) -> None:
    """Hold the area of drawn ground against that of its pieces."""
    rounding = roundings_m(shapely.bounds(shapes) + np.tile(corners, 2))
    drawn_m2, measured_m2 = planar_m2(shapes), table["luas_ha"].to_numpy() * M2_PER_HA
    floor = rounding * shapely.length(shapes)
    for row in np.flatnonzero(np.abs(drawn_m2 - measured_m2) > 1e-9 * measured_m2 + floor).tolist():
        name = "/".join(str(one) for one in table.loc[row, names])
        parts, whole = float(measured_m2[row]), float(drawn_m2[row])
        require_closed("bidang", name, parts_m2=parts, whole_m2=whole, floor_m2=float(floor[row]))


def _shaped(cut: Shaped, row_of: Ints) -> Iterator[tuple[int, Any, tuple[float, float]]]:
    """Join pieces that have their geometry: row, shape, and where its local origin lies."""
    shapes, corners = (cut.local[name].to_numpy() for name in ("shape", "corner"))
    for row, mine in _places(row_of).items():
        yield row, union(shapes[mine]), corners[mine[0]]


def _labelled(cut: Any, row_of: Ints) -> Iterator[tuple[int, Any, tuple[float, float]]]:
    """Draw what was measured, and join what GEOS had to cut."""
    for one, number in zip(cut.measured, cut.numbers, strict=False):
        yield from _from_arcs(one, np.append(row_of, -1)[number])
    if cut.fallen is not None:
        yield from _shaped(cut.fallen, row_of[cut.numbers[-1]])


def _from_arcs(one: Measured, row_of: Ints) -> Iterator[tuple[int, Any, tuple[float, float]]]:
    """Draw the ground of one zone; ``row_of`` its pieces, -1 where a piece is not wanted."""
    scene = one.scene
    start, on = scene.near
    _, arcs = label_arcs(scene.grounds, scene.shapes, group=scene.group, start=start, on=on)
    around = faces(arcs, np.append(row_of, -1)[one.pieces.of_row])
    shapes = enclosed(around.xy, around.line, around.face)
    corners = scene.boxes[scene.mine[around.ground], :2]
    for row, mine in _places(around.key).items():
        shape = shapes[mine[0]] if len(mine) == 1 else union(shapes[mine])
        yield row, shape, tuple(corners[mine[0]].tolist())


def _places(row_of: Ints) -> dict[int, Ints]:
    """Say where each row stands."""
    order = np.argsort(row_of, kind="stable")
    rows, first = np.unique(row_of[order], return_index=True)
    return dict(zip(rows.tolist(), np.split(order, first[1:]), strict=True)) if len(rows) else {}
