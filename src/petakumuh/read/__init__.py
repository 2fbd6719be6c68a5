"""Doors for files: a path goes in, a layer with our column names comes out, every source row in it.

What a geometry needs to be read at all is done here, and recorded: rings are closed, curves made straight, Z is
dropped. Whether it is ground, and valid, is the business of `petakumuh.check`. Nothing is moved, no CRS guessed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from petakumuh.errors import InputError
from petakumuh.findings import Finding
from petakumuh.model import InputFile, Recipe, Region, Role, Source
from petakumuh.read.columns import named
from petakumuh.read.door import is_database, open_file
from petakumuh.read.join import joined
from petakumuh.read.raw import FACTS, KEPT, Limits
from petakumuh.read.rows import stacked
from petakumuh.read.stated import with_crs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pandas import DataFrame

    from petakumuh.read.raw import Note

__all__ = ["ReadLayers", "matches", "noted", "pick_layers", "read_layer", "read_layers", "read_rows"]


@dataclass(frozen=True)
class ReadLayers:
    """What reading a recipe's files gave: kumuh and kelurahan, each file of works, what was found."""

    kumuh: GeoDataFrame
    kelurahan: GeoDataFrame
    penanganan: tuple[GeoDataFrame, ...]
    findings: tuple[Finding, ...]
    inputs: tuple[InputFile, ...]


def read_layers(
    recipe: Recipe, *, network: bool = False, done: Callable[[str], None] = lambda _: None
) -> ReadLayers:
    """Read every file of a recipe.

    Parameters
    ----------
    recipe
        What to read and how.
    network
        As `read_layer`.
    done
        Called with the name of each file that has been read.

    Raises
    ------
    InputError, RecipeError
        See `read_layer`.
    """
    findings: list[Finding] = []
    inputs: list[InputFile] = []

    def one(source: Source, role: Role) -> GeoDataFrame:
        rows, found, read = read_layer(source, role, region=recipe.wilayah, network=network)
        taken = {before.name for before in inputs if before.role == role}
        if read.name in taken:
            free = next(name for at in count(2) if (name := f"{read.name} ({at})") not in taken)
            rows, found, read = _told_apart(rows, found, read, free)
        findings.extend(found)
        inputs.append(read)
        done(read.name)
        return rows

    kumuh, kelurahan = one(recipe.kumuh, "kumuh"), one(recipe.kelurahan, "kelurahan")
    works = tuple(one(source, "penanganan") for source in recipe.penanganan)
    return ReadLayers(kumuh, kelurahan, _apart(works), tuple(findings), tuple(inputs))


def _told_apart(
    rows: GeoDataFrame, findings: list[Finding], read: InputFile, name: str
) -> tuple[GeoDataFrame, list[Finding], InputFile]:
    """Call a file otherwise that bears the name of another (``2020/jalan.shp``, ``2021/jalan.shp``)."""
    told = [replace(one, file=name) if one.file == read.name else one for one in findings]
    return rows.assign(berkas=name), told, replace(read, name=name)


def read_layer(
    source: Source,
    role: Role,
    *,
    region: Region = Region(),
    network: bool = False,
    quantities: Sequence[str] = (),
) -> tuple[GeoDataFrame, list[Finding], InputFile]:
    """Read one source into a layer with our column names.

    Parameters
    ----------
    source
        File (or GeoDataFrame), layers, CRS and columns.
    role
        Which layer it is to be.
    region
        Names of provinsi and kabupaten/kota where the boundaries do not say them.
    network
        Whether the user allowed to reach for what is not on this machine.
    quantities
        Columns of numbers besides those that the role has (see `petakumuh.read.columns.named`).

    Returns
    -------
        The layer in the CRS that the file declares or the recipe states (None where neither does), a row per
        source row; what was found; and the account of the file.

    Raises
    ------
    InputError
        When the file cannot be read, is empty, or holds several layers and none is chosen.
    RecipeError
        When a column or CRS that the recipe names does not exist.
    """
    rows, name, digest, findings = _opened(source, role, network=network)
    if not len(rows):
        raise InputError("berkas_kosong", file=name)
    rows, found = with_crs(rows, source, role, name)
    layer, more = named(rows, source, role, name, region, quantities=quantities)
    return layer, [*findings, *found, *more], InputFile(role, name, digest, len(rows))


