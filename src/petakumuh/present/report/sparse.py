"""Columns that say nothing of the whole run: left out of tables, and named below them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from petakumuh.present.report.pen import DASH

if TYPE_CHECKING:
    from collections.abc import Collection

    from petakumuh.present.report.document import Row, Table
    from petakumuh.present.report.pen import Pen

__all__ = ["without_empty"]


def without_empty(pen: Pen, table: Table) -> Table:
    """Leave out the columns of words in which no row says anything, and name them below the table."""
    plain = [row.cells for row in table.rows if not row.kind]
    silent = [
        at
        for at, column in enumerate(table.columns)
        if column.align == "kiri" and all(cells[at] in {"", DASH} for cells in plain)
    ]
    if not silent or not plain:
        return table
    names = [table.columns[at].title for at in silent]
    lacking = pen.listed([name[:1].lower() + name[1:] for name in names])
    note = pen.say("data_tanpa_kolom", kolom=lacking)
    return replace(
        table,
        columns=tuple(one for at, one in enumerate(table.columns) if at not in silent),
        rows=tuple(_without(row, silent) for row in table.rows),
        note=f"{table.note} {note}".strip(),
    )


def _without(row: Row, silent: Collection[int]) -> Row:
    """Take cells out of a row; the words of a total move to the left."""
    cells = list(row.cells)
    for at in silent:
        if row.kind and cells[at]:
            cells[max(one for one in range(at) if one not in silent)] = cells[at]
    return replace(row, cells=tuple(one for at, one in enumerate(cells) if at not in silent))
