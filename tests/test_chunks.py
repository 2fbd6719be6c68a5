"""Chunks: the same tables whatever the chunks, the workers and what befalls them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

import petakumuh
from petakumuh import chunks
from petakumuh.check.zones import tm3_zones
from petakumuh.chunks import gathered, read_part, run_chunks, with_dask, with_workers
from petakumuh.errors import ConservationError, InputError, OutputError
from petakumuh.intake import take_in
from petakumuh.overlay import overlay
from petakumuh.prepared import prepare
from petakumuh.prepared.engines import engines
from petakumuh.recipe import load
from tests.cutting import cut, deadly, hectares, wrong
from tests.test_prepared import ORDER, contents, region

ROOT = Path(__file__).parents[1]
alone = partial(ThreadPoolExecutor, 1)


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """A prepared region of 60 slums."""
    return prepare(region(), ORDER, tmp_path_factory.mktemp("chunks") / "p")


@pytest.fixture(scope="module")
def whole(there, tmp_path_factory):
    """Its tables, cut in one piece."""
    return gathered(run_chunks(there, cut, alone, tmp_path_factory.mktemp("whole"), options={}, size=1000))


def same(one, other):
    """Whether tables are equal to the last bit; certificates stand in the order of chunks."""
    assert one.keys() == other.keys()
    for name in set(one) - {"sertifikat"}:
        assert_frame_equal(one[name], other[name], check_exact=True)
    assert sorted(one["sertifikat"]["kumuh_id"]) == sorted(other["sertifikat"]["kumuh_id"])


def test_the_tables_are_in_order_and_hold_every_slum_once(there, whole):
    pieces = whole["pieces"]
    assert pieces["kumuh_id"].tolist()[::2] == sorted(f"kumuh-{at}" for at in range(60))
    assert pieces["piece_id"].tolist() == list(range(120))
    assert whole["links"]["piece_id"].tolist() == list(range(0, 120, 2))  # the handled piece of each slum


@pytest.mark.parametrize("size", [1, 7])
def test_any_size_of_chunk_gives_the_same_tables(there, whole, tmp_path, size):
    same(gathered(run_chunks(there, cut, alone, tmp_path, options={}, size=size)), whole)


@pytest.mark.parametrize("count", [1, 2])
def test_any_number_of_processes_leaves_the_same_bytes(there, whole, tmp_path, count):
    told: list[int] = []
    by_processes = run_chunks(
        there, cut, partial(with_workers, count), tmp_path / "a", options={}, size=7, done=told.append
    )
    in_threads = run_chunks(there, cut, alone, tmp_path / "b", options={}, size=7)
    assert contents(by_processes.folder) == contents(in_threads.folder)
    assert (len(told), sum(told)) == (10, 60)  # 0 that were there, then 9 chunks
    same(gathered(by_processes), whole)


def test_what_is_finished_is_not_cut_again(there, tmp_path):
    calls = tmp_path / "hitung"
    calls.mkdir()
    options = {"hitung": str(calls)}
    one = run_chunks(there, cut, alone, tmp_path / "w", options=options, size=7)
    two = run_chunks(there, cut, alone, tmp_path / "w", options=options, size=7)
    assert (one, len(list(calls.iterdir()))) == (two, 9)


def test_other_options_or_another_folder_are_cut_anew(there, tmp_path):
    other = prepare(region(footprints=800), ORDER, tmp_path / "p")
    folders = {
        run_chunks(region_, cut, alone, tmp_path / "w", options=options, size=1000).folder
        for region_, options in ((there, {}), (there, {"lambat_s": 0}), (other, {}))
    }
    assert len(folders) == 3


HARMS = {
    "cut short": lambda raw: raw[:-30],
    "empty": lambda raw: raw[:0],
    "a wrong byte": lambda raw: raw[:200] + bytes([raw[200] ^ 1]) + raw[201:],
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_broken_part_is_made_anew(there, whole, tmp_path, harm):
    done = run_chunks(there, cut, alone, tmp_path, options={}, size=7)
    before = contents(done.folder)
    broken = Path(done.folder, f"{done.names[3]}.zip")
    broken.write_bytes(harm(broken.read_bytes()))
    with pytest.raises(InputError) as refused:
        read_part(done.folder, done.names[3])
    assert refused.value.key == "bagian_rusak"
    run_chunks(there, cut, alone, tmp_path, options={}, size=7)
    assert contents(done.folder) == before


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
def test_a_run_that_was_killed_goes_on_where_it_stood(there, whole, tmp_path):
    calls = tmp_path / "hitung"
    calls.mkdir()
    options = {"hitung": str(calls), "lambat_s": 0.3}
    program = (
        "from functools import partial\n"
        "from petakumuh.chunks import run_chunks, with_workers\n"
        "from petakumuh.prepared import open_prepared\n"
        "from tests.cutting import cut\n"
        "if __name__ == '__main__':\n"
        f"    there = open_prepared({there.folder!r})\n"
        f"    work, options = {str(tmp_path / 'w')!r}, {options!r}\n"
        "    run_chunks(there, cut, partial(with_workers, 1), work, options=options, size=4)\n"
    )
    script = tmp_path / "jalan.py"
    script.write_text(program)
    run = subprocess.Popen([sys.executable, script], env=os.environ | {"PYTHONPATH": str(ROOT)})
    try:
        deadline = time.monotonic() + 120
        while len(kept := list((tmp_path / "w").glob("*/*.zip"))) < 3:
            assert run.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        workers = children(run.pid)
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert workers
    while any(map(alive, workers)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    kept = list((tmp_path / "w").glob("*/*.zip"))
    when = {path: path.stat().st_mtime_ns for path in kept}
    asked = len(list(calls.iterdir()))
    assert 3 <= len(kept) < 15
    done = run_chunks(there, cut, alone, tmp_path / "w", options=options, size=4)
    assert {path: path.stat().st_mtime_ns for path in kept} == when
    assert len(list(calls.iterdir())) - asked == 15 - len(kept)
    same(gathered(done), whole)


def children(pid):
    """Every process below one, however deep."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found += [int(stat.parent.name), *children(int(stat.parent.name))]
        except OSError:
            continue
    return found


