"""Two decrees compared: dilepas, tetap and baru, in total, per kelurahan, per unit and by class."""

from __future__ import annotations

import json

import geopandas
import pandas as pd
import pytest
import shapely
from hypothesis import given

import petakumuh
from petakumuh import compare, recipe
from petakumuh.cli import main
from petakumuh.compare import cut as cutting
from petakumuh.errors import ConservationError, InputError, RecipeError
from petakumuh.overlay import shaped
from petakumuh.present.comparison import classes_text
from petakumuh.text.codes import rt_rw
from tests.conftest import frame, kelurahan, kumuh, square
from tests.worlds import checked, slums, towns, union_ha

AREAS = ("sk_lama_ha", "sk_baru_ha", "dilepas_ha", "tetap_ha", "baru_ha")
CLOSE_HA = 1e-8


def old():
    """The small world of the tests with classes: 2, 1 and 1 ha."""
    return kumuh().assign(tingkat=["KUMUH RINGAN", "Sedang", "kumuh berat"])


def new():
    """Satu moved by half, Dua under another name, Tiga gone, Empat new."""
    return frame(
        kumuh_id=["a", "b", "d"],
        nama=["SATU", "Dua Baru", "Empat"],
        kelurahan=["Barat", "Timur", "Timur"],
        tingkat=["KR", "Kumuh Ringan", "ks"],
        geometry=[square(100, 0, 200, 100), square(350, 200, 100), square(500, 300, 100)],
    )


@pytest.fixture(scope="module")
def done():
    return petakumuh.banding(sk_lama=old(), sk_baru=new(), kelurahan=kelurahan())


def hectares(rows, *names):
    return {tuple(row[name] for name in names): [round(row[one], 6) for one in AREAS] for row in rows}


def test_the_total_is_known_by_head(done):
    assert hectares(done.table("total").to_dict("records")) == {(): [4.0, 4.0, 2.0, 2.0, 2.0]}
    geodesic = done.table("total").iloc[0]
    assert geodesic["tetap_geodesik_ha"] == pytest.approx(2.0, rel=0.002)
    assert geodesic["tetap_geodesik_ha"] != geodesic["tetap_ha"]


def test_each_kelurahan_and_the_ground_outside_have_a_row(done):
    assert hectares(done.table("kelurahan").to_dict("records"), "nama") == {
        ("Barat",): [2.5, 2.5, 1.0, 1.5, 1.0],
        ("Timur",): [1.0, 1.5, 0.5, 0.5, 1.0],
        ("(di luar kelurahan)",): [0.5, 0.0, 0.5, 0.0, 0.0],
    }


def test_units_are_matched_by_name_then_by_ground_and_the_rest_is_listed(done):
    assert hectares(done.table("unit").to_dict("records"), "id_lama", "id_baru", "keadaan") == {
        ("A", "a", "sama"): [2.0, 2.0, 1.0, 1.0, 1.0],
        ("B", "b", "ganti_kunci"): [1.0, 1.0, 0.0, 1.0, 0.0],
        ("C", "", "hilang"): [1.0, 0.0, 1.0, 0.0, 0.0],
        ("", "d", "baru"): [0.0, 1.0, 0.0, 0.0, 1.0],
    }


def test_classes_go_from_old_to_new_in_hectares_and_in_units(done):
    rows = done.table("tingkat").set_index(["tingkat_lama", "tingkat_baru"])
    told = {key: (round(area, 6), units) for key, area, units in rows[["luas_ha", "jumlah_unit"]].itertuples()}
    assert told == {
        ("Kumuh Ringan", "Kumuh Ringan"): (1.0, 1),
        ("Kumuh Ringan", "tidak"): (1.0, 0),
        ("tidak", "Kumuh Ringan"): (1.0, 0),
        ("Kumuh Sedang", "Kumuh Ringan"): (1.0, 1),
        ("Kumuh Berat", "tidak"): (1.0, 1),
        ("tidak", "Kumuh Sedang"): (1.0, 1),
    }


def test_without_classes_there_is_no_matrix():
    bare = petakumuh.banding(sk_lama=kumuh(), sk_baru=new().drop(columns="tingkat"), kelurahan=kelurahan())
    assert bare.table("tingkat").empty


