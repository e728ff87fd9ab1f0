"""Writes the sound of the speaking member where Transcribe reads exactly that version of it."""

from __future__ import annotations

import tempfile
from typing import BinaryIO, cast

from domain.admission import Member
from lambdas.aws.documents import DocumentStore
from lambdas.media.audio import extract_audio
from lambdas.transcription.speaking import SOUND_DOCUMENT, Sound

__all__ = ["write_sound"]


def write_sound(member: Member, file: BinaryIO, store: DocumentStore) -> Sound:
    """Writes ``work/.../audio.<format>``, then ``work/.../sound.json``; what an earlier try wrote stands.

    Raises ``InvalidAssetError`` where the member has no sound that can be decoded.
    """
    key = store.work_key(SOUND_DOCUMENT)
    written = store.find_document(Sound, key)
    if written is not None:
        return written
    with tempfile.TemporaryFile() as temporary:
        out = cast(BinaryIO, temporary)
        extracted = extract_audio(file, member.media_type, out)
        audio_key = store.work_key(f"audio.{extracted.media_format}")
        audio = store.put_file(audio_key, out, extracted.media_type)
    sound = Sound(member.name, audio, extracted.media_format, extracted.start_ms, extracted.duration_ms)
    store.put_document(key, sound)
    return sound
