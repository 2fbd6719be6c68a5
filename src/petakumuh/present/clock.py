"""One fixed time in what GDAL writes, so that the same run gives the same bytes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyogrio

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EPOCH", "fixed_clock"]

EPOCH = "2000-01-01T00:00:00Z"
"""Stands for the time of writing."""


@contextmanager
def fixed_clock() -> Iterator[None]:
    """Let GDAL write one fixed time instead of now."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": EPOCH})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
