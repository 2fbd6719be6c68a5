"""The cut of a run: at once in this process, or chunk by chunk from a prepared folder, with the same answer.

Ground is drawn where it is cut, so that a chunk gives tables and the shapes that a map shows, and what it was made
from can be forgotten.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import geopandas
import pandas as pd
from geopandas import GeoDataFrame

from petakumuh import account, chunks
from petakumuh.measure import map_crs
from petakumuh.overlay import Certificate, drawn, overlay
from petakumuh.overlay.result import PARTS, Overlay, together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from pandas import DataFrame

    from petakumuh.model import Calculation, Zone
    from petakumuh.prepared import Part, Prepared

__all__ = ["Cut", "at_once", "cut_part", "in_chunks", "with_this_process"]

_GROUND, _CERTIFICATE = "bidang", "sertifikat"


@dataclass(frozen=True)
class Cut:
    """Slum ground cut into pieces, and drawn by display key; without a row where that was not asked for."""

    parts: Overlay
    bidang: GeoDataFrame


def at_once(
    zones: Sequence[Zone],
    choices: Calculation,
    *,
    tm3: Mapping[str, int] | None,
    done: Callable[[int], object] = lambda _: None,
) -> Cut:
    """Cut all slums in this process.

    Raises
    ------
    ConservationError
        As `petakumuh.overlay.overlay` and `petakumuh.overlay.drawn`.
    """
    parts = overlay(zones, by=choices.by, tm3=tm3, certify=choices.sertifikasi, done=done)
    key = account.display_key(parts.pieces, parts.groups, parts.links)
    return Cut(parts, drawn(parts, key, crs=map_crs(tuple(zone.epsg for zone in zones))))


def in_chunks(
    there: Prepared,
    workers: chunks.Workers,
    work: str | Path,
    *,
    size: int | None = None,
    ground: bool = True,
    done: Callable[[int], object] = lambda _: None,
) -> Cut:
    """Cut all slums of a prepared folder, chunk by chunk.

    Parameters
    ----------
    there
        The prepared folder.
    workers, work, size, done
        As for `petakumuh.chunks.run_chunks`.
    ground
        Whether ground is drawn.

    Raises
    ------
    PetakumuhError
        As `petakumuh.chunks.run_chunks` and `petakumuh.chunks.gathered`.

    Notes
    -----
    Law 8: what it gives does not depend on workers or chunks, and is what `at_once` gives.
    """
    choices = there.recipe.hitung
    epsgs = tuple(zone.epsg for zone in there.zones if zone.kumuh)
    options = {"by": list(choices.by), "sertifikasi": choices.sertifikasi, "bidang": ground, "crs": map_crs(epsgs)}
    size = chunks.CHUNK_SLUMS if size is None else size
    kept = chunks.run_chunks(there, cut_part, workers, work, options=options, size=size, done=done)
    tables = chunks.gathered(kept)
    certificates = [Certificate(**json.loads(one)) for one in tables[_CERTIFICATE]["sertifikat"]]
    parts = Overlay(
        groups=there.groups, certificate=together(certificates), **{name: tables[name] for name in PARTS}
    )
    if not ground:
        return Cut(
            parts, GeoDataFrame({name: [] for name in account.DISPLAY_KEY}, geometry=[], crs=options["crs"])
        )
    rows = tables[_GROUND].sort_values([*account.DISPLAY_KEY, "zona"], kind="stable", ignore_index=True)
    shapes = geopandas.GeoSeries.from_wkb(rows.pop("geometry"))
    return Cut(parts, GeoDataFrame(rows, geometry=shapes, crs=options["crs"]))


def cut_part(part: Part, options: Mapping[str, Any]) -> dict[str, DataFrame]:
    """Cut one chunk: the tables of a cut, its certificate, and ground by display key where it is wanted.

    Parameters
    ----------
    part
        As `petakumuh.prepared.read_chunk` gives it.
    options
        ``by``, ``sertifikasi``, ``bidang`` (whether ground is drawn), ``crs`` (of the map).
    """
    cut = overlay(
        [part],
        by=options["by"],
        tm3=part.tm3,
        certify=options["sertifikasi"],
        groups=part.groups,
        mine={part.epsg: part.mine},
    )
    told = json.dumps(asdict(cut.certificate))
    tables = {name: getattr(cut, name) for name in PARTS} | {_CERTIFICATE: pd.DataFrame({"sertifikat": [told]})}
    if options["bidang"]:
        key = account.display_key(cut.pieces, cut.groups, cut.links)
        ground = drawn(cut, key, crs=options["crs"])
        tables[_GROUND] = pd.DataFrame(ground.drop(columns="geometry")).assign(geometry=ground.geometry.to_wkb())
    return tables


@contextmanager
def with_this_process() -> Iterator[Executor]:
    """Open no other process: chunks are cut one after the other, in little memory."""
    with ThreadPoolExecutor(1) as pool:
        yield pool
