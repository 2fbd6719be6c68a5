"""The cut with geometry, by GEOS: the way of every hectare where the kernel is not installed, and of two decrees.

Three steps, each of which must close (law 1) or the run stops:

1. each slum is shared out among the kelurahan beneath it; what lies in none stays, with an empty kelurahan;
2. ground that two slums claim goes to one of them, and who lost what to whom is kept;
3. each ground is split by the union of each group of works that touches it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from petakumuh.ground import GRID_M, intersection, meeting, meeting_pairs, move, origin, subtract, union
from petakumuh.measure import M2_PER_HA, ellipsoid_ha, planar_ha, planar_m2, rounding_m
from petakumuh.model import OUTSIDE
from petakumuh.overlay.result import LAST, Certificate, Overlay, group_numbers, groups_of, ordered, require_closed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.model import Zone

__all__ = ["Shaped", "shaped", "shared"]

_Planes = dict[tuple[str, str], int]
"""The TM-3 zone of each kelurahan_id and kumuh_id."""


@dataclass(frozen=True)
class Shaped(Overlay):
    """A cut of which each piece has its geometry.

    Attributes
    ----------
    local
        ``zona, corner, shape`` by ``piece_id``: the geometry as it was cut, in metres from a local origin of its
        zone. Moved back to UTM coordinates the last digits round, and what was valid may not be.
    """

    local: DataFrame


@dataclass
class _Ground:
    """One slum in one kelurahan, at the slum's local origin."""

    kumuh_id: str
    kelurahan_id: str
    named: str
    corner: tuple[float, float]
    shape: Any
    own: Any = field(init=False)
    rounding_m: float = field(init=False)

    def __post_init__(self) -> None:
        self.own = self.shape
        self.rounding_m = rounding_m(self.own, self.corner)

    @property
    def rank(self) -> tuple[bool, str, str, str]:
        """Order of claims on ground: the lower goes first."""
        names_it = self.kelurahan_id != OUTSIDE and self.kelurahan_id == self.named
        return not names_it, self.named or LAST, self.kumuh_id, self.kelurahan_id or LAST

    @property
    def floor_m2(self) -> float:
        """Area that rounding alone can make along the whole edge of this ground."""
        return float(self.floors_m2(self.own))

    def floors_m2(self, parts: Any) -> NDArray[np.float64]:
        """Area that rounding alone can make in parts of this ground, at the reach of its coordinates."""
        return self.rounding_m * np.asarray(shapely.length(parts))


def shaped(
    zones: Sequence[Zone],
    *,
    by: Sequence[str],
    tm3: Mapping[str, int] | None = None,
    done: Callable[[int], object] = lambda _: None,
    groups: DataFrame | None = None,
    mine: Mapping[int, Sequence[str]] | None = None,
) -> Shaped:
    """Cut slum ground into pieces with geometry; arguments and laws as those of `petakumuh.overlay.overlay`.

    Raises
    ------
    ConservationError
        When parts do not sum to their whole within 1e-9 of its area and 16 ulp times its perimeter.
    """
    groups = groups_of(zones, by) if groups is None else groups
    parts: list[dict[str, DataFrame]] = []
    for zone in zones:
        works = zone.penanganan.sort_values("penanganan_id", kind="stable").reset_index(drop=True)
        works["group_id"] = group_numbers(works, groups)
        grounds = _shared_out(zone)
        claims = _assigned(grounds, zone)
        planes = None if tm3 is None else _planes(grounds, zone, tm3)
        if mine is not None:
            grounds = [one for one in grounds if one.kumuh_id in mine[zone.epsg]]
            claims = claims[claims["kumuh_id_lain"].isin(mine[zone.epsg])]
        parts.append(_split(grounds, works, zone.epsg, planes=planes, done=done) | {"claims": claims})
    tables, _ = ordered(parts)
    local = tables["pieces"].set_index("piece_id")[["zona", "corner", "shape"]]
    tables["pieces"] = tables["pieces"].drop(columns=["corner", "shape"])
    return Shaped(groups=groups, local=local, certificate=Certificate(reason="tanpa_kernel"), **tables)


def shared(
    whole: Any, covers: Sequence[Any], *, floor: float = 0.0, grid: float | None = GRID_M
) -> tuple[dict[int, Any], Any]:
    """Share a shape out among covers, the first first.

    Parameters
    ----------
    floor
        Square metres up to which a share is none, and what is left belongs to the last one.
    grid
        As for `petakumuh.ground.intersection`.

    Returns
    -------
        What each cover got, by its place; and what is left.
    """
    shares: dict[int, Any] = {}
    left = whole
    for at, cover in enumerate(covers):
        inside, outside = intersection(left, cover, grid=grid)[0], subtract(left, cover, grid=grid)[0]
        if float(planar_m2(inside)) <= floor:
            continue
        if float(planar_m2(outside)) <= floor:
            inside, outside = left, shapely.Polygon()
        shares[at], left = inside, outside
    return shares, left


