"""The input doctor: what a file is, what is wrong with it and where, before any run; and what can be mended.

A layer is looked at batch by batch, so its size does not matter. See `periksa` and `perbaiki`.
"""

from __future__ import annotations

from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from petakumuh import findings, recipe
from petakumuh.doctor.layer import look_at
from petakumuh.doctor.mending import perbaiki
from petakumuh.doctor.package import package
from petakumuh.doctor.page import page
from petakumuh.doctor.plain import plain
from petakumuh.doctor.sheet import FileFacts, LayerSheet, SheetFacts
from petakumuh.doctor.terminal import text
from petakumuh.doctor.together import recipe_sheet
from petakumuh.errors import InputError
from petakumuh.progress import bar
from petakumuh.read import matches, noted
from petakumuh.read.door import is_database, open_batches, parts_of
from petakumuh.read.raw import FACTS, Batch, Note
from petakumuh.read.sniff import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator

    from petakumuh.findings import Finding
    from petakumuh.model import Source
    from petakumuh.text import Language

__all__ = ["FileFacts", "LayerSheet", "Sheet", "SheetFacts", "inputs_of", "package", "page", "perbaiki", "periksa"]


class Sheet(SheetFacts):
    """What was found out of a file or recipe, for people and for programs; see `SheetFacts` for what it holds."""

    def as_text(self, language: Language = "id", *, done: Collection[str] = ()) -> str:
        """Write the sheet for a terminal: what it is, where, its account, what is wrong, what to do next.

        Parameters
        ----------
        language
            Of the text.
        done
            Steps that are taken already (``temuan``, ``perbaiki``) and so are not advised.
        """
        return text(self, language, done=done)

    def as_json(self, language: Language = "id") -> dict[str, Any]:
        """Lay the whole sheet out for programs: every finding, overlap and gap, unrounded."""
        return plain(self, language)


def periksa(file: str | Path, *, izinkan_jaringan: bool = False) -> Sheet:
    """Look at a file, or at all files of a recipe, without computing a run.

    Parameters
    ----------
    file
        A file, folder or database (``FILE|layername=PATTERN`` picks layers) or a recipe.
    izinkan_jaringan
        Whether what is not on this machine may be reached for.

    Returns
    -------
        Layers with their accounts of rows, and findings; `Sheet.as_text` writes it for people.

    Raises
    ------
    InputError, RecipeError
        When it cannot be read at all.
    """
    if _is_recipe(file):
        looked = recipe_sheet(str(file), recipe.load(file), network=izinkan_jaringan)
        return Sheet(looked.name, looked.file, looked.layers, looked.findings)
    source = recipe.source(file)
    reading = _Reading(open_batches(source.place, layers=source.lapisan, network=izinkan_jaringan))
    sheets: list[LayerSheet] = []
    found: list[Finding] = []
    there: list[str] = []
    with ExitStack() as stack:
        stack.callback(reading.close)
        step = stack.enter_context(bar("periksa"))
        for name, batches in groupby(reading.batches(), key=lambda one: one.layer):
            there.append(name)
            if matches(name, source.lapisan):
                sheet, more = look_at(name, (one.rows for one in batches), source.name, step)
                sheets.append(sheet)
                found += more
    if not there:
        raise InputError("berkas_kosong", file=source.name)
    if not sheets:
        raise InputError(
            "lapisan_tidak_ada", file=source.name, pola=", ".join(source.lapisan), ada=", ".join(there)
        )
    found += _noted(reading.notes, source, sheets)
    return Sheet(str(file), _facts(source, reading), tuple(sheets), findings.frame(found))


def inputs_of(file: str | Path) -> list[Path]:
    """List the files that a check of a file or recipe reads: nothing may be written over them.

    Raises
    ------
    RecipeError
        When the recipe cannot be read.
    """
    if not _is_recipe(file):
        place = recipe.source(file).place
        places = [place] if isinstance(place, Path) else []
    else:
        places = recipe.input_paths(recipe.load(file))
    return [
        *([Path(file)] if _is_recipe(file) else []),
        *(part for place in places if place.exists() for part in parts_of(place)),
    ]


def _is_recipe(file: str | Path) -> bool:
    return str(file).lower().endswith(".toml")


class _Reading:
    """A file being read: its batches go by, its notes and its hash stay."""

    def __init__(self, parts: Generator[Batch | Note, None, str]) -> None:
        self._parts = parts
        self.notes: list[Note] = []
        self.sha256 = ""
        self.close = parts.close

    def batches(self) -> Iterator[Batch]:
        """Give the batches that hold rows."""
        while True:
            try:
                part = next(self._parts)
            except StopIteration as end:
                self.sha256 = end.value
                return
            if isinstance(part, Note):
                self.notes.append(part)
            elif len(part.rows):
                yield part


def _noted(notes: list[Note], source: Source, sheets: list[LayerSheet]) -> Iterator[Finding]:
    """Say what the reader noted, in the words of the layer's role."""
    told = [one for one in notes if one.rule not in FACTS]
    for sheet in sheets:
        yield from noted([one for one in told if one.layer == sheet.name], sheet.role, source.name, [sheet.name])
    yield from noted([one for one in told if not one.layer], sheets[0].role, source.name, [])


def _facts(source: Source, reading: _Reading) -> FileFacts:
    """Say what the file is; its content was held against its name when it was opened."""
    of_file = {rule: [one.values for one in reading.notes if one.rule == rule] for rule in FACTS}
    inside = ", ".join(str(one["nama"]) for one in of_file["isi_arsip"])
    bare = sum(int(one["jumlah"]) for one in of_file["lapisan_kosong"])
    if not isinstance(source.place, Path):
        return FileFacts(_kind(source.place), None, reading.sha256, (), inside, bare)
    parts = parts_of(source.place)
    size = sum(one.stat().st_size for one in parts)
    names = tuple(one.name for one in parts) if len(parts) > 1 and not source.place.is_dir() else ()
    return FileFacts(_kind(source.place), size, reading.sha256, names, inside, bare)


def _kind(place: Path | str) -> str:
    """Name the kind that the file's name promises, which its content kept."""
    if not isinstance(place, Path):
        return "postgis" if is_database(place) else _kind(Path(urlsplit(place).path))
    if place.is_dir():
        return "gdb" if place.suffix.lower() == ".gdb" or any(place.glob("*.gdbtable")) else "folder"
    return SUFFIXES[place.suffix.lower()][0]
