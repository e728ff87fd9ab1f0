"""What intake found out about an asset: the shape of ``admission.json`` and of its quality gates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from braid.domain.asset.asset import AssetRef, Modality
from braid.domain.profile.sections.budget import Budget

__all__ = ["Admission", "Gate", "Member", "MemberRole", "measure"]

MemberRole = Literal[
    "main", "image", "text", "audio", "video", "slides", "captions", "transcript", "narration"
]


@dataclass(frozen=True)
class Gate:
    """One quality gate: what was measured, in which unit, and what follows from it."""

    name: str
    value: float | str
    unit: str
    outcome: Literal["pass", "warn", "reject"]
    reason: str | None = None

    @property
    def measured(self) -> str:
        """What was measured, for people."""
        if isinstance(self.value, str):
            return f"{self.value} {self.unit}".strip()
        return measure(self.value, self.unit)


@dataclass(frozen=True)
class Member:
    """One admitted object version: the asset itself (role ``main``) or a bundle's member.

    ``modalities`` are those that this member speaks; ``duration_ms`` is set for audio and video,
    ``width_px`` and ``height_px`` for pictures and video, ``page_count`` for paged documents and images.
    ``sound_track`` is the number (from 1) of the sound track that is heard; ``sound_channel`` is set where
    one of its channels is heard alone.
    """

    name: str
    role: MemberRole
    bucket: str
    key: str
    version_id: str
    size_bytes: int
    media_type: str
    modalities: tuple[Modality, ...]
    duration_ms: int | None = None
    width_px: int | None = None
    height_px: int | None = None
    page_count: int | None = None
    audio_codec: str | None = None
    video_codec: str | None = None
    sound_track: int | None = None
    sound_channel: int | None = None


@dataclass(frozen=True)
class Admission:
    """The admitted asset: its members with fixed versions, gates, and the modalities to analyse.

    ``budget`` is what followed from the profile's; a new attempt that takes the analyses over keeps to it.
    """

    asset: AssetRef
    media_type: str
    members: tuple[Member, ...]
    modalities: tuple[Modality, ...]
    gates: tuple[Gate, ...]
    duration_ms: int | None = None
    budget: Budget = field(default_factory=Budget)
    schema_version: str = "1"

    def speaking(self, modality: Modality) -> tuple[Member, ...]:
        """The members that speak ``modality``, in the manifest's order."""
        return tuple(member for member in self.members if modality in member.modalities)


def measure(value: float, unit: str) -> str:
    """A gate's value or threshold as people say it: ``12 % of time``, ``9.2 s``, ``1,057,600 px``."""
    if unit.startswith("of "):
        return f"{value:.0%} {unit}".replace("%", " %") if value >= 0.01 else f"{value * 100:.2g} % {unit}"
    shown = f"{value:,.1f}".removesuffix(".0") if unit == "s" else f"{value:,.10g}"
    return f"{shown} {unit}".strip()
