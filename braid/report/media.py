"""What a report plays: a file beside it, or something small inside it where the profile asks for that."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from braid.aws.s3.s3_file import open_member
from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.playback import MEDIA_SUFFIXES, file_name_of, is_video, played_member
from braid.domain.claim_check import Claim
from braid.domain.profile.sections.report import MAX_EMBEDDED_BYTES, ReportPlan
from braid.domain.wire import decode
from braid.store.documents import DocumentStore

__all__ = ["Embedded", "Media", "media_for_report"]

# What the speech branch tells of the sound that it stored for Transcribe.
_SOUND_DOCUMENT = "sound.json"


@dataclass(frozen=True)
class Embedded:
    """Bytes that the page carries in itself; ``is_sound_alone`` where the pictures were too large.

    It begins at ``start_ms`` of the timeline.
    """

    body: bytes
    media_type: str
    is_sound_alone: bool
    start_ms: int = 0


@dataclass(frozen=True)
class Media:
    """The file that plays, by the name that it has beside the report, and what is embedded of it.

    ``why_not_embedded`` says why nothing is where the profile asked for it.
    """

    file_name: str
    media_type: str
    is_video: bool
    embedded: Embedded | None = None
    why_not_embedded: str | None = None


def media_for_report(store: DocumentStore, admission: Admission | None, plan: ReportPlan) -> Media | None:
    """What of the asset plays; nothing for an asset without a clock.

    With ``plan.embed_media``: the file itself if browsers play its kind and it is small enough, else its
    sound as the speech branch stored it, else nothing and why.
    """
    member = played_member(admission)
    if member is None:
        return None
    media = Media(file_name_of(member), member.media_type, is_video(member))
    if not plan.embed_media:
        return media
    embedded = _file(member) or _sound(store, is_part=media.is_video)
    if embedded is not None:
        return replace(media, embedded=embedded)
    limit = f"at most {MAX_EMBEDDED_BYTES // 1024**2} MiB and of a kind that browsers play"
    return replace(media, why_not_embedded=f"neither the file nor its sound is {limit}")


def _file(member: Member) -> Embedded | None:
    if member.size_bytes > MAX_EMBEDDED_BYTES or member.media_type not in MEDIA_SUFFIXES:
        return None
    return Embedded(open_member(member).read(), member.media_type, is_sound_alone=False)


def _sound(store: DocumentStore, *, is_part: bool) -> Embedded | None:
    document = store.find_bytes(store.work_key(_SOUND_DOCUMENT))
    if document is None:
        return None
    told = json.loads(document)
    claim = decode(Claim, told["audio"], called=_SOUND_DOCUMENT)
    if claim.size_bytes > MAX_EMBEDDED_BYTES or claim.media_type not in MEDIA_SUFFIXES:
        return None
    return Embedded(store.get_payload(claim), claim.media_type, is_part, told.get("start_ms") or 0)