@pytest.mark.parametrize(
    ("lama", "baru"),
    [("Barat/RT003-RW002", "33750401-RT003-RW002"), ("RT 3 / RW 2", "rw.002 rt.003"), ("7-RT003-RW002", "RT3RW2")],
)
def test_rt_are_matched_however_their_id_is_written(lama, baru):
    assert rt_rw(lama) == rt_rw(baru) == "RT003-RW002"
    one = frame(kumuh_id=[lama], kelurahan=["Barat"], geometry=[square(0, 0, 100)])
    other = frame(kumuh_id=[baru], kelurahan=["KEL. BARAT"], geometry=[square(90, 0, 100)])
    done = petakumuh.banding(sk_lama=one, sk_baru=other, kelurahan=kelurahan())
    assert done.table("unit")["keadaan"].tolist() == ["sama"]


def test_ground_that_passes_from_one_unit_to_another_has_its_own_row():
    names = {"kelurahan": ["Barat", "Barat"], "nama": ["Satu", "Dua"]}
    before = frame(kumuh_id=["1", "2"], **names, geometry=[square(0, 0, 100), square(100, 0, 100)])
    after = frame(kumuh_id=["1", "2"], **names, geometry=[square(0, 0, 140, 100), square(140, 0, 60, 100)])
    done = petakumuh.banding(sk_lama=before, sk_baru=after, kelurahan=kelurahan())
    assert hectares(done.table("unit").to_dict("records"), "unit_lama", "unit_baru", "keadaan") == {
        ("Satu", "Satu", "sama"): [1.0, 1.0, 0.0, 1.0, 0.0],
        ("Dua", "Dua", "sama"): [0.6, 0.6, 0.0, 0.6, 0.0],
        ("Dua", "Satu", "pindah"): [0.4, 0.4, 0.0, 0.4, 0.0],
    }


def test_a_key_that_was_given_to_other_ground_is_a_finding():
    one = frame(kumuh_id=["RT1-RW1"], kelurahan=["Barat"], geometry=[square(0, 0, 100)])
    other = frame(kumuh_id=["RT1-RW1"], kelurahan=["Barat"], geometry=[square(200, 0, 100)])
    done = petakumuh.banding(sk_lama=one, sk_baru=other, kelurahan=kelurahan())
    assert done.table("unit")["keadaan"].tolist() == ["tanah_lain"]
    assert "banding_tanah_lain" in set(done.findings["aturan"])


def test_the_same_decree_twice_keeps_everything_and_says_so():
    done = petakumuh.banding(sk_lama=kumuh(), sk_baru=kumuh(), kelurahan=kelurahan())
    assert hectares(done.table("total").to_dict("records")) == {(): [4.0, 4.0, 0.0, 4.0, 0.0]}
    assert "banding_tanpa_perubahan" in set(done.findings["aturan"])


def test_ground_in_two_kelurahan_stands_where_the_old_decree_has_it():
    areas = kelurahan()
    areas.loc[1, "geometry"] = square(300, 0, 500, 400)
    one = frame(kumuh_id=["1"], kelurahan=["Barat"], geometry=[square(300, 0, 100)])
    other = frame(kumuh_id=["1"], kelurahan=["Timur"], geometry=[square(300, 0, 100)])
    done = petakumuh.banding(sk_lama=one, sk_baru=other, kelurahan=areas)
    assert hectares(done.table("kelurahan").to_dict("records"), "nama") == {("Barat",): [1.0, 1.0, 0.0, 1.0, 0.0]}
    (finding,) = done.findings[done.findings["aturan"] == "banding_kelurahan_lain"].to_dict("records")
    assert finding["luas_ha"] == pytest.approx(1.0)


def test_findings_say_which_decree_they_are_about_and_boundaries_once():
    torn = new()
    torn.loc[3] = torn.loc[2]
    torn.loc[3, "geometry"] = None
    areas = kelurahan()
    areas.loc[1, "geometry"] = square(300, 0, 500, 400)
    found = petakumuh.banding(sk_lama=old(), sk_baru=torn, kelurahan=areas).findings
    assert found.loc[found["aturan"] == "baris_dikecualikan", "sk"].tolist() == ["baru"]
    assert found.loc[found["aturan"] == "tumpang_tindih_kelurahan", "sk"].tolist() == [""]


