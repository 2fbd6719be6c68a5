"""A layer of any size checked by itself, some rows at a time.

Rows come in batches and are kept as the little that later steps need: WKB, ids and, once the zone is known,
bounds and hectares in arrays. Shapes are built for one batch, or for one block of ground, at a time. So a
million rows cost about what they cost on disk; how a layer is cut into batches changes nothing of what is found.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from geopandas import GeoDataFrame

from petakumuh.check.blocks import blocks, met_in
from petakumuh.check.claims import Shared, attributes, claimed_twice
from petakumuh.check.place import (
    Lost,
    finite,
    layer_of,
    middle,
    places_of,
    require_crs,
    require_reach,
    strayed,
    strayed_findings,
)
from petakumuh.check.shapes import dissolved, in_zone, refuse_unusable, sorted_out
from petakumuh.errors import InputError
from petakumuh.ground import move, origin
from petakumuh.measure import geodesic_sum_ha, planar_ha, utm_epsg
from petakumuh.model import Role, Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from petakumuh.check.remedy import Layer
    from petakumuh.findings import Finding

__all__ = ["Alone", "check_stream", "hectares"]

_KEPT: dict[Role, tuple[str, ...]] = {
    "kumuh": ("luas_sk_ha", "luas_verifikasi_ha"),
    "kelurahan": ("nama",),
    "penanganan": ("lebar_m", "radius_m"),
}
"""The columns that checks of one layer look at, besides ids and where a row stands."""
_PORTION_POINTS = 1_000_000
"""Vertices whose shapes are looked at together; 50,000 rows of a slum layer have about as many."""
_STANDS = ("berkas", "lapisan", "baris")
_REPEATED = ("berkas", "lapisan")


@dataclass(frozen=True)
class Alone:
    """What can be said of one layer before it meets the others: hectares in its own zone, and findings.

    ``place`` is the longitude and latitude of its middle.
    """

    place: tuple[float, float]
    epsg: int
    luas_ha: float
    luas_geodesik_ha: float
    findings: tuple[Finding, ...]


@dataclass
class _Given:
    """A layer as it came: usable rows in Arrow, batch by batch, and what was seen on the way."""

    role: Role
    layer: Layer | None = None
    lost: Lost = field(default_factory=partial(Lost, None, every=True))
    tables: list[pa.Table] = field(default_factory=list)
    bounds: list[NDArray[np.float64]] = field(default_factory=list)
    unused: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


@dataclass
class _Measured:
    """The same layer in the metres of its zone, batch by batch; ``hectares`` are planar and geodesic."""

    tables: list[pa.Table] = field(default_factory=list)
    bounds: list[NDArray[np.float64]] = field(default_factory=list)
    points: list[NDArray[np.int32]] = field(default_factory=list)
    hectares: NDArray[np.float64] = field(default_factory=partial(np.zeros, 2))
    unreached: list[Finding] = field(default_factory=list)
    repairs: list[Finding] = field(default_factory=list)
    attributes: list[Finding] = field(default_factory=list)


def check_stream(
    batches: Iterable[GeoDataFrame],
    role: Role,
    *,
    tolerance: Tolerance = Tolerance(),
    done: Callable[[int], object] = lambda _: None,
) -> Alone:
    """Check one layer by itself, batch by batch: what `petakumuh.check.check_alone` finds in one piece.

    Parameters
    ----------
    batches
        Rows of one layer with our column names, all in one CRS. A batch is in memory whole, so batches of large
        shapes should have few rows.
    role
        Which layer it is.
    tolerance
        From where on a difference is a finding.
    done
        Called with a number of rows: when they are read, when they stand in metres, and when they are held
        against their neighbours.

    Returns
    -------
        Hectares in the zone of the median row, and every finding; nothing is capped.

    Raises
    ------
    InputError
        When there is no row, the CRS is missing or cannot be right, or no row is ground.
    """
    given = _given(batches, role, done)
    if given.layer is None:
        raise InputError("berkas_kosong", file=role)
    require_reach(given.lost)
    findings = require_crs([given.layer])
    if not given.tables:
        refuse_unusable(given.unused, given.layer.file, role)
    places = places_of(np.concatenate(given.bounds), given.layer.crs)
    place = middle(places)
    epsg = utm_epsg(*place)
    apart = np.flatnonzero(strayed(places))
    findings += given.findings
    findings += (
        strayed_findings(role, _taken_from(given.tables, apart).to_pandas(), places[apart]) if len(apart) else []
    )
    here = _measured(given, given.layer.crs, epsg, tolerance, done)
    if not any(len(one) for one in here.tables):
        raise InputError("tanpa_lahan", file=given.layer.file, tabel=role)
    findings += [*here.unreached, *here.repairs]
    rows = _Rows(here, role, epsg)
    if role == "kelurahan":
        findings += rows.join()
    if role != "penanganan":
        findings += rows.claimed_twice(tolerance, done)
    planar, geodesic = rows.hectares.tolist()
    return Alone(place, epsg, planar, geodesic, (*findings, *here.attributes))


def _given(batches: Iterable[GeoDataFrame], role: Role, done: Callable[[int], object]) -> _Given:
    """Keep the usable rows of all batches, small."""
    given = _Given(role)
    for batch in chain.from_iterable(map(_portions, batches)):
        lost = finite(role, batch)
        given.lost = Lost(given.lost.first or lost.first, every=given.lost.every and lost.every)
        given.layer = _wider(given.layer, layer_of(role, batch))
        if batch.crs is None and not batch.geometry.isna().all():
            continue  # what lies nowhere is refused when all of its bounds are known
        kept, found, unused = sorted_out(batch, role)
        given.findings += found
        given.unused += unused
        if len(kept):
            given.tables.append(_small(kept, role))
            given.bounds.append(np.asarray(kept.bounds, dtype=np.float64))
        done(len(batch))
    return given


def _portions(batch: GeoDataFrame) -> Iterator[GeoDataFrame]:
    """Cut a batch where its shapes are large; what is done to rows takes several times their memory."""
    points = np.cumsum(shapely.get_num_coordinates(np.asarray(batch.geometry.array)))
    portion = points // _PORTION_POINTS
    starts = np.flatnonzero(np.diff(portion, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(batch)], strict=True):
        yield batch.iloc[start:end]


def _wider(layer: Layer | None, more: Layer) -> Layer:
    """Widen a layer's bounds by those of more rows of it."""
    if layer is None:
        return more
    if layer.crs != more.crs:
        message = f"batches of one layer in two CRS: {layer.crs}, {more.crs}"
        raise ValueError(message)
    low, high = np.fmin(layer.bounds, more.bounds), np.fmax(layer.bounds, more.bounds)
    return layer._replace(bounds=np.append(low[:2], high[2:]))


