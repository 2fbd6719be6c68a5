"""The style of the programme's layer (KOTAKU): slums by the class that its own columns say, in the one legend."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from petakumuh.present.layers import NO_SCORE
from petakumuh.present.legend import Theme
from petakumuh.present.qgis.package import Style, write_styles
from petakumuh.present.qgis.qml import qml
from petakumuh.present.qgis.renderer import PROGRAMME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame

    from petakumuh.present.legend import Look
    from petakumuh.text import Language

__all__ = ["dress_programme"]


def dress_programme(path: Path, named: Mapping[str, GeoDataFrame], scores: Theme, language: Language) -> None:
    """Write the styles of the programme's layer into its GeoPackage.

    Parameters
    ----------
    path
        The GeoPackage.
    named
        Its layer, by name.
    scores
        The classes of score of the legend, all of them.
    language
        Of the tips.
    """
    styles = []
    for table, rows in named.items():
        for at, column in enumerate(PROGRAMME):
            theme = _theme(column, rows, scores)
            drawn = qml(theme, rows, language)
            styles.append(Style(table=table, name=column, qml=drawn, description=theme.title, default=not at))
    with closing(sqlite3.connect(path)) as base, base:
        write_styles(base, styles)


def _theme(column: str, rows: GeoDataFrame, scores: Theme) -> Theme:
    """Paint the words that a column has; those that are no class of the legend, as a layer of others may say."""
    said = set(rows[column].fillna("").astype(str).str.strip().str.upper())
    blank = scores.classes[NO_SCORE]
    looks = {look.label.upper(): look for look in scores.classes.values() if look is not blank}
    classes: dict[str, Look] = {key: look for key, look in looks.items() if key in said}
    classes |= {key: replace(blank, label=key) for key in sorted(said - {""}) if key not in looks}
    return Theme(
        name=column,
        layer="kotaku",
        column=column,
        title=f"{scores.title} ({column})",
        classes=classes | {"": blank},
    )
