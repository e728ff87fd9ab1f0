"""Which of an asset's members are transcribed, and their sound as it lies in ``work/``. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import Modality
from braid.domain.claim_check import Claim
from braid.domain.errors import InvalidInputError
from braid.domain.money.accounting import MissingOperation
from braid.domain.profile.sections.speech import SpeechPlan

__all__ = [
    "SOUNDS_DOCUMENT",
    "Sound",
    "Sounds",
    "asked_of",
    "job_name_of",
    "missing_member",
    "numbered",
    "speaking_members",
    "unheard_members",
]

SOUNDS_DOCUMENT = "sounds.json"

# One function writes the sound of all of them, one after the other, within its ten minutes.
_MAX_RECORDINGS = 4


@dataclass(frozen=True)
class Sound:
    """The sound file of ``member``. Its clock begins at ``start_ms`` of the asset's."""

    member: str
    audio: Claim
    media_format: str
    start_ms: int
    duration_ms: int
    channels: int | None = None


@dataclass(frozen=True)
class Sounds:
    """What is transcribed, one job each in this order; ``missing`` are members whose sound can't be had.

    ``refused`` are the numbers, from 1, of those that Transcribe took no job for: they are missing too.
    """

    sounds: tuple[Sound, ...]
    missing: tuple[MissingOperation, ...] = ()
    refused: tuple[int, ...] = ()


def asked_of(sound: Sound, plan: SpeechPlan) -> SpeechPlan:
    """The plan as far as it fits the sound: where there is one channel, none are told apart."""
    return replace(plan, channels=False) if plan.channels and sound.channels == 1 else plan


def speaking_members(admission: Admission) -> tuple[Member, ...]:
    """The members whose sound is transcribed: those that speak, in the manifest's order, four at most."""
    members = admission.speaking(Modality.SPEECH)
    if not members:
        raise InvalidInputError(f"no member of {admission.asset.asset_id} speaks")
    return members[:_MAX_RECORDINGS]


def unheard_members(admission: Admission) -> tuple[MissingOperation, ...]:
    """The members that speak too but are too many, each listed as missing with the reason."""
    return tuple(
        missing_member(member.name, f"of a bundle {_MAX_RECORDINGS} recordings are transcribed, the first")
        for member in admission.speaking(Modality.SPEECH)[_MAX_RECORDINGS:]
    )


def missing_member(name: str, reason: str) -> MissingOperation:
    """One recording of a bundle that has no transcript, and why."""
    return MissingOperation("transcribe:StartTranscriptionJob", f"'{name}': {reason}"[:400])


def numbered(name: str, number: int) -> str:
    """``sound.json`` of the first recording, ``sound-2.json`` of the second, and so on."""
    stem, dot, ending = name.rpartition(".")
    return name if number == 1 else f"{stem}-{number}{dot}{ending}"


def job_name_of(first_job_name: str, number: int) -> str:
    """The job of the numbered recording: a function of asset and attempt, like the first one's name."""
    return first_job_name if number == 1 else f"{first_job_name}-{number}"
