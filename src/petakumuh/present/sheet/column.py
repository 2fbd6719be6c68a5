"""The words beside the maps, from above: title and figures, recap, legend; sources at the foot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D

from petakumuh.catalog import style
from petakumuh.measure import zone_name
from petakumuh.model import OUTSIDE
from petakumuh.present import imprint
from petakumuh.present.basis import basis, certified
from petakumuh.present.sheet.looks import BORDER, LAND, LEFT, RING, SLUM, SMALL, SMALL_MM
from petakumuh.present.sheet.paper import COLUMN, INK, ROWS, SOFT, Paper, known
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from petakumuh.model import Result
    from petakumuh.present.sheet.looks import GroundClass

__all__ = ["sources", "write_legend", "write_recap", "write_sources", "write_title"]

_HEADLINE = (
    ("kumuh", "luas_delineasi_ha", ""),
    ("tertangani", "luas_tertangani_ha", "persen_tertangani"),
    ("sisa", "sisa_ha", "persen_sisa"),
)
_FIGURES = ("luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha", "persen_sisa")
_RIGHTS = (54.0, 71.5, 82.5, 95.5, 107.0)
_HALF = COLUMN[2] / 2 + 2
_ONE_COLUMN = 4
"""Classes of ground that the legend lists one below the other."""


def write_title(paper: Paper, run: Result) -> float:
    """Write title, region and the three figures that matter; return where they end."""
    x, y, wide, high = COLUMN
    y += high
    for line in paper.fit(imprint.title(run, paper.language), wide, 13, lines=3, weight="bold"):
        y -= 5.8
        paper.text(x, y, line, 13, weight="bold")
    where = imprint.region(run)
    for line in paper.fit(where, wide, 8.5, lines=2) if where else ():
        y -= 5
        paper.text(x, y, line, 8.5, color=SOFT)
    y -= 3
    paper.rule(x, y, wide, 0.8)
    total = run.tables["total"].iloc[0]
    for at, (key, column, share) in enumerate(_HEADLINE):
        left = x + at * wide / 3
        percent = f"  ·  {number(total[share], 2, paper.language)} %" if share else ""
        paper.text(left, y - 4.5, say(f"lembar.{key}", paper.language) + percent, 6, color=SOFT)
        paper.text(left, y - 10.5, number(total[column], 2, paper.language), 14, weight="bold")
    paper.rule(x, y - 14, wide, 0.4, SOFT)
    return y - 14


def write_recap(paper: Paper, run: Result, level: str, rows: Sequence[dict[str, Any]], y: float) -> float:
    """Write the recap: areas, the rest in one row, ground in no kelurahan, total; return where it ends."""
    table = run.tables[level]
    shown = rows if len(rows) <= ROWS else rows[: ROWS - 1]
    lines = [(str(row["nomor"]), known(row["nama"]) or "–", [row[one] for one in _FIGURES]) for row in shown]
    if rest := rows[len(shown) :]:
        lines.append(("", say("lembar.lainnya", paper.language, jumlah=len(rest)), _summed(rest)))
    # Where no ground lies in a kelurahan, that ground is the row of the recap.
    outside = table[table["kode"] == OUTSIDE] if len(rows) < len(table) else table[:0]
    for key, last in (("di_luar", outside), ("total", run.tables["total"])):
        lines += [("", say(f"lembar.{key}", paper.language), list(row)) for row in last[list(_FIGURES)].to_numpy()]
    _table(paper, level, lines, y)
    return y - 12.5 - 4 * len(lines)


def _summed(rows: Sequence[dict[str, Any]]) -> list[float]:
    """Sum the hectares of areas; shares are those of the sums."""
    columns = ("luas_delineasi_ha", "luas_tertangani_ha", "sisa_ha")
    whole, handled, left = (math.fsum(row[one] for row in rows) for one in columns)
    return [whole, handled, handled / whole * 100, left, left / whole * 100]


def _table(paper: Paper, level: str, lines: Sequence[tuple[str, str, Sequence[float]]], y: float) -> None:
    """Lay the recap out in columns; its last line is the total."""
    x, _, wide, _ = COLUMN
    tier = say(f"tingkat_wilayah.{level}", paper.language)
    y = paper.heading(x, y, say("lembar.rekap", paper.language, tingkat=tier))
    for right, key in zip(_RIGHTS, ("kumuh", "tertangani", "", "sisa", ""), strict=True):
        words = say(f"lembar.{key}", paper.language) if key else "%"
        paper.text(x + right, y, words, 5.8, ha="right", color=SOFT)
    paper.rule(x, y - 1.2, wide)
    y -= 0.6
    for at, (mark, name, figures) in enumerate(lines, 1):
        weight = "bold" if at == len(lines) else "normal"
        y -= 4
        if at == len(lines):
            y -= 0.8
            paper.rule(x, y + 3.2, wide)
        paper.text(x + 3.5, y, mark, ha="right", color=SOFT)
        paper.text(x + 5, y, paper.fit(name, 36, 6.5, weight=weight)[0], weight=weight)
        for right, figure in zip(_RIGHTS, figures, strict=True):
            paper.text(x + right, y, number(figure, 2, paper.language), ha="right", weight=weight)


def write_legend(paper: Paper, classes: Mapping[str, GroundClass], shown: AbstractSet[str], y: float) -> float:
    """Explain what is on the maps, and nothing else; return where it ends."""
    x, language = COLUMN[0], paper.language
    ground = [key for key in classes if key in shown]
    handled = ground != [LEFT]
    y = paper.heading(x, y, say("peta.legenda", language)) + 0.8
    about = f"{style()['tahun']['label'][language]} (ha)" if handled else say("lembar.kumuh", language)
    paper.text(x, y, about, 6, color=SOFT)
    deep = len(ground) if len(ground) <= _ONE_COLUMN else math.ceil(len(ground) / 2)
    for at, key in enumerate(ground):
        one, left, base = classes[key], x + at // deep * _HALF, y - 4.6 * (at % deep + 1)
        paper.box((left, base - 0.8, 7, 3.4), gid=f"legenda {key}", **(one.look | {"linewidth": 0.45}))
        paper.text(left + 9, base, paper.fit(one.label, _HALF - 27, 6.5)[0])
        if one.ha is not None:
            paper.text(left + _HALF - 6, base, number(one.ha, 2, language), ha="right")
    return _explain_lines(paper, y - 4.6 * deep - 5.6, ring=SMALL in shown)


def _explain_lines(paper: Paper, y: float, *, ring: bool) -> float:
    """Explain the lines on the maps, and the rings where there are any; return where that ends."""
    x, language = COLUMN[0], paper.language
    looks = {"kumuh": SLUM | {"facecolor": "none"}, "kelurahan": BORDER | {"facecolor": LAND}}
    for left, (key, look) in zip((x, x + _HALF), looks.items(), strict=True):
        paper.box((left, y - 0.8, 7, 3.4), **look)
        paper.text(left + 9, y, style()[key]["label"][language])
    if not ring:
        return y - 2
    paper.figure.add_artist(Line2D([x + 3.5], [y - 3.7], transform=paper.mm, gid="legenda kecil", **RING))
    paper.text(x + 9, y - 4.6, say("lembar.kumuh_kecil", language, mm=number(SMALL_MM, 0, language)))
    return y - 6.6


def write_sources(paper: Paper, run: Result, drawn: int, areas: int) -> float:
    """Write projection, basis, sources and how sure the hectares are at the foot; return where they begin."""
    x, y, wide, _ = COLUMN
    notes = sources(run, paper.language)
    if 1 < drawn < areas:
        notes.insert(0, say("lembar.sebagian", paper.language, jumlah=drawn, semua=areas))
    lines = [(line, "normal", SOFT) for note in notes for line in paper.fit(note, wide, 6.2, lines=2)]
    sure = bool(run.sertifikasi.get("tersertifikasi"))
    told = paper.fit(certified(run.sertifikasi, paper.language), wide, 6.2, lines=3, weight="bold")
    lines += [(line, "bold", SOFT if sure else INK) for line in told]
    for line, weight, color in reversed(lines):
        paper.text(x, y, line, 6.2, weight=weight, color=color)
        y += 3.1
    paper.rule(x, y + 1, wide, 0.4, SOFT)
    return y + 1


def sources(run: Result, language: Language) -> list[str]:
    """Say what the figures rest on."""
    zones = ", ".join(zone_name(one, language) for one in run.zones)
    maker = run.recipe.wilayah.penyusun
    notes = [
        say("lembar.proyeksi", language, zona=zones),
        str(basis(run, language)["keterangan"]),
        *imprint.sources(run, language),
    ]
    return [*notes, say("lembar.penyusun", language, nama=maker)] if maker else notes
