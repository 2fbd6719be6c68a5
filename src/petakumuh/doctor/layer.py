"""One layer looked at: its facts, its account of rows, and what the checks of a layer by itself find."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from petakumuh.catalog import column_names
from petakumuh.catalog.schema import recognised, schemas
from petakumuh.check import Coverage, check_stream, coverage, coverage_findings, worded
from petakumuh.check.rows import account
from petakumuh.check.shapes import sorted_out
from petakumuh.doctor.sheet import LayerSheet
from petakumuh.errors import InputError
from petakumuh.findings import Finding
from petakumuh.model import STATUSES, Region, Role, Source
from petakumuh.read.columns import named
from petakumuh.read.raw import KEPT
from petakumuh.read.rows import stacked
from petakumuh.text.codes import match_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from geopandas import GeoDataFrame

__all__ = ["authority", "columns_of", "is_table", "kinds_of", "look_at", "quality", "role_of", "sized"]

_AREAL = 2
_KIND_NAMES = np.array(
    [
        "Point",
        "LineString",
        "LinearRing",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "GeometryCollection",
        "–",
    ]
)
"""By the numbers of GEOS; the last, which is also -1, is none."""
_TABLE_ROLE: Role = "penanganan"
"""A table of figures by key is most often one of works; its findings name rows only."""
_ROLES: tuple[Role, ...] = ("kumuh", "kelurahan", "penanganan")
_OF_WORKS = ("sektor", "tahun", "status", "opd", "sumber_dana", "biaya")
_WITH_AREA = {"Polygon", "MultiPolygon", "–"}
_ANY_SIZE_M = 1.0
"""The width and radius of works that do not say theirs; the ground of lines and points is not told."""


def look_at(
    name: str, batches: Iterable[GeoDataFrame], file: str, done: Callable[[int], object]
) -> tuple[LayerSheet, list[Finding]]:
    """Look at one layer, batch by batch.

    Parameters
    ----------
    name
        Of the layer in its file.
    batches
        Its rows as `petakumuh.read.door.open_batches` gives them.
    file
        Its file, for findings.
    done
        Called with numbers of rows.

    Returns
    -------
        Its sheet, and what was found.
    """
    rest = iter(batches)
    first = next(rest)
    if is_table(first):
        return _table(name, chain([first], rest), file)
    role = role_of(name, first)
    seen = _Seen(role, file)
    named_batches = (seen.named(one.assign(lapisan=name)) for one in chain([first], rest))
    sheet = LayerSheet(name, role, 0, {}, first.crs.to_string() if first.crs else None, columns_of(first))
    try:
        alone = check_stream(named_batches, role, done=done)
    except InputError as error:
        for _ in named_batches:  # the account is of all rows, refused or not
            pass
        return replace(sheet, rows=seen.rows, kinds=seen.kinds, refused=error), _of_layer(seen.findings, name)
    found = _of_layer([*seen.findings, *alone.findings], name)
    mended, out = account(found)
    sheet = replace(
        sheet,
        rows=seen.rows,
        kinds=seen.kinds,
        repaired=len(mended - out),
        excluded=len(out),
        place=alone.place,
        zones=(alone.epsg,),
    )
    if role == "penanganan" and not set(seen.kinds) <= _WITH_AREA:
        return sheet, found
    sheet = replace(sheet, luas_ha=alone.luas_ha, luas_geodesik_ha=alone.luas_geodesik_ha)
    if role == "kelurahan":
        tiles = quality(seen.kept)
        found = [one for one in found if one.rule not in {"tumpang_tindih_kelurahan", "kembar_kelurahan"}]
        sheet = replace(sheet, coverage=tiles, source=authority(sheet.columns))
        return sheet, [*found, *_of_layer(coverage_findings(tiles, file), name)]
    return sheet, found


def _of_layer(found: Iterable[Finding], name: str) -> list[Finding]:
    """Name the layer in each finding; without a layer in it a finding could be of any."""
    return [replace(one, values={"sublapisan": name} | dict(one.values)) for one in found]


def authority(columns: Sequence[str]) -> str:
    """Say whose boundaries have such columns; empty where no schema fits.

    Examples
    --------
    >>> authority(["KDEPUM", "KDPKAB", "WADMKD", "LUASWH"])[:45]
    'BIG batas desa/kelurahan (RBI, sejak KDPKAB).'
    >>> authority(["x"])
    ''
    """
    found = recognised(columns, "kelurahan", schemas())
    if not found:
        return ""
    one = found[0].schema
    return one.sumber if one.sumber.startswith(one.nama) else f"{one.nama}. {one.sumber}"


def is_table(rows: GeoDataFrame) -> bool:
    """Whether rows come from a table without any geometry."""
    return rows.crs is None and bool(rows.geometry.isna().all())


def _table(name: str, batches: Iterable[GeoDataFrame], file: str) -> tuple[LayerSheet, list[Finding]]:
    """Look at a table without any geometry: its rows, and those that are no data."""
    rows, out = 0, list[Finding]()
    columns: tuple[str, ...] = ()
    for batch in batches:
        rows, columns = rows + len(batch), columns_of(batch)
        left = batch[batch["masalah"] != ""]
        out += [
            Finding(
                "baris_dikecualikan",
                "catatan",
                _TABLE_ROLE,
                file,
                (baris,),
                action="dikecualikan",
                values={"sebab": why, "baris": baris, "sublapisan": name},
            )
            for baris, why in zip(left["baris"], left["masalah"], strict=True)
        ]
    return LayerSheet(name, _TABLE_ROLE, rows, {"–": rows}, None, columns, excluded=len(out)), out


class _Seen:
    """What is remembered of a layer while its batches go by: counts, findings of reading, ids, boundaries."""

    def __init__(self, role: Role, file: str) -> None:
        self._role, self._file = role, file
        self._told: dict[tuple[object, ...], Finding] = {}
        self._kinds: Counter[str] = Counter()
        self._ids: list[pd.Series[str]] = []
        self._kept: list[GeoDataFrame] = []
        self.rows = 0

    def named(self, rows: GeoDataFrame) -> GeoDataFrame:
        """Give a batch our column names, and remember what is needed of it."""
        layer, found = named(rows, Source(file=self._file), self._role, self._file, Region())
        if self._role == "penanganan":
            layer = sized(layer)
            found = [*found, *worded(layer, handled=STATUSES, base_year=None)[1]]
        if self._role == "kelurahan":
            self._kept.append(layer)
        self.rows += len(rows)
        self._kinds.update(kinds_of(rows))
        self._ids.append(layer[f"{self._role}_id"].astype("string[pyarrow]"))
        for one in found:
            self._tell(one)
        return layer

    def _tell(self, one: Finding) -> None:
        """Say what is true of a whole layer once, its counts summed over the batches."""
        key = (one.rule, one.ids, one.values.get("kolom"), one.values.get("baris"))
        before = self._told.get(key)
        if before is not None and "jumlah" in one.values:
            one = replace(one, values={**one.values, "jumlah": before.values["jumlah"] + one.values["jumlah"]})
        self._told[key] = one

    @property
    def kinds(self) -> dict[str, int]:
        """Kind of geometry -> how many."""
        return dict(sorted(self._kinds.items()))

    @property
    def findings(self) -> list[Finding]:
        """What naming the columns found, and ids that come again in a later batch."""
        return [*self._told.values(), *self._repeated()]

    def _repeated(self) -> Iterator[Finding]:
        if len(self._ids) < 2 or self._role == "kelurahan":  # noqa: PLR2004 - one batch was told by itself
            return
        times = pd.concat(self._ids, ignore_index=True).value_counts()
        for name, number in times[times > 1].sort_index().items():
            yield Finding(
                "id_ganda", "peringatan", self._role, self._file, (str(name),), values={"jumlah": int(number)}
            )

    @property
    def kept(self) -> GeoDataFrame:
        """The rows of a boundary layer, whole."""
        return stacked(self._kept)


def sized(works: GeoDataFrame) -> GeoDataFrame:
    """Give works a width and radius, so that their lines and points are looked at too."""
    return works.assign(lebar_m=_ANY_SIZE_M, radius_m=_ANY_SIZE_M)


def quality(rows: GeoDataFrame) -> Coverage:
    """Hold the kelurahan of one layer against each other."""
    kept, _, _ = sorted_out(rows, "kelurahan")
    return coverage(kept, written_ha=kept.get("luas_wilayah_ha"))


def kinds_of(rows: GeoDataFrame) -> Counter[str]:
    """Count the kinds of geometry of a layer."""
    return Counter(_KIND_NAMES[np.asarray(shapely.get_type_id(rows.geometry.array))].tolist())


def columns_of(rows: GeoDataFrame) -> tuple[str, ...]:
    """List the file's own columns."""
    return tuple(str(one) for one in rows.columns if one not in KEPT)


