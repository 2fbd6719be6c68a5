"""``siapkan``: a region brought into files that many can cut."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from petakumuh import findings
from petakumuh.cli.told import status
from petakumuh.prepared import siapkan as prepared
from petakumuh.text import Language, say

if TYPE_CHECKING:
    import argparse

__all__ = ["siapkan"]


def siapkan(options: argparse.Namespace, language: Language) -> int:
    """Bring the layers of a recipe into a folder and tell how many rows it holds."""
    done = prepared(options.resep, options.keluar, timpa=options.timpa, izinkan_jaringan=options.izinkan_jaringan)
    counts = {role: sum(getattr(one, role) for one in done.zones) for role in ("kumuh", "kelurahan", "penanganan")}
    found = findings.by_severity(done.findings)
    if options.json:
        zones = [one.epsg for one in done.zones]
        told = {"siapan": done.folder, "sidik": done.fingerprint, "zona": zones, "baris": counts, "temuan": found}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(say("cli.siapan_ditulis", language, folder=options.keluar, zona=len(done.zones), **counts))
        print(say("cli.siapan_temuan", language, **found))
        print(say("cli.siapan_lanjut", language, folder=options.keluar))
    return status(done.findings)
