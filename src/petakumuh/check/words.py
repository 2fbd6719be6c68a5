"""Words that accounts are kept by: status, year, sector, and the kelurahan that a slum names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz, process

from petakumuh.findings import Finding
from petakumuh.ground import GRID_DEGREES, intersection, meeting_pairs
from petakumuh.measure import LONLAT, planar_m2
from petakumuh.model import EMPTY, NO_YEAR, STATUSES
from petakumuh.text.codes import bps, kemendagri, match_key, plain_name, village_kind, year

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame

__all__ = ["named_kelurahan", "worded"]

_ENOUGH = 80.0
"""From this likeness on (0 to 100) a name is suggested; nothing is matched by likeness."""
_SUGGESTIONS = 3


def worded(
    works: GeoDataFrame, *, handled: Sequence[str], base_year: int | None
) -> tuple[GeoDataFrame, list[Finding]]:
    """Bring the attributes of one file of works to words that can be counted by.

    Parameters
    ----------
    works
        One file. If it says nothing of status at all, its works are taken as done.
    handled
        The statuses that count as handled.
    base_year
        Year of the decree: earlier works are listed, not counted.

    Returns
    -------
        The same rows; missing words are ``(kosong)``, a missing year ``(tanpa tahun)``; a new column
        ``dihitung``, whether the work counts. And what was found.
    """
    findings: list[Finding] = []
    silent = not (works["status"] != "").any()
    statuses = ["selesai" if silent else text.casefold() or EMPTY for text in works["status"]]
    years = [_year(text) for text in works["tahun"]]
    early = [base_year is not None and text.isdigit() and int(text) < base_year for text in years]
    for at, row in enumerate(works.itertuples()):
        where = {"layer": "penanganan", "file": row.berkas, "ids": (row.penanganan_id,)}
        if statuses[at] == EMPTY:
            findings.append(Finding("status_kosong", "peringatan", **where))
        elif statuses[at] not in STATUSES:
            findings.append(Finding("status_tak_dikenal", "galat", values={"nilai": row.status}, **where))
        if years[at] == NO_YEAR and row.tahun not in ("", NO_YEAR):
            findings.append(Finding("tahun_tak_terbaca", "galat", values={"nilai": row.tahun}, **where))
        if early[at]:
            values = {"tahun": years[at], "tahun_dasar": base_year}
            findings.append(Finding("sebelum_tahun_dasar", "catatan", values=values, **where))
    counted = [status in handled and not before for status, before in zip(statuses, early, strict=True)]
    done = works.assign(
        status=statuses,
        tahun=years,
        sektor=[text.casefold() or EMPTY for text in works["sektor"]],
        opd=[text or EMPTY for text in works["opd"]],
        sumber_dana=[text or EMPTY for text in works["sumber_dana"]],
        dihitung=counted,
        sebelum_dasar=early,
    )
    return done, findings


def _year(text: str) -> str:
    found = year(text)
    return NO_YEAR if found is None else str(found)


@dataclass(frozen=True)
class _Places:
    """Kelurahan by what slums may call them: code, name, name without the kind of place."""

    ids: list[str]
    names: list[str]
    codes: dict[str, int]
    by_name: dict[str, list[int]]
    by_plain: dict[str, list[int]]
    alias: dict[str, str]


def named_kelurahan(
    kumuh: GeoDataFrame, kelurahan: GeoDataFrame, alias: Mapping[str, str] | None = None
) -> tuple[list[str], list[Finding]]:
    """Find the kelurahan that each slum names: by code, else by alias, else by name.

    Where several kelurahan bear the name, that of the named kecamatan, then the one with most of the ground.

    Parameters
    ----------
    kumuh, kelurahan
        Checked layers.
    alias
        Names as slums write them -> the official ones, or codes.

    Returns
    -------
        kelurahan_id per slum (empty: it names none, or one that the boundaries do not have), and a finding
        for each name that matches nothing, with those most like it, and for each slum of which no ground
        lies where it says.
    """
    places = _places(kelurahan, alias or {})
    slums, areas = kumuh.geometry.to_crs(LONLAT).array, kelurahan.geometry.to_crs(LONLAT).array
    pairs = meeting_pairs(slums, areas)
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    parts = np.searchsorted(pairs[:, 0], np.arange(len(kumuh) + 1))
    districts = [match_key(name) for name in kelurahan["kecamatan"]]
    named, findings, unknown = [], [], dict[str, tuple[list[str], list[int]]]()
    ways: Counter[str] = Counter()
    for at, row in enumerate(kumuh.itertuples()):
        said = row.kelurahan or row.kode_kelurahan
        way, found = _found(row.kelurahan, row.kode_kelurahan, places)
        beneath = pairs[parts[at] : parts[at + 1], 1]
        inside = [k for k in found if districts[k] == match_key(row.kecamatan)]
        chosen = _most_ground(slums[at], areas, inside or found, beneath)
        named.append("" if chosen is None else places.ids[chosen])
        ways["tanpa" if not said else "tidak" if chosen is None else way] += 1
        if said and chosen is None:
            unknown.setdefault(said, ([], found))[0].append(row.kumuh_id)
        elif chosen is not None and chosen not in beneath:
            findings.append(
                Finding(
                    "kumuh_di_kelurahan_lain",
                    "peringatan",
                    "kumuh",
                    row.berkas,
                    (row.kumuh_id,),
                    values={"nama": said},
                    place=slums[at].centroid,
                )
            )
    return named, [*findings, *_report(ways, unknown, places, kumuh["berkas"].iloc[0])]


def _places(kelurahan: GeoDataFrame, alias: Mapping[str, str]) -> _Places:
    """Lay out the kelurahan by code and by name, those of one name in the order of their codes."""
    ids, names = list(kelurahan["kelurahan_id"]), list(kelurahan["nama"])
    by_name: dict[str, list[int]] = {}
    by_plain: dict[str, list[int]] = {}
    for at in np.argsort(np.asarray(ids, dtype=str), kind="stable").tolist():
        by_name.setdefault(match_key(names[at]), []).append(at)
        by_plain.setdefault(match_key(plain_name(names[at])[0]), []).append(at)
    codes = {code: at for at, code in enumerate(kelurahan["kode_bps"]) if code} if "kode_bps" in kelurahan else {}
    codes |= {code: at for at, code in enumerate(ids)}
    return _Places(ids, names, codes, by_name, by_plain, {match_key(key): name for key, name in alias.items()})


def _found(said: str, code: str, places: _Places) -> tuple[str, list[int]]:
    """Find the kelurahan that a slum may mean, and by what."""
    for one in (code, said):
        known = places.codes.get(kemendagri(one), places.codes.get(bps(one)))
        if one and known is not None:
            return "kode", [known]
    official = places.alias.get(match_key(said)) if said else None
    if official is not None:
        known = places.codes.get(kemendagri(official))
        return "alias", places.by_name.get(match_key(official), []) if known is None else [known]
    return "nama", _by_name(said, places) if said else []


def _by_name(said: str, places: _Places) -> list[int]:
    """Find the kelurahan of a name; the kind of place before it counts only where the whole name fails."""
    found = places.by_name.get(match_key(said))
    if found is not None:
        return found
    name, kind = plain_name(said)
    found = places.by_plain.get(match_key(name), [])
    return [at for at in found if village_kind(places.ids[at]) == kind] or found


def _report(
    ways: Counter[str], unknown: Mapping[str, tuple[list[str], list[int]]], places: _Places, file: str
) -> list[Finding]:
    """Account for how the names were matched; the names that match nothing with those most like them."""
    findings = [
        Finding(
            "kelurahan_tak_cocok",
            "peringatan",
            "kumuh",
            file,
            tuple(ids[:1]),
            values={"nama": name, "jumlah": len(ids), "saran": _suggested(name, found, places)},
        )
        for name, (ids, found) in unknown.items()
    ]
    if ways["nama"] and any(map(village_kind, places.ids)):
        values = {"jumlah": ways["nama"]}
        findings.append(Finding("kelurahan_menurut_nama", "catatan", "kumuh", file, values=values))
    if ways["alias"]:
        findings.append(Finding("alias_dipakai", "catatan", "kumuh", file, values={"jumlah": ways["alias"]}))
    if len(+ways) > 1:
        counts = {way: ways[way] for way in ("kode", "nama", "alias", "tidak", "tanpa")}
        findings.append(Finding("laporan_cocok", "catatan", "kumuh", file, values=counts))
    return findings


def _suggested(name: str, found: Sequence[int], places: _Places) -> str:
    """Name the kelurahan that are meant most likely: all of that very name by id, else the most alike."""
    if found:
        return ", ".join(places.ids[at] for at in found)
    like = process.extract(
        match_key(plain_name(name)[0]),
        sorted(places.by_plain),
        scorer=fuzz.ratio,
        score_cutoff=_ENOUGH,
        limit=None,
    )
    best = sorted(like, key=lambda one: (-one[1], one[0]))[:_SUGGESTIONS]
    return (
        ", ".join(f"{places.names[places.by_plain[key][0]]} ({round(score)} %)" for key, score, _ in best) or "–"
    )


def _most_ground(slum: object, areas: np.ndarray, found: list[int], beneath: np.ndarray) -> int | None:
    """Choose among kelurahan of one name the one with most of the ground; None where none has any."""
    if len(found) <= 1:
        return found[0] if found else None
    shared = [
        float(planar_m2(intersection(slum, areas[at], grid=GRID_DEGREES)[0])) if at in beneath else 0.0
        for at in found
    ]
    return found[int(np.argmax(shared))] if max(shared) > 0 else None
