"""Formats that are text, and GeoParquet: every row accounted for, what is mended said, what is broken named."""

from __future__ import annotations

import json
import struct
import zipfile
from typing import TYPE_CHECKING

import geopandas
import numpy as np
import pytest
import shapely

from petakumuh.errors import InputError
from petakumuh.measure import planar_m2
from petakumuh.read import wire
from petakumuh.read.raw import Batch, Limits, Note
from petakumuh.read.shapes.arcs import stroked
from petakumuh.read.shapes.rings import closed
from petakumuh.read.vector.balloon import attributes
from petakumuh.read.vector.geojson import read_geojson, read_geojsonseq, read_qgis2web
from petakumuh.read.vector.kml import read_kml
from petakumuh.read.vector.parquet import read_parquet
from petakumuh.read.vector.sql import read_sql

if TYPE_CHECKING:
    from pathlib import Path

RING: list[list[float]] = [[110, -7], [110.001, -7], [110.001, -6.999], [110, -6.999], [110, -7]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}
CORNERS = "110,-7,0 110.001,-7,0 110.001,-6.999,0 110,-6.999,0 110,-7,0"
POLYGON = (
    f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{CORNERS}</coordinates></LinearRing>"
    "</outerBoundaryIs></Polygon>"
)
KML = '<kml xmlns="http://www.opengis.net/kml/2.2">{0}</kml>'

INNER_TABLE = "<table><tr><td>RT</td><td>1</td></tr><tr><td>RW</td><td>2</td></tr></table>"


def feature(geometry=SQUARE, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features, **more):
    return {"type": "FeatureCollection", **more, "features": list(features)}


def read(reader, path, content, **limits):
    """Batches by layer, and notes by rule, of a file with this content."""
    if not isinstance(content, str | bytes):
        content = json.dumps(content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return told_apart(reader(path, Limits(**limits)))


def told_apart(reading):
    parts = list(reading)
    layers = {part.layer: part.rows for part in parts if isinstance(part, Batch)}
    return layers, {part.rule: part for part in parts if isinstance(part, Note)}


def rows(reader, path, content):
    ((_, one),) = read(reader, path, content)[0].items()
    return one


def refused(reader, path, content, **limits):
    with pytest.raises(InputError) as caught:
        read(reader, path, content, **limits)
    assert str(path) in str(caught.value)
    assert str(path) in caught.value.message("en")
    return caught.value.key


def test_every_element_of_features_is_a_row_with_its_reason(tmp_path):
    null = {"type": "Polygon", "coordinates": [[[110, -7], None, [110.1, -7], [110, -7]]]}
    faulty = [
        feature({"type": "Polygon", "coordinates": [RING[:2]]}),
        feature({"type": "Polygon", "coordinates": [RING[:3]]}),
        feature(null),
        feature({"type": "Poligon", "coordinates": [RING]}),
        feature({"coordinates": [RING]}),
        feature({"type": "Polygon", "coordinates": RING}),
        feature({"type": "Point", "coordinates": ["110", "-7"]}),
        feature({"type": "Point", "coordinates": [True, 1]}),
        feature({"type": "Point", "coordinates": [110]}),
        feature({"type": "MultiPolygon", "coordinates": [[]]}),
        feature({"type": "LineString", "coordinates": [[110, -7]]}),
        feature({"type": "Point", "coordinates": {"x": 1, "y": 2}}),
        feature({"type": "GeometryCollection", "geometries": [SQUARE, null]}),
        feature([110, -7]),
        {"type": "feature", "geometry": SQUARE},
        SQUARE,
        7,
    ]
    layer = rows(read_geojson, tmp_path / "a.geojson", collection(feature(n=1), *faulty, feature(None), feature()))
    assert len(layer) == len(faulty) + 3
    assert layer["baris"].tolist() == [str(at) for at in range(20)]
    assert layer.geometry.isna().tolist() == [False] + [True] * (len(faulty) + 1) + [False]
    assert (layer["masalah"] != "").tolist() == [False] + [True] * (len(faulty) + 1) + [False]
    assert layer["masalah"].tolist()[1:5] == [
        "cincin 2 titik, perlu sedikitnya 4",
        "cincin 3 titik, perlu sedikitnya 4",
        "koordinat null",
        'jenis geometri "Poligon" tidak dikenal',
    ]


def test_an_open_ring_is_closed_and_said_so_holes_and_multis_too(tmp_path):
    hole = [[110.0002, -6.9998], [110.0004, -6.9998], [110.0004, -6.9996], [110.0002, -6.9996]]
    layer = rows(
        read_geojson,
        tmp_path / "a.geojson",
        collection(
            feature({"type": "Polygon", "coordinates": [RING[:-1]]}),
            feature(),
            feature({"type": "MultiPolygon", "coordinates": [[RING, hole], [RING]]}),
        ),
    )
    assert layer["perbaikan"].tolist() == ["cincin_ditutup", "", "cincin_ditutup"]
    assert layer["masalah"].tolist() == ["", "", ""]
    assert shapely.equals(layer.geometry.iloc[0], layer.geometry.iloc[1])
    assert [len(part.interiors) for part in layer.geometry.iloc[2].geoms] == [1, 0]


def test_every_kind_of_geometry_is_read_as_it_is(tmp_path):
    shapes = [
        shapely.from_wkt(one)
        for one in (
            "POINT (1 2)",
            "MULTIPOINT ((1 2), (3 4))",
            "LINESTRING (0 0, 1 1)",
            "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 5))",
            "POLYGON ((0 0, 9 0, 9 9, 0 0), (5 1, 6 1, 6 2, 5 1))",
            "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
            "GEOMETRYCOLLECTION (POINT (1 2), POLYGON ((0 0, 1 0, 1 1, 0 0)))",
        )
    ]
    given = [feature(json.loads(shapely.to_geojson(one))) for one in shapes]
    layer = rows(read_geojson, tmp_path / "a.geojson", collection(*given))
    assert shapely.equals_identical(layer.geometry.to_numpy(), np.array(shapes)).all()


def test_numbers_stay_numbers_and_nested_values_become_text(tmp_path):
    text = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":'
        '{"besar":12345678901234567890,"kode":"53.10","luas":NaN,"isi":{"a":[1,2]},"ada":true}},'
        '{"type":"Feature","geometry":null,"properties":{"luas":1.5,"baru":"x","luas":2.5}},'
        '{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[NaN,1]}},'
        '{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1e999,1]}}]}'
    )
    layers, notes = read(read_geojson, tmp_path / "a.geojson", text)
    layer = layers["a"]
    assert layer.loc[0, ["besar", "kode", "isi", "ada"]].tolist() == [
        12345678901234567890,
        "53.10",
        '{"a":[1,2]}',
        True,
    ]
    assert layer["luas"].tolist()[:2] == [None, 2.5]
    assert layer["baru"].tolist()[:2] == [None, "x"]
    assert layer["masalah"].tolist() == ["geometri_kosong"] * 2 + ["koordinat_bukan_bilangan"] * 2
    assert (notes["nilai_bukan_bilangan"].rows, notes["kunci_ganda"].rows) == (("0",), ("1",))
    wire.save(layer, tmp_path / "a.arrow")
    assert wire.load(tmp_path / "a.arrow")["besar"][0] == 12345678901234567890


