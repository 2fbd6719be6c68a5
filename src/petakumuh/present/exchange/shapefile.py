"""Layers as shapefiles in one archive, for programs that read nothing else: names are short, texts too."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyogrio
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from petakumuh.present.exchange.columns import short_names
from petakumuh.present.exchange.vector import geometry_kind
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from petakumuh.present.exchange.columns import Portable

__all__ = ["write"]

_LONGEST_TEXT = 254
"""Bytes of a text in a DBF."""
_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that an archive can say; stands for the time of writing."""


def write(layers: Mapping[str, Portable], path: Path, language: Language) -> None:
    """Write every layer into an archive, with a text that says what each short name stands for."""
    told = [say("tukar.shapefile", language), ""]
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        for name, one in layers.items():
            told += _layer(one.rows, Path(folder), name, language)
        (Path(folder) / "BACA.txt").write_text("\r\n".join(told), encoding="utf-8", newline="")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(Path(folder).iterdir()):
                archive.writestr(zipfile.ZipInfo(file.name, _DATE), file.read_bytes(), zipfile.ZIP_DEFLATED)


def _layer(rows: GeoDataFrame, folder: Path, name: str, language: Language) -> list[str]:
    """Write one layer, and give the lines that explain it."""
    names = short_names(rows.columns.drop("geometry"))
    lines = [f"{name}.shp"]
    cut = rows.copy()
    for column, short in names.items():
        lost = 0
        if is_bool_dtype(cut[column]):
            cut[column] = cut[column].astype("int32")
        elif not is_numeric_dtype(cut[column]):
            kept = cut[column].map(_fitting, na_action="ignore")
            lost = int((kept != cut[column])[cut[column].notna()].sum())
            cut[column] = kept
        shortened = say("tukar.dipotong", language, jumlah=lost) if lost else ""
        lines.append(f"  {short:<10}  {column}{shortened}")
    pyogrio.write_dataframe(
        cut.rename(columns=names),
        folder / f"{name}.shp",
        driver="ESRI Shapefile",
        geometry_type="Point" if name == "temuan" else "Polygon",
        promote_to_multi=geometry_kind(name) == "MultiPolygon",
        encoding="UTF-8",
        DBF_DATE_LAST_UPDATE="2000-01-01",
    )
    return [*lines, ""]


def _fitting(text: object) -> str:
    """Cut a text to what a DBF holds, between two letters."""
    return str(text).encode("utf-8", "replace")[:_LONGEST_TEXT].decode("utf-8", "ignore")
