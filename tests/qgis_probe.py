"""Say what real QGIS sees in a folder with satu_peta.gpkg and satu_peta.qgz: run by QGIS's own Python.

Usage: python3 qgis_probe.py FOLDER [atlas] [hektare] [kotaku]; prints one JSON object on the last line.
"""

# mypy: ignore-errors

import json
import os
import re
import sys
from pathlib import Path

if __name__ == "__main__":  # what collects tests does not run in QGIS's Python
    from qgis.analysis import QgsNativeAlgorithms
    from qgis.core import (
        QgsApplication,
        QgsCoordinateReferenceSystem,
        QgsExpression,
        QgsExpressionContext,
        QgsExpressionContextUtils,
        QgsFeatureRequest,
        QgsLayerTreeGroup,
        QgsLayoutExporter,
        QgsLayoutItemLabel,
        QgsLayoutItemMap,
        QgsLayoutItemScaleBar,
        QgsLayoutObject,
        QgsMapRendererParallelJob,
        QgsMapSettings,
        QgsProject,
        QgsRenderContext,
        QgsUnitTypes,
        QgsVectorLayer,
    )
    from qgis.PyQt.QtCore import QSize, Qt
    from qgis.PyQt.QtGui import QColor


def looks(renderer):
    """Labels and fills as the legend has them; an open fill has no colour."""
    found = []
    for item in renderer.legendSymbolItems():
        part = item.symbol().symbolLayer(0)
        shut = not hasattr(part, "brushStyle") or part.brushStyle() != Qt.NoBrush
        found.append([item.label(), part.fillColor().name().upper() if shut else None])
    return found


def undrawn(layer):
    """How many rows with a shape have no symbol."""
    context, renderer = QgsRenderContext(), layer.renderer().clone()
    context.setExpressionContext(QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer)))
    renderer.startRender(context, layer.fields())
    missing = 0
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        missing += feature.hasGeometry() and renderer.symbolForFeature(feature, context) is None
    renderer.stopRender(context)
    return missing


