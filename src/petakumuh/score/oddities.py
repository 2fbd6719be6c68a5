"""What is odd about a baseline: each a finding, none a silent zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh.catalog.regulation import HEADERS
from petakumuh.findings import Finding
from petakumuh.text.codes import match_key, rt_rw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame, Series

    from petakumuh.catalog.regulation import RuleSet

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["of_baseline", "of_clamps"]


def of_baseline(
    units: DataFrame, volumes: Floats, denominators: Floats, names: Sequence[str], rules: RuleSet
) -> list[Finding]:
    """List what stands twice, what is missing, negative, zero or above its denominator.

    Parameters
    ----------
    units
        The baseline.
    volumes, denominators, names
        As they stand in it, (units, criteria), and the column of each criterion's denominator.
    rules
        Whose criteria these are.
    """
    return [
        *_missing(units, volumes, denominators, names, rules),
        *_repeated(units, rules),
        *_heads(units, names),
        *_cells(units, volumes < 0, "volume_negatif", volumes, codes=rules.codes),
        *_headers(units, denominators < 0, "penyebut_negatif", volumes, names),
        *_headers(units, denominators == 0, "penyebut_nol", volumes, names),
        *_cells(
            units,
            (volumes > denominators) & (denominators > 0),
            "persen_di_atas_100",
            volumes,
            codes=rules.codes,
            of=denominators,
        ),
    ]


def of_clamps(
    rows: DataFrame,
    units: DataFrame,
    excess: Floats,
    before: Floats,
    *,
    years: Sequence[str],
    rules: RuleSet,
) -> list[Finding]:
    """Name each unit, year and criterion where more was handled than was left.

    Parameters
    ----------
    rows, units
        Interventions that are counted, with ``ke`` (the place of their year); the baseline.
    excess, before
        By how much, and what was left, (units, years, criteria).
    years, rules
        Labels of the years after the baseline; the rule set.
    """
    over = np.flatnonzero(excess > 0)
    if not len(over):
        return []
    cells = np.ravel_multi_index(tuple(rows[name].to_numpy() for name in ("unit", "ke", "pada")), excess.shape)
    order = np.argsort(cells, kind="stable")
    ids = rows["investasi_id"].to_numpy(dtype=object)[order].tolist()
    starts, ends = (np.searchsorted(cells[order], over, side=side).tolist() for side in ("left", "right"))
    unit, year, criterion = np.unravel_index(over, excess.shape)
    told = {
        "rt": (units["kelurahan"] + " " + units["rtrw"]).str.strip().to_numpy(dtype=object)[unit].tolist(),
        "unit_id": units["unit_id"].to_numpy(dtype=object)[unit].tolist(),
        "tahun": np.array(years, dtype=object)[year].tolist(),
        "kriteria": np.array(rules.codes, dtype=object)[criterion].tolist(),
        "sisa": before[unit, year, criterion].tolist(),
        "lebih": excess[unit, year, criterion].tolist(),
        "jumlah": (before + excess)[unit, year, criterion].tolist(),
        "satuan": np.array([one.satuan for one in rules.kriteria], dtype=object)[criterion].tolist(),
    }
    file = str(rows["berkas"].iloc[0])
    return [
        Finding(
            "volume_melebihi_sisa",
            "peringatan",
            "investasi",
            file,
            tuple(ids[start:end]),
            action="diperbaiki",
            values=dict(zip(told, values, strict=True)),
        )
        for start, end, *values in zip(starts, ends, *told.values(), strict=True)
    ]


def _repeated(units: DataFrame, rules: RuleSet) -> Iterator[Finding]:
    """Name each RT that stands in several rows: by kelurahan, RT and RW, or alike in everything but its id."""
    keys = pd.DataFrame({name: _keys(units[name], match_key) for name in ("kecamatan", "kelurahan")})
    keys["rt"], keys["tulisan"] = _keys(units["rtrw"], rt_rw), _keys(units["rtrw"], match_key)
    named = ((keys["kelurahan"] != "") & (keys["rt"] != "")).to_numpy()
    area = units["luas_verifikasi_ha"]
    same = [one for one in (*HEADERS, *rules.codes) if one in units]
    others = ~named & (area > 0).to_numpy()
    whole = keys[others].join(units.loc[others, same])
    for rows in (keys[named].drop(columns="tulisan"), whole):
        twice = rows[rows.duplicated(keep=False)]
        for _, alike in twice.groupby(list(twice), sort=False, dropna=False):
            first = alike.index[0]
            ids = tuple(units.loc[alike.index, "unit_id"])
            said = area[alike.index].clip(lower=0)
            rt = f"{units.loc[first, 'kelurahan']} {units.loc[first, 'rtrw']}".strip()
            yield Finding(
                "rt_kembar",
                "galat",
                "baseline",
                str(units.loc[first, "berkas"]),
                ids,
                area_ha=float(said.sum() - said.max()) if said.notna().any() else 0.0,
                values={"rt": rt, "jumlah": len(ids)},
            )


def _keys(column: Series[str], key: Callable[[str], str]) -> Series[str]:
    return column.map({one: key(one) for one in column.unique()})


def _heads(units: DataFrame, names: Sequence[str]) -> Iterator[Finding]:
    """Say what is negative or missing of what no volume is divided by: it is in sums all the same."""
    for column in [one for one in HEADERS if one in units]:
        values = units[column]
        if column not in names:
            for at in np.flatnonzero(values < 0).tolist():
                yield _finding(units, at, "angka_negatif", {"kolom": column}, grave=True)
        blank = units[values.isna()]
        if len(blank) and column not in names:
            file, ids = str(blank["berkas"].iloc[0]), tuple(blank["unit_id"]) if len(blank) < len(units) else ()
            told = {"kolom": column, "jumlah": len(blank)}
            if column == "luas_verifikasi_ha":
                yield Finding("luas_kosong", "peringatan", "baseline", file, ids, values=told)
            else:
                yield Finding("isian_kosong", "catatan", "baseline", file, ids, values=told)


def _missing(
    units: DataFrame, volumes: Floats, denominators: Floats, names: Sequence[str], rules: RuleSet
) -> Iterator[Finding]:
    no_volume, no_header = np.isnan(volumes), np.isnan(denominators)
    for at in np.flatnonzero((no_volume | no_header).any(axis=1)).tolist():
        blank = [code for code, flag in zip(rules.codes, no_volume[at], strict=True) if flag]
        blank = [*dict.fromkeys(name for name, flag in zip(names, no_header[at], strict=True) if flag), *blank]
        area = float(units["luas_verifikasi_ha"].iloc[at])
        yield _finding(units, at, "tanpa_skor", {"kolom": ", ".join(blank)}, area=None if np.isnan(area) else area)


def _cells(
    units: DataFrame,
    wrong: Flags,
    rule: str,
    volumes: Floats,
    *,
    codes: Sequence[str],
    of: Floats | None = None,
) -> Iterator[Finding]:
    for at, criterion in np.argwhere(wrong).tolist():
        values: dict[str, Any] = {"kriteria": codes[criterion], "volume": float(volumes[at, criterion])}
        if of is not None:
            values["penyebut"] = float(of[at, criterion])
        yield _finding(units, at, rule, values)


def _headers(
    units: DataFrame, wrong: Flags, rule: str, volumes: Floats, names: Sequence[str]
) -> Iterator[Finding]:
    """Name each denominator once, however many criteria share it; it is grave where a volume stands over it."""
    for name in dict.fromkeys(names):
        mine = [place for place, one in enumerate(names) if one == name]
        for at in np.flatnonzero(wrong[:, mine[0]]).tolist():
            grave = bool((volumes[at, mine] > 0).any())
            yield _finding(units, at, rule, {"kolom": name}, grave=grave)


def _finding(
    units: DataFrame, at: int, rule: str, values: dict[str, Any], *, area: float | None = None, grave: bool = False
) -> Finding:
    row = units.iloc[at]
    where = {"rt": f"{row['kelurahan']} {row['rtrw']}".strip()}
    return Finding(
        rule,
        "galat" if grave else "peringatan",
        "baseline",
        str(row["berkas"]),
        (str(row["unit_id"]),),
        area_ha=area,
        values=where | values,
    )
