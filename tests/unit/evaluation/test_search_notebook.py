"""The notebook on search runs from its first cell to its last, without a network, and holds no outputs."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).resolve().parents[3] / "docs" / "search.ipynb"


def cells(kind: str) -> list[dict[str, Any]]:
    read: dict[str, Any] = json.loads(NOTEBOOK.read_text("utf-8"))
    assert (read["nbformat"], read["nbformat_minor"]) == (4, 5)
    return [cell for cell in read["cells"] if cell["cell_type"] == kind]


def test_its_cells_run_in_order_and_what_they_assert_holds() -> None:
    """As Jupyter runs them: one name space, each cell after the one before."""
    space: dict[str, Any] = {"__name__": "__main__"}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        for number, cell in enumerate(cells("code")):
            exec(compile("".join(cell["source"]), f"{NOTEBOOK.name}, cell {number}", "exec"), space)  # ours

    assert "coffee" in said.getvalue()
    assert "nothing like it" in said.getvalue()
    asserting = [cell for cell in cells("code") if any(line.startswith("assert ") for line in cell["source"])]
    assert len(asserting) >= 5, "cells that say nothing can't fail"


def test_it_is_kept_without_outputs_and_every_cell_has_a_name_of_its_own() -> None:
    names = [cell["id"] for kind in ("code", "markdown") for cell in cells(kind)]
    assert len(set(names)) == len(names)
    for cell in cells("code"):
        assert (cell["outputs"], cell["execution_count"]) == ([], None)
