"""A record of metadata as ISO 19139 XML, the encoding of ISO 19115 that catalogues in Indonesia take in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from petakumuh.present.exchange.columns import inert
from petakumuh.text import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from petakumuh.present.exchange.metadata import Record

__all__ = ["document"]

_SPACES = {
    "gmd": "http://www.isotc211.org/2005/gmd",
    "gco": "http://www.isotc211.org/2005/gco",
    "gml": "http://www.opengis.net/gml/3.2",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_LISTS = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
_LANGUAGES = {"id": "ind", "en": "eng"}


def document(one: Record) -> bytes:
    """Write a record as a file: UTF-8, the same bytes every time."""
    for prefix, space in _SPACES.items():
        ET.register_namespace(prefix, space)
    root = ET.Element(_tag("gmd:MD_Metadata"))
    root.set(
        _tag("xsi:schemaLocation"), f"{_SPACES['gmd']} http://schemas.opengis.net/iso/19139/20070417/gmd/gmd.xsd"
    )
    _text(root, "fileIdentifier", one.identity)
    _code(root, "language", "LanguageCode", _LANGUAGES[one.language])
    _code(root, "characterSet", "MD_CharacterSetCode", "utf8")
    _code(root, "hierarchyLevel", "MD_ScopeCode", "dataset")
    _party(root, "contact", one)
    _date(root, "dateStamp", one)
    _text(root, "metadataStandardName", "ISO 19115:2003/19139")
    _text(root, "metadataStandardVersion", "1.0")
    _reference(root, one)
    _identification(root, one)
    _content(root, one)
    _distribution(root)
    _quality(root, one)
    ET.indent(root, " ")
    told: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return told + b"\n"


def _tag(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{_SPACES[prefix or 'gmd']}}}{local}"


def _down(parent: ET.Element, *names: str) -> ET.Element:
    """Make elements one within the other, and give the innermost."""
    for name in names:
        parent = ET.SubElement(parent, _tag(name))
    return parent


def _text(parent: ET.Element, name: str, words: object) -> None:
    made = _down(parent, name)
    if words in ("", None):
        made.set(_tag("gco:nilReason"), "missing")
    else:
        _down(made, "gco:CharacterString").text = inert(words)


def _code(parent: ET.Element, name: str, kind: str, value: str) -> None:
    made = _down(parent, name, kind)
    made.set("codeList", f"{_LISTS}#{kind}")
    made.set("codeListValue", value)
    made.text = value


def _number(parent: ET.Element, name: str, value: float) -> None:
    _down(parent, name, "gco:Decimal").text = repr(float(value))


def _date(parent: ET.Element, name: str, one: Record) -> None:
    made = _down(parent, name)
    if one.date:
        _down(made, "gco:Date").text = one.date
    else:
        made.set(_tag("gco:nilReason"), "unknown")


def _party(parent: ET.Element, name: str, one: Record) -> None:
    """Say who answers for the data."""
    said = one.contact
    office = [said[key] for key in ("instansi", "pemda") if key in said] or [said.get("penyusun", "")]
    made = _down(parent, name, "CI_ResponsibleParty")
    if "penyusun" in said:
        _text(made, "individualName", said["penyusun"])
    _text(made, "organisationName", ", ".join(office))
    _code(made, "role", "CI_RoleCode", "pointOfContact")


def _reference(root: ET.Element, one: Record) -> None:
    made = _down(root, "referenceSystemInfo", "MD_ReferenceSystem", "referenceSystemIdentifier", "RS_Identifier")
    _text(made, "code", f"urn:ogc:def:crs:EPSG::{one.epsg}")
    _text(made, "codeSpace", "EPSG")


def _citation(parent: ET.Element, title: str, one: Record | None = None) -> None:
    made = _down(parent, "CI_Citation")
    _text(made, "title", title)
    dated = _down(made, "date")
    if one is None:
        dated.set(_tag("gco:nilReason"), "unknown")
        return
    inner = _down(dated, "CI_Date")
    _date(inner, "date", one)
    _code(inner, "dateType", "CI_DateTypeCode", "creation")
    if one.date_told:
        _text(made, "edition", one.date_told)
    if "nomor" in one.contact:
        _text(_down(made, "identifier", "MD_Identifier"), "code", one.contact["nomor"])


def _identification(root: ET.Element, one: Record) -> None:
    made = _down(root, "identificationInfo", "MD_DataIdentification")
    _citation(_down(made, "citation"), one.title, one)
    _text(made, "abstract", one.abstract)
    _party(made, "pointOfContact", one)
    words = _down(made, "descriptiveKeywords", "MD_Keywords")
    for word in one.keywords:
        _text(words, "keyword", word)
    _code(made, "spatialRepresentationType", "MD_SpatialRepresentationTypeCode", "vector")
    _code(made, "language", "LanguageCode", _LANGUAGES[one.language])
    _code(made, "characterSet", "MD_CharacterSetCode", "utf8")
    _down(made, "topicCategory", "MD_TopicCategoryCode").text = "planningCadastre"
    if one.extent is not None:
        box = _down(made, "extent", "EX_Extent", "geographicElement", "EX_GeographicBoundingBox")
        west, south, east, north = one.extent
        for name, value in (("west", west), ("east", east)):
            _number(box, f"{name}BoundLongitude", value)
        for name, value in (("south", south), ("north", north)):
            _number(box, f"{name}BoundLatitude", value)


def _content(root: ET.Element, one: Record) -> None:
    """List the columns: what a feature catalogue would say, in the standard's place for its name."""
    made = _down(root, "contentInfo", "MD_FeatureCatalogueDescription")
    _down(made, "includedWithDataset", "gco:Boolean").text = "true"
    for column in one.columns:
        _citation(_down(made, "featureCatalogueCitation"), f"{column['nama']}: {column['judul']}")


def _distribution(root: ET.Element) -> None:
    made = _down(root, "distributionInfo", "MD_Distribution")
    for name, version in (("GeoParquet", "1.1.0"), ("FlatGeobuf", "3"), ("GeoPackage", "1.4")):
        inner = _down(made, "distributionFormat", "MD_Format")
        _text(inner, "name", name)
        _text(inner, "version", version)


def _quality(root: ET.Element, one: Record) -> None:
    """Say how sure the hectares are, what was found wrong, and what they were made from."""
    made = _down(root, "dataQualityInfo", "DQ_DataQuality")
    _code(_down(made, "scope", "DQ_Scope"), "level", "MD_ScopeCode", "dataset")
    tally = say("tukar.temuan", one.language, **one.findings)
    for kind, said, good in (
        ("DQ_QuantitativeAttributeAccuracy", one.certificate, one.certified),
        ("DQ_ConceptualConsistency", tally, not one.findings["galat"]),
    ):
        result = _down(made, "report", kind, "result", "DQ_ConformanceResult")
        _citation(_down(result, "specification"), "petakumuh")
        _text(result, "explanation", said)
        _down(result, "pass", "gco:Boolean").text = "true" if good else "false"
    lineage = _down(made, "lineage", "LI_Lineage")
    _text(lineage, "statement", f"{one.lineage} {one.basis}")
    for line in _sources(one):
        _text(_down(lineage, "source", "LI_Source"), "description", line)


def _sources(one: Record) -> Iterable[str]:
    for source in one.sources:
        yield f"{source['lapisan']}: {source['berkas']} (sha256 {source['sha256']})"
    if one.boundaries:
        yield say("tukar.batas", one.language, batas=", ".join(one.boundaries.values()))
