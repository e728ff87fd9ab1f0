"""The members of an asset, each examined, and the admission that they come to: for Admit and `braid plan`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from braid.admission.examination import examine
from braid.admission.examined import Limits
from braid.admission.gates import GateLog
from braid.admission.roles import NO_SOUND, in_role
from braid.domain.asset.admission import Admission, Member, MemberRole
from braid.domain.asset.asset import AssetRef, InboxKind, Modality, read_inbox_key
from braid.domain.profile.sections.gates import GatePlan

__all__ = ["BUNDLE_TYPE", "MemberFile", "admission_of", "check_speech", "examine_member", "wanted_of"]

BUNDLE_TYPE = "multipart/mixed"
_UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class MemberFile:
    """A file that is part of an asset, and where it lies."""

    name: str
    role: MemberRole
    bucket: str
    key: str
    version_id: str
    size_bytes: int


def examine_member(
    item: MemberFile, file: BinaryIO, *, limits: Limits, plan: GatePlan, gates: GateLog
) -> Member:
    """What the file turned out to be in its role. Raises ``InvalidAssetError`` where it can't be analysed."""
    examined = examine(
        file, name=item.name, size_bytes=item.size_bytes, limits=limits, plan=plan, gates=gates
    )
    found = in_role(examined, item.role, gates)
    return Member(
        name=item.name,
        role=item.role,
        bucket=item.bucket,
        key=item.key,
        version_id=item.version_id,
        size_bytes=item.size_bytes,
        media_type=found.media_type,
        modalities=found.modalities,
        duration_ms=found.duration_ms,
        width_px=found.width_px,
        height_px=found.height_px,
        page_count=found.page_count,
        audio_codec=found.audio_codec,
        video_codec=found.video_codec,
        sound_track=found.sound_track,
        sound_channel=found.sound_channel,
    )


def check_speech(members: list[Member], gates: GateLog) -> None:
    """Rejects where a recording gives nothing and no other member speaks; else it costs itself alone."""
    silent = [member for member in members if not member.modalities]
    if not silent or any(Modality.SPEECH in member.modalities for member in members):
        return
    names = " and ".join(f"'{member.name}'" for member in silent)
    gates.reject(
        "speech", "none", "", f"{names} should be heard: {NO_SOUND} Record it again, or leave it out."
    )


def wanted_of(
    members: list[Member], wanted: tuple[Modality, ...], profile: str, gates: GateLog
) -> list[Member]:
    """The members with the modalities that the profile asks for. Rejects where nothing is left of any."""
    restricted = [
        replace(member, modalities=tuple(modality for modality in member.modalities if modality in wanted))
        for member in members
    ]
    if not any(member.modalities for member in restricted):
        asked = " and ".join(wanted)
        gates.reject(
            "modalities", "none", "", f"The profile '{profile}' asks for {asked}, and there is none here."
        )
    return restricted


def admission_of(
    asset: AssetRef, members: Sequence[Member], gates: GateLog, *, is_rejected: bool = False
) -> Admission:
    """The admission of these members; a rejected one has no modalities to analyse."""
    is_bundle = read_inbox_key(asset.source.key).kind is InboxKind.BUNDLE_MANIFEST
    durations = [member.duration_ms for member in members if member.duration_ms is not None]
    spoken = {modality for member in members for modality in member.modalities}
    media_type = members[0].media_type if members else gates.media_type or _UNKNOWN_TYPE
    return Admission(
        asset=asset,
        media_type=BUNDLE_TYPE if is_bundle else media_type,
        members=tuple(members),
        modalities=() if is_rejected else tuple(modality for modality in Modality if modality in spoken),
        gates=gates.gates,
        duration_ms=max(durations, default=None),
    )