def test_ground_that_is_measured_in_two_zones_is_refused():
    def side(epsg):
        shape = geopandas.GeoSeries([shapely.box(107.99, -7.0, 108.01, -6.99)], crs=4326).to_crs(epsg)
        rows = {"piece_id": [0], "kelurahan_id": [""], "kumuh_id": ["K"], "zona": [epsg], "luas_ha": [1.0]}
        return geopandas.GeoDataFrame(rows, geometry=shape.to_crs(4326))

    with pytest.raises(InputError, match="per kabupaten/kota"):
        cutting._require_one_zone(side(32748), side(32749))


def test_sums_that_do_not_close_give_no_comparison(monkeypatch):
    monkeypatch.setattr(cutting, "closes", lambda *_: False)
    with pytest.raises(ConservationError):
        petakumuh.banding(sk_lama=old(), sk_baru=new(), kelurahan=kelurahan())


@given(slums(), slums(), towns())
def test_every_row_closes_and_the_parts_are_those_of_the_unions(lama, baru, areas):
    done = petakumuh.banding(sk_lama=lama, sk_baru=baru, kelurahan=areas)
    total = done.table("total").iloc[0]
    both = union_ha(pd.concat([lama.geometry, baru.geometry]))
    expected = {
        "sk_lama_ha": union_ha(lama.geometry),
        "sk_baru_ha": union_ha(baru.geometry),
        "dilepas_ha": both - union_ha(baru.geometry),
        "baru_ha": both - union_ha(lama.geometry),
    }
    for name, value in expected.items():
        assert total[name] == pytest.approx(value, rel=1e-9, abs=CLOSE_HA), name
    for name in ("total", "kelurahan", "unit"):
        rows = done.table(name)
        for ending in ("ha", "geodesik_ha"):
            kept = rows[f"tetap_{ending}"]
            assert (kept + rows[f"dilepas_{ending}"] - rows[f"sk_lama_{ending}"]).abs().max() < CLOSE_HA
            assert (kept + rows[f"baru_{ending}"] - rows[f"sk_baru_{ending}"]).abs().max() < CLOSE_HA
            assert rows[f"tetap_{ending}"].sum() == pytest.approx(total[f"tetap_{ending}"], abs=CLOSE_HA)
    unit = done.table("unit")
    assert {*";".join(unit["id_lama"]).replace(" + ", ";").split(";")} - {""} == {*lama["kumuh_id"]}


@given(slums(), slums(), towns())
def test_turning_the_decrees_round_turns_the_figures_round(lama, baru, areas):
    old, new = (shaped(checked(one, one.iloc[:0], areas).zones, by=()) for one in (lama, baru))
    there, back = compare.compare(old, new), compare.compare(new, old)
    sums, other = (parts.groupby("jenis")["luas_ha"].sum() for parts in (there, back))
    for kind, turned in (("dilepas", "baru"), ("tetap", "tetap"), ("baru", "dilepas")):
        assert sums.get(kind, 0.0) == pytest.approx(other.get(turned, 0.0), rel=1e-9, abs=CLOSE_HA)


def test_classes_from_and_to_are_laid_out_as_a_matrix_for_people(done):
    lines = classes_text(done).splitlines()
    heads = [one for one in lines if one.startswith("SK lama → baru")]
    assert len(heads) == 1
    (total,) = [one for one in lines if one.startswith("Jumlah")]
    assert total.split()[-1] == "6,00"  # 4 ha of the old decree and 2 ha that only the new one has
    assert "di luar SK" in heads[0]


