"""Every format read whole, ids as text, nothing guessed; the account of a file."""

from __future__ import annotations

import hashlib
import json
import zipfile

import geopandas
import pytest
import shapely
from geopandas.testing import assert_geoseries_equal

import petakumuh
from petakumuh.errors import InputError, RecipeError
from petakumuh.model import KelurahanSource, KumuhSource
from petakumuh.read import read_layer
from petakumuh.text.codes import kemendagri, match_key, quantities, quantity, year
from tests.conftest import frame, kelurahan, kumuh, square, works

pytestmark = pytest.mark.usefixtures("few_outputs")

PLACEMARK = """<Placemark><name>{name}</name><ExtendedData><SchemaData schemaUrl="#s">
<SimpleData name="LUAS_HA">{area}</SimpleData><SimpleData name="Kelurahan">Barat</SimpleData></SchemaData>
<Data name="Kode_RTRW"><value>RT{name}-RW001</value></Data></ExtendedData>{shape}</Placemark>"""
RING = "<LinearRing><coordinates>{0}</coordinates></LinearRing>"
POLYGON = f"<Polygon><outerBoundaryIs>{RING}</outerBoundaryIs></Polygon>"
SQUARE = "110,-7,0 110.001,-7,0 110.001,-6.999,0 110,-6.999,0 110,-7,0"


def kml(*folders: tuple[str, str]) -> str:
    inside = "".join(f"<Folder><name>{name}</name>{marks}</Folder>" for name, marks in folders)
    schema = '<Schema id="s"><SimpleField type="double" name="LUAS_HA"/></Schema>'
    return (
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Kota</name>{schema}{inside}</Document></kml>'
    )


def mark(name: str, shape: str = POLYGON.format(SQUARE), area: str = "1.234") -> str:
    return PLACEMARK.format(name=name, shape=shape, area=area)


def read(file, **said):
    return read_layer(KumuhSource(file=str(file), **said), "kumuh")


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.geojson", "a.fgb", "a.parquet", "a.zip", "deep.zip"])
def test_each_format_gives_the_same_layer(tmp_path, name):
    rows = kumuh().to_crs(4326).rename(columns={"luas_sk_ha": "luas_sk"})
    path = tmp_path / name
    if name.endswith(".zip"):
        rows.to_file(tmp_path / "inner.shp", driver="ESRI Shapefile")
        with zipfile.ZipFile(path, "w") as archive:
            for part in tmp_path.glob("inner.*"):
                archive.write(part, f"{'data/2024/' if name == 'deep.zip' else ''}{part.name}")
            archive.writestr("__MACOSX/._inner.shp", "x")
    elif name.endswith(".parquet"):
        rows.to_parquet(path)
    else:
        rows.to_file(path)
    layer, findings, account = read(path)
    layer = layer.sort_values("kumuh_id", ignore_index=True)  # FlatGeobuf keeps rows in the order of its index
    assert layer["kumuh_id"].tolist() == ["A", "B", "C"]
    assert layer["kelurahan"].tolist() == ["Barat", "Timur", "Timur"]
    assert layer["luas_sk_ha"].tolist() == [2.0, 1.0, 1.5]
    assert layer.crs.to_epsg() == 4326
    assert_geoseries_equal(
        layer.geometry.normalize(), rows.geometry.normalize(), check_crs=False, check_less_precise=True
    )
    assert (account.rows, findings, len(account.sha256)) == (3, [], 64)


