"""Publish Result: what people find afterwards, whatever was there before and however often it is done."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import av
import jsonschema
import pytest
import webvtt

from braid.domain.answer.answer import Answer, AnswerClaim, Unanswered
from braid.domain.answer.review import Decision, Review, ReviewRequest
from braid.domain.asset.admission import Admission, Gate, Member
from braid.domain.asset.asset import AssetRef, AssetStatus, Modality
from braid.domain.evidence.language import LanguageAnalysis
from braid.domain.evidence.observation import Evidence, Observation
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.evidence.vision import Box, DetectedText, KeyframeAnalysis, Vision
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.profile.sections.targets import TargetPlan
from braid.domain.span import Span
from braid.domain.wire import encode
from braid.runtime.library import profile
from braid.store.records import RecordClosing
from lambdas.publishing import handler_publish as publishing
from lambdas.publishing.handler_publish import handler
from schemas.regenerate import FOLDER
from tests.contract.conftest import Storage
from tests.doubles.lambda_context import CONTEXT

ARN = "arn:aws:states:us-east-1:000000000000:execution:m:n"
STARTED = "2026-11-20T10:11:12.000Z"
ANSWER = Answer(
    "general",
    "hash",
    "model",
    "amazon.nova-micro-v1:0",
    (),
    {"summary": [{"text": "Seeds go in in March.", "evidence_ids": ["e1"]}]},
    (AnswerClaim("Seeds go in in March.", ("e1",), "/summary/0"),),
    0.8,
    "Seeds go in in March.",
)
OBSERVATION = Observation(
    "o1", Modality.SPEECH, "utterance", Span(0, 2400), "Plant the seeds in March", 0.9, "transcribe:u0001"
)
SPOKEN = Usage("transcribe", "StartTranscriptionJob", "second", 30)


def analyzed(storage: Storage, asset: AssetRef) -> dict[str, Any]:
    """The state of an execution that heard and saw something, with its documents stored."""
    store = storage.store(asset)
    words = tuple(
        TranscriptItem(word, 500 * index, 500 * index + 400, 0.9, "word")
        for index, word in enumerate(["Plant", "the", "seeds", "in", "March"])
    )
    said = Utterance("u0001", None, 0, 2400, "Plant the seeds in March", 0.9, words)
    evidence = Evidence("e1", Modality.SPEECH, "utterance", Span(0, 2400), said.text, 0.9, "transcribe:u0001")
    still = store.put_bytes(store.result_key("keyframes/k0001.jpg"), b"\xff\xd8\xff still", "image/jpeg")
    frame = KeyframeAnalysis(
        "k0001", still, Span(0, 2400), at_ms=0, texts=(DetectedText("1. Seeds", 0.99, Box(0, 0, 1, 1)),)
    )
    member = Member(
        "a.mp4", "main", "b", asset.source.key, "v", 5, "video/mp4", (Modality.SPEECH, Modality.VISION)
    )
    member = replace(member, duration_ms=2400)
    documents = {
        "admission": Admission(
            asset, "video/mp4", (member,), member.modalities, (Gate("size", 5, "bytes", "pass"),), 2400
        ),
        "transcript": Transcript("en-US", (said,), 2400, usage=(SPOKEN,)),
        "vision": Vision((frame,), missing=(MissingOperation("rekognition:DetectFaces", "denied"),)),
        "timeline": Timeline(2400, (), (OBSERVATION,), (), (evidence,), {}),
        "answer": ANSWER,
        "language": LanguageAnalysis(()),
    }
    claims = {
        name: encode(store.put_document(store.result_key(f"{name}.json"), document))
        for name, document in documents.items()
    }
    branch = {"outcome": "analyzed", "summary": "", "language": claims["language"]}
    return {
        "asset": encode(asset),
        "admission": {
            "admitted": True,
            "summary": "",
            "reason": None,
            "modalities": {"speech": True, "vision": True, "text": False},
            "claim": claims["admission"],
        },
        "modalities": {
            "speech": {**branch, "document": claims["transcript"]},
            "vision": {**branch, "document": claims["vision"]},
            "text": {"outcome": "absent"},
        },
        "fusion": {"verdict": "enough", "summary": "", "reason": None, "claim": claims["timeline"]},
        "answer": {"summary": "", "claim": claims["answer"]},
    }


def publish(state: dict[str, Any]) -> dict[str, Any]:
    answer = handler({"state": state, "execution_arn": ARN, "started_at": STARTED}, CONTEXT)
    assert len(json.dumps(answer, ensure_ascii=False).encode()) <= 1024
    told: dict[str, Any] = json.loads(json.dumps(answer))
    return told


@pytest.fixture
def asset(storage: Storage, folder: str) -> AssetRef:
    dropped = storage.drop(f"{folder}/a+b ü.mp4")
    storage.records.put_received(dropped, received_at="2026-11-20T10:11:10.000Z", now=STARTED)
    storage.records.process(dropped, execution_arn=ARN, now=STARTED)
    return dropped


def by_source(storage: Storage, asset: AssetRef) -> dict[str, bytes]:
    prefix = f"by-source/{asset.source.key}/"
    return {key.removeprefix(prefix): storage.result(key) for key in storage.keys(prefix)}


def test_everything_is_found_under_its_name(storage: Storage, asset: AssetRef) -> None:
    told = publish(analyzed(storage, asset))
    assert (told["status"], told["first_sentence"]) == ("SUCCEEDED", "Seeds go in in March.")
    result = storage.result_json(asset)
    jsonschema.validate(result, json.loads((FOLDER / "result.schema.json").read_text("utf-8")))
    assert sorted(result["results"]) == [
        "admission",
        "answer",
        "captions_srt",
        "captions_vtt",
        "language",
        "receipt",
        "report",
        "timeline",
        "transcript",
        "transcript_text",
        "vision",
    ]
    for claim in result["results"].values():
        assert len(storage.result(claim["uri"].split("/", 3)[3])) == claim["size_bytes"]
    assert result["missing"] == [{"operation": "rekognition:DetectFaces", "reason": "denied"}]
    assert result["timings"]["received_at"] == "2026-11-20T10:11:10.000Z"
    assert result["source"] == {
        "bucket": storage.inbox,
        "key": asset.source.key,
        "version_id": asset.source.version_id,
        "size_bytes": 5,
        "media_type": "video/mp4",
    }
    record = storage.record(asset.asset_id)
    assert (record["status"], record["result_uri"]) == ("SUCCEEDED", told["result_uri"])
    assert float(record["cost_usd"]) == pytest.approx(0.012 + 19 * 0.000025)


def test_what_a_profile_for_accessibility_adds(storage: Storage, asset: AssetRef) -> None:
    store = storage.store(asset)
    line = {"gap": 1, "start_ms": 4000, "end_ms": 7000, "text": "A bed of <seeds>.", "evidence_ids": ["e1"]}
    answer = replace(ANSWER, answer={"summary": [], "alt_texts": [], "audio_description": [line]})
    state = analyzed(storage, replace(asset, profile="accessibility"))
    state["answer"]["claim"] = encode(store.put_document(store.result_key("answer.json"), answer))

    publish(state)

    results = storage.result_json(asset)["results"]
    assert {"accessibility", "descriptions_vtt"} <= set(results)
    spoken = webvtt.from_string(storage.result(f"assets/{asset.asset_id}/1/descriptions.vtt").decode())
    assert [(cue.start, cue.end) for cue in spoken] == [("00:00:04.000", "00:00:07.000")]
    standing = json.loads(storage.result(f"assets/{asset.asset_id}/1/accessibility.json"))
    jsonschema.validate(standing, json.loads((FOLDER / "accessibility.schema.json").read_text("utf-8")))
    assert standing["kind"] == "video"
    assert b"the-accessibility" in storage.result(f"assets/{asset.asset_id}/1/report.html")


def test_what_the_deployment_wants_beside_is_made_or_missing(
    storage: Storage, asset: AssetRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing here translates; who speaks is installed by who wants it. Neither costs anything else."""
    monkeypatch.setenv("CAPTION_LANGUAGES", '["de", "en"]')
    monkeypatch.setenv("SPOKEN_DESCRIPTIONS", "true")
    store = storage.store(asset)
    line = {"gap": 1, "start_ms": 500, "end_ms": 700, "text": "A bed.", "evidence_ids": ["e1"]}
    later = {"gap": 2, "start_ms": 4000, "end_ms": 7000, "text": "A bed of seeds.", "evidence_ids": ["e1"]}
    answer = replace(ANSWER, answer={"summary": [], "alt_texts": [], "audio_description": [later, line]})
    state = analyzed(storage, replace(asset, profile="accessibility"))
    state["answer"]["claim"] = encode(store.put_document(store.result_key("answer.json"), answer))
    timeline = Timeline(10_000, (), (OBSERVATION,), (), (), {})
    state["fusion"]["claim"] = encode(store.put_document(store.result_key("timeline.json"), timeline))

    publish(state)

    result = storage.result_json(asset)
    missing = {item["operation"]: item["reason"] for item in result["missing"]}
    assert result["status"] == "SUCCEEDED"
    assert "no engine that translates from en to de" in missing["translate:TranslateText:de"]
    assert "translate:TranslateText:en" not in missing
    assert "captions_de_vtt" not in result["results"]
    if "polly:SynthesizeSpeech" in missing:
        assert "braid engines install voice" in missing["polly:SynthesizeSpeech"]
        assert "descriptions_mp3" not in result["results"]
        return
    body = storage.result(f"assets/{asset.asset_id}/1/descriptions.mp3")
    with av.open(io.BytesIO(body)) as container:
        assert container.duration == pytest.approx(10_000_000, abs=50_000)
    assert any(
        "the line at 0:00.5 isn't spoken: somebody speaks there" in each for each in result["warnings"]
    )
    receipt = json.loads(storage.result(f"assets/{asset.asset_id}/1/receipt.json"))
    (spoken,) = [each for each in receipt["lines"] if each["service"] == "polly"]
    assert (spoken["operation"], spoken["quantity"]) == ("SynthesizeSpeech:neural", len(later["text"]))
    assert spoken["cost_usd"] == pytest.approx(len(later["text"]) * 1.6e-5, abs=1e-6)
    assert b"descriptions.mp3" in storage.result(f"assets/{asset.asset_id}/1/report.html")


