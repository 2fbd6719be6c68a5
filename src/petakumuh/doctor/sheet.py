"""The sheet of a checked file: its facts, its account of rows, its findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from petakumuh import findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from petakumuh.check import Coverage
    from petakumuh.errors import InputError
    from petakumuh.model import Role

__all__ = ["FileFacts", "LayerSheet", "SheetFacts"]


@dataclass(frozen=True)
class FileFacts:
    """What a file is.

    Attributes
    ----------
    kind
        Key of its name in ``text/messages.toml``, table ``jenis_berkas``.
    size, sha256
        Bytes (None: not known, as of a database) and hash of all its parts.
    parts
        Names of the files that it is made of, where there are several.
    inside
        What was read in an archive or folder.
    bare
        How many layers and folders hold no feature of their own.
    """

    kind: str
    size: int | None = None
    sha256: str = ""
    parts: tuple[str, ...] = ()
    inside: str = ""
    bare: int = 0


@dataclass(frozen=True)
class LayerSheet:
    """One layer: what it holds, its account of rows, and where its place is known, how many hectares.

    Attributes
    ----------
    name, role
        As the file calls it; the role whose words its findings are said in.
    rows, repaired, excluded
        The account: rows in the file, mended, left out; the others are used as they are.
    kinds
        Kind of geometry -> how many.
    crs, columns
        As the file declares them; of a recipe's layer the columns of ours that have values.
    place
        Longitude and latitude of its middle.
    zones, luas_ha, luas_geodesik_ha
        The UTM zones that fit, and the sum of hectares, row by row, in them and on the ellipsoid.
    source, edition
        Of boundaries: as the recipe says, else the schema that was recognised.
    coverage
        Of boundaries: overlaps, gaps, written hectares.
    refused
        Why a run would refuse the layer.
    """

    name: str
    role: Role
    rows: int
    kinds: Mapping[str, int]
    crs: str | None
    columns: tuple[str, ...]
    repaired: int = 0
    excluded: int = 0
    place: tuple[float, float] | None = None
    zones: tuple[int, ...] = ()
    luas_ha: float | None = None
    luas_geodesik_ha: float | None = None
    source: str = ""
    edition: str = ""
    coverage: Coverage | None = None
    refused: InputError | None = None

    @property
    def used(self) -> int:
        """Rows used as they are; none of a layer that is refused."""
        return 0 if self.refused else self.rows - self.repaired - self.excluded

    @property
    def is_table(self) -> bool:
        """Whether no row has a geometry, and none is expected."""
        return self.crs is None and set(self.kinds) <= {"–"} and self.refused is None


@dataclass(frozen=True)
class SheetFacts:
    """One file or recipe: what it is, its layers, its findings.

    Attributes
    ----------
    name
        As the user called it.
    file
        What it is.
    layers
        In the order of the file.
    findings
        As `petakumuh.findings.frame`; ``rincian`` names the layer (``sublapisan``).
    """

    name: str
    file: FileFacts
    layers: tuple[LayerSheet, ...]
    findings: GeoDataFrame

    @property
    def sha256(self) -> str:
        """Hash of the file."""
        return self.file.sha256

    @property
    def grave(self) -> bool:
        """Whether a figure may be wrong until somebody looks."""
        return findings.grave(self.findings)

    @property
    def refused(self) -> bool:
        """Whether a layer would be refused in a run."""
        return any(one.refused for one in self.layers)
