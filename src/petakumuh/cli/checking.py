"""``periksa``: what is wrong with files, and clean copies of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from petakumuh.cli.refusal import complain, error_json
from petakumuh.doctor import inputs_of, package, page, perbaiki
from petakumuh.doctor import periksa as looked
from petakumuh.errors import OutputError, PetakumuhError, RecipeError
from petakumuh.present.files import write_together
from petakumuh.text import Language, say

if TYPE_CHECKING:
    import argparse

    from petakumuh.doctor import Sheet

__all__ = ["periksa"]


def periksa(options: argparse.Namespace, language: Language) -> int:
    """Look files through, tell what is wrong, write what was asked for."""
    if len(options.berkas) > 1 and any((options.html, options.temuan, options.perbaiki)):
        raise RecipeError("panggilan_satu_berkas")
    _require_new(options)
    sheets: list[Sheet] = []
    refused: list[PetakumuhError] = []
    for one in options.berkas:
        try:
            sheets.append(looked(one, izinkan_jaringan=options.izinkan_jaringan))
        except PetakumuhError as error:  # the other files are looked at all the same
            if len(options.berkas) == 1:
                raise
            refused.append(error)
    if options.json:
        told = [one.as_json(language) for one in sheets]
        told += [error_json(one, language) for one in refused]
        print(json.dumps(told, ensure_ascii=False, allow_nan=False))
    elif sheets:
        taken = [name for name in ("temuan", "perbaiki") if getattr(options, name)]
        print("\n\n".join(one.as_text(language, done=taken) for one in sheets))
    for wrong in refused:
        complain(wrong, language, as_json=False)
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

    def write_page(path: Path) -> None:
        path.write_text(page(sheet, language), encoding="utf-8")

    def write_package(path: Path) -> None:
        package(sheet, path, language)

    written: list[Path] = []
    for name, write in ((options.html, write_page), (options.temuan, write_package)):
        if name:
            written += write_together({Path(name).name: write}, Path(name).parent, overwrite=options.timpa)
    return written
