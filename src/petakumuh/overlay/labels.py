"""Slum ground measured in one pass: the areas of every set of kelurahan, rival slums and groups of works.

Each slum is a ground of the kernel; kelurahan, other slums and works are its footprints. A label such as
{Barat, Timur, slum K7, jalan 2021} then says all there is to say of a face: which kelurahan is the slum's here
(the one it names, else the lower code), who holds ground that K7 claims too, and which groups of works cover it.
So the shares of kelurahan, the claims and the pieces of a slum come from the same arcs, and sum to the slum.

Ground thinner than rounding is not told apart from what it lies on: it joins the largest piece beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from petakumuh.kernel import label_arcs
from petakumuh.kernel.shapes import runs
from petakumuh.overlay.result import require_closed

if TYPE_CHECKING:
    from petakumuh.kernel import Arcs, Labels
    from petakumuh.overlay.scene import Floats, Ints, Scene

__all__ = ["Faces", "Pieces", "claims_of", "faces", "grounds_of", "pieces_of"]


class Faces(NamedTuple):
    """The labels of the slums of a scene, and whose they are.

    Attributes
    ----------
    labels
        As the kernel gives them; a row per label.
    slum, kelurahan
        Of each row, by number: the slum as which it was measured, and that slum's kelurahan there.
    holder, holder_kelurahan
        The slum that holds the ground, another one where this slum lost it, and that one's kelurahan there.
    first_slum, first_work
        Where the groups of slums and of works begin among the groups of each row.
    arcs
        What runs between the labels: from it ground can be drawn.
    """

    labels: Labels
    slum: Ints
    kelurahan: Ints
    holder: Ints
    holder_kelurahan: Ints
    first_slum: Ints
    first_work: Ints
    arcs: Arcs


def faces(scene: Scene, *, threads: int = 1) -> Faces:
    """Measure the slums of a scene and say whose each label is."""
    start, on = scene.near
    labels, arcs = label_arcs(scene.grounds, scene.shapes, group=scene.group, start=start, on=on, threads=threads)
    slum = scene.mine[labels.ground]
    kelurahan, first_slum, first_work = beneath(scene, labels, scene.named[slum])
    holder, holder_kelurahan = slum.copy(), kelurahan.copy()
    contested = np.flatnonzero(first_work > first_slum)
    claims = numbered(labels.groups, labels.start[contested], first_work[contested])
    _, one, at = np.unique(claims * len(scene.slums) + slum[contested], return_index=True, return_inverse=True)
    holders = [
        scene.holder(labels.groups[labels.start[row] : first_work[row]], int(slum[row])) for row in contested[one]
    ]
    holder[contested], holder_kelurahan[contested] = np.reshape(holders, (-1, 2))[at].T
    found = Faces(labels, slum, kelurahan, holder, holder_kelurahan, first_slum, first_work, arcs)
    return _kept(scene, _filed(scene, found))


def beneath(scene: Scene, labels: Labels, named: Ints) -> tuple[Ints, Ints, Ints]:
    """Find the kelurahan of each row, the one that is named or the lowest code, and where other groups begin."""
    count = len(named)
    row = np.repeat(np.arange(count), np.diff(labels.start))
    area = labels.groups < scene.slum_0
    first_slum = labels.start[:-1] + np.bincount(row[area], minlength=count)
    first_work = labels.start[:-1] + np.bincount(row[labels.groups < scene.work_0], minlength=count)
    kelurahan = np.full(count, scene.outside, dtype=np.int64)
    some = first_slum > labels.start[:-1]
    kelurahan[some] = labels.groups[labels.start[:-1][some]]
    preferred = area & (labels.groups == named[row])
    kelurahan[row[preferred]] = labels.groups[preferred]
    return kelurahan, first_slum, first_work


def _filed(scene: Scene, found: Faces) -> Faces:
    """File a share of a kelurahan that is thinner than the rounding along the slum under its largest share."""
    slum, share, at, own = _shares(scene, found)
    thin = (own <= scene.floor[slum])[at]
    if not thin.any():
        return found
    kelurahan, holder_kelurahan = found.kelurahan.copy(), found.holder_kelurahan.copy()
    kelurahan[thin] = share[_largest(slum, own, len(scene.slums))[found.slum[thin]]]
    own_ground = found.holder == found.slum
    holder_kelurahan[own_ground] = kelurahan[own_ground]
    return found._replace(kelurahan=kelurahan, holder_kelurahan=holder_kelurahan)


def filed(scene: Scene, found: Faces, slum: Ints, kelurahan: Ints) -> Ints:
    """Put ground in a kelurahan that is no share of its slum, thin as it is, under the slum's largest share."""
    codes = len(scene.codes)
    of, share, _, own = _shares(scene, found)
    largest = _largest(of, own, len(scene.slums))[slum]
    stray = ~np.isin(slum * codes + kelurahan, of * codes + share) & (largest >= 0)
    kept = kelurahan.copy()
    kept[stray] = share[largest[stray]]
    return kept


