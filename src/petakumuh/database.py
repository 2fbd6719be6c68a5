"""The way into a PostGIS database: one transaction, its end good or bad, and no password in what is said of it."""

from __future__ import annotations

import ipaddress
import os
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from petakumuh.errors import InputError, OutputError, PetakumuhError
from petakumuh.text.redaction import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection

__all__ = ["address", "is_local", "session", "shown"]

_DRIVER = "postgresql+psycopg"
_CONNECT_S = 15
_MOST_MS = 2**31 - 1
_PASSWORDS = ("password", "sslpassword")


def is_local(url: str) -> bool:
    """Whether a database stands on this machine: a socket, localhost, or an address of the loopback.

    What the address leaves open comes from the environment, as libpq reads it.

    Raises
    ------
    InputError
        As `address`.

    Examples
    --------
    >>> is_local("postgresql://dinas@localhost:5432/kumuh"), is_local("postgresql://dinas@db.kota.go.id/kumuh")
    (True, False)
    >>> is_local("postgresql:///kumuh?host=/run/postgresql"), is_local("postgresql:///kumuh?host=10.0.0.7")
    (True, False)
    """
    where = address(url)
    asked = _asked(where)
    if "service" in asked or os.environ.get("PGSERVICE"):
        return False  # names a host in a file of its own
    hosts = [one for one in (where.host, *asked.get("host", ())) if one] or [os.environ.get("PGHOST", "")]
    hosts += asked.get("hostaddr", (os.environ.get("PGHOSTADDR", ""),))
    return all(_is_here(one) for several in hosts for one in several.split(","))


def _asked(where: URL) -> dict[str, tuple[str, ...]]:
    """Give what stands behind the question mark; what is said twice counts twice."""
    return {name: (said,) if isinstance(said, str) else tuple(said) for name, said in where.query.items()}


def _is_here(host: str) -> bool:
    """Whether one host, with or without its port, is this machine; none at all is its socket."""
    name = host.partition(":")[0] if host.count(":") == 1 else host
    if not name or name == "localhost" or name.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def address(url: str) -> URL:
    """Parse the address of a database; the driver is ours, whatever it names.

    Raises
    ------
    InputError
        When packages are missing, or it is no address. The message does not show it: where it is broken, a
        password cannot be told apart.
    """
    _require_packages(InputError)
    import sqlalchemy  # noqa: PLC0415 - an extra

    try:
        parsed, split = sqlalchemy.make_url(url), urlsplit(url)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise InputError("postgis_alamat") from None
    agreed = unquote(split.password or "") == (parsed.password or "")  # not so where it has a bare / ? or #
    if not agreed or any(one.isspace() for one in url) or "@" in (parsed.host or ""):
        raise InputError("postgis_alamat")
    password = None if parsed.password == HIDDEN else parsed.password  # hidden in a stored recipe
    return sqlalchemy.URL.create(
        _DRIVER, parsed.username, password, parsed.host, parsed.port, parsed.database, parsed.query
    )


def _require_packages(kind: type[PetakumuhError]) -> None:
    """Refuse where the extra is not installed."""
    try:
        for name in ("sqlalchemy", "geoalchemy2", "psycopg"):
            import_module(name)
    except ImportError as error:
        raise kind("perlu_postgis") from error


def shown(url: str) -> str:
    """Write the address of a database without its password and options."""
    import sqlalchemy  # noqa: PLC0415 - an extra

    said = address(url)
    return sqlalchemy.URL.create(
        "postgresql", said.username, None, said.host, said.port, said.database
    ).render_as_string()


@contextmanager
def session(url: str, *, writes: bool = False, seconds: int = 0) -> Iterator[Connection]:
    """Open one transaction; it reads one state of the database, and writes all of its work or nothing.

    Parameters
    ----------
    url
        ``postgresql://user@host:port/database``; the password also from PGPASSWORD or ~/.pgpass.
    writes
        Without it the server refuses every change.
    seconds
        After how long the server gives a statement up; 0 for never.

    Raises
    ------
    InputError, OutputError
        When packages are missing, or the server refuses something: ``OutputError`` where it writes.
    """
    kind = OutputError if writes else InputError
    _require_packages(kind)
    import psycopg  # noqa: PLC0415 - an extra
    import sqlalchemy  # noqa: PLC0415

    where = address(url)
    options = {"connect_timeout": _CONNECT_S, "prepare_threshold": None, "client_encoding": "utf8"}
    engine = sqlalchemy.create_engine(
        where,
        poolclass=sqlalchemy.NullPool,
        hide_parameters=True,
        connect_args={name: value for name, value in options.items() if name not in where.query},
        isolation_level="REPEATABLE READ",
    )
    try:
        with engine.connect().execution_options(postgresql_readonly=not writes) as connection, connection.begin():
            if not _prepared(connection, seconds):
                raise kind("postgis_tidak_ada", file=shown(url))
            yield connection
    except (sqlalchemy.exc.SQLAlchemyError, psycopg.Error, UnicodeError) as error:
        key = "postgis_tulis_gagal" if writes else "postgis_gagal"
        raise kind(key, file=shown(url), alasan=_reason(error, where)) from None


def _prepared(connection: Connection, seconds: int) -> bool:
    """Set for this transaction how dates read, how long a statement may take, and where PostGIS is found."""
    import sqlalchemy  # noqa: PLC0415 - an extra

    found = connection.execute(
        sqlalchemy.text(
            "SELECT set_config('datestyle', 'ISO, YMD', true), set_config('statement_timeout', :ms, true),"
            " set_config('search_path', current_setting('search_path') || ', ' || quote_ident(n.nspname), true)"
            " FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'"
        ),
        {"ms": str(min(seconds * 1000, _MOST_MS))},
    ).first()
    return found is not None


def _reason(error: Any, where: URL) -> str:
    """Give the first words of the server or driver, without any password that we know."""
    text = " ".join(str(getattr(error, "orig", None) or error).split())
    asked = _asked(where)
    known = [
        where.password,
        os.environ.get("PGPASSWORD"),
        *(one for name in _PASSWORDS for one in asked.get(name, ())),
    ]
    for one in filter(None, known):
        text = text.replace(str(one), HIDDEN)
    return text
