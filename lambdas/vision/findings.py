"""What has been found out about each keyframe so far, and the document made of all of it. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from braid.domain.evidence.vision import (
    DetectedText,
    Face,
    ImageProperties,
    Keyframe,
    KeyframeAnalysis,
    KeyframeList,
    Label,
    ModerationCategory,
    Vision,
)
from braid.domain.money.accounting import MissingOperation, Usage, total
from braid.domain.profile.sections.vision import VisionPlan
from lambdas.vision.describing import NO_DESCRIPTIONS, Descriptions

__all__ = ["PAGE_READER", "FrameFindings", "assemble", "summarize"]

_TEXT_READER = "rekognition:DetectText"
PAGE_READER = "textract:DetectDocumentText"
"""Reads what is more than DetectText finds in a picture."""

_MODERATION = "rekognition:DetectModerationLabels"


@dataclass(frozen=True)
class FrameFindings:
    """One keyframe's findings as they lie in ``work/``. ``None`` means not asked yet, or without success,
    so that a retry asks for exactly what is open. ``unjudged`` are moderation categories that the service
    said nothing about; ``refused`` says by operation why a service refused this frame. ``usage`` is what
    all tries together were billed."""

    keyframe_id: str
    labels: tuple[Label, ...] | None = None
    properties: ImageProperties | None = None
    texts: tuple[DetectedText, ...] | None = None
    word_count: int | None = None
    is_all_text: bool = False
    faces: tuple[Face, ...] | None = None
    moderation: tuple[ModerationCategory, ...] | None = None
    unjudged: tuple[str, ...] = ()
    refused: dict[str, str] | None = None
    usage: tuple[Usage, ...] = ()


def assemble(
    keyframes: KeyframeList,
    findings: Mapping[str, FrameFindings],
    missing: tuple[MissingOperation, ...],
    descriptions: Descriptions = NO_DESCRIPTIONS,
    *,
    max_words: int,
) -> Vision:
    """The whole ``vision.json``.

    ``findings`` and ``descriptions`` are by keyframe id; a keyframe without findings was too small to be
    looked at. DetectText reads ``max_words`` at most.
    """
    analyses = tuple(
        _analysis(
            keyframe,
            findings.get(keyframe.keyframe_id, FrameFindings(keyframe.keyframe_id)),
            descriptions.sentences.get(keyframe.keyframe_id),
        )
        for keyframe in keyframes.keyframes
    )
    unseen = tuple(
        f"{keyframe.keyframe_id}: a picture of {keyframe.width_px} × {keyframe.height_px} pixels is too small"
        " to be looked at"
        for keyframe in keyframes.keyframes
        if keyframe.keyframe_id not in findings
    )
    crowded = tuple(
        f"{keyframe.keyframe_id}: the picture holds more text than can be read at once; the first {max_words}"
        " words were read"
        for keyframe in keyframes.keyframes
        if (found := findings.get(keyframe.keyframe_id)) is not None
        and not found.is_all_text
        and (found.word_count or 0) >= max_words
    )
    return Vision(
        keyframes=analyses,
        missing=keyframes.missing + _with_unjudged(missing, findings) + descriptions.missing,
        usage=total(
            itertools.chain(descriptions.usage, *(found.usage for found in findings.values())),
        ),
        warnings=keyframes.warnings + unseen + crowded + descriptions.warnings,
    )


def _with_unjudged(
    missing: tuple[MissingOperation, ...], findings: Mapping[str, FrameFindings]
) -> tuple[MissingOperation, ...]:
    """``missing`` and moderation that judged some categories alone: nothing found isn't safe there."""
    unjudged = list(dict.fromkeys(name for found in findings.values() for name in found.unjudged))
    if not unjudged or any(item.operation == _MODERATION for item in missing):
        return missing
    reason = f"the pictures weren't checked for {', '.join(unjudged)}"
    return (*missing, MissingOperation(_MODERATION, reason))


def summarize(vision: Vision, plan: VisionPlan) -> str:
    """One line for the Step Functions console: what was asked for, and how much of it was found."""
    frames = vision.keyframes
    counted = {
        "labels": ("label", "labels", len({label.name for frame in frames for label in frame.labels})),
        "texts": ("line of text", "lines of text", sum(len(frame.texts) for frame in frames)),
        "faces": ("face", "faces", sum(len(frame.faces) for frame in frames)),
        "moderation": (
            "moderation category",
            "moderation categories",
            len({item.name for frame in frames for item in frame.moderation}),
        ),
        "descriptions": (
            "description",
            "descriptions",
            sum(frame.description is not None for frame in frames),
        ),
    }
    asked = (*plan.findings, "descriptions") if plan.description_tier else plan.findings
    seen = ", ".join(
        f"{count} {one if count == 1 else many}"
        for name, (one, many, count) in counted.items()
        if name in asked
    )
    stills = f"{len(frames)} keyframe{'s' if len(frames) != 1 else ''}"
    lacking = f"; missing: {', '.join(item.operation for item in vision.missing)}" if vision.missing else ""
    return f"{stills}{': ' if seen else ''}{seen}{lacking}"


def _analysis(keyframe: Keyframe, found: FrameFindings, description: str | None) -> KeyframeAnalysis:
    return KeyframeAnalysis(
        keyframe_id=keyframe.keyframe_id,
        image=keyframe.image,
        span=keyframe.span,
        at_ms=keyframe.at_ms,
        page=keyframe.page,
        labels=found.labels or (),
        texts=found.texts or (),
        faces=found.faces or (),
        moderation=found.moderation or (),
        properties=found.properties or ImageProperties(),
        description=description,
        member=keyframe.member,
        texts_source=PAGE_READER if found.is_all_text else _TEXT_READER,
    )
