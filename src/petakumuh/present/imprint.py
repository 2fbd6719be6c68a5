"""What every output says of itself alike: what it is called, of which region, made from which files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petakumuh.model import EMPTY, OUTSIDE
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from petakumuh.model import Result, Role

__all__ = ["dated", "region", "sources", "title"]


def title(run: Result, language: Language = "id") -> str:
    """Give the title of the outputs: as the recipe says, else in general words."""
    return run.recipe.wilayah.judul or say("peta.judul", language)


def region(run: Result) -> str:
    """Name kabupaten/kota and province: as the recipe does, else as the boundaries, where they are of one.

    Examples
    --------
    >>> import petakumuh
    >>> from geopandas import GeoDataFrame
    >>> from shapely import box
    >>> x, y = 350_000, 9_230_000
    >>> told = {"nama": ["Tirta"], "kabupaten_kota": ["Kota Uji"], "provinsi": ["Uji"]}
    >>> town = GeoDataFrame(told, geometry=[box(x, y, x + 400, y + 400)], crs=32749)
    >>> slum = GeoDataFrame({"nama": ["A"]}, geometry=[box(x, y, x + 200, y + 100)], crs=32749)
    >>> region(petakumuh.run(kumuh=slum, kelurahan=town))
    'Kota Uji, Uji'
    >>> region(petakumuh.run(kumuh=slum, kelurahan=town, wilayah={"kabupaten_kota": "KOTA UJI"}))
    'KOTA UJI, Uji'
    """
    said = run.recipe.wilayah
    names: list[str] = []
    for level, own in (("kabupaten_kota", said.kabupaten_kota), ("provinsi", said.provinsi)):
        table = run.tables[level]
        inside = table[table["kode"] != OUTSIDE]
        # What no file names is called by its code.
        found = [one for one in inside["nama"] if one != EMPTY and not one.replace(".", "").isdigit()]
        names.append(own or (found[0] if len(inside) == len(found) == 1 else ""))
    return ", ".join(one for one in names if one)


def sources(run: Result, language: Language = "id") -> list[str]:
    """Say in a line each where slums, boundaries and works came from: files, decree, edition."""
    slums, edges = run.recipe.kumuh, run.recipe.kelurahan
    decree = f", {slums.sk}" if slums.sk else ""
    edition = f", {edges.edisi}" if edges.edisi else ""
    return [
        say("peta.sumber_kumuh", language, file=_files(run, "kumuh"), sk=decree),
        say("peta.sumber_kelurahan", language, sumber=edges.sumber or _files(run, "kelurahan"), edisi=edition),
        say("peta.sumber_penanganan", language, file=_files(run, "penanganan")),
    ]


def _files(run: Result, role: Role) -> str:
    return ", ".join(one.name for one in run.inputs if one.role == role) or "–"


def dated(run: Result, language: Language = "id") -> list[str]:
    """Say the number of the document and the date of the data, as far as the letterhead does."""
    told = run.recipe.kop
    lines = {"nomor": told.nomor, "tanggal": told.tanggal}
    return [say(f"lembar.{name}", language, isi=one) for name, one in lines.items() if one]
