"""Shapefile, GeoPackage, FlatGeobuf, FileGDB, DXF and GPX: every row out, or the file refused by name."""

from __future__ import annotations

import math
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely

from petakumuh.errors import InputError
from petakumuh.read.raw import Batch, Limits, Note
from petakumuh.read.shapes.wkb import parse_wkb
from petakumuh.read.vector.flatgeobuf import read_flatgeobuf
from petakumuh.read.vector.gdal import read_gdal
from petakumuh.read.vector.geopackage import read_geopackage
from petakumuh.read.vector.shapefile import read_shapefile
from tests.conftest import frame, square

RING = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]


def read(reader, path, **limits):
    """The layers that a reader gives, and its notes by rule."""
    layers: dict[str, list[geopandas.GeoDataFrame]] = {}
    notes: dict[str, Note] = {}
    for part in reader(Path(path), Limits(**limits)):
        if isinstance(part, Batch):
            layers.setdefault(part.layer, []).append(part.rows)
        else:
            notes.setdefault(part.rule, part)
    return {name: geopandas.pd.concat(rows, ignore_index=True) for name, rows in layers.items()}, notes


def refusal(reader, path, **limits):
    with pytest.raises(InputError) as error:
        read(reader, path, **limits)
    assert Path(path).name in error.value.message("id")
    assert Path(path).name in error.value.message("en")
    return error.value


def three(**columns):
    return frame(
        **({"nama": ["Satu", "Dua", "Tiga"], "geometry": [square(at * 20, 0, 10) for at in range(3)]} | columns)
    )


def wkb(kind, body):
    return struct.pack("<BI", 1, kind) + body


def points(*pairs):
    return struct.pack("<I", len(pairs)) + b"".join(struct.pack(f"<{len(one)}d", *one) for one in pairs)


def parsed(blob, depth=64):
    shapes = parse_wkb([blob], depth=depth)
    return shapes.geometry[0], shapes.masalah[0], shapes.perbaikan[0]


# -- WKB


def test_an_open_ring_is_closed_and_said_so():
    shape, problem, mended = parsed(wkb(3, struct.pack("<I", 1) + points(*RING[:4])))
    assert (shape.equals(shapely.box(0, 0, 1, 1)), problem, mended) == (True, "", "cincin_ditutup")


def test_a_closed_ring_is_not_called_mended():
    assert parsed(shapely.to_wkb(shapely.Polygon(RING)))[1:] == ("", "")


def test_a_ring_of_two_points_and_a_line_of_one_cost_their_rows():
    ring = parsed(wkb(3, struct.pack("<I", 1) + points((0, 0), (1, 0))))
    line = parsed(wkb(2, points((0, 0))))
    assert (ring[0], line[0]) == (None, None)
    assert "2 titik" in ring[1]
    assert line[1] == "titik_kurang"


def test_one_broken_shape_does_not_cost_its_neighbours():
    good = shapely.to_wkb(shapely.Point(1, 2))
    shapes = parse_wkb([good, b"", good[:-1], good + b"x", None, good], depth=64)
    assert [shape is not None for shape in shapes.geometry] == [True, False, False, False, False, True]
    assert list(shapes.masalah[1:5]) == ["geometri_rusak"] * 3 + ["geometri_kosong"]


@pytest.mark.parametrize("kind", [4, 7])
def test_collections_too_deep_are_never_parsed(kind):
    blob = shapely.to_wkb(shapely.Point(0, 0))
    blob = struct.pack("<BII", 1, kind, 1) * 500_000 + blob
    assert parsed(blob) == (None, "bersarang_terlalu_dalam", "")


def test_collections_within_the_limit_are_read():
    deep = shapely.GeometryCollection([shapely.GeometryCollection([shapely.Point(3, 4)])])
    assert parsed(shapely.to_wkb(deep), depth=2)[0].equals(shapely.Point(3, 4))
    assert parsed(shapely.to_wkb(deep), depth=1)[1] == "bersarang_terlalu_dalam"


