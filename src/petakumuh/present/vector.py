"""Layers for QGIS and others: GeoJSON of the ground and of the scores, one GeoPackage with every layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyogrio

from petakumuh.measure import LONLAT
from petakumuh.present.clock import fixed_clock
from petakumuh.present.kotaku import kotaku, layer_name
from petakumuh.present.layers import about, layers, painted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame

    from petakumuh.model import Result, Scores
    from petakumuh.text import Language

__all__ = ["files", "geojson", "geopackage"]


def files(run: Result, language: Language) -> dict[str, Callable[[Path], None]]:
    """List the vector files of a run: name -> what writes it to a path."""
    told, scores = about(run, language), run.skor
    files: dict[str, Callable[[Path], None]] = {
        "satu_peta.geojson": lambda path: geojson(layers(run, language)["bidang"], path, told),
        "satu_peta.gpkg": lambda path: geopackage(layers(run, language), path, told),
    }
    if scores is None:
        return files
    return files | {
        "skor.geojson": lambda path: geojson(painted(run, scores), path, told, layer="skor"),
        "kotaku.gpkg": lambda path: geopackage(_programme(run, scores), path, told),
    }


def _programme(run: Result, scores: Scores) -> dict[str, GeoDataFrame]:
    rows = kotaku(run, scores)
    return {layer_name(rows): rows}


def geojson(rows: GeoDataFrame, path: Path, about: Mapping[str, str], *, layer: str = "bidang") -> None:
    """Write RFC 7946: longitude and latitude, rings counter-clockwise, no CRS member."""
    pyogrio.write_dataframe(
        rows.to_crs(LONLAT),
        path,
        driver="GeoJSON",
        RFC7946="YES",
        COORDINATE_PRECISION="9",
        layer=layer,
        DESCRIPTION=" | ".join(f"{name}: {told}" for name, told in about.items()),
    )


def geopackage(named: Mapping[str, GeoDataFrame], path: Path, about: Mapping[str, str]) -> None:
    """Write layers by name into one GeoPackage, the same bytes every time; ``temuan`` is points, others ground."""
    with fixed_clock():
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