def role_of(name: str, rows: GeoDataFrame) -> Role:
    """Guess what a layer is, to say its findings in the right words; a recipe says it, and then none is needed.

    Without polygons it is works. Columns of a known authority tell most; else its name, what only slums, works
    or boundaries have, and a name of kelurahan that comes but once in each row.
    """
    if not (shapely.get_dimensions(rows.geometry.array) == _AREAL).any():
        return "penanganan"
    columns = columns_of(rows)
    if known := recognised(columns, None, [one for one in schemas() if one.peran in _ROLES]):
        return known[0].schema.peran
    there = {match_key(one): one for one in columns}
    slum, town, work = (column_names(role) for role in _ROLES)
    own = {*slum["id"], *slum["luas_sk_ha"], *slum["tingkat"]} - {"id", "objectid", "fid", "luas_ha"}
    if "kumuh" in match_key(name) or there.keys() & {match_key(one) for one in own}:
        return "kumuh"
    if there.keys() & {match_key(one) for one in town["kode"]}:
        return "kelurahan"
    said = {key for key in _OF_WORKS if there.keys() & {match_key(one) for one in work[key]}}
    if len(said) > 1 and said & {"sektor", "tahun"}:
        return "penanganan"
    named_by = [there[key] for key in map(match_key, slum["kelurahan"]) if key in there]
    once = len(rows) > 1 and any(rows[one].notna().all() and rows[one].is_unique for one in named_by)
    return "kelurahan" if once else "kumuh"