def test_kml_gives_all_folders_and_their_extended_data(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text(
        kml(("Kosong", ""), ("Kumuh_A", mark("01") + mark("02")), ("Kumu_B", mark("03"))), encoding="utf-8"
    )
    layer, findings, _ = read(path, lapisan=("Kum*",))
    assert layer["lapisan"].tolist() == ["Kumuh_A", "Kumuh_A", "Kumu_B"]
    assert layer["kumuh_id"].tolist() == ["RT01-RW001", "RT02-RW001", "RT03-RW001"]
    assert layer["luas_sk_ha"].tolist() == [1.234] * 3
    assert findings == []


def test_layers_with_features_that_are_left_out_are_a_finding(tmp_path):
    path = tmp_path / "a.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("doc.kml", kml(("Kumuh_A", mark("01")), ("Jalan", mark("02") + mark("03"))))
    _, (finding,), _ = read(f"{path}", lapisan=("kumuh*",))
    assert finding.rule == "lapisan_tidak_dipakai"
    assert (finding.values["nama"], finding.values["baris"]) == ("Jalan", 2)


def test_several_layers_and_no_choice_is_refused_with_the_list(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text(kml(("Satu", mark("01")), ("Dua", mark("02"))), encoding="utf-8")
    with pytest.raises(InputError, match=r"Satu \(1\), Dua \(1\)"):
        read(path)
    with pytest.raises(InputError, match=r"Tiga.*Satu \(1\), Dua \(1\)"):
        read(path, lapisan=("Tiga",))


@pytest.mark.parametrize(
    "shape",
    [POLYGON.format("110,-7 110.1,-7"), POLYGON.format("110,-7 x,-7 110,-6"), "<Model/>", ""],
    ids=["two points", "no number", "model", "none"],
)
def test_a_placemark_without_ground_is_listed_and_the_others_used(tmp_path, shape):
    path = tmp_path / "a.kml"
    path.write_text(kml(("A", mark("01", shape) + mark("02"))), encoding="utf-8")
    towns = kelurahan().set_geometry([shapely.box(109.9, -7.1, 110.1, -6.9)] * 2, crs=4326)
    run = petakumuh.run(kumuh=path, kelurahan=towns.iloc[:1])
    assert run.layers.kumuh["kumuh_id"].tolist() == ["RT02-RW001"]
    assert run.findings.query("aturan == 'baris_dikecualikan'")["id"].tolist() == ["RT01-RW001"]
    assert run.inputs[0].rows == 2


def test_a_multigeometry_is_one_slum_and_holes_stay_holes(tmp_path):
    hole = f"<innerBoundaryIs>{RING}</innerBoundaryIs>".format(
        "110.0002,-6.9998 110.0004,-6.9998 110.0004,-6.9996 110.0002,-6.9998"
    )
    holed = POLYGON.format(SQUARE).replace("</Polygon>", f"{hole}</Polygon>")
    other = POLYGON.format("110.01,-7 110.011,-7 110.011,-6.999 110.01,-7")
    path = tmp_path / "a.kml"
    path.write_text(kml(("A", mark("01", f"<MultiGeometry>{holed}{other}</MultiGeometry>"))), encoding="utf-8")
    (shape,) = read(path)[0].geometry
    assert [len(part.interiors) for part in shape.geoms] == [1, 0]


def test_a_kml_with_a_doctype_is_refused(tmp_path):
    path = tmp_path / "a.kml"
    path.write_text('<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>', encoding="utf-8")
    with pytest.raises(InputError, match="DOCTYPE"):
        read(path)


def test_a_missing_file_names_those_beside_it(tmp_path):
    (tmp_path / "kumuh_2020.gpkg").touch()
    with pytest.raises(InputError, match=r"kumuh\.gpkg.*kumuh_2020\.gpkg"):
        read(tmp_path / "kumuh.gpkg")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.vrt", b"<OGRVRTDataSource/>"), ("a.geojson", b"<html>"), ("a.kmz", b"x"), ("a.zip", b"PK")],
)
def test_what_is_no_map_is_refused_by_name(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        read(tmp_path / name)


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    with pytest.raises(InputError, match="tidak berisi"):
        read(path)


def test_a_column_that_does_not_exist_is_refused_with_those_that_do(tmp_path):
    rows = kumuh()
    with pytest.raises(RecipeError, match=r"KODE.*kumuh_id, nama, kelurahan, luas_sk_ha"):
        read_layer(KumuhSource(file=rows, kolom={"id": "KODE"}), "kumuh")


def test_ids_are_text_and_doubles_are_told_apart():
    rows = frame(id=[1.0, 1.0, None], kelurahan=["", "", ""], geometry=[square(0, 0, 1)] * 3)
    layer, findings, _ = read_layer(KumuhSource(file=rows, kolom={"id": "id"}), "kumuh")
    assert layer["kumuh_id"].tolist()[:2] == ["1", "1#2"]
    assert {finding.rule for finding in findings} == {"id_kosong", "id_ganda", "luas_sk_tidak_ada"}


def test_ids_may_be_joined_from_columns():
    rows = frame(kel=["3375", "3375"], rt=["RT1", "RT2"], geometry=[square(0, 0, 1)] * 2)
    layer, _, _ = read_layer(KumuhSource(file=rows, kolom={"id": ("kel", "rt")}), "kumuh")
    assert layer["kumuh_id"].tolist() == ["3375-RT1", "3375-RT2"]


def test_the_same_ids_in_two_files_of_works_stay_apart(tmp_path):
    road = frame(id=["1"], sektor=["jalan"], geometry=[square(0, 0, 100)])
    for name in ("jalan", "drainase"):
        road.to_file(tmp_path / f"{name}.gpkg")
    run = petakumuh.run(
        kumuh=kumuh(), kelurahan=kelurahan(), penanganan=[tmp_path / "jalan.gpkg", tmp_path / "drainase.gpkg"]
    )
    assert run.layers.penanganan["penanganan_id"].tolist() == ["drainase/1", "jalan/1"]
    assert run.table("total")["jumlah_naif_tertangani_ha"].iloc[0] == pytest.approx(2.0)


def test_kelurahan_codes_are_brought_to_one_form():
    towns = kelurahan().assign(kode=["9901011001", "99.01.01.1002"])
    layer, _, _ = read_layer(KelurahanSource(file=towns), "kelurahan")
    assert layer["kelurahan_id"].tolist() == ["99.01.01.1001", "99.01.01.1002"]
    assert layer["kabupaten_kota_id"].tolist() == ["99.01", "99.01"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", 1234.56),
        ("12,5", 12.5),
        ("0.80554", 0.80554),
        ("1.234", None),
        ("1.234.567", 1234567.0),
        ("x", None),
    ],
)
def test_numbers_are_read_by_indonesian_rules_and_never_guessed(text, value):
    assert quantity(text) == value


def test_an_ambiguous_number_is_a_grave_finding_unless_its_column_decides():
    rows = frame(nama=["A", "B"], luas_sk_ha=["1.234", ""], geometry=[square(0, 0, 100), square(200, 0, 100)])
    layer, (finding, _), _ = read_layer(KumuhSource(file=rows), "kumuh")
    assert (finding.rule, finding.severity) == ("angka_tak_terbaca", "galat")
    assert layer["luas_sk_ha"].isna().all()
    assert quantities(["1.234", "0.5"]) == [1.234, 0.5]
    assert quantities(["1.234", "2,5"]) == [1234.0, 2.5]


def test_years_and_names_are_read_as_people_write_them():
    assert [year("TA 2021"), year("2019/2020"), year("21")] == [2021, None, None]
    assert match_key("Kali\u00a0Baros\r") == match_key("KALIBAROS")
    assert kemendagri("6171011002.0") == "61.71.01.1002"


def test_geojson_of_qgis_is_read_in_the_crs_it_declares(tmp_path):
    path = tmp_path / "a.geojson"
    kumuh().to_file(path, driver="GeoJSON", RFC7946="NO")
    assert geopandas.read_file(path).crs.to_epsg() == 32749
    assert read(path)[0].crs.to_epsg() == 32749


def test_files_of_one_layer_name_in_a_zip_are_all_seen(tmp_path):
    for name in ("rt1", "rt2"):
        (tmp_path / name).mkdir()
        kumuh().to_crs(4326).to_file(tmp_path / name / f"{name}.geojson", layer="kumuh")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        for name in ("rt1", "rt2"):
            archive.write(tmp_path / name / f"{name}.geojson", f"{name}.geojson")
        archive.writestr("metadata.json", "{}")
    with pytest.raises(InputError, match=r"rt1\.geojson/kumuh \(3\), rt2\.geojson/kumuh \(3\)"):
        read(tmp_path / "two.zip")
    assert len(read(tmp_path / "two.zip", lapisan=("*",))[0]) == 6


def test_ids_stay_apart_whatever_they_are_called():
    rows = frame(kumuh_id=["A", "A", "A#2"], geometry=[square(0, 0, 1)] * 3)
    layer, _, _ = read_layer(KumuhSource(file=rows, kolom={"id": "kumuh_id"}), "kumuh")
    assert layer["kumuh_id"].tolist() == ["A", "A#3", "A#2"]


def test_one_missing_id_does_not_cost_the_others_theirs():
    rows = frame(kumuh_id=[*(f"K{at}" for at in range(19)), None], geometry=[square(0, 0, 1)] * 20)
    layer, (finding, _), _ = read_layer(KumuhSource(file=rows), "kumuh")
    assert layer["kumuh_id"].tolist()[:2] == ["K0", "K1"]
    assert (finding.rule, finding.values["jumlah"]) == ("id_kosong", 1)


def test_a_frame_with_odd_columns_is_read_or_refused_by_name():
    rows = kumuh()
    double = rows.assign(x=1, y=2).rename(columns={"x": "nama", "y": "nama"})
    with pytest.raises(InputError, match="nama"):
        read_layer(KumuhSource(file=double), "kumuh")
    renamed = rows.rename_geometry("geom").assign(geometry="text")
    assert read_layer(KumuhSource(file=renamed), "kumuh")[0].geometry.notna().all()
    numbered = rows.rename(columns={"kumuh_id": 0})
    layer, _, _ = read_layer(KumuhSource(file=numbered, kolom={"id": "0"}), "kumuh")
    assert layer["kumuh_id"].tolist() == ["A", "B", "C"]
    for other in (rows.geometry, geopandas.pd.DataFrame(rows)):
        with pytest.raises(RecipeError, match="GeoDataFrame"):
            petakumuh.run(kumuh=other, kelurahan=kelurahan())


def test_heights_and_measures_are_left_behind(tmp_path):
    tall = kumuh().set_geometry(shapely.force_3d(kumuh().geometry, 5.0))
    petakumuh.run(kumuh=tall, kelurahan=kelurahan()).tulis(tmp_path / "out")
    assert not geopandas.read_file(tmp_path / "out" / "satu_peta.gpkg", layer="kumuh").has_z.any()


@pytest.mark.parametrize("value", [float("inf"), 10**400, "\ud800"])
def test_values_that_are_no_numbers_or_no_text_do_not_stop_a_run(tmp_path, value):
    rows = kumuh().astype({"luas_sk_ha": object, "nama": object})
    rows.loc[0, "nama" if isinstance(value, str) else "luas_sk_ha"] = value
    run = petakumuh.run(kumuh=rows, kelurahan=kelurahan())
    run.tulis(tmp_path / "out")
    assert isinstance(value, str) or "angka_tak_terbaca" in set(run.findings["aturan"])


def test_layers_with_and_without_a_crs_are_refused_together(tmp_path):
    for name in ("a", "b"):
        kumuh().to_file(tmp_path / f"{name}.shp")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        for part in tmp_path.glob("[ab].*"):
            if part.name != "b.prj":
                archive.write(part, part.name)
    with pytest.raises(InputError, match="sebagian tidak"):
        read(tmp_path / "two.zip", lapisan=("*",))
    assert len(read(tmp_path / "two.zip", lapisan=("*",), crs="EPSG:32749")[0]) == 6


@pytest.mark.parametrize("name", ["kumuh [2020]", "a,b", "x*y"])
def test_a_layer_is_chosen_by_its_exact_name_whatever_it_is(tmp_path, name):
    kumuh().to_file(tmp_path / "a.gpkg", layer=name)
    kumuh().to_file(tmp_path / "a.gpkg", layer="other")
    assert len(read(tmp_path / "a.gpkg", lapisan=(name,))[0]) == 3


def test_columns_that_bear_our_names_do_not_confuse_us(tmp_path):
    rows = kumuh().assign(masalah="banjir", baris="9", lapisan="z")
    rows.loc[0, "geometry"] = None
    rows.to_file(tmp_path / "a.gpkg")
    layer, _, _ = read(tmp_path / "a.gpkg")
    assert layer["masalah"].tolist() == ["geometri_kosong", "", ""]
    assert layer["lapisan"].tolist() == ["a", "a", "a"]


def test_a_shapefile_with_brackets_in_its_name_is_hashed_whole(tmp_path):
    kumuh().to_file(tmp_path / "kumuh [2020].shp")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert read(tmp_path / "kumuh [2020].shp")[2].sha256 != empty


def test_every_kml_of_an_archive_is_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.writestr("b.kml", kml(("A", mark("02"))))
        archive.writestr("sub/a.kml", kml(("A", mark("01"))))
    assert read(tmp_path / "a.kmz")[0]["kumuh_id"].tolist() == ["RT02-RW001", "RT01-RW001"]


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0" encoding="gb2312"?><kml/>',
        "<kml>" + "<Folder>" * 5000 + "</Folder>" * 5000 + "</kml>",
    ],
    ids=["encoding", "depth"],
)
def test_a_kml_that_cannot_be_parsed_costs_one_line(tmp_path, text):
    (tmp_path / "a.kml").write_text(text)
    with pytest.raises(InputError, match=r"a\.kml"):
        read(tmp_path / "a.kml")


