"""Which of an asset's members is transcribed, and its sound as it lies in ``work/``. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from domain.accounting import MissingOperation
from domain.admission import Admission, Member
from domain.asset import Modality
from domain.claim import Claim
from domain.errors import InvalidInputError

__all__ = ["SOUND_DOCUMENT", "Sound", "silent_members", "speaking_member"]

SOUND_DOCUMENT = "sound.json"


@dataclass(frozen=True)
class Sound:
    """The sound file of ``member``. Its clock begins at ``start_ms`` of the asset's."""

    member: str
    audio: Claim
    media_format: str
    start_ms: int
    duration_ms: int


def speaking_member(admission: Admission) -> Member:
    """The member whose sound is transcribed: the first that speaks."""
    members = admission.speaking(Modality.SPEECH)
    if not members:
        raise InvalidInputError(f"no member of {admission.asset.asset_id} speaks")
    return members[0]


def silent_members(admission: Admission) -> tuple[MissingOperation, ...]:
    """The members that speak too but aren't transcribed, each listed as missing with the reason."""
    return tuple(
        MissingOperation(
            "transcribe:StartTranscriptionJob",
            f"'{member.name}' speaks too; of a bundle one recording is transcribed,"
            f" here '{speaking_member(admission).name}'",
        )
        for member in admission.speaking(Modality.SPEECH)[1:]
    )
