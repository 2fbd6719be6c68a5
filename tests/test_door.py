"""The door for files: what is opened, what is refused by name, and what a hostile file can reach."""

from __future__ import annotations

import http.server
import json
import os
import socketserver
import sqlite3
import threading
import time
import zipfile

import pytest

from petakumuh.errors import InputError
from petakumuh.read import nursery
from petakumuh.read.door import digest, open_batches, open_file
from petakumuh.read.raw import Batch, Limits
from petakumuh.read.sniff import SUFFIXES, kind_of
from tests.conftest import kelurahan, kumuh

VRT = """<OGRVRTDataSource><OGRVRTLayer name="a">
<SrcDataSource>{target}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"""
GDALG = '{"type": "gdal_streamed_alg", "command_line": "gdal vector convert /etc/passwd"}'
WFS = "<OGRWFSDataSource><URL>{target}</URL></OGRWFSDataSource>"
XXE = '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/hostname">]><kml><Placemark>&a;</Placemark></kml>'
LOGIN = "<!DOCTYPE html><html><body>Silakan masuk</body></html>"
POINT = '{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[110,-7]}}'
COLLECTION = f'{{"type":"FeatureCollection","features":[{POINT}]}}'


def refused(path, **options):
    with pytest.raises(InputError) as caught:
        open_file(path, **options)
    return caught.value


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def listener():
    """A server that remembers what was asked of it."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            body = COLLECTION.encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
@pytest.mark.parametrize(("content", "name"), [(VRT, "VRT"), (GDALG, "GDALG"), (WFS, "WFS")])
def test_what_fetches_other_data_is_refused_under_any_suffix(tmp_path, listener, suffix, content, name):
    address, asked = listener
    path = written(tmp_path / f"kumuh{suffix}", content.replace("{target}", f"/vsicurl/{address}/a.geojson"))
    error = refused(path)
    assert (error.key, error.values["isi"]) == ("isi_asing", name)
    assert path.name in str(error)
    assert asked == []


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("kumuh.shp", LOGIN, "HTML"),
        ("kumuh.geojson", LOGIN, "HTML"),
        ("kumuh.gpkg", b"%PDF-1.7 ...", "PDF"),
        ("kumuh.zip", b"Rar!\x1a\x07\x00", "RAR"),
        ("kumuh.dxf", b"AC1032\x00\x00", "DWG"),
        ("kumuh.kml", "<gml:FeatureCollection/>", "GML"),
        ("kumuh.gpkg", b"SQLite format 3\x00" + bytes(200), "SQLite"),
        ("kumuh.parquet", b"\x80\x04\x95\x00", "pickle"),
        ("kumuh.json", '{"type":"Topology","objects":{}}', "TopoJSON"),
    ],
)
def test_the_true_type_is_named(tmp_path, name, content, told):
    error = refused(written(tmp_path / name, content))
    assert error.key == "isi_asing"
    assert told in str(error)
    assert name in str(error)


def test_a_known_kind_under_another_suffix_is_named_with_the_suffix_that_fits(tmp_path):
    pytest.importorskip("openpyxl")
    import openpyxl

    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    for name in ("kumuh.shp", "kumuh.csv"):
        error = refused(written(tmp_path / name, (tmp_path / "a.xlsx").read_bytes()))
        assert error.key == "isi_lain"
        assert "xlsx" in str(error)
        assert ".xlsx" in error.values["saran"]


def test_a_doctype_in_kml_and_gpx_is_refused_and_reads_nothing(tmp_path):
    for name in ("a.kml", "a.gpx"):
        assert refused(written(tmp_path / name, XXE.replace("kml", name[-3:]))).key == "xml_doctype"


@pytest.mark.parametrize(
    "address", ["/vsicurl/http://{0}/a.geojson", "WFS:http://{0}", "PG:host={0}", "/vsizip/{0}.zip"]
)
def test_paths_that_are_commands_to_gdal_are_refused(listener, address):
    host, asked = listener
    assert refused(address.format(host.removeprefix("http://"))).key == "alamat_ditolak"
    assert asked == []


def test_an_address_is_fetched_only_when_asked(listener):
    host, asked = listener
    assert refused(f"{host}/a.geojson").key == "jaringan_tidak_diizinkan"
    assert asked == []
    assert len(open_file(f"{host}/a.geojson", network=True).layers["a"]) == 1
    assert asked == ["/a.geojson"]


def zipped(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name", ["../luar.geojson", "/etc/luar.geojson", "C:/luar.geojson", "a/../../luar.geojson", "..\\luar.geojson"]
)
def test_an_archive_that_points_outside_is_refused(tmp_path, name):
    error = refused(zipped(tmp_path / "a.zip", **{name: COLLECTION}))
    assert error.key == "arsip_keluar"
    assert "luar.geojson" in str(error)
    assert not list(tmp_path.rglob("luar.geojson"))


def test_an_archive_that_swells_is_refused(tmp_path):
    bomb = zipped(tmp_path / "a.zip", **{"a.geojson": " " * 60_000_000})
    assert refused(bomb).key == "arsip_bom"
    assert refused(bomb, limits=Limits(unpacked_bytes=1_000_000)).key == "arsip_besar"
    many = zipped(tmp_path / "b.zip", **{f"{n}.geojson": COLLECTION for n in range(5)})
    assert refused(many, limits=Limits(members=4)).key == "arsip_besar"


def test_archives_in_archives_are_opened_once_and_not_forever(tmp_path):
    inner = zipped(tmp_path / "inner.zip", **{"a.geojson": COLLECTION})
    middle = zipped(tmp_path / "middle.zip", **{"inner.zip": inner.read_bytes()})
    assert len(open_file(middle).layers["a"]) == 1
    outer = zipped(tmp_path / "outer.zip", **{"middle.zip": middle.read_bytes()})
    assert refused(outer).key == "arsip_bersarang"


def test_a_broken_file_in_an_archive_is_named_by_its_place_there(tmp_path):
    error = refused(zipped(tmp_path / "a.zip", **{"data/2024/rusak.geojson": COLLECTION[:-3]}))
    assert "a.zip → data/2024/rusak.geojson" in str(error)


def test_layers_of_one_name_in_an_archive_keep_apart(tmp_path):
    path = zipped(
        tmp_path / "a.zip",
        **{"1/kumuh.geojson": COLLECTION, "2/kumuh.geojson": COLLECTION, "__MACOSX/1/._kumuh.geojson": b"x"},
    )
    assert list(open_file(path).layers) == ["1/kumuh.geojson/kumuh", "2/kumuh.geojson/kumuh"]


def test_a_folder_is_read_like_an_archive(tmp_path):
    (tmp_path / "data" / "2024").mkdir(parents=True)
    kumuh()[["nama", "geometry"]].to_file(tmp_path / "data" / "2024" / "kumuh.shp")
    assert list(open_file(tmp_path / "data").layers) == ["kumuh"]
    kelurahan()[["nama", "geometry"]].to_file(tmp_path / "data" / "batas.shp")
    assert sorted(open_file(tmp_path / "data").layers) == ["batas", "kumuh"]


def test_a_view_without_end_stops_at_the_limits(tmp_path):
    path = tmp_path / "a.gpkg"
    kumuh().to_file(path, layer="kumuh")
    with sqlite3.connect(path) as base:
        base.execute(
            "CREATE VIEW ujung AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n) "
            "SELECT n.fid, kumuh.geom FROM n, kumuh"
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
            "VALUES ('ujung', 'features', 'ujung', 32749)"
        )
        base.execute("INSERT INTO gpkg_geometry_columns VALUES ('ujung', 'geom', 'POLYGON', 32749, 0, 0)")
    base.close()
    started = time.monotonic()
    error = refused(path, limits=Limits(cpu_s=5, wall_s=20))
    assert error.key in {"berkas_waktu", "baris_terlalu_banyak"}
    assert time.monotonic() - started < 60
    assert "a.gpkg" in str(error)


def test_a_file_that_needs_too_much_memory_costs_one_line(tmp_path):
    path = written(
        tmp_path / "a.geojson", '{"type":"FeatureCollection","features":[' + ",".join([POINT] * 400_000) + "]}"
    )
    error = refused(path, limits=Limits(memory_bytes=500 * 2**20))
    assert error.key in {"berkas_memori", "berkas_menjatuhkan"}
    assert len(open_file(path).layers["a"]) == 400_000  # the next child is well


def test_a_reader_that_dies_costs_one_line_and_the_next_file_is_read(tmp_path, monkeypatch):
    path = written(tmp_path / "a.geojson", COLLECTION)
    child = nursery._from_nursery()
    child.process.kill()
    with monkeypatch.context() as patch:
        patch.setattr(nursery, "_from_nursery", lambda: child)
        assert refused(path).key == "berkas_menjatuhkan"
    assert len(open_file(path).layers["a"]) == 1


def test_one_child_serves_many_files(tmp_path):
    path = written(tmp_path / "a.geojson", COLLECTION)
    nursery._end_all()
    open_file(path)
    served = {nursery._idle[-1].process.pid}
    for _ in range(3):
        open_file(path)
        refused(written(tmp_path / "b.geojson", "{"))
        served.add(nursery._idle[-1].process.pid)
    assert len(served) == 1


def test_code_that_lies_beside_the_files_is_not_run(tmp_path, monkeypatch):
    nursery._end_all()
    for name in ("json", "shapely", "petakumuh", "sitecustomize"):
        written(tmp_path / f"{name}.py", f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    assert len(open_file(written(tmp_path / "a.geojson", COLLECTION)).layers["a"]) == 1
    assert not (tmp_path / "ran").exists()


def test_a_child_that_grew_large_gives_its_memory_back(tmp_path):
    nursery._end_all()
    features = ",".join([POINT] * 300_000)
    open_file(written(tmp_path / "a.geojson", f'{{"type":"FeatureCollection","features":[{features}]}}'))
    assert nursery._idle == []


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = written(tmp_path / "a.geojson", COLLECTION)
    reading = open_batches(path)
    assert isinstance(next(reading), Batch)
    path.write_text(COLLECTION + " ")
    with pytest.raises(InputError) as caught:
        list(reading)
    assert caught.value.key == "berkas_berubah"


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.geojson", "a.fgb", "a.parquet", "a.kml"])
def test_inputs_are_never_written_to(tmp_path, name):
    path = tmp_path / name
    if name == "a.kml":
        written(
            path,
            "<kml><Document><Placemark><Point><coordinates>110,-7</coordinates></Point></Placemark></Document></kml>",
        )
    elif name == "a.parquet":
        kumuh().to_parquet(path)
    else:
        kumuh().to_file(path)
    before = {one.name: (digest(one), one.stat().st_mtime_ns) for one in tmp_path.iterdir()}
    open_file(path)
    assert {one.name: (digest(one), one.stat().st_mtime_ns) for one in tmp_path.iterdir()} == before


def test_a_missing_file_names_the_maps_beside_it(tmp_path):
    written(tmp_path / "kumuh_2024.geojson", COLLECTION)
    assert "kumuh_2024.geojson" in str(refused(tmp_path / "kumuh.geojson"))


def test_numbers_texts_and_missing_cells_arrive_as_they_were_sent(tmp_path):
    cells = [7, "7", 7.5, None, True, 2**70, "é\u0000"]
    features = [
        {"type": "Feature", "properties": {"a": one, "n": at}, "geometry": None} for at, one in enumerate(cells)
    ]
    path = written(tmp_path / "a.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    rows = open_file(path).layers["a"]
    assert rows["a"].tolist() == cells
    assert rows["n"].tolist() == list(range(len(cells)))


def test_every_promised_suffix_has_a_kind_with_a_reader():
    from petakumuh.read.formats import READERS

    kinds = {kind for kinds in SUFFIXES.values() for kind in kinds}
    assert kinds - {"zip"} == set(READERS)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "a.geojson")
    assert refused(tmp_path / "a.geojson").key == "berkas_tidak_ada"


def test_a_geodatabase_is_known_by_its_folder(tmp_path):
    (tmp_path / "a.gdb").mkdir()
    assert kind_of(tmp_path / "a.gdb") == "gdb"
