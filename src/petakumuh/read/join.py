"""A table without shapes and a layer without figures, put together by a key; what finds no partner is listed."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import pandas as pd

from petakumuh.errors import InputError
from petakumuh.read.raw import KEPT, Note
from petakumuh.text.codes import as_text, kemendagri, match_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geopandas import GeoDataFrame

__all__ = ["joined", "key_of"]

_SHOWN = 5


def joined(
    shapes: GeoDataFrame, table: GeoDataFrame, *, key: str, shapes_key: str | None = None
) -> tuple[GeoDataFrame, list[Note]]:
    """Give each shape the columns of the one row of a table that has its key.

    A key that several rows or several shapes have says nothing certain: those shapes get no row, and are listed.

    Parameters
    ----------
    shapes
        A layer with geometry.
    table
        Rows of a table; those with a ``masalah`` (totals, blank rows ...) take no part.
    key
        The table's column that names the shape.
    shapes_key
        The layer's column of that name; the one called as ``key`` where none is said.

    Returns
    -------
        The shapes, as many and in their order, with the table's columns (a column that the layer has too bears
        ``.2``) and ``baris_tabel``, the row's number; and what found no partner.

    Raises
    ------
    InputError
        When a key column does not exist.

    Examples
    --------
    >>> from geopandas import GeoDataFrame
    >>> from shapely import Point
    >>> shapes = GeoDataFrame({"kode": ["61.71.01.1002"]}, geometry=[Point(0, 0)])
    >>> table = GeoDataFrame({"kode": [6171011002], "kk": [7], "baris": ["2"], "masalah": [""]}, geometry=[None])
    >>> joined(shapes, table, key="kode")[0]["kk"].tolist()
    [7]
    """
    mine, theirs = _column(shapes, shapes_key or key), _column(table, key)
    counted = table[table["masalah"] == ""] if "masalah" in table else table
    rows = _by_key(counted[theirs])
    places = _by_key(shapes[mine])
    sure = {one for one in rows if one and one in places and len(rows[one]) == 1 and len(places[one]) == 1}
    partner = {places[one][0]: rows[one][0] for one in sure}
    found = [partner.get(at) for at in range(len(shapes))]
    result = shapes.copy()
    for name in [one for one in table.columns if one not in {*KEPT, theirs}]:
        cells = list(counted[name])
        taken = [None if at is None else cells[at] for at in found]
        result[_free(str(name), result.columns)] = pd.Series(taken, index=result.index, dtype=object)
    numbers = list(counted["baris"]) if "baris" in counted else [str(at + 1) for at in range(len(counted))]
    result[_free("baris_tabel", result.columns)] = pd.Series(
        ["" if at is None else numbers[at] for at in found], index=result.index, dtype=object
    )
    return result, _unpaired(rows, places, numbers, len(sure))


def key_of(value: object) -> str:
    """Fold a key for comparing: codes with or without dots, numbers as text, names however they are spelled.

    Signs between figures stay apart: RT 1/12 is not RT 11/2.

    Examples
    --------
    >>> key_of(6171011002.0) == key_of("61.71.01.1002"), key_of("1.0"), key_of("RT 01/RW 02 "), key_of("1/12")
    (True, '1', 'rt01rw02', '1-12')
    """
    text = (
        re.sub(r"(?<=\d)\.0+$", "", as_text(value)) if re.fullmatch(r"\d+\.0+", as_text(value)) else as_text(value)
    )
    code = kemendagri(text)
    return "-".join(match_key(part) for part in re.split(r"(?<=\d)[\W_]+(?=\d)", code))


def _column(rows: GeoDataFrame, name: str) -> str:
    names = [str(one) for one in rows.columns if one not in KEPT]
    found = name if name in names else next((one for one in names if match_key(one) == match_key(name)), None)
    if found is None:
        raise InputError("kunci_tidak_ada", kolom=name, ada=", ".join(names))
    return found


def _by_key(values: Iterable[object]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for at, value in enumerate(values):
        found[key_of(value)].append(at)
    return dict(found)


def _free(name: str, taken: Iterable[object]) -> str:
    names = {str(one) for one in taken}
    free, number = name, 1
    while free in names:
        number += 1
        free = f"{name}.{number}"
    return free


def _unpaired(
    rows: Mapping[str, Sequence[int]], places: Mapping[str, Sequence[int]], numbers: Sequence[str], pairs: int
) -> list[Note]:
    """List what was not joined: keys without partner on either side, keys of several, rows without a key."""
    notes = [Note("gabungan_tabel", "catatan" if pairs else "galat", values={"jumlah": pairs})]
    lone_rows = [one for one in rows if one and one not in places]
    lone_places = [one for one in places if one and one not in rows]
    if lone_rows:
        where = tuple(numbers[at] for one in lone_rows for at in rows[one])
        notes.append(Note("baris_tanpa_poligon", "peringatan", rows=where, values=_listed(lone_rows, len(where))))
    if lone_places:
        count = sum(len(places[one]) for one in lone_places)
        notes.append(Note("poligon_tanpa_baris", "peringatan", values=_listed(lone_places, count)))
    for rule, side in (("kunci_ganda_tabel", rows), ("kunci_ganda_poligon", places)):
        several = [one for one, at in side.items() if one and len(at) > 1]
        if several:
            count = sum(len(side[one]) for one in several)
            where = tuple(numbers[at] for one in several for at in side[one]) if side is rows else ()
            notes.append(Note(rule, "galat", rows=where, values=_listed(several, count)))
    blank = {"baris": len(rows.get("", [])), "poligon": len(places.get("", []))}
    if any(blank.values()):
        where = tuple(numbers[at] for at in rows.get("", []))
        notes.append(Note("kunci_kosong", "peringatan", rows=where, values=blank))
    return notes


def _listed(keys: Sequence[str], count: int) -> dict[str, object]:
    return {"jumlah": count, "contoh": ", ".join(keys[:_SHOWN]), "semua": ", ".join(keys)}
