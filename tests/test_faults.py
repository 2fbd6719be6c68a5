"""Files as they come, row by row of the list of faults: each is refused by name, mended with a record, or told.

Every file is made here and goes the whole way, through `petakumuh.run` or `petakumuh.doctor.periksa`.
"""

from __future__ import annotations

import json
import math
import sqlite3
import struct
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pytest
import shapely

import petakumuh
from petakumuh.doctor import periksa
from petakumuh.errors import InputError, PetakumuhError
from petakumuh.read import door
from petakumuh.read.nursery import ask
from petakumuh.read.raw import Limits
from tests.conftest import ORIGIN, frame, kelurahan, kumuh, square, works

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from geopandas import GeoDataFrame

    from petakumuh import Run

X, Y = ORIGIN
UTM = "urn:ogc:def:crs:EPSG::32749"


def put(folder: Path, name: str, rows: GeoDataFrame, **said: Any) -> Path:
    """Write a layer to a file."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    (rows.to_parquet if name.endswith(".parquet") else rows.to_file)(path, **said)
    return path


def text(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
    """Points in metres from the origin of the small world."""
    return [(X + x, Y + y) for x, y in points]


def run(kumuh: Any = None, kelurahan: Any = None, penanganan: Any = None) -> Run:
    """Run with the small world where nothing else is given; the account of rows closes."""
    done = petakumuh.run(
        kumuh=slums() if kumuh is None else kumuh,
        kelurahan=towns() if kelurahan is None else kelurahan,
        penanganan=penanganan,
    )
    listed = found(done, "baris_dikecualikan")
    for one in done.inputs:
        mine = [told(row) for _, row in listed[(listed["berkas"] == one.name)].iterrows()]
        assert one.rows == one.used + one.repaired + one.excluded
        assert len({(row["sublapisan"], row["baris"]) for row in mine}) == len(mine) == one.excluded
        assert all(row["sebab"] for row in mine)
    assert len(done.layers.kumuh) == done.inputs[0].rows - done.inputs[0].excluded
    return done


def slums() -> GeoDataFrame:
    return kumuh()


def towns() -> GeoDataFrame:
    return kelurahan()


def found(done: Run, rule: str) -> pd.DataFrame:
    rows: pd.DataFrame = done.findings[done.findings["aturan"] == rule]
    return rows


def told(row: Any) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(row["rincian"])
    return values


def values(done: Run, rule: str) -> list[dict[str, Any]]:
    return [told(row) for _, row in found(done, rule).iterrows()]


def left_out(done: Run) -> dict[str, str]:
    """Id -> why, in words."""
    rows = done.temuan()
    return {row["id"]: row["pesan"] for _, row in rows[rows["aturan"] == "baris_dikecualikan"].iterrows()}


def total(done: Run, column: str = "luas_delineasi_ha") -> float:
    return float(done.table("total")[column].iloc[0])


def refused(file: Path | str, *words: str, **tables: Any) -> PetakumuhError:
    """Refuse a run (as slums where nothing is said), naming the file and what the words say, in both languages."""
    with pytest.raises(InputError) as caught:
        run(**(tables or {"kumuh": file}))
    for language in ("id", "en"):
        message = caught.value.message(language)
        for word in (str(file).rpartition("/")[2], *words):
            assert word in message
    return caught.value


def turned(rows: GeoDataFrame, way: Any) -> GeoDataFrame:
    """The same rows in degrees, their coordinates written in another way."""
    lonlat = rows.to_crs(4326)
    return lonlat.set_geometry(shapely.transform(np.asarray(lonlat.geometry), way), crs=4326)


def geojson(folder: Path, *geometries: Any, name: str = "kumuh.geojson", **head: Any) -> Path:
    """Write features K0, K1 ... in UTM 49S."""
    features = [
        {"type": "Feature", "properties": {"kumuh_id": f"K{n}"}, "geometry": one}
        for n, one in enumerate(geometries)
    ]
    crs = {"crs": {"type": "name", "properties": {"name": UTM}}}
    return text(folder, name, json.dumps({"type": "FeatureCollection", **crs, **head, "features": features}))


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [list(ring) for ring in rings]}


SOUND = polygon(at((0, 0), (100, 0), (100, 100), (0, 100), (0, 0)))
RING = at((150, 0), (250, 0), (250, 100), (150, 100), (150, 0))


# 1. No .prj, garbage .prj: refused, with the CRS that lands on the kelurahan


@pytest.mark.parametrize("prj", [None, b"<html>masuk</html>", b"", b"\xff\xfe\x00garbage"])
def test_a_shapefile_without_a_usable_prj_is_refused_with_the_crs_that_lands_on_the_kelurahan(tmp_path, prj):
    path = put(tmp_path, "kumuh.shp", slums())
    path.with_suffix(".prj").unlink()
    if prj is not None:
        path.with_suffix(".prj").write_bytes(prj)
    refused(path, "[kumuh]", "(350425; 9230150)", 'crs = "EPSG:32749"', "UTM Zona 49S")


def test_the_doctor_names_every_crs_that_puts_a_layer_without_one_in_indonesia(tmp_path):
    path = put(tmp_path, "kumuh.shp", slums())
    path.with_suffix(".prj").unlink()
    (layer,) = periksa(path).layers
    assert "EPSG:32749" in str(layer.refused)
    assert "EPSG:4326" not in str(layer.refused)


# 2. Wrong zone or hemisphere: 0 of n slums meet any kelurahan; the best fit is proposed


@pytest.mark.parametrize("stated", [32748, 32750, 32649, 23880])
def test_slums_in_the_wrong_zone_or_hemisphere_are_refused_with_the_one_that_fits(tmp_path, stated):
    path = put(tmp_path, "kumuh.gpkg", slums().set_crs(stated, allow_override=True))
    error = refused(path, "3", '[kumuh] crs = "EPSG:32749" (UTM Zona 49S)')
    assert error.key == "kumuh_tak_bertemu"
    assert "-6.9623" in str(error.values["tempat_kelurahan"])


def test_kelurahan_in_the_wrong_hemisphere_are_named_as_the_wrong_ones(tmp_path):
    path = put(tmp_path, "desa.gpkg", towns().set_crs(32649, allow_override=True))
    error = refused(path, '[kelurahan] crs = "EPSG:32749"', kelurahan=path)
    assert "[kumuh]" not in str(error)


@pytest.mark.parametrize("stated", [32748, 32649])
def test_works_in_the_wrong_zone_or_hemisphere_are_refused_with_the_one_that_fits(tmp_path, stated):
    path = put(tmp_path, "jalan.gpkg", works().set_crs(stated, allow_override=True))
    refused(path, 'crs = "EPSG:32749"', penanganan=path)


# 3. Longitude and latitude swapped, longitudes +-360, degrees declared with metres inside

WAYS = {
    "lintang, bujur": lambda points: points[:, ::-1],
    "bujur - 360": lambda points: points + np.array([360, 0]),
    "bujur + 360": lambda points: points - np.array([360, 0]),
}


@pytest.mark.parametrize("role", ["kumuh", "kelurahan", "penanganan"])
@pytest.mark.parametrize("way", WAYS)
def test_degrees_written_otherwise_are_refused_with_the_way_that_fits(tmp_path, way, role):
    rows = {"kumuh": slums, "kelurahan": towns, "penanganan": works}[role]()
    path = put(tmp_path, "a.gpkg", turned(rows, WAYS[way]))
    refused(path, "EPSG:4326", f"[{role}]", f'crs = "EPSG:4326; {way}"', **{role: path})


@pytest.mark.parametrize("way", WAYS)
def test_degrees_written_otherwise_are_read_so_and_recorded_when_the_recipe_states_it(tmp_path, way):
    path = put(tmp_path, "a.gpkg", turned(slums(), WAYS[way]))
    done = run({"file": path, "crs": f"EPSG:4326; {way}"})
    assert total(done) == pytest.approx(4.0)
    (said,) = values(done, "urutan_dari_resep")
    assert (said["cara"], said["sesudah"]) == (way, "109.6460; -6.9628")
    assert said["sebelum"] != said["sesudah"]


@pytest.mark.parametrize("way", WAYS)
def test_the_doctor_sees_degrees_written_otherwise_in_a_file_by_itself(tmp_path, way):
    (layer,) = periksa(put(tmp_path, "a.gpkg", turned(slums(), WAYS[way]))).layers
    assert f'crs = "EPSG:4326; {way}"' in str(layer.refused)


def test_a_way_of_writing_degrees_that_does_not_exist_is_refused(tmp_path):
    path = put(tmp_path, "a.gpkg", slums())
    with pytest.raises(petakumuh.errors.RecipeError, match="terbalik"):
        run({"file": path, "crs": "EPSG:4326; terbalik"})


def test_metres_declared_as_degrees_are_refused_with_the_zone_that_fits(tmp_path):
    path = put(tmp_path, "a.gpkg", slums().set_crs(4326, allow_override=True))
    refused(path, "EPSG:4326", "(350425; 9230150)", 'crs = "EPSG:32749"')
    (layer,) = periksa(path).layers
    assert "EPSG:32749" in str(layer.refused)
    done = run({"file": path, "crs": "EPSG:32749"})
    assert values(done, "crs_dari_resep") == [{"tertulis": "EPSG:4326", "resep": "EPSG:32749"}]
    assert total(done) == pytest.approx(4.0)


def test_one_row_whose_longitude_went_round_the_earth_is_refused_by_its_id(tmp_path):
    rows = slums().to_crs(4326)
    rows.loc[1, "geometry"] = shapely.affinity.translate(rows.geometry[1], 360)
    refused(put(tmp_path, "a.gpkg", rows), "(id B)", "469.6")


# 4. Layers in different CRS: reprojected and recorded


@pytest.mark.parametrize("crs", [32750, 4326, 3857])
def test_layers_in_different_crs_are_brought_together_and_it_is_recorded(tmp_path, crs):
    path = put(tmp_path, "kumuh.gpkg", slums().to_crs(crs))
    done = run(path, penanganan=put(tmp_path, "jalan.gpkg", works()))
    (said,) = found(done, "crs_berbeda").to_dict("records")
    assert (said["berkas"], said["lapisan"]) == ("kumuh.gpkg", "kumuh")
    assert told(said)["kelurahan"] == "WGS 84 / UTM zone 49S"
    assert total(done) == pytest.approx(4.0, abs=1e-6)
    assert total(done, "luas_tertangani_ha") == pytest.approx(1.5, abs=1e-6)


# 5. Unknown crs in GeoJSON: refused; known ones honoured


@pytest.mark.parametrize("crs", ["lokal", "urn:ogc:def:crs:EPSG::999999", "EPSG:abc", {"type": "link"}])
def test_an_unknown_crs_in_geojson_is_refused(tmp_path, crs):
    said = {"type": "name", "properties": {"name": crs}} if isinstance(crs, str) else crs
    refused(geojson(tmp_path, SOUND, crs=said), "crs" if isinstance(crs, dict) else crs, "EPSG:4326")


@pytest.mark.parametrize("name", [UTM, "EPSG:32749", "http://www.opengis.net/def/crs/EPSG/0/32749"])
def test_a_known_crs_in_geojson_is_honoured(tmp_path, name):
    done = run(geojson(tmp_path, SOUND, crs={"type": "name", "properties": {"name": name}}))
    assert total(done) == pytest.approx(1.0)


# 6. DGN95, TM-3, ID74: the transformation and its accuracy are recorded


@pytest.mark.parametrize(
    ("crs", "way", "metres"),
    [
        (4755, "DGN95 to WGS 84 (1)", 1),
        (23879, "Inverse of UTM zone 49S + DGN95 to WGS 84 (1)", 1),
        (23835, "Inverse of Indonesia TM-3 zone 49.1 + DGN95 to WGS 84 (1)", 1),
    ],
)
def test_dgn95_and_tm3_are_moved_by_a_named_transformation_of_known_accuracy(tmp_path, crs, way, metres):
    done = run(put(tmp_path, "kumuh.gpkg", slums().to_crs(crs)))
    (said,) = values(done, "crs_dipindahkan")
    assert (said["cara"], said["ketelitian_m"]) == (way, metres)
    assert total(done) == pytest.approx(4.0, abs=1e-6)
    assert "1 m" in done.temuan().set_index("aturan").loc["crs_dipindahkan", "pesan"]


@pytest.mark.parametrize("crs", [4238, 23889, 4211])
def test_an_outdated_datum_is_said_to_be_one(tmp_path, crs):
    done = run(put(tmp_path, "kumuh.gpkg", slums().to_crs(crs)))
    assert found(done, "datum_lama")["keparahan"].tolist() == ["peringatan"]
    message = done.temuan().set_index("aturan").loc["datum_lama", "pesan"]
    assert "datum lama" in message
    assert "ID74 to WGS 84" in message or "Batavia to WGS 84" in message
    assert total(done) == pytest.approx(4.0, abs=1e-4)


# 7. Bow-tie, spike, nested or outside hole: mended, recorded with both areas

SHELL = at((0, 0), (100, 0), (100, 100), (0, 100))
SPIKE = at((0, 0), (100, 0), (100, 50), (200, 50), (100, 50), (100, 100), (0, 100))
NESTED = [at((10, 10), (90, 10), (90, 90), (10, 90)), at((20, 20), (30, 20), (30, 30), (20, 30))]
INVALID = {
    "bow-tie": (shapely.Polygon(at((0, 0), (100, 100), (100, 0), (0, 100))), 0.0, 0.5, 0.5),
    "spike": (shapely.Polygon(SPIKE), 1.0, 1.0, 1.0),
    "nested hole": (shapely.Polygon(SHELL, NESTED), 0.35, 0.36, 0.37),
    "outside hole": (shapely.Polygon(SHELL, [at((150, 0), (170, 0), (170, 20), (150, 20))]), 0.96, 1.0, 1.04),
}
"""Shape, its area as it came, its area by our rule (shells less holes), and by even-odd; in hectares."""


@pytest.mark.parametrize("suffix", ["gpkg", "geojson"])
@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_polygon_is_mended_and_recorded_with_both_areas(tmp_path, name, suffix):
    shape, before, after, even_odd = INVALID[name]
    done = run(put(tmp_path, f"kumuh.{suffix}", frame(kumuh_id=["A"], geometry=[shape])))
    (row,) = found(done, "geometri_diperbaiki").to_dict("records")
    said = [told(row)[f"{name}_ha"] for name in ("sebelum", "sesudah", "ganjil_genap")]
    assert said == pytest.approx([before, after, even_odd], abs=1e-9)
    assert (row["id"], row["keparahan"]) == ("A", "peringatan" if after == even_odd else "galat")
    assert total(done) == pytest.approx(after)
    assert done.inputs[0].repaired == 1


# 8. Unclosed ring: closed and recorded; ring of 2 or 3 points, null coordinate: left out and listed


def test_an_open_ring_is_closed_and_rings_too_short_and_null_coordinates_are_left_out_by_id(tmp_path):
    first_null = [[None, Y], *RING[1:]]
    path = geojson(
        tmp_path,
        SOUND,
        polygon(RING[:-1]),
        polygon(RING[:2]),
        polygon(RING[:3]),
        polygon([None, *RING[1:]]),
        polygon(first_null),
    )
    done = run(path)
    assert total(done) == pytest.approx(2.0)
    assert found(done, "objek_dipulihkan")["id"].tolist() == ["K1"]
    assert values(done, "objek_dipulihkan")[0]["sebab"] == "cincin_ditutup"
    why = left_out(done)
    assert list(why) == ["K2", "K3", "K4", "K5"]
    assert all(words in why[row] for row, words in (("K2", "2 titik"), ("K3", "3 titik"), ("K5", "null")))
    assert (done.inputs[0].rows, done.inputs[0].repaired, done.inputs[0].excluded) == (6, 1, 4)
    (layer,) = periksa(path).layers
    assert (layer.rows, layer.used, layer.repaired, layer.excluded) == (6, 1, 1, 4)


# 9. Overlapping slums, kelurahan, footprints; duplicates: counted once, told with pairs of ids and ground


def test_ground_that_slums_and_works_claim_twice_counts_once_and_is_told_with_their_ids(tmp_path):
    rows = frame(kumuh_id=["A", "B", "C"], geometry=[square(0, 0, 100), square(50, 0, 100), square(0, 0, 100)])
    done = run(
        put(tmp_path, "kumuh.gpkg", rows),
        penanganan=put(
            tmp_path, "p.gpkg", works(geometry=[square(0, 0, 100), square(0, 0, 100), square(50, 0, 100)])
        ),
    )
    assert total(done) == pytest.approx(1.5)
    assert total(done, "luas_tertangani_ha") == pytest.approx(1.0)
    pairs = found(done, "tumpang_tindih_kumuh").set_index("id")["luas_ha"].to_dict()
    assert pairs == pytest.approx({"A + B": 0.5, "B + C": 0.5})
    assert found(done, "kembar_kumuh").set_index("id")["luas_ha"].to_dict() == pytest.approx({"A + C": 1.0})
    assert found(done, "kembar_penanganan").set_index("id")["luas_ha"].to_dict() == pytest.approx({"P1 + P2": 1.0})
    assert found(done, "tumpang_tindih_penanganan")["luas_ha"].tolist() == pytest.approx([1.5])


def test_ground_that_two_kelurahan_claim_counts_once_and_is_told_with_their_ids(tmp_path):
    rows = towns().set_geometry([square(0, 0, 400), square(300, 0, 500, 400)], crs=32749)
    done = run(kelurahan=put(tmp_path, "desa.gpkg", rows))
    assert total(done) == pytest.approx(4.0)
    (pair,) = found(done, "tumpang_tindih_kelurahan").to_dict("records")
    assert (pair["id"], pair["luas_ha"]) == ("99.01.01.1001 + 99.01.01.1002", pytest.approx(4.0))


# 10. Gaps between kelurahan: a row "di luar kelurahan"


def test_ground_in_a_gap_between_kelurahan_is_a_row_of_its_own(tmp_path):
    rows = towns().set_geometry([square(0, 0, 360, 400), square(400, 0, 400)], crs=32749)
    done = run(kelurahan=put(tmp_path, "desa.gpkg", rows))
    table = done.table("kelurahan").set_index("nama")["luas_delineasi_ha"]
    assert table.to_dict() == pytest.approx({"Barat": 2.1, "Timur": 1.0, "(di luar kelurahan)": 0.9})
    assert table.sum() == pytest.approx(total(done))
    outside = found(done, "di_luar_kelurahan").set_index("id")["luas_ha"].to_dict()
    assert outside == pytest.approx({"B": 0.4, "C": 0.5})


# 11. Null, empty, GeometryCollection, points and lines mixed in: polygons used, the rest listed


def test_polygons_are_used_and_every_other_shape_is_listed_with_its_id(tmp_path):
    rows = frame(
        kumuh_id=list("ABCDEF"),
        geometry=[
            shapely.GeometryCollection([square(0, 0, 100), shapely.Point(ORIGIN)]),
            None,
            shapely.Polygon(),
            shapely.Point(ORIGIN),
            shapely.LineString(at((0, 0), (10, 200))),
            square(300, 0, 10),
        ],
    )
    path = put(tmp_path, "kumuh.gpkg", rows)
    done = run(path)
    assert total(done) == pytest.approx(1.01)
    assert list(left_out(done)) == ["B", "C", "D", "E"]
    assert found(done, "bagian_dikecualikan")["id"].tolist() == ["A"]
    (layer,) = periksa(path).layers
    assert (layer.rows, layer.used, layer.repaired, layer.excluded) == (6, 1, 1, 4)


# 12. Curves, Z, M: chord error stated, 2-D, recorded


def test_a_curve_is_made_straight_with_its_chord_error_said(tmp_path):
    def part(kind: int, *points: tuple[float, float]) -> bytes:
        return struct.pack("<BII", 1, kind, len(points)) + b"".join(
            struct.pack("<2d", *one) for one in at(*points)
        )

    circle = part(8, (100, 200), (200, 100), (100, 0), (0, 100), (100, 200))
    blob = b"GP\x00\x01" + struct.pack("<i", 32749) + struct.pack("<BII", 1, 10, 1) + circle
    path = put(tmp_path, "kumuh.gpkg", frame(kumuh_id=["A"], geometry=[square(0, 0, 200)]), layer="kumuh")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("PRAGMA trusted_schema=OFF")
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("UPDATE kumuh SET geom = ?", (blob,))
        base.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON'")
    done = run(path)
    assert "0,01 m" in done.temuan().set_index("aturan").loc["objek_dipulihkan", "pesan"]
    full = math.pi * 100**2 / 1e4
    assert full - 2 * math.pi * 100 * 0.01 / 1e4 < total(done) < full


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "geojson", "fgb"])
def test_heights_are_left_behind_and_it_is_recorded(tmp_path, suffix):
    tall = slums().set_geometry(shapely.force_3d(np.asarray(slums().geometry), 5.0), crs=32749)
    done = run(put(tmp_path, f"kumuh.{suffix}", tall))
    assert values(done, "dimensi_dibuang")[0]["jumlah"] == 3
    assert not done.layers.kumuh.geometry.has_z.any()
    assert total(done) == pytest.approx(4.0)


# 13. NaN, Infinity, 1e308 as a coordinate: refused by id


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e308", "1e999", "1" + "0" * 400])
@pytest.mark.parametrize("place", [0, 1])
def test_geojson_with_a_coordinate_that_is_no_number_is_refused_by_id(tmp_path, number, place):
    ring: list[Any] = [*RING]
    ring[place] = ["@", Y]
    path = geojson(tmp_path, SOUND, polygon(ring))
    path.write_text(path.read_text().replace('"@"', number))
    refused(path, "kumuh", "(id K1)")
    assert "(id K1)" in str(periksa(path).layers[0].refused)


@pytest.mark.parametrize(
    ("suffix", "number"),
    [*((one, bad) for one in ("gpkg", "fgb", "parquet") for bad in (np.nan, np.inf, 1e308)), ("shp", 1e308)],
)
def test_binary_maps_with_a_coordinate_that_is_no_number_are_refused_by_id(tmp_path, suffix, number):
    with np.errstate(invalid="ignore"):
        wild = shapely.Polygon(at((0, 0), (100, 0), (100, 100), (0, number)))
    path = put(tmp_path, f"kumuh.{suffix}", frame(kumuh_id=["A", "B"], geometry=[square(0, 0, 100), wild]))
    refused(path, "kumuh", "(id B)", f"(350000; {number:g})")


@pytest.mark.parametrize("number", ["nan", "inf", "1e308"])
def test_kml_with_a_coordinate_that_is_no_number_is_refused_by_id(tmp_path, number):
    ring = f"{number},-6.96 109.643,-6.96 109.643,-6.961 {number},-6.96"
    path = text(tmp_path, "kumuh.kml", kml(mark("A"), mark("B", ring)))
    refused(path, "Kumuh", "(id B)")


# 14. Deeply nested WKB or JSON: the depth is looked at before parsing


def test_brackets_too_deep_are_refused_before_they_are_parsed(tmp_path):
    deep = "[" * 200_000 + "]" * 200_000
    refused(text(tmp_path, "a.geojson", '{"type":"Polygon","coordinates":' + deep + "}"), "64")


def test_collections_too_deep_cost_their_row_and_not_the_process(tmp_path):
    path = put(tmp_path, "kumuh.gpkg", slums(), layer="kumuh")
    blob = b"GP\x00\x01" + struct.pack("<i", 32749) + struct.pack("<BII", 1, 7, 1) * 200_000
    with closing(sqlite3.connect(path)) as base, base:
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("UPDATE kumuh SET geom = ? WHERE kumuh_id = 'B'", (blob,))
    done = run(path)
    assert list(left_out(done)) == ["B"]
    assert total(done) == pytest.approx(3.0)


# 15. Codes as numbers, in scientific form, without zeros, of mixed types: one normaliser, a match report


@pytest.mark.parametrize(
    "codes",
    [
        ["9901011001.0", "9901011002.0"],
        [9901011001.0, 9901011002.0],
        ["9.901011001E+09", "9,901011002E+9"],
        ["99.1.1.1001", "99 01 01 1002"],
        ["9901011001", "99.01.01.1002"],
    ],
)
def test_codes_match_however_they_are_written(tmp_path, codes):
    named = slums().drop(columns="kelurahan").assign(kode_kelurahan=[codes[0], codes[1], codes[1]])
    done = run(put(tmp_path, "kumuh.gpkg", named), put(tmp_path, "desa.gpkg", towns().assign(kode=codes)))
    assert done.layers.kelurahan["kelurahan_id"].tolist() == ["99.01.01.1001", "99.01.01.1002"]
    assert done.layers.kumuh["disebut_id"].tolist() == ["99.01.01.1001", "99.01.01.1002", "99.01.01.1002"]
    assert found(done, "kelurahan_tak_cocok").empty


def test_codes_that_lost_digits_match_nothing_and_the_report_says_how_many(tmp_path):
    named = slums().drop(columns="kelurahan").assign(kode_kelurahan=["5,37E+09", "99.01.01.1002", None])
    done = run(put(tmp_path, "kumuh.gpkg", named))
    assert values(done, "kode_rusak")[0]["nilai"] == "5,37E+09"
    assert values(done, "laporan_cocok") == [{"kode": 1, "nama": 0, "alias": 0, "tidak": 1, "tanpa": 1}]
    assert values(done, "kelurahan_tak_cocok")[0]["nama"] == "5,37E+09"


def test_a_table_is_joined_by_codes_of_mixed_types_and_what_matched_is_reported(tmp_path):
    book = openpyxl.Workbook()
    for row in (["kode", "luas_sk_ha"], [9901011001.0, 2.0], ["99.01.01.1002", 1.0], ["99.01.01.1009", 1.0]):
        book.active.append(row)
    book.save(tmp_path / "sk.xlsx")
    rows = frame(kode=["9901011001", "9901011002"], geometry=[square(0, 0, 200, 100), square(350, 200, 100)])
    table = {"file": str(tmp_path / "sk.xlsx"), "kunci": "kode"}
    done = run({"file": put(tmp_path, "kumuh.gpkg", rows), "gabung": table})
    assert done.layers.kumuh["luas_sk_ha"].tolist() == [2.0, 1.0]
    assert values(done, "gabungan_tabel")[0]["jumlah"] == 2
    assert values(done, "baris_tanpa_poligon")[0]["contoh"] == "99-01-01-1009"


# 16. Duplicate or missing ids: stable ids, recorded


def test_missing_and_duplicate_ids_get_stable_ones_and_it_is_recorded(tmp_path):
    shapes = [square(x, 0, 10) for x in range(0, 200, 10)]
    rows = frame(kumuh_id=["A", "A", *(f"K{n}" for n in range(17)), None], geometry=shapes)
    ids = [run(put(tmp_path, "kumuh.gpkg", rows)).layers.kumuh["kumuh_id"].tolist() for _ in range(2)]
    assert ids[0] == ids[1]
    assert (ids[0][:2], ids[0][-1]) == (["A", "A#2"], "kumuh-20")
    done = run(tmp_path / "kumuh.gpkg")
    assert values(done, "id_ganda")[0]["jumlah"] == 2
    assert values(done, "id_kosong")[0]["jumlah"] == 1


def test_a_column_of_ids_that_tells_nothing_apart_is_passed_over_and_it_is_said(tmp_path):
    done = run(put(tmp_path, "kumuh.gpkg", slums().assign(kumuh_id=["A", "A", None], kelurahan="Timur")))
    assert done.layers.kumuh["kumuh_id"].tolist() == ["Dua", "Satu", "Tiga"]
    assert values(done, "id_tidak_dipakai") == [
        {"kolom": "kumuh_id", "ganda": 1, "kosong": 1, "pengganti": "nama"}
    ]


# 17. Dates and numbers: Indonesian rules; what is ambiguous is said, never guessed


def test_dates_name_their_year_and_a_year_of_two_digits_is_said_to_be_unclear(tmp_path):
    rows = works(tahun=["17 Agustus 2023", "01/02/2024", "01/02/24"], status=["selesai"] * 3)
    done = run(penanganan=put(tmp_path, "jalan.gpkg", rows))
    assert done.layers.penanganan["tahun"].tolist() == ["2023", "2024", "(tanpa tahun)"]
    (said,) = found(done, "tahun_tak_terbaca").to_dict("records")
    assert (said["id"], told(said)["nilai"], said["keparahan"]) == ("P3", "01/02/24", "galat")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["1.234,56", "12,5", "1"], [1234.56, 12.5, 1.0]),
        (["1.234", "12,5", "0,5"], [1234.0, 12.5, 0.5]),
        (["1.234", "0.5", "2"], [1.234, 0.5, 2.0]),
    ],
)
def test_numbers_are_read_by_the_rules_of_their_column(tmp_path, written, read):
    done = run(put(tmp_path, "kumuh.gpkg", slums().assign(luas_sk_ha=written)))
    assert done.layers.kumuh["luas_sk_ha"].tolist() == read
    assert found(done, "angka_tak_terbaca").empty


def test_a_number_that_its_column_does_not_decide_is_said_and_not_guessed(tmp_path):
    done = run(put(tmp_path, "kumuh.gpkg", slums().assign(luas_sk_ha=["1.234", "2", ""])))
    assert np.isnan(done.layers.kumuh["luas_sk_ha"].iloc[0])
    (said,) = found(done, "angka_tak_terbaca").to_dict("records")
    assert (said["keparahan"], told(said)) == ("galat", {"kolom": "luas_sk_ha", "nilai": "1.234"})


# 18. A dbf in cp1252, or in UTF-8 without .cpg: detected, recorded


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_letters_of_a_dbf_without_cpg_are_detected_and_it_is_recorded(tmp_path, encoding):
    rows = slums().assign(nama=["Désa", "Böck", "Tiga"])
    path = put(tmp_path, "kumuh.shp", rows, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    done = run(path)
    assert done.layers.kumuh["nama"].tolist() == ["Désa", "Böck", "Tiga"]
    assert values(done, "enkode_dibaca")[0]["enkode"] == encoding


# 19. Null group keys: a group "(kosong)"


def test_works_without_a_group_are_the_group_kosong(tmp_path):
    rows = works(opd=[None, "PU", " "], sektor=["jalan", "", "jalan"], sumber_dana=["APBD", None, "APBD"])
    done = run(penanganan=put(tmp_path, "jalan.gpkg", rows))
    for name in ("opd", "sektor", "sumber_dana"):
        assert "(kosong)" in done.table(name)["nama"].tolist()
    assert done.table("opd").set_index("nama")["luas_ha"].to_dict() == pytest.approx({"PU": 1.0, "(kosong)": 1.0})


# 20. Names with spaces, capitals, NBSP, CR: normalised; suggestions; an alias file


@pytest.mark.parametrize("name", ["Barat ", "BARAT", "Barat\u00a0", "Barat\r", " \u00a0barat\r\n", "Kel. Barat"])
def test_names_of_kelurahan_match_however_they_are_written(tmp_path, name):
    done = run(geojson_of(tmp_path, slums().assign(kelurahan=[name, "Timur", "Timur"])))
    assert done.layers.kumuh["disebut_id"].iloc[0] == "99.01.01.1001"
    assert found(done, "kelurahan_tak_cocok").empty


def test_a_name_that_matches_nothing_gets_suggestions_and_an_alias_settles_it(tmp_path):
    path = geojson_of(tmp_path, slums().assign(kelurahan=["Barrat", "Timur", "Kota Lama"]))
    done = run(path)
    unmatched = {row["nama"]: row["saran"] for row in values(done, "kelurahan_tak_cocok")}
    assert "Barat" in unmatched["Barrat"]
    assert set(unmatched) == {"Barrat", "Kota Lama"}
    alias = text(tmp_path, "alias.csv", "tertulis;resmi\nBarrat;Barat\nKOTA LAMA;Timur\n")
    done = run(path, {"file": put(tmp_path, "desa.gpkg", towns()), "alias": str(alias)})
    assert found(done, "kelurahan_tak_cocok").empty
    assert values(done, "alias_dipakai") == [{"jumlah": 2}]


def geojson_of(folder: Path, rows: GeoDataFrame) -> Path:
    """Write rows as they are: GDAL would mend some of the names."""
    document = json.loads(rows.to_json(drop_id=True))
    document["crs"] = {"type": "name", "properties": {"name": UTM}}
    return text(folder, "kumuh.geojson", json.dumps(document))


# 21. Excel: title rows, merged cells, subtotals, formulas without value, #REF!


def sheet(folder: Path, *rows: list[Any], merged: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "SK"
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(folder / "kumuh.xlsx")
    return folder / "kumuh.xlsx"


HEAD = ["Kelurahan", "ID", "Luas SK (ha)", "Geometri"]


def row_of(name: str | None, one: str, area: Any, west: float) -> list[Any]:
    return [name, one, area, f"SRID=32749;{square(west, 0, 100).wkt}"]


def test_the_header_of_a_sheet_is_found_and_subtotals_are_left_out_and_listed(tmp_path):
    path = sheet(
        tmp_path,
        ["DATA KUMUH KOTA UJI 2024"],
        [],
        HEAD,
        row_of("Barat", "A", 1.0, 0),
        row_of(None, "B", 1.0, 150),
        ["Jumlah", None, 2.0, None],
        row_of("Timur", "C", 1.0, 500),
        ["TOTAL", None, 3.0, None],
        merged=("A1:D1", "A4:A5"),
    )
    done = run({"file": path, "kolom": {"id": "ID", "luas_sk_ha": "Luas SK (ha)"}})
    assert done.layers.kumuh["kumuh_id"].tolist() == ["A", "B", "C"]
    assert done.layers.kumuh["kelurahan"].tolist() == ["Barat", "Barat", "Timur"]
    assert done.table("total")["luas_sk_ha"].iloc[0] == pytest.approx(3.0)
    rows = [(row["baris"], row["sebab"]) for row in values(done, "baris_dikecualikan")]
    assert sorted(rows) == [("6", "baris_subtotal"), ("8", "baris_subtotal")]


def test_a_formula_without_value_is_refused_by_its_cell(tmp_path):
    path = sheet(tmp_path, HEAD, row_of("Barat", "A", 1.0, 0), row_of("Barat", "B", "=C2*2", 150))
    refused(path, "SK", "C3", "=C2*2")


def test_an_error_cell_is_empty_and_named_never_zero(tmp_path):
    path = sheet(tmp_path, HEAD, row_of("Barat", "A", "#REF!", 0), row_of("Barat", "B", 1.0, 150))
    done = run({"file": path, "kolom": {"luas_sk_ha": "Luas SK (ha)"}})
    assert np.isnan(done.layers.kumuh["luas_sk_ha"].iloc[0])
    assert "C2 (#REF!)" in values(done, "sel_galat")[0]["sel"]
    assert found(done, "objek_dipulihkan")["id"].tolist() == ["A"]


# 22. .shx missing or stale, .dbf missing or short, .shp truncated: refused, or rebuilt and recorded


@pytest.mark.parametrize("state", ["tidak ada", "tidak cocok"])
def test_an_index_that_is_missing_or_stale_is_rebuilt_and_it_is_recorded(tmp_path, state):
    path = put(tmp_path, "kumuh.shp", slums())
    index = path.with_suffix(".shx")
    if state == "tidak ada":
        index.unlink()
    else:
        other = put(tmp_path, "lain.shp", slums().iloc[::-1].iloc[:2])
        index.write_bytes(other.with_suffix(".shx").read_bytes())
    done = run(path)
    assert total(done) == pytest.approx(4.0)
    assert values(done, "shx_dibangun")[0]["keadaan"] == state


@pytest.mark.parametrize(("part", "cut"), [(".shp", 20), (".shp", 200), (".dbf", 40), (".dbf", None)])
def test_a_shapefile_with_a_part_cut_short_or_missing_is_refused(tmp_path, part, cut):
    path = put(tmp_path, "kumuh.shp", slums())
    broken = path.with_suffix(part)
    if cut is None:
        broken.unlink()
    else:
        broken.write_bytes(broken.read_bytes()[:-cut])
    refused("kumuh", part, kumuh=path)


# 23. Truncated GeoJSONSeq, FlatGeobuf; GPKG in WAL mode without its -wal: refused


@pytest.mark.parametrize("mark", ["", "\x1e"])
def test_a_truncated_geojsonseq_is_refused_with_its_line(tmp_path, mark):
    lines = [json.dumps(one) for one in json.loads(slums().to_crs(4326).to_json())["features"]]
    whole = "".join(f"{mark}{line}\n" for line in lines)
    assert total(run(text(tmp_path, "kumuh.geojsonl", whole))) == pytest.approx(4.0, abs=1e-6)
    refused(text(tmp_path, "kumuh.geojsonl", whole[:-30]), "3")


@pytest.mark.parametrize("suffix", ["fgb", "gpkg", "parquet", "geojson", "kml", "xlsx"])
@pytest.mark.parametrize("kept", [0.5, 0.95])
def test_a_truncated_file_is_refused_by_name(tmp_path, suffix, kept):
    if suffix == "kml":
        path = text(tmp_path, "kumuh.kml", kml(mark("A"), mark("B")))
    elif suffix == "xlsx":
        path = sheet(tmp_path, HEAD, row_of("Barat", "A", 1.0, 0))
    else:
        path = put(tmp_path, f"kumuh.{suffix}", slums())
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    refused(path)


def test_a_geopackage_that_left_its_log_behind_is_refused(tmp_path):
    path = put(tmp_path, "kumuh.gpkg", slums(), layer="kumuh")
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA journal_mode=WAL").fetchall()
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("DELETE FROM kumuh WHERE kumuh_id = 'A'")
        base.commit()
        alone = text(tmp_path, "salinan.gpkg", path.read_bytes())
        with_log = text(tmp_path, "utuh.gpkg", path.read_bytes())
        text(tmp_path, "utuh.gpkg-wal", path.with_name("kumuh.gpkg-wal").read_bytes())
    refused(alone, "-wal")
    assert total(run(with_log)) == pytest.approx(2.0)


# 24. A zip with several layers, nested folders, __MACOSX; a folder with two shapefiles: a layer must be named


def zipped(path: Path, files: Mapping[str, Path | bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes) else content.read_bytes())
    return path


def test_an_archive_with_several_layers_is_refused_unless_one_is_named(tmp_path):
    one, other = (put(tmp_path, f"{name}.geojson", slums()) for name in ("kumuh", "lama"))
    path = zipped(
        tmp_path / "semua.zip",
        {"data/2024/kumuh.geojson": one, "data/2010/lama.geojson": other, "__MACOSX/data/._kumuh.geojson": b"x"},
    )
    refused(path, "kumuh (3)", "lama (3)", "|layername=")
    done = run(f"{path}|layername=kumuh")
    assert total(done) == pytest.approx(4.0)
    assert values(done, "lapisan_tidak_dipakai")[0]["nama"] == "lama"


def test_the_one_layer_deep_in_an_archive_is_found(tmp_path):
    put(tmp_path, "kumuh.shp", slums())
    parts = {f"a/b/c/{one.name}": one for one in tmp_path.glob("kumuh.*")}
    path = zipped(tmp_path / "kumuh.zip", parts | {"__MACOSX/a/b/c/._kumuh.shp": b"x"})
    assert total(run(path)) == pytest.approx(4.0)


def test_a_folder_with_two_shapefiles_is_refused_unless_one_is_named(tmp_path):
    folder = tmp_path / "peta"
    put(folder, "kumuh.shp", slums())
    put(folder, "lama.shp", slums().iloc[:1])
    refused(folder, "kumuh (3)", "lama (1)")
    assert total(run({"file": str(folder), "lapisan": ["kumuh"]})) == pytest.approx(4.0)


# 25. KML: all folders, ExtendedData, a column folder; NetworkLink told; HTML descriptions

RINGS = {"A": "109.643,-6.963 109.644,-6.963 109.644,-6.962 109.643,-6.962 109.643,-6.963"}


def mark(name: str, ring: str = RINGS["A"], more: str = "") -> str:
    return (
        f"<Placemark><name>{name}</name>{more}<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )


def kml(*marks: str, more: str = "") -> str:
    inside = "".join(marks)
    return (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Kota</name>'
        f"<Folder><name>Kumuh</name>{inside}</Folder>{more}</Document></kml>"
    )


def test_every_folder_of_a_kml_is_read_with_its_attributes_and_links_are_told(tmp_path):
    data = (
        "<description><![CDATA[<table><tr><td>Luas_SK</td><td>1,5</td></tr><tr><td>RW</td><td>1</td></tr>"
        "</table><script>x</script>]]></description>"
        '<ExtendedData><Data name="kelurahan"><value>Barat</value></Data></ExtendedData>'
    )
    east = RINGS["A"].replace("109.643", "109.646").replace("109.644", "109.647")
    link = "<NetworkLink><name>Lain</name><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
    more = f"<Folder><name>Kumuh lama</name><Folder><name>RW 2</name>{mark('B', east)}</Folder></Folder>{link}"
    path = text(tmp_path, "kumuh.kml", kml(mark("A", more=data), more=more))
    layers = door.open_file(path).layers
    assert {name: rows["folder"].tolist() for name, rows in layers.items()} == {
        "Kumuh": ["Kota/Kumuh"],
        "RW 2": ["Kota/Kumuh lama/RW 2"],
    }
    done = run({"file": path, "lapisan": ["*"]})
    assert done.layers.kumuh["kumuh_id"].tolist() == ["A", "B"]
    assert done.layers.kumuh["kelurahan"].tolist() == ["Barat", ""]
    assert done.layers.kumuh["luas_sk_ha"].tolist()[0] == 1.5
    (said,) = found(done, "kml_tautan").to_dict("records")
    assert (told(said)["tautan"], said["keparahan"]) == ("http://127.0.0.1:9/x.kml", "peringatan")


# 26. DXF with unclosed polylines: closed within tolerance, recorded


def dxf(folder: Path, *outlines: Sequence[tuple[float, float]]) -> Path:
    pairs: list[tuple[int, object]] = [(0, "SECTION"), (2, "ENTITIES")]
    for outline in outlines:
        pairs += [(0, "LWPOLYLINE"), (100, "AcDbEntity"), (8, "KUMUH"), (100, "AcDbPolyline")]
        pairs += [(90, len(outline)), (70, 0)]
        pairs += [pair for x, y in at(*outline) for pair in ((10, x), (20, y))]
    pairs += [(0, "ENDSEC"), (0, "EOF")]
    return text(folder, "kumuh.dxf", "".join(f"{code}\n{value}\n" for code, value in pairs))


def test_an_outline_of_a_drawing_is_closed_within_a_metre_and_no_further(tmp_path):
    near = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0.5)]
    far = [(200, 0), (300, 0), (300, 100), (200, 100), (200, 30)]
    done = run({"file": dxf(tmp_path, near, far), "crs": "EPSG:32749"})
    assert total(done) == pytest.approx(1.0)
    (said,) = values(done, "garis_ditutup")
    assert said["celah_m"] == pytest.approx(0.5)
    assert len(left_out(done)) == 1
    assert (done.inputs[0].rows, done.inputs[0].repaired, done.inputs[0].excluded) == (2, 1, 1)


# 27. Zip-slip, zip bomb, huge or endless views: caps on size, ratio, rows, time


@pytest.mark.parametrize("name", ["../luar.geojson", "/etc/luar.geojson", "C:\\luar.geojson"])
def test_an_archive_that_writes_outside_itself_is_refused(tmp_path, name):
    path = zipped(tmp_path / "a.zip", {name: geojson(tmp_path, SOUND)})
    refused(path, "luar.geojson")
    assert not list(tmp_path.rglob("luar.geojson"))


def test_an_archive_that_swells_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", " " * 60_000_000)
    assert refused(tmp_path / "a.zip", "a.geojson").key == "arsip_bom"


def test_a_view_without_end_stops_at_the_cap(tmp_path, monkeypatch):
    path = put(tmp_path, "kumuh.gpkg", slums(), layer="kumuh")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(
            "CREATE VIEW ujung AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n) "
            "SELECT n.fid, kumuh.geom FROM n, kumuh"
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            "VALUES ('ujung', 'features', 'ujung', 32749)"
        )
        base.execute("INSERT INTO gpkg_geometry_columns VALUES ('ujung', 'geom', 'POLYGON', 32749, 0, 0)")
    short = Limits(cpu_s=4, wall_s=20)
    monkeypatch.setattr(door, "ask", lambda file, _, **said: ask(file, short, **said))
    assert refused(path).key in {"berkas_waktu", "baris_terlalu_banyak"}


# 28. A VRT, GDALG or WFS file under any extension, /vsi paths, URLs: nothing else is read, nothing is fetched

FETCHERS = {
    "VRT": "<OGRVRTDataSource><OGRVRTLayer><SrcDataSource>{0}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
    "GDALG": '{{"type": "gdal_streamed_alg", "command_line": "gdal vector convert {0}"}}',
    "WFS": "<OGRWFSDataSource><URL>{0}</URL></OGRWFSDataSource>",
}


@pytest.mark.parametrize("name", FETCHERS)
@pytest.mark.parametrize("suffix", ["vrt", "shp", "gpkg", "geojson", "kml", "csv", "zip", "json"])
def test_a_file_that_fetches_others_is_refused_by_its_true_name(tmp_path, name, suffix):
    secret = put(tmp_path, "rahasia.geojson", slums())
    path = text(tmp_path, f"kumuh.{suffix}", FETCHERS[name].format(secret))
    assert "rahasia" not in str(refused(path, name))


@pytest.mark.parametrize(
    "address",
    ["/vsizip/a.zip", "/vsicurl/http://127.0.0.1:9/a.geojson", "WFS:http://127.0.0.1:9", "ftp://127.0.0.1/a"],
)
def test_a_path_that_is_a_command_or_an_address_is_refused(address):
    refused(address)


def test_an_address_is_not_fetched_unless_asked():
    error = refused("http://127.0.0.1:9/kumuh.geojson")
    assert error.key == "jaringan_tidak_diizinkan"


# 29. DOCTYPE in KML, GML, XLSX: refused

DOCTYPE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'


def test_a_kml_with_a_doctype_is_refused(tmp_path):
    path = text(tmp_path, "kumuh.kml", f"{DOCTYPE}<kml><Placemark><name>&b;</name></Placemark></kml>")
    refused(path, "DOCTYPE")
    refused(zipped(tmp_path / "kumuh.kmz", {"doc.kml": path}), "DOCTYPE")


def test_a_gml_is_no_kind_that_is_opened_with_a_doctype_or_without(tmp_path):
    refused(text(tmp_path, "kumuh.gml", f"{DOCTYPE}<gml:FeatureCollection>&b;</gml:FeatureCollection>"), "GML")


def test_a_workbook_with_a_doctype_is_refused(tmp_path):
    path = sheet(tmp_path, HEAD, row_of("Barat", "A", 1.0, 0))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = DOCTYPE.encode() + parts["xl/workbook.xml"].partition(b"?>")[2]
    refused(zipped(path, parts), "DOCTYPE")


# 30. HTML login page, xlsx named shp or csv, UTF-16 csv: the true type is named


@pytest.mark.parametrize("suffix", ["shp", "geojson", "gpkg", "zip", "kml", "csv", "xlsx"])
def test_a_login_page_is_named_as_what_it_is(tmp_path, suffix):
    page = "<!DOCTYPE html><html><body>Silakan masuk</body></html>"
    refused(text(tmp_path, f"kumuh.{suffix}", page), "HTML")


@pytest.mark.parametrize("suffix", ["shp", "csv"])
def test_a_workbook_under_another_name_is_named_with_the_suffix_that_fits(tmp_path, suffix):
    path = sheet(tmp_path, HEAD, row_of("Barat", "A", 1.0, 0))
    refused(path.rename(tmp_path / f"kumuh.{suffix}"), f".{suffix}", "xlsx")


def test_a_table_in_utf16_is_read_and_its_encoding_is_recorded(tmp_path):
    rows = f'kumuh_id;nama;geometri\nA;Désa;"SRID=32749;{square(0, 0, 100).wkt}"\n'
    done = run(text(tmp_path, "kumuh.csv", rows.encode("utf-16")))
    assert done.layers.kumuh["nama"].tolist() == ["Désa"]
    assert values(done, "enkode_dibaca")[0]["enkode"].startswith("utf-16")


# 31. A file that changes while it is read: hashed before and after, refused


@pytest.mark.parametrize("part", [".shp", ".dbf"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch, part):
    path = put(tmp_path, "kumuh.shp", slums())

    def changing(*order: Any, **said: Any) -> Any:
        yield from ask(*order, **said)
        path.with_suffix(part).write_bytes(path.with_suffix(part).read_bytes() + b" ")

    monkeypatch.setattr(door, "ask", changing)
    assert refused(path).key == "berkas_berubah"
