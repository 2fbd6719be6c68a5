"""By what the hectares of a run were measured, against which boundaries, how sure: it stands on every output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh.measure import zone_name
from petakumuh.text import Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from petakumuh.model import Basis, Result

__all__ = ["RUNGS", "basis", "certified", "why_not"]

RUNGS = ("biasa", "kisi", "belah")
"""How the two methods came to agree: as the shapes are, or by what they needed first."""
_NAMED = 5
"""Slums that the sentence names."""


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
    zones = [zone_name(epsg, language) for epsg in codes]
    return {
        "dasar": shown,
        "zona": zones,
        "epsg": codes,
        "keterangan": say(f"basis.{shown}", language, zona=", ".join(zones), geodesik=geodesic),
        "batas_kelurahan": {"sumber": source.sumber, "edisi": source.edisi},
        "tersertifikasi": bool(run.tables["total"]["tersertifikasi"].iloc[0]),
    }


def certified(told: Mapping[str, Any], language: Language = "id") -> str:
    """Say in words whether every hectare was computed twice, and why not.

    Parameters
    ----------
    told
        ``sertifikasi`` of a run (`petakumuh.model.Result`), or of runs joined.

    Examples
    --------
    >>> certified({"tersertifikasi": False, "sebab": "dimatikan"})
    'Belum disertifikasi: sertifikasi dimatikan dalam resep.'
    >>> certified({"tersertifikasi": True, "tangga": {"biasa": 8, "kisi": 2, "belah": 0}}, "en")[-41:]
    'Same only on a fine grid: 2 of the slums.'
    """
    if not told.get("tersertifikasi"):
        fallen = told.get("mundur") or []
        named = ", ".join(fallen[:_NAMED]) + ("…" if len(fallen) > _NAMED else "")
        return say(f"sertifikasi.{why_not(told)}", language, jumlah=len(fallen), daftar=named, **told)
    counts = told.get("tangga") or {}
    more = [say(f"sertifikasi.{name}", language, jumlah=counts[name]) for name in RUNGS[1:] if counts.get(name)]
    return " ".join([say("sertifikasi.ya", language), *more])


def why_not(told: Mapping[str, Any]) -> str:
    """Say in a word why hectares are not certified: as ``sebab``, ``mundur`` where slums fell back, or ``tidak``.

    Examples
    --------
    >>> why_not({"sebab": "", "mundur": ["A"]}), why_not({})
    ('mundur', 'tidak')
    """
    return str(told.get("sebab") or ("mundur" if told.get("mundur") else "tidak"))
