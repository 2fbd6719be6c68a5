"""Files for other programs: each opens, with the hectares of the recap; styles exist; text stays text."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import geopandas
import numpy as np
import pyarrow.parquet
import pyogrio
import pytest
import shapely

import petakumuh
from petakumuh.present import exchange
from petakumuh.present.exchange.columns import portable
from petakumuh.present.files import write_together
from petakumuh.present.layers import layers
from petakumuh.present.legend import themes
from petakumuh.present.tables import recap
from tests.conftest import frame, kelurahan, kumuh, square, works

KML = "{http://www.opengis.net/kml/2.2}"
GMD, GCO = "{http://www.isotc211.org/2005/gmd}", "{http://www.isotc211.org/2005/gco}"
HOSTILE = "<img src=x onerror=alert(1)> & \"']]> ${HOME} $[name] [% 1 %] \x07\u202e`{{7*7}}"
AREAS = ("luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha")


def written(run, folder, language="id", **outputs):
    """The folder of everything that a run gives away."""
    asked = replace(run.recipe, keluaran=replace(run.recipe.keluaran, **outputs))
    write_together(exchange.files(replace(run, recipe=asked), language), folder)
    return folder


def read_yaml(text):
    """What a text of YAML holds."""
    from yaml import safe_load  # type: ignore[import-untyped]

    return safe_load(text)


def parsed(path) -> Any:
    """The root of a file of XML."""
    return ET.parse(path).getroot()


@pytest.fixture(scope="module")
def of_sample(sample, tmp_path_factory):
    return written(sample, tmp_path_factory.mktemp("contoh"), tambahan=("shapefile",)) / "tukar"


@pytest.fixture(
    params=[
        "sample",
        *(pytest.param(one, marks=pytest.mark.towns) for one in ("pekalongan", "saumlaki", "pontianak")),
    ]
)
def town(request):
    return request.getfixturevalue(request.param)


def test_every_layer_has_the_hectares_of_the_recap_in_every_format(town, tmp_path):
    place = written(town, tmp_path, tambahan=("shapefile",)) / "tukar"
    total = recap(town)["total"]
    archive = f"/vsizip/{place}/shapefile.zip"
    for name in ("bidang", "kumuh", "kelurahan"):
        flat, parquet = (
            pyogrio.read_dataframe(place / f"{name}.fgb"),
            geopandas.read_parquet(place / f"{name}.parquet"),
        )
        short = pyogrio.read_dataframe(f"{archive}/{name}.shp")
        assert flat.crs == parquet.crs == layers(town)[name].crs
        for rows, column in (
            (flat, None),
            (parquet, None),
            (short, "luas_ha" if name == "bidang" else "delin_ha"),
        ):
            hectares = rows[column or ("luas_ha" if name == "bidang" else "luas_delineasi_ha")].sum()
            outside = total["di_luar_kelurahan_ha"] if name == "kelurahan" else 0
            assert hectares == pytest.approx(total["luas_delineasi_ha"] - outside, abs=1e-9)
    ground = geopandas.read_parquet(place / "bidang.parquet")
    assert ground.loc[ground["tertangani"], "luas_ha"].sum() == pytest.approx(
        total["luas_tertangani_ha"], abs=1e-9
    )


def test_google_earth_is_told_the_hectares_of_the_recap_and_every_style_it_is_named(town, tmp_path):
    place = written(town, tmp_path) / "tukar"
    document = parsed(place / "satu_peta.kml")[0]
    styles = {one.get("id") for one in document.findall(f"{KML}Style")}
    named = {one.text for one in document.iter(f"{KML}styleUrl")}
    assert named <= {f"#{one}" for one in styles}
    assert len(styles) == sum(
        len(theme.classes) for name, theme in themes(town).items() if name != "jumlah_sektor"
    )
    told = dict.fromkeys(("luas_ha", *AREAS), 0.0)
    for data in document.iter(f"{KML}SchemaData"):
        wanted = {"#kolom-bidang": ("luas_ha",), "#kolom-kumuh": AREAS}.get(data.get("schemaUrl"), ())
        for one in data:
            if one.get("name") in wanted:
                told[one.get("name")] += float(one.text)
    total = recap(town)["total"]
    assert told == pytest.approx({name: total[name] for name in AREAS} | {"luas_ha": total["luas_delineasi_ha"]})


def test_google_earth_is_given_degrees(small, tmp_path):
    path = written(small, tmp_path) / "tukar" / "satu_peta.kml"
    known = themes(small)
    labels = [look.label for look in known["tahun"].classes.values()]
    assert sum(pyogrio.read_info(path, layer=one)["features"] for one in labels) == len(small.bidang)
    slums = pyogrio.read_dataframe(path, layer=known["kumuh"].title)
    expected = layers(small)["kumuh"].to_crs(4326)
    assert slums.to_crs(32749).area.tolist() == pytest.approx([20_000, 10_000, 10_000], rel=1e-2)
    assert slums.total_bounds == pytest.approx(expected.total_bounds, abs=1e-6)
    assert slums["Name"].tolist() == ["Satu", "Dua", "Tiga"]


def test_colours_are_those_of_the_legend_as_kml_writes_them(of_sample, sample):
    style = parsed(of_sample / "satu_peta.kml")[0].find(f"{KML}Style[@id='kumuh-0']")
    look = next(iter(themes(sample)["kumuh"].classes.values()))
    fill = look.fill or ""
    red, green, blue = fill[1:3], fill[3:5], fill[5:7]
    colour = style.find(f"{KML}PolyStyle/{KML}color").text
    assert colour[2:] == f"{blue}{green}{red}".lower()
    assert int(colour[:2], 16) == round(look.opacity * 255)


def test_geoparquet_is_1_1_with_a_box_of_each_feature_and_nothing_of_pandas(of_sample):
    table = pyarrow.parquet.read_table(of_sample / "kumuh.parquet")
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert set(table.schema.metadata) == {b"geo", b"petakumuh"}
    assert "creator" not in geo
    first = geopandas.read_parquet(of_sample / "kumuh.parquet").geometry.iloc[0].bounds
    assert tuple(table["bbox"][0].as_py().values()) == pytest.approx(first)


def test_the_same_run_gives_the_same_bytes(sample, of_sample, tmp_path):
    again = written(sample, tmp_path, tambahan=("shapefile",)) / "tukar"
    names = sorted(path.name for path in of_sample.iterdir())
    assert names == sorted(path.name for path in again.iterdir())
    assert [name for name in names if (of_sample / name).read_bytes() != (again / name).read_bytes()] == []


def test_shapefiles_say_what_their_short_names_stand_for(of_sample):
    with zipfile.ZipFile(of_sample / "shapefile.zip") as archive:
        told = archive.read("BACA.txt").decode()
        assert archive.read("kumuh.cpg") == b"UTF-8"
    for name in ("kumuh", "penanganan", "skor"):
        rows = pyogrio.read_info(f"/vsizip/{of_sample}/shapefile.zip/{name}.shp")["fields"].tolist()
        assert len({one.casefold() for one in rows}) == len(rows)
        part = told.split(f"{name}.shp\r\n")[1].split("\r\n\r\n")[0].rstrip().split("\r\n")
        assert [line.split()[0] for line in part] == rows
    assert "delin_ha    luas_delineasi_ha" in told


def test_a_text_too_long_for_a_shapefile_is_cut_and_counted(small, tmp_path):
    rows = small.layers.penanganan.assign(nama=["é" * 200, "pendek", None])
    run = replace(small, layers=replace(small.layers, penanganan=rows))
    place = written(run, tmp_path, tambahan=("shapefile",)) / "tukar"
    read = pyogrio.read_dataframe(f"/vsizip/{place}/shapefile.zip/penanganan.shp")
    assert read["nama"].fillna("").tolist() == ["é" * 127, "pendek", ""]
    with zipfile.ZipFile(place / "shapefile.zip") as archive:
        assert "nama        nama  (1 teks dipotong menjadi 254 byte)" in archive.read("BACA.txt").decode()
    assert geopandas.read_parquet(place / "penanganan.parquet")["nama"].iloc[0] == "é" * 200


def test_columns_of_any_name_are_renamed_and_told_and_infinity_is_null(small, tmp_path):
    rows = small.layers.penanganan.assign(**{"luas (%)": np.inf, "NAMA": "besar", "fid": "x", "ﬁd": "y"})
    run = replace(small, layers=replace(small.layers, penanganan=rows))
    place = written(run, tmp_path, tambahan=("shapefile",)) / "tukar"
    flat = pyogrio.read_dataframe(place / "penanganan.fgb")
    parquet = geopandas.read_parquet(place / "penanganan.parquet")
    for read in (flat, parquet):
        assert read["luas_persen"].isna().all()
        assert read[["NAMA_2", "fid_2"]].iloc[0].tolist() == ["besar", "x"]
    assert pyarrow.parquet.read_table(place / "penanganan.parquet")["luas_persen"].null_count == 3
    told = json.loads((place / "penanganan.metadata.json").read_text())["kolom"]
    assert {one["nama"]: one["asal"] for one in told if "asal" in one} == {
        "luas_persen": "luas (%)", "NAMA_2": "NAMA", "fid_2": "fid", "ﬁd_3": "ﬁd",
    }  # fmt: skip


def test_what_lies_nowhere_and_what_is_not_there_is_written_too(tmp_path):
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan())
    place = written(run, tmp_path, tambahan=("shapefile",)) / "tukar"
    assert pyogrio.read_info(place / "penanganan.fgb", force_feature_count=True)["features"] == 0
    assert len(geopandas.read_parquet(place / "penanganan.parquet")) == 0
    empty = frame(a=[1, 2], geometry=[shapely.Polygon(), square(0, 0, 1)])
    assert portable(empty).rows.geometry.isna().tolist() == [True, False]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    slums = kumuh().assign(nama=HOSTILE, tingkat=HOSTILE, kumuh_id=[f"{one}{HOSTILE}" for one in "ABC"])
    towns = kelurahan().assign(nama=[HOSTILE, f"2{HOSTILE}"], kecamatan=HOSTILE)
    done = petakumuh.run(
        kumuh=slums,
        kelurahan=towns,
        penanganan=works(nama=[HOSTILE] * 3, sektor=[HOSTILE] * 3, opd=[HOSTILE] * 3),
        wilayah={"judul": HOSTILE, "provinsi": HOSTILE},
    )
    kop = replace(done.recipe.kop, pemda=HOSTILE, dinas=HOSTILE, nomor=HOSTILE, tanggal=HOSTILE)
    run = replace(done, recipe=replace(done.recipe, kop=kop))
    return written(run, tmp_path_factory.mktemp("jahat"), tambahan=("shapefile",)) / "tukar"


def test_hostile_text_is_text_in_google_earth(hostile):
    root = parsed(hostile / "satu_peta.kml")
    allowed = {"table", "tr", "td", "br"}
    for one in root.iter(f"{KML}description"):
        page = ET.fromstring(f"<x>{one.text}</x>")
        assert {inner.tag for inner in page.iter()} <= allowed | {"x"}
        assert "$[" not in one.text
    assert {one.text for one in root.iter(f"{KML}text")} == {"$[description]"}


def test_hostile_text_is_text_in_metadata_and_configuration(hostile):
    for path in hostile.glob("*.metadata.xml"):
        title = parsed(path).find(f".//{GMD}title/{GCO}CharacterString").text
        assert "<img src=x onerror=alert(1)>" in title
    told = read_yaml((hostile / "pygeoapi.yml").read_text(encoding="utf-8"))
    assert "${HOME}" in told["metadata"]["identification"]["title"]
    assert len(told["resources"]) == 4
    json.loads((hostile / "kumuh.metadata.json").read_text(encoding="utf-8"))


def test_hostile_text_reads_back_as_it_was(hostile):
    assert geopandas.read_parquet(hostile / "kumuh.parquet")["nama"].iloc[0] == HOSTILE
    assert pyogrio.read_dataframe(hostile / "kumuh.fgb")["nama"].iloc[0] == HOSTILE


def test_metadata_says_what_a_catalogue_asks(small, tmp_path):
    kop = replace(
        small.recipe.kop, dinas="Dinas Perkim", pemda="Kota Uji", nomor="12/2024", tanggal="17 Agustus 2024"
    )
    run = replace(small, recipe=replace(small.recipe, kop=kop))
    place = written(run, tmp_path) / "tukar"
    told = json.loads((place / "kumuh.metadata.json").read_text(encoding="utf-8"))
    assert (told["kontak"]["instansi"], told["tanggal_data"], told["objek"]) == ("Dinas Perkim", "2024-08-17", 3)
    assert told["crs"] == {"epsg": 32749, "nama": "WGS 84 / UTM zone 49S"}
    assert told["mutu"]["tersertifikasi"] == recap(small)["total"]["tersertifikasi"]
    assert told["mutu"]["aturan"] == recap(small)["temuan"]
    assert [one["sha256"] for one in told["sumber"]] == [one.sha256 for one in small.inputs]
    west, south, east, north = layers(small)["kumuh"].to_crs(4326).total_bounds
    assert told["cakupan"] == pytest.approx(
        {"barat": west, "selatan": south, "timur": east, "utara": north}, abs=1e-6
    )
    root = parsed(place / "kumuh.metadata.xml")
    assert root.tag == f"{GMD}MD_Metadata"
    assert root.find(f"{GMD}contact//{GMD}organisationName/{GCO}CharacterString").text == "Dinas Perkim, Kota Uji"
    assert root.find(f"{GMD}dateStamp/{GCO}Date").text == "2024-08-17"
    box = root.find(f".//{GMD}EX_GeographicBoundingBox/{GMD}westBoundLongitude/{GCO}Decimal")
    assert float(box.text) == told["cakupan"]["barat"]
    assert root.find(f".//{GMD}RS_Identifier/{GMD}code/{GCO}CharacterString").text == "urn:ogc:def:crs:EPSG::32749"


def test_the_identity_of_a_layer_is_that_of_its_run(small, tmp_path):
    def identity(run, name):
        exchange.files(run, "id")["tukar/kumuh.metadata.json"](tmp_path / name)
        return json.loads((tmp_path / name).read_text(encoding="utf-8"))["pengenal"]

    other = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan())
    dressed = replace(small, recipe=replace(small.recipe, kop=replace(small.recipe.kop, dinas="x")))
    assert identity(small, "a") == identity(dressed, "b") != identity(other, "c")


def test_pygeoapi_is_told_of_every_layer_of_the_package_beside(of_sample, sample):
    told = read_yaml((of_sample / "pygeoapi.yml").read_text(encoding="utf-8"))
    assert list(told["resources"]) == [name for name in layers(sample) if name != "temuan"]
    for name, one in told["resources"].items():
        (provider,) = one["providers"]
        assert provider["data"]["source"] == "../satu_peta.gpkg"
        assert provider["layer"] == name
        west, south, east, north = one["extents"]["spatial"]["bbox"]
        assert -180 <= west < east <= 180
        assert -90 <= south < north <= 90
    assert told["server"]["bind"]["host"] == "127.0.0.1"


@pytest.mark.pygeoapi
def test_pygeoapi_itself_takes_the_configuration(of_sample):
    config = pytest.importorskip("pygeoapi.config")
    util = pytest.importorskip("pygeoapi.util")
    assert config.validate_config(util.yaml_load(io.StringIO((of_sample / "pygeoapi.yml").read_text("utf-8"))))


def test_english_says_words_in_english_and_keys_as_ever(small, tmp_path):
    place = written(small, tmp_path, language="en") / "tukar"
    told = json.loads((place / "bidang.metadata.json").read_text())
    assert told["abstrak"].startswith("Ground of slums without overlap")
    assert "pengenal" in told
