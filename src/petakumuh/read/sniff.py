"""What a file truly is, told from its first bytes and not from its name: only what is known here is opened.

A GDAL driver asked to "open anything" follows links in a VRT, runs an algorithm or calls a service, whatever the
file is called. So the content is looked at first; a file that is none of the kinds below is named and refused.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Literal, get_args

from petakumuh.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["KINDS", "SUFFIXES", "Kind", "beside", "kind_of", "known"]

Kind = Literal[
    "shapefile", "gpkg", "fgb", "gdb", "parquet", "geojson", "geojsonseq", "qgis2web", "kml", "kmz", "dxf", "gpx",
    "csv", "xlsx", "xls", "ods", "sql", "zip", "folder",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

SUFFIXES: dict[str, tuple[Kind, ...]] = {
    ".shp": ("shapefile",),
    ".gpkg": ("gpkg",),
    ".fgb": ("fgb",),
    ".gdb": ("gdb",),
    ".parquet": ("parquet",),
    ".geoparquet": ("parquet",),
    ".geojson": ("geojson", "geojsonseq"),
    ".json": ("geojson", "geojsonseq"),
    ".geojsonl": ("geojsonseq", "geojson"),
    ".geojsons": ("geojsonseq", "geojson"),
    ".ndjson": ("geojsonseq", "geojson"),
    ".js": ("qgis2web",),
    ".kml": ("kml",),
    ".kmz": ("kmz",),
    ".dxf": ("dxf",),
    ".gpx": ("gpx",),
    ".csv": ("csv",),
    ".tsv": ("csv",),
    ".txt": ("csv",),
    ".xlsx": ("xlsx",),
    ".xlsm": ("xlsx",),
    ".xls": ("xls",),
    ".ods": ("ods",),
    ".sql": ("sql",),
    ".zip": ("zip", "kmz"),
}
"""What a name promises; the content must be one of these, or the file is refused by its true name."""

_HEAD = 65_536
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"SQLite format 3\x00", "gpkg"),
    (b"fgb\x03", "fgb"),
    (b"PAR1", "parquet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"AC10", "DWG (AutoCAD)"),
    (b"AutoCAD Binary DXF", "DXF biner"),
    (b"\x00\x01\x00\x00Standard", "Microsoft Access"),
    (b"ARROW1", "Arrow IPC"),
    (b"PMTiles", "PMTiles"),
    (b"!table", "MapInfo TAB"),
    (b"\x80\x04", "pickle"),
    (b"\x80\x05", "pickle"),
)
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
"""Excel before it was wrapped: the first record of a bare sheet."""
_ROOTS = {
    "kml": "kml",
    "gpx": "gpx",
    "html": "HTML",
    "OGRVRTDataSource": "VRT",
    "VRTDataset": "VRT",
    "OGRWFSDataSource": "WFS",
    "WFS_Capabilities": "WFS",
    "FeatureCollection": "GML",
    "Workbook": "XML Excel 2003",
    "svg": "SVG",
}
_ROOT = re.compile(r"<(?![?!])(?:\w+:)?(\w+)")
_DXF = re.compile(r"\s*+(?:999[^\S\n]*+\n[^\n]*+\n\s*+)*+0[^\S\n]*+\n\s*+SECTION\b")
_SQL = re.compile(
    r"(?:\s++|--[^\n]*+\n|/\*.*?\*/)*+(?:create|insert|replace|drop|delete|truncate|alter|set|begin|start|use|lock)\s",
    re.IGNORECASE | re.DOTALL,
)
_GEOMETRIES = "Point|LineString|Polygon|MultiPoint|MultiLineString|MultiPolygon|GeometryCollection"
_GEOJSON = re.compile(rf'"type"\s*:\s*"(?:FeatureCollection|Feature|{_GEOMETRIES})"')
_JSON_NAMES = (
    ("gdal_streamed_alg", "GDALG"),
    ('"Topology"', "TopoJSON"),
    ('"esriGeometry', "Esri JSON"),
    ("esriFieldType", "Esri JSON"),
)


def known(path: Path) -> bool:
    """Whether a name promises something that can be read; content is looked at when it is opened."""
    return path.suffix.lower() in SUFFIXES


def beside(path: Path) -> dict[str, Path]:
    """Find the parts of a source: files of its name beside it, by their suffix in small letters.

    A pipe is none, nor a link to something that bears another suffix: a ``.prj`` may lead to any file.
    """
    near = (one for one in sorted(path.parent.iterdir()) if one.stem == path.stem and one.is_file())
    return {one.suffix.lower(): one for one in near if one.resolve().suffix.lower() == one.suffix.lower()}


def kind_of(path: Path) -> Kind:
    """Tell what a file or folder is, and refuse what may not be opened or is not what its name says.

    Parameters
    ----------
    path
        An existing file or folder.

    Raises
    ------
    InputError
        ``isi_asing``: none of the known kinds (a login page, a VRT, a PDF ...); ``isi_lain``: a known kind under
        another's suffix; ``format_tak_dikenal``: a suffix that says nothing.
    """
    if path.is_dir():
        return "gdb" if path.suffix.lower() == ".gdb" or any(path.glob("*.gdbtable")) else "folder"
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    found = _by_content(path, head)
    promised = SUFFIXES.get(path.suffix.lower())
    if not head.strip(b"\x00 \t\r\n"):
        raise InputError("berkas_kosong", file=path)
    if found in KINDS and promised is not None and found in promised:
        return found
    if found not in KINDS and found != "":
        raise InputError("isi_asing", file=path, isi=found)
    if promised is None:
        raise InputError("format_tak_dikenal", file=path, pilihan=", ".join(SUFFIXES))
    if not found:  # nothing that betrays another kind: the reader of that suffix says what is wrong with it
        raise InputError("isi_tak_dikenal", file=path, akhiran=path.suffix)
    fitting = " / ".join(suffix for suffix, kinds in SUFFIXES.items() if found in kinds)
    raise InputError("isi_lain", file=path, akhiran=path.suffix, isi=found, saran=fitting)


def _by_content(path: Path, head: bytes) -> Kind | str:
    """Name the kind; another name where it is something else; empty where nothing tells."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return _in_zip(path) if name == "zip" else _in_sqlite(head) if name == "gpkg" else name
    if head.startswith(_BIFF):
        return "xls"
    text = _text(head)
    return "" if text is None else _by_text(path, text)


