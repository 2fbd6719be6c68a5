"""Words that accounts are kept by: status, year, sector, and the kelurahan that a slum names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from petakumuh.findings import Finding
from petakumuh.ground import GRID_DEGREES, intersection, meeting_pairs
from petakumuh.measure import LONLAT, planar_m2
from petakumuh.model import EMPTY, NO_YEAR, STATUSES
from petakumuh.text.codes import kemendagri, match_key, year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

__all__ = ["named_kelurahan", "worded"]


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


_CODE_DOTS = 3
"""A Kemendagri code of a kelurahan or desa: PP.KK.CC.DDDD."""


def named_kelurahan(kumuh: GeoDataFrame, kelurahan: GeoDataFrame) -> tuple[list[str], list[Finding]]:
    """Find the kelurahan that each slum names: by code, else by name.

    Where several kelurahan bear the name, that of the named kecamatan, then the one with most of the ground.

    Returns
    -------
        kelurahan_id per slum (empty: it names none, or one that the boundaries do not have), and a finding
        for each name that matches nothing and for each slum of which no ground lies where it says.
    """
    by_name: dict[str, list[int]] = {}
    for at in np.argsort(kelurahan["kelurahan_id"].to_numpy(dtype=str), kind="stable").tolist():
        name = kelurahan["nama"].iloc[at]
        by_name.setdefault(match_key(name), []).append(at)
    codes = {code: at for at, code in enumerate(kelurahan["kelurahan_id"])}
    slums, areas = kumuh.geometry.to_crs(LONLAT).array, kelurahan.geometry.to_crs(LONLAT).array
    pairs = meeting_pairs(slums, areas)
    named, findings, unknown = [], [], dict[str, list[str]]()
    by_name_only = 0
    for at, row in enumerate(kumuh.itertuples()):
        said = row.kelurahan
        code = codes.get(kemendagri(row.kode_kelurahan), codes.get(kemendagri(said)))
        found = [code] if code is not None else by_name.get(match_key(said), []) if said else []
        by_name_only += bool(found) and code is None
        inside = [k for k in found if match_key(kelurahan["kecamatan"].iloc[k]) == match_key(row.kecamatan)]
        beneath = pairs[pairs[:, 0] == at, 1]
        chosen = _most_ground(slums[at], areas, inside or found, beneath)
        named.append("" if chosen is None else str(kelurahan["kelurahan_id"].iloc[chosen]))
        if (said or row.kode_kelurahan) and chosen is None:
            unknown.setdefault(said or row.kode_kelurahan, []).append(row.kumuh_id)
        elif chosen is not None and chosen not in beneath:
            findings.append(
                Finding(
                    "kumuh_di_kelurahan_lain",
                    "peringatan",
                    "kumuh",
                    row.berkas,
                    (row.kumuh_id,),
                    values={"nama": said or row.kode_kelurahan},
                    place=slums[at].centroid,
                )
            )
    if by_name_only and any(code.count(".") == _CODE_DOTS for code in codes):
        values = {"jumlah": int(by_name_only)}
        findings.append(
            Finding("kelurahan_menurut_nama", "catatan", "kumuh", kumuh["berkas"].iloc[0], values=values)
        )
    findings += [
        Finding(
            "kelurahan_tak_cocok",
            "peringatan",
            "kumuh",
            kumuh["berkas"].iloc[0],
            tuple(ids[:1]),
            values={"nama": name, "jumlah": len(ids)},
        )
        for name, ids in unknown.items()
    ]
    return named, findings


def _most_ground(slum: object, areas: np.ndarray, found: list[int], beneath: np.ndarray) -> int | None:
    """Choose among kelurahan of one name the one with most of the ground; None where none has any."""
    if len(found) <= 1:
        return found[0] if found else None
    shared = [
        float(planar_m2(intersection(slum, areas[at], grid=GRID_DEGREES)[0])) if at in beneath else 0.0
        for at in found
    ]
    return found[int(np.argmax(shared))] if max(shared) > 0 else None
