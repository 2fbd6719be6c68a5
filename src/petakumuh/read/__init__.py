"""Doors for files: a path goes in, a layer with our column names comes out, every source row in it.

Reading repairs nothing, moves nothing and guesses no CRS: that is the business of `petakumuh.check`.
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyproj
import shapely
from geopandas import GeoDataFrame

from petakumuh.errors import InputError, RecipeError
from petakumuh.findings import Finding
from petakumuh.model import InputFile, Recipe, Region, Role, Source
from petakumuh.read.columns import named
from petakumuh.read.vector import open_file, require_file, side_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["ReadLayers", "pick_layers", "read_layer", "read_layers"]


@dataclass(frozen=True)
class ReadLayers:
    """What reading a recipe's files gave: kumuh and kelurahan, each file of works, what was found."""

    kumuh: GeoDataFrame
    kelurahan: GeoDataFrame
    penanganan: tuple[GeoDataFrame, ...]
    findings: tuple[Finding, ...]
    inputs: tuple[InputFile, ...]


def read_layers(recipe: Recipe, *, done: Callable[[str], None] = lambda _: None) -> ReadLayers:
    """Read every file of a recipe.

    Parameters
    ----------
    recipe
        What to read and how.
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
        rows, found, read = read_layer(source, role, region=recipe.wilayah)
        findings.extend(found)
        inputs.append(read)
        done(read.name)
        return rows

    kumuh, kelurahan = one(recipe.kumuh, "kumuh"), one(recipe.kelurahan, "kelurahan")
    works = tuple(one(source, "penanganan") for source in recipe.penanganan)
    return ReadLayers(kumuh, kelurahan, _apart(works), tuple(findings), tuple(inputs))


def read_layer(
    source: Source,
    role: Role,
    *,
    region: Region = Region(),  # noqa: B008 - frozen
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
    rows, name, digest, findings = _opened(source, role)
    if not len(rows):
        raise InputError("berkas_kosong", file=name)
    rows, found = _with_crs(rows, source, role, name)
    layer, more = named(rows, source, role, name, region)
    return layer, [*findings, *found, *more], InputFile(role, name, digest, len(rows))


def _opened(source: Source, role: Role) -> tuple[GeoDataFrame, str, str, list[Finding]]:
    if isinstance(source.file, GeoDataFrame):
        rows = _in_memory(source.file, role)
        return rows, f"(GeoDataFrame {role})", _frame_sha256(rows), []
    path = source.path
    require_file(path)
    digest = _sha256(path)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        layers = open_file(path)
    if _sha256(path) != digest:
        raise InputError("berkas_berubah", file=path)
    chosen, findings = _choose(layers, source, role, path)
    findings += [
        Finding("catatan_pembaca", "catatan", role, path.name, values={"catatan": text})
        for text in sorted({" ".join(str(one.message).split()) for one in said})
    ]
    return _joined({name: layers[name] for name in chosen}, source, role, path.name), path.name, digest, findings


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
    return rows.assign(masalah="", baris=[str(at) for at in given.index], lapisan="")


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
    return GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=parts[0].crs)


def _frame_sha256(rows: GeoDataFrame) -> str:
    """Hash the content of a frame: its columns as text, its geometry as WKB."""
    plain = "\n".join("\t".join(map(str, row)) for row in rows.drop(columns="geometry").to_numpy(dtype=object))
    shapes = b"".join(b"" if shape is None else shape for shape in shapely.to_wkb(np.asarray(rows.geometry.array)))
    return hashlib.sha256(plain.encode("utf-8", "replace") + shapes).hexdigest()


def pick_layers(layers: dict[str, GeoDataFrame], patterns: Sequence[str], file: str) -> list[str]:
    """Pick the layers whose names match one of the glob patterns, in the order of the file.

    Raises
    ------
    InputError
        When none matches; it lists the layers.
    """
    folded = [one.casefold() for one in patterns]
    chosen = [
        name
        for name in layers
        if any(name.casefold() == one or fnmatchcase(name.casefold(), one) for one in folded)
    ]
    if not chosen:
        raise InputError("lapisan_tidak_ada", file=file, pola=", ".join(patterns), ada=_listing(layers))
    return chosen


def _listing(layers: dict[str, GeoDataFrame]) -> str:
    return ", ".join(f"{name} ({len(rows)})" for name, rows in layers.items())


def _sha256(path: Path) -> str:
    """Hash the content of a source, side files of a shapefile included."""
    digest = hashlib.sha256()
    for part in side_files(path):
        if part.is_file():
            digest.update(part.read_bytes())
    return digest.hexdigest()


def _choose(
    layers: dict[str, GeoDataFrame], source: Source, role: Role, path: Path
) -> tuple[list[str], list[Finding]]:
    """Pick the layers that the patterns name; several layers and no choice is a question, not a guess."""
    if not layers:
        raise InputError("berkas_kosong", file=path.name)
    if not source.lapisan:
        if len(layers) > 1:
            raise InputError(
                "lapisan_banyak", file=path.name, jumlah=len(layers), ada=_listing(layers), tabel=role
            )
        return list(layers), []
    chosen = pick_layers(layers, source.lapisan, path.name)
    left = [name for name in layers if name not in chosen]
    if not left:
        return chosen, []
    values = {
        "jumlah": len(left),
        "nama": ", ".join(left),
        "baris": int(sum(len(layers[name]) for name in left)),
        "dipakai": len(chosen),
    }
    return chosen, [Finding("lapisan_tidak_dipakai", "catatan", role, path.name, values=values)]


def _with_crs(rows: GeoDataFrame, source: Source, role: Role, name: str) -> tuple[GeoDataFrame, list[Finding]]:
    """Set the CRS that the recipe states over the one that the file declares, and say so."""
    if source.crs is None:
        return rows, []
    try:
        stated = pyproj.CRS.from_user_input(source.crs)
    except pyproj.exceptions.CRSError as error:
        raise RecipeError("crs_salah", tabel=role, nilai=source.crs) from error
    declared = rows.crs
    rows = rows.set_crs(stated, allow_override=True)
    if declared is None or declared == stated:
        return rows, []
    values = {"tertulis": declared.to_string(), "resep": stated.to_string()}
    return rows, [Finding("crs_dari_resep", "catatan", role, name, values=values)]


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
