"""Fuse Evidence and Infer Answer as the state machine calls them, over objects in memory."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from braid.domain.answer.answer import Answer, Unanswered
from braid.domain.claim_check import Claim
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource
from braid.domain.evidence.timeline import Timeline
from braid.domain.money.accounting import Meter
from braid.domain.wire import decode, encode
from braid.models import purposes
from braid.models.guardrails import assess_output
from braid.models.question import Guardrail
from braid.runtime.library import profile
from braid.store import documents
from braid.store.documents import DocumentStore
from evaluation.fusion_truth.materials import picture_and_text
from lambdas.fusion.handler_fuse import handler as fuse_evidence
from lambdas.inference import handler_infer as inference
from local.services.protocol import ServiceError
from tests.doubles.lambda_context import CONTEXT
from tests.doubles.memory_s3 import MemoryS3
from tests.doubles.memory_stores import MemoryRecords
from tests.doubles.service_clients import answered_by
from tests.unit.inference.timelines import GOOD, MODEL_IDS, answered

BUCKET = "results"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> MemoryS3:
    memory = MemoryS3()
    monkeypatch.setattr(documents, "client", lambda _service: memory)
    monkeypatch.setattr(inference, "AssetRecords", lambda _table: MemoryRecords())
    monkeypatch.setenv("RESULTS_BUCKET", BUCKET)
    monkeypatch.setenv("ASSETS_TABLE", "assets")
    monkeypatch.setenv("EVIDENCE_BUDGET_TOKENS", "8000")
    monkeypatch.setenv("EMBEDDING_MODEL_IDS", "[]")
    monkeypatch.setenv("MODEL_IDS", json.dumps(MODEL_IDS))
    monkeypatch.setenv("GUARDRAILS", json.dumps({"general": {"id": "g1", "version": "3"}}))
    return memory


@pytest.fixture
def fusion(s3: MemoryS3) -> dict[str, Any]:
    """What Fuse Evidence answers."""
    material = picture_and_text(["Trail Runner", "$49"], "The Trail Runner is a light shoe. It costs $59.")
    asset = material.admission.asset
    store = DocumentStore(BUCKET, asset.asset_id, asset.attempt, s3=s3)

    def put(name: str, document: Any) -> dict[str, Any]:
        claim: dict[str, Any] = encode(store.put_document(store.result_key(name), document))
        return claim

    language = LanguageAnalysis((LanguageSource("passages", "en", "It costs $59.", {"p0001": 0}),))
    event = {
        "asset": encode(asset),
        "admission": put("admission.json", material.admission),
        "modalities": {
            "speech": {"outcome": "absent"},
            "vision": {
                "outcome": "unanalyzed",
                "document": put("vision.json", material.vision),
                "error": "AccessDeniedError",
                "cause": json.dumps({"errorMessage": "comprehend: no access"}),
            },
            "text": {
                "outcome": "analyzed",
                "summary": "",
                "document": put("passages.json", material.passages),
                "language": encode(store.put_document(store.work_key("language-passages.json"), language)),
            },
        },
        "retries": {"count": 0, "throttled_limit": 6, "unavailable_limit": 3},
    }
    output: dict[str, Any] = fuse_evidence(event, CONTEXT)
    assert output["verdict"] == "enough"
    return {**output, "asset": event["asset"]}


@pytest.fixture
def fused(fusion: dict[str, Any]) -> dict[str, Any]:
    """The event that reaches Infer Answer."""
    retries = {"count": 0, "throttled_limit": 6, "unavailable_limit": 3}
    return {"asset": fusion["asset"], "timeline": fusion["claim"], "retries": retries}


def read(s3: MemoryS3, cls: type[Any], key: str) -> Any:
    return decode(cls, json.loads(s3.objects[BUCKET, key]))


def bedrock(monkeypatch: pytest.MonkeyPatch, answer: Any, applied: Any = None) -> None:
    operations = {"Converse": answer, "ApplyGuardrail": applied or (lambda _request: assessed("NONE"))}
    client = answered_by("bedrock-runtime", operations)
    monkeypatch.setattr(purposes, "client", lambda _service, **_: client)


def assessed(action: str, *, units: int = 1) -> dict[str, Any]:
    """An answer of ApplyGuardrail."""
    policies = ("topic", "word", "sensitiveInformation", "contextualGrounding", "content")
    usage = {f"{name}PolicyUnits": 0 for name in policies}
    violence = {"type": "VIOLENCE", "confidence": "HIGH", "action": "BLOCKED"}
    filters = [violence] if action == "GUARDRAIL_INTERVENED" else []
    return {
        "usage": {**usage, "sensitiveInformationPolicyFreeUnits": 0, "contentPolicyUnits": units},
        "action": action,
        "outputs": [],
        "assessments": [{"contentPolicy": {"filters": filters}}],
    }


def test_fusion_writes_timeline_and_language(s3: MemoryS3, fusion: dict[str, Any]) -> None:
    timeline = read(s3, Timeline, "assets/asset-1/1/timeline.json")
    assert len(timeline.observations) == 2
    language = read(s3, LanguageAnalysis, "assets/asset-1/1/language.json")
    assert [source.source for source in language.sources] == ["passages"]
    assert language.missing[0].reason.endswith("comprehend: no access")
    assert fusion["summary"] == (
        "2 observations in 1 segment, 1 redundant, 1 contradictory; 2 chosen as evidence"
    )


@pytest.mark.parametrize(("profile_name", "is_reviewed"), [("general", False), ("moderation", True)])
def test_a_step_that_died_costs_the_answer_and_a_person_decides_where_one_must(
    s3: MemoryS3,
    fused: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    profile_name: str,
    is_reviewed: bool,
) -> None:
    def never(_request: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError("nobody is asked")

    bedrock(monkeypatch, never)
    killed = {"error": "Sandbox.Timedout", "cause": "Task timed out after 900.00 seconds"}
    asset = {**fused["asset"], "profile": profile_name}
    output = inference.handler({**fused, "asset": asset, "failure": killed}, CONTEXT)
    assert (output["claim"], output["needs_review"]) == (None, is_reviewed)
    (missing,) = read(s3, Unanswered, "assets/asset-1/1/unanswered.json").missing
    assert missing.reason == "it took longer than the 900 seconds that it may take"


def test_inference_writes_the_answer_and_what_it_used(
    s3: MemoryS3, fused: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bedrock(monkeypatch, lambda _request: answered(GOOD))
    output = inference.handler(fused, CONTEXT)
    claim = decode(Claim, output["claim"])
    answer = read(s3, Answer, claim.key)
    assert answer.answer == GOOD
    assert [(used.operation, used.unit, used.quantity) for used in answer.usage] == [
        ("ApplyGuardrail:content", "text_unit", 1),
        ("Converse:amazon.nova-micro-v1:0", "input_token", 100),
        ("Converse:amazon.nova-micro-v1:0", "output_token", 20),
    ]
    assert "3 claims" in output["summary"]


def refuse(code: str, status: int) -> Any:
    def answer(_request: Any) -> Any:
        raise ServiceError(code, "told", status=status)

    return answer


def test_a_denied_model_leaves_no_answer_but_says_so(
    s3: MemoryS3, fused: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bedrock(monkeypatch, refuse("AccessDeniedException", 403))
    output = inference.handler(fused, CONTEXT)
    assert output["claim"] is None
    assert output["summary"].startswith("no answer: no model wrote an answer: ")
    assert "Exception" not in output["summary"]
    (missing,) = read(s3, Unanswered, "assets/asset-1/1/unanswered.json").missing
    assert missing.operation == "bedrock:Converse"
    assert (BUCKET, "assets/asset-1/1/answer.json") not in s3.objects


def test_a_guardrail_s_intervention_is_recorded_with_what_it_cost(
    s3: MemoryS3, fused: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bedrock(monkeypatch, lambda _request: answered(None, stop_reason="guardrail_intervened", text="No."))
    assert inference.handler(fused, CONTEXT)["claim"] is None
    unanswered = read(s3, Unanswered, "assets/asset-1/1/unanswered.json")
    assert "guardrail" in unanswered.missing[0].reason
    assert unanswered.usage[0].quantity == 100


def test_what_a_model_wrote_is_held_to_the_output_filters(
    s3: MemoryS3, fused: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, Any]] = []

    def intervene(request: dict[str, Any]) -> dict[str, Any]:
        shown.append(request)
        return assessed("GUARDRAIL_INTERVENED", units=2)

    bedrock(monkeypatch, lambda _request: answered(GOOD), intervene)

    output = inference.handler(fused, CONTEXT)

    assert output["claim"] is None
    assert output["summary"] == "no answer: a guardrail withheld what the model wrote"
    assert (BUCKET, "assets/asset-1/1/answer.json") not in s3.objects
    (request,) = shown
    assert (request["guardrailIdentifier"], request["guardrailVersion"]) == ("g1", "3")
    assert request["source"] == "OUTPUT"
    text = request["content"][0]["text"]["text"]
    assert "The Trail Runner is a light shoe." in text
    assert "p0001" not in text, "ids aren't what a model may be stopped for"
    unanswered = read(s3, Unanswered, "assets/asset-1/1/unanswered.json")
    assert unanswered.guardrail["outputAssessments"][0]["contentPolicy"]["filters"][0]["type"] == "VIOLENCE"
    assert [step.outcome for step in unanswered.route] == ["passed"]
    assert {used.operation for used in unanswered.usage} > {"ApplyGuardrail:content"}


def test_a_long_answer_is_shown_to_the_guardrail_in_pieces() -> None:
    shown: list[str] = []

    def judge(request: dict[str, Any]) -> dict[str, Any]:
        shown.append(request["content"][0]["text"]["text"])
        return assessed("NONE", units=20)

    meter = Meter()
    client = answered_by("bedrock-runtime", {"ApplyGuardrail": judge})

    assert assess_output(Guardrail("g1", "3"), "x" * 45_000, meter, bedrock=client) is None

    assert [len(text) for text in shown] == [20_000, 20_000, 5_000]
    assert meter.usage()[0].quantity == 60


def test_a_guardrail_that_can_t_be_asked_is_listed_as_missing(
    s3: MemoryS3, fused: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bedrock(monkeypatch, lambda _request: answered(GOOD), refuse("AccessDeniedException", 403))

    answer = read(s3, Answer, decode(Claim, inference.handler(fused, CONTEXT)["claim"]).key)

    assert [missing.operation for missing in answer.missing] == ["bedrock:ApplyGuardrail"]


def test_what_quotes_the_evidence_needs_no_guardrail(
    s3: MemoryS3, fused: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    quoting = answered(GOOD, fields={"method": "extractive"})
    bedrock(monkeypatch, lambda _request: quoting, refuse("AccessDeniedException", 403))

    answer = read(s3, Answer, decode(Claim, inference.handler(fused, CONTEXT)["claim"]).key)

    assert answer.missing == ()


def test_a_throttle_is_retried_by_the_workflow_until_its_last_try(
    s3: MemoryS3, fused: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bedrock(monkeypatch, refuse("ThrottlingException", 429))
    with pytest.raises(Exception, match="ThrottlingException") as raised:
        inference.handler(fused, CONTEXT)
    assert type(raised.value).__name__ == "ThrottledError"
    last = {**fused, "retries": {**fused["retries"], "count": 6}}
    assert inference.handler(last, CONTEXT)["claim"] is None


def test_what_a_throttled_try_had_cost_is_counted_by_the_next(
    s3: MemoryS3, fused: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    throttled = refuse("ThrottlingException", 429)
    bedrock(monkeypatch, lambda _request: answered(GOOD), throttled)
    with pytest.raises(Exception, match="ThrottlingException"):
        inference.handler(fused, CONTEXT)
    bedrock(monkeypatch, lambda _request: answered(GOOD))

    answer = read(s3, Answer, decode(Claim, inference.handler(fused, CONTEXT)["claim"]).key)

    assert {used.unit: used.quantity for used in answer.usage} == {
        "text_unit": 1,
        "input_token": 200,
        "output_token": 40,
    }


def test_an_asset_beyond_its_budget_is_reviewed_or_answered_by_the_cheapest_model(
    s3: MemoryS3, fused: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        asked.append(request["modelId"])
        return answered(GOOD)

    bedrock(monkeypatch, answer)
    costly = replace(profile("general"), inference=replace(profile("general").inference, text_tier="pro"))
    monkeypatch.setattr(inference, "profile", lambda _: costly)
    reason = "it was expected to cost $2.00, more than $1"

    reviewed = inference.handler({**fused, "budget": {"review_reason": reason}}, CONTEXT)
    cheap = inference.handler({**fused, "budget": {"is_downgraded": True}}, CONTEXT)

    assert (reviewed["needs_review"], reviewed["review_reasons"]) == (True, [reason])
    assert cheap["needs_review"] is False
    assert asked[0] == MODEL_IDS["pro"]
    assert set(asked[1:]) <= {MODEL_IDS["micro"]}