def test_what_the_file_reader_notes_is_a_finding(tmp_path):
    feature = {
        "type": "Feature",
        "id": 1,
        "properties": {"nama": "A"},
        "geometry": shapely.geometry.mapping(square(0, 0, 9)),
    }
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature, feature]}))
    layer, findings, _ = read(tmp_path / "a.geojson")
    assert len(layer) == 2
    assert "id_feature_ganda" in {one.rule for one in findings}


def test_a_shapefile_without_its_attributes_is_refused(tmp_path):
    kumuh().to_file(tmp_path / "a.shp")
    (tmp_path / "a.dbf").unlink()
    with pytest.raises(InputError, match=r"\.dbf"):
        read(tmp_path / "a.shp")


def test_a_shapefile_without_its_index_is_read_whole_and_it_is_said(tmp_path):
    kumuh().to_file(tmp_path / "a.shp")
    (tmp_path / "a.shx").unlink()
    layer, findings, _ = read(tmp_path / "a.shp")
    assert layer["kumuh_id"].tolist() == ["A", "B", "C"]
    assert "shx_dibangun" in {one.rule for one in findings}
    assert not (tmp_path / "a.shx").exists()


def test_the_alias_file_stands_among_the_inputs_with_its_hash(tmp_path):
    path = tmp_path / "alias.csv"
    path.write_text("tertulis;resmi\nKulon;Barat\nWetan;Timur\n", encoding="utf-8")
    run = petakumuh.run(kumuh=kumuh(), kelurahan={"file": kelurahan(), "alias": str(path)})
    assert [one.role for one in run.inputs] == ["kumuh", "kelurahan", "alias"]
    told = run.inputs[2]
    assert (told.name, told.rows, told.sha256) == ("alias.csv", 2, hashlib.sha256(path.read_bytes()).hexdigest())


def test_two_files_of_one_name_are_both_used_and_told_apart(tmp_path):
    for each in ("2020", "2021"):
        (tmp_path / each).mkdir()
        works(tahun=[each] * 3).to_file(tmp_path / each / "jalan.gpkg")
    files = [str(tmp_path / each / "jalan.gpkg") for each in ("2020", "2021")]
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=files)
    assert [(one.name, one.rows, one.used) for one in run.inputs[2:]] == [
        ("jalan.gpkg", 3, 3),
        ("jalan.gpkg (2)", 3, 3),
    ]
    assert sorted(run.layers.penanganan["tahun"]) == ["2020"] * 3 + ["2021"] * 3
    frames = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=[works(), works()])
    assert frames.table("total")["luas_tertangani_ha"].round(9).tolist() == [1.5]
