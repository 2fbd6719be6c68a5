"""All zones of a run: measured by the kernel where it is installed, certified by GEOS."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from petakumuh import kernel
from petakumuh.errors import ConservationError
from petakumuh.overlay.certify import certified
from petakumuh.overlay.geos import Shaped, shaped
from petakumuh.overlay.measured import Measured, measured
from petakumuh.overlay.result import PARTS, Certificate, Overlay, groups_of, ordered, together
from petakumuh.overlay.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pandas import DataFrame

    from petakumuh.model import Zone

__all__ = ["Labelled", "overlay"]


@dataclass(frozen=True)
class Labelled(Overlay):
    """A cut without geometry.

    Attributes
    ----------
    measured
        The labels of each zone, from which ground can be drawn.
    numbers
        The ``piece_id`` of each piece as it was measured zone after zone, -1 where GEOS cut it; then of those that
        GEOS cut, where there are such.
    fallen
        The slums that the kernel did not certify, cut by GEOS; None where there are none.
    """

    measured: tuple[Measured, ...]
    numbers: tuple[Any, ...]
    fallen: Shaped | None = None


def overlay(
    zones: Sequence[Zone],
    *,
    by: Sequence[str],
    tm3: Mapping[str, int] | None = None,
    certify: bool = True,
    touches: bool = True,
    groups: DataFrame | None = None,
    mine: Mapping[int, Sequence[str]] | None = None,
    threads: int = 1,
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
    certify
        Whether each slum is measured by GEOS too. Without the kernel there is nothing to hold it against.
    touches
        Whether each single work is measured as well.
    groups
        The groups of works by number, where ``zones`` are only a part of what there is.
    mine
        Of each zone by EPSG code the slums to measure; the others only claim ground of theirs. None is all.
    threads
        How many threads share the kernel's work; the answer is the same to the last bit.
    done
        Called with the number of slums that have been cut.

    Returns
    -------
        Pieces, links and touches; the answer does not depend on the order of rows.

    Raises
    ------
    ConservationError
        When parts do not sum to their whole within 1e-9 of its area and 16 ulp times its perimeter, or when both
        methods do not agree on a slum.

    Notes
    -----
    Law 1: the sum of pieces is the area of the union of slums. Law 4: pieces are disjoint. Law 5: handled is
    the area of the union of slums that lies under the union of works. Law 6: each touch is the direct
    intersection of one work with ground that the slum holds. Law 16: every hectare is certified by two methods.
    """
    groups = groups_of(zones, by) if groups is None else groups
    if not kernel.available():
        return shaped(zones, by=by, tm3=tm3, done=done, groups=groups, mine=mine)
    found, certificates = [], []
    for zone in zones:
        scene = Scene(zone, groups, None if mine is None else mine[zone.epsg])
        one = measured(scene, tm3=tm3, touches=touches, threads=threads)
        if certify and one.failed:
            raise ConservationError(
                "tidak_tersertifikasi", jumlah=len(one.failed), id=", ".join(one.failed[:5]), selisih_m2="–"
            )
        if certify:
            certificates.append(certified(scene, one.faces, one.pieces, groups["dihitung"].to_numpy(), done))
        else:
            certificates.append(Certificate(reason="dimatikan", slums=len(scene.mine)))
            done(len(scene.mine))
        found.append(one)
    return _with_fallen(zones, found, groups, together(certificates), tm3)


def _with_fallen(
    zones: Sequence[Zone],
    found: list[Measured],
    groups: DataFrame,
    certificate: Certificate,
    tm3: Mapping[str, int] | None,
) -> Overlay:
    """Join the zones; slums that the kernel did not certify are cut by GEOS, and named."""
    parts = [one.tables for one in found]
    names = tuple(sorted({name for one in found for name in one.failed}))
    fallen = None
    if names:
        mine = {zone.epsg: one.failed for zone, one in zip(zones, found, strict=True)}
        fallen = shaped(zones, by=(), tm3=tm3, groups=groups, mine=mine)
        certificate = replace(certificate, fallen=names)
        parts = [*(_without(tables, names) for tables in parts), {name: getattr(fallen, name) for name in PARTS}]
    counts = [len(one.pieces.slum) for one in found] + ([] if fallen is None else [len(fallen.pieces)])
    tables, numbers = ordered(parts, counts)
    return Labelled(
        groups=groups,
        certificate=certificate,
        measured=tuple(found),
        numbers=tuple(numbers),
        fallen=fallen,
        **tables,
    )


def _without(tables: dict[str, DataFrame], names: Sequence[str]) -> dict[str, DataFrame]:
    """Leave out all rows of some slums."""
    pieces = tables["pieces"]
    kept = pieces[~pieces["kumuh_id"].isin(names)]
    left = {name: tables[name][~tables[name]["kumuh_id"].isin(names)] for name in ("touches", "grounds")}
    links = tables["links"][tables["links"]["piece_id"].isin(kept["piece_id"])]
    claims = tables["claims"][~tables["claims"]["kumuh_id_lain"].isin(names)]
    return {"pieces": kept, "links": links, "claims": claims, **left}
