"""The checklist's facts come from what the steps stored, of every kind of asset."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from braid.domain.accessibility.accessibility import MediaFacts
from braid.domain.answer.answer import Answer
from braid.domain.answer.review import Review, ReviewRequest
from braid.domain.asset.admission import Admission, Gate, Member
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.asset.outcome import AssetDocuments
from braid.domain.captions.layout import Captions, lay_out
from braid.domain.claim_check import Claim
from braid.domain.evidence.language import LanguageAnalysis, LanguageSource
from braid.domain.evidence.observation import Observation
from braid.domain.evidence.passages import Passage, Passages
from braid.domain.evidence.timeline import Timeline
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.evidence.vision import Box, DetectedText, KeyframeAnalysis, Vision
from braid.domain.money.accounting import MissingOperation
from braid.domain.span import WHOLE, Span
from braid.runtime.library import profile
from lambdas.publishing.accessibility import accessibility_of, media_facts

USE_CASE = profile("accessibility")
ASSET = AssetRef("a-1", 1, "accessibility", Source("b", "inbox/accessibility/a.mp4", "v1"))
SPEECH, VISION, TEXT = Modality.SPEECH, Modality.VISION, Modality.TEXT
WORDS = tuple(TranscriptItem(word, at * 500, at * 500 + 400, 0.8, "word") for at, word in enumerate("abcd"))
SAID = Transcript("en-US", (Utterance("u0001", None, 0, 2000, "a b c d", 0.8, WORDS),), 9_000)
ANSWER: dict[str, Any] = {
    "summary": [
        {"text": "A woman shows how to make a bowl.", "evidence_ids": ["u0001"]},
        {"text": "She dries it.", "evidence_ids": ["u0001"]},
    ],
    "alt_texts": [{"picture": "k0001", "text": "A bowl", "evidence_ids": ["k0001-text1"]}],
    "audio_description": [{"gap": 1, "text": "A bowl stands there.", "evidence_ids": ["k0001-text1"]}],
}


def _admission(*members: Member, gates: tuple[Gate, ...] = ()) -> Admission:
    modalities = tuple(dict.fromkeys(modality for member in members for modality in member.modalities))
    return Admission(ASSET, members[0].media_type, members, modalities, gates)


def _member(media_type: str, *modalities: Modality, **more: Any) -> Member:
    return Member("a", "main", "b", "k", "v", 5, media_type, modalities, **more)


FILM = _member("video/mp4", SPEECH, VISION, duration_ms=9_000, audio_codec="aac", video_codec="h264")
PHOTO = _member("image/jpeg", VISION, width_px=9, height_px=9)


def _frame(span: Span, *lines: str) -> KeyframeAnalysis:
    texts = tuple(DetectedText(line, 0.9, Box(0, 0, 1, 1)) for line in lines)
    return KeyframeAnalysis("k0001", Claim("s3://r/k.jpg", "image/jpeg", 1, "0"), span, texts=texts)


def _answer() -> Answer:
    return Answer("accessibility", "h", "model", "m", (), ANSWER, (), 0.9, "A woman")


def _facts(admission: Admission, captions: Captions | None = None, **documents: Any) -> MediaFacts:
    found = AssetDocuments(admission=admission, **documents)
    return media_facts(found, admission, USE_CASE, captions or Captions(), ("captions: 1 of 2 …",))


def test_of_a_film() -> None:
    seen = Observation(
        "k0001-text1", VISION, "detected_text", Span(0, 9_000), "Bowl", 0.9, "rekognition:DetectText:k0001"
    )
    heard = Observation("u0001", SPEECH, "utterance", Span(0, 2_000), "a b c d", 0.8, "transcribe:u0001")
    gates = (Gate("word confidence", 0.8, "mean", "pass"),)
    assert _facts(
        _admission(FILM, gates=gates),
        lay_out(SAID),
        transcript=SAID,
        vision=Vision((_frame(Span(0, 9_000), "Bowl"),)),
        timeline=Timeline(9_000, (), (seen, heard), (), (), {}),
        answer=_answer(),
    ) == MediaFacts(
        "video",
        has_summary=True,
        utterances=1,
        word_confidence=0.8,
        cues=1,
        caption_warnings=("captions: 1 of 2 …",),
        described=1,
        worded=1,
        gaps=1,
        filled_gaps=1,
        languages=("en-US",),
        summary_grade=pytest.approx(0.8, abs=1.0),
    )


def test_of_a_film_whose_captions_came_with_it() -> None:
    captions = replace(_member("text/vtt", TEXT), role="captions", name="a.vtt")
    gates = (Gate("synchronisation (captions a.vtt to speech)", 1_800, "ms", "pass"),)
    cues = Passages((Passage("p0001", None, 0, 3, "abc", "cue", "a.vtt", Span(0, 900)),))
    found = _facts(_admission(FILM, captions, gates=gates), passages=cues)
    assert (found.kind, found.given_captions, found.captions_off_ms) == ("video", 1, 1_800)


def test_a_transcript_that_came_with_it() -> None:
    spoken = sum(item.kind == "word" for utterance in SAID.utterances for item in utterance.items)
    for words, share in ((spoken, 0.8), (spoken + 1, 0.8), (spoken / 2, 0.4)):
        compared = {"given_transcripts": [{"member": "a.txt", "words": words, "heard_share": 0.8}]}
        timeline = Timeline(9_000, (), (), (), (), compared)
        found = _facts(_admission(FILM), timeline=timeline, transcript=SAID)
        assert found.given_transcript_share == share, "half of what is said is no transcript"
        assert _facts(_admission(FILM), timeline=timeline).given_transcript_share == 0.0, "nothing was heard"


def test_speech_that_could_not_be_had_is_told() -> None:
    denied = replace(
        SAID, utterances=(), missing=(MissingOperation("transcribe:StartTranscriptionJob", "denied"),)
    )
    assert _facts(_admission(FILM), transcript=denied).speech_missing == "denied"
    assert _facts(_admission(FILM)).speech_missing == "its speech wasn't transcribed."
    assert _facts(_admission(FILM), transcript=SAID).speech_missing == ""


@pytest.mark.parametrize(
    ("member", "kind"),
    [
        (FILM, "video"),
        (replace(FILM, modalities=(VISION,), audio_codec=None), "silent video"),
        (_member("audio/mpeg", SPEECH, duration_ms=5), "audio"),
        (PHOTO, "picture"),
        (_member("application/pdf", TEXT, VISION, page_count=2), "document"),
        (_member("text/plain", TEXT), "text"),
    ],
)
def test_kinds(member: Member, kind: str) -> None:
    assert _facts(_admission(member)).kind == kind


def test_of_a_photo_whose_text_nobody_looked_for() -> None:
    unread = Vision((_frame(WHOLE),), missing=(MissingOperation("rekognition:DetectText", "denied"),))
    found = _facts(_admission(PHOTO), vision=unread, answer=_answer())
    assert (found.pictures, found.described, found.worded) == (1, 1, None)
    assert _facts(_admission(PHOTO), vision=Vision((_frame(WHOLE),))).described == 0


def test_of_a_scan() -> None:
    lines = Passages(
        tuple(
            Passage(f"p{n}", page, 0, 1, "x", kind)
            for n, page, kind in [(1, 1, "paragraph"), (2, 2, "ocr_line"), (3, 2, "ocr_line")]
        )  # type: ignore[arg-type]  # kinds as literals
    )
    language = LanguageAnalysis((LanguageSource("passages", "de", "x", {}),))
    found = _facts(
        _admission(_member("application/pdf", TEXT, VISION)),
        passages=lines,
        language=language,
        answer=_answer(),
    )
    assert found.scanned_pages == 1
    assert found.languages == ("de",)
    assert found.summary_grade is None, "the formula is for English"


def test_who_reviewed_it() -> None:
    request = ReviewRequest(("asked",), "2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z", "publish")
    review = Review("approve", "ann", "2026-11-20T11:00:00Z", request)
    assert _facts(_admission(PHOTO), review=review).is_reviewed
    assert not _facts(_admission(PHOTO), review=replace(review, by_deadline=True)).is_reviewed
    assert not _facts(_admission(PHOTO)).is_reviewed


def test_only_profiles_that_want_it_have_a_checklist() -> None:
    documents = AssetDocuments(admission=_admission(PHOTO))
    assert accessibility_of(documents, profile("general"), Captions(), ()) is None
    assert accessibility_of(AssetDocuments(), USE_CASE, Captions(), ()) is None
    standing = accessibility_of(documents, USE_CASE, Captions(), ())
    assert standing is not None
    assert standing.kind == "picture"
