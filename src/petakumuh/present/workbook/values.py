"""What the official sheets show: the scores of each RT, and the sums of a kawasan as its formulas make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from petakumuh.catalog.regulation import HEADERS
from petakumuh.text.codes import match_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.model import Scores

    Floats = NDArray[np.float64]

__all__ = ["Condition", "Unit", "books", "denominators", "heads", "level", "summed"]

_APPLIED = "diterapkan"


@dataclass(frozen=True)
class Condition:
    """A unit in one year: per criterion volume, share and score; per aspect its mean; and what they sum up to.

    What is missing is NaN, its class empty.
    """

    volume: Floats
    persen: Floats
    nilai: Floats
    aspek: Floats
    total: float
    tingkat: str
    rata: float
    kontribusi: float


@dataclass(frozen=True)
class Unit:
    """A unit as its sheet shows it.

    Attributes
    ----------
    name, place
        What the sheet is called; ``kecamatan, kelurahan, kawasan, rtrw``.
    head
        What the baseline says of it, by column.
    first, last
        In the baseline's year and in the last one.
    works, volume
        What was done, per criterion: the activities, and the volume of their outcome.
    """

    name: str
    place: Mapping[str, str]
    head: Mapping[str, float]
    first: Condition
    last: Condition
    works: tuple[str, ...]
    volume: Floats


def denominators(scores: Scores) -> dict[str, str]:
    """Give the column that each criterion was divided by."""
    other = scores.rekap["resep"]["penyebut"]
    return {one.kode: other.get(one.kode, one.penyebut) for one in scores.aturan.kriteria}


def heads(scores: Scores) -> list[str]:
    """List what a sheet says of its unit above the table: what every baseline says, and denominators beyond it."""
    return list(dict.fromkeys([*HEADERS, *denominators(scores).values()]))


def level(scores: Scores) -> Literal["rt", "kawasan"]:
    """Tell what the units are: RT; or kawasan, because those were scored or the baseline has a row for each."""
    units = scores.unit
    bare = len(units) > 0 and (units["rtrw"] == "").all() and (units["kawasan"] != "").all()
    single = not units.duplicated(["kecamatan", "kelurahan", "kawasan"]).any()
    return "kawasan" if scores.rekap["resep"]["satuan"] == "kawasan" or (bare and single) else "rt"


def books(scores: Scores) -> dict[str, list[Unit]]:
    """Sort the units into workbooks, one a kawasan (the kelurahan, where no kawasan is named).

    Where the baseline has a row for each kawasan, and so no RT, there is one a kelurahan.

    Returns
    -------
        By the kawasan's name, with its kecamatan before it where two have the same one.
    """
    units = _units(scores)
    if scores.rekap["resep"]["satuan"] == "kawasan":
        return {one.name: [one] for one in units}
    bare = level(scores) == "kawasan"
    found: dict[tuple[str, str], list[Unit]] = {}
    for one in units:
        named = ("" if bare else one.place["kawasan"]) or one.place["kelurahan"]
        found.setdefault((one.place["kecamatan"], named), []).append(one)
    names = [name for _, name in found]
    return {f"{above} - {name}" if names.count(name) > 1 else name: rows for (above, name), rows in found.items()}


def _units(scores: Scores) -> list[Unit]:
    years = list(scores.rekap["tahun"])
    first, last = (_conditions(scores, year) for year in (years[0], years[-1]))
    done = _done(scores)
    codes = scores.aturan.codes
    by_rt, kind = scores.rekap["resep"]["satuan"] == "rt", level(scores)
    found = []
    for at, row in enumerate(scores.unit.to_dict("records")):
        mine = done.get(str(row["unit_id"]), {})
        outcome = np.array([mine[code][1] if code in mine else 0.0 for code in codes])
        if not by_rt:  # works name RT: what they did to a kawasan is what its volumes have less
            outcome = np.maximum(np.nan_to_num(first[at].volume - last[at].volume), 0.0)
        found.append(
            Unit(
                name=str(row["rtrw"] or (row["kawasan"] if kind == "kawasan" else "") or row["unit_id"]),
                place={name: str(row[name]) for name in ("kecamatan", "kelurahan", "kawasan", "rtrw")},
                head={name: float(row[name]) for name in heads(scores)},
                first=first[at],
                last=last[at],
                works=tuple("; ".join(mine[code][0]) if code in mine else "" for code in codes),
                volume=outcome,
            )
        )
    return found


def _conditions(scores: Scores, year: str) -> list[Condition]:
    """Take all units of one year out of the tables, in the order of the units."""
    rules = scores.aturan
    named = {one.kode: one.nama for one in rules.kelas}
    now = scores.tabel["tahun"] == year
    table = scores.tabel[now]
    volume = _array(scores.volume[now], "volume", rules.codes)
    share = _array(scores.persen[now], "persen", rules.codes)
    marks = _array(table, "nilai", rules.codes)
    means = _array(scores.persen[now], "rata", list(rules.aspek))
    sums = {
        name: table[name].to_numpy(dtype=float, na_value=np.nan)
        for name in ("total", "rata_sektoral", "kontribusi")
    }
    return [
        Condition(
            volume[at],
            share[at],
            marks[at],
            means[at],
            total=float(sums["total"][at]),
            tingkat=named.get(code, ""),
            rata=float(sums["rata_sektoral"][at]),
            kontribusi=float(sums["kontribusi"][at]),
        )
        for at, code in enumerate(table["tingkat"])
    ]


def _array(table: DataFrame, word: str, keys: Sequence[str]) -> Floats:
    columns = [table[f"{word}_{key}"].to_numpy(dtype=float, na_value=np.nan) for key in keys]
    return np.stack(columns, axis=-1)


def _done(scores: Scores) -> dict[str, dict[str, tuple[list[str], float]]]:
    """Give what was done, by unit and criterion: activities with their years, and the volume of all of them."""
    codes = {match_key(code): code for code in scores.aturan.codes}
    table = scores.investasi[scores.investasi["nasib"] == _APPLIED]
    found: dict[str, dict[str, tuple[list[str], float]]] = {}
    for unit, code, work, year, volume in zip(
        *(table[name] for name in ("unit_id", "kriteria", "kegiatan", "tahun", "volume")), strict=True
    ):
        mine = found.setdefault(str(unit), {})
        texts, before = mine.get(codes[match_key(code)], ([], 0.0))
        text = " ".join(part for part in (work, f"({year})" if year else "") if part)
        mine[codes[match_key(code)]] = ([*texts, *([text] if text and text not in texts else [])], before + volume)
    return found


def summed(units: Sequence[Unit], scores: Scores, name: str) -> Unit:
    """Sum RT up to their kawasan as the formulas of its sheet do; what one RT misses its kawasan misses."""
    head = {column: float(np.sum([one.head[column] for one in units])) for column in units[0].head}
    first = _evaluated(np.sum([one.first.volume for one in units], axis=0), head, scores, None)
    last = _evaluated(np.sum([one.last.volume for one in units], axis=0), head, scores, first.rata)
    works = zip(*(one.works for one in units), strict=True)
    return Unit(
        name=name,
        place={
            key: ", ".join(dict.fromkeys(one.place[key] for one in units if one.place[key]))
            for key in ("kecamatan", "kelurahan", "kawasan")
        }
        | {"rtrw": ""},
        head=head,
        first=first,
        last=last,
        works=tuple("; ".join(dict.fromkeys(text for text in texts if text)) for texts in works),
        volume=np.sum([one.volume for one in units], axis=0),
    )


def _evaluated(volume: Floats, head: Mapping[str, float], scores: Scores, before: float | None) -> Condition:
    """Work out the formulas of a sheet: shares, scores, means of aspects, total, class and mean."""
    rules, resep = scores.aturan, scores.rekap["resep"]
    below = np.array([head[column] for column in denominators(scores).values()])
    share = np.where(below < 0, np.nan, volume / np.where(below == 0, np.inf, below))
    marks = np.full(share.shape, float(resep["nilai_terendah"]))
    for band in rules.pita:
        marks[share >= band.mulai] = band.nilai
    marks[np.isnan(share)] = np.nan
    plain = resep["rata_sektoral"] == "polos"
    counted = share if plain else np.where(share < rules.pita[0].mulai, 0.0, share)
    aspects = np.array([one.aspek for one in rules.kriteria])
    means = np.array([counted[aspects == key].mean() for key in rules.aspek])
    total, mean = float(marks.sum()), float(means.mean())
    return Condition(
        volume,
        share,
        marks,
        means,
        total=total,
        tingkat=next((one.nama for one in reversed(rules.kelas) if total >= one.mulai), ""),
        rata=mean,
        kontribusi=_contributed(mean, total, before if len(scores.rekap["tahun"]) > 1 else None, scores),
    )


def _contributed(mean: float, total: float, before: float | None, scores: Scores) -> float:
    """Say what works contributed since the baseline, by the formula that was chosen."""
    rules = scores.aturan
    if before is None or np.isnan(mean):
        return mean * 0
    if scores.rekap["resep"]["kontribusi"] == "rata":
        return min((before - mean) / before, 1.0) if before else 0.0
    if total < rules.kelas[1].mulai:
        return 1.0
    base = before - rules.kontribusi_ambang
    return (before - mean) / base if base else float("nan")
