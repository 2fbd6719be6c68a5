"""The one function that makes text inert.

Text from data is hostile until proven otherwise: on the page it may pass through a template engine, then through
JavaScript, then through HTML. Here the power is taken from it once, for all of them.
"""

from __future__ import annotations

import re

__all__ = ["inert"]

_UNSAFE = re.compile(r"[^A-Za-z0-9 .,\-_()%:/]")


def inert(text: object) -> str:
    """Write text so that it is nothing but text: in Jinja, in JavaScript and in HTML.

    Every character outside a small safe set becomes a numeric entity, which only the last of the three reads.

    Examples
    --------
    >>> inert("Kampung Ketapang (RT 06A)"), inert("`${x}`"), inert("{{7*7}}")
    ('Kampung Ketapang (RT 06A)', '&#96;&#36;&#123;x&#125;&#96;', '&#123;&#123;7&#42;7&#125;&#125;')
    """
    return _UNSAFE.sub(lambda one: f"&#{ord(one[0])};", str(text))
