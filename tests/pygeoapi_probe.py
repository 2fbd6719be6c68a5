"""Serve a configuration with pygeoapi itself, in a process of its own; print what each collection gives, as JSON.

Usage: python pygeoapi_probe.py pygeoapi.yml. It needs GDAL's own Python package, as Debian has it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any


def main() -> None:
    """Answer as a client of the server would see it."""
    config = Path(sys.argv[1])
    sys.path.append("/usr/lib/python3/dist-packages")
    os.chdir(config.parent)
    with tempfile.TemporaryDirectory() as place:
        document = Path(place) / "openapi.json"
        os.environ |= {"PYGEOAPI_CONFIG": config.name, "PYGEOAPI_OPENAPI": str(document)}
        from pygeoapi.openapi import generate_openapi_document

        document.write_text(generate_openapi_document(Path(config.name), "json"), encoding="utf-8")
        from pygeoapi.flask_app import APP

        client = APP.test_client()
        told = {
            one["id"]: features(client, one["id"]) for one in client.get("/collections?f=json").json["collections"]
        }
    sys.stdout.write(json.dumps(told) + "\n")


def features(client: Any, name: str) -> list[dict[str, Any]]:
    """All features of a collection."""
    answer = client.get(f"/collections/{name}/items?f=json&limit=10000")
    if answer.status_code != 200:
        raise SystemExit(f"{name}: {answer.status_code} {answer.text}")
    found: list[dict[str, Any]] = answer.json["features"]
    return found


if __name__ == "__main__":
    main()
