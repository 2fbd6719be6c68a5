"""Writing that is killed, or finds its disk full: each name holds the old file or the new, and no other stays."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import geopandas
import pyogrio
import pytest

from petakumuh import store
from petakumuh.present.files import write_together

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork and no SIGKILL")

KILLS = 50
GUARDIAN_S = 10


class Writing:
    """The program that is killed, with what it writes when nobody kills it: the old files and the new ones."""

    def __init__(self, process: Any, place: Path) -> None:
        self.process, self.place = process, place
        self.formats: dict[str, list[str]] = self.answer()
        self.seconds: dict[str, float] = {}
        self.old, self.new = (self.whole(place / language, language) for language in ("en", "id"))

    def whole(self, folder, language):
        """Write every format, each in its time."""
        for name in self.formats:
            told = self.order([name], folder, language=language)
            assert told["status"] == 0, told
            assert "refused" not in told, told
            self.seconds[name] = told["seconds"]
        return tree(folder)

    def answer(self):
        return json.loads(self.process.stdout.readline())

    def order(self, formats, folder, *, language="id", **how):
        """Write some formats, and say what became of it."""
        said = {"formats": formats, "folder": str(folder), "language": language} | how
        self.process.stdin.write(json.dumps(said) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def before(self, formats, folder):
        """Bring a folder to where the writing of some formats finds it: old files, and one of somebody else."""
        wanted = {name: self.old[name] for one in formats for name in self.formats[one]} | {"milik lain.txt": b"x"}
        for name, content in wanted.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
        return set(wanted)

    def stands(self, names, folder):
        """Look at a folder once whatever clears up has had its moment: how many files are new."""
        until = time.monotonic() + GUARDIAN_S
        while set(found := tree(folder)) != names and time.monotonic() < until:
            time.sleep(0.01)
        assert set(found) == names
        assert found.pop("milik lain.txt") == b"x"
        for name, content in found.items():
            assert content in (self.old[name], self.new[name]), name
        return sum(content == self.new[name] != self.old[name] for name, content in found.items())


def tree(folder):
    """The files below a folder, hidden ones too; a folder without any is one that was left behind."""
    found = {}
    try:
        for path in folder.rglob("*"):
            if path.is_file() or not any(path.iterdir()):
                found[path.relative_to(folder).as_posix()] = path.read_bytes() if path.is_file() else b""
    except FileNotFoundError:  # the guardian is at it
        return {}
    return found


@pytest.fixture(scope="module")
def writing(small, tmp_path_factory):
    stored = tmp_path_factory.mktemp("simpanan")
    write_together(store.files(small), stored)
    command = [sys.executable, "-m", "tests.killed", str(stored)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
    ) as process:
        yield Writing(process, tmp_path_factory.mktemp("ditulis"))
        process.communicate()


def test_killed_at_fifty_moments_each_file_is_the_old_one_or_the_new(writing, tmp_path):
    chance = random.Random(6)
    hits = 0
    for turn in range(2 * KILLS):
        name = sorted(writing.formats)[turn % len(writing.formats)]
        names = writing.before([name], tmp_path / name)
        told = writing.order([name], tmp_path / name, after_s=chance.uniform(0, 1.02) * writing.seconds[name])
        hits += told["status"] == -9
        writing.stands(names, tmp_path / name)
        if hits >= KILLS and turn >= 3 * len(writing.formats):
            break
    assert hits >= KILLS


def test_killed_at_every_step_each_file_is_the_old_one_or_the_new(writing, tmp_path):
    replaced = []
    for step in range(1, 500):
        names = writing.before(["csv"], tmp_path)
        told = writing.order(["csv"], tmp_path, step=step)
        replaced.append(writing.stands(names, tmp_path))
        if told["status"] == 0:
            break
        assert told["status"] == -9
    most = sum(writing.old[name] != writing.new[name] for name in writing.formats["csv"])
    assert set(replaced) == set(range(most + 1))  # it was killed before, between and after the names


def test_killed_in_a_new_folder_it_leaves_no_folder_or_whole_files(writing, tmp_path):
    for step in range(1, 500, 2):
        top = tmp_path / str(step)
        told = writing.order(["csv"], top / "a" / "b", step=step)
        until = time.monotonic() + GUARDIAN_S
        while not whole_or_absent(top, writing.new) and time.monotonic() < until:
            time.sleep(0.01)
        assert whole_or_absent(top, writing.new)
        if told["status"] == 0:
            break
    assert told["status"] == 0


def whole_or_absent(top, new):
    """Whether a folder is not there, or holds nothing but new files in its inmost folder."""
    found = tree(top / "a" / "b") if top.exists() else {}
    whole = bool(found) and all(new.get(name) == content for name, content in found.items())
    return whole or not top.exists()


def test_old_and_new_files_open(writing):
    opened = 0
    for language in ("en", "id"):
        for path in (writing.place / language).rglob("*"):
            if path.suffix in {".gpkg", ".geojson", ".fgb", ".kml"}:
                opened += len(pyogrio.list_layers(path)) > 0
            if path.suffix == ".json":
                json.loads(path.read_text(encoding="utf-8"))
            if path.suffix == ".parquet" and path.stem == "bidang":
                opened += len(geopandas.read_parquet(path)) > 0
    assert opened >= 4


def test_a_file_that_may_not_grow_leaves_the_old_ones(writing, tmp_path):
    for name, files in writing.formats.items():
        largest = max(len(writing.new[one]) for one in files)
        for share in (0.1, 0.5):
            names = writing.before([name], tmp_path / name)
            told = writing.order([name], tmp_path / name, most_bytes=int(share * largest))
            assert (told["status"], told.get("refused")) == (0, "keluaran_gagal"), (name, share, told)
            assert writing.stands(names, tmp_path / name) == 0


@pytest.fixture
def disk(tmp_path):
    """Makes disks of a size."""
    mounted: list[Path] = []

    def mount(size):
        place = tmp_path / f"disk{len(mounted)}"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
        if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("only root may mount a small disk")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_leaves_the_old_files(writing, disk):
    for name, files in writing.formats.items():
        need = sum(-(-len(writing.new[one]) // 4096) * 4096 for one in files)
        there = sum(-(-len(writing.old[one]) // 4096) * 4096 for one in files) + 16384
        for share in (0.02, 0.5, 0.97):
            place = disk(there + int(share * need))
            names = writing.before([name], place)
            told = writing.order([name], place)
            assert (told["status"], told.get("refused")) == (0, "keluaran_gagal"), (name, share, told)
            assert writing.stands(names, place) == 0
