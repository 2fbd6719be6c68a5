"""What goes wrong with a call, a file or a sum: one root error, few children on the right builtins.

A wrong *row* is never an exception, it is a finding (see `petakumuh.findings`).
"""

from __future__ import annotations

from petakumuh.text import Language, say
from petakumuh.text.redaction import redacted

__all__ = ["ConservationError", "InputError", "OutputError", "PetakumuhError", "RecipeError"]


_READ, _SHOWN = 20_000, 2_000
"""Letters of a value that are looked at, and that a message repeats: a file may hold names without end."""


class PetakumuhError(Exception):
    """Root of every error that petakumuh raises on purpose.

    Parameters
    ----------
    key
        Key of the message in ``text/messages.toml``, table ``galat``.
    values
        What the message names: file, layer, feature id, place, remedy. A password in one of them is hidden.

    Examples
    --------
    >>> error = OutputError("keluaran_bukan_folder", folder="hasil")
    >>> print(error)
    "hasil" bukan folder. Pilih folder keluaran lain.
    >>> print(error.message("en"))
    "hasil" is no folder. Choose another output folder.
    """

    exit_status = 2

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = {name: _told(value) for name, value in values.items()}

    def message(self, language: Language = "id") -> str:
        """Say the error in Bahasa Indonesia (``id``) or English (``en``)."""
        return say(f"galat.{self.key}", language, **self.values)

    def __str__(self) -> str:
        return self.message()


def _told(value: object) -> object:
    """Give a value as it is, or as a text without the password that it would show."""
    text = str(value).encode("utf-8", "replace").decode()  # a file's name may hold bytes that are no letters
    hidden = redacted(text[:_READ])
    if len(hidden) > _SHOWN:
        hidden = f"{hidden[:_SHOWN]}…"
    return value if hidden == str(value) else hidden


class InputError(PetakumuhError, ValueError):
    """A file that is refused: it says what, where and what to do."""


class RecipeError(PetakumuhError, ValueError):
    """A call or recipe with a key or value that does not exist."""


class OutputError(PetakumuhError, OSError):
    """A result that may not be written where it was asked."""


class ConservationError(PetakumuhError, ArithmeticError):
    """Sums that do not close: better no number than a wrong one."""

    exit_status = 3
