"""Rule sets: every file of the catalog is a case by itself, and a bad one is refused by file and key."""

from __future__ import annotations

from importlib.resources import files

import pytest

import petakumuh
from petakumuh.catalog.kinds import works
from petakumuh.catalog.regulation import DENOMINATORS, rule_set, rule_sets
from petakumuh.errors import RecipeError
from petakumuh.present.scores import rules_text, scores_text
from tests.test_score import done, town, unit

TEXT = files("petakumuh.catalog").joinpath("regulations/pupr-14-2018.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", rule_sets())
def test_each_rule_set_is_whole_and_cites_its_source(name):
    rules = rule_set(name)
    assert rules.id == name
    assert "Nomor" in rules.sumber
    assert len(set(rules.codes)) == len(rules.kriteria)
    assert [one.aspek for one in rules.kriteria] == sorted(one.aspek for one in rules.kriteria)
    assert {one.penyebut for one in rules.kriteria} <= set(DENOMINATORS)
    assert [one.nilai for one in rules.pita] == [1, 3, 5]
    assert [one.mulai for one in rules.pita] == [0.24995, 0.50995, 0.75995]
    assert [one.kode for one in rules.kelas] == ["TK", "KR", "KS", "KB"]


def test_the_rules_of_2018_are_sixteen_criteria_in_seven_aspects():
    rules = rule_set()
    assert " ".join(rules.codes) == "1a 1b 1c 2a 2b 3a 3b 4a 4b 4c 5a 5b 6a 6b 7a 7b"
    assert [one.mulai for one in rules.kelas] == [0, 16, 38, 60]
    assert {one.kode for one in rules.kriteria if one.penyebut == "luas_verifikasi_ha"} == {"1b", "4a"}
    assert {one.kode for one in rules.kriteria if one.penyebut == "jumlah_bangunan"} == {"1a", "1c", "7a", "7b"}
    assert {one.kode for one in rules.kriteria if one.penyebut == "drainase_ideal_m"} == {"4b", "4c"}
    assert {one.kode for one in rules.kriteria if one.satuan == "m"} == {"2a", "2b", "4b", "4c"}
    assert {one.kode for one in rules.kriteria if one.penyebut_lain} == {"2b"}
    assert rules.kontribusi_ambang == 0.2499


def test_the_rules_of_2016_are_nineteen_criteria_and_say_what_is_not_confirmed():
    rules = rule_set("pupr-02-2016")
    assert set(rules.codes) - set(rule_set().codes) == {"4d", "4e", "6c"}
    assert [one.mulai for one in rules.kelas] == [0, 19, 45, 71]
    assert len(rules.kriteria) * max(one.nilai for one in rules.pita) == 95
    assert not rules.pilihan["nilai_terendah"].pasti
    assert rules.chosen("nilai_terendah") == "0"
    assert rules.chosen("pengurangan", "layanan") == "layanan"
    assert rules.layanan_minimal == 0.8


@pytest.mark.parametrize("name", rule_sets())
def test_each_rule_set_says_how_plans_are_made_and_what_of_it_is_not_confirmed(name):
    rules = rule_set(name)
    plans = rules.rencana
    assert plans.indikator == {"air_minum": ("3a",), "sanitasi": ("5a",)}
    order = [plans.prioritas[kind][word] for word in ("tinggi", "sedang", "rendah") for kind in ("KB", "KS", "KR")]
    assert order == list(range(1, 10))
    assert plans.kewenangan == ((0, "kabupaten/kota"), (10, "provinsi"), (15, "pusat"))
    assert plans.pola["legal"] == {"KB": "peremajaan", "KS": "peremajaan", "KR": "pemugaran"}
    assert set(plans.pola["ilegal"].values()) == {"permukiman kembali"}
    assert [table for table, sure in plans.pasti.items() if sure] == ["prioritas", "kewenangan"]
    assert rules.chosen("pertimbangan") == "1-5/6-10/11-15"
    assert list(plans.tingkat_pertimbangan[rules.chosen("pertimbangan", "1-3/4-6/7-9")].values()) == [1, 4, 7]


@pytest.mark.parametrize("name", rule_sets())
def test_a_rule_set_is_printed_with_every_table_and_its_doubts(name):
    text = rules_text(rule_set(name))
    for words in ("sanitasi 5a [?]", "KB tinggi 1", "legal KR pemugaran [?]", ">= 10 ha provinsi"):
        assert words in " ".join(text.split())