def test_files_hold_the_same_figures_and_layers(done, tmp_path):
    names = {path.name for path in done.tulis(tmp_path)}
    assert names == {
        *("banding.json", "banding.csv", "banding.gpkg", "banding.geojson"),
        *("banding_temuan.csv", "banding_tingkat.csv"),
    }
    told = json.loads((tmp_path / "banding.json").read_text(encoding="utf-8"))
    assert [round(told[name], 6) for name in AREAS] == [4.0, 4.0, 2.0, 2.0, 2.0]
    assert len(told["unit"]) == 4
    assert told["resep"]["banding"]["sk_lama"]["file"] == recipe.FRAME
    for kind in ("dilepas", "tetap", "baru"):
        layer = geopandas.read_file(tmp_path / "banding.gpkg", layer=kind)
        assert layer.area.sum() / 1e4 == pytest.approx(2.0)
    ground = geopandas.read_file(tmp_path / "banding.geojson")
    assert ground.crs == 4326
    assert ground.groupby("jenis")["luas_ha"].sum().round(6).tolist() == [2.0, 2.0, 2.0]
    first = (tmp_path / "banding.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert ";4,0000;4,0000;2,0000;2,0000;2,0000;" in first


def test_what_is_written_is_the_same_bytes_every_time(done, tmp_path):
    for name in ("satu", "dua"):
        done.tulis(tmp_path / name)
    for path in (tmp_path / "satu").iterdir():
        assert path.read_bytes() == (tmp_path / "dua" / path.name).read_bytes(), path.name


@pytest.fixture
def files(tmp_path, monkeypatch):
    for name, rows in (("lama", old()), ("baru", new()), ("kelurahan", kelurahan())):
        rows.to_file(tmp_path / f"{name}.gpkg")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("command", ["banding", "compare"])
@pytest.mark.usefixtures("files")
def test_the_command_prints_and_writes(command, capsys):
    call = [command, "lama.gpkg|layername=lama", "baru.gpkg", "--kelurahan", "kelurahan.gpkg", "--keluar", "hasil"]
    assert main(call) == 0
    out = capsys.readouterr().out
    assert "TOTAL" in out
    assert "1 sama, 1 ganti kode, 0 berkode sama di lahan lain, 1 hilang, 1 baru" in out
    assert main(call) == 2
    assert main([*call, "--timpa", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tetap_ha"] == pytest.approx(2.0)


@pytest.mark.usefixtures("files")
def test_a_recipe_names_two_decrees(tmp_path):
    text = '[banding]\nsk_lama = { file = "lama.gpkg", sk = "SK 1" }\nsk_baru = "baru.gpkg"\n'
    (tmp_path / "dua.toml").write_text(text + '[kelurahan]\nfile = "kelurahan.gpkg"\n')
    order = recipe.load(tmp_path / "dua.toml")
    assert order.banding is not None
    assert order.banding.sk_lama.sk == order.kumuh.sk == "SK 1"
    assert recipe.from_tables(recipe.as_tables(order)) == order
    assert main(["banding", "dua.toml", "--keluar", "hasil"]) == 0
    assert petakumuh.banding(order).table("total")["baru_ha"].iloc[0] == pytest.approx(2.0)


@pytest.mark.usefixtures("files")
def test_a_call_without_two_decrees_is_refused(tmp_path, capsys):
    (tmp_path / "satu.toml").write_text('[kumuh]\nfile = "lama.gpkg"\n[kelurahan]\nfile = "kelurahan.gpkg"\n')
    assert main(["banding", "satu.toml", "--keluar", "x"]) == 2
    assert "[banding]" in capsys.readouterr().err
    assert main(["banding", "lama.gpkg", "baru.gpkg", "--keluar", "x"]) == 2
    assert "--kelurahan" in capsys.readouterr().err
    with pytest.raises(RecipeError, match="sk_baru"):
        petakumuh.banding(sk_lama="lama.gpkg", kelurahan="kelurahan.gpkg")


@pytest.mark.towns
def test_pekalongan_2020_and_2024(towns):
    folder = towns / "pekalongan"
    done = petakumuh.banding(
        sk_lama=f"{folder / 'sk2020.kmz'}|layername=Kum*",
        sk_baru=folder / "sk2024.kmz",
        kelurahan=folder / "kelurahan.geojson",
    )
    total = done.table("total").iloc[0]
    planar = {"sk_lama": 518.594, "sk_baru": 143.918, "dilepas": 379.806, "tetap": 138.788, "baru": 5.129}
    geodesic = {"sk_lama": 518.731, "sk_baru": 143.956, "dilepas": 379.906, "tetap": 138.825, "baru": 5.131}
    for ending, figures in (("ha", planar), ("geodesik_ha", geodesic)):
        for name, value in figures.items():
            assert total[f"{name}_{ending}"] == pytest.approx(value, abs=0.0015), name
    assert done.zones == (32749,)
    assert len(done.table("kelurahan")) == 28
    matrix = done.table("tingkat")
    assert matrix["luas_ha"].sum() == pytest.approx(379.806 + 138.788 + 5.129, abs=0.002)
    assert (
        matrix.loc[matrix["tingkat_baru"] != "tidak", "jumlah_unit"].sum()
        == done.table("unit")
        .loc[done.table("unit")["keadaan"].isin(["sama", "ganti_kunci", "tanah_lain", "baru"])]
        .shape[0]
    )
