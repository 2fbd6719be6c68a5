"""Tables of the document, built row by row: python-docx looks each cell up anew, slow where there are many."""

from __future__ import annotations

from copy import deepcopy
from itertools import groupby
from typing import TYPE_CHECKING, Any

from petakumuh.present.report.inert import plain
from petakumuh.present.report.word.look import INK, SHADE, SOFT, TINT
from petakumuh.present.report.word.xml import add, new, paragraph, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from petakumuh.present.report.document import Column, Headline, Row, Table
    from petakumuh.present.report.word.look import Look

__all__ = ["headline_table", "table_element"]

_ALIGNED = {"kiri": "left", "tengah": "center", "kanan": "right"}
_SHORT = 12
"""Rows of a table that is never torn apart."""
_WIDE = 10
"""Columns from which on letters are smaller."""
_LEAST = 11
"""Letters are never smaller than 5,5 points."""
_MM = 36_000
"""EMU in a millimetre."""
_EMU = 635
"""EMU in a twentieth of a point."""
_LINE = "A6A6A6"
_SPACING = {"before": 30, "after": 30, "line": 240, "lineRule": "auto"}


def table_element(table: Table, width: int, look: Look) -> Any:
    """Build a table as wide as the text, its head repeated on every page.

    Parameters
    ----------
    table
        What is written.
    width
        Of the text, in EMU.
    look
        The style of tables.
    """
    made, widths = _frame(_widths(table.columns, width), look)
    size = _letters(table, width, 1.06 if look.own else 0.92)  # a template's letters may be wide
    add(made.tblPr, "tblCaption", val=plain(table.caption))
    writer = _Rows(made, table.columns, widths, size, look)
    writer.head()
    last = len(table.rows) - 1
    for at, row in enumerate(table.rows):
        together = len(table.rows) <= _SHORT or at == 0 or at == last - 1 or row.kind == "kelompok"
        writer.row(row, keep=together if at < last else bool(table.note))
    return made


def _letters(table: Table, width: int, ease: float) -> int:
    """Choose the size of letters, in half points: smaller where columns are many or the page is narrow."""
    wanted = sum(one.width_mm for one in table.columns)
    full = 15 if len(table.columns) > _WIDE else 17
    return max(_LEAST, min(full, int(full * width / _MM / wanted * ease)))


def _widths(columns: Sequence[Column], width: int) -> list[int]:
    """Share the width out as columns ask for it, in twentieths of a point."""
    wanted = sum(one.width_mm for one in columns)
    return [int(width / _EMU * one.width_mm / wanted) for one in columns]


def _frame(widths: list[int], look: Look) -> tuple[Any, list[int]]:
    """Begin a table: its lines, and columns of fixed widths."""
    made = new("tbl")
    properties = add(made, "tblPr")
    if look.table is not None:
        add(properties, "tblStyle", val=look.table)
    add(properties, "tblW", w=sum(widths), type="dxa")
    if look.table is None:
        _borders(add(properties, "tblBorders"))
    add(properties, "tblLayout", type="fixed")
    margins = add(properties, "tblCellMar")
    for side in ("left", "right"):
        add(margins, side, w=60, type="dxa")
    add(
        properties, "tblLook", val="0420", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=0, noVBand=1
    )
    grid = add(made, "tblGrid")
    for one in widths:
        add(grid, "gridCol", w=one)
    return made, widths


def _borders(parent: Any) -> None:
    for side, size, color in (
        ("top", 8, INK),
        ("left", 0, ""),
        ("bottom", 8, INK),
        ("right", 0, ""),
        ("insideH", 4, _LINE),
        ("insideV", 4, "D9D9D9"),
    ):
        if size:
            add(parent, side, val="single", sz=size, space=0, color=color)
        else:
            add(parent, side, val="nil")