def _shared_out(zone: Zone) -> list[_Ground]:
    """Step 1: each slum among the kelurahan beneath it, the one it names first, then the lower code."""
    slums = np.asarray(zone.kumuh.geometry.array)
    areas = np.asarray(zone.kelurahan.geometry.array)
    codes = zone.kelurahan["kelurahan_id"].to_numpy()
    pairs = meeting_pairs(slums, areas)
    starts = np.searchsorted(pairs[:, 0], np.arange(len(slums) + 1))
    grounds: list[_Ground] = []
    for at, (name, named) in enumerate(zip(zone.kumuh["kumuh_id"], zone.kumuh["disebut_id"], strict=True)):
        corner = origin(slums[at])
        whole = move(slums[at], corner)
        floor = rounding_m(whole, corner) * float(shapely.length(whole))
        beneath = sorted(pairs[starts[at] : starts[at + 1], 1], key=lambda k: (codes[k] != named, codes[k]))
        shares, left = shared(whole, move(areas[beneath], corner), floor=floor)
        mine = [_Ground(name, str(codes[beneath[k]]), named, corner, shape) for k, shape in shares.items()]
        if float(planar_m2(left)) > floor or not mine:
            mine.append(_Ground(name, OUTSIDE, named, corner, left))
        parts = float(sum(planar_m2(one.shape) for one in mine))
        require_closed("kumuh", name, parts_m2=parts, whole_m2=float(planar_m2(whole)), floor_m2=floor)
        grounds += mine
    return sorted(grounds, key=lambda one: one.rank)


def _assigned(grounds: list[_Ground], zone: Zone) -> DataFrame:
    """Step 2: ground that several slums claim goes to the first in rank; the others lose it."""
    placed = np.array([move(one.shape, one.corner, back=True) for one in grounds], dtype=object)
    pairs = meeting_pairs(placed, placed)
    pairs = pairs[pairs[:, 1] < pairs[:, 0]]
    claims = []
    contested: set[str] = set()
    for loser_at, winner_at in pairs:
        loser, winner = grounds[loser_at], grounds[winner_at]
        if loser.kumuh_id == winner.kumuh_id or loser.shape.is_empty:
            continue
        theirs = move(winner.shape, (loser.corner[0] - winner.corner[0], loser.corner[1] - winner.corner[1]))
        lost = float(planar_m2(intersection(loser.shape, theirs)[0]))
        if lost <= loser.floor_m2:
            continue
        loser.shape = subtract(loser.shape, theirs)[0]
        if float(planar_m2(loser.shape)) <= loser.floor_m2:
            loser.shape = shapely.Polygon()
        contested |= {loser.kumuh_id, winner.kumuh_id}
        claims.append((winner.kelurahan_id, winner.kumuh_id, loser.kumuh_id, lost / M2_PER_HA))
    _require_union(grounds, zone, contested)
    table = pd.DataFrame(claims, columns=["kelurahan_id", "kumuh_id", "kumuh_id_lain", "luas_ha"])
    typed = table.astype({"kelurahan_id": str, "kumuh_id": str, "kumuh_id_lain": str, "luas_ha": float})
    summed: DataFrame = typed.groupby(list(typed.columns[:-1]), as_index=False).sum()
    return summed


def _require_union(grounds: list[_Ground], zone: Zone, contested: set[str]) -> None:
    """Hold the ground of the slums that claimed from each other against the area of their union."""
    rows = zone.kumuh[zone.kumuh["kumuh_id"].isin(contested)]
    if not len(rows):
        return
    corner = origin(rows.geometry.array)
    whole = union(move(np.asarray(rows.geometry.array), corner))
    mine = [one for one in grounds if one.kumuh_id in contested]
    require_closed(
        "gabungan kumuh",
        ", ".join(sorted(contested)[:4]),
        parts_m2=float(sum(planar_m2(one.shape) for one in mine)),
        whole_m2=float(planar_m2(whole)),
        floor_m2=sum(one.floor_m2 for one in mine),
    )


