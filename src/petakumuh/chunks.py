"""Chunks of slums as tasks for any executor: processes of this machine, or the workers of a cluster.

A task takes names alone, reads its own part of a prepared folder, has it cut and leaves what it found in a file of
its own; no shape passes through the scheduler. The file is whole or is not there, and is called after what it
was made from: a run that was killed goes on where it stood, and what is broken is made anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import multiprocessing
import os
import platform
import threading
import zipfile
import zlib
from concurrent.futures import BrokenExecutor, CancelledError, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from petakumuh.errors import InputError, OutputError
from petakumuh.overlay.result import PARTS, ordered
from petakumuh.prepared import Chunk, Part, Prepared, read_chunk
from petakumuh.prepared.engines import engines
from petakumuh.prepared.place import Place, place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pandas import DataFrame

    Cut = Callable[[Part, Mapping[str, Any]], Mapping[str, DataFrame]]
    Workers = Callable[[], AbstractContextManager[Executor]]

__all__ = ["CHUNK_SLUMS", "Done", "gathered", "read_part", "run_chunks", "with_dask", "with_workers"]

CHUNK_SLUMS = 1_000
"""Slums of a chunk: enough that reading is cheap beside cutting, few enough for little memory."""
_POOLS = 2
"""A pool whose worker died is made once more; what died twice is told."""
_RETRIES = 3
_PATIENCE_S = 30
_BROKEN = (OSError, zipfile.BadZipFile, zlib.error, pa.ArrowException, EOFError, NotImplementedError)
"""What reading a part raises that is missing, cut short or overwritten."""
_NEVER = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the same tables are the same bytes."""


@dataclass(frozen=True)
class Done:
    """Chunks that have been cut: where their parts lie, in order."""

    folder: str
    names: tuple[str, ...]


class _Task(NamedTuple):
    """All that a worker is sent."""

    prepared: str
    chunk: Chunk
    folder: str
    cut: Cut
    options: Mapping[str, Any]
    engines: Mapping[str, str]


def run_chunks(
    there: Prepared,
    cut: Cut,
    workers: Workers,
    work: str | Path,
    *,
    options: Mapping[str, Any],
    size: int = CHUNK_SLUMS,
    done: Callable[[int], object] = lambda _: None,
) -> Done:
    """Cut every chunk of a prepared folder that has not been cut yet.

    Parameters
    ----------
    there
        The prepared folder; its workers reach it by the same name.
    cut
        A function of a module, called with a part and ``options``; it gives tables without geometry.
    workers
        What opens an executor: `with_workers`, `with_dask`, or any other.
    work
        Where parts are left: a path or address that all workers reach. What was cut from the same folder by the
        same function with the same options and programs is found again there.
    options
        What ``cut`` is told besides; it must be writable as JSON.
    size
        How many slums a chunk has at most. No figure depends on it.
    done
        Called with the number of slums that have been cut.

    Returns
    -------
        Where the parts lie; `gathered` joins them.

    Raises
    ------
    OutputError
        When workers die again and again, or a part cannot be written.
    PetakumuhError
        What a worker raised: a part that cannot be read, sums that do not close, a worker with other programs.

    Notes
    -----
    Law 8: the tables do not depend on the executor, the number of workers, or the size of chunks.
    """
    folder = place_of(f"{place_of(work).name}/{_key(there, cut, options)}")
    chunks = there.chunks(size)
    kept = [chunk for chunk in chunks if _finished(folder, chunk.name)]
    done(sum(map(len, kept)))
    left = [chunk for chunk in chunks if chunk not in set(kept)]
    for again in range(_POOLS):
        if not left:
            break
        tasks = [_Task(there.folder, chunk, folder.name, cut, options, engines()) for chunk in left]
        try:
            with workers() as pool:
                _all_done(pool, tasks, done)
        except BrokenExecutor as error:
            if again == _POOLS - 1:
                raise OutputError("pekerja_mati", folder=folder.name) from error
        left = [chunk for chunk in left if not _finished(folder, chunk.name)]
    return Done(folder.name, tuple(chunk.name for chunk in chunks))


def gathered(parts: Done) -> dict[str, DataFrame]:
    """Join the tables of all chunks; rows stand in an order that does not depend on how they were cut apart.

    Tables that are not those of a cut are put one below the other, in the order of chunks.

    Raises
    ------
    InputError
        When a part is missing or broken.
    """
    tables = [read_part(parts.folder, name) for name in parts.names]
    joined, _ = ordered(tables)
    for name in tables[0]:
        if name not in PARTS:
            joined[name] = pd.concat([one[name] for one in tables], ignore_index=True)
    return joined


