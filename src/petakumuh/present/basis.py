"""By what the hectares of a run were measured, and against which boundaries: it stands on every output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh.measure import zone_name
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from petakumuh.model import Result

__all__ = ["basis"]


def basis(run: Result, language: Language = "id") -> dict[str, Any]:
    """Say by what the hectares of a run were measured.

    Returns
    -------
        ``dasar`` (utm, geodesik), ``zona`` and ``epsg``, ``keterangan`` (a sentence), ``batas_kelurahan``
        (source and edition), ``tersertifikasi``.
    """
    source = run.recipe.kelurahan
    geodesic = float(run.tables["total"]["luas_geodesik_ha"].iloc[0])
    zones = [zone_name(epsg) for epsg in run.zones]
    return {
        "dasar": run.recipe.hitung.dasar,
        "zona": zones,
        "epsg": list(run.zones),
        "keterangan": say(f"basis.{run.recipe.hitung.dasar}", language, zona=", ".join(zones), geodesik=geodesic),
        "batas_kelurahan": {"sumber": source.sumber, "edisi": source.edisi},
        "tersertifikasi": bool(run.tables["total"]["tersertifikasi"].iloc[0]),
    }
