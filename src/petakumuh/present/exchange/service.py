"""A configuration of pygeoapi, so that a server gives the layers out by OGC API Features."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from petakumuh.measure import LONLAT
from petakumuh.present.exchange.columns import inert
from petakumuh.present.imprint import title
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from petakumuh.model import Result
    from petakumuh.present.exchange.metadata import Record

__all__ = ["write"]

_PACKAGE = "../satu_peta.gpkg"
_PRIVATE = "temuan"
"""Not for others to see; and pygeoapi gives out nothing of a layer in which a feature has no place."""
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_HERE = "http://localhost:5000"
_UNSAID = "–"
"""pygeoapi does not begin without licence and terms; whoever gives the layers out has to say them."""
_TILES = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
_BARE = re.compile(r"[a-z][a-z0-9_-]*")


def write(run: Result, told: Mapping[str, Record], path: Path, language: Language) -> None:
    """Write the configuration; its paths are relative to the folder in which it stands."""
    lines = [f"# {line}" for line in say("tukar.pygeoapi", language).splitlines()]
    lines += _yaml({"server": _server(language), "logging": {"level": "ERROR"}} | _content(run, told, language))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _server(language: Language) -> dict[str, Any]:
    return {
        "bind": {"host": "127.0.0.1", "port": 5000},
        "url": _HERE,
        "mimetype": "application/json; charset=UTF-8",
        "encoding": "utf-8",
        "languages": ["id-ID", "en-US"] if language == "id" else ["en-US", "id-ID"],
        "limits": {"default_items": 100, "max_items": 10_000},
        "map": {"url": _TILES, "attribution": "© OpenStreetMap"},
    }


def _content(run: Result, told: Mapping[str, Record], language: Language) -> dict[str, Any]:
    """Say whose service it is, and what it gives out."""
    kop = run.recipe.kop
    owner = kop.dinas or kop.pemda or run.recipe.wilayah.penyusun or _UNSAID
    identification = {
        "title": title(run, language),
        "description": next(iter(told.values())).basis,
        "keywords": list(next(iter(told.values())).keywords),
        "keywords_type": "theme",
        "terms_of_service": _UNSAID,
        "url": _HERE,
    }
    return {
        "metadata": {
            "identification": identification,
            "license": {"name": _UNSAID, "url": _HERE},
            "provider": {"name": owner},
            "contact": {"name": owner},
        },
        "resources": {name: _collection(name, one) for name, one in told.items() if name != _PRIVATE},
    }


def _collection(name: str, one: Record) -> dict[str, Any]:
    stored = _CRS84 if one.epsg == int(LONLAT.partition(":")[2]) else _crs(one.epsg)
    return {
        "type": "collection",
        "title": one.title,
        "description": one.abstract,
        "keywords": list(one.keywords),
        "extents": {"spatial": {"bbox": list(one.extent or (-180.0, -90.0, 180.0, 90.0)), "crs": _CRS84}},
        "providers": [
            {
                "type": "feature",
                "name": "OGR",
                "data": {"source_type": "GPKG", "source": _PACKAGE, "source_capabilities": {"paging": True}},
                "id_field": "fid",
                "layer": name,
                "crs": list(dict.fromkeys([_CRS84, _crs(4326), stored])),
                "storage_crs": stored,
            }
        ],
    }


def _crs(epsg: int) -> str:
    return f"http://www.opengis.net/def/crs/EPSG/0/{epsg}"


def _yaml(value: Any, depth: int = 0) -> Iterator[str]:
    """Write tables and lists as YAML; every text in quotes, so that none is read as anything else."""
    before = "  " * depth
    entries = value.items() if isinstance(value, dict) else ((None, one) for one in value)
    for key, one in entries:
        head = (
            "-"
            if key is None
            else f"{key if _BARE.fullmatch(key) else json.dumps(inert(key), ensure_ascii=False)}:"
        )
        if isinstance(one, dict | list) and one:
            inner = list(_yaml(one, depth + 1))
            if key is None:  # a list's item begins on the line of its dash
                yield f"{before}- {inner[0].lstrip()}"
                yield from inner[1:]
            else:
                yield f"{before}{head}"
                yield from inner
        else:
            plain = inert(one) if isinstance(one, str) else one
            yield f"{before}{head} {json.dumps(plain, ensure_ascii=False)}"
