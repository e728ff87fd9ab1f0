"""How many workers a machine gets."""

from __future__ import annotations

import pytest

from tests.plugins.workers import pytest_xdist_auto_num_workers, worker_count


@pytest.mark.parametrize(
    ("cores", "memory_gibibytes", "expected"),
    [
        (2, 16, 2),
        (1, 16, 1),
        (0.5, 16, 1),
        (1.5, 16, 2),
        (4, 7.6, 2),
        (2, 1.5, 1),
        (64, 256, 8),
    ],
)
def test_as_many_workers_as_cores_and_memory_carry(
    cores: float, memory_gibibytes: float, expected: int
) -> None:
    assert worker_count(cores, memory_gibibytes) == expected


def test_this_machine_has_at_least_one() -> None:
    assert 1 <= pytest_xdist_auto_num_workers() <= 8
