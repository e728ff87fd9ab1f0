"""Gathers what an asset's documents say about its accessibility, for the checklist. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from braid.domain.accessibility.accessibility import Accessibility, MediaFacts, MediaKind
from braid.domain.accessibility.gaps import gaps_in
from braid.domain.accessibility.readability import reading_grade
from braid.domain.accessibility.wcag import checklist
from braid.domain.answer.answer import Answer
from braid.domain.answer.claims import objects_at, text_at
from braid.domain.asset.admission import Admission
from braid.domain.asset.asset import Modality
from braid.domain.asset.outcome import AssetDocuments
from braid.domain.asset.playback import is_video
from braid.domain.captions.layout import Captions
from braid.domain.profile.profile import Profile

__all__ = ["accessibility_of", "languages_of", "media_facts"]

_TEXTS_OPERATION = "rekognition:DetectText"


def accessibility_of(
    documents: AssetDocuments,
    profile: Profile,
    captions: Captions,
    warnings: Sequence[str],
    *,
    is_description_spoken: bool = False,
) -> Accessibility | None:
    """The checklist of an analysed asset, where its profile wants one."""
    if not profile.accessibility.checklist or documents.admission is None:
        return None
    facts = media_facts(documents, documents.admission, profile, captions, warnings)
    return checklist(replace(facts, is_description_spoken=is_description_spoken))


def media_facts(
    documents: AssetDocuments,
    admission: Admission,
    profile: Profile,
    captions: Captions,
    warnings: Sequence[str],
) -> MediaFacts:
    """What is known of the asset; ``warnings`` are those of its ``captions``."""
    kind = _kind(admission)
    answer = documents.answer
    transcript, timeline, review = documents.transcript, documents.timeline, documents.review
    frames = documents.vision.keyframes if documents.vision else ()
    stills = {frame.keyframe_id for frame in frames if not frame.span.is_timed}
    checks = profile.checks
    described = {str(item.get("picture")) for item in _items(answer, checks.describes_pictures)}
    gaps = gaps_in(timeline.observations, timeline.duration_ms, checks.min_gap_ms) if timeline else ()
    summary = _summary(answer, profile.accessibility.summary)
    languages = languages_of(documents)
    is_english = bool(languages) and languages[0].split("-")[0].lower() == "en"
    given = documents.passages.passages if documents.passages else ()
    return MediaFacts(
        kind=kind,
        is_reviewed=review is not None and review.decision != "reject" and not review.by_deadline,
        has_summary=bool(summary),
        utterances=len(transcript.utterances) if transcript else 0,
        speech_missing=_speech_missing(documents, admission),
        word_confidence=_gate_value(admission, "word confidence"),
        cues=len(captions.cues),
        caption_warnings=tuple(warnings),
        given_captions=sum(passage.kind == "cue" for passage in given),
        captions_off_ms=_gate_value(admission, "synchronisation (captions"),
        given_transcript_share=_given_transcript_share(documents),
        pictures=len(stills),
        described=len(stills & described) if stills else len(described),
        worded=_worded(documents),
        scanned_pages=len({(item.member, item.page) for item in given if item.kind == "ocr_line"}),
        gaps=len(gaps),
        filled_gaps=len({item.get("gap") for item in _items(answer, checks.fits_gaps)}),
        languages=languages,
        summary_grade=reading_grade(summary) if is_english else None,
        max_grade=profile.accessibility.max_reading_grade,
    )


def _kind(admission: Admission) -> MediaKind:
    members = admission.members
    has_sound = any(
        each.audio_codec or each.media_type.startswith("audio/") or Modality.SPEECH in each.modalities
        for each in members
    )
    if any(map(is_video, members)):
        return "video" if has_sound else "silent video"
    if has_sound:
        return "audio"
    if any(each.media_type.startswith("image/") for each in members):
        return "picture"
    return "document" if Modality.VISION in admission.modalities else "text"


def _items(answer: Answer | None, pointer: str) -> Sequence[Mapping[str, Any]]:
    return list(objects_at(answer.answer, pointer)) if answer is not None and pointer else []


def _summary(answer: Answer | None, pointer: str) -> str:
    """The text at a pointer, or the texts of the list there."""
    if answer is None:
        return ""
    texts = [str(item["text"]) for item in objects_at(answer.answer, pointer) if item.get("text")]
    return " ".join(texts) or text_at(answer.answer, pointer)


def _speech_missing(documents: AssetDocuments, admission: Admission) -> str:
    """Why there is no transcript of an asset that has sound; nothing where there is one."""
    if documents.transcript is None:
        return "its speech wasn't transcribed." if Modality.SPEECH in admission.modalities else ""
    if documents.transcript.utterances or not documents.transcript.missing:
        return ""
    return documents.transcript.missing[0].reason


def _given_transcript_share(documents: AssetDocuments) -> float | None:
    """How far speech and a transcript that came with it cover each other, as fusion compared them.

    The lesser of how much of the transcript was heard, and how much of what was heard it holds: a first
    sentence alone is no transcript.
    """
    given = documents.timeline.quality.get("given_transcripts") if documents.timeline else None
    spoken = sum(
        item.kind == "word"
        for utterance in (documents.transcript.utterances if documents.transcript else ())
        for item in utterance.items
    )
    shares = [
        item["heard_share"] * min(1.0, item["words"] / spoken if spoken else 0.0) for item in given or ()
    ]
    return max(shares, default=None)


def _gate_value(admission: Admission, name: str) -> float | None:
    """What was measured at the first gate of that name, if it was."""
    values = [gate.value for gate in admission.gates if gate.name.startswith(name)]
    return next((value for value in values if isinstance(value, int | float)), None)


def _worded(documents: AssetDocuments) -> int | None:
    """In how many keyframes text was read; ``None`` where nobody looked for any."""
    if documents.vision is None:
        return None
    if any(item.operation.startswith(_TEXTS_OPERATION) for item in documents.vision.missing):
        return None
    return sum(bool(frame.texts) for frame in documents.vision.keyframes)


def languages_of(documents: AssetDocuments) -> tuple[str, ...]:
    """Of what is said, then of what is written, each once."""
    found: dict[str, None] = {}
    if documents.transcript is not None and documents.transcript.utterances:
        found[documents.transcript.language_code] = None
    for source in documents.language.sources if documents.language else ():
        code = source.language_code or ""
        if code and not any(known.split("-")[0] == code.split("-")[0] for known in found):
            found[code] = None
    return tuple(code for code in found if code)
