"""Every table is a sum over the same pieces, so no two numbers can disagree. No geometry here.

Two kinds of table. In a *partition* table each piece stands in one row, and the rows sum to their parent
(wilayah, kumuh, first year handled, number of sectors). In a *membership* table a piece may stand in several
rows (sektor, OPD, sumber dana, status): each row is a union, and sum, union and what lies between them are told.

``register`` towns and slums
``links``    which pieces lie under which works, a leaf at a time
``areas``    tables of areas
``members``  tables of works
``laws``     what every table must keep
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from petakumuh.account.areas import area_tables, reconciliation
from petakumuh.account.laws import ADDITIVE, AREA_COLUMNS, require_laws
from petakumuh.account.links import Links
from petakumuh.account.members import memberships, partitions, simulation, works
from petakumuh.account.register import registered, row_of
from petakumuh.model import HECTARES_BY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandas import DataFrame

    from petakumuh.model import Basis

__all__ = ["ADDITIVE", "AREA_COLUMNS", "DISPLAY_KEY", "display_key", "require_laws", "tables"]

DISPLAY_KEY = ("kelurahan_id", "kumuh_id", "tertangani", "tahun_pertama", "jumlah_sektor")
"""By what a map tells ground apart, in order."""


def tables(
    *,
    pieces: DataFrame,
    groups: DataFrame,
    links: DataFrame,
    touches: DataFrame,
    grounds: DataFrame,
    kumuh: DataFrame,
    kelurahan: DataFrame,
    penanganan: DataFrame,
    dasar: Basis = "utm",
    status_tertangani: Sequence[str] = ("selesai",),
    certified: bool = False,
) -> dict[str, DataFrame]:
    """Keep every account of a cut.

    Parameters
    ----------
    pieces, groups, links, touches, grounds
        See `petakumuh.overlay.Overlay`.
    kumuh, kelurahan, penanganan
        Attributes of the checked layers.
    dasar
        Whose hectares are the headline.
    status_tertangani
        The statuses that count as handled.
    certified
        Whether two ways of measuring agreed on all ground; a run stops where they do not.

    Returns
    -------
        By name: ``total`` (one row), ``provinsi .. kumuh`` (area tables with `AREA_COLUMNS`), ``tahun``,
        ``jumlah_sektor`` (partition tables), ``sektor, opd, sumber_dana, status`` (membership tables),
        ``keanggotaan`` (their sum, union and overlap), ``simulasi`` (if works under way and planned were done),
        ``penanganan`` (what each single work covers), ``rekonsiliasi`` (what the decree and the field
        verification write, held against the geometry, per kumuh and per kelurahan).
        Unrounded.

    Raises
    ------
    ConservationError
        When rows do not sum to their parent, or handled and left to the slum.

    Notes
    -----
    Laws 2 and 3: handled + left = slum in every row; a partition table's rows sum to their parent.
    """
    area = HECTARES_BY[dasar]
    ha, own_ha, touched_ha = (rows[area].to_numpy() for rows in (pieces, grounds, touches))
    under = Links(pieces, groups, links)
    fate = under.fate()
    known = registered(kelurahan, kumuh, grounds)
    cut = known.entered(
        pieces,
        luas_delineasi_ha=ha,
        luas_tertangani_ha=np.where(fate.handled, ha, 0.0),
        sisa_ha=np.where(fate.handled, 0.0, ha),
        luas_geodesik_ha=pieces["luas_geodesik_ha"].to_numpy(),
        utm_ha=pieces["luas_ha"].to_numpy(),
    )
    own = known.entered(
        grounds,
        jumlah_geometri_ha=own_ha,
        geodesik_ha=grounds["luas_geodesik_ha"].to_numpy(),
        utm_ha=grounds["luas_ha"].to_numpy(),
    )
    work = row_of(penanganan["penanganan_id"], touches["penanganan_id"])
    counted = penanganan["dihitung"].to_numpy(dtype=bool)[work]
    naive = known.entered(touches, jumlah_naif_tertangani_ha=np.where(counted, touched_ha, 0.0))
    found = area_tables(known, cut, own, naive, certified=certified)
    found |= partitions(groups, ha, fate)
    found["rekonsiliasi"] = reconciliation(known, cut, own)
    found["penanganan"] = works(penanganan, work, touched_ha)
    found |= memberships(under, ha)
    if "status" in groups:
        found["simulasi"] = simulation(under, ha, status_tertangani)
    require_laws(found)
    return found


def display_key(pieces: DataFrame, groups: DataFrame, links: DataFrame) -> DataFrame:
    """Say of each piece how a map shows it.

    Returns
    -------
        Indexed by ``piece_id``: ``kelurahan_id, kumuh_id, tertangani, tahun_pertama`` (empty where nothing is
        handled) and ``jumlah_sektor`` (of handled works).
    """
    fate = Links(pieces, groups, links).fate()
    key = pieces.set_index("piece_id")[["kelurahan_id", "kumuh_id"]].copy()
    key["tertangani"] = fate.handled
    # The empty year stands last, where the code of no year points to.
    key["tahun_pertama"] = pd.Series([*fate.years, ""], dtype=str).array.take(fate.year)
    key["jumlah_sektor"] = fate.sectors
    return key[list(DISPLAY_KEY)]