def test_what_cannot_be_read_in_time_is_told(storage: Storage, asset: AssetRef) -> None:
    store = storage.store(asset)
    state = analyzed(storage, asset)
    words = tuple(
        TranscriptItem("incomprehensibilities", at * 90, at * 90 + 90, 0.9, "word") for at in range(12)
    )
    fast = Utterance("u0001", None, 0, 1080, " ".join(word.text for word in words), 0.9, words)
    claim = store.put_document(store.result_key("transcript.json"), Transcript("en-US", (fast,), 1080))
    state["modalities"]["speech"]["document"] = encode(claim)

    publish(state)

    (warning,) = [each for each in storage.result_json(asset)["warnings"] if "characters a second" in each]
    assert "at 0:00.0" in warning
    assert warning.encode() in storage.result(f"assets/{asset.asset_id}/1/report.html")


def test_captions_play_elsewhere(storage: Storage, asset: AssetRef) -> None:
    publish(analyzed(storage, asset))
    captions = webvtt.from_string(storage.result(f"assets/{asset.asset_id}/1/captions.vtt").decode())
    assert [caption.text for caption in captions] == ["Plant the seeds in March"]
    srt = storage.result(f"assets/{asset.asset_id}/1/captions.srt").decode()
    assert srt.startswith("1\n00:00:00,000 --> 00:00:02,400\nPlant the seeds")