def test_a_worker_that_dies_once_is_replaced(there, whole, tmp_path):
    options = {"bunuh": str(tmp_path / "mati")}
    same(
        gathered(run_chunks(there, cut, partial(with_workers, 2), tmp_path / "w", options=options, size=7)), whole
    )
    assert (tmp_path / "mati").exists()


def test_workers_that_die_again_and_again_are_told(there, tmp_path):
    with pytest.raises(OutputError) as told:
        run_chunks(there, deadly, partial(with_workers, 1), tmp_path, options={}, size=30)
    assert told.value.key == "pekerja_mati"


def test_what_a_worker_refuses_is_told_as_it_said_it(there, tmp_path):
    with pytest.raises(ConservationError) as told:
        run_chunks(there, wrong, partial(with_workers, 1), tmp_path, options={}, size=30)
    assert told.value.values["apa"] == "kumuh"
    assert "kumuh" in str(told.value)


def test_a_worker_with_another_program_is_refused(there, tmp_path):
    others = {**engines(), "geos": "1.0"}
    task = chunks._Task(there.folder, there.chunks(9)[0], str(tmp_path), cut, {}, others)
    with pytest.raises(InputError) as told:
        chunks._work(task)
    assert (told.value.key, told.value.values["paket"]) == ("pekerja_lain", "geos")


def test_parts_can_lie_in_an_object_store(there, whole, tmp_path):
    done = run_chunks(there, cut, alone, f"memory://{tmp_path.name}", options={}, size=20)
    same(gathered(done), whole)


@pytest.fixture(scope="module", params=["utm", "tm3"])
def in_chunks(request, tmp_path_factory):
    """The sample of two zones, prepared, and its hectares cut in one piece."""
    order = load(petakumuh.contoh())
    order = replace(order, hitung=replace(order.hitung, dasar=request.param))
    taken = take_in(order)
    zones = taken.checked.zones
    tm3 = tm3_zones(zones) if request.param == "tm3" else None
    folder = tmp_path_factory.mktemp("sample") / "p"
    return prepare(taken, order, folder), overlay(zones, by=order.hitung.by, tm3=tm3, certify=False)


@pytest.mark.parametrize("size", [1, 20])
def test_chunks_give_the_hectares_of_a_run_in_one_piece(in_chunks, tmp_path, size):
    there, cut_whole = in_chunks
    tables = gathered(run_chunks(there, hectares, alone, tmp_path, options={}, size=size))
    assert_frame_equal(there.groups, cut_whole.groups)
    for name, table in tables.items():
        assert_frame_equal(table, getattr(cut_whole, name), check_exact=True)


@pytest.fixture(scope="module")
def cluster():
    """A dask cluster of two processes."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made:
        yield made


def test_a_cluster_gives_the_same_bytes(there, whole, tmp_path, cluster):
    by_dask = run_chunks(
        there, cut, partial(with_dask, cluster.scheduler_address), tmp_path / "a", options={}, size=7
    )
    in_threads = run_chunks(there, cut, alone, tmp_path / "b", options={}, size=7)
    assert contents(by_dask.folder) == contents(in_threads.folder)
    same(gathered(by_dask), whole)


def test_a_cluster_whose_worker_is_killed_gives_the_same_tables(there, whole, tmp_path, cluster):
    options = {"bunuh": str(tmp_path / "mati")}
    workers = partial(with_dask, cluster.scheduler_address)
    same(gathered(run_chunks(there, cut, workers, tmp_path / "w", options=options, size=7)), whole)
    assert (tmp_path / "mati").exists()


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(chunks, "_PATIENCE_S", 1)
    with pytest.raises(InputError) as told, with_dask("tcp://127.0.0.1:9"):
        pass
    assert told.value.key == "dask_tak_tersambung"


def test_dask_that_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError) as told, with_dask("tcp://127.0.0.1:9"):
        pass
    assert told.value.key == "perlu_dask"