def test_arcs_lie_within_a_centimetre_of_the_straight_pieces():
    x, y, r = 350_000.0, 9_230_000.0, 100.0
    arc = wkb(8, points((x - r, y), (x, y + r), (x + r, y), (x, y - r), (x - r, y)))
    shape, problem, mended = parsed(wkb(10, struct.pack("<I", 1) + arc))
    assert (problem, mended) == ("", "kurva_diluruskan")
    assert shapely.hausdorff_distance(shape.exterior, shapely.Point(x, y)) == pytest.approx(r, abs=1e-6)
    assert shapely.distance(shape.exterior, shapely.Point(x, y)) >= r - 0.01
    assert 0 < math.pi * r**2 - shape.area < 2 * math.pi * r * 0.01


def test_a_compound_curve_in_a_multisurface_keeps_its_straight_part():
    x = 350_000.0
    half = wkb(8, points((x, 0), (x + 10, 10), (x + 20, 0)))
    ring = wkb(9, struct.pack("<I", 2) + half + wkb(2, points((x + 20, 0), (x, 0))))
    surface = wkb(12, struct.pack("<I", 1) + wkb(10, struct.pack("<I", 1) + ring))
    shape, _, mended = parsed(surface)
    assert mended == "kurva_diluruskan"
    assert shape.geom_type == "MultiPolygon"
    assert shape.area == pytest.approx(math.pi * 50, rel=1e-2)
    assert shape.bounds == (x, 0, x + 20, 10)


def test_a_tin_becomes_polygons():
    corners = points((0, 0, 5), (1, 0, 5), (0, 1, 5), (0, 0, 5))
    shape, problem, mended = parsed(wkb(1016, struct.pack("<I", 1) + wkb(1017, struct.pack("<I", 1) + corners)))
    assert (shape.geom_type, shape.area, problem, mended) == ("MultiPolygon", 0.5, "", "permukaan_jadi_poligon")


# -- what all of them share


def test_numbers_keep_their_digits_and_dates_become_iso(tmp_path):
    days = np.array(["2020-01-02", "NaT", "2021-03-04"], dtype="datetime64[ms]")
    three(nilai=geopandas.pd.array([2**60 + 1, None, 3], dtype="Int64"), hari=days).to_file(tmp_path / "a.gpkg")
    rows = read(read_geopackage, tmp_path / "a.gpkg")[0]["a"]
    assert rows["nilai"].tolist() == [2**60 + 1, None, 3]
    assert rows["hari"].iloc[0] == "2020-01-02T00:00:00Z"
    assert rows["hari"].isna().tolist() == [False, True, False]
    assert rows["baris"].tolist() == ["1", "2", "3"]
    assert rows.crs.to_epsg() == 32749


def test_a_column_with_one_of_our_names_is_kept_under_another(tmp_path):
    three(masalah=["banjir", "", "sampah"]).to_file(tmp_path / "a.gpkg")
    rows = read(read_geopackage, tmp_path / "a.gpkg")[0]["a"]
    assert rows["masalah_"].tolist() == ["banjir", "", "sampah"]
    assert rows["masalah"].tolist() == ["", "", ""]


def test_heights_are_dropped_with_one_note(tmp_path):
    tall = [shapely.force_3d(square(at, 0, 10), 7.0) for at in range(3)]
    three(geometry=tall).to_file(tmp_path / "a.gpkg")
    layers, notes = read(read_geopackage, tmp_path / "a.gpkg")
    assert not shapely.has_z(layers["a"].geometry.to_numpy()).any()
    assert notes["dimensi_dibuang"].values == {"jumlah": 3}


def test_more_rows_than_the_limit_are_refused(tmp_path):
    three().to_file(tmp_path / "a.gpkg")
    error = refusal(read_geopackage, tmp_path / "a.gpkg", rows=2)
    assert (error.key, error.values["batas"]) == ("baris_terlalu_banyak", 2)


