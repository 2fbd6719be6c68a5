"""The words of a prepared folder: names of its files, what of them is read, ranges of slums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from petakumuh.overlay.result import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "ABOUT",
    "ANNEX",
    "FINDINGS",
    "FORMAT",
    "GROUPS",
    "IDS",
    "PLANES",
    "ROLES",
    "Chunk",
    "ZoneRows",
    "cut_columns",
]

ABOUT, ANNEX, FINDINGS = "siapan.json", "lampiran.parquet", "temuan.parquet"
GROUPS, PLANES = "kelompok.parquet", "tm3.parquet"
FORMAT = 1
IDS = {"kumuh": "kumuh_id", "kelurahan": "kelurahan_id", "penanganan": "penanganan_id"}
"""The column that tells the rows of each layer apart."""
ROLES = tuple(IDS)


@dataclass(frozen=True)
class Chunk:
    """Some slums of one zone: rows ``first`` to ``last``, the latter not included, of its file."""

    epsg: int
    first: int
    last: int

    @property
    def name(self) -> str:
        """How files that belong to it are called; sorted by name, chunks stand in order."""
        return f"{self.epsg}-{self.first:09d}-{self.last:09d}"

    def __len__(self) -> int:
        return self.last - self.first


@dataclass(frozen=True)
class ZoneRows:
    """How many rows a zone has in each layer."""

    epsg: int
    kumuh: int
    kelurahan: int
    penanganan: int

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Give its slums in ranges of at most so many."""
        for first in range(0, self.kumuh, size):
            yield Chunk(self.epsg, first, min(first + size, self.kumuh))


def cut_columns(role: str, by: Sequence[str]) -> list[str]:
    """List the columns of a layer that a cut needs, besides its geometry.

    Examples
    --------
    >>> cut_columns("penanganan", ("tahun",))
    ['penanganan_id', 'tahun', 'dihitung', 'sebelum_dasar']
    """
    more = {"kumuh": ("disebut_id",), "kelurahan": (), "penanganan": (*by, *FLAGS)}[role]
    return list(dict.fromkeys((IDS[role], *more)))
