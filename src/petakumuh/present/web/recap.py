"""The figures beside the map, year by year: of the whole, of each kabupaten/kota, kelurahan and slum.

The run has a table of years of the whole, and tables of each unit at the end; no table of a unit in a year. What a
unit has before the end is the sum of its ground (``bidang``) by its first year, which adds up to the tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh.model import HECTARES_BY, NO_YEAR
from petakumuh.present.web.escape import inert
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame, Series

    from petakumuh.model import Result

__all__ = ["HECTARES", "figures", "shares_on_the_way", "stops", "towns"]

HECTARES = ("luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha", "persen_sisa")


def stops(run: Result) -> list[str]:
    """List the years of the recap in their order; none where works know no years."""
    return list(run.tables["tahun"]["tahun"]) if "tahun" in run.tables else []


def towns(run: Result) -> list[str]:
    """List the codes of the kabupaten/kota in their order; none where there is a single one.

    A circle or a label of the only one would say nothing.
    """
    codes = run.layers.kelurahan["kabupaten_kota_id"]
    found = sorted(set(codes[codes != ""]))
    return found if len(found) > 1 else []


def figures(run: Result, language: Language) -> dict[str, Any]:
    """Lay out what the panel says of the whole, of each kabupaten/kota, kelurahan and slum.

    Returns
    -------
        ``tahun``, labels of the stops, the first before any work; ``semua``, and ``kelurahan`` and ``kumuh`` in
        the order of their layers, ``kabupaten_kota`` in that of `towns`: for each ``luas``, what was handled at
        each stop as fractions of it (``bagian``), and ``angka``, the words for each stop: handled, its share,
        left, its share. What stands at the last stop is the row of the table itself.
    """
    years = stops(run)
    shown = [say("peta.awal", language), *(_label(year, language) for year in years or [""])]
    total = run.tables["total"].iloc[0].to_dict()
    reached = run.tables["tahun"]["kumulatif_ha"].tolist() if years else []
    found: dict[str, Any] = {"tahun": [inert(one) for one in shown], "semua": _unit(total, reached, language)}
    land, slums = run.layers.kelurahan, run.layers.kumuh
    home = dict(zip(land["kelurahan_id"], land["kabupaten_kota_id"], strict=True))
    for level, key, ids, own in (
        ("kabupaten_kota", "kode", towns(run), run.bidang["kelurahan_id"].map(home)),
        ("kelurahan", "kode", land["kelurahan_id"], run.bidang["kelurahan_id"]),
        ("kumuh", "kumuh_id", slums["kumuh_id"], run.bidang["kumuh_id"]),
    ):
        rows = {row[key]: row for row in run.tables[level].to_dict("records")}
        sums = _cumulative(run, own, years)
        found[level] = [_unit(rows.get(one, {}), sums.get(one, [0.0] * len(years)), language) for one in ids]
    return found


def _label(year: str, language: Language) -> str:
    return say("lembar.tanpa_tahun", language) if year == NO_YEAR else year


def _cumulative(run: Result, own: Series[Any], years: Sequence[str]) -> dict[str, list[float]]:
    """Add the ground of each unit up to each year; ``own`` says whose each piece is."""
    if not years:
        return {}
    ground: DataFrame = run.bidang.assign(own=own)[run.bidang["tertangani"].astype(bool)]
    area = HECTARES_BY[run.recipe.hitung.dasar]
    sums = ground.pivot_table(index="own", columns="tahun_pertama", values=area, aggfunc="sum", fill_value=0.0)
    reached = sums.reindex(columns=list(years), fill_value=0.0).cumsum(axis=1)
    return dict(zip(reached.index, reached.to_numpy().tolist(), strict=True))


def shares_on_the_way(run: Result) -> list[DataFrame]:
    """Give of each kelurahan the share that is handled, before any work and after each year.

    Returns
    -------
        For each stop ``persen_tertangani`` in the order of the layer; missing where there is no slum.
    """
    ids = run.layers.kelurahan["kelurahan_id"]
    table = run.tables["kelurahan"].set_index("kode")
    whole = ids.map(table["luas_delineasi_ha"]).to_numpy(float)
    sums = _cumulative(run, run.bidang["kelurahan_id"], stops(run))
    on_the_way = [[0.0] * len(ids), *zip(*(sums.get(one, [0.0] * len(stops(run))) for one in ids), strict=True)]
    shares = [
        np.divide(one, whole, out=np.full(len(ids), np.nan), where=whole > 0) * 100 for one in on_the_way[:-1]
    ]
    shares.append(ids.map(table["persen_tertangani"]).to_numpy(float))
    return [pd.DataFrame({"persen_tertangani": one}) for one in shares]


def _unit(row: Mapping[Any, Any], reached: Sequence[float], language: Language) -> dict[str, Any]:
    """Say the figures of one unit; those of its table are the last, whatever was added up on the way there."""
    whole, *at_end = (row.get(name) for name in HECTARES)
    area = 0.0 if whole is None or pd.isna(whole) else float(whole)
    sums = [0.0, *reached[:-1]]
    said = [*(_on_the_way(area, one) for one in sums), at_end]
    last = 0.0 if pd.isna(at_end[0]) else float(at_end[0] or 0)
    return {
        "luas": number(whole, language=language),
        "bagian": [round(one / area, 4) if area else 0 for one in (*sums, last)],
        "angka": [[number(one, language=language) for one in words] for words in said],
    }


def _on_the_way(area: float, handled: float) -> list[float | None]:
    """Give what is handled, its share, what is left and its share."""
    if not area:
        return [None] * 4
    return [handled, handled / area * 100, area - handled, 100 - handled / area * 100]
