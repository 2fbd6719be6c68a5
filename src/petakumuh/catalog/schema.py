"""Schemas met in the wild: which authority's columns a file has, and what they are to us.

Each schema is one file of ``schemas/``; a user's own folder of such files works the same way. A schema is
recognised by its columns, with a score that is shown, never in silence.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, get_args

from petakumuh.catalog import column_names
from petakumuh.errors import RecipeError
from petakumuh.text.codes import match_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from petakumuh.model import Role

__all__ = ["Code", "Match", "Schema", "recognised", "schemas"]

Code = Literal["kemendagri", "bps", "gadm", "sendiri"]
"""Whose codes a schema's code column holds; only Kemendagri's become the kelurahan's code."""

_ENOUGH = 0.5
"""Below this score a file is not said to be of a schema."""
_ROLES = ("kumuh", "kelurahan", "baseline", "investasi")
_HEAD = ("id", "nama", "peran", "sumber", "kode", "catatan")
_MARKS = ("wajib", "lazim", "contoh")
_COUNTERS = frozenset(("fid", "objectid", "shapeleng", "shapelength", "shapearea"))
"""Columns that programs add by themselves: they say nothing of where a file comes from."""


@dataclass(frozen=True)
class Schema:
    """The columns of one authority's files.

    Attributes
    ----------
    id, nama, sumber, catatan
        What a recipe calls it, what a planner reads, where it was seen, what to know of it.
    peran
        Which of our layers such a file is.
    wajib, lazim, contoh
        Columns that must be there, that usually are, and the header of a real file.
    kolom
        Our column -> theirs, the first that is there.
    kode
        Whose codes they use.
    """

    id: str
    nama: str
    peran: Role
    sumber: str
    kode: Code
    wajib: tuple[str, ...]
    lazim: tuple[str, ...]
    contoh: tuple[str, ...]
    kolom: Mapping[str, tuple[str, ...]]
    catatan: str = ""

    def names(self, column: str) -> tuple[str, ...]:
        """List what one of our columns is called; codes of BPS are never our ``kode``.

        Examples
        --------
        >>> hdx = next(one for one in schemas() if one.id == "hdx_adm4_en")
        >>> hdx.names("kode"), hdx.names("kode_bps")
        ((), ('ADM4_PCODE',))
        """
        if self.kode == "bps" and column == "kode":
            return ()
        return self.kolom.get("kode" if self.kode == "bps" and column == "kode_bps" else column, ())

    def missing(self, columns: Sequence[str]) -> list[str]:
        """List the columns that must be there and are not."""
        there = _keys(columns)
        return [name for name in self.wajib if match_key(name) not in there]


@dataclass(frozen=True)
class Match:
    """How well a file's columns fit a schema, from 0 to 1."""

    schema: Schema
    score: float


def schemas(folder: Path | None = None) -> tuple[Schema, ...]:
    """Load every schema: those of a user's folder first, then ours; the first of an id counts.

    Parameters
    ----------
    folder
        Where the user's own ``*.toml`` stand.

    Raises
    ------
    RecipeError
        When the folder does not exist, or a file in it is no schema; the message names file and key.
    """
    if folder is None:
        return _ours()
    if not folder.is_dir():
        raise RecipeError("skema_folder_tidak_ada", folder=folder)
    own = tuple(_load(path) for path in sorted(folder.glob("*.toml")))
    taken = {one.id for one in own}
    return (*own, *(one for one in _ours() if one.id not in taken))


