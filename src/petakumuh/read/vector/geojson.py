"""GeoJSON in its three habits: one document, a record a line, and the JavaScript of a qgis2web map.

Every element of ``features`` is a row, also one that is no feature: GDAL passes over those without a word, refuses
a whole file for one open ring, and takes an unknown ``crs`` for degrees.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from petakumuh.errors import InputError
from petakumuh.measure import LONLAT
from petakumuh.read.raw import BATCH_ROWS, Note
from petakumuh.read.rows import batch, cells, require_few, told
from petakumuh.read.vector.geojson_shapes import GEOMETRIES, built
from petakumuh.read.vector.jsontext import Repeated, broken, elements, parsed, require_shallow, scan, utf8

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from petakumuh.read.raw import Limits, Reading

__all__ = ["read_geojson", "read_geojsonseq", "read_qgis2web"]

_FEATURES = re.compile(rb'"features"\s*:\s*$')
_NEAR = 200
_ASSIGNMENT = re.compile(r"\s*;?\s*(?:(?:var|let|const)\s+)?([\w$.]+)\s*=\s*")
_CODE = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?(EPSG|ESRI)(?:[:/][\d.]*)?[:/](\d{4,6})",
    re.IGNORECASE,
)
_DEGREES = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:OGC:[\d.]*:|https?://www\.opengis\.net/def/crs/OGC/[\d.]+/|OGC:)?CRS:?84",
    re.IGNORECASE,
)
_RECORD = b"\x1e"


def read_geojson(path: Path, limits: Limits) -> Reading:
    """Read a GeoJSON document: a FeatureCollection, one Feature, or a bare geometry.

    Parameters
    ----------
    path, limits
        As every reader's.

    Yields
    ------
        Batches; ``baris`` is the place in ``features``, from 0. Without a ``crs`` the rows are in EPSG:4326; with
        ``"crs": null`` the file says that no one knows.

    Raises
    ------
    InputError
        When the file is no whole JSON, nests too deep, is another JSON than GeoJSON, or names a CRS that is
        not known.
    """
    data, notes = _text(path)
    yield from notes
    yield from _document(data, path.stem, path, limits)


def read_qgis2web(path: Path, limits: Limits) -> Reading:
    """Read the layers of a qgis2web page: ``var json_Kumuh_3 = {...};``, one or several. Nothing is run.

    Parameters
    ----------
    path, limits
        As every reader's.

    Yields
    ------
        A layer per variable, named by it without ``json_``; rows as those of `read_geojson`.

    Raises
    ------
    InputError
        As `read_geojson`, and when the file holds other JavaScript than such layers.
    """
    data, notes = _text(path)
    yield from notes
    spans = scan(data, limits.depth, path).outer
    if not spans:
        raise InputError("qgis2web_lain", file=path, baris=1)
    end = 0
    for start, stop in spans:
        said = _ASSIGNMENT.fullmatch(data[end:start].decode())
        if said is None:
            raise InputError("qgis2web_lain", file=path, baris=data.count(b"\n", 0, start) + 1)
        name = said[1].rpartition(".")[2].removeprefix("json_")
        yield from _document(data[start:stop], name, path, limits, named=True)
        end = stop
    if data[end:].strip(b" \t\r\n;"):
        raise InputError("qgis2web_lain", file=path, baris=data.count(b"\n", 0, end) + 1)


def read_geojsonseq(path: Path, limits: Limits) -> Reading:
    """Read a GeoJSON text sequence: a Feature a line, or records that begin with the RS sign.

    Parameters
    ----------
    path, limits
        As every reader's.

    Yields
    ------
        Batches in EPSG:4326; ``baris`` is the line that a record begins on, from 1.

    Raises
    ------
    InputError
        When a record is broken (``geojsonseq_terpotong`` where it is the last one), or nests too deep.
    """
    layer = _Layer(path.stem, LONLAT, path, limits)
    records = _records(path)
    while rows := list(islice(_features(records, path, limits), BATCH_ROWS)):
        yield from layer.batch([one for _, one in rows], [str(line) for line, _ in rows])
    yield from layer.notes()


def _text(path: Path) -> tuple[bytes, list[Note]]:
    """Read a file as UTF-8, with a note where it was in another encoding."""
    try:
        data, encoding = utf8(path.read_bytes())
    except UnicodeDecodeError as error:
        raise InputError("enkode_asing", file=path, tempat=error.start) from error
    return data, [Note("enkode_dibaca", "catatan", values={"enkode": encoding})] if encoding else []


def _document(data: bytes, name: str, path: Path, limits: Limits, *, named: bool = False) -> Reading:
    """Read one document; of a collection the features are parsed one after the other."""
    found = scan(data, limits.depth, path)
    if not found.whole:
        raise InputError("json_terpotong", file=path, baris=data.count(b"\n") + 1)
    spans = [
        (start, end)
        for start, end in found.inner
        if data[start : start + 1] == b"[" and _FEATURES.search(data[max(0, start - _NEAR) : start])
    ]
    start, end = spans[0] if len(spans) == 1 else (0, 0)
    try:
        head = parsed((data[:start] + (b"[]" if end else b"") + data[end:]).decode())
    except ValueError as error:
        raise broken(error, path, data.count(b"\n", start, end)) from error
    _require_geojson(head, path)
    if not named and isinstance(head.get("name"), str) and head["name"].strip():
        name = head["name"]
    layer = _Layer(name, _crs(head, path), path, limits)
    if head["type"] != "FeatureCollection":
        yield from layer.batch(
            [head if head["type"] == "Feature" else {"type": "Feature", "geometry": head}], ["0"]
        )
    else:
        yield from _collection(layer, data[start + 1 : end - 1].decode(), path, data.count(b"\n", 0, start))
    yield from layer.notes()


def _collection(layer: _Layer, text: str, path: Path, lines_before: int) -> Reading:
    rows, first = elements(text), 0
    while True:
        try:
            some = list(islice(rows, BATCH_ROWS))
        except ValueError as error:
            raise broken(error, path, lines_before) from error
        if some or not first:
            yield from layer.batch(some, [str(first + at) for at in range(len(some))])
        first += len(some)
        if len(some) < BATCH_ROWS:
            return


def _require_geojson(head: Any, path: Path) -> None:
    """Refuse a JSON that is none of ours, and name what it is."""
    kind = head.get("type") if isinstance(head, dict) else type(head).__name__
    if not isinstance(head, dict) or kind not in ("FeatureCollection", "Feature", *GEOMETRIES):
        raise InputError("geojson_jenis", file=path, jenis=kind)
    twice = set(getattr(head, "keys_twice", ())) & {"type", "features", "crs", "coordinates", "geometry"}
    if twice:
        raise InputError("geojson_kunci_ganda", file=path, kunci=", ".join(sorted(twice)))
    if kind == "FeatureCollection" and not isinstance(head.get("features"), list):
        raise InputError("geojson_tanpa_features", file=path, ada=", ".join(head) or "–")


def _crs(head: dict[str, Any], path: Path) -> str | None:
    """Give the CRS that a document declares; in GeoJSON degrees are longitude first, whatever the code says."""
    if "crs" not in head:
        return LONLAT
    said = head["crs"]
    if said is None:
        return None
    inside = said.get("properties") if isinstance(said, dict) else None
    name = inside.get("name", inside.get("code")) if isinstance(inside, dict) else None
    if isinstance(name, int) and said.get("type") == "EPSG":
        name = f"EPSG:{name}"
    if isinstance(name, str):
        if _DEGREES.fullmatch(name.strip()):
            return LONLAT
        code = _CODE.fullmatch(name.strip())
        if code is not None and _known(f"{code[1].upper()}:{code[2]}"):
            return f"{code[1].upper()}:{code[2]}"
    raise InputError("crs_geojson_asing", file=path, crs=name or json.dumps(said)[:_NEAR])


def _known(code: str) -> bool:
    import pyproj  # noqa: PLC0415 - only where a file names a CRS

    try:
        pyproj.CRS.from_user_input(code)
    except pyproj.exceptions.CRSError:
        return False
    return True


class _Layer:
    """What is to be noted about a layer adds up over its batches, and is said once at its end."""

    def __init__(self, name: str, crs: str | None, path: Path, limits: Limits) -> None:
        self.name, self.crs, self.path, self.limits = name, crs, path, limits
        self.high = 0
        self.wrong: dict[str, list[str]] = {}
        self.twice: dict[str, list[str]] = {}
        self.columns: dict[str, None] = {}
        self.ids: set[str] = set()
        self.ids_again: list[str] = []

    def batch(self, features: list[Any], baris: list[str]) -> Reading:
        """Make a batch of some features."""
        faults = [_fault(one) for one in features]
        shapes, masalah, perbaikan, high = built(
            [None if wrong else one.get("geometry") for one, wrong in zip(features, faults, strict=True)]
        )
        self.high += high
        self._see_ids(features, baris)
        inside = [_properties(one) for one in features]
        for row, one in zip(baris, inside, strict=True):
            if isinstance(one, Repeated):
                for name in one.keys_twice:
                    self.twice.setdefault(name, []).append(row)
        columns: dict[str, list[Any]] = {}
        names = dict.fromkeys(key for one in inside for key in one)
        require_few(names, len(features), self.path, self.limits)
        for name in names:
            columns[name], wrong = cells([one.get(name) for one in inside])
            if wrong:
                self.wrong.setdefault(name, []).extend(baris[at] for at in wrong)
        self.columns |= dict.fromkeys(columns)
        reasons = [fault or reason for fault, reason in zip(faults, masalah, strict=True)]
        yield batch(self.name, columns, shapes, baris=baris, masalah=reasons, perbaikan=perbaikan, crs=self.crs)

    def _see_ids(self, features: list[Any], baris: list[str]) -> None:
        for one, row in zip(features, baris, strict=True):
            if isinstance(one, dict) and "id" in one:
                said = json.dumps(one["id"])
                if said in self.ids:
                    self.ids_again.append(row)
                self.ids.add(said)

    def notes(self) -> Iterator[Note]:
        """Say what was seen in all batches."""
        if self.high:
            yield Note("dimensi_dibuang", "catatan", self.name, action="diperbaiki", values={"jumlah": self.high})
        for name, rows in self.wrong.items():
            values = {"kolom": name, "jumlah": len(rows)}
            yield Note("nilai_bukan_bilangan", "peringatan", self.name, tuple(rows), "diperbaiki", values)
        for name, rows in self.twice.items():
            values = {"kunci": name, "jumlah": len(rows)}
            yield Note("kunci_ganda", "peringatan", self.name, tuple(rows), values=values)
        if self.ids_again:
            values = {"jumlah": len(self.ids_again)}
            yield Note("id_feature_ganda", "catatan", self.name, tuple(self.ids_again), values=values)
        yield from told(self.name, self.columns)


def _fault(feature: Any) -> str:
    """Say why an element of ``features`` is no feature."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return "bukan_feature"
    twice = set(getattr(feature, "keys_twice", ())) & {"type", "geometry", "properties"}
    return f"kunci ganda dalam Feature: {', '.join(sorted(twice))}" if twice else ""


