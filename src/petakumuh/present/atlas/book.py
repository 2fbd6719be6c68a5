"""What all pages of an atlas share: what lies on the desk, the areas of its overview maps, its small maps."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from petakumuh.present.atlas.areas import regions
from petakumuh.present.atlas.desk import Desk
from petakumuh.present.atlas.inset import Overview

if TYPE_CHECKING:
    from petakumuh.model import Result
    from petakumuh.present.atlas.areas import Area
    from petakumuh.present.atlas.layout import Layout
    from petakumuh.present.sheet.paper import Box
    from petakumuh.text import Language

__all__ = ["Book"]


class Book(Desk):
    """A run as an atlas needs it; nothing here is made before a page asks for it."""

    def __init__(self, run: Result, language: Language, layout: Layout) -> None:
        super().__init__(run, language, layout)
        self._insets: dict[tuple[str | None, Box], Overview] = {}

    @cached_property
    def _cut(self) -> tuple[str, list[Area]]:
        return regions(self)

    @property
    def level(self) -> str:
        """By what overview maps are cut: ``kabupaten_kota``, or a finer level."""
        return self._cut[0]

    @property
    def regions(self) -> list[Area]:
        """What overview maps show: everything, or its parts where one map is too coarse."""
        return self._cut[1]

    def inset(self, here: Area, box: Box) -> Overview:
        """Give the small map of the kabupaten/kota that an area lies in."""
        towns = self.run.layers.kelurahan["kabupaten_kota_id"].to_numpy()
        mine = set(towns[np.isin(self.home, list(here.own))])
        town = min(map(str, mine)) if mine else None
        if (town, box) not in self._insets:
            rows = np.flatnonzero(towns == town) if town is not None else np.arange(len(towns))
            self._insets[town, box] = Overview(self, rows, box)
        return self._insets[town, box]
