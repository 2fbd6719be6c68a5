"""What each command can be told: its arguments, and what is said of a wrong call."""

from __future__ import annotations

import argparse
import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NoReturn

from petakumuh.errors import RecipeError
from petakumuh.text import LANGUAGES, Language, say

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["WAYS", "command_parser"]

_ALIASES = {
    "jalankan": "run",
    "contoh": "demo",
    "mulai": "init",
    "siapkan": "prepare",
    "periksa": "check",
    "banding": "compare",
    "rekap": "recap",
    "skor": "score",
    "aturan": "rules",
}

WAYS = ("rata_sektoral", "kontribusi", "pengurangan", "nilai_terendah", "pertimbangan")
"""Matters of choice in a rule set."""


class _Parser(argparse.ArgumentParser):
    """An argument parser that speaks as the rest of the house does."""

    def error(self, message: str) -> NoReturn:
        """Refuse a wrong call in the language of the call."""
        for pattern, key in _WRONG:
            if found := re.search(pattern, message, re.DOTALL):
                raise RecipeError(key, **found.groupdict())
        raise RecipeError("panggilan", pesan=message)


_WRONG = (
    (
        r"argument (?P<argumen>.+?): invalid choice: (?P<nilai>.+?) \(choose from (?P<pilihan>.+)\)",
        "panggilan_pilihan",
    ),
    (r"argument (?P<argumen>.+?): not allowed with argument (?P<lain>.+)", "panggilan_bersama"),
    (r"required: (?P<argumen>.+)", "panggilan_kurang"),
    (r"unrecognized arguments: (?P<argumen>.+)", "panggilan_asing"),
    (r"argument (?P<argumen>.+?): (?:expected|invalid)", "panggilan_nilai"),
)
"""What argparse says of a wrong call, and the message of ours that says the same."""


def command_parser(language: Language) -> argparse.ArgumentParser:
    """Give the parser of every command, its help in the language of the call."""

    def told(key: str) -> str:
        return say(f"cli.{key}", language).replace("%", "%%")

    class Formatter(argparse.RawDescriptionHelpFormatter):
        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: Any = None) -> None:
            super().add_usage(usage, actions, groups, told("pemakaian") if prefix is None else prefix)

    def new(**extra: Any) -> _Parser:
        return _Parser(add_help=False, formatter_class=Formatter, **extra)

    def shared(parser: argparse.ArgumentParser, *, output: bool) -> None:
        options = parser.add_argument_group(told("pilihan"))
        if output:
            options.add_argument("--timpa", action="store_true", help=told("timpa"))
        options.add_argument("--bahasa", choices=LANGUAGES, default="id", help=told("bahasa"))
        options.add_argument("--json", action="store_true", help=told("json"))
        options.add_argument("-h", "--help", action="help", help=told("bantuan"))

    parser = new(prog="petakumuh", description=told("uraian"), epilog=told("status_keluar"))
    top = parser.add_argument_group(told("pilihan"))
    top.add_argument("--bahasa", choices=LANGUAGES, default="id", help=told("bahasa"))
    top.add_argument(
        "--version", action="version", version=f"petakumuh {version('petakumuh')}", help=told("versi")
    )
    top.add_argument("-h", "--help", action="help", help=told("bantuan"))
    commands = parser.add_subparsers(
        title=told("perintah"), metavar="PERINTAH", required=True, parser_class=_Parser
    )

    def command(name: str) -> argparse.ArgumentParser:
        one = commands.add_parser(
            name,
            aliases=[_ALIASES[name]],
            help=told(name),
            description=told(name),
            prog=f"petakumuh {name}",
            add_help=False,
            formatter_class=Formatter,
        )
        one.set_defaults(command=name)
        return one

    run = command("jalankan")
    _run_options(run.add_argument_group(told("masukan")), told)
    _large_options(run.add_argument_group(told("wilayah_besar")), told)
    shared(run, output=True)
    ready = command("siapkan")
    _prepare_options(ready.add_argument_group(told("masukan")), told)
    demo, init, check = command("contoh"), command("mulai"), command("periksa")
    demo.add_argument_group(told("masukan")).add_argument("folder", help=told("folder"))
    demo.set_defaults(postgis=None)
    init.add_argument_group(told("masukan")).add_argument(
        "berkas", nargs="?", default="petakumuh.toml", help=told("resep")
    )
    looked = check.add_argument_group(told("masukan"))
    looked.add_argument("berkas", nargs="+", help=told("berkas"))
    looked.add_argument("--html", metavar="BERKAS", help=told("html"))
    looked.add_argument("--temuan", metavar="BERKAS", help=told("temuan_gpkg"))
    looked.add_argument("--perbaiki", metavar="FOLDER", help=told("perbaiki"))
    scored, rules = command("skor"), command("aturan")
    _score_options(scored.add_argument_group(told("masukan")), told)
    rules.add_argument_group(told("masukan")).add_argument(
        "nama", nargs="?", default="pupr-14-2018", help=told("nama_aturan")
    )
    shared(rules, output=False)
    pair = command("banding")
    _decree_options(pair.add_argument_group(told("masukan")), told)
    join = command("rekap")
    _recap_options(join.add_argument_group(told("masukan")), told)
    shared(join, output=True)
    for one in (run, ready, check, pair, scored):
        one.add_argument_group(told("jaringan")).add_argument(
            "--izinkan-jaringan", action="store_true", help=told("izinkan_jaringan")
        )
    for one in (demo, ready, init, check, pair, scored):
        shared(one, output=True)
    return parser


