"""What the tests share: a small world whose answers are known by head, and the real towns beside the project."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas
import hypothesis
import pytest
import shapely

import petakumuh
import petakumuh.present

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from petakumuh import Run

SHARED = Path(__file__).parents[2] / "shared" / "data"
ORIGIN = (350_000.0, 9_230_000.0)
CRS = 32749

hypothesis.settings.register_profile("petakumuh", deadline=None, max_examples=60, derandomize=True)
hypothesis.settings.load_profile("petakumuh")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Make a skip for want of the real towns or of another program a failure where all are expected."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    wants = {"towns", "browser", "qgis", "libreoffice", "poppler", "postgis", "pygeoapi", "atheris"} & {
        mark.name for mark in item.iter_markers()
    }
    if wants and report.skipped and os.environ.get("PETAKUMUH_STRICT"):
        report.outcome = "failed"
        report.longrepr = f"skipped where it must run: {report.longrepr[-1]}"


@pytest.fixture(scope="session")
def towns() -> Path:
    """The folder of real towns; where it is absent the test skips."""
    if not SHARED.is_dir():
        pytest.skip("the real towns (../shared/data) are absent")
    return SHARED


def square(west: float, south: float, width: float, height: float | None = None) -> shapely.Polygon:
    """A rectangle in metres from the origin of the small world."""
    x, y = ORIGIN[0] + west, ORIGIN[1] + south
    return shapely.box(x, y, x + width, y + (width if height is None else height))


def frame(crs: object = CRS, **columns: Sequence[object]) -> geopandas.GeoDataFrame:
    """A layer from columns, one of them ``geometry``."""
    return geopandas.GeoDataFrame(columns, geometry="geometry", crs=crs)


def kelurahan() -> geopandas.GeoDataFrame:
    """Two kelurahan side by side, 400 m x 400 m each."""
    return frame(
        kode=["99.01.01.1001", "99.01.01.1002"],
        nama=["Barat", "Timur"],
        kecamatan=["Tengah", "Tengah"],
        kabupaten_kota=["Kota Uji", "Kota Uji"],
        provinsi=["Uji", "Uji"],
        geometry=[square(0, 0, 400), square(400, 0, 400)],
    )


def kumuh() -> geopandas.GeoDataFrame:
    """One slum of 2 ha in Barat, one of 1 ha over the border, one of 1 ha half outside every kelurahan."""
    return frame(
        kumuh_id=["A", "B", "C"],
        nama=["Satu", "Dua", "Tiga"],
        kelurahan=["Barat", "Timur", "Timur"],
        luas_sk_ha=[2.0, 1.0, 1.5],
        geometry=[square(0, 0, 200, 100), square(350, 200, 100), square(750, 0, 100)],
    )


def works(**columns: list[object]) -> geopandas.GeoDataFrame:
    """A road of 2020 on 1 ha of A, a drain of 2021 on half of that and half as much again, a plan on B."""
    rows: dict[str, list[object]] = {
        "id": ["P1", "P2", "P3"],
        "nama": ["Jalan", "Drainase", "Rencana jalan"],
        "sektor": ["jalan", "drainase", "jalan"],
        "tahun": ["2020", "2021", "2025"],
        "status": ["selesai", "selesai", "rencana"],
        "opd": ["PU", "Perkim", "PU"],
        "sumber_dana": ["APBD", "APBN", "APBD"],
        "geometry": [square(0, 0, 100), square(50, 0, 100), square(350, 200, 100)],
    }
    return frame(**(rows | columns))


@pytest.fixture
def few_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of other things than outputs write tables, layers and the web map alone, for the sake of time."""
    wanted = ("tables", "vector", "web")
    every = petakumuh.present._PRESENTERS
    monkeypatch.setattr(petakumuh.present, "_PRESENTERS", {name: every[name] for name in wanted})


@pytest.fixture(scope="session")
def small() -> Run:
    """A run of the small world."""
    return petakumuh.run(kumuh=kumuh(), kelurahan=kelurahan(), penanganan=works())


@pytest.fixture(scope="session")
def sample() -> Run:
    """A run of the sample."""
    return petakumuh.run(petakumuh.contoh())


@pytest.fixture(scope="session")
def pekalongan(towns: Path) -> Run:
    """A run of Pekalongan: the slums of 2020, and those of 2024 as if they were works."""
    folder = towns / "pekalongan"
    return petakumuh.run(
        kumuh={"file": folder / "sk2020.kmz", "lapisan": ["Kum*"]},
        kelurahan=folder / "kelurahan.geojson",
        penanganan={"file": folder / "sk2024.kmz", "sektor": "SK 2024"},
    )


@pytest.fixture(scope="session")
def saumlaki(towns: Path) -> Run:
    """A run of Saumlaki: four networks as lines of 4 m."""
    folder = towns / "saumlaki"
    networks = {
        "Transportasi": "jalan",
        "Drainase": "drainase",
        "AirLimbah": "air limbah",
        "AirMinum": "air minum",
    }
    return petakumuh.run(
        kumuh=folder / "KAWASANKUMUH.geojson",
        kelurahan={"file": folder / "BATASDESA.geojson", "crs": "EPSG:32752"},
        penanganan=[
            {"file": folder / f"Jaringan{name}.geojson", "sektor": sector, "lebar_m": 4}
            for name, sector in networks.items()
        ],
    )


@pytest.fixture(scope="session")
def pontianak(towns: Path) -> Run:
    """A run of Pontianak, across the equator."""
    return run_pontianak(towns, "batasdesa_kota_pontianak.geojson")


@pytest.fixture(scope="session")
def handed_over(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Everything that a run hands over, by the name of the run's fixture: each folder written once."""

    @cache
    def folder(name: str) -> Path:
        made = tmp_path_factory.mktemp(name) / "hasil"
        request.getfixturevalue(name).tulis(made)
        return made

    return folder


def run_pontianak(towns: Path, boundaries: str) -> Run:
    """Run Pontianak by one of two sets of boundaries."""
    folder = towns / "pontianak"
    return petakumuh.run(
        kumuh=folder / "KUMUH.kmz",
        kelurahan=folder / boundaries,
        penanganan={"file": folder / "Jaling_ptk_v1.kml", "sektor": "jalan", "lebar_m": 4},
    )
