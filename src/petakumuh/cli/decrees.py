"""``banding``: two decrees compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from petakumuh import findings
from petakumuh.cli.told import status
from petakumuh.decrees import banding as compared
from petakumuh.errors import OutputError, RecipeError
from petakumuh.present.comparison import classes_text, comparison, comparison_text
from petakumuh.text import Language, say

if TYPE_CHECKING:
    import argparse

    from petakumuh.decrees import Banding

__all__ = ["banding", "tell_decrees"]

_PAIR = 2


def banding(options: argparse.Namespace, language: Language) -> int:
    """Compare two decrees, write and tell what changed."""
    folder = Path(options.keluar)
    if not options.timpa and (folder / "banding.json").exists():
        raise OutputError("keluaran_ada", folder=folder)
    told = {"kelurahan": options.kelurahan, "wilayah": {"judul": options.judul} if options.judul else None}
    if len(options.sk) == 1 and not any(told.values()):
        done = compared(options.sk[0], izinkan_jaringan=options.izinkan_jaringan)
    elif len(options.sk) == _PAIR and options.kelurahan:
        lama, baru = options.sk
        done = compared(sk_lama=lama, sk_baru=baru, **told, izinkan_jaringan=options.izinkan_jaringan)
    else:
        raise RecipeError("panggilan_banding")
    done.tulis(folder, bahasa=language, timpa=options.timpa)
    if options.json:
        print(json.dumps(comparison(done) | {"keluar": str(folder)}, ensure_ascii=False, allow_nan=False))
    else:
        tell_decrees(done, language)
        print(say("cli.ditulis", language, folder=folder))
    return status(done.findings)


def tell_decrees(done: Banding, language: Language) -> None:
    """Print what became of the ground and the units of the old decree."""
    states = done.table("unit")["keadaan"].value_counts()
    kinds = ("sama", "ganti_kunci", "tanah_lain", "hilang", "baru", "pindah")
    print(comparison_text(done, language), "", sep="\n")
    if classes := classes_text(done, language):
        print(classes, "", sep="\n")
    print(say("cli.unit_banding", language, **{kind: int(states.get(kind, 0)) for kind in kinds}))
    print(say("cli.temuan_banding", language, **findings.by_severity(done.findings)))
