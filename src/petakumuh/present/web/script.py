"""What the page is made of, as JavaScript reads it; every text of it is inert."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from petakumuh.present.legend import LEFT
from petakumuh.present.web.base_maps import base_maps
from petakumuh.present.web.escape import inert
from petakumuh.present.web.layers import Entry, Paint, entries, every_layer, named, paints
from petakumuh.present.web.looks import left, on_screen
from petakumuh.present.web.recap import HECTARES, figures, stops, towns
from petakumuh.present.web.scores import told
from petakumuh.present.web.shapes import boxes, lonlat, steps
from petakumuh.present.web.symbols import symbols
from petakumuh.present.web.tiles import LARGE, MANY, tiles
from petakumuh.text import Language, number, say
from petakumuh.text.codes import rt_rw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from petakumuh.model import Result
    from petakumuh.present.web.layers import Layer

__all__ = ["content", "written"]

_CODES = {"kelurahan_id", "kumuh_id", "penanganan_id", "id", "tahun", "tahun_pertama"}
"""Columns that are text, whatever they look like."""
_WORDS = (
    "seluruh", "kumuh", "tertangani", "sisa", "sampai", "putar", "cari", "semua", "tidak_ada", "ke_panel", "tahun",
    "tertangani_ha", "sisa_ha", "dasar", "tanpa_dasar", "panel", "sebelum", "sesudah", "ukur_mulai", "jarak",
    "luas", "hapus", "perbesar", "perkecil", "utara", "alat_rumah", "alat_layar", "alat_sapu", "alat_ukur",
    "alat_gambar", "alat_cetak", "lingkaran_kelurahan", "lingkaran_kabupaten_kota", "dari_bidang",
    "keadaan_awal", "keadaan_sampai", "keadaan_akhir",
)  # fmt: skip


def written(told: Mapping[str, Any]) -> str:
    """Write the content as one constant of JavaScript."""
    return f"const petakumuh_isi = {json.dumps(told, separators=(',', ':'), allow_nan=False)};"


def content(run: Result, language: Language) -> dict[str, Any]:
    """Lay out all that the page shows.

    Returns
    -------
        ``lapisan``, shapes and the words of their popups; ``cat``, how they are painted; ``daftar``, what the
        panel switches on and off; ``sisa``, the look of ground that is left; ``rekap``, the figures; ``cari``,
        what a search finds; ``tempat``, names on the map; ``simbol``, circles for what is small; ``dasar``, base
        maps; ``petak``, tiles; ``pandang``, the corners of the first view; ``kata``, words of the page.
    """
    layers = every_layer(run, language)
    drawn = {layer.pane: lonlat(layer.rows) for layer in layers}
    tiled = _tiled(drawn)
    painted = paints(run, layers, language)
    return {
        "bahasa": language,
        "kata": {name: inert(say(f"peta.{name}", language)) for name in _WORDS},
        "pandang": _view(drawn["kumuh"]),
        "lapisan": [_layer(run, layer, drawn[layer.pane], tiled, language) for layer in layers],
        "cat": [_paint(run, paint) for paint in painted],
        "daftar": [_entry(entry, painted) for entry in entries(painted, language)],
        "sisa": on_screen(left(run, language)),
        "rekap": figures(run, language),
        "cari": list(_found(run, layers, language)),
        "tempat": [*_near(run, drawn), *_far(run, drawn)],
        "simbol": symbols(run, painted, drawn),
        "dasar": base_maps(run.recipe.keluaran.peta_dasar),
        "petak": tiles({name: drawn[name] for name in tiled}) if tiled else [],
    }


def _tiled(drawn: Mapping[str, NDArray[Any]]) -> list[str]:
    """Name the layers drawn by tiles: the large ones, where there are many polygons."""
    counts = {name: len(shapes) for name, shapes in drawn.items() if name != "temuan"}
    return [name for name, count in counts.items() if count > LARGE] if sum(counts.values()) > MANY else []


def _view(shapes: NDArray[Any]) -> list[list[float]]:
    """Give the south-west and north-east corners of the slums, latitude first as Leaflet wants them."""
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return [[south, west], [north, east]]


def _layer(
    run: Result, layer: Layer, shapes: NDArray[Any], tiled: Sequence[str], language: Language
) -> dict[str, Any]:
    columns = list(layer.columns)
    cells = [_column(layer.rows[name], name, language) for name in columns]
    labels = [say(f"kolom.{name}", language) for name in columns]
    if layer.pane == "kumuh" and run.skor is not None:
        more, scored = told(run, run.skor, language)
        labels += more
        cells += [[inert(one) for one in column] for column in zip(*scored, strict=True)]
    return {
        "nama": layer.pane,
        "kolom": [inert(one) for one in labels],
        # Where the figures of the recap stand, which follow the slider.
        "angka": columns.index(HECTARES[1]) if HECTARES[1] in columns else -1,
        "kode": [at for at, name in enumerate(columns) if name in _CODES],
        "judul": [inert(one) for one in layer.rows["judul"]],
        "isi": list(zip(*cells, strict=True)),
        "bentuk": None if layer.pane in tiled else steps(shapes),
        "petak": tiled.index(layer.pane) if layer.pane in tiled else -1,
        "kotak": boxes(shapes) if layer.pane in ("kelurahan", "kumuh") else [],
    }


def _column(values: pd.Series[Any], name: str, language: Language) -> list[str]:
    """Write the cells of a column; an empty one stands for a row that is left out of the popup."""
    if name.endswith("_ha") or name.startswith("persen_"):
        return [inert(number(one, language=language)) for one in values]
    if name == "jumlah_sektor":
        return [inert(number(one, 0, language)) for one in values]
    return ["" if pd.isna(one) else inert(one) for one in values]


def _paint(run: Result, paint: Paint) -> dict[str, Any]:
    classes = {key: at for at, key in enumerate(paint.classes)}
    told: dict[str, Any] = {
        "nama": paint.name,
        "lapisan": paint.pane,
        "rupa": [on_screen(look) for look in paint.classes.values()],
        "kelas": [classes[key] for key in paint.keys],
    }
    if paint.on_the_way:
        told["langkah"] = [[classes[key] for key in keys] for keys in paint.on_the_way]
    if paint.name == "tahun":
        told["sejak"] = _since(run, classes)
    return told


def _since(run: Result, classes: Mapping[str, int]) -> list[int]:
    """Say from which stop on each class is handled; -1 where it never is, whose look is that of ground left."""
    years = {year: at for at, year in enumerate(stops(run), 1)}
    return [-1 if key == LEFT else years.get(key, 1) for key in classes]


def _entry(entry: Entry, painted: Sequence[Paint]) -> dict[str, Any]:
    paint = next(one for one in painted if one.name == entry.paint)
    order = list(paint.classes)
    return {
        "cat": entry.paint,
        "pilih": [order.index(key) for key in entry.picks],
        "nama": inert(entry.name),
        "kelompok": inert(entry.group),
        "tampil": entry.show,
        "satu": entry.alone,
    }


def _found(run: Result, layers: Sequence[Layer], language: Language) -> Iterator[list[Any]]:
    """List what a search finds: level, row, name, and what else is known of it."""
    if run.recipe.kumuh.sk:
        yield ["semua", 0, inert(run.recipe.kumuh.sk), inert(say("peta.cari_sk", language))]
    rows = {layer.pane: layer.rows for layer in layers}
    towns = rows["kelurahan"]
    for at, row in enumerate(towns[["judul", "kelurahan_id", "kecamatan"]].fillna("").to_dict("records")):
        hint = " · ".join(one for one in (say("tingkat_wilayah.kelurahan", language), row["kecamatan"]) if one)
        yield ["kelurahan", at, inert(row["judul"]), inert(f"{hint} · {row['kelurahan_id']}")]
    slums = rows["kumuh"]
    for at, row in enumerate(slums[["judul", "kumuh_id", "kelurahan"]].fillna("").to_dict("records")):
        unit = rt_rw(row["kumuh_id"]) or rt_rw(row["judul"])
        parts = (say("tingkat_wilayah.kumuh", language), row["kelurahan"], unit, row["kumuh_id"])
        yield ["kumuh", at, inert(row["judul"]), inert(" · ".join(str(one) for one in parts if one))]


def _near(run: Result, drawn: Mapping[str, NDArray[Any]]) -> list[dict[str, Any]]:
    """Name kelurahan, those with most slum first; ``baris`` is its row."""
    rows = run.layers.kelurahan
    area = run.tables["kelurahan"].set_index("kode")["luas_delineasi_ha"]
    order = np.argsort(-rows["kelurahan_id"].map(area).fillna(0).to_numpy(), kind="stable")
    names, middles = list(named(rows, "kelurahan_id")), shapely.point_on_surface(drawn["kelurahan"])
    return [
        {"kelas": "dekat", "baris": int(at), "nama": inert(names[at]),
         "di": [round(middles[at].y, 6), round(middles[at].x, 6)]}
        for at in order
        if not middles[at].is_empty
    ]  # fmt: skip


def _far(run: Result, drawn: Mapping[str, NDArray[Any]]) -> Iterator[dict[str, Any]]:
    """Name kabupaten/kota for the far view; ``baris`` is its row in the recap."""
    names = run.tables["kabupaten_kota"].set_index("kode")["nama"]
    codes = run.layers.kelurahan["kabupaten_kota_id"].to_numpy()
    for at, code in enumerate(towns(run)):
        box = shapely.total_bounds(drawn["kelurahan"][codes == code]).tolist()
        west, south, east, north = (round(one, 6) for one in box)
        yield {
            "kelas": "wilayah",
            "baris": at,
            "nama": inert(names.get(code, code)),
            "di": [north, round((west + east) / 2, 6)],
            "batas": [[south, west], [north, east]],
        }