def read_rows(source: Source, role: Role, *, network: bool = False) -> tuple[DataFrame, InputFile]:
    """Read a table under its own column names, without rows that are no data.

    Parameters
    ----------
    source, role, network
        As `read_layer`.

    Raises
    ------
    InputError
        When the file cannot be read.
    """
    rows, name, digest, _ = _opened(source, role, network=network)
    data = rows[rows["masalah"] == ""]
    table = pd.DataFrame(data.drop(columns=[one for one in KEPT if one in data]))
    return table.reset_index(drop=True), InputFile(role, name, digest, len(rows), excluded=len(rows) - len(data))


def _opened(source: Source, role: Role, *, network: bool) -> tuple[GeoDataFrame, str, str, list[Finding]]:
    rows, name, digest, findings = _opened_layer(source, role, network=network)
    if source.gabung is None:
        return rows, name, digest, findings
    table, _, of_table, found = _opened_layer(source.gabung, role, network=network)
    rows, notes = joined(rows, table, key=source.gabung.kunci, shapes_key=source.gabung.kunci_peta)
    findings += [
        *found,
        *_left_of_table(table, role, source.gabung.name),
        *noted(notes, role, source.gabung.name, []),
    ]
    return rows, name, hashlib.sha256(f"{digest}{of_table}".encode()).hexdigest(), findings


def _left_of_table(table: GeoDataFrame, role: Role, file: str) -> list[Finding]:
    """Say which rows of a joined table take no part: totals, blank rows, notes."""
    out = table[table["masalah"] != ""]
    return [
        Finding(
            "baris_tabel_dikecualikan",
            "catatan",
            role,
            file,
            tuple(rows["baris"]),
            action="dikecualikan",
            values={"sebab": str(why), "jumlah": len(rows)},
        )
        for why, rows in out.groupby("masalah", sort=True)
    ]


def _opened_layer(source: Source, role: Role, *, network: bool) -> tuple[GeoDataFrame, str, str, list[Finding]]:
    if isinstance(source.file, GeoDataFrame):
        rows = _in_memory(source.file, role)
        return rows, f"(GeoDataFrame {role})", _frame_sha256(rows), []
    name = source.name
    if is_database(source.place) and not source.lapisan:
        _require_one_table(str(source.place), role, name, network=network)
    opened = open_file(source.place, layers=source.lapisan, network=network)
    chosen, findings = _choose(opened.layers, source, role, name)
    findings += noted([one for one in opened.notes if one.rule not in FACTS], role, name, chosen)
    rows = _joined({one: opened.layers[one] for one in chosen}, source, role, name)
    return rows, name, opened.sha256, findings


def _require_one_table(url: str, role: Role, file: str, *, network: bool) -> None:
    """Ask which table of a database is meant before any is read: all of them may be a whole province."""
    from petakumuh.read.vector.postgis import is_local, tables  # noqa: PLC0415 - only where a database is named

    if not (network or is_local(url)):
        return  # refused where it is opened
    there = tables(url, Limits())
    if len(there) > 1:
        raise InputError("postgis_banyak", file=file, jumlah=len(there), ada=", ".join(there), tabel=role)


def noted(notes: Sequence[Note], role: Role, file: str, layers: Sequence[str]) -> list[Finding]:
    """Turn what a reader noted of a file and of the chosen layers into findings."""
    return [
        Finding(
            one.rule,
            one.severity,
            role,
            file,
            one.rows,
            action=one.action,
            values={"sublapisan": one.layer} | dict(one.values),
        )
        for one in notes
        if not one.layer or one.layer in layers
    ]


def _in_memory(given: GeoDataFrame, role: Role) -> GeoDataFrame:
    """Bring a caller's frame to the form of a file's layer: text column names, one active geometry, 2-D."""
    names = ["/".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in given.columns]
    if len(set(names)) < len(names):
        double = ", ".join(sorted({one for one in names if names.count(one) > 1}))
        raise InputError("kolom_ganda", file=f"(GeoDataFrame {role})", kolom=double)
    active = names[list(given.columns).index(given.geometry.name)]
    plain = pd.DataFrame(given.to_numpy(dtype=object), columns=names, dtype=object)
    plain = plain.drop(columns=[active, "geometry"], errors="ignore")
    rows = GeoDataFrame(plain, geometry=shapely.force_2d(np.asarray(given.geometry.array)), crs=given.crs)
    return rows.assign(masalah="", perbaikan="", baris=[str(at) for at in given.index], lapisan="")


