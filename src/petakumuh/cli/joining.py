"""``rekap``: recaps of many regions as one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from petakumuh import findings
from petakumuh.errors import InputError
from petakumuh.present.joined import joined, joined_text
from petakumuh.recap import rekap as join
from petakumuh.text import Language, say

if TYPE_CHECKING:
    import argparse

__all__ = ["rekap"]

_SHOWN_JOINED = 12


def rekap(options: argparse.Namespace, language: Language) -> int:
    """Join recaps, write and tell the whole."""
    folder = Path(options.keluar)
    named = [path for name in options.rekap for path in _matching(name)]
    done = join(named, judul=options.judul, target=options.target)
    status = 1 if findings.grave(done.findings) else 0
    done.tulis(folder, bahasa=language, timpa=options.timpa)
    if options.json:
        print(json.dumps(joined(done) | {"keluar": str(folder)}, ensure_ascii=False, allow_nan=False))
        return status
    print(joined_text(done, language), "", sep="\n")
    print(say("cli.temuan", language, **findings.by_severity(done.findings)))
    messages = findings.with_messages(done.findings, language)["pesan"].tolist()
    for message in messages[:_SHOWN_JOINED]:
        print(f"  {message}")
    if len(messages) > _SHOWN_JOINED:
        print(say("cli.temuan_lain", language, jumlah=len(messages) - _SHOWN_JOINED))
    print(say("cli.ditulis", language, folder=folder))
    return status


def _matching(name: str) -> list[Path]:
    """List the files that a pattern names, for shells that hand it on as it is; a name without one is itself."""
    path = Path(name)
    if path.exists() or not set(name) & set("*?"):
        return [path]
    inner = str(path.relative_to(path.anchor)).replace("[", "[[]")  # brackets in a folder's name are themselves
    try:
        found = sorted(Path(path.anchor).glob(inner))
    except ValueError:  # as "**" inside a name
        found = []
    if not found:
        raise InputError("pola_tanpa_berkas", pola=name)
    return found
