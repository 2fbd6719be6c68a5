"""Draw one page of a project's atlas as QGIS exports it; run by QGIS's own Python.

Usage: python3 qgis_page.py PROJECT KELURAHAN_ID PICTURE
"""

import os
import sys

from qgis.core import QgsApplication, QgsLayoutExporter, QgsProject

DPI = 110


def main(source: str, kelurahan: str, picture: str) -> int:
    """Give 0 when the page was drawn."""
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    project.read(source)
    layout = next(one for one in project.layoutManager().layouts() if one.atlas().enabled())
    atlas = layout.atlas()
    atlas.beginRender()
    going = atlas.first()
    while going and layout.reportContext().feature()["kelurahan_id"] != kelurahan:
        going = atlas.next()
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = DPI
    return QgsLayoutExporter(layout).exportToImage(picture, settings)


if __name__ == "__main__":
    done = main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(int(done))  # objects of QGIS that outlive the application crash at exit