def _small(rows: GeoDataFrame, role: Role) -> pa.Table:
    """Keep of rows what later steps look at, in Arrow, shapes as WKB."""
    columns = {name: pa.array(rows[name]) for name in (f"{role}_id", *_STANDS, *_KEPT[role])}
    columns |= {name: columns[name].dictionary_encode() for name in _REPEATED}
    columns["wkb"] = pa.array(shapely.to_wkb(np.asarray(rows.geometry.array)), type=pa.large_binary())
    # Taken, so that no buffer of the batch, shared by its texts, is held with them.
    every = pa.array(np.arange(len(rows)))
    columns = {name: column if name == "wkb" else column.take(every) for name, column in columns.items()}
    return pa.table(columns)


def _large(table: pa.Table, crs: Any) -> GeoDataFrame:
    """Build rows again from what was kept of them."""
    columns = {name: table[name].to_numpy() for name in table.column_names if name != "wkb"}
    return GeoDataFrame(columns, geometry=shapely.from_wkb(table["wkb"].to_numpy()), crs=crs)


def _taken_from(tables: Sequence[pa.Table], at: NDArray[np.intp], *columns: str) -> pa.Table:
    """Take rows by their position among all batches, positions ascending."""
    starts = np.cumsum([0, *(len(one) for one in tables)])
    cuts = np.searchsorted(at, starts)
    wanted = list(columns or tables[0].column_names)
    parts = [
        one.select(wanted).take(at[cuts[n] : cuts[n + 1]] - starts[n])
        for n, one in enumerate(tables)
        if cuts[n + 1] > cuts[n]
    ]
    return pa.concat_tables(parts or [tables[0].select(wanted).slice(0, 0)])


