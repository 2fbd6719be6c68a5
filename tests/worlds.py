"""Random small worlds, aimed at what breaks overlays: shared and nearly shared edges, slivers, duplicates.

Corners lie on a coarse lattice with jitter of nothing, a few ulps, or up to a decimetre; slums, kelurahan and
works share them, repeat one another and turn in their place; kelurahan overlap and leave gaps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import shapely
from hypothesis import strategies as st
from shapely import affinity

from petakumuh.check import check
from petakumuh.model import Region, Zone
from petakumuh.overlay import overlay
from petakumuh.read import read_layer
from petakumuh.recipe import from_tables
from tests.conftest import CRS, ORIGIN, kelurahan, square
from tests.strategies import cases

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from petakumuh.check import Checked
    from petakumuh.overlay import Overlay

    HardWorld = tuple[GeoDataFrame, GeoDataFrame, GeoDataFrame]

BY = ("sektor", "tahun", "status")
_JITTER = (0.0, 0.0, 0.0, 2e-9, 1e-9, 1e-6, 1e-3, 1e-1)


@st.composite
def polygons(draw: st.DrawFn) -> shapely.Polygon:
    """A triangle, rectangle, turned rectangle or ring with a thin hole, on a jittered lattice of 50 m."""
    x, y = (50.0 * draw(st.integers(-1, 15)) for _ in range(2))
    width, height = (50.0 * draw(st.integers(1, 6)) for _ in range(2))
    kind = draw(st.sampled_from(["box", "box", "triangle", "turned", "ring"]))
    shape = shapely.box(x, y, x + width, y + height)
    if kind == "triangle":
        shape = shapely.Polygon([(x, y), (x + width, y), (x + 50 * draw(st.integers(0, 6)), y + height)])
    if kind == "turned":
        shape = affinity.rotate(shape, draw(st.sampled_from([1e-7, 0.5, 30.0, 45.0])))
    if kind == "ring":
        thin = draw(st.sampled_from([1e-3, 0.5, 20.0]))
        shape = shape.difference(shapely.box(x + 10, y + 10, x + width - 10, y + 10 + thin))
    dx, dy = (draw(st.sampled_from(_JITTER)) for _ in range(2))
    return affinity.translate(shape, ORIGIN[0] + dx, ORIGIN[1] + dy)


@st.composite
def slums(draw: st.DrawFn) -> GeoDataFrame:
    """One to five slums, the first surely on a kelurahan, the last sometimes a copy of another."""
    shapes = [square(375, 175, 50), *draw(st.lists(polygons(), max_size=3))]
    if draw(st.booleans()):
        shapes.append(shapes[-1])
    names = [draw(st.sampled_from(["Barat", "Timur", ""])) for _ in shapes]
    rows = {"kumuh_id": [f"K{at}" for at in range(len(shapes))], "nama": "", "kelurahan": names}
    return geopandas.GeoDataFrame(rows, geometry=shapes, crs=CRS)


@st.composite
def towns(draw: st.DrawFn) -> GeoDataFrame:
    """Two or three kelurahan that are no partition: they overlap, leave gaps, repeat a name."""
    shift, gap = 50.0 * draw(st.integers(-3, 3)), draw(st.sampled_from(_JITTER))
    shapes = [
        square(0, 0, 400),
        square(400 + shift + gap, 0, 400),
        square(50.0 * draw(st.integers(0, 12)), 200, 200, 400),
    ]
    names = ["Barat", "Timur", draw(st.sampled_from(["Barat", "Timur", "Utara"]))]
    rows = {"kode": [f"99.01.01.100{at + 1}" for at in range(3)], "nama": names}
    return geopandas.GeoDataFrame(rows, geometry=shapes, crs=CRS).iloc[: draw(st.integers(2, 3))]


@st.composite
def works(draw: st.DrawFn, *, least: int = 0) -> GeoDataFrame:
    """Up to six works of three sectors and three years, some planned."""
    shapes = draw(st.lists(polygons(), min_size=least, max_size=6))
    rows = {
        "id": [f"P{at}" for at in range(len(shapes))],
        "sektor": [draw(st.sampled_from(["jalan", "drainase", "air minum"])) for _ in shapes],
        "tahun": [draw(st.sampled_from(["2019", "2020", "2021"])) for _ in shapes],
        "status": [draw(st.sampled_from(["selesai", "selesai", "rencana"])) for _ in shapes],
    }
    return geopandas.GeoDataFrame(rows, geometry=np.array(shapes, dtype=object), crs=CRS)


def checked(kumuh: GeoDataFrame, penanganan: GeoDataFrame, towns: GeoDataFrame | None = None) -> Checked:
    """Read and check a world of frames."""
    recipe = from_tables({"kumuh": kumuh, "kelurahan": kelurahan() if towns is None else towns})
    source = from_tables({"kumuh": kumuh, "kelurahan": kumuh, "penanganan": [penanganan]}).penanganan[0]
    layers = [
        read_layer(recipe.kumuh, "kumuh")[0],
        read_layer(recipe.kelurahan, "kelurahan", region=Region())[0],
    ]
    files = [read_layer(source, "penanganan")[0]] if len(penanganan) else []
    return check(layers[0], layers[1], files)


def zone(kumuh: GeoDataFrame, penanganan: GeoDataFrame, towns: GeoDataFrame | None = None) -> Zone:
    """Give a world of valid shapes as checking does, without the time that checking takes."""
    areas = kelurahan() if towns is None else towns
    code = dict(zip(areas["nama"], areas["kode"], strict=True))
    return Zone(
        kumuh=kumuh.assign(disebut_id=[code.get(name, "") for name in kumuh["kelurahan"]]),
        kelurahan=areas.assign(kelurahan_id=areas["kode"]),
        penanganan=penanganan.assign(
            penanganan_id=penanganan["id"], dihitung=penanganan["status"] == "selesai", sebelum_dasar=False
        ),
        epsg=CRS,
    )


def cut(
    kumuh: GeoDataFrame, penanganan: GeoDataFrame, towns: GeoDataFrame | None = None, **options: Any
) -> Overlay:
    """Cut a world of frames."""
    return overlay([zone(kumuh, penanganan, towns)], by=BY, **options)


def handled_ha(done: Overlay) -> float:
    """Hectares of the pieces under a work that counts."""
    counted = done.groups.loc[done.groups["dihitung"], "group_id"]
    under = done.links.loc[done.links["group_id"].isin(counted), "piece_id"]
    return float(done.pieces.loc[done.pieces["piece_id"].isin(under), "luas_ha"].sum())


def by_label(done: Overlay) -> dict[tuple[Any, ...], float]:
    """Hectares by kelurahan, slum and the sectors, years and states of the works."""
    names = [tuple(row) for row in done.groups[list(BY)].itertuples(index=False)]
    groups = {piece: tuple(names[at] for at in on) for piece, on in done.links.groupby("piece_id")["group_id"]}
    rows = done.pieces[["piece_id", "kelurahan_id", "kumuh_id", "luas_ha"]].to_numpy(dtype=object).tolist()
    return {(area, slum, groups.get(piece, ())): hectares for piece, area, slum, hectares in rows}


def union_ha(shapes: object) -> float:
    """Hectares of a union, straight from shapely at the world's origin: the other way to the same number."""
    moved = shapely.transform(np.asarray(shapes), lambda xy: xy - np.array(ORIGIN))
    return float(shapely.area(shapely.union_all(moved, grid_size=1e-9))) / 1e4


@st.composite
def hard(draw: st.DrawFn) -> HardWorld:
    """Two slums, a kelurahan and works, all of the shapes that GEOS fails on."""
    ground, footprints, groups = draw(cases(offsets=[ORIGIN], least=2))
    rows = {"kumuh_id": ["K1", "K2"], "nama": "", "kelurahan": ""}
    kumuh = geopandas.GeoDataFrame(rows, geometry=[ground, footprints[0]], crs=CRS)
    towns = geopandas.GeoDataFrame({"kode": ["99.01"], "nama": ["Barat"]}, geometry=footprints[1:2], crs=CRS)
    rows = {
        "id": [f"P{at}" for at in range(len(groups) - 2)],
        "sektor": [str(group) for group in groups[2:]],
        "tahun": "2020",
        "status": "selesai",
    }
    return kumuh, geopandas.GeoDataFrame(rows, geometry=np.array(footprints[2:], dtype=object), crs=CRS), towns
