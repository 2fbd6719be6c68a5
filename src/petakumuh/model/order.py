"""What a recipe asks: sources and how to read them, and the choices of a run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from petakumuh.model.words import BY, Basis, Layout, Palette, PaperSize, Sharing
from petakumuh.text.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Attribute",
    "Calculation",
    "Decree",
    "Decrees",
    "JoinedTable",
    "KelurahanSource",
    "KumuhSource",
    "Letterhead",
    "Outputs",
    "PenangananSource",
    "Recipe",
    "Region",
    "Scoring",
    "Source",
    "is_address",
]

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:|[\\/]vsi", re.IGNORECASE)


def is_address(file: object) -> bool:
    """Whether a source is an address or a driver's connection string, and no path.

    Examples
    --------
    >>> is_address("https://a.id/b.gpkg"), is_address("WFS:x"), is_address("/vsicurl/x"), is_address("D:/b.gpkg")
    (True, True, True, False)
    """
    return isinstance(file, str) and _ADDRESS.match(file) is not None


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
        As the recipe writes it, relative or not; or a GeoDataFrame; or an address, which may hold a password
        and so is in no repr.
    folder
        What a relative file is relative to; where the recipe stood says nothing about what was computed.
    lapisan, crs, kolom
        Patterns of layer names, the CRS that overrides the file's, and which column is which.
    gabung
        A table whose columns are joined to the rows by a key.
    """

    file: Any = field(repr=False)
    folder: str = field(default="", compare=False)
    lapisan: tuple[str, ...] = ()
    crs: str | None = None
    kolom: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    gabung: JoinedTable | None = None

    @property
    def place(self) -> Path | str:
        """Where the file stands: a path, or the address as it is written."""
        return str(self.file) if is_address(self.file) else Path(self.folder, self.file)

    @property
    def name(self) -> str:
        """How messages call it: the name of the file; of an address host and path, never who logs in."""
        if not isinstance(self.file, str | Path):
            return f"({type(self.file).__name__})"
        place = self.place
        if isinstance(place, Path):
            return place.name.encode("utf-8", "replace").decode()  # a name may hold bytes that are no letters
        address = urlsplit(redacted(place))
        return f"{address.scheme}://{address.hostname or ''}{address.path}"


@dataclass(frozen=True, kw_only=True)
class JoinedTable(Source):
    """A table (Excel, CSV ...) whose rows belong to a layer by a key.

    Attributes
    ----------
    kunci, kunci_peta
        The key's column in the table, and in the layer where it is called otherwise.
    """

    kunci: str = ""
    kunci_peta: str | None = None


@dataclass(frozen=True, kw_only=True)
class KumuhSource(Source):
    """The delineated slums, and the decree (SK) that names them.

    Attributes
    ----------
    skema, skema_folder
        The schema whose columns the file has, and the user's own folder of schemas.
    """

    sk: str | None = None
    tahun_dasar: int | None = None
    skema: str | None = None
    skema_folder: str | None = None


@dataclass(frozen=True, kw_only=True)
class KelurahanSource(Source):
    """The boundaries; their source and edition stand on every output.

    Attributes
    ----------
    skema, skema_folder
        The schema whose columns the file has, and the user's own folder of schemas.
    alias
        A CSV of two columns, the names that slums write and the official ones.
    """

    sumber: str | None = None
    edisi: str | None = None
    skema: str | None = None
    skema_folder: str | None = None
    alias: str | None = None


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
    """The choices that change figures, and whether each hectare is computed twice.

    Attributes
    ----------
    sertifikasi
        Compute by a second method too; a run whose methods differ stops. It changes no figure.
    """

    dasar: Basis = "utm"
    by: tuple[str, ...] = BY
    status_tertangani: tuple[str, ...] = ("selesai",)
    sertifikasi: bool = True


