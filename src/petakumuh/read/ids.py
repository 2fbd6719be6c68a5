"""What rows are called: the column that tells them apart, and what is done where none does."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petakumuh.findings import Finding
from petakumuh.model import TABLES
from petakumuh.text.codes import as_text, match_key, rt_rw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from petakumuh.model import Role

__all__ = ["ids_of"]

_PLACED = ("kumuh", "baseline", "lampiran")
"""What lies in a kelurahan, and may bear the same label as another in another one."""
_ENOUGH = {"baseline": 0.5}
"""Share of rows that a column must tell apart to be taken for ids: interventions name a baseline's rows by them,
so that rows entered twice do not make the others nameless."""


def ids_of(
    rows: GeoDataFrame,
    layer: GeoDataFrame,
    role: Role,
    file: str,
    *,
    names: Sequence[str],
    stated: Sequence[Any] | None,
) -> tuple[list[str], list[str], list[Finding]]:
    """Give each row an id: the column that tells rows apart, with the kelurahan before it where it must.

    Parameters
    ----------
    rows, layer
        As the file has them, and under our names.
    role, file
        What they become, and the name of the file.
    names
        Columns known for ids.
    stated
        Values of the column that the recipe names.

    Returns
    -------
        Ids, no two the same; ids as the file has them; and what was found.
    """
    within = list(layer["kelurahan"]) if role in _PLACED and "kelurahan" in layer else [""] * len(layer)
    data = _data(layer)
    findings: list[Finding] = []
    if stated is not None:
        own = [as_text(value) for value in stated]
    else:
        own, passed_over = _best(rows, layer, names, within, data=data, enough=_ENOUGH.get(role, 0.9))
        findings += [Finding("id_tidak_dipakai", "catatan", role, file, values=one) for one in passed_over]
    ids = list(own)
    missing = [at for at, one in enumerate(ids) if not one]
    for at in missing:
        ids[at] = f"{Path(file).stem if not file.startswith('(') else role}-{layer['baris'].iloc[at]}"
    told = [at for at in missing if at in data or role not in TABLES]  # totals have none, and need none
    if told:
        findings.append(Finding("id_kosong", "catatan", role, file, values={"jumlah": len(told)}))
    ids = _with_kelurahan(ids, within, all_of_them=role == "kumuh")
    ids, twice = _told_apart(ids, role, file)
    return ids, own, findings + twice


def _data(layer: GeoDataFrame) -> set[int]:
    """Say which rows are data, by their places: totals and notes tell nothing about ids."""
    data = {at for at, why in enumerate(layer["masalah"]) if not why}
    return data or set(range(len(layer)))


def _with_kelurahan(ids: list[str], within: list[str], *, all_of_them: bool) -> list[str]:
    """Put the kelurahan before ids that several kelurahan use; before all of them, where ids are labels."""
    if len(set(ids)) == len(ids) or not any(within):
        return ids
    homes: dict[str, set[str]] = {}
    for place, one in zip(within, ids, strict=True):
        homes.setdefault(one, set()).add(match_key(place))
    return [
        f"{place}/{one}" if place and (all_of_them or len(homes[one]) > 1) else one
        for place, one in zip(within, ids, strict=True)
    ]


def _best(
    rows: GeoDataFrame,
    layer: GeoDataFrame,
    wanted: Sequence[str],
    within: list[str],
    *,
    data: set[int],
    enough: float,
) -> tuple[list[str], list[dict[str, Any]]]:
    """Take the first column known for ids that tells the rows apart, inside their kelurahan at least.

    Returns
    -------
        The ids, and where no column does that, what is wrong with the first of them.
    """
    there = {match_key(str(name)): str(name) for name in rows.columns}
    candidates = [there[match_key(name)] for name in wanted if match_key(name) in there]
    passed_over: list[dict[str, Any]] = []
    for name in candidates:
        ids = [as_text(value) for value in rows[name]]
        said = [(within[at], one) for at, one in enumerate(ids) if one and at in data]
        if len(set(said)) >= enough * len(data):
            return ids, []
        wrong = {"kolom": name, "ganda": len(said) - len(set(said)), "kosong": len(data) - len(said)}
        passed_over += [wrong] if said else []
    spoken = _names(layer, within, data)
    told = [one | {"pengganti": "nama" if spoken else "nomor baris"} for one in passed_over[:1]]
    return spoken or [""] * len(rows), told


def _names(layer: GeoDataFrame, within: list[str], data: set[int]) -> list[str]:
    """Give the names of rows, or their RT and RW, where these tell all rows that are data apart; else nothing."""
    if "nama" in layer:
        spoken = list(layer["nama"])
        said = [spoken[at] for at in data]
        return spoken if all(said) and len(set(said)) == len(said) else []
    spoken = [rt_rw(one) and one for one in layer["rtrw"]] if "rtrw" in layer else [""]
    placed = [(within[at], spoken[at]) for at in data] if any(spoken) else []
    return spoken if placed and all(one for _, one in placed) and len(set(placed)) == len(placed) else []


def _told_apart(ids: list[str], role: Role, file: str) -> tuple[list[str], list[Finding]]:
    seen: dict[str, int] = {}
    taken = set(ids)
    apart: list[str] = []
    for one in ids:
        seen[one] = seen.get(one, 0) + 1
        free = (f"{one}#{number}" for number in count(seen[one]) if f"{one}#{number}" not in taken)
        apart.append(one if seen[one] == 1 else next(free))
        taken.add(apart[-1])
    return apart, [
        Finding("id_ganda", "peringatan", role, file, (one,), values={"jumlah": times})
        for one, times in seen.items()
        if times > 1
    ]
