"""The cut: slum ground into disjoint pieces, every square metre once.

Three steps, each of which must close (law 1) or the run stops:

1. each slum is shared out among the kelurahan beneath it; what lies in none stays, with an empty kelurahan;
2. ground that two slums claim goes to one of them, and who lost what to whom is kept;
3. each ground is split by the union of each group of works that touches it.

Ground claimed twice: a pair (slum, kelurahan) comes before another when the slum names the kelurahan, then
by the code that the slum names, then by the slum's id, then by the code of the kelurahan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from petakumuh.errors import ConservationError
from petakumuh.ground import intersection, meeting, meeting_pairs, move, origin, placed, subtract, union
from petakumuh.measure import closes, geodesic_ha, map_crs, planar_ha, planar_m2, rounding_m, tm3_ha
from petakumuh.model import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.model import Zone

__all__ = ["Overlay", "dissolve", "overlay"]

_FLAGS = ("dihitung", "sebelum_dasar")
"""Whether a work counts as handled, and whether it came before the base year of the decree."""
_Planes = dict[tuple[str, str], int]
"""The TM-3 zone of each kelurahan_id and kumuh_id."""
_LAST = "~"
"""Sorts after every code."""


@dataclass(frozen=True)
class Overlay:
    """Disjoint pieces of slum ground, and what lies on them.

    Attributes
    ----------
    pieces
        ``piece_id, kelurahan_id, kumuh_id, zona, luas_ha, luas_geodesik_ha, geometry`` in the map's CRS: a row
        per maximal ground with the same kelurahan, kumuh and set of groups.
    groups
        ``group_id``, the columns of ``by``, ``dihitung``, ``sebelum_dasar``: the distinct combinations of works.
    links
        ``piece_id, group_id``: which groups cover a piece.
    touches
        ``kelurahan_id, kumuh_id, penanganan_id, luas_ha, luas_geodesik_ha``: what each work covers.
    grounds
        ``kelurahan_id, kumuh_id, luas_ha, luas_geodesik_ha``: each slum by its own geometry in each kelurahan,
        before ground claimed by two slums is assigned.
    claims
        ``kelurahan_id, kumuh_id, kumuh_id_lain, luas_ha``: ground that ``kumuh_id_lain`` lost to ``kumuh_id``.
    local
        ``corner, shape`` by ``piece_id``: the geometry as it was cut, in metres from a local origin of its zone.
        Moved back to UTM coordinates the last digits round, and what was valid may not be.
    """

    pieces: GeoDataFrame
    groups: DataFrame
    links: DataFrame
    touches: DataFrame
    grounds: DataFrame
    claims: DataFrame
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
        return not names_it, self.named or _LAST, self.kumuh_id, self.kelurahan_id or _LAST

    @property
    def floor_m2(self) -> float:
        """Area that rounding alone can make along the whole edge of this ground."""
        return float(self.floors_m2(self.own))

    def floors_m2(self, parts: Any) -> NDArray[np.float64]:
        """Area that rounding alone can make in parts of this ground, at the reach of its coordinates."""
        return self.rounding_m * np.asarray(shapely.length(parts))


def overlay(
    zones: Sequence[Zone],
    *,
    by: Sequence[str],
    tm3: Mapping[str, int] | None = None,
    done: Callable[[int], object] = lambda _: None,
) -> Overlay:
    """Cut slum ground into pieces, every square metre once.

    Parameters
    ----------
    zones
        Checked layers, one working CRS each.
    by
        The columns of works that pieces are told apart by.
    tm3
        The TM-3 zone of each kelurahan_id, where hectares in that plane are wanted: then ``zona_tm3`` and
        ``luas_tm3_ha`` stand beside the other hectares.
    done
        Called with the number of grounds that have been cut.

    Returns
    -------
        Pieces, links and touches; the answer does not depend on the order of rows.

    Raises
    ------
    ConservationError
        When parts do not sum to their whole within 1e-9 of its area and 16 ulp times its perimeter.

    Notes
    -----
    Law 1: the sum of pieces is the area of the union of slums. Law 4: pieces are disjoint. Law 5: handled is
    the area of the union of slums that lies under the union of works. Law 6: each touch is the direct
    intersection of one work with one ground.
    """
    groups = _groups(zones, by)
    key_of = {tuple(row): name for name, *row in groups.itertuples(index=False)}
    tables: dict[str, list[DataFrame]] = {name: [] for name in ("pieces", "links", "touches", "grounds", "claims")}
    start = 0
    for zone in zones:
        works = zone.penanganan.sort_values("penanganan_id", kind="stable").reset_index(drop=True)
        works["group_id"] = [key_of[tuple(row)] for row in works[[*by, *_FLAGS]].itertuples(index=False)]
        grounds = _shared_out(zone)
        claims = _assigned(grounds, zone)
        planes = None if tm3 is None else _planes(grounds, zone, tm3)
        for name, table in _split(grounds, works, zone.epsg, start, planes=planes, done=done).items():
            tables[name].append(table)
        tables["claims"].append(claims)
        start += len(tables["pieces"][-1])
    joined = {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}
    local = joined["pieces"].set_index("piece_id")[["zona", "corner", "shape"]]
    pieces = _on_map(joined.pop("pieces"), tuple(zone.epsg for zone in zones))
    return Overlay(pieces=pieces, groups=groups, local=local, **joined)


def dissolve(cut: Overlay, key: DataFrame, *, done: Callable[[int], object] = lambda _: None) -> GeoDataFrame:
    """Join pieces into ground by a display key, for maps and layers.

    Parameters
    ----------
    cut
        The pieces.
    key
        Indexed by ``piece_id``: the columns to tell ground apart by.
    done
        Called with the number of pieces that have been joined.

    Returns
    -------
        A row per distinct key and zone with ``luas_ha``, ``luas_geodesik_ha`` and geometry in the map's CRS.

    Raises
    ------
    ConservationError
        When the joined ground does not have the area of its pieces.
    """
    names = list(key.columns)
    hectares = [name for name in ("luas_ha", "luas_geodesik_ha", "luas_tm3_ha") if name in cut.pieces]
    joined = cut.local.join(cut.pieces.set_index("piece_id")[hectares]).join(key)
    rows: list[dict[str, Any]] = []
    keyed: Any = joined.groupby(["zona", "corner", *names], sort=True)
    for (epsg, corner, *values), part in keyed:
        shape = union(part["shape"])
        _require_closed(
            "bidang",
            "/".join(map(str, values)),
            part["luas_ha"].sum() * 1e4,
            float(planar_m2(shape)),
            rounding_m(shape, corner) * float(shapely.length(part["shape"].to_numpy()).sum()),
        )
        areas = {name: float(part[name].to_numpy().sum()) for name in hectares}
        rows.append(
            dict(zip(names, values, strict=True)) | areas | {"zona": int(epsg), "corner": corner, "shape": shape}
        )
        done(len(part))
    columns = [*names, *hectares, "zona", "corner", "shape"]
    zones = tuple(int(epsg) for epsg in cut.local["zona"].unique())
    ground: GeoDataFrame = _on_map(pd.DataFrame(rows, columns=columns), zones)
    return ground.sort_values(names).reset_index(drop=True)


def _on_map(table: DataFrame, zones: tuple[int, ...]) -> GeoDataFrame:
    """Put local shapes in the one CRS of the map, valid there: for the eye and for layers, not for measuring."""
    crs = map_crs(zones)
    shapes, corners = (table[name].to_numpy(dtype=object) for name in ("shape", "corner"))
    on_map = placed(shapes, corners, table["zona"].to_numpy(), crs)
    return GeoDataFrame(table.drop(columns=["corner", "shape"]), geometry=on_map, crs=crs)


def _groups(zones: Sequence[Zone], by: Sequence[str]) -> DataFrame:
    """List the distinct combinations of works, in alphabetical order."""
    columns = [*by, *_FLAGS]
    every = pd.concat([zone.penanganan[columns] for zone in zones], ignore_index=True)
    groups = every.drop_duplicates().sort_values(columns).reset_index(drop=True)
    groups.insert(0, "group_id", [f"G{at + 1:05d}" for at in range(len(groups))])
    typed: DataFrame = groups.astype(dict.fromkeys(["group_id", *by], str) | dict.fromkeys(_FLAGS, bool))
    return typed


def _require_closed(what: str, name: str, parts_m2: float, whole_m2: float, floor_m2: float) -> None:
    if not closes(parts_m2, whole_m2, floor_m2):
        raise ConservationError(
            "tidak_tertutup", apa=what, id=name, bagian_m2=f"{parts_m2:.9g}", utuh_m2=f"{whole_m2:.9g}"
        )


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
        whole = left = move(slums[at], corner)
        floor = rounding_m(whole, corner) * float(shapely.length(whole))
        mine: list[_Ground] = []
        beneath = pairs[starts[at] : starts[at + 1], 1]
        for k in sorted(beneath, key=lambda k: (codes[k] != named, codes[k])):
            cover = move(areas[k], corner)
            inside, outside = intersection(left, cover)[0], subtract(left, cover)[0]
            if float(planar_m2(inside)) <= floor:
                continue
            if float(planar_m2(outside)) <= floor:
                inside, outside = left, shapely.Polygon()
            mine.append(_Ground(name, str(codes[k]), named, corner, inside))
            left = outside
        if float(planar_m2(left)) > floor or not mine:
            mine.append(_Ground(name, OUTSIDE, named, corner, left))
        parts = float(sum(planar_m2(one.shape) for one in mine))
        _require_closed("kumuh", name, parts, float(planar_m2(whole)), floor)
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
        claims.append((winner.kelurahan_id, winner.kumuh_id, loser.kumuh_id, lost / 1e4))
    _require_union(grounds, zone, contested)
    table = pd.DataFrame(claims, columns=["kelurahan_id", "kumuh_id", "kumuh_id_lain", "luas_ha"])
    return table.astype({"kelurahan_id": str, "kumuh_id": str, "kumuh_id_lain": str, "luas_ha": float})


def _require_union(grounds: list[_Ground], zone: Zone, contested: set[str]) -> None:
    """Hold the ground of the slums that claimed from each other against the area of their union."""
    rows = zone.kumuh[zone.kumuh["kumuh_id"].isin(contested)]
    if not len(rows):
        return
    corner = origin(rows.geometry.array)
    whole = union(move(np.asarray(rows.geometry.array), corner))
    mine = [one for one in grounds if one.kumuh_id in contested]
    _require_closed(
        "gabungan kumuh",
        ", ".join(sorted(contested)[:4]),
        float(sum(planar_m2(one.shape) for one in mine)),
        float(planar_m2(whole)),
        sum(one.floor_m2 for one in mine),
    )


def _split(
    grounds: list[_Ground],
    works: GeoDataFrame,
    epsg: int,
    start: int,
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
    for at in sorted(
        range(len(grounds)), key=lambda at: (grounds[at].kelurahan_id or _LAST, grounds[at].kumuh_id)
    ):
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
    table.insert(0, "piece_id", np.arange(start, start + len(table)))
    links = table[["piece_id", "labels"]].explode("labels").dropna().rename(columns={"labels": "group_id"})
    links = links.astype({"group_id": str})
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
    ground: _Ground, clipped: NDArray[np.object_], group_ids: NDArray[np.object_]
) -> list[tuple[list[str], Any]]:
    """Split one ground by the union of each group in turn; a part too thin to measure joins its neighbour."""
    shapes = np.array([ground.shape], dtype=object)
    labels: list[list[str]] = [[]]
    for group in np.unique(group_ids.astype(str)):
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
    _require_closed("bagian kumuh", name, total, float(planar_m2(ground.shape)), floor)
    return sorted(zip(labels, shapes, strict=True), key=lambda part: part[0])


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
    table["luas_geodesik_ha"] = geodesic_ha(shapes, table["corner"], epsg)
    if planes is not None:
        codes = [planes[place] for place in zip(table["kelurahan_id"], table["kumuh_id"], strict=True)]
        table["zona_tm3"], table["luas_tm3_ha"] = np.asarray(codes, dtype=np.int64), 0.0
        for code in set(codes):
            here = table["zona_tm3"] == code
            table.loc[here, "luas_tm3_ha"] = tm3_ha(shapes[here], table.loc[here, "corner"], epsg, code)
    return table
