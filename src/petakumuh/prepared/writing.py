"""Checked layers are written sorted along a curve, so that what lies together stands together in the file."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from petakumuh import findings, recipe
from petakumuh.check.zones import tm3_zones
from petakumuh.errors import OutputError
from petakumuh.intake import take_in
from petakumuh.model import Recipe
from petakumuh.overlay.result import groups_of
from petakumuh.prepared.engines import engines
from petakumuh.prepared.place import Place, place_of
from petakumuh.prepared.reading import Prepared, open_prepared
from petakumuh.prepared.stock import ABOUT, ANNEX, FINDINGS, FORMAT, GROUPS, IDS, PLANES, ROLES, ZoneRows
from petakumuh.present.files import write_together
from petakumuh.progress import bar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from petakumuh.intake import Intake
    from petakumuh.model import Zone

__all__ = ["prepare", "siapkan"]

_GROUP_ROWS = 1_000
_MOST_GROUPS = 2_000
"""Row groups of a file: of so many rows, but not many more than so many, or its footer grows heavy."""
_NUMBERS = ("biaya", "lebar_m", "radius_m")
_TRUTHS = ("dihitung", "sebelum_dasar")


def siapkan(
    resep: str | Path | Recipe, folder: str | Path, *, timpa: bool = False, izinkan_jaringan: bool = False
) -> Prepared:
    """Read and check the files of a recipe, and keep them so that a run takes little memory, or many machines.

    Parameters
    ----------
    resep
        A recipe: a TOML file, or a `Recipe`.
    folder
        A path, or an address that fsspec knows; made where it does not exist.
    timpa
        Replace what an earlier call wrote there.
    izinkan_jaringan
        Whether inputs that are not on this machine may be reached for.

    Raises
    ------
    RecipeError
        When a key or value does not exist.
    InputError
        When a file is refused, or the address cannot be reached.
    ConservationError
        When a row is neither used nor named as left out.
    OutputError
        As `prepare`.
    """
    order = resep if isinstance(resep, Recipe) else recipe.load(resep)
    place = place_of(folder)
    if not timpa and place.size(ABOUT) is not None:
        raise OutputError("keluaran_ada", folder=place.name)
    taken = take_in(order, network=izinkan_jaringan)
    with bar("siapkan", None) as step:
        return prepare(taken, order, folder, overwrite=timpa, done=lambda _: step(1))


def prepare(
    taken: Intake,
    order: Recipe,
    folder: str | Path,
    *,
    overwrite: bool = False,
    done: Callable[[str], None] = lambda _: None,
) -> Prepared:
    """Write what a recipe's files gave, checked, so that any part of it can be read alone.

    Parameters
    ----------
    taken
        As `petakumuh.intake.take_in` gives it.
    order
        The recipe.
    folder
        A path, or an address that fsspec knows; made where it does not exist.
    overwrite
        Replace what an earlier call wrote there.
    done
        Called with the name of each file that has been made.

    Returns
    -------
        What now stands there: the same bytes for the same inputs, in whatever order their rows come.

    Raises
    ------
    OutputError
        When the folder holds prepared files and ``overwrite`` is not set, would replace an input, or cannot be
        written. What stood there before stands there still.
    InputError
        When the address cannot be reached.
    """
    place = place_of(folder)
    written = _writers(taken, order, place)
    if place.local:
        stale = _stale(place, written) if overwrite else ()
        kept = recipe.input_paths(order)
        target = Path(place.root)
        write_together(written, target, inputs=kept, overwrite=overwrite, stale=stale, done=done)
    else:
        _send(written, place, overwrite=overwrite, done=done)
    return open_prepared(folder)


def _writers(taken: Intake, order: Recipe, place: Place) -> dict[str, Callable[[Path], None]]:
    """List the files: name -> what writes it; the last says what the others are."""
    zones = taken.checked.zones
    slum_zones = [zone for zone in zones if len(zone.kumuh)]
    groups = groups_of(slum_zones, order.hitung.by)
    written: dict[str, Callable[[Path], None]] = {}
    for zone in zones:
        bounds = _bounds(zone)
        for role in ROLES:
            rows = partial(_along_curve, getattr(zone, role), role, bounds)
            written[f"{role}-{zone.epsg}.parquet"] = partial(_write_layer, rows)
    found = findings.frame(taken.findings)
    written[GROUPS] = partial(_write_table, groups)
    written[FINDINGS] = partial(_write_table, findings.stacked([_in_fixed_order(found)]))
    if order.hitung.dasar == "tm3":
        planes = sorted(tm3_zones(slum_zones).items())
        written[PLANES] = partial(_write_table, pd.DataFrame(planes, columns=["kelurahan_id", "zona_tm3"]))
    if taken.lampiran is not None:
        written[ANNEX] = partial(_write_table, _in_fixed_order(taken.lampiran))
    about = {
        "format": FORMAT,
        "resep": recipe.as_tables(order),
        "zona": [asdict(ZoneRows(zone.epsg, *(len(getattr(zone, role)) for role in ROLES))) for zone in zones],
        "masukan": [asdict(one) for one in taken.inputs],
        "versi": dict(engines()),
        "asal": _whence(order, place),
    }
    written[ABOUT] = partial(_write_about, about, list(written))
    return written


def _whence(order: Recipe, place: Place) -> str:
    """Say where the recipe stands, seen from the prepared folder: its tables of scores are read from there."""
    folder = Path(order.kumuh.folder).resolve()
    return os.path.relpath(folder, place.root) if place.local else str(folder)


def _bounds(zone: Zone) -> tuple[float, ...]:
    """Give the box of all layers of a zone: they are sorted along one curve."""
    shapes = [np.asarray(getattr(zone, role).geometry.array) for role in ROLES]
    return tuple(shapely.total_bounds(np.concatenate(shapes)).tolist())


def _along_curve(rows: GeoDataFrame, role: str, bounds: Sequence[float]) -> GeoDataFrame:
    """Sort rows along a Hilbert curve, those at one place by id, so that they come alike in any order."""
    if not len(rows):
        return _typed(rows)
    place = rows.geometry.hilbert_distance(total_bounds=bounds).to_numpy()
    key = pd.DataFrame({"place": place, "id": rows[IDS[role]].to_numpy()})
    return rows.iloc[key.sort_values(["place", "id"], kind="stable").index].reset_index(drop=True)


def _typed(rows: GeoDataFrame) -> GeoDataFrame:
    """Give the columns of a layer without rows their types, which no value of theirs does."""
    kinds = {name: float if name in _NUMBERS else bool if name in _TRUTHS else str for name in rows.columns}
    typed: GeoDataFrame = rows.astype({name: kind for name, kind in kinds.items() if name != "geometry"})
    return typed


def _in_fixed_order(rows: DataFrame) -> DataFrame:
    """Sort rows by all they say; only rows that are alike in all stay as they come."""
    said: Any = rows.drop(columns="geometry", errors="ignore").astype(str)
    if "geometry" in rows:
        said = said.assign(geometry=[one.hex() for one in shapely.to_wkb(np.asarray(rows["geometry"].array))])
    order = said.reset_index(drop=True).sort_values(list(said.columns), kind="stable").index
    sorted_rows: DataFrame = rows.iloc[order].reset_index(drop=True)
    return sorted_rows


def _write_layer(sort: Callable[[], GeoDataFrame], path: Path) -> None:
    rows = sort()
    size = max(_GROUP_ROWS, len(rows) // _MOST_GROUPS)
    rows.to_parquet(
        path,
        index=False,
        write_covering_bbox=True,
        row_group_size=size,
        compression="zstd",
        write_page_checksum=True,
    )


def _write_table(table: DataFrame, path: Path) -> None:
    table.to_parquet(path, index=False, write_page_checksum=True)


def _write_about(about: Mapping[str, Any], names: Sequence[str], path: Path) -> None:
    """Write what the folder is, with the digest of all that stands in it."""
    files = {}
    for name in names:
        with (path.parent / name).open("rb") as made:
            files[name] = {
                "byte": (path.parent / name).stat().st_size,
                "sha256": hashlib.file_digest(made, "sha256").hexdigest(),
            }
    told = dict(about) | {"berkas": files}
    content = {name: one for name, one in told.items() if name != "asal"}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    text = json.dumps({"sidik": digest} | told, ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _stale(place: Place, written: Mapping[str, object]) -> list[str]:
    """List the files of an earlier call that have no place beside the new ones."""
    try:
        before = json.loads(place.read(ABOUT))["berkas"]
    except (OSError, ValueError, LookupError, TypeError):
        return []
    ours = (*(f"{role}-" for role in ROLES), ANNEX, PLANES)
    return [name for name in before if name not in written and "/" not in name and name.startswith(ours)]


def _send(
    written: Mapping[str, Callable[[Path], None]],
    place: Place,
    *,
    overwrite: bool,
    done: Callable[[str], None],
) -> None:
    """Make the files here and send them; the one that says what the folder is goes last and comes off first."""
    if place.size(ABOUT) is not None and not overwrite:
        raise OutputError("keluaran_ada", folder=place.name)
    stale = _stale(place, written)
    with tempfile.TemporaryDirectory() as here:
        made = write_together(written, Path(here), done=done)
        try:
            for name in (ABOUT, *stale):
                place.remove(name)
            for path in made:
                place.write(path.name, path.read_bytes())
        except OSError as error:
            raise OutputError("keluaran_gagal", file=place.name, alasan=error) from error
