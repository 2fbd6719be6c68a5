"""The run that is told of and the language it is told in: every word and number of the chapter is written here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from petakumuh.model import EMPTY, OUTSIDE
from petakumuh.present.imprint import region
from petakumuh.present.spoken import spoken
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from petakumuh.model import Result

__all__ = ["DASH", "NOTHING_HA", "Pen"]

DASH = "–"
"""Stands where nothing is known."""
NOTHING_HA = 0.00005
"""Less than this is written 0,0000 ha."""


@dataclass(frozen=True)
class Pen:
    """What writes the chapter.

    Attributes
    ----------
    run, language
        Of what, and how it is told.
    """

    run: Result
    language: Language

    def say(self, key: str, **values: object) -> str:
        """Say a message of the report."""
        return say(f"laporan.{key}", self.language, **values)

    def column(self, key: str) -> str:
        """Call a column as every output does."""
        return say(f"kolom.{key}", self.language)

    def ha(self, value: float | None, decimals: int = 2) -> str:
        """Write hectares or percent."""
        return number(value, decimals, self.language)

    def count(self, value: float | None) -> str:
        """Write a whole number."""
        return number(value, 0, self.language)

    def name(self, value: object) -> str:
        """Write a name; one that no file gives is a dash."""
        text = "" if value is None or value != value else str(value)  # noqa: PLR0124 - a missing value of pandas
        return DASH if text in {"", EMPTY} else text

    def value(self, value: str) -> str:
        """Write the value of an attribute of works as a row begins; what no file says is said in words."""
        said = spoken(value, self.language)
        return said[:1].upper() + said[1:]

    def statuses(self, values: Iterable[str]) -> list[str]:
        """Say statuses in words of the language."""
        return [spoken(one, self.language) for one in values]

    def listed(self, names: list[str]) -> str:
        """Write names behind one another as a sentence does."""
        *before, last = names
        many = "," if len(before) > 1 else ""
        return f"{', '.join(before)}{many}{self.say('dan')}{last}" if before else last

    def area(self, row: Any) -> str:
        """Write the name of an area; of ground in no kelurahan that it is."""
        return say("lembar.di_luar", self.language) if row["kode"] == OUTSIDE else self.name(row["nama"])

    def slum(self, row: Any) -> str:
        """Write the name of a slum; its id where it has none."""
        name = self.name(row["nama"])
        return str(row["kumuh_id"]) if name == DASH else name

    def overlap(self, ha: float) -> str:
        """Say by how much rows that share ground sum to more than their union."""
        return self.say("selisih_gabungan", luas=ha) if ha > NOTHING_HA else ""

    @property
    def total(self) -> Any:
        """The one row of the whole."""
        return self.run.tables["total"].iloc[0]

    @property
    def region(self) -> str:
        """Where: as the recipe says, else as the boundaries do, else in general words."""
        return region(self.run) or self.say("wilayah_kajian")

    @property
    def last_year(self) -> str:
        """The last year in which works were done; nothing where no work says its year."""
        table = self.run.tables.get("tahun")
        years = [] if table is None else [year for year in table["tahun"] if str(year).isdigit()]
        return str(years[-1]) if years else ""