def test_every_work_acts_on_criteria_that_exist_in_their_unit():
    units = {one.kode: one.satuan for one in rule_set().kriteria}
    for kind in works():
        assert {code: rule_set().unit(unit) for code, unit in kind.kriteria.items()} == {
            code: units[code] for code in kind.kriteria
        }


def test_a_file_of_the_user_works_the_same_way(tmp_path):
    path = tmp_path / "kota.toml"
    path.write_text(TEXT.replace('id = "pupr-14-2018"', 'id = "kota"').replace("mulai = 16", "mulai = 17"))
    assert (rule_set(path).id, rule_set(str(path)).kelas[1].mulai) == ("kota", 17)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[aturan]", "[aturan", "TOML"),
        ("[aturan]", "[atur]", "atur"),
        ('sumber = "', 'sumbernya = "', "aturan.sumbernya"),
        ('satuan = "ha"', 'satuan = "km"', r"kriteria\[2\].satuan.*unit, ha, m, KK"),
        ('penyebut = "luas_verifikasi_ha"', 'penyebut = "luas"', r"kriteria\[2\].penyebut.*luas_verifikasi_ha"),
        ('kode = "1b"', 'kode = "1a"', r"kriteria\[2\].kode"),
        ('aspek = "7"', 'aspek = "8"', r"kriteria\[15\].aspek"),
        ("mulai_persen = 50.995", "mulai_persen = 20", r"pita\[2\]"),
        ("mulai_persen = 50.995", "mulai_persen = 101", r"pita\[2\].mulai_persen"),
        ("nilai = 3", "nilai = 1", r"pita\[2\]"),
        ("mulai_persen = 75.995", "mulai_persen = nan", r"pita\[3\].mulai_persen"),
        ("mulai_persen = 75.995", "mulai_persen = inf", r"pita\[3\].mulai_persen"),
        ("ambang_persen = 24.99", "ambang_persen = nan", r"kontribusi.ambang_persen"),
        ("nilai = 5", "nilai = 1001", r"pita\[3\].nilai.*1000"),
        ("nilai = 1", "nilai = 0", r"pita\[1\].nilai.*nilai_terendah"),
        ('kode = "1b"', 'kode = "kelurahan"', r"kriteria\[2\].kode.*kelurahan"),
        ('kode = "1b"', 'kode = "luasverifikasi"', r"kriteria\[2\].kode.*luasverifikasi"),
        ('kode = "1b"', 'kode = "masalah"', r"kriteria\[2\].kode.*masalah"),
        ('kode = "KR"', 'kode = "tanpa_skor"', r"kelas\[2\].kode.*tanpa_skor"),
        ('kode = "KR"', 'kode = "Kumuh"', r"kelas\[2\].kode.*tidak_kumuh"),
        ('kode = "KR"', 'kode = "tidak kumuh"', r"kelas\[2\].kode"),
        ('kode = "KS"', 'kode = "kr"', r"kelas\[3\].kode.*berulang"),
        ("mulai = 60", "mulai = 99999", r"kelas\[4\].mulai"),
        ("mulai_ha = 15", "mulai_ha = inf", r"kewenangan.pita\[3\].mulai_ha"),
        ("mulai_ha = 15", "mulai_ha = nan", r"kewenangan.pita\[3\].mulai_ha"),
        ('air_minum = ["3a"]', '"air bersih" = ["3a"]', "indikator.air bersih.*air_minum, sanitasi"),
        ("nilai = 5", f"nilai = 1{'0' * 5000}", "TOML"),
        ("mulai = 38", "mulai = 16", r"kelas\[3\]"),
        ("mulai = 0", "mulai = 1", r"kelas\[1\].mulai"),
        ('bawaan = "polos"', 'bawaan = "halus"', "pilihan.rata_sektoral.bawaan.*polos, ambang"),
        ("pasti = true", 'pasti = "ya"', "pilihan.rata_sektoral.pasti"),
        ('pilihan = ["tuntas", "kontribusi"]', 'pilihan = ["tuntas", "layanan"]', r"layanan.*minimal_persen"),
        ("[pilihan.nilai_terendah]", "[pilihan.terendah]", "pilihan.terendah"),
        ('air_minum = ["3a"]', 'air_minum = ["3c"]', "indikator.air_minum.*3a, 3b"),
        ('air_minum = ["3a"]', 'air_minum = ["3a", "2a"]', "indikator.air_minum"),
        ('air_minum = ["3a"]', "air_minum = []", "indikator.air_minum"),
        ("kependudukan = { tinggi", "penduduk = { tinggi", "pertimbangan.hal.penduduk.*kependudukan"),
        ("{ rendah = 1, sedang = 4, tinggi = 7 }", "{ rendah = 1, sedang = 8, tinggi = 7 }", "jumlah.1-3/4-6/7-9"),
        ("{ rendah = 1, sedang = 4, tinggi = 7 }", "{ sedang = 1, tinggi = 7 }", "jumlah.1-3/4-6/7-9"),
        ('bawaan = "1-5/6-10/11-15"', 'bawaan = "1-5"', "pilihan.pertimbangan.bawaan.*1-3/4-6/7-9"),
        ("KS = { rendah = 8, sedang = 5, tinggi = 2 }", "", r"prioritas.KS"),
        (
            "KS = { rendah = 8, sedang = 5",
            "KS = { rendah = 8, tengah = 5",
            r"prioritas.KS.*rendah, sedang, tinggi",
        ),
        ("KS = { rendah = 8, sedang = 5", "KS = { rendah = 4, sedang = 5", r"prioritas.KS.*rendah >= sedang"),
        ("KB = { rendah = 7", "KB = { rendah = 9", r"prioritas.KB.*<= prioritas.KS"),
        ('legal = { KR = "pemugaran"', 'sah = { KR = "pemugaran"', "pola.sah.*legal, ilegal"),
        ('legal = { KR = "pemugaran"', 'legal = { TK = "pemugaran"', "pola.legal.TK.*KR, KS, KB"),
        ("mulai_ha = 0", "mulai_ha = 1", r"kewenangan.pita\[1\].mulai_ha"),
        ("mulai_ha = 15", "mulai_ha = 10", r"kewenangan.pita\[3\].mulai_ha.*> 10"),
        ("mulai_ha = 15", 'mulai_ha = "15"', r"kewenangan.pita\[3\].mulai_ha"),
        ("[prioritas]\npasti = true", "[prioritas]", "prioritas.pasti"),
    ],
)
def test_a_bad_rule_set_is_refused_by_file_and_key(tmp_path, old, new, told):
    path = tmp_path / "kota.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RecipeError, match=rf"kota\.toml.*{told}"):
        rule_set(path)


