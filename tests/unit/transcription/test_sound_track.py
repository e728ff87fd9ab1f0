"""The sound of the admitted version lies in ``work/``, once."""

from __future__ import annotations

import hashlib
import io
import math
import struct
import wave
from dataclasses import replace
from typing import BinaryIO, cast

import pytest

from braid.domain.asset.admission import Member
from braid.domain.asset.asset import Modality
from braid.domain.errors import InvalidAssetError
from braid.media.containers.probe import probe
from braid.store.documents import DocumentStore
from lambdas.transcription.sound_track import write_sound, write_sounds
from tests.doubles.memory_s3 import MemoryS3
from tests.unit.media import synthetic as media


def _tone(seconds: float) -> bytes:
    samples = (round(9000 * math.sin(0.2 * n)) for n in range(int(16_000 * seconds)))
    target = io.BytesIO()
    with wave.open(target, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return target.getvalue()


def _member(data: bytes) -> Member:
    return Member("a.wav", "main", "inbox", "inbox/a.wav", "v1", len(data), "audio/wav", (Modality.SPEECH,))


def test_the_sound_is_written_once_and_its_document_last() -> None:
    s3 = MemoryS3()
    store = DocumentStore("results", "a", 1, s3=s3)
    data = _tone(1.5)
    sound = write_sound(_member(data), cast(BinaryIO, io.BytesIO(data)), store)
    assert (sound.media_format, sound.duration_ms, sound.start_ms) == ("wav", 1500, 0)
    stored = s3.objects["results", "work/a/1/audio.wav"]
    assert sound.audio.size_bytes == len(stored)
    assert sound.audio.sha256 == hashlib.sha256(stored).hexdigest()
    assert s3.media_types["results", "work/a/1/audio.wav"] == "audio/wav"
    assert list(s3.objects)[-1] == ("results", "work/a/1/sound.json")

    class Unreadable(io.BytesIO):
        def read(self, *_size: int | None) -> bytes:
            raise AssertionError("what is written isn't read again")

    assert write_sound(_member(data), cast(BinaryIO, Unreadable()), store) == sound


def test_a_file_without_sound_leaves_nothing() -> None:
    s3 = MemoryS3()
    with pytest.raises(InvalidAssetError):
        write_sound(
            _member(b"RIFF"), cast(BinaryIO, io.BytesIO(b"RIFF")), DocumentStore("results", "a", 1, s3=s3)
        )
    assert not s3.objects


def test_each_recording_of_a_bundle_has_its_own_sound_and_a_broken_one_is_told() -> None:
    s3 = MemoryS3()
    store = DocumentStore("results", "a", 1, s3=s3)
    data = {"a.wav": _tone(1.0), "b.wav": b"RIFF", "c.wav": _tone(2.0)}
    members = [replace(_member(body), name=name) for name, body in data.items()]

    def opened(member: Member) -> BinaryIO:
        return cast(BinaryIO, io.BytesIO(data[member.name]))

    sounds = write_sounds(members, opened, store)
    assert [(sound.member, sound.duration_ms) for sound in sounds.sounds] == [
        ("a.wav", 1000),
        ("c.wav", 2000),
    ]
    assert sounds.sounds[1].audio.uri == "s3://results/work/a/1/audio-3.wav"
    assert [missing.reason[:9] for missing in sounds.missing] == ["'b.wav': "]
    assert list(s3.objects)[-1] == ("results", "work/a/1/sounds.json")

    with pytest.raises(InvalidAssetError):
        write_sounds([members[1]], opened, DocumentStore("results", "b", 1, s3=s3))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codec", "container", "media_type"),
    [
        ("aac", "mp4", "audio/mp4"),
        ("libmp3lame", "mp3", "audio/mpeg"),
        ("flac", "flac", "audio/flac"),
        ("pcm_s16le", "wav", "audio/wav"),
        ("libopus", "ogg", "audio/ogg"),
        ("ac3", "mpegts", "video/mp2t"),
    ],
)
def test_sound_goes_to_the_store_while_it_is_made(
    codec: str, container: str, media_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("braid.aws.s3.upload.HEAD_BYTES", 16 * 1024)
    monkeypatch.setattr("tests.doubles.memory_s3.MIN_PART_BYTES", 16 * 1024)
    data = media.audio(media.tone(30_000, rate=48_000), codec=codec, container=container, rate=48_000)
    s3 = MemoryS3()
    member = Member("a", "main", "inbox", "inbox/a", "v1", len(data), media_type, (Modality.SPEECH,))

    sound = write_sound(member, media.opened(data), DocumentStore("results", "a", 1, s3=s3))

    stored = s3.objects["results", f"work/a/1/audio.{sound.media_format}"]
    assert len(stored) == sound.audio.size_bytes > 4 * 16 * 1024
    found = probe(media.opened(stored), sound.audio.media_type)
    assert found.duration_ms == pytest.approx(30_000, abs=120)
    assert found.missing_bytes == 0
