"""``jalankan`` and ``contoh``: a run from files to its outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petakumuh import findings, recipe
from petakumuh.cli.decrees import tell_decrees
from petakumuh.cli.scores import tell_scores
from petakumuh.cli.told import status
from petakumuh.decrees import banding
from petakumuh.errors import OutputError, RecipeError
from petakumuh.pipeline import run
from petakumuh.prepared import is_prepared, open_prepared
from petakumuh.present import missing_extra
from petakumuh.present.basis import basis
from petakumuh.present.tables import recap, recap_text, written_text
from petakumuh.sample import contoh as sample
from petakumuh.text import Language, say

if TYPE_CHECKING:
    import argparse

    from petakumuh.pipeline import Run

__all__ = ["contoh", "jalankan"]

_SHOWN_GRAVE = 5
_WORTH_SAYING_HA = 0.005
_ASSUMED = "status_tidak_ada"
"""The headline may rest on it: works whose files say nothing of status are taken as done."""


def jalankan(options: argparse.Namespace, language: Language) -> int:
    """Compute the hectares of a recipe or of named files, write every output, tell the recap."""
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


def contoh(options: argparse.Namespace, language: Language) -> int:
    """Run the sample."""
    folder = Path(options.folder)
    _require_free(folder, options)
    return _finish(run(sample()), folder, options, language)


def _hands(options: argparse.Namespace) -> dict[str, Any]:
    """Give what `petakumuh.run` is told of who cuts the ground, and whether the network may be used."""
    return {
        name: getattr(options, name) for name in ("pekerja", "dask", "potongan", "tabel_saja", "izinkan_jaringan")
    }


def _run_recipe(options: argparse.Namespace, language: Language) -> int:
    """Run a recipe whole: the hectares, and the two decrees that it names besides."""
    folder, prepared = Path(options.keluar), is_prepared(options.resep)
    order = open_prepared(options.resep).recipe if prepared else recipe.load(options.resep)
    if order.banding is not None and (folder / "banding.json").exists() and not options.timpa:
        raise OutputError("keluaran_ada", folder=folder)
    done = run(options.resep if prepared else order, **_hands(options))
    if order.banding is None:
        return _finish(done, folder, options, language)
    decrees = banding(order, izinkan_jaringan=options.izinkan_jaringan)
    first = _finish(done, folder, options, language)
    decrees.tulis(folder, bahasa=language, timpa=options.timpa)
    if not options.json:
        print()
        tell_decrees(decrees, language)
    return max(first, status(decrees.findings))


def _require_free(folder: Path, options: argparse.Namespace) -> None:
    """Refuse an output folder or schema that holds results before computing, not after."""
    if (folder / "rekap.json").exists() and not options.timpa:
        raise OutputError("keluaran_ada", folder=folder)
    if options.postgis:
        from petakumuh.present.postgis import require_free  # noqa: PLC0415 - an extra

        require_free(options.postgis, schema=options.skema, overwrite=options.timpa, append=options.tambah)


def _finish(run: Run, folder: Path, options: argparse.Namespace, language: Language) -> int:
    """Write the outputs and tell the recap."""
    run.tulis(folder, bahasa=language, timpa=options.timpa)
    kept: list[str] = []
    if options.postgis:
        kept = run.ke_postgis(
            options.postgis,
            skema=options.skema,
            bahasa=language,
            timpa=options.timpa and not options.tambah,
            tambah=options.tambah,
        )
    if options.json:
        written = {"keluar": str(folder)} | ({"postgis": kept} if kept else {})
        print(json.dumps(recap(run) | written, ensure_ascii=False, allow_nan=False))
    else:
        _tell(run, folder, language)
        if kept:
            print(say("cli.ditulis_postgis", language, jumlah=len(kept), skema=options.skema))
    return max(status(run.findings), 0 if run.skor is None else status(run.skor.findings))


def _tell(run: Run, folder: Path, language: Language) -> None:
    """Print the recap, what is grave, and where the map is."""
    total = run.table("total").iloc[0]
    naive, once = float(total["jumlah_naif_tertangani_ha"]), float(total["luas_tertangani_ha"])
    print(recap_text(run, language), "", sep="\n")
    print(basis(run, language)["keterangan"])
    if run.skor is not None:
        print("", say("cli.menurut_skor", language, aturan=run.skor.aturan.nama), sep="\n")
        tell_scores(run.skor, language)
        print()
    for line in written_text(run, language):
        print(line)
    if naive - once > _WORTH_SAYING_HA:
        print(say("cli.naif", language, naif=naive, unik=once, ganda=naive - once))
    print(say("cli.temuan", language, **findings.by_severity(run.findings)))
    told = run.temuan(language)
    for message in told.loc[told["keparahan"] == "galat", "pesan"].head(_SHOWN_GRAVE):
        print(say("cli.galat_pertama", language, pesan=message))
    for message in told.loc[told["aturan"] == _ASSUMED, "pesan"].head(_SHOWN_GRAVE):
        print(say("cli.perhatian", language, pesan=message))
    print(say("cli.ditulis", language, folder=folder))
    if missing_extra():
        print(say("cli.tanpa_gambar", language))
    if (drawn := folder / "peta.html").is_file():
        print(say("cli.buka_peta", language, file=drawn))
