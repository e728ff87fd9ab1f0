"""What of an asset can be played, and under which name a report finds it beside itself."""

from __future__ import annotations

import re

from braid.domain.asset.admission import Admission, Member
from braid.domain.asset.asset import Modality, slug

__all__ = ["MEDIA_SUFFIXES", "file_name_of", "is_video", "played_member"]

# Containers that browsers play, with the suffix by which a file of it is usually called.
MEDIA_SUFFIXES = {
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/quicktime": ".mov",
    "video/x-matroska": ".mkv",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/flac": ".flac",
    "audio/ogg": ".ogg",
    "audio/webm": ".webm",
}
_MAX_NAME_BYTES = 200
# What no file may be called on one of the systems that people use, and what a name must not begin with.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]|^\.|[. ]$')


def played_member(admission: Admission | None) -> Member | None:
    """The member whose clock is the timeline's: the first that speaks, else the first that has a duration."""
    timed = [member for member in admission.members if member.duration_ms] if admission else []
    spoken = [member for member in timed if Modality.SPEECH in member.modalities]
    return next(iter(spoken or timed), None)


def is_video(member: Member) -> bool:
    """Whether there is something to see while it plays."""
    return member.media_type.startswith("video/")


def file_name_of(member: Member) -> str:
    """The name that the member's file has beside its report: its own wherever every system takes it.

    >>> from braid.domain.asset.admission import Member
    >>> file_name_of(Member("m", "main", "b", "inbox/general/a talk #1.mp4", "v", 1, "video/mp4", ()))
    'a talk #1.mp4'
    """
    name = member.key.rsplit("/", 1)[-1]
    # A lone surrogate is of a name that isn't UTF-8; no URL could spell it.
    is_plain = name.encode("utf-8", errors="replace").decode() == name
    if name and is_plain and not _FORBIDDEN.search(name) and len(name.encode()) <= _MAX_NAME_BYTES:
        return name
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
    return slug(stem) + MEDIA_SUFFIXES.get(member.media_type, "")
