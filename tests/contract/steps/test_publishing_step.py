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

from braid.domain.answer.answer import Unanswered
from braid.domain.asset.asset import AssetRef, AssetStatus
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.money.accounting import MissingOperation, Usage
from braid.domain.wire import encode
from braid.store.records import RecordClosing
from schemas.regenerate import FOLDER
from tests.contract.conftest import Storage
from tests.contract.steps.publishing import ARN, STARTED, by_source, publish
from tests.doubles.analyzed_state import ANSWER, OBSERVATION, analyzed


def of_services(receipt: dict[str, Any], *services: str) -> float:
    """What the receipt's lines of these services cost, in USD."""
    return float(sum(line["cost_usd"] for line in receipt["lines"] if line["service"] in services))


def test_everything_is_found_under_its_name(storage: Storage, dropped: AssetRef) -> None:
    told = publish(analyzed(storage, dropped))
    assert (told["status"], told["first_sentence"]) == ("SUCCEEDED", "Seeds go in in March.")
    result = storage.result_json(dropped)
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
        "key": dropped.source.key,
        "version_id": dropped.source.version_id,
        "size_bytes": 5,
        "media_type": "video/mp4",
    }
    record = storage.record(dropped.asset_id)
    assert (record["status"], record["result_uri"]) == ("SUCCEEDED", told["result_uri"])
    receipt = json.loads(storage.result(f"assets/{dropped.asset_id}/1/receipt.json"))
    assert float(record["cost_usd"]) == receipt["total_usd"]
    assert of_services(receipt, "transcribe", "stepfunctions") == pytest.approx(0.012 + 19 * 0.000025)
    assert 0 < of_services(receipt, "lambda", "s3", "dynamodb", "events", "sqs") < 0.001


def test_what_a_profile_for_accessibility_adds(storage: Storage, dropped: AssetRef) -> None:
    store = storage.store(dropped)
    line = {"gap": 1, "start_ms": 4000, "end_ms": 7000, "text": "A bed of <seeds>.", "evidence_ids": ["e1"]}
    answer = replace(ANSWER, answer={"summary": [], "alt_texts": [], "audio_description": [line]})
    state = analyzed(storage, replace(dropped, profile="accessibility"))
    state["answer"]["claim"] = encode(store.put_document(store.result_key("answer.json"), answer))

    publish(state)

    results = storage.result_json(dropped)["results"]
    assert {"accessibility", "descriptions_vtt"} <= set(results)
    spoken = webvtt.from_string(storage.result(f"assets/{dropped.asset_id}/1/descriptions.vtt").decode())
    assert [(cue.start, cue.end) for cue in spoken] == [("00:00:04.000", "00:00:07.000")]
    standing = json.loads(storage.result(f"assets/{dropped.asset_id}/1/accessibility.json"))
    jsonschema.validate(standing, json.loads((FOLDER / "accessibility.schema.json").read_text("utf-8")))
    assert standing["kind"] == "video"
    assert b"the-accessibility" in storage.result(f"assets/{dropped.asset_id}/1/report.html")


