"""Run one engine on one load, and write what it found: python -m engines MODULE:FUNCTION LOAD OUT.npz."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np


def main(engine: str, load: str, out: str) -> None:
    """Run it."""
    module, name = engine.split(":")
    found = getattr(importlib.import_module(f"engines.{module}"), name)(Path(load))
    np.savez(out, **found._asdict())


if __name__ == "__main__":
    main(*sys.argv[1:])
