"""What a cut gives: disjoint pieces of slum ground, what lies on them, and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh.errors import ConservationError
from petakumuh.measure import closes
from petakumuh.model import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.model import Zone

FLAGS = ("dihitung", "sebelum_dasar")
"""Whether a work counts as handled, and whether it came before the base year of the decree."""
LAST = "~"
"""Sorts after every code."""
HECTARES = ("luas_ha", "luas_geodesik_ha", "luas_tm3_ha")
"""The columns of hectares: planar, geodesic, and in TM-3 where that is wanted."""
PARTS = ("pieces", "links", "touches", "grounds", "claims")
"""The tables of a cut, of which those of several zones or chunks are joined."""


@dataclass(frozen=True)
class Certificate:
    """How the hectares of a cut were held against those of a second method.

    Attributes
    ----------
    reason
        Why not: ``tanpa_kernel`` (the extra ``cepat`` is not installed), ``dimatikan``; empty where they were.
    slums
        How many slums were held.
    rungs
        How many slums the second method needed which way for: ``biasa`` (plain), ``kisi`` (on a grid of a
        nanometre), ``belah`` (in quarters).
    relative, square_m
        The largest difference between both, as a part of the ground and in square metres.
    fallen
        Slums measured by the second method alone, because the first did not certify itself.
    """

    reason: str = ""
    slums: int = 0
    rungs: Mapping[str, int] = field(default_factory=dict)
    relative: float = 0.0
    square_m: float = 0.0
    fallen: tuple[str, ...] = ()

    @property
    def certified(self) -> bool:
        """Whether every hectare was computed twice."""
        return not self.reason and not self.fallen

    def as_table(self) -> dict[str, Any]:
        """Give it as it stands in a recap."""
        return {
            "tersertifikasi": self.certified,
            "sebab": self.reason,
            "metode": {"": ["label", "geos"], "tanpa_kernel": ["geos"]}.get(self.reason, ["label"]),
            "kumuh": self.slums,
            "tangga": dict(self.rungs),
            "selisih_terbesar_relatif": self.relative,
            "selisih_terbesar_m2": self.square_m,
            "mundur": list(self.fallen),
        }


def together(certificates: Sequence[Certificate]) -> Certificate:
    """Join the certificates of zones or chunks.

    Examples
    --------
    >>> one, two = Certificate(slums=3, rungs={"biasa": 3}), Certificate(slums=1, rungs={"kisi": 1}, square_m=0.5)
    >>> together([one, two]).rungs, together([one, two]).square_m
    ({'biasa': 3, 'kisi': 1}, 0.5)
    """
    names = [rung for rung in ("biasa", "kisi", "belah") if any(rung in one.rungs for one in certificates)]
    return Certificate(
        reason=next((one.reason for one in certificates if one.reason), ""),
        slums=sum(one.slums for one in certificates),
        rungs={rung: sum(one.rungs.get(rung, 0) for one in certificates) for rung in names},
        relative=max((one.relative for one in certificates), default=0.0),
        square_m=max((one.square_m for one in certificates), default=0.0),
        fallen=tuple(sorted(name for one in certificates for name in one.fallen)),
    )


@dataclass(frozen=True)
class Overlay:
    """Disjoint pieces of slum ground, and what lies on them.

    Attributes
    ----------
    pieces
        ``piece_id`` (0, 1 ... in order), ``kelurahan_id, kumuh_id, zona, luas_ha, luas_geodesik_ha``: a row per
        maximal ground with the same kelurahan, kumuh and set of groups. Where hectares in a TM-3 plane are
        wanted, ``zona_tm3, luas_tm3_ha`` beside them, here and below.
    groups
        ``group_id`` (0, 1 ... in order), the columns of ``by``, ``dihitung``, ``sebelum_dasar``: the distinct
        combinations of works.
    links
        ``piece_id, group_id``: which groups cover a piece, in order.
    touches
        ``kelurahan_id, kumuh_id, penanganan_id, luas_ha, luas_geodesik_ha``: what each work covers.
    grounds
        ``kelurahan_id, kumuh_id, luas_ha, luas_geodesik_ha``: each slum by its own geometry in each kelurahan,
        before ground claimed by two slums is assigned.
    claims
        ``kelurahan_id, kumuh_id, kumuh_id_lain, luas_ha``: ground that ``kumuh_id_lain`` lost to ``kumuh_id``.
    certificate
        How these hectares were held against those of a second method.
    """

    pieces: DataFrame
    groups: DataFrame
    links: DataFrame
    touches: DataFrame
    grounds: DataFrame
    claims: DataFrame
    certificate: Certificate


def groups_of(zones: Sequence[Zone], by: Sequence[str]) -> DataFrame:
    """List the distinct combinations of works, in alphabetical order, numbered from 0."""
    columns = [*by, *FLAGS]
    every = pd.concat([zone.penanganan[columns] for zone in zones], ignore_index=True)
    groups = every.drop_duplicates().sort_values(columns).reset_index(drop=True)
    groups = groups.astype(dict.fromkeys(by, str) | dict.fromkeys(FLAGS, bool))
    groups.insert(0, "group_id", range(len(groups)))
    typed: DataFrame = groups.astype({"group_id": "int64"})
    return typed


def group_numbers(works: DataFrame, groups: DataFrame) -> Any:
    """Give the number of the group of each work."""
    columns = [one for one in groups.columns if one != "group_id"]
    if not columns or not len(works):
        return pd.Series(0, index=works.index).to_numpy()
    keys = groups.set_index(pd.MultiIndex.from_frame(groups[columns]))["group_id"]
    typed = works[columns].astype(groups[columns].dtypes.to_dict())
    return keys.reindex(pd.MultiIndex.from_frame(typed)).to_numpy().astype("int64")


def ordered(
    parts: Sequence[Mapping[str, DataFrame]], counts: Sequence[int] | None = None
) -> tuple[dict[str, DataFrame], list[NDArray[np.int64]]]:
    """Join the tables of zones or of chunks; the answer does not depend on how they were cut apart.

    Pieces and the rest stand by zone, kelurahan (ground outside of all last) and kumuh; pieces of one ground stay
    in the order in which they came.

    Parameters
    ----------
    parts
        Tables by name, the ``piece_id`` of each counted from 0 on.
    counts
        How many numbers of pieces each part gave out, where not all of them are still there.

    Returns
    -------
        The tables with ``piece_id`` made anew; and of each part the new number of each piece, -1 where it is gone.
    """
    counts = [len(part["pieces"]) for part in parts] if counts is None else counts
    shifts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    joined = {}
    for name in PARTS:
        tables = [part[name] for part in parts]
        if name in ("pieces", "links"):
            tables = [one.assign(piece_id=one["piece_id"] + by) for one, by in zip(tables, shifts, strict=False)]
        joined[name] = pd.concat(tables, ignore_index=True)
    pieces = _sorted(joined["pieces"], ["zona", "kelurahan_id", "kumuh_id"])
    number = np.full(shifts[-1], -1, dtype=np.int64)
    number[pieces["piece_id"]] = np.arange(len(pieces))
    links = joined["links"].assign(piece_id=number[joined["links"]["piece_id"]])
    return {
        "pieces": pieces.assign(piece_id=np.arange(len(pieces))),
        "links": links.sort_values(["piece_id", "group_id"], ignore_index=True).astype("int64"),
        "touches": _sorted(joined["touches"], ["kelurahan_id", "kumuh_id", "penanganan_id"]),
        "grounds": _sorted(joined["grounds"], ["kelurahan_id", "kumuh_id"]),
        "claims": _sorted(joined["claims"], ["kelurahan_id", "kumuh_id", "kumuh_id_lain"]),
    }, [number[a:b] for a, b in pairwise(shifts.tolist())]


def _sorted(table: DataFrame, names: Sequence[str]) -> DataFrame:
    last = table["kelurahan_id"].where(table["kelurahan_id"] != OUTSIDE, LAST)
    order = table.assign(kelurahan_id=last).sort_values(list(names), kind="stable").index
    return table.loc[order].reset_index(drop=True)


def require_closed(what: str, name: str, *, parts_m2: float, whole_m2: float, floor_m2: float) -> None:
    """Stop when parts do not sum to their whole (law 1)."""
    if not closes(parts_m2, whole_m2, floor_m2):
        raise ConservationError(
            "tidak_tertutup", apa=what, id=name, bagian_m2=f"{parts_m2:.9g}", utuh_m2=f"{whole_m2:.9g}"
        )
