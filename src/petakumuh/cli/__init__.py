"""The command line: each command a thin twin of a function, in a module that is loaded when it is called.

Exit status: 0 clean, 1 findings of severity galat, 2 wrong call or refused input, 3 sums that do not close.
"""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from petakumuh.arguments import command_parser
from petakumuh.cli.refusal import complain
from petakumuh.errors import InputError, PetakumuhError
from petakumuh.text import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_COMMANDS = {
    "jalankan": "running",
    "contoh": "running",
    "mulai": "starting",
    "siapkan": "preparing",
    "periksa": "checking",
    "banding": "decrees",
    "rekap": "joining",
    "skor": "scores",
    "aturan": "rules",
}
"""Command -> the module that has the function of its name; the GIS libraries load when something is computed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status.

    Parameters
    ----------
    arguments
        What stands after the program's name; by default what it was called with.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(given)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # in a pipe or file UTF-8, whatever the code page of the machine
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    try:
        parser = command_parser(language)
        if not given:
            parser.print_help()
            return 2
        options = parser.parse_args(given)
        module = import_module(f"petakumuh.cli.{_COMMANDS[options.command]}")
        return int(getattr(module, options.command)(options, language))
    except PetakumuhError as error:
        complain(error, language, as_json="--json" in given)
        return error.exit_status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        refused = InputError("berkas_sistem", file=error.filename or "–", alasan=error.strerror or error)
        complain(refused, language, as_json="--json" in given)
        return refused.exit_status


def _language(given: Sequence[str]) -> Language:
    """Find the language before the options are parsed: the help itself is in it."""
    for at, word in enumerate(given):
        for language in LANGUAGES:
            if word == f"--bahasa={language}" or (word == "--bahasa" and given[at + 1 : at + 2] == [language]):
                return language
    return "id"
