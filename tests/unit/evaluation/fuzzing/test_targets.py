"""A short run of the fuzzing of every parser, always with the same inputs."""

from __future__ import annotations

import pytest

from evaluation.fuzzing.targets import TARGETS
from evaluation.fuzzing.worker import case, fault_of

_CASES = 25
_SEED = 20


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_damaged_seeds_are_read_or_refused(name: str) -> None:
    target = TARGETS[name]
    inputs = [*target.seeds(), *(case(target, _SEED, number) for number in range(_CASES))]

    faults = [(data, fault) for data in inputs if (fault := fault_of(target, data)) is not None]

    assert faults == []
