"""``skor``: tables of volumes scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from petakumuh import findings
from petakumuh.arguments import WAYS
from petakumuh.cli.told import status
from petakumuh.errors import OutputError
from petakumuh.present.scores import missing_extra, scores_text
from petakumuh.scoring import skor as scored
from petakumuh.scoring import tulis_skor
from petakumuh.text import Language, say

if TYPE_CHECKING:
    import argparse

    from petakumuh.model import Scores

__all__ = ["skor", "tell_scores"]


def skor(options: argparse.Namespace, language: Language) -> int:
    """Score the units of tables, write and tell what came of it."""
    folder = Path(options.keluar)
    if (folder / "skor.csv").exists() and not options.timpa:
        raise OutputError("keluaran_ada", folder=folder)
    scores = scored(
        options.baseline,
        options.investasi,
        options.aturan,
        pembanding=options.pembanding,
        satuan=options.satuan,
        tahun_dasar=options.tahun_dasar,
        izinkan_jaringan=options.izinkan_jaringan,
        **{way: getattr(options, way) for way in WAYS},
    )
    inputs = [Path(one) for one in (options.baseline, options.investasi, options.pembanding) if one]
    tulis_skor(scores, folder, bahasa=language, timpa=options.timpa, masukan=inputs)
    if options.json:
        print(json.dumps({**scores.rekap, "keluar": str(folder)}, ensure_ascii=False, allow_nan=False))
    else:
        tell_scores(scores, language)
        print(say("cli.ditulis", language, folder=folder))
    return status(scores.findings)


def tell_scores(scores: Scores, language: Language) -> None:
    """Print the recap of scores, and where to get workbooks from."""
    print(scores_text(scores, language))
    print(say("cli.skor_temuan", language, **findings.by_severity(scores.findings)))
    if missing_extra():
        print(say("cli.tanpa_xlsx", language))
