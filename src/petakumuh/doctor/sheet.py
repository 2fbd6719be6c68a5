"""The sheet of a checked file: its facts, its account of rows, its findings; for people and for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from petakumuh import findings
from petakumuh.doctor.steps import steps
from petakumuh.doctor.terminal import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from petakumuh.check import Coverage
    from petakumuh.errors import InputError
    from petakumuh.model import Role
    from petakumuh.text import Language

__all__ = ["FileFacts", "LayerSheet", "Sheet"]


@dataclass(frozen=True)
class FileFacts:
    """What a file is.

    Attributes
    ----------
    kind
        Key of its name in ``text/messages.toml``, table ``jenis_berkas``.
    size, sha256
        Bytes (None: not known, as of a database) and hash of all its parts.
    parts
        Names of the files that it is made of, where there are several.
    inside
        What was read in an archive or folder.
    bare
        How many layers and folders hold no feature of their own.
    """

    kind: str
    size: int | None = None
    sha256: str = ""
    parts: tuple[str, ...] = ()
    inside: str = ""
    bare: int = 0


@dataclass(frozen=True)
class LayerSheet:
    """One layer: what it holds, its account of rows, and where its place is known, how many hectares.

    Attributes
    ----------
    name, role
        As the file calls it; the role whose words its findings are said in.
    rows, repaired, excluded
        The account: rows in the file, mended, left out; the others are used as they are.
    kinds
        Kind of geometry -> how many.
    crs, columns
        As the file declares them; of a recipe's layer the columns of ours that have values.
    place
        Longitude and latitude of its middle.
    zones, luas_ha, luas_geodesik_ha
        The UTM zones that fit, and the sum of hectares, row by row, in them and on the ellipsoid.
    source, edition
        Of boundaries: as the recipe says, else the schema that was recognised.
    coverage
        Of boundaries: overlaps, gaps, written hectares.
    refused
        Why a run would refuse the layer.
    """

    name: str
    role: Role
    rows: int
    kinds: Mapping[str, int]
    crs: str | None
    columns: tuple[str, ...]
    repaired: int = 0
    excluded: int = 0
    place: tuple[float, float] | None = None
    zones: tuple[int, ...] = ()
    luas_ha: float | None = None
    luas_geodesik_ha: float | None = None
    source: str = ""
    edition: str = ""
    coverage: Coverage | None = None
    refused: InputError | None = None

    @property
    def used(self) -> int:
        """Rows used as they are; none of a layer that is refused."""
        return 0 if self.refused else self.rows - self.repaired - self.excluded

    @property
    def is_table(self) -> bool:
        """Whether no row has a geometry, and none is expected."""
        return self.crs is None and set(self.kinds) <= {"–"} and self.refused is None


@dataclass(frozen=True)
class Sheet:
    """One file or recipe: what it is, its layers, its findings.

    Attributes
    ----------
    name
        As the user called it.
    file
        What it is.
    layers
        In the order of the file.
    findings
        As `petakumuh.findings.frame`; ``rincian`` names the layer (``sublapisan``).
    """

    name: str
    file: FileFacts
    layers: tuple[LayerSheet, ...]
    findings: GeoDataFrame

    @property
    def sha256(self) -> str:
        """Hash of the file."""
        return self.file.sha256

    @property
    def grave(self) -> bool:
        """Whether a figure may be wrong until somebody looks."""
        return findings.grave(self.findings)

    @property
    def refused(self) -> bool:
        """Whether a layer would be refused in a run."""
        return any(one.refused for one in self.layers)

    def as_text(self, language: Language = "id") -> str:
        """Write the sheet for a terminal: what it is, where, its account, what is wrong, what to do next."""
        return text(self, language)

    def as_json(self, language: Language = "id") -> dict[str, Any]:
        """Lay the whole sheet out for programs: every finding, overlap and gap, unrounded."""
        return {
            "berkas": self.name,
            "jenis": self.file.kind,
            "ukuran_bita": self.file.size,
            "sha256": self.file.sha256,
            "bagian": list(self.file.parts),
            "di_dalam": self.file.inside,
            "lapisan_kosong": self.file.bare,
            "lapisan": [_layer_json(one, language) for one in self.layers],
            "jumlah_temuan": findings.by_severity(self.findings),
            "temuan": _findings_json(self.findings, language),
            "langkah": steps(self, language),
            "ditolak": self.refused,
        }


def _findings_json(found: GeoDataFrame, language: Language) -> list[dict[str, Any]]:
    told = findings.with_messages(found, language)
    rows = zip(told.to_dict("records"), found["rincian"], strict=True)
    return [
        {name: _plain(value) for name, value in row.items() if name != "geometry"}
        | {"rincian": json.loads(details)}
        | _place(row["geometry"])
        for row, details in rows
    ]


def _place(shape: Any) -> dict[str, float | None]:
    if shape is None or shape.is_empty:
        return {"bujur": None, "lintang": None}
    point = shapely.point_on_surface(shape)
    return {"bujur": point.x, "lintang": point.y}


def _layer_json(one: LayerSheet, language: Language) -> dict[str, Any]:
    return {
        "nama": one.name,
        "peran": one.role,
        "tabel": one.is_table,
        "objek": one.rows,
        "utuh": one.used,
        "diperbaiki": one.repaired,
        "dikecualikan": one.excluded,
        "ditolak_bersama_lapisan": one.rows if one.refused else 0,
        "jenis": dict(one.kinds),
        "crs": one.crs,
        "kolom": list(one.columns),
        "tempat": list(one.place) if one.place else None,
        "epsg": list(one.zones),
        "luas_ha": one.luas_ha,
        "luas_geodesik_ha": one.luas_geodesik_ha,
        "mutu_batas": None if one.coverage is None else _quality_json(one, one.coverage),
        "ditolak": one.refused.message(language) if one.refused else None,
    }


def _quality_json(layer: LayerSheet, found: Coverage) -> dict[str, Any]:
    thin = found.hairlines
    areas = found.areas.to_dict("records")
    return {
        "sumber": layer.source or None,
        "edisi": layer.edition or None,
        "tumpang_tindih": _ground_json(found.overlaps),
        "celah": _ground_json(found.gaps),
        "serpih_rambut": {"jumlah": len(thin), "luas_ha": float(thin["luas_ha"].sum())},
        "luas_wilayah": [{str(name): _plain(value) for name, value in row.items()} for row in areas],
    }


def _ground_json(rows: GeoDataFrame) -> dict[str, Any]:
    listed = [
        {"id": list(row["ids"]), "luas_ha": row["luas_ha"], "lebar_m": row["lebar_m"]} | _place(row["geometry"])
        for row in rows.to_dict("records")
    ]
    return {"jumlah": len(rows), "luas_ha": float(rows["luas_ha"].sum()), "daftar": listed}


def _plain(value: Any) -> Any:
    """Bring a cell to what JSON has."""
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN
