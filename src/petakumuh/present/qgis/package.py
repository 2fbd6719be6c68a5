"""What makes a GeoPackage open as a map: styles, names of columns and the project, written into its tables."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from petakumuh.present.clock import EPOCH
from petakumuh.present.qgis.fields import aliases
from petakumuh.present.qgis.project import NAMES, STEM
from petakumuh.present.qgis.qml import qml
from petakumuh.present.qgis.sld import sld

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame

    from petakumuh.present.legend import Theme
    from petakumuh.text import Language

__all__ = ["Style", "dress", "write_styles"]

_STYLES = """
CREATE TABLE layer_styles (
 id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
 f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
 useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)
"""
_TABLES = """
CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB);
CREATE TABLE IF NOT EXISTS gpkg_extensions (
 table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
 CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE gpkg_data_columns (
 table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
 constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
 CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
 constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
 max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
 CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
"""
_SCHEMA = "http://www.geopackage.org/spec131/#extension_schema"
_SECOND = {"jumlah_sektor"}
"""Themes of a table that has another one as its default."""


@dataclass(frozen=True, kw_only=True)
class Style:
    """A style of a table: for QGIS, and for others where there is one; the default is what QGIS opens."""

    table: str
    name: str
    qml: str
    description: str
    sld: str = ""
    default: bool = True


def dress(
    path: Path,
    named: Mapping[str, GeoDataFrame],
    themes: Mapping[str, Theme],
    packed: bytes,
    language: Language,
) -> None:
    """Write styles, names of columns and the project into a GeoPackage that holds the layers.

    Parameters
    ----------
    path
        The GeoPackage.
    named, themes
        Its layers, and how they look.
    packed
        The project, as `petakumuh.present.qgis.project.zipped` gives it.
    language
        Of everything a planner reads.
    """
    with closing(sqlite3.connect(path)) as base, base:
        for statement in _TABLES.strip().split(";\n"):
            base.execute(statement)
        write_styles(base, list(_styles(named, themes, language)))
        _columns(base, named, language)
        told = json.dumps({"last_modified_time": EPOCH, "last_modified_user": ""})
        base.execute("INSERT INTO qgis_projects VALUES (?, ?, ?)", (STEM, told, packed.hex()))


def _styles(named: Mapping[str, GeoDataFrame], themes: Mapping[str, Theme], language: Language) -> Iterator[Style]:
    for name, theme in themes.items():
        rows = named[theme.layer]
        drawn = qml(theme, rows, language, names=NAMES.get(name))
        yield Style(
            table=theme.layer,
            name=name,
            qml=drawn,
            sld=sld(theme, rows),
            default=name not in _SECOND,
            description=theme.title,
        )


def write_styles(base: sqlite3.Connection, styles: Sequence[Style]) -> None:
    """Write the table in which QGIS looks for the styles of a GeoPackage."""
    base.execute(_STYLES)
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES (?, ?, ?, ?)",
        ("layer_styles", "attributes", "layer_styles", EPOCH),
    )
    base.executemany(
        # Of catalog and schema QGIS wants the empty text, not NULL.
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
        " styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time)"
        " VALUES ('', '', ?, 'geom', ?, ?, ?, ?, ?, '', ?)",
        [(one.table, one.name, one.qml, one.sld, int(one.default), one.description, EPOCH) for one in styles],
    )


def _columns(base: sqlite3.Connection, named: Mapping[str, GeoDataFrame], language: Language) -> None:
    base.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
        [("gpkg_data_columns", _SCHEMA), ("gpkg_data_column_constraints", _SCHEMA)],
    )
    for table, rows in named.items():
        base.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)",
            [(table, column, alias, alias) for column, alias in aliases(rows, language).items()],
        )
