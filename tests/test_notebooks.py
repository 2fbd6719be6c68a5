"""Every notebook runs from top to bottom, and shows what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
SHOWN = {"00_mulai": ("189,29", 1, 5), "01_skor": ("143.44", 3, 4)}
"""Of each notebook: a figure that it must show, which of its pages is the map, how many pages there are."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # jupyter's own event loop and paths
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_whole(path, tmp_path):
    figure, leaflet, tables = SHOWN[path.stem]
    shutil.copy(path, tmp_path)
    notebook = nbformat.read(tmp_path / path.name, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    pages = [output["data"]["text/html"] for output in shown if "text/html" in output.get("data", {})]
    assert any(figure in page for page in pages)
    assert "leaflet" in pages[leaflet]
    assert len(pages) == tables
