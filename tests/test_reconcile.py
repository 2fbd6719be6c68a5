"""Rows of a table and the polygons they speak of; a run that scores and compares beside its overlay."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import petakumuh
from petakumuh import recipe
from petakumuh.catalog.regulation import rule_set
from petakumuh.cli import main
from petakumuh.model import Source
from petakumuh.reconcile import PAIRS, Written, matched

from .conftest import frame, kelurahan, kumuh, square, works

pytestmark = pytest.mark.usefixtures("few_outputs")

HEADS = {"luas_verifikasi_ha": 2.0, "jumlah_bangunan": 50, "jumlah_penduduk": 200, "jumlah_kk": 40,
         "jalan_ideal_m": 400, "drainase_ideal_m": 300}  # fmt: skip


def unit(name: str, place: str, own: str, hectares: float, **volumes: float) -> dict[str, object]:
    """A row of a baseline; volumes not named are 0."""
    row: dict[str, object] = {
        "unit_id": name,
        "kelurahan": place,
        "kawasan": own,
        "kecamatan": "Tengah",
        "rtrw": "",
    }
    row |= HEADS | {"luas_verifikasi_ha": hectares} | dict.fromkeys(rule_set().codes, 0.0)
    return row | {code.removeprefix("v"): volume for code, volume in volumes.items()}


def baseline() -> pd.DataFrame:
    """Satu scores 3 x 5 + 1 = 16 (KR) and loses 5 by works; Dua scores nothing; Empat is on no map."""
    return pd.DataFrame(
        [
            unit("1", "Barat", "Satu", 2.0, v1a=50, v3a=40, v5a=40, v7a=20),
            unit("2", "Timur", "Dua", 1.25),
            unit("3", "Timur", "Empat", 1.0),
        ]
    )


def investasi() -> pd.DataFrame:
    return pd.DataFrame([{"id_rt": "1", "tahun": 2021, "kriteria": "3a", "volume": 40}])


def annex(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["no", "nama_lokasi", "kelurahan", "luas_ha"])


@pytest.fixture(scope="module")
def both() -> petakumuh.Run:
    """The small world with its annex and its scores."""
    lampiran = annex(("1", "Satu", "Barat", 2.0), ("2", "Dua", "Timur", 1.0), ("3", "Tigaa", "Timur", 1.25))
    return petakumuh.run(
        kumuh=kumuh(),
        kelurahan=kelurahan(),
        penanganan=works(),
        sk={"nomor": "SK 7", "luas_ha": 4.5, "lampiran": {"file": lampiran}},
        skor={"baseline": baseline(), "investasi": investasi(), "tahun_dasar": 2020},
    )


def pairs(run: petakumuh.Run, source: str) -> dict[tuple[str, str], str]:
    table = run.table("pasangan")
    table = table[table["sumber"] == source]
    return {(row["baris_id"], row["kumuh_id"]): row["keadaan"] for row in table.to_dict("records")}


def test_rows_find_their_polygons_by_kelurahan_and_name(both):
    assert pairs(both, "baseline") == {
        ("1", "A"): "cocok",
        ("2", "B"): "cocok",
        ("3", ""): "tanpa_poligon",
        ("", "C"): "tanpa_baris",
    }


def test_what_is_only_alike_is_suggested_and_never_taken(both):
    assert pairs(both, "lampiran")[("3", "")] == "tanpa_poligon"
    table = both.table("pasangan").set_index(["sumber", "keadaan"])
    assert table.loc[("lampiran", "tanpa_poligon"), "saran"] == "Timur Tiga"
    assert table.loc[("lampiran", "tanpa_baris"), "saran"] == "Timur Tigaa"
    told = both.temuan()
    told = told[(told["aturan"] == "unit_tanpa_poligon") & (told["lapisan"] == "lampiran")]
    assert "mungkin Timur Tiga" in told["pesan"].iloc[0]


def test_an_alias_says_which_polygon_a_row_speaks_of(tmp_path):
    (tmp_path / "alias.csv").write_text("tertulis;resmi\nTimur Tigaa;C\n", encoding="utf-8")
    annex(("3", "Tigaa", "Timur", 1.25)).to_csv(tmp_path / "lampiran.csv", index=False)
    order = recipe.from_tables(
        {"kumuh": kumuh(), "kelurahan": kelurahan(), "sk": {"lampiran": "lampiran.csv", "alias": "alias.csv"}},
        folder=tmp_path,
    )
    run = petakumuh.run(order)
    assert pairs(run, "lampiran")[("3", "C")] == "cocok"


def test_the_hectares_of_the_tables_stand_beside_the_geometry(both):
    rows = both.table("rekonsiliasi").set_index(["wilayah", "kode"])
    assert rows.loc[("kumuh", "A"), ["luas_sk_ha", "luas_verifikasi_ha"]].tolist() == [2.0, 2.0]
    assert rows.loc[("kumuh", "B"), ["luas_sk_ha", "luas_verifikasi_ha"]].tolist() == [1.0, 1.25]
    assert rows.loc[("kumuh", "B"), "selisih_verifikasi_ha"] == pytest.approx(-0.25)
    found = both.findings[both.findings["aturan"] == "luas_tertulis_berbeda"]
    assert found["id"].tolist() == ["2"]
    assert found["luas_ha"].tolist() == pytest.approx([0.25])


def test_the_total_of_the_decree_is_held_against_its_annex_and_the_map(both):
    told = both.temuan().set_index("aturan")["pesan"]
    assert told["sk_total_lampiran"] == "SK 7 menyebut 4,5000 ha, jumlah lampirannya 4,2500 ha."
    assert told["sk_total_delineasi"] == "SK 7 menyebut 4,5000 ha, delineasinya 4,0000 ha."


def test_the_totals_of_decree_annex_verification_and_map_stand_in_one_row(both):
    (row,) = both.table("luas_tertulis").to_dict("records")
    wanted = {"luas_sk_ha": 4.5, "luas_lampiran_ha": 4.25, "luas_verifikasi_ha": 4.25, "luas_delineasi_ha": 4.0}
    assert row == pytest.approx(wanted)


def test_map_and_annex_that_write_other_hectares_are_named():
    lampiran = annex(("1", "Satu", "Barat", 2.25))
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), sk={"lampiran": {"file": lampiran}})
    told = run.temuan().set_index("aturan")["pesan"]
    assert told["luas_peta_tabel_berbeda"] == (
        "Kumuh A: luas_sk_ha pada peta 2,0000 ha, pada tabel 2,2500 ha; yang di tabel dipakai."
    )
    assert run.table("total")["luas_sk_ha"].iloc[0] == 2.25


def test_a_tolerance_of_the_recipe_holds():
    lampiran = annex(("1", "Satu", "Barat", 2.25))
    sk = {"lampiran": {"file": lampiran}, "toleransi_ha": 0.3}
    run = petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), sk=sk)
    assert not {"luas_tertulis_berbeda", "luas_peta_tabel_berbeda"} & set(run.findings["aturan"])


def test_a_row_of_an_rt_in_two_parts_has_both_polygons_and_its_hectares_once():
    slums = frame(
        kumuh_id=["RT001-RW002", "RT001-RW002"],
        kelurahan=["Barat", "Barat"],
        geometry=[square(0, 0, 100), square(200, 0, 100)],
    )
    table = pd.DataFrame([unit("7", "BARAT", "", 1.5) | {"rtrw": "RT 1 / RW 2"}])
    run = petakumuh.run(
        kumuh={"file": slums, "kolom": {"id": "kumuh_id"}},
        kelurahan=kelurahan(),
        skor={"baseline": table, "tahun_dasar": 2020},
    )
    rows = run.table("pasangan")
    assert rows["kumuh_id"].tolist() == ["Barat/RT001-RW002", "Barat/RT001-RW002#2"]
    assert rows["luas_geometri_ha"].tolist() == pytest.approx([2.0, 2.0])
    assert run.table("rekonsiliasi").query("wilayah == 'kelurahan'")["luas_verifikasi_ha"].sum() == 1.5


def test_a_bare_pair_of_numbers_is_rt_before_rw():
    slums = frame(kumuh_id=["RT003-RW006"], kelurahan=["Barat"], geometry=[square(0, 0, 100)])
    lampiran = pd.DataFrame({"no": ["1"], "kelurahan": ["Barat"], "rt_rw": ["003/006"], "luas_ha": [1.0]})
    run = petakumuh.run(kumuh=slums, kelurahan=kelurahan(), sk={"lampiran": {"file": lampiran}})
    assert pairs(run, "lampiran") == {("1", "RT003-RW006"): "cocok"}


def test_a_run_without_works_says_that_nothing_is_known(capsys, tmp_path):
    kumuh().to_file(tmp_path / "kumuh.gpkg")
    kelurahan().to_file(tmp_path / "kelurahan.gpkg")
    layers = ["--kumuh", str(tmp_path / "kumuh.gpkg"), "--kelurahan", str(tmp_path / "kelurahan.gpkg")]
    assert main(["jalankan", *layers, "--keluar", str(tmp_path / "hasil")]) == 0
    assert "luas tertangani belum dapat dinilai, bukan nol" in capsys.readouterr().out


def test_two_rows_cannot_have_one_polygon():
    slums = pd.DataFrame({"kumuh_id": ["A"], "nama": ["Satu"], "kelurahan": ["Barat"], "disebut_id": ["1"]})
    towns = pd.DataFrame({"kelurahan_id": ["1"], "nama": ["Barat"], "kecamatan": ["Tengah"]})
    row = {"nama": "Satu", "kelurahan": "Barat", "kode_kelurahan": "", "kecamatan": "", "rtrw": "", "luas_ha": 1.0}
    rows = pd.DataFrame([row | {"baris_id": "1"}, row | {"baris_id": "2"}])
    table, found = matched(slums, towns, Written("baseline", rows, "luas_verifikasi_ha"))
    assert list(table.columns) == list(PAIRS)
    assert table[["baris_id", "keadaan"]].to_numpy().tolist() == [["1", "cocok"], ["2", "tanpa_poligon"]]
    assert {one.rule for one in found} == {"unit_tanpa_poligon", "poligon_dua_baris"}


def test_both_accounts_stand_in_the_recap_side_by_side(both, tmp_path):
    both.tulis(tmp_path / "hasil")
    told = json.loads((tmp_path / "hasil" / "rekap.json").read_text(encoding="utf-8"))
    assert told["total"]["luas_tertangani_ha"] == pytest.approx(1.5)
    years = told["skor"]["tahun"]
    assert {year: row["pengurangan_ha"] for year, row in years.items()} == {"2020": 0.0, "2021": 2.0}
    assert years["2020"]["kumuh_ha"] == 2.0
    head, *rows = (tmp_path / "hasil" / "pasangan.csv").read_text(encoding="utf-8-sig").splitlines()
    assert head.split(";") == list(PAIRS)
    assert len(rows) == 4 + 4


def test_a_stored_run_has_its_scores_again(both, tmp_path):
    both.tulis(tmp_path)
    opened = petakumuh.buka(tmp_path)
    assert opened.skor is not None
    assert both.skor is not None
    pd.testing.assert_frame_equal(opened.skor.tabel, both.skor.tabel)
    assert opened.skor.aturan == both.skor.aturan
    assert opened.skor.rekap == json.loads(json.dumps(both.skor.rekap))
    pd.testing.assert_frame_equal(opened.table("pasangan"), both.table("pasangan"))


def test_every_table_that_was_read_is_named_with_its_rows(both):
    files = {one.role: one for one in both.inputs}
    assert (files["baseline"].rows, files["investasi"].rows, files["lampiran"].rows) == (3, 1, 3)


def test_a_recipe_runs_the_overlay_the_scores_and_two_decrees(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    kumuh().to_file("lama.gpkg")
    kumuh().iloc[:2].to_file("baru.gpkg")
    kelurahan().to_file("kelurahan.gpkg")
    works().to_file("penanganan.gpkg")
    baseline().to_csv("baseline.csv", index=False)
    investasi().to_csv("investasi.csv", index=False)
    theirs = {"unit_id": ["1", "2"], "skor_2020": [17, 20], "kelas_2020": ["KR", "KR"]}
    pd.DataFrame(theirs).to_csv("dinas.csv", index=False)
    (tmp_path / "petakumuh.toml").write_text(
        """
