"""What may be given to everybody: hectares of kelurahan, or of a grid of 100 m.

No names of slums, works or persons, no costs, no decrees: only what is made here goes in, nothing is taken out of
a richer layer. Even the sentence on certification stays away, since it may name slums.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import shapely

from petakumuh.ground import GRID_M, intersection, meeting_pairs, move, origin
from petakumuh.measure import LONLAT, planar_m2
from petakumuh.model import HECTARES_BY, OUTSIDE
from petakumuh.present.basis import basis
from petakumuh.present.tables import cell, csv_text, write_text
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.model import Result

__all__ = ["FOLDER", "files", "grid", "kelurahan"]

FOLDER = "bagi"
CELL_M = 100
"""A cell is a hectare: fine enough to plan by, too coarse to tell a house."""
_HECTARES = ["luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha"]
_CLOSES = 1e-9
"""Of a ground: by how much its parts may miss it."""
_FEW = 3
"""Fewer slums than this in a kelurahan or cell: its hectares are those of known people."""


def files(run: Result, language: Language) -> dict[str, Callable[[Path], None]]:
    """List what may be shared, where the recipe asks for it: name -> what writes it to a path."""
    kind = run.recipe.keluaran.bagi
    if kind is None:
        return {}

    @cache
    def rows() -> GeoDataFrame:
        return kelurahan(run, language) if kind == "kelurahan" else grid(run)

    return {
        f"{FOLDER}/{kind}.geojson": lambda path: _geojson(rows(), path, kind),
        f"{FOLDER}/{kind}.csv": lambda path: write_text(csv_text(_lines(rows(), language)), path),
        f"{FOLDER}/BACA.txt": lambda path: _readme(run, rows(), path, language),
    }


def kelurahan(run: Result, language: Language = "id") -> GeoDataFrame:
    """Give the hectares of each kelurahan that has slums; ground outside every one is a row without a shape.

    Returns
    -------
        ``kode, kelurahan, kecamatan, kabupaten_kota, provinsi``, and as the tables of the run have them
        ``luas_delineasi_ha, luas_tertangani_ha, sisa_ha``; ``kumuh_sedikit``: whether fewer than three slums lie
        there.
    """
    table = run.tables["kelurahan"]
    table = table[table["luas_delineasi_ha"] > 0]
    shapes = run.layers.kelurahan.set_index("kelurahan_id").geometry
    few = _few(run.bidang["kelurahan_id"], run.bidang["kumuh_id"])
    names = ["kode", "nama", "kecamatan", "kabupaten_kota", "provinsi"]
    rows: Any = table[[*names, *_HECTARES]].rename(columns={"nama": "kelurahan"})
    rows["kumuh_sedikit"] = few.reindex(rows["kode"]).to_numpy(dtype=bool)
    rows.loc[rows["kode"] == OUTSIDE, "kelurahan"] = say("tukar.di_luar", language)
    places = geopandas.GeoSeries(shapes.reindex(rows["kode"]).array, index=rows.index, crs=shapes.crs)
    shared: GeoDataFrame = rows.set_geometry(places)
    return shared


def grid(run: Result) -> GeoDataFrame:
    """Give the hectares of each cell of the UTM grid; those of all cells are those of the run.

    Returns
    -------
        ``sel`` (zone, hundreds of metres east and north), ``luas_delineasi_ha, luas_tertangani_ha, sisa_ha``,
        ``kumuh_sedikit``, and the cell. Each ground's hectares go to its cells by their shares of its plane.
    """
    ground = run.bidang[run.bidang[HECTARES_BY[run.recipe.hitung.dasar]] > 0]
    parts = [_cells(rows, int(zone), run) for zone, rows in ground.groupby("zona", sort=True)]
    whole: GeoDataFrame = pd.concat(parts, ignore_index=True) if parts else _cells(ground, run.zones[0], run)
    return whole


def _cells(ground: GeoDataFrame, epsg: int, run: Result) -> GeoDataFrame:
    """Cut the ground of one zone by its cells."""
    shapes = np.asarray(ground.geometry.to_crs(epsg).array, dtype=object)
    corner = tuple(CELL_M * np.floor(np.asarray(origin(shapes)) / CELL_M))
    local = move(shapes, corner)
    columns, lines, boxes = _boxes(local)
    pairs, share = _shares(local, boxes)
    hectares = ground[HECTARES_BY[run.recipe.hitung.dasar]].to_numpy(dtype=np.float64)[pairs[:, 0]] * share
    handled = ground["tertangani"].to_numpy(dtype=bool)[pairs[:, 0]]
    table = pd.DataFrame({"cell": pairs[:, 1], "luas_delineasi_ha": hectares})
    table["luas_tertangani_ha"], table["sisa_ha"] = (
        np.where(handled, hectares, 0.0),
        np.where(handled, 0.0, hectares),
    )
    sums: Any = table.groupby("cell", sort=True)[_HECTARES].sum()
    slums = pd.Series(ground["kumuh_id"].to_numpy()[pairs[:, 0]])
    at = sums.index.to_numpy()
    east, north = columns[at] + int(corner[0] // CELL_M), lines[at] + int(corner[1] // CELL_M)
    zone = f"{epsg % 100}{'N' if epsg < 32700 else 'S'}"  # noqa: PLR2004 - 326zz north, 327zz south
    sums.insert(0, "sel", [f"{zone}-{x}-{y}" for x, y in zip(east, north, strict=True)])
    sums["kumuh_sedikit"] = _few(table["cell"], slums).reindex(at).to_numpy(dtype=bool)
    places = geopandas.GeoSeries(move(boxes[at], corner, back=True), index=sums.index, crs=epsg)
    cells: GeoDataFrame = sums.set_geometry(places).to_crs(LONLAT).reset_index(drop=True)
    return cells


def _shares(
    shapes: NDArray[np.object_], boxes: NDArray[np.object_]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Find the cells of each shape, and what part of it lies in each: the parts of a shape are one."""
    pairs = meeting_pairs(shapes, boxes)
    here, reach = shapely.bounds(boxes)[pairs[:, 1]], shapely.bounds(shapes)[pairs[:, 0]]
    within = (here[:, :2] <= reach[:, :2]).all(axis=1) & (reach[:, 2:] <= here[:, 2:]).all(axis=1)
    whole = planar_m2(shapes)
    part = np.where(within, whole[pairs[:, 0]], 0.0)
    # Without a grid cutting is faster, and wrong where edges nearly coincide: what does not close is cut again.
    for grid in (None, GRID_M):
        got = np.bincount(pairs[:, 0], part, minlength=len(shapes))
        again = (np.abs(got - whole) > _CLOSES * whole)[pairs[:, 0]]
        part[again] = planar_m2(intersection(shapes[pairs[again, 0]], boxes[pairs[again, 1]], grid=grid))
    got = np.bincount(pairs[:, 0], part, minlength=len(shapes))
    first = np.append(True, np.diff(pairs[:, 0]) > 0)
    part[first & (got[pairs[:, 0]] == 0)] = 1.0  # too thin to be cut: it goes to one cell
    got = np.bincount(pairs[:, 0], part, minlength=len(shapes))
    some = part > 0
    return pairs[some], part[some] / got[pairs[some, 0]]


