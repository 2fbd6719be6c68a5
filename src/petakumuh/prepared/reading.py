"""Of prepared layers only the row groups are read in which something can stand that is asked for."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pyarrow as pa
import shapely
from geopandas import GeoDataFrame
from pyarrow import ArrowException

from petakumuh import recipe
from petakumuh.errors import InputError
from petakumuh.model import InputFile, Zone
from petakumuh.prepared.place import Place, place_of
from petakumuh.prepared.stock import (
    ABOUT,
    ANNEX,
    FINDINGS,
    FORMAT,
    GROUPS,
    IDS,
    PLANES,
    ROLES,
    Chunk,
    ZoneRows,
    cut_columns,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame
    from pyarrow.parquet import ParquetFile

    from petakumuh.model import Recipe

__all__ = ["Part", "Prepared", "is_prepared", "open_prepared", "read_chunk", "read_layer"]

_SIDES = ("xmin", "ymin", "xmax", "ymax")
_EVERYWHERE = (-1e9, -1e9, 1e9, 1e9)
"""The box of a row group that does not say its own, in metres."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """What stands in a prepared folder; of the layers themselves nothing has been read.

    Attributes
    ----------
    folder
        How any process calls it: an absolute path, or an address.
    zones
        The rows of each layer, zone by zone.
    groups
        The distinct groups of works, as `petakumuh.overlay.result.groups_of` lists them.
    findings, inputs, lampiran, recipe, versions
        As the recipe's files gave them, the findings laid out as a table.
    fingerprint
        Of all that stands there; where it is the same, everything is.
    """

    folder: str
    recipe: Recipe
    zones: tuple[ZoneRows, ...]
    groups: DataFrame
    findings: GeoDataFrame
    inputs: tuple[InputFile, ...]
    lampiran: DataFrame | None
    versions: Mapping[str, str]
    fingerprint: str

    def chunks(self, size: int) -> list[Chunk]:
        """Cut the slums of all zones into ranges.

        Parameters
        ----------
        size
            How many slums a chunk has at most.

        Raises
        ------
        ValueError
            When it is less than 1.
        """
        if size < 1:
            raise ValueError(size)
        return [chunk for zone in self.zones for chunk in zone.chunks(size)]


@dataclass(frozen=True)
class Part(Zone):
    """Part of a zone: some slums, and all whose box meets the box of one of them.

    Attributes
    ----------
    mine
        Ids of the slums that it is about; the other ones only claim ground of theirs.
    groups
        The groups of works of the whole region.
    tm3
        The TM-3 zone of each kelurahan of the part, where hectares are wanted in that plane; there then are
        also the kelurahan that can be the nearest to a slum.
    """

    mine: tuple[str, ...]
    groups: DataFrame
    tm3: Mapping[str, int] | None = None


def is_prepared(folder: str | Path) -> bool:
    """Whether a folder, or an address, holds prepared files.

    Raises
    ------
    InputError
        When the address cannot be reached.
    """
    return not str(folder).endswith(".toml") and place_of(folder).size(ABOUT) is not None


def open_prepared(folder: str | Path) -> Prepared:
    """Open a prepared folder: its files are counted, their shapes not read.

    Raises
    ------
    InputError
        When there is none, or one of another format, or a file of it is missing or not as it was written.
    """
    place = place_of(folder)
    about = _about(place)
    for name, file in about["berkas"].items():
        if place.size(name) != file["byte"]:
            raise InputError("siapan_rusak", folder=place.name, file=name)
    return Prepared(
        folder=place.name,
        recipe=recipe.from_tables(about["resep"], folder=_whence(place, about["asal"])),
        zones=tuple(ZoneRows(**one) for one in about["zona"]),
        groups=_table(place, GROUPS),
        findings=_frame(place, FINDINGS),
        inputs=tuple(InputFile(**one) for one in about["masukan"]),
        lampiran=_table(place, ANNEX) if ANNEX in about["berkas"] else None,
        versions=about["versi"],
        fingerprint=about["sidik"],
    )


def read_layer(folder: str | Path, role: str, epsg: int, *, shapes: bool = True) -> DataFrame:
    """Read one layer of one zone whole, in the order of the curve.

    Parameters
    ----------
    folder
        A prepared folder.
    role
        ``kumuh``, ``kelurahan`` or ``penanganan``.
    epsg
        The zone.
    shapes
        Whether its geometry is wanted; without, the answer is a plain table.

    Raises
    ------
    InputError
        When the folder has no such layer, or it cannot be read.
    """
    place = place_of(folder)
    if not shapes:
        return _table(place, _file(role, epsg), without=("geometry", "bbox"))
    frame: DataFrame = _frame(place, _file(role, epsg))
    return frame


def read_chunk(folder: str | Path, chunk: Chunk) -> Part:
    """Read some slums with all that can lie on them, in the columns that a cut needs.

    What a slum sees, and in which order, depends on nothing but itself: neighbours are found by the box of each
    slum alone, and rows stand in the order of ids.

    Parameters
    ----------
    folder
        A prepared folder.
    chunk
        One of `Prepared.chunks`.

    Raises
    ------
    InputError
        When the folder holds nothing prepared, or what it holds cannot be read.
    """
    place = place_of(folder)
    choices = recipe.from_tables(_about(place)["resep"]).hitung
    mine, boxes = _range(place, chunk)
    near: dict[str, NDArray[np.object_]] = dict.fromkeys(ROLES, boxes)
    if choices.dasar == "tm3":
        near["kelurahan"] = _reach(place, chunk.epsg, boxes)
    layers = {
        role: _near(place, role, chunk.epsg, cut_columns(role, choices.by), shapely.STRtree(near[role]))
        for role in ROLES
    }
    tm3 = None
    if choices.dasar == "tm3":
        planes = _table(place, PLANES).set_index("kelurahan_id")["zona_tm3"]
        tm3 = {str(code): int(planes[code]) for code in layers["kelurahan"]["kelurahan_id"]}
    return Part(**layers, epsg=chunk.epsg, mine=tuple(sorted(mine)), groups=_table(place, GROUPS), tm3=tm3)


def _reach(place: Place, epsg: int, boxes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Widen the box of each slum until the kelurahan nearest to any point of it must meet it.

    No point of a box is farther from a kelurahan than from the farthest corner of the box of that kelurahan.
    """
    with _opened(place, _file("kelurahan", epsg)) as file:
        west, south, east, north = _sides(file.read(columns=["bbox"], use_threads=False))
    wide = []
    for left, low, right, high in shapely.bounds(boxes):
        dx, dy = np.maximum(right - west, east - left), np.maximum(high - south, north - low)
        far = float(np.hypot(dx, dy).min())
        wide.append(shapely.box(left - far, low - far, right + far, high + far))
    return np.array(wide, dtype=object)


