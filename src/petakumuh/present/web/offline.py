"""One file that needs no network: what a page refers to is written into it."""

from __future__ import annotations

import base64
import mimetypes
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from branca.element import Figure

from petakumuh.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

__all__ = ["OfflinePage", "offline"]

_SCRIPT = re.compile(r'<script src="([^"]*)"></script>')
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]*)"\s*/?>')
_LEFT_OVER = re.compile(r'<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)="(?!data:)([^"]*)"')
_PICTURE = re.compile(r"url\(['\"]?(?!data:|#)([^'\")]*)['\"]?\)")
_SOURCE_MAP = re.compile(r"\s*/[/*]# sourceMappingURL=\S+\s*$")
_SCRIPT_END = re.compile(r"<(?=/script|!--)", re.IGNORECASE)


class OfflinePage(Figure):
    """A page of folium that is written with all it refers to.

    Parameters
    ----------
    own
        Name -> text, of what the page refers to and no package holds.
    """

    def __init__(self, own: Mapping[str, str]) -> None:
        super().__init__()
        self.own = own

    def render(self, **kwargs: object) -> str:
        """Write the page."""
        return offline(super().render(**kwargs), self.own)


def offline(page: str, own: Mapping[str, str]) -> str:
    r"""Write into a page what it refers to: scripts, styles, and the pictures of styles.

    Parameters
    ----------
    page
        HTML that refers by name to files of ``vendor``, or to ``own``.
    own
        Name -> text.

    Raises
    ------
    OutputError
        When it refers to something of which there is no copy.

    Examples
    --------
    >>> offline('<script src="a.js"></script>', {"a.js": "say('</script>')"})
    "<script>say('\\x3c/script>')</script>"
    """
    # Scripts last: what they hold must not be taken for parts of the page.
    page = _STYLE.sub(lambda one: f"<style>{_style(one[1], own)}</style>", page)
    rest = _SCRIPT.sub("", page)
    if missing := _LEFT_OVER.search(rest):
        raise OutputError("peta_tanpa_salinan", file=missing[1])
    return _SCRIPT.sub(lambda one: f"<script>{_script(one[1], own)}</script>", page)


def _script(name: str, own: Mapping[str, str]) -> str:
    text = _SOURCE_MAP.sub("", _text(name, own))
    return _SCRIPT_END.sub(r"\\x3c", text)


def _style(name: str, own: Mapping[str, str]) -> str:
    folder = None if name in own else _vendored(name)[1]
    return _PICTURE.sub(lambda one: f'url("{_picture(one[1], folder)}")', _text(name, own))


def _picture(name: str, folder: Traversable | None) -> str:
    place = None if folder is None else folder.joinpath(name)
    if place is None or not place.is_file():
        raise OutputError("peta_tanpa_salinan", file=name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(place.read_bytes()).decode()}"


def _text(name: str, own: Mapping[str, str]) -> str:
    return own[name] if name in own else _vendored(name)[0]


@cache
def _vendored(name: str) -> tuple[str, Traversable]:
    """Give a vendored file and its folder."""
    for folder in files(__package__).joinpath("vendor").iterdir():
        place = folder.joinpath(name)
        if re.fullmatch(r"[\w-]+\.(js|css)", name) and folder.is_dir() and place.is_file():
            return place.read_text(encoding="utf-8"), folder
    raise OutputError("peta_tanpa_salinan", file=name)
