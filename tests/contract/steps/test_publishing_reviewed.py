"""Publish Result after a review, and how long an asset may take without the reviewer's time."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from braid.domain.answer.answer import Answer, AnswerClaim
from braid.domain.answer.review import Decision, Review, ReviewRequest
from braid.domain.asset.asset import AssetRef
from braid.domain.money.accounting import Usage
from braid.domain.profile.sections.targets import TargetPlan
from braid.domain.wire import encode
from braid.runtime.library import profile
from lambdas.publishing import handler_publish as publishing
from tests.contract.conftest import Storage
from tests.contract.steps.publishing import STARTED, by_source, publish
from tests.doubles.analyzed_state import ANSWER, analyzed


def reviewed(
    storage: Storage,
    dropped: AssetRef,
    state: dict[str, Any],
    decision: Decision,
    standing: Answer | None,
    *,
    decided_at: str = STARTED,
) -> dict[str, Any]:
    """The state after a person decided."""
    store = storage.store(dropped)
    request = ReviewRequest(("confidence 0.80 is below 0.9",), STARTED, STARTED, "reject")
    review = Review(decision, "ann", decided_at, request, "seeds in April")
    outcome = {
        "decision": decision,
        "by": "ann",
        "at": STARTED,
        "note": "seeds in April",
        "summary": "",
        "claim": encode(store.put_document(store.result_key("answer-1.json"), standing))
        if standing
        else None,
        "review": encode(store.put_document(store.result_key("review.json"), review)),
        "example": encode(store.put_bytes(store.result_key("example.jsonl"), b"{}\n", "application/jsonl")),
    }
    return {**state, "review": outcome}


def test_a_rejected_answer_is_published_nowhere_and_paid_for_all_the_same(
    storage: Storage, dropped: AssetRef
) -> None:
    state = analyzed(storage, dropped)
    store = storage.store(dropped)
    asked = replace(ANSWER, usage=(Usage("bedrock", "Converse:amazon.nova-micro-v1:0", "input_token", 1000),))
    state["answer"]["claim"] = encode(store.put_document(store.result_key("answer.json"), asked))

    told = publish(reviewed(storage, dropped, state, "reject", None))

    assert told["status"] == "REJECTED"
    assert told["first_sentence"] == "Rejected in review by ann: seeds in April."
    result = storage.result_json(dropped)
    assert "answer" not in result["results"]
    assert {"answer_original", "review", "example", "transcript"} <= result["results"].keys()
    assert "answer.json" not in by_source(storage, dropped)
    assert b"Seeds go in" not in by_source(storage, dropped)["report.html"]
    assert b"seeds in April" in by_source(storage, dropped)["reason.txt"]
    receipt = json.loads(storage.result(storage.store(dropped).result_key("receipt.json")))
    assert any(line["service"] == "bedrock" for line in receipt["lines"])
    assert storage.record(dropped.asset_id)["status"] == "REJECTED"


def test_a_corrected_answer_is_the_one_that_people_find(storage: Storage, dropped: AssetRef) -> None:
    state = analyzed(storage, dropped)
    corrected = replace(
        ANSWER,
        answer={"summary": [{"text": "Seeds go in in April.", "evidence_ids": ["e1"]}]},
        claims=(AnswerClaim("Seeds go in in April.", ("e1",), "/summary/0"),),
        first_sentence="Seeds go in in April.",
        method="reviewer",
        review={"decision": "edit", "by": "ann", "at": STARTED, "note": ""},
    )

    told = publish(reviewed(storage, dropped, state, "edit", corrected))

    assert (told["status"], told["first_sentence"]) == ("SUCCEEDED", "Seeds go in in April.")
    assert json.loads(by_source(storage, dropped)["answer.json"])["review"]["by"] == "ann"
    result = storage.result_json(dropped)
    original = result["results"]["answer_original"]["uri"].split("/", 3)[3]
    assert json.loads(storage.result(original))["first_sentence"] == "Seeds go in in March."


def test_missed_targets_leave_out_the_reviewers_time(
    storage: Storage,
    dropped: AssetRef,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    targets = TargetPlan(latency_seconds=60, cost_usd=0.000001, confidence=0.99)
    monkeypatch.setattr(publishing, "profile", lambda name: replace(profile(name), targets=targets))
    # Received at 10:11:10, published at 12:00:40; the reviewer took from 10:11:12 to 11:59:55.
    monkeypatch.setattr(publishing, "utc_now", lambda: "2026-11-20T12:00:40.000Z")
    review = reviewed(
        storage,
        dropped,
        analyzed(storage, dropped),
        "approve",
        ANSWER,
        decided_at="2026-11-20T11:59:55.000Z",
    )

    publish(review)

    result = storage.result_json(dropped)
    missed = {each["target"]: (each["wanted"], each["value"]) for each in result["missed_targets"]}
    assert missed.keys() == {"cost_usd", "confidence"}, "47 s of work are within a minute"
    assert missed["confidence"] == (0.99, 0.8)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "MissedTargets" in line]
    assert [(line["profile"], line["target"], line["MissedTargets"]) for line in lines] == [
        (dropped.profile, "cost_usd", [1.0]),
        (dropped.profile, "confidence", [1.0]),
    ]
    assert {line["_aws"]["CloudWatchMetrics"][0]["Namespace"] for line in lines} == {"Braid"}


def test_a_repeated_publication_misses_the_same_targets(
    storage: Storage, dropped: AssetRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        publishing, "profile", lambda name: replace(profile(name), targets=TargetPlan(latency_seconds=1))
    )
    state = analyzed(storage, dropped)
    publish(state)
    first = storage.result_json(dropped)
    publish(state)
    (missed,) = first["missed_targets"]
    assert missed["target"] == "latency_seconds"
    assert storage.result_json(dropped)["missed_targets"][0]["target"] == "latency_seconds"
