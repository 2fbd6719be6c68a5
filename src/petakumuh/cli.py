"""The command line: each command a thin twin of a function.

Exit status: 0 clean, 1 findings of severity galat, 2 wrong call or refused input, 3 sums that do not close.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petakumuh.arguments import WAYS, command_parser
from petakumuh.errors import InputError, OutputError, PetakumuhError, RecipeError
from petakumuh.text import LANGUAGES, Language, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from petakumuh.decrees import Banding
    from petakumuh.doctor import Sheet
    from petakumuh.model import Scores
    from petakumuh.pipeline import Run

__all__ = ["main"]

_SHOWN_GRAVE = 5
_SHOWN_JOINED = 12
_WORTH_SAYING_HA = 0.005
_PAIR = 2


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
        commands = {
            "jalankan": _run,
            "contoh": _demo,
            "mulai": _init,
            "siapkan": _prepare,
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


def _run(options: argparse.Namespace, language: Language) -> int:
    from petakumuh.pipeline import run  # noqa: PLC0415 - the GIS libraries load when something is computed

    folder = Path(options.keluar)
    _require_free(folder, options)
    said = (options.kumuh, options.kelurahan, options.lebar_m, options.radius_m, options.judul, options.dasar)
    if options.resep and (options.penanganan or any(one is not None for one in said)):
        raise RecipeError("panggilan_dua")
    if options.resep:
        return _run_recipe(options, language)
    if not (options.kumuh and options.kelurahan):
        raise RecipeError("panggilan_berkas")
    sizes = {name: size for name in ("lebar_m", "radius_m") if (size := getattr(options, name)) is not None}
    done = run(
        kumuh=options.kumuh,
        kelurahan=options.kelurahan,
        penanganan=[{"file": one} | sizes for one in options.penanganan],
        wilayah={"judul": options.judul} if options.judul else None,
        hitung={"dasar": options.dasar} if options.dasar else None,
        **_hands(options),
    )
    return _finish(done, folder, options, language)


def _hands(options: argparse.Namespace) -> dict[str, Any]:
    """Give what `petakumuh.run` is told of who cuts the ground, and whether the network may be used."""
    return {
        name: getattr(options, name) for name in ("pekerja", "dask", "potongan", "tabel_saja", "izinkan_jaringan")
    }


def _run_recipe(options: argparse.Namespace, language: Language) -> int:
    """Run a recipe whole: the hectares, and the two decrees that it names besides."""
    from petakumuh import recipe  # noqa: PLC0415 - as above
    from petakumuh.decrees import banding  # noqa: PLC0415
    from petakumuh.pipeline import run  # noqa: PLC0415
    from petakumuh.prepared import is_prepared, open_prepared  # noqa: PLC0415

    folder, prepared = Path(options.keluar), is_prepared(options.resep)
    order = open_prepared(options.resep).recipe if prepared else recipe.load(options.resep)
    if order.banding is not None and (folder / "banding.json").exists() and not options.timpa:
        raise OutputError("keluaran_ada", folder=folder)
    done = run(options.resep if prepared else order, **_hands(options))
    if order.banding is None:
        return _finish(done, folder, options, language)
    decrees = banding(order, izinkan_jaringan=options.izinkan_jaringan)
    status = _finish(done, folder, options, language)
    decrees.tulis(folder, bahasa=language, timpa=options.timpa)
    if not options.json:
        print()
        _tell_decrees(decrees, language)
    return max(status, _status(decrees.findings))


def _demo(options: argparse.Namespace, language: Language) -> int:
    from petakumuh.pipeline import run  # noqa: PLC0415 - as above
    from petakumuh.sample import contoh  # noqa: PLC0415

    folder = Path(options.folder)
    _require_free(folder, options)
    return _finish(run(contoh()), folder, options, language)


def _prepare(options: argparse.Namespace, language: Language) -> int:
    from petakumuh import findings  # noqa: PLC0415 - as above
    from petakumuh.prepared import siapkan  # noqa: PLC0415

    done = siapkan(options.resep, options.keluar, timpa=options.timpa, izinkan_jaringan=options.izinkan_jaringan)
    counts = {role: sum(getattr(one, role) for one in done.zones) for role in ("kumuh", "kelurahan", "penanganan")}
    found = findings.by_severity(done.findings)
    if options.json:
        zones = [one.epsg for one in done.zones]
        told = {"siapan": done.folder, "sidik": done.fingerprint, "zona": zones, "baris": counts, "temuan": found}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(say("cli.siapan_ditulis", language, folder=options.keluar, zona=len(done.zones), **counts))
        print(say("cli.siapan_temuan", language, **found))
        print(say("cli.siapan_lanjut", language, folder=options.keluar))
    return _status(done.findings)


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
    from petakumuh.present.tables import recap, recap_text, written_text  # noqa: PLC0415

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
        if run.skor is not None:
            print("", say("cli.menurut_skor", language, aturan=run.skor.aturan.nama), sep="\n")
            _tell_scores(run.skor, language)
            print()
        for line in written_text(run, language):
            print(line)
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
    return max(_status(run.findings), 0 if run.skor is None else _status(run.skor.findings))


def _compare(options: argparse.Namespace, language: Language) -> int:
    from petakumuh.decrees import banding  # noqa: PLC0415 - as above
    from petakumuh.present.comparison import comparison  # noqa: PLC0415

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
        _tell_decrees(done, language)
        print(say("cli.ditulis", language, folder=folder))
    return _status(done.findings)


def _tell_decrees(done: Banding, language: Language) -> None:
    from petakumuh import findings  # noqa: PLC0415 - as above
    from petakumuh.present.comparison import classes_text, comparison_text  # noqa: PLC0415

    states = done.table("unit")["keadaan"].value_counts()
    kinds = ("sama", "ganti_kunci", "tanah_lain", "hilang", "baru", "pindah")
    print(comparison_text(done, language), "", sep="\n")
    if classes := classes_text(done, language):
        print(classes, "", sep="\n")
    print(say("cli.unit_banding", language, **{kind: int(states.get(kind, 0)) for kind in kinds}))
    print(say("cli.temuan_banding", language, **findings.by_severity(done.findings)))


def _status(found: GeoDataFrame) -> int:
    """Give the exit status that findings ask for."""
    from petakumuh import findings  # noqa: PLC0415 - as above

    return 1 if findings.grave(found) else 0


def _join(options: argparse.Namespace, language: Language) -> int:
    from petakumuh import findings  # noqa: PLC0415 - as above
    from petakumuh.present.joined import joined, joined_text  # noqa: PLC0415
    from petakumuh.recap import rekap  # noqa: PLC0415

    folder = Path(options.keluar)
    named = [path for name in options.rekap for path in _matching(name)]
    done = rekap(named, judul=options.judul, target=options.target)
    status = 1 if findings.grave(done.findings) else 0
    done.tulis(folder, bahasa=language, timpa=options.timpa)
    if options.json:
        print(json.dumps(joined(done) | {"keluar": str(folder)}, ensure_ascii=False, allow_nan=False))
        return status
    print(joined_text(done, language), "", sep="\n")
    print(say("cli.temuan", language, **findings.by_severity(done.findings)))
    messages = findings.with_messages(done.findings, language)["pesan"].tolist()
    for message in messages[:_SHOWN_JOINED]:
        print(f"  {message}")
    if len(messages) > _SHOWN_JOINED:
        print(say("cli.temuan_lain", language, jumlah=len(messages) - _SHOWN_JOINED))
    print(say("cli.ditulis", language, folder=folder))
    return status


def _matching(name: str) -> list[Path]:
    """List the files that a pattern names, for shells that hand it on as it is; a name without one is itself."""
    path = Path(name)
    if path.exists() or not set(name) & set("*?"):
        return [path]
    inner = str(path.relative_to(path.anchor)).replace("[", "[[]")  # brackets in a folder's name are themselves
    try:
        found = sorted(Path(path.anchor).glob(inner))
    except ValueError:  # as "**" inside a name
        found = []
    if not found:
        raise InputError("pola_tanpa_berkas", pola=name)
    return found


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
        taken = [name for name in ("temuan", "perbaiki") if getattr(options, name)]
        print("\n\n".join(one.as_text(language, done=taken) for one in sheets))
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
    from petakumuh.scoring import skor, tulis_skor  # noqa: PLC0415 - as above

    folder = Path(options.keluar)
    if (folder / "skor.csv").exists() and not options.timpa:
        raise OutputError("keluaran_ada", folder=folder)
    scores = skor(
        options.baseline,
        options.investasi,
        options.aturan,
        pembanding=options.pembanding,
        satuan=options.satuan,
        tahun_dasar=options.tahun_dasar,
        izinkan_jaringan=options.izinkan_jaringan,
        **{way: getattr(options, way) for way in WAYS},
    )
    inputs = [Path(one) for one in (options.baseline, options.investasi, options.pembanding) if one]
    tulis_skor(scores, folder, bahasa=language, timpa=options.timpa, masukan=inputs)
    if options.json:
        print(json.dumps({**scores.rekap, "keluar": str(folder)}, ensure_ascii=False, allow_nan=False))
    else:
        _tell_scores(scores, language)
        print(say("cli.ditulis", language, folder=folder))
    return _status(scores.findings)


def _tell_scores(scores: Scores, language: Language) -> None:
    from petakumuh import findings  # noqa: PLC0415 - as above
    from petakumuh.present.scores import missing_extra, scores_text  # noqa: PLC0415

    print(scores_text(scores, language))
    print(say("cli.skor_temuan", language, **findings.by_severity(scores.findings)))
    if missing_extra():
        print(say("cli.tanpa_xlsx", language))


def _rules(options: argparse.Namespace, language: Language) -> int:
    from dataclasses import asdict  # noqa: PLC0415

    from petakumuh.catalog.regulation import rule_set, rule_sets  # noqa: PLC0415 - as above
    from petakumuh.present.scores import rules_text  # noqa: PLC0415

    rules = rule_set(options.nama)
    if options.json:
        told = {name: value for name, value in asdict(rules).items() if name != "naskah"}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(
            rules_text(rules, language), say("cli.aturan_lain", language, nama=", ".join(rule_sets())), sep="\n\n"
        )
    return 0


def _complain(error: PetakumuhError, language: Language, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_error_json(error, language), ensure_ascii=False))
    print(f"petakumuh: {error.message(language)}", file=sys.stderr)


def _error_json(error: PetakumuhError, language: Language) -> dict[str, Any]:
    return {"galat": error.key, "pesan": error.message(language), "status": error.exit_status}
