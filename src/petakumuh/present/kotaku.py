"""The layer of the programme (KOTAKU, 52 fields) written back, with what scoring found filled in.

Where the slums came as such a layer, its own values stand as they were; else its fields are filled from what the
run knows, and what it does not know stays blank.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from petakumuh.catalog.schema import schemas
from petakumuh.present.layers import NO_ROW, NO_SCORE, painted
from petakumuh.text.codes import as_text, village_kind

if TYPE_CHECKING:
    from pandas import DataFrame, Series

    from petakumuh.catalog.regulation import RuleSet
    from petakumuh.model import Result, Scores

__all__ = ["FIELDS", "kotaku", "layer_name"]

FIELDS = next(one.contoh for one in schemas() if one.id == "kotaku_rt")
"""The fields, in the order of the programme's own layers."""
_SHARES = tuple(name for name in FIELDS if re.fullmatch(r"k\d_(\w_)?p", name))
_NUMBERS = (*_SHARES, "skor_awal", "luas_awal", "skor_akhir", "luas_akhir")
_WHOLE = ("skor_awal", "skor_akhir")
_FAR = 2**31
_WORDS = {"1": "Bangunan", "2": "Jalan", "3": "Air_Minum", "4": "Drainase", "5": "Air_Limbah", "6": "Sampah",
          "7": "Proteksi_K"}  # fmt: skip
"""Aspect -> the field that says in words how much of it is a problem."""
_PROBLEM = ((25, "< 25 %"), (50, "25 - 50 %"), (75, "50 - 75 %"))
_ALL = "100 %"
"""From 75 % on; this and the rounding to whole per cent before the bands are those of the programme's layers."""
_DECIMALS = 5


def kotaku(run: Result, scores: Scores) -> GeoDataFrame:
    """Lay out the layer of the programme.

    Returns
    -------
        A feature for each slum with `FIELDS` and its geometry. ``skor_akhir``, ``luas_akhir`` and ``Status_akh``
        are those of the last year: no hectares are left of a unit that is no slum by then, else all that
        ``luas_awal`` says. All three are blank where the unit has no score, or no row speaks of the slum.
    """
    told = painted(run, scores)
    rows = _own(run) if "asal" in run.layers.kumuh else _made(run, scores, told)
    known = ~told["tingkat_akhir"].isin([NO_SCORE, NO_ROW])
    rows["skor_akhir"] = told["total_akhir"].where(known)
    rows["Status_akh"] = told["tingkat_akhir"].str.upper().where(known, None)
    free = told["tingkat_akhir"] == scores.aturan.kelas[0].nama
    rows["luas_akhir"] = pd.to_numeric(rows["luas_awal"], errors="coerce").mask(free, 0.0).where(known)
    laid = {name: _column(name, rows[name]) for name in FIELDS}
    return GeoDataFrame(laid, geometry=run.layers.kumuh.geometry.array, crs=run.layers.kumuh.crs)


def layer_name(rows: DataFrame) -> str:
    """Name a layer of `kotaku` after its kabupaten/kota, as the programme names its own.

    Returns
    -------
        ``Kumuh_Kota_Pekalongan``; ``Kumuh_semua`` where there are several, or none is named.

    Examples
    --------
    >>> layer_name(pd.DataFrame({"Kota": ["Kota Bima", None]})), layer_name(pd.DataFrame({"Kota": ["A", "B"]}))
    ('Kumuh_Kota_Bima', 'Kumuh_semua')
    """
    towns = [re.sub(r"\W+", "_", str(name)).strip("_") for name in rows["Kota"].dropna().unique()]
    return f"Kumuh_{towns[0]}" if len(towns) == 1 and towns[0] else "Kumuh_semua"


def _column(name: str, values: Series[Any]) -> Series[Any]:
    """Give a field its type; numbers that a file wrote as words stay words."""
    filled = values.notna() & (values.astype(str) != "")
    if name in _NUMBERS:
        numbers = pd.to_numeric(values.where(filled), errors="coerce").astype(float)
        if not (numbers.isna() & filled).any():
            whole = name in _WHOLE and ((numbers.dropna() % 1 == 0) & (numbers.dropna().abs() < _FAR)).all()
            return numbers.astype("Int64") if whole else numbers
    return values.astype(object).where(filled, None).map(_text, na_action="ignore").astype("str")