def test_a_file_geodatabase_is_read_whole(tmp_path):
    path = tmp_path / "data.gdb"
    options = {"TARGET_ARCGIS_VERSION": "ARCGIS_PRO_3_2_OR_LATER"}
    three(kode=[9_007_199_254_740_993, 2, 3]).to_file(path, layer="kumuh", driver="OpenFileGDB", **options)
    three()[["nama"]].pipe(pyogrio.write_dataframe, path, layer="daftar", driver="OpenFileGDB", append=True)
    layers, notes = read(read_gdal, path)
    assert {name: len(rows) for name, rows in layers.items()} == {"kumuh": 3}
    assert layers["kumuh"]["kode"].tolist() == [9_007_199_254_740_993, 2, 3]
    assert notes["tabel_tanpa_peta"].values["nama"] == "daftar (3)"


def test_a_gpx_gives_no_point_twice(tmp_path):
    (tmp_path / "a.gpx").write_text(
        '<?xml version="1.0"?><gpx version="1.1" creator="a" xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="-7" lon="110"><name>Pompa</name></wpt><trk><name>Jalan</name><trkseg>'
        '<trkpt lat="-7" lon="110"/><trkpt lat="-7.1" lon="110"/></trkseg></trk></gpx>'
    )
    layers, _ = read(read_gdal, tmp_path / "a.gpx")
    assert {name: rows["name"].tolist() for name, rows in layers.items()} == {
        "waypoints": ["Pompa"],
        "tracks": ["Jalan"],
    }


def test_a_drawing_is_split_by_its_layers_and_its_circles_are_fine(tmp_path):
    entities: list[tuple[str, str, list[tuple[int, object]]]] = [
        ("CIRCLE", "KUMUH", [(100, "AcDbEntity"), (100, "AcDbCircle"), (10, 500), (20, 500), (40, 100)]),
        ("LINE", "JALAN", [(100, "AcDbEntity"), (100, "AcDbLine"), (10, 0), (20, 0), (11, 5), (21, 5)]),
        ("TEXT", "KUMUH", [(100, "AcDbEntity"), (100, "AcDbText"), (10, 1), (20, 2), (40, 1), (1, "RT 3")]),
    ]
    pairs: list[tuple[int, object]] = [(0, "SECTION"), (2, "ENTITIES")]
    for name, layer, more in entities:
        pairs += [(0, name), more[0], (8, layer), *more[1:]]
    pairs += [(0, "ENDSEC"), (0, "EOF")]
    (tmp_path / "a.dxf").write_text("".join(f"{code}\n{value}\n" for code, value in pairs))
    layers, _ = read(read_gdal, tmp_path / "a.dxf")
    assert {name: len(rows) for name, rows in layers.items()} == {"KUMUH": 2, "JALAN": 1}
    circle = layers["KUMUH"].iloc[0]
    assert circle["perbaikan"] == "kurva_diluruskan"
    assert shapely.distance(circle.geometry, shapely.Point(500, 500)) > 100 - 0.01
    assert layers["KUMUH"]["Text"].iloc[1] == "RT 3"


def test_rows_that_the_driver_leaves_out_are_missed(tmp_path):
    three().to_file(tmp_path / "a.fgb")
    whole = (tmp_path / "a.fgb").read_bytes()
    (tmp_path / "a.fgb").write_bytes(whole[:-100])
    error = refusal(read_gdal, tmp_path / "a.fgb")
    assert error.key in {"baris_hilang", "rekaman_rusak"}
    assert error.values["lapisan"] == "a"


def test_a_stream_that_breaks_names_the_record_before_it(tmp_path, monkeypatch):
    three().to_file(tmp_path / "a.gpkg")

    def breaks(*_: object, **__: object):
        raise RuntimeError("rekaman rusak")

    monkeypatch.setattr("pyogrio.raw.open_arrow", breaks)
    pytest.importorskip("fiona")
    error = refusal(read_gdal, tmp_path / "a.gpkg")
    assert (error.key, error.values["setelah"], error.values["alasan"]) == (
        "rekaman_rusak",
        "id 3",
        "rekaman rusak",
    )


# -- GeoPackage


def without_triggers(path):
    database = sqlite3.connect(path)
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{name}"')
    return database


