"""What Transcribe took out of a recording isn't in the search index either: not as words, nor as a vector."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest

from braid.aws.transcribe.jobs import FinishedJob
from braid.aws.transcribe.output import read_output
from braid.domain.profile.sections.speech import SpeechPlan
from lambdas.fusion.observe.observations import observe
from lambdas.transcription.transcript import Recording, build_transcript
from tests.contract.local_services.transcribe.transcribing import Engines, Transcribing, spelt_out
from tests.doubles.search_rig import TEXT, SearchRig, asset_named
from tests.unit.search.timelines import timeline

ASSET = asset_named("call.wav")
NUMBER = "four one five five five five one two three four"


@pytest.fixture(scope="module")
def outputs() -> dict[str, Any]:
    """Both outputs of one job, by the name of the plan's redaction."""
    service = Transcribing(Engines(spelt_out()))
    redaction = {"RedactionType": "PII", "RedactionOutput": "redacted_and_unredacted"}
    service.start(ContentRedaction=redaction)
    service.finished()
    stored = service.folder.stored
    return {
        "redacted": json.loads(stored["results", "work/redacted-transcribe.json"]),
        "": json.loads(stored["results", "work/transcribe.json"]),
    }


def indexed(output: Any, redact_pii: Literal["", "redacted"]) -> SearchRig:
    plan = SpeechPlan(language_code="en-US", redact_pii=redact_pii)
    recording = Recording(read_output(output), FinishedJob("call", "en-US", 0.9), plan, 0)
    transcript = build_transcript([recording], duration_ms=8_000)
    observed, _ = observe(transcript=transcript, vision=None, passages=None)
    rig = SearchRig(spaces=(TEXT,))
    rig.publish(ASSET, timeline=timeline(*(each.observation for each in observed)))
    rig.indexer().index(ASSET.asset_id)
    return rig


def everything(rig: SearchRig) -> str:
    """What the index holds beside its vectors, what the model was given, and what is kept of it."""
    arn = f"{rig.arn}/index/{TEXT.index_name}"
    listed = rig.vectors.list_vectors(indexArn=arn, returnMetadata=True)["vectors"]
    assert listed
    kept = [
        body.decode("utf-8", "replace") for (_, key), body in rig.s3.objects.items() if "assets/" not in key
    ]
    manifest = json.dumps(str(rig.state.manifest(ASSET.asset_id)))
    return json.dumps([listed, rig.models[TEXT].asked, kept, manifest]).lower()


def test_personal_data_that_was_redacted_is_nowhere_in_the_index(outputs: dict[str, Any]) -> None:
    rig = indexed(outputs["redacted"], "redacted")
    held = everything(rig)

    assert "my number is [pii]" in held
    assert [word for word in NUMBER.split() if word in held] == []
    assert [
        hit for hit in rig.find(NUMBER, nearest=True).hits if set(hit.matched) & set(NUMBER.split())
    ] == []


def test_the_same_recording_not_redacted_has_it(outputs: dict[str, Any]) -> None:
    """So that the test above would see it."""
    rig = indexed(outputs[""], "")

    assert all(word in everything(rig) for word in NUMBER.split())
    assert rig.find(NUMBER, nearest=True).hits[0].matched
