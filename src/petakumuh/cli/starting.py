"""``mulai``: a recipe to fill in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from petakumuh.errors import OutputError
from petakumuh.recipe import template
from petakumuh.text import Language, say

if TYPE_CHECKING:
    import argparse

__all__ = ["mulai"]


def mulai(options: argparse.Namespace, language: Language) -> int:
    """Write a commented recipe."""
    path = Path(options.berkas)
    if path.exists() and not options.timpa:
        raise OutputError("sudah_ada", file=path)
    try:
        path.write_text(template(), encoding="utf-8")
    except OSError as error:
        raise OutputError("keluaran_gagal", file=path, alasan=error.strerror) from error
    print(json.dumps({"resep": str(path)}) if options.json else say("cli.resep_ditulis", language, file=path))
    return 0
