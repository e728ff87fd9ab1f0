"""Vectors made in a batch job of the embedded Bedrock, from the command to the hit."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cli.finding.deployed_search import find_search
from tests.e2e.conftest import Deployed

PARAGRAPHS = 130
WAITED_SECONDS = 120.0
_WORDS = ("harbour", "lantern", "orchard", "compass", "meadow", "granite", "thimble")


def batch(deployed: Deployed) -> dict[str, Any]:
    done = deployed.braid("index", "--all", "--batch", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)["batch"]
    return told


def test_what_nobody_embedded_is_embedded_in_a_batch_and_found(
    deployed: Deployed, make_file: Callable[[str, bytes], Path]
) -> None:
    def paragraph(number: int) -> str:
        words = " ".join(_WORDS[(number * step) % len(_WORDS)] for step in range(1, 60))
        return f"Paragraph {number} of the ledger, entry QV-{number:05}: {words}."

    text = "\n\n".join(map(paragraph, range(PARAGRAPHS)))
    (done,) = deployed.drop([make_file("ledger.txt", text.encode())])
    search = find_search(deployed.target)
    until = time.monotonic() + WAITED_SECONDS
    while not search.index("index", [done.asset_id])["assets"][0].get("is_unchanged"):
        assert time.monotonic() < until
    (before,) = search.index("index", [done.asset_id])["assets"]
    search.index("forget", [done.asset_id])  # as under a model that it was never embedded with

    submitted = batch(deployed)
    told = batch(deployed)
    while "running" in told:
        assert time.monotonic() < until, told
        time.sleep(1)
        told = batch(deployed)

    assert submitted["submitted"] >= 100
    assert (told["vectors"], told["unanswered"], told["model_calls"]) == (submitted["submitted"], 0, 0)
    (after,) = search.index("index", [done.asset_id])["assets"]
    assert (after["is_unchanged"], after["vectors"]) == (True, before["vectors"])
    hits = search.find(text="QV-00077")["hits"]
    assert [hit["asset_id"] for hit in hits][:1] == [done.asset_id]
