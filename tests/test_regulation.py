"""Rule sets: every file of the catalog is a case by itself, and a bad one is refused by file and key."""

from __future__ import annotations

from importlib.resources import files

import pytest

from petakumuh.catalog.kinds import works
from petakumuh.catalog.regulation import DENOMINATORS, rule_set, rule_sets
from petakumuh.errors import RecipeError

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
        ("mulai = 38", "mulai = 16", r"kelas\[3\]"),
        ("mulai = 0", "mulai = 1", r"kelas\[1\].mulai"),
        ('bawaan = "polos"', 'bawaan = "halus"', "pilihan.rata_sektoral.bawaan.*polos, ambang"),
        ("pasti = true", 'pasti = "ya"', "pilihan.rata_sektoral.pasti"),
        ('pilihan = ["tuntas", "kontribusi"]', 'pilihan = ["tuntas", "layanan"]', r"layanan.*minimal_persen"),
        ("[pilihan.nilai_terendah]", "[pilihan.terendah]", "pilihan.terendah"),
    ],
)
def test_a_bad_rule_set_is_refused_by_file_and_key(tmp_path, old, new, told):
    path = tmp_path / "kota.toml"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(RecipeError, match=rf"kota\.toml.*{told}"):
        rule_set(path)


@pytest.mark.parametrize("name", ["pupr-99", "tidak-ada.toml"])
def test_a_rule_set_that_is_not_there_lists_those_that_are(name):
    with pytest.raises(RecipeError, match=f"{name}.*pupr-02-2016, pupr-14-2018"):
        rule_set(name)


def test_a_way_that_a_rule_set_does_not_offer_is_refused():
    with pytest.raises(RecipeError, match=r"pengurangan.*tuntas, kontribusi"):
        rule_set().chosen("pengurangan", "layanan")