def recognised(columns: Sequence[str], role: Role | None, known: Sequence[Schema]) -> list[Match]:
    """Find the schemas that a file's columns fit, best first.

    All required columns must be there. The score is the mean of how much of the schema stands in the file,
    and how much of what the file shares with any schema this one explains; a column that many schemas have
    counts less. A file whose only fitting names are plain ones (``kode``, ``nama``) is of no schema, unless
    it has nothing else. Case, spaces and punctuation do not count.

    Parameters
    ----------
    columns
        Names of the file's own columns.
    role
        Which layer it is to be; None: any.
    known
        From `schemas`.

    Examples
    --------
    >>> found = recognised(["wadmkd", "WADMKC", "ha"], "kelurahan", schemas())
    >>> [(one.schema.id, round(one.score, 2)) for one in found]
    [('big_rbi_ringkas', 0.75)]
    """
    fitting = [one for one in known if role in (None, one.peran)]
    bearers = Counter(key for one in fitting for key in _keys((*one.wajib, *one.lazim)))
    there = _keys(columns) - _COUNTERS
    shared = sum(1 / bearers[key] for key in there if key in bearers)
    found = []
    for one in fitting:
        own = _keys((*one.wajib, *one.lazim)) - _COUNTERS
        hit = own & there
        if one.missing(columns) or not (hit - _plain() or hit == there):
            continue
        weight = sum(1 / bearers[key] for key in hit)
        share = weight / sum(1 / bearers[key] for key in own)
        score = (share + weight / shared) / 2
        if score >= _ENOUGH:
            found.append(Match(one, score))
    return sorted(found, key=lambda match: (-match.score, match.schema.id))


@cache
def _ours() -> tuple[Schema, ...]:
    folder = files(__package__).joinpath("schemas")
    return tuple(_load(path) for path in sorted(folder.iterdir(), key=lambda one: one.name))


@cache
def _plain() -> frozenset[str]:
    """Names that anybody gives a column, our own among them: alone they are no evidence."""
    roles: tuple[Role, ...] = ("kumuh", "kelurahan", "penanganan")
    return frozenset(match_key(name) for role in roles for name in (*column_names(role), "name"))


def _keys(columns: Sequence[str]) -> set[str]:
    return {match_key(name) for name in columns}


def _load(path: Traversable) -> Schema:
    """Read one schema and refuse what is no key or value of one."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError("skema_salah", file=path.name, kunci="TOML", harapan=error) from error
    head, marks, columns = (_table(tables, name, path) for name in ("schema", "tanda", "kolom"))
    _only(tables, ("schema", "tanda", "kolom"), path)
    _only(head, _HEAD, path)
    _only(marks, _MARKS, path)
    role: Any = _choice(head.get("peran"), _ROLES, "schema.peran", path)
    _only(columns, list(column_names(role)), path)
    code = _table(head, "kode", path).get("jenis")
    return Schema(
        **{key: _text(head.get(key), f"schema.{key}", path) for key in ("id", "nama", "sumber")},
        catatan=_text(head.get("catatan", "–"), "schema.catatan", path),
        peran=role,
        kode=_choice(code, get_args(Code), "schema.kode.jenis", path),
        wajib=_texts(marks.get("wajib"), "tanda.wajib", path),
        lazim=_texts(marks.get("lazim", []), "tanda.lazim", path, empty=True),
        contoh=_texts(marks.get("contoh", []), "tanda.contoh", path, empty=True),
        kolom={key: _texts(value, f"kolom.{key}", path) for key, value in columns.items()},
    )


def _wrong(path: Traversable, key: str, wanted: str) -> RecipeError:
    return RecipeError("skema_salah", file=path.name, kunci=key, harapan=wanted)


def _table(given: Mapping[str, Any], key: str, path: Traversable) -> dict[str, Any]:
    if not isinstance(given.get(key), dict):
        raise _wrong(path, key, f"[{key}]")
    table: dict[str, Any] = given[key]
    return table


def _only(given: Mapping[str, Any], known: Sequence[str], path: Traversable) -> None:
    for key in given:
        if key not in known:
            raise _wrong(path, key, ", ".join(known))


def _text(given: Any, key: str, path: Traversable) -> str:
    if not isinstance(given, str) or not given.strip():
        raise _wrong(path, key, "teks")
    return given


def _texts(given: Any, key: str, path: Traversable, *, empty: bool = False) -> tuple[str, ...]:
    if not isinstance(given, list) or not (given or empty) or not all(isinstance(one, str) for one in given):
        raise _wrong(path, key, '["...", "..."]')
    return tuple(given)


def _choice(given: Any, choices: Sequence[str], key: str, path: Traversable) -> Any:
    if given not in choices:
        raise _wrong(path, key, ", ".join(choices))
    return given
