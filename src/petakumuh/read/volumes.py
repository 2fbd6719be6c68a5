"""Tables of volumes: the baseline of each RT, and the interventions of the years after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from petakumuh.catalog import column_names
from petakumuh.catalog.regulation import DENOMINATORS
from petakumuh.errors import InputError
from petakumuh.findings import Finding
from petakumuh.model import Source
from petakumuh.read import read_layer
from petakumuh.text.codes import year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame

    from petakumuh.catalog.regulation import RuleSet
    from petakumuh.model import InputFile, Role

    TableFile = str | Path | DataFrame | Source

__all__ = ["read_baseline", "read_investasi", "read_lampiran", "source_of"]

_NUMBERS = (*DENOMINATORS, "volume", "biaya")
_SAID_LATER = ("tabel_tanpa_geometri", "kolom_berlubang", "kolom_campuran", "nilai_tak_dikenal")
"""What a reader notes of any table; of these tables the scoring says it row by row."""


def read_baseline(
    file: TableFile, rules: RuleSet, *, network: bool = False
) -> tuple[DataFrame, int | None, list[Finding], InputFile]:
    """Read a baseline: one row per RT with its denominators and a volume for each criterion.

    Parameters
    ----------
    file
        A table of any format that is read, a frame, or a source that says how to read it.
    rules
        Whose criteria and denominators there must be.
    network
        Whether the user allowed to reach for what is not on this machine.

    Returns
    -------
        The rows as `petakumuh.score.score` takes them; the year that the table or its name says, if any; what
        was found; and the account of the file. Rows of totals and notes are left out, each with a finding.

    Raises
    ------
    InputError
        When the file cannot be read, lacks a column, or speaks of several years.
    """
    wanted = dict.fromkeys([*(one.penyebut for one in rules.kriteria), *rules.codes])
    rows, findings, account = _table(
        file, "baseline", wanted=tuple(wanted), quantities=rules.codes, network=network
    )
    spoken = {one for one in map(year, rows["tahun"]) if one is not None}
    if len(spoken) > 1:
        raise InputError("baseline_banyak_tahun", file=_name(file), tahun=", ".join(map(str, sorted(spoken))))
    base = spoken.pop() if spoken else None
    if base is None and not isinstance(source_of(file).file, pd.DataFrame):
        base = year(Path(_name(file)).stem)
        if base is not None:
            values = {"tahun": str(base)}
            findings.append(Finding("tahun_dasar_dari_nama", "catatan", "baseline", _name(file), values=values))
    return rows.rename(columns={"baseline_id": "unit_id"}).drop(columns="tahun"), base, findings, account


def read_investasi(file: TableFile, *, network: bool = False) -> tuple[DataFrame, list[Finding], InputFile]:
    """Read interventions: one row per RT, year and criterion with the volume of its outcome.

    Parameters
    ----------
    file, network
        As `read_baseline`.

    Raises
    ------
    InputError
        When the file cannot be read, or does not say RT, year, criterion and volume.
    """
    return _table(file, "investasi", wanted=("rt", "tahun", "kriteria", "volume"), network=network)


def read_lampiran(file: TableFile, *, network: bool = False) -> tuple[DataFrame, list[Finding], InputFile]:
    """Read the annex of a decree: one row per place with the hectares that the decree gives it.

    Parameters
    ----------
    file, network
        As `read_baseline`.

    Raises
    ------
    InputError
        When the file cannot be read, or does not say the hectares.
    """
    return _table(file, "lampiran", wanted=("luas_sk_ha",), network=network)


def _table(
    file: TableFile,
    role: Role,
    *,
    wanted: Sequence[str],
    quantities: Sequence[str] = (),
    network: bool,
) -> tuple[DataFrame, list[Finding], InputFile]:
    """Read a table under our column names, and leave out rows that are no data."""
    layer, findings, account = read_layer(source_of(file), role, network=network, quantities=quantities)
    missing = [one for one in wanted if one not in layer]
    if missing:
        raise InputError("kolom_kurang", file=_name(file), tabel=role, kolom=", ".join(missing))
    findings = [one for one in findings if one.rule not in _SAID_LATER]
    out = layer["masalah"] != ""
    for why, rows in layer[out].groupby("masalah", sort=True):
        values = {"sebab": str(why), "jumlah": len(rows)}
        findings.append(
            Finding(
                "baris_tabel_dikecualikan",
                "catatan",
                role,
                _name(file),
                tuple(rows["baris"]),
                action="dikecualikan",
                values=values,
            )
        )
    kept = pd.DataFrame(layer[~out].drop(columns=["geometry", "lapisan", "masalah", "perbaikan"]))
    absent = [one for one in column_names(role) if one != "id" and one not in kept]
    kept = kept.assign(**{one: np.nan if one in _NUMBERS else "" for one in absent})
    return kept.reset_index(drop=True), findings, replace(account, excluded=int(out.sum()))


def _as_layer(rows: DataFrame) -> GeoDataFrame:
    return GeoDataFrame(rows.astype(object), geometry=[None] * len(rows))


def source_of(file: TableFile) -> Source:
    """Say how a table is read: as its source says; a frame as a layer without shapes."""
    source = file if isinstance(file, Source) else Source(file=file)
    return replace(source, file=_as_layer(source.file)) if isinstance(source.file, pd.DataFrame) else source


def _name(file: TableFile) -> str:
    return source_of(file).name
