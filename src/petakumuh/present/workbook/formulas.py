"""The formulas of the official sheet, as a spreadsheet reads them; what is missing stays empty all the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from petakumuh.present.workbook.layout import Layout

__all__ = [
    "FIRST",
    "LAST",
    "Side",
    "aspect_mean",
    "contribution",
    "grade",
    "hectares",
    "left",
    "limits",
    "mark",
    "mean",
    "share",
    "slum",
    "total",
]


@dataclass(frozen=True)
class Side:
    """The columns of a condition: volume, share, score; and the place of the share's."""

    volume: str
    share: str
    score: str
    share_at: int


FIRST, LAST = Side("C", "E", "F", 4), Side("J", "L", "M", 11)
"""Before and after."""


def left(before: str, done: str) -> str:
    """Take what was done from a volume; never less than nothing."""
    return f'=IF({before}="","",MAX(0,{before}-{done}))'


def share(volume: str, below: str) -> str:
    """Divide a volume by its denominator; by nothing is nothing."""
    return f'=IF(OR({volume}="",{below}=""),"",IF({below}<0,"",IF({below}=0,0,MAX(0,{volume})/{below})))'


def mark(cell: str) -> str:
    """Score a share by the bands."""
    return f'=IF({cell}="","",LOOKUP({cell},pita_mulai,pita_nilai))'


def aspect_mean(cells: str, size: int, mode: str) -> str:
    """Average the shares of an aspect: all of them, or those below the first band as nothing."""
    way = f"AVERAGE({cells})" if mode == "polos" else f"SUMPRODUCT(({cells}>=pita_pertama)*{cells})/{size}"
    return f'=IF(COUNT({cells})<{size},"",{way})'


def total(side: Side, plan: Layout) -> str:
    """Add the scores up; none where one is missing."""
    cells = f"{side.score}{min(plan.rows.values()) + 1}:{side.score}{plan.results}"
    return f'=IF(COUNT({cells})<{len(plan.rows)},"",SUM({cells}))'


def grade(side: Side, plan: Layout, unscored: str) -> str:
    """Name the class of the total."""
    cell = _result(side, plan, 0)
    return f'=IF({cell}="","{unscored}",LOOKUP({cell},kelas_mulai,kelas_nama))'


def mean(side: Side, plan: Layout) -> str:
    """Average the means of the aspects."""
    cells = ",".join(f"{side.share}{row + 1}" for row in plan.means.values())
    return f'=IF(COUNT({cells})<{len(plan.means)},"",AVERAGE({cells}))'


def contribution(side: Side, plan: Layout) -> str:
    """Say what was contributed since the baseline, by the formula that was chosen."""
    first, now = _result(FIRST, plan, 2), _result(side, plan, 2)
    if side is FIRST or not plan.worked:
        return f'=IF({now}="","",0)'
    if plan.formula == "rata":
        found = f"IF({first}=0,0,MIN(1,({first}-{now})/{first}))"
    else:
        base = f"({first}-kontribusi_ambang)"
        found = f'IF({_result(side, plan, 0)}<kumuh_mulai,1,IF({base}=0,"",({first}-{now})/{base}))'
    return f'=IF(OR({first}="",{now}=""),"",{found})'


def limits(at: int, best: int | None) -> str:
    """Say from which total to which a class is, as the rule set's sheet has it."""
    end = str(best) if best is not None else f"(INDEX(kelas_mulai,{at + 1})-1)"
    return f'=INDEX(kelas_mulai,{at})&" – "&{end}&": "&INDEX(kelas_nama,{at})'


def slum(totals: str) -> str:
    """Count the totals that are those of slum."""
    return f'COUNTIF({totals},">="&kumuh_mulai)'


def hectares(totals: str, areas: str, mark: str) -> str:
    """Add the hectares of slum up, as a text that reads the same whatever language the program speaks."""
    hundredths = f'ROUND(SUMIFS({areas},{totals},">="&kumuh_mulai)*100,0)'
    return f'INT({hundredths}/100)&"{mark}"&TEXT(MOD({hundredths},100),"00")'


def _result(side: Side, plan: Layout, below: int) -> str:
    return f"{side.share}{plan.results + below + 1}"
