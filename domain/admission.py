"""What intake found out about an asset: the shape of ``admission.json`` and of its quality gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.asset import AssetRef, Modality

__all__ = ["Admission", "Gate", "Member", "MemberRole"]

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


@dataclass(frozen=True)
class Member:
    """One admitted object version: the asset itself (role ``main``) or a bundle's member.

    ``modalities`` are those that this member speaks; ``duration_ms`` is set for audio and video,
    ``width_px`` and ``height_px`` for pictures and video, ``page_count`` for paged documents and images.
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


@dataclass(frozen=True)
class Admission:
    """The admitted asset: its members with fixed versions, gates, and the modalities to analyse."""

    asset: AssetRef
    media_type: str
    members: tuple[Member, ...]
    modalities: tuple[Modality, ...]
    gates: tuple[Gate, ...]
    duration_ms: int | None = None
    schema_version: str = "1"

    def speaking(self, modality: Modality) -> tuple[Member, ...]:
        """The members that speak ``modality``, in the manifest's order."""
        return tuple(member for member in self.members if modality in member.modalities)
