"""The thematic maps that an RP2KPKPK asks for: what each paints, and how one is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from petakumuh.present.atlas.chart import CIRCLE, CIRCLE_FILL, Chart, Paint
from petakumuh.present.layers import painted
from petakumuh.present.legend import LEFT, NOT_COUNTED, Look
from petakumuh.present.sheet.cartography import spots
from petakumuh.present.sheet.paper import INK
from petakumuh.text import number, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from petakumuh.present.atlas.book import Book

__all__ = ["ALL", "Thematic", "ground_paint", "slum_paint", "thematic_maps"]

ALL = "kumuh"
"""The one class of slums that are not told apart."""
_PLAIN = "#DDD9D2"
_SCALE = ("#FFF7DC", "#FEC44F", "#D95F0E", "#7F2704")
"""From served to not served: each darker than the last, in colour and in grey."""
_LARGEST = 6.5
"""Radius of the widest circle in millimetres."""


@dataclass(frozen=True)
class Thematic:
    """A thematic map.

    Attributes
    ----------
    name
        ``sebaran, delineasi, tingkat, aspek_1`` ..., ``sektor, tahun, sisa, rencana``.
    ha
        Hectares of classes, where the tables of the run tell them.
    finish
        Draws over each map what is no class: circles, names.
    """

    name: str
    title: str
    paints: Sequence[Paint]
    ha: Mapping[str, float] | None = None
    outlines: bool = True
    names: bool = True
    finish: Callable[[Chart, Book, float], None] | None = None


def ground_paint(book: Book) -> Paint:
    """Paint ground by the year it was first handled; what is left is hatched."""
    theme = book.themes["tahun"]
    # Slums have their own outline: red lines around each piece would look like works.
    looks = {key: replace(look, line=None) if key == LEFT else look for key, look in theme.classes.items()}
    return Paint("bidang", book.keys("tahun"), looks, theme.title)


def thematic_maps(book: Book) -> list[Thematic]:
    """List the maps that a run has something to show on."""
    return list(_maps(book))


def _maps(book: Book) -> Iterator[Thematic]:
    run, language = book.run, book.language

    def named(name: str, paints: Sequence[Paint], **more: Any) -> Thematic:
        return Thematic(name, say(f"atlas.peta_{name}", language), paints, **more)

    yield named(
        "sebaran", [_slums(book, fill=book.style["sisa"]["warna"], opacity=0.55)], names=False, finish=_circles
    )
    yield named("delineasi", [slum_paint(book)], finish=_slum_names)
    if grade := _grade(book):
        yield named("tingkat", [grade])
    yield from _aspects(book)
    works = run.layers.penanganan
    keys = book.keys("penanganan")
    theme = book.themes["penanganan"]
    # Thin lines: two lines along each road would cover what lies between them.
    counted = {
        key: replace(look, width=look.width * 0.4, opacity=max(look.opacity, 0.55))
        for key, look in theme.classes.items()
        if not key.endswith(NOT_COUNTED)
    }
    if counted:
        yield named(
            "sektor", [_slums(book, fill=_PLAIN, opacity=1), Paint("penanganan", keys, counted, theme.title)]
        )
    ground = ground_paint(book)
    total, years = run.tables["total"].iloc[0], run.tables.get("tahun")
    ha = {} if years is None else dict(zip(years["tahun"].astype(str), years["baru_ha"], strict=True))
    ha |= {LEFT: float(total["sisa_ha"]), "": float(total["luas_tertangani_ha"])}
    if set(ground.looks) - {LEFT}:
        yield named("tahun", [ground], ha=ha)
    left = _left(book, ground)
    yield named("sisa", [left], ha={LEFT: ha[LEFT], "tertangani": float(total["luas_tertangani_ha"])})
    plans = (
        (works["status"].astype(str) == "rencana").to_numpy() if "status" in works else np.zeros(len(works), bool)
    )
    if plans.any():
        yield named("rencana", [left, _plans(book, keys, plans)])


def slum_paint(book: Book) -> Paint:
    """Paint slums alike."""
    return _slums(book, fill="#F4A582", opacity=0.7)


def _slums(book: Book, *, fill: str, opacity: float) -> Paint:
    slums, own = book.run.layers.kumuh, book.style["kumuh"]
    label = say("atlas.kumuh", book.language)
    look = Look(label=label, fill=fill, opacity=opacity, line=own["garis"], width=own["tebal"] * 0.6)
    return Paint("kumuh", np.full(len(slums), ALL, dtype=object), {ALL: look}, label)


def _grade(book: Book) -> Paint | None:
    """Paint slums by their class: by score where there are scores, else by what the decree says."""
    theme = book.themes["skor" if book.run.skor is not None else "kumuh"]
    known = [key for key in theme.classes if key]
    if not known:
        return None
    looks = {key: replace(look, opacity=max(look.opacity, 0.85)) for key, look in theme.classes.items()}
    return Paint("kumuh", book.keys(theme.name), looks, theme.title)


def _aspects(book: Book) -> Iterator[Thematic]:
    """Paint slums by the mean of each aspect in the last year, in the bands of the rule set."""
    scores, language = book.run.skor, book.language
    if scores is None:
        return
    last = list(scores.rekap["tahun"])[-1]
    shares = scores.persen[scores.persen["tahun"] == last].set_index("unit_id")
    unit = painted(book.run, scores)["unit_id"]
    bounds = sorted(band.mulai for band in scores.aturan.pita)
    looks = _bands(book, bounds)
    year = last.strip("()")
    for code, name in scores.aturan.aspek.items():
        if f"rata_{code}" not in shares:
            continue
        values = unit.map(shares[f"rata_{code}"]).to_numpy(dtype=np.float64)
        keys = np.array(
            ["" if np.isnan(one) else str(np.searchsorted(bounds, one, side="right")) for one in values]
        )
        title = say("atlas.peta_aspek", language, kode=code, nama=name, tahun=year)
        heads = say("atlas.rata_aspek", language)
        yield Thematic(f"aspek_{code}", title, [Paint("kumuh", keys.astype(object), looks, heads)])


def _bands(book: Book, bounds: Sequence[float]) -> dict[str, Look]:
    """Give the bands of a rule set their looks, the last to all that are worse."""
    own, language = book.style["skor"], book.language
    common = {"line": own["garis"], "width": own["tebal"] * 0.6}
    ends = [0.0, *(one * 100 for one in bounds), 100.0]
    looks = {}
    for at, (low, high) in enumerate(pairwise(ends)):
        label = f"{number(low, 0, language)} – {number(high, 0, language)} %"
        looks[str(at)] = Look(label=label, fill=_SCALE[min(at, len(_SCALE) - 1)], **common)
    nothing = Look(
        label=say("peta.tanpa_skor", language), fill="#FFFFFF", hatch="titik", hatch_color="#7A7A7A", **common
    )
    return looks | {"": nothing}


def _left(book: Book, ground: Paint) -> Paint:
    """Paint what is left; what is handled is plain."""
    looks = {}
    keys = np.where(ground.keys == LEFT, LEFT, "tertangani").astype(object)
    if "tertangani" in set(keys):
        looks["tertangani"] = Look(
            label=say("kolom.tertangani", book.language), fill="#BFC4C9", line="#BFC4C9", width=0.05
        )
    if LEFT in ground.looks:
        looks[LEFT] = replace(ground.looks[LEFT], fill="#FFFFFF")
    return Paint("bidang", keys, looks, say("lembar.kumuh", book.language).split(" (")[0])


def _plans(book: Book, keys: NDArray[Any], plans: NDArray[np.bool_]) -> Paint:
    """Paint works that are planned, as strongly as others are painted that count."""
    theme = book.themes["penanganan"]
    looks = {}
    for key, look in theme.classes.items():
        if (plans & (keys == key)).any():
            own = theme.classes.get(key.removesuffix(NOT_COUNTED), look)
            label = key.removesuffix(NOT_COUNTED)
            looks[key] = replace(own, label=label, opacity=max(own.opacity, 0.55), width=own.width * 0.4, dash=())
    return Paint("penanganan", keys, looks, say("atlas.rencana", book.language)).only(plans)


def _circles(chart: Chart, book: Book, points: float) -> None:
    """Draw the hectares of each kelurahan as a circle, the widest first, and write its name and hectares."""
    frame, table = chart.frame, book.run.tables["kelurahan"]
    most = float(table["luas_delineasi_ha"].max())
    part = min(frame.box[2:]) / 190
    rows = table.sort_values("luas_delineasi_ha", ascending=False, kind="stable")
    told = []
    for code, name, ha in zip(rows["kode"], rows["nama"], rows["luas_delineasi_ha"], strict=True):
        if code not in chart.area.own or code not in book.ground_of or not ha > 0:
            continue
        box = book.stock(chart.area.epsg).boxes("bidang", book.ground_of[code])
        middle = (box[:2] + box[2:]) / 2
        if not np.isfinite(middle).all():
            continue
        radius = max(_LARGEST * min(max(part, 0.45), 1.3) * (ha / most) ** 0.5, 0.5)
        x, y = (float(one) for one in frame.place(middle))
        look = {"facecolor": CIRCLE_FILL, "edgecolor": "#FFFFFF", "linewidth": 0.5, "clip": frame.box}
        frame.page.circle(x, y, radius, gid="lingkaran", **look)
        frame.keep_clear((x - radius, y - radius, x + radius, y + radius))
        chart.marks.add(CIRCLE)
        told.append((name, ha, middle, radius))
    for name, ha, middle, radius in told:
        lines = [*frame.page.fit(name, 30 * points / 6.5, points), f"{number(ha, 2, book.language)} ha"]
        wide = max(frame.page.width(line, points) for line in lines) / 2 + radius + 0.8
        high = radius + len(lines) * points * 0.21 + 0.8
        around = [(0, high), (0, -high), (wide, 0), (-wide, 0), (wide, high * 0.8), (-wide, -high * 0.8)]
        frame.write([middle + np.array(one) * frame.unit for one in around], lines, points, color=INK)


def _slum_names(chart: Chart, book: Book, points: float) -> None:
    """Write the names of slums, the widest first; what finds no room is left out."""
    frame, layer = chart.frame, book.stock(chart.area.epsg).layer("kumuh")
    seen = layer.within(frame.bounds)
    shapes = frame.cut(layer.shapes[seen])
    wide = np.ptp(shapely.bounds(shapes).reshape(-1, 2, 2), axis=1).max(axis=1)
    for at in np.argsort(-np.nan_to_num(wide), kind="stable")[:400]:
        name = book.slum_names[book.slum_ids[layer.rows[seen[at]]]]
        size = points * 0.8
        lines = frame.page.fit(name, 22 * points / 6.5, size, lines=2)
        if wide[at] > 1.5 * frame.unit:
            frame.write(spots(shapes[at])[:2], lines, size, color="#7A2E0E")
