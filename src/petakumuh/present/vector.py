"""Layers for QGIS and others: GeoJSON of the ground and of the scores, one GeoPackage with every layer."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pyogrio

from petakumuh.measure import LONLAT
from petakumuh.present import qgis
from petakumuh.present.clock import fixed_clock
from petakumuh.present.kotaku import kotaku, layer_name
from petakumuh.present.layers import about, layers
from petakumuh.present.legend import themes

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
    # Every file shows the same layers, and both projects are one: laid out once, as the first is written.
    laid = cache(lambda: layers(run, language))
    legend = cache(lambda: themes(run, language))
    packed = cache(lambda: qgis.zipped(qgis.project(run, laid(), legend(), language)))

    def styled(path: Path) -> None:
        geopackage(laid(), path, told)
        qgis.dress(path, laid(), legend(), packed(), language)

    def text(made: Callable[..., str], theme: str, *more: Any) -> Callable[[Path], None]:
        return lambda path: _text(made(legend()[theme], laid()[legend()[theme].layer], *more), path)

    def programme(path: Path) -> None:
        if scores is not None:
            named = _programme(run, scores)
            geopackage(named, path, told)
            qgis.dress_programme(path, named, themes(run, language, every=True)["skor"], language)

    files: dict[str, Callable[[Path], None]] = {
        "satu_peta.geojson": lambda path: geojson(laid()["bidang"], path, told),
        "satu_peta.qml": text(qgis.qml, "tahun", language),
        "satu_peta.sld": text(qgis.sld, "tahun"),
        "satu_peta.gpkg": styled,
        "satu_peta.qgz": lambda path: _bytes(packed(), path),
    }
    if scores is None:
        return files
    return files | {
        "skor.geojson": lambda path: geojson(laid()["skor"], path, told, layer="skor"),
        "skor.qml": text(qgis.qml, "skor", language),
        "skor.sld": text(qgis.sld, "skor"),
        "kotaku.gpkg": programme,
    }


def _bytes(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def _text(words: str, path: Path) -> None:
    path.write_text(words, encoding="utf-8", newline="\n")


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
