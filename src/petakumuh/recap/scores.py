"""Scores of many kabupaten/kota as one: hectares of each class by year, and a row for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from petakumuh.catalog.planning import INDICATORS
from petakumuh.errors import ConservationError, InputError
from petakumuh.findings import Finding
from petakumuh.model import NO_YEAR, OUTSIDE
from petakumuh.recap.agreement import differing, said
from petakumuh.recap.pace import score_progress
from petakumuh.recap.reading import has_indicator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame

    Years = Mapping[str, Mapping[str, Any]]

__all__ = ["joined_scores", "score_tables"]

_MEANING = ("aturan", "sumber", "satuan", "pengurangan", "nilai_terendah", "status")
"""Choices by which a hectare by score means another thing: where they differ, nothing is added up."""
_OF_CONTRIBUTION = ("rata_sektoral", "kontribusi")
"""As much, where the reduction is measured by contribution."""
_ADDED = ("_ha", "_rt", "_kk", "_jiwa", "_bangunan")
_LISTED = ("kumuh_awal_ha", "kumuh_akhir_ha", "pengurangan_ha", "sisa_kumuh_ha", "tanpa_skor_ha",
           "air_minum_persen", "sanitasi_persen", "laju_skor_ha_per_tahun", "tahun_nol_skor",
           "aturan", "tahun_dasar", "tahun_akhir")  # fmt: skip
_NO_CLASS = ("kumuh_ha", "tidak_kumuh_ha", "pengurangan_ha", "sisa_kumuh_ha", "tanpa_skor_ha")
"""Hectares of a year that are no class of score."""
_UNKNOWN = "tanpa_data_rt"
_CLOSES = 1e-9


def joined_scores(given: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], list[Finding]]:
    """Add the scores of recaps up, year by year.

    Parameters
    ----------
    given
        Recaps as `petakumuh.recap.reading.read_recaps` gives them.

    Returns
    -------
        Nothing where nothing is scored; else in the form of `petakumuh.model.Scores.rekap`: ``tahun`` (empty where
        scores mean different things), ``investasi``, ``resep`` (what all have in common), and of how many
        kabupaten/kota (``jumlah_kabupaten_kota``) how many are scored (``jumlah_berskor``). And findings.

    Raises
    ------
    ConservationError
        When classes do not sum to the whole, or slum and reduction to the baseline's slum.
    InputError
        When runs joined before have no years although their scores mean the same.

    Notes
    -----
    A year that a kabupaten/kota does not have is its latest year before; before its first, its baseline. Percent
    served is that of the sums.
    """
    parts = [part for one in given for part in one["bagian"]]
    scored = [part for part in parts if part.get("skor")]
    if not scored:
        return {}, []
    for one in (one for one in given if one["skor"]):
        _require_laws(one["skor"]["tahun"], one["berkas"])
    names = {row["kode"]: str(row["nama"]) for one in given for row in one["kabupaten_kota"]}
    apart = _other_meaning(scored)
    found = [*apart, *_remarks(parts, names)]
    years: dict[str, dict[str, Any]] = {}
    if not apart:
        mine = [one for one in given if one["skor"]]
        for one in (one for one in mine if not one["skor"]["tahun"]):
            raise InputError("rekap_rusak", file=one["berkas"], kunci="skor.tahun")
        years, lacking = _added_up(mine)
        found += [*lacking, *_filled(scored, list(years), names)]
        _require_laws(years)
    recipes = [part["skor"]["resep"] for part in scored]
    common = {key: value for key, value in recipes[0].items() if all(one.get(key) == value for one in recipes)}
    return {
        "tahun": years,
        "investasi": _account([one["skor"].get("investasi") or {} for one in given if one["skor"]]),
        "resep": common,
        "jumlah_kabupaten_kota": sum(len(part["kabupaten_kota"]) for part in parts),
        "jumlah_berskor": sum(len(part["kabupaten_kota"]) for part in scored),
    }, found


def score_tables(scores: Mapping[str, Any], given: Sequence[Mapping[str, Any]]) -> dict[str, DataFrame]:
    """Lay joined scores out: ``skor``, a row per year, and ``skor_daftar``, a row per kabupaten/kota."""
    listed = [row for one in given for row in one.get("skor_daftar") or _listed(one)]
    table = pd.DataFrame(listed, columns=["kode", "provinsi", "nama", *_LISTED])
    numbers = dict.fromkeys(_LISTED[:8], float)
    flat = [{"tahun": year} | _flat(row) for year, row in scores["tahun"].items()]
    return {
        "skor": pd.DataFrame(flat) if flat else pd.DataFrame({"tahun": pd.Series(dtype=str)}),
        "skor_daftar": table.astype(numbers | {"tahun_nol_skor": "Int64"}),
    }


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Put the indicators of a year beside its other columns."""
    told = {key: value for key, value in row.items() if key != "indikator"}
    for name, one in (row.get("indikator") or {}).items():
        told |= {f"{name}_{key}": value for key, value in one.items()}
    return told