def test_columns_that_bear_our_names_are_kept_under_another(tmp_path):
    named = feature(baris=7)
    named["properties"]["geometry"] = "G"
    layers, notes = read(read_geojson, tmp_path / "a.geojson", collection(named))
    assert layers["a"].loc[0, ["geometry_", "baris_", "baris"]].tolist() == ["G", 7, "0"]
    assert notes["kolom_diganti"].action == "diperbaiki"


def test_the_id_of_a_feature_is_a_column_and_one_that_comes_again_is_said(tmp_path):
    document = collection(*[feature() | {"id": one} for one in (1, 2, 1, "1")])
    layers, notes = read(read_geojson, tmp_path / "a.geojson", document)
    assert layers["a"]["id"].tolist() == [1, 2, 1, "1"]
    assert notes["id_feature_ganda"].rows == ("2",)


def test_heights_are_dropped_and_counted(tmp_path):
    high = {"type": "Polygon", "coordinates": [[[*point, 5.0] for point in RING]]}
    mixed = {"type": "LineString", "coordinates": [[0, 0], [1, 1, 9]]}
    layers, notes = read(
        read_geojson, tmp_path / "a.geojson", collection(feature(high), feature(), feature(mixed))
    )
    assert notes["dimensi_dibuang"].values == {"jumlah": 2}
    assert not shapely.has_z(layers["a"].geometry.to_numpy()).any()
    assert layers["a"]["masalah"].tolist() == [""] * 3


