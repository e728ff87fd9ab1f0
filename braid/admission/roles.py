"""What a bundle member's role lets it be, and which of its modalities count."""

from __future__ import annotations

from dataclasses import dataclass

from braid.admission.examined import Examined
from braid.admission.gates import GateLog
from braid.domain.asset.admission import MemberRole
from braid.domain.asset.asset import Modality
from braid.media.content.identify import (
    AUDIO_TYPES,
    DOCX,
    IMAGE_TYPES,
    MAIL,
    ODT,
    PDF,
    PPTX,
    TEXT_TYPES,
    VIDEO_TYPES,
    XLSX,
)

__all__ = ["NO_SOUND", "in_role"]

NO_SOUND = "its sound track is missing or silent."


@dataclass(frozen=True)
class _Role:
    media_types: frozenset[str]
    modalities: tuple[Modality, ...]
    what: str


_CAPTION_TYPES = frozenset({"text/vtt", "application/x-subrip", "application/ttml+xml"})
_DOCUMENT_TYPES = frozenset({PDF, DOCX, PPTX, XLSX, ODT, MAIL})
_SOUND_TYPES = AUDIO_TYPES | VIDEO_TYPES
_ROLES: dict[MemberRole, _Role] = {
    "image": _Role(IMAGE_TYPES, (Modality.VISION,), "a picture"),
    "text": _Role(TEXT_TYPES | _DOCUMENT_TYPES, (Modality.TEXT,), "a text or document"),
    "audio": _Role(_SOUND_TYPES, (Modality.SPEECH,), "a sound recording"),
    "narration": _Role(_SOUND_TYPES, (Modality.SPEECH,), "a sound recording"),
    "video": _Role(VIDEO_TYPES, (Modality.SPEECH, Modality.VISION), "a video"),
    "slides": _Role(
        IMAGE_TYPES | {PDF, PPTX}, (Modality.VISION, Modality.TEXT), "a PDF, a pptx or a picture"
    ),
    "captions": _Role(_CAPTION_TYPES, (Modality.TEXT,), "a caption file (vtt, srt or ttml)"),
    "transcript": _Role(TEXT_TYPES | _DOCUMENT_TYPES, (Modality.TEXT,), "a text or document"),
}


def in_role(examined: Examined, role: MemberRole, gates: GateLog) -> Examined:
    """The examined member with the modalities that its role is there for.

    Raises ``InvalidAssetError`` if it is something else. A recording without sound is left without any.
    """
    if role == "main":
        return examined
    wanted = _ROLES[role]
    if examined.media_type not in wanted.media_types:
        gates.reject(
            "role",
            role,
            "",
            f"The manifest gives it the role '{role}', which must be {wanted.what}, but its content is"
            f" {examined.media_type}. Correct manifest.json or the file.",
        )
    fitting = examined.restricted(wanted.modalities)
    if not fitting.modalities:
        gates.warn("role", role, "", f"In the role '{role}' it gives nothing: {NO_SOUND}")
    return fitting
