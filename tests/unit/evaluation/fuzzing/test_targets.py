"""A short run of the fuzzing of every parser, always with the same inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.fuzzing.targets import TARGETS
from evaluation.fuzzing.worker import case, fault_of

# Inputs that once raised something else, under the names that fuzzing keeps them by.
FOUND = sorted((Path(__file__).parent / "found").glob("*.bin"))
_CASES = 25
_SEED = 20


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_damaged_seeds_are_read_or_refused(name: str) -> None:
    target = TARGETS[name]
    inputs = [*target.seeds(), *(case(target, _SEED, number) for number in range(_CASES))]

    faults = [(data, fault) for data in inputs if (fault := fault_of(target, data)) is not None]

    assert faults == []


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_fuzzing_found_is_read_or_refused(path: Path) -> None:
    target = TARGETS[path.stem.rpartition("-")[0]]

    assert fault_of(target, path.read_bytes()) is None
