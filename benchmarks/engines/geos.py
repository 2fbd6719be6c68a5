"""Jobs by GEOS through shapely: by hand, and by the best route that was found for each.

Tried at the province and left out because they were slower or no faster: union first and clip after (1.25x),
one union call over collections instead of a loop (the same), `disjoint_subset_union_all` (the same), unions
of a year clipped after (1.1x), a tree of grounds asked with footprints (2x in the query).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from engines.answer import SECTORS, YEARS, Answer, Layers, read, summed

if TYPE_CHECKING:
    from pathlib import Path

    from engines.answer import Floats, Ints


class Grounds(NamedTuple):
    """Slums in kelurahan, and the footprints on each, cut to it.

    Attributes
    ----------
    shapes, town
        Each ground and its kelurahan.
    start
        Where the footprints of each ground begin in ``clipped`` and ``work``.
    clipped, work, on
        The footprint cut to its ground, its number, and its ground.
    """

    shapes: Any
    town: Ints
    start: Ints
    clipped: Any
    work: Ints
    on: Ints


def by_hand(folder: Path) -> Answer:
    """Measure (a) and (b) with a tree and a loop, as most scripts do it."""
    layers = read(folder)
    tree, towns = shapely.STRtree(layers.works), shapely.STRtree(layers.towns)
    slum_ha, handled_ha = np.zeros(len(layers.towns)), np.zeros(len(layers.towns))
    rows = 0
    for slum in layers.slums:
        for town in towns.query(slum, predicate="intersects"):
            ground = slum.intersection(layers.towns[town])
            if ground.area == 0:
                continue
            rows += 1
            slum_ha[town] += ground.area / 1e4
            hits = tree.query(ground, predicate="intersects")
            if len(hits):
                handled_ha[town] += shapely.union_all(layers.works[hits]).intersection(ground).area / 1e4
    return Answer(slum_ha, handled_ha, rows=rows)


def best(folder: Path) -> Answer:
    """Measure (a) and (b): cut footprints to their ground where they leave it, then one union per ground."""
    layers = read(folder)
    grounds = cut(layers)
    return _answer(layers, grounds, shapely.area(_unions(grounds.clipped, grounds.start)))


def years_and_sectors(folder: Path) -> Answer:
    """Measure (a), (b) and (c): unions by year into a running union, unions by sector."""
    layers = read(folder)
    grounds = cut(layers)
    first = np.zeros(len(YEARS))
    before = np.zeros(len(grounds.shapes))
    running = np.full(len(grounds.shapes), shapely.Polygon(), dtype=object)
    for k, year in enumerate(YEARS):
        on, unions = _part(grounds, layers.year == year)
        running[on] = shapely.union(running[on], unions)
        now = shapely.area(running)
        first[k], before = (now - before).sum() / 1e4, now
    sector = [shapely.area(_part(grounds, layers.sector == one)[1]).sum() / 1e4 for one in range(len(SECTORS))]
    return _answer(layers, grounds, before)._replace(first=first, sector=np.array(sector))


def handled_and_left(folder: Path) -> Answer:
    """Build (d), the handled and the remaining geometry of every ground."""
    layers = read(folder)
    grounds = cut(layers)
    handled = _unions(grounds.clipped, grounds.start)
    left = shapely.difference(grounds.shapes, handled)
    return _answer(layers, grounds, shapely.area(handled))._replace(left=shapely.area(left).sum() / 1e4)


def first_year(folder: Path) -> Answer:
    """Build (d) by display key: the ground first covered in each year, and what is left, as geometry."""
    layers = read(folder)
    grounds = cut(layers)
    running = np.full(len(grounds.shapes), shapely.Polygon(), dtype=object)
    shown = []
    for year in YEARS:
        on, unions = _part(grounds, layers.year == year)
        new = shapely.difference(unions, running[on])
        running[on] = shapely.union(running[on], unions)
        shown.append(new)
    left = shapely.area(shapely.difference(grounds.shapes, running)).sum() / 1e4
    first = np.array([shapely.area(new).sum() / 1e4 for new in shown])
    return _answer(layers, grounds, shapely.area(running))._replace(first=first, left=left)


def splitting(folder: Path) -> Answer:
    """Build every piece: each ground split by the union of each set of sector and year in turn.

    Each ground is moved to its corner first: at UTM coordinates GEOS more often gives a difference as if nothing
    had been taken away, without a word. Even so one ground of the city comes out wrong.
    """
    layers = read(folder)
    grounds = at_corners(cut(layers))
    group = (layers.year * len(SECTORS) + layers.sector)[grounds.work]
    handled, pieces, left = np.zeros(len(grounds.shapes)), 0, 0.0
    for k, (lo, hi) in enumerate(pairwise(grounds.start.tolist())):
        parts = np.array([grounds.shapes[k]], dtype=object)
        covered = np.zeros(1, dtype=bool)
        for one in np.unique(group[lo:hi]):
            union = shapely.union_all(grounds.clipped[lo:hi][group[lo:hi] == one])
            shapely.prepare(union)
            parts, covered = _split(parts, covered, union)
        area = shapely.area(parts)
        handled[k], left, pieces = area[covered].sum(), left + area[~covered].sum(), pieces + len(parts)
    return _answer(layers, grounds, handled)._replace(left=left / 1e4, rows=pieces)


def cut(layers: Layers) -> Grounds:
    """Cut slums to kelurahan, then footprints to those grounds that do not hold them whole."""
    slum, town = shapely.STRtree(layers.towns).query(layers.slums, predicate="intersects")
    shapely.prepare(layers.towns)
    shapes = _cut(layers.slums[slum], layers.towns[town])
    real = shapely.area(shapes) > 0
    shapes, town = shapes[real], town[real]
    on, work = shapely.STRtree(layers.works).query(shapes, predicate="intersects")
    order = np.lexsort((work, on))
    on, work = on[order], work[order]
    shapely.prepare(shapes)
    start = np.searchsorted(on, np.arange(len(shapes) + 1))
    return Grounds(shapes, town, start, _cut(layers.works[work], shapes[on]), work, on)


def at_corners(grounds: Grounds) -> Grounds:
    """Move each ground, and what lies on it, so that its corner is the origin."""
    corner = shapely.bounds(grounds.shapes)[:, :2]
    return grounds._replace(
        shapes=_moved(grounds.shapes, corner), clipped=_moved(grounds.clipped, corner[grounds.on])
    )


def _moved(shapes: Any, corner: Any) -> Any:
    by = np.repeat(corner, shapely.get_num_coordinates(shapes), axis=0)
    return shapely.set_coordinates(shapes.copy(), shapely.get_coordinates(shapes) - by)


def _cut(shapes: Any, frames: Any) -> Any:
    """Cut shapes to frames (prepared), pair by pair; what lies inside stays as it is."""
    shapes = shapes.copy()
    out = ~shapely.contains_properly(frames, shapes)
    shapes[out] = shapely.intersection(shapes[out], frames[out])
    return shapes


def _unions(shapes: Any, start: Ints) -> Any:
    """Unite runs of shapes."""
    return np.array([shapely.union_all(shapes[lo:hi]) for lo, hi in pairwise(start.tolist())], dtype=object)


def _part(grounds: Grounds, chosen: Any) -> tuple[Ints, Any]:
    """Unite those footprints of each ground that are chosen; give the grounds that have any, and the unions."""
    at = np.flatnonzero(chosen[grounds.work])
    on, first = np.unique(grounds.on[at], return_index=True)
    return on, _unions(grounds.clipped[at], np.append(first, len(at)))


def _split(parts: Any, covered: Any, union: Any) -> tuple[Any, Any]:
    """Split parts by a prepared union; parts clear of it or inside it stay whole."""
    met, inside = shapely.intersects(union, parts), shapely.contains_properly(union, parts)
    crossed = met & ~inside
    within, without = (op(parts[crossed], union) for op in (shapely.intersection, shapely.difference))
    new = np.concatenate([parts[~crossed], within, without])
    flags = np.concatenate([(covered | inside)[~crossed], np.ones(len(within), bool), covered[crossed]])
    real = shapely.area(new) > 0
    return new[real], flags[real]


def _answer(layers: Layers, grounds: Grounds, handled: Floats) -> Answer:
    """Sum grounds by kelurahan."""
    slum, done = (
        summed(grounds.town, m2 / 1e4, len(layers.towns)) for m2 in (shapely.area(grounds.shapes), handled)
    )
    return Answer(slum, done, rows=len(grounds.shapes))
