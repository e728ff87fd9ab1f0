"""Real answers of Transcribe, of every form, fuse into sound timelines; captions find their clock."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from braid.aws.transcribe.output import read_output
from braid.domain.evidence.transcript import Transcript
from braid.domain.profile.sections.fusion import Thresholds
from braid.domain.span import Span
from evaluation.fusion_truth.materials import admission, cue, keyframe, passages, vision
from lambdas.fusion.fuse import FusionInput, fuse
from lambdas.transcription.utterances import utterances

FOLDER = Path("aws-transcribe") / "aws_transcribe_to_docx"
FORMS = (
    "01-plain",
    "02-channel-identification",
    "03-speaker-identification",
    "05-automatic-content-redaction-with-undredacted-redacted",
    "07-vocabulary-filter-mask",
    "10-speaker-identification-alternative-results",
    "12-channel-identification-vocabulary-filter-remove",
)
LATE_MS = 3_000
DRIFT = 0.001


def read(data: Path, form: str) -> Transcript:
    heard = read_output(json.loads((data / FOLDER / f"{form}.json").read_text("utf-8")))
    return Transcript("en-US", utterances(heard.items, "en-US"))


@pytest.mark.parametrize("form", FORMS)
def test_what_was_heard_is_all_on_the_timeline(shared_data: Path, form: str) -> None:
    transcript = read(shared_data, form)
    end_ms = max(item.end_ms for item in transcript.utterances)
    half = Span(0, end_ms // 2)
    material = FusionInput(
        admission(duration_ms=end_ms),
        transcript,
        vision(keyframe(1, half, labels=["Person"]), keyframe(2, Span(end_ms // 2, end_ms), labels=["Desk"])),
    )
    timeline = fuse(material, Thresholds(), 8_000)
    spoken = {item.observation_id: item.text for item in timeline.observations if item.kind == "utterance"}
    assert spoken == {item.utterance_id: item.text for item in transcript.utterances}
    assert not [text for text in timeline.warnings if "overlap" not in text]
    assert timeline.quality["evidence"]["covered_tenths"] == timeline.quality["evidence"]["filled_tenths"]
    # Somebody speaks, a person and a desk are seen: nothing of it contradicts anything.
    kinds = {agreement.kind for segment in timeline.segments for agreement in segment.agreements}
    assert "contradictory" not in kinds


@pytest.mark.parametrize("form", ["01-plain", "03-speaker-identification"])
def test_late_captions_of_real_speech_find_their_clock(shared_data: Path, form: str) -> None:
    """Captions of seven words each, made of what was heard, shown late and drifting by a known amount."""
    transcript = read(shared_data, form)
    cues = []
    for item in transcript.utterances:
        words = [word for word in item.items if word.kind == "word"]
        for first in range(0, len(words), 7):
            part = words[first : first + 7]
            begin, end = (round(at + LATE_MS + DRIFT * at) for at in (part[0].start_ms, part[-1].end_ms))
            cues.append(cue(len(cues), " ".join(word.text for word in part), begin, end))
    assert sum(len(item.text.split()) for item in cues) >= 100
    material = FusionInput(admission(), transcript, passages=passages(*cues))
    (found,) = fuse(material, Thresholds(), 8_000).alignments
    assert found.offset_ms is not None
    assert abs(found.offset_ms - LATE_MS) <= 100
