"""How waiting reads where nobody watches a spinner: in the log of a build."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from braid.domain.asset.asset import AssetStatus
from cli.dropping import progress


def test_a_log_repeats_nothing_that_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_LOG_SECONDS", 0.0)
    written = io.StringIO()
    names = [("a-1", "a.mp4"), ("b-1", "b.pdf"), ("c-1", "c.txt")]
    with progress._board(Console(file=written, width=80), names) as board:
        board.tell("a-1", "Read Text")
        board.tell("b-1", "Look at Keyframes")
        board.tell("c-1", "Read Text")
        board.tell("b-1", "Analyze Text")
        board.end("a-1", AssetStatus.SUCCEEDED)
        board.end("c-1", AssetStatus.SUCCEEDED)
        board.tell("b-1", "Analyze Text")
    assert written.getvalue().splitlines() == [
        "a.mp4: Read Text",
        "b.pdf: Look at Keyframes",
        "a.mp4: still Read Text",
        "c.txt: Read Text",
        "2 others are where they were",
        "b.pdf: Analyze Text",
        "2 others are where they were",
        "a.mp4: SUCCEEDED",
        "c.txt: SUCCEEDED",
        "b.pdf: still Analyze Text",
    ]
