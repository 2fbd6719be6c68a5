"""Text from data as documents can hold it: no character that XML forbids."""

from __future__ import annotations

import re

__all__ = ["plain"]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANKS = re.compile(r"[\t\r\n\x85]+")


def plain(text: str) -> str:
    r"""Write text on one line; what XML forbids becomes a sign that something stood there.

    Examples
    --------
    >>> plain("A & B <x>"), plain("a\nb"), plain("a\x00b\x1b")
    ('A & B <x>', 'a b', 'a\ufffdb\ufffd')
    """
    return _FORBIDDEN.sub("\ufffd", _BLANKS.sub(" ", text))
