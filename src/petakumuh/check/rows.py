"""The account of rows: what came in is what was used, mended or left out, and every row left out is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from petakumuh.errors import ConservationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame

    from petakumuh.findings import Finding
    from petakumuh.model import InputFile, Role

__all__ = ["account", "accounted"]

_MENDED = {"objek_dipulihkan", "garis_ditutup", "geometri_diperbaiki", "bagian_dikecualikan"}
_Row = tuple[str, str]
"""Layer and number of a row in its file."""


def accounted(
    inputs: Sequence[InputFile],
    given: Sequence[GeoDataFrame],
    checked: Iterable[tuple[Role, GeoDataFrame]],
    findings: Sequence[Finding],
) -> tuple[InputFile, ...]:
    """Write into the account of each file how many of its rows were mended and left out.

    Parameters
    ----------
    inputs, given
        The files of a run and their layers as they were read, side by side.
    checked
        The layers that go on to be cut, of every zone.
    findings
        Of the check; a row that is not used stands there by its number.

    Raises
    ------
    ConservationError
        When a row is neither used nor named as left out: it was lost, and no figure may be written.
    """
    used: dict[tuple[Role, str], set[str]] = {}
    for role, rows in checked:
        for file, name in zip(rows["berkas"], rows[f"{role}_id"], strict=True):
            used.setdefault((role, file), set()).add(name)
    return tuple(_closed(one, rows, findings, used) for one, rows in zip(inputs, given, strict=True))


def _closed(
    file: InputFile, rows: GeoDataFrame, findings: Sequence[Finding], used: dict[tuple[Role, str], set[str]]
) -> InputFile:
    mended, out = account([one for one in findings if (one.layer, one.file) == (file.role, file.name)])
    keys = list(zip(rows["lapisan"], rows["baris"], strict=True))
    names = {name for name, key in zip(rows[f"{file.role}_id"], keys, strict=True) if key not in out}
    if names != used.get((file.role, file.name), set()):
        lost = sorted(names ^ used.get((file.role, file.name), set()))
        raise ConservationError("baris_tidak_klop", file=file.name, id=", ".join(lost[:5]), jumlah=len(lost))
    return replace(file, repaired=len(mended - out), excluded=len(out))


def account(findings: Iterable[Finding]) -> tuple[set[_Row], set[_Row]]:
    """Give the rows of one file that were mended, and those that were left out."""
    mended: set[_Row] = set()
    out: set[_Row] = set()
    for one in findings:
        row = (str(one.values.get("sublapisan", "")), str(one.values.get("baris", "")))
        if one.rule == "baris_dikecualikan":
            out.add(row)
        elif one.rule in _MENDED:
            mended.add(row)
    return mended, out