def tips(layer):
    """Map tips of the first rows."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    found = []
    for at, feature in enumerate(layer.getFeatures()):
        if at < 5:
            context.setFeature(feature)
            found.append(QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context))
    return found


def shown(layer):
    """The values of the first row as the attribute table writes them."""
    feature = next(layer.getFeatures(), None)
    registry = QgsApplication.fieldFormatterRegistry()
    found = {}
    for at, field in enumerate(layer.fields() if feature else ()):
        setup = field.editorWidgetSetup()
        formatter = registry.fieldFormatter(setup.type())
        found[field.name()] = formatter.representValue(layer, at, setup.config(), None, feature[at])
    return found


def names(layer):
    """What is written on the map at each row."""
    if not layer.labelsEnabled():
        return []
    written = QgsExpression(layer.labeling().settings().fieldName)
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    found = []
    for feature in layer.getFeatures():
        context.setFeature(feature)
        found.append(written.evaluate(context))
    return found


def bars(layout):
    """The scale of each map that has a graphic one in sight; of that the length and millimetres of a part."""
    found = []
    for item in layout.items():
        if isinstance(item, QgsLayoutItemScaleBar) and item.linkedMap().id() != "letak":
            context = item.createExpressionContext()
            shown, _ = item.dataDefinedProperties().valueAsDouble(QgsLayoutObject.Opacity, context, 100.0)
            if shown > 0:
                unit = {"km": 1000, "m": 1}[item.unitLabel()]
                found.append([item.linkedMap().scale(), item.unitsPerSegment() * unit, item.rect().width()])
    maps = [item for item in layout.items() if isinstance(item, QgsLayoutItemMap) and item.id() != "letak"]
    return {"bars": found, "maps": len(maps)}


def told(layer):
    shapes = [feature.geometry() for feature in layer.getFeatures() if feature.hasGeometry()]
    return {
        "valid": layer.isValid(),
        "crs": layer.crs().authid(),
        "features": layer.featureCount(),
        "fields": layer.fields().names(),
        "aliases": {field.name(): field.alias() for field in layer.fields()},
        "renderer": layer.renderer().type(),
        "legend": looks(layer.renderer()),
        "undrawn": undrawn(layer),
        "tips": tips(layer),
        "shown": shown(layer),
        "names": names(layer),
        "sound": all(shape.isGeosValid() for shape in shapes),
        "ha": sum(shape.area() for shape in shapes) / 1e4,
    }


def tree(group):
    return [
        {node.name(): tree(node)} if isinstance(node, QgsLayerTreeGroup) else node.name()
        for node in group.children()
    ]


def colours(project):
    """How many colours a render of all visible layers has."""
    settings = QgsMapSettings()
    settings.setLayers([node.layer() for node in project.layerTreeRoot().findLayers() if node.isVisible()])
    settings.setDestinationCrs(project.crs())
    settings.setOutputSize(QSize(1000, 700))
    settings.setBackgroundColor(QColor("white"))
    settings.setExtent(settings.fullExtent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    return len({image.pixelColor(x, y).name() for x in range(0, 1000, 2) for y in range(0, 700, 2)})


def project_told(source):
    project = QgsProject.instance()
    opened = project.read(source)
    return {
        "opened": opened,
        "title": project.title(),
        "abstract": project.metadata().abstract(),
        "areas": QgsUnitTypes.toString(project.areaUnits()),
        "tree": tree(project.layerTreeRoot()),
        "layers": {key: told(layer) for key, layer in project.mapLayers().items()},
        "layouts": [layout.name() for layout in project.layoutManager().layouts()],
        "colours": colours(project),
    }


def words(layout):
    labels = [item for item in layout.items() if isinstance(item, QgsLayoutItemLabel)]
    return {item.id(): item.currentText() for item in labels}


def atlas_told(folder):
    """Export the atlas of the project at hand as QGIS does, and say what stands on its first page."""
    sheet, layout = QgsProject.instance().layoutManager().layouts()
    atlas = layout.atlas()
    path = Path(folder, "atlas_qgis.pdf")
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = 60
    QgsLayoutExporter.exportToPdf(atlas, str(path), settings)
    pages = len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))
    found = {"pages": pages, "codes": [], "bars": [bars(sheet)], "sheet": words(sheet)}
    atlas.beginRender()
    going = atlas.first()
    while going:
        found.setdefault("words", words(layout))
        found["bars"].append(bars(layout))
        found["codes"].append(layout.reportContext().feature()["kelurahan_id"])
        going = atlas.next()
    atlas.endRender()
    return found


def hectares(package):
    """Hectares of slums that handled works cover, by QGIS's own overlap analysis, zone by zone in its plane."""
    sys.path.append("/usr/share/qgis/python/plugins")
    import processing
    from processing.core.Processing import Processing

    Processing.initialize()
    QgsProject.instance().setEllipsoid("NONE")

    def run(name, **told):
        return processing.run(f"native:{name}", told | {"OUTPUT": "memory:"})["OUTPUT"]

    # In memory: connections of this version to one GeoPackage disturb each other while it works.
    held = {
        name: QgsVectorLayer(f"{package}|layername={name}", name, "ogr").materialize(QgsFeatureRequest())
        for name in ("bidang", "kumuh", "penanganan")
    }

    def chosen(name, expression):
        return held[name].materialize(QgsFeatureRequest().setFilterExpression(expression))

    ground = held["bidang"]
    zones = sorted({feature["zona"] for feature in ground.getFeatures()})
    total = 0.0
    for zone in zones:
        ids = {feature["kumuh_id"] for feature in ground.getFeatures() if feature["zona"] == zone}
        listed = ", ".join("'" + one.replace("'", "''") + "'" for one in sorted(ids))
        crs = QgsCoordinateReferenceSystem(f"EPSG:{zone}")
        slums = run("reprojectlayer", INPUT=chosen("kumuh", f"kumuh_id IN ({listed})"), TARGET_CRS=crs)
        done = run("reprojectlayer", INPUT=chosen("penanganan", "dihitung"), TARGET_CRS=crs)
        done.setName("selesai")
        found = run("calculatevectoroverlaps", INPUT=run("dissolve", INPUT=slums), LAYERS=[done])
        total += sum(feature["selesai_area"] for feature in found.getFeatures()) / 1e4
    return total


def main(folder, *wanted):
    package = f"{folder}/satu_peta.gpkg"
    application = QgsApplication([], False)
    application.initQgis()
    application.processingRegistry().addProvider(QgsNativeAlgorithms())
    probe = QgsVectorLayer(package, "semua", "ogr")
    names = [entry.split("!!::!!")[1] for entry in probe.dataProvider().subLayers()]
    opened = {name: QgsVectorLayer(f"{package}|layername={name}", name, "ogr") for name in names}
    answer = {"layers": {name: told(layer) for name, layer in opened.items() if layer.isSpatial()}, "projects": {}}
    answer["projects"]["inside"] = project_told(f"geopackage:{package}?projectName=satu_peta")
    answer["projects"]["file"] = project_told(f"{folder}/satu_peta.qgz")
    if "atlas" in wanted:
        answer["atlas"] = atlas_told(folder)
    if "hektare" in wanted:
        answer["hektare"] = hectares(package)
    if "kotaku" in wanted:
        layer = QgsVectorLayer(f"{folder}/kotaku.gpkg", "", "ogr")
        name = layer.dataProvider().subLayers()[0].split("!!::!!")[1]
        answer["kotaku"] = {name: told(layer)}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    os._exit(0)  # QGIS objects that outlive the application crash at exit


if __name__ == "__main__":
    main(*sys.argv[1:])
