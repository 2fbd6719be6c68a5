"""Units of a decree (an RT, a kawasan): what they are called, and which of two decrees are the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from petakumuh.model import EMPTY
from petakumuh.text.codes import match_key, rt_rw

if TYPE_CHECKING:
    from pandas import DataFrame, Series

__all__ = ["CLASSES", "keyed", "matched", "of_units", "units"]

CLASSES = {
    "Tidak Kumuh": ("tk", "tidakkumuh"),
    "Kumuh Ringan": ("kr", "ringan", "kumuhringan"),
    "Kumuh Sedang": ("ks", "sedang", "kumuhsedang"),
    "Kumuh Berat": ("kb", "berat", "kumuhberat"),
}
"""Classes as tables name them, and how decrees write them, folded; from mild to grave."""
_SAME_UNIT = 0.5
"""Share of their joint ground from which on two units of different names are one: at most one pair can be."""
_REPEATED = re.compile(r"#\d+$")
"""What reading puts after an id that a file gives to several rows; they are one unit."""


def units(kumuh: DataFrame) -> DataFrame:
    """Name the unit of each slum so that two decrees can be matched: kelurahan and RT/RW, else its name or id.

    Returns
    -------
        Indexed by ``kumuh_id``: ``kunci``, ``nama_unit`` (for people), ``kelurahan_id``, ``tingkat`` (one of the
        four classes, or as written, or `EMPTY`).

    Examples
    --------
    >>> rows = {"kumuh_id": ["1-RT004-RW001"], "disebut_id": ["99.01.01.1001"], "kelurahan": ["Barat"]}
    >>> rows |= {"nama": [""], "tingkat": ["KUMUH RINGAN"]}
    >>> units(pd.DataFrame(rows)).loc["1-RT004-RW001"].tolist()
    ['99.01.01.1001/rt004rw001', 'RT004-RW001', '99.01.01.1001', 'Kumuh Ringan']
    """
    rows = []
    for row in kumuh.drop_duplicates("kumuh_id").to_dict("records"):
        where = row["disebut_id"] or match_key(row["kelurahan"])
        own = _REPEATED.sub("", row["kumuh_id"])
        name = row["nama"] or own.rpartition("/")[2]
        unit = rt_rw(own) or rt_rw(row["nama"]) or name
        rows.append((row["kumuh_id"], f"{where}/{match_key(unit)}", unit, row["disebut_id"], row["tingkat"]))
    table = pd.DataFrame(rows, columns=["kumuh_id", "kunci", "nama_unit", "kelurahan_id", "tingkat"], dtype=str)
    return table.assign(tingkat=[_class(one) for one in table["tingkat"]]).set_index("kumuh_id")


def _class(said: str) -> str:
    key = match_key(said)
    return next((name for name, known in CLASSES.items() if key in known), said or EMPTY)


def keyed(parts: DataFrame, lama: DataFrame, baru: DataFrame) -> tuple[Series[str], Series[str]]:
    """Give the keys of the units that each part belongs to, empty where the decree does not have it."""
    return of_units(parts["lama_id"], lama["kunci"], ""), of_units(parts["baru_id"], baru["kunci"], "")


def of_units(ids: Series[str], said: Series[str], none: str) -> Series[str]:
    """Look up what is said of units by their ids; ``none`` where the decree does not have the ground."""
    known = said.to_dict()
    return pd.Series([known.get(one, none) for one in ids], index=ids.index, dtype=str)


def matched(parts: DataFrame, lama: DataFrame, baru: DataFrame) -> dict[str, str]:
    """Match units of the old decree with those of the new: by key, else by most of their joint ground."""
    old, new = keyed(parts, lama, baru)
    keys = {*lama["kunci"]} & {*baru["kunci"]}
    home = {key: key for key in keys}
    of_old, of_new = parts["luas_ha"].groupby(old).sum(), parts["luas_ha"].groupby(new).sum()
    both = parts.assign(one=old, other=new).groupby(["one", "other"])["luas_ha"].sum().reset_index()
    for one, other, shared in zip(both["one"], both["other"], both["luas_ha"], strict=True):
        unmatched = one and other and one not in keys and other not in keys
        if unmatched and shared > _SAME_UNIT * (of_old[one] + of_new[other] - shared):
            home[one] = other
    return home
