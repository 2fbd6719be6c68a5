"""The programs on which the last digit of a figure may depend: all who share the work must have the same."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import pyproj
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["engines"]

_PACKAGES = ("petakumuh", "numpy", "pandas", "pyarrow", "geopandas", "shapely", "numba")


@cache
def engines() -> Mapping[str, str]:
    """Name the programs on which the last digit of a figure may depend; of this one also what its code says.

    Examples
    --------
    >>> sorted(engines())[:3]
    ['geopandas', 'geos', 'kode']
    """
    found = {"python": ".".join(platform.python_version_tuple()[:2]), "kode": _code()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # an extra
            found[name] = ""
    return found | {"geos": shapely.geos_version_string, "proj": pyproj.proj_version_str}


def _code() -> str:
    """Give the digest of this package, so that what was cut before a line of it changed is not taken for new."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
