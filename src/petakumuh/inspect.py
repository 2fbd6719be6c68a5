"""What a file is, before a run: layers, rows, CRS, columns, and what `petakumuh.check` finds in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from petakumuh import findings, recipe
from petakumuh.catalog import column_names
from petakumuh.check import check, check_alone, worded
from petakumuh.errors import InputError
from petakumuh.measure import zone_name
from petakumuh.model import STATUSES, Recipe, Region, Role, Source
from petakumuh.read import pick_layers, read_layers
from petakumuh.read.columns import named
from petakumuh.read.vector import open_file
from petakumuh.text import Language, say
from petakumuh.text.codes import match_key

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

    from petakumuh.findings import Finding

__all__ = ["LayerSheet", "Sheet", "periksa"]

_OURS = {"geometry", "lapisan", "baris", "masalah"}


@dataclass(frozen=True)
class LayerSheet:
    """One layer: what it holds and, where its place is known, how many hectares."""

    name: str
    rows: int
    kinds: str
    crs: str | None
    columns: tuple[str, ...]
    epsg: int | None = None
    luas_ha: float | None = None
    luas_geodesik_ha: float | None = None
    refused: InputError | None = None


@dataclass(frozen=True)
class Sheet:
    """One file or recipe: its layers and its findings."""

    name: str
    layers: tuple[LayerSheet, ...]
    findings: GeoDataFrame

    @property
    def grave(self) -> bool:
        """Whether a figure may be wrong until somebody looks."""
        return findings.grave(self.findings)

    @property
    def refused(self) -> bool:
        """Whether a layer would be refused in a run."""
        return any(one.refused for one in self.layers)

    def as_text(self, language: Language = "id") -> str:
        """Write the sheet for a terminal."""
        rows = sum(one.rows for one in self.layers)
        lines = [say("cli.periksa_berkas", language, file=self.name, lapisan=len(self.layers), baris=rows)]
        for one in self.layers:
            crs = one.crs or say("cli.tanpa_crs", language)
            lines.append(
                say("cli.periksa_lapisan", language, nama=one.name, baris=one.rows, jenis=one.kinds, crs=crs)
            )
            lines.append(say("cli.periksa_kolom", language, kolom=", ".join(one.columns) or "–"))
            if one.epsg is not None:
                lines.append(
                    say(
                        "cli.periksa_luas",
                        language,
                        planar=one.luas_ha,
                        geodesik=one.luas_geodesik_ha,
                        zona=zone_name(one.epsg),
                    )
                )
            if one.refused:
                lines.append(f"    [{say('keparahan.galat', language)}] {one.refused.message(language)}")
        told = findings.with_messages(self.findings, language)
        lines += [
            f"    [{say(f'keparahan.{severity}', language)}] {message}"
            for severity, message in zip(told["keparahan"], told["pesan"], strict=True)
        ]
        if not len(told) and not any(one.refused for one in self.layers):
            lines.append(say("cli.periksa_bersih", language))
        return "\n".join(lines)

    def as_json(self, language: Language = "id") -> dict[str, Any]:
        """Lay the sheet out for programs."""
        told = findings.with_messages(self.findings, language).drop(columns="geometry")
        return {
            "berkas": self.name,
            "lapisan": [
                {
                    "nama": one.name,
                    "objek": one.rows,
                    "jenis": one.kinds,
                    "crs": one.crs,
                    "kolom": list(one.columns),
                    "epsg": one.epsg,
                    "luas_ha": one.luas_ha,
                    "luas_geodesik_ha": one.luas_geodesik_ha,
                    "ditolak": one.refused.message(language) if one.refused else None,
                }
                for one in self.layers
            ],
            "temuan": told.astype(object).where(told.notna(), None).to_dict("records"),
        }


def periksa(file: str | Path) -> Sheet:
    """Look at a vector file, or at all files of a recipe, without computing a run.

    Parameters
    ----------
    file
        A file (``FILE|layername=PATTERN`` picks layers) or a recipe.

    Raises
    ------
    InputError, RecipeError
        When it cannot be read at all.
    """
    if str(file).lower().endswith(".toml"):
        return _recipe_sheet(str(file), recipe.load(file))
    source = recipe.source(file)
    path = source.path
    layers = open_file(path)
    names = pick_layers(layers, source.lapisan, path.name) if source.lapisan else list(layers)
    sheets: list[LayerSheet] = []
    found: list[Finding] = []
    for name in names:
        one, more = _layer_sheet(name, layers[name].assign(lapisan=name), path.name)
        sheets.append(one)
        found += more
    return Sheet(str(file), tuple(sheets), findings.frame(found))


def _recipe_sheet(name: str, order: Recipe) -> Sheet:
    files = read_layers(order)
    checked = check(
        files.kumuh,
        files.kelurahan,
        files.penanganan,
        status_tertangani=order.hitung.status_tertangani,
        tahun_dasar=order.kumuh.tahun_dasar,
    )
    sheets = [
        LayerSheet(
            f"{one.role}: {one.name}", one.rows, _kinds(rows), rows.crs.to_string() if rows.crs else None, ()
        )
        for one, rows in zip(files.inputs, (files.kumuh, files.kelurahan, *files.penanganan), strict=True)
    ]
    return Sheet(name, tuple(sheets), findings.frame([*files.findings, *checked.findings]))


def _layer_sheet(name: str, rows: GeoDataFrame, file: str) -> tuple[LayerSheet, list[Finding]]:
    kinds = _kinds(rows)
    columns = tuple(str(one) for one in rows.columns if one not in _OURS)
    crs = rows.crs.to_string() if rows.crs else None
    role = _role(rows)
    layer, found = named(rows, Source(file=file), role, file, Region())
    if role == "penanganan":
        layer = layer.assign(lebar_m=1.0, radius_m=1.0)
        found = worded(layer, handled=STATUSES, base_year=None)[1]
    try:
        alone = check_alone(layer, role)
    except InputError as error:
        return LayerSheet(name, len(rows), kinds, crs, columns, refused=error), found
    ground = (alone.epsg, alone.luas_ha, alone.luas_geodesik_ha) if role != "penanganan" else (None, None, None)
    return LayerSheet(name, len(rows), kinds, crs, columns, *ground), [*found, *alone.findings]


def _kinds(rows: GeoDataFrame) -> str:
    counts = pd.Series(rows.geom_type).fillna("–").value_counts().sort_index()
    return ", ".join(f"{kind} {n}" for kind, n in counts.items())


def _role(rows: GeoDataFrame) -> Role:
    """Guess what a layer is, to say its findings in the right words: no polygons, works; codes, kelurahan."""
    if not (shapely.get_dimensions(rows.geometry.array) == 2).any():  # noqa: PLR2004 - areal
        return "penanganan"
    there = {match_key(str(name)) for name in rows.columns}
    slum, town = column_names("kumuh"), column_names("kelurahan")
    own = {*slum["id"], *slum["luas_sk_ha"], *slum["tingkat"]} - {"id", "objectid", "fid", "luas_ha"}
    if there & {match_key(name) for name in own}:
        return "kumuh"
    return "kelurahan" if there & {match_key(name) for name in (*town["kode"], "wadmkd")} else "kumuh"
