"""What a planner hands over to QGIS: a GeoPackage that opens as a styled map, its project, styles beside files."""

from petakumuh.present.qgis.package import dress
from petakumuh.present.qgis.programme import dress_programme
from petakumuh.present.qgis.project import project, zipped
from petakumuh.present.qgis.qml import qml
from petakumuh.present.qgis.sld import sld

__all__ = ["dress", "dress_programme", "project", "qml", "sld", "zipped"]