def test_an_editor_finds_it_beside_the_source(storage: Storage, asset: AssetRef) -> None:
    storage.sources.tag(asset.source.key, asset.source.version_id, {"team": "garden"})
    publish(analyzed(storage, asset))
    assert storage.tags(asset) == {
        "team": "garden",
        "braid-status": "SUCCEEDED",
        "braid-asset-id": asset.asset_id,
    }
    found = by_source(storage, asset)
    assert sorted(found) == ["answer.json", "reason.txt", "report.html"]
    assert found["reason.txt"].startswith(b"SUCCEEDED: everything that was wanted is there")
    assert b"Missing  rekognition:DetectFaces: denied" in found["reason.txt"]


def test_publishing_twice_ends_the_same(storage: Storage, asset: AssetRef) -> None:
    state = analyzed(storage, asset)
    first = publish(state)
    again = publish(state)
    assert again == first
    assert storage.result_json(asset)["status"] == "SUCCEEDED"


def test_a_retry_after_a_crash_half_way_completes_it(storage: Storage, asset: AssetRef) -> None:
    """The record was closed, then the process died: nothing else was written yet."""
    state = analyzed(storage, asset)
    closing = RecordClosing(AssetStatus.SUCCEEDED, None, f"s3://{storage.results}/x", ARN)
    assert storage.records.close(asset, closing, now=STARTED)
    assert "closed before" not in publish(state)["summary"]
    assert storage.result_json(asset)["status"] == "SUCCEEDED"


