"""The sheet as text for a terminal: a hundred columns, nothing in it that a terminal would obey."""

from __future__ import annotations

import textwrap
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
    from collections.abc import Collection, Iterator, Sequence

    from geopandas import GeoDataFrame

    from petakumuh.doctor.sheet import LayerSheet, SheetFacts

__all__ = ["text"]

_WIDTH = 100
_LABEL = 16
_SHOWN = 3
"""Findings of one rule that are written out; the others are counted, and all of them lie in temuan.gpkg."""


def text(sheet: SheetFacts, language: Language = "id", *, done: Collection[str] = ()) -> str:
    """Write a sheet for a terminal; ``done`` are the steps that are taken already.

    Examples
    --------
    >>> from petakumuh.doctor.sheet import FileFacts, SheetFacts
    >>> from petakumuh.findings import frame
    >>> print(text(SheetFacts("a.gpkg", FileFacts("gpkg"), (), frame([]))).splitlines()[0])
    a.gpkg: 0 lapisan, 0 objek
    """
    rows = sum(one.rows for one in sheet.layers)
    head = say("periksa.isi", language, file=sheet.name, lapisan=len(sheet.layers), baris=rows)
    lines = [*_wrapped(head), *_facts(file_facts(sheet, language), 2)]
    for group in layer_groups(sheet.layers):
        lines += ["", *_layer(group, language, recipe=sheet.file.kind == "resep")]
    lines += ["", *_findings(sheet, language)]
    todo = steps(sheet, language, done=done)
    if todo:
        lines += ["", say("periksa.langkah", language)]
        for at, one in enumerate(todo, start=1):
            lines += _wrapped(one, f"  {at}. ", " " * 5)
    return "\n".join(map(_inert, lines))


def _inert(line: str) -> str:
    """Show signs that a terminal obeys (escape codes, reversed writing) as the mark of a broken letter."""
    return "".join(one if one.isprintable() else "\ufffd" for one in line)


def _wrapped(words: str, first: str = "", rest: str = "    ") -> list[str]:
    return textwrap.wrap(
        words,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _facts(facts: Sequence[tuple[str, str]], indent: int) -> list[str]:
    rest = " " * (indent + _LABEL)
    return [
        line
        for label, fact in facts
        for line in _wrapped(fact or "–", f"{'':{indent}}{label:<{_LABEL - 1}} ", rest)
    ]


def _layer(group: Sequence[LayerSheet], language: Language, *, recipe: bool) -> Iterator[str]:
    one, words = group[0], role_words(group[0], language)
    if len(group) == 1:
        yield from _wrapped(f"  {one.name} – {words}", rest="    ")
    else:
        values = {"jumlah": len(group), "baris": sum(layer.rows for layer in group)}
        yield f"  {say('periksa.sejenis', language, **values)} – {words}"
    yield from _facts(layer_facts(group, language, recipe=recipe), 4)
    if one.refused:
        reason = one.refused.message(language)
        yield from _wrapped(f"[{say('keparahan.galat', language)}] {reason}", "    ", "      ")
    if one.coverage is not None:
        yield f"    {say('periksa.mutu', language)}"
        yield from _facts(quality_facts(one, one.coverage, language), 6)
    if len(group) > 1:
        yield from _listing(group, language)


def _listing(group: Sequence[LayerSheet], language: Language) -> Iterator[str]:
    """List layers of one kind with what differs."""
    wide = min(max(len(one.name) for one in group), _WIDTH - 40)
    for one in group:
        area = "" if one.luas_ha is None else f"{number(one.luas_ha, 4, language):>14} ha"
        yield f"      {one.name[:wide]:<{wide}}  {number(one.rows, 0, language):>9}{area}"


def _findings(sheet: SheetFacts, language: Language) -> Iterator[str]:
    counts = say("periksa.ringkas", language, **findings.by_severity(sheet.findings))
    if sheet.refused:
        counts += say(
            "periksa.ringkas_ditolak", language, jumlah=sum(one.refused is not None for one in sheet.layers)
        )
    yield f"{say('periksa.temuan', language)}: {counts}"
    several = len(sheet.layers) > 1
    for rule in grouped(sheet.findings, language):
        label = say(f"keparahan.{rule['keparahan'].iloc[0]}", language)
        for row in rule[:_SHOWN].itertuples():
            named = not row.dari or row.dari in row.pesan or row.di_lapisan > 1
            layer = f"{row.dari}: " if several and not named else ""
            many = say("periksa.temuan_lapisan", language, jumlah=row.di_lapisan) if row.di_lapisan > 1 else ""
            words = [f"{layer}{row.pesan}", many, place_of(row.geometry, language)]
            yield from _wrapped(" ".join(filter(None, words)), f"  [{label}] ", "      ")
        if len(rule) > _SHOWN:
            yield from _wrapped(_more(rule, language), "      ", "      ")


def _more(rule: GeoDataFrame, language: Language) -> str:
    values = {"jumlah": len(rule) - _SHOWN, "semua": len(rule)}
    if not rule["luas_ha"].notna().any():
        return say("periksa.lagi", language, **values)
    return say("periksa.lagi_luas", language, luas=float(rule["luas_ha"].abs().sum()), **values)