def _text(value: object) -> str:
    """Write codes that a file holds as numbers without ``.0``; texts stay as they are."""
    return value if isinstance(value, str) else as_text(value)


def _own(run: Result) -> DataFrame:
    """Take the values that the file itself had."""
    return pd.DataFrame([json.loads(one) for one in run.layers.kumuh["asal"]], columns=list(FIELDS), dtype=object)


def _made(run: Result, scores: Scores, told: DataFrame) -> DataFrame:
    """Fill the fields with what the run knows; codes of kelurahan are the programme's own and stay blank."""
    slums, source = run.layers.kumuh, run.recipe.kumuh
    rows = pd.DataFrame(None, index=range(len(slums)), columns=list(FIELDS), dtype=object)
    places = slums[["kumuh_id"]].merge(run.tables["kumuh"], on="kumuh_id", how="left")
    for field, column in (("Provinsi", "provinsi"), ("Kota", "kabupaten_kota"), ("Kecamatan", "kecamatan")):
        rows[field] = places[column]
    rows["Kelurahan"] = slums["kelurahan"].where(slums["kelurahan"] != "", places["kelurahan"])
    codes = slums["disebut_id"].where(slums["disebut_id"].map(lambda code: bool(village_kind(code))), "")
    for field, blocks in (("Kode_Prov", 1), ("Kode_Kota", 2), ("Kode_Kec", 3)):
        rows[field] = ["".join(code.split(".")[:blocks]) for code in codes]
    rows["Kode_RTRW"] = told["rtrw"]
    parts = told["rtrw"].str.extract(r"^(?P<RT>RT\w+)-(?P<RW>RW\w+)$")
    rows["RT"], rows["RW"] = parts["RT"], parts["RW"]
    rows["skor_awal"] = told["total_awal"]
    rows["kum_awal"] = told["tingkat_awal"].str.upper().where(told["total_awal"].notna())
    stated = "luas_sk_ha" if slums["luas_sk_ha"].notna().any() else "luas_verifikasi_ha"
    rows["luas_awal"] = slums[stated]
    rows["Sumber"] = source.sk or ", ".join(one.name for one in run.inputs if one.role == "kumuh")
    return rows.assign(**_shares(scores, told["unit_id"]))


def _shares(scores: Scores, units: Series[str]) -> dict[str, Any]:
    """Give the percentages of the base year, their means by aspect, and these in words.

    The programme takes what scores nothing for 0 in its means, whatever mean the run was told to take.
    """
    rules, first = scores.aturan, next(iter(scores.rekap["tahun"]))
    base = scores.persen[scores.persen["tahun"] == first].set_index("unit_id").reindex(units)
    least = next(one.mulai for one in rules.pita if one.nilai > 0)
    found: dict[str, Any] = {}
    for aspect in rules.aspek:
        codes = [one.kode for one in rules.kriteria if one.aspek == aspect]
        share = base[[f"persen_{code}" for code in codes]].to_numpy(dtype=float)
        found |= {_field(rules, code): share[:, at] * 100 for at, code in enumerate(codes)}
        mean = np.where(np.isnan(share), np.nan, np.where(share >= least, share, 0.0)).mean(axis=1) * 100
        found[f"k{aspect}_p"] = mean
        if aspect in _WORDS:
            found[_WORDS[aspect]] = [_in_words(one) for one in mean]
    return {
        name: values.round(_DECIMALS) if isinstance(values, np.ndarray) else values
        for name, values in found.items()
        if name in FIELDS
    }


def _field(rules: RuleSet, code: str) -> str:
    """Say which field a criterion is; quality of drains is ``k4_e_p`` also where the rule set calls it 4c."""
    if code == "4c" and "4e" not in rules.codes:
        return "k4_e_p"
    return f"k{code[:-1]}_{code[-1]}_p"


def _in_words(percent: float) -> str | None:
    """Say how much of an aspect is a problem.

    Examples
    --------
    >>> _in_words(24.44), _in_words(24.56), _in_words(74.58), _in_words(float("nan"))
    ('Permasalahan < 25 %', 'Permasalahan 25 - 50 %', 'Permasalahan 100 %', None)
    """
    if np.isnan(percent):
        return None
    whole = np.floor(percent + 0.5)
    return f"Permasalahan {next((words for below, words in _PROBLEM if whole < below), _ALL)}"
