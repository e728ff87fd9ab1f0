"""Gates that only the analysis can answer."""

from __future__ import annotations

from dataclasses import replace

from braid.domain.asset.admission import Admission, Gate
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.asset.outcome import AssetDocuments
from braid.domain.claim_check import Claim
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource
from braid.domain.evidence.passages import Passage, Passages
from braid.domain.evidence.timeline import Alignment, Timeline
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.evidence.vision import Box, DetectedText, KeyframeAnalysis, Vision
from braid.domain.profile.sections.gates import Band, GatePlan
from braid.domain.span import Span
from lambdas.publishing.gates import analysis_gates, with_analysis_gates

PLAN = GatePlan()
IMAGE = Claim("s3://b/k.jpg", "image/jpeg", 1, "0" * 64)


def transcript(*confidences: float | None, language_code: str = "en-US") -> Transcript:
    items = tuple(
        TranscriptItem("word", number * 100, number * 100 + 90, confidence, "word")
        for number, confidence in enumerate(confidences)
    )
    stop = TranscriptItem(".", 0, 0, 0.0, "punctuation")
    return Transcript(language_code, (Utterance("u1", None, 0, 1_000, "words", None, (*items, stop)),))


def vision(*confidences: float) -> Vision:
    texts = tuple(DetectedText("line", confidence, Box(0, 0, 1, 1)) for confidence in confidences)
    return Vision((KeyframeAnalysis("k1", IMAGE, Span(0, 1), texts=texts),))


def passages(*confidences: float, page_count: int = 0, unread: int = 0) -> Passages:
    read = tuple(
        Passage(f"p{number}", 1, 0, 1, "x", "ocr_line", confidence=confidence)
        for number, confidence in enumerate(confidences)
    )
    return Passages(read, page_count=page_count, unread_page_count=unread)


def timeline(*alignments: Alignment, duration_ms: int = 600_000) -> Timeline:
    return Timeline(duration_ms, (), (), alignments, (), {})


def only(documents: AssetDocuments, plan: GatePlan = PLAN) -> Gate:
    (gate,) = analysis_gates(documents, plan)
    return gate


def named(documents: AssetDocuments, plan: GatePlan = PLAN) -> dict[str, Gate]:
    return {gate.name: gate for gate in analysis_gates(documents, plan)}


def test_unsure_words_say_that_the_language_may_be_another() -> None:
    sure = named(AssetDocuments(transcript=transcript(*[0.95] * 20)))["word confidence"]
    assert (sure.outcome, sure.value) == ("pass", 0.95)
    unsure = named(AssetDocuments(transcript=transcript(*[0.4] * 20, None)))["word confidence"]
    assert (unsure.outcome, unsure.value) == ("warn", 0.4)
    assert "another than en-US" in (unsure.reason or "")
    few = AssetDocuments(transcript=transcript(0.1, 0.2))
    assert "word confidence" not in named(few)
    unknown = AssetDocuments(transcript=transcript(*[None] * 20))
    assert "word confidence" not in named(unknown)


def test_lines_of_pictures_and_of_scanned_pages_are_one_mean() -> None:
    documents = AssetDocuments(vision=vision(0.9, 0.5), passages=passages(0.2, 0.4))
    gate = only(documents)
    assert (gate.name, gate.value, gate.outcome) == ("ocr confidence", 0.5, "warn")
    assert only(documents, replace(PLAN, ocr_confidence=Band(warn_below=0.5))).outcome == "pass"


def test_pages_that_nobody_read_are_counted() -> None:
    assert only(AssetDocuments(passages=passages(page_count=8))).outcome == "pass"
    gate = only(AssetDocuments(passages=passages(page_count=8, unread=2)))
    assert (gate.value, gate.reason) == (0.25, "2 of 8 pages could not be read.")
    assert not analysis_gates(AssetDocuments(passages=passages()), PLAN), "a text has no pages"


def test_a_language_that_the_profile_is_not_made_for_is_told() -> None:
    source = LanguageSource("passages", "de", "Wörter", {})
    documents = AssetDocuments(
        transcript=transcript(language_code="en-GB"), language=LanguageAnalysis((source,))
    )
    assert {gate.outcome for gate in analysis_gates(documents, PLAN)} == {"pass"}
    found = named(documents, replace(PLAN, languages=("en", "fr")))
    assert found["language (transcript)"].outcome == "pass"
    assert found["language (passages)"].reason == "The language is de; the profile is made for en or fr."
    exact = named(documents, replace(PLAN, languages=("de-AT", "en-US")))
    assert exact["language (passages)"].outcome == "pass", "de may be any German"
    assert exact["language (transcript)"].outcome == "warn"


def test_streams_that_are_out_of_step_are_told_with_their_drift() -> None:
    late = Alignment("captions", "speech", offset_ms=2_500, drift_ppm=None, confidence=0.9)
    gate = only(AssetDocuments(timeline=timeline(late)))
    assert (gate.name, gate.value, gate.outcome) == ("synchronisation (captions to speech)", 2_500, "warn")
    assert "2.5 s late" in (gate.reason or "")
    drifting = Alignment("captions", "speech", offset_ms=-100, drift_ppm=-4_000.0, confidence=0.9)
    gate = only(AssetDocuments(timeline=timeline(drifting)))
    assert (gate.value, gate.outcome) == (2_500, "warn")
    assert "early" in (gate.reason or "")
    close = Alignment("slides", "speech", offset_ms=900, confidence=0.9)
    unknown = Alignment("slides", "speech", not_estimated="too few words")
    assert only(AssetDocuments(timeline=timeline(close, unknown))).outcome == "pass"


def test_they_stand_behind_the_gates_of_intake() -> None:
    asset = AssetRef("a-0", 1, "general", Source("b", "inbox/a.mp4", "v"))
    size = Gate("size", 1, "bytes", "pass")
    admission = Admission(asset, "video/mp4", (), (Modality.SPEECH,), (size,))
    documents = AssetDocuments(admission=admission, transcript=transcript(*[0.4] * 20))
    gates = with_analysis_gates(documents, PLAN).admission
    assert gates is not None
    assert [gate.name for gate in gates.gates] == ["size", "word confidence", "language (transcript)"]
    assert with_analysis_gates(AssetDocuments(), PLAN).admission is None
