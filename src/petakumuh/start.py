"""What a run starts from: files of a recipe, read and checked, or a prepared folder; and who cuts the ground."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from petakumuh import findings, kernel
from petakumuh.check.zones import tm3_zones
from petakumuh.chunks import with_dask, with_workers
from petakumuh.cutting import Cut, at_once, in_chunks, with_this_process
from petakumuh.errors import RecipeError
from petakumuh.ground import GRID_DEGREES, union
from petakumuh.intake import take_in
from petakumuh.measure import map_crs
from petakumuh.model import Layers
from petakumuh.prepared import prepare, read_layer
from petakumuh.prepared.stock import ROLES
from petakumuh.progress import bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame

    from petakumuh.chunks import Workers
    from petakumuh.intake import Intake
    from petakumuh.model import InputFile, Recipe
    from petakumuh.prepared import Prepared

__all__ = ["Hands", "Start", "cut_files", "cut_prepared", "from_prepared"]

_PARTS = "bagian"
"""The folder, inside a prepared one, that keeps the chunks that have been cut."""


@dataclass(frozen=True)
class Start:
    """Checked layers in the one CRS of the map, and what was said about them."""

    order: Recipe
    layers: Layers
    zones: tuple[int, ...]
    lampiran: DataFrame | None
    findings: GeoDataFrame
    inputs: tuple[InputFile, ...]


@dataclass(frozen=True)
class Hands:
    """Who cuts ground: so many processes, the workers of a dask scheduler, or this one; and how much at once."""

    count: int | None = None
    dask: str | None = None
    chunk: int | None = None

    @property
    def workers(self) -> Workers:
        """What opens an executor."""
        if self.dask is not None:
            return partial(with_dask, self.dask)
        return with_this_process if self.count is None else partial(with_workers, self.count)


def cut_files(order: Recipe, hands: Hands, *, network: bool, ground: bool) -> tuple[Start, Cut]:
    """Read, check and cut the files of a recipe.

    Raises
    ------
    RecipeError
        When workers elsewhere are to cut files that only this process has read.
    PetakumuhError
        As `petakumuh.intake.take_in`, `petakumuh.cutting.at_once` and `petakumuh.cutting.in_chunks`.
    """
    if hands.dask is not None:
        raise RecipeError("dask_perlu_siapan")
    taken = take_in(order, network=network)
    if ground and hands == Hands():
        _warm()
        zones = [zone for zone in taken.checked.zones if len(zone.kumuh)]
        tm3 = tm3_zones(zones) if order.hitung.dasar == "tm3" else None
        with bar("potong", sum(len(zone.kumuh) for zone in zones)) as step:
            return _from_files(taken, order), at_once(zones, order.hitung, tm3=tm3, done=step)
    with tempfile.TemporaryDirectory(prefix="petakumuh-") as folder:
        there = prepare(taken, order, folder)
        return _from_files(taken, order), cut_prepared(there, hands, ground=ground)


def cut_prepared(there: Prepared, hands: Hands, *, ground: bool) -> Cut:
    """Cut a prepared folder; chunks that were cut before are found in it again.

    Raises
    ------
    PetakumuhError
        As `petakumuh.cutting.in_chunks`.
    """
    _warm()
    with bar("potong", sum(zone.kumuh for zone in there.zones)) as step:
        work = f"{there.folder}/{_PARTS}"
        return in_chunks(there, hands.workers, work, size=hands.chunk, ground=ground, done=step)


def from_prepared(there: Prepared, *, shapes: bool) -> Start:
    """Start from a prepared folder.

    Parameters
    ----------
    shapes
        Whether the shapes of layers are read; without, layers are attributes alone.

    Raises
    ------
    InputError
        When a file of it cannot be read.
    """
    zones = tuple(zone.epsg for zone in there.zones if zone.kumuh)
    layers = [
        Layers(*(_framed(read_layer(there.folder, role, zone.epsg, shapes=shapes), zone.epsg) for role in ROLES))
        for zone in there.zones
    ]
    shown = _on_map(layers, map_crs(zones), shapes=shapes)
    return Start(there.recipe, shown, zones, there.lampiran, there.findings, there.inputs)


def _from_files(taken: Intake, order: Recipe) -> Start:
    zones = tuple(zone.epsg for zone in taken.checked.zones if len(zone.kumuh))
    shown = _on_map(taken.checked.zones, map_crs(zones), shapes=True)
    return Start(order, shown, zones, taken.lampiran, findings.frame(taken.findings), taken.inputs)


def _warm() -> None:
    """Have the kernel compiled before ground is cut: the first time on a machine this takes about a minute."""
    if kernel.available():
        with bar("mesin"):
            kernel.areas(shapely.box(0, 0, 1, 1), [], [])


def _framed(rows: Any, epsg: int) -> GeoDataFrame:
    """Give attributes alone the place of a shape."""
    if isinstance(rows, GeoDataFrame):
        return rows
    return GeoDataFrame(rows, geometry=np.full(len(rows), None, dtype=object), crs=epsg)


def _on_map(zones: Sequence[Layers], epsg: int, *, shapes: bool) -> Layers:
    """Lay the checked layers of all zones in the one CRS of the map, in the order of ids.

    A slum or work seen in two zones stands once.
    """

    def joined(rows: list[GeoDataFrame], name: str) -> GeoDataFrame:
        parts = pd.concat([one.to_crs(epsg) for one in rows], ignore_index=True)
        return GeoDataFrame(
            parts.sort_values(name, kind="stable", ignore_index=True), geometry="geometry", crs=epsg
        )

    works = joined([zone.penanganan for zone in zones], "penanganan_id")
    slums = joined([zone.kumuh for zone in zones], "kumuh_id")
    for rows in slums.groupby("kumuh_id", sort=False).indices.values():
        if shapes and len(rows) > 1:  # split over zones, which are shown in degrees
            slums.loc[rows[0], "geometry"] = union(slums.geometry.iloc[rows], grid=GRID_DEGREES)
    return Layers(
        slums[~slums["kumuh_id"].duplicated()].reset_index(drop=True),
        joined([zone.kelurahan for zone in zones], "kelurahan_id"),
        works[~works["penanganan_id"].duplicated()].reset_index(drop=True),
    )
