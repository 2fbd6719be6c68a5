"""The one function that makes text inert.

Text from data is hostile until proven otherwise: on the page it passes twice through a template engine, then
through JavaScript, then through HTML. Here the power is taken from it once, for all of them.
"""

from __future__ import annotations

__all__ = ["inert"]

_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-_()%:/")


def inert(text: object) -> str:
    """Write text so that it is nothing but text: in Jinja, in JavaScript and in HTML.

    Every character outside a small safe set becomes a numeric entity, which only the last of the three reads.

    Examples
    --------
    >>> inert("Kampung Ketapang (RT 06A)"), inert("`${x}`"), inert("{{7*7}}")
    ('Kampung Ketapang (RT 06A)', '&#96;&#36;&#123;x&#125;&#96;', '&#123;&#123;7&#42;7&#125;&#125;')
    """
    return "".join(one if one in _SAFE else f"&#{ord(one)};" for one in str(text))
