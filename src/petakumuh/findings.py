"""What is wrong with rows: each finding says the rule, how grave, where, how much ground, what was done.

A finding never stops a run and never changes a figure. The message is written when it is read, in the
reader's language, from the rule and its values.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import shapely
from geopandas import GeoDataFrame

from petakumuh.measure import LONLAT
from petakumuh.text import Language, reason, say
from petakumuh.text.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pandas import DataFrame

    from petakumuh.model import Role

__all__ = ["SEVERITIES", "Finding", "by_severity", "counts", "frame", "grave", "stacked", "with_messages"]

Severity = Literal["galat", "peringatan", "catatan"]
SEVERITIES: tuple[Severity, ...] = ("galat", "peringatan", "catatan")
"""From grave to mild: a figure may be wrong until somebody looks; worth a look; for the record."""

Action = Literal["dicatat", "diperbaiki", "dikecualikan", "dibagi"]

_NOWHERE = shapely.Point()
_as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
_COLUMNS = ["aturan", "keparahan", "lapisan", "berkas", "id", "luas_ha", "tindakan", "rincian"]


@dataclass(frozen=True)
class Finding:
    """One thing wrong with one row, pair of rows or file.

    Attributes
    ----------
    rule
        Key of its message in ``text/messages.toml``, table ``temuan``.
    severity, layer, file, ids
        How grave, and where it stands; several ids where rows disagree with each other.
    area_ha
        Ground at stake, where there is any.
    action
        What was done about it.
    values
        What the message names besides.
    place
        Where on the ground, in EPSG:4326.
    """

    rule: str
    severity: Severity
    layer: Role
    file: str = ""
    ids: tuple[str, ...] = ()
    area_ha: float | None = None
    action: Action = "dicatat"
    values: Mapping[str, Any] = field(default_factory=dict)
    place: Any = None


def frame(findings: Iterable[Finding]) -> GeoDataFrame:
    """Lay findings out as a table and a layer, gravest first, in a fixed order.

    Examples
    --------
    >>> frame([Finding("id_kosong", "catatan", "kumuh", "a.geojson", values={"jumlah": 2})]).shape
    (1, 9)
    """
    rows = [
        {
            "aturan": one.rule,
            "keparahan": one.severity,
            "lapisan": one.layer,
            "berkas": one.file,
            "id": " + ".join(one.ids),
            "luas_ha": one.area_ha,
            "tindakan": one.action,
            "rincian": _as_json(_hidden(one.values)),
            "geometry": _NOWHERE if one.place is None else one.place,
        }
        for one in findings
    ]
    table = pd.DataFrame(rows, columns=[*_COLUMNS, "geometry"])
    table = table.astype({name: str for name in _COLUMNS if name != "luas_ha"} | {"luas_ha": float})
    return _ordered(table)


def stacked(frames: Sequence[GeoDataFrame]) -> GeoDataFrame:
    """Put findings of several stages together, gravest first."""
    return _ordered(pd.concat(frames, ignore_index=True))


def _ordered(table: DataFrame) -> GeoDataFrame:
    rank = table["keparahan"].map({name: at for at, name in enumerate(SEVERITIES)})
    table = table.assign(_rank=rank).sort_values(
        ["_rank", "aturan", "lapisan", "berkas", "id", "rincian"], kind="stable"
    )
    return GeoDataFrame(table.drop(columns="_rank").reset_index(drop=True), geometry="geometry", crs=LONLAT)


def _hidden(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values of a finding without the password of a database."""
    return {name: redacted(value) if isinstance(value, str) else value for name, value in values.items()}


def counts(findings: GeoDataFrame) -> dict[str, int]:
    """Count the findings of each rule, rules in alphabetical order."""
    return {str(rule): int(n) for rule, n in findings["aturan"].value_counts().sort_index().items()}


def with_messages(findings: GeoDataFrame, language: Language = "id") -> GeoDataFrame:
    """Add the column ``pesan``: each finding said in words."""
    messages = [_message(row, language) for row in findings.to_dict("records")]
    at = list(findings.columns).index("rincian")
    told = findings.drop(columns="rincian")
    told.insert(at, "pesan", pd.Series(messages, index=findings.index, dtype=str))
    return told


def _message(row: Mapping[str, Any], language: Language) -> str:
    values = {"id": row["id"], "berkas": row["berkas"], "luas_ha": row["luas_ha"]} | json.loads(row["rincian"])
    if "sebab" in values:
        values["sebab"] = reason(values["sebab"], language)
    return say(f"temuan.{row['aturan']}", language, **values)


def by_severity(findings: GeoDataFrame) -> dict[str, int]:
    """Count the findings of each severity, gravest first, none left out."""
    return {one: int((findings["keparahan"] == one).sum()) for one in SEVERITIES}


def grave(findings: GeoDataFrame) -> bool:
    """Whether a figure may be wrong until somebody looks: a finding of severity galat."""
    return bool((findings["keparahan"] == "galat").any())