def test_what_the_deployment_wants_beside_is_made_or_missing(
    storage: Storage, dropped: AssetRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing here translates; who speaks is installed by who wants it. Neither costs anything else."""
    monkeypatch.setenv("CAPTION_LANGUAGES", '["de", "en"]')
    monkeypatch.setenv("SPOKEN_DESCRIPTIONS", "true")
    store = storage.store(dropped)
    line = {"gap": 1, "start_ms": 500, "end_ms": 700, "text": "A bed.", "evidence_ids": ["e1"]}
    later = {"gap": 2, "start_ms": 4000, "end_ms": 7000, "text": "A bed of seeds.", "evidence_ids": ["e1"]}
    answer = replace(ANSWER, answer={"summary": [], "alt_texts": [], "audio_description": [later, line]})
    state = analyzed(storage, replace(dropped, profile="accessibility"))
    state["answer"]["claim"] = encode(store.put_document(store.result_key("answer.json"), answer))
    timeline = Timeline(10_000, (), (OBSERVATION,), (), (), {})
    state["fusion"]["claim"] = encode(store.put_document(store.result_key("timeline.json"), timeline))

    publish(state)

    result = storage.result_json(dropped)
    missing = {item["operation"]: item["reason"] for item in result["missing"]}
    assert result["status"] == "SUCCEEDED"
    assert "no engine that translates from en to de" in missing["translate:TranslateText:de"]
    assert "translate:TranslateText:en" not in missing
    assert "captions_de_vtt" not in result["results"]
    if "polly:SynthesizeSpeech" in missing:
        assert "braid engines install voice" in missing["polly:SynthesizeSpeech"]
        assert "descriptions_mp3" not in result["results"]
        return
    body = storage.result(f"assets/{dropped.asset_id}/1/descriptions.mp3")
    with av.open(io.BytesIO(body)) as container:
        assert container.duration == pytest.approx(10_000_000, abs=50_000)
    assert any(
        "the line at 0:00.5 isn't spoken: somebody speaks there" in each for each in result["warnings"]
    )
    receipt = json.loads(storage.result(f"assets/{dropped.asset_id}/1/receipt.json"))
    (spoken,) = [each for each in receipt["lines"] if each["service"] == "polly"]
    assert (spoken["operation"], spoken["quantity"]) == ("SynthesizeSpeech:neural", len(later["text"]))
    assert spoken["cost_usd"] == pytest.approx(len(later["text"]) * 1.6e-5, abs=1e-6)
    assert b"descriptions.mp3" in storage.result(f"assets/{dropped.asset_id}/1/report.html")


def test_what_cannot_be_read_in_time_is_told(storage: Storage, dropped: AssetRef) -> None:
    store = storage.store(dropped)
    state = analyzed(storage, dropped)
    words = tuple(
        TranscriptItem("incomprehensibilities", at * 90, at * 90 + 90, 0.9, "word") for at in range(12)
    )
    fast = Utterance("u0001", None, 0, 1080, " ".join(word.text for word in words), 0.9, words)
    claim = store.put_document(store.result_key("transcript.json"), Transcript("en-US", (fast,), 1080))
    state["modalities"]["speech"]["document"] = encode(claim)

    publish(state)

    (warning,) = [each for each in storage.result_json(dropped)["warnings"] if "characters a second" in each]
    assert "at 0:00.0" in warning
    assert warning.encode() in storage.result(f"assets/{dropped.asset_id}/1/report.html")


def test_captions_play_elsewhere(storage: Storage, dropped: AssetRef) -> None:
    publish(analyzed(storage, dropped))
    captions = webvtt.from_string(storage.result(f"assets/{dropped.asset_id}/1/captions.vtt").decode())
    assert [caption.text for caption in captions] == ["Plant the seeds in March"]
    srt = storage.result(f"assets/{dropped.asset_id}/1/captions.srt").decode()
    assert srt.startswith("1\n00:00:00,000 --> 00:00:02,400\nPlant the seeds")


def test_an_editor_finds_it_beside_the_source(storage: Storage, dropped: AssetRef) -> None:
    storage.sources.tag(dropped.source.key, dropped.source.version_id, {"team": "garden"})
    publish(analyzed(storage, dropped))
    assert storage.tags(dropped) == {
        "team": "garden",
        "braid-status": "SUCCEEDED",
        "braid-asset-id": dropped.asset_id,
    }
    found = by_source(storage, dropped)
    assert sorted(found) == ["answer.json", "reason.txt", "report.html"]
    assert found["reason.txt"].startswith(b"SUCCEEDED: everything that was wanted is there")
    assert b"Missing  rekognition:DetectFaces: denied" in found["reason.txt"]


def test_publishing_twice_ends_the_same(storage: Storage, dropped: AssetRef) -> None:
    state = analyzed(storage, dropped)
    first = publish(state)
    again = publish(state)
    assert again == first
    assert storage.result_json(dropped)["status"] == "SUCCEEDED"


def test_a_retry_after_a_crash_half_way_completes_it(storage: Storage, dropped: AssetRef) -> None:
    """The record was closed, then the process died: nothing else was written yet."""
    state = analyzed(storage, dropped)
    closing = RecordClosing(AssetStatus.SUCCEEDED, None, f"s3://{storage.results}/x", ARN)
    assert storage.records.close(dropped, closing, now=STARTED)
    assert "closed before" not in publish(state)["summary"]
    assert storage.result_json(dropped)["status"] == "SUCCEEDED"


def test_what_was_aborted_meanwhile_shows_nothing(storage: Storage, dropped: AssetRef) -> None:
    state = analyzed(storage, dropped)
    storage.records.close(dropped, RecordClosing(AssetStatus.FAILED, "stopped", None, ARN), now=STARTED)
    told = publish(state)
    assert told["status"] == "FAILED"
    assert "closed before" in told["summary"]
    assert storage.keys(f"assets/{dropped.asset_id}/result.json") == []
    assert by_source(storage, dropped) == {}
    assert storage.tags(dropped) == {}


def test_an_attempt_that_was_overtaken_shows_nothing(storage: Storage, dropped: AssetRef) -> None:
    state = analyzed(storage, dropped)
    storage.records.process(replace(dropped, attempt=2), execution_arn="arn:2", now=STARTED)
    assert publish(state)["status"] == "PROCESSING"
    assert storage.keys(f"assets/{dropped.asset_id}/result.json") == []


def test_the_newest_version_is_what_lies_beside_the_source(storage: Storage, dropped: AssetRef) -> None:
    newer = storage.drop(dropped.source.key, b"the newer one")
    newer_state = analyzed(storage, newer)
    newer_state["answer"] = {"summary": "", "claim": None}
    publish(newer_state)
    publish(analyzed(storage, dropped))  # the older one ends later
    found = by_source(storage, newer)
    assert sorted(found) == ["reason.txt", "report.html"]
    assert newer.asset_id.encode() in found["reason.txt"]
    assert storage.tags(dropped)["braid-status"] == "SUCCEEDED"
    assert storage.tags(newer)["braid-status"] == "PARTIAL"


def test_an_old_answer_does_not_stay_beside_a_new_reason(storage: Storage, dropped: AssetRef) -> None:
    publish(analyzed(storage, dropped))
    newer = storage.drop(dropped.source.key, b"the newer one")
    state = analyzed(storage, newer)
    state["fusion"]["verdict"] = "nothing_found"
    del state["answer"]
    told = publish(state)
    assert (told["status"], told["first_sentence"]) == ("PARTIAL", "Nothing was found to answer from.")
    assert sorted(by_source(storage, newer)) == ["reason.txt", "report.html"]


def test_without_an_answer_it_says_why_and_what_it_cost(storage: Storage, dropped: AssetRef) -> None:
    state = analyzed(storage, dropped)
    store = storage.store(dropped)
    asked = Usage("bedrock", "Converse:amazon.nova-micro-v1:0", "input_token", 1_000_000)
    unanswered = Unanswered((MissingOperation("bedrock:Converse", "no access to the model."),), (asked,))
    store.put_document(store.result_key("unanswered.json"), unanswered)
    state["answer"] = {"summary": "", "claim": None}
    publish(state)
    result = storage.result_json(dropped)
    assert (result["status"], result["reason"]) == (
        "PARTIAL",
        "There is no answer: no access to the model.",
    )
    assert result["results"]["unanswered"]["uri"].endswith("/unanswered.json")
    receipt = json.loads(storage.result(f"assets/{dropped.asset_id}/1/receipt.json"))
    paid = of_services(receipt, "bedrock", "transcribe", "stepfunctions")
    assert paid == pytest.approx(0.012 + 0.035 + 19 * 0.000025, abs=1e-6)


def test_the_longest_key_that_s3_allows(storage: Storage) -> None:
    key = "inbox/general/" + "ü" * ((1024 - 14) // 2)
    asset = storage.drop(key)
    publish(analyzed(storage, asset))
    assert storage.keys(f"by-source/{asset.asset_id}/")
