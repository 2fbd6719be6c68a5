"""A bar on the terminal for what takes longer than a second; nothing in pipes."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from petakumuh.text import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["bar"]


@contextmanager
def bar(stage: str, total: int | None = None) -> Iterator[Callable[[int], Any]]:
    """Show how far a stage has come.

    Parameters
    ----------
    stage
        Key of its name in ``text/messages.toml``, table ``tahap``.
    total
        How many steps it has, where that is known.

    Returns
    -------
        To be called with the number of steps done.

    Examples
    --------
    >>> with bar("baca", 2) as step:
    ...     step(2)
    """
    label = say(f"tahap.{stage}")
    with tqdm(total=total, desc=label, delay=1, leave=False, disable=None, file=sys.stderr) as shown:
        yield shown.update
