"""Which rows lie in the same place: kelurahan by kelurahan, and the kawasan that RT make up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from petakumuh.catalog.regulation import DENOMINATORS, HEADERS
from petakumuh.findings import Finding
from petakumuh.model import EMPTY
from petakumuh.text.codes import match_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame, Series

    from petakumuh.findings import Action

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

__all__ = ["added", "kawasan", "kelurahan", "labelled", "settled", "spellings", "taken"]


def kelurahan(units: DataFrame) -> tuple[Places, DataFrame]:
    """Tell which units lie in one kelurahan, in the order in which they come; case and spaces do not count.

    Returns
    -------
        Place of each unit, and ``kecamatan, kelurahan`` of each place as they are first written.

    Examples
    --------
    >>> rows = pd.DataFrame({"kecamatan": ["A", "A", "A"], "kelurahan": ["Kali Baros", "Timur", "KALIBAROS"]})
    >>> place, names = kelurahan(rows)
    >>> place.tolist(), names["kelurahan"].tolist()
    ([0, 1, 0], ['Kali Baros', 'Timur'])
    """
    return _numbered(units, _folded(units["kelurahan"]))


def _numbered(units: DataFrame, inner: Places) -> tuple[Places, DataFrame]:
    outer = _folded(units["kecamatan"])
    place, _ = pd.factorize(outer * (int(inner.max(initial=0)) + 1) + inner)
    first = np.unique(place, return_index=True)[1]
    return place, units[["kecamatan", "kelurahan"]].iloc[first].reset_index(drop=True)


def _folded(names: Series[str]) -> Places:
    at, spelled = pd.factorize(names)
    keys: Places = pd.factorize(np.array([match_key(one) for one in spelled], dtype=object))[0]
    return keys[at]


def settled(units: DataFrame) -> tuple[DataFrame, list[Finding]]:
    """Give rows without kecamatan that of their kelurahan, where its name has one only; say what stays open.

    Examples
    --------
    >>> rows = pd.DataFrame({"kecamatan": ["A", ""], "kelurahan": ["Timur", "TIMUR"], "unit_id": ["1", "2"]})
    >>> settled(rows.assign(berkas=""))[0]["kecamatan"].tolist()
    ['A', 'A']
    """
    names = units["kelurahan"].map({one: match_key(one) for one in units["kelurahan"].unique()})
    found = []
    if (names == "").any():
        found.append(_said("kelurahan_kosong", units[names == ""], {}))
    blank = (units["kecamatan"].str.strip() == "") & (names != "")
    filled = units["kecamatan"].copy()
    known = dict(iter(units[~blank].groupby(names[~blank])["kecamatan"].unique().items())) if blank.any() else {}
    for name, rows in units[blank].groupby(names[blank], sort=True):
        ways = {match_key(one): one for one in reversed(list(known.get(name, ())))}
        values = {"kelurahan": rows["kelurahan"].iloc[0], "kecamatan": ", ".join(sorted(ways.values()))}
        if len(ways) == 1:
            filled[rows.index] = next(iter(ways.values()))
        if ways:
            found.append(_said("kecamatan_diisi" if len(ways) == 1 else "kecamatan_kosong", rows, values))
    return units.assign(kecamatan=filled), found


def _said(rule: str, rows: DataFrame, values: dict[str, str]) -> Finding:
    ids, file = tuple(rows["unit_id"]), str(rows["berkas"].iloc[0])
    told = {**values, "jumlah": len(ids)}
    action: Action = "diperbaiki" if rule == "kecamatan_diisi" else "dicatat"
    return Finding(rule, "peringatan", "baseline", file, ids, action=action, values=told)


def spellings(units: DataFrame) -> Iterator[Finding]:
    """Name the kelurahan that are written in several ways, and counted as one."""
    place, _ = kelurahan(units)
    ways = units[["kelurahan", "berkas"]].assign(place=place).drop_duplicates(["kelurahan", "place"])
    for _, rows in ways[ways["place"].duplicated(keep=False)].groupby("place", sort=True):
        values = {"tulisan": ", ".join(sorted(rows["kelurahan"]))}
        yield Finding("kelurahan_ditulis_lain", "catatan", "baseline", str(rows["berkas"].iloc[0]), values=values)


def added(values: Floats, place: Places, size: int) -> Floats:
    """Add rows up by their place; what is missing of one row is missing of its place.

    Parameters
    ----------
    values
        (rows, ...).
    place, size
        The place of each row, and how many places there are.

    Examples
    --------
    >>> added(np.array([[1.0, 2.0], [3.0, np.nan], [5.0, 6.0]]), np.array([0, 0, 1]), 2).tolist()
    [[4.0, nan], [5.0, 6.0]]
    """
    flat = values.reshape(len(values), -1)
    found = np.empty((size, flat.shape[1]))
    for at in range(flat.shape[1]):
        found[:, at] = np.bincount(place, weights=flat[:, at], minlength=size)
    return found.reshape(size, *values.shape[1:])


def kawasan(
    units: DataFrame, volumes: Floats, over: Sequence[str], said: DataFrame
) -> tuple[DataFrame, Floats, Floats, DataFrame, Places, list[Finding]]:
    """Sum RT up to kawasan (the kelurahan, where none is named); what is missing of one RT is missing of it.

    Parameters
    ----------
    units, volumes
        RT and their volumes, (RT, years, criteria).
    over
        Columns that volumes are divided by.
    said
        Considerations of the RT, from `petakumuh.score.priority.stated`; they are those of the kawasan where
        its RT do not contradict each other.

    Returns
    -------
        Kawasan, with what is known of their hectares and people; their volumes, and what these are divided by,
        as far as every RT says them; considerations; the kawasan of each RT; and what is odd. A kawasan in
        several kelurahan names them all.
    """
    head, place, found = _heads(units)
    for column in [one for one in dict.fromkeys((*DENOMINATORS, *over)) if one in units]:
        values = units[column].to_numpy(dtype=float)
        known = added((~np.isnan(values)).astype(float), place, len(head)) > 0
        head[column] = np.where(known, added(np.nan_to_num(values), place, len(head)), np.nan)
    found += _in_part(units, head, place)
    spoken = said.groupby(place)
    low, high = spoken.min(), spoken.max()
    found += [
        Finding("pertimbangan_berbeda", "peringatan", "baseline", file, (unit,), values={"kolom": column})
        for column in said.columns
        for unit, file in head.loc[low[column] < high[column], ["unit_id", "berkas"]].itertuples(index=False)
    ]
    below = added(units[list(over)].to_numpy(dtype=float), place, len(head))
    agreed = low.where(low == high).reset_index(drop=True)
    return head, added(volumes, place, len(head)), below, agreed, place, found


def _heads(units: DataFrame) -> tuple[DataFrame, Places, list[Finding]]:
    """Tell which RT make up a kawasan, and call each by a name of its own.

    RT without kawasan make one up with those of their kelurahan, even where a kawasan bears its name.
    """
    without = units["kawasan"] == ""
    named = units["kawasan"].where(~without, units["kelurahan"])
    place, _ = _numbered(units, 2 * _folded(named) + without.to_numpy(dtype=np.intp))
    first = np.unique(place, return_index=True)[1]
    head = units.iloc[first].reset_index(drop=True)
    names = named.iloc[first].reset_index(drop=True)
    alone = head["kawasan"] == ""
    names = names.where(names != "", EMPTY)
    keys = names.map(match_key)
    mixed = alone & keys.isin(keys[~alone])
    names = names.where(~mixed, names + " (tanpa kawasan)")
    keys = names.map(match_key)
    same = keys.duplicated(keep=False)
    districts = head["kecamatan"].where(head["kecamatan"] != "", EMPTY)
    head["unit_id"] = names.where(~same, districts + "/" + names)
    head["rtrw"] = ""
    towns = units.assign(place=place, pada=kelurahan(units)[0]).drop_duplicates(["place", "pada"])
    head["kelurahan"] = towns.groupby("place")["kelurahan"].agg(", ".join)
    found = []
    for _, rows in head[same & ~alone].groupby(keys, sort=True):
        values = {"kawasan": rows["kawasan"].iloc[0], "jumlah": len(rows)}
        ids, file = tuple(rows["unit_id"]), str(rows["berkas"].iloc[0])
        found.append(Finding("kawasan_dua_kecamatan", "peringatan", "baseline", file, ids, values=values))
    if without.any() and not without.all():
        told = ", ".join(head.loc[alone, "unit_id"])
        found.append(_said("kawasan_kosong", units[without], {"kawasan": told}))
    return head, place, found


def _in_part(units: DataFrame, head: DataFrame, place: Places) -> Iterator[Finding]:
    """Name what is known of some RT of a kawasan only."""
    for column in [one for one in HEADERS if one in units]:
        unknown = np.flatnonzero(units[column].isna())
        known = head[column].notna().to_numpy()
        for at in np.unique(place[unknown]).tolist():
            if known[at]:
                blank = units["unit_id"].iloc[unknown[place[unknown] == at]]
                values = {"kolom": column, "rt": ", ".join(blank)}
                unit, file = head[["unit_id", "berkas"]].iloc[at]
                yield Finding("kawasan_sebagian", "peringatan", "baseline", file, (unit,), values=values)


def labelled(names: DataFrame, labels: Sequence[str], column: str) -> dict[str, Series[str]]:
    """Give columns of names, each row once for every label, and the column of the labels.

    Examples
    --------
    >>> found = labelled(pd.DataFrame({"kelurahan": ["A", "B"]}), ["2019", "2020"], "tahun")
    >>> pd.DataFrame(found).to_numpy().tolist()
    [['A', '2019'], ['A', '2020'], ['B', '2019'], ['B', '2020']]
    """
    found = {str(name): names[name].repeat(len(labels)).reset_index(drop=True) for name in names}
    return found | {column: taken(labels, np.tile(np.arange(len(labels)), len(names)))}


def taken(names: Sequence[str], at: Places) -> Series[str]:
    """Give names by their places, without a text object for each row.

    Examples
    --------
    >>> taken(["TK", "KR"], np.array([1, 1, 0])).tolist()
    ['KR', 'KR', 'TK']
    """
    return pd.Series(list(names), dtype=str).take(at).reset_index(drop=True)
