"""The sheet ``Rekap`` on one page: a table for each thing that is counted, two beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from petakumuh.present.book import address, class_colours, letters, paper, put
from petakumuh.present.workbook.tables import EDGE, FIRST_ROW, HEAD, Desk, quoted, titled, year_of
from petakumuh.present.workbook.words import COUNTED, UNSCORED, class_names, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["write_recap"]

_HECTARES, _COUNT, _SHARE = "#,##0.00", "#,##0", "0.00%"


_INDICATORS = ("air_minum", "sanitasi")


@dataclass(frozen=True)
class _Sheets:
    """The sheets of scores that formulas add up: their columns, which rows each holds, how many there are."""

    columns: Sequence[str]
    parts: Sequence[tuple[str, slice]]
    size: int

    def summed(self, column: str, year: str, kind: str) -> str:
        """Add a column up over a year, and over a class where one is named; or count rows where no column is."""
        found = []
        for title, rows in self.parts:
            last = FIRST_ROW + min(self.size, rows.stop) - rows.start
            names = [*([column] if column else []), "tahun", *(["tingkat"] if kind else [])]
            cells = [f"'{title}'!${one}${FIRST_ROW + 1}:${one}${last}" for one in map(self._letters, names)]
            asked = [*cells[:-1], year, cells[-1], _criterion(kind)] if kind else [*cells, year]
            found.append(f"{'SUMIFS' if column else 'COUNTIFS'}({','.join(asked)})")
        return "=" + "+".join(found)

    def _letters(self, column: str) -> str:
        return letters(self.columns.index(column))


@dataclass(frozen=True)
class _Cell:
    """A figure and its form; its formula, or none where it was counted."""

    value: object
    form: str
    formula: str = ""


@dataclass(frozen=True)
class _Block:
    """A table of the recap: its title, heads with their colours, and the cells of a year's row.

    Those take the year's figures, where each column of the row stands, and where it does in the first row.
    """

    title: str
    heads: Sequence[tuple[str, str]]
    cells: Callable[[Mapping[str, Any], Sequence[str], Sequence[str]], list[_Cell]]


def write_recap(desk: Desk, columns: Sequence[str], parts: Sequence[tuple[str, slice]]) -> None:
    """Write the years summed up: what the sheets of scores add up to by formulas, the rest as it was counted.

    Parameters
    ----------
    desk
        What it is written with.
    columns, parts
        Columns of the sheets of scores; their names, and the rows that each of them holds.
    """
    sheet = desk.book.add_worksheet("Rekap")
    years = desk.scores.rekap["tahun"]
    blocks = list(_blocks(desk, _Sheets(columns, parts, len(desk.scores.tabel))))
    room = max(len(one.heads) for one in blocks) + 2  # its year before it, a gap behind it
    for side in (0, room):
        sheet.set_column(side, side, 13)
        sheet.set_column(side + 1, side + room - 2, 11.5)
    sheet.set_column(room - 1, room - 1, 3)
    titled(desk, sheet, "rekap")
    top = FIRST_ROW
    for at in range(0, len(blocks), 2):
        _band(desk, sheet, top, list(zip(blocks[at : at + 2], (0, room), strict=False)))
        top += len(years) + 3
    paper(sheet, pages_high=1)
    sheet.center_horizontally()


def _band(desk: Desk, sheet: Any, top: int, placed: Sequence[tuple[_Block, int]]) -> None:
    """Write the tables that stand beside each other, row by row."""
    styles, head = desk.styles, {**HEAD, "valign": "vcenter"}
    sheet.set_row(top, 20)
    for block, begin in placed:
        put(sheet, top, begin, block.title, styles(bold=True, font_size=12))
    sheet.set_row(top + 1, 32)
    for block, begin in placed:
        put(sheet, top + 1, begin, desk.say("tahun"), styles(**head))
        for at, (text, colour) in enumerate(block.heads, start=begin + 1):
            put(sheet, top + 1, at, text, styles(**head | ({"bg_color": colour} if colour else {})))
    for row, (year, figures) in enumerate(desk.scores.rekap["tahun"].items(), start=top + 2):
        sheet.set_row(row, 17)
        for block, begin in placed:
            put(sheet, row, begin, year_of(year), styles(**EDGE, num_format="0", bold=True, align="center"))
            here, first = (_addresses(one, begin, len(block.heads)) for one in (row, top + 2))
            for at, cell in enumerate(block.cells(figures, here, first), start=begin + 1):
                look = styles(**EDGE, num_format=cell.form)
                if cell.formula:
                    sheet.write_formula(row, at, cell.formula, look, "" if cell.value is None else cell.value)
                else:
                    put(sheet, row, at, cell.value, look)


def _addresses(row: int, begin: int, size: int) -> list[str]:
    return [address(row, begin + at) for at in range(size + 1)]


def _blocks(desk: Desk, sheets: _Sheets) -> Iterator[_Block]:
    """List the tables: hectares and their reduction, units, people, buildings, who is served."""
    figures = next(iter(desk.scores.rekap["tahun"].values()))
    for what in COUNTED:
        if f"{UNSCORED}_{what}" in figures:  # as far as the baseline says it
            yield _by_class(desk, what, sheets)
        if what == "ha":
            yield _reduced(desk, sheets)
    for name in figures["indikator"]:
        yield _served(desk, name)


def _by_class(desk: Desk, what: str, sheets: _Sheets) -> _Block:
    """Count something of each class, of all slum, and of the whole."""
    rules = desk.scores.aturan
    names, colours = class_names(rules, desk.language), class_colours(rules)
    kinds = [one.kode for one in rules.kelas]
    form = _HECTARES if what == "ha" else _COUNT
    column = {"ha": "luas_verifikasi_ha", "rt": ""}.get(what)

    def cells(figures: Mapping[str, Any], here: Sequence[str], first: Sequence[str]) -> list[_Cell]:  # noqa: ARG001 - as all
        counted = {
            kind: _Cell(
                figures[f"{kind}_{what}"],
                form,
                "" if column is None else sheets.summed(column, here[0], names[kind]),
            )
            for kind in (*kinds, UNSCORED)
        }
        slum = sum(counted[kind].value for kind in kinds[1:])  # type: ignore[misc]
        whole = sum(one.value for one in counted.values())  # type: ignore[misc]
        size = len(kinds)
        return [
            *(counted[kind] for kind in kinds),
            _Cell(slum, form, f"=SUM({here[2]}:{here[size]})"),
            counted[UNSCORED],
            _Cell(whole, form, f"={here[1]}+{here[size + 1]}+{here[size + 2]}"),
        ]

    heads = [(names[kind], colours[kind]) for kind in kinds]
    heads += [(desk.say("jumlah_kumuh"), ""), (names[UNSCORED], ""), (desk.say("jumlah"), "")]
    return _Block(desk.say(f"menurut_{what}", unit=one_of(desk.scores, desk.language)), heads, cells)


def _reduced(desk: Desk, sheets: _Sheets) -> _Block:
    """Lay what was slum beside what no longer is; slum of the first year is a sum of its classes."""
    years = list(desk.scores.rekap["tahun"].values())
    slum = list(class_names(desk.scores.aturan, desk.language).values())[1:-1]
    begin = years[0]["kumuh_ha"]

    def cells(figures: Mapping[str, Any], here: Sequence[str], first: Sequence[str]) -> list[_Cell]:
        gone, left = figures["pengurangan_ha"], figures["sisa_kumuh_ha"]
        added = "+".join(
            sheets.summed("luas_verifikasi_ha", _fixed(first[0]), name).removeprefix("=") for name in slum
        )
        return [
            _Cell(begin, _HECTARES, f"={added}" if here == first else f"={_fixed(first[1])}"),
            _Cell(gone, _HECTARES, sheets.summed("pengurangan_ha", here[0], "")),
            _Cell(left, _HECTARES, f"={here[1]}-{here[2]}"),
            _Cell(gone / begin if begin else None, _SHARE, f'=IF({here[1]}=0,"",{here[2]}/{here[1]})'),
        ]

    keys = ("kumuh_awal_ha", "pengurangan_ha", "sisa_kumuh_ha", "persen_pengurangan")
    return _Block(desk.say("menurut_pengurangan"), [(desk.say(f"rekap_{key}"), "") for key in keys], cells)


def _served(desk: Desk, name: str) -> _Block:
    """Say how many households an indicator counts as served."""

    def cells(figures: Mapping[str, Any], here: Sequence[str], first: Sequence[str]) -> list[_Cell]:  # noqa: ARG001 - as all
        one = figures["indikator"][name]
        lacking = one["sasaran_kk"] - one["terlayani_kk"]
        share = None if one["persen"] is None else one["persen"] / 100
        return [
            _Cell(one["sasaran_kk"], _COUNT),
            _Cell(one["terlayani_kk"], _COUNT),
            _Cell(lacking, _COUNT, f"={here[1]}-{here[2]}"),
            _Cell(share, _SHARE, f'=IF({here[1]}=0,"",{here[2]}/{here[1]})'),
            _Cell(one["tanpa_data_rt"], _COUNT),
        ]

    keys = ("sasaran_kk", "terlayani_kk", "belum_kk", "persen_terlayani", "tanpa_data")
    unit = one_of(desk.scores, desk.language)
    return _Block(
        desk.say("menurut_layanan", nama=_indicator(desk, name)),
        [(desk.say(f"rekap_{key}", unit=unit), "") for key in keys],
        cells,
    )


def _indicator(desk: Desk, name: str) -> str:
    """Name an indicator; one of a rule set of one's own is called as that calls it."""
    return desk.say(f"layanan_{name}") if name in _INDICATORS else name.replace("_", " ")


def _criterion(kind: str) -> str:
    """Ask for a text as it is: signs that stand for others are none."""
    for sign in "~*?":
        kind = kind.replace(sign, f"~{sign}")
    return quoted(f"={kind}")


def _fixed(cell: str) -> str:
    """Write a cell so that it stays when its formula is copied."""
    letters = cell.rstrip("0123456789")
    return f"${letters}${cell.removeprefix(letters)}"
