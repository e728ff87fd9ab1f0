"""Publishing as the state machine calls it, and what lies beside the source afterwards."""

from __future__ import annotations

import json
from typing import Any

from braid.domain.asset.asset import AssetRef
from lambdas.publishing.handler_publish import handler
from tests.contract.conftest import Storage
from tests.doubles.lambda_context import CONTEXT

__all__ = ["ARN", "STARTED", "by_source", "publish"]

ARN = "arn:aws:states:us-east-1:000000000000:execution:m:n"
STARTED = "2026-11-20T10:11:12.000Z"


def publish(state: dict[str, Any]) -> dict[str, Any]:
    answer = handler({"state": state, "execution_arn": ARN, "started_at": STARTED}, CONTEXT)
    assert len(json.dumps(answer, ensure_ascii=False).encode()) <= 1024
    told: dict[str, Any] = json.loads(json.dumps(answer))
    return told


def by_source(storage: Storage, asset: AssetRef) -> dict[str, bytes]:
    prefix = f"by-source/{asset.source.key}/"
    return {key.removeprefix(prefix): storage.result(key) for key in storage.keys(prefix)}
