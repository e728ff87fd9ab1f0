"""Writes the sound of the speaking members where Transcribe reads exactly that version of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, cast

from braid.aws.s3.upload import Upload
from braid.domain.asset.admission import Member
from braid.domain.errors import InvalidAssetError
from braid.domain.money.accounting import MissingOperation
from braid.media.sound.audio import MEDIA_FORMATS, MediaFormat, extract_audio
from braid.store.documents import DocumentStore
from lambdas.transcription.sound_plan import SOUNDS_DOCUMENT, Sound, Sounds, missing_member, numbered

__all__ = ["write_sound", "write_sounds"]

_SOUND_DOCUMENT = "sound.json"


def write_sounds(
    members: Sequence[Member], open_file: Callable[[Member], BinaryIO], store: DocumentStore
) -> Sounds:
    """Writes each member's sound, then ``work/.../sounds.json``.

    A member whose sound can't be decoded is listed as missing. Raises ``InvalidAssetError`` where that is
    true of all of them.
    """
    sounds: list[Sound] = []
    missing: list[MissingOperation] = []
    for number, member in enumerate(members, start=1):
        try:
            sounds.append(write_sound(member, open_file(member), store, number))
        except InvalidAssetError as error:
            missing.append(missing_member(member.name, str(error)))
            if len(missing) == len(members):
                raise
    written = Sounds(tuple(sounds), tuple(missing))
    store.put_document(store.work_key(SOUNDS_DOCUMENT), written)
    return written


def write_sound(member: Member, file: BinaryIO, store: DocumentStore, number: int = 1) -> Sound:
    """Writes ``work/.../audio.<format>``, then ``work/.../sound.json``, with the recording's ``number`` in
    both names from the second on; what an earlier try wrote stands.

    Raises ``InvalidAssetError`` where the member has no sound that can be decoded.
    """
    key = store.work_key(numbered(_SOUND_DOCUMENT, number))
    written = store.find_document(Sound, key)
    if written is not None:
        return written
    uploads: list[Upload] = []

    def open_upload(media_format: MediaFormat) -> AbstractContextManager[BinaryIO]:
        audio_key = store.work_key(numbered(f"audio.{media_format}", number))
        uploads.append(store.upload(audio_key, MEDIA_FORMATS[media_format]))
        return cast(AbstractContextManager[BinaryIO], uploads[-1])

    extracted = extract_audio(
        file, member.media_type, open_upload, track=member.sound_track, channel=member.sound_channel
    )
    audio = uploads[-1].claim
    assert audio is not None  # what ended without an exception is stored
    sound = Sound(
        member=member.name,
        audio=audio,
        media_format=extracted.media_format,
        start_ms=extracted.start_ms,
        duration_ms=extracted.duration_ms,
        channels=extracted.channels,
    )
    store.put_document(key, sound)
    return sound
