"""The roles of files that are joined without a manifest, from their content and their neighbours."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from typing import TYPE_CHECKING

from braid.domain.asset.admission import MemberRole
from braid.domain.errors import InvalidAssetError
from braid.media.content.identify import AUDIO_TYPES, IMAGE_TYPES, PDF, PPTX, VIDEO_TYPES, identify
from cli.errors import CommandError

if TYPE_CHECKING:
    from cli.dropping.drop import LocalFile  # which guesses roles by this module

__all__ = ["guess_roles"]

_CAPTION_TYPES = frozenset({"text/vtt", "application/x-subrip", "application/ttml+xml"})


def guess_roles(files: Sequence[LocalFile]) -> list[MemberRole]:
    """Each file's role; a manifest written by hand says it better.

    Raises ``CommandError`` for a file that is empty or of no supported type: its bundle would be refused.
    """
    kinds = [_kind(path) for path in files]
    return [_role(kind, kinds) for kind in kinds]


def _role(kind: str, kinds: Sequence[str]) -> MemberRole:
    if kind == "image":
        return "image"
    if kind == "video":
        return "video"
    if kind == "captions":
        return "captions"
    if kind == "audio":
        return "narration" if "deck" in kinds else "audio"
    if kind == "deck":
        return "slides" if {"audio", "video"} & set(kinds) or len(kinds) == 1 else "text"
    return "transcript" if "audio" in kinds else "text"


def _kind(path: LocalFile) -> str:
    try:
        with path.open("rb") as file:
            media_type = identify(file)
    except InvalidAssetError as error:
        raise CommandError(f"{path}: {error}", exit_code=2) from error
    except OSError as error:
        raise CommandError(f"{path}: can't be read: {error.strerror}", exit_code=2) from error
    # What a container holds is only known when it is played; a name that says sound is believed.
    says_audio = (mimetypes.guess_type(path.name)[0] or "").startswith("audio/")
    if media_type in AUDIO_TYPES or (media_type in VIDEO_TYPES and says_audio):
        return "audio"
    if media_type in VIDEO_TYPES:
        return "video"
    if media_type in IMAGE_TYPES:
        return "image"
    if media_type in _CAPTION_TYPES:
        return "captions"
    return "deck" if media_type in (PDF, PPTX) else "text"