@pytest.mark.parametrize(
    ("said", "epsg"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("OGC:CRS84", 4326),
        ("urn:ogc:def:crs:EPSG::4326", 4326),
        ("urn:ogc:def:crs:EPSG:6.9:32752", 32752),
        ("EPSG:32749", 32749),
        ("http://www.opengis.net/def/crs/EPSG/0/9487", 9487),
    ],
)
def test_a_known_crs_is_honoured_with_longitude_first(tmp_path, said, epsg):
    crs = {"type": "name", "properties": {"name": said}}
    layer = rows(read_geojson, tmp_path / "a.geojson", collection(feature(), crs=crs))
    assert layer.crs.to_epsg() == epsg
    assert layer.total_bounds.tolist() == [110, -7, 110.001, -6.999]


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::999999"}},
        {"type": "name", "properties": {"name": "UTM 51"}},
        {"type": "link", "properties": {"href": "http://contoh.id/crs"}},
        {"type": "name"},
        "EPSG:32751",
        [],
    ],
)
def test_a_crs_that_is_not_known_is_refused(tmp_path, crs):
    assert refused(read_geojson, tmp_path / "a.geojson", collection(feature(), crs=crs)) == "crs_geojson_asing"


def test_a_crs_that_is_null_is_no_crs(tmp_path):
    assert rows(read_geojson, tmp_path / "a.geojson", collection(feature(), crs=None)).crs is None


@pytest.mark.parametrize("document", [feature(nama="A"), SQUARE], ids=["feature", "geometry"])
def test_a_single_feature_or_geometry_is_one_row(tmp_path, document):
    layer = rows(read_geojson, tmp_path / "a.geojson", document)
    assert (len(layer), layer["baris"][0], layer.geometry[0].geom_type) == (1, "0", "Polygon")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (json.dumps(collection(feature()))[:-20], "json_terpotong"),
        ('{"type":"FeatureCollection","features":[{"type":"Feature"} {"type":"Feature"}]}', "json_rusak"),
        ('{"type":"FeatureCollection","features":[{"type":"Feature"},]}', "json_rusak"),
        ('{"type":"FeatureCollection","features":[]} {}', "json_rusak"),
        ('{"type":"FeatureCollection","feature":[]}', "geojson_tanpa_features"),
        ('{"type":"FeatureCollection","features":{}}', "geojson_tanpa_features"),
        ('{"type":"FeatureCollection","features":[],"features":[]}', "geojson_kunci_ganda"),
        ('{"type":"Topology","objects":{}}', "geojson_jenis"),
        ("[1, 2]", "geojson_jenis"),
        ('{"type":"FeatureCollection","features":[' + "[" * 5000 + "]" * 5000 + "]}", "json_dalam"),
        (b'{"type": "\x81"}', "enkode_asing"),
    ],
)
def test_a_document_that_is_not_whole_is_refused_by_name(tmp_path, text, key):
    assert refused(read_geojson, tmp_path / "a.geojson", text) == key


def test_where_a_document_breaks_is_said(tmp_path):
    text = '{"type":"FeatureCollection",\n"features":[\n{"type":"Feature"},\n{"type" "Feature"}\n]}'
    with pytest.raises(InputError) as caught:
        read(read_geojson, tmp_path / "a.geojson", text)
    assert caught.value.values["baris"] == 4


