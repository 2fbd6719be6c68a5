"""The sample: an invented province, to see what petakumuh does before one's own files are at hand."""

from __future__ import annotations

from pathlib import Path

__all__ = ["contoh"]

_INSTALLED = Path(__file__).parent / "sample_data"
_CHECKOUT = Path(__file__).parents[2] / "data" / "boundaries"


def contoh() -> Path:
    """Give the recipe of the sample: inside the wheel, or in a checkout where it is made.

    Examples
    --------
    >>> contoh().name
    'petakumuh.toml'
    """
    folder = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return folder / "petakumuh.toml"