def _measured(
    given: _Given, crs: Any, epsg: int, tolerance: Tolerance, done: Callable[[int], object]
) -> _Measured:
    """Bring a layer to its zone, batch by batch, giving up each batch as it came."""
    here = _Measured()
    given.tables.reverse()
    while given.tables:
        table = given.tables.pop()
        rows, unreached, repairs = in_zone(_large(table, crs), given.role, epsg, tolerance)
        shapes = np.asarray(rows.geometry.array)
        here.tables.append(_small(rows, given.role))
        here.bounds.append(shapely.bounds(shapes))
        here.points.append(shapely.get_num_coordinates(shapes))
        here.hectares += hectares(shapes, epsg)
        here.unreached += unreached
        here.repairs += repairs
        here.attributes += attributes({epsg: rows}, tolerance) if given.role == "kumuh" else []
        done(len(table))
    return here


def hectares(shapes: NDArray[np.object_], epsg: int) -> NDArray[np.float64]:
    """Sum planar and geodesic hectares of shapes in the metres of a zone, row by row.

    Examples
    --------
    >>> square = shapely.box(500_000, 9_200_000, 500_100, 9_200_100)
    >>> hectares(np.array([square, square]), 32749).round(4).tolist()
    [2.0, 2.0016]
    """
    corner = origin(shapes)
    local = move(shapes, corner)
    return np.array([planar_ha(local).sum(), geodesic_sum_ha(local, corner, epsg)])


class _Rows:
    """Rows of a layer in metres, by position, whatever batch they came in; shapes only when asked for."""

    def __init__(self, here: _Measured, role: Role, epsg: int) -> None:
        self._tables, self._role, self._epsg = here.tables, role, epsg
        self._bounds, self._points = np.concatenate(here.bounds), np.concatenate(here.points)
        self.hectares = here.hectares
        self._joined: dict[int, Any] = {}
        self._there = np.arange(len(self._bounds))

    def join(self) -> list[Finding]:
        """Join the rows of one kelurahan; the first of them stands for all."""
        ids = pd.concat([one["kelurahan_id"].to_pandas() for one in self._tables], ignore_index=True)
        doubles = np.flatnonzero(ids.duplicated(keep=False))
        if not len(doubles):
            return []
        first = doubles[~ids[doubles].duplicated().to_numpy()]
        apart = _large(_taken_from(self._tables, doubles), self._epsg)
        joined, findings = dissolved(apart)
        shapes = np.asarray(joined.geometry.array)
        self.hectares += hectares(shapes, self._epsg) - hectares(np.asarray(apart.geometry.array), self._epsg)
        self._bounds[first], self._points[first] = shapely.bounds(shapes), shapely.get_num_coordinates(shapes)
        self._joined = dict(zip(first.tolist(), shapes, strict=True))
        self._there = np.setdiff1d(self._there, np.setdiff1d(doubles, first))
        return findings

    def claimed_twice(self, tolerance: Tolerance, done: Callable[[int], object]) -> list[Finding]:
        """Find ground that two rows claim, block by block, told in the order of the rows."""
        told = list(self._shared(tolerance, done))
        every = Shared(*(np.concatenate(parts) for parts in zip(*told, strict=True)))
        every = every.taken(np.lexsort((every.pairs[:, 1], every.pairs[:, 0])))
        named, at = np.unique(every.pairs, return_inverse=True)
        rows = _taken_from(self._tables, named, f"{self._role}_id", "berkas")
        ids, files = (one.to_numpy() for one in rows.columns)
        return every._replace(pairs=at.reshape(-1, 2)).findings(ids, files, self._role, self._epsg)

    def _shared(self, tolerance: Tolerance, done: Callable[[int], object]) -> Iterator[Shared]:
        for block in blocks(self._bounds, self._points, self._there):
            rows, bounds = block.rows, self._bounds[block.rows]
            shapes = self._shapes(rows)
            corner = origin(shapes)
            found = claimed_twice(move(shapes, corner), corner, tolerance)
            mine = found.taken(met_in(block, bounds[found.pairs[:, 0]], bounds[found.pairs[:, 1]]))
            yield mine._replace(pairs=rows[mine.pairs])
            done(int(met_in(block, bounds, bounds).sum()))

    def _shapes(self, at: NDArray[np.intp]) -> NDArray[np.object_]:
        shapes = np.asarray(shapely.from_wkb(_taken_from(self._tables, at, "wkb")["wkb"].to_numpy()))
        for place in np.flatnonzero(np.isin(at, list(self._joined))).tolist():
            shapes[place] = self._joined[int(at[place])]
        return shapes