def _kept(scene: Scene, found: Faces) -> Faces:
    """Leave with a slum what it lost to another where that is thinner than the rounding along the slum."""
    lost = np.flatnonzero(found.holder != found.slum)
    _, at, square_m = summed(found.slum[lost] * len(scene.slums) + found.holder[lost], found.labels.area_m2[lost])
    back = lost[square_m[at] <= scene.floor[found.slum[lost]]]
    holder, holder_kelurahan = found.holder.copy(), found.holder_kelurahan.copy()
    holder[back], holder_kelurahan[back] = found.slum[back], found.kelurahan[back]
    return found._replace(holder=holder, holder_kelurahan=holder_kelurahan)


def _shares(scene: Scene, found: Faces) -> tuple[Ints, Ints, Ints, Floats]:
    """Sum up each slum in each kelurahan: slum, kelurahan, the share of each row, square metres."""
    codes = len(scene.codes)
    keys, at, own = summed(found.slum * codes + found.kelurahan, found.labels.area_m2)
    return keys // codes, keys % codes, at, own


def summed(keys: Ints, values: Floats) -> tuple[Ints, Ints, Floats]:
    """Sum values by key, each column apart: the distinct keys, which of them each row has, the sums."""
    known, at = np.unique(keys, return_inverse=True)
    if values.ndim == 1:
        return known, at, np.bincount(at, values, minlength=len(known)).astype(np.float64)
    columns = [np.bincount(at, column, minlength=len(known)) for column in values.T]
    return known, at, np.column_stack(columns)


def _largest(of: Ints, area: Floats, count: int) -> Ints:
    """Find the place of the largest area of each of ``count`` owners; -1 where there is none."""
    order = np.lexsort((-area, of))
    owners, first = np.unique(of[order], return_index=True)
    found = np.full(count, -1, dtype=np.int64)
    found[owners] = order[first]
    return found


class Pieces(NamedTuple):
    """Disjoint ground, in the order of slum, kelurahan and set of groups.

    Attributes
    ----------
    slum, kelurahan
        By number.
    moments
        Shape (n, 6), about the lower left corner of the slum's box.
    start, groups
        Where the groups of works of each piece begin, and the groups.
    of_row
        The piece of each row of labels; -1 where the slum lost it.
    """

    slum: Ints
    kelurahan: Ints
    moments: Floats
    start: Ints
    groups: Ints
    of_row: Ints


