"""The stages in a row: a recipe goes in, a run comes out. Read `run` and you have read the architecture."""

from __future__ import annotations

import platform
from dataclasses import fields, replace
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import pandas as pd
import pyproj
import shapely

from petakumuh import account, findings, recipe, store
from petakumuh.errors import OutputError, RecipeError
from petakumuh.model import Recipe, Result, Tolerance
from petakumuh.prepared import is_prepared, open_prepared
from petakumuh.progress import bar
from petakumuh.reconcile import Written, classes, filed, totals
from petakumuh.scoring import scored
from petakumuh.start import Hands, cut_files, cut_prepared, from_prepared

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    import folium
    from geopandas import GeoDataFrame
    from matplotlib.figure import Figure
    from pandas import DataFrame

    from petakumuh.cutting import Cut
    from petakumuh.model import Scores
    from petakumuh.overlay import Overlay
    from petakumuh.start import Start
    from petakumuh.text import Language

__all__ = ["Run", "buka", "run", "versions"]


class Run(Result):
    """A finished run, to look at, to ask and to write out.

    Every table, layer and map comes from the same pieces. See `petakumuh.model.Result` for the frames.
    """

    @property
    def rekap(self) -> DataFrame:
        """The recap per kabupaten/kota with the total below, as planners read it."""
        rows = self.table("kabupaten_kota")
        total = self.table("total").assign(kode="", nama="TOTAL")
        shown = [
            "nama",
            "luas_delineasi_ha",
            "luas_tertangani_ha",
            "persen_tertangani",
            "sisa_ha",
            "persen_sisa",
        ]
        return pd.concat([rows[shown], total[shown]], ignore_index=True)

    def temuan(self, bahasa: Language = "id") -> GeoDataFrame:
        """Give the findings with their messages, gravest first."""
        return findings.with_messages(self.findings, bahasa)

    def explore(self, bahasa: Language = "id") -> folium.Map:
        """Draw the interactive map; needs the extra ``peta``."""
        drawn: folium.Map = _drawer("web").web_map(self, bahasa)
        return drawn

    def plot(self, bahasa: Language = "id") -> Figure:
        """Draw the print sheet; needs the extra ``peta``."""
        page: Figure = _drawer("sheet").sheet(self, bahasa)
        return page

    def tulis(self, folder: str | Path, *, bahasa: Language = "id", timpa: bool = False) -> list[Path]:
        """Write every output into a folder.

        Parameters
        ----------
        folder
            Made where it does not exist.
        bahasa
            Language of what a planner reads.
        timpa
            Replace the results that the folder holds.

        Raises
        ------
        OutputError
            When the folder holds results and ``timpa`` is not set, or an output would replace an input.
        """
        from petakumuh.present import write_all  # noqa: PLC0415 - presenters are loaded when something is written

        with bar("tulis", None) as step:
            return write_all(self, Path(folder), bahasa=bahasa, overwrite=timpa, done=lambda _: step(1))

    def ke_postgis(
        self,
        url: str,
        *,
        skema: str = "petakumuh",
        bahasa: Language = "id",
        timpa: bool = False,
        tambah: bool = False,
    ) -> list[str]:
        """Write the layers and the recap into one schema of a PostGIS database; needs the extra ``postgis``.

        Parameters
        ----------
        url
            ``postgresql://user@host:port/database``; the password also from PGPASSWORD or ~/.pgpass.
        skema
            Made where it does not exist.
        bahasa
            Language of the findings.
        timpa
            Replace the tables that earlier runs wrote there; others are never touched.
        tambah
            Write beside the runs that are there; rows of this very run, written before, are replaced.

        Returns
        -------
            The tables written, as ``schema.table``.

        Raises
        ------
        OutputError
            When the schema holds results and neither ``timpa`` nor ``tambah`` is set, or the server refuses
            something; then nothing in it has changed.
        InputError
            When ``url`` is no address of a database.
        """
        from petakumuh.present.postgis import write_postgis  # noqa: PLC0415 - as above

        with bar("tulis", None):
            return write_postgis(self, url, schema=skema, overwrite=timpa, append=tambah, language=bahasa)

    def __repr__(self) -> str:
        from petakumuh.present.tables import recap_text  # noqa: PLC0415 - only where a run is looked at

        return recap_text(self)

    def _repr_html_(self) -> str:
        from petakumuh.present.tables import recap_html  # noqa: PLC0415 - Jupyter only

        return recap_html(self)


