"""The samples through the deployed stacks: what `make demo` promises, asserted."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import webvtt
from jsonschema import Draft202012Validator

from braid.domain.asset.asset import AssetStatus
from tests.e2e.conftest import ROOT, Deployed

pytestmark = pytest.mark.e2e
MAX_STATE_BYTES = 8192
NAMES = ("talk", "photo", "document", "bundle")


@pytest.fixture(scope="module")
def dropped(deployed: Deployed, samples: Path) -> dict[str, tuple[str, Any]]:
    """All samples at once, by short name: (asset id, outcome)."""
    names = ("talk.mp4", "portrait.jpg", "rental.pdf", "mug.bundle")
    outcomes = deployed.drop([samples / name for name in names])
    return {name: (outcome.asset_id, outcome) for name, outcome in zip(NAMES, outcomes, strict=True)}


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_succeeds(dropped: dict[str, tuple[str, Any]], name: str) -> None:
    _, outcome = dropped[name]
    assert outcome.status is AssetStatus.SUCCEEDED, outcome


@pytest.mark.parametrize(("name", "at_most"), [("talk", 20), ("photo", 17), ("document", 20), ("bundle", 20)])
def test_entered_states_stay_few(dropped: dict[str, tuple[str, Any]], name: str, at_most: int) -> None:
    assert dropped[name][1].states_executed <= at_most


@pytest.mark.parametrize("name", NAMES)
def test_every_json_result_validates_against_its_published_schema(
    deployed: Deployed, dropped: dict[str, tuple[str, Any]], name: str
) -> None:
    asset_id, _ = dropped[name]
    result = deployed.result(asset_id)
    documents = [item for item, claim in result.results.items() if claim.media_type == "application/json"]
    assert {"timeline", "answer", "receipt", "admission"} <= set(documents)
    for document in [*documents, "result"]:
        schema = json.loads((ROOT / "schemas" / f"{document}.schema.json").read_text("utf-8"))
        Draft202012Validator(schema).validate(deployed.document(asset_id, document))


@pytest.mark.parametrize("name", NAMES)
def test_no_state_carries_more_than_8_kb(
    deployed: Deployed, dropped: dict[str, tuple[str, Any]], name: str
) -> None:
    sizes = [
        len(detail.encode())
        for event in deployed.history(dropped[name][0])
        for key in ("stateEnteredEventDetails", "stateExitedEventDetails")
        for detail in [event.get(key, {}).get("input") or event.get(key, {}).get("output") or ""]
    ]
    assert sizes
    assert max(sizes) < MAX_STATE_BYTES


@pytest.mark.parametrize("name", NAMES)
def test_every_statement_cites_evidence_that_exists(
    deployed: Deployed, dropped: dict[str, tuple[str, Any]], name: str
) -> None:
    asset_id, _ = dropped[name]
    evidence = {item["evidence_id"] for item in deployed.document(asset_id, "timeline")["evidence"]}
    claims = deployed.document(asset_id, "answer")["claims"]
    assert claims
    for claim in claims:
        assert claim["evidence_ids"], claim
        assert set(claim["evidence_ids"]) <= evidence


def test_talk_has_a_transcript_with_word_times(
    deployed: Deployed, dropped: dict[str, tuple[str, Any]]
) -> None:
    transcript = deployed.document(dropped["talk"][0], "transcript")
    words = [item for utterance in transcript["utterances"] for item in utterance["items"]]
    assert {"tomatoes", "seeds", "harvest"} <= {word["text"].lower().strip(".,") for word in words}
    starts = [word["start_ms"] for word in words if word["kind"] == "word"]
    assert starts == sorted(starts)
    assert starts[-1] < 31_000


def test_talk_has_captions_that_another_parser_reads(
    deployed: Deployed, dropped: dict[str, tuple[str, Any]], tmp_path: Path
) -> None:
    asset_id, _ = dropped["talk"]
    vtt = deployed.braid("get", asset_id, "captions_vtt").stdout
    srt = deployed.braid("get", asset_id, "captions_srt").stdout
    cues = webvtt.from_buffer(io.StringIO(vtt)).captions
    assert len(cues) >= 5
    assert all(cue.start < cue.end for cue in cues)
    assert len(webvtt.from_buffer(io.StringIO(srt), format="srt").captions) == len(cues)


def test_talk_has_a_keyframe_at_every_slide_and_its_text(
    deployed: Deployed, dropped: dict[str, tuple[str, Any]]
) -> None:
    keyframes = deployed.document(dropped["talk"][0], "vision")["keyframes"]
    read = [" ".join(text["text"] for text in frame["texts"]) for frame in keyframes]
    for title in (
        "Tomatoes at Home",
        "Plant the seeds",
        "Water three times",
        "Eight hours",
        "Harvest in August",
    ):
        assert sum(title.lower() in text.lower() for text in read) == 1, (title, read)


def test_talk_aligns_what_is_said_with_what_is_shown(
    deployed: Deployed, dropped: dict[str, tuple[str, Any]]
) -> None:
    timeline = deployed.document(dropped["talk"][0], "timeline")
    redundant = [
        agreement
        for segment in timeline["segments"]
        for agreement in segment.get("agreements", [])
        if agreement["kind"] == "redundant" and set(agreement["modalities"]) == {"speech", "vision"}
    ]
    assert len(redundant) >= 3
    kinds = {item["modality"] for item in timeline["evidence"]}
    assert {"speech", "vision"} <= kinds


def test_photo_shows_a_face_and_reads_its_strip(
    deployed: Deployed, dropped: dict[str, tuple[str, Any]]
) -> None:
    (keyframe,) = deployed.document(dropped["photo"][0], "vision")["keyframes"]
    assert len(keyframe["faces"]) == 1
    assert any("Johnson Space Center" in text["text"] for text in keyframe["texts"])


def test_document_reads_its_text_layer_and_its_scan(
    deployed: Deployed, dropped: dict[str, tuple[str, Any]]
) -> None:
    passages = deployed.document(dropped["document"][0], "passages")["passages"]
    first = " ".join(item["text"] for item in passages if item["page"] == 1)
    second = " ".join(item["text"] for item in passages if item["page"] == 2)
    assert "deposit of 150 euros" in first
    assert "Receipt No. 2047" in second
    assert {item["kind"] for item in passages if item["page"] == 2} == {"ocr_line"}


def test_bundle_contradicts_itself_in_the_price_and_only_there(
    deployed: Deployed, dropped: dict[str, tuple[str, Any]]
) -> None:
    timeline = deployed.document(dropped["bundle"][0], "timeline")
    contradictions = [
        agreement
        for segment in timeline["segments"]
        for agreement in segment.get("agreements", [])
        if agreement["kind"] == "contradictory"
    ]
    assert len(contradictions) == 1
    assert "14" in contradictions[0]["reason"]
    assert "19" in contradictions[0]["reason"]


@pytest.mark.parametrize("name", NAMES)
def test_an_editor_finds_report_and_tags_without_knowing_the_id(
    deployed: Deployed, dropped: dict[str, tuple[str, Any]], name: str
) -> None:
    asset_id, _ = dropped[name]
    source = deployed.result(asset_id).source
    tags = deployed.target.s3.get_object_tagging(
        Bucket=source.bucket, Key=source.key, VersionId=source.version_id
    )["TagSet"]
    assert {"Key": "braid-asset-id", "Value": asset_id} in tags
    assert {"Key": "braid-status", "Value": "SUCCEEDED"} in tags
    report = deployed.target.s3.get_object(
        Bucket=deployed.target.results_bucket, Key=f"by-source/{source.key}/report.html"
    )["Body"].read()
    assert report.lower().startswith(b"<!doctype html>")


@pytest.mark.parametrize("name", NAMES)
def test_receipt_adds_up(deployed: Deployed, dropped: dict[str, tuple[str, Any]], name: str) -> None:
    receipt = deployed.document(dropped[name][0], "receipt")
    assert receipt["total_usd"] > 0
    assert receipt["total_usd"] == pytest.approx(sum(line["cost_usd"] for line in receipt["lines"]), abs=1e-5)
    assert all(line["price_source"] != "not in the price book" for line in receipt["lines"])
