"""Files broken at random: each is refused, or every row of it comes out, whole or with the reason why not."""

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

from petakumuh.errors import InputError
from petakumuh.read.door import open_file

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 12
MUTANTS = 400
SEED = int(os.environ.get("PETAKUMUH_SEED", "20"))


def ground() -> geopandas.GeoDataFrame:
    """Twelve rows: squares, one with a hole, some of two parts."""
    shapes = []
    for at in range(ROWS):
        x = 110.0 + at / 100
        shape = shapely.box(x, -7.0, x + 0.005, -6.995)
        if at % 4 == 1:
            shape = shape.difference(shapely.box(x + 0.001, -6.999, x + 0.002, -6.998))
        if at % 4 == 2:
            shape = shapely.MultiPolygon([shape, shapely.box(x, -6.99, x + 0.003, -6.985)])
        shapes.append(shape)
    columns = {"id": [f"K{at:02d}" for at in range(ROWS)], "luas": [at + 0.25 for at in range(ROWS)]}
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=4326)


def write(kind: str, folder: Path) -> Path:
    """Write the twelve rows as one kind of file."""
    path = folder / f"peta.{kind}"
    if kind == "kml":
        marks = "".join(
            f"<Placemark><name>{row.id}</name>{kml(row.geometry)}</Placemark>" for row in ground().itertuples()
        )
        head = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        path.write_text(f"{head}<Document><name>peta</name>{marks}</Document></kml>", encoding="utf-8")
    else:
        ground().to_file(path)
    return path


def kml(shape: shapely.Geometry) -> str:
    def ring(points: shapely.LinearRing) -> str:
        pairs = " ".join(f"{x!r},{y!r}" for x, y in np.asarray(points.coords).tolist())
        return f"<LinearRing><coordinates>{pairs}</coordinates></LinearRing>"

    polygons = [
        f"<Polygon><outerBoundaryIs>{ring(part.exterior)}</outerBoundaryIs>"
        + "".join(f"<innerBoundaryIs>{ring(hole)}</innerBoundaryIs>" for hole in part.interiors)
        + "</Polygon>"
        for part in shapely.get_parts(shape)
    ]
    return polygons[0] if len(polygons) == 1 else f"<MultiGeometry>{''.join(polygons)}</MultiGeometry>"


def broken(content: bytes, chance: random.Random) -> bytes:
    """Flip some bytes (half of the time close to the rows), cut the end off, or blank a block."""
    if (way := chance.random()) < 0.7:
        flipped = bytearray(content)
        rows = max(content.find(b"K00"), 0)
        low, high = chance.choice([(0, len(content)), (max(rows - 2048, 0), min(rows + 2048, len(content)))])
        for _ in range(chance.choice((1, 2, chance.randint(1, 20)))):
            flipped[chance.randrange(low, high)] ^= chance.randint(1, 255)
        return bytes(flipped)
    at = chance.randrange(len(content))
    if way < 0.88:
        return content[:at]
    size = min(chance.choice((4, 16, 64)), len(content) - at)
    return content[:at] + bytes(size) + content[at + size :]


def lost(rows: geopandas.GeoDataFrame, whole: geopandas.GeoDataFrame, *, counted: bool) -> str:
    """Say what went missing without a word."""
    if len(rows) < ROWS:
        return f"{len(rows)} rows"
    told = (rows["masalah"].fillna("") != "").to_numpy()
    if int((rows.geometry.notna().to_numpy() | told).sum()) < ROWS:
        return "a geometry"
    if counted:  # rows come in the order of the file
        points = shapely.get_num_coordinates(rows.geometry.to_numpy())[:ROWS]
        few = (points < shapely.get_num_coordinates(whole.geometry.to_numpy())) & ~told[:ROWS]
        if few.any():
            return f"points of {np.flatnonzero(few)}"
    return ""


def opened(path: Path) -> dict[str, geopandas.GeoDataFrame] | None:
    """Read the layers; None where the file is refused, with a message in both languages."""
    try:
        return open_file(path).layers
    except InputError as error:
        for language in ("id", "en"):
            error.message(language)
        return None


@pytest.mark.parametrize("kind", ["shp", "gpkg", "fgb", "geojson", "kml"])
def test_no_row_of_a_broken_file_is_lost_in_silence(kind, tmp_path):
    source = write(kind, tmp_path)
    parts = sorted(one for one in tmp_path.iterdir() if one.suffix != ".cpg")
    (whole,) = open_file(source).layers.values()
    assert len(whole) == ROWS
    chance = random.Random(f"{SEED} {kind}")
    silent = []
    read = 0
    for number in range(MUTANTS):
        folder = tmp_path / "mutan"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        hit = chance.choice(parts)
        for part in parts:
            content = part.read_bytes()
            (folder / part.name).write_bytes(broken(content, chance) if part == hit else content)
        if (layers := opened(folder / source.name)) is None:
            continue
        read += 1
        rows = pd.concat(layers.values(), ignore_index=True) if layers else whole.iloc[:0]
        if said := lost(rows, whole, counted=kind in ("shp", "gpkg", "fgb")):
            silent.append((number, hit.suffix, said))
    assert not silent
    assert 0 < read < MUTANTS
