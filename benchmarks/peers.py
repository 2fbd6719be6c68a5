"""petakumuh beside the engines that others use: CPU as ratios, memory, agreement in hectares, growth, a picture.

Usage: python benchmarks/peers.py [city] [province] [national] [border] [crowd] [million] [--runs N] [--only NAMES]
       [--loads FOLDER] [--out FOLDER] [--picture FILE]

Loads are made from a fixed seed (`loads`). Each engine runs as a fresh process from files to a table; engines take
turns, and ratios are taken turn by turn. What is counted: CPU seconds (user and system) of the process, its
children and, for a database, its server; wall seconds; the peak memory of all of them together. An engine that is
not there has a row that says why. Before anything is timed, each engine runs on the city once: that compiles what
is compiled and shows what fails.

(a) hectares of slum in each kelurahan; (b) hectares handled in each, overlaps once; (c) first covered in each of
10 years, covered by each of 7 sectors; (d) geometry of the handled and the remaining ground.

PostGIS runs where PETAKUMUH_POSTGIS names a server: eval "$(.ci/postgis start)".
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import loads
import meter
import numpy as np
from engines import reference
from engines.answer import Answer

HERE = Path(__file__).parent
NOISE = 0.15
PACKAGES = (
    "petakumuh",
    "numpy",
    "numba",
    "shapely",
    "geopandas",
    "pyarrow",
    "duckdb",
    "duckdb-extension-spatial",
    "sedonadb",
)
LAND, GIANT = tuple(loads.SCALES), tuple(loads.GIANTS)
EVERY = (*LAND, *GIANT)


class Engine(NamedTuple):
    """One way to the table: its function, what it answers, what it needs, on which loads it runs."""

    title: str
    call: str
    answers: str
    needs: tuple[str, ...] = ()
    on: tuple[str, ...] = LAND


class Run(NamedTuple):
    """One run of one engine on one load; turns count from 0."""

    load: str
    engine: str
    turn: int
    taken: meter.Taken
    found: dict[str, Any]


ENGINES = {
    "geopandas": Engine("geopandas overlay + dissolve", "frames:overlay", "a b", ("geopandas",)),
    "hand": Engine("STRtree and a loop by hand", "geos:by_hand", "a b"),
    "geos": Engine("GEOS, best route", "geos:best", "a b", on=EVERY),
    "sedona": Engine("SedonaDB", "sql:sedona", "a b", ("sedonadb",)),
    "duckdb": Engine("DuckDB spatial", "sql:duckdb", "a b", ("duckdb",)),
    "postgis": Engine("PostGIS, with filling its tables", "sql:postgis", "a b", ("psycopg",)),
    "geos_years": Engine("GEOS, years and sectors", "geos:years_and_sectors", "a b c", on=EVERY),
    "geos_left": Engine("GEOS, best route, geometry", "geos:handled_and_left", "a b d"),
    "geos_first": Engine("GEOS, ground by first year", "geos:first_year", "a b d, years"),
    "geos_pieces": Engine("GEOS, plain splitting", "geos:splitting", "a b, every piece"),
    "kernel": Engine("our kernel, slums as drawn", "ours:kernel", "a b c, every set", ("numba",), EVERY),
    "tables": Engine("petakumuh, tables", "ours:tables", "a b c, every set, once", ("numba",), EVERY),
    "certified": Engine("petakumuh, certified", "ours:certified", "the same, certified", ("numba",), EVERY),
    "full": Engine("petakumuh, certified, each work", "ours:every_work", "the same, each work", ("numba",)),
    "first": Engine("petakumuh, ground by first year", "ours:first_year", "the same, d, years", ("numba",)),
    "pieces": Engine("petakumuh, every piece", "ours:pieces", "the same, every piece", ("numba",)),
    "chunks_1": Engine("petakumuh, chunks, 1 process", "ours:chunks_1", "tables", ("numba",)),
    "chunks_2": Engine("petakumuh, chunks, 2 processes", "ours:chunks_2", "tables", ("numba",)),
}
FAST = ("geopandas", "hand", "geos", "sedona", "duckdb", "postgis")
GOALS = (
    ("(a)(b)(c): tables of every set, beside the same job by GEOS", "cpu_s", ("geos_years",), "tables", 3.0),
    ("the same, beside the fastest that gives (a)(b) only", "cpu_s", FAST, "tables", 1.8),
    ("kernel by itself, beside (a)(b)(c) by GEOS", "cpu_s", ("geos_years",), "kernel", 3.0),
    ("kernel by itself, beside the fastest (a)(b)", "cpu_s", FAST, "kernel", 1.8),
    ("certified tables, beside (a)(b)(c) by GEOS", "cpu_s", ("geos_years",), "certified", None),
    ("ground by first year with geometry, beside (b) alone by GEOS", "cpu_s", ("geos",), "first", 1 / 1.5),
    ("every piece with geometry, beside plain splitting", "cpu_s", ("geos_pieces",), "pieces", 3.0),
    ("2 processes, beside 1, wall seconds", "wall_s", ("chunks_1",), "chunks_2", 1.7),
)
"""What is compared with what: by which measure, whose seconds are divided by whose, the least that is aimed at."""


def main() -> None:
    """Make loads, take turns, print, draw."""
    asked = arguments()
    names = asked.only.split(",") if asked.only else list(ENGINES)
    server, why = postgis_server()
    absent = {name: missing(name, why) for name in names}
    folder, out = Path(asked.loads), Path(asked.out)
    out.mkdir(parents=True, exist_ok=True)
    present = [name for name in names if not absent[name]]
    measure = partial(once, server=server, timeout_s=asked.timeout)
    city = stand("city", folder)
    for name in present:
        absent[name] = measure(city, name, -1).taken.error
    runs: list[Run] = []
    for load in asked.load or ["city"]:
        turns = asked.runs or (1 if load in {"national", *GIANT} else 3)
        place = stand(load, folder)
        here = [name for name in present if not absent[name] and load in ENGINES[name].on]
        runs += [measure(place, name, turn) for turn in range(turns) for name in here]
        keep(runs, absent, out / "peers.json")
        print(*table(load, [run for run in runs if run.load == load], absent, names), sep="\n", flush=True)
    print(*growth(runs), sep="\n")
    print("\n" + ", ".join(f"{name} {version}" for name, version in meter.versions(PACKAGES).items()))
    if asked.picture:
        draw(runs, Path(asked.picture))


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("load", nargs="*", choices=[*LAND, *GIANT, []], help="the city alone when none is named")
    parser.add_argument("--runs", type=int, help="turns; 3, but 1 for national and the giants")
    parser.add_argument("--only", help=f"engines, separated by commas: {', '.join(ENGINES)}")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds after which an engine is stopped")
    parser.add_argument("--loads", default=str(Path(tempfile.gettempdir()) / "petakumuh-loads"))
    parser.add_argument("--out", default="build/bench", help="where peers.json, the raw results, is put")
    parser.add_argument("--picture", default=str(HERE / "peers.svg"), help="empty for none")
    return parser.parse_args()


def stand(load: str, folder: Path) -> Path:
    """Make a load where it is not there, and its prepared files anew."""
    place = loads.make(load, folder)
    command = [sys.executable, "-m", "engines.ours", str(place)]
    taken = meter.measured(command, folder=HERE, timeout_s=3600)
    print(f"{load} prepared, once: {said(taken)}", file=sys.stderr, flush=True)
    return place


def missing(name: str, why: str) -> str:
    """Say why an engine cannot run, or nothing."""
    lacking = [one for one in ENGINES[name].needs if not installed(one)]
    if lacking:
        return f"not installed: {', '.join(lacking)}"
    return why if name == "postgis" else ""


def installed(module: str) -> bool:
    """Tell whether a module can be imported."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def postgis_server() -> tuple[int, str]:
    """Find the server's process, or say why there is none to measure."""
    url = os.environ.get("PETAKUMUH_POSTGIS")
    if not url:
        return 0, 'no server: eval "$(.ci/postgis start)"'
    import psycopg

    try:
        with psycopg.connect(url) as base:
            (backend,) = base.execute("SELECT pg_backend_pid()").fetchone() or (0,)
            stat = Path(f"/proc/{backend}/stat").read_text(encoding="utf-8")
    except (psycopg.Error, OSError) as error:
        return 0, f"no server to measure: {type(error).__name__}"
    return int(stat.rsplit(")", 1)[1].split()[1]), ""