def test_what_was_aborted_meanwhile_shows_nothing(storage: Storage, asset: AssetRef) -> None:
    state = analyzed(storage, asset)
    storage.records.close(asset, RecordClosing(AssetStatus.FAILED, "stopped", None, ARN), now=STARTED)
    told = publish(state)
    assert told["status"] == "FAILED"
    assert "closed before" in told["summary"]
    assert storage.keys(f"assets/{asset.asset_id}/result.json") == []
    assert by_source(storage, asset) == {}
    assert storage.tags(asset) == {}


def test_an_attempt_that_was_overtaken_shows_nothing(storage: Storage, asset: AssetRef) -> None:
    state = analyzed(storage, asset)
    storage.records.process(replace(asset, attempt=2), execution_arn="arn:2", now=STARTED)
    assert publish(state)["status"] == "PROCESSING"
    assert storage.keys(f"assets/{asset.asset_id}/result.json") == []


def test_the_newest_version_is_what_lies_beside_the_source(storage: Storage, asset: AssetRef) -> None:
    newer = storage.drop(asset.source.key, b"the newer one")
    newer_state = analyzed(storage, newer)
    newer_state["answer"] = {"summary": "", "claim": None}
    publish(newer_state)
    publish(analyzed(storage, asset))  # the older one ends later
    found = by_source(storage, newer)
    assert sorted(found) == ["reason.txt", "report.html"]
    assert newer.asset_id.encode() in found["reason.txt"]
    assert storage.tags(asset)["braid-status"] == "SUCCEEDED"
    assert storage.tags(newer)["braid-status"] == "PARTIAL"


def test_an_old_answer_does_not_stay_beside_a_new_reason(storage: Storage, asset: AssetRef) -> None:
    publish(analyzed(storage, asset))
    newer = storage.drop(asset.source.key, b"the newer one")
    state = analyzed(storage, newer)
    state["fusion"]["verdict"] = "nothing_found"
    del state["answer"]
    told = publish(state)
    assert (told["status"], told["first_sentence"]) == ("PARTIAL", "Nothing was found to answer from.")
    assert sorted(by_source(storage, newer)) == ["reason.txt", "report.html"]


def test_without_an_answer_it_says_why_and_what_it_cost(storage: Storage, asset: AssetRef) -> None:
    state = analyzed(storage, asset)
    store = storage.store(asset)
    asked = Usage("bedrock", "Converse:amazon.nova-micro-v1:0", "input_token", 1_000_000)
    unanswered = Unanswered((MissingOperation("bedrock:Converse", "no access to the model."),), (asked,))
    store.put_document(store.result_key("unanswered.json"), unanswered)
    state["answer"] = {"summary": "", "claim": None}
    publish(state)
    result = storage.result_json(asset)
    assert (result["status"], result["reason"]) == (
        "PARTIAL",
        "There is no answer: no access to the model.",
    )
    assert result["results"]["unanswered"]["uri"].endswith("/unanswered.json")
    receipt = json.loads(storage.result(f"assets/{asset.asset_id}/1/receipt.json"))
    assert receipt["total_usd"] == pytest.approx(0.012 + 0.035 + 19 * 0.000025, abs=1e-6)
    assert {line["service"] for line in receipt["lines"]} == {"bedrock", "transcribe", "stepfunctions"}


