"""A question about stored evidence as its function answers it, over objects in memory: nothing is written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from braid.runtime.library import CODE_ROOT
from braid.store import documents
from braid.store.documents import DocumentStore
from lambdas.inference import handler_try
from tests.doubles.lambda_context import CONTEXT
from tests.doubles.memory_s3 import MemoryS3
from tests.unit.inference.test_handlers import assessed, bedrock
from tests.unit.inference.timelines import GOOD, MODEL_IDS, answered, shoe

BUCKET = "results"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> MemoryS3:
    memory = MemoryS3()
    monkeypatch.setattr(documents, "client", lambda _service: memory)
    monkeypatch.setenv("RESULTS_BUCKET", BUCKET)
    monkeypatch.setenv("MODEL_IDS", json.dumps(MODEL_IDS))
    monkeypatch.setenv("GUARDRAILS", json.dumps({"general": {"id": "g1", "version": "3"}}))
    store = DocumentStore(BUCKET, "shoe-1", 1, s3=memory)
    store.put_document(store.result_key("timeline.json"), shoe())
    return memory


def tried(**changed: Any) -> dict[str, Any]:
    folder = CODE_ROOT / "profiles" / "general"
    names = [path for path in folder.rglob("*") if path.suffix in (".toml", ".md", ".json")]
    event = {
        "asset_id": "shoe-1",
        "attempt": 1,
        "rules": (CODE_ROOT / "profiles" / "rules.md").read_text("utf-8"),
        "profile": "general",
        "files": {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in names},
        **changed,
    }
    told: dict[str, Any] = json.loads(json.dumps(handler_try.handler(event, CONTEXT)))
    return told


def test_an_answer_comes_with_its_evidence_and_its_cost(
    s3: MemoryS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    bedrock(monkeypatch, lambda _request: answered(GOOD), lambda _request: assessed("NONE"))
    before = dict(s3.objects)

    told = tried()

    assert told["answer"]["answer"] == GOOD
    assert told["reason"] is None
    assert [piece["evidence_id"] for piece in told["evidence"]] == [
        piece.evidence_id for piece in shoe().evidence
    ]
    assert {used["operation"] for used in told["usage"]} >= {"Converse:amazon.nova-micro-v1:0"}
    assert s3.objects == before


def test_what_a_guardrail_withholds_is_told_with_the_reason(
    s3: MemoryS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    bedrock(monkeypatch, lambda _request: answered(GOOD), lambda _request: assessed("GUARDRAIL_INTERVENED"))

    told = tried()

    assert told["answer"] is None
    assert "a guardrail withheld" in told["reason"]
    assert told["evidence"] == []


def test_neither_a_profile_nor_a_question_is_refused(s3: MemoryS3) -> None:
    with pytest.raises(Exception, match="either a profile or a question"):
        tried(profile="", files={})


def asked_of_both(**changed: Any) -> dict[str, Any]:
    among = [{"asset_id": f"shoe-{number}", "attempt": 1, "name": f"shoe {number}"} for number in (1, 2)]
    question = {"profile": "", "files": {}, "question": "Which shoe is lighter?"}
    return tried(**{**question, "among": among, **changed})


def test_a_question_about_two_assets_is_answered_from_both(
    s3: MemoryS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = DocumentStore(BUCKET, "shoe-2", 1, s3=s3)
    store.put_document(store.result_key("timeline.json"), shoe())
    statement = {"text": "Both are a light shoe.", "evidence_ids": ["a1-p0001", "a2-p0001"]}
    bedrock(monkeypatch, lambda _request: answered({"statements": [statement]}))

    told = asked_of_both()

    assert told["answer"]["claims"][0]["evidence_ids"] == ["a1-p0001", "a2-p0001"]
    assert {piece["member"].partition("/")[0] for piece in told["evidence"]} == {"shoe 1", "shoe 2"}
    assert told["left_out"] == []


def test_an_asset_that_is_gone_is_left_out_of_the_question(
    s3: MemoryS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = {"text": "It is a light shoe.", "evidence_ids": ["a1-p0001"]}
    bedrock(monkeypatch, lambda _request: answered({"statements": [statement]}))

    told = asked_of_both()

    assert told["left_out"] == ["shoe-2"]
    assert {piece["member"].partition("/")[0] for piece in told["evidence"]} == {"shoe 1"}
    with pytest.raises(Exception, match="no stored evidence"):
        asked_of_both(among=[{"asset_id": "shoe-2", "attempt": 1, "name": "shoe 2"}])


def test_a_profile_is_not_tried_on_several_assets(s3: MemoryS3) -> None:
    among = [{"asset_id": "shoe-1", "attempt": 1, "name": "shoe"}]
    with pytest.raises(Exception, match="only a question"):
        tried(among=among)
