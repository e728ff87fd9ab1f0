"""The three workflow patterns, each deployed by its knob: what they leave of every sample is the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.load.patterns import PATTERNS, Attempt, differences, run_patterns
from tests.e2e.conftest import ROOT

SAMPLES = {
    "talk.mp4": ["talk.mp4"],
    "portrait.jpg": ["portrait.jpg"],
    "rental.pdf": ["rental.pdf"],
    "mug.bundle": ["mug.bundle/mug.jpg", "mug.bundle/mug.md"],
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Attempt]]:
    samples: dict[str, list[Path]] = {
        name: [ROOT / "samples" / file for file in files] for name, files in SAMPLES.items()
    }
    return run_patterns(tmp_path_factory.mktemp("braid-home"), samples, at_once=len(samples))


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("pattern", PATTERNS[1:])
def test_a_pattern_leaves_the_documents_of_the_deployed_one(
    runs: dict[str, dict[str, Attempt]], pattern: str, name: str
) -> None:
    shipped, other = runs[PATTERNS[0]][name], runs[pattern][name]

    assert list(differences(shipped, other)) == []
    assert {"result.json", "timeline.json", "answer.json"} <= {
        document.rpartition("/")[2] for document in shipped.documents
    }


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sequence_enters_three_states_more(runs: dict[str, dict[str, Attempt]], name: str) -> None:
    """Which says that the knob deployed another machine, too."""
    states = {pattern: runs[pattern][name].states for pattern in PATTERNS}

    assert states["sequential"] == states["hybrid"] + 3
    assert states["parallel"] == states["hybrid"]