def test_the_longest_key_that_s3_allows(storage: Storage) -> None:
    key = "inbox/general/" + "ü" * ((1024 - 14) // 2)
    asset = storage.drop(key)
    publish(analyzed(storage, asset))
    assert storage.keys(f"by-source/{asset.asset_id}/")


def reviewed(
    storage: Storage,
    asset: AssetRef,
    state: dict[str, Any],
    decision: Decision,
    standing: Answer | None,
    *,
    decided_at: str = STARTED,
) -> dict[str, Any]:
    """The state after a person decided."""
    store = storage.store(asset)
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
    storage: Storage, asset: AssetRef
) -> None:
    state = analyzed(storage, asset)
    store = storage.store(asset)
    asked = replace(ANSWER, usage=(Usage("bedrock", "Converse:amazon.nova-micro-v1:0", "input_token", 1000),))
    state["answer"]["claim"] = encode(store.put_document(store.result_key("answer.json"), asked))

    told = publish(reviewed(storage, asset, state, "reject", None))

    assert told["status"] == "REJECTED"
    assert told["first_sentence"] == "Rejected in review by ann: seeds in April."
    result = storage.result_json(asset)
    assert "answer" not in result["results"]
    assert {"answer_original", "review", "example", "transcript"} <= result["results"].keys()
    assert "answer.json" not in by_source(storage, asset)
    assert b"Seeds go in" not in by_source(storage, asset)["report.html"]
    assert b"seeds in April" in by_source(storage, asset)["reason.txt"]
    receipt = json.loads(storage.result(storage.store(asset).result_key("receipt.json")))
    assert any(line["service"] == "bedrock" for line in receipt["lines"])
    assert storage.record(asset.asset_id)["status"] == "REJECTED"


def test_a_corrected_answer_is_the_one_that_people_find(storage: Storage, asset: AssetRef) -> None:
    state = analyzed(storage, asset)
    corrected = replace(
        ANSWER,
        answer={"summary": [{"text": "Seeds go in in April.", "evidence_ids": ["e1"]}]},
        claims=(AnswerClaim("Seeds go in in April.", ("e1",), "/summary/0"),),
        first_sentence="Seeds go in in April.",
        method="reviewer",
        review={"decision": "edit", "by": "ann", "at": STARTED, "note": ""},
    )

    told = publish(reviewed(storage, asset, state, "edit", corrected))

    assert (told["status"], told["first_sentence"]) == ("SUCCEEDED", "Seeds go in in April.")
    assert json.loads(by_source(storage, asset)["answer.json"])["review"]["by"] == "ann"
    result = storage.result_json(asset)
    original = result["results"]["answer_original"]["uri"].split("/", 3)[3]
    assert json.loads(storage.result(original))["first_sentence"] == "Seeds go in in March."


def test_missed_targets_leave_out_the_reviewers_time(
    storage: Storage,
    asset: AssetRef,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    targets = TargetPlan(latency_seconds=60, cost_usd=0.000001, confidence=0.99)
    monkeypatch.setattr(publishing, "profile", lambda name: replace(profile(name), targets=targets))
    # Received at 10:11:10, published at 12:00:40; the reviewer took from 10:11:12 to 11:59:55.
    monkeypatch.setattr(publishing, "utc_now", lambda: "2026-11-20T12:00:40.000Z")
    review = reviewed(
        storage, asset, analyzed(storage, asset), "approve", ANSWER, decided_at="2026-11-20T11:59:55.000Z"
    )

    publish(review)

    result = storage.result_json(asset)
    missed = {each["target"]: (each["wanted"], each["value"]) for each in result["missed_targets"]}
    assert missed.keys() == {"cost_usd", "confidence"}, "47 s of work are within a minute"
    assert missed["confidence"] == (0.99, 0.8)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "MissedTargets" in line]
    assert [(line["profile"], line["target"], line["MissedTargets"]) for line in lines] == [
        (asset.profile, "cost_usd", [1.0]),
        (asset.profile, "confidence", [1.0]),
    ]
    assert {line["_aws"]["CloudWatchMetrics"][0]["Namespace"] for line in lines} == {"Braid"}


def test_a_repeated_publication_misses_the_same_targets(
    storage: Storage, asset: AssetRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        publishing, "profile", lambda name: replace(profile(name), targets=TargetPlan(latency_seconds=1))
    )
    state = analyzed(storage, asset)
    publish(state)
    first = storage.result_json(asset)
    publish(state)
    (missed,) = first["missed_targets"]
    assert missed["target"] == "latency_seconds"
    assert storage.result_json(asset)["missed_targets"][0]["target"] == "latency_seconds"
