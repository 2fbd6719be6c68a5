"""Every hectare a second time: GEOS builds the geometry of what the kernel measured without any.

For each slum: its share of each kelurahan, what it holds of each share where others claim it too, and what of
that is handled. The kernel and GEOS share no line of code, so where both agree both are right; conservation alone
does not see a wrong answer of either. Where they do not agree GEOS takes another way, and the slum is certified by
the first that agrees:

``biasa``
    plain, at a local origin;
``kisi``
    on a grid of a nanometre: snap rounding is right where plain overlay of nearly equal edges is not;
``belah``
    in quarters of the slum's box, on the grid: fewer edges meet in each.

What no way certifies stops the run with its ids: better no number than a wrong one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from petakumuh.errors import ConservationError
from petakumuh.ground import GRID_M, intersection, move, origin, subtract, union
from petakumuh.measure import closes, planar_m2
from petakumuh.overlay.geos import shared
from petakumuh.overlay.result import Certificate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from petakumuh.overlay.labels import Faces, Pieces
    from petakumuh.overlay.scene import Floats, Scene

__all__ = ["certified"]

_NAMED = 5


class _Claim(NamedTuple):
    """Square metres that must be the same by both methods, in order: share, held, handled."""

    own: float
    held: float
    handled: float


def certified(
    scene: Scene, found: Faces, pieces: Pieces, counted: Any, done: Callable[[int], object] = lambda _: None
) -> Certificate:
    """Hold the hectares of every slum of mine against those of GEOS.

    Parameters
    ----------
    counted
        Of each group by number, whether its works count as handled.
    done
        Called with the number of slums that were held.

    Raises
    ------
    ConservationError
        When both methods differ by more than 1e-9 of the ground and its rounding floor, whatever way GEOS takes.
    """
    claims, floors = _measured(scene, found, pieces, np.asarray(counted, dtype=bool))
    start, on = scene.near
    rungs = dict.fromkeys(_WAYS, 0)
    relative = square_m = 0.0
    refused: list[tuple[str, float]] = []
    for at, slum in enumerate(scene.mine.tolist()):
        for name, way in _WAYS.items():
            theirs = way(_Ground(scene, slum, on[start[at] : start[at + 1]], GRID_M if name != "biasa" else None))
            apart, agree = _apart(claims.get(slum, {}), theirs, floors[slum])
            if agree:
                rungs[name] += 1
                whole = max(sum(one.own for one in theirs.values()), 1e-12)
                relative, square_m = max(relative, apart / whole), max(square_m, apart)
                break
        else:
            refused.append((str(scene.slum_ids[slum]), apart))
        done(1)
    if refused:
        raise ConservationError(
            "tidak_tersertifikasi",
            jumlah=len(refused),
            id=", ".join(name for name, _ in refused[:_NAMED]),
            selisih_m2=f"{max(apart for _, apart in refused):.6g}",
        )
    used = {name: count for name, count in rungs.items() if count}
    return Certificate(slums=len(scene.mine), rungs=used, relative=relative, square_m=square_m)


def _measured(
    scene: Scene, found: Faces, pieces: Pieces, counted: Any
) -> tuple[dict[int, dict[int, _Claim]], Floats]:
    """Sum up what the kernel says, by slum and kelurahan; and what rounding can make along all edges of a slum."""
    area, codes = found.labels.area_m2, len(scene.codes)
    of_piece = np.repeat(np.arange(len(pieces.slum)), np.diff(pieces.start))
    handled = np.bincount(of_piece[counted[pieces.groups]], minlength=len(pieces.slum)) > 0
    own = found.slum * codes + found.kelurahan
    held = pieces.slum * codes + pieces.kelurahan
    keys = np.unique(own)
    sums = [
        np.bincount(np.searchsorted(keys, key), weights, minlength=len(keys))
        for key, weights in (
            (own, area),
            (held, pieces.moments[:, 0]),
            (held[handled], pieces.moments[handled, 0]),
        )
    ]
    claims: dict[int, dict[int, _Claim]] = {}
    for key, *three in zip(keys.tolist(), *(one.tolist() for one in sums), strict=True):
        claims.setdefault(key // codes, {})[key % codes] = _Claim(*three)
    border = np.bincount(found.slum, found.labels.border_m, minlength=len(scene.slums))
    return claims, np.maximum(scene.floor, scene.rounding * border)


def _apart(ours: dict[int, _Claim], theirs: dict[int, _Claim], floor: float) -> tuple[float, bool]:
    """Say by how many square metres both differ at most, and whether rounding explains it."""
    most, agree = 0.0, True
    nothing = _Claim(0.0, 0.0, 0.0)
    for kelurahan in {*ours, *theirs}:
        for one, other in zip(ours.get(kelurahan, nothing), theirs.get(kelurahan, nothing), strict=True):
            most = max(most, abs(one - other))
            agree = agree and closes(one, other, floor)
    return most, agree


class _Ground:
    """What lies near one slum, at its local origin, and how GEOS is to cut it."""

    def __init__(self, scene: Scene, slum: int, near: Any, grid: float | None) -> None:
        self.scene, self.slum, self.grid = scene, slum, grid
        self.corner = origin(scene.slums[slum])
        self.whole = move(scene.slums[slum], self.corner)
        areas, slums = len(scene.areas), scene.first_work
        self.areas = near[near < areas]
        self.rivals = near[(near >= areas) & (near < slums)] - areas
        works = near[near >= slums] - slums
        self.works = works[scene.counted[works]]

    def covers(self) -> Any:
        """Give the works that count as handled and meet the slum."""
        shapes = move(self.scene.works[self.works], self.corner)
        shapely.prepare(self.whole)
        return shapes[shapely.intersects(self.whole, shapes)]

    def shares(self, slum: int) -> dict[int, Any]:
        """Share a slum out among the kelurahan here: the one it names first, then by code."""
        scene = self.scene
        whole = self.whole if slum == self.slum else move(scene.slums[slum], self.corner)
        number = scene.area_number[self.areas]
        order = np.lexsort((number, number != scene.named[slum]))
        found, left = shared(whole, move(scene.areas[self.areas[order]], self.corner), grid=self.grid)
        shares = {int(number[order[at]]): share for at, share in found.items()}
        return shares if left.is_empty else shares | {scene.outside: left}

    def held(self, kelurahan: int, share: Any) -> Any:
        """Take from a share what a slum before it claims too."""
        for rival in self.rivals.tolist():
            if not shapely.intersects(share, move(self.scene.slums[rival], self.corner)):
                continue
            for other, theirs in self.shares(rival).items():
                if self.scene.rank(rival, other) < self.scene.rank(self.slum, kelurahan):
                    share = subtract(share, theirs, grid=self.grid)[0]
        return share


def _whole(ground: _Ground) -> dict[int, _Claim]:
    """Measure a slum in one piece."""
    cover = union(ground.covers(), grid=ground.grid)
    return dict(_claims(ground, lambda held: float(planar_m2(intersection(held, cover, grid=ground.grid))[0])))


def _quartered(ground: _Ground) -> dict[int, _Claim]:
    """Measure what is handled of a slum in quarters of its box."""
    west, south, east, north = shapely.bounds(ground.whole).tolist()
    x, y = (west + east) / 2, (south + north) / 2
    corners = ((west, south, x, y), (x, south, east, y), (west, y, x, north), (x, y, east, north))
    covers = ground.covers()
    quarters = [
        (box, union(intersection(covers, box, grid=ground.grid), grid=ground.grid))
        for box in (shapely.box(*one) for one in corners)
    ]

    def handled(held: Any) -> float:
        parts = [intersection(intersection(held, box, grid=GRID_M), cover, grid=GRID_M) for box, cover in quarters]
        return float(sum(planar_m2(part)[0] for part in parts))

    return dict(_claims(ground, handled))


def _claims(ground: _Ground, handled: Callable[[Any], float]) -> Iterator[tuple[int, _Claim]]:
    for kelurahan, share in ground.shares(ground.slum).items():
        held = ground.held(kelurahan, share)
        yield kelurahan, _Claim(float(planar_m2(share)), float(planar_m2(held)), handled(held))


_WAYS: dict[str, Callable[[_Ground], dict[int, _Claim]]] = {"biasa": _whole, "kisi": _whole, "belah": _quartered}
"""The ways of GEOS, by the name they have in a recap, in the order in which they are tried."""
