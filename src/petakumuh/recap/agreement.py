"""Whether runs may be added: what is refused, and in what they differ all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from petakumuh.errors import InputError
from petakumuh.findings import Finding
from petakumuh.model import NO_YEAR, OUTSIDE, STATUSES
from petakumuh.text.codes import match_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from petakumuh.findings import Severity
    from petakumuh.model import Role

__all__ = ["differences", "differing", "require_alike", "require_once", "said"]


def require_alike(parts: Sequence[Mapping[str, Any]]) -> None:
    """Refuse runs whose hectares mean different things.

    Raises
    ------
    InputError
        When the headline basis or the statuses that count differ.
    """
    first = parts[0]
    for other in parts[1:]:
        for key, one, another in (
            ("dasar", first["basis"]["dasar"], other["basis"]["dasar"]),
            ("status_tertangani", _counted(first), _counted(other)),
        ):
            if one != another:
                raise InputError(
                    "rekap_tak_sama",
                    kunci=key,
                    file=first["berkas"],
                    nilai=one,
                    lain=other["berkas"],
                    nilai_lain=another,
                )


def _counted(part: Mapping[str, Any]) -> str:
    told = (part["resep"].get("hitung") or {}).get("status_tertangani")
    return ", ".join(sorted(STATUSES[:1] if told is None else told))


def require_once(given: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a kabupaten/kota that stands in two recaps, by code or by name.

    Raises
    ------
    InputError
        When one does.
    """
    seen: dict[tuple[str, ...], str] = {}
    for one in given:
        mine: dict[tuple[str, ...], str] = {}
        for row in one["kabupaten_kota"]:
            if row["kode"] == OUTSIDE:
                continue
            names = (match_key(row.get("provinsi") or ""), match_key(row["nama"]))
            mine |= dict.fromkeys([(row["kode"],), names], row["nama"])
        for key, name in mine.items():
            if key in seen:
                raise InputError("rekap_dua_kali", nama=name, file=seen[key], lain=one["berkas"])
        seen |= dict.fromkeys(mine, one["berkas"])


def differences(parts: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Say in what runs differ that may be added all the same (boundaries, base years, last years), or lack."""
    editions: dict[str, list[str]] = {}
    base: dict[str, list[str]] = {}
    last: dict[str, list[str]] = {}
    for part in parts:
        source = part["basis"].get("batas_kelurahan") or {}
        editions.setdefault(" ".join(one for one in source.values() if one) or "–", []).append(part["berkas"])
        base.setdefault(said((part["resep"].get("kumuh") or {}).get("tahun_dasar")), []).append(part["berkas"])
    for one in given:
        for year in _last_years(one):
            last.setdefault(year, []).append(one["berkas"])
    idle = [part["berkas"] for part in parts if not part["resep"].get("penanganan")]
    return [
        *(Finding("rekap_tanpa_penanganan", "peringatan", "penanganan", values={"nama": one}) for one in idle),
        *_shared(parts, given),
        *differing("rekap_batas_berbeda", editions),
        *differing("rekap_tahun_dasar_berbeda", base),
        *differing("rekap_tahun_berbeda", last),
    ]


def _last_years(one: Mapping[str, Any]) -> list[str]:
    """Give the last year of a run's works, or every one of the runs that were joined before."""
    if "daftar" in one:
        ends = [row.get("sd_tahun") for row in one["daftar"] if row["kode"] != OUTSIDE]
        return list(dict.fromkeys(said(end) for end in ends))
    return [max((row["tahun"] for row in one.get("tahun") or [] if row["tahun"] != NO_YEAR), default="–")]


def _shared(parts: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Name runs over several kabupaten/kota: their pace and scores are of all together, of none alone."""
    names = {row["kode"]: row["nama"] for one in given for row in one["kabupaten_kota"]}
    found = []
    for part in (part for part in parts if len(part["kabupaten_kota"]) > 1):
        mine = [names.get(code, code) for code in part["kabupaten_kota"]]
        values = {"jumlah": len(mine), "nama": ", ".join(mine)}
        found.append(Finding("rekap_laju_bersama", "catatan", "penanganan", part["berkas"], values=values))
    return found


def differing(
    rule: str,
    values: Mapping[str, Sequence[str]],
    *,
    severity: Severity = "peringatan",
    layer: Role = "kelurahan",
    **named: str,
) -> list[Finding]:
    """Give a finding where there is more than one value, each with the files that say it.

    Examples
    --------
    >>> (found,) = differing("rekap_batas_berbeda", {"BIG 2023": ["a.json"], "BPS": ["b.json", "c.json"]})
    >>> found.values["nilai"]
    'BIG 2023 (a.json); BPS (b.json, c.json)'
    """
    if len(values) <= 1:
        return []
    told = "; ".join(f"{value} ({', '.join(files)})" for value, files in sorted(values.items()))
    return [Finding(rule, severity, layer, values={"jumlah": len(values), "nilai": told, **named})]


def said(value: Any) -> str:
    """Write a value of a recipe in words; none, or nothing in it, is a dash."""
    if isinstance(value, list):
        return ", ".join(sorted(map(str, value))) or "–"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else "–"
    return "–" if value is None else str(value)
