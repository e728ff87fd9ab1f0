"""Where an asset stands against WCAG 2.2: the shape of ``accessibility.json``, and its facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

__all__ = ["Accessibility", "Criterion", "CriterionStatus", "Level", "MediaFacts", "MediaKind"]

Level = Literal["A", "AA", "AAA"]
MediaKind = Literal["video", "silent video", "audio", "picture", "document", "text"]


class CriterionStatus(StrEnum):
    """``needs a person``: what machines made or can't judge has to be read over or looked at."""

    MET = "met"
    NOT_MET = "not met"
    NEEDS_A_PERSON = "needs a person"
    NOT_APPLICABLE = "not applicable"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Criterion:
    """A success criterion, how the asset stands and why; ``todo`` is what is left to do, if anything."""

    number: str
    name: str
    level: Level
    status: CriterionStatus
    reason: str
    todo: str = ""


@dataclass(frozen=True)
class Accessibility:
    """The criteria of WCAG 2.2 that concern media, in order of their numbers.

    It follows from what was found in the asset and from the answer, by rules: no model judges it. It is a
    worklist, not a statement of conformance: that a person makes, for the page that the asset stands on.
    """

    kind: str
    criteria: tuple[Criterion, ...]
    standard: str = "WCAG 2.2"
    schema_version: str = "1"


@dataclass(frozen=True)
class MediaFacts:
    """What the checklist rests on.

    ``is_reviewed``: a person approved or edited the answer. ``given_captions`` came with the asset, and are
    ``captions_off_ms`` away from the speech where that is known; ``given_transcript_share`` is how
    far the speech and a transcript that came with it cover each other. ``pictures`` are stills and pages that
    somebody looks at, ``described`` those with a text; ``worded`` are pictures in which text was read,
    ``None`` where that wasn't asked or couldn't be had; ``scanned_pages`` had no text but in their picture.
    ``gaps`` are silences long enough to speak in, ``filled_gaps`` those with a line,
    which a sound track says where ``is_description_spoken``. ``summary_grade`` is
    ``None`` where it can't be measured.
    """

    kind: MediaKind
    is_reviewed: bool = False
    has_summary: bool = False
    utterances: int = 0
    speech_missing: str = ""
    word_confidence: float | None = None
    cues: int = 0
    caption_warnings: tuple[str, ...] = ()
    given_captions: int = 0
    captions_off_ms: float | None = None
    given_transcript_share: float | None = None
    pictures: int = 0
    described: int = 0
    worded: int | None = None
    scanned_pages: int = 0
    gaps: int = 0
    filled_gaps: int = 0
    is_description_spoken: bool = False
    languages: tuple[str, ...] = ()
    summary_grade: float | None = None
    max_grade: float = 9.0
