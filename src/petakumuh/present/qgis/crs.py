"""A CRS as QGIS writes it down."""

from __future__ import annotations

from functools import cache
from xml.etree import ElementTree as ET

from pyproj import CRS

__all__ = ["crs_element"]


def crs_element(epsg: int) -> ET.Element:
    """Write a CRS with its full WKT: a code alone depends on the database of the computer that reads it."""
    wkt, name, geographic = _told(epsg)
    root = ET.Element("spatialrefsys", nativeFormat="Wkt")
    parts = {"wkt": wkt, "srid": str(epsg), "authid": f"EPSG:{epsg}", "description": name}
    for tag, text in (parts | {"geographicflag": str(geographic).lower()}).items():
        ET.SubElement(root, tag).text = text
    return root


@cache
def _told(epsg: int) -> tuple[str, str, bool]:
    crs = CRS.from_epsg(epsg)
    return crs.to_wkt("WKT2_2019"), crs.name, crs.is_geographic
