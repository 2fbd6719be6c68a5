"""The quality sheet of boundaries: overlaps, gaps, hairlines, and hectares by regulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas
import pytest

from petakumuh.check import coverage, coverage_findings
from petakumuh.findings import frame, with_messages
from tests.conftest import frame as layer
from tests.conftest import square

if TYPE_CHECKING:
    import shapely

    from petakumuh.text import Language

NEAR = 2e-3
"""Geodesic hectares of the small world against planar ones."""


def tiles(*shapes: shapely.Geometry, ids: list[str] | None = None) -> geopandas.GeoDataFrame:
    codes: list[object] = list(ids or (f"99.01.01.100{at}" for at in range(len(shapes))))
    return layer(kelurahan_id=codes, geometry=list(shapes))


def ring() -> list[shapely.Polygon]:
    """Four kelurahan around 100 m x 100 m that belong to none."""
    return [square(0, 0, 200, 100), square(200, 0, 100, 200), square(100, 200, 200, 100), square(0, 100, 100, 200)]


def test_a_gap_is_told_with_its_hectares_width_and_neighbours():
    found = coverage(tiles(*ring()))
    assert len(found.overlaps) == 0
    assert found.gaps["luas_ha"].tolist() == [pytest.approx(1.0, rel=NEAR)]
    assert found.gaps["lebar_m"].tolist() == [pytest.approx(50.0, rel=NEAR)]
    assert found.gaps["ids"].tolist() == [("99.01.01.1000", "99.01.01.1001", "99.01.01.1002", "99.01.01.1003")]
    assert found.gaps.geometry.iloc[0].geom_type == "Polygon"


def test_an_island_in_a_gap_is_no_part_of_it():
    found = coverage(tiles(*ring(), square(140, 140, 20)))
    assert found.gaps["luas_ha"].tolist() == [pytest.approx(0.96, rel=NEAR)]
    assert len(found.gaps["ids"].iloc[0]) == 5


def test_ground_within_an_island_is_a_gap_of_its_own():
    island = square(120, 120, 60).difference(square(140, 140, 20))
    found = coverage(tiles(*ring(), island))
    assert sorted(found.gaps["luas_ha"]) == [pytest.approx(0.04, rel=NEAR), pytest.approx(0.64, rel=NEAR)]


def test_a_slit_that_opens_to_the_outside_is_no_gap():
    found = coverage(tiles(*ring()[:3]))
    assert len(found.gaps) == 0
    assert coverage_findings(found, "batas.gpkg") == []


def test_an_overlap_is_told_and_parts_of_one_kelurahan_are_none():
    shapes = [square(0, 0, 200), square(150, 0, 200), square(190, 100, 200)]
    found = coverage(tiles(*shapes, ids=["B", "A", "A"]))
    told = dict(zip(found.overlaps["ids"], found.overlaps["luas_ha"], strict=True))
    assert len(found.overlaps) == 2
    assert set(told) == {("A", "B")}
    assert found.overlaps["luas_ha"].max() == pytest.approx(1.0, rel=NEAR)
    assert found.overlaps["luas_ha"].min() == pytest.approx(0.1, rel=NEAR)


def test_identical_kelurahan_are_twins():
    found = coverage(tiles(square(0, 0, 200), square(0, 0, 200)))
    (_, twin) = coverage_findings(found, "batas.gpkg")
    assert twin.rule == "kembar_kelurahan"
    assert twin.area_ha == pytest.approx(4.0, rel=NEAR)


def test_hairlines_are_counted_in_the_summary():
    """A gap of 0.5 m x 400 m, closed at both ends, and an overlap of 0.5 m x 400 m: 0.02 ha each."""
    shapes = [
        square(0, 0, 400),
        square(400.5, 0, 400),
        square(0, -100, 800.5, 100),
        square(0, 400, 800.5, 100),
        square(800, 0, 100, 400),
    ]
    found = coverage(tiles(*shapes))
    assert found.hairlines["luas_ha"].tolist() == [pytest.approx(0.02, rel=NEAR)] * 2
    assert found.hairlines["lebar_m"].tolist() == [pytest.approx(0.4994, rel=NEAR)] * 2
    summary = coverage_findings(found, "batas.gpkg")[0]
    assert (summary.rule, summary.values["pasangan"], summary.values["celah"]) == ("liputan_kelurahan", 1, 1)


def test_every_finding_of_boundaries_can_be_said_in_both_languages():
    found = coverage(tiles(*ring(), square(150, 0, 100)), written_ha=[2.0, 2.0, 2.0, 9.0, None])
    said: dict[Language, str] = {"id": "Celah", "en": "gap"}
    for language, word in said.items():
        told = with_messages(frame(coverage_findings(found, "batas.gpkg")), language)
        assert set(told["aturan"]) == {
            "liputan_kelurahan",
            "tumpang_tindih_kelurahan",
            "celah_kelurahan",
            "luas_wilayah_berbeda",
        }
        assert word in told.set_index("aturan")["pesan"]["celah_kelurahan"]


def test_hectares_by_regulation_are_held_against_geometry():
    shapes = [square(0, 0, 200), square(200, 0, 200), square(400, 0, 200), square(600, 0, 200)]
    found = coverage(tiles(*shapes, ids=list("AABC")), written_ha=[8.0, 8.0, 5.0, None])
    areas = found.areas.set_index("kelurahan_id")
    assert areas["geometri_ha"].to_dict() == pytest.approx({"A": 8.0, "B": 4.0, "C": 4.0}, rel=NEAR)
    assert areas["selisih_ha"]["B"] == pytest.approx(-1.0, rel=2 * NEAR)
    assert areas["tertulis_ha"].isna().to_dict() == {"A": False, "B": False, "C": True}
    told = coverage_findings(found, "batas.gpkg")
    assert [(one.rule, one.ids) for one in told] == [("luas_wilayah_berbeda", ("B",))]


def test_areas_in_square_kilometres_are_one_finding_about_the_unit():
    found = coverage(tiles(square(0, 0, 200), square(200, 0, 200)), written_ha=[0.04, 0.041])
    (told,) = coverage_findings(found, "batas.gpkg")
    assert (told.rule, told.values["jumlah"]) == ("luas_wilayah_satuan", 2)


@pytest.mark.towns
def test_the_quality_sheet_of_ttu_has_the_figures_of_its_source(towns):
    rows = geopandas.read_file(towns / "wilayah" / "wb_53.03.geojson").rename(columns={"kode": "kelurahan_id"})
    found = coverage(rows)
    assert len(found.overlaps) == 354
    assert found.overlaps["luas_ha"].sum() == pytest.approx(43.157, abs=0.0005)
    assert len(found.gaps) == 1314
    assert found.gaps["luas_ha"].sum() == pytest.approx(45.230, abs=0.0005)
    assert (found.gaps["ids"].map(len) >= 1).all()
    told = frame(coverage_findings(found, "wb_53.03.geojson"))["aturan"].value_counts()
    assert told["tumpang_tindih_kelurahan"] == 354
    assert told["celah_kelurahan"] == (found.gaps["luas_ha"] > 0.1e-4).sum()