def _listed(one: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give a run's kabupaten/kota their rows; scores of several together stand in one row, as they were made."""
    rows = [row for row in one["kabupaten_kota"] if row["kode"] != OUTSIDE]
    keys = [{"kode": row["kode"], "provinsi": row.get("provinsi") or "", "nama": row["nama"]} for row in rows]
    if not one["skor"]:
        return keys
    if len(keys) > 1:
        wider = ", ".join(dict.fromkeys(str(key["provinsi"]) for key in keys))
        keys = [
            {
                "kode": ", ".join(str(key["kode"]) for key in keys),
                "provinsi": wider,
                "nama": f"{wider} ({len(keys)} kabupaten/kota)".strip(),
            }
        ]
    years = one["skor"]["tahun"]
    labels = list(years)
    first, last = years[labels[0]], years[labels[-1]]
    told = score_progress(years)
    flat = _flat(last)
    dated = [label for label in labels if label.isdigit()]
    mine = {
        "kumuh_awal_ha": first["kumuh_ha"],
        "kumuh_akhir_ha": last["kumuh_ha"],
        **{name: flat.get(name) for name in _LISTED[2:7]},
        "laju_skor_ha_per_tahun": told["laju_ha_per_tahun"],
        "tahun_nol_skor": told["tahun_nol"],
        "aturan": one["skor"]["resep"].get("aturan"),
        "tahun_dasar": labels[0],
        "tahun_akhir": dated[-1] if dated else labels[-1],
    }
    return [(keys or [{"kode": "", "provinsi": "", "nama": one["berkas"]}])[0] | mine]


def _added_up(mine: Sequence[Mapping[str, Any]]) -> tuple[dict[str, dict[str, Any]], list[Finding]]:
    """Add up the years of recaps whose scores mean the same."""
    sources: list[Years] = [one["skor"]["tahun"] for one in mine]
    labels = _labels([list(years) for years in sources])
    filled = {label: [years[_source(label, list(years))] for years in sources] for label in labels}
    columns = [name for name in _columns(sources[0]) if all(name in _columns(years) for years in sources)]
    said_by = {name: [at for at, years in enumerate(sources) if has_indicator(years, name)] for name in INDICATORS}
    found: dict[str, dict[str, Any]] = {}
    for label, rows in filled.items():
        summed: dict[str, Any] = {name: sum(row[name] for row in rows) for name in columns}
        served = {name: _served([rows[at] for at in here], name) for name, here in said_by.items() if here}
        found[label] = summed | ({"indikator": served} if served else {})
    every = dict.fromkeys(name for years in sources for name in _columns(years))
    lacking = []
    for name in (name for name in every if name not in columns):
        files = [one["berkas"] for one, years in zip(mine, sources, strict=True) if name not in _columns(years)]
        values = {"kolom": name, "jumlah": len(files)}
        lacking.append(
            Finding("rekap_skor_kolom_dilewati", "catatan", "baseline", ", ".join(files), values=values)
        )
    return found, lacking


def _columns(years: Years) -> list[str]:
    """List what a recap of scores says in every year and may be added up."""
    first = next(iter(years.values()))
    return [
        name
        for name in first
        if name.endswith(_ADDED) and all(row.get(name) is not None for row in years.values())
    ]


def _served(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """Add up households, and give the percent served of the sums."""
    told = [row["indikator"][name] for row in rows]
    wanted, served = (sum(one[key] for one in told) for key in ("sasaran_kk", "terlayani_kk"))
    found = {
        "sasaran_kk": wanted,
        "terlayani_kk": served,
        "persen": served / wanted * 100 if wanted > 0 else None,
    }
    if all(one.get(_UNKNOWN) is not None for one in told):
        found[_UNKNOWN] = sum(one[_UNKNOWN] for one in told)
    return found


def _labels(said_years: Sequence[Sequence[str]]) -> list[str]:
    """List every year that is told, in order; a baseline without a year only where there are no years at all."""
    every = dict.fromkeys(label for labels in said_years for label in labels)
    dated = sorted((label for label in every if label.isdigit()), key=int)
    undated = [label for label in every if label == NO_YEAR]
    return [*(dated or [label for label in every if label != NO_YEAR][:1]), *undated]


def _source(label: str, labels: Sequence[str]) -> str:
    """Say which of its years a kabupaten/kota is taken by in a year: that one, else the latest before it."""
    if label in labels or label == NO_YEAR:
        return label if label in labels else labels[-1]
    before = [one for one in labels if one.isdigit() and label.isdigit() and int(one) < int(label)]
    return before[-1] if before else labels[0]


def _filled(scored: Sequence[Mapping[str, Any]], labels: Sequence[str], names: Mapping[str, str]) -> list[Finding]:
    """Name every kabupaten/kota that a year was filled in for, and by what."""
    found = []
    for part in scored:
        mine = part["skor"]["tahun"]
        filled: dict[str, list[str]] = {}
        for label in labels:
            if label not in mine and label != NO_YEAR:
                filled.setdefault(_source(label, mine), []).append(label)
        for source, years in filled.items():
            later = source.isdigit() and int(years[0]) < int(source)
            rule = "rekap_skor_mulai_kemudian" if later else "rekap_skor_tahun_diisi"
            values = {"nama": _names(part, names), "dari": source, "tahun": ", ".join(years)}
            found.append(Finding(rule, "peringatan", "baseline", part["skor"]["berkas"], values=values))
    return found


def _other_meaning(scored: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Name the choices by which hectares mean different things."""
    return [
        one
        for key in _meaning(scored)
        for one in differing(
            "rekap_skor_tak_sama", _by_choice(scored, key), kunci=key, severity="galat", layer="baseline"
        )
    ]


def _meaning(scored: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    by_share = any(part["skor"]["resep"].get("pengurangan") == "kontribusi" for part in scored)
    return (*_MEANING, *_OF_CONTRIBUTION) if by_share else _MEANING


def _remarks(parts: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> list[Finding]:
    """Name other choices, and kabupaten/kota without scores or indicators."""
    scored = [part for part in parts if part.get("skor")]
    every = dict.fromkeys(key for part in scored for key in part["skor"]["resep"])
    found = [
        one
        for key in every
        if key not in (*_meaning(scored), "tahun_dasar")
        for one in differing("rekap_skor_pilihan_berbeda", _by_choice(scored, key), kunci=key, layer="baseline")
    ]
    missing = [part for part in parts if not part.get("skor")]
    if missing:
        values = {
            "jumlah": sum(len(part["kabupaten_kota"]) for part in missing),
            "semua": sum(len(part["kabupaten_kota"]) for part in parts),
            "nama": ", ".join(_names(part, names) for part in missing),
        }
        files = ", ".join(dict.fromkeys(part["berkas"] for part in missing))
        found.append(Finding("rekap_tanpa_skor", "peringatan", "baseline", files, values=values))
    for name in INDICATORS:
        silent = [part for part in scored if name not in part["skor"]["indikator"]]
        if silent and len(silent) < len(scored):
            values = {"indikator": name, "nama": ", ".join(_names(part, names) for part in silent)}
            files = ", ".join(part["skor"]["berkas"] for part in silent)
            found.append(Finding("rekap_tanpa_indikator", "peringatan", "baseline", files, values=values))
    return found


def _by_choice(scored: Sequence[Mapping[str, Any]], key: str) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for part in scored:
        told.setdefault(said(part["skor"]["resep"].get(key)), []).append(part["skor"]["berkas"])
    return told


def _names(part: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in part["kabupaten_kota"]) or str(part["berkas"])


def _account(accounts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Add up what became of interventions."""
    fates: dict[str, int] = {}
    for one in accounts:
        for fate, rows in (one.get("tidak") or {}).items():
            fates[fate] = fates.get(fate, 0) + rows
    return {key: sum(one.get(key) or 0 for one in accounts) for key in ("baris", "diterapkan")} | {"tidak": fates}


def _require_laws(years: Years, file: str = "") -> None:
    """Stop when classes do not sum up, ground changes with the years, or slum left and reduction do not close."""
    first = next(iter(years.values()), {})
    parts = ("kumuh_ha", "tidak_kumuh_ha", "tanpa_skor_ha")
    for year, row in years.items():
        classes = [row[name] or 0.0 for name in row if name.endswith("_ha") and name not in _NO_CLASS]
        for name, summed, whole in (
            ("kelas", sum(classes), row["kumuh_ha"] + row["tidak_kumuh_ha"]),
            ("tahun", sum(row[part] for part in parts), sum(first[part] for part in parts)),
            ("sisa_kumuh_ha", row["sisa_kumuh_ha"] + row["pengurangan_ha"], first["kumuh_ha"]),
        ):
            if abs(summed - whole) > _CLOSES * max(1.0, abs(whole)):
                raise ConservationError(
                    "tabel_tidak_tertutup",
                    tabel="skor",
                    baris=", ".join(one for one in (file, year, name) if one),
                    bagian=f"{summed:.12g}",
                    utuh=f"{whole:.12g}",
                )