class _Rows:
    """Writes the rows of one table."""

    def __init__(self, table: Any, columns: Sequence[Column], widths: list[int], size: int, look: Look) -> None:
        self._table, self._columns, self._widths, self._look = table, columns, widths, look
        self._size = {"sz": {"val": size}}
        self._bold = {"b": {}, "sz": {"val": size}}
        self._title = {"b": {}, "sz": {"val": size - 1}}
        self._models: dict[tuple[str, bool], Any] = {}

    @staticmethod
    def _shape(align: str, *, keep: bool) -> Mapping[str, Mapping[str, object]]:
        kept: dict[str, Mapping[str, object]] = {"keepNext": {}} if keep else {}
        return kept | {"spacing": _SPACING, "jc": {"val": _ALIGNED[align]}}

    def head(self) -> None:
        """Write the head: groups of columns above their titles, if there are any."""
        grouped = any(one.group for one in self._columns)
        if grouped:
            row = self._row(head=True)
            at = 0
            for group, members in groupby(self._columns, key=lambda one: one.group or id(one)):
                count = len(list(members))
                alone = not isinstance(group, str)
                text = self._columns[at].title if alone else str(group)
                cell = self._cell(row, sum(self._widths[at : at + count]), "tengah", span=count)
                if alone:
                    self._merged(cell, start=True)
                self._fill(cell, text)
                at += count
        row = self._row(head=True)
        for column, width in zip(self._columns, self._widths, strict=True):
            cell = self._cell(row, width, "tengah")
            if grouped and not column.group:
                self._merged(cell, start=False)
                self._fill(cell, "")
            else:
                self._fill(cell, column.title)

    def row(self, row: Row, *, keep: bool) -> None:
        """Write a row; ``keep`` holds it on the page of the next."""
        kind = (row.kind, keep)
        if kind not in self._models:
            self._models[kind] = self._model(row.kind, keep=keep)
        made = deepcopy(self._models[kind])
        for cell, text in zip(made[1:], row.cells, strict=True):
            cell[-1][-1][-1].text = plain(text)
        self._table.append(made)

    def _model(self, kind: str, *, keep: bool) -> Any:
        """Build a row without words, of which copies are quicker than rows built anew."""
        made = self._row()
        fill = {"": None, "kelompok": TINT, "jumlah": SHADE}[kind] if self._look.shaded else None
        for column, width in zip(self._columns, self._widths, strict=True):
            cell = add(made, "tc")
            properties = add(cell, "tcPr")
            add(properties, "tcW", w=width, type="dxa")
            if fill is not None:
                add(properties, "shd", val="clear", color="auto", fill=fill)
            add(properties, "vAlign", val="center")
            line = paragraph(cell, None, self._shape(column.align, keep=keep))
            add(add(line.pPr, "rPr"), "sz", **self._size["sz"])  # as high where there are no words
            run(line, " ", self._bold if kind else self._size)
        self._table.remove(made)
        return made

    def _row(self, *, head: bool = False) -> Any:
        made = add(self._table, "tr")
        properties = add(made, "trPr")
        add(properties, "cantSplit")
        if head:
            add(properties, "tblHeader")
        return made

    def _cell(self, row: Any, width: int, align: str, *, span: int = 1) -> Any:
        """Begin a cell of the head."""
        cell = add(row, "tc")
        properties = add(cell, "tcPr")
        add(properties, "tcW", w=width, type="dxa")
        if span > 1:
            add(properties, "gridSpan", val=span)
        if self._look.shaded:
            add(properties, "shd", val="clear", color="auto", fill=SHADE)
        add(properties, "vAlign", val="center")
        paragraph(cell, None, self._shape(align, keep=True))
        return cell

    @staticmethod
    def _merged(cell: Any, *, start: bool) -> None:
        """Join a cell of the head with the one above or below it."""
        merge = new("vMerge", **({"val": "restart"} if start else {}))
        cell.tcPr.find(cell.tcPr[0].tag).addnext(merge)

    def _fill(self, cell: Any, text: str) -> None:
        run(cell[-1], text, self._title)


def headline_table(headline: Headline, width: int) -> Any:
    """Build the few figures that matter: large, side by side."""
    made = new("tbl")
    properties = add(made, "tblPr")
    each = width // _EMU // len(headline.figures)
    add(properties, "tblW", w=each * len(headline.figures), type="dxa")
    add(properties, "tblLayout", type="fixed")
    grid = add(made, "tblGrid")
    row = add(made, "tr")
    add(add(row, "trPr"), "cantSplit")
    for label, figure, note in headline.figures:
        add(grid, "gridCol", w=each)
        cell = add(row, "tc")
        shape = add(cell, "tcPr")
        add(shape, "tcW", w=each, type="dxa")
        edges = add(shape, "tcBorders")
        add(edges, "top", val="single", sz=18, space=0, color=INK)
        add(shape, "shd", val="clear", color="auto", fill=TINT)
        for text, size, color, bold in ((label, 18, SOFT, 0), (figure, 36, INK, 1), (note, 17, SOFT, 0)):
            line = paragraph(cell, None, {"spacing": {"before": 60, "after": 40, "line": 240, "lineRule": "auto"}})
            run(line, text, {"b": {"val": bold}, "color": {"val": color}, "sz": {"val": size}})
    return made
