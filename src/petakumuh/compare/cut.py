"""The pieces of two decrees cut by each other, and the parts joined again for maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from petakumuh.errors import ConservationError, InputError
from petakumuh.ground import GRID_DEGREES, intersection, meeting_pairs, move, origin, placed, subtract, union
from petakumuh.measure import closes, ellipsoid_ha, geodesic_ha, map_crs, planar_ha, planar_m2, rounding_m

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pandas import DataFrame

    from petakumuh.overlay import Shaped

__all__ = ["compare", "ground"]

_LONLAT = 4326
_OTHER_ZONE_M2 = 10.0
"""Ground of both decrees may lie in two zones by no more than a border that is straight in one of them makes."""
_PART_COLUMNS = ["jenis", "kelurahan_id", "kelurahan_baru_id", "lama_id", "baru_id", "zona", "shape", "corner"]


@dataclass
class _Piece:
    """Ground of one decree, one kelurahan and one unit, at its local origin, and what of it is not yet met."""

    kelurahan_id: str
    kumuh_id: str
    corner: tuple[float, float]
    shape: Any
    left: Any
    floor_m2: float
    met_m2: float = 0.0
    met_floor_m2: float = 0.0

    def seen_from(self, other: _Piece) -> Any:
        """Give the shape at the local origin of another piece."""
        return move(self.shape, (other.corner[0] - self.corner[0], other.corner[1] - self.corner[1]))

    def take(self, cover: Any) -> Any:
        """Take what a cover shares with the ground left; a rest too thin to measure goes with it."""
        taken, rest = intersection(self.left, cover)[0], subtract(self.left, cover)[0]
        if float(planar_m2(rest)) <= self.floor_m2:
            taken, rest = self.left, shapely.Polygon()
        self.left = rest
        return taken

    def require_closed(self) -> None:
        """Hold what was met and what is left against the whole (law 1)."""
        parts, whole = self.met_m2 + float(planar_m2(self.left)), float(planar_m2(self.shape))
        if not closes(parts, whole, self.floor_m2 + self.met_floor_m2):
            raise ConservationError(
                "tidak_tertutup",
                apa="banding",
                id=f"{self.kumuh_id} ({self.kelurahan_id})",
                bagian_m2=f"{parts:.9g}",
                utuh_m2=f"{whole:.9g}",
            )


def compare(lama: Shaped, baru: Shaped, *, done: Callable[[int], object] = lambda _: None) -> DataFrame:
    """Cut the pieces of two decrees by each other.

    Parameters
    ----------
    lama, baru
        The old and the new decree, overlaid with the same kelurahan.
    done
        Called with the number of old pieces that have been cut.

    Returns
    -------
        Disjoint parts: ``jenis`` (dilepas, tetap, baru), ``kelurahan_id``, ``kelurahan_baru_id`` (where the new
        decree has it), ``lama_id, baru_id`` (kumuh_id in each), ``zona, corner, shape, luas_ha,
        luas_geodesik_ha``.

    Raises
    ------
    ConservationError
        When the parts of a piece do not sum to it within 1e-9 of its area and 16 ulp times its perimeter.
    InputError
        When ground of both decrees lies in another UTM zone in each.
    """
    _require_one_zone(lama.pieces, baru.pieces)
    tables: list[DataFrame] = []
    for epsg in sorted({*lama.local["zona"], *baru.local["zona"]}):
        old, new = _pieces(lama, epsg), _pieces(baru, epsg)
        rows = [*_met(old, new, done), *_alone("dilepas", old), *_alone("baru", new)]
        for one in (*old, *new):
            one.require_closed()
        table = pd.DataFrame([(*row[:5], epsg, *row[5:]) for row in rows], columns=_PART_COLUMNS)
        shapes = table["shape"].to_numpy(dtype=object)
        table["luas_ha"] = planar_ha(shapes)
        table["luas_geodesik_ha"] = ellipsoid_ha(shapes, table["corner"], epsg)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _pieces(cut: Shaped, epsg: int) -> list[_Piece]:
    """List the pieces of one zone."""
    rows: Any = cut.pieces.set_index("piece_id")[["kelurahan_id", "kumuh_id"]].join(cut.local)
    return [
        _Piece(
            row.kelurahan_id,
            row.kumuh_id,
            row.corner,
            row.shape,
            row.shape,
            rounding_m(row.shape, row.corner) * float(shapely.length(row.shape)),
        )
        for row in rows[rows["zona"] == epsg].itertuples()
    ]


def _met(old: list[_Piece], new: list[_Piece], done: Callable[[int], object]) -> Iterator[tuple[Any, ...]]:
    """Cut out what lies in both decrees, pair by pair of pieces whose bounds meet."""
    pairs = meeting_pairs(_bounds(old), _bounds(new))
    starts = np.searchsorted(pairs[:, 0], np.arange(len(old) + 1))
    for at, one in enumerate(old):
        for other in (new[k] for k in pairs[starts[at] : starts[at + 1], 1]):
            cover = other.seen_from(one)
            if float(planar_m2(intersection(one.left, cover)[0])) <= min(one.floor_m2, other.floor_m2):
                continue
            shape = one.take(cover)
            other.take(one.seen_from(other))
            for piece, partner in ((one, other), (other, one)):
                piece.met_m2 += float(planar_m2(shape))
                piece.met_floor_m2 += partner.floor_m2
            yield "tetap", one.kelurahan_id, other.kelurahan_id, one.kumuh_id, other.kumuh_id, shape, one.corner
        done(1)


def _bounds(pieces: list[_Piece]) -> Any:
    corners = np.array([one.corner for one in pieces], dtype=float).reshape(-1, 2)
    bounds = shapely.bounds([one.shape for one in pieces]).reshape(-1, 4) + np.tile(corners, 2)
    return shapely.box(*bounds.T)


def _alone(jenis: str, pieces: list[_Piece]) -> Iterator[tuple[Any, ...]]:
    """Give what is left of each piece: ground that the other decree does not have."""
    for one in pieces:
        if not one.left.is_empty:
            ids = (one.kumuh_id, "") if jenis == "dilepas" else ("", one.kumuh_id)
            yield jenis, one.kelurahan_id, one.kelurahan_id, *ids, one.left, one.corner


def _require_one_zone(lama: GeoDataFrame, baru: GeoDataFrame) -> None:
    """Refuse decrees that measure the same ground in two zones: those hectares cannot be subtracted."""
    if len({*lama["zona"], *baru["zona"]}) == 1:
        return
    old, new = (np.asarray(rows.geometry.to_crs(_LONLAT).array) for rows in (lama, baru))
    pairs = meeting_pairs(old, new)
    pairs = pairs[lama["zona"].to_numpy()[pairs[:, 0]] != baru["zona"].to_numpy()[pairs[:, 1]]]
    shared = intersection(old[pairs[:, 0]], new[pairs[:, 1]], grid=GRID_DEGREES)
    hectares = geodesic_ha(shared, [(0.0, 0.0)] * len(shared), _LONLAT)
    if hectares.sum() * 1e4 > _OTHER_ZONE_M2:
        worst = int(np.argmax(hectares))
        ids = (lama["kumuh_id"].iloc[pairs[worst, 0]], baru["kumuh_id"].iloc[pairs[worst, 1]])
        raise InputError("banding_zona", lama=ids[0], baru=ids[1], luas_ha=float(hectares.sum()))


def ground(parts: DataFrame, kelurahan: DataFrame) -> GeoDataFrame:
    """Join parts into one ground per kind and kelurahan, for maps and layers.

    Parameters
    ----------
    parts
        As `compare` gives them.
    kelurahan
        The table of that name, as `tables` gives it.

    Returns
    -------
        ``jenis, kode, nama, kecamatan, kabupaten_kota, provinsi, luas_ha, luas_geodesik_ha, zona`` and geometry in
        the map's CRS.

    Raises
    ------
    ConservationError
        When joined ground does not have the area of its parts.
    """
    rows = []
    grouped: Any = parts.groupby(["jenis", "kelurahan_id", "zona"], sort=True)
    for (kind, code, epsg), part in grouped:
        corner = origin(_bounds_of(part))
        moved = [
            move(shape, (corner[0] - own[0], corner[1] - own[1]))
            for shape, own in zip(part["shape"], part["corner"], strict=True)
        ]
        shape = union(moved)
        floor = rounding_m(shape, corner) * float(shapely.length(moved).sum())
        if not closes(float(planar_m2(shape)), part["luas_ha"].sum() * 1e4, floor):
            raise ConservationError(
                "tidak_tertutup",
                apa=str(kind),
                id=code,
                bagian_m2=f"{part['luas_ha'].sum() * 1e4:.9g}",
                utuh_m2=f"{float(planar_m2(shape)):.9g}",
            )
        hectares = (float(part["luas_ha"].sum()), float(part["luas_geodesik_ha"].sum()))
        rows.append((kind, code, *hectares, int(epsg), corner, shape))
    columns = ["jenis", "kode", "luas_ha", "luas_geodesik_ha", "zona", "corner", "shape"]
    table = pd.DataFrame(rows, columns=columns)
    crs = map_crs(tuple(dict.fromkeys(table["zona"])))
    shapes = placed(table["shape"].to_numpy(dtype=object), list(table["corner"]), table["zona"].to_numpy(), crs)
    names = kelurahan[["kode", "nama", "kecamatan", "kabupaten_kota", "provinsi"]]
    named = table.drop(columns=["corner", "shape"]).merge(names, on="kode", how="left")
    order = ["jenis", *names.columns, "luas_ha", "luas_geodesik_ha", "zona"]
    return GeoDataFrame(named[order], geometry=shapes, crs=crs)


def _bounds_of(part: DataFrame) -> Any:
    corners = np.array(list(part["corner"]), dtype=float)
    return shapely.box(*(shapely.bounds(part["shape"].to_numpy(dtype=object)) + np.tile(corners, 2)).T)
