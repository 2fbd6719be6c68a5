"""The things that stand on a layout of QGIS: pages, maps, words, rules, pictures, legends, scale bars."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from xml.etree import ElementTree as ET

from petakumuh.present.qgis.labels import FONT, families
from petakumuh.present.qgis.markup import data_defined, options, real, rgba
from petakumuh.present.qgis.symbols import flat

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from petakumuh.present.qgis.frames import Box, Frame
    from petakumuh.text import Language

__all__ = ["INK", "SIDES", "SOFT", "Sheet", "Side", "Words", "height"]

INK, SOFT, RULE = "#1B2430", "#5A6472", "#8A929C"
Side = Literal["left", "right", "top", "bottom"]
_TYPES = {"page": 65638, "map": 65639, "picture": 65640, "label": 65641, "legend": 65642, "shape": 65643,
          "bar": 65646}  # fmt: skip
_POINT_MM = 0.3528
_KILOMETRE = 1000
_LINE = 1.28
"""Height of a line in letters."""
_WIDE, _WIDE_BOLD = 0.53, 0.58
"""Mean width of a letter; generous, since the letters of another computer may be wider."""
_SMALLEST = 5.0
_HALIGN = {"kiri": "1", "tengah": "4", "kanan": "2"}
SIDES: tuple[Side, ...] = ("left", "right", "top", "bottom")
_TURNED: dict[Side, str] = {"left": "1", "right": "2", "top": "0", "bottom": "0"}
"""Coordinates run upwards on the left, downwards on the right, along the edge above and below."""
_HIDDEN = "3"
_EXPRESSION, _DYNAMIC, _SOLID_GRID = "8", "3", "0"


@dataclass(frozen=True, kw_only=True)
class Words:
    """How words are set."""

    points: float = 7.0
    bold: bool = False
    colour: str = INK
    align: str = "kiri"


class Sheet:
    """A layout in the making."""

    def __init__(self, name: str, key: str, size: tuple[float, float], language: Language) -> None:
        """Lay an empty page of a size in millimetres; ``key`` makes the names of its items its own."""
        self.root = ET.Element("Layout", name=name, units="mm", printResolution="300", worldFileMap="")
        self._key, self._language = key, language
        self._order = 0
        pages = ET.SubElement(self.root, "PageCollection")
        flat(pages, "#FFFFFF")
        page = self._item("page", "halaman", (0.0, 0.0, *size), parent=pages)
        flat(page, "#FFFFFF")

    def uid(self, name: str) -> str:
        """Give an item the name by which others refer to it: no chance in it, so the same run gives the same."""
        return f"{{{self._key}-{name}}}"

    def _item(
        self, kind: str, name: str, box: Box, *, parent: ET.Element | None = None, **more: str
    ) -> ET.Element:
        self._order += 1
        at, size = ",".join(map(real, box[:2])) + ",mm", ",".join(map(real, box[2:])) + ",mm"
        uid = self.uid(name)
        common = {
            "type": str(_TYPES[kind]), "id": name, "uuid": uid, "templateUuid": uid, "position": at,
            "positionOnPage": at, "size": size, "zValue": str(self._order), "referencePoint": "0", "opacity": "1",
            "visibility": "1", "frame": "false", "background": "false", "itemRotation": "0", "blendMode": "0",
            "outlineWidthM": "0.3,mm", "frameJoinStyle": "miter", "excludeFromExports": "0", "groupUuid": "",
            "positionLock": "false",
        }  # fmt: skip
        made = ET.SubElement(self.root if parent is None else parent, "LayoutItem", common | more)
        _channels(made, "FrameColor", INK)
        _channels(made, "BackgroundColor", "#FFFFFF")
        return made

    def words(self, name: str, box: Box, text: str, how: Words) -> None:
        """Write words in a box, in smaller letters where they would not fit; ``[% %]`` is worked out by QGIS."""
        self.expression(name, box, text, how, longest=text)

    def expression(self, name: str, box: Box, text: str, how: Words, *, longest: str) -> None:
        """Write words that QGIS works out, in letters that fit the longest that may come of it."""
        points = fitting(longest, box[2], box[3], how)
        made = self._item(
            "label",
            name,
            box,
            labelText=text,
            htmlState="0",
            halign=_HALIGN[how.align],
            valign="32",
            marginX="0",
            marginY="0",
        )
        weight = "75" if how.bold else "50"
        _letters(made, points, how.colour, bold=how.bold)
        ET.SubElement(made, "LabelFont", description=f"{FONT},{points:g},-1,5,{weight},0,0,0,0,0", style="")
        _channels(made, "FontColor", how.colour)

    def rule(self, name: str, left: float, top: float, wide: float, thick: float = 0.25) -> None:
        """Draw a horizontal rule."""
        made = self._item("shape", name, (left, top, wide, thick), shapeType="1", cornerRadiusMeasure="0,mm")
        flat(made, INK if thick > 0.3 else RULE)  # noqa: PLR2004 - thin rules are quiet

    def border(self, name: str, box: Box, width: float) -> None:
        """Draw an empty box."""
        made = self._item("shape", name, box, shapeType="1", cornerRadiusMeasure="0,mm")
        flat(made, None, INK, width)

    def picture(self, name: str, box: Box, base64: str, *, drawn: bool) -> None:
        """Put a picture, held in the layout itself; ``drawn`` are lines (SVG), others dots."""
        self._item(
            "picture",
            name,
            box,
            file=f"base64:{base64}",
            mode="0" if drawn else "1",
            resizeMode="0",
            anchorPoint="4",
            northMode="0",
            northOffset="0",
            pictureRotation="0",
            svgFillColor=rgba(INK),
            svgBorderColor=rgba(INK),
            svgBorderWidth="0.2",
        )

    def map(
        self, name: str, box: Box, frame: Frame, layers: Sequence[str], crs: ET.Element,
        *, driven: Mapping[str, str] | None = None, marked: Sequence[str] = (), spacing: float = 50.0,
        sides: Sequence[Side] = SIDES,
    ) -> None:  # fmt: skip
        """Put a map of layers, from above.

        Parameters
        ----------
        name, box, frame, layers
            What it shows and where.
        crs
            The CRS of the frame.
        driven
            Property -> the expression that changes it from page to page.
        marked
            Other maps, whose frames are marked on this one.
        spacing
            The least distance of the lines of round coordinates in millimetres; 0 draws none.
        sides
            Where the coordinates are written.
        """
        made = self._item(
            "map", name, box, frame="true", background="true", followPreset="false", followPresetName="",
            keepLayerSet="true", mapRotation="0", drawCanvasItems="true", labelMargin="1,mm", mapFlags="0",
        )  # fmt: skip
        if driven:
            data_defined(ET.SubElement(made, "LayoutObject"), "dataDefinedProperties", driven)
        west, south, east, north = map(real, frame.bounds)
        ET.SubElement(made, "Extent", xmin=west, ymin=south, xmax=east, ymax=north)
        ET.SubElement(made, "crs").append(crs)
        chosen = ET.SubElement(made, "LayerSet")
        for layer in layers:
            ET.SubElement(chosen, "Layer").text = layer
        if spacing:
            self._grid(made, name, spacing, sides)
        for other in marked:
            self._overview(made, name, other)
        ET.SubElement(made, "AtlasMap", atlasDriven="1" if driven else "0", scalingMode="2", margin="0.1")

    def _grid(self, parent: ET.Element, name: str, spacing: float, shown: Sequence[Side]) -> None:
        """Rule round coordinates whatever the scale, and write them around the map."""
        told = {f"{side}AnnotationDisplay": "0" if side in shown else _HIDDEN for side in SIDES}
        told |= {f"{side}AnnotationPosition": "1" for side in SIDES}
        told |= {f"{side}AnnotationDirection": _TURNED[side] for side in SIDES}
        made = ET.SubElement(
            parent,
            "ComposerMapGrid",
            told
            | {
                "name": "grid",
                "uuid": self.uid(f"{name}-grid"),
                "show": "1",
                "position": "3",
                "gridStyle": _SOLID_GRID,
                "unit": _DYNAMIC,
                "minimumIntervalWidth": real(spacing),
                "maximumIntervalWidth": real(spacing * 2.2),
                "intervalX": "0",
                "intervalY": "0",
                "offsetX": "0",
                "offsetY": "0",
                "crossLength": "3",
                "blendMode": "0",
                "showAnnotation": "1",
                "annotationFormat": _EXPRESSION,
                "annotationExpression": f"format_number(@grid_number, 0, '{self._language}')",
                "annotationPrecision": "0",
                "frameAnnotationDistance": "1.2",
                "gridFrameStyle": "3",
                "gridFrameWidth": "1.2",
                "gridFrameSideFlags": "15",
                "gridFramePenThickness": "0.25",
                "gridFramePenColor": rgba(INK),
                "gridFrameMargin": "0",
            },
        )
        _line(ET.SubElement(made, "lineStyle"), "#6F7B88", 0.08)
        _letters(made, 6.0, SOFT)

    def _overview(self, parent: ET.Element, name: str, shown: str) -> None:
        told = {"frameMap": self.uid(shown), "name": shown, "uuid": self.uid(f"{name}-{shown}"), "show": "1"}
        made = ET.SubElement(
            parent,
            "ComposerMapOverview",
            told | {"position": "3", "inverted": "0", "centered": "0", "blendMode": "0"},
        )
        flat(made, None, "#D7301F", 0.6)

    def legend(self, name: str, box: Box, layers: Mapping[str, str], linked: str, *, columns: int) -> None:
        """List the classes of layers by their titles: those that the linked map shows, or all where none is."""
        made = self._item(
            "legend", name, box, title="", titleAlignment="1", map_uuid=self.uid(linked or "peta"),
            legendFilterByMap=str(int(bool(linked))),
            legendFilterByAtlas="0", resizeToContents="1", symbolWidth="7", symbolHeight="3.6",
            columnCount=str(columns), splitLayer="1", equalColumnWidth="1", columnSpace="3", boxSpace="0",
            lineSpacing="0.8", wrapChar="", symbolAlignment="1",
        )  # fmt: skip
        styles = ET.SubElement(made, "styles")
        for style, points, top, bold in (
            ("title", 9, 0, True), ("group", 8, 2, True), ("subgroup", 7, 2.2, True), ("symbol", 7, 1.1, False),
            ("symbolLabel", 6.8, 1.1, False),
        ):  # fmt: skip
            one = ET.SubElement(styles, "style", name=style, alignment="1", indent="0", marginTop=real(top))
            one.set("marginLeft", "2" if style == "symbolLabel" else "0")
            weight = "75" if bold else "50"
            ET.SubElement(one, "styleFont", description=f"{FONT},{points:g},-1,5,{weight},0,0,0,0,0", style="")
            _letters(one, points, INK, bold=bold)
        tree = ET.SubElement(made, "layer-tree-group")
        for layer, title in layers.items():
            one = ET.SubElement(
                tree, "layer-tree-layer", id=layer, name=title, checked="Qt::Checked", expanded="1"
            )
            told = ET.SubElement(ET.SubElement(one, "customproperties"), "Option", type="Map")
            ET.SubElement(told, "Option", name="cached_name", type="QString", value=title)
            ET.SubElement(told, "Option", name="legend/title-label", type="QString", value=title)

    def bar(self, name: str, box: Box, linked: str, metres: int, *, shown: str = "", backed: bool = False) -> None:
        """Put a graphic scale of two parts of so many metres, perhaps on white.

        Left to choose a length that fits, QGIS takes 70 m as readily as 50 m. ``shown`` is the expression of how
        opaque it is.
        """
        unit = "km" if metres >= _KILOMETRE else "m"
        each = metres / _KILOMETRE if unit == "km" else metres
        made = self._item(
            "bar", name, box, mapUuid=self.uid(linked), style="Single Box",
            unitType="km" if unit == "km" else "meters", unitLabel=unit, numUnitsPerSegment=real(each),
            numMapUnitsPerScaleBarUnit="1", numSegments="2", numSegmentsLeft="0", segmentSizeMode="0",
            minBarWidth="30", maxBarWidth=real(box[2] - 12), height="1.6", boxContentSpace="0.5",
            labelBarSpace="1", alignment="0", outlineWidth="0.25", labelVerticalPlacement="0",
            labelHorizontalPlacement="0", segmentMillimeters="0",
        )  # fmt: skip
        made.set("background", str(backed).lower())
        if shown:
            data_defined(
                ET.SubElement(made, "LayoutObject"), "dataDefinedProperties", {"dataDefinedOpacity": shown}
            )
        _letters(made, 6.5, INK)
        number = ET.SubElement(ET.SubElement(made, "numericFormat", id="basic"), "Option", type="Map")
        marks = (",", ".") if self._language == "id" else (".", ",")
        for key, kind, value in (
            ("decimal_separator", "QChar", marks[0]), ("thousand_separator", "QChar", marks[1]),
            ("decimals", "int", "2"), ("show_thousand_separator", "bool", "true"),
            ("show_trailing_zeros", "bool", "false"), ("rounding_type", "int", "0"),
        ):  # fmt: skip
            ET.SubElement(number, "Option", name=key, type=kind, value=value)
        _channels(made, "strokeColor", INK)
        _channels(made, "fillColor", INK)
        _channels(made, "fillColor2", "#FFFFFF")


def height(text: str, wide: float, how: Words) -> float:
    r"""Say how many millimetres words of a size take.

    Examples
    --------
    >>> round(height("x", 100, Words(points=10)), 1), round(height("x\nx", 100, Words(points=10)), 1)
    (4.5, 9.0)
    """
    return _lines(text, wide, how.points, bold=how.bold) * how.points * _POINT_MM * _LINE


def fitting(text: str, wide: float, high: float, how: Words) -> float:
    """Find the letters in which words fit a box: as asked for, or smaller by half points.

    Examples
    --------
    >>> fitting("x" * 20, 100, 5, Words(points=8)), fitting("x" * 400, 100, 5, Words(points=8))
    (8, 5.0)
    """
    points = how.points
    while points > _SMALLEST and _lines(text, wide, points, bold=how.bold) * points * _POINT_MM * _LINE > high:
        points -= 0.5
    return points


def _lines(text: str, wide: float, points: float, *, bold: bool) -> int:
    """Count the lines of words wrapped at spaces."""
    room = max(int(wide / (points * _POINT_MM * (_WIDE_BOLD if bold else _WIDE))), 1)
    return sum(len(textwrap.wrap(line, room)) or 1 for line in text.split("\n"))


def _letters(parent: ET.Element, points: float, colour: str, *, bold: bool = False) -> None:
    made = ET.SubElement(
        parent,
        "text-style",
        fontFamily=FONT,
        fontSize=real(points),
        fontSizeUnit="Point",
        fontWeight="75" if bold else "50",
        namedStyle="Bold" if bold else "Regular",
        textColor=rgba(colour),
        textOpacity="1",
        allowHtml="0",
    )
    families(made)


def _line(parent: ET.Element, colour: str, width: float) -> None:
    made = ET.SubElement(parent, "symbol", name="", type="line", alpha="1", clip_to_extent="1", force_rhr="0")
    layer = ET.SubElement(made, "layer", {"class": "SimpleLine", "enabled": "1", "locked": "0", "pass": "0"})
    options(layer, {"line_color": rgba(colour), "line_width": real(width), "line_width_unit": "MM"})


def _channels(parent: ET.Element, tag: str, colour: str) -> None:
    red, green, blue, alpha = rgba(colour).split(",")
    ET.SubElement(parent, tag, red=red, green=green, blue=blue, alpha=alpha)
