"""What lies ready for every page of an atlas: the run, its classes, its ground in each zone, the paper."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from petakumuh.catalog import style
from petakumuh.model import HECTARES_BY
from petakumuh.present.atlas.stock import Stock
from petakumuh.present.layers import painted
from petakumuh.present.legend import themes
from petakumuh.present.sheet.ink import Page, picture
from petakumuh.present.sheet.paper import known

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from petakumuh.model import Result
    from petakumuh.present.atlas.layout import Layout
    from petakumuh.present.sheet.ink import Logo
    from petakumuh.text import Language

__all__ = ["Desk"]


class Desk:
    """A run as an atlas needs it; nothing here is made before a page asks for it."""

    def __init__(self, run: Result, language: Language, layout: Layout) -> None:
        self.run, self.language, self.layout = run, language, layout
        self._stocks: dict[int, Stock] = {}
        self._keys: dict[str, NDArray[Any]] = {}

    @cached_property
    def themes(self) -> Any:
        """The one legend."""
        return themes(self.run, self.language)

    def keys(self, name: str) -> NDArray[Any]:
        """Tell the class of each row of a theme's layer."""
        if name not in self._keys:
            theme = self.themes[name]
            rows = self._rows(theme.layer)
            self._keys[name] = theme.keys(rows).to_numpy().astype(object)
        return self._keys[name]

    def _rows(self, layer: str) -> Any:
        run = self.run
        if layer == "skor" and run.skor is not None:
            return painted(run, run.skor)
        if layer == "kelurahan":
            table = run.tables["kelurahan"].set_index("kode")["persen_tertangani"]
            return pd.DataFrame({"persen_tertangani": pd.Series(self.home).map(table)})
        return run.bidang if layer == "bidang" else getattr(run.layers, layer)

    def stock(self, epsg: int) -> Stock:
        """Give the ground in a zone."""
        if epsg not in self._stocks:
            self._stocks[epsg] = Stock(self.run, epsg)
        return self._stocks[epsg]

    @cached_property
    def home(self) -> NDArray[Any]:
        """The kelurahan_id of each shape of kelurahan."""
        return np.asarray(self.run.layers.kelurahan["kelurahan_id"], dtype=object)

    @cached_property
    def names(self) -> dict[str, str]:
        """What each kelurahan is called."""
        land = self.run.layers.kelurahan
        return {code: known(name) for code, name in zip(land["kelurahan_id"], land["nama"], strict=True)}

    @cached_property
    def slum_ids(self) -> NDArray[Any]:
        """The id of each slum."""
        return np.asarray(self.run.layers.kumuh["kumuh_id"], dtype=object)

    @cached_property
    def slum_names(self) -> dict[str, str]:
        """What each slum is called: by its id where it has no name."""
        slums = self.run.layers.kumuh
        named = zip(slums["kumuh_id"], slums["nama"].fillna("").astype(str), strict=True)
        return {one: known(name.strip()) or str(one) for one, name in named}

    @cached_property
    def ground_of(self) -> dict[str, NDArray[np.intp]]:
        """Rows of ground in each kelurahan."""
        groups = self.run.bidang.reset_index(drop=True).groupby("kelurahan_id", sort=True).indices
        return {str(code): rows for code, rows in groups.items()}

    @cached_property
    def hectares(self) -> NDArray[np.float64]:
        """Hectares of each ground by the basis of the run."""
        column = self.run.bidang[HECTARES_BY[self.run.recipe.hitung.dasar]]
        found: NDArray[np.float64] = column.to_numpy(dtype=np.float64)
        return found

    @cached_property
    def style(self) -> Any:
        """Colours and widths in the palette that the recipe asks for."""
        return style(self.run.recipe.keluaran.palet)

    @cached_property
    def logo(self) -> Logo | None:
        """The picture of the letterhead, where there is one."""
        path = self.run.recipe.kop.logo_path
        return None if path is None else picture(path)

    def page(self) -> Page:
        """Give an empty page."""
        return Page(self.language, self.layout.size)