def test_brackets_and_quotes_inside_texts_count_for_nothing(tmp_path):
    name = '"[[[{{{\\' * 100 + '", "features": ['
    layer = rows(read_geojson, tmp_path / "a.geojson", collection(feature(nama=name), feature(nama="B")))
    assert layer["nama"].tolist() == [name, "B"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_text_is_read_in_the_encoding_that_it_is_in(tmp_path, encoding):
    text = json.dumps(collection(feature(nama="Rukun é")), ensure_ascii=False)
    layers, notes = read(read_geojson, tmp_path / "a.geojson", text.encode(encoding))
    assert layers["a"]["nama"].tolist() == ["Rukun é"]
    assert ("enkode_dibaca" in notes) == (encoding not in ("utf-8", "utf-8-sig"))


def test_members_after_the_features_count_too(tmp_path):
    document = collection(feature(), feature()) | {
        "crs": {"type": "name", "properties": {"name": "EPSG:32751"}},
        "name": "Kumuh",
    }
    layers, _ = read(read_geojson, tmp_path / "a.geojson", document)
    assert (layers["Kumuh"].crs.to_epsg(), len(layers["Kumuh"])) == (32751, 2)


def test_many_rows_come_in_batches_and_count_on(tmp_path, monkeypatch):
    monkeypatch.setattr("petakumuh.read.vector.geojson.BATCH_ROWS", 2)
    (tmp_path / "a.geojson").write_text(json.dumps(collection(*[feature(n=at) for at in range(4)])))
    batches = list(read_geojson(tmp_path / "a.geojson", Limits()))
    assert [part.rows["baris"].tolist() for part in batches if isinstance(part, Batch)] == [["0", "1"], ["2", "3"]]


def test_a_collection_without_features_is_a_layer_without_rows(tmp_path):
    assert len(rows(read_geojson, tmp_path / "a.geojson", collection())) == 0


@pytest.mark.parametrize("mark", ["", "\x1e"], ids=["lines", "RS"])
def test_a_sequence_gives_a_row_for_each_record(tmp_path, mark):
    text = "".join(f"{mark}{json.dumps(one)}\n" for one in (feature(n=1), feature(n=2), 7, SQUARE))
    layer = rows(read_geojsonseq, tmp_path / "a.geojsonl", text)
    assert layer["baris"].tolist() == ["1", "2", "3", "4"]
    assert layer["masalah"].tolist() == ["", "", "bukan_feature", ""]
    assert layer["n"].tolist()[:2] == [1, 2]


def test_a_record_may_take_several_lines_where_signs_part_them(tmp_path):
    text = "".join(f"\x1e{json.dumps(one, indent=1)}\n" for one in (feature(n=1), feature(n=2)))
    layer = rows(read_geojsonseq, tmp_path / "a.geojsons", text)
    assert (layer["n"].tolist(), layer["baris"][0]) == ([1, 2], "1")


@pytest.mark.parametrize("mark", ["", "\x1e"], ids=["lines", "RS"])
def test_a_sequence_that_is_cut_short_is_refused_with_the_line(tmp_path, mark):
    text = "".join(f"{mark}{json.dumps(feature(n=at))}\n" for at in range(3))
    with pytest.raises(InputError, match="baris 3") as caught:
        read(read_geojsonseq, tmp_path / "a.geojsonl", text[:-9])
    assert caught.value.key == "geojsonseq_terpotong"


def test_a_sequence_that_is_broken_in_the_middle_is_refused_with_the_line(tmp_path):
    one = json.dumps(feature())
    with pytest.raises(InputError, match="baris 2") as caught:
        read(read_geojsonseq, tmp_path / "a.geojsonl", f"{one}\n{one[:-4]}\n{one}\n")
    assert caught.value.key == "geojsonseq_rusak"


def test_the_layers_of_a_qgis2web_page_bear_the_names_of_their_variables(tmp_path):
    text = (
        f"var json_Kumuh_3 = {json.dumps(collection(feature(n=1)))};\nlet json_Jalan_4={json.dumps(collection())}"
    )
    layers, _ = read(read_qgis2web, tmp_path / "a.js", text)
    assert {name: len(layer) for name, layer in layers.items()} == {"Kumuh_3": 1, "Jalan_4": 0}


@pytest.mark.parametrize(
    "text",
    ["alert(1); var a = {};", 'var a = {"type":"FeatureCollection","features":[]}; fetch("x")', "var a = 7;"],
)
def test_other_javascript_is_refused_with_its_line(tmp_path, text):
    assert refused(read_qgis2web, tmp_path / "a.js", text) == "qgis2web_lain"


def test_a_layer_of_kml_is_a_folder_with_the_path_to_it(tmp_path):
    mark = f"<Placemark><name>1</name>{POLYGON}</Placemark>"
    inside = f"<Folder><name>B</name>{mark}<Folder><name>C</name>{mark}</Folder></Folder>"
    text = KML.format(f"<Document><name>A</name>{inside}{mark}</Document>")
    layers, notes = read(read_kml, tmp_path / "a.kml", text)
    assert {name: layer["folder"].tolist() for name, layer in layers.items()} == {
        "B": ["A/B"],
        "C": ["A/B/C"],
        "A": ["A"],
    }
    assert [layer["baris"].tolist() for layer in layers.values()] == [["0"], ["1"], ["2"]]
    assert notes == {}


def test_attributes_in_a_description_never_override_those_of_the_data(tmp_path):
    table = "<table><tr><td>Kelurahan</td><td>Palsu</td></tr><tr><td>RT</td><td>003</td></tr></table>"
    data = '<ExtendedData><Data name="Kelurahan"><value>Bandengan</value></Data></ExtendedData>'
    text = KML.format(f"<Placemark><description><![CDATA[{table}]]></description>{data}{POLYGON}</Placemark>")
    layers, notes = read(read_kml, tmp_path / "a.kml", text)
    assert layers["a"].loc[0, ["Kelurahan", "RT", "description"]].tolist() == [
        "Bandengan",
        "003",
        "Kelurahan Palsu\nRT 003",
    ]
    assert notes["kml_atribut_keterangan"].values == {"jumlah": 1}


def test_data_of_a_schema_and_data_by_name_are_both_kept(tmp_path):
    data = (
        '<ExtendedData><Data name="RT"><value>01</value></Data><SchemaData><SimpleData name="RT">02</SimpleData>'
        '<SimpleData name="RW">03</SimpleData></SchemaData></ExtendedData>'
    )
    layer = rows(read_kml, tmp_path / "a.kml", KML.format(f"<Placemark>{data}{POLYGON}</Placemark>"))
    assert layer.loc[0, ["RT", "RT_2", "RW"]].tolist() == ["01", "02", "03"]


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        (
            "<table><tr><th>Nama</th><td>A &amp; B</td><tr><th>RT</th><td>&lt;Null&gt;</table>",
            {"Nama": "A & B", "RT": ""},
        ),
        (
            f"<table><tr><td>Judul</td></tr><tr><td>{INNER_TABLE}</td></tr></table>",
            {"RT": "1", "RW": "2"},
        ),
        ("<ul><li><b>RT</b>: 1</li><li><b>RW</b>: <i>2</i></li></ul>", {"RT": "1", "RW": "2"}),
        ("<b>RT</b>: 1<br/><b>RW</b>: 2", {"RT": "1", "RW": "2"}),
        ("Kecamatan : Barat\nRencana : ASPAL", {"Kecamatan": "Barat", "Rencana": "ASPAL"}),
        ("https://contoh.id\nhttps://contoh.id/2", {}),
        ("<table><tr><td>RT</td><td>1</td></tr></table>", {}),
        ("<table><tr><th>Field</th><th>Value</th></tr><tr><td>a</td><td>1</td></tr></table>", {}),
        ("Catatan rapat: lanjut\nSatu\nDua\nTiga\nEmpat: ya", {}),
    ],
)
def test_a_description_gives_attributes_where_two_or_more_are_listed(description, expected):
    assert attributes(description)[1] == expected


