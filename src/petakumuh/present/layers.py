"""The layers of a run as files and databases hold them: each feature with the hectares of its row in the recap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petakumuh import findings
from petakumuh.present.basis import basis
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from petakumuh.model import Result

__all__ = ["about", "layers"]


def layers(run: Result, language: Language = "id") -> dict[str, GeoDataFrame]:
    """Lay out the layers of a run with the hectares of its tables beside each feature.

    Returns
    -------
        ``kumuh, kelurahan, penanganan, bidang, temuan``; each in the run's map CRS, findings in EPSG:4326.
    """
    told = findings.with_messages(run.findings, language)
    area = ["kumuh_id", *run.tables["total"].columns.drop("luas_sk_ha")]
    return {
        "kumuh": run.layers.kumuh.merge(run.tables["kumuh"][area], on="kumuh_id", how="left"),
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
    certified = say("umum.ya" if told["tersertifikasi"] else "umum.tidak", language)
    return {"dasar": told["keterangan"], "batas_kelurahan": boundaries or "–", "tersertifikasi": certified}
