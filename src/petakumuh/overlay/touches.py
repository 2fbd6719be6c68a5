"""What each single work covers: the work is the ground; the slum, its rivals and its kelurahan are footprints."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from petakumuh.kernel import label_areas
from petakumuh.kernel.shapes import runs, taken
from petakumuh.measure import MOMENTS, shifted
from petakumuh.overlay.labels import beneath, filed, numbered, summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from petakumuh.kernel import Labels
    from petakumuh.overlay.labels import Faces
    from petakumuh.overlay.scene import Floats, Ints, Scene

__all__ = ["Touches", "no_touches", "touches_of"]


class Touches(NamedTuple):
    """Works on slums.

    Attributes
    ----------
    slum, kelurahan, work
        By number.
    moments
        About the lower left corner of the slum's box.
    failed
        The slums of which a work was not certified.
    """

    slum: Ints
    kelurahan: Ints
    work: Ints
    moments: Floats
    failed: Ints


def touches_of(scene: Scene, found: Faces, *, threads: int = 1) -> Touches:
    """Measure each work on each slum that holds the ground.

    Each pair is measured by itself, so that what it gives depends on no third slum.
    """
    start, on = scene.near
    mine = np.repeat(np.arange(len(scene.mine)), np.diff(start))
    pair = np.flatnonzero(on >= scene.first_work)
    place, work = mine[pair], on[pair] - scene.first_work
    sole = _sole(scene, found)
    begin, what = _claimants(scene, place, on[pair], sole)
    grounds = taken(scene.shapes, on[pair])
    labels = label_areas(grounds, scene.shapes, group=scene.group, start=begin, on=what, threads=threads)
    slum, work = scene.mine[place[labels.ground]], work[labels.ground]
    kelurahan, first_slum, first_work = beneath(scene, labels, scene.named[slum])
    kelurahan = filed(scene, found, slum, kelurahan)
    held = _held(scene, labels, slum, first_slum, first_work)
    thick = np.flatnonzero(held & (labels.area_m2 > scene.rounding[slum] * labels.border_m))
    corners = grounds.box[labels.ground[thick], :2] - scene.boxes[slum[thick], :2]
    keys = (slum[thick] * len(scene.codes) + kelurahan[thick]) * len(scene.works) + work[thick]
    keys, _, about = summed(keys, shifted(labels.moments[thick], *corners.T))
    slum, kelurahan = np.divmod(keys // max(len(scene.works), 1), len(scene.codes))
    failed = np.unique(scene.mine[place[labels.reason > 0]])
    return Touches(slum, kelurahan, keys % max(len(scene.works), 1), about, failed)


def no_touches() -> Touches:
    """Give what there is where single works were not asked for."""
    none = np.empty(0, dtype=np.int64)
    return Touches(none, none, none, np.empty((0, MOMENTS)), none)


def _sole(scene: Scene, found: Faces) -> Ints:
    """Name the kelurahan of each slum that lies in one alone, or -1."""
    lowest = np.full(len(scene.slums), len(scene.codes), dtype=np.int64)
    highest = np.full(len(scene.slums), -1, dtype=np.int64)
    np.minimum.at(lowest, found.slum, found.kelurahan)
    np.maximum.at(highest, found.slum, found.kelurahan)
    return np.where(lowest == highest, lowest, -1)


def _claimants(scene: Scene, place: Ints, works: Ints, sole: Ints) -> tuple[Ints, Ints]:
    """List for each pair the slum, and its rivals and kelurahan whose boxes meet the work's."""
    start, on = scene.near
    before = np.concatenate([[0], np.cumsum(on < scene.first_work)])  # works come last among what is near a slum
    others = before[start[1:]] - before[start[:-1]]
    pair = np.repeat(np.arange(len(place)), others[place])
    what = on[runs(start[:-1][place], others[place])]
    box, other = scene.shapes.box[works[pair]], scene.shapes.box[what]
    meets = ((box[:, :2] <= other[:, 2:]) & (other[:, :2] <= box[:, 2:])).all(axis=1)
    meets &= (what >= len(scene.areas)) | (sole[scene.mine[place[pair]]] < 0)
    pair, what = pair[meets], what[meets]
    own = np.arange(len(place))
    pair = np.concatenate([own, pair])
    what = np.concatenate([len(scene.areas) + scene.mine[place], what])
    order = np.argsort(pair, kind="stable")
    return np.searchsorted(pair[order], np.arange(len(place) + 1)).astype(np.int64), what[order]


def _held(scene: Scene, labels: Labels, slum: Ints, first_slum: Ints, first_work: Ints) -> NDArray[np.bool_]:
    """Say of each row whether the slum is there and holds the ground."""
    count = first_work - first_slum
    held = np.zeros(len(slum), dtype=bool)
    one = np.flatnonzero(count == 1)
    held[one] = labels.groups[first_slum[one]] == scene.slum_0 + slum[one]
    several = np.flatnonzero(count > 1)
    claims = numbered(labels.groups, labels.start[several], first_work[several])
    _, first, at = np.unique(claims, return_index=True, return_inverse=True)
    holders = [scene.holder(labels.groups[labels.start[row] : first_work[row]])[0] for row in several[first]]
    held[several] = np.array(holders, dtype=np.int64)[at] == slum[several]
    return held