def test_a_script_in_a_description_is_neither_text_nor_attribute():
    assert attributes("<script>a: 1\nb: 2</script><p>Teks</p>") == ("Teks", {})


def test_what_a_kml_points_to_is_said_and_not_fetched(tmp_path):
    link = "<NetworkLink><name>Lain</name><Link><href>http://contoh.id/b.kml</href></Link></NetworkLink>"
    picture = "<GroundOverlay><name>Citra</name><Icon><href>c.png</href></Icon></GroundOverlay>"
    text = KML.format(f"<Document>{link}{picture}<Placemark>{POLYGON}</Placemark></Document>")
    layers, notes = read(read_kml, tmp_path / "a.kml", text)
    assert notes["kml_tautan"].values == {"nama": "Lain", "tautan": "http://contoh.id/b.kml"}
    assert notes["kml_tautan"].severity == "peringatan"
    assert notes["kml_gambar"].values["nama"] == "Citra"
    assert len(layers["a"]) == 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>', "xml_doctype"),
        ("<!DOCTYPE kml SYSTEM 'file:///etc/hostname'><kml/>", "xml_doctype"),
        (KML.format("<Folder>" * 200 + "</Folder>" * 200), "kml_dalam"),
        (KML.format("<asing:a/>"), "kml_awalan_asing"),
        (KML.format("<Document>"), "berkas_tak_terbaca"),
        ('<?xml version="1.0" encoding="gb2312"?><kml/>', "berkas_tak_terbaca"),
    ],
)
def test_a_kml_that_may_not_or_cannot_be_read_is_refused(tmp_path, text, key):
    assert refused(read_kml, tmp_path / "a.kml", text) == key


def test_known_prefixes_without_a_declaration_are_declared(tmp_path):
    text = f"<kml><Placemark><gx:balloonVisibility>1</gx:balloonVisibility>{POLYGON}</Placemark></kml>"
    layers, notes = read(read_kml, tmp_path / "a.kml", text)
    assert layers["a"].geometry[0].geom_type == "Polygon"
    assert notes["kml_awalan"].values == {"awalan": "gx"}


def test_a_kml_that_is_no_utf_8_is_read_as_windows_1252(tmp_path):
    text = '<?xml version="1.0" encoding="UTF-8"?>' + KML.format(
        f"<Placemark><name>Café</name>{POLYGON}</Placemark>"
    )
    layers, notes = read(read_kml, tmp_path / "a.kml", text.encode("cp1252"))
    assert layers["a"]["name"].tolist() == ["Café"]
    assert notes["enkode_dibaca"].values == {"enkode": "Windows-1252"}


