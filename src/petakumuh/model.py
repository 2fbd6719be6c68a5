"""The words of the house: roles, columns, and the frozen values that travel between the rooms.

Units stand last in a name (``luas_ha``, ``lebar_m``). Hectares follow METHOD: ``luas_delineasi_ha`` is ground,
each square metre once; ``luas_sk_ha`` is what the decree writes; they are never mixed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from pandas import DataFrame

__all__ = [
    "AREA_LEVELS",
    "BY",
    "EMPTY",
    "NO_YEAR",
    "OUTSIDE",
    "STATUSES",
    "WORK_COLUMNS",
    "Attribute",
    "Basis",
    "Calculation",
    "InputFile",
    "KelurahanSource",
    "KumuhSource",
    "Layers",
    "PenangananSource",
    "Recipe",
    "Region",
    "Result",
    "Role",
    "Source",
    "Tolerance",
    "Zone",
]

EMPTY = "(kosong)"
"""Stands for an attribute that the file does not give; never a dropped row."""
NO_YEAR = "(tanpa tahun)"
"""The year of a work that has none: after all years."""
OUTSIDE = ""
"""The kelurahan_id of ground outside every kelurahan."""

Role = Literal["kumuh", "kelurahan", "penanganan"]
BY = ("sektor", "tahun", "status", "opd", "sumber_dana")
"""The columns of works that accounts can be kept by."""
STATUSES = ("selesai", "berjalan", "rencana")
AREA_LEVELS = ("provinsi", "kabupaten_kota", "kecamatan", "kelurahan", "kumuh")
"""From wide to narrow; each level's rows sum to the level above."""

WORK_COLUMNS = (
    "penanganan_id",
    "nama",
    *BY,
    "biaya",
    "dihitung",
    "sebelum_dasar",
    "bentuk",
    "lebar_m",
    "radius_m",
    "berkas",
    "lapisan",
    "baris",
    "geometry",
)
"""The columns of checked works."""

Basis = Literal["utm", "geodesik"]


@dataclass(frozen=True)
class Attribute:
    """Where an attribute of a work comes from: one value for the whole file, or a column of it."""

    nilai: str | None = None
    kolom: str | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file (or frame) and how to read it.

    Attributes
    ----------
    file
        As the recipe writes it, relative or not; or a GeoDataFrame.
    folder
        What a relative file is relative to; where the recipe stood says nothing about what was computed.
    lapisan, crs, kolom
        Patterns of layer names, the CRS that overrides the file's, and which column is which.
    """

    file: Any
    folder: str = field(default="", compare=False)
    lapisan: tuple[str, ...] = ()
    crs: str | None = None
    kolom: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where the file stands."""
        return Path(self.folder, self.file)


@dataclass(frozen=True, kw_only=True)
class KumuhSource(Source):
    """The delineated slums, and the decree (SK) that names them."""

    sk: str | None = None
    tahun_dasar: int | None = None


@dataclass(frozen=True, kw_only=True)
class KelurahanSource(Source):
    """The boundaries; their source and edition stand on every output."""

    sumber: str | None = None
    edisi: str | None = None


@dataclass(frozen=True, kw_only=True)
class PenangananSource(Source):
    """One file of works; lines need ``lebar_m`` (total width), points ``radius_m``."""

    sektor: Attribute = Attribute()
    tahun: Attribute = Attribute()
    status: Attribute = Attribute()
    opd: Attribute = Attribute()
    sumber_dana: Attribute = Attribute()
    biaya: Attribute = Attribute()
    lebar_m: float | None = None
    radius_m: float | None = None


@dataclass(frozen=True, kw_only=True)
class Region:
    """What the files may not say of the region, and the title on the outputs."""

    judul: str | None = None
    provinsi: str | None = None
    kabupaten_kota: str | None = None
    penyusun: str | None = None


@dataclass(frozen=True, kw_only=True)
class Calculation:
    """The choices that change figures."""

    dasar: Basis = "utm"
    by: tuple[str, ...] = BY
    status_tertangani: tuple[str, ...] = ("selesai",)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A whole run, said in advance: its tables are the keywords of `petakumuh.run`."""

    kumuh: KumuhSource
    kelurahan: KelurahanSource
    penanganan: tuple[PenangananSource, ...] = ()
    wilayah: Region = Region()
    hitung: Calculation = Calculation()


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """From where on a difference is a finding. Findings never change a figure."""

    overlap_m2: float = 0.1
    attribute_ha: float = 0.005
    outside_m2: float = 1.0
    ambiguous_repair: float = 0.01


@dataclass(frozen=True)
class InputFile:
    """A file that went into a run, by name and content."""

    role: Role
    name: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Layers:
    """The three layers with our column names, before or after the check."""

    kumuh: GeoDataFrame
    kelurahan: GeoDataFrame
    penanganan: GeoDataFrame


@dataclass(frozen=True)
class Zone(Layers):
    """Checked layers in one working CRS: valid polygons in metres of one UTM zone."""

    epsg: int


@dataclass(frozen=True)
class Result:
    """A finished run: everything that an output may show stands here, nothing else does.

    Attributes
    ----------
    layers
        The checked layers in one CRS for maps: the UTM zone, or EPSG:4326 where there are several zones.
    pieces
        One row per maximal ground with the same kelurahan, kumuh and set of groups; disjoint.
    groups, links
        The combinations of ``by``, and which piece lies under which.
    touches
        What each single work covers of each kelurahan and kumuh.
    grounds
        Hectares of each kumuh in each kelurahan, by its own geometry (``jumlah_geometri_ha``).
    bidang
        Ground by display key: kelurahan, kumuh, first year handled or left, number of sectors.
    findings
        What was wrong with rows, where, how much, and what was done.
    tables
        The recap by name, in hectares, unrounded.
    zones
        EPSG codes of the UTM zones measured in.
    inputs
        What was read.
    versions
        The programs that computed it.
    """

    recipe: Recipe
    layers: Layers
    pieces: GeoDataFrame
    groups: DataFrame
    links: DataFrame
    touches: DataFrame
    grounds: DataFrame
    bidang: GeoDataFrame
    findings: GeoDataFrame
    tables: Mapping[str, DataFrame]
    zones: tuple[int, ...]
    inputs: tuple[InputFile, ...]
    versions: Mapping[str, str]
