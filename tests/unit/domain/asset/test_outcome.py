"""Status, reason and missing operations of whatever an execution left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from braid.domain.answer.answer import Answer, Unanswered
from braid.domain.answer.review import Decision, Review, ReviewRequest
from braid.domain.asset.admission import Admission, Gate
from braid.domain.asset.asset import AssetRef, AssetStatus, Modality, Source
from braid.domain.asset.execution_state import ExecutionState
from braid.domain.asset.failure import Failure
from braid.domain.asset.outcome import AssetDocuments, input_warnings, outcome_of
from braid.domain.asset.spending import state_transitions, usage_of
from braid.domain.errors import InvalidInputError
from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.evidence.passages import Passages
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript
from braid.domain.evidence.vision import Vision
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.wire import decode

CLAIM = {"uri": "s3://b/k", "media_type": "application/json", "size_bytes": 1, "sha256": "00"}
REVIEW_OUTCOME = {
    "decision": "approve",
    "by": "ann",
    "at": "2026-11-20T10:00:00.000Z",
    "note": "",
    "summary": "approved by ann",
    "claim": CLAIM,
    "review": CLAIM,
    "example": CLAIM,
}
ANSWER = Answer("general", "h", "model", "m", (), {}, (), 0.5, "It is so.")
DEFINITION = json.loads(
    (Path(__file__).resolve().parents[4] / "statemachines" / "analyze_asset.asl.json").read_text("utf-8")
)


def _state(**changes: Any) -> ExecutionState:
    absent = {"outcome": "absent"}
    branches = {"speech": absent, "vision": absent, "text": absent}
    state = {
        "asset": {
            "asset_id": "a-1",
            "attempt": 1,
            "profile": "general",
            "source": {"bucket": "b", "key": "inbox/a.mp4", "version_id": "v"},
        },
        "admission": {
            "admitted": True,
            "summary": "a video",
            "reason": None,
            "modalities": {"speech": True, "vision": True, "text": False},
            "claim": CLAIM,
        },
        "modalities": {**branches, **changes.pop("branches", {})},
        "fusion": {"verdict": "enough", "summary": "", "reason": None, "claim": CLAIM},
        "answer": {"summary": "", "claim": CLAIM},
        **changes,
    }
    return decode(ExecutionState, {name: value for name, value in state.items() if value is not None})


def _analyzed() -> dict[str, Any]:
    return {"outcome": "analyzed", "summary": "s", "document": CLAIM, "language": CLAIM}


def test_the_state_is_read_with_what_it_reached() -> None:
    state = _state(branches={"speech": _analyzed()}, result={"anything": 1})
    assert state.asset == AssetRef("a-1", 1, "general", Source("b", "inbox/a.mp4", "v"))
    assert state.branch(Modality.SPEECH).outcome == "analyzed"
    early = decode(
        ExecutionState,
        {
            "asset": {
                "asset_id": "a",
                "attempt": 1,
                "profile": "p",
                "source": {"bucket": "b", "key": "k", "version_id": "v"},
            },
            "failure": {"Error": "Runtime.ExitError", "Cause": "exit 137"},
        },
    )
    assert early.branch(Modality.TEXT).outcome == "absent"
    assert early.failure is not None
    assert early.failure.is_crash


def test_a_state_of_another_shape_is_our_bug() -> None:
    with pytest.raises(InvalidInputError, match="outcome must be one of"):
        _state(branches={"speech": {"outcome": "unheard of"}})


def test_all_well_is_succeeded() -> None:
    outcome = outcome_of(_state(branches={"speech": _analyzed()}), AssetDocuments(answer=ANSWER))
    assert (outcome.status, outcome.reason, outcome.missing) == (AssetStatus.SUCCEEDED, None, ())


def test_missing_operations_alone_stay_succeeded() -> None:
    lacking = (MissingOperation("rekognition:DetectFaces", "denied"),)
    documents = AssetDocuments(answer=ANSWER, vision=Vision((), missing=lacking))
    with_labels = AssetDocuments(answer=ANSWER, transcript=Transcript("en", (), missing=()))
    assert outcome_of(_state(), with_labels).status is AssetStatus.SUCCEEDED
    assert outcome_of(_state(), documents).missing == lacking


def test_a_modality_without_anything_is_partial_with_lambdas_words() -> None:
    cause = json.dumps({"errorMessage": "the language can't be told", "errorType": "UnsupportedError"})
    missing = {"outcome": "missing", "error": "UnsupportedError", "cause": cause}
    outcome = outcome_of(_state(branches={"speech": missing}), AssetDocuments(answer=ANSWER))
    assert outcome.status is AssetStatus.PARTIAL
    assert outcome.reason == "Its speech could not be transcribed: the language can't be told."
    assert outcome.missing == (MissingOperation("speech", "the language can't be told"),)


def test_an_empty_document_is_missing_only_where_an_operation_failed() -> None:
    state = _state(branches={"text": _analyzed()})
    nobody_spoke = AssetDocuments(answer=ANSWER, transcript=Transcript("en", ()), passages=Passages(()))
    assert outcome_of(state, nobody_spoke).status is AssetStatus.SUCCEEDED
    denied = (MissingOperation("textract:DetectDocumentText", "denied"),)
    unread = AssetDocuments(answer=ANSWER, passages=Passages((), missing=denied))
    assert outcome_of(state, unread).reason == "Its text could not be read: denied."


def test_a_died_language_analysis_is_missing_but_not_partial() -> None:
    unanalyzed = {"outcome": "unanalyzed", "document": CLAIM, "error": "States.Timeout", "cause": ""}
    outcome = outcome_of(_state(branches={"speech": unanalyzed}), AssetDocuments(answer=ANSWER))
    assert outcome.status is AssetStatus.SUCCEEDED
    assert outcome.missing == (MissingOperation("language:transcript", "it took longer than it may take"),)


def test_a_function_out_of_time_is_told_in_words_and_once() -> None:
    late = "2026-11-21T04:32:46Z 0b1c Task timed out after 300.00 seconds"
    cause = json.dumps({"errorMessage": late, "errorType": "Sandbox.Timedout"})
    branch = {"outcome": "unanalyzed", "document": CLAIM, "error": "Sandbox.Timedout", "cause": cause}
    by_fusion = LanguageAnalysis((), (MissingOperation("language:passages", late),))
    outcome = outcome_of(_state(branches={"text": branch}), AssetDocuments(answer=ANSWER, language=by_fusion))
    told = "it took longer than the 300 seconds that it may take"
    assert outcome.missing == (MissingOperation("language:passages", told),)


def test_nothing_found_and_no_answer_are_partial() -> None:
    nothing = _state(
        fusion={"verdict": "nothing_found", "summary": "", "reason": None, "claim": CLAIM}, answer=None
    )
    assert outcome_of(nothing, AssetDocuments()).reason == "Nothing was found to answer from."
    unanswered = Unanswered((MissingOperation("bedrock:Converse", "no access to the model"),))
    outcome = outcome_of(_state(answer={"summary": "", "claim": None}), AssetDocuments(unanswered=unanswered))
    assert outcome.reason == "There is no answer: no access to the model."
    assert outcome.status is AssetStatus.PARTIAL


def test_every_operation_is_listed_once_and_usage_is_gathered() -> None:
    same = (
        MissingOperation("comprehend:DetectEntities", "first"),
        MissingOperation("comprehend:DetectEntities", "2"),
    )
    used = Usage("textract", "DetectDocumentText", "page", 1)
    documents = AssetDocuments(
        answer=ANSWER,
        passages=Passages((), missing=same, usage=(used,)),
        unanswered=Unanswered((), usage=(used,)),
    )
    assert [item.reason for item in outcome_of(_state(), documents).missing] == ["first"]
    assert usage_of(documents) == (used, used)


def test_what_fusion_asked_a_model_for_is_told_and_paid() -> None:
    lacking = (MissingOperation("bedrock:InvokeModel:embeddings", "denied"),)
    used = (Usage("bedrock", "InvokeModel:amazon.titan-embed-text-v2:0", "input_token", 7),)
    documents = AssetDocuments(
        answer=ANSWER, timeline=Timeline(None, (), (), (), (), {}, missing=lacking, usage=used)
    )
    outcome = outcome_of(_state(), documents)
    assert (outcome.status, outcome.missing) == (AssetStatus.SUCCEEDED, lacking)
    assert usage_of(documents) == used


@pytest.mark.parametrize("speech", ["analyzed", "absent"])
@pytest.mark.parametrize("vision", ["analyzed", "unanalyzed", "absent"])
@pytest.mark.parametrize("text", ["analyzed", "absent"])
@pytest.mark.parametrize(
    ("verdict", "is_reviewed"), [("enough", False), ("enough", True), ("nothing_found", False)]
)
def test_transitions_are_those_of_the_definition(
    speech: str, vision: str, text: str, verdict: str, is_reviewed: bool
) -> None:
    outcomes = {"speech": speech, "vision": vision, "text": text}
    branches = {name: {"outcome": outcome} for name, outcome in outcomes.items()}
    answer = {"summary": "", "claim": CLAIM} if verdict == "enough" else None
    fusion = {"verdict": verdict, "summary": "", "reason": None, "claim": CLAIM}
    state = _state(
        branches=branches, fusion=fusion, answer=answer, review=REVIEW_OUTCOME if is_reviewed else None
    )
    assert state_transitions(state) == _walked(outcomes, verdict, is_reviewed)


def test_a_step_that_died_over_the_answer_is_one_state_more() -> None:
    killed = {"Error": "Sandbox.Timedout", "Cause": "Task timed out after 900.00 seconds"}
    states = DEFINITION["States"]
    assert states["Infer Answer"]["Catch"][-1]["Next"] == "Answer Missing"
    assert states["Answer Missing"]["Next"] == states["Infer Answer"]["Next"]
    assert state_transitions(_state(failure=killed)) == state_transitions(_state()) + 1


@pytest.mark.parametrize("start_at", ["fusion", "inference"])
def test_transitions_of_an_asset_asked_for_again(start_at: str) -> None:
    outcomes = {"speech": "analyzed", "vision": "unanalyzed", "text": "absent"}
    branches = {name: {"outcome": outcome} for name, outcome in outcomes.items()}
    admission = {
        "admitted": True,
        "summary": "",
        "reason": None,
        "modalities": {"speech": True, "vision": True, "text": False},
        "claim": CLAIM,
        "start_at": start_at,
    }
    state = _state(branches=branches, answer={"summary": "", "claim": CLAIM}, admission=admission)
    assert state_transitions(state) == _walked(outcomes, "enough", False, start_at)


def _walked(outcomes: dict[str, str], verdict: str, is_reviewed: bool, start_at: str = "analysis") -> int:
    """How many states a walk through the definition enters, deciding every choice by the outcomes."""
    states = DEFINITION["States"]
    entered, name = 0, DEFINITION["StartAt"]
    while name:
        entered += 1
        state = states[name]
        if state["Type"] == "Parallel":
            entered += sum(
                _branch(branch, outcome)
                for branch, outcome in zip(state["Branches"], outcomes.values(), strict=True)
            )
        if state["Type"] == "Choice":
            name = next(
                (
                    choice["Next"]
                    for choice in state["Choices"]
                    if choice.get("StringEquals", verdict) in (verdict, start_at)
                    and (choice["Variable"] != "$.answer.needs_review" or is_reviewed)
                ),
                state["Default"],
            )
        else:
            name = state.get("Next")
    return entered


def _branch(branch: dict[str, Any], outcome: str) -> int:
    entered, name = 0, branch["StartAt"]
    while name:
        entered += 1
        state = branch["States"][name]
        if state["Type"] == "Choice":
            name = state["Default"] if outcome == "absent" else state["Choices"][0]["Next"]
        elif outcome == "unanalyzed" and state["Type"] == "Task" and state.get("End"):
            name = state["Catch"][-1]["Next"]
        else:
            name = state.get("Next")
    return entered


def test_what_a_gate_warned_of_is_told_of_a_success_too() -> None:
    ref = AssetRef("a-1", 1, "general", Source("b", "inbox/a.mp4", "v"))
    gates = (
        Gate("size", 10, "bytes", "pass"),
        Gate("whole", 5, "bytes missing", "warn", "Its end is cut off."),
    )
    admission = Admission(ref, "video/mp4", (), (), gates)
    outcome = outcome_of(_state(), AssetDocuments(admission=admission, answer=ANSWER))
    assert (outcome.status, outcome.reason) == (AssetStatus.SUCCEEDED, "Its end is cut off.")


def _review(decision: Decision, *, note: str = "", by_deadline: bool = False) -> Review:
    request = ReviewRequest(("low",), "2026-11-20T10:00:00.000Z", "2026-11-23T10:00:00.000Z", "reject")
    return Review(decision, "ann", "2026-11-21T10:00:00.000Z", request, note, by_deadline)


def test_a_reviewer_who_rejects_rejects_the_asset_with_the_note() -> None:
    documents = AssetDocuments(answer=ANSWER, review=_review("reject", note="the shoe is brown"))

    outcome = outcome_of(_state(review=REVIEW_OUTCOME), documents)

    assert outcome.status is AssetStatus.REJECTED
    assert outcome.reason == "Rejected in review by ann: the shoe is brown."


def test_a_deadline_that_rejects_says_that_nobody_looked() -> None:
    documents = AssetDocuments(answer=ANSWER, review=_review("reject", by_deadline=True))

    reason = outcome_of(_state(review=REVIEW_OUTCOME), documents).reason

    assert reason == "Nobody reviewed the answer before 2026-11-23T10:00:00.000Z, and so it was rejected."


def test_an_approved_answer_ends_as_any_other() -> None:
    documents = AssetDocuments(answer=ANSWER, review=_review("approve"))

    assert outcome_of(_state(review=REVIEW_OUTCOME), documents).status is AssetStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("error", "cause", "message"),
    [
        ("AttributeError", '{"errorMessage": "\'NoneType\' object"}', "Braid failed on this file"),
        ("States.DataLimitExceeded", "too much", "Braid failed on this file; the cause is in the log"),
        ("InvalidAssetError", '{"errorMessage": "It is empty."}', "It is empty."),
        (
            "Runtime.ExitError",
            "RequestId: 1 Error: Runtime exited with signal: killed",
            "it ran out of memory",
        ),
        ("Runtime.ExitError", "RequestId: 1 Error: signal: aborted", "the program that works on it crashed"),
        ("Runtime.OutOfMemory", "RequestId: 1 Error: Runtime exited", "it ran out of memory"),
        ("Extension.Crash", "", "the program that works on it crashed"),
        ("Runtime.NeverHeardOf", "", "the program that works on it crashed"),
        ("Runtime.ImportModuleError", "No module named 'x'", "Braid failed on this file"),
        ("", "", "no reason was given"),
    ],
)
def test_no_exception_speaks_to_people(error: str, cause: str, message: str) -> None:
    failure = Failure(error, cause)
    assert failure.message.startswith(message)
    assert error in failure.detail


def test_what_a_reader_warns_of_is_the_reason_where_nothing_was_found() -> None:
    passages = Passages((), warnings=("line 2: not a time range: 'x'",))
    fusion = {"verdict": "nothing_found", "summary": "", "reason": None, "claim": CLAIM}
    outcome = outcome_of(_state(fusion=fusion), AssetDocuments(passages=passages))
    assert outcome.status is AssetStatus.PARTIAL
    assert outcome.reason == "Nothing was found to answer from (line 2: not a time range: 'x')."
    assert input_warnings(AssetDocuments(passages=passages)) == passages.warnings
