"""Two decrees compared, the stages in a row: a recipe with two sources goes in, a comparison comes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from geopandas import GeoDataFrame

from petakumuh import findings, recipe
from petakumuh.check import check
from petakumuh.check.rows import accounted
from petakumuh.compare import compare, ground, remarks, tables, units
from petakumuh.errors import RecipeError
from petakumuh.intake import alias_files
from petakumuh.model import Comparison, Decrees, Recipe
from petakumuh.overlay import shaped
from petakumuh.pipeline import versions
from petakumuh.progress import bar
from petakumuh.read import read_layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame

    from petakumuh.check import Checked
    from petakumuh.findings import Finding
    from petakumuh.model import InputFile, Role
    from petakumuh.text import Language

__all__ = ["Banding", "banding"]


class Banding(Comparison):
    """Two decrees compared, to look at and to write out; see `petakumuh.model.Comparison` for the frames."""

    def tulis(self, folder: str | Path, *, bahasa: Language = "id", timpa: bool = False) -> list[Path]:
        """Write ``banding.json``, ``banding.csv`` and the ground as ``banding.gpkg`` and ``banding.geojson``.

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
        from petakumuh.present.comparison import write_comparison  # noqa: PLC0415 - as in `petakumuh.pipeline`

        return write_comparison(self, Path(folder), bahasa=bahasa, overwrite=timpa)

    def __repr__(self) -> str:
        from petakumuh.present.comparison import comparison_text  # noqa: PLC0415 - only where it is looked at

        return comparison_text(self)


def banding(
    resep: str | Path | Recipe | None = None,
    /,
    *,
    sk_lama: Any = None,
    sk_baru: Any = None,
    kelurahan: Any = None,
    wilayah: Mapping[str, Any] | None = None,
    izinkan_jaringan: bool = False,
) -> Banding:
    """Compare two decrees by their ground: dilepas (only in the old), tetap (in both), baru (only in the new).

    Parameters
    ----------
    resep
        A recipe with the table ``[banding]``: a TOML file, or a `Recipe`. Or say its tables as keywords:
    sk_lama, sk_baru
        Slums of the old and the new decree: path, GeoDataFrame, or a table with ``file`` and how to read it.
    kelurahan
        Boundaries that both decrees are laid on.
    wilayah
        Title and region.
    izinkan_jaringan
        Whether inputs that are not on this machine may be reached for.

    Returns
    -------
        Tables in hectares (planar UTM and geodesic), ground and findings.

    Raises
    ------
    RecipeError
        When a key or value does not exist, or no two decrees are named.
    InputError
        When a file is refused.
    ConservationError
        When sums do not close.

    Notes
    -----
    In every row tetap + dilepas is the old decree and tetap + baru the new one.

    Examples
    --------
    >>> import petakumuh
    >>> from shapely import box
    >>> x, y = 350_000, 9_230_000
    >>> town = GeoDataFrame({"nama": ["Tirta"]}, geometry=[box(x, y, x + 400, y + 400)], crs=32749)
    >>> old = GeoDataFrame({"nama": ["A"]}, geometry=[box(x, y, x + 200, y + 100)], crs=32749)
    >>> new = GeoDataFrame({"nama": ["A"]}, geometry=[box(x + 150, y, x + 300, y + 100)], crs=32749)
    >>> hectares = petakumuh.banding(sk_lama=old, sk_baru=new, kelurahan=town).table("total")
    >>> hectares[["dilepas_ha", "tetap_ha", "baru_ha"]].round(6).values.tolist()
    [[1.5, 0.5, 1.0]]
    """
    said = {"sk_lama": sk_lama, "sk_baru": sk_baru}
    if resep is not None and any(one is not None for one in (sk_lama, sk_baru, kelurahan, wilayah)):
        raise RecipeError("panggilan_dua")
    keywords = {"banding": said, "kelurahan": kelurahan, "wilayah": wilayah}
    order = resep if isinstance(resep, Recipe) else recipe.load(resep) if resep else recipe.from_tables(keywords)
    if order.banding is None:
        raise RecipeError("tabel_wajib", tabel="banding")
    return _compared(order, order.banding, network=izinkan_jaringan)


def _compared(order: Recipe, decrees: Decrees, *, network: bool) -> Banding:
    sources = {"lama": decrees.sk_lama, "baru": decrees.sk_baru}
    boundaries = order.kelurahan
    with bar("baca", 3) as step:
        areas, of_areas, areas_file = read_layer(
            order.kelurahan, "kelurahan", region=order.wilayah, network=network
        )
        step(1)
        read = {}
        for which, source in sources.items():
            read[which] = read_layer(source, "kumuh", region=order.wilayah, network=network)
            step(1)
    alias = recipe.aliases(boundaries.alias, boundaries.folder)
    checked: dict[str, Checked] = {}
    with bar("periksa", 2) as step:
        for which, (rows, _, _) in read.items():
            checked[which] = check(rows, areas, [], alias=alias)
            step(1)
    cut = {}
    for which, one in checked.items():
        with bar("potong", None) as step:
            cut[which] = shaped([zone for zone in one.zones if len(zone.kumuh)], by=(), done=step)
    with bar("banding", len(cut["lama"].pieces)) as step:
        parts = compare(cut["lama"], cut["baru"], done=step)
    named = {which: units(_attributes(one, "kumuh")) for which, one in checked.items()}
    found = tables(parts, named["lama"], named["baru"], _attributes(checked["lama"], "kelurahan"))
    inputs: list[InputFile] = []
    for which, (rows, _, file) in read.items():
        files = (file, areas_file) if which == "lama" else (file,)
        layers = (rows, areas) if which == "lama" else (rows,)
        inputs += accounted(files, layers, checked[which].layers(), checked[which].findings)
    inputs += alias_files(order)
    told = {which: [*read[which][1], *checked[which].findings] for which in read}
    return Banding(
        recipe=order,
        decrees=decrees,
        ground=ground(parts, found["kelurahan"]),
        findings=_findings(told, [*of_areas, *remarks(parts, found["unit"])]),
        tables=found,
        zones=tuple(dict.fromkeys(int(epsg) for epsg in parts["zona"])),
        inputs=tuple(inputs),
        versions=versions(),
    )


def _attributes(checked: Checked, role: Role) -> DataFrame:
    """Give the attributes of one layer of all zones."""
    layers = [pd.DataFrame(rows.drop(columns="geometry")) for name, rows in checked.layers() if name == role]
    return pd.concat(layers, ignore_index=True)


def _findings(told: Mapping[str, Sequence[Finding]], common: Sequence[Finding]) -> GeoDataFrame:
    """Lay findings out with the decree they are about; what is wrong with the boundaries is told once."""
    of_areas = [one for one in told["lama"] if one.layer == "kelurahan"]
    frames = [findings.frame([*common, *of_areas]).assign(sk="")]
    for which, found in told.items():
        frames.append(findings.frame(one for one in found if one.layer != "kelurahan").assign(sk=which))
    return GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=frames[0].crs)
