"""What to do next with a file that was looked at: few steps, the first one first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petakumuh import findings
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Collection

    from petakumuh.doctor.sheet import SheetFacts

__all__ = ["steps"]

_LINEAR = {"Point", "MultiPoint", "LineString", "MultiLineString", "LinearRing"}


def steps(sheet: SheetFacts, language: Language, *, done: Collection[str] = ()) -> list[str]:
    """List the steps that fit what was found, without those that are done: ``temuan``, ``perbaiki``.

    Examples
    --------
    >>> from petakumuh.doctor.sheet import FileFacts, SheetFacts
    >>> from petakumuh.findings import frame
    >>> steps(SheetFacts("petakumuh.toml", FileFacts("resep"), (), frame([])), "id")
    ['Hitung: petakumuh jalankan petakumuh.toml --keluar hasil']
    """
    name = f'"{sheet.name}"' if set(sheet.name) & set(" |&()'") else sheet.name
    errors = findings.by_severity(sheet.findings)["galat"]
    touched = sum(one.repaired + one.excluded for one in sheet.layers)
    is_recipe = sheet.file.kind == "resep"
    chosen: list[tuple[str, bool, dict[str, object]]] = [
        ("ditolak", sheet.refused, {}),
        ("galat", errors > 0, {"jumlah": errors}),
        ("temuan", bool((~sheet.findings.geometry.is_empty).any()), {"file": name}),
        ("perbaiki", touched > 0 and not is_recipe and not sheet.refused, {"file": name, "jumlah": touched}),
    ]
    known = [(f"periksa.langkah_{key}", values) for key, holds, values in chosen if holds and key not in done]
    return [say(key, language, **values) for key, values in known] + _use(sheet, name, language)


def _use(sheet: SheetFacts, name: str, language: Language) -> list[str]:
    """Say how the file gets into a recipe, or a recipe into a run."""
    if sheet.refused or (not sheet.layers and sheet.file.kind != "resep"):
        return []
    if sheet.file.kind == "resep":
        return [] if findings.grave(sheet.findings) else [say("periksa.langkah_hitung", language, file=name)]
    if all(one.is_table for one in sheet.layers):
        return [say("periksa.langkah_tabel", language, file=sheet.name)]
    told = []
    if len(sheet.layers) > 1:
        values = {"file": sheet.name, "nama": sheet.layers[0].name}
        told.append(say("periksa.langkah_lapisan", language, **values))
    maps = [one for one in sheet.layers if not one.is_table]
    tables = dict.fromkeys("[[penanganan]]" if one.role == "penanganan" else f"[{one.role}]" for one in maps)
    told.append(say("periksa.langkah_resep", language, peran=" / ".join(tables)))
    if any(one.role == "penanganan" and set(one.kinds) & _LINEAR for one in maps):
        told.append(say("periksa.langkah_lebar", language))
    return told