def _run_options(inputs: Any, told: Callable[[str], str]) -> None:
    """Add what `petakumuh jalankan` is told to its group."""
    inputs.add_argument("resep", nargs="?", help=told("resep"))
    for role in ("kumuh", "kelurahan"):
        inputs.add_argument(f"--{role}", metavar="BERKAS", help=told(role))
    inputs.add_argument("--penanganan", metavar="BERKAS", action="append", default=[], help=told("penanganan"))
    inputs.add_argument("--lebar-m", type=float, metavar="M", help=told("lebar_m"))
    inputs.add_argument("--radius-m", type=float, metavar="M", help=told("radius_m"))
    inputs.add_argument("--judul", help=told("judul"))
    inputs.add_argument("--dasar", help=told("dasar"))
    inputs.add_argument("-o", "--keluar", "--out", required=True, metavar="FOLDER", help=told("keluar"))
    inputs.add_argument("--postgis", metavar="URL", help=told("postgis"))
    inputs.add_argument("--skema", default="petakumuh", metavar="NAMA", help=told("skema"))
    inputs.add_argument("--tambah", action="store_true", help=told("tambah"))


def _large_options(large: Any, told: Callable[[str], str]) -> None:
    """Add what `petakumuh jalankan` is told of a region that one process should not cut in one piece."""
    hands = large.add_mutually_exclusive_group()
    hands.add_argument("--pekerja", type=_count, metavar="N", help=told("pekerja"))
    hands.add_argument("--dask", metavar="ALAMAT", help=told("dask"))
    large.add_argument("--potongan", type=_count, metavar="N", help=told("potongan"))
    large.add_argument("--tabel-saja", action="store_true", help=told("tabel_saja"))


def _count(text: str) -> int:
    """Read a number of things, of which there is at least one."""
    count = int(text)
    if count < 1:
        raise ValueError(text)
    return count


def _prepare_options(inputs: Any, told: Callable[[str], str]) -> None:
    """Add what `petakumuh siapkan` is told to its group."""
    inputs.add_argument("resep", help=told("resep"))
    inputs.add_argument("-o", "--keluar", "--out", required=True, metavar="FOLDER", help=told("keluar_siapan"))


def _decree_options(decrees: Any, told: Callable[[str], str]) -> None:
    """Add what `petakumuh banding` is told to its group."""
    decrees.add_argument("sk", nargs="+", metavar="SK", help=told("sk"))
    decrees.add_argument("--kelurahan", metavar="BERKAS", help=told("kelurahan"))
    decrees.add_argument("--judul", help=told("judul"))
    decrees.add_argument("-o", "--keluar", "--out", required=True, metavar="FOLDER", help=told("keluar"))


def _recap_options(recaps: Any, told: Callable[[str], str]) -> None:
    """Add what `petakumuh rekap` is told to its group."""
    recaps.add_argument("rekap", nargs="+", metavar="REKAP", help=told("berkas_rekap"))
    recaps.add_argument("--judul", help=told("judul"))
    recaps.add_argument("--target", type=int, metavar="TAHUN", help=told("target"))
    recaps.add_argument("-o", "--keluar", "--out", required=True, metavar="FOLDER", help=told("keluar"))


def _score_options(tables: Any, told: Callable[[str], str]) -> None:
    """Add what `petakumuh skor` is told to its group."""
    tables.add_argument("--baseline", required=True, metavar="BERKAS", help=told("baseline"))
    tables.add_argument("--investasi", metavar="BERKAS", help=told("investasi"))
    tables.add_argument("--pembanding", metavar="BERKAS", help=told("pembanding"))
    tables.add_argument("--aturan", default="pupr-14-2018", metavar="NAMA", help=told("nama_aturan"))
    tables.add_argument("--satuan", choices=("rt", "kawasan"), default="rt", help=told("satuan"))
    tables.add_argument("--tahun-dasar", type=int, metavar="TAHUN", help=told("tahun_dasar"))
    for way in WAYS:
        tables.add_argument(f"--{way.replace('_', '-')}", metavar="CARA", help=told("pilihan_aturan"))
    tables.add_argument("-o", "--keluar", "--out", required=True, metavar="FOLDER", help=told("keluar"))
