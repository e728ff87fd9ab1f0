"""What a step lists as missing."""

from __future__ import annotations

import pytest

from braid.runtime.retries import Availability, Retries


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("bedrock:Converse: AccessDeniedException: not here", "AccessDeniedException: not here"),
        ("bedrock:Converse:descriptions: not here", "not here"),
        ("not: here", "not: here"),
    ],
)
def test_a_reason_does_not_repeat_the_operation_that_it_stands_beside(reason: str, told: str) -> None:
    availability = Availability(Retries())

    availability.list_missing("bedrock:Converse:descriptions", reason)

    assert availability.reason("bedrock:Converse:descriptions") == told
