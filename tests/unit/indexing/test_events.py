"""What tells that an asset ended, and what doesn't."""

from __future__ import annotations

import json
from typing import Any

import pytest

from braid.domain.errors import InvalidInputError
from braid.runtime.ended import read_ended

ASSET_ID = "talk-01ec16f0e420a9fbd7a4"


@pytest.mark.parametrize(
    "event",
    [
        {"detail-type": "Asset Processed", "detail": {"asset_id": ASSET_ID, "status": "SUCCEEDED"}},
        {
            "detail-type": "Step Functions Execution Status Change",
            "detail": {"name": f"{ASSET_ID}-12", "status": "FAILED"},
        },
    ],
)
def test_both_kinds_of_events_name_the_asset(event: dict[str, Any]) -> None:
    assert read_ended(json.dumps(event)) == ASSET_ID


@pytest.mark.parametrize(
    "body",
    [
        "no json",
        "[]",
        "{}",
        json.dumps({"detail-type": "Asset Processed", "detail": {}}),
        json.dumps({"detail-type": "Object Created", "detail": {"asset_id": ASSET_ID}}),
        json.dumps({"detail-type": "Step Functions Execution Status Change", "detail": {"name": "by-hand"}}),
    ],
)
def test_anything_else_is_refused_in_words(body: str) -> None:
    with pytest.raises(InvalidInputError):
        read_ended(body)