def once(place: Path, name: str, turn: int, *, server: int, timeout_s: float) -> Run:
    """Run one engine on one load."""
    load = place.name.split("-")[0]
    with tempfile.TemporaryDirectory() as made:
        answer = Path(made) / "answer.npz"
        command = [sys.executable, "-m", "engines", ENGINES[name].call, str(place), str(answer)]
        served = server if name == "postgis" else 0
        taken = meter.measured(command, folder=HERE, timeout_s=timeout_s, server=served)
        found = {}
        if not taken.error:
            with np.load(answer) as kept:
                given = Answer(**{key: kept[key] if kept[key].ndim else kept[key].item() for key in kept})
            found = reference.apart(given, reference.of(place)) | {"rows": float(given.rows)}
            found |= {"first": given.first.tolist(), "sector": given.sector.tolist(), "once": bool(given.once)}
    print(f"{load} {name} {'(not counted)' if turn < 0 else turn + 1}: {said(taken)}", file=sys.stderr, flush=True)
    return Run(load, name, turn, taken, found)


def said(taken: meter.Taken) -> str:
    """Write what a run took."""
    return taken.error or f"CPU {taken.cpu_s:.2f} s, wall {taken.wall_s:.2f} s, {taken.peak_mb:.0f} MB"


def keep(runs: list[Run], absent: dict[str, str], path: Path) -> None:
    """Write raw results."""
    told: list[dict[str, Any]] = [run._asdict() | {"taken": run.taken._asdict()} for run in runs]
    about = {"versions": meter.versions(PACKAGES), "absent": absent, "cpus": os.cpu_count(), "runs": told}
    path.write_text(json.dumps(about, indent=1), encoding="utf-8")