def test_an_open_ring_of_kml_is_closed_a_track_and_deep_multis_have_reasons(tmp_path):
    opened = POLYGON.replace(" 110,-7,0<", "<")
    deep = "<MultiGeometry>" * 100 + "</MultiGeometry>" * 100
    marks = "".join(f"<Placemark>{one}</Placemark>" for one in (opened, "<Track/>", deep, POLYGON))
    layer = rows(read_kml, tmp_path / "a.kml", KML.format(marks))
    assert layer["perbaikan"].tolist() == ["cincin_ditutup", "", "", ""]
    assert layer["masalah"].tolist() == ["", "Track tidak didukung", "bersarang_terlalu_dalam", ""]
    assert shapely.equals(layer.geometry[0], layer.geometry[3])


def kmz(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return path


def test_the_main_kml_of_an_archive_comes_first_and_the_others_are_layers(tmp_path):
    mark = KML.format(f"<Placemark>{POLYGON}</Placemark>")
    path = kmz(tmp_path / "kota.kmz", **{"a.kml": mark, "doc.kml": mark, "x.png": "x"})
    layers, _ = told_apart(read_kml(path, Limits()))
    assert {name: layer["baris"].tolist() for name, layer in layers.items()} == {"kota": ["0"], "a": ["1"]}


def test_an_archive_that_swells_or_leads_outside_is_refused(tmp_path):
    bomb = kmz(tmp_path / "a.kmz", **{"doc.kml": " " * 30_000_000})
    outside = kmz(tmp_path / "b.kmz", **{"../doc.kml": KML})
    for path, key in ((bomb, "arsip_bom"), (outside, "arsip_keluar")):
        with pytest.raises(InputError) as caught:
            list(read_kml(path, Limits()))
        assert caught.value.key == key


INSERT = "INSERT INTO `wilayah`(`kode`,`nama`,`lat`,`lng`,`path`) VALUES\n"
PATH = "[[[-7,110],[-7,110.001],[-6.999,110.001],[-6.999,110]]]"


def sql(*tuples):
    return f"-- dump\nDELETE FROM wilayah WHERE a=';';\n{INSERT}" + ",\n".join(tuples) + ";\n"


def test_a_dump_gives_its_rows_in_the_order_that_their_own_point_shows(tmp_path):
    turned = "[[[110,-7],[110.001,-7],[110.001,-6.999],[110,-6.999]]]"
    text = sql(
        f"('53.71','O''Neil \\'x\\'',-6.9995,110.0005,'{PATH}')",
        f"('53.72',NULL,-6.9995,110.0005,'{turned}')",
        f"('53.73','C',-6.9995,120,'{PATH}')",
        "('53.74','D',-6.9995,110.0005,'[[rusak')",
        "('53.75','E',-6.9995,110.0005,NULL)",
        f"('53.76','F',NULL,NULL,'[{PATH},{PATH}]')",
        f"('53.77','G',NULL,NULL,'{turned}')",
    )
    layers, notes = read(read_sql, tmp_path / "a.sql", text)
    layer = layers["wilayah"]
    assert layer["nama"].tolist()[:3] == ["O'Neil 'x'", None, "C"]
    assert layer["masalah"].tolist() == [
        *("", "", "path_tidak_di_titik", "path_rusak", "geometri_kosong", "", ""),
    ]
    assert layer["baris"].tolist() == ["4", "5", "6", "7", "8", "9", "10"]
    assert all(layer.geometry[at].bounds == (110, -7, 110.001, -6.999) for at in (0, 1, 5, 6))
    assert (len(layer.geometry[5].geoms), layer.crs.to_epsg()) == (2, 4326)
    assert notes["sql_urutan"].rows == ("5", "10")


def test_a_dump_without_names_takes_them_from_its_create_table(tmp_path):
    text = (
        "CREATE TABLE IF NOT EXISTS db.`w` (kode varchar(13) NOT NULL, `path` longtext DEFAULT 'a,(b', "
        "luas decimal(10,2), PRIMARY KEY (kode));\n"
        f"INSERT INTO w VALUES ('1','{PATH}',2.5);"
    )
    layer = rows(read_sql, tmp_path / "a.sql", text)
    assert layer.loc[0, ["kode", "luas"]].tolist() == ["1", 2.5]
    assert layer.geometry[0].bounds == (110, -7, 110.001, -6.999)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (sql(f"('1','A',1,2,'{PATH}')")[:-20], "sql_rusak"),
        (sql(f"('1','A',1,2,'{PATH}')").rstrip(";\n"), "sql_rusak"),
        (sql("('1','A',1,2)"), "sql_rusak"),
        (sql("('1','A',1,2,ST_GeomFromText('POINT(1 1)'))"), "sql_rusak"),
        ("INSERT INTO a SELECT * FROM b;", "sql_rusak"),
        ("CREATE TABLE a (b int); INSERT INTO a VALUES (1);", "sql_tanpa_path"),
    ],
)
def test_a_dump_that_cannot_be_read_whole_is_refused(tmp_path, text, key):
    assert refused(read_sql, tmp_path / "a.sql", text) == key


