"""The words of the house: roles, columns, and the frozen values that travel between the rooms.

Units stand last in a name (``luas_ha``, ``lebar_m``). Hectares follow METHOD: ``luas_delineasi_ha`` is ground,
each square metre once; ``luas_sk_ha`` is what the decree writes; they are never mixed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from petakumuh.text.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from petakumuh.catalog.regulation import RuleSet

__all__ = [
    "AREA_LEVELS",
    "BY",
    "COMPARED_AREAS",
    "COMPARED_KINDS",
    "EMPTY",
    "NONE",
    "NO_YEAR",
    "OUTSIDE",
    "STATUSES",
    "TABLES",
    "WORK_COLUMNS",
    "Attribute",
    "Basis",
    "Calculation",
    "Comparison",
    "Decree",
    "Decrees",
    "InputFile",
    "Joined",
    "JoinedTable",
    "KelurahanSource",
    "KumuhSource",
    "Layers",
    "PenangananSource",
    "Recipe",
    "Region",
    "Result",
    "Role",
    "Scores",
    "Scoring",
    "Source",
    "Tabled",
    "Tolerance",
    "Zone",
    "is_address",
]

EMPTY = "(kosong)"
"""Stands for an attribute that the file does not give; never a dropped row."""
NO_YEAR = "(tanpa tahun)"
"""The year of a work that has none: after all years."""
OUTSIDE = ""
"""The kelurahan_id of ground outside every kelurahan."""

Role = Literal["kumuh", "kelurahan", "penanganan", "baseline", "investasi", "lampiran", "pembanding", "alias"]
"""What a file is to us: a layer of the map, a table of volumes and of what was done about them, the annex of a
decree, or other names."""
TABLES = ("baseline", "investasi", "lampiran", "pembanding")
"""The roles without a map."""
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

COMPARED_KINDS = ("dilepas", "tetap", "baru")
"""Ground of two decrees: only in the old one, in both, only in the new one."""
NONE = "tidak"
"""The class of ground in a decree that does not have it."""
COMPARED_AREAS = tuple(
    f"{what}_{ending}" for ending in ("ha", "geodesik_ha") for what in ("sk_lama", "sk_baru", *COMPARED_KINDS)
)
"""What every row of two decrees compared says, in the order it is read."""

Basis = Literal["utm", "geodesik", "tm3"]


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
    """The choices that change figures."""

    dasar: Basis = "utm"
    by: tuple[str, ...] = BY
    status_tertangani: tuple[str, ...] = ("selesai",)


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


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """From where on a difference is a finding. Findings never change a figure."""

    overlap_m2: float = 0.1
    attribute_ha: float = 0.005
    outside_m2: float = 1.0
    ambiguous_repair: float = 0.01


@dataclass(frozen=True)
class InputFile:
    """A file that went into a run, by name and content, and the account of its rows.

    Attributes
    ----------
    rows, repaired, excluded
        Rows in the file; those mended and those left out, each named by a finding; the others are used as
        they are.
    """

    role: Role
    name: str
    sha256: str
    rows: int
    repaired: int = 0
    excluded: int = 0

    @property
    def used(self) -> int:
        """Rows used as they are."""
        return self.rows - self.repaired - self.excluded


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


class Tabled:
    """Has its tables by name."""

    tables: Mapping[str, DataFrame]

    def table(self, name: str) -> DataFrame:
        """Give one table, unrounded.

        Parameters
        ----------
        name
            One of ``tables``.

        Raises
        ------
        KeyError
            When there is no such table; it lists those there are.
        """
        if name not in self.tables:
            raise KeyError(f"{name}: {', '.join(self.tables)}")
        return self.tables[name].copy()


@dataclass(frozen=True)
class Result(Tabled):
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
        The recap by name, in hectares, unrounded: ``total, provinsi, kabupaten_kota, kecamatan, kelurahan, kumuh,
        tahun, jumlah_sektor, sektor, opd, sumber_dana, status, keanggotaan, simulasi, rekonsiliasi, luas_tertulis,
        pasangan``, as
        far as the recipe and the works say it.
    zones
        EPSG codes of the UTM zones measured in.
    inputs
        What was read.
    versions
        The programs that computed it.
    skor
        The scores, where the recipe asks for them.
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
    skor: Scores | None = None


@dataclass(frozen=True)
class Comparison(Tabled):
    """Two decrees compared: everything that an output may show stands here.

    Attributes
    ----------
    decrees
        The old decree and the new one, and how they are read.
    ground
        Ground by ``jenis`` (dilepas, tetap, baru) and kelurahan, in one CRS for maps.
    findings
        What was wrong with rows; ``sk`` says in which decree (lama, baru), where it is one of them.
    tables
        ``total, kelurahan, unit, tingkat``, in hectares, unrounded.
    recipe, zones, inputs, versions
        As those of `Result`.
    """

    recipe: Recipe
    decrees: Decrees
    ground: GeoDataFrame
    findings: GeoDataFrame
    tables: Mapping[str, DataFrame]
    zones: tuple[int, ...]
    inputs: tuple[InputFile, ...]
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Scores:
    """Scores of every unit (RT or kawasan) in every year, by one rule set; unrounded.

    Attributes
    ----------
    unit
        One row per unit, the denominators of its criteria beside it: ``unit_id, kecamatan, kelurahan, rtrw,
        kawasan, luas_verifikasi_ha, jumlah_bangunan, jumlah_penduduk, jumlah_kk, jalan_ideal_m`` ..., as the
        baseline says.
    tabel
        One row per unit and year: ``unit_id, kecamatan, kelurahan, rtrw, tahun``, ``nilai_`` of each criterion,
        ``total, tingkat, rata_sektoral, kontribusi`` (fractions), ``luas_verifikasi_ha, pengurangan_ha``. The
        ``tingkat`` of a unit of which something is missing is ``tanpa_skor``.
    volume, persen
        The same rows: volumes of each criterion; their shares and the means of the aspects (fractions).
    kelurahan
        One row per kelurahan and year: ``kecamatan, kelurahan, tahun, jumlah_rt, kumuh_rt, kumuh_ha,
        tidak_kumuh_ha, tanpa_skor_ha, luas_awal_ha`` (slum of the baseline), ``pengurangan_ha, sisa_kumuh_ha``;
        ``nilai`` of all its units as one kawasan (of volumes added up: it may be that of no slum beside units
        that are), missing where one of them has no score, and ``nilai_rata``, the mean of the sums of scores of
        those that have one; and for each class ``KR_rt, KR_ha, KR_kk, KR_jiwa, KR_bangunan``, as in the recap, to
        which they add up.
    pelayanan
        One row per kelurahan, year and criterion, then the whole (``wilayah`` is ``total``): ``wilayah, kecamatan,
        kelurahan, tahun, kriteria, satuan, sasaran`` (sum of denominators), ``belum`` (volumes, of each unit at
        most its denominator), ``terlayani, persen_terlayani`` (0 to 100), of the units of which both are known;
        ``tanpa_data_rt`` counts the others.
    prioritas
        One row per unit, at the baseline (``_awal``) and in the last year: ``unit_id, kecamatan, kelurahan, rtrw,
        tingkat_awal, tingkat, nilai_strategis, kependudukan, sosial_ekonomi, pertimbangan_nilai, pertimbangan,
        legalitas, prioritas_awal, prioritas, pola_penanganan_awal, pola_penanganan``; what a unit does not say is
        missing. No rows where the baseline says nothing of it.
    kewenangan
        One row per kelurahan: ``kecamatan, kelurahan, kumuh_awal_ha, kumuh_akhir_ha, tanpa_skor_ha,
        kewenangan_awal, kewenangan``; empty where the units without a score could decide it.
    investasi
        Every intervention with its unit and its fate (``nasib``): ``diterapkan``, or why not.
    rekap
        Each year summed up, the account of interventions, the findings counted, and what was chosen.
    findings
        What was wrong with rows, and what was done.
    aturan
        The rule set.
    inputs
        What was read.
    beda
        Where a table that somebody else computed differs, as `petakumuh.scoring.compare_scores` gives it; None
        without one.
    """

    unit: DataFrame
    tabel: DataFrame
    volume: DataFrame
    persen: DataFrame
    kelurahan: DataFrame
    pelayanan: DataFrame
    prioritas: DataFrame
    kewenangan: DataFrame
    investasi: DataFrame
    rekap: Mapping[str, Any]
    findings: GeoDataFrame
    aturan: RuleSet
    inputs: tuple[InputFile, ...] = ()
    beda: DataFrame | None = None


@dataclass(frozen=True)
class Joined(Tabled):
    """Finished runs joined by their recaps.

    Attributes
    ----------
    title
        What stands on the outputs.
    tables
        As those of `Result`, without ``penanganan``; and ``daftar``, a row per kabupaten/kota. Where runs are
        scored, ``skor``, a row per year, and ``skor_daftar``, a row per kabupaten/kota.
    progress
        Pace and year of 0 ha, as `petakumuh.recap.progress` gives them.
    findings
        In what the runs differ.
    parts
        What each run was: ``berkas, sha256, basis, resep, kabupaten_kota``, and ``skor`` where it is scored.
    files
        The recaps read.
    scores
        As ``rekap`` of `Scores`, of all together; empty where no run is scored. Its ``tahun`` is empty where
        scores were made by different rules.
    score_progress
        Pace and year of 0 ha of slum by score, as `petakumuh.recap.score_progress` gives them; empty where scores
        are not added up.
    """

    title: str | None
    tables: Mapping[str, DataFrame]
    progress: Mapping[str, Any]
    findings: GeoDataFrame
    parts: tuple[Mapping[str, Any], ...]
    files: tuple[Path, ...]
    scores: Mapping[str, Any] = field(default_factory=dict)
    score_progress: Mapping[str, Any] = field(default_factory=dict)
