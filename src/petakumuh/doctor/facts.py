"""The facts of a sheet in words, a pair of label and fact each: the terminal and the page say the same."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyproj

from petakumuh import findings
from petakumuh.measure import zone_name
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geopandas import GeoDataFrame

    from petakumuh.check import Coverage
    from petakumuh.doctor.sheet import FileFacts, LayerSheet, SheetFacts

__all__ = [
    "file_facts",
    "grouped",
    "layer_facts",
    "layer_groups",
    "place_of",
    "quality_facts",
    "role_words",
    "told",
]

_KILO = 1024.0
_UNITS = ("bita", "KB", "MB", "GB", "TB")
Facts = list[tuple[str, str]]


def file_facts(sheet: SheetFacts, language: Language) -> Facts:
    """Say what the file is: its kind, how large, its hash, what it is made of and what lies inside."""
    file = sheet.file
    kind = say(f"jenis_berkas.{file.kind}", language)
    facts = [
        (say("periksa.jenis", language), kind if file.size is None else f"{kind}, {_size(file, language)}"),
    ]
    if file.sha256:
        facts.append(("sha256", file.sha256))
    if file.parts:
        facts.append((say("periksa.bagian", language), ", ".join(file.parts)))
    if file.inside:
        facts.append((say("periksa.di_dalam", language), file.inside))
    if file.bare:
        facts.append((say("periksa.kosong", language), say("periksa.lapisan_kosong", language, jumlah=file.bare)))
    return facts


def _size(file: FileFacts, language: Language) -> str:
    size, unit = float(file.size or 0), 0
    while size >= _KILO and unit < len(_UNITS) - 1:
        size, unit = size / _KILO, unit + 1
    return f"{number(size, 1 if unit else 0, language)} {_UNITS[unit] if unit or language == 'id' else 'bytes'}"


def role_words(layer: LayerSheet, language: Language) -> str:
    """Say as what a layer is read."""
    return say(f"periksa.peran_{'tabel' if layer.is_table else layer.role}", language)


def layer_groups(layers: Sequence[LayerSheet]) -> list[list[LayerSheet]]:
    """Put layers together that differ in nothing but names, rows and hectares; the order is that of the first.

    Examples
    --------
    >>> from petakumuh.doctor.sheet import LayerSheet
    >>> one = LayerSheet("Bugis", "kumuh", 3, {"Polygon": 3}, "EPSG:4326", ("id",))
    >>> [len(group) for group in layer_groups([one, replace(one, name="Landungsari", rows=5), one])]
    [3]
    """
    groups: dict[Any, list[LayerSheet]] = {}
    for at, one in enumerate(layers):
        alone = at if one.coverage is not None or one.refused else -1
        groups.setdefault((one.role, one.is_table, one.crs, one.columns, one.zones, alone), []).append(one)
    return list(groups.values())


def together(group: Sequence[LayerSheet]) -> LayerSheet:
    """Add up layers of one kind; the facts that are theirs alone are left out."""
    if len(group) == 1:
        return group[0]
    kinds: dict[str, int] = {}
    for one in group:
        for kind, count in one.kinds.items():
            kinds[kind] = kinds.get(kind, 0) + count
    known = [one for one in group if one.luas_ha is not None and one.luas_geodesik_ha is not None]
    return replace(
        group[0],
        rows=sum(one.rows for one in group),
        repaired=sum(one.repaired for one in group),
        excluded=sum(one.excluded for one in group),
        kinds=kinds,
        luas_ha=sum(one.luas_ha or 0.0 for one in known) if known else None,
        luas_geodesik_ha=sum(one.luas_geodesik_ha or 0.0 for one in known) if known else None,
    )


def layer_facts(group: Sequence[LayerSheet], language: Language, *, recipe: bool = False) -> Facts:
    """Say what a layer, or a group of layers of one kind, holds: features, columns, CRS, place, area, account."""
    one = together(group)
    kinds = ", ".join(f"{kind} {number(n, 0, language)}" for kind, n in sorted(one.kinds.items()) if kind != "–")
    features = number(one.rows, 0, language) + (f": {kinds}" if kinds else "")
    facts = [
        ("objek", features),
        ("kolom_terisi" if recipe else "kolom", ", ".join(one.columns) or "–"),
    ]
    if not one.is_table:
        facts.append(("crs", _crs_words(one.crs) or say("periksa.tanpa_crs", language)))
    if one.zones and one.place is not None:
        where = {"bujur": _degrees(one.place[0], language), "lintang": _degrees(one.place[1], language)}
        zone, epsg = (" + ".join(map(str, those)) for those in (map(zone_name, one.zones), one.zones))
        facts.append(("letak", say("periksa.letak_isi", language, zona=zone, epsg=epsg, **where)))
    if one.zones and one.luas_ha is not None:
        zone = " + ".join(map(zone_name, one.zones))
        area = {"planar": one.luas_ha, "geodesik": one.luas_geodesik_ha, "zona": zone}
        facts.append(("luas", say("periksa.luas_isi", language, **area)))
    account = {"masuk": one.rows, "utuh": one.used, "mendapat": one.repaired, "keluar": one.excluded}
    key = "akun_ditolak" if one.refused else "akun_isi"
    facts.append(("akun", say(f"periksa.{key}", language, **account)))
    return [(say(f"periksa.{key}", language), fact) for key, fact in facts]


def _crs_words(crs: str | None) -> str:
    """Name a CRS by its code and its name; a long definition by its name alone."""
    if crs is None:
        return ""
    known = pyproj.CRS.from_user_input(crs)
    code = known.to_authority(min_confidence=100)
    return f"{':'.join(code)} ({known.name})" if code else known.name


def quality_facts(layer: LayerSheet, found: Coverage, language: Language) -> Facts:
    """Say how well kelurahan tile the ground, whose boundaries they are, and what area is written."""
    unknown = say("periksa.tidak_disebut", language)
    facts = [("sumber", layer.source or unknown), ("edisi", layer.edition or unknown)]
    for key, rows in (("tindih", found.overlaps), ("celah", found.gaps), ("rambut", found.hairlines)):
        values = {"jumlah": len(rows), "luas": float(rows["luas_ha"].sum())}
        facts.append((key, say(f"periksa.{key}_isi", language, **values)))
    said = found.areas[found.areas["tertulis_ha"] > 0]
    sums = {name: float(said[f"{name}_ha"].sum()) for name in ("tertulis", "geometri")}
    written = say("periksa.tertulis_isi", language, jumlah=len(said), **sums) if len(said) else unknown
    return [(say(f"periksa.{key}", language), fact) for key, fact in [*facts, ("tertulis", written)]]


def told(found: GeoDataFrame, language: Language) -> GeoDataFrame:
    """Give findings with their messages and the layer of the file that each was found in (``sublapisan``)."""
    layers = [json.loads(one).get("sublapisan", "") for one in found["rincian"]]
    return findings.with_messages(found, language).assign(sublapisan=layers)


def grouped(found: GeoDataFrame, language: Language) -> Iterator[GeoDataFrame]:
    """Give findings rule by rule, gravest rule first, most ground first in each.

    What is said in the same words of several layers comes once; ``di_lapisan`` counts the layers. ``dari`` is the
    layer, or the file where there are several.
    """
    every = told(found, language)
    every["dari"] = every["sublapisan" if every["berkas"].nunique() == 1 else "berkas"]
    for _, rule in every.groupby(["keparahan", "aturan"], sort=False):
        whole = rule.geometry.is_empty & rule["luas_ha"].isna()
        times = rule.groupby("pesan")["dari"].transform("nunique").where(whole, 1)
        once = rule.assign(di_lapisan=times)[~(rule["pesan"].duplicated() & (times > 1))]
        order = once["luas_ha"].abs().sort_values(ascending=False, kind="stable", na_position="last").index
        yield once.loc[order]


def place_of(place: Any, language: Language) -> str:
    """Write where a finding lies; empty where it lies nowhere."""
    if place is None or place.is_empty:
        return ""
    middle = place.centroid
    return f"({_degrees(middle.x, language)}; {_degrees(middle.y, language)})"


def _degrees(value: float, language: Language) -> str:
    return number(value, 6, language)
