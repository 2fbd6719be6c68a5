"""The process that opens foreign files: limited in memory, time and what it may reach.

It reads one order a line from its input (JSON), and answers in lines: where a batch of rows lies, what was
noted, and how it ended. A hostile or broken file kills this process, and costs the other one line of error.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petakumuh.errors import InputError, PetakumuhError
from petakumuh.read.raw import Limits, Note

if TYPE_CHECKING:
    from collections.abc import Callable

    from petakumuh.read.raw import Reading

__all__ = ["main"]

_FORBIDDEN = {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"}
_may_connect = False
_TIMES = 4


def main() -> None:
    """Serve orders until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no answer
    sys.addaudithook(_forbid)

    def answer(**said: Any) -> None:
        text = json.dumps(said, ensure_ascii=False, default=str) + "\n"
        answers.write(text.encode("utf-8", "replace").decode())
        answers.flush()

    for line in sys.stdin:
        order = json.loads(line)
        limits = Limits(**order["limits"])
        _limit(limits)
        tempfile.tempdir = order["scratch"]
        try:
            _serve(_reading(order, limits), order, limits, answer)
        except PetakumuhError as error:
            values = {
                key: value if isinstance(value, int | float) else str(value) for key, value in error.values.items()
            }
            answer(refused=error.key, values=values)
        except MemoryError:
            answer(refused="berkas_memori", values={"file": order["file"], "batas": limits.memory_bytes / 2**30})
        except Exception as error:  # noqa: BLE001 - whatever a library raises on a broken file, it is refused
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:500]}"
            answer(refused="berkas_tak_terbaca", values={"file": order["file"], "alasan": reason})
        else:
            answer(done=True, peak_bytes=_peak_bytes())


def _reading(order: dict[str, Any], limits: Limits) -> Reading:
    """Find who reads: a database by its address, all else by its content."""
    global _may_connect  # noqa: PLW0603 - the audit hook has no other way to know
    _may_connect = order["database"]
    if order["database"]:
        from petakumuh.read.vector.postgis import read_postgis  # noqa: PLC0415 - an extra

        return read_postgis(order["file"], order["layers"], limits)
    from petakumuh.read.formats import opened  # noqa: PLC0415 - after the limits are set

    return opened(Path(order["file"]), limits)


def _serve(reading: Reading, order: dict[str, Any], limits: Limits, answer: Callable[..., None]) -> None:
    """Answer all that is read, within the limits: what comes of a file is held by the other process."""
    from petakumuh.read import wire  # noqa: PLC0415 - as above

    file, scratch = order["file"], Path(order["scratch"])
    most, written = _most_bytes(file, limits), 0
    illegible: dict[str, list[str]] = {}
    for number, part in enumerate(_measured(reading, file, limits)):
        if isinstance(part, Note):
            answer(note=asdict(part))
            continue
        place = scratch / f"{number}.arrow"
        if wrong := wire.save(part.rows, place):
            illegible.setdefault(part.layer, []).extend(part.rows["baris"].iloc[wrong])
        written += place.stat().st_size
        if written > most:
            raise InputError("isi_besar", file=file, isi=written, batas=most)
        answer(batch=str(place), layer=part.layer)
    for layer, baris in illegible.items():
        answer(note=asdict(Note("huruf_rusak", "peringatan", layer, tuple(baris), "diperbaiki")))


def _measured(reading: Reading, file: str, limits: Limits) -> Reading:
    """Pass on what is read, its layers' names legible, while no layer has more rows or columns than it may."""
    from petakumuh.read.rows import legible  # noqa: PLC0415 - as above

    rows: Counter[str] = Counter()
    for part in reading:
        if isinstance(part, Note):
            yield part
            continue
        layer, columns = legible(part.layer), len(part.rows.columns)
        rows[layer] += len(part.rows)
        if rows[layer] > limits.rows:
            raise InputError("baris_terlalu_banyak", file=file, lapisan=layer, batas=limits.rows)
        if columns > limits.columns:
            raise InputError("kolom_terlalu_banyak", file=file, isi=columns, batas=limits.columns)
        yield replace(part, layer=layer)


def _most_bytes(file: str, limits: Limits) -> int:
    """Say how much may come of a file: of a large one some times its size, of a small one as of an archive."""
    place = Path(file)
    return limits.unpacked_bytes + _TIMES * (place.stat().st_size if place.is_file() else 0)


def _forbid(event: str, _: object) -> None:
    """Refuse what no reader of a file needs: connections and other programs."""
    if event in _FORBIDDEN and not _may_connect:
        raise PermissionError(event)


def _peak_bytes() -> int:
    """Tell the most memory that this process ever held; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    # What Linux counts as used is handed down by the process that started it; this is the process's own.
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024
    import resource  # noqa: PLC0415 - not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _limit(limits: Limits) -> None:
    """Set this process's limits where the system knows them; the parent watches the clock everywhere."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, spent + limits.cpu_s),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))
