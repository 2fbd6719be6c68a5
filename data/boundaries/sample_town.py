"""The slums and works of a sample town: they grow from street block to street block along the water."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from sample_ground import (
    Array,
    Ground,
    Spec,
    as_written,
    divide,
    footprint,
    largest,
    parts,
    polygons,
    street_lattice,
)
from shapely import MultiLineString, Point, Polygon
from shapely.affinity import scale

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.random import Generator
    from shapely.geometry.base import BaseGeometry

SLUM_NAMES = (
    "Kampung Bakau", "Kampung Nelayan", "Kampung Pasar Lama", "Kampung Lontar", "Pesisir Muara",
    "Kampung Garam", "Kampung Asam", "Pesisir Dermaga", "Kampung Tambak", "Kampung Kesambi",
    "Kampung Sumur Tua", "Pesisir Karang", "Kampung Waru", "Kampung Ketapang", "Pesisir Tanjung",
    "Kampung Jembatan", "Kampung Gudang", "Pesisir Nipah",
)  # fmt: skip


@dataclass
class Slum:
    """A slum: its blocks, and its outline before (`drawn`) and after the common scale (`shape`)."""

    name: str
    blocks: list[int]
    limit: BaseGeometry
    drawn: Polygon
    shape: BaseGeometry = field(default_factory=Polygon)
    left: list[int] = field(default_factory=list)


@dataclass
class Work:
    """An intervention."""

    kind: str
    place: str
    shape: BaseGeometry
    status: str = "selesai"


class Town:
    """A kabupaten/kota with everything on it, on UTM metres.

    Parameters
    ----------
    spec
        What is decided about it.
    rng
        Its own source of chance: a change to one town leaves the others as they are.
    """

    def __init__(self, spec: Spec, rng: Generator) -> None:
        self.spec = spec
        self.rng = rng
        ground = Ground(spec, self.rng)
        self.kelurahan, self.river = divide(ground, len(spec.kelurahan), self.rng)
        self.land = shapely.union_all(self.kelurahan)
        self.streets = street_lattice(ground, self.rng)
        self.blocks = np.array(self.streets.blocks)
        self.middles = shapely.get_coordinates(shapely.centroid(self.blocks))
        self.water = shapely.distance(self.blocks, shapely.union_all([ground.shore(), self.river]))
        self.on_land = shapely.area(shapely.intersection(self.blocks, self.land)) / shapely.area(self.blocks)
        self.near = self._neighbours()
        self.owner: dict[int, int] = {}
        self.slums: list[Slum] = []
        self.works: list[Work] = []
        self.site: BaseGeometry = self.land

    def _neighbours(self) -> list[list[int]]:
        one, other = shapely.STRtree(self.blocks).query(self.blocks, predicate="intersects")
        long = shapely.length(shapely.intersection(self.blocks[one], self.blocks[other])) > 4
        near: list[list[int]] = [[] for _ in self.blocks]
        for a, b in zip(one[long], other[long], strict=True):
            if a != b:
                near[a].append(int(b))
        return near

    def grow(self, seed: int, target_m2: float, sizes: Array, water_pull: float = 0.0) -> list[int]:
        """Join block to block from `seed` until their `sizes` reach a target; none of size 0 is taken."""
        away = np.hypot(*(self.middles - self.middles[seed]).T)
        cost = away + water_pull * self.water + self.rng.uniform(0, 40, len(self.blocks))
        taken, edge = [seed], {n for n in self.near[seed] if sizes[n] > 0}
        while edge:
            # A block with many taken neighbours comes first: no combs, no holes.
            best = min(edge, key=lambda n: (cost[n] - 30 * len(set(self.near[n]) & set(taken)), n))
            if sizes[taken].sum() + sizes[best] / 2 > target_m2:
                break
            taken.append(best)
            edge = (edge | {n for n in self.near[best] if sizes[n] > 0}) - set(taken)
        return taken

    def ground_of(self, blocks: Iterable[int]) -> BaseGeometry:
        """Union of some blocks."""
        return shapely.union_all(self.blocks[list(blocks)])

    def sizes_of(self, blocks: Iterable[int], within: BaseGeometry) -> Array:
        """Area of some blocks `within` a shape, in the order of all blocks; 0 for the others."""
        sizes, chosen = np.zeros(len(self.blocks)), sorted(blocks)
        sizes[chosen] = shapely.area(shapely.intersection(self.blocks[chosen], within))
        return sizes

    # slums

    def settle(self, hectares: float) -> None:
        """Grow the town's slums, `hectares` in all."""
        share = self.rng.dirichlet(np.full(len(self.kelurahan), 5.0))
        counts = np.maximum(1, np.round(share * 2.15 * len(self.kelurahan))).astype(int)
        if "tindih" in self.spec.dirt:
            counts[-1] = max(2, counts[-1])
        homes = np.repeat(np.arange(len(counts)), counts)
        sizes = np.maximum(self.rng.lognormal(0, 0.55, len(homes)), 0.5)
        sizes *= hectares * 10_000 / sizes.sum()
        names = self.rng.permutation(SLUM_NAMES)
        for n, (home, size) in enumerate(zip(homes, sizes, strict=True)):
            self._found(str(names[n]), int(home), size, crossing=n == 0 and "lintas" in self.spec.dirt)
        if "tindih" in self.spec.dirt:
            self._overlap(*self.slums[-2:])
        if "panggung" in self.spec.dirt:
            self._over_the_sea()

    def _found(self, name: str, home: int, size: float, crossing: bool) -> None:
        """Grow one slum by the water of kelurahan `home`, at a street's distance from all others."""
        # Two metres inside the border: the 7 decimals of the files then make no slivers across it.
        limit = (self.land if crossing else self.kelurahan[home]).buffer(-2)
        near_owned = {n for block in self.owner for n in self.near[block]}
        free = self.sizes_of(
            set(np.flatnonzero(self.on_land > 0.35).tolist()) - near_owned - set(self.owner), limit
        )
        free[free < 300] = 0
        score = self.water + self.rng.uniform(0, 130, len(self.blocks)) + np.where(free > 0, 0, np.inf)
        if crossing:
            border = self.kelurahan[home].boundary.intersection(self.land.buffer(-4))
            score += 3 * shapely.distance(self.blocks, border)
        pull = 0.4 if crossing else float(self.rng.choice([0.6, 1.4, 2.6]))
        for seed in np.argsort(score)[:200]:
            drawn = largest(self.ground_of(self.grow(int(seed), size, free, pull)).intersection(limit))
            shares = sorted(drawn.intersection(one).area / size for one in self.kelurahan)
            if drawn.area > 0.9 * size and (not crossing or shares[-2] > 0.2):
                break
        inside = shapely.area(shapely.intersection(self.blocks, drawn)) > 30
        blocks = [int(n) for n in np.flatnonzero(inside)]
        self.owner |= dict.fromkeys(blocks, len(self.slums))
        self.slums.append(Slum(name, blocks, limit, drawn))

    def _overlap(self, first: Slum, second: Slum) -> None:
        """Let the second slum's outline run half a hectare into the first, as two surveys do."""
        ends = shapely.shortest_line(first.drawn, second.drawn)
        between = shapely.distance(self.blocks, ends.centroid)
        seed = min(first.blocks, key=lambda n: between[n])
        lent = self.grow(seed, 4_500, self.sizes_of(first.blocks, first.drawn))
        bridge = shapely.union_all([ends.buffer(25), self.ground_of(lent).intersection(first.drawn)])
        second.drawn = largest(second.drawn.union(bridge.intersection(second.limit)))
        under = np.flatnonzero(shapely.intersects(self.blocks, bridge)).tolist()
        second.blocks += [n for n in under if n not in self.owner]
        self.owner |= dict.fromkeys(second.blocks, len(self.slums) - 1)

    def _over_the_sea(self) -> None:
        """Let the slum with the longest waterfront go on over the sea: houses on stilts."""
        at_sea = (self.on_land < 0.35) & (shapely.distance(self.blocks, self.river) > 150)
        sea = {int(n) for n in np.flatnonzero(at_sea)}
        slum = max(self.slums[1:], key=lambda one: len({n for b in one.blocks for n in self.near[b]} & sea))
        shallows = {n for block in slum.blocks for n in self.near[block]} & sea
        middle = np.array(shapely.get_coordinates(slum.drawn.centroid)[0])
        seed = min(shallows, key=lambda n: np.hypot(*(self.middles[n] - middle)))
        stilts = self.grow(seed, 6_500, self.sizes_of(sea, self.ground_of(sea).difference(self.land)))
        over = self.ground_of(stilts)
        slum.limit = slum.limit.union(over.buffer(20))
        slum.drawn = largest(slum.drawn.union(over))
        slum.blocks += [n for n in stilts if n not in slum.blocks]
        self.owner |= dict.fromkeys(stilts, self.slums.index(slum))

    def rescale(self, factor: float) -> None:
        """Scale every slum about its centroid, inside the ground that it may take."""
        for slum in self.slums:
            scaled = scale(slum.drawn, factor, factor, origin="centroid")
            slum.shape = largest(scaled.intersection(slum.limit))

    def slum_ground(self) -> BaseGeometry:
        """Slum ground of the town as the file has it, each square metre once."""
        return shapely.union_all([as_written(one.shape, self.spec.zone) for one in self.slums])

    # works

    def handle(self) -> None:
        """Draw all works of the town."""
        self._leave((1 - self.spec.done) * sum(one.shape.area for one in self.slums))
        self.site = shapely.union_all([self.land, *(one.shape for one in self.slums)])
        served: BaseGeometry = Polygon()
        for slum in self.slums:
            left = self.ground_of(slum.left)
            self._blocks(slum)
            self._streets(slum, left)
            self._wells(slum)
            around = slum.shape.buffer(240).intersection(self.land.buffer(-8)).difference(served)
            self._access(slum, around, left)
            served = served.union(around)
        self._elsewhere()

    def _leave(self, target_m2: float) -> None:
        """Choose the neighbourhoods that the works have not reached."""
        for n in self.rng.permutation(len(self.slums)):
            slum = self.slums[n]
            goal = min(self.rng.uniform(5_000, 20_000), 0.7 * slum.shape.area, target_m2)
            if goal < 1_000:
                return
            sizes = self.sizes_of(slum.blocks, slum.shape)
            slum.left = self.grow(int(self.rng.choice(slum.blocks)), goal, sizes)
            target_m2 -= sizes[slum.left].sum()

    def _add(self, kind: str, place: str, shape: BaseGeometry, finished: bool = True) -> None:
        status = "selesai"
        if not finished:
            status = str(self.rng.choice(["rencana", "berjalan"], p=[0.75, 0.25]))
        elif kind != "bangunan" and self.rng.random() < 0.03:
            status = "berjalan"
        self.works.append(Work(kind, place, shape, status))

    def _blocks(self, slum: Slum) -> None:
        """Neighbourhood after neighbourhood, some with the houses across the street; some done twice."""
        todo = set(slum.blocks) - set(slum.left)
        done = set(todo)
        groups: list[list[int]] = []
        while todo:
            group = self.grow(min(todo), self.rng.uniform(6e3, 2e4), self.sizes_of(todo, slum.shape))
            todo -= set(group)
            beside = [one for one in groups if {n for block in one for n in self.near[block]} & set(group)]
            if beside and shapely.area(self.blocks[group]).sum() < 4_000:
                beside[0].extend(group)
            else:
                groups.append(group)
        for group in groups:
            across = {n for block in group for n in self.near[block]} - set(self.owner)
            chosen = [n for n in sorted(across) if self.on_land[n] > 0.6 and self.rng.random() < 0.12]
            self._add("bangunan", slum.name, self.ground_of([*group, *chosen]))
        if done and self.rng.random() < 0.4:
            seed = int(self.rng.choice(sorted(done)))
            again = self.grow(seed, self.rng.uniform(5e3, 1.4e4), self.sizes_of(done, slum.shape))
            self._add("bangunan", slum.name, self.ground_of(again))
        if slum.left:
            planned = slum.left[:-1] if len(slum.left) > 4 else slum.left
            self._add("bangunan", slum.name, self.ground_of(planned), finished=False)

    def _package(
        self, kind: str, place: str, lines: Iterable[BaseGeometry], left: BaseGeometry, count: int
    ) -> None:
        """Share lines out to `count` works by neighbourhood; those where nothing is done yet are a plan."""
        pieces = [one for line in lines for one in parts(line, 14) if one.geom_type == "LineString"]
        planned = [one for one in pieces if left.intersects(one.centroid)]
        built = [one for one in pieces if not left.intersects(one.centroid)]
        if planned:
            self._add(kind, place, MultiLineString(planned).simplify(0.8), finished=False)
        if built:
            middles = shapely.centroid(np.array(built))
            centres = self.rng.choice(middles, min(count, len(built)), replace=False)
            nearest = np.argmin([shapely.distance(built, one) for one in centres], axis=0)
            for n in np.unique(nearest):
                near = MultiLineString([built[k] for k in np.flatnonzero(nearest == n)])
                self._add(kind, place, near.simplify(0.8))

    def _streets(self, slum: Slum, left: BaseGeometry) -> None:
        """Streets and drains inside a slum: every lane and most alleys; a drain beside every second lane."""
        inside = slum.shape.buffer(3)
        lanes = shapely.intersection(np.array(self.streets.lanes + self.streets.collectors), inside)
        alleys = shapely.intersection(np.array(self.streets.alleys), inside)
        kept = [one for one in alleys[shapely.length(alleys) > 14] if self.rng.random() < 0.75]
        self._package("jalan", slum.name, [*lanes, *kept], left, int(np.ceil(slum.shape.area / 25_000)))
        beside = [one.offset_curve(3.4) for lane in lanes[::2] for one in parts(lane, 25)]
        bank = self.land.buffer(-5).boundary.intersection(slum.shape.buffer(45))
        if self.rng.random() < 0.5:
            beside.append(shapely.line_merge(bank))
        self._package("drainase", slum.name, beside, left, int(np.ceil(slum.shape.area / 45_000)))

    def _access(self, slum: Slum, around: BaseGeometry, left: BaseGeometry) -> None:
        """Collector streets that lead to a slum, some with a drain."""
        roads = [one for line in self.streets.collectors for one in parts(line.intersection(around), 60)]
        self._package("jalan", f"akses {slum.name}", roads, left, 1)
        if self.rng.random() < 0.35:
            drains = [one.offset_curve(-4) for one in roads[:3]]
            self._package("drainase", f"akses {slum.name}", drains, left, 1)

    def _wells(self, slum: Slum) -> None:
        done = sorted(set(slum.blocks) - set(slum.left))
        count = min(len(done), 1 + self.rng.poisson(slum.shape.area / 35_000))
        for n in self.rng.choice(done, count, replace=False):
            self._add("air_minum", slum.name, Point(self.middles[n]))
        if slum.left:
            self._add("air_minum", slum.name, Point(self.middles[slum.left[0]]), finished=False)

    def _elsewhere(self) -> None:
        """Works that lie outside every slum."""
        outside = sorted(set(np.flatnonzero((self.on_land > 0.9) & (self.water < 500)).tolist()) - set(self.owner))
        sizes = self.sizes_of(outside, self.land)
        for seed in self.rng.choice(outside, 3, replace=False):
            self._add("bangunan", "luar kumuh", self.ground_of(self.grow(int(seed), 9_000, sizes)))
        for seed in self.rng.choice(outside, 2, replace=False):
            self._add("air_minum", "luar kumuh", Point(self.middles[seed]))

    def grown(self, work: Work, margin: float) -> BaseGeometry:
        """Shape of a work in the file: a finished block takes a `margin` with it, down to the water."""
        if work.kind != "bangunan":
            return work.shape
        reach = margin if work.status == "selesai" else 0.0
        wide = work.shape.buffer(reach, join_style="mitre", mitre_limit=2.0)
        return polygons(wide.intersection(self.site), at_least=150).simplify(0.2)

    def handled_ground(self, margin: float) -> BaseGeometry:
        """Slum ground under the finished works as the files have them."""
        finished = [
            footprint(one.kind, as_written(self.grown(one, margin), self.spec.zone))
            for one in self.works
            if one.status == "selesai"
        ]
        return self.slum_ground().intersection(shapely.union_all(finished))
