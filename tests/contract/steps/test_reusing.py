"""An asset asked for again takes an earlier attempt's work over, and pays for none of it twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from braid.domain.answer.answer import Answer
from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.asset.branch_outcome import BranchOutcome
from braid.domain.asset.execution_state import FusionOutcome
from braid.domain.asset.rerun import Reuse, StartAt
from braid.domain.asset.result import Result
from braid.domain.clock import iso
from braid.domain.errors import InvalidInputError, PendingError
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource, unanalyzed
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Vision
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.profile.sections.budget import Budget
from braid.domain.wire import decode, encode
from lambdas.fusion.observe.branch_documents import read_branches
from lambdas.intake.handler_admit import handler
from tests.contract.conftest import Storage
from tests.contract.steps.publishing import ARN, STARTED, publish
from tests.doubles.analyzed_state import analyzed
from tests.doubles.lambda_context import CONTEXT

SPOKEN = LanguageSource("transcript", "en", "Plant the seeds in March", {"u0001": 0})
SEEN = LanguageSource("detected_text", "en", "1. Seeds", {"k0001:1": 0})
DENIED = MissingOperation("comprehend:DetectToxicContent", "not offered here")


def admit_again(asset: AssetRef, start_at: StartAt, of_attempt: int = 1) -> dict[str, Any]:
    event = {
        "asset": encode(asset),
        "execution_arn": "arn:2",
        "redrive_count": 0,
        "started_at": STARTED,
        "given": {"asset": encode(asset), "reuse": encode(Reuse(start_at, of_attempt))},
        "retries": {},
    }
    told: dict[str, Any] = json.loads(json.dumps(handler(event, CONTEXT)))
    return told


@pytest.fixture
def first(storage: Storage, dropped: AssetRef) -> AssetRef:
    """An asset that is through, with a language analysis of both sources."""
    state = analyzed(storage, dropped)
    store = storage.store(dropped)
    used = (Usage("comprehend", "DetectEntities", "unit", 3),)
    language = LanguageAnalysis((SPOKEN, SEEN), (DENIED,), used)
    store.put_document(store.result_key("language.json"), language)
    publish(state)
    return dropped


def test_fusion_gets_what_it_got_before(storage: Storage, first: AssetRef) -> None:
    again = replace(first, attempt=2)
    told = admit_again(again, StartAt.FUSION)
    assert (told["admitted"], told["start_at"]) == (True, "fusion")
    assert told["reused"]["fusion"] is None
    branches = decode(dict[Modality, BranchOutcome], told["reused"]["modalities"])
    assert {name.value: branch.outcome for name, branch in branches.items()} == {
        "speech": "analyzed",
        "vision": "analyzed",
        "text": "absent",
    }
    claim = decode(FusionOutcome, {"verdict": "enough", "summary": "", "claim": told["claim"]}).claim
    store, before = storage.store(again), storage.store(first)
    given = read_branches(branches, claim, store)
    assert given.admission.asset == again
    assert given.transcript == replace(
        before.stored_document(Transcript, before.result_key("transcript.json")), usage=()
    )
    assert given.language.sources == (SPOKEN, SEEN)
    assert given.language.missing == (DENIED,)
    assert given.language.usage == (), "what the first attempt paid isn't paid again"


def test_its_stills_are_its_own(storage: Storage, first: AssetRef) -> None:
    again = replace(first, attempt=2)
    admit_again(again, StartAt.FUSION)
    store = storage.store(again)
    vision = store.stored_document(Vision, store.result_key("vision.json"))
    assert [frame.image.key for frame in vision.keyframes] == [store.result_key("keyframes/k0001.jpg")]
    assert store.get_payload(vision.keyframes[0].image) == b"\xff\xd8\xff still"


def test_inference_gets_the_timeline_and_the_receipt_is_of_this_attempt(
    storage: Storage, first: AssetRef
) -> None:
    again = replace(first, attempt=2)
    told = admit_again(again, StartAt.INFERENCE)
    fusion = decode(FusionOutcome, told["reused"]["fusion"])
    store, before = storage.store(again), storage.store(first)
    timeline = store.get_document(Timeline, fusion.claim)
    assert timeline == before.stored_document(Timeline, before.result_key("timeline.json"))
    assert fusion.verdict == "enough"

    answer = before.stored_document(Answer, before.result_key("answer.json"))
    claim = store.put_document(store.result_key("answer.json"), replace(answer, usage=()))
    state = {
        "asset": encode(again),
        "admission": {**told, "reused": None},
        "modalities": told["reused"]["modalities"],
        "fusion": told["reused"]["fusion"],
        "answer": {"summary": "", "claim": encode(claim)},
    }
    assert publish(state)["status"] == "SUCCEEDED"
    receipt = json.loads(storage.result(store.result_key("receipt.json")))
    assert not [line for line in receipt["lines"] if line["service"] in ("transcribe", "comprehend")]
    result = store.stored_document(Result, f"assets/{first.asset_id}/result.json")
    assert (result.attempt, result.status) == (2, "SUCCEEDED")
    assert storage.record(first.asset_id)["attempt"] == "2"


def test_what_was_missing_is_missing_still(storage: Storage, dropped: AssetRef) -> None:
    state = analyzed(storage, dropped)
    store = storage.store(dropped)
    storage.s3.delete_object(Bucket=storage.results, Key=store.result_key("transcript.json"))
    cause = json.dumps({"errorMessage": "transcribe:StartTranscriptionJob: no access"})
    state["modalities"]["speech"] = {"outcome": "missing", "error": "AccessDeniedError", "cause": cause}
    state["modalities"]["vision"]["outcome"] = "unanalyzed"
    state["modalities"]["vision"] |= {"error": "Sandbox.Timedout", "cause": "killed", "language": None}
    publish(state)
    told = admit_again(replace(dropped, attempt=2), StartAt.FUSION)
    branches = decode(dict[Modality, BranchOutcome], told["reused"]["modalities"])
    speech, vision = branches[Modality.SPEECH], branches[Modality.VISION]
    assert (speech.outcome, speech.why) == ("missing", "transcribe:StartTranscriptionJob: no access")
    assert (vision.outcome, vision.why) == ("unanalyzed", "it took longer than it may take")
    assert unanalyzed(Modality.VISION) == "language:detected_text"


@pytest.mark.parametrize("start_at", [StartAt.FUSION, StartAt.INFERENCE])
@pytest.mark.parametrize("budget", [Budget(is_downgraded=True), Budget(review_reason="too dear")])
def test_it_keeps_to_the_budget_that_it_was_admitted_by(
    storage: Storage, first: AssetRef, start_at: StartAt, budget: Budget
) -> None:
    store = storage.store(first)
    key = store.result_key("admission.json")
    store.put_document(key, replace(store.stored_document(Admission, key), budget=budget))
    assert admit_again(replace(first, attempt=2), start_at)["budget"] == encode(budget)
    again = admit_again(replace(first, attempt=3), start_at, of_attempt=2)
    assert again["budget"] == encode(budget), "and so does the attempt behind it"


def test_an_admission_of_before_budgets_were_kept_is_taken_over(storage: Storage, first: AssetRef) -> None:
    store = storage.store(first)
    key = store.result_key("admission.json")
    admission = json.loads(storage.result(key))
    del admission["budget"]
    storage.s3.put_object(Bucket=storage.results, Key=key, Body=json.dumps(admission))
    assert admit_again(replace(first, attempt=2), StartAt.FUSION)["budget"] == encode(Budget())


def test_what_was_never_analysed_is_refused_in_words(storage: Storage, dropped: AssetRef) -> None:
    with pytest.raises(InvalidInputError, match="run it again from the beginning"):
        admit_again(replace(dropped, attempt=2), StartAt.FUSION)
    assert storage.record(dropped.asset_id)["attempt"] == "1"
    assert ARN


def test_asking_again_waits_for_the_days_money_and_keeps_it_free_for_itself(
    storage: Storage, first: AssetRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = replace(first, attempt=2)
    monkeypatch.setenv("MAX_USD_PER_DAY", "1")
    day = iso(datetime.now(UTC))[:10]
    storage.dynamodb.put_item(
        TableName=storage.table,
        Item={"asset_id": {"S": f"money#{day}"}, "committed_usd": {"N": "1"}},
    )
    with pytest.raises(PendingError, match="max_usd_per_day"):
        admit_again(again, StartAt.FUSION)
    assert "max_usd_per_day" in storage.record(first.asset_id)["reason"]

    storage.dynamodb.delete_item(TableName=storage.table, Key={"asset_id": {"S": f"money#{day}"}})
    admit_again(again, StartAt.FUSION)
    assert 0 < float(storage.record(first.asset_id)["reserved_usd"]) < 0.05
