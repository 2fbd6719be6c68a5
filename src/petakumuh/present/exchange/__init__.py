"""What a run gives to other programs and offices: layers in open formats with their metadata, and what is for all.

Everything lies in one folder (``tukar``); only what may be shared with everybody lies in its own (``bagi``), so
that nobody gives away the wrong one.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from petakumuh.present.exchange import iso, kml, metadata, service, shapefile, sharing, vector
from petakumuh.present.exchange.columns import portable
from petakumuh.present.layers import about, layers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from petakumuh.model import Result
    from petakumuh.present.exchange.columns import Portable
    from petakumuh.text import Language

__all__ = ["FOLDER", "files"]

FOLDER = "tukar"


def files(run: Result, language: Language) -> dict[str, Callable[[Path], None]]:
    """List the files for exchange: name -> what writes it to a path."""

    @cache
    def laid() -> dict[str, Portable]:
        return {name: portable(rows) for name, rows in layers(run, language).items()}

    @cache
    def told() -> dict[str, metadata.Record]:
        return metadata.records(run, laid(), language)

    @cache
    def said() -> dict[str, str]:
        return about(run, language)

    def parquet(name: str, path: Path) -> None:
        vector.geoparquet(laid()[name].rows, path, said())

    def flat(name: str, path: Path) -> None:
        vector.flatgeobuf(laid()[name].rows, path, told()[name])

    def xml(name: str, path: Path) -> None:
        path.write_bytes(iso.document(told()[name]))

    def record(name: str, path: Path) -> None:
        metadata.write_json(told()[name], path)

    made: dict[str, Callable[[Path], None]] = {}
    names = ["kumuh", "kelurahan", "penanganan", "bidang", "temuan", *([] if run.skor is None else ["skor"])]
    for name in names:
        made |= {
            f"{name}.parquet": partial(parquet, name),
            f"{name}.fgb": partial(flat, name),
            f"{name}.metadata.xml": partial(xml, name),
            f"{name}.metadata.json": partial(record, name),
        }
    made["satu_peta.kml"] = lambda path: kml.write(run, path, language)
    made["pygeoapi.yml"] = lambda path: service.write(run, told(), path, language)
    if "shapefile" in run.recipe.keluaran.tambahan:
        made["shapefile.zip"] = lambda path: shapefile.write(laid(), path, language)
    return {f"{FOLDER}/{name}": write for name, write in made.items()} | sharing.files(run, language)
