"""Which row of the official sheet holds what, for any rule set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from petakumuh.present.workbook.values import denominators, heads, level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from petakumuh.catalog.regulation import RuleSet
    from petakumuh.model import Region, Scores

__all__ = ["Layout", "layout"]

_TOP = 3
_ABOUT = 7
"""Lines that say which unit it is, besides those of its region."""
_UNITS = {"luas_verifikasi_ha": "ha", "jumlah_bangunan": "unit", "jumlah_penduduk": "jiwa", "jumlah_kk": "KK"}


@dataclass(frozen=True)
class Layout:
    """Rows of a sheet, counted from 0, and what its formulas need to know.

    Attributes
    ----------
    rules, mode, formula
        The rule set, and how means and contribution are worked out.
    level, region
        What the units are; ``provinsi`` and ``kabupaten_kota``, as far as they are known.
    years, worked
        The first and the last year; whether there is a year after the baseline's.
    over
        Criterion -> its denominator.
    top, heads, head_units
        First line about the unit; lines and units of the denominators.
    table, rows, spans, means
        First head of the table; lines of criteria; first and last line of each aspect; lines of the means.
    results, end
        Line of the total; the line of the note.
    """

    rules: RuleSet
    mode: str
    formula: str
    level: str
    region: Mapping[str, str]
    years: tuple[str, str]
    worked: bool
    over: Mapping[str, str]
    top: int
    heads: Mapping[str, int]
    head_units: Mapping[str, str]
    table: int
    rows: Mapping[str, int]
    spans: Mapping[str, tuple[int, int]]
    means: Mapping[str, int]
    results: int
    end: int


def layout(scores: Scores, wilayah: Region) -> Layout:
    """Give each aspect its criteria, a line each, and a line for their mean."""
    rules, resep, years = scores.aturan, scores.rekap["resep"], list(scores.rekap["tahun"])
    said = heads(scores)
    stated = {"provinsi": wilayah.provinsi, "kabupaten_kota": wilayah.kabupaten_kota}
    region = {key: name for key, name in stated.items() if name}
    table = _TOP + max(_ABOUT + len(region), len(said)) + 1
    row = table + 2
    rows: dict[str, int] = {}
    spans: dict[str, tuple[int, int]] = {}
    means: dict[str, int] = {}
    for aspect in rules.aspek:
        mine = [one.kode for one in rules.kriteria if one.aspek == aspect]
        rows |= {code: row + at for at, code in enumerate(mine)}
        spans[aspect] = (row, row + len(mine) - 1)
        means[aspect] = row + len(mine)
        row += len(mine) + 1
    return Layout(
        rules=rules,
        mode=resep["rata_sektoral"],
        formula=resep["kontribusi"],
        level=level(scores),
        region=region,
        years=(years[0], years[-1]),
        worked=len(years) > 1,
        over=denominators(scores),
        top=_TOP,
        heads={column: _TOP + at for at, column in enumerate(said)},
        head_units={column: _UNITS.get(column, "m") for column in said},
        table=table,
        rows=rows,
        spans=spans,
        means=means,
        results=row,
        end=row + max(4, len(rules.kelas) + 1) + 1,
    )