def run(
    resep: str | Path | Recipe | None = None,
    /,
    *,
    kumuh: Any = None,
    kelurahan: Any = None,
    penanganan: Any = None,
    wilayah: Mapping[str, Any] | None = None,
    hitung: Mapping[str, Any] | None = None,
    sk: Mapping[str, Any] | None = None,
    skor: Mapping[str, Any] | None = None,
    kop: Mapping[str, Any] | None = None,
    keluaran: Mapping[str, Any] | None = None,
    izinkan_jaringan: bool = False,
    pekerja: int | None = None,
    dask: str | None = None,
    potongan: int | None = None,
    tabel_saja: bool = False,
) -> Run:
    """Compute the hectares of slum ground handled, each square metre once.

    Parameters
    ----------
    resep
        A recipe: a TOML file, a `Recipe`, or a folder that `petakumuh.siapkan` made. Or say its tables as
        keywords:
    kumuh, kelurahan
        Path, GeoDataFrame, or a table with ``file`` and how to read it.
    penanganan
        One or a list of such; lines need ``lebar_m``, points ``radius_m``.
    wilayah, hitung
        Title and region; headline basis, columns to keep accounts by, statuses that count.
    sk, skor
        What the decree writes, with the table of its annex; tables of volumes to score, and by which rules.
    kop, keluaran
        What stands above maps and documents; colours, paper and what is written besides.
    izinkan_jaringan
        Whether inputs that are not on this machine (``https://``, a database elsewhere) may be reached for.
    pekerja, dask
        How many processes of this machine cut ground, or the address of a dask scheduler whose workers do (then
        ``resep`` is a prepared folder that they reach). No figure depends on it.
    potongan
        How many slums are cut at a time where ground is cut by workers or from a prepared folder. A run that was
        killed goes on with the chunks that a prepared folder lacks.
    tabel_saja
        Tables alone, without layers and maps: the memory of a nation's shapes is not needed.

    Returns
    -------
        Tables, pieces, findings and maps.

    Raises
    ------
    RecipeError
        When a key or value does not exist, or workers elsewhere are asked for without a prepared folder.
    InputError
        When a file is refused.
    ConservationError
        When sums do not close, or two methods do not agree on the hectares of a slum.
    OutputError
        When workers die again and again.

    Examples
    --------
    >>> import petakumuh
    >>> from geopandas import GeoDataFrame
    >>> from shapely import box
    >>> x, y = 350_000, 9_230_000
    >>> town = GeoDataFrame({"nama": ["Tirta"]}, geometry=[box(x, y, x + 400, y + 400)], crs=32749)
    >>> slum = GeoDataFrame({"nama": ["A"]}, geometry=[box(x, y, x + 200, y + 100)], crs=32749)
    >>> work = GeoDataFrame({"nama": ["B"]}, geometry=[box(x + 150, y, x + 300, y + 100)], crs=32749)
    >>> hectares = petakumuh.run(kumuh=slum, kelurahan=town, penanganan=work).table("total")
    >>> hectares[["luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha"]].round(6).values.tolist()
    [[2.0, 0.5, 1.5]]
    """
    keywords = {
        "kumuh": kumuh,
        "kelurahan": kelurahan,
        "penanganan": penanganan,
        "wilayah": wilayah,
        "hitung": hitung,
        "sk": sk,
        "skor": skor,
        "kop": kop,
        "keluaran": keluaran,
    }
    if resep is not None and any(table is not None for table in keywords.values()):
        raise RecipeError("panggilan_dua")
    hands = Hands(pekerja, dask, potongan)
    if not isinstance(resep, Recipe) and resep is not None and is_prepared(resep):
        there = open_prepared(resep)
        recipe.require_beside(there.recipe)
        started = from_prepared(there, shapes=not tabel_saja)
        cut = cut_prepared(there, hands, ground=not tabel_saja)
    else:
        order = (
            resep if isinstance(resep, Recipe) else recipe.load(resep) if resep else recipe.from_tables(keywords)
        )
        recipe.require_beside(order)
        started, cut = cut_files(order, hands, network=izinkan_jaringan, ground=not tabel_saja)
    asked = started.order.skor
    scores = None if asked is None else scored(asked, network=izinkan_jaringan)
    return _accounted(started, cut, scores, shapes=not tabel_saja)