def _by_text(path: Path, text: str) -> Kind | str:
    plain = text.lstrip("\ufeff\x1e \t\r\n")
    promised = SUFFIXES.get(path.suffix.lower(), ())
    if plain.startswith("<"):
        return _in_xml(path, plain)
    if plain.startswith(("{", "[")):
        return _in_json(text, plain, promised, open_name=path.suffix.lower() == ".json")
    if re.match(r"(?:var|const|let)\s+\w+\s*=\s*\{", plain):
        return "qgis2web"
    if _DXF.match(plain.replace("\r", "")):
        return "dxf"
    if "sql" in promised and _SQL.match(plain):
        return "sql"
    return "csv" if "csv" in promised else ""


def _in_sqlite(head: bytes) -> str:
    """Tell a GeoPackage by its header, or, where a careless tool left that out, by its tables."""
    application = head[68:72]
    return "gpkg" if application in (b"GPKG", b"GP10", b"GP11") or b"gpkg_contents" in head else "SQLite"


def _in_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            mime = archive.read("mimetype")[:80] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise InputError("arsip_rusak", file=path, alasan=" ".join(str(error).split())) from error
    if b"opendocument.spreadsheet" in mime:
        return "ods"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.startswith("word/") for name in names):
        return "Word (DOCX)"
    if path.suffix.lower() == ".kmz" and any(name.lower().endswith(".kml") for name in names):
        return "kmz"
    return "zip"


def _text(head: bytes) -> str | None:
    """Decode a head as text; None where it is none."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if head.startswith(mark):
            return head[: len(head) // 2 * 2].decode(encoding, "replace")
    if b"\x00" in head[:1024]:
        halves = head[:1024:2].count(0), head[1:1024:2].count(0)
        if min(halves) == 0 and max(halves) > len(head[:1024]) // 4:
            return head[: len(head) // 2 * 2].decode("utf-16-be" if halves[0] else "utf-16-le", "replace")
        return None
    return head.decode("utf-8", "replace")


def _in_xml(path: Path, plain: str) -> str:
    """Name an XML file by its root; a DOCTYPE other than HTML's is refused wherever it stands."""
    bare = re.sub(r"<!--.*?(?:-->|\Z)", "", plain, flags=re.DOTALL)
    if re.match(r"\s*(?:<\?[^>]*>\s*)*<!doctype\s+html", bare, re.IGNORECASE):
        return "HTML"
    root = _ROOT.search(re.sub(r"<\?.*?(?:\?>|\Z)", "", bare, flags=re.DOTALL))
    name = _ROOTS.get(root[1], _ROOTS.get(root[1].lower(), f"XML <{root[1]}>")) if root else "XML"
    if re.search(r"<!doctype", bare, re.IGNORECASE) and name in KINDS:
        raise InputError("xml_doctype", file=path)
    return name


def _in_json(text: str, plain: str, promised: tuple[Kind, ...], *, open_name: bool) -> str:
    """Tell GeoJSON by its words; a name that says no more than JSON is no promise."""
    for mark, name in _JSON_NAMES:
        if mark in plain[:4096]:
            return name
    by_line = text.startswith("\x1e") or re.match(r"\{[^\n]*\}[^\S\n]*+\n\s*+\x1e?\{", plain) is not None
    if by_line and _GEOJSON.search(plain):
        return "geojsonseq"
    if _GEOJSON.search(plain) or ("geojson" in promised and not open_name):
        return "geojsonseq" if promised[:1] == ("geojsonseq",) and "FeatureCollection" not in plain else "geojson"
    return "JSON"
