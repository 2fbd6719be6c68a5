"""Columns that every format takes: names without signs, no two alike, none reserved; numbers that are finite."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pandas.api.types import is_float_dtype

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geopandas import GeoDataFrame

__all__ = ["Portable", "inert", "portable", "renamed", "short_names"]

_RESERVED = {"fid", "ogc_fid", "geom", "bbox"}
"""Columns that formats make themselves."""
_SHORT = {
    "luas_delineasi_ha": "delin_ha",
    "luas_geodesik_ha": "geodes_ha",
    "luas_tm3_ha": "tm3_ha",
    "jumlah_geometri_ha": "jmlgeom_ha",
    "luas_tertangani_ha": "tangani_ha",
    "persen_tertangani": "tangani_ps",
    "persen_sisa": "sisa_ps",
    "di_luar_kelurahan_ha": "luar_ha",
    "jumlah_naif_tertangani_ha": "naif_ha",
    "luas_verifikasi_ha": "verif_ha",
    "luas_di_kumuh_ha": "dikumuh_ha",
    "tersertifikasi": "sertifikat",
    "kelurahan_id": "kel_id",
    "kecamatan_id": "kec_id",
    "kabupaten_kota": "kab_kota",
    "kabupaten_kota_id": "kabkota_id",
    "provinsi_id": "prov_id",
    "penanganan_id": "tangan_id",
    "kode_kelurahan": "kode_kel",
    "sebelum_dasar": "seb_dasar",
    "sumber_dana": "sumberdana",
    "tahun_pertama": "thn_awal",
    "jumlah_sektor": "jml_sektor",
    "rata_sektoral_awal": "rata_awal",
    "rata_sektoral_akhir": "rata_akhir",
    "pengurangan_ha": "kurang_ha",
    "kontribusi": "kontribusi",
    "tingkat_awal": "tkt_awal",
    "tingkat_akhir": "tkt_akhir",
    "total_akhir": "tot_akhir",
}
_LONGEST = 10


class Portable(NamedTuple):
    """A layer that every format takes, and which columns have other names than they had: new -> old."""

    rows: GeoDataFrame
    renamed: Mapping[str, str]


def portable(rows: GeoDataFrame) -> Portable:
    """Give a layer names and values that every format takes.

    Returns
    -------
        Infinite numbers are missing ones, and empty shapes none.
    """
    names = renamed([str(name) for name in rows.columns.drop("geometry")])
    changed = {new: old for old, new in names.items() if new != old}
    told = rows.rename(columns=names)
    for name in told.columns.drop("geometry"):
        if is_float_dtype(told[name]) and np.isinf(told[name]).any():
            told[name] = told[name].where(np.isfinite(told[name]))
    return Portable(told.set_geometry(told.geometry.where(~told.geometry.is_empty, None)), changed)


def renamed(names: Iterable[str]) -> dict[str, str]:
    """Give each column a name of letters, digits and lines, unlike every other whatever its case.

    Examples
    --------
    >>> renamed(["luas (%)", "Nama", "nama", "fid", "luas_ha"])
    {'luas (%)': 'luas_persen', 'Nama': 'Nama', 'nama': 'nama_2', 'fid': 'fid_2', 'luas_ha': 'luas_ha'}
    """
    found: dict[str, str] = {}
    taken = set(_RESERVED)
    for name in names:
        bare = unicodedata.normalize("NFKC", name).replace("%", " persen ")
        stem = re.sub(r"[\W_]+", "_", bare).strip("_") if re.search(r"\W", name) else name
        found[name] = _free(stem or "kolom", taken, _LONGEST * 6)
        taken.add(found[name].casefold())
    return found


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Give each column a name of ten ASCII letters at most, as shapefiles have them.

    Examples
    --------
    >>> list(short_names(["kumuh_id", "luas_delineasi_ha", "tingkat_2014", "tingkat_2015"]).values())
    ['kumuh_id', 'delin_ha', 'tkt_2014', 'tkt_2015']
    """
    found: dict[str, str] = {}
    taken = set(_RESERVED)
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or "kolom"
        known = _SHORT.get(name, plain.replace("tingkat_", "tkt_").replace("total_", "tot_"))
        found[name] = _free(known, taken, _LONGEST)
        taken.add(found[name].casefold())
    return found


def _free(stem: str, taken: set[str], longest: int) -> str:
    """Find a name that is not taken: the stem cut to size, then with a number behind."""
    name, count = stem[:longest], 1
    while name.casefold() in taken:
        count += 1
        end = f"_{count}"
        name = stem[: longest - len(end)] + end
    return name


def inert(words: object) -> str:
    r"""Write words from data on one line, without the signs that XML, YAML or a terminal would obey.

    Examples
    --------
    >>> inert("a\x00b\tc\n\u202ed") == "a\ufffdb c \ufffdd"
    True
    """
    text = str(words)
    if text.isprintable():
        return text
    return "".join(" " if one.isspace() else one if one.isprintable() else "\ufffd" for one in text)