def pieces_of(scene: Scene, found: Faces) -> Pieces:
    """Join the labels of one slum, kelurahan and set of groups of works to a piece."""
    labels, codes = found.labels, len(scene.codes)
    held = np.flatnonzero(found.holder == found.slum)
    first, last = found.first_work[held], labels.start[held + 1]
    place, sets = found.slum[held] * codes + found.kelurahan[held], numbered(labels.groups, first, last)
    keys, at, moments = summed(place * (sets.max(initial=0) + 1) + sets, labels.moments[held])
    border = np.bincount(at, labels.border_m[held], minlength=len(keys))
    one = np.unique(at, return_index=True)[1]
    place = place[one]
    kept, whole_of, whole = summed(_joined(place, moments[:, 0], scene.rounding[place // codes] * border), moments)
    of_row = np.full(len(found.slum), -1, dtype=np.int64)
    of_row[held] = whole_of[at]
    first, size = first[one[kept]], (last - first)[one[kept]]
    start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    groups = labels.groups[runs(first, size)] - scene.work_0
    return Pieces(place[kept] // codes, place[kept] % codes, whole, start, groups, of_row)


def numbered(groups: Ints, first: Ints, last: Ints) -> Ints:
    """Give a number to the sets of groups between ``first`` and ``last``: equal sets alike, the empty one 0.

    Examples
    --------
    >>> numbered(np.array([3, 5, 3, 5, 7]), np.array([0, 2, 4, 4]), np.array([2, 4, 5, 4])).tolist()
    [3, 3, 2, 0]
    """
    number, used = np.zeros(len(first), dtype=np.int64), 1
    span = int(groups.max(initial=0)) + 1
    for k in range(int((last - first).max(initial=0))):
        longer = np.flatnonzero(last - first > k)
        known, at = np.unique(number[longer] * span + groups[first[longer] + k], return_inverse=True)
        number[longer] = used + at
        used += len(known)
    return number


def _joined(place: Ints, area: Floats, floor: Floats) -> Ints:
    """Say which piece each belongs to: itself, or the largest of its ground where it is thinner than rounding."""
    mine = np.arange(len(place))
    thin = area <= floor
    _, at = np.unique(place, return_inverse=True)
    mine[thin] = _largest(at, area, int(at.max(initial=-1)) + 1)[at[thin]]
    return mine


def grounds_of(scene: Scene, found: Faces) -> tuple[Ints, Ints, Floats]:
    """Sum up each slum by its own geometry in each kelurahan: slum, kelurahan, moments."""
    codes = len(scene.codes)
    keys, _, moments = summed(found.slum * codes + found.kelurahan, found.labels.moments)
    return keys // codes, keys % codes, moments


def claims_of(scene: Scene, found: Faces) -> list[tuple[int, int, int, float]]:
    """List ground that two slums claim: the holder's kelurahan, the holder, who lost it, square metres.

    Raises
    ------
    ConservationError
        When what one slum lost is not what the other holds.
    """
    count, area = len(scene.slums), found.labels.area_m2
    lost = np.flatnonzero(found.holder != found.slum)
    of = found.holder_kelurahan[lost] * count + found.holder[lost]
    keys, _, square_m = summed(of * count + found.slum[lost], area[lost])
    _require_mutual(scene, found)
    return [
        (int(key // count // count), int(key // count % count), int(key % count), float(one))
        for key, one in zip(keys, square_m, strict=True)
    ]


def _require_mutual(scene: Scene, found: Faces) -> None:
    """Hold what each slum lost to another against what that one, measured by itself, holds of it."""
    count, area = len(scene.slums), found.labels.area_m2
    rivals = found.first_work - found.first_slum
    measured = np.isin(np.arange(count), scene.mine)
    lost = np.flatnonzero((found.holder != found.slum) & measured[found.holder])
    keys, _, theirs = summed(found.holder[lost] * count + found.slum[lost], area[lost])
    held = np.flatnonzero((found.holder == found.slum) & (rivals > 0))
    rival = found.labels.groups[runs(found.first_slum[held], rivals[held])] - scene.slum_0
    row = np.repeat(held, rivals[held])
    known, _, ours = summed(found.slum[row] * count + rival, area[row])
    sums = dict(zip(known.tolist(), ours.tolist(), strict=True))
    for key, one in zip(keys.tolist(), theirs.tolist(), strict=True):
        holder, slum = divmod(key, count)
        name = f"{scene.slum_ids[slum]}, {scene.slum_ids[holder]}"
        floor = float(scene.floor[slum] + scene.floor[holder])
        require_closed("gabungan kumuh", name, parts_m2=sums.get(key, 0.0), whole_m2=one, floor_m2=floor)
