"""What a run holds and finds: its inputs, layers, tables, scores; of one run, of two decrees, of runs joined."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from petakumuh.catalog.regulation import RuleSet
    from petakumuh.model.order import Decrees, Recipe
    from petakumuh.model.words import Role

__all__ = [
    "Comparison",
    "InputFile",
    "Joined",
    "Layers",
    "Result",
    "Scores",
    "Tabled",
    "Tolerance",
    "Zone",
]


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
    sertifikasi
        Whether every hectare was computed twice with the same result: ``tersertifikasi``, and if not ``sebab``
        (``tanpa_kernel``, ``dimatikan``); ``metode``; ``kumuh``, the slums computed twice; ``tangga``, how many of
        them agreed as they were (``biasa``), on a fine grid (``kisi``), when subdivided (``belah``);
        ``selisih_terbesar_relatif, selisih_terbesar_m2``; ``mundur``, slums that one method alone could measure.
        Empty where nobody asked.
    shapes
        Whether there are shapes to show; without, layers are attributes alone and ``bidang`` is empty.
    """

    recipe: Recipe
    layers: Layers
    pieces: DataFrame
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
    sertifikasi: Mapping[str, Any] = field(default_factory=dict)
    shapes: bool = True


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
        What each run was: ``berkas, sha256, basis, sertifikasi, resep, kabupaten_kota``, and ``skor`` where it is
        scored.
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
