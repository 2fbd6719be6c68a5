"""PostGIS: what is read stands there, what is written reads back, and no password is ever said."""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit

import numpy as np
import pytest
import shapely

import petakumuh
from petakumuh.cli import main
from petakumuh.database import is_local, session
from petakumuh.errors import InputError, OutputError, PetakumuhError
from petakumuh.measure import LONLAT
from petakumuh.present.identity import run_id
from petakumuh.present.layers import layers
from petakumuh.present.postgis import require_free, write_postgis
from petakumuh.read.raw import Batch, Limits, Note
from petakumuh.read.vector.postgis import read_postgis, tables
from tests.conftest import kelurahan, kumuh, works

pytestmark = pytest.mark.usefixtures("few_outputs")

LIMITS = Limits(wall_s=60)
HOSTILE = "a\"; DROP TABLE kumuh; -- %(x)s :y 'z' 100%"


@pytest.fixture
def url() -> str:
    given = os.environ.get("PETAKUMUH_POSTGIS")
    if not given:
        pytest.skip('no database: PETAKUMUH_POSTGIS is not set (eval "$(.ci/postgis start)")')
    return given


@pytest.fixture
def sql(url):
    """Runs statements in a schema ``uji`` of its own."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS uji CASCADE; DROP SCHEMA IF EXISTS hasil CASCADE")
        connection.execute("CREATE SCHEMA uji; SET search_path TO uji, public")
        yield connection.execute
        connection.execute("DROP SCHEMA IF EXISTS uji CASCADE; DROP SCHEMA IF EXISTS hasil CASCADE")


def read(url, *layers, limits=LIMITS):
    """Everything of one layer, and what was noted."""
    parts = list(read_postgis(url, layers, limits))
    (batch,) = (one for one in parts if isinstance(one, Batch))
    return batch.rows, [one for one in parts if isinstance(one, Note)]


def whole(shape):
    """A polygon as the multipolygon that a typed column holds."""
    return shapely.multipolygons([shape]) if getattr(shape, "geom_type", "") == "Polygon" else shape


def password(url):
    return unquote(urlsplit(url).password or "")


def silent_about(secret, *texts):
    """Whether texts show a password neither whole nor in parts, encoded or not."""
    said = "\n".join(map(str, texts))
    parts = [secret, quote(secret, safe=""), *filter(None, re.split(r"[@/:%]", secret))]
    return bool(said) and not any(one in said for one in parts)


@pytest.mark.postgis
def test_what_is_written_reads_back_equal(url, sql, small):
    written = small.ke_postgis(url, skema="hasil")
    assert written[:5] == ["hasil.kumuh", "hasil.kelurahan", "hasil.penanganan", "hasil.bidang", "hasil.temuan"]
    assert set(written[5:]) == {*(f"hasil.rekap_{name}" for name in small.tables), "hasil.hitungan"}
    for name, rows in layers(small).items():
        back, _ = read(url, f"hasil.{name}") if len(rows) else (rows, [])
        assert back.crs == rows.crs
        assert list(back.geometry.to_wkb()) == list(rows.geometry.map(whole).to_wkb())
        ours = [one for one in rows.columns if one not in {"geometry", "lapisan", "baris"}]
        assert back[ours].astype(rows[ours].dtypes).equals(rows[ours].reset_index(drop=True))
    total = sql("SELECT luas_delineasi_ha, luas_tertangani_ha FROM hasil.rekap_total").fetchone()
    assert total == pytest.approx((4.0, 1.5))


@pytest.mark.postgis
def test_written_layers_are_typed_and_indexed(url, sql, small):
    small.ke_postgis(url, skema="hasil")
    found = sql(
        "SELECT f_table_name, type, srid FROM geometry_columns WHERE f_table_schema = 'hasil' ORDER BY 1"
    ).fetchall()
    polygons = [(name, "MULTIPOLYGON", 32749) for name in ("bidang", "kelurahan", "kumuh", "penanganan")]
    assert found == [*polygons, ("temuan", "GEOMETRY", 4326)]
    index = "SELECT count(*) FROM pg_indexes WHERE schemaname = 'hasil' AND indexdef LIKE '%USING gist%'"
    assert sql(index).fetchone() == (5,)
    comment = sql("SELECT obj_description('hasil.rekap_total'::regclass)").fetchone()[0]
    assert "UTM Zona 49S" in comment


@pytest.mark.postgis
def test_a_town_in_a_database_gives_the_hectares_of_its_files(url, sql, tmp_path, capfd, monkeypatch):
    for name, rows in (("kumuh", kumuh()), ("kelurahan", kelurahan()), ("jalan", works())):
        fill(sql, name, rows)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "petakumuh.toml").write_text(
        f'[kumuh]\nfile="{url}"\nlapisan=["uji.kumuh"]\n'
        f'[kelurahan]\nfile="{url}|layername=uji.kelurahan"\n[[penanganan]]\nfile="{url}"\nlapisan="uji.jalan"\n'
    )
    assert main(["jalankan", "petakumuh.toml", "--keluar", "hasil", "--postgis", url, "--skema", "hasil"]) == 0
    assert petakumuh.buka("hasil").table("total")["luas_tertangani_ha"].iloc[0] == pytest.approx(1.5)
    assert sql("SELECT sum(luas_ha) FROM hasil.bidang WHERE tertangani").fetchone()[0] == pytest.approx(1.5)
    texts = [path.read_bytes().decode("latin-1") for path in (tmp_path / "hasil").rglob("*") if path.is_file()]
    stored = [str(row) for name in ("temuan", "kumuh") for row in sql(f"SELECT * FROM hasil.{name}").fetchall()]
    out, err = capfd.readouterr()
    assert silent_about(password(url), out, err, *texts, *stored)


def fill(sql, name, rows):
    """Make a table of a frame."""
    columns = [one for one in rows.columns if one != "geometry"]
    kinds = ", ".join(f"{one} {'float8' if rows[one].dtype == float else 'text'}" for one in columns)
    sql(f"CREATE TABLE uji.{name} (no serial PRIMARY KEY, {kinds}, geom geometry(Polygon, {rows.crs.to_epsg()}))")
    marks = ", ".join(["%s"] * len(columns))
    for row in rows.to_dict("records"):
        values = [row[one] for one in columns]
        shape = shapely.to_wkb(shapely.set_srid(row["geometry"], rows.crs.to_epsg()), include_srid=True)
        sql(f"INSERT INTO uji.{name} ({', '.join(columns)}, geom) VALUES ({marks}, %s::bytea)", [*values, shape])


@pytest.mark.postgis
def test_the_primary_key_names_and_orders_rows(url, sql):
    sql("CREATE TABLE uji.a (tahun int, no int, geom geometry(Point, 4326), PRIMARY KEY (no, tahun))")
    sql("INSERT INTO uji.a VALUES (2020, 7, 'SRID=4326;POINT(1 1)'), (2019, 7, 'SRID=4326;POINT(2 2)')")
    sql("INSERT INTO uji.a VALUES (2021, 3, NULL)")
    rows, notes = read(url, "uji.a")
    assert list(rows["baris"]) == ["3,2021", "7,2019", "7,2020"]
    assert list(rows["masalah"]) == ["geometri_kosong", "", ""]
    assert rows.geometry.iloc[0] is None
    assert rows.crs == LONLAT
    assert notes == []


@pytest.mark.postgis
def test_a_view_without_key_is_numbered_by_content_and_says_so(url, sql):
    sql("CREATE TABLE uji.a (nama text, geom geometry(Point, 32749)); CREATE VIEW uji.v AS SELECT * FROM uji.a")
    sql("INSERT INTO uji.a VALUES ('b', 'SRID=32749;POINT(1 1)'), ('a', 'SRID=32749;POINT(2 2)')")
    rows, notes = read(url, "uji.v")
    assert list(zip(rows["baris"], rows["nama"], strict=True)) == [("1", "a"), ("2", "b")]
    assert [one.rule for one in notes] == ["postgis_tanpa_kunci"]
    assert rows.crs.to_epsg() == 32749


@pytest.mark.postgis
def test_the_crs_is_that_of_the_rows_where_the_column_declares_none(url, sql):
    sql("CREATE TABLE uji.a (no int PRIMARY KEY, geom geometry); INSERT INTO uji.a VALUES (1, 'POINT(1 1)')")
    assert read(url, "uji.a")[0].crs is None
    sql("UPDATE uji.a SET geom = ST_SetSRID(geom, 32750)")
    assert read(url, "uji.a")[0].crs.to_epsg() == 32750
    sql("INSERT INTO uji.a VALUES (2, 'SRID=4326;POINT(1 1)')")
    with pytest.raises(InputError, match=r"uji\.a .*4326, 32750.*ST_Transform"):
        read(url, "uji.a")


@pytest.mark.postgis
def test_curves_become_straight_and_heights_go_with_a_note(url, sql):
    sql("CREATE TABLE uji.a (no int PRIMARY KEY, geom geometry(GeometryZ, 32749))")
    circle = "SRID=32749;CURVEPOLYGON Z (CIRCULARSTRING Z (0 0 5, 200 0 5, 0 0 5))"
    sql("INSERT INTO uji.a VALUES (1, %s), (2, 'SRID=32749;POLYGON Z ((0 0 1, 1 0 1, 1 1 1, 0 0 1))')", [circle])
    rows, notes = read(url, "uji.a")
    assert rows.area.tolist() == pytest.approx([np.pi * 100**2, 0.5], rel=1e-3)
    assert not rows.has_z.any()
    assert list(rows["perbaikan"]) == ["kurva_diluruskan", ""]
    assert [(one.rule, one.values["jumlah"]) for one in notes] == [("dimensi_dibuang", 2)]


@pytest.mark.postgis
def test_a_shape_that_cannot_be_read_costs_its_row_only(url, sql):
    sql("CREATE TABLE uji.a (no int PRIMARY KEY, geom geometry); INSERT INTO uji.a VALUES (2, 'POINT(3 4)')")
    deep = "POINT(1 1)"
    for _ in range(4):
        deep = f"GEOMETRYCOLLECTION({deep})"
    sql("INSERT INTO uji.a VALUES (1, %s)", [deep])
    rows, _ = read(url, "uji.a", limits=Limits(depth=2))
    assert list(rows["masalah"]) == ["bersarang_terlalu_dalam", ""]
    assert rows.geometry.iloc[0] is None
    assert rows.geometry.iloc[1].equals(shapely.Point(3, 4))


@pytest.mark.postgis
def test_hostile_names_are_only_names(url, sql):
    from psycopg import sql as composed

    sql("CREATE TABLE uji.kumuh (geom geometry)")
    names = {"table": composed.Identifier("uji", HOSTILE), "column": composed.Identifier(HOSTILE)}
    sql(
        composed.SQL("CREATE TABLE {table} ({column} text PRIMARY KEY, baris text, geom geometry)").format(**names)
    )
    sql(composed.SQL("INSERT INTO {table} VALUES ('x', 'y', 'SRID=4326;POINT(1 2)')").format(**names))
    rows, notes = read(url, f"uji.{HOSTILE}")
    assert rows[[HOSTILE, "baris", "baris_"]].to_numpy().tolist() == [["x", "x", "y"]]
    assert [one.rule for one in notes] == ["kolom_diganti"]
    assert sql("SELECT count(*) FROM uji.kumuh").fetchone() == (0,)


@pytest.mark.postgis
def test_a_schema_with_a_hostile_name_is_only_a_name(url, sql, small):
    from psycopg import sql as composed

    try:
        assert small.ke_postgis(url, skema=HOSTILE)[0] == f"{HOSTILE}.kumuh"
        assert len(read(url, f"{HOSTILE}.kumuh")[0]) == 3
    finally:
        sql(composed.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(composed.Identifier(HOSTILE)))


@pytest.mark.postgis
def test_values_arrive_as_numbers_and_texts(url, sql):
    sql(
        "CREATE TABLE uji.a (no int PRIMARY KEY, kode numeric, luas numeric, hari date, isi jsonb, ya bool,"
        " ragam text[], geom geometry(Point, 4326), lain geometry)"
    )
    cells = """1, 53710100010012345678, 1.234, 'infinity', '{"a": 1}', true, '{x,y}', NULL"""
    sql(f"INSERT INTO uji.a VALUES ({cells})")
    sql("INSERT INTO uji.a VALUES (2, NULL, 2, '2021-05-03', NULL, NULL, NULL, NULL)")
    rows, _ = read(url, "uji.a(geom)")
    own = rows.drop(columns=["geometry", "baris", "masalah", "perbaikan"]).to_numpy().tolist()
    assert own == [
        [1, 53710100010012345678, 1.234, "infinity", '{"a": 1}', True, "{x,y}"],
        [2, None, 2, "2021-05-03", None, None, None],
    ]


@pytest.mark.postgis
def test_every_spatial_table_is_a_layer_and_a_missing_one_is_refused_with_their_list(url, sql):
    sql("CREATE TABLE uji.a (geom geometry(Point, 4326), pusat geography(Point))")
    sql("CREATE TABLE uji.b (geom geometry)")
    sql("INSERT INTO uji.a VALUES (NULL, 'POINT(110 -7)'); INSERT INTO uji.b VALUES ('POINT(1 1)')")
    ours = [name for name in tables(url, LIMITS) if name.startswith("uji.")]
    assert ours == ["uji.a(geom)", "uji.a(pusat)", "uji.b"]
    assert {one.layer for one in read_postgis(url, ["uji.*"], LIMITS)} == set(ours)
    back, _ = read(url, "uji.a(pusat)")
    assert back.geometry.iloc[0].equals(shapely.Point(110, -7))
    with pytest.raises(InputError, match=r"peta uji\.c .*uji\.a\(geom\), uji\.a\(pusat\), uji\.b"):
        read(url, "uji.b", "uji.c")


@pytest.mark.postgis
def test_which_table_is_asked_before_any_is_read(url, sql):
    sql("CREATE TABLE uji.a (geom geometry(Polygon, 4326)); CREATE TABLE uji.b (geom geometry)")
    sql("CREATE VIEW uji.v AS SELECT 1 / 0 AS tak_terbaca, geom FROM uji.a")
    with pytest.raises(InputError, match=r"berisi \d+ tabel peta.*uji\.a, uji\.b, uji\.v") as refused:
        petakumuh.run(kumuh=url, kelurahan=kelurahan())
    assert silent_about(password(url), refused.value)


@pytest.mark.postgis
def test_nothing_can_be_changed_while_reading(url, sql):
    sql("CREATE TABLE uji.a (no int PRIMARY KEY, geom geometry(Point, 4326)); INSERT INTO uji.a VALUES (1, NULL)")
    sql("CREATE FUNCTION uji.f() RETURNS int LANGUAGE sql AS 'DELETE FROM uji.a RETURNING 1'")
    sql("CREATE VIEW uji.v AS SELECT uji.f() AS n, geom FROM uji.a")
    with pytest.raises(InputError, match="read-only"):
        read(url, "uji.v")
    assert sql("SELECT count(*) FROM uji.a").fetchone() == (1,)


@pytest.mark.postgis
def test_a_table_beyond_the_limits_is_refused(url, sql):
    endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
    sql(f"CREATE VIEW uji.v AS {endless} SELECT n, ST_Point(n, 0) AS geom FROM r")
    with pytest.raises(InputError, match=r"uji\.v.*10 "):
        read(url, "uji.v", limits=Limits(rows=10, wall_s=20))
    sql("CREATE VIEW uji.w AS SELECT pg_sleep(30)::text AS n, ST_Point(1, 0, 4326) AS geom")
    with pytest.raises(InputError, match="statement timeout"):
        read(url, "uji.w", limits=Limits(wall_s=1))


@pytest.mark.postgis
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_wrong_password_names_the_host_and_no_password(url, capfd, tmp_path, monkeypatch, language):
    monkeypatch.chdir(tmp_path)
    wrong = url.replace(urlsplit(url).password, "xzkqj1%40wqvkz2")
    with pytest.raises(InputError, match=r"127\.0\.0\.1") as refused:
        read(wrong, "uji.a")
    assert refused.value.__cause__ is None
    files = ["--kumuh", wrong, "--kelurahan", wrong, "--keluar", "hasil"]
    call = ["jalankan", *files, "--bahasa", language, "--json"]
    assert main(call) == 2
    assert main([*call, "--postgis", wrong]) == 2
    out, err = capfd.readouterr()
    assert "127.0.0.1" in err
    assert silent_about("xzkqj1@wqvkz2", out, err, refused.value)


@pytest.mark.postgis
def test_the_password_comes_from_the_environment_or_a_file(url, sql, tmp_path, monkeypatch):
    sql("CREATE TABLE uji.a (geom geometry); INSERT INTO uji.a VALUES ('POINT(1 1)')")
    parts = urlsplit(url)
    bare = url.replace(f":{parts.password}@", "@")
    for hidden in (bare, bare.replace("@", ":***@")):  # as typed, and as a stored recipe has it
        monkeypatch.setenv("PGPASSWORD", password(url))
        assert len(read(hidden, "uji.a")[0]) == 1
        monkeypatch.delenv("PGPASSWORD")
    escaped = password(url).replace(":", "\\:")
    (tmp_path / "pgpass").write_text(f"*:{parts.port}:*:{parts.username}:{escaped}\n")
    (tmp_path / "pgpass").chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "pgpass"))
    assert len(read(bare, "uji.a")[0]) == 1


@pytest.mark.postgis
def test_results_are_replaced_only_when_asked_and_only_ours(url, sql, small):
    sql("CREATE SCHEMA hasil; CREATE TABLE hasil.catatan AS SELECT 1 AS n")
    small.ke_postgis(url, skema="hasil")
    with pytest.raises(OutputError, match="--timpa"):
        small.ke_postgis(url, skema="hasil")
    sql("CREATE TABLE hasil.rekap_lama AS SELECT 2 AS n; COMMENT ON TABLE hasil.rekap_lama IS 'petakumuh | x'")
    small.ke_postgis(url, skema="hasil", timpa=True)
    there = {row[0] for row in sql("SELECT tablename FROM pg_tables WHERE schemaname = 'hasil'").fetchall()}
    assert "catatan" in there
    assert "rekap_lama" not in there
    assert sql("SELECT count(*) FROM hasil.kumuh").fetchone() == (3,)


def shifted(metres):
    """The run of the small world somewhere else: 4 ha of slum, 1.5 ha handled."""
    layers = (kumuh(), kelurahan(), works())
    slums, towns, works_there = (one.set_geometry(one.geometry.translate(metres)) for one in layers)
    return petakumuh.run(kumuh=slums, kelurahan=towns, penanganan=works_there)


@pytest.mark.postgis
def test_runs_gather_in_one_schema_and_a_run_written_again_replaces_itself(url, sql, small):
    east = shifted(5000)
    for run in (small, east, small, east):
        write_postgis(run, url, schema="hasil", append=True)
    told = sql("SELECT hitungan, sum(luas_ha), count(*) FROM hasil.bidang GROUP BY 1 ORDER BY 1").fetchall()
    assert [row[0] for row in told] == sorted(run_id(run) for run in (small, east))
    assert [row[1:] for row in told] == [(pytest.approx(4.0), 8)] * 2
    assert sql("SELECT count(*), count(DISTINCT hitungan) FROM hasil.rekap_kumuh").fetchone() == (6, 2)
    assert sql("SELECT count(*), count(DISTINCT fid) FROM hasil.hitungan").fetchone() == (2, 2)


@pytest.mark.postgis
def test_a_run_of_another_zone_and_other_columns_is_added_to_the_tables_that_there_are(url, sql, small):
    write_postgis(small, url, schema="hasil", append=True)
    slums, towns = (one.to_crs(4326).translate(6).set_crs(4326) for one in (kumuh(), kelurahan()))
    east = petakumuh.run(
        kumuh=kumuh().set_geometry(slums), kelurahan=kelurahan().set_geometry(towns), hitung={"dasar": "tm3"}
    )
    assert east.zones == (32750,)
    write_postgis(east, url, schema="hasil", append=True)
    found = sql(
        "SELECT luas_tm3_ha IS NULL, count(*), max(ST_SRID(geometry)) FROM hasil.bidang GROUP BY 1"
    ).fetchall()
    assert sorted(found) == [(False, len(east.bidang), 32749), (True, 8, 32749)]
    west = sql(f"SELECT min(ST_XMin(geometry)) FROM hasil.kumuh WHERE hitungan = '{run_id(east)}'").fetchone()[0]
    assert west == pytest.approx(east.layers.kumuh.to_crs(32749).total_bounds[0], abs=0.01)


@pytest.mark.postgis
def test_what_cannot_be_added_changes_nothing(url, sql, small):
    write_postgis(small, url, schema="hasil", append=True)
    sql("ALTER TABLE hasil.rekap_total ALTER COLUMN luas_sk_ha TYPE text")
    before = sql("SELECT count(*), max(fid) FROM hasil.kumuh").fetchone()
    with pytest.raises(OutputError, match=r"rekap_total.*luas_sk_ha"):
        write_postgis(shifted(5000), url, schema="hasil", append=True)
    assert sql("SELECT count(*), max(fid) FROM hasil.kumuh").fetchone() == before
    sql("CREATE TABLE uji.kumuh AS SELECT 1 AS n")
    with pytest.raises(OutputError, match="bukan hasil petakumuh: kumuh"):
        write_postgis(small, url, schema="uji", append=True)


@pytest.mark.postgis
def test_replacing_takes_the_runs_of_everybody_and_adding_needs_no_leave(url, sql, small):
    for run in (small, shifted(5000)):
        write_postgis(run, url, schema="hasil", append=True)
    require_free(url, schema="hasil", append=True)
    with pytest.raises(OutputError, match="--timpa"):
        require_free(url, schema="hasil")
    write_postgis(small, url, schema="hasil", overwrite=True)
    assert sql("SELECT count(*) FROM hasil.hitungan").fetchone() == (1,)


@pytest.mark.postgis
def test_columns_of_any_name_find_a_place_and_infinity_is_null(url, sql, small):
    rows = small.layers.penanganan.assign(**{"fid": "x", "luas (%)": np.inf, "NAMA": "besar", HOSTILE: "y"})
    run = replace(small, layers=replace(small.layers, penanganan=rows))
    for _ in range(2):
        write_postgis(run, url, schema="hasil", append=True)
    told = sql('SELECT DISTINCT fid_2, luas_persen, "NAMA_2", hitungan FROM hasil.penanganan').fetchall()
    assert told == [("x", None, "besar", run_id(small))]


@pytest.mark.postgis
def test_a_table_of_somebody_else_is_never_replaced(url, sql, small):
    sql("CREATE SCHEMA hasil; CREATE TABLE hasil.temuan AS SELECT 1 AS n")
    with pytest.raises(OutputError, match=r"bukan hasil petakumuh: temuan"):
        small.ke_postgis(url, skema="hasil", timpa=True)
    assert sql("SELECT * FROM hasil.temuan").fetchall() == [(1,)]


@pytest.mark.postgis
def test_what_cannot_be_written_whole_is_not_written_at_all(url, sql, small, sample):
    small.ke_postgis(url, skema="hasil")
    sql("CREATE VIEW uji.v AS SELECT * FROM hasil.rekap_total")
    with pytest.raises(OutputError, match=r"rekap_total.*tidak berubah"):
        sample.ke_postgis(url, skema="hasil", timpa=True)
    assert sql("SELECT count(*) FROM hasil.kumuh").fetchone() == (3,)
    with pytest.raises(OutputError, match="pg_"):
        small.ke_postgis(url, skema="pg_hasil")


@pytest.mark.postgis
def test_results_are_not_written_over_their_inputs(url, sql, small):
    small.ke_postgis(url, skema="hasil")
    again = petakumuh.run(
        kumuh={"file": url, "lapisan": ["hasil.kumuh"]}, kelurahan=kelurahan(), penanganan=works()
    )
    with pytest.raises(OutputError, match=r"hasil\.kumuh .*masukan"):
        again.ke_postgis(url, skema="hasil", timpa=True)


@pytest.mark.postgis
def test_a_database_without_postgis_is_refused_with_the_remedy(url, monkeypatch):
    other = url.rsplit("/", 1)[0] + "/postgres"
    with pytest.raises(InputError, match="CREATE EXTENSION postgis"):
        tables(other, LIMITS)
    with pytest.raises(InputError, match="tiada"):
        tables(url.rsplit("/", 1)[0] + "/tiada", LIMITS)


@pytest.mark.postgis
def test_a_taken_schema_is_refused_before_anything_is_computed(url, sql, small, tmp_path, capsys):
    small.ke_postgis(url, skema="hasil")
    out = str(tmp_path / "keluar")
    call = ["jalankan", "--kumuh", "a.gpkg", "--kelurahan", "b.gpkg", "--keluar", out, "--postgis", url]
    assert main([*call, "--skema", "hasil", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["galat"] == "postgis_ada"


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("postgresql://u:p@localhost/d", True),
        ("postgres://127.0.0.1:5432/d", True),
        ("postgresql://u@[::1]:5432/d", True),
        ("postgresql:///d", True),
        ("postgresql:///d?host=/run/postgresql", True),
        ("postgresql:///d?host=localhost:5432&host=10.0.0.7:5432", False),
        ("postgresql://localhost/d?hostaddr=10.0.0.7", False),
        ("postgresql://localhost/d?service=kantor", False),
        ("postgresql://localhost.kota.go.id/d", False),
        ("postgresql://10.0.0.7/d", False),
    ],
)
def test_only_this_machine_is_local(url, here, monkeypatch):
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    assert is_local(url) is here
    monkeypatch.setenv("PGHOSTADDR", "10.0.0.7")
    assert is_local(url) is False


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:ra@hasia@h/d",
        "postgresql://u:ra hasia@h/d",
        "postgresql://u:ra/hasia@h/d",
        "postgresql://u:ra#hasia@h/d",
        "postgresql://localhost:ra?hasia@10.0.0.7/d",
        "postgresql://h:hasia/d",
        "postgresql://[hasia/d",
        "postgresql:hasia",
    ],
)
def test_a_broken_address_is_refused_without_showing_it(url):
    for call in (lambda: tables(url, LIMITS), lambda: is_local(url)):
        with pytest.raises(InputError) as refused:
            call()
        assert refused.value.key == "postgis_alamat"
        assert "hasia" not in str(refused.value)


def test_missing_packages_are_named_with_what_to_install(monkeypatch, small):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for call in (lambda: tables("postgresql://h/d", LIMITS), lambda: small.ke_postgis("postgresql://h/d")):
        with pytest.raises(PetakumuhError, match=r"petakumuh\[postgis\]"):
            call()


def test_an_unreachable_host_is_refused_with_its_name():
    with pytest.raises(InputError, match=r"127\.0\.0\.1:9"), session("postgresql://u:rahasia@127.0.0.1:9/d"):
        pass
