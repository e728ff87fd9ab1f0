"""What a profile wants to know of pictures: the ``[vision]`` section of ``profile.toml``."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from braid.domain.model_registry import TIERS
from braid.domain.wire import formerly

__all__ = ["MinConfidence", "VisionFinding", "VisionPlan"]

VisionFinding = Literal["labels", "properties", "texts", "faces", "moderation"]

_MAX_DESCRIPTIONS = 200  # no deployment has more keyframes
_MAX_KEYFRAMES = 200
_MAX_GAP_SECONDS = 3600
_MAX_FOCUS_CHARACTERS = 500
_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class MinConfidence:
    """What Rekognition is less sure of than this (0 to 1) is left out; with zero its own limit holds."""

    labels: float = 0.55
    texts: float = 0.0
    faces: float = 0.0
    moderation: float = 0.5


@dataclass(frozen=True)
class VisionPlan:
    """How keyframes are chosen and looked at.

    Of a video that changes, no stretch of more than ``max_gap_seconds`` goes without a keyframe of its own,
    as far as ``max_keyframes`` allows, or the deployment's own cap where that is lower; zero leaves it to the
    deployment. What stays as it is has one keyframe however long it stays.
    ``findings`` are asked of Rekognition, each for a price per picture. ``description_tier`` names
    the tier of the model registry that writes a sentence about each of at most ``max_descriptions``
    keyframes, in ``description_language`` (BCP 47) and with an eye on ``description_focus``; empty: none
    does.
    """

    findings: tuple[VisionFinding, ...] = ("labels", "properties", "texts", "faces", "moderation")
    min_confidence: MinConfidence = field(default_factory=MinConfidence)
    description_tier: str = field(default="", metadata=formerly("caption_tier"))
    description_language: str = field(default="en", metadata=formerly("caption_language"))
    description_focus: str = field(default="", metadata=formerly("caption_focus"))
    max_descriptions: int = field(default=40, metadata=formerly("max_captions"))
    max_gap_seconds: int = 60
    max_keyframes: int = 0

    def keyframes_within(self, cap: int) -> int:
        """How many keyframes an asset may have where the deployment allows ``cap``."""
        return min(cap, self.max_keyframes or cap)

    def problems(self) -> Iterator[str]:
        """What is wrong with it, a line each, naming the member."""
        if len(set(self.findings)) < len(self.findings):
            yield "vision.findings names one twice"
        if not self.findings and not self.description_tier:
            yield "vision asks for no findings and no descriptions: leave it out of modalities.wanted instead"
        for name, value in dataclasses.asdict(self.min_confidence).items():
            if not 0 <= value <= 1:
                yield f"vision.min_confidence.{name} must be from 0 to 1"
        if self.description_tier and self.description_tier not in TIERS:
            yield f"vision.description_tier must be empty or one of {', '.join(TIERS)}"
        if not _LANGUAGE_CODE.fullmatch(self.description_language):
            yield (
                "vision.description_language must be a code such as en or pt-BR,"
                f" not {self.description_language!r}"
            )
        if len(self.description_focus) > _MAX_FOCUS_CHARACTERS:
            yield f"vision.description_focus must have at most {_MAX_FOCUS_CHARACTERS} characters"
        if not 1 <= self.max_gap_seconds <= _MAX_GAP_SECONDS:
            yield f"vision.max_gap_seconds must be from 1 to {_MAX_GAP_SECONDS}"
        if not 0 <= self.max_keyframes <= _MAX_KEYFRAMES:
            yield f"vision.max_keyframes must be from 0 to {_MAX_KEYFRAMES}"
        if not 1 <= self.max_descriptions <= _MAX_DESCRIPTIONS:
            yield f"vision.max_descriptions must be from 1 to {_MAX_DESCRIPTIONS}"
