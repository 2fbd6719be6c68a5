"""What a planner reads of a layer's columns: names in words, numbers as they are written, tips on the map."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pandas.api.types import is_bool_dtype, is_float_dtype

from petakumuh.present.qgis.markup import literal, plain
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

__all__ = ["aliases", "decimals", "described", "escaped", "map_tip", "written"]

_DECIMALS = (("_ha", 4), ("persen_", 2), ("biaya", 0), ("_m", 2))
_TIPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "kumuh": (
        "nama",
        (
            "kumuh_id",
            "kelurahan",
            "tingkat",
            "luas_delineasi_ha",
            "luas_tertangani_ha",
            "persen_tertangani",
            "sisa_ha",
        ),
    ),
    "kelurahan": (
        "nama",
        ("kelurahan_id", "kecamatan", "luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha"),
    ),
    "bidang": ("kumuh", ("kelurahan", "tahun_pertama", "jumlah_sektor", "luas_ha")),
    "penanganan": (
        "nama",
        ("penanganan_id", "sektor", "tahun", "status", "opd", "sumber_dana", "luas_di_kumuh_ha"),
    ),
    "temuan": ("pesan", ("keparahan", "berkas", "id", "luas_ha")),
    "kotaku": (
        "Kode_RTRW",
        ("Kelurahan", "skor_awal", "luas_awal", "kum_awal", "skor_akhir", "luas_akhir", "Status_akh"),
    ),
    "skor": ("nama", ("kelurahan", "rtrw", "total_awal", "tingkat_awal", "total_akhir", "tingkat_akhir")),
}
"""Layer -> what heads its tip, and the rows below."""


def aliases(rows: DataFrame, language: Language) -> dict[str, str]:
    """Name the columns of a layer in words; what has no words keeps its own name.

    Examples
    --------
    >>> import pandas
    >>> aliases(pandas.DataFrame(columns=["sisa_ha", "total_2014", "xyz", "geometry"]), "id")
    {'sisa_ha': 'Sisa (ha)', 'total_2014': 'Total nilai 2014', 'xyz': 'xyz'}
    """
    found: dict[str, str] = {}
    for name in rows.columns.drop("geometry", errors="ignore"):
        alias = plain(_alias(name, language))
        # No two columns of a layer bear one name: a GeoPackage refuses that.
        found[name] = alias if alias not in found.values() else f"{alias} ({name})"
    return found


@cache
def _alias(name: str, language: Language) -> str:
    for section in ("kolom_qgis", "kolom"):
        try:
            return say(f"{section}.{name}", language)
        except KeyError:
            continue
    stem, _, end = name.partition("_")
    if stem in ("total", "tingkat") and end:
        return f"{say(f'kolom.{stem}', language)} {end.replace('_', ' ')}"
    return name


def decimals(name: str) -> int:
    """Say how many decimals a column of numbers is shown with: hectares 4, per cent 2.

    Examples
    --------
    >>> decimals("luas_ha"), decimals("persen_sisa"), decimals("biaya"), decimals("kontribusi")
    (4, 2, 0, 4)
    """
    return next((places for mark, places in _DECIMALS if name.endswith(mark) or name.startswith(mark)), 4)


def described(parent: ET.Element, rows: DataFrame, language: Language) -> None:
    """Write how the values of a layer's columns are shown, and what the columns are called."""
    names = aliases(rows, language)
    shown = ET.SubElement(parent, "fieldConfiguration")
    for name in names:
        kind, settings = _widget(rows, name, language)
        field = ET.SubElement(shown, "field", name=name, configurationFlags="None")
        config = ET.SubElement(ET.SubElement(field, "editWidget", type=kind), "config")
        told = ET.SubElement(config, "Option", type="Map")
        for key, (of, value) in settings.items():
            ET.SubElement(told, "Option", name=key, type=of, value=value)
    called = ET.SubElement(parent, "aliases")
    for at, (name, alias) in enumerate(names.items(), 1):  # the first field of a GeoPackage is fid
        ET.SubElement(called, "alias", field=name, name=alias, index=str(at))


def _widget(rows: DataFrame, name: str, language: Language) -> tuple[str, dict[str, tuple[str, str]]]:
    if is_bool_dtype(rows[name]):
        words = {"CheckedState": say("umum.ya", language), "UncheckedState": say("umum.tidak", language)}
        shown = {"TextDisplayMethod": ("int", "1"), "AllowNullState": ("bool", "false")}
        return "CheckBox", shown | {key: ("QString", word) for key, word in words.items()}
    if is_float_dtype(rows[name]):
        return "Range", {
            "AllowNull": ("bool", "true"),
            "Precision": ("int", str(decimals(name))),
            "Style": ("QString", "SpinBox"),
        }
    return "TextEdit", {"IsMultiline": ("bool", "false"), "UseHtml": ("bool", "false")}


def written(name: str, places: int | None, language: Language) -> str:
    """Give the expression that writes a column as a planner reads it; a missing value is a dash."""
    value = f'"{name}"'
    shown = f"to_string({value})" if places is None else f"format_number({value}, {places}, {literal(language)})"
    return f"if({value} is null or to_string({value}) = '', '–', {shown})"


def escaped(expression: str) -> str:
    """Give the expression that makes words from data inert in HTML.

    Examples
    --------
    >>> print(escaped('"nama"'))
    replace(replace(replace("nama", '&', '&amp;'), '<', '&lt;'), '>', '&gt;')
    """
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        expression = f"replace({expression}, '{sign}', '{entity}')"
    return expression


def map_tip(layer: str, rows: DataFrame, language: Language) -> str:
    """Write what QGIS shows of a feature under the pointer; values are escaped as QGIS works them out."""
    head, below = _TIPS[layer]
    names = aliases(rows, language)
    lines = "".join(_line(rows, name, names[name], language) for name in below if name in rows)
    title = f"[% {escaped(written(head, None, language))} %]"
    return f'<div style="font-family:sans-serif;max-width:320px"><b>{title}</b><table>{lines}</table></div>'


def _line(rows: DataFrame, name: str, alias: str, language: Language) -> str:
    places = decimals(name) if is_float_dtype(rows[name]) else None
    shade = 'style="color:#5a6472;padding-right:8px"'
    return f"<tr><td {shade}>{alias}</td><td>[% {escaped(written(name, places, language))} %]</td></tr>"