@pytest.mark.parametrize("options", [{}, {"geometry_encoding": "geoarrow"}, {"write_covering_bbox": True}])
def test_geoparquet_gives_the_rows_that_were_written(tmp_path, options):
    shapes = [shapely.box(0, 0, 1, 1), None, shapely.box(2, 2, 3, 3)]
    given = geopandas.GeoDataFrame({"kode": ["01", "02", "03"]}, geometry=shapes, crs=32751)
    given.to_parquet(tmp_path / "a.parquet", **options)
    layers, _ = told_apart(read_parquet(tmp_path / "a.parquet", Limits()))
    layer = layers["a"]
    assert (list(layer)[:2], layer["kode"].tolist()) == (["kode", "baris"], ["01", "02", "03"])
    assert layer.geometry.isna().tolist() == [False, True, False]
    assert shapely.equals_identical(layer.geometry[2], shapes[2])
    assert layer.crs.to_epsg() == 32751


def parquet_with(path, geo, wkb):
    import pyarrow as pa
    from pyarrow import parquet

    metadata = {} if geo is None else {"geo": json.dumps(geo)}
    schema = pa.schema([pa.field("geometry", pa.binary()), pa.field("n", pa.float64())], metadata=metadata)
    parquet.write_table(pa.table([wkb, [float("inf")] * len(wkb)], schema=schema), path)
    return path


def test_a_bad_geometry_of_geoparquet_costs_its_row(tmp_path):
    geo = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    points = b"".join(struct.pack("<dd", *point) for point in RING[:-1])
    opened = struct.pack("<BIII", 1, 3, 1, 4) + points
    deep = struct.pack("<BII", 1, 7, 1) * 10_000 + shapely.Point(0, 0).wkb
    high = shapely.Point(1, 2, 3).wkb
    path = parquet_with(tmp_path / "a.parquet", geo, [opened, b"?", deep, high])
    layers, notes = told_apart(read_parquet(path, Limits()))
    layer = layers["a"]
    assert layer["perbaikan"].tolist() == ["cincin_ditutup", "", "", ""]
    assert layer["masalah"].tolist() == ["", "geometri_rusak", "bersarang_terlalu_dalam", ""]
    assert (layer.crs.to_epsg(), layer.geometry[3].wkt) == (4326, "POINT (1 2)")
    assert notes["dimensi_dibuang"].values == {"jumlah": 1}
    assert notes["nilai_bukan_bilangan"].values == {"kolom": "n", "jumlah": 4}


@pytest.mark.parametrize(
    ("geo", "key"),
    [
        (None, "parquet_tanpa_geo"),
        ({"primary_column": "lain", "columns": {}}, "parquet_geo_rusak"),
        ({"primary_column": "n", "columns": {"n": {"encoding": "WKB"}}}, "parquet_geo_rusak"),
        ({"primary_column": "geometry", "columns": {"geometry": {"encoding": "TWKB"}}}, "parquet_geo_rusak"),
        ({"primary_column": "geometry", "columns": {"geometry": {"crs": {"a": 1}}}}, "parquet_geo_rusak"),
    ],
)
def test_parquet_that_is_no_map_is_refused(tmp_path, geo, key):
    path = parquet_with(tmp_path / "a.parquet", geo, [shapely.Point(0, 0).wkb])
    with pytest.raises(InputError, match=r"a\.parquet") as caught:
        list(read_parquet(path, Limits()))
    assert caught.value.key == key


def test_an_arc_made_straight_stays_within_a_centimetre():
    circle = stroked(np.array([[1000.0, 500.0], [1200.0, 500.0], [1000.0, 500.0]]))
    middles = (circle[1:] + circle[:-1]) / 2
    assert np.abs(np.hypot(*(circle - [1100, 500]).T) - 100).max() < 1e-9
    assert 99.99 <= np.hypot(*(middles - [1100, 500]).T).min() < 100
    assert stroked(np.array([[1000.0, 0.0], [1001.0, 0.0], [1002.0, 0.0]])).tolist() == [
        [1000, 0],
        [1001, 0],
        [1002, 0],
    ]


