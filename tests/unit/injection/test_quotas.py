"""Rates of an account."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.launcher.injection.faults import FaultError
from local.launcher.injection.quotas import Quotas


class Time:
    """Seconds that a test moves on."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@given(rate=st.floats(0.5, 20), gaps=st.lists(st.floats(0, 2), min_size=1, max_size=200))
def test_no_more_than_the_rate_and_one_second_s_worth(rate: float, gaps: list[float]) -> None:
    time = Time()
    quotas = Quotas({}, time)
    quotas.add("rekognition", "DetectText", rate)
    granted = 0
    for gap in gaps:
        time.seconds += gap
        granted += quotas.refusal("rekognition", "DetectText") is None
        assert granted <= max(1.0, rate) + rate * time.seconds + 1e-6


def test_each_operation_has_a_rate_of_its_own() -> None:
    quotas = Quotas({}, Time())
    quotas.add("rekognition", "*", 1)
    assert [quotas.refusal("rekognition", name) for name in ("DetectText", "DetectFaces")] == [None, None]
    assert quotas.refusal("rekognition", "DetectText") == ("ProvisionedThroughputExceededException", 400)
    assert quotas.refusal("comprehend", "DetectSentiment") is None
    assert quotas.report() == [
        {"service": "rekognition", "operation": "DetectFaces", "granted": 1, "refused": 0},
        {"service": "rekognition", "operation": "DetectText", "granted": 1, "refused": 1},
    ]
    quotas.clear()
    assert quotas.refusal("rekognition", "DetectText") is None


@pytest.mark.parametrize("rate", [0, -1])
def test_a_rate_is_above_nothing(rate: float) -> None:
    with pytest.raises(FaultError):
        Quotas({}).add("s3", "*", rate)
