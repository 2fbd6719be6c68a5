"""The rules of the house, read from the code itself: who may import whom, and who may do what."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import petakumuh
from petakumuh.text import _messages

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "petakumuh"
RANKS = (
    {"text"},
    {"errors"},
    {"model", "measure", "arguments", "sample", "database"},
    {"catalog", "ground", "kernel", "findings", "progress"},
    {"recipe", "read", "check", "overlay", "account", "compare", "score", "reconcile"},
    {"store"},
    {"present"},
    {"intake", "scoring"},
    {"prepared"},
    {"chunks"},
    {"cutting"},
    {"start"},
    {"pipeline", "doctor"},
    {"decrees", "recap"},
    {"cli"},
)
"""Rooms from the ground up; a room imports only from lower ranks, or what its own package holds."""
STAGES = {"read", "check", "overlay", "account", "compare", "score", "reconcile"}
ONLY = {
    "folium": {"present/web"},
    "branca": {"present/web"},
    "xyzservices": {"present/web"},
    "matplotlib": {"present/sheet", "present/atlas", "present/report"},
    "docx": {"present/report"},
    "fiona": {"read/vector"},
    "openpyxl": {"read/tables"},
    "xlrd": {"read/tables"},
    "xlsxwriter": {"present/book"},
    "numba": {"kernel/batch"},
    "fsspec": {"prepared/place"},
    "distributed": {"chunks"},
}
"""Heavy package -> the one place, a module or a package, that loads it."""
SET_OPERATIONS = {
    "intersection", "difference", "union_all", "unary_union", "symmetric_difference", "make_valid",
    "coverage_union",
}  # fmt: skip


def modules():
    return sorted(SOURCE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path, *, types: bool) -> set[str]:
    """Dotted names that a module imports, with or without those for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    checked = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if node in checked and not types:
            continue
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def rank(name: str) -> int:
    return next(at for at, rooms in enumerate(RANKS) if name in rooms)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_room_imports_only_what_stands_below_it(path):
    mine = room(path)
    if mine in {"__init__", "__main__"}:
        return
    others = {name.split(".")[1] for name in imports(path, types=False) if name.startswith("petakumuh.")}
    for other in others - {mine}:
        assert rank(other) < rank(mine), f"{mine} imports {other}"
    if mine in STAGES:
        assert not others & (STAGES - {mine}), "stages are blind to each other"
    if mine == "present":
        assert not others & STAGES, "presenters never import a stage"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_heavy_packages_and_set_operations_stand_in_one_room(path):
    where = path.relative_to(SOURCE).as_posix()
    presenter = "/".join(where.split("/")[:2]).removesuffix(".py")
    for package, only in ONLY.items():
        if any(name.split(".")[0] == package for name in imports(path, types=False)):
            assert presenter in only, f"{where} imports {package}"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    if room(path) != "ground":
        assert not calls & {f"shapely.{one}" for one in SET_OPERATIONS} - allowed(where)
    if room(path) != "measure":
        assert "shapely.area" not in calls - allowed(where)


def allowed(where: str) -> set[str]:
    """Temporary copies for predicates, and weights of a centroid: neither makes ground or hectares."""
    return {"check/place.py": {"shapely.make_valid"}, "check/zones.py": {"shapely.area"}}.get(where, set())


def test_importing_the_face_loads_no_heavy_package():
    def loaded(code: str, names: str) -> str:
        code = f"import sys, petakumuh; {code}; print(*sorted(set(sys.modules) & set({names.split()})))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert loaded("import petakumuh.cli", "folium matplotlib geopandas pandas numba") == ""
    assert loaded("petakumuh.run", "folium branca matplotlib") == ""


def test_every_message_is_said_in_both_languages_and_used():
    text = "\n".join(path.read_text(encoding="utf-8") for path in modules())

    def entries(table, prefix=""):
        for key, value in table.items():
            if set(value) == {"id", "en"}:
                yield f"{prefix}{key}", value
            else:
                yield from entries(value, f"{prefix}{key}.")

    for key, value in entries(_messages()):
        fields = [set(re.findall(r"\{(\w+)", value[language])) for language in ("id", "en")]
        assert fields[0] == fields[1], key
        table, _, name = key.rpartition(".")
        if table in {"galat", "temuan", "peta", "cli", "lembar"}:
            by_role = "kembar_{role}" in text and name.startswith(("kembar_", "tumpang_"))
            assert by_role or re.search(rf"[\"'.]{name}[\"']", text), key


def test_every_finding_and_error_has_its_message():
    text = "\n".join(path.read_text(encoding="utf-8") for path in modules())
    rules = set(re.findall(r"Finding\(\s*\"(\w+)\"", text))
    errors = set(re.findall(r"(?:InputError|RecipeError|OutputError|ConservationError)\(\s*\"(\w+)\"", text))
    assert rules <= set(_messages()["temuan"])
    assert errors <= set(_messages()["galat"])
    assert min(len(rules), len(errors)) > 15


def test_public_functions_say_what_they_give():
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        public = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        ]
        assert ast.get_docstring(tree), path
        outer = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for node in public:
            inner = any(node is not one and node in ast.walk(one) for one in outer)
            assert inner or ast.get_docstring(node), f"{path.name}: {node.name}"


def test_the_readme_names_every_command_and_the_changelog_begins_with_figures():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("jalankan", "contoh", "mulai", "periksa", "skor", "aturan", "banding", "rekap"):
        assert f"petakumuh {command}" in readme
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changelog.index("Figures that change") < changelog.index("### Added")


def test_help_answers_fast_enough_to_be_read():
    """No timing of computation: only that help loads no GIS library, which takes seconds."""
    started = time.monotonic()
    command = [sys.executable, "-m", "petakumuh", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    assert "jalankan" in done.stdout
    assert time.monotonic() - started < 20


def test_the_version_is_one():
    from importlib.metadata import version

    assert version("petakumuh") in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert set(petakumuh.__all__) <= set(dir(petakumuh))
