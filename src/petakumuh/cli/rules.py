"""``aturan``: what a rule set says."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from petakumuh.catalog.regulation import rule_set, rule_sets
from petakumuh.present.scores import rules_text
from petakumuh.text import Language, say

if TYPE_CHECKING:
    import argparse

__all__ = ["aturan"]


def aturan(options: argparse.Namespace, language: Language) -> int:
    """Print a rule set."""
    rules = rule_set(options.nama)
    if options.json:
        told = {name: value for name, value in asdict(rules).items() if name != "naskah"}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(
            rules_text(rules, language), say("cli.aturan_lain", language, nama=", ".join(rule_sets())), sep="\n\n"
        )
    return 0
