"""Base maps that a recipe names, as xyzservices does; without any, a page asks the network for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from petakumuh.errors import InputError
from petakumuh.present.web.escape import inert

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["base_maps"]


def base_maps(names: Sequence[str]) -> list[dict[str, Any]]:
    """Say where each base map is fetched, and whom to name.

    Parameters
    ----------
    names
        As xyzservices calls its providers.

    Raises
    ------
    InputError
        When there is no provider of that name, or it asks for a key.

    Examples
    --------
    >>> base_maps(["OpenStreetMap.Mapnik"])[0]["kredit"]
    '(C) OpenStreetMap contributors'
    """
    return [_base_map(name) for name in names]


def _base_map(name: str) -> dict[str, Any]:
    from xyzservices import providers  # noqa: PLC0415 - few pages have a base map

    try:
        provider = providers.query_name(name)
    except ValueError as error:
        raise InputError("peta_dasar_asing", nama=name) from error
    if provider.requires_token():
        raise InputError("peta_dasar_kunci", nama=name)
    return {
        "nama": inert(provider["name"]),
        "alamat": provider.build_url(x="{x}", y="{y}", z="{z}", scale_factor=""),
        "kredit": inert(provider["attribution"]),
        "zoom": int(provider.get("max_zoom", 19)),
        "bagian": list(provider.get("subdomains", "abc")),
    }