@pytest.mark.parametrize(
    ("blob", "problem"),
    [
        (b"XX\x00\x01\xd9\x7f\x00\x00" + b"rusak", "geometri_rusak"),
        (b"GP\x00\x01\xd9\x7f\x00\x00" + b"rusak", "geometri_rusak"),
        (b"", "geometri_rusak"),
        (None, "geometri_kosong"),
        (b"GP\x00\x01\xd9\x7f\x00\x00" + struct.pack("<BII", 1, 7, 1) * 100_000, "bersarang_terlalu_dalam"),
    ],
)
def test_a_broken_blob_is_a_row_that_says_so(tmp_path, blob, problem):
    path = tmp_path / "a.gpkg"
    three().to_file(path)
    with closing(without_triggers(path)) as database:
        database.execute("UPDATE a SET geom = ? WHERE fid = 2", (blob,))
        database.commit()
    rows = read(read_geopackage, path)[0]["a"]
    assert rows["masalah"].tolist() == ["", problem, ""]
    assert rows.geometry.isna().tolist() == [False, True, False]


def test_a_geopackage_with_its_log_beside_it_is_read_with_it_and_left_as_it_is(tmp_path):
    path = tmp_path / "a.gpkg"
    three().to_file(path)
    with closing(without_triggers(path)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("INSERT INTO a (nama, geom) SELECT 'Empat', geom FROM a WHERE fid = 1")
        database.commit()
        beside = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
        copied = tmp_path / "salinan"
        copied.mkdir()
        for name in ("a.gpkg", "a.gpkg-wal"):
            (copied / name).write_bytes(beside[name])
    rows = read(read_geopackage, copied / "a.gpkg")[0]["a"]
    assert rows["nama"].tolist() == ["Satu", "Dua", "Tiga", "Empat"]
    assert {one.name: one.read_bytes() == beside[one.name] for one in copied.iterdir()} == {
        "a.gpkg": True,
        "a.gpkg-wal": True,
    }
    (copied / "a.gpkg-wal").unlink()
    assert refusal(read_geopackage, copied / "a.gpkg").key == "gpkg_wal"


def test_tables_that_are_not_layers_are_told(tmp_path):
    path = tmp_path / "a.gpkg"
    three().to_file(path)
    pyogrio.write_dataframe(three()[["nama"]], path, layer="daftar", append=True)
    with closing(sqlite3.connect(path)) as database:
        database.executescript("CREATE TABLE liar (x); INSERT INTO liar VALUES (1), (2);")
    layers, notes = read(read_geopackage, path)
    assert list(layers) == ["a"]
    assert notes["tabel_tanpa_peta"].values["nama"] == "daftar (3)"
    assert notes["tabel_tak_terdaftar"].values["nama"] == "liar (2)"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM gpkg_geometry_columns",
        "UPDATE gpkg_contents SET data_type = 'fitur'",
        "DROP TABLE a",
        "PRAGMA foreign_keys=OFF; DELETE FROM gpkg_geometry_columns; DELETE FROM gpkg_contents",
    ],
)
def test_a_layer_that_is_not_declared_right_is_refused(tmp_path, sql):
    path = tmp_path / "a.gpkg"
    three().to_file(path)
    with closing(without_triggers(path)) as database:
        database.executescript(sql)
    assert refusal(read_geopackage, path).key == "gpkg_rusak"


def test_a_stale_count_in_a_geopackage_is_no_loss(tmp_path):
    path = tmp_path / "a.gpkg"
    three().to_file(path)
    with closing(without_triggers(path)) as database:
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = 1")
        database.commit()
    assert len(read(read_geopackage, path)[0]["a"]) == 3


@pytest.mark.parametrize("kept", [50, 4096, 20_000, -4096])
def test_a_truncated_geopackage_is_refused(tmp_path, kept):
    path = tmp_path / "a.gpkg"
    three().to_file(path)
    path.write_bytes(path.read_bytes()[:kept])
    assert refusal(read_geopackage, path).key == "gpkg_rusak"


# -- FlatGeobuf


def test_a_feature_without_geometry_is_a_row(tmp_path):
    path = tmp_path / "a.fgb"
    three(geometry=[square(0, 0, 10), None, square(20, 0, 10)]).to_file(path, SPATIAL_INDEX="NO")
    rows = read(read_flatgeobuf, path)[0]["a"]
    assert rows["nama"].tolist() == ["Satu", "Dua", "Tiga"]
    assert rows["masalah"].tolist() == ["", "geometri_kosong", ""]