def test_one_class_alone_is_no_rule_set(tmp_path):
    head, first, *_, last = TEXT.split("[[kelas]]")
    path = tmp_path / "kota.toml"
    path.write_text(f"{head}[[kelas]]{first}{last[last.index('[aspek]') :]}", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"kota\.toml.*kelas.*kumuh"):
        rule_set(path)


def test_scores_whose_sum_would_not_fit_are_refused(tmp_path):
    path = tmp_path / "kota.toml"
    more = "".join(
        f'[[kriteria]]\nkode = "9{one:02d}"\naspek = "7"\nnama = "x"\nsatuan = "m"\npenyebut = "jalan_ideal_m"\n'
        for one in range(17)
    )
    path.write_text(TEXT.replace("nilai = 5", "nilai = 1000").replace("[[kriteria]]", more + "[[kriteria]]", 1))
    with pytest.raises(RecipeError, match=r"pita\[3\]\.nilai.*32767 / 33"):  # 33 x 1000 > 32767
        rule_set(path)


@pytest.mark.parametrize("name", ["pupr-99", "tidak-ada.toml"])
def test_a_rule_set_that_is_not_there_lists_those_that_are(name):
    with pytest.raises(RecipeError, match=f"{name}.*pupr-02-2016, pupr-14-2018"):
        rule_set(name)


def test_who_is_served_is_said_once_where_there_is_one_year_and_in_single_brackets():
    base = town(unit(1, v3a=7.7))  # of 77 households
    assert "Terlayani, Air minum (%): 90,00 (tahun dasar)." in scores_text(petakumuh.skor(base))
    text = scores_text(petakumuh.skor(base, done(("1", 2021, "3a", 7.7))))
    assert "Terlayani, Air minum (%): 90,00 (2020) menjadi 100,00 (2021)." in text


def test_a_way_that_a_rule_set_does_not_offer_is_refused():
    with pytest.raises(RecipeError, match=r"pengurangan.*tuntas, kontribusi"):
        rule_set().chosen("pengurangan", "layanan")
