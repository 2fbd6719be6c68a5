"""Words of the house: roles, levels of area, columns, and what stands for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AREA_LEVELS",
    "BY",
    "COMPARED_AREAS",
    "COMPARED_KINDS",
    "EMPTY",
    "HECTARES_BY",
    "NONE",
    "NO_YEAR",
    "OUTSIDE",
    "STATUSES",
    "TABLES",
    "WORK_COLUMNS",
    "Basis",
    "Layout",
    "Palette",
    "PaperSize",
    "Role",
    "Sharing",
]

EMPTY = "(kosong)"
"""Stands for an attribute that the file does not give; never a dropped row."""
NO_YEAR = "(tanpa tahun)"
"""The year of a work that has none: after all years."""
OUTSIDE = ""
"""The kelurahan_id of ground outside every kelurahan."""

Role = Literal["kumuh", "kelurahan", "penanganan", "baseline", "investasi", "lampiran", "pembanding", "alias"]
"""What a file is to us: a layer of the map, a table of volumes and of what was done about them, the annex of a
decree, or other names."""
TABLES = ("baseline", "investasi", "lampiran", "pembanding")
"""The roles without a map."""
BY = ("sektor", "tahun", "status", "opd", "sumber_dana")
"""The columns of works that accounts can be kept by."""
STATUSES = ("selesai", "berjalan", "rencana")
AREA_LEVELS = ("provinsi", "kabupaten_kota", "kecamatan", "kelurahan", "kumuh")
"""From wide to narrow; each level's rows sum to the level above."""

WORK_COLUMNS = (
    "penanganan_id",
    "nama",
    *BY,
    "biaya",
    "dihitung",
    "sebelum_dasar",
    "bentuk",
    "lebar_m",
    "radius_m",
    "berkas",
    "lapisan",
    "baris",
    "geometry",
)
"""The columns of checked works."""

COMPARED_KINDS = ("dilepas", "tetap", "baru")
"""Ground of two decrees: only in the old one, in both, only in the new one."""
NONE = "tidak"
"""The class of ground in a decree that does not have it."""
COMPARED_AREAS = tuple(
    f"{what}_{ending}" for ending in ("ha", "geodesik_ha") for what in ("sk_lama", "sk_baru", *COMPARED_KINDS)
)
"""What every row of two decrees compared says, in the order it is read."""

Basis = Literal["utm", "geodesik", "tm3"]
HECTARES_BY: Mapping[Basis, str] = {"utm": "luas_ha", "tm3": "luas_tm3_ha", "geodesik": "luas_geodesik_ha"}
"""Basis -> the column of pieces and ground that holds their hectares by it."""

Palette = Literal["baku", "aman_warna"]
"""The colours of every map: the programme's, or those that eyes without red or green can tell apart."""
PaperSize = Literal["A3", "A4"]
Layout = Literal["datar", "tegak"]
"""How a page lies: landscape or portrait."""
Sharing = Literal["kelurahan", "grid"]
"""What an export for everybody tells hectares by."""