def _joined(layers: dict[str, GeoDataFrame], source: Source, role: Role, file: str) -> GeoDataFrame:
    """Read several layers as one; each stands in the CRS it declares, or all in the one the recipe states."""
    parts: list[GeoDataFrame] = []
    first = source.crs or next(iter(layers.values())).crs
    for name, rows in layers.items():
        part = rows.rename_geometry("geometry") if rows.geometry.name != "geometry" else rows
        if len(layers) > 1 and source.crs is None and (part.crs is None) != (first is None):
            raise InputError("crs_lapisan", file=file, tabel=role, lapisan=name)
        if source.crs is None and part.crs != first:
            part = part.to_crs(first)
        parts.append(part.assign(lapisan=name).set_crs(parts[0].crs if parts else part.crs, allow_override=True))
    return stacked(parts)


def _frame_sha256(rows: GeoDataFrame) -> str:
    """Hash the content of a frame: its columns as text, its geometry as WKB."""
    plain = "\n".join("\t".join(map(str, row)) for row in rows.drop(columns="geometry").to_numpy(dtype=object))
    shapes = b"".join(b"" if shape is None else shape for shape in shapely.to_wkb(np.asarray(rows.geometry.array)))
    return hashlib.sha256(plain.encode("utf-8", "replace") + shapes).hexdigest()


def matches(name: str, patterns: Sequence[str]) -> bool:
    """Whether a layer's name is one of the patterns or fits one; without patterns every name does.

    Examples
    --------
    >>> matches("Kumuh_Bugis", ["kumuh*"]), matches("Jalan", ["kumuh*"]), matches("Jalan", [])
    (True, False, True)
    """
    folded = [one.casefold() for one in patterns]
    return not folded or any(name.casefold() == one or fnmatchcase(name.casefold(), one) for one in folded)


def pick_layers(layers: dict[str, GeoDataFrame], patterns: Sequence[str], file: str) -> list[str]:
    """Pick the layers whose names match one of the glob patterns, in the order of the file.

    Raises
    ------
    InputError
        When none matches; it lists the layers.
    """
    chosen = [name for name in layers if matches(name, patterns)]
    if not chosen:
        raise InputError("lapisan_tidak_ada", file=file, pola=", ".join(patterns), ada=_listing(layers))
    return chosen


def _listing(layers: dict[str, GeoDataFrame]) -> str:
    return ", ".join(f"{name} ({len(rows)})" for name, rows in layers.items())


def _choose(
    layers: dict[str, GeoDataFrame], source: Source, role: Role, file: str
) -> tuple[list[str], list[Finding]]:
    """Pick the layers that the patterns name; several layers and no choice is a question, not a guess."""
    if not layers:
        raise InputError("berkas_kosong", file=file)
    if source.lapisan and is_database(source.file):
        return list(layers), []
    if not source.lapisan:
        if len(layers) > 1:
            raise InputError("lapisan_banyak", file=file, jumlah=len(layers), ada=_listing(layers), tabel=role)
        return list(layers), []
    chosen = pick_layers(layers, source.lapisan, file)
    left = [name for name in layers if name not in chosen]
    if not left:
        return chosen, []
    values = {
        "jumlah": len(left),
        "nama": ", ".join(left),
        "baris": int(sum(len(layers[name]) for name in left)),
        "dipakai": len(chosen),
    }
    return chosen, [Finding("lapisan_tidak_dipakai", "catatan", role, file, values=values)]


def _apart(works: tuple[GeoDataFrame, ...]) -> tuple[GeoDataFrame, ...]:
    """Put the file's name before the ids of works where two files use the same ids."""
    ids = [set(rows["penanganan_id"]) for rows in works]
    clash = [any(mine & other for at, other in enumerate(ids) if at != here) for here, mine in enumerate(ids)]
    names = [f"{at + 1}-{Path(str(rows['berkas'].iloc[0])).stem}" for at, rows in enumerate(works)]
    stems = [name.partition("-")[2] for name in names]
    prefixes = stems if len(set(stems)) == len(stems) else names
    return tuple(
        rows.assign(penanganan_id=prefix + "/" + rows["penanganan_id"]) if clashes else rows
        for rows, prefix, clashes in zip(works, prefixes, clash, strict=True)
    )
