"""The mended layers of a file, and the record of every change: what has one right answer, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely
from geopandas import GeoDataFrame

from petakumuh import recipe
from petakumuh.check import mended_alone
from petakumuh.doctor.changes import Change, changes_of, is_change, record_csv
from petakumuh.doctor.clean import fitted, write_clean
from petakumuh.doctor.layer import is_table, role_of, sized
from petakumuh.errors import InputError, RecipeError
from petakumuh.findings import Finding
from petakumuh.model import Region, Source
from petakumuh.present.files import write_together
from petakumuh.present.tables import csv_text
from petakumuh.read import matches, noted
from petakumuh.read.columns import named
from petakumuh.read.door import open_file, parts_of
from petakumuh.read.raw import KEPT
from petakumuh.text import Language, reason
from petakumuh.text.codes import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from petakumuh.read.raw import Note

__all__ = ["perbaiki"]


@dataclass
class _Mended:
    """What comes of a file: layers to write, rows to list, changes to record."""

    layers: dict[str, pd.DataFrame] = field(default_factory=dict)
    left_out: list[pd.DataFrame] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def perbaiki(
    file: str | Path,
    folder: str | Path,
    *,
    bahasa: Language = "id",
    timpa: bool = False,
    izinkan_jaringan: bool = False,
) -> list[Path]:
    """Write the mended layers of a file, with its own columns, and a record of every change.

    What has one right answer is mended: rings closed, invalid geometry by the declared rule, Z dropped, texts
    in the right encoding. What has not (overlaps, doubtful codes) stays as it is and is told by `periksa`. Rows
    that cannot be used are listed with all their columns, none is lost. The file itself is never touched.

    Parameters
    ----------
    file
        As `periksa`, no recipe.
    folder
        Gets ``<name>_bersih.gpkg`` (each layer in metres of the UTM zone that fits), ``perubahan.csv`` (every
        change, with its area before and after) and, where rows were left out, ``dikecualikan.csv``.
    bahasa
        Language of the record.
    timpa
        Replace what an earlier call wrote there.
    izinkan_jaringan
        As `periksa`.

    Raises
    ------
    InputError
        When the file is refused, or a layer's CRS is.
    RecipeError
        When it is a recipe.
    OutputError
        When something stands there already and ``timpa`` is not set.
    """
    if str(file).lower().endswith(".toml"):
        order = recipe.load(file)
        names = [one.name for one in (order.kumuh, order.kelurahan, *order.penanganan)]
        raise RecipeError("perbaiki_resep", file=file, ada=", ".join(names))
    source = recipe.source(file)
    opened = open_file(source.place, layers=source.lapisan, network=izinkan_jaringan)
    chosen = {name: rows for name, rows in opened.layers.items() if matches(name, source.lapisan) and len(rows)}
    if not chosen:
        listed = ", ".join(f"{name} ({len(rows)})" for name, rows in opened.layers.items())
        if not listed:
            raise InputError("berkas_kosong", file=source.name)
        raise InputError("lapisan_tidak_ada", file=source.name, pola=", ".join(source.lapisan), ada=listed)
    mended = _Mended()
    for name, rows in chosen.items():
        told = source.name if len(chosen) == 1 else f"{source.name}|layername={name}"
        _mend(mended, name, rows, opened.notes, told)
    mended.changes = [*_of_file(opened.notes, source.name), *mended.changes]
    return _written(mended, source, Path(folder), bahasa, overwrite=timpa)


def _of_file(notes: Sequence[Note], file: str) -> Iterator[Change]:
    """Record what was done to the file as a whole, to read it."""
    for one in noted([note for note in notes if not note.layer], "penanganan", file, []):
        if is_change(one):
            yield Change(one)


def _mend(mended: _Mended, name: str, rows: GeoDataFrame, notes: Sequence[Note], file: str) -> None:
    """Mend one layer; a table without geometry keeps the rows that are data."""
    own = rows.set_index("baris").drop(columns=[one for one in KEPT if one in rows and one != "baris"])
    role = role_of(name, rows)
    of_reading = noted([one for one in notes if one.layer == name], role, file, [name])
    if is_table(rows):
        data = rows.set_index("baris")["masalah"] == ""
        mended.layers[name] = pd.DataFrame(own[data.to_numpy()])
        out = [_left(name, role, file, baris, why) for baris, why in _problems(rows)]
        found, kept = [*of_reading, *out], None
    else:
        layer, _ = named(rows.assign(lapisan=name), Source(file=file), role, file, Region())
        kept, of_shapes = mended_alone(sized(layer) if role == "penanganan" else layer, role)
        shapes = kept.set_index("baris").geometry
        used = own[own.index.isin(shapes.index)]
        mended.layers[name] = GeoDataFrame(used, geometry=shapes.loc[used.index], crs=kept.crs)
        found = [*of_reading, *of_shapes]
    mended.changes += changes_of(found, rows, kept)
    gone = own[~own.index.isin(mended.layers[name].index)]
    if len(gone):
        mended.left_out.append(_listed(name, gone, rows, found))


def _listed(name: str, gone: pd.DataFrame, rows: GeoDataFrame, found: Sequence[Finding]) -> pd.DataFrame:
    """List rows that were left out: where they stood, why, all their columns, and what geometry they had."""
    why = {one.values["baris"]: one.values["sebab"] for one in found if one.rule == "baris_dikecualikan"}
    shapes = rows.set_index("baris").geometry.loc[gone.index]
    wkt = ["" if shape is None else shapely.to_wkt(shape, rounding_precision=-1) for shape in shapes]
    head = {"lapisan": name, "baris": gone.index, "sebab": [why[baris] for baris in gone.index], "wkt": wkt}
    return pd.concat([pd.DataFrame(head, index=gone.index), gone], axis=1, keys=["kepala", "isi"])


def _problems(rows: GeoDataFrame) -> Iterator[tuple[str, str]]:
    left = rows[rows["masalah"] != ""]
    yield from zip(left["baris"], left["masalah"], strict=True)


def _left(layer: str, role: Any, file: str, baris: str, why: str) -> Finding:
    values = {"sebab": why, "baris": baris, "sublapisan": layer}
    return Finding("baris_dikecualikan", "catatan", role, file, (baris,), action="dikecualikan", values=values)


def _written(mended: _Mended, source: Source, folder: Path, language: Language, *, overwrite: bool) -> list[Path]:
    layers, renamed = fitted(mended.layers)
    changes = [*mended.changes, *(_renamed(source.name, *one) for one in renamed)]
    writers = {
        f"{Path(source.name).stem}_bersih.gpkg": partial(write_clean, layers),
        "perubahan.csv": partial(_write, record_csv(changes, language)),
    }
    if mended.left_out:
        writers["dikecualikan.csv"] = partial(_write, _left_out_csv(mended.left_out, language))
    inputs = parts_of(source.place) if isinstance(source.place, Path) else []
    stale = [] if mended.left_out else ["dikecualikan.csv"]
    return write_together(writers, folder, inputs=inputs, overwrite=overwrite, stale=stale)


def _renamed(file: str, layer: str, old: str, new: str) -> Change:
    values = {"sublapisan": layer, "lama": old, "baru": new}
    return Change(Finding("nama_berbeda_huruf", "catatan", "penanganan", file, action="diperbaiki", values=values))


def _left_out_csv(parts: Sequence[pd.DataFrame], language: Language) -> str:
    """Write the rows that were left out; a column that a layer does not have is empty there."""
    whole = pd.concat([one.astype(object) for one in parts], ignore_index=True)  # else long numbers lose digits
    rows: list[list[object]] = [[str(column) for column in whole.columns.get_level_values(1)]]
    at = whole.columns.get_loc(("kepala", "sebab"))
    for cells in whole.itertuples(index=False):
        texts: list[object] = ["" if pd.isna(cell) else as_text(cell) for cell in cells]
        texts[at] = reason(str(texts[at]), language)
        rows.append(texts)
    return csv_text(rows)


def _write(text: str, path: Path) -> None:
    path.write_bytes(text.encode())
