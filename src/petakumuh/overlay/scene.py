"""One zone as arrays: what may lie on each slum, in an order that no order of rows can change."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from petakumuh.kernel import flat
from petakumuh.measure import roundings_m
from petakumuh.model import OUTSIDE
from petakumuh.overlay.result import FLAGS, LAST, group_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame

    from petakumuh.kernel import Shapes
    from petakumuh.model import Zone

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Scene:
    """The layers of one zone, sorted by code and id, and numbered.

    To the kernel everything that may lie on a slum is a footprint of a *group*: those of kelurahan are numbered
    from 0 in the order of their codes, those of slums from ``slum_0``, those of works from ``work_0``.

    Attributes
    ----------
    slums, slum_ids
        Shapes and ids of the slums, in the order of ids.
    mine
        The slums to measure, as places in ``slums``; the others only claim ground of theirs.
    codes
        The codes of kelurahan, in order; the code at ``outside`` is that of ground outside all.
    works, work_ids, counted
        Shapes and ids of the works, in the order of ids, and whether they count as handled.
    shapes, group
        All footprints, kelurahan first, then slums, then works, and the group of each.
    first_work
        The number of the first work among the footprints.
    """

    def __init__(self, zone: Zone, groups: DataFrame, mine: Sequence[str] | None = None) -> None:
        slums = zone.kumuh.sort_values("kumuh_id", kind="stable")
        areas = zone.kelurahan.sort_values("kelurahan_id", kind="stable")
        works = zone.penanganan.sort_values("penanganan_id", kind="stable")
        self.epsg = zone.epsg
        self.slums = np.asarray(slums.geometry.array)
        self.slum_ids = slums["kumuh_id"].to_numpy(dtype=object)
        self.named_codes = slums["disebut_id"].to_numpy(dtype=object)
        self.mine = np.arange(len(slums)) if mine is None else np.flatnonzero(slums["kumuh_id"].isin(mine))
        self.areas = np.asarray(areas.geometry.array)
        self.works = np.asarray(works.geometry.array)
        self.work_ids = works["penanganan_id"].to_numpy(dtype=object)
        self.counted = works[FLAGS[0]].to_numpy(dtype=bool)
        self.work_group: Ints = group_numbers(works, groups)
        known, self.area_number = np.unique(areas["kelurahan_id"].to_numpy(dtype=str), return_inverse=True)
        self.codes = np.append(known.astype(object), OUTSIDE)
        self.outside = self.slum_0 = len(known)
        self.work_0 = self.slum_0 + len(slums)
        self.first_work = len(areas) + len(slums)
        self.group = np.concatenate(
            [self.area_number, self.slum_0 + np.arange(len(slums)), self.work_0 + self.work_group]
        ).astype(np.int64)

    @cached_property
    def shapes(self) -> Shapes:
        """All footprints as flat arrays."""
        return flat(np.concatenate([self.areas, self.slums, self.works]))

    @cached_property
    def grounds(self) -> Shapes:
        """The slums to measure as flat arrays, each a ground."""
        return flat(self.slums[self.mine])

    @cached_property
    def named(self) -> Ints:
        """The number of the kelurahan that each slum names, or -1."""
        number = {code: at for at, code in enumerate(self.codes[:-1])}
        return np.array([number.get(code, -1) for code in self.named_codes], dtype=np.int64)

    @cached_property
    def named_rank(self) -> Ints:
        """The order of the codes that slums name, whether they stand in the layer or not; none comes last."""
        ranked: Ints = np.unique([code or LAST for code in self.named_codes], return_inverse=True)[1]
        return ranked

    @cached_property
    def boxes(self) -> Floats:
        """West, south, east, north of each slum."""
        return np.asarray(shapely.bounds(self.slums), dtype=np.float64).reshape(-1, 4)

    @cached_property
    def rounding(self) -> Floats:
        """How far rounding alone can move an edge on each slum, in metres."""
        return roundings_m(self.boxes)

    @cached_property
    def floor(self) -> Floats:
        """The area that rounding alone can make along the whole edge of each slum, in square metres."""
        floor: Floats = self.rounding * shapely.length(self.slums)
        return floor

    @cached_property
    def near(self) -> tuple[Ints, Ints]:
        """Find what lies near each slum of mine: where its footprints begin in the second array, and which.

        Near is by boxes alone, so that what a slum sees depends on nothing but itself.
        """
        own = self.mine + len(self.areas)
        every = np.concatenate([self.areas, self.slums, self.works])
        at, what = shapely.STRtree(every).query(self.slums[self.mine])
        other = what != own[at]
        at, what = at[other], what[other]
        order = np.lexsort((what, at))
        start = np.searchsorted(at[order], np.arange(len(self.mine) + 1))
        return start.astype(np.int64), what[order].astype(np.int64)

    def rank(self, slum: int, kelurahan: int) -> tuple[bool, int, int, int]:
        """Order of claims on ground: who names the kelurahan goes first, then by the codes named, then by ids."""
        return kelurahan != self.named[slum], int(self.named_rank[slum]), slum, kelurahan

    def holder(self, claims: Ints, slum: int | None = None) -> tuple[int, int]:
        """Say which slum holds a place, and which kelurahan is its there.

        Parameters
        ----------
        claims
            The numbers of the kelurahan and then of the slums that lie on the place, as groups, in order.
        slum
            One more slum that lies there.
        """
        covers = set(claims[claims < self.slum_0].tolist())
        slums = (claims[len(covers) :] - self.slum_0).tolist() + ([] if slum is None else [slum])
        lowest = min(covers, default=self.outside)
        named = [(one, int(self.named[one])) for one in slums]
        return min(
            ((one, name if name in covers else lowest) for one, name in named), key=lambda pair: self.rank(*pair)
        )