def _properties(feature: Any) -> dict[str, Any]:
    """Give the attributes of a row; the feature's own id is one where no attribute has that name."""
    if not isinstance(feature, dict):
        return {} if feature is None else {"isi": feature}
    inside = feature.get("properties")
    if inside is not None and not isinstance(inside, dict):
        inside = {"properties": inside}
    return (
        {"id": feature["id"], **(inside or {})} if "id" in feature and "id" not in (inside or {}) else inside or {}
    )


def _records(path: Path) -> Iterator[tuple[int, bytes, bool]]:
    """Give the records of a sequence: the line each begins on, its text, and whether it is the last one."""
    before: tuple[int, bytes] | None = None
    for record in _raw_records(path):
        if before is not None:
            yield (*before, False)
        before = record
    if before is not None:
        yield (*before, True)


def _raw_records(path: Path) -> Iterator[tuple[int, bytes]]:
    """Cut a file at its RS signs where it has them, else at its lines; blank records are none."""
    with path.open("rb") as stream:
        marked = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_RECORD)
        stream.seek(0)
        began, text = 1, b""
        for number, line in enumerate(stream, start=1):
            head, *rest = line.split(_RECORD) if marked else (b"", line)
            text += head
            for part in rest:
                if text.strip(b"\xef\xbb\xbf \t\r\n"):
                    yield began, text
                began, text = number, part
        if text.strip(b"\xef\xbb\xbf \t\r\n"):
            yield began, text


def _features(records: Iterable[tuple[int, bytes, bool]], path: Path, limits: Limits) -> Iterator[tuple[int, Any]]:
    """Parse the records; a broken one refuses the file, for no one knows what it held."""
    for line, text, last in records:
        require_shallow(text, limits.depth, path)
        try:
            record = parsed(text.decode("utf-8-sig").strip(" \t\r\n"))
        except ValueError as error:
            key = "geojsonseq_terpotong" if last else "geojsonseq_rusak"
            raise InputError(key, file=path, baris=line) from error
        bare = isinstance(record, dict) and record.get("type") in GEOMETRIES
        yield line, {"type": "Feature", "geometry": record} if bare else record
