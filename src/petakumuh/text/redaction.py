"""Passwords stay out of what anybody reads: messages, findings, stored recipes.

A connection string is often pasted whole. What cannot be told apart safely is hidden rather than shown: a
message that lost a host's name is a nuisance, a password in a log is a leak.
"""

from __future__ import annotations

import re

__all__ = ["HIDDEN", "redacted"]

HIDDEN = "***"
"""Stands where a password stood; no password by itself."""

_RUN = r"[^\s\"'<>|]*@"
_PORT = r"\d{1,5}[/?]"
_USER_INFO = re.compile(
    rf"(\bpostg(?:res(?:ql)?|is)(?:\+\w+)?:/{{1,3}}[^:/?\[\"'<>|\n]*:)(?:{_RUN}|(?!{_PORT})[^@\n]*@(?:{_RUN})?)",
    re.IGNORECASE,
)
"""User and colon, then all up to the last @ of the run: an @ in a password should be %40, but people paste."""
_KEYWORD = re.compile(
    r"((?:password|passwd|pwd)\s*=\s*)(?:'(?:[^'\\\n]|\\.)*'?|\"[^\"\n]*\")?[^\s&\"'|]*", re.IGNORECASE
)
"""As libpq, GDAL and query strings write it: ``password=x``, ``password = 'x y'``, ``?password=x&...``."""


def redacted(text: str) -> str:
    """Hide the password of every connection string in a text.

    Examples
    --------
    >>> redacted("postgresql://dinas:s%40ndi@db.kota.go.id/kumuh"), redacted("PG:host=db password='a b' dbname=x")
    ('postgresql://dinas:***@db.kota.go.id/kumuh', 'PG:host=db password=*** dbname=x')
    >>> redacted("postgresql://dinas@db/kumuh?password=rahasia&sslmode=require")
    'postgresql://dinas@db/kumuh?password=***&sslmode=require'
    """
    if "@" not in text and "=" not in text:  # neither pattern can be in it
        return text
    before = ""
    while text != before:  # what was hidden may have hidden the beginning of another
        before = text
        text = _KEYWORD.sub(rf"\g<1>{HIDDEN}", _USER_INFO.sub(rf"\g<1>{HIDDEN}@", text))
    return text