def test_an_arc_turns_the_way_its_middle_point_lies():
    low = stroked(np.array([[1000.0, 0.0], [1010.0, -10.0], [1020.0, 0.0]]))
    assert low[:, 1].max() == 0
    assert low[:, 1].min() == pytest.approx(-10)


def test_a_ring_with_a_coordinate_that_is_no_number_is_none():
    with pytest.raises(ValueError, match="koordinat_bukan_bilangan"):
        closed(np.array([[0.0, 0.0], [1.0, np.nan], [1.0, 1.0], [0.0, 0.0]]))


@pytest.mark.towns
def test_pekalongan_2020_is_read_whole_from_its_nested_folders(towns):
    layers, _ = told_apart(read_kml(towns / "pekalongan" / "sk2020.kmz", Limits()))
    slums = [layer for name, layer in layers.items() if name != "Admin_Kota Pekalongan"]
    assert sum(map(len, slums)) == 438
    assert len(layers["Admin_Kota Pekalongan"]) == 27
    assert all((layer["masalah"] == "").all() and layer.geometry.notna().all() for layer in slums)
    assert sum(float(value) for layer in slums for value in layer["luas_awal"]) == pytest.approx(512.69)


@pytest.mark.towns
def test_pekalongan_2024_has_the_attributes_of_its_html_tables(towns):
    ((_, layer),) = told_apart(read_kml(towns / "pekalongan" / "sk2024.kmz", Limits()))[0].items()
    assert len(layer) == 242
    assert layer.loc[0, ["Kelurahan", "Basis", "RTRW", "skor_awal", "kum_awal", "luas_awal"]].tolist() == [
        "Bandengan", "33750401-RT004-RW001", "RT004-RW001", "16", "KUMUH RINGAN", "0.80554",
    ]  # fmt: skip
    assert (layer[["Kelurahan", "Basis", "luas_awal"]] != "").all().all()


@pytest.mark.towns
def test_pontianak_keeps_attributes_of_schema_and_of_text(towns):
    slums, _ = told_apart(read_kml(towns / "pontianak" / "KUMUH.kmz", Limits()))
    roads, _ = told_apart(read_kml(towns / "pontianak" / "Jaling_ptk_v1.kml", Limits()))
    assert (len(slums["KUMUH"]), len(roads["Jaling_ptk_v1"])) == (52, 188)
    assert slums["KUMUH"].loc[0, ["KECAMATAN", "Status", "LUAS_HA"]].tolist() == [
        "Pontianak Utara",
        "Berat",
        3.34371,
    ]
    assert roads["Jaling_ptk_v1"].loc[0, ["Kecamatan", "Rencana"]].tolist() == ["PONTIANAK BARAT", "ASPAL"]


@pytest.mark.towns
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("saumlaki/KAWASANKUMUH", 4),
        ("saumlaki/BATASDESA", 8),
        ("saumlaki/JaringanDrainase", None),
        ("saumlaki/JaringanAirMinum", None),
        ("saumlaki/blok", None),
        ("wilayah/wb_53.03", None),
        ("wilayah/wb_53.71", 51),
        ("wilayah/wb_33.75", 27),
        ("pekalongan/kelurahan", 27),
        ("pontianak/batasdesa_kota_pontianak", None),
    ],
)
def test_the_layers_of_towns_are_what_another_reader_reads(towns, name, count):
    path = towns / f"{name}.geojson"
    ((_, layer),) = told_apart(read_geojson(path, Limits()))[0].items()
    other = geopandas.read_file(path)
    assert len(layer) == len(other)
    assert count is None or len(layer) == count
    assert (layer["masalah"] == "").all()
    assert shapely.equals_identical(layer.geometry.to_numpy(), shapely.force_2d(other.geometry.to_numpy())).all()
    assert set(other.columns) <= set(layer.columns)


@pytest.mark.towns
def test_kupang_as_sql_is_kupang_as_geojson(towns):
    folder: Path = towns / "wilayah"
    dump, notes = told_apart(read_sql(folder / "wilayah_boundaries_kel_53.71.sql", Limits()))
    plain, _ = told_apart(read_geojson(folder / "wb_53.71.geojson", Limits()))
    ours, theirs = (one.sort_values("kode") for one in (dump["wilayah_boundaries"], plain["wb_53.71"]))
    assert ours["kode"].tolist() == theirs["kode"].tolist()
    assert (len(ours), (ours["masalah"] == "").all(), notes) == (51, True, {})
    np.testing.assert_array_equal(planar_m2(ours.geometry.to_numpy()), planar_m2(theirs.geometry.to_numpy()))
