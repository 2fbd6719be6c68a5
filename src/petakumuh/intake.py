"""The first two stages in a row: the files of a recipe read and checked, every row of them accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from petakumuh import recipe
from petakumuh.check import Checked, check
from petakumuh.check.rows import accounted
from petakumuh.model import InputFile
from petakumuh.progress import bar
from petakumuh.read import ReadLayers, read_layers
from petakumuh.read.door import digest
from petakumuh.read.volumes import read_lampiran

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas import DataFrame

    from petakumuh.findings import Finding
    from petakumuh.model import Recipe

__all__ = ["Intake", "alias_files", "take_in"]


@dataclass(frozen=True)
class Intake:
    """What the files of a recipe gave: as read, as checked, the annex of the decree, the account of all rows."""

    files: ReadLayers
    checked: Checked
    lampiran: DataFrame | None
    findings: tuple[Finding, ...]
    inputs: tuple[InputFile, ...]


def take_in(order: Recipe, *, network: bool = False) -> Intake:
    """Read and check the files of a recipe.

    Parameters
    ----------
    order
        The recipe.
    network
        Whether what is not on this machine may be reached for.

    Raises
    ------
    InputError, RecipeError
        When a file is refused, or something the recipe names does not exist.
    ConservationError
        When a row is neither used nor named as left out.
    """
    alias = recipe.aliases(order.kelurahan.alias, order.kelurahan.folder)
    with bar("baca", 2 + len(order.penanganan)) as step:
        files = read_layers(order, network=network, done=lambda _: step(1))
    with bar("periksa", 3 + len(order.penanganan)) as step:
        checked = check(
            files.kumuh,
            files.kelurahan,
            files.penanganan,
            status_tertangani=order.hitung.status_tertangani,
            tahun_dasar=order.kumuh.tahun_dasar,
            alias=alias,
            done=step,
        )
    layers = (files.kumuh, files.kelurahan, *files.penanganan)
    inputs = (*accounted(files.inputs, layers, checked.layers(), checked.findings), *alias_files(order))
    findings = (*files.findings, *checked.findings)
    if order.sk is None or order.sk.lampiran is None:
        return Intake(files, checked, None, findings, inputs)
    annex, found, file = read_lampiran(order.sk.lampiran, network=network)
    return Intake(files, checked, annex, (*findings, *found), (*inputs, file))


def alias_files(order: Recipe) -> Iterator[InputFile]:
    """Account for the files of aliases: what they say decides of which place a row speaks."""
    named = [(order.kelurahan.alias, order.kelurahan.folder)]
    if order.sk is not None and order.sk.lampiran is not None:
        named.append((order.sk.alias, order.sk.lampiran.folder))
    if order.skor is not None:
        named.append((order.skor.alias, order.skor.baseline.folder))
    for file, folder in dict.fromkeys(named):
        if file is not None:
            rows = len(recipe.aliases(file, folder))
            path = Path(folder, file)
            yield InputFile("alias", path.name, digest(path), rows)
