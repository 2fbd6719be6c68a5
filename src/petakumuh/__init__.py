"""Hectares of slum ground handled, each square metre once, and one map of them.

The map of the house, left to right:

``read``     files -> layers with our column names, every source row in them
``check``    layers -> layers that can be cut, and findings
``overlay``  layers -> disjoint pieces of slum ground, and which works lie on which
``account``  pieces -> every table in hectares
``compare``  the pieces of two decrees -> ground let go, kept and new (``decrees``: `banding`)
``score``    volumes, rule set -> score, class and reduction, year by year
``present``  a finished run -> GeoJSON, GeoPackage, web map, print sheet, tables

Beside them: ``recipe`` (a run said before), ``pipeline`` (the stages in a row: `run`), ``intake`` (its first two),
``scoring`` (tables in, scores out: `skor`), ``recap`` (runs joined to a province or the nation: `rekap`),
``store`` (a run on disk), ``kernel`` (areas of every set of works without geometry), ``prepared`` (checked
layers on disk for large regions: `siapkan`), ``chunks`` (parts of them as tasks of any executor), ``cutting`` and
``start`` (who cuts, and from what), ``doctor`` (what a file is and what is wrong with it, before a run: `periksa`,
`perbaiki`), ``database`` (the way into PostGIS), ``measure`` (the only place that makes hectares), ``ground`` (the
only place that cuts), ``findings``, ``catalog`` and ``text`` (knowledge and words as data), ``cli`` and its
``arguments``.

Names are loaded when they are first used: importing petakumuh loads no GIS library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from petakumuh.decrees import Banding, banding
    from petakumuh.doctor import perbaiki, periksa
    from petakumuh.errors import ConservationError, InputError, OutputError, PetakumuhError, RecipeError
    from petakumuh.pipeline import Run, buka, run
    from petakumuh.prepared import siapkan
    from petakumuh.recap import Rekap, rekap
    from petakumuh.sample import contoh
    from petakumuh.scoring import skor

_HOMES = {
    "run": "pipeline",
    "buka": "pipeline",
    "Run": "pipeline",
    "banding": "decrees",
    "Banding": "decrees",
    "rekap": "recap",
    "Rekap": "recap",
    "contoh": "sample",
    "periksa": "doctor",
    "perbaiki": "doctor",
    "siapkan": "prepared",
    "skor": "scoring",
    "ConservationError": "errors",
    "InputError": "errors",
    "OutputError": "errors",
    "PetakumuhError": "errors",
    "RecipeError": "errors",
}

__all__ = [
    "Banding",
    "ConservationError",
    "InputError",
    "OutputError",
    "PetakumuhError",
    "RecipeError",
    "Rekap",
    "Run",
    "banding",
    "buka",
    "contoh",
    "perbaiki",
    "periksa",
    "rekap",
    "run",
    "siapkan",
    "skor",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
