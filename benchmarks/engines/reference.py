"""The hectares that engines are held against: GEOS with each ground's corner as the origin, made once per load.

In UTM coordinates the last digits of GEOS are coarser. Two truths are kept: summed over grounds, as the peers do
it, and with ground claimed by two slums counted once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from engines.answer import Answer, read, summed
from engines.geos import at_corners, cut

if TYPE_CHECKING:
    from pathlib import Path

    from engines.geos import Grounds


def of(folder: Path) -> dict[str, Any]:
    """Give the truths of a load, made where they do not stand there yet."""
    path = folder / "reference.npz"
    if not path.exists():
        np.savez(path, **_made(folder))
    with np.load(path) as found:
        return dict(found)


def _made(folder: Path) -> dict[str, Any]:
    """Measure both truths."""
    layers = read(folder)
    grounds, count = cut(layers), len(layers.towns)
    near = at_corners(grounds)
    each = [shapely.union_all(near.clipped[lo:hi]) for lo, hi in pairwise(near.start.tolist())]
    slum, handled = (summed(grounds.town, shapely.area(one) / 1e4, count) for one in (near.shapes, each))
    order = np.argsort(grounds.town, kind="stable")
    towns, first = np.unique(grounds.town[order], return_index=True)
    slum_once, handled_once = np.zeros(count), np.zeros(count)
    for town, lo, hi in zip(towns, first, np.append(first[1:], len(order)), strict=True):
        slum_once[town], handled_once[town] = _once(grounds, order[lo:hi])
    return {"slum": slum, "handled": handled, "slum_once": slum_once, "handled_once": handled_once}


def _once(grounds: Grounds, mine: Any) -> tuple[float, float]:
    """Unite the grounds of one kelurahan, and what is handled of them, at their corner."""
    corner = shapely.total_bounds(grounds.shapes[mine])[:2]
    handled = np.concatenate([grounds.clipped[grounds.start[one] : grounds.start[one + 1]] for one in mine])
    moved = (shapely.transform(one, lambda xy: xy - corner) for one in (grounds.shapes[mine], handled))
    whole, done = (shapely.area(shapely.union_all(one)) / 1e4 for one in moved)
    return float(whole), float(done)


def apart(answer: Answer, truth: dict[str, Any]) -> dict[str, float]:
    """Hold an answer against the truth: in hectares, and in the worst kelurahan relative to it (or to 1 m2)."""
    kind = "_once" if answer.once else ""
    slum, handled = truth["slum" + kind], truth["handled" + kind]
    return {
        "slum_ha": float(answer.slum.sum()),
        "handled_ha": float(answer.handled.sum()),
        "slum_off": float(np.max(np.abs(answer.slum - slum) / np.maximum(slum, 1e-4))),
        "handled_off": float(np.max(np.abs(answer.handled - handled) / np.maximum(handled, 1e-4))),
        "sum_off_ha": float(abs(answer.handled.sum() - handled.sum())),
    }
