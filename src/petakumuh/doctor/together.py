"""The files of a recipe looked at as a run would, each against the others."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from petakumuh import findings
from petakumuh.check import coverage_findings
from petakumuh.check.stream import hectares
from petakumuh.doctor.layer import kinds_of, quality
from petakumuh.doctor.sheet import FileFacts, LayerSheet, SheetFacts
from petakumuh.intake import take_in
from petakumuh.measure import to_lonlat
from petakumuh.model import EMPTY
from petakumuh.read.raw import KEPT
from petakumuh.scoring import scored

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from petakumuh.check import Checked
    from petakumuh.model import InputFile, Recipe

__all__ = ["recipe_sheet"]

_OURS = {*KEPT, "berkas", "bentuk"}
_TOLD_BY_PAIRS = {"tumpang_tindih_kelurahan", "kembar_kelurahan"}


def recipe_sheet(name: str, order: Recipe, *, network: bool) -> SheetFacts:
    """Look at the files of a recipe.

    Parameters
    ----------
    name
        The recipe's file.
    order
        The recipe.
    network
        Whether what is not on this machine may be reached for.

    Raises
    ------
    InputError, RecipeError
        When a run would be refused.
    """
    taken = take_in(order, network=network)
    files, checked, inputs = taken.files, taken.checked, taken.inputs
    layers = (files.kumuh, files.kelurahan, *files.penanganan)
    sheets = [_layer(one, rows, checked) for one, rows in zip(inputs[: len(layers)], layers, strict=True)]
    tiles = quality(files.kelurahan)
    town = order.kelurahan
    found = [one for one in taken.findings if one.rule not in _TOLD_BY_PAIRS]
    schema = [one.values["skema"] for one in found if one.rule == "skema_dikenali" and one.layer == "kelurahan"]
    sheets[1] = replace(
        sheets[1], coverage=tiles, source=town.sumber or "".join(map(str, schema[:1])), edition=town.edisi or ""
    )
    found += coverage_findings(tiles, inputs[1].name)
    scores = [] if order.skor is None else [scored(order.skor, network=network).findings]
    facts = FileFacts("resep", Path(name).stat().st_size, hashlib.sha256(Path(name).read_bytes()).hexdigest())
    return SheetFacts(name, facts, tuple(sheets), findings.stacked([findings.frame(found), *scores]))


def _layer(file: InputFile, rows: GeoDataFrame, checked: Checked) -> LayerSheet:
    """Say of one file what it holds and how many hectares of it can be computed with."""
    parts = [(zone.epsg, _of_file(getattr(zone, file.role), file.name)) for zone in checked.zones]
    parts = [(epsg, part) for epsg, part in parts if len(part)]
    sheet = LayerSheet(
        file.name,
        file.role,
        file.rows,
        kinds_of(rows),
        rows.crs.to_string() if rows.crs else None,
        tuple(str(name) for name in rows.columns if name not in _OURS and _is_filled(rows, str(name))),
        file.repaired,
        file.excluded,
        place=_middle(*parts[0]) if parts else None,
        zones=tuple(epsg for epsg, _ in parts),
    )
    if not parts or (file.role == "penanganan" and len(parts) > 1):  # works near a border stand in both zones
        return sheet
    areas = [hectares(np.asarray(part.geometry.array), epsg) for epsg, part in parts]
    planar, geodesic = np.sum(areas, axis=0).tolist()
    return replace(sheet, luas_ha=planar, luas_geodesik_ha=geodesic)


def _of_file(rows: GeoDataFrame, name: str) -> GeoDataFrame:
    return rows[rows["berkas"] == name]


def _is_filled(rows: DataFrame, name: str) -> bool:
    """Whether any row says something in a column of ours."""
    return bool((rows[name].notna() & ~rows[name].isin(["", EMPTY])).any())


def _middle(epsg: int, rows: GeoDataFrame) -> tuple[float, float]:
    """Give the median of where rows lie."""
    places = to_lonlat(shapely.centroid(np.asarray(rows.geometry.array)), epsg)
    x, y = np.median(shapely.get_coordinates(places), axis=0).tolist()
    return x, y
