"""Fusion's work grows nearly in proportion to its input; the benchmark of ten hours times it."""

from __future__ import annotations

import math

import pytest

from benchmarks.fusion.fusion_scale import material
from tests.unit.fusion.counted_work import calls_of_fusing

pytestmark = pytest.mark.slow

SHORT_HOURS, LONG_HOURS = 0.5, 2.0
MAX_EXPONENT = 1.0
MAX_CALLS_PER_HOUR = 2_600_000


def test_work_grows_nearly_in_proportion_to_the_asset() -> None:
    few, many = calls_of_fusing(material(SHORT_HOURS)), calls_of_fusing(material(LONG_HOURS))

    assert math.log(many / few) / math.log(LONG_HOURS / SHORT_HOURS) <= MAX_EXPONENT
    assert many / LONG_HOURS <= MAX_CALLS_PER_HOUR
