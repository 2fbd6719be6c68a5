"""Which pages an atlas has, in their order and with their numbers; none is drawn here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from petakumuh.model import OUTSIDE
from petakumuh.present.atlas.front import Entry, draw_cover, draw_index, draw_list, list_box, list_room
from petakumuh.present.atlas.pages import Heads, draw_area, draw_slum, draw_thematic, start
from petakumuh.present.atlas.thematic import thematic_maps
from petakumuh.present.sheet.paper import known
from petakumuh.text import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from petakumuh.present.atlas.areas import Area
    from petakumuh.present.atlas.book import Book
    from petakumuh.present.sheet.ink import Page

__all__ = ["Sheet", "sheets"]

_TIER = re.compile(r"(kelurahan|desa|kel\.|ds\.)\s", re.IGNORECASE)
"""Names that say themselves what they name."""
_PANELS = 12
"""Maps on a page at most."""
_BESIDE = 82.0
"""Millimetres that scale, legend and sources take in the column of the list."""


@dataclass(frozen=True)
class Sheet:
    """A page: its name as a file, and what draws it."""

    name: str
    draw: Callable[[], Page]


def sheets(book: Book) -> list[Sheet]:
    """Plan an atlas: cover, index map, list of sheets where it is long, thematic maps, kelurahan, slums."""
    parts = _Parts(book)
    return parts.all()


class _Parts:
    """The parts of an atlas; how many pages each has decides on what pages the next begin."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.regions = _batches(book.regions, _PANELS)
        self.themes = thematic_maps(book)
        self.kelurahan = _rows(book, "kelurahan", "kode", book.ground_of)
        slums = set(book.run.bidang["kumuh_id"])
        asked = book.run.recipe.keluaran.lembar_kumuh
        self.slums = _rows(book, "kumuh", "kumuh_id", slums) if asked else []
        lines = len(self.kelurahan) + len(self._without()) + 3
        self.lists = 0 if lines <= self._beside() else -(-lines // list_room(book, list_box(book)))
        self.first_list = 1 + len(self.regions) + 1
        self.first_theme = self.first_list + self.lists
        self.first_kelurahan = self.first_theme + len(self.themes) * len(self.regions)
        self.first_slum = self.first_kelurahan + len(self.kelurahan)
        self.count = self.first_slum + len(self.slums) - 1

    def all(self) -> list[Sheet]:
        """List every page."""
        return [
            self._cover(),
            *self._index(),
            *self._list(),
            *self._thematic(),
            *self._kelurahan(),
            *self._slums(),
        ]

    def _say(self, key: str, **values: object) -> str:
        return say(f"atlas.{key}", self.book.language, **values)

    def _heads(self, name: str, where: str, sheet: int) -> Heads:
        return Heads(name, where, self._say("halaman", nomor=sheet, semua=self.count))

    def _cover(self) -> Sheet:
        parts = [
            (self._say("indeks"), 2, self.first_list - 1),
            (self._say("daftar"), self.first_list, self.first_theme - 1),
            (self._say("isi_tema"), self.first_theme, self.first_kelurahan - 1),
            (self._say("isi_kelurahan"), self.first_kelurahan, self.first_slum - 1),
            (self._say("isi_kumuh"), self.first_slum, self.count),
        ]
        contents = [one for one in parts if one[1] <= one[2]]
        return Sheet("sampul", partial(draw_cover, self.book, contents))

    def _index(self) -> list[Sheet]:
        numbers = {row["kode"]: self.first_kelurahan + at for at, row in enumerate(self.kelurahan)}
        entries, listed = self._entries(), self.first_list if self.lists else None
        made = []
        for at, (first, regions) in enumerate(self.regions):
            heads = self._heads(self._say("indeks"), self._where(None), 2 + at)
            given = (self.book, regions, numbers, [] if at else entries, heads)
            made.append(Sheet("indeks", partial(draw_index, *given, first=first, listed=listed)))
        return made

    def _list(self) -> list[Sheet]:
        room = list_room(self.book, list_box(self.book))
        made = []
        for at in range(self.lists):
            heads = self._heads(self._say("daftar"), "", self.first_list + at)
            entries = self._entries()[at * room : (at + 1) * room]
            made.append(Sheet("daftar", partial(draw_list, self.book, entries, heads)))
        return made

    def _thematic(self) -> list[Sheet]:
        made, sheet, count = [], self.first_theme, len(self.book.regions)
        for told in self.themes:
            for first, regions in self.regions:
                heads = self._heads(told.title, self._where(None), sheet)
                given = (self.book, told, regions, heads)
                made.append(
                    Sheet(f"peta-{_slug(told.name)}", partial(draw_thematic, *given, first=first, count=count))
                )
                sheet += 1
        return made

    def _kelurahan(self) -> list[Sheet]:
        made = []
        for at, row in enumerate(self.kelurahan):
            name = known(row["nama"]) or str(row["kode"])
            told = name if _TIER.match(name) else self._say("kelurahan_nama", nama=name)
            heads = self._heads(told, self._where(row), self.first_kelurahan + at)
            made.append(Sheet(_slug(name), partial(draw_area, self.book, row, heads)))
        return made

    def _slums(self) -> list[Sheet]:
        made = []
        for at, row in enumerate(self.slums):
            name = self.book.slum_names.get(row["kumuh_id"], str(row["kumuh_id"]))
            heads = self._heads(self._say("kumuh_nama", nama=name), self._where(row), self.first_slum + at)
            made.append(Sheet(f"kumuh-{_slug(name)}", partial(draw_slum, self.book, row, heads)))
        return made

    def _where(self, row: Mapping[str, Any] | None) -> str:
        """Say in which kecamatan, kabupaten/kota and province an area lies."""
        region = self.book.run.recipe.wilayah
        names = ["", region.kabupaten_kota or "", region.provinsi or ""]
        if row is not None:
            told = [known(row.get(one, "")) for one in ("kecamatan", "kabupaten_kota", "provinsi")]
            names = [one or given for one, given in zip(told, names, strict=True)]
            names[0] = names[0] and self._say("kecamatan_nama", nama=names[0])
            if "kelurahan" in row:
                names.insert(0, known(row["kelurahan"]))
        return " · ".join(one for one in names if one)

    def _without(self) -> list[str]:
        """Name the kelurahan that have no slum."""
        told = self.book.names.items()
        return sorted(name or code for code, name in told if code not in self.book.ground_of)

    def _entries(self) -> list[Entry]:
        """List kelurahan with their sheets and hectares, then those without slum."""
        whole = [Entry(None, self._say("isi_kelurahan") + " · ha", None, head=True)]
        for at, row in enumerate(self.kelurahan):
            ha = float(row["luas_delineasi_ha"])
            whole.append(Entry(self.first_kelurahan + at, known(row["nama"]) or str(row["kode"]), ha))
        table = self.book.run.tables["kelurahan"]
        outside = table.loc[table["kode"] == OUTSIDE, "luas_delineasi_ha"]
        whole += [Entry(None, say("lembar.di_luar", self.book.language), float(ha)) for ha in outside]
        if without := self._without():
            whole.append(Entry(None, self._say("tanpa_kumuh"), None, head=True))
            whole += [Entry(None, name, None) for name in without]
        return whole

    def _beside(self) -> int:
        """Say how many lines of the list find room beside the index map."""
        _, columns = start(self.book, Heads(self._say("indeks"), self._where(None), ""))
        last, k = columns[-1], self.book.layout.k
        taken = _BESIDE * k if len(columns) == 1 else 2 * k
        return list_room(self.book, (last.x, 0, last.wide, last.room - taken))


def _rows(book: Book, table: str, key: str, used: Any) -> list[dict[str, Any]]:
    """List the rows of a table that have ground, by code; ground in no kelurahan has no page."""
    rows: list[dict[str, Any]] = book.run.tables[table].to_dict("records")  # type: ignore[assignment]
    return [row for row in rows if row[key] in used and row[key] != OUTSIDE]


def _batches(regions: Sequence[Area], most: int) -> list[tuple[int, Sequence[Area]]]:
    """Share regions out on pages, as many on each as on the others, with the number of the first."""
    pages = max(-(-len(regions) // most), 1)
    each = -(-len(regions) // pages)
    return [(at + 1, regions[at : at + each]) for at in range(0, len(regions), each)]


def _slug(name: str) -> str:
    """Make any name part of a file's name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "lembar"
