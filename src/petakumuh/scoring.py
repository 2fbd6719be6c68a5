"""Tables of volumes in, scores by a regulation out: `skor`, and what is written of it.

See `petakumuh.score` for the arithmetic and `petakumuh.catalog.regulation` for the rule sets.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pandas as pd

from petakumuh.catalog.checked import base_year
from petakumuh.catalog.regulation import DEFAULT, rule_set
from petakumuh.present.files import write_together
from petakumuh.present.scores import earlier, files
from petakumuh.read import read_rows
from petakumuh.read.volumes import read_baseline, read_investasi, source_of
from petakumuh.score import WORKS, Level, score
from petakumuh.score.differ import compare_scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame

    from petakumuh.model import Scores, Scoring, Source
    from petakumuh.text import Language

__all__ = ["compare_scores", "scored", "skor", "tulis_skor"]


def skor(
    baseline: str | Path | DataFrame | Source,
    investasi: str | Path | DataFrame | Source | None = None,
    aturan: str | Path = DEFAULT,
    *,
    pembanding: str | Path | DataFrame | Source | None = None,
    satuan: Level = "rt",
    rata_sektoral: str | None = None,
    kontribusi: str | None = None,
    pengurangan: str | None = None,
    nilai_terendah: str | None = None,
    pertimbangan: str | None = None,
    penyebut: Mapping[str, str] | None = None,
    tahun_dasar: int | None = None,
    status: Sequence[str] = ("selesai",),
    izinkan_jaringan: bool = False,
) -> Scores:
    """Score every RT (or kawasan) by a regulation, in the baseline and in each year of interventions.

    Parameters
    ----------
    baseline
        Table with denominators and a volume per criterion: a file, a frame, or a source that says how to read it.
    investasi
        Table with the volume outcome by RT, year and criterion; none: the baseline alone.
    aturan
        A rule set by its name, or the path of an own one.
    pembanding
        Yearly results that somebody else computed, to be laid beside ours (see `compare_scores`).
    satuan, rata_sektoral, kontribusi, pengurangan, nilai_terendah, pertimbangan, penyebut, status
        See `petakumuh.score.score`.
    tahun_dasar
        Year of the baseline; by default the one that its table or file name says, else the year before the first
        intervention, and it is said.
    izinkan_jaringan
        Whether to reach for what is not on this machine.

    Returns
    -------
        See `petakumuh.model.Scores`.

    Raises
    ------
    InputError
        When a file cannot be read or lacks a column.
    RecipeError
        When there is no such rule set, it does not offer what is chosen, or ``tahun_dasar`` is no year.

    Examples
    --------
    >>> head = {"luas_verifikasi_ha": 1.23, "jumlah_bangunan": 50, "jumlah_kk": 77}
    >>> head |= {"jalan_ideal_m": 400, "drainase_ideal_m": 300, "id": "1", "kelurahan": "Bandengan"}
    >>> volumes = dict.fromkeys(rule_set().codes, 0)
    >>> volumes |= {"1c": 8, "2b": 100, "4a": 1.121, "4c": 300, "5a": 43, "7a": 50}
    >>> done = pd.DataFrame([{"id_rt": "1", "tahun": 2021, "kriteria": "4c", "volume": 200}])
    >>> scores = skor(pd.DataFrame([head | volumes]), done)
    >>> scores.tabel[["tahun", "total", "tingkat"]].to_numpy().tolist()
    [['2020', 19, 'KR'], ['2021', 15, 'TK']]
    """
    base = base_year(tahun_dasar, "skor")
    rules = rule_set(aturan)
    units, said, findings, *inputs = read_baseline(baseline, rules, network=izinkan_jaringan)
    works = pd.DataFrame({name: pd.Series(dtype=float if name in ("volume", "biaya") else str) for name in WORKS})
    if investasi is not None:
        works, found, file = read_investasi(investasi, network=izinkan_jaringan)
        findings += found
        inputs.append(file)
    done = score(
        units,
        works,
        rules,
        satuan=satuan,
        rata_sektoral=rata_sektoral,
        kontribusi=kontribusi,
        pengurangan=pengurangan,
        nilai_terendah=nilai_terendah,
        pertimbangan=pertimbangan,
        penyebut=penyebut,
        tahun_dasar=said if base is None else base,
        status=status,
        before=findings,
    )
    if pembanding is None:
        return replace(done, inputs=tuple(inputs))
    theirs, file = read_rows(source_of(pembanding), "pembanding", network=izinkan_jaringan)
    return replace(done, inputs=(*inputs, file), beda=compare_scores(done, theirs))


def scored(order: Scoring, *, network: bool = False) -> Scores:
    """Score as a recipe says.

    Parameters
    ----------
    order
        Its table ``[skor]``.
    network
        Whether to reach for what is not on this machine.

    Raises
    ------
    InputError, RecipeError
        See `skor`.
    """
    own = Path(order.baseline.folder, order.aturan or "")
    return skor(
        order.baseline,
        order.investasi,
        own if own.is_file() else order.aturan or DEFAULT,
        pembanding=order.pembanding,
        satuan=cast("Level", order.satuan),
        rata_sektoral=order.rata_sektoral,
        kontribusi=order.kontribusi,
        pengurangan=order.pengurangan,
        nilai_terendah=order.nilai_terendah,
        pertimbangan=order.pertimbangan,
        penyebut=order.penyebut,
        tahun_dasar=order.tahun_dasar,
        status=order.status,
        izinkan_jaringan=network,
    )


def tulis_skor(
    scores: Scores,
    folder: str | Path,
    *,
    bahasa: Language = "id",
    timpa: bool = False,
    masukan: Sequence[Path] = (),
) -> list[Path]:
    """Write scores into a folder: tables, the recap, and with the extra ``tabel`` workbooks and official sheets.

    Parameters
    ----------
    scores
        From `skor`.
    folder
        Made where it does not exist.
    bahasa
        Language of the findings.
    timpa
        Replace the results that the folder holds.
    masukan
        Files that must not be replaced.

    Raises
    ------
    OutputError
        When the folder holds such results and ``timpa`` is not set, or cannot be written.
    """
    written, place = files(scores, bahasa), Path(folder)
    stale = [name for name in earlier(place) if name not in written]
    return write_together(written, place, inputs=masukan, overwrite=timpa, stale=stale)
