"""Fusion's time grows nearly in proportion to its input; the benchmark of ten hours measures it."""

from __future__ import annotations

import math

import pytest

from benchmarks.fusion.fusion_scale import (
    MAX_EXPONENT,
    MAX_SECONDS_PER_HOUR,
    REFERENCE_SECONDS,
    material,
    reference_seconds,
    seconds,
)

pytestmark = pytest.mark.slow

SHORT_HOURS, LONG_HOURS = 0.5, 2.0


def test_time_grows_nearly_in_proportion_to_the_asset() -> None:
    short, long = material(SHORT_HOURS), material(LONG_HOURS)
    rounds = [(reference_seconds(), seconds(short), seconds(long)) for _ in range(4)]
    reference, quick, slow = (min(column) for column in zip(*rounds, strict=True))
    assert math.log(slow / quick) / math.log(LONG_HOURS / SHORT_HOURS) <= MAX_EXPONENT
    assert slow / LONG_HOURS <= MAX_SECONDS_PER_HOUR * reference / REFERENCE_SECONDS
