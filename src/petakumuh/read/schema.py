"""Which schema a file's columns are of: as the recipe states, else the one that fits best, and it is said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from petakumuh.catalog import column_names
from petakumuh.catalog.schema import Schema, recognised, schemas
from petakumuh.errors import RecipeError
from petakumuh.findings import Finding
from petakumuh.model import KelurahanSource, KumuhSource
from petakumuh.text.codes import match_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from petakumuh.model import Role, Source

__all__ = ["schema_of"]


def schema_of(
    columns: Sequence[str], source: Source, role: Role, file: str
) -> tuple[Schema | None, list[Finding]]:
    """Find the schema of a file.

    Parameters
    ----------
    columns
        The file's own columns.
    source
        What the recipe says: a schema by its id, a folder of the user's own schemas.
    role, file
        Which layer it becomes, and its name for what is found.

    Returns
    -------
        The schema that the recipe states or the columns fit best; None where none fits, or two fit as well.
        And a finding when it was recognised or could not be told.

    Raises
    ------
    RecipeError
        When the stated schema does not exist or the file lacks a column it must have, or a file in the
        user's folder is no schema.
    """
    if role == "penanganan":
        return None, []
    stated = folder = None
    if isinstance(source, KumuhSource | KelurahanSource):
        stated, folder = source.skema, source.skema_folder
    known = schemas(None if folder is None else Path(source.folder, folder))
    if stated is not None:
        return _stated(columns, stated, [one for one in known if one.peran == role], role, file), []
    found = recognised(columns, role, known)
    if not found:
        return None, []
    best = [one.schema for one in found if one.score == found[0].score]
    if len(best) > 1:
        values = {"pilihan": ", ".join(one.id for one in best)}
        return None, [Finding("skema_ragu", "catatan", role, file, values=values)]
    values = {
        "skema": best[0].nama,
        "skor": str(int(found[0].score * 100)),
        "kolom": _mapping(columns, best[0], role),
    }
    return best[0], [Finding("skema_dikenali", "catatan", role, file, values=values)]


def _stated(columns: Sequence[str], wanted: str, known: Sequence[Schema], role: Role, file: str) -> Schema:
    """Take the schema that the recipe names, if the file has the columns it must have."""
    schema = next((one for one in known if one.id == wanted), None)
    if schema is None:
        choices = ", ".join(one.id for one in known)
        raise RecipeError("nilai_salah", tabel=role, kunci="skema", nilai=wanted, pilihan=choices)
    missing = schema.missing(columns)
    if missing:
        raise RecipeError(
            "skema_tak_cocok",
            tabel=role,
            file=file,
            skema=schema.id,
            kurang=", ".join(missing),
            ada=", ".join(columns),
        )
    return schema


def _mapping(columns: Sequence[str], schema: Schema, role: Role) -> str:
    """Say which of our columns is which of theirs."""
    there = {match_key(name): name for name in columns}
    pairs = [
        (ours, next((there[match_key(one)] for one in schema.names(ours) if match_key(one) in there), None))
        for ours in column_names(role)
    ]
    return ", ".join(f"{ours} = {theirs}" for ours, theirs in pairs if theirs is not None)
