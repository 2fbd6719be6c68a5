"""(a) and (b) by geopandas: overlay, overlay, dissolve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas

from engines.answer import Answer, kelurahan_count, summed

if TYPE_CHECKING:
    from pathlib import Path


def overlay(folder: Path) -> Answer:
    """Cut slums by kelurahan and works by that; dissolve works by ground, so that overlaps count once."""
    towns = geopandas.read_parquet(folder / "kelurahan.parquet", columns=["kel", "geometry"])
    slums = geopandas.read_parquet(folder / "kumuh.parquet", columns=["slum", "geometry"])
    works = geopandas.read_parquet(folder / "penanganan.parquet", columns=["geometry"])
    grounds = geopandas.overlay(slums, towns)
    covered = geopandas.overlay(works, grounds).dissolve(["slum", "kel"]).reset_index()
    count = kelurahan_count(folder)
    slum = summed(grounds["kel"], grounds.area / 1e4, count)
    return Answer(slum, summed(covered["kel"], covered.area / 1e4, count), rows=len(grounds))
