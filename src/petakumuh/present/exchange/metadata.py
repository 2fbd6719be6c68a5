"""What stands beside each layer: title, abstract, lineage, extent, date, contact, quality, sources (ISO 19115).

The same record is written twice: as JSON for programs, and as XML after ISO 19139, which catalogues take in.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyproj import CRS

from petakumuh import findings
from petakumuh.measure import LONLAT
from petakumuh.present.basis import basis, certified
from petakumuh.present.identity import run_id
from petakumuh.present.imprint import title
from petakumuh.present.qgis.fields import aliases
from petakumuh.present.tables import account_of
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame

    from petakumuh.model import Result
    from petakumuh.present.exchange.columns import Portable

__all__ = ["Record", "date_of", "records", "write_json"]

_MONTHS = {
    name: at
    for names in (
        "januari februari maret april mei juni juli agustus september oktober november desember",
        "january february march april may june july august september october november december",
    )
    for at, name in enumerate(names.split(), 1)
}


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is told of one layer.

    Attributes
    ----------
    identity
        The same for the same run and layer, different for every other.
    extent
        West, south, east, north in degrees; None of a layer without shapes.
    date, date_told
        Of the data: as ISO 8601 where it can be read so, and as the recipe writes it.
    columns
        ``nama, judul, jenis`` of each, and ``asal`` where it was called otherwise.
    """

    identity: str
    name: str
    title: str
    abstract: str
    language: Language
    keywords: tuple[str, ...]
    contact: Mapping[str, str]
    date: str
    date_told: str
    extent: tuple[float, float, float, float] | None
    epsg: int
    crs: str
    features: int
    columns: tuple[Mapping[str, str], ...]
    basis: str
    lineage: str
    boundaries: Mapping[str, str]
    certified: bool
    certificate: str
    findings: Mapping[str, int]
    rules: Mapping[str, int]
    sources: tuple[Mapping[str, Any], ...]


def records(run: Result, layers: Mapping[str, Portable], language: Language) -> dict[str, Record]:
    """Tell of each layer what a catalogue asks."""
    common = _common(run, language)
    identity = run_id(run)
    called = title(run, language)
    found = {}
    for name, (rows, renamed) in layers.items():
        epsg = int(rows.crs.to_epsg())
        what = say(f"tukar.lapisan.{name}", language)
        found[name] = Record(
            identity=f"petakumuh-{identity}-{name}",
            name=name,
            title=f"{what} – {called}",
            abstract=f"{say(f'tukar.abstrak.{name}', language)} {common['basis']} {common['certificate']}",
            extent=_extent(rows),
            epsg=epsg,
            crs=CRS.from_epsg(epsg).name,
            features=len(rows),
            columns=_columns(rows, renamed, language),
            **common,
        )
    return found


def _common(run: Result, language: Language) -> dict[str, Any]:
    """Tell what is the same of every layer."""
    told = basis(run, language)
    kop, region = run.recipe.kop, run.recipe.wilayah
    contact = {"instansi": kop.dinas, "pemda": kop.pemda, "penyusun": region.penyusun, "nomor": kop.nomor}
    places = [region.provinsi, region.kabupaten_kota]
    files = ", ".join(dict.fromkeys(one.name for one in run.inputs))
    return {
        "language": language,
        "keywords": (*say("tukar.kata_kunci", language).split(", "), *(one for one in places if one)),
        "contact": {name: said for name, said in contact.items() if said},
        "date": date_of(kop.tanggal or ""),
        "date_told": kop.tanggal or "",
        "basis": told["keterangan"],
        "lineage": say("tukar.silsilah", language, berkas=files, versi=run.versions.get("petakumuh", "–")),
        "boundaries": {name: said for name, said in told["batas_kelurahan"].items() if said},
        "certified": told["tersertifikasi"],
        "certificate": certified(run.sertifikasi, language),
        "findings": findings.by_severity(run.findings),
        "rules": findings.counts(run.findings),
        "sources": tuple(account_of(one) for one in run.inputs),
    }


def date_of(told: str) -> str:
    """Read a date as ISO 8601 has it, as far as it is said; nothing where it cannot be read.

    Examples
    --------
    >>> [date_of(told) for told in ("17 Agustus 2024", "Mei 2024", "2024", "2024-05-03", "kemarin")]
    ['2024-08-17', '2024-05', '2024', '2024-05-03', '']
    """
    if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", told.strip()):
        return told.strip()
    said = re.fullmatch(r"(?:(\d{1,2}) )?([a-z]+) (\d{4})", " ".join(told.lower().split()))
    if said is None or said[2] not in _MONTHS:
        return ""
    month = f"{said[3]}-{_MONTHS[said[2]]:02d}"
    return month if said[1] is None else date_of(f"{month}-{int(said[1]):02d}")


def _extent(rows: GeoDataFrame) -> tuple[float, float, float, float] | None:
    here = rows.geometry.dropna()
    if here.empty:
        return None
    west, south, east, north = (round(float(one), 6) for one in here.to_crs(LONLAT).total_bounds)
    return west, south, east, north


def _columns(rows: GeoDataFrame, renamed: Mapping[str, str], language: Language) -> tuple[Mapping[str, str], ...]:
    kinds = {"f": "desimal", "i": "bulat", "b": "ya/tidak"}
    return tuple(
        {"nama": name, "judul": title, "jenis": kinds.get(rows[name].dtype.kind, "teks")}
        | ({"asal": renamed[name]} if name in renamed else {})
        for name, title in aliases(rows, language).items()
    )


def write_json(one: Record, path: Path) -> None:
    """Write a record for programs; keys are the same in every language."""
    west_to_north = ("barat", "selatan", "timur", "utara")
    told = {
        "pengenal": one.identity,
        "judul": one.title,
        "abstrak": one.abstract,
        "lapisan": one.name,
        "bahasa": one.language,
        "kata_kunci": list(one.keywords),
        "kontak": dict(one.contact),
        "tanggal_data": one.date or one.date_told or None,
        "tanggal_tertulis": one.date_told or None,
        "cakupan": None if one.extent is None else dict(zip(west_to_north, one.extent, strict=True)),
        "crs": {"epsg": one.epsg, "nama": one.crs},
        "objek": one.features,
        "kolom": [dict(column) for column in one.columns],
        "silsilah": {"keterangan": one.lineage, "dasar": one.basis, "batas_kelurahan": dict(one.boundaries)},
        "mutu": {
            "tersertifikasi": one.certified,
            "keterangan": one.certificate,
            "temuan": dict(one.findings),
            "aturan": dict(one.rules),
        },
        "sumber": [dict(source) for source in one.sources],
    }
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
