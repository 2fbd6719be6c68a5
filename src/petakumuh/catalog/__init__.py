"""Knowledge that an authority changes, as data: column names met in the wild, styles."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from petakumuh.model import Palette, Role

__all__ = ["column_names", "coordinate_names", "style"]


@cache
def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def column_names(role: Role) -> dict[str, list[str]]:
    """List, for each column of ours that a layer may have, the names it goes by in files.

    Examples
    --------
    >>> column_names("kelurahan")["kode"][:2]
    ['kode', 'kdepum']
    """
    names: dict[str, list[str]] = _load("columns.toml")[role]
    return names


def coordinate_names() -> dict[str, list[str]]:
    """List the names that columns with coordinates or geometry go by in tables.

    Examples
    --------
    >>> coordinate_names()["bujur"][:2]
    ['lon', 'long']
    """
    return _load("coordinates.toml")


@cache
def style(palette: Palette = "baku") -> dict[str, Any]:
    """Give the one style of all maps: classes, colours, hatches, labels in two languages.

    Parameters
    ----------
    palette
        ``aman_warna`` replaces the colours that eyes without red or green confuse.

    Examples
    --------
    >>> [style(palette)["sisa"]["warna"] for palette in ("baku", "aman_warna")]
    ['#D7301F', '#B0127B']
    """
    told = dict(_load("styles/satu_peta.toml"))
    other = told.pop("aman_warna")
    return told if palette == "baku" else _over(told, other)


def _over(told: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Lay one table over another, tables within them as well."""
    deeper = {
        key: _over(told[key], value) if isinstance(value, dict) and isinstance(told.get(key), dict) else value
        for key, value in other.items()
    }
    return told | deeper