def read_part(folder: str, name: str) -> dict[str, DataFrame]:
    """Read the tables of one chunk.

    Raises
    ------
    InputError
        When it is missing or broken.
    """
    place = place_of(folder)
    try:
        with zipfile.ZipFile(io.BytesIO(place.read(_file(name)))) as tables:
            return {
                one.removesuffix(".parquet"): parquet.read_table(io.BytesIO(tables.read(one))).to_pandas()
                for one in tables.namelist()
            }
    except _BROKEN as error:
        raise InputError("bagian_rusak", folder=folder, file=_file(name)) from error


@contextmanager
def with_workers(count: int) -> Iterator[Executor]:
    """Open so many processes of this machine; they end with this one, however it ends.

    Raises
    ------
    BrokenExecutor
        From a task, when a process died.
    """
    if "forkserver" in multiprocessing.get_all_start_methods():
        context: Any = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])  # what takes a second to load is loaded once for all workers
    else:
        context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_end_with_parent)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def with_dask(address: str) -> Iterator[Executor]:
    """Open the workers of a dask cluster; a chunk whose worker died goes to another one.

    Parameters
    ----------
    address
        Of its scheduler, as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    InputError
        When the extra ``dask`` is missing or the scheduler does not answer.
    OutputError
        When a chunk killed one worker after the other, or the cluster is gone.
    """
    try:
        distributed: Any = import_module("distributed")
        lost = import_module("distributed.comm").CommClosedError
    except ModuleNotFoundError as error:
        raise InputError("perlu_dask") from error
    try:
        client = distributed.Client(address, timeout=_PATIENCE_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError("dask_tak_tersambung", file=address, alasan=error or type(error).__name__) from error
    with client:
        try:
            yield client.get_executor(retries=_RETRIES)
        except distributed.KilledWorker as error:
            raise OutputError("pekerja_mati", folder=address) from error
        except (CancelledError, lost) as error:
            raise OutputError("dask_putus", file=address) from error


def _key(there: Prepared, cut: Cut, options: Mapping[str, Any]) -> str:
    """Name what parts are made from; where it is the same, so are they."""
    said = {
        "siapan": there.fingerprint,
        "potong": f"{cut.__module__}.{cut.__qualname__}",
        "pilihan": options,
        "versi": engines(),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _all_done(pool: Executor, tasks: Sequence[_Task], done: Callable[[int], object]) -> None:
    """Hand out tasks and wait for them; when one fails the others are called off."""
    futures = {pool.submit(_work, task): len(task.chunk) for task in tasks}
    try:
        for one in as_completed(futures):
            one.result()
            done(futures[one])
    finally:
        for one in futures:
            one.cancel()


def _work(task: _Task) -> str:
    """Cut one chunk where the worker stands, and leave its tables."""
    here = engines()
    other = {name: here[name] for name in here if here[name] != task.engines[name]}
    if other:
        name, mine = next(iter(other.items()))
        raise InputError(
            "pekerja_lain", pekerja=platform.node(), paket=name, versi=mine or "–", punya=task.engines[name] or "–"
        )
    tables = task.cut(read_chunk(task.prepared, task.chunk), task.options)
    place = place_of(task.folder)
    try:
        place.write(_file(task.chunk.name), _packed(tables))
    except OSError as error:
        raise OutputError("keluaran_gagal", file=place.path(_file(task.chunk.name)), alasan=error) from error
    return task.chunk.name


def _file(name: str) -> str:
    return f"{name}.zip"


def _packed(tables: Mapping[str, DataFrame]) -> bytes:
    """Put tables as Parquet into one file, so that they come whole or not at all."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as into:
        for name, table in tables.items():
            written = io.BytesIO()
            table.to_parquet(written, index=False, compression="zstd")
            into.writestr(zipfile.ZipInfo(f"{name}.parquet", _NEVER), written.getvalue())
    return packed.getvalue()


def _finished(place: Place, name: str) -> bool:
    """Whether the part of a chunk is there, and whole."""
    if place.size(_file(name)) is None:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(place.read(_file(name)))) as tables:
            return tables.testzip() is None
    except _BROKEN:
        return False


def _end_with_parent() -> None:
    """Let a worker end when the process that started it is killed: nobody else would tell it."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
