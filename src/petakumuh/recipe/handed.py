"""The tables of a recipe that say how a run is handed over: letterhead, and the choices of what is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from petakumuh.errors import RecipeError
from petakumuh.model import Layout, Letterhead, Outputs, Palette, PaperSize, Sharing
from petakumuh.recipe.values import known_keys, text, texts, typed, yes_no

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petakumuh.model import Recipe

__all__ = ["letterhead_from", "outputs_from", "require_beside"]

_CHOICES: dict[str, Sequence[str]] = {
    "palet": get_args(Palette),
    "kertas": get_args(PaperSize),
    "arah": get_args(Layout),
    "bagi": get_args(Sharing),
}
_MORE = ("shapefile", "png")
_LOGOS = (".png", ".jpg", ".jpeg")
_TEMPLATES = (".docx", ".dotx")


def letterhead_from(given: Any, folder: Path | None) -> Letterhead:
    """Read ``[kop]``: what stands above maps and documents.

    Raises
    ------
    RecipeError
        When a key or value does not exist, or the logo is not there or no picture.
    """
    table = _table("kop", given, Letterhead)
    told = {key: text("kop", key, value) for key, value in table.items()}
    _kind("kop", "logo", told.get("logo"), _LOGOS)
    return Letterhead(**told, folder=_place(folder))


def outputs_from(given: Any, folder: Path | None) -> Outputs:
    """Read ``[keluaran]``: colours, paper, and what is written besides.

    Raises
    ------
    RecipeError
        When a key or value does not exist, or the template is not there or no Word document.
    """
    table = dict(_table("keluaran", given, Outputs))
    for key in table.keys() & _CHOICES.keys():
        _one_of("keluaran", key, table[key], _CHOICES[key])
    for key in table.keys() & {"tambahan", "peta_dasar"}:
        table[key] = tuple(dict.fromkeys(texts("keluaran", key, table[key])))
    for one in table.get("tambahan", ()):
        _one_of("keluaran", "tambahan", one, _MORE)
    if "lembar_kumuh" in table:
        table["lembar_kumuh"] = yes_no("keluaran", "lembar_kumuh", table["lembar_kumuh"])
    if "templat" in table:
        table["templat"] = text("keluaran", "templat", table["templat"])
    _kind("keluaran", "templat", table.get("templat"), _TEMPLATES)
    return Outputs(**table, folder=_place(folder))


def _table(name: str, given: Any, kind: type[Letterhead | Outputs]) -> Mapping[str, Any]:
    table: Mapping[str, Any] = typed("resep", name, given, (Mapping,), f"[{name}]")
    known_keys(name, table, [one.name for one in fields(kind) if one.name != "folder"])
    return table


def _one_of(table: str, key: str, value: Any, choices: Sequence[str]) -> None:
    if value not in choices:
        raise RecipeError("nilai_salah", tabel=table, kunci=key, nilai=repr(value), pilihan=", ".join(choices))


def _place(folder: Path | None) -> str:
    return "" if folder is None else str(folder)


def _kind(table: str, key: str, file: str | None, kinds: Sequence[str]) -> None:
    if file is not None and not file.lower().endswith(tuple(kinds)):
        raise RecipeError("nilai_salah", tabel=table, kunci=key, nilai=repr(file), pilihan=", ".join(kinds))


def require_beside(order: Recipe) -> None:
    """Refuse a recipe whose logo or Word document is not there, before anything is computed.

    Raises
    ------
    RecipeError
        When one of them is missing.
    """
    named = (
        ("kop", "logo", order.kop.folder, order.kop.logo, order.kop.logo_path),
        ("keluaran", "templat", order.keluaran.folder, order.keluaran.templat, order.keluaran.templat_path),
    )
    for table, key, folder, file, there in named:
        if file is not None and there is None:
            raise RecipeError("berkas_resep_tiada", tabel=table, kunci=key, file=Path(folder, file))
