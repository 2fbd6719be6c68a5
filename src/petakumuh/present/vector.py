"""Layers for QGIS and others: one GeoJSON of the pieces by display key, one GeoPackage with every layer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyogrio

from petakumuh import findings
from petakumuh.measure import LONLAT
from petakumuh.present.basis import basis
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from geopandas import GeoDataFrame

    from petakumuh.model import Result

__all__ = ["files", "layers"]

_EPOCH = "2000-01-01T00:00:00Z"
"""Stands for the time of writing, so that the same run gives the same bytes."""


def files(run: Result, language: Language) -> dict[str, Callable[[Path], None]]:
    """List the vector files of a run: name -> what writes it to a path."""
    return {
        "satu_peta.geojson": lambda path: _geojson(layers(run, language)["bidang"], path, _about(run, language)),
        "satu_peta.gpkg": lambda path: _geopackage(layers(run, language), path, _about(run, language)),
    }


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


def _about(run: Result, language: Language) -> dict[str, str]:
    """Say by what the hectares were measured, as metadata that travels in the file."""
    told = basis(run, language)
    boundaries = " ".join(one for one in told["batas_kelurahan"].values() if one)
    certified = say("umum.ya" if told["tersertifikasi"] else "umum.tidak", language)
    return {"dasar": told["keterangan"], "batas_kelurahan": boundaries or "–", "tersertifikasi": certified}


def _geojson(rows: GeoDataFrame, path: Path, about: dict[str, str]) -> None:
    """Write RFC 7946: longitude and latitude, rings counter-clockwise, no CRS member."""
    pyogrio.write_dataframe(
        rows.to_crs(LONLAT),
        path,
        driver="GeoJSON",
        RFC7946="YES",
        COORDINATE_PRECISION="9",
        layer="bidang",
        DESCRIPTION=" | ".join(f"{name}: {told}" for name, told in about.items()),
    )


def _geopackage(named: dict[str, GeoDataFrame], path: Path, about: dict[str, str]) -> None:
    with _fixed_clock():
        for name, rows in named.items():
            kind = "Point" if name == "temuan" else "MultiPolygon"
            pyogrio.write_dataframe(
                rows,
                path,
                layer=name,
                driver="GPKG",
                geometry_type=kind,
                promote_to_multi=kind != "Point",
                append=path.exists(),
                layer_metadata=about,
                DESCRIPTION=" | ".join(f"{name}: {told}" for name, told in about.items()),
            )


@contextmanager
def _fixed_clock() -> Iterator[None]:
    """Let GDAL write one fixed time instead of now."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _EPOCH})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