@pytest.mark.parametrize("index", ["YES", "NO"])
def test_a_truncated_flatgeobuf_is_refused_with_feature_and_byte(tmp_path, index):
    path = tmp_path / "a.fgb"
    three().to_file(path, SPATIAL_INDEX=index)
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    error = refusal(read_flatgeobuf, path)
    assert (error.key, error.values["objek"]) == ("fgb_rusak", 3)
    last = error.values["byte"]
    assert last + 4 + struct.unpack_from("<I", whole, last)[0] == len(whole)
    path.write_bytes(whole[:last])
    assert refusal(read_flatgeobuf, path).key == "fgb_rusak"
    path.write_bytes(whole + b"sisa")
    assert refusal(read_flatgeobuf, path).values["objek"] == 4


def test_a_flatgeobuf_whose_count_of_points_shrank_is_refused(tmp_path):
    path = tmp_path / "a.fgb"
    three().to_file(path, SPATIAL_INDEX="NO")
    content = bytearray(path.read_bytes())
    x, y = square(0, 0, 10).exterior.coords[0]
    at = content.find(struct.pack("<Idd", 10, x, y))
    assert at > 0
    content[at : at + 4] = struct.pack("<I", 8)
    path.write_bytes(content)
    assert refusal(read_flatgeobuf, path).values["objek"] == 1


# -- shapefile


def test_a_whole_shapefile_is_read_and_nothing_is_written_beside_it(tmp_path):
    path = tmp_path / "a.shp"
    three(kode=[9_007_199_254_740_993, 2, 3], geometry=[square(0, 0, 10), None, square(9, 9, 3)]).to_file(path)
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    layers, notes = read(read_shapefile, path)
    rows = layers["a"]
    assert rows["kode"].tolist() == [9_007_199_254_740_993, 2, 3]
    assert rows["masalah"].tolist() == ["", "geometri_kosong", ""]
    assert (notes, rows.crs.to_epsg()) == ({}, 32749)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_suffixes_may_be_written_in_capitals(tmp_path):
    three().to_file(tmp_path / "a.shp")
    for part in list(tmp_path.iterdir()):
        part.rename(part.with_suffix(part.suffix.upper()))
    layers, notes = read(read_shapefile, tmp_path / "a.SHP")
    assert (len(layers["a"]), layers["a"].crs.to_epsg(), notes) == (3, 32749, {})


@pytest.mark.parametrize("stale", [True, False])
def test_a_missing_or_stale_shx_is_built_anew_elsewhere(tmp_path, stale):
    three().to_file(tmp_path / "a.shp")
    index = tmp_path / "a.shx"
    if stale:
        index.write_bytes(index.read_bytes()[:-8])
    else:
        index.unlink()
    layers, notes = read(read_shapefile, tmp_path / "a.shp")
    assert layers["a"].geometry.area.tolist() == [100, 100, 100]
    assert notes["shx_dibangun"].values["keadaan"] == ("tidak cocok" if stale else "tidak ada")
    assert index.exists() == stale


