"""What every command tells alike: its exit status, and what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petakumuh import findings

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


__all__ = ["status"]


def status(found: GeoDataFrame) -> int:
    """Give the exit status that findings ask for."""
    return 1 if findings.grave(found) else 0
