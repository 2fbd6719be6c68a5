"""The program that the tests kill: it opens a stored run once, and writes parts of it in forks of itself.

An order comes as a line of JSON on stdin, what became of it goes out as another: ``formats`` which to write,
``language``, ``folder``; and one of ``after_s`` (kill it then), ``step`` (it kills itself at that step of the file
system) or ``most_bytes`` (no file may grow longer).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import petakumuh
from petakumuh import present
from petakumuh.errors import OutputError
from petakumuh.present.files import write_together

_STEPS = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "open", "subprocess.Popen"}
"""What Python tells of itself when it changes a file system."""


def writers(run, language):
    """What writes each file of a run and of all that a recipe may ask besides, told by the run's own writing."""
    asked = replace(run.recipe.keluaran, tambahan=("shapefile",), bagi="kelurahan")
    run = replace(run, recipe=replace(run.recipe, keluaran=asked))
    with mock.patch.object(present, "write_together") as called:
        present.write_all(run, Path("/nowhere"), bahasa=language)
    files = called.call_args.args[0]
    del files[present._WRITTEN]  # it lists what stands beside it, and is written last
    return files


def by_format(files):
    """The files by the letters behind their last dot."""
    groups: dict[str, dict[str, Any]] = {}
    for name, writer in files.items():
        groups.setdefault(name.rpartition(".")[2], {})[name] = writer
    return groups


def dies_at(step):
    """Kill this process at a step that it takes in the file system."""
    left = [step]

    def count(event, _):
        if event in _STEPS:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def write(files, order):
    """Write, in the fork; say how it went by the exit status, and an error by its words."""
    if "most_bytes" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["most_bytes"], order["most_bytes"]))
    if "step" in order:
        dies_at(order["step"])
    try:
        write_together(files, Path(order["folder"]), overwrite=True)
    except OutputError as error:
        return {"refused": error.key, "said": str(error)}
    return {}


def answered(files, order):
    """Fork, let the fork write, kill it when asked, and say what became of it."""
    reading, writing = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.write(writing, json.dumps(write(files, order)).encode())
            status = 0
        except BaseException:  # noqa: BLE001 - nothing may come back out of a fork
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    if "after_s" in order:
        time.sleep(order["after_s"])
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    seconds = time.monotonic() - started
    with os.fdopen(reading) as told:
        said = told.read()
    return {"status": os.waitstatus_to_exitcode(status), "seconds": seconds} | json.loads(said or "{}")


def say(what):
    """Answer with a line."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main(stored):
    """Answer orders until there are none."""
    run = petakumuh.buka(stored)
    known = {language: by_format(writers(run, language)) for language in ("id", "en")}
    say({name: list(files) for name, files in known["id"].items()})
    for line in sys.stdin:
        order = json.loads(line)
        groups = known[order["language"]]
        files = {name: one for group in order["formats"] for name, one in groups[group].items()}
        say(answered(files, order))


if __name__ == "__main__":
    main(sys.argv[1])
