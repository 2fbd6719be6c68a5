"""The second process: it writes what would be written here, and whatever it does not bring is written here."""

from __future__ import annotations

import os
import subprocess
import tempfile

import pytest

import petakumuh
from petakumuh.present import atlas
from petakumuh.present.aside import beside


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "sementara"))
    return tmp_path / "sementara"


def _written_here(path):
    path.write_text("sini")


def test_another_process_writes_the_same_bytes(small, tmp_path, temporary):
    here = atlas.files(small, "id")
    here["atlas.pdf"](tmp_path / "sini.pdf")

    def never(path):
        raise AssertionError(path)

    with beside(small, "id", "atlas", dict.fromkeys(here, never)) as brought:
        brought["atlas.pdf"](tmp_path / "sana.pdf")
    assert (tmp_path / "sana.pdf").read_bytes() == (tmp_path / "sini.pdf").read_bytes()
    assert not temporary.exists()


def test_what_the_other_process_does_not_bring_is_written_here(small, tmp_path, temporary):
    with beside(small, "id", "tidak_ada", {"a.txt": _written_here}) as brought:
        brought["a.txt"](tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == "sini"
    assert not temporary.exists()


def test_the_other_process_ends_with_what_it_is_for(small, temporary, monkeypatch):
    started = []
    real = subprocess.Popen

    def watched(*given, **options):
        started.append(real(*given, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", watched)

    def unfinished():
        with beside(small, "id", "atlas", {}):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        unfinished()
    assert started[-1].returncode is not None
    assert not temporary.exists()


def test_a_run_of_many_kelurahan_has_its_atlas_from_there(small, tmp_path, monkeypatch):
    monkeypatch.setattr(petakumuh.present, "_LONG", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    asked = []

    def watched(*given):
        asked.append(given[2])
        return beside(*given)

    monkeypatch.setattr(petakumuh.present, "beside", watched)
    small.tulis(tmp_path / "dua")
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    small.tulis(tmp_path / "satu")
    assert asked == ["atlas"]
    first, second = ((tmp_path / name / "atlas.pdf").read_bytes() for name in ("satu", "dua"))
    assert first == second
