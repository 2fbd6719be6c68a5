"""The project that QGIS opens: every layer in its style, in groups, the print layouts, where it comes from."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np

from petakumuh import catalog
from petakumuh.present.basis import basis, certified
from petakumuh.present.imprint import title
from petakumuh.present.legend import Look
from petakumuh.present.qgis.crs import crs_element
from petakumuh.present.qgis.labels import Names
from petakumuh.present.qgis.layouts import Shown, layer_id, layouts
from petakumuh.present.qgis.markup import DOCTYPE, plain, real, rgba
from petakumuh.present.qgis.qml import dressed
from petakumuh.present.qgis.renderer import plain_renderer, renderer
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame

    from petakumuh.model import Result
    from petakumuh.present.legend import Theme

__all__ = ["NAMES", "STEM", "project", "zipped"]

STEM = "satu_peta"
_LAND, _AROUND, _COAST = "#F0EBDD", "#F8F7F3", "#8F8B80"
_THIN = 0.65
"""Of the outlines of slums where they lie above what was done within."""
_NAMED_WITHIN = 120_000.0
_SLUMS_NAMED_WITHIN = 10_000.0
_ELLIPSOID = "EPSG:7030"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)

_OWN = f"if(@atlas_featureid is null or $id = @atlas_featureid, '{rgba(_LAND)}', '{rgba(_AROUND)}')"
"""On a page of the atlas its own kelurahan stands out from its neighbours."""

NAMES = {
    "kelurahan": Names(said='"nama"', points=7.5, colour="#30363D", bold=True, farthest=_NAMED_WITHIN, priority=8),
    "kumuh": Names(
        said='if(trim(coalesce("nama", \'\')) = \'\', "kumuh_id", "nama")',
        points=5.5,
        colour="#3B2A1E",
        farthest=_SLUMS_NAMED_WITHIN,
        priority=3,
        within=True,
    ),
}
"""Layer -> the names written on it."""


@dataclass(frozen=True, kw_only=True)
class _Layer:
    """A layer of the project: a table in one style."""

    key: str
    title: str
    table: str
    drawn: ET.Element
    visible: bool = False
    names: Names | None = None


def project(
    run: Result, named: Mapping[str, GeoDataFrame], themes: Mapping[str, Theme], language: Language
) -> bytes:
    """Write the project, which finds the GeoPackage beside itself.

    Parameters
    ----------
    run
        With shapes.
    named
        The layers of the GeoPackage.
    themes
        The legend.
    language
        Of everything a planner reads.
    """
    groups = _groups(run, themes, language)
    called = plain(title(run, language))
    root = ET.Element("qgis", version="3.22.0", projectname=called)
    ET.SubElement(root, "homePath", path="")
    ET.SubElement(root, "title").text = called
    epsg = run.layers.kumuh.crs.to_epsg()
    ET.SubElement(root, "projectCrs").append(crs_element(epsg))
    tree = ET.SubElement(root, "layer-tree-group")
    every = [layer for _, layers in groups for layer in layers]
    for group, layers in groups:
        branch = tree
        if group:
            branch = ET.SubElement(tree, "layer-tree-group", name=group, checked="Qt::Checked", expanded="1")
        for layer in layers:
            _leaf(branch, layer)
    _canvas(root, run, epsg)
    drawn = ET.SubElement(root, "projectlayers")
    for layer in every:
        _layer(drawn, layer, named[layer.table], language)
    _properties(root, run)
    _metadata(root, run, called, language)
    printed = ET.SubElement(root, "Layouts")
    for layout in layouts(run, _shown(run, themes, language), named["kelurahan"], language):
        printed.append(layout)
    ET.indent(root, " ")
    return (DOCTYPE + ET.tostring(root, encoding="unicode") + "\n").encode()


def _groups(run: Result, themes: Mapping[str, Theme], language: Language) -> list[tuple[str, list[_Layer]]]:
    """List the layers from above, in groups."""
    own = catalog.style(run.recipe.keluaran.palet)
    border, slum = own["kelurahan"], own["kumuh"]
    borders = Look(label="", line=border["garis"], width=border["tebal"], dash=tuple(border["putus"]))
    slums = Look(label="", line=slum["garis"], width=slum["tebal"] * _THIN)

    def styled(name: str, title: str, *, visible: bool = False) -> list[_Layer]:
        theme = themes.get(name)
        if theme is None:
            return []
        drawn = renderer(theme)
        return [_Layer(key=layer_id(f"tema_{name}"), title=title, table=theme.layer, drawn=drawn, visible=visible)]

    outlines = [
        _Layer(
            key=layer_id(name),
            title=own[name]["label"][language],
            table=name,
            drawn=plain_renderer(look),
            visible=True,
            names=NAMES[name],
        )
        for name, look in (("kelurahan", borders), ("kumuh", slums))
    ]
    land = plain_renderer(Look(label="", fill=_LAND, line=_COAST, width=0.12), fill=_OWN)
    title = {name: theme.title for name, theme in themes.items()}
    return [
        ("", styled("temuan", title["temuan"])),
        (say("qgis.administrasi", language), outlines),
        (
            say("qgis.hasil", language),
            [
                *styled("penanganan", title["penanganan"]),
                *styled("tahun", say("qgis.tahun", language), visible=True),
                *styled("jumlah_sektor", say("qgis.jumlah_sektor", language)),
                *styled("kelurahan", say("qgis.persen", language)),
            ],
        ),
        (
            say("qgis.kekumuhan", language),
            [*styled("kumuh", say("qgis.kumuh", language)), *styled("skor", title.get("skor", ""))],
        ),
        (
            "",
            [_Layer(key=layer_id("wilayah"), title=say("qgis.wilayah", language), table="kelurahan", drawn=land,
                    visible=True)],
        ),
    ]  # fmt: skip


def _shown(run: Result, themes: Mapping[str, Theme], language: Language) -> Shown:
    own = catalog.style(run.recipe.keluaran.palet)
    slum, border = (str(own[name]["label"][language]) for name in ("kumuh", "kelurahan"))
    return Shown(
        main=("kelurahan", "kumuh", "tema_tahun", "wilayah"),
        inset=("wilayah",),
        legend={"tema_tahun": plain(themes["tahun"].title), "kumuh": slum, "kelurahan": border},
        classes=len(themes["tahun"].classes) + 2,
    )


def _source(layer: _Layer) -> str:
    return f"./{STEM}.gpkg|layername={layer.table}"


def _leaf(parent: ET.Element, layer: _Layer) -> None:
    checked = "Qt::Checked" if layer.visible else "Qt::Unchecked"
    told = {"id": layer.key, "name": plain(layer.title), "source": _source(layer), "providerKey": "ogr"}
    ET.SubElement(
        parent, "layer-tree-layer", told | {"checked": checked, "expanded": "1" if layer.visible else "0"}
    )


def _canvas(root: ET.Element, run: Result, epsg: int) -> None:
    bounds = np.asarray(run.layers.kumuh.total_bounds, dtype=np.float64)
    air = (bounds[2:] - bounds[:2]).max() * 0.05
    made = ET.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    ET.SubElement(made, "units").text = "degrees" if run.layers.kumuh.crs.is_geographic else "meters"
    extent = ET.SubElement(made, "extent")
    for tag, value in zip(
        ("xmin", "ymin", "xmax", "ymax"), [*(bounds[:2] - air), *(bounds[2:] + air)], strict=True
    ):
        ET.SubElement(extent, tag).text = real(value)
    ET.SubElement(made, "rotation").text = "0"
    ET.SubElement(made, "destinationsrs").append(crs_element(epsg))


def _layer(parent: ET.Element, layer: _Layer, rows: GeoDataFrame, language: Language) -> None:
    points = layer.table == "temuan"
    made = ET.SubElement(
        parent, "maplayer", type="vector", geometry="Point" if points else "Polygon",
        wkbType="Point" if points else "MultiPolygon", styleCategories="AllStyleCategories",
        labelsEnabled=str(int(layer.names is not None)), hasScaleBasedVisibilityFlag="0", simplifyDrawingHints="1",
    )  # fmt: skip
    ET.SubElement(made, "id").text = layer.key
    ET.SubElement(made, "datasource").text = _source(layer)
    ET.SubElement(made, "layername").text = plain(layer.title)
    ET.SubElement(made, "srs").append(crs_element(rows.crs.to_epsg()))
    ET.SubElement(made, "provider", encoding="UTF-8").text = "ogr"
    dressed(made, layer.table, layer.drawn, rows, language, names=layer.names)


def _properties(root: ET.Element, run: Result) -> None:
    """Set what QGIS measures by: hectares, in the plane where ours are."""
    planar = run.recipe.hitung.dasar != "geodesik" and not run.layers.kumuh.crs.is_geographic
    made = ET.SubElement(root, "properties")
    for section, name, kind, value in (
        ("Paths", "Absolute", "bool", "false"),
        ("SpatialRefSys", "ProjectionsEnabled", "int", "1"),
        ("Measurement", "AreaUnits", "QString", "ha"),
        ("Measurement", "DistanceUnits", "QString", "meters"),
        ("Measure", "Ellipsoid", "QString", "NONE" if planar else _ELLIPSOID),
    ):
        place = made.find(section)
        place = ET.SubElement(made, section) if place is None else place
        ET.SubElement(place, name, type=kind).text = value


def _metadata(root: ET.Element, run: Result, title: str, language: Language) -> None:
    """Say what it is, by what the hectares were measured, against which boundaries."""
    boundary = basis(run, language)["batas_kelurahan"]
    edition = " ".join(one for one in boundary.values() if one) or "–"
    told = ET.SubElement(root, "projectMetadata")
    for tag, text in (
        ("identifier", STEM),
        ("language", language.upper()),
        ("type", "dataset"),
        ("title", title),
        (
            "abstract",
            say(
                "qgis.abstrak",
                language,
                basis=basis(run, language)["keterangan"],
                sertifikasi=certified(run.sertifikasi, language),
                batas=edition,
            ),
        ),
        ("author", run.recipe.kop.dinas or run.recipe.wilayah.penyusun or ""),
    ):
        ET.SubElement(told, tag).text = plain(text)


def zipped(document: bytes) -> bytes:
    """Pack a project as QGIS does, with one fixed date.

    Examples
    --------
    >>> zipped(b"<qgis/>") == zipped(b"<qgis/>"), zipped(b"<qgis/>")[:2]
    (True, b'PK')
    """
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        entry = zipfile.ZipInfo(f"{STEM}.qgs", date_time=_ZIP_DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.create_system = 3
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, document)
    return held.getvalue()
