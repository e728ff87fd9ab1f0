"""Small materials for fusion, built as the branches would write them."""

from __future__ import annotations

from collections.abc import Sequence

from braid.domain.asset.admission import Admission, Member, MemberRole
from braid.domain.asset.asset import AssetRef, Modality, Source
from braid.domain.claim_check import Claim
from braid.domain.evidence.passages import Passage, Passages
from braid.domain.evidence.transcript import Transcript, TranscriptItem, Utterance
from braid.domain.evidence.vision import (
    Box,
    Color,
    DetectedText,
    ImageProperties,
    KeyframeAnalysis,
    Label,
    Vision,
)
from braid.domain.span import WHOLE, Span
from lambdas.fusion.fuse import FusionInput

IMAGE = Claim("s3://results/k.jpg", "image/jpeg", 1, "0" * 64)


def admission(*members: Member, duration_ms: int | None = None) -> Admission:
    """An admitted asset; one nameless member if none are given."""
    asset = AssetRef("asset-1", 1, "general", Source("inbox", "inbox/asset", "v1"))
    admitted = members or (member("asset", "main", *Modality),)
    return Admission(asset, admitted[0].media_type, admitted, tuple(Modality), (), duration_ms)


def member(name: str, role: MemberRole, *modalities: Modality, media_type: str = "video/mp4") -> Member:
    """One member that speaks the modalities."""
    return Member(name, role, "inbox", f"inbox/{name}", "v1", 1, media_type, tuple(modalities))


def utterance(number: int, text: str, start_ms: int, end_ms: int, confidence: float = 0.9) -> Utterance:
    """An utterance whose words are spread evenly over it."""
    words = text.split()
    step = (end_ms - start_ms) / max(1, len(words))
    items = tuple(
        TranscriptItem(
            word, round(start_ms + step * index), round(start_ms + step * (index + 1)), confidence, "word"
        )
        for index, word in enumerate(words)
    )
    return Utterance(f"u{number:04d}", None, start_ms, end_ms, text, confidence, items)


def transcript(*utterances: Utterance) -> Transcript:
    """An English transcript."""
    return Transcript("en-US", tuple(utterances))


def keyframe(
    number: int,
    span: Span = WHOLE,
    *,
    lines: Sequence[str] = (),
    labels: Sequence[str] = (),
    colors: Sequence[tuple[str, float]] = (),
    confidence: float = 0.97,
    member: str = "",
) -> KeyframeAnalysis:
    """A keyframe with text lines below each other, labels and dominant colours."""
    return KeyframeAnalysis(
        keyframe_id=f"k{number:04d}",
        image=IMAGE,
        span=span,
        at_ms=span.start_ms,
        page=span.page,
        labels=tuple(Label(name, confidence) for name in labels),
        texts=tuple(
            DetectedText(line, confidence, Box(0.1, 0.1 + 0.08 * index, 0.5, 0.06))
            for index, line in enumerate(lines)
        ),
        properties=ImageProperties(colors=tuple(Color(name, "#000000", share) for name, share in colors)),
        member=member,
    )


def vision(*keyframes: KeyframeAnalysis) -> Vision:
    """What was seen in the keyframes."""
    return Vision(tuple(keyframes))


def passage(number: int, text: str, *, page: int | None = None, member: str = "") -> Passage:
    """A paragraph."""
    return Passage(f"p{number:04d}", page, 0, len(text), text, "paragraph", member)


def cue(number: int, text: str, start_ms: int, end_ms: int, member: str = "") -> Passage:
    """A timed block of a caption file."""
    return Passage(f"c{number:04d}", None, 0, len(text), text, "cue", member, Span(start_ms, end_ms))


def passages(*items: Passage) -> Passages:
    """What was read."""
    return Passages(tuple(items))


def picture_and_text(
    seen: Sequence[str],
    written: str,
    *,
    colors: Sequence[tuple[str, float]] = (),
    confidence: float = 0.97,
) -> FusionInput:
    """A bundle of a picture and its description."""
    return FusionInput(
        admission(
            member("photo.jpg", "image", Modality.VISION, media_type="image/jpeg"),
            member("text.txt", "text", Modality.TEXT, media_type="text/plain"),
        ),
        vision=vision(keyframe(1, lines=seen, colors=colors, confidence=confidence, member="photo.jpg")),
        passages=passages(passage(1, written, member="text.txt")),
    )
