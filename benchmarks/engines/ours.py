"""Our own: the label kernel by itself, and the whole cut of petakumuh from prepared files.

The kernel by itself answers what the peers answer, ground by ground, each slum as it was delineated. The cut
gives ground claimed by two slums to one of them, keeps who lost what, and knows every set of works.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow.parquet
import shapely

from engines.answer import SECTORS, YEARS, Answer, Layers, read, summed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandas import DataFrame

    from petakumuh.kernel import Labels
    from petakumuh.overlay import Overlay
    from petakumuh.prepared import Part, Prepared

CRS = 32751
BY = ("sektor", "tahun")
_SETS = len(YEARS) * len(SECTORS)
_ALL = 10**9
"""More slums than there are: all of them in one chunk."""


def tables(folder: Path, *, certify: bool = False, touches: bool = False) -> Answer:
    """Measure (a), (b), (c) and every set of sector and year, all slums at once."""
    return _totals(folder, vars(_cut(_prepared(folder), certify=certify, touches=touches)))


def certified(folder: Path) -> Answer:
    """Measure the same, every slum by GEOS as well."""
    return tables(folder, certify=True)


def every_work(folder: Path) -> Answer:
    """Measure the same, certified, and what each single work covers."""
    return tables(folder, certify=True, touches=True)


def first_year(folder: Path) -> Answer:
    """Build the ground first covered in each year, and what is left, with geometry."""
    from petakumuh.account import display_key
    from petakumuh.overlay import drawn

    cut = _cut(_prepared(folder))
    key = display_key(cut.pieces, cut.groups, cut.links)[["kelurahan_id", "kumuh_id", "tahun_pertama"]]
    ground = drawn(cut, key)
    left = ground.loc[ground["tahun_pertama"] == "", "luas_ha"].sum()
    return _totals(folder, vars(cut))._replace(left=float(left))


def pieces(folder: Path) -> Answer:
    """Build every piece."""
    from petakumuh.overlay import drawn

    cut = _cut(_prepared(folder))
    ground = drawn(cut, cut.pieces.set_index("piece_id", drop=False)[["piece_id"]])
    return _totals(folder, vars(cut))._replace(rows=len(ground))


def chunks(folder: Path, workers: int) -> Answer:
    """Measure in chunks by processes; they leave parts on disk, which are joined."""
    from petakumuh.chunks import gathered, run_chunks, with_workers

    there = _prepared(folder)
    with tempfile.TemporaryDirectory() as work:
        done = run_chunks(there, cut_part, partial(with_workers, workers), work, options={"folder": there.folder})
        found = gathered(done)
    return _totals(folder, found | {"groups": there.groups})


def chunks_1(folder: Path) -> Answer:
    """Measure in chunks by one process."""
    return chunks(folder, 1)


def chunks_2(folder: Path) -> Answer:
    """Measure in chunks by two processes."""
    return chunks(folder, 2)


def cut_part(part: Part, options: Mapping[str, Any]) -> Mapping[str, DataFrame]:
    """Cut one chunk, as a worker does it."""
    from petakumuh.overlay import overlay
    from petakumuh.overlay.result import PARTS
    from petakumuh.prepared import open_prepared

    groups = open_prepared(options["folder"]).groups
    cut = overlay([part], by=BY, certify=False, touches=False, groups=groups, mine={part.epsg: part.mine})
    return {name: getattr(cut, name) for name in PARTS}


def kernel(folder: Path, threads: int = 1) -> Answer:
    """Measure (a), (b), (c) and every set of sector and year: one pass per slum, not certified by GEOS."""
    layers = read(folder)
    labels = _labels(layers, threads)
    if labels.reason.any():
        raise ArithmeticError(f"{int((labels.reason > 0).sum())} slums are not certified")
    return _of_labels(layers, labels)


def prepare(folder: Path) -> None:
    """Sort a load along a curve, once, before anything is timed.

    The layers are handed over as they are: the door and the checks are no part of what is compared, and they
    would cut a nation into the zones of UTM, while the peers measure it in one.
    """
    import geopandas

    from petakumuh import recipe
    from petakumuh.check import Checked
    from petakumuh.intake import Intake
    from petakumuh.model import Zone
    from petakumuh.prepared import prepare as write

    towns, slums, works = (
        geopandas.read_parquet(folder / f"{name}.parquet", columns=[*names, "geometry"])
        for name, names in (("kelurahan", ["kode"]), ("kumuh", ["kumuh_id"]), ("penanganan", ["id", *BY]))
    )
    zone = Zone(
        kumuh=slums.assign(disebut_id=""),
        kelurahan=towns.rename(columns={"kode": "kelurahan_id"}),
        penanganan=works.rename(columns={"id": "penanganan_id"}).assign(dihitung=True, sebelum_dasar=False),
        epsg=CRS,
    )
    order = recipe.from_tables(
        {"kumuh": "kumuh.parquet", "kelurahan": "kelurahan.parquet", "hitung": {"by": list(BY)}}, folder=folder
    )
    taken = Intake(files=cast("Any", None), checked=Checked((zone,), ()), lampiran=None, findings=(), inputs=())
    write(taken, order, folder / "siapan", overwrite=True)


def _prepared(folder: Path) -> Prepared:
    from petakumuh.prepared import open_prepared

    return open_prepared(folder / "siapan")


def _cut(there: Prepared, *, certify: bool = False, touches: bool = False) -> Overlay:
    """Cut all slums at once."""
    from petakumuh.overlay import overlay
    from petakumuh.prepared import read_chunk

    (chunk,) = there.chunks(_ALL)
    part = read_chunk(there.folder, chunk)
    return overlay([part], by=BY, certify=certify, touches=touches, groups=there.groups)


def _totals(folder: Path, cut: Mapping[str, Any]) -> Answer:
    """Sum pieces by kelurahan, by first year and by sector."""
    codes = pyarrow.parquet.read_table(folder / "kelurahan.parquet", columns=["kode"])["kode"].to_pylist()
    pieces, links, groups = cut["pieces"], cut["links"], cut["groups"]
    town = pieces["kelurahan_id"].map({code: at for at, code in enumerate(codes)})
    inside, hectares = town.notna().to_numpy(), pieces["luas_ha"].to_numpy()
    row, group = links["piece_id"].to_numpy(), links["group_id"].to_numpy()
    row, group = row[inside[row]], group[inside[row]]
    year = groups["tahun"].astype(int).to_numpy() - YEARS.start
    sector = groups["sektor"].map(SECTORS.index).to_numpy()
    first = np.full(len(pieces), len(YEARS))
    np.minimum.at(first, row, year[group])
    handled = first < len(YEARS)
    both = np.unique(row * len(SECTORS) + sector[group])
    return Answer(
        summed(town[inside].astype(int), hectares[inside], len(codes)),
        summed(town[handled].astype(int), hectares[handled], len(codes)),
        first=summed(first[handled], hectares[handled], len(YEARS)),
        sector=summed(both % len(SECTORS), hectares[both // len(SECTORS)], len(SECTORS)),
        rows=len(pieces),
        once=True,
    )


def _labels(layers: Layers, threads: int) -> Labels:
    """Measure every set of works and kelurahan on each slum."""
    from petakumuh.kernel import flat, label_areas

    shapes = np.concatenate([layers.works, layers.towns])
    group = (layers.year - YEARS.start) * len(SECTORS) + layers.sector
    group = np.concatenate([group, _SETS + np.arange(len(layers.towns))])
    slum, on = shapely.STRtree(shapes).query(layers.slums)
    order = np.lexsort((on, slum))
    start = np.searchsorted(slum[order], np.arange(len(layers.slums) + 1))
    return label_areas(flat(layers.slums), flat(shapes), group=group, start=start, on=on[order], threads=threads)


def _of_labels(layers: Layers, labels: Labels) -> Answer:
    """Sum the sets of works by kelurahan, by first year and by sector."""
    row = np.repeat(np.arange(len(labels.area_m2)), np.diff(labels.start))
    towns = labels.groups >= _SETS
    town = np.full(len(labels.area_m2), -1)
    town[row[towns]] = labels.groups[towns] - _SETS
    row, work = row[~towns], labels.groups[~towns]
    inside, hectares = town >= 0, labels.area_m2 / 1e4
    first = np.full(len(hectares), len(YEARS))
    np.minimum.at(first, row, work // len(SECTORS))
    handled = inside & (first < len(YEARS))
    both = np.unique(row[inside[row]] * len(SECTORS) + (work % len(SECTORS))[inside[row]])
    count = len(layers.towns)
    return Answer(
        summed(town[inside], hectares[inside], count),
        summed(town[handled], hectares[handled], count),
        first=summed(first[handled], hectares[handled], len(YEARS)),
        sector=summed(both % len(SECTORS), hectares[both // len(SECTORS)], len(SECTORS)),
        rows=int(inside.sum()),
    )


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
