"""The layers of a run as files and databases hold them: each feature with the hectares of its row in the recap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from petakumuh import findings
from petakumuh.present.basis import basis, certified
from petakumuh.text import Language, say
from petakumuh.text.codes import rt_rw

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from petakumuh.model import Result, Scores

__all__ = ["NO_ROW", "NO_SCORE", "about", "layers", "painted", "year_columns"]

NO_SCORE = "tanpa skor"
"""The class of a slum whose unit lacks something."""
NO_ROW = "tanpa baris"
"""The class of a slum that no row of the baseline speaks of."""


def layers(run: Result, language: Language = "id") -> dict[str, GeoDataFrame]:
    """Lay out the layers of a run with the hectares of its tables beside each feature.

    Returns
    -------
        ``kumuh, kelurahan, penanganan, bidang, temuan``, and ``skor`` (see `painted`) where the run has scores;
        each in the run's map CRS, findings in EPSG:4326.
    """
    told = findings.with_messages(run.findings, language)
    area = ["kumuh_id", *run.tables["total"].columns.drop("luas_sk_ha")]
    slums = run.layers.kumuh.drop(columns="asal", errors="ignore")
    laid = {
        "kumuh": slums.merge(run.tables["kumuh"][area], on="kumuh_id", how="left"),
        "kelurahan": run.layers.kelurahan.merge(
            run.tables["kelurahan"].drop(columns=["nama", "provinsi", "kabupaten_kota", "kecamatan"]),
            left_on="kelurahan_id",
            right_on="kode",
            how="left",
        ).drop(columns="kode"),
        "penanganan": run.layers.penanganan.merge(
            run.tables["penanganan"][["penanganan_id", "luas_di_kumuh_ha"]], on="penanganan_id", how="left"
        ),
        "bidang": _named_ground(run),
        "temuan": told.set_geometry(told.geometry.where(~told.geometry.is_empty, None)),
    }
    return laid if run.skor is None else laid | {"skor": painted(run, run.skor)}


def painted(run: Result, scores: Scores) -> GeoDataFrame:
    """Paint the scores on the slums: one feature for each slum, classes as the rule set names them.

    Returns
    -------
        ``kumuh_id, nama, kelurahan, rtrw, unit_id, luas_verifikasi_ha``; ``total_awal, tingkat_awal``, the same of
        every year (``total_2021, tingkat_2021``) and ``_akhir``; ``rata_sektoral_awal, rata_sektoral_akhir,
        kontribusi`` (fractions), ``pengurangan_ha`` at the end, and ``pasangan``: ``cocok`` or ``tanpa_baris``.

    Notes
    -----
    Of a unit in several parts the first alone bears ``luas_verifikasi_ha`` and ``pengurangan_ha``: sums over the
    layer are sums over units. Units without a slum are not on it; the table ``pasangan`` lists them.
    """
    pairs = run.tables["pasangan"]
    pairs = pairs[(pairs["sumber"] == "baseline") & (pairs["kumuh_id"] != "")]
    pairs = pairs.assign(once=(pairs["keadaan"] == "cocok") & ~pairs["baris_id"].duplicated())
    wanted = {"baris_id": "unit_id", "keadaan": "pasangan"}
    rows = run.layers.kumuh[["kumuh_id", "nama", "kelurahan", "geometry"]].merge(
        pairs[["kumuh_id", *wanted, "once"]].rename(columns=wanted), on="kumuh_id", how="left", validate="1:1"
    )
    written = rows["unit_id"].map(scores.unit.set_index("unit_id")["rtrw"]).fillna("")
    own = [
        rt_rw(said) or said or rt_rw(key) or rt_rw(name)
        for said, key, name in zip(written, rows["kumuh_id"], rows["nama"], strict=True)
    ]
    told = rows[["unit_id"]].merge(_wide(scores), left_on="unit_id", right_index=True, how="left")
    for name in ("luas_verifikasi_ha", "pengurangan_ha"):
        told[name] = told[name].where(rows["once"])
    classes = [name for name in told if name.startswith("tingkat_")]
    told[classes] = told[classes].fillna(NO_ROW)
    ours = ["kumuh_id", "nama", "kelurahan", "rtrw", "unit_id", "luas_verifikasi_ha"]
    laid = rows.assign(rtrw=own).join(told.drop(columns="unit_id"))
    return laid[[*ours, *(name for name in told if name not in ours), "pasangan", "geometry"]]


def year_columns(scores: Scores) -> dict[str, str]:
    """Say what each year is called in the columns of `painted`.

    Returns
    -------
        Year as the scores write it -> the end of its columns: letters and digits only.
    """
    return {year: re.sub(r"\W+", "_", year).strip("_") for year in scores.rekap["tahun"]}


def _wide(scores: Scores) -> DataFrame:
    """Lay the years of a unit side by side."""
    names = {one.kode: one.nama for one in scores.aturan.kelas}
    table = scores.tabel.assign(tingkat=scores.tabel["tingkat"].map(names).fillna(NO_SCORE))
    of_year = {year: rows.set_index("unit_id") for year, rows in table.groupby("tahun", sort=False, observed=True)}
    years = year_columns(scores)
    first, last = of_year[next(iter(years))], of_year[list(years)[-1]]
    wide = first[["luas_verifikasi_ha"]].copy()
    for end, rows in (("awal", first), *((years[year], of_year[year]) for year in years), ("akhir", last)):
        wide[f"total_{end}"], wide[f"tingkat_{end}"] = rows["total"], rows["tingkat"]
    wide["rata_sektoral_awal"], wide["rata_sektoral_akhir"] = first["rata_sektoral"], last["rata_sektoral"]
    return wide.assign(kontribusi=last["kontribusi"], pengurangan_ha=last["pengurangan_ha"])


def _named_ground(run: Result) -> GeoDataFrame:
    """Put names before the ids of the ground by display key."""
    towns = run.tables["kelurahan"][["kode", "nama", "kecamatan", "kabupaten_kota"]]
    towns = towns.rename(columns={"kode": "kelurahan_id", "nama": "kelurahan"})
    slums = run.tables["kumuh"][["kumuh_id", "nama"]].rename(columns={"nama": "kumuh"})
    ground = run.bidang.merge(towns, on="kelurahan_id", how="left").merge(slums, on="kumuh_id", how="left")
    names = ["kabupaten_kota", "kecamatan", "kelurahan", "kumuh"]
    return ground[[*names, *(name for name in ground.columns if name not in names)]]


def about(run: Result, language: Language) -> dict[str, str]:
    """Say by what the hectares were measured, as metadata that travels with the layers."""
    told = basis(run, language)
    boundaries = " ".join(one for one in told["batas_kelurahan"].values() if one)
    said = {
        "dasar": told["keterangan"],
        "batas_kelurahan": boundaries or "–",
        "tersertifikasi": say("umum.ya" if told["tersertifikasi"] else "umum.tidak", language),
        "sertifikasi": certified(run.sertifikasi, language),
    }
    if run.skor is None:
        return said
    return said | {"skor": f"{run.skor.aturan.nama}. {say('basis.skor', language)}"}
