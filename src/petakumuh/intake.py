"""The first two stages in a row: the files of a recipe read and checked, every row of them accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from petakumuh import recipe
from petakumuh.check import Checked, check
from petakumuh.check.rows import accounted
from petakumuh.progress import bar
from petakumuh.read import ReadLayers, read_layers

if TYPE_CHECKING:
    from petakumuh.model import InputFile, Recipe

__all__ = ["Intake", "take_in"]


@dataclass(frozen=True)
class Intake:
    """What the files of a recipe gave: as read, as checked, and the account of the rows of each."""

    files: ReadLayers
    checked: Checked
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
    alias = recipe.aliases(order.kelurahan)
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
    return Intake(files, checked, accounted(files.inputs, layers, checked.layers(), checked.findings))