def _boxes(shapes: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.object_]]:
    """Make the cells that any shape's box reaches: their columns and lines, and the squares."""
    reach = np.floor(shapely.bounds(shapes) / CELL_M).astype(np.int64)
    wanted = {
        (x, y)
        for west, south, east, north in np.unique(reach, axis=0).tolist()
        for x in range(west, east + 1)
        for y in range(south, north + 1)
    }
    x, y = np.array(sorted(wanted), dtype=np.int64).reshape(-1, 2).T
    return x, y, shapely.box(x * CELL_M, y * CELL_M, (x + 1) * CELL_M, (y + 1) * CELL_M)


def _few(places: pd.Series, slums: pd.Series) -> pd.Series:
    """Say of each place whether few slums lie there."""
    counts = slums.groupby(places.to_numpy()).nunique()
    return counts < _FEW


def _geojson(rows: GeoDataFrame, path: Path, name: str) -> None:
    pyogrio.write_dataframe(
        rows.to_crs(LONLAT), path, driver="GeoJSON", RFC7946="YES", COORDINATE_PRECISION="7", layer=name
    )


def _lines(rows: DataFrame, language: Language) -> list[list[object]]:
    names: list[object] = list(rows.columns.drop("geometry"))
    return [names, *([cell(one, language) for one in row] for row in rows[names].to_numpy(dtype=object).tolist())]


def _readme(run: Result, rows: GeoDataFrame, path: Path, language: Language) -> None:
    kind = str(run.recipe.keluaran.bagi)
    total = {name: number(float(rows[name].sum()), 4, language) for name in _HECTARES}
    told = [
        say(f"tukar.bagi.{kind}", language),
        say("tukar.bagi.sedikit", language, jumlah=int(rows["kumuh_sedikit"].sum()), baris=len(rows)),
        say("tukar.bagi.jumlah", language, **total),
        str(basis(run, language)["keterangan"]),
    ]
    write_text("\r\n\r\n".join(told) + "\r\n", path)
