"""The thematic maps that an RP2KPKPK asks for: what each paints, and how one is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from petakumuh.present.atlas.chart import CIRCLE, Chart, Paint
from petakumuh.present.atlas.frame import Lead
from petakumuh.present.atlas.names import SMALLER, beside, clear_first, name_slums
from petakumuh.present.bands import bands
from petakumuh.present.layers import painted
from petakumuh.present.legend import LEFT, NOT_COUNTED, Look
from petakumuh.present.sheet.paper import INK
from petakumuh.text import number, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from petakumuh.present.atlas.book import Book

__all__ = ["ALL", "Thematic", "ground_paint", "slum_paint", "thematic_maps"]

ALL = "kumuh"
"""The one class of slums that are not told apart."""
_LARGEST = 6.5
"""Radius of the widest circle in millimetres."""
_COVERED = 0.04
"""Of a map all circles together cover at most so much."""
_GAP_MM = 0.9
"""Between a circle and its name."""


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
    yield named("delineasi", [slum_paint(book)], finish=name_slums)
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
        below = _slums(book, fill=book.style["kumuh"]["dasar"], opacity=1)
        yield named("sektor", [below, Paint("penanganan", keys, counted, theme.title)])
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
    return _slums(book, fill=book.style["kumuh"]["polos"], opacity=0.7)


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
    looks = bands(book.style, bounds, language)
    year = last.strip("()")
    for code, name in scores.aturan.aspek.items():
        if f"rata_{code}" not in shares:
            continue
        values = unit.map(shares[f"rata_{code}"]).to_numpy(dtype=np.float64)
        keys = np.array(
            ["" if np.isnan(one) else str(np.searchsorted(bounds, one, side="right")) for one in values]
        )
        title = say("atlas.peta_aspek", language, kode=code, nama=name, tahun=year)
        heads = book.style["aspek"]["label"][language]
        yield Thematic(f"aspek_{code}", title, [Paint("kumuh", keys.astype(object), looks, heads)])


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
    largest, told = _LARGEST * min(max(part, 0.45), 1.3), []
    # Where there are many they are smaller, or they would cover the map and each other.
    here = float(rows.loc[rows["kode"].isin(chart.area.own), "luas_delineasi_ha"].sum())
    if not here > 0:
        return
    largest *= min(1.0, (_COVERED * frame.box[2] * frame.box[3] / (np.pi * largest**2 * here / most)) ** 0.5)
    for code, name, ha in zip(rows["kode"], rows["nama"], rows["luas_delineasi_ha"], strict=True):
        if code not in chart.area.own or code not in book.ground_of or not ha > 0:
            continue
        box = book.stock(chart.area.epsg).boxes("bidang", book.ground_of[code])
        middle = (box[:2] + box[2:]) / 2
        if not np.isfinite(middle).all():
            continue
        radius = max(largest * (ha / most) ** 0.5, 0.5)
        x, y = (float(one) for one in frame.place(middle))
        look = {"facecolor": book.style["sebaran"]["warna"], "edgecolor": "#FFFFFF", "linewidth": 0.5}
        frame.page.circle(x, y, radius, gid="lingkaran", clip=frame.box, **look)
        frame.keep_clear((x - radius, y - radius, x + radius, y + radius))
        chart.marks.add(CIRCLE)
        told.append((name, ha, middle, radius))
    discs = np.array([(*middle, radius * frame.unit) for _, _, middle, radius in told]).reshape(-1, 3)
    for at, (name, ha, middle, radius) in enumerate(told):
        hectares, others = f"{number(ha, 2, book.language)} ha", np.delete(discs, at, axis=0)
        chart.unnamed += not any(
            _label(
                chart,
                book,
                [*frame.page.fit(name, 30 * size / 6.5, size), hectares],
                size,
                of=Lead(middle, radius),
                others=others,
            )
            for size in (points, points * SMALLER)
        )


def _label(
    chart: Chart, book: Book, lines: Sequence[str], points: float, *, of: Lead, others: NDArray[np.float64]
) -> bool:
    """Write lines close to a circle, best where they cover no slum and no other is near; or with a line to it."""
    frame = chart.frame
    half = frame.extent(lines, points) / 2
    gap = of.radius + _GAP_MM
    up, side = (0, half[1] + gap), (half[0] + gap, 0)
    # Diagonally a box is as far from a circle as its corner is.
    ways = np.array([(1, 1), (-1, 1), (1, -1), (-1, -1)])
    offsets = np.vstack([up, (0, -up[1]), side, (-side[0], 0), (half + gap * 0.75) * ways])
    near = of.at + offsets * frame.unit
    corners = np.maximum(np.abs(others[None, :, :2] - near[:, None]) - half * frame.unit, 0)
    room = (np.hypot(*np.moveaxis(corners, 2, 0)) - others[:, 2]).min(axis=1, initial=np.inf) / frame.unit
    places = [
        clear_first(chart, book, list(near[alone]), half * frame.unit)
        for alone in (room > 2 * _GAP_MM, room <= 2 * _GAP_MM)
    ]
    apart = beside(chart, of.at, of.radius, half * frame.unit)
    return (
        frame.write(places[0], lines, points, color=INK)
        or frame.write(apart, lines, points, lead=of, color=INK)
        or frame.write(places[1], lines, points, color=INK)
    )
