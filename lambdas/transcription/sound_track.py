"""Writes the sound of the speaking members where Transcribe reads exactly that version of each."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from typing import BinaryIO, cast

from domain.accounting import MissingOperation
from domain.admission import Member
from domain.errors import InvalidAssetError
from lambdas.aws.documents import DocumentStore
from lambdas.media.audio import extract_audio
from lambdas.transcription.speaking import SOUNDS_DOCUMENT, Sound, Sounds, missing_member, numbered

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
    with tempfile.TemporaryFile() as temporary:
        out = cast(BinaryIO, temporary)
        extracted = extract_audio(file, member.media_type, out)
        audio_key = store.work_key(numbered(f"audio.{extracted.media_format}", number))
        audio = store.put_file(audio_key, out, extracted.media_type)
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
