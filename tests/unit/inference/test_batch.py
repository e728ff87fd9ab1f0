"""A batch as its function writes and reads it, over objects in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.wire import decode
from braid.runtime.library import CODE_ROOT
from braid.store import documents
from braid.store.documents import DocumentStore
from lambdas.inference import handler_batch
from tests.doubles.lambda_context import CONTEXT
from tests.doubles.memory_s3 import MemoryS3
from tests.unit.inference.test_handlers import assessed, bedrock
from tests.unit.inference.timelines import GOOD, MODEL_IDS, answered, shoe

BUCKET = "results"
PART_KEY = "work/batch/b1/parts/00000.json"
OUTPUT_KEY = "work/batch/b1/output/j1/00000.jsonl.out"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> MemoryS3:
    memory = MemoryS3()
    monkeypatch.setattr(documents, "client", lambda _service: memory)
    monkeypatch.setenv("RESULTS_BUCKET", BUCKET)
    bedrock(monkeypatch, None, lambda _request: assessed("NONE"))
    monkeypatch.setenv("MODEL_IDS", json.dumps(MODEL_IDS))
    monkeypatch.setenv("GUARDRAILS", json.dumps({"general": {"id": "g1", "version": "3"}}))
    for asset_id in ("shoe-1", "shoe-2"):
        store = DocumentStore(BUCKET, asset_id, 1, s3=memory)
        store.put_document(store.result_key("timeline.json"), shoe())
    return memory


def part(*asset_ids: str, tier: str = "lite", **changed: Any) -> dict[str, Any]:
    folder = CODE_ROOT / "profiles" / "general"
    names = [path for path in folder.rglob("*") if path.suffix in (".toml", ".md", ".json")]
    return {
        "batch_id": "b1",
        "name": "00000",
        "tier": tier,
        "profile": "general",
        "rules": (CODE_ROOT / "profiles" / "rules.md").read_text("utf-8"),
        "files": {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in names},
        "assets": [{"asset_id": asset_id, "attempt": 1} for asset_id in asset_ids],
        **changed,
    }


def written(s3: MemoryS3) -> list[dict[str, Any]]:
    text = s3.objects[BUCKET, "work/batch/b1/input/00000.jsonl"].decode()
    return [json.loads(line) for line in text.splitlines()]


def answer_with(s3: MemoryS3, *records: Mapping[str, Any]) -> dict[str, Any]:
    """What the function reads of a job that answered with these records."""
    body = "".join(json.dumps(record) + "\n" for record in records)
    s3.objects[BUCKET, OUTPUT_KEY] = body.encode()
    told: dict[str, Any] = handler_batch.handler(
        {"read": {"part_key": PART_KEY, "output_key": OUTPUT_KEY}}, CONTEXT
    )
    return told


def output(answer: Mapping[str, Any] | None, **more: Any) -> dict[str, Any]:
    """Nova's own answer."""
    return {name: value for name, value in answered(answer, **more).items() if name != "metrics"}


def test_each_asset_becomes_a_record_and_what_has_no_evidence_is_told(s3: MemoryS3) -> None:
    told = handler_batch.handler({"write": part("shoe-1", "gone", "shoe-2")}, CONTEXT)

    assert told["records"] == 2
    assert told["model_id"] == MODEL_IDS["lite"]
    assert list(told["refused"]) == ["gone"]
    assert "no stored evidence" in told["refused"]["gone"]
    first, second = written(s3)
    assert first["recordId"] != second["recordId"]
    assert len(first["recordId"]) == 11
    asked = json.dumps(first["modelInput"])
    assert "Trail Runner" in asked
    assert "guardContent" not in asked, "a batch knows no guardrail"


def test_an_answer_stands_by_the_same_checks_as_any(s3: MemoryS3) -> None:
    handler_batch.handler({"write": part("shoe-1", "shoe-2")}, CONTEXT)
    one, two = (record["recordId"] for record in written(s3))
    invented = {
        **GOOD,
        "summary": [{"text": "It was made on the moon.", "evidence_ids": ["x1"]}],
        "topics": [],
    }

    told = answer_with(
        s3,
        {"recordId": two, "modelOutput": output(invented)},
        {"recordId": one, "modelOutput": output(GOOD)},
    )

    stands, falls = told["assets"]
    assert decode(Answer, stands["answer"]).model_id == MODEL_IDS["lite"]
    assert stands["answer"]["claims"][0]["text"] == GOOD["summary"][0]["text"]
    assert "answer" not in falls
    assert "cites" in falls["reason"]
    usage = {(item["operation"], item["unit"]): item["quantity"] for item in told["usage"]}
    assert usage == {
        ("ApplyGuardrail:content", "text_unit"): 1,
        ("ModelInvocationJob:amazon.nova-2-lite-v1:0", "input_token"): 200,
        ("ModelInvocationJob:amazon.nova-2-lite-v1:0", "output_token"): 40,
    }


def test_what_a_guardrail_withholds_is_nobodys_answer(s3: MemoryS3, monkeypatch: pytest.MonkeyPatch) -> None:
    bedrock(monkeypatch, None, lambda _request: assessed("GUARDRAIL_INTERVENED"))
    handler_batch.handler({"write": part("shoe-1")}, CONTEXT)
    (record,) = written(s3)

    (told,) = answer_with(s3, {"recordId": record["recordId"], "modelOutput": output(GOOD)})["assets"]

    assert "answer" not in told
    assert "a guardrail withheld" in told["reason"]


def test_what_failed_was_cut_off_or_is_absent_says_so(s3: MemoryS3) -> None:
    handler_batch.handler({"write": part("shoe-1", "shoe-2")}, CONTEXT)
    one, two = (record["recordId"] for record in written(s3))

    failed, cut = answer_with(
        s3,
        {"recordId": one, "error": {"errorCode": 400, "errorMessage": "Input is too long"}},
        {"recordId": two, "modelOutput": output(None, stop_reason="max_tokens")},
    )["assets"]
    absent, _ = answer_with(s3)["assets"]

    assert "too long" in failed["reason"]
    assert "cut off" in cut["reason"]
    assert "no record" in absent["reason"]


def test_nothing_of_an_asset_is_written(s3: MemoryS3) -> None:
    before = {key: body for key, body in s3.objects.items() if key[1].startswith("assets/")}
    handler_batch.handler({"write": part("shoe-1")}, CONTEXT)
    (record,) = written(s3)
    answer_with(s3, {"recordId": record["recordId"], "modelOutput": output(GOOD)})

    assert {key: body for key, body in s3.objects.items() if not key[1].startswith("work/batch/")} == before


@pytest.mark.parametrize(
    ("changed", "said"), [({"tier": "huge"}, "no model of tier 'huge'"), ({"files": {}}, "profile.toml")]
)
def test_a_wrong_tier_or_profile_writes_nothing(s3: MemoryS3, changed: dict[str, Any], said: str) -> None:
    before = dict(s3.objects)

    with pytest.raises(Exception, match=said):
        handler_batch.handler({"write": part("shoe-1", **changed)}, CONTEXT)

    assert s3.objects == before