@dataclass(frozen=True, kw_only=True)
class Decrees:
    """Two decrees to compare: the old one and the new one."""

    sk_lama: KumuhSource
    sk_baru: KumuhSource


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """What is scored, and by which rules; see `petakumuh.score.score` for the choices.

    Attributes
    ----------
    baseline, investasi
        Volumes of each unit, and what was done about them.
    pembanding
        Yearly results that somebody else computed.
    aturan
        A rule set by its name, or the path of an own one.
    alias
        A CSV of two columns: a unit as the tables call it, and the id of its polygon.
    """

    baseline: Source
    investasi: Source | None = None
    pembanding: Source | None = None
    aturan: str | None = None
    satuan: str = "rt"
    rata_sektoral: str | None = None
    kontribusi: str | None = None
    pengurangan: str | None = None
    nilai_terendah: str | None = None
    pertimbangan: str | None = None
    penyebut: Mapping[str, str] = field(default_factory=dict)
    tahun_dasar: int | None = None
    status: tuple[str, ...] = ("selesai",)
    alias: str | None = None


@dataclass(frozen=True, kw_only=True)
class Decree:
    """What the decree (SK) itself writes: its number, its total, the annex that lists its places.

    Attributes
    ----------
    luas_ha
        The total that the decree states.
    lampiran
        The annex as a table: one row per place, with its hectares.
    alias
        As that of `Scoring`.
    toleransi_ha
        From where on a difference between decree and geometry is a finding.
    """

    nomor: str | None = None
    tahun_dasar: int | None = None
    luas_ha: float | None = None
    lampiran: Source | None = None
    alias: str | None = None
    toleransi_ha: float | None = None


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """What stands above a map and a document that goes before a bupati; its title is that of the region.

    Attributes
    ----------
    pemda, dinas
        The government, and the office that answers for the map.
    logo
        A picture (PNG or JPEG), relative to the recipe.
    nomor
        Of the map or document.
    tanggal
        Of the data, as it shall be printed.
    folder
        As that of `Source`.
    """

    pemda: str | None = None
    dinas: str | None = None
    logo: str | None = None
    nomor: str | None = None
    tanggal: str | None = None
    folder: str = field(default="", compare=False)

    @property
    def logo_path(self) -> Path | None:
        """Where the picture lies, where it is there; a stored run may have moved away from it."""
        return _there(self.folder, self.logo)


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Choices of what a run writes; none changes a figure.

    Attributes
    ----------
    palet
        Colours of every map.
    kertas, arah
        Size and orientation of the pages of the atlas.
    lembar_kumuh
        Whether each slum has a page of its own besides.
    templat
        A Word document to write the report into, relative to the recipe.
    tambahan
        ``shapefile`` and ``png``: layers with short names, every page of the atlas as a picture.
    bagi
        Write what may be shared with everybody as well: totals of kelurahan, or of a grid of 100 m.
    peta_dasar
        Base maps of the web map by their names in xyzservices; each asks the network for pictures.
    folder
        As that of `Source`.
    """

    palet: Palette = "baku"
    kertas: PaperSize = "A3"
    arah: Layout = "datar"
    lembar_kumuh: bool = False
    templat: str | None = None
    tambahan: tuple[str, ...] = ()
    bagi: Sharing | None = None
    peta_dasar: tuple[str, ...] = ()
    folder: str = field(default="", compare=False)

    @property
    def templat_path(self) -> Path | None:
        """Where the Word document lies, as `Letterhead.logo_path`."""
        return _there(self.folder, self.templat)


def _there(folder: str, file: str | None) -> Path | None:
    place = None if file is None else Path(folder, file)
    return place if place is not None and place.is_file() else None


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A whole run, said in advance: its tables are the keywords of `petakumuh.run`."""

    kumuh: KumuhSource
    kelurahan: KelurahanSource
    penanganan: tuple[PenangananSource, ...] = ()
    wilayah: Region = Region()
    hitung: Calculation = Calculation()
    sk: Decree | None = None
    skor: Scoring | None = None
    banding: Decrees | None = None
    kop: Letterhead = Letterhead()
    keluaran: Outputs = Outputs()
