"""What stands around the map: whose it is, its title, basis and sources; and the scripts that draw it."""

from __future__ import annotations

import base64
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from branca.element import MacroElement
from folium.template import Template

from petakumuh.present.basis import basis as measured
from petakumuh.present.basis import certified
from petakumuh.present.imprint import sources, title
from petakumuh.present.web.base_maps import base_maps
from petakumuh.present.web.escape import inert
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from petakumuh.model import Result, Scores

__all__ = ["Furniture", "own_files"]

_SCRIPTS = ("base.js", "layers.js", "circles.js", "panel.js", "tools.js", "picture.js")
_TILES = ("pmtiles.js", "protomaps-leaflet.js")
_CONTENT = "content.js"
_PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
_ON_PAGE = ("cari", "semua", "kumuh", "tertangani", "sisa", "sampai", "putar", "legenda")


def own_files(content: str) -> dict[str, str]:
    """List what the page refers to and no package holds: name -> text."""
    page = files(__package__).joinpath("page")
    own = {name: page.joinpath(name).read_text(encoding="utf-8") for name in (*_SCRIPTS, "page.css")}
    return {_CONTENT: content, **own}


class Furniture(MacroElement):
    """What page.jinja writes around the map; every value of it is inert.

    Parameters
    ----------
    tiled
        Whether the page has tiles, and needs what draws them.
    """

    _template = Template(files(__package__).joinpath("page", "page.jinja").read_text(encoding="utf-8"))

    def __init__(self, run: Result, language: Language, *, tiled: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Furniture"
        kop = run.recipe.kop
        self.words = {key: inert(word) for key, word in _words(run, language).items()}
        self.letterhead = [inert(one) for one in (kop.pemda, kop.dinas) if one]
        self.number = " · ".join(inert(one) for one in (kop.nomor, kop.tanggal) if one)
        self.logo = _logo(run)
        self.policy = _policy(run)
        self.scripts = [*(_TILES if tiled else ()), _CONTENT, *_SCRIPTS]


def _policy(run: Result) -> str:
    """Say what a browser may load: what stands in the page, and the pictures of base maps that were asked for."""
    places = dict.fromkeys(urlsplit(one["alamat"]) for one in base_maps(run.recipe.keluaran.peta_dasar))
    hosts = [f"{one.scheme}://{one.netloc}" for one in places]
    pictures = " ".join(["data:", "blob:", *hosts])
    return (
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
        f"img-src {pictures}; base-uri 'none'; form-action 'none'"
    )


def _logo(run: Result) -> str:
    """Write the picture of the letterhead; nothing where there is none that a browser shows."""
    path = run.recipe.kop.logo_path
    content = b"" if path is None else path.read_bytes()
    kind = next((kind for head, kind in _PICTURES.items() if content.startswith(head)), "")
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}" if kind else ""


def _words(run: Result, language: Language) -> dict[str, str]:
    """Say what the template asks for."""
    basis = f"{measured(run, language)['keterangan']} {certified(run.sertifikasi, language)}"
    if run.skor is not None:
        basis += f" {say('basis.skor', language)}"
    return {
        **{name: say(f"peta.{name}", language) for name in _ON_PAGE},
        "judul": title(run, language),
        "skor": "" if run.skor is None else _by_score(run.skor, language),
        "basis": basis,
        "sumber": f"{say('peta.sumber', language)}: {' · '.join(_sources(run, language))}",
    }


def _by_score(scores: Scores, language: Language) -> str:
    """Say the recap by score: the first year, the last, and what became of it."""
    years = scores.rekap["tahun"]
    first, last = next(iter(years)), list(years)[-1]
    return say(
        "peta.ringkas_skor",
        language,
        tahun=first,
        awal=years[first]["kumuh_ha"],
        tahun_akhir=last,
        akhir=years[last]["kumuh_ha"],
        kurang=years[last]["pengurangan_ha"],
        tanpa=years[last]["tanpa_skor_ha"],
    )


def _sources(run: Result, language: Language) -> Iterator[str]:
    yield from sources(run, language)
    if run.skor is not None:
        tables = ", ".join(one.name for one in run.skor.inputs)
        yield say("peta.sumber_skor", language, file=tables, aturan=run.skor.aturan.nama)
