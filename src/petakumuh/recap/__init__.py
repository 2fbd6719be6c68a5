"""Province and nation: finished runs joined by their recaps; no geometry is read again.

Each ``rekap.json`` is a run, or runs joined before. Hectares are added only when they mean the same: one
headline basis, the same statuses that count, no kabupaten/kota twice. Two accounts are kept beside each other and
never mixed: ground handled, and slum by score. Scores are added only when they were made by the same rules. In
what else runs differ is a finding.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from petakumuh import findings
from petakumuh.account import require_laws
from petakumuh.errors import RecipeError
from petakumuh.findings import Finding
from petakumuh.model import AREA_LEVELS, Joined
from petakumuh.recap.agreement import differences, require_alike, require_once
from petakumuh.recap.hectares import SUMMED, areas, listed, summed
from petakumuh.recap.pace import progress, score_progress
from petakumuh.recap.reading import read_recaps, require_scores_once
from petakumuh.recap.scores import joined_scores, score_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame

    from petakumuh.text import Language

__all__ = ["Rekap", "progress", "rekap", "score_progress"]


class Rekap(Joined):
    """Finished runs joined, to look at and to write out; see `petakumuh.model.Joined` for what it holds."""

    def tulis(self, folder: str | Path, *, bahasa: Language = "id", timpa: bool = False) -> list[Path]:
        """Write ``rekap.json`` and ``rekap.csv`` in the form of a run's, ``daftar.csv`` and ``temuan.csv``.

        Where there are scores, ``skor_tahun.csv`` and ``skor_daftar.csv`` too.

        Parameters
        ----------
        folder
            Made where it does not exist.
        bahasa
            Language of what a planner reads.
        timpa
            Replace the results that the folder holds.

        Raises
        ------
        OutputError
            When the folder holds results and ``timpa`` is not set, or an output would replace an input.
        """
        from petakumuh.present.joined import write_joined  # noqa: PLC0415 - as in `petakumuh.pipeline`

        return write_joined(self, Path(folder), bahasa=bahasa, overwrite=timpa)

    def __repr__(self) -> str:
        from petakumuh.present.joined import joined_text  # noqa: PLC0415 - only where it is looked at

        return joined_text(self)


def rekap(berkas: Sequence[str | Path], *, judul: str | None = None, target: int | None = None) -> Rekap:
    """Join finished runs of kabupaten/kota into one recap of a province, or of the nation.

    Parameters
    ----------
    berkas
        Each a ``rekap.json`` of a run, or of runs joined before. A run's scores are its own (``skor``); without
        such, those of the ``skor_rekap.json`` that lies beside it, which may be named too.
    judul
        Title on the outputs.
    target
        The year by which 0 ha is wanted: progress of both accounts is held against a straight line to it.

    Returns
    -------
        Tables in the form of a run's, the list of kabupaten/kota, progress and findings; where there are scores,
        the tables ``skor`` and ``skor_daftar``.

    Raises
    ------
    InputError
        When a file is no recap, a kabupaten/kota or scores stand in two, they measure or count differently, or
        scores lie beside no recap that is named.
    RecipeError
        When no file is named, or the target does not come after works began.
    ConservationError
        When sums do not close.
    """
    if not berkas:
        raise RecipeError("rekap_tanpa_berkas")
    given, found = read_recaps([Path(one) for one in berkas])
    parts = [part for one in given for part in one["bagian"]]
    require_alike(parts)
    require_once(given)
    require_scores_once(given)
    tables, skipped = _tables(given)
    scores, remarks = joined_scores(given)
    found += [*differences(parts, given), *skipped, *remarks]
    if scores:
        tables |= score_tables(scores, given)
    total = tables["total"].iloc[0]
    return Rekap(
        title=judul,
        tables=tables,
        progress=progress(
            tables.get("tahun"), float(total["luas_delineasi_ha"]), float(total["sisa_ha"]), target=target
        ),
        findings=findings.frame(found),
        parts=tuple(parts),
        files=tuple(Path(one) for one in berkas),
        scores=scores,
        score_progress=score_progress(scores["tahun"], target=target) if scores.get("tahun") else {},
    )


def _tables(given: Sequence[Mapping[str, Any]]) -> tuple[dict[str, DataFrame], list[Finding]]:
    """Add the tables of ground up, and name those that not every run has."""
    tables = {"total": areas("total", [[one["total"]] for one in given])}
    tables |= {level: areas(level, [one[level] for one in given]) for level in AREA_LEVELS}
    found = []
    for name in SUMMED:
        lacking = [one["berkas"] for one in given if not one.get(name) and one["total"]["luas_tertangani_ha"] > 0]
        if lacking:
            values = {"tabel": name, "jumlah": len(lacking)}
            found.append(
                Finding("rekap_tabel_dilewati", "catatan", "penanganan", ", ".join(lacking), values=values)
            )
        elif table := [row for one in given for row in one.get(name) or []]:
            tables[name] = summed(name, table, float(tables["total"]["luas_delineasi_ha"].iloc[0]))
    require_laws(tables)
    tables["daftar"] = listed(tables["kabupaten_kota"], given)
    return tables, found
