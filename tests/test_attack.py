"""What a hostile or careless sender can put into a file: it costs one line, loses nothing, reaches nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sqlite3
import struct
import time
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas
import pyogrio
import pytest
import shapely

from petakumuh.cli import main
from petakumuh.errors import InputError, RecipeError
from petakumuh.model import PenangananSource
from petakumuh.read import read_layer
from petakumuh.read.door import digest, open_file
from petakumuh.read.raw import Limits
from petakumuh.recipe import source
from tests.conftest import frame, square

HALVES = dict.fromkeys(map(chr, (0xD800, 0xDC00)), 1)
QUICK = Limits(cpu_s=15, wall_s=20)
POINT = '{"type":"Point","coordinates":[110,-7]}'
LINKS = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no links and pipes as on Unix")


def feature(**properties):
    return f'{{"type":"Feature","properties":{json.dumps(properties)},"geometry":{POINT}}}'


def collection(*features):
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(path, **limits):
    with pytest.raises(InputError) as caught:
        open_file(path, limits=Limits(cpu_s=15, wall_s=20, **limits))
    return caught.value


def only(path):
    (layer,) = open_file(path, limits=QUICK).layers.values()
    return layer


def rules(path):
    return {one.rule: one for one in open_file(path, limits=QUICK).notes}


def outcome(path):
    """What is said of a file that is refused, or nothing."""
    try:
        open_file(path, limits=QUICK)
    except InputError as error:
        return str(error)
    return ""


def two(**columns):
    return frame(**({"nama": ["a", "b"], "geometry": [square(at * 20, 0, 10) for at in range(2)]} | columns))


# -- digits, letters and columns


@pytest.mark.parametrize("last", [{"lain": 1}, {"kode": 1.5}, {"kode": None}])
def test_a_long_code_keeps_its_digits_whatever_a_later_batch_holds(tmp_path, last):
    long = feature(kode=5371010001123456789)
    rows = only(written(tmp_path / "a.geojson", collection(*[long] * 50_000, feature(**last))))
    assert rows["kode"].iloc[0] == 5371010001123456789
    assert isinstance(rows["kode"].iloc[0], int)
    assert len(rows) == 50_001


def test_a_long_code_keeps_its_digits_where_layers_are_put_together(tmp_path):
    path = tmp_path / "a.gpkg"
    two(sumber_dana=[5371010001123456789, 2]).to_file(path, layer="jalan 1")
    two().to_file(path, layer="jalan 2")
    rows, _, _ = read_layer(PenangananSource(file=path, lapisan=("jalan*",)), "penanganan")
    assert rows["sumber_dana"].iloc[0] == "5371010001123456789"


def test_half_letters_in_cells_and_names_stand_as_marks_and_are_told(tmp_path):
    text = collection(feature(nama="Kali\ud800"), feature(**HALVES))
    path = written(tmp_path / "a.geojson", text)
    rows = only(path)
    assert rows["nama"].iloc[0] == "Kali\ufffd"
    assert {"\ufffd", "\ufffd_"} <= set(rows.columns)
    assert rules(path)["huruf_rusak"].rows == ("0",)
    assert main(["periksa", str(path)]) == 0


def test_a_name_that_is_no_text_is_refused_on_the_command_line(tmp_path, capsys):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.geojson"))
    try:
        written(path, collection(feature(a=1)))
    except OSError:
        pytest.skip("this file system takes no such names")
    assert main(["periksa", str(path)]) == 2
    assert "UTF-8" in capsys.readouterr().err


def test_an_empty_name_is_not_the_folder_in_which_one_stands():
    for name in ("", " ", "|layername=a"):
        with pytest.raises(RecipeError):
            source(name)


@pytest.mark.parametrize("address", ["http://[::1", "http://exa mple/x", "http://127.0.0.1:9/é"])
def test_an_address_that_is_none_is_refused(address, capsys):
    with pytest.raises(InputError):
        open_file(address, network=True)
    assert main(["periksa", address, "--izinkan-jaringan"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_name_that_no_system_takes_is_refused(tmp_path):
    assert refused(tmp_path / ("n" * 300 + ".gpkg")).key == "berkas_sistem"


@pytest.mark.parametrize(
    "name", ["a!b.gpkg", "a;b.gpkg", "a\nb.gpkg", "a.zip!b.gpkg", "a#b?c.gpkg", "a'\"|b.gpkg"]
)
def test_a_name_is_never_taken_for_that_of_another_file(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    for other in ("b.gpkg", "a.gpkg", "ab.gpkg"):
        two().to_file(tmp_path / other, layer="lain")
    two().to_file(tmp_path / "benar.gpkg", layer="kumuh")
    try:
        shutil.copyfile(tmp_path / "benar.gpkg", tmp_path / name)
    except OSError:
        pytest.skip("this system takes no such names")
    assert list(open_file(tmp_path / name).layers) == ["kumuh"]


def test_a_shapefile_of_an_odd_name_keeps_it(tmp_path):
    try:
        two().to_file(tmp_path / "a.shp")
        for one in list(tmp_path.iterdir()):
            one.rename(one.with_stem("a;b!c"))
    except OSError:
        pytest.skip("this system takes no such names")
    assert {name: len(rows) for name, rows in open_file(tmp_path / "a;b!c.shp").layers.items()} == {"a;b!c": 2}


def test_columns_of_a_geopackage_that_are_renamed_are_told_and_a_key_of_its_own_is_a_column(tmp_path):
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(two(masalah=["x", "y"]), path, layer="a", layer_options={"FID": "kode"})
    rows = only(path)
    assert (rows["kode"].tolist(), rows["masalah_"].tolist()) == ([1, 2], ["x", "y"])
    assert "masalah → masalah_" in rules(path)["kolom_dinamai"].values["kolom"]


def with_view(path, query):
    """Add a view as a layer."""
    with closing(sqlite3.connect(path)) as base:
        base.execute(f"CREATE VIEW v AS {query}")
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            "SELECT 'v', 'features', 'v', srs_id FROM gpkg_contents"
        )
        base.execute(
            "INSERT INTO gpkg_geometry_columns "
            "SELECT 'v', 'geom', 'POLYGON', srs_id, 0, 0 FROM gpkg_contents WHERE table_name = 'v'"
        )
        base.commit()


def test_rows_of_a_view_with_one_id_keep_apart(tmp_path):
    path = tmp_path / "a.gpkg"
    two().to_file(path, layer="kumuh")
    with_view(path, "SELECT 7 AS fid, nama, geom FROM kumuh")
    assert open_file(path).layers["v"]["baris"].tolist() == ["7", "7/2"]


def dbf(path, fields, *rows):
    """Write a .dbf: name, kind and width of each field, and cells as text."""
    width = 1 + sum(size for _, _, size in fields)
    head = struct.pack("<B3BIHH20x", 3, 24, 1, 1, len(rows), 32 + 32 * len(fields) + 1, width)
    for name, kind, size in fields:
        head += name.encode().ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([size, 0]) + bytes(14)
    body = b"".join(
        b" " + b"".join(cell.encode().rjust(size) for cell, (_, _, size) in zip(row, fields, strict=True))
        for row in rows
    )
    path.write_bytes(head + b"\r" + body + b"\x1a")


def test_numbers_of_a_dbf_come_to_their_last_digit_or_as_they_are_written(tmp_path):
    path = tmp_path / "a.shp"
    two().to_file(path)
    fields = [("nib", "N", 20), ("luas", "N", 8), ("catatan", "M", 10)]
    dbf(path.with_suffix(".dbf"), fields, ["12345678901234567890", "1,5", "3"], ["", "********", ""])
    rows = only(path)
    assert rows["nib"].tolist() == [12345678901234567890, None]
    assert rows["luas"].tolist() == ["1,5", "********"]
    assert rows["catatan"].tolist() == [None, None]
    notes = rules(path)
    assert notes["dbf_bukan_angka"].rows == ("0", "1")
    assert notes["dbf_kolom_asing"].values == {"jumlah": 1, "nama": "catatan"}


def test_lists_of_dates_and_numbers_in_a_parquet_do_not_cost_the_file(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pa.table(
        {"geometry": [shapely.to_wkb(shapely.Point(1, 2))], "hari": [[dt.date(2023, 8, 17)]], "b": [[b"\x01"]]}
    )
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    parquet.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "a.parquet")
    assert only(tmp_path / "a.parquet").loc[0, ["hari", "b"]].tolist() == ['["2023-08-17"]', '["01"]']


def kml(*placemarks):
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"".join(placemarks)}</Document></kml>'


def test_every_value_of_a_name_that_a_placemark_uses_several_times_is_kept(tmp_path):
    pairs = [("name", "X"), ("a", "1"), ("a", "2"), ("a", "3"), ("a", "1")]
    data = "".join(f'<Data name="{name}"><value>{value}</value></Data>' for name, value in pairs)
    mark = f"<Placemark><name>N</name><address>Jl. A</address><ExtendedData>{data}</ExtendedData></Placemark>"
    row = only(written(tmp_path / "a.kml", kml(mark))).iloc[0]
    assert row[["name", "name_2", "a", "a_2", "a_3", "address"]].tolist() == ["N", "X", "1", "2", "3", "Jl. A"]


def test_whole_numbers_of_a_kml_schema_lose_no_digit_and_no_zero(tmp_path):
    schema = '<Schema name="s"><SimpleField type="int" name="rt"/></Schema>'
    data = '<SchemaData><SimpleData name="rt">{}</SimpleData></SchemaData>'
    marks = [
        f"<Placemark><ExtendedData>{data.format(one)}</ExtendedData></Placemark>"
        for one in ("9007199254740993", "007", "7")
    ]
    assert only(written(tmp_path / "a.kml", kml(schema, *marks)))["rt"].tolist() == [9007199254740993, "007", 7]


def test_a_point_of_two_places_is_none(tmp_path):
    mark = "<Placemark><Point><coordinates>109,-6 110,-7</coordinates></Point></Placemark>"
    row = only(written(tmp_path / "a.kml", kml(mark))).iloc[0]
    assert (row["geometry"], row["masalah"]) == (None, "Point dengan 2 koordinat")


def drawing(*entities, end="0\nENDSEC\n0\nEOF\n"):
    body = "".join(f"0\n{kind}\n5\n{at + 16:X}\n8\nRT\n{rest}" for at, (kind, rest) in enumerate(entities))
    return f"0\nSECTION\n2\nENTITIES\n{body}{end}"


LINE = ("LINE", "10\n0\n20\n0\n11\n1\n21\n1\n")


def test_objects_of_a_drawing_that_are_not_read_are_told(tmp_path):
    path = written(tmp_path / "a.dxf", drawing(LINE, ("REGION", "70\n1\n"), ("REGION", "70\n1\n"), ("FOO", "")))
    assert len(only(path)) == 1
    assert rules(path)["dxf_tak_dibaca"].values == {"jumlah": 3, "jenis": "FOO (1), REGION (2)"}


@pytest.mark.parametrize("end", ["", "0\nENDSEC\n", "0\nLWPOLYLINE\n8\n"])
def test_a_drawing_that_breaks_off_is_refused(tmp_path, end):
    assert refused(written(tmp_path / "a.dxf", drawing(LINE, LINE, end=end))).key == "dxf_terpotong"


@pytest.mark.parametrize("place", ['lat="abc" lon="109"', 'lon="109"', 'lat="nan" lon="109"'])
def test_a_gpx_point_without_a_place_is_refused_by_its_line(tmp_path, place):
    path = written(tmp_path / "a.gpx", f'<gpx version="1.1">\n<wpt lat="-6" lon="109"/>\n<wpt {place}/></gpx>')
    error = refused(path)
    assert (error.key, error.values["baris"]) == ("gpx_tanpa_tempat", 3)


def test_two_files_of_one_name_in_an_archive_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.geojson", collection(feature(a=1)))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.geojson", collection(feature(a=2)))
    assert refused(tmp_path / "a.zip").key == "arsip_ganda"


# -- other files, and what runs


def test_a_view_that_calls_a_function_of_gdal_is_refused(tmp_path):
    path = tmp_path / "a.gpkg"
    two().to_file(path, layer="kumuh")
    with_view(path, "SELECT fid, geom, gdal_get_pixel_value('/etc/passwd', 1, 'pixel', 0, 0) AS x FROM kumuh")
    assert "unsafe use of gdal_get_pixel_value" in str(refused(path))


@LINKS
def test_links_are_not_followed_to_files_that_nobody_named(tmp_path):
    secret = written(tmp_path / "rahasia", "kata sandi")
    folder = tmp_path / "data"
    folder.mkdir()
    two().to_file(folder / "a.shp")
    before = digest(folder / "a.shp")
    (folder / "a.prj").unlink()
    (folder / "a.prj").symlink_to(secret)
    opened = open_file(folder / "a.shp")
    assert opened.layers["a"].crs is None
    assert "sandi" not in str(opened.notes)
    assert opened.sha256 != before
    base = tmp_path / "b.gdb"
    pyogrio.write_dataframe(two(), base, driver="OpenFileGDB")
    (base / "a00000099.gdbtable").symlink_to(secret)
    assert refused(base).key == "arsip_keluar"
    two().to_file(tmp_path / "c.gpkg", layer="kumuh")
    (tmp_path / "c.gpkg-journal").symlink_to(secret)
    assert "tautan" in str(refused(tmp_path / "c.gpkg"))


@LINKS
def test_parts_that_are_links_to_parts_are_read(tmp_path):
    two().to_file(tmp_path / "a.shp")
    (tmp_path / "tautan").mkdir()
    for one in list(tmp_path.glob("a.*")):
        (tmp_path / "tautan" / f"b{one.suffix}").symlink_to(one)
    assert only(tmp_path / "tautan" / "b.shp").crs is not None


@LINKS
def test_a_pipe_in_a_folder_or_beside_a_shapefile_holds_nobody_up(tmp_path):
    two().to_file(tmp_path / "a.shp")
    for name in ("b.geojson", "c.json", "a.qpj"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "a.prj").unlink()
    os.mkfifo(tmp_path / "a.prj")
    started = time.monotonic()
    assert list(open_file(tmp_path).layers) == ["a"]
    assert len(only(tmp_path / "a.shp")) == 2
    assert time.monotonic() - started < 15


def doctype(root, before=""):
    return f'<?xml version="1.0"?><!--{before}{"x" * 70_000}--><!DOCTYPE a [<!ENTITY b "c">]><{root}>&b;</{root}>'


@pytest.mark.parametrize("kind", ["kml", "gpx"])
@pytest.mark.parametrize("before", ["", "<{}> "])
def test_a_doctype_behind_a_long_comment_is_refused(tmp_path, kind, before):
    path = written(tmp_path / f"a.{kind}", doctype(kind, before.format(kind)))
    assert refused(path).key in {"xml_doctype", "isi_asing"}


@pytest.mark.parametrize(("name", "part"), [("a.ods", "content.xml"), ("a.xlsx", "xl/worksheets/sheet1.dat")])
def test_a_doctype_in_a_workbook_is_refused_wherever_it_stands(tmp_path, name, part):
    with zipfile.ZipFile(tmp_path / name, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet" if name == "a.ods" else "")
        archive.writestr("xl/a.png", b"\x89PNG\r\n\x1a\n")
        archive.writestr(part, doctype("x"))
    assert refused(tmp_path / name).key == "xml_doctype"


# -- time and room


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.sql", "--x\n" + " " * 60 + "q"),
        ("a.csv", "999\n\n\n\n" * 40 + "X"),
        ("b.csv", "a,b\n1" + " " * 3000 + "x,2\n"),
        ("c.csv", "nama,b\nrata" + " " * 200_000 + "x,2\n1,2\n"),
        ("d.csv", "koordinat,b\n1" + " " * 100_000 + "x,2\n1,2\n"),
        ("e.csv", "nama,b\n1" + "1" * 5000 + ",x\n"),
        ("a.json", "{}" + "\n" * 65_000 + "x"),
        ("a.kml", kml(f"<Placemark><Point><coordinates>{' ' * 200_000}1</coordinates></Point></Placemark>")),
        ("a.geojson", '{"type":"FeatureCollection","' + "postgres:/" * 100_000 + '":1}'),
        ("f.csv", ",".join(["a"] * 50_000) + "\n" + ",".join(["1"] * 50_000)),
    ],
    ids=lambda value: value if len(value) < 10 else "",
)
def test_no_text_takes_longer_than_its_length(tmp_path, name, content):
    path = written(tmp_path / name, content)
    started = time.monotonic()
    said = outcome(path)
    assert "dihentikan" not in said
    assert len(said) < 3000
    assert time.monotonic() - started < 10


def test_features_that_each_name_columns_of_their_own_are_refused(tmp_path):
    path = written(tmp_path / "a.geojson", collection(*(feature(**{f"k{at}": 1}) for at in range(200))))
    assert refused(path, columns=199).key == "kolom_terlalu_banyak"
    assert refused(path, cells=4 * 200 * 200 - 4).key == "sel_terlalu_banyak"
    assert only(path).shape == (200, 204)


def test_what_swells_when_it_is_read_is_refused(tmp_path):
    path = written(tmp_path / "a.geojson", collection(*[feature(a=1)] * 1000))
    assert refused(path, cells=4 * 1000).key == "sel_terlalu_banyak"
    assert refused(path, rows=999).key == "baris_terlalu_banyak"
    path = tmp_path / "a.parquet"
    geopandas.GeoDataFrame({"a": ["x" * 1000] * 5000}, geometry=[None] * 5000).to_parquet(path)
    assert path.stat().st_size < 50_000
    assert refused(path, unpacked_bytes=1_000_000).key == "isi_besar"


def sheet(path, body):
    """Write a spreadsheet whose one table has these rows."""
    names = 'xmlns:office="o" xmlns:table="t" xmlns:text="x"'
    inside = f'<office:spreadsheet><table:table table:name="S">{body}</table:table></office:spreadsheet>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"<office:document-content {names}>{inside}</office:document-content>")
    return path


def cell(value, more='office:value-type="string"'):
    return f"<table:table-cell {more}><text:p>{value}</text:p></table:table-cell>"


@pytest.mark.parametrize("times", [1_048_576, 10**22])
def test_a_row_that_repeats_beyond_the_sheet_is_refused_at_once(tmp_path, times):
    head = f"<table:table-row>{cell('nama')}{cell('rt')}</table:table-row>"
    again = f'<table:table-row table:number-rows-repeated="{times}">{cell("a")}{cell("b")}</table:table-row>'
    assert refused(sheet(tmp_path / "a.ods", head + again)).key == "arsip_besar"


def test_blank_rows_to_the_end_of_the_sheet_are_nothing(tmp_path):
    head = f"<table:table-row>{cell('nama')}{cell('nib')}</table:table-row>"
    number = cell("9E15", 'office:value-type="float" office:value="9007199254740993"')
    row = f"<table:table-row>{cell('a')}{number}</table:table-row>"
    rest = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    assert only(sheet(tmp_path / "a.ods", head + row + rest)).loc[0, "nib"] == 9007199254740993


def test_parts_of_a_flatgeobuf_that_share_their_parts_are_refused(tmp_path):
    geopandas.GeoDataFrame(geometry=[shapely.GeometryCollection([shapely.Point(0, 0)])], crs=4326).to_file(
        tmp_path / "a.fgb", SPATIAL_INDEX="NO"
    )
    data = (tmp_path / "a.fgb").read_bytes()
    head = data[: 12 + struct.unpack_from("<I", data, 8)[0]]
    made = sharing(40)
    written(tmp_path / "a.fgb", head + struct.pack("<I", len(made)) + made)
    assert "berulang" in str(refused(tmp_path / "a.fgb"))


def sharing(levels):
    """A feature whose geometry has two parts that are one, each with two that are one, and so on."""
    made = bytearray(struct.pack("<IHHHHi", 12, 6, 8, 4, 0, 8))
    waiting = [len(made)]
    made += bytes(4)
    for level in range(levels):
        last = level == levels - 1
        table = len(made) + 20
        for place in waiting:
            struct.pack_into("<I", made, place, table - place)
        made += struct.pack("<10Hi", 20, 8, *[0] * 7, 0 if last else 4, 20)
        if not last:
            made += struct.pack("<II", 4, 2)
            waiting = [len(made), len(made) + 4]
            made += bytes(8)
    return bytes(made)


def test_the_same_file_gives_the_same_rows_twice(tmp_path):
    path = tmp_path / "a.gpkg"
    two().to_file(path, layer="b")
    two(nama=["c", None]).to_file(path, layer="a")
    first, second = open_file(path), open_file(path)
    assert first.sha256 == second.sha256
    assert list(first.layers) == list(second.layers)
    assert all(first.layers[name].equals(second.layers[name]) for name in first.layers)
