"""Scores on the slums: each year's class in the layers, and the layer of the programme written back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyogrio
import pytest

import petakumuh
from petakumuh.catalog.regulation import rule_set
from petakumuh.present import vector
from petakumuh.present.kotaku import FIELDS
from petakumuh.present.layers import layers, painted
from petakumuh.read import read_layer
from petakumuh.recipe import from_tables

from .conftest import frame, kelurahan, square, works

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas

PODOSUGIH = {
    "luas_verifikasi_ha": 1.241758, "jumlah_bangunan": 74, "jumlah_penduduk": 489, "jumlah_kk": 147,
    "jalan_ideal_m": 306, "drainase_ideal_m": 500, "1a": 74, "1c": 3, "2b": 186, "3a": 74, "4a": 0.001758,
    "4b": 200, "4c": 200, "5a": 43, "6a": 147, "6b": 39,
}  # fmt: skip
"""A worked example of METHOD.md: 18 KR; after the works of 2021 15 TK."""


def slums() -> geopandas.GeoDataFrame:
    """An RT in two parts, an RT without volumes, a slum that no row speaks of."""
    return frame(
        kumuh_id=["A", "B", "C", "D"],
        nama=["RT006-RW001", "RT 6 / RW 1", "RT001-RW002", "RT009-RW009"],
        kelurahan=["Barat"] * 4,
        luas_sk_ha=[0.75, 0.5, 1.0, 1.0],
        tingkat=["KUMUH RINGAN", "Sedang", "KUMUH BERAT", ""],
        geometry=[square(0, 0, 100, 75), square(0, 200, 50, 100), square(200, 0, 100), square(200, 200, 100)],
    )


def scored(rows: geopandas.GeoDataFrame | None = None, **tables: Any) -> petakumuh.Run:
    """A run of the worked example; the second unit lacks a volume."""
    unit = dict.fromkeys(rule_set().codes, 0.0) | PODOSUGIH | {"kelurahan": "Barat", "kecamatan": "Tengah"}
    baseline = [
        unit | {"unit_id": "7", "rtrw": "RT006-RW001"},
        unit | {"unit_id": "8", "rtrw": "RT001-RW002", "3a": None},
    ]
    done = [{"id_rt": "7", "tahun": 2021, "kriteria": code, "volume": 39} for code in ("6a", "6b")]
    return petakumuh.run(
        kumuh=slums() if rows is None else rows,
        kelurahan=kelurahan(),
        skor={"baseline": pd.DataFrame(baseline), "investasi": pd.DataFrame(done), "tahun_dasar": 2019},
        **tables,
    )


@pytest.fixture(scope="module")
def run() -> petakumuh.Run:
    return scored()


def written(run: petakumuh.Run, name: str, folder: Path) -> Path:
    vector.files(run, "id")[name](folder / name)
    return folder / name


def programme_rows(path: Path) -> geopandas.GeoDataFrame:
    """The layer of the programme; beside it stands only how QGIS draws it."""
    (name, _), *rest = pyogrio.list_layers(path).tolist()
    assert [one for one, _ in rest] == ["layer_styles"]
    return pyogrio.read_dataframe(path, layer=name)


def by_id(rows: pd.DataFrame) -> dict[str, dict[Any, Any]]:
    return {str(row["kumuh_id"]): row for row in rows.to_dict("records")}


def layer_of(run: petakumuh.Run) -> geopandas.GeoDataFrame:
    assert run.skor is not None
    return painted(run, run.skor)


def test_the_classes_of_a_unit_stand_year_by_year_on_its_slums(run, tmp_path):
    rows = by_id(pyogrio.read_dataframe(written(run, "satu_peta.gpkg", tmp_path), layer="skor"))
    for slum in ("A", "B"):
        row = rows[slum]
        assert (row["unit_id"], row["rtrw"], row["pasangan"]) == ("7", "RT006-RW001", "cocok")
        assert [row[f"total_{year}"] for year in ("awal", "2019", "2020", "2021", "akhir")] == [18, 18, 18, 15, 15]
        assert [row[f"tingkat_{year}"] for year in (2019, 2020, 2021)] == ["Kumuh Ringan"] * 2 + ["Tidak Kumuh"]
        assert (row["tingkat_awal"], row["tingkat_akhir"]) == ("Kumuh Ringan", "Tidak Kumuh")
        assert row["rata_sektoral_akhir"] < row["rata_sektoral_awal"]


def test_a_unit_in_two_parts_bears_its_hectares_once(run):
    rows = by_id(layer_of(run))
    assert rows["A"]["luas_verifikasi_ha"] == rows["A"]["pengurangan_ha"] == 1.241758
    assert pd.isna(rows["B"]["luas_verifikasi_ha"])
    assert pd.isna(rows["B"]["pengurangan_ha"])


def test_slums_without_score_and_without_row_say_so(run):
    rows = by_id(layer_of(run))
    assert rows["C"]["tingkat_awal"] == rows["C"]["tingkat_akhir"] == "tanpa skor"
    assert pd.isna(rows["C"]["total_2020"])
    assert (rows["D"]["tingkat_2020"], rows["D"]["pasangan"], rows["D"]["unit_id"]) == (
        "tanpa baris", "tanpa_baris", "",
    )  # fmt: skip


def test_years_without_a_number_are_named_by_letters():
    baseline = pd.DataFrame(
        [dict.fromkeys(rule_set().codes, 0.0) | PODOSUGIH | {"kelurahan": "Barat", "rtrw": "RT006-RW001"}]
    )
    run = petakumuh.run(kumuh=slums(), kelurahan=kelurahan(), skor={"baseline": baseline})
    names = [name for name in layer_of(run) if name.startswith("total_")]
    assert names == ["total_awal", "total_tahun_dasar", "total_akhir"]


def test_the_geojson_is_in_longitude_and_latitude_with_missing_totals_null(run, tmp_path):
    told = json.loads(written(run, "skor.geojson", tmp_path).read_text(encoding="utf-8"))
    assert told["name"] == "skor"
    assert "bukan luas yang diukur di peta" in told["description"]
    found = {one["properties"]["kumuh_id"]: one for one in told["features"]}
    assert len(found) == 4
    assert found["C"]["properties"]["total_2021"] is None
    assert found["A"]["geometry"]["coordinates"][0][0][0] < 180


def test_a_run_without_scores_has_neither_layer_nor_files(small):
    assert "skor" not in layers(small)
    assert not [name for name in vector.files(small, "id") if not name.startswith("satu_peta.")]


def test_the_class_of_the_map_is_held_against_the_score_of_the_base_year(run):
    found = run.findings[run.findings["aturan"] == "tingkat_peta_berbeda"]
    assert found["id"].tolist() == ["B"]
    told = run.temuan().set_index("aturan")["pesan"]["tingkat_peta_berbeda"]
    assert "Sedang" in told
    assert "Kumuh Ringan" in told


def test_the_layer_of_the_programme_is_made_of_what_the_run_knows(run, tmp_path):
    path = written(run, "kotaku.gpkg", tmp_path)
    assert pyogrio.list_layers(path)[0].tolist() == ["Kumuh_Kota_Uji", "MultiPolygon"]
    rows = programme_rows(path)
    assert tuple(rows.columns.drop("geometry")) == FIELDS
    assert len(FIELDS) == 52
    first = rows.iloc[0]
    assert first[["Provinsi", "Kota", "Kelurahan"]].tolist() == ["Uji", "Kota Uji", "Barat"]
    assert first[["Kode_Prov", "Kode_Kota", "Kode_Kec"]].tolist() == ["99", "9901", "990101"]
    assert first[["RT", "RW", "Kode_RTRW"]].tolist() == ["RT006", "RW001", "RT006-RW001"]
    # 74 of 74 and 3 of 74 buildings: what scores nothing is 0 in the mean, (100 + 0 + 0) / 3.
    assert first[["k1_a_p", "k1_c_p", "k1_p"]].tolist() == [100, 4.05405, 33.33333]
    assert first[["k2_b_p", "k4_e_p", "k6_b_p"]].tolist() == [60.78431, 40, 26.53061]
    words = first[["Bangunan", "Drainase", "Sampah", "Proteksi_K"]].tolist()
    shares = ("25 - 50 %", "25 - 50 %", "50 - 75 %", "< 25 %")
    assert words == [f"Permasalahan {share}" for share in shares]
    assert first[["skor_awal", "kum_awal", "luas_awal"]].tolist() == [18, "KUMUH RINGAN", 0.75]
    assert rows[["k4_c_p", "k4_d_p", "k6_c_p", "Kode_Kel", "p_kumuh"]].isna().all(axis=None)


def test_what_scoring_found_is_filled_and_blank_where_it_found_nothing(run, tmp_path):
    rows = programme_rows(written(run, "kotaku.gpkg", tmp_path))
    filled = rows[["skor_akhir", "luas_akhir", "Status_akh"]]
    assert filled.iloc[0].tolist() == filled.iloc[1].tolist() == [15, 0, "TIDAK KUMUH"]
    assert filled.iloc[2:].isna().all(axis=None)
    assert rows["kum_awal"].iloc[2:].isna().all()


def test_the_written_layer_is_recognised_when_it_is_read_and_comes_back_the_same(tmp_path):
    path = written(scored(slums().iloc[[0, 2, 3]]), "kotaku.gpkg", tmp_path)
    rows, found, _ = read_layer(from_tables({"kumuh": str(path), "kelurahan": kelurahan()}).kumuh, "kumuh")
    assert [one.values["skema"] for one in found if one.rule == "skema_dikenali"] == [
        "KOTAKU, delineasi per RT (52 kolom)"
    ]
    assert json.loads(rows["asal"].iloc[0])["k2_b_p"] == 60.78431
    again = scored(programme_rows(path))
    (tmp_path / "lagi").mkdir()
    files = path, written(again, "kotaku.gpkg", tmp_path / "lagi")
    once, twice = (pd.DataFrame(programme_rows(one)).drop(columns="geometry") for one in files)
    order = ["Kelurahan", "RW", "RT"]  # rows stand in the order of ids, which the second reading takes from RT/RW
    once, twice = (rows.sort_values(order, ignore_index=True) for rows in (once, twice))
    pd.testing.assert_frame_equal(twice, once)


def programme(**columns: list[object]) -> geopandas.GeoDataFrame:
    """A layer of the programme: its fields blank but for those given."""
    blank: dict[str, Any] = {name: [""] for name in FIELDS}
    own = {"Kelurahan": ["Barat"], "Kode_RTRW": ["RT006-RW001"], "k1_a_p": [12.3457], "skor_awal": [20]}
    own |= {"luas_awal": [1.09], "kum_awal": ["KUMUH RINGAN"], "Kode_Kel": [33750401.0]}
    return frame(**(blank | own | columns), geometry=[square(0, 0, 100)])


def test_the_programmes_own_values_stand_and_nothing_else_of_its_file_travels(tmp_path):
    run = scored(programme(Sumber=["Data  SIM"], k3_p=["12,5"], NIK=["1234567890123456"]))
    asal = json.loads(run.layers.kumuh["asal"].iloc[0])
    assert set(asal) == set(FIELDS)
    row = programme_rows(written(run, "kotaku.gpkg", tmp_path)).iloc[0]
    assert row[["k1_a_p", "skor_awal", "luas_awal", "kum_awal"]].tolist() == [12.3457, 20, 1.09, "KUMUH RINGAN"]
    assert row[["Sumber", "k3_p", "Kode_Kel"]].tolist() == ["Data  SIM", "12,5", "33750401"]
    assert row[["skor_akhir", "luas_akhir", "Status_akh"]].tolist() == [15, 0, "TIDAK KUMUH"]
    assert "asal" not in layers(run)["kumuh"]


def test_a_unit_that_stays_slum_keeps_its_hectares(tmp_path):
    unit = dict.fromkeys(rule_set().codes, 0.0) | PODOSUGIH | {"kelurahan": "Barat", "rtrw": "RT006-RW001"}
    run = petakumuh.run(
        kumuh=programme(skor_akhir=["9"]), kelurahan=kelurahan(), skor={"baseline": pd.DataFrame([unit])}
    )
    row = programme_rows(written(run, "kotaku.gpkg", tmp_path)).iloc[0]
    assert row[["skor_akhir", "luas_akhir", "Status_akh"]].tolist() == [18, 1.09, "KUMUH RINGAN"]


def test_what_the_programme_wrote_outlives_a_stored_run(tmp_path):
    run = scored(programme())
    run.tulis(tmp_path / "hasil")
    again = written(petakumuh.buka(tmp_path / "hasil"), "kotaku.gpkg", tmp_path)
    assert again.read_bytes() == (tmp_path / "hasil" / "kotaku.gpkg").read_bytes()


@pytest.mark.parametrize("basis", ["utm", "tm3", "geodesik"])
def test_ground_on_the_map_has_the_hectares_of_the_headline(basis):
    from petakumuh.present.web.layers import every_layer

    run = petakumuh.run(kumuh=slums(), kelurahan=kelurahan(), penanganan=works(), hitung={"dasar": basis})
    ground = next(one for one in every_layer(run, "id") if one.pane == "bidang")
    assert "luas_ha" in ground.columns
    assert ground.rows["luas_ha"].sum() == pytest.approx(run.table("total")["luas_delineasi_ha"].iloc[0], abs=1e-9)


@pytest.fixture(scope="module")
def pekalongan(towns):
    folder = towns / "pekalongan"
    return petakumuh.run(
        kumuh={"file": folder / "sk2020.kmz", "lapisan": ["Kum*"]},
        kelurahan=folder / "kelurahan.geojson",
        skor={"baseline": folder / "baseline_rt_2019.csv", "investasi": folder / "investasi_2020_2023.csv"},
    )


@pytest.mark.towns
def test_the_worked_examples_stand_on_the_map_of_pekalongan(pekalongan):
    rows = layer_of(pekalongan)
    assert len(rows) == 438
    row = by_id(rows)["Podosugih/RT006-RW001"]
    assert (row["total_2020"], row["tingkat_2020"]) == (18, "Kumuh Ringan")
    assert (row["total_2021"], row["tingkat_2021"]) == (15, "Tidak Kumuh")
    row = by_id(rows)["Padukuhan Kraton/RT002-RW012"]
    assert [row[f"total_{year}"] for year in (2019, 2022, 2023)] == [17, 17, 14]


@pytest.mark.towns
def test_reductions_on_the_map_are_those_of_the_units_that_have_a_slum(pekalongan):
    rows = layer_of(pekalongan)
    pairs = pekalongan.table("pasangan")
    off_map = set(pairs.loc[pairs["keadaan"] == "tanpa_poligon", "baris_id"])
    last = pekalongan.skor.tabel[pekalongan.skor.tabel["tahun"] == "2023"]
    less = last.loc[last["unit_id"].isin(off_map), "pengurangan_ha"].sum()
    recap = pekalongan.skor.rekap["tahun"]["2023"]["pengurangan_ha"]
    assert len(off_map) == 7
    assert rows["pengurangan_ha"].sum() == pytest.approx(recap - less, abs=1e-9)


@pytest.mark.towns
def test_the_layer_of_pekalongan_comes_back_with_its_own_values(pekalongan, tmp_path):
    path = written(pekalongan, "kotaku.gpkg", tmp_path)
    rows = programme_rows(path)
    assert pyogrio.list_layers(path)[0, 0] == "Kumuh_Kota_Pekalongan"
    assert tuple(rows.columns.drop("geometry")) == FIELDS
    assert rows["luas_awal"].sum() == pytest.approx(512.69, abs=0.005)
    assert rows["Sumber"].unique().tolist() == ["Data SIM KOTAKU download pada tanggal 20 November 2020"]
    row = rows[(rows["Kelurahan"] == "Padukuhan Kraton") & (rows["Kode_RTRW"] == "RT002-RW012")].iloc[0]
    assert row[["skor_akhir", "luas_akhir", "Status_akh"]].tolist() == [14, 0, "TIDAK KUMUH"]
    blank = rows["skor_akhir"].isna()
    assert (blank == rows["luas_akhir"].isna()).all()
    assert (blank == rows["Status_akh"].isna()).all()
    assert 0 < blank.sum() < 100


@pytest.mark.towns
def test_the_programmes_words_and_means_follow_from_its_shares(pekalongan):
    """The rule that fills these fields for other layers, held against 438 rows that the programme wrote."""
    from petakumuh.present.kotaku import _WORDS, _in_words

    own = pd.DataFrame([json.loads(one) for one in pekalongan.layers.kumuh["asal"]])
    for aspect, field in _WORDS.items():
        shares = own.filter(regex=rf"^k{aspect}_\w_p$").astype(float)
        shares = shares.dropna(axis=1, how="all")
        mean = shares.where(shares >= 24.995, 0.0).mean(axis=1)
        assert mean.to_numpy() == pytest.approx(own[f"k{aspect}_p"].to_numpy(dtype=float), abs=0.001)
        assert [_in_words(one) for one in mean] == own[field].tolist()
