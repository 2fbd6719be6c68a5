"""The one writer beside what stands there: inputs by any name, links, locks, and folders that others left."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
import time

import pytest

from petakumuh.errors import OutputError
from petakumuh.present.files import write_together
from petakumuh.present.stage import staged


def writes(text):
    return lambda path: path.write_text(text) and None


def content(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_an_input_is_not_replaced_by_whatever_name_it_is_reached(tmp_path):
    source = tmp_path / "masukan.txt"
    source.write_text("data")
    for name, link in (("keras.txt", os.link), ("lunak.txt", os.symlink)):
        folder = tmp_path / name.removesuffix(".txt")
        folder.mkdir()
        link(source, folder / name)
        with pytest.raises(OutputError, match="masukan"):
            write_together({name: writes("x")}, folder, inputs=[source], overwrite=True)
        write_together({"lain.txt": writes("x")}, folder, inputs=[source], overwrite=True, stale=[name])
        assert (folder / name).read_text() == "data"


def test_a_link_that_leads_nowhere_is_a_file_that_exists(tmp_path):
    (tmp_path / "a.txt").symlink_to("tiada.txt")
    with pytest.raises(OutputError, match="--timpa"):
        write_together({"a.txt": writes("x")}, tmp_path)
    write_together({"a.txt": writes("x")}, tmp_path, overwrite=True)
    assert content(tmp_path) == {"a.txt": "x"}


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.EXDEV])
def test_where_files_have_one_name_only_the_old_one_is_copied_for_going_back(number, tmp_path, monkeypatch):
    def refused(*_, **__):
        raise OSError(number, os.strerror(number))

    real = os.replace

    def locked(source, target):
        if target.name == "b.txt" and "lama" not in source.parts:
            raise PermissionError(13, "used by another program")
        real(source, target)

    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("old")
    monkeypatch.setattr(os, "link", refused)
    monkeypatch.setattr(os, "replace", locked)
    with pytest.raises(OutputError, match="another program"):
        write_together({name: writes("new") for name in ("c.txt", "a.txt", "b.txt")}, tmp_path, overwrite=True)
    assert content(tmp_path) == {"a.txt": "old", "b.txt": "old"}


@pytest.mark.parametrize(
    "error", [OSError(28, "disk full"), sqlite3.OperationalError("disk full"), RuntimeError("disk full")]
)
def test_a_refusal_names_the_file_and_leaves_no_folder_that_was_made_for_it(error, tmp_path):
    def fails(path):
        path.write_text("half")
        raise error

    with pytest.raises(OutputError, match=r"b\.txt.*disk full"):
        write_together({"a.txt": writes("x"), "dalam/b.txt": fails}, tmp_path / "baru" / "hasil")
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_breaks_is_not_called_a_full_disk(tmp_path):
    def breaks(path):
        raise KeyError("kolom")

    with pytest.raises(KeyError):
        write_together({"a.txt": breaks}, tmp_path / "hasil")
    assert list(tmp_path.iterdir()) == []


def test_the_next_writing_sweeps_what_the_dead_left_and_nothing_else(tmp_path):
    dead, old, young = (tmp_path / f".petakumuh-{name}" for name in ("mati", "tua", "muda"))
    for stage in (dead, old, young):
        (stage / "baru").mkdir(parents=True)
        (stage / "baru" / "a.txt").write_text("half")
    (dead / "kunci").touch()
    os.utime(old, (0, time.time() - 7200))
    (tmp_path / "linked").mkdir()
    (tmp_path / ".petakumuh-tautan").symlink_to(tmp_path / "linked")
    with staged(tmp_path, []) as living:
        write_together({"a.txt": writes("x")}, tmp_path)
        assert {one.name for one in tmp_path.iterdir()} == {
            "a.txt", "linked", ".petakumuh-tautan", young.name, living.name,
        }  # fmt: skip


def test_without_a_guardian_files_are_written_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "tiada"))
    write_together({"a.txt": writes("x")}, tmp_path / "hasil")
    assert content(tmp_path / "hasil") == {"a.txt": "x"}


def test_a_stage_is_on_the_disk_of_its_files_and_seen_by_nobody_else(tmp_path):
    seen = []

    def writer(path):
        seen.append(path)
        path.touch()

    write_together({"a.txt": writer}, tmp_path)
    stage = seen[0].parents[1]
    assert stage.parent == tmp_path
    assert stage.name.startswith(".petakumuh-")
    assert not stage.exists()
