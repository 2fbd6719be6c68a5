"""The command line: each command a thin twin of a function.

Exit status: 0 clean, 1 findings of severity galat, 2 wrong call or refused input, 3 sums that do not close.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from petakumuh.errors import InputError, OutputError, PetakumuhError, RecipeError
from petakumuh.text import LANGUAGES, Language, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from petakumuh.doctor import Sheet
    from petakumuh.pipeline import Run

__all__ = ["main"]

_SHOWN_GRAVE = 5
_WORTH_SAYING_HA = 0.005
_PAIR = 2
_ALIASES = {
    "jalankan": "run",
    "contoh": "demo",
    "mulai": "init",
    "periksa": "check",
    "banding": "compare",
    "rekap": "recap",
    "skor": "score",
    "aturan": "rules",
}

_WAYS = ("rata_sektoral", "kontribusi", "pengurangan", "nilai_terendah")
"""Matters of choice in a rule set."""


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
        parser = _parser(language)
        if not given:
            parser.print_help()
            return 2
        options = parser.parse_args(given)
        commands = {
            "jalankan": _run,
            "contoh": _demo,
            "mulai": _init,
            "periksa": _check,
            "banding": _compare,
            "rekap": _join,
            "skor": _score,
            "aturan": _rules,
        }
        return commands[options.command](options, language)
    except PetakumuhError as error:
        _complain(error, language, as_json="--json" in given)
        return error.exit_status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        refused = InputError("berkas_sistem", file=error.filename or "–", alasan=error.strerror or error)
        _complain(refused, language, as_json="--json" in given)
        return refused.exit_status


def _language(given: Sequence[str]) -> Language:
    """Find the language before the options are parsed: the help itself is in it."""
    for at, word in enumerate(given):
        for language in LANGUAGES:
            if word == f"--bahasa={language}" or (word == "--bahasa" and given[at + 1 : at + 2] == [language]):
                return language
    return "id"


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
    (r"required: (?P<argumen>.+)", "panggilan_kurang"),
    (r"unrecognized arguments: (?P<argumen>.+)", "panggilan_asing"),
    (r"argument (?P<argumen>.+?): (?:expected|invalid)", "panggilan_nilai"),
)
"""What argparse says of a wrong call, and the message of ours that says the same."""


def _parser(language: Language) -> argparse.ArgumentParser:
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
    inputs = run.add_argument_group(told("masukan"))
    inputs.add_argument("resep", nargs="?", help=told("resep"))
    for role in ("kumuh", "kelurahan"):
        inputs.add_argument(f"--{role}", metavar="BERKAS", help=told(role))
    inputs.add_argument("--penanganan", metavar="BERKAS", action="append", default=[], help=told("penanganan"))
    inputs.add_argument("--lebar-m", type=float, metavar="M", help=told("lebar_m"))
    inputs.add_argument("--radius-m", type=float, metavar="M", help=told("radius_m"))
    inputs.add_argument("--judul", help=told("judul"))
    inputs.add_argument("--dasar", help=told("dasar"))
    inputs.add_argument("--keluar", "--out", required=True, metavar="FOLDER", help=told("keluar"))
    inputs.add_argument("--postgis", metavar="URL", help=told("postgis"))
    inputs.add_argument("--skema", default="petakumuh", metavar="NAMA", help=told("skema"))
    shared(run, output=True)
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
    recaps = join.add_argument_group(told("masukan"))
    recaps.add_argument("rekap", nargs="+", metavar="REKAP", help=told("berkas_rekap"))
    recaps.add_argument("--judul", help=told("judul"))
    recaps.add_argument("--target", type=int, metavar="TAHUN", help=told("target"))
    recaps.add_argument("--keluar", "--out", required=True, metavar="FOLDER", help=told("keluar"))
    shared(join, output=True)
    for one in (run, check, pair, scored):
        one.add_argument_group(told("jaringan")).add_argument(
            "--izinkan-jaringan", action="store_true", help=told("izinkan_jaringan")
        )
    for one in (demo, init, check, pair, scored):
        shared(one, output=True)
    return parser


def _decree_options(decrees: Any, told: Callable[[str], str]) -> None:
    """Add what `petakumuh banding` is told to its group."""
    decrees.add_argument("sk", nargs="+", metavar="SK", help=told("sk"))
    decrees.add_argument("--kelurahan", metavar="BERKAS", help=told("kelurahan"))
    decrees.add_argument("--judul", help=told("judul"))
    decrees.add_argument("--keluar", "--out", required=True, metavar="FOLDER", help=told("keluar"))


def _score_options(tables: Any, told: Callable[[str], str]) -> None:
    """Add what `petakumuh skor` is told to its group."""
    tables.add_argument("--baseline", required=True, metavar="BERKAS", help=told("baseline"))
    tables.add_argument("--investasi", metavar="BERKAS", help=told("investasi"))
    tables.add_argument("--aturan", default="pupr-14-2018", metavar="NAMA", help=told("nama_aturan"))
    tables.add_argument("--satuan", choices=("rt", "kawasan"), default="rt", help=told("satuan"))
    tables.add_argument("--tahun-dasar", type=int, metavar="TAHUN", help=told("tahun_dasar"))
    for way in _WAYS:
        tables.add_argument(f"--{way.replace('_', '-')}", metavar="CARA", help=told("pilihan_aturan"))
    tables.add_argument("--keluar", "--out", required=True, metavar="FOLDER", help=told("keluar"))


def _run(options: argparse.Namespace, language: Language) -> int:
    from petakumuh.pipeline import run  # noqa: PLC0415 - the GIS libraries load when something is computed

    folder = Path(options.keluar)
    _require_free(folder, options)
    said = (options.kumuh, options.kelurahan, options.lebar_m, options.radius_m, options.judul, options.dasar)
    if options.resep and (options.penanganan or any(one is not None for one in said)):
        raise RecipeError("panggilan_dua")
    if options.resep:
        return _finish(run(options.resep, izinkan_jaringan=options.izinkan_jaringan), folder, options, language)
    if not (options.kumuh and options.kelurahan):
        raise RecipeError("panggilan_berkas")
    sizes = {name: size for name in ("lebar_m", "radius_m") if (size := getattr(options, name)) is not None}
    done = run(
        kumuh=options.kumuh,
        kelurahan=options.kelurahan,
        penanganan=[{"file": one} | sizes for one in options.penanganan],
        wilayah={"judul": options.judul} if options.judul else None,
        hitung={"dasar": options.dasar} if options.dasar else None,
        izinkan_jaringan=options.izinkan_jaringan,
    )
    return _finish(done, folder, options, language)


def _demo(options: argparse.Namespace, language: Language) -> int:
    from petakumuh.pipeline import run  # noqa: PLC0415 - as above
    from petakumuh.sample import contoh  # noqa: PLC0415

    folder = Path(options.folder)
    _require_free(folder, options)
    return _finish(run(contoh()), folder, options, language)


def _require_free(folder: Path, options: argparse.Namespace) -> None:
    """Refuse an output folder or schema that holds results before computing, not after."""
    if (folder / "rekap.json").exists() and not options.timpa:
        raise OutputError("keluaran_ada", folder=folder)
    if options.postgis:
        from petakumuh.present.postgis import require_free  # noqa: PLC0415 - an extra

        require_free(options.postgis, schema=options.skema, overwrite=options.timpa)


def _finish(run: Run, folder: Path, options: argparse.Namespace, language: Language) -> int:
    """Write the outputs, print the recap, say where the map is."""
    from petakumuh import findings  # noqa: PLC0415 - as above
    from petakumuh.present import missing_extra  # noqa: PLC0415
    from petakumuh.present.basis import basis  # noqa: PLC0415
    from petakumuh.present.tables import recap, recap_text  # noqa: PLC0415

    run.tulis(folder, bahasa=language, timpa=options.timpa)
    kept: list[str] = []
    if options.postgis:
        kept = run.ke_postgis(options.postgis, skema=options.skema, bahasa=language, timpa=options.timpa)
    if options.json:
        written = {"keluar": str(folder)} | ({"postgis": kept} if kept else {})
        print(json.dumps(recap(run) | written, ensure_ascii=False, allow_nan=False))
    else:
        total = run.table("total").iloc[0]
        naive, once = float(total["jumlah_naif_tertangani_ha"]), float(total["luas_tertangani_ha"])
        print(recap_text(run, language), "", sep="\n")
        print(basis(run, language)["keterangan"])
        if naive - once > _WORTH_SAYING_HA:
            print(say("cli.naif", language, naif=naive, unik=once, ganda=naive - once))
        print(say("cli.temuan", language, **findings.by_severity(run.findings)))
        told = run.temuan(language)
        for message in told.loc[told["keparahan"] == "galat", "pesan"].head(_SHOWN_GRAVE):
            print(say("cli.galat_pertama", language, pesan=message))
        print(say("cli.ditulis", language, folder=folder))
        if kept:
            print(say("cli.ditulis_postgis", language, jumlah=len(kept), skema=options.skema))
        drawn = folder / "peta.html"
        print(say("cli.tanpa_gambar", language) if missing_extra() else say("cli.buka_peta", language, file=drawn))
    return 1 if findings.grave(run.findings) else 0


def _compare(options: argparse.Namespace, language: Language) -> int:
    from petakumuh import findings  # noqa: PLC0415 - as above
    from petakumuh.decrees import banding  # noqa: PLC0415
    from petakumuh.present.comparison import comparison, comparison_text  # noqa: PLC0415

    folder = Path(options.keluar)
    if not options.timpa and (folder / "banding.json").exists():
        raise OutputError("keluaran_ada", folder=folder)
    told = {"kelurahan": options.kelurahan, "wilayah": {"judul": options.judul} if options.judul else None}
    if len(options.sk) == 1 and not any(told.values()):
        done = banding(options.sk[0], izinkan_jaringan=options.izinkan_jaringan)
    elif len(options.sk) == _PAIR and options.kelurahan:
        lama, baru = options.sk
        done = banding(sk_lama=lama, sk_baru=baru, **told, izinkan_jaringan=options.izinkan_jaringan)
    else:
        raise RecipeError("panggilan_banding")
    done.tulis(folder, bahasa=language, timpa=options.timpa)
    if options.json:
        print(json.dumps(comparison(done) | {"keluar": str(folder)}, ensure_ascii=False, allow_nan=False))
    else:
        states = done.table("unit")["keadaan"].value_counts()
        kinds = ("sama", "ganti_kunci", "tanah_lain", "hilang", "baru")
        print(comparison_text(done, language), "", sep="\n")
        print(say("cli.unit_banding", language, **{kind: int(states.get(kind, 0)) for kind in kinds}))
        print(say("cli.temuan_banding", language, **findings.by_severity(done.findings)))
        print(say("cli.ditulis", language, folder=folder))
    return 1 if findings.grave(done.findings) else 0


def _join(options: argparse.Namespace, language: Language) -> int:
    from petakumuh import findings  # noqa: PLC0415 - as above
    from petakumuh.present.joined import joined, joined_text  # noqa: PLC0415
    from petakumuh.recap import rekap  # noqa: PLC0415

    folder = Path(options.keluar)
    done = rekap(options.rekap, judul=options.judul, target=options.target)
    done.tulis(folder, bahasa=language, timpa=options.timpa)
    if options.json:
        print(json.dumps(joined(done) | {"keluar": str(folder)}, ensure_ascii=False, allow_nan=False))
        return 0
    print(joined_text(done, language), "", sep="\n")
    if done.progress["tahun_nol"] is not None:
        print(say("cli.kemajuan", language, **done.progress))
    print(say("cli.temuan", language, **findings.by_severity(done.findings)))
    for message in findings.with_messages(done.findings, language)["pesan"]:
        print(f"  {message}")
    print(say("cli.ditulis", language, folder=folder))
    return 0


def _init(options: argparse.Namespace, language: Language) -> int:
    from petakumuh.recipe import template  # noqa: PLC0415 - as above

    path = Path(options.berkas)
    if path.exists() and not options.timpa:
        raise OutputError("sudah_ada", file=path)
    try:
        path.write_text(template(), encoding="utf-8")
    except OSError as error:
        raise OutputError("keluaran_gagal", file=path, alasan=error.strerror) from error
    print(json.dumps({"resep": str(path)}) if options.json else say("cli.resep_ditulis", language, file=path))
    return 0


def _check(options: argparse.Namespace, language: Language) -> int:
    from petakumuh.doctor import perbaiki, periksa  # noqa: PLC0415 - as above

    if len(options.berkas) > 1 and any((options.html, options.temuan, options.perbaiki)):
        raise RecipeError("panggilan_satu_berkas")
    _require_new(options)
    sheets: list[Sheet] = []
    refused: list[PetakumuhError] = []
    for one in options.berkas:
        try:
            sheets.append(periksa(one, izinkan_jaringan=options.izinkan_jaringan))
        except PetakumuhError as error:  # the other files are looked at all the same
            if len(options.berkas) == 1:
                raise
            refused.append(error)
    if options.json:
        told = [one.as_json(language) for one in sheets]
        told += [_error_json(one, language) for one in refused]
        print(json.dumps(told, ensure_ascii=False, allow_nan=False))
    elif sheets:
        print("\n\n".join(one.as_text(language) for one in sheets))
    for wrong in refused:
        _complain(wrong, language, as_json=False)
    written = _sheet_files(sheets[0], options, language) if sheets else []
    if options.perbaiki:
        written += perbaiki(
            options.berkas[0],
            options.perbaiki,
            bahasa=language,
            timpa=options.timpa,
            izinkan_jaringan=options.izinkan_jaringan,
        )
    for path in [] if options.json else written:
        print(say("cli.periksa_ditulis", language, file=path))
    return 2 if refused or any(one.refused for one in sheets) else int(any(one.grave for one in sheets))


def _require_new(options: argparse.Namespace) -> None:
    """Refuse what would be written over before anything is read: inputs always, other files without --timpa."""
    from petakumuh.doctor import inputs_of  # noqa: PLC0415 - as above

    asked = [Path(one) for one in (options.html, options.temuan) if one]
    if not asked:
        return
    taken = {one.resolve() for name in options.berkas for one in inputs_of(name)}
    for target in asked:
        if target.resolve() in taken:
            raise OutputError("keluaran_masukan", file=target)
        if target.exists() and not options.timpa:
            raise OutputError("sudah_ada", file=target)
        taken.add(target.resolve())


def _sheet_files(sheet: Sheet, options: argparse.Namespace, language: Language) -> list[Path]:
    """Write the page and the layers of findings where they are asked for."""
    from petakumuh.doctor import package, page  # noqa: PLC0415 - as above
    from petakumuh.present.files import write_together  # noqa: PLC0415

    def write_page(path: Path) -> None:
        path.write_text(page(sheet, language), encoding="utf-8")

    def write_package(path: Path) -> None:
        package(sheet, path, language)

    written: list[Path] = []
    for name, write in ((options.html, write_page), (options.temuan, write_package)):
        if name:
            written += write_together({Path(name).name: write}, Path(name).parent, overwrite=options.timpa)
    return written


def _score(options: argparse.Namespace, language: Language) -> int:
    from petakumuh import findings  # noqa: PLC0415 - as above
    from petakumuh.present.scores import scores_text  # noqa: PLC0415
    from petakumuh.scoring import skor, tulis_skor  # noqa: PLC0415

    folder = Path(options.keluar)
    if (folder / "skor.csv").exists() and not options.timpa:
        raise OutputError("keluaran_ada", folder=folder)
    scores = skor(
        options.baseline,
        options.investasi,
        options.aturan,
        satuan=options.satuan,
        tahun_dasar=options.tahun_dasar,
        izinkan_jaringan=options.izinkan_jaringan,
        **{way: getattr(options, way) for way in _WAYS},
    )
    inputs = [Path(one) for one in (options.baseline, options.investasi) if one]
    tulis_skor(scores, folder, bahasa=language, timpa=options.timpa, masukan=inputs)
    if options.json:
        print(json.dumps({**scores.rekap, "keluar": str(folder)}, ensure_ascii=False, allow_nan=False))
    else:
        print(scores_text(scores, language))
        print(say("cli.skor_temuan", language, **findings.by_severity(scores.findings)))
        print(say("cli.ditulis", language, folder=folder))
    return 1 if findings.grave(scores.findings) else 0


def _rules(options: argparse.Namespace, language: Language) -> int:
    from dataclasses import asdict  # noqa: PLC0415

    from petakumuh.catalog.regulation import rule_set  # noqa: PLC0415 - as above
    from petakumuh.present.scores import rules_text  # noqa: PLC0415

    rules = rule_set(options.nama)
    print(json.dumps(asdict(rules), ensure_ascii=False) if options.json else rules_text(rules, language))
    return 0


def _complain(error: PetakumuhError, language: Language, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_error_json(error, language), ensure_ascii=False))
    print(f"petakumuh: {error.message(language)}", file=sys.stderr)


def _error_json(error: PetakumuhError, language: Language) -> dict[str, Any]:
    return {"galat": error.key, "pesan": error.message(language), "status": error.exit_status}
