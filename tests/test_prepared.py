"""Prepared layers: the same bytes for the same inputs, and of them no more read than is asked for."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal
from pyarrow.parquet import ParquetFile

from petakumuh import findings, prepared
from petakumuh.check import Checked
from petakumuh.cli import main
from petakumuh.errors import InputError, OutputError
from petakumuh.findings import Finding
from petakumuh.intake import Intake, take_in
from petakumuh.model import InputFile, Zone
from petakumuh.prepared import Chunk, open_prepared, prepare, read_chunk, read_layer, reading, writing
from petakumuh.prepared.engines import engines
from petakumuh.prepared.place import place_of
from petakumuh.recipe import from_tables, load
from tests.conftest import CRS, ORIGIN, kelurahan, kumuh, works

ORDER = from_tables({"kumuh": "a.gpkg", "kelurahan": "b.gpkg", "hitung": {"by": ["tahun"]}})
ROLES = {"kumuh": "kumuh_id", "kelurahan": "kelurahan_id", "penanganan": "penanganan_id"}


def layer(rng, count, name, size, **columns):
    """Rectangles strewn over ten kilometres; every tenth stands where the one before stands."""
    x, y = rng.uniform(0, 10_000, (2, count))
    x[9::10], y[9::10] = x[8::10][: len(x[9::10])], y[8::10][: len(y[9::10])]
    width, height = rng.uniform(size / 4, size, (2, count))
    shapes = shapely.box(ORIGIN[0] + x, ORIGIN[1] + y, ORIGIN[0] + x + width, ORIGIN[1] + y + height)
    rows = {ROLES[name]: [f"{name}-{at}" for at in range(count)], "nama": "x"} | columns
    return geopandas.GeoDataFrame(rows, geometry=shapes, crs=CRS)


def region(slums=60, areas=40, footprints=900):
    """A zone of many small rectangles, and what else an intake holds."""
    rng = np.random.default_rng(7)
    years = np.resize(["2019", "2021", "2024"], footprints)
    zone = Zone(
        layer(rng, slums, "kumuh", 400, disebut_id="kelurahan-1"),
        layer(rng, areas, "kelurahan", 2_000),
        layer(rng, footprints, "penanganan", 200, tahun=years, dihitung=True, sebelum_dasar=False),
        CRS,
    )
    found = [Finding("id_kosong", "catatan", "kumuh", "a.gpkg", values={"jumlah": at}) for at in (1, 2, 3)]
    annex = pd.DataFrame({"lampiran_id": ["1", "2"], "luas_sk_ha": [1.5, np.nan]})
    files: Any = None  # what the files held is not written again
    inputs = (InputFile("kumuh", "a.gpkg", "00", slums),)
    return Intake(files, Checked((zone,), tuple(found)), annex, tuple(found), inputs)


def like(layers, epsg=CRS):
    """A zone of other layers."""
    return Zone(layers["kumuh"], layers["kelurahan"], layers["penanganan"], epsg)


def shuffled(taken):
    """The same intake, its rows in another order."""
    rng = np.random.default_rng(3)

    def turn(rows):
        return rows.iloc[rng.permutation(len(rows))].reset_index(drop=True)

    zones = tuple(like({role: turn(getattr(zone, role)) for role in ROLES}) for zone in taken.checked.zones)
    return dataclasses.replace(
        taken,
        checked=Checked(zones, taken.checked.findings[::-1]),
        findings=taken.findings[::-1],
        lampiran=turn(taken.lampiran),
    )


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def seen(part):
    """What each slum of a part sees: ids and shapes whose box meets its own, in the order of rows."""
    own = part.kumuh.set_index("kumuh_id").geometry
    told = {}
    for name in part.mine:
        box = shapely.box(*own[name].bounds)
        for role, key in ROLES.items():
            rows = getattr(part, role)
            near = rows[shapely.intersects(shapely.box(*rows.bounds.to_numpy().T), box)]
            told[name, role] = list(zip(near[key], near.geometry.to_wkb(), strict=True))
    return told


@pytest.fixture
def small_groups(monkeypatch):
    """Row groups of fifty rows, so that a small file has many."""
    monkeypatch.setattr(writing, "_GROUP_ROWS", 50)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_any_size_of_chunk_shows_each_slum_the_same_neighbours(tmp_path, small_groups, size):
    taken = region()
    there = prepare(taken, ORDER, tmp_path / "p")
    found: dict[object, object] = {}
    for chunk in there.chunks(size):
        part = read_chunk(there.folder, chunk)
        assert len(part.mine) == len(chunk) <= size
        assert not found.keys() & seen(part).keys()
        found |= seen(part)
    zone = taken.checked.zones[0]
    kumuh, areas, works = (getattr(zone, role).sort_values(key) for role, key in ROLES.items())
    by_hand = prepared.Part(kumuh, areas, works, CRS, tuple(kumuh["kumuh_id"]), there.groups)
    assert found == seen(by_hand)


def test_a_part_holds_nothing_that_no_slum_of_it_can_meet(tmp_path):
    there = prepare(region(), ORDER, tmp_path / "p")
    part = read_chunk(there.folder, there.chunks(7)[2])
    met = {
        key: {name for (_, role), rows in seen(part).items() if role == key for name, _ in rows} for key in ROLES
    }
    assert met == {role: set(getattr(part, role)[key]) for role, key in ROLES.items()}
    assert list(part.penanganan.columns) == ["penanganan_id", "tahun", "dihitung", "sebelum_dasar", "geometry"]


def test_rows_in_another_order_give_the_same_bytes(tmp_path):
    one, two = (
        prepare(taken, ORDER, tmp_path / name) for taken, name in ((region(), "a"), (shuffled(region()), "b"))
    )
    assert contents(one.folder) == contents(two.folder)
    assert one.fingerprint == two.fingerprint


def test_another_shape_gives_another_fingerprint(tmp_path):
    one = prepare(region(), ORDER, tmp_path / "a")
    two = prepare(region(footprints=899), ORDER, tmp_path / "b")
    assert one.fingerprint != two.fingerprint


def test_a_chunk_reads_few_row_groups(tmp_path, small_groups, monkeypatch):
    there = prepare(region(footprints=5_000), ORDER, tmp_path / "p")
    read: list[int] = []
    whole = ParquetFile.read_row_group

    def counted(self, at, **options):
        rows = whole(self, at, **options)
        read.append(rows.num_rows)
        return rows

    monkeypatch.setattr(ParquetFile, "read_row_group", counted)
    with place_of(there.folder).parquet(f"penanganan-{CRS}.parquet") as file:
        assert (file.metadata.num_rows, file.num_row_groups) == (5_000, 100)
        slum = read_layer(there.folder, "kumuh", CRS).iloc[:1]
        assert 0 < len(reading.row_groups(file, shapely.STRtree(slum.envelope.array))) < 20
    read_chunk(there.folder, there.chunks(1)[0])
    assert sum(read) < 1_000
    read.clear()
    read_chunk(there.folder, there.chunks(1_000)[0])
    assert sum(read) > 4_000


def test_rows_that_lie_together_stand_together(tmp_path):
    there = prepare(region(footprints=5_000), ORDER, tmp_path / "p")
    rows = read_layer(there.folder, "penanganan", CRS).centroid
    step = rows.distance(rows.shift()).median()
    assert step < 300  # strewn at random it would be five kilometres


def test_what_is_written_reads_back_equal(tmp_path):
    order = from_tables({"kumuh": kumuh(), "kelurahan": kelurahan(), "penanganan": works()})
    taken = take_in(order)
    there = open_prepared(prepare(taken, order, tmp_path / "p").folder)
    zone = taken.checked.zones[0]
    for role, key in ROLES.items():
        back = read_layer(there.folder, role, CRS).sort_values(key, ignore_index=True)
        given = getattr(zone, role).sort_values(key, ignore_index=True)
        assert shapely.to_wkb(back.geometry.array).tolist() == shapely.to_wkb(given.geometry.array).tolist()
        assert back.crs == given.crs
        plain = read_layer(there.folder, role, CRS, shapes=False).sort_values(key, ignore_index=True)
        assert_frame_equal(plain, pd.DataFrame(given.drop(columns="geometry")))
    assert (there.inputs, there.versions, there.lampiran) == (taken.inputs, engines(), None)
    assert_frame_equal(
        pd.DataFrame(there.findings.drop(columns="geometry")),
        pd.DataFrame(findings.frame(taken.findings).drop(columns="geometry")),
    )
    assert there.groups["tahun"].tolist() == ["2021", "2020", "2025"]  # drainase before jalan
    assert dataclasses.asdict(there.zones[0]) == {"epsg": CRS, "kumuh": 3, "kelurahan": 2, "penanganan": 3}


def test_layers_without_works_are_prepared_too(tmp_path):
    order = from_tables({"kumuh": kumuh(), "kelurahan": kelurahan()})
    there = prepare(take_in(order), order, tmp_path / "p")
    part = read_chunk(there.folder, there.chunks(2)[0])
    assert (len(part.mine), len(part.penanganan), len(there.groups)) == (2, 0, 0)
    assert part.penanganan["dihitung"].dtype == bool


def test_the_annex_of_the_decree_comes_back(tmp_path):
    there = prepare(region(), ORDER, tmp_path / "p")
    assert there.lampiran is not None
    assert there.lampiran["luas_sk_ha"].tolist() == pytest.approx([1.5, np.nan], nan_ok=True)


def test_chunks_hold_every_slum_once():
    zones = (
        prepared.ZoneRows(32748, 5, 1, 1),
        prepared.ZoneRows(32749, 0, 1, 1),
        prepared.ZoneRows(32750, 2, 1, 1),
    )
    there = prepared.Prepared("x", ORDER, zones, *([None] * 6))  # type: ignore[arg-type]
    assert there.chunks(2) == [
        Chunk(32748, 0, 2), Chunk(32748, 2, 4), Chunk(32748, 4, 5), Chunk(32750, 0, 2)
    ]  # fmt: skip
    with pytest.raises(ValueError, match="0"):
        there.chunks(0)


def test_a_folder_that_is_prepared_is_not_written_over_unasked(tmp_path):
    folder = tmp_path / "p"
    prepare(region(), ORDER, folder)
    before = contents(folder)
    with pytest.raises(OutputError) as refused:
        prepare(region(areas=3), ORDER, folder)
    assert refused.value.key == "keluaran_ada"
    assert contents(folder) == before


def test_writing_over_leaves_no_zone_of_before(tmp_path):
    folder = tmp_path / "p"
    prepare(region(), ORDER, folder)
    (folder / "catatan.txt").write_text("milik orang lain")
    taken = region()
    other = like({role: getattr(taken.checked.zones[0], role).to_crs(32750) for role in ROLES}, 32750)
    moved = dataclasses.replace(taken, checked=Checked((other,), ()))
    there = prepare(moved, ORDER, folder, overwrite=True)
    assert there.zones[0].epsg == 32750
    assert {name for name in contents(folder) if "32749" in name} == set()
    assert (folder / "catatan.txt").exists()


def test_an_input_is_never_replaced(tmp_path):
    tables = {"kumuh": "kumuh-32749.parquet", "kelurahan": "b.gpkg", "hitung": {"by": ["tahun"]}}
    order = from_tables(tables, folder=tmp_path)
    with pytest.raises(OutputError) as refused:
        prepare(region(), order, tmp_path, overwrite=True)
    assert refused.value.key == "keluaran_masukan"


def test_a_folder_without_siapan_json_is_refused(tmp_path):
    with pytest.raises(InputError) as refused:
        open_prepared(tmp_path)
    assert refused.value.key == "bukan_siapan"


def test_a_folder_of_another_format_is_refused(tmp_path):
    there = prepare(region(), ORDER, tmp_path / "p")
    about = tmp_path / "p" / "siapan.json"
    about.write_text(about.read_text(encoding="utf-8").replace('"format": 1', '"format": 99'), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        open_prepared(there.folder)
    assert refused.value.key == "siapan_lain"


def test_a_file_cut_short_is_named(tmp_path):
    there = prepare(region(), ORDER, tmp_path / "p")
    path = tmp_path / "p" / f"kumuh-{CRS}.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    for call in (lambda: open_prepared(there.folder), lambda: read_chunk(there.folder, Chunk(CRS, 0, 5))):
        with pytest.raises(InputError) as refused:
            call()
        assert refused.value.values["file"] == path.name


def test_a_single_wrong_bit_in_a_shape_is_noticed(tmp_path):
    there = prepare(region(), ORDER, tmp_path / "p")
    path = tmp_path / "p" / f"penanganan-{CRS}.parquet"
    with ParquetFile(path) as file:
        names = [file.schema.column(at).path for at in range(len(file.schema))]
        shapes = file.metadata.row_group(0).column(names.index("geometry"))
    content = bytearray(path.read_bytes())
    content[shapes.data_page_offset + shapes.total_compressed_size // 2] ^= 4
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_chunk(there.folder, Chunk(CRS, 0, 60))
    assert (refused.value.key, refused.value.values["file"]) == ("siapan_rusak", path.name)


def test_an_object_store_holds_the_same_bytes(tmp_path):
    here = prepare(region(), ORDER, tmp_path / "p")
    address = f"memory://{tmp_path.name}"
    there = prepare(region(), ORDER, address)
    assert there.fingerprint == here.fingerprint
    assert seen(read_chunk(address, Chunk(CRS, 0, 9))) == seen(read_chunk(here.folder, Chunk(CRS, 0, 9)))
    with pytest.raises(OutputError) as refused:
        prepare(region(), ORDER, address)
    assert refused.value.key == "keluaran_ada"
    assert prepare(region(areas=3), ORDER, address, overwrite=True).zones[0].kelurahan == 3


def test_an_address_nobody_knows_is_refused():
    with pytest.raises(InputError) as refused:
        open_prepared("entah://a/b")
    assert refused.value.key == "tempat_tak_terbuka"


def test_an_address_without_fsspec_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(InputError) as refused:
        open_prepared("s3://a/b")
    assert refused.value.key == "perlu_fsspec"


def test_the_sample_of_two_zones_is_prepared(tmp_path):
    import petakumuh

    order = load(petakumuh.contoh())
    there = prepare(take_in(order), order, tmp_path / "p")
    assert [zone.epsg for zone in there.zones] == [32750, 32751]
    names = [name for chunk in there.chunks(9) for name in read_chunk(there.folder, chunk).mine]
    assert len(names) == len(set(names)) == sum(zone.kumuh for zone in there.zones)


@pytest.fixture
def recipe_file(tmp_path, monkeypatch):
    for name, rows in (("kumuh", kumuh()), ("kelurahan", kelurahan()), ("jalan", works())):
        rows.to_file(tmp_path / f"{name}.gpkg")
    monkeypatch.chdir(tmp_path)
    Path("r.toml").write_text(
        'kumuh = "kumuh.gpkg"\nkelurahan = "kelurahan.gpkg"\n[[penanganan]]\nfile = "jalan.gpkg"\n'
    )
    return "r.toml"


@pytest.mark.parametrize("command", ["siapkan", "prepare"])
def test_the_command_prepares_a_folder_and_says_how_to_go_on(recipe_file, capsys, command):
    assert main([command, recipe_file, "-o", "siap"]) == 0
    told = capsys.readouterr().out
    assert "3 kumuh, 2 kelurahan, 3 penanganan, 1 zona UTM" in told
    assert "petakumuh jalankan siap" in told
    assert open_prepared("siap").zones[0].penanganan == 3


def test_the_command_tells_programs_the_same(recipe_file, capsys):
    assert main(["siapkan", recipe_file, "-o", "siap", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sidik"] == open_prepared("siap").fingerprint
    assert told["baris"] == {"kumuh": 3, "kelurahan": 2, "penanganan": 3}


def test_the_command_refuses_a_folder_that_is_prepared_before_it_reads(recipe_file, capsys):
    assert main(["siapkan", recipe_file, "-o", "siap"]) == 0
    Path("kumuh.gpkg").unlink()
    assert main(["siapkan", recipe_file, "-o", "siap"]) == 2
    assert "--timpa" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--pekerja", "0"], "--pekerja"),
        (["--potongan", "setengah"], "--potongan"),
        (["--pekerja", "2", "--dask", "tcp://a:1"], "--dask tidak dapat dipakai bersama --pekerja"),
    ],
)
def test_a_wrong_way_to_share_the_work_is_refused(capsys, given, said):
    assert main(["jalankan", "r.toml", "--keluar", "hasil", *given]) == 2
    assert said in capsys.readouterr().err