def _whence(place: Place, folder: str) -> Path:
    """Find the folder of the recipe."""
    return (Path(place.root) / folder).resolve() if place.local else Path(folder)


def _file(role: str, epsg: int) -> str:
    return f"{role}-{epsg}.parquet"


def _about(place: Place) -> dict[str, Any]:
    """Read what a prepared folder says of itself."""
    try:
        about: dict[str, Any] = json.loads(place.read(ABOUT))
        made = about["format"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise InputError("bukan_siapan", folder=place.name) from error
    if made != FORMAT:
        raise InputError("siapan_lain", folder=place.name, format=made, punya=FORMAT)
    return about


@contextmanager
def _opened(place: Place, name: str) -> Iterator[ParquetFile]:
    """Open a prepared file; what cannot be read of it is told by name."""
    try:
        with place.parquet(name) as file:
            yield file
    except (OSError, ArrowException, ValueError, LookupError, shapely.errors.GEOSException) as error:
        raise InputError("siapan_rusak", folder=place.name, file=name) from error


def _table(place: Place, name: str, *, without: Sequence[str] = ()) -> DataFrame:
    with _opened(place, name) as file:
        columns = [one for one in file.schema_arrow.names if one not in without]
        table: DataFrame = file.read(columns=columns).to_pandas()
        return table


def _frame(place: Place, name: str) -> GeoDataFrame:
    with _opened(place, name):
        frame: GeoDataFrame = geopandas.read_parquet(
            place.path(name), filesystem=place.files, page_checksum_verification=True
        )
        return frame


def _range(place: Place, chunk: Chunk) -> tuple[list[str], NDArray[np.object_]]:
    """Read the ids and boxes of the slums of a chunk."""
    with _opened(place, _file("kumuh", chunk.epsg)) as file:
        ends = np.cumsum([file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)])
        groups = range(
            int(np.searchsorted(ends, chunk.first, "right")), int(np.searchsorted(ends, chunk.last)) + 1
        )
        start = int(ends[groups[0] - 1]) if groups[0] else 0
        rows = file.read_row_groups(list(groups), columns=[IDS["kumuh"], "bbox"], use_threads=False)
        rows = rows.slice(chunk.first - start, len(chunk))
        return rows.column(IDS["kumuh"]).to_pylist(), _boxes(rows)


def _near(place: Place, role: str, epsg: int, columns: Sequence[str], tree: shapely.STRtree) -> GeoDataFrame:
    """Read the rows of a layer whose box meets one of the boxes of a tree, sorted by id."""
    with _opened(place, _file(role, epsg)) as file:
        wanted = [*columns, "geometry", "bbox"]
        parts = [file.schema_arrow.empty_table().select(wanted)]
        for at in row_groups(file, tree):
            rows = file.read_row_group(at, columns=wanted, use_threads=False).select(wanted)
            parts.append(rows.take(np.unique(tree.query(_boxes(rows))[0])))
        rows = pa.concat_tables(parts).sort_by(IDS[role])
        shapes = shapely.from_wkb(rows.column("geometry").to_numpy())
        return GeoDataFrame(rows.select(list(columns)).to_pandas(), geometry=shapes, crs=epsg)


def row_groups(file: ParquetFile, tree: shapely.STRtree) -> list[int]:
    """Say which row groups of a file hold rows whose box may meet one of the boxes of a tree."""
    boxes = np.tile(_EVERYWHERE, (file.num_row_groups, 1))
    place = {f"bbox.{side}": at for at, side in enumerate(_SIDES)}
    paths = [file.schema.column(at).path for at in range(len(file.schema))]
    sides = [(column, place[path]) for column, path in enumerate(paths) if path in place]
    for group in range(file.num_row_groups):
        about = file.metadata.row_group(group)
        for column, side in sides:
            known = about.column(column).statistics
            if known is not None and known.has_min_max:
                boxes[group, side] = known.min if side < len(_SIDES) // 2 else known.max
    found: list[int] = np.unique(tree.query(shapely.box(*boxes.T))[0]).tolist()
    return found


def _boxes(rows: pa.Table) -> NDArray[np.object_]:
    """Give the box of each row as a shape."""
    found: NDArray[np.object_] = shapely.box(*_sides(rows))
    return found


def _sides(rows: pa.Table) -> list[NDArray[np.float64]]:
    """Give west, south, east and north of each row."""
    boxes = rows.column("bbox").combine_chunks()
    return [boxes.field(side).to_numpy() for side in _SIDES]
