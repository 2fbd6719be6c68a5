"""By what the hectares of a run were measured, and against which boundaries: it stands on every output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh.measure import zone_name
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from petakumuh.model import Basis, Result

__all__ = ["basis"]


def basis(run: Result, language: Language = "id", *, dasar: Basis | None = None) -> dict[str, Any]:
    """Say by what the hectares of a run were measured.

    Returns
    -------
        ``dasar`` (utm, tm3, geodesik; the run's headline unless one is named), ``zona`` and ``epsg``,
        ``keterangan`` (a sentence), ``batas_kelurahan`` (source and edition), ``tersertifikasi``.
    """
    source = run.recipe.kelurahan
    geodesic = float(run.tables["total"]["luas_geodesik_ha"].iloc[0])
    shown = dasar or run.recipe.hitung.dasar
    codes = sorted({int(one) for one in run.pieces["zona_tm3"]}) if shown == "tm3" else list(run.zones)
    zones = [zone_name(epsg) for epsg in codes]
    return {
        "dasar": shown,
        "zona": zones,
        "epsg": codes,
        "keterangan": say(f"basis.{shown}", language, zona=", ".join(zones), geodesik=geodesic),
        "batas_kelurahan": {"sumber": source.sumber, "edisi": source.edisi},
        "tersertifikasi": bool(run.tables["total"]["tersertifikasi"].iloc[0]),
    }
