"""Real QGIS opens the GeoPackage, finds it whole, and measures the same hectares by its own means."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from petakumuh.present import vector
from petakumuh.present.kotaku import FIELDS

from .test_painted import scored

PYTHON = Path("/usr/bin/python3")
SCRIPT = """
import json, os, sys
from qgis.core import QgsApplication, QgsVectorLayer
application = QgsApplication([], False)
application.initQgis()
told = {}
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr")
    shapes = [feature.geometry() for feature in layer.getFeatures() if feature.hasGeometry()]
    told[name] = {
        "valid": layer.isValid(), "crs": layer.crs().authid(), "features": layer.featureCount(),
        "fields": layer.fields().names(),
        "sound": all(shape.isGeosValid() for shape in shapes), "ha": sum(shape.area() for shape in shapes) / 1e4,
    }
print(json.dumps(told))
sys.stdout.flush()
os._exit(0)
"""


def opened(path, *names):
    """What QGIS says of layers of a GeoPackage."""
    probe = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("QGIS for Python is not installed (Debian: python3-qgis)")
    done = subprocess.run(
        [PYTHON, "-c", SCRIPT, path, *names],
        capture_output=True, text=True, check=True, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.mark.qgis
def test_qgis_opens_every_layer_and_agrees_on_the_hectares(small, tmp_path):
    small.tulis(tmp_path / "hasil")
    names = ["kumuh", "kelurahan", "penanganan", "bidang", "temuan"]
    told = opened(tmp_path / "hasil" / "satu_peta.gpkg", *names)
    assert all(one["valid"] and one["sound"] for one in told.values())
    assert {name: one["features"] for name, one in told.items()} == {
        "kumuh": 3, "kelurahan": 2, "penanganan": 3, "bidang": len(small.bidang), "temuan": len(small.findings),
    }  # fmt: skip
    assert told["bidang"]["crs"] == "EPSG:32749"
    assert told["bidang"]["ha"] == pytest.approx(4.0, abs=1e-6)


@pytest.mark.qgis
def test_qgis_opens_the_scores_and_the_layer_of_the_programme(tmp_path):
    run = scored()
    for name, write in vector.files(run, "id").items():
        write(tmp_path / name)
    told = opened(tmp_path / "satu_peta.gpkg", "skor") | opened(tmp_path / "kotaku.gpkg", "Kumuh_Kota_Uji")
    assert list(told) == ["skor", "Kumuh_Kota_Uji"]
    for one in told.values():
        assert one["valid"]
        assert one["sound"]
        assert (one["features"], one["crs"]) == (4, "EPSG:32749")
        assert one["ha"] == pytest.approx(0.75 + 0.5 + 1 + 1, abs=1e-6)
    assert "total_2021" in told["skor"]["fields"]
    assert tuple(told["Kumuh_Kota_Uji"]["fields"]) == ("fid", *FIELDS)