def test_a_truncated_shp_is_refused_with_record_and_byte(tmp_path):
    path = tmp_path / "a.shp"
    three().to_file(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    error = refusal(read_shapefile, path)
    length = 8 + 44 + 4 + 5 * 16
    assert (error.key, error.values["rekaman"], error.values["byte"]) == ("shp_rusak", 3, 100 + 2 * length)
    path.write_bytes(whole[: 100 + 2 * length])
    assert refusal(read_shapefile, path).key == "shp_rusak"


@pytest.mark.parametrize(("byte", "value"), [(8, 0), (44, 2), (48, 4), (52, 1), (4, 0)])
def test_a_record_that_contradicts_itself_is_refused(tmp_path, byte, value):
    """Of the second record: shape type, parts, points, first part, length."""
    path = tmp_path / "a.shp"
    three().to_file(path)
    content = bytearray(path.read_bytes())
    content[236 + byte : 240 + byte] = struct.pack("<i", value)
    path.write_bytes(content)
    error = refusal(read_shapefile, path)
    assert (error.key, error.values["rekaman"], error.values["byte"]) == ("shp_rusak", 2, 236)


def test_measures_may_be_there_or_not(tmp_path):
    ring = [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)]
    for name, measures in (("tanpa", b""), ("dengan", struct.pack("<7d", 1, 5, 1, 2, 3, 4, 5))):
        body = struct.pack("<i4d3i", 25, 0, 0, 1, 1, 1, 5, 0) + b"".join(struct.pack("<2d", *one) for one in ring)
        body += measures
        words = (100 + 8 + len(body)) // 2
        head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, words) + struct.pack(
            "<2i8d", 1000, 25, 0, 0, 1, 1, 0, 0, 1, 5
        )
        (tmp_path / f"{name}.shp").write_bytes(head + struct.pack(">2i", 1, len(body) // 2) + body)
        field = struct.pack("<11sc4xBB14x", b"nama", b"C", 4, 0)
        table = struct.pack("<4BIHH20x", 3, 124, 1, 1, 1, 65, 5) + field + b"\r Satu\x1a"
        (tmp_path / f"{name}.dbf").write_bytes(table)
        layers, _ = read(read_shapefile, tmp_path / f"{name}.shp")
        assert layers[name].geometry.area.tolist() == [1]
        assert layers[name]["nama"].tolist() == ["Satu"]


def test_a_missing_or_short_dbf_is_refused(tmp_path):
    path = tmp_path / "a.shp"
    three().to_file(path)
    table = tmp_path / "a.dbf"
    whole = table.read_bytes()
    table.write_bytes(whole[:-50])
    with pytest.raises(InputError, match=r"a\.dbf.* 3 baris, ada 2"):
        read(read_shapefile, path)
    two = tmp_path / "dua.shp"
    three().iloc[:2].to_file(two)
    table.write_bytes(two.with_suffix(".dbf").read_bytes())
    assert refusal(read_shapefile, path).values["baris"] == 2
    table.unlink()
    assert refusal(read_shapefile, path).values["kurang"] == ".dbf"


def test_rows_marked_as_deleted_stay_rows(tmp_path):
    path = tmp_path / "a.shp"
    three().to_file(path)
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    start, width = struct.unpack_from("<HH", content, 8)
    content[start + width] = ord("*")
    path.with_suffix(".dbf").write_bytes(content)
    rows = read(read_shapefile, path)[0]["a"]
    assert rows["nama"].tolist() == ["Satu", "Dua", "Tiga"]
    assert rows["masalah"].tolist() == ["", "dihapus_di_dbf", ""]


@pytest.mark.parametrize(
    ("written", "stated", "told"),
    [
        ("utf-8", "UTF-8", None),
        ("utf-8", None, "utf-8"),
        ("cp1252", None, "cp1252"),
        ("cp1252", "UTF-8", "cp1252"),
        ("cp1252", "ANSI 1252", None),
        ("iso-8859-1", "88591", None),
        ("cp1250", "1250", None),
    ],
)
def test_letters_are_read_as_they_were_written(tmp_path, written, stated, told):
    path = tmp_path / "a.shp"
    three(nama=["Désa", "Böck", "Tiga"]).to_file(path, encoding=written)
    page = path.with_suffix(".cpg")
    page.unlink()
    if stated:
        page.write_text(stated)
    layers, notes = read(read_shapefile, path)
    assert layers["a"]["nama"].tolist() == ["Désa", "Böck", "Tiga"]
    assert (notes["enkode_dibaca"].values["enkode"] if notes else None) == told


def test_a_prj_that_is_none_leaves_the_crs_open(tmp_path):
    path = tmp_path / "a.shp"
    three().to_file(path)
    path.with_suffix(".prj").write_text("<html>masuk</html>")
    layers, notes = read(read_shapefile, path)
    assert layers["a"].crs is None
    assert notes["prj_tak_terbaca"].values == {"isi": "<html>masuk</html>"}
