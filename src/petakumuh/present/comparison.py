"""Two decrees compared, as files: JSON for programs, CSV for planners, the ground as layers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from petakumuh import findings, recipe
from petakumuh.measure import zone_name
from petakumuh.model import COMPARED_AREAS, COMPARED_KINDS, NONE
from petakumuh.present.files import write_together
from petakumuh.present.tables import (
    account_of,
    aligned,
    cell,
    csv_text,
    finding_rows,
    json_text,
    records,
    write_text,
)
from petakumuh.present.vector import geojson, geopackage
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from petakumuh.model import Comparison

__all__ = ["classes_text", "comparison", "comparison_text", "files", "write_comparison"]

_UNIT = ("keadaan", "unit_lama", "unit_baru", "id_lama", "id_baru", "tingkat_lama", "tingkat_baru")
_SHOWN = COMPARED_AREAS[:5]


def write_comparison(
    done: Comparison, folder: Path, *, bahasa: Language = "id", overwrite: bool = False
) -> list[Path]:
    """Write two decrees compared into a folder.

    Raises
    ------
    OutputError
        See `petakumuh.present.files.write_together`.
    """
    return write_together(files(done, bahasa), folder, inputs=recipe.input_paths(done.recipe), overwrite=overwrite)


def files(done: Comparison, language: Language = "id") -> dict[str, Callable[[Path], None]]:
    """List the files of two decrees compared: name -> what writes it to a path."""
    about = {"dasar": _measured(done, language), "batas_kelurahan": _boundaries(done)}
    ground = {jenis: done.ground[done.ground["jenis"] == jenis] for jenis in COMPARED_KINDS}
    return {
        "banding.csv": partial(write_text, csv_text(_rows(done, language))),
        "banding_temuan.csv": partial(
            write_text, csv_text(finding_rows(done.findings, _measured(done, language), language))
        ),
        "banding_tingkat.csv": partial(write_text, csv_text(_class_rows(done, language))),
        "banding.json": partial(write_text, json_text(comparison(done))),
        "banding.geojson": lambda path: geojson(done.ground, path, about, layer="banding"),
        "banding.gpkg": lambda path: geopackage(ground, path, about),
    }


def comparison(done: Comparison) -> dict[str, Any]:
    """Lay two decrees compared out for programs: unrounded, the keys the same in every language."""
    found: dict[str, Any] = records(done.tables["total"])[0]
    found |= {name: records(done.tables[name]) for name in ("kelurahan", "unit", "tingkat")}
    found["temuan"] = findings.counts(done.findings)
    found["basis"] = {
        "dasar": "utm",
        "zona": [zone_name(epsg) for epsg in done.zones],
        "epsg": list(done.zones),
        "keterangan": _measured(done, "id"),
        "batas_kelurahan": {"sumber": done.recipe.kelurahan.sumber, "edisi": done.recipe.kelurahan.edisi},
    }
    found["resep"] = recipe.as_tables(done.recipe)
    found["masukan"] = [account_of(one) for one in done.inputs]
    found["versi"] = dict(done.versions)
    return found


def comparison_text(done: Comparison, language: Language = "id") -> str:
    """Write the hectares per kelurahan with their total for a terminal."""
    head = [say(f"kolom.{name}", language) for name in ("nama", *_SHOWN)]
    rows = [*records(done.tables["kelurahan"]), {"nama": "TOTAL"} | records(done.tables["total"])[0]]
    cells = [[row["nama"], *(number(row[name], language=language) for name in _SHOWN)] for row in rows]
    return aligned([head, *cells])


def classes_text(done: Comparison, language: Language = "id") -> str:
    """Write how slum ground went from class to class for a terminal: old classes down, new ones across.

    Empty where neither decree says a class.
    """
    head, *rows = _class_matrix(done, language)
    if not rows:
        return ""
    cells = [[name, *(number(value, language=language) for value in values)] for name, *values in rows]
    return "\n".join([say("banding.tingkat", language), "", aligned([head, *cells])])


def _class_matrix(done: Comparison, language: Language) -> list[list[Any]]:
    """Lay hectares out with old classes down and new ones across, sums at the ends; the last row is the sum."""
    table = done.tables["tingkat"]
    if table.empty:
        return [[]]
    matrix = table.pivot_table(
        index="tingkat_lama", columns="tingkat_baru", values="luas_ha", sort=False, fill_value=0.0
    )
    total = say("banding.jumlah", language)
    matrix[total] = matrix.sum(axis=1)
    matrix.loc[total] = matrix.sum()
    named = {NONE: say("banding.tidak_ada", language)}
    head = [say("banding.lama_baru", language), *(named.get(one, one) for one in matrix.columns)]
    return [
        head,
        *(
            [named.get(str(one), one), *row]
            for one, row in zip(matrix.index, matrix.to_numpy().tolist(), strict=True)
        ),
    ]


def _class_rows(done: Comparison, language: Language) -> Iterable[list[object]]:
    """Lay the same out for programs and sheets: one row per pair of classes, with its units."""
    table = done.tables["tingkat"]
    yield [*(str(name) for name in table.columns), "dasar"]
    for row in table.to_dict("records"):
        yield [*(cell(value, language) for value in row.values()), _measured(done, language)]


def _measured(done: Comparison, language: Language) -> str:
    return say("basis.banding", language, zona=", ".join(zone_name(epsg, language) for epsg in done.zones))


def _boundaries(done: Comparison) -> str:
    source = done.recipe.kelurahan
    return " ".join(one for one in (source.sumber, source.edisi) if one) or "–"


def _rows(done: Comparison, language: Language) -> Iterable[list[object]]:
    measured = _measured(done, language)
    yield ["tingkat_wilayah", "kode", "nama", "kecamatan", *_UNIT, *COMPARED_AREAS, "dasar"]
    for level in ("total", "kelurahan", "unit"):
        for row in done.tables[level].to_dict("records"):
            code = row.get("kode", row.get("kelurahan_lama") or row.get("kelurahan_baru", ""))
            name = row.get("nama", row.get("unit_lama") or row.get("unit_baru", "TOTAL"))
            yield [
                say(f"tingkat_wilayah.{level}", language),
                code,
                name,
                row.get("kecamatan", ""),
                *(row.get(one, "") for one in _UNIT),
                *(cell(row[one], language) for one in COMPARED_AREAS),
                measured,
            ]
