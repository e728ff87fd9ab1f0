"""An attempt that a newer one has taken over from stops before it pays, and what it did changes nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from braid.domain.errors import SupersededError
from braid.domain.wire import encode
from braid.runtime.now import utc_now
from braid.runtime.retries import Retries
from lambdas.inference import handler_infer
from lambdas.language import handler_analyze
from lambdas.reading import handler_read
from lambdas.transcription import handler_start
from lambdas.vision import handler_look
from tests.contract.conftest import Storage
from tests.doubles.lambda_context import CONTEXT

# Never read: the step looks at the record first.
CLAIM = {"uri": "s3://nowhere/key", "media_type": "application/json", "size_bytes": 1, "sha256": "ab"}
PAYING = {
    handler_start: {"admission": CLAIM},
    handler_look: {"keyframes": CLAIM},
    handler_read: {"admission": CLAIM},
    handler_analyze: {"source": "passages", "document": CLAIM},
    handler_infer: {"timeline": CLAIM},
}
SETTINGS = {
    "JOB_PREFIX": "braid.test.",
    "TRANSCRIBE_ROLE_ARN": "arn:aws:iam::000000000000:role/queue",
    "REQUESTS_PER_SECOND": "5",
    "DESCRIPTIONS_PER_SECOND": "5",
    "MODEL_IDS": "{}",
    "GUARDRAILS": json.dumps({"general": {"id": "g", "version": "1"}}),
}


@pytest.mark.parametrize("step", PAYING, ids=lambda step: step.__name__)
def test_a_step_looks_before_it_pays(
    storage: Storage, folder: str, step: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    first = storage.drop(f"{folder}/a.txt")
    storage.records.process(replace(first, attempt=2), execution_arn="arn:2", now=utc_now())
    event: dict[str, Any] = {**PAYING[step], "asset": encode(first), "retries": encode(Retries())}

    with pytest.raises(SupersededError, match="attempt 1 stops here"):
        step.handler(event, CONTEXT)

    assert storage.record(first.asset_id)["attempt"] == "2"


def test_the_newest_attempt_goes_on(any_storage: Any, folder: str) -> None:
    asset = any_storage.drop(f"{folder}/a.txt")

    assert any_storage.records.is_current(asset), "started by hand, without a record"
    any_storage.records.process(asset, execution_arn="arn:1", now=utc_now())
    assert any_storage.records.is_current(asset)
    any_storage.records.process(replace(asset, attempt=2), execution_arn="arn:2", now=utc_now())
    assert not any_storage.records.is_current(asset)
    with pytest.raises(SupersededError):
        any_storage.records.check_current(asset)
    assert any_storage.records.is_current(replace(asset, attempt=2))