def _split(
    grounds: list[_Ground],
    works: GeoDataFrame,
    epsg: int,
    *,
    planes: _Planes | None,
    done: Callable[[int], object],
) -> dict[str, DataFrame]:
    """Step 3: each ground by the works on it, group after group."""
    footprints = np.asarray(works.geometry.array)
    ids, group_ids = works["penanganan_id"].to_numpy(), works["group_id"].to_numpy()
    placed = np.array([move(one.own, one.corner, back=True) for one in grounds], dtype=object)
    pairs = meeting_pairs(placed, footprints)
    starts = np.searchsorted(pairs[:, 0], np.arange(len(grounds) + 1))
    pieces: list[tuple[Any, ...]] = []
    touches: list[tuple[Any, ...]] = []
    for at in sorted(range(len(grounds)), key=lambda at: (grounds[at].kelurahan_id or LAST, grounds[at].kumuh_id)):
        ground, on_it = grounds[at], pairs[starts[at] : starts[at + 1], 1]
        if ground.shape.is_empty:
            continue
        clipped = intersection(ground.shape, move(footprints[on_it], ground.corner))
        covered = planar_m2(clipped) > ground.floors_m2(clipped)
        clipped, on_it = clipped[covered], on_it[covered]
        place = (ground.kelurahan_id, ground.kumuh_id)
        touches += [(*place, ids[work], shape, ground.corner) for work, shape in zip(on_it, clipped, strict=True)]
        parts = _by_groups(ground, clipped, group_ids[on_it])
        pieces += [(*place, labels, shape, ground.corner) for labels, shape in parts]
        done(1)
    table = _measured(pieces, ["kelurahan_id", "kumuh_id", "labels"], epsg, planes)
    table.insert(0, "piece_id", np.arange(len(table)))
    links = table[["piece_id", "labels"]].explode("labels").dropna().rename(columns={"labels": "group_id"})
    links = links.astype("int64")
    table.insert(3, "zona", epsg)
    own = [(one.kelurahan_id, one.kumuh_id, one.own, one.corner) for one in grounds]
    return {
        "pieces": table.drop(columns="labels"),
        "links": links.reset_index(drop=True),
        "touches": _measured(touches, ["kelurahan_id", "kumuh_id", "penanganan_id"], epsg, planes).drop(
            columns=["shape", "corner"]
        ),
        "grounds": _measured(own, ["kelurahan_id", "kumuh_id"], epsg, planes).drop(columns=["shape", "corner"]),
    }


def _by_groups(
    ground: _Ground, clipped: NDArray[np.object_], group_ids: NDArray[np.int64]
) -> list[tuple[list[int], Any]]:
    """Split one ground by the union of each group in turn; a part too thin to measure joins its neighbour."""
    shapes = np.array([ground.shape], dtype=object)
    labels: list[list[int]] = [[]]
    for group in np.unique(group_ids).tolist():
        cover = union(clipped[group_ids == group])
        at = meeting(cover, shapes)
        inside, floors = intersection(shapes[at], cover), ground.floors_m2(shapes[at])
        met = planar_m2(inside) > floors
        at, inside, floors = at[met], inside[met], floors[met]
        outside = subtract(shapes[at], cover)
        covered = planar_m2(outside) <= floors
        for part in at[covered]:
            labels[part] = [*labels[part], group]
        parted = at[~covered]
        shapes[parted] = outside[~covered]
        shapes = np.concatenate([shapes, inside[~covered]])
        labels += [[*labels[part], group] for part in parted]
    total, floor = float(planar_m2(shapes).sum()), ground.floor_m2 + float(ground.floors_m2(shapes).sum())
    name = f"{ground.kumuh_id} ({ground.kelurahan_id})"
    whole = float(planar_m2(ground.shape))
    require_closed("bagian kumuh", name, parts_m2=total, whole_m2=whole, floor_m2=floor)
    return sorted(zip(labels, shapes, strict=True), key=lambda part: (len(part[0]), part[0]))


def _planes(grounds: list[_Ground], zone: Zone, tm3: Mapping[str, int]) -> _Planes:
    """Say in which TM-3 zone each ground lies: its kelurahan's; outside all that of the nearest."""
    codes = zone.kelurahan["kelurahan_id"].to_numpy()
    tree = shapely.STRtree(np.asarray(zone.kelurahan.geometry.array))
    planes = {}
    for one in grounds:
        code = one.kelurahan_id
        if code == OUTSIDE:
            code = codes[tree.nearest(shapely.point_on_surface(move(one.own, one.corner, back=True)))]
        planes[one.kelurahan_id, one.kumuh_id] = tm3[code]
    return planes


def _measured(rows: list[tuple[Any, ...]], names: list[str], epsg: int, planes: _Planes | None) -> DataFrame:
    """Lay shapes out as a table with their hectares: planar, geodesic, and in TM-3 where that is wanted."""
    table = pd.DataFrame(rows, columns=[*names, "shape", "corner"])
    table = table.astype({name: str for name in names if name != "labels"})
    shapes = table["shape"].to_numpy(dtype=object)
    table["luas_ha"] = planar_ha(shapes)
    table["luas_geodesik_ha"] = ellipsoid_ha(shapes, table["corner"], epsg)
    if planes is not None:
        codes = [planes[place] for place in zip(table["kelurahan_id"], table["kumuh_id"], strict=True)]
        table["zona_tm3"], table["luas_tm3_ha"] = np.asarray(codes, dtype=np.int64), 0.0
        for code in set(codes):
            here = table["zona_tm3"] == code
            table.loc[here, "luas_tm3_ha"] = ellipsoid_ha(shapes[here], table.loc[here, "corner"], epsg, code)
    return table
