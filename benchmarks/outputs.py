"""Where each second goes: one city from files to every output that a run writes.

Usage: python benchmarks/outputs.py [LOADS]

Wall seconds of each stage and file, in one process (readers run in a child), on the load `city` of `loads`.
Figures below a tenth of a second are summed up as the rest.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import loads

import petakumuh
from petakumuh import account, cutting, present, recipe, start

if TYPE_CHECKING:
    from collections.abc import Callable

SPENT: dict[str, float] = defaultdict(float)
LEAST_S = 0.1
STAGES = (
    (start, "take_in", "reads and checks"),
    (cutting, "overlay", "cuts, every hectare twice"),
    (cutting, "drawn", "draws ground by display key"),
    (account, "tables", "keeps accounts"),
)


def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the seconds of each call to a stage."""

    @wraps(function)
    def called(*given: Any, **options: Any) -> Any:
        begin = time.perf_counter()
        try:
            return function(*given, **options)
        finally:
            SPENT[name] += time.perf_counter() - begin

    return called


def watched_writing(write: Callable[..., Any]) -> Callable[..., Any]:
    """Time each file that is written by itself."""

    def writing(writers: dict[str, Callable[[Path], None]], *given: Any, **options: Any) -> Any:
        kept = {}
        for name, writer in writers.items():
            folder = name.partition("/")[0]
            kept[name] = timed(f"writes {folder + '/' if '/' in name else name}", writer)
        return write(kept, *given, **options)

    return writing


def main(folder: Path) -> None:
    """Run the city twice, the first time to have the kernel at hand, and print the second."""
    place = loads.make("city", folder)
    order = recipe.from_tables(
        {
            "kumuh": "kumuh.parquet",
            "kelurahan": "kelurahan.parquet",
            "penanganan": "penanganan.parquet",
            "hitung": {"by": ["sektor", "tahun"]},
        },
        folder=place,
    )
    petakumuh.run(order)
    for room, name, stage in STAGES:
        setattr(room, name, timed(stage, getattr(room, name)))
    name = "write_together"
    setattr(present, name, watched_writing(getattr(present, name)))
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        petakumuh.run(order).tulis(out)
    whole = time.perf_counter() - begin
    for name, seconds in sorted(SPENT.items(), key=lambda one: -one[1]):
        if seconds >= LEAST_S:
            print(f"{name:<40} {seconds:7.1f} s {seconds / whole:6.0%}")
    rest = whole - sum(one for one in SPENT.values() if one >= LEAST_S)
    print(f"{'the rest':<40} {rest:7.1f} s {rest / whole:6.0%}\n{'all':<40} {whole:7.1f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.gettempdir()) / "petakumuh-loads")
