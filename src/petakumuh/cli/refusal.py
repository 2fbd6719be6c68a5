"""What is refused, told to people and to programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from petakumuh.errors import PetakumuhError
    from petakumuh.text import Language

__all__ = ["complain", "error_json"]


def complain(error: PetakumuhError, language: Language, *, as_json: bool) -> None:
    """Print why a call or a file is refused."""
    if as_json:
        print(json.dumps(error_json(error, language), ensure_ascii=False))
    print(f"petakumuh: {error.message(language)}", file=sys.stderr)


def error_json(error: PetakumuhError, language: Language) -> dict[str, Any]:
    """Give a refusal as programs read it."""
    return {"galat": error.key, "pesan": error.message(language), "status": error.exit_status}
