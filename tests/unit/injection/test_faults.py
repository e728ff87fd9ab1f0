"""Which calls a fault strikes, and that its seed decides."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.launcher.injection.faults import FaultError, Faults

THROTTLE = {"service": "rekognition", "operation": "DetectLabels", "error_code": "ThrottlingException"}


def struck(
    faults: Faults,
    calls: int,
    *,
    execution: str | None = None,
    request: bytes = b"",
    operation: str = "DetectLabels",
) -> list[bool]:
    return [
        faults.take("rekognition", operation, execution=execution, request=request) is not None
        for _ in range(calls)
    ]


def added(**members: Any) -> Faults:
    faults = Faults({})
    faults.add({**THROTTLE, **members})
    return faults


@given(after=st.integers(0, 5), count=st.integers(1, 5))
def test_the_calls_after_so_many_and_no_more(after: int, count: int) -> None:
    assert struck(added(after=after, count=count), 12) == [after <= n < after + count for n in range(12)]


@given(seed=st.integers(), probability=st.floats(0, 1))
def test_a_seed_tells_which_calls(seed: int, probability: float) -> None:
    first, again = (struck(added(seed=seed, probability=probability), 50) for _ in range(2))
    assert first == again
    assert any(first) or probability < 1
    assert not any(first) or probability > 0


def test_a_twentieth_of_the_calls() -> None:
    assert sum(struck(added(seed=1, probability=0.05), 2000)) == pytest.approx(100, abs=30)


@pytest.mark.parametrize(
    ("execution", "request_", "strikes"),
    [
        ("talk-12ab-1", b"", True),
        (None, b'{"asset_id": {"S": "talk-12ab"}}', True),
        ("mug-34cd-1", b"/mug-34cd", False),
        (None, b"", False),
    ],
)
def test_a_fault_about_one_asset_leaves_others_alone(
    execution: str | None, request_: bytes, strikes: bool
) -> None:
    assert struck(added(about="talk-12ab"), 1, execution=execution, request=request_) == [strikes]


@pytest.mark.parametrize(
    ("request_", "strikes"),
    [(b"/results/assets/talk-12ab/result.json ", True), (b"/results/assets/talk-12ab/1/answer.json ", False)],
)
def test_one_call_is_told_from_others_by_what_it_holds(request_: bytes, strikes: bool) -> None:
    assert struck(added(about="talk-12ab", holds="/result.json "), 1, request=request_) == [strikes]


def test_other_operations_aren_t_counted() -> None:
    faults = added(after=1)
    assert struck(faults, 5, operation="DetectText") == [False] * 5
    assert struck(faults, 2) == [False, True]
    (report,) = faults.report()
    assert (report["met"], report["struck"], report["operations"]) == (2, 1, ["DetectLabels"])


def test_it_is_reported_for_which_executions() -> None:
    faults = added()
    for execution in ("a-1", "b-1", "a-1", None):
        struck(faults, 1, execution=execution)
    (report,) = faults.report()
    assert (report["struck"], report["executions"]) == (4, {"a-1": 2, "b-1": 1})


def test_the_first_that_strikes_is_it_and_one_can_be_taken_back() -> None:
    faults = Faults({"rek": "rekognition"})
    first = faults.add({**THROTTLE, "service": "rek"})
    faults.add({**THROTTLE, "operation": "*", "error_code": "Boom"})
    taken = faults.take("rekognition", "DetectLabels", execution=None, request=b"")
    assert taken is not None
    assert taken.error_code == "ThrottlingException"
    faults.remove(first)
    taken = faults.take("rekognition", "DetectLabels", execution=None, request=b"")
    assert taken is not None
    assert taken.error_code == "Boom"
    faults.remove()
    assert not faults.any()


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"corrupt": "null"}, "one of error_code, kill and corrupt"),
        ({"error_code": None, "corrupt": "shuffle"}, "corrupt is one of"),
        ({"error_code": None, "kill": "Boredom"}, "kill is one of"),
        ({"error_code": None, "does_work": True}, "does_work belongs to"),
        ({"probability": 2}, "from 0 to 1"),
        ({"often": True}, "unknown: ['often']"),
        ({"operation": ""}, "needs service and operation"),
    ],
)
def test_what_a_fault_can_t_be(members: dict[str, Any], message: str) -> None:
    with pytest.raises(FaultError) as refused:
        added(**members)
    assert message in str(refused.value)