def _accounted(start: Start, cut: Cut, scores: Scores | None, *, shapes: bool) -> Run:
    """Keep every account of a cut, beside what decree and scores say."""
    order, parts = start.order, cut.parts
    spoken = _written(order, start.lampiran, scores)
    kumuh, pairs, told = filed(start.layers.kumuh, start.layers.kelurahan, parts.grounds, spoken)
    told += [] if scores is None else classes(kumuh, pairs, _classes_before(scores))
    shown = replace(start.layers, kumuh=kumuh)
    kept = account.tables(
        pieces=parts.pieces,
        groups=parts.groups,
        links=parts.links,
        touches=parts.touches,
        grounds=parts.grounds,
        kumuh=shown.kumuh,
        kelurahan=shown.kelurahan,
        penanganan=shown.penanganan,
        dasar=order.hitung.dasar,
        status_tertangani=order.hitung.status_tertangani,
        certified=parts.certificate.certified,
    )
    said, doubts = totals(pairs, kept["total"], decree=order.sk, units=None if scores is None else scores.unit)
    return Run(
        recipe=order,
        layers=shown,
        pieces=parts.pieces,
        groups=parts.groups,
        links=parts.links,
        touches=parts.touches,
        grounds=parts.grounds,
        bidang=cut.bidang,
        findings=findings.stacked([start.findings, findings.frame([*_assigned(parts), *told, *doubts])]),
        tables=kept | {"luas_tertulis": said} | ({"pasangan": pairs} if spoken else {}),
        zones=start.zones,
        inputs=(*start.inputs, *(scores.inputs if scores else ())),
        versions=versions(),
        skor=scores,
        sertifikasi=parts.certificate.as_table(),
        shapes=shapes,
    )


def buka(folder: str | Path) -> Run:
    """Open a stored run: nothing is read or cut again.

    Raises
    ------
    InputError
        When the folder holds no stored run.
    """
    stored = store.load(Path(folder))
    return Run(**{one.name: getattr(stored, one.name) for one in fields(stored)})


def _drawer(name: str) -> ModuleType:
    """Load a presenter that draws: folium and matplotlib are an extra, and loaded only where a map is drawn."""
    try:
        return import_module(f"petakumuh.present.{name}")
    except ModuleNotFoundError as error:
        raise OutputError("perlu_tambahan") from error


def _written(order: Recipe, annex: DataFrame | None, scores: Scores | None) -> list[Written]:
    """List the tables that speak of the slums: the annex of the decree, and the units that were scored."""
    said = []
    sk, skor = order.sk, order.skor
    if sk is not None and sk.lampiran is not None and annex is not None:
        rows = annex.rename(columns={"lampiran_id": "baris_id", "luas_sk_ha": "luas_ha"})
        alias = recipe.aliases(sk.alias, sk.lampiran.folder)
        least = Tolerance().attribute_ha if sk.toleransi_ha is None else sk.toleransi_ha
        said.append(Written("lampiran", rows, "luas_sk_ha", sk.lampiran.name, alias, least))
    if scores is not None and skor is not None:
        rows = scores.unit.rename(columns={"unit_id": "baris_id", "luas_verifikasi_ha": "luas_ha"})
        rows = rows.assign(nama=rows["kawasan"], kode_kelurahan="")
        alias = recipe.aliases(skor.alias, skor.baseline.folder)
        said.append(Written("baseline", rows, "luas_verifikasi_ha", skor.baseline.name, alias))
    return said


def _classes_before(scores: Scores) -> dict[str, str]:
    """Name the class of each unit in the base year; of units that have a score."""
    base = scores.tabel[scores.tabel["tahun"] == next(iter(scores.rekap["tahun"]))]
    names = {one.kode: one.nama for one in scores.aturan.kelas}
    found = zip(base["unit_id"], base["tingkat"], strict=True)
    return {unit: names[kind] for unit, kind in found if kind in names}


def _assigned(cut: Overlay) -> list[findings.Finding]:
    """Say who lost ground to whom where two slums claimed it."""
    return [
        findings.Finding(
            "lahan_dua_kumuh",
            "catatan",
            "kumuh",
            ids=(row["kumuh_id"], row["kumuh_id_lain"]),
            action="dibagi",
            values={"pemilik": row["kumuh_id"], "lain": row["kumuh_id_lain"], "lahan_ha": row["luas_ha"]},
        )
        for row in cut.claims.to_dict("records")
    ]


def versions() -> dict[str, str]:
    """Name the programs that compute, with their versions."""
    return {
        "petakumuh": version("petakumuh"),
        "python": platform.python_version(),
        "geopandas": geopandas.__version__,
        "shapely": shapely.__version__,
        "geos": shapely.geos_version_string,
        "proj": pyproj.proj_version_str,
    }
