"""The sheet as one HTML page: no script, nothing fetched, every string inert."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from petakumuh import findings
from petakumuh.doctor.facts import (
    file_facts,
    grouped,
    layer_facts,
    layer_groups,
    place_of,
    quality_facts,
    role_words,
)
from petakumuh.doctor.steps import steps
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from petakumuh.doctor.sheet import LayerSheet, SheetFacts

__all__ = ["page"]

_ROWS = 2_000
"""Findings of one rule on the page; a browser bears no million rows. The others are counted."""
_STYLE = """
:root{--garis:#d9dde2;--redup:#5b6570}
body{font:15px/1.5 system-ui,sans-serif;color:#1d242b;overflow-wrap:anywhere;max-width:72rem;
margin:2rem auto;padding:0 1.2rem}
h1{font-size:1.45rem;margin:0 0 .2rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:2px solid #1d242b;padding-bottom:.2rem}
h3{font-size:1rem;margin:0 0 .4rem;overflow-wrap:anywhere}h3 small,p small{font-weight:400;color:var(--redup)}
h4{font-size:.95rem;margin:.8rem 0 .3rem}p{margin:.3rem 0}ol{margin:.3rem 0;padding-left:1.4rem}
section{border:1px solid var(--garis);border-radius:6px;padding:.7rem 1rem;margin:.6rem 0}
dl{display:grid;grid-template-columns:10.5rem 1fr;margin:0;gap:.1rem .8rem}dt{color:var(--redup)}
dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin:.5rem 0;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{border-bottom:1px solid var(--garis);padding:.2rem .6rem .2rem 0;text-align:left;vertical-align:top;
overflow-wrap:anywhere}
th{color:var(--redup);font-weight:600}.n{text-align:right;white-space:nowrap}
.tabel{overflow-x:auto}
details,.satu{border-bottom:1px solid var(--garis);padding:.3rem 0}summary{cursor:pointer}
b.tanda{display:inline-block;min-width:6.2rem;padding:0 .5rem;border-radius:4px;font-size:.85rem;
text-align:center;margin-right:.3rem}
.galat{background:#fbdfe3;color:#9b0020}.peringatan{background:#fdeccb;color:#704700}
.catatan{background:#e3ebf3;color:#274766}.ditolak{background:#fbdfe3;border-radius:4px;padding:.5rem .8rem}
code{overflow-wrap:anywhere}
@media(max-width:40rem){dl{grid-template-columns:1fr}dd{margin-bottom:.3rem}}
@media print{body{margin:0;max-width:none}section{break-inside:avoid}}
""".replace("\n", "")


def page(sheet: SheetFacts, language: Language = "id") -> str:
    """Lay a sheet out as a page that a planner can follow, print and hand on.

    Examples
    --------
    >>> from petakumuh.doctor.sheet import FileFacts, SheetFacts
    >>> from petakumuh.findings import frame
    >>> "&lt;b&gt;.shp" in page(SheetFacts("<b>.shp", FileFacts("shapefile"), (), frame([])))
    True
    """
    title = escape(say("periksa.judul", language, file=Path(sheet.name).name))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{_STYLE}</style>'
    )
    body = [f"<h1>{title}</h1>", *_top(sheet, language)]
    body += [f"<h2>{escape(say('periksa.lapisan', language))}</h2>"]
    for group in layer_groups(sheet.layers):
        body += _layer(group, language, recipe=sheet.file.kind == "resep")
    body += [f"<h2>{escape(say('periksa.temuan', language))}</h2>"]
    several = len(sheet.layers) > 1
    body += [_rule(rule, language, several=several) for rule in grouped(sheet.findings, language)]
    if not len(sheet.findings):
        body.append(f"<p>{escape(say('periksa.bersih', language))}</p>")
    return f'<!DOCTYPE html>\n<html lang="{language}"><head>{head}</head><body>{"".join(body)}</body></html>\n'


def _top(sheet: SheetFacts, language: Language) -> Iterator[str]:
    """Say what the file is, how bad it is, and what to do."""
    rows = sum(one.rows for one in sheet.layers)
    counts = findings.by_severity(sheet.findings)
    yield f"<p>{escape(say('periksa.isi', language, file=sheet.name, lapisan=len(sheet.layers), baris=rows))}</p>"
    yield _facts(file_facts(sheet, language))
    marks = "".join(
        f'<b class="tanda {one}">{number(count, 0, language)} {escape(say(f"keparahan.{one}", language))}</b>'
        for one, count in counts.items()
    )
    if sheet.refused:
        refused = say("periksa.ringkas_ditolak", language, jumlah=sum(bool(one.refused) for one in sheet.layers))
        marks += f'<b class="tanda galat">{escape(refused.lstrip(", "))}</b>'
    yield f"<p>{marks}<br><small>{escape(say('periksa.arti', language))}</small></p>"
    todo = "".join(f"<li>{escape(one)}</li>" for one in steps(sheet, language))
    if todo:
        yield f"<h2>{escape(say('periksa.langkah', language))}</h2><ol>{todo}</ol>"


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    return f"<dl>{''.join(f'<dt>{escape(label)}</dt><dd>{escape(fact)}</dd>' for label, fact in facts)}</dl>"


def _layer(group: Sequence[LayerSheet], language: Language, *, recipe: bool) -> Iterator[str]:
    one = group[0]
    name = one.name
    if len(group) > 1:
        rows = sum(layer.rows for layer in group)
        name = say("periksa.sejenis", language, jumlah=len(group), baris=rows)
    yield f"<section><h3>{escape(name)} <small>{escape(role_words(one, language))}</small></h3>"
    if one.refused:
        yield f'<p class="ditolak">{escape(one.refused.message(language))}</p>'
    yield _facts(layer_facts(group, language, recipe=recipe))
    if one.coverage is not None:
        yield f"<h4>{escape(say('periksa.mutu', language))}</h4>"
        yield _facts(quality_facts(one, one.coverage, language))
        yield _areas(one.coverage.areas, language)
    if len(group) > 1:
        yield _listing(group, language)
    yield "</section>"


def _listing(group: Sequence[LayerSheet], language: Language) -> str:
    """List layers of one kind with what differs."""
    heads = ("lapisan", "objek", "luas", "geodesik")
    rows = [
        (
            one.name,
            number(one.rows, 0, language),
            number(one.luas_ha, 4, language),
            number(one.luas_geodesik_ha, 4, language),
        )
        for one in group
    ]
    return _table([say(f"periksa.kolom_{head}", language) for head in heads], rows, right=(1, 2, 3))


def _areas(areas: DataFrame, language: Language) -> str:
    """List the hectares of each kelurahan beside those that are written."""
    written = bool((areas["tertulis_ha"] > 0).any())
    columns = ("geometri", "tertulis", "selisih") if written else ("geometri",)
    heads = [say(f"periksa.kolom_{one}", language) for one in ("kelurahan", *columns)]
    rows = [
        (str(row["kelurahan_id"]), *(number(row[f"{one}_ha"], 4, language) for one in columns))
        for row in areas.to_dict("records")
    ]
    label = escape(say("periksa.per_kelurahan", language, jumlah=len(areas)))
    return f"<details><summary>{label}</summary>{_table(heads, rows, right=range(1, len(heads)))}</details>"


def _rule(rule: GeoDataFrame, language: Language, *, several: bool) -> str:
    """Lay one rule out: its first message on the line, every finding of it below."""
    severity = str(rule["keparahan"].iloc[0])
    mark = f'<b class="tanda {severity}">{escape(say(f"keparahan.{severity}", language))}</b> '
    total = rule["luas_ha"].abs().sum()
    size = f", {number(total, 4, language)} ha" if rule["luas_ha"].notna().any() else ""
    first = rule.iloc[0]
    if len(rule) == 1:
        many = (
            say("periksa.temuan_lapisan", language, jumlah=first["di_lapisan"]) if first["di_lapisan"] > 1 else ""
        )
        words = " ".join(filter(None, [str(first["pesan"]), many, place_of(first.geometry, language)]))
        return f'<p class="satu">{mark}{escape(words)}</p>'
    heads = ["id", "pesan", "luas", "tempat", *(["lapisan"] if several else [])]
    rows = [
        (
            str(row.id),
            str(row.pesan),
            number(row.luas_ha, 4, language),
            place_of(row.geometry, language).strip("()"),
            *([str(row.dari)] if several else []),
        )
        for row in rule[:_ROWS].itertuples()
    ]
    table = _table([say(f"periksa.kolom_{one}", language) for one in heads], rows, right=(2, 3))
    if len(rule) > _ROWS:
        table += f"<p>{escape(say('periksa.lagi_halaman', language, jumlah=len(rule) - _ROWS))}</p>"
    label = f"<b>{escape(number(len(rule), 0, language) + size)}</b> · {escape(str(first['pesan']))}"
    return f"<details><summary>{mark}{label}</summary>{table}</details>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int]) -> str:
    """Write a table; the columns of numbers stand to the right."""

    def line(cells: Sequence[str], tag: str) -> str:
        parts = (
            f'<{tag} class="n">{escape(cell)}</{tag}>' if at in right else f"<{tag}>{escape(cell)}</{tag}>"
            for at, cell in enumerate(cells)
        )
        return f"<tr>{''.join(parts)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f'<div class="tabel"><table>{line(heads, "th")}{body}</table></div>'