def table(load: str, runs: list[Run], absent: dict[str, str], names: list[str]) -> list[str]:
    """Write what each engine took and found, and the ratios."""
    lines = [
        f"\n## {load}\n",
        "| engine | gives | CPU s (least to most) | wall s | MB | slum ha | handled ha | rows | worst kelurahan |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in names:
        mine = [run for run in runs if run.engine == name]
        good = [run for run in mine if not run.taken.error]
        engine = ENGINES[name]
        if good:
            found, taken = good[0].found, [run.taken for run in good]
            peak = max(one.peak_mb for one in taken)
            lines.append(
                f"| {engine.title} | {engine.answers} | {spread([one.cpu_s for one in taken])} "
                f"| {statistics.median(one.wall_s for one in taken):.2f} | {peak:,.0f} "
                f"| {found['slum_ha']:,.6f} | {found['handled_ha']:,.6f} | {found['rows']:,.0f} "
                f"| {found['slum_off']:.0e} / {found['handled_off']:.0e} |"
            )
        elif load in engine.on:
            why = absent[name] or (mine[0].taken.error if mine else "not run")
            lines.append(f"| {engine.title} | {engine.answers} | {why} | | | | | | |")
    return [*lines, "", *same_years(runs), *ratios(runs)]


def same_years(runs: list[Run]) -> list[str]:
    """Hold years and sectors of those that give them against each other, where they count the same ground."""
    lines = []
    told = {run.engine: run.found for run in runs if run.found and run.found["sector"]}
    for once_only in (False, True):
        some = {name: one["first"] + one["sector"] for name, one in told.items() if one["once"] is once_only}
        if len(some) > 1:
            hectares = np.array(list(some.values()))
            worst = float(np.max(np.ptp(hectares, axis=0) / hectares.max(axis=0)))
            names = ", ".join(ENGINES[name].title for name in some)
            lines.append(f"(c) by year and by sector: {names} differ by at most {worst:.0e} of the largest.\n")
    return lines


def ratios(runs: list[Run]) -> list[str]:
    """Write the ratios of what is compared, turn by turn."""
    lines = ["| compared, theirs / ours | ratio, median (least to most) | aimed at |", "|---|---|---|"]
    for what, measure, theirs, ours, aim in GOALS:
        times = {name: seconds(runs, name, measure) for name in (*theirs, ours)}
        there = [name for name in theirs if times[name]]
        if not there or not times[ours]:
            continue
        peer = min(there, key=lambda name: statistics.median(times[name].values()))
        found = [times[peer][turn] / one for turn, one in times[ours].items() if turn in times[peer]]
        noise = " (noise)" if abs(statistics.median(found) - 1) < NOISE else ""
        aimed = "" if aim is None else f"{aim:.2f}"
        lines.append(f"| {what} ({ENGINES[peer].title}) | {spread(found)}{noise} | {aimed} |")
    return lines if len(lines) > 2 else []


def seconds(runs: list[Run], name: str, measure: str) -> dict[int, float]:
    """Give the seconds of one engine, turn by turn."""
    good = [run for run in runs if run.engine == name and not run.taken.error]
    return {run.turn: getattr(run.taken, measure) for run in good}


def spread(values: list[float]) -> str:
    """Write a median, and between what it lies."""
    middle = statistics.median(values)
    return f"{middle:.2f}" if len(values) == 1 else f"{middle:.2f} ({min(values):.2f} to {max(values):.2f})"


def growth(runs: list[Run]) -> list[str]:
    """Write how CPU grows with footprints from load to load; starting a process and imports are in it."""
    sizes = {name: scale.works for name, scale in loads.SCALES.items()}
    sizes |= {name: works for name, (_, works) in loads.GIANTS.items()}
    lines = []
    for small, large in (("city", "province"), ("province", "national"), ("crowd", "million")):
        for name, engine in ENGINES.items():
            ran = [[run for run in runs if run.load == load] for load in (small, large)]
            both = [seconds(one, name, "cpu_s").values() for one in ran]
            if all(both):
                less, more = (statistics.median(one) for one in both)
                power = math.log(more / less) / math.log(sizes[large] / sizes[small])
                lines.append(f"| {engine.title} | {small} to {large} | {power:.2f} |")
    return ["\n| engine | growth | exponent of CPU |", "|---|---|---|", *lines] if lines else []


def draw(runs: list[Run], path: Path) -> None:
    """Draw the CPU seconds of each engine, a panel a load: a dot at the median, a line from least to most."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    shown = list(dict.fromkeys(run.load for run in runs))
    names = [name for name in reversed(ENGINES) if any(run.engine == name for run in runs)]
    mpl.rcParams.update({"svg.hashsalt": "petakumuh", "svg.fonttype": "none"})
    figure = Figure(figsize=(3.2 + 3.0 * len(shown), 1.2 + 0.27 * len(names)), layout="constrained")
    for k, load in enumerate(shown):
        axes = figure.add_subplot(1, len(shown), k + 1)
        for at, name in enumerate(names):
            cpu = list(seconds([run for run in runs if run.load == load], name, "cpu_s").values())
            color = "0.45" if ENGINES[name].call.startswith(("geos", "sql", "frames")) else "tab:blue"
            if cpu:
                axes.plot([min(cpu), max(cpu)], [at, at], color=color, linewidth=1)
                axes.plot(statistics.median(cpu), at, "o", color=color, markersize=5)
                axes.annotate(
                    f"{statistics.median(cpu):.3g}", (max(cpu), at), (5, 0), textcoords="offset points",
                    va="center", fontsize=7, color=color,
                )  # fmt: skip
        labels = [f"{ENGINES[name].title}  ({ENGINES[name].answers})" for name in names] if k == 0 else []
        axes.set(xscale="log", title=load, xlabel="CPU s", ylim=(-0.7, len(names) - 0.3))
        axes.set_yticks(range(len(names)), labels or [""] * len(names), fontsize=8)
        axes.grid(axis="x", color="0.92")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.2)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
