"""What one command takes: CPU and wall seconds, and the peak memory of it and all its children together."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
import time
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_EVERY_S = 0.1
_SET_CHILD_SUBREAPER = 36
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6


class Taken(NamedTuple):
    """What a command took.

    Attributes
    ----------
    cpu_s
        User and system, of the process, its children, and a server that works for it.
    peak_mb
        Of all of them at one moment; memory that processes share is counted once.
    error
        The last line that it wrote to its error output, where it failed.
    """

    cpu_s: float
    wall_s: float
    peak_mb: float
    error: str


def measured(command: Sequence[str], *, folder: Path, timeout_s: float, server: int = 0) -> Taken:
    """Run a command.

    Parameters
    ----------
    server
        The process of a server that works for it, 0 for none; its CPU seconds and memory count as well.
    """
    _adopt()
    served, began = _tree_cpu_s(server), time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as running:
        peaks = [0.0]
        over = threading.Event()
        watch = threading.Thread(target=_watch, args=(running.pid, server, over, peaks))
        watch.start()
        timer = threading.Timer(timeout_s, os.killpg, (running.pid, 9))
        timer.start()
        said = running.stderr.read().decode() if running.stderr else ""
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        cpu = used.ru_utime + used.ru_stime + _orphans_cpu_s(running.pid)
        timer.cancel()
        over.set()
        watch.join()
    cpu += _tree_cpu_s(server) - served
    error = ""
    if running.returncode:
        error = (said.strip().splitlines() or [f"ended with {running.returncode} after {wall:.0f} s"])[-1]
    return Taken(cpu, wall, peaks[0], error)


def _adopt() -> None:
    """Become the parent of processes whose own has ended, as a pool leaves them: they are counted too."""
    if ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError("prctl")


def _orphans_cpu_s(group: int) -> float:
    """Wait for what is left of a group of processes, and tell its CPU seconds."""
    total = 0.0
    while True:
        try:
            _, _, used = os.wait4(-group, 0)
        except ChildProcessError:
            return total
        total += used.ru_utime + used.ru_stime


def _watch(pid: int, server: int, over: threading.Event, peaks: list[float]) -> None:
    """Look at the memory again and again, and keep the most."""
    while not over.wait(_EVERY_S):
        found = [one for one, fields in _processes() if int(fields[3]) == pid]
        found += _tree(server)
        peaks[0] = max(peaks[0], sum(_resident_mb(one) for one in found))


def _resident_mb(pid: int) -> float:
    """Tell the memory of a process, with its share of what it shares; of another user's, only what is its own."""
    here = Path(f"/proc/{pid}")
    try:
        return int((here / "smaps_rollup").read_text(encoding="ascii").split("Pss:")[1].split()[0]) / 1e3
    except PermissionError:
        resident, shared = (int(one) for one in (here / "statm").read_text(encoding="ascii").split()[1:3])
        return (resident - shared) * _PAGE_MB
    except (OSError, IndexError):  # it has ended
        return 0.0


def _processes() -> list[tuple[int, list[str]]]:
    """List processes with what their ``stat`` says after the name: state, parent, group, session and more."""
    found = []
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                said = (one / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:  # it has ended
                continue
            found.append((int(one.name), said.rsplit(")", 1)[1].split()))
    return found


def _tree(server: int) -> list[int]:
    """List a server and its children."""
    return [one for one, fields in _processes() if server and server in {one, int(fields[1])}]


def _tree_cpu_s(server: int) -> float:
    """Tell the CPU seconds of a server, its children, and those of them that have ended."""
    ticks = 0
    for one, fields in _processes() if server else []:
        if one == server:
            ticks += sum(int(fields[k]) for k in range(11, 15))
        elif int(fields[1]) == server:
            ticks += sum(int(fields[k]) for k in range(11, 13))
    return ticks * _TICK_S


def versions(names: Sequence[str]) -> dict[str, str]:
    """Name what was measured."""
    found = {"python": sys.version.split()[0]}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found