[kumuh]
file = "lama.gpkg"
[kelurahan]
file = "kelurahan.gpkg"
[[penanganan]]
file = "penanganan.gpkg"
[sk]
nomor = "SK 7"
tahun_dasar = 2021
[skor]
baseline = "baseline.csv"
investasi = "investasi.csv"
tahun_dasar = 2020
kontribusi = "form"
pembanding = "dinas.csv"
[banding]
sk_lama = "lama.gpkg"
sk_baru = "baru.gpkg"
""",
        encoding="utf-8",
    )
    order = recipe.load("petakumuh.toml")
    assert recipe.from_tables(recipe.as_tables(order)) == order
    assert (order.kumuh.sk, order.kumuh.tahun_dasar) == ("SK 7", 2021)
    assert order.skor is not None
    assert order.skor.investasi == Source(file="investasi.csv")
    assert main(["jalankan", "petakumuh.toml", "--keluar", "hasil"]) == 0
    out = capsys.readouterr().out
    assert "Menurut skor (Permen PUPR 14/PRT/M/2018)" in out
    assert "Menurut SK: –; jumlah lampiran: –; delineasi: 4,00 ha." in out
    assert "Luas unit skor 4,25 ha (luas verifikasi), delineasi 4,00 ha" in out
    written = {path.name for path in (tmp_path / "hasil").iterdir()}
    assert {
        "rekap.json",
        "skor.csv",
        "skor_rekap.json",
        "banding.json",
        "pasangan.csv",
        "skor_beda.csv",
    } <= written
    scores = json.loads((tmp_path / "hasil" / "skor_rekap.json").read_text(encoding="utf-8"))
    assert scores["resep"]["kontribusi"] == "form"
    decrees = json.loads((tmp_path / "hasil" / "banding.json").read_text(encoding="utf-8"))
    assert decrees["dilepas_ha"] == pytest.approx(1.0)
    assert main(["jalankan", "petakumuh.toml", "--keluar", "hasil"]) == 2
    opened = petakumuh.buka("hasil").skor
    assert opened is not None
    assert opened.beda is not None
    cells = {
        (one["unit_id"], one["kolom"]): (one["kami"], one["mereka"]) for one in opened.beda.to_dict("records")
    }
    assert cells[("1", "total")] == (16, 17)
    assert cells[("2", "tingkat")] == ("TK", "KR")


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ({"skor": {}}, "baseline"),
        ({"skor": {"baseline": "a.csv", "aturann": "x"}}, "aturan"),
        ({"skor": {"baseline": "a.csv", "tahun_dasar": "2020"}}, "2020"),
        ({"sk": {"luas_ha": "banyak"}}, "luas_ha"),
        ({"sk": {"lampiran": {"berkas": "x"}}}, "berkas"),
    ],
)
def test_a_wrong_key_of_these_tables_is_named(table, word):
    with pytest.raises(petakumuh.RecipeError, match=word):
        recipe.from_tables({"kumuh": "a.gpkg", "kelurahan": "b.gpkg"} | table)


@pytest.mark.towns
def test_names_of_pekalongan_that_are_only_alike_are_suggested(towns):
    folder = towns / "pekalongan"
    run = petakumuh.run(
        kumuh=f"{folder / 'sk2020.kmz'}|layername=Kum*",
        kelurahan=folder / "kelurahan.geojson",
        skor={"baseline": folder / "baseline_rt_2019.csv"},
    )
    table = run.table("pasangan")
    alone = table[table["keadaan"] == "tanpa_poligon"].set_index("sebutan")["saran"]
    assert alone["Sokoduwet RT001-RW012"] == "Sekoduwet RT001-RW012"
    assert (table["keadaan"] != "tanpa_poligon").sum() + len(alone) == len(table)
    assert table.loc[table["baris_id"] != "", "baris_id"].nunique() == 432
    assert table.loc[table["kumuh_id"] != "", "kumuh_id"].nunique() == 438


def test_results_of_somebody_else_are_compared_cell_by_cell(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    baseline().to_csv("baseline.csv", index=False)
    investasi().to_csv("investasi.csv", index=False)
    theirs = {"unit_id": ["1", "1"], "tahun": [2020, 2021], "total": [16, 16], "tingkat": ["KR", "KR"]}
    pd.DataFrame(theirs).to_csv("dinas.csv", index=False)
    call = ["skor", "--baseline", "baseline.csv", "--investasi", "investasi.csv", "--tahun-dasar", "2020"]
    assert main([*call, "--pembanding", "dinas.csv", "--keluar", "hasil"]) == 0
    assert "Pembanding: 2 sel berbeda" in (out := capsys.readouterr().out)
    assert "4 unit dan tahun hanya ada di satu pihak" in out
    head, *rows = (tmp_path / "hasil" / "skor_beda.csv").read_text(encoding="utf-8-sig").splitlines()
    cells = [dict(zip(head.split(";"), row.split(";"), strict=True)) for row in rows]
    told = {(one["tahun"], one["kolom"]): (one["kami"], one["mereka"], one["sebab"]) for one in cells}
    assert told[("2021", "total")] == ("11", "16", "investasi_tidak_diterapkan")
    assert told[("2021", "tingkat")] == ("TK", "KR", "mengikuti_nilai")


def test_what_is_replaced_is_what_was_written_before_never_a_file_of_the_users(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ("skor_baseline_2020.csv", "skor_catatan.csv", "skor_manual.xlsx", "lembar/rapat.xlsx")
    (tmp_path / "lembar").mkdir()
    for name in names[1:]:
        (tmp_path / name).write_text("milik saya", encoding="utf-8")
    baseline().to_csv(names[0], index=False)
    call = ["skor", "--baseline", names[0], "--keluar", ".", "--tahun-dasar", "2020"]
    assert main(call) == 0
    assert main([*call, "--timpa"]) == 0
    assert all((tmp_path / name).is_file() for name in names)
    first = {path.name for path in (tmp_path / "lembar").iterdir()}
    baseline().assign(kelurahan="Utara", kawasan="").to_csv(names[0], index=False)
    assert main([*call, "--timpa"]) == 0
    assert {path.name for path in (tmp_path / "lembar").iterdir()} & first == {"rapat.xlsx"}
    petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan()).tulis(tmp_path, timpa=True)
    assert not (tmp_path / "skor.csv").exists()
    assert all((tmp_path / name).is_file() for name in names)


def test_an_alias_that_leads_nowhere_is_named_and_takes_no_match_away(tmp_path):
    (tmp_path / "alias.csv").write_text("tertulis;resmi\n1;999\nxx;A\n", encoding="utf-8")
    annex(("1", "Satu", "Barat", 2.0)).to_csv(tmp_path / "lampiran.csv", index=False)
    order = recipe.from_tables(
        {"kumuh": kumuh(), "kelurahan": kelurahan(), "sk": {"lampiran": "lampiran.csv", "alias": "alias.csv"}},
        folder=tmp_path,
    )
    run = petakumuh.run(order)
    assert pairs(run, "lampiran")[("1", "A")] == "cocok"
    assert (run.findings["aturan"] == "alias_tak_dikenal").sum() == 2
